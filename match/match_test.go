package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script"
)

// open is the label of what everybody may see, shut of what few may.
const (
	open = policy.Label("1:clear")
	shut = policy.Label("1:red")
)

func index(names ...string) *match.Index {
	x := match.New(match.DefaultParams)
	for i, n := range names {
		x.Put(fmt.Sprintf("identity--%d", i), []match.Name{{Text: n, Label: open}})
	}
	return x
}

func TestSearchSaysHowANameWasMet(t *testing.T) {
	x := index("KIM, Sang Man", "KIM, Sang Chol", "RI, Yong Chol", "Korea Paekho Trading Corporation", "Lazarus Group",
		"김상만", "キム・サンマン", "PAK, Jin Hyok", "Reconnaissance General Bureau")
	for _, c := range []struct {
		query string
		text  string
		how   match.How
	}{
		{"KIM, Sang Man", "KIM, Sang Man", match.Exact},
		{"kim sang-man", "KIM, Sang Man", match.Folded},
		{"Sang Man Kim", "KIM, Sang Man", match.Order},
		{"Kim Sangman", "KIM, Sang Man", match.Order},
		{"Sangman KIM", "KIM, Sang Man", match.Order},
		{"Man Kim Sang", "KIM, Sang Man", match.Order},
		{"Man Sang Kim", "KIM, Sang Man", match.Order},
		{"Paekho Trading Corporation of Korea", "Korea Paekho Trading Corporation", match.Tokens},
		{"Lazarus", "Lazarus Group", match.Tokens},
		{"김 상만", "김상만", match.Order},
		{"キムサンマン", "キム・サンマン", match.Order},
	} {
		t.Run(c.query, func(t *testing.T) {
			hits := x.Search(c.query, nil)
			if len(hits) == 0 {
				t.Fatal("no hit")
			}
			if got := hits[0]; got.Text != c.text || got.How != c.how {
				t.Errorf("best hit = %q, %s; want %q, %s", got.Text, got.How, c.text, c.how)
			}
		})
	}
	for _, q := range []string{"", "—", "Smith", "Kim Trading", "Sang Bureau"} {
		if hits := x.Search(q, nil); len(hits) > 0 {
			t.Errorf("Search(%q) = %v, want none", q, hits)
		}
	}
}

func TestOneCommonPartFindsNothing(t *testing.T) {
	x := match.New(match.DefaultParams)
	for i := range 200 {
		x.Put(fmt.Sprintf("identity--%d", i), []match.Name{{Text: fmt.Sprintf("Kim Number%d", i), Label: open}})
	}
	if hits := x.Search("Kim", nil); len(hits) > 0 {
		t.Errorf("a part of 200 names finds %d of them", len(hits))
	}
	if hits := x.Search("Number7", nil); len(hits) != 1 {
		t.Errorf("a part of one name finds %d names", len(hits))
	}
}

func TestWhatTheViewerMayNotSeeIsNotFound(t *testing.T) {
	x := match.New(match.DefaultParams)
	x.Put("identity--a", []match.Name{{Text: "EXAMPLE, Alpha", Label: open}})
	x.Put("identity--b", []match.Name{{Text: "EXAMPLE, Alpha", Label: shut}})
	hits := x.Search("Alpha Example", func(l policy.Label) bool { return l == open })
	if len(hits) != 1 || hits[0].Object != "identity--a" {
		t.Errorf("hits = %v", hits)
	}
}

// What a viewer finds is the same whether names that the viewer may not see are
// in the index or not; and it is what a viewer who may see more finds, less what
// is withheld.
func TestWhatIsFoundTellsNothingOfWhatIsWithheld(t *testing.T) {
	part := rapid.SampledFrom([]string{"kim", "ri", "sang", "chol", "man", "yong", "korea", "trading"})
	name := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "parts"), " ") })
	permit := func(l policy.Label) bool { return l == open }
	params := match.DefaultParams
	params.Rare = 2
	rapid.Check(t, func(t *rapid.T) {
		all, visible := match.New(params), match.New(params)
		for i := range rapid.IntRange(1, 40).Draw(t, "names") {
			n := match.Name{Text: name.Draw(t, "name"), Label: rapid.SampledFrom([]policy.Label{open, shut}).Draw(t, "label")}
			object := fmt.Sprintf("identity--%02d", i)
			all.Put(object, []match.Name{n})
			if n.Label == open {
				visible.Put(object, []match.Name{n})
			}
		}
		q := name.Draw(t, "query")
		got := all.Search(q, permit)
		if diff := cmp.Diff(visible.Search(q, permit), got); diff != "" {
			t.Fatal(diff)
		}
		more := slices.DeleteFunc(all.Search(q, nil), func(h match.Hit) bool { return h.Label != open })
		if diff := cmp.Diff(more, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A text in the place of a name costs no more than its length, and is found whole.
func TestANameOfManyPartsIsFoundWhole(t *testing.T) {
	var long []string
	for i := range 200_000 {
		long = append(long, fmt.Sprint(i))
	}
	x := index(strings.Join(long, " "), "KIM, Sang Man")
	if hits := x.Search(strings.Join(long, "-"), nil); len(hits) != 1 || hits[0].How != match.Folded {
		t.Errorf("%d hits", len(hits))
	}
	if hits := x.Search(strings.Join(long[1:], " "), nil); len(hits) > 0 {
		t.Errorf("%d hits by parts of a text", len(hits))
	}
}

// A name equal to the query after folding is always found, whatever else the
// index holds and however it got there.
func TestEqualNamesAreAlwaysFound(t *testing.T) {
	part := rapid.SampledFrom([]string{"kim", "ri", "sang", "chol", "man", "yong", "korea", "trading", "김", "상만", "李", "ким"})
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(part, 1, 5).Draw(t, "parts"), rapid.SampledFrom([]string{" ", "-", ", "}).Draw(t, "sep"))
	})
	rapid.Check(t, func(t *rapid.T) {
		x := match.New(match.DefaultParams)
		now := map[string][]string{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			object := fmt.Sprintf("identity--%d", rapid.IntRange(0, 9).Draw(t, "object"))
			names := rapid.SliceOfN(name, 0, 3).Draw(t, "names")
			list := make([]match.Name, len(names))
			for i, n := range names {
				list[i] = match.Name{Number: i, Text: n, Label: open}
			}
			x.Put(object, list)
			now[object] = names
		}
		q := name.Draw(t, "query")
		got := map[string]bool{}
		for _, h := range x.Search(strings.ToUpper(q), nil) {
			got[fmt.Sprint(h.Object, "#", h.Number)] = true
			if !slices.Contains(now[h.Object], h.Text) {
				t.Fatalf("found %q, which %s does not bear", h.Text, h.Object)
			}
		}
		total := 0
		for object, names := range now {
			total += len(names)
			for i, n := range names {
				if script.Fold(n).Key() == script.Fold(q).Key() && !got[fmt.Sprint(object, "#", i)] {
					t.Fatalf("%q of %s is not found by %q", n, object, q)
				}
			}
		}
		if x.Len() != total {
			t.Fatalf("Len = %d, want %d", x.Len(), total)
		}
	})
}

// An index that followed changes answers as one built at once from the result.
func TestFollowingEqualsBuilding(t *testing.T) {
	name := rapid.StringMatching(`[a-c]{1,2}( [a-c]{1,2}){0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		followed, final := match.New(match.DefaultParams), map[string]string{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			object := fmt.Sprintf("identity--%d", rapid.IntRange(0, 9).Draw(t, "object"))
			text := name.Draw(t, "name")
			followed.Put(object, []match.Name{{Text: text, Label: open}})
			final[object] = text
		}
		built := match.New(match.DefaultParams)
		for object, text := range final {
			built.Put(object, []match.Name{{Text: text, Label: open}})
		}
		q := name.Draw(t, "query")
		if diff := cmp.Diff(built.Search(q, nil), followed.Search(q, nil)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzSearch(f *testing.F) {
	x := index("KIM, Sang Man", "김상만", "キム・サンマン", "Ким Сан Ман", "A", "null", "'; DROP TABLE--")
	for _, q := range []string{"Kim", "\x00", "김", "' OR 1=1", strings.Repeat("kim ", 300), "a\u0300\u0301"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		for _, h := range x.Search(q, nil) {
			if h.Weight < 0 || h.Weight > 1+1e-9 {
				t.Fatalf("weight %v of %q for %q", h.Weight, h.Text, q)
			}
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	x := match.New(match.DefaultParams)
	syllables := []string{"kim", "ri", "pak", "choe", "chong", "sang", "man", "chol", "yong", "ho", "song", "hyok", "jin", "un", "il"}
	for i := range 100_000 {
		a, c, d := i%15, i/15%15, i/225%15
		x.Put(fmt.Sprintf("identity--%d", i), []match.Name{{Text: fmt.Sprintf("%s, %s %s %d", syllables[a], syllables[c], syllables[d], i), Label: open}})
	}
	b.ReportAllocs()
	for b.Loop() {
		x.Search("Kim Sang Man 4711", nil)
	}
}
