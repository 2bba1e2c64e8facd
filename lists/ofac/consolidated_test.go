package ofac_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/record"
)

// The files of the consolidated list, for liststest.Real.
const (
	consPrim     = "ofac_consolidated_2020/cons_prim.csv"
	consAlt      = "ofac_consolidated_2020/cons_alt.csv"
	consAdd      = "ofac_consolidated_2020/cons_add.csv"
	consComments = "ofac_consolidated_2020/cons_comments.csv"
)

func consolidated(t testing.TB, only ...string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/consolidated.txtar", only...)
}

func TestConsolidatedReadsAsGolden(t *testing.T) {
	v := liststest.Read(t, ofac.Consolidated{}, consolidated(t))
	liststest.Golden(t, v, "consolidated")
	liststest.Places(t, v, consolidated(t))
}

func TestCountsOfTheRealConsolidatedFiles(t *testing.T) {
	files := liststest.Real(t, consPrim, consAlt, consAdd, consComments)
	v := liststest.Read(t, ofac.Consolidated{}, files)
	liststest.Places(t, v, files)
	c := v.Counts
	liststest.Equal(t, "entries", c.Entries, 442)
	liststest.Equal(t, "persons", c.Persons, 79)
	liststest.Equal(t, "organisations", c.Organisations, 363)
	liststest.Equal(t, "orphans", len(v.Orphans), 0)
	if got := liststest.Rows(v); !slices.Equal(got, []int{442, 10, 1073, 574}) {
		t.Errorf("rows %v", got)
	}
	for _, w := range v.Warnings {
		t.Errorf("%s: %s", w.Where, w.Text)
	}
	for _, e := range v.Entries {
		for _, b := range e.Party.Births {
			if b.Date == "" {
				t.Errorf("%s: the date of birth %q was not read", e.Designation.Entry, b.Text)
			}
		}
	}
}

// TestEveryNameOfTheConsolidatedListIsThere takes the names out of the raw bytes a
// second time.
func TestEveryNameOfTheConsolidatedListIsThere(t *testing.T) {
	files := liststest.Real(t, consPrim, consAlt, consAdd, consComments)
	v := liststest.Read(t, ofac.Consolidated{}, files)
	primary, weak, strong := liststest.Set{}, liststest.Set{}, liststest.Set{}
	tails := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^(\d+),"([^"]*)"`).FindAllStringSubmatch(string(files[3].Data), -1) {
		tails[m[1]] = m[2]
	}
	for _, line := range strings.Split(string(files[0].Data), "\r\n") {
		m := regexp.MustCompile(`^(\d+),"([^"]*)",`).FindStringSubmatch(line)
		if m == nil {
			continue
		}
		primary.Add(m[1], m[2])
		whole := strings.TrimSuffix(line, `"`) + tails[m[1]]
		for _, a := range regexp.MustCompile(`[afn]\.k\.a\. '(.+?)'(?:;|\.|$)`).FindAllStringSubmatch(whole, -1) {
			weak.Add(m[1], a[1])
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^(\d+),\d+,"[afn]ka","([^"]*)"`).FindAllStringSubmatch(string(files[1].Data), -1) {
		strong.Add(m[1], m[2])
	}
	liststest.Same(t, "primary names", liststest.Names(v, func(n record.Name) bool { return n.Kind == record.Primary }), primary)
	liststest.Same(t, "weak aliases", liststest.Names(v, func(n record.Name) bool { return n.Quality == record.Weak }), weak)
	liststest.Same(t, "strong aliases", liststest.Names(v, func(n record.Name) bool { return n.Quality == record.Strong }), strong)
}

func TestEachListRefusesTheOther(t *testing.T) {
	renamed := func(files []listing.File, name string) []listing.File {
		out := slices.Clone(files[:1])
		out[0].Name = name
		return out
	}
	for _, c := range []struct {
		name   string
		reader listing.Reader
		files  []listing.File
	}{
		{"cons_ files as SDN", ofac.Reader{}, consolidated(t)},
		{"sdn.csv as consolidated", ofac.Consolidated{}, fixture(t, "sdn.csv")},
		{"alt.csv beside cons_prim.csv", ofac.Consolidated{}, append(consolidated(t, "cons_prim.csv"), fixture(t, "alt.csv")...)},
		{"cons_prim.csv under another name", ofac.Reader{}, renamed(consolidated(t), "sdn.csv")},
		{"sdn.csv under another name", ofac.Consolidated{}, renamed(fixture(t), "cons_prim.csv")},
		{"sdn.xml as consolidated", ofac.Consolidated{}, standard(t)},
		{"sdn.xml under another name", ofac.Consolidated{}, renamed(standard(t), "consolidated.xml")},
		{"a file named consolidated as SDN", ofac.Reader{}, renamed(standard(t), "consolidated.xml")},
		{"sdn_advanced.xml under another name", ofac.Consolidated{}, renamed(liststest.Edit(advanced(t), ".xml", func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("Sectoral Sanctions Identifications List"), []byte("SDN List"))
		}), "cons_advanced.xml")},
		{"companions alone", ofac.Consolidated{}, consolidated(t, "cons_alt.csv")},
	} {
		t.Run(c.name, func(t *testing.T) { liststest.Refused(t, c.reader, c.files) })
	}
}

// TestTheAdvancedFormIsPartedByList holds that of one file with parties of both
// lists each reader takes its own.
func TestTheAdvancedFormIsPartedByList(t *testing.T) {
	files := advanced(t)
	files[0].Name = "cons_advanced.xml"
	v := liststest.Read(t, ofac.Consolidated{}, files)
	liststest.Equal(t, "entries", len(v.Entries), 1)
	liststest.Equal(t, "entry", v.Entries[0].Designation.Entry, "106")
	liststest.Equal(t, "list", v.Entries[0].Designation.List, "ofac-consolidated")
	liststest.Equal(t, "source list", v.Entries[0].Party.OtherFacts[0], record.Fact{Label: "source-list", Text: "Sectoral Sanctions Identifications List"})
	liststest.Equal(t, "orphans", len(v.Orphans), 5)
}

func TestInboxKnowsTheFilesOfEachList(t *testing.T) {
	tree, page := []byte("<?xml version=\"1.0\"?>\n<sdnList xmlns=\"x\">"), []byte("<!DOCTYPE html><html>")
	for _, c := range []struct {
		name      string
		head      []byte
		sdn, cons bool
	}{
		{"sdn.csv", nil, true, false},
		{"SDN_COMMENTS.CSV", nil, true, false},
		{"sdn_advanced.csv", nil, true, false},
		{"cons_prim.csv", nil, false, true},
		{"CONS_ALT.CSV", nil, false, true},
		{"sdn.xml", tree, true, false},
		{"SDN_ADVANCED.XML", []byte("<Sanctions Version=\"3\">"), true, false},
		{"consolidated.xml", tree, false, true},
		{"cons_advanced.xml", []byte("<Sanctions>"), false, true},
		{"consolidated.xml", []byte("<CONSOLIDATED_LIST>"), false, false},
		{"sdn.xml", page, false, false},
		{"list.xml", tree, false, false},
		{"consolidated.csv", nil, false, false},
	} {
		liststest.Equal(t, c.name+" as SDN", ofac.Reader{}.Recognise(c.name, c.head), c.sdn)
		liststest.Equal(t, c.name+" as consolidated", ofac.Consolidated{}.Recognise(c.name, c.head), c.cons)
	}
}
