package identity

import (
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/record"
)

// decide gives the verdict on a pair by its own evidence, "" for a pair that is
// none. What other parties stand near, [unique] sees to.
func (p *Params) decide(e *evidence) string {
	switch {
	case e.refers:
		if e.sexDiffer || e.birth == birthApart && e.name.Score < p.Alike {
			return record.VerdictOpen
		}
		return record.VerdictSame
	case e.number != "":
		return p.numbered(e)
	case e.name.Score < p.Near || e.sexDiffer || e.birth == birthApart:
		return ""
	}
	if e.a.kind == record.Person || e.b.kind == record.Person {
		return p.person(e)
	}
	return p.organisation(e)
}

// numbered decides on two parties with a settling number in common. Without a name
// in common it does not: the Official Journal has a passport and a date of birth in
// the row of another man.
func (p *Params) numbered(e *evidence) string {
	named := e.name.Score >= p.Near
	switch {
	case e.sexDiffer || e.birth == birthApart:
		return record.VerdictOpen
	case named:
		return record.VerdictSame
	case e.a.kind == record.Vessel && e.b.kind == record.Vessel:
		return record.VerdictSame // a ship keeps its number through every name
	}
	return record.VerdictOpen
}

// person decides on two persons by name and one thing more.
func (p *Params) person(e *evidence) string {
	alike := e.name.Score >= p.Alike && e.name.How.Full() && !e.weak
	role := e.words > 0 || e.contact || e.places > 0
	switch {
	case e.birth == birthDay && (alike || e.name.How.Full()):
		return record.VerdictSame
	case e.birth == birthDay && e.regime:
		return record.VerdictSame
	case e.birth == birthYear && alike && (e.regime || role || e.follows):
		return record.VerdictSame
	case e.birth == birthSlip && alike && e.regime && (role || e.follows):
		return record.VerdictSame
	case e.birth == birthUnknown && alike && (e.follows || e.regime && role):
		return record.VerdictSame
	case e.birth == birthUnknown && alike,
		e.birth == birthSlip && alike,
		e.birth == birthYear && e.name.Score >= p.Near,
		e.birth == birthDay:
		return record.VerdictOpen
	}
	return ""
}

// organisation decides on two organisations, groups, ships or aircraft.
func (p *Params) organisation(e *evidence) string {
	alike := e.name.Score >= p.Alike && e.name.How.Full() && !e.weak
	ship := e.a.kind == record.Vessel || e.a.kind == record.Aircraft
	switch {
	case ship && alike:
		return record.VerdictOpen // names of ships are given again and again
	case alike && e.contact,
		alike && e.full > 1 && (e.regime || e.places > 0),
		alike && e.places >= 3,
		alike && e.follows,
		alike && e.regime && (e.words >= 2 || e.places > 0),
		alike && e.regime && e.name.How != match.Similar && (e.name.Matched >= 2 || e.oneWord()):
		return record.VerdictSame
	case alike:
		return record.VerdictOpen
	case e.name.How.Full() && e.regime && (e.contact || e.follows && e.words >= 2):
		return record.VerdictOpen
	}
	return ""
}

// oneWord reports whether the parties' first names are one long word, the same in
// both: a hacking group is often called so, and seldom anything else is.
func (e *evidence) oneWord() bool {
	const letters = 7
	return e.primary && (e.name.How == match.Exact || e.name.How == match.Folded) && e.longest >= letters
}

// strength orders pairs of one party: which of several candidates of one list is
// the party's other entry.
func (e *evidence) strength() float64 {
	s := e.name.Score
	add := func(is bool, by float64) {
		if is {
			s += by
		}
	}
	add(e.refers, 8)
	add(e.primary, 1)
	add(e.number != "", 6)
	add(e.birth == birthDay, 3)
	add(e.birth == birthYear, 1.5)
	add(e.birth == birthSlip, -0.5)
	add(e.follows, 1)
	add(e.contact, 1)
	s += 0.2 * float64(min(e.words, 5))
	s += 0.2 * float64(min(e.full, 3))
	return s
}

// confidence is the STIX confidence of a verdict: judgement on a scale that STIX
// section 3.2 calls the "admiralty" steps, not a measured probability.
func (e *evidence) confidence(verdict string) int {
	switch {
	case verdict == record.VerdictOpen:
		return 50
	case e.refers, e.number != "":
		return 95
	case e.birth == birthDay:
		return 90
	}
	return 80
}
