package screen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/match/parity"
	"github.com/cordon-project/cordon/record"
)

// findName gathers whoever bears a name that the one asked for may be.
func (a *asking) findName(name string) {
	near := a.s.search(a.v, name)
	least := a.least()
	if a.q.AlertsOnly {
		near = slices.DeleteFunc(near, func(h match.Hit) bool { return h.Score < least })
	}
	for _, h := range near {
		a.meetName(h, 1)
	}
	if a.q.AlertsOnly {
		return
	}
	// Every name that has all parts asked for is a candidate too, however common
	// the parts: a family name alone is not "not found".
	more := a.s.names.Load().Containing(name, a.s.screening(a.v))
	for _, h := range more {
		a.meetName(h, len(more))
	}
}

// least is the score from which on a name can become an alert: the threshold,
// or, where evidence may speak for a party, that of the widest profile.
func (a *asking) least() float64 {
	least := a.profile.Threshold
	if a.q.Birth != "" || a.q.Place != "" || a.q.Country != "" {
		for _, p := range a.s.params.Match.Profiles {
			least = min(least, p.Threshold)
		}
	}
	return least
}

// findAsOFAC gathers the names that OFAC's own search would show.
func (a *asking) findAsOFAC(name string) error {
	type scored struct {
		match.Hit
		score int
	}
	var all []scored
	for n := range a.s.names.Load().All(a.s.screening(a.v)) {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		if score := parity.Score(name, n.Text); score >= a.q.OFACMin {
			all = append(all, scored{match.Hit{Name: n}, score})
		}
	}
	slices.SortFunc(all, func(x, y scored) int {
		if x.score != y.score {
			return y.score - x.score
		}
		return strings.Compare(x.Object+"\x00"+fmt.Sprint(x.Number), y.Object+"\x00"+fmt.Sprint(y.Number))
	})
	for _, h := range all {
		if a.found[h.Object] {
			continue
		}
		h.Result = match.Compare(a.s.params.Match, name, h.Text)
		if h.How == "" {
			h.How = match.Contains
		}
		before := len(a.parties)
		a.meetName(h.Hit, 1)
		if len(a.parties) > before {
			c := a.parties[before]
			c.OFAC, c.Alert = h.score, true
			c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.name.ofac", Args: []any{h.score, h.Text}}, Weight: "for", Tag: "ofac"})
		}
	}
	return nil
}

// meetName adds whoever bears a name, as one of a crowd of which the question
// says no more of the one than of the other.
func (a *asking) meetName(h match.Hit, crowd int) {
	if a.found[h.Object] {
		return
	}
	a.found[h.Object] = true
	if len(a.parties) == a.weighed || h.Score < a.least() && a.near == a.limit {
		a.answer.Cut++
		return
	}
	if h.Score < a.least() {
		a.near++
	}
	c := &Candidate{
		Object: h.Object, Matched: Match{Kind: Name, Text: h.Text, Role: record.NameKind(h.Role), Quality: record.Quality(h.Quality), How: string(h.How)},
		Score: h.Score, Probability: a.s.params.Part.odds(1 / float64(crowd)),
	}
	if h.How != match.Contains {
		c.Probability = a.s.params.Same.times(h.Score)
	}
	c.Alert = h.Score >= a.profile.Threshold
	if c.Matched.Quality == record.Weak {
		c.Probability = c.Probability.odds(a.s.params.Weak)
		c.Reasons = append(c.Reasons, Reason{Text: Text{Key: "reason.name.weak", Args: []any{h.Text}}, Weight: "against", Tag: "weak-alias"})
	}
	a.hits[h.Object] = h
	a.candidate(c)
}

// explain puts why a candidate's name was met before its other reasons. Only what
// is shown is explained.
func (a *asking) explain(c *Candidate) {
	if h, ok := a.hits[c.Object]; ok && c.Matched.Kind == Name {
		c.Reasons = append(a.why(a.answer.Reading.Canonical, h.Text, h), c.Reasons...)
	}
}

// times is the interval of what is so with a probability, if it is so at all.
func (i Interval) times(p float64) Interval { return Interval{i.Low * p, i.Mid * p, i.High * p} }

// why says why two names are near: the way in which they meet, the reading that
// they have in common and its rules, the words that differ, and those that stand
// on one side only.
func (a *asking) why(asked, listed string, h match.Hit) []Reason {
	tag := string(h.How)
	one := func(weight, key string, args ...any) Reason {
		return Reason{Text: Text{Key: key, Args: args}, Weight: weight, Tag: tag}
	}
	switch h.How {
	case match.Contains:
		return []Reason{one("for", "reason.name.contains", listed, h.Matched, h.Listed)}
	case match.Reading, match.Similar, match.Partial:
	default:
		return []Reason{one("for", "reason.name."+tag, listed)}
	}
	x := match.Explain(a.s.params.Match, asked, listed)
	var out []Reason
	if h.How == match.Reading {
		if x.Common != "" {
			out = append(out, one("for", "reason.name.reading", listed, x.Common, x.Space.String()))
		} else {
			out = append(out, one("for", "reason.name.reading.unwritten", listed, x.Space.String()))
		}
		for _, rule := range x.Rules {
			out = append(out, one("for", "rule."+rule))
		}
	} else {
		out = append(out, one("for", "reason.name."+tag, listed, h.Matched, h.Query))
	}
	for _, p := range x.Pairs {
		switch {
		case p.Initial:
			out = append(out, one("unknown", "reason.name.initial", p.Query, p.Listed))
		case p.Cost > 0 || !strings.EqualFold(p.Query, p.Listed):
			out = append(out, one("unknown", "reason.name.pair", p.Query, p.Listed))
		}
	}
	if len(x.Unmet) > 0 {
		out = append(out, one("against", "reason.name.unmet", strings.Join(x.Unmet, " "), listed))
	}
	if len(x.More) > 0 {
		out = append(out, one("against", "reason.name.more", strings.Join(x.More, " ")))
	}
	if x.Differ {
		out = append(out, one("against", "reason.name.differ"))
	}
	if x.Cut {
		out = append(out, one("unknown", "reason.name.cut"))
	}
	return out
}

// sayReadings says what the name asked for leaves open: in which Hangul names it
// can be meant, and that many people bear it.
func (a *asking) sayReadings(name string) {
	open, ok := match.Ambiguous(name, 4)
	if !ok {
		return
	}
	switch {
	case open.Total > len(open.Names):
		a.answer.More = append(a.answer.More, Text{Key: "answer.more.readings.cut", Args: []any{open.Total, strings.Join(open.Names, ", ")}})
	case open.Total > 1:
		a.answer.More = append(a.answer.More, Text{Key: "answer.more.readings", Args: []any{open.Total, strings.Join(open.Names, ", ")}})
	}
	if n := magnitude(open.Expect); n >= 100 {
		a.answer.More = append(a.answer.More, Text{Key: "answer.more.bearers", Args: []any{n, open.Names[0]}})
	}
}

// magnitude rounds down to one digit.
func magnitude(x float64) int {
	n, unit := int(x), 1
	for n >= 10 {
		n /= 10
		unit *= 10
	}
	return n * unit
}
