package record

import (
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// SameParty is a decision on two parties of two sources: whether they are one.
// The object type cordon-same-party. The rules make one for each pair that they
// find; a person's decision on the pair is an object of its own, by the person's
// organisation, and goes before the rules'.
type SameParty struct {
	ID         string       `json:"id,omitempty"`
	Parties    [2]string    `json:"parties"`              // party_refs, in order
	Verdict    string       `json:"verdict"`              // same, different, open
	Rules      string       `json:"rules,omitempty"`      // the name of the set of rules that decided, "" for a person
	By         string       `json:"by,omitempty"`         // the person who decided, "" for the rules
	Reasons    []SameReason `json:"reasons,omitempty"`    //
	Why        string       `json:"why,omitempty"`        // the person's own words
	Confidence int          `json:"confidence,omitempty"` // STIX section 3.2: 0 to 100
	Wheres     []Where      `json:"wheres,omitempty"`
	Created    string       `json:"created,omitempty"`
	Modified   string       `json:"modified,omitempty"`
}

// SameReason is one thing that speaks for or against.
type SameReason struct {
	Kind   string `json:"kind"`             // list-reference, document, birth, name, names, role, place, gender, regime, listed …
	Weight string `json:"weight"`           // decides, for, against, excludes
	First  string `json:"first,omitempty"`  // what the first party's source says
	Second string `json:"second,omitempty"` // what the second's says
}

// The verdicts.
const (
	VerdictSame      = "same"
	VerdictDifferent = "different"
	VerdictOpen      = "open" // the rules found something and a person has to decide
)

// The weights of a reason.
const (
	WeightDecides  = "decides"
	WeightFor      = "for"
	WeightAgainst  = "against"
	WeightExcludes = "excludes"
)

// SamePartyID is the id of the decision on two parties that somebody made: by is
// "" for the rules, otherwise the id of the identity that decided. The order of
// the parties does not matter.
func SamePartyID(a, b, by string) string {
	if b < a {
		a, b = b, a
	}
	return stix.NameID(SamePartyType, a, b, by)
}

// Object writes the decision as a cordon-same-party.
func (s SameParty) Object(m Meta) stix.Object {
	o, p := m.own(SamePartyType, s.ID, s.Created, s.Modified, s.Wheres)
	p.strs("party_refs", s.Parties[:])
	p.str("verdict", s.Verdict)
	p.str("rules", s.Rules)
	p.str("decided_by", s.By)
	p.list("reasons", listOf(s.Reasons, func(r *SameReason) props {
		v := make(props, 4)
		v.str("kind", r.Kind)
		v.str("weight", r.Weight)
		v.str("first", r.First)
		v.str("second", r.Second)
		return v
	}))
	p.str("why", s.Why)
	p.num("confidence", s.Confidence)
	return o
}

// SamePartyOf reads a cordon-same-party.
func SamePartyOf(o stix.Object) (SameParty, error) {
	r, wheres := open(o, SamePartyType)
	if r.err != nil {
		return SameParty{}, r.err
	}
	s := SameParty{
		ID:      r.str(o, "id"),
		Verdict: r.str(o, "verdict"),
		Rules:   r.str(o, "rules"),
		By:      r.str(o, "decided_by"),
		Reasons: structs(r, o, "reasons", func(m map[string]any) SameReason {
			return SameReason{Kind: r.str(m, "kind"), Weight: r.str(m, "weight"), First: r.str(m, "first"), Second: r.str(m, "second")}
		}),
		Why:        r.str(o, "why"),
		Confidence: r.num(o, "confidence"),
		Wheres:     wheres,
		Created:    r.str(o, "created"),
		Modified:   r.str(o, "modified"),
	}
	parties := r.strs(o, "party_refs")
	if r.err == nil && len(parties) != 2 {
		return SameParty{}, errs.New(errs.Invalid, "%s names %d parties, not two", s.ID, len(parties))
	}
	copy(s.Parties[:], parties)
	return s, r.err
}

// Validate checks the pair, the verdict and who decided.
func (s SameParty) Validate() error {
	if err := first(need("decision id", s.ID), need("first party", s.Parties[0]), need("second party", s.Parties[1]),
		oneOf("verdict", s.Verdict, VerdictSame, VerdictDifferent, VerdictOpen)); err != nil {
		return err
	}
	if !slices.IsSorted(s.Parties[:]) || s.Parties[0] == s.Parties[1] {
		return errs.New(errs.Invalid, "%s does not name two parties in order", s.ID)
	}
	if (s.Rules == "") == (s.By == "") {
		return errs.New(errs.Invalid, "%s is decided by rules or by a person, and by one of them", s.ID)
	}
	if s.Confidence < 0 || s.Confidence > 100 {
		return errs.New(errs.Invalid, "%s has a confidence of %d, not 0 to 100", s.ID, s.Confidence)
	}
	for _, r := range s.Reasons {
		if err := first(need("kind of reason", r.Kind),
			oneOf("weight of a reason", r.Weight, WeightDecides, WeightFor, WeightAgainst, WeightExcludes)); err != nil {
			return err
		}
	}
	return nil
}
