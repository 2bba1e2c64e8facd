package lockout_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/auth/lockout"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func TestWaitsDoubleWithEachFailure(t *testing.T) {
	c := newClock()
	g := lockout.New(c.now)
	var waits []time.Duration
	for tries := 0; tries < lockout.FreePair+14; {
		_, wait := g.Begin("192.0.2.1:4711", "someone")
		if wait == 0 {
			tries++
			continue
		}
		waits = append(waits, wait)
		c.at = c.at.Add(wait)
	}
	want := lockout.First
	for i, w := range waits {
		if w != want {
			t.Errorf("wait %d is %s, not %s", i, w, want)
		}
		want = min(2*want, lockout.Longest)
	}
	if len(waits) < 12 || waits[len(waits)-1] != lockout.Longest {
		t.Errorf("the waits are %v", waits)
	}
	c.at = c.at.Add(lockout.Forgotten)
	for range lockout.FreePair {
		if _, wait := g.Begin("192.0.2.1:1", "someone"); wait != 0 {
			t.Errorf("after an hour one still waits for %s", wait)
		}
	}
}

func TestNobodyCanLockAnAccountForOthers(t *testing.T) {
	c := newClock()
	g := lockout.New(c.now)
	for i := range 10_000 { // from many addresses, as fast as it goes
		g.Begin(fmt.Sprintf("198.51.%d.%d:1", i/200%200, i%200), "owner")
	}
	if _, wait := g.Begin("192.0.2.9:5", "owner"); wait != 0 {
		t.Errorf("its owner waits for %s at another address", wait)
	}
}

func TestManyAtOnceAreNoWayRound(t *testing.T) {
	g := lockout.New(newClock().now)
	var mu sync.Mutex
	var all sync.WaitGroup
	tried := 0
	for range 500 {
		all.Go(func() {
			if _, wait := g.Begin("192.0.2.1:1", "someone"); wait == 0 {
				mu.Lock()
				tried++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if tried != lockout.FreePair+1 {
		t.Errorf("%d of 500 attempts at once were looked at", tried)
	}
}

func TestAnAccountOfOnesOwnDoesNotClearTheAddress(t *testing.T) {
	c := newClock()
	g := lockout.New(c.now)
	tried := 0
	for i := range 1000 {
		if own, wait := g.Begin("192.0.2.1:1", "mine"); wait == 0 {
			own.Passed()
		}
		if _, wait := g.Begin("192.0.2.1:1", fmt.Sprint("other", i)); wait == 0 {
			tried++
		}
	}
	if tried > lockout.FreeAddress+1 {
		t.Errorf("%d accounts could be tried", tried)
	}
}

func TestPassingBeginsAnew(t *testing.T) {
	g := lockout.New(newClock().now)
	for range 1000 {
		a, wait := g.Begin("192.0.2.1:1", "someone")
		if wait != 0 {
			t.Fatalf("who is let in each time waits for %s", wait)
		}
		a.Passed()
	}
	lockout.Attempt{}.Passed() // of an attempt that never was: nothing
}

func TestOneSubscriberIsOneAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "192.0.2.1": "192.0.2.1", "[::ffff:192.0.2.1]:80": "192.0.2.1",
		"[2001:db8:1:2:3::4]:80": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::1": "2001:db8:1:2::/64", "[fe80::1%eth0]:80": "fe80::/64", "nonsense": "nonsense",
	} {
		if got := lockout.Network(remote); got != want {
			t.Errorf("%s counts as %s, not %s", remote, got, want)
		}
	}
}

// TestNeitherTheWaitNorTheMemoryIsUnbounded also shows that an account that does not
// exist cannot be told from one that does: the guard knows no accounts.
func TestNeitherTheWaitNorTheMemoryIsUnbounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		g := lockout.New(c.now)
		for range rapid.IntRange(1, 200).Draw(t, "attempts") {
			a, wait := g.Begin(rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2"}).Draw(t, "address"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "account"))
			if wait < 0 || wait > lockout.Longest {
				t.Fatalf("a wait of %s", wait)
			}
			if rapid.Bool().Draw(t, "passes") {
				a.Passed()
			}
			c.at = c.at.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, "seconds")) * time.Second)
		}
	})
	g := lockout.New(newClock().now)
	for i := range 3 * lockout.MaxEntries {
		g.Begin(fmt.Sprint("10.", i>>16, ".", i>>8&255, ".", i&255), "someone")
	}
	if n := g.Remembered(); n > lockout.MaxEntries {
		t.Errorf("%d entries are remembered", n)
	}
}
