package book

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/cordon-project/cordon/errs"
)

// SegmentCustomers is how many customers one file holds.
const SegmentCustomers = 50_000

// fewCustomers is up to how many customers a change keeps them in its frame.
const fewCustomers = 500

// maxSegment is the largest segment in plain text, in bytes.
const maxSegment = 1 << 30

// segmentVersion is the form of a segment, its first line; then one customer a
// line as JSON with short keys (see stored).
//
// cordon-segment/1: 2026-11 first.
const segmentVersion = "cordon-segment/1 "

// Slot is the number of a customer of an open book: it is theirs until the book
// is closed or they are replaced.
type Slot uint32

// Book is an open book. It is safe for use by several goroutines.
type Book struct {
	dir string
	key *Key

	mu    sync.RWMutex
	log   *log
	head  Head
	pos   Position
	notes map[string]json.RawMessage
	said  []string

	blobs [][]byte // customers, one a line
	at    []place  // by slot
	dead  []uint64 // slots that were replaced or removed, in bits
	live  int
	refs  map[uint64]Slot // by the hash of the reference, or one more where that is another's
	seed  maphash.Seed
	files []segment
	waste int // customers on disk that are replaced or removed
}

type place struct{ blob, from uint32 }

const logFile = "log"

func newBook(dir string, key *Key) *Book {
	return &Book{dir: dir, key: key, notes: map[string]json.RawMessage{}, refs: map[uint64]Slot{}, seed: maphash.MakeSeed(), blobs: [][]byte{nil}}
}

// create makes an empty book in a folder that is not there yet.
func create(dir string, key *Key, h Head) (*Book, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, diskError(err)
	}
	b := newBook(dir, key)
	l, err := createLog(filepath.Join(dir, logFile), key)
	if err != nil {
		return nil, err
	}
	b.log, b.head = l, h
	if err := l.add(frame{Head: &h}); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return b, errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)))
}

// open reads a book.
func open(dir string, key *Key) (_ *Book, err error) {
	b := newBook(dir, key)
	l, note, err := openLog(filepath.Join(dir, logFile), key, b.replay)
	if err != nil {
		return nil, err
	}
	b.log = l
	if note != "" {
		b.said = append(b.said, note)
	}
	if b.head.ID == "" {
		return nil, errors.Join(damaged("its log does not say what it is"), l.close())
	}
	b.sweep()
	return b, nil
}

// sweep takes away files that no frame names: of an import or a compaction that
// was interrupted, or that were replaced by one.
func (b *Book) sweep() {
	all, err := os.ReadDir(b.dir)
	if err != nil {
		return // what is left does no harm
	}
	for _, e := range all {
		name := e.Name()
		if name != logFile && !slices.ContainsFunc(b.files, func(s segment) bool { return s.File == name }) {
			_ = os.Remove(filepath.Join(b.dir, name))
		}
	}
}

// replay takes a frame of the log over.
func (b *Book) replay(f frame) error {
	for _, s := range f.Segments {
		text, err := b.readSegment(s)
		if err != nil {
			return err
		}
		if err := b.keep(text); err != nil {
			return err
		}
		b.files = append(b.files, s)
	}
	return b.apply(f)
}

func (b *Book) readSegment(s segment) ([]byte, error) {
	if s.File != filepath.Base(s.File) || !strings.HasSuffix(s.File, ".age") {
		return nil, damaged("a segment has a name that is none")
	}
	sealed, err := os.ReadFile(filepath.Join(b.dir, s.File))
	if err != nil {
		return nil, damaged("a segment is missing or cannot be read")
	}
	if sum(sealed) != s.SHA256 {
		return nil, damaged("a segment was changed")
	}
	text, err := b.key.decrypt(sealed, maxSegment)
	if err != nil {
		return nil, damaged("a segment cannot be decrypted")
	}
	first, rest, ok := bytes.Cut(text, []byte("\n"))
	if !ok || string(first) != fmt.Sprintf("%s%d", segmentVersion, s.Customers) {
		return nil, damaged("a segment has another form")
	}
	return rest, nil
}

// keep takes lines of customers into memory.
func (b *Book) keep(text []byte) error {
	b.blobs = append(b.blobs, text)
	blob := uint32(len(b.blobs) - 1)
	for from := 0; from < len(text); {
		n := bytes.IndexByte(text[from:], '\n')
		if n < 0 {
			return damaged("a segment ends within a customer")
		}
		ref, err := referenceOf(text[from : from+n])
		if err != nil {
			return err
		}
		b.put(ref, place{blob, uint32(from)})
		from += n + 1
	}
	return nil
}

func referenceOf(line []byte) (string, error) {
	var s struct {
		R string `json:"r"`
	}
	if err := json.Unmarshal(line, &s); err != nil || s.R == "" {
		return "", damaged("a customer cannot be read")
	}
	return s.R, nil
}

// few takes customers of a frame into memory.
func (b *Book) few(all []stored) error {
	for _, s := range all {
		line, err := Customer(s).line()
		if err != nil {
			return err
		}
		from := len(b.blobs[0])
		b.blobs[0] = append(b.blobs[0], line...)
		b.put(s.Reference, place{0, uint32(from)})
	}
	return nil
}

// put gives a customer a slot, in place of the one that they had.
func (b *Book) put(ref string, at place) {
	slot := Slot(len(b.at))
	h, old, had := b.find(ref)
	if had && !b.isDead(old) {
		b.kill(old)
	}
	b.refs[h] = slot
	b.at = append(b.at, at)
	if int(slot)>>6 >= len(b.dead) {
		b.dead = append(b.dead, 0)
	}
	b.live++
}

// find returns the slot of a reference, dead or alive, and under which hash it is
// or would be.
func (b *Book) find(ref string) (h uint64, s Slot, ok bool) {
	for h = maphash.String(b.seed, ref); ; h++ {
		s, ok := b.refs[h]
		if !ok {
			return h, 0, false
		}
		if own, err := referenceOf(b.line(s)); err == nil && own == ref {
			return h, s, true
		}
	}
}

func (b *Book) line(s Slot) []byte {
	at := b.at[s]
	text := b.blobs[at.blob][at.from:]
	return text[:bytes.IndexByte(text, '\n')]
}

func (b *Book) isDead(s Slot) bool { return b.dead[s>>6]&(1<<(s&63)) != 0 }

func (b *Book) kill(s Slot) {
	b.dead[s>>6] |= 1 << (s & 63)
	b.live--
	b.waste++
}

// apply takes over what a frame says besides its segments.
func (b *Book) apply(f frame) error {
	if f.Head != nil {
		b.head = *f.Head
	}
	if err := b.few(f.Put); err != nil {
		return err
	}
	for _, ref := range f.Remove {
		if _, s, ok := b.find(ref); ok && !b.isDead(s) {
			b.kill(s)
		}
	}
	for id, note := range f.Notes {
		if note == nil || string(note) == "null" {
			delete(b.notes, id)
		} else {
			b.notes[id] = note
		}
	}
	if f.Position != nil {
		b.pos = *f.Position
	}
	return nil
}

// Change is what happens to a book at once: all of it or nothing.
type Change struct {
	Remove   []string                   // customers by their references; those that are not there are no error
	Notes    map[string]json.RawMessage // by their ids; nil takes one away
	Position *Position
}

// Apply makes a change durable.
func (b *Book) Apply(ctx context.Context, c Change) (err error) {
	defer errs.Wrap(&err, "book.Apply")
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	f := frame{Remove: c.Remove, Notes: c.Notes, Position: c.Position}
	if err := b.log.add(f); err != nil {
		return err
	}
	return b.apply(f)
}

// Put adds customers, or replaces those of the same references, all of them or
// none, and returns their slots: [Book.Gather] and [Gathered.Commit] in one.
func (b *Book) Put(ctx context.Context, all iter.Seq2[Customer, error], progress func(done int)) (_ []Slot, err error) {
	defer errs.Wrap(&err, "book.Put")
	g, err := b.Gather(ctx, all, progress)
	if err != nil {
		return nil, err
	}
	return g.Commit(nil)
}

// Gather encrypts customers to add to the book. They are not in it before
// [Gathered.Commit]; meanwhile the book can be read and changed. Every customer
// has passed [Customer.Check]. progress, if not nil, is told how many are on disk.
func (b *Book) Gather(ctx context.Context, all iter.Seq2[Customer, error], progress func(done int)) (_ *Gathered, err error) {
	defer errs.Wrap(&err, "book.Gather")
	w := &writer{b: b, progress: progress}
	defer func() {
		if err != nil {
			w.discard()
		}
	}()
	for c, err := range all {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := w.add(c); err != nil {
			return nil, err
		}
	}
	if w.total > fewCustomers {
		if err := w.flush(); err != nil {
			return nil, err
		}
	}
	return &Gathered{w}, nil
}

// Gathered is customers that are encrypted and not in the book yet. It is
// committed or discarded.
type Gathered struct{ w *writer }

// Commit adds the customers, or replaces those of the same references, all of
// them or none, together with notes about them, and returns their slots.
func (g *Gathered) Commit(notes map[string]json.RawMessage) (_ []Slot, err error) {
	defer errs.Wrap(&err, "book.Commit")
	g.w.b.mu.Lock()
	defer g.w.b.mu.Unlock()
	slots, err := g.w.commit(notes)
	if err != nil {
		g.w.discard()
	}
	return slots, err
}

// Discard takes what was gathered away.
func (g *Gathered) Discard() { g.w.discard() }

// writer gathers customers in segments.
type writer struct {
	b        *Book
	few      []stored
	buf      bytes.Buffer
	n        int
	done     []segment
	texts    [][]byte
	progress func(int)
	total    int
}

func (w *writer) add(c Customer) error {
	w.total++
	if w.total <= fewCustomers {
		w.few = append(w.few, stored(c))
	}
	line, err := c.line()
	if err != nil {
		return err
	}
	w.buf.Write(line)
	if w.n++; w.n == SegmentCustomers {
		return w.flush()
	}
	return nil
}

// flush writes a segment; no frame names it yet.
func (w *writer) flush() error {
	if w.n == 0 {
		return nil
	}
	id, err := randomID()
	if err != nil {
		return err
	}
	text := bytes.Clone(w.buf.Bytes())
	sealed, err := w.b.key.encrypt(append(fmt.Appendf(nil, "%s%d\n", segmentVersion, w.n), text...))
	if err != nil {
		return err
	}
	s := segment{File: "customers-" + id + ".age", Customers: w.n, SHA256: sum(sealed)}
	if err := replace(filepath.Join(w.b.dir, s.File), sealed); err != nil {
		return err
	}
	w.done, w.texts = append(w.done, s), append(w.texts, text)
	w.buf.Reset()
	w.n = 0
	if w.progress != nil {
		w.progress(w.total)
	}
	return nil
}

func (w *writer) discard() {
	for _, s := range w.done {
		_ = os.Remove(filepath.Join(w.b.dir, s.File))
	}
}

func (w *writer) commit(notes map[string]json.RawMessage) ([]Slot, error) {
	b, from := w.b, Slot(len(w.b.at))
	if w.total == 0 {
		return nil, nil
	}
	f := frame{Notes: notes, Segments: w.done}
	if w.total <= fewCustomers {
		f.Put = w.few
	}
	if err := b.log.add(f); err != nil {
		return nil, err
	}
	b.files = append(b.files, w.done...)
	w.done = nil // they are the book's now
	for _, text := range w.texts {
		if err := b.keep(text); err != nil {
			return nil, err
		}
	}
	if err := b.apply(f); err != nil {
		return nil, err
	}
	return b.since(from), nil
}

func (b *Book) since(from Slot) []Slot {
	var out []Slot
	for s := from; s < Slot(len(b.at)); s++ {
		if !b.isDead(s) {
			out = append(out, s)
		}
	}
	return out
}

// Head returns what the book is.
func (b *Book) Head() Head {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.head
}

// Position returns up to where the book was screened.
func (b *Book) Position() Position {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.pos
}

// Len returns how many customers the book has.
func (b *Book) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.live
}

// Bytes returns how many bytes the customers take in memory.
func (b *Book) Bytes() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	n := len(b.at)*8 + len(b.refs)*20
	for _, t := range b.blobs {
		n += cap(t)
	}
	return n
}

// Mended says what was mended when the book was opened.
func (b *Book) Mended() []string { return slices.Clone(b.said) }

// Find returns the slot of a customer.
func (b *Book) Find(reference string) (Slot, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	_, s, ok := b.find(reference)
	return s, ok && !b.isDead(s)
}

// Customer returns a customer; errs.NotFound when they were replaced or removed.
func (b *Book) Customer(s Slot) (Customer, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if int(s) >= len(b.at) || b.isDead(s) {
		return Customer{}, errs.New(errs.NotFound, "not found")
	}
	return customerOf(b.line(s))
}

// All yields the customers as they are now, in the order in which they came. The
// book may change meanwhile; who comes later is not among them.
func (b *Book) All() iter.Seq2[Slot, Customer] {
	return func(yield func(Slot, Customer) bool) {
		b.mu.RLock()
		n := Slot(len(b.at))
		b.mu.RUnlock()
		for s := range n {
			c, err := b.Customer(s)
			if err != nil {
				continue // gone; a line that cannot be read was refused when it was opened
			}
			if !yield(s, c) {
				return
			}
		}
	}
}

// Notes returns the notes by their ids.
func (b *Book) Notes() map[string]json.RawMessage {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return maps.Clone(b.notes)
}

// Wasteful reports whether a compaction would make the book's files clearly
// smaller.
func (b *Book) Wasteful() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.waste > 1000 && b.waste > b.live/2 || b.log.n > 20_000
}

// notesInFrame is how many notes one frame of a compacted log holds.
const notesInFrame = 500

// Compact writes the book anew without what was replaced and removed, and takes
// the old files away: from then on there are no bytes of it in the folder.
// Slots stay what they are.
func (b *Book) Compact(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "book.Compact")
	b.mu.Lock()
	defer b.mu.Unlock()
	w := &writer{b: b}
	path := filepath.Join(b.dir, logFile)
	next, err := createLog(path+".new", b.key)
	if err != nil {
		return err
	}
	if err := b.rewrite(ctx, w, next); err != nil {
		w.discard()
		return errors.Join(err, next.close(), os.Remove(path+".new"))
	}
	// Open files cannot be renamed everywhere.
	old, files := b.log, b.files
	if err = errors.Join(next.file.Close(), old.file.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		w.discard()
		return errors.Join(diskError(err), os.Remove(path+".new"), old.reopen(path))
	}
	if err := next.reopen(path); err != nil {
		return err
	}
	b.log, b.files, b.waste = next, w.done, 0
	err = syncDir(b.dir)
	for _, s := range files {
		if e := os.Remove(filepath.Join(b.dir, s.File)); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, diskError(e))
		}
	}
	return errors.Join(err, syncDir(b.dir))
}

func (b *Book) rewrite(ctx context.Context, w *writer, next *log) error {
	for s := range Slot(len(b.at)) {
		if b.isDead(s) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		w.buf.Write(b.line(s))
		w.buf.WriteByte('\n')
		if w.n++; w.n == SegmentCustomers {
			if err := w.flush(); err != nil {
				return err
			}
			w.texts = nil
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	h, pos := b.head, b.pos
	if err := next.add(frame{Head: &h, Segments: w.done, Position: &pos}); err != nil {
		return err
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(b.notes)), notesInFrame) {
		f := frame{Notes: map[string]json.RawMessage{}}
		for _, id := range ids {
			f.Notes[id] = b.notes[id]
		}
		if err := next.add(f); err != nil {
			return err
		}
	}
	return nil
}

// close ends the use of a book.
func (b *Book) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.close()
}
