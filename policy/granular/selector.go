// Package granular reads and edits granular markings: which markings stand on which
// part of an object (STIX 2.1 section 7.2.3).
//
// In comes an object with a selector, a property path as the specification writes
// it ("" is the object as a whole: object_marking_refs); out come the markings that
// apply there ([MarkingsAt], [Marked]) or a new object with others ([Add],
// [Remove], [Set], [Clear]). [Of] gives all of them with their paths taken apart.
//
// Guarantees: nothing that comes in is changed; an edit keeps the order of what
// stays, joins entries of one marking and leaves no empty entry. A selector that
// names nothing in the object, and granular markings that are not of the
// specification's form, are refused with errs.Invalid.
package granular

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Reach says which markings count for a place inside an object.
type Reach uint8

const (
	// Exact counts the markings whose selector names the place itself.
	Exact Reach = 0
	// Inherited adds those of everything that the place lies in, up to the
	// object.
	Inherited Reach = 1
	// Descendants adds those of everything that lies in the place.
	Descendants Reach = 2
)

// Marking is one entry of granular_markings (STIX 2.1 section 7.2.3).
type Marking struct {
	Ref   string     // marking_ref, "" for an entry that states a language
	Lang  string     // lang, "" for none
	Paths [][]string // its selectors, taken apart by [Split]
}

// Split takes a selector apart: "a.[1].b" is a, [1], b; "[01]" is written
// [1]. It is false for one that no selector can be (section 7.2.3.1): an empty
// step, or a bracket without a number.
func Split(s string) ([]string, bool) {
	if s == "" {
		return nil, false
	}
	path := strings.Split(s, ".")
	for i, step := range path {
		if step == "" {
			return nil, false
		}
		if step[0] == '[' {
			n, ok := Index(step)
			if !ok || i == 0 {
				return nil, false
			}
			path[i] = "[" + strconv.Itoa(n) + "]"
		}
	}
	return path, true
}

// Index reads a step [n].
func Index(step string) (int, bool) {
	if len(step) < 3 || step[0] != '[' || step[len(step)-1] != ']' {
		return 0, false
	}
	digits := step[1 : len(step)-1]
	if strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// Find returns the value at a path and whether there is one.
func Find(v any, path []string) (any, bool) {
	for _, step := range path {
		switch c := v.(type) {
		case map[string]any:
			next, ok := c[step]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			n, ok := Index(step)
			if !ok || n >= len(c) {
				return nil, false
			}
			v = c[n]
		case []string:
			n, ok := Index(step)
			if !ok || n >= len(c) {
				return nil, false
			}
			v = c[n]
		default:
			return nil, false
		}
	}
	return v, true
}

// Of reads granular_markings. It is false when they are not of the form
// of section 7.2.3.
func Of(o stix.Object) ([]Marking, bool) {
	v, there := o["granular_markings"]
	if !there {
		return nil, true
	}
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]Marking, 0, len(list))
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			return nil, false
		}
		g, ok := oneMarking(m)
		if !ok {
			return nil, false
		}
		out = append(out, g)
	}
	return out, true
}

func oneMarking(m map[string]any) (Marking, bool) {
	var g Marking
	var ok bool
	if v, there := m["marking_ref"]; there {
		if g.Ref, ok = v.(string); !ok || g.Ref == "" {
			return g, false
		}
	}
	if v, there := m["lang"]; there {
		if g.Lang, ok = v.(string); !ok || g.Lang == "" {
			return g, false
		}
	}
	n := 0
	switch l := m["selectors"].(type) {
	case []any:
		n = len(l)
	case []string:
		n = len(l)
	}
	selectors := stix.StringList(m["selectors"])
	if len(selectors) == 0 || len(selectors) != n || g.Ref == "" && g.Lang == "" {
		return g, false
	}
	for _, s := range selectors {
		p, ok := Split(s)
		if !ok {
			return g, false
		}
		g.Paths = append(g.Paths, p)
	}
	return g, true
}

// CheckSelector checks that a selector names a place that the object has
// (section 7.2.3.1). Its error is of kind errs.Invalid.
func CheckSelector(o stix.Object, selector string) error {
	path, ok := Split(selector)
	if ok {
		_, ok = Find(map[string]any(o), path)
	}
	if !ok {
		return errs.New(errs.Invalid, "the selector %q names nothing in %s", selector, o.ID()).
			WithHint("see STIX 2.1 section 7.2.3.1: property names and [n] for list elements, joined by dots")
	}
	return nil
}

// MarkingsAt returns the ids of the markings, and the languages, that apply to
// the place that a selector names, each sorted and once. The selector "" is the
// object as a whole: its object_marking_refs, whatever the reach. With
// [Inherited] those of the object count for a place too. It fails with
// errs.Invalid for a selector that names nothing in the object, and for
// granular markings that are not of the specification's form.
func MarkingsAt(o stix.Object, selector string, reach Reach) (refs, langs []string, err error) {
	if selector == "" {
		return sorted(o.Strs("object_marking_refs")), nil, nil
	}
	if err := CheckSelector(o, selector); err != nil {
		return nil, nil, err
	}
	gs, ok := Of(o)
	if !ok {
		return nil, nil, errs.New(errs.Invalid, "the granular markings of %s are not of the form of STIX 2.1 section 7.2.3", o.ID())
	}
	place, _ := Split(selector)
	for _, g := range gs {
		if !slices.ContainsFunc(g.Paths, func(p []string) bool { return reaches(p, place, reach) }) {
			continue
		}
		if g.Ref != "" {
			refs = append(refs, g.Ref)
		}
		if g.Lang != "" {
			langs = append(langs, g.Lang)
		}
	}
	if reach&Inherited != 0 {
		refs = append(refs, o.Strs("object_marking_refs")...)
	}
	return sorted(refs), sorted(langs), nil
}

// reaches reports whether a marking on the path p counts for place.
func reaches(p, place []string, reach Reach) bool {
	switch {
	case len(p) == len(place):
		return slices.Equal(p, place)
	case len(p) < len(place):
		return reach&Inherited != 0 && slices.Equal(p, place[:len(p)])
	default:
		return reach&Descendants != 0 && slices.Equal(p[:len(place)], place)
	}
}

func sorted(ss []string) []string {
	out := slices.Clone(ss)
	slices.Sort(out)
	return slices.Compact(out)
}
