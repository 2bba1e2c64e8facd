package policy

import "fmt"

// Rules that [May] names in its decisions.
const (
	RuleCleared          = "cleared"            // allowed: the clearance reaches the level
	RuleOwn              = "own-organisation"   // allowed: made by the viewer's organisation
	RuleClearance        = "clearance"          // denied: the clearance is too low
	RuleMarkingNotHeld   = "marking-not-held"   // denied: a marking outside TLP
	RuleNotForExchange   = "not-for-exchange"   // denied: above TLP:AMBER
	RuleNobody           = "nobody"             // denied: the label is Nobody
	RuleLabelMalformed   = "label-malformed"    // denied: the label is not understood
	RulePurposeUnknown   = "purpose-unknown"    // denied: the purpose is not understood
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

// May decides whether the viewer may have what carries the label for the
// purpose, by the rules of the package comment. It never panics: what it does
// not understand it denies.
func May(v Viewer, l Label, p Purpose) Decision {
	if !p.Known() {
		return deny(RulePurposeUnknown, "The purpose that was given is not one that Cordon decides on.")
	}
	if l == Nobody {
		return deny(RuleNobody, "Nobody may see this, because a marking of what it was made from could not be read.")
	}
	q, ok := l.parse()
	if !ok {
		return deny(RuleLabelMalformed, "The label of the object cannot be read, so it is shown to nobody.")
	}
	for _, n := range q.needs {
		if !v.Holds[n.id] {
			return deny(RuleMarkingNotHeld, "The object carries %s (%s), which the viewer does not hold.", n.words(), n.id)
		}
	}
	level := q.levelFor(v.Org)
	own := level < q.level
	if p == Exchange && level > Amber {
		return deny(RuleNotForExchange, "The object is %s, which does not go from one organisation to another.", level)
	}
	if level > Clear && level > v.Clearance {
		return deny(RuleClearance, "The object is %s and the viewer is cleared to %s.", q.level, max(v.Clearance, Clear))
	}
	if own && q.level > v.Clearance {
		return allow(RuleOwn, "The object is %s and was made by the viewer's own organisation.", q.level)
	}
	if q.level == Clear {
		return allow(RuleCleared, "The object is TLP:CLEAR, which everybody may see.")
	}
	return allow(RuleCleared, "The object is %s and the viewer is cleared to %s.", q.level, min(v.Clearance, Red))
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

func allow(rule, format string, args ...any) Decision {
	return Decision{Allow: true, Rule: rule, Reason: fmt.Sprintf(format, args...)}
}

func deny(rule, format string, args ...any) Decision {
	return Decision{Rule: rule, Reason: fmt.Sprintf(format, args...)}
}
