package journal

import (
	"context"
	"iter"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// Past is a journal as it stood: the versions that a rule keeps, and nothing
// else. It is read only, and holds nothing itself: content and who may see it are
// the journal's of now, so what was erased since, or was marked higher, is not
// seen in the past either.
type Past struct {
	now  Journal
	head int64
	keep func(Entry) bool
}

var _ Journal = (*Past)(nil)

// NewPast returns the journal as it stood with entry head, as far as keep keeps
// entries; nil keeps all up to head.
func NewPast(j Journal, head int64, keep func(Entry) bool) *Past {
	return &Past{now: j, head: head, keep: keep}
}

// Kept reports whether an entry was there.
func (p *Past) Kept(e Entry) bool { return e.Seq <= p.head && (p.keep == nil || p.keep(e)) }

// Append implements Journal: nothing is added to the past.
func (p *Past) Append(context.Context, Batch) (Receipt, error) {
	return Receipt{}, errs.New(errs.Denied, "nothing is added to the journal as it stood")
}

// Get implements Journal.
func (p *Past) Get(ctx context.Context, v policy.Viewer, purpose policy.Purpose, id string) (Entry, error) {
	vs, err := p.Versions(ctx, v, purpose, id)
	if err != nil {
		return Entry{}, err
	}
	return vs[len(vs)-1], nil
}

// Versions implements Journal.
func (p *Past) Versions(ctx context.Context, v policy.Viewer, purpose policy.Purpose, id string) ([]Entry, error) {
	vs, err := p.now.Versions(ctx, v, purpose, id)
	if err != nil {
		return nil, err
	}
	if vs = slices.DeleteFunc(vs, func(e Entry) bool { return !p.Kept(e) }); len(vs) == 0 {
		return nil, errs.New(errs.NotFound, "not found")
	}
	return vs, nil
}

// Scan implements Journal. With Latest it reads all versions, and gives the newest
// of those that were there, by their number.
func (p *Past) Scan(ctx context.Context, v policy.Viewer, q Query) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		newest := map[string]Entry{}
		every := q
		every.Latest, every.Limit = false, 0
		left := q.Limit
		for e, err := range p.now.Scan(ctx, v, every) {
			switch {
			case err != nil:
				yield(Entry{}, err)
				return
			case !p.Kept(e):
			case q.Latest:
				if old, there := newest[e.ID]; !there || !older(e, old) {
					newest[e.ID] = e
				}
			case !yield(e, nil):
				return
			default:
				if left--; left == 0 {
					return
				}
			}
		}
		all := make([]Entry, 0, len(newest))
		for _, e := range newest {
			all = append(all, e)
		}
		slices.SortFunc(all, func(a, b Entry) int {
			if q.Newest {
				a, b = b, a
			}
			return int(a.Seq - b.Seq)
		})
		if q.Limit > 0 {
			all = all[:min(len(all), q.Limit)]
		}
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// older reports whether a is an older version of an object than b.
func older(a, b Entry) bool {
	if x, y := VersionKey(a.Version), VersionKey(b.Version); x != y {
		return x < y
	}
	return a.Seq < b.Seq
}

// Head implements Journal.
func (p *Past) Head(context.Context) (int64, error) { return p.head, nil }

// Close implements Journal: there is nothing to close.
func (p *Past) Close() error { return nil }

// Project applies what was there to a projection, the newest version of each
// object and every variant of one without versions, in the order of the journal,
// and settles the shelf. feed yields the entries in the form for projections.
func (p *Past) Project(ctx context.Context, feed iter.Seq2[Entry, error], to Projection, shelf *MemoryShelf) (err error) {
	defer errs.Wrap(&err, "journal.Past.Project(%s)", to.Name())
	var all []Entry
	at := map[string]int{} // of objects with versions, by id
	for e, err := range feed {
		if err != nil {
			return err
		}
		if !p.Kept(e) {
			continue
		}
		i, there := at[e.ID]
		switch {
		case e.Version != "" && there && older(e, all[i]):
		case e.Version != "" && there:
			all[i] = e
		default:
			if e.Version != "" {
				at[e.ID] = len(all)
			}
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b Entry) int { return int(a.Seq - b.Seq) })
	for i, e := range all {
		if i%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := to.Apply(ctx, e, shelf); err != nil {
			return err
		}
		all[i] = Entry{}
	}
	shelf.Settle(p.head)
	return nil
}
