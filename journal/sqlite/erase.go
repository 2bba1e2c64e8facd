package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
)

// Erasure is one erasure as the journal records it.
type Erasure struct {
	Seq     int64  // of the entry whose content is gone
	ID      string // of its object
	Version string
	Reason  string // why, e.g. the order of a court; it must not repeat the content
	By      string
	At      time.Time
}

// Erase drops the content and the salt of one version of an object, or of every
// version for version "". An observable is always erased with all its contents.
// Each loses its bytes and keeps its place, its commitment and its leaf, so the
// tree and all that was signed stay true; an entry of its own says what was
// erased, by whom, when and why, and is returned in the receipt. What the
// quarantine holds under the id loses its bytes too. The bytes are overwritten in
// the file. Projections are built anew before they next follow the journal.
//
// The content does not come back by import: Append refuses it with
// journal.RuleErased. The archive is not touched: inputs are erased there.
// Erasing what is erased already adds nothing (Receipt.Same). An id or version
// that is not here is errs.NotFound.
func (s *Store) Erase(ctx context.Context, id, version, reason, by string) (r journal.Receipt, err error) {
	defer errs.Wrap(&err, "journal.Erase(%.80q)", id)
	defer func() { err = s.db.Explain(err) }()
	if reason == "" || by == "" {
		return r, errs.New(errs.Invalid, "an erasure needs a reason and a person")
	}
	s.append.Lock()
	defer s.append.Unlock()
	if s.closed.Load() {
		return r, database.ErrClosed
	}
	// Freed parts of pages are overwritten, in the file and, by the checkpoint at
	// the end, in the write-ahead log.
	if _, err := s.db.Write.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return r, err
	}
	w := &writer{batch: journal.Batch{By: by}}
	wrote, err := s.transact(ctx, w, func(context.Context) (bool, error) { return w.erase(id, version, reason) })
	if err == nil && wrote {
		s.stale = true
		err = errors.Join(s.foldLog(ctx), s.reload(ctx))
	}
	if _, e := s.db.Write.ExecContext(context.WithoutCancel(ctx), "PRAGMA secure_delete = OFF"); err == nil {
		err = e
	}
	if err != nil {
		return journal.Receipt{}, err
	}
	return w.receipt, nil
}

// foldLog folds the write-ahead log into the database and empties it.
func (s *Store) foldLog(ctx context.Context) error {
	var busy, pages, folded int
	err := s.db.Write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &folded)
	if err == nil && busy != 0 {
		// A reader still stands in the log. The content is gone from the answers
		// already; the log is emptied by the next checkpoint that can.
		s.opts.Log.LogAttrs(ctx, slog.LevelWarn, "the write-ahead log could not be emptied after an erasure; close and open the journal to do so")
	}
	return err
}

type target struct {
	seq, label, gov, flags int64
	typ, version           string
}

func (w *writer) erase(id, version, reason string) (bool, error) {
	targets, err := w.targets(id, version)
	if err != nil {
		return false, err
	}
	if len(targets) == 0 {
		return false, errs.New(errs.NotFound, "there is no such version of %s here", id)
	}
	for _, t := range targets {
		if t.flags&flagErased != 0 {
			w.receipt.Same++
			continue
		}
		if err := w.eraseOne(id, t, reason); err != nil {
			return false, err
		}
	}
	if w.receipt.Added == 0 {
		return false, nil
	}
	w.changed = true
	if err := w.emptyQuarantine(id); err != nil {
		return false, err
	}
	return true, w.seal("erase")
}

func (w *writer) targets(id, version string) (ts []target, err error) {
	rows, err := w.tx.QueryContext(w.stmt.ctx, `SELECT e.seq, e.label, e.gov, e.flags, e.type, e.version
		FROM versions v JOIN entries e ON e.seq = v.seq WHERE v.id = ? ORDER BY e.seq`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t target
		if err := rows.Scan(&t.seq, &t.label, &t.gov, &t.flags, &t.typ, &t.version); err != nil {
			return nil, err
		}
		if version == "" || journal.VersionKey(t.version) == journal.VersionKey(version) {
			ts = append(ts, t)
		}
	}
	return ts, rows.Err()
}

func (w *writer) eraseOne(id string, t target, reason string) error {
	err := w.stmt.exec("UPDATE entries SET body = NULL, salt = NULL, flags = (flags | ?) & ~? WHERE seq = ?", flagErased, flagGranular, t.seq)
	if err != nil {
		return err
	}
	// The key of a further variant is a hash of its content.
	if err := w.stmt.exec("UPDATE versions SET key = '~' || seq WHERE id = ? AND seq = ? AND key LIKE '~%'", id, t.seq); err != nil {
		return err
	}
	record, err := stix.CanonicalValue(map[string]any{
		"form": 1, "erased": t.seq, "id": id, "version": t.version, "reason": reason, "by": w.batch.By,
		"at": stix.FormatTime(time.Unix(0, w.at)),
	})
	if err != nil {
		return err
	}
	e := entryRow{id: id, typ: t.typ, version: t.version, label: t.label, gov: t.gov, flags: flagErasure, target: t.seq, body: record}
	if _, err := io.ReadFull(w.s.opts.Rand, e.salt[:]); err != nil {
		return errs.New(errs.Unavailable, "no randomness for the salts of the log").Because(err)
	}
	e.commitment = translog.Commitment(e.salt, record)
	e.leaf = translog.LeafHash(e.commitment)
	if err := w.entry(e); err != nil {
		return err
	}
	if w.receipt.First == 0 {
		w.receipt.First = w.head
	}
	w.receipt.Last = w.head
	w.receipt.Added++
	return nil
}

// emptyQuarantine drops the bytes of refused objects of the id, and the marks,
// which are hashes over them.
func (w *writer) emptyQuarantine(id string) error {
	rows, err := w.tx.QueryContext(w.stmt.ctx, "SELECT n FROM quarantine WHERE id = ? AND raw IS NOT NULL", id)
	if err != nil {
		return err
	}
	var ns []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			_ = rows.Close()
			return err
		}
		ns = append(ns, n)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, n := range ns {
		mark := sha256.Sum256(fmt.Appendf(nil, "erased\x00%d", n))
		if err := w.stmt.exec("UPDATE quarantine SET raw = NULL, mark = ? WHERE n = ?", mark[:], n); err != nil {
			return err
		}
	}
	return nil
}

// Erasure returns the record of the erasure that is entry seq, for whoever might
// see what was erased.
func (s *Store) Erasure(ctx context.Context, v policy.Viewer, p policy.Purpose, seq int64) (e Erasure, err error) {
	defer errs.Wrap(&err, "journal.Erasure(%d)", seq)
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return e, database.ErrClosed
	}
	var body []byte
	err = s.db.Read.QueryRowContext(ctx, "SELECT e.body FROM entries e WHERE e.seq = @seq AND e.flags & @erasure <> 0 AND "+permitted,
		sql.Named("seq", seq), sql.Named("erasure", flagErasure), sql.Named("allowed", s.labels.Allowed(v, p))).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return e, errs.New(errs.NotFound, "not found")
	}
	if err != nil {
		return e, err
	}
	return readErasure(body)
}

func readErasure(body []byte) (e Erasure, err error) {
	o, err := stix.Parse(body)
	if err != nil {
		return e, err
	}
	n, ok := stix.Int(o["erased"])
	if !ok {
		return e, errs.New(errs.Invalid, "the record of an erasure names no entry")
	}
	at, err := stix.ParseTime(o.Str("at"))
	return Erasure{Seq: n, ID: o.ID(), Version: o.Str("version"), Reason: o.Str("reason"), By: o.Str("by"), At: at}, err
}
