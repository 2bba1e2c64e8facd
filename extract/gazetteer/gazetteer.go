// Package gazetteer finds the names of known parties in running text.
//
// What comes in: [Entry] values, one for each spelling of a party's name, once;
// then any number of texts. What goes out: a [Mention] for each place where a
// text has a name, with the party's id and, where the name can mean something
// else, a doubt in words. Tens of thousands of names are found in one pass.
//
// Guarantees: time linear in the text, whatever the names; the same answer for
// the same entries and text; mentions in order and without overlap but for
// parties that share a name. A name is compared by whole words, folded over
// case, accents and compatibility forms; [Gazetteer] gives all rules.
//
// Refused: names so short or so common that nearly every mention would be of
// something else. They are not dropped in silence: [Gazetteer.Skipped] lists
// them. Matching across spellings is the work of package match, not of a list.
package gazetteer

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"unicode/utf8"
)

// Entry is one spelling of one party's name.
type Entry struct {
	ID   string // of the party
	Name string // as the source prints it
	// Distinct says that the name is a party's even where it is a single word:
	// "Kimsuky". It lifts the rule on single words, not that on length.
	Distinct bool
}

// Mention is a known name found in a text. Start and End are byte offsets.
type Mention struct {
	Start, End int
	ID         string // of the party
	Name       string // the entry that matched, as the source prints it
	Doubt      string // why it may name something else, "" when nothing speaks against it
}

// Finder finds the names of known parties in a text. [Gazetteer.Find] is one.
type Finder func(text string) []Mention

// Skipped is an entry that is not searched for, and why.
type Skipped struct {
	Entry  Entry
	Reason string
}

// Gazetteer finds many names in one pass over a text. It is made once and then
// only read, by any number of goroutines.
//
// Names are compared by tokens: words of Latin, Cyrillic, Kana and other
// scripts, single characters of Han and single syllables of Hangul, folded over
// case, accents and compatibility forms. Between the words of a name a text may
// have spaces, one line end, hyphens, apostrophes, full stops and middle dots,
// after a word in capitals also a comma ("KIM, Sang Man"); nothing else.
//
// Word boundaries: a word is a whole run of letters and digits. Han has no
// boundaries. A Hangul name of two to four syllables must begin where no
// syllable stands before and end where none follows but particles (은, 는, 이,
// 가, 을, 를, 의, 에게 …) or a title (씨, 위원장 …); a longer one stands by its
// length, and may be written with other spaces than the entry.
//
// Not taken: names of fewer than three Han characters or Hangul syllables,
// single words shorter than four letters, two words with fewer than six letters
// (four in kana) together, and single words that are part of another party's name (Kim, Park,
// Phoenix), unless Distinct. A single word must begin with a capital in the
// text, one of four letters must be all capitals there, and its mention carries
// a doubt; of several words one must begin with a capital. [Gazetteer.Skipped]
// lists what was not taken.
//
// The automaton is that of Aho and Corasick (Communications of the ACM 18(6),
// 1975) over tokens instead of bytes, so the time of a search is linear in the
// text, whatever the names.
type Gazetteer struct {
	seed    maphash.Seed
	vocab   []vocabSlot // open addressing by hash of the folded token
	tokens  int
	keys    []uint64 // of the edges: node<<32|token, 0 for empty; open addressing
	to      []uint32 // where the edge of the same place leads
	nodes   []gnode  // 0 is the root
	entries []Entry
	chain   []int32 // next entry of the same node, 0 for none, else index+1
	skipped []Skipped
}

type vocabSlot struct {
	hash uint64
	id   uint32 // 0 for empty
}

type gnode struct {
	fail  uint32
	dict  uint32 // nearest suffix that ends a name, 0 for none
	entry int32  // first entry that ends here, index+1
	depth uint16
}

// maxTokens bounds the length of a name.
const maxTokens = 64

// New builds the automaton for the entries. Two entries with one name
// and one id count once.
func New(entries []Entry) *Gazetteer {
	g := &Gazetteer{seed: maphash.MakeSeed(), nodes: make([]gnode, 1, len(entries)+1)}
	g.vocab = make([]vocabSlot, 1<<10)
	g.keys, g.to = make([]uint64, 1<<10), make([]uint32, 1<<10)
	parsed := g.parse(entries)
	shared := g.sharedWords(parsed)
	for i := range parsed {
		p := &parsed[i]
		if p.reason == "" {
			p.reason = ambiguous(p, shared)
		}
		if p.reason != "" {
			g.skipped = append(g.skipped, Skipped{entries[p.entry], p.reason})
			continue
		}
		g.insert(p, entries[p.entry])
	}
	g.link()
	g.nodes, g.entries, g.chain = slices.Clone(g.nodes), slices.Clone(g.entries), slices.Clone(g.chain)
	return g
}

// Skipped returns the entries that are not searched for.
func (g *Gazetteer) Skipped() []Skipped { return g.skipped }

// Len returns how many entries are searched for.
func (g *Gazetteer) Len() int { return len(g.entries) }

// parsedName is an entry in tokens.
type parsedName struct {
	entry   int
	ids     []uint32
	letters int // characters of all tokens
	classes [3]int
	kana    bool
	reason  string
	dist    bool
}

func (g *Gazetteer) parse(entries []Entry) []parsedName {
	parsed := make([]parsedName, 0, len(entries))
	var t tokenizer
	arena := make([]uint32, 0, 4*len(entries))
	for i, e := range entries {
		p := parsedName{entry: i, dist: e.Distinct}
		t.text, t.pos = e.Name, 0
		from := len(arena)
		for {
			tk, ok := t.next()
			if !ok {
				break
			}
			arena = append(arena, g.learn(t.fold))
			p.classes[tk.class]++
			p.letters += utf8.RuneCount(t.fold)
			p.kana = p.kana || tk.class == word && t.fold[0] >= 0xE3
		}
		p.ids = arena[from:len(arena):len(arena)]
		p.reason = tooShort(&p)
		parsed = append(parsed, p)
	}
	return parsed
}

func tooShort(p *parsedName) string {
	n := len(p.ids)
	switch {
	case n == 0:
		return "no letters"
	case n > maxTokens:
		return fmt.Sprintf("more than %d words", maxTokens)
	case p.classes[word] == 0 && n < 3:
		return "fewer than three characters"
	case n == 1 && p.letters < 4:
		return "a single word of fewer than four letters"
	case n == 2 && p.letters < 6 && !(p.kana && p.letters >= 4):
		return "two words of fewer than six letters together"
	}
	return ""
}

// sharedWords counts which words are part of names of several words.
func (g *Gazetteer) sharedWords(parsed []parsedName) []bool {
	shared := make([]bool, g.tokens+1)
	for i := range parsed {
		if len(parsed[i].ids) > 1 {
			for _, id := range parsed[i].ids {
				shared[id] = true
			}
		}
	}
	return shared
}

func ambiguous(p *parsedName, shared []bool) string {
	if len(p.ids) == 1 && !p.dist && shared[p.ids[0]] {
		return "a single word that is also part of a longer name"
	}
	return ""
}

// learn returns the number of a folded token, giving it one if it is new.
func (g *Gazetteer) learn(fold []byte) uint32 {
	if 2*(g.tokens+1) > len(g.vocab) {
		old := g.vocab
		g.vocab = make([]vocabSlot, 2*len(old))
		for _, s := range old {
			if s.id != 0 {
				*g.slot(s.hash) = s
			}
		}
	}
	h := maphash.Bytes(g.seed, fold)
	s := g.slot(h)
	if s.id == 0 {
		g.tokens++
		*s = vocabSlot{h, uint32(g.tokens)}
	}
	return s.id
}

// slot finds the place of a token by its 64-bit hash. Two tokens with one hash
// would be taken for one: with a million tokens that happens once in 37 million
// gazetteers, and its seed differs each time.
func (g *Gazetteer) slot(h uint64) *vocabSlot {
	mask := uint64(len(g.vocab) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if s := &g.vocab[i]; s.id == 0 || s.hash == h {
			return s
		}
	}
}

// edge finds the place of an edge, or the empty place where it belongs.
func (g *Gazetteer) edge(key uint64) uint64 {
	mask := uint64(len(g.keys) - 1)
	i := key * 0x9E3779B97F4A7C15 >> 20 & mask
	for g.keys[i] != 0 && g.keys[i] != key {
		i = (i + 1) & mask
	}
	return i
}

// child returns the node behind a token, 0 if there is none.
func (g *Gazetteer) child(node, tok uint32) uint32 {
	return g.to[g.edge(uint64(node)<<32|uint64(tok))]
}

func (g *Gazetteer) insert(p *parsedName, e Entry) {
	node := uint32(0)
	for _, tok := range p.ids {
		if 4*(len(g.nodes)+1) > 3*len(g.keys) {
			g.growEdges()
		}
		key := uint64(node)<<32 | uint64(tok)
		i := g.edge(key)
		if g.to[i] == 0 {
			g.keys[i], g.to[i] = key, uint32(len(g.nodes))
			g.nodes = append(g.nodes, gnode{depth: g.nodes[node].depth + 1})
		}
		node = g.to[i]
	}
	for i := g.nodes[node].entry; i != 0; i = g.chain[i-1] {
		if g.entries[i-1].ID == e.ID {
			return
		}
	}
	g.entries = append(g.entries, e)
	g.chain = append(g.chain, g.nodes[node].entry)
	g.nodes[node].entry = int32(len(g.entries))
}

func (g *Gazetteer) growEdges() {
	keys, to := g.keys, g.to
	g.keys, g.to = make([]uint64, 2*len(keys)), make([]uint32, 2*len(keys))
	for i, k := range keys {
		if k != 0 {
			at := g.edge(k)
			g.keys[at], g.to[at] = k, to[i]
		}
	}
}

// link sets the failure links, shallow nodes first.
func (g *Gazetteer) link() {
	type arc struct{ from, tok, to uint32 }
	arcs := make([]arc, 0, len(g.nodes))
	for i, k := range g.keys {
		if k != 0 {
			arcs = append(arcs, arc{uint32(k >> 32), uint32(k), g.to[i]})
		}
	}
	slices.SortFunc(arcs, func(a, b arc) int { return cmp.Compare(g.nodes[a.to].depth, g.nodes[b.to].depth) })
	for _, a := range arcs {
		if a.from == 0 {
			continue
		}
		f := g.nodes[a.from].fail
		for {
			if to := g.child(f, a.tok); to != 0 {
				g.nodes[a.to].fail = to
				break
			}
			if f == 0 {
				break
			}
			f = g.nodes[f].fail
		}
		fail := g.nodes[a.to].fail
		if g.nodes[fail].entry != 0 {
			g.nodes[a.to].dict = fail
		} else {
			g.nodes[a.to].dict = g.nodes[fail].dict
		}
	}
}

// window is how many tokens a search remembers: one more than the longest name.
const window = 128

// Find returns the names in text, left to right; of overlapping names the one
// that begins first, of those the longest, and all parties that share it.
func (g *Gazetteer) Find(text string) []Mention {
	if len(g.entries) == 0 {
		return nil
	}
	f := search{g: g, text: text}
	t := tokenizer{text: text}
	node := uint32(0)
	for {
		tk, ok := t.next()
		if !ok {
			break
		}
		if tk.gap == hard || tk.gap == comma && !f.afterCapitals() {
			node = 0
		}
		f.ring[f.n%window] = tk
		f.n++
		node = g.step(node, g.vocabID(t.fold))
		f.report(node)
	}
	return f.choose()
}

func (g *Gazetteer) vocabID(fold []byte) uint32 { return g.slot(maphash.Bytes(g.seed, fold)).id }

func (g *Gazetteer) step(node, tok uint32) uint32 {
	if tok == 0 {
		return 0
	}
	for {
		if to := g.child(node, tok); to != 0 {
			return to
		}
		if node == 0 {
			return 0
		}
		node = g.nodes[node].fail
	}
}

// search is one pass over one text.
type search struct {
	g    *Gazetteer
	text string
	ring [window]token
	n    int
	hits []hit
}

type hit struct {
	start, end int
	entry      int32
	single     bool
}

func (f *search) afterCapitals() bool {
	if f.n == 0 {
		return false
	}
	last := f.ring[(f.n-1)%window]
	return last.class == word && last.caps && last.end-last.start > 1
}

// report keeps the names that end at the current token.
func (f *search) report(node uint32) {
	g := f.g
	if g.nodes[node].entry == 0 {
		node = g.nodes[node].dict
	}
	for ; node != 0; node = g.nodes[node].dict {
		depth := int(g.nodes[node].depth)
		if f.sound(depth) {
			first, last := f.ring[(f.n-depth)%window], f.ring[(f.n-1)%window]
			f.hits = append(f.hits, hit{first.start, last.end, g.nodes[node].entry, depth == 1})
		}
	}
}

// sound applies the rules on boundaries to the last depth tokens.
func (f *search) sound(depth int) bool {
	first, last := f.ring[(f.n-depth)%window], f.ring[(f.n-1)%window]
	if depth == 1 && first.class == word {
		letters := utf8.RuneCountInString(f.text[first.start:first.end])
		return first.upper && (letters > 4 || first.caps)
	}
	var classes [3]int
	capital := false
	for i := f.n - depth; i < f.n; i++ {
		tk := f.ring[i%window]
		classes[tk.class]++
		capital = capital || tk.upper || tk.class != word
		if i > f.n-depth && !f.joins(f.ring[(i-1)%window], tk, i-(f.n-depth), depth) {
			return false
		}
	}
	if !capital {
		return false
	}
	if classes[hangul] == 0 || classes[hangul] > 4 {
		return true
	}
	if first.class == hangul && f.n > depth && first.gap == tight && f.ring[(f.n-depth-1)%window].class == hangul {
		return false
	}
	return last.class != hangul || particles(f.text[last.end:])
}

// joins reports whether two neighbouring tokens may belong to one name. In a
// short Hangul name only the family name may stand apart, and characters that
// are words by themselves join over spaces but not over full stops.
func (f *search) joins(a, b token, i, depth int) bool {
	if b.gap == tight || a.class == word || b.class == word {
		return true
	}
	if strings.ContainsAny(f.text[a.end:b.start], ".,。") {
		return false
	}
	return a.class != hangul || depth > 4 || i == 1 || i == 2 && depth == 4
}

// particleList holds what Korean attaches to a name, longest first.
var particleList = strings.Fields(`으로부터 에게서는 위원장은 위원장이 위원장의 이라고 이라는 에게서 한테서 으로서 으로써 에서는 에게는 까지는 부터는
 위원장 대통령 대표는 대표가 대표의 국장은 부장은 이라며 이라면 에서 에게 한테 께서 으로 로서 로써 부터 까지 마저 조차 처럼 보다 라고 라는 이라 이나 이며 이고 이든 과의 와의 에는 에도
 에의 만이 만을 하고 씨는 씨가 씨의 씨를 씨와 씨도 대표 국장 부장 장관 총리 박사 교수 사장 회장 등은 등이 등의 등을 등과 등에
 은 는 이 가 을 를 의 에 와 과 도 로 만 나 랑 야 아 여 씨 님 군 양 등`)

// particles reports whether a Hangul name may end before rest: nothing in Hangul
// follows, or only particles and titles, at most two.
func particles(rest string) bool {
	for range 3 {
		r, _ := utf8.DecodeRuneInString(rest)
		if r < 0xAC00 || r > 0xD7A3 {
			return true
		}
		cut := false
		for _, p := range particleList {
			if strings.HasPrefix(rest, p) {
				rest, cut = rest[len(p):], true
				break
			}
		}
		if !cut {
			return false
		}
	}
	return false
}

// choose keeps, of overlapping hits, the one that begins first and of those the
// longest.
func (f *search) choose() []Mention {
	slices.SortFunc(f.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	var out []Mention
	end := 0
	for _, h := range f.hits {
		if h.start < end {
			continue
		}
		end = h.end
		from := len(out)
		for i := h.entry; i != 0; i = f.g.chain[i-1] {
			e := f.g.entries[i-1]
			m := Mention{Start: h.start, End: h.end, ID: e.ID, Name: e.Name}
			if h.single && !e.Distinct {
				m.Doubt = "a single word, which may name somebody or something else"
			}
			out = append(out, m)
		}
		same := out[from:]
		slices.SortFunc(same, func(a, b Mention) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Name, b.Name)) })
		for i := range same {
			if len(same) > 1 && same[i].Doubt == "" {
				same[i].Doubt = fmt.Sprintf("the name is that of %d known parties", len(same))
			}
		}
	}
	return out
}
