package eval_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/lists/eval"
)

// row is an artificial row of OFAC's form.
func row(n int, name string) string {
	return fmt.Sprintf("%d,%q,\"individual\",\"DPRK3\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1970.\"\r\n", n, name)
}

// folder writes a first file, differences and an index that fits them.
func folder(t *testing.T, base string, versions []string, diffs ...string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("base.csv", base)
	for i, d := range diffs {
		write(fmt.Sprintf("diffs/%03d.diff", i+1), d)
	}
	index := "seq\tcommit_time\tcommit\trecords\tsha256\n"
	for i, v := range versions {
		index += fmt.Sprintf("%d\t2023-01-%02dT%02d:00:00+00:00\tx\t0\t%x\n", i, i/2+1, 10+i, sha256.Sum256([]byte(v)))
	}
	write("INDEX.tsv", index)
	return dir
}

// three are three versions with their differences, two of them of one day: a name
// changes and an entry is added, then one is removed.
func three() (base string, versions, diffs []string) {
	one := []string{row(1, "EXAMPLE, One"), row(2, "EXAMPLE, Two"), row(3, "EXAMPLE, Three"), "\x1a"}
	two := []string{one[0], row(2, "EXAMPLE, Second"), one[2], row(4, "EXAMPLE, Four"), "\x1a"}
	last := []string{one[0], two[1], two[3], "\x1a"}
	for _, v := range [][]string{one, two, last} {
		versions = append(versions, strings.Join(v, ""))
	}
	return versions[0], versions, []string{
		"--- a\n+++ b\n@@ -2 +2 @@\n-" + one[1] + "+" + two[1] + "@@ -3,0 +4 @@\n+" + two[3],
		"@@ -3 +2,0 @@\n-" + one[2],
	}
}

func TestArtificialVersionsAreProved(t *testing.T) {
	base, versions, diffs := three()
	d, err := eval.Open(folder(t, base, versions, diffs...))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for p, err := range d.All() {
		if err != nil || !bytes.Equal(p.Data, []byte(versions[p.N])) {
			t.Fatalf("version %d is %q, %v", p.N, p.Data, err)
		}
		n++
	}
	f, err := eval.Run(t.Context(), d, eval.Options{Home: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if n != 3 || !f.OK() || f.Versions != 3 || f.Added != 1 || f.Changed != 1 || f.Removed != 1 || f.Fields != 1 || f.Compared != 3 || f.Entries != 3 {
		t.Errorf("%+v", f)
	}
}

func TestFoldersThatDoNotFitAreRefused(t *testing.T) {
	base, versions, diffs := three()
	for name, dir := range map[string]string{
		"no index":               t.TempDir(),
		"another hash":           folder(t, base, []string{versions[0], versions[2], versions[1]}, diffs...),
		"a difference less":      folder(t, base, versions, diffs[0]),
		"one beyond the file":    folder(t, base, versions, diffs[0], "@@ -900,2 +1 @@\n-x\n"),
		"one that is no number":  folder(t, base, versions, "@@ -x +1 @@\n", diffs[1]),
		"one before the last":    folder(t, base, versions, "@@ -3 +3 @@\n-x\n@@ -1 +1 @@\n-x\n", diffs[1]),
		"a negative beginning":   folder(t, base, versions, "@@ --3,2 +3 @@\n-x\n", diffs[1]),
		"a very large beginning": folder(t, base, versions, "@@ -9223372036854775807,9223372036854775807 +3 @@\n-x\n", diffs[1]),
	} {
		d, err := eval.Open(dir)
		if err == nil {
			for _, e := range d.All() {
				err = e
			}
		}
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// versions is how many of the 308 versions the test loads: all of them are
// cordon eval history.
const versions = 40

func TestRealVersionsAreProved(t *testing.T) {
	d, err := eval.Open(shareddata.Path(t, "lists/ofac_sdn_daily"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Len() != 308 {
		t.Fatalf("%d versions", d.Len())
	}
	f, err := eval.Run(t.Context(), d.First(versions), eval.Options{Home: t.TempDir(), Every: versions / 2})
	if err != nil {
		t.Fatal(err)
	}
	if !f.OK() || f.Compared != 3 || f.Versions != versions {
		t.Errorf("%+v", f)
	}
	t.Logf("%+v", f)
}

// BenchmarkLoad loads all 308 versions; once is enough: -benchtime 1x.
func BenchmarkLoad(b *testing.B) {
	d, err := eval.Open(shareddata.Path(b, "lists/ofac_sdn_daily"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		f, err := eval.Run(b.Context(), d, eval.Options{Home: b.TempDir(), Every: -1})
		if err != nil || !f.OK() {
			b.Fatal(f, err)
		}
		b.ReportMetric(f.Load, "load-s")
		b.ReportMetric(f.Delta.P50, "delta-p50-ms")
		b.ReportMetric(f.Delta.P99, "delta-p99-ms")
		b.ReportMetric(float64(f.Within), "within-50ms")
		b.ReportMetric(f.Read.P50, "read-p50-ms")
	}
}
