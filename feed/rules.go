package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/cordon-project/cordon/stix"
)

// suricata writes rules of Suricata. The sid of a rule is a hash of its value, so that
// a value has the same one in every list and on every node.
type suricata struct{ taken map[uint32]bool }

func (*suricata) kinds() []Kind { return []Kind{Domain, IP, URL} }

func (*suricata) begin(w io.Writer, _ Options, _ uint32) error {
	_, err := io.WriteString(w, "# Cordon: rules for Suricata\n")
	return err
}

// Signature ids: from 1 << 30 on, beyond the ranges that others have. Where two values
// would have one, the later takes the next that is free.
const sidBase, sidMask = 1 << 30, 1<<30 - 1

func (x *suricata) sid(e entry) uint32 {
	sum := sha256.Sum256([]byte("cordon sid " + string(e.kind) + " " + e.text))
	n := binary.BigEndian.Uint32(sum[:]) & sidMask
	for x.taken[n] {
		n = (n + 1) & sidMask
	}
	x.taken[n] = true
	return sidBase + n
}

// maxContent is the longest content that a rule may ask for.
const maxContent = 255

func (x *suricata) write(w io.Writer, e entry) (rule, why string, err error) {
	head, match := "", ""
	switch e.kind {
	case Domain:
		head, match = "dns any any -> any any", fmt.Sprintf(`dns.query; content:"%s"; nocase; bsize:%d;`, content(e.text), len(e.text))
		if e.wide {
			match = fmt.Sprintf(`dns.query; dotprefix; content:".%s"; nocase; endswith;`, content(e.text))
		}
	case IP:
		head = "ip any any -> [" + e.text + "] any"
	case URL:
		if e.url.Scheme != "http" {
			return RuleUnseen, "a sensor does not see the path of " + e.url.Scheme, nil
		}
		if len(e.url.Path) > maxContent {
			return RuleLong, "its path is longer than a rule can ask for", nil
		}
		head = "http any any -> any any"
		match = fmt.Sprintf(`http.host; content:"%s"; bsize:%d; http.uri.raw; content:"%s"; bsize:%d;`, content(e.url.Host), len(e.url.Host), content(e.url.Path), len(e.url.Path))
	}
	_, err = fmt.Fprintf(w, "alert %s (msg:\"CORDON %s\"; %s%sclasstype:trojan-activity; metadata:object %s; sid:%d; rev:1;)\n", head, e.kind, match, space(match), e.id, x.sid(e))
	return "", "", err
}

func (*suricata) end(io.Writer) error { return nil }

func space(s string) string {
	if s == "" {
		return ""
	}
	return " "
}

// content writes bytes for a rule's content: letters, digits and what means nothing
// there as they are, all others in hexadecimal.
func content(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(".-_/", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "|%02X|", c)
		}
	}
	return b.String()
}

// sigma writes one rule of Sigma for each value, as a stream of YAML documents in
// which every text is a JSON string, which YAML reads as it is (YAML 1.2 section 1.3).
type sigma struct{}

func (sigma) kinds() []Kind { return []Kind{Domain, IP, URL, Hash} }

func (sigma) begin(io.Writer, Options, uint32) error { return nil }

func (sigma) end(io.Writer) error { return nil }

func (sigma) write(w io.Writer, e entry) (rule, why string, err error) {
	source, selection := "", ""
	text := escaped(e.text)
	switch e.kind {
	case Domain:
		source, selection = "category: dns", "    query: "+jsonText(text)+"\n"
		if e.wide {
			selection = "    - query: " + jsonText(text) + "\n    - query|endswith: " + jsonText("."+text) + "\n"
		}
	case IP:
		source, selection = "category: firewall", "    dst_ip: "+jsonText(text)+"\n"
		if !e.net.IsSingleIP() {
			selection = "    dst_ip|cidr: " + jsonText(text) + "\n"
		}
	case URL:
		source, selection = "category: proxy", "    c-uri: "+jsonText(text)+"\n"
	case Hash:
		source, selection = "category: process_creation\n  product: windows", "    Hashes|contains: "+jsonText(strings.ReplaceAll(e.algorithm, "-", "")+"="+text)+"\n"
	}
	_, id, _ := strings.Cut(stix.NameID("indicator", "sigma", string(e.kind), e.text), "--")
	_, err = fmt.Fprintf(w, "---\ntitle: %s\nid: %s\nstatus: experimental\ndescription: %s\nlogsource:\n  %s\ndetection:\n  selection:\n%s  condition: selection\nlevel: high\n",
		jsonText("Cordon: "+string(e.kind)+" of "+e.id), id, jsonText("From "+e.id+", "+e.tlp+"."), source, selection)
	return "", "", err
}

// escaped takes the wildcards of Sigma for what they are.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`).Replace(s)
}

func jsonText(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// yara writes the YARA rules of indicators as they are, one behind the other.
type yara struct{ names map[string]bool }

func (*yara) kinds() []Kind { return []Kind{YARA} }

func (*yara) begin(io.Writer, Options, uint32) error { return nil }

func (*yara) end(io.Writer) error { return nil }

// maxRule is the longest text of rules, in bytes.
const maxRule = 1 << 20

func (x *yara) write(w io.Writer, e entry) (rule, why string, err error) {
	if len(e.text) > maxRule {
		return RuleLong, "it is longer than a megabyte", nil
	}
	names, fault := outline(e.text)
	if fault != "" {
		return RuleRuleText, fault, nil
	}
	for _, n := range names {
		if x.names[n] {
			return RuleRuleText, "a rule of the name " + n + " is there already", nil
		}
	}
	for _, n := range names {
		x.names[n] = true
	}
	_, err = io.WriteString(w, e.text+"\n")
	return "", "", err
}

// outline goes through a text of YARA rules as far as it takes to know that it ends
// where it ends: comments, strings and braces are closed, and nothing stands between
// rules but imports. It returns the rules' names, or why the text cannot be joined
// with others.
func outline(text string) (names []string, fault string) {
	if strings.ContainsRune(text, 0) {
		return nil, "it has a NUL"
	}
	var top strings.Builder // what stands outside braces, comments and strings
	depth := 0
	for i := 0; i < len(text); {
		n, open := token(text[i:])
		if open != "" {
			return nil, open + " is not closed"
		}
		switch c := text[i]; {
		case n > 1 && c == '"':
			if depth == 0 {
				top.WriteString(`""`)
			}
		case n > 1: // a comment, or a regular expression inside a rule
			if depth == 0 {
				top.WriteByte(' ')
			}
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth < 0 {
				return nil, "a brace closes what was not opened"
			}
			if depth == 0 {
				top.WriteString(" {} ")
			}
		case depth == 0:
			top.WriteByte(c)
		}
		i += n
	}
	if depth != 0 {
		return nil, "a brace is not closed"
	}
	return heads(top.String())
}

// token returns how long the comment, string or regular expression that begins s is, 1
// for anything else; open names one that does not end.
func token(s string) (n int, open string) {
	closed := func(n int, what string) (int, string) {
		if n < 0 {
			return 0, what
		}
		return n, ""
	}
	switch {
	case strings.HasPrefix(s, "//"):
		if n = strings.IndexByte(s, '\n'); n < 0 {
			n = len(s)
		}
		return n, ""
	case strings.HasPrefix(s, "/*"):
		if n = strings.Index(s[2:], "*/"); n >= 0 {
			n += 4
		}
		return closed(n, "a comment")
	case s[0] == '"':
		return closed(quotedLen(s, '"'), "a string")
	case s[0] == '/':
		return closed(quotedLen(s, '/'), "an expression")
	}
	return 1, ""
}

// quotedLen is the length of what stands between two quotes on one line, with them;
// -1 when it does not end.
func quotedLen(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\n', '\r':
			return -1
		case quote:
			return i + 1
		}
	}
	return -1
}

// heads reads what stands outside of the rules' bodies.
func heads(top string) (names []string, fault string) {
	head := regexp.MustCompile(`^(?:(?:private|global)\s+)*rule\s+([A-Za-z_][A-Za-z0-9_]{0,127})\s*(?::\s*[A-Za-z0-9_\s]+)?$`)
	imports := regexp.MustCompile(`^(?:import\s*""\s*)+`)
	parts := strings.Split(top, "{}")
	if strings.TrimSpace(parts[len(parts)-1]) != "" {
		return nil, "something stands behind the last rule"
	}
	for _, p := range parts[:len(parts)-1] {
		m := head.FindStringSubmatch(strings.TrimSpace(imports.ReplaceAllString(strings.TrimSpace(p), "")))
		if m == nil {
			return nil, "something that is neither a rule nor an import stands in it"
		}
		names = append(names, m[1])
	}
	if len(names) == 0 {
		return nil, "there is no rule in it"
	}
	return names, ""
}
