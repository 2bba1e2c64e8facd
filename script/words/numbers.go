package words

import "strconv"

// cardinals and ordinals are the numbers as names write them out, from 0.
var (
	cardinals = []string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
		"eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
	ordinals = []string{
		"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
		"eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
	}
	tens        = []string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	tenOrdinals = []string{"twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"}

	// romans from 2. V and X are initials, XI is a Chinese surname.
	romans = []string{
		"ii", "iii", "iv", "", "vi", "vii", "viii", "ix", "", "", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx",
	}

	// otherNumbers are numbers of other languages, from 1: only words that are
	// not names at the same time. Cheil is how 제일 is printed in bank names.
	otherNumbers = [][]string{
		{"cheil", "jeil", "pervyi", "pervyy", "pervy", "pervaya", "primero", "primera", "erste", "ファースト", "チェイル", "제일", "第一"},
		{"vtoroi", "vtoroy", "vtoraya", "segundo", "segunda", "zweite", "セカンド", "セコンド", "제이", "第二"},
		{"tretii", "tretiy", "tretya", "tercero", "tercera", "dritte", "サード", "제삼", "第三"},
		{"chetvertyi", "chetvertyy", "chetverty", "제사", "第四"},
		{"제오", "第五"},
		{"제육", "第六"},
		{"제칠", "第七"},
		{"제팔", "第八"},
		{"제구", "第九"},
		{"제십", "第十"},
	}

	// signs stand before a number and say only that it is one; the last two are 제.
	signs = []string{"no", "nr", "num", "number", "numero", "che", "je"}
)

func (d *dictionary) addNumbers() {
	for _, s := range signs {
		d.at(s).sign = true
	}
	for n, s := range cardinals {
		d.addNumber(s, n).unit = 1 <= n && n <= 9
	}
	for n, s := range ordinals[1:] {
		d.addNumber(s, n+1).unit = n+1 <= 9
	}
	for i := range tens {
		d.addNumber(tens[i], 10*(i+2)).tens = true
		d.addNumber(tenOrdinals[i], 10*(i+2))
	}
	for i, s := range romans {
		if s != "" {
			d.addNumber(s, i+2)
		}
	}
	for i, spellings := range otherNumbers {
		for _, s := range spellings {
			if s[0] < 0x80 {
				d.addNumber(s, i+1)
			} else {
				d.cjk[s] = ideogram{word: numberWord(i + 1), text: strconv.Itoa(i + 1)}
			}
		}
	}
}

func (d *dictionary) addNumber(s string, n int) *entry {
	e := d.at(s)
	e.word, e.known, e.text = numberWord(n), true, strconv.Itoa(n)
	return e
}

// numberWord is the word of a number; 0 is the concept of one that is too large.
func numberWord(n int) Word {
	w := Word{Class: Number, Weight: weightNumber}
	if n < 1<<16-numbers {
		w.Concept = uint16(numbers + n)
	}
	return w
}

// digits reads a number in digits, with or without an English ordinal ending
// ("39", "007", "1st"), and returns its digits without leading zeros.
func digits(s string) (Word, string, bool) {
	i, n := 0, 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		n = min(n*10+int(s[i]-'0'), 1<<16)
		i++
	}
	if i == 0 {
		return Word{}, "", false
	}
	switch s[i:] {
	case "", "st", "nd", "rd", "th":
	default:
		return Word{}, "", false
	}
	from := 0
	for from < i-1 && s[from] == '0' {
		from++
	}
	return numberWord(n), s[from:i], true
}

// number reads the number at the beginning of tokens, whose first part has the
// entry e: its word, its digits and how many tokens it takes, 0 for no number;
// and how many signs of a number the tokens begin with.
func (d *dictionary) number(ts []Token, e *entry) (w Word, text string, took, skip int) {
	for e != nil && e.sign {
		skip++
		if skip == len(ts) {
			return w, "", 0, skip
		}
		e = d.words[ts[skip].Text]
	}
	if e == nil {
		if w, text, ok := digits(ts[skip].Text); ok {
			return w, text, skip + 1, skip
		}
	}
	if e == nil || e.text == "" {
		return w, "", 0, skip
	}
	if e.tens && skip+1 < len(ts) {
		if u, ok := d.unit(ts[skip+1].Text); ok {
			n := int(e.word.Concept-numbers) + u
			return numberWord(n), twoDigits[n], skip + 2, skip
		}
	}
	return e.word, e.text, skip + 1, skip
}

// unit reads one to nine, first to ninth, 1 to 9 and 1st to 9th.
func (d *dictionary) unit(s string) (int, bool) {
	if e := d.words[s]; e != nil && e.unit {
		return int(e.word.Concept - numbers), true
	}
	if w, text, ok := digits(s); ok && len(text) == 1 && text != "0" {
		return int(w.Concept - numbers), true
	}
	return 0, false
}

// twoDigits are the numbers below 100 as text, so that reading one allocates
// nothing.
var twoDigits = func() (out [100]string) {
	for n := range out {
		out[n] = strconv.Itoa(n)
	}
	return out
}()
