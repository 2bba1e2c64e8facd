// Package policy answers the one question of every read: may this viewer have
// this object for this purpose?
//
// In come a STIX object with its markings and the node's default level; out
// comes a [Label], one text with all that the decision needs. [May] decides on
// label, viewer and purpose; [Redact] takes out of an object what its granular
// markings keep from the viewer.
//
// TLP 2.0 and 1.0 count under their fixed ids. Statements restrict nothing. Any
// other marking, or one without a known definition, denies to all who do not
// hold it. An object that states no level has the node's default. The rules:
//
//  1. A purpose or a label that is not understood denies.
//  2. Each marking outside TLP must be held ([Viewer.Holds]).
//  3. The organisation that made an object sees it up to TLP:AMBER+STRICT, the
//     level for one organisation. TLP:RED is for named persons: being a
//     colleague of the author does not open it.
//  4. For [Exchange] the viewer is the partner that would receive the object:
//     above TLP:AMBER nothing goes to another organisation than its author's.
//  5. Otherwise the viewer's clearance must reach the level.
//
// Guarantees: what no rule allows is denied; more clearance or more held
// markings never show less; what is made from several objects ([Join]) is never
// easier to see than each of them. Nothing here panics on hostile input, keeps
// state or does input or output. It refuses to say who may release: whether a
// third party's TLP:AMBER may be passed on is for the release to ask as well.
package policy

import "github.com/cordon-project/cordon/stix"

// TLP is a Traffic Light Protocol 2.0 level. The order is the order of who may
// see less: Clear < Green < Amber < AmberStrict < Red.
type TLP int8

// The levels of TLP 2.0 (FIRST, August 2022).
const (
	Clear TLP = iota
	Green
	Amber
	AmberStrict
	Red
)

// Purpose says what an object is wanted for.
type Purpose string

// The purposes that Cordon knows. Reading is what a person at a page does.
const (
	Reading        Purpose = "reading"
	NetworkDefence Purpose = "network-defence"
	Screening      Purpose = "screening"
	LawEnforcement Purpose = "law-enforcement"
	Exchange       Purpose = "exchange" // release to a partner
)

// Viewer is who asks: every read of the journal takes one. The zero Viewer is
// the public and sees TLP:CLEAR only.
type Viewer struct {
	Name      string          // for the log and for explanations
	Org       string          // identity id of the viewer's organisation, "" for none
	Clearance TLP             // the highest level the viewer may see
	Holds     map[string]bool // marking-definition ids granted to the viewer beyond TLP
}

// Public is the viewer that everybody is.
var Public = Viewer{Name: "public"}

// Label is everything that [May] needs to know of an object, in one comparable
// text: equal labels are decided alike. A store keeps it beside each version
// (interned), asks May once for each distinct label, and puts the permitted
// labels into the query; so the decision is inside the query and never a loop
// over results. Its text is canonical and stable: it is part of the on-disk
// form (version in its first field).
type Label string

// Definitions finds marking definitions that are not built in. It returns
// false for one that is not known; an unknown marking denies.
type Definitions func(id string) (stix.Object, bool)

// Decision is the answer to "may the viewer have this object for this
// purpose?", with one sentence of reason.
type Decision struct {
	Allow  bool
	Rule   string // stable name of the rule that decided
	Reason string // one sentence for people
}
