package brief

import (
	"cmp"
	"slices"
	"unicode"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/script"
)

// The states of a gap.
const (
	GapNotFound  = "not-found"  // not in the lists of the recipient that were looked through
	GapNotLoaded = "not-loaded" // no list of the recipient is here: nobody looked
	GapListed    = "listed"     // the recipient lists it already
	GapRemoved   = "removed"    // it was listed and is no longer
	GapPress     = "press"      // the press alone reports that the recipient's country lists it
	GapSibling   = "sibling"    // another authority of the recipient's country lists it
)

// listed fills who lists the party and who does not.
func (m *maker) listed() {
	m.p.Listings, m.p.Looked, m.p.NotLoaded = []Listing{}, []Looked{}, []ListName{}
	for i := range m.members {
		x := &m.members[i]
		for _, d := range x.designations {
			m.p.Listings = append(m.p.Listings, Listing{
				Nation: d.Nation, Status: d.Status, ListedOn: d.ListedOn, AmendedOn: d.AmendedOn,
				Programmes: values(m, d.Programmes), Instruments: values(m, d.Instruments), Source: m.designated(x, d),
			})
		}
	}
	slices.SortStableFunc(m.p.Listings, func(a, b Listing) int {
		return cmp.Or(cmp.Compare(last(a.ListedOn), last(b.ListedOn)), cmp.Compare(a.Source.Authority, b.Source.Authority), cmp.Compare(a.Source.Entry, b.Source.Entry))
	})
	m.looked()
	m.gap()
}

func values(m *maker, in []string) []string {
	var out []string
	for _, s := range in {
		out = append(out, m.value(s))
	}
	return out
}

// last sorts what has no date behind what has one.
func last(d record.Date) string { return cmp.Or(string(d), "9999") }

// looked names the lists that were looked through, the recipient's first.
func (m *maker) looked() {
	for _, l := range m.versions.newest {
		x := Looked{
			Authority: l.Authority, Nation: l.Nation, List: l.List, Version: l.Date, Entries: l.Entries, Result: GapNotFound,
			Recipient: l.Authority == m.p.For.Authority,
		}
		for _, d := range m.p.Listings {
			if s := d.Source; s.Press || s.Authority != l.Authority || s.List != l.List {
				continue
			}
			if x.Result = GapListed; d.Status != record.Removed {
				break
			}
			x.Result = GapRemoved
		}
		m.p.Looked = append(m.p.Looked, x)
	}
	slices.SortStableFunc(m.p.Looked, func(a, b Looked) int { return first(b.Recipient) - first(a.Recipient) })
	for _, l := range m.d.c.Lists {
		if !slices.ContainsFunc(m.p.Looked, func(x Looked) bool { return x.List == l.List && x.Authority == l.Authority }) {
			m.p.NotLoaded = append(m.p.NotLoaded, l)
		}
	}
}

func first(b bool) int {
	if b {
		return 1
	}
	return 0
}

// gap says how the party stands with the recipient.
func (m *maker) gap() {
	m.p.Gap = GapNotLoaded
	rank := map[string]int{GapNotLoaded: 0, GapNotFound: 1, GapRemoved: 2, GapSibling: 3, GapPress: 4, GapListed: 5}
	raise := func(state string) {
		if rank[state] > rank[m.p.Gap] {
			m.p.Gap = state
		}
	}
	for _, l := range m.p.Looked {
		if l.Recipient {
			raise(GapNotFound)
		}
	}
	for _, l := range m.p.Listings {
		own := l.Source.Authority == m.p.For.Authority
		switch {
		case !own && l.Nation != m.p.For.Nation:
		case l.Status == record.Removed:
			if own {
				raise(GapRemoved)
			}
		case l.Source.Press:
			raise(GapPress)
		case own:
			raise(GapListed)
		default:
			raise(GapSibling)
		}
	}
}

// statements quotes what each partner says of why, in its own words. Remarks of a
// designation and of its entry are often one text, which stands once.
func (m *maker) statements() {
	m.p.Statements = []Statement{}
	for i := range m.members {
		x := &m.members[i]
		said := map[string]bool{}
		add := func(kind, text, lang, nation string, s func() Source) {
			if text == "" || said[text] {
				return
			}
			said[text] = true
			cut, short := script.Clip(text, MaxStatement)
			if short {
				m.cut("statements", len([]rune(text))-len([]rune(cut)))
			}
			m.p.Statements = append(m.p.Statements, Statement{kind, cut, cmp.Or(lang, languageOf(text, nation)), s()})
		}
		for _, d := range x.designations {
			lang := m.release.given[d.ID].Str("lang")
			s := func() Source { return m.designated(x, d) }
			basis, remarks := "basis", "remarks"
			if d.Press { // nothing of it is the authority's own text
				basis, remarks = "press-basis", "press-note"
			}
			add(basis, d.Basis, lang, d.Nation, s)
			add(remarks, d.Remarks, lang, d.Nation, s)
		}
		add("entry-remarks", x.party.Remarks, x.lang, x.main().Nation, func() Source { return m.cited(x, record.Where{}) })
	}
}

// languageOf says in which language a text is written as far as its script tells;
// Han alone is the authority's own language. Latin letters tell none.
func languageOf(text, nation string) string {
	han := false
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		case unicode.Is(unicode.Han, r):
			han = true
		}
	}
	switch {
	case !han:
		return ""
	case nation == "JP":
		return "ja"
	}
	return "und-Hani"
}
