package japanese

import (
	"strings"
	"sync"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/latin"
)

// Explained is one reading for people.
type Explained struct {
	Romaji string // Hepburn, long vowels written as in kana: "satou kenichi"
	Kana   string // katakana: "サトウ ケンイチ"
	Rule   Rules
	Weight float32
}

// Explain returns the readings of a name as people write them, those that
// [AppendLatin], [AppendKana] or [AppendKanji] have keys for, without rotations:
// in the order written. It loads the dictionary for text with Han characters.
// The kana of a Latin name are those of its letters as folded: where the source
// does not write a long vowel neither do they, and n before a vowel begins it.
func Explain(text string) []Explained {
	if longer(text) {
		return nil
	}
	parts := script.Fold(text).Parts
	if r := AppendLatin(nil, parts); len(r) > 0 {
		return []Explained{explained(parts, r[0])}
	}
	if r := AppendKana(nil, parts); len(r) > 0 {
		kana := strings.Join(parts, " ")
		return []Explained{{Romaji: hepburn(kana), Kana: katakana(kana), Rule: r[0].Rules, Weight: r[0].Weight}}
	}
	var out []Explained
	var seen []Reading
	candidates(text, withDictionary, func(c candidate) bool {
		if len(seen) == MaxReadings {
			return false
		}
		r, ok := c.reading()
		if !ok {
			return true
		}
		if more := appendNew(seen, 0, r); len(more) > len(seen) {
			seen = more
			out = append(out, explained(c.words, r))
		}
		return true
	})
	return out
}

func explained(words []string, r Reading) Explained {
	kana := make([]string, len(words))
	for i, w := range words {
		kana[i] = kanaOf(w)
	}
	text := strings.Join(kana, " ")
	return Explained{Romaji: hepburn(text), Kana: text, Rule: r.Rules, Weight: r.Weight}
}

// hepburn writes words of kana in Hepburn.
func hepburn(kana string) string {
	words := strings.Fields(kana)
	for i, w := range words {
		words[i] = string(latin.AppendHepburn(nil, w))
	}
	return strings.Join(words, " ")
}

func katakana(s string) string {
	return strings.Map(func(r rune) rune {
		if 'ぁ' <= r && r <= 'ゖ' {
			return r + 'ァ' - 'ぁ'
		}
		return r
	}, s)
}

// kanaOf writes a Latin token in katakana by way of its normal letters.
func kanaOf(word string) string {
	n := normal{spell: true}
	if !token(&n, word) {
		return ""
	}
	table := morae()
	var b strings.Builder
	for s := string(n.text); s != ""; {
		size := min(len(s), maxLetters)
		for size > 0 && table[s[:size]] == "" {
			size--
		}
		switch {
		case size > 0:
			b.WriteString(table[s[:size]])
		case s[0] == apostrophe:
		case s[0] == 'n':
			b.WriteString("ン")
		default:
			b.WriteString("ッ")
		}
		s = s[max(size, 1):]
	}
	return b.String()
}

// morae are the katakana of each mora in normal letters; of two with one sound
// the usual one stands first (ジ before ヂ).
var morae = sync.OnceValue(func() map[string]string {
	out := make(map[string]string)
	for _, kana := range strings.Fields(
		"ア イ ウ エ オ カ キ ク ケ コ サ シ ス セ ソ タ チ ツ テ ト ナ ニ ヌ ネ ノ ハ ヒ フ ヘ ホ マ ミ ム メ モ ヤ ユ ヨ ラ リ ル レ ロ ワ " +
			"ガ ギ グ ゲ ゴ ザ ジ ズ ゼ ゾ ダ デ ド バ ビ ブ ベ ボ パ ピ プ ペ ポ キャ キュ キョ シャ シュ ショ チャ チュ チョ ニャ ニュ ニョ " +
			"ヒャ ヒュ ヒョ ミャ ミュ ミョ リャ リュ リョ ギャ ギュ ギョ ジャ ジュ ジョ ビャ ビュ ビョ ピャ ピュ ピョ " +
			"シェ ジェ チェ ファ フィ フェ フォ フュ ヴァ ヴィ ヴ ヴェ ヴォ ヴュ ウィ ウェ イェ ツァ ツィ ツェ ツォ クァ クィ クェ クォ グァ グィ グェ グォ",
	) {
		n := normal{spell: true}
		if token(&n, latin.AppendHepburn(nil, kana)) && out[string(n.text)] == "" {
			out[string(n.text)] = kana
		}
	}
	return out
})
