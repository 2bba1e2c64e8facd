package krkofiu_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/cordon-project/cordon/lists/krkofiu"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func fixture(t testing.TB, only ...string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/kr-kofiu.txtar", only...)
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial files.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, krkofiu.Reader{}, fixture(t)), "kr-kofiu")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	liststest.Places(t, liststest.Read(t, krkofiu.Reader{}, fixture(t)), fixture(t))
}

func TestPlacesPointAtTheBytesOfTheRealFiles(t *testing.T) {
	files := liststest.Real(t, liststest.KoFIU)
	liststest.Places(t, liststest.Read(t, krkofiu.Reader{}, files), files)
}

func TestCountsOfTheRealFile(t *testing.T) {
	v := liststest.Read(t, krkofiu.Reader{}, liststest.Real(t, liststest.KoFIU))
	liststest.Equal(t, "entries", v.Counts.Entries, 96)
	if got := liststest.Rows(v); !slices.Equal(got, []int{96}) {
		t.Errorf("rows %v", got)
	}
	latin := func(e listing.Entry) bool {
		return slices.ContainsFunc(e.Party.Names, func(n record.Name) bool { return n.Script == "Latn" }) ||
			slices.ContainsFunc(e.Party.OtherFacts, func(f record.Fact) bool { return f.Label == "cut" })
	}
	liststest.Equal(t, "entries with Latin", liststest.Count(v, latin), 54)
}

func TestEveryNameOfTheRetypedRowsIsThere(t *testing.T) {
	files := liststest.Real(t, liststest.KoFIU)
	v := liststest.Read(t, krkofiu.Reader{}, files)
	liststest.Same(t, "names", liststest.Names(v, func(record.Name) bool { return true }), liststest.RetypedNames(files, 2, 4))
}

func TestDamagedTablesAreRefused(t *testing.T) {
	t.Run("artificial", liststest.Table{
		Reader: krkofiu.Reader{}, Files: fixture(t), File: ".psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}},
	}.Refusals)
}

func TestDamagedRealTablesAreRefused(t *testing.T) {
	t.Run("real", liststest.Table{
		Reader: krkofiu.Reader{}, Files: liststest.Real(t, liststest.KoFIU), File: ".psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}},
	}.Refusals)
}

// TestRenumberedCategoriesAreRefused changes the values of closed columns.
func TestRenumberedCategoriesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to string
		column   int
	}{
		{"a type that is none", "|person|예일남", "|2|예일남", 2},
		{"a date that is none", "DOB 1956-01-03", "DOB 56", 5},
		{"the names the wrong way round", "예일남|YE, Il Nam; YE, Il-Nam", "YE, Il Nam|예일남", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, krkofiu.Reader{}, liststest.Replaced(t, fixture(t), c.from, c.to))
			if d.Row == 0 || d.Column != c.column {
				t.Errorf("want column %d: %v", c.column, d)
			}
		})
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	liststest.Cuts(t, krkofiu.Reader{}, fixture(t), ".psv", liststest.BetweenRows)
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, krkofiu.Reader{}, fixture(t)) }

func FuzzKoFIU(f *testing.F) {
	f.Add(fixture(f)[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, krkofiu.Reader{}, []listing.File{{Name: "file", Data: data}})
		// What one reader takes must not be another's: the forms tell themselves.
		if v, err := listing.Read(t.Context(), krkofiu.Reader{}, []listing.File{{Name: "file", Data: data}}); err == nil {
			if bytes.Count(data, []byte("\n")) < len(v.Entries) {
				t.Fatalf("%d entries of %d rows", len(v.Entries), bytes.Count(data, []byte("\n")))
			}
			for _, e := range v.Entries {
				if e.Party.Kind != record.Person && e.Party.Kind != record.Organisation {
					t.Fatalf("kind %q", e.Party.Kind)
				}
			}
		}
	})
}
