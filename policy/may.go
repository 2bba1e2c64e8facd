package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/policy/marking"
)

// Rules that [May] names in its decisions.
const (
	RuleCleared          = "cleared"            // allowed: the clearance reaches the level
	RuleOwn              = "own-organisation"   // allowed: made by the viewer's organisation
	RuleClearance        = "clearance"          // denied: the clearance is too low
	RuleMarkingNotHeld   = "marking-not-held"   // denied: a marking that is not evaluated
	RuleMarkingMalformed = "marking-malformed"  // denied: a marking that cannot be read
	RuleNotForExchange   = "not-for-exchange"   // denied: above TLP:AMBER
	RuleNobody           = "nobody"             // denied: the label is Nobody
	RuleLabelMalformed   = "label-malformed"    // denied: the label is not understood
	RulePurposeUnknown   = "purpose-unknown"    // denied: the purpose is not understood
	RuleReleasability    = "releasability"      // denied: the nation is not one of those named
	RuleDistribution     = "distribution"       // denied: neither organisation nor group is named
	RulePurpose          = "purpose-limit"      // denied: not for this purpose
	RulePrivilege        = "privilege"          // denied: not for this purpose to this recipient
	RuleClassification   = "classification"     // denied: the classification is too low
	RuleAttribute        = "attribute"          // denied: an attribute of ACS is missing
	RuleEmbargo          = "embargo"            // denied: too early, or the time is not known
	RuleExpired          = "expired"            // denied: too late, or the time is not known
	RuleEncryption       = "encryption"         // denied: the way is not encrypted
	RuleDuties           = "duties-contradict"  // denied: no recipient could keep them
	RuleGranularUnclear  = "granular-malformed" // withheld by Redact: it cannot tell what to hide
	RuleRequiredWithheld = "required-withheld"  // withheld by Redact: nothing valid would be left
)

// Known reports whether p is a purpose that policy decides on.
func (p Purpose) Known() bool {
	switch p {
	case Reading, NetworkDefence, Screening, LawEnforcement, Exchange:
		return true
	}
	return false
}

// May decides whether the viewer may have what carries the label for the purpose
// at the time, by the rules of the package comment. At the zero time nothing that
// has a beginning or an end is given. It never panics: what it does not
// understand it denies.
func May(v Viewer, l Label, p Purpose, at time.Time) Decision {
	if !p.Known() {
		return deny(RulePurposeUnknown, nil, "The purpose that was given is not one that Cordon decides on.")
	}
	if l == Nobody {
		return deny(RuleNobody, nil, "Nobody may see this, because a marking of what it was made from could not be read.")
	}
	q, ok := l.parse()
	if !ok {
		return deny(RuleLabelMalformed, nil, "The label of the object cannot be read, so it is shown to nobody.")
	}
	for _, n := range q.needs {
		if n.kind == malformed {
			return deny(RuleMarkingMalformed, []string{n.id}, "The object carries a marking that cannot be read (%s), so it is shown to nobody.", n.id)
		}
		if !v.Holds[n.id] {
			return deny(RuleMarkingNotHeld, []string{n.kind, n.id}, "The object carries %s (%s), which the viewer does not hold.", n.words(), n.id)
		}
	}
	for _, c := range q.clauses {
		if !c.meets(v, p, at) {
			return c.deny(p, at)
		}
	}
	d := q.mayLevel(v, p)
	if d.Allow {
		d.Duties = q.duties
	}
	return d
}

// mayLevel is the part of the decision that TLP makes.
func (q parts) mayLevel(v Viewer, p Purpose) Decision {
	level := q.levelFor(v.Org)
	own := level < q.level
	if p == Exchange && level > Amber {
		return deny(RuleNotForExchange, []string{level.String()}, "The object is %s, which does not go from one organisation to another.", level)
	}
	if p == Exchange && slices.Contains(q.duties, marking.AttributeProvider) && slices.Contains(q.duties, marking.HideProvider) {
		return deny(RuleDuties, q.duties, "One marking of the object asks to name its provider and another not to, so it is not passed on.")
	}
	args := []string{q.level.String(), min(max(v.Clearance, Clear), Red).String()}
	if level > Clear && level > v.Clearance {
		return deny(RuleClearance, args, "The object is %s and the viewer is cleared to %s.", q.level, max(v.Clearance, Clear))
	}
	if own && q.level > v.Clearance {
		return allow(RuleOwn, args, "The object is %s and was made by the viewer's own organisation.", q.level)
	}
	if q.level == Clear {
		return allow(RuleCleared, args, "The object is TLP:CLEAR, which everybody may see%s.", q.conditions())
	}
	return allow(RuleCleared, args, "The object is %s and the viewer is cleared to %s%s.", q.level, min(v.Clearance, Red), q.conditions())
}

func (q parts) conditions() string {
	if len(q.clauses) == 0 {
		return ""
	}
	return ", and every other condition of its markings is met"
}

// deny explains a clause that is not met.
func (c clause) deny(p Purpose, at time.Time) Decision {
	if at.IsZero() && (c.all(marking.From, marking.Org) || c.all(marking.Until)) {
		return deny(c.rule(), c, "The object is bounded in time, and the time of the decision is not known.")
	}
	switch rule := c.rule(); rule {
	case RuleReleasability:
		return deny(rule, c, "The object may go to %s only, and the viewer does not answer to one of these nations.", c.values(marking.Nation))
	case RuleDistribution:
		return deny(rule, c, "The object is for %d named organisations or sharing groups, of which the viewer is none.", len(c))
	case RulePurpose:
		return deny(rule, c, "The object may be used for %s, not for %s.", c.values(marking.For), p)
	case RulePrivilege:
		return deny(rule, c, "For %s the object is given only to those whom its marking names, and the viewer is none of them.", p)
	case RuleClassification:
		return deny(rule, c, "The object is classified %s by the United States, and the viewer is not cleared to that.", c.values(marking.Class))
	case RuleEmbargo:
		return deny(rule, c, "The object is under embargo until %s.", c.values(marking.From))
	case RuleExpired:
		return deny(rule, c, "The time for which the object was given ended at %s.", c.values(marking.Until))
	case RuleEncryption:
		return deny(rule, c, "The object must be encrypted in transit, and the way to the viewer is not.")
	}
	return deny(RuleAttribute, c, "The object asks for one of the attributes %s, which the viewer does not have.", strings.Join(c, ", "))
}

// rule names what a clause is about.
func (c clause) rule() string {
	switch {
	case c.all(marking.Nation):
		return RuleReleasability
	case c.all(marking.From, marking.Org):
		if c.values(marking.From) != "" {
			return RuleEmbargo
		}
		return RuleDistribution
	case c.all(marking.Org, marking.Group):
		return RuleDistribution
	case c.all(marking.For):
		return RulePurpose
	case c.all(marking.For, marking.Encrypted):
		return RuleEncryption
	case c.all(marking.Class):
		return RuleClassification
	case c.all(marking.Until):
		return RuleExpired
	case c.values(marking.For) != "":
		return RulePrivilege
	}
	return RuleAttribute
}

// all reports whether the clause has atoms of the kinds only.
func (c clause) all(kinds ...string) bool {
	return !slices.ContainsFunc(c, func(a string) bool {
		kind, _, _ := strings.Cut(a, ":")
		return !slices.Contains(kinds, kind)
	})
}

// values lists the values of one kind for a sentence.
func (c clause) values(kind string) string {
	var out []string
	for _, a := range c {
		if v, ok := strings.CutPrefix(a, kind+":"); ok {
			out = append(out, v)
		}
	}
	return strings.Join(out, ", ")
}

// words names the kind of a marking for people.
func (n need) words() string {
	switch n.kind {
	case "acs":
		return "an access control marking of the US intelligence and security agencies (ACS)"
	case "iep":
		return "an information exchange policy (IEP)"
	case "cui":
		return "a marking for controlled unclassified information (CUI)"
	case "tlp-copy":
		return "a TLP marking under an id that TLP does not have"
	case "unknown":
		return "a marking whose definition is not known here"
	}
	return "a marking of the kind " + n.kind + ", which Cordon does not evaluate,"
}

func allow(rule string, args []string, format string, more ...any) Decision {
	return Decision{Allow: true, Rule: rule, Args: args, Reason: fmt.Sprintf(format, more...)}
}

func deny(rule string, args []string, format string, more ...any) Decision {
	return Decision{Rule: rule, Args: args, Reason: fmt.Sprintf(format, more...)}
}
