package journaltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
)

// Store is what every backend has beside journal.Journal.
type Store interface {
	journal.Journal
	Refused(ctx context.Context, v policy.Viewer, p policy.Purpose, page journal.Page) ([]journal.Quarantined, bool, error)
	CountRefused(ctx context.Context, v policy.Viewer, p policy.Purpose) (int64, error)
	Erase(ctx context.Context, id, version, reason, by string) (journal.Receipt, error)
	Verify(ctx context.Context, progress journal.Progress) (journal.Report, error)
	Checkpoint(ctx context.Context) ([]byte, error)
	Tile(ctx context.Context, path string) ([]byte, error)
	Hashes(ctx context.Context) translog.HashStore
	VerifierKey() string
}

// Projector is what every backend has to keep projections.
type Projector interface {
	CatchUp(ctx context.Context) error
	Run(ctx context.Context) error
	Rebuild(ctx context.Context, progress journal.Progress) error
	Wait(ctx context.Context, seq int64) error
	Digest(ctx context.Context, name string) ([32]byte, int64, error)
	Shelf(name string) journal.Shelf
	Close() error
}

// Backend opens journals of one backend.
type Backend struct {
	// Open opens the journal of the place, which is a new one for each tb.TempDir
	// and may be opened again after Close. Its default level is TLP:AMBER, its
	// clock [Clock] and its randomness [Rand].
	Open func(tb testing.TB, place string) Store
	// Projector opens projections over a store that Open made.
	Projector func(tb testing.TB, s Store, ps ...journal.Projection) Projector
}

// The viewers of the suite, each of whom sees more than the one before.
var (
	Anyone  = policy.Public
	Partner = policy.Viewer{Name: "partner", Clearance: policy.Amber}
	Insider = policy.Viewer{Name: "insider", Clearance: policy.Red}
)

// Markings of the suite.
var (
	clearMark = policy.MarkingID(policy.Clear)
	redMark   = policy.MarkingID(policy.Red)
	amberMark = policy.MarkingID(policy.Amber)
	greenMark = policy.MarkingID(policy.Green)
)

// Run runs the suite.
func Run(t *testing.T, b Backend) {
	for name, test := range map[string]func(*testing.T, Backend){
		"an append numbers what is new and the same again is nothing new": testAppend,
		"what was acknowledged is there after opening again":              testReopen,
		"a batch that fails closed adds nothing":                          testRefuseAll,
		"refused objects are kept with rule and section":                  testQuarantine,
		"one version has one content":                                     testConflict,
		"the newest version is the newest by time":                        testVersions,
		"an observable may have several contents":                         testVariants,
		"what is marked is in no answer of who may not see it":            testPolicy,
		"the newest version governs the older ones":                       testGovernance,
		"granular markings hide parts":                                    testGranular,
		"a marking definition that comes late opens what waited for it":   testLateDefinition,
		"a scan selects by number, type, order and limit":                 testScan,
		"a scan of the newest shows each object once":                     testScanLatest,
		"an erasure drops the content and keeps the proof":                testErase,
		"the tree proves every entry":                                     testTree,
		"each append has a time of its own, whatever the clock says":      testTimes,
		"appends from many sides are serialised":                          testConcurrent,
		"a context that ended adds nothing":                               testCancelled,
		"projections follow and a rebuild is the same":                    testProjection,
		"a projection of another version is built anew":                   testProjectionVersion,
		"shelves show each viewer what he may see":                        testShelf,
		"a follower hears of rows that are durable":                       testFollower,
		"after Close every method says so":                                testClosed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, b)
		})
	}
}

func add(t *testing.T, s Store, objects ...stix.Object) journal.Receipt {
	t.Helper()
	r, err := s.Append(t.Context(), journal.Batch{Objects: objects, By: "suite"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t *testing.T, b Backend) Store {
	t.Helper()
	s := b.Open(t, t.TempDir())
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// verified fails the test unless the journal verifies.
func verified(t *testing.T, s Store) journal.Report {
	t.Helper()
	r, err := s.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Error(p)
	}
	return r
}

func scan(t *testing.T, s Store, v policy.Viewer, q journal.Query) (out []journal.Entry) {
	t.Helper()
	for e, err := range s.Scan(t.Context(), v, q) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func seqs(es []journal.Entry) []int64 {
	out := []int64{}
	for _, e := range es {
		out = append(out, e.Seq)
	}
	return out
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func kind(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if errs.KindOf(err) != want {
		t.Errorf("%s: got kind %q of %v, want %q", what, errs.KindOf(err), err, want)
	}
}

func canonical(t *testing.T, o stix.Object) string {
	t.Helper()
	c, err := o.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return string(c)
}

func testAppend(t *testing.T, b Backend) {
	s := open(t, b)
	first := add(t, s, Load(0, 300)...)
	equal(t, "first", first, journal.Receipt{First: 1, Last: 300, Added: 300})
	again := add(t, s, Load(0, 300)...)
	equal(t, "again", again, journal.Receipt{Same: 300})
	mixed := add(t, s, Load(290, 310)...)
	equal(t, "mixed", mixed, journal.Receipt{First: 301, Last: 310, Added: 10, Same: 10})
	twice := add(t, s, Indicator(500, 0), Indicator(500, 0))
	equal(t, "twice in one batch", twice, journal.Receipt{First: 311, Last: 311, Added: 1, Same: 1})
	equal(t, "nothing", add(t, s), journal.Receipt{})
	e, err := s.Get(t.Context(), Insider, policy.Reading, Indicator(500, 0).ID())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "bytes", string(e.Canonical), canonical(t, Indicator(500, 0)))
	equal(t, "number", e.Seq, 311)
	if _, err := s.Get(t.Context(), Insider, policy.Reading, Indicator(501, 0).ID()); true {
		kind(t, "absent", err, errs.NotFound)
	}
	verified(t, s)
}

func testReopen(t *testing.T, b Backend) {
	place := t.TempDir()
	s := b.Open(t, place)
	add(t, s, Load(0, 1000)...)
	before := scan(t, s, Insider, journal.Query{})
	note, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = b.Open(t, place)
	defer s.Close()
	equal(t, "entries", scan(t, s, Insider, journal.Query{}), before)
	again, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "checkpoint", string(again), string(note))
	equal(t, "next", add(t, s, Load(1000, 1001)...).First, 1001)
	verified(t, s)
}

func testRefuseAll(t *testing.T, b Backend) {
	s := open(t, b)
	bad := Indicator(1, 0)
	delete(bad, "pattern")
	r, err := s.Append(t.Context(), journal.Batch{Objects: []stix.Object{Indicator(0, 0), bad}, By: "suite", RefuseAll: true})
	kind(t, "refused", err, errs.Invalid)
	if r.Added != 0 || len(r.Refused) != 1 || r.Refused[0].Index != 1 {
		t.Errorf("receipt %+v", r)
	}
	head, err := s.Head(t.Context())
	if head != 0 || err != nil {
		t.Errorf("head %d, %v", head, err)
	}
	list, _, err := s.Refused(t.Context(), Insider, policy.Reading, journal.Page{})
	if len(list) != 1 || err != nil {
		t.Errorf("quarantine %v, %v", list, err)
	}
}

func testQuarantine(t *testing.T, b Backend) {
	s := open(t, b)
	noPattern := Indicator(1, 0, clearMark)
	delete(noPattern, "pattern")
	odd := Indicator(2, 0)
	odd["object_marking_refs"] = []any{"marking-definition--nothing"}
	bundle := stix.Object{"type": "bundle", "id": "bundle--0b4f2d34-1c3b-4b1e-8b3a-1d0f8f6a0001", "objects": []any{}}
	number := Indicator(3, 0)
	number["x_number"] = func() {} // a Go value that is no JSON
	r := add(t, s, Indicator(0, 0), noPattern, odd, bundle, number)
	equal(t, "added", r.Added, 1)
	var where []int
	for _, f := range r.Refused {
		where = append(where, f.Index)
		if f.Rule == "" || f.Section == "" || f.Message == "" {
			t.Errorf("refusal without rule, section or message: %+v", f)
		}
	}
	equal(t, "positions", where, []int{1, 2, 3, 4})
	list, more, err := s.Refused(t.Context(), Insider, policy.Reading, journal.Page{})
	if err != nil || more || len(list) != 4 {
		t.Fatalf("quarantine has %d, more %v, %v", len(list), more, err)
	}
	for i, q := range list {
		equal(t, "refusal", q.Refusal, r.Refused[i])
	}
	equal(t, "raw", string(list[0].Raw), canonical(t, noPattern))
	page, more, err := s.Refused(t.Context(), Insider, policy.Reading, journal.Page{After: list[0].N, Limit: 2})
	if err != nil || !more || len(page) != 2 || page[0].N != list[1].N {
		t.Errorf("second page %v, more %v, %v", page, more, err)
	}
	page, more, err = s.Refused(t.Context(), Insider, policy.Reading, journal.Page{Limit: 1, Newest: true, After: list[3].N})
	if err != nil || !more || len(page) != 1 || page[0].N != list[2].N {
		t.Errorf("newest first below the last: %v, more %v, %v", page, more, err)
	}
	if n, err := s.CountRefused(t.Context(), Insider, policy.Reading); n != 4 || err != nil {
		t.Errorf("an insider counts %d, %v", n, err)
	}
	if n, err := s.CountRefused(t.Context(), Anyone, policy.Reading); n != 1 || err != nil {
		t.Errorf("the public counts %d, %v", n, err)
	}
	seen, _, err := s.Refused(t.Context(), Anyone, policy.Reading, journal.Page{})
	if err != nil || len(seen) != 1 || seen[0].ID != noPattern.ID() {
		t.Errorf("the public sees %v, %v; want the one that is marked TLP:CLEAR", seen, err)
	}
	add(t, s, noPattern, odd)
	if list, _, _ := s.Refused(t.Context(), Insider, policy.Reading, journal.Page{}); len(list) != 4 {
		t.Errorf("the same refusals again made %d of 4", len(list))
	}
	verified(t, s)
}

func testConflict(t *testing.T, b Backend) {
	s := open(t, b)
	add(t, s, Indicator(0, 0))
	other := Indicator(0, 0)
	other["name"] = "other"
	sameInstant := Indicator(0, 0)
	sameInstant["modified"] = strings.Replace(sameInstant.Str("modified"), ".000Z", ".000000Z", 1)
	for _, o := range []stix.Object{other, sameInstant} {
		r := add(t, s, o)
		if len(r.Refused) != 1 || r.Refused[0].Rule != journal.RuleConflicting {
			t.Errorf("got %+v, want a conflict", r)
		}
	}
	r := add(t, s, Indicator(1, 0), func() stix.Object { o := Indicator(1, 0); o["name"] = "other"; return o }())
	if r.Added != 1 || len(r.Refused) != 1 || r.Refused[0].Index != 1 {
		t.Errorf("two contents in one batch: %+v", r)
	}
	e, err := s.Get(t.Context(), Insider, policy.Reading, Indicator(0, 0).ID())
	if err != nil || string(e.Canonical) != canonical(t, Indicator(0, 0)) {
		t.Errorf("the first content was not kept: %s, %v", e.Canonical, err)
	}
	verified(t, s)
}

func testVersions(t *testing.T, b Backend) {
	s := open(t, b)
	fine := Indicator(0, 2)
	fine["modified"] = "2026-01-01T00:00:02.0005Z" // half a millisecond after version 2
	add(t, s, Indicator(0, 1))
	add(t, s, Indicator(0, 3), Indicator(0, 2), fine)
	add(t, s, Indicator(0, 0))
	id := fine.ID()
	got, err := s.Versions(t.Context(), Insider, policy.Reading, id)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "versions", seqs(got), []int64{5, 1, 3, 4, 2})
	newest, err := s.Get(t.Context(), Insider, policy.Reading, id)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "newest", newest.Seq, 2)
	equal(t, "latest", seqs(scan(t, s, Insider, journal.Query{Latest: true})), []int64{2})
	verified(t, s)
}

func testVariants(t *testing.T, b Backend) {
	s := open(t, b)
	plain, rich, red := Domain(0, clearMark), Domain(0, clearMark), Domain(0, redMark)
	rich["x_first_seen"] = "2026-01-01"
	equal(t, "added", add(t, s, plain, rich, red).Added, 3)
	equal(t, "again", add(t, s, red, plain, rich).Same, 3)
	id := plain.ID()
	for v, want := range map[string][]int64{"public": {1, 2}, "insider": {1, 2, 3}} {
		viewer := map[string]policy.Viewer{"public": Anyone, "insider": Insider}[v]
		got, err := s.Versions(t.Context(), viewer, policy.Reading, id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, v+" contents", seqs(got), want)
		newest, err := s.Get(t.Context(), viewer, policy.Reading, id)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, v+" newest", newest.Seq, want[len(want)-1])
		equal(t, v+" latest", seqs(scan(t, s, viewer, journal.Query{Latest: true})), want[len(want)-1:])
	}
	random := Domain(1)
	random["id"] = "domain-name--0b4f2d34-1c3b-4b1e-8b3a-1d0f8f6a0002"
	other := Domain(2)
	other["id"] = random["id"]
	add(t, s, random)
	if r := add(t, s, other); len(r.Refused) != 1 || r.Refused[0].Rule != journal.RuleConflicting {
		t.Errorf("an id that does not follow from the content: %+v", r)
	}
	verified(t, s)
}

func testPolicy(t *testing.T, b Backend) {
	s := open(t, b)
	marks := []string{"", clearMark, greenMark, amberMark, redMark}
	var objects []stix.Object
	for i := range 50 {
		if m := marks[i%5]; m != "" {
			objects = append(objects, Indicator(i, 0, m))
		} else {
			objects = append(objects, Indicator(i, 0)) // the default, TLP:AMBER
		}
	}
	add(t, s, objects...)
	var before []int64
	for _, v := range []policy.Viewer{Anyone, {Name: "green", Clearance: policy.Green}, Partner, Insider} {
		got := scan(t, s, v, journal.Query{})
		seen := seqs(got)
		for _, seq := range before {
			if !slices.Contains(seen, seq) {
				t.Errorf("%s does not see entry %d, and somebody with less does", v.Name, seq)
			}
		}
		before = seen
		for i, o := range objects {
			label, err := policy.LabelOf(o, policy.Amber, nil)
			if err != nil {
				t.Fatal(err)
			}
			may := policy.May(v, label, policy.Reading, time.Now()).Allow
			if slices.Contains(seen, int64(i+1)) != may {
				t.Errorf("%s sees %s: %v, and policy says %v", v.Name, o.ID(), !may, may)
			}
			_, err = s.Get(t.Context(), v, policy.Reading, o.ID())
			if may != (err == nil) || !may && !errs.Is(err, errs.Withheld) {
				t.Errorf("%s gets %s: %v, and policy says %v", v.Name, o.ID(), err, may)
			}
			if !may && errs.Public(err).Error() != errs.Public(errs.New(errs.Withheld, "other")).Error() {
				t.Errorf("what is withheld looks like %q outside", errs.Public(err))
			}
		}
	}
	if got := scan(t, s, Insider, journal.Query{Purpose: "no purpose that policy knows"}); len(got) != 0 {
		t.Errorf("an unknown purpose shows %d entries", len(got))
	}
}

func testGovernance(t *testing.T, b Backend) {
	s := open(t, b)
	add(t, s, Indicator(0, 0, clearMark), Indicator(1, 0, redMark))
	add(t, s, Indicator(0, 1, redMark), Indicator(1, 1, clearMark))
	raised, lowered := Indicator(0, 0).ID(), Indicator(1, 0).ID()
	_, err := s.Get(t.Context(), Anyone, policy.Reading, raised)
	kind(t, "raised", err, errs.Withheld)
	_, err = s.Versions(t.Context(), Anyone, policy.Reading, raised)
	kind(t, "versions of the raised", err, errs.Withheld)
	got, err := s.Versions(t.Context(), Anyone, policy.Reading, lowered)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "versions of the lowered", seqs(got), []int64{4})
	equal(t, "scan", seqs(scan(t, s, Anyone, journal.Query{})), []int64{4})
	equal(t, "scan of who sees all", seqs(scan(t, s, Insider, journal.Query{})), []int64{1, 2, 3, 4})
	verified(t, s)
}

func testGranular(t *testing.T, b Backend) {
	s := open(t, b)
	o := Indicator(0, 0, clearMark)
	o["description"] = "for insiders"
	o["granular_markings"] = []any{map[string]any{"marking_ref": redMark, "selectors": []any{"description"}}}
	add(t, s, o)
	for _, v := range []policy.Viewer{Anyone, Insider} {
		e, err := s.Get(t.Context(), v, policy.Reading, o.ID())
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.Object()
		if err != nil {
			t.Fatal(err)
		}
		if hidden := v.Name == Anyone.Name; (got.Str("description") == "") != hidden || (len(e.Redacted) > 0) != hidden {
			t.Errorf("%s sees description %q, redacted %v", v.Name, got.Str("description"), e.Redacted)
		}
		for _, e := range scan(t, s, v, journal.Query{Latest: true}) {
			if hidden := v.Name == Anyone.Name; strings.Contains(string(e.Canonical), "for insiders") == hidden {
				t.Errorf("a scan shows %s: %s", v.Name, e.Canonical)
			}
		}
	}
	withheld := Indicator(1, 0, clearMark)
	withheld["granular_markings"] = []any{map[string]any{"marking_ref": redMark, "selectors": []any{"pattern"}}}
	add(t, s, withheld)
	_, err := s.Get(t.Context(), Anyone, policy.Reading, withheld.ID())
	kind(t, "without what is required", err, errs.Withheld)
	// Parts of an object lie on shelves under a label that covers all of it.
	p := b.Projector(t, s, Index{})
	defer p.Close()
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := p.Shelf("index").Get(t.Context(), Anyone, policy.Reading, []byte("o"+o.ID())); ok || err != nil {
		t.Errorf("the public sees a row of an object with a part for insiders: %v, %v", ok, err)
	}
	if _, ok, err := p.Shelf("index").Get(t.Context(), Insider, policy.Reading, []byte("o"+o.ID())); !ok || err != nil {
		t.Errorf("an insider does not see the row: %v, %v", ok, err)
	}
}

// statement returns a marking definition that is a statement.
func statement(n int) stix.Object {
	return stix.Object{
		"type": "marking-definition", "spec_version": "2.1", "id": stix.NameID("marking-definition", "journaltest", fmt.Sprint(n)),
		"created": "2026-01-01T00:00:00.000Z", "definition_type": "statement",
		"definition": map[string]any{"statement": "Copyright EXAMPLE"},
	}
}

func testLateDefinition(t *testing.T, b Backend) {
	s := open(t, b)
	p := b.Projector(t, s, Index{})
	defer p.Close()
	id := statement(1).ID()
	add(t, s, Indicator(0, 0, clearMark, id), Indicator(0, 1, clearMark, id))
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(t.Context(), Anyone, policy.Reading, Indicator(0, 0).ID())
	kind(t, "before", err, errs.Withheld)
	add(t, s, statement(1))
	if _, err := s.Get(t.Context(), Anyone, policy.Reading, Indicator(0, 0).ID()); err != nil {
		t.Errorf("after the definition came: %v", err)
	}
	if vs, err := s.Versions(t.Context(), Anyone, policy.Reading, Indicator(0, 0).ID()); err != nil || len(vs) != 2 {
		t.Errorf("versions after the definition came: %d, %v", len(vs), err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := p.Shelf("index").Get(t.Context(), Anyone, policy.Reading, []byte("o"+Indicator(0, 0).ID())); !ok || err != nil {
		t.Errorf("the projection did not follow: %v, %v", ok, err)
	}
	r := add(t, s, Indicator(1, 0, clearMark, statement(2).ID()), statement(2))
	if _, err := s.Get(t.Context(), Anyone, policy.Reading, Indicator(1, 0).ID()); err != nil || r.Added != 2 {
		t.Errorf("in one batch with its definition: %v", err)
	}
	verified(t, s)
}

// testTimes opens the journal again and again, whose clock begins anew each time:
// to the journal that is a clock that went back.
func testTimes(t *testing.T, b Backend) {
	place := t.TempDir()
	for round := range 3 {
		s := b.Open(t, place)
		for i := range 3 {
			n := 10*round + 3*i
			add(t, s, Indicator(n, 0), Indicator(n+1, 0))
		}
		all := scan(t, s, Insider, journal.Query{})
		for i, e := range all {
			if e.At != e.At.Truncate(time.Microsecond) {
				t.Errorf("entry %d is of %v", e.Seq, e.At)
			}
			if i > 0 && (i%2 == 1) != e.At.Equal(all[i-1].At) || i > 0 && e.At.Before(all[i-1].At) {
				t.Errorf("entry %d is of %v after %v", e.Seq, e.At, all[i-1].At)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func testScan(t *testing.T, b Backend) {
	s := open(t, b)
	add(t, s, Load(0, 900)...)
	all := scan(t, s, Insider, journal.Query{})
	equal(t, "all", len(all), 900)
	for i, e := range all {
		if e.Seq != int64(i+1) {
			t.Fatalf("entry %d has number %d", i, e.Seq)
		}
	}
	of := func(types ...string) (out []int64) {
		for _, e := range all {
			if slices.Contains(types, e.Type) {
				out = append(out, e.Seq)
			}
		}
		return out
	}
	equal(t, "one type", seqs(scan(t, s, Insider, journal.Query{Types: []string{"indicator"}})), of("indicator"))
	two := of("indicator", "relationship")
	equal(t, "two types", seqs(scan(t, s, Insider, journal.Query{Types: []string{"relationship", "indicator", "indicator"}})), two)
	slices.Reverse(two)
	equal(t, "newest first", seqs(scan(t, s, Insider, journal.Query{Types: []string{"relationship", "indicator"}, Newest: true, Limit: 400})), two[:400])
	equal(t, "after", seqs(scan(t, s, Insider, journal.Query{After: 897})), []int64{898, 899, 900})
	equal(t, "limit", len(scan(t, s, Insider, journal.Query{Limit: 333})), 333)
	some := []int64{700, 3, 3, 4, 901, -1}
	equal(t, "some", seqs(scan(t, s, Insider, journal.Query{Seqs: some})), []int64{3, 4, 700})
	equal(t, "some of one type, newest first", seqs(scan(t, s, Insider, journal.Query{Seqs: some, Types: []string{"indicator"}, Newest: true})), []int64{700, 4})
	equal(t, "none", len(scan(t, s, Insider, journal.Query{Seqs: []int64{}})), 0)
	equal(t, "some of what may be seen", len(scan(t, s, Anyone, journal.Query{Seqs: some})), 0)
	equal(t, "no such type", len(scan(t, s, Insider, journal.Query{Types: []string{"campaign"}})), 0)
	n := 0
	for range s.Scan(t.Context(), Insider, journal.Query{}) {
		if n++; n == 5 {
			break
		}
	}
	equal(t, "left early", n, 5)
	// A caller may ask the journal while it scans, however deep.
	n = 0
	for e, err := range s.Scan(t.Context(), Insider, journal.Query{Limit: 20}) {
		for range s.Scan(t.Context(), Insider, journal.Query{Limit: 2}) {
			n++
		}
		if _, e2 := s.Get(t.Context(), Insider, policy.Reading, e.ID); err != nil || e2 != nil {
			t.Fatal(err, e2)
		}
	}
	equal(t, "within", n, 40)
}

func testScanLatest(t *testing.T, b Backend) {
	s := open(t, b)
	for v := range 3 {
		for n := range 200 {
			add(t, s, Indicator(n, (v*2)%3)) // versions 0, 2, 1
		}
	}
	got := scan(t, s, Insider, journal.Query{Latest: true})
	equal(t, "how many", len(got), 200)
	equal(t, "first", got[0].Seq, 201)
	// What is superseded during a scan is still shown as it was at its beginning.
	n := 0
	for e, err := range s.Scan(t.Context(), Insider, journal.Query{Latest: true, Newest: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			for k := range 200 {
				add(t, s, Indicator(k, 9))
			}
		}
		if e.Seq > 600 {
			t.Fatalf("entry %d came after the scan began", e.Seq)
		}
	}
	equal(t, "during appends", n, 200)
}

func testErase(t *testing.T, b Backend) {
	s := open(t, b)
	p := b.Projector(t, s, Index{})
	defer p.Close()
	variant := Domain(1)
	variant["x_note"] = "variant"
	conflict := Indicator(0, 1)
	conflict["name"] = "refused content of indicator 0"
	add(t, s, Indicator(0, 0), Indicator(0, 1), Indicator(1, 0), Domain(1), variant, conflict)
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := verified(t, s)
	note, err := s.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	_, err = s.Erase(t.Context(), Indicator(9, 0).ID(), "", "court order", "clerk")
	kind(t, "nothing there", err, errs.NotFound)
	_, err = s.Erase(t.Context(), Indicator(0, 0).ID(), "", "", "clerk")
	kind(t, "no reason", err, errs.Invalid)
	r, err := s.Erase(t.Context(), Indicator(0, 0).ID(), Indicator(0, 1).Version(), "court order", "clerk")
	if err != nil || r.Added != 1 {
		t.Fatal(r, err)
	}
	if again, err := s.Erase(t.Context(), Indicator(0, 0).ID(), Indicator(0, 1).Version(), "court order", "clerk"); err != nil || again.Added != 0 || again.Same != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if r, err := s.Erase(t.Context(), Domain(1).ID(), "", "court order", "clerk"); err != nil || r.Added != 2 {
		t.Errorf("an observable with two contents: %+v, %v", r, err)
	}
	e, err := s.Get(t.Context(), Insider, policy.Reading, Indicator(0, 0).ID())
	if err != nil || !e.Erased || e.Canonical != nil {
		t.Errorf("newest is %+v, %v; want erased", e, err)
	}
	if vs, err := s.Versions(t.Context(), Insider, policy.Reading, Indicator(0, 0).ID()); err != nil || len(vs) != 2 || vs[0].Erased || !vs[1].Erased {
		t.Errorf("versions %+v, %v", vs, err)
	}
	var erasures []int64
	for _, e := range scan(t, s, Insider, journal.Query{}) {
		if e.Erases != 0 {
			erasures = append(erasures, e.Erases)
		}
		if strings.Contains(string(e.Canonical), "version 1") || strings.Contains(string(e.Canonical), "variant") {
			t.Errorf("entry %d still has the content", e.Seq)
		}
	}
	equal(t, "erasures", erasures, []int64{2, 4, 5})
	for _, o := range []stix.Object{Indicator(0, 1), Domain(1), variant} {
		if r := add(t, s, o); r.Added != 0 || len(r.Refused) != 1 || r.Refused[0].Rule != journal.RuleErased {
			t.Errorf("erased content comes back: %+v", r)
		}
	}
	list, _, err := s.Refused(t.Context(), Insider, policy.Reading, journal.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range list {
		if q.Raw != nil {
			t.Errorf("the quarantine still has %s", q.Raw)
		}
	}
	after := verified(t, s)
	equal(t, "erased", after.Erased, 3)
	// The tree only grew: what was signed before still holds.
	old, err := translog.ReadCheckpoint(note)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "old root", old.Root, before.Root)
	proof, err := translog.ProveConsistency(after.Entries, before.Entries, s.Hashes(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if err := translog.CheckConsistency(proof, after.Entries, after.Root, before.Entries, before.Root); err != nil {
		t.Error(err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for row, err := range p.Shelf("index").All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(row.Key), "version 1") || strings.HasPrefix(string(row.Key), "vhost-1.") {
			t.Errorf("the projection still has %q", row.Key)
		}
	}
	sameAfterRebuild(t, p)
}

func sameAfterRebuild(t *testing.T, p Projector) {
	t.Helper()
	before, rows, err := p.Digest(t.Context(), "index")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after, rebuilt, err := p.Digest(t.Context(), "index")
	if err != nil {
		t.Fatal(err)
	}
	if before != after {
		t.Errorf("%x in %d rows, rebuilt %x in %d", before, rows, after, rebuilt)
	}
}

func testTree(t *testing.T, b Backend) {
	s := open(t, b)
	verifier, err := translog.NewVerifier(s.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	check := func(size int64) {
		t.Helper()
		note, err := s.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, err := translog.OpenCheckpoint(note, verifier)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "size", c.Size, size)
		for e, err := range s.Scan(t.Context(), Insider, journal.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			proof, err := translog.ProveInclusion(c.Size, e.Seq-1, s.Hashes(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			if err := translog.CheckInclusion(proof, c.Size, c.Root, e.Seq-1, e.Leaf); err != nil {
				t.Errorf("entry %d: %v", e.Seq, err)
			}
		}
		for _, tile := range translog.NewTiles(0, size) {
			data, err := s.Tile(t.Context(), translog.TilePath(tile))
			if err != nil {
				t.Fatal(translog.TilePath(tile), err)
			}
			if tile.Level != translog.Entries {
				continue
			}
			commitments, err := translog.ParseEntryBundle(data, tile.Width)
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range scan(t, s, Insider, journal.Query{After: tile.Index * translog.TileWidth, Limit: tile.Width}) {
				if translog.LeafHash([32]byte(commitments[i])) != e.Leaf {
					t.Errorf("entry %d is not in its bundle", e.Seq)
				}
			}
		}
	}
	check(0)
	for _, n := range []int{1, 2, 126, 255, 256, 300} {
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		add(t, s, Load(int(head), n)...)
		check(int64(n))
	}
	for _, path := range []string{"tile/0/001.p/45", "tile/9/000", "tile/entries/002", "../journal.db", ""} {
		_, err := s.Tile(t.Context(), path)
		kind(t, path, err, errs.NotFound)
	}
	verified(t, s)
}

func testConcurrent(t *testing.T, b Backend) {
	s := open(t, b)
	ctx := t.Context()
	var wg sync.WaitGroup
	var mu sync.Mutex
	added := 0
	for g := range 6 {
		wg.Go(func() {
			for i := range 10 {
				from := (i*7 + g*3) % 40 * 10 // overlapping ranges
				r, err := s.Append(ctx, journal.Batch{Objects: Load(from, from+30), By: "suite"})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				added += r.Added
				mu.Unlock()
			}
		})
		wg.Go(func() {
			for range 5 {
				last := int64(0)
				for e, err := range s.Scan(ctx, Partner, journal.Query{Latest: true}) {
					if err != nil || e.Seq <= last {
						t.Error(e.Seq, err)
						return
					}
					last = e.Seq
				}
			}
		})
	}
	wg.Wait()
	head, err := s.Head(ctx)
	if err != nil || int(head) != added {
		t.Errorf("head %d, %d added, %v", head, added, err)
	}
	verified(t, s)
}

func testCancelled(t *testing.T, b Backend) {
	s := open(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Append(ctx, journal.Batch{Objects: Load(0, 10)}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	equal(t, "after", add(t, s, Load(0, 10)...).First, 1)
	verified(t, s)
}

func testProjection(t *testing.T, b Backend) {
	place := t.TempDir()
	s := b.Open(t, place)
	p := b.Projector(t, s, Index{})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	for i := range 10 {
		r := add(t, s, append(Load(i*50, i*50+50), Indicator(i%3, i))...)
		if err := p.Wait(t.Context(), r.Last); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	sameAfterRebuild(t, p)
	before, _, err := p.Digest(t.Context(), "index")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	s = b.Open(t, place)
	defer s.Close()
	p = b.Projector(t, s, Index{})
	defer p.Close()
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, _, err := p.Digest(t.Context(), "index"); err != nil || after != before {
		t.Errorf("after opening again %x, %v, want %x", after, err, before)
	}
}

func testProjectionVersion(t *testing.T, b Backend) {
	s := open(t, b)
	add(t, s, Load(0, 30)...)
	p := b.Projector(t, s, Index{})
	if err := errors.Join(p.CatchUp(t.Context()), p.Close()); err != nil {
		t.Fatal(err)
	}
	p = b.Projector(t, s, Index{Form: 2})
	defer p.Close()
	if n, err := p.Shelf("index").Applied(t.Context()); n != 0 || err != nil {
		t.Errorf("rows of version 1 answer for version 2: %d, %v", n, err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Shelf("index").Applied(t.Context()); n != 30 || err != nil {
		t.Errorf("applied %d, %v", n, err)
	}
}

func testShelf(t *testing.T, b Backend) {
	s := open(t, b)
	for i := range 600 {
		mark := clearMark
		if i%2 == 1 {
			mark = redMark
		}
		add(t, s, Indicator(i, 0, mark))
	}
	p := b.Projector(t, s, Index{})
	defer p.Close()
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	shelf := p.Shelf("index")
	for _, c := range []struct {
		v    policy.Viewer
		want int
	}{{Anyone, 300}, {Insider, 600}} {
		n, last := 0, ""
		for row, err := range shelf.Scan(t.Context(), c.v, policy.Reading, []byte("oindicator")) {
			if err != nil || string(row.Key) <= last {
				t.Fatal(err, string(row.Key))
			}
			last = string(row.Key)
			n++
		}
		equal(t, c.v.Name, n, c.want)
	}
	_, ok, err := shelf.Get(t.Context(), Anyone, policy.Reading, []byte("o"+Indicator(1, 0).ID()))
	if ok || err != nil {
		t.Errorf("the public gets a red row: %v, %v", ok, err)
	}
	row, ok, err := shelf.Get(t.Context(), Insider, policy.Reading, []byte("o"+Indicator(1, 0).ID()))
	if !ok || err != nil || policy.Level(row.Label) != policy.Red {
		t.Errorf("%+v, %v, %v", row, ok, err)
	}
	n := 0
	for _, err := range shelf.All(t.Context(), []byte("o")) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	equal(t, "all", n, 600)
}

// following is an Index that counts what it hears.
type following struct {
	Index
	mu    sync.Mutex
	heard [][2]int64
}

func (f *following) Applied(_ context.Context, from, to int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heard = append(f.heard, [2]int64{from, to})
	return nil
}

func testFollower(t *testing.T, b Backend) {
	s := open(t, b)
	f := &following{}
	p := b.Projector(t, s, f)
	defer p.Close()
	step := func(do func() error) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	catchUp := func() error { return p.CatchUp(t.Context()) }
	add(t, s, Load(0, 10)...)
	step(catchUp)
	add(t, s, Load(10, 15)...)
	step(catchUp)
	step(func() error { return p.Rebuild(t.Context(), nil) })
	step(catchUp)
	equal(t, "heard", f.heard, [][2]int64{{0, 10}, {10, 15}, {0, 15}})
}

func testClosed(t *testing.T, b Backend) {
	s := b.Open(t, t.TempDir())
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	_, err := s.Append(t.Context(), journal.Batch{Objects: Load(0, 1)})
	kind(t, "Append", err, errs.Unavailable)
	_, err = s.Get(t.Context(), Insider, policy.Reading, Domain(0).ID())
	kind(t, "Get", err, errs.Unavailable)
	for _, err := range s.Scan(t.Context(), Insider, journal.Query{}) {
		kind(t, "Scan", err, errs.Unavailable)
	}
	_, err = s.Verify(t.Context(), nil)
	kind(t, "Verify", err, errs.Unavailable)
}
