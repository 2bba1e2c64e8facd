package normal_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/normal"
	"github.com/cordon-project/cordon/stix/pattern/observe"
	"github.com/cordon-project/cordon/stix/pattern/patterntest"
)

// TestTheFormMatchesWhatThePatternMatches: a pattern may be replaced by its form, which
// is its own form.
func TestTheFormMatchesWhatThePatternMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := patterntest.Pattern(t, 2)
		n, err := pattern.ParseGrammar(text, pattern.V21)
		if err != nil {
			t.Fatal(err)
		}
		form, err := normal.Of(n)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		observations, err := observe.Read(patterntest.Objects(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		want := verdict(t, text, observations)
		if form.String() == "" {
			if want == "match" {
				t.Fatalf("%s matches, and its form is that of what nothing matches", text)
			}
			return
		}
		again, err := pattern.ParseGrammar(form.String(), pattern.V21)
		if err != nil {
			t.Fatalf("%s is no pattern: %v", form, err)
		}
		if second, err := normal.Of(again); err != nil || second != form {
			t.Fatalf("%s has the form %s, which has the form %s (%v)", text, form, second, err)
		}
		if got := verdict(t, form.String(), observations); got != want {
			t.Fatalf("%s: %s, its form %s: %s", text, want, form, got)
		}
	})
}

// TestOrderAndNestingDoNotMatter: operands may be written in any order where the
// operators do not care.
func TestOrderAndNestingDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := patterntest.Pattern(t, 1), patterntest.Pattern(t, 1), patterntest.Pattern(t, 1)
		for _, pair := range [][2]string{
			{a + " AND " + b, b + " AND (" + a + ")"},
			{a + " OR " + b + " OR " + c, "(" + c + " OR (" + a + ")) OR " + b},
			{"(" + a + ") FOLLOWEDBY ((" + b + ") FOLLOWEDBY (" + c + "))", "((" + a + ") FOLLOWEDBY (" + b + ")) FOLLOWEDBY (" + c + ")"},
			{"(" + a + ") AND ((" + b + ") OR (" + c + "))", "((" + b + ") AND (" + a + ")) OR ((" + c + ") AND (" + a + "))"},
			{"(" + a + ") OR (" + a + ")", a},
		} {
			x, errX := pattern.ParseGrammar(pair[0], pattern.V21)
			y, errY := pattern.ParseGrammar(pair[1], pattern.V21)
			if errX != nil || errY != nil {
				t.Fatal(errX, errY)
			}
			if same, err := normal.Equivalent(x, y); err != nil || !same {
				fx, _ := normal.Of(x)
				fy, _ := normal.Of(y)
				t.Fatalf("%s\n  %s\n%s\n  %s\n%v", pair[0], fx, pair[1], fy, err)
			}
		}
	})
}

func verdict(t *rapid.T, text string, observations []observe.Observation) string {
	p, err := observe.Compile(text, pattern.V21)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var doubt *observe.NotEvaluable
	switch got, err := p.Match(observations, observe.Limits{}); {
	case errors.As(err, &doubt):
		return "undecided"
	case err != nil:
		t.Fatalf("%s: %v", text, err)
	case got.Matched:
		return "match"
	}
	return "no-match"
}

// FuzzForm: the form of whatever is a pattern is a pattern, and its own form.
func FuzzForm(f *testing.F) {
	for _, s := range []string{
		"[a:b=1 OR (a:c=2 AND a:b=1)] WITHIN 2 SECONDS", "([a:b=1] OR [a:b='x']) FOLLOWEDBY ([a:b=3] AND [a:b IN (2, 1)]) REPEATS 2 TIMES",
		"[ipv4-addr:value='1.2.255.4/23' AND windows-registry-key:key='A']", "[a:b = 000.10 OR a:'\\'' = b'AA==' OR a:b < t'2026-01-01T00:00:00.0Z']",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := pattern.ParseGrammar(s, pattern.V21)
		if err != nil {
			return
		}
		form, err := normal.Of(n)
		if err != nil || form.String() == "" {
			return
		}
		again, err := pattern.ParseGrammar(form.String(), pattern.V21)
		if err != nil {
			t.Fatalf("%q has the form %q: %v", s, form, err)
		}
		if second, err := normal.Of(again); err != nil || second != form {
			t.Fatalf("%q has the form %q, which has the form %q (%v)", s, form, second, err)
		}
	})
}
