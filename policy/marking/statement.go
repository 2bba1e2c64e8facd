package marking

import (
	"strings"

	"github.com/cordon-project/cordon/policy/nation"
)

// classes are the words of US banners for a classification.
var classes = map[string]string{
	"UNCLASSIFIED": "", "U": "", "CONFIDENTIAL": "C", "C": "C", "SECRET": "S", "S": "S", "TOP SECRET": "TS", "TS": "TS",
}

// levels are the words of banners for a TLP level.
var levels = map[string]string{
	"TLP:WHITE": "clear", "TLP:CLEAR": "clear", "TLP:GREEN": "green", "TLP:AMBER": "amber", "TLP:AMBER+STRICT": "amber+strict", "TLP:RED": "red",
}

// readStatement reads the text of a statement marking. A banner, which is a
// statement that says REL TO or NOFORN, or is a classification, or begins with one
// and "//", is read part by part and is malformed where a part is not understood. Any other
// statement is for people and restricts nothing (STIX 2.1 section 7.2.1.3).
func readStatement(text string, t *Terms) {
	upper := strings.ToUpper(strings.TrimSpace(text))
	parts := strings.Split(strings.TrimSuffix(upper, "."), "//")
	_, first := classes[strings.TrimSpace(parts[0])]
	if !hasWord(upper, "REL TO") && !hasWord(upper, "NOFORN") && !(first && (len(parts) > 1 || len(strings.TrimSpace(parts[0])) > 1)) {
		return
	}
	if len(text) > MaxText {
		t.fail("its statement is too long for a banner")
		return
	}
	for _, part := range parts {
		part = strings.Join(strings.Fields(part), " ")
		class, isClass := classes[part]
		level, isLevel := levels[part]
		list, isList := strings.CutPrefix(part, "REL TO ")
		switch {
		case isClass && class == "":
		case isClass:
			t.need(Clause{Atoms: []string{Class + ":" + class}})
		case isLevel:
			t.Raises = higher(t.Raises, level)
		case part == "NOFORN":
			t.need(Clause{Atoms: []string{Nation + ":USA"}})
		case isList:
			nations, err := nation.List(list)
			if err != nil {
				t.fail("its list of nations cannot be read")
				return
			}
			t.need(Clause{Atoms: atoms(Nation, nations)})
		default:
			t.fail("a part of its banner is not understood")
			return
		}
	}
}

// hasWord reports whether the words stand in the text on their own.
func hasWord(text, words string) bool {
	if first, _, _ := strings.Cut(words, " "); !strings.Contains(text, first) {
		return false // the common case of a long text costs little
	}
	text = " " + strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}), " ") + " "
	return strings.Contains(text, " "+words+" ")
}

// ranks are the levels in their order.
const ranks = "clear green amber amber+strict red"

func higher(a, b string) string {
	if a == "" || strings.Index(ranks, b) > strings.Index(ranks, a) {
		return b
	}
	return a
}
