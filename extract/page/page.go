// Package page draws the text that a person would see from a document, and has
// the readers of plain text, HTML and DOCX.
//
// What comes in: the bytes of one document, and the [Limits] that its reading
// must keep. What goes out: a [Page] with the text, its sections, and the title,
// date and language that the document states. Readers of other formats, such as
// package pdf, write on a Page too, so that all keep the same promises.
//
// Guarantees: the text is valid UTF-8 without control or bidirectional override
// characters, and never longer than the limit; a text in UTF-8 without such
// characters is kept byte for byte. Targets of links that the text does not show
// stand at its end. What was cut, left out, guessed or could not be read is in
// Notes, never silent. Nothing is executed, styled or fetched.
//
// Refused, with errs.Invalid: archives that unpack to more than they should,
// XML with a document type declaration, damaged DOCX files.
package page

import (
	"fmt"
	"math"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/record"
)

// Page is what was drawn from one document so far. [New] makes one; a reader
// writes on it; [Page.Finish] ends it.
type Page struct {
	Name     string // of the document, for messages
	Limits   Limits
	Charset  string // the character set that was decoded, "" where the format has its own
	Title    string // as the document states it, "" if it does not
	Lang     string // BCP 47, as stated or by script; "" if neither says
	Date     record.Date
	DateFrom string // what stated Date
	Sections []Section
	Notes    []Note

	drawn    strings.Builder
	full     bool
	controls int // characters that were replaced
	invalid  int // bytes that were no UTF-8
}

// Section is a stretch of a text that a reader treats apart: one page of a PDF,
// the footnotes of a DOCX, the targets of links, which a page does not show.
type Section struct {
	Kind       string // page, headers, body, footnotes, comments, links
	Number     int    // page number from 1, 0 when sections of the kind are not numbered
	Start, End int    // byte offsets in the text
}

// Note says what could not be read, was left out or was changed on reading.
type Note struct {
	Code   string // short and stable: truncated, garbled, no-text, hidden, charset …
	Text   string // a sentence for people
	Number int    // how many, or which page; 0 when neither applies
}

// Limits bound the reading of one document. The zero value of a field means its
// default, and a negative number none at all.
type Limits struct {
	MaxText    int           // bytes of text drawn from one document; default 32 MiB
	MaxUnpack  int64         // bytes that one archive, PDF or message unpacks to; default 256 MiB
	MaxEntries int           // entries of an archive, parts of a message; default 4096
	MaxDepth   int           // messages within messages, elements within elements / 32; default 8
	MaxPages   int           // pages of a PDF; default 2000
	Timeout    time.Duration // for one PDF; default 60 s
}

// Filled returns the limits with every field set to a positive number.
func (l Limits) Filled() Limits {
	// None is half the range: readers ask for one byte more than a limit.
	fill(&l.MaxText, 32<<20, math.MaxInt/2)
	fill(&l.MaxUnpack, 256<<20, math.MaxInt64/2)
	fill(&l.MaxEntries, 4096, math.MaxInt)
	fill(&l.MaxDepth, 8, 1<<20) // and they multiply this one
	fill(&l.MaxPages, 2000, math.MaxInt)
	fill(&l.Timeout, time.Minute, math.MaxInt64)
	return l
}

func fill[N int | int64 | time.Duration](p *N, standard, none N) {
	if *p == 0 {
		*p = standard
	} else if *p < 0 {
		*p = none
	}
}

// New returns an empty page for a document of the given name.
func New(name string, l Limits) *Page { return &Page{Name: name, Limits: l.Filled()} }

// Text returns what was written so far.
func (p *Page) Text() string { return p.drawn.String() }

// Full reports that the limit on text is reached: nothing more is written.
func (p *Page) Full() bool { return p.full }

// Clear takes away the text and its sections, so that another reader can draw
// it anew. What was noted stays.
func (p *Page) Clear() {
	p.drawn.Reset()
	p.Sections, p.full, p.controls, p.invalid = nil, false, 0, 0
}

// Note keeps a note. number is how many or which page, 0 when neither applies.
func (p *Page) Note(code string, number int, text string) {
	p.Notes = append(p.Notes, Note{Code: code, Text: text, Number: number})
}

// forbidden reports characters that must not reach a page: they move the
// cursor, ring bells or turn the direction of what follows (UTS 39, "Trojan
// Source"). Line ends and tabs are text.
func forbidden(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case r < 0x20, r >= 0x7F && r < 0xA0, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// Write appends s. Forbidden characters and invalid bytes become U+FFFD.
func (p *Page) Write(s string) {
	if p.full {
		return
	}
	if room := p.Limits.MaxText - p.drawn.Len(); len(s) > room {
		for room > 0 && !utf8.RuneStart(s[room]) {
			room--
		}
		s, p.full = s[:room], true
	}
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7F || c == '\n' || c == '\t' {
			i++
			continue
		}
		if c == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		put := "\uFFFD"
		switch {
		case r == '\r':
			put = "\n"
		case r == utf8.RuneError && n <= 1:
			p.invalid++
		case forbidden(r):
			p.controls++
		default:
			i += n
			continue
		}
		p.drawn.WriteString(s[from:i])
		p.drawn.WriteString(put)
		i += n
		from = i
	}
	p.drawn.WriteString(s[from:])
}

// Line makes sure that what follows begins a line.
func (p *Page) Line() {
	if s := p.drawn.String(); s != "" && !strings.HasSuffix(s, "\n") {
		p.Write("\n")
	}
}

// Blank makes sure that an empty line is before what follows.
func (p *Page) Blank() {
	p.Line()
	if s := p.drawn.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
		p.Write("\n")
	}
}

// Section runs f and keeps what it wrote as a section.
func (p *Page) Section(kind string, number int, f func()) {
	start := p.drawn.Len()
	f()
	if end := p.drawn.Len(); end > start {
		p.Sections = append(p.Sections, Section{Kind: kind, Number: number, Start: start, End: end})
	}
}

// Finish notes what was changed or cut on writing, and tells the language by the
// script where nothing stated it. It is called once, when all is written.
func (p *Page) Finish() {
	text := p.Text()
	if p.full {
		p.Note("truncated", p.Limits.MaxText, fmt.Sprintf("The text is longer than %d bytes; the rest was left out.", p.Limits.MaxText))
	}
	if p.invalid > 0 {
		p.Note("invalid-bytes", p.invalid, fmt.Sprintf("%d bytes are not valid in the document's character set and are shown as \uFFFD.", p.invalid))
	}
	if p.controls > 0 {
		p.Note("control-characters", p.controls, fmt.Sprintf("%d control or direction-changing characters are shown as \uFFFD.", p.controls))
	}
	if strings.TrimSpace(text) == "" {
		p.Note("no-text", 0, "No text was found in the document.")
	}
	if p.Lang == "" {
		p.Lang = langByScript(text)
	}
}

// What a reader keeps of a document's links.
const (
	MaxLink  = 8 << 10 // bytes of one target; a longer one is left out
	MaxLinks = 20_000  // targets of one document
)

// Links puts the targets of links that the text does not show at its end,
// one a line, so that they have places too.
func (p *Page) Links(links []string) {
	var unseen []string
	text := p.Text()
	budget := 64 << 20 // bytes of comparison; many links in a long text are not all looked for
	for _, l := range links {
		budget -= len(text)
		if budget > 0 && strings.Contains(text, strings.TrimPrefix(strings.TrimPrefix(l, "mailto:"), "tel:")) {
			continue
		}
		unseen = append(unseen, l)
	}
	if len(unseen) == 0 {
		return
	}
	p.Blank()
	p.Section("links", 0, func() {
		for _, l := range unseen {
			p.Write(l)
			p.Write("\n")
		}
	})
}

// FileName makes a file name safe to show: the base name, without control
// characters, at most 200 characters.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	n := 0
	return strings.Map(func(r rune) rune {
		n++
		if n > 200 || forbidden(r) || r == '\t' || r == '\n' || r == '\r' || !unicode.IsPrint(r) && r != ' ' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
}

// OneLine folds white space and cuts at 300 characters: for titles.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "))
	if utf8.RuneCountInString(s) > 300 {
		s = string([]rune(s)[:299]) + "…"
	}
	return s
}

// langByScript names the language that the script of a text gives away: Korean,
// Japanese, Chinese, Russian. Scripts that many languages share say nothing.
func langByScript(text string) string {
	var letters, hangul, kana, han, cyrillic int
	for i, r := range text {
		if i > 1<<16 {
			break
		}
		switch {
		case !unicode.IsLetter(r):
			continue
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
		letters++
	}
	switch {
	case letters < 20:
		return ""
	case hangul*5 > letters:
		return "ko"
	case kana*10 > letters:
		return "ja"
	case han*3 > letters:
		return "zh"
	case cyrillic*2 > letters:
		return "ru"
	}
	return ""
}

// LanguageTag cleans a stated language; "" if it is no tag (BCP 47).
func LanguageTag(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || len(s) > 35 {
		return ""
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !letterOrDigit(r) && r != '-' && r != '_' }) {
		return ""
	}
	return strings.ReplaceAll(s, "_", "-")
}

func letterOrDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// ISODate reads "2024-03-31…", "20240331" and "2024/03/31"; "" if it is none.
func ISODate(s string) record.Date {
	s = strings.TrimSpace(s)
	if len(s) >= 10 && (s[4] == '/' || s[4] == '.') && s[7] == s[4] {
		s = s[:4] + "-" + s[5:7] + "-" + s[8:10]
	}
	if len(s) == 8 && !strings.Contains(s, "-") {
		s = s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	if len(s) < 10 {
		return ""
	}
	d := record.Date(s[:10])
	if d.Validate() != nil || d.Year() == 0 {
		return ""
	}
	return d
}
