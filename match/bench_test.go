package match_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cordon-project/cordon/match"
)

// hundredThousand is an index of 100,000 names of all scripts: all lists and name
// files, and clean names for what is missing; and names to ask for that are not
// in it.
func hundredThousand(b testing.TB) (x *match.Index, listed, asked []string) {
	c := corpus{}
	c.ofac(b)
	c.un(b)
	c.lists(b)
	n := 0
	for _, names := range c {
		n += len(names)
	}
	others := clean(b)
	fill := max(0, min(100_000-n, len(others)*3/4))
	for i, name := range others[:fill] {
		c.add(fmt.Sprintf("clean:%d", i), name)
	}
	asked = others[fill:]
	x = c.index()
	for _, object := range slices.Sorted(maps.Keys(c)) {
		for _, name := range c[object] {
			listed = append(listed, name.Text)
		}
	}
	x.Search("佐藤健一", nil) // the dictionary is loaded once, by the first that needs it
	b.Logf("%d names; %d more are asked for", x.Len(), len(asked))
	return x, listed, asked
}

// ask times single searches and reports the 99th percentile and the worst.
func ask(b *testing.B, x *match.Index, names []string) {
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	var each []time.Duration
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		start := time.Now()
		x.Search(names[i%len(names)], nil)
		each = append(each, time.Since(start))
		i++
	}
	slices.Sort(each)
	b.ReportMetric(float64(len(each))/b.Elapsed().Seconds(), "screens/s")
	b.ReportMetric(float64(each[len(each)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(each[len(each)-1].Microseconds())/1000, "worst-ms")
}

func BenchmarkCleanNames(b *testing.B) {
	x, _, asked := hundredThousand(b)
	ask(b, x, asked)
}

func BenchmarkListedNames(b *testing.B) {
	x, listed, _ := hundredThousand(b)
	ask(b, x, listed)
}

func BenchmarkBuild(b *testing.B) {
	c := corpus{}
	c.ofac(b)
	c.un(b)
	b.ResetTimer()
	for b.Loop() {
		c.index()
	}
}

// BenchmarkUpdate replaces the names of one object in a large index.
func BenchmarkUpdate(b *testing.B) {
	x, _, _ := hundredThousand(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.Put(fmt.Sprintf("delta:%d", i%1000), []match.Name{{Text: fmt.Sprintf("Kim Delta %d", i), Label: open}})
		i++
	}
}
