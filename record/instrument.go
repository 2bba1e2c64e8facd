package record

import "github.com/cordon-project/cordon/stix"

// Instrument is a legal basis: a law, a resolution, an executive order. The
// object type cordon-instrument.
type Instrument struct {
	ID           string
	Jurisdiction string // ISO 3166-1 alpha-2, "UN", "EU"
	Title        string // the short name it is cited by: UNSCR 2397, EO 13722
	Kind         string // resolution, law, executive-order, regulation, decision, framework
	AdoptedOn    Date
	Summary      string   // what it does
	Programmes   []string // list programmes that stand on it
	StatedOn     Date     // date of the source
	Remarks      string
	URL          string
	Wheres       []Where
	Created      string
	Modified     string
}

// Object writes the instrument as a cordon-instrument.
func (i Instrument) Object(m Meta) stix.Object {
	o, p := m.own(InstrumentType, i.ID, i.Created, i.Modified, i.Wheres)
	p.str("jurisdiction", i.Jurisdiction)
	p.str("title", i.Title)
	p.str("kind", i.Kind)
	p.str("adopted_on", string(i.AdoptedOn))
	p.str("summary", i.Summary)
	p.strs("programmes", i.Programmes)
	p.str("stated_on", string(i.StatedOn))
	p.str("remarks", i.Remarks)
	p.str("source_url", i.URL)
	return o
}

// InstrumentOf reads a cordon-instrument.
func InstrumentOf(o stix.Object) (Instrument, error) {
	r, wheres := open(o, InstrumentType)
	if r.err != nil {
		return Instrument{}, r.err
	}
	i := Instrument{
		ID:           r.str(o, "id"),
		Jurisdiction: r.str(o, "jurisdiction"),
		Title:        r.str(o, "title"),
		Kind:         r.str(o, "kind"),
		AdoptedOn:    Date(r.str(o, "adopted_on")),
		Summary:      r.str(o, "summary"),
		Programmes:   r.strs(o, "programmes"),
		StatedOn:     Date(r.str(o, "stated_on")),
		Remarks:      r.str(o, "remarks"),
		URL:          r.str(o, "source_url"),
		Wheres:       wheres,
		Created:      r.str(o, "created"),
		Modified:     r.str(o, "modified"),
	}
	return i, r.err
}

// Validate checks the id, the title, the kind and the dates.
func (i Instrument) Validate() error {
	return first(need("instrument id", i.ID), need("title of the instrument", i.Title),
		need("jurisdiction of the instrument", i.Jurisdiction),
		oneOf("kind of instrument", i.Kind, "resolution", "law", "executive-order", "regulation", "decision", "framework"),
		i.AdoptedOn.Validate(), i.StatedOn.Validate())
}
