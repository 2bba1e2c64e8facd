package journal_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// TestThePastIsTheJournalOfThen holds that a journal as it stood is, to every
// reader and to a projection, what a journal is that had ended there: with
// versions in any order, observables in variants, and labels of any height.
func TestThePastIsTheJournalOfThen(t *testing.T) {
	viewers := []policy.Viewer{{Name: "all", Clearance: policy.Red}, {Name: "green", Clearance: policy.Green}, policy.Public}
	rapid.Check(t, func(rt *rapid.T) {
		now, then := open(t), open(t)
		marks := rapid.SampledFrom([]policy.TLP{policy.Clear, policy.Green, policy.Red})
		of := map[string]string{} // one id has one marking: a newer one governs the older, in the past too
		object := rapid.Custom(func(t *rapid.T) stix.Object {
			n := rapid.IntRange(0, 4).Draw(t, "n")
			kind := rapid.SampledFrom([]string{"indicator", "domain"}).Draw(t, "kind")
			key := fmt.Sprint(kind, n)
			if of[key] == "" {
				of[key] = policy.MarkingID(marks.Draw(t, "marking"))
			}
			if kind == "domain" {
				o := journaltest.Domain(n, of[key])
				o["x_note"] = fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "variant"))
				return o
			}
			return journaltest.Indicator(n, rapid.IntRange(0, 5).Draw(t, "version"), of[key])
		})
		add := func(s *sqlite.Store, all []stix.Object) {
			if _, err := s.Append(t.Context(), journal.Batch{Objects: all}); err != nil {
				rt.Fatal(err)
			}
		}
		before := rapid.SliceOfN(object, 1, 15).Draw(rt, "before")
		add(now, before)
		add(then, before)
		head, err := then.Head(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		add(now, rapid.SliceOfN(object, 0, 15).Draw(rt, "after"))
		past := journal.NewPast(now, head, nil)
		for _, v := range viewers {
			if a, b := looked(rt, past, v, before), looked(rt, then, v, before); !slices.Equal(a, b) {
				rt.Fatalf("%s sees\n%s\nand saw\n%s", v.Name, a, b)
			}
		}
		if a, b := projected(rt, past, now, head), projected(rt, journal.NewPast(then, head, nil), then, head); !slices.Equal(a, b) {
			rt.Fatalf("a projection has\n%s\nand had\n%s", a, b)
		}
	})
}

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Clock: journaltest.Clock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// looked is all that a reader gets.
func looked(t *rapid.T, j journal.Journal, v policy.Viewer, objects []stix.Object) (out []string) {
	ctx := context.Background()
	for _, q := range []journal.Query{{}, {Latest: true}, {Types: []string{"indicator"}, Latest: true, Limit: 2}, {Newest: true, Limit: 3}} {
		q.Purpose = policy.Reading
		for e, err := range j.Scan(ctx, v, q) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprintf("%+v %d %s", q.Types, e.Seq, e.Canonical))
		}
	}
	for _, o := range objects {
		e, err := j.Get(ctx, v, policy.Reading, o.ID())
		out = append(out, fmt.Sprintf("%d %s %t", e.Seq, e.Canonical, errs.Is(err, errs.Withheld)))
	}
	return out
}

// projected is what a projection has.
func projected(t *rapid.T, p *journal.Past, s *sqlite.Store, head int64) (out []string) {
	shelf := journal.NewMemoryShelf(time.Now)
	if err := p.Project(context.Background(), s.Feed(context.Background(), 0, head), journaltest.Index{}, shelf); err != nil {
		t.Fatal(err)
	}
	for r, err := range shelf.All(context.Background(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%q %s %q", r.Key, r.Label, r.Value))
	}
	return out
}

func TestNothingIsAddedToThePast(t *testing.T) {
	s := open(t)
	if _, err := journal.NewPast(s, 0, nil).Append(t.Context(), journal.Batch{Objects: []stix.Object{journaltest.Author()}}); !errs.Is(err, errs.Denied) {
		t.Errorf("it gave %v", err)
	}
	if head, _ := s.Head(t.Context()); head != 0 {
		t.Error("the journal has an entry")
	}
}

func TestAMemoryShelfShowsWhatAViewerMaySee(t *testing.T) {
	m := journal.NewMemoryShelf(time.Now)
	red, clear := label(t, policy.Red), label(t, policy.Clear)
	for _, r := range []struct {
		key   string
		label policy.Label
	}{{"a1", clear}, {"a2", red}, {"b1", clear}, {"a3", clear}} {
		if err := m.Put([]byte(r.key), r.label, []byte("v"+r.key)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Delete([]byte("a3")); err != nil {
		t.Fatal(err)
	}
	m.Settle(4)
	keys := func(v policy.Viewer) (out []string) {
		for r, err := range m.Scan(t.Context(), v, policy.Reading, []byte("a")) {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(r.Key))
		}
		return out
	}
	if got := keys(policy.Public); !slices.Equal(got, []string{"a1"}) {
		t.Errorf("the public sees %v", got)
	}
	if got := keys(policy.Viewer{Clearance: policy.Red}); !slices.Equal(got, []string{"a1", "a2"}) {
		t.Errorf("the owner sees %v", got)
	}
	if _, ok, _ := m.Get(t.Context(), policy.Public, policy.Reading, []byte("a2")); ok {
		t.Error("the public gets a red row")
	}
	if r, ok, _ := m.Get(t.Context(), policy.Public, policy.Reading, []byte("b1")); !ok || string(r.Value) != "vb1" {
		t.Errorf("the public gets %+v", r)
	}
	if n, _ := m.Applied(t.Context()); n != 4 {
		t.Errorf("it has applied %d", n)
	}
}

func label(t *testing.T, level policy.TLP) policy.Label {
	t.Helper()
	l, err := policy.LabelOf(stix.Object{"type": "report", "object_marking_refs": []any{policy.MarkingID(level)}}, level, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
