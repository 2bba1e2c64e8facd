package view

import (
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
)

// Decision is a decision on a pair, or a question about one.
type Decision struct {
	record.SameParty
	Sides   [2]Entry
	Reasons []Reason
	Form    DecideForm
}

// Day is the day of the decision.
func (d *Decision) Day() record.Date { return record.Date(d.Modified[:min(len(d.Modified), 10)]) }

// Pair is a short id of the pair for addresses within a page.
func (d *Decision) Pair() string { return strings.TrimPrefix(d.ID, record.SamePartyType+"--") }

// factsOfSides are the facts that stand side by side where a source gives them.
var factsOfSides = []string{"births", "places", "titles", "documents"}

// Gives reports whether one of the two entries gives a fact.
func (d *Decision) Gives(fact string) bool {
	for _, side := range d.Sides {
		p := &side.Party
		n := map[string]int{"births": len(p.Births), "places": len(p.Places), "titles": len(p.Titles), "documents": len(p.Documents)}[fact]
		if n > 0 {
			return true
		}
	}
	return false
}

// Neither are the facts that neither entry gives.
func (d *Decision) Neither() []string {
	return slices.DeleteFunc(slices.Clone(factsOfSides), d.Gives)
}

// DecideForm is what the form of a decision holds. Chosen is the verdict that is
// offered, "" for none.
type DecideForm struct {
	N    string // tells the forms of one page apart
	A, B string
	By   string
	To   string
	Keys bool // the keys a and r choose in it
}

// Entry is one entry of one list.
type Entry struct {
	Party record.Party
	Label policy.Label
	Shown []matrix.Name // one of each script, the reader's own first
	More  int
	// Listings are those of the entry, removed ones among them.
	Listings []record.Designation
}

// Reason is a reason in words.
type Reason struct {
	Kind   string
	Weight string
	First  template.HTML
	Second template.HTML // "" when one text is said of both
}

// Texts in which package identity gives more than what a source says.
var (
	nearName = regexp.MustCompile(`^(.*) \(([a-z-]+), (\d\.\d\d)\)$`)
	countOf  = regexp.MustCompile(`^(\d+) names$`)
)

// ReasonOf says a reason in the language: what each side's source says, or one
// sentence for both.
func ReasonOf(c *say.Catalogue, r record.SameReason) Reason {
	out := Reason{Kind: r.Kind, Weight: r.Weight}
	switch r.Kind {
	case "name":
		out.First, out.Second = c.Name(r.First), c.Name(r.Second)
		if m := nearName.FindStringSubmatch(r.Second); m != nil {
			out.Second = c.HTML("same.says.name", m[1], []string{c.Word("tag", m[2])}, []string{m[3]})
		}
		return out
	case "names":
		if m := countOf.FindStringSubmatch(r.First); m != nil {
			n, _ := strconv.Atoi(m[1])
			out.First = c.HTML("same.says.names", n)
			return out
		}
	case "regime":
		out.First = say.Visible(strings.ToUpper(r.First))
		return out
	case "several":
		out.First = c.HTML("same.says.several")
		return out
	case "chain":
		a, b := strings.TrimPrefix(r.First, "would join "), strings.TrimSuffix(strings.TrimPrefix(r.Second, "with "), ", which contradict each other")
		out.First = c.HTML("same.says.chain", a, b)
		return out
	}
	if out.First = c.Name(r.First); r.Second != r.First {
		out.Second = c.Name(r.Second)
	}
	return out
}

// Also is what decisions say of an entry: the other entries that are held to be
// the same party, and how many questions are open.
type Also struct {
	Party  string
	Others []AlsoEntry
	Open   int
}

// AlsoEntry is another entry of the group, with the decision that joins it to this
// one; a zero decision when others join them.
type AlsoEntry struct {
	Entry
	Direct  record.SameParty
	Kinds   []string // of the reasons for
	Against bool     // a reason speaks against it
}

// Day is the day of the decision.
func (x *AlsoEntry) Day() record.Date {
	return record.Date(x.Direct.Modified[:min(len(x.Direct.Modified), 10)])
}

// Join notes the decision that joins the entry to this party.
func (x *AlsoEntry) Join(g *identity.Group, this string) {
	for _, l := range g.Links {
		if !slices.Contains(l.Parties[:], this) || !slices.Contains(l.Parties[:], x.Party.ID) {
			continue
		}
		x.Direct = l
		for _, r := range l.Reasons {
			switch r.Weight {
			case record.WeightDecides, record.WeightFor:
				if !slices.Contains(x.Kinds, r.Kind) {
					x.Kinds = append(x.Kinds, r.Kind)
				}
			default:
				x.Against = true
			}
		}
	}
}

// Without are the namesakes that are not held to be the party itself.
func (a *Also) Without(all []screen.Namesake) []screen.Namesake {
	if a == nil {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(n screen.Namesake) bool {
		return slices.ContainsFunc(a.Others, func(o AlsoEntry) bool { return o.Party.ID == n.Party.ID })
	})
}
