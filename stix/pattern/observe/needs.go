package observe

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxNeeds is of how many alternatives something can be said.
const maxNeeds = 64

// Needs returns texts of which one at least is in every value that a regular
// expression matches, both folded by [Fold]; nil where there are none to be named.
func Needs(expression string) []string {
	if len(expression) > maxExpression {
		return nil
	}
	tree, err := syntax.Parse(norm.NFC.String(expression), perl)
	if err != nil || hasEscape(expression, "vV") {
		return nil
	}
	return needs(tree)
}

func needs(e *syntax.Regexp) []string {
	switch e.Op {
	case syntax.OpLiteral:
		return []string{Fold(string(e.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return needs(e.Sub[0])
	case syntax.OpRepeat:
		if e.Min > 0 {
			return needs(e.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range e.Sub {
			if n := needs(sub); shortest(n) > shortest(best) {
				best = n
			}
		}
		return best
	case syntax.OpAlternate:
		var out []string
		for _, sub := range e.Sub {
			n := needs(sub)
			if out = append(out, n...); n == nil || len(out) > maxNeeds {
				return nil
			}
		}
		return out
	}
	return nil
}

func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	n := len(texts[0])
	for _, s := range texts[1:] {
		n = min(n, len(s))
	}
	return n
}

// Fold writes each character as the first of those that it equals without regard to
// case (Unicode simple folding, which regular expressions with (?i) use).
func Fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(foldRune, s)
		}
	}
	return strings.ToUpper(s) // of ASCII the first of each pair is the capital
}

func foldRune(r rune) rune {
	first := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		first = min(first, f)
	}
	return first
}

// needed reports whether one of the texts that the expression needs is in s.
func (p *pcre) needed(s string) bool {
	if len(p.needs) == 0 {
		return true
	}
	s = Fold(s)
	for _, n := range p.needs {
		if strings.Contains(s, n) {
			return true
		}
	}
	return false
}
