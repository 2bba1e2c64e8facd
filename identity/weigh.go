package identity

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script"
)

// Params are the parameters of the rules. Rules names the set and stands in every
// decision.
type Params struct {
	Rules string
	Match match.Params
	// Near is the score from which two names may be one person's name: below it a
	// pair is no pair. Alike is the score from which they are taken for it.
	Near, Alike float64
	// Follow is by how many days at most an authority that takes over another's
	// listing follows it.
	Follow int
}

// DefaultParams are judgement, checked against labelled pairs: docs/identity.md.
var DefaultParams = Params{Rules: "identity-1", Match: match.DefaultParams, Near: 0.5, Alike: 0.8, Follow: 60}

// birth says how two parties' dates of birth stand to each other.
type birth int

const (
	birthUnknown birth = iota
	birthDay
	birthYear
	birthSlip  // day and month exchanged, or one part of the date differs
	birthApart // none of one's is near any of the other's
)

// evidence is what two parties have in common and what not.
type evidence struct {
	a, b      *party
	reasons   []record.SameReason
	refers    bool   // one names the other's entry
	number    string // kind of a settling number in common, "" for none
	name      match.Result
	full      int  // distinct names of a that are fully met
	primary   bool // their first names are the same
	longest   int  // letters of the name that is nearest
	weak      bool
	birth     birth
	sexDiffer bool
	contact   bool
	words     int  // words of role and case in common
	places    int  // words of places in common
	follows   bool // listed within days of each other
	regime    bool
}

// weigh compares two parties.
func (p *Params) weigh(a, b *party) *evidence {
	e := &evidence{a: a, b: b}
	e.references()
	e.numbers()
	e.named(p)
	e.births()
	if a.male != 0 && b.male != 0 && a.male != b.male {
		e.sexDiffer = true
		e.say("gender", record.WeightExcludes, string(a.male), string(b.male))
	}
	e.contacts()
	e.shared()
	e.dates(p)
	return e
}

func (e *evidence) say(kind, weight, first, second string) {
	e.reasons = append(e.reasons, record.SameReason{Kind: kind, Weight: weight, First: cut(first), Second: cut(second)})
}

// cut shortens a text for a reason.
func cut(s string) string {
	const most = 300
	if head, is := script.Clip(s, most); is {
		return head + "…"
	}
	return s
}

func (e *evidence) references() {
	refers := func(a, b *party) string {
		for _, r := range a.refs {
			if b.official && r.list == b.list && r.entry == b.entry {
				return r.text
			}
		}
		return ""
	}
	if text := refers(e.a, e.b); text != "" {
		e.refers = true
		e.say("list-reference", record.WeightDecides, text, e.b.entry)
	} else if text := refers(e.b, e.a); text != "" {
		e.refers = true
		e.say("list-reference", record.WeightDecides, e.a.entry, text)
	}
}

// numbers finds a number that both have. Two passports of one country that
// differ say nothing: people have several.
func (e *evidence) numbers() {
	for _, x := range e.a.numbers {
		for _, y := range e.b.numbers {
			if x.form != y.form || e.number != "" && !settling[x.kind] {
				continue
			}
			kinds := x.kind == y.kind || x.kind == "other" || y.kind == "other" || x.kind != "wallet" && y.kind != "wallet"
			if !kinds {
				continue
			}
			weight := record.WeightFor
			if settling[x.kind] || settling[y.kind] {
				weight = record.WeightDecides
				e.number = x.kind
			}
			e.say("document", weight, x.text, y.text)
			if e.number != "" {
				return
			}
		}
	}
}

// named finds the names that are nearest, and counts those that are met in full.
// A weak alias alone is none that a list itself would rely on.
func (e *evidence) named(p *Params) {
	best, weakBest := match.Result{}, match.Result{}
	var first, second, wfirst, wsecond string
	met := map[string]bool{}
	for _, x := range e.a.names {
		for _, y := range e.b.names {
			r := match.Compare(p.Match, x.text, y.text)
			if r.How == "" || r.Score == 0 {
				continue
			}
			if x.weak || y.weak {
				if r.Score > weakBest.Score {
					weakBest, wfirst, wsecond = r, x.text, y.text
				}
				continue
			}
			if r.Score > best.Score {
				best, first, second = r, x.text, y.text
			}
			if r.How.Full() && r.Score >= p.Alike {
				met[folded(x.text)] = true
				e.primary = e.primary || x.primary && y.primary
			}
		}
	}
	e.name, e.full = best, len(met)
	if weakBest.Score > best.Score+0.2 {
		e.name, e.weak = weakBest, true
		first, second = wfirst, wsecond
	}
	if e.name.How == "" {
		return
	}
	e.longest = len([]rune(first))
	weight := record.WeightFor
	if e.name.Score < p.Near {
		weight = record.WeightAgainst
	}
	e.say("name", weight, first, fmt.Sprintf("%s (%s, %.2f)", second, e.name.How, e.name.Score))
	if e.full > 1 {
		e.say("names", record.WeightFor, fmt.Sprintf("%d names", e.full), "the same")
	}
}

func folded(s string) string {
	parts := slices.Clone(script.Fold(s).Parts)
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// births compares each date of birth of one with each of the other.
func (e *evidence) births() {
	if len(e.a.births) == 0 || len(e.b.births) == 0 {
		return
	}
	best, first, second := birthUnknown, "", ""
	rank := map[birth]int{birthUnknown: 0, birthApart: 1, birthSlip: 2, birthYear: 3, birthDay: 4}
	for _, x := range e.a.births {
		for _, y := range e.b.births {
			if k := compareBirths(x, y); rank[k] > rank[best] {
				best, first, second = k, birthText(x), birthText(y)
			}
		}
	}
	e.birth = best
	switch best {
	case birthDay, birthYear:
		e.say("birth", record.WeightFor, first, second)
	case birthSlip:
		e.say("birth", record.WeightAgainst, first, second)
	case birthApart:
		e.say("birth", record.WeightExcludes, first, second)
	}
}

func birthText(b record.Birth) string {
	if b.Text != "" {
		return b.Text
	}
	return string(b.Date)
}

func compareBirths(a, b record.Birth) birth {
	ay, am, ad := dateParts(a.Date)
	by, bm, bd := dateParts(b.Date)
	if ay == 0 || by == 0 {
		return birthUnknown
	}
	ato, bto := ay, by
	if y, _, _ := dateParts(a.To); y > 0 {
		ato, am, ad = y, 0, 0
	}
	if y, _, _ := dateParts(b.To); y > 0 {
		bto, bm, bd = y, 0, 0
	}
	apart := max(0, ay-bto, by-ato)
	circa := a.Circa || b.Circa
	if nextDay(a, b) {
		return birthDay
	}
	// The first of January often stands for a year alone.
	am, ad = yearAlone(am, ad)
	bm, bd = yearAlone(bm, bd)
	whole := ad > 0 && bd > 0
	differ := 0
	for _, is := range []bool{apart > 0, am != bm, ad != bd} {
		if is {
			differ++
		}
	}
	switch {
	case whole && differ == 0:
		return birthDay
	case whole && (differ == 1 && (apart <= 2 || oneDigit(ay, by)) || apart == 0 && am == bd && ad == bm):
		return birthSlip
	case whole && !circa, apart > 2:
		return birthApart
	case apart > 0 && !circa:
		return birthSlip
	case am > 0 && bm > 0 && am != bm && apart == 0 && !circa:
		return birthSlip
	}
	return birthYear
}

// nextDay reports whether two dates are a day apart: the Council's list has dates
// that a conversion between time zones moved to the day before.
func nextDay(a, b record.Birth) bool {
	x, errA := time.Parse(time.DateOnly, string(a.Date))
	y, errB := time.Parse(time.DateOnly, string(b.Date))
	if errA != nil || errB != nil || a.To != "" || b.To != "" {
		return false
	}
	d := x.Sub(y)
	return max(d, -d) == 24*time.Hour
}

func yearAlone(m, d int) (int, int) {
	if m == 1 && d == 1 {
		return 0, 0
	}
	return m, d
}

func oneDigit(a, b int) bool {
	n := 0
	for ; a > 0 || b > 0; a, b = a/10, b/10 {
		if a%10 != b%10 {
			n++
		}
	}
	return n == 1
}

func (e *evidence) contacts() {
	for _, x := range e.a.contacts {
		if slices.Contains(e.b.contacts, x) {
			e.contact = true
			e.say("contact", record.WeightFor, x, x)
			return
		}
	}
}

// shared counts the words of roles, cases and places that both have.
func (e *evidence) shared() {
	common := func(a, b map[string]bool) []string {
		var out []string
		for w := range a {
			if b[w] && !e.ofName(w) {
				out = append(out, w)
			}
		}
		slices.Sort(out)
		return out
	}
	if words := common(e.a.words, e.b.words); len(words) > 0 {
		e.words = len(words)
		text := strings.Join(words[:min(len(words), 12)], " ")
		e.say("role", record.WeightFor, text, text)
	}
	if words := common(e.a.places, e.b.places); len(words) > 0 {
		e.places = len(words)
		text := strings.Join(words[:min(len(words), 12)], " ")
		e.say("place", record.WeightFor, text, text)
	}
	for r := range e.a.regimes {
		e.regime = e.regime || e.b.regimes[r]
	}
	if e.regime {
		var both []string
		for r := range e.a.regimes {
			if e.b.regimes[r] {
				both = append(both, r)
			}
		}
		slices.Sort(both)
		e.say("regime", record.WeightFor, strings.Join(both, " "), strings.Join(both, " "))
	}
}

// ofName reports whether a word is of the parties' own names: it would count
// twice.
func (e *evidence) ofName(w string) bool {
	for _, p := range []*party{e.a, e.b} {
		for _, n := range p.names {
			if slices.Contains(script.Fold(n.text).Parts, w) {
				return true
			}
		}
	}
	return false
}

// dates tells a listing that follows another of the same regime.
func (e *evidence) dates(p *Params) {
	x, errA := time.Parse(time.DateOnly, string(e.a.listed))
	y, errB := time.Parse(time.DateOnly, string(e.b.listed))
	if errA != nil || errB != nil || !e.regime {
		return
	}
	days := int(y.Sub(x).Hours() / 24)
	if max(days, -days) <= p.Follow {
		e.follows = true
		e.say("listed", record.WeightFor, string(e.a.listed), string(e.b.listed))
	}
}
