// Package script knows how names are written: in which script a text is, and
// which spellings of one script are one and the same once case, width, accents,
// punctuation and the order of parts are set aside.
//
// In comes one name as a source prints it; out come its [Form]: the folded
// parts by which names are compared. Two names that fold to the same parts
// differ only in writing, never in sound or language: reading across scripts
// (Hangul to Latin and so on) is not done here yet.
//
// Guarantees: Fold is total, deterministic and idempotent (the fold of a fold
// is itself); work and result are linear in the input, which is cut at
// [MaxRunes] and says so; control and invisible characters never survive.
//
// It refuses nothing: a text without any letter or digit folds to no parts, and
// callers decide what to say.
package script

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxRunes is how much of a name is read. The longest name on any official list
// is below 300 characters.
const MaxRunes = 1024

// Script codes of ISO 15924, as far as lists use them. Mixed is not a code of
// the standard: it says that letters of more than one script stand together.
const (
	Latin      = "Latn"
	Hangul     = "Hang"
	Han        = "Hani"
	Japanese   = "Jpan" // Han together with kana
	Katakana   = "Kana"
	Hiragana   = "Hira"
	Cyrillic   = "Cyrl"
	Arabic     = "Arab"
	Hebrew     = "Hebr"
	Greek      = "Grek"
	Thai       = "Thai"
	Devanagari = "Deva"
	Common     = "Zyyy" // no letters
	Other      = "Zzzz"
	Mixed      = "Mixed"
)

var tables = []struct {
	code  string
	table *unicode.RangeTable
}{
	{Latin, unicode.Latin},
	{Hangul, unicode.Hangul},
	{Han, unicode.Han},
	{Katakana, unicode.Katakana},
	{Hiragana, unicode.Hiragana},
	{Cyrillic, unicode.Cyrillic},
	{Arabic, unicode.Arabic},
	{Hebrew, unicode.Hebrew},
	{Greek, unicode.Greek},
	{Thai, unicode.Thai},
	{Devanagari, unicode.Devanagari},
}

// OfRune returns the script of one character, Common for one that has none.
func OfRune(r rune) string {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return Latin
		}
		return Common
	}
	if !unicode.IsLetter(r) {
		return Common
	}
	for _, t := range tables {
		if unicode.Is(t.table, r) {
			return t.code
		}
	}
	return Other
}

// Of returns the script of a text by its letters: one code, Japanese for Han
// with kana, Mixed for others together, Common when there is no letter.
func Of(s string) string {
	seen := Common
	for _, r := range s {
		c := OfRune(r)
		switch {
		case c == Common || c == seen || r == 'ー':
		case seen == Common:
			seen = c
		case japanese(seen) && japanese(c):
			seen = Japanese
		default:
			return Mixed
		}
	}
	return seen
}

func japanese(code string) bool {
	return code == Han || code == Katakana || code == Hiragana || code == Japanese
}

// Form is a name as it is compared.
type Form struct {
	Parts  []string // folded parts in the order written
	Script string   // of the text as given
	Cut    bool     // the text was longer than MaxRunes
}

// Key returns the parts joined by single spaces.
func (f Form) Key() string { return strings.Join(f.Parts, " ") }

// Joined returns the parts without spaces: "kimsangman".
func (f Form) Joined() string { return strings.Join(f.Parts, "") }

// Fold returns the form of a name: compatibility forms made one (NFKC), full
// case folding, accents of Latin, Greek and Cyrillic letters dropped, letters
// such as ø, ł, ß and ı written as the plain letters they stand for, apostrophes
// and dots inside words dropped, every other punctuation a break between parts.
// Marks that are part of the letter (kana's dakuten, Hangul, Indic vowels) stay.
func Fold(s string) Form {
	f := Form{Script: Of(s)}
	// Bytes that are no text would keep the normal forms from being reached.
	s, f.Cut = Clip(strings.ToValidUTF8(s, string(utf8.RuneError)), MaxRunes)
	// Case folding may leave marks decomposed and compatibility mapping may
	// leave capitals, so both run until nothing changes (Unicode 3.13, D146).
	folder := cases.Fold()
	for i := 0; i < 3; i++ {
		next := norm.NFKC.String(folder.String(norm.NFKC.String(s)))
		if next == s {
			break
		}
		s = next
	}
	f.Parts = parts(norm.NFD.String(s))
	return f
}

// Clip cuts a text after so many characters and says whether it did.
func Clip(s string, most int) (string, bool) {
	n := 0
	for i := range s {
		if n == most {
			return s[:i], true
		}
		n++
	}
	return s, false
}

// parts cuts a decomposed text into folded parts.
func parts(s string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, norm.NFC.String(b.String()))
			b.Reset()
		}
	}
	base := Common
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
			if keepsMarks(base) {
				b.WriteRune(r)
			}
		case silent(r):
		case unicode.Is(unicode.Mc, r):
			b.WriteRune(r)
		case unicode.IsLetter(r):
			base = OfRune(r)
			b.WriteString(plain(r))
		case unicode.IsDigit(r):
			base = Common
			b.WriteRune(r)
		default:
			base = Common
			flush()
		}
	}
	flush()
	return out
}

// keepsMarks says whether non-spacing marks are part of the letter in a script.
// Where they only mark stress, vowels or style, names are written without them
// as often as with them.
func keepsMarks(script string) bool {
	switch script {
	case Latin, Greek, Cyrillic, Arabic, Hebrew, Common:
		return false
	}
	return true
}

// silent says which signs are dropped without breaking a word: apostrophes in
// all their shapes (Mao'er, Ch'oe, Ḥasan's ʿayn), the Arabic tatweel, and
// characters that cannot be seen.
func silent(r rune) bool {
	switch r {
	case '\'', '’', '‘', '`', '´', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', 'ـ', '＇', '‛', '′':
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// plain writes a letter that Unicode does not decompose as the plain letters
// that passports use for it (ICAO Doc 9303 part 3, table 6, without its doubled
// vowels, which lists do not use consistently).
func plain(r rune) string {
	if r < utf8.RuneSelf {
		return string(r)
	}
	// Cherokee folds to its capitals (Unicode 3.13, CaseFolding.txt); the caser
	// changes each case to the other.
	switch {
	case r >= 0xAB70 && r <= 0xABBF:
		return string(r - 0xAB70 + 0x13A0)
	case r >= 0x13F8 && r <= 0x13FD:
		return string(r - 8)
	}
	switch r {
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ŧ':
		return "t"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ß':
		return "ss"
	case 'ŋ':
		return "n"
	}
	return string(r)
}
