// Package chinese reads a name as Chinese syllables, from Latin letters, from Han
// characters or from katakana, so that 張志強, "Zhang Zhiqiang", "Chang
// Chih-ch'iang", "Cheung Chi Keung" and チャン・チーチアン meet in the syllables they
// share.
//
// In goes a whole name: folded Latin parts in the order written ([AppendLatin]),
// Han characters ([AppendHan]) or folded parts of katakana ([AppendKana]). Out come its readings: a [Sequence] is two to
// six syllables without tones of Mandarin or of Cantonese, with the rules by
// which it was read and a weight. Two names may be the same when they share a
// sequence, that is the same space and the same units.
//
// Latin parts are read as Hanyu Pinyin, as Wade–Giles whose apostrophes and
// umlauts are lost, as Jyutping, and as customary Cantonese in the manner of the
// Hong Kong Government. A part may hold several syllables. The weight is 1 for
// one system that explains the whole name and lower where the name mixes
// systems, where a mark must have been lost, and for Wade–Giles or Cantonese
// where Pinyin explains the name as well.
//
// Guarantees: at most [MaxSequences] readings, the best weight first, the same
// for the same name; work is bounded whatever comes in; nothing is allocated but
// the growth of the caller's slice. All functions say whether the readings are
// cut: that some were left out because of the limit.
//
// It does not reorder: a name written given name first is read in that order. A
// name with a part that is no Chinese syllable has no reading. Tones, Hokkien,
// Hakka and the personal spellings of single families are not read.
package chinese

import "slices"

// MaxSequences is how many readings of a name are returned at most.
const MaxSequences = 32

// A name has two to six syllables; Units has room for more so that the size of
// a Sequence stays when that changes.
const (
	minSyllables = 2
	maxSyllables = 6
)

// Space is the language that a syllable belongs to.
type Space uint8

// The spaces.
const (
	Mandarin Space = iota
	Cantonese
	spaces
)

// Unit is a syllable without tone in its space; [Spell] tells which. The numbers
// are those of one version of the program and are not to be stored.
type Unit uint16

// Rules is a set of rules by which syllables were read.
type Rules uint8

// The rules. Pinyin and WadeGiles read Mandarin, Jyutping and HongKong read
// Cantonese; the rules of Unihan read Han characters, Katakana reads both spaces.
const (
	Pinyin Rules = 1 << iota
	WadeGiles
	Jyutping
	HongKong
	UnihanMandarin
	UnihanCantonese
	Katakana
)

var ruleNames = [...]string{"pinyin", "wade-giles", "jyutping", "hong-kong", "unihan-mandarin", "unihan-cantonese", "katakana"}

// Names returns the stable names of the rules in the set.
func (r Rules) Names() []string {
	var out []string
	for i, name := range ruleNames {
		if r&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// Sequence is one reading of a whole name.
type Sequence struct {
	Space  Space
	N      uint8   // how many units there are
	Units  [8]Unit // the first N are set
	Weight float32 // above 0, up to 1
	Rules  Rules   // by which the units were read, for any weight
}

// same reports whether two readings are of the same syllables.
func (s *Sequence) same(o Sequence) bool {
	return s.Space == o.Space && s.N == o.N && s.Units == o.Units
}

// before is the order of readings: weight, then Mandarin before Cantonese, then
// fewer syllables, then the alphabet.
func (s *Sequence) before(o *Sequence) bool {
	switch {
	case s.Weight != o.Weight:
		return s.Weight > o.Weight
	case s.Space != o.Space:
		return s.Space < o.Space
	case s.N != o.N:
		return s.N < o.N
	}
	for i := range s.Units {
		if s.Units[i] != o.Units[i] {
			return s.Units[i] < o.Units[i]
		}
	}
	return false
}

// maxSteps bounds the work on one name: how many syllables are tried. Names
// that people bear need some dozens; a name at this limit is cut.
const maxSteps = 2048

// found collects the best readings behind what the caller's slice held.
type found struct {
	dst   []Sequence
	start int
	seq   Sequence // the reading being built
	steps int
	cut   bool
	// split is set once a part was read as several syllables: only then can the
	// same reading be found twice.
	split bool
}

// hopeless reports, and notes, that readings of at most this weight no longer
// have a place. Of equals the first found stays, which is the same every time.
func (f *found) hopeless(weight float32) bool {
	if weight == 0 {
		return true // the systems of the syllables exclude each other
	}
	if f.steps++; f.steps > maxSteps {
		f.cut = true
		return true
	}
	if len(f.dst)-f.start == MaxSequences && weight <= f.dst[len(f.dst)-1].Weight {
		f.cut = true
		return true
	}
	return false
}

// add puts the reading being built in its place. One that is there already
// keeps the better weight and both rules.
func (f *found) add(weight float32, rules Rules) {
	f.seq.Weight, f.seq.Rules = weight, rules
	if f.split && f.again() {
		return
	}
	list := f.dst[f.start:]
	if len(list) < MaxSequences {
		f.dst = append(f.dst, f.seq)
		rise(f.dst[f.start:], len(list))
		return
	}
	// hopeless has made sure that it is better than the last.
	f.cut = true
	list[len(list)-1] = f.seq
	rise(list, len(list)-1)
}

// again merges the reading being built with an equal one, if there is one.
func (f *found) again() bool {
	list := f.dst[f.start:]
	i := slices.IndexFunc(list, f.seq.same)
	if i < 0 {
		return false
	}
	list[i].Rules |= f.seq.Rules
	if f.seq.Weight > list[i].Weight {
		list[i].Weight = f.seq.Weight
		rise(list, i)
	}
	return true
}

// rise moves an element up to its place in an otherwise sorted list.
func rise(list []Sequence, i int) {
	for ; i > 0 && list[i].before(&list[i-1]); i-- {
		list[i], list[i-1] = list[i-1], list[i]
	}
}
