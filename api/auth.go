package api

import (
	"context"
	"net/http"
	"time"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// NewOrganisation is an organisation to be added.
type NewOrganisation struct {
	Name      string `json:"name"`
	Identity  string `json:"identity,omitempty" doc:"Id of its STIX identity: what it made it sees"`
	Clearance string `json:"clearance,omitempty" doc:"The highest level of its accounts; clear if it is not given"`
	Reason    string `json:"reason,omitempty"`
}

// NewAccount is a person or a program to be added. Nothing is granted that is not named.
type NewAccount struct {
	Name      string   `json:"name"`
	Org       string   `json:"org,omitempty" doc:"Id or name of the organisation"`
	Roles     []string `json:"roles,omitempty" doc:"reader, analyst, releaser, screener, case-officer, auditor, admin"`
	Clearance string   `json:"clearance,omitempty" doc:"TLP level; clear if it is not given"`
	Holds     []string `json:"holds,omitempty" doc:"Ids of marking definitions"`
	Issuer    string   `json:"issuer,omitempty" doc:"Of a person: the identity provider"`
	Subject   string   `json:"subject,omitempty" doc:"Of a person: who they are there"`
	Reason    string   `json:"reason,omitempty"`
}

// AccountChange changes an account: what is empty stays.
type AccountChange struct {
	State     string    `json:"state,omitempty" enum:"active,disabled"`
	Grant     []string  `json:"grant,omitempty" doc:"Roles"`
	Revoke    []string  `json:"revoke,omitempty" doc:"Roles"`
	Clearance string    `json:"clearance,omitempty" doc:"TLP level"`
	Holds     *[]string `json:"holds,omitempty" doc:"Ids of marking definitions, with a clearance"`
	Reason    string    `json:"reason,omitempty"`
}

// NewKey is an API key to be made.
type NewKey struct {
	Program     string   `json:"program" doc:"Id or name"`
	Name        string   `json:"name,omitempty" doc:"What it is for"`
	Roles       []string `json:"roles,omitempty" doc:"Of the program's; all of them if none is given"`
	Purposes    []string `json:"purposes,omitempty" doc:"All if none is given"`
	Collections []string `json:"collections,omitempty" doc:"All if none is given"`
	Days        int      `json:"days" minimum:"1" maximum:"400"`
	Reason      string   `json:"reason,omitempty"`
}

// MadeKey is a key as it is shown once.
type MadeKey struct {
	Secret string   `json:"secret" doc:"The key itself: it cannot be shown again"`
	Key    auth.Key `json:"key"`
}

// Certificate binds client certificates to a program.
type Certificate struct {
	Program string `json:"program,omitempty" doc:"Id or name; not to revoke"`
	Names   string `json:"names" doc:"sha256:FINGERPRINT, spiffe://…, or subject:NAME"`
	Reason  string `json:"reason,omitempty"`
}

// Revocation ends a key.
type Revocation struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"`
}

// Who is who makes a request.
type Who struct {
	ID        string      `json:"id"`
	Kind      auth.Kind   `json:"kind"`
	Name      string      `json:"name"`
	Org       string      `json:"org,omitempty"`
	Roles     []auth.Role `json:"roles"`
	Clearance string      `json:"clearance"`
	Via       auth.Via    `json:"via"`
}

func roles(names []string) (out []auth.Role, err error) {
	for _, n := range names {
		r, err := auth.ParseRole(n)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// asker is who makes a request.
func asker(ctx context.Context) (auth.Principal, error) {
	p, ok := auth.From(ctx)
	if !ok {
		return p, errs.New(errs.Denied, "it is not known who asks")
	}
	return p, nil
}

// as does something as who makes the request.
func as[T any](ctx context.Context, do func(by auth.Principal) (T, error)) (*one[T], error) {
	by, err := asker(ctx)
	if err != nil {
		return nil, err
	}
	v, err := do(by)
	return &one[T]{v}, err
}

type nothing struct{}

func (s *server) accounts() {
	add(s, http.MethodGet, "/whoami", "Who the node takes you for", func(ctx context.Context, _ *struct{}) (*one[Who], error) {
		return as(ctx, func(p auth.Principal) (Who, error) {
			return Who{p.ID, p.Kind, p.Name, p.Org, p.Roles, p.Clearance.String(), p.Via}, nil
		})
	})
	s.organisations()
	for path, kind := range map[string]auth.Kind{"/auth/people": auth.Person, "/auth/programs": auth.Program} {
		add(s, http.MethodGet, path, "Accounts with their roles, keys and history", func(ctx context.Context, _ *struct{}) (*one[[]auth.Account], error) {
			all, err := s.c.Accounts.Accounts(ctx, kind)
			return &one[[]auth.Account]{all}, err
		})
		add(s, http.MethodPost, path, "Add an account", func(ctx context.Context, in *one[NewAccount]) (*one[auth.Account], error) {
			return as(ctx, func(by auth.Principal) (auth.Account, error) { return s.addAccount(ctx, by, kind, in.Body) })
		})
	}
	type change struct {
		ID   string `path:"id"`
		Body AccountChange
	}
	add(s, http.MethodPost, "/auth/accounts/{id}", "Change an account: its state, roles, clearance", func(ctx context.Context, in *change) (*one[auth.Account], error) {
		return as(ctx, func(by auth.Principal) (auth.Account, error) { return s.changeAccount(ctx, by, in.ID, in.Body) })
	})
	type id struct {
		ID string `path:"id"`
	}
	add(s, http.MethodPost, "/auth/accounts/{id}/sessions/end", "End all sessions of an account", func(ctx context.Context, in *id) (*one[nothing], error) {
		return as(ctx, func(by auth.Principal) (nothing, error) {
			a, err := s.c.Accounts.Account(in.ID)
			if err != nil {
				return nothing{}, err
			}
			return nothing{}, s.c.Accounts.EndSessions(ctx, by, a.ID)
		})
	})
	s.proofs()
	s.audit()
}

func (s *server) organisations() {
	add(s, http.MethodGet, "/auth/orgs", "Organisations", func(context.Context, *struct{}) (*one[[]auth.Organisation], error) {
		return &one[[]auth.Organisation]{s.c.Accounts.Organisations()}, nil
	})
	add(s, http.MethodPost, "/auth/orgs", "Add an organisation", func(ctx context.Context, in *one[NewOrganisation]) (*one[auth.Organisation], error) {
		return as(ctx, func(by auth.Principal) (auth.Organisation, error) {
			n := in.Body
			return s.c.Accounts.AddOrganisation(ctx, by, auth.NewOrganisation{Name: n.Name, Identity: n.Identity, Clearance: n.Clearance, Reason: n.Reason})
		})
	})
	type state struct {
		ID   string `path:"id"`
		Body struct {
			State  string `json:"state" enum:"active,disabled"`
			Reason string `json:"reason,omitempty"`
		}
	}
	add(s, http.MethodPost, "/auth/orgs/{id}", "Disable an organisation with all of its accounts, or enable it", func(ctx context.Context, in *state) (*one[nothing], error) {
		return as(ctx, func(by auth.Principal) (nothing, error) {
			return nothing{}, s.c.Accounts.SetOrganisation(ctx, by, in.ID, auth.State(in.Body.State), in.Body.Reason)
		})
	})
}

// proofs registers what is by which programs prove who they are.
func (s *server) proofs() {
	add(s, http.MethodPost, "/auth/keys", "Make an API key for a program; it is shown once", func(ctx context.Context, in *one[NewKey]) (*one[MadeKey], error) {
		return as(ctx, func(by auth.Principal) (MadeKey, error) { return s.makeKey(ctx, by, in.Body) })
	})
	add(s, http.MethodPost, "/auth/keys/revoke", "End an API key at once", func(ctx context.Context, in *one[Revocation]) (*one[auth.Account], error) {
		return as(ctx, func(by auth.Principal) (auth.Account, error) {
			return s.c.Accounts.RevokeKey(ctx, by, in.Body.ID, in.Body.Reason)
		})
	})
	add(s, http.MethodPost, "/auth/certificates", "Bind a client certificate to a program", func(ctx context.Context, in *one[Certificate]) (*one[auth.Account], error) {
		return as(ctx, func(by auth.Principal) (auth.Account, error) {
			return s.c.Accounts.BindCertificate(ctx, by, in.Body.Program, in.Body.Names, in.Body.Reason)
		})
	})
	add(s, http.MethodPost, "/auth/certificates/revoke", "Take a client certificate from its program", func(ctx context.Context, in *one[Certificate]) (*one[auth.Account], error) {
		return as(ctx, func(by auth.Principal) (auth.Account, error) {
			return s.c.Accounts.RevokeCertificate(ctx, by, in.Body.Names, in.Body.Reason)
		})
	})
}

func (s *server) addAccount(ctx context.Context, by auth.Principal, kind auth.Kind, n NewAccount) (auth.Account, error) {
	rs, err := roles(n.Roles)
	if err != nil {
		return auth.Account{}, err
	}
	a := auth.NewAccount{Kind: kind, Name: n.Name, Org: n.Org, Roles: rs, Clearance: n.Clearance, Holds: n.Holds, Reason: n.Reason}
	if n.Issuer != "" || n.Subject != "" {
		a.Login = &auth.Login{Issuer: n.Issuer, Subject: n.Subject}
	}
	return s.c.Accounts.Add(ctx, by, a)
}

func (s *server) changeAccount(ctx context.Context, by auth.Principal, id string, c AccountChange) (a auth.Account, err error) {
	grant, err := roles(c.Grant)
	if err != nil {
		return a, err
	}
	revoke, err := roles(c.Revoke)
	if err != nil {
		return a, err
	}
	if a, err = s.c.Accounts.Account(id); err != nil {
		return a, err
	}
	store, holds := s.c.Accounts, a.Holds
	if c.Holds != nil {
		holds = *c.Holds
	}
	// What takes away goes first: when a later step is refused, less is open and not more.
	for _, step := range []struct {
		wanted bool
		do     func() (auth.Account, error)
	}{
		{c.State == string(auth.Disabled), func() (auth.Account, error) { return store.Disable(ctx, by, a.ID, c.Reason) }},
		{len(revoke) > 0, func() (auth.Account, error) { return store.Revoke(ctx, by, a.ID, c.Reason, revoke...) }},
		{c.Clearance != "", func() (auth.Account, error) { return store.Clear(ctx, by, a.ID, c.Clearance, holds, c.Reason) }},
		{len(grant) > 0, func() (auth.Account, error) { return store.Grant(ctx, by, a.ID, c.Reason, grant...) }},
		{c.State == string(auth.Active), func() (auth.Account, error) { return store.Enable(ctx, by, a.ID, c.Reason) }},
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

func (s *server) makeKey(ctx context.Context, by auth.Principal, n NewKey) (MadeKey, error) {
	rs, err := roles(n.Roles)
	if err != nil {
		return MadeKey{}, err
	}
	k := auth.NewKey{Program: n.Program, Name: n.Name, Roles: rs, Collections: n.Collections, Life: time.Duration(n.Days) * 24 * time.Hour, Reason: n.Reason}
	for _, p := range n.Purposes {
		k.Purposes = append(k.Purposes, policy.Purpose(p))
	}
	made, kept, err := s.c.Accounts.CreateKey(ctx, by, k)
	if err != nil {
		return MadeKey{}, err
	}
	return MadeKey{made.Reveal(), kept}, nil
}

// AuditFilter selects records of the trail.
type AuditFilter struct {
	Before int64     `query:"before" minimum:"0" doc:"Records before this number"`
	What   string    `query:"what" enum:"read,sign-in,sign-out,refused,change,release"`
	Who    string    `query:"who" doc:"Id of an account"`
	Object string    `query:"object" doc:"Id of an object"`
	Since  time.Time `query:"since"`
	Limit  int       `query:"limit" minimum:"0" maximum:"1000"`
}

func (s *server) audit() {
	add(s, http.MethodGet, "/audit", "Who read what is restricted, who signed in, who was refused; newest first", func(ctx context.Context, in *AuditFilter) (*one[[]trail.Record], error) {
		rs, err := s.c.Trail.List(ctx, trail.Filter{Before: in.Before, What: trail.What(in.What), Who: in.Who, Object: in.Object, Since: in.Since, Limit: in.Limit})
		return &one[[]trail.Record]{rs}, err
	})
	add(s, http.MethodGet, "/audit/verify", "Compute every hash of the trail anew", func(ctx context.Context, _ *struct{}) (*one[trail.Head], error) {
		h, err := s.c.Trail.Verify(ctx)
		return &one[trail.Head]{h}, err
	})
	type history struct {
		Subject string `query:"subject" doc:"Id of an account or organisation"`
		Limit   int    `query:"limit" minimum:"0" maximum:"1000" default:"100"`
	}
	add(s, http.MethodGet, "/auth/history", "What was changed of accounts, by whom, why; newest first", func(_ context.Context, in *history) (*one[[]auth.Event], error) {
		return &one[[]auth.Event]{s.c.Accounts.History(in.Subject, in.Limit)}, nil
	})
}
