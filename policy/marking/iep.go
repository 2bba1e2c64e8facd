package marking

import "github.com/cordon-project/cordon/stix"

const iepKeys = " extension_type iep_id iep_version name policy_name description start_date end_date encrypt_in_transit " +
	"permitted_actions affected_party_notifications tlp tlp_ref provider_attribution unmodified_resale external_reference external_references "

// readIEP reads an information exchange policy (FIRST IEP 2.0, JSON form). A
// statement of the policy that is not there counts as its most restrictive value.
// Before its start and from its end the policy does not stand, and nothing else
// says who may have the object: nobody.
func readIEP(m map[string]any, t *Terms) {
	t.keys(m, iepKeys)
	if v, there := m["iep_version"]; there && !isTwo(v) {
		t.fail("its iep_version is not 2.0")
	}
	if level := t.word(m, "tlp", " red amber green white clear amber+strict "); level == "white" {
		t.States = higher(t.States, "clear")
	} else if level != "" {
		t.States = higher(t.States, level)
	}
	if _, there := m["tlp_ref"]; there && m["tlp"] == nil {
		t.fail("its level is a reference")
	}
	t.window(t.instant(m, "start_date"), t.instant(m, "end_date"), false)
	if t.word(m, "encrypt_in_transit", " must may ") != "may" {
		t.only(but(exchange), Encrypted+":yes")
		t.Duties = append(t.Duties, EncryptInTransit)
	}
	iepActions(t.word(m, "permitted_actions",
		" none contact-for-instruction internally-visible-actions externally-visible-indirect-actions externally-visible-direct-actions "), t)
	if t.word(m, "affected_party_notifications", " may must-not ") != "may" {
		t.Duties = append(t.Duties, NoNotice)
	}
	switch t.word(m, "provider_attribution", " may must must-not ") {
	case "may":
	case "must":
		t.Duties = append(t.Duties, AttributeProvider)
	default:
		t.Duties = append(t.Duties, HideProvider)
	}
	if t.word(m, "unmodified_resale", " may must-not ") != "may" {
		t.Duties = append(t.Duties, NoResale)
	}
}

// iepActions says for which purposes the permitted actions are enough. Reading
// and passing on are no actions. Defending a network can be done without others
// seeing it; refusing a customer is seen by the customer; a seizure is direct.
func iepActions(actions string, t *Terms) {
	switch actions {
	case "externally-visible-direct-actions":
	case "externally-visible-indirect-actions":
		t.only([]string{reading, exchange, networkDefence, screening})
		t.Duties = append(t.Duties, ActIndirectly)
	case "internally-visible-actions":
		t.only([]string{reading, exchange, networkDefence})
		t.Duties = append(t.Duties, ActInside)
	case "contact-for-instruction":
		t.only([]string{reading, exchange})
		t.Duties = append(t.Duties, ContactFirst)
	default:
		t.only([]string{reading, exchange})
	}
}

// isTwo reads 2.0, whatever type the parser gave the number.
func isTwo(v any) bool {
	switch n := v.(type) {
	case float64:
		return n == 2
	case string:
		return n == "2" || n == "2.0"
	}
	b, err := stix.CanonicalValue(v)
	return err == nil && string(b) == "2"
}
