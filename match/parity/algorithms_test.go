package parity

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestJaroWinklerIsAsPublished(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"martha", "marhta", 0.961}, // Winkler 1990
		{"dixon", "dicksonx", 0.813},
		{"dwayne", "duane", 0.840},
		{"same", "same", 1},
		{"abc", "xyz", 0},
		{"abc", "", 0},
		{"", "", 0},
	} {
		if got := jaroWinkler([]rune(c.a), []rune(c.b), 4); math.Abs(got-c.want) > 0.0005 {
			t.Errorf("jaroWinkler(%q, %q) = %.4f, want %.3f", c.a, c.b, got, c.want)
		}
	}
}

func TestSoundexIsThatOfTheNationalArchives(t *testing.T) {
	for word, want := range map[string]string{
		"robert": "R163", "rupert": "R163", "ashcraft": "A261", "ashcroft": "A261", "tymczak": "T522", "pfister": "P236",
		"washington": "W252", "lee": "L000", "gutierrez": "G362", "jackson": "J250", "vandeusen": "V532", "honeyman": "H555",
	} {
		if got := soundex([]rune(word)); got[1:] != want[1:] || got[0] != want[0]+('a'-'A') {
			t.Errorf("soundex(%q) = %s, want %s", word, got, want)
		}
	}
	if got := soundex(nil); got != "" {
		t.Errorf("soundex of nothing = %q", got)
	}
}

func TestDistanceCountsEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"putin", "punti", 2}, {"putinputin", "putin", 5}, {"", "abc", 3}, {"abc", "", 3}, {"", "", 0}} {
		if got := distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestAlgorithmsDoNotMindWhichTextComesFirst(t *testing.T) {
	word := rapid.StringMatching(`[a-d]{0,9}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b"))
		if distance(a, b) != distance(b, a) {
			t.Errorf("distances differ")
		}
		s := jaroWinkler(a, b, partPrefix)
		if s < 0 || s > 1 {
			t.Errorf("similarity %v", s)
		}
		if string(a) == string(b) && len(a) > 0 && s != 1 {
			t.Errorf("similarity with itself %v", s)
		}
	})
}
