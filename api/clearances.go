package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen/clearance"
)

// Clearances keeps who has decided that a question is not a listed party. The
// node does: see package screen/clearance for what each refuses.
type Clearances interface {
	List(ctx context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error)
	// Propose takes the newest version of the party when the proposal has none.
	Propose(ctx context.Context, v policy.Viewer, p clearance.Proposal) (clearance.Clearance, error)
	Confirm(ctx context.Context, v policy.Viewer, id, by string) (clearance.Clearance, error)
	Withdraw(ctx context.Context, v policy.Viewer, id, by, reason string) (clearance.Clearance, error)
}

// Proposal is a clearance as it is proposed.
type Proposal struct {
	Name      string `json:"name,omitempty" doc:"The name that was asked for"`
	Reference string `json:"reference,omitempty" doc:"Your own id of whom it is about; with a name both have to agree"`
	Party     string `json:"party" doc:"Id of the candidate"`
	Version   string `json:"version,omitempty" doc:"Of the candidate's object as it was looked at; its newest if it is not given"`
	Reason    string `json:"reason" doc:"By what it is known that this is not the party"`
	By        string `json:"by" doc:"Who proposes it"`
	Until     string `json:"until" doc:"The day on which it ends, at most 400 days away"`
}

func (s *server) clearing() {
	type filter struct {
		State string `query:"state" enum:"proposed,in-force,expired,withdrawn,lapsed"`
		Party string `query:"party" doc:"Id of the candidate"`
	}
	add(s, http.MethodGet, "/clearances", "Who has decided that a question is not a listed party, why, until when", func(ctx context.Context, in *filter) (*one[[]clearance.Clearance], error) {
		f := clearance.Filter{Party: in.Party}
		if in.State != "" {
			f.States = []clearance.State{clearance.State(in.State)}
		}
		all, err := s.c.Clearances.List(ctx, viewer(ctx), f)
		return &one[[]clearance.Clearance]{all}, err
	})
	type proposal struct{ Body Proposal }
	add(s, http.MethodPost, "/clearances", "Propose a clearance; a second person has to confirm it", func(ctx context.Context, in *proposal) (*one[clearance.Clearance], error) {
		p := in.Body
		until, err := Day(p.Until)
		if err != nil {
			return nil, err
		}
		c, err := s.c.Clearances.Propose(ctx, viewer(ctx), clearance.Proposal{
			Name: p.Name, Reference: p.Reference, Party: p.Party, Version: p.Version, Reason: p.Reason, Author: said(ctx, p.By), Until: until,
		})
		return &one[clearance.Clearance]{c}, err
	})
	type decide struct {
		ID   string `path:"id"`
		Body struct {
			By string `json:"by" doc:"Who confirms it; not its author"`
		}
	}
	add(s, http.MethodPost, "/clearances/{id}/confirm", "Confirm a proposal, as a second person", func(ctx context.Context, in *decide) (*one[clearance.Clearance], error) {
		c, err := s.c.Clearances.Confirm(ctx, viewer(ctx), in.ID, said(ctx, in.Body.By))
		return &one[clearance.Clearance]{c}, err
	})
	type withdraw struct {
		ID   string `path:"id"`
		Body struct {
			By     string `json:"by" doc:"Who withdraws it"`
			Reason string `json:"reason" doc:"Why"`
		}
	}
	add(s, http.MethodPost, "/clearances/{id}/withdraw", "Withdraw a proposal or a clearance", func(ctx context.Context, in *withdraw) (*one[clearance.Clearance], error) {
		c, err := s.c.Clearances.Withdraw(ctx, viewer(ctx), in.ID, said(ctx, in.Body.By), in.Body.Reason)
		return &one[clearance.Clearance]{c}, err
	})
}

// Day reads the day on which a clearance ends, as its first moment (UTC).
func Day(s string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(s), time.UTC)
	if err != nil {
		return t, errs.New(errs.Invalid, "the end %q is no day", s).WithHint("Write it as 2026-12-31, at most %d days from now.", clearance.MaxDays)
	}
	return t, nil
}
