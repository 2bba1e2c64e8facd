package sqlite_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/stix"
)

// importBatch is how many objects an import appends at a time.
const importBatch = 4000

// importLoad imports the compressed lines of path, as an importer does: unpack,
// parse, append in batches.
func importLoad(tb testing.TB, s *sqlite.Store, path string) (n, added, same int) {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	var batch []stix.Object
	flush := func() {
		r, err := s.Append(context.Background(), journal.Batch{Objects: batch, By: "benchmark"})
		if err != nil {
			tb.Fatal(err)
		}
		added += r.Added
		same += r.Same
		batch = batch[:0]
	}
	for lines.Scan() {
		n++
		o, err := stix.Parse(lines.Bytes())
		if err != nil {
			continue // an invalid line of the load
		}
		if batch = append(batch, o); len(batch) == importBatch {
			flush()
		}
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	flush()
	return n, added, same
}

// BenchmarkImport is the bar of 10,000 objects a second: the load from gzip to a
// durable journal with its projection caught up, then the same file again.
func BenchmarkImport(b *testing.B) {
	path := shareddata.Path(b, "cti/ioc/dprk-ioc-stix21-load.jsonl.gz")
	b.ReportAllocs()
	var n int
	var cpu float64
	var first, second time.Duration
	for b.Loop() {
		s, p := openBoth(b, b.TempDir())
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		start, used := time.Now(), cpuSeconds(b)
		var added, same int
		n, added, _ = importLoad(b, s, path)
		head, err := s.Head(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Wait(ctx, head); err != nil {
			b.Fatal(err)
		}
		first += time.Since(start)
		cpu += cpuSeconds(b) - used
		start = time.Now()
		if _, again, s2 := importLoad(b, s, path); again != 0 {
			b.Fatalf("the second import added %d objects", again)
		} else {
			same = s2
		}
		second += time.Since(start)
		if same != added {
			b.Fatalf("%d added at first and %d the same then", added, same)
		}
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		closeBoth(b, s, p)
	}
	b.ReportMetric(float64(n*b.N)/first.Seconds(), "objects/s")
	b.ReportMetric(1e6*cpu/float64(n*b.N), "cpu-µs/object") // the same on a busy machine
	b.ReportMetric(float64(n*b.N)/second.Seconds(), "again/s")
	b.ReportMetric(second.Seconds()/first.Seconds(), "again/first")
}

// BenchmarkMillion is the bar of 512 MB: a million objects in the journal and its
// projection, then a rebuild and a verification. It takes minutes: run it with
// -benchtime=1x. The number of objects can be set with CORDON_BENCH_OBJECTS.
func BenchmarkMillion(b *testing.B) {
	if testing.Short() {
		b.Skip("it takes minutes")
	}
	total := 1_000_000
	if t := os.Getenv("CORDON_BENCH_OBJECTS"); t != "" {
		var err error
		if total, err = strconv.Atoi(t); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		s, p := openBoth(b, b.TempDir())
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		start := time.Now()
		for from := 0; from < total; from += importBatch {
			_, err := s.Append(ctx, journal.Batch{Objects: journaltest.Load(from, min(from+importBatch, total)), By: "benchmark"})
			if err != nil {
				b.Fatal(err)
			}
		}
		if err := p.Wait(ctx, int64(total)); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(total)/time.Since(start).Seconds(), "objects/s")
		b.ReportMetric(peakMB(b), "import-peak-MB")
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		start = time.Now()
		if err := p.Rebuild(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "rebuild-s")
		start = time.Now()
		r, err := s.Verify(b.Context(), nil)
		if err != nil || !r.OK() {
			b.Fatal(err, r.Problems)
		}
		b.ReportMetric(time.Since(start).Seconds(), "verify-s")
		b.ReportMetric(peakMB(b), "peak-MB")
		closeBoth(b, s, p)
	}
}

// cpuSeconds returns the processor time that this process has used.
func cpuSeconds(tb testing.TB) float64 {
	tb.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may have spaces
	var ticks float64
	for _, f := range strings.Fields(rest)[11:13] { // user and system, in 1/100 s
		t, err := strconv.ParseFloat(f, 64)
		if err != nil {
			tb.Fatal(err)
		}
		ticks += t
	}
	return ticks / 100
}

// peakMB returns the most resident memory that this process has had.
func peakMB(tb testing.TB) float64 {
	tb.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(v)[0], 64)
			if err != nil {
				tb.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}

func BenchmarkGet(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	if _, err := s.Append(b.Context(), journal.Batch{Objects: journaltest.Load(0, 30000), By: "benchmark"}); err != nil {
		b.Fatal(err)
	}
	ids := make([]string, 1000)
	for i := range ids {
		ids[i] = journaltest.Indicator(i*7, 0).ID()
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Get(b.Context(), cleared, reading, ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkAppendOne is one object, durable, at a time.
func BenchmarkAppendOne(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Append(b.Context(), journal.Batch{Objects: journaltest.Load(i, i+1), By: "benchmark"}); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
