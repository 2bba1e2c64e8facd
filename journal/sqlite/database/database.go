// Package database opens the SQLite files of a node, without cgo, and holds what
// the journal and its projections have in common: one writing connection and a
// few reading ones for each file, numbered migrations whose hash is recorded,
// the interned labels with who may see them, and errors that say what to do.
//
// It is for journal/sqlite and journal/sqlite/shelves, and for the stores of auth
// beside them, which use its files and migrations without labels. The driver is
// imported here and nowhere else.
//
// Guarantees: a file of a newer form, of another text of a form, or of another
// program is refused before anything in it is changed. Memory is bounded by the
// caches of the connections. A label that is interned after a reader asked which
// labels are permitted is not among them.
package database

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Limits of one database. Each connection has its own page cache, so memory is
// bounded by writerCache + Readers × readerCache for each of the two files. An
// answer is read in pages: no connection is held while the caller works, and
// memory does not grow with the answer.
const (
	Readers     = 4    // reading connections at most
	writerCache = 16e3 // kB
	readerCache = 8e3  // kB
	// checkpointPages is how many pages the write-ahead log has before SQLite
	// folds it into the database: 64 MB. Keys are spread at random, so a batch
	// touches thousands of pages, and each is folded once for several batches.
	// walLimit is what is left of its file.
	checkpointPages = 16000
	walLimit        = 64 << 20

	PageRows  = 256     // rows in a page
	PageBytes = 4 << 20 // bytes in a page, about
)

// Config says how a database works.
type Config struct {
	LockWait time.Duration    // for another process that holds the file
	MaxBytes int64            // of the file; 0 for no limit
	Clock    func() time.Time // for the record of migrations
}

// Database is one SQLite file with one writing connection and a few reading ones.
type Database struct {
	Write *sql.DB // one connection
	Read  *sql.DB // a few, which cannot write

	name string // base name, for messages

	mu     sync.Mutex
	texts  map[string]*sql.Stmt // statements of the readers, by their text
	closed bool
}

// maxTexts bounds the statements that are kept prepared.
const maxTexts = 64

// Query runs a query on a reading connection and keeps its statement prepared.
func (db *Database) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := db.stmt(ctx, text)
	if err != nil || stmt == nil {
		if err == nil {
			return db.Read.QueryContext(ctx, text, args...)
		}
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// stmt returns the prepared statement; nil when there are too many.
func (db *Database) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return nil, ErrClosed
	}
	if stmt, ok := db.texts[text]; ok {
		return stmt, nil
	}
	if len(db.texts) >= maxTexts {
		return nil, nil
	}
	stmt, err := db.Read.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if db.texts == nil {
		db.texts = map[string]*sql.Stmt{}
	}
	db.texts[text] = stmt
	return stmt, nil
}

// Forget drops the prepared statements whose text has the word.
func (db *Database) Forget(word string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for text, stmt := range db.texts {
		if strings.Contains(text, word) {
			_ = stmt.Close()
			delete(db.texts, text)
		}
	}
}

// Durability is SQLite's "synchronous".
type Durability string

// What a commit is worth.
const (
	Durable   Durability = "FULL"   // a commit is on the disk
	ThrowAway Durability = "NORMAL" // the last commits may be lost with the power
)

// Open opens or makes the file and brings it to the newest of the migrations.
func Open(ctx context.Context, file string, sync Durability, c Config, migrations fs.FS) (_ *Database, err error) {
	db := &Database{name: filepath.Base(file)}
	defer func() {
		if err != nil {
			_ = db.Close()
			err = db.Explain(err)
		}
	}()
	// SQLite makes its files readable by all that the umask lets in. Where this
	// fails it fails too, and says why.
	if f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		_ = f.Close()
	}
	if err := db.openWriter(ctx, file, sync, c); err != nil {
		return nil, err
	}
	// The first write comes after the look at whose file it is.
	done, err := migrationsRun(ctx, db.Write)
	if err != nil {
		return nil, err
	}
	if _, err := db.Write.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil { // the file keeps it
		return nil, err
	}
	if err := migrate(ctx, db.Write, migrations, done, c.Clock); err != nil {
		return nil, err
	}
	return db, db.openReaders(ctx, file, c)
}

func (db *Database) openWriter(ctx context.Context, file string, sync Durability, c Config) (err error) {
	settings := []string{
		"synchronous(" + string(sync) + ")",
		fmt.Sprintf("cache_size(-%d)", int(writerCache)),
		fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages),
		fmt.Sprintf("journal_size_limit(%d)", walLimit),
	}
	if c.MaxBytes > 0 {
		settings = append(settings, fmt.Sprintf("max_page_count(%d)", max(1, c.MaxBytes/4096)))
	}
	if db.Write, err = sql.Open("sqlite", source(file, c, settings)); err != nil {
		return err
	}
	db.Write.SetMaxOpenConns(1)
	return db.Write.PingContext(ctx)
}

func (db *Database) openReaders(ctx context.Context, file string, c Config) (err error) {
	settings := []string{"query_only(1)", fmt.Sprintf("cache_size(-%d)", int(readerCache))}
	if db.Read, err = sql.Open("sqlite", source(file, c, settings)); err != nil {
		return err
	}
	db.Read.SetMaxOpenConns(Readers)
	db.Read.SetMaxIdleConns(Readers)
	db.Read.SetConnMaxIdleTime(5 * time.Minute)
	return db.Read.PingContext(ctx)
}

// source is the file with its settings, as the driver reads them for every new
// connection.
func source(file string, c Config, settings []string) string {
	v := url.Values{"_txlock": {"immediate"}, "_dqs": {"0"}, "_error_rc": {"1"}}
	v.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", c.LockWait.Milliseconds())) // before the others
	for _, s := range settings {
		v.Add("_pragma", s)
	}
	path := filepath.ToSlash(file)
	if filepath.VolumeName(file) != "" {
		path = "/" + path // file:///C:/…
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// Close closes all connections. The last one to leave folds the write-ahead log
// into the file.
func (db *Database) Close() error {
	var es []error
	db.mu.Lock()
	db.closed = true
	for _, stmt := range db.texts {
		es = append(es, stmt.Close())
	}
	db.texts = nil
	db.mu.Unlock()
	for _, d := range []*sql.DB{db.Read, db.Write} {
		if d != nil {
			es = append(es, d.Close())
		}
	}
	return errors.Join(es...)
}

// Explain gives an error its kind, its sentence and its hint; see the function.
func (db *Database) Explain(err error) error { return Explain(db.name, err) }

// migrate runs the numbered files that the database has not seen (done has the
// hashes of those that it has), each in a transaction of its own. A file that was run with
// other text, and a number that this program does not know, are refused.
func migrate(ctx context.Context, db *sql.DB, files fs.FS, done []string, clock func() time.Time) error {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	if len(done) > len(names) {
		return errs.New(errs.Conflict, "the data was written by a newer Cordon: it has form %d and this program knows up to form %d; nothing was changed", len(done), len(names)).
			WithHint("use the newer program, or restore the backup that was made before it ran")
	}
	for i, name := range names {
		number, err := strconv.Atoi(strings.SplitN(path.Base(name), "_", 2)[0])
		if err != nil || number != i+1 {
			return fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		hash := hex.EncodeToString(sum[:])
		if i < len(done) {
			if done[i] != hash {
				return errs.New(errs.Conflict, "form %d of the data was made by another text than this program has; nothing was changed", number).
					WithHint("use a released version of Cordon")
			}
			continue
		}
		if err := runMigration(ctx, db, number, string(text), hash, clock()); err != nil {
			return err
		}
	}
	return nil
}

// migrationsRun returns the hashes of the migrations that have run, in order.
func migrationsRun(ctx context.Context, db *sql.DB) (hashes []string, err error) {
	// A database without tables is new; one that has tables and not this one is
	// somebody else's.
	var tables, ours int
	err = db.QueryRowContext(ctx, "SELECT count(*), count(CASE WHEN name = 'migrations' THEN 1 END) FROM sqlite_schema WHERE type = 'table'").Scan(&tables, &ours)
	if err != nil {
		return nil, err
	}
	if tables > 0 && ours == 0 {
		return nil, errs.New(errs.Conflict, "the file is a database of another program; nothing was changed").
			WithHint("choose another folder for the node")
	}
	if ours == 0 {
		return nil, nil
	}
	rows, err := db.QueryContext(ctx, "SELECT hash FROM migrations ORDER BY number")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			return nil, err
		}
		hashes = append(hashes, h)
	}
	return hashes, rows.Err()
}

func runMigration(ctx context.Context, db *sql.DB, number int, text, hash string, at time.Time) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if number == 1 {
		text = "CREATE TABLE migrations (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL) STRICT;\n" + text
	}
	if _, err := tx.ExecContext(ctx, text); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO migrations VALUES (?, ?, ?)", number, hash, at.UnixNano()); err != nil {
		return err
	}
	return tx.Commit()
}
