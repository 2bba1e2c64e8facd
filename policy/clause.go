package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/policy/marking"
)

// A label holds the conditions of markings as clauses: all must hold, of each one
// atom is enough. Atoms are monotone: a recipient who has more satisfies at least
// as many. So the join of two labels is the union of their clauses without those
// that another implies, and there is one shortest form of it: the laws of a
// semilattice hold by construction.

// maxClauses bounds the conditions of one object; a marking with which there would
// be more counts as one that cannot be read.
const maxClauses = 1024

// clause is a condition: sorted atoms, none of which implies another.
type clause []string

// implies reports whether whoever satisfies the atom a satisfies b.
func implies(a, b string) bool {
	if a == b {
		return true
	}
	kind, x, _ := strings.Cut(a, ":")
	other, y, _ := strings.Cut(b, ":")
	if kind != other {
		return false
	}
	switch kind {
	case marking.Class:
		return classRank(x) >= classRank(y)
	case marking.Affiliation:
		return strings.HasPrefix(x, y+".")
	case marking.From:
		return !instantOf(x).Before(instantOf(y))
	case marking.Until:
		return !instantOf(x).After(instantOf(y))
	}
	return false
}

// newClause reduces atoms to a clause.
func newClause(atoms []string) clause {
	atoms = slices.Clone(atoms)
	slices.Sort(atoms)
	atoms = slices.Compact(atoms)
	var out clause
	for _, a := range atoms {
		if !ranked(a) || !slices.ContainsFunc(atoms, func(b string) bool { return a != b && implies(a, b) }) {
			out = append(out, a)
		}
	}
	return out
}

// ranked reports whether an atom may imply another than itself: only those are
// compared with every other, so that a long list costs little.
func ranked(a string) bool {
	kind, _, _ := strings.Cut(a, ":")
	return kind == marking.Class || kind == marking.Affiliation || kind == marking.From || kind == marking.Until
}

// implies reports whether whoever satisfies c satisfies d.
func (c clause) implies(d clause) bool {
	for _, a := range c {
		_, same := slices.BinarySearch(d, a)
		if !same && (!ranked(a) || !slices.ContainsFunc(d, func(b string) bool { return implies(a, b) })) {
			return false
		}
	}
	return true
}

func (c clause) text() string { return strings.Join(c, "|") }

// reduce sorts clauses and drops those that another implies.
func reduce(cs []clause) []clause {
	var out []clause
	for i, c := range cs {
		implied := false
		for j, d := range cs {
			// Of equal clauses the first stays.
			if i != j && d.implies(c) && (!c.implies(d) || j < i) {
				implied = true
				break
			}
		}
		if !implied {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b clause) int { return strings.Compare(a.text(), b.text()) })
	return out
}

// meets reports whether the viewer satisfies the clause for the purpose at the
// time.
func (c clause) meets(v Viewer, p Purpose, at time.Time) bool {
	return slices.ContainsFunc(c, func(a string) bool { return satisfies(v, p, at, a) })
}

func satisfies(v Viewer, p Purpose, at time.Time, atom string) bool {
	kind, x, _ := strings.Cut(atom, ":")
	switch kind {
	case marking.Nation:
		return v.Nation != "" && v.Nation == x
	case marking.Org:
		return v.Org != "" && v.Org == x
	case marking.Group:
		return slices.Contains(v.Groups, x)
	case marking.Affiliation:
		return slices.ContainsFunc(v.ACS.Organizations, func(o string) bool { return o == x || strings.HasPrefix(o, x+".") })
	case marking.Entity:
		return slices.Contains(v.ACS.Entities, x)
	case marking.Shares:
		return slices.Contains(v.ACS.Shareability, x)
	case marking.Access:
		return slices.Contains(v.ACS.Accesses, x)
	case marking.Class:
		return classRank(v.ACS.Classification) >= classRank(x)
	case marking.For:
		return string(p) == x
	case marking.From:
		return !at.IsZero() && !at.Before(instantOf(x))
	case marking.Until:
		return !at.IsZero() && at.Before(instantOf(x))
	case marking.Encrypted:
		return v.Encrypted
	}
	return false
}

// classRank orders the US classifications; what is none is below all.
func classRank(s string) int {
	if s == "" {
		return 0
	}
	return slices.Index([]string{"U", "C", "S", "TS"}, s)
}

// instantOf reads an instant of a label, which validAtom has checked.
func instantOf(s string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t
}

// validAtom reports whether a text is an atom in its one spelling.
func validAtom(a string) bool {
	kind, x, ok := strings.Cut(a, ":")
	if !ok || x == "" || len(x) > 120 {
		return false
	}
	switch kind {
	case marking.Org, marking.Group:
		return isID("identity", x)
	case marking.Class:
		return classRank(x) > 0
	case marking.For:
		return Purpose(x).Known()
	case marking.From, marking.Until:
		t, err := time.Parse(time.RFC3339Nano, x)
		return err == nil && t.UTC().Format(time.RFC3339Nano) == x
	case marking.Encrypted:
		return x == "yes"
	case marking.Nation, marking.Affiliation, marking.Entity, marking.Shares, marking.Access:
		return strings.Trim(x, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
	}
	return false
}

// parseClause reads a clause in its one spelling.
func parseClause(s string) (clause, bool) {
	atoms := strings.Split(s, "|")
	if slices.ContainsFunc(atoms, func(a string) bool { return !validAtom(a) }) {
		return nil, false
	}
	return atoms, slices.Equal(newClause(atoms), atoms)
}

// take adds what a marking asks for; creator is the organisation that made the
// object, "" for none.
func (p *parts) take(id string, t marking.Terms, creator string) {
	if t.Bad != "" || len(p.clauses)+len(t.Clauses) > maxClauses {
		p.needs = addNeed(p.needs, need{id, malformed})
		return
	}
	if l, ok := levelOfCode(t.Raises); ok {
		p.level = max(p.level, l)
	}
	for _, c := range t.Clauses {
		atoms := c.Atoms
		if c.Author && isID("identity", creator) {
			atoms = append(slices.Clone(atoms), marking.Org+":"+creator)
		}
		p.clauses = append(p.clauses, newClause(atoms))
	}
	p.duties = append(p.duties, t.Duties...)
}

// settle brings clauses and duties into their one form.
func (p *parts) settle() {
	p.clauses = reduce(p.clauses)
	slices.Sort(p.duties)
	p.duties = slices.Compact(p.duties)
}

// termsOf reads a marking definition that is known.
func termsOf(id string, defs Definitions) (marking.Terms, bool) {
	if defs == nil {
		return marking.Terms{}, false
	}
	d, ok := defs(id)
	if !ok || d.ID() != id || d.Type() != "marking-definition" {
		return marking.Terms{}, false
	}
	return marking.Of(d), true
}

// Instants returns the times at which a decision on the label may change, in their
// order: between two of them time alone changes nothing. A store that remembers
// decisions forgets them then.
func Instants(l Label) []time.Time {
	if !strings.HasPrefix(string(l), labelForm2) {
		return nil // the common case
	}
	p, _ := l.parse()
	var out []time.Time
	for _, c := range p.clauses {
		for _, a := range c {
			if kind, x, _ := strings.Cut(a, ":"); kind == marking.From || kind == marking.Until {
				out = append(out, instantOf(x))
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// Duties returns what whoever is given something with the label takes over,
// sorted; see the constants of package marking.
func Duties(l Label) []string {
	p, _ := l.parse()
	return p.duties
}
