package words

import (
	"slices"
	"strings"
)

// letters are the Cyrillic letters as passports and lists write them in Latin
// (BGN/PCGN 1947 without its marks). Where usage differs, romanise adds more.
var letters = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y",
	'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f",
	'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
}

// romanise returns the usual romanisations of a Russian word or phrase: й as y
// or, as script.Fold leaves it, i; е after a vowel as e or ye; a final ий or ый
// also as y alone.
func romanise(s string) []string {
	var out []string
	for _, short := range []string{"y", "i"} {
		for _, iotated := range []string{"e", "ye"} {
			out = append(out, spell(s, short, iotated))
		}
	}
	var words []string
	for _, w := range strings.Fields(s) {
		for _, ending := range []string{"ий", "ый"} {
			if stem, ok := strings.CutSuffix(w, ending); ok {
				w = stem + "ы"
			}
		}
		words = append(words, w)
	}
	out = append(out, spell(strings.Join(words, " "), "y", "e"))
	slices.Sort(out)
	return slices.Compact(out)
}

// spell writes one romanisation: short is й, iotated is е after a vowel.
func spell(s, short, iotated string) string {
	var b strings.Builder
	last := ' '
	for _, r := range s {
		latin, ok := letters[r]
		switch {
		case r == 'й':
			b.WriteString(short)
		case r == 'е' && strings.ContainsRune("аеёиоуыэюяьъ", last):
			b.WriteString(iotated)
		case ok:
			b.WriteString(latin)
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// foldCyrillic writes a word as script.Fold does, without marks.
func foldCyrillic(s string) string {
	return strings.NewReplacer("й", "и", "ё", "е").Replace(s)
}
