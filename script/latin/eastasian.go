package latin

import (
	"strings"

	"github.com/cordon-project/cordon/script/han"
)

// kanaLetters are the katakana from ァ to ヺ in their order (U+30A1 to U+30FA),
// in Hepburn letters (ANSI Z39.11 of 1972, withdrawn but what is meant).
var kanaLetters = strings.Fields("a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da " +
	"chi ji - tsu zu te de to do na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo " +
	"ya ya yu yu yo yo ra ri ru re ro wa wa i e o n vu ka ke va vi ve vo")

const (
	firstKatakana = 'ァ'
	lastKatakana  = 'ヺ'
	toKatakana    = 'ァ' - 'ぁ'
	smallTsu      = 'ッ'
)

func writeKana(buf []byte, rs []rune) []byte { return AppendHepburn(buf, string(rs)) }

// AppendHepburn appends the Hepburn letters of a kana word to buf: the sign of
// the long vowel is dropped, a small tsu doubles what follows, small vowels join
// what precedes, iteration marks repeat it. Characters that are no kana are
// passed over.
func AppendHepburn(buf []byte, word string) []byte {
	double := false
	start := len(buf)
	var prev rune
	for _, r := range word {
		r = katakana(r, prev)
		prev = r
		if r == smallTsu {
			double = true
			continue
		}
		if r < firstKatakana || r > lastKatakana {
			continue
		}
		s := kanaLetters[r-firstKatakana]
		if small(r) && len(buf) > start {
			if joined, ok := join(buf, start, r, s); ok {
				buf = joined
				continue
			}
		}
		if double && !vowelByte(s[0]) {
			c := s[0]
			if c == 'c' {
				c = 't'
			}
			buf = append(buf, c)
		}
		double = false
		buf = append(buf, s...)
	}
	return buf
}

// katakana returns the katakana of a hiragana, and of an iteration mark the
// letter before it, voiced where the mark says so.
func katakana(r, prev rune) rune {
	switch {
	case 'ぁ' <= r && r <= 'ゖ':
		return r + toKatakana
	case r == 'ゝ', r == 'ヽ':
		return prev
	case r == 'ゞ', r == 'ヾ':
		if strings.ContainsRune("カキクケコサシスセソタチツテトハヒフヘホ", prev) {
			return prev + 1
		}
		return prev
	}
	return r
}

func small(r rune) bool { return strings.ContainsRune("ァィゥェォャュョヮ", r) }

// join writes a small vowel or ya, yu, yo onto the syllable before it: キャ kya,
// シェ she, ティ ti, ウィ wi.
func join(buf []byte, start int, r rune, s string) ([]byte, bool) {
	end := len(buf) - 1
	if end < start || !vowelByte(buf[end]) {
		return nil, false
	}
	last := buf[end]
	before := byte(0)
	if end > start {
		before = buf[end-1]
	}
	glide := strings.ContainsRune("ャュョ", r)
	switch {
	case before == 0 || vowelByte(before):
		switch {
		case glide || last != 'u' && last != 'i' || s[0] == last:
			return nil, false
		case last == 'u':
			return append(append(buf[:end], 'w'), s[len(s)-1]), true
		}
		return append(append(buf[:end], 'y'), s[len(s)-1]), true
	case glide && (before == 'h' && end-start >= 2 && (buf[end-2] == 's' || buf[end-2] == 'c') || before == 'j'):
		return append(buf[:end], s[1]), true
	case glide:
		return append(buf[:end], s...), true
	case last == 'u' && (before == 'k' || before == 'g'):
		return append(append(buf[:end], 'w'), s[len(s)-1]), true
	}
	return append(buf[:end], s[len(s)-1]), true
}

func vowelByte(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'
}

// Revised Romanisation of Korean (Ministry of Culture and Tourism notice 2000-8),
// letter by letter: the sounds that syllables make on each other are not written.
var (
	hangulInitials = [19]string{"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"}
	hangulVowels   = [21]string{
		"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu",
		"eu", "ui", "i",
	}
	hangulFinals = [28]string{
		"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
		"t", "k", "t", "p", "t",
	}
)

// writeHangul writes syllables, which Unicode 3.12 numbers by their three letters.
func writeHangul(buf []byte, rs []rune) []byte {
	for _, r := range rs {
		if r < 0xAC00 || r > 0xD7A3 {
			buf = writeOther(buf, r)
			continue
		}
		n := int(r - 0xAC00)
		buf = append(buf, hangulInitials[n/(21*28)]...)
		buf = append(buf, hangulVowels[n/28%21]...)
		buf = append(buf, hangulFinals[n%28]...)
	}
	return buf
}

// writeHan writes each character by its most usual Mandarin reading, and by the
// Unidecode tables where no reading is known.
func writeHan(buf []byte, rs []rune) []byte {
	for _, r := range rs {
		if p := han.Pinyin(r); len(p) > 0 {
			buf = append(buf, p[0]...)
			continue
		}
		buf = writeOther(buf, r)
	}
	return buf
}
