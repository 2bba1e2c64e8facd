package un

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// node is one element below an entry, with its byte range.
type node struct {
	name       string
	text       string
	start, end int
	kids       []*node
}

// kid returns the text of the first child of a name, without blanks around it.
func (n *node) kid(name string) string {
	for _, k := range n.kids {
		if k.name == name {
			return k.text
		}
	}
	return ""
}

// all runs over the children of a name.
func (n *node) all(name string) []*node {
	var out []*node
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// values returns the texts of VALUE elements below the children of a name.
func (n *node) values(name string) []string {
	var out []string
	for _, k := range n.all(name) {
		for _, v := range k.all("VALUE") {
			if v.text != "" {
				out = append(out, v.text)
			}
		}
	}
	return out
}

// schema says which elements may stand where. The value lists the children;
// an element that is not a key has text only.
var schema = map[string][]string{
	"CONSOLIDATED_LIST": {"INDIVIDUALS", "ENTITIES"},
	"INDIVIDUALS":       {"INDIVIDUAL"},
	"ENTITIES":          {"ENTITY"},
	"INDIVIDUAL": {
		"DATAID", "VERSIONNUM", "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME", "UN_LIST_TYPE",
		"REFERENCE_NUMBER", "LISTED_ON", "GENDER", "SUBMITTED_BY", "NAME_ORIGINAL_SCRIPT", "COMMENTS1",
		"NATIONALITY2", "TITLE", "DESIGNATION", "NATIONALITY", "LIST_TYPE", "LAST_DAY_UPDATED", "INDIVIDUAL_ALIAS",
		"INDIVIDUAL_ADDRESS", "INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_PLACE_OF_BIRTH", "INDIVIDUAL_DOCUMENT",
		"SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
	},
	"ENTITY": {
		"DATAID", "VERSIONNUM", "FIRST_NAME", "UN_LIST_TYPE", "REFERENCE_NUMBER", "LISTED_ON", "SUBMITTED_ON",
		"NAME_ORIGINAL_SCRIPT", "COMMENTS1", "LIST_TYPE", "LAST_DAY_UPDATED", "ENTITY_ALIAS", "ENTITY_ADDRESS",
		"SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
	},
	"TITLE": {"VALUE"}, "DESIGNATION": {"VALUE"}, "NATIONALITY": {"VALUE"}, "LIST_TYPE": {"VALUE"}, "LAST_DAY_UPDATED": {"VALUE"},
	"INDIVIDUAL_ALIAS": {"QUALITY", "ALIAS_NAME", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "NOTE"},
	"ENTITY_ALIAS":     {"QUALITY", "ALIAS_NAME", "NOTE"},
	"INDIVIDUAL_ADDRESS": {
		"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE",
	},
	"ENTITY_ADDRESS":            {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE"},
	"INDIVIDUAL_DATE_OF_BIRTH":  {"TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"},
	"INDIVIDUAL_PLACE_OF_BIRTH": {"STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE"},
	"INDIVIDUAL_DOCUMENT": {
		"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "DATE_OF_ISSUE", "CITY_OF_ISSUE",
		"COUNTRY_OF_ISSUE", "NOTE",
	},
}

var below = func() map[string]map[string]bool {
	out := make(map[string]map[string]bool, len(schema))
	for parent, kids := range schema {
		m := make(map[string]bool, len(kids))
		for _, k := range kids {
			m[k] = true
		}
		out[parent] = m
	}
	return out
}()

// drift is a departure at an element; off is the byte where it was seen.
func (r *reading) drift(element string, off int, expected, found string) error {
	row := 0
	if off > 0 {
		row = bytes.Count(r.f.Data[:min(off, len(r.f.Data))], []byte{'\n'}) + 1
	}
	col := 0
	if row > 0 {
		col = off - (bytes.LastIndexByte(r.f.Data[:min(off, len(r.f.Data))], '\n') + 1) + 1
	}
	return (&listing.Drift{List: r.v.List.Name, File: fileName, Row: row, Column: col, Element: element, Expected: expected, Found: found}).Refusal()
}

func (r *reading) offset() int { return r.base + int(r.dec.InputOffset()) }

// token returns the next start, end or text token; it refuses document types
// and entities, which the list does not have and which can blow up a parser.
func (r *reading) token(path string) (xml.Token, int, error) {
	for {
		at := r.offset()
		tok, err := r.dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, at, io.EOF
		}
		if err != nil {
			return nil, at, r.drift(path, r.offset(), "well-formed XML", err.Error())
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, at, r.drift(path, at, "no document type", listing.Quote("<!"+string(t)))
		case xml.ProcInst:
			if t.Target != "xml" || path != "" {
				return nil, at, r.drift(path, at, "no processing instruction", listing.Quote(t.Target))
			}
			if enc := procAttr(string(t.Inst), "encoding"); enc != "" && !strings.EqualFold(enc, "utf-8") {
				return nil, at, r.drift(path, at, "encoding UTF-8", listing.Quote(enc))
			}
		case xml.Comment:
		default:
			return tok, at, nil
		}
	}
}

var procAttrs = regexp.MustCompile(`(\w+)\s*=\s*["']([^"']*)["']`)

func procAttr(inst, name string) string {
	for _, m := range procAttrs.FindAllStringSubmatch(inst, -1) {
		if m[1] == name {
			return m[2]
		}
	}
	return ""
}

// document reads the root and its two groups.
func (r *reading) document(ctx context.Context) error {
	root := "CONSOLIDATED_LIST"
	if err := r.root(root); err != nil {
		return err
	}
	groups := map[string]bool{}
	for {
		tok, at, err := r.token(root)
		if err != nil {
			return r.ended(err, root, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := r.blank(root, at, t); err != nil {
				return err
			}
		case xml.StartElement:
			name := t.Name.Local
			if !below[root][name] || groups[name] {
				return r.drift(root+"/"+name, at, "INDIVIDUALS and ENTITIES, once each", name)
			}
			groups[name] = true
			if err := r.group(ctx, root+"/"+name, schema[name][0]); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local != root {
				return r.drift(root, at, "</"+root+">", "</"+t.Name.Local+">")
			}
			if !groups["INDIVIDUALS"] || !groups["ENTITIES"] {
				return r.drift(root, at, "INDIVIDUALS and ENTITIES", "one of them is missing")
			}
			return r.nothingMore()
		}
	}
}

// root reads the start of the document and its date.
func (r *reading) root(root string) error {
	for {
		tok, at, err := r.token("")
		if err != nil {
			return r.ended(err, root, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := r.blank("", at, t); err != nil {
				return err
			}
		case xml.EndElement:
			return r.drift("", at, "<"+root+">", "</"+t.Name.Local+">")
		case xml.StartElement:
			if t.Name.Local != root || t.Name.Space != "" {
				return r.drift(t.Name.Local, at, "<"+root+">", "<"+t.Name.Local+">")
			}
			for _, a := range t.Attr {
				if a.Name.Local == "dateGenerated" {
					return r.generated(a.Value, at)
				}
			}
			return r.drift(root, at, "the attribute dateGenerated", "none")
		}
	}
}

func (r *reading) generated(s string, at int) error {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		t, err := time.Parse(form, s)
		if err != nil {
			continue
		}
		r.v.Date, r.v.DateFrom = record.Date(s[:10]), listing.DateFromFile
		if form != time.DateOnly {
			r.v.Time = t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return nil
	}
	return r.drift("CONSOLIDATED_LIST@dateGenerated", at, "a date with time", listing.Quote(s))
}

// ended makes the error for an early end of the file.
func (r *reading) ended(err error, path string, at int) error {
	if errors.Is(err, io.EOF) {
		return r.drift(path, at, "the end of the element", "the end of the file: it is cut")
	}
	return err
}

func (r *reading) blank(path string, at int, t xml.CharData) error {
	if len(bytes.TrimSpace(t)) > 0 {
		return r.drift(path, at, "elements only", listing.Quote(string(bytes.TrimSpace(t))))
	}
	return nil
}

func (r *reading) nothingMore() error {
	for {
		tok, at, err := r.token("CONSOLIDATED_LIST")
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t, text := tok.(xml.CharData)
		if !text || len(bytes.TrimSpace(t)) > 0 {
			return r.drift("", at, "nothing after the list", "more")
		}
	}
}

// group reads INDIVIDUALS or ENTITIES.
func (r *reading) group(ctx context.Context, path, element string) error {
	end := path[strings.LastIndexByte(path, '/')+1:]
	for {
		tok, at, err := r.token(path)
		if err != nil {
			return r.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := r.blank(path, at, t); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local != end {
				return r.drift(path, at, "</"+end+">", "</"+t.Name.Local+">")
			}
			return nil
		case xml.StartElement:
			if err := ctx.Err(); err != nil {
				return err
			}
			if t.Name.Local != element {
				return r.drift(path+"/"+t.Name.Local, at, "<"+element+">", "<"+t.Name.Local+">")
			}
			r.n[element]++
			here := fmt.Sprintf("%s/%s[%d]", path, element, r.n[element])
			if len(r.v.Entries) >= listing.MaxEntries {
				return r.drift(here, at, fmt.Sprintf("at most %d entries", listing.MaxEntries), "more")
			}
			node, err := r.element(t, at, here, 0)
			if err != nil {
				return err
			}
			if err := r.entry(node, here); err != nil {
				return err
			}
		}
	}
}

// element reads one element with everything below it.
func (r *reading) element(start xml.StartElement, at int, path string, depth int) (*node, error) {
	n := &node{name: start.Name.Local, start: at}
	if len(start.Attr) > 0 {
		return nil, r.drift(path, at, "no attributes", listing.Quote(start.Attr[0].Name.Local))
	}
	allowed := below[n.name]
	var text []byte
	for {
		tok, at, err := r.token(path)
		if err != nil {
			return nil, r.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if allowed != nil {
				if err := r.blank(path, at, t); err != nil {
					return nil, err
				}
				continue
			}
			if text = append(text, t...); len(text) > listing.MaxCell {
				return nil, r.drift(path, at, fmt.Sprintf("a text of at most %d bytes", listing.MaxCell), "more")
			}
		case xml.StartElement:
			name := t.Name.Local
			if !allowed[name] || t.Name.Space != "" || depth > 3 {
				return nil, r.drift(path+"/"+name, at, "an element of the published schema", "<"+name+">")
			}
			kid, err := r.element(t, at, path+"/"+name, depth+1)
			if err != nil {
				return nil, err
			}
			if n.kids = append(n.kids, kid); len(n.kids) > 10_000 {
				return nil, r.drift(path, at, "at most 10000 elements below an entry", "more")
			}
		case xml.EndElement:
			if t.Name.Local != n.name {
				return nil, r.drift(path, at, "</"+n.name+">", "</"+t.Name.Local+">")
			}
			n.text, n.end = strings.TrimSpace(string(text)), r.offset()
			return n, nil
		}
	}
}
