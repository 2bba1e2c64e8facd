package lists_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFixturesReadAsGolden holds everything that the readers take from the
// artificial files: names, dates, documents, wallets, places.
func TestFixturesReadAsGolden(t *testing.T) {
	for _, c := range []struct {
		name, key string
		only      []string
	}{
		{"ofac", "ofac", nil},
		{"ofac-sdn-alone", "ofac", []string{"sdn.csv"}},
		{"un", "un", nil},
		{"jp-mof-rows", "jp-mof", []string{"persons.psv", "orgs.psv"}},
		{"jp-mof-csv", "jp-mof", []string{"shisantouketsu20260105.csv"}},
		{"kr-kofiu", "kr-kofiu", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := read(t, c.key, fixture(t, c.key, c.only...))
			got := dump(v)
			golden := filepath.Join("testdata", c.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("not as golden (-want +got):\n%s", d)
			}
		})
	}
}

// TestPlacesPointAtTheBytes checks that what a place names is what stands there.
func TestPlacesPointAtTheBytes(t *testing.T) {
	for _, key := range []string{"ofac", "un", "jp-mof", "kr-kofiu"} {
		files := fixture(t, key)
		if key == "jp-mof" {
			files = fixture(t, key, "persons.psv", "orgs.psv")
		}
		checkPlaces(t, read(t, key, files), files)
	}
	files := fixture(t, "jp-mof", "shisantouketsu20260105.csv")
	checkPlaces(t, read(t, "jp-mof", files), files)
}

func TestPlacesPointAtTheBytesOfTheRealFiles(t *testing.T) {
	for _, c := range realLists {
		files := realFiles(t, c.files...)
		checkPlaces(t, read(t, c.key, files), files)
	}
}

func checkPlaces(t *testing.T, v *lists.Version, files []lists.File) {
	t.Helper()
	bySum := make(map[string][]byte)
	for _, in := range files {
		bySum[sum(in.Data)] = in.Data
	}
	text := func(w record.Where) string {
		b := bySum[w.SHA256]
		if b == nil || w.Start < 0 || w.End > len(b) || w.Start >= w.End {
			t.Fatalf("%s: no such place: %v", v.List.Key, w)
		}
		return string(b[w.Start:w.End])
	}
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			got := text(n.Where)
			if i := strings.LastIndexByte(got, '\''); i >= 0 && strings.HasPrefix(n.Text, got[i+1:]) {
				continue // an alias across the cut of a remark: the place is one half of it
			}
			if tail, ok := strings.CutSuffix(got, "'"); ok && strings.HasSuffix(n.Text, tail) {
				continue
			}
			for _, part := range strings.Fields(n.Text) {
				// XML writes & and others as entities, csv doubles quotes.
				if !strings.Contains(got, part) && !strings.ContainsAny(part, `&"<>'`) && !strings.Contains(got, "&") {
					t.Fatalf("%s %s: the name %q is not in %q", v.List.Key, e.Designation.Entry, n.Text, got)
				}
			}
		}
		for _, w := range e.Party.Wallets {
			if got := text(w.Where); !strings.Contains(got, w.Address) && !strings.HasPrefix(w.Address, got[strings.LastIndex(got, " ")+1:]) && !strings.HasSuffix(w.Address, got) {
				t.Fatalf("%s %s: the wallet %q is not in %q", v.List.Key, e.Designation.Entry, w.Address, got)
			}
		}
		for _, w := range e.Designation.Wheres {
			if got := text(w); v.List.Key != "jp-mof" && v.List.Key != "un" && !strings.HasPrefix(got, e.Designation.Entry) {
				t.Fatalf("%s: the row of entry %s is %q", v.List.Key, e.Designation.Entry, got)
			}
		}
	}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

type realList struct {
	key   string
	files []string
}

var realLists = []realList{
	{"ofac", []string{ofacSDN, ofacAlt, ofacAdd, ofacComments}},
	{"un", []string{unXML}},
	{"jp-mof", []string{mofPersons, mofOrgs}},
	{"kr-kofiu", []string{kofiuRows}},
}

// dprk reports whether anything in an entry names the DPRK.
func dprk(e lists.Entry) bool {
	var b strings.Builder
	for _, s := range e.Designation.Programmes {
		b.WriteString(s + "\n")
	}
	p := e.Party
	b.WriteString(p.Remarks + "\n")
	for _, l := range [][]string{p.Titles, p.Nations} {
		b.WriteString(strings.Join(l, "\n"))
	}
	for _, n := range p.Names {
		b.WriteString(n.Text + "\n")
	}
	for _, f := range p.OtherFacts {
		b.WriteString(f.Text + "\n")
	}
	s := b.String()
	for _, w := range []string{"DPRK", "North Korea", "Korea, North", "Democratic People's Republic of Korea"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func TestCountsOfTheRealFiles(t *testing.T) {
	for _, c := range []struct {
		name, key string
		files     []string
		counts    lists.Counts // only the fields that are not zero are compared
		rows      []int
		extra     func(*testing.T, *lists.Version)
	}{
		{
			"ofac", "ofac",
			[]string{ofacSDN, ofacAlt, ofacAdd, ofacComments},
			lists.Counts{Entries: 14965, Persons: 6854, Vessels: 851, Aircraft: 376},
			[]int{14965, 28, 20107, 24244},
			func(t *testing.T, v *lists.Version) {
				equal(t, "entries that name the DPRK", count(v, dprk), 594)
				equal(t, "entries of a DPRK programme", count(v, func(e lists.Entry) bool {
					return slices.ContainsFunc(e.Designation.Programmes, func(p string) bool { return strings.HasPrefix(p, "DPRK") })
				}), 484)
				equal(t, "date", string(v.Date), "2024-05-03")
			},
		},
		{
			"ofac sdn.csv alone", "ofac",
			[]string{ofacSDN},
			lists.Counts{Entries: 14965},
			[]int{14965},
			func(t *testing.T, v *lists.Version) {
				equal(t, "entries with wallets", count(v, func(e lists.Entry) bool { return len(e.Party.Wallets) > 0 }), 55)
			},
		},
		{
			"un", "un",
			[]string{unXML},
			lists.Counts{Entries: 1003, Persons: 730, Organisations: 273},
			[]int{1003},
			func(t *testing.T, v *lists.Version) {
				equal(t, "DPRK persons", count(v, func(e lists.Entry) bool {
					return e.Designation.Programmes[0] == "DPRK" && e.Party.Kind == record.Person
				}), 80)
				equal(t, "time", v.Time, "2026-02-27T00:00:09.554Z")
			},
		},
		{
			"jp-mof", "jp-mof",
			[]string{mofPersons, mofOrgs},
			lists.Counts{Entries: 282, Persons: 164, Organisations: 118},
			[]int{164, 118},
			func(t *testing.T, v *lists.Version) {
				equal(t, "without listing date", count(v, func(e lists.Entry) bool { return e.Designation.ListedOn == "" }), 0)
			},
		},
		{
			"kr-kofiu", "kr-kofiu",
			[]string{kofiuRows},
			lists.Counts{Entries: 96},
			[]int{96},
			func(t *testing.T, v *lists.Version) {
				latin := func(e lists.Entry) bool {
					return slices.ContainsFunc(e.Party.Names, func(n record.Name) bool { return n.Script == "Latn" }) ||
						slices.ContainsFunc(e.Party.OtherFacts, func(f record.Fact) bool { return f.Label == "cut" })
				}
				equal(t, "entries with Latin", count(v, latin), 54)
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := read(t, c.key, realFiles(t, c.files...))
			got := v.Counts
			for _, f := range []struct {
				name      string
				got, want int
			}{
				{"entries", got.Entries, c.counts.Entries},
				{"persons", got.Persons, c.counts.Persons},
				{"organisations", got.Organisations, c.counts.Organisations},
				{"vessels", got.Vessels, c.counts.Vessels},
				{"aircraft", got.Aircraft, c.counts.Aircraft},
			} {
				if f.want != 0 {
					equal(t, f.name, f.got, f.want)
				}
			}
			var rows []int
			for _, f := range v.Files {
				rows = append(rows, f.Rows)
			}
			if !slices.Equal(rows, c.rows) {
				t.Errorf("rows %v, want %v", rows, c.rows)
			}
			c.extra(t, v)
		})
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func count(v *lists.Version, is func(lists.Entry) bool) int {
	n := 0
	for _, e := range v.Entries {
		if is(e) {
			n++
		}
	}
	return n
}

func TestDateOfAVersion(t *testing.T) {
	modified := time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)
	for _, c := range []struct {
		name, file string
		header     time.Time
		date       record.Date
		from       string
	}{
		{"in the file's name", "x/sdn_2024-05-03.csv", modified, "2024-05-03", "name"},
		{"in the folder's name", "2024-01-01/ofac_2024-05-03/sdn.csv", time.Time{}, "2024-05-03", "name"},
		{"without hyphens", "sdn20240503.csv", time.Time{}, "2024-05-03", "name"},
		{"no such day", "2024-02-31/sdn.csv", modified, "2026-03-04", "header"},
		{"part of a longer number", "120240503999/sdn.csv", modified, "2026-03-04", "header"},
		{"two folders up does not count", "2024-05-03/a/sdn.csv", time.Time{}, "", "none"},
		{"nothing", "sdn.csv", time.Time{}, "", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fixture(t, "ofac", "sdn.csv")
			f[0].Name, f[0].LastModified = c.file, c.header
			v := read(t, "ofac", f)
			equal(t, "date", v.Date, c.date)
			equal(t, "from", v.DateFrom, c.from)
			w, err := v.WithDate("2020-02-02")
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "with option", w.Stamp(), "2020-02-02T00:00:00.000Z")
		})
	}
	v := read(t, "un", fixture(t, "un"))
	equal(t, "the file's own time", v.Stamp(), "2026-01-05T10:11:12.345Z")
	if _, err := v.WithDate("yesterday"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a date that is none gave %v", err)
	}
}

func TestUnknownListAndMissingFiles(t *testing.T) {
	ctx := context.Background()
	if _, err := lists.Read(ctx, "atlantis", fixture(t, "un")); !errs.Is(err, errs.NotFound) {
		t.Errorf("an unknown list gave %v", err)
	}
	for _, l := range lists.All() {
		if _, err := lists.Read(ctx, l.Key, nil); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s without files gave %v", l.Key, err)
		}
		if _, ok := lists.Find(l.Name); !ok {
			t.Errorf("%s is not found by its short name", l.Name)
		}
	}
	f := fixture(t, "un")
	f[0].SHA256 = strings.Repeat("0", 64)
	if _, err := lists.Read(ctx, "un", f); !errs.Is(err, errs.Invalid) {
		t.Errorf("a wrong hash gave %v", err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for _, l := range lists.All() {
		files := fixture(t, l.Key)
		if l.Key == "jp-mof" {
			files = fixture(t, l.Key, "persons.psv")
		}
		if _, err := lists.Read(gone, l.Key, files); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s with a cancelled context gave %v", l.Key, err)
		}
	}
}
