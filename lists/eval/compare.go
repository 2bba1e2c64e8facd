package eval

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/history"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/past"
)

// always are names that are asked for at every version: of DPRK parties in several
// spellings, of others, and of nobody.
var always = []string{
	"Lazarus Group", "KIM, Yong Chol", "Pak Jin Hyok", "Reconnaissance General Bureau", "Green Pine Associated Corporation", "Foreign Trade Bank",
	"Korea Mining Development Trading", "Sim Hyon Sop", "Tornado Cash", "Maria Garcia", "Petro Ivanov", "Bank of Kigali",
}

// compare asks as of dates and compares with a fresh node.
func (r *run) compare() error {
	if r.o.Every < 0 {
		return nil
	}
	every := max(r.o.Every, 1)
	all, err := history.Known(r.ctx, r.store, r.o.List)
	if err != nil {
		return err
	}
	for i, v := range all {
		if i%every != 0 && i != len(all)-1 {
			continue
		}
		if err := r.compareOne(i, v); err != nil {
			return err
		}
		r.tell("asking", i+1)
	}
	return nil
}

// stood is a screener and the journal that it stands on.
type stood struct {
	s *screen.Screener
	j journal.Journal
}

// compareOne compares one date. The view and the fresh node are built beside each
// other.
func (r *run) compareOne(i int, v history.Version) (err error) {
	var then, fresh stood
	var failed [2]error
	var wg sync.WaitGroup
	wg.Go(func() {
		at := time.Now()
		then, failed[0] = r.then(v)
		r.view = append(r.view, time.Since(at))
	})
	wg.Go(func() { fresh, failed[1] = r.fresh(v) })
	wg.Wait()
	if err := cmp.Or(failed[0], failed[1]); err != nil {
		return err
	}
	r.f.Compared++
	day := v.Stamp.Format(time.RFC3339)
	same, err := r.sameContent(then.j, fresh.j)
	if err != nil {
		return err
	}
	if same {
		r.f.Content++
	} else {
		r.unlike(day + ": what is in force is not what the version says")
	}
	equal := true
	for _, name := range slices.Concat(always, r.asked[i]) {
		r.f.Questions++
		a, b, err := r.answers(then, fresh, name, v)
		if err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			equal = false
			r.unlike(day + ": " + name)
		}
	}
	if equal {
		r.f.Answers++
	}
	return nil
}

// then is the node as of a version, by the code that answers --as-of.
func (r *run) then(v history.Version) (stood, error) {
	views := past.New(past.Config{Journal: r.store, Feed: r.store.Feed, Clock: r.o.Clock})
	moment := v.Stamp.Format(time.RFC3339)
	s, err := views.Screener(r.ctx, moment)
	if err != nil {
		return stood{}, err
	}
	head, err := r.store.Head(r.ctx)
	if err != nil {
		return stood{}, err
	}
	day, err := history.At(r.ctx, r.store, head, v.Stamp)
	return stood{s, day}, err
}

// fresh is a node that holds one version alone: the objects that a first import of
// it writes, in memory.
func (r *run) fresh(of history.Version) (stood, error) {
	v, err := history.Reread(r.ctx, r.archive, policy.Public, of.ListVersion)
	if err != nil {
		return stood{}, err
	}
	m := &memory{at: map[string]int{}}
	if err := m.fill(v, r.label); err != nil {
		return stood{}, err
	}
	shelf, projection := journal.NewMemoryShelf(r.o.Clock), screen.NewProjection()
	head := int64(len(m.all))
	if err := journal.NewPast(m, head, nil).Project(r.ctx, m.feed(), projection, shelf); err != nil {
		return stood{}, err
	}
	s := screen.New(screen.Config{Journal: m, Shelf: shelf, Projection: projection, Clock: r.o.Clock})
	return stood{s, m}, projection.Applied(r.ctx, 0, head)
}

func (r *run) sameContent(a, b journal.Journal) (bool, error) {
	x, err := lists.Content(r.ctx, a, r.list)
	if err != nil {
		return false, err
	}
	y, err := lists.Content(r.ctx, b, r.list)
	return len(x) > 0 && maps.Equal(x, y), err
}

// answers asks both, and returns what both say without what is no part of the
// comparison: sequence number, time, and the version in which a row last changed.
func (r *run) answers(then, fresh stood, name string, v history.Version) (a, b []byte, err error) {
	q := screen.Query{Text: name, Kind: screen.Name}
	asked := q
	asked.AsOf = v.Stamp.Format(time.RFC3339)
	for _, x := range []struct {
		of  stood
		q   screen.Query
		out *[]byte
	}{{then, asked, &a}, {fresh, q, &b}} {
		got, err := x.of.s.Ask(r.ctx, policy.Public, x.q)
		if err != nil {
			return nil, nil, err
		}
		if *x.out, err = json.Marshal(bare(got)); err != nil {
			return nil, nil, err
		}
	}
	return a, b, nil
}

// bare takes out of an answer when it was given and where rows last changed.
func bare(a screen.Answer) screen.Answer {
	a.Stands = screen.Stands{Rules: a.Stands.Rules, Profile: a.Stands.Profile}
	for i := range a.Candidates {
		c := &a.Candidates[i]
		c.Matched.Where = record.Where{}
		for k := range c.Listings {
			c.Listings[k].Where = record.Where{}
		}
	}
	return a
}

// memory is a journal of one version of each object.
type memory struct {
	all []journal.Entry
	at  map[string]int // by id
}

// fill takes over the objects of a first import.
func (m *memory) fill(v *lists.Version, label policy.Label) error {
	for o := range v.Objects() {
		b, err := o.Canonical()
		if err != nil {
			return err
		}
		m.at[o.ID()] = len(m.all)
		m.all = append(m.all, journal.Share(journal.Entry{
			Seq: int64(len(m.all) + 1), ID: o.ID(), Type: o.Type(), Version: o.Version(), Label: label, Canonical: b,
		}))
	}
	return nil
}

func (m *memory) feed() iter.Seq2[journal.Entry, error] {
	return m.Scan(context.Background(), policy.Public, journal.Query{})
}

func (m *memory) Append(context.Context, journal.Batch) (journal.Receipt, error) {
	return journal.Receipt{}, errs.New(errs.Denied, "nothing is added here")
}

func (m *memory) Get(_ context.Context, _ policy.Viewer, _ policy.Purpose, id string) (journal.Entry, error) {
	i, ok := m.at[id]
	if !ok {
		return journal.Entry{}, errs.New(errs.NotFound, "not found")
	}
	return m.all[i], nil
}

func (m *memory) Versions(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) ([]journal.Entry, error) {
	e, err := m.Get(ctx, v, p, id)
	if err != nil {
		return nil, err
	}
	return []journal.Entry{e}, nil
}

func (m *memory) Scan(_ context.Context, _ policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		for _, e := range m.all {
			if len(q.Types) > 0 && !slices.Contains(q.Types, e.Type) {
				continue
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (m *memory) Head(context.Context) (int64, error) { return int64(len(m.all)), nil }

func (m *memory) Close() error { return nil }
