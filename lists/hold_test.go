package lists_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// waits imports a version that has to wait, and returns its hold.
func waits(t *testing.T, j journal.Journal, v *lists.Version, o lists.ImportOptions) *lists.Hold {
	t.Helper()
	before := all(t, j)
	_, err := lists.Import(ctx, j, v, o)
	h, ok := lists.HoldOf(err)
	if !ok || !errs.Is(err, errs.Conflict) {
		t.Fatalf("it is not held: %v", err)
	}
	if !bytes.Equal(before, all(t, j)) {
		t.Error("a held version changed the journal")
	}
	return h
}

func TestBadVersionsAreHeldWithTheirDifference(t *testing.T) {
	rows := people(1, 60)
	renamed := slices.Clone(rows)
	for i := range 20 {
		renamed[i] = fmt.Sprintf("%d|person|달라%s|YE, Other %d|", i+1, strings.Repeat("일", i%3+1), i)
	}
	renumbered := slices.Clone(rows)
	for i := range 20 {
		_, rest, _ := strings.Cut(rows[i], "|")
		renumbered[i] = fmt.Sprintf("%d|%s", 100+i, rest)
	}
	for _, c := range []struct {
		name    string
		date    string
		rows    []string
		o       lists.ImportOptions
		reasons []lists.Reason
		say     string
	}{
		{"a third gone", "2026-02-01", rows[:39], lists.ImportOptions{}, []lists.Reason{lists.Shrunk, lists.Removed}, "shrink from 60 to 39"},
		{"more gone than the threshold", "2026-02-01", rows[:49], lists.ImportOptions{}, []lists.Reason{lists.Removed}, "11 entries would be removed, more than 10"},
		{"more gone than the threshold, whatever a person says", "2026-02-01", rows[:49], lists.ImportOptions{Supersede: true}, []lists.Reason{lists.Removed}, "11 entries"},
		{"numbered anew", "2026-02-01", renumbered, lists.ImportOptions{}, []lists.Reason{lists.Removed}, "20 of them come back under another number"},
		{"named anew", "2026-02-01", renamed, lists.ImportOptions{}, []lists.Reason{lists.Renamed}, "20 entries would bear another primary name"},
		{"older", "2026-01-01", rows[:59], lists.ImportOptions{}, []lists.Reason{lists.Older}, "in force is of 2026-01-10"},
		{"same date, other content", "2026-01-10", rows[:59], lists.ImportOptions{}, []lists.Reason{lists.SameDate}, "other content"},
		{"a mirror with another hash", "2026-02-01", rows[:59], lists.ImportOptions{Stated: []string{strings.Repeat("a", 64)}}, []lists.Reason{lists.OtherHash}, "the sha256 that the authority states"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := store(t)
			first := version(t, "2026-01-10", rows...)
			imported(t, s, first, lists.ImportOptions{})
			h := waits(t, s, version(t, "", c.rows...), lists.ImportOptions{
				Date: record.Date(c.date), Supersede: c.o.Supersede, Stated: c.o.Stated,
			})
			if !slices.Equal(h.Reasons, c.reasons) {
				t.Errorf("reasons are %v", h.Reasons)
			}
			if !strings.Contains(h.Error(), c.say) {
				t.Errorf("it says %q", h.Error())
			}
			if h.Before != first.ID() || h.EntriesBefore != 60 || h.Removed+h.Changed+h.Added > 0 && len(h.First) == 0 {
				t.Errorf("the difference is %+v", h)
			}
			force, _, err := lists.InForce(ctx, s, first.List)
			if err != nil || force.ID != first.ID() {
				t.Errorf("in force is %s, %v", force.ID, err)
			}
		})
	}
}

func TestAHeldVersionNeedsTwoPersons(t *testing.T) {
	s := store(t)
	first := version(t, "2026-01-01", people(1, 60)...)
	imported(t, s, first, lists.ImportOptions{})
	small := version(t, "2026-02-01", people(1, 30)...)
	waits(t, s, small, lists.ImportOptions{})
	for _, c := range []struct {
		name string
		r    lists.Release
		kind errs.Kind
	}{
		{"nobody", lists.Release{Before: first.ID()}, errs.Invalid},
		{"one person", lists.Release{Proposed: "A. Analyst", Before: first.ID()}, errs.Invalid},
		{"one person twice", lists.Release{Proposed: "A. Analyst", Released: " a.  ANALYST", Before: first.ID()}, errs.Denied},
		{"one person twice, with a character that cannot be seen", lists.Release{Proposed: "Analyst", Released: "Ana\u200blyst", Before: first.ID()}, errs.Denied},
		{"another version in force", lists.Release{Proposed: "A", Released: "B", Before: small.ID()}, errs.Conflict},
	} {
		if _, err := lists.Import(ctx, s, small, lists.ImportOptions{Release: &c.r}); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	r := imported(t, s, small, lists.ImportOptions{Release: &lists.Release{Proposed: "A", Released: "B", Before: first.ID()}})
	liststest.Equal(t, "removed", r.Removed, 30)
}

func TestAnEntryThatStandsTwiceIsRefused(t *testing.T) {
	s := store(t)
	v := version(t, "2026-01-01", people(1, 3)...)
	v.Entries = append(v.Entries, v.Entries[0])
	if _, err := lists.Import(ctx, s, v, lists.ImportOptions{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an id that stands twice gave %v", err)
	}
}

// TestASessionWritesWhatSingleImportsWrite holds that what a session remembers is
// what the journal has: any versions after one another, with imports by others in
// between, give the same bytes.
func TestASessionWritesWhatSingleImportsWrite(t *testing.T) {
	type day struct {
		rows    []string
		session bool // imported by the session; otherwise by somebody else
	}
	days := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) (d day) {
		for i := 1; i <= 12; i++ {
			if name := rapid.SampledFrom([]string{"", "YE, One", "YE, Two", "YE, One"}).Draw(t, "row"); name != "" {
				d.rows = append(d.rows, fmt.Sprintf("%d|person|예|%s|", i, name))
			}
		}
		d.session = rapid.Bool().Draw(t, "by the session")
		return d
	}), 20, 20)
	for seed := range 3 {
		one, many := store(t), store(t)
		session := lists.NewSession(many)
		for i, d := range days.Example(seed) {
			// The last row makes each version another one.
			v := version(t, record.Date(fmt.Sprintf("2026-01-%02d", i+1)), append(d.rows, fmt.Sprintf("90|org|예회사|YE Day %d|", i))...)
			o := lists.ImportOptions{MaxRemoved: 50}
			if h, held := try(t, one, v, o); held {
				o.Release = &lists.Release{Proposed: "A", Released: "B", Before: h.Before}
				imported(t, one, v, o)
			}
			var err error
			if d.session {
				_, err = session.Import(ctx, v, o)
			} else {
				_, err = lists.Import(ctx, many, v, o)
			}
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(all(t, one), all(t, many)) {
				t.Fatalf("history %d: the journals differ after version %d", seed, i)
			}
		}
	}
}

// TestASessionSeesWhatOthersWrote: an object of the list that came in by another
// door, or whose content was erased, is not taken for what the session wrote.
func TestASessionSeesWhatOthersWrote(t *testing.T) {
	s := store(t)
	session := lists.NewSession(s)
	first := version(t, "2026-01-01", people(1, 12)...)
	if _, err := session.Import(ctx, first, lists.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	foreign := first.Entries[3]
	foreign.Designation.Status = record.Removed
	o := first.DesignationObject(&foreign, listing.Undated, "2026-01-15T00:00:00.000Z")
	if r, err := s.Append(ctx, journal.Batch{Objects: []stix.Object{o}, RefuseAll: true}); err != nil || r.Added != 1 {
		t.Fatal(r, err)
	}
	r, err := session.Import(ctx, version(t, "2026-02-01", people(1, 13)...), lists.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	liststest.Equal(t, "changed back", r.Changed, 1)
	liststest.Equal(t, "status", newest(t, s, foreign.Designation.ID).Str("status"), record.InForce)

	if _, err := s.Erase(ctx, first.Entries[5].Party.ID, "", "law", "test"); err != nil {
		t.Fatal(err)
	}
	r, err = session.Import(ctx, version(t, "2026-03-01", people(1, 14)...), lists.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	liststest.Equal(t, "written again", r.Changed, 1)
}

// try imports a version and reports whether it is held.
func try(t *testing.T, j journal.Journal, v *lists.Version, o lists.ImportOptions) (*lists.Hold, bool) {
	t.Helper()
	_, err := lists.Import(ctx, j, v, o)
	h, held := lists.HoldOf(err)
	if err != nil && !held {
		t.Fatal(err)
	}
	return h, held
}

func TestDiffNamesEntriesAndFields(t *testing.T) {
	before := version(t, "2026-01-01", people(1, 4)...)
	rows := people(1, 5)[1:]
	rows[0] = "2|person|예이|YE, Number Two|DOB 1970"
	after := version(t, "2026-02-01", rows...)
	var got []string
	for c := range lists.Diff(before, after) {
		line := fmt.Sprintf("%s %s", c.Kind, c.Entry)
		for _, f := range c.Fields {
			line += fmt.Sprintf("; %s -%q +%q", f.Field, f.Before, f.After)
		}
		got = append(got, line)
	}
	want := []string{
		`changed 2; names -["예일일일 | primary |  | Hang" "YE, Number 2 | primary |  | Latn | Number 2 | YE"] +["예이 | primary |  | Hang" "YE, Number Two | primary |  | Latn | Number Two | YE"]; births -[] +["1970 |  |  | DOB 1970"]; remarks -[] +["DOB 1970"]`,
		"added 5",
		"removed 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the differences are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	n := 0
	for range lists.Diff(before, before) {
		n++
	}
	for c := range lists.Diff(nil, before) {
		if c.Kind != lists.Added {
			t.Errorf("of nothing: %+v", c)
		}
		n += 10
	}
	liststest.Equal(t, "differences", n, 40)
}

// BenchmarkDelta measures one version of 9,000 rows of which 20 changed, as a
// session takes it: prepared, and with the preparation.
func BenchmarkDelta(b *testing.B) {
	for _, prepared := range []bool{true, false} {
		b.Run(fmt.Sprintf("prepared=%t", prepared), func(b *testing.B) {
			s := store(b)
			session := lists.NewSession(s)
			rows := people(1, 9000)
			if _, err := session.Import(ctx, version(b, "2000-01-01", rows...), lists.ImportOptions{}); err != nil {
				b.Fatal(err)
			}
			day := 0
			for b.Loop() {
				b.StopTimer()
				day++
				for i := range 20 {
					n := (day*20 + i) % len(rows)
					rows[n] = fmt.Sprintf("%d|person|예|YE, Day %d|", n+1, day)
				}
				p := &lists.Prepared{Version: version(b, record.Date(fmt.Sprintf("20%02d-%02d-%02d", 1+day/336, 1+day/28%12, 1+day%28)), rows...)}
				if prepared {
					p = lists.Prepare(p.Version)
				}
				b.StartTimer()
				if r, err := session.ImportPrepared(ctx, p, lists.ImportOptions{}); err != nil || r.Changed != 20 {
					b.Fatal(r, err)
				}
			}
		})
	}
}
