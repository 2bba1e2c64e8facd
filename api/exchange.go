package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/taxii"
)

// Exchange is the node as a TAXII server, for its own people; errs.NotFound when it
// is none.
type Exchange interface {
	Standing(ctx context.Context, v policy.Viewer, limit int) (ExchangeStanding, error)
	// Drop takes an object that waits away.
	Drop(ctx context.Context, v policy.Viewer, n int64) error
}

// ExchangeStanding is how the server stands.
type ExchangeStanding struct {
	Collections []taxii.Standing `json:"collections"`
	Clients     []taxii.Standing `json:"clients" doc:"Since the node began"`
	Waiting     int              `json:"waiting" doc:"How many objects wait for a person"`
	Held        []HeldObject     `json:"held" doc:"The newest of them"`
}

// HeldObject is an object of a client that waits for a person.
type HeldObject struct {
	N          int64           `json:"n"`
	At         time.Time       `json:"at"`
	Client     string          `json:"client"`
	Collection string          `json:"collection"`
	ID         string          `json:"id,omitempty" doc:"As far as it could be read"`
	Why        string          `json:"why"`
	Object     json.RawMessage `json:"object"`
}

// MaxHeldListed is how many objects that wait one answer lists.
const MaxHeldListed = 1000

func (s *server) exchange() {
	type page struct {
		Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	add(s, http.MethodGet, "/taxii", "The node as a TAXII server: collections, clients, what waits for a person", func(ctx context.Context, in *page) (*one[ExchangeStanding], error) {
		out, err := s.c.Exchange.Standing(ctx, viewer(ctx), in.Limit)
		return &one[ExchangeStanding]{out}, err
	})
	type number struct {
		N int64 `path:"n"`
	}
	add(s, http.MethodDelete, "/taxii/held/{n}", "Take an object that waits away", func(ctx context.Context, in *number) (*struct{}, error) {
		return nil, s.c.Exchange.Drop(ctx, viewer(ctx), in.N)
	})
}
