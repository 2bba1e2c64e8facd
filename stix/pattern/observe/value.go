package observe

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
)

type kind uint8

const (
	other     kind = iota // null, a list, a dictionary: equal to no constant
	text                  // s
	binary                // s: each byte as the code point of its number
	number                // n
	boolean               // b
	moment                // s, of constants only
	malformed             // s, what a property for binary data holds and is none
)

// Value is a value of an observation, or a constant, as comparisons see it (sections
// 9.2 and 9.6.1). Binary data is held as text in which each byte is the code point of
// its number: so equality with a string is equality of code points, as the
// specification wants it.
type Value struct {
	kind kind
	s    string
	n    numeric
	b    bool
}

func refName(name string) bool {
	return strings.HasSuffix(name, "_ref") || strings.HasSuffix(name, "_refs")
}

// Binary reports whether a property of that name holds binary data: section 3.1 names
// properties of the types hex and binary with _hex and _bin.
func Binary(name string) bool {
	return strings.HasSuffix(name, "_hex") || strings.HasSuffix(name, "_bin")
}

// Value returns the value at the place.
func (p Place) Value() Value {
	switch v := p.value.(type) {
	case string:
		if Binary(p.name) {
			return binaryValue(p.name, v)
		}
		return Value{kind: text, s: v}
	case bool:
		return Value{kind: boolean, b: v}
	case json.Number:
		return Value{kind: number, n: parseNumber(string(v))}
	case int:
		return Value{kind: number, n: numeric{whole: true, i: int64(v)}}
	case int64:
		return Value{kind: number, n: numeric{whole: true, i: v}}
	case float64:
		return Value{kind: number, n: numberOf(v)}
	}
	return Value{}
}

func binaryValue(name, s string) Value {
	var b []byte
	var err error
	if strings.HasSuffix(name, "_hex") {
		b, err = hex.DecodeString(s)
	} else {
		b, err = base64.StdEncoding.DecodeString(s)
	}
	if err != nil {
		return Value{kind: malformed, s: s}
	}
	return Value{kind: binary, s: codePoints(b)}
}

// codePoints writes each byte as the code point of its number.
func codePoints(b []byte) string {
	var out strings.Builder
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.String()
}

// narrow reports whether every code point of s is the number of a byte: only such a
// string can be compared with binary data (section 9.6.1).
func narrow(s string) bool {
	for _, r := range s {
		if r > 0xff {
			return false
		}
	}
	return true
}

// Constant returns a constant of a pattern as a value. Errors: errs.Invalid for a day
// that does not exist.
func Constant(l pattern.Literal) (Value, error) {
	switch l.Kind {
	case "string":
		return Value{kind: text, s: l.Text}, nil
	case "boolean":
		return Value{kind: boolean, b: l.Text == "true"}, nil
	case "integer", "float":
		return Value{kind: number, n: parseNumber(l.Text)}, nil
	case "hex":
		b, err := hex.DecodeString(l.Text)
		if err != nil {
			return Value{}, errs.New(errs.Invalid, "the constant h'%s' is not hexadecimal", l.Text)
		}
		return Value{kind: binary, s: codePoints(b)}, nil
	case "binary":
		b, err := base64.StdEncoding.DecodeString(l.Text)
		if err != nil {
			return Value{}, errs.New(errs.Invalid, "the constant b'%s' is not base64", l.Text)
		}
		return Value{kind: binary, s: codePoints(b)}, nil
	case "timestamp":
		if _, err := stix.ParseTime(l.Text); err != nil {
			return Value{}, errs.New(errs.Invalid, "the constant t'%s' is no moment that there is", l.Text)
		}
		return Value{kind: moment, s: l.Text}, nil
	}
	return Value{}, errs.New(errs.Internal, "a constant of the kind %s", l.Kind)
}

// Key returns text that two values share exactly when they are equal by the operator
// =; false for what is equal to no constant, and for timestamps and binary properties,
// of which equality is not that of text. Fold is for hashes, which are equal whatever
// the case of their digits.
func (v Value) Key(fold bool) (string, bool) {
	switch v.kind {
	case text, binary:
		if fold {
			return "s" + foldHash(v.s), true
		}
		return "s" + v.s, true
	case boolean:
		return "b" + strconv.FormatBool(v.b), true
	case number:
		if v.n.whole {
			return "i" + strconv.FormatInt(v.n.i, 10), true
		}
		return "f" + strconv.FormatFloat(v.n.f, 'g', -1, 64), true
	}
	return "", false
}

// Text returns the text that LIKE and MATCHES look at: strings in normal form C,
// binary data as it is.
func (v Value) Text() (string, bool) {
	switch v.kind {
	case text:
		return norm.NFC.String(v.s), true
	case binary:
		return v.s, true
	}
	return "", false
}

// Prefix returns the addresses that a string means by ISSUBSET: one address, or a
// range in CIDR notation with the bits beyond its length cleared.
func (v Value) Prefix() (netip.Prefix, bool) {
	if v.kind != text {
		return netip.Prefix{}, false
	}
	return parsePrefix(v.s)
}

func parsePrefix(s string) (netip.Prefix, bool) {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return p.Masked(), err == nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// within reports whether all of a is in b.
func within(a, b netip.Prefix) bool { return b.Bits() <= a.Bits() && b.Contains(a.Addr()) }

// foldHash lets the hexadecimal digits of a hash have either case.
func foldHash(s string) string { return strings.ToLower(s) }

// equal decides =; unknown where a timestamp is compared with what is none, and where
// binary data is damaged.
func (v Value) equal(c Value, fold bool) verdict {
	switch {
	case v.kind == malformed:
		return unknown
	case c.kind == moment:
		order, result := compareMoments(v, c)
		return result.and(decide(order == 0))
	case isText(v.kind) && isText(c.kind):
		if fold {
			return decide(foldHash(v.s) == foldHash(c.s))
		}
		return decide(v.s == c.s)
	case v.kind != c.kind:
		return no
	case v.kind == number:
		return decide(v.n.compare(c.n) == 0)
	case v.kind == boolean:
		return decide(v.b == c.b)
	}
	return no
}

// order decides < <= > and >=, which hold between what cannot be ordered for none.
func (v Value) order(op string, c Value) verdict {
	order := 0
	switch {
	case v.kind == malformed:
		return unknown
	case c.kind == moment:
		var result verdict
		if order, result = compareMoments(v, c); result != yes {
			return result
		}
	case isText(v.kind) && isText(c.kind):
		if v.kind != c.kind && (!narrow(v.s) || !narrow(c.s)) {
			return no
		}
		order = cmp.Compare(v.s, c.s) // of UTF-8, which is the order of code points
	case v.kind == number && c.kind == number:
		order = v.n.compare(c.n)
	default:
		return no
	}
	switch op {
	case "<":
		return decide(order < 0)
	case "<=":
		return decide(order <= 0)
	case ">":
		return decide(order > 0)
	}
	return decide(order >= 0)
}

func isText(k kind) bool { return k == text || k == binary }

// compareMoments orders a string as a timestamp against one: unknown where it is none,
// no for what is no string.
func compareMoments(v, c Value) (int, verdict) {
	if v.kind != text {
		return 0, no
	}
	order, ok := stix.CompareTimes(v.s, c.s)
	if !ok {
		return 0, unknown
	}
	return order, yes
}

// numeric is an integer or a float (sections 2.7 and 2.5). A float that is whole and
// fits is held as an integer, so equal numbers are held alike.
type numeric struct {
	whole bool
	i     int64
	f     float64
}

func parseNumber(s string) numeric {
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return numeric{whole: true, i: i}
	}
	f, _ := strconv.ParseFloat(s, 64) // beyond the range it is infinite, which orders as it should
	return numberOf(f)
}

func numberOf(f float64) numeric {
	if f == math.Trunc(f) && f >= -(1<<63) && f < 1<<63 {
		return numeric{whole: true, i: int64(f)}
	}
	return numeric{f: f}
}

// compare orders two numbers exactly.
func (a numeric) compare(b numeric) int {
	switch {
	case a.whole && b.whole:
		return cmp.Compare(a.i, b.i)
	case !a.whole && !b.whole:
		return cmp.Compare(a.f, b.f)
	case b.whole:
		return -b.compare(a)
	case math.IsInf(b.f, 0) || math.IsNaN(b.f):
		return cmp.Compare(0, b.f)
	}
	return new(big.Rat).SetInt64(a.i).Cmp(new(big.Rat).SetFloat64(b.f))
}

// verdict is the value of a comparison in Kleene's logic.
type verdict int8

const (
	no      verdict = -1
	unknown verdict = 0
	yes     verdict = 1
)

func decide(b bool) verdict {
	if b {
		return yes
	}
	return no
}

func (v verdict) and(w verdict) verdict { return min(v, w) }
func (v verdict) or(w verdict) verdict  { return max(v, w) }
