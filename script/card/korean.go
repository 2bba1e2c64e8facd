package card

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/korean"
)

// How common a syllable is in given names, by how often it is met in about 1,850
// names of the authority files of the Library of Congress and of encyclopaedias:
// in more than 28 of them, in 8 or more, in 2 or more. What is in none of the
// rows is hardly ever a syllable of a name.
const (
	mostCommon = "영현성진경수희정상석용재원호민우기동준태훈지규선병종윤주인연승광환대철근세창명은덕"
	common     = "문일국형찬순한식중유숙욱하남이미시해신운홍아효화봉혜천만복범무소두익구백혁균보룡제손옥길학완도사림갑리응겸서웅자나빈헌후양권춘흥관섭린"
	uncommon   = "여곤열귀흠오낙득장건의송충공채언극돈택조라맹직래배교예다계량엽회슬렬비칠삼락위몽청거탁강령항가임벽란요팔향표년돌황달모금산로군안걸치애좌생존렴적례평묵초휘부면업전방을붕간약율립월실람증징본려행별차담록련심억검녕률륜"
)

// The weights of these rows: of a syllable against another for which the same
// spelling stands.
const (
	weightCommon   = 0.5
	weightUncommon = 0.25
	weightUnknown  = 0.05
)

// plausible is how much a way to cut a text into syllables is worth whose best
// Hangul in one place is of a row: 애코 is spelled by the rules and is no name.
func plausible(w float64) float64 {
	switch {
	case w >= weightCommon:
		return 1
	case w >= weightUncommon:
		return 0.8
	}
	return 0.15
}

var syllableWeights = func() map[rune]float64 {
	out := map[rune]float64{}
	for _, row := range []struct {
		syllables string
		weight    float64
	}{{mostCommon, 1}, {common, weightCommon}, {uncommon, weightUncommon}} {
		for _, r := range row.syllables {
			out[r] = row.weight
		}
	}
	return out
}()

// givenWeight is how common a syllable is in given names.
func givenWeight(r rune) float64 {
	if w := syllableWeights[r]; w > 0 {
		return w
	}
	return weightUnknown
}

// familyWeight is how common a syllable is as a family name: the root of its
// share, so that a family name of one in a thousand is still one.
func familyWeight(r rune) float64 { return math.Sqrt(korean.Expect(string([]rune{r, '영'}))) }

// choice is a Hangul syllable for which a spelling can stand, with its weight
// against the best.
type choice struct {
	hangul rune
	weight float64
	rules  korean.Rules
}

// choices weighs the readings of a syllable by how common they are in its place.
func choices(set korean.Set, family bool) []choice {
	var out []choice
	best := 0.0
	for _, r := range korean.Of(set) {
		w := float64(r.Weight)
		if family {
			w *= familyWeight(r.Hangul)
		} else {
			w *= givenWeight(r.Hangul)
		}
		if w > 0 {
			out = append(out, choice{r.Hangul, w, r.Rules})
		}
		if r.Rules&korean.Law == 0 {
			best = max(best, w)
		}
	}
	if best == 0 {
		return nil
	}
	for i := range out {
		out[i].weight = min(out[i].weight/best, 1)
	}
	slices.SortStableFunc(out, func(a, b choice) int {
		return cmp.Or(cmp.Compare(a.rules&korean.Law, b.rules&korean.Law), cmp.Compare(b.weight, a.weight), cmp.Compare(a.hangul, b.hangul))
	})
	return out
}

// cutting is one way to cut a text into Korean syllables.
type cutting struct {
	sequence  korean.Sequence
	syllables [][]choice
	weight    float64
}

// weightLong is what a cutting into four syllables, or of a word into three, is
// worth: most names have fewer.
const weightLong = 0.3

// cut weighs the syllables of a sequence. One syllable alone is a family name
// where it can be one.
func cut(s korean.Sequence) (cutting, bool) {
	c := cutting{sequence: s, weight: float64(s.Weight)}
	for i, set := range s.Syllables() {
		family := i == 0 && (s.Family == 1 || s.N == 1 && isFamily(set))
		list := choices(set, family)
		if len(list) == 0 {
			return c, false
		}
		c.syllables = append(c.syllables, list)
		if !family && i >= int(s.Family) && !certain(set) {
			c.weight *= plausible(givenWeight(list[0].hangul))
		}
	}
	if !certain(s.Sets[0]) && (s.N > 3 && s.Family < 2 || s.N > 2 && s.Family == 0) {
		c.weight *= weightLong
	}
	return c, true
}

// certain reports whether a set is of a character, whose syllable is not cut out
// of letters.
func certain(s korean.Set) bool {
	w := []rune(korean.Written(s))
	return len(w) == 1 && (script.OfRune(w[0]) == script.Hangul || script.OfRune(w[0]) == script.Han)
}

// isFamily reports whether a spelling can be of a family name that one in ten
// thousand bears.
func isFamily(set korean.Set) bool {
	for _, r := range korean.Of(set) {
		if r.Weight >= likelyFrom && r.Rules&korean.Law == 0 && korean.Expect(string([]rune{r.Hangul, '영'})) > 1000 {
			return true
		}
	}
	return false
}

// spelled is a name for which a cutting can stand.
type spelled struct {
	hangul string
	weight float64
	rules  []korean.Rules
}

// names returns the n best names whose syllables weigh at least as much, best
// first. Readings by the initial-sound law are the same name in another spelling
// and are left out. The beginnings of the n best names are among the n best
// beginnings, so no more are kept.
func (c *cutting) names(least float64, n int) []spelled {
	all := []spelled{{weight: 1}}
	for _, list := range c.syllables {
		var next []spelled
		for _, s := range all {
			for _, x := range list {
				if x.weight >= least && x.rules&korean.Law == 0 {
					next = append(next, spelled{s.hangul + string(x.hangul), s.weight * x.weight, append(slices.Clone(s.rules), x.rules)})
				}
			}
		}
		slices.SortStableFunc(next, func(a, b spelled) int {
			return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.hangul, b.hangul))
		})
		all = next[:min(len(next), n)]
	}
	return all
}

// The weights of readings that are not written as a whole name.
const (
	weightGiven   = 0.65 // a given name alone
	weightChinese = 0.7  // through the Chinese reading of its characters
	surePerson    = 0.8  // with such a family name nobody looks for a given name alone
)

// likelyPerson reports whether parts are a Korean name with a frequent family
// name.
func likelyPerson(parts []string) bool {
	s, _ := korean.Append(nil, parts)
	return len(s) > 0 && s[0].Weight >= surePerson
}

// korean adds the Korean readings of parts of one script: as a whole name, as a
// given name or word alone, and through Chinese readings.
func (c *Card) korean(parts []string, word bool, mandarin []chinese.Sequence) {
	var sequences []korean.Sequence
	if !word {
		var more bool
		sequences, more = korean.Append(nil, parts)
		c.Cut = c.Cut || more
	}
	sequences = inOrder(sequences)
	for i := range mandarin {
		for _, s := range korean.AppendChinese(nil, &mandarin[i]) {
			if s.Weight *= weightChinese; script.Of(parts[0]) == script.Latin {
				sequences = append(sequences, s)
			}
		}
	}
	ways := cuttings(sequences, len(parts))
	if len(ways) == 0 || ways[0].weight < likelyFrom {
		ways = cuttings(append(sequences, alone(parts, word)...), len(parts))
	}
	if len(ways) == 0 || ways[0].weight < possibleFrom {
		return
	}
	if open := ways[0].open(); open != nil && c.Ambiguous == nil {
		c.Ambiguous = open
	}
	// Names of one likely cut are weighed against each other, not against a better
	// known family name.
	if best := ways[0].weight; best >= likelyFrom {
		for i := range ways {
			ways[i].weight /= best
		}
	}
	for i := range ways {
		c.whole(&ways[i])
	}
}

// cuttings weighs sequences, best first. Where the parts are likely syllables,
// other cuts are worth less: Yong Chol is not 이옹철.
func cuttings(sequences []korean.Sequence, parts int) []cutting {
	var ways []cutting
	asWritten := false
	for _, s := range sequences {
		if way, ok := cut(s); ok && way.weight >= shownFrom {
			ways = append(ways, way)
			asWritten = asWritten || int(s.N) == parts && way.weight >= likelyFrom
		}
	}
	for i := range ways {
		if asWritten && int(ways[i].sequence.N) != parts {
			ways[i].weight *= weightLong
		}
	}
	slices.SortStableFunc(ways, func(a, b cutting) int { return cmp.Compare(b.weight, a.weight) })
	return slices.DeleteFunc(ways, func(w cutting) bool { return w.weight < shownFrom })
}

// inOrder makes less of a rare family name where the other order of the parts
// has a frequent one: Sang Man Kim is 김상만 before it is 상만김.
func inOrder(sequences []korean.Sequence) []korean.Sequence {
	if len(sequences) == 0 || sequences[0].Weight < surePerson {
		return sequences
	}
	for i := range sequences {
		if s := &sequences[i]; s.Moved != sequences[0].Moved && s.Weight < surePerson {
			s.Weight *= 0.4
		}
	}
	return sequences
}

// alone reads parts as a given name of one or two syllables, or as a word of at
// most three: as many syllables as there are parts, or all of one part.
func alone(parts []string, word bool) []korean.Sequence {
	longest := 2
	if word {
		longest = 3
	}
	if len(parts) > longest {
		return nil
	}
	out := []korean.Sequence{{Weight: weightGiven}}
	for _, p := range parts {
		var next []korean.Sequence
		words, _ := korean.AppendWord(nil, p)
		for _, w := range words {
			for _, s := range out {
				if len(parts) > 1 && w.N > 1 || int(s.N+w.N) > longest {
					continue
				}
				copy(s.Sets[s.N:], w.Syllables())
				s.N += w.N
				s.Weight *= w.Weight
				next = append(next, s)
			}
		}
		if out = next; len(out) > korean.MaxSequences {
			out = out[:korean.MaxSequences]
		}
	}
	return out
}

// southern are the systems in which only South Koreans write.
const southern = korean.Revised | korean.Custom

// whole adds the names of a cutting, the first with its syllables. A name that
// is spelled as only South Koreans spell stands in their orthography.
func (c *Card) whole(way *cutting) {
	s := &way.sequence
	for i, n := range way.names(shownFrom, MaxReadings+1) {
		if i == MaxReadings {
			c.Cut = c.Cut || way.weight*n.weight >= possibleFrom
			return
		}
		r := Reading{Language: Korean, Text: n.hangul, Family: int(s.Family), Moved: s.Moved, weight: way.weight * n.weight}
		rules := shared(n.rules)
		r.Rules = rules.Names()
		if rules&southern != 0 && rules&(oneSystem&^southern) == 0 {
			r.Text = korean.Spell(n.hangul, r.Family, korean.SouthHangul)
		}
		if i == 0 {
			r.Syllables = way.show()
		}
		c.add(r)
	}
}

// oneSystem are the rules that a writer keeps to for a whole name.
const oneSystem = korean.Revised | korean.McCune | korean.DPRK | korean.Custom | korean.French

// shared returns the systems that explain every syllable, or all that are needed
// where none does, and what else the syllables stand on.
func shared(rules []korean.Rules) korean.Rules {
	one, all := korean.Rules(oneSystem), korean.Rules(0)
	for _, r := range rules {
		one &= r
		all |= r
	}
	if one != 0 {
		all = all&^oneSystem | one
	}
	return all
}

func (way *cutting) written(i int) string { return korean.Written(way.sequence.Sets[i]) }

// show gives the syllables of a cutting for people.
func (way *cutting) show() []Syllable {
	out := make([]Syllable, len(way.syllables))
	for i, list := range way.syllables {
		out[i] = Syllable{Written: way.written(i)}
		for _, x := range list {
			if len(out[i].Choices) < MaxChoices && (x.weight >= shownFrom || len(out[i].Choices) == 0) {
				out[i].Choices = append(out[i].Choices, Choice{string(x.hangul), weightOf(x.weight), x.rules.Names()})
			}
		}
	}
	return out
}

// open says what a cutting leaves open, nil when it stands for one name.
func (way *cutting) open() *Ambiguous {
	a := Ambiguous{Count: 1}
	for i, list := range way.syllables {
		var likely []string
		for _, x := range list {
			if x.weight >= likelyFrom && x.rules&korean.Law == 0 {
				likely = append(likely, string(x.hangul))
			}
		}
		if a.Count *= len(likely); len(likely) > 1 {
			written := way.written(i)
			if written == "" {
				written = likely[0]
			}
			a.Syllables = append(a.Syllables, Open{written, likely})
		}
	}
	if len(a.Syllables) == 0 {
		return nil
	}
	for _, n := range way.names(likelyFrom, MaxNames) {
		a.Names = append(a.Names, n.hangul)
	}
	return &a
}
