package extract_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract"
	"github.com/cordon-project/cordon/extract/extracttest"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/extract/page"
	"github.com/cordon-project/cordon/internal/shareddata"
)

func mustRead(t testing.TB, name string, data []byte, o extract.Options) *extract.Document {
	t.Helper()
	d, err := extract.Read(context.Background(), name, data, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	extracttest.CheckSpans(t, d.Text, d.Spans)
	for _, s := range d.Sections {
		if s.Start < 0 || s.End < s.Start || s.End > len(d.Text) {
			t.Fatalf("section %+v of %d bytes", s, len(d.Text))
		}
	}
	return d
}

func values(spans []indicator.Span) []string {
	var out []string
	for _, s := range spans {
		out = append(out, string(s.Kind)+" "+s.Value)
	}
	return out
}

// sharedValues is what the same sentence must give in every format.
const sentence = "The loader at hxxps://cdn.example[.]com/a.bin talks to 192.0.2[.]7 and drops 44d88612fea8a8f36de82e1278abb02f (CVE-2024-0001)."

var sentenceValues = []string{
	"url https://cdn.example.com/a.bin", "domain cdn.example.com", "ipv4 192.0.2.7",
	"hash 44d88612fea8a8f36de82e1278abb02f", "cve CVE-2024-0001",
}

func TestEveryFormatGivesTheSameIndicators(t *testing.T) {
	pdf := strings.NewReplacer("(", `\(`, ")", `\)`).Replace(sentence)
	for _, c := range []struct {
		name, media string
		data        []byte
	}{
		{"a.txt", extract.Text, []byte(sentence)},
		{"a.html", extract.HTML, []byte("<html><body><p>" + sentence + "</p></body></html>")},
		{"a.pdf", extract.PDF, extracttest.PDF("", "BT /F1 12 Tf 72 700 Td ("+pdf+") Tj ET")},
		{"a.docx", extract.DOCX, extracttest.DOCX(t, extracttest.Para(sentence))},
		{"a.eml", extract.EML, extracttest.EML("Subject: report\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", extracttest.Base64(sentence))},
	} {
		d := mustRead(t, c.name, c.data, extract.Options{PDFToText: "-"})
		if d.MediaType != c.media || !slices.Equal(values(d.Spans), sentenceValues) {
			t.Errorf("%s: %s %q in %q, notes %v", c.name, d.MediaType, values(d.Spans), d.Text, d.Notes)
		}
		wrong := mustRead(t, "misnamed.bin", c.data, extract.Options{PDFToText: "-"})
		if wrong.MediaType != c.media {
			t.Errorf("%s under a wrong name is %s", c.name, wrong.MediaType)
		}
	}
}

func TestEMLCharsetsAlternativesAndAttachments(t *testing.T) {
	jis, _ := japanese.ISO2022JP.NewEncoder().String("日本語の本文")
	inner := extracttest.EML("From: a@example.net\nSubject: inner\nMIME-Version: 1.0", "inner body 198.51.100.9")
	boundary := "=_b"
	msg := extracttest.EML("From: =?EUC-KR?B?"+extracttest.Base64("\xc8\xab\xba\xb8\xc6\xc0")+"?= <press@example.com>\nSubject: =?UTF-8?Q?Re=3A_=ED=95=9C=EA=B5=AD?=\nDate: Mon, 06 May 2024 23:30:00 -0500\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\""+boundary+"\"",
		"--"+boundary+"\nContent-Type: multipart/alternative; boundary=inner\n\n"+
			"--inner\nContent-Type: text/plain; charset=ISO-2022-JP\n\n"+jis+"\n"+
			"--inner\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<a href=3D\"https://phish.example.net/=\nx\">bank</a>\n--inner--\n"+
			"--"+boundary+"\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"note.txt\"\nContent-Transfer-Encoding: base64\n\n"+extracttest.Base64("attached evil[.]example.org")+"\n"+
			"--"+boundary+"\nContent-Type: message/rfc822\n\n"+string(inner)+"\n"+
			"--"+boundary+"\nContent-Type: image/png; name=x.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n"+
			"--"+boundary+"--")
	d := mustRead(t, "m.eml", msg, extract.Options{})
	for _, want := range []string{"From: 홍보팀 <press@example.com>", "Subject: Re: 한국", "日本語の本文", "https://phish.example.net/x"} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("%q is not in %q", want, d.Text)
		}
	}
	if d.Title != "Re: 한국" || d.Date != "2024-05-07" || len(d.Parts) != 3 {
		t.Fatalf("%q %q %d parts", d.Title, d.Date, len(d.Parts))
	}
	if p := d.Parts[0]; p.Name != "note.txt" || p.Document == nil || !slices.Contains(values(p.Document.Spans), "domain evil.example.org") {
		t.Errorf("part 0: %+v", p)
	}
	if p := d.Parts[1]; p.Document == nil || p.Document.Title != "inner" {
		t.Errorf("part 1: %+v", p)
	}
	if p := d.Parts[2]; p.Document != nil || p.Note == "" || len(p.Bytes) != 4 {
		t.Errorf("part 2: %+v", p)
	}
}

func TestBadInputGivesOneClearError(t *testing.T) {
	zeros := strings.Repeat("\x00", 20<<20)
	good := extracttest.DOCX(t, extracttest.Para("text"))
	nested := strings.Repeat("<w:r>", 1000)
	bomb := extracttest.NewPDF()
	huge := bomb.Deflated("", "("+strings.Repeat("a", 70<<20))
	leaf := bomb.Object(fmt.Sprintf("<< /Type /Page /Contents %d 0 R >>", huge))
	pages := bomb.Object(fmt.Sprintf("<< /Type /Pages /Kids [%d 0 R] >>", leaf))
	bombPDF := bomb.Finish(bomb.Object(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", pages)))
	for _, c := range []struct {
		name string
		data []byte
		o    extract.Options
		want string // part of the message, "" when it must be read with a note
	}{
		{"empty.txt", nil, extract.Options{}, "is empty"},
		{"photo.jpg", []byte("\xFF\xD8\xFF\xE0aaaa"), extract.Options{}, "JPEG"},
		{"old.doc", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), extract.Options{}, "old Office"},
		{"program.txt", []byte("\x7FELF\x02\x01\x01\x00\x00\x00"), extract.Options{}, "program"},
		{"noise.txt", []byte("ab\x01\x02\x03\x04\x05\x06\x07\x08cd\x0e\x0f"), extract.Options{}, "binary"},
		{"sheet.xlsx", extracttest.ZIP(t, extracttest.Part{Name: "xl/workbook.xml", Body: "<x/>"}), extract.Options{}, "spreadsheet"},
		{"files.zip", extracttest.ZIP(t, extracttest.Part{Name: "a.txt", Body: "a"}), extract.Options{}, "ZIP archive"},
		{"cut.docx", good[:len(good)/2], extract.Options{}, "damaged or cut off"},
		{"big.txt", []byte(strings.Repeat("a", 2000)), extract.Options{MaxBytes: 1000}, "2000 bytes"},
		{"bomb.docx", extracttest.DOCX(t, extracttest.Para("x"), extracttest.Part{Name: "word/media/a", Body: zeros}), extract.Options{}, "times its size"},
		{"bomb2.docx", extracttest.DOCX(t, extracttest.Para("x"), extracttest.Part{Name: "word/media/a", Body: zeros}), extract.Options{Limits: page.Limits{MaxUnpack: 1 << 20}}, "unpacks to more"},
		{"many.docx", extracttest.DOCX(t, extracttest.Para("x"), extracttest.Part{Name: "a", Body: ""}, extracttest.Part{Name: "b", Body: ""}), extract.Options{Limits: page.Limits{MaxEntries: 3}}, "parts"},
		{"twice.docx", extracttest.DOCX(t, extracttest.Para("x"), extracttest.Part{Name: "word/document.xml", Body: "<a/>"}), extract.Options{}, "twice"},
		{"entities.docx", extracttest.ZIP(t, extracttest.Part{Name: "word/document.xml", Body: `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>`}), extract.Options{}, "document type declaration"},
		{"deep.docx", extracttest.DOCX(t, nested), extract.Options{}, "nests elements"},
		{"broken.docx", extracttest.ZIP(t, extracttest.Part{Name: "word/document.xml", Body: `<w:document><w:p>`}), extract.Options{}, "damaged in word/document.xml"},
		{"cut.pdf", []byte("%PDF-1.7\n1 0 obj << /Type"), extract.Options{}, "cut off"},
		{"rootless.pdf", []byte("%PDF-1.7\n1 0 obj\n<< /Type /Font >>\nendobj\n"), extract.Options{}, "no page tree"},
		{"locked.pdf", []byte(strings.Replace(string(extracttest.PDF("", "BT ET")), "/Root", "/Encrypt << /Filter /Standard >> /Root", 1)), extract.Options{}, "encrypted"},
		{"bomb.pdf", bombPDF, extract.Options{PDFToText: "-"}, ""},
	} {
		d, err := extract.Read(context.Background(), c.name, c.data, c.o)
		if c.want == "" {
			if err != nil || len(d.Notes) == 0 {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		message, hint := "", ""
		if err != nil {
			message, hint = errs.Message(err)
		}
		if !errs.Is(err, errs.Invalid) || !strings.Contains(message, c.want) || hint == "" {
			t.Errorf("%s: kind %q, message %q, hint %q, want %q", c.name, errs.KindOf(err), message, hint, c.want)
		}
	}
}

func TestNestedMessagesStopAtTheLimit(t *testing.T) {
	msg := []byte("From: a@example.net\r\nTo: b@example.net\r\nSubject: 0\r\nMIME-Version: 1.0\r\n\r\ninnermost")
	for range 20 {
		msg = extracttest.EML("From: a@example.net\nTo: b@example.net\nSubject: s\nMIME-Version: 1.0\nContent-Type: message/rfc822", string(msg))
	}
	d := mustRead(t, "n.eml", msg, extract.Options{})
	depth := 0
	for len(d.Parts) > 0 && d.Parts[0].Document != nil {
		d = d.Parts[0].Document
		depth++
	}
	if depth != 7 || len(d.Parts) != 1 || d.Parts[0].Note == "" {
		t.Errorf("depth %d, parts %v", depth, d.Parts)
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := extract.Read(ctx, "a.txt", []byte("text"), extract.Options{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestSeedsAreReadByteForByte(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shareddata.Seeds(t), "*.txt"))
	if len(files) != 5 {
		t.Fatalf("%d seeds", len(files))
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d, err := extract.Read(context.Background(), f, data, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal([]byte(d.Text), data) {
			t.Errorf("%s: text differs from the bytes", f)
		}
		if d.MediaType != extract.Text || len(d.Notes) != 0 || len(d.Spans) != 0 {
			t.Errorf("%s: %s, notes %v, spans %v; the five articles name no indicator", d.Name, d.MediaType, d.Notes, d.Spans)
		}
	}
}

// TestNegativeLimitsAreNone: a number that is multiplied or added to must not
// turn round.
func TestNegativeLimitsAreNone(t *testing.T) {
	none := extract.Options{
		MaxBytes: -1, MaxSpans: -1, PDFToText: "-",
		Limits: page.Limits{MaxText: -1, MaxUnpack: -1, MaxEntries: -1, MaxDepth: -1, MaxPages: -1, Timeout: -1},
	}
	for name, data := range map[string][]byte{
		"a.docx": extracttest.DOCX(t, extracttest.Para(sentence)),
		"a.pdf":  extracttest.PDF("", "BT /F1 12 Tf (192.0.2.7) Tj ET"),
		"a.eml": extracttest.EML("From: a@example.net\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
			"--b\nContent-Type: text/plain\n\n192.0.2.7\n--b\nContent-Type: text/plain; name=a.txt\n\nattached\n--b--"),
	} {
		d := mustRead(t, name, data, none)
		if !strings.Contains(d.Text, "192.0.2") || len(d.Notes) > 0 || len(d.Parts) > 0 && d.Parts[0].Document == nil {
			t.Errorf("%s: %q, notes %v", name, d.Text, d.Notes)
		}
	}
}

// TestWhatTheSearchCutIsNoted for people, with what is left to know.
func TestWhatTheSearchCutIsNoted(t *testing.T) {
	g := func(text string) []gazetteer.Mention {
		return []gazetteer.Mention{{Start: 0, End: 3, ID: "p", Name: "The"}}
	}
	for _, c := range []struct {
		text string
		o    extract.Options
		want []string
	}{
		{sentence, extract.Options{MaxSpans: 2}, []string{fmt.Sprintf("The text has more than 2 indicators; it was searched only to byte %d.", len(sentence))}},
		{sentence, extract.Options{MaxSpans: 5, Known: g}, []string{"The text has more than 5 indicators and names; the first 5 are given."}},
		{strings.Repeat("a", 70_000), extract.Options{}, []string{"1 runs of more than 65536 bytes without a space were cut; an indicator across a cut is not found."}},
	} {
		var got []string
		for _, n := range mustRead(t, "a.txt", []byte(c.text), c.o).Notes {
			got = append(got, n.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
