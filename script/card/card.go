// Package card says all that Cordon knows of how one name is written: in which
// languages it can be read, by which rules, what stays open, and every form in
// which a list, a passport or a newspaper may print it.
//
// In comes any text; out comes a [Card]. What the text was taken for is always
// said, also where nothing can be read: a number, titles only, signs, scripts
// that do not belong together. Letters that only look Latin are read as what
// they imitate and named, and so are characters that cannot be seen or that turn
// the direction of text.
//
// A reading has a weight in words: likely, possible or rare, measured within its
// language. It is the weight of the spelling by the rules of its package times
// how common the syllable is in names; it is no probability that a person is
// meant. Where a spelling stands for several names [Ambiguous] says for which,
// syllable by syllable, instead of choosing: Yong Chol is 영철 or 용철. [Expected]
// says how many people may bear a name, so that nobody takes it for one person.
//
// Sentences are keys with arguments; a face says them in the reader's language.
// Keys of languages, systems, rules and weights are closed vocabularies.
//
// Guarantees: [Of] never fails and never panics; the same text gives the same
// card; work is bounded whatever comes in ([MaxRunes] of the text are read), and
// what was cut is said. The first Japanese reading of Han characters loads a
// dictionary, which takes about a second.
//
// It looks nothing up: whether a name is on a list is said elsewhere.
package card

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/latin"
)

// Limits of a card.
const (
	MaxRunes    = 300 // of the text; the longest name on an official list is shorter
	MaxReadings = 6   // in Korean
	MaxOthers   = 3   // in any other language
	MaxForms    = 3   // Korean names that are spelled by every system
	MaxNames    = 8   // names that an ambiguous spelling is said to stand for
	MaxChoices  = 6   // of one syllable
	maxGroups   = 3   // parts of a text in scripts of their own
)

// Text is a sentence as a key with its arguments. Each field of a card has keys of
// its own.
type Text struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

// Weight is how likely a reading is among those of its language.
type Weight string

// The weights: from 0.6, from 0.2, and below.
const (
	Likely   Weight = "likely"
	Possible Weight = "possible"
	Rare     Weight = "rare"
)

// The bounds of weights, and the least weight that is shown.
const (
	likelyFrom   = 0.6
	possibleFrom = 0.2
	shownFrom    = 0.05
)

func weightOf(w float64) Weight {
	switch {
	case w >= likelyFrom-1e-6: // sums of float32
		return Likely
	case w >= possibleFrom-1e-6:
		return Possible
	}
	return Rare
}

// Language is a language in which a name is read.
type Language string

// The languages. Other is none of them: only a Latin form is given.
const (
	Korean    Language = "korean"
	Mandarin  Language = "mandarin"
	Cantonese Language = "cantonese"
	Japanese  Language = "japanese"
	Other     Language = "other"
)

// Languages returns all languages in their order.
func Languages() []Language { return []Language{Korean, Mandarin, Cantonese, Japanese, Other} }

// Card is what is known of one name.
type Card struct {
	Text      string     `json:"text"`   // as given, as far as it is read
	Parts     []string   `json:"parts"`  // folded, as names are compared
	Script    string     `json:"script"` // ISO 15924, or Mixed
	Taken     Text       `json:"taken"`  // what the text was taken for, or why nothing can be read
	Say       Text       `json:"say"`    // the first line: how the name is read
	Notes     []Text     `json:"notes,omitempty"`
	Lookalike string     `json:"lookalike,omitempty"` // the text with letters that only look Latin replaced
	Hidden    []Hidden   `json:"hidden,omitempty"`
	Words     []Word     `json:"words,omitempty"` // words of organisations and titles
	Readings  []Reading  `json:"readings"`
	Ambiguous *Ambiguous `json:"ambiguous,omitempty"`
	Forms     []Forms    `json:"forms,omitempty"`
	Expected  []Expected `json:"expected,omitempty"`
	Cut       bool       `json:"cut,omitempty"` // the text or its readings are more than is shown
}

// Hidden is a character that cannot be seen or that acts on text.
type Hidden struct {
	Code  string `json:"code"`  // U+202E
	Kind  string `json:"kind"`  // direction, invisible, control
	Count int    `json:"count"` // how often it stands in the text
}

// Word is a word that is no name.
type Word struct {
	Text  string `json:"text"`
	Class string `json:"class"` // legal, common, place, title, particle, number
	Gloss string `json:"gloss"` // in English
}

// Reading is one way to read a name in one language.
type Reading struct {
	Language Language `json:"language"`
	Text     string   `json:"text"`            // Hangul, pinyin, jyutping or romaji, or the Latin form
	Other    string   `json:"other,omitempty"` // Japanese: the kana
	Weight   Weight   `json:"weight"`
	Rules    []string `json:"rules,omitempty"` // by which it was read
	Family   int      `json:"family"`          // Korean: syllables of the family name; 0 for a part of a name
	Moved    bool     `json:"moved,omitempty"` // the family name stands last in the text
	// Syllables are given with the best reading of each way to cut the text.
	Syllables []Syllable `json:"syllables,omitempty"`

	weight float64
}

// Syllable is one syllable of a Korean reading.
type Syllable struct {
	Written string   `json:"written,omitempty"` // as in the folded text
	Choices []Choice `json:"choices"`           // what it can stand for, best first
}

// Choice is one Hangul syllable for which a spelling can stand.
type Choice struct {
	Hangul string   `json:"hangul"`
	Weight Weight   `json:"weight"`
	Rules  []string `json:"rules"`
}

// Ambiguous says what a spelling leaves open.
type Ambiguous struct {
	Syllables []Open   `json:"syllables"`
	Names     []string `json:"names"` // at most MaxNames, best first
	Count     int      `json:"count"` // of all of them
}

// Open is a syllable that stands for more than one likely Hangul.
type Open struct {
	Written string   `json:"written"`
	Hangul  []string `json:"hangul"`
}

// Forms is every form of one reading.
type Forms struct {
	Language Language `json:"language"`
	Name     string   `json:"name"`
	List     []Form   `json:"list"`
}

// Form is one spelling and the system that makes it.
type Form struct {
	System string `json:"system"`
	Text   string `json:"text"`
}

// Expected is about how many people in Korea may bear a name.
type Expected struct {
	Name  string `json:"name"`
	About int    `json:"about"` // one significant digit; 0 for fewer than ten
}

// Of returns the card of a text.
func Of(text string) Card {
	c := Card{}
	valid := strings.ToValidUTF8(text, "\ufffd")
	if valid != text {
		c.note("bytes")
	}
	c.Text, c.Cut = script.Clip(strings.TrimSpace(valid), MaxRunes)
	if c.Cut {
		c.note("cut", MaxRunes)
	}
	c.Hidden = hidden(c.Text)
	read := c.Text
	if plain, changed := latin.Lookalike(unseen(c.Text)); changed {
		c.Lookalike, read = plain, plain
	}
	if stacked(c.Text) {
		c.note("marks")
	}
	form := script.Fold(read)
	c.Parts, c.Script = form.Parts, form.Script
	if c.Parts == nil {
		c.Parts = []string{}
	}
	c.Readings = []Reading{}
	c.read()
	c.say()
	return c
}

func (c *Card) note(key string, args ...any) { c.Notes = append(c.Notes, Text{key, args}) }

func (c *Card) taken(key string, args ...any) { c.Taken = Text{key, args} }

// hidden counts the characters that cannot be seen or that act on text, in the
// order in which they are met.
func hidden(s string) []Hidden {
	var out []Hidden
	for _, r := range s {
		kind := hiddenKind(r)
		if kind == "" {
			continue
		}
		code := codePoint(r)
		found := false
		for i := range out {
			if out[i].Code == code {
				out[i].Count++
				found = true
			}
		}
		if !found {
			out = append(out, Hidden{code, kind, 1})
		}
	}
	return out
}

// hiddenKind names what a character does: it turns the direction of text
// (Unicode UAX #9), it is a control, it cannot be seen, or nothing of that.
func hiddenKind(r rune) string {
	switch {
	case r == '\u061c', r == '\u200e', r == '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return "direction"
	case unicode.Is(unicode.Cc, r):
		return "control"
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp), r == 0x3164, r == 0xFFA0, r == 0x115F, r == 0x1160:
		return "invisible"
	}
	return ""
}

func codePoint(r rune) string {
	const digits = "0123456789ABCDEF"
	var b []byte
	for ; r > 0 || len(b) < 4; r >>= 4 {
		b = append([]byte{digits[r&15]}, b...)
	}
	return "U+" + string(b)
}

// unseen drops what hidden counts, so that a letter behind it is read.
func unseen(s string) string {
	return strings.Map(func(r rune) rune {
		switch hiddenKind(r) {
		case "":
			return r
		case "control":
			return ' '
		}
		return -1
	}, s)
}

// stacked reports whether marks are piled on a letter as no script does.
func stacked(s string) bool {
	run := 0
	for _, r := range s {
		if !unicode.Is(unicode.Mn, r) {
			run = 0
			continue
		}
		if run++; run > 3 {
			return true
		}
	}
	return false
}

// firstCapitals writes folded words with capitals.
func firstCapitals(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		r, n := utf8.DecodeRuneInString(w)
		if n > 0 {
			out[i] = string(unicode.ToUpper(r)) + w[n:]
		}
	}
	return strings.Join(out, " ")
}
