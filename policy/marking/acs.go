package marking

import (
	"strings"

	"github.com/cordon-project/cordon/policy/nation"
)

const (
	acsKeys = " extension_type identifier name create_date_time responsible_entity_custodian responsible_entity_originator policy_reference " +
		"control_set access_privilege further_sharing authority_reference original_classification derivative_classification declassification " +
		"resource_disposition public_release "
	controlKeys = " classification formal_determination caveat sensitivity shareability entity permitted_nationalities permitted_organizations "
	scopeKeys   = " permitted_nationalities permitted_organizations shareability entity "

	// Determinations that say of a text what it is, and restrict nobody.
	statements = " PUBREL AIS PII-NECESSARY-TO-UNDERSTAND-THREAT NO-PII-PRESENT INFORMATION-DIRECTLY-RELATED-TO-CYBERSECURITY-THREAT "
)

// maxRules bounds the rules for one privilege: what they permit together is
// multiplied out.
const maxRules = 3

// readACS reads a marking of the access control specification (ACS 3.0, as the
// OASIS extension writes it). The control set says who may have the object;
// privileges say what for: DSPLY is reading, NETDEF network defence, OPACTION
// screening, LEGAL law enforcement; further sharing is exchange. Rules that deny
// deny to all, whatever their scope.
func readACS(m map[string]any, t *Terms) {
	t.keys(m, acsKeys)
	for _, k := range [...]string{"identifier", "create_date_time", "responsible_entity_custodian", "policy_reference"} {
		if s, ok := m[k].(string); !ok || strings.TrimSpace(s) == "" {
			t.fail("it has no " + k)
		}
	}
	t.instant(m, "create_date_time")
	control, ok := m["control_set"].(map[string]any)
	if !ok {
		t.fail("it has no control_set")
		return
	}
	t.control(control)
	private, share := t.defaults(m["policy_reference"])
	rules := t.rules(m, "access_privilege")
	for _, p := range [...]struct{ purpose, action string }{
		{reading, "DSPLY"},
		{networkDefence, "NETDEF"},
		{screening, "OPACTION"},
		{lawEnforcement, "LEGAL"},
	} {
		t.privilege(p.purpose, p.action, private, rules)
	}
	t.sharing(t.rules(m, "further_sharing"), share)
}

// control reads the control set: each list is a condition, one of it is enough;
// of determinations, caveats and sensitivities each is a condition of its own.
func (t *Terms) control(m map[string]any) {
	t.keys(m, controlKeys)
	switch t.word(m, "classification", " U C S TS ") {
	case "U":
	case "":
		t.fail("it has no classification")
	default:
		t.need(Clause{Atoms: []string{Class + ":" + m["classification"].(string)}})
	}
	for _, d := range t.words(m, "formal_determination", statements+" NF FOUO ") {
		switch {
		case d == "NF":
			t.need(Clause{Atoms: []string{Nation + ":USA"}})
		case !strings.Contains(statements, " "+d+" "):
			t.need(Clause{Atoms: []string{Access + ":" + d}})
		}
	}
	for _, c := range t.words(m, "caveat", " FISA POSSIBLEPII CISAPROPRIETARY ") {
		t.need(Clause{Atoms: []string{Access + ":" + c}})
	}
	for _, s := range t.words(m, "sensitivity", " NTOC_DHS_ECYBER_SVC_SHARE.NSA.NSA PCII LES INT PII PR TEI ") {
		t.need(Clause{Atoms: []string{Access + ":" + s}})
	}
	for _, factor := range t.scope(m) {
		t.need(Clause{Atoms: factor})
	}
}

// scope reads the lists that say to whom, each as the atoms of which one is
// enough; a list that says ALL asks for nothing.
func (t *Terms) scope(m map[string]any) (factors [][]string) {
	add := func(kind string, values []string) {
		if len(values) > 0 && !contains(values, "ALL") {
			factors = append(factors, atoms(kind, values))
		}
	}
	nations := t.words(m, "permitted_nationalities", "")
	for i, n := range nations {
		if n == "ALL" {
			continue
		}
		c, ok := nation.Canonical(n)
		if !ok {
			t.fail("its permitted_nationalities holds what is not known")
			return nil
		}
		nations[i] = c
	}
	add(Nation, nations)
	orgs := t.words(m, "permitted_organizations", "")
	for _, o := range orgs {
		if !isOrganization(o) {
			t.fail("its permitted_organizations holds what is not known")
			return nil
		}
	}
	add(Affiliation, orgs)
	add(Shares, t.words(m, "shareability", " NCC EM LE IC ALL "))
	add(Entity, t.words(m, "entity", " MIL GOV CTR SVR SVC DEV NET ALL "))
	return factors
}

// defaults reads the policy reference: where it names several policies, one that
// denies is enough.
func (t *Terms) defaults(v any) (private, share bool) {
	s, _ := v.(string)
	private, share = true, true
	if strings.TrimSpace(s) == "" {
		return false, false
	}
	for _, one := range strings.Fields(s) {
		rest, ok := strings.CutPrefix(one, "urn:isa:policy:acs:ns:v3.0?privdefault=")
		p, d, cut := strings.Cut(rest, "&sharedefault=")
		if !ok || !cut || p != "permit" && p != "deny" || d != "permit" && d != "deny" {
			t.fail("its policy_reference is not known")
			return false, false
		}
		private, share = private && p == "permit", share && d == "permit"
	}
	return private, share
}

// rule is one rule of ACS: what for, to whom, and whether it permits.
type rule struct {
	action  string
	permits bool
	factors [][]string // of a privilege: of each list one atom is enough
	to      []string   // of sharing: the organisations
}

// rules reads the list of rules of a kind.
func (t *Terms) rules(m map[string]any, k string) (out []rule) {
	v, there := m[k]
	if !there {
		return nil
	}
	list, ok := v.([]any)
	if !ok || len(list) > MaxList {
		t.fail("its " + k + " is no list of rules")
		return nil
	}
	for _, e := range list {
		r, ok := e.(map[string]any)
		effect := t.word(r, "rule_effect", " permit deny ")
		if !ok || effect == "" {
			t.fail("its " + k + " holds a rule without effect")
			return nil
		}
		one := rule{permits: effect == "permit"}
		if k == "access_privilege" {
			t.privileged(r, &one)
		} else {
			t.shared(r, &one)
		}
		out = append(out, one)
	}
	return out
}

// privileged reads a rule on a privilege.
func (t *Terms) privileged(r map[string]any, one *rule) {
	t.keys(r, " privilege_action privilege_scope rule_effect ")
	one.action = t.word(r, "privilege_action", " DSPLY IDSRC TENOT NETDEF LEGAL INTEL TEARLINE OPACTION REQUEST ANONYMOUSACCESS CISAUSES ALL ")
	scope, ok := r["privilege_scope"].(map[string]any)
	if !ok || one.action == "" {
		t.fail("its access_privilege holds a rule without action or scope")
		return
	}
	t.keys(scope, scopeKeys)
	one.factors = t.scope(scope)
}

// shared reads a rule on further sharing.
func (t *Terms) shared(r map[string]any, one *rule) {
	t.keys(r, " sharing_scope rule_effect ")
	if one.to = t.words(r, "sharing_scope", ""); len(one.to) == 0 {
		t.fail("its further_sharing holds a rule without scope")
	}
	for _, s := range one.to {
		if !isOrganization(s) {
			t.fail("its further_sharing holds what is not known")
		}
	}
}

// privilege adds the condition under which a purpose is permitted.
func (t *Terms) privilege(purpose, action string, permitted bool, rules []rule) {
	var ways []rule
	for _, r := range rules {
		switch {
		case r.action != action && r.action != "ALL":
		case !r.permits:
			t.only(but(purpose))
			return
		default:
			ways = append(ways, r)
		}
	}
	if permitted {
		return
	}
	if len(ways) > maxRules {
		t.fail("it has more rules for one privilege than are read")
		return
	}
	// (a and b) or (c and d) is (a or c) and (a or d) and (b or c) and (b or d).
	sums := [][]string{nil}
	for _, w := range ways {
		var next [][]string
		for _, s := range sums {
			for _, f := range w.factors {
				next = append(next, append(append([]string(nil), s...), f...))
			}
		}
		sums = next // none, when a rule permits all
		n := 0
		for _, s := range sums {
			n += len(s)
		}
		if n > MaxAtoms {
			t.fail("its rules for one privilege are too many")
			return
		}
	}
	for _, s := range sums {
		t.only(but(purpose), s...)
	}
}

// sharing adds the condition of exchange.
func (t *Terms) sharing(rules []rule, permitted bool) {
	var to []string
	for _, r := range rules {
		if !r.permits {
			t.only(but(exchange))
			return
		}
		for _, s := range r.to {
			permitted = permitted || s == "ALL"
			to = append(to, Affiliation+":"+s)
		}
	}
	if !permitted {
		t.only(but(exchange), to...)
	}
}

// isOrganization reports whether s has the form of an ACS organisation: words of
// capitals, digits, hyphens and underscores, joined by dots.
func isOrganization(s string) bool {
	if len(s) > 100 {
		return false
	}
	for _, w := range strings.Split(s, ".") {
		if w == "" || strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			return false
		}
	}
	return true
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
