package intake

import (
	"context"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// hold keeps a version that waits for two persons, and the word of the first when
// there is one. It returns the error for who brought it; or the word of two, when
// these files were released against this very version in force and the node ended
// before they were in.
func (w *work) hold(ctx context.Context, h *lists.Hold, why error) (*lists.Release, error) {
	if w.d.c.Held == nil {
		return nil, why
	}
	inputs := make([]held.Input, 0, len(w.kept))
	for _, k := range w.kept {
		inputs = append(inputs, held.Input{Name: base(k.name), SHA256: k.sha256, URL: k.url})
	}
	item, err := w.d.c.Held.Hold(ctx, w.up.By, h, inputs)
	if err == nil && item.State == held.Waiting && w.up.Person != "" && (w.up.Shrink || w.up.Supersede) {
		item, err = w.d.c.Held.Propose(ctx, item.ID, w.up.Person, "said so with the import")
	}
	if err != nil {
		return nil, err
	}
	message, _ := errs.Message(why)
	said := errs.New(errs.Conflict, "%s", message).Because(h)
	switch item.State {
	case held.Released:
		return item.Release(), nil
	case held.Rejected:
		return nil, said.WithHint("%s has rejected this version: %s", item.Against.By, item.Against.Why)
	case held.Proposed:
		return nil, said.WithHint("%s says that it is right; a second person looks at cordon lists held and gives cordon lists release %s --by NAME --why TEXT", item.First.By, item.ID)
	}
	return nil, said.WithHint("cordon lists held shows the difference; two persons let it in, each with cordon lists release %s --by NAME --why TEXT", item.ID)
}

// Held returns the versions of lists that wait, or all that ever did.
func (d *Desk) Held(all bool) []held.Item {
	if d.c.Held == nil {
		return []held.Item{}
	}
	return d.c.Held.List(all)
}

// Release takes a person's word that a held version is right: the first person's
// is noted, the second's lets it in, by a job whose id is returned. Errors: those of
// held.Store.Propose and held.Store.Release.
func (d *Desk) Release(ctx context.Context, v policy.Viewer, id, by, why string) (item held.Item, job string, err error) {
	defer errs.Wrap(&err, "intake.Release(%s)", id)
	if item, err = d.waiting(id); err != nil {
		return item, "", err
	}
	if item.State == held.Waiting {
		item, err = d.c.Held.Propose(ctx, id, by, why)
		return item, "", err
	}
	if item, err = d.c.Held.Release(ctx, id, by, why); err != nil {
		return item, "", err
	}
	date := item.Hold.Date
	if item.Hold.Time != "" {
		date = record.Date(item.Hold.Time)
	}
	up := Upload{Kind: item.Hold.List, By: v.Name, Date: date, Stated: item.Hold.Stated}
	w := &work{d: d, v: v, up: up, release: item.Release(), released: item.Hold.Version}
	for _, in := range item.Inputs {
		w.kept = append(w.kept, kept{name: in.Name, url: in.URL, sha256: in.SHA256})
	}
	job = d.jobs.start(Job{Kind: item.Hold.List, By: v.Name, Inputs: inputs(w.kept)}, func(ctx context.Context, r *running) error {
		w.running = r
		err := w.run(ctx)
		if force, _, e := lists.InForce(ctx, d.c.Journal, find(item.Hold.List)); err != nil && (e != nil || force.ID != item.Hold.Version) {
			message, _ := errs.Message(err)
			// Whatever ended the job, it waits again: nothing of it is in force.
			if _, e := d.c.Held.Failed(context.WithoutCancel(ctx), id, v.Name, message); e != nil {
				d.c.Log.Error("a released version did not come into force and that could not be noted", "id", id, "error", e)
			}
		}
		return err
	})
	return item, job, nil
}

func (d *Desk) waiting(id string) (held.Item, error) {
	if d.c.Held == nil {
		return held.Item{}, errs.New(errs.NotFound, "no version is held here")
	}
	return d.c.Held.Get(id)
}

// Reject ends a held version: see held.Store.Reject.
func (d *Desk) Reject(ctx context.Context, id, by, why string) (_ held.Item, err error) {
	defer errs.Wrap(&err, "intake.Reject(%s)", id)
	if item, err := d.waiting(id); err != nil {
		return item, err
	}
	return d.c.Held.Reject(ctx, id, by, why)
}

func find(key string) lists.List {
	l, _ := lists.Find(key)
	return l
}
