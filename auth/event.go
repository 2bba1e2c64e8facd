package auth

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// Change says what an event does.
type Change string

// The kinds of event.
const (
	OrgAdded        Change = "org-added"
	OrgDisabled     Change = "org-disabled"
	OrgEnabled      Change = "org-enabled"
	AccountAdded    Change = "account-added"
	AccountDisabled Change = "account-disabled"
	AccountEnabled  Change = "account-enabled"
	RoleGranted     Change = "role-granted"
	RoleRevoked     Change = "role-revoked"
	ClearanceSet    Change = "clearance-set"
	LoginAdded      Change = "login-added"
	PasskeyAdded    Change = "passkey-added"
	PasskeyRevoked  Change = "passkey-revoked"
	KeyAdded        Change = "key-added"
	KeyRevoked      Change = "key-revoked"
	CertAdded       Change = "certificate-added"
	CertRevoked     Change = "certificate-revoked"
)

// Event is one line of the file of accounts: what changed, by whom, why. The fields
// behind Reason are those of its kind.
type Event struct {
	Prev    string    `json:"prev"` // sha256 of the line before, in hex
	At      time.Time `json:"at"`
	By      string    `json:"by"` // id of the account that did it, or owner
	Change  Change    `json:"change"`
	Subject string    `json:"subject"` // id of the account or organisation
	Reason  string    `json:"reason,omitempty"`

	Kind      Kind     `json:"kind,omitempty"`
	Name      string   `json:"name,omitempty"`
	Org       string   `json:"org,omitempty"`
	Identity  string   `json:"identity,omitempty"`
	Roles     []Role   `json:"roles,omitempty"`
	Clearance string   `json:"clearance,omitempty"`
	Holds     []string `json:"holds,omitempty"`
	Login     *Login   `json:"login,omitempty"`

	Proof       string           `json:"proof,omitempty"` // id of the key or passkey, names of the certificate
	Sum         string           `json:"sum,omitempty"`   // SHA-256 of the key
	Data        json.RawMessage  `json:"data,omitempty"`  // of the passkey
	Purposes    []policy.Purpose `json:"purposes,omitempty"`
	Collections []string         `json:"collections,omitempty"`
	Ends        time.Time        `json:"ends,omitzero"`
}

// public is the event without what proves who somebody is.
func (e Event) public() Event {
	e.Sum, e.Data = "", nil
	return e
}

// state is what the events add up to.
type state struct {
	orgs     map[string]*Organisation
	accounts map[string]*Account
	logins   map[Login]string  // id of the account
	passkeys map[string]string // by credential id
	keys     map[string]string // by id of the key
	certs    map[string]string // by names, those in force
	events   []Event           // all, without secrets
}

func newState() *state {
	return &state{
		orgs: map[string]*Organisation{}, accounts: map[string]*Account{}, logins: map[Login]string{},
		passkeys: map[string]string{}, keys: map[string]string{}, certs: map[string]string{},
	}
}

// check says why an event cannot follow from what is there; apply adds it.
func (s *state) check(e Event) error {
	_, orgThere := s.orgs[e.Subject]
	a, there := s.accounts[e.Subject]
	switch e.Change {
	case OrgAdded:
		for _, o := range s.orgs {
			if o.Name == e.Name || o.Identity != "" && o.Identity == e.Identity {
				return errs.New(errs.Conflict, "the organisation %s is here already", o.Name)
			}
		}
		return full(len(s.orgs) >= maxOrgs)
	case OrgDisabled, OrgEnabled:
		if !orgThere {
			return notFound("organisation")
		}
		return nil
	case AccountAdded:
		return s.checkAdded(e, there)
	}
	if !there {
		return notFound("account")
	}
	return s.checkProof(a, e)
}

func (s *state) checkAdded(e Event, there bool) error {
	if there {
		return errs.New(errs.Conflict, "the account is here already")
	}
	if _, ok := s.orgs[e.Org]; !ok && e.Org != "" {
		return notFound("organisation")
	}
	for _, a := range s.accounts {
		if a.Kind == e.Kind && a.Name == e.Name && a.State == Active {
			return errs.New(errs.Conflict, "the %s %s is here already", a.Kind, a.Name).WithHint("Use another name, so that the two are not mistaken for one another.")
		}
	}
	if e.Login != nil && s.logins[*e.Login] != "" {
		return errs.New(errs.Conflict, "the sign-in belongs to another person")
	}
	return full(len(s.accounts) >= maxAccounts)
}

// checkProof checks what adds or ends a way to prove who somebody is.
func (s *state) checkProof(a *Account, e Event) error {
	owner := ""
	live := func(n int) error { return full(n >= MaxKeys) }
	switch e.Change {
	case LoginAdded:
		owner = s.logins[*e.Login]
		if err := live(len(a.Logins)); err != nil {
			return err
		}
	case PasskeyAdded:
		owner = s.passkeys[e.Proof]
		if err := live(a.passkeys()); err != nil {
			return err
		}
	case KeyAdded:
		owner = s.keys[e.Proof]
		if err := live(len(slices.DeleteFunc(slices.Clone(a.Keys), func(k Key) bool { return !k.Ended.IsZero() || !e.At.Before(k.Ends) }))); err != nil {
			return err
		}
	case CertAdded:
		owner = s.certs[e.Proof]
		if err := live(len(slices.DeleteFunc(slices.Clone(a.Certificates), func(c Certificate) bool { return !c.Ended.IsZero() }))); err != nil {
			return err
		}
	case PasskeyRevoked, KeyRevoked, CertRevoked:
		if !a.proves(e) {
			return notFound("key")
		}
	}
	if owner != "" {
		return errs.New(errs.Conflict, "it belongs to an account already")
	}
	return nil
}

// proves reports whether the account has what the event ends, in force.
func (a *Account) proves(e Event) bool {
	switch e.Change {
	case PasskeyRevoked:
		return slices.ContainsFunc(a.Passkeys, func(k Passkey) bool { return k.ID == e.Proof && k.Ended.IsZero() })
	case KeyRevoked:
		return slices.ContainsFunc(a.Keys, func(k Key) bool { return k.ID == e.Proof && k.Ended.IsZero() })
	}
	return slices.ContainsFunc(a.Certificates, func(c Certificate) bool { return c.Names == e.Proof && c.Ended.IsZero() })
}

func (s *state) apply(e Event) error {
	if err := s.check(e); err != nil {
		return err
	}
	s.events = append(s.events, e.public())
	switch e.Change {
	case OrgAdded:
		s.orgs[e.Subject] = &Organisation{ID: e.Subject, Name: e.Name, Identity: e.Identity, Clearance: e.Clearance, State: Active, History: []Event{e.public()}}
		return nil
	case OrgDisabled, OrgEnabled:
		o := s.orgs[e.Subject]
		o.State = map[Change]State{OrgDisabled: Disabled, OrgEnabled: Active}[e.Change]
		o.History = append(o.History, e.public())
		return nil
	case AccountAdded:
		s.accounts[e.Subject] = &Account{ID: e.Subject, Kind: e.Kind, Name: e.Name, Org: e.Org, Roles: e.Roles, Clearance: e.Clearance, Holds: e.Holds, State: Active}
	}
	a := s.accounts[e.Subject]
	a.History = append(a.History, e.public())
	return s.change(a, e)
}

func (s *state) change(a *Account, e Event) error {
	switch e.Change {
	case AccountAdded:
		s.login(a, e)
	case AccountDisabled:
		a.State = Disabled
	case AccountEnabled:
		a.State = Active
	case RoleGranted:
		a.Roles = append(slices.Clone(a.Roles), slices.DeleteFunc(slices.Clone(e.Roles), func(r Role) bool { return slices.Contains(a.Roles, r) })...)
		slices.Sort(a.Roles)
	case RoleRevoked:
		a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(r Role) bool { return slices.Contains(e.Roles, r) })
	case ClearanceSet:
		a.Clearance, a.Holds = e.Clearance, e.Holds
	case LoginAdded:
		s.login(a, e)
	case PasskeyAdded:
		a.Passkeys = append(a.Passkeys, Passkey{ID: e.Proof, Name: e.Name, Added: e.At, Data: e.Data})
		s.passkeys[e.Proof] = a.ID
	case PasskeyRevoked:
		end(a.Passkeys, func(k *Passkey) (string, *time.Time) { return k.ID, &k.Ended }, e)
	case KeyAdded:
		a.Keys = append(a.Keys, Key{ID: e.Proof, Name: e.Name, Roles: e.Roles, Purposes: e.Purposes, Collections: e.Collections, Added: e.At, Ends: e.Ends, sum: e.Sum})
		s.keys[e.Proof] = a.ID
	case KeyRevoked:
		end(a.Keys, func(k *Key) (string, *time.Time) { return k.ID, &k.Ended }, e)
	case CertAdded:
		a.Certificates = append(a.Certificates, Certificate{Names: e.Proof, Added: e.At})
		s.certs[e.Proof] = a.ID
	case CertRevoked:
		end(a.Certificates, func(c *Certificate) (string, *time.Time) { return c.Names, &c.Ended }, e)
		delete(s.certs, e.Proof)
	default:
		return errs.New(errs.Invalid, "there is no change of kind %q", e.Change)
	}
	return nil
}

func (s *state) login(a *Account, e Event) {
	if e.Login != nil {
		a.Logins = append(a.Logins, *e.Login)
		s.logins[*e.Login] = a.ID
	}
}

// end notes the end of the one proof in force that the event names.
func end[T any](all []T, of func(*T) (string, *time.Time), e Event) {
	for i := range all {
		if id, ended := of(&all[i]); id == e.Proof && ended.IsZero() {
			*ended = e.At
		}
	}
}

func notFound(what string) error {
	return errs.New(errs.NotFound, "there is no such %s", what).WithHint("cordon auth person list, program list and org list show what there is.")
}

func full(is bool) error {
	if is {
		return errs.New(errs.Conflict, "there are as many as there can be").WithHint("Revoke one that is not needed any more.")
	}
	return nil
}
