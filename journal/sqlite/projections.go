package sqlite

import (
	"context"
	"iter"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/shelves"
)

// Projector keeps projections up with the journal; see package shelves.
type Projector = shelves.Projector

// NewProjector opens the shelves of the store's folder for the projections. It
// applies nothing yet: CatchUp and Run do. One projector is open for a folder at a
// time; close it before the store.
func NewProjector(ctx context.Context, s *Store, projections []journal.Projection) (*Projector, error) {
	return shelves.New(ctx, s, s.dir, shelves.Options{Log: s.opts.Log, Database: s.opts.database()}, projections)
}

// Standing implements shelves.Source.
func (s *Store) Standing() shelves.Standing {
	return shelves.Standing{Head: s.head.Load(), Epoch: s.epoch.Load()}
}

// Closed implements shelves.Source.
func (s *Store) Closed() bool { return s.closed.Load() }

// Batch implements shelves.Source.
func (s *Store) Batch(ctx context.Context, from, head int64) (b shelves.Batch) {
	b.Last = from
	rows, err := s.db.Read.QueryContext(ctx, "SELECT "+entryColumns+" FROM entries e WHERE e.seq > ? AND e.seq <= ? ORDER BY e.seq LIMIT ?", from, head, shelves.BatchEntries)
	if err != nil {
		return shelves.Batch{Err: s.db.Explain(err)}
	}
	defer rows.Close()
	for size := 0; size < shelves.BatchBytes && rows.Next(); {
		r, err := s.scan(rows)
		if err != nil {
			return shelves.Batch{Err: err}
		}
		b.Last = r.e.Seq
		if r.e.Erased {
			continue
		}
		size += len(r.e.Canonical)
		e := journal.Share(r.e)
		e.Own = e.Label
		if r.flags&flagGranular != 0 {
			o, err := e.Object()
			if err != nil {
				return shelves.Batch{Err: err}
			}
			e.Label = s.pipe.ProjectionLabel(e.Label, o)
		}
		b.Entries = append(b.Entries, e)
	}
	if b.Err = s.db.Explain(rows.Err()); b.Err == nil && b.Last == from {
		b.Err = errs.New(errs.Unavailable, "entries after %d are missing from the journal", from).
			WithHint("verify the journal and restore it from a backup")
	}
	return b
}

// Feed yields the entries after one and up to another that have content, in the
// form for projections: for no viewer, under labels that cover every part. Nothing
// of it may reach a face as it is.
func (s *Store) Feed(ctx context.Context, after, upTo int64) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		upTo = min(upTo, s.head.Load())
		for after < upTo {
			b := s.Batch(ctx, after, upTo)
			if b.Err != nil {
				yield(journal.Entry{}, b.Err)
				return
			}
			for _, e := range b.Entries {
				if !yield(e, nil) {
					return
				}
			}
			after = b.Last
		}
	}
}
