// Package charset turns the bytes of a text into UTF-8 when nobody, or somebody
// unreliable, says what character set they are in.
//
// What comes in: bytes, and the set that a mail header, a page or a font
// declares, if any. What goes out: the text, the set that was used by its WHATWG
// name, and a sentence where it was guessed ([Decode]).
//
// Guarantees: every input gives a text; a byte order mark counts more than a
// declaration, a declaration more than a guess; the guess between Korean,
// Japanese, Chinese, Cyrillic and Western sets is by the share of characters
// that such text is made of, over the first 64 KiB, so its time is bounded.
// UTF-8 without a mark is given byte for byte.
//
// It refuses nothing but names of sets that it does not know ([Named]), among
// them those that the WHATWG replaces because they hide text from a reader.
package charset

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	uni "golang.org/x/text/encoding/unicode"
)

// Decode turns bytes into UTF-8. A declared charset is used unless the bytes
// contradict it; without one: byte order mark, UTF-16 by its zero bytes, UTF-8,
// ISO-2022-JP by its escapes, then the best of the East Asian sets, Cyrillic
// and last windows-1252. used is the set by its WHATWG name; note says in a
// sentence when it is a guess. Bytes that the set does not have become U+FFFD,
// except that what is taken for UTF-8 is given as it is.
func Decode(data []byte, declared string) (text, used, note string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return string(data[3:]), "utf-8", ""
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return With(uni.UTF16(uni.LittleEndian, uni.IgnoreBOM), data[2:]), "utf-16le", ""
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return With(uni.UTF16(uni.BigEndian, uni.IgnoreBOM), data[2:]), "utf-16be", ""
	}
	if declared != "" {
		if e, name := Named(declared); e != nil {
			if name == "utf-8" {
				return string(data), name, ""
			}
			return With(e, data), name, ""
		}
		note = fmt.Sprintf("The document names the character set %q, which is not known. ", shown(declared))
	}
	if order := utf16Order(data); order == 'l' {
		return With(uni.UTF16(uni.LittleEndian, uni.IgnoreBOM), data), "utf-16le", note + "No byte order mark: taken for UTF-16."
	} else if order == 'b' {
		return With(uni.UTF16(uni.BigEndian, uni.IgnoreBOM), data), "utf-16be", note + "No byte order mark: taken for UTF-16."
	}
	if utf8.Valid(data) && !bytes.Contains(data, []byte("\x1B$")) {
		return string(data), "utf-8", note
	}
	if bytes.Contains(data, []byte("\x1B$B")) || bytes.Contains(data, []byte("\x1B$@")) {
		return With(japanese.ISO2022JP, data), "iso-2022-jp", note
	}
	if mostlyUTF8(data) {
		return string(data), "utf-8", note
	}
	text, used = legacy(data)
	return text, used, note + fmt.Sprintf("The document does not state its character set; it was read as %s.", used)
}

// shown folds white space and cuts at 100 bytes: a name that a document gives
// may be anything.
func shown(name string) string {
	name = strings.Join(strings.Fields(name[:min(len(name), 100)]), " ")
	return strings.ToValidUTF8(name, "")
}

// Named finds an encoding by its MIME or WHATWG name, or by one of the names
// that mail programs and Windows give to it, and returns its WHATWG name; nil
// when it is not known.
func Named(name string) (encoding.Encoding, string) {
	name = strings.ToLower(strings.Trim(name, " \t\r\n\"'"))
	switch name {
	case "ks_c_5601-1987", "ksc5601", "cp949", "uhc", "ms949", "x-windows-949":
		name = "euc-kr"
	case "gb2312", "gbk", "cp936":
		name = "gb18030"
	case "cp932", "windows-31j", "ms932":
		name = "shift_jis"
	case "ansi_x3.4-1968", "us-ascii", "ascii":
		name = "windows-1252"
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, ""
	}
	if n, err := htmlindex.Name(e); err == nil {
		name = n
	}
	if name == "replacement" {
		return nil, ""
	}
	return e, name
}

// Reader decodes what r gives by the named set. It is what the standard
// library's decoders of XML and of mail headers ask for.
func Reader(name string, r io.Reader) (io.Reader, error) {
	e, _ := Named(name)
	if e == nil {
		return nil, fmt.Errorf("unknown character set %q", name)
	}
	return e.NewDecoder().Reader(r), nil
}

// With decodes by a given set; bytes that the set does not have become U+FFFD.
func With(e encoding.Encoding, data []byte) string {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(out)
}

// IsUTF16 reports whether bytes are text in UTF-16, by their mark or by where
// their zero bytes stand.
func IsUTF16(data []byte) bool {
	return utf16Order(data) != 0 || bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF"))
}

// utf16Order returns 'l' or 'b' for text in UTF-16 without a mark, by where its
// zero bytes stand, 0 for anything else.
func utf16Order(data []byte) byte {
	data = data[:min(len(data), 4096)&^1]
	if len(data) < 8 {
		return 0
	}
	var zero [2]int
	for i, c := range data {
		if c == 0 {
			zero[i&1]++
		}
	}
	half := len(data) / 2
	switch {
	case zero[1]*10 > half*3 && zero[0]*20 < half:
		return 'l'
	case zero[0]*10 > half*3 && zero[1]*20 < half:
		return 'b'
	}
	return 0
}

// mostlyUTF8 reports text whose multi-byte characters are nearly all valid
// UTF-8: damaged UTF-8 rather than another set.
func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good > 4*bad
}

// legacy picks among the sets that a document without a declaration may be in,
// by how much of the text comes out as letters that such text is made of.
func legacy(data []byte) (text, name string) {
	sample := data[:min(len(data), 1<<16)]
	best, score := encoding.Encoding(charmap.Windows1252), 0.35
	name = "windows-1252"
	for _, c := range []struct {
		name string
		e    encoding.Encoding
	}{
		{"euc-kr", korean.EUCKR},
		{"shift_jis", japanese.ShiftJIS},
		{"euc-jp", japanese.EUCJP},
		{"gb18030", simplifiedchinese.GB18030},
		{"big5", traditionalchinese.Big5},
		{"windows-1251", charmap.Windows1251},
	} {
		if s := plausible(c.name, With(c.e, sample)); s > score {
			best, name, score = c.e, c.name, s
		}
	}
	return With(best, data), name
}

// plausible scores a decoded text between 0 and 1: the share of its characters
// outside ASCII that the language of the set uses most.
func plausible(set, text string) float64 {
	var all, typical, odd, halfwidth int
	var prev rune
	for _, r := range text {
		before := prev
		prev = r
		if r < utf8.RuneSelf {
			continue
		}
		all++
		switch {
		case r == utf8.RuneError || unicode.Is(unicode.Co, r) || r < 0xA0:
			odd++
		case r >= 0xFF61 && r <= 0xFF9F:
			halfwidth++
		case unicode.Is(unicode.Hangul, r):
			if set == "euc-kr" && commonHangul(r) {
				typical++
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			if set == "shift_jis" || set == "euc-jp" {
				typical += 2
			}
		case r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60:
			typical++
		case unicode.Is(unicode.Han, r):
			if set != "euc-kr" && commonHan(set, r) {
				typical++
			}
		case unicode.Is(unicode.Cyrillic, r):
			// Any byte is a Cyrillic letter here, so only neighbours count:
			// the accents of Western text stand alone.
			if set == "windows-1251" && unicode.Is(unicode.Cyrillic, before) {
				typical++
			}
		}
	}
	if all == 0 {
		return 0
	}
	v := (float64(typical) - 3*float64(odd) - float64(halfwidth)) / float64(all)
	return min(v, 1)
}

// commonHangul reports the 2,350 syllables of KS X 1001. The others of code page
// 949 are rare, and are what Japanese bytes turn into.
func commonHangul(r rune) bool {
	b, err := korean.EUCKR.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xC8 && b[1] >= 0xA1
}

// commonHan reports characters of the first levels of the national sets, which
// are encoded first because they are common (GB 2312 level 1, JIS X 0208 level
// 1, Big5 level 1).
func commonHan(set string, r rune) bool {
	switch set {
	case "gb18030":
		b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
		return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xD7 && b[1] >= 0xA1
	case "big5":
		b, err := traditionalchinese.Big5.NewEncoder().Bytes([]byte(string(r)))
		return err == nil && len(b) == 2 && b[0] >= 0xA4 && b[0] <= 0xC6
	case "shift_jis", "euc-jp":
		b, err := japanese.EUCJP.NewEncoder().Bytes([]byte(string(r)))
		return err == nil && len(b) == 2 && b[0] >= 0xB0 && b[0] <= 0xCF
	}
	return false
}
