// Package pattern reads STIX patterns, the language of indicators.
//
// What comes in: the text of a pattern ("STIX Version 2.1", OASIS Standard, 10
// June 2021, section 9). What goes out: whether it is well formed ([Check]), its
// tree ([Parse]), or the list of its comparisons ([Comparisons]), from which a
// caller draws triples of object path, operator and constant.
//
// The grammar is complete: observation operators with their precedence (AND over
// OR over FOLLOWEDBY), the qualifiers WITHIN, REPEATS and START…STOP, each at
// most once on one observation, comparison operators with NOT, sets, EXISTS, all
// constants, object paths with quoted steps and list indices. Hashes of the
// algorithms that section 10.7 names must have the form of their algorithm.
//
// Two rules are of whoever writes patterns and not of the grammar: a qualifier at
// most once on one observation, and the form of hashes. [ParseGrammar] leaves them
// out, for those who evaluate what others wrote.
//
// It does not match patterns against observations: stix/pattern/observe does that
// for one pattern, stix/pattern/index for many, and stix/pattern/normal tells which
// patterns are equivalent. It does not know which object types and properties exist.
// Nesting deeper than [MaxDepth] is refused.
package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deeply parentheses may nest.
const MaxDepth = 64

// Version is a version of the language.
type Version string

// The versions. 2.0 wrote the times of START and STOP as plain strings and let a
// qualifier come more than once.
const (
	V20 Version = "2.0"
	V21 Version = "2.1"
)

// Check reports why s is not a STIX 2.1 pattern, nil if it is one. Errors of the
// grammar are [*SyntaxError].
func Check(s string) error {
	_, err := Parse(s)
	return err
}

// Parse returns the tree of a STIX 2.1 pattern.
func Parse(s string) (Node, error) { return ParseVersion(s, V21) }

// ParseVersion returns the tree of a pattern of the version.
func ParseVersion(s string, v Version) (Node, error) { return parse(s, parser{version: v}) }

// ParseGrammar returns the tree of whatever the grammar of the version takes: a
// qualifier may come twice on one observation (section 9.5.1 forbids it, and says in
// the same breath what it would mean) and a hash may have a form that its algorithm
// never has (it equals nothing).
func ParseGrammar(s string, v Version) (Node, error) {
	return parse(s, parser{version: v, grammar: true})
}

func parse(s string, p parser) (Node, error) {
	if !utf8.ValidString(s) {
		return nil, &SyntaxError{What: "invalid UTF-8"}
	}
	tokens, err := (&lexer{s: s}).tokens()
	if err != nil {
		return nil, err
	}
	p.tokens = tokens
	n, err := p.observations(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, p.unexpected("the end of the pattern")
	}
	return n, nil
}

// Comparisons returns the comparisons of a STIX 2.1 pattern in the order in
// which they are written.
func Comparisons(s string) ([]Comparison, error) {
	n, err := Parse(s)
	if err != nil {
		return nil, err
	}
	var out []Comparison
	Walk(n, func(c Comparison) { out = append(out, c) })
	return out, nil
}

// Node is an observation expression: [*Observation] or [*Combined].
type Node interface{ node() }

// Observation is one comparison expression in square brackets.
type Observation struct {
	Expr       Expr
	Qualifiers []Qualifier
}

// Combined joins observation expressions: AND, OR, FOLLOWEDBY, or "" for
// parentheses around one.
type Combined struct {
	Op         string
	Operands   []Node
	Qualifiers []Qualifier
}

func (*Observation) node() {}
func (*Combined) node()    {}

// Qualifier restricts the observations that match (section 9.5.1).
type Qualifier struct {
	Kind  string // WITHIN (seconds in From), REPEATS (times in From) or START (From and To)
	From  string
	To    string
	Times int64 // of REPEATS
}

// Expr is a comparison expression: [Comparison] or [*Junction].
type Expr interface{ expr() }

// Junction joins comparison expressions with AND or OR.
type Junction struct {
	Op       string
	Operands []Expr
}

// Comparison is one test of one property.
type Comparison struct {
	ObjectType string
	Path       []Step
	Operator   string // = != < <= > >= IN LIKE MATCHES ISSUBSET ISSUPERSET EXISTS
	Negated    bool
	Values     []Literal // one; for IN any number; for EXISTS none
}

func (*Junction) expr()  {}
func (Comparison) expr() {}

// Step is one step of an object path: a name, or a list index.
type Step struct {
	Name  string
	Index int  // when IsIndex; -1 for [*]
	List  bool // the step is a list index
}

// Literal is a constant (section 9.2).
type Literal struct {
	Kind string // string, integer, float, boolean, hex, binary, timestamp
	Text string // decoded: without apostrophes and escapes
}

// ObjectPath writes the path as section 9.7 does, for example
// file:hashes.'SHA-256'.
func (c Comparison) ObjectPath() string {
	var b strings.Builder
	b.WriteString(c.ObjectType)
	for i, s := range c.Path {
		switch {
		case s.List && s.Index < 0:
			b.WriteString("[*]")
			continue
		case s.List:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
			continue
		case i == 0:
			b.WriteByte(':')
		default:
			b.WriteByte('.')
		}
		if plainName.MatchString(s.Name) {
			b.WriteString(s.Name)
		} else {
			b.WriteString("'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s.Name) + "'")
		}
	}
	return b.String()
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Walk calls f for each comparison of the tree, in order.
func Walk(n Node, f func(Comparison)) {
	switch n := n.(type) {
	case *Observation:
		walkExpr(n.Expr, f)
	case *Combined:
		for _, o := range n.Operands {
			Walk(o, f)
		}
	}
}

func walkExpr(e Expr, f func(Comparison)) {
	switch e := e.(type) {
	case Comparison:
		f(e)
	case *Junction:
		for _, o := range e.Operands {
			walkExpr(o, f)
		}
	}
}

// Satisfiable reports whether every AND inside an observation can be met by one
// object: section 9.5 requires that operands that start from different object
// types are joined by OR.
func Satisfiable(n Node) bool {
	switch n := n.(type) {
	case *Observation:
		return len(objectTypes(n.Expr)) > 0
	case *Combined:
		return !slices.ContainsFunc(n.Operands, func(o Node) bool { return !Satisfiable(o) })
	}
	return true
}

// objectTypes returns the object types that can meet e; none if none can.
func objectTypes(e Expr) map[string]bool {
	switch e := e.(type) {
	case Comparison:
		return map[string]bool{e.ObjectType: true}
	case *Junction:
		out := objectTypes(e.Operands[0])
		for _, o := range e.Operands[1:] {
			next := objectTypes(o)
			if e.Op == "AND" {
				for t := range out {
					if !next[t] {
						delete(out, t)
					}
				}
				continue
			}
			for t := range next {
				out[t] = true
			}
		}
		return out
	}
	return nil
}

type parser struct {
	tokens  []token
	i       int
	depth   int
	version Version
	grammar bool // the grammar alone
}

func (p *parser) peek() token { return p.tokens[p.i] }

func (p *parser) take() token {
	t := p.tokens[p.i]
	if t.kind != tokenEnd {
		p.i++
	}
	return t
}

// accept takes the next token if it is the symbol or keyword.
func (p *parser) accept(text string) bool {
	t := p.peek()
	if (t.kind == tokenSymbol || t.kind == tokenKeyword) && t.text == text {
		p.i++
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if !p.accept(text) {
		return p.unexpected(text)
	}
	return nil
}

func (p *parser) unexpected(want string) error {
	t := p.peek()
	found := "the end"
	if t.kind != tokenEnd {
		found = strconv.Quote(t.text)
	}
	return &SyntaxError{Offset: t.at, What: fmt.Sprintf("%s where %s was expected", found, want)}
}

func (p *parser) enter() error {
	if p.depth++; p.depth > MaxDepth {
		return &SyntaxError{Offset: p.peek().at, What: "parentheses nested too deeply"}
	}
	return nil
}

// observationOps are the observation operators from the loosest to the tightest
// (section 9.5.3).
var observationOps = []string{"FOLLOWEDBY", "OR", "AND"}

func (p *parser) observations(level int) (Node, error) {
	if level == len(observationOps) {
		return p.observation()
	}
	first, err := p.observations(level + 1)
	if err != nil {
		return nil, err
	}
	operands := []Node{first}
	for p.accept(observationOps[level]) {
		next, err := p.observations(level + 1)
		if err != nil {
			return nil, err
		}
		operands = append(operands, next)
	}
	if len(operands) == 1 {
		return first, nil
	}
	return &Combined{Op: observationOps[level], Operands: operands}, nil
}

func (p *parser) observation() (Node, error) {
	switch {
	case p.accept("("):
		if err := p.enter(); err != nil {
			return nil, err
		}
		inner, err := p.observations(0)
		if err != nil {
			return nil, err
		}
		if err := p.expect(")"); err != nil {
			return nil, err
		}
		p.depth--
		q, err := p.qualifiers()
		return &Combined{Operands: []Node{inner}, Qualifiers: q}, err
	case p.accept("["):
		e, err := p.comparisons("OR")
		if err != nil {
			return nil, err
		}
		if err := p.expect("]"); err != nil {
			return nil, err
		}
		q, err := p.uniqueQualifiers()
		return &Observation{Expr: e, Qualifiers: q}, err
	}
	return nil, p.unexpected("[ or (")
}

// qualifiers reads the qualifiers after an observation expression.
func (p *parser) qualifiers() ([]Qualifier, error) {
	var out []Qualifier
	for {
		q, ok, err := p.qualifier()
		if err != nil || !ok {
			return out, err
		}
		out = append(out, q)
	}
}

// uniqueQualifiers reads the qualifiers after square brackets. Section 9.5.1
// forbids a second one of a kind on one observation expression; after
// parentheses each qualifier makes a new expression ("a preceding Qualifier" is
// an operand too), so there a kind may come again.
func (p *parser) uniqueQualifiers() ([]Qualifier, error) {
	at := p.peek().at
	out, err := p.qualifiers()
	if err != nil || p.version == V20 || p.grammar {
		return out, err
	}
	for i, q := range out {
		if slices.ContainsFunc(out[:i], func(o Qualifier) bool { return o.Kind == q.Kind }) {
			return nil, &SyntaxError{Offset: at, What: "a second qualifier " + q.Kind + " on one observation"}
		}
	}
	return out, nil
}

func (p *parser) qualifier() (q Qualifier, ok bool, err error) {
	switch {
	case p.accept("WITHIN"):
		q.Kind = "WITHIN"
		q.From, err = p.positive(tokenInteger, tokenFloat)
		if err == nil {
			err = p.expect("SECONDS")
		}
	case p.accept("REPEATS"):
		q.Kind = "REPEATS"
		if q.From, err = p.positive(tokenInteger); err == nil {
			if q.Times, err = strconv.ParseInt(q.From, 10, 64); err != nil {
				return q, false, &SyntaxError{Offset: p.peek().at, What: "a number of times that is too large"}
			}
			err = p.expect("TIMES")
		}
	case p.accept("START"):
		q.Kind = "START"
		if q.From, err = p.moment(); err == nil {
			if err = p.expect("STOP"); err == nil {
				q.To, err = p.moment()
			}
		}
	default:
		return q, false, nil
	}
	return q, err == nil, err
}

// positive takes a number above zero (section 9.5.1).
func (p *parser) positive(kinds ...tokenKind) (string, error) {
	t := p.peek()
	if !slices.Contains(kinds, t.kind) || strings.Trim(t.text, "0.") == "" || t.text[0] == '-' {
		return "", p.unexpected("a positive number")
	}
	return p.take().text, nil
}

// moment takes the time of START or STOP: a timestamp constant, in 2.0 a string
// of that form.
func (p *parser) moment() (string, error) {
	t := p.peek()
	if t.kind == tokenTimestamp || p.version == V20 && t.kind == tokenString && timestampForm.MatchString(t.text) {
		return p.take().text, nil
	}
	return "", p.unexpected("a timestamp")
}

// comparisons reads operands joined by op; AND binds tighter than OR.
func (p *parser) comparisons(op string) (Expr, error) {
	operand := func() (Expr, error) {
		if op == "OR" {
			return p.comparisons("AND")
		}
		return p.test()
	}
	first, err := operand()
	if err != nil {
		return nil, err
	}
	operands := []Expr{first}
	for p.accept(op) {
		next, err := operand()
		if err != nil {
			return nil, err
		}
		operands = append(operands, next)
	}
	if len(operands) == 1 {
		return first, nil
	}
	return &Junction{Op: op, Operands: operands}, nil
}

func (p *parser) test() (Expr, error) {
	if p.accept("(") {
		if err := p.enter(); err != nil {
			return nil, err
		}
		e, err := p.comparisons("OR")
		if err != nil {
			return nil, err
		}
		p.depth--
		return e, p.expect(")")
	}
	var c Comparison
	at := p.peek().at
	if c.Negated = p.accept("NOT"); c.Negated && !p.is("EXISTS") {
		return nil, p.unexpected("EXISTS")
	}
	if p.accept("EXISTS") {
		c.Operator = "EXISTS"
		return c, p.path(&c)
	}
	if err := p.path(&c); err != nil {
		return nil, err
	}
	c.Negated = p.accept("NOT")
	if err := p.operator(&c); err != nil {
		return nil, err
	}
	if p.grammar {
		return c, nil
	}
	return c, checkHash(c, at)
}

func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.kind == tokenKeyword || t.kind == tokenSymbol) && t.text == text
}

// path reads object-type:property.step[index]…
func (p *parser) path(c *Comparison) error {
	if p.peek().kind != tokenName {
		return p.unexpected("an object type")
	}
	c.ObjectType = p.take().text
	if err := p.expect(":"); err != nil {
		return err
	}
	if err := p.step(c); err != nil {
		return err
	}
	for {
		switch {
		case p.accept("."):
			if err := p.step(c); err != nil {
				return err
			}
		case p.accept("["):
			if err := p.index(c); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (p *parser) step(c *Comparison) error {
	t := p.peek()
	if t.kind != tokenString && (t.kind != tokenName || strings.Contains(t.text, "-")) {
		return p.unexpected("a property name (with a hyphen it needs apostrophes)")
	}
	c.Path = append(c.Path, Step{Name: p.take().text})
	return nil
}

func (p *parser) index(c *Comparison) error {
	if p.accept("*") {
		c.Path = append(c.Path, Step{Index: -1, List: true})
		return p.expect("]")
	}
	t := p.peek()
	n, err := strconv.Atoi(t.text)
	if t.kind != tokenInteger || err != nil || n < 0 {
		return p.unexpected("a list index")
	}
	p.take()
	c.Path = append(c.Path, Step{Index: n, List: true})
	return p.expect("]")
}

func (p *parser) operator(c *Comparison) error {
	t := p.take()
	if t.kind != tokenSymbol && t.kind != tokenKeyword {
		p.i--
		return p.unexpected("a comparison operator")
	}
	switch t.text {
	case "=", "==":
		c.Operator = "="
		return p.literal(c, anyLiteral)
	case "!=", "<>":
		c.Operator = "!="
		return p.literal(c, anyLiteral)
	case "<", "<=", ">", ">=":
		c.Operator = t.text
		return p.literal(c, orderedLiteral)
	case "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET":
		c.Operator = t.text
		return p.literal(c, []tokenKind{tokenString})
	case "IN":
		c.Operator = "IN"
		return p.set(c)
	}
	p.i--
	return p.unexpected("a comparison operator")
}

var (
	orderedLiteral = []tokenKind{tokenString, tokenInteger, tokenFloat, tokenHex, tokenBinary, tokenTimestamp}
	anyLiteral     = append(slices.Clone(orderedLiteral), tokenBool)
	literalNames   = map[tokenKind]string{
		tokenString: "string", tokenInteger: "integer", tokenFloat: "float", tokenHex: "hex", tokenBinary: "binary",
		tokenTimestamp: "timestamp", tokenBool: "boolean",
	}
)

func (p *parser) literal(c *Comparison, kinds []tokenKind) error {
	t := p.peek()
	if !slices.Contains(kinds, t.kind) {
		return p.unexpected("a constant")
	}
	c.Values = append(c.Values, Literal{Kind: literalNames[t.kind], Text: p.take().text})
	return nil
}

func (p *parser) set(c *Comparison) error {
	if err := p.expect("("); err != nil {
		return err
	}
	if p.accept(")") {
		return nil
	}
	for {
		if err := p.literal(c, anyLiteral); err != nil {
			return err
		}
		if p.accept(")") {
			return nil
		}
		if err := p.expect(","); err != nil {
			return err
		}
	}
}

// hashForms are the forms of the algorithms of section 10.7 that have a fixed
// length.
var hashForms = map[string]int{"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}

// HashOf returns the algorithm whose hash the path leads to, and how many
// hexadecimal digits it has; false where the path ends in no hash of an algorithm of
// section 10.7 that has a fixed length.
func HashOf(path []Step) (algorithm string, digits int, ok bool) {
	n := len(path)
	if n < 2 || path[n-2].Name != "hashes" || path[n-1].List {
		return "", 0, false
	}
	digits, ok = hashForms[path[n-1].Name]
	return path[n-1].Name, digits, ok
}

// checkHash refuses a comparison of hashes.X with what is no value of X: section
// 9.6.1 asks for a constant of the data type of the property.
func checkHash(c Comparison, at int) error {
	name, digits, known := HashOf(c.Path)
	if !known || (c.Operator != "=" && c.Operator != "!=" && c.Operator != "IN") {
		return nil
	}
	for _, v := range c.Values {
		if v.Kind == "string" && (len(v.Text) != digits || strings.Trim(v.Text, "0123456789abcdefABCDEF") != "") {
			return &SyntaxError{Offset: at, What: "a constant that is not a " + name + " hash"}
		}
	}
	return nil
}
