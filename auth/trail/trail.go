package trail

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/sqlite/database"
)

// File is the name of the trail's file.
const File = "audit.db"

// Limits.
const (
	MaxWaiting = 8192 // records in memory
	MaxText    = 512  // bytes of each text of a record
	MaxPage    = 1000 // records of one page
	lockWait   = 2 * time.Second
)

//go:embed migrations/*.sql
var migrations embed.FS

// What a record is about.
type What string

// The kinds of record.
const (
	Read    What = "read"    // an object that is restricted was shown, whole or in part
	SignIn  What = "sign-in" // somebody was let in
	SignOut What = "sign-out"
	Refused What = "refused" // somebody was not let in, or may not
	Change  What = "change"  // of accounts: who, roles, keys
	Release What = "release" // to a partner
)

// Record is one thing that happened.
type Record struct {
	Seq     int64     `json:"seq,omitzero"` // given by the trail
	At      time.Time `json:"at"`           // given by the trail if it is zero
	What    What      `json:"what"`
	Who     string    `json:"who"`               // id of the account, "" for nobody known
	Name    string    `json:"name,omitempty"`    // as it was then
	Via     string    `json:"via,omitempty"`     // session, key, certificate, token
	Address string    `json:"address,omitempty"` // network address
	Object  string    `json:"object,omitempty"`
	Version string    `json:"version,omitempty"`
	Marking string    `json:"marking,omitempty"` // level of the object
	Purpose string    `json:"purpose,omitempty"`
	Allowed bool      `json:"allowed"`
	Rule    string    `json:"rule,omitempty"`   // that decided
	Detail  string    `json:"detail,omitempty"` // a sentence
	Hash    string    `json:"hash,omitempty"`   // given by the trail
}

// Trail is the open trail. Close it.
type Trail struct {
	db  *database.Database
	now func() time.Time

	mu      sync.Mutex
	change  *sync.Cond
	waiting []Record
	added   int64 // records added, and those of them that are on the disk
	written int64
	fault   error
	closed  bool
	done    chan struct{}

	seq  int64 // the writer's
	prev []byte
}

// Open opens the trail of a folder, and makes it when it is not there.
func Open(ctx context.Context, dir string, clock func() time.Time) (_ *Trail, err error) {
	defer errs.Wrap(&err, "trail.Open")
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	db, err := database.Open(ctx, filepath.Join(dir, File), database.Durable, database.Config{LockWait: lockWait, Clock: clock}, files)
	if err != nil {
		return nil, err
	}
	t := &Trail{db: db, now: clock, done: make(chan struct{})}
	t.change = sync.NewCond(&t.mu)
	err = db.Write.QueryRowContext(ctx, "SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1").Scan(&t.seq, &t.prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, errors.Join(db.Explain(err), db.Close())
	}
	go t.write()
	return t, nil
}

// Close writes what waits and closes the trail.
func (t *Trail) Close() error {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return nil
	}
	t.closed = true
	t.change.Broadcast()
	t.mu.Unlock()
	<-t.done
	return errors.Join(t.fault, t.db.Close())
}

// Add adds records. It returns at once unless too many wait. errs.Unavailable when
// records cannot be kept: what they tell of must not be shown then.
func (t *Trail) Add(ctx context.Context, rs ...Record) error {
	stop := context.AfterFunc(ctx, func() { t.mu.Lock(); defer t.mu.Unlock(); t.change.Broadcast() })
	defer stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range rs {
		for len(t.waiting) >= MaxWaiting && t.fault == nil && !t.closed && ctx.Err() == nil {
			t.change.Wait()
		}
		if err := t.usable(ctx); err != nil {
			return err
		}
		if r.At.IsZero() {
			r.At = t.now()
		}
		t.waiting = append(t.waiting, short(r))
		t.added++
		t.change.Broadcast()
	}
	return nil
}

// Flush waits until all that was added is on the disk.
func (t *Trail) Flush(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { t.mu.Lock(); defer t.mu.Unlock(); t.change.Broadcast() })
	defer stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	for to := t.added; t.written < to; {
		if t.fault != nil {
			return t.fault
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		t.change.Wait()
	}
	return nil
}

func (t *Trail) usable(ctx context.Context) error {
	switch {
	case t.fault != nil:
		return t.fault
	case t.closed:
		return errs.New(errs.Unavailable, "the audit trail is closed")
	}
	return ctx.Err()
}

// short keeps a record small and its texts readable.
func short(r Record) Record {
	r.Seq, r.Hash, r.At = 0, "", r.At.UTC()
	for _, s := range []*string{&r.Who, &r.Name, &r.Via, &r.Address, &r.Object, &r.Version, &r.Marking, &r.Purpose, &r.Rule, &r.Detail} {
		if len(*s) > MaxText {
			*s = (*s)[:MaxText]
			for !utf8.ValidString(*s) && len(*s) > MaxText-utf8.UTFMax {
				*s = (*s)[:len(*s)-1]
			}
		}
		*s = strings.ToValidUTF8(*s, "\ufffd")
	}
	return r
}

// write writes what waits, as long as the trail is open: what came while one batch
// was written is the next.
func (t *Trail) write() {
	defer close(t.done)
	for {
		t.mu.Lock()
		for len(t.waiting) == 0 && !t.closed {
			t.change.Wait()
		}
		batch := t.waiting
		t.waiting = nil
		t.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err := t.commit(batch)
		t.mu.Lock()
		if err != nil {
			t.fault = errs.New(errs.Unavailable, "the audit trail cannot be written; what it would record is not shown").Because(err).
				WithHint("Make room on the node's disk and start the node again.")
		} else {
			t.written += int64(len(batch))
		}
		t.change.Broadcast()
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (t *Trail) commit(batch []Record) (err error) {
	ctx := context.Background()
	tx, err := t.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return t.db.Explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	into, err := tx.PrepareContext(ctx, "INSERT INTO trail (seq, at, what, who, object, record, hash) VALUES (?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return t.db.Explain(err)
	}
	defer into.Close()
	seq, prev := t.seq, t.prev
	for _, r := range batch {
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		seq++
		prev = link(prev, seq, b)
		if _, err := into.ExecContext(ctx, seq, r.At.UnixNano(), string(r.What), r.Who, r.Object, b, prev); err != nil {
			return t.db.Explain(err)
		}
	}
	if err := tx.Commit(); err != nil {
		return t.db.Explain(err)
	}
	t.seq, t.prev = seq, prev
	return nil
}

// link is the hash of a row: over the hash of the row before, its number and its
// bytes. The first row has nothing before it.
func link(prev []byte, seq int64, record []byte) []byte {
	h := sha256.New()
	h.Write(prev)
	_ = binary.Write(h, binary.BigEndian, seq)
	h.Write(record)
	return h.Sum(nil)
}

// Filter selects records. The zero value selects all.
type Filter struct {
	Before int64 // numbers below this; 0 for the newest
	What   What
	Who    string // id of an account
	Object string
	Since  time.Time
	Limit  int // 0 or above MaxPage for MaxPage
}

// List returns records, newest first.
func (t *Trail) List(ctx context.Context, f Filter) (_ []Record, err error) {
	defer errs.Wrap(&err, "trail.List")
	if err := t.Flush(ctx); err != nil {
		return nil, err
	}
	query, args := "SELECT seq, record, hash FROM trail WHERE 1", []any{}
	and := func(text string, arg any) { query += " AND " + text; args = append(args, arg) }
	if f.Before > 0 {
		and("seq < ?", f.Before)
	}
	if f.What != "" {
		and("what = ?", string(f.What))
	}
	if f.Who != "" {
		and("who = ?", f.Who)
	}
	if f.Object != "" {
		and("object = ?", f.Object)
	}
	if !f.Since.IsZero() {
		and("at >= ?", f.Since.UnixNano())
	}
	if f.Limit <= 0 || f.Limit > MaxPage {
		f.Limit = MaxPage
	}
	rows, err := t.db.Read.QueryContext(ctx, query+" ORDER BY seq DESC LIMIT ?", append(args, f.Limit)...)
	if err != nil {
		return nil, t.db.Explain(err)
	}
	defer rows.Close()
	out := []Record{}
	for rows.Next() {
		r, _, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, t.db.Explain(rows.Err())
}

func scan(rows *sql.Rows) (r Record, b []byte, err error) {
	var seq int64
	var hash []byte
	if err := rows.Scan(&seq, &b, &hash); err != nil {
		return r, nil, err
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, nil, errs.New(errs.Internal, "record %d of the audit trail cannot be read", seq).Because(err)
	}
	r.Seq, r.Hash = seq, hex.EncodeToString(hash)
	return r, b, nil
}

// Head is the end of the trail. Noted elsewhere it shows later that nothing up to it
// was cut off or written anew.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Verify computes every hash anew and returns the head. errs.Internal names the first
// row that does not follow from the one before.
func (t *Trail) Verify(ctx context.Context) (h Head, err error) {
	defer errs.Wrap(&err, "trail.Verify")
	if err := t.Flush(ctx); err != nil {
		return h, err
	}
	rows, err := t.db.Read.QueryContext(ctx, "SELECT seq, record, hash, at, what, who, object FROM trail ORDER BY seq")
	if err != nil {
		return h, t.db.Explain(err)
	}
	defer rows.Close()
	var prev []byte
	for n := int64(1); rows.Next(); n++ {
		var seq, at int64
		var b, hash []byte
		var what, who, object string
		if err := rows.Scan(&seq, &b, &hash, &at, &what, &who, &object); err != nil {
			return h, t.db.Explain(err)
		}
		var r Record
		prev = link(prev, seq, b)
		if seq != n || string(prev) != string(hash) || json.Unmarshal(b, &r) != nil ||
			r.At.UnixNano() != at || string(r.What) != what || r.Who != who || r.Object != object {
			return h, errs.New(errs.Internal, "the audit trail was changed at or before record %d", n).
				WithHint("Keep a copy of %s for those who look into it, and compare it with a backup.", File)
		}
		h = Head{seq, hex.EncodeToString(hash)}
	}
	return h, t.db.Explain(rows.Err())
}
