package korean

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cordon-project/cordon/script/chinese"
)

// Append adds the sequences of a name to dst, best first: of folded parts in any
// of the scripts that Korean names are written in. cut says that there are more
// than [MaxSequences].
func Append(dst []Sequence, parts []string) (_ []Sequence, cut bool) {
	if len(parts) == 0 || len(parts) > maxParts {
		return dst, false
	}
	r := reader{t: tablesOf(), dst: dst, from: len(dst)}
	kind := scriptOf(parts)
	r.joined = len(parts) == 1 && (kind == 'L' || kind == 'C')
	switch kind {
	case 'L':
		r.letters(r.t.latin, ofLatin, parts)
	case 'C':
		r.letters(r.t.cyrillic, ofCyrillic, parts)
	case 'H':
		r.characters(parts)
	case 'K':
		r.kana(parts)
	default:
		return dst, false
	}
	return r.finish()
}

// AppendWord adds the ways in which one word can be read as Korean syllables,
// family name or not: the words of an organisation's name.
func AppendWord(dst []Sequence, word string) (_ []Sequence, cut bool) {
	parts := [1]string{word}
	r := reader{t: tablesOf(), dst: dst, from: len(dst), word: true}
	switch scriptOf(parts[:]) {
	case 'L':
		r.letters(r.t.latin, ofLatin, parts[:])
	case 'C':
		r.letters(r.t.cyrillic, ofCyrillic, parts[:])
	case 'H':
		r.characters(parts[:])
	case 'K':
		r.kana(parts[:])
	}
	return r.finish()
}

// AppendChinese adds the sequence of a Korean name in Chinese reading: Jin
// Xiangwan is 김상만, whose characters 金相万 are read so in Mandarin. It needs a
// Korean family name.
func AppendChinese(dst []Sequence, s *chinese.Sequence) []Sequence {
	n := int(s.N)
	if s.Space != chinese.Mandarin || n < 2 || n > 4 {
		return dst
	}
	t := tablesOf()
	t.buildPinyin()
	share := t.surnames[s.Units[0]]
	if share == 0 {
		return dst
	}
	out := Sequence{N: s.N, Family: 1, Weight: s.Weight * familyWeight(share)}
	for i := range n {
		u := Set(s.Units[i])
		if i == 0 {
			u |= surname
		}
		if e := t.pinyin[u]; e == nil || len(e.readings) == 0 {
			return dst
		}
		out.Sets[i] = ofChinese | u
	}
	return append(dst, out)
}

// scriptOf returns L, C, H (Hangul or Han) or K when all parts are of it.
func scriptOf(parts []string) byte {
	var seen byte
	for _, p := range parts {
		for _, r := range p {
			var k byte
			switch {
			case r >= 'a' && r <= 'z':
				k = 'L'
			case r >= 'а' && r <= 'я':
				k = 'C'
			case isHangul(r), r >= 0x3400 && r <= 0x9FFF, r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x3FFFF:
				k = 'H'
			case r >= 0x3041 && r <= 0x30FC:
				k = 'K'
			default:
				return 0
			}
			if seen != 0 && seen != k {
				return 0
			}
			seen = k
		}
	}
	return seen
}

// reader gathers sequences.
type reader struct {
	t    *tables
	dst  []Sequence
	from int
	word bool
	// joined says that the name is one word in an alphabet: KIMSANGMAN. So are
	// many names that are not Korean.
	joined bool
	cut    bool
}

// finish puts the best sequences first, each once, and bounds them.
func (r *reader) finish() ([]Sequence, bool) {
	own := r.dst[r.from:]
	slices.SortStableFunc(own, func(a, b Sequence) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.N, b.N), slices.Compare(a.Sets[:], b.Sets[:]), cmp.Compare(a.Family, b.Family))
	})
	own = slices.CompactFunc(own, func(a, b Sequence) bool { return a.N == b.N && a.Sets == b.Sets && a.Family == b.Family })
	if len(own) > MaxSequences {
		own, r.cut = own[:MaxSequences], true
	}
	return r.dst[:r.from+len(own)], r.cut
}

// most is how many sequences are gathered before the best are chosen.
const most = 4 * MaxSequences

// add takes a sequence as written and adds it once with the family name in
// front and, if the last part can be one, once with it moved there. last is the
// number of syllables in the last part.
func (r *reader) add(s Sequence, parts, last int) {
	if len(r.dst)-r.from >= most {
		r.cut = true
		return
	}
	n := int(s.N)
	if r.word {
		r.dst = append(r.dst, s)
		return
	}
	if n < 2 || n > 5 {
		return
	}
	if w := r.familyOf(s.Sets[0]); w > 0 && n <= 4 {
		if r.joined {
			w *= 0.4
		}
		f := s
		f.Family, f.Weight = 1, s.Weight*w*length(n-1)
		r.dst = append(r.dst, f)
	}
	if n >= 3 && r.compound(s.Sets[0], s.Sets[1]) {
		f := s
		f.Family, f.Weight = 2, s.Weight*0.9*length(n-2)
		r.dst = append(r.dst, f)
	}
	if parts < 2 || last > 2 || n-last > 4 {
		return
	}
	// Western order, or a list's "given names FAMILY".
	moved := s
	copy(moved.Sets[:last], s.Sets[n-last:n])
	copy(moved.Sets[last:n], s.Sets[:n-last])
	moved.Moved, moved.Family = true, uint8(last)
	switch {
	case last == 1 && n <= 4:
		if w := r.familyOf(moved.Sets[0]); w > 0 {
			moved.Weight = s.Weight * w * length(n-1) * 0.95
			r.dst = append(r.dst, moved)
		}
	case last == 2 && r.compound(moved.Sets[0], moved.Sets[1]):
		moved.Weight = s.Weight * 0.85 * length(n-2)
		r.dst = append(r.dst, moved)
	}
}

// length weighs the number of syllables of a given name: two are usual, one is
// not rare, three are.
func length(given int) float32 {
	switch given {
	case 2:
		return 1
	case 1:
		return 0.95
	case 3:
		return 0.6
	}
	return 0
}

// familyAt returns the weight of the first syllable as a family name.
func (r *reader) familyOf(s Set) float32 {
	if e := r.t.entry(s); e != nil {
		return e.family
	}
	return 0
}

func (r *reader) compound(a, b Set) bool {
	for _, x := range Of(a) {
		for _, y := range Of(b) {
			if x.Weight >= 0.5 && y.Weight >= 0.5 && r.t.compounds[[2]rune{x.Hangul, y.Hangul}] {
				return true
			}
		}
	}
	return false
}

// characters reads Hangul and Han: a character is a syllable.
func (r *reader) characters(parts []string) {
	var s Sequence
	last := 0
	for _, p := range parts {
		last = 0
		for _, c := range p {
			if s.N == MaxSyllables {
				return
			}
			set := hanSet | Set(c)
			if isHangul(c) {
				set = ofHangul | Set(c-hangulBase)
			}
			if len(Of(set)) == 0 {
				return
			}
			s.Sets[s.N] = set
			s.N++
			last++
		}
	}
	s.Weight = 1
	r.add(s, len(parts), last)
}

// kana reads katakana or hiragana, and the same with sounds taken apart that
// meet between syllables.
func (r *reader) kana(parts []string) {
	var whole [][]rune
	for _, p := range parts {
		text := katakana(p)
		if len(text) == 0 || len(text) > MaxLetters {
			return
		}
		whole = append(whole, text)
	}
	r.kanaParts(whole, 0, Sequence{Weight: 1}, 0)
	for i, text := range whole {
		for _, other := range linked(text) {
			changed := slices.Clone(whole)
			changed[i] = other
			r.kanaParts(changed, 0, Sequence{Weight: 0.6}, 0)
		}
	}
}

func (r *reader) kanaParts(parts [][]rune, i int, s Sequence, start uint8) {
	if i == len(parts) {
		r.add(s, len(parts), int(s.N-start))
		return
	}
	r.kanaFrom(parts, i, parts[i], s, s.N)
}

func (r *reader) kanaFrom(parts [][]rune, i int, rest []rune, s Sequence, start uint8) {
	if len(r.dst)-r.from >= most {
		r.cut = true
		return
	}
	if len(rest) == 0 {
		r.kanaParts(parts, i+1, s, start)
		return
	}
	if s.N == MaxSyllables {
		return
	}
	for n := min(len(rest), maxKana); n > 0; n-- {
		set, ok := r.t.kana.index[string(rest[:n])]
		if !ok {
			continue
		}
		next := s
		next.Sets[next.N] = ofKana | set
		next.N++
		r.kanaFrom(parts, i, rest[n:], next, start)
	}
}

// katakana writes hiragana as katakana and drops the long vowel sign.
func katakana(s string) []rune {
	out := make([]rune, 0, len(s)/3)
	for _, c := range s {
		switch {
		case c >= 0x3041 && c <= 0x3096:
			out = append(out, c+0x60)
		case c == 'ー':
		default:
			out = append(out, c)
		}
	}
	return out
}

// letters reads an alphabet.
func (r *reader) letters(a *alphabet, base Set, parts []string) {
	for _, p := range parts {
		if utf8.RuneCountInString(p) > MaxLetters {
			return
		}
	}
	l := lettering{reader: r, a: a, base: base, parts: parts}
	l.part(0)
}

// lettering is one walk through the spellings of a name.
type lettering struct {
	*reader
	a     *alphabet
	base  Set
	parts []string
	n     int
	at    [MaxSyllables]struct{ o, v, c uint8 }
	apart uint8 // syllables that begin a part, as bits
	start int   // syllables before the last part
	steps int
}

// maxSteps bounds a walk; names take below two hundred.
const maxSteps = 4000

func (l *lettering) part(i int) {
	if i == len(l.parts) {
		l.emit()
		return
	}
	before, apart := l.start, l.apart
	l.start, l.apart = l.n, l.apart|1<<l.n
	l.syllable(i, l.parts[i])
	l.start, l.apart = before, apart
}

// syllable reads one syllable from the beginning of rest, in every way.
func (l *lettering) syllable(i int, rest string) {
	if rest == "" {
		l.part(i + 1)
		return
	}
	if l.n == MaxSyllables || len(l.dst)-l.from >= most {
		return
	}
	if strings.HasPrefix(rest, "wh") { // Whang, Whan: custom for 황, 환
		rest = "hw" + rest[2:]
	}
	l.n++
	for _, o := range l.a.first[isOnset][letter(rest)] {
		if text := l.a.onsets[o].text; strings.HasPrefix(rest, text) {
			l.vowel(i, o, rest[len(text):])
		}
	}
	l.vowel(i, 0, rest)
	l.n--
}

func (l *lettering) vowel(i int, o uint8, rest string) {
	if rest == "" {
		return
	}
	for _, v := range l.a.first[isVowel][letter(rest)] {
		text := l.a.vowels[v].text
		if !strings.HasPrefix(rest, text) || o == 0 && text == "y" { // y is a vowel behind a consonant only: Hy
			continue
		}
		if l.steps++; l.steps > maxSteps {
			l.reader.cut = true
			return
		}
		after := rest[len(text):]
		l.coda(i, o, v, 0, after)
		if after == "" {
			continue
		}
		for _, c := range l.a.first[isCoda][letter(after)] {
			if text := l.a.codas[c].text; strings.HasPrefix(after, text) {
				l.coda(i, o, v, c, after[len(text):])
			}
		}
	}
}

func (l *lettering) coda(i int, o, v, c uint8, rest string) {
	l.at[l.n-1] = struct{ o, v, c uint8 }{o, v, c}
	l.syllable(i, rest)
}

// emit turns the walk into a sequence, choosing the spellings that neighbours
// decide.
func (l *lettering) emit() {
	s := Sequence{N: uint8(l.n), Weight: 1}
	for i := range l.n {
		x := l.at[i]
		if x.c != 0 {
			x.v = l.a.variant(isVowel, x.v, "+")
		}
		if i+1 < l.n {
			if sound := l.onset(i + 1); sound == onN || sound == onM || sound == onR {
				x.c = l.a.variant(isCoda, x.c, "*")
			}
		}
		if i > 0 {
			switch before := l.coda0(i - 1); {
			case l.onset(i) == onN && (before == cNG || before == cM):
				x.o = l.a.variant(isOnset, x.o, "*")
			case l.apart&(1<<i) == 0 && x.o == 0 && (before == cN || before == cL || before == cM || before == cNG):
				x.o = l.a.weakH()
			}
		}
		s.Sets[i] = l.base | l.a.set(int(x.o), int(x.v), int(x.c))
	}
	l.add(s, len(l.parts), l.n-l.lastStart())
}

func (l *lettering) onset(i int) int { return l.a.onsets[l.at[i].o].sounds[0].index }
func (l *lettering) coda0(i int) int { return l.a.codas[l.at[i].c].sounds[0].index }

// lastStart is how many syllables stand before the last part: when everything is
// read, start is that of the last part.
func (l *lettering) lastStart() int { return l.start }
