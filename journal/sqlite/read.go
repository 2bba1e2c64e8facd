package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
)

const entryColumns = "e.seq, e.id, e.type, e.version, e.label, e.flags, e.target, e.at, e.commitment, e.body"

// permitted is the policy inside every query: the label of the version and that of
// the version which governs it are among those that the viewer may see.
const permitted = `(e.label IN (SELECT value FROM json_each(@allowed)) AND e.gov IN (SELECT value FROM json_each(@allowed)))`

// newestFirst orders the versions of one id: by time, observables by arrival.
const newestFirst = ` ORDER BY CASE WHEN e.version = '' THEN '' ELSE v.key END DESC, v.seq DESC`

// Get implements journal.Journal. The newest version decides who may see the
// object; of an observable with several contents the newest that the viewer may
// see is returned.
func (s *Store) Get(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (e journal.Entry, err error) {
	defer errs.Wrap(&err, "journal.Get(%.80q)", id)
	defer func() { err = s.db.Explain(err) }()
	list, err := s.entries(ctx, v, p, `FROM versions v JOIN entries e ON e.seq = v.seq WHERE v.id = @id AND `+permitted+newestFirst+` LIMIT 1`,
		sql.Named("id", id))
	if err != nil {
		return e, err
	}
	if len(list) == 1 {
		return s.show(ctx, v, p, list[0])
	}
	return e, s.absent(ctx, v, p, id)
}

// absent says why an id has no version for the viewer.
func (s *Store) absent(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) error {
	var there bool
	if err := s.db.Read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM versions WHERE id = ?)", id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return errs.New(errs.NotFound, "not found")
	}
	return s.withhold(ctx, v, p, id, "label")
}

// withhold logs, without content, that something was withheld and returns the
// error for it.
func (s *Store) withhold(ctx context.Context, v policy.Viewer, p policy.Purpose, id, rule string) error {
	s.opts.Log.LogAttrs(ctx, slog.LevelInfo, "withheld", slog.String("id", id), slog.String("viewer", v.Name),
		slog.String("org", v.Org), slog.String("purpose", string(p)), slog.String("rule", rule))
	return errs.New(errs.Withheld, "%s is withheld from %s", id, v.Name)
}

// Versions implements journal.Journal. When the newest version is withheld from
// the viewer the older ones are too: errs.Withheld. For an id that is not here it
// is errs.NotFound.
func (s *Store) Versions(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (out []journal.Entry, err error) {
	defer errs.Wrap(&err, "journal.Versions(%.80q)", id)
	defer func() { err = s.db.Explain(err) }()
	list, err := s.entries(ctx, v, p, `FROM versions v JOIN entries e ON e.seq = v.seq WHERE v.id = @id AND `+permitted+
		strings.ReplaceAll(newestFirst, "DESC", "ASC"), sql.Named("id", id))
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		e, err := s.show(ctx, v, p, r)
		if errs.Is(err, errs.Withheld) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, s.absent(ctx, v, p, id)
	}
	return out, nil
}

// row is an entry as it lies in the database.
type row struct {
	e     journal.Entry
	flags int64
}

// entries runs a query for rows of entries as the viewer may see them.
func (s *Store) entries(ctx context.Context, v policy.Viewer, p policy.Purpose, from string, args ...any) ([]row, error) {
	if s.closed.Load() {
		return nil, database.ErrClosed
	}
	args = append(args, sql.Named("allowed", s.labels.Allowed(v, p)))
	rows, err := s.db.Query(ctx, "SELECT "+entryColumns+" "+from, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	bytes := 0
	for rows.Next() {
		r, err := s.scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
		if bytes += len(r.e.Canonical); bytes > database.PageBytes && strings.HasSuffix(from, pageEnd) {
			break
		}
	}
	return out, rows.Err()
}

// scan reads one row.
func (s *Store) scan(rows *sql.Rows) (r row, err error) {
	var label, at int64
	var commitment, body []byte
	err = rows.Scan(&r.e.Seq, &r.e.ID, &r.e.Type, &r.e.Version, &label, &r.flags, &r.e.Erases, &at, &commitment, &body)
	if err != nil {
		return r, err
	}
	if len(commitment) != 32 {
		return r, errs.New(errs.Unavailable, "entry %d is damaged", r.e.Seq).WithHint("verify the journal and restore it from a backup")
	}
	r.e.Label = s.labels.Text(label)
	r.e.At = time.Unix(0, at).UTC()
	r.e.Leaf = translog.LeafHash([32]byte(commitment))
	if r.flags&(flagErased|flagErasure) != 0 {
		r.e.Erased = true // an erasure's record is for verification, see Erase
	} else {
		r.e.Canonical = body
	}
	return r, nil
}

// show takes out of an entry what its granular markings keep from the viewer.
func (s *Store) show(ctx context.Context, v policy.Viewer, p policy.Purpose, r row) (journal.Entry, error) {
	e := r.e
	if r.flags&flagGranular == 0 || e.Erased {
		return e, nil
	}
	o, err := stix.Parse(e.Canonical)
	if err != nil {
		return journal.Entry{}, err
	}
	cut, removed, err := policy.Redact(v, o, p, s.opts.Clock(), s.defs.find)
	if errs.Is(err, errs.Withheld) {
		return journal.Entry{}, s.withhold(ctx, v, p, e.ID, "granular")
	}
	if err != nil || len(removed) == 0 {
		return e, err
	}
	e.Redacted = removed
	e.Canonical, err = cut.Canonical()
	return e, err
}

// Scan implements journal.Journal. It shows entries up to the head at its
// beginning; with Latest the versions that were newest then. An error ends it.
func (s *Store) Scan(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		fail := func(err error) {
			err = s.db.Explain(err)
			errs.Wrap(&err, "journal.Scan")
			yield(journal.Entry{}, err)
		}
		if q.Purpose == "" {
			q.Purpose = policy.Reading
		}
		head := s.head.Load()
		from, to, left := q.After, head, q.Limit
		q.Types = slices.Compact(slices.Sorted(slices.Values(q.Types)))
		text := scanText(q)
		for {
			limit := database.PageRows
			if left > 0 {
				limit = min(limit, left)
			}
			page, err := s.scanPage(ctx, v, q, text, from, to, head, limit)
			if err != nil {
				fail(err)
				return
			}
			for _, r := range page {
				e, err := s.show(ctx, v, q.Purpose, r)
				if errs.Is(err, errs.Withheld) {
					continue
				}
				if err != nil {
					fail(err)
					return
				}
				if !yield(e, nil) {
					return
				}
				if left--; left == 0 {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			if last := page[len(page)-1].e.Seq; q.Newest {
				to = last - 1
			} else {
				from = last
			}
		}
	}
}

// pageEnd marks queries whose answers may be cut at a page.
const pageEnd = "LIMIT @limit"

// scanText is the query for one page: for each type one arm that runs along the
// index of types, merged in the order of the journal.
func scanText(q journal.Query) string {
	order := " ORDER BY 1"
	if q.Newest {
		order += " DESC"
	}
	where := "FROM entries e WHERE e.seq > @from AND e.seq <= @to AND " + permitted
	if q.Seqs != nil { // looked up one by one: the plus keeps the range from being walked
		where = "FROM entries e WHERE e.seq IN (SELECT value FROM json_each(@seqs)) AND +e.seq > @from AND +e.seq <= @to AND " + permitted
	}
	if q.Latest {
		where += ` AND e.flags & 4 = 0 AND (e.until = 0 OR e.until > @head OR e.until < 0 AND NOT EXISTS (
			SELECT 1 FROM versions v2 JOIN entries e2 ON e2.seq = v2.seq WHERE v2.id = e.id AND e2.seq > e.seq AND e2.seq <= @head
			AND e2.label IN (SELECT value FROM json_each(@allowed))))`
	}
	if len(q.Types) == 0 {
		return where + order + " " + pageEnd
	}
	arms := make([]string, len(q.Types))
	for i := range q.Types {
		arms[i] = fmt.Sprintf("%s AND e.type = @type%d", where, i)
	}
	return strings.Join(arms, " UNION ALL SELECT "+entryColumns+" ") + order + " " + pageEnd
}

func (s *Store) scanPage(ctx context.Context, v policy.Viewer, q journal.Query, text string, from, to, head int64, limit int) ([]row, error) {
	args := []any{sql.Named("from", from), sql.Named("to", to), sql.Named("limit", limit)}
	if q.Latest {
		args = append(args, sql.Named("head", head))
	}
	if q.Seqs != nil {
		args = append(args, sql.Named("seqs", numbers(q.Seqs)))
	}
	for i, t := range q.Types {
		args = append(args, sql.Named(fmt.Sprintf("type%d", i), t))
	}
	return s.entries(ctx, v, q.Purpose, text, args...)
}

// numbers writes a list for json_each.
func numbers(list []int64) string {
	b := []byte{'['}
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(append(b, ']'))
}

// Appended is one change of the journal, for the audit.
type Appended struct {
	N           int64
	At          time.Time
	By          string
	Source      string // sha256 of the archived input, "" for none
	What        string // append or erase
	First, Last int64  // 0 when nothing was added
	Same        int
	Refused     int
}

// Appends returns a part of the changes of the journal. It tells who did what when
// and nothing of any object.
func (s *Store) Appends(ctx context.Context, page journal.Page) (list []Appended, err error) {
	defer errs.Wrap(&err, "journal.Appends")
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return nil, database.ErrClosed
	}
	rows, err := s.db.Query(ctx, "SELECT n, at, who, source, what, first, last, same, refused FROM appends WHERE "+pageText(page),
		sql.Named("after", page.After), sql.Named("limit", pageLimit(page)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a Appended
		var at int64
		if err := rows.Scan(&a.N, &at, &a.By, &a.Source, &a.What, &a.First, &a.Last, &a.Same, &a.Refused); err != nil {
			return nil, err
		}
		a.At = time.Unix(0, at).UTC()
		list = append(list, a)
	}
	return list, rows.Err()
}
