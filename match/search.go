package match

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/cordon-project/cordon/match/letters"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/script/words"
)

// met is one way in which a token of the query, or several written as one, meets
// a word of the dictionary.
type met struct {
	from, to uint8 // tokens of the query
	cost     uint8 // in tenths of a letter
	next     int32 // the next way for the same word, -1 for none
}

// scratch is what one search works with; it is used again.
type scratch struct {
	q      prepared
	keys   []uint64
	ko     bool // the query can be a Korean name as written
	met    []met
	head   []int32  // by word: its first met + 1, 0 for none
	tested []uint32 // by word: the token that it was last held against
	tests  uint32
	words  []uint32 // words with a head
	found  [maxTokens][]uint32
	joined []uint32 // words that joined tokens met
	near   []neighbour

	nameMask     uint32   // tokens of the query that are names
	initialCount int      // how many are initials
	seen         []uint32 // by name: the search that saw it
	epoch        uint32
	cands        []uint32 // names to be scored, first those that share a key of the whole name
	keyed        int      // how many of these there are
	hits         []scored
	align        alignment

	marks   []uint32 // by name: the tokens of the query that it meets
	counted []uint32 // names with marks
	order   []int    // tokens of the query, the rarest first
	load    [maxTokens]int
}

// scored is a name that was found in a segment.
type scored struct {
	slot   uint32
	result Result
}

// scratches are given back when a search has ended well: one that a panic left
// half-way would mislead the next.
var scratches = sync.Pool{New: func() any { return &scratch{} }}

// Permit says which labels the asker may see. It is asked during the search.
type Permit func(policy.Label) bool

// Search returns the names that query may mean, best first; names of equal
// standing in order of object id and number, so that an answer is always the
// same. Names below [Params].Floor are left out.
func (x *Index) Search(query string, permit Permit) []Hit {
	s := scratches.Get().(*scratch)
	out := x.search(s, query, permit)
	scratches.Put(s)
	slices.SortFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(ranks[a.How], ranks[b.How]),
			cmp.Compare(a.Object, b.Object), cmp.Compare(a.Number, b.Number))
	})
	return out
}

// search gathers what [Index.Search] returns, in no order.
func (x *Index) search(s *scratch, query string, permit Permit) (out []Hit) {
	if s.prepare(query); len(s.q.form.Parts) == 0 {
		return nil
	}
	snap := x.snap.Load()
	may := permits{ask: permit}
	for i, g := range snap.segments {
		s.segment(&x.params, g, snap.dead[i])
		for _, h := range s.hits {
			n := &g.names[h.slot]
			if !may.see(n.Label) {
				continue
			}
			how := h.result
			if how.How == Folded && n.Text == query {
				how.How = Exact
			}
			out = append(out, Hit{Name: n.Name, Result: how})
		}
	}
	return out
}

// permits remembers what was asked of a label.
type permits struct {
	ask   Permit
	last  policy.Label
	ok    bool
	any   bool
	known map[policy.Label]bool
}

func (p *permits) see(l policy.Label) bool {
	if p.ask == nil {
		return true
	}
	if p.any && l == p.last {
		return p.ok
	}
	ok, known := p.known[l]
	if !known {
		ok = p.ask(l)
		if p.known == nil {
			p.known = map[policy.Label]bool{}
		}
		p.known[l] = ok
	}
	p.last, p.ok, p.any = l, ok, true
	return ok
}

// segment searches one segment and leaves what it finds in s.hits.
func (s *scratch) segment(p *Params, g *segment, dead bitmap) {
	s.hits = s.hits[:0]
	s.begin(g)
	s.whole(p, g, dead)
	s.lookUp(g)
	s.scan(p, g, dead)
	s.reset()
}

// prepare reads the query.
func (s *scratch) prepare(query string) {
	s.q.set(query)
	s.ko, s.nameMask, s.initialCount = s.q.korean(), 0, 0
	for i := range s.q.tokens {
		switch s.q.tokens[i].class {
		case words.Name:
			s.nameMask |= 1 << i
		case words.Initial:
			s.initialCount++
		}
	}
}

func (s *scratch) begin(g *segment) {
	if len(s.seen) < len(g.names) {
		s.seen = make([]uint32, len(g.names)+len(g.names)/8)
		s.marks = make([]uint32, len(s.seen))
		s.epoch = 0
	}
	if s.epoch++; s.epoch == 0 {
		clear(s.seen)
		s.epoch = 1
	}
	if len(s.head) < len(g.dict) {
		s.head = make([]int32, len(g.dict)+len(g.dict)/8)
		s.tested = make([]uint32, len(s.head))
		s.tests = 0
	}
	s.met, s.words, s.cands, s.counted = s.met[:0], s.words[:0], s.cands[:0], s.counted[:0]
}

func (s *scratch) reset() {
	for _, w := range s.words {
		s.head[w] = 0
	}
}

// whole gathers the names that share a key of the whole name.
func (s *scratch) whole(p *Params, g *segment, dead bitmap) {
	s.keys = foldedKeys(s.keys[:0], s.q.form.Parts, p.Rotations)
	for i := range s.q.seqs {
		n := len(s.keys)
		s.keys, _ = korean.AppendKeys(s.keys, &s.q.seqs[i])
		for k := n; k < len(s.keys); k++ {
			s.keys[k] = mix(tagKorean, s.keys[k])
		}
	}
	for _, r := range s.q.readings {
		s.keys = append(s.keys, mix(uint64(r.space), r.key))
	}
	for _, k := range s.keys {
		for _, v := range g.nameKeys.find(k) {
			s.candidate(uint32(v>>32), dead)
		}
	}
	s.keyed = len(s.cands)
}

// candidate notes a name to be scored, once.
func (s *scratch) candidate(slot uint32, dead bitmap) {
	if s.seen[slot] == s.epoch || dead.has(slot) {
		return
	}
	s.seen[slot] = s.epoch
	s.cands = append(s.cands, slot)
}

// lookUp finds the words of the dictionary that the tokens of the query meet.
func (s *scratch) lookUp(g *segment) {
	var l letters.Word
	s.joined = s.joined[:0]
	for i := range s.q.tokens {
		t := &s.q.tokens[i]
		s.found[i] = s.found[i][:0]
		l.Set(t.text)
		switch t.class {
		case words.Name:
			s.similar(g, t.text, false, i, i+1)
			s.initials(g, &l, i)
			for _, v := range g.tokenKeys.find(nickKey(t.text, t.base)) {
				if id := uint32(v); !s.has(id, i, i+1) {
					s.note(g, id, i, i+1, costNick)
				}
			}
			s.syllables(g, t, i)
		case words.Initial:
			s.alike(g, letters.Hash(letters.TagInitial, l.Bytes()), &l, t.class, i)
		default:
			s.alike(g, letters.Hash(letters.TagConcept, []byte(t.text)), &l, t.class, i)
			s.similar(g, t.text, false, i, i+1)
		}
	}
	for k := range s.q.pairs {
		j := &s.q.pairs[k]
		s.similar(g, j.text, true, int(j.from), int(j.to))
	}
}

// similar notes every word that shares a key and is near enough.
func (s *scratch) similar(g *segment, text string, joined bool, from, to int) {
	for _, n := range g.neighbours(s, text, joined, s.q.kana()) {
		if !s.has(n.word, from, to) {
			s.note(g, n.word, from, to, int(n.cost))
		}
	}
}

// initials notes the initials that a name begins with.
func (s *scratch) initials(g *segment, l *letters.Word, i int) {
	if l.N < 2 || s.q.org {
		return
	}
	for _, v := range g.tokenKeys.find(letters.Hash(letters.TagInitial, l.B[:1])) {
		if id := uint32(v); g.letters[id].B[0] == l.B[0] && !s.has(id, i, i+1) {
			s.note(g, id, i, i+1, costInitial)
		}
	}
}

const (
	// costInitial is what it costs that one side has an initial only.
	costInitial = 6
	// costNick is what it costs that one side is a nick name of the other.
	costNick = 5
	// costJoinedMost is how much words may differ when one of them is several
	// written as one.
	costJoinedMost = 8
)

// alike notes the words of a concept or an initial.
func (s *scratch) alike(g *segment, key uint32, l *letters.Word, class words.Class, i int) {
	for _, v := range g.tokenKeys.find(key) {
		id := uint32(v)
		w := &g.dict[id]
		if w.class == class && g.letters[id] == *l && !s.has(id, i, i+1) {
			s.note(g, id, i, i+1, 0)
		}
	}
}

// syllables notes words that have a Korean reading in common with a token.
func (s *scratch) syllables(g *segment, t *token, i int) {
	for _, q := range s.q.wordSeqs[t.seqs[0]:t.seqs[1]] {
		s.keys, _ = korean.AppendKeys(s.keys[:0], &q)
		for _, k := range s.keys {
			for _, v := range g.tokenKeys.find(syllableKey(k)) {
				id := uint32(v)
				w := &g.dict[id]
				if w.joined || s.has(id, i, i+1) {
					continue
				}
				if best := bestOf(&q, w.seqs); best >= leastSyllables {
					s.note(g, id, i, i+1, int((1-best)*4)+1)
				}
			}
		}
	}
}

// leastSyllables is how well a word's Korean readings have to agree.
const leastSyllables = 0.3

func bestOf(q *korean.Sequence, all []korean.Sequence) float64 {
	best := 0.0
	for i := range all {
		c := korean.Compare(q, &all[i])
		best = max(best, c.Score)
	}
	return best
}

func (s *scratch) has(id uint32, from, to int) bool {
	for m := s.head[id] - 1; m >= 0; m = s.met[m].next {
		if int(s.met[m].from) == from && int(s.met[m].to) == to {
			return true
		}
	}
	return false
}

func (s *scratch) note(g *segment, id uint32, from, to, cost int) {
	next := s.head[id] - 1
	if next < 0 {
		s.words = append(s.words, id)
	}
	s.met = append(s.met, met{uint8(from), uint8(to), uint8(cost), next})
	s.head[id] = int32(len(s.met))
	if to == from+1 {
		s.found[from] = append(s.found[from], id)
	}
	if to > from+1 || g.dict[id].joined {
		s.joined = append(s.joined, id)
	}
}

// scan gathers every name that can reach the floor by its tokens, and scores
// all candidates. What a name needs is two tokens of the query that are names,
// or the only one, or one and an initial (see [alignment.result]): they are
// counted by going through the names of every word that a token meets. Names
// that are met by several words written as one, on either side, are always
// scored.
func (s *scratch) scan(p *Params, g *segment, dead bitmap) {
	tokens, need := s.telling(p)
	order := s.byLoad(g, tokens)
	for k, i := range order {
		// What meets the most frequent token and no other need not be marked.
		only := need > 1 && k == len(order)-1
		for _, id := range s.found[i] {
			for _, slot := range g.dict[id].slots {
				if only && s.marks[slot] == 0 {
					continue
				}
				s.count(slot, 1<<i, need, dead)
			}
		}
	}
	for _, id := range s.joined {
		for _, slot := range g.dict[id].slots {
			s.candidate(slot, dead)
		}
	}
	for i, slot := range s.cands {
		if r := s.score(p, g, slot, i < s.keyed); r.Score > 0 {
			s.hits = append(s.hits, scored{slot, r})
		}
	}
	for _, slot := range s.counted {
		s.marks[slot] = 0
	}
}

// byLoad returns the tokens in the order of how many names their words have.
func (s *scratch) byLoad(g *segment, tokens uint32) []int {
	s.order = s.order[:0]
	for i := range s.q.tokens {
		if tokens&(1<<i) == 0 {
			continue
		}
		s.load[i] = 0
		for _, id := range s.found[i] {
			s.load[i] += len(g.dict[id].slots)
		}
		at := len(s.order)
		s.order = append(s.order, i)
		for ; at > 0 && s.load[s.order[at-1]] > s.load[i]; at-- {
			s.order[at] = s.order[at-1]
		}
		s.order[at] = i
	}
	return s.order
}

// count marks that a name meets a token of the query, and makes it a candidate
// when it meets as many as it needs.
func (s *scratch) count(slot uint32, token uint32, need int, dead bitmap) {
	m := s.marks[slot]
	if m == 0 {
		s.counted = append(s.counted, slot)
	}
	if m&token != 0 {
		return
	}
	m |= token
	s.marks[slot] = m
	if bits.OnesCount32(m) == need {
		s.candidate(slot, dead)
	}
}

// telling returns the tokens of the query that tell names apart, and how many of
// them a name has to meet: two names, or the only one, or one and an initial;
// and as many as it takes for what is met to make up for what is not.
func (s *scratch) telling(p *Params) (tokens uint32, need int) {
	if s.q.names > 0 {
		weight, others := 0.0, 0
		for i := range s.q.tokens {
			if t := &s.q.tokens[i]; t.class == words.Name {
				weight += float64(t.weight)
			} else {
				others++
			}
		}
		// Each name that is met brings 1 at most, each other word mostOther.
		r := p.reach()
		enough := math.Ceil((weight - r*mostOther*float64(others)) / (1 + r))
		return s.nameMask, max(1, min(2, s.q.names)-s.initialCount, int(enough))
	}
	n := 0
	for i := range s.q.tokens {
		if c := s.q.tokens[i].class; c != words.Legal && c != words.Particle {
			tokens |= 1 << i
			n++
		}
	}
	if n == 0 {
		return 1<<len(s.q.tokens) - 1, 1
	}
	return tokens, min(2, n)
}

// mostOther is the most that a word which is no name brings when it is met.
const mostOther = 0.75
