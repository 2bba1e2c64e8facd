package node

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/past"
)

// histories is the node's history as programs see it.
type histories struct{ n *Node }

var _ api.History = histories{}

// remembering opens what the node keeps of held versions and runs, and what
// answers of days.
func (n *Node) remembering() (err error) {
	if n.held, err = held.Open(filepath.Join(n.c.Home, held.FileName), n.o.Clock); err != nil {
		return err
	}
	if n.runs, err = past.OpenRuns(filepath.Join(n.c.Home, past.Folder)); err != nil {
		return err
	}
	n.past = past.New(past.Config{
		Journal: n.store, Feed: n.store.Feed, Epoch: func() int64 { return n.store.Standing().Epoch },
		Software: n.o.Version.Software, Clock: n.o.Clock, Cleared: n.cleared,
	})
	return nil
}

// heldChecks says which versions of lists wait for people.
func (n *Node) heldChecks() []api.Check {
	var out []api.Check
	for _, i := range n.intake.Held(false) {
		out = append(out, api.Check{
			Name: "held", Text: fmt.Sprintf("%s of %s waits: %s", i.Hold.List, i.Hold.Date, i.Hold.Error()), Hint: "cordon lists held shows the difference.",
		})
	}
	return out
}

func (h histories) Versions(ctx context.Context, _ policy.Viewer, list string) ([]history.Version, error) {
	return history.Known(ctx, h.n.store, list)
}

func (h histories) Diff(ctx context.Context, v policy.Viewer, list, from, to string) (d api.ListDiff, err error) {
	all, err := history.Known(ctx, h.n.store, list)
	if err != nil {
		return d, err
	}
	before, after, err := h.between(ctx, all, list, from, to)
	if err != nil {
		return d, err
	}
	d = api.ListDiff{From: before, To: after, Changes: []lists.Change{}}
	var was *lists.Version
	if before != nil {
		if was, err = history.Reread(ctx, h.n.archive, v, before.ListVersion); err != nil {
			return d, err
		}
	}
	is, err := history.Reread(ctx, h.n.archive, v, after.ListVersion)
	if err != nil {
		return d, err
	}
	for c := range lists.Diff(was, is) {
		switch c.Kind {
		case lists.Added:
			d.Added++
		case lists.Changed:
			d.Changed++
		case lists.Gone:
			d.Removed++
		}
		d.Changes = append(d.Changes, c)
	}
	return d, nil
}

// between finds the two versions that are compared; the earlier may be none.
func (h histories) between(ctx context.Context, all []history.Version, list, from, to string) (before *history.Version, after history.Version, err error) {
	after = all[len(all)-1]
	if to != "" {
		if after, err = h.at(ctx, list, to); err != nil {
			return nil, after, err
		}
	}
	if from != "" {
		v, err := h.at(ctx, list, from)
		return &v, after, err
	}
	for i := range all {
		if all[i].Seq < after.Seq {
			before = &all[i]
		}
	}
	return before, after, nil
}

func (h histories) at(ctx context.Context, list, day string) (history.Version, error) {
	t, err := history.ParseMoment(day)
	if err != nil {
		return history.Version{}, err
	}
	return history.Find(ctx, h.n.store, list, t)
}

func (h histories) Files(ctx context.Context, v policy.Viewer, list, at string) ([]lists.File, error) {
	of, err := h.at(ctx, list, at)
	if err != nil {
		return nil, err
	}
	return history.Rebuild(ctx, h.n.archive, v, of.ListVersion)
}

func (h histories) Held(_ context.Context, v policy.Viewer, all bool) ([]held.Item, error) {
	if err := mayIntake(v); err != nil {
		return nil, err
	}
	return h.n.intake.Held(all), nil
}

func (h histories) Release(ctx context.Context, v policy.Viewer, id, by, why string) (held.Item, string, error) {
	if err := mayIntake(v); err != nil {
		return held.Item{}, "", err
	}
	return h.n.intake.Release(ctx, v, id, by, why)
}

func (h histories) Reject(ctx context.Context, v policy.Viewer, id, by, why string) (held.Item, error) {
	if err := mayIntake(v); err != nil {
		return held.Item{}, err
	}
	return h.n.intake.Reject(ctx, id, by, why)
}

// mayRuns says who may record, see and replay runs: the node's own people. They
// name whom somebody asked for.
func mayRuns(v policy.Viewer) error {
	if v.Clearance < policy.Red {
		return errs.New(errs.Denied, "runs are for the node's own people")
	}
	return nil
}

func (h histories) Record(ctx context.Context, v policy.Viewer, q screen.Query) (a screen.Answer, run past.Run, err error) {
	if err := mayRuns(v); err != nil {
		return a, run, err
	}
	epoch := h.n.store.Standing().Epoch
	if a, err = h.n.screen.Ask(ctx, v, q); err != nil {
		return a, run, err
	}
	run, err = h.n.runs.Keep(ctx, v, q, a, epoch)
	return a, run, err
}

func (h histories) Runs(_ context.Context, v policy.Viewer, limit int) ([]past.Run, error) {
	if err := mayRuns(v); err != nil {
		return nil, err
	}
	all, _, err := h.n.runs.List(min(max(limit, 1), api.MaxRuns))
	return all, err
}

func (h histories) Replay(ctx context.Context, v policy.Viewer, id string) (past.Replayed, error) {
	if err := mayRuns(v); err != nil {
		return past.Replayed{}, err
	}
	run, err := h.n.runs.Get(id)
	if err != nil {
		return past.Replayed{}, err
	}
	return h.n.past.Replay(ctx, run)
}
