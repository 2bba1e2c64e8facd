package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/whole"
)

// Message is one message to all targets.
type Message struct {
	ID       string          `json:"id"` // the same for every attempt
	Body     json.RawMessage `json:"body"`
	Detailed json.RawMessage `json:"detailed,omitempty"` // for targets that may have references
	Subject  string          `json:"subject"`            // of mail
	Text     string          `json:"text"`
}

// State is where a delivery stands.
type State string

// The states.
const (
	Waiting   State = "waiting"
	Delivered State = "delivered"
	Dead      State = "dead" // given up
)

// Delivery is a message on its way to one target.
type Delivery struct {
	ID       string    `json:"id"` // of the message
	Target   string    `json:"target"`
	State    State     `json:"state"`
	Added    time.Time `json:"added"`
	Attempts int       `json:"attempts"`
	Next     time.Time `json:"next,omitzero"` // not before
	Last     time.Time `json:"last,omitzero"` // attempt
	Why      string    `json:"why,omitempty"` // the last attempt did not arrive
}

// entry is a delivery with its message as long as it is needed.
type entry struct {
	Delivery
	Message *Message `json:"message,omitempty"`
}

// Waits between attempts, and when a message is given up: after about three days.
const (
	firstWait   = 5 * time.Second
	longestWait = 24 * time.Hour
	waitGrows   = 4
	MaxAttempts = 10
)

// maxDelivered is how many deliveries that arrived are remembered, the latest, and
// maxWaiting how many may wait.
const (
	maxDelivered = 10_000
	maxWaiting   = 10_000
)

// Wait is how long to wait after so many attempts, by chance from 0 to 1: half as
// long to half as long again, so that targets that were down are not asked by all
// at once.
func Wait(attempts int, chance float64) time.Duration {
	d := firstWait
	for range attempts - 1 {
		if d *= waitGrows; d >= longestWait {
			d = longestWait
			break
		}
	}
	return time.Duration(float64(d) * (0.5 + chance))
}

// Config is what a queue stands on.
type Config struct {
	Path     string // its file
	Webhooks []Webhook
	Mails    []Mail
	Agent    string // User-Agent
	Clock    func() time.Time
	Chance   func() float64 // from 0 to 1
	Log      *slog.Logger   // nil: none
	// Seal encrypts the file and Unseal reads it; nil: it is plain.
	Seal, Unseal func([]byte) ([]byte, error)
}

// Queue holds what is to be sent. It is safe for use by several goroutines.
type Queue struct {
	c    Config
	wake chan struct{}

	mu  sync.Mutex
	all []*entry
	one sync.Mutex // one round of attempts at a time
}

// queueVersion is the form of the file.
//
// 1: 2026-11 first.
const queueVersion = 1

type file struct {
	Version int      `json:"version"`
	All     []*entry `json:"all"`
}

// Open reads the queue. Errors: errs.Invalid for a target that cannot be used,
// errs.Internal for a file that cannot be read.
func Open(c Config) (_ *Queue, err error) {
	defer errs.Wrap(&err, "notify.Open")
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	names := map[string]bool{"": true}
	check := func(name string, err error) error {
		if err != nil {
			return err
		}
		if names[name] {
			return errs.New(errs.Invalid, "two targets are called %q, or one has no name", name).WithHint("Give each a name of its own.")
		}
		names[name] = true
		return nil
	}
	for _, w := range c.Webhooks {
		if err := check(w.Name, w.Check()); err != nil {
			return nil, err
		}
	}
	for _, m := range c.Mails {
		if err := check(m.Name, m.Check()); err != nil {
			return nil, err
		}
	}
	q := &Queue{c: c, wake: make(chan struct{}, 1)}
	return q, q.load()
}

func (q *Queue) load() error {
	data, err := os.ReadFile(q.c.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return diskError(err)
	}
	if q.c.Unseal != nil {
		if data, err = q.c.Unseal(data); err != nil {
			return err
		}
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil || f.Version != queueVersion {
		return errs.New(errs.Internal, "the file of messages that wait cannot be read").WithHint("Move it away to begin with none: %s", filepath.Base(q.c.Path))
	}
	q.all = slices.DeleteFunc(f.All, func(e *entry) bool { return e == nil })
	return nil
}

func diskError(err error) error {
	return errs.New(errs.Unavailable, "the file of messages that wait cannot be read or written").Because(err).WithHint("See that the node's folder is yours and has room.")
}

// save writes the queue so that it is there whole or as it was.
func (q *Queue) save() error {
	q.forget()
	data, err := json.Marshal(file{queueVersion, q.all})
	if err != nil {
		return err
	}
	if q.c.Seal != nil {
		if data, err = q.c.Seal(data); err != nil {
			return err
		}
	}
	if err := whole.Write(q.c.Path, data); err != nil {
		return diskError(err)
	}
	return nil
}

// forget drops the oldest deliveries that arrived when there are too many.
func (q *Queue) forget() {
	n := 0
	for _, e := range q.all {
		if e.State == Delivered {
			n++
		}
	}
	q.all = slices.DeleteFunc(q.all, func(e *entry) bool {
		drop := e.State == Delivered && n > maxDelivered
		if drop {
			n--
		}
		return drop
	})
}

// targets returns the names of all targets.
func (q *Queue) targets() []string {
	var out []string
	for _, w := range q.c.Webhooks {
		out = append(out, w.Name)
	}
	for _, m := range q.c.Mails {
		out = append(out, m.Name)
	}
	return out
}

// Add makes a message wait for every target that has not had it; when it returns
// nil it is on disk. Errors: errs.Unavailable when it cannot be written, or when
// too many wait.
func (q *Queue) Add(ctx context.Context, m Message) (err error) {
	defer errs.Wrap(&err, "notify.Add")
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	before, waiting := len(q.all), 0
	for _, e := range q.all {
		if e.State == Waiting {
			waiting++
		}
	}
	for _, target := range q.targets() {
		if slices.ContainsFunc(q.all, func(e *entry) bool { return e.ID == m.ID && e.Target == target }) {
			continue
		}
		if waiting++; waiting > maxWaiting {
			q.all = q.all[:before]
			return errs.New(errs.Unavailable, "%d messages wait already", maxWaiting).WithHint("See why they do not arrive: cordon alert deliveries.")
		}
		now := q.c.Clock().UTC()
		q.all = append(q.all, &entry{Delivery{ID: m.ID, Target: target, State: Waiting, Added: now, Next: now}, &m})
	}
	if len(q.all) == before {
		return nil
	}
	if err := q.save(); err != nil {
		q.all = q.all[:min(before, len(q.all))]
		return err
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// Round makes one attempt for everything whose time has come, and returns when the
// next one is due, zero for never.
func (q *Queue) Round(ctx context.Context) (next time.Time, err error) {
	defer errs.Wrap(&err, "notify.Round")
	q.one.Lock()
	defer q.one.Unlock()
	q.mu.Lock()
	due := slices.DeleteFunc(slices.Clone(q.all), func(e *entry) bool {
		return e.State != Waiting || e.Next.After(q.c.Clock())
	})
	q.mu.Unlock()
	for _, e := range due {
		if err := ctx.Err(); err != nil {
			return time.Time{}, err
		}
		f := q.attempt(ctx, e)
		if ctx.Err() != nil {
			return time.Time{}, ctx.Err() // it was cut off: that is no attempt
		}
		q.mu.Lock()
		q.note(e, f)
		err := q.save()
		q.mu.Unlock()
		if err != nil {
			return time.Time{}, err
		}
	}
	return q.next(), nil
}

func (q *Queue) attempt(ctx context.Context, e *entry) *failure {
	ctx, cancel := context.WithTimeout(ctx, 2*attemptTime)
	defer cancel()
	now := q.c.Clock().UTC()
	for _, w := range q.c.Webhooks {
		if w.Name == e.Target {
			return w.send(ctx, *e.Message, now, q.c.Agent)
		}
	}
	for _, m := range q.c.Mails {
		if m.Name == e.Target {
			return m.send(ctx, *e.Message, now)
		}
	}
	return &failure{why: "the target is not configured any more", final: true}
}

// note writes down what became of an attempt.
func (q *Queue) note(e *entry, f *failure) {
	now := q.c.Clock().UTC()
	e.Attempts++
	e.Last, e.Next, e.Why = now, time.Time{}, ""
	if f == nil {
		e.State, e.Message = Delivered, nil
		return
	}
	e.Why = f.why
	if f.final || e.Attempts >= MaxAttempts {
		e.State = Dead
		q.c.Log.Error("a message was given up", "message", e.ID, "target", e.Target, "why", f.why)
		return
	}
	e.Next = now.Add(max(Wait(e.Attempts, q.c.Chance()), f.after))
}

func (q *Queue) next() (next time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.all {
		if e.State == Waiting && (next.IsZero() || e.Next.Before(next)) {
			next = e.Next
		}
	}
	return next
}

// Run makes attempts as their times come, until ctx ends.
func (q *Queue) Run(ctx context.Context) error {
	for {
		next, err := q.Round(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			q.c.Log.Error("messages cannot be sent", "error", err)
			next = q.c.Clock().Add(time.Minute)
		}
		var timer *time.Timer
		var due <-chan time.Time
		if !next.IsZero() {
			timer = time.NewTimer(max(next.Sub(q.c.Clock()), time.Second))
			due = timer.C
		}
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-due:
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// Again makes deliveries that were given up wait again: of one message, "" for
// all. It returns how many.
func (q *Queue) Again(ctx context.Context, id string) (n int, err error) {
	defer errs.Wrap(&err, "notify.Again")
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.all {
		if e.State == Dead && (id == "" || e.ID == id) {
			e.State, e.Attempts, e.Next = Waiting, 0, q.c.Clock().UTC()
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	return n, q.save()
}

// Deliveries returns all deliveries that are remembered, the latest first.
func (q *Queue) Deliveries() []Delivery {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := []Delivery{}
	for _, e := range q.all {
		out = append(out, e.Delivery)
	}
	slices.SortStableFunc(out, func(a, b Delivery) int {
		return cmp.Or(b.Added.Compare(a.Added), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Target, b.Target))
	})
	return out
}
