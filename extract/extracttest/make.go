// Package extracttest makes small documents for the tests of package extract and
// of the packages behind it, and checks what every list of spans promises.
//
// The documents are built here, byte by byte and by the formats' specifications,
// and not taken from elsewhere: what a test expects of them can be read beside
// what they are made of. None is meant for the programs that people open such
// files with; they hold as little as a reader needs.
package extracttest

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// Part is one file of an archive.
type Part struct{ Name, Body string }

// ZIP makes an archive.
func ZIP(t testing.TB, parts ...Part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p.Body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// WordNS declares the name spaces of a DOCX part.
const WordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// DOCX makes a document of the given body XML.
func DOCX(t testing.TB, body string, more ...Part) []byte {
	t.Helper()
	parts := []Part{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document ` + WordNS + `><w:body>` + body + `</w:body></w:document>`},
	}
	return ZIP(t, append(parts, more...)...)
}

// Para makes a paragraph of a DOCX body.
func Para(text string) string {
	r := strings.NewReplacer("&", "&amp;", "<", "&lt;")
	return "<w:p><w:r><w:t xml:space=\"preserve\">" + r.Replace(text) + "</w:t></w:r></w:p>"
}

// PDFMaker writes small PDFs, object by object.
type PDFMaker struct {
	b       bytes.Buffer
	offsets []int
}

// NewPDF begins a PDF.
func NewPDF() *PDFMaker {
	m := &PDFMaker{}
	m.b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return m
}

// Object adds an object and returns its number.
func (m *PDFMaker) Object(body string) int {
	m.offsets = append(m.offsets, m.b.Len())
	fmt.Fprintf(&m.b, "%d 0 obj\n%s\nendobj\n", len(m.offsets), body)
	return len(m.offsets)
}

// Stream adds a stream and returns its number.
func (m *PDFMaker) Stream(dict, data string) int {
	return m.Object(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data))
}

// Deflated adds a compressed stream and returns its number.
func (m *PDFMaker) Deflated(dict, data string) int {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write([]byte(data))
	_ = w.Close()
	return m.Stream(dict+" /Filter /FlateDecode", z.String())
}

// Finish writes the table and returns the file; root is the number of its
// catalogue.
func (m *PDFMaker) Finish(root int) []byte {
	at := m.b.Len()
	fmt.Fprintf(&m.b, "xref\n0 %d\n0000000000 65535 f \n", len(m.offsets)+1)
	for _, o := range m.offsets {
		fmt.Fprintf(&m.b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&m.b, "trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(m.offsets)+1, root, at)
	return m.b.Bytes()
}

// PDF makes a PDF with one page for each content stream, in a plain Latin
// font F1 and, as F2, a font of two-byte codes with the given ToUnicode map.
func PDF(toUnicode string, contents ...string) []byte {
	m := NewPDF()
	f1 := m.Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	uni := ""
	if toUnicode != "" {
		uni = fmt.Sprintf(" /ToUnicode %d 0 R", m.Deflated("", toUnicode))
	}
	cid := m.Object("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /DW 1000 >>")
	f2 := m.Object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [%d 0 R]%s >>", cid, uni))
	f3 := m.Object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /KSCms-UHC-H /DescendantFonts [%d 0 R] >>", cid))
	pages := len(m.offsets) + 1 + 2*len(contents)
	var kids []string
	for _, c := range contents {
		s := m.Deflated("", c)
		p := m.Object(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /Contents %d 0 R /Resources << /Font << /F1 %d 0 R /F2 %d 0 R /F3 %d 0 R >> >> >>", pages, s, f1, f2, f3))
		kids = append(kids, fmt.Sprintf("%d 0 R", p))
	}
	m.Object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(contents), strings.Join(kids, " ")))
	root := m.Object(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", pages))
	return m.Finish(root)
}

// HangulMap maps the codes 0001… to the syllables of 김철수.
const HangulMap = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfchar <0001> <AE40> endbfchar
1 beginbfrange <0002> <0003> [<CCA0> <C218>] endbfrange
endcmap end end`

// EML makes a message of header lines and a body.
func EML(headers, body string) []byte {
	return []byte(strings.ReplaceAll(strings.ReplaceAll(headers+"\n\n"+body, "\r\n", "\n"), "\n", "\r\n"))
}

// Base64 encodes in lines of 76 characters.
func Base64(s string) string {
	e := base64.StdEncoding.EncodeToString([]byte(s))
	var lines []string
	for len(e) > 76 {
		lines, e = append(lines, e[:76]), e[76:]
	}
	return strings.Join(append(lines, e), "\n")
}
