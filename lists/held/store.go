package held

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/chain"
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

var form = chain.Form{
	Name: "the file of held versions", Version: fileVersion, MaxLine: maxLine,
	Lost: "Nothing is released from it. Put the file back from a copy, or move it away: what waits then has to be imported again.",
}

// Store is an open file of held versions. It is safe for use by several
// goroutines.
type Store struct {
	now func() time.Time

	mu    sync.Mutex
	file  *chain.File
	all   map[string]Item
	order []string
}

// Open opens the file, or makes an empty one, and checks its chain and every
// event. Errors: errs.Internal, with the line, when the file was changed;
// errs.Conflict for a file of another version; errs.Unavailable when it cannot be
// read or written.
func Open(path string, clock func() time.Time) (_ *Store, err error) {
	defer errs.Wrap(&err, "held.Open")
	s := &Store{now: clock, all: map[string]Item{}}
	if s.file, err = chain.Open(path, form, s.replay); err != nil {
		return nil, err
	}
	return s, nil
}

// Close closes the file.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file.Close()
}

// replay takes one line of the file.
func (s *Store) replay(line []byte) error {
	var e Event
	if err := chain.Decode(line, &e); err != nil {
		return err
	}
	i, err := s.after(e)
	if err != nil {
		return err
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
	of := sha256.Sum256([]byte(h.Version + "\n" + h.Before + "\n" + string(h.Date) + h.Time))
	return h.List + "-" + hex.EncodeToString(of[:6])
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
	e.Prev, e.At = s.file.Head(), s.now().UTC().Round(0)
	i, err := s.after(e)
	if err != nil {
		return Item{}, err
	}
	if err := s.file.Append(e); err != nil {
		return Item{}, err
	}
	s.keep(i)
	return i, nil
}
