package brief

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Kinds of doubt.
const (
	DoubtOwn       = "own"     // entries of the recipient's own list that may be the party
	DoubtAlone     = "alone"   // one entry: nothing was joined
	DoubtRules     = "rules"   // links that rules made and no person confirmed
	DoubtAgainst   = "against" // links with reasons against them
	DoubtApart     = "apart"   // entries that no decision in the packet joins to the rest
	DoubtOpen      = "open"    // undecided pairs
	DoubtPress     = "press"   // entries that the press alone reports
	DoubtRemoved   = "removed" // entries that their authority has taken off
	DoubtDifferent = "differs" // facts that entries state differently
)

// identity fills why the entries are held to be one party, and what is in doubt.
func (m *maker) identity() {
	m.p.Entries, m.p.Decisions, m.p.Open, m.p.Doubts = []Entry{}, []Decision{}, []Decision{}, []Doubt{}
	for i := range m.members {
		m.p.Entries = append(m.p.Entries, m.entry(&m.members[i]))
	}
	for _, s := range m.links {
		m.p.Decisions = append(m.p.Decisions, m.decided(s))
	}
	for _, s := range m.open {
		m.p.Open = append(m.p.Open, m.decided(s))
	}
	surest := func(a, b Decision) int {
		return cmp.Or(first(b.Person)-first(a.Person), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(m.p.Decisions, surest)
	slices.SortFunc(m.p.Open, surest)
	m.doubts()
}

func (m *maker) entry(x *member) Entry {
	return Entry{x.party.ID, m.value(x.party.PrimaryName()), m.cited(x, record.Where{})}
}

// party of a decision: a member, or another that the recipient may have.
func (m *maker) side(id string) Entry {
	if x := m.memberOf(id); x != nil {
		return m.entry(x)
	}
	x := &member{}
	if o, ok := m.release.given[id]; ok {
		x.party, _ = record.PartyOf(o) // read before, when the decision was gathered
		x.designations = m.outside[id]
	}
	e := m.entry(x)
	e.ID = id
	return e
}

func (m *maker) decided(s record.SameParty) Decision {
	out := Decision{
		ID: s.ID, Verdict: s.Verdict, First: m.side(s.Parties[0]), Second: m.side(s.Parties[1]), Rules: s.Rules, Person: s.By != "",
		Why: m.value(s.Why), Confidence: s.Confidence, Decided: dayOf(s.Modified), Reasons: []Reason{},
	}
	for _, r := range s.Reasons {
		out.Reasons = append(out.Reasons, Reason{r.Kind, r.Weight, m.value(r.First), m.value(r.Second)})
	}
	return out
}

// dayOf is the day of a timestamp, in UTC.
func dayOf(stamp string) record.Date {
	t, err := stix.ParseTime(stamp)
	if err != nil {
		return ""
	}
	return record.Date(t.UTC().Format(time.DateOnly))
}

func (m *maker) doubts() {
	add := func(kind string, of []string) {
		if len(of) > 0 {
			m.p.Doubts = append(m.p.Doubts, Doubt{kind, len(of), of})
		}
	}
	var own []string
	for _, d := range m.p.Open {
		for _, e := range []Entry{d.First, d.Second} {
			if e.Source.Authority == m.p.For.Authority && m.memberOf(e.ID) == nil && !slices.Contains(own, called(e)) {
				own = append(own, called(e))
			}
		}
	}
	add(DoubtOwn, own)
	if len(m.members) == 1 {
		m.p.Doubts = append(m.p.Doubts, Doubt{Kind: DoubtAlone})
	}
	var byRules, against, press, removed []string
	for _, d := range m.p.Decisions {
		pair := called(d.First) + " = " + called(d.Second)
		if !d.Person {
			byRules = append(byRules, pair)
		}
		if slices.ContainsFunc(d.Reasons, func(r Reason) bool { return r.Weight == record.WeightAgainst || r.Weight == record.WeightExcludes }) {
			against = append(against, pair)
		}
	}
	for i := range m.members {
		x := &m.members[i]
		switch d := x.main(); {
		case d.ID == "":
		case d.Press:
			press = append(press, called(m.p.Entries[i]))
		case !slices.ContainsFunc(x.designations, func(d record.Designation) bool { return d.Status != record.Removed }):
			removed = append(removed, called(m.p.Entries[i]))
		}
	}
	add(DoubtApart, m.apart())
	add(DoubtAgainst, against)
	add(DoubtRules, byRules)
	var open []string
	for _, d := range m.p.Open {
		open = append(open, called(d.First)+" ? "+called(d.Second))
	}
	add(DoubtOpen, open)
	add(DoubtPress, press)
	add(DoubtRemoved, removed)
}

// called names an entry by its list and number.
func called(e Entry) string {
	s := strings.TrimSpace(e.Source.Authority + " " + e.Source.Entry)
	return cmp.Or(s, e.Name, e.ID)
}

// apart returns the entries that no decision in the packet joins to the first.
func (m *maker) apart() []string {
	joined := map[string]bool{m.members[0].party.ID: true}
	for again := true; again; {
		again = false
		for _, s := range m.links {
			if a, b := joined[s.Parties[0]], joined[s.Parties[1]]; a != b {
				joined[s.Parties[0]], joined[s.Parties[1]], again = true, true, true
			}
		}
	}
	var out []string
	for i, x := range m.members {
		if !joined[x.party.ID] {
			out = append(out, called(m.p.Entries[i]))
		}
	}
	return out
}

// contradictions compares what entries state of things of which there is one: the
// birth, the sex, the kind of party.
func (m *maker) contradictions() {
	m.p.Contradictions = []Contradiction{}
	add := func(kind string, of func(*record.Party) []stated, agree func(a, b *record.Party) bool) {
		clash := false
		for i := range m.members {
			for j := range i {
				clash = clash || !agree(&m.members[i].party, &m.members[j].party)
			}
		}
		if !clash {
			return
		}
		var sides []Fact
		for i := range m.members {
			x := &m.members[i]
			for _, f := range of(&x.party) {
				sides = m.addFact(sides, kind, f, x)
			}
		}
		m.p.Contradictions = append(m.p.Contradictions, Contradiction{kind, sides})
	}
	add("births", func(p *record.Party) []stated { return statedBy(p, "births") }, birthsAgree)
	add("gender", func(p *record.Party) []stated { return statedBy(p, "gender") }, func(a, b *record.Party) bool {
		return a.Gender == "" || b.Gender == "" || sexOf(a.Gender) == sexOf(b.Gender)
	})
	add("kind", func(p *record.Party) []stated {
		return []stated{{Fact{Text: string(p.Kind)}, record.Where{}}}
	}, func(a, b *record.Party) bool {
		return a.Kind.Agrees(b.Kind)
	})
	var kinds []string
	for _, c := range m.p.Contradictions {
		kinds = append(kinds, c.Kind)
	}
	if len(kinds) > 0 {
		m.p.Doubts = append([]Doubt{{DoubtDifferent, len(kinds), kinds}}, m.p.Doubts...)
	}
}

func sexOf(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "male", "m", "homme", "男", "남":
		return "m"
	case "female", "f", "femme", "女", "여":
		return "f"
	}
	return s
}

// birthsAgree reports whether two entries state a birth in common, or one states
// none that can be compared. A circa reaches one year to each side.
func birthsAgree(a, b *record.Party) bool {
	compared := false
	for _, x := range a.Births {
		for _, y := range b.Births {
			if x.Date == "" || y.Date == "" {
				continue
			}
			compared = true
			if meet(x, y) {
				return true
			}
		}
	}
	return !compared
}

func meet(x, y record.Birth) bool {
	a1, a2 := span(x)
	b1, b2 := span(y)
	return !a1.After(b2) && !b1.After(a2)
}

// span is the first and last moment on which a birth can have been.
func span(b record.Birth) (from, to time.Time) {
	from, _ = b.Date.Time()
	end := cmp.Or(b.To, b.Date)
	to, _ = end.Time()
	switch len(end) {
	case len("2006"):
		to = to.AddDate(1, 0, -1)
	case len("2006-01"):
		to = to.AddDate(0, 1, -1)
	}
	if b.Circa {
		from, to = from.AddDate(-1, 0, 0), to.AddDate(1, 0, 0)
	}
	return from, to
}

// mentions fills what reports, claims and attributions say of the entries.
func (m *maker) mentions() {
	m.p.Claims, m.p.Losses, m.p.Reports = []Claim{}, []Loss{}, []Mention{}
	// In order before they are cited: exhibits are numbered as they are read.
	slices.SortFunc(m.claims, func(a, b record.Claim) int {
		return cmp.Or(cmp.Compare(a.StatedOn, b.StatedOn), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(m.losses, func(a, b record.Loss) int {
		return cmp.Or(cmp.Compare(a.AttributedOn, b.AttributedOn), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(m.reports, func(a, b reported) int { return cmp.Or(cmp.Compare(a.published, b.published), cmp.Compare(a.id, b.id)) })
	for _, c := range m.claims {
		party := c.SubjectRef
		if m.memberOf(party) == nil {
			party = c.ValueRef
		}
		m.p.Claims = append(m.p.Claims, Claim{
			ID: c.ID, Party: party, Speaker: m.value(c.Speaker), Report: m.value(m.release.given[c.Source].Str("name")), Predicate: c.Predicate,
			Value: m.value(c.Value), Quote: m.value(c.Quote), Lang: cmp.Or(m.release.given[c.ID].Str("lang"), languageOf(c.Quote, "")),
			Level: c.Level, Status: c.Status, StatedOn: c.StatedOn, Source: m.cite(firstWhere(c.Wheres), c.URL),
		})
	}
	for _, l := range m.losses {
		out := Loss{
			ID: l.ID, Victim: m.value(l.Victim), Value: l.Value, Currency: l.Currency, Bound: l.Bound, Actor: m.value(l.Actor),
			AttributedBy: values(m, l.AttributedBy), AttributedOn: l.AttributedOn, Grade: l.Grade, Source: m.cite(firstWhere(l.Wheres), l.URL),
		}
		if o, ok := m.release.given[l.Incident]; ok {
			if i, err := record.IncidentOf(o); err == nil {
				out.Incident, out.Occurred = m.value(i.Name), i.Occurred.String()
			}
		}
		m.p.Losses = append(m.p.Losses, out)
	}
	for _, r := range m.reports {
		m.p.Reports = append(m.p.Reports, Mention{r.id, m.value(r.name), dayOf(r.published), m.cite(firstWhere(r.wheres), r.url)})
	}
}

// givenIDs are the ids of everything in the packet, in order.
func (m *maker) givenIDs() []string { return slices.Sorted(maps.Keys(m.release.given)) }
