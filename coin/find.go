package coin

import (
	"unicode"
	"unicode/utf8"
)

// Found is an address in a text.
type Found struct {
	Start, End int // byte offsets: text[Start:End] is the address
	Address    Address
	Readings   []Address // all readings, Address first
}

// Find returns the wallet addresses in a running text, in order, in time linear
// in its length. An address is a run of ASCII letters and digits as a whole:
// punctuation, spaces, and characters of scripts that write without spaces (Han,
// kana, Hangul, Thai and their like) end it, ASCII letters and digits do not.
//
// Texts with a verified checksum are taken as they stand. The others need
// evidence beside them, because hashes and identifiers look alike:
//
//   - 0x and exactly 40 hexadecimal digits, not next to a letter of another
//     alphabet; mixed case must be EIP-55;
//   - Solana: 43 or 44 characters with digits, upper and lower case, that decode
//     to a point of the curve, with a word for Solana ("Solana", "SOL", "SPL",
//     "Phantom", or its name in Hangul, kana or Han) or another such address at
//     most 512 bytes before, or a word at most 128 bytes after;
//   - TRON in hexadecimal is never taken from running text.
//
// Both keep Checksummed=false.
func Find(text string) []Found {
	var out []Found
	evidence := solanaEvidence{text: text, seen: -1}
	for i := 0; i < len(text); {
		if !isAlnum(text[i]) {
			i++
			continue
		}
		end := i + 1
		for end < len(text) && isAlnum(text[end]) {
			end++
		}
		evidence.word(i, end)
		if f, ok := candidate(text, i, end, &evidence); ok {
			out = append(out, f)
		}
		i = end
	}
	return out
}

// candidate reads one run of letters and digits as an address.
func candidate(text string, start, end int, ev *solanaEvidence) (Found, bool) {
	start += escaped(text, start, end)
	if n := end - start; n < 25 || n > maxText || !Looks(text[start:end]) {
		return Found{}, false
	}
	start = withPrefix(text, start)
	var d decoded
	d.decode(text[start:end])
	if d.net == nil || !d.checksum && !d.evident(text, start, end, ev) {
		return Found{}, false
	}
	as := d.addresses(text[start:end], text[start:end])
	return Found{start, end, as[0], as}, true
}

// escaped returns how many letters at the start of a run belong to an escape
// before it: %20 of a URL, \n of a string.
func escaped(text string, start, end int) int {
	switch {
	case start == 0:
		return 0
	case text[start-1] == '%' && end-start > 2 && isHex(text[start:start+2]):
		return 2
	case text[start-1] == '\\' && (text[start] == 'n' || text[start] == 't' || text[start] == 'r'):
		return 1
	}
	return 0
}

// withPrefix moves start back over a prefix of cashaddr.
func withPrefix(text string, start int) int {
	if start == 0 || text[start-1] != ':' {
		return start
	}
	for _, p := range cashPrefixes {
		from := start - 1 - len(p.text)
		if from < 0 || from > 0 && isAlnum(text[from-1]) {
			continue
		}
		if lowerASCII(text[from:start-1]) == p.text {
			return from
		}
	}
	return start
}

// lowerASCII returns s in lower case when it is short; it is only compared.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

// evident decides on a text without a checksum.
func (d *decoded) evident(text string, start, end int, ev *solanaEvidence) bool {
	if clings(text, start, end) {
		return false
	}
	switch d.form {
	case EVMAccount:
		return true
	case SolanaAccount:
		if n := end - start; n < 43 || n > 44 || !allClasses(text[start:end]) {
			return false
		}
		if ev.near(start, end) && onCurve(d.b[:32]) {
			ev.seen = end // addresses stand in lists: this one speaks for the next
			return true
		}
	}
	return false
}

// clings reports whether a letter of an alphabet that writes words with spaces
// touches the run: then the run is a piece of something else, or an address with
// a look-alike letter in it.
func clings(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return before != utf8.RuneError && joins(before) || after != utf8.RuneError && joins(after)
}

func joins(r rune) bool {
	if r < utf8.RuneSelf || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
		return false
	}
	return !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana,
		unicode.Bopomofo, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && r != 'ー'
}

func allClasses(s string) bool {
	var digit, lower, upper bool
	for i := range len(s) {
		c := s[i]
		digit = digit || c <= '9'
		upper = upper || 'A' <= c && c <= 'Z'
		lower = lower || 'a' <= c
	}
	return digit && lower && upper
}
