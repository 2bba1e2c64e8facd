// Package japanese knows how a Japanese name can be read.
//
// In comes a name in Latin letters, in kana or in Han characters; out comes the
// set of its readings, each a [Reading] whose key is a hash of the reading's
// normal form. Two names that share a key can be read alike: 佐藤健一, さとう
// けんいち, "Satou Kenichi" and "SATO, Ken-ichi" do.
//
// The normal form is romaji in which the systems fall together: Hepburn (ANSI
// Z39.11, and in passports), Kunrei and Nihon-shiki (ISO 3602 and its strict
// form), the passports' OH for a long o, long vowels written twice, with a
// macron or not at all, n and m before b, p and m, and apostrophes. It is a
// string of letters without word boundaries, so "ken" + "ichi" is "kenichi".
// What it cannot tell apart any more is one reading: Ohno and Ono, じ and ぢ.
//
// A name's parts may come in either order, so Latin and kana names of several
// parts have one reading for each rotation of them. Han names are read in the
// order written, family name first.
//
// Guarantees: readings are a function of the text alone; [AppendLatin] and
// [AppendKana] allocate nothing but what dst grows by; no answer has more than
// [MaxReadings] readings of Han text, and says when it was cut. Weights rank
// readings of one name, 1 for what is written and less the more is guessed; they
// are no probabilities.
//
// The IPA dictionary (kagome) is loaded on the first [AppendKanji] or [Explain]
// of Han text: about a second and 90 MB, kept from then on. [AppendOnKun] never
// loads it.
//
// It refuses, by no reading, whatever cannot be Japanese: a Latin token that
// does not divide into morae, mixed scripts, more than [MaxTokens] parts.
package japanese

import "github.com/cordon-project/cordon/script/latin"

const (
	// MaxTokens is how many parts a Latin or kana name has at most.
	MaxTokens = 4
	// MaxReadings is how many readings a name in Han characters has at most.
	MaxReadings = 32
	// MaxRunes is how many characters a name in Han characters has at most, and
	// one part of a Latin or kana name.
	MaxRunes = 32
)

// Rules says by which rules a reading was found.
type Rules uint8

const (
	Hepburn   Rules = 1 << iota // letters of Hepburn, or of both systems
	Kunrei                      // letters that only Kunrei and Nihon-shiki have
	LongVowel                   // a long vowel was made short
	Kana                        // written in kana
	Kagome                      // a word of the IPA dictionary
	OnKun                       // readings of single characters
)

// ruleNames are in the order of the bits.
var ruleNames = [...]string{"hepburn", "kunrei", "long-vowel", "kana", "kagome", "on-kun"}

// Names returns the names of the rules, in a fixed order.
func (r Rules) Names() []string {
	var out []string
	for i, name := range ruleNames {
		if r&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// Reading is one way to read a whole name.
type Reading struct {
	Key    uint64 // hash of the normal form of the whole name
	Weight float32
	Rules  Rules
}

// AppendLatin appends the readings of a name whose folded Latin tokens are all
// Japanese: one for each rotation of the tokens, none when one is not.
func AppendLatin(dst []Reading, parts []string) []Reading {
	if len(parts) == 0 || len(parts) > MaxTokens {
		return dst
	}
	start := len(dst)
	for first := range parts {
		n := normal{}
		for i := range parts {
			if !token(&n, parts[(first+i)%len(parts)]) {
				return dst[:start]
			}
		}
		dst = appendNew(dst, start, n.reading(1, 0))
	}
	return dst
}

// AppendKana appends the readings of a name whose folded parts are all kana, one
// for each rotation of the parts.
func AppendKana(dst []Reading, parts []string) []Reading {
	if len(parts) == 0 || len(parts) > MaxTokens {
		return dst
	}
	var store [MaxTokens * MaxRunes * maxLetters]byte
	var words [MaxTokens][]byte
	buf := store[:0]
	rules := Kana
	for i, p := range parts {
		long, ok := kanaWord(p)
		if !ok {
			return dst
		}
		if long {
			rules |= LongVowel
		}
		from := len(buf)
		buf = latin.AppendHepburn(buf, p)
		words[i] = buf[from:]
	}
	start := len(dst)
	for first := range parts {
		n := normal{}
		for i := range parts {
			if !token(&n, words[(first+i)%len(parts)]) {
				return dst[:start]
			}
		}
		r := n.reading(1, rules)
		r.Rules &^= Hepburn | Kunrei
		dst = appendNew(dst, start, r)
	}
	return dst
}

// maxLetters is how many letters one kana is written with at most.
const maxLetters = 4

// kanaWord says whether a part is a word of kana, and whether it has the sign of
// the long vowel.
func kanaWord(s string) (long, ok bool) {
	if s == "" || len(s) > 3*MaxRunes {
		return false, false
	}
	for _, r := range s {
		if !isKana(r) {
			return false, false
		}
		long = long || r == longSign
	}
	return long, true
}

const longSign = 'ー'

func isKana(r rune) bool {
	switch {
	case 'ぁ' <= r && r <= 'ゖ', 'ァ' <= r && r <= 'ヺ', r == longSign:
		return true
	}
	return r == 'ゝ' || r == 'ゞ' || r == 'ヽ' || r == 'ヾ'
}

// appendNew appends a reading unless dst has its key from start on; the first
// one is the likelier.
func appendNew(dst []Reading, start int, r Reading) []Reading {
	for _, have := range dst[start:] {
		if have.Key == r.Key {
			return dst
		}
	}
	return append(dst, r)
}
