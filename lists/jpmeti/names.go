package jpmeti

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// add takes a name that stands at from to to; blanks and what is cut around it do
// not count.
func (t *text) add(p *record.Party, kind record.NameKind, from, to int) {
	s := unwrap(t.s[from:to])
	if s == "" || strings.IndexFunc(s, unicode.IsLetter) < 0 && strings.IndexFunc(s, unicode.IsDigit) < 0 {
		return
	}
	for _, n := range p.Names {
		if n.Text == s {
			return
		}
	}
	p.Names = append(p.Names, record.Name{Text: s, Kind: kind, Script: listing.ScriptOf(s), Where: t.where(from, to)})
}

// span is a piece of the text.
type span struct{ from, to int }

// trim takes blanks and line breaks from the ends of a piece.
func (t *text) trim(x span) span {
	s := t.s[x.from:x.to]
	x.to = x.from + len(strings.TrimRightFunc(s, unicode.IsSpace))
	s = t.s[x.from:x.to]
	x.from = x.to - len(strings.TrimLeftFunc(s, unicode.IsSpace))
	return x
}

// brackets parts a name into what stands outside brackets and what stands in the
// outermost ones.
func (t *text) brackets(x span) (outside, inside []span) {
	depth, from := 0, x.from
	for at := x.from; at < x.to; {
		r, n := utf8.DecodeRuneInString(t.s[at:])
		switch {
		case r == '（' || r == '(':
			if depth == 0 {
				outside = append(outside, span{from, at})
				from = at + n
			}
			depth++
		case (r == '）' || r == ')') && depth > 0:
			if depth--; depth == 0 {
				inside = append(inside, span{from, at})
				from = at + n
			}
		}
		at += n
	}
	if depth > 0 {
		inside = append(inside, span{from, x.to})
	} else {
		outside = append(outside, span{from, x.to})
	}
	return outside, inside
}

// called is "also called", with the blank or line break that can stand inside.
var called = regexp.MustCompile(`^\s*別\s*[称名]\s*[、､，：:]?`)

// japaneseNames takes the name in Japanese: what stands in brackets behind it are
// aliases behind 別称, a name in Chinese characters or an abbreviation; behind a
// full stop stand words of the notice, which are kept in the remarks.
func (t *text) japaneseNames(p *record.Party, from, to int) {
	whole := t.trim(span{from, to})
	if i := strings.Index(t.s[whole.from:whole.to], "。"); i >= 0 {
		whole.to = whole.from + i
	}
	outside, inside := t.brackets(whole)
	// A bracket inside the name, as in "A（B）C", is part of it.
	end := whole.to
	for i := len(outside) - 1; i >= 0; i-- {
		if o := t.trim(outside[i]); o.from < o.to {
			end = o.to
			break
		}
	}
	name := t.trim(span{whole.from, end})
	t.add(p, record.Primary, name.from, name.to)
	for _, in := range inside {
		if in.from < name.to {
			continue
		}
		switch s := unwrap(t.s[in.from:in.to]); {
		case called.MatchString(t.s[in.from:in.to]):
			in.from += len(called.FindString(t.s[in.from:in.to]))
			t.list(p, in)
		case strings.Contains(s, "含む"): // "…including its units": words of the notice
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "scope", Text: s})
		default:
			t.list(p, in)
		}
	}
}

// What parts the names of a list, outside brackets. 及び ("and") stands once,
// before the last name; any other is part of a name.
var (
	japaneseList = regexp.MustCompile(`[、､，;；]`)
	japaneseAnd  = regexp.MustCompile(`及\s?び`)
	latinList    = regexp.MustCompile(`;\s*(?:and\b,?)?|；`)
)

// list takes the names of a list as aliases, those in their brackets too.
func (t *text) list(p *record.Party, x span) {
	take := func(s span) {
		s = t.trim(s)
		outside, inside := t.brackets(s)
		if len(inside) > 0 && len(outside) > 0 && japanese(t.s[inside[0].from:inside[0].to]) {
			o := t.trim(outside[0])
			t.add(p, record.AKA, o.from, o.to)
			for _, in := range inside {
				in = t.trim(in)
				t.add(p, record.AKA, in.from, in.to)
			}
			return
		}
		t.add(p, record.AKA, s.from, s.to)
	}
	from := x.from
	for _, m := range japaneseList.FindAllStringIndex(t.s[x.from:x.to], -1) {
		if at := x.from + m[0]; at >= from && !t.bracketed(x.from, at) {
			take(span{from, at})
			from = x.from + m[1]
		}
	}
	ands := japaneseAnd.FindAllStringIndex(t.s[from:x.to], -1)
	for i := len(ands) - 1; i >= 0; i-- {
		if at := from + ands[i][0]; !t.bracketed(from, at) {
			take(span{from, at})
			from += ands[i][1]
			break
		}
	}
	take(span{from, x.to})
}

// bracketed reports whether a bracket is open at a byte.
func (t *text) bracketed(from, at int) bool {
	depth := 0
	for _, r := range t.s[from:at] {
		switch r {
		case '（', '(':
			depth++
		case '）', ')':
			depth--
		}
	}
	return depth > 0
}

// aka finds what announces the aliases of a Latin name: "a.k.a., the following two
// aliases:", with the slips that the notices have.
var (
	aka = regexp.MustCompile(`,?\s*(?:a\s*\.\s*k\s*\.\s*a\s*\.?\s*,?\s*(?:the\s*)?(?:follow(?:ing)?\s*(?:(\w+?)\s*alias(?:es)?)?)?|the\s+follow(?:ing)?\s+(\w+?)\s*alias(?:es)?)\s*[:：]?`)
	// item is the dash before an alias, at a line's start or behind the colon.
	item = regexp.MustCompile(`(?:^|\n)[ \x{3000}]*[-‐‑–—―−－][ \x{3000}]*`)
)

// ended is how an alias ends.
var ended = regexp.MustCompile(`(?:[;:.,]|\band,?)\s*$`)

var counts = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
}

// including begins what a notice says of a party's extent behind its name.
const including = ", including the "

// latinNames takes the Latin name and its aliases; false for none.
func (t *text) latinNames(key string, p *record.Party, from, to int) bool {
	x := t.trim(span{from, to})
	m := aka.FindStringSubmatchIndex(t.s[x.from:x.to])
	name := x
	if m != nil {
		name.to = x.from + m[0]
	}
	if !listing.HasScript(t.s[name.from:name.to], unicode.Latin) {
		return false
	}
	if i := strings.Index(t.s[name.from:name.to], including); i >= 0 {
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "scope", Text: unwrap(t.s[name.from+i+len(", ") : name.to])})
		name.to = name.from + i
	}
	t.latinName(p, record.Primary, name)
	if m == nil {
		return true
	}
	said := 0
	for _, g := range [][]int{m[2:4], m[4:6]} {
		if g[0] >= 0 {
			said = counts[strings.ToLower(t.s[x.from+g[0]:x.from+g[1]])]
		}
	}
	aliases := t.items(span{x.from + m[1], x.to}, false)
	if len(aliases) != said {
		if strict := t.items(span{x.from + m[1], x.to}, true); len(strict) == said {
			aliases = strict
		} else {
			t.v.Warn(t.where(x.from, x.to), "entry %s: the notice announces %d aliases and %d follow; all are taken", key, said, len(aliases))
		}
	}
	for _, a := range aliases {
		t.latinName(p, record.AKA, a)
	}
	return true
}

// items are the aliases, each from its dash to the next. A dash at a line's start
// can be a hyphen of a name: with strict, what stands before it must have ended.
func (t *text) items(x span, strict bool) []span {
	var out []span
	marks := item.FindAllStringIndex(t.s[x.from:x.to], -1)
	if len(marks) == 0 || strings.TrimSpace(t.s[x.from:x.from+marks[0][0]]) != "" {
		first := x.to
		if len(marks) > 0 {
			first = x.from + marks[0][0]
		}
		out = append(out, t.parted(span{x.from, first})...)
	}
	if strict {
		marks = slices.DeleteFunc(marks, func(m []int) bool {
			return m[0] > 0 && !ended.MatchString(t.s[x.from:x.from+m[0]])
		})
	}
	for i, m := range marks {
		end := x.to
		if i+1 < len(marks) {
			end = x.from + marks[i+1][0]
		}
		out = append(out, t.parted(span{x.from + m[1], end})...)
	}
	return out
}

// parted parts a line that holds several aliases.
func (t *text) parted(x span) []span {
	var out []span
	from := x.from
	add := func(to int) {
		if s := t.trim(span{from, to}); s.from < s.to {
			s.from += len(dashes.FindString(t.s[s.from:s.to]))
			out = append(out, s)
		}
	}
	for _, m := range latinList.FindAllStringIndex(t.s[x.from:x.to], -1) {
		add(x.from + m[0])
		from = x.from + m[1]
	}
	add(x.to)
	return out
}

// latinName takes one Latin name: a name in Chinese characters in brackets is
// another one; a full stop that ends the sentence is none of the name.
func (t *text) latinName(p *record.Party, kind record.NameKind, x span) {
	x = t.trim(x)
	outside, inside := t.brackets(x)
	if len(inside) > 0 && japanese(t.s[inside[0].from:inside[0].to]) {
		if o := t.trim(outside[0]); o.from < o.to {
			o.to -= stop(t.s[o.from:o.to])
			t.add(p, kind, o.from, o.to)
		}
		for _, in := range inside {
			t.list(p, in)
		}
		return
	}
	x.to -= stop(t.s[x.from:x.to])
	x = t.trim(x)
	t.add(p, kind, x.from, x.to)
}

var abbreviated = regexp.MustCompile(`(?i)(?:\b(?:ltd|co|inc|corp|jsc|llc|plc|bros|st|etc|sti|şti|ști|san|tic|no|b\.v|s\.a|s\.p\.a|s\.r\.o|d\.o\.o|j\.s|a\.s|a\.ș|a\.ş|l\.l\.c)|\b[A-Z]\.[A-Z])\.$`)

// stop returns the length of a full stop or comma that ends a sentence and not an
// abbreviation.
func stop(s string) int {
	switch {
	case strings.HasSuffix(s, ","):
		return 1
	case strings.HasSuffix(s, "."):
		if short := abbreviated.FindString(s); short != "" && !strings.HasSuffix(strings.ToLower(short), "llc.") && !strings.HasSuffix(strings.ToLower(short), "jsc.") {
			return 0
		}
		return 1
	}
	return 0
}

// labelled takes the aliases behind the label 別称 on lines of their own. Lines in
// Japanese and lines in Latin letters are lists of their own.
func (t *text) labelled(p *record.Party, x span) {
	group, script := span{x.from, x.from}, 0
	flush := func() {
		if group.to > group.from {
			t.list(p, group)
		}
	}
	for at := x.from; at < x.to; {
		end := x.to
		if i := strings.IndexByte(t.s[at:x.to], '\n'); i >= 0 {
			end = at + i
		}
		is := 1
		if japanese(t.s[at:end]) {
			is = 2
		}
		if strings.TrimSpace(t.s[at:end]) != "" {
			if script != 0 && script != is {
				flush()
				group.from = at
			}
			script, group.to = is, end
		}
		at = end + 1
	}
	flush()
}
