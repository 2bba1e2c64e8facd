package document

import (
	_ "embed"
	"html"
	"io"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

//go:embed document.css
var css string

// HTML writes the document as one file that asks for nothing else and runs
// nothing; its policy forbids both. Printed, it has its markings and page numbers
// on every page in browsers of Chromium's kind, version 131 and later.
func (d *Document) HTML(w io.Writer) (err error) {
	defer errs.Wrap(&err, "document.HTML")
	if err := d.Check(); err != nil {
		return err
	}
	h := &htmlWriter{lang: d.Lang}
	h.raw(`<!DOCTYPE html>` + "\n")
	h.raw(`<html lang="` + attr(d.Lang) + `"><head><meta charset="utf-8">` + "\n")
	h.raw(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` + "\n")
	h.raw(`<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">` + "\n")
	h.raw(`<title>` + attr(plain(d.Title)) + `</title><meta name="author" content="` + attr(plain(d.Author)) + `">` + "\n")
	h.raw("<style>\n" + css + d.pageCSS() + "</style></head><body>\n")
	h.running(d, "header", d.Running.Head)
	h.raw("<main>\n")
	for i := 0; i < len(d.Blocks); i++ {
		i = h.block(d.Blocks, i)
	}
	h.raw("</main>\n")
	h.running(d, "footer", d.Running.Foot)
	h.raw("</body></html>\n")
	if _, err := io.WriteString(w, h.b.String()); err != nil {
		return errs.New(errs.Unavailable, "the document cannot be written").Because(err)
	}
	return nil
}

// pageCSS is the running lines of printed pages.
func (d *Document) pageCSS() string {
	size := "A4"
	if d.Letter {
		size = "letter"
	}
	before, rest, _ := strings.Cut(d.Running.Page, "{page}")
	between, after, _ := strings.Cut(rest, "{pages}")
	page := cssString(before) + " counter(page) " + cssString(between) + " counter(pages) " + cssString(after)
	foot := cssString(plain(d.Running.Foot)+"  ·  ") + " " + page
	if d.Running.Foot == "" {
		foot = page
	}
	tlp := " " + plain(d.Running.TLP) + " "
	other := cssString(plain(strings.Join(d.Running.Markings, " · ")))
	var b strings.Builder
	b.WriteString("@page{size:" + size + ";margin:22mm 18mm 20mm;\n")
	for _, edge := range []string{"top", "bottom"} {
		right := foot
		if edge == "top" {
			right = cssString(plain(d.Running.Head))
		}
		b.WriteString("@" + edge + "-left{content:" + cssString(tlp) + ";color:" + tlpColour(d.Running.TLP) + ";background:#000;}\n")
		b.WriteString("@" + edge + "-center{content:" + other + ";}\n")
		b.WriteString("@" + edge + "-right{content:" + right + ";}\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// tlpColours are those that FIRST prescribes (TLP 2.0, section 5).
var tlpColours = map[string]string{
	"TLP:CLEAR": "#ffffff", "TLP:GREEN": "#33ff00", "TLP:AMBER": "#ffc000", "TLP:AMBER+STRICT": "#ffc000", "TLP:RED": "#ff2b2b",
}

func tlpColour(tlp string) string {
	if c, ok := tlpColours[tlp]; ok {
		return c
	}
	return "#ffffff"
}

// cssString writes a text as a string of CSS in which nothing but letters and
// digits stands unescaped (CSS Syntax Level 3, section 4.3.7).
func cssString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ' ' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(`\` + strconv.FormatInt(int64(r), 16) + " ")
	}
	b.WriteByte('"')
	return b.String()
}

type htmlWriter struct {
	b    strings.Builder
	lang string
}

func (h *htmlWriter) raw(s string) { h.b.WriteString(s) }

func attr(s string) string { return html.EscapeString(s) }

func (h *htmlWriter) running(d *Document, element, text string) {
	h.raw(`<` + element + ` class="run"><span class="tlp" style="color:` + tlpColour(d.Running.TLP) + `">`)
	h.text(d.Running.TLP)
	h.raw(`</span> <span>`)
	h.text(strings.Join(d.Running.Markings, " · "))
	h.raw(`</span> <span>`)
	h.text(text)
	h.raw(`</span></` + element + ">\n")
}

// block writes the block at i, and all that belong to one list; it returns the
// last that it has written.
func (h *htmlWriter) block(all []Block, i int) int {
	switch b := all[i].(type) {
	case Heading:
		level := strconv.Itoa(min(max(b.Level, 1), 3))
		h.raw(`<h` + level + id(b.ID) + `>`)
		h.text(b.Text)
		h.raw(`</h` + level + ">\n")
	case Paragraph:
		if b.Style == Bullet {
			return h.list(all, i)
		}
		h.raw(`<p` + class(string(b.Style)) + `>`)
		h.runs(b.Runs)
		h.raw("</p>\n")
	case Quote:
		h.quote(b)
	case Table:
		h.table(b)
	}
	return i
}

func (h *htmlWriter) list(all []Block, i int) int {
	h.raw("<ul>\n")
	for ; i < len(all); i++ {
		p, ok := all[i].(Paragraph)
		if !ok || p.Style != Bullet {
			break
		}
		h.raw("<li>")
		h.runs(p.Runs)
		h.raw("</li>\n")
	}
	h.raw("</ul>\n")
	return i - 1
}

func (h *htmlWriter) quote(q Quote) {
	h.raw(`<figure><blockquote` + h.tag(q.Lang) + `>`)
	for _, line := range strings.Split(strings.ReplaceAll(q.Text, "\r\n", "\n"), "\n") {
		h.raw("<p>")
		h.text(line)
		h.raw("</p>")
	}
	h.raw("</blockquote><figcaption>")
	h.runs(q.Below)
	h.raw("</figcaption></figure>\n")
}

func (h *htmlWriter) table(t Table) {
	kind := ""
	if t.Terms {
		kind = "terms"
	}
	h.raw(`<div class="scroll" tabindex="0" role="region" aria-label="` + attr(plain(t.Caption)) + `"><table` + class(kind) + `><caption>`)
	h.text(t.Caption)
	h.raw("</caption><colgroup>")
	for _, w := range t.Widths {
		h.raw(`<col style="width:` + strconv.Itoa(w) + `%">`)
	}
	h.raw("</colgroup>")
	if !t.Terms {
		h.raw("<thead><tr>")
		for _, s := range t.Head {
			h.raw(`<th scope="col">`)
			h.text(s)
			h.raw("</th>")
		}
		h.raw("</tr></thead>")
	}
	h.raw("<tbody>\n")
	for _, r := range t.Rows {
		h.raw(`<tr` + id(r.ID) + `>`)
		for i, c := range r.Cells {
			open, shut := "<td>", "</td>"
			if t.Terms && i == 0 {
				open, shut = `<th scope="row">`, "</th>"
			}
			h.raw(open)
			for _, runs := range c {
				h.raw("<div>")
				h.runs(runs)
				h.raw("</div>")
			}
			h.raw(shut)
		}
		h.raw("</tr>\n")
	}
	h.raw("</tbody></table></div>\n")
}

func (h *htmlWriter) runs(runs []Run) {
	for _, r := range runs {
		h.run(r)
	}
}

func (h *htmlWriter) run(r Run) {
	var shut []string
	open := func(start, end string) {
		h.raw(start)
		shut = append(shut, end)
	}
	if r.Link != "" {
		open(`<a href="#`+attr(r.Link)+`">`, "</a>")
	}
	if r.Bold {
		open("<b>", "</b>")
	}
	if r.Quiet {
		open(`<span class="quiet">`, "</span>")
	}
	if r.Mono {
		open("<code>", "</code>")
	}
	switch tag := h.tag(r.Lang); {
	case r.Name:
		open("<bdi"+tag+">", "</bdi>")
	case tag != "":
		open("<span"+tag+">", "</span>")
	}
	h.text(r.Text)
	for i := len(shut) - 1; i >= 0; i-- {
		h.raw(shut[i])
	}
}

func (h *htmlWriter) tag(lang string) string {
	if lang == "" || lang == h.lang {
		return ""
	}
	return ` lang="` + attr(lang) + `"`
}

// text writes text from anywhere.
func (h *htmlWriter) text(s string) {
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if i > 0 {
			h.raw("<br>")
		}
		for _, p := range pieces(strings.ReplaceAll(line, "\t", " ")) {
			if p.code {
				h.raw(`<span class="ctl">` + p.text + `</span>`)
				continue
			}
			h.raw(attr(p.text))
		}
	}
}

func class(s string) string {
	if s == "" {
		return ""
	}
	return ` class="` + s + `"`
}

func id(s string) string {
	if s == "" {
		return ""
	}
	return ` id="` + attr(s) + `"`
}
