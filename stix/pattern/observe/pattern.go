package observe

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
)

// MaxLength is how long the text of a pattern may be, in bytes.
const MaxLength = 1 << 20

// Limits bound the work of one match.
type Limits struct {
	// Steps is how many elementary steps the work may take; 0 means DefaultSteps. A
	// step is of the order of ten nanoseconds.
	Steps int64
}

// DefaultSteps is what a match may cost where nothing else is said.
const DefaultSteps = 20_000_000

// ErrBudget is the error of a match that took more steps than it may. Nothing is
// known then: it is neither a match nor none.
var ErrBudget = errs.New(errs.Invalid, "the pattern takes more work than a match may cost; it is neither a match nor none").
	WithHint("Give fewer observations at a time, or a pattern with fewer repetitions and alternatives.")

// Pattern is a pattern that is ready to be matched. It does not change and may be used
// by many at once.
type Pattern struct {
	root  part
	exprs []test
}

// Result is the answer of a match.
type Result struct {
	Matched bool
	// Observations are the indices of the observations that make the pattern match,
	// ascending and each once; one of possibly many such choices. Nil for no match.
	Observations []int
}

// Compile reads a pattern by the grammar of the version. Errors: [*pattern.SyntaxError]
// for what is no pattern; errs.Invalid for constants that no comparison can be made
// with (a day that does not exist, a set of mixed kinds, a range that is none).
func Compile(text string, v pattern.Version) (*Pattern, error) {
	if len(text) > MaxLength {
		return nil, errs.New(errs.Invalid, "the pattern has %d bytes; more than %d are not evaluated", len(text), MaxLength)
	}
	n, err := pattern.ParseGrammar(text, v)
	if err != nil {
		return nil, err
	}
	return New(n)
}

// New prepares the tree of a pattern; the errors are those of [Compile].
func New(n pattern.Node) (*Pattern, error) {
	p := &Pattern{}
	var err error
	p.root, err = p.part(n, nil)
	return p, err
}

// Match reports whether the pattern matches the observations, and which of them make
// it match. Errors: [*NotEvaluable] where the answer hangs on a comparison that cannot
// be decided; [ErrBudget].
func (p *Pattern) Match(observations []Observation, limits Limits) (Result, error) {
	r := &run{left: limits.Steps}
	if r.left <= 0 {
		r.left = DefaultSteps
	}
	verdicts := make([][]verdict, len(p.exprs))
	for i, e := range p.exprs {
		verdicts[i] = make([]verdict, len(observations))
		for j := range observations {
			verdicts[i][j] = r.holds(e, &observations[j])
		}
	}
	if r.spent() {
		return Result{}, ErrBudget
	}
	found, err := p.bind(r, observations, verdicts, yes)
	if err != nil || found != nil || r.doubt == nil {
		return Result{Matched: found != nil, Observations: found}, err
	}
	// What is undecided counts as true: if even so nothing matches, nothing hangs on it.
	found, err = p.bind(r, observations, verdicts, unknown)
	if err == nil && found != nil {
		err = r.doubt
	}
	return Result{}, err
}

// holds asks whether an observation has an object that satisfies the expression
// (section 9.5: all of it, by one object).
func (r *run) holds(e test, o *Observation) verdict {
	result := no
	for _, key := range o.Roots {
		root, typ, ok := o.Root(key)
		if !ok {
			continue
		}
		if result = result.or(e.eval(r, o, root, typ)); result == yes || r.spent() {
			break
		}
	}
	return result
}

// part is a piece of an observation expression: *slot, *both, *either, *after, *near
// or *again.
type part interface {
	// size is how many observations it takes at least.
	size() int64
}

// slot takes observations, times of them, each of which satisfies one of the choices.
type slot struct {
	choices []choice
	times   int64
}

// choice is an expression in square brackets within all the windows of the START and
// STOP around it.
type choice struct {
	expr    int // index in Pattern.exprs
	windows []window
}

type window struct{ start, stop instant }

// both is AND, either OR, after FOLLOWEDBY of two, near WITHIN, again REPEATS.
type (
	both   struct{ parts []part }
	either struct{ parts []part }
	after  struct{ left, right part }
	near   struct {
		inner part
		span  span
	}
	again struct {
		inner part
		times int64
	}
)

func (s *slot) size() int64 { return s.times }
func (b *both) size() (n int64) {
	for _, p := range b.parts {
		n = added(n, p.size())
	}
	return n
}

func (e *either) size() int64 {
	n := int64(math.MaxInt64)
	for _, p := range e.parts {
		n = min(n, p.size())
	}
	return n
}
func (a *after) size() int64 { return added(a.left.size(), a.right.size()) }
func (n *near) size() int64  { return n.inner.size() }
func (a *again) size() int64 { return multiplied(a.inner.size(), a.times) }

func added(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func multiplied(a, b int64) int64 {
	if b != 0 && a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}

// part prepares one node. Qualifiers apply from the inside out, in the order in which
// they are written (section 9.5.1); START and STOP restrict each observation by itself
// and so reach down to the square brackets.
func (p *Pattern) part(n pattern.Node, windows []window) (part, error) {
	var qualifiers []pattern.Qualifier
	switch n := n.(type) {
	case *pattern.Observation:
		qualifiers = n.Qualifiers
	case *pattern.Combined:
		qualifiers = n.Qualifiers
	}
	for _, q := range qualifiers {
		if q.Kind != "START" {
			continue
		}
		w, err := newWindow(q)
		if err != nil {
			return nil, err
		}
		windows = append(slices.Clone(windows), w)
	}
	inner, err := p.unqualified(n, windows)
	for _, q := range qualifiers {
		if err != nil {
			return nil, err
		}
		switch q.Kind {
		case "WITHIN":
			inner, err = within1(inner, q)
		case "REPEATS":
			inner = repeated(inner, q.Times)
		}
	}
	return inner, err
}

func (p *Pattern) unqualified(n pattern.Node, windows []window) (part, error) {
	switch n := n.(type) {
	case *pattern.Observation:
		t, err := newTest(n.Expr)
		if err != nil {
			return nil, err
		}
		p.exprs = append(p.exprs, t)
		return &slot{choices: []choice{{expr: len(p.exprs) - 1, windows: windows}}, times: 1}, nil
	case *pattern.Combined:
		parts := make([]part, len(n.Operands))
		for i, o := range n.Operands {
			var err error
			if parts[i], err = p.part(o, windows); err != nil {
				return nil, err
			}
		}
		return combined(n.Op, parts), nil
	}
	return nil, errs.New(errs.Internal, "a node of the kind %T", n)
}

func combined(op string, parts []part) part {
	switch op {
	case "AND":
		return &both{parts: parts}
	case "OR":
		return alternatives(parts)
	case "FOLLOWEDBY":
		out := parts[0]
		for _, p := range parts[1:] {
			out = &after{left: out, right: p}
		}
		return out
	}
	return parts[0]
}

// alternatives joins what takes one observation into one slot: which of several
// expressions an observation satisfies then need not be tried.
func alternatives(parts []part) part {
	one := &slot{times: 1}
	var rest []part
	for _, p := range parts {
		if s, ok := p.(*slot); ok && s.times == 1 {
			one.choices = append(one.choices, s.choices...)
		} else {
			rest = append(rest, p)
		}
	}
	switch {
	case len(rest) == 0:
		return one
	case len(one.choices) > 0:
		rest = append([]part{one}, rest...)
	}
	return &either{parts: rest}
}

// repeated is REPEATS. Repetitions must be disjoint and nothing else, so they go
// through AND to its operands, and several of one slot are one slot.
func repeated(p part, times int64) part {
	if times == 1 {
		return p
	}
	switch p := p.(type) {
	case *slot:
		return &slot{choices: p.choices, times: multiplied(p.times, times)}
	case *both:
		out := &both{}
		for _, q := range p.parts {
			out.parts = append(out.parts, repeated(q, times))
		}
		return out
	case *again:
		return &again{inner: p.inner, times: multiplied(p.times, times)}
	}
	return &again{inner: p, times: times}
}

// within1 is WITHIN, which one observation always meets.
func within1(p part, q pattern.Qualifier) (part, error) {
	if s, ok := p.(*slot); ok && s.times == 1 {
		return p, nil
	}
	return &near{inner: p, span: newSpan(q.From)}, nil
}

// instant is a moment. It reaches over all years that a timestamp can name, which
// nanoseconds in an int64 do not.
type instant struct{ sec, nano int64 }

func at(t time.Time) instant { return instant{sec: t.Unix(), nano: int64(t.Nanosecond())} }

func (a instant) before(b instant) bool {
	return a.sec < b.sec || a.sec == b.sec && a.nano < b.nano
}

func (a instant) compare(b instant) int {
	switch {
	case a.before(b):
		return -1
	case b.before(a):
		return 1
	}
	return 0
}

// span is a length of time.
type span struct{ sec, nano int64 }

// newSpan reads the seconds of WITHIN. Beyond a nanosecond they are cut, which changes
// nothing: differences of timestamps are whole nanoseconds.
func newSpan(s string) span {
	whole, fraction, _ := strings.Cut(s, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if whole != "" && (err != nil || sec > 1<<40) {
		sec = 1 << 40 // longer than all time that a timestamp can name
	}
	fraction = (fraction + "000000000")[:9]
	nano, _ := strconv.ParseInt(fraction, 10, 64)
	return span{sec: sec, nano: nano}
}

func (a instant) add(d span) instant {
	out := instant{sec: a.sec + d.sec, nano: a.nano + d.nano}
	if out.nano >= 1e9 {
		out.sec, out.nano = out.sec+1, out.nano-1e9
	}
	return out
}

func newWindow(q pattern.Qualifier) (window, error) {
	start, err := stix.ParseTime(q.From)
	if err != nil {
		return window{}, errs.New(errs.Invalid, "START %s is no moment that there is", stix.Quote(q.From))
	}
	stop, err := stix.ParseTime(q.To)
	if err != nil {
		return window{}, errs.New(errs.Invalid, "STOP %s is no moment that there is", stix.Quote(q.To))
	}
	return window{start: at(start), stop: at(stop)}, nil
}

// overlaps reports whether some moment of an observation is at or after the start and
// before the stop (section 9.5.1).
func (w window) overlaps(first, last instant) bool {
	return w.start.before(w.stop) && first.before(w.stop) && !last.before(w.start)
}
