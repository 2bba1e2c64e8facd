package match

import (
	"slices"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/script/words"
)

// Params are the parameters of a score. They are stored with every decision.
type Params struct {
	Floor     float64 // names that score less are left out
	Rotations int     // orders of parts that are tried when a name is joined otherwise

	// What is taken from 1, by the share of all weight that it has: what both
	// sides have and the other has not, what one side has more, and what the
	// tokens that meet differ in.
	Conflict, Extra, Letters float64
	// Alone is the most that a name can have of which one name alone is met
	// while either side has more.
	Alone float64
	// OtherKorean is the most that two names can have by their letters that are
	// both Korean and have no reading in common: they are two names.
	OtherKorean float64

	// Profiles are the thresholds from which on a name is an alert.
	Profiles []Profile

	// Spelling turns what the alignment of tokens gives into a probability, and
	// Reading what the comparison of readings gives: points (x, probability),
	// straight lines between.
	Spelling, Reading []Point
}

// Profile is a threshold for alerts with what it costs.
type Profile struct {
	Name      string  `json:"name"`
	Threshold float64 `json:"threshold"`
	// CleanRate is the share of names of people who are on no list that become
	// alerts, measured as docs/names.md says.
	CleanRate float64 `json:"clean_rate"`
}

// Names of profiles.
const (
	Recall    = "recall"
	Balanced  = "balanced"
	Precision = "precision"
)

// Profile returns the profile of a name, Balanced for "".
func (p *Params) Profile(name string) (Profile, bool) {
	if name == "" {
		name = Balanced
	}
	for _, f := range p.Profiles {
		if f.Name == name {
			return f, true
		}
	}
	return Profile{}, false
}

// Point is a point of a calibration.
type Point struct{ X, P float64 }

// DefaultParams are the parameters that a node uses unless told otherwise. How
// the calibrations were measured is said in docs/names.md.
var DefaultParams = Params{
	Floor: 0.1, Rotations: 6,
	Conflict: 1.7, Extra: 0.45, Letters: 1.5, Alone: 0.45, OtherKorean: 0.5,
	Profiles: []Profile{{Recall, 0.38, 0.0042}, {Balanced, 0.55, 0.0021}, {Precision, 0.65, 0.0008}},
	Spelling: []Point{{0, 0}, {0.45, 0.09}, {0.6, 0.16}, {0.7, 0.28}, {0.75, 0.4}, {0.8, 0.53}, {0.9, 0.71}, {0.95, 0.8}, {1, 0.985}},
	Reading:  []Point{{0, 0.05}, {0.1, 0.25}, {0.18, 0.4}, {0.29, 0.55}, {0.4, 0.65}, {0.7, 0.82}, {1, 0.95}},
}

// at reads a calibration.
func at(points []Point, x float64) float64 {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if x <= b.X {
			return a.P + (b.P-a.P)*max(0, x-a.X)/(b.X-a.X)
		}
	}
	return points[len(points)-1].P
}

// reach is how many times the weight that is met may be missing on one side of a
// name that still reaches the floor: with m met and u unmet on that side at
// least Extra*u of m+u/2 is taken away, and at most 1-floor may be.
func (p *Params) reach() float64 {
	lo, hi := 0.0, 1.0
	for range 30 { // what the alignment of words has to give for the floor
		if mid := (lo + hi) / 2; at(p.Spelling, mid) < p.Floor {
			lo = mid
		} else {
			hi = mid
		}
	}
	d := 1 - lo
	return d / max(p.Extra-d/2, 0.01)
}

// How says in which way a name was met, best first.
type How string

// The ways.
const (
	Exact    How = "exact"    // the very same characters
	Folded   How = "folded"   // the same after case, width, accents and punctuation are set aside
	Order    How = "order"    // the same parts in another order, or joined and split otherwise
	Reading  How = "reading"  // another spelling, script or language, with a reading in common
	Similar  How = "similar"  // every part met, some of them with slips
	Partial  How = "partial"  // parts in common, others missing on one side
	Contains How = "contains" // nothing but common parts in common
)

var ranks = map[How]int{Exact: 0, Folded: 1, Order: 2, Reading: 3, Similar: 4, Partial: 5, Contains: 6}

// Full reports whether a whole name was met and not parts of it.
func (h How) Full() bool { return ranks[h] <= ranks[Similar] }

// Result is how two names compare.
type Result struct {
	How     How
	Score   float64 // probability that the two may be one person's name, by these names alone
	Raw     float64 // what was calibrated: 1 for names that do not differ
	Space   Space   // the language of the reading, for How == Reading
	Matched int     // words in common
	Query   int     // words of the query
	Listed  int     // words of the name
	Differ  bool    // their letters are not compared: both are Korean names and have no reading in common, or one is in Hangul or Han
}

// aligned is one pair of spans that meet.
type aligned struct {
	qf, qt, nf, nt uint8
	cost           uint8
	gain           float32
}

// alignment pairs the tokens of a query with those of a name.
type alignment struct {
	pairs  [96]aligned
	n      int
	chosen [maxTokens]aligned
	m      int
}

// score compares the query with one name of the segment. keyed says that the two
// share a key of the whole name: without one they are neither folded alike nor
// have a reading in common.
func (s *scratch) score(p *Params, g *segment, slot uint32, keyed bool) Result {
	e := &g.names[slot]
	var r Result
	if keyed {
		r = s.folded(e)
	}
	if r.How == "" {
		if keyed {
			r = s.reading(p, g, slot)
		}
		drawn := e.drawn || s.q.drawn()
		if drawn && r.Raw > 0 {
			if r.Score < p.Floor {
				return Result{}
			}
			return r.of(s, e) // its letters are only one of its readings
		}
		differ := r.Raw == 0 && (drawn || e.koKey && s.ko)
		if t := s.spelling(p, g, slot, differ); t.Score > r.Score {
			r = t
		}
		r.Differ = differ
	}
	if r.Score < p.Floor {
		return Result{}
	}
	return r.of(s, e)
}

// of counts the parts.
func (r Result) of(s *scratch, e *entry) Result {
	r.Query, r.Listed = len(s.q.form.Parts), len(e.parts)
	if r.How.Full() && r.How != Similar {
		r.Matched = len(e.parts)
	}
	return r
}

// alone reports whether a name is one word, with an initial at most: a given name
// or a ship's.
func (g *segment) alone(slot uint32, elems []elem) bool {
	words := 0
	for _, e := range elems {
		if e.to == e.from+1 && !g.dict[e.word].small() {
			words++
		}
	}
	return words == 1
}

// initialApart is how far an initial is from the name that it stands for, as a
// share of its letters, and initialConflict what it weighs more when no name
// begins with it.
const (
	initialApart    = 0.3
	initialConflict = 0.3
)

// Scores of names that do not differ.
const (
	scoreFolded = 0.995
	scoreOrder  = 0.985
)

// folded recognises names that are the query but for writing, order and spaces.
func (s *scratch) folded(e *entry) Result {
	parts, q := e.parts, s.q.form.Parts
	switch {
	case slices.Equal(parts, q):
		return Result{How: Folded, Score: scoreFolded, Raw: 1}
	case script.Permuted(parts, q, maxTokens) || script.Rotated(parts, q, DefaultParams.Rotations):
		return Result{How: Order, Score: scoreOrder, Raw: 1}
	}
	return Result{}
}

// reading compares the readings of the whole names.
func (s *scratch) reading(p *Params, g *segment, slot uint32) Result {
	best := Result{How: Reading}
	seqs := g.seqs[g.seqOf[slot]:g.seqOf[slot+1]]
	for i := range s.q.seqs {
		for j := range seqs {
			if c := korean.Compare(&s.q.seqs[i], &seqs[j]); c.Score > best.Raw {
				best.Raw, best.Space = c.Score, Korean
			}
		}
	}
	reads := g.reads[g.readOf[slot]:g.readOf[slot+1]]
	for i := range s.q.readings {
		q := &s.q.readings[i]
		for j := range reads {
			if r := &reads[j]; r.space == q.space && r.key == q.key {
				if w := float64(q.weight * r.weight); w > best.Raw {
					best.Raw, best.Space = w, r.space
				}
			}
		}
	}
	if best.Raw > 0 {
		best.Score = at(p.Reading, best.Raw)
	}
	return best
}

// spelling aligns the tokens of the two names.
func (s *scratch) spelling(p *Params, g *segment, slot uint32, differ bool) Result {
	a := &s.align
	a.n, a.m = 0, 0
	elems := g.elems[g.starts[slot]:g.starts[slot+1]]
	for _, e := range elems {
		for m := s.head[e.word] - 1; m >= 0; m = s.met[m].next {
			t := &s.met[m]
			if a.n == len(a.pairs) || t.to-t.from > 1 && e.to-e.from > 1 && t.cost > 0 {
				continue
			}
			a.add(s, g, t, e, elems)
		}
	}
	if a.n == 0 {
		return Result{}
	}
	if !s.q.org && !g.names[slot].org {
		a.initials(s, g, elems)
	}
	a.choose()
	return a.result(p, s, g, slot, elems, differ)
}

// add notes a pair of spans. Its gain is the mean of the weights of both sides,
// less what they differ in.
func (a *alignment) add(s *scratch, g *segment, t *met, e elem, elems []elem) {
	wq, wn := float32(0), float32(0)
	for i := t.from; i < t.to; i++ {
		wq += s.q.tokens[i].weight
	}
	for i := e.from; i < e.to; i++ {
		wn += g.dict[elems[i].word].weight
	}
	gain := (wq + wn) / 2
	a.pairs[a.n] = aligned{t.from, t.to, e.from, e.to, t.cost, gain - float32(t.cost)*0.02*gain}
	a.n++
}

// initials lets an initial of the query stand for a name that begins with it.
// The other way round the dictionary has it.
func (a *alignment) initials(s *scratch, g *segment, elems []elem) {
	for i := range s.q.tokens {
		if t := &s.q.tokens[i]; t.class == words.Initial {
			for _, e := range elems {
				w := &g.dict[e.word]
				if w.class == words.Name && e.to == e.from+1 && g.letters[e.word].N > 1 && g.letters[e.word].B[0] == t.text[0] && a.n < len(a.pairs) {
					a.add(s, g, &met{from: uint8(i), to: uint8(i + 1), cost: costInitial}, e, elems)
				}
			}
		}
	}
}

// choose takes the pairs with the greatest gain that do not overlap.
func (a *alignment) choose() {
	var q, n uint32
	for {
		best := -1
		for i := range a.n {
			x := &a.pairs[i]
			if q&span(x.qf, x.qt) != 0 || n&span(x.nf, x.nt) != 0 {
				continue
			}
			if best < 0 || x.gain > a.pairs[best].gain || x.gain == a.pairs[best].gain && nearer(x, &a.pairs[best]) {
				best = i
			}
		}
		if best < 0 || a.m == len(a.chosen) {
			return
		}
		x := a.pairs[best]
		q |= span(x.qf, x.qt)
		n |= span(x.nf, x.nt)
		a.chosen[a.m] = x
		a.m++
	}
}

// nearer prefers pairs that stand in like places, so that the choice does not
// depend on the order of the dictionary.
func nearer(x, y *aligned) bool {
	dx, dy := int(x.qf)-int(x.nf), int(y.qf)-int(y.nf)
	if dx*dx != dy*dy {
		return dx*dx < dy*dy
	}
	if x.qf != y.qf {
		return x.qf < y.qf
	}
	return x.nf < y.nf
}

func span(from, to uint8) uint32 { return (1<<(to-from) - 1) << from }

// result weighs what was chosen and what is left.
func (a *alignment) result(p *Params, s *scratch, g *segment, slot uint32, elems []elem, differ bool) Result {
	var q, n uint32
	met, letters, metQ, metN, content, initials := 0.0, 0.0, 0, 0, 0, 0
	for _, x := range a.chosen[:a.m] {
		q |= span(x.qf, x.qt)
		n |= span(x.nf, x.nt)
	}
	unmetQ, unmetN, namesN := 0.0, 0.0, 0
	loneQ, loneN := 0.0, 0.0 // initials that nothing begins with
	for i := range s.q.tokens {
		if q&(1<<i) == 0 && s.q.tokens[i].class != words.Particle {
			unmetQ += float64(s.q.tokens[i].weight)
			if s.q.tokens[i].class == words.Initial {
				loneQ += initialConflict
			}
		}
	}
	for _, e := range elems {
		if e.to != e.from+1 {
			continue
		}
		w := &g.dict[e.word]
		if w.class == words.Name {
			namesN++
		}
		if n&(1<<e.from) == 0 && w.class != words.Particle {
			unmetN += float64(w.weight)
			if w.class == words.Initial {
				loneN += initialConflict
			}
		}
	}
	// An initial beside a name that does not begin with it speaks against, more
	// than it tells.
	unmetQ, unmetN = unmetQ+min(loneQ, unmetN), unmetN+min(loneN, unmetQ)
	for k := range a.m {
		x := &a.chosen[k]
		gain := 0.0
		nq, nn, length, short := 0, 0, 0, false
		for i := x.qf; i < x.qt; i++ {
			t := &s.q.tokens[i]
			gain += float64(t.weight) / 2
			length += len(t.text)
			switch t.class {
			case words.Name:
				nq++
			case words.Initial:
				short = true
			}
			if t.class != words.Legal && t.class != words.Particle {
				content++
			}
		}
		other := 0
		for i := x.nf; i < x.nt; i++ {
			w := &g.dict[elems[i].word]
			gain += float64(w.weight) / 2
			other += len(w.text)
			switch w.class {
			case words.Name:
				nn++
			case words.Initial:
				short = true
			}
		}
		met += gain
		metQ += nq
		metN += nn
		if short && x.cost > 0 {
			initials++
			letters += gain * initialApart
			continue
		}
		letters += gain * float64(x.cost) / 10 / float64(max(length, other, 3))
	}
	conflict := min(unmetQ, unmetN)
	extra := max(unmetQ, unmetN) - conflict
	total := met + (unmetQ+unmetN)/2
	raw := 1 - (p.Conflict*conflict+p.Extra*extra+p.Letters*letters)/total
	r := Result{How: Similar, Matched: a.m}
	whole := unmetQ == 0 && unmetN == 0
	switch {
	case s.q.names == 0 && namesN == 0:
		if content < 2 && !whole {
			raw = min(raw, p.Alone)
		}
	case min(metQ, metN) < max(1, initials-1), metQ+initials < min(2, s.q.names), metN+initials < min(2, namesN):
		raw = min(raw, p.Alone)
	}
	if lone := g.alone(slot, elems); lone && (q != 1<<len(s.q.tokens)-1 && !s.q.office || initials > 0) {
		raw = min(raw, p.Alone) // Julia West is not JULIA
	}
	if differ {
		raw = min(raw, p.OtherKorean)
	}
	if conflict+extra > 0.2 {
		r.How = Partial
	}
	r.Raw = max(raw, 0)
	r.Score = at(p.Spelling, r.Raw)
	if letters == 0 && whole {
		r.How = Order
	}
	return r
}
