package match

import (
	"strings"
	"unicode/utf8"

	"github.com/cordon-project/cordon/match/letters"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/japanese"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/script/latin"
	"github.com/cordon-project/cordon/script/words"
)

// maxTokens is how many tokens of a name are compared; a name with more is a
// text, and its beginning is compared.
const maxTokens = 20

// maxSequences is how many readings of a name are kept for each language.
const maxSequences = 12

// token is one word of a name.
type token struct {
	text   string // as compared: Latin letters, the gloss of a word that the tables know
	shown  string // as folded from what was written
	base   string // the name behind a nick name, "" for none
	class  words.Class
	weight float32
	seqs   [2]uint16 // its Korean readings in prepared.wordSeqs
}

// joined is several tokens written as one.
type joined struct {
	text     string
	from, to uint8 // tokens
	weight   float32
}

// reading is a reading of a whole name that has one key.
type reading struct {
	space  Space
	key    uint64
	weight float32
	rules  uint32
}

// Space is the language in which a name is read.
type Space uint8

// The languages.
const (
	NoSpace Space = iota
	Korean
	Mandarin
	Cantonese
	Japanese
)

var spaceNames = [...]string{"", "ko", "cmn", "yue", "ja"}

// String returns the language tag (BCP 47): ko, cmn, yue, ja.
func (s Space) String() string { return spaceNames[s] }

// prepared is a name ready to be compared. It is used again, so that a search
// allocates next to nothing.
type prepared struct {
	form     script.Form
	tokens   []token
	pairs    []joined
	seqs     []korean.Sequence // of the whole name
	wordSeqs []korean.Sequence // of single words
	readings []reading
	cut      bool

	names  int  // tokens that are names
	org    bool // it has words of organisations
	office bool // among them one that people are seldom called: a legal form, a bank, a bureau
	noted  bool // it has a note in brackets: Kim Jong-un[14]

	latin   []string
	words   []words.Token
	chinese []chinese.Sequence
	ja      []japanese.Reading
	runes   []rune
	single  [1]string
}

// set prepares text.
func (p *prepared) set(text string) {
	name, _ := words.WithoutAcronym(text)
	p.form = script.Fold(name)
	p.tokens, p.pairs, p.seqs, p.wordSeqs, p.readings = p.tokens[:0], p.pairs[:0], p.seqs[:0], p.wordSeqs[:0], p.readings[:0]
	p.cut, p.names, p.org, p.office = p.form.Cut, 0, false, false
	p.noted = strings.Contains(text, "[")
	p.tokenise()
	p.join()
	p.readWords()
	p.read()
}

// tokenise cuts the folded parts into words and writes them in Latin letters.
func (p *prepared) tokenise() {
	p.latin = p.latin[:0]
	for _, part := range p.form.Parts {
		if len(p.latin) >= 2*maxTokens {
			p.cut = true
			break
		}
		if !eastAsian(part) {
			p.latin = latin.Append(p.latin, p.one(part))
			continue
		}
		p.words = words.AppendCJK(p.words[:0], part)
		for _, w := range p.words {
			if g := words.Gloss(w.Concept); g != "" {
				p.latin = appendFields(p.latin, g)
				p.org = true
				continue
			}
			n := len(p.latin)
			p.latin = latin.Append(p.latin, p.one(w.Text))
			if p.form.Script == script.Katakana {
				for i := n; i < len(p.latin); i++ {
					p.latin[i] = withoutSupport(p.latin[i])
				}
			}
		}
	}
	p.words = words.AppendLatin(p.words[:0], p.latin)
	p.kind()
	for _, w := range p.words {
		if len(p.tokens) == maxTokens {
			p.cut = true
			break
		}
		p.add(w)
	}
	p.fathers()
}

// kind decides whether the name is read as a person's or an organisation's. A
// name that can be a Korean person's is one, whatever short words of other
// languages stand in it: Doo is a d.o.o. only elsewhere, and Bin is no son.
func (p *prepared) kind() {
	long := false
	for _, w := range p.words {
		switch w.Class {
		case words.Legal, words.Common:
			p.org = true
			p.office = p.office || w.Class == words.Legal || w.Weight <= officeWeight
			long = long || len(w.Text) > 4 || w.To-w.From > 1
		}
	}
	if p.org && long {
		return
	}
	if len(p.form.Parts) <= 6 {
		var cut bool
		p.seqs, cut = korean.Append(p.seqs, p.withoutNumbers())
		p.cut = p.cut || cut
	}
	if len(p.seqs) == 0 {
		return
	}
	p.org, p.office = false, false
	for i := range p.words {
		if w := &p.words[i]; w.Class != words.Initial && w.Class != words.Number && w.To == w.From+1 {
			w.Word = words.Word{}
		}
	}
}

// withoutSupport drops the vowels that kana write only because a consonant cannot
// stand alone: u behind most, o behind t and d, where another consonant or the
// end follows. aresandoru is alesandr, kozurofu is kozrof.
func withoutSupport(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		last := i+1 == len(s) || !letters.Vowel(s[i+1])
		support := i > 1 && last && !letters.Vowel(s[i-1]) && (s[i] == 'u' && s[i-1] != 'y' || s[i] == 'o' && (s[i-1] == 't' || s[i-1] == 'd'))
		if !support {
			out = append(out, s[i])
		}
	}
	if len(out) < 3 {
		return s
	}
	return string(out)
}

// withoutNumbers returns the parts without the digits of a note at the end, which
// are no part of how a name is read.
func (p *prepared) withoutNumbers() []string {
	parts := p.form.Parts
	for p.noted && len(parts) > 1 && parts[len(parts)-1][0] <= '9' {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// one returns a slice of one part without allocating.
func (p *prepared) one(part string) []string {
	p.single[0] = part
	return p.single[:]
}

func appendFields(dst []string, gloss string) []string {
	for f := range strings.FieldsSeq(gloss) {
		dst = append(dst, f)
	}
	return dst
}

func (p *prepared) add(w words.Token) {
	person := !p.org && len(p.seqs) == 0
	if person && w.Class == words.Name && initials(w.Text) {
		for i := range len(w.Text) {
			if len(p.tokens) == maxTokens {
				p.cut = true
				return
			}
			p.tokens = append(p.tokens, token{text: w.Text[i : i+1], shown: w.Text[i : i+1], class: words.Initial, weight: initialWeight})
		}
		return
	}
	if person && w.Class == words.Particle && len(p.tokens) == 0 {
		if _, ok := words.Nick(w.Text); ok { // Ben in front is Benjamin
			w.Word = words.Word{}
		}
	}
	if w.Class == words.Name && len(w.Text) >= leastMisspelt {
		if known, ok := words.Misspelt(w.Text); ok {
			w.Word = known
			p.org = p.org || known.Class == words.Legal
		}
	}
	t := token{text: w.Text, shown: w.Text, class: w.Class, weight: w.Weight}
	if g := words.Gloss(w.Concept); g != "" {
		t.text = g
	}
	if w.Class == words.Name {
		t.weight = nameWeight(len(t.text))
		if base, ok := words.Nick(t.text); ok && len(p.seqs) == 0 {
			t.base = base
		}
		p.names++
	}
	p.tokens = append(p.tokens, t)
}

// leastMisspelt is the length from which on a word that nearly is one of the
// vocabulary is taken for it.
const leastMisspelt = 8

// initialWeight is how much an initial tells.
const initialWeight = 0.3

// initials reports whether a part is two initials written together, as in J.-C.
// and JC: two consonants.
func initials(s string) bool {
	return len(s) == 2 && s[0] >= 'a' && !letters.Vowel(s[0]) && s[1] >= 'a' && !letters.Vowel(s[1])
}

// fathers lowers the weight of names that lists and documents leave out as often
// as not: those of fathers and grandfathers between the others.
func (p *prepared) fathers() {
	if len(p.seqs) > 0 {
		return
	}
	last := -1
	for i := range p.tokens {
		if p.tokens[i].class == words.Name {
			last = i
		}
	}
	for i := 1; i < len(p.tokens); i++ {
		t := &p.tokens[i]
		switch {
		case t.class != words.Name:
		case words.Patronymic(t.text):
			t.weight *= 0.6
		case i < last && words.FatherOf(p.tokens[i-1].shown):
			t.weight *= 0.4
		}
	}
}

// officeWeight is the greatest weight of words such as bank and bureau. Words that
// tell more (green, west, sales) are family names too.
const officeWeight = 0.3

// nameWeight is how much a name tells by its length: short ones are met by
// chance.
func nameWeight(n int) float32 {
	switch n {
	case 1:
		return 0.3
	case 2:
		return 0.6
	case 3:
		return 0.8
	}
	return 1
}

// join writes neighbours as one: people join and split names at will.
func (p *prepared) join() {
	for from := range p.tokens {
		for to := from + 2; to <= min(from+3, len(p.tokens)); to++ {
			if !p.joinable(from, to) {
				continue
			}
			j := joined{from: uint8(from), to: uint8(to)}
			n := 0
			for _, t := range p.tokens[from:to] {
				j.weight += t.weight
				n += len(t.shown)
			}
			if n < 5 || n > letters.Max {
				continue
			}
			for _, t := range p.tokens[from:to] {
				j.text += t.shown
			}
			p.pairs = append(p.pairs, j)
		}
	}
}

func (p *prepared) joinable(from, to int) bool {
	for _, t := range p.tokens[from:to] {
		switch t.class {
		case words.Legal, words.Number, words.Title, words.Initial:
			return false
		}
	}
	return true
}

// readWords reads the names within an organisation's name as Korean words.
func (p *prepared) readWords() {
	if !p.org {
		return
	}
	for i := range p.tokens {
		t := &p.tokens[i]
		if t.class != words.Name {
			continue
		}
		word := t.shown
		from := len(p.wordSeqs)
		p.wordSeqs, _ = korean.AppendWord(p.wordSeqs, word)
		kept := from
		for _, s := range p.wordSeqs[from:] {
			if s.N >= 2 && kept < from+4 {
				p.wordSeqs[kept] = s
				kept++
			}
		}
		p.wordSeqs = p.wordSeqs[:kept]
		t.seqs = [2]uint16{uint16(from), uint16(kept)}
	}
}

// read finds the readings of the whole name as a person's.
func (p *prepared) read() {
	parts := p.form.Parts
	if len(parts) == 0 || len(parts) > 6 || p.org {
		return
	}
	kind := p.form.Script
	if kind == script.Mixed || kind == script.Common {
		kind = ""
	}
	switch kind {
	case script.Latin:
		p.chinese, _ = chinese.AppendLatin(p.chinese[:0], p.latin)
		for i := range p.chinese {
			p.seqs = korean.AppendChinese(p.seqs, &p.chinese[i])
		}
		if p.ja = p.ja[:0]; len(parts) > 1 { // one word is seldom a whole name
			p.ja = japanese.AppendLatin(p.ja, p.latin)
		}
	case script.Han:
		p.runes = p.runes[:0]
		for _, s := range parts {
			for _, r := range s {
				p.runes = append(p.runes, r)
			}
		}
		if len(p.runes) > 6 {
			return
		}
		p.chinese, _ = chinese.AppendHan(p.chinese[:0], p.runes)
		if !p.japaneseLikely() {
			p.ja, _ = japanese.AppendOnKun(p.ja[:0], strings.Join(parts, " "))
		} else {
			p.ja, _ = japanese.AppendKanji(p.ja[:0], strings.Join(parts, " "))
		}
	case script.Japanese:
		p.chinese = p.chinese[:0]
		p.ja, _ = japanese.AppendKanji(p.ja[:0], strings.Join(parts, " "))
	case script.Katakana, script.Hiragana:
		p.chinese, _ = chinese.AppendKana(p.chinese[:0], parts)
		p.ja = japanese.AppendKana(p.ja[:0], parts)
	default:
		return
	}
	p.keep()
}

// japaneseLikely reports whether a name in Han characters is worth the Japanese
// dictionary, which takes a second and 90 MB when first used: one of four
// characters or more, one that does not begin with a Chinese or Korean surname,
// or one whose family name is written apart and has two characters; none of two.
func (p *prepared) japaneseLikely() bool {
	switch {
	case len(p.runes) < 3:
		return false
	case len(p.runes) > 3 || !chinese.Surname(p.runes):
		return true
	}
	return len(p.form.Parts) > 1 && utf8.RuneCountInString(p.form.Parts[0]) == 2
}

// keep turns Chinese and Japanese readings into keys.
func (p *prepared) keep() {
	for i := range p.chinese {
		s := &p.chinese[i]
		if i == maxSequences {
			p.cut = true
			break
		}
		space := Mandarin
		if s.Space == chinese.Cantonese {
			space = Cantonese
		}
		p.readings = append(p.readings, reading{space, chineseKey(space, s), s.Weight, uint32(s.Rules)})
	}
	for i, r := range p.ja {
		if r.Rules == japanese.OnKun {
			r.Weight *= 0.5 // each character by itself: a guess
		}
		if i == maxSequences {
			p.cut = true
			break
		}
		p.readings = append(p.readings, reading{Japanese, r.Key, r.Weight, uint32(r.Rules)})
	}
}

func chineseKey(space Space, s *chinese.Sequence) uint64 {
	key := uint64(space)
	for _, u := range s.Units[:s.N] {
		key = key*1009 + uint64(u) + 1
	}
	return key
}

// eastAsian reports whether a part has Hangul, Han or kana.
func eastAsian(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	switch script.OfRune(r) {
	case script.Hangul, script.Han, script.Katakana, script.Hiragana:
		return true
	}
	return false
}

// mix spreads a key over 64 bits (the finaliser of MurmurHash3).
func mix(tag, k uint64) uint64 {
	k ^= tag << 60
	k ^= k >> 33
	k *= 0xff51afd7ed558ccd
	k ^= k >> 33
	k *= 0xc4ceb9fe1a85ec53
	return k ^ k>>33
}

// foldedKeys adds the keys of the folded name in every cyclic order of its
// parts, at most n: a family name may stand first or last, and spaces may fall
// anywhere.
func foldedKeys(dst []uint64, parts []string, n int) []uint64 {
	for i := range min(len(parts), max(n, 1)) {
		h := uint64(14695981039346656037)
		for k := range parts {
			part := parts[(i+k)%len(parts)]
			for j := range len(part) {
				h = (h ^ uint64(part[j])) * 1099511628211
			}
		}
		key := mix(tagFolded, h)
		known := false
		for _, d := range dst {
			known = known || d == key
		}
		if !known {
			dst = append(dst, key)
		}
	}
	return dst
}

// Tags of keys of whole names.
const (
	tagFolded = 15
	tagKorean = uint64(Korean)
)
