package signin

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/oidc"
	"github.com/cordon-project/cordon/auth/passkey"
	"github.com/cordon-project/cordon/errs"
)

// The steps that browsers carry: their cookies and what they are sealed for.
const (
	stepLogin    = "step_login"
	stepRegister = "step_register"
	stepOIDC     = "step_oidc"
)

func (s *server) party() (*passkey.Party, error) {
	if s.c.Party == nil {
		return nil, errs.New(errs.Conflict, "passkeys cannot be used at this address").WithHint("Name the node's https address in origins, or use http://localhost.")
	}
	return s.c.Party, nil
}

func (s *server) loginBegin(w http.ResponseWriter, _ *http.Request) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	options, st, err := p.BeginLogin()
	if err != nil {
		return nil, err
	}
	return options, s.keep(w, stepLogin, http.SameSiteStrictMode, st)
}

func (s *server) loginFinish(w http.ResponseWriter, r *http.Request) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	var st passkey.State
	token, err := s.took(r, stepLogin, &st)
	if err != nil {
		return nil, err
	}
	answer, err := passkey.ReadAnswer(r.Body)
	if err != nil {
		return nil, err
	}
	done, err := s.attempt(r, "passkey "+answer.Credential)
	if err != nil {
		return nil, err
	}
	return struct{}{}, done("passkey", s.login(w, r, p, st, token, answer))
}

func (s *server) login(w http.ResponseWriter, r *http.Request, p *passkey.Party, st passkey.State, token string, a passkey.Answer) error {
	who, c, err := p.Login(st, a, func(id string) (string, json.RawMessage, error) { return s.c.Store.Passkey(r.Context(), id) })
	if err != nil {
		return err
	}
	if err := s.spend(w, stepLogin, token, http.SameSiteStrictMode); err != nil {
		return err
	}
	if err := s.c.Store.UsePasskey(r.Context(), c.ID, c.Counter, c.Data); err != nil {
		return err
	}
	_, err = s.c.Store.SignIn(w, r, who, auth.Opening{By: "passkey"})
	return err
}

// registration is the step between the two halves of registering a passkey.
type registration struct {
	By     string        `json:"by"`     // who registers
	Person string        `json:"person"` // for whom
	Name   string        `json:"name"`   // of the person
	Key    string        `json:"key"`    // name of the passkey
	State  passkey.State `json:"state"`
}

func (s *server) registerBegin(w http.ResponseWriter, r *http.Request) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	by, err := s.c.Store.Who(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Name   string `json:"name"`   // of the passkey
		Person string `json:"person"` // whose it will be: the owner says
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	a, err := s.whose(r, by, in.Person)
	if err != nil {
		return nil, err
	}
	var have []string
	for _, k := range a.Passkeys {
		if k.Ended.IsZero() {
			have = append(have, k.ID)
		}
	}
	options, st, err := p.BeginRegistration(a.ID, a.Name, have)
	if err != nil {
		return nil, err
	}
	if in.Name == "" {
		in.Name = "passkey"
	}
	return options, s.keep(w, stepRegister, http.SameSiteStrictMode, registration{by.ID, a.ID, a.Name, in.Name[:min(len(in.Name), auth.MaxName)], st})
}

// whose is the person who gets a passkey: oneself, or for the owner the one whom they
// name, who becomes the first administrator when there is nobody of the name.
func (s *server) whose(r *http.Request, by auth.Principal, person string) (auth.Account, error) {
	if by.Kind == auth.Person {
		if person != "" && person != by.ID {
			return auth.Account{}, errs.New(errs.Denied, "a passkey is registered by the person whose it is")
		}
		return s.c.Store.Account(by.ID)
	}
	if by.Kind != auth.Owner || by.Via != auth.BySession {
		return auth.Account{}, errs.New(errs.Denied, "programs have no passkeys")
	}
	a, err := s.c.Store.Account(person)
	if errs.Is(err, errs.NotFound) {
		return s.c.Store.Add(r.Context(), by, auth.NewAccount{Kind: auth.Person, Name: person, Roles: []auth.Role{auth.Admin}, Reason: "registered with a one-time link"})
	}
	if err == nil && a.Kind != auth.Person {
		err = errs.New(errs.Conflict, "%s is a program", a.Name)
	}
	return a, err
}

func (s *server) registerFinish(w http.ResponseWriter, r *http.Request) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	by, err := s.c.Store.Who(r)
	if err != nil {
		return nil, err
	}
	var step registration
	token, err := s.took(r, stepRegister, &step)
	if err != nil {
		return nil, err
	}
	if step.By != by.ID {
		return nil, errs.New(errs.Denied, "this was begun by somebody else").WithHint("Begin it again.")
	}
	c, err := p.Register(step.Person, step.Name, step.State, r.Body)
	if err != nil {
		return nil, err
	}
	if err := s.spend(w, stepRegister, token, http.SameSiteStrictMode); err != nil {
		return nil, err
	}
	if _, err := s.c.Store.AddPasskey(r.Context(), by, step.Person, c.ID, step.Key, c.Data); err != nil {
		return nil, err
	}
	return map[string]string{"id": c.ID, "person": step.Person}, nil
}

func (s *server) revoke(w http.ResponseWriter, r *http.Request) (any, error) {
	by, err := s.c.Store.Who(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	_, err = s.c.Store.RevokePasskey(r.Context(), by, in.ID, in.Reason)
	return struct{}{}, err
}

// away is the step between leaving for the identity provider and coming back.
type away struct {
	Flow oidc.Flow `json:"flow"`
	To   string    `json:"to"`
}

func (s *server) oidcStart(w http.ResponseWriter, r *http.Request) error {
	if s.c.Provider == nil {
		return errs.New(errs.NotFound, "no identity provider is configured").WithHint("[auth.oidc] in cordon.toml names one.")
	}
	to, f, err := s.c.Provider.Start(r.Context())
	if err != nil {
		return err
	}
	// Lax: the way back comes from the provider's site.
	if err := s.keep(w, stepOIDC, http.SameSiteLaxMode, away{f, local(r.URL.Query().Get("to"))}); err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *server) oidcCallback(w http.ResponseWriter, r *http.Request) error {
	if s.c.Provider == nil {
		return errs.New(errs.NotFound, "no identity provider is configured")
	}
	var step away
	token, err := s.took(r, stepOIDC, &step)
	if err != nil {
		return err
	}
	done, err := s.attempt(r, "oidc")
	if err != nil {
		return err
	}
	if err := done("oidc", s.comeBack(w, r, step, token)); err != nil {
		return err
	}
	// A redirect would still count as coming from the provider's site, and the session's
	// cookie stay behind (SameSite=Strict); a page of this site that leads on does not.
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return s.landing.Execute(w, step.To)
}

const landing = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={{.}}"><title>Cordon</title><p><a href="{{.}}">→</a></p>
`

func (s *server) comeBack(w http.ResponseWriter, r *http.Request, step away, token string) error {
	id, err := s.c.Provider.Finish(r.Context(), step.Flow, r.URL.Query())
	if err != nil {
		return err
	}
	if err := s.spend(w, stepOIDC, token, http.SameSiteLaxMode); err != nil {
		return err
	}
	g := oidc.Grants(s.c.Rules, id.Claims)
	admitted := auth.NotAdmitted
	if g.Fits > 0 {
		admitted = auth.Admitted
	}
	a, err := s.c.Store.Join(r.Context(), auth.Login{Issuer: id.Issuer, Subject: id.Subject}, id.Name, g.Org, admitted)
	if err != nil {
		return err
	}
	o := auth.Opening{By: "oidc", Clearance: g.Clearance}
	for _, name := range g.Roles {
		if role, err := auth.ParseRole(name); err == nil && !slices.Contains(o.Roles, role) {
			o.Roles = append(o.Roles, role)
		}
	}
	_, err = s.c.Store.SignIn(w, r, a.ID, o)
	return err
}
