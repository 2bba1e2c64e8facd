package liststest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Set is a set of texts, for names and wallets that a test takes out of the raw
// bytes a second time, with nothing but regular expressions.
type Set map[string]bool

// Add adds a text of several parts.
func (s Set) Add(parts ...string) { s[strings.Join(parts, " · ")] = true }

// Same compares what was read with the second extraction.
func Same(t testing.TB, what string, got, want Set) {
	t.Helper()
	if len(want) == 0 {
		t.Fatalf("%s: the second extraction found nothing", what)
	}
	missing, more := 0, 0
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if !got[k] {
			if missing++; missing < 10 {
				t.Errorf("%s: %s is missing", what, k)
			}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if !want[k] {
			if more++; more < 10 {
				t.Errorf("%s: %s is not in the file", what, k)
			}
		}
	}
	t.Logf("%s: %d in the file, %d missing, %d too many", what, len(want), missing, more)
}

// Names returns the names of a version that are so, each with its entry's number.
func Names(v *listing.Version, is func(record.Name) bool) Set {
	out := Set{}
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			if is(n) {
				out.Add(e.Designation.Entry, n.Text)
			}
		}
	}
	return out
}

// RetypedNames takes the names out of retyped rows: those of the columns from
// (from 0) up to but not including to, parted by ";", and "aka NAME" in the last.
func RetypedNames(files []listing.File, from, to int) Set {
	want := Set{}
	for _, f := range files {
		for i, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
			cells := strings.Split(line, "|")
			for _, cell := range cells[from:to] {
				for _, n := range strings.Split(cell, ";") {
					if n = strings.TrimSpace(n); n != "" && i > 0 && !strings.HasSuffix(n, "...") {
						want.Add(cells[0], n)
					}
				}
			}
			if aka, ok := strings.CutPrefix(cells[len(cells)-1], "aka "); ok {
				want.Add(cells[0], aka)
			}
		}
	}
	return want
}
