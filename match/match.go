// Package match is the index over names, and the one comparison of two names.
//
// In go names with the id of the object that bears them; out come the names that
// a query may mean, each with how it was met and the probability that the two
// may be one person's name. It says nothing about persons: that is what desks
// make of it.
//
// Two names are compared in two ways, and the better one counts. By readings: a
// name in any script is the set of what it can be read as in Korean, Mandarin,
// Cantonese and Japanese (packages under script), and two names meet when their
// sets do, syllable by syllable. By spelling: words in Latin letters are paired
// by a weighted edit distance, with joined and split words, initials and the
// words of organisations in many languages, and what is left unpaired on either
// side is weighed. Two names that are both Korean and have no reading in common
// are two names, however near their letters are.
//
// The score is a function of the two names and of [Params] alone: nothing
// depends on what else the index holds, so a single call, a batch and a rebuilt
// index agree to the byte. The search is exact: it returns what comparing the
// query with every name would return. Readers never wait: an index is a list of
// immutable segments, replaced as a whole when names change.
//
// What the viewer may not see is skipped during the search. Queries that fold to
// nothing have no hit; of names and queries with more than 20 words the
// beginning is compared, and cut readings are said.
package match

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script"
)

// Name is one name of one object.
type Name struct {
	Object string // id of the object that bears it
	Number int    // which of the object's names
	Text   string // as the source prints it
	Label  policy.Label
	// Role and Quality are what the source says of the name, carried for those who
	// answer; nothing here depends on them.
	Role, Quality string
}

// Hit is a name that a query may mean.
type Hit struct {
	Name
	Result
}

// Index is the index. The zero value is not usable: call [New]. Searches and
// updates may run at the same time.
type Index struct {
	params Params
	snap   atomic.Pointer[snapshot]
	mu     sync.Mutex // one update at a time
}

// snapshot is the index at one moment.
type snapshot struct {
	segments []*segment
	dead     []bitmap // by segment: names that were replaced
	live     int
}

// bitmap is a set of names of a segment; nil is empty.
type bitmap []uint64

func (b bitmap) has(i uint32) bool { return b != nil && b[i>>6]&(1<<(i&63)) != 0 }

// New returns an empty index.
func New(p Params) *Index {
	x := &Index{params: p}
	x.snap.Store(&snapshot{})
	return x
}

// Len returns how many names the index holds.
func (x *Index) Len() int { return x.snap.Load().live }

// Put makes names the names of object, in place of those that it had.
func (x *Index) Put(object string, names []Name) { x.Update(map[string][]Name{object: names}) }

// maxSegments is how many segments there are at most before small ones are made
// one.
const maxSegments = 8

// Update replaces the names of all objects of a change at once: a search sees
// all of it or nothing. Its cost grows with the change; now and then it also
// makes small segments one.
func (x *Index) Update(change map[string][]Name) {
	if len(change) == 0 {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	old := x.snap.Load()
	next := &snapshot{segments: slices.Clone(old.segments), dead: slices.Clone(old.dead), live: old.live}
	b := newBuilder(x.params)
	for _, object := range slices.Sorted(maps.Keys(change)) {
		next.drop(object)
		b.put(object, change[object])
	}
	if g := b.done(); len(g.names) > 0 {
		next.segments, next.dead, next.live = append(next.segments, g), append(next.dead, nil), next.live+len(g.names)
	}
	x.snap.Store(next)
	x.merge()
}

// drop marks the names of an object as dead.
func (s *snapshot) drop(object string) {
	for i, g := range s.segments {
		at, ok := g.objects[object]
		if !ok || s.dead[i].has(uint32(at[0])) {
			continue
		}
		d := make(bitmap, (len(g.names)+63)/64)
		copy(d, s.dead[i])
		for slot := at[0]; slot < at[1]; slot++ {
			d[slot>>6] |= 1 << (slot & 63)
			s.live--
		}
		s.dead[i] = d
	}
}

// merge makes neighbouring small segments one, the smallest first, so that their
// number grows with the logarithm of the names. Searches go on with the old ones
// until the new one is ready.
func (x *Index) merge() {
	for {
		s := x.snap.Load()
		i := s.mergeable()
		if i < 0 {
			return
		}
		b := newBuilder(x.params)
		for k := i; k < len(s.segments); k++ {
			b.copy(s.segments[k], s.dead[k])
		}
		next := &snapshot{segments: slices.Clone(s.segments[:i]), dead: slices.Clone(s.dead[:i]), live: s.live}
		if g := b.done(); len(g.names) > 0 {
			next.segments, next.dead = append(next.segments, g), append(next.dead, nil)
		}
		x.snap.Store(next)
	}
}

// mergeable returns from which segment on all are to be made one, -1 for none:
// from the last that is not twice as large as all behind it.
func (s *snapshot) mergeable() int {
	if len(s.segments) <= maxSegments {
		return -1
	}
	behind, from := 0, -1
	for i := len(s.segments) - 1; i >= 0; i-- {
		n := len(s.segments[i].names)
		if from >= 0 && n > 2*behind {
			break
		}
		behind += n
		from = i
	}
	if from >= len(s.segments)-1 {
		from = len(s.segments) - 2
	}
	return from
}

// copy adds the living names of a segment.
func (b *builder) copy(g *segment, dead bitmap) {
	for _, object := range slices.Sorted(maps.Keys(g.objects)) {
		at := g.objects[object]
		if dead.has(uint32(at[0])) {
			continue
		}
		var names []Name
		for _, e := range g.names[at[0]:at[1]] {
			names = append(names, e.Name)
		}
		b.put(object, names)
	}
}

// All yields every name, in no order that is told, but for those that the asker
// may not see.
func (x *Index) All(permit Permit) iter.Seq[Name] {
	return func(yield func(Name) bool) {
		snap := x.snap.Load()
		may := permits{ask: permit}
		for i, g := range snap.segments {
			for slot := range g.names {
				if n := &g.names[slot].Name; !snap.dead[i].has(uint32(slot)) && may.see(n.Label) && !yield(*n) {
					return
				}
			}
		}
	}
}

// Containing returns, for each object that has one, the shortest name with every
// part of query, common parts too, the shortest first. [Index.Search] leaves
// names out of which only common parts are met (a family name alone); an answer
// must not say for that that there are none.
func (x *Index) Containing(query string, permit Permit) []Hit {
	parts := unique(script.Fold(query).Parts)
	if len(parts) == 0 || len(parts) > maxTokens {
		return nil
	}
	snap := x.snap.Load()
	may := permits{ask: permit}
	var all []Hit
	for i, g := range snap.segments {
		for _, slot := range g.bearing(parts) {
			if e := &g.names[slot]; !snap.dead[i].has(slot) && contains(e.parts, parts) && may.see(e.Label) {
				all = append(all, Hit{Name: e.Name, Result: Result{How: Contains, Matched: len(parts), Query: len(parts), Listed: len(e.parts)}})
			}
		}
	}
	slices.SortFunc(all, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Listed, b.Listed), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Number, b.Number))
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(h Hit) bool {
		again := seen[h.Object]
		seen[h.Object] = true
		return again
	})
}

func contains(all, some []string) bool {
	for _, p := range some {
		if !slices.Contains(all, p) {
			return false
		}
	}
	return true
}

func unique(parts []string) []string {
	out := slices.Clone(parts)
	slices.Sort(out)
	return slices.Compact(out)
}
