package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/journal/sqlite/shelves"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// Bits of entries.flags.
const (
	flagGranular = 1
	flagErased   = 2
	flagErasure  = 4
)

// Append implements journal.Journal. With Batch.RefuseAll and a refused object it
// adds nothing and returns the receipt, which lists what was refused, with an
// errs.Invalid error; the refused objects are in the quarantine either way.
func (s *Store) Append(ctx context.Context, b journal.Batch) (r journal.Receipt, err error) {
	defer errs.Wrap(&err, "journal.Append(%d objects)", len(b.Objects))
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return r, database.ErrClosed
	}
	drafts, err := s.pipe.Canonicalise(ctx, b.Objects)
	if err != nil {
		return r, err
	}
	w := &writer{s: s, batch: b, asOf: s.Standing()}
	found, err := s.lookUp(ctx, drafts)
	if err != nil {
		return r, err
	}
	for i := range drafts {
		switch d := &drafts[i]; found[i] {
		case same:
			w.receipt.Same++
		case absent:
			w.absent = append(w.absent, d)
			w.drafts = append(w.drafts, d)
		default:
			w.drafts = append(w.drafts, d)
		}
	}
	if len(w.drafts) == 0 {
		return w.receipt, nil
	}
	if err := s.pipe.Admit(ctx, w.drafts, s.opts.Rand); err != nil {
		return r, err
	}
	return w.run(ctx)
}

// presence is what a look-up before the transaction found.
type presence uint8

const (
	unsure presence = iota // other content is here, or nobody has looked
	absent                 // nothing was here under the id
	same                   // it is here, byte for byte, and stays
)

// lookUp finds out which drafts the journal has, before they are validated and
// beside other appends.
func (s *Store) lookUp(ctx context.Context, drafts []journal.Draft) ([]presence, error) {
	found := make([]presence, len(drafts))
	if s.head.Load() == 0 {
		return found, nil
	}
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), database.Readers-1, 1+len(drafts)/256)
	failed := make([]error, workers)
	for k := range workers {
		from, to := len(drafts)*k/workers, len(drafts)*(k+1)/workers
		wg.Go(func() { failed[k] = s.lookUpSome(ctx, drafts[from:to], found[from:to]) })
	}
	wg.Wait()
	return found, errors.Join(failed...)
}

// lookUpSome looks up drafts on one connection.
func (s *Store) lookUpSome(ctx context.Context, drafts []journal.Draft, found []presence) error {
	tx, err := s.db.Read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	// Statements get a context that does not end, or the driver would start a
	// goroutine for each of them.
	quiet := context.WithoutCancel(ctx)
	stmt := tx.StmtContext(quiet, s.sql.lookup)
	for i := range drafts {
		if i%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if d := &drafts[i]; d.Refusal == nil {
			if found[i], err = lookUpOne(quiet, stmt, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func lookUpOne(ctx context.Context, stmt *sql.Stmt, d *journal.Draft) (presence, error) {
	rows, err := stmt.QueryContext(ctx, d.ID)
	if err != nil {
		return unsure, err
	}
	defer rows.Close()
	is := absent
	var body sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&body); err != nil {
			return unsure, err
		}
		if is = unsure; body != nil && bytes.Equal(body, d.Canonical) {
			return same, nil
		}
	}
	return is, rows.Err()
}

// variantKey is the version key of a further content of an observable.
func variantKey(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return "~" + hex.EncodeToString(sum[:16])
}

// writer is one append in its transaction.
type writer struct {
	s       *Store
	batch   journal.Batch
	drafts  []*journal.Draft
	receipt journal.Receipt
	absent  []*journal.Draft // those of which nothing was here
	asOf    shelves.Standing // before the look-up that says so

	tx      *sql.Tx
	stmt    txStatements
	tail    tail
	head    int64
	at      int64
	ids     map[string][]version // versions of the ids of this batch, here and to come
	accept  []*journal.Draft
	defs    []stix.Object // marking definitions added
	kept    int           // refusals that are new to the quarantine
	changed bool          // entries that were there have changed for projections
}

// version is one version of an id.
type version struct {
	key   string
	seq   int64          // 0 until it is inserted
	draft *journal.Draft // of this batch; nil for one that was here
}

// run takes the writer's place in the queue and makes the transaction.
func (w *writer) run(ctx context.Context) (journal.Receipt, error) {
	s := w.s
	s.append.Lock()
	defer s.append.Unlock()
	if _, err := s.transact(ctx, w, w.write); err != nil {
		return journal.Receipt{}, err
	}
	journal.SortRefusals(w.receipt.Refused)
	if w.batch.RefuseAll && len(w.receipt.Refused) > 0 {
		f := w.receipt.Refused[0]
		return w.receipt, errs.New(errs.Invalid, "%d of %d objects were refused, so none was added; the first is object %d (%s): %s",
			len(w.receipt.Refused), len(w.batch.Objects), f.Index, f.ID, f.Message).
			WithHint("the refused objects are in the quarantine with their rules")
	}
	return w.receipt, nil
}

// transact runs f in a transaction of the writer, which is committed when f says
// that it wrote, and then makes it known. The caller holds s.append. From here on
// the end of ctx is looked at between objects only, never inside a statement or
// the commit: f gets it as it is and uses w.stmt, which ignores it.
func (s *Store) transact(ctx context.Context, w *writer, f func(context.Context) (bool, error)) (wrote bool, err error) {
	if s.closed.Load() {
		return false, database.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if s.stale {
		if err := s.reload(ctx); err != nil {
			return false, err
		}
	}
	quiet := context.WithoutCancel(ctx)
	labels := s.labels.Size()
	if w.tx, err = s.db.Write.BeginTx(quiet, nil); err != nil {
		return false, err
	}
	defer func() {
		_ = w.tx.Rollback()
		// What was interned or counted in memory may be nowhere else.
		s.stale = s.stale || err != nil || !wrote && labels != s.labels.Size()
	}()
	w.s = s
	w.stmt = s.sql.within(quiet, w.tx)
	w.tail = s.tail.clone()
	w.head = s.head.Load()
	w.at = s.later()
	if wrote, err = f(ctx); err != nil || !wrote {
		return false, err
	}
	if w.changed {
		if err := w.stmt.exec("UPDATE meta SET value = value + 1 WHERE key = 'epoch'"); err != nil {
			return false, err
		}
	}
	if err := w.tx.Commit(); err != nil {
		return false, err
	}
	// The head comes last: who sees it may rely on the rest.
	s.tail = w.tail
	s.defs.add(w.defs)
	s.lastAt = w.at
	if w.changed {
		s.epoch.Add(1)
	}
	s.head.Store(w.head)
	s.changed.Tell()
	return true, nil
}

// later is the time of the next append: the clock's in whole microseconds, or one
// after the last where the clock has not gone on or went back. So who has seen all
// up to a time has missed nothing of it, whoever appends meanwhile.
func (s *Store) later() int64 {
	const step = int64(time.Microsecond)
	return max(s.opts.Clock().UnixNano()/step, s.lastAt/step+1) * step
}

// write decides on every draft, then writes what was accepted and refused.
func (w *writer) write(ctx context.Context) (wrote bool, err error) {
	w.ids = make(map[string][]version, len(w.drafts))
	if w.asOf == w.s.Standing() { // it still says so
		for _, d := range w.absent {
			w.ids[d.ID] = nil
		}
	}
	for i, d := range w.drafts {
		if i%256 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err := w.decide(d); err != nil {
			return false, err
		}
		if d.Refusal == nil {
			continue
		}
		w.receipt.Refused = append(w.receipt.Refused, *d.Refusal)
		if err := w.quarantine(d); err != nil {
			return false, err
		}
	}
	if w.batch.RefuseAll && len(w.receipt.Refused) > 0 {
		w.accept, w.receipt.Same = nil, 0
	}
	for i, d := range w.accept {
		if i%256 == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err := w.insert(d); err != nil {
			return false, err
		}
	}
	if len(w.accept) == 0 && w.kept == 0 {
		return false, nil
	}
	return true, w.finish()
}

// decide accepts the draft, counts it as the same, or refuses it.
func (w *writer) decide(d *journal.Draft) error {
	if d.Refusal != nil {
		return nil
	}
	vs, err := w.versions(d.ID)
	if err != nil {
		return err
	}
	key := d.Key
	for {
		there := slices.IndexFunc(vs, func(v version) bool { return v.key == key })
		if there < 0 {
			break
		}
		body, err := w.body(vs[there])
		switch {
		case err != nil:
			return err
		case body == nil:
			d.RefuseErased()
			return nil
		case bytes.Equal(body, d.Canonical):
			w.receipt.Same++
			return nil
		case d.Key != "" || key != "" || !journal.Variant(d.Object):
			d.RefuseConflict()
			return nil
		}
		key = variantKey(d.Canonical)
	}
	d.Key = key
	w.ids[d.ID] = append(vs, version{key: key, draft: d})
	w.accept = append(w.accept, d)
	return nil
}

// versions returns the versions of an id that are here or come in this batch.
func (w *writer) versions(id string) ([]version, error) {
	if vs, ok := w.ids[id]; ok {
		return vs, nil
	}
	return w.stored(id)
}

// stored returns the versions of an id that the table has.
func (w *writer) stored(id string) (vs []version, err error) {
	rows, err := w.stmt.query(w.stmt.versions, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var v version
		if err := rows.Scan(&v.key, &v.seq); err != nil {
			return nil, err
		}
		vs = append(vs, v)
	}
	return vs, rows.Err()
}

// body returns the content of a version, nil when it was erased.
func (w *writer) body(v version) (body []byte, err error) {
	if v.draft != nil {
		return v.draft.Canonical, nil
	}
	err = w.stmt.row(w.stmt.body, v.seq).Scan(&body)
	return body, err
}

// insert gives an accepted draft its number and writes its entry. Rows of
// versions follow in finish, in their own order.
func (w *writer) insert(d *journal.Draft) error {
	label, err := w.s.labels.Intern(w.stmt.ctx, w.tx, d.Label)
	if err != nil {
		return err
	}
	seq := w.head + 1
	until, gov, err := w.supersede(d, seq, label)
	if err != nil {
		return err
	}
	flags := 0
	if d.Granular {
		flags |= flagGranular
	}
	err = w.entry(entryRow{
		id: d.ID, typ: d.Type, version: d.Version, label: label, gov: gov, until: until, flags: flags,
		commitment: d.Commitment, salt: d.Salt, body: d.Canonical, leaf: d.Leaf,
	})
	if err != nil {
		return err
	}
	vs := w.ids[d.ID]
	for i := range vs {
		if vs[i].draft == d {
			vs[i].seq = seq
		}
	}
	if w.receipt.First == 0 {
		w.receipt.First = seq
	}
	w.receipt.Last = seq
	w.receipt.Added++
	if d.Type == "marking-definition" {
		w.defs = append(w.defs, d.Object)
	}
	return nil
}

// entryRow is one new row of entries.
type entryRow struct {
	id, typ, version       string
	label, gov, until      int64
	flags                  int
	target                 int64
	commitment, salt, leaf [32]byte
	body                   []byte
}

// entry writes the next entry and its leaf.
func (w *writer) entry(e entryRow) error {
	err := w.stmt.run(w.stmt.insert, w.head+1, e.id, e.typ, e.version, e.label, e.gov, e.until, e.flags, e.target,
		w.at, e.commitment[:], e.salt[:], e.body)
	if err != nil {
		return err
	}
	w.head++
	return w.tail.add(e.leaf, w.chunk)
}

func (w *writer) chunk(chunk int64, data []byte) error {
	return w.stmt.run(w.stmt.chunk, chunk, data)
}

// supersede says how the new entry stands among the versions of its id, and moves
// those that it leaves behind. See docs/journal.md, Versions.
func (w *writer) supersede(d *journal.Draft, seq, label int64) (until, gov int64, err error) {
	var newest *version // of those that are inserted
	vs := w.ids[d.ID]
	for i := range vs {
		v := &vs[i]
		if v.seq == 0 {
			continue
		}
		if newest == nil || d.Version == "" && v.seq > newest.seq || d.Version != "" && v.key > newest.key {
			newest = v
		}
	}
	switch {
	case newest == nil:
		return 0, label, nil
	case d.Version == "": // a further variant of an observable
		return 0, label, w.stmt.exec("UPDATE entries SET until = ? WHERE seq = ?", -seq, newest.seq)
	}
	if err := w.tx.QueryRowContext(w.stmt.ctx, "SELECT label FROM entries WHERE seq = ?", newest.seq).Scan(&gov); err != nil {
		return 0, 0, err
	}
	if newest.key > d.Key { // it comes late
		return seq, gov, nil
	}
	if err := w.stmt.exec("UPDATE entries SET until = ? WHERE seq = ?", seq, newest.seq); err != nil {
		return 0, 0, err
	}
	if gov == label {
		return 0, label, nil
	}
	for _, v := range vs {
		if v.seq != 0 {
			if err := w.govern(v.seq, label); err != nil {
				return 0, 0, err
			}
		}
	}
	return 0, label, nil
}

// govern puts an entry, and the erasure of it if there is one, under a label.
func (w *writer) govern(seq, label int64) error {
	var flags int64
	if err := w.tx.QueryRowContext(w.stmt.ctx, "UPDATE entries SET gov = ? WHERE seq = ? RETURNING flags", label, seq).Scan(&flags); err != nil {
		return err
	}
	if flags&flagErased == 0 {
		return nil
	}
	// Rare enough to look through all entries.
	return w.stmt.exec("UPDATE entries SET gov = ? WHERE seq > ? AND target = ?", label, seq, seq)
}

// finish writes what belongs to the whole transaction.
func (w *writer) finish() error {
	if err := w.insertVersions(); err != nil {
		return err
	}
	if err := w.relabel(); err != nil {
		return err
	}
	return w.seal("append")
}

// insertVersions writes the rows of versions in their order, so that each page of
// the index is visited once.
func (w *writer) insertVersions() error {
	slices.SortFunc(w.accept, func(a, b *journal.Draft) int {
		if c := strings.Compare(a.ID, b.ID); c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
	for _, d := range w.accept {
		for _, v := range w.ids[d.ID] {
			if v.draft == d {
				if err := w.stmt.run(w.stmt.insertVersion, d.ID, d.Key, v.seq); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// seal writes the open row of hashes, signs the checkpoint and records the append.
func (w *writer) seal(what string) error {
	var note []byte
	if w.tail.edge.Size() != w.s.tail.edge.Size() {
		if len(w.tail.data) > 0 {
			if err := w.chunk(w.tail.chunk, w.tail.data); err != nil {
				return err
			}
		}
		var err error
		if note, err = w.s.sign(w.tail.edge.Size(), w.tail.edge.Root()); err != nil {
			return err
		}
	}
	return w.stmt.exec("INSERT INTO appends (at, who, source, what, first, last, same, refused, checkpoint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		w.at, w.batch.By, w.batch.Source, what, w.receipt.First, w.receipt.Last, w.receipt.Same, len(w.receipt.Refused), note)
}

// relabel gives entries that carry a marking whose definition has only come now
// the label that they would have got with it. Until now they were shown to nobody
// who does not hold the marking; a definition that is a statement opens them.
func (w *writer) relabel() error {
	for _, def := range w.defs {
		stale, err := w.labelled(def.ID())
		if err != nil {
			return err
		}
		for _, e := range stale {
			if err := w.relabelOne(e); err != nil {
				return err
			}
		}
		// Projections keep parts of objects under the labels of granular markings.
		var inParts bool
		err = w.tx.QueryRowContext(w.stmt.ctx, "SELECT EXISTS (SELECT 1 FROM entries WHERE flags & ? AND seq <= ? AND instr(CAST(body AS TEXT), ?) > 0)",
			flagGranular, w.s.head.Load(), def.ID()).Scan(&inParts)
		if err != nil {
			return err
		}
		w.changed = w.changed || inParts
	}
	return nil
}

type relabelled struct {
	seq, label, until int64
	id, version       string
	body              []byte
}

// labelled returns the entries whose label names the marking as unknown.
func (w *writer) labelled(marking string) (out []relabelled, err error) {
	rows, err := w.tx.QueryContext(w.stmt.ctx, `SELECT seq, label, until, id, version, body FROM entries
		WHERE label IN (SELECT label FROM labels WHERE instr(text, ?) > 0) AND body IS NOT NULL AND flags & ? = 0`, "unknown/"+marking, flagErasure)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e relabelled
		if err := rows.Scan(&e.seq, &e.label, &e.until, &e.id, &e.version, &e.body); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func (w *writer) relabelOne(e relabelled) error {
	o, err := stix.Parse(e.body)
	if err != nil {
		return err
	}
	// The level of an object that states none is the one that it was given when
	// it came, whatever the node's default is today.
	old := w.s.labels.Text(e.label)
	label, err := policy.LabelOf(o, policy.Level(old), w.definition)
	if err != nil || label == old {
		return err
	}
	id, err := w.s.labels.Intern(w.stmt.ctx, w.tx, label)
	if err != nil {
		return err
	}
	w.changed = true
	if err := w.stmt.exec("UPDATE entries SET label = ? WHERE seq = ?", id, e.seq); err != nil {
		return err
	}
	switch {
	case e.version == "":
		return w.govern(e.seq, id)
	case e.until != 0:
		return nil
	}
	vs, err := w.stored(e.id)
	if err != nil {
		return err
	}
	for _, v := range vs {
		if err := w.govern(v.seq, id); err != nil {
			return err
		}
	}
	return nil
}

// definition finds what this transaction adds, and what was here.
func (w *writer) definition(id string) (stix.Object, bool) {
	for _, d := range w.defs {
		if d.ID() == id {
			return d, true
		}
	}
	return w.s.defs.find(id)
}
