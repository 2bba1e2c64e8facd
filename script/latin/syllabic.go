package latin

import "strings"

// The nine Indic scripts from U+0900 to U+0D7F have blocks of 128 places in
// which the same sounds stand at the same places (Unicode 12.1, after ISCII
// 1988), so one table by place writes them all. Spelling: Hunterian, the
// national romanisation of India, without marks.

// indicConsonants are the places 0x15 to 0x39.
var indicConsonants = [...]string{
	"k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d", "dh", "n", "n",
	"p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "l", "v", "sh", "sh", "s", "h",
}

// indicVowels are the places 0x05 to 0x14; the signs of the same vowels begin
// with the second of them at 0x3E.
var indicVowels = [...]string{
	"a", "a", "i", "i", "u", "u", "ri", "li", "e", "e", "e", "ai", "o", "o", "o", "au",
}

// indicSigns are the places 0x3E to 0x4C.
var indicSigns = [...]string{"a", "i", "i", "u", "u", "ri", "ri", "e", "e", "e", "ai", "o", "o", "o", "au"}

// indicDotted are the places 0x58 to 0x5F: letters with a dot for foreign sounds.
var indicDotted = [...]string{"q", "kh", "gh", "z", "r", "rh", "f", "y"}

const (
	indicNukta  = 0x3C
	indicVirama = 0x4D
)

func indicPlace(r rune) int { return int(r & 0x7F) }

func isIndicConsonant(r rune) bool {
	p := indicPlace(r)
	return r != 0 && (0x15 <= p && p <= 0x39 || 0x58 <= p && p <= 0x5F)
}

func writeIndic(buf []byte, rs []rune) []byte {
	for i := 0; i < len(rs); i++ {
		r, p := rs[i], indicPlace(rs[i])
		switch {
		case isIndicConsonant(r):
			buf, i = writeIndicConsonant(buf, rs, i)
		case 0x05 <= p && p <= 0x14:
			buf = append(buf, indicVowels[p-0x05]...)
		case 0x3E <= p && p <= 0x4C:
			buf = append(buf, indicSigns[p-0x3E]...)
		case p == 0x01, p == 0x02:
			buf = append(buf, 'n')
			if bengali := r&^0x7F == 0x0980; bengali && p == 0x02 {
				buf = append(buf, 'g')
			}
		case p == 0x03:
			buf = append(buf, 'h')
		case p == indicNukta, p == indicVirama:
		default:
			buf = writeOther(buf, r)
		}
	}
	return buf
}

// writeIndicConsonant writes the consonant at i with the vowel that it carries
// when no sign says otherwise, and returns the last place it has read.
func writeIndicConsonant(buf []byte, rs []rune, i int) ([]byte, int) {
	p := indicPlace(rs[i])
	first := i
	dotted := indicPlace(at(rs, i+1)) == indicNukta
	if dotted {
		i++
	}
	switch {
	case p >= 0x58:
		buf = append(buf, indicDotted[p-0x58]...)
	case dotted && p == 0x1C:
		buf = append(buf, 'z')
	case dotted && p == 0x2B:
		buf = append(buf, 'f')
	case dotted && (p == 0x21 || p == 0x22):
		buf = append(buf, 'r')
	default:
		buf = append(buf, indicConsonants[p-0x15]...)
	}
	next := indicPlace(at(rs, i+1))
	switch {
	case i+1 == len(rs):
		// The vowel at the end is silent in the languages of the north, but
		// for groups of consonants (Narendra).
		cluster := first > 0 && indicPlace(rs[first-1]) == indicVirama
		if southern := rs[i] >= 0x0B80; southern || cluster || first == 0 {
			buf = append(buf, 'a')
		}
	case next == indicVirama, 0x3E <= next && next <= 0x4C:
	default:
		buf = append(buf, 'a')
	}
	return buf, i
}

// thaiLetters: Royal Thai General System of Transcription 1999, the spelling at
// the beginning of syllables. Lao letters stand 0x80 higher at the same places.
var thaiLetters = map[rune]string{
	'ก': "k", 'ข': "kh", 'ฃ': "kh", 'ค': "kh", 'ฅ': "kh", 'ฆ': "kh", 'ง': "ng", 'จ': "ch", 'ฉ': "ch", 'ช': "ch", 'ซ': "s",
	'ฌ': "ch", 'ญ': "y", 'ฎ': "d", 'ฏ': "t", 'ฐ': "th", 'ฑ': "th", 'ฒ': "th", 'ณ': "n", 'ด': "d", 'ต': "t", 'ถ': "th",
	'ท': "th", 'ธ': "th", 'น': "n", 'บ': "b", 'ป': "p", 'ผ': "ph", 'ฝ': "f", 'พ': "ph", 'ฟ': "f", 'ภ': "ph", 'ม': "m",
	'ย': "y", 'ร': "r", 'ฤ': "rue", 'ล': "l", 'ฦ': "lue", 'ว': "w", 'ศ': "s", 'ษ': "s", 'ส': "s", 'ห': "h", 'ฬ': "l",
	'ฮ': "h", 'ะ': "a", 'ั': "a", 'า': "a", 'ำ': "am", 'ิ': "i", 'ี': "i", 'ึ': "ue", 'ื': "ue", 'ุ': "u", 'ู': "u",
	'เ': "e", 'แ': "ae", 'โ': "o", 'ใ': "ai", 'ไ': "ai", 'ๅ': "a", '็': "", '่': "", '้': "", '๊': "", '๋': "", 'ํ': "", 'ฯ': "",
}

const (
	thaiSilencer = '์'
	thaiCarrier  = 'อ'
)

func writeThai(buf []byte, rs []rune) []byte {
	rs = thaiSounded(rs)
	for i := 0; i < len(rs); i++ {
		r, next := rs[i], at(rs, i+1)
		switch {
		case thaiLeading(r) && thaiConsonant(next):
			// Written before the consonants and said after them.
			i++
			if next != thaiCarrier {
				buf = append(buf, thaiLetters[next]...)
			}
			if thaiCluster(rs[i:]) {
				i++
				buf = append(buf, thaiLetters[rs[i]]...)
			}
			buf = append(buf, thaiLetters[r]...)
		case r == thaiCarrier && (i == 0 || !thaiConsonant(rs[i-1])):
			if next == 0 || thaiConsonant(next) {
				buf = append(buf, 'o')
			}
		case r == thaiCarrier:
			buf = append(buf, 'o')
		case r == 'ญ' && next == 0:
			buf = append(buf, 'n')
		default:
			buf = writeLetters(buf, thaiLetters, rs[i:i+1])
		}
	}
	return buf
}

// thaiSounded drops letters under a silencing mark, and writes Lao letters as
// the Thai ones they stand beside.
func thaiSounded(rs []rune) []rune {
	out := make([]rune, 0, len(rs))
	for _, r := range rs {
		if _, ok := thaiLetters[r-0x80]; ok && r >= 0x0E80 {
			r -= 0x80
		}
		if r == 'ອ' {
			r = thaiCarrier
		}
		if r != thaiSilencer {
			out = append(out, r)
			continue
		}
		for n := len(out); n > 0; n = len(out) {
			last := out[n-1]
			out = out[:n-1]
			if thaiConsonant(last) {
				break
			}
		}
	}
	return out
}

// thaiCluster says whether two consonants begin a syllable together (เปรม):
// a stop, then r, l or w, then another consonant to end it.
func thaiCluster(rs []rune) bool {
	return len(rs) >= 3 && strings.ContainsRune("กขคตปผพท", rs[0]) && strings.ContainsRune("รลว", rs[1]) && thaiConsonant(rs[2])
}

func thaiLeading(r rune) bool { return 'เ' <= r && r <= 'ไ' }

func thaiConsonant(r rune) bool { return 'ก' <= r && r <= 'ฮ' }

// khmerLetters: UNGEGN 1972, in the plain spelling that people use.
var khmerLetters = map[rune]string{
	'ក': "k", 'ខ': "kh", 'គ': "k", 'ឃ': "kh", 'ង': "ng", 'ច': "ch", 'ឆ': "chh", 'ជ': "ch", 'ឈ': "chh", 'ញ': "nh", 'ដ': "d",
	'ឋ': "th", 'ឌ': "d", 'ឍ': "th", 'ណ': "n", 'ត': "t", 'ថ': "th", 'ទ': "t", 'ធ': "th", 'ន': "n", 'ប': "b", 'ផ': "ph",
	'ព': "p", 'ភ': "ph", 'ម': "m", 'យ': "y", 'រ': "r", 'ល': "l", 'វ': "v", 'ឝ': "sh", 'ឞ': "s", 'ស': "s", 'ហ': "h", 'ឡ': "l",
	'អ': "a", 'ឥ': "e", 'ឦ': "ei", 'ឧ': "u", 'ឩ': "u", 'ឪ': "au", 'ឫ': "rue", 'ឬ': "rue", 'ឯ': "e", 'ឰ': "ai", 'ឱ': "ao", 'ឳ': "au",
	'ា': "a", 'ិ': "i", 'ី': "i", 'ឹ': "oe", 'ឺ': "eu", 'ុ': "u", 'ូ': "u", 'ួ': "uo", 'ើ': "aeu", 'ឿ': "oea", 'ៀ': "ie",
	'េ': "e", 'ែ': "e", 'ៃ': "ai", 'ោ': "o", 'ៅ': "au", 'ំ': "am", 'ះ': "ah", 'ៈ': "a",
	'៉': "", '៊': "", '់': "", '៌': "", '៍': "", '៎': "", '៏': "", '័': "a", '្': "",
}

// khmerSecond are the consonants of the second series, which carry an o and not
// an a.
const khmerSecond = "គឃងជឈញឌឍទធនពភមយរលវ"

func khmerConsonant(r rune) bool { return 'ក' <= r && r <= 'អ' }

func khmerVowel(r rune) bool { return 'ា' <= r && r <= 'ៈ' || r == '័' }

func writeKhmer(buf []byte, rs []rune) []byte {
	open := true // no vowel has been said in this syllable
	for i, r := range rs {
		next := at(rs, i+1)
		switch {
		case r == 'ប' && next == '៉':
			buf = append(buf, 'p')
		case r == 'អ' && khmerVowel(next):
			// Only carries the vowel.
		default:
			buf = writeLetters(buf, khmerLetters, rs[i:i+1])
		}
		switch {
		case !khmerConsonant(r):
			open = open && !khmerVowel(r)
		case open && r != 'អ' && khmerConsonant(next):
			buf = append(buf, khmerInherent(r))
			open = false
		case khmerConsonant(next):
			open = true
		}
	}
	return buf
}

func khmerInherent(r rune) byte {
	for _, s := range khmerSecond {
		if r == s {
			return 'o'
		}
	}
	return 'a'
}

// ethiopicRows are the consonants from U+1200, eight vowels to each: BGN/PCGN
// 1967 without marks.
var ethiopicRows = [...]string{
	"h", "l", "h", "m", "s", "r", "s", "sh", "q", "qw", "q", "qw", "b", "v", "t", "ch", "h", "hw", "n", "ny", "", "k", "kw",
	"kh", "khw", "w", "", "z", "zh", "y", "d", "d", "j", "g", "gw", "ng", "t", "ch", "p", "ts", "ts", "f", "p",
}

// ethiopicVowels are the vowels in the order of a row; the sixth is mostly silent.
var ethiopicVowels = [8]string{"e", "u", "i", "a", "e", "", "o", "wa"}

func writeEthiopic(buf []byte, rs []rune) []byte {
	for _, r := range rs {
		row, column := int(r-0x1200)/8, int(r-0x1200)%8
		if row < 0 || row >= len(ethiopicRows) {
			buf = writeOther(buf, r)
			continue
		}
		consonant, vowel := ethiopicRows[row], ethiopicVowels[column]
		switch {
		case column == 0 && (consonant == "h" || consonant == ""):
			vowel = "a" // after letters of the throat
		case column == 5 && consonant == "":
			vowel = "e"
		}
		buf = append(append(buf, consonant...), vowel...)
	}
	return buf
}
