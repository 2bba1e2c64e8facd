// Package match is the index over names: every name of every party that the
// node knows, in memory, searched by what package script makes of it.
//
// In go names with the id of the object that bears them ([Index.Put] replaces
// all names of one object); out come the names that a query may mean, each with
// how it was met: written alike, alike but for order or spaces, or sharing
// enough distinctive parts. It says nothing about persons: that is what desks
// make of it.
//
// The index guarantees that a name equal to the query after folding is always
// found, and that readers go on while names change. What the viewer may not see
// is skipped during the search, and nothing that is found depends on it: how
// distinctive a part is, is counted in the names that everybody may see. It
// refuses queries that fold to nothing by returning no hit, and compares names
// and queries of more than [Params].Parts parts as a whole only.
package match

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script"
)

// How says in which way a name was met, best first.
type How string

// The ways.
const (
	Exact  How = "exact"  // the very same characters
	Folded How = "folded" // the same after case, width, accents and punctuation are set aside
	Order  How = "order"  // the same parts in another order, or joined and split otherwise
	Tokens How = "tokens" // enough distinctive parts in common
)

var ranks = map[How]int{Exact: 0, Folded: 1, Order: 2, Tokens: 3}

// Name is one name of one object.
type Name struct {
	Object string // id of the object that bears it
	Number int    // which of the object's names
	Text   string // as the source prints it
	Label  policy.Label
}

// Hit is a name that a query may mean.
type Hit struct {
	Name
	How     How
	Matched int     // parts in common
	Query   int     // parts of the query
	Listed  int     // parts of the name
	Weight  float64 // share of the distinctiveness in common, 0 to 1
}

// Params are the parameters of token search.
type Params struct {
	MinWeight float64 // hits by parts below this share are left out
	Scan      int     // parts borne by more names than this do not start a search on their own
	Rotations int     // orders of parts that are tried when a name is joined otherwise
	Rare      int     // a query of one part finds every name with it, if no more public names than so many bear it
	Parts     int     // longer names and queries are texts, not names: comparing their parts would take for ever
}

// DefaultParams are the parameters that a node uses unless told otherwise.
var DefaultParams = Params{MinWeight: 0.6, Scan: 5000, Rotations: 6, Rare: 50, Parts: 64}

// Index is the index. The zero value is not usable: call [New].
type Index struct {
	params Params

	mu     sync.RWMutex
	names  []entry            // slots; a slot without parts is free
	free   []int32            // slots to use again
	slots  map[string][]int32 // object id to its slots
	joined map[string][]int32 // every rotation, joined, to slots
	parts  map[string][]int32 // part to slots
	public map[string]int     // part to how many names that everybody may see bear it
	live   int                // names
	open   int                // names that everybody may see
}

type entry struct {
	Name
	parts  []string
	public bool
}

// New returns an empty index.
func New(p Params) *Index {
	return &Index{
		params: p, slots: map[string][]int32{}, joined: map[string][]int32{}, parts: map[string][]int32{}, public: map[string]int{},
	}
}

// Len returns how many names the index holds.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.live
}

// Put makes names the names of object, in place of those that it had.
func (x *Index) Put(object string, names []Name) {
	entries := make([]entry, 0, len(names))
	for _, n := range names {
		n.Object = object
		if parts := script.Fold(n.Text).Parts; len(parts) > 0 {
			public := policy.May(policy.Public, n.Label, policy.Screening).Allow
			entries = append(entries, entry{Name: n, parts: parts, public: public})
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(object)
	for _, e := range entries {
		x.add(e)
	}
}

func (x *Index) add(e entry) {
	var slot int32
	if n := len(x.free); n > 0 {
		slot, x.free = x.free[n-1], x.free[:n-1]
		x.names[slot] = e
	} else {
		slot = int32(len(x.names))
		x.names = append(x.names, e)
	}
	x.live++
	x.slots[e.Object] = append(x.slots[e.Object], slot)
	for key := range rotations(e.parts, x.params.Rotations) {
		x.joined[key] = append(x.joined[key], slot)
	}
	for _, p := range x.compared(e.parts) {
		x.parts[p] = append(x.parts[p], slot)
		if e.public {
			x.public[p]++
		}
	}
	if e.public {
		x.open++
	}
}

// compared returns the parts by which a name takes part in token search, each
// once; none for one that is too long.
func (x *Index) compared(parts []string) []string {
	if len(parts) > x.params.Parts {
		return nil
	}
	return unique(parts)
}

func (x *Index) drop(object string) {
	for _, slot := range x.slots[object] {
		e := x.names[slot]
		for key := range rotations(e.parts, x.params.Rotations) {
			remove(x.joined, key, slot)
		}
		for _, p := range x.compared(e.parts) {
			remove(x.parts, p, slot)
			if e.public {
				if x.public[p]--; x.public[p] == 0 {
					delete(x.public, p)
				}
			}
		}
		if e.public {
			x.open--
		}
		x.names[slot] = entry{}
		x.free = append(x.free, slot)
		x.live--
	}
	delete(x.slots, object)
}

func remove(m map[string][]int32, key string, slot int32) {
	l := m[key]
	if i := slices.Index(l, slot); i >= 0 {
		l = slices.Delete(l, i, i+1)
	}
	if len(l) == 0 {
		delete(m, key)
		return
	}
	m[key] = l
}

// Permit says which labels the asker may see. It is asked during the search.
type Permit func(policy.Label) bool

// Search returns the names that query may mean, best first; names of equal rank
// in order of object id and number, so that an answer is always the same.
func (x *Index) Search(query string, permit Permit) []Hit {
	form := script.Fold(query)
	if len(form.Parts) == 0 {
		return nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := search{x: x, query: query, form: form, permit: permit, seen: map[int32]bool{}, labels: map[policy.Label]bool{}}
	s.alike()
	s.tokens()
	slices.SortFunc(s.hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(ranks[a.How], ranks[b.How]), cmp.Compare(b.Weight, a.Weight),
			cmp.Compare(a.Object, b.Object), cmp.Compare(a.Number, b.Number))
	})
	return s.hits
}

type search struct {
	x      *Index
	query  string
	form   script.Form
	permit Permit
	seen   map[int32]bool
	labels map[policy.Label]bool
	hits   []Hit
}

func (s *search) may(l policy.Label) bool {
	ok, known := s.labels[l]
	if !known {
		ok = s.permit == nil || s.permit(l)
		s.labels[l] = ok
	}
	return ok
}

// alike finds names that are the query but for writing, order and spaces.
func (s *search) alike() {
	for rotation := range rotations(s.form.Parts, s.x.params.Rotations) {
		for _, slot := range s.x.joined[rotation] {
			e := &s.x.names[slot]
			if s.seen[slot] || !s.may(e.Label) {
				continue
			}
			s.seen[slot] = true
			how := Order
			switch {
			case e.Text == s.query:
				how = Exact
			case slices.Equal(e.parts, s.form.Parts):
				how = Folded
			}
			n := len(e.parts)
			s.hits = append(s.hits, Hit{Name: e.Name, How: how, Matched: n, Query: len(s.form.Parts), Listed: n, Weight: 1})
		}
	}
}

// tokens finds names that share distinctive parts with the query. Every part of
// the query that is rare enough starts the search; a name is kept when the
// parts in common carry at least MinWeight of the weight of the longer side.
func (s *search) tokens() {
	query := s.x.compared(s.form.Parts)
	total := 0.0
	for _, p := range query {
		total += s.x.weight(p)
	}
	for _, p := range query {
		if len(s.x.parts[p]) > s.x.params.Scan {
			continue
		}
		for _, slot := range s.x.parts[p] {
			if s.seen[slot] {
				continue
			}
			s.seen[slot] = true
			if e := &s.x.names[slot]; s.may(e.Label) {
				s.compare(e, query, total)
			}
		}
	}
}

func (s *search) compare(e *entry, query []string, queryWeight float64) {
	listed := unique(e.parts)
	common, listedWeight, matched := 0.0, 0.0, 0
	for _, p := range listed {
		w := s.x.weight(p)
		listedWeight += w
		if slices.Contains(query, p) {
			common += w
			matched++
		}
	}
	how, weight := Tokens, common/max(queryWeight, listedWeight)
	if matched == len(listed) && matched == len(query) {
		how, weight = Order, 1 // every part is there, in an order that no rotation gives
	}
	if how == Tokens && !s.enough(matched, weight, query, listed) {
		return
	}
	s.hits = append(s.hits, Hit{Name: e.Name, How: how, Matched: matched, Query: len(query), Listed: len(listed), Weight: weight})
}

// enough says whether the parts in common are worth showing: their weight
// suffices and they are not one part out of several on both sides, or the query
// is one rare part.
func (s *search) enough(matched int, weight float64, query, listed []string) bool {
	if len(query) == 1 && s.x.public[query[0]] <= s.x.params.Rare {
		return true
	}
	alone := matched < 2 && len(query) > 1 && len(listed) > 1
	return weight >= s.x.params.MinWeight && !alone
}

// weight is the distinctiveness of a part: the logarithm of how few names bear
// it (inverse document frequency, Spärck Jones 1972, smoothed so that it is
// never zero). Only names that everybody may see are counted: with the others a
// viewer could tell from what is found, and what is not, that they are there.
func (x *Index) weight(part string) float64 {
	return math.Log(1 + float64(x.open+1)/float64(x.public[part]+1))
}

// rotations yields the joined forms of parts in every cyclic order, at most n:
// a family name may stand first or last, and spaces may fall anywhere.
func rotations(parts []string, n int) map[string]struct{} {
	out := make(map[string]struct{}, min(len(parts), n))
	whole := strings.Join(parts, "")
	for i, at := 0, 0; i < min(len(parts), max(n, 1)); i++ {
		out[whole[at:]+whole[:at]] = struct{}{}
		at += len(parts[i])
	}
	return out
}

func unique(parts []string) []string {
	out := slices.Clone(parts)
	slices.Sort(out)
	return slices.Compact(out)
}
