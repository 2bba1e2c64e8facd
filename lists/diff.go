package lists

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/record"
)

// ChangeKind says what became of an entry from one version to another.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Changed ChangeKind = "changed"
	Gone    ChangeKind = "removed"
)

// Change is one entry that two versions of a list do not have alike.
type Change struct {
	Kind   ChangeKind    `json:"kind"`
	Entry  string        `json:"entry"` // the list's own number
	Party  string        `json:"party"` // object id
	Name   string        `json:"name"`  // primary name, in the later version where it is there
	Fields []FieldChange `json:"fields,omitempty"`
}

// FieldChange is one field of a changed entry, with the values that stand on one
// side only. A field whose values are the same in another order has all of them
// on both sides.
type FieldChange struct {
	Field  string   `json:"field"`
	Before []string `json:"before,omitempty"`
	After  []string `json:"after,omitempty"`
}

// Diff yields the entries that two versions of a list do not have alike: those of
// the later version in its order, then those that are gone, in the order of the
// earlier. Either may be nil for a list of nothing. An entry is changed exactly
// when an import would write one of its objects: when and where it was read is no
// difference.
func Diff(before, after *Version) iter.Seq[Change] {
	return Prepare(before).Diff(Prepare(after))
}

// Diff does what [Diff] does, with versions that were prepared.
func (p *Prepared) Diff(after *Prepared) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		was := make(map[string]int, len(p.prints))
		for i := range p.prints {
			was[p.Entries[i].Designation.ID] = i
		}
		for i := range after.prints {
			e := &after.Entries[i]
			j, there := was[e.Designation.ID]
			delete(was, e.Designation.ID)
			c := changeOf(Added, e)
			switch {
			case there && p.prints[j] == after.prints[i]:
				continue
			case there:
				c = compared(&p.Entries[j], e)
			}
			if !yield(c) {
				return
			}
		}
		for _, j := range slices.Sorted(maps.Values(was)) {
			if !yield(changeOf(Gone, &p.Entries[j])) {
				return
			}
		}
	}
}

func changeOf(k ChangeKind, e *Entry) Change {
	return Change{Kind: k, Entry: e.Designation.Entry, Party: e.Party.ID, Name: e.Party.PrimaryName()}
}

// compared is a changed entry with its fields.
func compared(before, after *Entry) Change {
	c := changeOf(Changed, after)
	was, is := fieldsOf(before), fieldsOf(after)
	for i := range is {
		if slices.Equal(was[i].values, is[i].values) {
			continue
		}
		f := FieldChange{Field: is[i].name, Before: less(was[i].values, is[i].values), After: less(is[i].values, was[i].values)}
		if len(f.Before)+len(f.After) == 0 {
			f.Before, f.After = was[i].values, is[i].values
		}
		c.Fields = append(c.Fields, f)
	}
	return c
}

// less returns the values that the other side does not have, as often as it does
// not have them.
func less(values, other []string) (out []string) {
	left := map[string]int{}
	for _, v := range other {
		left[v]++
	}
	for _, v := range values {
		if left[v]--; left[v] < 0 {
			out = append(out, v)
		}
	}
	return out
}

// field is one field of an entry with what it says.
type field struct {
	name   string
	values []string
}

// fieldsOf returns what an entry says, field by field, always the same fields in
// the same order: all that digest hashes.
func fieldsOf(e *Entry) []field {
	p, d := &e.Party, &e.Designation
	return []field{
		{"kind", one(string(p.Kind))},
		{"names", each(p.Names, func(n record.Name) []string {
			return []string{n.Text, string(n.Kind), string(n.Quality), n.Script, n.Given, n.Family, n.Entry}
		})},
		{"births", each(p.Births, func(b record.Birth) []string {
			circa := ""
			if b.Circa {
				circa = "circa"
			}
			return []string{string(b.Date), string(b.To), circa, b.Text}
		})},
		{"places", each(p.Places, func(x record.Place) []string { return []string{x.Text, x.City, x.Country} })},
		{"nations", p.Nations},
		{"gender", one(p.Gender)},
		{"titles", p.Titles},
		{"documents", each(p.Documents, func(x record.Document) []string { return []string{x.Kind, x.Number, x.Country, x.Text} })},
		{"addresses", each(p.Addresses, func(x record.Address) []string { return []string{x.Text, x.City, x.Country, x.Entry} })},
		{"wallets", each(p.Wallets, func(x record.Wallet) []string { return []string{x.Asset, x.Address, x.Canonical, x.Chain, x.Note} })},
		{"websites", p.Websites},
		{"emails", p.Emails},
		{"phones", p.Phones},
		{"links", each(p.Links, func(x record.Link) []string { return []string{x.Kind, x.Name, x.Text} })},
		{"remarks", one(p.Remarks)},
		{"facts", each(p.OtherFacts, func(x record.Fact) []string { return []string{x.Label, x.Text} })},
		{"programmes", d.Programmes},
		{"instruments", d.Instruments},
		{"basis", one(d.Basis)},
		{"listed on", one(string(d.ListedOn))},
		{"amended on", one(string(d.AmendedOn))},
		{"status", one(d.Status)},
		{"listing remarks", one(d.Remarks)},
		{"address of the source", one(d.URL)},
		{"entry", []string{d.Entry, d.List, d.Authority, d.Nation, d.Party}},
	}
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// each writes values of several parts: the parts that say something, with a bar
// between them. Parts are told apart by their place, so none is left out from
// between two others.
func each[T any](all []T, parts func(T) []string) []string {
	var out []string
	for _, x := range all {
		out = append(out, strings.TrimRight(strings.Join(parts(x), " | "), " |"))
	}
	return out
}
