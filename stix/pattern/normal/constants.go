package normal

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix/pattern"
)

// comparisonText writes a comparison so that two say the same exactly if their texts
// are equal.
func comparisonText(c pattern.Comparison) string {
	path := c.ObjectPath()
	if c.Operator == "EXISTS" {
		if c.Negated {
			return "NOT EXISTS " + path
		}
		return "EXISTS " + path
	}
	op := c.Operator
	if c.Negated {
		op = "NOT " + op
	}
	constants := make([]string, len(c.Values))
	for i, l := range c.Values {
		constants[i] = constantText(c, l)
	}
	if c.Operator != "IN" {
		return path + " " + op + " " + constants[0]
	}
	slices.Sort(constants)
	return path + " " + op + " (" + strings.Join(slices.Compact(constants), ", ") + ")"
}

func constantText(c pattern.Comparison, l pattern.Literal) string {
	switch l.Kind {
	case "string":
		return quote(stringText(c, l.Text))
	case "integer", "float":
		return numberText(l.Text)
	case "hex":
		return "h'" + strings.ToLower(l.Text) + "'"
	case "binary":
		if b, err := base64.StdEncoding.DecodeString(l.Text); err == nil {
			return "b'" + base64.StdEncoding.EncodeToString(b) + "'"
		}
		return "b'" + l.Text + "'"
	case "timestamp":
		return "t'" + momentText(l.Text) + "'"
	}
	return l.Text
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// numberText writes a number as the shortest decimal of the value that it has.
func numberText(s string) string {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	if !strings.Contains(s, ".") { // an integer that is longer than any that STIX allows
		if n, ok := new(big.Int).SetString(s, 10); ok {
			return n.String()
		}
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	if f == 0 {
		return "0"
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// momentText writes a timestamp without what does not change the moment.
func momentText(s string) string {
	whole, fraction, ok := strings.Cut(strings.TrimSuffix(s, "Z"), ".")
	if fraction = strings.TrimRight(fraction, "0"); !ok || fraction == "" {
		return whole + "Z"
	}
	return whole + "." + fraction + "Z"
}

// stringText writes a string by what it means where the property says so. What LIKE and
// MATCHES take is no such value but for the case of names, which LIKE can do without.
func stringText(c pattern.Comparison, s string) string {
	if c.Operator == "MATCHES" {
		return s
	}
	switch {
	case c.ObjectType == "windows-registry-key" && registryName(c.Path):
		return strings.ToLower(s)
	case c.Operator == "LIKE", len(c.Path) != 1 || c.Path[0].Name != "value":
		return s
	case c.ObjectType == "ipv4-addr":
		return addressText(s, func(a netip.Addr) bool { return a.Is4() })
	case c.ObjectType == "ipv6-addr":
		return addressText(s, func(a netip.Addr) bool { return a.Is6() && a.Zone() == "" })
	}
	return s
}

// registryName reports whether the path leads to the name of a registry key or value.
func registryName(path []pattern.Step) bool {
	if len(path) == 1 {
		return path[0].Name == "key"
	}
	return len(path) == 3 && path[0].Name == "values" && path[1].List && path[2].Name == "name"
}

// addressText writes an address or a range in CIDR notation in its canonical form: the
// bits beyond the length cleared, no length where it is that of an address. What is
// neither stays as it is.
func addressText(s string, fits func(netip.Addr) bool) string {
	text, length, ranged := strings.Cut(s, "/")
	a, err := netip.ParseAddr(withoutZeros(text))
	if err != nil || !fits(a) {
		return s
	}
	if !ranged {
		return a.String()
	}
	bits, err := strconv.Atoi(length)
	if err != nil || bits < 0 || bits > a.BitLen() || length[0] == '+' {
		return s
	}
	if bits == a.BitLen() {
		return a.String()
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return s
	}
	return p.String()
}

// withoutZeros drops leading zeros of the numbers of an IPv4 address where they can be
// read in one way only: 01 is 1, but 010 is 10 to some and 8 to others.
func withoutZeros(s string) string {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return s
	}
	for i, p := range parts {
		bare := strings.TrimLeft(p, "0")
		switch {
		case len(p) < 2 || bare == p:
			continue
		case bare == "":
			bare = "0"
		case len(bare) > 1 || bare > "7":
			return s
		}
		parts[i] = bare
	}
	return strings.Join(parts, ".")
}
