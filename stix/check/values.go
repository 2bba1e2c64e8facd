package check

import (
	"encoding/base64"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/spec"
)

// hashes judges a dictionary of hashes (section 2.7).
func (c *checker) hashes(p *spec.Property, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrongType(p, "2.7")
		return
	}
	if len(m) == 0 {
		c.must("empty-dictionary", "2.3", "a dictionary must have at least one entry")
	}
	for name, v := range m {
		c.push(name)
		c.hash(name, v)
		c.pop()
	}
}

func (c *checker) hash(name string, v any) {
	if len(name) < 3 || len(name) > 250 || !stix.ValidKey(name) {
		c.must("hash-name", "2.7", stix.Quote(name)+" is no valid name of a hash: a–z, A–Z, 0–9, hyphen, underscore, 3 to 250 characters")
	} else if !spec.LookupVocabulary("hash-algorithm-ov").Has(name) {
		c.should("open-vocabulary", "10.7", stix.Quote(name)+" is not in the vocabulary hash-algorithm-ov")
	}
	s, ok := v.(string)
	switch {
	case !ok:
		c.must("property-type", "2.7", "a hash must be a string")
	case !validHash(name, s):
		c.must("hash-value", "2.7", stix.Quote(s)+" is not a value of "+name)
	}
}

// hashDigits gives the hexadecimal digits of each algorithm of the vocabulary.
var hashDigits = map[string]int{"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}

var (
	ssdeepForm = regexp.MustCompile(`^[A-Za-z0-9/+:.]{1,256}$`)
	tlshForm   = regexp.MustCompile(`^(T1)?[0-9A-Za-z]{70}$`)
)

func validHash(name, s string) bool {
	if n, ok := hashDigits[name]; ok {
		return len(s) == n && allHex(s)
	}
	switch name {
	case "SSDEEP":
		return ssdeepForm.MatchString(s)
	case "TLSH":
		return tlshForm.MatchString(s)
	}
	return true
}

func allHex(s string) bool {
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// dictionary judges a dictionary of the specification (section 2.3). The advice
// on lower case does not hold for those that there are: their keys are names of
// other standards.
func (c *checker) dictionary(p *spec.Property, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrongType(p, "2.3")
		return
	}
	if len(m) == 0 {
		c.must("empty-dictionary", "2.3", "a dictionary must have at least one entry")
	}
	for key, v := range m {
		c.push(key)
		if !stix.ValidKey(key) {
			c.must("dictionary-key", "2.3", stix.Quote(key)+" is no valid dictionary key: a–z, A–Z, 0–9, hyphen, underscore, at most 250 characters")
		}
		c.dictionaryValue(p, v)
		c.pop()
	}
}

func (c *checker) dictionaryValue(p *spec.Property, v any) {
	c.customValue(v)
	types := p.ValueTypes()
	if types == nil || v == nil {
		return
	}
	var is string
	switch v.(type) {
	case string:
		is = "string"
	case []any, []string:
		is = "list"
	default:
		if _, integer, ok := numberValue(v); ok && integer {
			is = "integer"
		}
	}
	if !slices.Contains(types, is) {
		c.must("property-type", "2.3", "a value of \""+p.Name()+"\" must be of type "+strings.Join(types, " or "))
	} else if is == "string" && slices.Contains(types, "list") {
		c.should("header-list", "6.12.2", "the value of a header field is a list of strings")
	}
}

// extensions judges the extensions of an object (sections 3.2, 3.10, 7.3 and
// 11.3).
func (c *checker) extensions(p *spec.Property, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		c.wrongType(p, "3.2")
		return
	}
	if len(m) == 0 {
		c.must("empty-dictionary", "2.3", "a dictionary must have at least one entry")
	}
	for key, v := range m {
		c.push(key)
		if e, isMap := v.(map[string]any); isMap {
			c.extension(key, e)
		} else {
			c.must("property-type", "3.2", "an extension must be a dictionary")
		}
		c.pop()
	}
}

func (c *checker) extension(key string, e map[string]any) {
	if len(e) == 0 {
		c.must("empty-dictionary", "2.3", "an extension must have at least one property")
		return
	}
	c.extensionType(key, e)
	info := spec.LookupExtension(key)
	switch {
	case info.Extends(c.object.Type()):
		c.properties(info, e)
		c.requiredProperties(info, e, key)
		c.rules(info, e)
		return
	case strings.HasPrefix(key, spec.ExtensionPrefix):
		if !stix.ValidID(key) {
			c.must("extension-key", "3.2", stix.Quote(key)+" is not the identifier of an extension definition")
		}
	case len(key) >= 3 && len(key) <= 250 && strings.HasSuffix(key, "-ext") && stix.ValidTypeName(key):
		c.add("custom-extension", "11.3", stix.Quote(key)+" is a custom extension; an extension definition should declare it", c.mode == Strict)
	default:
		c.must("extension-key", "11.3.1", stix.Quote(key)+" is neither the identifier of an extension definition nor a name that ends in \"-ext\"")
	}
	for name, v := range e {
		c.push(name)
		if !stix.ValidPropertyName(name) {
			c.must("property-name", "7.3.2.1", stix.Quote(name)+" is no valid property name: ASCII a–z, 0–9 and underscore, 3 to 250 characters")
		}
		c.customValue(v)
		c.pop()
	}
}

func (c *checker) extensionType(key string, e map[string]any) {
	v, present := e["extension_type"]
	if !present {
		if strings.HasPrefix(key, spec.ExtensionPrefix) {
			c.must("extension-type", "3.2", "an extension that a definition declares must have \"extension_type\"")
		}
		return
	}
	if s, ok := v.(string); !ok || !spec.LookupVocabulary("extension-type-enum").Has(s) {
		c.at("extension_type", "extension-type", "10.5", "the value is not in the enumeration extension-type-enum")
	}
}

func validBase64(s string) bool {
	if strings.ContainsAny(s, "\r\n") {
		return false
	}
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

// validURL reports whether s is an absolute URI under RFC 3986: a scheme, then
// only the characters that the RFC permits, each % followed by two hexadecimal
// digits, brackets only around an IP literal in the authority.
func validURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || !validScheme(scheme) {
		return false
	}
	if authority, isHier := strings.CutPrefix(rest, "//"); isHier {
		end := strings.IndexAny(authority, "/?#")
		if end < 0 {
			end = len(authority)
		}
		if !validAuthority(authority[:end]) {
			return false
		}
		rest = authority[end:]
	}
	path, fragment, _ := strings.Cut(rest, "#")
	return uriChars(path, "!$&'()*+,;=:@/?") && uriChars(fragment, "!$&'()*+,;=:@/?")
}

func validScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || (s[i] < '0' || s[i] > '9') && s[i] != '+' && s[i] != '-' && s[i] != '.') {
			return false
		}
	}
	return s != ""
}

func validAuthority(s string) bool {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		if !uriChars(s[:i], "!$&'()*+,;=:") {
			return false
		}
		s = s[i+1:]
	}
	if strings.HasPrefix(s, "[") {
		host, port, ok := strings.Cut(s[1:], "]")
		if !ok || (port != "" && (port[0] != ':' || !digitsOnly(port[1:]))) {
			return false
		}
		a, err := netip.ParseAddr(host)
		return err == nil && a.Is6() || strings.HasPrefix(host, "v") && uriChars(host, "!$&'()*+,;=:")
	}
	host, port, _ := strings.Cut(s, ":")
	return digitsOnly(port) && uriChars(host, "!$&'()*+,;=")
}

func digitsOnly(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// uriChars reports whether s has only unreserved characters, percent-encoded
// octets and those of more.
func uriChars(s, more string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~':
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
			i += 2
		case strings.IndexByte(more, c) < 0:
			return false
		}
	}
	return true
}

// validCIDR reports whether s is an address or a CIDR block of the family.
func validCIDR(s string, v4 bool) bool {
	if strings.Contains(s, "/") {
		p, err := netip.ParsePrefix(s)
		return err == nil && p.Addr().Is4() == v4
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4() == v4
}

var macForm = regexp.MustCompile(`^([0-9a-f]{2}:){5}[0-9a-f]{2}$`)

// validEmail applies addr-spec of RFC 5322 section 3.4.1, with the characters
// outside ASCII that RFC 6532 adds, without comments and folding.
func validEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if strings.HasPrefix(domain, "[") {
		if !strings.HasSuffix(domain, "]") || strings.ContainsAny(domain[1:len(domain)-1], "[]\\ \t\r\n") {
			return false
		}
	} else if !dotAtom(domain) {
		return false
	}
	if len(local) >= 2 && local[0] == '"' && local[len(local)-1] == '"' {
		return quotedString(local[1 : len(local)-1])
	}
	return dotAtom(local)
}

func dotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			c := atom[i]
			if c <= ' ' || c == 0x7f || strings.IndexByte(`()<>[]:;@\,"`, c) >= 0 {
				return false
			}
		}
	}
	return true
}

func quotedString(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
			if i >= len(s) {
				return false
			}
		case c == '"', c < ' ' && c != '\t', c == 0x7f:
			return false
		}
	}
	return true
}

// validDomain applies RFC 1034 and RFC 5890 as far as both hold for every name
// in use: labels of 1 to 63 octets, 253 in all, no white space, controls or
// delimiters of URLs. Underscores and other non-LDH labels are permitted (RFC
// 5890 section 2.3.1 names them); a trailing dot is the root.
func validDomain(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\:@?#[]"<>,;()`, r)
	})
}

// preferredDomain reports whether each label has only letters, digits and inner
// hyphens, or characters outside ASCII (U-labels).
func preferredDomain(s string) bool {
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i] | 0x20
			if label[i] < 0x80 && (c < 'a' || c > 'z') && (label[i] < '0' || label[i] > '9') && label[i] != '-' {
				return false
			}
		}
	}
	return true
}

// validCPE applies the formatted string binding of CPE 2.3 (NISTIR 7695 section
// 6.2): cpe:2.3, the part, and ten more components.
func validCPE(s string) bool {
	rest, ok := strings.CutPrefix(s, "cpe:2.3:")
	if !ok {
		return false
	}
	parts := splitEscaped(rest)
	if len(parts) != 11 || !slices.Contains([]string{"a", "o", "h", "*", "-"}, parts[0]) {
		return false
	}
	for _, p := range parts[1:] {
		if !cpeComponent.MatchString(p) {
			return false
		}
	}
	return true
}

var cpeComponent = regexp.MustCompile(`^(\*|-|(\?+|\*)?([A-Za-z0-9._-]|\\[!-/:-@\[-` + "`" + `{-~])+(\?+|\*)?)$`)

// splitEscaped splits at colons that no backslash precedes.
func splitEscaped(s string) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ':':
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}
