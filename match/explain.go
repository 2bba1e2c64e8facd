package match

import (
	"strings"

	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/japanese"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/script/words"
)

// Explanation says why two names compare as they do.
type Explanation struct {
	Result
	Common string   // for How == Reading: what both can be read as, in Hangul, pinyin, Jyutping or romaji; "" if it has no written form
	Rules  []string // the rules that the reading stands on, by their keys: revised, dprk, initial-sound-law …
	Pairs  []Pair   // the words that meet, for names that are compared by spelling
	Unmet  []string // words of the query that meet nothing
	More   []string // words of the name that nothing meets
	Cut    bool     // a reading was cut: more are possible than were compared
}

// Pair is words that meet.
type Pair struct {
	Query, Listed string
	Cost          float64 // what they differ in, in letters
	Initial       bool    // one of them is an initial of the other
}

// Explain compares two names as [Compare] does and says why.
func Explain(p Params, query, listed string) Explanation {
	x := Explanation{Result: Compare(p, query, listed)}
	var q, n prepared
	q.set(query)
	n.set(listed)
	x.Cut = q.cut || n.cut
	switch x.How {
	case Reading:
		x.read(&q, &n)
	case Similar, Partial:
		x.align(p, query, listed)
	}
	return x
}

// read finds the reading that both names have in common.
func (x *Explanation) read(q, n *prepared) {
	if x.Space == Korean {
		best := korean.Compared{}
		for i := range q.seqs {
			for j := range n.seqs {
				if c := korean.Compare(&q.seqs[i], &n.seqs[j]); c.Score > best.Score {
					best = c
				}
			}
		}
		x.Common, x.Rules = best.Name(), best.Rules.Names()
		return
	}
	for _, a := range q.readings {
		for _, b := range n.readings {
			if a.space != x.Space || b.space != a.space || a.key != b.key {
				continue
			}
			rules := a.rules | b.rules
			if x.Space == Japanese {
				x.Rules = japanese.Rules(rules).Names()
			} else {
				x.Rules = chinese.Rules(rules).Names()
				x.Common = q.spelled(a.space, a.key)
			}
			return
		}
	}
}

// spelled writes the Chinese reading that has a key.
func (p *prepared) spelled(space Space, key uint64) string {
	for i := range p.chinese {
		s := &p.chinese[i]
		if (s.Space == chinese.Cantonese) != (space == Cantonese) || chineseKey(space, s) != key {
			continue
		}
		var out []string
		for _, u := range s.Units[:s.N] {
			out = append(out, chinese.Spell(s.Space, u))
		}
		return strings.Join(out, " ")
	}
	return ""
}

// align pairs the words again and keeps what was chosen.
func (x *Explanation) align(p Params, query, listed string) {
	b := newBuilder(p)
	b.put("", []Name{{Text: listed}})
	g := b.done()
	s := scratches.Get().(*scratch)
	s.prepare(query)
	s.begin(g)
	s.lookUp(g)
	s.spelling(&p, g, 0, false)
	elems := g.elems[g.starts[0]:g.starts[1]]
	var met, of uint32
	for _, c := range s.align.chosen[:s.align.m] {
		met |= span(c.qf, c.qt)
		of |= span(c.nf, c.nt)
		pair := Pair{Cost: float64(c.cost) / 10}
		for i := c.qf; i < c.qt; i++ {
			pair.Query = joinWords(pair.Query, s.q.tokens[i].shown)
			pair.Initial = pair.Initial || s.q.tokens[i].class == words.Initial
		}
		for i := c.nf; i < c.nt; i++ {
			pair.Listed = joinWords(pair.Listed, b.p.tokens[i].shown)
			pair.Initial = pair.Initial || g.dict[elems[i].word].class == words.Initial
		}
		x.Pairs = append(x.Pairs, pair)
	}
	for i, t := range s.q.tokens {
		if met&(1<<i) == 0 {
			x.Unmet = append(x.Unmet, t.shown)
		}
	}
	for i, t := range b.p.tokens {
		if of&(1<<i) == 0 {
			x.More = append(x.More, t.shown)
		}
	}
	s.reset()
	scratches.Put(s)
}

func joinWords(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// Ambiguity is what a Korean name in other letters leaves open.
type Ambiguity struct {
	Names []string // in Hangul, best first
	Total int      // how many there are
	// Expect is about how many people in Korea bear the first of them.
	Expect float64
}

// Ambiguous returns what the likeliest Korean reading of a name leaves open, at
// most n names; none for a name that is not Korean or is in Hangul.
func Ambiguous(name string, n int) (Ambiguity, bool) {
	var p prepared
	p.set(name)
	if len(p.seqs) == 0 || !p.korean() {
		return Ambiguity{}, false
	}
	var a Ambiguity
	a.Names, a.Total = p.seqs[0].Ambiguous(n)
	if len(a.Names) > 0 {
		a.Expect = korean.Expect(a.Names[0])
	}
	return a, a.Total > 0
}
