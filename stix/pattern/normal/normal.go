package normal

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix/pattern"
)

// MaxTerms is how many terms a form may have, and how many there may be on the way.
const MaxTerms = 4096

// Form is the normal form of a pattern. Two patterns are equivalent if their forms are
// equal; the zero Form is that of a pattern that nothing can match.
type Form struct{ text string }

// String writes the form as a pattern, "" for what nothing can match.
func (f Form) String() string { return f.text }

// Of returns the normal form of a pattern. Errors: errs.Invalid for a form of more than
// [MaxTerms] terms.
func Of(n pattern.Node) (Form, error) {
	m := &maker{left: maxWork}
	e, err := m.node(n)
	if err != nil || e == nil {
		return Form{}, err
	}
	return Form{text: e.write(loose)}, nil
}

// Equivalent reports whether two patterns have one normal form. Errors are those of
// [Of].
func Equivalent(a, b pattern.Node) (bool, error) {
	fa, err := Of(a)
	if err != nil {
		return false, err
	}
	fb, err := Of(b)
	return fa == fb, err
}

// maxWork bounds the comparisons of terms that one form may cost.
const maxWork = 20_000_000

type maker struct{ left int }

var errTooLarge = errs.New(errs.Invalid, "the normal form has more than %d terms", MaxTerms).
	WithHint("Split the pattern: its alternatives multiply when AND and FOLLOWEDBY are distributed over OR.")

func (m *maker) pay(n int) error {
	if m.left -= n; m.left < 0 {
		return errTooLarge
	}
	return nil
}

// expression is a node of a form, already in order. A nil expression is what nothing
// can match.
type expression struct {
	op       string // AND, OR, FOLLOWEDBY; "" for square brackets; a qualifier as it is written
	text     string // of square brackets
	operands []*expression
	key      string // what it is compared by
}

func bracket(text string) *expression { return &expression{text: text, key: text} }

func join(op string, operands []*expression) *expression {
	if len(operands) == 1 {
		return operands[0]
	}
	keys := make([]string, len(operands))
	for i, o := range operands {
		keys[i] = o.key
	}
	// The operator and the lengths keep two trees from having one key.
	return &expression{op: op, operands: operands, key: op + "(" + strings.Join(keys, "\x00") + ")"}
}

func qualify(e *expression, q string) *expression {
	return &expression{op: q, operands: []*expression{e}, key: "(" + e.key + ") " + q}
}

func (e *expression) qualified() bool {
	return e.op != "" && e.op != "AND" && e.op != "OR" && e.op != "FOLLOWEDBY"
}

// How tightly the operators bind.
const (
	loose = iota
	followed
	alternative
	conjoined
	tight
)

var binding = map[string]int{"FOLLOWEDBY": followed, "OR": alternative, "AND": conjoined}

// write prints the expression as an operand of what binds as tightly as around.
func (e *expression) write(around int) string {
	switch {
	case e.op == "":
		return e.text
	case e.qualified():
		inner := e.operands[0]
		if inner.op == "" {
			return inner.text + " " + e.op
		}
		return "(" + inner.write(loose) + ") " + e.op
	}
	parts := make([]string, len(e.operands))
	for i, o := range e.operands {
		parts[i] = o.write(binding[e.op])
	}
	out := strings.Join(parts, " "+e.op+" ")
	if around >= binding[e.op] {
		return "(" + out + ")"
	}
	return out
}

func (m *maker) node(n pattern.Node) (*expression, error) {
	switch n := n.(type) {
	case *pattern.Observation:
		text, err := m.brackets(n.Expr)
		if err != nil || text == "" {
			return nil, err
		}
		return qualifyAll(bracket(text), n.Qualifiers), nil
	case *pattern.Combined:
		var operands []*expression
		for _, o := range n.Operands {
			e, err := m.node(o)
			if err != nil {
				return nil, err
			}
			if e == nil {
				if n.Op == "OR" {
					continue
				}
				return nil, nil
			}
			operands = append(operands, e)
		}
		if len(operands) == 0 {
			return nil, nil
		}
		e, err := m.combine(n.Op, operands)
		if err != nil {
			return nil, err
		}
		return qualifyAll(e, n.Qualifiers), nil
	}
	return nil, errs.New(errs.Internal, "a node of the kind %T", n)
}

func qualifyAll(e *expression, qs []pattern.Qualifier) *expression {
	for _, q := range qs {
		e = qualify(e, qualifierText(q))
	}
	return e
}

func qualifierText(q pattern.Qualifier) string {
	switch q.Kind {
	case "WITHIN":
		return "WITHIN " + numberText(q.From) + " SECONDS"
	case "REPEATS":
		return "REPEATS " + numberText(q.From) + " TIMES"
	}
	return "START t'" + momentText(q.From) + "' STOP t'" + momentText(q.To) + "'"
}

// combine joins operands that are in normal form.
func (m *maker) combine(op string, operands []*expression) (*expression, error) {
	if op == "" || len(operands) == 1 {
		return operands[0], nil
	}
	operands = flatten(op, operands)
	if op == "OR" {
		return m.alternatives(operands)
	}
	for _, o := range operands {
		if o.op == "OR" {
			return m.distribute(op, operands)
		}
	}
	if op == "AND" {
		slices.SortStableFunc(operands, byKey)
	}
	return join(op, operands), nil
}

func byKey(a, b *expression) int { return strings.Compare(a.key, b.key) }

func flatten(op string, operands []*expression) []*expression {
	var out []*expression
	for _, o := range operands {
		if o.op == op {
			out = append(out, o.operands...)
		} else {
			out = append(out, o)
		}
	}
	return out
}

// distribute brings OR out of AND or FOLLOWEDBY.
func (m *maker) distribute(op string, operands []*expression) (*expression, error) {
	rows := [][]*expression{nil}
	for _, o := range operands {
		choices := []*expression{o}
		if o.op == "OR" {
			choices = o.operands
		}
		if len(rows)*len(choices) > MaxTerms {
			return nil, errTooLarge
		}
		next := make([][]*expression, 0, len(rows)*len(choices))
		for _, row := range rows {
			for _, c := range choices {
				next = append(next, append(slices.Clone(row), c))
			}
		}
		rows = next
		if err := m.pay(len(rows) * len(operands)); err != nil {
			return nil, err
		}
	}
	out := make([]*expression, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = m.combine(op, row); err != nil {
			return nil, err
		}
	}
	return m.alternatives(flatten("OR", out))
}

// alternatives orders the operands of OR and drops those that another one makes
// superfluous.
func (m *maker) alternatives(operands []*expression) (*expression, error) {
	slices.SortStableFunc(operands, byKey)
	operands = slices.CompactFunc(operands, func(a, b *expression) bool { return a.key == b.key })
	if len(operands) > MaxTerms {
		return nil, errTooLarge
	}
	var kept []*expression
	for i, o := range operands {
		absorbed := false
		for j, by := range operands {
			if err := m.pay(1 + len(o.operands)); err != nil {
				return nil, err
			}
			if i != j && absorbs(by, o) {
				absorbed = true
				break
			}
		}
		if !absorbed {
			kept = append(kept, o)
		}
	}
	return join("OR", kept), nil
}

// absorbs reports whether whatever matches b matches a, so that a OR b is a.
func absorbs(a, b *expression) bool {
	if a.qualified() || b.op != "AND" && b.op != "FOLLOWEDBY" {
		return false
	}
	for _, o := range b.operands {
		if o.key == a.key {
			return true
		}
	}
	if a.op != b.op {
		return false
	}
	// Operands are in order, so for AND too the operands of a are those of b with others
	// in between: observations are taken once, and so is each operand.
	i := 0
	for _, o := range b.operands {
		if i < len(a.operands) && o.key == a.operands[i].key {
			i++
		}
	}
	return i == len(a.operands)
}

// brackets returns the text of a comparison expression in normal form: alternatives of
// conjunctions, of which none contains another; "" if nothing can satisfy it.
func (m *maker) brackets(e pattern.Expr) (string, error) {
	terms, err := m.terms(e)
	if err != nil {
		return "", err
	}
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = strings.Join(t.tests, " AND ")
	}
	slices.Sort(texts)
	if len(texts) == 0 {
		return "", nil
	}
	return "[" + strings.Join(texts, " OR ") + "]", nil
}

// term is a conjunction of tests of one object, in order and each once.
type term struct {
	typ   string
	tests []string
}

func (m *maker) terms(e pattern.Expr) ([]term, error) {
	switch e := e.(type) {
	case pattern.Comparison:
		return []term{{typ: e.ObjectType, tests: []string{comparisonText(e)}}}, nil
	case *pattern.Junction:
		var out []term
		for i, o := range e.Operands {
			next, err := m.terms(o)
			if err != nil {
				return nil, err
			}
			switch {
			case i == 0:
				out = next
			case e.Op == "OR":
				out = append(slices.Clone(out), next...)
			default:
				if out, err = m.product(out, next); err != nil {
					return nil, err
				}
			}
			if e.Op == "OR" && i < len(e.Operands)-1 {
				continue // absorbing once is enough
			}
			if out, err = m.minimal(out); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, errs.New(errs.Internal, "an expression of the kind %T", e)
}

// product is AND of alternatives. What would need an object of two types is dropped.
func (m *maker) product(a, b []term) ([]term, error) {
	if len(a)*len(b) > 16*MaxTerms {
		return nil, errTooLarge
	}
	var out []term
	for _, x := range a {
		for _, y := range b {
			if err := m.pay(len(x.tests) + len(y.tests)); err != nil {
				return nil, err
			}
			if x.typ != y.typ {
				continue
			}
			tests := append(slices.Clone(x.tests), y.tests...)
			slices.Sort(tests)
			out = append(out, term{typ: x.typ, tests: slices.Compact(tests)})
		}
	}
	return out, nil
}

// minimal drops conjunctions that contain another: those that are left are the prime
// implicants, of which a monotone expression has one set only.
func (m *maker) minimal(terms []term) ([]term, error) {
	slices.SortStableFunc(terms, func(a, b term) int {
		if d := len(a.tests) - len(b.tests); d != 0 {
			return d
		}
		return slices.Compare(a.tests, b.tests)
	})
	terms = slices.CompactFunc(terms, func(a, b term) bool { return slices.Equal(a.tests, b.tests) })
	var kept []term
	for _, t := range terms {
		absorbed := false
		for _, k := range kept {
			if len(k.tests) == len(t.tests) {
				break // from here on they are too long to be contained
			}
			if err := m.pay(1 + len(t.tests)); err != nil {
				return nil, err
			}
			if absorbed = contains(t.tests, k.tests); absorbed {
				break
			}
		}
		if !absorbed {
			kept = append(kept, t)
		}
	}
	if len(kept) > MaxTerms {
		return nil, errTooLarge
	}
	return kept, nil
}

// contains reports whether all of the sorted few are among the sorted many.
func contains(many, few []string) bool {
	i := 0
	for _, s := range many {
		if i < len(few) && few[i] == s {
			i++
		}
	}
	return i == len(few)
}
