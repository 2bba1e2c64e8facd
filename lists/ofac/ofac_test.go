package ofac_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
)

func fixture(t testing.TB, only ...string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/ofac.txtar", only...)
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial files.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, ofac.Reader{}, fixture(t)), "ofac")
	liststest.Golden(t, liststest.Read(t, ofac.Reader{}, fixture(t, "sdn.csv")), "ofac-sdn-alone")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	liststest.Places(t, liststest.Read(t, ofac.Reader{}, fixture(t)), fixture(t))
}

func TestPlacesPointAtTheBytesOfTheRealFiles(t *testing.T) {
	files := liststest.Real(t, liststest.OFACSDN, liststest.OFACAlt, liststest.OFACAdd, liststest.OFACComments)
	liststest.Places(t, liststest.Read(t, ofac.Reader{}, files), files)
}

// dprk reports whether anything in an entry names the DPRK.
func dprk(e listing.Entry) bool {
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
	v := liststest.Read(t, ofac.Reader{}, liststest.Real(t, liststest.OFACSDN, liststest.OFACAlt, liststest.OFACAdd, liststest.OFACComments))
	c := v.Counts
	liststest.Equal(t, "entries", c.Entries, 14965)
	liststest.Equal(t, "persons", c.Persons, 6854)
	liststest.Equal(t, "vessels", c.Vessels, 851)
	liststest.Equal(t, "aircraft", c.Aircraft, 376)
	if got := liststest.Rows(v); !slices.Equal(got, []int{14965, 28, 20107, 24244}) {
		t.Errorf("rows %v", got)
	}
	liststest.Equal(t, "entries that name the DPRK", liststest.Count(v, dprk), 594)
	liststest.Equal(t, "entries of a DPRK programme", liststest.Count(v, func(e listing.Entry) bool {
		return slices.ContainsFunc(e.Designation.Programmes, func(p string) bool { return strings.HasPrefix(p, "DPRK") })
	}), 484)
	liststest.Equal(t, "date", string(v.Date), "2024-05-03")

	alone := liststest.Read(t, ofac.Reader{}, liststest.Real(t, liststest.OFACSDN))
	liststest.Equal(t, "entries with wallets", liststest.Count(alone, func(e listing.Entry) bool { return len(e.Party.Wallets) > 0 }), 55)
}

func BenchmarkReadOFAC(b *testing.B) {
	files := liststest.Real(b, liststest.OFACSDN, liststest.OFACAlt, liststest.OFACAdd, liststest.OFACComments)
	n := 0
	for _, f := range files {
		n += len(f.Data)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		liststest.Read(b, ofac.Reader{}, files)
	}
}
