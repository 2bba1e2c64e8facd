package granular

import (
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Marked reports whether the places carry all of the markings (ids of marking
// definitions, or languages), or any at all when none is named. Selectors nil is
// the object as a whole. It fails as [MarkingsAt] does, and for an empty list.
func Marked(o stix.Object, selectors []string, reach Reach, markings ...string) (bool, error) {
	all, err := Markings(o, selectors, reach)
	if err != nil {
		return false, err
	}
	for _, m := range markings {
		if !slices.Contains(all, m) {
			return false, nil
		}
	}
	return len(all) > 0, nil
}

// Markings returns the markings and languages that apply to any of the places,
// sorted and once; see [MarkingsAt].
func Markings(o stix.Object, selectors []string, reach Reach) ([]string, error) {
	if selectors == nil {
		refs, _, err := MarkingsAt(o, "", reach)
		return refs, err
	}
	if err := check(o, selectors); err != nil {
		return nil, err
	}
	var all []string
	for _, s := range selectors {
		refs, langs, err := MarkingsAt(o, s, reach)
		if err != nil {
			return nil, err
		}
		all = slices.Concat(all, refs, langs)
	}
	return sorted(all), nil
}

// Add returns the object with the markings on each of the places as well.
// Selectors nil is the object as a whole, where languages do not stand. A marking
// that a place carries already is not repeated. It fails with errs.Invalid for an
// empty list of selectors, one that names nothing, and a marking that is empty.
func Add(o stix.Object, markings, selectors []string) (stix.Object, error) {
	return edit(o, markings, selectors, func(old []string) ([]string, error) { return union(old, markings), nil })
}

// Remove returns the object without the markings on each of the places. It fails
// with errs.NotFound when the object is marked and a place does not carry one of
// them itself; of an object without markings there is nothing to remove.
func Remove(o stix.Object, markings, selectors []string) (stix.Object, error) {
	if marked(o, selectors) == 0 {
		return edit(o, markings, selectors, func(old []string) ([]string, error) { return old, nil })
	}
	return edit(o, markings, selectors, func(old []string) ([]string, error) {
		for _, m := range markings {
			if !slices.Contains(old, m) {
				return nil, errs.New(errs.NotFound, "the marking %q does not stand there", m)
			}
		}
		return slices.DeleteFunc(slices.Clone(old), func(m string) bool { return slices.Contains(markings, m) }), nil
	})
}

// Set returns the object with the markings on each of the places in the stead of
// those that stand there themselves. It fails as [Add] does.
func Set(o stix.Object, markings, selectors []string) (stix.Object, error) {
	return edit(o, markings, selectors, func([]string) ([]string, error) { return union(nil, markings), nil })
}

// Clear returns the object without any marking on each of the places themselves.
// It fails with errs.NotFound when a place carries none.
func Clear(o stix.Object, selectors []string) (stix.Object, error) {
	return edit(o, nil, selectors, func(old []string) ([]string, error) {
		if len(old) == 0 && selectors != nil {
			return nil, errs.New(errs.NotFound, "no marking stands there")
		}
		return nil, nil
	})
}

// marked counts the markings of the object, or of its parts.
func marked(o stix.Object, selectors []string) int {
	if selectors == nil {
		return len(o.Strs("object_marking_refs"))
	}
	return size(o["granular_markings"])
}

func size(v any) int {
	list, _ := v.([]any)
	return len(list)
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, m := range b {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// check refuses an empty list of selectors, and selectors that name nothing.
func check(o stix.Object, selectors []string) error {
	if len(selectors) == 0 {
		return errs.New(errs.Invalid, "no place in %s is named", o.ID())
	}
	for _, s := range selectors {
		if err := CheckSelector(o, s); err != nil {
			return err
		}
	}
	return nil
}

// edit changes what stands on each of the places.
func edit(o stix.Object, markings, selectors []string, change func(old []string) ([]string, error)) (stix.Object, error) {
	if slices.Contains(markings, "") {
		return nil, errs.New(errs.Invalid, "a marking is empty").WithHint("give ids of marking definitions")
	}
	if selectors == nil {
		refs, err := change(o.Strs("object_marking_refs"))
		if err != nil {
			return nil, err
		}
		return with(o, "object_marking_refs", anys(refs)), nil
	}
	if err := check(o, selectors); err != nil {
		return nil, err
	}
	gs, ok := Of(o)
	if !ok {
		return nil, errs.New(errs.Invalid, "the granular markings of %s are not of the form of STIX 2.1 section 7.2.3", o.ID())
	}
	entries := flatten(gs)
	for _, s := range union(nil, selectors) {
		path, _ := Split(s)
		var err error
		if entries, err = editPlace(entries, strings.Join(path, "."), change); err != nil {
			return nil, err
		}
	}
	return with(o, "granular_markings", build(entries)), nil
}

// entry is one marking with the places that it stands on.
type entry struct {
	id     string
	isLang bool
	at     []string
}

// flatten gives one entry for each marking, in their order.
func flatten(gs []Marking) (out []entry) {
	for _, g := range gs {
		e := entry{id: g.Ref}
		if g.Ref == "" {
			e = entry{id: g.Lang, isLang: true}
		}
		i := slices.IndexFunc(out, func(f entry) bool { return f.id == e.id && f.isLang == e.isLang })
		if i < 0 {
			out = append(out, e)
			i = len(out) - 1
		}
		for _, p := range g.Paths {
			out[i].at = union(out[i].at, []string{strings.Join(p, ".")})
		}
	}
	return out
}

// editPlace changes what stands on one place.
func editPlace(entries []entry, place string, change func(old []string) ([]string, error)) ([]entry, error) {
	var old []string
	for _, e := range entries {
		if slices.Contains(e.at, place) {
			old = append(old, e.id)
		}
	}
	now, err := change(old)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, e := range entries {
		if !slices.Contains(now, e.id) {
			e.at = slices.DeleteFunc(slices.Clone(e.at), func(s string) bool { return s == place })
		} else if !slices.Contains(e.at, place) {
			e.at = append(slices.Clone(e.at), place)
		}
		if len(e.at) > 0 {
			out = append(out, e)
		}
	}
	for _, m := range now {
		if !slices.ContainsFunc(out, func(e entry) bool { return e.id == m }) {
			out = append(out, entry{m, !strings.HasPrefix(m, "marking-definition--"), []string{place}})
		}
	}
	return out, nil
}

func build(entries []entry) []any {
	var out []any
	for _, e := range entries {
		key := "marking_ref"
		if e.isLang {
			key = "lang"
		}
		out = append(out, map[string]any{key: e.id, "selectors": anys(e.at)})
	}
	return out
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// with returns the object with the list, or without it when it is empty.
func with(o stix.Object, key string, list []any) stix.Object {
	out := maps.Clone(o)
	if len(list) == 0 {
		delete(out, key)
	} else {
		out[key] = list
	}
	return out
}
