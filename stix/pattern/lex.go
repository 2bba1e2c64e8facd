package pattern

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenSymbol
	tokenKeyword
	tokenName
	tokenInteger
	tokenFloat
	tokenString
	tokenHex
	tokenBinary
	tokenTimestamp
	tokenBool
)

type token struct {
	kind tokenKind
	text string // symbol, keyword, name, digits, or the decoded constant
	at   int    // byte offset
}

var keywords = map[string]bool{
	"AND": true, "OR": true, "NOT": true, "FOLLOWEDBY": true, "LIKE": true, "MATCHES": true, "ISSUPERSET": true,
	"ISSUBSET": true, "EXISTS": true, "LAST": true, "IN": true, "START": true, "STOP": true, "SECONDS": true,
	"WITHIN": true, "REPEATS": true, "TIMES": true,
}

// timestampForm is the lexical form of section 2.16 as the grammar of the
// specification states it: month 01 to 12, day 01 to 31, second up to 60.
var timestampForm = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?Z$`)

var numberForm = regexp.MustCompile(`^-?([0-9]*\.[0-9]+|0|[1-9][0-9]*)`)

// SyntaxError says where a pattern leaves the grammar.
type SyntaxError struct {
	Offset int // in bytes
	What   string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.What, e.Offset) }

type lexer struct {
	s string
	i int
}

func (l *lexer) fail(at int, format string, args ...any) error {
	return &SyntaxError{Offset: at, What: fmt.Sprintf(format, args...)}
}

// tokens reads the whole pattern.
func (l *lexer) tokens() ([]token, error) {
	out := make([]token, 0, 16)
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if t.kind == tokenEnd {
			return out, nil
		}
	}
}

func (l *lexer) next() (token, error) {
	l.space()
	at := l.i
	if at >= len(l.s) {
		return token{kind: tokenEnd, at: at}, nil
	}
	switch c := l.s[at]; {
	case c == '\'':
		return l.quoted(tokenString, at)
	case (c == 'h' || c == 'b' || c == 't') && at+1 < len(l.s) && l.s[at+1] == '\'':
		l.i++
		return l.quoted(map[byte]tokenKind{'h': tokenHex, 'b': tokenBinary, 't': tokenTimestamp}[c], at)
	case nameStart(c):
		return l.name(at), nil
	case c >= '0' && c <= '9', c == '-', c == '.' && at+1 < len(l.s) && l.s[at+1] >= '0' && l.s[at+1] <= '9':
		return l.number(at)
	}
	for _, sym := range []string{"==", "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ".", ",", ":", "*"} {
		if strings.HasPrefix(l.s[at:], sym) {
			l.i += len(sym)
			return token{kind: tokenSymbol, text: sym, at: at}, nil
		}
	}
	return token{}, l.fail(at, "an unexpected character")
}

func (l *lexer) space() {
	for l.i < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.i:])
		if !unicode.IsSpace(r) {
			return
		}
		l.i += n
	}
}

func nameStart(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// name reads a keyword, true, false or an identifier, which may have hyphens.
func (l *lexer) name(at int) token {
	for l.i < len(l.s) && (nameStart(l.s[l.i]) || l.s[l.i] >= '0' && l.s[l.i] <= '9' || l.s[l.i] == '-') {
		l.i++
	}
	text := l.s[at:l.i]
	switch {
	case keywords[text]:
		return token{kind: tokenKeyword, text: text, at: at}
	case text == "true" || text == "false":
		return token{kind: tokenBool, text: text, at: at}
	}
	return token{kind: tokenName, text: text, at: at}
}

func (l *lexer) number(at int) (token, error) {
	m := numberForm.FindString(l.s[at:])
	if m == "" {
		return token{}, l.fail(at, "a malformed number")
	}
	l.i += len(m)
	kind := tokenInteger
	if strings.Contains(m, ".") {
		kind = tokenFloat
	}
	return token{kind: kind, text: m, at: at}, nil
}

// quoted reads a constant in apostrophes; l.i is at the first one. Section 9.2:
// a backslash escapes an apostrophe or a backslash and nothing else.
func (l *lexer) quoted(kind tokenKind, at int) (token, error) {
	start := l.i + 1
	var unescaped []byte
	for l.i++; l.i < len(l.s); l.i++ {
		switch l.s[l.i] {
		case '\'':
			l.i++
			return l.constant(kind, string(append(unescaped, l.s[start:l.i-1]...)), at)
		case '\\':
			unescaped = append(unescaped, l.s[start:l.i]...)
			if l.i++; l.i >= len(l.s) || (l.s[l.i] != '\'' && l.s[l.i] != '\\') {
				return token{}, l.fail(l.i-1, "an escape that is neither \\' nor \\\\")
			}
			start = l.i
		}
	}
	return token{}, l.fail(at, "a constant without its closing apostrophe")
}

func (l *lexer) constant(kind tokenKind, text string, at int) (token, error) {
	switch kind {
	case tokenHex:
		if len(text)%2 != 0 || strings.Trim(text, "0123456789abcdefABCDEF") != "" {
			return token{}, l.fail(at, "a malformed hexadecimal constant")
		}
	case tokenBinary:
		text = strings.NewReplacer("\n", "", "\r", "").Replace(text)
		if _, err := base64.StdEncoding.DecodeString(text); err != nil || text == "" {
			return token{}, l.fail(at, "a malformed binary constant")
		}
	case tokenTimestamp:
		if !timestampForm.MatchString(text) {
			return token{}, l.fail(at, "a malformed timestamp constant")
		}
	}
	return token{kind: kind, text: text, at: at}, nil
}
