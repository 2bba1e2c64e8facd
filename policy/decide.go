package policy

import (
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Question is the one question: may the recipient have the object for the purpose
// at the time?
type Question struct {
	Recipient Viewer
	Object    stix.Object
	Purpose   Purpose
	At        time.Time
	Default   TLP         // the level of objects that state none
	Defs      Definitions // nil: nothing but TLP is known
}

// Answer is the one answer. Object is what the recipient may see: the object
// itself when nothing is hidden, nil when it is denied.
type Answer struct {
	Decision
	Label   Label
	Object  stix.Object
	Removed []string // selectors of the parts that are hidden, sorted
}

// Record is a decision as it is kept: where is the business of who asks.
type Record struct {
	Object    string    `json:"object"`            // id
	Version   string    `json:"version,omitempty"` // its modified, or created
	Recipient string    `json:"recipient"`         // name of the viewer
	Org       string    `json:"org,omitempty"`     // the viewer's organisation
	Purpose   Purpose   `json:"purpose"`
	At        time.Time `json:"at"`
	Label     Label     `json:"label"`
	Allow     bool      `json:"allow"`
	Rule      string    `json:"rule"`
	Args      []string  `json:"args,omitempty"`
	Sentence  string    `json:"sentence"`
	Duties    []string  `json:"duties,omitempty"`
	Removed   []string  `json:"removed,omitempty"`
}

// Decide answers the question, by [LabelOf], [May] and [Redact]. An object whose
// markings cannot be read is denied, never an error. It panics on nothing.
func Decide(q Question) Answer {
	a := Answer{Label: Nobody}
	l, err := LabelOf(q.Object, q.Default, q.Defs)
	if err != nil {
		a.Decision = deny(RuleMarkingMalformed, nil, "The markings of the object cannot be read, so it is shown to nobody.")
		return a
	}
	a.Label = l
	if a.Decision = May(q.Recipient, l, q.Purpose, q.At); !a.Allow {
		return a
	}
	o, removed, err := Redact(q.Recipient, q.Object, q.Purpose, q.At, q.Defs)
	switch {
	case errs.Is(err, errs.Withheld):
		a.Decision = withheld(err)
	case err != nil:
		a.Decision = deny(RuleGranularUnclear, nil, "The granular markings of the object cannot be read, so it is withheld.")
	default:
		a.Object, a.Removed = o, removed
	}
	return a
}

// Record returns the answer to q as it is kept.
func (q Question) Record(a Answer) Record {
	return Record{
		Object: q.Object.ID(), Version: q.Object.Version(), Recipient: q.Recipient.Name, Org: q.Recipient.Org, Purpose: q.Purpose, At: q.At.UTC(),
		Label: a.Label, Allow: a.Allow, Rule: a.Rule, Args: a.Args, Sentence: a.Reason, Duties: a.Duties, Removed: a.Removed,
	}
}

// withheld is the decision that an error of [Redact] or [Cut] stands for.
func withheld(err error) Decision {
	if lost := LostBy(err); lost != "" {
		return deny(RuleRequiredWithheld, []string{lost}, "Parts of the object are hidden from the viewer, and without %s the rest would not be whole.", lost)
	}
	return deny(RuleGranularUnclear, nil, "The granular markings of the object do not say clearly what to hide, so it is withheld.")
}
