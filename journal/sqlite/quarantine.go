package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"io"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/policy"
)

// quarantineKeeps is how many bytes of a refused object are kept when it is
// larger than an object may be. The whole is in the archive.
const quarantineKeeps = 64 << 10

// quarantine keeps a refused object, once for each rule and content.
func (w *writer) quarantine(d *journal.Draft) error {
	raw := d.Canonical
	if raw == nil {
		// It has no canonical form; JSON as it came is the next best. What is no
		// JSON at all has only its refusal.
		if text, err := d.Object.AppendJSON(nil); err == nil {
			raw = text
		}
	}
	size := len(raw)
	mark := quarantineMark(d.Refusal.Rule, d.ID, raw)
	switch d.Refusal.Rule {
	case journal.RuleErased:
		// Keeping the content, or a hash by which it could be guessed, would undo
		// the erasure.
		mark = quarantineMark(d.Refusal.Rule, d.ID, []byte(d.Key))
		raw, size = nil, 0
	case journal.RuleSize:
		raw = raw[:min(len(raw), quarantineKeeps)]
	}
	label, err := w.s.labels.Intern(w.stmt.ctx, w.tx, w.s.pipe.QuarantineLabel(d.Object))
	if err != nil {
		return err
	}
	f := d.Refusal
	res, err := w.tx.ExecContext(w.stmt.ctx, `INSERT INTO quarantine
		(mark, at, who, source, position, label, id, rule, section, path, message, size, raw)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mark) DO NOTHING`,
		mark, w.at, w.batch.By, w.batch.Source, f.Index, label, f.ID, f.Rule, f.Section, f.Path, f.Message, size, raw)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	w.kept += int(n)
	return err
}

// quarantineMark tells refusals apart: SHA-256 over rule, id and content.
func quarantineMark(rule, id string, raw []byte) []byte {
	h := sha256.New()
	_, _ = io.WriteString(h, rule+"\x00"+id+"\x00")
	_, _ = h.Write(raw)
	return h.Sum(nil)
}

// Refused returns a part of the quarantine, as far as the viewer may see it. A
// refused object has the label of all markings that could be read in it, and
// TLP:RED where it states no level. more is true when there are others beyond.
func (s *Store) Refused(ctx context.Context, v policy.Viewer, p policy.Purpose, page journal.Page) (list []journal.Quarantined, more bool, err error) {
	defer errs.Wrap(&err, "journal.Refused")
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return nil, false, database.ErrClosed
	}
	limit := pageLimit(page)
	rows, err := s.db.Query(ctx, `SELECT n, at, who, source, position, label, id, rule, section, path, message, size, raw
		FROM quarantine WHERE label IN (SELECT value FROM json_each(@allowed)) AND `+pageText(page),
		sql.Named("allowed", s.labels.Allowed(v, p)), sql.Named("after", page.After), sql.Named("limit", limit+1))
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	bytes := 0
	for rows.Next() {
		var q journal.Quarantined
		var at, label int64
		err := rows.Scan(&q.N, &at, &q.By, &q.Source, &q.Index, &label, &q.ID, &q.Rule, &q.Section, &q.Path, &q.Message, &q.Size, &q.Raw)
		if err != nil {
			return nil, false, err
		}
		if len(list) == limit || bytes > database.PageBytes {
			return list, true, nil
		}
		q.At, q.Label = time.Unix(0, at).UTC(), s.labels.Text(label)
		list = append(list, q)
		bytes += len(q.Raw)
	}
	return list, false, rows.Err()
}

// CountRefused returns how many refused objects the viewer may see.
func (s *Store) CountRefused(ctx context.Context, v policy.Viewer, p policy.Purpose) (n int64, err error) {
	defer errs.Wrap(&err, "journal.CountRefused")
	if s.closed.Load() {
		return 0, database.ErrClosed
	}
	err = s.db.Read.QueryRowContext(ctx, "SELECT count(*) FROM quarantine WHERE label IN (SELECT value FROM json_each(?))", s.labels.Allowed(v, p)).Scan(&n)
	return n, s.db.Explain(err)
}

func pageLimit(p journal.Page) int {
	if p.Limit <= 0 {
		return 100
	}
	return p.Limit
}

// pageText is the end of a query over rows numbered n.
func pageText(p journal.Page) string {
	if p.Newest {
		return "(@after = 0 OR n < @after) ORDER BY n DESC LIMIT @limit"
	}
	return "n > @after ORDER BY n LIMIT @limit"
}
