// Package patterntest makes patterns and observations for tests of the rooms of
// stix/pattern.
//
// What comes in: the source of choices of a property test (rapid). What goes out: a
// pattern of the whole language ([Pattern]) and observed-data objects with what they
// refer to ([Objects]), over a vocabulary so small that they often match. Among the values
// are those that make a comparison undecidable: damaged timestamps and binary data, and
// regular expressions that RE2 does not know.
package patterntest

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/stix"
)

var (
	types = []string{"file", "x-note"}
	texts = []string{"abc", "abcd.example", "xabc", "ABC", "a%c", "é", "e\u0301", "198.51.100.7", "198.51.100.0/25", "2001:db8::7", "2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "616263", "YWJj", "a\n", "a b\v", ""}
	paths = []string{"name", "size", "tags[*]", "tags[0]", "hashes.MD5", "'a-b'.c", "data_hex", "data_bin", "parent_ref.name", "parent_ref", "all_refs[*].name", "all_refs[1].tags[*]", "all_refs[*].parent_ref.size", "none"}
	regex = []string{"abc", "^abc", "(?i)ABC", "b.*e$", "a$", `\\s`, "ab+c?", "(xab|bcd)", "(?=a)", "[", ".", "example|198", `a\\sb`}
	likes = []string{"abc%", "%abc", "%bcd%", "a_c", "abc", "%", "198.51%", "%.example", "_bc", "abcd.exam%e"}
	nets  = []string{"198.51.100.0/24", "198.51.100.7", "0.0.0.0/0", "198.51.100.0/26", "2001:db8::/32", "203.0.113.0/24"}
)

func pick(t *rapid.T, what string, from []string) string {
	return rapid.SampledFrom(from).Draw(t, what)
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// constant draws a constant of a kind from 0 to 5.
func constant(t *rapid.T, kind int) string {
	switch kind {
	case 0:
		return pick(t, "integer", []string{"0", "1", "7", "-3", "1.0", "7.5", "9007199254740993"})
	case 1:
		return pick(t, "boolean", []string{"true", "false"})
	case 2:
		return pick(t, "hex", []string{"h'616263'", "h'00'", "h'e9'"})
	case 3:
		return pick(t, "binary", []string{"b'YWJj'", "b'AA=='"})
	case 4:
		return pick(t, "timestamp", []string{"t'2026-01-01T00:00:00Z'", "t'2026-01-01T00:00:00.5Z'"})
	}
	return quote(pick(t, "text", texts))
}

// Comparison draws one comparison of an object of the type.
func Comparison(t *rapid.T, typ string) string {
	path := typ + ":" + pick(t, "path", paths)
	not := pick(t, "not", []string{"", "", "NOT "})
	switch op := pick(t, "operator", []string{"=", "=", "=", "!=", "<", ">=", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS"}); op {
	case "EXISTS":
		return not + "EXISTS " + path
	case "IN":
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		var members []string
		for range rapid.IntRange(0, 3).Draw(t, "members") {
			members = append(members, constant(t, kind))
		}
		return path + " " + not + "IN (" + strings.Join(members, ", ") + ")"
	case "LIKE":
		return path + " " + not + "LIKE " + quote(pick(t, "like", likes))
	case "MATCHES":
		return path + " " + not + "MATCHES '" + pick(t, "expression", regex) + "'"
	case "ISSUBSET", "ISSUPERSET":
		return path + " " + not + op + " " + quote(pick(t, "range", nets))
	case "<", ">=":
		return path + " " + not + op + " " + constant(t, rapid.SampledFrom([]int{0, 2, 3, 4, 5, 5}).Draw(t, "kind"))
	default:
		return path + " " + not + op + " " + constant(t, rapid.IntRange(0, 8).Draw(t, "kind"))
	}
}

// Brackets draws an observation expression in square brackets, of up to depth nested
// operators.
func Brackets(t *rapid.T, depth int) string {
	return "[" + expression(t, pick(t, "type", types), depth) + "]"
}

func expression(t *rapid.T, typ string, depth int) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "simple") > 0 {
		return Comparison(t, typ)
	}
	op := pick(t, "boolean operator", []string{" AND ", " OR "})
	other := typ
	if op == " OR " {
		other = pick(t, "type", types)
	}
	return "(" + expression(t, typ, depth-1) + op + expression(t, other, depth-1) + ")"
}

// Pattern draws a pattern, of up to depth nested observation operators.
func Pattern(t *rapid.T, depth int) string {
	return Combine(t, depth, func() string { return Brackets(t, 2) })
}

// Combine draws observation operators and qualifiers over what leaf makes.
func Combine(t *rapid.T, depth int, leaf func() string) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		return leaf() + qualifier(t)
	}
	op := pick(t, "operator", []string{" AND ", " OR ", " FOLLOWEDBY "})
	return "(" + Combine(t, depth-1, leaf) + op + Combine(t, depth-1, leaf) + ")" + qualifier(t)
}

func qualifier(t *rapid.T) string {
	switch rapid.IntRange(0, 9).Draw(t, "qualifier") {
	case 0:
		return fmt.Sprintf(" REPEATS %d TIMES", rapid.IntRange(1, 3).Draw(t, "times"))
	case 1:
		return fmt.Sprintf(" WITHIN %d SECONDS", rapid.IntRange(1, 6).Draw(t, "seconds"))
	case 2:
		return fmt.Sprintf(" START t'%s' STOP t'%s'", second(rapid.IntRange(0, 9).Draw(t, "start")), second(rapid.IntRange(0, 12).Draw(t, "stop")))
	}
	return ""
}

func second(n int) string { return fmt.Sprintf("2026-01-01T00:00:%02dZ", n) }

// Objects draws observed-data objects, up to most, and the cyber observables of each.
func Objects(t *rapid.T, most int) []stix.Object {
	var out []stix.Object
	for i := range rapid.IntRange(0, most).Draw(t, "observations") {
		first := rapid.IntRange(0, 10).Draw(t, "first")
		seen := stix.Object{
			"type": "observed-data", "id": fmt.Sprintf("observed-data--%d", i),
			"first_observed": second(first), "last_observed": second(first + rapid.IntRange(0, 4).Draw(t, "for")),
			"number_observed": json.Number(fmt.Sprint(rapid.IntRange(1, 2).Draw(t, "number"))),
		}
		var refs []any
		n := rapid.IntRange(1, 3).Draw(t, "objects")
		for j := range n {
			o := observable(t, i, j, n)
			out, refs = append(out, o), append(refs, o["id"])
		}
		seen["object_refs"] = refs
		out = append(out, seen)
	}
	return out
}

func observable(t *rapid.T, i, j, n int) stix.Object {
	typ := pick(t, "type", types)
	id := func(k int) string { return fmt.Sprintf("x--%d-%d", i, k) }
	o := stix.Object{"type": typ, "id": id(j), "name": value(t)}
	for _, p := range []string{"size", "tags", "hashes", "a-b", "data_hex", "data_bin", "parent_ref", "all_refs"} {
		if rapid.Bool().Draw(t, p) {
			continue
		}
		switch p {
		case "size":
			o[p] = value(t)
		case "tags":
			o[p] = []any{value(t), value(t)}
		case "hashes":
			o[p] = map[string]any{"MD5": value(t)}
		case "a-b":
			o[p] = map[string]any{"c": value(t)}
		case "data_hex", "data_bin":
			o[p] = pick(t, "text", texts)
		case "parent_ref":
			o[p] = id(rapid.IntRange(0, n).Draw(t, "parent"))
		case "all_refs":
			o[p] = []any{id(0), id(rapid.IntRange(0, n).Draw(t, "other"))}
		}
	}
	return o
}

func value(t *rapid.T) any {
	switch rapid.IntRange(0, 7).Draw(t, "value") {
	case 0:
		return json.Number(pick(t, "number", []string{"0", "1", "7", "7.0", "7.5", "-3", "9007199254740992.0", "1e400"}))
	case 1:
		return rapid.Bool().Draw(t, "boolean")
	case 2:
		return nil
	}
	return pick(t, "text", texts)
}
