package words

import (
	"strings"

	"github.com/cordon-project/cordon/script"
)

// WithoutAcronym parts a name from a short form in brackets that is made of the
// words before it: "General Bureau of Atomic Energy (GBAE)" says one name twice,
// and the short form would weigh as much as a name that the other side lacks. A
// short form by which something else is told ("(Harbin)", "(1)") stays; short is
// "" then.
func WithoutAcronym(text string) (name, short string) {
	open := strings.LastIndexByte(text, '(')
	if open < 0 {
		return text, ""
	}
	end := strings.IndexByte(text[open:], ')')
	if end < 0 {
		return text, ""
	}
	short = script.Fold(text[open+1 : open+end]).Joined()
	before := script.Fold(text[:open]).Parts
	if len(short) < 2 || len(short) > 10 || len(before) > 20 || !madeOf(short, before) {
		return text, ""
	}
	return text[:open] + " " + text[open+end+1:], short
}

// madeOf reports whether a short form is made of the beginnings of two words or
// more, in their order: KOMID of Korea, Mining and Development.
func madeOf(short string, parts []string) bool {
	// used[n] is of how many words the first n letters can be made, -1 for of none.
	var used [11]int
	for n := range used {
		used[n] = -1
	}
	used[0] = 0
	for _, p := range parts {
		for from := len(short) - 1; from >= 0; from-- {
			if used[from] < 0 {
				continue
			}
			for n := 1; n <= min(3, len(p), len(short)-from) && p[:n] == short[from:from+n]; n++ {
				used[from+n] = max(used[from+n], used[from]+1)
			}
		}
	}
	return used[len(short)] >= 2
}
