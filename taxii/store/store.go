// Package store keeps what a TAXII server knows beside the journal, in
// the file taxii.db of a node's folder: statuses of requests, which versions were
// taken out of which collection, objects that wait for a person, and the key that
// seals positions.
//
// In come small records, each durable when the call returns; out come the same.
// Statuses are kept for a time and up to a number, the oldest go first. Nothing
// here holds the content of objects but what waits for a person, which is bounded
// and refused beyond its bound.
//
// It asks nobody's policy: the server asks for the records of the client that it
// answers, and no other reads them.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/sqlite/database"
)

// File is the name of the file in a node's folder.
const File = "taxii.db"

//go:embed migrations/*.sql
var migrations embed.FS

// Limits of what is kept, unless [Options] says otherwise.
const (
	DefaultStatuses = 1_000_000
	DefaultKeep     = 30 * 24 * time.Hour
	MaxHeld         = 10_000  // objects that wait for a person
	MaxHeldBytes    = 1 << 20 // of one of them
)

// Options says how a store works. The zero value is usable but for Rand.
type Options struct {
	Clock    func() time.Time // nil: time.Now
	Rand     io.Reader        // makes the key when the file is new
	Statuses int              // at most so many; 0: DefaultStatuses
	Keep     time.Duration    // of statuses; 0: DefaultKeep
}

// Store is the file.
type Store struct {
	db  *database.Database
	o   Options
	key [32]byte
}

// Open opens the file in the folder, and makes it when it is not there. Errors are
// those of a database: errs.Conflict when another process holds it or it is of a
// newer form, errs.Unavailable when it cannot be used.
func Open(ctx context.Context, dir string, o Options) (_ *Store, err error) {
	defer errs.Wrap(&err, "store.Open")
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Statuses == 0 {
		o.Statuses = DefaultStatuses
	}
	if o.Keep == 0 {
		o.Keep = DefaultKeep
	}
	forms, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	s := &Store{o: o}
	s.db, err = database.Open(ctx, filepath.Join(dir, File), database.Durable, database.Config{LockWait: 2 * time.Second, Clock: o.Clock}, forms)
	if err != nil {
		return nil, err
	}
	if err := s.loadKey(ctx); err != nil {
		return nil, errors.Join(s.db.Explain(err), s.db.Close())
	}
	return s, nil
}

func (s *Store) loadKey(ctx context.Context) error {
	var k []byte
	err := s.db.Write.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'position-key'").Scan(&k)
	if errors.Is(err, sql.ErrNoRows) {
		k = make([]byte, len(s.key))
		if _, err := io.ReadFull(s.o.Rand, k); err != nil {
			return errs.New(errs.Unavailable, "no randomness for the key of positions").Because(err)
		}
		_, err = s.db.Write.ExecContext(ctx, "INSERT INTO meta VALUES ('position-key', ?)", k)
	}
	if err == nil && len(k) != len(s.key) {
		err = errs.New(errs.Unavailable, "%s is damaged: the key of positions has %d bytes", File, len(k)).WithHint("Restore it from a backup.")
	}
	copy(s.key[:], k)
	return err
}

// Close closes the file.
func (s *Store) Close() error { return s.db.Close() }

// Key is the secret that seals positions; it is the same after a restart.
func (s *Store) Key() [32]byte { return s.key }

// Status is what was answered to a request.
type Status struct {
	ID     string
	Client string // who asked, and the only one who may read it
	Root   string // name of the API root
	At     time.Time
	Body   []byte // the resource, JSON
}

// pruneEvery is how many statuses lie between two looks at what is too old.
const pruneEvery = 256

// PutStatus keeps a status. It is durable when the call returns.
func (s *Store) PutStatus(ctx context.Context, st Status) (err error) {
	defer errs.Wrap(&err, "store.PutStatus")
	res, err := s.db.Write.ExecContext(context.WithoutCancel(ctx), "INSERT INTO statuses (id, client, root, at, body) VALUES (?, ?, ?, ?, ?)",
		st.ID, st.Client, st.Root, st.At.UnixNano(), st.Body)
	if err != nil {
		return s.db.Explain(err)
	}
	n, err := res.LastInsertId()
	if err != nil || n%pruneEvery != 0 {
		return err
	}
	_, err = s.db.Write.ExecContext(context.WithoutCancel(ctx), "DELETE FROM statuses WHERE n <= ? OR n < ? AND at < ?",
		n-int64(s.o.Statuses), n, s.o.Clock().Add(-s.o.Keep).UnixNano())
	return s.db.Explain(err)
}

// Status returns a status of the client's own; errs.NotFound for every other.
func (s *Store) Status(ctx context.Context, client, root, id string) (st Status, err error) {
	defer errs.Wrap(&err, "store.Status")
	st = Status{ID: id, Client: client, Root: root}
	var at int64
	err = s.db.Read.QueryRowContext(ctx, "SELECT at, body FROM statuses WHERE id = ? AND client = ? AND root = ?", id, client, root).Scan(&at, &st.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return Status{}, errs.New(errs.NotFound, "not found")
	}
	st.At = time.Unix(0, at).UTC()
	return st, s.db.Explain(err)
}

// Statuses returns the newest statuses of all clients, for the node's own people.
func (s *Store) Statuses(ctx context.Context, limit int) (list []Status, err error) {
	defer errs.Wrap(&err, "store.Statuses")
	rows, err := s.db.Read.QueryContext(ctx, "SELECT id, client, root, at, body FROM statuses ORDER BY n DESC LIMIT ?", limit)
	if err != nil {
		return nil, s.db.Explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var st Status
		var at int64
		if err := rows.Scan(&st.ID, &st.Client, &st.Root, &at, &st.Body); err != nil {
			return nil, err
		}
		st.At = time.Unix(0, at).UTC()
		list = append(list, st)
	}
	return list, s.db.Explain(rows.Err())
}

// Unlist takes versions, by their sequence numbers, out of a collection for ever.
func (s *Store) Unlist(ctx context.Context, collection string, seqs []int64, client string) (err error) {
	defer errs.Wrap(&err, "store.Unlist(%d versions)", len(seqs))
	tx, err := s.db.Write.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return s.db.Explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, n := range seqs {
		if _, err := tx.Exec("INSERT INTO unlisted VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", collection, n, client, s.o.Clock().UnixNano()); err != nil {
			return s.db.Explain(err)
		}
	}
	return s.db.Explain(tx.Commit())
}

// Unlisted returns the versions that were taken out of each collection.
func (s *Store) Unlisted(ctx context.Context) (out map[string][]int64, err error) {
	defer errs.Wrap(&err, "store.Unlisted")
	rows, err := s.db.Read.QueryContext(ctx, "SELECT collection, seq FROM unlisted")
	if err != nil {
		return nil, s.db.Explain(err)
	}
	defer rows.Close()
	out = map[string][]int64{}
	for rows.Next() {
		var c string
		var n int64
		if err := rows.Scan(&c, &n); err != nil {
			return nil, err
		}
		out[c] = append(out[c], n)
	}
	return out, s.db.Explain(rows.Err())
}

// Held is an object that was received and waits for a person.
type Held struct {
	N          int64
	At         time.Time
	Client     string
	Collection string
	ID         string // as far as it could be read
	Why        string
	Body       []byte // JSON
}

// Hold keeps an object for a person. When there are too many, or it is too large,
// it is errs.Unavailable.
func (s *Store) Hold(ctx context.Context, h Held) (err error) {
	defer errs.Wrap(&err, "store.Hold")
	if len(h.Body) > MaxHeldBytes {
		return errs.New(errs.Unavailable, "the object is too large to wait for a person")
	}
	res, err := s.db.Write.ExecContext(context.WithoutCancel(ctx), `INSERT INTO held (at, client, collection, id, why, body)
		SELECT ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM held) < ?`,
		s.o.Clock().UnixNano(), h.Client, h.Collection, h.ID, h.Why, h.Body, MaxHeld)
	if err != nil {
		return s.db.Explain(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.New(errs.Unavailable, "%d objects wait for a person already", MaxHeld).WithHint("cordon taxii status shows them, cordon taxii drop takes one away.").Because(err)
	}
	return nil
}

// Drop takes an object that waits away; errs.NotFound when there is none of the
// number.
func (s *Store) Drop(ctx context.Context, n int64) (err error) {
	defer errs.Wrap(&err, "store.Drop")
	res, err := s.db.Write.ExecContext(context.WithoutCancel(ctx), "DELETE FROM held WHERE n = ?", n)
	if err != nil {
		return s.db.Explain(err)
	}
	if gone, err := res.RowsAffected(); err != nil || gone == 0 {
		return errs.New(errs.NotFound, "no object of this number waits").Because(err)
	}
	return nil
}

// Held returns what waits for a person, newest first, and how much there is.
func (s *Store) Held(ctx context.Context, limit int) (list []Held, total int, err error) {
	defer errs.Wrap(&err, "store.Held")
	rows, err := s.db.Read.QueryContext(ctx, "SELECT n, at, client, collection, id, why, body, (SELECT count(*) FROM held) FROM held ORDER BY n DESC LIMIT ?", limit)
	if err != nil {
		return nil, 0, s.db.Explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Held
		var at int64
		if err := rows.Scan(&h.N, &at, &h.Client, &h.Collection, &h.ID, &h.Why, &h.Body, &total); err != nil {
			return nil, 0, err
		}
		h.At = time.Unix(0, at).UTC()
		list = append(list, h)
	}
	return list, total, s.db.Explain(rows.Err())
}
