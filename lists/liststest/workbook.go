package liststest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

// Sheet is a sheet of a workbook, its cells as texts; "" is no cell.
type Sheet struct {
	Name string
	Rows [][]string
}

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// Workbook writes sheets as the smallest .xlsx that there is (ECMA-376, part 1,
// sections 12.3.23 and 12.3.24), without the library that reads them.
func Workbook(t testing.TB, sheets ...Sheet) []byte {
	t.Helper()
	var book, links strings.Builder
	parts := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels": relationships(`<Relationship Id="r" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/>`),
	}
	names := []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
	for i, s := range sheets {
		file := fmt.Sprintf("worksheets/sheet%d.xml", i+1)
		fmt.Fprintf(&book, `<sheet name="%s" sheetId="%d" r:id="r%d"/>`, escaped(s.Name), i+1, i+1)
		fmt.Fprintf(&links, `<Relationship Id="r%d" Type="%s/worksheet" Target="%s"/>`, i+1, office, file)
		parts["xl/"+file] = sheetXML(s)
		names = append(names, "xl/"+file)
	}
	parts["xl/workbook.xml"] = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets>` +
		book.String() + `</sheets></workbook>`
	parts["xl/_rels/workbook.xml.rels"] = relationships(links.String())
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(xml.Header + parts[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func relationships(s string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + s + `</Relationships>`
}

func sheetXML(s Sheet) string {
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for i, row := range s.Rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for k, text := range row {
			if text == "" {
				continue
			}
			fmt.Fprintf(&b, `<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, column(k), i+1, escaped(text))
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// column returns the letters of a column, from 0: A to Z, AA …
func column(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return column(n/26-1) + column(n%26)
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
