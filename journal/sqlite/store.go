// Package sqlite keeps the journal in one folder with SQLite, without cgo.
//
// The folder holds journal.db (entries, quarantine, tree, checkpoints),
// projections.db (shelves; may be deleted at any time and is built again) and
// checkpoint.key (the Ed25519 key that signs checkpoints, readable by its owner
// only, kept out of the database so that a copy of the journal cannot sign).
//
// [Open] gives a [Store], which is a journal.Journal and more: checkpoints and
// tiles of the tree, the quarantine, erasure, verification, and a [Projector]
// that keeps projections up with the journal.
//
// Guarantees: an append is one transaction and is on the disk (write-ahead log,
// synchronous=FULL) when its receipt is given; entries, tree and checkpoint are
// written in that one transaction and cannot disagree. Appends are serialised,
// readers never wait for them. Reads ask for the permitted labels in the SQL
// itself. Memory is bounded: a few connections with page caches of a few
// megabytes, pages of answers of at most 4 MB, whatever the journal's size.
//
// It refuses a folder that another process holds, a file of a newer form or of
// another program, a damaged file and a folder that it may not write, each with
// one sentence and what to do. After a full disk it goes on when there is room.
//
// docs/journal.md says how the data lies on the disk.
package sqlite

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
)

// Files in the folder of a store.
const (
	journalFile = "journal.db"
	keyFile     = "checkpoint.key"
)

// DefaultOrigin names the log in its checkpoints unless [Options].Origin does.
const DefaultOrigin = "cordon.invalid/journal"

// DefaultLockWait is how long Open and Append wait for another process that
// holds the database.
const DefaultLockWait = 2 * time.Second

// Options says how a store works. The zero value is usable.
type Options struct {
	// DefaultTLP is the level of objects that state none. The zero value means
	// policy.Amber, because nothing becomes public by being silent; a node whose
	// default is to be TLP:CLEAR says so with DefaultClear.
	DefaultTLP   policy.TLP
	DefaultClear bool
	// Origin identifies the log in its checkpoints, by custom a URL without its
	// scheme; it is set when the folder is made and kept. "" means
	// [DefaultOrigin].
	Origin string
	// Clock gives the time of entries; nil means time.Now.
	Clock func() time.Time
	// Rand gives salts and the checkpoint key; nil means crypto/rand.
	Rand io.Reader
	// Log takes what was withheld from whom, without content; nil means none.
	Log *slog.Logger
	// MaxObject is the largest object in bytes; 0 means journal.DefaultMaxObject.
	MaxObject int
	// MaxBytes limits journal.db and projections.db, each; 0 means no limit. A
	// full store behaves like a full disk.
	MaxBytes int64
	// LockWait is how long to wait for a database that another process holds; 0
	// means [DefaultLockWait].
	LockWait time.Duration
	// Archive, when not nil, is verified with the journal.
	Archive *archive.Archive
}

func (o Options) withDefaults() Options {
	if o.DefaultTLP == policy.Clear && !o.DefaultClear {
		o.DefaultTLP = policy.Amber
	}
	if o.Origin == "" {
		o.Origin = DefaultOrigin
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	o.Rand = &lockedReader{r: o.Rand}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.LockWait == 0 {
		o.LockWait = DefaultLockWait
	}
	return o
}

func (o Options) database() database.Config {
	return database.Config{LockWait: o.LockWait, MaxBytes: o.MaxBytes, Clock: o.Clock}
}

//go:embed migrations/*.sql
var migrations embed.FS

// folder returns a folder of an embedded file system.
func folder(f embed.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the folder's name is a constant of this package
	}
	return s
}

// lockedReader makes a source of randomness safe for several appends at once.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

// Store is a journal in a folder.
type Store struct {
	dir  string
	opts Options
	db   *database.Database
	sql  *statements
	keys keys
	pipe journal.Pipeline

	labels *database.Labels
	defs   definitions

	// append serialises writers; what follows belongs to its holder.
	append sync.Mutex
	tail   tail
	lastAt int64 // of the last append, nanoseconds since 1970
	stale  bool  // a commit failed: what is in memory has to be read again

	head    atomic.Int64
	epoch   atomic.Int64 // grows when entries that were applied have changed
	changed database.Broadcast
	closed  atomic.Bool
}

var _ journal.Journal = (*Store)(nil)

// Open opens the journal in the folder dir, and makes it when it is not there.
//
// Its errors: errs.Conflict when another process holds the folder, or the data is
// of a newer form or of another program; errs.Unavailable when the folder cannot
// be written, a file is damaged, or the signing key is missing.
func Open(ctx context.Context, dir string, o Options) (_ *Store, err error) {
	defer errs.Wrap(&err, "sqlite.Open")
	o = o.withDefaults()
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, database.Explain("the node's folder", err)
	}
	s := &Store{dir: dir, opts: o}
	s.pipe = journal.Pipeline{DefaultTLP: o.DefaultTLP, MaxObject: o.MaxObject, Definitions: s.defs.find}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if s.db, err = database.Open(ctx, filepath.Join(dir, journalFile), database.Durable, o.database(), folder(migrations, "migrations")); err != nil {
		return nil, err
	}
	if err := s.load(ctx); err != nil {
		return nil, s.db.Explain(err)
	}
	return s, nil
}

// load reads what the store keeps in memory.
func (s *Store) load(ctx context.Context) (err error) {
	if s.keys, err = loadKeys(ctx, s.db.Write, filepath.Join(s.dir, keyFile), s.opts); err != nil {
		return err
	}
	if s.sql, err = prepare(ctx, s.db); err != nil {
		return err
	}
	s.labels = database.NewLabels(s.opts.Clock)
	return s.reload(ctx)
}

// reload reads again what belongs to the writer: after opening, and after a
// commit whose end is not known.
func (s *Store) reload(ctx context.Context) error {
	if err := s.labels.Load(ctx, s.db.Write); err != nil {
		return err
	}
	if err := s.defs.load(ctx, s.db.Write); err != nil {
		return err
	}
	var head, epoch int64
	err := s.db.Write.QueryRowContext(ctx,
		`SELECT coalesce(max(seq), 0), (SELECT value FROM meta WHERE key = 'epoch'),
			coalesce((SELECT at FROM appends ORDER BY n DESC LIMIT 1), 0) FROM entries`).Scan(&head, &epoch, &s.lastAt)
	if err != nil {
		return err
	}
	if s.tail, err = loadTail(ctx, s.db.Write, head); err != nil {
		return err
	}
	s.head.Store(head)
	s.epoch.Store(epoch)
	s.stale = false
	return nil
}

// Close closes the store. What was acknowledged is durable without it.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.changed.Tell()
	// Wait for the append that is under way.
	s.append.Lock()
	defer s.append.Unlock()
	var err error
	if s.sql != nil {
		err = s.sql.close()
	}
	if s.db == nil {
		return err
	}
	return database.Explain(journalFile, errors.Join(err, s.db.Close()))
}

// Head returns the last sequence number, 0 for an empty journal.
func (s *Store) Head(ctx context.Context) (int64, error) {
	return s.head.Load(), ctx.Err()
}

// Turn names the stretch of time in which now lies: until it is another, time
// alone changes nothing of what anybody may see. What remembers answers of the
// journal keeps them for one head and one turn.
func (s *Store) Turn() string { return s.labels.Turn() }

// Changed returns a channel that is closed at the next change of the journal or
// when the store closes. To miss nothing, take it before looking at Head.
func (s *Store) Changed() <-chan struct{} { return s.changed.Wait() }

// DefaultTLP is the level of objects that state none.
func (s *Store) DefaultTLP() policy.TLP { return s.opts.DefaultTLP }

// Definition finds a marking definition that the journal holds; it is a
// policy.Definitions. TLP's own are known to package policy without it.
func (s *Store) Definition(id string) (stix.Object, bool) { return s.defs.find(id) }

// keys signs and checks checkpoints.
type keys struct {
	origin       string
	signer       translog.Signer
	verifier     translog.Verifier
	verifierText string
}

// errNoKey is for a folder whose key file is gone.
func errNoKey(cause error) error {
	return errs.New(errs.Unavailable, "%s is missing or not the key of this journal, so no checkpoint can be signed", keyFile).
		WithHint("put %s back from a backup; the journal's own public key is in its meta table", keyFile).Because(cause)
}

var errOtherKey = errors.New("the key in the file is not the key that the journal names")
