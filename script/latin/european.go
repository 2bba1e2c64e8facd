package latin

import "strings"

// dialect is the language whose habits a Cyrillic name follows, as far as its
// letters tell it.
type dialect uint8

const (
	russian dialect = iota // and every language not told apart
	ukrainian
	serbian
)

// dialectOf reads the language off the letters and endings that only it has.
// All parts count: "Володимир" alone could be Russian, "Зеленський" cannot.
func dialectOf(parts []string) dialect {
	found := russian
	budget := MaxRunes
	for _, p := range parts {
		if budget -= len(p); budget < 0 {
			break
		}
		switch {
		case strings.ContainsAny(p, "әғқңөұүһҳҷыэ"):
			return russian // Kazakh, Mongolian, Tajik, Belarusian share і with Ukrainian
		case strings.ContainsAny(p, "ђћљњџј"):
			return serbian
		case strings.ContainsAny(p, "іїєґ"), strings.Contains(p, "ськ"), strings.Contains(p, "цьк"):
			found = ukrainian
		}
	}
	return found
}

// cyrillicLetters follows BGN/PCGN 1947 for Russian with the one "e" of ICAO Doc
// 9303 part 3, section 6B, and for other languages the ICAO table without marks
// (Ө, Ү, Ң as o, u, n).
var cyrillicLetters = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "e", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y", 'к': "k",
	'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts",
	'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'і': "i", 'ї': "yi", 'є': "ye", 'ґ': "g", 'ў': "w", // Ukrainian, Belarusian
	'ђ': "dj", 'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'џ': "dz", 'ѕ': "dz", 'ќ': "k", 'ѓ': "g", // Serbian, Macedonian
	'ә': "a", 'ғ': "g", 'қ': "k", 'ң': "n", 'ө': "o", 'ұ': "u", 'ү': "u", 'һ': "h", // Kazakh, Mongolian, Tatar
	'ҳ': "h", 'ҷ': "j", 'ӣ': "i", 'ӯ': "u", 'җ': "j", 'ҡ': "k", 'ҙ': "z", 'ҫ': "s", 'ӏ': "", 'ҕ': "gh", 'ӡ': "dz", 'ҵ': "ts",
	'ѣ': "e", 'ѳ': "f", 'ѵ': "i",
}

// ukrainianLetters: Cabinet of Ministers resolution 55 of 2010.
var ukrainianLetters = map[rune]string{'г': "h", 'и': "y", 'ґ': "g"}

// serbianLetters: Serbian in its own Latin letters, without their marks, as
// lists print them.
var serbianLetters = map[rune]string{'ж': "z", 'ч': "c", 'ш': "s", 'х': "h", 'ц': "c"}

func writeCyrillic(buf []byte, rs []rune, language dialect) []byte {
	for i, r := range rs {
		if s, ok := cyrillicByPlace(rs, i); ok {
			buf = append(buf, s...)
			continue
		}
		s, ok := "", false
		switch language {
		case ukrainian:
			s, ok = ukrainianLetters[r]
		case serbian:
			s, ok = serbianLetters[r]
		}
		if !ok {
			s, ok = cyrillicLetters[r]
		}
		if ok {
			buf = append(buf, s...)
			continue
		}
		buf = writeOther(buf, r)
	}
	return buf
}

// cyrillicByPlace writes the letters that sound by their place.
func cyrillicByPlace(rs []rune, i int) (string, bool) {
	next := at(rs, i+1)
	switch rs[i] {
	case 'и':
		// Folding makes и of й. At the end after a vowel it was й (Сергей);
		// inside it may be either (Михаил, Байден), where "i" does for both.
		if i+1 == len(rs) && i > 0 && strings.ContainsRune("аеиоуыэюяіє", rs[i-1]) {
			return "y", true
		}
	case 'ь':
		if next == 'е' || next == 'ё' {
			return "y", true // Соловьев
		}
	case 'ъ':
		if next != 0 && !strings.ContainsRune("еёюяи", next) {
			return "a", true // a vowel of its own in Bulgarian, before consonants
		}
	}
	return "", false
}

// greekLetters: ELOT 743 (ISO 843), transcription.
var greekLetters = map[rune]string{
	'α': "a", 'β': "v", 'γ': "g", 'δ': "d", 'ε': "e", 'ζ': "z", 'η': "i", 'θ': "th", 'ι': "i", 'κ': "k", 'λ': "l", 'μ': "m",
	'ν': "n", 'ξ': "x", 'ο': "o", 'π': "p", 'ρ': "r", 'σ': "s", 'ς': "s", 'τ': "t", 'υ': "y", 'φ': "f", 'χ': "ch", 'ψ': "ps",
	'ω': "o", 'ά': "a", 'έ': "e", 'ή': "i", 'ί': "i", 'ό': "o", 'ύ': "y", 'ώ': "o", 'ϊ': "i", 'ϋ': "y", 'ΐ': "i", 'ΰ': "y",
}

func writeGreek(buf []byte, rs []rune) []byte {
	for i := 0; i < len(rs); i++ {
		if s := greekPair(rs, i); s != "" {
			buf = append(buf, s...)
			i++
			continue
		}
		buf = writeLetters(buf, greekLetters, rs[i:i+1])
	}
	return buf
}

// greekPair returns the spelling of two letters that sound as one.
func greekPair(rs []rune, i int) string {
	initial := i == 0
	switch string([]rune{rs[i], at(rs, i+1)}) {
	case "ου":
		return "ou"
	case "αυ":
		return "a" + greekGlide(at(rs, i+2))
	case "ευ":
		return "e" + greekGlide(at(rs, i+2))
	case "ηυ":
		return "i" + greekGlide(at(rs, i+2))
	case "γγ":
		return "ng"
	case "γξ":
		return "nx"
	case "γχ":
		return "nch"
	case "μπ":
		if initial {
			return "b"
		}
	case "ντ":
		if initial {
			return "d"
		}
	case "γκ":
		if initial {
			return "g"
		}
	}
	return ""
}

// greekGlide writes the υ of αυ, ευ and ηυ by what follows it.
func greekGlide(next rune) string {
	if next == 0 || strings.ContainsRune("θκξπσςτφχψ", next) {
		return "f"
	}
	return "v"
}

// armenianLetters: ISO 9985 with its marks written as BGN/PCGN 1981 does.
var armenianLetters = map[rune]string{
	'ա': "a", 'բ': "b", 'գ': "g", 'դ': "d", 'ե': "e", 'զ': "z", 'է': "e", 'ը': "y", 'թ': "t", 'ժ': "zh", 'ի': "i", 'լ': "l",
	'խ': "kh", 'ծ': "ts", 'կ': "k", 'հ': "h", 'ձ': "dz", 'ղ': "gh", 'ճ': "ch", 'մ': "m", 'յ': "y", 'ն': "n", 'շ': "sh",
	'ո': "o", 'չ': "ch", 'պ': "p", 'ջ': "j", 'ռ': "r", 'ս': "s", 'վ': "v", 'տ': "t", 'ր': "r", 'ց': "ts", 'ւ': "v", 'փ': "p",
	'ք': "k", 'օ': "o", 'ֆ': "f", 'և': "ev",
}

func writeArmenian(buf []byte, rs []rune) []byte {
	for i := 0; i < len(rs); i++ {
		if rs[i] == 'ո' && at(rs, i+1) == 'ւ' {
			buf = append(buf, 'u')
			i++
			continue
		}
		buf = writeLetters(buf, armenianLetters, rs[i:i+1])
	}
	return buf
}

// georgianLetters: national system of 2002.
var georgianLetters = map[rune]string{
	'ა': "a", 'ბ': "b", 'გ': "g", 'დ': "d", 'ე': "e", 'ვ': "v", 'ზ': "z", 'თ': "t", 'ი': "i", 'კ': "k", 'ლ': "l", 'მ': "m",
	'ნ': "n", 'ო': "o", 'პ': "p", 'ჟ': "zh", 'რ': "r", 'ს': "s", 'ტ': "t", 'უ': "u", 'ფ': "p", 'ქ': "k", 'ღ': "gh", 'ყ': "q",
	'შ': "sh", 'ჩ': "ch", 'ც': "ts", 'ძ': "dz", 'წ': "ts", 'ჭ': "ch", 'ხ': "kh", 'ჯ': "j", 'ჰ': "h",
}
