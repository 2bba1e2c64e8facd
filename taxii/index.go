package taxii

import (
	"hash/maphash"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// index holds every version that the journal has, without content, in the order
// of the journal. Who may see what is decided here, in the query, and once more by
// the journal, which gives the content. It takes about 100 bytes a version.
type index struct {
	mu     sync.RWMutex
	seed   maphash.Seed // ids are known by their hash, which nobody outside can foresee
	items  []item
	groups []group
	byID   map[uint64]int32 // hash of an id to its group

	labels   table[policy.Label]
	types    table[string]
	creators table[string]
	sets     table[string] // attrs, one text for each set

	views    []view
	members  [][]int32        // of each view, items in their order
	unlisted []map[int64]bool // of each view, by sequence number
	last     int64            // sequence number that it has reached
}

// item is one version.
type item struct {
	seq, added, version int64 // microseconds; nanoseconds of modified or created, noVersion for observables
	label, group, prev  int32 // prev: the item before of the same id, -1 for none
	creator, set, typ   int32
	ends                [2]int32 // groups, -1 for none
}

const noVersion = math.MinInt64

// group is all versions of one id.
type group struct {
	newest int32 // the last to come, -1 when nothing but a reference to it is here
	last   int32 // the newest by time, which governs
	n      int32
}

// table gives texts small numbers.
type table[T ~string] struct {
	ids   map[T]int32
	texts []T
}

func (t *table[T]) number(s T) int32 {
	if n, ok := t.ids[s]; ok {
		return n
	}
	if t.ids == nil {
		t.ids = map[T]int32{}
	}
	n := int32(len(t.texts))
	t.ids[s], t.texts = n, append(t.texts, s)
	return n
}

// view is a [View] as it is asked.
type view struct {
	types, creators, labels, markings map[string]bool
	levels                            map[policy.TLP]bool
}

func newView(v View) view {
	set := func(list []string) map[string]bool {
		if len(list) == 0 {
			return nil
		}
		m := map[string]bool{}
		for _, s := range list {
			m[s] = true
		}
		return m
	}
	out := view{types: set(v.Types), creators: set(v.Creators), labels: set(v.Labels)}
	for _, m := range v.Markings {
		if t, err := policy.ParseTLP(m); err == nil {
			if out.levels == nil {
				out.levels = map[policy.TLP]bool{}
			}
			out.levels[t] = true
			continue
		}
		if out.markings == nil {
			out.markings = map[string]bool{}
		}
		out.markings[m] = true
	}
	return out
}

// has reports whether an object is in the view.
func (v view) has(typ string, r record) bool {
	any := func(m map[string]bool) bool { return slices.ContainsFunc(r.attrs, func(a string) bool { return m[a] }) }
	switch {
	case v.types != nil && !v.types[typ], v.creators != nil && !v.creators[r.creator], v.labels != nil && !any(v.labels):
		return false
	case v.levels == nil && v.markings == nil:
		return true
	}
	return v.levels[policy.Level(r.label)] || any(v.markings)
}

func newIndex(collections []Collection, unlisted map[string][]int64) *index {
	x := &index{seed: maphash.MakeSeed(), byID: map[uint64]int32{}}
	for _, c := range collections {
		x.views = append(x.views, newView(c.View))
		x.members = append(x.members, nil)
		gone := map[int64]bool{}
		for _, n := range unlisted[c.ID] {
			gone[n] = true
		}
		x.unlisted = append(x.unlisted, gone)
	}
	return x
}

func (x *index) groupOf(id string) int32 {
	h := maphash.String(x.seed, id)
	g, ok := x.byID[h]
	if !ok {
		g = int32(len(x.groups))
		x.byID[h] = g
		x.groups = append(x.groups, group{newest: -1, last: -1})
	}
	return g
}

// add adds versions, in the order of the journal, and notes that all up to seq is
// known.
func (x *index) add(rs []record, upTo int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, r := range rs {
		x.addOne(r)
	}
	x.last = max(x.last, upTo)
}

func (x *index) addOne(r record) {
	typ := stix.IDType(r.id)
	it := item{
		seq: r.seq, added: r.added, version: noVersion, label: x.labels.number(r.label), group: x.groupOf(r.id),
		creator: x.creators.number(r.creator), set: x.sets.number(strings.Join(r.attrs, "\n")), typ: x.types.number(typ), ends: [2]int32{-1, -1},
	}
	if t, err := stix.ParseTime(r.version); err == nil {
		it.version = t.UnixNano()
	}
	if n := len(x.items); n > 0 { // a clock that went back, of a journal from before it could not
		it.added = max(it.added, x.items[n-1].added)
	}
	for i, e := range r.ends {
		if e != "" {
			it.ends[i] = x.groupOf(e)
		}
	}
	at := int32(len(x.items))
	g := &x.groups[it.group]
	it.prev = g.newest
	x.items = append(x.items, it)
	g.newest = at
	g.n++
	if g.last < 0 || it.version >= x.items[g.last].version {
		g.last = at
	}
	for v := range x.views {
		if x.views[v].has(typ, r) {
			x.members[v] = append(x.members[v], at)
		}
	}
}

// sight is what one client may see, asked of policy once for each label and
// request.
type sight struct {
	x       *index
	viewer  policy.Viewer
	purpose policy.Purpose
	now     time.Time
	known   []int8 // by label: 0 not asked, 1 yes, -1 no
}

func (s *sight) label(l int32) bool {
	if int(l) >= len(s.known) {
		s.known = append(s.known, make([]int8, len(s.x.labels.texts)-len(s.known))...)
	}
	if s.known[l] == 0 {
		s.known[l] = -1
		if policy.May(s.viewer, s.x.labels.texts[l], s.purpose, s.now).Allow {
			s.known[l] = 1
		}
	}
	return s.known[l] > 0
}

// item decides on one version: by its own label, by that of the version that
// governs it, and by what it is about.
func (s *sight) item(it *item) bool {
	if !s.label(it.label) || it.version != noVersion && !s.label(s.x.items[s.x.groups[it.group].last].label) {
		return false
	}
	for _, e := range it.ends {
		if e >= 0 && s.x.groups[e].newest >= 0 && !s.group(e) {
			return false
		}
	}
	return true
}

// group reports whether the client may know of an id that is here.
func (s *sight) group(g int32) bool {
	gr := s.x.groups[g]
	if gr.newest < 0 {
		return false
	}
	if s.x.items[gr.last].version != noVersion {
		return s.label(s.x.items[gr.last].label)
	}
	for i := gr.newest; i >= 0; i = s.x.items[i].prev {
		if s.label(s.x.items[i].label) {
			return true
		}
	}
	return false
}

// search is one query on one collection.
type search struct {
	view       int
	after      int64 // sequence numbers above this
	upTo       int64 // and not above this
	addedAfter int64 // microseconds; times above this; math.MinInt64 for all
	ids, types []string
	versions   versions
}

// versions is match[version] (section 3.4.1).
type versions struct {
	all, first, last bool
	at               []int64 // nanoseconds
}

// hit is a version that was found.
type hit struct {
	seq, added int64
	unnamed    bool // it has no version but the time of its adding
}

// find returns up to n versions that the client may see, in the order of the
// journal.
func (x *index) find(s *sight, q search, n int) []hit {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := finder{x: x, s: s, q: q}
	if q.types != nil {
		f.types = make([]bool, len(x.types.texts))
		for _, t := range q.types {
			if n, ok := x.types.ids[t]; ok {
				f.types[n] = true
			}
		}
	}
	var out []hit
	list := f.candidates()
	from := sort.Search(len(list), func(i int) bool { it := &x.items[list[i]]; return it.seq > q.after && it.added > q.addedAfter })
	for _, i := range list[from:] {
		it := &x.items[i]
		if it.seq > q.upTo || len(out) == n {
			break
		}
		if f.has(i, it) {
			out = append(out, hit{it.seq, it.added, it.version == noVersion})
		}
	}
	return out
}

type finder struct {
	x     *index
	s     *sight
	q     search
	types []bool             // by number
	ends  map[int32][2]int32 // first and last of groups with several versions
}

// candidates are the members of the collection, or those of the ids asked for.
func (f *finder) candidates() []int32 {
	if f.q.ids == nil {
		return f.x.members[f.q.view]
	}
	var out []int32
	for _, id := range f.q.ids {
		g, ok := f.x.byID[maphash.String(f.x.seed, id)]
		if !ok {
			continue
		}
		for i := f.x.groups[g].newest; i >= 0; i = f.x.items[i].prev {
			if _, member := slices.BinarySearch(f.x.members[f.q.view], i); member {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (f *finder) has(i int32, it *item) bool {
	if f.types != nil && !f.types[it.typ] || !f.s.item(it) {
		return false
	}
	if gone := f.x.unlisted[f.q.view]; len(gone) > 0 && gone[it.seq] {
		return false
	}
	v := f.q.versions
	if v.all || f.x.groups[it.group].n == 1 && (v.first || v.last) {
		return true
	}
	at := it.version
	if at == noVersion {
		at = it.added * 1000
	}
	if slices.Contains(v.at, at) {
		return true
	}
	if !v.first && !v.last {
		return false
	}
	ends := f.endsOf(it.group)
	return v.first && ends[0] == i || v.last && ends[1] == i
}

// endsOf returns the first and the last version of an id for the client. The last
// is the newest of all, unless that was taken out of the collection: nobody gets an
// outdated version for one that is not of the view. Of an observable it is the last
// that the client may see.
func (f *finder) endsOf(g int32) [2]int32 {
	if e, ok := f.ends[g]; ok {
		return e
	}
	e := [2]int32{-1, -1}
	for i := f.x.groups[g].newest; i >= 0; i = f.x.items[i].prev {
		it := &f.x.items[i]
		if it.seq > f.q.upTo && it.version == noVersion || f.x.unlisted[f.q.view][it.seq] {
			continue
		}
		visible := f.s.item(it)
		if e[1] < 0 && (visible || it.version != noVersion) || e[1] >= 0 && it.version > f.x.items[e[1]].version {
			e[1] = i
		}
		if _, member := slices.BinarySearch(f.x.members[f.q.view], i); member && visible && (e[0] < 0 || it.version <= f.x.items[e[0]].version) {
			e[0] = i
		}
	}
	if f.ends == nil {
		f.ends = map[int32][2]int32{}
	}
	f.ends[g] = e
	return e
}

// standing is what the index knows of an id, for who wants to add a version.
type standing struct {
	here, visible bool
	creator       string
}

func (x *index) standing(s *sight, id string) standing {
	x.mu.RLock()
	defer x.mu.RUnlock()
	g, ok := x.byID[maphash.String(x.seed, id)]
	if !ok || x.groups[g].newest < 0 {
		return standing{}
	}
	return standing{here: true, visible: s.group(g), creator: x.creators.texts[x.items[x.groups[g].last].creator]}
}

// gone reports whether a version of an id was taken out of a collection: the one
// that is named, in nanoseconds.
func (x *index) gone(view int, id string, version int64) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	g, ok := x.byID[maphash.String(x.seed, id)]
	if !ok || len(x.unlisted[view]) == 0 {
		return false
	}
	for i := x.groups[g].newest; i >= 0; i = x.items[i].prev {
		if it := &x.items[i]; it.version == version && x.unlisted[view][it.seq] {
			return true
		}
	}
	return false
}

func (x *index) unlist(view int, seqs []int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, n := range seqs {
		x.unlisted[view][n] = true
	}
}

// size is how many versions a collection has, for its operator.
func (x *index) size(view int) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.members[view])
}
