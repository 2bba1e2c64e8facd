package card

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/japanese"
	"github.com/cordon-project/cordon/script/latin"
	"github.com/cordon-project/cordon/script/words"
)

// read fills in what the folded parts can be read as, and says what the text
// was taken for.
func (c *Card) read() {
	switch {
	case strings.TrimSpace(c.Text) == "":
		c.taken("empty")
		return
	case len(c.Parts) == 0:
		c.taken("signs")
		return
	case !slices.ContainsFunc(c.Parts, lettered):
		c.taken("number")
		return
	}
	name, organisation := c.words()
	if len(name) == 0 && !organisation {
		c.taken("titles")
		return
	}
	groups := byScript(name)
	if len(groups) > maxGroups {
		groups, c.Cut = groups[:maxGroups], true
	}
	for _, g := range groups {
		c.person(g, organisation)
	}
	c.rank()
	c.other(name)
	c.conclude(name, groups, organisation)
}

func lettered(part string) bool { return script.Of(part) != script.Common }

// words finds the words that are no names and returns the parts without titles,
// and whether a word of organisations is among them. A part that a Korean name
// may have (Kuk, Won) does not make an organisation of a person.
func (c *Card) words() (name []string, organisation bool) {
	var found []Word
	for _, g := range byScript(c.Parts) {
		var ts []words.Token
		latin := false
		switch script.Of(g[0]) {
		case script.Latin, script.Cyrillic, script.Common:
			ts, latin = words.AppendLatin(nil, g), true
		default:
			for _, p := range g {
				ts = words.AppendCJK(ts, p)
			}
		}
		for _, t := range ts {
			switch t.Class {
			case words.Legal, words.Common:
				organisation = true
			case words.Name, words.Initial, words.Particle:
				name = append(name, originals(g, t)...)
				continue
			case words.Title:
			default:
				name = append(name, originals(g, t)...)
			}
			written := t.Text
			if latin {
				written = strings.Join(g[t.From:t.To], " ")
			}
			found = append(found, Word{written, t.Class.String(), words.Gloss(t.Concept)})
		}
	}
	if organisation && len(c.Parts) > 1 && likelyPerson(c.Parts) {
		return slices.Clone(c.Parts), false
	}
	titles := slices.ContainsFunc(found, func(w Word) bool { return w.Class == words.Title.String() })
	if organisation || titles {
		c.Words = slices.DeleteFunc(found, func(w Word) bool {
			return !organisation && w.Class != words.Title.String()
		})
	}
	if organisation { // places and numbers are its words, not its name
		name = name[:0]
		for _, g := range byScript(c.Parts) {
			for _, p := range g {
				if !slices.ContainsFunc(c.Words, func(w Word) bool { return slices.Contains(strings.Fields(w.Text), p) }) && !known(p) {
					name = append(name, distinct(p)...)
				}
			}
		}
	}
	return name, organisation
}

// originals are the parts that a token covers; of a part that was cut, the text.
func originals(group []string, t words.Token) []string {
	if t.To <= len(group) && t.From < t.To && strings.Join(group[t.From:t.To], "") != t.Text && script.Of(group[0]) == script.Latin {
		return group[t.From:t.To]
	}
	return []string{t.Text}
}

// known reports whether a part alone is a word that is no name.
func known(part string) bool {
	if w, ok := words.Latin(part); ok && w.Class != words.Name && w.Class != words.Initial {
		return true
	}
	_, ok := words.CJK(part)
	return ok
}

// distinct is what of a part stays when its words are taken away: 백호 of
// 조선백호무역.
func distinct(part string) (out []string) {
	switch script.Of(part) {
	case script.Latin, script.Cyrillic, script.Common:
		return []string{part}
	}
	for _, t := range words.AppendCJK(nil, part) {
		if t.Class == words.Name {
			out = append(out, t.Text)
		}
	}
	return out
}

// byScript cuts parts into groups of one way of reading: Kim Sang Man (김상만) is
// one name written twice.
func byScript(parts []string) [][]string {
	var out [][]string
	last := ""
	for _, p := range parts {
		s := reads(script.Of(p))
		if len(out) == 0 || s != last && s != script.Common && last != script.Common {
			out = append(out, nil)
		}
		if s != script.Common || last == "" {
			last = s
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// reads makes one of the scripts that are read together.
func reads(code string) string {
	switch code {
	case script.Katakana, script.Hiragana, script.Japanese:
		return script.Japanese
	}
	return code
}

// What a reading of Han characters is worth whose first character is no usual
// Chinese family name, or a Japanese one of characters that begin with one and
// are no name of the dictionary.
const (
	weightNoSurname = 0.5
	weightNoName    = 0.7
)

// person adds the readings of one group in each language.
func (c *Card) person(parts []string, word bool) {
	var mandarin []chinese.Sequence
	east, japanese := 1.0, 1.0
	text := strings.Join(parts, "")
	switch script.Of(text) {
	case script.Latin:
		mandarin = c.chinese(chinese.AppendLatin(nil, parts))
	case script.Han:
		chars := []rune(text)
		if chinese.Surname(chars) {
			japanese = weightNoName
		} else {
			east = weightNoSurname
		}
		mandarin = c.chinese(chinese.AppendHan(nil, chars))
	}
	c.korean(parts, word, mandarin)
	for i := range c.Readings {
		c.Readings[i].weight *= east
	}
	c.japanese(parts, japanese)
}

// weightOfLength is how usual a Chinese name of so many syllables is.
func weightOfLength(n uint8) float64 {
	switch {
	case n <= 3:
		return 1
	case n == 4:
		return 0.5
	}
	return 0.1
}

// chinese adds Mandarin and Cantonese readings and returns those of Mandarin.
func (c *Card) chinese(sequences []chinese.Sequence, cut bool) (mandarin []chinese.Sequence) {
	c.Cut = c.Cut || cut
	for i := range sequences {
		s := &sequences[i]
		language := Cantonese
		if s.Space == chinese.Mandarin {
			language = Mandarin
			mandarin = append(mandarin, *s)
		}
		syllables := make([]string, s.N)
		for k := range syllables {
			syllables[k] = chinese.Spell(s.Space, s.Units[k])
		}
		c.add(Reading{Language: language, Text: strings.Join(syllables, " "), Rules: s.Rules.Names(), weight: float64(s.Weight) * weightOfLength(s.N)})
	}
	return mandarin
}

// maxJapanese bounds the text that the Japanese dictionary divides.
const maxJapanese = 16

func (c *Card) japanese(parts []string, unnamed float64) {
	text := strings.Join(parts, " ")
	if utf8.RuneCountInString(text) > 2*maxJapanese {
		return
	}
	switch script.Of(text) {
	case script.Latin, script.Han, script.Japanese, script.Katakana, script.Hiragana:
	default:
		return
	}
	for _, e := range japanese.Explain(text) {
		w := float64(e.Weight)
		if w < 1 {
			w *= unnamed
		}
		c.add(Reading{Language: Japanese, Text: e.Romaji, Other: e.Kana, Rules: e.Rule.Names(), weight: w})
	}
}

// other adds the Latin form where no language reads the name, and of letters
// that are not Latin.
func (c *Card) other(name []string) {
	form := firstCapitals(latin.Append(nil, name))
	plain := script.Of(strings.Join(name, "")) == script.Latin
	if form == "" || len(c.Readings) > 0 && (plain || script.Of(strings.Join(name, "")) != script.Cyrillic) {
		return
	}
	c.Readings = append(c.Readings, Reading{Language: Other, Text: form, Weight: Possible, weight: possibleFrom})
}

// add adds a reading, the better of two that are the same.
func (c *Card) add(r Reading) {
	if r.weight < shownFrom || r.Text == "" {
		return
	}
	for i := range c.Readings {
		have := &c.Readings[i]
		if have.Language != r.Language || have.Text != r.Text || have.Family != r.Family {
			continue
		}
		if r.weight > have.weight {
			r, *have = *have, r
		}
		if have.Syllables == nil {
			have.Syllables = r.Syllables
		}
		for _, rule := range r.Rules {
			if !slices.Contains(have.Rules, rule) {
				have.Rules = append(have.Rules, rule)
			}
		}
		return
	}
	c.Readings = append(c.Readings, r)
}

// rank puts languages in their order and the best readings of each first, and
// cuts them.
func (c *Card) rank() {
	order := Languages()
	slices.SortStableFunc(c.Readings, func(a, b Reading) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Language), slices.Index(order, b.Language)),
			cmp.Compare(b.weight, a.weight), strings.Compare(a.Text, b.Text), cmp.Compare(b.Family, a.Family),
		)
	})
	seen := map[Language]int{}
	kept := c.Readings[:0]
	for _, r := range c.Readings {
		most := MaxReadings
		if r.Language != Korean {
			most = MaxOthers
		}
		if seen[r.Language] == most || seen[r.Language] == 0 && r.weight < possibleFrom {
			c.Cut = c.Cut || r.weight >= possibleFrom
			continue
		}
		seen[r.Language]++
		r.Weight = weightOf(r.weight)
		kept = append(kept, r)
	}
	c.Readings = kept
}

// best is the best reading of a language, nil for none.
func (c *Card) best(l Language) *Reading {
	for i := range c.Readings {
		if c.Readings[i].Language == l {
			return &c.Readings[i]
		}
	}
	return nil
}

// conclude says what the text was taken for and gives the forms.
func (c *Card) conclude(name []string, groups [][]string, organisation bool) {
	c.forms(name)
	c.expected(organisation)
	kinds := 0
	for _, l := range Languages() {
		if l != Other && c.best(l) != nil {
			kinds++
		}
	}
	lead := c.lead()
	switch {
	case organisation:
		c.taken("organisation", c.Script)
	case len(groups) > 1:
		c.taken("mixed")
	case kinds == 0 && mixedWord(name):
		c.taken("mixedword")
	case kinds == 0 && eastAsian(c.Script):
		c.taken("unread", c.Script)
	case kinds == 0:
		c.taken("other", c.Script)
	case lead == Korean && c.best(Korean).Family == 0:
		c.taken("part", c.Script)
	case kinds > 1:
		c.taken("several", c.Script, string(lead), kinds)
	default:
		c.taken("one", c.Script, string(lead))
	}
	if c.Cut && !slices.ContainsFunc(c.Notes, func(t Text) bool { return t.Key == "cut" }) {
		c.note("more")
	}
}

// eastAsian reports whether a script is of the languages that are read here.
func eastAsian(code string) bool {
	return slices.Contains([]string{script.Hangul, script.Han, script.Japanese, script.Katakana, script.Hiragana}, code)
}

// say puts what was found in one sentence.
func (c *Card) say() {
	switch lead := c.lead(); {
	case len(c.Readings) == 0:
		c.Say = Text{Key: "nothing"}
	case lead == Other:
		c.Say = Text{Key: "none"}
	case c.Taken.Key == "organisation":
		c.Say = Text{"organisation", []any{c.best(lead).Text, string(lead)}}
	case (c.Ambiguous == nil || lead != Korean) && c.unsettled(lead):
		c.Say = Text{"reading-first", []any{c.best(lead).Text, string(lead)}}
	case c.Ambiguous == nil || lead != Korean:
		c.Say = Text{"reading", []any{c.best(lead).Text, string(lead)}}
	case c.Ambiguous.Count > len(c.Ambiguous.Names):
		c.Say = Text{"ambiguous-cut", []any{c.Ambiguous.Count, c.Ambiguous.Names}}
	case c.Ambiguous.Count == 2:
		c.Say = Text{"ambiguous-two", []any{c.Ambiguous.Names[0], c.Ambiguous.Names[1]}}
	default:
		c.Say = Text{"ambiguous", []any{c.Ambiguous.Count, c.Ambiguous.Names}}
	}
}

// unsettled reports whether a language has a second reading that is not rare.
func (c *Card) unsettled(l Language) bool {
	n := 0
	for _, r := range c.Readings {
		if r.Language == l && r.Weight != Rare {
			n++
		}
	}
	return n > 1
}

// lead is the language in which the name is read before others: of nearly equal
// ones the first, because a node looks for Korean names.
func (c *Card) lead() Language {
	lead := Other
	for _, l := range Languages() {
		if b := c.best(l); b != nil && l != Other && (lead == Other || b.weight > c.best(lead).weight+possibleFrom) {
			lead = l
		}
	}
	return lead
}

// mixedWord reports whether letters of several scripts stand in one word.
func mixedWord(parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return script.Of(p) == script.Mixed })
}
