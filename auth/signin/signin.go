package signin

import (
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/flow"
	"github.com/cordon-project/cordon/auth/oidc"
	"github.com/cordon-project/cordon/auth/passkey"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
)

// Base is the path under which everything lies.
const Base = "/auth/"

// Callback is the path to which the identity provider sends people back.
const Callback = Base + "oidc/callback"

// maxBody is the longest body of a request that is no answer of an authenticator.
const maxBody = 4 << 10

// stepLife is how long a sign-in may take from its beginning.
const stepLife = 10 * time.Minute

// Config is what the handlers stand on.
type Config struct {
	Store  *auth.Store
	Sealer *flow.Sealer
	// Party is the node for passkeys, Provider the identity provider; nil for none.
	Party    *passkey.Party
	Provider *oidc.Provider
	Rules    []oidc.Rule
	// Redeem uses a one-time link up and says whether it was good.
	Redeem func(token string) bool
	// Home is the address of the pages, to come back to after signing out elsewhere.
	Home    string
	Cookies auth.Cookies
	Log     *slog.Logger // nil for none
	// Failed shows a person that the way back from the identity provider failed; nil for
	// a plain answer.
	Failed func(w http.ResponseWriter, r *http.Request, err error)
}

type server struct {
	c       Config
	landing *template.Template
}

// New returns the handler of everything under Base.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{c, template.Must(template.New("landing").Parse(landing))}
	mux := http.NewServeMux()
	for pattern, do := range map[string]func(http.ResponseWriter, *http.Request) (any, error){
		"GET " + Base + "ways":                     s.ways,
		"GET " + Base + "me":                       s.me,
		"GET " + Base + "sessions":                 s.sessions,
		"POST " + Base + "sessions/end":            s.endSessions,
		"POST " + Base + "enter":                   s.enter,
		"POST " + Base + "leave":                   s.leave,
		"POST " + Base + "passkey/login/begin":     s.loginBegin,
		"POST " + Base + "passkey/login/finish":    s.loginFinish,
		"POST " + Base + "passkey/register/begin":  s.registerBegin,
		"POST " + Base + "passkey/register/finish": s.registerFinish,
		"POST " + Base + "passkey/revoke":          s.revoke,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			out, err := do(w, r)
			if err != nil {
				s.fail(w, err)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(out)
		})
	}
	mux.HandleFunc("GET "+Base+"oidc/start", s.navigate(s.oidcStart))
	mux.HandleFunc("GET "+Callback, s.navigate(s.oidcCallback))
	return http.NewCrossOriginProtection().Handler(headers(mux))
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // the address may hold a code
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		next.ServeHTTP(w, r)
	})
}

// waitError says that it is too early to try again.
type waitError struct{ wait time.Duration }

func (e waitError) Error() string { return "too many attempts" }

// problem is an error as RFC 9457 has it.
type problem struct {
	Type   string    `json:"type"`
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Detail string    `json:"detail"`
	Kind   errs.Kind `json:"kind"`
	Hint   string    `json:"hint,omitempty"`
}

// fail answers with an error. What was wrong with a proof is not told outside.
func (s *server) fail(w http.ResponseWriter, err error) {
	err = errs.Public(err)
	kind := errs.KindOf(err)
	status := errs.HTTPStatus(kind)
	detail, hint := errs.Message(err)
	var early waitError
	switch {
	case errors.As(err, &early):
		kind, status, detail, hint = errs.Unavailable, http.StatusTooManyRequests, "there were too many attempts", "Wait, then try again."
		w.Header().Set("Retry-After", strconv.Itoa(int((early.wait+time.Second-1)/time.Second)))
	case kind == errs.Internal:
		s.c.Log.Error("sign-in", "error", err)
		detail, hint = "Cordon failed; nothing was changed", "The node's log says more."
	case kind == errs.Denied:
		s.c.Log.Info("sign-in refused", "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{"urn:cordon:error:" + string(kind), http.StatusText(status), status, detail, kind, hint})
}

// navigate is a handler to which a browser goes, and not a page's program.
func (s *server) navigate(do func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := do(w, r)
		switch {
		case err == nil:
		case s.c.Failed != nil:
			s.c.Log.Info("sign-in refused", "error", err)
			s.c.Failed(w, r, errs.Public(err))
		default:
			s.fail(w, err)
		}
	}
}

// read reads a body of JSON; an empty one is the zero value.
func read(w http.ResponseWriter, r *http.Request, v any) error {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return errs.New(errs.Invalid, "the request is longer than %d bytes or broke off", maxBody)
	}
	if len(b) == 0 {
		return nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return errs.New(errs.Invalid, "the request is no JSON of this form")
	}
	return nil
}

// attempt begins one that is counted; done takes it back when it passed, and records
// when it did not.
func (s *server) attempt(r *http.Request, account string) (done func(rule string, err error) error, err error) {
	address := s.c.Store.Address(r)
	a, wait := s.c.Store.Guard().Begin(address, account)
	if wait > 0 {
		return nil, waitError{wait}
	}
	return func(rule string, err error) error {
		switch {
		case err == nil:
			a.Passed()
		case errs.Is(err, errs.Denied):
			return errors.Join(err, s.c.Store.Record(r.Context(), trail.Record{What: trail.Refused, Who: account, Via: rule, Address: address, Rule: "proof", Detail: why(err)}))
		}
		return err
	}, nil
}

// why is what an administrator may read of a refusal: the library's words, which have
// no secret in them.
func why(err error) string {
	var e *errs.Error
	if errors.As(err, &e) && e.Err != nil {
		return e.Err.Error()
	}
	return ""
}

func (s *server) ways(http.ResponseWriter, *http.Request) (any, error) {
	return map[string]bool{"passkey": s.c.Party != nil, "oidc": s.c.Provider != nil}, nil
}

// Me is who makes a request, as they may see it themselves.
type Me struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Kind      auth.Kind      `json:"kind"`
	Roles     []auth.Role    `json:"roles"`
	Clearance string         `json:"clearance"`
	Passkeys  []auth.Passkey `json:"passkeys"`
}

func (s *server) me(_ http.ResponseWriter, r *http.Request) (any, error) {
	p, err := s.c.Store.Who(r)
	if err != nil {
		return nil, err
	}
	m := Me{ID: p.ID, Name: p.Name, Kind: p.Kind, Roles: p.Roles, Clearance: p.Clearance.String(), Passkeys: []auth.Passkey{}}
	if p.Kind != auth.Owner {
		a, err := s.c.Store.Account(p.ID)
		if err != nil {
			return nil, err
		}
		m.Passkeys = append(m.Passkeys, a.Passkeys...)
	}
	return m, nil
}

func (s *server) sessions(_ http.ResponseWriter, r *http.Request) (any, error) {
	p, err := s.c.Store.Who(r)
	if err != nil {
		return nil, err
	}
	return s.c.Store.Sessions(r.Context(), p.ID)
}

func (s *server) endSessions(_ http.ResponseWriter, r *http.Request) (any, error) {
	p, err := s.c.Store.Who(r)
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.c.Store.EndSessions(r.Context(), p, p.ID)
}

func (s *server) enter(w http.ResponseWriter, r *http.Request) (any, error) {
	var in struct {
		Token string `json:"token"`
	}
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	done, err := s.attempt(r, "link")
	if err != nil {
		return nil, err
	}
	if s.c.Redeem == nil || !s.c.Redeem(in.Token) {
		return nil, done("link", errs.New(errs.Denied, "this link was used already, is too old or is not from this node").WithHint("Run cordon link for a new one."))
	}
	_, err = s.c.Store.SignIn(w, r, auth.OwnerID, auth.Opening{By: "link"})
	return struct{}{}, done("link", err)
}

func (s *server) leave(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := s.c.Store.SignOut(w, r); err != nil {
		return nil, err
	}
	out := map[string]string{}
	if s.c.Provider != nil {
		if to := s.c.Provider.Logout(r.Context(), s.c.Home); to != "" {
			out["elsewhere"] = to
		}
	}
	return out, nil
}

// keep puts a step into the browser; site says from where it may come back.
func (s *server) keep(w http.ResponseWriter, name string, site http.SameSite, value any) error {
	token, err := s.c.Sealer.Seal(name, stepLife, value)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.cookie(name, token, int(stepLife/time.Second), site))
	return nil
}

// took opens the step of a browser and returns its token.
func (s *server) took(r *http.Request, name string, value any) (string, error) {
	cookies := r.CookiesNamed(s.cookieName(name))
	if len(cookies) != 1 {
		return "", errs.New(errs.Denied, "this sign-in was not begun in this browser").WithHint("Begin it again.")
	}
	return cookies[0].Value, s.c.Sealer.Open(name, cookies[0].Value, value)
}

// spend uses a step up.
func (s *server) spend(w http.ResponseWriter, name, token string, site http.SameSite) error {
	http.SetCookie(w, s.cookie(name, "", -1, site))
	return s.c.Sealer.Spend(name, token)
}

func (s *server) cookieName(name string) string {
	if s.c.Cookies == auth.HTTPSOnly {
		return "__Host-cordon_" + name
	}
	return "cordon_" + name
}

func (s *server) cookie(name, value string, age int, site http.SameSite) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.c.Cookies == auth.HTTPSOnly, SameSite: site}
}

// local returns a path of this site, "/" for anything else.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n\t") || len(to) > 1024 {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}
