package pdf_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/extracttest"
	"github.com/cordon-project/cordon/extract/page"
	"github.com/cordon-project/cordon/extract/pdf"
)

func draw(t testing.TB, data []byte, program string) *page.Page {
	t.Helper()
	p := page.New("test.pdf", page.Limits{})
	if err := pdf.Read(t.Context(), p, data, program); err != nil {
		t.Fatal(err)
	}
	p.Finish()
	return p
}

func hasNote(p *page.Page, code string) bool {
	return slices.ContainsFunc(p.Notes, func(n page.Note) bool { return n.Code == code && n.Text != "" })
}

func TestReadsHangulLinesAndForms(t *testing.T) {
	uhc, err := korean.EUCKR.NewEncoder().String("라자루스")
	if err != nil {
		t.Fatal(err)
	}
	content := "BT /F2 12 Tf 72 700 Td <000100020003> Tj /F1 12 Tf 0 -14 Td [(two) -300 (words)] TJ T* 0 -40 Td (far) Tj /F3 12 Tf 0 -14 Td (" + uhc + ") Tj ET"
	d := draw(t, extracttest.PDF(extracttest.HangulMap, content, "BT /F1 10 Tf (second) Tj ET"), "-")
	if want := "김철수\ntwo words\n\nfar\n라자루스\n\nsecond\n"; d.Text() != want {
		t.Errorf("%q, want %q; notes %v", d.Text(), want, d.Notes)
	}
	if len(d.Sections) != 2 || d.Sections[1].Number != 2 || d.Text()[d.Sections[1].Start:] == "" {
		t.Errorf("sections %v", d.Sections)
	}
}

func TestGarbledTextSaysSoAndTriesTheProgram(t *testing.T) {
	data := extracttest.PDF("", "BT /F2 12 Tf 72 700 Td <000100020003> Tj ET")
	d := draw(t, data, "-")
	if !hasNote(d, "garbled") {
		t.Errorf("notes %v, text %q", d.Notes, d.Text())
	}
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in program is a shell script")
	}
	program := filepath.Join(t.TempDir(), "pdftotext")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ncat >/dev/null\nprintf '김철수 example[.]com\\fsecond\\f'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	d = draw(t, data, program)
	if d.Text() != "김철수 example[.]com\n\nsecond" || !hasNote(d, "pdftotext") || hasNote(d, "garbled") || len(d.Sections) != 2 {
		t.Errorf("%q %v %v", d.Text(), d.Notes, d.Sections)
	}
}

func TestAFileWithBrokenTablesIsStillRead(t *testing.T) {
	whole := extracttest.PDF("", "BT /F1 12 Tf (kept text) Tj ET")
	for name, data := range map[string][]byte{
		"no table": whole[:strings.LastIndex(string(whole), "xref\n0")],
		"junk":     append([]byte("HTTP junk\n"), append(slices.Clone(whole), "\ntrailing junk"...)...),
		"2.0":      []byte(strings.Replace(string(whole), "%PDF-1.7", "%PDF-2.0", 1)),
	} {
		if d := draw(t, data, "-"); d.Text() != "kept text\n" {
			t.Errorf("%s: %q", name, d.Text())
		}
	}
}

func TestObjectsInStreamsAreFound(t *testing.T) {
	m := extracttest.NewPDF()
	s := m.Deflated("", "BT /F1 12 Tf (from an object stream) Tj ET")
	objs := []string{
		fmt.Sprintf("<< /Type /Page /Parent 12 0 R /Contents %d 0 R /Resources << /Font << /F1 13 0 R >> >> >>", s),
		"<< /Type /Pages /Count 1 /Kids [11 0 R] >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Type /Catalog /Pages 12 0 R >>",
	}
	var head, body strings.Builder
	for i, o := range objs {
		fmt.Fprintf(&head, "%d %d ", 11+i, body.Len())
		body.WriteString(o + " ")
	}
	m.Deflated(fmt.Sprintf("/Type /ObjStm /N %d /First %d", len(objs), head.Len()), head.String()+body.String())
	d := draw(t, m.Finish(14), "-")
	if d.Text() != "from an object stream\n" {
		t.Errorf("%q %v", d.Text(), d.Notes)
	}
}

func TestACircularFileEnds(t *testing.T) {
	m := extracttest.NewPDF()
	m.Object("<< /Type /Catalog /Pages 2 0 R >>")
	m.Object("<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 2 0 R >>")
	m.Object("<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>")
	m.Object("<< /Length 4 0 R >>\nstream\nBT ET\nendstream")
	if err := pdf.Read(t.Context(), page.New("c.pdf", page.Limits{}), m.Finish(1), "-"); err != nil && !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
}

// hexMapped makes a PDF of one page for each text, in a font whose ToUnicode map
// lies in a stream of hexadecimal digits. That is sound (ISO 32000-1 section
// 7.4.2), and the built-in reader does not read it.
func hexMapped(texts ...string) []byte {
	m := extracttest.NewPDF()
	var codes strings.Builder
	var contents []int
	n := 0
	for _, text := range texts {
		var shown strings.Builder
		for _, r := range text {
			n++
			fmt.Fprintf(&codes, "1 beginbfchar <%04X> <%04X> endbfchar\n", n, r)
			fmt.Fprintf(&shown, "%04X", n)
		}
		contents = append(contents, m.Deflated("", "BT /F1 12 Tf 72 700 Td <"+shown.String()+"> Tj ET"))
	}
	cmap := m.Stream("/Filter /ASCIIHexDecode", fmt.Sprintf("%X>", "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Test def\n"+
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"+codes.String()+"endcmap end end"))
	about := m.Object("<< /Type /FontDescriptor /FontName /Test /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>")
	cid := m.Object(fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /DW 500 /FontDescriptor %d 0 R "+
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>", about))
	font := m.Object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", cid, cmap))
	pages := font + len(contents) + 1
	var kids []string
	for _, c := range contents {
		kids = append(kids, fmt.Sprintf("%d 0 R", m.Object(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "+
			"/Resources << /Font << /F1 %d 0 R >> >> >>", pages, c, font))))
	}
	m.Object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(kids), strings.Join(kids, " ")))
	return m.Finish(m.Object(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", pages)))
}

// TestTheRealProgramReadsKoreanAndJapanese runs pdftotext itself.
func TestTheRealProgramReadsKoreanAndJapanese(t *testing.T) {
	if _, err := exec.LookPath(pdf.Program); err != nil {
		if os.Getenv("CORDON_REQUIRE_TOOLS") != "" {
			t.Fatalf("CORDON_REQUIRE_TOOLS is set and %s is not on this machine", pdf.Program)
		}
		t.Skipf("%s is not on this machine", pdf.Program)
	}
	const ko, ja = "라자루스 그룹은 hxxps://evil[.]example[.]com 을 썼다", "暗号資産の取引所を攻撃した（192.0.2[.]7）"
	data := hexMapped(ko, ja, " ")
	if p := draw(t, data, "-"); strings.Contains(p.Text(), "라자루스") || !hasNote(p, "damaged-page") && !hasNote(p, "garbled") {
		t.Fatalf("the built-in reader gives %q, notes %v; the test needs a file that it cannot read", p.Text(), p.Notes)
	}
	p := draw(t, data, "")
	if !hasNote(p, "pdftotext") || !hasNote(p, "pages-without-text") {
		t.Errorf("notes %v", p.Notes)
	}
	if len(p.Sections) != 2 {
		t.Fatalf("sections %v of %q", p.Sections, p.Text())
	}
	for i, want := range []string{ko, ja} {
		s := p.Sections[i]
		if got := strings.TrimSpace(p.Text()[s.Start:s.End]); got != want || s.Number != i+1 {
			t.Errorf("page %d: %q, want %q", s.Number, got, want)
		}
	}
	short := page.New("test.pdf", page.Limits{MaxText: 40})
	if err := pdf.Read(t.Context(), short, data, ""); err != nil {
		t.Fatal(err)
	}
	if short.Finish(); len(short.Text()) > 40 || !hasNote(short, "truncated") || !strings.HasPrefix(short.Text(), "라자루스") {
		t.Errorf("%q, notes %v", short.Text(), short.Notes)
	}
}
