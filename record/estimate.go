package record

import (
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Estimate is a figure with who estimated it, of what, over which time: the
// object type cordon-estimate. Figures are decimal text in Unit; a figure that
// the source does not give is "".
type Estimate struct {
	ID        string
	Metric    string // what is counted: stolen-value, workers-abroad, annual-revenue …
	Estimator string // whose figure it is, not who printed it
	Via       string // who reported it, when not the estimator
	Scope     string // what is in and what is out
	Period    Period // the time that the figure covers
	Low       string
	Mid       string
	High      string
	Bound     string // how the source words the figure: about, exactly, at-least, at-most, range
	Unit      string // usd-free units: persons, percent, domains; "" for money
	Currency  string // ISO 4217, "" when the unit is not money
	Per       string // month, year, person-month … for rates
	StatedOn  Date   // when the figure was stated
	Status    string // stated, revised, disputed, misreported
	Remarks   string
	URL       string
	Wheres    []Where
	Created   string
	Modified  string
}

// The states of an estimate.
const (
	EstimateStated      = "stated"
	EstimateRevised     = "revised"     // its estimator has given another figure since
	EstimateDisputed    = "disputed"    // another source contradicts it
	EstimateMisreported = "misreported" // the source prints what its estimator did not say
)

// Object writes the estimate as a cordon-estimate.
func (e Estimate) Object(m Meta) stix.Object {
	o, p := m.own(EstimateType, e.ID, e.Created, e.Modified, e.Wheres)
	p.str("metric", e.Metric)
	p.str("estimator", e.Estimator)
	p.str("via", e.Via)
	p.str("scope", e.Scope)
	p.str("period", e.Period.String())
	p.str("low", e.Low)
	p.str("mid", e.Mid)
	p.str("high", e.High)
	p.str("bound", e.Bound)
	p.str("unit", e.Unit)
	p.str("currency", e.Currency)
	p.str("per", e.Per)
	p.str("stated_on", string(e.StatedOn))
	p.str("status", e.Status)
	p.str("remarks", e.Remarks)
	p.str("source_url", e.URL)
	return o
}

// EstimateOf reads a cordon-estimate.
func EstimateOf(o stix.Object) (Estimate, error) {
	r, wheres := open(o, EstimateType)
	if r.err != nil {
		return Estimate{}, r.err
	}
	e := Estimate{
		ID:        r.str(o, "id"),
		Metric:    r.str(o, "metric"),
		Estimator: r.str(o, "estimator"),
		Via:       r.str(o, "via"),
		Scope:     r.str(o, "scope"),
		Period:    r.period(o, "period"),
		Low:       r.str(o, "low"),
		Mid:       r.str(o, "mid"),
		High:      r.str(o, "high"),
		Bound:     r.str(o, "bound"),
		Unit:      r.str(o, "unit"),
		Currency:  r.str(o, "currency"),
		Per:       r.str(o, "per"),
		StatedOn:  Date(r.str(o, "stated_on")),
		Status:    r.str(o, "status"),
		Remarks:   r.str(o, "remarks"),
		URL:       r.str(o, "source_url"),
		Wheres:    wheres,
		Created:   r.str(o, "created"),
		Modified:  r.str(o, "modified"),
	}
	return e, r.err
}

// Validate checks that there is a figure in one unit, its states and its dates.
func (e Estimate) Validate() error {
	if err := first(need("estimate id", e.ID), need("metric of the estimate", e.Metric), need("estimator", e.Estimator),
		oneOf("bound of the estimate", e.Bound, "about", "exactly", "at-least", "at-most", "range"),
		oneOf("status of the estimate", e.Status, EstimateStated, EstimateRevised, EstimateDisputed, EstimateMisreported),
		Decimal(e.Low), Decimal(e.Mid), Decimal(e.High), e.Period.Validate(), e.StatedOn.Validate()); err != nil {
		return err
	}
	if e.Low == "" && e.Mid == "" && e.High == "" {
		return errs.New(errs.Invalid, "estimate %s has no figure", e.ID)
	}
	if (e.Unit == "") == (e.Currency == "") {
		return errs.New(errs.Invalid, "estimate %s needs either a unit or a currency", e.ID)
	}
	return nil
}
