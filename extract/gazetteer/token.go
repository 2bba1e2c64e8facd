package gazetteer

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// script classes of tokens: words that spaces end, and characters that are
// words by themselves.
type tokenClass uint8

const (
	word   tokenClass = iota // Latin, Cyrillic, Kana and every other script with letters in runs
	han                      // one Han character
	hangul                   // one Hangul syllable
)

// token is one unit that names are made of, folded, with its place.
type token struct {
	start, end int
	class      tokenClass
	gap        gapKind // what stands between it and the token before
	upper      bool    // begins with a capital
	caps       bool    // has no small letter
}

// gapKind says what lies before a token.
type gapKind uint8

const (
	tight gapKind = iota // nothing: the token touches the one before
	soft                 // spaces, one line end, hyphen, apostrophe, full stop, middle dot
	comma                // a comma and perhaps spaces
	hard                 // anything else: no name goes across it
)

// tokenizer cuts a text into tokens without keeping them. fold holds the folded
// text of the current token until the next call.
type tokenizer struct {
	text string
	pos  int
	fold []byte
	run  []byte // the raw token when it must be normalised
}

// next returns the next token, false at the end.
func (t *tokenizer) next() (token, bool) {
	gap := tight
	lines, stops := 0, 0
	for t.pos < len(t.text) {
		c := t.text[t.pos]
		if c < utf8.RuneSelf {
			if alnum[c] {
				return t.word(gap), true
			}
			gap = max(gap, asciiGap(c, &lines, &stops))
			t.pos++
			continue
		}
		r, n := utf8.DecodeRuneInString(t.text[t.pos:])
		switch {
		case zeroWidth(r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return t.letter(r, n, gap), true
		case unicode.IsMark(r):
		case r == 0x00A0 || r == 0x3000 || r == '·' || r == '・' || r == '･' || r == 0x2010 || r == 0x2011 || r == '’' || r == 'ʼ' || r == '‘' || unicode.IsSpace(r):
			gap = max(gap, soft)
		case r == '、' || r == '，':
			gap = max(gap, comma)
		default:
			gap = hard
		}
		t.pos += n
	}
	return token{}, false
}

func asciiGap(c byte, lines, stops *int) gapKind {
	switch c {
	case ' ', '\t', '\r', '-', '\'', '_', '`':
		return soft
	case '.':
		if *stops++; *stops > 1 {
			return hard
		}
		return soft
	case '\n':
		if *lines++; *lines > 1 {
			return hard
		}
		return soft
	case ',':
		return comma
	}
	return hard
}

// letter starts a token at a letter outside ASCII.
func (t *tokenizer) letter(r rune, n int, gap gapKind) token {
	switch {
	case unicode.Is(unicode.Hangul, r) && r >= 0xAC00 && r <= 0xD7A3:
		tk := token{start: t.pos, end: t.pos + n, class: hangul, gap: gap}
		t.fold = append(t.fold[:0], t.text[t.pos:t.pos+n]...)
		t.pos += n
		return tk
	case unicode.Is(unicode.Han, r):
		tk := token{start: t.pos, end: t.pos + n, class: han, gap: gap}
		t.fold = norm.NFKC.AppendString(t.fold[:0], t.text[t.pos:t.pos+n])
		t.pos += n
		return tk
	}
	return t.word(gap)
}

const (
	notKana = iota
	hiragana
	katakana
)

// kanaClass says which kana r is; the sound mark is of the kana before it.
func kanaClass(r rune, before int) int {
	switch {
	case r < 0x3041 || r > 0x30FF && r < 0x31F0 || r > 0xFF9F:
		return notKana
	case r == 'ー' && before != notKana:
		return before
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case unicode.Is(unicode.Katakana, r) || r == 'ー' || r == 'ｰ':
		return katakana
	}
	return notKana
}

// word reads a run of letters and digits of scripts that write words. A run
// ends where hiragana or katakana begins or ends, so that a name in katakana is
// a token beside the particles that follow it.
func (t *tokenizer) word(gap gapKind) token {
	tk := token{start: t.pos, class: word, gap: gap, caps: true}
	ascii, first := true, true
	t.fold = t.fold[:0]
	kana := notKana
	for t.pos < len(t.text) {
		c := t.text[t.pos]
		if c < utf8.RuneSelf {
			if !alnum[c] || kana != notKana {
				break
			}
			if c >= 'A' && c <= 'Z' {
				tk.upper = tk.upper || first
				c |= 0x20
			} else if c >= 'a' && c <= 'z' {
				tk.caps = false
			}
			t.fold = append(t.fold, c)
			t.pos++
			first = false
			continue
		}
		r, n := utf8.DecodeRuneInString(t.text[t.pos:])
		as := kanaClass(r, kana)
		switch {
		case zeroWidth(r):
			t.pos += n
			continue
		case r >= 0xAC00 && r <= 0xD7A3, unicode.Is(unicode.Han, r), !first && as != kana && !unicode.IsMark(r):
			n = 0
		case !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r):
			n = 0
		}
		if n == 0 {
			break
		}
		kana = as
		tk.upper = tk.upper || first && !unicode.IsLower(r)
		tk.caps = tk.caps && !unicode.IsLower(r)
		ascii, first = false, false
		t.fold = append(t.fold, t.text[t.pos:t.pos+n]...)
		t.pos += n
	}
	tk.end = t.pos
	if !ascii {
		t.normalise()
	}
	return tk
}

// normalise folds a token outside ASCII: compatibility forms, case, and for
// Latin, Greek and Cyrillic also accents (Й and й keep theirs: they are letters).
func (t *tokenizer) normalise() {
	t.run = norm.NFKD.Append(t.run[:0], t.fold...)
	t.fold = t.fold[:0]
	var base rune
	for i := 0; i < len(t.run); {
		r, n := utf8.DecodeRune(t.run[i:])
		i += n
		if unicode.Is(unicode.Mn, r) && !(r == 0x0306 && (base == 'и' || base == 'И')) &&
			(base < 0x0250 || unicode.In(base, unicode.Latin, unicode.Greek, unicode.Cyrillic)) {
			continue
		}
		base = r
		switch r {
		case 'ß':
			t.fold = append(t.fold, "ss"...)
			continue
		case 'æ', 'Æ':
			t.fold = append(t.fold, "ae"...)
			continue
		case 'ø', 'Ø':
			r = 'o'
		case 'ł', 'Ł':
			r = 'l'
		case 'đ', 'Đ':
			r = 'd'
		}
		t.fold = utf8.AppendRune(t.fold, unicode.ToLower(r))
	}
	t.run = norm.NFC.Append(t.run[:0], t.fold...)
	t.fold = append(t.fold[:0], t.run...)
}

// alnum are the ASCII letters and digits.
var alnum = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return t
}()

// zeroWidth reports characters that take no room and so split a word unseen.
func zeroWidth(r rune) bool {
	switch r {
	case 0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF:
		return true
	}
	return false
}
