package pattern_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix/pattern"
)

func cases(t testing.TB, name string, f func(line []byte)) {
	t.Helper()
	file, err := os.Open(shareddata.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		f(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestSyntaxVerdicts(t *testing.T) {
	right, total := 0, 0
	cases(t, "cti/pattern/validator-cases.jsonl", func(line []byte) {
		var c struct {
			Pattern, Version string
			Valid            bool
		}
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		total++
		if _, err := pattern.ParseVersion(c.Pattern, pattern.Version(c.Version)); (err == nil) != c.Valid {
			t.Errorf("%s (%s): %v, want valid = %v", c.Pattern, c.Version, err, c.Valid)
		} else {
			right++
		}
	})
	if right != 168 || total != 168 {
		t.Errorf("%d of %d, want 168 of 168", right, total)
	}
}

// TestMatcherPatternsAreRead: every pattern that the matcher of the tools
// evaluates is of the language of its version. What the tools refuse while they
// match is not judged here, it may be a matter of matching. The matcher lets a
// qualifier come twice on one observation in two cases, which section 9.5.1
// forbids and the syntax checker of the same tools refuses.
func TestMatcherPatternsAreRead(t *testing.T) {
	total, twice := 0, 0
	cases(t, "cti/pattern/matcher-cases.jsonl", func(line []byte) {
		var c struct{ Pattern, Version, Result string }
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		if c.Result == "error" {
			return
		}
		total++
		_, err := pattern.ParseVersion(c.Pattern, pattern.Version(c.Version))
		if err != nil && strings.Contains(err.Error(), "second qualifier") {
			twice++
		} else if err != nil {
			t.Errorf("%s (%s): %v", c.Pattern, c.Version, err)
		}
	})
	if twice > 2 {
		t.Errorf("%d patterns with a qualifier twice, want 2 at most", twice)
	}
	t.Logf("%d patterns", total)
}

func TestRefused(t *testing.T) {
	for _, s := range []string{
		"", " ", "[", "[]", "[a:b]", "[a:b =]", "[a = 1]", "[a:b = 1", "a:b = 1", "[a:b = 1]]", "([a:b = 1]", "[a:b = 1] AND", "[a:b = 1] [a:c = 2]",
		"[a:b == ]", "[a:b => 1]", "[a:b = +1]", "[a:b = 01]", "[a:b = 1e5]", "[a:b = x]", "[a:b = \"x\"]", "[a:b = 'x]", `[a:b = 'x\y']`, `[a:b = 'x\`,
		"[a:b < true]", "[a:b LIKE 5]", "[a:b MATCHES h'00']", "[a:b IN 1]", "[a:b IN (1,)]", "[a:b IN (1 2)]", "[a:b IN (1]", "[NOT a:b = 1]", "[a:b NOT]",
		"[EXISTS]", "[a:b EXISTS]", "[a:b = h'0']", "[a:b = h'0g']", "[a:b = b'A']", "[a:b = b'']", "[a:b = t'2026-01-01']", "[a:b-c = 1]", "[a:'b = 1]",
		"[a:b. = 1]", "[a:b[x] = 1]", "[a:b[-1] = 1]", "[a:b[1 = 1]", "[a:b[] = 1]", "[a:[0] = 1]", "[a:b = 1 and a:c = 2]", "[a:b = 1] and [a:c = 2]",
		"[a:b = 1] WITHIN 0 SECONDS", "[a:b = 1] WITHIN 5", "[a:b = 1] WITHIN -1 SECONDS", "[a:b = 1] REPEATS 0 TIMES", "[a:b = 1] REPEATS 1.5 TIMES",
		"[a:b = 1] REPEATS 99999999999999999999 TIMES", "[a:b = 1] START t'2026-01-01T00:00:00Z'", "[a:b = 1] START '2026-01-01T00:00:00Z' STOP '2026-01-02T00:00:00Z'",
		"[a:b = 1] REPEATS 2 TIMES REPEATS 2 TIMES", "[a:b = '\xff']", "[(a:b = 1]", "[a:b = 1 OR]", "[a:b = 1 // c\n]", "[file:hashes.MD5 = 'x']", "[file:hashes.'SHA-256' IN ('x')]",
		strings.Repeat("(", pattern.MaxDepth+1) + "[a:b = 1]" + strings.Repeat(")", pattern.MaxDepth+1),
		"[" + strings.Repeat("(", pattern.MaxDepth+1) + "a:b = 1" + strings.Repeat(")", pattern.MaxDepth+1) + "]",
	} {
		err := pattern.Check(s)
		var syntax *pattern.SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(s) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestTree(t *testing.T) {
	one := func(typ, name string) *pattern.Observation {
		return &pattern.Observation{Expr: pattern.Comparison{ObjectType: typ, Path: []pattern.Step{{Name: name}}, Operator: "=", Values: []pattern.Literal{{Kind: "integer", Text: "1"}}}}
	}
	within := []pattern.Qualifier{{Kind: "WITHIN", From: "5"}}
	a, b, c := one("a", "x"), one("b", "x"), one("c", "x")
	qualified := one("c", "x")
	qualified.Qualifiers = []pattern.Qualifier{{Kind: "REPEATS", From: "3", Times: 3}, {Kind: "START", From: "2026-01-01T00:00:00Z", To: "2026-01-02T00:00:00Z"}}
	for in, want := range map[string]pattern.Node{
		"[a:x = 1]": a,
		"[a:x = 1] FOLLOWEDBY [b:x = 1] OR [c:x = 1]":                                                        &pattern.Combined{Op: "FOLLOWEDBY", Operands: []pattern.Node{a, &pattern.Combined{Op: "OR", Operands: []pattern.Node{b, c}}}},
		"[a:x = 1] OR [b:x = 1] AND [c:x = 1]":                                                               &pattern.Combined{Op: "OR", Operands: []pattern.Node{a, &pattern.Combined{Op: "AND", Operands: []pattern.Node{b, c}}}},
		"([a:x = 1] OR [b:x = 1]) WITHIN 5 SECONDS":                                                          &pattern.Combined{Operands: []pattern.Node{&pattern.Combined{Op: "OR", Operands: []pattern.Node{a, b}}}, Qualifiers: within},
		"[a:x = 1] AND [c:x = 1] REPEATS 3 TIMES START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'": &pattern.Combined{Op: "AND", Operands: []pattern.Node{a, qualified}},
	} {
		got, err := pattern.Parse(in)
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v\n%s", in, err, d)
		}
	}
}

func TestComparisons(t *testing.T) {
	got, err := pattern.Comparisons(`[file:hashes.'SHA-256' != 'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f' AND (file:name NOT LIKE 'it\'s\\%' OR file:size >= -1.5)]
		FOLLOWEDBY ([network-traffic:dst_ref.value ISSUBSET '198.51.100.0/24' OR EXISTS network-traffic:protocols[0] OR NOT EXISTS x-a:b[*].'c d']
		AND [artifact:payload_bin IN (h'00ff', b'AAEC', t'2026-01-01T00:00:00Z', true, 7, '')]) WITHIN 5.5 SECONDS`)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range got {
		line := c.ObjectPath() + " "
		if c.Negated {
			line += "NOT "
		}
		line += c.Operator
		for _, v := range c.Values {
			line += " " + v.Kind + ":" + v.Text
		}
		lines = append(lines, line)
	}
	want := []string{
		"file:hashes.'SHA-256' != string:aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f", `file:name NOT LIKE string:it's\%`, "file:size >= float:-1.5",
		"network-traffic:dst_ref.value ISSUBSET string:198.51.100.0/24", "network-traffic:protocols[0] EXISTS", "x-a:b[*].'c d' NOT EXISTS",
		"artifact:payload_bin IN hex:00ff binary:AAEC timestamp:2026-01-01T00:00:00Z boolean:true integer:7 string:",
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Error(d)
	}
}

func TestSatisfiable(t *testing.T) {
	for in, want := range map[string]bool{
		"[a:x = 1 AND a:y = 2]": true, "[a:x = 1 OR b:y = 2]": true, "[a:x = 1 AND b:y = 2]": false, "[a:x = 1] AND [b:y = 2]": true,
		"[(a:x = 1 OR b:x = 1) AND b:y = 2]": true, "[(a:x = 1 OR b:x = 1) AND c:y = 2]": false, "[a:x = 1 AND b:y = 2 OR c:z = 3]": true,
		"([a:x = 1 AND b:y = 2]) WITHIN 5 SECONDS": false,
	} {
		n, err := pattern.Parse(in)
		if err != nil || pattern.Satisfiable(n) != want {
			t.Errorf("%s: %v, %v", in, err, !want)
		}
	}
}

func TestWhiteSpaceIsFree(t *testing.T) {
	a, errA := pattern.Comparisons("[a:x=1 AND a:y IN(2,3)]")
	b, errB := pattern.Comparisons("\u2003[ a : x\n=\t1\u00a0AND a:y IN ( 2 , 3 ) ] ")
	if d := cmp.Diff(a, b); errA != nil || errB != nil || d != "" {
		t.Error(errA, errB, d)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"[file:name = 'a']", "([a:b = 1] FOLLOWEDBY [c:d MATCHES 'x']) WITHIN 5 SECONDS", "[a:b[*].'c' NOT IN (h'00', b'AAEC', t'2026-01-01T00:00:00Z', true, -1.5)] REPEATS 2 TIMES",
		"[EXISTS a:b] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'", `[a:b = '\'\\']`, "[a:b", "((((",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := pattern.Parse(s)
		if err != nil {
			var syntax *pattern.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(s) {
				t.Fatalf("%v", err)
			}
			return
		}
		pattern.Satisfiable(n)
		if _, err := pattern.ParseVersion(s, pattern.V20); err != nil {
			t.Fatalf("2.0 refuses what 2.1 takes: %v", err)
		}
		pattern.Walk(n, func(c pattern.Comparison) {
			again, err := pattern.Comparisons("[EXISTS " + c.ObjectPath() + "]")
			if err != nil || !cmp.Equal(again[0].Path, c.Path) {
				t.Fatalf("the path %s is not read back: %v", c.ObjectPath(), err)
			}
		})
	})
}

func BenchmarkCheck(b *testing.B) {
	const s = "[domain-name:value = 'a.example.org' OR domain-name:value = 'b.example.org']"
	b.ReportAllocs()
	for b.Loop() {
		if err := pattern.Check(s); err != nil {
			b.Fatal(err)
		}
	}
}
