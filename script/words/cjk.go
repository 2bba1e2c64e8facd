package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// AppendCJK appends the words of one folded part in Hangul, Han, kana or a
// mixture with Latin letters and digits to dst and returns it. From and To count
// bytes of the part; every byte is covered by one token.
//
// A part is cut only where what is found makes it an organisation's name: a
// legal form or a word of business of two characters or more, and an end or a
// beginning that organisations have (조선…무역…, 株式会社…, …銀行). A polite ending
// is cut off a person's name (김상만동지). Everything else stays one Name, unless
// the part as a whole is a word.
func AppendCJK(dst []Token, part string) []Token {
	if part == "" {
		return dst
	}
	d := lexicon()
	base := len(dst)
	if i, ok := d.ideogram(part); ok && (i.end == endsNothing || utf8.RuneCountInString(part) > 1 || i.word.Class == Legal) {
		return append(dst, Token{Text: i.textOf(part), Word: i.word, To: len(part)})
	}
	dst = d.cut(dst, part)
	if d.organisation(dst[base:]) {
		return dst
	}
	return appendPerson(dst[:base], d, part)
}

// ideogram finds one word: in the tables, a number in digits, or Latin letters.
func (d *dictionary) ideogram(s string) (ideogram, bool) {
	if i, ok := d.cjk[s]; ok {
		return i, true
	}
	if s[0] >= utf8.RuneSelf {
		return ideogram{}, false
	}
	if w, text, ok := digits(s); ok {
		return ideogram{word: w, text: text}, true
	}
	if e := d.words[s]; e != nil && e.known {
		return ideogram{word: e.word, text: e.text, end: e.ends()}, true
	}
	return ideogram{}, false
}

// ends is what a Latin word at the end of a mixed part says: only a legal form
// says anything (벤츠ltd).
func (e *entry) ends() end {
	if e.word.Class == Legal {
		return endsOffice
	}
	return endsNothing
}

func (i ideogram) textOf(s string) string {
	if i.text != "" {
		return i.text
	}
	return s
}

// Costs of a cut: as few characters outside words as may be, then as few names
// and words as may be.
const (
	costRune = 8
	costName = 4
	costWord = 3
	costEnd  = 7 // a word of one character, which only ends a name
)

// step is the best way to read a part up to one place.
type step struct {
	cost int
	from int // where the last word begins
	name bool
}

// cut reads a part as words and names at the least cost (Viterbi).
func (d *dictionary) cut(dst []Token, part string) []Token {
	var buf [128]step
	best := buf[:]
	if len(part)+1 > len(best) {
		best = make([]step, len(part)+1)
	}
	const never = 1 << 40
	for i := range best[:len(part)+1] {
		best[i].cost = never
	}
	best[0] = step{}
	for i := 0; i < len(part); {
		_, size := utf8.DecodeRuneInString(part[i:])
		if best[i].cost < never {
			d.extend(best, part, i, size)
		}
		i += size
	}
	return d.trace(dst, best, part)
}

// extend offers every word and name that goes on at i.
func (d *dictionary) extend(best []step, part string, i, size int) {
	offer := func(to, cost int, s step) {
		if cost < best[to].cost {
			s.cost = cost
			best[to] = s
		}
	}
	here := best[i]
	if n := asciiRun(part[i:]); n > 0 {
		_, known := d.ideogram(part[i : i+n])
		if known {
			offer(i+n, here.cost+costWord, step{from: i})
		} else {
			offer(i+n, here.cost+costName+costRune, step{from: i, name: true})
		}
		return
	}
	if here.name && part[here.from] >= utf8.RuneSelf {
		offer(i+size, here.cost+costRune, step{from: here.from, name: true})
	} else {
		offer(i+size, here.cost+costName+costRune, step{from: i, name: true})
	}
	if r, sign := utf8.DecodeRuneInString(part[i:]); strings.ContainsRune("제第", r) {
		if n := digitRun(part[i+sign:]); n > 0 {
			offer(i+sign+n, here.cost+costWord, step{from: i})
			return
		}
	}
	first, _ := utf8.DecodeRuneInString(part[i:])
	to, longest := i, d.longest[first]
	for n := 1; n <= longest && to < len(part); n++ {
		_, size := utf8.DecodeRuneInString(part[to:])
		to += size
		e, ok := d.cjk[part[i:to]]
		switch {
		case !ok:
		case n > 1 || strings.ContainsAny(part[i:to], "㈜㈱㈲㍿"):
			offer(to, here.cost+costWord, step{from: i})
		case e.word.Class == Particle && i > 0 && to < len(part) || e.end == endsOffice && e.word.Class == Common && to == len(part) && i > 0:
			offer(to, here.cost+costEnd, step{from: i})
		}
	}
}

// trace writes the tokens of the best way, last to first, and turns them round.
func (d *dictionary) trace(dst []Token, best []step, part string) []Token {
	base := len(dst)
	for to := len(part); to > 0; {
		s := best[to]
		dst = append(dst, d.token(part, s, to))
		to = s.from
	}
	ts := dst[base:]
	for i, j := 0, len(ts)-1; i < j; i, j = i+1, j-1 {
		ts[i], ts[j] = ts[j], ts[i]
	}
	return dst
}

func (d *dictionary) token(part string, s step, to int) Token {
	t := Token{Text: part[s.from:to], Word: nameWord, From: s.from, To: to}
	if s.name {
		if singleLetter(t.Text) {
			t.Word = initialWord
		}
		return t
	}
	if i, ok := d.ideogram(t.Text); ok {
		t.Text, t.Word = i.textOf(t.Text), i.word
		return t
	}
	// 第39: the sign belongs to the number.
	_, sign := utf8.DecodeRuneInString(t.Text)
	if w, text, ok := digits(t.Text[sign:]); ok {
		t.Text, t.Word = text, w
	}
	return t
}

// asciiRun is the length of the letters, or of the digits, that s begins with.
func asciiRun(s string) int {
	if n := digitRun(s); n > 0 {
		return n
	}
	n := 0
	for n < len(s) && s[n] < utf8.RuneSelf && !isDigit(s[n]) {
		n++
	}
	return n
}

func digitRun(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// organisation says whether the words of a part make it an organisation's name.
func (d *dictionary) organisation(ts []Token) bool {
	if len(ts) < 2 {
		return false
	}
	known, telling, named, lone := 0, 0, 0, false
	for _, t := range ts {
		n := utf8.RuneCountInString(t.Text)
		switch {
		case t.Class == Name:
			named = max(named, n)
			lone = lone || n == 1
		case n > 1 && t.Class != Particle:
			known++
			if t.Class == Legal || t.Class == Common {
				telling++
			}
		case t.Class == Number || t.Class == Legal:
			known++
		}
	}
	last := ts[len(ts)-1]
	ending, _ := d.ideogram(last.Text)
	switch {
	case lone && (known < 2 || telling < 2): // 김은행, and what is left of a word cut wrongly
		return false
	case ts[0].Class == Legal || last.Class == Legal:
		return named > 1 || known > 1
	case telling == 0:
		return false
	case ending.end != endsNothing, last.Class == Number, last.Class == Common && loan(last.Text):
		return named > 1 || known > 1
	}
	return ts[0].Class == Place && known > 1
}

// loan says whether a word is a long one in katakana, which ends no person's name.
func loan(s string) bool {
	return utf8.RuneCountInString(s) > 4 && unicode.Is(unicode.Katakana, []rune(s)[0])
}

// polite are the words after a person's name, and how many characters a name
// has at least before them.
var polite = []struct {
	word string
	name int
}{
	{"동지", 2},
	{"선생", 2},
	{"여사", 2},
	{"녀사", 2},
	{"씨", 2},
	{"님", 3},
	{"さん", 1},
	{"様", 2},
	{"氏", 2},
	{"先生", 1},
	{"女士", 1},
	{"同志", 2},
}

// appendPerson appends a part that is no organisation's: a name, and what is
// polite after it.
func appendPerson(dst []Token, d *dictionary, part string) []Token {
	for _, p := range polite {
		name, ok := strings.CutSuffix(part, p.word)
		if ok && utf8.RuneCountInString(name) >= p.name && !strings.ContainsFunc(name, unicode.IsDigit) {
			return append(dst,
				Token{Text: name, Word: nameWord, To: len(name)},
				Token{Text: p.word, Word: d.cjk[p.word].word, From: len(name), To: len(part)})
		}
	}
	w := nameWord
	if singleLetter(part) {
		w = initialWord
	}
	return append(dst, Token{Text: part, Word: w, To: len(part)})
}
