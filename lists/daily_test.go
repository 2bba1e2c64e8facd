package lists_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

// daily runs over the 308 successive versions of sdn.csv from August 2021 to May
// 2024, which are kept as a first file and differences without context.
func daily(t *testing.T, each func(i int, date record.Date, data []byte)) {
	t.Helper()
	dir := shareddata.Path(t, "lists/ofac_sdn_daily")
	load := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	lines := bytes.SplitAfter(load("base.csv"), []byte("\n"))
	for i, row := range strings.Split(strings.TrimSpace(string(load("INDEX.tsv"))), "\n")[1:] {
		f := strings.Split(row, "\t")
		if i > 0 {
			lines = patch(t, lines, load(fmt.Sprintf("diffs/%03d.diff", i)))
		}
		data := bytes.Join(lines, nil)
		if liststest.Sum(data) != f[4] {
			t.Fatalf("version %d does not have the hash of the index", i)
		}
		each(i, record.Date(f[1][:10]), data)
	}
}

// patch applies a difference without context (diff -U0).
func patch(t *testing.T, lines [][]byte, diff []byte) [][]byte {
	t.Helper()
	var out [][]byte
	at := 0
	d := bytes.SplitAfter(diff, []byte("\n"))
	for i := 0; i < len(d); i++ {
		var from, n int
		if !bytes.HasPrefix(d[i], []byte("@@ -")) {
			continue
		}
		spec := strings.Fields(string(d[i]))[1][1:]
		head, size, ranged := strings.Cut(spec, ",")
		from, _ = strconv.Atoi(head)
		n = 1
		if ranged {
			n, _ = strconv.Atoi(size)
		}
		if n > 0 {
			from--
		}
		out = append(out, lines[at:from]...)
		at = from + n
		for i++; i < len(d) && !bytes.HasPrefix(d[i], []byte("@@ ")); i++ {
			switch {
			case bytes.HasPrefix(d[i], []byte("+")):
				out = append(out, d[i][1:])
			case bytes.HasPrefix(d[i], []byte(`\ No newline`)) && bytes.HasPrefix(d[i-1], []byte("+")):
				out[len(out)-1] = bytes.TrimSuffix(out[len(out)-1], []byte("\n"))
			}
		}
		i--
	}
	return append(out, lines[at:]...)
}

// every is how many daily versions lie between two that are read: all of them
// take a minute.
const every = 100

// TestSuccessiveVersionsAreReadAndImported holds that the strictness of the
// reader refuses no version that OFAC published, and that what an import adds and
// removes is the difference of the entry numbers.
func TestSuccessiveVersionsAreReadAndImported(t *testing.T) {
	s := store(t)
	before := map[string]bool{}
	daily(t, func(i int, date record.Date, data []byte) {
		if i%every != 0 {
			return
		}
		v, err := lists.Read(ctx, "ofac", []lists.File{{Name: "sdn.csv", Data: data}})
		if err != nil {
			var d *lists.Drift
			errors.As(err, &d)
			t.Fatalf("version %d of %s: %v", i, date, d)
		}
		now := map[string]bool{}
		added, removed := 0, 0
		for _, e := range v.Entries {
			n := e.Designation.Entry
			if now[n] = true; !before[n] {
				added++
			}
		}
		for n := range before {
			if !now[n] {
				removed++
			}
		}
		r := imported(t, s, v, lists.ImportOptions{Date: date})
		if r.Removed != removed || r.Added+r.Changed+r.Unchanged != len(v.Entries) || r.Added > added {
			t.Errorf("version %d: %d removed, want %d; %d added, want %d", i, r.Removed, removed, r.Added, added)
		}
		t.Logf("%s: %d entries, %d added, %d changed, %d removed, %d objects written", date, r.Entries, r.Added, r.Changed, r.Removed, r.Written)
		before = now
	})
}
