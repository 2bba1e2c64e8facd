package extract

import (
	"archive/zip"
	"bytes"
	"path"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/charset"
	"github.com/cordon-project/cordon/extract/page"
)

// foreign are beginnings of files that are often sent as reports and are none
// of the five types.
var foreign = []struct{ magic, what string }{
	{"\xD0\xCF\x11\xE0", "an old Office file (DOC, XLS, HWP or MSG)"},
	{"{\\rtf", "an RTF file"},
	{"\x89PNG", "a PNG image"},
	{"\xFF\xD8\xFF", "a JPEG image"},
	{"GIF8", "a GIF image"},
	{"II*\x00", "a TIFF image"},
	{"MM\x00*", "a TIFF image"},
	{"\x1F\x8B", "a gzip archive"},
	{"Rar!", "a RAR archive"},
	{"7z\xBC\xAF", "a 7-Zip archive"},
	{"MZ", "a Windows program"},
	{"\x7FELF", "a program"},
	{"HWP Document File", "an HWP file"},
	{"SQLite format 3", "a database"},
	{"%!PS", "a PostScript file"},
}

func unreadable(name, what, hint string) error {
	return errs.New(errs.Invalid, "%s is %s; text, HTML, PDF, DOCX and e-mail (EML) are read", page.FileName(name), what).WithHint("%s", hint)
}

// sniff returns the media type of a document by its content; its name decides
// only between text and HTML.
func sniff(name string, data []byte) (string, error) {
	head := data[:min(len(data), 4096)]
	body := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n\f\x00")
	switch {
	case len(data) == 0:
		return "", errs.New(errs.Invalid, "%s is empty", page.FileName(name)).WithHint("Check that the file was saved or downloaded completely.")
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return PDF, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return sniffZip(name, data)
	}
	for _, f := range foreign {
		if bytes.HasPrefix(body, []byte(f.magic)) && !(f.magic == "MZ" && !binary(head)) {
			return "", unreadable(name, f.what, "Open it in its program and save it as PDF, DOCX or text.")
		}
	}
	ext := strings.ToLower(path.Ext(page.FileName(name)))
	switch {
	case looksHTML(body, ext):
		return HTML, nil
	case looksEML(body, ext):
		return EML, nil
	case binary(head):
		return "", unreadable(name, "a binary file of an unknown type", "Save the document as PDF, DOCX or text.")
	}
	return Text, nil
}

func sniffZip(name string, data []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", errs.New(errs.Invalid, "%s begins like a DOCX file but is damaged or cut off", page.FileName(name)).
			WithHint("Download it again, or save it again in its program.").Because(err)
	}
	for _, f := range z.File {
		switch {
		case f.Name == "word/document.xml":
			return DOCX, nil
		case strings.HasPrefix(f.Name, "xl/"):
			return "", unreadable(name, "a spreadsheet (XLSX)", "Save the sheet as text or PDF.")
		case strings.HasPrefix(f.Name, "ppt/"):
			return "", unreadable(name, "a presentation (PPTX)", "Save it as PDF.")
		case strings.HasPrefix(f.Name, "Contents/section"):
			return "", unreadable(name, "an HWPX file", "Save it as PDF or DOCX.")
		}
	}
	return "", unreadable(name, "a ZIP archive without a Word document in it", "Unpack it and give the documents in it one by one.")
}

var htmlStarts = []string{
	"<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<script", "<style", "<div", "<table", "<h1", "<p>", "<p ",
	"<br", "<a ", "<!--", "<article", "<section", "<main", "<span", "<font", "<ul", "<ol",
}

func looksHTML(body []byte, ext string) bool {
	low := strings.ToLower(string(body[:min(len(body), 1024)]))
	for _, s := range htmlStarts {
		if strings.HasPrefix(low, s) {
			return true
		}
	}
	if strings.HasPrefix(low, "<?xml") && strings.Contains(low, "<html") {
		return true
	}
	wide := strings.ReplaceAll(low, "\x00", "")
	if wide != low && (strings.Contains(wide, "<html") || strings.Contains(wide, "<!doctype html")) {
		return true
	}
	return (ext == ".html" || ext == ".htm" || ext == ".xhtml") && strings.Contains(low, "<")
}

// looksEML reports whether a text begins with header fields of a message
// (RFC 5322 section 2.2), two of them of those that only messages have.
func looksEML(body []byte, ext string) bool {
	if binary(body) {
		return false
	}
	if bytes.HasPrefix(body, []byte("From ")) { // mbox form of one message
		if _, rest, ok := bytes.Cut(body, []byte("\n")); ok {
			body = rest
		}
	}
	seen := 0
	for line := range bytes.SplitSeq(body, []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue
		}
		field, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || bytes.ContainsAny(field, " \t") {
			break
		}
		switch strings.ToLower(string(field)) {
		case "received", "message-id", "mime-version", "return-path", "delivered-to", "dkim-signature", "content-type", "x-mailer":
			seen += 2
		case "from", "to", "subject", "date", "cc", "reply-to":
			seen++
		}
	}
	return seen >= 3 || ext == ".eml" && seen >= 1
}

// binary reports bytes that no text has. UTF-16 is text.
func binary(head []byte) bool {
	if charset.IsUTF16(head) {
		return false
	}
	bad := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B {
			bad++
		}
	}
	return bad*20 > len(head)
}
