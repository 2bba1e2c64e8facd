package letters_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/match/letters"
)

func word(s string) letters.Word {
	var w letters.Word
	w.Set(s)
	return w
}

func distance(a, b string) int {
	x, y := word(a), word(b)
	var m letters.Measure
	m.Set(&x, &letters.Substitutions)
	return m.Distance(&y, letters.Limit(max(int(x.N), int(y.N))))
}

func TestSpellingsOfOneSoundAreOne(t *testing.T) {
	for _, c := range [][2]string{{"joseph", "josef"}, {"schmidt", "shmidt"}, {"mohammed", "mohamed"}, {"yoosuf", "yusuf"}} {
		if a, b := word(c[0]), word(c[1]); a != b {
			t.Errorf("%s is %q, %s is %q", c[0], a.Bytes(), c[1], b.Bytes())
		}
	}
}

func TestHowFarWordsAreApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		near bool
	}{
		{"sergej", "sergey", true},
		{"hong", "hon", true},
		{"ivanov", "ivanof", true},
		{"kim", "lim", false},
		{"pak", "park", true},
		{"pa", "pak", false},
		{"ivanov", "petrov", false},
	} {
		if got := distance(c.a, c.b) != letters.Beyond; got != c.near {
			t.Errorf("%s and %s: near is %t, want %t", c.a, c.b, got, c.near)
		}
	}
}

// TestTraitsNeverSayMoreThanTheDistance holds what a search stands on: words that it
// tells apart by their traits are apart.
func TestTraitsNeverSayMoreThanTheDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.StringMatching(`[a-z]{2,12}`).Draw(t, "word")
		b := []byte(a)
		for range rapid.IntRange(1, 2).Draw(t, "slips") {
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			letter := rapid.SampledFrom([]byte("abcdefghijklmnopqrstuvwxyz")).Draw(t, "letter")
			switch rapid.IntRange(0, 3).Draw(t, "slip") {
			case 0:
				b[at] = letter
			case 1:
				if len(b) > 1 {
					b = slices.Delete(b, at, at+1)
				}
			case 2:
				b = slices.Insert(b, at, letter)
			default:
				if at > 0 {
					b[at-1], b[at] = b[at], b[at-1]
				}
			}
		}
		x, y := word(a), word(string(b))
		d := distance(a, string(b))
		if least := letters.Apart(x.Trait(), y.Trait()); d != letters.Beyond && least > d {
			t.Fatalf("%s and %s: their traits say %d, their distance is %d", a, b, least, d)
		}
	})
}

func TestWordsThatDifferInVowelsShareAKey(t *testing.T) {
	vowels := []byte("aeiou")
	rapid.Check(t, func(t *rapid.T) {
		a := []byte(rapid.StringMatching(`[bdfgklmnprst]([aeiou][bdfgklmnprst]){1,4}`).Draw(t, "word"))
		b := slices.Clone(a)
		for i := 1; i < len(b); i += 2 {
			b[i] = rapid.SampledFrom(vowels).Draw(t, "vowel")
		}
		x, y := word(string(a)), word(string(b))
		keys := x.AppendKeys(nil, false)
		if !slices.ContainsFunc(y.AppendKeys(nil, false), func(k uint32) bool { return slices.Contains(keys, k) }) {
			t.Fatalf("%s and %s share no key", a, b)
		}
	})
}
