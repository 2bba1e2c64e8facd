package chinese

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// What a reading of katakana loses in weight.
const (
	fromKana       = 0.8  // kana tell less than letters: n and ng are one
	kanaNoSurname  = 0.8  // a first syllable that no common surname has
	kanaAmbiguous  = 0.95 // several syllables are usually written so
	mixedCustoms   = 0.6  // unaspirated initials now voiced, now voiceless
	innerVowel     = 0.5  // ア, エ or オ begins a syllable inside a part
	innerGlide     = 0.6  // the same of ワ, which is sooner that of クワン
	innerHalfVowel = 0.8  // the same of イ and ウ, which are sooner the end of one
	rareSyllable   = 0.9  // of rareInNames
	usualKana      = 0.9  // from here on a spelling is a usual one
)

// rareInNames are Mandarin syllables that few names have and that are written
// like ones that many have. It only orders readings; a choice, not a count.
const rareInNames = " ca can ce cha chan che chi chou chua kou leng lou ne nei neng nou re reng rou se te za zei "

// mandarinShare is how many readings are left to Mandarin where Cantonese has
// some as well, so that it is not crowded out.
const mandarinShare = MaxSequences * 3 / 4

// The most kana, without marks of length, of a syllable and of a part. There is
// room for one syllable and one part too many, to tell long names from others.
const (
	maxKana      = 6
	maxKanaParts = maxSyllables + 1
	maxPartKana  = maxKanaParts * maxKana
)

// custom of writing the unaspirated initials of Chinese (b d g j zh z), of which
// Japanese has no like: voiced (ガ, ジ) in the custom of newspapers and of the
// 2011 guideline, voiceless (カ, チ) in that of Heibonsha's encyclopaedias and,
// for long, NHK. A name keeps to one.
type kanaCustom uint8

const (
	voiced kanaCustom = 1 << iota
	voiceless
)

// kanaRow is how the vowels a, i, u, e and o are written behind an initial.
type kanaRow struct {
	heads  string
	weight float32
	custom kanaCustom
}

// mandarinKana are the rows of the Mandarin initials but y and w. Source, with
// the finals below: Ikeda Takumi, 中国語音節表記ガイドライン [メディア向け] (Heibonsha
// 2011); what newspapers, NHK and the Ministry of Finance write besides. The
// weights order readings; they are choices, not measurements.
var mandarinKana = map[string][]kanaRow{
	"":  {{"ア イ ウ エ オ", 1, 0}},
	"b": {{"バ ビ ブ ベ ボ", 1, voiced}, {"パ ピ プ ペ ポ", 1, voiceless}}, "p": {{"パ ピ プ ペ ポ", 1, 0}},
	"m": {{"マ ミ ム メ モ", 1, 0}}, "f": {{"ファ フィ フ フェ フォ", 1, 0}},
	"d": {
		{"ダ ディ ドゥ デ ド", 1, voiced},
		{"ダ ディ ド デ ド", 0.9, voiced},
		{"タ ティ トゥ テ ト", 1, voiceless},
		{"タ ティ ト テ ト", 0.9, voiceless},
	},
	"t": {{"タ ティ トゥ テ ト", 1, 0}, {"タ ティ ト テ ト", 0.9, 0}, {"タ ティ ツ テ ト", 0.6, 0}},
	"n": {{"ナ ニ ヌ ネ ノ", 1, 0}}, "l": {{"ラ リ ル レ ロ", 1, 0}}, "r": {{"ラ リ ル レ ロ", 1, 0}},
	"g": {{"ガ ギ グ ゲ ゴ", 1, voiced}, {"カ キ ク ケ コ", 1, voiceless}}, "k": {{"カ キ ク ケ コ", 1, 0}},
	"h": {{"ハ ヒ フ ヘ ホ", 1, 0}},
	"j": {{"ジャ ジ ジュ ジェ ジョ", 1, voiced}, {"チャ チ チュ チェ チョ", 1, voiceless}}, "q": {{"チャ チ チュ チェ チョ", 1, 0}},
	"x":  {{"シャ シ シュ シェ ショ", 1, 0}},
	"zh": {{"ジャ ジ ジュ ジェ ジョ", 1, voiced}, {"チャ チ チュ チェ チョ", 1, voiceless}}, "ch": {{"チャ チ チュ チェ チョ", 1, 0}},
	"sh": {{"シャ シ シュ シェ ショ", 1, 0}},
	"z":  {{"ザ ズ ズ ゼ ゾ", 1, voiced}, {"ツァ ツ ツ ツェ ツォ", 1, voiceless}}, "c": {{"ツァ ツ ツ ツェ ツォ", 1, 0}},
	"s": {{"サ ス ス セ ソ", 1, 0}},
}

// mandarinKanaFinals are the finals: a vowel of the row, then kana. Those of j, q
// and x that are spelled otherwise than they sound begin with a J here, e behind
// zh, ch and sh with an H.
var mandarinKanaFinals = map[string][]spelling{
	"a": {{"a", 1}}, "ai": {{"aイ", 1}}, "an": {{"aン", 1}}, "ang": {{"aン", 1}}, "ao": {{"aオ", 1}, {"aウ", 0.7}},
	"e":  {{"o", 1}, {"u", 1}, {"a", 0.8}, {"e", 0.7}, {"uォ", 0.7}},
	"He": {{"o", 1}, {"a", 0.8}, {"e", 0.8}, {"u", 0.6}},
	"ei": {{"eイ", 1}, {"e", 0.7}}, "en": {{"eン", 1}}, "eng": {{"oン", 1}, {"eン", 0.8}, {"aン", 0.6}},
	"i": {{"i", 1}}, "in": {{"iン", 1}}, "ing": {{"iン", 1}},
	"ia":   {{"iア", 1}, {"iャ", 0.9}, {"iヤ", 0.7}},
	"ian":  {{"iエン", 1}, {"iェン", 0.9}, {"eン", 0.8}, {"iアン", 0.7}},
	"iang": {{"iアン", 1}, {"iャン", 0.9}, {"iヤン", 0.7}},
	"iao":  {{"iアオ", 1}, {"iャオ", 0.9}, {"iヤオ", 0.7}, {"iアウ", 0.6}, {"iャウ", 0.6}},
	"ie":   {{"iエ", 1}, {"iェ", 0.9}, {"e", 0.7}, {"eイ", 0.6}},
	"iu":   {{"iウ", 1}, {"iュ", 0.9}, {"iュウ", 0.9}, {"iオウ", 0.6}, {"iョウ", 0.6}},
	"iong": {{"iオン", 1}, {"iョン", 0.9}, {"iウン", 0.8}, {"iュン", 0.7}},
	"o":    {{"o", 1}, {"uオ", 0.9}, {"uォ", 0.9}},
	"ong":  {{"oン", 1}, {"uン", 0.8}},
	"ou":   {{"oウ", 1}, {"o", 0.8}, {"uウ", 0.7}},
	"u":    {{"u", 1}},
	"ua":   {{"uア", 1}, {"uァ", 0.9}, {"uワ", 0.9}, {"oア", 0.9}, {"oァ", 0.9}, {"oワ", 0.9}},
	"uai":  {{"uアイ", 1}, {"uァイ", 0.9}, {"uワイ", 0.9}, {"oアイ", 0.9}, {"oァイ", 0.9}, {"oワイ", 0.9}},
	"uan":  {{"uアン", 1}, {"uァン", 0.9}, {"uワン", 0.9}, {"oアン", 0.9}, {"oァン", 0.9}, {"oワン", 0.9}},
	"uang": {{"uアン", 1}, {"uァン", 0.9}, {"uワン", 0.9}, {"oアン", 0.9}, {"oァン", 0.9}, {"oワン", 0.9}},
	"ui":   {{"uイ", 1}, {"uィ", 0.8}, {"uエイ", 0.8}, {"uェイ", 0.8}, {"oイ", 0.8}},
	"un":   {{"uン", 1}, {"uエン", 0.8}, {"uェン", 0.7}, {"oン", 0.7}},
	"uo":   {{"uオ", 1}, {"uォ", 0.9}, {"oオ", 0.9}, {"o", 0.8}, {"uウォ", 0.7}, {"uウオ", 0.7}, {"oォ", 0.7}},
	"v":    {{"iュイ", 1}, {"iュ", 1}, {"iュウ", 0.7}, {"uイ", 0.6}, {"u", 0.6}},
	"ve":   {{"iュエ", 1}, {"iュェ", 0.8}, {"uエ", 0.7}, {"iエ", 0.7}},
	"Ju":   {{"u", 1}, {"uイ", 1}, {"uィ", 0.8}, {"uウ", 0.8}},
	"Juan": {{"uアン", 1}, {"uエン", 1}, {"uワン", 0.9}, {"uェン", 0.9}, {"uァン", 0.7}},
	"Jue":  {{"uエ", 1}, {"uェ", 0.9}, {"iエ", 0.6}, {"e", 0.6}},
	"Jun":  {{"uン", 1}, {"uイン", 0.7}, {"uィン", 0.6}},
}

// mandarinKanaWhole are the syllables that no row makes.
var mandarinKanaWhole = map[string][]spelling{
	"er": {{"アル", 1}, {"エル", 0.9}, {"ア", 0.7}},
	"ya": {{"ヤ", 1}}, "yan": {{"イエン", 1}, {"イェン", 1}, {"ヤン", 0.8}, {"エン", 0.8}, {"イアン", 0.6}}, "yang": {{"ヤン", 1}},
	"yao": {{"ヤオ", 1}, {"ヤウ", 0.7}}, "ye": {{"イエ", 1}, {"イェ", 1}, {"エ", 0.7}},
	"yi": {{"イ", 1}}, "yin": {{"イン", 1}}, "ying": {{"イン", 1}},
	"yo": {{"ヨ", 1}}, "yong": {{"ヨン", 1}, {"ユン", 0.8}},
	"you": {{"ヨウ", 1}, {"ユウ", 0.9}, {"ユ", 0.8}, {"イウ", 0.7}, {"ヨ", 0.7}},
	"yu":  {{"ユ", 1}, {"ユイ", 0.9}}, "yue": {{"ユエ", 1}, {"ユェ", 0.9}},
	"yuan": {{"ユアン", 1}, {"ユエン", 1}, {"ユワン", 0.9}, {"ユェン", 0.9}, {"ユァン", 0.7}}, "yun": {{"ユン", 1}, {"ユイン", 0.7}},
	"wa": {{"ワ", 1}}, "wai": {{"ワイ", 1}}, "wan": {{"ワン", 1}}, "wang": {{"ワン", 1}, {"ウォン", 0.6}, {"ウアン", 0.6}},
	"wei": {{"ウェイ", 1}, {"ウエイ", 0.9}, {"ウイ", 0.7}, {"ウィ", 0.6}}, "wen": {{"ウェン", 1}, {"ウエン", 0.9}, {"ウン", 0.5}},
	"weng": {{"ウォン", 1}, {"ウオン", 0.9}, {"オン", 0.8}, {"ウェン", 0.7}},
	"wo":   {{"ウォ", 1}, {"ウオ", 0.9}, {"オ", 0.8}}, "wu": {{"ウ", 1}},
}

// cantoneseKana are the rows of the Cantonese initials. There is no guideline:
// they and the nuclei below are what the press writes of names in Hong Kong.
var cantoneseKana = map[string][]kanaRow{
	"":  {{"ア イ ウ エ オ", 1, 0}},
	"b": {{"パ ピ プ ペ ポ", 1, voiceless}, {"バ ビ ブ ベ ボ", 0.9, voiced}}, "p": {{"パ ピ プ ペ ポ", 1, 0}},
	"m": {{"マ ミ ム メ モ", 1, 0}}, "f": {{"ファ フィ フ フェ フォ", 1, 0}},
	"d": {{"タ ティ トゥ テ ト", 1, voiceless}, {"ダ ディ ドゥ デ ド", 0.9, voiced}}, "t": {{"タ ティ トゥ テ ト", 1, 0}},
	"n": {{"ナ ニ ヌ ネ ノ", 1, 0}, {"ラ リ ル レ ロ", 0.7, 0}}, "l": {{"ラ リ ル レ ロ", 1, 0}},
	"g": {{"カ キ ク ケ コ", 1, voiceless}, {"ガ ギ グ ゲ ゴ", 0.9, voiced}}, "k": {{"カ キ ク ケ コ", 1, 0}},
	"ng": {{"ガ ギ グ ゲ ゴ", 1, 0}, {"ア イ ウ エ オ", 0.8, 0}}, "h": {{"ハ ヒ フ ヘ ホ", 1, 0}},
	"gw": {
		{"クワ クイ ク クウェ クォ", 1, voiceless},
		{"クア クウィ ク クェ クウォ", 0.9, voiceless},
		{"グワ グイ グ グェ グォ", 0.9, voiced},
		{"カ キ ク ケ コ", 0.7, voiceless},
	},
	"kw": {{"クワ クイ ク クウェ クォ", 1, 0}, {"クア クウィ ク クェ クウォ", 0.9, 0}, {"カ キ ク ケ コ", 0.7, 0}},
	"w":  {{"ワ ウィ ウ ウェ ウォ", 1, 0}},
	"z": {
		{"チャ チ チュ チェ チョ", 1, voiceless},
		{"ジャ ジ ジュ ジェ ジョ", 0.9, voiced},
		{"ツァ ツィ ツ ツェ ツォ", 0.9, voiceless},
		{"ツァ ツ ツ ツェ ツォ", 0.8, voiceless},
	},
	"c": {{"チャ チ チュ チェ チョ", 1, 0}, {"ツァ ツィ ツ ツェ ツォ", 0.9, 0}, {"ツァ ツ ツ ツェ ツォ", 0.8, 0}},
	"s": {{"サ シ ス セ ソ", 1, 0}, {"シャ シ シュ シェ ショ", 0.9, 0}, {"サ ス ス セ ソ", 0.8, 0}},
	"j": {{"ヤ イ ユ イェ ヨ", 1, 0}},
}

// cantoneseKanaNuclei are the finals without their last consonant.
var cantoneseKanaNuclei = map[string][]spelling{
	"aa": {{"a", 1}}, "aai": {{"aイ", 1}, {"eイ", 0.6}}, "aau": {{"aウ", 1}, {"aオ", 0.9}},
	"a": {{"a", 1}}, "ai": {{"aイ", 1}, {"eイ", 0.9}}, "au": {{"aウ", 1}, {"aオ", 0.8}, {"oウ", 0.8}},
	"e": {{"e", 1}}, "ei": {{"eイ", 1}, {"i", 0.9}, {"e", 0.7}}, "eu": {{"eウ", 1}},
	"eo": {{"u", 1}, {"o", 0.7}, {"e", 0.7}, {"iュ", 0.7}}, "eoi": {{"uイ", 1}, {"oイ", 1}, {"eイ", 0.8}, {"iョイ", 0.7}},
	"i": {{"i", 1}, {"e", 0.7}}, "iu": {{"iウ", 1}, {"iュウ", 0.9}, {"iュ", 0.9}, {"iョウ", 0.8}, {"iャオ", 0.7}},
	"o": {{"o", 1}}, "oi": {{"oイ", 1}}, "ou": {{"o", 1}, {"oウ", 0.9}, {"oオ", 0.8}},
	"oe": {{"eオ", 1}, {"iョ", 1}, {"o", 0.9}, {"e", 0.8}, {"a", 0.7}},
	"u":  {{"u", 1}, {"o", 1}}, "ui": {{"uイ", 1}},
	"yu": {{"iュ", 1}, {"u", 1}, {"uエ", 0.8}, {"iュエ", 0.7}},
}

// cantoneseKanaEnds are the last consonants; a stop is lost with its ッ.
var cantoneseKanaEnds = map[string][]spelling{
	"": {{"", 1}}, "m": {{"ム", 1}, {"ン", 0.8}}, "n": {{"ン", 1}}, "ng": {{"ン", 1}},
	"p": {{"プ", 1}, {"", 0.7}}, "t": {{"ト", 1}, {"", 0.9}}, "k": {{"ク", 1}, {"", 0.7}},
}

// kanaReading is what a run of kana can be in one space.
type kanaReading struct {
	text   string
	unit   Unit
	weight float32
	custom kanaCustom
}

// mandarinInKana returns how a syllable is written in katakana.
func mandarinInKana(s syllable) []kanaReading {
	var out []kanaReading
	add := func(text string, weight float32, custom kanaCustom) {
		out = append(out, kanaReading{text: text, weight: weight, custom: custom})
	}
	for _, sp := range mandarinKanaWhole[s.spelling] {
		add(sp.text, sp.weight, 0)
	}
	if out != nil {
		return out
	}
	switch s.spelling {
	case "zi":
		add("ツィ", 0.9, voiceless)
		add("ズィ", 0.8, voiced)
		add("ジ", 0.6, voiced)
	case "ci":
		add("ツィ", 0.8, 0)
	case "si":
		add("スィ", 0.8, 0)
	}
	finals := mandarinKanaFinals[s.final]
	if len(s.initial) == 1 && strings.Contains("jqx", s.initial) && s.final[0] == 'u' {
		finals = mandarinKanaFinals["J"+s.final]
	}
	if len(s.initial) == 2 && s.final == "e" {
		finals = mandarinKanaFinals["He"]
	}
	for _, row := range mandarinKana[s.initial] {
		for _, f := range finals {
			add(row.write(f.text), row.weight*f.weight, row.custom)
		}
	}
	return out
}

// cantoneseInKana returns how a syllable is written in katakana.
func cantoneseInKana(s syllable) []kanaReading {
	if s.initial == "" && (s.final == "m" || s.final == "ng") {
		return []kanaReading{{text: "ン", weight: 1}, {text: "ウン", weight: 0.8}}
	}
	nucleus := strings.TrimRight(s.final, "mngptk")
	var out []kanaReading
	for _, row := range cantoneseKana[s.initial] {
		for _, f := range cantoneseKanaNuclei[nucleus] {
			for _, end := range cantoneseKanaEnds[s.final[len(nucleus):]] {
				out = append(out, kanaReading{text: row.write(f.text) + end.text, weight: row.weight * f.weight * end.weight, custom: row.custom})
			}
		}
	}
	return out
}

// write puts the row's kana for the vowel letter that a final begins with.
func (r kanaRow) write(final string) string {
	return strings.Fields(r.heads)[strings.IndexByte("aiueo", final[0])] + final[1:]
}

// kanaKey is up to eight kana, the last one lowest.
type kanaKey uint64

func (k kanaKey) with(c byte) kanaKey { return k<<8 | kanaKey(c) }

// kanaBytes writes a text of katakana into buf, a byte for each kana that counts:
// not ー and ッ, nor ゥ where it only lengthens. It reports whether the text is
// katakana and has room.
func kanaBytes(buf []byte, text string) (n int, ok bool) {
	const small = 'ァ' // the first of the block
	for _, r := range text {
		switch r {
		case 'ー', 'ッ':
			continue
		case 'ゥ':
			if n == 0 || buf[n-1] != 'ト'-small+1 && buf[n-1] != 'ド'-small+1 {
				continue
			}
		case 'ヂ':
			r = 'ジ'
		case 'ヅ':
			r = 'ズ'
		case 'ヴ':
			r = 'ウ'
		case 'ヲ':
			r = 'オ'
		case 'ヮ':
			r = 'ワ'
		}
		if r < small || r > 'ン' || n == len(buf) {
			return 0, false
		}
		buf[n] = byte(r - small + 1)
		n++
	}
	return n, n > 0
}

// kanaByte is the byte of one kana.
func kanaByte(r rune) byte { return byte(r - 'ァ' + 1) }

type kanaSpan struct{ from, to uint16 }

type kanaTable struct {
	index    [spaces]map[kanaKey]kanaSpan
	readings []kanaReading // without the text
	surnames [spaces][]bool
}

var kanaSpellings = sync.OnceValue(func() *kanaTable {
	t := &kanaTable{surnames: spellings().surnames}
	for space, in := range [spaces]func(syllable) []kanaReading{Mandarin: mandarinInKana, Cantonese: cantoneseInKana} {
		t.index[space] = map[kanaKey]kanaSpan{}
		texts := map[kanaKey]map[Unit]kanaReading{}
		for u, s := range inventories()[space] {
			for _, r := range in(s) {
				var buf [maxKana]byte
				n, _ := kanaBytes(buf[:], r.text)
				key := kanaKey(0)
				for _, c := range buf[:n] {
					key = key.with(c)
				}
				r.text, r.unit = "", Unit(u)
				if Space(space) == Mandarin && strings.Contains(rareInNames, " "+s.spelling+" ") {
					r.weight *= rareSyllable
				}
				if texts[key] == nil {
					texts[key] = map[Unit]kanaReading{}
				}
				if r.weight > texts[key][r.unit].weight {
					texts[key][r.unit] = r
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			t.put(Space(space), key, texts[key])
		}
	}
	return t
})

// put adds the readings of one spelling, the likeliest first.
func (t *kanaTable) put(space Space, key kanaKey, of map[Unit]kanaReading) {
	list := slices.SortedFunc(maps.Values(of), func(a, b kanaReading) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.unit, b.unit))
	})
	if len(list) > 1 && list[1].weight >= usualKana {
		for i := range list {
			list[i].weight *= kanaAmbiguous
		}
	}
	from := uint16(len(t.readings))
	t.readings = append(t.readings, list...)
	t.index[space][key] = kanaSpan{from, uint16(len(t.readings))}
}

// AppendKana appends every reading of a whole name as Chinese syllables to dst,
// the best weight first, and reports whether some were cut. parts are folded
// parts of full-width katakana, the family name first, as the Japanese press and
// Japan's Ministry of Finance write Chinese names; a part may be one syllable or
// several. Marks of length and small ッ do not count, and ン is n and ng.
//
// A name with any other part has no reading, and neither has one of more than
// six syllables; of one that is too long by little this is said as a cut. Names
// of others that happen to be made of such syllables are read as well: the weight
// is never above 0.8, and lower where no common surname begins the name, where
// its initials are now voiced and now voiceless, and for Cantonese where Mandarin
// explains the name as usually.
func AppendKana(dst []Sequence, parts []string) (_ []Sequence, cut bool) {
	if len(parts) == 0 || len(parts) > maxKanaParts {
		return dst, false
	}
	w := kanaWalk{kanaTable: kanaSpellings(), parts: len(parts), found: found{dst: dst, start: len(dst)}}
	for i, part := range parts {
		n, ok := kanaBytes(w.kana[i][:], part)
		if !ok {
			return dst, false
		}
		w.length[i] = n
	}
	var open [spaces]bool
	long := false
	for space := range spaces {
		if w.survey(space) {
			open[space] = w.least[space][0][0] <= maxSyllables
			long = long || !open[space]
		}
	}
	if !open[Mandarin] && !open[Cantonese] {
		return dst, long
	}
	for space := range spaces {
		if !open[space] {
			continue
		}
		weight := float32(fromKana)
		if space == Cantonese && open[Mandarin] && w.best[Mandarin][0][0] >= w.best[Cantonese][0][0] {
			weight *= secondChoice
		}
		if space == Cantonese && len(w.dst)-w.start > mandarinShare {
			w.dst, w.cut = w.dst[:w.start+mandarinShare], true
		}
		w.space, w.seq, w.steps = space, Sequence{Space: space}, 0
		w.step(0, 0, weight, 0)
	}
	return w.dst, w.cut
}

// kanaWalk is the search for the readings of one name.
type kanaWalk struct {
	found
	*kanaTable
	parts  int
	kana   [maxKanaParts][maxPartKana]byte
	length [maxKanaParts]int
	// best is the greatest weight that the rest of the name from there can have
	// in a space, 0 where it cannot be read; least is its fewest syllables.
	best  [spaces][maxKanaParts + 1][maxPartKana + 1]float32
	least [spaces][maxKanaParts + 1][maxPartKana + 1]uint8
	space Space
}

// survey fills best and least for one space from the end of the name, and
// reports whether it can be read.
func (w *kanaWalk) survey(space Space) bool {
	w.best[space][w.parts][0] = 1
	for i := w.parts - 1; i >= 0; i-- {
		best, least := &w.best[space][i], &w.least[space][i]
		n := w.length[i]
		best[n], least[n] = w.best[space][i+1][0], w.least[space][i+1][0]
		for from := n - 1; from >= 0; from-- {
			key := kanaKey(0)
			for to := from + 1; to <= min(from+maxKana, n); to++ {
				key = key.with(w.kana[i][to-1])
				if best[to] == 0 {
					continue
				}
				span, ok := w.index[space][key]
				if !ok || !w.fits(i, from, to) {
					continue
				}
				if best[from] == 0 || least[to]+1 < least[from] {
					least[from] = least[to] + 1
				}
				best[from] = max(best[from], w.readings[span.from].weight*w.cost(i, from)*best[to])
			}
		}
		if best[0] == 0 {
			return false
		}
	}
	return true
}

// fits reports whether kana may be a syllable at their place: ン alone, the
// Cantonese m and ng, is a part of its own.
func (w *kanaWalk) fits(i, from, to int) bool {
	return w.kana[i][from] != kanaByte('ン') || from == 0 && to == w.length[i]
}

// cost is what a syllable loses by standing inside a part.
func (w *kanaWalk) cost(i, from int) float32 {
	if from == 0 {
		return 1
	}
	switch w.kana[i][from] {
	case kanaByte('ア'), kanaByte('エ'), kanaByte('オ'):
		return innerVowel
	case kanaByte('イ'), kanaByte('ウ'):
		return innerHalfVowel
	case kanaByte('ワ'):
		return innerGlide
	}
	return 1
}

// step reads on from a place in a part; long syllables first, as in Latin.
func (w *kanaWalk) step(i, from int, weight float32, custom kanaCustom) {
	if from == w.length[min(i, w.parts-1)] && i < w.parts {
		i, from = i+1, 0
	}
	if w.hopeless(weight * w.best[w.space][i][from]) {
		return
	}
	if i == w.parts {
		if w.seq.N >= minSyllables {
			w.add(weight, Katakana)
		}
		return
	}
	if w.seq.N+w.least[w.space][i][from] > maxSyllables {
		return
	}
	var keys [maxKana]kanaKey
	key, n := kanaKey(0), 0
	for to := from; to < w.length[i] && n < maxKana; to++ {
		key = key.with(w.kana[i][to])
		keys[n] = key
		n++
	}
	for n--; n >= 0; n-- {
		to := from + n + 1
		if w.best[w.space][i][to] == 0 || !w.fits(i, from, to) {
			continue
		}
		if span, ok := w.index[w.space][keys[n]]; ok {
			w.split = w.split || to < w.length[i]
			w.take(i, to, span, weight*w.cost(i, from), custom)
		}
	}
}

// take reads one syllable in each of its ways and goes on behind it.
func (w *kanaWalk) take(i, to int, span kanaSpan, weight float32, custom kanaCustom) {
	n := w.seq.N
	for _, r := range w.readings[span.from:span.to] {
		v, c := weight*r.weight, custom|r.custom
		if c == voiced|voiceless && custom != c {
			v *= mixedCustoms
		}
		if n == 0 && !w.surnames[w.space][r.unit] {
			v *= kanaNoSurname
		}
		w.seq.Units[n] = r.unit
		w.seq.N = n + 1
		w.step(i, to, v, c)
	}
	w.seq.Units[n] = 0
	w.seq.N = n
}
