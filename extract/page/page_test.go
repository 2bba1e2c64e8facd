package page_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cordon-project/cordon/extract/extracttest"
	"github.com/cordon-project/cordon/extract/page"
)

// draw lets a reader write on a new page and ends it.
func draw(t testing.TB, l page.Limits, read func(*page.Page) error) *page.Page {
	t.Helper()
	p := page.New("test", l)
	if err := read(p); err != nil {
		t.Fatal(err)
	}
	p.Finish()
	for _, s := range p.Sections {
		if s.Start < 0 || s.End < s.Start || s.End > len(p.Text()) {
			t.Fatalf("section %+v of %d bytes", s, len(p.Text()))
		}
	}
	return p
}

func plain(text string) func(*page.Page) error {
	return func(p *page.Page) error {
		page.ReadText(p, []byte(text), "")
		return nil
	}
}

func hasNote(p *page.Page, code string) bool {
	return slices.ContainsFunc(p.Notes, func(n page.Note) bool { return n.Code == code && n.Text != "" })
}

func TestHTMLKeepsWhatAReaderSees(t *testing.T) {
	const source = `<!DOCTYPE html><html lang="ko"><head><title> Two &amp;
 words </title><meta property="article:published_time" content="2024-05-06T07:08:09Z">
<style>.x{}</style><script>var a="evil-script.example.net"</script></head>
<body><h1>Head</h1><p>One <b>bold</b>word<br>next</p><ul><li>a<li>b</ul>
<table><tr><td>c1</td><td>c2</td></tr><tr><td>d1</td></tr></table>
<div style="display: none">hidden.example.org</div><p hidden>gone<p>shown
<a href="https://target.example.net/x?y=1#z">click</a> <a href="javascript:x()">no</a>
<pre>  keep
   this</pre></body></html>`
	d := draw(t, page.Limits{}, func(p *page.Page) error { return page.ReadHTML(t.Context(), p, []byte(source), "") })
	want := "Head\n\nOne boldword\nnext\n\na\nb\n\nc1\tc2\nd1\n\nshown click no\n\n  keep\n   this\n\nhttps://target.example.net/x?y=1#z\n"
	if d.Text() != want {
		t.Errorf("text\n%q\nwant\n%q", d.Text(), want)
	}
	if d.Title != "Two & words" || d.Lang != "ko" || d.Date != "2024-05-06" || d.DateFrom != "meta article:published_time" {
		t.Errorf("%q %q %q %q", d.Title, d.Lang, d.Date, d.DateFrom)
	}
	if !hasNote(d, "scripts") || !hasNote(d, "hidden") {
		t.Errorf("notes %v", d.Notes)
	}
	if len(d.Sections) != 1 || d.Sections[0].Kind != "links" {
		t.Errorf("sections %v", d.Sections)
	}
}

func TestDOCXTablesNotesLinksAndDeletions(t *testing.T) {
	body := extracttest.Para("Title line") +
		`<w:p><w:r><w:t>see </w:t></w:r><w:hyperlink r:id="rId1"><w:r><w:t>here</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>tabbed</w:t></w:r></w:p>` +
		`<w:p><w:del><w:r><w:delText>old.example.net</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>` +
		`<w:p><w:r><w:instrText> HYPERLINK "https://field.example.net/" </w:instrText></w:r></w:p>` +
		`<w:tbl><w:tr><w:tc>` + extracttest.Para("a") + `</w:tc><w:tc>` + extracttest.Para("b") + `</w:tc></w:tr><w:tr><w:tc>` + extracttest.Para("c") + `</w:tc></w:tr></w:tbl>` + extracttest.Para("after")
	data := extracttest.DOCX(
		t, body,
		extracttest.Part{Name: "word/_rels/document.xml.rels", Body: `<Relationships><Relationship Id="rId1" Type="h" Target="https://rel.example.net/" TargetMode="External"/></Relationships>`},
		extracttest.Part{Name: "word/footnotes.xml", Body: `<w:footnotes ` + extracttest.WordNS + `>` + extracttest.Para("a note") + `</w:footnotes>`},
		extracttest.Part{Name: "word/header1.xml", Body: `<w:hdr ` + extracttest.WordNS + `>` + extracttest.Para("HEAD") + `</w:hdr>`},
		extracttest.Part{Name: "docProps/core.xml", Body: `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Core title</dc:title><dcterms:created>2023-01-02T03:04:05Z</dcterms:created></cp:coreProperties>`},
	)
	d := draw(t, page.Limits{}, func(p *page.Page) error { return page.ReadDOCX(t.Context(), p, data) })
	want := "HEAD\n\nTitle line\nsee here\ttabbed\nnew\na\tb\nc\n\nafter\n\na note\n\nhttps://rel.example.net/\nhttps://field.example.net/\n"
	if d.Text() != want {
		t.Errorf("text\n%q\nwant\n%q", d.Text(), want)
	}
	if d.Title != "Core title" || d.Date != "2023-01-02" || !hasNote(d, "deleted") {
		t.Errorf("%q %q %v", d.Title, d.Date, d.Notes)
	}
}

func TestControlAndInvalidBytesAreShownSafely(t *testing.T) {
	const source = "a\x00b\x1b[31m \u202Etxt.exe\u202C caf\xe9 日本 語 é ü 한국 あ 你 ok\r\nnext\rlast"
	d := draw(t, page.Limits{}, plain(source))
	if strings.ContainsAny(d.Text(), "\x00\x1b\u202E\u202C") {
		t.Errorf("%q", d.Text())
	}
	if !hasNote(d, "control-characters") || !hasNote(d, "invalid-bytes") || !strings.HasSuffix(d.Text(), "ok\r\nnext\nlast") {
		t.Errorf("%q %v", d.Text(), d.Notes)
	}
}

func TestTextOverTheLimitIsCutWithANote(t *testing.T) {
	d := draw(t, page.Limits{MaxText: 100}, plain(strings.Repeat("가나다 ", 1000)))
	if len(d.Text()) > 100 || !hasNote(d, "truncated") || !strings.HasPrefix(d.Text(), "가나다 ") || !utf8.ValidString(d.Text()) {
		t.Errorf("%d bytes, %v", len(d.Text()), d.Notes)
	}
}

func TestTitleDateAndLanguageOfPlainText(t *testing.T) {
	for _, c := range []struct{ text, title, date, lang string }{
		{"A short first line\n\nMore text follows.", "A short first line", "", ""},
		{"One sentence only.", "", "", ""},
		{"date 2024-03-31 and more\nof it.", "date 2024-03-31 and more", "2024-03-31", ""},
		{"라자루스 그룹은 가상자산 거래소를 공격하였다고 당국이 밝혔다.", "", "", "ko"},
		{"ラザルスは暗号資産の取引所を攻撃した。詳細は次のとおりである。", "", "", "ja"},
	} {
		p := draw(t, page.Limits{}, plain(c.text))
		if p.Title != c.title || string(p.Date) != c.date || p.Lang != c.lang || p.Text() != c.text {
			t.Errorf("%q: title %q, date %q, language %q", c.text, p.Title, p.Date, p.Lang)
		}
	}
}

func TestAPageCanBeDrawnAnew(t *testing.T) {
	p := page.New("test", page.Limits{MaxText: 4})
	p.Section("body", 0, func() { p.Write("ab\x00cd") })
	p.Note("kept", 1, "What was noted stays.")
	p.Clear()
	p.Write("anew")
	p.Finish()
	if p.Text() != "anew" || len(p.Sections) != 0 || len(p.Notes) != 1 || p.Notes[0].Code != "kept" {
		t.Errorf("%q %v %v", p.Text(), p.Sections, p.Notes)
	}
}

// TestLinksAreAddedOnlyWhereTheTextDoesNotShowThem: each target has a place.
func TestLinksAreAddedOnlyWhereTheTextDoesNotShowThem(t *testing.T) {
	p := page.New("test", page.Limits{})
	p.Write("see https://example.com/a or user@example.org")
	p.Links([]string{"https://example.com/a", "mailto:user@example.org", "https://example.com/b"})
	if want := "see https://example.com/a or user@example.org\n\nhttps://example.com/b\n"; p.Text() != want {
		t.Errorf("%q, want %q", p.Text(), want)
	}
	if len(p.Sections) != 1 || p.Text()[p.Sections[0].Start:p.Sections[0].End] != "https://example.com/b\n" {
		t.Errorf("%v", p.Sections)
	}
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte("<html lang=ko><title>t</title><p hidden>x<p>text<a href=http://example.net/>l</a><table><tr><td>1<td>2</table>"), "")
	f.Add([]byte("<meta charset=euc-kr><p>\xb0\xa1"), "")
	f.Add([]byte("<base href=http://example.net/x/><a href=../y>z<pre>\n a"), "utf-16")
	f.Fuzz(func(t *testing.T, data []byte, declared string) {
		p := draw(t, page.Limits{MaxText: 1 << 18}, func(p *page.Page) error { return page.ReadHTML(t.Context(), p, data, declared) })
		if !utf8.ValidString(p.Text()) || len(p.Text()) > 1<<18+16 || strings.ContainsAny(p.Text(), "\x00\x1b\u202e\u2066") {
			t.Fatalf("%q", p.Text())
		}
	})
}
