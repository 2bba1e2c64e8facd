package workbook_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/workbook"
)

var book = []liststest.Sheet{
	{Name: "first", Rows: [][]string{{"preface"}}},
	{Name: "一覧", Rows: [][]string{{"番号", "氏名"}, {"015-000001", "レイ & <アルファ>"}, {}, {"", "", "third"}}},
}

func TestRowsOfASheet(t *testing.T) {
	data := liststest.Workbook(t, book...)
	for sheet, want := range map[string][][]string{"": {{"preface"}}, "first": {{"preface"}}, "一覧": book[1].Rows} {
		got, err := workbook.Rows(data, sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i] == nil {
				got[i] = []string{}
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", sheet, d)
		}
	}
	if _, err := workbook.Rows(data, "other"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a sheet that is not there gave %v", err)
	}
}

// TestDatesAreShownAndNumbersAreKept uses the library that reads, to write cells
// with formats.
func TestDatesAreShownAndNumbersAreKept(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	custom := `yyyy"年"m"月"d"日"`
	for cell, c := range map[string]struct {
		value any
		style excelize.Style
	}{
		"A1": {time.Date(2009, 7, 24, 0, 0, 0, 0, time.UTC), excelize.Style{NumFmt: 14}},
		"B1": {40018, excelize.Style{CustomNumFmt: &custom}},
		"C1": {123456789012345, excelize.Style{}},
		"D1": {"40018", excelize.Style{NumFmt: 14}},
		"E1": {1.5, excelize.Style{NumFmt: 1}},
	} {
		style, err := f.NewStyle(&c.style)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue("Sheet1", cell, c.value); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := workbook.Rows(b.Bytes(), "")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"2009-07-24", "2009年7月24日", "123456789012345", "40018", "1.5"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	raw, err := workbook.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for row, err := range raw.Rows("Sheet1") {
		if err != nil {
			t.Fatal(err)
		}
		if row[0] != "40018" || workbook.Day(row[0]) != "2009/7/24" {
			t.Errorf("the day is %q, as a date %q", row[0], workbook.Day(row[0]))
		}
	}
}

func TestDayNumbers(t *testing.T) {
	for text, want := range map[string]string{"40018": "2009/7/24", "16358": "1944/10/13", "40018.5": "2009/7/24", "1944": "1944", "99999": "99999", "1944/10/13": "1944/10/13", "": ""} {
		if got := workbook.Day(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestSheetsTooLargeToShowAreRefused has one cell in each row, in the last column
// that a sheet can have: the cells before it count.
func TestSheetsTooLargeToShowAreRefused(t *testing.T) {
	row := make([]string, 16384)
	row[len(row)-1] = "x"
	for rows, refused := range map[int]bool{100: false, 130: true} {
		sheet := liststest.Sheet{Name: "s", Rows: slices.Repeat([][]string{row}, rows)}
		_, err := workbook.Rows(liststest.Workbook(t, sheet), "")
		if errs.Is(err, errs.Invalid) != refused || !refused && err != nil {
			t.Errorf("%d rows gave %v", rows, err)
		}
	}
}

func TestWhatIsNoWorkbookIsRefused(t *testing.T) {
	whole := liststest.Workbook(t, book...)
	for n := 0; n < len(whole); n += 53 {
		if _, err := workbook.Rows(whole[:n], ""); !errs.Is(err, errs.Invalid) {
			t.Fatalf("cut at %d of %d gave %v", n, len(whole), err)
		}
	}
	for _, s := range []string{"", "PK\x03\x04", "a,b\n", "\xd0\xcf\x11\xe0"} {
		if _, err := workbook.Rows([]byte(s), ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q gave %v", s, err)
		}
	}
}

// FuzzRows holds that no bytes make the reader panic or give a row and an error.
func FuzzRows(f *testing.F) {
	f.Add(liststest.Workbook(f, book...), "一覧")
	f.Add([]byte("PK\x03\x04"), "")
	f.Fuzz(func(t *testing.T, data []byte, sheet string) {
		rows, err := workbook.Rows(data, sheet)
		if err != nil && (rows != nil || !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.NotFound)) {
			t.Fatalf("%d rows and %v", len(rows), err)
		}
	})
}
