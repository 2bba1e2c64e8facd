package api

import (
	"context"
	"iter"
	"net/http"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Identities says which parties of several lists are one. The node does: see
// package identity.
type Identities interface {
	Groups(ctx context.Context, v policy.Viewer) iter.Seq2[identity.Group, error]
	Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error)
	Weigh(ctx context.Context, v policy.Viewer, a, b string) (identity.Weighed, error)
	Questions(ctx context.Context, v policy.Viewer, limit int) ([]identity.Question, int, error)
	Decide(ctx context.Context, v policy.Viewer) (identity.Report, error)
	State(ctx context.Context, v policy.Viewer, a, b string, same bool, by, why string) (record.SameParty, error)
	Split(ctx context.Context, v policy.Viewer, parties []string, by, why string) ([]record.SameParty, error)
}

// OpenPairs are pairs of entries that wait for a person.
type OpenPairs struct {
	Pairs []identity.Question `json:"pairs"`
	Total int                 `json:"total" doc:"How many there are; pairs has the first of them"`
}

// Stated is a person's decision on two parties.
type Stated struct {
	Parties [2]string `json:"parties" doc:"Ids of two parties"`
	Same    bool      `json:"same" doc:"Whether they are one"`
	By      string    `json:"by" doc:"Who decides"`
	Why     string    `json:"why" doc:"What settles it, in a sentence"`
}

// Parted are parties that do not belong to their group.
type Parted struct {
	Parties []string `json:"parties" doc:"Ids of parties of one group that do not belong to its others"`
	By      string   `json:"by" doc:"Who decides"`
	Why     string   `json:"why" doc:"What settles it, in a sentence"`
}

// identities registers which parties are one.
func (s *server) identities() {
	type party struct {
		ID string `path:"id" doc:"Id of a party"`
	}
	add(s, http.MethodGet, "/parties/{id}/group", "The entries of all lists that are this party, with the decisions that join them", func(ctx context.Context, in *party) (*one[identity.Group], error) {
		g, err := s.c.Identities.Group(ctx, viewer(ctx), in.ID)
		return &one[identity.Group]{g}, err
	})
	type pair struct {
		A string `query:"a" required:"true" doc:"Id of a party"`
		B string `query:"b" required:"true" doc:"Id of another"`
	}
	add(s, http.MethodGet, "/identity/weigh", "What speaks for and against two parties being one", func(ctx context.Context, in *pair) (*one[identity.Weighed], error) {
		w, err := s.c.Identities.Weigh(ctx, viewer(ctx), in.A, in.B)
		return &one[identity.Weighed]{w}, err
	})
	type page struct {
		Limit int `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	add(s, http.MethodGet, "/identity/open", "Pairs of entries that wait for a person, those about the DPRK first", func(ctx context.Context, in *page) (*one[OpenPairs], error) {
		qs, total, err := s.c.Identities.Questions(ctx, viewer(ctx), in.Limit)
		return &one[OpenPairs]{OpenPairs{qs, total}}, err
	})
	add(s, http.MethodPost, "/identity/decide", "Let the rules decide on all pairs anew", func(ctx context.Context, _ *struct{}) (*one[identity.Report], error) {
		r, err := s.c.Identities.Decide(ctx, viewer(ctx))
		return &one[identity.Report]{r}, err
	})
	type stated struct{ Body Stated }
	add(s, http.MethodPost, "/identity/state", "State that two parties are one, or that they are not", func(ctx context.Context, in *stated) (*one[record.SameParty], error) {
		d, err := s.c.Identities.State(ctx, viewer(ctx), in.Body.Parties[0], in.Body.Parties[1], in.Body.Same, said(ctx, in.Body.By), in.Body.Why)
		return &one[record.SameParty]{d}, err
	})
	type parted struct{ Body Parted }
	add(s, http.MethodPost, "/identity/split", "Take parties out of their group", func(ctx context.Context, in *parted) (*one[[]record.SameParty], error) {
		ds, err := s.c.Identities.Split(ctx, viewer(ctx), in.Body.Parties, said(ctx, in.Body.By), in.Body.Why)
		return &one[[]record.SameParty]{ds}, err
	})
}
