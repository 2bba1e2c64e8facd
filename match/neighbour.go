package match

import (
	"strings"
	"sync/atomic"

	"github.com/cordon-project/cordon/match/letters"
)

// neighbour is a word of a segment's dictionary that is near a token.
type neighbour struct {
	word uint32
	cost uint8 // in tenths of a letter
}

// neighbourhood remembers the neighbours of tokens that were asked for: people
// share given names and family names, so most tokens of a batch have been asked
// for before. What it remembers is a function of the segment alone.
type neighbourhood []atomic.Pointer[known]

// knownSlots bounds what is remembered; a token takes the place of another that
// falls on the same slot. A small dictionary is quicker looked through.
const (
	knownSlots   = 1 << 16
	leastToKnown = 4096 // words
)

func newNeighbourhood(words int) neighbourhood {
	if words < leastToKnown {
		return nil
	}
	return make(neighbourhood, knownSlots)
}

type known struct {
	text string
	kana bool
	near []neighbour
}

// neighbours returns the words that share a key with a token and are near enough.
// The slice is good until the next call with the same scratch.
func (g *segment) neighbours(s *scratch, text string, joined, kana bool) []neighbour {
	if g.known == nil || joined { // what is written together is seldom asked for again
		s.near = g.appendNeighbours(s.near[:0], s, text, joined, kana)
		return s.near
	}
	h := letters.Hash(boolTo(kana), []byte(text)) // does not escape
	slot := &g.known[(h^h>>15)%knownSlots]
	if k := slot.Load(); k != nil && k.kana == kana && k.text == text {
		return k.near
	}
	s.near = g.appendNeighbours(s.near[:0], s, text, joined, kana)
	slot.Store(&known{strings.Clone(text), kana, append([]neighbour(nil), s.near...)})
	return s.near
}

func (g *segment) appendNeighbours(dst []neighbour, s *scratch, text string, joined, kana bool) []neighbour {
	var l letters.Word
	var buffer [letters.MaxKeys]uint32
	l.Set(text)
	own, n := l.Trait(), int(l.N)
	var plain, loose letters.Measure // against tokens in letters, and against those drawn from kana
	plain.Set(&l, &letters.Substitutions)
	loose.Set(&l, &letters.KanaSubstitutions)
	if kana {
		plain = loose
	}
	if s.tests++; s.tests == 0 {
		clear(s.tested)
		s.tests = 1
	}
	for _, key := range l.AppendKeys(buffer[:0], joined) {
		for _, v := range g.tokenKeys.find(key) {
			t, id := letters.Trait(v>>32), uint32(v)
			most := letters.Limit(max(n, t.Length()))
			if joined || t&letters.TraitJoined != 0 {
				most = min(most, costJoinedMost)
			}
			if letters.Apart(own, t) > most || s.tested[id] == s.tests {
				continue
			}
			s.tested[id] = s.tests
			m := &plain
			if t&letters.TraitKana != 0 {
				m = &loose
			}
			if d := m.Distance(&g.letters[id], most); d != letters.Beyond {
				dst = append(dst, neighbour{id, uint8(d)})
			}
		}
	}
	return dst
}
