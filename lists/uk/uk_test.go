package uk_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/uk"
	"github.com/cordon-project/cordon/record"
)

const (
	xmlFile = "UK-Sanctions-List.xml"
	csvFile = "UK-Sanctions-List.csv"
	odsFile = "UK-Sanctions-List.ods"
)

func fixture(t testing.TB, name string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/uk.txtar", name)
}

// rows returns the rows of the artificial csv, the report date first.
func rows(t testing.TB) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(fixture(t, csvFile)[0].Data))
	r.FieldsPerRecord = -1
	out, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ods writes rows as the smallest OpenDocument spreadsheet: empty cells are
// repeated by number, and a million empty rows stand below the list.
func ods(t testing.TB, rows [][]string) []listing.File {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		b.WriteString("<table:table-row>")
		for i := 0; i < len(row); i++ {
			empty := i
			for empty < len(row) && row[empty] == "" {
				empty++
			}
			if empty > i {
				fmt.Fprintf(&b, `<table:table-cell table:number-columns-repeated="%d"/>`, empty-i)
				i = empty - 1
				continue
			}
			b.WriteString(`<table:table-cell office:value-type="string">`)
			for line := range strings.SplitSeq(row[i], "\n") {
				b.WriteString("<text:p>")
				if err := xml.EscapeText(&b, []byte(line)); err != nil {
					t.Fatal(err)
				}
				b.WriteString("</text:p>")
			}
			b.WriteString("</table:table-cell>")
		}
		b.WriteString("</table:table-row>\n")
	}
	b.WriteString(`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`)
	return sheets(t, `<table:table table:name="Cover"><table:table-row><table:table-cell><text:p>The UK Sanctions List</text:p></table:table-cell></table:table-row></table:table>`+
		`<table:table table:name="UK Sanctions List">`+b.String()+`</table:table>`)
}

// sheets packs the tables of a spreadsheet.
func sheets(t testing.TB, tables string) []listing.File {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"content.xml", xml.Header + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"` +
			` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">` +
			`<office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`},
	} {
		w, err := z.Create(m[0])
		if err == nil {
			_, err = w.Write([]byte(m[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return []listing.File{{Name: odsFile, Data: b.Bytes()}}
}

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial files.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, uk.Reader{}, fixture(t, xmlFile)), "uk-xml")
	liststest.Golden(t, liststest.Read(t, uk.Reader{}, fixture(t, csvFile)), "uk-csv")
}

// TestAllFormsGiveTheSameEntries holds that it does not matter which of the three
// forms a node has.
func TestAllFormsGiveTheSameEntries(t *testing.T) {
	want := liststest.Read(t, uk.Reader{}, fixture(t, xmlFile))
	for name, files := range map[string][]listing.File{"csv": fixture(t, csvFile), "ods": ods(t, rows(t))} {
		got := liststest.Read(t, uk.Reader{}, files)
		if d := cmp.Diff(want.Entries, got.Entries, cmpopts.IgnoreTypes(record.Where{}, []record.Where{})); d != "" {
			t.Errorf("xml and %s differ (-xml +%s):\n%s", name, name, d)
		}
		liststest.Equal(t, name+": date", got.Date, want.Date)
		liststest.Equal(t, name+": counts", got.Counts, want.Counts)
	}
}

// TestPlacesPointAtTheBytes holds that names, rows and elements are where their
// places say.
func TestPlacesPointAtTheBytes(t *testing.T) {
	for _, name := range []string{xmlFile, csvFile} {
		files := fixture(t, name)
		v := liststest.Read(t, uk.Reader{}, files)
		at := func(w record.Where) string { return string(files[0].Data[w.Start:w.End]) }
		for _, e := range v.Entries {
			for _, n := range e.Party.Names {
				for part := range strings.FieldsSeq(n.Text) {
					if part != "&" && !strings.Contains(at(n.Where), part) {
						t.Errorf("%s: %q is not in %q", name, n.Text, at(n.Where))
					}
				}
			}
			for _, w := range e.Designation.Wheres {
				if !strings.Contains(at(w), e.Designation.Entry) {
					t.Errorf("%s: %s is not in %q", name, e.Designation.Entry, at(w))
				}
			}
		}
	}
	v := liststest.Read(t, uk.Reader{}, ods(t, rows(t)))
	if w := v.Entries[1].Party.Names[0].Where; w.Row != 7 || w.Column != 5 || w.Element != "UK Sanctions List" || w.End != 0 {
		t.Errorf("a place in the spreadsheet: %+v", w)
	}
}

func TestDatesOfBirthWithPlaceholders(t *testing.T) {
	for text, want := range map[string]record.Date{
		"13/10/1957": "1957-10-13", "dd/10/1957": "1957-10", "DD/MM/1957": "1957", "dd/mm/1957": "1957", "31/mm/1957": "1957",
		"31/02/1957": "", "dd/13/1957": "", "dd/mm/yyyy": "", "1957": "", "13/10/57": "", "dd/mm/0957": "",
	} {
		v := liststest.Read(t, uk.Reader{}, liststest.Replaced(t, fixture(t, xmlFile), "<DOB>dd/mm/1956<", "<DOB>"+text+"<"))
		b := v.Entries[0].Party.Births[0]
		if b.Date != want || b.Text != text || (want == "") != (len(v.Warnings) == 1) {
			t.Errorf("%s: %+v, %d warnings", text, b, len(v.Warnings))
		}
	}
}

func TestTheDateOfTheList(t *testing.T) {
	for text, want := range map[string]record.Date{
		"06/01/2026": "2026-01-06", "05/01/2026 10:11:12": "2026-01-05", "2026-01-05T10:11:12": "2026-01-05", "2026-01-05": "2026-01-05",
	} {
		v := liststest.Read(t, uk.Reader{}, liststest.Replaced(t, fixture(t, xmlFile), "<DateGenerated>05/01/2026<", "<DateGenerated>"+text+"<"))
		liststest.Equal(t, text, v.Date, want)
		liststest.Equal(t, text, v.DateFrom, listing.DateFromFile)
	}
}

func TestADateCellOfTheSpreadsheetIsReadByItsValue(t *testing.T) {
	files := ods(t, rows(t))
	z, err := zip.NewReader(bytes.NewReader(files[0].Data), int64(len(files[0].Data)))
	if err != nil {
		t.Fatal(err)
	}
	in, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(in); err != nil {
		t.Fatal(err)
	}
	from, to := strings.Index(b.String(), "<office:spreadsheet>")+len("<office:spreadsheet>"), strings.Index(b.String(), "</office:spreadsheet>")
	tables := strings.Replace(b.String()[from:to], `office:value-type="string"><text:p>30/12/2020`,
		`office:value-type="date" office:date-value="2020-12-29"><office:annotation><text:p>a note</text:p></office:annotation><text:p>29 Dec`, 1)
	v := liststest.Read(t, uk.Reader{}, sheets(t, tables))
	liststest.Equal(t, "date", v.Entries[0].Designation.ListedOn, "2020-12-29")
}
