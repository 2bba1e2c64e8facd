package corpus_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/corpus"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// TestEveryPatternMatchesItsWitness and, but for chance, no event without it.
func TestEveryPatternMatchesItsWitness(t *testing.T) {
	real := []string{"[domain-name:value = 'a.example.org']", "[url:value = 'http://b.example.net/']", "[file:size > 7]"}
	c := corpus.New(rand.New(rand.NewPCG(1, 2)), real)
	for i := range 20_000 {
		text, witness := c.Next()
		if i < len(real) && text != real[i] {
			t.Errorf("pattern %d is %s", i, text)
		}
		if (witness == nil) != (i == 2) {
			t.Errorf("%s has the witness %v", text, witness)
		}
		p, err := observe.Compile(text, pattern.V21)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if witness == nil || i > 500 && i%10 > 0 {
			continue
		}
		for _, want := range []bool{true, false} {
			if !want {
				witness = nil
			}
			o, err := c.Event(witness)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Match([]observe.Observation{o}, observe.Limits{}); err != nil || got.Matched != want {
				t.Errorf("%s: %+v, %v, want %t", text, got, err, want)
			}
		}
	}
}

func TestTheSameSourceGivesTheSamePatterns(t *testing.T) {
	take := func() (out []string) {
		c := corpus.New(rand.New(rand.NewPCG(3, 4)), nil)
		for range 1000 {
			text, _ := c.Next()
			out = append(out, text)
		}
		return out
	}
	if !slices.Equal(take(), take()) {
		t.Error("they differ")
	}
}
