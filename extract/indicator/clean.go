package indicator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// chunk is a stretch of text that is scanned by itself. cutBefore and cutAfter
// say that the text goes on without a space there.
type chunk struct {
	start, end          int
	cutBefore, cutAfter bool
}

// chunks splits a text at line ends, else between sentences, else at a space
// between two words, else (a run without spaces longer than MaxRun) anywhere.
func chunks(text string) []chunk {
	var out []chunk
	var hard bool
	for pos := 0; pos < len(text); {
		c := chunk{start: pos, end: len(text), cutBefore: hard}
		hard = false
		if len(text)-pos > MaxRun {
			c.end, hard = cut(text, pos, pos+MaxRun)
			c.cutAfter = hard
		}
		out = append(out, c)
		pos = c.end
	}
	return out
}

func cut(text string, from, to int) (end int, hard bool) {
	w := text[from:to]
	if i := strings.LastIndexByte(w, '\n'); i >= 0 {
		return from + i + 1, false
	}
	if i := strings.LastIndex(w, ". "); i > len(w)/2 {
		return from + i + 2, false
	}
	for i := strings.LastIndexByte(w, ' '); i > 0; i = strings.LastIndexByte(w[:i], ' ') {
		if i+1 < len(w) && alnum[w[i-1]] && alnum[w[i+1]] {
			return from + i + 1, false
		}
		if i < len(w)/2 {
			break
		}
	}
	for to > from+1 && !utf8.RuneStart(text[to]) {
		to--
	}
	return to, true
}

// clean is a piece of text as a browser would have to get it: brackets around
// dots, zero-width characters and full-width forms undone. from and to give,
// for each byte of b, the bytes of the source that it stands for.
type clean struct {
	b        []byte
	from, to []int32
}

var alnum = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return t
}()

const (
	plain = iota
	opener
	joint // . : @ / that a closing bracket may follow
	slash
	wide
)

var cleanClass = func() (t [256]uint8) {
	for c := 128; c < 256; c++ {
		t[c] = wide
	}
	for _, c := range "[({" {
		t[c] = opener
	}
	for _, c := range ".:@/" {
		t[c] = joint
	}
	t['\\'] = slash
	return t
}()

func (c *clean) put(ch byte, from, to int) {
	c.b = append(c.b, ch)
	c.from = append(c.from, int32(from))
	c.to = append(c.to, int32(to))
}

func (c *clean) last() byte {
	if len(c.b) == 0 {
		return 0
	}
	return c.b[len(c.b)-1]
}

// read fills c from src, which is at most MaxRun long.
func (c *clean) read(src string) {
	c.b, c.from, c.to = c.b[:0], c.from[:0], c.to[:0]
	for i := 0; i < len(src); {
		ch := src[i]
		switch cleanClass[ch] {
		case plain:
			c.put(ch, i, i+1)
			i++
		case opener:
			i = c.bracket(src, i)
		case joint:
			end := i + 1
			for end < len(src) && end < i+8 && isCloser(src[end]) {
				end++
			}
			if end > i+1 && !(end < len(src) && alnum[src[end]] && ch == '.') {
				end = i + 1
			}
			c.put(ch, i, end)
			i = end
		case slash:
			i = c.backslash(src, i)
		default:
			i = c.wide(src, i)
		}
	}
}

// backslash undoes "\." and "\/", also with several backslashes.
func (c *clean) backslash(src string, i int) int {
	j := i
	for j < len(src) && src[j] == '\\' && j < i+16 {
		j++
	}
	if j < len(src) && alnum[c.last()] && (src[j] == '.' || src[j] == '@') && j+1 < len(src) && alnum[src[j+1]] ||
		j < len(src) && j == i+1 && src[j] == '/' {
		c.put(src[j], i, j+1)
		return j + 1
	}
	for ; i < j; i++ {
		c.put('\\', i, i+1)
	}
	return j
}

func isOpener(ch byte) bool { return ch == '[' || ch == '(' || ch == '{' }
func isCloser(ch byte) bool { return ch == ']' || ch == ')' || ch == '}' }

// bracket undoes "[.]", "(dot)", "{@}", "[at]", "[:]", "[://]", "[/]" and
// "[." before a label, with up to four spaces around it where both neighbours
// are letters or digits. Anything else keeps its bracket.
func (c *clean) bracket(src string, i int) int {
	limit := min(len(src), i+24)
	j := i
	for j < limit && (isOpener(src[j]) || src[j] == ' ') {
		j++
	}
	token, n := bracketToken(src[j:])
	if n == 0 {
		c.put(src[i], i, i+1)
		return i + 1
	}
	j += n
	end, k := 0, j
	for limit = min(len(src), j+16); k < limit && (isCloser(src[k]) || src[k] == ' '); k++ {
		if isCloser(src[k]) {
			end = k + 1
		}
	}
	if end == 0 { // no closing bracket: only "[." right before a label of its own
		if n != 1 || token == ":" || token == "/" || src[i+1] != token[0] || !startsLabel(src[j:]) || !alnum[c.last()] {
			c.put(src[i], i, i+1)
			return i + 1
		}
		c.put(token[0], i, j)
		return j
	}
	return c.bracketed(src, i, end, token)
}

// bracketed puts token for src[i:end] and swallows the spaces around it.
func (c *clean) bracketed(src string, i, end int, token string) int {
	left := len(c.b)
	for left > 0 && c.b[left-1] == ' ' {
		left--
	}
	spaces := len(c.b) - left
	prev := left > 0 && (alnum[c.b[left-1]] || c.b[left-1] >= 0x80)
	right := end
	for right < len(src) && src[right] == ' ' && right < end+4 {
		right++
	}
	next := right < len(src) && (alnum[src[right]] || src[right] >= 0x80)
	joins := (token == "." || token == "@") && prev && next
	if spaces > 0 && (!joins || spaces > 4) {
		c.put(src[i], i, i+1)
		return i + 1
	}
	if spaces > 0 {
		c.b, c.from, c.to = c.b[:left], c.from[:left], c.to[:left]
	}
	for k := range len(token) {
		c.put(token[k], i, end)
	}
	if joins {
		return right
	}
	return end
}

// startsLabel reports whether s begins with letters or digits that no closing
// bracket ends: "(.doc)" is an aside, "[.com" is a defanged dot.
func startsLabel(s string) bool {
	n := 0
	for n < len(s) && alnum[s[n]] {
		n++
	}
	return n > 0 && (n == len(s) || !isCloser(s[n]))
}

func bracketToken(s string) (token string, n int) {
	if s == "" {
		return "", 0
	}
	switch s[0] {
	case '.', '@', '/':
		return s[:1], 1
	case ':':
		if strings.HasPrefix(s, "://") {
			return s[:3], 3
		}
		return s[:1], 1
	case 'd', 'D':
		if len(s) > 3 && strings.EqualFold(s[:3], "dot") && (s[3] == ' ' || isCloser(s[3])) {
			return ".", 3
		}
	case 'a', 'A':
		if len(s) > 2 && strings.EqualFold(s[:2], "at") && (s[2] == ' ' || isCloser(s[2])) {
			return "@", 2
		}
	}
	return "", 0
}

// wide handles one character outside ASCII.
func (c *clean) wide(src string, i int) int {
	r, n := utf8.DecodeRuneInString(src[i:])
	end := i + n
	switch {
	case zeroWidth(r):
	case r >= 0xFF10 && r <= 0xFF19, r >= 0xFF21 && r <= 0xFF3A, r >= 0xFF41 && r <= 0xFF5A:
		c.put(byte(r-0xFEE0), i, end)
	case r == 0xFF0E || r == 0x3002 || r == 0xFF61 || r == 0x2024 || r == 0xFF20:
		// The ideographic full stop ends sentences too: a dot only between ASCII.
		dot := byte('.')
		if r == 0xFF20 {
			dot = '@'
		}
		if alnum[c.last()] && labelNext(src[end:]) {
			c.put(dot, i, end)
		} else {
			c.copy(src, i, end)
		}
	case (r == 0xFF1A || r == 0xFF0F) && c.last() > ' ' && c.last() < 0x80:
		c.put(byte(r-0xFEE0), i, end)
	case r == 0x2010 || r == 0x2011 || r == 0xFE63 || r == 0xFF0D,
		r == 0x2013 && alnum[c.last()] && end < len(src) && src[end] >= '0' && src[end] <= '9':
		c.put('-', i, end)
	case unicode.IsSpace(r):
		c.put(' ', i, end)
	default:
		c.copy(src, i, end)
	}
	return end
}

func (c *clean) copy(src string, i, end int) {
	for k := i; k < end; k++ {
		c.put(src[k], i, end)
	}
}

func labelNext(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r < 128 && alnum[byte(r)] || r >= 0xFF10 && r <= 0xFF5A && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// zeroWidth reports characters that take no room and so split a word unseen.
func zeroWidth(r rune) bool {
	switch r {
	case 0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF:
		return true
	}
	return false
}

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r == 'ー'
}
