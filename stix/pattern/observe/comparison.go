package observe

import (
	"fmt"
	"net/netip"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix/pattern"
)

// test is a comparison expression, ready to be asked of one root object.
type test interface {
	eval(r *run, o *Observation, root Place, typ string) verdict
}

type junction struct {
	all      bool // AND
	operands []test
}

func (j *junction) eval(r *run, o *Observation, root Place, typ string) verdict {
	result, worst := no, yes
	if j.all {
		result, worst = yes, no
	}
	for _, t := range j.operands {
		if j.all {
			result = result.and(t.eval(r, o, root, typ))
		} else {
			result = result.or(t.eval(r, o, root, typ))
		}
		if result == worst {
			return result
		}
	}
	return result
}

// comparison is one test of one property (section 9.6).
type comparison struct {
	pattern.Comparison
	fold   bool
	values []Value
	like   like
	pcre   pcre
	net    netip.Prefix
}

func newTest(e pattern.Expr) (test, error) {
	switch e := e.(type) {
	case pattern.Comparison:
		return newComparison(e)
	case *pattern.Junction:
		j := &junction{all: e.Op == "AND"}
		for _, o := range e.Operands {
			t, err := newTest(o)
			if err != nil {
				return nil, err
			}
			j.operands = append(j.operands, t)
		}
		return j, nil
	}
	return nil, errs.New(errs.Internal, "an expression of the kind %T", e)
}

func newComparison(c pattern.Comparison) (test, error) {
	out := &comparison{Comparison: c}
	_, _, out.fold = pattern.HashOf(c.Path)
	for _, l := range c.Values {
		v, err := Constant(l)
		if err != nil {
			return nil, err
		}
		if len(out.values) > 0 && out.values[0].kind != v.kind {
			return nil, errs.New(errs.Invalid, "the set of %s IN mixes kinds of constants", c.ObjectPath()).
				WithHint("Section 9.6.1: all constants of a set are of one data type.")
		}
		out.values = append(out.values, v)
	}
	switch c.Operator {
	case "LIKE":
		out.like = newLike(c.Values[0].Text)
	case "MATCHES":
		out.pcre = newPCRE(c.Values[0].Text)
	case "ISSUBSET", "ISSUPERSET":
		var ok bool
		if out.net, ok = parsePrefix(c.Values[0].Text); !ok {
			return nil, errs.New(errs.Invalid, "%s %s: the constant is no address and no range in CIDR notation", c.ObjectPath(), c.Operator)
		}
	}
	return out, nil
}

// eval asks whether the object has a value at the path for which the comparison holds.
// A path that leads to no value makes it false, NOT or no NOT; only NOT EXISTS is true
// then. The constant may hold for any of several values (section 9.7.2, [*]).
func (c *comparison) eval(r *run, o *Observation, root Place, typ string) verdict {
	if typ != c.ObjectType || r.spent() {
		return no
	}
	places := []Place{root}
	for _, s := range c.Path {
		places = o.Step(places, s)
		r.pay(1 + len(places))
	}
	if c.Operator == "EXISTS" {
		return c.negate(decide(len(places) > 0))
	}
	result := no
	for _, p := range places {
		if result = result.or(c.negate(c.holds(r, p.Value()))); result == yes {
			break
		}
	}
	if result == unknown {
		r.undecided(c)
	}
	return result
}

func (c *comparison) negate(v verdict) verdict {
	if c.Negated {
		return -v
	}
	return v
}

// holds compares one value, without the NOT.
func (c *comparison) holds(r *run, v Value) verdict {
	switch c.Operator {
	case "=":
		return v.equal(c.values[0], c.fold)
	case "!=":
		return -v.equal(c.values[0], c.fold)
	case "<", "<=", ">", ">=":
		return v.order(c.Operator, c.values[0])
	case "IN":
		return c.in(r, v)
	case "ISSUBSET", "ISSUPERSET":
		return c.ranges(v)
	}
	if v.kind == malformed {
		return unknown
	}
	s, ok := v.Text()
	if !ok {
		return no
	}
	if c.Operator == "LIKE" {
		if v.kind == binary && !c.like.narrow {
			return no
		}
		return decide(c.like.match(r, s))
	}
	if v.kind == binary {
		return c.pcre.octets(r, s)
	}
	return c.pcre.match(r, s)
}

func (c *comparison) in(r *run, v Value) verdict {
	r.pay(len(c.values))
	result := no
	for _, m := range c.values {
		if result = result.or(v.equal(m, c.fold)); result == yes {
			break
		}
	}
	return result
}

// ranges compares ranges of addresses; what is no address is in no range.
func (c *comparison) ranges(v Value) verdict {
	net, ok := v.Prefix()
	if !ok {
		return no
	}
	if c.Operator == "ISSUBSET" {
		return decide(within(net, c.net))
	}
	return decide(within(c.net, net))
}

// run is the work of one match: what it may still cost, and the first comparison that
// could not be decided.
type run struct {
	left   int64
	reason string
	doubt  *NotEvaluable
}

func (r *run) pay(n int)          { r.left -= int64(n) }
func (r *run) spent() bool        { return r.left < 0 }
func (r *run) because(why string) { r.reason = why }
func (r *run) undecided(c *comparison) {
	if r.doubt == nil {
		why := r.reason
		if why == "" {
			why = "the value is none of the data type that the comparison asks for"
		}
		r.doubt = &NotEvaluable{Comparison: c.Comparison, Why: why}
	}
	r.reason = ""
}

// NotEvaluable is the error of a pattern whose answer hangs on a comparison that
// cannot be decided. It is neither a match nor none. Its kind is errs.Invalid.
type NotEvaluable struct {
	Comparison pattern.Comparison
	Why        string
}

func (e *NotEvaluable) Error() string {
	return fmt.Sprintf("%s %s cannot be decided: %s", e.Comparison.ObjectPath(), e.Comparison.Operator, e.Why)
}

// Unwrap gives the error its kind.
func (e *NotEvaluable) Unwrap() error {
	return errs.New(errs.Invalid, "the pattern cannot be evaluated: %s", e.Error()).WithHint("It is neither a match nor none; look at the observation.")
}
