package trial

import (
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/policy/marking"
)

type props = map[string]any

func anys(list ...string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// maybe sets a property now and then.
func (w *world) maybe(m props, k string, v func() any) {
	if w.IntN(3) == 0 {
		m[k] = v()
	}
}

// list draws a list that is not empty.
func (w *world) list(from ...string) func() any {
	return func() any {
		out := w.some(from...)
		if len(out) == 0 {
			out = []string{w.pick(from)}
		}
		return anys(out...)
	}
}

func (w *world) word(from ...string) func() any { return func() any { return w.pick(from) } }

// marking draws a marking definition; one in twelve is broken somewhere.
func (w *world) marking() props {
	d := props{"type": "marking-definition", "spec_version": "2.1", "id": "marking-definition--" + w.uuid(), "created": "2026-01-01T00:00:00.000Z"}
	switch w.IntN(10) {
	case 0, 1, 2:
		w.statement(d)
	case 3, 4:
		d["extensions"] = props{marking.ACS: w.acs()}
	case 5, 6:
		d["extensions"] = props{marking.IEP: w.iep()}
	case 7:
		d["extensions"] = props{marking.Handling: w.handling()}
	case 8:
		// Several in one: all of them count.
		w.statement(d)
		d["extensions"] = props{marking.Handling: w.handling(), marking.IEP: w.iep()}
	case 9:
		switch w.IntN(4) {
		case 0:
			d["definition_type"], d["definition"] = "tlp", props{"tlp": "white"}
		case 1:
			d["definition_type"], d["definition"] = "house-rule", props{"rule": "seven"}
		case 2:
			d["extensions"] = props{"extension-definition--99999999-9999-4999-8999-999999999999": props{"extension_type": "property-extension"}, marking.Handling: w.handling()}
		case 3:
			d["definition_type"], d["definition"] = "statement", props{"statement": 7.0}
		}
	}
	if exts, ok := d["extensions"].(props); ok {
		for _, k := range []string{marking.ACS, marking.IEP, marking.Handling} {
			if e, ok := exts[k].(props); ok && w.IntN(12) == 0 {
				w.spoil(e)
			}
		}
	}
	return d
}

// spoil breaks something.
func (w *world) spoil(m props) {
	keys := []string{"control_set", "policy_reference", "tlp", "permitted_actions", "start_date", "releasable_to", "purposes", "not_after", "organisation_refs", "identifier"}
	k := w.pick(keys)
	switch w.IntN(6) {
	case 0:
		m["x_more"] = "x"
	case 1:
		delete(m, "identifier")
		delete(m, "releasable_to")
	case 2:
		m[k] = 7.0
	case 3:
		m[k] = []any{}
	case 4:
		m[k] = nil
	case 5:
		m[k] = "unheard-of"
	}
}

func (w *world) statement(d props) {
	var list []string
	for range 1 + w.IntN(3) {
		list = append(list, w.pick([]string{"USA", "JPN", "KOR", "AUS", "XKX", "FVEY", "ACGU"}))
	}
	if w.IntN(12) == 0 {
		list = append(list, w.pick([]string{"NATO", "JAP", "", "PRK KOR"}))
	}
	rel := "REL TO " + strings.Join(list, w.pick([]string{", ", ",", " , "}))
	text := w.pick([]string{
		"Copyright EXAMPLE 2026.", "See https://example.org//terms", rel, rel, rel, rel + ".", "TLP:AMBER//" + rel, "SECRET//" + rel, "UNCLASSIFIED//NOFORN", "TOP SECRET", "U//" + rel,
		"CONFIDENTIAL//TLP:GREEN//" + rel, strings.ToLower(rel), "SECRET//ORCON", "May be " + rel, "REL-TO USA", "This is relevant to all.", "TS", "S", "NOFORN",
	})
	d["definition_type"], d["definition"] = "statement", props{"statement": text}
}

func (w *world) scope() props {
	m := props{}
	w.maybe(m, "permitted_nationalities", w.list("USA", "JPN", "KOR", "ALL"))
	w.maybe(m, "permitted_organizations", w.list("USA.DOJ", "USA.DOJ.FBI", "USA.USG", "CIKR", "ALL"))
	w.maybe(m, "shareability", w.list("LE", "IC", "ALL"))
	w.maybe(m, "entity", w.list("GOV", "MIL", "CTR", "ALL"))
	return m
}

func (w *world) acs() props {
	control := w.scope()
	control["classification"] = w.pick([]string{"U", "U", "U", "C", "S", "TS"})
	w.maybe(control, "formal_determination", w.list("PUBREL", "AIS", "FOUO", "NF", "NO-PII-PRESENT"))
	if w.IntN(4) == 0 {
		w.maybe(control, "caveat", w.list("FISA"))
		w.maybe(control, "sensitivity", w.list("LES", "PII"))
	}
	policies := []string{}
	for range 1 + w.IntN(6)/5 {
		policies = append(policies, "urn:isa:policy:acs:ns:v3.0?privdefault="+w.pick([]string{"permit", "deny"})+"&sharedefault="+w.pick([]string{"permit", "permit", "deny"}))
	}
	m := props{
		"extension_type": "property-extension", "identifier": "isa:example", "create_date_time": "2026-01-01T00:00:00Z", "responsible_entity_custodian": "USA.EXAMPLE",
		"policy_reference": strings.Join(policies, " "), "control_set": control,
	}
	effect := w.word("permit", "permit", "permit", "deny")
	var rules, shares []any
	for range w.IntN(4) {
		rules = append(rules, props{
			"privilege_action": w.pick([]string{"DSPLY", "DSPLY", "NETDEF", "OPACTION", "LEGAL", "ALL", "ALL", "INTEL"}), "privilege_scope": w.scope(), "rule_effect": effect(),
		})
	}
	for range w.IntN(3) {
		shares = append(shares, props{"sharing_scope": w.list("FOREIGNGOV", "CIKR", "USA.DOJ", "ALL")(), "rule_effect": effect()})
	}
	if rules != nil {
		m["access_privilege"] = rules
	}
	if shares != nil {
		m["further_sharing"] = shares
	}
	return m
}

func (w *world) iep() props {
	m := props{"extension_type": "property-extension"}
	often := func(k string, v func() any) {
		if w.IntN(6) > 0 {
			m[k] = v()
		}
	}
	w.maybe(m, "iep_version", func() any { return 2.0 })
	w.maybe(m, "tlp", w.word("red", "amber", "green", "white", "clear"))
	often("encrypt_in_transit", w.word("must", "may"))
	often("permitted_actions", w.word("none", "contact-for-instruction", "internally-visible-actions", "externally-visible-indirect-actions", "externally-visible-direct-actions", "externally-visible-direct-actions"))
	often("affected_party_notifications", w.word("may", "must-not"))
	often("provider_attribution", w.word("may", "must", "must-not"))
	often("unmodified_resale", w.word("may", "must-not"))
	if w.IntN(3) == 0 {
		w.maybe(m, "start_date", w.word(instant...))
		w.maybe(m, "end_date", w.word(instant...))
	}
	return m
}

func (w *world) handling() props {
	m := props{"extension_type": "property-extension"}
	w.maybe(m, "releasable_to", w.list("USA", "JPN", "KOR", "XKX", "FVEY"))
	w.maybe(m, "organisation_refs", w.list(orgs...))
	w.maybe(m, "community_refs", w.list(groups...))
	w.maybe(m, "purposes", w.list("reading", "network-defence", "screening", "law-enforcement", "exchange"))
	w.maybe(m, "not_before", w.word(instant...))
	w.maybe(m, "not_after", w.word(instant...))
	return m
}

// text is one that is nowhere else.
func (w *world) text(id string) string {
	w.n++
	t := "text-" + strconv.Itoa(w.n) + "-of-it"
	w.texts[id] = append(w.texts[id], t)
	return t
}

// object draws an object: a thing, or one that refers to things before it.
func (w *world) object() {
	kinds := []string{"tool", "malware", "tool", "relationship", "report", "sighting"}
	if len(w.oracle.Objects) < 3 {
		kinds = kinds[:2]
	}
	typ := w.pick(kinds)
	id := typ + "--" + w.uuid()
	o := props{"type": typ, "spec_version": "2.1", "id": id, "created": "2026-01-01T00:00:00.000Z", "modified": "2026-02-01T10:11:12.345Z"}
	before := func() string {
		other, _ := w.oracle.Objects[w.IntN(len(w.oracle.Objects))]["id"].(string)
		return other
	}
	places := []string{"description", "x_note", "nowhere"}
	switch typ {
	case "relationship":
		o["relationship_type"], o["source_ref"], o["target_ref"] = "related-to", before(), before()
		places = append(places, "target_ref")
	case "sighting":
		o["sighting_of_ref"] = before()
	case "report":
		var refs []any
		for range 1 + w.IntN(4) {
			refs = append(refs, before())
		}
		o["name"], o["published"], o["object_refs"] = w.text(id), "2026-01-01T00:00:00.000Z", refs
		places = append(places, "name")
	default:
		o["name"], o["aliases"] = w.text(id), anys(w.text(id), w.text(id), w.text(id))
		o["x_deep"] = props{"k": []any{props{"v": w.text(id), "w": w.text(id)}}}
		o["external_references"] = []any{props{"source_name": w.text(id), "description": w.text(id)}, props{"source_name": w.text(id), "description": w.text(id)}}
		if typ == "malware" {
			o["is_family"] = false
		}
		places = append(places, "name", "aliases", "aliases.[0]", "aliases.[1]", "aliases.[2]", "x_deep", "x_deep.k.[0].v", "external_references", "external_references.[0]",
			"external_references.[1].source_name", "external_references.[0].description", "description", "description", "aliases.[1]", "x_deep.k.[0].w")
	}
	o["description"], o["x_note"] = w.text(id), w.text(id)
	if w.IntN(3) == 0 {
		o["created_by_ref"] = w.pick(orgs)
	}
	var refs []string
	for range w.IntN(4) {
		refs = append(refs, w.pick(w.ids))
	}
	if len(refs) > 0 {
		o["object_marking_refs"] = anys(refs...)
	}
	w.granular(o, places)
	w.oracle.Objects = append(w.oracle.Objects, o)
}

// granular draws granular markings for some objects.
func (w *world) granular(o props, places []string) {
	if w.IntN(2) == 0 {
		return
	}
	var list []any
	for range 1 + w.IntN(3) {
		at := []string{w.pick(places)}
		if w.IntN(3) == 0 {
			at = append(at, w.pick(places))
		}
		g := props{"marking_ref": w.pick(w.ids), "selectors": anys(at...)}
		switch w.IntN(40) {
		case 0:
			g = props{"lang": "en", "selectors": anys("description")}
		case 1:
			delete(g, "marking_ref")
		case 2:
			g["selectors"] = []any{}
		}
		list = append(list, g)
	}
	o["granular_markings"] = list
}
