package clearance_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/screen/clearance"
)

const (
	party = "identity--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a01"
	other = "identity--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a02"
	seen  = "2024-05-03T00:00:00.000Z"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time         { return c.at }
func (c *clock) pass(d time.Duration)   { c.at = c.at.Add(d) }
func days(n int) time.Duration          { return time.Duration(n) * 24 * time.Hour }
func fileIn(t testing.TB) string        { return filepath.Join(t.TempDir(), clearance.FileName) }
func key(name string) string            { return clearance.Key(name) }
func ids(all []clearance.Clearance) int { return len(all) }

func open(t testing.TB, path string, c *clock) *clearance.Store {
	t.Helper()
	s, err := clearance.Open(path, c.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func proposal() clearance.Proposal {
	return clearance.Proposal{
		Name: "KIM, Sang Man", Party: party, Version: seen, Reason: "passport seen: born 1991, the listed person 1956",
		Author: "Lee Analyst", Until: noon.Add(days(365)),
	}
}

func propose(t testing.TB, s *clearance.Store, p clearance.Proposal) clearance.Clearance {
	t.Helper()
	c, err := s.Propose(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func confirm(t testing.TB, s *clearance.Store, id string) clearance.Clearance {
	t.Helper()
	c, err := s.Confirm(t.Context(), id, "Park Officer")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAClearanceIsInForceOnlyOnTwoPeoplesWord(t *testing.T) {
	c := &clock{noon}
	s := open(t, fileIn(t), c)
	p := propose(t, s, proposal())
	if p.State != clearance.Proposed {
		t.Errorf("it is %s", p.State)
	}
	if _, ok := s.Applies(key("Kim Sang-man"), "", party, seen, c.at); ok {
		t.Error("it applies on one person's word")
	}
	for _, by := range []string{"Lee Analyst", "lee analyst", " LEE  ANALYST", "LeeAnalyst", "Ｌｅｅ Ana\u200blyst"} {
		if _, err := s.Confirm(t.Context(), p.ID, by); !errs.Is(err, errs.Denied) {
			t.Errorf("its author confirms it as %q: %v", by, err)
		}
	}
	c.pass(time.Hour)
	confirm(t, s, p.ID)
	got, ok := s.Applies(key("Kim Sang-man"), "C-1", party, seen, c.at)
	if !ok || got.ConfirmedBy != "Park Officer" || got.Author != "Lee Analyst" || got.Reason == "" || !got.Until.Equal(noon.Add(days(365))) || got.State != clearance.InForce {
		t.Errorf("%v %+v", ok, got)
	}
	if _, ok := s.Applies(key("Kim Sang-man"), "", party, seen, noon); ok {
		t.Error("it applies to a time before it was confirmed")
	}
}

func TestItAppliesToItsOwnQuestionPartyAndVersionOnly(t *testing.T) {
	c := &clock{noon}
	s := open(t, fileIn(t), c)
	byName := proposal()
	byReference := proposal()
	byReference.Name, byReference.Reference, byReference.Until = "", "C-7", noon.Add(days(30))
	both := proposal()
	both.Name, both.Reference = "Park Jin", "C-8"
	for _, p := range []clearance.Proposal{byName, byReference, both} {
		confirm(t, s, propose(t, s, p).ID)
	}
	for _, x := range []struct {
		what, name, reference, party, version string
		after                                 int // days
		want                                  bool
	}{
		{"the name", "Kim Sang Man", "", party, seen, 0, true},
		{"the name of any customer", "kim sang-man", "C-99", party, seen, 0, true},
		{"another name", "Kim Sang", "", party, seen, 0, false},
		{"another party", "Kim Sang Man", "", other, seen, 0, false},
		{"a later version of the party", "Kim Sang Man", "", party, "2025-01-01T00:00:00.000Z", 0, false},
		{"no version", "Kim Sang Man", "", party, "", 0, false},
		{"its last moment", "Kim Sang Man", "", party, seen, 364, true},
		{"its end", "Kim Sang Man", "", party, seen, 365, false},
		{"the reference, whatever the name", "Somebody", "C-7", party, seen, 0, true},
		{"the reference past its end", "Somebody", "C-7", party, seen, 31, false},
		{"another reference", "Somebody", "C-6", party, seen, 0, false},
		{"name and reference", "Park Jin", "C-8", party, seen, 0, true},
		{"the name of another customer", "Park Jin", "C-9", party, seen, 0, false},
		{"the reference with another name", "Park Jun", "C-8", party, seen, 0, false},
		{"nothing", "", "", party, seen, 0, false},
	} {
		if _, got := s.Applies(key(x.name), x.reference, x.party, x.version, noon.Add(days(x.after))); got != x.want {
			t.Errorf("%s: %v", x.what, got)
		}
	}
}

func TestAnybodyWithdrawsItAndItEnds(t *testing.T) {
	c := &clock{noon}
	s := open(t, fileIn(t), c)
	id := confirm(t, s, propose(t, s, proposal()).ID).ID
	c.pass(time.Hour)
	if _, err := s.Withdraw(t.Context(), id, "Choi", ""); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	w, err := s.Withdraw(t.Context(), id, "Choi", "the passport was false")
	if err != nil || w.State != clearance.Withdrawn || len(w.History) != 3 {
		t.Fatalf("%+v, %v", w, err)
	}
	if _, ok := s.Applies(key("Kim Sang Man"), "", party, seen, c.at); ok {
		t.Error("it applies although withdrawn")
	}
	if _, ok := s.Applies(key("Kim Sang Man"), "", party, seen, c.at.Add(-time.Minute)); !ok {
		t.Error("it did not apply before it was withdrawn")
	}
	for name, err := range map[string]error{
		"withdraw": second(s.Withdraw(t.Context(), id, "Choi", "again")), "confirm": second(s.Confirm(t.Context(), id, "Choi")),
	} {
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s after the withdrawal: %v", name, err)
		}
	}
	late := propose(t, s, proposal())
	c.pass(days(366))
	if _, err := s.Confirm(t.Context(), late.ID, "Choi"); !errs.Is(err, errs.Conflict) {
		t.Errorf("confirmed after its end: %v", err)
	}
	if _, err := s.Confirm(t.Context(), "none", "Choi"); !errs.Is(err, errs.NotFound) {
		t.Errorf("an id that there is not: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestAProposalNeedsReasonAuthorAndEnd(t *testing.T) {
	s := open(t, fileIn(t), &clock{noon})
	for name, change := range map[string]func(*clearance.Proposal){
		"no reason":                    func(p *clearance.Proposal) { p.Reason = " " },
		"no author":                    func(p *clearance.Proposal) { p.Author = "\u200b " },
		"no end":                       func(p *clearance.Proposal) { p.Until = time.Time{} },
		"an end in the past":           func(p *clearance.Proposal) { p.Until = noon },
		"an end too far away":          func(p *clearance.Proposal) { p.Until = noon.AddDate(0, 0, 401) },
		"neither name nor reference":   func(p *clearance.Proposal) { p.Name = "" },
		"a name without letters":       func(p *clearance.Proposal) { p.Name = "…" },
		"a party that is no object id": func(p *clearance.Proposal) { p.Party = "Kim" },
		"no version":                   func(p *clearance.Proposal) { p.Version = "" },
		"a reason that is no UTF-8":    func(p *clearance.Proposal) { p.Reason = "\xff" },
		"a reason too long":            func(p *clearance.Proposal) { p.Reason = strings.Repeat("x", clearance.MaxReason+1) },
		"a line break in the author":   func(p *clearance.Proposal) { p.Author = "a\nb" },
	} {
		p := proposal()
		change(&p)
		_, err := s.Propose(t.Context(), p)
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := ids(s.List(clearance.Filter{})); n != 0 {
		t.Errorf("%d were kept", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Propose(ctx, proposal()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("proposed after the asker went away: %v", err)
	}
}

func TestListTellsEveryStateWithItsHistory(t *testing.T) {
	c := &clock{noon}
	s := open(t, fileIn(t), c)
	add := func(name string, until int) clearance.Clearance {
		p := proposal()
		p.Name, p.Until = name, noon.Add(days(until))
		return propose(t, s, p)
	}
	add("proposed", 100)
	confirm(t, s, add("in force", 100).ID)
	confirm(t, s, add("expired", 5).ID)
	w := add("withdrawn", 100)
	lapsed := proposal()
	lapsed.Name, lapsed.Party = "lapsed", other
	confirm(t, s, propose(t, s, lapsed).ID)
	if _, err := s.Withdraw(t.Context(), w.ID, "Lee Analyst", "a slip"); err != nil {
		t.Fatal(err)
	}
	c.pass(days(10))
	f := clearance.Filter{Version: func(p string) string { return map[string]string{party: seen, other: "later"}[p] }}
	var got []string
	for _, x := range s.List(f) {
		got = append(got, fmt.Sprintf("%s: %s, %d events", x.Key, x.State, len(x.History)))
	}
	want := []string{"proposed: proposed, 1 events", "in force: in-force, 2 events", "expired: expired, 2 events", "withdrawn: withdrawn, 2 events", "lapsed: lapsed, 2 events"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	f.States = []clearance.State{clearance.Lapsed, clearance.Expired}
	if n := ids(s.List(f)); n != 2 {
		t.Errorf("%d lapsed or expired", n)
	}
	for name, f := range map[string]clearance.Filter{"party": {Party: other}, "key": {Key: "lapsed"}, "state": {States: []clearance.State{clearance.Withdrawn}}} {
		if n := ids(s.List(f)); n != 1 {
			t.Errorf("by %s: %d", name, n)
		}
	}
}

func TestReopeningGivesTheSame(t *testing.T) {
	path, c := fileIn(t), &clock{noon}
	s := open(t, path, c)
	confirm(t, s, propose(t, s, proposal()).ID)
	propose(t, s, proposal())
	before, head := s.List(clearance.Filter{}), s.Head()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Propose(t.Context(), proposal()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a closed store takes more: %v", err)
	}
	again := open(t, path, c)
	if d := cmp.Diff(before, again.List(clearance.Filter{})); d != "" || again.Head() != head || len(again.Notes()) != 0 {
		t.Errorf("%s %v", d, again.Notes())
	}
	if runtime.GOOS != "windows" {
		if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", i.Mode(), err)
		}
	}
}

// written is a file with a header and three events.
func written(t testing.TB) (path string, data []byte) {
	path = fileIn(t)
	s := open(t, path, &clock{noon})
	id := propose(t, s, proposal()).ID
	confirm(t, s, id)
	if _, err := s.Withdraw(t.Context(), id, "Choi", "a slip"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, data
}

func put(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAChangeInTheFileIsNoticedWithItsLine(t *testing.T) {
	path, data := written(t)
	lines := strings.SplitAfter(string(data), "\n")
	for name, x := range map[string]struct {
		data string
		line string
	}{
		"another reason":              {strings.Replace(string(data), "1956", "1957", 1), "line 2"},
		"another confirming person":   {strings.Replace(string(data), "Park Officer", "Bark Officer", 1), "line 3"},
		"another withdrawer, at last": {strings.Replace(string(data), `"prev":"`, `"prev":"0`, 1), "line 1"},
		"a line taken out":            {lines[0] + lines[1] + lines[3], "line 2"},
		"lines changed over":          {lines[0] + lines[2] + lines[1] + lines[3], "line 1"},
		"a line twice":                {lines[0] + lines[1] + lines[1], "line 2"},
		"no header":                   {lines[1] + lines[2], "line 1"},
		"something else":              {"name,reason\n", "line 1"},
		"no JSON":                     {lines[0] + "{]\n", "line 2"},
		"an unknown property":         {lines[0] + strings.Replace(lines[1], "{", `{"silent":true,`, 1), "line 2"},
		"a line that is too long":     {lines[0] + strings.Repeat("x", 1<<20) + "\n", "line 2"},
	} {
		put(t, path, []byte(x.data))
		_, err := clearance.Open(path, (&clock{noon}).now)
		if !errs.Is(err, errs.Internal) || !strings.Contains(err.Error(), x.line+":") {
			t.Errorf("%s: %v", name, err)
		}
	}
	put(t, path, []byte(strings.Replace(string(data), "cordon-clearances/1", "cordon-clearances/2", 1)))
	if _, err := clearance.Open(path, (&clock{noon}).now); !errs.Is(err, errs.Conflict) {
		t.Errorf("a later version: %v", err)
	}
}

func TestATornLastLineIsCutOffAndSaid(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		path, data := written(t)
		n := rapid.IntRange(0, len(data)).Draw(rt, "bytes on disk")
		put(t, path, data[:n])
		s, err := clearance.Open(path, (&clock{noon}).now)
		if err != nil {
			rt.Fatal(err)
		}
		whole := bytes.LastIndexByte(data[:n], '\n') + 1
		if torn := n > whole; torn != (len(s.Notes()) > 0) {
			rt.Fatalf("%d bytes of which %d are whole lines: %q", n, whole, s.Notes())
		}
		propose(t, s, proposal())
		if err := s.Close(); err != nil {
			rt.Fatal(err)
		}
		again, err := clearance.Open(path, (&clock{noon}).now)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = again.Close() }()
		if len(again.Notes()) > 0 {
			rt.Fatalf("said twice: %q", again.Notes())
		}
	})
}

func TestASecondWriterIsNoticed(t *testing.T) {
	path, c := fileIn(t), &clock{noon}
	a, b := open(t, path, c), open(t, path, c)
	propose(t, a, proposal())
	if _, err := b.Propose(t.Context(), proposal()); !errs.Is(err, errs.Conflict) {
		t.Errorf("the second writer's event: %v", err)
	}
}

func TestAFileThatOthersCouldReadIsClosedToThem(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes there")
	}
	path, _ := written(t)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, path, &clock{noon})
	if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 || len(s.Notes()) != 1 {
		t.Errorf("%v %v %q", i.Mode(), err, s.Notes())
	}
}

// TestOnlyTwoPeopleEverPutAnythingInForce asks random things of a store by few
// people under many spellings.
func TestOnlyTwoPeopleEverPutAnythingInForce(t *testing.T) {
	people := []string{"lee", "LEE", "l ee", "park", "Park "}
	who := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	rapid.Check(t, func(rt *rapid.T) {
		path, c := fileIn(t), &clock{noon}
		s := open(t, path, c)
		var known []string
		for range rapid.IntRange(1, 20).Draw(rt, "events") {
			by := rapid.SampledFrom(people).Draw(rt, "by")
			c.pass(days(rapid.IntRange(0, 40).Draw(rt, "days")))
			if len(known) == 0 || rapid.Bool().Draw(rt, "propose") {
				p := proposal()
				p.Author, p.Until = by, c.at.Add(days(rapid.IntRange(1, 100).Draw(rt, "for")))
				known = append(known, propose(t, s, p).ID)
				continue
			}
			id := rapid.SampledFrom(known).Draw(rt, "id")
			if rapid.Bool().Draw(rt, "confirm") {
				_, _ = s.Confirm(rt.Context(), id, by)
			} else {
				_, _ = s.Withdraw(rt.Context(), id, by, "no longer")
			}
		}
		for _, x := range s.List(clearance.Filter{States: []clearance.State{clearance.InForce}}) {
			if x.ConfirmedBy == "" || who(x.ConfirmedBy) == who(x.Author) || !c.at.Before(x.Until) {
				rt.Fatalf("in force: %+v", x)
			}
		}
		again := open(t, path, c)
		if d := cmp.Diff(s.List(clearance.Filter{}), again.List(clearance.Filter{})); d != "" {
			rt.Fatal(d)
		}
	})
}

func FuzzOpen(f *testing.F) {
	_, data := written(f)
	f.Add(data)
	f.Add(data[:len(data)-5])
	f.Add([]byte(`{"version":"cordon-clearances/1"}` + "\n"))
	f.Add([]byte{})
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := fileIn(t)
		put(t, path, data)
		s, err := clearance.Open(path, (&clock{noon}).now)
		if err != nil {
			if m, hint := errs.Message(err); m == "" || hint == "" {
				t.Fatalf("%v says too little", err)
			}
			return
		}
		defer func() { _ = s.Close() }()
		for _, c := range s.List(clearance.Filter{At: noon}) {
			if c.State == clearance.InForce && (c.ConfirmedBy == "" || c.ConfirmedBy == c.Author || c.Reason == "") {
				t.Fatalf("in force: %+v", c)
			}
		}
	})
}

func BenchmarkAppliesAmongAThousand(b *testing.B) {
	c := &clock{noon}
	s := open(b, fileIn(b), c)
	for i := range 1000 {
		p := proposal()
		p.Name = fmt.Sprintf("Kim %d", i)
		propose(b, s, p)
	}
	for b.Loop() {
		s.Applies("kim 500", "C-1", party, seen, noon)
	}
}
