package match

import (
	"cmp"
	"iter"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/cordon-project/cordon/match/letters"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/script/words"
)

// Roster is the index over names that are asked for again and again, as those of
// customers are: it tells which of them a listed name may concern, so that a
// change of a list asks for these alone.
//
// It turns [Index.Search] round. What a name that is asked for has to share with
// a listed name to score what the roster was made for is a key of the whole
// name, a word that meets several written as one, or as many words as the score
// takes ([Roster.Concerned]); keys and distances are the same from either side.
// It holds keys and no names, some 100 bytes for each, and never changes: it may
// be used by several goroutines.
type Roster struct {
	least float64 // names that score less need not be told
	limits

	owners  []uint32
	weights []float32 // of all words of a name but particles
	traits  []rosterTrait

	dict    []rosterWord
	letters []letters.Word
	starts  []uint32 // by word: its first name in slots; one more at the end
	slots   []uint32

	tokenKeys keyTable[uint32, uint64] // token keys to trait<<32 | word
	joinKeys  keyTable[uint32, uint64] // keys of words written as one to trait<<32 | name
	nameKeys  keyTable[uint32, uint32] // the upper half of keys of whole names to names

	initials [256][]uint32 // single initials by their letter
	begin    [256][]uint32 // names by the letter that they begin with
	heaviest float32       // word
	particle float32       // the heaviest particle
}

// limits say which bounds the parameters allow.
type limits struct {
	raw     float64 // what an alignment has to give for the least score
	conf    float64
	extra   float64
	bounded bool // what is left over can only take from the score
	alone   bool // one name of several is too little
	korean  bool // Korean names without a common reading are too far apart
	initial bool // initials alone are too little

	rotations int // see Params
}

// rosterTrait is what a name is, in bits: how many of its words are names (two
// for more), whether it can be Korean, has letters that are drawn, or has initials.
type rosterTrait uint8

const (
	rosterNames   rosterTrait = 3
	rosterKorean  rosterTrait = 4
	rosterDrawn   rosterTrait = 8
	rosterInitial rosterTrait = 16
)

type rosterWord struct {
	class words.Class
	kana  bool
}

// NewRoster makes the roster of names, each with the number of whom it belongs
// to, for all scores from least on. Names that fold to nothing are left out. It
// reads the names once, in their order, and works on all processors.
func NewRoster(p Params, least float64, names iter.Seq2[uint32, string]) *Roster {
	b := &rosterBuilder{Roster: &Roster{least: least, limits: limitsOf(&p, least)}, index: map[rosterKey]uint32{}}
	b.read(p.Rotations, names)
	return b.done()
}

func limitsOf(p *Params, least float64) limits {
	lo, hi := 0.0, 1.0
	for range 40 {
		if mid := (lo + hi) / 2; at(p.Spelling, mid) < least {
			lo = mid
		} else {
			hi = mid
		}
	}
	return limits{
		raw: lo - 1e-6, conf: p.Conflict, extra: p.Extra, bounded: 2*min(p.Conflict-p.Extra, p.Extra) >= 1-lo,
		alone: p.Alone < lo, korean: p.OtherKorean < lo, initial: 1-p.Letters*initialApart < lo,
		rotations: p.Rotations,
	}
}

// Len returns how many names the roster holds.
func (r *Roster) Len() int { return len(r.owners) }

// rosterKey is a word of the dictionary.
type rosterKey struct {
	text, base string
	class      words.Class
	kana, org  bool
}

// rosterChunk is what one worker has read.
type rosterChunk struct {
	owners []uint32
	texts  []string

	names  []rosterName
	tokens []rosterToken
	joins  []pair[uint32, uint64]
	keys   []pair[uint32, uint32]
}

type rosterName struct {
	owner  uint32
	weight float32
	trait  rosterTrait
}

type rosterToken struct {
	rosterKey
	name   uint32
	weight float32
	seqs   []uint32 // keys of its Korean readings
}

type rosterBuilder struct {
	*Roster
	index    map[rosterKey]uint32
	tokenAll []pair[uint32, uint64]
	joinAll  []pair[uint32, uint64]
	nameAll  []pair[uint32, uint32]
	posts    []posting
}

type posting struct{ word, name uint32 }

// rosterChunkSize is how many names a worker takes at once.
const rosterChunkSize = 4096

// read prepares the names on all processors and takes them over in their order.
func (b *rosterBuilder) read(rotations int, names iter.Seq2[uint32, string]) {
	n := runtime.GOMAXPROCS(0)
	type job struct {
		c    *rosterChunk
		done chan struct{}
	}
	work, order := make(chan job), make(chan job, 2*n)
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			var p prepared
			for j := range work {
				j.c.prepare(&p, rotations)
				close(j.done)
			}
		})
	}
	group.Go(func() {
		c := &rosterChunk{}
		give := func() {
			j := job{c, make(chan struct{})}
			order <- j
			work <- j
			c = &rosterChunk{}
		}
		for owner, text := range names {
			c.owners, c.texts = append(c.owners, owner), append(c.texts, text)
			if len(c.texts) == rosterChunkSize {
				give()
			}
		}
		if len(c.texts) > 0 {
			give()
		}
		close(work)
		close(order)
	})
	for j := range order {
		<-j.done
		b.take(j.c)
	}
	group.Wait()
}

// prepare reads the names of a chunk.
func (c *rosterChunk) prepare(p *prepared, rotations int) {
	var keys []uint64
	var buffer [letters.MaxKeys]uint32
	for i, text := range c.texts {
		p.set(text)
		if len(p.form.Parts) == 0 {
			continue
		}
		name := uint32(len(c.names))
		keys = wholeKeys(keys[:0], p, rotations)
		for _, k := range keys {
			c.keys = append(c.keys, pair[uint32, uint32]{uint32(k >> 32), name})
		}
		for _, j := range p.pairs {
			var l letters.Word
			l.Set(j.text)
			t := l.Trait()
			if p.kana() {
				t |= letters.TraitKana
			}
			for _, key := range l.AppendKeys(buffer[:0], true) {
				c.joins = append(c.joins, pair[uint32, uint64]{key, uint64(t)<<32 | uint64(name)})
			}
		}
		c.names = append(c.names, rosterName{c.owners[i], c.words(p, name), rosterTraitOf(p)})
	}
	c.texts = nil
}

func rosterTraitOf(p *prepared) rosterTrait {
	t := rosterTrait(min(p.names, 2))
	if p.korean() {
		t |= rosterKorean
	}
	if p.drawn() {
		t |= rosterDrawn
	}
	if slices.ContainsFunc(p.tokens, func(t token) bool { return t.class == words.Initial }) {
		t |= rosterInitial
	}
	return t
}

// words adds the words of a name and returns their weight.
func (c *rosterChunk) words(p *prepared, name uint32) (weight float32) {
	for i := range p.tokens {
		t := &p.tokens[i]
		if t.class != words.Particle {
			weight += t.weight
		}
		r := rosterToken{rosterKey: rosterKey{t.text, t.base, t.class, p.kana(), false}, name: name, weight: t.weight}
		for _, s := range p.wordSeqs[t.seqs[0]:t.seqs[1]] {
			r.seqs = appendSyllableKeys(r.seqs, &s)
		}
		r.org = len(r.seqs) > 0
		c.tokens = append(c.tokens, r)
	}
	return weight
}

func appendSyllableKeys(dst []uint32, s *korean.Sequence) []uint32 {
	keys, _ := korean.AppendKeys(nil, s)
	for _, k := range keys {
		dst = append(dst, syllableKey(k))
	}
	return dst
}

// wholeKeys adds the keys under which a name as a whole is found.
func wholeKeys(dst []uint64, p *prepared, rotations int) []uint64 {
	dst = foldedKeys(dst, p.form.Parts, rotations)
	for i := range p.seqs {
		n := len(dst)
		dst, _ = korean.AppendKeys(dst, &p.seqs[i])
		for k := n; k < len(dst); k++ {
			dst[k] = mix(tagKorean, dst[k])
		}
	}
	for _, r := range p.readings {
		dst = append(dst, mix(uint64(r.space), r.key))
	}
	return dst
}

// take takes a chunk over.
func (b *rosterBuilder) take(c *rosterChunk) {
	first := uint32(len(b.owners))
	for _, n := range c.names {
		b.owners, b.weights, b.traits = append(b.owners, n.owner), append(b.weights, n.weight), append(b.traits, n.trait)
	}
	for _, k := range c.keys {
		b.nameAll = append(b.nameAll, pair[uint32, uint32]{k.key, k.value + first})
	}
	for _, j := range c.joins {
		b.joinAll = append(b.joinAll, pair[uint32, uint64]{j.key, j.value + uint64(first)})
	}
	for i := range c.tokens {
		t := &c.tokens[i]
		b.heaviest = max(b.heaviest, t.weight)
		if t.class == words.Particle {
			b.particle = max(b.particle, t.weight)
		}
		b.posts = append(b.posts, posting{b.word(t), t.name + first})
	}
}

// word returns the number of a word, and adds it with its keys when it is new:
// those of [builder.word].
func (b *rosterBuilder) word(t *rosterToken) uint32 {
	if id, ok := b.index[t.rosterKey]; ok {
		return id
	}
	id := uint32(len(b.dict))
	k := t.rosterKey
	k.text, k.base = strings.Clone(k.text), strings.Clone(k.base)
	b.index[k] = id
	var l letters.Word
	l.Set(k.text)
	tr := l.Trait()
	if k.kana {
		tr |= letters.TraitKana
	}
	value := uint64(tr)<<32 | uint64(id)
	b.dict, b.letters = append(b.dict, rosterWord{k.class, k.kana}), append(b.letters, l)
	add := func(keys ...uint32) {
		for _, key := range keys {
			b.tokenAll = append(b.tokenAll, pair[uint32, uint64]{key, value})
		}
	}
	var buffer [letters.MaxKeys]uint32
	switch k.class {
	case words.Name:
		add(l.AppendKeys(buffer[:0], false)...)
		add(nickKey(k.text, k.base))
		if l.N > 0 {
			b.begin[l.B[0]] = append(b.begin[l.B[0]], id)
		}
	case words.Initial:
		add(letters.Hash(letters.TagInitial, l.Bytes()))
		for _, c := range firsts(&l, k.text) {
			b.initials[c] = append(b.initials[c], id)
		}
	default:
		add(letters.Hash(letters.TagConcept, []byte(k.text)))
		add(l.AppendKeys(buffer[:0], false)...)
	}
	add(t.seqs...)
	return id
}

// firsts are the letters that an initial can stand for: as it is written, and as
// it is compared.
func firsts(l *letters.Word, text string) []byte {
	out := []byte{text[0]}
	if l.N > 0 && l.B[0] != text[0] {
		out = append(out, l.B[0])
	}
	return out
}

func (b *rosterBuilder) done() *Roster {
	b.tokenKeys, b.tokenAll = newKeyTable(32, b.tokenAll), nil
	b.joinKeys, b.joinAll = newKeyTable(32, b.joinAll), nil
	b.nameKeys, b.nameAll = newKeyTable(32, b.nameAll), nil
	b.starts = make([]uint32, len(b.dict)+1)
	for _, p := range b.posts {
		b.starts[p.word+1]++
	}
	for i := range b.dict {
		b.starts[i+1] += b.starts[i]
	}
	b.slots = make([]uint32, len(b.posts))
	at := slices.Clone(b.starts)
	for _, p := range b.posts {
		b.slots[at[p.word]] = p.name
		at[p.word]++
	}
	b.owners, b.weights, b.traits, b.dict, b.letters = slices.Clip(b.owners), slices.Clip(b.weights), slices.Clip(b.traits), slices.Clip(b.dict), slices.Clip(b.letters)
	return b.Roster
}

// call is one question to a roster.
type call struct {
	*Roster
	p      prepared
	weight float32 // of all words of the listed name but particles
	marks  []uint32
	count  []uint32 // names with marks
	taken  []uint64 // names that were told, in bits
	told   []uint32
	words  [maxTokens][]uint32 // words that each token is near to
}

var calls = sync.Pool{New: func() any { return &call{} }}

// Concerned calls meet with the number of everybody one of whose names may score
// the roster's least or more when it is asked for and the listed name is found:
// all of them, a few times as many others, and some more than once. [Compare] tells
// which.
func (r *Roster) Concerned(listed string, meet func(owner uint32)) {
	if r.Len() == 0 {
		return
	}
	c := calls.Get().(*call)
	defer calls.Put(c)
	c.Roster = r
	defer func() { c.Roster = nil }()
	if n := r.Len(); len(c.marks) < n {
		c.marks, c.taken = make([]uint32, n), make([]uint64, n/64+1)
	}
	c.ask(listed, meet)
	if _, short := words.WithoutAcronym(listed); short != "" { // which is listed as a name of its own
		c.ask(short, meet)
	}
}

func (c *call) ask(listed string, meet func(owner uint32)) {
	c.p.set(listed)
	if len(c.p.form.Parts) == 0 {
		return
	}
	c.whole()
	if !c.korean || !c.p.drawn() {
		c.joined()
		c.tokens()
	}
	for _, n := range c.told {
		c.taken[n>>6] &^= 1 << (n & 63)
		meet(c.owners[n])
	}
	c.told, c.count = c.told[:0], c.count[:0]
}

func (c *call) tell(name uint32) {
	if c.taken[name>>6]&(1<<(name&63)) == 0 {
		c.taken[name>>6] |= 1 << (name & 63)
		c.told = append(c.told, name)
	}
}

// whole tells the names that share a key of the whole name.
func (c *call) whole() {
	for _, k := range wholeKeys(nil, &c.p, c.rotations) {
		for _, n := range c.nameKeys.find(uint32(k >> 32)) {
			c.tell(n)
		}
	}
}

// apart reports whether a name and the listed one are too far apart by their
// letters, whatever these are: both are Korean, or one is in Hangul or Han.
func (c *call) apart(name uint32, korean bool) bool {
	t := c.traits[name]
	return c.limits.korean && (t&rosterDrawn != 0 || korean && t&rosterKorean != 0)
}

// joined tells the names in which words written as one are met, on either side.
func (c *call) joined() {
	var l letters.Word
	var buffer [letters.MaxKeys]uint32
	ko := c.p.korean()
	meets := func(joined bool) {
		own, n := l.Trait(), int(l.N)
		for _, key := range l.AppendKeys(buffer[:0], joined) {
			for _, v := range c.joinKeys.find(key) {
				t, name := letters.Trait(v>>32), uint32(v)
				most := min(letters.Limit(max(n, t.Length())), costJoinedMost)
				if letters.Apart(own, t) <= most && !c.apart(name, ko) {
					c.tell(name)
				}
			}
		}
	}
	for i := range c.p.tokens {
		if t := &c.p.tokens[i]; t.class != words.Initial {
			l.Set(t.text)
			meets(false)
		}
	}
	for _, j := range c.p.pairs {
		l.Set(j.text)
		meets(true)
		for _, w := range c.near(nil, &l, true) {
			for _, name := range c.slots[c.starts[w]:c.starts[w+1]] {
				if !c.apart(name, ko) {
					c.tell(name)
				}
			}
		}
	}
}

// near adds the words of the dictionary that share a key with a token and are
// near enough: what [segment.appendNeighbours] finds, from the other side.
func (c *call) near(dst []uint32, l *letters.Word, joined bool) []uint32 {
	var buffer [letters.MaxKeys]uint32
	var plain, loose letters.Measure
	plain.Set(l, &letters.Substitutions)
	loose.Set(l, &letters.KanaSubstitutions)
	if c.p.kana() {
		plain = loose
	}
	own, n := l.Trait(), int(l.N)
	for _, key := range l.AppendKeys(buffer[:0], joined) {
		for _, v := range c.tokenKeys.find(key) {
			t, id := letters.Trait(v>>32), uint32(v)
			most := letters.Limit(max(n, t.Length()))
			if joined {
				most = min(most, costJoinedMost)
			}
			if letters.Apart(own, t) > most {
				continue
			}
			m := &plain
			if t&letters.TraitKana != 0 {
				m = &loose
			}
			if c.dict[id].class != words.Initial && m.Distance(&c.letters[id], most) != letters.Beyond {
				dst = append(dst, id)
			}
		}
	}
	return dst
}

// meeting finds the words that meet a token of the listed name otherwise than by
// an initial: by letters, as a nick name or its base, by any Korean reading.
func (c *call) meeting(i int) {
	t := &c.p.tokens[i]
	var l letters.Word
	l.Set(t.text)
	exactly := func(dst []uint32, key uint32) []uint32 {
		for _, v := range c.tokenKeys.find(key) {
			dst = append(dst, uint32(v))
		}
		return dst
	}
	near := c.words[i][:0]
	switch t.class {
	case words.Initial:
		near = exactly(near, letters.Hash(letters.TagInitial, l.Bytes()))
	case words.Name:
		known, _ := words.Nick(t.text)
		for _, base := range []string{"", t.base, known} {
			near = exactly(near, nickKey(t.text, base))
		}
		seqs, _ := korean.AppendWord(nil, t.shown)
		for i := range seqs {
			for _, key := range appendSyllableKeys(nil, &seqs[i]) {
				near = exactly(near, key)
			}
		}
	default:
		near = exactly(near, letters.Hash(letters.TagConcept, []byte(t.text)))
	}
	if t.class != words.Initial {
		near = c.near(near, &l, false)
	}
	slices.Sort(near)
	c.words[i] = slices.Compact(near)
}

// tokens tells the names that meet as many words as the least score takes.
func (c *call) tokens() {
	c.weight = 0
	for i := range c.p.tokens {
		t := &c.p.tokens[i]
		if t.class != words.Particle {
			c.weight += t.weight
		}
		c.meeting(i)
	}
	c.mark()
	ko := c.p.korean()
	for _, name := range c.count {
		if !c.apart(name, ko) && c.reaches(name) {
			c.tell(name)
		}
		c.marks[name] = 0
	}
}

// mark notes in each name which tokens of the listed name it meets, those with
// the fewest names first: what meets only the most frequent of them, or initials
// only, is too little where one is too little.
func (c *call) mark() {
	load := func(i int) (n int) {
		for _, w := range c.words[i] {
			n += int(c.starts[w+1] - c.starts[w])
		}
		return n
	}
	var order []int
	for i := range c.p.tokens {
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(load(i), load(j)) })
	two := c.alone && c.p.names >= 2 && rosterTraitOf(&c.p)&rosterInitial == 0
	for k, i := range order {
		only := everybody
		if two && k == len(order)-1 {
			only = withInitials
		}
		for _, w := range c.words[i] {
			c.each(w, i, only)
		}
	}
	rest := everybody
	if c.initial {
		rest = nobody
	}
	for i := range c.p.tokens {
		t := &c.p.tokens[i]
		var l letters.Word
		l.Set(t.text)
		if l.N == 0 {
			continue
		}
		switch t.class {
		case words.Name:
			for _, w := range c.initials[l.B[0]] {
				c.each(w, i, rest)
			}
		case words.Initial:
			for _, first := range firsts(&l, t.text) {
				for _, w := range c.begin[first] {
					c.each(w, i, rest)
				}
			}
		}
	}
}

// fresh says which names that have no marks yet get one.
type fresh int

const (
	everybody fresh = iota
	withInitials
	nobody
)

// each marks the names of a word.
func (c *call) each(word uint32, token int, new fresh) {
	bit := uint32(1) << token
	for _, name := range c.slots[c.starts[word]:c.starts[word+1]] {
		m := c.marks[name]
		if m == 0 {
			if new == nobody || new == withInitials && c.traits[name]&rosterInitial == 0 {
				continue
			}
			c.count = append(c.count, name)
		}
		c.marks[name] = m | bit
	}
}

// reaches reports whether a name that meets the marked tokens can score the
// least: whether it meets enough of them, and what is left over on either side
// is not too much even if nothing else differs (see [alignment.result]).
func (c *call) reaches(name uint32) bool {
	m := c.marks[name]
	met := bits.OnesCount32(m)
	if c.alone {
		names := int(c.traits[name] & rosterNames)
		if (names == 0) != (c.p.names == 0) || max(names, c.p.names) >= 2 && met < 2 {
			return false
		}
	}
	if !c.bounded {
		return true
	}
	got, particles := float32(0), float32(0) // particles count where they are met and not where they are missing
	for i := range c.p.tokens {
		switch t := &c.p.tokens[i]; {
		case m&(1<<i) == 0:
		case t.class == words.Particle:
			particles += t.weight
		default:
			got += t.weight
		}
	}
	own, most := c.weights[name], float32(met)*c.heaviest
	listed, asked := float64(c.weight-got), float64(max(0, own-most))
	conflict := min(listed, asked)
	extra := max(listed, asked) - conflict
	total := float64(got+particles+min(own+float32(met)*c.particle, most))/2 + (listed+asked)/2
	return 1-(c.conf*conflict+c.extra*extra)/max(total, 1e-9) >= c.raw
}
