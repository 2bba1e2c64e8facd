package shelves

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"hash"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/policy"
)

// shelfWriter is what a projection writes through, inside the transaction of its
// batch. It keeps what is written in memory and writes it in the order of the
// keys, many rows in a statement, which is three times as fast as one by one.
type shelfWriter struct {
	ctx                 context.Context
	p                   *Projector
	tx                  *sql.Tx
	table               string
	many, one, del, get *sql.Stmt
	cells               map[string]cell
	size                int   // bytes in cells, about
	err                 error // of a write whose caller did not look
}

// cell is what a batch has done to one key.
type cell struct {
	label   int64
	value   []byte
	deleted bool
}

const (
	manyRows  = 32      // rows in one statement
	cellBytes = 8 << 20 // cells are written when they have grown to this
)

func newShelfWriter(ctx context.Context, p *Projector, tx *sql.Tx, build int64) (*shelfWriter, error) {
	w := &shelfWriter{ctx: ctx, p: p, tx: tx, table: table(build), cells: map[string]cell{}}
	put := func(rows int) string {
		return "INSERT INTO " + w.table + " (key, label, value) VALUES " + strings.Repeat("(?, ?, ?), ", rows-1) + `(?, ?, ?)
			ON CONFLICT (key) DO UPDATE SET label = excluded.label, value = excluded.value
			WHERE label <> excluded.label OR value <> excluded.value`
	}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&w.many, put(manyRows)},
		{&w.one, put(1)},
		{&w.del, "DELETE FROM " + w.table + " WHERE key = ?"},
		{&w.get, "SELECT value FROM " + w.table + " WHERE key = ?"},
	} {
		stmt, err := tx.PrepareContext(ctx, s.text) // closed with the transaction
		if err != nil {
			return nil, err
		}
		*s.stmt = stmt
	}
	return w, nil
}

// keep remembers the first error, so that a projection that does not look at it
// fails all the same.
func (w *shelfWriter) keep(err error) error {
	if w.err == nil {
		w.err = err
	}
	return err
}

// Put implements journal.ShelfWriter.
func (w *shelfWriter) Put(key []byte, label policy.Label, value []byte) error {
	id, err := w.p.labels.Intern(w.ctx, w.tx, label)
	if err != nil {
		return w.keep(err)
	}
	return w.set(key, cell{label: id, value: append(make([]byte, 0, len(value)), value...)})
}

// Delete implements journal.ShelfWriter.
func (w *shelfWriter) Delete(key []byte) error { return w.set(key, cell{deleted: true}) }

func (w *shelfWriter) set(key []byte, c cell) error {
	const overhead = 100 // of a map's entry
	w.cells[string(key)] = c
	if w.size += len(key) + len(c.value) + overhead; w.size < cellBytes {
		return nil
	}
	return w.flush()
}

// flush writes the cells.
func (w *shelfWriter) flush() error {
	keys := slices.Sorted(maps.Keys(w.cells))
	args := make([]any, 0, 3*manyRows)
	for _, k := range keys {
		c := w.cells[k]
		if c.deleted {
			if _, err := w.del.ExecContext(w.ctx, []byte(k)); err != nil {
				return w.keep(err)
			}
			continue
		}
		if args = append(args, []byte(k), c.label, c.value); len(args) == cap(args) {
			if _, err := w.many.ExecContext(w.ctx, args...); err != nil {
				return w.keep(err)
			}
			args = args[:0]
		}
	}
	for ; len(args) > 0; args = args[3:] {
		if _, err := w.one.ExecContext(w.ctx, args[:3]...); err != nil {
			return w.keep(err)
		}
	}
	clear(w.cells)
	w.size = 0
	return nil
}

// notNil makes an empty blob of nil, which would be NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Value implements journal.ShelfWriter.
func (w *shelfWriter) Value(key []byte) (value []byte, ok bool, err error) {
	if c, ok := w.cells[string(key)]; ok {
		return bytes.Clone(c.value), !c.deleted, nil
	}
	err = w.get.QueryRowContext(w.ctx, notNil(key)).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return value, err == nil, w.keep(err)
}

// Keys implements journal.ShelfWriter. The caller may write while it runs: keys
// are read in pages, so what is written behind the page under way is not seen and
// what is written beyond it is.
func (w *shelfWriter) Keys(prefix []byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		from, end := notNil(prefix), prefixEnd(prefix)
		for first := true; ; first = false {
			page, err := w.keysPage(from, end, first)
			if err != nil {
				yield(nil, w.keep(err))
				return
			}
			for _, k := range page {
				if !yield(k, nil) {
					return
				}
			}
			if len(page) < database.PageRows {
				return
			}
			from = page[len(page)-1]
		}
	}
}

func (w *shelfWriter) keysPage(from, end []byte, including bool) (page [][]byte, err error) {
	if err := w.flush(); err != nil {
		return nil, err
	}
	than := ">"
	if including {
		than = ">="
	}
	text, args := "SELECT key FROM "+w.table+" WHERE key "+than+" ?1", []any{from, database.PageRows}
	if end != nil {
		text, args = text+" AND key < ?3", append(args, end)
	}
	rows, err := w.tx.QueryContext(w.ctx, text+" ORDER BY key LIMIT ?2", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k []byte
		if err := rows.Scan(&k); err != nil {
			return nil, err
		}
		page = append(page, k)
	}
	return page, rows.Err()
}

// prefixEnd is the first key after all keys with the prefix; nil when there is
// none.
func prefixEnd(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}

// Shelf returns the shelf of a projection of this projector, for reading. It
// panics for a name that the projector does not have: that is a defect.
func (p *Projector) Shelf(name string) journal.Shelf {
	pr := p.byName[name]
	if pr == nil {
		panic("shelves: no projection has the name " + name)
	}
	return &shelf{p: p, of: pr}
}

// shelf reads the rows of one projection's live build.
type shelf struct {
	p  *Projector
	of *projected
}

// Applied implements journal.Shelf.
func (s *shelf) Applied(ctx context.Context) (int64, error) {
	s.p.state.RLock()
	defer s.p.state.RUnlock()
	if s.of.live == nil {
		return 0, ctx.Err()
	}
	return s.of.live.seq, ctx.Err()
}

// query runs a query on the table of the live build, which stands for "shelf" in
// the text. A build that is replaced meanwhile is asked no more.
func (s *shelf) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	for {
		s.p.state.RLock()
		b := s.of.live
		s.p.state.RUnlock()
		if b == nil {
			return nil, errs.New(errs.Unavailable, "the projection %s has not been built yet", s.of.Name()).
				WithHint("wait for the node to finish starting")
		}
		rows, err := s.p.db.Query(ctx, strings.Replace(text, "FROM shelf ", "FROM "+table(b.id)+" ", 1), args...)
		if err == nil {
			return rows, nil
		}
		s.p.state.RLock()
		replaced := s.of.live != b
		s.p.state.RUnlock()
		if !replaced {
			return nil, s.p.db.Explain(err)
		}
	}
}

// Get implements journal.Shelf.
func (s *shelf) Get(ctx context.Context, v policy.Viewer, p policy.Purpose, key []byte) (r journal.Row, ok bool, err error) {
	defer errs.Wrap(&err, "shelf %s", s.of.Name())
	rows, err := s.query(ctx, "SELECT key, label, value FROM shelf WHERE key = ? AND label IN (SELECT value FROM json_each(?))",
		notNil(key), s.p.labels.Allowed(v, p))
	if err != nil {
		return r, false, err
	}
	defer rows.Close()
	for rows.Next() {
		var label int64
		if err := rows.Scan(&r.Key, &label, &r.Value); err != nil {
			return r, false, err
		}
		r.Label, ok = s.p.labels.Text(label), true
	}
	return r, ok, s.p.db.Explain(rows.Err())
}

// Scan implements journal.Shelf. It reads in pages and holds no connection while
// the caller works; rows that change meanwhile may be seen before or after.
func (s *shelf) Scan(ctx context.Context, v policy.Viewer, p policy.Purpose, prefix []byte) iter.Seq2[journal.Row, error] {
	return s.rows(ctx, prefix, func() scope { return scope{allowed: s.p.labels.Allowed(v, p)} })
}

// All implements journal.Shelf, in pages like Scan.
func (s *shelf) All(ctx context.Context, prefix []byte) iter.Seq2[journal.Row, error] {
	return s.rows(ctx, prefix, func() scope { return scope{everything: true} })
}

// scope says which labels a query may give out: the permitted ones, or, for an
// index that asks the label itself, all.
type scope struct {
	allowed    string // JSON list of label ids
	everything bool
}

func (s *shelf) rows(ctx context.Context, prefix []byte, of func() scope) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		from, end := notNil(prefix), prefixEnd(prefix)
		for first := true; ; first = false {
			page, more, err := s.page(ctx, of(), from, end, first)
			if err != nil {
				err = s.p.db.Explain(err)
				errs.Wrap(&err, "shelf %s", s.of.Name())
				yield(journal.Row{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
			if !more {
				return
			}
			from = page[len(page)-1].Key
		}
	}
}

func (s *shelf) page(ctx context.Context, of scope, from, end []byte, including bool) (page []journal.Row, more bool, err error) {
	// Both ends stand as plain comparisons: only so are they the range of the index.
	text := "SELECT key, label, value FROM shelf WHERE key > @from"
	if including {
		text = "SELECT key, label, value FROM shelf WHERE key >= @from"
	}
	args := []any{sql.Named("from", from), sql.Named("limit", database.PageRows)}
	if end != nil {
		text += " AND key < @end"
		args = append(args, sql.Named("end", end))
	}
	if !of.everything {
		text += " AND label IN (SELECT value FROM json_each(@allowed))"
		args = append(args, sql.Named("allowed", of.allowed))
	}
	rows, err := s.query(ctx, text+" ORDER BY key LIMIT @limit", args...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	size := 0
	for rows.Next() {
		var r journal.Row
		var label int64
		if err := rows.Scan(&r.Key, &label, &r.Value); err != nil {
			return nil, false, err
		}
		r.Label = s.p.labels.Text(label)
		page = append(page, r)
		if size += len(r.Value); size > database.PageBytes {
			return page, true, nil
		}
	}
	return page, len(page) == database.PageRows, rows.Err()
}

// Digest returns SHA-256 over the rows of a projection in the order of their keys
// (key, label and value, each after its length), and how many there are. Two
// builds of one projection from one journal have the same digest.
func (p *Projector) Digest(ctx context.Context, name string) (sum [32]byte, rows int64, err error) {
	defer errs.Wrap(&err, "projector.Digest(%s)", name)
	defer func() { err = p.db.Explain(err) }()
	if p.byName[name] == nil {
		return sum, 0, errs.New(errs.NotFound, "there is no projection of the name %q", name)
	}
	r, err := (&shelf{p: p, of: p.byName[name]}).query(ctx, "SELECT key, label, value FROM shelf ORDER BY key")
	if err != nil {
		return sum, 0, err
	}
	defer r.Close()
	h := sha256.New()
	var key, value sql.RawBytes
	for r.Next() {
		var label int64
		if err := r.Scan(&key, &label, &value); err != nil {
			return sum, 0, err
		}
		hashField(h, key)
		hashField(h, []byte(p.labels.Text(label)))
		hashField(h, value)
		rows++
	}
	return [32]byte(h.Sum(nil)), rows, r.Err()
}

func hashField(h hash.Hash, b []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	_, _ = h.Write(n[:])
	_, _ = h.Write(b)
}
