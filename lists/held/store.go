package held

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
)

// FileName is what the file is called in the node's folder.
const FileName = "held.jsonl"

// fileVersion is the form of the file, in its first line.
//
// cordon-held/1: the first.
const fileVersion = "cordon-held/1"

// maxLine is longer than any event that is written.
const maxLine = 1 << 20

type head struct {
	Version string `json:"version"`
}

// Store is an open file of held versions. It is safe for use by several
// goroutines.
type Store struct {
	now func() time.Time

	mu    sync.Mutex
	file  *os.File
	size  int64
	prev  string // sha256 of the last line
	all   map[string]Item
	order []string
	fault error // why nothing more is written
}

// Open opens the file, or makes an empty one, and checks its chain and every
// event. Errors: errs.Internal, with the line, when the file was changed;
// errs.Conflict for a file of another version; errs.Unavailable when it cannot be
// read or written.
func Open(path string, clock func() time.Time) (_ *Store, err error) {
	defer errs.Wrap(&err, "held.Open")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fileError(err)
	}
	s := &Store{now: clock, file: f, all: map[string]Item{}}
	if runtime.GOOS != "windows" {
		err = f.Chmod(0o600)
	}
	if err == nil {
		err = s.read()
	}
	if err == nil && s.size == 0 {
		var line []byte
		if line, err = json.Marshal(head{fileVersion}); err == nil {
			err = s.write(line)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

func fileError(err error) error {
	return errs.New(errs.Unavailable, "the file of held versions cannot be read or written").Because(err).
		WithHint("see that the node's folder is there, may be written to and has room")
}

// Close closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = errs.New(errs.Unavailable, "the file of held versions is closed").WithHint("start the node again")
	if err := s.file.Close(); err != nil {
		return fileError(err)
	}
	return nil
}

// read replays the file and cuts off what a crash left at its end.
func (s *Store) read() error {
	in := bufio.NewReaderSize(s.file, maxLine)
	for n := 1; ; n++ {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			if len(line) == 0 {
				return nil
			}
			if err := errors.Join(s.file.Truncate(s.size), s.file.Sync()); err != nil {
				return fileError(err)
			}
			return nil
		case errors.Is(err, bufio.ErrBufferFull):
			return changed(n, fmt.Errorf("a line longer than %d bytes", maxLine))
		case err != nil:
			return fileError(err)
		}
		s.size += int64(len(line))
		line = bytes.TrimSuffix(line, []byte("\n"))
		if err := s.replay(n, line); err != nil {
			return err
		}
		s.prev = sum(line)
	}
}

func sum(line []byte) string {
	h := sha256.Sum256(line)
	return hex.EncodeToString(h[:])
}

func changed(line int, why error) error {
	return errs.New(errs.Internal, "the file of held versions was changed or damaged at line %d: %v", line, why).
		WithHint("nothing is released from it. Put the file back from a copy, or move it away: what waits then has to be imported again")
}

// replay takes one line of the file.
func (s *Store) replay(n int, line []byte) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if n == 1 {
		var h head
		if err := d.Decode(&h); err != nil || !strings.HasPrefix(h.Version, "cordon-held/") {
			return changed(n, errors.New("it is not the first line of such a file"))
		}
		if h.Version != fileVersion {
			return errs.New(errs.Conflict, "the file of held versions is of version %q; this program reads %q", h.Version, fileVersion).WithHint("use the program that wrote it, or a later one")
		}
		return nil
	}
	var e Event
	if err := d.Decode(&e); err != nil {
		return changed(n, errors.New("it is no event"))
	}
	if e.Prev != s.prev {
		return changed(n-1, fmt.Errorf("line %d carries another hash of it", n))
	}
	i, err := s.after(e)
	if err != nil {
		why, _ := errs.Message(err)
		return changed(n, errors.New(why))
	}
	s.keep(i)
	return nil
}

// after returns the item of an event with the event.
func (s *Store) after(e Event) (Item, error) {
	if err := e.validate(); err != nil {
		return Item{}, err
	}
	i, known := s.all[e.ID]
	switch {
	case e.Kind == hold && known:
		return i, errs.New(errs.Conflict, "it is held already")
	case e.Kind == hold && e.ID != idOf(e.Hold):
		return i, errs.New(errs.Invalid, "the id is not that of the version")
	case e.Kind == hold:
		return Item{ID: e.ID, State: Waiting, At: e.At, By: e.By, Hold: e.Hold, Inputs: e.Inputs}, nil
	case !known:
		return i, errs.New(errs.NotFound, "no version is held under this id").WithHint("cordon lists held shows them")
	}
	return i.with(e)
}

func (s *Store) keep(i Item) {
	if _, known := s.all[i.ID]; !known {
		s.order = append(s.order, i.ID)
	}
	s.all[i.ID] = i
}

// idOf names a version against the one in force: the same files against the same
// version are one matter.
func idOf(h *lists.Hold) string {
	return h.List + "-" + sum([]byte(h.Version + "\n" + h.Before + "\n" + string(h.Date) + h.Time))[:12]
}

// Hold keeps a version that waits. The same version against the same one in force
// is held once: what became of it is returned.
func (s *Store) Hold(ctx context.Context, by string, h *lists.Hold, inputs []Input) (_ Item, err error) {
	defer errs.Wrap(&err, "held.Hold(%s)", h.List)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, known := s.all[idOf(h)]; known {
		return i, nil
	}
	return s.add(ctx, Event{ID: idOf(h), Kind: hold, By: by, Hold: h, Inputs: inputs})
}

// Propose is the first person's word that a version is right. Errors:
// errs.NotFound, errs.Invalid without a person or a reason, errs.Conflict when it
// was proposed, released or rejected.
func (s *Store) Propose(ctx context.Context, id, by, why string) (_ Item, err error) {
	defer errs.Wrap(&err, "held.Propose(%s)", id)
	return s.decide(ctx, Event{ID: id, Kind: propose, By: by, Why: why})
}

// Release is the second person's. Errors: those of [Store.Propose], errs.Denied
// when it is who proposed it. Who calls it imports the version then, and says
// [Store.Failed] when that fails.
func (s *Store) Release(ctx context.Context, id, by, why string) (_ Item, err error) {
	defer errs.Wrap(&err, "held.Release(%s)", id)
	return s.decide(ctx, Event{ID: id, Kind: release, By: by, Why: why})
}

// Reject ends a held version.
func (s *Store) Reject(ctx context.Context, id, by, why string) (_ Item, err error) {
	defer errs.Wrap(&err, "held.Reject(%s)", id)
	return s.decide(ctx, Event{ID: id, Kind: reject, By: by, Why: why})
}

// Failed notes that a released version did not come into force: it waits again,
// for two persons.
func (s *Store) Failed(ctx context.Context, id, by, why string) (_ Item, err error) {
	defer errs.Wrap(&err, "held.Failed(%s)", id)
	return s.decide(ctx, Event{ID: id, Kind: failed, By: by, Why: why})
}

func (s *Store) decide(ctx context.Context, e Event) (Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.By, e.Why = strings.TrimSpace(e.By), strings.TrimSpace(e.Why)
	return s.add(ctx, e)
}

// Get returns a held version: errs.NotFound.
func (s *Store) Get(id string) (Item, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, known := s.all[id]
	if !known {
		return i, errs.New(errs.NotFound, "no version is held under this id").WithHint("cordon lists held shows them")
	}
	return i, nil
}

// List returns the held versions in the order in which they came; all of them, or
// those about which something is to be decided.
func (s *Store) List(all bool) []Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Item{}
	for _, id := range s.order {
		if i := s.all[id]; all || i.State == Waiting || i.State == Proposed {
			out = append(out, i)
		}
	}
	return slices.Clip(out)
}

// add makes an event durable and then known.
func (s *Store) add(ctx context.Context, e Event) (Item, error) {
	if err := ctx.Err(); err != nil {
		return Item{}, err
	}
	e.Prev, e.At = s.prev, s.now().UTC().Round(0)
	i, err := s.after(e)
	if err != nil {
		return Item{}, err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return Item{}, err
	}
	if len(line) >= maxLine {
		return Item{}, errs.New(errs.Invalid, "the event is longer than %d bytes", maxLine)
	}
	if err := s.write(line); err != nil {
		return Item{}, err
	}
	s.keep(i)
	return i, nil
}

// write adds a line and makes it durable. When that fails the line is taken back;
// if that fails too, nothing more is written.
func (s *Store) write(line []byte) error {
	if s.fault != nil {
		return s.fault
	}
	i, err := s.file.Stat()
	if err != nil {
		return fileError(err)
	}
	if i.Size() != s.size {
		return errs.New(errs.Conflict, "the file of held versions was changed by another program").WithHint("only one node may use a folder; stop the other one and start this one again")
	}
	_, err = s.file.WriteAt(append(bytes.Clone(line), '\n'), s.size)
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		if errors.Join(s.file.Truncate(s.size), s.file.Sync()) != nil {
			s.fault = fileError(err)
		}
		return fileError(err)
	}
	s.size += int64(len(line)) + 1
	s.prev = sum(line)
	return nil
}
