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

// NewKey is an API key to be made.
type NewKey struct {
	Program     string           `json:"program" doc:"Id or name"`
	Name        string           `json:"name,omitempty" doc:"What it is for"`
	Roles       []auth.Role      `json:"roles,omitempty" doc:"Of the program's; all of them if none is given"`
	Purposes    []policy.Purpose `json:"purposes,omitempty" doc:"All if none is given"`
	Collections []string         `json:"collections,omitempty" doc:"All if none is given"`
	Days        int              `json:"days" minimum:"1" maximum:"400"`
	Reason      string           `json:"reason,omitempty"`
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

// said is under whose name something is decided: a person who has signed in decides
// under their own, whatever the request says, so that one person is never two. The owner
// of the folder names who decides.
func said(ctx context.Context, given string) string {
	if p, ok := auth.From(ctx); ok && p.Kind != auth.Owner {
		return p.Name
	}
	return given
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
		add(s, http.MethodPost, path, "Add an account", func(ctx context.Context, in *one[auth.NewAccount]) (*one[auth.Account], error) {
			in.Body.Kind = kind
			return as(ctx, func(by auth.Principal) (auth.Account, error) { return s.c.Accounts.Add(ctx, by, in.Body) })
		})
	}
	type change struct {
		ID   string `path:"id"`
		Body auth.AccountChange
	}
	add(s, http.MethodPost, "/auth/accounts/{id}", "Change an account: its state, roles, clearance", func(ctx context.Context, in *change) (*one[auth.Account], error) {
		return as(ctx, func(by auth.Principal) (auth.Account, error) { return s.c.Accounts.Change(ctx, by, in.ID, in.Body) })
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
	add(s, http.MethodPost, "/auth/orgs", "Add an organisation", func(ctx context.Context, in *one[auth.NewOrganisation]) (*one[auth.Organisation], error) {
		return as(ctx, func(by auth.Principal) (auth.Organisation, error) {
			return s.c.Accounts.AddOrganisation(ctx, by, in.Body)
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

func (s *server) makeKey(ctx context.Context, by auth.Principal, n NewKey) (MadeKey, error) {
	k := auth.NewKey{Program: n.Program, Name: n.Name, Roles: n.Roles, Purposes: n.Purposes, Collections: n.Collections, Life: time.Duration(n.Days) * 24 * time.Hour, Reason: n.Reason}
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
