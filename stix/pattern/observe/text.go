package observe

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// like is the constant of LIKE: % stands for any characters or none, _ for one
// (section 9.6.1). Both sides are in normal form C, and all of the value must match.
type like struct {
	runes  []rune
	narrow bool
}

func newLike(s string) like {
	s = norm.NFC.String(s)
	return like{runes: []rune(s), narrow: narrow(s)}
}

// LikeEnds returns the text before the first wildcard of a constant of LIKE and the
// text after the last; whole is true where there is no wildcard and the two are one.
func LikeEnds(s string) (prefix, suffix string, whole bool) {
	s = norm.NFC.String(s)
	first := strings.IndexAny(s, "%_")
	if first < 0 {
		return s, s, true
	}
	return s[:first], s[strings.LastIndexAny(s, "%_")+1:], false
}

// match compares without backtracking further than the last %; r pays for each step.
func (l like) match(r *run, s string) bool {
	value := []rune(s)
	r.pay(len(value) + len(l.runes))
	i, j := 0, 0
	star, mark := -1, 0
	for i < len(value) {
		switch {
		case j < len(l.runes) && l.runes[j] == '%':
			star, mark = j, i
			j++
		case j < len(l.runes) && (l.runes[j] == '_' || l.runes[j] == value[i]):
			i++
			j++
		case star >= 0:
			if r.pay(1 + j - star); r.spent() {
				return false
			}
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(l.runes) && l.runes[j] == '%' {
		j++
	}
	return j == len(l.runes)
}

// pcre is the constant of MATCHES. Section 9.6.1 asks for a Perl-compatible regular
// expression; RE2 evaluates those that it can express with the same meaning, in time
// that is linear in the value. why says what it cannot.
type pcre struct {
	re          *regexp.Regexp
	loose       *regexp.Regexp // $ matches anywhere: what it rejects, $ rejects
	why         string
	narrow      bool
	dollar      bool // $ is used, which Perl lets match before a line feed at the end
	inner       bool // $ is used before the end of the expression
	end         bool // \z is used
	insensitive bool // a part of it is without regard to case
	space       bool // \s or \S is used, about which versions of the library differ
	cost        int  // instructions
	needs       []string
}

// perl is the language of expressions: that of Perl, with the option DOTALL.
const perl = syntax.Perl | syntax.DotNL

// maxExpression is how long a regular expression may be, in bytes.
const maxExpression = 64 << 10

func newPCRE(s string) pcre {
	s = norm.NFC.String(s)
	p := pcre{narrow: narrow(s)}
	if len(s) > maxExpression {
		p.why = "the regular expression is too long"
		return p
	}
	if p.space = hasEscape(s, "sS"); hasEscape(s, "vV") {
		p.why = `\v means different characters to PCRE and to RE2`
		return p
	}
	tree, err := syntax.Parse(s, perl)
	if err != nil {
		p.why = "the regular expression is none that RE2 can express: " + err.Error()
		return p
	}
	p.ends(tree, true)
	p.needs = needs(tree)
	p.insensitive = strings.Contains(s, "(?") // with options: (?i) among others
	if prog, err := syntax.Compile(tree.Simplify()); err == nil {
		p.cost = len(prog.Inst)
	}
	if p.re, err = regexp.Compile("(?s)" + s); err != nil {
		p.why = "the regular expression is none that RE2 can express: " + err.Error()
		return p
	}
	if p.dollar {
		loosen(tree)
		p.loose, err = regexp.Compile(tree.String())
		if err != nil {
			p.why = "the regular expression is none that RE2 can express: " + err.Error()
		}
	}
	return p
}

// hasEscape reports whether one of the letters comes after a backslash that escapes it.
func hasEscape(s, letters string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '\\' {
			i++
			if strings.IndexByte(letters, s[i]) >= 0 {
				return true
			}
		}
	}
	return false
}

// ends notes how the expression uses the end of the value; last says that nothing of
// the expression comes after e.
func (p *pcre) ends(e *syntax.Regexp, last bool) {
	switch e.Op {
	case syntax.OpEndText:
		dollar := e.Flags&syntax.WasDollar != 0
		p.end = p.end || !dollar
		p.dollar = p.dollar || dollar
		p.inner = p.inner || dollar && !last
	case syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		last = false
	}
	for i, sub := range e.Sub {
		p.ends(sub, last && (e.Op != syntax.OpConcat || i == len(e.Sub)-1))
	}
}

// loosen makes every $ match anywhere.
func loosen(e *syntax.Regexp) {
	if e.Op == syntax.OpEndText && e.Flags&syntax.WasDollar != 0 {
		e.Op, e.Flags = syntax.OpEmptyMatch, e.Flags&^syntax.WasDollar
	}
	for _, sub := range e.Sub {
		loosen(sub)
	}
}

// octets searches binary data for the expression. It is without the option UNICODE
// (section 9.6.1), so that without regard to case is a matter of ASCII.
func (p *pcre) octets(r *run, s string) verdict {
	if !p.narrow {
		return no
	}
	if p.why == "" && p.insensitive && !ascii(s) {
		if !p.needed(s) {
			return no
		}
		r.because("(?i) and bytes beyond ASCII, which RE2 reads as Unicode")
		return unknown
	}
	return p.match(r, s)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// match searches the value for the expression.
func (p *pcre) match(r *run, s string) verdict {
	if p.why != "" {
		r.because(p.why)
		return unknown
	}
	if p.space && strings.ContainsRune(s, '\v') {
		if !p.needed(s) {
			return no
		}
		r.because(`\s and a vertical tabulation, about which versions of PCRE differ`)
		return unknown
	}
	if r.pay(len(s) * p.cost / 8); r.spent() {
		return unknown
	}
	if p.re.MatchString(s) {
		return yes
	}
	if !p.dollar || !strings.HasSuffix(s, "\n") {
		return no
	}
	// At the end of an expression $ is the end of the value, or of what is before its
	// last line feed; before the end it may yet be followed by the line feed.
	if !p.end && p.re.MatchString(strings.TrimSuffix(s, "\n")) {
		return yes
	}
	if !p.end && !p.inner || !p.loose.MatchString(s) {
		return no
	}
	r.because("$ before a line feed at the end of the value, which RE2 cannot express")
	return unknown
}
