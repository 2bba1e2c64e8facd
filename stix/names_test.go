package stix_test

import (
	"strings"
	"testing"

	"github.com/cordon-project/cordon/stix"
)

func TestNames(t *testing.T) {
	longest := strings.Repeat("a", 250)
	for s, want := range map[string]struct{ typ, property, key bool }{
		"abc": {true, true, true}, "a1-b": {true, false, true}, "a_b": {false, true, true}, "id": {false, true, true}, "Abc": {false, false, true},
		"": {}, "ab": {false, false, true}, "a--b": {false, false, true}, "1ab": {false, false, true}, "-ab": {false, false, true}, "_ab": {false, false, true},
		"a b": {}, "a.b": {}, "한글이": {}, "abc\n": {}, longest: {true, true, true}, longest + "a": {},
	} {
		if stix.ValidTypeName(s) != want.typ || stix.ValidPropertyName(s) != want.property || stix.ValidKey(s) != want.key {
			t.Errorf("%q: type %v, property %v, key %v", s, stix.ValidTypeName(s), stix.ValidPropertyName(s), stix.ValidKey(s))
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"a": `"a"`, "a\x1b[31m\n\"": `"a\u001b[31m\n\""`, "\xff": `"\ufffd"`, strings.Repeat("a", 61): `"` + strings.Repeat("a", 60) + `…"`,
	} {
		if got := stix.Quote(in); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
