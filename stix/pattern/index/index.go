package index

import (
	"context"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// Index finds the patterns that match an observation. Make one with [New].
type Index struct {
	mu      sync.RWMutex
	seed    maphash.Seed
	ids     map[string]uint32 // of an indicator: its pattern
	entries []entry           // distinct patterns; the first is none
	free    []uint32          // places in entries
	texts   map[uint64]uint32 // by hash of the text: the first of a chain of patterns
	keys    map[uint64]uint32 // by hash of a key of equality: the first of a chain of links
	others  map[uint64]uint32 // of the other kinds, which are few and looked for often
	links   []link            // the first is none
	unused  []uint32          // places in links
	roots   map[string]*trail // by object type
	trails  uint32            // numbers given
	stats   Stats
}

// entry is one distinct pattern.
type entry struct {
	text   string
	id     string   // an indicator that has it
	others []string // further ones
	kept   *kept
	next   uint32 // of the same hash
	old    bool   // of STIX 2.0
}

// kept is what is held of a pattern that is more than one test of equality, which is
// prepared when it is needed.
type kept struct {
	pattern *observe.Pattern
	keys    []key
}

type link struct{ entry, next uint32 }

// Stats says what an index holds.
type Stats struct {
	Indicators int `json:"indicators"`
	Patterns   int `json:"patterns"` // distinct ones
	Keys       int `json:"keys"`
	// Residual is how many patterns are evaluated for every observation that has a
	// property, whatever its value.
	Residual int `json:"residual"`
}

// Result is what Match finds.
type Result struct {
	IDs []string // of the indicators whose patterns match, sorted
	// NotEvaluable are the indicators of whose patterns nothing can be said, by id: the
	// error is *observe.NotEvaluable or observe.ErrBudget.
	NotEvaluable map[string]error
	// Evaluated is how many patterns were evaluated.
	Evaluated int
}

// New returns an empty index. The seed is that of the hash of keys; a fresh one for
// each index (maphash.MakeSeed) keeps writers of patterns from making keys that collide.
// The answers do not depend on it.
func New(seed maphash.Seed) *Index {
	return &Index{
		seed: seed, ids: map[string]uint32{}, entries: make([]entry, 1), texts: map[uint64]uint32{}, keys: map[uint64]uint32{}, others: map[uint64]uint32{},
		links: make([]link, 1), roots: map[string]*trail{},
	}
}

// Add puts the pattern of an indicator in; the pattern that it had before is taken out.
// Errors are those of [observe.Compile]; the index is then as it was.
func (x *Index) Add(id, text string, v pattern.Version) error {
	if id == "" {
		return errs.New(errs.Invalid, "an indicator without an id")
	}
	if len(text) > observe.MaxLength {
		return errs.New(errs.Invalid, "the pattern has %d bytes; more than %d are not evaluated", len(text), observe.MaxLength)
	}
	n, err := pattern.ParseGrammar(text, v)
	if err != nil {
		return err
	}
	p, err := observe.New(n)
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
	i := x.find(text, v == pattern.V20)
	if i == 0 {
		i = x.enter(text, v == pattern.V20, n, p)
	}
	e := &x.entries[i]
	if e.id == "" && len(e.others) == 0 {
		e.id = id
	} else {
		e.others = append(e.others, id)
	}
	x.ids[id] = i
	x.stats.Indicators++
	return nil
}

// Remove takes the pattern of an indicator out; false if there is none.
func (x *Index) Remove(id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.remove(id)
}

// Stats returns what the index holds.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.stats
}

// Match returns the indicators whose patterns match the observations, taken together as
// [observe.Pattern.Match] takes them; one observation is the common case. The limits are
// for each pattern. Errors: that of a context that ended.
func (x *Index) Match(ctx context.Context, limits observe.Limits, observations ...observe.Observation) (Result, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	candidates := x.candidates(observations)
	out := Result{Evaluated: len(candidates)}
	for n, i := range candidates {
		if n%64 == 0 {
			if err := ctx.Err(); err != nil {
				return Result{}, err
			}
		}
		e := &x.entries[i]
		p, err := e.prepared()
		if err != nil {
			return Result{}, err
		}
		got, err := p.Match(observations, limits)
		if err != nil {
			out.doubt(e, err)
		} else if got.Matched {
			out.IDs = append(append(out.IDs, e.id), e.others...)
		}
	}
	slices.Sort(out.IDs)
	return out, nil
}

func (r *Result) doubt(e *entry, err error) {
	if r.NotEvaluable == nil {
		r.NotEvaluable = map[string]error{}
	}
	r.NotEvaluable[e.id] = err
	for _, id := range e.others {
		r.NotEvaluable[id] = err
	}
}

// candidates are the patterns that have a key of the observations, in order. A key that
// an observation has many times is followed once.
func (x *Index) candidates(observations []observe.Observation) []uint32 {
	var out []uint32
	followed := map[uint32]bool{}
	visit := func(t *trail, kind keyKind, text string) {
		head := x.heads(kind)[x.hash(t, kind, text)]
		if head == 0 || followed[head] {
			return
		}
		followed[head] = true
		for l := head; l != 0; l = x.links[l].next {
			out = append(out, x.links[l].entry)
		}
	}
	for i := range observations {
		o := &observations[i]
		for _, name := range o.Roots {
			root, typ, ok := o.Root(name)
			t := x.roots[typ]
			if !ok || t == nil {
				continue
			}
			if t.kinds[ofType] > 0 {
				visit(t, ofType, "")
			}
			t.walk(o, []observe.Place{root}, visit)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (e *entry) version() pattern.Version {
	if e.old {
		return pattern.V20
	}
	return pattern.V21
}

func (e *entry) prepared() (*observe.Pattern, error) {
	if e.kept != nil {
		return e.kept.pattern, nil
	}
	p, err := observe.Compile(e.text, e.version())
	if err != nil {
		return nil, errs.New(errs.Internal, "a pattern that was read cannot be read again").Because(err)
	}
	return p, nil
}

func (x *Index) find(text string, old bool) uint32 {
	for i := x.texts[maphash.String(x.seed, text)]; i != 0; i = x.entries[i].next {
		if e := &x.entries[i]; e.text == text && e.old == old {
			return i
		}
	}
	return 0
}

// enter makes an entry and its keys.
func (x *Index) enter(text string, old bool, n pattern.Node, p *observe.Pattern) uint32 {
	var i uint32
	if k := len(x.free); k > 0 {
		i, x.free = x.free[k-1], x.free[:k-1]
	} else {
		x.entries = append(x.entries, entry{})
		i = uint32(len(x.entries) - 1)
	}
	h := maphash.String(x.seed, text)
	e := entry{text: strings.Clone(text), old: old, next: x.texts[h]}
	x.texts[h] = i
	c := count(x.count).node(n)
	if !plain(n) {
		e.kept = &kept{pattern: p, keys: c.keys}
	}
	x.entries[i] = e
	for _, k := range c.keys {
		x.link(k, i)
	}
	x.stats.Patterns++
	if residual(c.keys) {
		x.stats.Residual++
	}
	return i
}

// residual reports whether a pattern is evaluated whatever the value of a property.
func residual(keys []key) bool {
	return slices.ContainsFunc(keys, func(k key) bool { return k.kind == present || k.kind == ofType })
}

// plain reports whether a pattern is one test of equality: its keys follow from it
// alone.
func plain(n pattern.Node) bool {
	o, ok := n.(*pattern.Observation)
	if !ok {
		return false
	}
	c, ok := o.Expr.(pattern.Comparison)
	return ok && c.Operator == "=" && !c.Negated && c.Values[0].Kind == "string"
}

func (x *Index) remove(id string) bool {
	i, ok := x.ids[id]
	if !ok {
		return false
	}
	delete(x.ids, id)
	x.stats.Indicators--
	e := &x.entries[i]
	switch {
	case e.id != id:
		e.others = slices.DeleteFunc(e.others, func(o string) bool { return o == id })
	case len(e.others) > 0:
		e.id = e.others[0]
		e.others = slices.Delete(e.others, 0, 1)
	default:
		x.leave(i)
	}
	return true
}

// leave takes an entry out with its keys.
func (x *Index) leave(i uint32) {
	e := &x.entries[i]
	var keys []key
	if e.kept != nil {
		keys = e.kept.keys
	} else if n, err := pattern.ParseGrammar(e.text, e.version()); err == nil {
		keys = count(func(key) int { return 0 }).node(n).keys
	}
	for _, k := range keys {
		x.unlink(k, i)
	}
	x.stats.Patterns--
	if residual(keys) {
		x.stats.Residual--
	}
	h := maphash.String(x.seed, e.text)
	if x.texts[h] == i {
		if e.next == 0 {
			delete(x.texts, h)
		} else {
			x.texts[h] = e.next
		}
	} else {
		for j := x.texts[h]; j != 0; j = x.entries[j].next {
			if x.entries[j].next == i {
				x.entries[j].next = e.next
				break
			}
		}
	}
	x.entries[i] = entry{}
	x.free = append(x.free, i)
}

// heads are the chains of the keys of a kind.
func (x *Index) heads(kind keyKind) map[uint64]uint32 {
	if kind == equals {
		return x.keys
	}
	return x.others
}

// hash is by what a key is found: the seeded hash of its text, and its place and kind
// mixed in so that one text gives another hash at another place.
func (x *Index) hash(t *trail, kind keyKind, text string) uint64 {
	place := (uint64(t.number)<<8 | uint64(kind)) * 0x9e3779b97f4a7c15
	hi, lo := bits.Mul64(maphash.String(x.seed, text)^place, 0xd6e8feb86659fd93)
	return hi ^ lo
}

// trail returns the trail to a key; nil if there is none and none is to be made.
func (x *Index) trail(k key, grow growth) *trail {
	t := x.roots[k.typ]
	if t == nil {
		if !grow {
			return nil
		}
		x.trails++
		t = &trail{number: x.trails, typ: k.typ}
		x.roots[k.typ] = t
	}
	for _, s := range k.path {
		next := t.child(s)
		if next == nil {
			if !grow {
				return nil
			}
			x.trails++
			next = t.grow(s, x.trails)
		}
		t = next
	}
	return t
}

type growth bool

const (
	asIs   growth = false
	toGrow growth = true
)

// enough is up to where patterns that have a key are counted.
const enough = 64

func (x *Index) count(k key) int {
	t := x.trail(k, asIs)
	if t == nil {
		return 0
	}
	n := 0
	for l := x.heads(k.kind)[x.hash(t, k.kind, k.text)]; l != 0 && n < enough; l = x.links[l].next {
		n++
	}
	return n
}

func (x *Index) link(k key, i uint32) {
	t := x.trail(k, toGrow)
	_, _, t.fold = pattern.HashOf(k.path)
	h := x.hash(t, k.kind, k.text)
	heads := x.heads(k.kind)
	l := link{entry: i, next: heads[h]}
	if n := len(x.unused); n > 0 {
		heads[h], x.unused = x.unused[n-1], x.unused[:n-1]
		x.links[heads[h]] = l
	} else {
		x.links = append(x.links, l)
		heads[h] = uint32(len(x.links) - 1)
	}
	t.note(k, 1)
	x.stats.Keys++
}

func (x *Index) unlink(k key, i uint32) {
	t := x.trail(k, asIs)
	if t == nil {
		return
	}
	h := x.hash(t, k.kind, k.text)
	heads := x.heads(k.kind)
	for l, before := heads[h], uint32(0); l != 0; l, before = x.links[l].next, l {
		if x.links[l].entry != i {
			continue
		}
		switch next := x.links[l].next; {
		case before != 0:
			x.links[before].next = next
		case next == 0:
			delete(heads, h)
		default:
			heads[h] = next
		}
		x.unused = append(x.unused, l)
		t.note(k, -1)
		x.stats.Keys--
		break
	}
	x.prune(t)
}

// prune takes out trails that lead to nothing any more.
func (x *Index) prune(t *trail) {
	for t.uses == 0 && len(t.names) == 0 && len(t.items) == 0 {
		switch {
		case t.parent == nil:
			delete(x.roots, t.typ)
			return
		case t.step.List:
			delete(t.parent.items, t.step.Index)
		default:
			delete(t.parent.names, t.step.Name)
		}
		t = t.parent
	}
}
