package csl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/record"
)

const (
	jsonName = "consolidated.json"
	maxNodes = 50_000 // values below one result
	maxDepth = 8
)

// node is a JSON value with its byte range in the file.
type node struct {
	kind       jsontext.Kind
	text       string // of a string, a number or a truth value; "" for null
	start, end int
	names      []string // members in the file's order
	members    map[string]*node
	items      []*node
}

// document is a file that is being read.
type document struct {
	*reading
	dec   *jsontext.Decoder
	base  int // bytes before the decoder's first
	nodes int // values of the result so far
	total string
	first string // offset of the first result, of a page
}

// json reads the object with the results, one result in memory at a time.
func (r *reading) json(ctx context.Context) error {
	data := bytes.TrimPrefix(r.f.Data, []byte("\xef\xbb\xbf"))
	d := &document{reading: r, base: len(r.f.Data) - len(data), dec: jsontext.NewDecoder(bytes.NewReader(data))}
	if err := d.list(ctx); err != nil {
		return err
	}
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return d.drift("", d.offset(), "nothing after the list", "more")
	}
	n := len(r.v.Entries)
	if d.total != "" && d.total != fmt.Sprint(n) || d.first != "" && d.first != "0" {
		return d.drift("/total", 0, "the whole list, "+d.total+" records", fmt.Sprintf("a page of %d from %s", n, d.first))
	}
	r.v.AddFile(r.f, jsonName, n)
	r.v.DateBy(r.f)
	return nil
}

func (d *document) offset() int { return d.base + int(d.dec.InputOffset()) }

func (d *document) drift(pointer string, off int, expected, found string) error {
	head := d.f.Data[:min(off, len(d.f.Data))]
	return (&listing.Drift{
		List: d.v.List.Name, File: jsonName, Row: bytes.Count(head, []byte{'\n'}) + 1, Column: off - bytes.LastIndexByte(head, '\n'),
		Element: pointer, Expected: expected, Found: found,
	}).Refusal()
}

// failed is the refusal of what the decoder does not take: no JSON, doubled names,
// no UTF-8, a cut file.
func (d *document) failed(pointer string, err error) error {
	return d.drift(pointer, d.offset(), "JSON without doubled names", err.Error())
}

// list reads the outermost object.
func (d *document) list(ctx context.Context) error {
	if t, err := d.dec.ReadToken(); err != nil || t.Kind() != '{' {
		return d.drift("", 0, "an object with results", "none")
	}
	results := false
	for d.dec.PeekKind() != '}' {
		t, err := d.dec.ReadToken()
		if err != nil {
			return d.failed("", err)
		}
		name := t.String()
		if name == "results" {
			results = true
			if err := d.results(ctx); err != nil {
				return err
			}
			continue
		}
		d.nodes = 0
		n, err := d.value("/"+name, 0)
		if err != nil {
			return err
		}
		if err := d.member(name, n); err != nil {
			return err
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return d.failed("", err)
	}
	if !results {
		return d.drift("/results", 0, "the results", "none")
	}
	return nil
}

// member takes a member beside the results.
func (d *document) member(name string, n *node) error {
	switch name {
	case "total":
		d.total = n.text
	case "offset":
		d.first = n.text
	case "sources", "sources_used":
	case "search_performed_at":
		t, err := time.Parse(time.RFC3339Nano, n.text)
		if err != nil {
			return d.drift("/"+name, n.start, "a time such as 2026-01-05T10:11:12+00:00", listing.Quote(n.text))
		}
		d.v.Date, d.v.DateFrom = record.Date(t.UTC().Format(time.DateOnly)), listing.DateFromFile
	default:
		return d.drift("/"+name, n.start, "results, total, offset, sources, sources_used or search_performed_at", listing.Quote(name))
	}
	return nil
}

// results reads the records.
func (d *document) results(ctx context.Context) error {
	if t, err := d.dec.ReadToken(); err != nil || t.Kind() != '[' {
		return d.drift("/results", d.offset(), "an array", "none")
	}
	for i := 0; d.dec.PeekKind() != ']'; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		pointer := fmt.Sprintf("/results/%d", i)
		if i >= listing.MaxEntries {
			return d.drift(pointer, d.offset(), fmt.Sprintf("at most %d records", listing.MaxEntries), "more")
		}
		d.nodes = 0
		n, err := d.value(pointer, 0)
		if err != nil {
			return err
		}
		x, err := d.row(n, pointer)
		if err != nil {
			return err
		}
		if err := d.entry(x); err != nil {
			return err
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return d.failed("/results", err)
	}
	return nil
}

// value reads one value with everything below it.
func (d *document) value(pointer string, depth int) (*node, error) {
	if d.nodes++; d.nodes > maxNodes || depth > maxDepth {
		return nil, d.drift(pointer, d.offset(), fmt.Sprintf("at most %d values on %d levels", maxNodes, maxDepth), "more")
	}
	n := &node{kind: d.dec.PeekKind()}
	switch n.kind {
	case '{', '[':
		return n, d.below(n, pointer, depth)
	}
	raw, err := d.dec.ReadValue()
	if err != nil {
		return nil, d.failed(pointer, err)
	}
	n.end = d.offset()
	n.start = n.end - len(raw)
	if len(raw) > listing.MaxCell {
		return nil, d.drift(pointer, n.start, fmt.Sprintf("a text of at most %d bytes", listing.MaxCell), "more")
	}
	switch n.kind {
	case '"':
		b, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			return nil, d.failed(pointer, err)
		}
		n.text = string(b)
		if bad := listing.BadText(n.text); bad != "" {
			return nil, d.drift(pointer, n.start, "UTF-8 text", bad)
		}
	case 'n':
	default:
		n.text = string(raw)
	}
	return n, nil
}

// below reads what is in an object or array.
func (d *document) below(n *node, pointer string, depth int) error {
	if _, err := d.dec.ReadToken(); err != nil {
		return d.failed(pointer, err)
	}
	n.start = d.offset() - 1
	n.members = make(map[string]*node)
	for i := 0; d.dec.PeekKind() != '}' && d.dec.PeekKind() != ']'; i++ {
		here := fmt.Sprintf("%s/%d", pointer, i)
		if n.kind == '{' {
			t, err := d.dec.ReadToken()
			if err != nil {
				return d.failed(pointer, err)
			}
			n.names = append(n.names, t.String())
			here = pointer + "/" + t.String()
		}
		k, err := d.value(here, depth+1)
		if err != nil {
			return err
		}
		if n.kind == '{' {
			n.members[n.names[len(n.names)-1]] = k
		} else {
			n.items = append(n.items, k)
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return d.failed(pointer, err)
	}
	n.end = d.offset()
	return nil
}

// singles are the members with one text: the columns with one, and the country
// that records of the State Department have.
var singles = func() []string {
	out := []string{"id", "country"}
	for _, name := range header[1:] {
		if !slices.Contains(severals, name) && name != "addresses" && name != "ids" {
			out = append(out, name)
		}
	}
	return out
}()

func (d *document) where(n *node, pointer string) record.Where {
	return record.Where{SHA256: d.f.SHA256, File: jsonName, Element: pointer, Start: n.start, End: n.end}
}

// row takes the members of a result.
func (d *document) row(n *node, pointer string) (row, error) {
	x := row{one: make(map[string]text), many: make(map[string][]text), whole: d.where(n, pointer)}
	x.drift = func(field, expected, found string) error {
		at := n
		if k := n.members[field]; k != nil {
			at = k
		}
		return d.drift(pointer+"/"+field, at.start, expected, found)
	}
	if n.kind != '{' {
		return x, d.drift(pointer, n.start, "an object", listing.Quote(n.text))
	}
	for _, name := range n.names {
		k, here := n.members[name], pointer+"/"+name
		var err error
		switch {
		case slices.Contains(singles, name):
			var s string
			if s, err = d.scalar(k, here); name != "remarks" {
				s = line(s)
			}
			x.one[name] = text{strings.TrimSpace(s), d.where(k, here)}
		case slices.Contains(severals, name):
			x.many[name], err = d.texts(k, here)
		case name == "addresses":
			x.addresses, err = d.addresses(k, here)
		case name == "ids":
			x.ids, err = d.ids(k, here)
		default:
			err = d.drift(here, k.start, "a member of the published form", listing.Quote(name))
		}
		if err != nil {
			return x, err
		}
	}
	return x, nil
}

// scalar is the text of a string, a number or null.
func (d *document) scalar(n *node, pointer string) (string, error) {
	if n.kind != '"' && n.kind != '0' && n.kind != 'n' {
		return "", d.drift(pointer, n.start, "a text or null", "another kind of value")
	}
	return n.text, nil
}

// array is the items of an array; null is an empty one.
func (d *document) array(n *node, pointer string) ([]*node, error) {
	if n.kind != '[' && n.kind != 'n' {
		return nil, d.drift(pointer, n.start, "an array or null", "another kind of value")
	}
	return n.items, nil
}

func (d *document) texts(n *node, pointer string) ([]text, error) {
	items, err := d.array(n, pointer)
	var out []text
	for i, k := range items {
		here := fmt.Sprintf("%s/%d", pointer, i)
		s, err := d.scalar(k, here)
		if err != nil {
			return nil, err
		}
		if s = line(s); s != "" {
			out = append(out, text{s, d.where(k, here)})
		}
	}
	return out, err
}

// object takes the members of an object, which may be the names given.
func (d *document) object(n *node, pointer string, names ...string) (map[string]string, error) {
	if n.kind != '{' {
		return nil, d.drift(pointer, n.start, "an object", "another kind of value")
	}
	out := make(map[string]string)
	for _, name := range n.names {
		here := pointer + "/" + name
		if !slices.Contains(names, name) {
			return nil, d.drift(here, n.members[name].start, "a member of the published form", listing.Quote(name))
		}
		s, err := d.scalar(n.members[name], here)
		if err != nil {
			return nil, err
		}
		out[name] = line(s)
	}
	return out, nil
}

func (d *document) addresses(n *node, pointer string) ([]record.Address, error) {
	items, err := d.array(n, pointer)
	var out []record.Address
	for i, k := range items {
		here := fmt.Sprintf("%s/%d", pointer, i)
		m, err := d.object(k, here, "address", "city", "state", "postal_code", "country")
		if err != nil {
			return nil, err
		}
		a := record.Address{
			Text: listing.Join(", ", m["address"], m["city"], m["state"], m["postal_code"], m["country"]),
			City: m["city"], Country: m["country"], Where: d.where(k, here),
		}
		if a.Text != "" {
			out = append(out, a)
		}
	}
	return out, err
}

func (d *document) ids(n *node, pointer string) ([]ofac.Feature, error) {
	items, err := d.array(n, pointer)
	var out []ofac.Feature
	for i, k := range items {
		here := fmt.Sprintf("%s/%d", pointer, i)
		m, err := d.object(k, here, "type", "number", "country", "issue_date", "expiration_date")
		if err != nil {
			return nil, err
		}
		out = append(out, ofac.Feature{
			Type: m["type"], Value: m["number"], Country: m["country"], Issued: m["issue_date"], Expires: m["expiration_date"], Where: d.where(k, here),
		})
	}
	return out, err
}
