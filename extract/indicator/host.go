package indicator

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// host is a domain or IP address found at clean bytes [from,to); end is where
// the reading goes on, after a port or a bracket.
type host struct {
	kind     Kind
	value    string
	display  string
	from, to int
	end      int
	port     int
	userinfo string
	repaired bool // a comma or a stray bracket had to be read as what was meant
	doubt    string
}

// evidence is what speaks for a dotted name being a domain.
type evidence struct {
	scheme   bool // follows "://" or "@"
	mail     bool // follows "@"
	defanged bool // somebody took care to break it
	path     bool // a path or port follows
	before   byte // what stands before it
	after    byte // what stands after it
}

func (e evidence) any() bool { return e.scheme || e.defanged || e.path }

func portText(port int) string {
	if port == 0 {
		return ""
	}
	return ":" + strconv.Itoa(port)
}

// hostByte reports whether the character at i may stand in a host name, and its
// length.
func (s *scanner) hostByte(i int) int {
	c := s.c.b[i]
	if alnum[c] || c == '-' || c == '_' {
		return 1
	}
	if c < utf8.RuneSelf {
		return 0
	}
	r, n := utf8.DecodeRune(s.c.b[i:])
	if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
		return n
	}
	return 0
}

// hostRun returns the end of the dotted run of labels that begins at i. With
// commas, a comma between letters or digits counts as a dot.
func (s *scanner) hostRun(i int, commas bool) (end int, comma bool) {
	b := s.c.b
	for i < len(b) {
		if n := s.hostByte(i); n > 0 {
			i += n
			continue
		}
		dot := b[i] == '.' || commas && b[i] == ',' && alnum[s.at(i-1)] && alnum[s.at(i+1)]
		if !dot || i+1 >= len(b) || s.hostByte(i+1) == 0 {
			break
		}
		comma = comma || b[i] == ','
		i++
	}
	return i, comma
}

// hostAt reads a host that begins at i.
func (s *scanner) hostAt(i int, ev evidence) (host, bool) {
	end, comma := s.hostRun(i, ev.scheme && !ev.mail)
	for end > i && (s.c.b[end-1] == '-' || s.c.b[end-1] == '_') {
		end--
	}
	if end-i < 3 {
		return host{}, false
	}
	if comma {
		h, ok := s.commaHost(i, end)
		if ok {
			return h, true
		}
		end, _ = s.hostRun(i, false)
	}
	return s.hostIn(i, end, ev)
}

// commaHost reads "192,168,0,1" and "example,com" after a scheme.
func (s *scanner) commaHost(i, end int) (host, bool) {
	name := strings.ReplaceAll(string(s.c.b[i:end]), ",", ".")
	if a, err := netip.ParseAddr(name); err == nil && a.Is4() {
		return host{kind: IPv4, value: a.String(), from: i, to: end, end: end, repaired: true}, true
	}
	d, ok := checkDomain(name, evidence{scheme: true})
	if !ok || d.unlisted {
		return host{}, false
	}
	return host{kind: Domain, value: d.ascii, display: d.unicode, from: i, to: end, end: end, repaired: true, doubt: d.doubt}, true
}

// hostIn reads the run [i,end) as an IPv4 address or a domain.
func (s *scanner) hostIn(i, end int, ev evidence) (host, bool) {
	run := s.c.b[i:end]
	if a, ok := parseV4(run); ok {
		return host{kind: IPv4, value: a, from: i, to: end, end: end}, true
	}
	if run[len(run)-1] >= utf8.RuneSelf || run[0] >= utf8.RuneSelf {
		i, end = s.cutScripts(i, end, ev)
	}
	if end-i < 3 {
		return host{}, false
	}
	if a, ok := parseV4(s.c.b[i:end]); ok {
		return host{kind: IPv4, value: a, from: i, to: end, end: end}, true
	}
	d, ok := checkDomain(string(s.c.b[i:end]), ev)
	if !ok {
		return host{}, false
	}
	return host{kind: Domain, value: d.ascii, display: d.unicode, from: i, to: end, end: end, doubt: d.doubt}, true
}

// cutScripts takes Chinese, Japanese and Korean words off a run where the text
// goes on without a space: after an ASCII top-level label, and before an ASCII
// first label unless the run stands behind a scheme.
func (s *scanner) cutScripts(i, end int, ev evidence) (int, int) {
	b := s.c.b
	tld := i + bytes.LastIndexByte(b[i:end], '.') + 1
	if tld > i && b[tld] < utf8.RuneSelf {
		for j := tld; j < end; j++ {
			if b[j] >= utf8.RuneSelf {
				end = j
				break
			}
		}
	}
	if !ev.scheme && b[i] >= utf8.RuneSelf {
		dot := i + max(bytes.IndexByte(b[i:end], '.'), 0)
		j := i
		for k := i; k < dot; {
			r, n := utf8.DecodeRune(b[k:])
			k += n
			if isCJK(r) {
				j = k
			}
		}
		if j > i && j < dot && b[j] < utf8.RuneSelf {
			i = j
		}
	}
	return i, end
}

// parseV4 reads four decimal numbers up to 255 without leading zeros: with
// them, programs disagree on the base (RFC 6943 section 3.1.1).
func parseV4(b []byte) (string, bool) {
	if len(b) < 7 || len(b) > 15 {
		return "", false
	}
	a, err := netip.ParseAddr(string(b))
	if err != nil || !a.Is4() {
		return "", false
	}
	return a.String(), true
}

// hosts finds addresses and domains that stand by themselves, with the path
// that may follow.
func (s *scanner) hosts() {
	b := s.c.b
	for pos := 0; pos < len(b); {
		p := bytes.IndexByte(b[pos:], '.')
		if p < 0 {
			return
		}
		p += pos
		floor := pos
		pos = p + 1
		if s.mask[p] != 0 {
			continue
		}
		i := s.runStart(p, floor)
		if i == p {
			continue
		}
		end, _ := s.hostRun(i, false)
		if end <= p {
			continue
		}
		pos = end
		s.lone(i, end)
	}
}

// runStart walks left from a dot to where its label begins.
func (s *scanner) runStart(p, floor int) int {
	i := p
	for i > floor && s.mask[i-1] == 0 {
		j := i - 1
		for j > floor && !utf8.RuneStart(s.c.b[j]) {
			j--
		}
		if s.hostByte(j) != i-j {
			break
		}
		i = j
	}
	for i < p && (s.c.b[i] == '-' || s.c.b[i] == '_') {
		i++
	}
	return i
}

// lone decides on the run [i,end) that no scheme introduced.
func (s *scanner) lone(i, end int) {
	for end > i && (s.c.b[end-1] == '-' || s.c.b[end-1] == '_') {
		end--
	}
	if end-i < 3 || end-i > 1024 {
		return
	}
	ev := evidence{defanged: s.written(i, end), before: s.at(i - 1), after: s.at(end)}
	ev.path = ev.after == '/' && (alnum[s.at(end+1)] || s.at(end+1) == '?') || ev.after == ':' && s.at(end+1) >= '0' && s.at(end+1) <= '9'
	h, ok := s.hostIn(i, end, ev)
	if !ok || h.kind == IPv4 && s.isVersion(h, ev) {
		return
	}
	if h.kind == IPv4 && strings.HasPrefix(h.value, "0.") && h.value != "0.0.0.0" && !ev.defanged && !ev.path {
		return // 0.0.0.0/8 is no network of hosts (RFC 1122 section 3.2.1.3); 0.3.0.1 is a version
	}
	if h.kind == IPv4 {
		if s.network(h, 32) {
			return
		}
	}
	s.port(&h)
	stop := s.pathEnd(h.end, s.at(i-1))
	if stop == h.end {
		s.emit(h.kind, h.value, h.from, h.to, Detail{Display: h.display, Port: h.port}, h.doubt)
		s.claim(h.kind, h.from, h.to)
		return
	}
	doubt := "the text states no scheme; http is assumed"
	if h.doubt != "" {
		doubt = h.doubt + "; " + doubt
	}
	s.emit(URL, "http://"+h.value+portText(h.port)+string(s.c.b[h.end:stop]), h.from, stop, Detail{Host: h.value, Port: h.port}, doubt)
	s.claim(URL, h.from, stop)
	s.emitHost(h, URL)
}

// network emits "address/prefix" and reports whether there was one.
func (s *scanner) network(h host, bits int) bool {
	if s.at(h.end) != '/' {
		return false
	}
	n, j := 0, h.end+1
	for j < len(s.c.b) && j < h.end+4 && s.c.b[j] >= '0' && s.c.b[j] <= '9' {
		n = n*10 + int(s.c.b[j]-'0')
		j++
	}
	next := s.at(j)
	if j == h.end+1 || n > bits || alnum[next] || next == '/' || next == '_' || next == '-' || next == '.' && alnum[s.at(j+1)] {
		return false
	}
	s.emit(h.kind, h.value+"/"+strconv.Itoa(n), h.from, j, Detail{Prefix: n}, "")
	s.claim(h.kind, h.from, j)
	return true
}

// isVersion reports that four numbers are more likely a version than an
// address: a word for version stands before them and nothing speaks for an
// address.
func (s *scanner) isVersion(h host, ev evidence) bool {
	if ev.defanged || ev.path || alnum[s.at(h.from-1)] {
		return alnum[s.at(h.from-1)]
	}
	line := s.c.b[max(0, h.from-16):h.from]
	words := strings.Fields(strings.ToLower(string(line)))
	if len(words) == 0 {
		return false
	}
	switch strings.Trim(words[len(words)-1], ".:;,()") {
	case "version", "versions", "ver", "v", "build", "release", "firmware", "rev", "revision", "버전", "バージョン", "版本":
		return true
	}
	return false
}

// bracketedV6 reads "[address]" at i.
func (s *scanner) bracketedV6(i int) (host, bool) {
	limit := min(len(s.c.b), i+64)
	j := bytes.IndexByte(s.c.b[i:limit], ']')
	if j < 0 {
		return host{}, false
	}
	a, err := netip.ParseAddr(string(s.c.b[i+1 : i+j]))
	if err != nil || !a.Is6() || a.Zone() != "" {
		return host{}, false
	}
	return host{kind: IPv6, value: a.String(), from: i + 1, to: i + j, end: i + j + 1}, true
}

// bareV6 reads the run of hexadecimal digits, colons and dots at i.
func (s *scanner) bareV6(i int) (host, bool) {
	b := s.c.b
	j, colons := i, 0
	for j < len(b) && j < i+46 && (isHex(b[j]) || b[j] == ':' || b[j] == '.') {
		if b[j] == ':' {
			colons++
		}
		j++
	}
	for j > i && (b[j-1] == '.' || b[j-1] == ':' && s.at(j-2) != ':') {
		j--
	}
	if colons < 2 || alnum[s.at(j)] {
		return host{}, false
	}
	a, err := netip.ParseAddr(string(b[i:j]))
	if err != nil || !a.Is6() {
		return host{}, false
	}
	return host{kind: IPv6, value: a.String(), from: i, to: j, end: j}, true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// ipv6s finds addresses that stand by themselves. Eight groups of two digits
// are a serial number or a device id, and a group of letters around "::" is
// program text, so at least one group of three digits or a digit with "::" is
// asked for.
func (s *scanner) ipv6s() {
	b := s.c.b
	for pos := 0; pos < len(b); {
		p := bytes.IndexByte(b[pos:], ':')
		if p < 0 {
			return
		}
		p += pos
		floor := pos
		pos = p + 1
		if s.mask[p] != 0 {
			continue
		}
		i := p
		for i > floor && p-i < 5 && isHex(b[i-1]) {
			i--
		}
		if alnum[s.at(i-1)] || s.at(i-1) == ':' || s.at(i-1) == '.' || s.at(i-1) == '_' {
			continue
		}
		h, ok := s.bareV6(i)
		if !ok || !plausibleV6(string(b[h.from:h.to])) || s.at(h.end) == ':' || s.at(h.end) == '_' || s.at(h.end) == '(' {
			continue
		}
		pos = h.end
		s.emitV6(h)
	}
}

func (s *scanner) emitV6(h host) {
	if s.network(h, 128) {
		return
	}
	start := h.from
	if s.at(h.from-1) == '[' && s.at(h.end) == ']' && s.at(h.end+1) == ':' {
		h.end++
		s.port(&h)
		if stop := s.pathEnd(h.end, ' '); stop > h.end && h.port != 0 {
			start--
			s.emit(URL, "http://"+bracketHost(h)+portText(h.port)+string(s.c.b[h.end:stop]), start, stop,
				Detail{Host: h.value, Port: h.port}, "the text states no scheme; http is assumed")
			s.claim(URL, start, stop)
			s.emitHost(h, URL)
			return
		}
	}
	s.emit(IPv6, h.value, h.from, h.to, Detail{Port: h.port}, "")
	s.claim(IPv6, h.from, h.to)
}

func plausibleV6(a string) bool {
	if strings.Contains(a, "::") {
		return strings.ContainsAny(a, "0123456789") && len(a) > 3
	}
	for g := range strings.SplitSeq(a, ":") {
		if len(g) > 2 {
			return true
		}
	}
	return false
}

// domain is a checked domain name.
type domain struct {
	ascii    string // A-labels, lower case
	unicode  string // U-labels, "" when it is the same
	unlisted bool
	doubt    string
}

// programSuffixes are top-level domains that are also the endings of common
// files or program parts: a name of two labels with one of them is a file
// unless something speaks for a domain; a longer one carries a doubt.
var programSuffixes = setOf("md zip mov sh py rs ps so app map cab dot inc pub mk pm properties cat tf mm bz nc name open")

// doubtfulSuffixes end files too, but far more often domains.
var doubtfulSuffixes = setOf("pl cc la mo vi ms")

// programNames are names of software that are also well-formed domains.
var programNames = setOf("asp.net vb.net ado.net")

// reversed begins the names of program packages: com.example.app.
var reversed = setOf("com org net edu gov java javax android io me")

// detectionNames begin the names that scanners give to malware.
var detectionNames = setOf(`trojan backdoor worm virus exploit hacktool riskware adware ransom ransomware downloader dropper win32 w32
 win64 w64 msil android androidos linux osx macos js vbs html heur pua pup generic behavior packed rootkit spyware not trojanspy
 trojandownloader trojandropper infostealer o97m x97m w97m monitor banker`)

func beforeHyphen(s string) string {
	s, _, _ = strings.Cut(s, "-")
	return s
}

func setOf(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// checkDomain decides whether a dotted name is a domain.
func checkDomain(name string, ev evidence) (domain, bool) {
	if len(name) > 1024 || !strings.Contains(name, ".") {
		return domain{}, false
	}
	d, ok := canonicalDomain(name)
	if !ok {
		return domain{}, false
	}
	labels := strings.Split(d.ascii, ".")
	tld := labels[len(labels)-1]
	if tld[0] >= '0' && tld[0] <= '9' || len(tld) < 2 {
		return domain{}, false
	}
	suffix, icann := publicsuffix.PublicSuffix(d.ascii)
	listed := icann || strings.Contains(suffix, ".")
	if icann && suffix == d.ascii {
		return domain{}, false // a registry's own zone, nobody's domain
	}
	if !listed {
		if !ev.scheme || ev.mail {
			return domain{}, false
		}
		d.unlisted, d.doubt = true, "its top-level label is not in the public list"
		return d, true
	}
	if ev.any() || labels[0] == "www" && len(labels) > 2 {
		return d, true
	}
	return bareDomain(d, name, labels, ev)
}

// bareDomain judges a name that only its form speaks for.
func bareDomain(d domain, name string, labels []string, ev evidence) (domain, bool) {
	tld := labels[len(labels)-1]
	shown := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case ev.before == '/' || ev.before == '\\' || ev.before == '@' || ev.before == '$' || ev.before == '%' || ev.before == '#':
		return domain{}, false // part of a path, a handle, a variable
	case ev.after == '(' || ev.after == '\\' || ev.after == '@' || ev.after == '[':
		return domain{}, false // a call, a path, the local part of something else
	case shown != strings.ToLower(shown) && name != strings.ToUpper(name):
		return domain{}, false // "sentence.Next": a full stop without its space
	case programNames[d.ascii]:
		return domain{}, false
	case ev.before == '*':
		return domain{}, false // "a***d.com": what is left of a masked name
	case reversed[labels[0]] && tld != "com" && tld != "net" && tld != "org":
		return domain{}, false // a package name
	case detectionNames[labels[0]] || detectionNames[beforeHyphen(labels[0])]:
		return domain{}, false // "Trojan-SMS.AndroidOS.Agent.ao"
	case programSuffixes[tld] && len(labels) == 2:
		return domain{}, false
	case programSuffixes[tld] || doubtfulSuffixes[tld]:
		d.doubt = "the name could also be that of a file ending in ." + tld
	case labels[len(labels)-2][0] == '_' || strings.Contains(labels[len(labels)-2], "_"):
		return domain{}, false
	case strings.Contains(name, "_") && len(labels) == 2:
		return domain{}, false
	}
	return d, true
}

// canonicalDomain returns A-labels in lower case and U-labels.
func canonicalDomain(name string) (domain, bool) {
	ascii, puny := true, false
	for i := range len(name) {
		ascii = ascii && name[i] < utf8.RuneSelf
	}
	low := strings.ToLower(name)
	if ascii {
		puny = strings.Contains(low, "xn--")
	} else {
		a, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return domain{}, false
		}
		low, puny = a, true
	}
	if !ldh(low) {
		return domain{}, false
	}
	d := domain{ascii: low}
	if puny {
		if u, err := idna.Lookup.ToUnicode(low); err == nil && u != low {
			d.unicode = u
		}
	}
	return d, true
}

// ldh checks the letters-digits-hyphen rule (RFC 5890 section 2.3.1), with the
// underscore that hosts carry in practice.
func ldh(name string) bool {
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}
