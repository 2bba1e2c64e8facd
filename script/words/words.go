// Package words knows the words of names that are not names themselves: legal
// forms, words of business and of offices, places, titles, particles, numbers
// and nick names, in the languages in which official lists print them.
//
// In come folded parts (script.Fold) of one name; out come [Token]s, each with
// the [Word] that it is: a concept, which is one for every spelling in every
// language (trading, muyok, 무역, 貿易, торговая, トレーディング), its class, and
// how much it tells one name from another. What no table has is a Name, the
// distinctive part, with concept 0 and weight 1.
//
// [AppendLatin] reads Latin and folded Cyrillic parts: it joins what belongs
// together ("limited liability company", "l l c", "forty four"). [AppendCJK]
// cuts a part in Hangul, Han, kana or a mixture, where words are written
// together, and only where what it finds makes an organisation plausible: 김무역
// and 李建设 are people and stay whole. [Nick] gives the name behind a nick name.
//
// Guarantees: every part (every byte, in AppendCJK) is covered by exactly one
// token, in order; the tokens of the tokens' own text are the same tokens; work
// is linear; a spelling has one concept. Concepts are numbers of this build:
// they are never stored.
//
// It refuses nothing, and it guesses little: a short legal form inside a name
// (Kim Sa Ok) is a name, and whether a name is a person's or an organisation's
// is for the caller to say.
//
// Sources: the Entity Legal Forms code list (ISO 20275, published by GLEIF) and
// the company laws it cites for legal forms; the Standard Korean Dictionary for
// Korean words, with their spelling in McCune–Reischauer without marks, in the
// DPRK's own system and in the Revised Romanization; for usage, the entries that
// OFAC, the United Nations, Japan's Ministry of Finance and Korea's KoFIU print.
// Russian words stand in Cyrillic and are read in the usual romanisations.
package words

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Class is what kind of word a word is. The zero value is Name.
type Class uint8

const (
	Name     Class = iota // no table has it: the distinctive part
	Legal                 // a form of company: Ltd, GmbH, 유한회사, 株式会社, ООО
	Common                // a word of business or office: trading, bank, bureau
	Place                 // a country or city as names use it
	Title                 // what stands before or after a person: Dr, Haji, 동지
	Particle              // al, bin, de, von, of, and
	Number                // 39, forty four, second, VII
	Initial               // a single letter
)

var classNames = [...]string{"name", "legal", "common", "place", "title", "particle", "number", "initial"}

func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "class " + strconv.Itoa(int(c))
}

// Weights say how much a word tells one name from another, 1 for a name.
const (
	weightName     = 1
	weightLegal    = 0.08
	weightTitle    = 0.1
	weightParticle = 0.12
	weightInitial  = 0.3
	weightOffice   = 0.3  // bank, bureau: nearly every organisation has one
	weightQuality  = 0.35 // general, international
	weightPlace    = 0.35
	weightTrade    = 0.4 // trading, shipping
	weightSubject  = 0.5 // missile, insurance: few share it
	weightNumber   = 0.7
)

// Word is what is known of a token.
type Word struct {
	Concept uint16  // one for all spellings of a meaning; 0 for a Name and an Initial
	Class   Class   //
	Weight  float32 // 0 to 1
}

// Token is one word of a name.
type Token struct {
	Text string // as written; for a phrase its short form, for a number its digits
	Word
	From, To int // AppendLatin: parts covered; AppendCJK: bytes covered
}

var (
	nameWord    = Word{Class: Name, Weight: weightName}
	initialWord = Word{Class: Initial, Weight: weightInitial}
)

// numbers is the concept of 0; number n has the concept numbers+n as far as
// that goes, and 0 beyond: longer numbers are compared by their text.
const numbers = 0x8000

// Latin returns what is known of one folded part in Latin or Cyrillic letters,
// and false, with the word of a Name, when it is in no table.
func Latin(token string) (Word, bool) {
	if e := lexicon().words[token]; e != nil && e.known {
		return e.word, true
	}
	if n, _, ok := digits(token); ok {
		return n, true
	}
	if singleLetter(token) {
		return initialWord, true
	}
	return nameWord, false
}

// CJK returns what is known of one word in Hangul, Han or kana, and false, with
// the word of a Name, when it is in no table. Words of one character that are
// only endings (局, 부) are known here, whatever they stand in.
func CJK(word string) (Word, bool) {
	if e, ok := lexicon().cjk[word]; ok {
		return e.word, true
	}
	return nameWord, false
}

// Gloss returns the English word that stands for a concept, "" for 0 and for a
// number that is no concept.
func Gloss(concept uint16) string {
	if concept >= numbers {
		return strconv.Itoa(int(concept - numbers))
	}
	if g := lexicon().glosses; int(concept) < len(g) {
		return g[concept]
	}
	return ""
}

// Concepts returns how many concepts the tables have, numbers apart: they are
// 1 to that.
func Concepts() int { return len(lexicon().glosses) - 1 }

// row is one concept: its gloss and its spellings, separated by commas (spaces
// in cjk). The first Latin spelling of one part is the short form that stands
// for phrases.
type row struct {
	gloss    string
	latin    string
	cyrillic string
	cjk      string
}

// end says what it means for an organisation's name to end in a word.
type end uint8

const (
	endsNothing  end = iota
	endsBusiness     // after a name of two characters: 백호무역
	endsOffice       // 회사, 은행, 총국
)

// table is rows of one kind.
type table struct {
	class  Class
	weight float32
	end    end
	rows   []row
}

func tables() []table {
	return []table{
		{Legal, weightLegal, endsOffice, legalForms},
		{Common, weightOffice, endsOffice, offices},
		{Common, weightTrade, endsBusiness, trades},
		{Common, weightSubject, endsNothing, subjects},
		{Common, weightQuality, endsNothing, qualities},
		{Place, weightPlace, endsNothing, places},
		{Title, weightTitle, endsNothing, titles},
		{Particle, weightParticle, endsNothing, particles},
	}
}

// entry is what the lexicon has under one Latin or Cyrillic part.
type entry struct {
	part    string
	word    Word
	known   bool     // the part alone is a word
	text    string   // digits of a number
	tens    bool     // twenty, thirty
	unit    bool     // one to nine
	sign    bool     // of a number to come
	phrases []phrase // that begin with it, longest first
}

// phrase is the rest of a phrase after its first part.
type phrase struct {
	rest []string
	text string
}

// ideogram is what the lexicon has under one word without spaces.
type ideogram struct {
	word Word
	end  end
	text string // digits of a number
}

type dictionary struct {
	glosses []string
	words   map[string]*entry
	cjk     map[string]ideogram
	longest map[rune]int // characters of the longest word in cjk, by its first
	deepest int          // parts of the longest phrase
	vessel  Word         // what MV and General are before a name
	officer Word
}

// lexicon is made from the tables when it is first asked for, and never changes.
var lexicon = sync.OnceValue(build)

func build() *dictionary {
	d := &dictionary{glosses: []string{""}, words: map[string]*entry{}, cjk: map[string]ideogram{}, longest: map[rune]int{}}
	for _, t := range tables() {
		for _, r := range t.rows {
			d.glosses = append(d.glosses, r.gloss)
			w := Word{Concept: uint16(len(d.glosses) - 1), Class: t.class, Weight: t.weight}
			d.addRow(r, w, t.end)
		}
	}
	d.addNumbers()
	d.sortPhrases()
	for w := range d.cjk {
		first, _ := utf8.DecodeRuneInString(w)
		d.longest[first] = max(d.longest[first], utf8.RuneCountInString(w))
	}
	d.vessel, d.officer = d.words["mv"].word, d.words["gen"].word
	return d
}

func (d *dictionary) addRow(r row, w Word, e end) {
	spellings := r.spellings()
	head := ""
	for _, s := range spellings {
		if !strings.Contains(s, " ") {
			head = s
			break
		}
	}
	for _, s := range spellings {
		d.addLatin(s, head, w)
	}
	for _, s := range strings.Fields(r.cjk) {
		d.cjk[s] = ideogram{word: w, end: e}
	}
}

// spellings returns the Latin, Cyrillic and romanised spellings of a row.
func (r row) spellings() []string {
	out := list(r.latin)
	for _, s := range list(r.cyrillic) {
		out = append(out, foldCyrillic(s))
		out = append(out, romanise(s)...)
	}
	return out
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ", ")
}

// addLatin adds one spelling, a phrase when it has spaces.
func (d *dictionary) addLatin(spelling, head string, w Word) {
	parts := strings.Fields(spelling)
	if len(parts) == 1 {
		e := d.at(spelling)
		e.word, e.known = w, true
		return
	}
	for _, p := range parts {
		d.at(p) // so that letters are not joined to it
	}
	d.deepest = max(d.deepest, len(parts))
	e := d.at(parts[0])
	e.phrases = append(e.phrases, phrase{rest: parts[1:], text: head})
}

// at returns the entry of a part, made when it is new.
func (d *dictionary) at(part string) *entry {
	e := d.words[part]
	if e == nil {
		e = &entry{part: part}
		d.words[part] = e
	}
	return e
}
