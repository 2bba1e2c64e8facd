package record

import "github.com/cordon-project/cordon/stix"

// Claim is what one source says, with the span that says it: the object type
// cordon-claim. Two sources that say the same are two claims; that one repeats
// the other is Origin.
type Claim struct {
	ID         string
	Source     string // id of the report, or of the identity, that says it
	Speaker    string // whom the source names as saying it, "" when it speaks itself
	Subject    string // as the source words it
	SubjectRef string // id of the object meant, "" when not resolved
	Predicate  string // designates, attributes, steals, meets … in kebab case
	Value      string // the object of the sentence, or a figure, as the source words it
	ValueRef   string
	Certainty  string // the source's own words of doubt: "likely", "with moderate confidence"
	Level      string // asserted, likely, possible, doubted, denied
	Quote      string // the words of the span
	StatedOn   Date
	About      Period
	Origin     string // id of the claim that this one repeats
	Status     string // extracted, accepted, rejected, disputed
	URL        string
	Wheres     []Where
	Created    string
	Modified   string
}

// The states of a claim: how it stands with the people of the node.
const (
	ClaimExtracted = "extracted" // found by a program, seen by nobody
	ClaimAccepted  = "accepted"
	ClaimRejected  = "rejected"
	ClaimDisputed  = "disputed"
)

// The levels of certainty that a claim's words are read as.
const (
	Asserted = "asserted"
	Likely   = "likely"
	Possible = "possible"
	Doubted  = "doubted"
	Denied   = "denied"
)

// Object writes the claim as a cordon-claim.
func (c Claim) Object(m Meta) stix.Object {
	o, p := m.own(ClaimType, c.ID, c.Created, c.Modified, c.Wheres)
	p.str("source_ref", c.Source)
	p.str("speaker", c.Speaker)
	p.str("subject", c.Subject)
	p.str("subject_ref", c.SubjectRef)
	p.str("predicate", c.Predicate)
	p.str("value", c.Value)
	p.str("value_ref", c.ValueRef)
	p.str("certainty", c.Certainty)
	p.str("level", c.Level)
	p.str("quote", c.Quote)
	p.str("stated_on", string(c.StatedOn))
	p.str("about", c.About.String())
	p.str("origin_ref", c.Origin)
	p.str("status", c.Status)
	p.str("source_url", c.URL)
	return o
}

// ClaimOf reads a cordon-claim.
func ClaimOf(o stix.Object) (Claim, error) {
	r, wheres := open(o, ClaimType)
	if r.err != nil {
		return Claim{}, r.err
	}
	c := Claim{
		ID:         r.str(o, "id"),
		Source:     r.str(o, "source_ref"),
		Speaker:    r.str(o, "speaker"),
		Subject:    r.str(o, "subject"),
		SubjectRef: r.str(o, "subject_ref"),
		Predicate:  r.str(o, "predicate"),
		Value:      r.str(o, "value"),
		ValueRef:   r.str(o, "value_ref"),
		Certainty:  r.str(o, "certainty"),
		Level:      r.str(o, "level"),
		Quote:      r.str(o, "quote"),
		StatedOn:   Date(r.str(o, "stated_on")),
		About:      r.period(o, "about"),
		Origin:     r.str(o, "origin_ref"),
		Status:     r.str(o, "status"),
		URL:        r.str(o, "source_url"),
		Wheres:     wheres,
		Created:    r.str(o, "created"),
		Modified:   r.str(o, "modified"),
	}
	return c, r.err
}

// Validate checks that the claim says something of something, its states and its
// dates.
func (c Claim) Validate() error {
	return first(need("claim id", c.ID), need("subject of the claim", c.Subject),
		need("predicate of the claim", c.Predicate),
		oneOf("level of the claim", c.Level, Asserted, Likely, Possible, Doubted, Denied),
		oneOf("status of the claim", c.Status, ClaimExtracted, ClaimAccepted, ClaimRejected, ClaimDisputed),
		c.StatedOn.Validate(), c.About.Validate())
}
