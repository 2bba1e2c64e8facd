package match_test

import (
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/match"
)

func numbered(names []string) iter.Seq2[uint32, string] {
	return func(yield func(uint32, string) bool) {
		for i, n := range names {
			if !yield(uint32(i), n) {
				return
			}
		}
	}
}

func concerned(r *match.Roster, listed string) map[int]bool {
	out := map[int]bool{}
	r.Concerned(listed, func(owner uint32) { out[int(owner)] = true })
	return out
}

// rosterGen adds to the names of the other tests what a roster treats by itself:
// initials, nick names, organisations with Korean words, particles and words
// written as one.
func rosterGen() *rapid.Generator[string] {
	more := []string{
		"K. Ali", "Ali Hassan B.", "Hassan A", "William Smith", "Bill Smith", "Bob", "Robert Smyth", "Paekho Trading", "Korea Paekho Trading Corporation",
		"조선백호무역회사", "Abdulrahman Ali", "Abdul Rahman bin Ali", "de la Maria Anna", "Mariaanna Smith", "bin Ali", "Kimsang Man", "J.-C. Smith", "Bank of Korea", "Ltd", "al", "李小龙", "홍길동",
	}
	return rapid.OneOf(nameGen(), nameGen(), rapid.SampledFrom(more))
}

// TestARosterNamesEverybodyWhomAListedNameConcerns holds the roster against
// asking for every name of it.
func TestARosterNamesEverybodyWhomAListedNameConcerns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asked := rapid.SliceOfN(rosterGen(), 1, 40).Draw(t, "asked")
		listed := rapid.SliceOfN(rosterGen(), 1, 10).Draw(t, "listed")
		least := rapid.SampledFrom([]float64{0.1, 0.2, 0.38, 0.55, 0.65}).Draw(t, "least")
		r := match.NewRoster(match.DefaultParams, least, numbered(asked))
		x := index(listed...)
		told := make([]map[int]bool, len(listed))
		for i, n := range listed {
			told[i] = concerned(r, n)
		}
		for i, q := range asked {
			for _, h := range x.Search(q, nil) {
				var k int
				if _, err := fmt.Sscanf(h.Object, "identity--%d", &k); err != nil {
					t.Fatal(err)
				}
				if h.Score >= least && !told[k][i] {
					t.Fatalf("%q scores %.3f with %q (%s) and is not told for %.2f", q, h.Score, h.Text, h.How, least)
				}
			}
		}
	})
}

func TestARosterIsNotMadeOfEverybody(t *testing.T) {
	r := match.NewRoster(match.DefaultParams, 0.38, numbered([]string{"KIM, Sang Man", "Kim Chol", "Anna Smith", "A. Smith", "—", "김철수", "Sergey Lavrov"}))
	if r.Len() != 6 {
		t.Errorf("Len = %d; a name that folds to nothing is in it", r.Len())
	}
	for listed, want := range map[string][]int{
		"김상만": {0}, "Smith, Anna": {2, 3}, "Lavrov Sergei Viktorovich": {6}, "Nobody Else": {}, "": {}, "Kim": {},
	} {
		if got := slices.Sorted(maps.Keys(concerned(r, listed))); !slices.Equal(got, want) {
			t.Errorf("Concerned(%q) = %v, want %v", listed, got, want)
		}
	}
}

// TestARosterOfRealNamesIsComplete asks for clean names and for spellings of
// listed ones, with every hundredth name of the lists as what changed.
func TestARosterOfRealNamesIsComplete(t *testing.T) {
	c := corpus{}
	c.ofac(t)
	c.un(t)
	c.lists(t)
	asked := clean(t)
	asked = asked[:min(len(asked), 6000)]
	var listed []match.Name
	i := 0
	for _, object := range slices.Sorted(maps.Keys(c)) {
		for _, n := range c[object] {
			if i++; i%25 == 0 {
				asked = append(asked, n.Text)
			}
			if i%100 < 2 {
				n.Object = fmt.Sprint(len(listed))
				listed = append(listed, n)
			}
		}
	}
	r := match.NewRoster(match.DefaultParams, 0.38, numbered(asked))
	x := match.New(match.DefaultParams)
	change := map[string][]match.Name{}
	told, sum := map[string]map[int]bool{}, 0
	for _, n := range listed {
		change[n.Object] = []match.Name{n}
		told[n.Object] = concerned(r, n.Text)
		sum += len(told[n.Object])
	}
	x.Update(change)
	hits, missed := 0, 0
	for i, q := range asked {
		for _, h := range x.Search(q, nil) {
			if h.Score < 0.38 {
				continue
			}
			if hits++; !told[h.Object][i] {
				if missed++; missed < 10 {
					t.Errorf("%q scores %.3f with %q (%s) and is not told", q, h.Score, h.Text, h.How)
				}
			}
		}
	}
	t.Logf("%d names are asked for, %d listed: %d hits, %d told, %d missed", len(asked), len(listed), hits, sum, missed)
	if hits == 0 {
		t.Error("nothing was held against anything")
	}
}

// BenchmarkRoster asks a roster of a million names for listed ones.
func BenchmarkRoster(b *testing.B) {
	names := clean(b)
	var listed []string
	c := corpus{}
	c.ofac(b)
	for _, object := range slices.Sorted(maps.Keys(c)) {
		for _, n := range c[object] {
			listed = append(listed, n.Text)
		}
	}
	million := func(yield func(uint32, string) bool) {
		for i := range 1_000_000 {
			given, rest := names[i%len(names)], names[(i*7919+i/len(names))%len(names)]
			if !yield(uint32(i), half(given, true)+" "+half(rest, false)) {
				return
			}
		}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	r := match.NewRoster(match.DefaultParams, 0.38, million)
	built := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d names in %s, %d MB", r.Len(), built, (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20)
	i, told := 0, 0
	for b.Loop() {
		r.Concerned(listed[(i*7919)%len(listed)], func(uint32) { told++ })
		i++
	}
	b.ReportMetric(float64(told)/float64(i), "told/op")
}

// half returns the first or the last half of a name's words.
func half(name string, first bool) string {
	for i := range name {
		if name[i] == ' ' && i >= len(name)/3 {
			if first {
				return name[:i]
			}
			return name[i+1:]
		}
	}
	return name
}
