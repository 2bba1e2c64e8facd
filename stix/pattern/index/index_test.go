package index_test

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/index"
	"github.com/cordon-project/cordon/stix/pattern/observe"
	"github.com/cordon-project/cordon/stix/pattern/patterntest"
)

// oneByOne tries every pattern.
func oneByOne(t interface{ Fatalf(string, ...any) }, patterns map[string]string, observations []observe.Observation) (ids, doubts []string) {
	for id, text := range patterns {
		p, err := observe.Compile(text, pattern.V21)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		switch got, err := p.Match(observations, observe.Limits{}); {
		case err != nil:
			doubts = append(doubts, id)
		case got.Matched:
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Sort(doubts)
	return ids, doubts
}

func agrees(t *rapid.T, x *index.Index, patterns map[string]string, observations []observe.Observation) {
	want, doubts := oneByOne(t, patterns, observations)
	got, err := x.Match(context.Background(), observe.Limits{}, observations...)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got.IDs); d != "" {
		t.Fatalf("matches (-one by one +index): %s\npatterns: %q", d, patterns)
	}
	if d := cmp.Diff(doubts, slices.Sorted(maps.Keys(got.NotEvaluable))); d != "" {
		t.Fatalf("not evaluable (-one by one +index): %s\npatterns: %q", d, patterns)
	}
}

func observations(t interface{ Fatal(...any) }, objects []stix.Object) []observe.Observation {
	out, err := observe.Read(objects)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTheIndexFindsWhatTryingAllFinds: for one observation and for several, and after
// patterns are replaced and taken out.
func TestTheIndexFindsWhatTryingAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := index.New(maphash.MakeSeed())
		held := map[string]string{}
		for range rapid.IntRange(1, 25).Draw(t, "changes") {
			id := fmt.Sprintf("indicator--%d", rapid.IntRange(0, 12).Draw(t, "id"))
			if rapid.IntRange(0, 4).Draw(t, "remove") == 0 {
				if _, there := held[id]; x.Remove(id) != there {
					t.Fatalf("removing %s, which is there: %t", id, there)
				}
				delete(held, id)
				continue
			}
			if known := slices.Sorted(maps.Values(held)); len(known) > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				held[id] = rapid.SampledFrom(known).Draw(t, "known") // two indicators with one pattern
			} else {
				held[id] = patterntest.Pattern(t, 2)
			}
			if err := x.Add(id, held[id], pattern.V21); err != nil {
				t.Fatalf("%s: %v", held[id], err)
			}
		}
		objects := patterntest.Objects(t, 4)
		all := observations(t, objects)
		agrees(t, x, held, all)
		for _, o := range all {
			agrees(t, x, held, []observe.Observation{o})
		}
		if s := x.Stats(); s.Indicators != len(held) || s.Patterns > len(held) {
			t.Fatalf("%d indicators are in, stats %+v", len(held), s)
		}
		for id := range held {
			x.Remove(id)
		}
		if s := x.Stats(); s != (index.Stats{}) {
			t.Fatalf("all are taken out, and there is left %+v", s)
		}
	})
}

func seen(t testing.TB, observables ...stix.Object) observe.Observation {
	t.Helper()
	o := stix.Object{"type": "observed-data", "id": "observed-data--1", "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:00Z", "number_observed": 1}
	var refs []any
	for i, v := range observables {
		v["id"] = fmt.Sprintf("%s--%d", v["type"], i)
		refs = append(refs, v["id"])
	}
	o["object_refs"] = refs
	return observations(t, append(observables, o))[0]
}

// TestKeysSpareWork: a pattern is evaluated only if the observation has what it needs.
func TestKeysSpareWork(t *testing.T) {
	name := func(s string) stix.Object { return stix.Object{"type": "file", "name": s} }
	for _, c := range []struct {
		pattern   string
		seen      stix.Object
		evaluated int
		matched   bool
	}{
		{"[file:name = 'a.example']", name("b.example"), 0, false},
		{"[file:name = 'a.example']", name("a.example"), 1, true},
		{"[file:name NOT != 'a.example']", name("a.example"), 1, true},
		{"[file:name IN ('a.example', 'b.example')]", name("c.example"), 0, false},
		{"[file:size > 5 AND file:name = 'a.example']", stix.Object{"type": "file", "name": "b.example", "size": 7}, 0, false},
		{"[file:name LIKE 'invoice%']", name("receipt"), 0, false},
		{"[file:name LIKE 'invoice%']", name("invoice 7"), 1, true},
		{"[file:name LIKE '%.scr']", name("photo.jpg"), 0, false},
		{"[file:name LIKE '%.scr']", name("photo.jpg.scr"), 1, true},
		{"[file:name LIKE '%salary%']", name("celery.txt"), 0, false},
		{"[file:name LIKE '%salary%']", name("my salary.txt"), 1, true},
		{`[file:name MATCHES '^inv[0-9]+\\.docm?$']`, name("photo.jpg"), 0, false},
		{`[file:name MATCHES '^inv[0-9]+\\.docm?$']`, name("inv12.doc"), 1, true},
		{"[file:name MATCHES '(?i)invoice']", name("INVOICE.PDF"), 1, true},
		{"[file:name MATCHES '[0-9]']", name("x"), 1, false}, // nothing to be named
		{"[ipv4-addr:value ISSUBSET '198.51.100.0/24']", stix.Object{"type": "ipv4-addr", "value": "203.0.113.7"}, 0, false},
		{"[ipv4-addr:value ISSUBSET '198.51.100.0/24']", stix.Object{"type": "ipv4-addr", "value": "198.51.100.7"}, 1, true},
		{"[ipv6-addr:value ISSUBSET '2001:db8::/32']", stix.Object{"type": "ipv6-addr", "value": "2001:db8::/48"}, 1, true},
		{"[file:hashes.MD5 = 'AEC070645FE53EE3B3763059376134F0']", stix.Object{"type": "file", "hashes": map[string]any{"MD5": "aec070645fe53ee3b3763059376134f0"}}, 1, true},
		{"[file:name = 'a.example'] AND [file:size = 1]", name("b.example"), 0, false},
		{"[NOT EXISTS file:size]", stix.Object{"type": "url", "value": "x"}, 0, false},
		{"[NOT EXISTS file:size]", name("x"), 1, true},
		{"[file:name IN ()]", name("x"), 0, false},
	} {
		x := index.New(maphash.MakeSeed())
		if err := x.Add("indicator--1", c.pattern, pattern.V21); err != nil {
			t.Fatal(err)
		}
		got, err := x.Match(t.Context(), observe.Limits{}, seen(t, c.seen))
		if err != nil || got.Evaluated != c.evaluated || len(got.IDs) > 0 != c.matched {
			t.Errorf("%s on %v: %+v, %v; want %d evaluated, matched %t", c.pattern, c.seen, got, err, c.evaluated, c.matched)
		}
	}
}

// TestRareKeysAreTaken: of two tests that must both hold the one that fewer share.
func TestRareKeysAreTaken(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	for i := range 50 {
		text := fmt.Sprintf("[file:size = 7 AND file:name = 'name %d']", i)
		if err := x.Add(fmt.Sprintf("indicator--%d", i), text, pattern.V21); err != nil {
			t.Fatal(err)
		}
	}
	got, err := x.Match(t.Context(), observe.Limits{}, seen(t, stix.Object{"type": "file", "size": 7, "name": "name 33"}))
	if err != nil || len(got.IDs) != 1 || got.Evaluated > 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestManyPaths: an object is not asked for each of the properties of thousands of
// patterns.
func TestManyPaths(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	for i := range 500 {
		for _, text := range []string{fmt.Sprintf("[x-note:p%d = 'v']", i), fmt.Sprintf("[x-note:list[%d] = 'v']", i)} {
			if err := x.Add(text, text, pattern.V21); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := x.Match(t.Context(), observe.Limits{}, seen(t, stix.Object{"type": "x-note", "p7": "v", "p8": "w", "list": []any{"w", "v"}}))
	if want := []string{"[x-note:list[1] = 'v']", "[x-note:p7 = 'v']"}; err != nil || !slices.Equal(got.IDs, want) || got.Evaluated != 2 {
		t.Errorf("%+v, %v; want %q", got, err, want)
	}
}

// TestOneValueManyTimes: an observation cannot multiply the work by repeating a value
// that many patterns ask for.
func TestOneValueManyTimes(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	const patterns = 200
	for i := range patterns {
		text := fmt.Sprintf("[x-note:list[*] = 'v' AND x-note:other != %d]", i)
		if err := x.Add(text, text, pattern.V21); err != nil {
			t.Fatal(err)
		}
	}
	list := make([]any, 5_000)
	for i := range list {
		list[i] = "v"
	}
	got, err := x.Match(t.Context(), observe.Limits{}, seen(t, stix.Object{"type": "x-note", "list": list}))
	if err != nil || got.Evaluated != patterns || len(got.IDs) != 0 {
		t.Errorf("%d evaluated, %d match, %v", got.Evaluated, len(got.IDs), err)
	}
}

func TestOnePatternOfManyIndicators(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	for _, id := range []string{"b", "a", "c"} {
		if err := x.Add(id, "[url:value = 'x']", pattern.V21); err != nil {
			t.Fatal(err)
		}
	}
	if s := x.Stats(); s != (index.Stats{Indicators: 3, Patterns: 1, Keys: 1}) {
		t.Errorf("%+v", s)
	}
	x.Remove("b")
	got, err := x.Match(t.Context(), observe.Limits{}, seen(t, stix.Object{"type": "url", "value": "x"}))
	if err != nil || !slices.Equal(got.IDs, []string{"a", "c"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsNotAddedChangesNothing(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	if err := x.Add("a", "[url:value = 'x']", pattern.V21); err != nil {
		t.Fatal(err)
	}
	var syntax *pattern.SyntaxError
	if err := x.Add("a", "[url:value", pattern.V21); !errors.As(err, &syntax) {
		t.Error(err)
	}
	for _, text := range []string{"[url:value IN (1, 'x')]", "[url:value = t'2026-02-30T00:00:00Z']"} {
		if err := x.Add("a", text, pattern.V21); !errs.Is(err, errs.Invalid) {
			t.Error(text, err)
		}
	}
	if err := x.Add("", "[url:value = 'x']", pattern.V21); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	if s := x.Stats(); s.Indicators != 1 || s.Patterns != 1 {
		t.Errorf("%+v", s)
	}
}

func TestAContextThatEndedEndsTheMatch(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	if err := x.Add("a", "[url:value = 'x']", pattern.V21); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Match(ctx, observe.Limits{}, seen(t, stix.Object{"type": "url", "value": "x"})); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzIndex: whatever the pattern and the object, the index finds what trying finds, and
// nothing is left of what is taken out.
func FuzzIndex(f *testing.F) {
	f.Add("[file:name = 'a' AND file:size > 1.5]", `{"type":"file","name":"a","size":2}`)
	f.Add("[file:a[*].b LIKE '%xyz_' OR file:d MATCHES '^(?i)abcd+$']", `{"type":"file","a":[{"b":"wxyz."}],"d":"ABCD"}`)
	f.Add("[file:x_hex = h'00' OR file:t < t'2026-01-01T00:00:00Z' OR NOT EXISTS file:y]", `{"type":"file","x_hex":"0","t":"2026"}`)
	f.Add("[file:ip ISSUBSET '198.51.100.0/24' OR file:ip IN ('a', 'b')]", `{"type":"file","ip":"198.51.100.1"}`)
	f.Add("[file:hashes.MD5 = 'AB'] AND [file:s MATCHES 'K|ſ']", `{"type":"file","hashes":{"MD5":"ab"},"s":"k"}`)
	f.Fuzz(func(t *testing.T, text, object string) {
		o, err := stix.Parse([]byte(object))
		if err != nil {
			return
		}
		p, err := observe.Compile(text, pattern.V21)
		x := index.New(maphash.MakeSeed())
		if added := x.Add("a", text, pattern.V21); (added == nil) != (err == nil) {
			t.Fatalf("compiled: %v, added: %v", err, added)
		}
		if err != nil {
			return
		}
		moment := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		seen := observe.Observation{First: moment, Last: moment, Number: 2, Roots: []string{"0"}, Objects: map[string]stix.Object{"0": o}}
		limits := observe.Limits{Steps: 1_000_000}
		want, wantErr := p.Match([]observe.Observation{seen}, limits)
		got, err := x.Match(t.Context(), limits, seen)
		if err != nil {
			t.Fatal(err)
		}
		if errors.Is(wantErr, observe.ErrBudget) {
			return // of a pattern that lacks its key the index knows more
		}
		if want.Matched != (len(got.IDs) > 0) || (wantErr != nil) != (len(got.NotEvaluable) > 0) {
			t.Fatalf("%q on %s: index %+v, tried %+v, %v", text, object, got, want, wantErr)
		}
		x.Remove("a")
		if s := x.Stats(); s != (index.Stats{}) {
			t.Fatalf("left: %+v", s)
		}
	})
}
