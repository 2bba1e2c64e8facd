package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/extract/page"
	"github.com/cordon-project/cordon/extract/pdf"
	"github.com/cordon-project/cordon/record"
)

// Media types that Read reads.
const (
	Text = "text/plain"
	HTML = "text/html"
	PDF  = "application/pdf"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	EML  = "message/rfc822"
)

// Document is what was read from one input.
type Document struct {
	Name       string // base name of the input, for people
	MediaType  string // one of the media types above
	Charset    string // the character set that was decoded, "" for PDF and DOCX
	SHA256     string // of the input bytes, hex
	Size       int64  // of the input, bytes
	Title      string // as the document states it, "" if it does not
	Lang       string // BCP 47, as stated or by script; "" if neither says
	Date       record.Date
	DateFrom   string // what stated Date: "meta article:published_time", "header Date" …
	Text       string
	TextSHA256 string           // of Text, hex: ties spans to this very text
	Sections   []page.Section   // pages, headers, notes, link targets; in order, may be empty
	Spans      []indicator.Span // by Start, longer first
	Notes      []page.Note
	Parts      []Part // attachments of an e-mail
}

// Part is an attachment. Bytes are kept so that the caller can archive them.
type Part struct {
	Name      string
	MediaType string // as the message declares it
	SHA256    string
	Bytes     []byte
	Document  *Document // what was read from it; nil when it was not read
	Note      string    // why it was not read, "" when it was
}

// Options are the limits of a reading and what it looks for besides indicators.
// The zero value of a number means its default, and a negative number no limit.
type Options struct {
	MaxBytes    int64            // of one input; default 64 MiB
	page.Limits                  // on what is drawn from it
	MaxSpans    int              // of one text; default 200,000
	PDFToText   string           // the program that reads what package pdf cannot; "" looks for pdftotext, "-" uses none
	Known       gazetteer.Finder // finds names of parties; nil for none
}

func (o Options) filled() Options {
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 20
	} else if o.MaxBytes < 0 {
		o.MaxBytes = math.MaxInt64
	}
	o.Limits = o.Limits.Filled()
	return o
}

// Read reads one document. name is its file name; it is not opened. The error
// is of kind Invalid when the bytes are not a document that can be read, of
// kind Unavailable when ctx ended.
func Read(ctx context.Context, name string, data []byte, o Options) (_ *Document, err error) {
	defer errs.Wrap(&err, "extract.Read(%q, %d bytes)", name, len(data))
	o = o.filled()
	return read(ctx, name, data, o, 0)
}

func read(ctx context.Context, name string, data []byte, o Options, depth int) (*Document, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if int64(len(data)) > o.MaxBytes {
		return nil, errs.New(errs.Invalid, "%s has %d bytes; documents of up to %d bytes are read", page.FileName(name), len(data), o.MaxBytes).
			WithHint("Split the file, or raise the limit if you trust where it comes from.")
	}
	kind, err := sniff(name, data)
	if err != nil {
		return nil, err
	}
	d := &Document{Name: page.FileName(name), MediaType: kind, SHA256: sum(data), Size: int64(len(data))}
	p := page.New(d.Name, o.Limits)
	switch kind {
	case HTML:
		err = page.ReadHTML(ctx, p, data, "")
	case PDF:
		err = pdf.Read(ctx, p, data, o.PDFToText)
	case DOCX:
		err = page.ReadDOCX(ctx, p, data)
	case EML:
		err = readEML(ctx, d, p, data, o, depth)
	default:
		page.ReadText(p, data, "")
	}
	if err != nil {
		return nil, err
	}
	p.Finish()
	d.take(p)
	if err := d.search(ctx, o); err != nil {
		return nil, err
	}
	return d, nil
}

// take takes over what was drawn.
func (d *Document) take(p *page.Page) {
	d.Charset, d.Title, d.Lang, d.Date, d.DateFrom = p.Charset, p.Title, p.Lang, p.Date, p.DateFrom
	d.Text, d.Sections, d.Notes = p.Text(), p.Sections, p.Notes
	d.TextSHA256 = sum([]byte(d.Text))
}

// search finds what the text names, and notes what a limit cut.
func (d *Document) search(ctx context.Context, o Options) error {
	spans, cut, err := indicator.Scan(ctx, d.Text, indicator.Options{MaxSpans: o.MaxSpans, Known: o.Known})
	if err != nil {
		return err
	}
	d.Spans = spans
	note := func(code string, number int, format string, args ...any) {
		d.Notes = append(d.Notes, page.Note{Code: code, Number: number, Text: fmt.Sprintf(format, args...)})
	}
	switch {
	case cut.Byte > 0:
		note("too-many", cut.Spans, "The text has more than %d indicators; it was searched only to byte %d.", cut.Spans, cut.Byte)
	case cut.Spans > 0:
		note("too-many", cut.Spans, "The text has more than %d indicators and names; the first %d are given.", cut.Spans, cut.Spans)
	}
	if cut.Runs > 0 {
		note("long-run", cut.Runs, "%d runs of more than %d bytes without a space were cut; an indicator across a cut is not found.", cut.Runs, indicator.MaxRun)
	}
	return nil
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
