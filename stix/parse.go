package stix

import (
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
)

// MaxDepth is how deeply arrays and objects may nest in one object. The deepest
// path that STIX itself defines has seven levels; the rest is room for custom
// content, and the limit keeps hostile input from exhausting the stack.
const MaxDepth = 64

// Parse reads one JSON object. It keeps every property; numbers stay as they
// are written ([json.Number]). It refuses, with errs.Invalid and the byte
// offset: what is not one object, duplicate names (RFC 7493 section 2.3),
// invalid UTF-8 and lone surrogates, nesting deeper than [MaxDepth], and
// anything but white space after the object. It does not check STIX rules;
// stix/check does.
func Parse(data []byte) (Object, error) {
	v, err := ParseValue(data)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errs.New(errs.Invalid, "this is not a STIX object: a JSON object was expected, not another JSON value").
			WithHint("a STIX object starts with { and has a \"type\" property")
	}
	return Object(m), nil
}

// UnmarshalJSON makes encoding/json read an Object as [Parse] does, so that
// duplicate names are refused there too.
func (o *Object) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil // as encoding/json asks of its implementers
	}
	p, err := Parse(data)
	if err == nil {
		*o = p
	}
	return err
}

// ParseValue reads one JSON value of any kind under the rules of [Parse].
func ParseValue(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, syntaxError(invalidUTF8At(data), "invalid UTF-8")
	}
	p := parser{s: string(data)}
	p.space()
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i != len(p.s) {
		return nil, syntaxError(p.i, "data after the end of the JSON value")
	}
	return v, nil
}

func invalidUTF8At(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return len(data)
}

func syntaxError(offset int, what string) error {
	return errs.New(errs.Invalid, "the JSON cannot be read: %s at byte %d", what, offset)
}

// parser scans a string so that names and values are slices of it: one copy of
// the input serves every string without escapes.
type parser struct {
	s     string
	i     int
	depth int
	pairs []pair // names and values of the objects that are being read
	items []any  // elements of the arrays that are being read
}

type pair struct {
	name  string
	value any
}

func (p *parser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *parser) value() (any, error) {
	if p.i >= len(p.s) {
		return nil, syntaxError(p.i, "unexpected end")
	}
	switch c := p.s[p.i]; c {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		s, err := p.str()
		return s, err
	case 't':
		return true, p.literal("true")
	case 'f':
		return false, p.literal("false")
	case 'n':
		return nil, p.literal("null")
	default:
		if c == '-' || (c >= '0' && c <= '9') {
			return p.number()
		}
		return nil, syntaxError(p.i, "unexpected character")
	}
}

func (p *parser) literal(want string) error {
	if len(p.s)-p.i < len(want) || p.s[p.i:p.i+len(want)] != want {
		return syntaxError(p.i, "unknown literal")
	}
	p.i += len(want)
	return nil
}

func (p *parser) enter() error {
	p.i++
	p.depth++
	if p.depth > MaxDepth {
		return syntaxError(p.i-1, "nesting deeper than the limit of 64 levels")
	}
	return nil
}

func (p *parser) object() (any, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	base := len(p.pairs)
	p.space()
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		p.depth--
		return map[string]any{}, nil
	}
	for {
		p.space()
		if err := p.member(); err != nil {
			return nil, err
		}
		p.space()
		if p.i >= len(p.s) {
			return nil, syntaxError(p.i, "unexpected end in an object")
		}
		c := p.s[p.i]
		p.i++
		if c == '}' {
			break
		}
		if c != ',' {
			return nil, syntaxError(p.i-1, "a comma or } was expected")
		}
	}
	m := make(map[string]any, len(p.pairs)-base)
	for _, kv := range p.pairs[base:] {
		m[kv.name] = kv.value
	}
	if len(m) != len(p.pairs)-base {
		return nil, syntaxError(p.i-1, "duplicate name "+Quote(duplicateName(p.pairs[base:]))+" in the object that ends")
	}
	clear(p.pairs[base:])
	p.pairs = p.pairs[:base]
	p.depth--
	return m, nil
}

func duplicateName(pairs []pair) string {
	seen := make(map[string]bool, len(pairs))
	for _, kv := range pairs {
		if seen[kv.name] {
			return kv.name
		}
		seen[kv.name] = true
	}
	return ""
}

// Quote writes text of unknown origin for a message: as a JSON string, so that no
// control character gets through, and cut after 60 bytes.
func Quote(s string) string {
	const most = 60
	if len(s) > most {
		s = s[:most] + "…"
	}
	b, err := json.Marshal(s)
	if err != nil {
		return "?"
	}
	return string(b)
}

func (p *parser) member() error {
	if p.i >= len(p.s) || p.s[p.i] != '"' {
		return syntaxError(p.i, "a property name was expected")
	}
	name, err := p.str()
	if err != nil {
		return err
	}
	p.space()
	if p.i >= len(p.s) || p.s[p.i] != ':' {
		return syntaxError(p.i, "a colon was expected")
	}
	p.i++
	p.space()
	v, err := p.value()
	if err != nil {
		return err
	}
	p.pairs = append(p.pairs, pair{name, v})
	return nil
}

func (p *parser) array() (any, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	base := len(p.items)
	p.space()
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		p.depth--
		return []any{}, nil
	}
	for {
		p.space()
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		p.items = append(p.items, v)
		p.space()
		if p.i >= len(p.s) {
			return nil, syntaxError(p.i, "unexpected end in an array")
		}
		c := p.s[p.i]
		p.i++
		if c == ']' {
			break
		}
		if c != ',' {
			return nil, syntaxError(p.i-1, "a comma or ] was expected")
		}
	}
	out := make([]any, len(p.items)-base)
	copy(out, p.items[base:])
	clear(p.items[base:])
	p.items = p.items[:base]
	p.depth--
	return out, nil
}

// number scans the grammar of RFC 8259 section 6.
func (p *parser) number() (any, error) {
	start := p.i
	if p.s[p.i] == '-' {
		p.i++
	}
	switch {
	case p.i < len(p.s) && p.s[p.i] == '0':
		p.i++
	case p.digits() == 0:
		return nil, syntaxError(start, "a malformed number")
	}
	if p.i < len(p.s) && p.s[p.i] == '.' {
		p.i++
		if p.digits() == 0 {
			return nil, syntaxError(start, "a malformed number")
		}
	}
	if p.i < len(p.s) && (p.s[p.i] == 'e' || p.s[p.i] == 'E') {
		p.i++
		if p.i < len(p.s) && (p.s[p.i] == '+' || p.s[p.i] == '-') {
			p.i++
		}
		if p.digits() == 0 {
			return nil, syntaxError(start, "a malformed number")
		}
	}
	return json.Number(p.s[start:p.i]), nil
}

func (p *parser) digits() int {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i - start
}

func (p *parser) str() (string, error) {
	p.i++
	start := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[start : p.i-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < 0x20:
			return "", syntaxError(p.i, "a control character in a string")
		}
		p.i++
	}
	return "", syntaxError(p.i, "unexpected end in a string")
}

// escaped reads the rest of a string that has escapes; p.i is at the first.
func (p *parser) escaped(start int) (string, error) {
	buf := append(make([]byte, 0, p.i-start+32), p.s[start:p.i]...)
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '"':
			p.i++
			return string(buf), nil
		case c < 0x20:
			return "", syntaxError(p.i, "a control character in a string")
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			buf = utf8.AppendRune(buf, r)
		default:
			buf = append(buf, c)
			p.i++
		}
	}
	return "", syntaxError(p.i, "unexpected end in a string")
}

var simpleEscapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *parser) escape() (rune, error) {
	at := p.i
	if p.i+1 >= len(p.s) {
		return 0, syntaxError(at, "unexpected end in a string")
	}
	c := p.s[p.i+1]
	if e := simpleEscapes[c]; e != 0 {
		p.i += 2
		return rune(e), nil
	}
	if c != 'u' {
		return 0, syntaxError(at, "an unknown escape")
	}
	r, ok := p.hex4(p.i + 2)
	if !ok {
		return 0, syntaxError(at, "a malformed \\u escape")
	}
	p.i += 6
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if p.i+1 < len(p.s) && p.s[p.i] == '\\' && p.s[p.i+1] == 'u' {
		if low, ok := p.hex4(p.i + 2); ok {
			if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
				p.i += 6
				return full, nil
			}
		}
	}
	return 0, syntaxError(at, "a lone surrogate")
}

func (p *parser) hex4(at int) (rune, bool) {
	if at+4 > len(p.s) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.s[at : at+4]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
