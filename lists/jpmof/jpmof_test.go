package jpmof_test

import (
	"slices"
	"testing"

	"github.com/cordon-project/cordon/lists/jpmof"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func fixture(t testing.TB, only ...string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/jp-mof.txtar", only...)
}

// The files of the two forms.
var (
	retyped  = []string{"persons.psv", "orgs.psv"}
	ministry = "shisantouketsu20260105.csv"
)

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial files.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, jpmof.Reader{}, fixture(t, retyped...)), "jp-mof-rows")
	liststest.Golden(t, liststest.Read(t, jpmof.Reader{}, fixture(t, ministry)), "jp-mof-csv")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	for _, files := range [][]listing.File{fixture(t, retyped...), fixture(t, ministry)} {
		liststest.Places(t, liststest.Read(t, jpmof.Reader{}, files), files)
	}
}

func TestPlacesPointAtTheBytesOfTheRealFiles(t *testing.T) {
	files := liststest.Real(t, liststest.MOFPersons, liststest.MOFOrgs)
	liststest.Places(t, liststest.Read(t, jpmof.Reader{}, files), files)
}

func TestCountsOfTheRealFiles(t *testing.T) {
	v := liststest.Read(t, jpmof.Reader{}, liststest.Real(t, liststest.MOFPersons, liststest.MOFOrgs))
	liststest.Equal(t, "entries", v.Counts.Entries, 282)
	liststest.Equal(t, "persons", v.Counts.Persons, 164)
	liststest.Equal(t, "organisations", v.Counts.Organisations, 118)
	if got := liststest.Rows(v); !slices.Equal(got, []int{164, 118}) {
		t.Errorf("rows %v", got)
	}
	liststest.Equal(t, "without listing date", liststest.Count(v, func(e listing.Entry) bool { return e.Designation.ListedOn == "" }), 0)
}

func TestEveryNameOfTheRetypedRowsIsThere(t *testing.T) {
	files := liststest.Real(t, liststest.MOFPersons, liststest.MOFOrgs)
	v := liststest.Read(t, jpmof.Reader{}, files)
	liststest.Same(t, "names", liststest.Names(v, func(record.Name) bool { return true }), liststest.RetypedNames(files, 2, 6))
}

func TestDatesOfBirthOfTheMinistry(t *testing.T) {
	for _, c := range []struct {
		cell string
		want []record.Birth
		warn int
	}{
		{"1944/10/13", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"１９４４年１０月１３日", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"1944年10月13日生まれ", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"1944年10月", []record.Birth{{Date: "1944-10"}}, 0},
		{"1944.10.13", []record.Birth{{Date: "1944-10-13"}}, 0},
		{"1938年頃", []record.Birth{{Date: "1938", Circa: true}}, 0},
		{"おおよそ1938年", []record.Birth{{Date: "1938", Circa: true}}, 0},
		{"1967-1969", []record.Birth{{Date: "1967", To: "1969"}}, 0},
		{"1967年～1969年", []record.Birth{{Date: "1967", To: "1969"}}, 0},
		{"1967年から1969年までの間", []record.Birth{{Date: "1967", To: "1969"}}, 0},
		{"1944/10/13；1945/10/13", []record.Birth{{Date: "1944-10-13"}, {Date: "1945-10-13"}}, 0},
		{"1944年10月13日又は1945年10月13日", []record.Birth{{Date: "1944-10-13"}, {Date: "1945-10-13"}}, 0},
		{"昭和二十年", []record.Birth{{}}, 1},
		{"不明", nil, 0},
		{"", nil, 0},
	} {
		t.Run(c.cell, func(t *testing.T) {
			rows := ministryRows(t)
			rows[2][17] = c.cell
			v := liststest.Read(t, jpmof.Reader{}, xlsx(t, rows))
			got := v.Entries[1].Party.Births
			liststest.Equal(t, "dates", len(got), len(c.want))
			for i := range min(len(got), len(c.want)) {
				g, w := got[i], c.want[i]
				if g.Date != w.Date || g.To != w.To || g.Circa != w.Circa || g.Text == "" {
					t.Errorf("%+v, want %+v", g, w)
				}
			}
			liststest.Equal(t, "warnings", len(v.Warnings), c.warn)
		})
	}
}
