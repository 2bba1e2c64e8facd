package screen

import (
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
)

// The forms under which identifiers are compared. Each returns "" for a text
// that is none of its kind.

// foldDomain returns a host name in lower case and its A-label form (RFC 5890),
// without the root's dot.
func foldDomain(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	if a, err := idna.Lookup.ToASCII(strings.ToLower(s)); err == nil {
		return a
	}
	return strings.ToLower(s) // lists and feeds hold names that IDNA refuses, e.g. with underscores
}

// foldURL returns an address with scheme and host in lower case, without
// default port and fragment (RFC 3986 section 6.2.2.1 and 6.2.3).
func foldURL(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return strings.TrimSpace(s)
	}
	u.Scheme, u.Host, u.Fragment = strings.ToLower(u.Scheme), foldHost(u), ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

func foldHost(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if ip := foldIP(host); ip != "" {
		host = ip
	} else {
		host = foldDomain(host)
	}
	if port == "" || port == "80" && strings.EqualFold(u.Scheme, "http") || port == "443" && strings.EqualFold(u.Scheme, "https") {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}

// hostOf returns the folded host name of an address or bare host name.
func hostOf(s string) string {
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return foldDomain(u.Hostname())
}

// foldEmail returns a mailbox in lower case with its domain folded. The local
// part is case-sensitive by RFC 5321 section 2.4 and by nobody's practice.
func foldEmail(s string) string {
	local, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "@")
	if !ok {
		return ""
	}
	return local + "@" + foldDomain(domain)
}

// foldIP returns an address or prefix in the form of RFC 5952.
func foldIP(s string) string {
	s = strings.TrimSpace(s)
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().WithZone("").String()
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked().String()
	}
	return ""
}

// hashNames are the algorithms by the number of hexadecimal digits.
var hashNames = map[int]string{32: "MD5", 40: "SHA-1", 56: "SHA-224", 64: "SHA-256", 96: "SHA-384", 128: "SHA-512"}

// foldHash returns a digest in lower case.
func foldHash(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if hashNames[len(s)] == "" {
		return ""
	}
	for _, r := range s {
		if !strings.ContainsRune("0123456789abcdef", r) {
			return ""
		}
	}
	return s
}

// foldID returns the id of an object.
func foldID(s string) string {
	if !stix.ValidID(s) {
		return ""
	}
	return s
}

// foldDocument returns a document number in capitals without what people write
// between its characters.
func foldDocument(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '-', '.', '/', '_', '\u00a0', '‐', '–', ':':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// walletForm returns the key under which a wallet address is compared; of one
// that is refused for its capitals only, that of the address it must be; the
// trimmed text when it is none: what a list prints is found by what it prints.
func walletForm(s string) string {
	s = strings.TrimSpace(s)
	if k, ok := coin.Key(s); ok {
		return k
	}
	if a, ok := coin.Recased(s); ok {
		return a.Key
	}
	return s
}

// observableRows writes the identifiers of cyber observables.
func observableRows(r rowSet, o stix.Object) {
	id, value := o.ID(), o.Str("value")
	switch o.Type() {
	case "domain-name":
		r.selector(id, Domain, foldDomain(value), value, "")
	case "url":
		r.address(id, value)
	case "email-addr":
		r.selector(id, Email, foldEmail(value), value, "")
	case "ipv4-addr", "ipv6-addr":
		r.selector(id, IP, foldIP(value), value, "")
	case "file", "artifact", "x509-certificate":
		hashes, _ := o["hashes"].(map[string]any)
		r.hashes(id, hashes)
	case "cordon-claim":
		// STIX has no observable for a wallet: what a document says of one is the
		// claim that it mentions it.
		if o.Str("predicate") == "mentions-wallet" {
			r.selector(id, Wallet, walletForm(o.Str("subject")), o.Str("subject"), "")
		}
	}
}

// address writes a URL and its host: who asks for the host wants to know.
func (r rowSet) address(object, value string) {
	r.selector(object, URL, foldURL(value), value, "")
	if host := hostOf(value); host != "" {
		if ip := foldIP(host); ip != "" {
			r.selector(object, IP, ip, value, "host")
		} else {
			r.selector(object, Domain, host, value, "host")
		}
	}
}

func (r rowSet) hashes(object string, hashes map[string]any) {
	for _, algorithm := range slices.Sorted(maps.Keys(hashes)) {
		if s, ok := hashes[algorithm].(string); ok {
			r.selector(object, Hash, foldHash(s), s, algorithm)
		}
	}
}

// patternRows writes the identifiers that an indicator's pattern looks for by
// equality.
func patternRows(r rowSet, o stix.Object) {
	if o.Str("pattern_type") != "stix" {
		return
	}
	comparisons, err := pattern.Comparisons(o.Str("pattern"))
	if err != nil {
		return // the check of the object has said so already
	}
	for _, c := range comparisons {
		if c.Negated || c.Operator != "=" && c.Operator != "IN" {
			continue
		}
		for _, v := range c.Values {
			if v.Kind == "string" {
				r.compared(o.ID(), c.ObjectType, names(c.Path), v.Text)
			}
		}
	}
}

// names writes the property names of an object path with points between them.
func names(path []pattern.Step) string {
	var out []string
	for _, s := range path {
		if !s.List {
			out = append(out, s.Name)
		}
	}
	return strings.Join(out, ".")
}

func (r rowSet) compared(object, typ, path, value string) {
	switch {
	case typ == "domain-name" && path == "value":
		r.selector(object, Domain, foldDomain(value), value, "")
	case typ == "url" && path == "value":
		r.address(object, value)
	case typ == "email-addr" && path == "value", typ == "email-message" && strings.HasSuffix(path, "_ref.value"):
		r.selector(object, Email, foldEmail(value), value, "")
	case (typ == "ipv4-addr" || typ == "ipv6-addr") && path == "value":
		r.selector(object, IP, foldIP(value), value, "")
	case strings.HasPrefix(path, "hashes"):
		r.selector(object, Hash, foldHash(value), value, "")
	}
}
