package listing

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Piece is a part of a cell's text with its byte offsets in the cell.
type Piece struct {
	Text     string
	From, To int
}

// Pieces parts a cell at ";", "；" and line breaks outside brackets.
func Pieces(s string) []Piece {
	var out []Piece
	depth, from := 0, 0
	add := func(to int) {
		text := strings.TrimLeft(s[from:to], " \t\u3000")
		lead := to - from - len(text)
		text = strings.TrimRight(text, " \t\u3000")
		if text != "" {
			out = append(out, Piece{Text: text, From: from + lead, To: from + lead + len(text)})
		}
	}
	for i, c := range s {
		switch c {
		case '(', '（':
			depth++
		case ')', '）':
			depth = max(0, depth-1)
		case ';', '；', '\n', '\r':
			if depth == 0 || c == '\n' {
				add(i)
				from = i + len(string(c))
				depth = 0
			}
		}
	}
	add(len(s))
	return out
}

// Join joins the parts that are not empty.
func Join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), sep)
}

// BadLine finds a byte or character that an official text on one line does not
// hold: what is no UTF-8, control characters, and the replacement character that
// a broken conversion leaves. It returns what it found, "" for nothing.
func BadLine(s string) string { return unfit(s, false) }

// BadText is [BadLine] for text that may hold line breaks. That is free text, in
// which a replacement character can be the authority's own loss: its reader warns
// of it.
func BadText(s string) string { return unfit(s, true) }

func unfit(s string, newline bool) string {
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if (b < 0x20 && b != '\t' && (!newline || (b != '\n' && b != '\r'))) || b == 0x7F {
				return fmt.Sprintf("control character 0x%02X at byte %d of the cell", b, i)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return fmt.Sprintf("byte 0x%02X at byte %d of the cell, which is no UTF-8", b, i)
		case r == unicode.ReplacementChar && !newline:
			return fmt.Sprintf("a replacement character at byte %d of the cell: the text was converted wrongly", i)
		case unicode.Is(unicode.Cc, r):
			return fmt.Sprintf("control character U+%04X at byte %d of the cell", r, i)
		}
		i += n
	}
	return ""
}

// Binary says what a file is when it plainly is no text, "" otherwise.
func Binary(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return "a zip archive"
	case bytes.HasPrefix(b, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}), bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return "UTF-16 text"
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b}):
		return "a gzip file"
	case bytes.HasPrefix(b, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "an old Office file (xls)"
	}
	return ""
}
