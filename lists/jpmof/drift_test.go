package jpmof_test

import (
	"bytes"
	"testing"

	"github.com/cordon-project/cordon/lists/jpmof"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
)

func TestDamagedTablesAreRefused(t *testing.T) {
	t.Run("persons", liststest.Table{
		Reader: jpmof.Reader{}, Files: fixture(t, retyped...), File: "persons.psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}, {5, 6}},
	}.Refusals)
	t.Run("orgs", liststest.Table{
		Reader: jpmof.Reader{}, Files: fixture(t, retyped...), File: "orgs.psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}},
	}.Refusals)
	// A line break inside quotes is no row of the table that the test cuts up.
	oneLine := liststest.Edit(fixture(t, ministry), ".csv", func(b []byte) []byte {
		return bytes.ReplaceAll(b, []byte("その他\n"), []byte("その他 "))
	})
	t.Run("ministry csv", liststest.Table{
		Reader: jpmof.Reader{}, Files: oneLine, File: ".csv", Sep: ',', Header: true, Row: 1,
		Swaps: [][2]int{{0, 1}, {1, 2}, {0, 4}, {4, 5}, {5, 6}, {30, 31}},
	}.Refusals)
}

func TestDamagedRealTablesAreRefused(t *testing.T) {
	files := liststest.Real(t, liststest.MOFPersons, liststest.MOFOrgs)
	t.Run("persons", liststest.Table{
		Reader: jpmof.Reader{}, Files: files, File: "persons.psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}, {5, 6}},
	}.Refusals)
	t.Run("orgs", liststest.Table{
		Reader: jpmof.Reader{}, Files: files, File: "orgs.psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}},
	}.Refusals)
}

// TestRenumberedCategoriesAreRefused changes the values of closed columns.
func TestRenumberedCategoriesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name     string
		file     string
		from, to string
		column   int
	}{
		{"category of a row", "persons.psv", "15-2|", "16-2|", 1},
		{"category of another list", "persons.psv", "15-2|", "21-2|", 1},
		{"date with slashes", "persons.psv", "2016-02-19", "2016/02/19", 2},
		{"a date of birth in words", "persons.psv", "1944/10/13", "October 1944", 7},
		{"category against number", "shisantouketsu20260105.csv", "\n15,015-", "\n16,015-", 1},
		{"both moved up by one", "shisantouketsu20260105.csv", "\n15,015-", "\n16,016-", 5},
		{"both moved up by two", "shisantouketsu20260105.csv", "\n14,014-", "\n20,020-", 1},
		{"person or organisation by number", "shisantouketsu20260105.csv", ",個人,", ",1,", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, jpmof.Reader{}, liststest.Replaced(t, fixture(t, c.file), c.from, c.to))
			if d.Row == 0 || d.Column != c.column {
				t.Errorf("want column %d: %v", c.column, d)
			}
		})
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	liststest.Cuts(t, jpmof.Reader{}, fixture(t, "persons.psv"), ".psv", liststest.BetweenRows)
	liststest.Cuts(t, jpmof.Reader{}, fixture(t, ministry), ".csv", liststest.BetweenRows)
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, jpmof.Reader{}, fixture(t, ministry)) }

func FuzzMOF(f *testing.F) {
	for _, x := range fixture(f) {
		f.Add(x.Data)
	}
	f.Add(xlsx(f, ministryRows(f))[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, jpmof.Reader{}, []listing.File{{Name: "file", Data: data}})
	})
}
