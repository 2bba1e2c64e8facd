package brief_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/brief/document"
)

// found returns a program, or skips; it fails instead where the variable demands it.
func found(t *testing.T, variable string, look func() (string, error)) string {
	t.Helper()
	p, err := look()
	if err != nil {
		if os.Getenv(variable) != "" {
			t.Fatalf("%s is set: %v", variable, err)
		}
		t.Skip(err)
	}
	return p
}

// In every language the text of the printed packet can be read back, names of all
// scripts too, with the marking and the page on every page. A packet for Washington
// is on its own paper.
func TestPrintedPacketsCanBeRead(t *testing.T) {
	browser := found(t, "CORDON_REQUIRE_BROWSER", document.FindBrowser)
	pdftotext := found(t, "CORDON_REQUIRE_TOOLS", func() (string, error) { return exec.LookPath("pdftotext") })
	w := example(t)
	for nation, wants := range map[string][]string{
		"US": {"Listing packet", "Kim Ye Si", "김예시", "金例示", "UNSCR 1718", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", ofacSHA, "page 1 of"},
		"JP": {"指定検討資料", "日本財務省", "Kim Ye Si", "김예시", "金例示", "キム・イェシ", "見つかりません", ofacSHA, "1/"},
		"KR": {"지정검토자료", "대한민국금융정보분석원", "김예시", "金例示", "예시기관을위해활동함", ofacSHA, "1/"},
	} {
		t.Run(nation, func(t *testing.T) {
			p := w.packet(brief.Options{For: nation})
			d, err := p.Document()
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := d.PDF(t.Context(), &b, document.PDFOptions{Browser: browser}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "packet.pdf")
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(pdftotext, "-enc", "UTF-8", file, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			text := tight(string(out))
			for _, want := range wants {
				if !strings.Contains(text, tight(want)) {
					t.Errorf("%q cannot be read", want)
				}
			}
			pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
			for i, page := range pages {
				if n := strings.Count(page, "TLP:CLEAR"); n < 2 {
					t.Errorf("page %d of %d bears its marking %d times", i+1, len(pages), n)
				}
			}
		})
	}
}

// tight is a text without blanks, which a page may set anywhere.
func tight(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
