package indicator

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner finds the indicators of one text, chunk by chunk. Each finder walks
// the chunk once; what one has claimed in mask the later ones leave alone.
type scanner struct {
	text    string
	mitre   bool // the text speaks of ATT&CK, so its short ids are meant
	base    int  // byte offset of the chunk
	c       clean
	mask    []uint8 // per byte of c.b: 0, urlClaim or otherClaim
	out     []Span
	tooLong int
}

func newScanner(text string) *scanner {
	return &scanner{text: text, mitre: strings.Contains(text, "ATT&CK") || strings.Contains(text, "MITRE") || strings.Contains(text, "attack.mitre.org")}
}

func (s *scanner) scan(start, end int, cutBefore, cutAfter bool) {
	s.base = start
	s.c.read(s.text[start:end])
	if cutAfter {
		s.tooLong++
	}
	n := len(s.c.b)
	if cap(s.mask) < n {
		s.mask = make([]uint8, n)
	}
	s.mask = s.mask[:n]
	clear(s.mask)
	first := len(s.out)
	s.urls()
	s.emails()
	s.ipv6s()
	s.hosts()
	s.words()
	s.wallets()
	s.phones()
	if cutBefore || cutAfter {
		s.out = dropAtCuts(s.out, first, start, end, cutBefore, cutAfter)
	}
	slices.SortFunc(s.out[first:], bySpan) // no span crosses a chunk, so all stay in order
}

// dropAtCuts drops spans that touch a place where a run was cut: they may be
// pieces of something longer.
func dropAtCuts(out []Span, first, start, end int, before, after bool) []Span {
	kept := out[:first]
	for _, p := range out[first:] {
		if before && p.Start.Byte == start || after && p.End.Byte == end {
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// emit adds a span for the clean bytes [i,j).
func (s *scanner) emit(k Kind, value string, i, j int, d Detail, doubt string) {
	from, to := s.base+int(s.c.from[i]), s.base+int(s.c.to[j-1])
	s.out = append(s.out, Span{
		Kind: k, Value: value, Raw: s.text[from:to], Start: Offset{Byte: from}, End: Offset{Byte: to},
		Defanged: s.text[from:to] != string(s.c.b[i:j]), Detail: d, Doubt: doubt,
	})
}

// What a byte of the chunk is already part of. Hashes and ids are looked for in
// URLs too, everything else only in free text.
const (
	urlClaim = iota + 1
	otherClaim
)

func (s *scanner) claim(k Kind, i, j int) {
	as := uint8(otherClaim)
	if k == URL {
		as = urlClaim
	}
	for ; i < j; i++ {
		s.mask[i] = as
	}
}

// at returns the clean byte at i, or a space outside.
func (s *scanner) at(i int) byte {
	if i < 0 || i >= len(s.c.b) {
		return ' '
	}
	return s.c.b[i]
}

// written reports whether the clean bytes [i,j) differ from the source.
func (s *scanner) written(i, j int) bool {
	from, to := s.base+int(s.c.from[i]), s.base+int(s.c.to[j-1])
	return s.text[from:to] != string(s.c.b[i:j])
}

// schemes maps what stands before "://" to the scheme that is meant.
var schemes = map[string]string{
	"http": "http", "https": "https", "ftp": "ftp", "ftps": "ftps", "sftp": "sftp", "tcp": "tcp", "udp": "udp",
	"ws": "ws", "wss": "wss", "ssh": "ssh", "rdp": "rdp", "smb": "smb", "ldap": "ldap", "ldaps": "ldaps", "rtsp": "rtsp",
	"socks4": "socks4", "socks5": "socks5", "irc": "irc", "telnet": "telnet", "git": "git", "rtmp": "rtmp",
	"hxxp": "http", "hxxps": "https", "h**p": "http", "h**ps": "https", "h00p": "http", "h00ps": "https",
	"htxp": "http", "htxps": "https", "hxtp": "http", "hxtps": "https", "hxp": "http", "hxps": "https",
	"h__p": "http", "h__ps": "https", "meow": "http", "meows": "https", "fxp": "ftp", "fxps": "ftps", "ftx": "ftp",
}

const longestScheme = 6

// scheme returns the scheme that ends at p, where its name begins, and whether
// it was defanged.
func (s *scanner) scheme(p int) (name string, start int, defanged bool) {
	var low [longestScheme]byte
	n := 0
	for n < longestScheme && p-n-1 >= 0 {
		c := s.c.b[p-n-1]
		if !alnum[c] && c != '*' && c != '_' {
			break
		}
		low[longestScheme-1-n] = c | 0x20
		if c == '*' || c == '_' || c < 'A' {
			low[longestScheme-1-n] = c
		}
		n++
	}
	for ; n >= 2; n-- {
		if to, ok := schemes[string(low[longestScheme-n:])]; ok {
			return to, p - n, to != string(low[longestScheme-n:])
		}
	}
	return "", 0, false
}

// urls finds everything with a scheme.
func (s *scanner) urls() {
	b := s.c.b
	for pos := 0; pos < len(b); {
		p := bytes.IndexByte(b[pos:], ':')
		if p < 0 {
			return
		}
		p += pos
		pos = p + 1
		if p+2 >= len(b) || !(b[p+1] == '/' && b[p+2] == '/' || b[p+1] == '\\' && b[p+2] == '\\') {
			continue
		}
		name, start, defanged := s.scheme(p)
		if name == "" || start < 0 || s.mask[p] != 0 {
			continue
		}
		h, ok := s.authority(p + 3)
		if !ok {
			pos = p + 3
			continue
		}
		end := s.pathEnd(h.end, s.at(start-1))
		value := name + "://" + h.userinfo + bracketHost(h) + portText(h.port) + string(b[h.end:end])
		s.emit(URL, value, start, end, Detail{Host: h.value, Port: h.port}, h.doubt)
		s.out[len(s.out)-1].Defanged = s.out[len(s.out)-1].Defanged || defanged || h.repaired
		s.claim(URL, start, end)
		s.emitHost(h, URL)
		pos = end
	}
}

func bracketHost(h host) string {
	if h.kind == IPv6 {
		return "[" + h.value + "]"
	}
	return h.value
}

// emitHost adds the host of a longer span as a span of its own.
func (s *scanner) emitHost(h host, within Kind) {
	s.emit(h.kind, h.value, h.from, h.to, Detail{Display: h.display, Port: h.port, Within: within}, h.doubt)
	s.out[len(s.out)-1].Defanged = s.out[len(s.out)-1].Defanged || h.repaired
}

// authority reads [userinfo@]host[:port] at i.
func (s *scanner) authority(i int) (h host, ok bool) {
	b := s.c.b
	for j := i; j < len(b) && j < i+256; j++ {
		if c := b[j]; c == '@' {
			h.userinfo = string(b[i : j+1])
			i = j + 1
			break
		} else if !alnum[c] && !strings.ContainsRune(".-_~%!$&'*+;=:", rune(c)) {
			break
		}
	}
	user := h.userinfo
	if s.at(i) == '[' {
		if h, ok = s.bracketedV6(i); ok {
			h.userinfo = user
			s.port(&h)
			return h, true
		}
		h.repaired = true
		i++
	}
	repaired := h.repaired
	if h, ok = s.bareV6(i); !ok {
		h, ok = s.hostAt(i, evidence{scheme: true})
	}
	h.userinfo, h.repaired = user, h.repaired || repaired
	if ok && h.kind != IPv6 {
		s.port(&h)
	}
	return h, ok
}

// port reads ":digits" after a host.
func (s *scanner) port(h *host) {
	if s.at(h.end) != ':' {
		return
	}
	n, j := 0, h.end+1
	for j < len(s.c.b) && j < h.end+7 && s.c.b[j] >= '0' && s.c.b[j] <= '9' {
		n = n*10 + int(s.c.b[j]-'0')
		j++
	}
	if j > h.end+1 && n > 0 && n <= 65535 && !alnum[s.at(j)] {
		h.port, h.end = n, j
	}
}

// MaxURL bounds one URL, in bytes; a longer one is cut there.
const MaxURL = 8 << 10

// pathEnd returns where the path, query and fragment that begin at i end.
// before is the byte that precedes the URL.
func (s *scanner) pathEnd(i int, before byte) int {
	if c := s.at(i); c != '/' && c != '?' && c != '#' {
		return i
	}
	start := i
	b := s.c.b
	round, square := 0, 0
	for i < len(b) && i < start+MaxURL {
		c := b[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(b[i:])
			if !s.pathRune(r, i) {
				break
			}
			i += n
			continue
		}
		switch c {
		case '(':
			round++
		case ')':
			round--
		case '[':
			square++
		case ']':
			square--
		}
		if pathStop[c] || round < 0 || square < 0 || c == '\'' && before == '\'' ||
			(c == ',' || c == ';') && s.schemeSoon(i+1) {
			break
		}
		i++
	}
	return s.trimURL(start, i)
}

// pathRune reports whether a character outside ASCII belongs to the path. Text
// in Chinese, Japanese and Korean runs on after a URL without a space, so their
// letters belong only where a segment or value begins, or follow one that did.
func (s *scanner) pathRune(r rune, i int) bool {
	if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
		return false
	}
	if !isCJK(r) {
		return true
	}
	switch prev := s.at(i - 1); {
	case prev == '/' || prev == '=' || prev == '-' || prev == '_' || prev == '+':
		return true
	case prev >= utf8.RuneSelf:
		return true
	}
	return false
}

var pathStop = func() (t [256]bool) {
	for c := range 0x21 {
		t[c] = true
	}
	for _, c := range "\"<>`|\\^\x7f" {
		t[c] = true
	}
	return t
}()

func (s *scanner) schemeSoon(i int) bool {
	for i < len(s.c.b) && s.c.b[i] == ' ' {
		i++
	}
	for j := i; j < i+8 && j+2 < len(s.c.b); j++ {
		if s.c.b[j] == ':' {
			return s.c.b[j+1] == '/' && s.c.b[j+2] == '/'
		}
		if !alnum[s.c.b[j]] {
			return false
		}
	}
	return false
}

// trimURL takes punctuation of the sentence off the end of a URL. A full stop
// that was written "[.]" was meant.
func (s *scanner) trimURL(start, end int) int {
	for end > start {
		c := s.c.b[end-1]
		if s.c.to[end-1]-s.c.from[end-1] > 1 || !strings.ContainsRune(".,;:!?'*([{}", rune(c)) {
			break
		}
		end--
	}
	return end
}

// emails finds addresses around an @.
func (s *scanner) emails() {
	b := s.c.b
	for pos := 0; pos < len(b); {
		p := bytes.IndexByte(b[pos:], '@')
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
		for i > floor && p-i < 64 && (alnum[b[i-1]] || strings.IndexByte("._%+-'", b[i-1]) >= 0) && s.mask[i-1] == 0 {
			i--
		}
		for i < p && strings.IndexByte(".%+-'", b[i]) >= 0 {
			i++
		}
		if i == p || b[p-1] == '.' {
			continue
		}
		h, ok := s.hostAt(p+1, evidence{scheme: true, mail: true})
		if !ok || h.kind == IPv6 || h.repaired {
			continue
		}
		local := strings.ToLower(string(b[i:p]))
		s.emit(Email, local+"@"+h.value, i, h.to, Detail{Host: h.value}, h.doubt)
		s.claim(Email, i, h.to)
		pos = h.to
	}
}
