package latin

import "unicode"

// arabicLetters: BGN/PCGN 1956 for Arabic without its marks, 1958 for Persian,
// 2007 for Urdu, 1968 for Pashto, and ALA-LC for Kurdish and Uyghur. The letters
// و and ی are written by their place.
var arabicLetters = map[rune]string{
	'ا': "a", 'أ': "a", 'إ': "a", 'آ': "a", 'ٱ': "a", 'ء': "", 'ب': "b", 'ت': "t", 'ث': "th", 'ج': "j", 'ح': "h", 'خ': "kh",
	'د': "d", 'ذ': "dh", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "sh", 'ص': "s", 'ض': "d", 'ط': "t", 'ظ': "z", 'ع': "a", 'غ': "gh",
	'ف': "f", 'ق': "q", 'ك': "k", 'ل': "l", 'م': "m", 'ن': "n", 'ه': "h", 'ى': "a", 'ـ': "",
	'پ': "p", 'چ': "ch", 'ژ': "zh", 'گ': "g", 'ک': "k", 'ڤ': "v", // Persian
	'ٹ': "t", 'ڈ': "d", 'ڑ': "r", 'ں': "n", 'ھ': "h", 'ہ': "h", 'ے': "e", 'ۀ': "h", 'ۃ': "a", // Urdu
	'ټ': "t", 'ځ': "dz", 'څ': "ts", 'ډ': "d", 'ړ': "r", 'ږ': "zh", 'ښ': "sh", 'ګ': "g", 'ڼ': "n", 'ې': "e", 'ۍ': "ay", // Pashto
	'ە': "e", 'ۆ': "o", 'ێ': "e", 'ڕ': "r", 'ڵ': "l", 'ۇ': "u", 'ۈ': "u", 'ۋ': "w", 'ڭ': "ng", // Kurdish, Uyghur
}

// wholeWords are names that begin like the article and do not have it.
var wholeWords = map[string]bool{
	"الهام": true, "الياس": true, "الیاس": true, "الكسندر": true, "الكساندر": true, "الکساندر": true, "البرت": true,
	"اليكسي": true, "الكسي": true, "الينا": true, "الیزابت": true, "اليزابيث": true, "الله": true, "الماس": true,
}

func writeArabic(buf []byte, rs []rune) []byte {
	rs = letterOnly(rs)
	if len(rs) >= 5 && rs[0] == 'ا' && rs[1] == 'ل' && !wholeWords[string(rs)] {
		buf = append(buf, 'a', 'l', tokenBreak)
		rs = rs[2:]
	}
	for i := 0; i < len(rs); i++ {
		if allah(rs[i:]) {
			buf = append(buf, "allah"...)
			i += 3
			continue
		}
		buf = writeArabicLetter(buf, rs, i)
	}
	return buf
}

// letterOnly drops marks and brings the shapes of one letter together.
func letterOnly(rs []rune) []rune {
	out := make([]rune, 0, len(rs))
	for _, r := range rs {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			r = 'ا'
		case 'ؤ':
			r = 'و'
		case 'ي', 'ئ':
			r = 'ی'
		}
		if !unicode.Is(unicode.Mn, r) {
			out = append(out, r)
		}
	}
	return out
}

func allah(rs []rune) bool {
	return len(rs) >= 4 && rs[0] == 'ا' && rs[1] == 'ل' && rs[2] == 'ل' && rs[3] == 'ه'
}

func writeArabicLetter(buf []byte, rs []rune, i int) []byte {
	r := rs[i]
	switch {
	case r == 'و':
		if i == 1 && rs[0] == 'ا' && at(rs, 2) != 'ا' {
			buf[len(buf)-1] = 'o' // أوباما
			return buf
		}
		return append(buf, glide(rs, i, 'w', 'u'))
	case r == 'ی':
		return append(buf, glide(rs, i, 'y', 'i'))
	case r == 'ة' && i+1 < len(rs):
		return append(buf, 't')
	case r == 'ة':
		return append(buf, 'a')
	}
	return writeLetters(buf, arabicLetters, rs[i:i+1])
}

// glide writes و or ی, which are consonants beside alef and at the beginning,
// and else long vowels; of two together the first is the consonant.
func glide(rs []rune, i int, consonant, vowel byte) byte {
	prev, next := at(rs, i-1), at(rs, i+1)
	switch {
	case i == 0, prev == 'ا', next == 'ا', next == 'ة', next == 'ى':
		return consonant
	case semivowel(next):
		return consonant
	}
	return vowel
}

func semivowel(r rune) bool { return r == 'و' || r == 'ی' }

// hebrewLetters: Academy of the Hebrew Language 2006, simple transcription,
// without vowels; א, ה, ו, י, ב and פ are written by their place.
var hebrewLetters = map[rune]string{
	'א': "a", 'ב': "b", 'ג': "g", 'ד': "d", 'ה': "h", 'ו': "o", 'ז': "z", 'ח': "h", 'ט': "t", 'י': "i", 'כ': "k", 'ך': "kh",
	'ל': "l", 'מ': "m", 'ם': "m", 'נ': "n", 'ן': "n", 'ס': "s", 'ע': "a", 'פ': "f", 'ף': "f", 'צ': "ts", 'ץ': "ts", 'ק': "k",
	'ר': "r", 'ש': "sh", 'ת': "t", '׳': "", '״': "",
}

func writeHebrew(buf []byte, rs []rune) []byte {
	for i := 0; i < len(rs); i++ {
		r, next := rs[i], at(rs, i+1)
		switch {
		case unicode.Is(unicode.Mn, r):
		case i == 0 && r == 'א' && (next == 'ו' || next == 'י'):
			// The vowel letter says which vowel it is: אובמה.
		case i == 0 && r == 'ו', r == 'ו' && next == 'ו':
			buf = append(buf, 'v')
			if next == 'ו' {
				i++
			}
		case r == 'ו' && i+1 == len(rs) && at(rs, i-1) == 'ה':
			buf = append(buf, 'u') // נתניהו
		case i == 0 && r == 'י', r == 'י' && (next == 'א' || next == 'ה' && i+2 == len(rs)):
			buf = append(buf, 'y')
		case i == 0 && r == 'פ':
			buf = append(buf, 'p')
		case r == 'ה' && i > 0 && i+1 == len(rs):
			buf = append(buf, 'a')
		default:
			buf = writeLetters(buf, hebrewLetters, rs[i:i+1])
		}
	}
	return buf
}
