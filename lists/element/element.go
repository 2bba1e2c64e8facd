package element

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Limits of one entry. The largest entries of today's lists have some hundreds of
// elements on six levels.
const (
	MaxNodes = 50_000
	MaxDepth = 16
)

// Kind says what an element may hold.
type Kind struct {
	Kids  []string // elements below it
	Attrs []string // attributes
	Text  bool     // whether it holds text; an element without Kids always may
	Skip  bool     // whatever it holds is passed over, attributes too: history that says nothing of what is in force
}

// Form is the form of one list's file.
type Form struct {
	List    string          // the list's name, for refusals
	File    string          // the file's canonical name, for places and refusals
	Root    string          // the root element
	Kinds   map[string]Kind // by element name; an element that is not here holds text alone
	Entries []string        // elements that are given whole to Each
	// Open is told each element around the entries when it opens, with its path
	// and attributes; nil: nobody is told. An error ends the reading.
	Open func(n *Node, path string) error
	// Each is given each entry with its path, such as Root/Group/Entry[3].
	Each func(n *Node, path string) error
}

// Node is one element, with its byte range in the file.
type Node struct {
	Name       string
	Text       string // without blanks around it
	Start, End int
	Kids       []*Node
	Attrs      []xml.Attr
}

// Attr returns the value of an attribute without blanks around it, "" for none.
func (n *Node) Attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Kid returns the first child of a name, nil for none.
func (n *Node) Kid(name string) *Node {
	for _, k := range n.Kids {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Value returns the text of the first child of a name, "" for none.
func (n *Node) Value(name string) string {
	if k := n.Kid(name); k != nil {
		return k.Text
	}
	return ""
}

// All returns the children of a name.
func (n *Node) All(name string) []*Node {
	var out []*Node
	for _, k := range n.Kids {
		if k.Name == name {
			out = append(out, k)
		}
	}
	return out
}

// Under returns the elements at the end of a way of names below the node, in the
// file's order.
func (n *Node) Under(way ...string) []*Node {
	at := []*Node{n}
	for _, name := range way {
		var next []*Node
		for _, x := range at {
			next = append(next, x.All(name)...)
		}
		at = next
	}
	return at
}

// Values returns the texts at the end of a way of names that are not empty.
func (n *Node) Values(way ...string) []string {
	var out []string
	for _, k := range n.Under(way...) {
		if k.Text != "" {
			out = append(out, k.Text)
		}
	}
	return out
}

// File is a file that is being read.
type File struct {
	form    Form
	in      listing.File
	base    int // bytes before the decoder's first
	dec     *xml.Decoder
	kids    map[string]map[string]bool
	entries map[string]bool
	n       int // entries so far
	nodes   int // elements of the entry so far
	counts  map[string]int
}

// New returns the reading of one file. Nothing is read before [File.Read].
func New(f listing.File, form Form) *File {
	x := &File{form: form, in: f, kids: map[string]map[string]bool{}, entries: map[string]bool{}, counts: map[string]int{}}
	for name, k := range form.Kinds {
		x.kids[name] = map[string]bool{}
		for _, kid := range k.Kids {
			x.kids[name][kid] = true
		}
	}
	for _, e := range form.Entries {
		x.entries[e] = true
	}
	return x
}

// Entries returns how many entries were read.
func (x *File) Entries() int { return x.n }

// Where is the place of an element, path included.
func (x *File) Where(n *Node, path string) record.Where {
	return record.Where{SHA256: x.in.SHA256, File: x.form.File, Element: path, Start: n.Start, End: n.End}
}

// Drift is the refusal of an element; off is the byte where it was seen.
func (x *File) Drift(path string, off int, expected, found string) error {
	row, col := 0, 0
	if off > 0 {
		head := x.in.Data[:min(off, len(x.in.Data))]
		row = bytes.Count(head, []byte{'\n'}) + 1
		col = off - bytes.LastIndexByte(head, '\n')
	}
	return (&listing.Drift{List: x.form.List, File: x.form.File, Row: row, Column: col, Element: path, Expected: expected, Found: found}).Refusal()
}

// Read reads the whole file. Errors: errs.Invalid with a [*listing.Drift] inside
// for a departure from the form, whatever Open and Each return, the context's.
func (x *File) Read(ctx context.Context) error {
	data := bytes.TrimPrefix(x.in.Data, []byte("\xef\xbb\xbf"))
	x.base = len(x.in.Data) - len(data)
	if kind := listing.Binary(data); kind != "" {
		return x.Drift("", 0, "an XML file", kind)
	}
	if !utf8.Valid(data) {
		return x.Drift("", firstInvalid(x.in.Data), "UTF-8 text", "bytes that are none")
	}
	x.dec = xml.NewDecoder(bytes.NewReader(data))
	x.dec.Strict = true
	for {
		tok, at, err := x.token("")
		if err != nil {
			return x.ended(err, x.form.Root, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := x.blank("", at, t); err != nil {
				return err
			}
		case xml.EndElement:
			return x.Drift("", at, "<"+x.form.Root+">", "</"+t.Name.Local+">")
		case xml.StartElement:
			if t.Name.Local != x.form.Root {
				return x.Drift(t.Name.Local, at, "<"+x.form.Root+">", "<"+t.Name.Local+">")
			}
			if err := x.around(ctx, t.Copy(), at, x.form.Root, 0); err != nil {
				return err
			}
			return x.nothingMore()
		}
	}
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return 0
}

func (x *File) offset() int { return x.base + int(x.dec.InputOffset()) }

// token returns the next start, end or text token. Names come raw, with the
// prefix of their namespace and not resolved: the lists have one namespace each.
func (x *File) token(path string) (xml.Token, int, error) {
	for {
		at := x.offset()
		tok, err := x.dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, at, io.EOF
		}
		if err != nil {
			return nil, at, x.Drift(path, x.offset(), "well-formed XML", err.Error())
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, at, x.Drift(path, at, "no document type", listing.Quote("<!"+string(t)))
		case xml.ProcInst:
			if t.Target != "xml" || path != "" {
				return nil, at, x.Drift(path, at, "no processing instruction", listing.Quote(t.Target))
			}
			if enc := instAttr(string(t.Inst), "encoding"); enc != "" && !strings.EqualFold(enc, "utf-8") {
				return nil, at, x.Drift(path, at, "encoding UTF-8", listing.Quote(enc))
			}
		case xml.Comment:
		default:
			return tok, at, nil
		}
	}
}

var instAttrs = regexp.MustCompile(`(\w+)\s*=\s*["']([^"']*)["']`)

func instAttr(inst, name string) string {
	for _, m := range instAttrs.FindAllStringSubmatch(inst, -1) {
		if m[1] == name {
			return m[2]
		}
	}
	return ""
}

func (x *File) ended(err error, path string, at int) error {
	if errors.Is(err, io.EOF) {
		return x.Drift(path, at, "the end of the element", "the end of the file: it is cut")
	}
	return err
}

func (x *File) blank(path string, at int, t xml.CharData) error {
	if text := bytes.TrimSpace(t); len(text) > 0 {
		return x.Drift(path, at, "elements only", listing.Quote(string(text)))
	}
	return nil
}

func (x *File) nothingMore() error {
	for {
		tok, at, err := x.token(x.form.Root)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t, text := tok.(xml.CharData)
		if !text || len(bytes.TrimSpace(t)) > 0 {
			return x.Drift("", at, "nothing after the list", "more")
		}
	}
}

// around reads an element around the entries.
func (x *File) around(ctx context.Context, start xml.StartElement, at int, path string, depth int) error {
	n := &Node{Name: start.Name.Local, Start: at, End: x.offset()}
	if err := x.attrs(n, start, path); err != nil {
		return err
	}
	if x.form.Open != nil {
		if err := x.form.Open(n, path); err != nil {
			return err
		}
	}
	allowed := x.kids[n.Name]
	for {
		tok, at, err := x.token(path)
		if err != nil {
			return x.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := x.blank(path, at, t); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local != n.Name {
				return x.Drift(path, at, "</"+n.Name+">", "</"+t.Name.Local+">")
			}
			return nil
		case xml.StartElement:
			if err := ctx.Err(); err != nil {
				return err
			}
			if !allowed[t.Name.Local] || depth >= MaxDepth {
				return x.Drift(path+"/"+t.Name.Local, at, "an element of the published form", "<"+t.Name.Local+">")
			}
			if err := x.below(ctx, t.Copy(), at, path, depth+1); err != nil {
				return err
			}
		}
	}
}

// below reads an element below one around the entries: an entry or another.
func (x *File) below(ctx context.Context, t xml.StartElement, at int, path string, depth int) error {
	name := t.Name.Local
	if !x.entries[name] {
		return x.around(ctx, t, at, path+"/"+name, depth)
	}
	if x.n++; x.n > listing.MaxEntries {
		return x.Drift(path+"/"+name, at, fmt.Sprintf("at most %d entries", listing.MaxEntries), "more")
	}
	x.counts[path+"/"+name]++
	here := fmt.Sprintf("%s/%s[%d]", path, name, x.counts[path+"/"+name])
	x.nodes = 0
	n, err := x.element(t, at, here, 0)
	if err != nil {
		return err
	}
	return x.form.Each(n, here)
}

// attrs takes the attributes that the form has; declarations of namespaces and
// the place of a schema say nothing of an entry.
func (x *File) attrs(n *Node, start xml.StartElement, path string) error {
	for _, a := range start.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" || a.Name.Space == "xsi" {
			continue
		}
		if !slices.Contains(x.form.Kinds[n.Name].Attrs, a.Name.Local) {
			return x.Drift(path+"@"+a.Name.Local, n.Start, "an attribute of the published form", listing.Quote(a.Name.Local))
		}
		if slices.ContainsFunc(n.Attrs, func(b xml.Attr) bool { return b.Name.Local == a.Name.Local }) {
			// The decoder lets it through, and the second would be passed over.
			return x.Drift(path+"@"+a.Name.Local, n.Start, "the attribute once", "twice")
		}
		if len(a.Value) > listing.MaxCell {
			return x.Drift(path+"@"+a.Name.Local, n.Start, fmt.Sprintf("a text of at most %d bytes", listing.MaxCell), "more")
		}
		if found := listing.BadText(a.Value); found != "" {
			return x.Drift(path+"@"+a.Name.Local, n.Start, "UTF-8 text", found)
		}
		n.Attrs = append(n.Attrs, a)
	}
	return nil
}

// element reads one element with everything below it.
func (x *File) element(start xml.StartElement, at int, path string, depth int) (*Node, error) {
	n := &Node{Name: start.Name.Local, Start: at}
	if x.form.Kinds[n.Name].Skip {
		return n, x.pass(n, path)
	}
	if err := x.attrs(n, start, path); err != nil {
		return nil, err
	}
	allowed := x.kids[n.Name]
	texts := len(allowed) == 0 || x.form.Kinds[n.Name].Text
	var text []byte
	for {
		tok, at, err := x.token(path)
		if err != nil {
			return nil, x.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if !texts {
				if err := x.blank(path, at, t); err != nil {
					return nil, err
				}
				continue
			}
			if text = append(text, t...); len(text) > listing.MaxCell {
				return nil, x.Drift(path, at, fmt.Sprintf("a text of at most %d bytes", listing.MaxCell), "more")
			}
		case xml.StartElement:
			name := t.Name.Local
			if !allowed[name] || depth >= MaxDepth {
				return nil, x.Drift(path+"/"+name, at, "an element of the published form", "<"+name+">")
			}
			if x.nodes++; x.nodes > MaxNodes {
				return nil, x.Drift(path, at, fmt.Sprintf("at most %d elements below an entry", MaxNodes), "more")
			}
			kid, err := x.element(t.Copy(), at, path+"/"+name, depth+1)
			if err != nil {
				return nil, err
			}
			n.Kids = append(n.Kids, kid)
		case xml.EndElement:
			if t.Name.Local != n.Name {
				return nil, x.Drift(path, at, "</"+n.Name+">", "</"+t.Name.Local+">")
			}
			n.Text, n.End = strings.TrimSpace(string(text)), x.offset()
			if found := listing.BadText(n.Text); found != "" {
				return nil, x.Drift(path, n.Start, "UTF-8 text", found)
			}
			return n, nil
		}
	}
}

// pass goes to the end of an element and takes nothing from below it. Limits and
// well-formedness hold there too.
func (x *File) pass(n *Node, path string) error {
	open := []string{n.Name}
	for {
		tok, at, err := x.token(path)
		if err != nil {
			return x.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if x.nodes++; x.nodes > MaxNodes || len(open) > MaxDepth {
				return x.Drift(path, at, fmt.Sprintf("at most %d elements below an entry, on %d levels", MaxNodes, MaxDepth), "more")
			}
			open = append(open, t.Name.Local)
		case xml.EndElement:
			last := open[len(open)-1]
			if t.Name.Local != last {
				return x.Drift(path, at, "</"+last+">", "</"+t.Name.Local+">")
			}
			if open = open[:len(open)-1]; len(open) == 0 {
				n.End = x.offset()
				return nil
			}
		}
	}
}
