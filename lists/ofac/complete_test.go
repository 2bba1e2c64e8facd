package ofac_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/record"
)

// The tests here take the names and wallets out of the raw bytes a second time,
// with nothing but regular expressions, and compare the sets.

func TestEveryNameOfOFACIsThere(t *testing.T) {
	files := liststest.Real(t, liststest.OFACSDN, liststest.OFACAlt)
	v := liststest.Read(t, ofac.Reader{}, files)
	sdn, alt := string(files[0].Data), string(files[1].Data)
	want, weak, strong, known := liststest.Set{}, liststest.Set{}, liststest.Set{}, liststest.Set{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+),"([^"]*)",`).FindAllStringSubmatch(sdn, -1) {
		want.Add(m[1], m[2])
		known.Add(m[1])
	}
	liststest.Same(t, "primary names", liststest.Names(v, func(n record.Name) bool { return n.Kind == record.Primary }), want)
	for _, line := range strings.Split(sdn, "\r\n") {
		entry, _, _ := strings.Cut(line, ",")
		for _, m := range regexp.MustCompile(`[afn]\.k\.a\. '(.+?)'(?: \([^)]*\))?(?:;|\."|;? ")`).FindAllStringSubmatch(line, -1) {
			weak.Add(entry, m[1])
		}
	}
	liststest.Same(t, "weak aliases", liststest.Names(v, func(n record.Name) bool { return n.Quality == record.Weak }), weak)
	for _, m := range regexp.MustCompile(`(?m)^(\d+),\d+,"[afn]ka","([^"]*)"`).FindAllStringSubmatch(alt, -1) {
		if known[m[1]] {
			strong.Add(m[1], m[2])
		}
	}
	got := liststest.Names(v, func(n record.Name) bool { return n.Quality == record.Strong })
	liststest.Same(t, "strong aliases", got, strong)
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
	liststest.Equal(t, "rows of alt.csv taken and orphaned", rows+orphans, 20107)
}

func TestEveryAddressRowOfOFACIsTakenOrReported(t *testing.T) {
	files := liststest.Real(t, liststest.OFACSDN, liststest.OFACAdd)
	v := liststest.Read(t, ofac.Reader{}, files)
	known := liststest.Set{}
	for _, e := range v.Entries {
		known.Add(e.Designation.Entry)
	}
	want, got := liststest.Set{}, liststest.Set{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+),(\d+),(.*)$`).FindAllStringSubmatch(string(files[1].Data), -1) {
		if known[m[1]] && strings.Contains(m[3], `"`) {
			want.Add(m[1], m[2])
		}
	}
	for _, e := range v.Entries {
		for _, a := range e.Party.Addresses {
			got.Add(e.Designation.Entry, a.Entry)
		}
	}
	liststest.Same(t, "addresses", got, want)
}

func TestEveryWalletOfOFACIsThere(t *testing.T) {
	files := liststest.Real(t, liststest.OFACSDN)
	v := liststest.Read(t, ofac.Reader{}, files)
	want, got := liststest.Set{}, liststest.Set{}
	form := regexp.MustCompile(`Digital Currency Address - ([A-Z]+) ([^;." ]+)`)
	for _, line := range strings.Split(string(files[0].Data), "\r\n") {
		entry, _, _ := strings.Cut(line, ",")
		for _, m := range form.FindAllStringSubmatch(line, -1) {
			want.Add(entry, m[1], m[2])
		}
	}
	for _, e := range v.Entries {
		for _, w := range e.Party.Wallets {
			got.Add(e.Designation.Entry, w.Asset, w.Address)
			if w.Canonical == "" && w.Note == "" {
				t.Errorf("%s: the wallet %s has no canonical form and no word on why", e.Designation.Entry, w.Address)
			}
		}
	}
	liststest.Same(t, "wallets", got, want)
}

// TestOverflowOfRemarksJoins holds that the wallets which run over from sdn.csv
// into sdn_comments.csv come out whole: each is valid under its asset code.
func TestOverflowOfRemarksJoins(t *testing.T) {
	files := liststest.Real(t, liststest.OFACSDN, liststest.OFACComments)
	v := liststest.Read(t, ofac.Reader{}, files)
	form := regexp.MustCompile(`Digital Currency Address - ([A-Z]+) ([^;." ]+)[;."]`)
	want, got := liststest.Set{}, liststest.Set{}
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
				want.Add(entry, m[1], m[2])
			}
		}
	}
	bad := 0
	for _, e := range v.Entries {
		for _, w := range e.Party.Wallets {
			if cut[e.Designation.Entry] {
				got.Add(e.Designation.Entry, w.Asset, w.Address)
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
	liststest.Equal(t, "wallets that are not whole", bad, 0)
}

// TestNothingOfARemarkIsLost holds that every word of OFAC's remarks is in a
// fact, a field or at least in the whole remark that is kept.
func TestNothingOfARemarkIsLost(t *testing.T) {
	v := liststest.Read(t, ofac.Reader{}, liststest.Real(t, liststest.OFACSDN))
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
	liststest.Equal(t, "dates of birth", births, 7534)
}
