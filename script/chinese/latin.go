package chinese

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// What a reading loses in weight. See the package comment.
const (
	mixedSystems  = 0.4 // syllables of two systems in one name
	secondChoice  = 0.6 // a more usual system explains the whole name too
	lostBreak     = 0.5 // a syllable that Pinyin sets off with an apostrophe
	noSurname     = 0.9 // a first syllable that no common surname has, where spellings are ambiguous
	joinedWade    = 0.95
	joinedCanton  = 0.8
	maxPartLength = maxSyllables * 6 // zhuang, cheung
)

// reading is what a run of letters can be in one space.
type reading struct {
	unit     Unit
	standard float32 // weight by Pinyin or Jyutping, 0 for none
	custom   float32 // weight by Wade–Giles or Hong Kong, 0 for none
}

// systems is a set of ways to read letters, for both spaces.
type systems uint8

const (
	standard  systems = 1 << iota // Pinyin or Jyutping as it stands
	loose                         // the same with apostrophes lost
	custom                        // Wade–Giles or Hong Kong
	mixed                         // a mixture of standard and custom
	spaceBits = iota
)

const (
	inOneSpace = standard | loose | custom | mixed
	inAll      = inOneSpace | inOneSpace<<spaceBits
)

func in(space Space, s systems) systems { return s << (spaceBits * space) }

// node is a prefix of spellings; readings of a whole spelling stand in trie.
type node struct {
	next     [26]uint16
	readings [spaces]struct{ from, to uint16 }
	systems  systems // in which the letters so far are a syllable
	alone    bool    // the syllables m and ng, which are written alone only
}

type trie struct {
	nodes    []node
	readings []reading
	surnames [spaces][]bool // by unit: some common surname is read so
}

var spellings = sync.OnceValue(newTrie)

func newTrie() *trie {
	t := &trie{nodes: make([]node, 1), surnames: surnameUnits()}
	for space, of := range [spaces][2]func(syllable) []spelling{
		Mandarin:  {pinyinSpellings, wadeSpellings},
		Cantonese: {func(s syllable) []spelling { return []spelling{{s.spelling, 1}} }, hongKongSpellings},
	} {
		texts := map[string]map[Unit]reading{}
		for u, s := range inventories()[space] {
			for _, sp := range of[0](s) {
				r := known(texts, sp.text, Unit(u))
				r.standard = max(r.standard, sp.weight)
				texts[sp.text][Unit(u)] = r
			}
			for _, sp := range of[1](s) {
				r := known(texts, sp.text, Unit(u))
				r.custom = max(r.custom, sp.weight)
				texts[sp.text][Unit(u)] = r
			}
		}
		for _, text := range slices.Sorted(maps.Keys(texts)) {
			t.put(Space(space), text, texts[text])
		}
	}
	return t
}

func known(texts map[string]map[Unit]reading, text string, u Unit) reading {
	if texts[text] == nil {
		texts[text] = map[Unit]reading{}
	}
	r := texts[text][u]
	r.unit = u
	return r
}

// put adds the readings of one spelling, the likeliest first.
func (t *trie) put(space Space, text string, of map[Unit]reading) {
	at := uint16(0)
	for _, c := range []byte(text) {
		if t.nodes[at].next[c-'a'] == 0 {
			t.nodes[at].next[c-'a'] = uint16(len(t.nodes))
			t.nodes = append(t.nodes, node{})
		}
		at = t.nodes[at].next[c-'a']
	}
	list := slices.SortedFunc(maps.Values(of), func(a, b reading) int {
		return cmp.Or(cmp.Compare(max(b.standard, b.custom), max(a.standard, a.custom)), cmp.Compare(a.unit, b.unit))
	})
	n := &t.nodes[at]
	n.alone = text == "m" || text == "ng"
	n.readings[space].from = uint16(len(t.readings))
	t.readings = append(t.readings, list...)
	n.readings[space].to = uint16(len(t.readings))
	for _, r := range list {
		s := mixed
		if r.standard > 0 {
			s |= standard | loose
		}
		if r.custom > 0 {
			s |= custom
		}
		n.systems |= in(space, s)
	}
}

// AppendLatin appends every reading of a whole name as Chinese syllables to dst,
// the best weight first, and reports whether some were cut. parts are folded
// Latin words (a to z only) in the order written; a part may be one syllable or
// several. A name with any other part has no reading.
func AppendLatin(dst []Sequence, parts []string) (_ []Sequence, cut bool) {
	if len(parts) == 0 || len(parts) > maxSyllables {
		return dst, false
	}
	w := walk{trie: spellings(), parts: parts, found: found{dst: dst, start: len(dst)}}
	open := inAll
	for i := len(parts) - 1; i >= 0; i-- {
		open &= w.survey(i, parts[i])
		if open == 0 || w.least[i][0] > maxSyllables {
			return dst, false
		}
	}
	for space := range spaces {
		if open&in(space, loose|mixed) != 0 {
			w.enter(space, open)
		}
	}
	return w.dst, w.cut
}

// walk is the search for the readings of one name.
type walk struct {
	found
	*trie
	parts []string
	// ways holds, for each part and place in it, the systems by which the rest of
	// the part can be read.
	ways [maxSyllables][maxPartLength + 1]systems
	// least is the fewest syllables that the rest of the name from there can be.
	least          [maxSyllables + 1][maxPartLength + 1]uint8
	space          Space
	whole          systems // those of the space that lead on
	standardFactor float32
	customFactor   float32
}

// survey fills ways and least for one part, from its end, and returns the
// systems that read the part as a whole. The parts behind it come first.
func (w *walk) survey(i int, part string) systems {
	if part == "" || len(part) > maxPartLength {
		return 0
	}
	ways, least := &w.ways[i], &w.least[i]
	ways[len(part)], least[len(part)] = inAll, w.least[i+1][0]
	for from := len(part) - 1; from >= 0; from-- {
		at := uint16(0)
		least[from] = maxSyllables + 1
		for to := from; to < len(part); to++ {
			c := part[to] - 'a'
			if c >= 26 {
				return 0
			}
			if at = w.nodes[at].next[c]; at == 0 {
				break
			}
			if s := w.fit(at, part, from, to+1) & ways[to+1]; s != 0 {
				ways[from] |= s
				least[from] = min(least[from], least[to+1]+1)
			}
		}
	}
	return ways[0]
}

// fit returns the systems in which letters are a syllable at their place. Inside
// a part a syllable begins with a consonant, but that Pinyin's apostrophe before
// a, e and o may be lost.
func (w *walk) fit(at uint16, part string, from, to int) systems {
	n := &w.nodes[at]
	if n.alone && (from > 0 || to < len(part)) {
		return 0
	}
	if from == 0 {
		return n.systems
	}
	switch part[from] {
	case 'i', 'u':
		return 0
	case 'a', 'e', 'o':
		if n.systems&in(Mandarin, standard) == 0 {
			return 0
		}
		return in(Mandarin, loose)
	}
	return n.systems
}

func (w *walk) enter(space Space, open systems) {
	w.space, w.whole = space, in(space, loose|mixed)
	w.seq = Sequence{Space: space}
	w.standardFactor, w.customFactor = 1, 1
	switch {
	case space == Mandarin && open&in(Mandarin, standard) != 0:
		w.customFactor = secondChoice
	case space == Cantonese && open&in(Mandarin, standard|custom) != 0:
		w.standardFactor, w.customFactor = secondChoice, secondChoice
	}
	w.step(0, 0, weights{1, 1, 1, 0})
}

// weights are those of the syllables so far, by each system alone and by the
// better for each syllable.
type weights struct {
	standard, custom, best float32
	rules                  Rules // of the better for each syllable
}

func (w *walk) weight(p weights) float32 {
	return max(p.standard*w.standardFactor, p.custom*w.customFactor, p.best*mixedSystems)
}

// step reads on from a place in a part.
func (w *walk) step(i, from int, p weights) {
	if w.hopeless(w.weight(p)) {
		return
	}
	if i == len(w.parts) {
		w.finish(p)
		return
	}
	if w.seq.N+w.least[i][from] > maxSyllables {
		return
	}
	// Long syllables first: the ones that are meant, so that the list fills with
	// good readings early and the others are dropped without being built.
	part := w.parts[i]
	var ends [8]uint16
	at, n := uint16(0), 0
	for to := from; to < len(part) && n < len(ends); to++ {
		if at = w.nodes[at].next[part[to]-'a']; at == 0 {
			break
		}
		ends[n] = at
		n++
	}
	for n--; n >= 0; n-- {
		if to := from + n + 1; w.fit(ends[n], part, from, to)&w.ways[i][to]&w.whole != 0 {
			w.take(i, from, to, ends[n], p)
		}
	}
}

// take reads one syllable in each of its ways and goes on behind it.
func (w *walk) take(i, from, to int, at uint16, p weights) {
	span := w.nodes[at].readings[w.space]
	standardCost, customCost := w.cost(w.parts[i], from)
	nextPart, nextFrom := i, to
	if to == len(w.parts[i]) {
		nextPart, nextFrom = i+1, 0
	} else {
		w.split = true
	}
	n := w.seq.N
	for _, r := range w.readings[span.from:span.to] {
		s, c := r.standard*standardCost, r.custom*customCost
		if s == 0 && c == 0 {
			continue
		}
		if n == 0 && !w.surnames[w.space][r.unit] {
			c *= noSurname
		}
		q := weights{p.standard * s, p.custom * c, p.best * max(s, c), p.rules}
		if standardCost == lostBreak {
			q.best = 0 // or every Wade–Giles chiang is also a chi'ang
		}
		if s > 0 && s >= c {
			q.rules |= Pinyin << (spaces * w.space)
		} else {
			q.rules |= WadeGiles << (spaces * w.space)
		}
		w.seq.Units[n] = r.unit
		w.seq.N = n + 1
		w.step(nextPart, nextFrom, q)
	}
	w.seq.Units[n] = 0
	w.seq.N = n
}

// cost is what a syllable loses by standing inside a part.
func (w *walk) cost(part string, from int) (standard, custom float32) {
	switch {
	case from == 0:
		return 1, 1
	case w.space == Cantonese:
		return joinedCanton, joinedCanton
	case strings.IndexByte("aeo", part[from]) >= 0:
		return lostBreak, 0
	}
	return 1, joinedWade
}

func (w *walk) finish(p weights) {
	if w.seq.N < minSyllables {
		return
	}
	rules := p.rules
	if p.standard > 0 || p.custom > 0 {
		rules = 0
		if p.standard > 0 {
			rules |= Pinyin << (spaces * w.space)
		}
		if p.custom > 0 {
			rules |= WadeGiles << (spaces * w.space)
		}
	}
	w.add(w.weight(p), rules)
}
