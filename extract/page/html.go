package page

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	whatwg "golang.org/x/net/html/charset"

	"github.com/cordon-project/cordon/extract/charset"
)

// htmlReader walks the tokens of a page and keeps what a reader would see.
type htmlReader struct {
	p       *Page
	skip    []atom.Atom // open elements whose content is not shown
	pre     int
	space   bool // white space is owed before the next word
	title   strings.Builder
	inTitle bool
	base    *url.URL
	links   []string
	seen    map[string]bool
	scripts int
	hidden  int
	cell    bool // the row has a cell already
	meta    map[string]string
}

// ReadHTML reads a page of the web. declared is the character set that the
// transport names, "" for none. The error is that of ctx.
func ReadHTML(ctx context.Context, p *Page, data []byte, declared string) error {
	r := &htmlReader{p: p, seen: map[string]bool{}, meta: map[string]string{}}
	z := html.NewTokenizer(strings.NewReader(decodeHTML(p, data, declared)))
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		tt := z.Next()
		if tt == html.ErrorToken {
			break
		}
		r.token(z, tt)
		if p.Full() {
			break
		}
	}
	r.finish()
	return nil
}

// decodeHTML honours a byte order mark, the transport, then the page's own meta
// element; a page that says nothing is read like plain text.
func decodeHTML(p *Page, data []byte, declared string) string {
	contentType := "text/html"
	if declared != "" {
		contentType += "; charset=" + declared
	}
	if _, name, certain := whatwg.DetermineEncoding(data[:min(len(data), 1024)], contentType); certain || metaCharset(data) != "" {
		if declared == "" && !certain {
			name = metaCharset(data)
		}
		if e, canonical := charset.Named(name); e != nil && canonical != "utf-8" && !strings.HasPrefix(canonical, "utf-16") {
			p.Charset = canonical
			return charset.With(e, data)
		}
	}
	return p.Decode(data, "")
}

// metaCharset finds charset= in the first kilobytes of a page.
func metaCharset(data []byte) string {
	head := bytes.ToLower(data[:min(len(data), 4096)])
	_, rest, ok := bytes.Cut(head, []byte("charset="))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, " \"'")
	if i := bytes.IndexAny(rest, "\"' ;/>"); i >= 0 {
		rest = rest[:i]
	}
	return string(rest[:min(len(rest), 40)])
}

var (
	blockTags = atoms(atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Nav, atom.Aside,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Blockquote,
		atom.Pre, atom.Figure, atom.Figcaption, atom.Form, atom.Fieldset, atom.Address, atom.Hr, atom.Details, atom.Summary)
	lineTags = atoms(atom.Br, atom.Li, atom.Dt, atom.Dd, atom.Tr, atom.Option, atom.Caption, atom.Legend)
	// unseenTags hold what a browser does not show as text.
	unseenTags = atoms(atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Object, atom.Iframe,
		atom.Canvas, atom.Audio, atom.Video, atom.Head, atom.Select, atom.Textarea)
	// optionalEnd are elements that the next of their kind ends.
	optionalEnd = atoms(atom.P, atom.Li, atom.Td, atom.Th, atom.Tr, atom.Dt, atom.Dd, atom.Option)
	voidTags    = atoms(atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta,
		atom.Source, atom.Track, atom.Wbr)
)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(list))
	for _, a := range list {
		m[a] = true
	}
	return m
}

func (r *htmlReader) token(z *html.Tokenizer, tt html.TokenType) {
	switch tt {
	case html.TextToken:
		r.text(z.Text())
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		tag := atom.Lookup(name)
		attrs := map[string]string{}
		for n := 0; more && n < 256; n++ {
			var k, v []byte
			k, v, more = z.TagAttr()
			if _, dup := attrs[string(k)]; !dup {
				attrs[string(k)] = string(v)
			}
		}
		r.start(tag, attrs, tt == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		r.end(atom.Lookup(name))
	}
}

// maxSkip bounds the stack of hidden elements.
const maxSkip = 512

func (r *htmlReader) start(tag atom.Atom, attrs map[string]string, selfClosing bool) {
	r.metadata(tag, attrs)
	if tag == atom.Body && len(r.skip) == 1 && r.skip[0] == atom.Head {
		r.skip = nil // a head that was never closed ends at the body
	}
	if tag == atom.Title {
		r.inTitle = r.title.Len() == 0
		return
	}
	void := voidTags[tag] || selfClosing
	if tag == atom.Script || tag == atom.Style {
		r.scripts++
	}
	if len(r.skip) == 1 && r.skip[0] == tag && optionalEnd[tag] {
		r.skip = nil // a second <p> ends the hidden one
	}
	if len(r.skip) > 0 {
		if !void && tag == r.skip[len(r.skip)-1] && len(r.skip) < maxSkip {
			r.skip = append(r.skip, tag)
		}
		return
	}
	if unseenTags[tag] && !void {
		if tag != atom.Script && tag != atom.Style && tag != atom.Head {
			r.hidden++
		}
		r.skip = append(r.skip, tag)
		return
	}
	if isHidden(attrs) {
		r.hidden++
		if !void && tag != 0 {
			r.skip = append(r.skip, tag)
		}
		return
	}
	r.layout(tag, attrs)
}

// layout writes the white space that an element's start stands for.
func (r *htmlReader) layout(tag atom.Atom, attrs map[string]string) {
	switch {
	case tag == atom.Td || tag == atom.Th:
		if r.cell {
			r.p.Write("\t")
			r.space = false
		}
		r.cell = true
	case lineTags[tag]:
		r.newline(false)
	case blockTags[tag]:
		r.newline(true)
	case tag == atom.A || tag == atom.Area:
		r.link(attrs["href"])
	case tag == atom.Img:
		if alt := strings.TrimSpace(attrs["alt"]); alt != "" {
			r.text([]byte(alt))
		}
	}
	if tag == atom.Pre {
		r.pre++
	}
}

func (r *htmlReader) newline(block bool) {
	r.space, r.cell = false, false
	if r.p.Text() == "" {
		return
	}
	if block {
		r.p.Blank()
	} else {
		r.p.Line()
	}
}

func (r *htmlReader) end(tag atom.Atom) {
	if tag == atom.Title {
		r.inTitle = false
		return
	}
	if n := len(r.skip); n > 0 {
		if r.skip[n-1] == tag {
			r.skip = r.skip[:n-1]
		}
		return
	}
	switch {
	case tag == atom.Pre && r.pre > 0:
		r.pre--
		r.newline(true)
	case blockTags[tag]:
		r.newline(true)
	case lineTags[tag] && tag != atom.Br:
		r.newline(false)
	}
}

func (r *htmlReader) text(raw []byte) {
	if r.inTitle {
		if r.title.Len() < 4096 {
			r.title.Write(raw)
		}
		return
	}
	if len(r.skip) > 0 || len(raw) == 0 {
		return
	}
	if r.pre > 0 {
		r.p.Write(string(raw))
		return
	}
	for len(raw) > 0 {
		n := bytes.IndexFunc(raw, htmlSpace)
		if n == 0 {
			r.space = true
			raw = raw[1:]
			continue
		}
		if n < 0 {
			n = len(raw)
		}
		if r.space {
			r.gap()
		}
		r.p.Write(string(raw[:n]))
		raw = raw[n:]
	}
}

// gap writes one space where one belongs.
func (r *htmlReader) gap() {
	r.space = false
	if s := r.p.Text(); s != "" && !strings.HasSuffix(s, "\n") && !strings.HasSuffix(s, "\t") && !strings.HasSuffix(s, " ") {
		r.p.Write(" ")
	}
}

func htmlSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

// isHidden reads the attributes that take an element out of sight. Style sheets
// are not applied.
func isHidden(attrs map[string]string) bool {
	if _, ok := attrs["hidden"]; ok {
		return true
	}
	if attrs["aria-hidden"] == "true" && attrs["role"] != "presentation" && attrs["href"] == "" {
		return true
	}
	style := strings.ToLower(strings.ReplaceAll(attrs["style"], " ", ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") || strings.Contains(style, "font-size:0;")
}

// link keeps the target of a link for the end of the text.
func (r *htmlReader) link(href string) {
	href = strings.TrimSpace(href)
	if href == "" || len(href) > MaxLink || len(r.links) >= MaxLinks {
		return
	}
	u, err := url.Parse(href)
	if err != nil {
		return
	}
	if r.base != nil {
		u = r.base.ResolveReference(u)
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "ftp", "ftps", "mailto", "tel", "ws", "wss":
	default:
		return
	}
	if u.Scheme != "mailto" && u.Scheme != "tel" {
		href = u.String()
	}
	if !r.seen[href] {
		r.seen[href] = true
		r.links = append(r.links, href)
	}
}

// metadata keeps what the page says of itself.
func (r *htmlReader) metadata(tag atom.Atom, attrs map[string]string) {
	keep := func(k, v string) {
		k, v = strings.ToLower(k), strings.TrimSpace(v)
		if _, ok := r.meta[k]; !ok && v != "" && len(r.meta) < 512 {
			r.meta[k] = v
		}
	}
	switch tag {
	case atom.Html:
		keep("lang", attrs["lang"])
		keep("lang", attrs["xml:lang"])
	case atom.Base:
		if u, err := url.Parse(attrs["href"]); err == nil && u.IsAbs() && r.base == nil {
			r.base = u
		}
	case atom.Meta:
		for _, k := range []string{"property", "name", "itemprop", "http-equiv"} {
			if attrs[k] != "" {
				keep("meta "+attrs[k], attrs["content"])
			}
		}
	case atom.Time:
		if attrs["itemprop"] == "datePublished" || attrs["pubdate"] != "" || strings.Contains(attrs["class"], "publish") {
			keep("meta datepublished", attrs["datetime"])
		}
		keep("time element", attrs["datetime"])
	}
}

// dateMeta lists where a page states when it was published, best first.
var dateMeta = []string{
	"meta article:published_time", "meta datepublished", "meta og:published_time", "meta dc.date.issued", "meta dcterms.issued",
	"meta dcterms.created", "meta dc.date", "meta dcterms.date", "meta citation_publication_date", "meta parsely-pub-date", "meta pubdate",
	"meta publishdate", "meta publish-date", "meta publication_date", "meta sailthru.date", "meta date", "time element",
}

func (r *htmlReader) finish() {
	p := r.p
	p.Title = OneLine(html.UnescapeString(r.title.String()))
	if p.Title == "" {
		p.Title = OneLine(r.meta["meta og:title"])
	}
	p.Lang = LanguageTag(r.meta["lang"])
	for _, k := range dateMeta {
		if date := ISODate(r.meta[k]); date != "" {
			p.Date, p.DateFrom = date, k
			break
		}
	}
	if r.scripts > 0 {
		p.Note("scripts", r.scripts, fmt.Sprintf("%d scripts and style sheets were left out.", r.scripts))
	}
	if r.hidden > 0 {
		p.Note("hidden", r.hidden, fmt.Sprintf("%d hidden or embedded elements were left out.", r.hidden))
	}
	p.Links(r.links)
}
