// Package korean knows how Korean names are written: in Hangul, in Han
// characters, in Latin letters, in kana and in Cyrillic, and which of these
// spellings can stand for one name.
//
// In comes a name as folded parts (package script); out come its [Sequence]s:
// every way to cut it into syllables in which one or two are a family name. A
// syllable is never one transliteration: it is a [Set] of the Hangul syllables
// that the spelling can stand for, each with a weight and the [Rules] that gave
// it. "Yong Chol" is 영철 or 용철, and [Sequence.Readings] says so.
//
// Latin spellings are read by the Revised Romanisation (Ministry of Culture and
// Tourism, notice 2000-8), McCune–Reischauer (1939) with its marks or without,
// the DPRK's rules of 1992 (document E/CONF.101 CRP of the UNGEGN), what South
// Koreans write in passports by custom, and French usage; Cyrillic by Kontsevich;
// kana by the custom of the Japanese press; Han characters by Unihan, and names
// in Chinese reading through the characters that have it. The initial-sound law
// of South Korean spelling (두음 법칙, Hangul orthography sections 10 to 12) makes
// 리 and 이 one.
//
// [Compare] holds two sequences against each other syllable by syllable; two that
// share no Hangul in one place are two names. [AppendKeys] gives keys by which
// they are found: sequences that compare share a key, always.
//
// Everything is deterministic and bounded: at most [MaxSequences] for a name,
// and what is cut is said. Nothing is refused; what is no Korean name has no
// sequences.
package korean

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Limits.
const (
	MaxSyllables = 6  // of one name
	MaxSequences = 24 // of one name
	MaxLetters   = 28 // of one part; a longer part is no Korean name
	maxParts     = 5
)

// Rules say which rules a reading stands on.
type Rules uint16

// The rules.
const (
	Revised  Rules = 1 << iota // Revised Romanisation of 2000
	McCune                     // McCune–Reischauer, with marks or without
	DPRK                       // the DPRK's rules of 1992
	Custom                     // South Korean custom: Park, Choi, Young, Chul
	French                     // Tcheul, Djang, Hy
	Cyrillic                   // Kontsevich
	Kana                       // katakana of the Japanese press
	Hangul                     // written so
	Hanja                      // a Han character with this reading
	Chinese                    // Chinese reading of a Han character with this reading
	Law                        // initial-sound law
	Liaison                    // sounds that meet: assimilation, weak h, linking
)

var ruleNames = [...]string{
	"revised", "mccune-reischauer", "dprk", "custom", "french", "kontsevich", "kana", "hangul", "hanja", "chinese-reading",
	"initial-sound-law", "liaison",
}

// Names returns the keys of the rules: "revised", "initial-sound-law" …
func (r Rules) Names() []string {
	var out []string
	for i, n := range ruleNames {
		if r&(1<<i) != 0 {
			out = append(out, n)
		}
	}
	return out
}

// systems are the rules that a person keeps to for a whole name.
const systems = Revised | McCune | DPRK | Custom | French

// Reading is a Hangul syllable for which a spelling can stand.
type Reading struct {
	Hangul rune
	Weight float32 // 0 to 1, 1 for the best of its set
	Rules  Rules
}

// Set names a set of readings: those of one spelling of one syllable.
type Set uint32

// The kinds of set, in the upper half of a Set.
const (
	ofLatin Set = iota << 16
	ofCyrillic
	ofKana
	ofHangul
	ofChinese
	kindMask Set = 7 << 16
)

// hanSet is a Han character as a set: the top bit says so, the rest is the
// character.
const hanSet Set = 1 << 31

// Sequence is one way to read a name: its syllables, family name first.
type Sequence struct {
	N      uint8 // syllables
	Family uint8 // how many of them are the family name; 0 for a word that is no person's name
	Sets   [MaxSyllables]Set
	Weight float32 // 0 to 1: how likely a name of this spelling is cut so
	Moved  bool    // the family name stands last in what was written
}

// Syllables returns the sets.
func (s *Sequence) Syllables() []Set { return s.Sets[:s.N] }

// Of returns the readings of a set, best first. The slice is shared: do not
// change it.
func Of(s Set) []Reading {
	if e := tablesOf().entry(s); e != nil {
		return e.readings
	}
	return nil
}

// entry returns what is known of a set, nil for one that nobody gave.
func (t *tables) entry(s Set) *entry {
	if s&hanSet != 0 {
		return t.ofHan(rune(s &^ hanSet))
	}
	i := s &^ kindMask
	switch s & kindMask {
	case ofLatin:
		return &t.latin.sets[i]
	case ofCyrillic:
		return &t.cyrillic.sets[i]
	case ofKana:
		return &t.kana.sets[i]
	case ofHangul:
		return &t.hangul[i]
	case ofChinese:
		return t.ofPinyin(i)
	}
	return nil
}

// Compared is what [Compare] found.
type Compared struct {
	Score  float64            // 0 to 1; 0 when a syllable has no Hangul in common
	Hangul [MaxSyllables]rune // what both can stand for, best guess
	Rules  Rules              // all rules that were needed
	Same   bool               // every syllable is spelled alike
}

// Name returns the common reading in Hangul.
func (c *Compared) Name() string {
	var b strings.Builder
	for _, r := range c.Hangul {
		if r != 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Law weights: how much a reading by the initial-sound law counts in a place.
// In front of a family name it is the rule of South Korean spelling; in front of
// a given name it is as often kept as not; inside it is written by sound in the South, after a vowel or ㄴ by rule.
var lawAt = [MaxSyllables]float64{0.9, 0.6, 0.5, 0.5, 0.5, 0.5}

// Compare holds two sequences against each other. The score is the product of
// what the syllables have in common: of each the best common Hangul by the
// weights of both sides, 1 where both are spelled alike. Where the spellings of
// a side all keep to one system, the weights of that side count half, in
// logarithms: it is one writer's habit, not several coincidences.
func Compare(a, b *Sequence) Compared {
	var c Compared
	if a.N != b.N || a.N == 0 || a.Family != 0 && b.Family != 0 && a.Family != b.Family {
		return c
	}
	c.Same = true
	left, right := systems, systems
	la, lb := 0.0, 0.0
	for i := range int(a.N) {
		if a.Sets[i] == b.Sets[i] {
			r := Of(a.Sets[i])
			if len(r) == 0 {
				return Compared{}
			}
			c.Hangul[i] = r[0].Hangul
			continue
		}
		c.Same = false
		ra, rb, w := common(Of(a.Sets[i]), Of(b.Sets[i]), lawAt[i])
		if w == 0 {
			return Compared{}
		}
		c.Hangul[i] = ra.Hangul
		c.Rules |= ra.Rules | rb.Rules
		left, right = left&ra.Rules, right&rb.Rules
		la += math.Log(float64(ra.Weight))
		lb += math.Log(float64(rb.Weight))
		if (ra.Rules|rb.Rules)&Law != 0 {
			la += math.Log(lawAt[i])
		}
	}
	if left != 0 {
		la /= 2
	}
	if right != 0 {
		lb /= 2
	}
	c.Score = math.Exp(la+lb) * math.Sqrt(float64(a.Weight*b.Weight))
	return c
}

// common returns the Hangul that two sets have in common with the greatest
// weight, 0 when there is none.
func common(a, b []Reading, law float64) (ra, rb Reading, w float64) {
	for i := range a {
		for j := range b {
			if a[i].Hangul != b[j].Hangul {
				continue
			}
			x := float64(a[i].Weight) * float64(b[j].Weight)
			if (a[i].Rules|b[j].Rules)&Law != 0 {
				x *= law
			}
			if x > w {
				ra, rb, w = a[i], b[j], x
			}
		}
	}
	return ra, rb, w
}

// Ambiguous returns the Hangul names that a sequence can stand for, at most n,
// best first, and how many there are. Counted are readings that are likely by
// their spelling and as syllables of family names or given names: that Chol may
// be 촐 is no doubt that anybody has.
func (s *Sequence) Ambiguous(n int) (names []string, total int) {
	type partial struct {
		text   string
		weight float64
	}
	all := []partial{{"", 1}}
	for i, set := range s.Syllables() {
		var next []partial
		for _, r := range likely(Of(set), i < int(s.Family)) {
			for _, p := range all {
				next = append(next, partial{p.text + string(r.Hangul), p.weight * float64(r.Weight)})
			}
		}
		if len(next) > 4096 {
			next = next[:4096]
		}
		all = next
	}
	slices.SortStableFunc(all, func(a, b partial) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.text, b.text))
	})
	for _, p := range all[:min(n, len(all))] {
		names = append(names, p.text)
	}
	return names, len(all)
}

// likely returns the readings that have half the weight of the best, when their
// use in names counts too.
func likely(rs []Reading, family bool) []Reading {
	t := tablesOf()
	var out []Reading
	best := float32(0)
	for _, r := range rs {
		if r.Rules&Law != 0 {
			continue
		}
		use := float32(givenShare(r.Hangul) / mostGiven)
		if family {
			use = familyWeight(t.families[r.Hangul])
		}
		r.Weight *= use
		best = max(best, r.Weight)
		out = append(out, r)
	}
	return slices.DeleteFunc(out, func(r Reading) bool { return r.Weight < best/2 })
}

// IsChinese reports whether a set is of a syllable in Chinese reading.
func IsChinese(s Set) bool { return s&hanSet == 0 && s&kindMask == ofChinese }
