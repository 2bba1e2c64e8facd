package index

import (
	"net/netip"
	"strings"

	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// keyKind is what a key says of an observation.
type keyKind byte

const (
	equals  keyKind = iota + 1 // a value is equal to the text of the key
	begins                     // a value begins with it
	ends                       // a value ends with it
	holds                      // a value, folded, has it in it
	inRange                    // a value is an address or a range within it
	present                    // the path leads to a value
	ofType                     // there is an object of the type
)

// key is one necessary condition: something at the end of a path.
type key struct {
	typ  string
	path []pattern.Step
	kind keyKind
	text string
}

// Affixes are kept to maxAffix bytes, grams are of gramSize bytes or, of shorter texts,
// of one less; paths are followed for maxSteps.
const (
	maxAffix = 16
	gramSize = 4
	maxSteps = 32
)

// What a key costs: how likely it is that an observation has it although the pattern
// does not match, on a scale on which an equal value is 1.
const (
	costEquals  = 1
	costGram    = 5_000
	costAffix   = 100_000 // divided by the square of its length
	costShared  = 500     // times how many patterns have the key already
	costPresent = 1_000_000
	costType    = 10_000_000
)

// cover is a set of keys of which one is in every observation that the expression can
// match.
type cover struct {
	keys []key
	cost int
}

func (c *cover) add(k key, cost int) {
	c.keys = append(c.keys, k)
	c.cost += cost
}

// count tells how many patterns have a key already.
type count func(key) int

func (n count) node(p pattern.Node) cover {
	switch p := p.(type) {
	case *pattern.Observation:
		return n.expr(p.Expr)
	case *pattern.Combined:
		covers := make([]cover, len(p.Operands))
		for i, o := range p.Operands {
			covers[i] = n.node(o)
		}
		return choose(covers, p.Op != "OR")
	}
	return cover{}
}

func (n count) expr(e pattern.Expr) cover {
	switch e := e.(type) {
	case pattern.Comparison:
		return n.comparison(e)
	case *pattern.Junction:
		covers := make([]cover, len(e.Operands))
		for i, o := range e.Operands {
			covers[i] = n.expr(o)
		}
		return choose(covers, e.Op == "AND")
	}
	return cover{}
}

// choose takes the cheapest cover where all must hold, and all of them where one may.
func choose(covers []cover, all bool) cover {
	out := covers[0]
	for _, c := range covers[1:] {
		switch {
		case !all:
			out = cover{keys: append(out.keys, c.keys...), cost: out.cost + c.cost}
		case c.cost < out.cost:
			out = c
		}
	}
	return out
}

// comparison takes the keys of one test. Where a value can leave the test undecided
// (timestamps, damaged binary data, expressions that cannot be expressed), no key but
// that the property is there holds of all that the test concerns.
func (n count) comparison(c pattern.Comparison) cover {
	at := key{typ: c.ObjectType, path: c.Path}
	if c.Operator == "EXISTS" && c.Negated {
		return cover{keys: []key{{typ: c.ObjectType, kind: ofType}}, cost: costType}
	}
	if len(c.Path) <= maxSteps && !observe.Binary(lastName(c.Path)) {
		var out cover
		ok := false
		switch {
		case c.Operator == "=" && !c.Negated, c.Operator == "!=" && c.Negated, c.Operator == "IN" && !c.Negated:
			out, ok = n.equal(at, c)
		case c.Negated:
		case c.Operator == "LIKE":
			out, ok = n.like(at, c.Values[0].Text)
		case c.Operator == "MATCHES":
			out, ok = n.grams(at, observe.Needs(c.Values[0].Text))
		case c.Operator == "ISSUBSET":
			out, ok = n.ranges(at, c.Values[0])
		}
		if ok {
			return out
		}
	}
	at.path, at.kind = at.path[:min(len(at.path), maxSteps)], present
	return cover{keys: []key{at}, cost: costPresent}
}

func (n count) equal(at key, c pattern.Comparison) (out cover, ok bool) {
	_, _, fold := pattern.HashOf(c.Path)
	at.kind = equals
	for _, l := range c.Values {
		v, err := observe.Constant(l)
		if err != nil {
			return cover{}, false
		}
		if at.text, ok = v.Key(fold); !ok {
			return cover{}, false
		}
		out.add(at, costEquals+costShared*n(at))
	}
	return out, true
}

// like takes what the constant begins with, what it ends with or a few bytes that it
// has, whichever fewest patterns have.
func (n count) like(at key, constant string) (out cover, ok bool) {
	prefix, suffix, _ := observe.LikeEnds(constant)
	longest := ""
	for _, s := range strings.FieldsFunc(normalised(constant), func(r rune) bool { return r == '%' || r == '_' }) {
		if len(s) > len(longest) {
			longest = s
		}
	}
	out, ok = n.grams(at, []string{observe.Fold(longest)})
	if size := min(len(prefix), maxAffix); size > 0 {
		at.kind, at.text = begins, prefix[:size]
		out, ok = n.cheaper(out, ok, at), true
	}
	if size := min(len(suffix), maxAffix); size > 0 {
		at.kind, at.text = ends, suffix[len(suffix)-size:]
		out, ok = n.cheaper(out, ok, at), true
	}
	return out, ok
}

func (n count) cheaper(c cover, ok bool, affix key) (out cover) {
	out.add(affix, costAffix/(len(affix.text)*len(affix.text))+costShared*n(affix))
	if ok && c.cost < out.cost {
		return c
	}
	return out
}

// grams takes of each text the few bytes that fewest patterns have, of as rare ones those
// with most digits: letters make words, which come again.
func (n count) grams(at key, texts []string) (out cover, ok bool) {
	at.kind = holds
	for _, s := range texts {
		size := min(gramSize, len(s))
		if size < gramSize-1 {
			return cover{}, false
		}
		best, fewest, most := "", -1, 0
		for i := 0; i+size <= len(s) && i < 4*maxAffix; i++ {
			at.text = s[i : i+size]
			have, digits := n(at), digitsIn(at.text)
			if fewest < 0 || have < fewest || have == fewest && digits > most {
				best, fewest, most = at.text, have, digits
			}
		}
		at.text = best
		out.add(at, costGram+costShared*fewest)
	}
	return out, len(texts) > 0
}

func digitsIn(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

func (n count) ranges(at key, l pattern.Literal) (out cover, ok bool) {
	v, err := observe.Constant(l)
	if err != nil {
		return cover{}, false
	}
	net, ok := v.Prefix()
	if !ok || net.Bits() == 0 {
		return cover{}, false
	}
	at.kind, at.text = inRange, rangeText(net)
	out.add(at, costEquals+costAffix/(net.Bits()*net.Bits())+costShared*n(at))
	return out, true
}

func rangeText(net netip.Prefix) string {
	return string(append(net.Addr().AsSlice(), byte(net.Bits())))
}

// lastName is the name of the property that a path ends in.
func lastName(path []pattern.Step) string {
	for i := len(path) - 1; i >= 0; i-- {
		if !path[i].List {
			return path[i].Name
		}
	}
	return ""
}
