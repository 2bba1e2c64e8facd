package stix

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
)

// Canonical returns the bytes of o under RFC 8785 (JSON Canonicalization
// Scheme): names in the order of their UTF-16 code units, numbers as ECMAScript
// writes them, no white space. Two objects that are equal JSON values have equal
// bytes. A number outside the range of a double, a string that is not UTF-8 and
// a Go value that is no JSON value are errs.Invalid.
func (o Object) Canonical() ([]byte, error) {
	return AppendCanonical(make([]byte, 0, 768), o)
}

// AppendCanonical appends the canonical bytes of o to dst.
func AppendCanonical(dst []byte, o Object) ([]byte, error) {
	e := encoder{dst: dst, canonical: true}
	if err := e.object(o); err != nil {
		return nil, err
	}
	return e.dst, nil
}

// CanonicalValue returns the canonical bytes of any JSON value: nil, bool,
// string, json.Number, the Go integers and float64, []any, []string,
// map[string]any, map[string]string, []map[string]any and [Object].
func CanonicalValue(v any) ([]byte, error) {
	e := encoder{canonical: true}
	if err := e.value(v); err != nil {
		return nil, err
	}
	return e.dst, nil
}

// AppendJSON appends o to dst as JSON with numbers as they were written (1.50
// stays 1.50) and names in canonical order. It loses nothing; [Canonical] is for
// hashing.
func (o Object) AppendJSON(dst []byte) ([]byte, error) {
	e := encoder{dst: dst}
	if err := e.object(o); err != nil {
		return nil, err
	}
	return e.dst, nil
}

// MarshalJSON makes encoding/json write an Object as [Object.AppendJSON] does.
func (o Object) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("null"), nil
	}
	return o.AppendJSON(nil)
}

type encoder struct {
	dst       []byte
	canonical bool
	depth     int
	names     []string // names of the objects that are being written
}

func (e *encoder) value(v any) error {
	switch v := v.(type) {
	case nil:
		e.dst = append(e.dst, "null"...)
	case bool:
		e.dst = strconv.AppendBool(e.dst, v)
	case string:
		return e.str(v)
	case map[string]any:
		return e.object(v)
	case Object:
		return e.object(v)
	case []any:
		return encodeList(e, v)
	case []string:
		return encodeList(e, v)
	case []map[string]any:
		return encodeList(e, v)
	case map[string]string:
		m := make(map[string]any, len(v))
		for k, s := range v {
			m[k] = s
		}
		return e.object(m)
	default:
		return e.anyNumber(v)
	}
	return nil
}

func (e *encoder) anyNumber(v any) error {
	switch v := v.(type) {
	case json.Number:
		return e.number(string(v))
	case int:
		return e.integer(int64(v))
	case int64:
		return e.integer(v)
	case int32:
		return e.integer(int64(v))
	case uint64:
		if v > 1<<53 {
			return e.float(float64(v))
		}
		return e.integer(int64(v))
	case uint32:
		return e.integer(int64(v))
	case float64:
		return e.float(v)
	}
	return errs.New(errs.Invalid, "a value of Go type %T has no JSON form", v)
}

func encodeList[T any](e *encoder, l []T) error {
	if err := e.enter(); err != nil {
		return err
	}
	e.dst = append(e.dst, '[')
	for i, v := range l {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		if err := e.value(v); err != nil {
			return err
		}
	}
	e.dst = append(e.dst, ']')
	e.depth--
	return nil
}

// enter refuses values that contain themselves and those that Parse would not
// read back.
func (e *encoder) enter() error {
	e.depth++
	if e.depth > MaxDepth {
		return errs.New(errs.Invalid, "the value nests deeper than the limit of %d levels", MaxDepth)
	}
	return nil
}

func (e *encoder) object(m map[string]any) error {
	if err := e.enter(); err != nil {
		return err
	}
	base := len(e.names)
	for k := range m {
		e.names = append(e.names, k)
	}
	names := e.names[base:]
	slices.SortFunc(names, compareUTF16)
	e.dst = append(e.dst, '{')
	for i, k := range names {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		if err := e.str(k); err != nil {
			return err
		}
		e.dst = append(e.dst, ':')
		if err := e.value(m[k]); err != nil {
			return err
		}
	}
	e.dst = append(e.dst, '}')
	e.names = e.names[:base]
	e.depth--
	return nil
}

// compareUTF16 compares the UTF-16 forms of two UTF-8 strings (RFC 8785 section
// 3.2.3). UTF-8 bytes order by code point, and so does UTF-16 but for one thing:
// a code point above U+FFFF starts with a surrogate (U+D800…), which sorts below
// U+E000…U+FFFF. Such pairs first differ in their lead bytes, 0xF0 and more on
// one side, 0xEE or 0xEF on the other.
func compareUTF16(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) {
			return int(y) - int(x)
		}
		return int(x) - int(y)
	}
	return len(a) - len(b)
}

const hexDigits = "0123456789abcdef"

func (e *encoder) str(s string) error {
	e.dst = append(e.dst, '"')
	start := 0
	ascii := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			ascii = ascii && c < utf8.RuneSelf
			continue
		}
		e.dst = append(e.dst, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			e.dst = append(e.dst, '\\', c)
		case '\b':
			e.dst = append(e.dst, '\\', 'b')
		case '\t':
			e.dst = append(e.dst, '\\', 't')
		case '\n':
			e.dst = append(e.dst, '\\', 'n')
		case '\f':
			e.dst = append(e.dst, '\\', 'f')
		case '\r':
			e.dst = append(e.dst, '\\', 'r')
		default:
			e.dst = append(e.dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	if !ascii && !utf8.ValidString(s) {
		return errs.New(errs.Invalid, "a string is not valid UTF-8: %s", Quote(s))
	}
	e.dst = append(append(e.dst, s[start:]...), '"')
	return nil
}

func (e *encoder) integer(i int64) error {
	if e.canonical && (i > 1<<53 || i < -(1<<53)) {
		return e.float(float64(i))
	}
	e.dst = strconv.AppendInt(e.dst, i, 10)
	return nil
}

func (e *encoder) number(s string) error {
	if plainInteger(s) {
		e.dst = append(e.dst, s...)
		return nil
	}
	p := parser{s: s}
	if s == "" || (s[0] != '-' && (s[0] < '0' || s[0] > '9')) {
		return errs.New(errs.Invalid, "%s is not a JSON number", Quote(s))
	}
	if _, err := p.number(); err != nil || p.i != len(s) {
		return errs.New(errs.Invalid, "%s is not a JSON number", Quote(s))
	}
	if !e.canonical {
		e.dst = append(e.dst, s...)
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return errs.New(errs.Invalid, "the number %s is outside the range of a double (RFC 8785 section 3.2.2.3)", Quote(s))
	}
	return e.float(f)
}

// plainInteger reports whether s is an integer of at most 15 digits without a
// leading zero: such a number is its own ECMAScript form.
func plainInteger(s string) bool {
	d := s
	if len(d) > 1 && d[0] == '-' {
		d = d[1:]
	}
	if len(d) == 0 || len(d) > 15 || (d[0] == '0' && len(s) > 1) {
		return false
	}
	for i := range len(d) {
		if d[i] < '0' || d[i] > '9' {
			return false
		}
	}
	return true
}

// float writes a double as ECMAScript's Number::toString does (RFC 8785 section
// 3.2.2.3).
func (e *encoder) float(f float64) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return errs.New(errs.Invalid, "%v is not a JSON number", f)
	}
	if f == 0 {
		e.dst = append(e.dst, '0') // also for -0
		return nil
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		e.dst = strconv.AppendFloat(e.dst, f, 'f', -1, 64)
		return nil
	}
	e.dst = strconv.AppendFloat(e.dst, f, 'e', -1, 64)
	// Go pads the exponent to two digits: e-07 is written e-7.
	if n := len(e.dst); n >= 4 && e.dst[n-2] == '0' && (e.dst[n-3] == '-' || e.dst[n-3] == '+') {
		e.dst[n-2] = e.dst[n-1]
		e.dst = e.dst[:n-1]
	}
	return nil
}
