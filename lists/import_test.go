package lists_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

func store(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// all returns the canonical bytes of everything in the journal, in its order.
func all(t testing.TB, j journal.Journal) []byte {
	t.Helper()
	var b bytes.Buffer
	for e, err := range j.Scan(ctx, policy.Public, journal.Query{Purpose: policy.Reading}) {
		if err != nil {
			t.Fatal(err)
		}
		b.Write(e.Canonical)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func imported(t testing.TB, j journal.Journal, v *lists.Version, o lists.ImportOptions) lists.Report {
	t.Helper()
	r, err := lists.Import(ctx, j, v, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// version makes a version of KoFIU's rows with a date: the form is small.
func version(t testing.TB, date record.Date, rows ...string) *lists.Version {
	t.Helper()
	text := "kf_no|type|hangul|latin|note\n" + strings.Join(rows, "\n") + "\n"
	v := read(t, "kr-kofiu", []lists.File{{Name: "rows.psv", Data: []byte(text)}})
	if date == "" {
		return v
	}
	v, err := v.WithDate(date)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func people(from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprintf("%d|person|예%s|YE, Number %d|", i, strings.Repeat("일", i%3+1), i))
	}
	return out
}

func newest(t testing.TB, j journal.Journal, id string) stix.Object {
	t.Helper()
	e, err := j.Get(ctx, policy.Public, policy.Reading, id)
	if err != nil {
		t.Fatal(err)
	}
	o, err := stix.Parse(e.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestImportWritesOnlyWhatChanged(t *testing.T) {
	s := store(t)
	rows := people(1, 12)
	first := version(t, "2026-01-14", rows...)
	r := imported(t, s, first, lists.ImportOptions{By: "test"})
	liststest.Equal(t, "added", r.Added, 12)
	liststest.Equal(t, "written", r.Written, 1+12*2+1)
	before := all(t, s)

	r = imported(t, s, first, lists.ImportOptions{})
	if !r.Same || r.Written != 0 || !bytes.Equal(before, all(t, s)) {
		t.Errorf("the same files again wrote something: %+v", r)
	}

	rows[3] = "4|person|예사|YE, Other|DOB 1970"
	second := version(t, "2026-02-01", append(rows[1:], "13|org|예회사||")...)
	r = imported(t, s, second, lists.ImportOptions{})
	liststest.Equal(t, "added", r.Added, 1)
	liststest.Equal(t, "changed", r.Changed, 1)
	liststest.Equal(t, "removed", r.Removed, 1)
	liststest.Equal(t, "unchanged", r.Unchanged, 10)
	// The new entry's two objects, the changed party, the removed designation and
	// the version.
	liststest.Equal(t, "written", r.Written, 5)

	gone := newest(t, s, first.Entries[0].Designation.ID)
	liststest.Equal(t, "status of the removed", gone.Str("status"), record.Removed)
	liststest.Equal(t, "when", gone.Str("modified"), "2026-02-01T00:00:00.000Z")
	liststest.Equal(t, "the party stays", newest(t, s, first.Entries[0].Party.ID).Revoked(), false)
	kept := newest(t, s, first.Entries[1].Party.ID)
	liststest.Equal(t, "an unchanged party keeps its version", kept.Str("modified"), "2026-01-14T00:00:00.000Z")
	liststest.Equal(t, "and its place", record.Wheres(kept)[0].SHA256, first.Files[0].SHA256)
	changed := newest(t, s, first.Entries[3].Party.ID)
	liststest.Equal(t, "a changed party's version", changed.Str("modified"), "2026-02-01T00:00:00.000Z")
	liststest.Equal(t, "a changed party's birth", changed.Str("created"), listing.Undated)

	force, ok, err := lists.InForce(ctx, s, second.List)
	if err != nil || !ok {
		t.Fatal(err)
	}
	liststest.Equal(t, "in force", force.ID, second.ID())
	liststest.Equal(t, "removed by it", force.Removed, 1)

	// What is gone comes back under its own id.
	third := version(t, "2026-03-01", append(rows, "13|org|예회사||")...)
	r = imported(t, s, third, lists.ImportOptions{})
	liststest.Equal(t, "changed", r.Changed, 1)
	back := newest(t, s, first.Entries[0].Designation.ID)
	liststest.Equal(t, "status of what came back", back.Str("status"), record.InForce)
}

func TestDatesGuardTheVersionInForce(t *testing.T) {
	s := store(t)
	rows := people(1, 9)
	imported(t, s, version(t, "", rows...), lists.ImportOptions{})
	conflict := func(what string, v *lists.Version, o lists.ImportOptions) {
		t.Helper()
		before := all(t, s)
		_, err := lists.Import(ctx, s, v, o)
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("%s gave %v", what, err)
		}
		if _, hint := errs.Message(err); hint == "" {
			t.Errorf("%s gave no hint", what)
		}
		if !bytes.Equal(before, all(t, s)) {
			t.Errorf("%s changed the journal", what)
		}
	}
	conflict("a second undated version", version(t, "", people(1, 10)...), lists.ImportOptions{})
	r := imported(t, s, version(t, "", people(1, 10)...), lists.ImportOptions{Date: "2026-01-14"})
	liststest.Equal(t, "date from", r.DateFrom, listing.DateFromOption)
	conflict("an older version", version(t, "2026-01-13", rows...), lists.ImportOptions{})
	conflict("the same date with other content", version(t, "2026-01-14", rows...), lists.ImportOptions{})
	conflict("undated after dated", version(t, "", rows...), lists.ImportOptions{})

	r = imported(t, s, version(t, "2026-01-14", rows...), lists.ImportOptions{Supersede: true})
	liststest.Equal(t, "stamp", r.Stamp, "2026-01-14T00:00:00.001Z")
	liststest.Equal(t, "removed", r.Removed, 1)
	// Back to the files of before: the same files as an earlier version, and a
	// new version of its object.
	r = imported(t, s, version(t, "2026-01-14", people(1, 10)...), lists.ImportOptions{Supersede: true})
	liststest.Equal(t, "stamp", r.Stamp, "2026-01-14T00:00:00.002Z")
	liststest.Equal(t, "changed", r.Changed, 1)
	force, _, err := lists.InForce(ctx, s, r.List)
	if err != nil || force.ID != r.Version {
		t.Errorf("in force is %s, not %s: %v", force.ID, r.Version, err)
	}
}

// TestAnUndatedFirstVersionIsFollowedByADatedOne uses rows with listing dates,
// which are later than the timestamp of an undated version.
func TestAnUndatedFirstVersionIsFollowedByADatedOne(t *testing.T) {
	s := store(t)
	files := fixture(t, "jp-mof", "persons.psv", "orgs.psv")
	for i := range files {
		files[i].Name = strings.TrimPrefix(files[i].Name, "2026-01-05/")
	}
	v := read(t, "jp-mof", files)
	liststest.Equal(t, "stamp", v.Stamp(), listing.Undated)
	imported(t, s, v, lists.ImportOptions{})
	more := liststest.Edit(files, "persons.psv", func(b []byte) []byte {
		return append(b, "17-2|2023-09-01|レイ・デルタ|Rei Delta|||\n"...)
	})
	r := imported(t, s, read(t, "jp-mof", more), lists.ImportOptions{Date: "2026-01-05"})
	liststest.Equal(t, "unchanged", r.Unchanged, 5)
	liststest.Equal(t, "added", r.Added, 1)
	liststest.Equal(t, "written", r.Written, 3)
}

func TestListsThatShrinkAreRefused(t *testing.T) {
	s := store(t)
	imported(t, s, version(t, "2026-01-01", people(1, 30)...), lists.ImportOptions{})
	small := version(t, "2026-02-01", people(1, 19)...)
	if _, err := lists.Import(ctx, s, small, lists.ImportOptions{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a third fewer gave %v", err)
	}
	some := version(t, "2026-02-01", people(1, 25)...)
	if _, err := lists.Import(ctx, s, some, lists.ImportOptions{MaxRemoved: 4}); !errs.Is(err, errs.Conflict) {
		t.Errorf("five removed of four allowed gave %v", err)
	}
	before := all(t, s)
	two := &lists.Release{Proposed: "A", Released: "B", Before: version(t, "2026-01-01", people(1, 30)...).ID()}
	if r := imported(t, s, small, lists.ImportOptions{Release: two}); r.Removed != 11 {
		t.Errorf("%d removed, want 11", r.Removed)
	}
	if bytes.Equal(before, all(t, s)) {
		t.Error("nothing was written")
	}
}

func TestAMissingCompanionIsRefused(t *testing.T) {
	s := store(t)
	imported(t, s, read(t, "ofac", fixture(t, "ofac")), lists.ImportOptions{})
	alone, err := read(t, "ofac", fixture(t, "ofac", "sdn.csv")).WithDate("2026-02-01")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lists.Import(ctx, s, alone, lists.ImportOptions{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("without alt.csv and add.csv: %v", err)
	}
	two := &lists.Release{Proposed: "A", Released: "B", Before: read(t, "ofac", fixture(t, "ofac")).ID()}
	if r := imported(t, s, alone, lists.ImportOptions{Release: two}); r.Changed != 2 {
		t.Errorf("%d changed, want the 2 with aliases or addresses", r.Changed)
	}
}

// TestADriftLeavesTheVersionInForce goes the whole way in with damaged files.
func TestADriftLeavesTheVersionInForce(t *testing.T) {
	s := store(t)
	a, err := archive.Open(t.TempDir(), archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	good := fixture(t, "ofac")
	v, _, err := lists.Load(ctx, s, a, "ofac", good, lists.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	before := all(t, s)
	for _, f := range good {
		for _, cut := range []int{1, 10, len(f.Data) / 2, len(f.Data) - 1} {
			bad := liststest.Edit(good, f.Name, func(b []byte) []byte { return b[:cut] })
			if _, _, err := lists.Load(ctx, s, a, "ofac", bad, lists.ImportOptions{Date: "2026-03-01"}); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s cut at %d gave %v", f.Name, cut, err)
			}
		}
	}
	if !bytes.Equal(before, all(t, s)) {
		t.Error("the journal changed")
	}
	for _, e := range v.Entries {
		for _, w := range e.Designation.Wheres {
			if !a.Has(w.SHA256) {
				t.Errorf("%v is not in the archive", w)
			}
		}
	}
}

// TestObjectsAreWhatAFirstImportWrites also checks every object against the
// rules of STIX and the record types' own.
func TestObjectsAreWhatAFirstImportWrites(t *testing.T) {
	for _, key := range []string{"ofac", "un", "kr-kofiu"} {
		v := read(t, key, fixture(t, key))
		s := store(t)
		imported(t, s, v, lists.ImportOptions{})
		var b bytes.Buffer
		for o := range v.Objects() {
			for _, f := range check.Object(o, check.Strict) {
				if f.Must {
					t.Errorf("%s %s: %s %s %s", key, o.ID(), f.Rule, f.Path, f.Message)
				}
			}
			c, err := o.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			b.Write(c)
			b.WriteByte('\n')
		}
		if !bytes.Equal(b.Bytes(), all(t, s)) {
			t.Errorf("%s: Objects and a first import differ", key)
		}
	}
}

// cutting is a journal whose appends fail after some batches: a process that
// was killed, seen from the importer.
type cutting struct {
	journal.Journal
	left int
}

func (c *cutting) Append(ctx context.Context, b journal.Batch) (journal.Receipt, error) {
	if c.left == 0 {
		return journal.Receipt{}, errs.New(errs.Unavailable, "the disk is gone")
	}
	c.left--
	return c.Journal.Append(ctx, b)
}

func TestAnInterruptedImportGoesOnToTheSameBytes(t *testing.T) {
	first := version(t, "2026-01-01", people(1, 90)...)
	rows := people(1, 180)
	for i := range rows {
		if i%2 == 0 {
			rows[i] += "aka 예명"
		}
	}
	second := version(t, "2026-02-01", rows[10:]...)
	whole, broken := store(t), store(t)
	imported(t, whole, first, lists.ImportOptions{})
	imported(t, whole, second, lists.ImportOptions{})

	for _, v := range []*lists.Version{first, second} {
		for n := range 6 {
			c := &cutting{broken, n}
			if _, err := lists.Import(ctx, c, v, lists.ImportOptions{Batch: 7}); !errs.Is(err, errs.Unavailable) {
				t.Fatalf("the broken journal gave %v", err)
			}
			if f, ok, _ := lists.InForce(ctx, broken, v.List); ok && f.ID == v.ID() {
				t.Fatal("an interrupted version is in force")
			}
		}
		imported(t, broken, v, lists.ImportOptions{})
	}
	if !bytes.Equal(sorted(all(t, whole)), sorted(all(t, broken))) {
		t.Error("the interrupted node holds other bytes")
	}
}

func sorted(b []byte) []byte {
	l := bytes.Split(b, []byte("\n"))
	slices.SortFunc(l, bytes.Compare)
	return bytes.Join(l, []byte("\n"))
}

// TestTwoNodesHoldTheSameBytes imports the real lists into two nodes, from files
// that are called and lie otherwise, and compares every byte.
func TestTwoNodesHoldTheSameBytes(t *testing.T) {
	a, b := store(t), store(t)
	for _, c := range realLists {
		files := liststest.Real(t, c.files...)
		va := read(t, c.key, files)
		renamed := slices.Clone(files)
		slices.Reverse(renamed)
		for i := range renamed {
			renamed[i].Name = fmt.Sprintf("/elsewhere/%s/download (%d)", va.Date, i)
		}
		vb := read(t, c.key, renamed)
		imported(t, a, va, lists.ImportOptions{By: "one"})
		imported(t, b, vb, lists.ImportOptions{By: "two"})
		if c.key == "ofac" {
			continue // its changes are tested on the smaller lists
		}
		// Again, as a later version with one entry less.
		la, err := va.WithDate("2027-01-01")
		if err != nil {
			t.Fatal(err)
		}
		la.Entries = la.Entries[1:]
		la.Files = slices.Clone(la.Files)
		la.Files[0].SHA256 = strings.Repeat("ab", 32)
		for _, s := range []journal.Journal{a, b} {
			if r := imported(t, s, la, lists.ImportOptions{}); r.Removed != 1 || r.Changed != 0 || r.Added != 0 || r.Written != 2 {
				t.Errorf("%s: %+v", c.key, r)
			}
		}
	}
	if !bytes.Equal(all(t, a), all(t, b)) {
		t.Error("the two nodes differ")
	}
}

func BenchmarkImportAllLists(b *testing.B) {
	b.ReportAllocs()
	objects := 0
	for b.Loop() {
		s := store(b)
		objects = 0
		for _, c := range realLists {
			r := imported(b, s, read(b, c.key, liststest.Real(b, c.files...)), lists.ImportOptions{})
			objects += r.Written
		}
	}
	b.ReportMetric(float64(objects), "objects")
}

// BenchmarkInForce has objects of other kinds behind the last version: what is
// in force is found by type, however many there are.
func BenchmarkInForce(b *testing.B) {
	s := store(b)
	v := version(b, "2026-01-14", people(1, 12)...)
	imported(b, s, v, lists.ImportOptions{})
	const others = 20_000
	for from := 0; from < others; from += 5000 {
		var objects []stix.Object
		for i := from; i < from+5000; i++ {
			objects = append(objects, stix.Object{
				"type": "indicator", "spec_version": "2.1", "id": fmt.Sprintf("indicator--00000000-0000-4000-8000-%012d", i),
				"created": "2026-01-15T00:00:00.000Z", "modified": "2026-01-15T00:00:00.000Z", "valid_from": "2026-01-15T00:00:00Z",
				"pattern_type": "stix", "pattern": fmt.Sprintf("[domain-name:value = 'h%d.example.net']", i),
				"object_marking_refs": []any{policy.MarkingID(policy.Clear)},
			})
		}
		if r, err := s.Append(ctx, journal.Batch{Objects: objects, RefuseAll: true}); err != nil || r.Added != 5000 {
			b.Fatal(r, err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if f, ok, err := lists.InForce(ctx, s, v.List); err != nil || !ok || f.ID != v.ID() {
			b.Fatal(f, ok, err)
		}
	}
	b.ReportMetric(others, "others")
}
