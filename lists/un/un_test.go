package un_test

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/un"
	"github.com/cordon-project/cordon/record"
)

func fixture(t testing.TB, only ...string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/un.txtar", only...)
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial files.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, un.Reader{}, fixture(t)), "un")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	liststest.Places(t, liststest.Read(t, un.Reader{}, fixture(t)), fixture(t))
}

func TestPlacesPointAtTheBytesOfTheRealFiles(t *testing.T) {
	files := liststest.Real(t, liststest.UN)
	liststest.Places(t, liststest.Read(t, un.Reader{}, files), files)
}

func TestCountsOfTheRealFile(t *testing.T) {
	v := liststest.Read(t, un.Reader{}, liststest.Real(t, liststest.UN))
	liststest.Equal(t, "entries", v.Counts.Entries, 1003)
	liststest.Equal(t, "persons", v.Counts.Persons, 730)
	liststest.Equal(t, "organisations", v.Counts.Organisations, 273)
	if got := liststest.Rows(v); !slices.Equal(got, []int{1003}) {
		t.Errorf("rows %v", got)
	}
	liststest.Equal(t, "DPRK persons", liststest.Count(v, func(e listing.Entry) bool {
		return e.Designation.Programmes[0] == "DPRK" && e.Party.Kind == record.Person
	}), 80)
	liststest.Equal(t, "time", v.Time, "2026-02-27T00:00:09.554Z")
}

func TestEveryNameOfTheSecurityCouncilIsThere(t *testing.T) {
	files := liststest.Real(t, liststest.UN)
	v := liststest.Read(t, un.Reader{}, files)
	want := liststest.Set{}
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
	liststest.Equal(t, "entries", len(blocks), 1003)
	for _, b := range blocks {
		ref := get(b, "REFERENCE_NUMBER")[0]
		var parts []string
		for _, tag := range []string{"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"} {
			parts = append(parts, get(b, tag)...)
		}
		want.Add(ref, strings.Join(parts, " "))
		for _, tag := range []string{"NAME_ORIGINAL_SCRIPT", "ALIAS_NAME"} {
			for _, n := range get(b, tag) {
				want.Add(ref, n)
			}
		}
	}
	fromNotes := liststest.Names(v, func(n record.Name) bool {
		return n.Kind == record.Original && strings.Contains(n.Where.Element, "ALIAS")
	})
	got := liststest.Names(v, func(record.Name) bool { return true })
	for k := range fromNotes {
		if !want[k] {
			delete(got, k)
		}
	}
	liststest.Same(t, "names", got, want)
	if len(fromNotes) < 25 {
		t.Errorf("%d names in the original script from notes, want at least 25", len(fromNotes))
	}
}

func TestANewRegimeOfTheCouncilIsTakenWithAWarning(t *testing.T) {
	files := liststest.Edit(fixture(t), ".xml", func(b []byte) []byte {
		b = bytes.Replace(b, []byte("KPe.001"), []byte("XXe.001"), 1)
		at := bytes.LastIndex(b, []byte("<UN_LIST_TYPE>DPRK<"))
		return append(append(bytes.Clone(b[:at]), "<UN_LIST_TYPE>Atlantis<"...), b[at+len("<UN_LIST_TYPE>DPRK<"):]...)
	})
	v := liststest.Read(t, un.Reader{}, files)
	liststest.Equal(t, "warnings", len(v.Warnings), 1)
	liststest.Equal(t, "programme", v.Entries[1].Designation.Programmes[0], "Atlantis")
	liststest.Equal(t, "instruments", len(v.Entries[1].Designation.Instruments), 0)
}

func TestDocumentsOfTheCouncilInItsLanguages(t *testing.T) {
	for words, kind := range map[string]string{
		"Passport": "passport", "Numéro de passeport": "passport", "Número de pasaporte": "passport",
		"National Identification Number": "national-id", "National Identity Card number": "national-id",
		"Tax number": "tax-id", "Driving licence": "driving-licence", "Travel document": "travel-document", "Ration card": "other",
	} {
		v := liststest.Read(t, un.Reader{}, liststest.Edit(fixture(t), ".xml", func(b []byte) []byte {
			return bytes.Replace(b, []byte("<TYPE_OF_DOCUMENT>Passport<"), []byte("<TYPE_OF_DOCUMENT>"+words+"<"), 1)
		}))
		liststest.Equal(t, words, v.Entries[0].Party.Documents[0].Kind, kind)
	}
}

func BenchmarkReadUN(b *testing.B) {
	files := liststest.Real(b, liststest.UN)
	b.SetBytes(int64(len(files[0].Data)))
	b.ReportAllocs()
	for b.Loop() {
		liststest.Read(b, un.Reader{}, files)
	}
}
