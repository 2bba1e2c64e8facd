// Package events sends changes of the journal as server-sent events (WHATWG HTML,
// section 9.2).
//
// In comes a request and who asks; out goes a stream: for each version that the
// subscriber may see an event with the object's type as its name and an [Event] as its
// data. Last-Event-ID resumes behind an event; without it the stream begins now, or
// with from=start at the journal's beginning.
//
// Guarantees: what the subscriber may not see takes no part, decided inside the query,
// and shows in nothing: not in ids, which are enciphered numbers, not in heartbeats,
// which come by the clock, not in the id that a stream opens with. Nothing is lost or
// repeated for a subscriber who resumes. One who does not read holds nothing of the
// journal and is dropped.
//
// It refuses ids that it did not give to this subscriber, and more than [MaxStreams].
package events

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
)

// Event is one change of the journal as a subscriber gets it. It has no number: how
// many numbers lie between two changes would tell how much the subscriber may not see.
type Event struct {
	ID      string    `json:"id"`
	Type    string    `json:"type"`
	Version string    `json:"version,omitempty"`
	TLP     string    `json:"tlp"`
	At      time.Time `json:"at" doc:"When this node accepted it"`
	Erased  bool      `json:"erased,omitempty"`
}

// read is what changes are wanted for.
const read = policy.Reading

// Limits of subscriptions.
const (
	// MaxStreams is how many subscriptions a node serves at once.
	MaxStreams = 256
	// eventBatch is how many changes are read at once: so long, and no longer, a slow
	// subscriber holds a reader of the journal.
	eventBatch = 500
	// heartbeat is how often a subscriber hears that the stream lives. It beats by the
	// clock alone, whatever comes into the journal.
	heartbeat = 15 * time.Second
	// eventTime is how long a subscriber may take to read what was written. One that
	// takes longer is dropped and resumes with Last-Event-ID.
	eventTime = 10 * time.Second
)

// cursor makes ids of events: the sequence number and eight zero bytes, enciphered in
// one block under a key of the subscriber's own. Whoever has the id learns nothing of
// the number, and an id that was not given to this subscriber does not decipher to
// zeros (but for one in 2^64).
type cursor struct {
	block cipher.Block
}

func newCursor(secret []byte, v policy.Viewer, p policy.Purpose) (cursor, error) {
	mac := hmac.New(sha256.New, secret)
	holds := make([]string, 0, len(v.Holds))
	for id, held := range v.Holds {
		if held {
			holds = append(holds, id)
		}
	}
	slices.Sort(holds)
	fmt.Fprintf(mac, "cordon events 1\x00%q\x00%q\x00%d\x00%q\x00%q", v.Name, v.Org, v.Clearance, holds, p)
	block, err := aes.NewCipher(mac.Sum(nil))
	return cursor{block}, err
}

func (c cursor) id(seq int64) string {
	var b [aes.BlockSize]byte
	binary.BigEndian.PutUint64(b[:], uint64(seq)) //nolint:gosec // never negative
	c.block.Encrypt(b[:], b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (c cursor) seq(id string) (int64, error) {
	b, err := base64.RawURLEncoding.DecodeString(id)
	if err == nil && len(b) == aes.BlockSize {
		c.block.Decrypt(b, b)
		if n := binary.BigEndian.Uint64(b); binary.BigEndian.Uint64(b[8:]) == 0 && n>>63 == 0 {
			return int64(n), nil
		}
	}
	return 0, errs.New(errs.Invalid, "the id of the last event is none that this node gave to you").
		WithHint("Rights or the node's key may have changed: begin anew without Last-Event-ID.")
}

// Config is what a server stands on. All fields but Stopping are needed.
type Config struct {
	Journal journal.Journal
	// Changed returns a channel that is closed at the next change of the journal.
	Changed func() <-chan struct{}
	// Key is the secret under which ids are made.
	Key []byte
	// Stopping is closed when subscriptions are to end. Nil: never.
	Stopping <-chan struct{}
}

// Server serves subscriptions.
type Server struct {
	c           Config
	subscribers chan struct{} // one token for each that is served
}

// New returns a server.
func New(c Config) *Server { return &Server{c: c, subscribers: make(chan struct{}, MaxStreams)} }

// Serve serves one subscription until its reader has gone or is too slow. An error
// comes before the first byte: errs.Unavailable for too many subscribers, errs.Invalid
// for an id that is none.
func (s *Server) Serve(w http.ResponseWriter, r *http.Request, v policy.Viewer) error {
	select {
	case s.subscribers <- struct{}{}:
		defer func() { <-s.subscribers }()
	default:
		w.Header().Set("Retry-After", "30")
		return errs.New(errs.Unavailable, "the node serves %d subscribers already", MaxStreams).WithHint("Try again later.")
	}
	return s.subscribe(w, r, v)
}

// subscribe serves one subscription. An error comes before the first byte.
func (s *Server) subscribe(w http.ResponseWriter, r *http.Request, v policy.Viewer) error {
	c, err := newCursor(s.c.Key, v, read)
	if err != nil {
		return err
	}
	st := &subscription{s: s, w: w, control: http.NewResponseController(w), cursor: c, viewer: v}
	if t := r.URL.Query().Get("type"); t != "" {
		st.types = strings.Split(t, ",")
	}
	switch last := r.Header.Get("Last-Event-ID"); {
	case last != "":
		st.after, err = c.seq(last)
	case r.URL.Query().Get("from") != "start":
		st.after, err = st.newest(r.Context())
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	defer func() { _ = st.control.SetWriteDeadline(time.Time{}) }()
	st.run(r.Context())
	return nil
}

type subscription struct {
	s       *Server
	w       http.ResponseWriter
	control *http.ResponseController
	cursor  cursor
	viewer  policy.Viewer
	types   []string
	after   int64
}

// run sends what comes until the subscriber has gone or is too slow.
func (st *subscription) run(ctx context.Context) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	// An id without data: a subscriber who loses the connection before the first event
	// resumes here. It is that of the newest change that the subscriber may see, so it
	// stays the same whatever else comes in.
	if !st.send("id: " + st.cursor.id(st.after) + "\n\n") {
		return
	}
	for {
		changed := st.s.c.Changed()
		more, err := st.batch(ctx)
		if err != nil {
			return // it resumes
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-st.s.c.Stopping:
			return
		case <-changed:
		case <-beat.C:
			if !st.send(": \n\n") {
				return
			}
		}
	}
}

// newest is the number of the newest change that the subscriber may see, 0 for none.
func (st *subscription) newest(ctx context.Context) (int64, error) {
	for e, err := range st.s.c.Journal.Scan(ctx, st.viewer, journal.Query{Types: st.types, Newest: true, Limit: 1, Purpose: read}) {
		return e.Seq, err
	}
	return 0, nil
}

// batch sends some changes; more says that there may be others. They are read before
// they are sent, so that a subscriber who does not read holds nothing of the journal.
func (st *subscription) batch(ctx context.Context) (more bool, err error) {
	var all []journal.Entry
	head, err := st.s.c.Journal.Head(ctx)
	if err != nil {
		return false, err
	}
	q := journal.Query{After: st.after, Types: st.types, Limit: eventBatch, Purpose: read}
	for e, err := range st.s.c.Journal.Scan(ctx, st.viewer, q) {
		if err != nil {
			return false, err
		}
		e.Canonical = nil
		all = append(all, e)
	}
	for _, e := range all {
		if !st.send(st.event(e)) {
			return false, http.ErrHandlerTimeout
		}
		st.after = e.Seq
	}
	if len(all) == eventBatch {
		return true, nil
	}
	st.after = max(st.after, head) // nothing of it is for this subscriber
	return false, nil
}

func (st *subscription) event(e journal.Entry) string {
	b, err := json.Marshal(Event{ID: e.ID, Type: e.Type, Version: e.Version, TLP: policy.Level(e.Label).String(), At: e.At, Erased: e.Erased})
	if err != nil {
		return ""
	}
	return "id: " + st.cursor.id(e.Seq) + "\nevent: " + e.Type + "\ndata: " + string(b) + "\n\n"
}

// send writes a piece of the stream and reports whether the subscriber reads.
func (st *subscription) send(text string) bool {
	_ = st.control.SetWriteDeadline(time.Now().Add(eventTime)) // not within one process, where nobody stops reading
	if _, err := st.w.Write([]byte(text)); err != nil {
		return false
	}
	return st.control.Flush() == nil
}
