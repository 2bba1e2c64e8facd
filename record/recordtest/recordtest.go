// Package recordtest helps tests of other packages to check objects against
// the JSON Schemas of Cordon's extensions.
//
// It knows the part of JSON Schema 2020-12 that those schemas use: type, const,
// enum, pattern, minimum, minItems, items, properties, required and local $ref.
// A schema that uses anything else fails the test, so that nothing is passed
// over in silence. It also refuses properties that the schema does not name:
// the schemas are open to later versions, Cordon's own output is not.
package recordtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Conforms fails the test when the object breaks a schema of record: that of
// its own type, and that of each of Cordon's property extensions in it. The
// object is checked as it is on the wire, after a round through JSON.
func Conforms(t testing.TB, o stix.Object) {
	t.Helper()
	for _, p := range Problems(t, o) {
		t.Errorf("%s %s: %s", o.Type(), o.ID(), p)
	}
}

// Problems returns what Conforms would report.
func Problems(t testing.TB, o stix.Object) []string {
	t.Helper()
	data, err := o.AppendJSON(nil)
	if err != nil {
		return []string{err.Error()}
	}
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		return []string{err.Error()}
	}
	var out []string
	if slices.Contains(record.Schemas(), o.Type()) {
		out = append(out, against(t, o.Type(), v)...)
	}
	x, _ := v["extensions"].(map[string]any)
	for name, id := range map[string]string{
		"cordon-party": record.PartyExtension, "cordon-provenance": record.ProvenanceExtension, "cordon-incident": record.IncidentExtension,
	} {
		if e, ok := x[id]; ok {
			out = append(out, against(t, name, e)...)
		}
	}
	return out
}

func against(t testing.TB, name string, v any) []string {
	t.Helper()
	raw, err := record.Schema(name)
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatalf("schema %s: %v", name, err)
	}
	c := checker{t: t, name: name, root: schema}
	c.check("", schema, v)
	return c.problems
}

type checker struct {
	t        testing.TB
	name     string
	root     map[string]any
	problems []string
}

func (c *checker) failf(path, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("%s%s: %s", c.name, path, fmt.Sprintf(format, args...)))
}

func (c *checker) check(path string, schema map[string]any, v any) {
	c.t.Helper()
	for key, arg := range schema {
		switch key {
		case "$schema", "$id", "$defs", "title", "description", "properties":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			def, ok := c.root["$defs"].(map[string]any)[name].(map[string]any)
			if !ok {
				c.t.Fatalf("schema %s: no definition %q", c.name, name)
			}
			c.check(path, def, v)
		case "type":
			c.typ(path, arg.(string), v)
		case "const":
			if v != arg {
				c.failf(path, "is %v, not %v", v, arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				c.failf(path, "%v is not one of %v", v, arg)
			}
		case "pattern":
			if s, ok := v.(string); ok && !regexp.MustCompile(arg.(string)).MatchString(s) {
				c.failf(path, "%q does not match %s", s, arg)
			}
		case "minimum":
			if n, ok := v.(float64); ok && n < arg.(float64) {
				c.failf(path, "%v is less than %v", n, arg)
			}
		case "maximum":
			if n, ok := v.(float64); ok && n > arg.(float64) {
				c.failf(path, "%v is more than %v", n, arg)
			}
		case "maxItems":
			if l, ok := v.([]any); ok && len(l) > int(arg.(float64)) {
				c.failf(path, "is too long a list")
			}
		case "minItems":
			if l, ok := v.([]any); ok && len(l) < int(arg.(float64)) {
				c.failf(path, "is too short a list")
			}
		case "items":
			l, _ := v.([]any)
			for i, e := range l {
				c.check(fmt.Sprintf("%s/%d", path, i), arg.(map[string]any), e)
			}
		case "required":
			m, _ := v.(map[string]any)
			for _, k := range arg.([]any) {
				if _, ok := m[k.(string)]; !ok {
					c.failf(path, "%q is missing", k)
				}
			}
		default:
			c.t.Fatalf("schema %s uses %q, which this check does not know", c.name, key)
		}
	}
	c.properties(path, schema, v)
}

func (c *checker) properties(path string, schema map[string]any, v any) {
	c.t.Helper()
	known, ok := schema["properties"].(map[string]any)
	m, isObject := v.(map[string]any)
	if !ok || !isObject {
		return
	}
	for k, e := range m {
		sub, ok := known[k].(map[string]any)
		if ok {
			c.check(path+"/"+k, sub, e)
		} else if !strings.HasPrefix(k, "extension-definition--") {
			c.failf(path, "has the property %q, which the schema does not name", k)
		}
	}
}

func (c *checker) typ(path, want string, v any) {
	ok := false
	switch x := v.(type) {
	case string:
		ok = want == "string"
	case bool:
		ok = want == "boolean"
	case float64:
		ok = want == "number" || want == "integer" && x == float64(int64(x))
	case []any:
		ok = want == "array"
	case map[string]any:
		ok = want == "object"
	}
	if !ok {
		c.failf(path, "is not of type %s", want)
	}
}
