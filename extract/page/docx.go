package page

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/charset"
)

// ReadDOCX reads a Word document (ECMA-376): headers, body, footnotes,
// endnotes, comments, footers, and the targets of links.
func ReadDOCX(ctx context.Context, p *Page, data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errs.New(errs.Invalid, "%s is damaged or cut off", p.Name).WithHint("Save it again in its program.").Because(err)
	}
	if err := checkZip(p, z, int64(len(data))); err != nil {
		return err
	}
	w := &wordReader{ctx: ctx, p: p, budget: p.Limits.MaxUnpack, files: map[string]*zip.File{}, seen: map[string]bool{}}
	for _, f := range z.File {
		if _, dup := w.files[f.Name]; dup {
			return errs.New(errs.Invalid, "%s holds the part %q twice", p.Name, OneLine(f.Name)).WithHint("Save it again in its program.")
		}
		w.files[f.Name] = f
	}
	if err := w.core(); err != nil {
		return err
	}
	if err := w.parts(); err != nil {
		return err
	}
	if w.hidden > 0 {
		p.Note("deleted", w.hidden, fmt.Sprintf("%d tracked deletions were left out.", w.hidden))
	}
	if w.vanished > 0 {
		p.Note("hidden-kept", w.vanished, fmt.Sprintf("%d pieces of text that Word does not show are in the text.", w.vanished))
	}
	p.Links(w.links)
	return nil
}

// checkZip refuses archives that are made to unpack to far more than they are:
// by their own account, before anything is unpacked.
func checkZip(p *Page, z *zip.Reader, size int64) error {
	bomb := func(what string, args ...any) error {
		return errs.New(errs.Invalid, "%s %s", p.Name, fmt.Sprintf(what, args...)).
			WithHint("It may be made to exhaust the machine. Ask its sender for a PDF, or raise the limit if you trust it.")
	}
	if len(z.File) > p.Limits.MaxEntries {
		return bomb("holds %d parts; up to %d are read", len(z.File), p.Limits.MaxEntries)
	}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		if total > uint64(p.Limits.MaxUnpack) || f.UncompressedSize64 > uint64(p.Limits.MaxUnpack) {
			return bomb("unpacks to more than %d bytes", p.Limits.MaxUnpack)
		}
	}
	if total > 16<<20 && total/uint64(max(size, 1)) > 200 {
		return bomb("unpacks to %d times its size", total/uint64(max(size, 1)))
	}
	return nil
}

type wordReader struct {
	ctx    context.Context
	p      *Page
	budget int64
	files  map[string]*zip.File
	links  []string
	seen   map[string]bool
	hidden int // deleted text, left out

	vanished int    // runs marked hidden; kept, for a report is read for what it holds
	owe      string // white space owed before the next text
	skip     int    // depth of elements that are not shown
	inText   bool
	instr    strings.Builder
	inCode   bool
	rels     map[string]string
}

// parts reads the parts in the order in which a reader meets them.
func (w *wordReader) parts() error {
	var names []string
	for n := range w.files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, group := range []struct{ kind, pattern string }{
		{"headers", "word/header*.xml"},
		{"body", "word/document.xml"},
		{"footnotes", "word/footnotes.xml"},
		{"footnotes", "word/endnotes.xml"},
		{"comments", "word/comments.xml"},
		{"headers", "word/footer*.xml"},
	} {
		for _, n := range names {
			if ok, _ := path.Match(group.pattern, n); !ok {
				continue
			}
			var err error
			w.p.Blank()
			w.p.Section(group.kind, 0, func() { err = w.part(n) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// part reads one XML part.
func (w *wordReader) part(name string) error {
	w.rels = map[string]string{}
	if rels := path.Dir(name) + "/_rels/" + path.Base(name) + ".rels"; w.files[rels] != nil {
		if err := w.xml(rels, w.relation); err != nil {
			return err
		}
	}
	w.owe, w.skip, w.inText, w.inCode = "", 0, false, false
	return w.xml(name, w.element)
}

// xml walks the tokens of a part. A document type declaration is refused: Word
// writes none, and it is what entity bombs are made of.
func (w *wordReader) xml(name string, visit func(xml.Token)) error {
	f, err := w.files[name].Open()
	if err != nil {
		return w.damaged(name, err)
	}
	defer f.Close()
	limited := &io.LimitedReader{R: f, N: w.budget + 1}
	dec := xml.NewDecoder(limited)
	dec.CharsetReader = charset.Reader
	depth := 0
	for n := 0; ; n++ {
		if n%4096 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		t, err := dec.Token()
		if limited.N <= 0 {
			return errs.New(errs.Invalid, "%s unpacks to more than %d bytes", w.p.Name, w.p.Limits.MaxUnpack).
				WithHint("It may be made to exhaust the machine; its parts are larger than they say.")
		}
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return w.damaged(name, err)
		}
		switch t := t.(type) {
		case xml.Directive:
			if bytes.HasPrefix(bytes.ToUpper(bytes.TrimSpace(t)), []byte("DOCTYPE")) {
				return errs.New(errs.Invalid, "%s has a document type declaration in %s; Word writes none", w.p.Name, OneLine(name)).
					WithHint("It may be made to exhaust the machine or to fetch files. Ask its sender for a PDF.")
			}
		case xml.StartElement:
			if depth++; depth > 32*w.p.Limits.MaxDepth {
				return errs.New(errs.Invalid, "%s nests elements more than %d deep", w.p.Name, 32*w.p.Limits.MaxDepth).
					WithHint("Save it again in its program, or ask its sender for a PDF.")
			}
			visit(t)
		case xml.EndElement:
			depth--
			visit(t)
		case xml.CharData:
			visit(t)
		}
		if w.p.Full() {
			break
		}
	}
	w.budget = limited.N - 1
	return nil
}

func (w *wordReader) damaged(name string, err error) error {
	return errs.New(errs.Invalid, "%s is damaged in %s", w.p.Name, OneLine(name)).
		WithHint("Open it in its program and save it again.").Because(err)
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func (w *wordReader) relation(t xml.Token) {
	if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" && attr(e, "TargetMode") == "External" {
		w.rels[attr(e, "Id")] = attr(e, "Target")
	}
}

// element follows the text of a part.
func (w *wordReader) element(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		w.open(t)
	case xml.EndElement:
		w.close(t.Name.Local)
	case xml.CharData:
		if w.inText && w.skip == 0 {
			w.text(string(t))
		} else if w.inCode && w.instr.Len() < MaxLink {
			w.instr.Write(t)
		}
	}
}

func (w *wordReader) text(s string) {
	if w.owe != "" {
		w.p.Write(w.owe)
		w.owe = ""
	}
	w.p.Write(s)
}

// unshown are elements whose content Word does not show: deletions, the second
// form of alternate content.
func unshown(local string) bool {
	return local == "del" || local == "moveFrom" || local == "Fallback"
}

func (w *wordReader) open(e xml.StartElement) {
	local := e.Name.Local
	if w.skip > 0 || unshown(local) {
		if w.skip == 0 && local != "Fallback" {
			w.hidden++
		}
		w.skip++
		return
	}
	switch local {
	case "t":
		w.inText = true
	case "tab":
		if w.owe == "" && attr(e, "val") == "" {
			w.text("\t")
		}
	case "br", "cr":
		w.owe = "\n"
	case "noBreakHyphen":
		w.text("-")
	case "vanish":
		if v := attr(e, "val"); v != "0" && v != "false" {
			w.vanished++
		}
	case "instrText":
		w.inCode = true
		w.instr.Reset()
	case "hyperlink":
		w.link(w.rels[attr(e, "id")])
	}
}

func (w *wordReader) close(local string) {
	if w.skip > 0 {
		w.skip--
		return
	}
	switch local {
	case "t":
		w.inText = false
	case "p":
		w.owe = "\n"
	case "tc":
		w.owe = "\t"
	case "tr":
		w.owe = "\n"
	case "tbl":
		w.owe = "\n\n"
	case "instrText":
		w.inCode = false
		w.field(w.instr.String())
	}
}

// field reads the target of a HYPERLINK field.
func (w *wordReader) field(code string) {
	if _, rest, ok := strings.Cut(code, "HYPERLINK"); ok {
		if parts := strings.Split(rest, "\""); len(parts) > 1 {
			w.link(parts[1])
		}
	}
}

func (w *wordReader) link(target string) {
	target = strings.TrimSpace(target)
	if strings.Contains(target, ":") && len(target) < MaxLink && len(w.links) < MaxLinks && !w.seen[target] {
		w.seen[target] = true
		w.links = append(w.links, target)
	}
}

// core reads title, language and date of docProps/core.xml.
func (w *wordReader) core() error {
	if w.files["docProps/core.xml"] == nil {
		return nil
	}
	var in string
	return w.xml("docProps/core.xml", func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			in = t.Name.Local
		case xml.EndElement:
			in = ""
		case xml.CharData:
			switch in {
			case "title":
				w.p.Title = OneLine(w.p.Title + string(t))
			case "language":
				w.p.Lang = LanguageTag(string(t))
			case "created":
				if date := ISODate(string(t)); date != "" {
					w.p.Date, w.p.DateFrom = date, "docx core created"
				}
			}
		}
	})
}
