// Package lockout slows down who tries to be let in and fails, again and again.
//
// In comes an attempt with the address that it comes from and the account that it
// is for ([Guard.Begin]); out comes how long to wait, nothing for the first few, then
// a time that doubles with each failure up to a bound. Two things are counted: the
// pair of address and account, and the address.
//
// Guarantees: an attempt counts as failed from its beginning until [Attempt.Passed],
// so that many at once are no way round. An account alone is never counted: whoever
// fails for it from one address locks it for that address and for nobody else, so
// nobody can keep its owner out. Accounts that do not exist are counted like those
// that do. Memory is bounded; what was tried longest ago is forgotten first. The
// waiting times follow from the clock that is passed in and nothing else.
package lockout

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// The waiting times.
const (
	FreePair    = 5                // attempts for one account from one address without a wait
	FreeAddress = 50               // attempts from one address without a wait: many people may share it
	First       = time.Second      // the first wait
	Longest     = 15 * time.Minute // the longest
	Forgotten   = time.Hour        // after so long without an attempt it begins anew
	MaxEntries  = 1 << 16          // pairs and addresses that are remembered
)

// Guard counts attempts. Make it with New.
type Guard struct {
	mu    sync.Mutex
	now   func() time.Time
	by    map[entryKey]*list.Element
	order *list.List // of *entry, the latest in front
}

type entryKey struct {
	address string
	account string
	alone   bool // the address whatever the account
}

type entry struct {
	key    entryKey
	failed int
	last   time.Time
	until  time.Time // before this moment nothing is tried
}

// New returns a guard that has seen nothing.
func New(clock func() time.Time) *Guard {
	return &Guard{now: clock, by: map[entryKey]*list.Element{}, order: list.New()}
}

// Attempt is one try that has begun.
type Attempt struct {
	g    *Guard
	keys []entryKey
}

// Begin counts an attempt. A wait above nothing says that it must not be looked at,
// and when to come again; it is not counted then.
func (g *Guard) Begin(address, account string) (Attempt, time.Duration) {
	at := Network(address)
	keys := []entryKey{{at, account, false}, {at, "", true}}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	for _, k := range keys {
		if e, ok := g.by[k]; ok {
			if wait := e.Value.(*entry).until.Sub(now); wait > 0 {
				return Attempt{}, wait
			}
		}
	}
	for _, k := range keys {
		g.count(k, now)
	}
	return Attempt{g, keys}, 0
}

// count adds a failure and says how long nothing is tried from now on.
func (g *Guard) count(k entryKey, now time.Time) {
	el, ok := g.by[k]
	if !ok {
		for len(g.by) >= MaxEntries {
			g.drop(g.order.Back())
		}
		el = g.order.PushFront(&entry{key: k})
		g.by[k] = el
	}
	g.order.MoveToFront(el)
	e := el.Value.(*entry)
	if now.Sub(e.last) >= Forgotten {
		e.failed = 0
	}
	e.failed++
	e.last = now
	free := FreePair
	if k.alone {
		free = FreeAddress
	}
	e.until = now.Add(delay(e.failed - free))
}

// delay is the wait after so many failures beyond the free ones.
func delay(over int) time.Duration {
	if over <= 0 {
		return 0
	}
	d := First
	for range over - 1 {
		if d *= 2; d >= Longest {
			return Longest
		}
	}
	return d
}

func (g *Guard) drop(el *list.Element) {
	g.order.Remove(el)
	delete(g.by, el.Value.(*entry).key)
}

// Remembered is how many pairs and addresses are counted now.
func (g *Guard) Remembered() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.by)
}

// Passed takes an attempt back that was let in. The pair begins anew; of the address
// only this one is taken back, so that who has an account of their own cannot clear
// it between tries for others.
func (a Attempt) Passed() {
	if a.g == nil {
		return
	}
	a.g.mu.Lock()
	defer a.g.mu.Unlock()
	for _, k := range a.keys {
		el, ok := a.g.by[k]
		if !ok {
			continue
		}
		e := el.Value.(*entry)
		if e.failed--; !k.alone || e.failed <= 0 {
			a.g.drop(el)
			continue
		}
		e.until = time.Time{}
	}
}

// Network returns what of a remote address is counted: an IPv4 address, or the /64 of
// an IPv6 one, which one subscriber has as a whole (RFC 6177). A text that is no
// address counts as itself.
func Network(remote string) string {
	a, err := netip.ParseAddr(remote)
	if err != nil {
		p, err := netip.ParseAddrPort(remote)
		if err != nil {
			return remote[:min(len(remote), 64)]
		}
		a = p.Addr()
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}
