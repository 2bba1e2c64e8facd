package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
)

// Verify recomputes everything that the journal says of itself, up to its head at
// the beginning, and reports what does not fit:
//
//   - the file: SQLite's own check of its pages and indexes;
//   - each entry: no number is missing, the bytes are canonical JSON of the id,
//     type and version in the row, salt and bytes give the commitment, an entry
//     without bytes is one that an erasure names, the label is known;
//   - the tree: leaves and inner nodes, stored hash by stored hash;
//   - every checkpoint: signed by the journal's key, its root that of the entries;
//   - versions: which is newest, since when, and which label governs;
//   - the quarantine: each refusal can be read and its mark is that of its bytes;
//   - the archive, when Options named one: the SHA-256 of every input, and that
//     each input which an append names is there.
//
// A damaged journal is a report with problems; the error is for a verification
// that could not be carried out. It reads everything once and needs little memory.
func (s *Store) Verify(ctx context.Context, progress journal.Progress) (r journal.Report, err error) {
	defer errs.Wrap(&err, "journal.Verify")
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return r, database.ErrClosed
	}
	if progress == nil {
		progress = func(int64, int64) {}
	}
	v := &verifier{s: s, ctx: ctx, report: &r, progress: progress, head: s.head.Load(), erased: map[int64]bool{}}
	for _, step := range []func() error{v.file, v.entries, v.versions, v.quarantine, v.sources, v.archive} {
		err := step()
		if file := database.Damage(err); file != "" {
			r.Add(0, "file", "%s", file)
			continue
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

type verifier struct {
	s        *Store
	ctx      context.Context
	report   *journal.Report
	progress journal.Progress
	head     int64

	edge    *translog.Appender
	stored  hashReader
	erased  map[int64]bool // entries without content: has an erasure named it yet?
	pending []signed       // checkpoints not reached yet
	last    int64          // the last checkpoint loaded
}

// signed is a checkpoint as it was recorded.
type signed struct {
	n, at int64 // of appends; entries that it covers
	note  []byte
}

// file asks SQLite to check pages and indexes.
func (v *verifier) file() error {
	rows, err := v.s.db.Read.QueryContext(v.ctx, "PRAGMA quick_check(100)")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			v.report.Add(0, "file", "%s", line)
		}
	}
	return rows.Err()
}

// stored entry, as verification reads it.
type storedEntry struct {
	seq, label, flags, target int64
	id, typ, version          string
	commitment, salt, body    []byte
}

// entries recomputes every entry, the tree and the checkpoints along the way.
func (v *verifier) entries() error {
	v.edge = emptyEdge()
	v.stored = hashReader{ctx: v.ctx, query: func(chunk int64) *sql.Row { return v.s.sql.hashes.QueryRowContext(v.ctx, chunk) }}
	next := int64(1)
	for next <= v.head {
		page, err := v.page(next)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if err := v.missing(&next, e.seq); err != nil {
				return err
			}
			if err := v.entry(e); err != nil {
				return err
			}
			next++
		}
		v.progress(next-1, v.head)
	}
	if err := v.missing(&next, v.head+1); err != nil {
		return err
	}
	for seq, named := range v.erased {
		if !named {
			v.report.Add(seq, "entries", "it has no content and no erasure names it")
		}
	}
	v.report.Root = v.edge.Root()
	return v.unmet()
}

// missing reports the entries from *next up to before the one that is there.
func (v *verifier) missing(next *int64, there int64) error {
	for ; *next < there; *next++ {
		v.report.Add(*next, "entries", "there is no such entry")
		v.leaf(*next, [32]byte{})
		if err := v.checkpoints(*next); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) page(from int64) (page []storedEntry, err error) {
	rows, err := v.s.db.Read.QueryContext(v.ctx, `SELECT seq, id, type, version, label, flags, target, commitment, salt, body
		FROM entries WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT 1000`, from, v.head)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	bytes := 0
	for rows.Next() && bytes < database.PageBytes {
		var e storedEntry
		if err := rows.Scan(&e.seq, &e.id, &e.typ, &e.version, &e.label, &e.flags, &e.target, &e.commitment, &e.salt, &e.body); err != nil {
			return nil, err
		}
		page = append(page, e)
		bytes += len(e.body)
	}
	return page, rows.Err()
}

func (v *verifier) entry(e storedEntry) error {
	v.report.Entries++
	if v.s.labels.Text(e.label) == policy.Nobody && !v.s.labels.Known(e.label) {
		v.report.Add(e.seq, "labels", "its label %d is not known, so nobody may see it", e.label)
	}
	var commitment [32]byte
	if copy(commitment[:], e.commitment) != 32 {
		v.report.Add(e.seq, "entries", "its commitment is not 32 bytes")
	}
	switch {
	case e.flags&flagErased != 0:
		v.report.Erased++
		if e.body != nil || e.salt != nil {
			v.report.Add(e.seq, "entries", "it is erased and still has content or salt")
		}
		if !v.erased[e.seq] {
			v.erased[e.seq] = false
		}
	default:
		v.content(e, commitment)
	}
	v.leaf(e.seq, translog.LeafHash(commitment))
	return v.checkpoints(e.seq)
}

// content checks the bytes of an entry against everything that is said of them.
func (v *verifier) content(e storedEntry, commitment [32]byte) {
	if len(e.salt) != 32 || translog.Commitment([32]byte(e.salt), e.body) != commitment {
		v.report.Add(e.seq, "entries", "the bytes of %s are not those that were committed to", e.id)
		return
	}
	o, err := stix.Parse(e.body)
	if err != nil {
		v.report.Add(e.seq, "entries", "the bytes of %s cannot be read: %v", e.id, err)
		return
	}
	if c, err := o.Canonical(); err != nil || !bytes.Equal(c, e.body) {
		v.report.Add(e.seq, "entries", "the bytes of %s are not canonical", e.id)
	}
	if e.flags&flagErasure != 0 {
		record, err := readErasure(e.body)
		if err != nil || record.Seq != e.target || record.ID != e.id || record.Version != e.version {
			v.report.Add(e.seq, "entries", "it is an erasure and its record names another entry than its row")
		}
		if _, ok := v.erased[e.target]; !ok {
			v.report.Add(e.seq, "entries", "it erases entry %d, which still has its content", e.target)
		}
		v.erased[e.target] = true
		return
	}
	if o.ID() != e.id || o.Type() != e.typ || o.Version() != e.version {
		v.report.Add(e.seq, "entries", "id, type or version of the row are not those of the object")
	}
	if granular := e.flags&flagGranular != 0; granular != policy.GranularSensitive(o) {
		v.report.Add(e.seq, "entries", "the row does not say rightly whether %s has granular markings", e.id)
	}
}

// leaf compares the stored hashes that the leaf completes.
func (v *verifier) leaf(seq int64, leaf [32]byte) {
	index, hashes := v.edge.Append(leaf)
	indexes := make([]int64, len(hashes))
	for i := range hashes {
		indexes[i] = index + int64(i)
	}
	have, err := v.stored.ReadHashes(indexes)
	if err != nil {
		v.report.Add(seq, "tree", "its hashes are not there: %v", err)
		return
	}
	for i := range hashes {
		if have[i] != hashes[i] {
			v.report.Add(seq, "tree", "stored hash %d is not that of the entries", indexes[i])
		}
	}
}

// checkpoints checks what was signed when the entry was the last one.
func (v *verifier) checkpoints(seq int64) error {
	for {
		if len(v.pending) == 0 {
			if err := v.loadCheckpoints(); err != nil || len(v.pending) == 0 {
				return err
			}
		}
		if v.pending[0].at > seq {
			return nil
		}
		v.checkpoint(v.pending[0], seq)
		v.pending = v.pending[1:]
	}
}

func (v *verifier) checkpoint(c signed, seq int64) {
	v.report.Checkpoints++
	got, err := translog.OpenCheckpoint(c.note, v.s.keys.verifier)
	switch {
	case err != nil:
		v.report.Add(c.at, "checkpoint", "the checkpoint of append %d is not one of this journal's key: %v", c.n, err)
	case got.Origin != v.s.keys.origin:
		v.report.Add(c.at, "checkpoint", "the checkpoint of append %d is of another log, %s", c.n, got.Origin)
	case c.at != seq || got.Size != seq:
		v.report.Add(c.at, "checkpoint", "the checkpoint of append %d covers %d entries and stands at another", c.n, got.Size)
	case got.Root != v.edge.Root():
		v.report.Add(c.at, "checkpoint", "the signed root of append %d is not the root of the entries: they were changed after it was signed", c.n)
	}
}

func (v *verifier) loadCheckpoints() error {
	rows, err := v.s.db.Read.QueryContext(v.ctx, `SELECT n, last, checkpoint FROM appends
		WHERE n > ? AND checkpoint IS NOT NULL AND last <= ? ORDER BY n LIMIT 1000`, v.last, v.head)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c signed
		if err := rows.Scan(&c.n, &c.at, &c.note); err != nil {
			return err
		}
		v.pending = append(v.pending, c)
		v.last = c.n
	}
	return rows.Err()
}

// unmet reports that the last entries were signed for by nobody.
func (v *verifier) unmet() error {
	if v.head == 0 {
		return nil
	}
	note, err := v.s.Checkpoint(v.ctx)
	if err != nil {
		return err
	}
	if c, err := translog.ReadCheckpoint(note); err == nil && c.Size < v.head {
		v.report.Add(0, "checkpoint", "the last checkpoint covers %d of %d entries", c.Size, v.head)
	}
	return nil
}

// standing is how one version stands among those of its id.
type standing struct {
	key, version                  string
	seq, label, gov, until, flags int64
	body                          []byte // of observables' further variants only
}

// versions recomputes which version of each id is newest, since when, and which
// label governs it.
func (v *verifier) versions() error {
	tx, err := v.s.db.Read.BeginTx(v.ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var entries, n int64
	if err := tx.QueryRowContext(v.ctx, "SELECT count(*) FROM entries WHERE flags & ? = 0", flagErasure).Scan(&entries); err != nil {
		return err
	}
	rows, err := tx.QueryContext(v.ctx, `SELECT v.id, v.key, v.seq, coalesce(e.id, ''), coalesce(e.version, ''), coalesce(e.label, 0), coalesce(e.gov, 0),
		coalesce(e.until, 0), coalesce(e.flags, 0), CASE WHEN v.key LIKE '~%' THEN e.body END
		FROM versions v LEFT JOIN entries e ON e.seq = v.seq ORDER BY v.id, v.key`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id string
	var group []standing
	for rows.Next() {
		var st standing
		var this, of string
		if err := rows.Scan(&this, &st.key, &st.seq, &of, &st.version, &st.label, &st.gov, &st.until, &st.flags, &st.body); err != nil {
			return err
		}
		if of != this {
			v.report.Add(st.seq, "versions", "it is named as a version of %s and is not one", this)
		}
		if this != id {
			v.group(id, group)
			id, group = this, group[:0]
		}
		group = append(group, st)
		n++
	}
	v.group(id, group)
	if err := rows.Err(); err != nil {
		return err
	}
	if n != entries {
		v.report.Add(0, "versions", "there are %d versions and %d entries that are versions", n, entries)
	}
	return nil
}

func (v *verifier) group(id string, group []standing) {
	for i, st := range group {
		observable := st.version == ""
		if want := wantKey(st); st.key != want {
			v.report.Add(st.seq, "versions", "its key is %q and would be %q", st.key, want)
		}
		until, gov, newest := int64(0), st.label, st
		for j, o := range group {
			later := o.key > st.key
			if observable {
				later = o.seq > st.seq
			}
			if j == i || !later {
				continue
			}
			since := max(o.seq, st.seq)
			if until == 0 || since < until {
				until = since
			}
			if !observable && o.key > newest.key {
				newest, gov = o, o.label
			}
		}
		if observable {
			until = -until
		}
		if st.until != until {
			v.report.Add(st.seq, "versions", "%s: it is recorded as newest until %d and would be until %d", id, st.until, until)
		}
		if st.gov != gov {
			v.report.Add(st.seq, "versions", "%s: the label that governs it is %d and would be %d", id, st.gov, gov)
		}
	}
}

// wantKey is the key that a version has to have.
func wantKey(st standing) string {
	switch {
	case st.version != "" || !strings.HasPrefix(st.key, "~"):
		return journal.VersionKey(st.version)
	case st.flags&flagErased != 0:
		return "~" + strconv.FormatInt(st.seq, 10)
	}
	return variantKey(st.body)
}

// quarantine checks that what was refused is still what was refused.
func (v *verifier) quarantine() error {
	rows, err := v.s.db.Read.QueryContext(v.ctx, "SELECT n, id, rule, mark, size, raw FROM quarantine ORDER BY n")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n, size int64
		var id, rule string
		var mark, raw []byte
		if err := rows.Scan(&n, &id, &rule, &mark, &size, &raw); err != nil {
			return err
		}
		v.report.Quarantined++
		if raw == nil || size != int64(len(raw)) {
			continue // erased, or cut: nothing to compare with
		}
		if want := quarantineMark(rule, id, raw); !bytes.Equal(mark, want) {
			v.report.Add(0, "quarantine", "the bytes of refusal %d are not those that were refused", n)
		}
	}
	return rows.Err()
}

// sources checks that the inputs that appends name are in the archive.
func (v *verifier) sources() error {
	if v.s.opts.Archive == nil {
		return nil
	}
	rows, err := v.s.db.Read.QueryContext(v.ctx, "SELECT source, min(n) FROM appends WHERE source <> '' GROUP BY source")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var source string
		var n int64
		if err := rows.Scan(&source, &n); err != nil {
			return err
		}
		if !v.s.opts.Archive.Has(source) {
			v.report.Add(0, "archive", "input %s of append %d is not there", source, n)
		}
	}
	return rows.Err()
}

func (v *verifier) archive() (err error) {
	if v.s.opts.Archive == nil {
		return nil
	}
	v.report.Inputs, err = v.s.opts.Archive.Verify(v.ctx, nil, func(sha, text string) {
		v.report.Add(0, "archive", "input %s: %s", sha, text)
	})
	return err
}
