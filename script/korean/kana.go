package korean

import (
	"strings"
)

// kanaRow is how the Japanese press writes the vowels after one onset.
type kanaRow struct {
	a, i, u, e, o, ya, yu, yo string
	wa, wi, we, wo            string
}

// Rows by onset. Voiced and unvoiced rows stand for one Korean sound, which is
// voiced between vowels.
var kanaRows = map[int][]kanaRow{
	onG: {
		{"カ", "キ", "ク", "ケ", "コ", "キャ", "キュ", "キョ", "クァ|クワ|カ", "クィ", "クェ", "クォ|コ"},
		{"ガ", "ギ", "グ", "ゲ", "ゴ", "ギャ", "ギュ", "ギョ", "グァ|グワ|ガ", "グィ", "グェ", "グォ|ゴ"},
	},
	onK:  {{"カ", "キ", "ク", "ケ", "コ", "キャ", "キュ", "キョ", "クァ", "クィ", "クェ", "クォ"}},
	onN:  {{"ナ", "ニ", "ヌ", "ネ", "ノ", "ニャ", "ニュ", "ニョ", "ヌァ", "ヌィ", "ヌェ", "ヌォ"}},
	onD:  {{"タ", "ティ|チ", "トゥ|ツ", "テ", "ト", "テャ", "テュ", "ティョ", "トァ", "トゥィ", "トェ", "トゥォ"}, {"ダ", "ディ", "ドゥ", "デ", "ド", "デャ", "デュ", "ディョ", "ドァ", "ドゥィ", "ドェ", "ドゥォ"}},
	onT:  {{"タ", "ティ", "トゥ|ツ", "テ", "ト", "テャ", "テュ", "ティョ", "トァ", "トゥィ", "トェ", "トゥォ"}},
	onR:  {{"ラ", "リ", "ル", "レ", "ロ", "リャ", "リュ", "リョ", "ルァ", "ルィ", "ルェ|レ", "ルォ"}},
	onM:  {{"マ", "ミ", "ム", "メ", "モ", "ミャ", "ミュ", "ミョ", "ムァ", "ムィ", "ムェ", "ムォ"}},
	onB:  {{"パ", "ピ", "プ", "ペ", "ポ", "ピャ", "ピュ", "ピョ", "プァ", "プィ", "プェ", "プォ"}, {"バ", "ビ", "ブ", "ベ", "ボ", "ビャ", "ビュ", "ビョ", "ブァ", "ブィ", "ブェ", "ブォ"}},
	onP:  {{"パ", "ピ", "プ", "ペ", "ポ", "ピャ", "ピュ", "ピョ", "プァ", "プィ", "プェ", "プォ"}},
	onS:  {{"サ", "シ", "ス", "セ", "ソ", "シャ", "シュ", "ショ", "スァ|ソァ", "スィ|シュィ", "スェ|セ", "スォ"}},
	onO:  {{"ア", "イ", "ウ", "エ", "オ", "ヤ", "ユ", "ヨ", "ワ", "ウィ|ウイ", "ウェ|ウエ", "ウォ|ウオ"}},
	onJ:  {{"チャ", "チ", "チュ", "チェ", "チョ", "チャ", "チュ", "チョ", "チュァ|チャ", "チュィ", "チェ|チュェ", "チュォ"}, {"ジャ", "ジ", "ジュ", "ジェ", "ジョ", "ジャ", "ジュ", "ジョ", "ジュァ|ジャ", "ジュィ", "ジェ|ジュェ", "ジュォ"}},
	onCH: {{"チャ", "チ", "チュ", "チェ", "チョ", "チャ", "チュ", "チョ", "チュァ|チャ", "チュィ", "チェ|チュェ", "チュォ"}},
	onH:  {{"ハ", "ヒ", "フ", "ヘ", "ホ", "ヒャ", "ヒュ", "ヒョ", "ファ|フヮ|フワ", "フィ", "フェ|ヘ", "フォ"}},
}

// tense onsets are written like their plain ones.
var kanaTense = map[int]int{onGG: onK, onDD: onT, onBB: onP, onSS: onS, onJJ: onCH}

// kanaVowels says under which columns of a row a vowel is written.
func (r kanaRow) vowel(v int) []string {
	split := func(s ...string) (out []string) {
		for _, x := range s {
			out = append(out, strings.Split(x, "|")...)
		}
		return out
	}
	switch v {
	case vA:
		return split(r.a)
	case vYA:
		return split(r.ya)
	case vEO, vO:
		return split(r.o)
	case vYEO, vYO:
		return split(r.yo)
	case vU, vEU:
		return split(r.u)
	case vYU:
		return split(r.yu)
	case vI:
		return split(r.i)
	case vAE, vE:
		return split(r.e)
	case vYE, vYAE:
		if r.a == "ア" {
			return []string{"イェ", "エ"}
		}
		return split(r.e)
	case vWA:
		return split(r.wa)
	case vWI:
		return split(r.wi)
	case vUI:
		return split(r.wi, r.i)
	case vWO:
		return split(r.wo)
	}
	return split(r.we) // ㅚ ㅙ ㅞ
}

var kanaCodas = map[int][]string{
	cNone: {""}, cG: {"ク", "ッ", "グ"}, cN: {"ン"}, cNG: {"ン"}, cM: {"ム", "ン"}, cL: {"ル"}, cB: {"プ", "ッ", "ブ"}, cS: {"ッ", "ト", "ス"}, cD: {"ッ", "ト"},
}

// maxKana is the longest kana spelling of one syllable in characters.
const maxKana = 5

type kanaTable struct {
	index map[string]Set
	sets  []entry
}

func newKanaTable(f map[rune]float32) *kanaTable {
	t := &kanaTable{index: map[string]Set{}}
	var all [][]Reading
	add := func(text string, r Reading) {
		i, ok := t.index[text]
		if !ok {
			i = Set(len(all))
			t.index[text], all = i, append(all, nil)
		}
		all[i] = append(all[i], r)
	}
	for onset := range 19 {
		from, weight := onset, float32(1)
		if plain, ok := kanaTense[onset]; ok {
			from, weight = plain, 0.2
		}
		for _, row := range kanaRows[from] {
			for v := range vowels {
				for n, head := range row.vowel(v) {
					for coda, tails := range kanaCodas {
						for m, tail := range tails {
							w := weight
							if n > 0 {
								w *= 0.8
							}
							if m > 0 {
								w *= 0.7
							}
							add(head+tail, Reading{compose(onset, v, coda), w, Kana})
						}
					}
				}
			}
		}
	}
	for _, rs := range all {
		t.sets = append(t.sets, newEntry(f, rs))
	}
	return t
}

// linked returns the kana of a text in which a syllable that begins with a
// sounded consonant takes it from the syllable before: ウォノン is 원홍, whose ㄴ
// is heard at the beginning of the second, weak ㅎ and all.
func linked(kana []rune) [][]rune {
	var out [][]rune
	for i := 1; i < len(kana); i++ {
		// ㄱ before ㄹ is heard as ng and n: グンニョル is 극렬.
		if at := strings.IndexRune("ナニヌネノ", kana[i]); at >= 0 && kana[i-1] == 'ン' {
			next := append([]rune{}, kana...)
			next[i-1], next[i] = 'ク', []rune("ラリルレロ")[at/3]
			out = append(out, next)
		}
		col := strings.IndexRune("ナニヌネノ", kana[i])
		tail, plain := 'ン', "アイウエオ"
		if col < 0 {
			col, tail = strings.IndexRune("ラリルレロ", kana[i]), 'ル'
		}
		if col < 0 {
			col, tail = strings.IndexRune("マミムメモ", kana[i]), 'ム'
		}
		if col < 0 {
			col, tail = strings.IndexRune("ガギグゲゴ", kana[i]), 'ク'
		}
		if col < 0 {
			col, tail = strings.IndexRune("バビブベボ", kana[i]), 'プ'
		}
		if col < 0 || strings.ContainsRune("ンムルクプッ", kana[i-1]) {
			continue
		}
		for _, row := range []string{plain, "ハヒフヘホ"} {
			next := append([]rune{}, kana[:i]...)
			next = append(next, tail, []rune(row)[col/3])
			rest := kana[i+1:]
			// ニョ → ン + ヨ, but ン + ヒョ
			if len(rest) > 0 && row == plain {
				if at := strings.IndexRune("ャュョ", rest[0]); at >= 0 {
					next[len(next)-1] = []rune("ヤユヨ")[at/3]
					rest = rest[1:]
				}
			}
			out = append(out, append(next, rest...))
		}
	}
	return out
}
