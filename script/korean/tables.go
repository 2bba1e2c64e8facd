package korean

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/han"
)

// entry is what is known of a set.
type entry struct {
	readings []Reading
	classes  []uint16 // coarse classes of the readings, each once
	family   float32  // weight as a family name, 0 for none
}

// leastWeight is the least weight of a reading that is kept.
const leastWeight = 0.04

// alphabet is the spellings of syllables in one script.
type alphabet struct {
	onsets, vowels, codas []spelling
	sets                  []entry
	first                 [3][256][]uint8 // by part and first letter: spellings that begin so
	variants              [3][]uint8      // by part and spelling: what stands for it beside certain neighbours, 0 for none
	weak                  uint8           // the empty onset after a sounded coda
}

// The parts of a syllable.
const (
	isOnset = iota
	isVowel
	isCoda
)

// letter is the byte by which spellings are found: the last of a character in
// UTF-8, which tells apart the letters of one small alphabet.
func letter(s string) byte {
	if s[0] < 0x80 || len(s) == 1 {
		return s[0]
	}
	return s[1]
}

// context reports whether a spelling is one that neighbours choose, and what is
// written for it.
func context(text string) (written string, chosen bool) {
	if text == "-" {
		return "", true
	}
	written = strings.TrimRight(text, "*+")
	return written, written != text
}

func newAlphabet(f map[rune]float32, onsets, vowels, codas []spelling) *alphabet {
	a := &alphabet{onsets: onsets, vowels: vowels, codas: codas}
	for kind, list := range [][]spelling{onsets, vowels, codas} {
		index := map[string]int{}
		a.variants[kind] = make([]uint8, len(list))
		for i, s := range list {
			written, chosen := context(s.text)
			switch {
			case s.text == "-":
				a.weak = uint8(i)
			case chosen:
				a.variants[kind][index[written]] = uint8(i)
			case written != "":
				index[written] = i
				a.first[kind][letter(written)] = append(a.first[kind][letter(written)], uint8(i))
			}
		}
	}
	a.sets = make([]entry, len(onsets)*len(vowels)*len(codas))
	for o := range onsets {
		for v := range vowels {
			for c := range codas {
				a.sets[a.set(o, v, c)] = newEntry(f, readingsOf(onsets[o], vowels[v], codas[c]))
			}
		}
	}
	return a
}

func (a *alphabet) set(o, v, c int) Set { return Set((o*len(a.vowels)+v)*len(a.codas) + c) }

// readingsOf multiplies the sounds out. 희 is written hi and hee as often as hui.
func readingsOf(o, v, c spelling) []Reading {
	var out []Reading
	for _, on := range o.sounds {
		for _, vo := range v.sounds {
			w := vo.weight
			if on.index == onH && vo.index == vUI && w < 0.9 && !strings.HasPrefix(v.text, "w") {
				w = 0.9
			}
			for _, co := range c.sounds {
				rules := on.rules & vo.rules & co.rules
				if rules == 0 {
					rules = (on.rules | vo.rules | co.rules) &^ systems
				}
				rules |= (on.rules | co.rules) & Liaison
				out = append(out, Reading{compose(on.index, plainAfter(on.index, vo.index), co.index), on.weight * w * co.weight, rules})
			}
		}
	}
	return out
}

// plainAfter returns the vowel that is heard and written: behind ㅈ, ㅉ and ㅊ a
// vowel with y is none (Standard Pronunciation, section 5): Chyung is 정.
func plainAfter(onset, v int) int {
	if onset != onJ && onset != onJJ && onset != onCH {
		return v
	}
	switch v {
	case vYA:
		return vA
	case vYEO:
		return vEO
	case vYO:
		return vO
	case vYU:
		return vU
	case vYE:
		return vE
	}
	return v
}

// finish adds what the initial-sound law allows, makes each Hangul one and puts
// the best first, with weight 1.
func finish(rs []Reading) []Reading {
	for _, r := range rs {
		for _, l := range lawful(r.Hangul) {
			rs = append(rs, Reading{l, r.Weight * 0.99, r.Rules | Law})
		}
	}
	slices.SortStableFunc(rs, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Hangul, b.Hangul), cmp.Compare(b.Weight, a.Weight))
	})
	rs = slices.CompactFunc(rs, func(a, b Reading) bool { return a.Hangul == b.Hangul })
	slices.SortStableFunc(rs, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Hangul, b.Hangul))
	})
	if len(rs) == 0 {
		return nil
	}
	best := rs[0].Weight
	out := make([]Reading, 0, len(rs))
	for _, r := range rs {
		if r.Weight /= best; r.Weight >= leastWeight {
			out = append(out, r)
		}
	}
	return out
}

// newEntry finishes the readings of a set.
func newEntry(families map[rune]float32, rs []Reading) entry {
	e := entry{readings: finish(rs)}
	for _, r := range e.readings {
		if c := coarse(r.Hangul); !slices.Contains(e.classes, c) {
			e.classes = append(e.classes, c)
		}
		if r.Weight >= leastFamily {
			e.family = max(e.family, familyWeight(families[r.Hangul]))
		}
	}
	return e
}

// leastFamily is the least weight with which a reading makes a spelling one of a
// family name.
const leastFamily = 0.25

type tables struct {
	latin, cyrillic *alphabet
	kana            *kanaTable
	hangul          []entry
	families        map[rune]float32
	compounds       map[[2]rune]bool

	pinyinOnce sync.Once
	pinyin     map[Set]*entry
	surnames   map[chinese.Unit]float32 // Mandarin syllables of family names

	hanOnce sync.Once
	han     map[rune]*entry
}

// tablesOf builds the tables when they are first needed, in some milliseconds.
var tablesOf = sync.OnceValue(func() *tables {
	f := buildFamilies()
	t := &tables{
		latin:    newAlphabet(f, latinOnsets, latinVowels, latinCodas),
		cyrillic: newAlphabet(f, cyrillicOnsets, cyrillicVowels, cyrillicCodas),
		kana:     newKanaTable(f),
		hangul:   make([]entry, syllables),
		families: f, compounds: map[[2]rune]bool{},
	}
	for i := range t.hangul {
		t.hangul[i] = newEntry(f, []Reading{{rune(hangulBase + i), 1, Hangul}})
	}
	for _, c := range compounds {
		r := []rune(c)
		t.compounds[[2]rune{r[0], r[1]}] = true
	}
	return t
})

// ofHan returns what is known of a Han character. The reading that Unihan gives
// first is the usual one.
func (t *tables) ofHan(r rune) *entry {
	t.hanOnce.Do(func() {
		t.han = map[rune]*entry{}
		for c := range han.All() {
			var rs []Reading
			w := float32(1)
			for _, h := range han.Hangul(c) {
				rs = append(rs, Reading{h, w, Hanja})
				w = max(w*0.85, 0.5)
			}
			if e := newEntry(t.families, rs); len(e.readings) > 0 {
				t.han[c] = &e
			}
		}
	})
	return t.han[r]
}

// surname marks the set of a Mandarin syllable in the place of a family name.
const surname Set = 1 << 15

// ofPinyin returns the Hangul for which a Mandarin syllable can stand: the
// readings of the Han characters that are pronounced so. The more characters
// agree on a reading, the greater its weight.
func (t *tables) ofPinyin(i Set) *entry {
	t.buildPinyin()
	return t.pinyin[i]
}

func (t *tables) buildPinyin() {
	t.pinyinOnce.Do(func() {
		counts := map[string]map[rune]int{}
		for c := range han.All() {
			for _, p := range han.Pinyin(c) {
				if counts[p] == nil {
					counts[p] = map[rune]int{}
				}
				for k, h := range han.Hangul(c) {
					if k < 2 {
						counts[p][h] += 2 - k
					}
				}
			}
		}
		t.pinyin, t.surnames = map[Set]*entry{}, map[chinese.Unit]float32{}
		for p, by := range counts {
			u, ok := chinese.Find(chinese.Mandarin, p)
			if !ok {
				continue
			}
			total := 0
			for _, n := range by {
				total += n
			}
			var rs []Reading
			for h, n := range by {
				if share := float32(n) / float32(total); share >= 0.02 || n >= 4 {
					rs = append(rs, Reading{h, 0.3 + share, Chinese})
				}
			}
			e := newEntry(t.families, rs)
			t.pinyin[Set(u)] = &e
		}
		surnames := map[chinese.Unit][]Reading{}
		for _, f := range families {
			for _, c := range f.hanja {
				for _, p := range han.Pinyin(c) {
					if u, ok := chinese.Find(chinese.Mandarin, p); ok {
						t.surnames[u] = max(t.surnames[u], f.share)
						surnames[u] = append(surnames[u], Reading{[]rune(f.hangul)[0], familyWeight(f.share), Chinese})
					}
				}
			}
		}
		for u, rs := range surnames {
			e := newEntry(t.families, rs)
			t.pinyin[surname|Set(u)] = &e
		}
	})
}

// variant returns the spelling that stands for i beside certain neighbours, i
// itself when it has none.
func (a *alphabet) variant(kind int, i uint8, mark string) uint8 {
	if v := a.variants[kind][i]; v != 0 && strings.HasSuffix(a.list(kind)[v].text, mark) {
		return v
	}
	return i
}

func (a *alphabet) list(kind int) []spelling {
	return [...][]spelling{a.onsets, a.vowels, a.codas}[kind]
}

// weakH returns the empty onset after a sounded coda.
func (a *alphabet) weakH() uint8 { return a.weak }
