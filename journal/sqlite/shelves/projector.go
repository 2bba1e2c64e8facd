// Package shelves keeps the projections of a journal as sorted rows in one SQLite
// file, projections.db, and keeps them up with the journal.
//
// In come the entries of the journal, in their order, read once for all
// projections; out come shelves that answer for a viewer, digests that prove a
// rebuild, and word of what has been applied.
//
// Guarantees: rows and position of all projections move in one transaction, so
// a crash leaves them where they were; a build that was interrupted goes on;
// following and building anew give the same bytes. What a viewer may not see is
// not in the answer, by the query itself.
//
// Everything in the file can be made again: when it is damaged, missing or of
// another form it is thrown away. Use it through sqlite.NewProjector.
package shelves

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite/database"
)

// File is the name of the shelves' file in a node's folder.
const File = "projections.db"

//go:embed migrations/*.sql
var migrations embed.FS

// A batch is one transaction on the shelves. The journal reads batches of this
// size, and less when objects are large.
const (
	BatchEntries = 5000
	BatchBytes   = 8 << 20
)

// Source is the journal, as the projector sees it.
type Source interface {
	// Standing says how far the journal is.
	Standing() Standing
	// Changed returns a channel that is closed at the next change.
	Changed() <-chan struct{}
	Closed() bool
	// Batch reads entries after from, up to head, that have content, in the form
	// for projections.
	Batch(ctx context.Context, from, head int64) Batch
}

// Standing is how far a journal is.
type Standing struct {
	Head  int64 // its last entry
	Epoch int64 // grows when entries that projections have seen have changed
}

// Batch is a run of entries of the journal.
type Batch struct {
	Entries []journal.Entry
	Last    int64 // the last sequence number that was looked at
	Err     error
}

// Options says how a projector works.
type Options struct {
	Log      *slog.Logger
	Database database.Config
}

// Projector keeps projections up with the journal. All of them are fed from one
// reading of the journal, in one transaction a batch.
//
// A projection is built anew, beside the old build and in its place when it is
// complete, when its Version is another than that of its rows and when entries
// that it has seen have changed: something was erased, or a marking definition
// came late and changed labels. A build that was interrupted goes on where it
// was. A projections.db that is damaged or of another form is thrown away.
//
// Entries without content (erased versions, and the erasures themselves) are not
// applied, so no projection can keep what was erased. The label of an entry with
// granular markings is the one under which any part of it may be kept.
type Projector struct {
	store  Source
	dir    string
	opts   Options
	db     *database.Database
	labels *database.Labels
	list   []*projected
	byName map[string]*projected

	run   sync.Mutex // one build or batch at a time
	moved database.Broadcast
	state sync.RWMutex // guards the fields of list
}

// projected is one projection and where it stands.
type projected struct {
	journal.Projection
	live  *build // answers come from it
	next  *build // under way beside it; nil if none
	fresh bool   // a Follower has not read its shelf yet
}

// build is one row of builds.
type build struct {
	id, seq, epoch int64
}

// New opens the shelves in the folder dir for the projections of the journal.
func New(ctx context.Context, s Source, dir string, o Options, projections []journal.Projection) (_ *Projector, err error) {
	defer errs.Wrap(&err, "shelves.New")
	clock := o.Database.Clock
	if clock == nil {
		clock = time.Now
	}
	p := &Projector{store: s, dir: dir, opts: o, byName: map[string]*projected{}, labels: database.NewLabels(clock)}
	for _, j := range projections {
		if p.byName[j.Name()] != nil {
			return nil, fmt.Errorf("there are two projections of the name %q", j.Name())
		}
		pr := &projected{Projection: j, fresh: true}
		p.list = append(p.list, pr)
		p.byName[j.Name()] = pr
	}
	if err := p.open(ctx); err != nil {
		return nil, err
	}
	if err := p.load(ctx); err != nil {
		return nil, errors.Join(p.db.Explain(err), p.Close())
	}
	return p, nil
}

// open opens projections.db, and begins it again when it cannot be used.
func (p *Projector) open(ctx context.Context) (err error) {
	file := filepath.Join(p.dir, File)
	forms, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if p.db, err = database.Open(ctx, file, database.ThrowAway, p.opts.Database, forms); err == nil {
		return nil
	}
	useless := database.Damage(err) != "" || errs.Is(err, errs.Conflict) && !database.HeldByAnother(err)
	if !useless {
		return err
	}
	p.opts.Log.LogAttrs(ctx, slog.LevelWarn, "projections.db cannot be used and is made again from the journal", slog.Any("cause", err))
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return database.Explain(File, err)
		}
	}
	p.db, err = database.Open(ctx, file, database.ThrowAway, p.opts.Database, forms)
	return err
}

// load reads where each projection stands and removes builds that nobody needs.
func (p *Projector) load(ctx context.Context) error {
	if err := p.labels.Load(ctx, p.db.Write); err != nil {
		return err
	}
	type found struct {
		build
		name    string
		version int
		live    bool
	}
	rows, err := p.db.Write.QueryContext(ctx, "SELECT build, name, version, seq, epoch, live FROM builds ORDER BY build")
	if err != nil {
		return err
	}
	var all []found
	for rows.Next() {
		var f found
		if err := rows.Scan(&f.id, &f.name, &f.version, &f.seq, &f.epoch, &f.live); err != nil {
			_ = rows.Close()
			return err
		}
		all = append(all, f)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	head := p.store.Standing().Head
	for _, f := range all {
		pr := p.byName[f.name]
		usable := pr != nil && f.version == pr.Version() && f.seq <= head
		b := f.build
		switch {
		case usable && f.live: // even of an old epoch: it answers until it is replaced
			pr.live = &b
		case usable && pr.next == nil && f.epoch == p.store.Standing().Epoch:
			pr.next = &b
		default:
			// Of a projection that is gone, in another form, of another journal, or
			// interrupted and out of date.
			if err := p.drop(ctx, f.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// table is the name of the table of a build.
func table(build int64) string { return fmt.Sprintf("shelf_%d", build) }

// drop removes a build with its rows.
func (p *Projector) drop(ctx context.Context, id int64) error {
	p.db.Forget(table(id) + " ")
	tx, err := p.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "DROP TABLE IF EXISTS "+table(id)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM builds WHERE build = ?", id); err != nil {
		return err
	}
	return tx.Commit()
}

// Close closes the shelves. Call it after Run has returned and before the store is
// closed.
func (p *Projector) Close() error {
	p.moved.Tell()
	return p.db.Close()
}

// Run follows the journal until ctx ends or the store is closed, and returns nil
// then. While the disk is full or cannot be used it logs so and tries again at the
// next append. Another error, such as a projection's, ends it.
func (p *Projector) Run(ctx context.Context) error {
	for {
		changed := p.store.Changed()
		err := p.CatchUp(ctx)
		switch {
		case ctx.Err() != nil || p.store.Closed():
			return nil
		case errs.Is(err, errs.Unavailable):
			p.opts.Log.LogAttrs(ctx, slog.LevelWarn, "projections could not follow the journal", slog.Any("cause", err))
		case err != nil:
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// CatchUp applies everything up to the head of the journal, building anew what has
// to be.
func (p *Projector) CatchUp(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "projector.CatchUp")
	defer func() { err = p.db.Explain(err) }()
	p.run.Lock()
	defer p.run.Unlock()
	for {
		if err := p.begin(ctx, func(pr *projected) bool {
			return pr.live == nil || pr.live.epoch != p.store.Standing().Epoch
		}); err != nil {
			return err
		}
		head := p.store.Standing().Head
		if err := p.feed(ctx, head, nil); err != nil {
			return err
		}
		if head == p.store.Standing().Head && p.current() {
			return nil
		}
	}
}

// current reports whether no build is out of date.
func (p *Projector) current() bool {
	for _, pr := range p.list {
		if pr.live == nil || pr.next != nil || pr.live.epoch != p.store.Standing().Epoch {
			return false
		}
	}
	return true
}

// Rebuild builds every projection anew from the first entry, beside the builds
// that answer meanwhile. progress is told the entries applied; it may be nil.
func (p *Projector) Rebuild(ctx context.Context, progress journal.Progress) (err error) {
	defer errs.Wrap(&err, "projector.Rebuild")
	defer func() { err = p.db.Explain(err) }()
	p.run.Lock()
	defer p.run.Unlock()
	for _, pr := range p.list {
		if pr.next != nil {
			if err := p.drop(ctx, pr.next.id); err != nil {
				return err
			}
			pr.next = nil
		}
	}
	if err := p.begin(ctx, func(*projected) bool { return true }); err != nil {
		return err
	}
	return p.feed(ctx, p.store.Standing().Head, progress)
}

// begin makes new builds for the projections that need one. The first build of a
// projection answers at once, with as much as it has.
func (p *Projector) begin(ctx context.Context, needs func(*projected) bool) error {
	for _, pr := range p.list {
		epoch := p.store.Standing().Epoch
		if pr.next != nil && pr.next.epoch != epoch {
			if err := p.drop(ctx, pr.next.id); err != nil {
				return err
			}
			pr.next = nil
		}
		if pr.next != nil || !needs(pr) {
			continue
		}
		id, err := p.newBuild(ctx, pr, epoch)
		if err != nil {
			return err
		}
		p.state.Lock()
		if b := (&build{id: id, epoch: epoch}); pr.live == nil {
			pr.live = b
		} else {
			pr.next = b
		}
		p.state.Unlock()
	}
	return nil
}

func (p *Projector) newBuild(ctx context.Context, pr *projected, epoch int64) (id int64, err error) {
	tx, err := p.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	res, err := tx.ExecContext(ctx, "INSERT INTO builds (name, version, seq, epoch, live) VALUES (?, ?, 0, ?, ?)",
		pr.Name(), pr.Version(), epoch, pr.live == nil)
	if err != nil {
		return 0, err
	}
	if id, err = res.LastInsertId(); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, "CREATE TABLE "+table(id)+" (key BLOB PRIMARY KEY, label INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID, STRICT")
	if err != nil {
		return 0, err
	}
	return id, tx.Commit()
}

// growing is the build of a projection that entries are applied to.
func (pr *projected) growing() *build {
	if pr.next != nil {
		return pr.next
	}
	return pr.live
}

// feed applies entries up to head to every build that has not seen them.
func (p *Projector) feed(ctx context.Context, head int64, progress journal.Progress) error {
	from := head
	for _, pr := range p.list {
		from = min(from, pr.growing().seq)
	}
	read, stop := p.read(ctx, from, head)
	defer stop()
	for b := range read {
		if b.Err != nil {
			return b.Err
		}
		if err := p.apply(ctx, b.Entries, b.Last); err != nil {
			return err
		}
		if progress != nil {
			progress(b.Last, head)
		}
	}
	return p.finish(ctx)
}

// read reads batches ahead of who applies them, and their objects too: on two
// cores that is most of the time that a rebuild takes.
func (p *Projector) read(ctx context.Context, from, head int64) (<-chan Batch, func()) {
	ctx, cancel := context.WithCancel(ctx)
	out := make(chan Batch, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(out)
		for from < head {
			b := p.store.Batch(ctx, from, head)
			for _, e := range b.Entries {
				if ctx.Err() != nil {
					break
				}
				_, _ = e.Object() // an error comes again to who asks for it
			}
			select {
			case out <- b:
			case <-ctx.Done():
				return
			}
			if b.Err != nil {
				return
			}
			from = b.Last
		}
	}()
	return out, func() { cancel(); <-done }
}

// apply applies a batch in one transaction.
func (p *Projector) apply(ctx context.Context, entries []journal.Entry, last int64) (err error) {
	quiet := context.WithoutCancel(ctx)
	tx, err := p.db.Write.BeginTx(quiet, nil)
	if err != nil {
		return err
	}
	labels := p.labels.Size()
	defer func() {
		_ = tx.Rollback()
		if err != nil && labels != p.labels.Size() {
			err = errors.Join(err, p.labels.Load(quiet, p.db.Write))
		}
	}()
	moved := make([]*build, len(p.list))
	for i, pr := range p.list {
		b := pr.growing()
		if b.seq >= last {
			continue
		}
		w, err := newShelfWriter(quiet, p, tx, b.id)
		if err != nil {
			return err
		}
		if err := applyAll(ctx, pr, b, entries, w); err != nil {
			return err
		}
		if _, err := tx.ExecContext(quiet, "UPDATE builds SET seq = ? WHERE build = ?", last, b.id); err != nil {
			return err
		}
		moved[i] = b
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return p.advance(ctx, moved, last)
}

func applyAll(ctx context.Context, pr *projected, b *build, entries []journal.Entry, w *shelfWriter) error {
	for _, e := range entries {
		if e.Seq <= b.seq {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := pr.Apply(ctx, e, w); err != nil {
			errs.Wrap(&err, "projection %s at entry %d", pr.Name(), e.Seq)
			return err
		}
	}
	if w.err != nil {
		return w.err
	}
	return w.flush()
}

// advance makes known what was committed.
func (p *Projector) advance(ctx context.Context, moved []*build, last int64) error {
	for i, b := range moved {
		if b == nil {
			continue
		}
		// Who waits for the sequence number wants to find what it brought, in
		// memory too: so it is told when the follower has it. The rows are durable
		// either way.
		pr, err := p.list[i], error(nil)
		if pr.next == nil && !pr.fresh {
			err = pr.follow(ctx, b.seq, last)
		}
		p.state.Lock()
		b.seq = last
		p.state.Unlock()
		if err != nil {
			return err
		}
	}
	p.moved.Tell()
	return nil
}

// follow tells a Follower that rows are durable.
func (pr *projected) follow(ctx context.Context, from, to int64) error {
	f, ok := pr.Projection.(journal.Follower)
	if !ok {
		return nil
	}
	err := f.Applied(ctx, from, to)
	errs.Wrap(&err, "projection %s after entry %d", pr.Name(), to)
	return err
}

// finish puts complete builds in the place of the old ones.
func (p *Projector) finish(ctx context.Context) error {
	for _, pr := range p.list {
		if pr.next != nil {
			if err := p.replace(ctx, pr); err != nil {
				return err
			}
			pr.fresh = true
		}
		if pr.fresh {
			if err := pr.follow(ctx, 0, pr.live.seq); err != nil {
				return err
			}
			pr.fresh = false
		}
	}
	p.moved.Tell()
	return nil
}

func (p *Projector) replace(ctx context.Context, pr *projected) error {
	tx, err := p.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "UPDATE builds SET live = 0, epoch = -1 WHERE build = ?", pr.live.id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE builds SET live = 1 WHERE build = ?", pr.next.id); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	old := pr.live
	p.state.Lock()
	pr.live, pr.next = pr.next, nil
	p.state.Unlock()
	if old.epoch == pr.live.epoch {
		return p.drop(ctx, old.id)
	}
	return p.dropErased(ctx, old.id)
}

// dropErased drops a build that may hold what was erased: its pages are
// overwritten, in the file and in the write-ahead log.
func (p *Projector) dropErased(ctx context.Context, id int64) error {
	if _, err := p.db.Write.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	err := p.drop(ctx, id)
	var busy, pages, folded int
	if err == nil {
		err = p.db.Write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &folded)
	}
	_, e := p.db.Write.ExecContext(context.WithoutCancel(ctx), "PRAGMA secure_delete = OFF")
	return errors.Join(err, e)
}

// Applied is the sequence number that every projection has reached.
func (p *Projector) Applied() int64 {
	p.state.RLock()
	defer p.state.RUnlock()
	seq := p.store.Standing().Head
	for _, pr := range p.list {
		if pr.live == nil {
			return 0
		}
		seq = min(seq, pr.live.seq)
	}
	return seq
}

// Wait returns when every projection has applied entry seq. Somebody else has to
// be in Run or CatchUp; Wait itself applies nothing.
func (p *Projector) Wait(ctx context.Context, seq int64) (err error) {
	defer errs.Wrap(&err, "projector.Wait(%d)", seq)
	for {
		moved := p.moved.Wait()
		if p.Applied() >= seq {
			return nil
		}
		if p.store.Closed() {
			return database.ErrClosed
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
