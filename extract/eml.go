package extract

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/charset"
	"github.com/cordon-project/cordon/extract/page"
	"github.com/cordon-project/cordon/record"
)

// shownFields are the header fields that stand at the head of the text: those
// that a person sees, and those that say where a message came from.
var shownFields = []string{
	"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Return-Path", "Message-Id", "X-Originating-Ip", "X-Mailer", "Received",
}

// readEML reads one message (RFC 5322, RFC 2045–2047): header fields, the best
// readable body, and attachments as parts.
func readEML(ctx context.Context, d *Document, p *page.Page, data []byte, o Options, depth int) error {
	m, err := mail.ReadMessage(bytes.NewReader(skipMbox(data)))
	if err != nil {
		return errs.New(errs.Invalid, "%s is not a readable e-mail message", d.Name).
			WithHint("Save the message again as EML in the mail program.").Because(err)
	}
	e := &mailReader{ctx: ctx, d: d, p: p, o: o, depth: depth, budget: o.MaxUnpack}
	e.headers(m.Header)
	p.Section("body", 0, func() {
		p.Blank()
		err = e.entity(header{m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition")}, m.Body, 0, false)
	})
	if err != nil {
		return err
	}
	if e.cut {
		p.Note("truncated", 0, "The message is cut off or damaged; what could be read of it is given.")
	}
	return nil
}

// skipMbox skips the "From " line of a message that was saved as a mailbox.
func skipMbox(data []byte) []byte {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), "\r\n \t")
	if bytes.HasPrefix(data, []byte("From ")) {
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			return data[i+1:]
		}
	}
	return data
}

type header struct{ contentType, encoding, disposition string }

type mailReader struct {
	ctx    context.Context
	d      *Document
	p      *page.Page
	o      Options
	depth  int   // messages around this one
	budget int64 // bytes that may still be decoded
	parts  int
	cut    bool
	body   bool // some text of the body was written
}

var words = mime.WordDecoder{CharsetReader: charset.Reader}

// decodeWords decodes RFC 2047 words; what cannot be decoded stays as it is.
// Bytes outside ASCII that no word announces are read like plain text.
func decodeWords(s string) string {
	out, err := words.DecodeHeader(s)
	if err != nil {
		out = s
	}
	text, _, _ := charset.Decode([]byte(out), "")
	return text
}

func (e *mailReader) headers(h mail.Header) {
	e.p.Section("headers", 0, func() {
		for _, k := range shownFields {
			for i, v := range h[k] {
				if i == 64 {
					break
				}
				e.p.Write(k + ": " + strings.Join(strings.Fields(decodeWords(v)), " ") + "\n")
			}
		}
	})
	e.p.Title = page.OneLine(decodeWords(h.Get("Subject")))
	if t, err := h.Date(); err == nil && t.Year() > 1970 && t.Year() < 10000 {
		e.p.Date, e.p.DateFrom = record.Date(t.UTC().Format("2006-01-02")), "header Date (UTC)"
	}
	e.p.Lang = page.LanguageTag(h.Get("Content-Language"))
}

// entity reads one body part at nesting level.
func (e *mailReader) entity(h header, r io.Reader, level int, alternative bool) error {
	if err := e.ctx.Err(); err != nil {
		return err
	}
	if e.parts++; e.parts > e.o.MaxEntries {
		return errs.New(errs.Invalid, "%s has more than %d parts", e.d.Name, e.o.MaxEntries).WithHint("It may be made to exhaust the machine.")
	}
	kind, params, err := mime.ParseMediaType(h.contentType)
	if err != nil && kind == "" {
		kind = Text
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		if level >= 4*e.o.MaxDepth {
			e.p.Note("nesting", level, fmt.Sprintf("Parts nested more than %d deep were not read.", level))
			return nil
		}
		return e.multipart(multipart.NewReader(r, params["boundary"]), kind == "multipart/alternative", level)
	}
	data, err := e.decodeBody(h.encoding, r)
	if err != nil {
		return err
	}
	name := attachmentName(h, params)
	disposition, _, _ := mime.ParseMediaType(h.disposition)
	inline := disposition != "attachment" && name == ""
	switch {
	case inline && kind == Text:
		e.writeText(data, params["charset"])
	case inline && kind == HTML:
		if alternative && e.body {
			return e.linksOnly(data, params["charset"])
		}
		return e.writeHTML(data, params["charset"])
	default:
		return e.attach(name, kind, data)
	}
	return nil
}

func attachmentName(h header, params map[string]string) string {
	_, dp, _ := mime.ParseMediaType(h.disposition)
	name := dp["filename"]
	if name == "" {
		name = params["name"]
	}
	if name == "" {
		return ""
	}
	return page.FileName(decodeWords(name))
}

func (e *mailReader) multipart(m *multipart.Reader, alternative bool, level int) error {
	e.body = e.body && !alternative
	for {
		p, err := m.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			e.cut = true
			return nil
		}
		h := header{p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition")}
		if err := e.entity(h, p, level+1, alternative); err != nil {
			return err
		}
	}
}

// decodeBody undoes the transfer encoding within the budget.
func (e *mailReader) decodeBody(encoding string, r io.Reader) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, &base64Only{r: r})
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	data, err := io.ReadAll(io.LimitReader(r, e.budget+1))
	if e.budget -= int64(len(data)); e.budget < 0 {
		return nil, errs.New(errs.Invalid, "%s decodes to more than %d bytes", e.d.Name, e.o.MaxUnpack).WithHint("It may be made to exhaust the machine.")
	}
	if err != nil {
		e.cut = true
	}
	return data, nil
}

// base64Only drops what is not of the alphabet (RFC 2045 section 6.8 says that
// it must be ignored).
type base64Only struct{ r io.Reader }

func (b *base64Only) Read(p []byte) (int, error) {
	for {
		n, err := b.r.Read(p)
		k := 0
		for _, c := range p[:n] {
			if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '/' || c == '=' {
				p[k] = c
				k++
			}
		}
		if k > 0 || err != nil {
			return k, err
		}
	}
}

func (e *mailReader) writeText(data []byte, declared string) {
	first := e.p.Charset
	text := e.p.Decode(data, declared)
	if first != "" {
		e.p.Charset = first
	}
	e.p.Blank()
	e.p.Write(text)
	e.body = e.body || strings.TrimSpace(text) != ""
}

// writeHTML reads a body in HTML. What the message states of itself counts more
// than what the page in it does.
func (e *mailReader) writeHTML(data []byte, declared string) error {
	title, date, from, lang := e.p.Title, e.p.Date, e.p.DateFrom, e.p.Lang
	e.p.Blank()
	err := page.ReadHTML(e.ctx, e.p, data, declared)
	e.p.Title, e.p.Date, e.p.DateFrom = title, date, from
	if lang != "" {
		e.p.Lang = lang
	}
	e.body = true
	return err
}

// linksOnly reads the HTML twin of a text that was taken, for the targets of
// its links: what a link shows and where it goes need not be the same.
func (e *mailReader) linksOnly(data []byte, declared string) error {
	twin := page.New(e.d.Name, e.o.Limits)
	if err := page.ReadHTML(e.ctx, twin, data, declared); err != nil {
		return err
	}
	for _, s := range twin.Sections {
		if s.Kind == "links" {
			e.p.Links(strings.Fields(twin.Text()[s.Start:s.End]))
		}
	}
	e.p.Note("alternative", 0, "The message has a text and an HTML form; the text is given, and the link targets of the HTML form.")
	return nil
}

// attach keeps an attachment and reads it when it is a document.
func (e *mailReader) attach(name, kind string, data []byte) error {
	if name == "" {
		name = "part" + fmt.Sprint(e.parts)
		if kind == EML {
			name += ".eml"
		}
	}
	p := Part{Name: name, MediaType: kind, SHA256: sum(data), Bytes: data}
	defer func() { e.d.Parts = append(e.d.Parts, p) }()
	if e.depth+1 >= e.o.MaxDepth {
		p.Note = fmt.Sprintf("It lies in %d messages within each other; deeper ones are not read.", e.depth+1)
		return nil
	}
	if strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "audio/") || strings.HasPrefix(kind, "video/") {
		p.Note = "Pictures, sound and film are kept but not read."
		return nil
	}
	o := e.o
	o.MaxUnpack = max(e.budget, 1)
	o.MaxText = max(e.o.MaxText-len(e.p.Text()), 1)
	doc, err := read(e.ctx, name, data, o, e.depth+1)
	if err := e.ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		p.Note, _ = errs.Message(err)
		return nil
	}
	p.Document = doc
	if kind == EML || path.Ext(name) == ".eml" {
		e.budget -= int64(len(data))
	}
	return nil
}
