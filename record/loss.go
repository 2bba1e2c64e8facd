package record

import (
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Incident is an event, such as a theft. On the wire it is a STIX incident
// (section 4.6) with the extension [IncidentExtension], so that what others say
// of the event can point at it.
type Incident struct {
	ID       string
	Name     string
	Kind     string // theft
	Victim   string
	Occurred Period // when it happened, in the precision known
	Summary  string
	Wheres   []Where
	Created  string
	Modified string
}

// Object writes the incident.
func (i Incident) Object(m Meta) stix.Object {
	o := m.object("incident", i.ID, i.Created, i.Modified, i.Wheres)
	o["name"] = i.Name
	props(o).str("description", i.Summary)
	x := make(props, 4)
	x["extension_type"] = "property-extension"
	x.str("kind", i.Kind)
	x.str("victim", i.Victim)
	x.str("occurred", i.Occurred.String())
	extend(o, IncidentExtension, x)
	SetWheres(o, i.Wheres)
	return o
}

// IncidentOf reads a STIX incident, with or without Cordon's extension.
func IncidentOf(o stix.Object) (Incident, error) {
	r, wheres := open(o, "incident")
	if r.err != nil {
		return Incident{}, r.err
	}
	x := o.Ext(IncidentExtension)
	i := Incident{
		ID:       r.str(o, "id"),
		Name:     r.str(o, "name"),
		Kind:     r.str(x, "kind"),
		Victim:   r.str(x, "victim"),
		Occurred: r.period(x, "occurred"),
		Summary:  r.str(o, "description"),
		Wheres:   wheres,
		Created:  r.str(o, "created"),
		Modified: r.str(o, "modified"),
	}
	return i, r.err
}

// Validate checks the id, the name and the dates.
func (i Incident) Validate() error {
	return first(need("incident id", i.ID), need("name of the incident", i.Name),
		oneOf("kind of incident", i.Kind, "theft"), i.Occurred.Validate())
}

// Loss is one stated figure of what an incident took, with who attributes it to
// whom: the object type cordon-loss. Several figures of one theft are several
// losses of one incident.
type Loss struct {
	ID           string
	Incident     string // incident_ref
	Victim       string
	Assets       []string // asset codes or "fiat"
	Native       []Amount // amounts in the asset itself
	Value        string   // decimal, in Currency
	Currency     string   // ISO 4217
	ValuedOn     Date     // date of the valuation; the day of the theft when the source says so
	Bound        string   // about, exactly, at-least, at-most
	AttributedBy []string // who attributes
	AttributedOn Date
	Actor        string // as the attribution words it
	ActorRefs    []string
	Grade        string // government, un-panel, msmt, private, suspected, disputed
	StatedOn     Date
	Remarks      string
	URL          string
	Wheres       []Where
	Created      string
	Modified     string
}

// Amount is a number of units of an asset or a currency.
type Amount struct {
	Quantity string // decimal
	Asset    string // ETH, BTC, KRW …
	Bound    string // "" or about
}

// The grades of an attribution: who stands behind it, not how right it is.
const (
	GradeGovernment = "government"
	GradeUNPanel    = "un-panel"
	GradeMSMT       = "msmt" // Multilateral Sanctions Monitoring Team
	GradePrivate    = "private"
	GradeSuspected  = "suspected" // an authority suspects and has not attributed
	GradeDisputed   = "disputed"  // a source contradicts the attribution
)

// Object writes the loss as a cordon-loss.
func (l Loss) Object(m Meta) stix.Object {
	o, p := m.own(LossType, l.ID, l.Created, l.Modified, l.Wheres)
	p.str("incident_ref", l.Incident)
	p.str("victim", l.Victim)
	p.strs("assets", l.Assets)
	p.list("native", listOf(l.Native, func(a *Amount) props {
		v := make(props, 3)
		v.str("quantity", a.Quantity)
		v.str("asset", a.Asset)
		v.str("bound", a.Bound)
		return v
	}))
	p.str("value", l.Value)
	p.str("currency", l.Currency)
	p.str("valued_on", string(l.ValuedOn))
	p.str("bound", l.Bound)
	p.strs("attributed_by", l.AttributedBy)
	p.str("attributed_on", string(l.AttributedOn))
	p.str("actor", l.Actor)
	p.strs("actor_refs", l.ActorRefs)
	p.str("grade", l.Grade)
	p.str("stated_on", string(l.StatedOn))
	p.str("remarks", l.Remarks)
	p.str("source_url", l.URL)
	return o
}

// LossOf reads a cordon-loss.
func LossOf(o stix.Object) (Loss, error) {
	r, wheres := open(o, LossType)
	if r.err != nil {
		return Loss{}, r.err
	}
	l := Loss{
		ID:       r.str(o, "id"),
		Incident: r.str(o, "incident_ref"),
		Victim:   r.str(o, "victim"),
		Assets:   r.strs(o, "assets"),
		Native: structs(r, o, "native", func(m map[string]any) Amount {
			return Amount{Quantity: r.str(m, "quantity"), Asset: r.str(m, "asset"), Bound: r.str(m, "bound")}
		}),
		Value:        r.str(o, "value"),
		Currency:     r.str(o, "currency"),
		ValuedOn:     Date(r.str(o, "valued_on")),
		Bound:        r.str(o, "bound"),
		AttributedBy: r.strs(o, "attributed_by"),
		AttributedOn: Date(r.str(o, "attributed_on")),
		Actor:        r.str(o, "actor"),
		ActorRefs:    r.strs(o, "actor_refs"),
		Grade:        r.str(o, "grade"),
		StatedOn:     Date(r.str(o, "stated_on")),
		Remarks:      r.str(o, "remarks"),
		URL:          r.str(o, "source_url"),
		Wheres:       wheres,
		Created:      r.str(o, "created"),
		Modified:     r.str(o, "modified"),
	}
	return l, r.err
}

// Validate checks the event, the figures, the grade and the dates.
func (l Loss) Validate() error {
	if err := first(need("loss id", l.ID), need("incident of the loss", l.Incident), need("victim", l.Victim),
		oneOf("grade of the attribution", l.Grade, GradeGovernment, GradeUNPanel, GradeMSMT, GradePrivate, GradeSuspected, GradeDisputed),
		oneOf("bound of the loss", l.Bound, "about", "exactly", "at-least", "at-most"),
		Decimal(l.Value), l.ValuedOn.Validate(), l.AttributedOn.Validate(), l.StatedOn.Validate()); err != nil {
		return err
	}
	for _, a := range l.Native {
		if err := first(need("quantity", a.Quantity), need("asset", a.Asset), Decimal(a.Quantity),
			oneOf("bound of the amount", a.Bound, "", "about")); err != nil {
			return err
		}
	}
	if (l.Value == "") != (l.Currency == "") {
		return errs.New(errs.Invalid, "loss %s needs a value and a currency together", l.ID)
	}
	return nil
}
