package journal

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/cordon-project/cordon/policy"
)

// MemoryShelf is a shelf that lives in memory: what a projection writes when it
// is built for a while only, as the journal stood some day. It is written first and
// read after [MemoryShelf.Settle]; reading is safe for several goroutines.
type MemoryShelf struct {
	rows    map[string]Row
	sorted  []Row
	applied int64
	clock   func() time.Time
}

var (
	_ Shelf       = (*MemoryShelf)(nil)
	_ ShelfWriter = (*MemoryShelf)(nil)
)

// NewMemoryShelf returns an empty shelf. Clock gives the time at which who may see
// what is decided.
func NewMemoryShelf(clock func() time.Time) *MemoryShelf {
	return &MemoryShelf{rows: map[string]Row{}, clock: clock}
}

// Put implements ShelfWriter.
func (m *MemoryShelf) Put(key []byte, label policy.Label, value []byte) error {
	m.rows[string(key)] = Row{Key: bytes.Clone(key), Label: label, Value: bytes.Clone(value)}
	return nil
}

// Delete implements ShelfWriter.
func (m *MemoryShelf) Delete(key []byte) error {
	delete(m.rows, string(key))
	return nil
}

// Value implements ShelfWriter.
func (m *MemoryShelf) Value(key []byte) (value []byte, ok bool, err error) {
	r, ok := m.rows[string(key)]
	return r.Value, ok, nil
}

// Keys implements ShelfWriter.
func (m *MemoryShelf) Keys(prefix []byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var keys [][]byte
		for _, r := range m.rows {
			if bytes.HasPrefix(r.Key, prefix) {
				keys = append(keys, r.Key)
			}
		}
		slices.SortFunc(keys, bytes.Compare)
		for _, k := range keys {
			if !yield(k, nil) {
				return
			}
		}
	}
}

// Settle makes the shelf ready to be read; seq is what it has applied. It may be
// written and settled again, while nobody reads.
func (m *MemoryShelf) Settle(seq int64) {
	m.sorted = m.sorted[:0]
	for _, r := range m.rows {
		m.sorted = append(m.sorted, r)
	}
	slices.SortFunc(m.sorted, func(a, b Row) int { return bytes.Compare(a.Key, b.Key) })
	m.applied = seq
}

// Get implements Shelf.
func (m *MemoryShelf) Get(_ context.Context, v policy.Viewer, p policy.Purpose, key []byte) (Row, bool, error) {
	r, ok := m.rows[string(key)]
	if !ok || !policy.May(v, r.Label, p, m.clock()).Allow {
		return Row{}, false, nil
	}
	return r, true, nil
}

// Scan implements Shelf.
func (m *MemoryShelf) Scan(ctx context.Context, v policy.Viewer, p policy.Purpose, prefix []byte) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		permitted, now := map[policy.Label]bool{}, m.clock()
		for r, err := range m.All(ctx, prefix) {
			may, known := permitted[r.Label]
			if !known && err == nil {
				may = policy.May(v, r.Label, p, now).Allow
				permitted[r.Label] = may
			}
			if (may || err != nil) && !yield(r, err) {
				return
			}
		}
	}
}

// All implements Shelf.
func (m *MemoryShelf) All(ctx context.Context, prefix []byte) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		at, _ := slices.BinarySearchFunc(m.sorted, prefix, func(r Row, k []byte) int { return bytes.Compare(r.Key, k) })
		for n, r := range m.sorted[at:] {
			if !bytes.HasPrefix(r.Key, prefix) {
				return
			}
			if n%1024 == 0 && ctx.Err() != nil {
				yield(Row{}, ctx.Err())
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Applied implements Shelf.
func (m *MemoryShelf) Applied(context.Context) (int64, error) { return m.applied, nil }
