package latin

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lookalikes are letters of other scripts that are drawn like a Latin one, in
// lower case or as capitals, since folding leaves no capitals (Unicode Technical
// Standard 39, confusables.txt, the rows of letters). Where the two cases look
// like different letters (Greek ν and Ν, η and Η) the lower case decides.
var lookalikes = map[rune]byte{
	'а': 'a', 'в': 'b', 'е': 'e', 'к': 'k', 'м': 'm', 'н': 'h', 'о': 'o', 'р': 'p', 'с': 'c', 'т': 't', 'у': 'y', 'х': 'x',
	'і': 'i', 'ј': 'j', 'ѕ': 's', 'һ': 'h', 'ԁ': 'd', 'ԛ': 'q', 'ԝ': 'w', 'г': 'r', 'ѵ': 'v', 'ԍ': 'g', 'ӏ': 'l', 'ү': 'y',
	'ё': 'e', 'ї': 'i', 'й': 'n', 'и': 'n',
	'α': 'a', 'β': 'b', 'ε': 'e', 'ζ': 'z', 'η': 'n', 'ι': 'i', 'κ': 'k', 'μ': 'm', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't',
	'υ': 'u', 'χ': 'x', 'γ': 'y', 'ω': 'w', 'ϲ': 'c', 'ϳ': 'j', 'ό': 'o', 'ά': 'a', 'ί': 'i',
	'ɡ': 'g', 'ɑ': 'a', 'ɩ': 'i',
}

// Lookalike rewrites words that pretend, and says whether there was one:
//
//   - words of Latin letters among which stand Cyrillic or Greek ones that look
//     Latin, when every foreign letter of the word does ("Kіm" with a Cyrillic
//     і); words wholly of one script stay;
//   - digits and signs that stand for letters (0 o, 1 i, 3 e, 4 a, 5 s, 7 t,
//     9 g, @ a, $ s) in words of at least three letters: one or two of them
//     between letters, and one at the end of a word that begins with a letter
//     and has another inside. "Bureau39", "F14", "2go" and "3m" stay.
//
// Words are what stands between other characters than letters, marks, digits, @
// and $. What is not rewritten stays as it is, with its case.
func Lookalike(s string) (string, bool) {
	if !suspicious(s) {
		return s, false
	}
	var b strings.Builder
	changed := false
	for rest := s; rest != ""; {
		n := strings.IndexFunc(rest, inWord)
		if n < 0 {
			n = len(rest)
		}
		b.WriteString(rest[:n])
		rest = rest[n:]
		n = strings.IndexFunc(rest, func(r rune) bool { return !inWord(r) })
		if n < 0 {
			n = len(rest)
		}
		word, ok := letters(rest[:n])
		word, digit := digits(word)
		changed = changed || ok || digit
		b.WriteString(word)
		rest = rest[n:]
	}
	if !changed {
		return s, false
	}
	return b.String(), true
}

// suspicious says whether a text can hold a word that pretends: one that has
// Latin letters together with anything that could stand for one.
func suspicious(s string) bool {
	latin, other := false, false
	for i := range len(s) {
		c := s[i]
		switch {
		case letterByte(c | 0x20):
			latin = true
		case c >= utf8.RuneSelf, digitByte(c), c == '@', c == '$':
			other = true
		}
	}
	return latin && other
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '@' || r == '$'
}

// letters rewrites the letters of one word that only look Latin, or leaves it.
func letters(word string) (string, bool) {
	latin, foreign := 0, 0
	for _, r := range word {
		switch {
		case r < utf8.RuneSelf:
			if letterByte(byte(r) | 0x20) {
				latin++
			}
		case lookalikes[unicode.ToLower(r)] != 0:
			foreign++
		case unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r):
			return word, false
		}
	}
	if latin == 0 || foreign == 0 {
		return word, false
	}
	return strings.Map(func(r rune) rune {
		c := rune(lookalikes[unicode.ToLower(r)])
		switch {
		case c == 0:
			return r
		case unicode.IsUpper(r):
			return unicode.ToUpper(c)
		}
		return c
	}, word), true
}

// standsFor returns the letter that a digit or sign stands for, zero if none.
func standsFor(c byte) byte {
	switch c {
	case '0':
		return 'o'
	case '1':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	case '9':
		return 'g'
	}
	return 0
}

// maxStanding is how many digits in a row may stand for letters; more are a
// number ("Boeing747Max").
const maxStanding = 2

// digits rewrites the digits of one word that stand for letters.
func digits(word string) (string, bool) {
	count, first := 0, -1
	for i := range len(word) {
		switch c := word[i]; {
		case letterByte(c | 0x20):
			count++
		case c >= utf8.RuneSelf:
			return word, false
		case first < 0:
			first = i
		}
	}
	if count < 3 || first < 0 {
		return word, false
	}
	return standing(word, first)
}

// standing does the work of digits for a word of enough letters, whose first
// digit is given.
func standing(word string, first int) (string, bool) {
	var out []byte
	for i := first; i < len(word); {
		if letterByte(word[i] | 0x20) {
			i++
			continue
		}
		j := i
		mapped := true
		for j < len(word) && !letterByte(word[j]|0x20) {
			mapped = mapped && standsFor(word[j]) != 0
			j++
		}
		inside := i > 0 && j < len(word) && j-i <= maxStanding
		ending := i > 0 && j == len(word) && j-i == 1 && out != nil
		if mapped && (inside || ending) {
			if out == nil {
				out = []byte(word)
			}
			for k := i; k < j; k++ {
				out[k] = standsFor(word[k])
			}
		}
		i = j
	}
	if out == nil {
		return word, false
	}
	return string(out), true
}
