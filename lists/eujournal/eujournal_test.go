package eujournal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/lists/eujournal"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func fixture(t testing.TB) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/eu-oj.txtar")
}

func TestFixtureReadsAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, eujournal.Reader{}, fixture(t)), "eu-oj")
}

func TestAnActIsAListOfItsOwn(t *testing.T) {
	v := liststest.Read(t, eujournal.Reader{}, fixture(t))
	liststest.Equal(t, "list", v.List.Name, "eu-oj-32099R0001")
	liststest.Equal(t, "file", v.Files[0].Name, "32099R0001.csv")
	liststest.Equal(t, "party", v.Entries[0].Party.ID, record.PartyID("EU", "eu-oj-32099R0001", "I.A/1"))
	if _, err := listing.Read(t.Context(), eujournal.Reader{}, append(fixture(t), fixture(t)...)); !errs.Is(err, errs.Invalid) {
		t.Errorf("two acts together: %v", err)
	}
}

// acts reads every consolidated act of the shared data.
func acts(t *testing.T, each func(name string, files []listing.File, v *listing.Version, err error)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(shareddata.Path(t, "lists/eu_journal_2026-08/consolidated"), "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files := []listing.File{{Name: p, Data: b}}
		v, err := listing.Read(t.Context(), eujournal.Reader{}, files)
		each(filepath.Base(p), files, v, err)
	}
}

// TestEveryActIsRead holds the counts of all rows; the acts that have none are
// refused, because an empty list is none.
func TestEveryActIsRead(t *testing.T) {
	read, empty, entries := 0, 0, 0
	acts(t, func(name string, files []listing.File, v *listing.Version, err error) {
		rows := strings.Count(string(files[0].Data), strings.TrimSuffix(name, ".csv")+",")
		switch {
		case err == nil:
			read++
			entries += len(v.Entries)
			if len(v.Entries) != rows {
				t.Errorf("%s: %d entries of %d rows", name, len(v.Entries), rows)
			}
			undated := liststest.Count(v, func(e listing.Entry) bool {
				for _, f := range e.Party.OtherFacts {
					if f.Label == "start-date" {
						return true
					}
				}
				return false
			})
			if undated > 0 {
				t.Errorf("%s: %d dates are not read", name, undated)
			}
		case rows == 0:
			empty++
		default:
			t.Errorf("%s: %v", name, err)
		}
	})
	liststest.Equal(t, "acts read", read, 37)
	liststest.Equal(t, "acts without rows", empty, 8)
	liststest.Equal(t, "entries", entries, 8017)
}

func TestTheActOnTheDPRK(t *testing.T) {
	v := liststest.Read(t, eujournal.Reader{}, liststest.Real(t, "eu_journal_2026-08/consolidated/32017R1509.csv"))
	liststest.Equal(t, "entries", v.Counts.Entries, 326)
	liststest.Equal(t, "persons", v.Counts.Persons, 157)
	liststest.Equal(t, "organisations", v.Counts.Organisations, 94)
	liststest.Equal(t, "vessels", v.Counts.Vessels, 75)
	liststest.Equal(t, "instrument", v.Entries[0].Designation.Instruments[0], "Regulation (EU) 2017/1509")
	liststest.Equal(t, "births that are no dates", liststest.Count(v, func(e listing.Entry) bool {
		return len(e.Party.Births) > 0 && e.Party.Births[0].Date == ""
	}), 0)
	liststest.Equal(t, "without a listing date", liststest.Count(v, func(e listing.Entry) bool { return e.Designation.ListedOn == "" }), 1)
}

// TestEveryNameStandsInItsRow is a second look at the bytes: each name is in the
// file, and each cell of names is used up.
func TestEveryNameStandsInItsRow(t *testing.T) {
	acts(t, func(name string, files []listing.File, v *listing.Version, err error) {
		if err != nil {
			return
		}
		for _, e := range v.Entries {
			w := e.Designation.Wheres[0]
			row := string(files[0].Data[w.Start:w.End])
			for _, n := range e.Party.Names {
				cell := string(files[0].Data[n.Where.Start:n.Where.End])
				if !strings.Contains(row, cell) || !strings.Contains(strings.ReplaceAll(cell, `""`, `"`), n.Text) {
					t.Fatalf("%s %s: the name %q is not in %q", name, e.Designation.Entry, n.Text, cell)
				}
			}
		}
	})
}

func TestAmendmentsAreRefused(t *testing.T) {
	d := liststest.Refused(t, eujournal.Reader{}, liststest.Real(t, "eu_journal_2026-08/amendments/32026R1720.csv"))
	liststest.Equal(t, "row", d.Row, 1)
}

func TestDepartures(t *testing.T) {
	for what, c := range map[string]struct {
		from, to    string
		row, column int
	}{
		"another header":          {"celex,recordId", "celex,record", 1, 2},
		"a column less":           {",notes\n", "\n", 1, 45},
		"no CELEX number":         {"32099R0001,1,EU-XYZ,I.B", "32099,1,EU-XYZ,I.B", 4, 1},
		"another act's row":       {"32099R0001,1,EU-XYZ,I.B", "32098R0001,1,EU-XYZ,I.B", 4, 1},
		"a number twice":          {"32099R0001,2 (a)", "32099R0001,1", 3, 2},
		"no number":               {"32099R0001,2 (a)", "32099R0001,Person Two Example", 3, 2},
		"moved columns":           {"EU-XYZ,I.B,", "I.B,EU-XYZ,", 4, 3},
		"a sort that there isn't": {",LegalEntity,", ",Planet,", 4, 8},
		"no name":                 {",Person Two Example,", ",,", 3, 9},
		"a row that is too short": {"male,,,,,,,,,,,,,,,,,,,,,\"", "male,,,,,,,,,,,,,,,,,,,,\"", 2, 0},
		"an open quote":           {`"EXAMPLE, Person One"`, `"EXAMPLE, Person One`, 2, 0},
	} {
		t.Run(what, func(t *testing.T) {
			files := fixture(t)
			if !strings.Contains(string(files[0].Data), c.from) {
				t.Skipf("%q is not in the fixture", c.from)
			}
			d := liststest.Refused(t, eujournal.Reader{}, liststest.Replaced(t, files, c.from, c.to))
			if d.Row != c.row || c.column > 0 && d.Column != c.column {
				t.Errorf("row %d column %d, want %d and %d: %v", d.Row, d.Column, c.row, c.column, d)
			}
		})
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	liststest.Cuts(t, eujournal.Reader{}, fixture(t), ".csv", liststest.BetweenRows)
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, eujournal.Reader{}, fixture(t)) }

func FuzzJournal(f *testing.F) {
	f.Add(fixture(f)[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, eujournal.Reader{}, []listing.File{{Name: "file", Data: data}})
	})
}
