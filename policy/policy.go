// Package policy answers the one question of every read: may this recipient have
// this object for this purpose at this time, and if not whole, which parts?
//
// In come a STIX object with its markings and the node's default level; out
// comes a [Label], one text with all that the decision needs. [May] decides on
// label, viewer, purpose and time; [Redact] takes out of an object what its
// granular markings keep from the viewer; [Decide] is both, with a [Record] to
// keep. policy/tearline makes of the rest an object of its own.
//
// TLP 2.0 and 1.0 count under their fixed ids. What package marking reads counts:
// releasability, ACS, IEP, Cordon's handling marking. Other statements restrict
// nothing. A marking of another kind, or without a known definition, denies to all
// who do not hold it; one that is malformed denies to all. An object that states
// no level has the node's default. The rules:
//
//  1. A purpose or a label that is not understood denies.
//  2. Each marking that is not evaluated must be held ([Viewer.Holds]).
//  3. Each condition of the markings that are must be met, by everybody.
//  4. The organisation that made an object sees it up to TLP:AMBER+STRICT, the
//     level for one organisation. TLP:RED is for named persons: being a
//     colleague of the author does not open it.
//  5. For [Exchange] the viewer is the partner that would receive the object:
//     above TLP:AMBER nothing goes to another organisation than its author's, and
//     nothing whose duties contradict each other.
//  6. Otherwise the viewer's clearance must reach the level.
//
// Guarantees: what no rule allows is denied; more clearance, more attributes or
// more held markings never show less; what is made from several objects ([Join])
// is never easier to see than each of them; no viewer passes everything. Nothing
// here panics on hostile input, keeps state, reads a clock or does input or
// output. It refuses to say who may release: whether a third party's TLP:AMBER may
// be passed on is for the release to ask as well (policy/access).
package policy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix"
)

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
// the public and sees TLP:CLEAR only. Each field opens what asks for it and
// nothing else: there is none that opens everything.
type Viewer struct {
	Name      string          // for the log and for explanations
	Org       string          // identity id of the viewer's organisation, "" for none
	Clearance TLP             // the highest level the viewer may see
	Holds     map[string]bool // marking-definition ids granted to the viewer beyond TLP
	Nation    string          // trigraph of the nation that the viewer answers to, "" for none; see policy/nation
	Groups    []string        // identity ids of the sharing groups that the viewer is in
	ACS       Attributes      // what the access control specification of US agencies asks of people
	Encrypted bool            // the way to the viewer is encrypted
}

// Attributes are what ACS 3.0 knows of a subject, in its own words.
type Attributes struct {
	Classification string   // clearance: "" or U, C, S, TS
	Organizations  []string // USA.DOJ.FBI: in it and in all above it
	Entities       []string // MIL, GOV, CTR, SVR, SVC, DEV, NET
	Shareability   []string // NCC, EM, LE, IC
	Accesses       []string // formal determinations, caveats and sensitivities: FOUO, LES, PII …
}

// Key is a text of everything of the viewer that decides: two viewers with one key
// are answered alike, whatever they are called.
func (v Viewer) Key() string {
	var held []string
	for id, ok := range v.Holds {
		if ok {
			held = append(held, id)
		}
	}
	var b strings.Builder
	for _, s := range []string{strconv.Itoa(int(v.Clearance)), strconv.FormatBool(v.Encrypted), v.Org, v.Nation, v.ACS.Classification} {
		b.WriteString(strconv.Quote(s))
	}
	for _, list := range [][]string{held, v.Groups, v.ACS.Organizations, v.ACS.Entities, v.ACS.Shareability, v.ACS.Accesses} {
		list = slices.Clone(list)
		slices.Sort(list)
		b.WriteByte(';')
		for _, s := range slices.Compact(list) {
			b.WriteString(strconv.Quote(s))
		}
	}
	return b.String()
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
// purpose at this time?", with one sentence of reason.
type Decision struct {
	Allow  bool
	Rule   string   // stable name of the rule that decided
	Args   []string // what the rule was applied to: levels, a marking, the condition that is not met
	Reason string   // one sentence for people
	Duties []string // what the viewer takes over, when allowed; see the constants of package marking
}
