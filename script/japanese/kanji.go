package japanese

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ikawaha/kagome-dict/dict"
	"github.com/ikawaha/kagome-dict/ipa"
	"github.com/ikawaha/kagome/v2/tokenizer"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/han"
	"github.com/cordon-project/cordon/script/latin"
)

// Weights of readings of Han text, by how they were found.
const (
	weightFamilyGiven = 1   // the dictionary's own division, a family and a given name
	weightDivided     = 0.8 // a family and a given name of the dictionary at another division
	weightWords       = 0.7 // the dictionary's own division, not of names
	weightHalf        = 0.5 // one name of the dictionary, the rest by its characters
	weightOnKun       = 0.3 // character by character
)

// AppendKanji appends the readings of a name with Han characters, the likeliest
// first: as the IPA dictionary divides and reads it, with the other family and
// given names that it has for the characters, and character by character. It
// says whether there were more than [MaxReadings] or the name was too long to
// be read at all. Text that is not of Han characters and kana has no readings.
//
// The first call loads the dictionary.
func AppendKanji(dst []Reading, text string) ([]Reading, bool) {
	return appendAll(dst, text, withDictionary)
}

// AppendOnKun is AppendKanji without the dictionary: only readings by single
// characters, of the weight that these have there.
func AppendOnKun(dst []Reading, text string) ([]Reading, bool) {
	return appendAll(dst, text, byCharacters)
}

type source uint8

const (
	withDictionary source = iota
	byCharacters
)

func appendAll(dst []Reading, text string, from source) ([]Reading, bool) {
	start := len(dst)
	cut := candidates(text, from, func(c candidate) bool {
		if len(dst)-start == MaxReadings {
			return false
		}
		if r, ok := c.reading(); ok {
			dst = appendNew(dst, start, r)
		}
		return true
	})
	return dst, cut
}

// candidate is a reading in Latin letters, one string a word.
type candidate struct {
	words  []string
	weight float32
	rules  Rules
}

func (c candidate) reading() (Reading, bool) {
	n := normal{}
	for _, w := range c.words {
		if !token(&n, w) {
			return Reading{}, false
		}
	}
	r := n.reading(c.weight, c.rules)
	r.Rules &^= Hepburn | Kunrei
	return r, true
}

// yield takes a candidate and says whether it wants another.
type yield func(candidate) bool

// candidates gives the readings of a text to yield, and returns whether there
// are some that it did not give or yield did not want.
func candidates(text string, from source, y yield) (cut bool) {
	if longer(text) {
		return hasHan(text)
	}
	words := script.Fold(text).Parts
	if !japaneseWords(words) {
		return false
	}
	if from == withDictionary {
		if d := dictionary(); d != nil && !d.candidates(words, y) {
			return true
		}
	}
	wanted, all := product(optionsOf(strings.Join(words, "")), func(s string) bool {
		return y(candidate{[]string{s}, weightOnKun, OnKun})
	})
	return !wanted || !all
}

// longer says whether a text has more characters than a name.
func longer(text string) bool {
	return len(text) > 4*MaxRunes || utf8.RuneCountInString(text) > MaxRunes
}

func hasHan(text string) bool {
	return strings.IndexFunc(text, isHan) >= 0
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// japaneseWords says whether words are of Han characters and kana, and not of
// kana alone.
func japaneseWords(words []string) bool {
	found := false
	for _, w := range words {
		for _, r := range w {
			switch {
			case isHan(r):
				found = true
			case !isKana(r):
				return false
			}
		}
	}
	return found
}

// optionsOf returns for each stretch of a text the ways to read it by its
// characters, nil when one of them has none.
func optionsOf(text string) [][]string {
	var out [][]string
	rs := []rune(text)
	for i := 0; i < len(rs); {
		if j := endOfKana(rs, i); j > i {
			// Empty for a lone small tsu or sign of the long vowel.
			out = append(out, []string{romaji(string(rs[i:j]))})
			i = j
			continue
		}
		options := characterOptions(rs, i)
		if len(options) == 0 {
			return nil
		}
		out = append(out, options)
		i++
	}
	return out
}

// endOfKana returns where the kana that begin at i end. A small ke between Han
// characters is none of them: 龍ヶ崎 is ryuugasaki.
func endOfKana(rs []rune, i int) int {
	for i < len(rs) && isKana(rs[i]) && !smallKe(rs[i]) {
		i++
	}
	return i
}

func smallKe(r rune) bool { return r == 'ヶ' || r == 'ゖ' || r == 'ヵ' || r == 'ゕ' }

// characterOptions returns the readings of the character at i: the first on, what
// given names read it, and then on and kun in turn, since names take any. An
// iteration mark has those of the character before it.
func characterOptions(rs []rune, i int) []string {
	r := rs[i]
	if smallKe(r) {
		return []string{"ga", "ka"}
	}
	for j := i; (r == '々' || r == '〻') && j > 0; {
		j--
		r = rs[j]
	}
	on, kun := han.On(r), han.Kun(r)
	out := make([]string, 0, len(on)+len(kun)+2)
	if len(on) > 0 {
		out = append(out, on[0])
	}
	for _, name := range strings.Fields(nanori[r]) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for j := range max(len(on), len(kun)) {
		for _, from := range [2][]string{on, kun} {
			if j < len(from) && !slices.Contains(out, from[j]) {
				out = append(out, from[j])
			}
		}
	}
	return out
}

// product gives the joined choices of one option each to take, those of early
// options first, at most MaxReadings. It returns whether take wanted all that it
// got, and whether it got all there are.
func product(options [][]string, take func(string) bool) (wanted, all bool) {
	if len(options) == 0 {
		return true, true
	}
	p := chooser{options: options, take: take, reach: make([]int, len(options)+1)}
	for i := len(options) - 1; i >= 0; i-- {
		p.reach[i] = p.reach[i+1] + len(options[i]) - 1
	}
	for sum := 0; sum <= p.reach[0]; sum++ {
		if !p.choose(0, sum, "") {
			return !p.refused, false
		}
	}
	return true, true
}

// chooser walks the product by the sum of the options' places, so that every
// step leads to a choice and the work is bounded by the choices taken.
type chooser struct {
	options [][]string
	reach   []int // the largest sum of places from here on
	given   int
	refused bool
	take    func(string) bool
}

func (p *chooser) choose(i, sum int, prefix string) bool {
	if i == len(p.options) {
		if p.given == MaxReadings {
			return false
		}
		p.given++
		p.refused = !p.take(prefix)
		return !p.refused
	}
	for place, option := range p.options[i] {
		rest := sum - place
		if rest < 0 {
			break
		}
		if rest <= p.reach[i+1] && !p.choose(i+1, rest, join(prefix, option)) {
			return false
		}
	}
	return true
}

// join writes two stretches of a word together so that both can still be read:
// ken, ichi is ken'ichi and not ke-ni-chi.
func join(a, b string) string {
	if strings.HasSuffix(a, "n") && b != "" && (vowel(b[0]) || b[0] == 'y') {
		return a + string(apostrophe) + b
	}
	return a + b
}

// romaji writes a word of kana in Hepburn with the apostrophes that latin leaves
// out.
func romaji(kana string) string {
	out := ""
	for kana != "" {
		end := strings.IndexAny(kana, "ンん")
		if end < 0 {
			end = len(kana)
		} else {
			end += len("ン")
		}
		out = join(out, string(latin.AppendHepburn(nil, kana[:end])))
		kana = kana[end:]
	}
	return out
}

// lexicon is the IPA dictionary with its tokenizer, both safe for concurrent use.
type lexicon struct {
	words *dict.Dict
	cut   *tokenizer.Tokenizer
}

// dictionary loads the lexicon on the first call; nil when it cannot be used.
var dictionary = sync.OnceValue(func() *lexicon {
	d := ipa.Dict()
	t, err := tokenizer.New(d, tokenizer.OmitBosEos())
	if err != nil {
		return nil
	}
	return &lexicon{d, t}
})

// candidates gives the readings that have a word of the dictionary, and returns
// whether they were all wanted.
func (l *lexicon) candidates(words []string, y yield) bool {
	joined := strings.Join(words, "")
	if c, ok := l.best(joined); ok && !y(c) {
		return false
	}
	for _, grade := range []grade{both, either} {
		for _, split := range splits(joined, words) {
			if !l.divided(joined[:split], joined[split:], grade, y) {
				return false
			}
		}
	}
	return true
}

// splits returns the places where a given name may begin: the one written, or
// all, the third character first, as most family names have two.
func splits(joined string, words []string) []int {
	if len(words) == 2 {
		return []int{len(words[0])}
	}
	var out []int
	for i := range joined {
		if i > 0 {
			out = append(out, i)
		}
	}
	if len(out) > 1 {
		out[0], out[1] = out[1], out[0]
	}
	return out
}

// best is the dictionary's own division and reading. A stretch it does not know
// is read by its characters.
func (l *lexicon) best(text string) (candidate, bool) {
	c := candidate{weight: weightWords, rules: Kagome}
	tokens := l.cut.Tokenize(text)
	for _, t := range tokens {
		reading, ok := t.Reading()
		if !ok || reading == "*" {
			_, _ = product(optionsOf(t.Surface), func(s string) bool { reading = s; ok = true; return false })
			c.weight, c.rules = weightHalf, c.rules|OnKun
		} else {
			reading = romaji(reading)
		}
		if !ok || reading == "*" || reading == "" {
			return candidate{}, false
		}
		c.words = append(c.words, reading)
	}
	if len(tokens) == 2 && isName(tokens[0].POS(), family) && isName(tokens[1].POS(), given) {
		c.weight = weightFamilyGiven
	}
	return c, len(c.words) > 0
}

// kind is the dictionary's word for a kind of personal name.
type kind string

const (
	family kind = "姓"
	given  kind = "名"
)

func isName(pos []string, k kind) bool {
	return len(pos) > 3 && pos[2] == "人名" && pos[3] == string(k)
}

// grade is how much of a divided name must stand in the dictionary.
type grade uint8

const (
	both grade = iota
	either
)

// divided gives the readings of a family and a given name.
func (l *lexicon) divided(left, right string, g grade, y yield) bool {
	families, givens := l.names(left, family), l.names(right, given)
	c := candidate{weight: weightDivided, rules: Kagome}
	if g == either {
		if (len(families) == 0) == (len(givens) == 0) {
			return true
		}
		c = candidate{weight: weightHalf, rules: Kagome | OnKun}
		if len(families) == 0 {
			families = first(optionsOf(left))
		} else {
			givens = first(optionsOf(right))
		}
	}
	for _, f := range families {
		for _, n := range givens {
			if !y(candidate{[]string{f, n}, c.weight, c.rules}) {
				return false
			}
		}
	}
	return true
}

// maxHalf is how many readings by characters stand beside a half that the
// dictionary knows, so that other divisions have room too.
const maxHalf = 6

func first(options [][]string) []string {
	var out []string
	_, _ = product(options, func(s string) bool {
		out = append(out, s)
		return len(out) < maxHalf
	})
	return out
}

// names returns the readings in Latin letters of a name that the dictionary has
// as one of the kind. Families are named after places, so readings of places
// follow those of families.
func (l *lexicon) names(surface string, k kind) []string {
	out := l.entries(nil, surface, 3, string(k))
	if k == family {
		out = l.entries(out, surface, 2, "地域")
	}
	return out
}

// entries appends the readings of the entries of a surface whose part of speech
// has a value at a level.
func (l *lexicon) entries(out []string, surface string, level int, value string) []string {
	for _, id := range l.words.Index.Search(surface) {
		if id >= len(l.words.POSTable.POSs) || id >= len(l.words.Contents) {
			continue
		}
		pos, content := l.words.POSTable.POSs[id], l.words.Contents[id]
		at := ipa.Reading - ipa.POSHierarchy
		if level >= len(pos) || l.words.POSTable.NameList[pos[level]] != value || at >= len(content) {
			continue
		}
		if s := romaji(content[at]); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
