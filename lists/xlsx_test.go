package lists_test

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
	"github.com/xuri/excelize/v2"

	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/record"
)

// ministryRows returns the rows of the ministry's artificial csv.
func ministryRows(t testing.TB) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(fixture(t, "jp-mof", "shisantouketsu20260105.csv")[0].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// workbook writes rows as an xlsx file, behind a sheet with a preface.
func workbook(t testing.TB, rows [][]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(book.SetCellStr("Sheet1", "A1", "preface"))
	_, err := book.NewSheet("list")
	check(err)
	for i, r := range rows {
		for k, s := range r {
			at, err := excelize.CoordinatesToCellName(k+1, i+1)
			check(err)
			check(book.SetCellStr("list", at, s))
		}
	}
	var b bytes.Buffer
	check(book.Write(&b))
	return b.Bytes()
}

func xlsx(t testing.TB, rows [][]string) []lists.File {
	return []lists.File{{Name: "shisantouketsu20260105.xlsx", Data: workbook(t, rows)}}
}

func TestTheWorkbookSaysWhatTheCSVSays(t *testing.T) {
	a := read(t, "jp-mof", fixture(t, "jp-mof", "shisantouketsu20260105.csv"))
	b := read(t, "jp-mof", xlsx(t, ministryRows(t)))
	if d := cmp.Diff(a.Entries, b.Entries, cmpopts.IgnoreTypes(record.Where{}, []record.Where{})); d != "" {
		t.Errorf("csv and xlsx differ (-csv +xlsx):\n%s", d)
	}
	equal(t, "date", b.Date, "2026-01-05")
	w := b.Entries[1].Party.Names[1].Where
	equal(t, "row", w.Row, 3)
	equal(t, "column", w.Column, 7)
}

func TestDayNumbersInTheWorkbookAreDates(t *testing.T) {
	rows := ministryRows(t)
	rows[1][2] = "40018" // 24 July 2009 as a workbook counts days
	rows[2][17] = "16358"
	v := read(t, "jp-mof", xlsx(t, rows))
	equal(t, "notice", v.Entries[0].Designation.ListedOn, "2009-07-24")
	equal(t, "birth", v.Entries[1].Party.Births[0].Date, "1944-10-13")
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
			d := refused(t, "jp-mof", xlsx(t, c.change(ministryRows(t))))
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
	v := read(t, "jp-mof", xlsx(t, rows))
	equal(t, "warnings", len(v.Warnings), 1)
	equal(t, "row", v.Warnings[0].Where.Row, 3)
	equal(t, "column", v.Warnings[0].Where.Column, 6)
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
	d := refused(t, "jp-mof", []lists.File{{Name: "bomb.xlsx", Data: b.Bytes()}})
	if !strings.Contains(d.Expected, "workbook") {
		t.Errorf("%v", d)
	}
}

func TestCutWorkbooksAreRefused(t *testing.T) {
	whole := workbook(t, ministryRows(t))
	for n := 4; n < len(whole); n += 97 {
		refused(t, "jp-mof", []lists.File{{Name: "cut.xlsx", Data: whole[:n]}})
	}
}
