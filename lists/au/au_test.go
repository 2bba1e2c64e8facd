package au_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/au"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func fixture(t testing.TB) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/au.txtar")
}

// rows returns the rows of the artificial csv.
func rows(t testing.TB) [][]string {
	t.Helper()
	out, err := csv.NewReader(bytes.NewReader(fixture(t)[0].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func book(t testing.TB, rows [][]string) []listing.File {
	t.Helper()
	return []listing.File{{Name: "2026-01-05/regulation8_consolidated.xlsx", Data: liststest.Workbook(t,
		liststest.Sheet{Name: "Notes", Rows: [][]string{{"preface"}}}, liststest.Sheet{Name: "Sheet1", Rows: rows})}}
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial file.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, au.Reader{}, fixture(t)), "au")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	liststest.Places(t, liststest.Read(t, au.Reader{}, fixture(t)), fixture(t))
}

func TestTheWorkbookSaysWhatTheCSVSays(t *testing.T) {
	a := liststest.Read(t, au.Reader{}, fixture(t))
	b := liststest.Read(t, au.Reader{}, book(t, rows(t)))
	if d := cmp.Diff(a.Entries, b.Entries, cmpopts.IgnoreTypes(record.Where{}, []record.Where{})); d != "" {
		t.Errorf("csv and xlsx differ (-csv +xlsx):\n%s", d)
	}
	liststest.Equal(t, "date", b.Date, a.Date)
	w := b.Entries[0].Party.Names[1].Where
	if w.Row != 3 || w.Column != 2 || w.Element != "Sheet1" {
		t.Errorf("a place in the workbook: %+v", w)
	}
}

func TestDayNumbersInTheWorkbookAreDates(t *testing.T) {
	r := rows(t)
	r[7][5], r[7][10], r[7][13] = "", "43161", "46055"
	r[1][5], r[2][5] = "20945", "20945"
	v := liststest.Read(t, au.Reader{}, book(t, r))
	liststest.Equal(t, "listed", v.Entries[2].Designation.ListedOn, "2018-03-02")
	liststest.Equal(t, "born", v.Entries[0].Party.Births[0].Date, "1957-05-05")
	liststest.Equal(t, "control date", v.Entries[2].Party.OtherFacts[0], record.Fact{Label: "control-date", Text: "2026-02-02"})
}

// TestTheFormBefore2025 reads the list without the columns of November 2025.
func TestTheFormBefore2025(t *testing.T) {
	old := rows(t)
	for i, r := range old {
		r = slices.Delete(r, 14, 19)
		r = slices.Delete(r, 11, 12)
		old[i] = slices.Delete(r, 4, 5)
	}
	v := liststest.Read(t, au.Reader{}, book(t, old))
	liststest.Equal(t, "entries", len(v.Entries), 3)
	liststest.Equal(t, "quality", v.Entries[0].Party.Names[2].Quality, "")
}

func TestDatesOfBirth(t *testing.T) {
	for cell, want := range map[string][]record.Birth{
		"5 May 1957":                           {{Date: "1957-05-05"}},
		"5 Sep. 1957":                          {{Date: "1957-09-05"}},
		"May 1957":                             {{Date: "1957-05"}},
		"1957":                                 {{Date: "1957"}},
		"05/06/1957":                           {{Date: "1957-06-05"}},
		"23-Apr-1968":                          {{Date: "1968-04-23"}},
		"c. 1957":                              {{Date: "1957", Circa: true}},
		"Between 1957 and 1959":                {{Date: "1957", To: "1959"}},
		"1957 or 1958":                         {{Date: "1957"}, {Date: "1958"}},
		"1 Jan. 1960_x000D_\n2 Jan. 1960":      {{Date: "1960-01-01"}, {Date: "1960-01-02"}},
		"3 March 1979 (from a false passport)": {{}},
		"1959-1957":                            {{}},
	} {
		r := rows(t)
		r[1][5], r[2][5], r[3][5] = cell, "", ""
		v := liststest.Read(t, au.Reader{}, book(t, r))
		got := v.Entries[0].Party.Births
		if len(got) != len(want) {
			t.Errorf("%s: %+v", cell, got)
			continue
		}
		for i := range got {
			if got[i].Date != want[i].Date || got[i].To != want[i].To || got[i].Circa != want[i].Circa || got[i].Text == "" {
				t.Errorf("%s: %+v, want %+v", cell, got[i], want[i])
			}
		}
		if (len(v.Warnings) > 0) != (want[0].Date == "") {
			t.Errorf("%s: %d warnings", cell, len(v.Warnings))
		}
	}
}

// TestARowAwayFromTheOthersIsReported holds that a name is not lost when its row
// stands elsewhere, and that a person is told.
func TestARowAwayFromTheOthersIsReported(t *testing.T) {
	r := rows(t)
	r = append(r, r[3])
	r = slices.Delete(r, 3, 4)
	v := liststest.Read(t, au.Reader{}, book(t, r))
	liststest.Equal(t, "warnings", len(v.Warnings), 1)
	liststest.Equal(t, "names", len(v.Entries[0].Party.Names), 3)
}

func TestDamagedTablesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name        string
		row, column int
		change      func([][]string) [][]string
	}{
		{"a header renamed", 1, 2, func(r [][]string) [][]string { r[0][1] = "Name"; return r }},
		{"an unknown column", 1, 20, func(r [][]string) [][]string { r[0] = append(r[0], "Remarks"); return r }},
		{"a column missing", 1, 3, func(r [][]string) [][]string {
			return edited(r, func(x []string) []string { return slices.Delete(x, 2, 3) })
		}},
		{"the end of the header missing", 1, 14, func(r [][]string) [][]string { return edited(r, func(x []string) []string { return x[:13] }) }},
		{"columns moved with their header", 1, 2, func(r [][]string) [][]string { return edited(r, swap(1, 2)) }},
		{"reference and name moved", 2, 1, func(r [][]string) [][]string { edited(r[1:], swap(0, 1)); return r }},
		{"name and type moved", 2, 3, func(r [][]string) [][]string { edited(r[1:], swap(1, 2)); return r }},
		{"types moved", 2, 3, func(r [][]string) [][]string { edited(r[1:], swap(2, 3)); return r }},
		{"strength and birth moved", 2, 5, func(r [][]string) [][]string { edited(r[1:], swap(4, 5)); return r }},
		{"a reference in another form", 3, 1, func(r [][]string) [][]string { r[2][0] = "101-1"; return r }},
		{"a reference twice", 4, 1, func(r [][]string) [][]string { r[3][0] = "101a"; return r }},
		{"two primary names", 3, 4, func(r [][]string) [][]string { r[2][3] = "Primary Name"; return r }},
		{"no primary name", 2, 4, func(r [][]string) [][]string { r[1][3] = "Alias"; return r }},
		{"two types of one number", 3, 3, func(r [][]string) [][]string { r[2][2] = "Entity"; return r }},
		{"another type", 5, 3, func(r [][]string) [][]string { r[4][2] = "Company"; return r }},
		{"another strength", 4, 5, func(r [][]string) [][]string { r[3][4] = "Medium"; return r }},
		{"no name", 5, 2, func(r [][]string) [][]string { r[4][1] = ""; return r }},
		{"a cell too many", 5, 20, func(r [][]string) [][]string { r[4] = append(r[4], "x"); return r }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, au.Reader{}, book(t, c.change(rows(t))))
			if d.Row != c.row || d.Column != c.column {
				t.Errorf("want row %d, column %d: %v", c.row, c.column, d)
			}
		})
	}
	t.Run("csv", liststest.Table{
		Reader: au.Reader{}, Files: fixture(t), File: ".csv", Sep: ',', Row: 4,
		Swaps: [][2]int{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {4, 5}},
	}.Refusals)
}

func edited(rows [][]string, change func([]string) []string) [][]string {
	for i := range rows {
		rows[i] = change(rows[i])
	}
	return rows
}

func swap(a, b int) func([]string) []string {
	return func(x []string) []string { x[a], x[b] = x[b], x[a]; return x }
}

func TestOtherFilesAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"a page": "<html><body>Access denied</body></html>\n", "a PDF": "%PDF-1.7", "a zip that is no workbook": "PK\x03\x04 and nothing more",
		"a header alone": "Reference,Name of Individual or Entity,Type\n", "UTF-16": "\xff\xfeR\x00",
	} {
		t.Run(name, func(t *testing.T) {
			liststest.Refused(t, au.Reader{}, []listing.File{{Name: "file", Data: []byte(data)}})
		})
	}
	if _, err := listing.Read(t.Context(), au.Reader{}, append(fixture(t), fixture(t)...)); !errs.Is(err, errs.Invalid) {
		t.Errorf("two files: %v", err)
	}
	whole := book(t, rows(t))[0].Data
	for n := 4; n < len(whole); n += 97 {
		liststest.Refused(t, au.Reader{}, []listing.File{{Name: "cut.xlsx", Data: whole[:n]}})
	}
}

func TestItsFilesAreRecognised(t *testing.T) {
	for _, f := range append(fixture(t), book(t, rows(t))...) {
		if !(au.Reader{}).Recognise(f.Base(), f.Data[:min(len(f.Data), 4096)]) {
			t.Errorf("%s is not recognised", f.Base())
		}
	}
	if (au.Reader{}).Recognise("report.xlsx", []byte("PK\x03\x04")) {
		t.Error("any workbook is taken for the list")
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	first := strings.Index(string(fixture(t)[0].Data), "\n") + 1
	liststest.Cuts(t, au.Reader{}, fixture(t), ".csv", func(data []byte, at int) bool {
		return liststest.BetweenRows(data, at) && at > first
	})
}

func TestAnyByteChanged(t *testing.T) {
	t.Run("csv", func(t *testing.T) { liststest.AnyByte(t, au.Reader{}, fixture(t)) })
	t.Run("xlsx", func(t *testing.T) { liststest.AnyByte(t, au.Reader{}, book(t, rows(t))) })
}

func FuzzAU(f *testing.F) {
	f.Add(fixture(f)[0].Data)
	f.Add(book(f, rows(f))[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, au.Reader{}, []listing.File{{Name: "file", Data: data}})
	})
}
