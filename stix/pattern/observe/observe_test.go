package observe_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/observe"
	"github.com/cordon-project/cordon/stix/pattern/patterntest"
)

func read(t testing.TB, text string) []observe.Observation {
	t.Helper()
	v, err := stix.ParseValue([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var objects []stix.Object
	for _, o := range v.([]any) {
		objects = append(objects, o.(map[string]any))
	}
	out, err := observe.Read(objects)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// verdict is "match", "no-match", "undecided" or "budget".
func verdict(t interface{ Fatalf(string, ...any) }, text string, observations []observe.Observation) string {
	p, err := observe.Compile(text, pattern.V21)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var doubt *observe.NotEvaluable
	switch got, err := p.Match(observations, observe.Limits{}); {
	case errors.As(err, &doubt):
		return "undecided"
	case errors.Is(err, observe.ErrBudget):
		return "budget"
	case err != nil:
		t.Fatalf("%s: %v", text, err)
		return ""
	case got.Matched:
		return "match"
	}
	return "no-match"
}

const one = `[{"type": "observed-data", "id": "observed-data--1", "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:00Z",
	"number_observed": 1, "object_refs": ["file--1", "email-message--1", "identity--1", "directory--1", "email-addr--1"]},
	{"type": "directory", "id": "directory--2", "path": "/y"},
	{"type": "file", "id": "file--1", "name": "a\nb", "size": 9007199254740993, "ratio": 0.1, "half": 5e-1, "big": 1e400, "text": "caf\u00e9", "wide": "\u0103",
	 "hashes": {"MD5": "AEC070645FE53EE3B3763059376134F0", "SHA-256": "x"}, "list": [[1, 2], [3]], "line": "abc\n", "tab": "a\u000bb", "damaged_hex": "0g", "empty": [], "null": null,
	 "data_hex": "00ff", "when": "2026-01-01T00:00:00.000000000Z", "fine": "2026-01-01T00:00:00.0000000001Z", "parent_ref": "directory--1", "unlisted_ref": "directory--2", "loop_refs": ["file--1", "file--1", "gone--1"], "ip": "198.51.100.7", "net6": "2001:db8::/48"},
	{"type": "directory", "id": "directory--1", "path": "/x"},
	{"type": "email-message", "id": "email-message--1", "from_ref": "email-addr--1", "subject": "it's"},
	{"type": "email-addr", "id": "email-addr--1", "value": "one@example.org"},
	{"type": "identity", "id": "identity--1", "name": "EXAMPLE, Person One"}]`

// TestComparisons holds what section 9.6 says where the shared cases are silent.
func TestComparisons(t *testing.T) {
	observations := read(t, one)
	for _, c := range []struct{ want, pattern string }{
		// Numbers are exact: no integer is taken for the float next to it.
		{"match", "[file:size = 9007199254740993]"},
		{"no-match", "[file:size = 9007199254740992]"},
		{"no-match", "[file:size = 9007199254740992.0]"},
		{"match", "[file:size > 9007199254740992.5]"},
		{"match", "[file:ratio = 0.10]"},
		{"match", "[file:half = 0.5 AND file:half IN (1, .5)]"},
		{"match", "[file:big > 1]"},
		{"no-match", "[file:size = '9007199254740993']"},
		// A path that leads to nothing makes a comparison false, NOT or no NOT.
		{"no-match", "[file:nothing != 1]"},
		{"no-match", "[file:nothing NOT = 1]"},
		{"no-match", "[file:empty[*] != 1]"},
		{"match", "[NOT EXISTS file:nothing]"},
		{"match", "[EXISTS file:empty AND EXISTS file:'null']"},
		{"no-match", "[NOT EXISTS url:value]"}, // no object of the type is there
		{"match", "[file:list[*][*] = 3 AND file:list[0][1] = 2 AND NOT EXISTS file:list[0][2]]"},
		{"no-match", "[file:list = 1]"},
		{"match", "[file:list != 1]"},
		// NOT turns an order that cannot be into a true one.
		{"no-match", "[file:name < 5]"},
		{"match", "[file:name NOT < 5]"},
		// References lead on; at the end of a path they are what they are.
		{"match", "[email-message:from_ref.value = 'one@example.org']"},
		{"match", "[email-message:from_ref = 'email-addr--1']"},
		{"match", "[file:parent_ref.path = '/x']"},
		{"no-match", "[file:unlisted_ref.path = '/y']"}, // object_refs does not list it
		{"no-match", "[directory:path = '/y']"},
		{"match", "[EXISTS file:unlisted_ref AND file:parent_ref.type = 'directory']"},
		{"no-match", "[identity:name LIKE '%']"},
		{"match", "[file:loop_refs[*].loop_refs[*].loop_refs[1].parent_ref.path = '/x']"},
		{"no-match", "[EXISTS file:loop_refs[2].name]"},
		// LIKE takes line feeds for characters; its normal form is C.
		{"match", "[file:name LIKE 'a_b' AND file:name LIKE 'a%' AND file:text LIKE 'cafe\u0301' AND file:text LIKE 'caf_']"},
		{"no-match", "[file:name LIKE 'a']"},
		{"match", `[email-message:subject LIKE '%\'%']`},
		// Hashes have no case; other strings do.
		{"match", "[file:hashes.MD5 = 'aec070645fe53ee3b3763059376134f0' AND file:hashes.MD5 IN ('aec070645FE53EE3b3763059376134f0')]"},
		{"no-match", "[file:text = 'CAF\u00c9']"},
		// Binary data is bytes.
		{"match", "[file:data_hex = b'AP8=' AND file:data_hex = h'00FF' AND file:data_hex > h'00' AND file:data_hex MATCHES '^\\\\x00\\\\xff$']"},
		{"no-match", "[file:wide > h'00']"},
		{"undecided", "[file:damaged_hex = h'00']"},
		{"undecided", "[file:damaged_hex NOT LIKE 'x']"},
		{"match", "[EXISTS file:damaged_hex]"},
		// Timestamps are moments, to any number of digits.
		{"match", "[file:when = t'2026-01-01T00:00:00Z' AND file:fine > t'2026-01-01T00:00:00Z']"},
		{"no-match", "[file:size = t'2026-01-01T00:00:00Z']"},
		{"undecided", "[file:name = t'2026-01-01T00:00:00Z']"},
		// Regular expressions of Perl, or no answer.
		{"match", "[file:line MATCHES 'c$' AND file:line MATCHES '^abc\\\\n$' AND file:line NOT MATCHES 'b$']"},
		{"no-match", "[file:line MATCHES 'c\\\\z']"},
		{"undecided", "[file:line MATCHES 'c$\\\\n']"},
		{"no-match", "[file:line MATCHES '(a|d)b$|b$' OR file:line MATCHES '^$']"},
		{"undecided", "[file:name MATCHES '(?=a)']"},
		{"undecided", `[file:tab MATCHES 'a\\sb']`},
		{"no-match", `[file:tab MATCHES 'c\\sb']`},
		{"undecided", `[file:tab MATCHES 'a\\vb']`},
		{"undecided", "[file:name MATCHES '[']"},
		{"match", "[file:name MATCHES '(?i)A.B']"}, // . is a line feed too
		{"match", "[file:data_hex MATCHES '(?i)\\\\x00' OR file:text MATCHES '(?i)CAF\u00c9']"},
		{"undecided", "[file:data_hex MATCHES '(?i)[\\\\xc0-\\\\xfe]']"},
		{"no-match", "[file:data_hex MATCHES '(?i)x']"},
		// Ranges of both families; what is no address is in none.
		{"match", "[file:ip ISSUBSET '198.51.100.0/24' AND file:ip ISSUBSET '198.51.100.7' AND file:ip ISSUPERSET '198.51.100.7/32']"},
		{"match", "[file:net6 ISSUBSET '2001:db8::/32' AND file:net6 ISSUPERSET '2001:db8:0:1::/64']"},
		{"no-match", "[file:ip ISSUBSET '::/0' OR file:name ISSUBSET '0.0.0.0/0']"},
		{"match", "[file:name NOT ISSUBSET '0.0.0.0/0']"},
		// What is undecided matters only where the answer hangs on it.
		{"match", "[file:name MATCHES '(?=a)' OR file:ip = '198.51.100.7']"},
		{"no-match", "[file:name MATCHES '(?=a)' AND file:ip = '198.51.100.8']"},
		{"undecided", "[file:name MATCHES '(?=a)' AND file:ip = '198.51.100.7']"},
		{"match", "[file:name MATCHES '(?=a)'] OR [file:ip = '198.51.100.7']"},
		{"no-match", "[file:name MATCHES '(?=a)'] AND [file:ip = '198.51.100.7']"}, // one observation cannot be both
		{"undecided", "[file:name NOT MATCHES '(?=a)']"},
		// One object must satisfy all that stands in the brackets.
		{"no-match", "[file:ip = '198.51.100.7' AND email-message:subject LIKE '%']"},
	} {
		if got := verdict(t, c.pattern, observations); got != c.want {
			t.Errorf("%s: %s, want %s", c.pattern, got, c.want)
		}
	}
}

func TestNotCompiled(t *testing.T) {
	for _, s := range []string{
		"[a:b IN (1, 'x')]", "[a:b = t'2026-02-30T00:00:00Z']", "[a:b ISSUBSET 'x']", "[a:b ISSUPERSET '198.51.100.0/33']", "[a:b ISSUBSET 'fe80::1%eth0']",
		"[a:b = 1] START t'2026-02-30T00:00:00Z' STOP t'2026-03-01T00:00:00Z'", "[a:b = 1] START t'2026-01-30T00:00:00Z' STOP t'2026-01-30T00:00:60Z'",
		"[a:b = '" + strings.Repeat("x", observe.MaxLength) + "']",
	} {
		if _, err := observe.Compile(s, pattern.V21); !errs.Is(err, errs.Invalid) {
			t.Errorf("%.80s: %v", s, err)
		}
	}
	var syntax *pattern.SyntaxError
	if _, err := observe.Compile("[a:b", pattern.V21); !errors.As(err, &syntax) {
		t.Error(err)
	}
}

func TestUnreadableObservations(t *testing.T) {
	good := stix.Object{"type": "observed-data", "id": "x", "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:01Z", "number_observed": 1}
	if _, err := observe.Read([]stix.Object{good}); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string][2]any{
		"none observed": {"number_observed", 0}, "number": {"number_observed", "1"}, "first": {"first_observed", "2026"}, "last": {"last_observed", nil}, "order": {"last_observed", "2025-12-31T00:00:00Z"},
	} {
		bad := stix.Object{}
		for k, w := range good {
			bad[k] = w
		}
		bad[v[0].(string)] = v[1]
		if _, err := observe.Read([]stix.Object{bad}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// many makes n observations a second apart, each of one file with its number as size.
func many(t testing.TB, n int) []observe.Observation {
	t.Helper()
	var objects []stix.Object
	for i := range n {
		at := time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC).Format(time.RFC3339)
		id := fmt.Sprintf("file--%d", i)
		objects = append(objects, stix.Object{"type": "file", "id": id, "size": i},
			stix.Object{"type": "observed-data", "id": fmt.Sprintf("observed-data--%d", i), "first_observed": at, "last_observed": at, "number_observed": 1, "object_refs": []any{id}})
	}
	out, err := observe.Read(objects)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestHostilePatternsEnd: what would take all combinations is answered, or says that it
// took too much, in bounded time.
func TestHostilePatternsEnd(t *testing.T) {
	observations := many(t, 300)
	for _, c := range []struct{ want, pattern string }{
		{"match", "[file:size >= 0] REPEATS 300 TIMES"},
		{"no-match", "[file:size >= 0] REPEATS 301 TIMES"},
		{"no-match", "[file:size >= 0] REPEATS 9223372036854775807 TIMES"},
		{"no-match", "(([file:size >= 0] REPEATS 9223372036854775807 TIMES) FOLLOWEDBY [file:size > 1]) REPEATS 9223372036854775807 TIMES"},
		{"match", "[file:size >= 0] REPEATS 100 TIMES WITHIN 99 SECONDS"},
		{"no-match", "[file:size >= 0] REPEATS 100 TIMES WITHIN 98.9 SECONDS"},
		{"no-match", "[file:size < 0] REPEATS 2 TIMES WITHIN 99999999999999999999.5 SECONDS"},
		{"match", "([file:size < 150] FOLLOWEDBY [file:size >= 150]) REPEATS 10 TIMES"},
		{"no-match", "([file:size >= 150] FOLLOWEDBY [file:size < 150]) REPEATS 2 TIMES"},
		{"match", strings.Repeat("[file:size >= 0] FOLLOWEDBY ", 20) + "[file:size = 20]"},
		{"no-match", strings.Repeat("[file:size >= 0] AND ", 20) + "[file:size < 0]"},
		{"match", strings.Repeat("(", 30) + "[file:size >= 0]" + strings.Repeat(" AND [file:size > 3])", 30)},
		{"no-match", strings.Repeat("[file:size < 3] AND ", 3) + "[file:size < 3]"},
	} {
		if got := verdict(t, c.pattern, observations); got != c.want {
			t.Errorf("%.90s: %s, want %s", c.pattern, got, c.want)
		}
	}
}

func TestTheBudgetIsAnError(t *testing.T) {
	observations := many(t, 300)
	for _, text := range []string{
		"[file:size >= 0] REPEATS 100 TIMES WITHIN 98 SECONDS",
		"(([file:size < 150] AND [file:size > 100]) FOLLOWEDBY [file:size >= 150]) REPEATS 40 TIMES WITHIN 3 SECONDS",
	} {
		p, err := observe.Compile(text, pattern.V21)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Match(observations, observe.Limits{Steps: 20_000}); !errors.Is(err, observe.ErrBudget) || got.Matched {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	long := read(t, `[{"type": "observed-data", "first_observed": "2026-01-01T00:00:00Z", "last_observed": "2026-01-01T00:00:00Z", "number_observed": 1,
		"objects": {"0": {"type": "file", "name": "`+strings.Repeat("a", 100_000)+`"}}}]`)
	for _, text := range []string{
		"[file:name LIKE '%" + strings.Repeat("a", 50_000) + "b']",
		"[file:name MATCHES '(a?){1000}b']",
	} {
		p, err := observe.Compile(text, pattern.V21)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Match(long, observe.Limits{Steps: 1_000_000}); !errors.Is(err, observe.ErrBudget) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

// oracle finds all bindings of a pattern the long way: sets of observations, each as
// often as it was observed. It is written from section 9.5 alone and knows of brackets
// only which observations satisfy them.
type oracle struct {
	t            *rapid.T
	observations []observe.Observation
	of           []int // instance to observation
	doubtful     bool  // what is undecided counts as true
}

func newOracle(t *rapid.T, observations []observe.Observation) *oracle {
	o := &oracle{t: t, observations: observations}
	for i, obs := range observations {
		for range obs.Number {
			o.of = append(o.of, i)
		}
	}
	return o
}

func (o *oracle) first(i int) time.Time { return o.observations[o.of[i]].First }
func (o *oracle) last(i int) time.Time  { return o.observations[o.of[i]].Last }

func (o *oracle) bindings(n pattern.Node) [][]int {
	var out [][]int
	var qualifiers []pattern.Qualifier
	switch n := n.(type) {
	case *pattern.Observation:
		qualifiers = n.Qualifiers
		p, err := observe.New(&pattern.Observation{Expr: n.Expr})
		if err != nil {
			o.t.Fatal(err)
		}
		for i, k := range o.of {
			got, err := p.Match(o.observations[k:k+1], observe.Limits{})
			if got.Matched || o.doubtful && err != nil {
				out = append(out, []int{i})
			}
		}
	case *pattern.Combined:
		qualifiers = n.Qualifiers
		out = o.bindings(n.Operands[0])
		for _, operand := range n.Operands[1:] {
			out = o.join(n.Op, out, o.bindings(operand))
		}
	}
	for _, q := range qualifiers {
		out = o.qualify(out, q)
	}
	return out
}

func (o *oracle) join(op string, a, b [][]int) (out [][]int) {
	if op == "OR" {
		return append(slices.Clone(a), b...)
	}
	for _, x := range a {
		for _, y := range b {
			if slices.ContainsFunc(x, func(i int) bool { return slices.Contains(y, i) }) {
				continue
			}
			if op == "FOLLOWEDBY" && slices.ContainsFunc(x, func(i int) bool {
				return slices.ContainsFunc(y, func(j int) bool { return o.first(i).After(o.last(j)) })
			}) {
				continue
			}
			out = append(out, append(slices.Clone(x), y...))
		}
	}
	return out
}

func (o *oracle) qualify(in [][]int, q pattern.Qualifier) (out [][]int) {
	if q.Kind == "REPEATS" {
		out = in
		for range q.Times - 1 {
			out = o.join("AND", out, in)
		}
		return out
	}
	seconds, _ := time.ParseDuration(q.From + "s")
	start, _ := stix.ParseTime(q.From)
	stop, _ := stix.ParseTime(q.To)
	for _, b := range in {
		ok := true
		for _, i := range b {
			if q.Kind == "START" {
				ok = ok && start.Before(stop) && o.first(i).Before(stop) && !o.last(i).Before(start)
			}
			for _, j := range b {
				if q.Kind == "WITHIN" {
					ok = ok && o.first(i).Sub(o.last(j)) <= seconds
				}
			}
		}
		if ok {
			out = append(out, b)
		}
	}
	return out
}

func (o *oracle) verdict(n pattern.Node) string {
	o.doubtful = false
	if len(o.bindings(n)) > 0 {
		return "match"
	}
	if o.doubtful = true; len(o.bindings(n)) > 0 {
		return "undecided"
	}
	return "no-match"
}

// TestBindingIsThatOfAllCombinations: what flow and search find is what trying all
// combinations finds.
func TestBindingIsThatOfAllCombinations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		observations, err := observe.Read(patterntest.Objects(t, 4))
		if err != nil {
			t.Fatal(err)
		}
		leaf := func() string {
			return rapid.SampledFrom([]string{
				"[file:name LIKE '%']", "[x-note:name LIKE '%']", "[file:name LIKE 'a%' OR x-note:name LIKE '%']", "[file:name MATCHES '(?=a)']", "[EXISTS file:size OR EXISTS x-note:size]",
			}).Draw(t, "brackets")
		}
		text := patterntest.Combine(t, 3, leaf)
		n, err := pattern.ParseGrammar(text, pattern.V21)
		if err != nil {
			t.Fatal(err)
		}
		if n := leaves(n); n > 7 {
			t.Skip("too many combinations")
		}
		want, got := newOracle(t, observations).verdict(n), verdict(t, text, observations)
		if got != want {
			t.Fatalf("%s: %s, all combinations say %s", text, got, want)
		}
	})
}

// leaves is how many observations a binding has.
func leaves(n pattern.Node) int64 {
	out := int64(1)
	var qualifiers []pattern.Qualifier
	switch n := n.(type) {
	case *pattern.Observation:
		qualifiers = n.Qualifiers
	case *pattern.Combined:
		out, qualifiers = 0, n.Qualifiers
		for _, o := range n.Operands {
			out += leaves(o)
		}
	}
	for _, q := range qualifiers {
		out *= max(1, q.Times)
	}
	return out
}

// TestWhatIsBoundMatches: the observations that a match names match by themselves.
func TestWhatIsBoundMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		observations, err := observe.Read(patterntest.Objects(t, 5))
		if err != nil {
			t.Fatal(err)
		}
		text := patterntest.Pattern(t, 2)
		p, err := observe.Compile(text, pattern.V21)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Match(observations, observe.Limits{})
		if err != nil || !got.Matched {
			if got.Observations != nil {
				t.Fatalf("%s: no match and %v", text, got.Observations)
			}
			return
		}
		var bound []observe.Observation
		for _, i := range got.Observations {
			bound = append(bound, observations[i])
		}
		if v := verdict(t, text, bound); v != "match" {
			t.Fatalf("%s: bound to %v, which by themselves are %s", text, got.Observations, v)
		}
	})
}

// FuzzMatch: no pattern and no observation makes the matcher panic, hang or contradict
// itself.
func FuzzMatch(f *testing.F) {
	f.Add("[file:name = 'a' AND file:size > 1.5]", `{"type":"file","name":"a","size":2}`)
	f.Add("([file:a[*].b_ref.c LIKE '%x_' ] FOLLOWEDBY [file:d MATCHES '^(?i)a$']) REPEATS 2 TIMES WITHIN 5 SECONDS", `{"type":"file","a":[{"b_ref":"0"}],"c":"xx","d":"A\n"}`)
	f.Add("[file:x_hex = h'00' OR file:t < t'2026-01-01T00:00:00Z' OR NOT EXISTS file:y]", `{"type":"file","x_hex":"0","t":"2026"}`)
	f.Add("[file:ip ISSUBSET '198.51.100.0/24' OR file:ip ISSUPERSET '::1']", `{"type":"file","ip":"198.51.100.1"}`)
	f.Fuzz(func(t *testing.T, text, object string) {
		p, err := observe.Compile(text, pattern.V21)
		if err != nil {
			return
		}
		o, err := stix.Parse([]byte(object))
		if err != nil {
			return
		}
		moment := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		seen := observe.Observation{First: moment, Last: moment.Add(time.Second), Number: 2, Roots: []string{"0"}, Objects: map[string]stix.Object{"0": o}}
		limits := observe.Limits{Steps: 200_000}
		got, err := p.Match([]observe.Observation{seen}, limits)
		if got.Matched && (err != nil || !slices.Equal(got.Observations, []int{0})) {
			t.Fatalf("%+v with %v", got, err)
		}
		again, err2 := p.Match([]observe.Observation{seen}, limits)
		if got.Matched != again.Matched || (err == nil) != (err2 == nil) {
			t.Fatalf("%+v, %v and then %+v, %v", got, err, again, err2)
		}
	})
}
