package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	uni "golang.org/x/text/encoding/unicode"

	"github.com/cordon-project/cordon/extract/charset"
)

// font turns the strings of one font into text.
type font struct {
	composite bool              // two bytes a character unless the map says otherwise
	table     *[256]string      // simple fonts: what each byte is
	unicode   map[uint64]string // ToUnicode: length<<32|code
	lengths   [5]bool           // code lengths that the map has
	enc       encoding.Encoding // composite fonts with a national or Unicode encoding
	widths    map[int]float64
	width     float64 // default
}

var plainFont = &font{table: latinTable(), width: 500}

func latinTable() *[256]string {
	var t [256]string
	for i := range t {
		t[i] = string(rune(i))
	}
	return &t
}

// cjkEncodings are the predefined CMaps (ISO 32000-1 table 118) by the encoding
// that they stand for.
var cjkEncodings = []struct {
	prefix string
	enc    encoding.Encoding
}{
	{"UniKS-", nil},
	{"UniJIS", nil},
	{"UniGB-", nil},
	{"UniCNS-", nil},
	{"KSC", korean.EUCKR},
	{"90ms-RKSJ", japanese.ShiftJIS},
	{"90msp-RKSJ", japanese.ShiftJIS},
	{"90pv-RKSJ", japanese.ShiftJIS},
	{"83pv-RKSJ", japanese.ShiftJIS},
	{"Add-RKSJ", japanese.ShiftJIS},
	{"Ext-RKSJ", japanese.ShiftJIS},
	{"EUC-", japanese.EUCJP},
	{"GBK", simplifiedchinese.GB18030},
	{"GB-EUC", simplifiedchinese.GB18030},
	{"GBp", simplifiedchinese.GB18030},
	{"GBT", simplifiedchinese.GB18030},
	{"B5pc", traditionalchinese.Big5},
	{"ETen", traditionalchinese.Big5},
	{"HKscs", traditionalchinese.Big5},
	{"ETHK", traditionalchinese.Big5},
}

func (p *reader) fontNamed(name string) *font {
	if f, ok := p.page.fonts[name]; ok {
		return f
	}
	f := p.loadFont(p.page.resources.Key("Font").Key(name))
	if len(p.page.fonts) < 10000 {
		p.page.fonts[name] = f
	}
	return f
}

func (p *reader) loadFont(v pdf.Value) *font {
	f := &font{width: 500, widths: map[int]float64{}}
	if v.IsNull() {
		return plainFont
	}
	if m := v.Key("ToUnicode"); m.Kind() == pdf.Stream && p.fits(m) == nil {
		f.readCMap(m, p.trailer)
	}
	if v.Key("Subtype").Name() == "Type0" {
		f.loadComposite(v)
		return f
	}
	first, widths := int(v.Key("FirstChar").Int64()), v.Key("Widths")
	for i := range min(widths.Len(), 256) {
		f.widths[first+i] = real64(widths.Index(i))
	}
	f.table = simpleTable(v)
	return f
}

// simpleTable asks the library for the meaning of each byte.
func simpleTable(v pdf.Value) *[256]string {
	if enc := v.Key("Encoding"); enc.Kind() == pdf.Dict && enc.Key("Differences").Len() > 2048 {
		return latinTable()
	}
	named := pdf.Font{V: withoutToUnicode(v)}
	enc := named.Encoder()
	var t [256]string
	for i := range t {
		t[i] = enc.Decode(string([]byte{byte(i)}))
		if !utf8.ValidString(t[i]) {
			t[i] = string(rune(i))
		}
	}
	return &t
}

// withoutToUnicode keeps the library from reading a map that was read already:
// only the named or listed encoding is asked for.
func withoutToUnicode(v pdf.Value) pdf.Value {
	if v.Key("Encoding").IsNull() {
		return pdf.Value{}
	}
	return v
}

func (f *font) loadComposite(v pdf.Value) {
	f.composite = true
	f.width = 1000
	name := v.Key("Encoding").Name()
	for _, c := range cjkEncodings {
		if strings.HasPrefix(name, c.prefix) {
			f.enc = c.enc
			if c.enc == nil {
				f.enc = uni.UTF16(uni.BigEndian, uni.IgnoreBOM)
			}
			break
		}
	}
	down := v.Key("DescendantFonts").Index(0)
	if dw := down.Key("DW"); dw.Kind() == pdf.Integer || dw.Kind() == pdf.Real {
		f.width = real64(dw)
	}
	f.compositeWidths(down.Key("W"))
}

// compositeWidths reads the W array (ISO 32000-1 section 9.7.4.3).
func (f *font) compositeWidths(w pdf.Value) {
	const limit = 1 << 16
	n := min(w.Len(), limit)
	for i := 0; i+1 < n && len(f.widths) < limit; {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := range min(list.Len(), limit) {
				f.widths[first+k] = real64(list.Index(k))
			}
			i += 2
			continue
		}
		last, width := int(w.Index(i+1).Int64()), real64(w.Index(i+2))
		for c := first; c <= last && c-first < limit && len(f.widths) < limit; c++ {
			f.widths[c] = width
		}
		i += 3
	}
}

// decode returns the text of a string, its width in thousandths of the font's
// size, and how many of its characters the font does not explain.
func (f *font) decode(raw string) (text string, width float64, chars, unmapped int) {
	var out strings.Builder
	if f.composite && f.enc != nil && len(f.unicode) == 0 {
		text = charset.With(f.enc, []byte(raw))
		for _, r := range text {
			if r < 0x2000 {
				width += 500
			} else {
				width += 1000
			}
			chars++
		}
		return text, width, chars, strings.Count(text, "\uFFFD")
	}
	for i := 0; i < len(raw); {
		n, s := f.next(raw[i:])
		code := 0
		for k := range n {
			code = code<<8 | int(raw[i+k])
		}
		i += n
		chars++
		if s == "\uFFFD" {
			unmapped++
		}
		out.WriteString(s)
		if w, ok := f.widths[code]; ok {
			width += w
		} else {
			width += f.width
		}
	}
	return out.String(), width, chars, unmapped
}

// next decodes the first character of raw and returns its length in bytes.
func (f *font) next(raw string) (n int, s string) {
	code := uint64(0)
	for n = 1; n <= 4 && n <= len(raw); n++ {
		code = code<<8 | uint64(raw[n-1])
		if f.lengths[n] {
			if s, ok := f.unicode[uint64(n)<<32|code]; ok {
				return n, s
			}
		}
	}
	if !f.composite {
		return 1, f.table[raw[0]]
	}
	n = 2
	if f.lengths[1] && !f.lengths[2] {
		n = 1
	}
	return min(n, len(raw)), "\uFFFD"
}

const maxMap = 1 << 18

// readCMap reads a ToUnicode map (ISO 32000-1 section 9.10.3).
func (f *font) readCMap(v, trailer pdf.Value) {
	defer func() {
		_ = recover() // a damaged map is used as far as it was read
	}()
	f.unicode = map[uint64]string{}
	pdf.Interpret(v, func(stk *pdf.Stack, op string) {
		switch op {
		case "findresource":
			stk.Pop()
			stk.Pop()
			stk.Push(trailer.Key("CordonEmpty"))
		case "endbfchar":
			for stk.Len() >= 2 && len(f.unicode) < maxMap {
				dst, src := stk.Pop().RawString(), stk.Pop().RawString()
				f.mapCode(src, 0, utf16BE(dst))
			}
		case "endbfrange":
			f.readRanges(stk)
		case "begincodespacerange", "endcodespacerange", "beginbfchar", "beginbfrange":
			for stk.Len() > 0 {
				stk.Pop()
			}
		}
	})
}

func (f *font) readRanges(stk *pdf.Stack) {
	for stk.Len() >= 3 {
		dst, hi, lo := stk.Pop(), stk.Pop().RawString(), stk.Pop().RawString()
		from, to := codeOf(lo), codeOf(hi)
		if len(lo) == 0 || len(lo) > 4 || to < from || to-from > 0xFFFF {
			continue
		}
		base := []rune(utf16BE(dst.RawString()))
		for k := 0; uint64(k) <= to-from && len(f.unicode) < maxMap; k++ {
			switch {
			case dst.Kind() == pdf.Array:
				if k >= dst.Len() {
					return
				}
				f.mapCode(lo, uint64(k), utf16BE(dst.Index(k).RawString()))
			case len(base) > 0:
				s := string(base[:len(base)-1]) + string(base[len(base)-1]+rune(k))
				f.mapCode(lo, uint64(k), s)
			}
		}
	}
}

func (f *font) mapCode(src string, add uint64, dst string) {
	if len(src) == 0 || len(src) > 4 || dst == "" {
		return
	}
	f.lengths[len(src)] = true
	f.unicode[uint64(len(src))<<32|codeOf(src)+add] = dst
}

func codeOf(s string) uint64 {
	v := uint64(0)
	for i := range min(len(s), 4) {
		v = v<<8 | uint64(s[i])
	}
	return v
}

func utf16BE(s string) string {
	u := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s) && i < 512; i += 2 {
		u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(u))
}
