package node

import (
	"context"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
)

// cleared is the clearance in force of a question and a party, as answers show
// it.
func (n *Node) cleared(key, reference, party, version string, at time.Time) (screen.Clearance, bool) {
	c, ok := n.clear.Applies(key, reference, party, version, at)
	if !ok {
		return screen.Clearance{}, false
	}
	return screen.Clearance{ID: c.ID, Reason: c.Reason, Author: c.Author, ConfirmedBy: c.ConfirmedBy, Until: c.Until}, true
}

// mayClear says who may decide on clearances and see all of them: the node's own
// people. They name customers.
func mayClear(v policy.Viewer) error {
	if v.Clearance < policy.Red {
		return errs.New(errs.Denied, "clearances are for the node's own people")
	}
	return nil
}

// List returns clearances as they stand now. One whose party has changed since it
// was looked at has lapsed.
func (n *Node) List(ctx context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error) {
	if err := mayClear(v); err != nil {
		return nil, err
	}
	f.Version = func(party string) string {
		e, err := n.store.Get(ctx, v, policy.Screening, party)
		if err != nil {
			return ""
		}
		return e.Version
	}
	return n.clear.List(f), nil
}

// Propose notes that a question is not a party. A proposal without a version is
// about the party as it is now. Errors: those of [clearance.Store.Propose],
// errs.NotFound for a party that the viewer cannot see, errs.Conflict when it has
// changed since the version that was looked at.
func (n *Node) Propose(ctx context.Context, v policy.Viewer, p clearance.Proposal) (clearance.Clearance, error) {
	if err := mayClear(v); err != nil {
		return clearance.Clearance{}, err
	}
	e, err := n.store.Get(ctx, v, policy.Screening, p.Party)
	if errs.Is(errs.Public(err), errs.NotFound) {
		return clearance.Clearance{}, errs.New(errs.NotFound, "not found").WithHint("Give the id of a candidate, as cordon screen shows it.")
	}
	if err != nil {
		return clearance.Clearance{}, err
	}
	if p.Version != "" && p.Version != e.Version {
		return clearance.Clearance{}, errs.New(errs.Conflict, "the entry has changed since it was looked at; nothing was proposed").
			WithHint("Ask again, look at the entry as it is now, and propose then.")
	}
	p.Version = e.Version
	return n.clear.Propose(ctx, p)
}

// Confirm puts a proposal in force: see [clearance.Store.Confirm].
func (n *Node) Confirm(ctx context.Context, v policy.Viewer, id, by string) (clearance.Clearance, error) {
	if err := mayClear(v); err != nil {
		return clearance.Clearance{}, err
	}
	return n.clear.Confirm(ctx, id, by)
}

// Withdraw ends a proposal or a clearance: see [clearance.Store.Withdraw].
func (n *Node) Withdraw(ctx context.Context, v policy.Viewer, id, by, reason string) (clearance.Clearance, error) {
	if err := mayClear(v); err != nil {
		return clearance.Clearance{}, err
	}
	return n.clear.Withdraw(ctx, id, by, reason)
}
