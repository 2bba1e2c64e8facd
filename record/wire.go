package record

import (
	"net/url"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// props builds one JSON object. The setters leave out what is empty, so that
// equal structs give equal bytes and absent stays absent.
type props map[string]any

func (p props) str(key, v string) {
	if v != "" {
		p[key] = v
	}
}

func (p props) strs(key string, v []string) {
	if len(v) > 0 {
		p[key] = slices.Clone(v)
	}
}

func (p props) num(key string, v int) {
	if v != 0 {
		p[key] = v
	}
}

func (p props) flag(key string, v bool) {
	if v {
		p[key] = true
	}
}

func (p props) list(key string, v []any) {
	if len(v) > 0 {
		p[key] = v
	}
}

// listOf turns a slice of structs into a list of JSON objects.
func listOf[T any](in []T, f func(*T) props) []any {
	if len(in) == 0 {
		return nil
	}
	out := make([]any, len(in))
	for i := range in {
		out[i] = map[string]any(f(&in[i]))
	}
	return out
}

// reader reads typed properties and keeps the first thing that was wrong.
type reader struct {
	what string // the object, for the message
	err  error
}

func (r *reader) fail(key, want string) {
	if r.err == nil {
		r.err = errs.New(errs.Invalid, "%s: property %q is not %s", r.what, key, want).
			WithHint("see the JSON Schema of the type under docs/extensions")
	}
}

func (r *reader) str(m map[string]any, key string) string {
	v, ok := m[key]
	if !ok {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		r.fail(key, "a string")
	}
	return s
}

func (r *reader) strs(m map[string]any, key string) []string {
	switch l := m[key].(type) {
	case nil:
		if _, there := m[key]; there {
			r.fail(key, "a list of strings")
		}
		return nil
	case []string:
		return slices.Clone(l)
	case []any:
		out := make([]string, len(l))
		for i, e := range l {
			s, ok := e.(string)
			if !ok {
				r.fail(key, "a list of strings")
				return nil
			}
			out[i] = s
		}
		return out
	}
	r.fail(key, "a list of strings")
	return nil
}

func (r *reader) num(m map[string]any, key string) int { return int(r.num64(m, key)) }

func (r *reader) num64(m map[string]any, key string) int64 {
	v, ok := m[key]
	if !ok {
		return 0
	}
	n, ok := stix.Int(v)
	if !ok {
		r.fail(key, "a whole number")
	}
	return n
}

func (r *reader) flag(m map[string]any, key string) bool {
	v, ok := m[key]
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		r.fail(key, "true or false")
	}
	return b
}

func (r *reader) object(m map[string]any, key string) map[string]any {
	v, ok := m[key]
	if !ok {
		return nil
	}
	o, ok := v.(map[string]any)
	if !ok {
		r.fail(key, "an object")
	}
	return o
}

// structs reads a list of JSON objects into a slice of structs.
func structs[T any](r *reader, m map[string]any, key string, f func(map[string]any) T) []T {
	v, ok := m[key]
	if !ok {
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		r.fail(key, "a list of objects")
		return nil
	}
	out := make([]T, len(l))
	for i, e := range l {
		o, ok := e.(map[string]any)
		if !ok {
			r.fail(key, "a list of objects")
			return nil
		}
		out[i] = f(o)
	}
	return out
}

// oneOf checks a state against its closed list. Empty is not in the list unless
// the list says so.
func oneOf[S ~string](field string, v S, allowed ...S) error {
	if slices.Contains(allowed, v) {
		return nil
	}
	return errs.New(errs.Invalid, "%s: %q is not one of %q", field, v, allowed)
}

// need checks that a text is there.
func need(field, v string) error {
	if v == "" {
		return errs.New(errs.Invalid, "%s is missing", field)
	}
	return nil
}

// address checks that a text is empty or an absolute URL.
func address(field, v string) error {
	if u, err := url.Parse(v); v != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return errs.New(errs.Invalid, "%s: %q is not the address of a page", field, v).WithHint("write it whole, with https://")
	}
	return nil
}

// first returns the first error there is.
func first(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
