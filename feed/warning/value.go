package warning

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/cordon-project/cordon/errs"
)

// Limits of host names (RFC 1035 section 2.3.4), without the root's dot.
const (
	maxName  = 253
	maxLabel = 63
	maxURL   = 4096
)

// refanged takes back what people do to addresses so that nobody follows them, and
// drops characters that are not seen.
func refanged(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '。', r == '．', r == '｡': // IDNA's other dots
			return '.'
		case r == utf8.RuneError, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r) && r >= 0xfe00 && r <= 0xfe0f:
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	if !strings.ContainsAny(s, "[](){}") && !strings.HasPrefix(strings.ToLower(s), "hx") && !strings.HasPrefix(strings.ToLower(s), "fx") {
		return s
	}
	for _, p := range []struct{ from, to string }{
		{"[.]", "."},
		{"(.)", "."},
		{"{.}", "."},
		{"[dot]", "."},
		{"(dot)", "."},
		{"{dot}", "."},
		{"[DOT]", "."},
		{"(DOT)", "."},
		{"[:]", ":"},
		{"[://]", "://"},
		{"[/]", "/"},
		{"[.", "."},
		{".]", "."},
	} {
		s = strings.ReplaceAll(s, p.from, p.to)
	}
	lower := strings.ToLower(s)
	for _, p := range []struct{ from, to string }{{"hxxps", "https"}, {"hxxp", "http"}, {"htxp", "http"}, {"fxp", "ftp"}} {
		if strings.HasPrefix(lower, p.from) {
			return p.to + s[len(p.from):]
		}
	}
	return s
}

// profile maps as browsers do (UTS #46, non-transitional) and lets underscores be,
// which hosts of malware have.
func profile() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))
}

// ParseDomain returns a host name in lower case, its labels as A-labels (RFC 5890),
// without the root's dot. Errors: errs.Invalid for what is no name of a host with at
// least two labels: numbers, addresses, characters that a name cannot have.
func ParseDomain(s string) (string, error) {
	name := strings.TrimRight(refanged(s), ".")
	bad := func(why string) (string, error) {
		return "", errs.New(errs.Invalid, "%q is no domain: %s", s, why)
	}
	if len(name) > 4*maxName {
		return bad("it is too long")
	}
	name = strings.ToLower(name)
	if !plain(name) {
		mapped, err := profile().ToASCII(name)
		if err != nil {
			return bad("IDNA refuses it")
		}
		name = strings.TrimRight(strings.ToLower(mapped), ".")
	}
	labels := strings.Split(name, ".")
	if len(name) > maxName || len(labels) < 2 {
		return bad("a name has two labels or more and at most 253 characters")
	}
	for _, l := range labels {
		if !label(l) {
			return bad("it has a label that no host has")
		}
	}
	if numeric(labels[len(labels)-1]) {
		return bad("its last label is a number")
	}
	return name, nil
}

// plain reports whether IDNA has nothing to do with a name in lower case: it is ASCII
// and has no A-label.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return false
		}
	}
	return !strings.Contains(name, "xn--")
}

// label reports whether l is a label of letters, digits, hyphens and underscores. One
// that begins like an A-label must decode, and to something that is not ASCII alone:
// otherwise it would be another spelling of a plain name.
func label(l string) bool {
	if l == "" || len(l) > maxLabel || l[0] == '-' || l[len(l)-1] == '-' {
		return false
	}
	for i := range len(l) {
		c := l[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	if strings.HasPrefix(l, "xn--") {
		u, err := idna.Punycode.ToUnicode(l)
		if err != nil || u == l || strings.IndexFunc(u, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
			return false
		}
	}
	return true
}

// numeric reports whether a last label makes a host a number (WHATWG URL, "ends in a
// number").
func numeric(l string) bool {
	if l == "" {
		return false
	}
	if strings.HasPrefix(l, "0x") {
		return strings.Trim(l[2:], "0123456789abcdef") == ""
	}
	return strings.Trim(l, "0123456789") == ""
}

// ParseIP returns an address or a network; an address is a network of one. IPv4 inside
// IPv6 (mapped) is IPv4. Errors: errs.Invalid, also for what can be read as two
// addresses (leading zeros).
func ParseIP(s string) (netip.Prefix, error) {
	text := strings.TrimSpace(refanged(s))
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	if p, err := netip.ParsePrefix(text); err == nil {
		p = p.Masked()
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		return p, nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, errs.New(errs.Invalid, "%q is no address", s)
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// inner returns the IPv4 address that an IPv6 one carries: compatible (::a.b.c.d),
// NAT64 (RFC 6052) and 6to4 (RFC 3056).
func inner(a netip.Addr) (netip.Addr, bool) {
	if !a.Is6() {
		return a, false
	}
	b := a.As16()
	switch {
	case [12]byte(b[:12]) == [12]byte{} && (b[12] != 0 || b[13] != 0),
		[12]byte(b[:12]) == [12]byte{0, 0x64, 0xff, 0x9b}:
		return netip.AddrFrom4([4]byte(b[12:])), true
	case b[0] == 0x20 && b[1] == 0x02:
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return a, false
}

// URL is an address of the web in canonical form.
type URL struct {
	Text   string // scheme, host and port, path, query; ASCII
	Scheme string
	Host   string       // a domain, or an address as netip writes it
	IP     netip.Prefix // valid when the host is an address
	Path   string       // with its query, "/" at least
}

// ParseURL reads a URL and gives it in canonical form, without user and fragment.
// Errors: errs.Invalid for what has no scheme or no host, and for characters that
// browsers and filters read differently (controls, spaces, backslashes).
func ParseURL(s string) (URL, error) {
	bad := func(why string) (URL, error) { return URL{}, errs.New(errs.Invalid, "%q is no URL: %s", clip(s), why) }
	text := refanged(s)
	if len(text) > maxURL {
		return bad("it is too long")
	}
	if strings.IndexFunc(text, func(r rune) bool {
		return r <= ' ' || r == '\\' || r == 0x7f || r == utf8.RuneError || unicode.IsSpace(r)
	}) >= 0 {
		return bad("it has a space, a control character or a backslash")
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Opaque != "" {
		return bad("it has no scheme with a host")
	}
	out := URL{Scheme: strings.ToLower(u.Scheme)}
	host := u.Hostname()
	if p, ok := hostIP(host); ok {
		out.IP, out.Host = p, p.Addr().String()
	} else if out.Host, err = ParseDomain(host); err != nil {
		return bad("its host is no host")
	}
	authority := out.Host
	if strings.Contains(authority, ":") {
		authority = "[" + authority + "]"
	}
	if port := u.Port(); port != "" && (out.Scheme != "http" || port != "80") && (out.Scheme != "https" || port != "443") {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return bad("its port is none")
		}
		authority += ":" + strconv.FormatUint(n, 10)
	}
	out.Path = ascii(u.EscapedPath())
	if !strings.HasPrefix(out.Path, "/") {
		out.Path = "/" + out.Path
	}
	if u.RawQuery != "" {
		out.Path += "?" + ascii(u.RawQuery)
	}
	out.Text = out.Scheme + "://" + authority + out.Path
	return out, nil
}

// ascii escapes what is not ASCII, and the characters that end a string or a cell
// somewhere, as a URL may write them (RFC 3986 section 2.1).
func ascii(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}'", c) >= 0 {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)+0x100, 16)[1:]))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// hostIP reads a URL's host as browsers do: an IPv6 address, or IPv4 in one to four
// numbers that may be octal or hexadecimal (WHATWG URL, "IPv4 parser").
func hostIP(host string) (netip.Prefix, bool) {
	if p, err := ParseIP(host); err == nil && p.IsSingleIP() {
		return p, true
	}
	mapped, err := profile().ToASCII(strings.ToLower(strings.TrimRight(refanged(host), ".")))
	if err != nil {
		return netip.Prefix{}, false
	}
	parts := strings.Split(strings.TrimRight(mapped, "."), ".")
	if len(parts) > 4 || !numeric(parts[len(parts)-1]) {
		return netip.Prefix{}, false
	}
	var v uint64
	for i, p := range parts {
		n, ok := number(p)
		if last := i == len(parts)-1; !ok || !last && n > 255 || last && n >= 1<<(8*(5-len(parts))) {
			return netip.Prefix{}, false
		}
		if i == len(parts)-1 {
			v += n
		} else {
			v += n << (8 * (3 - i))
		}
	}
	a := netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	return netip.PrefixFrom(a, 32), true
}

func number(s string) (uint64, bool) {
	base := 10
	switch {
	case s == "0x":
		return 0, true
	case strings.HasPrefix(s, "0x"):
		base, s = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, s = 8, s[1:]
	}
	n, err := strconv.ParseUint(s, base, 40)
	return n, err == nil
}

// ParseHash returns a hash in lower case with its algorithm by its length. Errors:
// errs.Invalid.
func ParseHash(s string) (algorithm, hash string, err error) {
	h := strings.ToLower(strings.TrimSpace(s))
	algorithm = map[int]string{32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}[len(h)]
	if algorithm == "" || strings.Trim(h, "0123456789abcdef") != "" {
		return "", "", errs.New(errs.Invalid, "%q is no MD5, SHA-1, SHA-256 or SHA-512", clip(s))
	}
	return algorithm, h, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}
