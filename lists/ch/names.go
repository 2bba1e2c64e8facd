package ch

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// maxSpellings is the number of names that the spellings of one name's parts may be
// put together to, for each language and script.
const maxSpellings = 48

// part is one part of a name.
type part struct {
	order     int
	kind      string
	value     string
	spellings []spelling
}

// spelling is another spelling of a part.
type spelling struct{ lang, script, text string }

// partKinds are the parts that a name can have.
var partKinds = []string{
	"title", "given-name", "further-given-name", "father-name", "grand-father-name", "family-name", "maiden-name", "suffix",
	"tribal-name", "whole-name", "other",
}

// name takes one name and the names that its spellings make.
func (r *reading) name(k *element.Node, here string, main bool, p *record.Party) error {
	n := record.Name{Entry: k.Attr("ssid"), Where: r.x.Where(k, here)}
	switch s := k.Attr("name-type"); s {
	case "primary-name":
		n.Kind = record.AKA
		if main {
			n.Kind = record.Primary
		}
	case "alias":
		n.Kind = record.AKA
	case "formerly-known-as":
		n.Kind = record.FKA
	default:
		return r.x.Drift(here+"@name-type", k.Start, "primary-name, alias or formerly-known-as", listing.Quote(s))
	}
	switch s := k.Attr("quality"); s {
	case "good":
		n.Quality = record.Strong
	case "low":
		n.Quality = record.Weak
	case "":
	default:
		return r.x.Drift(here+"@quality", k.Start, "good or low", listing.Quote(s))
	}
	parts, err := r.parts(k, here, p)
	if err != nil || len(parts) == 0 {
		return err
	}
	base := n
	base.Text = joined(parts, func(x part) string { return x.value })
	base.Script = listing.ScriptOf(base.Text)
	if p.Kind == record.Person {
		base.Family = joined(parts, func(x part) string { return valueOf(x, "family-name") })
		base.Given = joined(parts, func(x part) string { return valueOf(x, "given-name", "further-given-name") })
	}
	p.Names = append(p.Names, base)
	r.spellings(parts, n, p)
	r.attributes(k, p)
	return nil
}

func valueOf(x part, kinds ...string) string {
	if slices.Contains(kinds, x.kind) {
		return x.value
	}
	return ""
}

func joined(parts []part, text func(part) string) string {
	var out []string
	for _, x := range parts {
		if s := text(x); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// parts reads the parts of a name in their order. Titles go to the party's titles.
func (r *reading) parts(k *element.Node, here string, p *record.Party) ([]part, error) {
	var out []part
	for i, c := range k.All("name-part") {
		at := fmt.Sprintf("%s/name-part[%d]", here, i+1)
		x := part{kind: c.Attr("name-part-type"), value: strings.Join(strings.Fields(c.Value("value")), " ")}
		if !slices.Contains(partKinds, x.kind) {
			return nil, r.x.Drift(at+"@name-part-type", c.Start, strings.Join(partKinds, ", "), listing.Quote(x.kind))
		}
		order, err := strconv.Atoi(c.Attr("order"))
		if err != nil || order < 1 {
			return nil, r.x.Drift(at+"@order", c.Start, "a number from 1", listing.Quote(c.Attr("order")))
		}
		x.order = order
		if x.value == "-" { // stands for a part that is not known
			x.value = ""
		}
		for _, v := range c.All("spelling-variant") {
			if s := strings.Join(strings.Fields(v.Text), " "); s != "" {
				x.spellings = append(x.spellings, spelling{v.Attr("lang"), v.Attr("script"), s})
			}
		}
		switch {
		case x.kind == "title":
			p.Titles = appendNew(p.Titles, x.value)
			for _, s := range x.spellings {
				p.Titles = appendNew(p.Titles, s.text)
			}
		case x.value != "":
			out = append(out, x)
		case len(x.spellings) > 0:
			return nil, r.x.Drift(at+"/value", c.Start, "a value beside its spellings", "none")
		}
	}
	slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(a.order, b.order) })
	return out, nil
}

// group is a language and script of spellings.
type group struct{ lang, script string }

// spellings puts whole names together from the spellings of the parts, one language
// and script at a time. In Latin letters a part without a spelling keeps its value.
// In another script that would be a name in two scripts, and the family name alone
// would match everybody who bears it, so what is not spelled whole is a fact.
func (r *reading) spellings(parts []part, n record.Name, p *record.Party) {
	var groups []group
	for _, x := range parts {
		for _, s := range x.spellings {
			if g := (group{s.lang, s.script}); !slices.Contains(groups, g) {
				groups = append(groups, g)
			}
		}
	}
	if n.Kind == record.Primary {
		n.Kind = record.AKA
	}
	for _, g := range groups {
		texts, all, latin := combined(parts, g)
		switch {
		case len(texts) == 0:
			fact(p, "spelling", strings.Join(all, " "))
		case len(texts) > maxSpellings:
			texts = texts[:maxSpellings]
			fact(p, "spelling", strings.Join(all, " / "))
			r.v.Warn(n.Where, "the spellings of a name make more than %d names; so many were taken, and the spellings kept as a fact", maxSpellings)
		}
		for _, s := range texts {
			m := n
			m.Text, m.Script = s, listing.ScriptOf(s)
			if !latin && n.Kind == record.AKA {
				m.Kind = record.Original
			}
			if !slices.ContainsFunc(p.Names, func(h record.Name) bool { return h.Text == s }) {
				p.Names = append(p.Names, m)
			}
		}
	}
}

// combined returns the names that the spellings of a group make, one more than
// maxSpellings at most, and all its spellings. There are no names when a part lacks a
// spelling in another script than the Latin one.
func combined(parts []part, g group) (texts, all []string, latin bool) {
	choices := make([][]string, len(parts))
	missing := false
	for i, x := range parts {
		for _, s := range x.spellings {
			if (group{s.lang, s.script}) == g {
				choices[i] = append(choices[i], s.text)
			}
		}
		all = append(all, choices[i]...)
		missing = missing || len(choices[i]) == 0
	}
	latin = listing.ScriptOf(strings.Join(all, " ")) == "Latn"
	if missing && !latin {
		return nil, all, latin
	}
	texts = []string{""}
	for i, x := range parts {
		if len(choices[i]) == 0 {
			choices[i] = []string{x.value}
		}
		var next []string
		for _, head := range texts {
			for _, s := range choices[i] {
				if len(next) <= maxSpellings {
					next = append(next, strings.TrimSpace(head+" "+s))
				}
			}
		}
		texts = next
	}
	return texts, all, latin
}
