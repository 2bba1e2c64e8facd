package stix

import "encoding/json"

// Object is one STIX object as it was read, with every property it had, known
// or not. Values are string, bool, nil, json.Number (as written), []any and
// map[string]any; code that builds objects may also use int, int64 and float64,
// []string, and Object itself for nested maps is not used (use map[string]any).
type Object map[string]any

// Type returns the "type" property, "" if there is none.
func (o Object) Type() string { return o.Str("type") }

// ID returns the "id" property, "" if there is none.
func (o Object) ID() string { return o.Str("id") }

// Str returns a top-level string property, "" if it is missing or not a string.
func (o Object) Str(key string) string {
	s, _ := o[key].(string)
	return s
}

// Strs returns a top-level list of strings; elements that are not strings are
// left out.
func (o Object) Strs(key string) []string { return StringList(o[key]) }

// StringList returns the strings of a list value.
func StringList(v any) []string {
	switch l := v.(type) {
	case []string:
		return l
	case []any:
		out := make([]string, 0, len(l))
		for _, e := range l {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// Revoked reports whether the object says that it is revoked (section 3.2).
func (o Object) Revoked() bool { b, _ := o["revoked"].(bool); return b }

// Version returns what tells the versions of one id apart (section 3.6):
// "modified", or "created" for types that have no "modified", or "" for cyber
// observables, which have one version only.
func (o Object) Version() string {
	if m := o.Str("modified"); m != "" {
		return m
	}
	return o.Str("created")
}

// Ext returns the extension with the given key, nil if there is none.
func (o Object) Ext(key string) map[string]any {
	e, _ := o["extensions"].(map[string]any)
	x, _ := e[key].(map[string]any)
	return x
}

// Int returns a number as an int64.
func Int(v any) (int64, bool) {
	switch n := v.(type) {
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), float64(int64(n)) == n
	}
	return 0, false
}
