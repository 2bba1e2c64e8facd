package document

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// piece is text that can be shown as it is, or the code point of a character
// that cannot.
type piece struct {
	text string
	code bool // text is "U+202E" or "0xFF"
}

// pieces parts a text from outside into what can be shown and what would act or
// hide. Line ends and tabs are the caller's.
func pieces(s string) []piece {
	var out []piece
	start := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		label := ""
		switch {
		case r == utf8.RuneError && n == 1:
			label = fmt.Sprintf("0x%02X", s[i])
		case hidden(r):
			label = fmt.Sprintf("U+%04X", r)
		}
		if label != "" {
			if start < i {
				out = append(out, piece{text: s[start:i]})
			}
			out = append(out, piece{label, true})
			start = i + n
		}
		i += n
	}
	if start < len(s) {
		out = append(out, piece{text: s[start:]})
	}
	return out
}

// plain is a text in which what would act or hide is named in brackets: for
// places where no box can stand, such as titles and properties.
func plain(s string) string {
	var out []byte
	for _, p := range pieces(s) {
		switch {
		case p.code:
			out = append(out, "["+p.text+"]"...)
		default:
			out = append(out, p.text...)
		}
	}
	return string(out)
}

// hidden reports whether a rune acts on text or cannot be seen in it: the rule of
// the pages (docs/ui.md), and the two characters that XML 1.0 has no place for.
func hidden(r rune) bool {
	switch {
	case r == ' ':
		return false
	case r == 0xFFFE, r == 0xFFFF:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return false // variation selectors belong to the character before
	case r == 0x3164, r == 0xFFA0, r == 0x115F, r == 0x1160, r == 0x2800:
		return true // fillers and the empty braille pattern look like nothing
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || unicode.Is(unicode.Zs, r) && r != 0x3000 && r != 0xA0
}
