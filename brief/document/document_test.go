package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/brief/document"
	"github.com/cordon-project/cordon/errs"
)

// sample is a document with a block of every kind around a text.
func sample(s string) *document.Document {
	run := document.Run{Text: s, Lang: "ko", Bold: true, Name: true, Link: "there"}
	return &document.Document{
		Title: "Sample " + s, Lang: "en", Author: s, Date: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC),
		Running: document.Running{TLP: "TLP:AMBER+STRICT", Markings: []string{"REL TO USA, JPN, KOR", s}, Head: s, Foot: s, Page: "page {page} of {pages}"},
		Blocks: []document.Block{
			document.Heading{Level: 1, Text: s, ID: "there"},
			document.Paragraph{Style: document.Bullet, Runs: []document.Run{run, {Text: s, Mono: true}, {Text: s, Quiet: true}}},
			document.Quote{Lang: "ja", Text: s + "\n" + s, Below: []document.Run{run}},
			document.Table{Caption: s, Head: []string{s, "b"}, Widths: []int{60, 40}, Rows: []document.Row{{ID: "row-1", Cells: []document.Cell{{{run}}, nil}}}},
			document.Table{Caption: s, Widths: []int{20, 80}, Terms: true, Rows: []document.Row{{Cells: []document.Cell{{{run}}, {{run}, {run}}}}}},
		},
	}
}

func docx(t interface{ Fatal(...any) }, d *document.Document) []byte {
	var b bytes.Buffer
	if err := d.DOCX(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func parts(t interface{ Fatal(...any) }, file []byte) map[string]string {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	return out
}

// wellFormed reads a part to its end.
func wellFormed(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Whatever the text, every part of a DOCX is well-formed XML, both forms are the
// same twice, and nothing that acts is in them.
func TestAnyTextIsSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"", "\x00\x1b[2J", "a\u202eb\u2066", "\ufffe\uffff", "\xff\xfe", "</w:t>", "<script>", "]]>&amp;", "{page}", "\"'\\;}", "a\r\nb\tc", "\u200b\u3164", "가\u115f",
		})).Draw(t, "text")
		file := docx(t, sample(s))
		if !bytes.Equal(file, docx(t, sample(s))) {
			t.Fatal("the same document gives other bytes")
		}
		for name, text := range parts(t, file) {
			if err := wellFormed(text); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if strings.ContainsAny(text, "\x00\x1b\u202e\u2066\u200b\u3164") {
				t.Fatalf("%s holds a character that acts", name)
			}
		}
		var a, b strings.Builder
		if err := errors.Join(sample(s).HTML(&a), sample(s).HTML(&b)); err != nil {
			t.Fatal(err)
		}
		if a.String() != b.String() {
			t.Fatal("the same document gives other HTML")
		}
		if strings.Contains(a.String(), "<script") || strings.ContainsAny(a.String(), "\x00\x1b\u202e\u2066\u200b\u3164") {
			t.Fatal("the HTML holds what acts")
		}
	})
}

func TestDOCXHasWhatWordAsksFor(t *testing.T) {
	p := parts(t, docx(t, sample("예시")))
	for name, wants := range map[string][]string{
		"[Content_Types].xml":          {"/word/document.xml", "/word/header1.xml", "/word/footer1.xml", "/word/styles.xml"},
		"word/document.xml":            {`<w:tblHeader/>`, `w:eastAsia="Malgun Gothic"`, `<w:lang w:eastAsia="ko-KR"/>`, `<w:lang w:eastAsia="ja-JP"/>`, `<w:hyperlink w:anchor="b_there"`, `w:name="b_there"`, `w:name="b_row_1"`, `r:id="rId4"`, `w:w="11906"`},
		"word/header1.xml":             {"TLP:AMBER+STRICT", "FFC000", `w:fill="000000"`, "REL TO USA, JPN, KOR"},
		"word/footer1.xml":             {"TLP:AMBER+STRICT", " PAGE ", " NUMPAGES "},
		"word/styles.xml":              {`w:styleId="Heading1"`, `w:val="heading 1"`, `w:lang w:val="en-GB"`},
		"docProps/core.xml":            {"2026-04-01T12:00:00Z", "TLP:AMBER+STRICT"},
		"word/_rels/document.xml.rels": {"header1.xml", "footer1.xml", "numbering.xml"},
	} {
		for _, want := range wants {
			if !strings.Contains(p[name], want) {
				t.Errorf("%s: %q is missing", name, want)
			}
		}
	}
	letter := sample("x")
	letter.Letter = true
	if !strings.Contains(parts(t, docx(t, letter))["word/document.xml"], `w:w="12240"`) {
		t.Error("paper is not Letter")
	}
}

func TestHTMLAsksForNothingElse(t *testing.T) {
	var b strings.Builder
	if err := sample("x").HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"http://", "https://", "src=", "<link", "@import", "url("} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, want := range []string{"default-src 'none'", `<html lang="en">`, `lang="ko"`, `scope="col"`, `scope="row"`, "counter(page)", `<header class="run">`, `<footer class="run">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
}

func TestWhatCannotBeSetIsRefused(t *testing.T) {
	for name, change := range map[string]func(*document.Document){
		"no title":    func(d *document.Document) { d.Title = "" },
		"no marking":  func(d *document.Document) { d.Running.TLP = "" },
		"no date":     func(d *document.Document) { d.Date = time.Time{} },
		"many blocks": func(d *document.Document) { d.Blocks = make([]document.Block, document.MaxBlocks+1) },
		"cells missing": func(d *document.Document) {
			d.Blocks = []document.Block{document.Table{Head: []string{"a"}, Widths: []int{100}, Rows: []document.Row{{}}}}
		},
		"widths wrong": func(d *document.Document) {
			d.Blocks = []document.Block{document.Table{Head: []string{"a"}, Widths: []int{90}}}
		},
		"much text": func(d *document.Document) {
			d.Blocks = []document.Block{document.Quote{Text: strings.Repeat("x", document.MaxText+1)}}
		},
	} {
		d := sample("x")
		change(d)
		if err := d.DOCX(io.Discard); !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Internal) {
			t.Errorf("%s: DOCX: %v", name, err)
		}
		if err := d.HTML(io.Discard); !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.Internal) {
			t.Errorf("%s: HTML: %v", name, err)
		}
	}
}

func TestPDFWithoutABrowserIsUnavailable(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := sample("x").PDF(t.Context(), io.Discard, document.PDFOptions{})
	if _, hint := errs.Message(err); !errs.Is(err, errs.Unavailable) || !strings.Contains(hint, "--format docx") {
		t.Errorf("%v, hint %q", err, hint)
	}
}

// program writes a program in the place of a browser.
func program(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no shell")
	}
	name := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

// A browser that fails, hangs or leaves something else gives an error that says what
// to do; and whatever it does, nothing of the document stays on the disk.
func TestABrowserThatFailsLeavesNothing(t *testing.T) {
	for name, c := range map[string]struct{ script, says string }{
		"fails":         {`echo out of memory >&2; exit 3`, "out of memory"},
		"leaves no PDF": {`exit 0`, "did not print"},
		"leaves junk":   {`for a; do case $a in --print-to-pdf=*) echo junk > "${a#--print-to-pdf=}";; esac; done`, "no PDF"},
		"hangs":         {`exec sleep 60`, "did not print within"},
	} {
		t.Run(name, func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			err := sample("x").PDF(t.Context(), io.Discard, document.PDFOptions{Browser: program(t, c.script), Timeout: 2 * time.Second})
			if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
			if left, _ := os.ReadDir(temp); len(left) > 0 {
				t.Errorf("%s stays", left[0].Name())
			}
		})
	}
}

// The browser is given a folder that only this user can read, and is told to reach
// nothing.
func TestTheBrowserIsShutIn(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	t.Setenv("SECRET_OF_THE_USER", "x")
	err := sample("x").PDF(t.Context(), io.Discard, document.PDFOptions{Browser: program(t, `{ ls -ld .; env; for a; do echo "$a"; done; } > `+log)})
	if !errs.Is(err, errs.Unavailable) {
		t.Fatal(err)
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	said := string(b)
	for _, want := range []string{"drwx------", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=", "--user-data-dir=", "file:///"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in:\n%s", want, said)
		}
	}
	if strings.Contains(said, "SECRET_OF_THE_USER") {
		t.Error("the browser is given the user's environment")
	}
	if root := os.Geteuid() == 0; strings.Contains(said, "--no-sandbox") != root {
		t.Errorf("root is %t, and the sandbox is not as that asks for", root)
	}
}

func TestThePDFIsTheSameAgain(t *testing.T) {
	browser, err := document.FindBrowser()
	if err != nil {
		if os.Getenv("CORDON_REQUIRE_BROWSER") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	var a, b bytes.Buffer
	if err := errors.Join(sample("예시 例").PDF(t.Context(), &a, document.PDFOptions{Browser: browser}), sample("예시 例").PDF(t.Context(), &b, document.PDFOptions{Browser: browser})); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("one Chromium gives other bytes for the same document")
	}
	if !bytes.Contains(a.Bytes(), []byte("D:20260401120000")) {
		t.Error("the PDF does not bear the document's date")
	}
}

func FuzzDOCX(f *testing.F) {
	for _, s := range []string{"", "예시", "</w:t>", "\x00\u202e", "\xff", strings.Repeat("x", 3000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, text := range parts(t, docx(t, sample(s))) {
			if err := wellFormed(text); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}
