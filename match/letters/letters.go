// Package letters is words as they are compared letter by letter: how far apart two
// are, and by which keys near ones are found.
//
// In comes a word in Latin letters and digits; out comes a [Word] of 32 bytes with
// the spellings of one sound made one, its [Trait] by which most words are told
// apart without being looked at, the keys that near words share ([Word.AppendKeys])
// and the weighted distance to another word ([Measure]), in tenths of a letter.
//
// Guarantees: [Apart] is never more than the distance; words that differ in their
// vowels behind the first letter alone share a key. Of other slips the keys are what
// decides: words without a key in common are not compared, however near.
package letters

import "math/bits"

// Max is how much of one token is compared: with its length a token takes
// 32 bytes, so that looking at one touches one line of the cache.
const Max = 31

// Word is a token as it is compared: in Latin letters and digits, with
// spellings of one sound made one.
type Word struct {
	B [Max]byte
	N uint8
}

// Bytes returns the letters.
func (l *Word) Bytes() []byte { return l.B[:l.N] }

// Set fills l with a token: ph is f, ck is k, sch and tsch are sh and ch, oo and
// ou are u, ee is i, and so on: what languages write otherwise for one sound.
func (l *Word) Set(s string) {
	l.N = 0
	for i := 0; i < len(s) && l.N < Max; {
		out, n := sound(s[i:])
		for k := 0; k < len(out) && l.N < Max; k++ {
			if l.N > 0 && l.B[l.N-1] == out[k] && out[k] > '9' {
				continue // a double letter is one
			}
			l.B[l.N] = out[k]
			l.N++
		}
		i += n
	}
}

// sounds are the spellings of one sound, longest first by their first letter.
var sounds = [256][]struct{ from, to string }{
	'c': {{"chh", "ch"}, {"ck", "k"}, {"cz", "ch"}},
	'd': {{"dzh", "j"}, {"dsch", "j"}, {"dj", "j"}},
	'e': {{"ee", "i"}},
	'g': {{"gh", "g"}},
	'k': {{"kh", "k"}},
	'o': {{"oo", "u"}, {"ou", "u"}},
	'p': {{"ph", "f"}},
	'q': {{"qu", "k"}, {"q", "k"}},
	's': {{"sch", "sh"}, {"sz", "sh"}},
	't': {{"tsch", "ch"}, {"tch", "ch"}, {"th", "t"}, {"tz", "ts"}},
	'x': {{"xi", "si"}, {"xu", "su"}, {"x", "ks"}},
	'z': {{"zh", "j"}},
}

func sound(s string) (string, int) {
	for _, p := range sounds[s[0]] {
		if len(s) >= len(p.from) && s[:len(p.from)] == p.from {
			return p.to, len(p.from)
		}
	}
	return s[:1], 1
}

// class puts letters together that stand for one another between languages and
// systems: 0 for vowels, which a skeleton leaves out.
var class = func() (t [256]byte) {
	for i, group := range []string{"aeiouy", "bp", "cgkq", "dt", "fvw", "h", "j", "l", "m", "n", "r", "sz", "x"} {
		for _, c := range []byte(group) {
			t[c] = byte(i)
		}
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] = 20 + c - '0'
	}
	return t
}()

// Vowel reports whether a letter is one.
func Vowel(c byte) bool { return class[c] == 0 && c >= 'a' }

// sounding puts consonants together that are of one class or often heard for one
// another, for skeletons.
var sounding = func() (t [128]byte) {
	for i, group := range []string{"", "bp", "cgkq", "dt", "fvw", "h", "j", "lr", "mn", "sz", "x"} {
		for _, c := range []byte(group) {
			t[c] = byte(i)
		}
	}
	for c := byte('0'); c <= '9'; c++ {
		t[c] = 20 + c - '0'
	}
	return t
}()

// skeleton writes how the consonants sound, each run once, with a mark for a
// Vowel at the beginning; h and j count at the beginning only.
func (l *Word) skeleton(dst []byte) []byte {
	for i, c := range l.Bytes() {
		switch k := sounding[c&127]; {
		case k == 0 && i == 0:
			dst = append(dst, vowelMark)
		case k == 0, (c == 'h' || c == 'j') && i > 0:
		case l.nasal(i):
		case (c == 's' || c == 'c') && i+1 < int(l.N) && l.B[i+1] == 'h':
			dst = push(dst, sounding['j']) // sh, ch, zh, j
		default:
			dst = push(dst, k)
		}
	}
	return dst
}

// nasal reports whether the letter at i is the g of ng at the end of a syllable,
// which many systems leave out: Hong, Hon.
func (l *Word) nasal(i int) bool {
	return i > 1 && l.B[i] == 'g' && l.B[i-1] == 'n' && (i+1 == int(l.N) || !Vowel(l.B[i+1]))
}

// sounded writes the classes of the consonants and the vowels, i for y.
func (l *Word) sounded(dst []byte) []byte {
	for _, c := range l.Bytes() {
		switch {
		case c == 'y':
			c = 'i'
		case !Vowel(c):
			c = class[c&127]
		}
		dst = append(dst, c)
	}
	return dst
}

// vowelMark stands in a skeleton for a vowel at the beginning.
const vowelMark = 40

func push(dst []byte, k byte) []byte {
	if n := len(dst); n > 0 && dst[n-1] == k {
		return dst
	}
	return append(dst, k)
}

// Costs of edits, in tenths of a letter.
const (
	costVowel    = 4 // one vowel for another
	costKin      = 5 // a consonant for one of its class
	costNear     = 7 // l and r, m and n, b and v
	costLetter   = 10
	costGap      = 10
	costGapVowel = 5
	costGapH     = 4
	costNasal    = 4 // the g of ng
	costLeast    = 4 // the least of these
	costSwap     = 6
)

// Substitutions are the costs of one letter for another.
var Substitutions = func() (t [128][128]uint8) {
	for a := byte(0); a < 128; a++ {
		for b := byte(0); b < 128; b++ {
			t[a][b] = substitution(a, b)
		}
	}
	return t
}()

// KanaSubstitutions are the costs where one side is drawn from kana: l and r are
// one, and h is f before i and u.
var KanaSubstitutions = func() (t [128][128]uint8) {
	t = Substitutions
	for _, p := range [][2]byte{{'l', 'r'}, {'h', 'f'}} {
		cost := uint8(0)
		if p[0] == 'h' {
			cost = costKin
		}
		t[p[0]][p[1]], t[p[1]][p[0]] = cost, cost
	}
	return t
}()

func substitution(a, b byte) uint8 {
	switch {
	case a == b:
		return 0
	case Vowel(a) && Vowel(b):
		return costVowel
	case class[a] == class[b] && class[a] != 0 && class[a] < 20:
		return costKin
	case near[a] != 0 && near[a] == near[b]:
		return costNear
	case a == 'j' && Vowel(b), b == 'j' && Vowel(a):
		return costVowel // Sergej, Sergey
	}
	return costLetter
}

// near are consonants that are often heard for one another.
var near = [256]byte{'l': 1, 'r': 1, 'm': 2, 'n': 2, 'v': 3, 'w': 3, 'b': 3}

// gaps are the costs of a letter that stands on one side only.
var gaps = func() (t [128]uint8) {
	for c := byte(0); c < 128; c++ {
		switch {
		case Vowel(c):
			t[c] = costGapVowel
		case c == 'h':
			t[c] = costGapH
		default:
			t[c] = costGap
		}
	}
	return t
}()

// gapCosts fills in what it costs that each letter stands on one side only: less
// for an s at the end (Lavrovs, Bank's) and the g of ng; more in front, where people seldom
// mistake a letter.
func gapCosts(dst *[Max]int16, s []byte) {
	for i, c := range s {
		dst[i] = int16(gaps[c&127])
		if c == 'g' && i > 1 && s[i-1] == 'n' && (i+1 == len(s) || !Vowel(s[i+1])) {
			dst[i] = costNasal
		}
	}
	if n := len(s); n > 1 && s[n-1] == 's' {
		dst[n-1] = costGapVowel
	}
	if len(s) > 0 {
		dst[0] = dst[0] * 4 / 3
	}
}

// Limit is how much two tokens may differ, in tenths of a letter, by the length
// of the longer.
func Limit(n int) int {
	switch {
	case n <= 2:
		return 0
	case n == 3:
		return 5
	case n <= 5:
		return 10
	case n == 6:
		return 12
	case n <= 8:
		return 17
	case n <= 11:
		return 22
	}
	return 27
}

// Beyond is a distance that is too great to be told.
const Beyond = 1 << 14

// Measure holds a token against others.
type Measure struct {
	Word
	gaps  [Max]int16
	table *[128][128]uint8
}

// Set takes the word that others are held against, and the costs of one letter for
// another.
func (m *Measure) Set(l *Word, table *[128][128]uint8) {
	m.Word, m.table = *l, table
	gapCosts(&m.gaps, l.Bytes())
}

// Distance is the weighted edit distance to another token with transpositions
// (optimal string alignment), in tenths of a letter; Beyond when it is above
// most.
func (m *Measure) Distance(other *Word, most int) int {
	if m.Word == *other {
		return 0
	}
	a, b := m.Bytes(), other.Bytes()
	var rows [3][Max + 1]int16
	var gapB [Max]int16
	gapCosts(&gapB, b)
	prev2, prev, row := &rows[0], &rows[1], &rows[2]
	for j := range b {
		prev[j+1] = prev[j] + gapB[j]
	}
	for i, ca := range a {
		skip := m.gaps[i]
		left := prev[0] + skip
		row[0] = left
		least := left
		subst := &m.table[ca&127]
		for j, cb := range b {
			x := int16(subst[cb&127])
			if i == 0 || j == 0 {
				x = x * 4 / 3
			}
			d := min(prev[j]+x, prev[j+1]+skip, left+gapB[j])
			if i > 0 && j > 0 && ca == b[j-1] && a[i-1] == cb && ca != cb {
				d = min(d, prev2[j-1]+costSwap)
			}
			left = d
			row[j+1] = d
			least = min(least, d)
		}
		if int(least) > most+costSwap {
			return Beyond
		}
		prev2, prev, row = prev, row, prev2
	}
	if d := int(prev[len(b)]); d <= most {
		return d
	}
	return Beyond
}

// Trait is what can be said of a token in 32 bits, so that most tokens that
// share a key are told apart without being looked at: how often it has each
// class of consonants and each vowel, its length and its kind. Counts are
// written as runs of ones (none, once, more often), so that counting bits
// subtracts them.
type Trait uint32

// The parts of a Trait.
const (
	traitConsonants = 1<<14 - 1 // two bits for each of seven classes, those together that are often heard for one another
	traitVowels     = 1<<24 - 1<<14
	TraitJoined     = 1 << 24
	TraitKana       = 1 << 25 // its letters are drawn from kana, which do not tell l from r
	traitLength     = 26      // from here six bits
)

// traitBit is the first bit of a letter, 32 for letters that cost little where
// they are missing: h, j, and s at the end.
var traitBit = func() (t [128]uint8) {
	for i := range t {
		t[i] = 32
	}
	for i, group := range []string{"cgkq", "dt", "bpfvw", "lr", "mn", "x", "0123456789", "a", "e", "iy", "o", "u"} {
		for _, c := range []byte(group) {
			t[c] = uint8(2 * i)
		}
	}
	return t
}()

// Trait returns what can be said of the word in 32 bits.
func (l *Word) Trait() Trait {
	t := Trait(l.N) << traitLength
	for i, c := range l.Bytes() {
		if l.nasal(i) {
			continue
		}
		bit := Trait(1) << traitBit[c&127]
		if t&bit != 0 {
			bit <<= 1
		}
		t |= bit
	}
	return t
}

// Length returns how many letters the word has.
func (t Trait) Length() int { return int(t >> traitLength) }

// Apart is the least that two tokens with these traits can differ by: a letter
// for each consonant that one side has more, and the least that a vowel costs
// for each vowel that one side has more, or each letter, but for those that may
// stand for such a consonant.
func Apart(a, b Trait) int {
	x, y := uint32(a&^b), uint32(b&^a)
	c := max(bits.OnesCount32(x&traitConsonants), bits.OnesCount32(y&traitConsonants))
	v := max(bits.OnesCount32(x&traitVowels), bits.OnesCount32(y&traitVowels))
	n := a.Length() - b.Length()
	return c*costLetter + max(0, v-c, n-c, -n-c)*costLeast
}

// Hash is FNV-1a over bytes, begun with a tag.
func Hash(tag byte, b []byte) uint32 {
	h := uint32(2166136261) ^ uint32(tag)
	h *= 16777619
	for _, c := range b {
		h ^= uint32(c)
		h *= 16777619
	}
	return h
}

// Tags of token keys.
const (
	tagSkeleton = 1
	tagLetters  = 2
	TagConcept  = 3
	TagSyllable = 4
	TagInitial  = 5
	TagNick     = 6
	tagFirst    = 7
)

// MaxKeys bounds the keys of one token.
const MaxKeys = 128

// AppendKeys adds the keys of a token: two tokens are compared if they share
// one. They are its skeleton, for any slips of vowels and of consonants that
// sound alike. For one slip of another kind they are, of short tokens, the
// Word by class, whole and without one; of longer ones the skeleton, whole
// and without one consonant, each with the first vowel and with the last: what
// may differ more is Beyond the Limit. A joined token has its skeleton alone.
func (l *Word) AppendKeys(dst []uint32, joined bool) []uint32 {
	var buffer [Max + 1]byte
	sk := l.skeleton(buffer[:0])
	dst = append(dst, Hash(tagSkeleton, sk))
	if joined {
		if len(sk) > 3 && sk[0] == vowelMark {
			dst = append(dst, Hash(tagSkeleton, sk[1:]))
		}
		return dst
	}
	if l.N >= 6 {
		head, tail := l.vowels()
		from := len(dst)
		dst = append(dst, Hash(tagFirst, sk))
		if len(sk) >= 3 {
			dst = appendWithout(dst, tagFirst, sk)
		}
		for _, key := range dst[from:] {
			dst = append(dst, (key^uint32(tail)<<3)*16777619+1)
		}
		for i := range (len(dst) - from) / 2 {
			dst[from+i] = (dst[from+i] ^ uint32(head)) * 16777619
		}
	}
	if l.N <= 7 {
		full := l.sounded(buffer[:0])
		dst = append(dst, Hash(tagLetters, full))
		if l.N >= 3 {
			dst = appendWithout(dst, tagLetters, full)
		}
	}
	return dst
}

// vowels returns the first and the last vowel behind the first letter, i for y
// and 0 for none.
func (l *Word) vowels() (head, tail byte) {
	for i, c := range l.Bytes() {
		if i == 0 || !Vowel(c) {
			continue
		}
		if c == 'y' {
			c = 'i'
		}
		if head == 0 {
			head = c
		}
		tail = c
	}
	return head, tail
}

// appendWithout adds the keys of s without one of its Word.
func appendWithout(dst []uint32, tag byte, s []byte) []uint32 {
	var buffer [Max + 1]byte
	for i := range s {
		if i > 0 && s[i] == s[i-1] {
			continue
		}
		b := append(append(buffer[:0], s[:i]...), s[i+1:]...)
		dst = append(dst, Hash(tag, b))
	}
	return dst
}
