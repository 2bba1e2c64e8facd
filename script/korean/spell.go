package korean

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// System is a way to write a Korean name.
type System uint8

// The systems.
const (
	// RevisedNames is the Revised Romanisation of personal names: the given name
	// in one word without sound changes between its syllables, with a hyphen where
	// two readings would meet (Ministry of Culture and Tourism, notice 2000-8,
	// sections 3-2 and 3-4).
	RevisedNames System = iota
	// RevisedCustomary is the same behind the customary spelling of the family
	// name, which the notice leaves to custom (section 3-4): Kim, Lee, Park.
	RevisedCustomary
	// McCuneMarked is McCune–Reischauer with its marks and sound changes, the given
	// name hyphenated (ALA-LC romanisation table for Korean, 2009).
	McCuneMarked
	// McCunePlain is the same with its marks lost and every syllable written alone,
	// as OFAC and the United Nations print it: CHOE Chun Yong.
	McCunePlain
	// DPRKMarked is the DPRK's system of 1992 with breves, syllable by syllable
	// (United Nations, E/CONF.85, with j and ch for ts and tsh, as the DPRK's own
	// documents have since written).
	DPRKMarked
	// DPRKPlain is the same without breves: Kim Sang Man.
	DPRKPlain
	// SouthCustom is what South Koreans write most: Kim Sang-man, Jung Young-chul.
	// There is no official table; the spellings are those that the National
	// Institute of Korean Language found most often (2009), by syllable.
	SouthCustom
	// FrenchUsage is how French texts wrote names before 2000: Tcheul, Djang, Hy.
	FrenchUsage
	// Kontsevich is Cyrillic (L. R. Kontsevich, 2001), syllables apart as the press
	// writes names of the DPRK: Чхве Рён Хэ.
	Kontsevich
	// Katakana is the custom of the Japanese press: キム・サンマン.
	Katakana
	// SouthHangul is Hangul by the initial-sound law of South Korean spelling
	// (Hangul orthography, sections 10 to 12): 리 is 이, 로 is 노.
	SouthHangul
	// NorthHangul is Hangul with the family name as the DPRK writes it: 이 is 리.
	NorthHangul
	systemsEnd
)

var systemNames = [systemsEnd]string{
	"revised", "revised-customary", "mccune-reischauer", "mccune-reischauer-plain", "dprk", "dprk-plain", "custom", "french",
	"kontsevich", "katakana", "hangul-south", "hangul-north",
}

// Systems returns all systems in their order.
func Systems() []System {
	out := make([]System, 0, systemsEnd)
	for s := range systemsEnd {
		out = append(out, s)
	}
	return out
}

// String returns the key of the system: "mccune-reischauer-plain".
func (s System) String() string {
	if s < systemsEnd {
		return systemNames[s]
	}
	return ""
}

// Spell writes a name in Hangul by a system. family is how many of its syllables
// are the family name, 0 for a given name alone. Text that is not wholly of
// Hangul syllables has no spelling: the empty string.
func Spell(hangul string, family int, system System) string {
	name := []rune(hangul)
	if len(name) == 0 || slices.ContainsFunc(name, func(r rune) bool { return !isHangul(r) }) {
		return ""
	}
	family = min(max(family, 0), len(name))
	f, g := name[:family], name[family:]
	switch system {
	case RevisedNames:
		return join(" ", capital(revised(f)), capital(revised(g)))
	case RevisedCustomary:
		return join(" ", customary(f), capital(revised(g)))
	case McCuneMarked:
		return join(" ", mccuneFamily(f), capital(mccune(g, "-")))
	case McCunePlain:
		return join(" ", strings.ToUpper(unmarked(mccuneFamily(f))), unmarked(apart(g, mccuneLetters.write)))
	case DPRKMarked:
		return join(" ", apart(f, dprkLetters.write), apart(g, dprkLetters.write))
	case DPRKPlain:
		return join(" ", unmarked(apart(f, dprkLetters.write)), unmarked(apart(g, dprkLetters.write)))
	case SouthCustom:
		return join(" ", customary(f), capital(each(g, "-", southern)))
	case FrenchUsage:
		return join(" ", capital(each(f, "", french)), capital(each(g, "-", french)))
	case Kontsevich:
		return join(" ", kontsevichFamily(f), apart(g, kontsevich))
	case Katakana:
		return join("・", press(f, silence), press(g, ending(f)))
	case SouthHangul:
		return south(f) + south(g)
	case NorthHangul:
		return north(f) + string(g)
	}
	return ""
}

// Written returns the spelling for which a set stands: "yong", "чхве", 김. Of a
// syllable in kana or in Chinese reading, which has many, it returns "".
func Written(s Set) string {
	if s&hanSet != 0 {
		return string(rune(s &^ hanSet))
	}
	t := tablesOf()
	i := int(s &^ kindMask)
	var a *alphabet
	switch s & kindMask {
	case ofHangul:
		return string(rune(hangulBase + i))
	case ofLatin:
		a = t.latin
	case ofCyrillic:
		a = t.cyrillic
	default:
		return ""
	}
	c, v := i%len(a.codas), i/len(a.codas)
	o, v := v/len(a.vowels), v%len(a.vowels)
	var b strings.Builder
	for _, part := range []spelling{a.onsets[o], a.vowels[v], a.codas[c]} {
		text, _ := context(part.text)
		b.WriteString(text)
	}
	return b.String()
}

// join sets what is there of a family and a given name together.
func join(between, family, given string) string {
	if family == "" || given == "" {
		return family + given
	}
	return family + between + given
}

// capital writes the first letter as one.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// speller writes one syllable.
type speller func(onset, vowel, coda int) string

func each(name []rune, between string, spell speller) string {
	out := make([]string, len(name))
	for i, r := range name {
		out[i] = spell(decompose(r))
	}
	return strings.Join(out, between)
}

// apart writes every syllable alone and with a capital: Sang Man.
func apart(name []rune, spell speller) string {
	return each(name, " ", func(o, v, c int) string { return capital(spell(o, v, c)) })
}

var marks = strings.NewReplacer("ŏ", "o", "ŭ", "u", "Ŏ", "O", "Ŭ", "U", "'", "")

// unmarked drops breves and apostrophes.
func unmarked(s string) string { return marks.Replace(s) }

// silence is what stands before the first syllable of a name.
const silence = -1

// ending is the sound with which a family name ends.
func ending(name []rune) int {
	if len(name) == 0 {
		return silence
	}
	_, _, c := decompose(name[len(name)-1])
	return sound(c)
}

// sound is the one of seven sounds with which a written coda ends a syllable
// (Standard Pronunciation, sections 8 to 11).
func sound(coda int) int {
	switch coda {
	case 1, 2, 3, 9, 24:
		return cG
	case 4, 5, 6:
		return cN
	case 7, 19, 20, 22, 23, 25, 27:
		return cD
	case 8, 11, 12, 13, 15:
		return cL
	case 10, 16:
		return cM
	case 14, 17, 18, 26:
		return cB
	}
	return coda
}

// spellings are a system's letters for onsets and vowels in Unicode's order, and
// for codas by their sound.
type spellings struct {
	onsets [19]string
	vowels [vowels]string
	codas  map[int]string
}

func (l *spellings) write(o, v, c int) string { return l.onsets[o] + l.vowels[v] + l.codas[sound(c)] }

var latinEnds = map[int]string{cG: "k", cN: "n", cD: "t", cL: "l", cM: "m", cB: "p", cNG: "ng"}

var revisedLetters = spellings{
	[19]string{"g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"},
	[vowels]string{"a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"},
	latinEnds,
}

// revised writes one part of a name. ㄹㄹ is ll (section 2-2, note 2); a hyphen
// stands where the cut between syllables could be read elsewhere (section 3-2).
func revised(name []rune) string {
	var b strings.Builder
	before := silence
	for _, r := range name {
		o, v, c := decompose(r)
		text := revisedLetters.write(o, v, c)
		switch {
		case before == silence:
		case o == onR && before == cL:
			text = "l" + text[1:]
		case o == onO, o == onG && before == cN:
			b.WriteByte('-')
		}
		b.WriteString(text)
		before = sound(c)
	}
	return b.String()
}

// customaryFamilies are the spellings of family names that most of their bearers
// write (National Institute of Korean Language, 2009); other family names follow
// the custom for syllables.
var customaryFamilies = map[rune]string{
	'김': "Kim", '이': "Lee", '리': "Lee", '박': "Park", '최': "Choi", '정': "Jung", '강': "Kang", '조': "Cho", '윤': "Yoon", '장': "Jang",
	'임': "Lim", '림': "Lim", '오': "Oh", '신': "Shin", '서': "Seo", '권': "Kwon", '황': "Hwang", '안': "Ahn", '유': "Yoo", '류': "Ryu",
	'고': "Ko", '배': "Bae", '백': "Baek", '허': "Heo", '노': "Noh", '로': "Roh", '심': "Shim", '곽': "Kwak", '라': "Ra", '양': "Yang",
	'전': "Jeon", '천': "Cheon", '변': "Byun", '엄': "Um", '염': "Yeom", '국': "Kook", '공': "Kong",
}

func customary(name []rune) string {
	if len(name) == 1 && customaryFamilies[name[0]] != "" {
		return customaryFamilies[name[0]]
	}
	return capital(each(name, "", southern))
}

// southernSyllables are those whose most usual spelling the rules of southern do
// not give.
var southernSyllables = map[rune]string{
	'가': "ga", '건': "gun", '길': "gil", '영': "young", '이': "yi", '석': "seok", '헌': "heon", '언': "eon", '천': "cheon", '전': "jeon",
	'준': "jun", '춘': "chun", '윤': "yoon", '유': "yoo", '신': "shin", '섭': "sub", '의': "eui",
}

// southern writes a syllable by the custom of South Korea: ㄱ is k, ㅓ before a
// coda u, ㅕ after ㄱ ㅁ ㅂ ㅎ yu, ㅜ oo, 희 hee; the rest is as in the Revised
// Romanisation.
func southern(o, v, c int) string {
	if s := southernSyllables[compose(o, v, c)]; s != "" {
		return s
	}
	onset, vowel := revisedLetters.onsets[o], revisedLetters.vowels[v]
	closed := sound(c) != cNone
	if o == onG {
		onset = "k"
	}
	switch {
	case v == vEO && closed:
		vowel = "u"
	case v == vYEO && closed && (o == onG || o == onM || o == onB || o == onH || o == onP):
		vowel = "yu"
	case v == vU && o == onO:
		vowel = "woo"
	case v == vU:
		vowel = "oo"
	case v == vUI && o == onH:
		vowel = "ee"
	}
	return onset + vowel + latinEnds[sound(c)]
}

var mccuneLetters = spellings{
	[19]string{"k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "ch", "tch", "ch'", "k'", "t'", "p'", "h"},
	[vowels]string{"a", "ae", "ya", "yae", "ŏ", "e", "yŏ", "ye", "o", "wa", "wae", "oe", "yo", "u", "wŏ", "we", "wi", "yu", "ŭ", "ŭi", "i"},
	latinEnds,
}

// mccuneFamily writes a family name; 이 alone is Yi (ALA-LC).
func mccuneFamily(name []rune) string {
	if len(name) == 1 && name[0] == '이' {
		return "Yi"
	}
	return capital(mccune(name, ""))
}

// mccune writes one part of a name by the table of McCune–Reischauer: plain
// stops are voiced after a vowel or a sonorant, and what meets is assimilated.
// With a hyphen between the syllables n'g needs no apostrophe.
func mccune(name []rune, between string) string {
	var b strings.Builder
	before := silence
	for i, r := range name {
		o, v, c := decompose(r)
		onset := mccuneOnset(before, o)
		if o == onS && v == vWI {
			onset = "sh"
		}
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(onset + mccuneLetters.vowels[v])
		before = sound(c)
		after := silence
		if i+1 < len(name) {
			after, _, _ = decompose(name[i+1])
		}
		b.WriteString(mccuneCoda(c, after))
	}
	return b.String()
}

// mccuneOnset writes an onset after a sound.
func mccuneOnset(before, o int) string {
	switch {
	case before == silence:
	case o == onR && before == cL, o == onR && before == cN, o == onN && before == cL:
		return "l"
	case o == onR && before != cNone:
		return "n"
	case before == cL && (o == onD || o == onJ): // hardened: Kil-tong, Il-chae
	case before == cNone, before == cN, before == cM, before == cNG, before == cL:
		if s, ok := map[int]string{onG: "g", onD: "d", onB: "b", onJ: "j"}[o]; ok {
			return s
		}
	}
	return mccuneLetters.onsets[o]
}

// mccuneCoda writes a coda before an onset.
func mccuneCoda(coda, after int) string {
	s := sound(coda)
	nasal := after == onN || after == onM || after == onR
	switch {
	case after == silence:
	case after == onO && s == cG:
		return "g"
	case after == onO && s == cB:
		return "b"
	case after == onO && coda == cS, after == onS && s == cD:
		return "s"
	case after == onO && s == cD:
		return "d"
	case (after == onO || after == onH) && s == cL:
		return "r"
	case nasal && s == cG:
		return "ng"
	case nasal && s == cB:
		return "m"
	case nasal && s == cD:
		return "n"
	case after == onR && s == cN:
		return "l"
	}
	return latinEnds[s]
}

var dprkLetters = spellings{
	[19]string{"k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "j", "jj", "ch", "kh", "th", "ph", "h"},
	[vowels]string{"a", "ae", "ya", "yae", "ŏ", "e", "yŏ", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "ŭ", "ŭi", "i"},
	latinEnds,
}

var frenchLetters = spellings{
	[19]string{"k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "dj", "tch", "tch", "k", "t", "p", "h"},
	[vowels]string{"a", "ai", "ya", "yae", "eu", "e", "ye", "ye", "o", "wa", "wae", "oe", "yo", "ou", "wo", "we", "wi", "you", "eu", "ui", "i"},
	latinEnds,
}

// french writes a syllable; 희 is Hy.
func french(o, v, c int) string {
	if o == onH && v == vUI {
		return "hy" + latinEnds[sound(c)]
	}
	return frenchLetters.write(o, v, c)
}

var kontsevichLetters = spellings{
	[19]string{"к", "кк", "н", "т", "тт", "р", "м", "п", "пп", "с", "сс", "", "ч", "чч", "чх", "кх", "тх", "пх", "х"},
	[vowels]string{"а", "э", "я", "е", "о", "е", "ё", "е", "о", "ва", "вэ", "ве", "ё", "у", "во", "ве", "ви", "ю", "ы", "ый", "и"},
	map[int]string{cG: "к", cN: "н", cD: "т", cL: "ль", cM: "м", cB: "п", cNG: "н"},
}

// kontsevich writes a syllable: ㅔ is э where it begins one, ㅢ after a consonant и.
func kontsevich(o, v, c int) string {
	switch {
	case o == onO && v == vE:
		return "э" + kontsevichLetters.codas[sound(c)]
	case o != onO && v == vUI:
		v = vI
	}
	return kontsevichLetters.write(o, v, c)
}

// kontsevichFamily writes 이, which Kontsevich gives as the North's 리 and with
// the letter that Koreans of the former Soviet Union use, as Ли.
func kontsevichFamily(name []rune) string {
	if len(name) == 1 && name[0] == '이' {
		return "Ли"
	}
	return capital(each(name, "", kontsevich))
}

// press writes a part of a name in katakana. before is the sound before it: a
// plain stop is voiced after a vowel or a sonorant, across the family name too
// (金正恩 is キム・ジョンウン), and after ㄹ only ㄱ and ㅂ are.
func press(name []rune, before int) string {
	var b strings.Builder
	for i, r := range name {
		o, v, c := decompose(r)
		from := o
		if plain, tense := kanaTense[o]; tense {
			from = plain
		}
		rows := kanaRows[from]
		row := rows[0]
		switch before {
		case cNone, cN, cM, cNG:
			row = rows[len(rows)-1]
		case cL:
			if o == onG || o == onB {
				row = rows[len(rows)-1]
			}
		}
		heads := row.vowel(v)
		head := heads[0]
		if v == vUI && o != onO {
			head = row.i
		}
		before = sound(c)
		tail := kanaCodas[before][0]
		if before == cD && i == len(name)-1 {
			tail = "ト"
		}
		b.WriteString(strings.Split(head, "|")[0] + tail)
	}
	return b.String()
}

// south writes a part of a name by the initial-sound law.
func south(name []rune) string {
	out := slices.Clone(name)
	if len(out) == 0 {
		return ""
	}
	for _, l := range lawful(out[0]) {
		from, _, _ := decompose(out[0])
		to, _, _ := decompose(l)
		if to == onO || from == onR && to == onN {
			out[0] = l
		}
	}
	return string(out)
}

// north writes a family name with the ㄹ that the initial-sound law drops, when
// that is the more frequent family name of the two: 이 is 리, 연 stays.
func north(name []rune) string {
	if len(name) != 1 {
		return string(name)
	}
	best, share := name[0], ownShare(name[0])
	for _, l := range lawful(name[0]) {
		if o, _, _ := decompose(l); o == onR && ownShare(l) > share {
			best, share = l, ownShare(l)
		}
	}
	return string(best)
}

// ownShare is the share of a family name in the form without the law.
func ownShare(r rune) (share float32) {
	for _, f := range families {
		if f.hangul == string(r) {
			share = max(share, f.share)
		}
	}
	return share
}
