package feed

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
)

// Kind is what an entry is.
type Kind string

// The kinds of entries.
const (
	Domain Kind = "domain"
	IP     Kind = "ip"
	URL    Kind = "url"
	Hash   Kind = "hash"
	YARA   Kind = "yara"
)

// Rules by which something is left out.
const (
	RuleWarning   = "warning-list"
	RuleRevoked   = "revoked"
	RuleExpired   = "expired"
	RuleNotYet    = "not-yet-valid"
	RuleBenign    = "benign"
	RulePattern   = "pattern-not-one-value"
	RuleLanguage  = "pattern-language"
	RuleMalformed = "malformed"
	RuleRoute     = "not-routable"
	RuleWide      = "network-too-wide"
	RuleSuffix    = "public-suffix"
	RuleBelow     = "warning-list-below"
	RuleLong      = "too-long"
	RuleUnseen    = "not-seen-by-form"
	RuleRuleText  = "rule-not-safe-to-join"
)

// Left is one value that was not published.
type Left struct {
	Value  string      `json:"value"`
	Kind   Kind        `json:"kind,omitempty"`
	Rule   string      `json:"rule"`
	Why    string      `json:"why"`
	Spared warning.Hit `json:"spared,omitzero"`
	Object string      `json:"object"` // id of the indicator or observable
}

// entry is one value on its way out, in canonical form.
type entry struct {
	kind      Kind
	text      string
	algorithm string // of a hash
	net       netip.Prefix
	url       warning.URL
	wide      bool // what is below a domain goes with it
	id        string
	name      string
	tlp       string
	from      string
	until     string
}

// candidate is one value as an indicator names it.
type candidate struct{ typ, property, value string }

// candidates returns what a pattern names, nil for one that asks for more than one
// thing at once.
func candidates(text string) []candidate {
	n, err := pattern.Parse(text)
	if err != nil {
		return nil
	}
	return ofNode(n)
}

func ofNode(n pattern.Node) []candidate {
	switch n := n.(type) {
	case *pattern.Observation:
		if len(n.Qualifiers) > 0 {
			return nil
		}
		return ofExpr(n.Expr)
	case *pattern.Combined:
		if len(n.Qualifiers) > 0 || n.Op != "OR" && n.Op != "" {
			return nil
		}
		var out []candidate
		for _, o := range n.Operands {
			c := ofNode(o)
			if c == nil {
				return nil
			}
			out = append(out, c...)
		}
		return out
	}
	return nil
}

func ofExpr(e pattern.Expr) []candidate {
	switch e := e.(type) {
	case pattern.Comparison:
		return ofComparison(e)
	case *pattern.Junction:
		var out []candidate
		for _, o := range e.Operands {
			c := ofExpr(o)
			if e.Op == "AND" {
				// A hash names one file, whatever else is asked of it.
				if len(c) > 0 && !slices.ContainsFunc(c, func(c candidate) bool { return c.typ != "file" }) {
					return c
				}
				continue
			}
			if c == nil {
				return nil
			}
			out = append(out, c...)
		}
		return out
	}
	return nil
}

func ofComparison(c pattern.Comparison) []candidate {
	if c.Negated || c.Operator != "=" && c.Operator != "IN" {
		return nil
	}
	property := ""
	switch {
	case len(c.Path) == 1 && c.Path[0].Name == "value" && slices.Contains([]string{"domain-name", "ipv4-addr", "ipv6-addr", "url"}, c.ObjectType):
		property = "value"
	case len(c.Path) == 2 && c.ObjectType == "file" && c.Path[0].Name == "hashes":
		property = c.Path[1].Name
	default:
		return nil
	}
	var out []candidate
	for _, v := range c.Values {
		out = append(out, candidate{c.ObjectType, property, v.Text})
	}
	return out
}

// ofObservable returns what an observable names.
func ofObservable(o stix.Object) []candidate {
	switch t := o.Type(); t {
	case "domain-name", "ipv4-addr", "ipv6-addr", "url":
		return []candidate{{t, "value", o.Str("value")}}
	case "file":
		var out []candidate
		m, _ := o["hashes"].(map[string]any)
		for _, a := range []string{"MD5", "SHA-1", "SHA-256", "SHA-512"} {
			if h, ok := m[a].(string); ok {
				out = append(out, candidate{t, a, h})
			}
		}
		return out
	}
	return nil
}

// Widest networks that are published.
const (
	minBits4 = 16
	minBits6 = 32
)

// canonical brings a candidate into the one form that may be published. The rule says
// why it may not, "" when it may.
func (c candidate) canonical() (e entry, rule, why string) {
	var err error
	switch c.typ {
	case "domain-name":
		e.kind = Domain
		e.text, err = warning.ParseDomain(strings.TrimPrefix(c.value, "*."))
		if err == nil {
			if suffix, _ := publicsuffix.PublicSuffix(e.text); suffix == e.text {
				return e, RuleSuffix, "everybody can register names below it"
			}
		}
	case "ipv4-addr", "ipv6-addr":
		e.kind = IP
		e.net, err = warning.ParseIP(c.value)
		e.text = ipText(e.net)
		if err == nil {
			if rule, why := routable(e.net); rule != "" {
				return e, rule, why
			}
		}
	case "url":
		e.kind = URL
		e.url, err = warning.ParseURL(c.value)
		e.text = e.url.Text
		if err == nil && e.url.IP.IsValid() {
			if rule, why := routable(e.url.IP); rule != "" {
				return e, rule, why
			}
		}
	case "file":
		e.kind = Hash
		e.algorithm, e.text, err = warning.ParseHash(c.value)
		if want := strings.ToUpper(strings.ReplaceAll(c.property, "-", "")); err == nil && want != strings.ReplaceAll(e.algorithm, "-", "") {
			return e, RuleMalformed, "its length is not that of " + c.property
		}
	}
	if err != nil {
		return entry{kind: e.kind}, RuleMalformed, "it is none, or can be read as another"
	}
	return e, "", ""
}

func ipText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// routable refuses what is nobody's on the internet (RFC 6890), and networks so wide
// that a block would be felt by millions.
func routable(p netip.Prefix) (rule, why string) {
	a := p.Addr()
	if p.Bits() < minBits4 && a.Is4() || p.Bits() < minBits6 && a.Is6() {
		return RuleWide, "the network is wider than /16, or /32 of IPv6"
	}
	if a.IsPrivate() || !a.IsGlobalUnicast() || a == netip.IPv4Unspecified() {
		return RuleRoute, "it is private, local, multicast or reserved"
	}
	return "", ""
}

// spared asks the warning lists.
func (e entry) spared(x *warning.Index) (warning.Hit, bool) {
	switch e.kind {
	case Domain:
		return x.Domain(e.text)
	case IP:
		return x.IP(e.net)
	case URL:
		return x.URL(e.url)
	case Hash:
		return x.Hash(e.text)
	}
	return warning.Hit{}, false
}

// standing says why an indicator does not hold at a moment, "" when it does.
func standing(o stix.Object, now time.Time) (rule, why string) {
	if o.Revoked() {
		return RuleRevoked, "its author has taken it back"
	}
	if until := o.Str("valid_until"); until != "" {
		if t, err := stix.ParseTime(until); err != nil || !t.After(now) {
			return RuleExpired, "it was valid until " + until
		}
	}
	if t, err := stix.ParseTime(o.Str("valid_from")); err != nil || t.After(now) {
		return RuleNotYet, "it is valid from " + o.Str("valid_from")
	}
	if slices.Contains(o.Strs("indicator_types"), "benign") {
		return RuleBenign, "it says of itself that it is benign"
	}
	return "", ""
}
