package journal_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/translog"
)

func prepare(t *testing.T, p journal.Pipeline, random io.Reader, objects ...stix.Object) []journal.Draft {
	t.Helper()
	drafts, err := p.Canonicalise(t.Context(), objects)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]*journal.Draft, len(drafts))
	for i := range drafts {
		all[i] = &drafts[i]
	}
	if err := p.Admit(t.Context(), all, random); err != nil {
		t.Fatal(err)
	}
	return drafts
}

func TestPipelineKeepsTheOrderOnAnyNumberOfWorkers(t *testing.T) {
	objects := journaltest.Load(0, 1000)
	var want []journal.Draft
	for _, workers := range []int{1, 2, 7} {
		got := prepare(t, journal.Pipeline{DefaultTLP: policy.Amber, Workers: workers}, journaltest.Rand(3), objects...)
		for i, d := range got {
			c, err := objects[i].Canonical()
			if err != nil || d.Refusal != nil || !bytes.Equal(d.Canonical, c) || d.ID != objects[i].ID() {
				t.Fatalf("draft %d: %+v, %v", i, d.Refusal, err)
			}
			if d.Commitment != translog.Commitment(d.Salt, d.Canonical) || d.Leaf != translog.LeafHash(d.Commitment) {
				t.Fatalf("draft %d has another leaf", i)
			}
		}
		if want == nil {
			want = got
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%d workers give something else:\n%s", workers, d)
		}
	}
}

func TestPipelineRefuses(t *testing.T) {
	with := func(change func(stix.Object)) stix.Object {
		o := journaltest.Indicator(0, 0)
		change(o)
		return o
	}
	for name, c := range map[string]struct {
		o    stix.Object
		rule string // "" for one of package stix
	}{
		"a bundle":             {stix.Object{"type": "bundle", "id": "bundle--0b4f2d34-1c3b-4b1e-8b3a-1d0f8f6a0001"}, journal.RuleBundle},
		"no object":            {nil, ""},
		"no id":                {with(func(o stix.Object) { delete(o, "id") }), ""},
		"no required property": {with(func(o stix.Object) { delete(o, "pattern") }), ""},
		"a Go value":           {with(func(o stix.Object) { o["x"] = make(chan int) }), journal.RuleNotJSON},
		"too large":            {with(func(o stix.Object) { o["description"] = strings.Repeat("x", 3000) }), journal.RuleSize},
	} {
		d := prepare(t, journal.Pipeline{MaxObject: 2000}, nil, c.o)[0]
		if d.Refusal == nil || c.rule != "" && d.Refusal.Rule != c.rule {
			t.Errorf("%s: %+v", name, d.Refusal)
		}
	}
}

func TestPipelineNeedsRandomness(t *testing.T) {
	p := journal.Pipeline{}
	drafts, err := p.Canonicalise(t.Context(), journaltest.Load(0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Admit(t.Context(), []*journal.Draft{&drafts[0]}, iotest.ErrReader(errors.New("dry"))); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Canonicalise(ctx, journaltest.Load(0, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestVersionKeyOrdersLikeTime compares text order with the order of the instants.
func TestVersionKeyOrdersLikeTime(t *testing.T) {
	stamp := rapid.Custom(func(t *rapid.T) string {
		s := rapid.SampledFrom([]string{"2026-01-31T23:59:59", "2026-02-01T00:00:00", "2026-02-01T00:00:10"}).Draw(t, "second")
		if f := rapid.StringMatching(`[0-9]{0,9}`).Draw(t, "fraction"); f != "" {
			s += "." + f
		}
		return s + "Z"
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := stamp.Draw(t, "a"), stamp.Draw(t, "b")
		ta, err := stix.ParseTime(a)
		if err != nil {
			t.Fatal(err)
		}
		tb, err := stix.ParseTime(b)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Compare(journal.VersionKey(a), journal.VersionKey(b)); got != ta.Compare(tb) {
			t.Fatalf("%s and %s: keys %d, times %d", a, b, got, ta.Compare(tb))
		}
	})
	if journal.VersionKey("") != "" {
		t.Error("an observable has a key")
	}
}

func TestVariant(t *testing.T) {
	random := journaltest.Domain(0)
	random["id"] = "domain-name--0b4f2d34-1c3b-4b1e-8b3a-1d0f8f6a0002"
	upper := journaltest.Domain(0)
	typ, uuid, _ := strings.Cut(upper.ID(), "--")
	upper["id"] = typ + "--" + strings.ToUpper(uuid)
	for name, c := range map[string]struct {
		o    stix.Object
		want bool
	}{
		"an id from its content": {journaltest.Domain(0), true},
		"in capitals":            {upper, true},
		"a random id":            {random, false},
		"an indicator":           {journaltest.Indicator(0, 0), false},
	} {
		if got := journal.Variant(c.o); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLabelsOfPartsAndOfRefusedObjects(t *testing.T) {
	red, green := policy.MarkingID(policy.Red), policy.MarkingID(policy.Green)
	held := stix.NameID("marking-definition", "a marking that nobody here knows")
	granular := func(refs ...any) stix.Object {
		o := journaltest.Indicator(0, 0, green)
		var list []any
		for _, r := range refs {
			list = append(list, map[string]any{"marking_ref": r, "selectors": []any{"name"}})
		}
		o["granular_markings"] = list
		return o
	}
	bad := journaltest.Indicator(0, 0)
	bad["object_marking_refs"] = []any{held, 7}
	p := journal.Pipeline{DefaultTLP: policy.Clear}
	own := func(o stix.Object) policy.Label {
		l, err := policy.LabelOf(o, p.DefaultTLP, nil)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for name, c := range map[string]struct {
		label policy.Label
		level policy.TLP
		holds bool // who is cleared to the level and holds the marking may
	}{
		"no granular marking":         {p.ProjectionLabel(own(journaltest.Indicator(0, 0, green)), journaltest.Indicator(0, 0, green)), policy.Green, false},
		"a red part":                  {p.ProjectionLabel(own(granular(red)), granular(red)), policy.Red, false},
		"a part with a marking":       {p.ProjectionLabel(own(granular(held)), granular(held)), policy.Green, true},
		"a part that cannot be read":  {p.ProjectionLabel(own(granular(7)), granular(7)), policy.Red, false},
		"refused, unmarked":           {p.QuarantineLabel(journaltest.Indicator(0, 0)), policy.Red, false},
		"refused, marked":             {p.QuarantineLabel(journaltest.Indicator(0, 0, green)), policy.Green, false},
		"refused, half readable":      {p.QuarantineLabel(bad), policy.Red, true},
		"refused, with a red part":    {p.QuarantineLabel(granular(red)), policy.Red, false},
		"refused, nothing in it":      {p.QuarantineLabel(nil), policy.Red, false},
		"refused, with a held part":   {p.QuarantineLabel(granular(held)), policy.Green, true},
		"refused, granular malformed": {p.QuarantineLabel(granular(7, red)), policy.Red, false},
	} {
		if got := policy.Level(c.label); got != c.level {
			t.Errorf("%s: level %v, want %v (%s)", name, got, c.level, c.label)
		}
		holder := policy.Viewer{Clearance: policy.Red, Holds: map[string]bool{held: true}}
		plain := policy.Viewer{Clearance: policy.Red}
		if needs := policy.May(holder, c.label, policy.Reading, time.Now()).Allow && !policy.May(plain, c.label, policy.Reading, time.Now()).Allow; needs != c.holds {
			t.Errorf("%s: needs the marking to be held: %v, want %v (%s)", name, needs, c.holds, c.label)
		}
	}
}

func TestEntryObjectIsReadOnce(t *testing.T) {
	c, err := journaltest.Domain(0).Canonical()
	if err != nil {
		t.Fatal(err)
	}
	e := journal.Share(journal.Entry{Canonical: c})
	copied := e
	a, err := e.Object()
	if err != nil {
		t.Fatal(err)
	}
	b, err := copied.Object()
	if err != nil {
		t.Fatal(err)
	}
	if a["x_probe"] = "seen"; b["x_probe"] != "seen" {
		t.Error("two copies of a shared entry read their object twice")
	}
	if _, err := (journal.Entry{Seq: 4}).Object(); !errs.Is(err, errs.NotFound) {
		t.Errorf("an entry without content: %v", err)
	}
}

func BenchmarkPipeline(b *testing.B) {
	objects := journaltest.Load(0, 4000)
	p := journal.Pipeline{DefaultTLP: policy.Amber}
	b.ReportAllocs()
	for b.Loop() {
		drafts, err := p.Canonicalise(b.Context(), objects)
		if err != nil {
			b.Fatal(err)
		}
		all := make([]*journal.Draft, len(drafts))
		for i := range drafts {
			all[i] = &drafts[i]
		}
		if err := p.Admit(b.Context(), all, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(objects))/b.Elapsed().Seconds(), "objects/s")
}
