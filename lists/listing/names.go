package listing

import (
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/record"
)

// scripts are the scripts that the lists' names are written in, with their ISO
// 15924 codes.
var scripts = []struct {
	code  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin},
	{"Hang", unicode.Hangul},
	{"Hani", unicode.Han},
	{"Kana", unicode.Katakana},
	{"Hira", unicode.Hiragana},
	{"Cyrl", unicode.Cyrillic},
	{"Arab", unicode.Arabic},
	{"Hebr", unicode.Hebrew},
	{"Grek", unicode.Greek},
	{"Thai", unicode.Thai},
	{"Deva", unicode.Devanagari},
	{"Mymr", unicode.Myanmar},
	{"Ethi", unicode.Ethiopic},
	{"Geor", unicode.Georgian},
	{"Armn", unicode.Armenian},
}

// ScriptOf returns the ISO 15924 code of the script in which most letters of a
// name stand; Jpan for kana beside Han; "" for a name without letters.
func ScriptOf(s string) string {
	var n [16]int
	ascii := 0
	for _, r := range s {
		if r < 0x80 {
			if (r|0x20) >= 'a' && (r|0x20) <= 'z' {
				ascii++
			}
			continue
		}
		for i := range scripts {
			if unicode.Is(scripts[i].table, r) {
				n[i]++
				break
			}
		}
	}
	n[0] += ascii
	kana := n[3] + n[4]
	if kana > 0 && n[2] > 0 && kana+n[2] > n[0] {
		return "Jpan"
	}
	best := 0
	for i := range scripts {
		if n[i] > n[best] {
			best = i
		}
	}
	if n[best] == 0 {
		return ""
	}
	return scripts[best].code
}

// HasScript reports whether a letter of one of the tables occurs.
func HasScript(s string, tables ...*unicode.RangeTable) bool {
	for _, r := range s {
		if unicode.In(r, tables...) {
			return true
		}
	}
	return false
}

// NameOf completes a name of a listing: its script, and of a person "FAMILY,
// Given" the two parts.
func NameOf(n record.Name, kind record.PartyKind) record.Name {
	n.Script = ScriptOf(n.Text)
	if kind == record.Person {
		if family, given, ok := strings.Cut(n.Text, ", "); ok && family != "" && given != "" {
			n.Family, n.Given = family, given
		}
	}
	return n
}
