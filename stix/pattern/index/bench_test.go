package index_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/corpus"
	"github.com/cordon-project/cordon/stix/pattern/index"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// feed is the patterns of the DPRK feed.
func feed(t testing.TB) (out []string) {
	t.Helper()
	file, err := os.Open(shareddata.Path(t, "cti/ioc/dprk-ioc-stix21-load.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	in, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o struct{ Type, Pattern string }
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		if o.Type == "indicator" {
			out = append(out, o.Pattern)
		}
	}
	return out
}

// TestEveryPatternOfTheFeedIsFound by an observation of what it is about.
func TestEveryPatternOfTheFeedIsFound(t *testing.T) {
	x := index.New(maphash.MakeSeed())
	patterns := feed(t)
	for i, text := range patterns {
		if err := x.Add(fmt.Sprint(i), text, pattern.V21); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	for i, text := range patterns {
		o, ok := corpus.Witness(text)
		if !ok {
			t.Fatalf("%s is of another form", text)
		}
		got, err := x.Match(t.Context(), observe.Limits{}, seen(t, o))
		if err != nil || !slices.Contains(got.IDs, fmt.Sprint(i)) {
			t.Fatalf("%s: %+v, %v", text, got, err)
		}
	}
}

// BenchmarkMatch matches events against a million patterns: those of the feed, and new
// ones of their forms. Half of the events have what one of the patterns is about.
func BenchmarkMatch(b *testing.B) {
	const size = 1_000_000
	x := index.New(maphash.MakeSeed())
	c := corpus.New(rand.New(rand.NewPCG(5, 1)), feed(b))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var events []observe.Observation
	for i := range size {
		text, witness := c.Next()
		if err := x.Add(fmt.Sprintf("indicator--%032d", i), text, pattern.V21); err != nil {
			b.Fatal(err)
		}
		if i%(size/500) == 0 {
			for _, w := range [][]stix.Object{nil, witness} {
				o, err := c.Event(w)
				if err != nil {
					b.Fatal(err)
				}
				events = append(events, o)
			}
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	took := make([]time.Duration, 0, b.N)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := x.Match(b.Context(), observe.Limits{}, events[i%len(events)]); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/size, "B/pattern")
	runtime.KeepAlive(x)
}
