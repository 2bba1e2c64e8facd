package lists_test

import (
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/record"
)

// The tests here take the names and wallets out of the raw bytes a second time,
// with nothing but regular expressions, and compare the sets.

type set map[string]bool

func (s set) add(parts ...string) { s[strings.Join(parts, " · ")] = true }

func same(t *testing.T, what string, got, want set) {
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

func names(v *lists.Version, is func(record.Name) bool) set {
	out := set{}
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			if is(n) {
				out.add(e.Designation.Entry, n.Text)
			}
		}
	}
	return out
}

func TestEveryNameOfOFACIsThere(t *testing.T) {
	files := realFiles(t, ofacSDN, ofacAlt)
	v := read(t, "ofac", files)
	sdn, alt := string(files[0].Data), string(files[1].Data)
	want, weak, strong, known := set{}, set{}, set{}, set{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+),"([^"]*)",`).FindAllStringSubmatch(sdn, -1) {
		want.add(m[1], m[2])
		known.add(m[1])
	}
	same(t, "primary names", names(v, func(n record.Name) bool { return n.Kind == record.Primary }), want)
	for _, line := range strings.Split(sdn, "\r\n") {
		entry, _, _ := strings.Cut(line, ",")
		for _, m := range regexp.MustCompile(`[afn]\.k\.a\. '(.+?)'(?: \([^)]*\))?(?:;|\."|;? ")`).FindAllStringSubmatch(line, -1) {
			weak.add(entry, m[1])
		}
	}
	same(t, "weak aliases", names(v, func(n record.Name) bool { return n.Quality == record.Weak }), weak)
	for _, m := range regexp.MustCompile(`(?m)^(\d+),\d+,"[afn]ka","([^"]*)"`).FindAllStringSubmatch(alt, -1) {
		if known[m[1]] {
			strong.add(m[1], m[2])
		}
	}
	got := names(v, func(n record.Name) bool { return n.Quality == record.Strong })
	same(t, "strong aliases", got, strong)
	orphans := 0
	for _, o := range v.Orphans {
		if o.Where.File == "alt.csv" {
			orphans++
		}
	}
	rows := 0
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			if n.Quality == record.Strong {
				rows++
			}
		}
	}
	equal(t, "rows of alt.csv taken and orphaned", rows+orphans, 20107)
}

func TestEveryAddressRowOfOFACIsTakenOrReported(t *testing.T) {
	files := realFiles(t, ofacSDN, ofacAdd)
	v := read(t, "ofac", files)
	known := set{}
	for _, e := range v.Entries {
		known.add(e.Designation.Entry)
	}
	want, got := set{}, set{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+),(\d+),(.*)$`).FindAllStringSubmatch(string(files[1].Data), -1) {
		if known[m[1]] && strings.Contains(m[3], `"`) {
			want.add(m[1], m[2])
		}
	}
	for _, e := range v.Entries {
		for _, a := range e.Party.Addresses {
			got.add(e.Designation.Entry, a.Entry)
		}
	}
	same(t, "addresses", got, want)
}

func TestEveryWalletOfOFACIsThere(t *testing.T) {
	files := realFiles(t, ofacSDN)
	v := read(t, "ofac", files)
	want, got := set{}, set{}
	form := regexp.MustCompile(`Digital Currency Address - ([A-Z]+) ([^;." ]+)`)
	for _, line := range strings.Split(string(files[0].Data), "\r\n") {
		entry, _, _ := strings.Cut(line, ",")
		for _, m := range form.FindAllStringSubmatch(line, -1) {
			want.add(entry, m[1], m[2])
		}
	}
	for _, e := range v.Entries {
		for _, w := range e.Party.Wallets {
			got.add(e.Designation.Entry, w.Asset, w.Address)
			if w.Canonical == "" && w.Note == "" {
				t.Errorf("%s: the wallet %s has no canonical form and no word on why", e.Designation.Entry, w.Address)
			}
		}
	}
	same(t, "wallets", got, want)
}

// TestOverflowOfRemarksJoins holds that the wallets which run over from sdn.csv
// into sdn_comments.csv come out whole: each is valid under its asset code.
func TestOverflowOfRemarksJoins(t *testing.T) {
	files := realFiles(t, ofacSDN, ofacComments)
	v := read(t, "ofac", files)
	form := regexp.MustCompile(`Digital Currency Address - ([A-Z]+) ([^;." ]+)[;."]`)
	want, got := set{}, set{}
	cut := map[string]bool{}
	for _, line := range strings.Split(string(files[0].Data), "\r\n") {
		entry, _, _ := strings.Cut(line, ",")
		if strings.HasSuffix(line, `"`) && !strings.HasSuffix(line, `."`) {
			cut[entry] = true
		}
	}
	for _, line := range strings.Split(string(files[1].Data), "\r\n") {
		entry, _, _ := strings.Cut(line, ",")
		if cut[entry] {
			for _, m := range form.FindAllStringSubmatch(line, -1) {
				want.add(entry, m[1], m[2])
			}
		}
	}
	bad := 0
	for _, e := range v.Entries {
		for _, w := range e.Party.Wallets {
			if cut[e.Designation.Entry] {
				got.add(e.Designation.Entry, w.Asset, w.Address)
				if w.Note != "" {
					bad++
					t.Logf("%s %s %s: %s", e.Designation.Entry, w.Asset, w.Address, w.Note)
				}
			}
		}
	}
	for k := range want {
		if !got[k] {
			t.Errorf("%s of sdn_comments.csv is missing", k)
		}
	}
	equal(t, "wallets that are not whole", bad, 0)
}

func TestEveryNameOfTheSecurityCouncilIsThere(t *testing.T) {
	files := realFiles(t, unXML)
	v := read(t, "un", files)
	want := set{}
	get := func(block, tag string) []string {
		var out []string
		for _, m := range regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(block, -1) {
			if s := strings.TrimSpace(html.UnescapeString(m[1])); s != "" {
				out = append(out, s)
			}
		}
		return out
	}
	blocks := regexp.MustCompile(`(?s)<(?:INDIVIDUAL|ENTITY)>.*?</(?:INDIVIDUAL|ENTITY)>`).FindAllString(string(files[0].Data), -1)
	equal(t, "entries", len(blocks), 1003)
	for _, b := range blocks {
		ref := get(b, "REFERENCE_NUMBER")[0]
		var parts []string
		for _, tag := range []string{"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"} {
			parts = append(parts, get(b, tag)...)
		}
		want.add(ref, strings.Join(parts, " "))
		for _, tag := range []string{"NAME_ORIGINAL_SCRIPT", "ALIAS_NAME"} {
			for _, n := range get(b, tag) {
				want.add(ref, n)
			}
		}
	}
	fromNotes := names(v, func(n record.Name) bool {
		return n.Kind == record.Original && strings.Contains(n.Where.Element, "ALIAS")
	})
	got := names(v, func(record.Name) bool { return true })
	for k := range fromNotes {
		if !want[k] {
			delete(got, k)
		}
	}
	same(t, "names", got, want)
	if len(fromNotes) < 25 {
		t.Errorf("%d names in the original script from notes, want at least 25", len(fromNotes))
	}
}

func TestEveryNameOfTheRetypedRowsIsThere(t *testing.T) {
	for _, c := range []struct {
		key   string
		files []string
		names [2]int // columns, from and to
	}{
		{"jp-mof", []string{mofPersons, mofOrgs}, [2]int{2, 6}},
		{"kr-kofiu", []string{kofiuRows}, [2]int{2, 4}},
	} {
		files := realFiles(t, c.files...)
		v := read(t, c.key, files)
		want := set{}
		for _, f := range files {
			for i, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				cells := strings.Split(line, "|")
				for _, cell := range cells[c.names[0]:c.names[1]] {
					for _, n := range strings.Split(cell, ";") {
						if n = strings.TrimSpace(n); n != "" && i > 0 && !strings.HasSuffix(n, "...") {
							want.add(cells[0], n)
						}
					}
				}
				if aka, ok := strings.CutPrefix(cells[len(cells)-1], "aka "); ok {
					want.add(cells[0], aka)
				}
			}
		}
		same(t, c.key, names(v, func(record.Name) bool { return true }), want)
	}
}

// TestNothingOfARemarkIsLost holds that every word of OFAC's remarks is in a
// fact, a field or at least in the whole remark that is kept.
func TestNothingOfARemarkIsLost(t *testing.T) {
	v := read(t, "ofac", realFiles(t, ofacSDN))
	births := 0
	for _, e := range v.Entries {
		p := e.Party
		for _, b := range p.Births {
			if b.Date != "" {
				births++
			} else {
				t.Errorf("%s: the date of birth %q was not read", e.Designation.Entry, b.Text)
			}
		}
		pieces := strings.Count(p.Remarks, "; ") + 1
		taken := len(p.Births) + len(p.Places) + len(p.Nations) + len(p.Wallets) + len(p.Websites) + len(p.Emails) +
			len(p.Phones) + len(p.Links) + len(p.Documents) + len(p.OtherFacts) + len(p.Names) + 1
		if p.Remarks != "" && taken < pieces-3 {
			t.Errorf("%s: %d pieces, %d taken", e.Designation.Entry, pieces, taken)
		}
	}
	equal(t, "dates of birth", births, 7534)
}
