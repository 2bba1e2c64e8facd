package flow_test

import (
	"crypto/rand"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cordon-project/cordon/auth/flow"
	"github.com/cordon-project/cordon/errs"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

type step struct{ Nonce string }

func newSealer(t testing.TB, c *clock) *flow.Sealer {
	t.Helper()
	s, err := flow.New(rand.Reader, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sealed(t testing.TB, s *flow.Sealer) string {
	t.Helper()
	token, err := s.Seal("oidc", time.Minute, step{"n-1"})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestATokenComesBackOnceUntilItsEnd(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s := newSealer(t, c)
	token, late := sealed(t, s), sealed(t, s)
	var got step
	if err := s.Open("oidc", token, &got); err != nil || got.Nonce != "n-1" {
		t.Fatalf("%+v, %v", got, err)
	}
	if strings.Contains(token, "n-1") {
		t.Error("the token can be read")
	}
	if err := s.Spend("oidc", token); err != nil {
		t.Fatal(err)
	}
	if err := s.Spend("oidc", token); !errs.Is(err, errs.Denied) {
		t.Errorf("it is spent twice: %v", err)
	}
	if err := s.Open("oidc", token, &got); !errs.Is(err, errs.Denied) {
		t.Errorf("it opens after it was spent: %v", err)
	}
	c.at = c.at.Add(time.Minute)
	if err := s.Open("oidc", late, &got); !errs.Is(err, errs.Denied) {
		t.Errorf("it opens at its end: %v", err)
	}
}

func TestWhatWasNotSealedHereForThisIsRefused(t *testing.T) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s := newSealer(t, c)
	good := sealed(t, s)
	first := "A"
	if good[0] == 'A' {
		first = "B"
	}
	for what, token := range map[string]string{
		"empty": "", "no base 64": "%%%", "short": "YWJj", "another node's": sealed(t, newSealer(t, c)),
		"cut": good[:len(good)-4], "changed": first + good[1:], "long": strings.Repeat("A", 1<<20), "a line end": good + "\n",
	} {
		if err := s.Open("oidc", token, new(step)); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Open("passkey", good, new(step)); !errs.Is(err, errs.Denied) {
		t.Errorf("it opens for another step: %v", err)
	}
	if _, err := s.Seal("oidc", time.Minute, step{strings.Repeat("n", 4000)}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a step longer than a cookie: %v", err)
	}
}

func TestOfManyRequestsWithOneTokenOneGoesOn(t *testing.T) {
	s := newSealer(t, &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	token := sealed(t, s)
	var went atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if s.Spend("oidc", token) == nil {
				went.Add(1)
			}
		})
	}
	all.Wait()
	if went.Load() != 1 {
		t.Errorf("%d went on", went.Load())
	}
}
