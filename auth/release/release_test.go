package release_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/auth/release"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// world is a desk with the people of a test.
type world struct {
	*release.Desk
	dir    string
	at     time.Time
	people map[string]release.Person
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "w")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{dir: dir, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), people: map[string]release.Person{}}
	for _, id := range []string{"releaser-1", "releaser-2", "releaser-3", "analyst", "program"} {
		w.people[id] = release.Person{ID: id, Name: id, Human: id != "program", Releaser: id != "analyst"}
	}
	w.open(t)
	return w
}

func (w *world) open(t testing.TB) {
	t.Helper()
	var err error
	w.Desk, err = release.Open(release.Config{
		Path: w.dir, Clock: func() time.Time { return w.at }, Random: rand.Reader, Above: policy.Amber,
		Who: func(id string) (release.Person, error) {
			p, ok := w.people[id]
			if !ok {
				return p, errs.New(errs.NotFound, "nobody")
			}
			return p, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) reopen(t testing.TB) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.open(t)
}

func question(level policy.TLP) release.Question {
	return release.Question{
		Objects: []release.Object{{ID: "indicator--1", Version: "v1", SHA256: strings.Repeat("ab", 32)}, {ID: "indicator--2", SHA256: strings.Repeat("cd", 32)}},
		Partner: "identity--partner", Marking: level, Reason: "asked for in the working group",
	}
}

func (w *world) ask(t testing.TB, by string, level policy.TLP) release.Request {
	t.Helper()
	r, err := w.Ask(t.Context(), w.people[by], question(level))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) approve(t testing.TB, by string, r release.Request) (release.Request, error) {
	t.Helper()
	return w.Approve(t.Context(), w.people[by], r.ID, r.Digest)
}

func TestOneReleaserUpToAMarkingTwoAboveIt(t *testing.T) {
	w := newWorld(t)
	for level, needs := range map[policy.TLP]int{policy.Clear: 1, policy.Green: 1, policy.Amber: 1, policy.AmberStrict: 2, policy.Red: 2} {
		r := w.ask(t, "analyst", level)
		if r.Needs != needs || r.State != release.Asked {
			t.Fatalf("%s needs %d approvals and is %s", level, r.Needs, r.State)
		}
		for i := range needs {
			if _, err := w.Take(t.Context(), w.people["releaser-1"], r.ID); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s is taken up with %d approvals: %v", level, i, err)
			}
			got, err := w.approve(t, []string{"releaser-1", "releaser-2"}[i], r)
			if err != nil || (got.State == release.Approved) != (i+1 == needs) {
				t.Fatalf("%s after %d approvals: %s, %v", level, i+1, got.State, err)
			}
			w.reopen(t)
		}
		if _, err := w.Take(t.Context(), w.people["releaser-1"], r.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Take(t.Context(), w.people["releaser-2"], r.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s is taken up twice: %v", level, err)
		}
		got, err := w.Done(t.Context(), w.people["releaser-1"], r.ID)
		if err != nil || got.State != release.Released || len(got.History) != needs+3 {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

func TestNobodyCountsTwiceAndOnlyReleasersCount(t *testing.T) {
	w := newWorld(t)
	r := w.ask(t, "releaser-1", policy.Red)
	for by, want := range map[string]errs.Kind{"analyst": errs.Denied, "program": errs.Denied} {
		if _, err := w.approve(t, by, r); !errs.Is(err, want) {
			t.Errorf("%s approves: %v", by, err)
		}
	}
	if _, err := w.approve(t, "releaser-1", r); err != nil {
		t.Errorf("who asked is one of the two: %v", err)
	}
	if _, err := w.approve(t, "releaser-1", r); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	other := r
	other.Digest = strings.Repeat("0", 64)
	if _, err := w.approve(t, "releaser-2", other); !errs.Is(err, errs.Conflict) {
		t.Errorf("of something else: %v", err)
	}
	got, err := w.approve(t, "releaser-2", r)
	if err != nil || got.State != release.Approved {
		t.Fatalf("%s, %v", got.State, err)
	}
	// Who has lost the role, or left, does not count when it is sent.
	for _, lost := range []func(){
		func() { w.people["releaser-2"] = release.Person{ID: "releaser-2", Name: "releaser-2", Human: true} },
		func() { delete(w.people, "releaser-2") },
	} {
		lost()
		if _, err := w.Take(t.Context(), w.people["releaser-1"], r.ID); !errs.Is(err, errs.Denied) {
			t.Errorf("it is taken up with one who counts: %v", err)
		}
	}
}

func TestARequestEndsByRejectionWithdrawalFailureOrTime(t *testing.T) {
	w := newWorld(t)
	r := w.ask(t, "analyst", policy.Green)
	if _, err := w.Reject(t.Context(), w.people["analyst"], r.ID, "no"); !errs.Is(err, errs.Denied) {
		t.Errorf("an analyst rejects: %v", err)
	}
	if _, err := w.Reject(t.Context(), w.people["releaser-1"], r.ID, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if got, err := w.Reject(t.Context(), w.people["releaser-1"], r.ID, "the source objects"); err != nil || got.State != release.Rejected {
		t.Errorf("%s, %v", got.State, err)
	}
	r = w.ask(t, "analyst", policy.Green)
	if _, err := w.Withdraw(t.Context(), w.people["releaser-1"], r.ID, "no"); !errs.Is(err, errs.Denied) {
		t.Errorf("another withdraws: %v", err)
	}
	if got, err := w.Withdraw(t.Context(), w.people["analyst"], r.ID, "not needed"); err != nil || got.State != release.Withdrawn {
		t.Errorf("%s, %v", got.State, err)
	}
	r = w.ask(t, "analyst", policy.Green)
	if _, err := w.approve(t, "releaser-1", r); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Take(t.Context(), w.people["releaser-1"], r.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Fail(t.Context(), w.people["releaser-1"], r.ID, "the partner does not answer"); err != nil || got.State != release.Failed {
		t.Errorf("%s, %v", got.State, err)
	}
	r = w.ask(t, "analyst", policy.Green)
	w.at = w.at.Add(release.Life)
	if _, err := w.approve(t, "releaser-1", r); !errs.Is(err, errs.Conflict) {
		t.Errorf("past its time: %v", err)
	}
	w.reopen(t)
	var states []string
	for _, r := range w.List() {
		states = append(states, string(r.State))
	}
	if got := strings.Join(states, " "); got != "rejected withdrawn failed expired" {
		t.Errorf("they are %s", got)
	}
	if n := len(w.List(release.Expired)); n != 1 {
		t.Errorf("%d are expired", n)
	}
	if _, err := w.Get("release-none"); !errs.Is(err, errs.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestWhatCannotBeAskedForIsRefused(t *testing.T) {
	w := newWorld(t)
	for what, spoil := range map[string]func(q *release.Question){
		"no object":    func(q *release.Question) { q.Objects = nil },
		"too many":     func(q *release.Question) { q.Objects = make([]release.Object, release.MaxObjects+1) },
		"no hash":      func(q *release.Question) { q.Objects[0].SHA256 = "" },
		"twice":        func(q *release.Question) { q.Objects[1].ID = q.Objects[0].ID },
		"no partner":   func(q *release.Question) { q.Partner = " " },
		"no reason":    func(q *release.Question) { q.Reason = "" },
		"a long one":   func(q *release.Question) { q.Reason = strings.Repeat("x", release.MaxText+1) },
		"a bad level":  func(q *release.Question) { q.Marking = 9 },
		"control sign": func(q *release.Question) { q.Reason = "a\x1b[2J" },
	} {
		q := question(policy.Green)
		spoil(&q)
		if _, err := w.Ask(t.Context(), w.people["analyst"], q); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAFileThatWasChangedReleasesNothing(t *testing.T) {
	w := newWorld(t)
	r := w.ask(t, "analyst", policy.Red)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(w.dir, release.File)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(b), `"needs":2`, `"needs":0`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := release.Open(release.Config{Path: w.dir, Clock: func() time.Time { return w.at }}); !errs.Is(err, errs.Internal) {
		t.Errorf("%s opens: %v", r.ID, err)
	}
}

// TestNothingIsReleasedWithoutItsApprovals does steps at random, by anybody, and
// demands that what was released had its releasers, whatever the order.
func TestNothingIsReleasedWithoutItsApprovals(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		defer w.Close()
		r := w.ask(t, "analyst", rapid.SampledFrom([]policy.TLP{policy.Amber, policy.AmberStrict}).Draw(rt, "level"))
		who := slices.Sorted(func(yield func(string) bool) {
			for id := range w.people {
				if !yield(id) {
					return
				}
			}
		})
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			by := w.people[rapid.SampledFrom(who).Draw(rt, "by")]
			switch rapid.SampledFrom([]string{"approve", "take", "done", "fail", "withdraw", "reject", "demote"}).Draw(rt, "step") {
			case "approve":
				_, _ = w.Approve(t.Context(), by, r.ID, r.Digest)
			case "take":
				_, _ = w.Take(t.Context(), by, r.ID)
			case "done":
				_, _ = w.Done(t.Context(), by, r.ID)
			case "fail":
				_, _ = w.Fail(t.Context(), by, r.ID, "x")
			case "withdraw":
				_, _ = w.Withdraw(t.Context(), by, r.ID, "x")
			case "reject":
				_, _ = w.Reject(t.Context(), by, r.ID, "x")
			case "demote":
				by.Releaser = false
				w.people[by.ID] = by
			}
		}
		got, err := w.Get(r.ID)
		if err != nil {
			rt.Fatal(err)
		}
		releasers := map[string]bool{}
		for _, e := range got.History {
			switch e.Kind {
			case release.Approved:
				if e.By == "analyst" || e.By == "program" {
					rt.Fatalf("%s approved", e.By)
				}
				releasers[e.By] = true
			case release.Releasing:
				if len(releasers) < r.Needs {
					rt.Fatalf("it was taken up with %d of %d releasers", len(releasers), r.Needs)
				}
			}
		}
		w.reopen(t)
		if again, err := w.Get(r.ID); err != nil || again.State != got.State {
			rt.Fatalf("it is %s, and %s after a start: %v", got.State, again.State, err)
		}
	})
}
