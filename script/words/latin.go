package words

import (
	"cmp"
	"slices"
	"strings"
)

// maxAbbreviation is how many single letters are read as one word.
const maxAbbreviation = 6

// AppendLatin appends the tokens of a name in Latin or folded Cyrillic parts to
// dst and returns it. Every part is covered by one token, From to To counting
// from the first part. Known phrases become one token with their short form
// ("limited liability company": llc; "int l": international), letters that
// script.Fold has split are joined (l l c; three or more at the beginning or
// end of a name also when they are no known form), numbers are read, and a sign
// of number before one belongs to it ("no 39": 39).
func AppendLatin(dst []Token, parts []string) []Token {
	base := len(dst)
	for i, p := range parts {
		dst = append(dst, Token{Text: p, From: i, To: i + 1})
	}
	d := lexicon()
	ts := dst[base:]
	for {
		n := d.reduce(ts)
		if n == len(ts) {
			break
		}
		ts = ts[:n]
	}
	d.inContext(ts)
	return dst[:base+len(ts)]
}

// reduce reads tokens once from left to right, in place, and returns how many
// are left. After each joining it steps back as far as a phrase may begin, since
// what was made may be the part of a longer one ("co l t d"); each joining takes
// a token away, so the work stays linear.
func (d *dictionary) reduce(ts []Token) int {
	w := 0
	for r := 0; r < len(ts); {
		e := d.words[ts[r].Text]
		if p, ok := e.match(ts[r+1:]); ok {
			w, r = d.replace(ts, w, r, 1+len(p.rest), p.text)
			continue
		}
		word, text, took, signs := d.number(ts[r:], e)
		switch {
		case took > 1:
			w, r = d.replace(ts, w, r, took, text)
			continue
		case took == 1:
			w, r = put(ts, w, r, text, word)
			continue
		case signs > 1:
			for range signs {
				w, r = put(ts, w, r, ts[r].Text, d.words[ts[r].Text].wordOf(ts[r].Text))
			}
			continue
		}
		if run := letterRun(ts[r:]); run > 1 {
			w, r = d.join(ts, w, r, run)
			continue
		}
		w, r = put(ts, w, r, ts[r].Text, e.wordOf(ts[r].Text))
	}
	return w
}

// put writes the token at r to w, and returns where to write and read next.
func put(ts []Token, w, r int, text string, word Word) (int, int) {
	ts[w] = Token{Text: text, Word: word, From: ts[r].From, To: ts[r].To}
	return w + 1, r + 1
}

// replace makes one token of those from r, takes back what may begin a phrase
// with it, and returns where to write and read next.
func (d *dictionary) replace(ts []Token, w, r, took int, text string) (int, int) {
	last := r + took - 1
	ts[last] = Token{Text: text, From: ts[r].From, To: ts[last].To}
	back := min(w, d.deepest-1)
	copy(ts[last-back:last], ts[w-back:w])
	return w - back, last - back
}

func (e *entry) wordOf(text string) Word {
	switch {
	case e != nil && e.known:
		return e.word
	case singleLetter(text):
		return initialWord
	}
	return nameWord
}

// match finds the longest phrase that goes on with the tokens.
func (e *entry) match(ts []Token) (phrase, bool) {
	if e == nil {
		return phrase{}, false
	}
next:
	for _, p := range e.phrases {
		if len(p.rest) > len(ts) {
			continue
		}
		for i, s := range p.rest {
			if ts[i].Text != s {
				continue next
			}
		}
		return p, true
	}
	return phrase{}, false
}

func (d *dictionary) sortPhrases() {
	for _, e := range d.words {
		slices.SortFunc(e.phrases, func(a, b phrase) int {
			return cmp.Or(len(b.rest)-len(a.rest), slices.Compare(a.rest, b.rest))
		})
	}
}

func singleLetter(s string) bool {
	return len(s) == 1 && 'a' <= s[0] && s[0] <= 'z'
}

// letterRun counts the single letters that tokens begin with.
func letterRun(ts []Token) int {
	n := 0
	for n < len(ts) && singleLetter(ts[n].Text) {
		n++
	}
	return n
}

// join reads a run of single letters: a known form at its end or beginning, and
// what is left over as one word when it stands at an edge of the name.
func (d *dictionary) join(ts []Token, w, r, run int) (int, int) {
	first, end := w == 0, r+run
	if n := d.known(ts[r:end], fromStart, first); n == run {
		return d.replace(ts, w, r, n, d.lookup(ts[r:end]).part)
	}
	tail := d.known(ts[r:end], fromEnd, first)
	head := 0
	if tail == 0 {
		head = d.known(ts[r:end], fromStart, first)
	}
	if head > 0 {
		return d.replace(ts, w, r, head, d.lookup(ts[r:r+head]).part)
	}
	if left := run - tail; left > 2 && left <= maxAbbreviation && (first || end == len(ts)) {
		if text := spelled(ts[r : r+left]); d.words[text] == nil {
			return d.replace(ts, w, r, left, text)
		}
	}
	for r < end-tail {
		w, r = put(ts, w, r, ts[r].Text, d.words[ts[r].Text].wordOf(ts[r].Text))
	}
	if tail > 0 {
		w, r = d.replace(ts, w, r, tail, d.lookup(ts[r:r+tail]).part)
	}
	return w, r
}

// edge is where in a run of letters a known form is looked for.
type edge uint8

const (
	fromStart edge = iota
	fromEnd
)

// known returns the length of the longest form at an edge of a run, 0 for none.
// Two letters at the beginning of a name are a person's (A. G. Smith), and those
// that more letters follow are of those (A. B. C.), unless they are a country's
// or a ship's.
func (d *dictionary) known(run []Token, at edge, first bool) int {
	for n := min(len(run), maxAbbreviation); n >= 2; n-- {
		letters := run[:n]
		if at == fromEnd {
			letters = run[len(run)-n:]
		}
		e := d.lookup(letters)
		if e == nil || !e.known {
			continue
		}
		whole := n == len(run)
		atStart := first && (at == fromStart || whole)
		switch {
		case e.word.Class == Place,
			e.word.Class == Legal && (n > 2 || !atStart && (whole || at == fromEnd)),
			e.word.Class == Common && !first && whole,
			e.word.Class == Title && atStart && whole && e.word == d.vessel:
			return n
		}
	}
	return 0
}

// lookup finds letters as one word without making a string of them.
func (d *dictionary) lookup(letters []Token) *entry {
	var buf [maxAbbreviation]byte
	for i, t := range letters {
		buf[i] = t.Text[0]
	}
	return d.words[string(buf[:len(letters)])]
}

func spelled(letters []Token) string {
	var b strings.Builder
	for _, t := range letters {
		b.WriteString(t.Text)
	}
	return b.String()
}

// inContext corrects words that mean something else where they stand: General
// before a name alone is a rank, MS or MT before the words of an organisation
// is no ship, and what is short may be a syllable.
func (d *dictionary) inContext(ts []Token) {
	if len(ts) < 2 {
		return
	}
	switch first := &ts[0]; {
	case first.Text == "general" && ts[1].Class == Name && !ofOrganisation(ts[1:]):
		first.Word = d.officer
	case first.Word == d.vessel && ofOrganisation(ts[1:]):
		first.Word = nameWord
	}
	person := looksPersonal(ts)
	for i := range ts {
		if syllable(ts, i, person) {
			ts[i].Word = nameWord
		}
	}
}

func ofOrganisation(ts []Token) bool {
	return slices.ContainsFunc(ts, func(t Token) bool { return t.Class == Common || t.Class == Legal })
}

// isSyllable says which short forms are syllables of Korean and Chinese names too.
func isSyllable(s string) bool {
	switch s {
	case "sa", "se", "na", "ao", "pao", "ou", "uk", "us":
		return true
	}
	return false
}

// looksPersonal says whether tokens may be a Korean or Chinese person's: three
// or four short parts, all of them names but what may be a syllable.
func looksPersonal(ts []Token) bool {
	if len(ts) < 3 || len(ts) > 4 {
		return false
	}
	for i := range ts {
		t := &ts[i]
		if len(t.Text) > 6 || t.Class != Name && !isSyllable(t.Text) {
			return false
		}
	}
	return true
}

// syllable says whether a short legal form or place is a part of a name: inside
// it (Kim Sa Ok), before it (Ag Ghali; only Russian forms come first), or in
// what looks like a person's (Pae Won Uk).
func syllable(ts []Token, i int, person bool) bool {
	t := &ts[i]
	if t.Class != Legal && t.Class != Place {
		return false
	}
	if person && isSyllable(t.Text) {
		return true
	}
	if t.Class != Legal || len(t.Text) != 2 || i+1 == len(ts) || ts[i+1].Class == Legal {
		return false
	}
	if i == 0 {
		return t.Text != "ao"
	}
	return ts[i-1].Class != Legal
}
