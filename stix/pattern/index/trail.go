package index

import (
	"net/netip"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

func normalised(s string) string { return norm.NFC.String(s) }

// trail is a node of the tree of all object paths that keys stand at the end of, which
// is walked together with an object. Counters say what there is to look for.
type trail struct {
	number uint32 // that keys are hashed with
	fold   bool   // the path ends in a hash, of which case does not matter
	parent *trail
	step   pattern.Step
	typ    string // of a root
	names  map[string]*trail
	items  map[int]*trail // -1 for [*]
	uses   int            // keys at its end
	kinds  [ofType + 1]int
	grams  [gramSize + 1]int // by size
	affix  *affixes
	ranges *ranges
}

type affixes struct{ begins, ends [maxAffix + 1]int }

type ranges struct{ v4, v6 [129]int }

func (t *trail) child(s pattern.Step) *trail {
	if s.List {
		return t.items[s.Index]
	}
	return t.names[s.Name]
}

func (t *trail) grow(s pattern.Step, number uint32) *trail {
	c := &trail{parent: t, step: s, number: number}
	if s.List {
		if t.items == nil {
			t.items = map[int]*trail{}
		}
		t.items[s.Index] = c
		return c
	}
	if t.names == nil {
		t.names = map[string]*trail{}
	}
	t.names[s.Name] = c
	return c
}

// note counts a key in or, with -1, out.
func (t *trail) note(k key, by int) {
	t.uses += by
	t.kinds[k.kind] += by
	switch k.kind {
	case holds:
		t.grams[len(k.text)] += by
	case begins, ends:
		if t.affix == nil {
			t.affix = &affixes{}
		}
		if k.kind == begins {
			t.affix.begins[len(k.text)] += by
		} else {
			t.affix.ends[len(k.text)] += by
		}
	case inRange:
		if t.ranges == nil {
			t.ranges = &ranges{}
		}
		bits := k.text[len(k.text)-1]
		if len(k.text) == 5 {
			t.ranges.v4[bits] += by
		} else {
			t.ranges.v6[bits] += by
		}
	}
}

// wide is of how many children each is tried; of more, those that the object has are
// looked up.
const wide = 16

// visitor is told of each key that an observation has.
type visitor func(t *trail, kind keyKind, text string)

// walk visits the keys that the places have at the end of the trail and beyond.
func (t *trail) walk(o *observe.Observation, places []observe.Place, visit visitor) {
	if len(places) == 0 {
		return
	}
	if t.uses > 0 {
		t.end(places, visit)
	}
	if len(t.names) > wide {
		seen := map[string]bool{}
		for _, name := range o.Names(places) {
			if c := t.names[name]; c != nil && !seen[name] {
				seen[name] = true
				c.walk(o, o.Step(places, c.step), visit)
			}
		}
	} else {
		for _, c := range t.names {
			c.walk(o, o.Step(places, c.step), visit)
		}
	}
	if len(t.items) > wide {
		for i := -1; i < o.Items(places); i++ {
			if c := t.items[i]; c != nil {
				c.walk(o, o.Step(places, c.step), visit)
			}
		}
		return
	}
	for _, c := range t.items {
		c.walk(o, o.Step(places, c.step), visit)
	}
}

func (t *trail) end(places []observe.Place, visit visitor) {
	if t.kinds[present] > 0 {
		visit(t, present, "")
	}
	if t.uses == t.kinds[present]+t.kinds[ofType] {
		return
	}
	for _, p := range places {
		v := p.Value()
		if t.kinds[equals] > 0 {
			if s, ok := v.Key(t.fold); ok {
				visit(t, equals, s)
			}
		}
		if t.kinds[begins]+t.kinds[ends]+t.kinds[holds] > 0 {
			if s, ok := v.Text(); ok {
				t.text(s, visit)
			}
		}
		if t.kinds[inRange] > 0 {
			if net, ok := v.Prefix(); ok {
				t.within(net, visit)
			}
		}
	}
}

func (t *trail) text(s string, visit visitor) {
	if t.affix != nil {
		for n := 1; n <= min(maxAffix, len(s)); n++ {
			if t.affix.begins[n] > 0 {
				visit(t, begins, s[:n])
			}
			if t.affix.ends[n] > 0 {
				visit(t, ends, s[len(s)-n:])
			}
		}
	}
	if t.kinds[holds] == 0 {
		return
	}
	s = observe.Fold(s)
	for size := gramSize - 1; size <= gramSize; size++ {
		if t.grams[size] == 0 {
			continue
		}
		for i := 0; i+size <= len(s); i++ {
			visit(t, holds, s[i:i+size])
		}
	}
}

func (t *trail) within(net netip.Prefix, visit visitor) {
	counts := &t.ranges.v6
	if net.Addr().Is4() {
		counts = &t.ranges.v4
	}
	for bits := 1; bits <= net.Bits(); bits++ {
		if counts[bits] > 0 {
			if wider, err := net.Addr().Prefix(bits); err == nil {
				visit(t, inRange, rangeText(wider))
			}
		}
	}
}
