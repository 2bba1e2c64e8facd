package taxii

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// errBusy says that the server has no room now; it is answered 429 with
// Retry-After.
var errBusy = errors.New("no room now")

// quotas hold each client to its rate and number of requests, and all bodies
// together to a number of bytes.
type quotas struct {
	limits  Limits
	clock   func() time.Time
	mu      sync.Mutex
	clients map[string]*usage
	bytes   int64 // of bodies that are held
	bodies  int
	writers chan struct{} // one token for each envelope that is worked on
}

// usage is what one client does.
type usage struct {
	rate     *rate.Limiter
	requests int
	seen     time.Time // last request
	refused  int64
	total    int64
}

func newQuotas(l Limits, clock func() time.Time) *quotas {
	return &quotas{limits: l, clock: clock, clients: map[string]*usage{}, writers: make(chan struct{}, l.Writers)}
}

// maxClients bounds how many clients are remembered; those that are idle go.
const maxClients = 10_000

// enter admits a request. leave has to be called when it has ended.
func (q *quotas) enter(client string) (leave func(), err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	u := q.clients[client]
	if u == nil {
		if len(q.clients) >= maxClients {
			for n, v := range q.clients {
				if v.requests == 0 {
					delete(q.clients, n)
				}
			}
		}
		u = &usage{rate: rate.NewLimiter(rate.Limit(q.limits.Requests), q.limits.Burst)}
		q.clients[client] = u
	}
	now := q.clock()
	u.seen = now
	u.total++
	if u.requests >= q.limits.PerClient || !u.rate.AllowN(now, 1) {
		u.refused++
		return nil, errBusy
	}
	u.requests++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		u.requests--
	}, nil
}

// hold admits the bytes of a body before any of them is read.
func (q *quotas) hold(n int64) (release func(), err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.bytes+n > q.limits.InFlight || q.bodies >= q.limits.Writers+q.limits.Queue {
		return nil, errBusy
	}
	q.bytes += n
	q.bodies++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.bytes -= n
		q.bodies--
	}, nil
}

// turn waits for the right to read and append an envelope. Who waits has been
// let in by hold, so the queue is bounded.
func (q *quotas) turn(ctx context.Context) (done func(), err error) {
	select {
	case q.writers <- struct{}{}:
		return func() { <-q.writers }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// errTooLarge says that a body has more bytes than it may.
var errTooLarge = errors.New("the body is too large")

// bounded reads up to a number of bytes and fails beyond.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
