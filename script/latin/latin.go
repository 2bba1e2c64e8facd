// Package latin writes names of any script in plain Latin letters, so that one
// generic comparison (consonant skeletons, weighted edit distance) can stand
// between any two of them.
//
// In come the folded parts of a name ([script.Fold]); out come tokens of
// [a-z0-9]. One part gives one token, none when nothing of it can be read, and
// two where Arabic writes its article onto the word (السيسي: "al", "sisi").
//
// The spelling is one of several that a reader may expect, chosen for nearness
// to what passports and official lists print and not for exactness:
//
//   - Cyrillic, Greek, Armenian, Georgian: letter by letter, with the few pairs
//     that sound otherwise than their letters. Ukrainian and Serbian are told
//     by the letters and endings that only they have.
//   - Arabic and Hebrew: consonants and long vowels; short vowels are not
//     written and are not guessed.
//   - Indic scripts, Thai, Lao, Khmer, Ethiopic: by syllable, with the vowel
//     that the consonant carries.
//   - Kana in Hepburn letters, Hangul in those of the Revised Romanisation
//     without assimilation, Han in Mandarin: rooms that know these languages
//     read names better, and their readings come first.
//   - Everything else by the Unidecode tables.
//
// Guarantees: output is of [a-z0-9] only and never empty; it is a function of
// the parts alone, and the output of an output is itself; work is linear in the
// input, of which [MaxRunes] characters a part are read; parts that are plain
// Latin already are passed on without allocation.
//
// It refuses nothing and judges nothing: whether two forms are one name is said
// elsewhere.
package latin

import (
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
)

// MaxRunes is how much of one part is read.
const MaxRunes = 1024

// Append appends the Latin form of a name's folded parts to dst: tokens of
// [a-z0-9] in the order of the parts.
func Append(dst, parts []string) []string {
	var language dialect
	known := false
	for _, part := range parts {
		part = clip(part)
		if plain(part) {
			if part != "" {
				part, _ = Lookalike(part)
				dst = append(dst, part)
			}
			continue
		}
		if !known {
			language, known = dialectOf(parts), true
		}
		dst = appendForeign(dst, part, language)
	}
	return dst
}

// appendForeign appends the tokens of a part that is not plain Latin.
func appendForeign(dst []string, part string, language dialect) []string {
	part, _ = Lookalike(part)
	runes := lower(part)
	buf := make([]byte, 0, 3*len(runes)+8)
	for i := 0; i < len(runes); {
		j, w := i+1, writerOf(runes[i])
		for j < len(runes) && (writerOf(runes[j]) == w || unicode.Is(unicode.Mn, runes[j])) {
			j++
		}
		buf = write(buf, w, runes[i:j], language)
		i = j
	}
	return appendTokens(dst, buf)
}

// appendTokens cuts what the writers wrote at their breaks and drops what is no
// plain letter or digit.
func appendTokens(dst []string, buf []byte) []string {
	token := make([]byte, 0, len(buf))
	flush := func() {
		if len(token) > 0 {
			word, _ := digits(string(token))
			dst = append(dst, word)
			token = token[:0]
		}
	}
	for _, c := range buf {
		switch {
		case c == tokenBreak:
			flush()
		case 'A' <= c && c <= 'Z':
			token = append(token, c+'a'-'A')
		case plainByte(c) && len(token) < MaxRunes:
			token = append(token, c)
		}
	}
	flush()
	return dst
}

// tokenBreak is what a writer writes between two tokens of one part.
const tokenBreak = ' '

// writer names the rules by which a stretch of letters is written.
type writer uint8

const (
	fallback writer = iota
	ascii
	cyrillic
	greek
	armenian
	georgian
	arabic
	hebrew
	indic
	thai
	khmer
	ethiopic
	kana
	hangul
	hanzi
)

// blocks says by which rules the characters of a block are written (Unicode
// block chart), in rising order.
var blocks = []struct {
	from, to rune
	w        writer
}{
	{0x0000, 0x007F, ascii},
	{0x0370, 0x03FF, greek},
	{0x0400, 0x052F, cyrillic},
	{0x0530, 0x058F, armenian},
	{0x0590, 0x05FF, hebrew},
	{0x0600, 0x06FF, arabic},
	{0x0750, 0x077F, arabic},
	{0x0900, 0x0D7F, indic},
	{0x0E00, 0x0EFF, thai},
	{0x10A0, 0x10FF, georgian},
	{0x1200, 0x135F, ethiopic},
	{0x1780, 0x17FF, khmer},
	{0x3005, 0x3007, hanzi},
	{0x3041, 0x30FF, kana},
	{0x3400, 0x4DBF, hanzi},
	{0x4E00, 0x9FFF, hanzi},
	{0xAC00, 0xD7A3, hangul},
	{0xF900, 0xFAFF, hanzi},
	{0x20000, 0x323AF, hanzi},
}

func writerOf(r rune) writer {
	for _, b := range blocks {
		if r < b.from {
			break
		}
		if r <= b.to {
			return b.w
		}
	}
	return fallback
}

func write(buf []byte, w writer, rs []rune, language dialect) []byte {
	switch w {
	case ascii:
		return append(buf, string(rs)...)
	case cyrillic:
		return writeCyrillic(buf, rs, language)
	case greek:
		return writeGreek(buf, rs)
	case armenian:
		return writeArmenian(buf, rs)
	case georgian:
		return writeLetters(buf, georgianLetters, rs)
	case arabic:
		return writeArabic(buf, rs)
	case hebrew:
		return writeHebrew(buf, rs)
	case indic:
		return writeIndic(buf, rs)
	case thai:
		return writeThai(buf, rs)
	case khmer:
		return writeKhmer(buf, rs)
	case ethiopic:
		return writeEthiopic(buf, rs)
	case kana:
		return writeKana(buf, rs)
	case hangul:
		return writeHangul(buf, rs)
	case hanzi:
		return writeHan(buf, rs)
	}
	return writeLetters(buf, nil, rs)
}

// writeLetters writes each letter as its table says, and what the table does
// not have by the Unidecode tables.
func writeLetters(buf []byte, table map[rune]string, rs []rune) []byte {
	for _, r := range rs {
		if s, ok := table[r]; ok {
			buf = append(buf, s...)
			continue
		}
		buf = writeOther(buf, r)
	}
	return buf
}

// writeOther writes a character that no table here has: digits by their value,
// others by Unidecode without the signs and spaces it writes between syllables.
func writeOther(buf []byte, r rune) []byte {
	if v, ok := digitValue(r); ok {
		return append(buf, '0'+v)
	}
	if r == 'ə' { // Azerbaijani; Unidecode writes "@"
		return append(buf, 'a')
	}
	if r < utf8.RuneSelf {
		return append(buf, byte(r))
	}
	for _, c := range []byte(unidecode.Unidecode(string(r))) {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if plainByte(c) {
			buf = append(buf, c)
		}
	}
	return buf
}

// digitValue returns the value of a decimal digit of any script. The Unicode
// standard (4.6) has them in runs of ten that begin with zero.
func digitValue(r rune) (byte, bool) {
	if !unicode.IsDigit(r) {
		return 0, false
	}
	for _, t := range unicode.Nd.R16 {
		if lo := rune(t.Lo); lo <= r && r <= rune(t.Hi) {
			return byte((r - lo) % 10), true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if lo := rune(t.Lo); lo <= r && r <= rune(t.Hi) {
			return byte((r - lo) % 10), true
		}
	}
	return 0, false
}

func clip(s string) string {
	if len(s) <= MaxRunes {
		return s
	}
	n := 0
	for i := range s {
		if n == MaxRunes {
			return s[:i]
		}
		n++
	}
	return s
}

// lower returns the characters in lower case; folded parts have it already.
func lower(s string) []rune {
	rs := []rune(s)
	for i, r := range rs {
		rs[i] = unicode.ToLower(r)
	}
	return rs
}

func plain(s string) bool {
	for i := range len(s) {
		if !plainByte(s[i]) {
			return false
		}
	}
	return true
}

func plainByte(c byte) bool { return letterByte(c) || digitByte(c) }

func letterByte(c byte) bool { return 'a' <= c && c <= 'z' }

func digitByte(c byte) bool { return '0' <= c && c <= '9' }

// at returns the character at a place, zero outside the text.
func at(rs []rune, i int) rune {
	if i < 0 || i >= len(rs) {
		return 0
	}
	return rs[i]
}
