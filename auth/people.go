package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/auth/key"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// NewOrganisation is an organisation to be added.
type NewOrganisation struct {
	Name      string `json:"name"`
	Identity  string `json:"identity,omitempty" doc:"Id of its STIX identity: what it made it sees"`
	Clearance string `json:"clearance,omitempty" doc:"The highest level of its accounts; clear if it is not given"`
	Reason    string `json:"reason,omitempty"`
}

// AddOrganisation adds an organisation. Errors: errs.Denied for who may not,
// errs.Conflict when it is here, errs.Invalid.
func (s *Store) AddOrganisation(ctx context.Context, by Principal, n NewOrganisation) (_ Organisation, err error) {
	defer errs.Wrap(&err, "auth.AddOrganisation")
	if err := by.May(Manage); err != nil {
		return Organisation{}, err
	}
	e := Event{Change: OrgAdded, Identity: n.Identity, Reason: n.Reason}
	if e.Name, err = clean("the name", n.Name, MaxName); err != nil {
		return Organisation{}, err
	}
	if e.Clearance, err = levelText(n.Clearance); err != nil {
		return Organisation{}, err
	}
	if n.Identity != "" && (!strings.HasPrefix(n.Identity, "identity--") || !stix.ValidID(n.Identity)) {
		return Organisation{}, errs.New(errs.Invalid, "%q is not the id of an identity", n.Identity)
	}
	if err := mayGrant(by, "", e.Clearance, nil); err != nil {
		return Organisation{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.draw(idBytes)
	if err != nil {
		return Organisation{}, err
	}
	e.Subject = "org-" + id
	if err := s.put(ctx, by, e); err != nil {
		return Organisation{}, err
	}
	return *s.all.orgs[e.Subject], nil
}

// Organisations returns all organisations by name.
func (s *Store) Organisations() []Organisation {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []Organisation{}
	for _, o := range s.all.orgs {
		c := *o
		c.History = slices.Clone(o.History)
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Organisation) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return out
}

// SetOrganisation disables an organisation, and so all of its accounts, or enables it.
func (s *Store) SetOrganisation(ctx context.Context, by Principal, org string, to State, reason string) (err error) {
	defer errs.Wrap(&err, "auth.SetOrganisation")
	if err := by.May(Manage); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.org(org)
	if err != nil {
		return err
	}
	change, ok := map[State]Change{Active: OrgEnabled, Disabled: OrgDisabled}[to]
	if !ok || id == "" {
		return errs.New(errs.Invalid, "an organisation is active or disabled")
	}
	return s.put(ctx, by, Event{Change: change, Subject: id, Reason: reason})
}

// org finds an organisation by id or name; "" is none.
func (s *Store) org(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if _, ok := s.all.orgs[name]; ok {
		return name, nil
	}
	for _, o := range s.all.orgs {
		if o.Name == name {
			return o.ID, nil
		}
	}
	return "", notFound("organisation")
}

// NewAccount is an account to be added.
type NewAccount struct {
	Kind      Kind     `json:"kind,omitempty" doc:"As the path says"`
	Name      string   `json:"name"`
	Org       string   `json:"org,omitempty" doc:"Id or name of the organisation"`
	Roles     []Role   `json:"roles,omitempty" doc:"reader, analyst, releaser, screener, case-officer, auditor, admin"`
	Clearance string   `json:"clearance,omitempty" doc:"TLP level; clear if it is not given"`
	Holds     []string `json:"holds,omitempty" doc:"Ids of marking definitions"`
	Login     *Login   `json:"login,omitempty" doc:"Of a person, if it is known"`
	Reason    string   `json:"reason,omitempty"`
}

// Add adds a person or a program. Nothing is granted that is not named. Errors: those
// of AddOrganisation.
func (s *Store) Add(ctx context.Context, by Principal, n NewAccount) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Add")
	if err := by.May(Manage); err != nil {
		return Account{}, err
	}
	if err := mayGrant(by, "", n.Clearance, n.Holds); err != nil {
		return Account{}, err
	}
	return s.add(ctx, by, n)
}

func (s *Store) add(ctx context.Context, by Principal, n NewAccount) (Account, error) {
	e := Event{Change: AccountAdded, Kind: n.Kind, Holds: n.Holds, Login: n.Login, Reason: n.Reason}
	var err error
	if e.Name, err = clean("the name", n.Name, MaxName); err != nil {
		return Account{}, err
	}
	if e.Roles, err = cleanRoles(n.Roles); err != nil {
		return Account{}, err
	}
	if e.Clearance, err = levelText(n.Clearance); err != nil {
		return Account{}, err
	}
	if err := cleanHolds(n.Holds); err != nil {
		return Account{}, err
	}
	if n.Login != nil && (n.Kind != Person || n.Login.Issuer == "" || n.Login.Subject == "" || len(n.Login.Issuer)+len(n.Login.Subject) > maxSubject) {
		return Account{}, errs.New(errs.Invalid, "the sign-in has no issuer or no subject, or they are too long")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Org, err = s.org(n.Org); err != nil {
		return Account{}, err
	}
	id, err := s.draw(idBytes)
	if err != nil {
		return Account{}, err
	}
	e.Subject = string(n.Kind) + "-" + id
	if err := s.put(ctx, by, e); err != nil {
		return Account{}, err
	}
	return s.all.accounts[e.Subject].copied(), nil
}

// Accounts returns all accounts of a kind, by name.
func (s *Store) Accounts(ctx context.Context, kind Kind) ([]Account, error) {
	uses, err := s.uses(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []Account{}
	for _, a := range s.all.accounts {
		if a.Kind == kind {
			out = append(out, withUses(a.copied(), uses))
		}
	}
	slices.SortFunc(out, func(a, b Account) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return out, nil
}

// Account returns an account by its id, or by the name of an active one.
func (s *Store) Account(name string) (Account, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.find(name)
	if err != nil {
		return Account{}, err
	}
	return a.copied(), nil
}

func (s *Store) find(name string) (*Account, error) {
	if a, ok := s.all.accounts[name]; ok {
		return a, nil
	}
	var found *Account
	for _, a := range s.all.accounts {
		if a.Name == name && a.State == Active {
			if found != nil {
				return nil, errs.New(errs.Conflict, "a person and a program have the name %s", name).WithHint("Give the id.")
			}
			found = a
		}
	}
	if found == nil {
		return nil, notFound("account")
	}
	return found, nil
}

// change finds an account, lets make build the event for it, and puts it. The account
// is returned as it is then; its sessions are ended when what it may has changed.
func (s *Store) change(ctx context.Context, by Principal, account string, make func(a *Account) (Event, error)) (Account, error) {
	if err := by.May(Manage); err != nil {
		return Account{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.find(account)
	if err != nil {
		return Account{}, err
	}
	e, err := make(a)
	if err != nil {
		return Account{}, err
	}
	e.Subject = a.ID
	if err := s.put(ctx, by, e); err != nil {
		return Account{}, err
	}
	switch e.Change {
	case AccountDisabled, RoleGranted, RoleRevoked, ClearanceSet, PasskeyRevoked:
		// A session that was opened with other rights is worth nothing from now on.
		if err := s.endSessions(ctx, a.ID); err != nil {
			return Account{}, err
		}
	}
	return a.copied(), nil
}

// Disable keeps an account out, with all that it has; Enable lets it in again.
func (s *Store) Disable(ctx context.Context, by Principal, account, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Disable")
	return s.change(ctx, by, account, func(a *Account) (Event, error) {
		if a.State == Disabled {
			return Event{}, errs.New(errs.Conflict, "%s is disabled already", a.Name)
		}
		return Event{Change: AccountDisabled, Reason: reason}, nil
	})
}

// Enable lets an account in again.
func (s *Store) Enable(ctx context.Context, by Principal, account, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Enable")
	return s.change(ctx, by, account, func(a *Account) (Event, error) {
		if a.State == Active {
			return Event{}, errs.New(errs.Conflict, "%s is active already", a.Name)
		}
		return Event{Change: AccountEnabled, Reason: reason}, mayGrant(by, a.ID, a.Clearance, a.Holds)
	})
}

// Grant gives roles to an account, which ends its sessions. errs.Denied for one's own.
func (s *Store) Grant(ctx context.Context, by Principal, account, reason string, roles ...Role) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Grant")
	return s.change(ctx, by, account, func(a *Account) (Event, error) {
		rs, err := cleanRoles(roles)
		if err == nil && len(rs) == 0 {
			err = errs.New(errs.Invalid, "no role is named")
		}
		if err == nil {
			err = mayGrant(by, a.ID, "", nil)
		}
		return Event{Change: RoleGranted, Roles: rs, Reason: reason}, err
	})
}

// Revoke takes roles from an account, which ends its sessions.
func (s *Store) Revoke(ctx context.Context, by Principal, account, reason string, roles ...Role) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Revoke")
	return s.change(ctx, by, account, func(*Account) (Event, error) {
		rs, err := cleanRoles(roles)
		if err == nil && len(rs) == 0 {
			err = errs.New(errs.Invalid, "no role is named")
		}
		return Event{Change: RoleRevoked, Roles: rs, Reason: reason}, err
	})
}

// Clear sets the clearance of an account and the markings that it holds, which ends
// its sessions. errs.Denied for more than one has, and for oneself.
func (s *Store) Clear(ctx context.Context, by Principal, account, clearance string, holds []string, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Clear")
	return s.change(ctx, by, account, func(a *Account) (Event, error) {
		l, err := levelText(clearance)
		if err == nil {
			err = cleanHolds(holds)
		}
		if err == nil {
			err = mayGrant(by, a.ID, l, holds)
		}
		return Event{Change: ClearanceSet, Clearance: l, Holds: holds, Reason: reason}, err
	})
}

// AccountChange changes an account: what is empty stays.
type AccountChange struct {
	State     State     `json:"state,omitempty" enum:"active,disabled"`
	Grant     []Role    `json:"grant,omitempty"`
	Revoke    []Role    `json:"revoke,omitempty"`
	Clearance string    `json:"clearance,omitempty" doc:"TLP level"`
	Holds     *[]string `json:"holds,omitempty" doc:"Ids of marking definitions, with a clearance"`
	Reason    string    `json:"reason,omitempty"`
}

// Change changes an account, step by step: what takes away goes first, so that when a
// later step is refused less is open and not more. Its errors are those of the steps.
func (s *Store) Change(ctx context.Context, by Principal, account string, c AccountChange) (a Account, err error) {
	defer errs.Wrap(&err, "auth.Change")
	if _, err := cleanRoles(slices.Concat(c.Grant, c.Revoke)); err != nil {
		return a, err
	}
	if a, err = s.Account(account); err != nil {
		return a, err
	}
	holds := a.Holds
	if c.Holds != nil {
		holds = *c.Holds
	}
	for _, step := range []struct {
		wanted bool
		do     func() (Account, error)
	}{
		{c.State == Disabled, func() (Account, error) { return s.Disable(ctx, by, a.ID, c.Reason) }},
		{len(c.Revoke) > 0, func() (Account, error) { return s.Revoke(ctx, by, a.ID, c.Reason, c.Revoke...) }},
		{c.Clearance != "", func() (Account, error) { return s.Clear(ctx, by, a.ID, c.Clearance, holds, c.Reason) }},
		{len(c.Grant) > 0, func() (Account, error) { return s.Grant(ctx, by, a.ID, c.Reason, c.Grant...) }},
		{c.State == Active, func() (Account, error) { return s.Enable(ctx, by, a.ID, c.Reason) }},
	} {
		if !step.wanted {
			continue
		}
		if a, err = step.do(); err != nil {
			return a, err
		}
	}
	return a, nil
}

// NewKey is an API key to be made.
type NewKey struct {
	Program     string // id or name
	Name        string // what it is for
	Roles       []Role // of the program's; none for all of them as they are now
	Purposes    []policy.Purpose
	Collections []string // nil for all
	Life        time.Duration
	Reason      string
}

// CreateKey makes an API key for a program and returns it: the only time that it can
// be read. Errors: errs.Denied, errs.Invalid, errs.NotFound, errs.Conflict when the
// program has [MaxKeys].
func (s *Store) CreateKey(ctx context.Context, by Principal, n NewKey) (_ key.Key, _ Key, err error) {
	defer errs.Wrap(&err, "auth.CreateKey")
	k, err := key.New(s.o.Random)
	if err != nil {
		return key.Key{}, Key{}, err
	}
	a, err := s.change(ctx, by, n.Program, func(a *Account) (Event, error) { return s.newKey(by, a, k, n) })
	if err != nil {
		return key.Key{}, Key{}, err
	}
	return k, a.Keys[len(a.Keys)-1], nil
}

func (s *Store) newKey(by Principal, a *Account, k key.Key, n NewKey) (e Event, err error) {
	e = Event{Change: KeyAdded, Proof: k.ID, Sum: s.sumOf(k), Purposes: n.Purposes, Collections: n.Collections, Reason: n.Reason}
	if a.Kind != Program {
		return e, errs.New(errs.Invalid, "%s is a person; keys are for programs", a.Name).WithHint("Add a program: cordon auth program add.")
	}
	if err := mayGrant(by, a.ID, a.Clearance, a.Holds); err != nil {
		return e, err
	}
	if n.Name != "" {
		if e.Name, err = clean("the name", n.Name, MaxName); err != nil {
			return e, err
		}
	}
	if e.Roles, err = cleanRoles(n.Roles); err != nil {
		return e, err
	}
	if len(e.Roles) == 0 {
		e.Roles = a.Roles
	}
	for _, r := range e.Roles {
		if !slices.Contains(a.Roles, r) {
			return e, errs.New(errs.Invalid, "%s does not have the role %s", a.Name, r).WithHint("Grant it to the program first.")
		}
	}
	for _, p := range n.Purposes {
		if !p.Known() {
			return e, errs.New(errs.Invalid, "%q is no purpose", p).WithHint("Purposes are reading, network-defence, screening, law-enforcement and exchange.")
		}
	}
	if len(n.Collections) > MaxScope {
		return e, errs.New(errs.Invalid, "more than %d collections", MaxScope)
	}
	for _, c := range n.Collections {
		if _, err := clean("a collection", c, MaxName); err != nil {
			return e, err
		}
	}
	if n.Life <= 0 || n.Life > MaxKeyDays*24*time.Hour {
		return e, errs.New(errs.Invalid, "a key ends within %d days", MaxKeyDays).WithHint("Give its days; make another before it ends.")
	}
	e.Ends = s.o.Clock().UTC().Add(n.Life)
	return e, nil
}

// RevokeKey ends an API key at once, by its id.
func (s *Store) RevokeKey(ctx context.Context, by Principal, id, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.RevokeKey")
	id = strings.TrimPrefix(id, key.Prefix)
	s.mu.RLock()
	account, ok := s.all.keys[id]
	s.mu.RUnlock()
	if !ok {
		if err := by.May(Manage); err != nil {
			return Account{}, err
		}
		return Account{}, notFound("key")
	}
	return s.change(ctx, by, account, func(*Account) (Event, error) { return Event{Change: KeyRevoked, Proof: id, Reason: reason}, nil })
}

// BindCertificate lets who shows a client certificate be a program.
func (s *Store) BindCertificate(ctx context.Context, by Principal, program, names, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.BindCertificate")
	return s.change(ctx, by, program, func(a *Account) (Event, error) {
		n, err := certificateNames(names)
		if err == nil && a.Kind != Program {
			err = errs.New(errs.Invalid, "%s is a person; certificates are for programs", a.Name)
		}
		if err == nil {
			err = mayGrant(by, a.ID, a.Clearance, a.Holds)
		}
		return Event{Change: CertAdded, Proof: n, Reason: reason}, err
	})
}

// RevokeCertificate ends what BindCertificate did.
func (s *Store) RevokeCertificate(ctx context.Context, by Principal, names, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.RevokeCertificate")
	n, err := certificateNames(names)
	if err != nil {
		return Account{}, err
	}
	s.mu.RLock()
	account := s.all.certs[n]
	s.mu.RUnlock()
	return s.change(ctx, by, account, func(*Account) (Event, error) { return Event{Change: CertRevoked, Proof: n, Reason: reason}, nil })
}

// AddPasskey gives a person a passkey that they registered: data is its room's. Who
// registers it is the person or, for the first one, the owner.
func (s *Store) AddPasskey(ctx context.Context, by Principal, person, id, name string, data json.RawMessage) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.AddPasskey")
	if by.Kind != Owner && by.ID != person {
		return Account{}, errs.New(errs.Denied, "a passkey is registered by the person whose it is")
	}
	if name, err = clean("the name of the passkey", name, MaxName); err != nil {
		return Account{}, err
	}
	if len(data) > maxPasskey || id == "" || len(id) > 2<<10 {
		return Account{}, errs.New(errs.Invalid, "the passkey is too large")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.all.accounts[person]
	if !ok || a.Kind != Person || a.State != Active {
		return Account{}, notFound("person")
	}
	if err := s.put(ctx, by, Event{Change: PasskeyAdded, Subject: a.ID, Proof: id, Name: name, Data: data}); err != nil {
		return Account{}, err
	}
	return a.copied(), nil
}

// RevokePasskey ends a passkey and the person's sessions: the person themselves can,
// and an administrator.
func (s *Store) RevokePasskey(ctx context.Context, by Principal, id, reason string) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.RevokePasskey")
	s.mu.Lock()
	defer s.mu.Unlock()
	person, ok := s.all.passkeys[id]
	if by.Kind != Person || by.ID != person {
		if err := by.May(Manage); err != nil {
			return Account{}, err
		}
	}
	if !ok {
		return Account{}, notFound("passkey")
	}
	if err := s.put(ctx, by, Event{Change: PasskeyRevoked, Subject: person, Proof: id, Reason: reason}); err != nil {
		return Account{}, err
	}
	return s.all.accounts[person].copied(), s.endSessions(ctx, person)
}

// History returns what was changed, newest first: of one account or organisation, or
// of all for "".
func (s *Store) History(subject string, limit int) []Event {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []Event{}
	for _, e := range slices.Backward(s.all.events) {
		if len(out) == limit {
			break
		}
		if subject == "" || e.Subject == subject {
			out = append(out, e)
		}
	}
	return out
}

// Join returns the person whom an identity provider knows by a login. One who is new is
// added when admitted says that the provider's claims grant something: without roles and
// clearance of their own, since what the provider grants holds for a session. errs.Denied
// for somebody who is not known and not admitted.
func (s *Store) Join(ctx context.Context, l Login, name, org string, admitted Admission) (_ Account, err error) {
	defer errs.Wrap(&err, "auth.Join")
	s.mu.RLock()
	a := s.all.accounts[s.all.logins[l]]
	s.mu.RUnlock()
	if a != nil {
		return s.Account(a.ID)
	}
	if admitted != Admitted {
		return Account{}, denied()
	}
	by := Principal{Kind: Program, ID: "oidc", Name: "identity provider", Via: ByKey}
	n := NewAccount{Kind: Person, Name: name, Org: org, Login: &l, Reason: "first sign-in at the identity provider"}
	got, err := s.add(ctx, by, n)
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Invalid) { // a namesake, or a name that cannot be shown
		n.Name = "person " + l.Subject[:min(len(l.Subject), MaxName-len("person "))]
		got, err = s.add(ctx, by, n)
	}
	return got, err
}

// Admission says whether a provider's claims grant something here.
type Admission string

// The admissions.
const (
	Admitted    Admission = "admitted"
	NotAdmitted Admission = ""
)
