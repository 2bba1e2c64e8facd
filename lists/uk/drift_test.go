package uk_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/lists/uk"
)

func TestDamagedXMLIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"an unknown element", "<Genders>", "<Sex/><Genders>"},
		{"an element in another's place", "<Titles>", "<DOBs/><Titles>"},
		{"an attribute", "<UniqueID>", `<UniqueID code="1">`},
		{"text between elements", "<Names>", "text<Names>"},
		{"a number in another form", "DPR0001", "1"},
		{"a number twice", "DPR0002", "DPR0001"},
		{"no number", "<UniqueID>DPR0001</UniqueID>", ""},
		{"two numbers", "<UniqueID>DPR0001</UniqueID>", "<UniqueID>DPR0001</UniqueID><UniqueID>DPR0009</UniqueID>"},
		{"two family names", "<Name6>Kid</Name6>", "<Name6>Kid</Name6><Name6>Boy</Name6>"},
		{"another kind", ">Individual<", ">Person<"},
		{"another type of name", ">Primary Name<", ">Name<"},
		{"another strength", ">Low quality a.k.a<", ">3<"},
		{"a date in another form", "<DateDesignated>30/12/2020", "<DateDesignated>2020-12-30"},
		{"no such date", "<DateDesignated>30/12/2020", "<DateDesignated>31/11/2020"},
		{"no date of the list", "<DateGenerated>05/01/2026</DateGenerated>", ""},
		{"the date of the list in words", "<DateGenerated>05/01/2026", "<DateGenerated>today"},
		{"two dates of the list", "<DateGenerated>05/01/2026</DateGenerated>", "<DateGenerated>05/01/2026</DateGenerated><DateGenerated>05/01/2026</DateGenerated>"},
		{"an indicator that is no answer", "<AssetFreeze>true", "<AssetFreeze>yes"},
		{"another root", "<Designations ", "<List "},
		{"a document type", "<Designations ", `<!DOCTYPE x [<!ENTITY a "b">]><Designations `},
		{"an unknown entity", "&amp;", "&a;"},
		{"invalid UTF-8", "EXAMPLE STAR", "EXAMPLE \xffSTAR"},
		{"something behind the list", "</Designations>", "</Designations><more/>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, uk.Reader{}, liststest.Replaced(t, fixture(t, xmlFile), c.from, c.to))
			if d.Row == 0 && d.Element == "" {
				t.Errorf("no place in %v", d)
			}
		})
	}
	noRegime := liststest.Edit(fixture(t, xmlFile), ".xml", func(b []byte) []byte {
		from, to := bytes.Index(b, []byte("<RegimeName>")), bytes.Index(b, []byte("</RegimeName>"))
		return slices.Delete(b, from+len("<RegimeName>"), to)
	})
	liststest.Refused(t, uk.Reader{}, noRegime)
}

// damages are changes of the table's rows with the place where they are seen; the
// report date is row 1, the header row 2.
var damages = []struct {
	name        string
	row, column int
	change      func([][]string) [][]string
}{
	{"a column renamed", 2, 5, func(r [][]string) [][]string { r[1][4] = "Surname"; return r }},
	{"a column missing", 2, 3, func(r [][]string) [][]string { return without(r, 2) }},
	{"the last column missing", 2, 58, func(r [][]string) [][]string { return without(r, 57) }},
	{"columns moved with their header", 2, 1, func(r [][]string) [][]string { return swapped(r[1:], r, 0, 1) }},
	{"columns moved below the header", 3, 2, func(r [][]string) [][]string { return swapped(r[2:], r, 1, 2) }},
	{"names and their type moved", 3, 11, func(r [][]string) [][]string { return swapped(r[2:], r, 4, 10) }},
	{"dates moved", 3, 34, func(r [][]string) [][]string { return swapped(r[2:], r, 33, 35) }},
	{"another kind", 4, 18, func(r [][]string) [][]string { r[3][17] = "Vessel"; return r }},
	{"two kinds of one number", 4, 18, func(r [][]string) [][]string { r[3][17] = "Entity"; return r }},
	{"another strength", 5, 12, func(r [][]string) [][]string { r[4][11] = "7"; return r }},
	{"no name", 4, 5, func(r [][]string) [][]string { r[3][4], r[3][5] = "", ""; return r }},
	{"no report date", 1, 1, func(r [][]string) [][]string { return r[1:] }},
	{"no header", 2, 1, func(r [][]string) [][]string { return slices.Delete(r, 1, 2) }},
	{"a report date in words", 1, 1, func(r [][]string) [][]string { r[0][0] = "Report Date: today"; return r }},
}

func without(rows [][]string, column int) [][]string {
	for i, r := range rows {
		if len(r) > column {
			rows[i] = slices.Delete(r, column, column+1)
		}
	}
	return rows
}

func swapped(which, rows [][]string, a, b int) [][]string {
	for _, r := range which {
		r[a], r[b] = r[b], r[a]
	}
	return rows
}

// csvOf writes rows with a quote around every cell.
func csvOf(rows [][]string) []listing.File {
	var b strings.Builder
	for _, r := range rows {
		for i, c := range r {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	return []listing.File{{Name: csvFile, Data: []byte(b.String())}}
}

func TestDamagedTablesAreRefused(t *testing.T) {
	for _, c := range damages {
		t.Run("csv/"+c.name, func(t *testing.T) {
			d := liststest.Refused(t, uk.Reader{}, csvOf(c.change(rows(t))))
			if d.Row != c.row || d.Column != c.column {
				t.Errorf("want row %d, column %d: %v", c.row, c.column, d)
			}
		})
		if strings.HasPrefix(c.name, "no report") || strings.HasPrefix(c.name, "no header") {
			continue // a spreadsheet may have the header first; what has none is the next test's
		}
		t.Run("ods/"+c.name, func(t *testing.T) {
			d := liststest.Refused(t, uk.Reader{}, ods(t, c.change(rows(t))))
			if d.Row != c.row || d.Column != c.column {
				t.Errorf("want row %d, column %d: %v", c.row, c.column, d)
			}
		})
	}
}

func TestASpreadsheetWithoutTheLineAboveItsHeaderIsRead(t *testing.T) {
	v := liststest.Read(t, uk.Reader{}, ods(t, rows(t)[1:]))
	liststest.Equal(t, "entries", len(v.Entries), 3)
	liststest.Equal(t, "date", v.DateFrom, listing.DateFromNone)
}

func TestDamagedSpreadsheetsAreRefused(t *testing.T) {
	cell := `<table:table-cell><text:p>x</text:p></table:table-cell>`
	for name, tables := range map[string]string{
		"no list":                 `<table:table table:name="a"><table:table-row>` + cell + `</table:table-row></table:table>`,
		"a million cells of text": `<table:table table:name="a"><table:table-row><table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`,
		"text far to the right":   `<table:table table:name="a"><table:table-row><table:table-cell table:number-columns-repeated="16000"/>` + cell + `</table:table-row></table:table>`,
		"a million rows of text":  `<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">` + cell + `</table:table-row></table:table>`,
		"a number that is none":   `<table:table table:name="a"><table:table-row table:number-rows-repeated="-1">` + cell + `</table:table-row></table:table>`,
		"a number too large":      `<table:table table:name="a"><table:table-row table:number-rows-repeated="99999999999999999999"/></table:table>`,
		"elements too deep":       strings.Repeat("<table:a>", 100) + strings.Repeat("</table:a>", 100),
		"an element not closed":   `<table:table><table:table-row>`,
	} {
		t.Run(name, func(t *testing.T) { liststest.Refused(t, uk.Reader{}, sheets(t, tables)) })
	}
	whole := ods(t, rows(t))[0].Data
	for n := 4; n < len(whole); n += 61 {
		liststest.Refused(t, uk.Reader{}, []listing.File{{Name: odsFile, Data: whole[:n]}})
	}
}

func TestAZipBombIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	m, err := z.Create("mimetype")
	if err == nil {
		_, err = m.Write([]byte("application/vnd.oasis.opendocument.spreadsheet"))
	}
	if err != nil {
		t.Fatal(err)
	}
	w, err := z.Create("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	blank := bytes.Repeat([]byte{' '}, 1<<20)
	for range uk.MaxContent>>20 + 1 {
		if _, err := w.Write(blank); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	d := liststest.Refused(t, uk.Reader{}, []listing.File{{Name: odsFile, Data: b.Bytes()}})
	if !strings.Contains(d.Expected, "moderate size") {
		t.Errorf("%v", d)
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"a page": "<html><body>Too many requests</body></html>\n", "a PDF": "%PDF-1.7", "a zip": "PK\x03\x04", "text": "no table\n",
		"a header alone": "Report Date: 05-Jan-2026\n", "UTF-16": "\xff\xfe<\x00", "XML of another list": "<CONSOLIDATED_LIST/>",
	} {
		t.Run(name, func(t *testing.T) {
			liststest.Refused(t, uk.Reader{}, []listing.File{{Name: "file", Data: []byte(data)}})
		})
	}
	both := append(fixture(t, xmlFile), fixture(t, csvFile)...)
	if _, err := listing.Read(t.Context(), uk.Reader{}, both); !errs.Is(err, errs.Invalid) {
		t.Errorf("two forms at once: %v", err)
	}
}

func TestItsFilesAreRecognised(t *testing.T) {
	for _, files := range [][]listing.File{fixture(t, xmlFile), fixture(t, csvFile), ods(t, rows(t))} {
		f := files[0]
		if !(uk.Reader{}).Recognise(f.Base(), f.Data[:min(len(f.Data), 4096)]) {
			t.Errorf("%s is not recognised", f.Base())
		}
	}
	if (uk.Reader{}).Recognise("report.ods", []byte("PK\x03\x04")) {
		t.Error("any spreadsheet is taken for the list")
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	onlyBlanks := func(data []byte, at int) bool { return len(bytes.TrimSpace(data[at:])) == 0 }
	liststest.Cuts(t, uk.Reader{}, fixture(t, xmlFile), ".xml", onlyBlanks)
	// A line break inside quotes is no end of a row.
	between := func(data []byte, at int) bool {
		return liststest.BetweenRows(data, at) && bytes.Count(data[:at], []byte{'\n'}) > 2 && bytes.Count(data[:at], []byte{'"'})%2 == 0
	}
	liststest.Cuts(t, uk.Reader{}, fixture(t, csvFile), ".csv", between)
}

func TestAnyByteChanged(t *testing.T) {
	for name, files := range map[string][]listing.File{"xml": fixture(t, xmlFile), "csv": fixture(t, csvFile), "ods": ods(t, rows(t))} {
		t.Run(name, func(t *testing.T) { liststest.AnyByte(t, uk.Reader{}, files) })
	}
}

func FuzzUK(f *testing.F) {
	for _, files := range [][]listing.File{fixture(f, xmlFile), fixture(f, csvFile), ods(f, rows(f))} {
		f.Add(files[0].Data)
	}
	f.Add([]byte(`<Designations><DateGenerated>05/01/2026</DateGenerated><Designation/></Designations>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, uk.Reader{}, []listing.File{{Name: "file", Data: data}})
	})
}
