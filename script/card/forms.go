package card

import (
	"math"
	"strings"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/korean"
)

// forms gives every form of the best Korean readings, and of a name in Han
// characters those of each language in which it is read.
func (c *Card) forms(name []string) {
	n := 0
	for _, r := range c.Readings {
		if r.Language != Korean || r.Weight == Rare && n > 0 {
			continue
		}
		if n++; n > MaxForms {
			break
		}
		f := Forms{Language: Korean, Name: r.Text}
		for _, s := range korean.Systems() {
			f.List = append(f.List, Form{s.String(), korean.Spell(r.Text, r.Family, s)})
		}
		c.Forms = append(c.Forms, f)
	}
	text := strings.Join(name, "")
	switch script.Of(text) {
	case script.Han, script.Japanese:
	default:
		return
	}
	for _, l := range []Language{Mandarin, Cantonese, Japanese} {
		r := c.best(l)
		if r == nil {
			continue
		}
		f := Forms{Language: l, Name: text}
		switch l {
		case Mandarin:
			f.List = []Form{{"pinyin", chineseName(r.Text)}}
		case Cantonese:
			f.List = []Form{{"jyutping", chineseName(r.Text)}}
		default:
			f.List = []Form{{"hepburn", firstCapitals(strings.Fields(r.Text))}, {"kana", r.Other}}
		}
		c.Forms = append(c.Forms, f)
	}
}

// chineseName writes syllables as a name: the family name apart from the rest.
func chineseName(syllables string) string {
	family, given, _ := strings.Cut(syllables, " ")
	return firstCapitals(strings.Fields(family + " " + strings.ReplaceAll(given, " ", "")))
}

// expected says how many people may bear each of the names that forms gives.
func (c *Card) expected(organisation bool) {
	if k := c.best(Korean); organisation || k == nil || k.Family == 0 {
		return
	}
	for _, r := range c.Readings {
		// The best reading and those as likely as it.
		if r.Language != Korean || r.Family != 1 || len(c.Expected) > 0 && r.Weight != Likely || len(c.Expected) == MaxForms {
			continue
		}
		c.Expected = append(c.Expected, Expected{r.Text, roundly(korean.Expect(r.Text))})
	}
}

// roundly rounds to one significant digit, and to 0 below ten.
func roundly(n float64) int {
	if n < 10 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(n)))
	return int(math.Round(n/unit) * unit)
}
