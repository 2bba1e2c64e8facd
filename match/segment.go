package match

import (
	"cmp"
	"math"
	"slices"

	"github.com/cordon-project/cordon/match/letters"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/script/words"
)

// segment is an immutable part of the index: names of whole objects with the
// tables by which they are found. What changes is written as a new segment and
// marked dead in the old.
type segment struct {
	names   []entry
	objects map[string][2]int32 // object to its names, one behind the other

	elems  []elem   // of all names, in order
	starts []uint32 // by name: its first elem; one more at the end
	seqs   []korean.Sequence
	seqOf  []uint32 // by name: its first sequence; one more at the end
	reads  []reading
	readOf []uint32

	dict    []word
	letters []letters.Word // of the words of the dictionary

	tokenKeys keyTable[uint32, uint64] // token keys to trait<<32 | word
	nameKeys  keyTable[uint64, uint64] // keys of whole names to name<<32 | what
	partKeys  keyTable[uint32, uint32] // folded parts to names

	known neighbourhood
}

// entry is one name with what comparing needs.
type entry struct {
	Name
	parts []string
	koKey bool // it can be a Korean name by more than a Chinese reading
	org   bool // it has words of organisations
	drawn bool // its letters are drawn from Hangul, Han or kana: see prepared.drawn
}

// elem is a token of a name, or several written as one.
type elem struct {
	word     uint32
	from, to uint8
}

// word is a token of the dictionary of a segment.
type word struct {
	text   string
	trait  letters.Trait
	class  words.Class
	joined bool
	weight float32
	seqs   []korean.Sequence
	slots  []uint32 // names that have it, ascending
}

// small reports whether a word does not count as one of a name.
func (w *word) small() bool {
	return w.class == words.Initial || w.class == words.Particle || w.class == words.Title
}

// keyTable finds values by keys: both sorted, with the first keys of each range
// of the upper bits noted.
type keyTable[K uint32 | uint64, V uint32 | uint64] struct {
	keys   []K
	values []V
	top    []uint32
	shift  uint
}

type pair[K, V any] struct {
	key   K
	value V
}

func newKeyTable[K uint32 | uint64, V uint32 | uint64](width uint, all []pair[K, V]) keyTable[K, V] {
	slices.SortFunc(all, func(a, b pair[K, V]) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.value, b.value)) })
	all = slices.Compact(all)
	bits := uint(4)
	for 1<<bits < len(all)/2 && bits < 18 {
		bits++
	}
	t := keyTable[K, V]{keys: make([]K, len(all)), values: make([]V, len(all)), top: make([]uint32, 1<<bits+1), shift: width - bits}
	for i, p := range all {
		t.keys[i], t.values[i] = p.key, p.value
		t.top[p.key>>t.shift+1]++
	}
	for i := 1; i < len(t.top); i++ {
		t.top[i] += t.top[i-1]
	}
	return t
}

// find returns the values of a key.
func (t *keyTable[K, V]) find(key K) []V {
	if len(t.keys) == 0 {
		return nil
	}
	i, end := t.top[key>>t.shift], t.top[key>>t.shift+1]
	for i < end && t.keys[i] < key {
		i++
	}
	j := i
	for j < end && t.keys[j] == key {
		j++
	}
	return t.values[i:j]
}

// builder gathers a segment.
type builder struct {
	*segment
	index     map[dictKey]uint32
	tokenAll  []pair[uint32, uint64]
	nameAll   []pair[uint64, uint64]
	partAll   []pair[uint32, uint32]
	p         prepared
	rotations int
	buffer    [letters.MaxKeys]uint32
	keys      []uint64
}

// dictKey is all that a word of the dictionary is made of: a word that is a nick
// name in one name and not in another, or is read in Korean in one, is two words.
type dictKey struct {
	text   string
	base   string // the name behind a nick name
	read   uint64 // its Korean readings, see readings
	class  words.Class
	joined bool
	kana   bool
	weight float32
}

func newBuilder(p Params) *builder {
	return &builder{
		segment: &segment{objects: map[string][2]int32{}, starts: []uint32{0}, seqOf: []uint32{0}, readOf: []uint32{0}},
		index:   map[dictKey]uint32{}, rotations: p.Rotations,
	}
}

// put adds the names of one object. Names that fold to nothing are left out.
func (b *builder) put(object string, names []Name) {
	from := int32(len(b.names))
	for _, n := range names {
		n.Object = object
		b.p.set(n.Text)
		if len(b.p.form.Parts) > 0 {
			b.name(n)
		}
		// A short form in brackets is a name of its own, by which it is found too.
		if _, short := words.WithoutAcronym(n.Text); short != "" {
			b.names[len(b.names)-1].parts = script.Fold(n.Text).Parts
			b.p.set(short)
			b.name(n)
		}
	}
	if to := int32(len(b.names)); to > from {
		b.objects[object] = [2]int32{from, to}
	}
}

func (b *builder) name(n Name) {
	p := &b.p
	slot := uint32(len(b.names))
	e := entry{Name: n, parts: slices.Clone(p.form.Parts), koKey: p.korean(), org: p.org, drawn: p.drawn()}
	b.names = append(b.names, e)
	for _, part := range p.form.Parts[:min(len(p.form.Parts), maxTokens)] {
		b.partAll = append(b.partAll, pair[uint32, uint32]{partKey(part), slot})
	}
	for i, t := range p.tokens {
		seqs := p.wordSeqs[t.seqs[0]:t.seqs[1]]
		id := b.word(dictKey{t.text, t.base, readings(seqs), t.class, false, p.kana(), t.weight}, seqs)
		b.elem(elem{id, uint8(i), uint8(i + 1)}, slot)
	}
	for _, j := range p.pairs {
		id := b.word(dictKey{text: j.text, class: words.Name, joined: true, kana: p.kana(), weight: j.weight}, nil)
		b.elem(elem{id, j.from, j.to}, slot)
	}
	b.starts = append(b.starts, uint32(len(b.elems)))
	b.keys = foldedKeys(b.keys[:0], p.form.Parts, b.rotations)
	for _, k := range b.keys {
		b.nameAll = append(b.nameAll, pair[uint64, uint64]{k, uint64(slot)<<32 | whatFolded})
	}
	for i := range p.seqs {
		b.keys, _ = korean.AppendKeys(b.keys[:0], &p.seqs[i])
		for _, k := range b.keys {
			b.nameAll = append(b.nameAll, pair[uint64, uint64]{mix(tagKorean, k), uint64(slot)<<32 | uint64(len(b.seqs)+i)})
		}
	}
	b.seqs = append(b.seqs, p.seqs...)
	b.seqOf = append(b.seqOf, uint32(len(b.seqs)))
	for i, r := range p.readings {
		b.nameAll = append(b.nameAll, pair[uint64, uint64]{mix(uint64(r.space), r.key), uint64(slot)<<32 | whatReading | uint64(len(b.reads)+i)})
	}
	b.reads = append(b.reads, p.readings...)
	b.readOf = append(b.readOf, uint32(len(b.reads)))
}

// What a key of a whole name led to, in the lower half of its value: a Korean
// sequence by its number, another reading, or the folded name.
const (
	whatReading = 1 << 30
	whatFolded  = 1 << 31
)

func boolTo(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// korean reports whether the name can be a Korean person's as written, and not
// only as the Chinese reading of one.
func (p *prepared) korean() bool {
	if len(p.form.Parts) < 2 && p.form.Script == script.Latin {
		return false
	}
	for i := range p.seqs {
		if s := &p.seqs[i]; s.Weight >= likelyKorean && s.N <= 3 && !korean.IsChinese(s.Sets[0]) {
			return true
		}
	}
	return false
}

// drawn reports whether the Latin letters of a person's name are only one of
// several readings of Hangul or Han: they are not compared letter by letter.
func (p *prepared) drawn() bool {
	if p.org {
		return false
	}
	switch p.form.Script {
	case script.Hangul, script.Han, script.Japanese, script.Hiragana:
		return true
	}
	return false
}

// kana reports whether the Latin letters are drawn from kana.
func (p *prepared) kana() bool {
	switch p.form.Script {
	case script.Katakana, script.Hiragana, script.Japanese:
		return true
	}
	return false
}

// likelyKorean is the weight of a sequence from which on a name is taken for a
// Korean one.
const likelyKorean = 0.5

func (b *builder) elem(e elem, slot uint32) {
	b.elems = append(b.elems, e)
	w := &b.dict[e.word]
	if n := len(w.slots); n == 0 || w.slots[n-1] != slot {
		w.slots = append(w.slots, slot)
	}
}

func (b *builder) word(k dictKey, seqs []korean.Sequence) uint32 {
	if id, ok := b.index[k]; ok {
		return id
	}
	id := uint32(len(b.dict))
	b.index[k] = id
	w := word{text: k.text, class: k.class, joined: k.joined, weight: k.weight}
	var l letters.Word
	l.Set(k.text)
	w.trait = l.Trait()
	if k.joined {
		w.trait |= letters.TraitJoined
	}
	if k.kana {
		w.trait |= letters.TraitKana
	}
	b.dict, b.letters = append(b.dict, w), append(b.letters, l)
	switch {
	case k.class == words.Name || k.joined:
		for _, key := range l.AppendKeys(b.buffer[:0], k.joined) {
			b.key(key, id)
		}
		if !k.joined {
			b.key(nickKey(k.text, k.base), id)
		}
	case k.class == words.Initial:
		b.key(letters.Hash(letters.TagInitial, l.Bytes()), id)
	default:
		b.key(letters.Hash(letters.TagConcept, []byte(k.text)), id)
		for _, key := range l.AppendKeys(b.buffer[:0], false) {
			b.key(key, id)
		}
	}
	b.sequences(id, seqs)
	return id
}

// key notes that a word is found by a key.
func (b *builder) key(key uint32, id uint32) {
	b.tokenAll = append(b.tokenAll, pair[uint32, uint64]{key, uint64(b.dict[id].trait)<<32 | uint64(id)})
}

func (b *builder) sequences(id uint32, seqs []korean.Sequence) {
	if len(seqs) == 0 {
		return
	}
	b.dict[id].seqs = slices.Clone(seqs)
	for i := range seqs {
		b.keys, _ = korean.AppendKeys(b.keys[:0], &seqs[i])
		for _, k := range b.keys {
			b.key(syllableKey(k), id)
		}
	}
}

// readings tells Korean readings of a word from others by a number, 0 for none.
func readings(seqs []korean.Sequence) uint64 {
	var h uint64
	for i := range seqs {
		q := &seqs[i]
		h = mix(uint64(q.N), h^uint64(math.Float32bits(q.Weight)))
		for _, s := range q.Syllables() {
			h = mix(1, h^uint64(s))
		}
	}
	return h
}

// nickKey is the key under which a name meets its nick names.
func nickKey(text, base string) uint32 {
	var l letters.Word
	l.Set(cmp.Or(base, text))
	return letters.Hash(letters.TagNick, l.Bytes())
}

func syllableKey(k uint64) uint32 { return uint32(mix(letters.TagSyllable, k) >> 32) }

func partKey(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// bearing returns the names that may have all parts: those with the rarest.
func (g *segment) bearing(parts []string) []uint32 {
	best := g.partKeys.find(partKey(parts[0]))
	for _, p := range parts[1:] {
		if slots := g.partKeys.find(partKey(p)); len(slots) < len(best) {
			best = slots
		}
	}
	return best
}

func (b *builder) done() *segment {
	b.partKeys = newKeyTable(32, b.partAll)
	b.known = newNeighbourhood(len(b.dict))
	b.tokenKeys = newKeyTable(32, b.tokenAll)
	b.nameKeys = newKeyTable(64, b.nameAll)
	return b.segment
}
