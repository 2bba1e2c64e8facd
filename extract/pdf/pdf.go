// Package pdf draws the text of a PDF, also of one that is damaged or made to
// harm.
//
// What comes in: the bytes of one file and the page to write on. What goes out,
// on that page: the text in the order in which it is shown, a section for each
// page, title, language and date as the file states them, and the targets of
// its links. Where that gives no text or garbled text and the machine has the
// program pdftotext, its text is taken if it is better, with a note.
//
// The tables of a file are not trusted: its objects are found anew by their form
// and a table is written for them, so broken and cut files are read too, and the
// PDF library under this package (which is imported nowhere else) only sees
// sound ones. Characters come from the fonts' ToUnicode maps and the predefined
// Korean, Japanese and Chinese encodings.
//
// Guarantees: the reading ends with its context, its time limit, and within the
// limits of its page on text, unpacked bytes and pages; a panic of the library is
// an error here. What was not read is noted. Refused, with errs.Invalid: files
// that are encrypted, unpack to more than the limit, or have no page that can
// be read.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
	"unicode"

	"github.com/ledongthuc/pdf"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/page"
)

// Program is the program that reads what this package cannot, where no other is
// named. Poppler has it.
const Program = "pdftotext"

// Read draws a PDF on sheet. program is what reads a file that this package
// cannot: a name or path, "" for [Program], "-" for none; where the machine
// has none, there is a note on what is missing instead.
func Read(ctx context.Context, sheet *page.Page, data []byte, program string) error {
	ctx, cancel := context.WithTimeout(ctx, sheet.Limits.Timeout)
	defer cancel()
	file, err := rebuild(data, sheet.Limits.MaxUnpack)
	if err != nil {
		return err
	}
	r := &reader{ctx: ctx, sheet: sheet, budget: sheet.Limits.MaxUnpack}
	err = r.read(file)
	if err := context.Cause(ctx); errors.Is(err, context.Canceled) {
		return err
	}
	bad := garbledShare(sheet.Text())
	wanted := err != nil || r.textless > 0 || r.unmapped > 0 || bad > 0.02
	if wanted && r.tryProgram(program, data, bad) {
		return nil
	}
	switch {
	case err != nil && r.pages == 0:
		return errs.New(errs.Invalid, "%s is damaged: no page of the PDF can be read", sheet.Name).
			WithHint("Open it in a PDF program and save it again.").Because(err)
	case err != nil:
		sheet.Note("truncated", r.pages, fmt.Sprintf("Reading stopped after page %d: %s.", r.pages, reason(err)))
	}
	if bad > 0.02 || r.unmapped > 0 {
		sheet.Note("garbled", r.unmapped, fmt.Sprintf("%.1f %% of the text came out garbled, because a font does not say what its characters are; indicators in it may be missing.", 100*bad))
	}
	if r.textless > 0 {
		r.noteTextless(r.textless, r.pages)
	}
	return nil
}

func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "the time limit was reached"
	}
	return page.OneLine(err.Error())
}

// garbledShare is the share of characters that no reader can have meant:
// replacement, private use, unassigned, and the accidents of reading CJK bytes
// one by one.
func garbledShare(text string) float64 {
	all, bad := 0, 0
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		all++
		if r == 0xFFFD || unicode.Is(unicode.Co, r) || !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Cf) {
			bad++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(bad) / float64(all)
}

// reader is one reading of one PDF.
type reader struct {
	ctx      context.Context
	sheet    *page.Page
	budget   int64 // bytes that may still be unpacked
	reads    int   // since the last step of our own
	pages    int
	textless int
	unmapped int // characters whose font does not say what they are
	links    []string
	linked   map[string]bool
	trailer  pdf.Value
	page     state // of the page that is read
}

// guarded is the file as the library reads it: it ends with the context, and
// after more reads in one step than any sound file takes.
type guarded struct {
	p    *reader
	data *bytes.Reader
}

const maxReads = 1 << 16

var errCircular = errors.New("the file points at itself without end")

func (g guarded) ReadAt(b []byte, off int64) (int, error) {
	if err := g.p.ctx.Err(); err != nil {
		panic(err)
	}
	if g.p.reads++; g.p.reads > maxReads {
		panic(errCircular)
	}
	if off < 0 {
		return 0, io.EOF
	}
	return g.data.ReadAt(b, off)
}

// read reads all pages. A panic of the library is an error here.
func (p *reader) read(file []byte) (err error) {
	defer recovered(&err)
	r, err := pdf.NewReader(guarded{p, bytes.NewReader(file)}, int64(len(file)))
	if err != nil {
		return err
	}
	p.linked, p.trailer = map[string]bool{}, r.Trailer()
	p.meta(r)
	pages := p.collect(r)
	for i, v := range pages {
		if p.sheet.Full() {
			break
		}
		if err := p.onePage(i+1, v); err != nil {
			return err
		}
		p.pages++
	}
	p.sheet.Links(p.links)
	return nil
}

func recovered(err *error) {
	if x := recover(); x != nil {
		e, ok := x.(error)
		if !ok {
			e = fmt.Errorf("%v", x)
		}
		*err = fmt.Errorf("the PDF is damaged: %w", e)
	}
}

// collect walks the page tree, which a hostile file may bend into a circle.
func (p *reader) collect(r *pdf.Reader) (pages []pdf.Value) {
	nodes := 0
	var walk func(v pdf.Value, depth int)
	walk = func(v pdf.Value, depth int) {
		p.reads = 0
		nodes++
		if depth > 64 || nodes > 4*maxObjects/10 || len(pages) > p.sheet.Limits.MaxPages {
			return
		}
		kids := v.Key("Kids")
		if kids.Kind() != pdf.Array {
			if v.Kind() == pdf.Dict {
				pages = append(pages, v)
			}
			return
		}
		for i := range kids.Len() {
			walk(kids.Index(i), depth+1)
		}
	}
	walk(r.Trailer().Key("Root").Key("Pages"), 0)
	if len(pages) > p.sheet.Limits.MaxPages {
		pages = pages[:p.sheet.Limits.MaxPages]
		p.sheet.Note("truncated", p.sheet.Limits.MaxPages, fmt.Sprintf("The PDF has more than %d pages; the rest was left out.", p.sheet.Limits.MaxPages))
	}
	return pages
}

// meta reads title, language and date of creation.
func (p *reader) meta(r *pdf.Reader) {
	info := r.Trailer().Key("Info")
	p.sheet.Title = page.OneLine(info.Key("Title").Text())
	p.sheet.Lang = page.LanguageTag(r.Trailer().Key("Root").Key("Lang").Text())
	if s := strings.TrimPrefix(info.Key("CreationDate").RawString(), "D:"); len(s) >= 8 {
		if date := page.ISODate(s[:8]); date != "" {
			p.sheet.Date, p.sheet.DateFrom = date, "pdf CreationDate"
		}
	}
}

func (p *reader) onePage(n int, v pdf.Value) (err error) {
	before := len(p.sheet.Text())
	p.sheet.Blank()
	p.sheet.Section("page", n, func() {
		err = p.pageText(v)
		p.sheet.Line()
	})
	if strings.TrimSpace(p.sheet.Text()[before:]) == "" {
		p.textless++
	}
	if e := p.ctx.Err(); e != nil {
		return e
	}
	if err != nil {
		p.sheet.Note("damaged-page", n, fmt.Sprintf("Page %d was read only in part: %s.", n, reason(err)))
	}
	return nil
}

// tryProgram reads the PDF with a program like pdftotext and takes its text if
// it is better.
func (p *reader) tryProgram(program string, data []byte, bad float64) bool {
	text, ok := p.run(program, data)
	if !ok {
		return false
	}
	if len(strings.TrimSpace(text)) < len(strings.TrimSpace(p.sheet.Text()))/2 || strings.TrimSpace(text) == "" || garbledShare(text) > bad && bad > 0 {
		return false
	}
	p.sheet.Clear()
	pages, textless := strings.Split(strings.TrimSuffix(text, "\f"), "\f"), 0
	for i, drawn := range pages {
		p.sheet.Blank()
		p.sheet.Section("page", i+1, func() { p.sheet.Write(drawn) })
		if strings.TrimSpace(drawn) == "" {
			textless++
		}
	}
	p.sheet.Links(p.links)
	p.sheet.Note("pdftotext", 0, "The text was drawn with the program pdftotext, because the built-in reader gave garbled text or none.")
	if textless > 0 {
		p.noteTextless(textless, len(pages))
	}
	return true
}

func (p *reader) noteTextless(n, of int) {
	p.sheet.Note("pages-without-text", n, fmt.Sprintf("%d of %d pages hold no text; they may be scans.", n, of))
}

// run gives the file to a program and returns what it writes, one byte more
// than the limit at most; false when there is none or it failed.
func (p *reader) run(program string, data []byte) (text string, ok bool) {
	if program == "-" {
		return "", false
	}
	if program == "" {
		program = Program
	}
	program, err := exec.LookPath(program)
	if err != nil {
		return "", false
	}
	cmd := exec.CommandContext(p.ctx, program, "-enc", "UTF-8", "-eol", "unix", "-", "-")
	cmd.Stdin = bytes.NewReader(data)
	cmd.WaitDelay = time.Second
	out := &capped{limit: p.sheet.Limits.MaxText + 1}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil && !out.full {
		return "", false
	}
	return out.b.String(), true
}

// capped keeps the first bytes that are written and fails the writer after.
type capped struct {
	b     bytes.Buffer
	limit int
	full  bool
}

func (c *capped) Write(p []byte) (int, error) {
	if room := c.limit - c.b.Len(); len(p) > room {
		c.b.Write(p[:room])
		c.full = true
		return room, io.ErrShortWrite
	}
	return c.b.Write(p)
}
