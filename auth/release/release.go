// Package release decides whether something may go to a partner: who asked for it, who
// of the releasers approved it, and whether that is enough.
//
// A request ([Desk.Ask]) names the objects with their versions and hashes, the partner,
// the reason and the most restrictive marking among them. Releasers approve or reject
// it; up to a marking one approval is enough, above it two different people have to
// approve. An approved request is taken up once ([Desk.Take]) by what sends it, and
// what became of that is noted. Its states:
//
//	asked → approved → releasing → released
//	      ↘ rejected, withdrawn, expired   ↘ failed
//
// Guarantees: an approval is for exactly what was asked for; other bytes need another
// request. Who asks may approve as one of the two, if they are a releaser, and nobody
// counts twice. Programs never approve. The releasers are looked at again when it is
// taken up: who has lost the role since does not count. Every step has a person, a time
// and, where something is refused, a reason, in a file of chained events
// (releases.jsonl). What is acknowledged survives a kill.
//
// Refused: what policy does not let go to the partner at all is not asked for here;
// package policy decides that before and again when it is sent.
package release

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/chain"
	"github.com/cordon-project/cordon/policy"
)

// File is the name of the file of releases.
const File = "releases.jsonl"

// Limits.
const (
	MaxObjects = 1000
	MaxText    = 2 << 10 // bytes of a reason
	maxName    = 300
	// Life is how long a request can be approved and taken up.
	Life = 14 * 24 * time.Hour
)

// form of the file. Versions: 1 = November 2026.
var form = chain.Form{
	Name: "the file of releases", Version: "cordon-releases/1", MaxLine: 512 << 10,
	Lost: "Nothing is released until it is put back from a copy.",
}

// State is where a request stands.
type State string

// The states.
const (
	Asked     State = "asked"
	Approved  State = "approved"
	Releasing State = "releasing"
	Released  State = "released"
	Failed    State = "failed"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// Object is one object as it would be sent.
type Object struct {
	ID      string `json:"id"`
	Version string `json:"version,omitempty"`
	SHA256  string `json:"sha256"` // of the bytes that the partner would get
}

// Person is who decides: as package auth knows them.
type Person struct {
	ID       string
	Name     string
	Human    bool // a person and no program
	Releaser bool // they have the role
}

// Question is a request as it is asked for.
type Question struct {
	Objects []Object
	Partner string // id of the organisation that would receive it
	Marking policy.TLP
	Reason  string
}

// Event is one line of the file.
type Event struct {
	Prev    string    `json:"prev"`
	ID      string    `json:"id"`
	Kind    State     `json:"kind"` // the state that it asks for; approved for each approval
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Name    string    `json:"name,omitempty"`
	Reason  string    `json:"reason,omitempty"`
	Objects []Object  `json:"objects,omitempty"` // this and what follows: when it is asked for
	Partner string    `json:"partner,omitempty"`
	Marking string    `json:"marking,omitempty"`
	Needs   int       `json:"needs,omitempty"` // approvals
}

// Request is a request with all that became of it.
type Request struct {
	ID        string    `json:"id"`
	Objects   []Object  `json:"objects"`
	Digest    string    `json:"digest"` // SHA-256 over the objects: what is approved
	Partner   string    `json:"partner"`
	Marking   string    `json:"marking"`
	Needs     int       `json:"needs"` // approvals of different releasers
	State     State     `json:"state"` // at the time asked for
	Approvers []string  `json:"approvers,omitempty"`
	Until     time.Time `json:"until"`
	History   []Event   `json:"history"` // oldest first
}

// Config is what a desk stands on.
type Config struct {
	Path   string // of the folder
	Clock  func() time.Time
	Random io.Reader
	// Above is the level above which two releasers are needed.
	Above policy.TLP
	// Who returns who somebody is now, by id: errs.NotFound for nobody.
	Who func(id string) (Person, error)
}

// Desk keeps releases. Close it.
type Desk struct {
	c    Config
	mu   sync.Mutex
	file *chain.File
	all  map[string]*Request
	ids  []string // in the order in which they were asked for
}

// Open opens the file of releases and makes it when it is not there.
func Open(c Config) (_ *Desk, err error) {
	defer errs.Wrap(&err, "release.Open")
	d := &Desk{c: c, all: map[string]*Request{}}
	d.file, err = chain.Open(filepath.Join(c.Path, File), form, func(line []byte) error {
		var e Event
		if err := chain.Decode(line, &e); err != nil {
			return err
		}
		return d.apply(e)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Close closes the file.
func (d *Desk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.file.Close()
}

// Ask asks for a release. Errors: errs.Invalid.
func (d *Desk) Ask(ctx context.Context, by Person, q Question) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Ask")
	e := Event{Kind: Asked, Partner: q.Partner, Objects: slices.Clone(q.Objects), Reason: q.Reason, Needs: 1}
	if q.Marking > d.c.Above {
		e.Needs = 2
	}
	e.Marking = strings.ToLower(strings.TrimPrefix(q.Marking.String(), "TLP:"))
	if err := e.check(); err != nil {
		return Request{}, err
	}
	b := make([]byte, 10)
	if _, err := io.ReadFull(d.c.Random, b); err != nil {
		return Request{}, errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
	}
	e.ID = "release-" + strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return d.put(ctx, by, e)
}

// check checks what is asked for.
func (e Event) check() error {
	if len(e.Objects) == 0 || len(e.Objects) > MaxObjects {
		return errs.New(errs.Invalid, "a release is of 1 to %d objects", MaxObjects)
	}
	seen := map[string]bool{}
	for _, o := range e.Objects {
		if b, err := hex.DecodeString(o.SHA256); err != nil || len(b) != sha256.Size || !short(o.ID) || len(o.Version) > maxName {
			return errs.New(errs.Invalid, "the object %.100q has no id or no hash", o.ID)
		}
		if seen[o.ID] {
			return errs.New(errs.Invalid, "the object %s is there twice", o.ID)
		}
		seen[o.ID] = true
	}
	if !short(e.Partner) {
		return errs.New(errs.Invalid, "it is not said to which partner")
	}
	if _, err := policy.ParseTLP(e.Marking); err != nil {
		return err
	}
	return reasoned(e.Reason)
}

func short(s string) bool {
	return strings.TrimSpace(s) != "" && len(s) <= maxName && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func reasoned(s string) error {
	if strings.TrimSpace(s) == "" {
		return errs.New(errs.Invalid, "the reason is missing")
	}
	if len(s) > MaxText || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return errs.New(errs.Invalid, "the reason is longer than %d bytes, no UTF-8 or holds control characters", MaxText)
	}
	return nil
}

// Approve adds a releaser's approval of what the digest says; the request is approved
// when there are as many as it needs. Errors: errs.Denied for who is no releaser or no
// person, errs.Conflict when the request has another digest, has ended, or they have
// approved it already.
func (d *Desk) Approve(ctx context.Context, by Person, id, digest string) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Approve")
	return d.step(ctx, by, id, func(r Request) (Event, error) {
		if err := releases(by); err != nil {
			return Event{}, err
		}
		if r.State != Asked {
			return Event{}, ended(r)
		}
		if digest != r.Digest {
			return Event{}, errs.New(errs.Conflict, "the request is not of what was looked at").WithHint("Look at it again.")
		}
		if slices.Contains(r.Approvers, by.ID) {
			return Event{}, errs.New(errs.Conflict, "%s has approved it already", by.Name).WithHint("A second releaser has to.")
		}
		return Event{Kind: Approved}, nil
	})
}

// Reject ends a request: any releaser can, with a reason.
func (d *Desk) Reject(ctx context.Context, by Person, id, reason string) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Reject")
	return d.step(ctx, by, id, func(r Request) (Event, error) {
		if err := releases(by); err != nil {
			return Event{}, err
		}
		if r.State != Asked && r.State != Approved {
			return Event{}, ended(r)
		}
		return Event{Kind: Rejected, Reason: reason}, reasoned(reason)
	})
}

// Withdraw ends a request: who asked for it can.
func (d *Desk) Withdraw(ctx context.Context, by Person, id, reason string) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Withdraw")
	return d.step(ctx, by, id, func(r Request) (Event, error) {
		if by.ID != r.History[0].By {
			return Event{}, errs.New(errs.Denied, "only who asked for a release withdraws it").WithHint("A releaser can reject it.")
		}
		if r.State != Asked && r.State != Approved {
			return Event{}, ended(r)
		}
		return Event{Kind: Withdrawn, Reason: reason}, reasoned(reason)
	})
}

// Take takes an approved request up, once: who gets it sends what it names. Approvals
// of those who are no releasers any more do not count: errs.Denied.
func (d *Desk) Take(ctx context.Context, by Person, id string) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Take")
	return d.step(ctx, by, id, func(r Request) (Event, error) {
		if r.State != Approved {
			return Event{}, ended(r)
		}
		counts := 0
		for _, a := range r.Approvers {
			p, err := d.c.Who(a)
			if err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Denied) {
				return Event{}, err
			}
			if err == nil && releases(p) == nil {
				counts++
			}
		}
		if counts < r.Needs {
			return Event{}, errs.New(errs.Denied, "of %d approvals that are needed %d count now: who gave the others is no releaser any more", r.Needs, counts).
				WithHint("Ask for the release anew.")
		}
		return Event{Kind: Releasing}, nil
	})
}

// Done notes that what was taken up went out.
func (d *Desk) Done(ctx context.Context, by Person, id string) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Done")
	return d.step(ctx, by, id, func(r Request) (Event, error) {
		if r.State != Releasing {
			return Event{}, ended(r)
		}
		return Event{Kind: Released}, nil
	})
}

// Fail notes that what was taken up did not go out, and why.
func (d *Desk) Fail(ctx context.Context, by Person, id, reason string) (_ Request, err error) {
	defer errs.Wrap(&err, "release.Fail")
	return d.step(ctx, by, id, func(r Request) (Event, error) {
		if r.State != Releasing {
			return Event{}, ended(r)
		}
		return Event{Kind: Failed, Reason: reason}, reasoned(reason)
	})
}

func releases(p Person) error {
	if !p.Human {
		return errs.New(errs.Denied, "releases are approved by people")
	}
	if !p.Releaser {
		return errs.New(errs.Denied, "this needs the role releaser").WithHint("An administrator grants it.")
	}
	return nil
}

func ended(r Request) error {
	return errs.New(errs.Conflict, "the request is %s", r.State).WithHint("Ask for the release anew if it is still wanted.")
}

// step finds a request, lets decide make the event, and puts it.
func (d *Desk) step(ctx context.Context, by Person, id string, decide func(Request) (Event, error)) (Request, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.all[id]
	if !ok {
		return Request{}, errs.New(errs.NotFound, "there is no such request")
	}
	e, err := decide(r.at(d.c.Clock()))
	if err != nil {
		return Request{}, err
	}
	e.ID = id
	return d.locked(ctx, by, e)
}

func (d *Desk) put(ctx context.Context, by Person, e Event) (Request, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.locked(ctx, by, e)
}

func (d *Desk) locked(ctx context.Context, by Person, e Event) (Request, error) {
	if err := ctx.Err(); err != nil {
		return Request{}, err
	}
	if !short(by.ID) || len(by.Name) > maxName {
		return Request{}, errs.New(errs.Invalid, "it is not said who says so")
	}
	e.By, e.Name, e.At, e.Prev = by.ID, by.Name, d.c.Clock().UTC(), d.file.Head()
	if err := d.file.Append(e); err != nil {
		return Request{}, err
	}
	if err := d.apply(e); err != nil {
		return Request{}, err
	}
	return d.all[e.ID].at(e.At), nil
}

// apply adds an event to what is known.
func (d *Desk) apply(e Event) error {
	if e.At.IsZero() || e.By == "" || e.ID == "" {
		return errs.New(errs.Invalid, "the time, the author or the id is missing")
	}
	if e.Kind == Asked {
		if err := e.check(); err != nil {
			return err
		}
		if _, ok := d.all[e.ID]; ok || e.Needs < 1 || e.Needs > 2 {
			return errs.New(errs.Invalid, "it is there already, or needs no approval")
		}
		digest, err := Digest(e.Partner, e.Objects)
		if err != nil {
			return err
		}
		d.all[e.ID] = &Request{ID: e.ID, Objects: e.Objects, Digest: digest, Partner: e.Partner, Marking: e.Marking, Needs: e.Needs, State: Asked, Until: e.At.Add(Life), History: []Event{e}}
		d.ids = append(d.ids, e.ID)
		return nil
	}
	r, ok := d.all[e.ID]
	if !ok {
		return errs.New(errs.Invalid, "there is no request %s", e.ID)
	}
	return r.apply(e)
}

// follows says which states may follow one.
func follows(from, to State) bool {
	switch from {
	case Asked:
		return to == Approved || to == Rejected || to == Withdrawn
	case Approved:
		return to == Releasing || to == Rejected || to == Withdrawn
	case Releasing:
		return to == Released || to == Failed
	}
	return false
}

func (r *Request) apply(e Event) error {
	if !follows(r.State, e.Kind) {
		return errs.New(errs.Invalid, "%s does not follow %s", e.Kind, r.State)
	}
	r.History = append(r.History, e)
	if e.Kind != Approved {
		r.State = e.Kind
		return nil
	}
	if slices.Contains(r.Approvers, e.By) {
		return errs.New(errs.Invalid, "%s approves twice", e.By)
	}
	if r.Approvers = append(r.Approvers, e.By); len(r.Approvers) >= r.Needs {
		r.State = Approved
	}
	return nil
}

// at returns the request as it stands at a time, for the caller to keep.
func (r *Request) at(t time.Time) Request {
	c := *r
	c.Objects, c.Approvers, c.History = slices.Clone(r.Objects), slices.Clone(r.Approvers), slices.Clone(r.History)
	if (c.State == Asked || c.State == Approved) && !t.Before(c.Until) {
		c.State = Expired
	}
	return c
}

// Digest is the SHA-256 in hex over a partner and objects: what an approval is for.
func Digest(partner string, objects []Object) (string, error) {
	sorted := slices.SortedFunc(slices.Values(objects), func(a, b Object) int { return strings.Compare(a.ID, b.ID) })
	b, err := json.Marshal(struct {
		Partner string   `json:"partner"`
		Objects []Object `json:"objects"`
	}{partner, sorted})
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:]), nil
}

// Get returns a request as it stands now.
func (d *Desk) Get(id string) (Request, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, ok := d.all[id]
	if !ok {
		return Request{}, errs.New(errs.NotFound, "there is no such request")
	}
	return r.at(d.c.Clock()), nil
}

// List returns the requests in any of the states, in the order in which they were
// asked for; all of them without a state.
func (d *Desk) List(states ...State) []Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := []Request{}
	for _, id := range d.ids {
		r := d.all[id].at(d.c.Clock())
		if len(states) == 0 || slices.Contains(states, r.State) {
			out = append(out, r)
		}
	}
	return out
}
