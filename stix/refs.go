package stix

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Ref is one reference from an object to another.
type Ref struct {
	Path     string // JSON pointer to the reference in the object
	Property string // the name of the property that holds it
	ID       string // the identifier that it names
}

// Refs returns the references of an object, in the order of their paths: the
// values of all properties whose names end in _ref or _refs (section 3.1), at
// any depth, known and custom.
func Refs(o Object) []Ref {
	var out []Ref
	collectRefs(map[string]any(o), "", &out)
	return out
}

func collectRefs(v any, path string, out *[]Ref) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := path + Pointer(name)
			if strings.HasSuffix(name, "_ref") || strings.HasSuffix(name, "_refs") {
				appendRefs(v[name], at, name, out)
			} else {
				collectRefs(v[name], at, out)
			}
		}
	case []any:
		for i, e := range v {
			collectRefs(e, path+"/"+strconv.Itoa(i), out)
		}
	}
}

func appendRefs(v any, at, name string, out *[]Ref) {
	if s, ok := v.(string); ok {
		*out = append(*out, Ref{Path: at, Property: name, ID: s})
		return
	}
	if strings.HasSuffix(name, "_refs") {
		i := 0
		for s := range stringElements(v) {
			*out = append(*out, Ref{Path: at + "/" + strconv.Itoa(i), Property: name, ID: s})
			i++
		}
		if i > 0 {
			return
		}
	}
	collectRefs(v, at, out)
}

// stringElements yields the elements of a list of strings; a list with anything
// else yields nothing.
func stringElements(v any) func(func(string) bool) {
	l := StringList(v)
	if a, ok := v.([]any); ok && len(a) != len(l) {
		l = nil
	}
	return slices.Values(l)
}

// Pointer writes the JSON pointer (RFC 6901) to what the segments lead to, from
// the outermost in; "" for the whole object.
func Pointer(segments ...string) string {
	if len(segments) == 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range segments {
		b.WriteByte('/')
		if strings.ContainsAny(s, "~/") {
			s = strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
		}
		b.WriteString(s)
	}
	return b.String()
}

// Resolve returns what a selector of a granular marking selects in o (section
// 7.2.3.1): names and list indices in brackets, separated by dots, for example
// external_references.[0].source_name. The second result is false when the
// selector is malformed or leads to nothing.
func Resolve(o Object, selector string) (any, bool) {
	if !ValidSelector(selector) {
		return nil, false
	}
	var v any = map[string]any(o)
	for part := range strings.SplitSeq(selector, ".") {
		next, ok := resolveStep(v, part)
		if !ok {
			return nil, false
		}
		v = next
	}
	return v, true
}

func resolveStep(v any, part string) (any, bool) {
	if part[0] != '[' {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		next, ok := m[part]
		return next, ok
	}
	i, err := strconv.Atoi(part[1 : len(part)-1])
	if err != nil {
		return nil, false
	}
	switch l := v.(type) {
	case []any:
		if i < len(l) {
			return l[i], true
		}
	case []string:
		if i < len(l) {
			return l[i], true
		}
	}
	return nil, false
}

// ValidSelector checks the syntax of section 7.2.3.1: a property name, then
// names, dictionary keys and indices.
func ValidSelector(s string) bool {
	first := true
	for part := range strings.SplitSeq(s, ".") {
		switch {
		case part == "":
			return false
		case part[0] == '[':
			if first || len(part) < 3 || part[len(part)-1] != ']' || strings.Trim(part[1:len(part)-1], "0123456789") != "" {
				return false
			}
		case !ValidKey(part):
			return false
		}
		first = false
	}
	return true
}
