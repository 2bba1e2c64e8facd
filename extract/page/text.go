package page

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/extract/charset"
	"github.com/cordon-project/cordon/record"
)

// ReadText reads plain text. declared is the character set that a transport
// names, "" for none.
func ReadText(p *Page, data []byte, declared string) {
	text := p.Decode(data, declared)
	p.Write(text)
	if p.Title == "" {
		p.Title = firstLineTitle(text)
	}
	if p.Date == "" {
		p.Date, p.DateFrom = leadingDate(text)
	}
}

// Decode turns bytes into UTF-8 by package charset, keeps the name of the set,
// and notes it where it was guessed.
func (p *Page) Decode(data []byte, declared string) string {
	text, used, note := charset.Decode(data, declared)
	p.Charset = used
	if note != "" {
		p.Note("charset", 0, note)
	}
	return text
}

// firstLineTitle takes the first line of a text for its title when it is short,
// does not end like a sentence and more text follows.
func firstLineTitle(text string) string {
	line, rest, ok := strings.Cut(strings.TrimLeft(text[:min(len(text), 4096)], " \t\r\n\uFEFF"), "\n")
	line = strings.TrimSpace(line)
	if n := utf8.RuneCountInString(line); !ok || strings.TrimSpace(rest) == "" || n < 4 || n > 150 {
		return ""
	}
	if last, _ := utf8.DecodeLastRuneInString(line); strings.ContainsRune(".,;:。、,，", last) || !hasLetter(line) || strings.Contains(line, "://") {
		return ""
	}
	return OneLine(line)
}

func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

var leadingDateForm = regexp.MustCompile(`^(?i:(?:date|dated|published)\s*:?\s*)(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:\D|$)`)

// leadingDate reads a date that a text states before anything else: "date
// 2024-03-31 …".
func leadingDate(text string) (record.Date, string) {
	head := strings.TrimLeft(text[:min(len(text), 200)], " \t\r\n\uFEFF")
	if m := leadingDateForm.FindStringSubmatch(head); m != nil {
		return record.Date(m[1]), "first words of the text"
	}
	return "", ""
}
