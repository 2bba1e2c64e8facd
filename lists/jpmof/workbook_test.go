package jpmof_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cordon-project/cordon/lists/jpmof"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

// ministryRows returns the rows of the ministry's artificial csv.
func ministryRows(t testing.TB) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(fixture(t, ministry)[0].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// xlsx writes rows as a workbook, behind a sheet with a preface.
func xlsx(t testing.TB, rows [][]string) []listing.File {
	t.Helper()
	return []listing.File{{Name: "shisantouketsu20260105.xlsx", Data: liststest.Workbook(t,
		liststest.Sheet{Name: "Sheet1", Rows: [][]string{{"preface"}}}, liststest.Sheet{Name: "list", Rows: rows})}}
}

func TestTheWorkbookSaysWhatTheCSVSays(t *testing.T) {
	a := liststest.Read(t, jpmof.Reader{}, fixture(t, ministry))
	b := liststest.Read(t, jpmof.Reader{}, xlsx(t, ministryRows(t)))
	if d := cmp.Diff(a.Entries, b.Entries, cmpopts.IgnoreTypes(record.Where{}, []record.Where{})); d != "" {
		t.Errorf("csv and xlsx differ (-csv +xlsx):\n%s", d)
	}
	liststest.Equal(t, "date", b.Date, "2026-01-05")
	w := b.Entries[1].Party.Names[1].Where
	liststest.Equal(t, "row", w.Row, 3)
	liststest.Equal(t, "column", w.Column, 7)
	liststest.Equal(t, "sheet", w.Element, "list")
}

func TestDayNumbersInTheWorkbookAreDates(t *testing.T) {
	rows := ministryRows(t)
	rows[1][2] = "40018" // 24 July 2009 as a workbook counts days
	rows[2][17] = "16358"
	v := liststest.Read(t, jpmof.Reader{}, xlsx(t, rows))
	liststest.Equal(t, "notice", v.Entries[0].Designation.ListedOn, "2009-07-24")
	liststest.Equal(t, "birth", v.Entries[1].Party.Births[0].Date, "1944-10-13")
}

func TestDamagedWorkbooksAreRefused(t *testing.T) {
	for _, c := range []struct {
		name        string
		row, column int
		change      func([][]string) [][]string
	}{
		{"header renamed", 1, 7, func(r [][]string) [][]string { r[0][6] = "Name"; return r }},
		{"header cut", 1, 32, func(r [][]string) [][]string { r[0] = r[0][:31]; return r }},
		{"columns moved", 3, 2, func(r [][]string) [][]string { r[2][0], r[2][1] = r[2][1], r[2][0]; return r }},
		{"a column too many", 2, 33, func(r [][]string) [][]string { r[1] = append(r[1], "x"); return r }},
		{"category renumbered", 3, 1, func(r [][]string) [][]string { r[2][0] = "16"; return r }},
		{"kind renumbered", 3, 5, func(r [][]string) [][]string { r[2][4] = "1"; return r }},
		{"a row twice", 4, 2, func(r [][]string) [][]string { return slices.Insert(r, 3, r[2]) }},
		{"no header", 1, 1, func(r [][]string) [][]string { return r[1:] }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, jpmof.Reader{}, xlsx(t, c.change(ministryRows(t))))
			if d.Row != c.row || d.Column != c.column {
				t.Errorf("want row %d, column %d: %v", c.row, c.column, d)
			}
		})
	}
}

// TestALostLetterIsReported holds that a letter that the authority itself lost in
// a conversion is a warning: refusing the list would not bring it back.
func TestALostLetterIsReported(t *testing.T) {
	rows := ministryRows(t)
	rows[2][5] = "レ\ufffdイ"
	v := liststest.Read(t, jpmof.Reader{}, xlsx(t, rows))
	liststest.Equal(t, "warnings", len(v.Warnings), 1)
	liststest.Equal(t, "row", v.Warnings[0].Where.Row, 3)
	liststest.Equal(t, "column", v.Warnings[0].Where.Column, 6)
}

func TestAZipBombIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 3 {
		w, err := z.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			if _, err := w.Write(bytes.Repeat([]byte{' '}, 1<<20)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	d := liststest.Refused(t, jpmof.Reader{}, []listing.File{{Name: "bomb.xlsx", Data: b.Bytes()}})
	if !strings.Contains(d.Expected, "workbook") {
		t.Errorf("%v", d)
	}
}

func TestCutWorkbooksAreRefused(t *testing.T) {
	whole := xlsx(t, ministryRows(t))[0].Data
	for n := 4; n < len(whole); n += 97 {
		liststest.Refused(t, jpmof.Reader{}, []listing.File{{Name: "cut.xlsx", Data: whole[:n]}})
	}
}
