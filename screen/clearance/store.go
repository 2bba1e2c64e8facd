package clearance

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/chain"
)

// FileName is what the file is called in the node's folder.
const FileName = "clearances.jsonl"

// fileVersion is the form of the file, in its first line.
//
// cordon-clearances/1: the first.
const fileVersion = "cordon-clearances/1"

// maxLine is longer than any event that passes validation.
const maxLine = 256 << 10

// space is the namespace of ids: UUIDv5 over the URL namespace.
var space = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/cordon-project/cordon/screen/clearance"))

var form = chain.Form{
	Name: "the file of clearances", Version: fileVersion, MaxLine: maxLine,
	Lost: "Nothing is taken for cleared. Put the file back from a copy; what was proposed since has to be proposed again.",
}

// Store is an open file of clearances. It is safe for use by several goroutines.
type Store struct {
	now func() time.Time

	mu    sync.RWMutex
	file  *chain.File
	all   map[string]Clearance
	order []string             // ids as proposed
	by    map[subject][]string // ids by question and party
}

// subject is a question and a party: of a clearance with a name the key, of one
// by reference alone the reference.
type subject struct{ key, reference, party string }

func subjectOf(c Clearance) subject {
	if c.Key != "" {
		return subject{key: c.Key, party: c.Party}
	}
	return subject{reference: c.Reference, party: c.Party}
}

// Open opens the file, or makes an empty one, and checks its chain and every
// event. Errors: errs.Internal, with the line, when the file was changed;
// errs.Conflict for a file of another version; errs.Unavailable when it cannot
// be read or written.
func Open(path string, clock func() time.Time) (_ *Store, err error) {
	defer errs.Wrap(&err, "clearance.Open")
	s := &Store{now: clock, all: map[string]Clearance{}, by: map[subject][]string{}}
	if s.file, err = chain.Open(path, form, s.replay); err != nil {
		return nil, err
	}
	return s, nil
}

// Notes say what was mended when the file was opened.
func (s *Store) Notes() []string { return s.file.Notes() }

// Head returns the sha256 of the last line in hex: noted elsewhere, it shows
// later that nothing up to there was cut off or written anew.
func (s *Store) Head() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.file.Head()
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
	c, err := s.applied(e)
	if err != nil {
		return err
	}
	s.keep(c)
	return nil
}

// applied returns the clearance of an event with the event, or why there can be
// no such event.
func (s *Store) applied(e Event) (Clearance, error) {
	if err := e.validate(); err != nil {
		return Clearance{}, err
	}
	c, known := s.all[e.ID]
	if e.Kind == Propose {
		if known {
			return Clearance{}, errs.New(errs.Conflict, "there is a clearance of this id already")
		}
		if e.ID != idOf(e) {
			return Clearance{}, errs.New(errs.Invalid, "the id is not that of the proposal")
		}
		return proposed(e), nil
	}
	if !known {
		return Clearance{}, errs.New(errs.NotFound, "there is no clearance of this id").WithHint("List the clearances to see their ids.")
	}
	if e.Kind == Confirm {
		return c.confirm(e)
	}
	return c.withdraw(e)
}

// keep takes a clearance over into memory.
func (s *Store) keep(c Clearance) {
	if _, known := s.all[c.ID]; !known {
		s.order = append(s.order, c.ID)
		s.by[subjectOf(c)] = append(s.by[subjectOf(c)], c.ID)
	}
	s.all[c.ID] = c
}

// Propose notes that a question is not a party. It is in force when a second
// person has confirmed it. Errors: errs.Invalid for what is missing or too long,
// or an end beyond [MaxDays] days.
func (s *Store) Propose(ctx context.Context, p Proposal) (_ Clearance, err error) {
	defer errs.Wrap(&err, "clearance.Propose")
	e, err := p.event(s.time())
	if err != nil {
		return Clearance{}, err
	}
	return s.add(ctx, e)
}

// Confirm puts a proposal in force. Errors: errs.NotFound for an id that there
// is not, errs.Denied when by is its author, errs.Conflict when it was confirmed
// or withdrawn or has ended.
func (s *Store) Confirm(ctx context.Context, id, by string) (_ Clearance, err error) {
	defer errs.Wrap(&err, "clearance.Confirm")
	return s.add(ctx, Event{ID: id, Kind: Confirm, At: s.time(), By: strings.TrimSpace(by)})
}

// Withdraw ends a proposal or a clearance, for whom it may be. Errors:
// errs.NotFound for an id that there is not, errs.Invalid without a reason,
// errs.Conflict when it was withdrawn or has ended.
func (s *Store) Withdraw(ctx context.Context, id, by, reason string) (_ Clearance, err error) {
	defer errs.Wrap(&err, "clearance.Withdraw")
	return s.add(ctx, Event{ID: id, Kind: Withdraw, At: s.time(), By: strings.TrimSpace(by), Reason: strings.TrimSpace(reason)})
}

// time is now as the file keeps it.
func (s *Store) time() time.Time { return s.now().UTC().Round(0) }

// add makes an event durable and then known.
func (s *Store) add(ctx context.Context, e Event) (Clearance, error) {
	if err := ctx.Err(); err != nil {
		return Clearance{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Prev = s.file.Head()
	if e.Kind == Propose {
		e.ID = idOf(e)
	}
	c, err := s.applied(e)
	if err != nil {
		return Clearance{}, err
	}
	if err := s.file.Append(e); err != nil {
		return Clearance{}, err
	}
	s.keep(c)
	c.State = c.At(e.At)
	c.History = slices.Clone(c.History)
	return c, nil
}

// idOf is a UUIDv5 over the proposal and the line that it follows, which makes
// it the only one.
func idOf(e Event) string {
	e.ID = ""
	data, err := json.Marshal(e)
	if err != nil {
		return ""
	}
	return uuid.NewSHA1(space, data).String()
}

// Filter says which clearances are listed. Zero fields let all through.
type Filter struct {
	States    []State
	Key       string // folded by [Key]
	Reference string
	Party     string
	At        time.Time // zero for now
	// Version tells the version of a party's object as it is now, "" when it is
	// not known; nil leaves untold which have lapsed.
	Version func(party string) string
}

// List returns clearances as they stood at a time, with their history, in the
// order in which they were proposed.
func (s *Store) List(f Filter) []Clearance {
	if f.At.IsZero() {
		f.At = s.now()
	}
	s.mu.RLock()
	found := []Clearance{}
	for _, id := range s.order {
		c := s.all[id]
		if f.Party != "" && c.Party != f.Party || f.Key != "" && c.Key != f.Key || f.Reference != "" && c.Reference != f.Reference {
			continue
		}
		c.History = slices.Clone(c.History)
		found = append(found, c)
	}
	s.mu.RUnlock()
	out := found[:0]
	for _, c := range found {
		version := ""
		if f.Version != nil {
			version = f.Version(c.Party) // not under the lock: it may ask the journal
		}
		c.State = c.with(version, f.At)
		if len(f.States) == 0 || slices.Contains(f.States, c.State) {
			out = append(out, c)
		}
	}
	return out
}

// Applies returns the clearance that is in force at a time for a question and a
// party, the one that lasts longest if there are several. key is the name asked
// for, folded by [Key]; reference is the customer's id, "" for none; version is
// that of the party's object as the answer shows it.
func (s *Store) Applies(key, reference, party, version string, at time.Time) (Clearance, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var best Clearance
	for _, of := range []subject{{key: key, party: party}, {reference: reference, party: party}} {
		for _, id := range s.by[of] {
			c := s.all[id]
			if !c.about(key, reference) || c.Version != version || c.At(at) != InForce || !c.Until.After(best.Until) {
				continue
			}
			best = c
		}
	}
	if best.ID == "" {
		return Clearance{}, false
	}
	best.State, best.History = InForce, slices.Clone(best.History)
	return best, true
}
