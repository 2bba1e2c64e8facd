// Package oracle decides a second time who may have what: written from docs/policy.md
// and the specifications, not from package policy, of which it imports nothing. It
// is there to be compared with (policy/trial), never to decide.
//
// In come objects and marking definitions as plain maps and an [Ask]; out comes what
// is given ([World.Given]): whether, and which texts of it must not be seen.
// Everything is read anew for each question, without labels, joins or caches: slow,
// and as near to the sentences of the documents as code can be.
//
// It knows the types and nations that policy/trial makes and no others.
package oracle

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

type object = map[string]any

// World is what a node holds.
type World struct {
	Objects     []map[string]any
	Definitions map[string]map[string]any
	Default     string // the TLP level of objects that state none: clear, green, amber, amber+strict, red
}

// Ask is who asks, what for and when.
type Ask struct {
	Org, Nation, TLP, Class                         string
	Groups, Holds, Orgs, Entities, Shares, Accesses []string
	Encrypted                                       bool
	Purpose                                         string
	Time                                            time.Time
}

// Gift is what becomes of one object.
type Gift struct {
	Given  bool
	Why    string   // of a denial
	Hidden []string // texts in it that must not be seen
	Lost   []string // ids in its references that must not be seen
	Whole  bool
}

var order = []string{"clear", "green", "amber", "amber+strict", "red"}

var tlp = map[string]string{
	// FIRST TLP 2.0, OASIS common object repository.
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
	// TLP 1.0, STIX 2.1 section 7.2.1.4.
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}

// verdict is what one marking says.
type verdict struct {
	deny   string // why it denies, "" when it does not
	level  string // the level that it states
	raise  string // the level below which it does not let
	duties []string
}

// May says why the asker may not have something with these markings, made by
// author; "" when it may. base is the level when none is stated.
func (w World) may(refs []string, author, base string, a Ask) string {
	if !slices.Contains([]string{"reading", "network-defence", "screening", "law-enforcement", "exchange"}, a.Purpose) {
		return "purpose"
	}
	stated, raised := "", ""
	duties := map[string]bool{}
	for _, id := range refs {
		if level, ok := tlp[id]; ok {
			stated = higher(stated, level)
			continue
		}
		v := w.marking(id, author, a)
		if v.deny != "" {
			return v.deny
		}
		stated, raised = higher(stated, v.level), higher(raised, v.raise)
		for _, d := range v.duties {
			duties[d] = true
		}
	}
	if stated == "" {
		stated = base
	}
	level := higher(stated, raised)
	own := author != "" && author == a.Org && level != "red"
	if a.Purpose == "exchange" && rank(level) > rank("amber") && !own {
		return "not for exchange"
	}
	if a.Purpose == "exchange" && duties["name the provider"] && duties["hide the provider"] {
		return "duties"
	}
	if level != "clear" && !own && rank(a.TLP) < rank(level) {
		return "clearance"
	}
	return ""
}

func rank(level string) int { return slices.Index(order, level) }

func higher(a, b string) string {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// marking asks one marking outside TLP.
func (w World) marking(id, author string, a Ask) verdict {
	d, ok := w.Definitions[id]
	held := slices.Contains(a.Holds, id)
	notHeld := func() verdict {
		if held {
			return verdict{}
		}
		return verdict{deny: "not held"}
	}
	if !ok {
		return notHeld()
	}
	kind, _ := d["definition_type"].(string)
	if kind != "" && kind != "statement" {
		return notHeld()
	}
	exts, _ := d["extensions"].(object)
	if kind == "" && len(exts) == 0 {
		return notHeld()
	}
	var all []verdict
	for name, e := range exts {
		ext, ok := e.(object)
		switch {
		case !ok:
			return notHeld()
		case name == "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce":
			all = append(all, acs(ext, a))
		case name == "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a":
			all = append(all, iep(ext, a))
		case name == "extension-definition--1113cb58-33ac-5d3e-a97d-100489f3fe3e":
			all = append(all, handling(ext, author, a))
		default:
			return notHeld()
		}
	}
	if kind == "statement" {
		def, _ := d["definition"].(object)
		text, ok := def["statement"].(string)
		if !ok {
			if len(exts) > 0 {
				return verdict{deny: "malformed"}
			}
			return notHeld()
		}
		all = append(all, statement(text, a))
	}
	var out verdict
	for _, v := range all {
		if v.deny != "" {
			out.deny = v.deny
		}
		out.level, out.raise = higher(out.level, v.level), higher(out.raise, v.raise)
		out.duties = append(out.duties, v.duties...)
	}
	return out
}

// The nations that the trial makes, as a recipient's nation is written.
var nations = map[string][]string{
	"USA": {"USA"}, "JPN": {"JPN"}, "KOR": {"KOR"}, "AUS": {"AUS"}, "GBR": {"GBR"}, "CAN": {"CAN"}, "NZL": {"NZL"}, "XKS": {"XKS"}, "XKX": {"XKS"},
	"FVEY": {"AUS", "CAN", "GBR", "NZL", "USA"}, "ACGU": {"AUS", "CAN", "GBR", "USA"},
}

var (
	banner   = regexp.MustCompile(`(?i)(^|[^a-z0-9])(rel[^a-z0-9]+to|noforn)([^a-z0-9]|$)`)
	starts   = regexp.MustCompile(`(?i)^\s*(unclassified|confidential|secret|top secret|u|c|s|ts)\s*(//|\.?\s*$)`)
	single   = regexp.MustCompile(`(?i)^\s*(u|c|s)\s*\.?\s*$`)
	relTo    = regexp.MustCompile(`(?i)^\s*rel\s+to\s+(.*?)\s*$`)
	class    = regexp.MustCompile(`(?i)^\s*(unclassified|u|confidential|c|secret|s|top\s+secret|ts)\s*$`)
	level    = regexp.MustCompile(`(?i)^\s*tlp:(white|clear|green|amber|amber\+strict|red)\s*$`)
	noforn   = regexp.MustCompile(`(?i)^\s*noforn\s*$`)
	commas   = regexp.MustCompile(`\s*,\s*`)
	org      = regexp.MustCompile(`^[A-Z0-9_-]+(\.[A-Z0-9_-]+)*$`)
	identity = regexp.MustCompile(`^identity--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	policies = regexp.MustCompile(`^(urn:isa:policy:acs:ns:v3\.0\?privdefault=(permit|deny)&sharedefault=(permit|deny)\s?)+$`)
)

var words = map[string]string{
	"UNCLASSIFIED": "U", "CONFIDENTIAL": "C", "SECRET": "S", "TOP SECRET": "TS", "U": "U", "C": "C", "S": "S", "TS": "TS",
}

// statement: a banner is read part by part; any other statement restricts nothing.
func statement(text string, a Ask) verdict {
	if !banner.MatchString(text) && (!starts.MatchString(text) || single.MatchString(text)) {
		return verdict{}
	}
	out := verdict{}
	for _, part := range strings.Split(strings.TrimSuffix(strings.TrimSpace(text), "."), "//") {
		switch {
		case class.MatchString(part):
			c := strings.ToUpper(strings.Join(strings.Fields(part), " "))
			if !cleared(a, words[c]) {
				out.deny = "classification"
			}
		case level.MatchString(part):
			l := strings.ToLower(level.FindStringSubmatch(part)[1])
			if l == "white" {
				l = "clear"
			}
			out.raise = higher(out.raise, l)
		case noforn.MatchString(part):
			if a.Nation != "USA" {
				out.deny = "nation"
			}
		case relTo.MatchString(part):
			ok, known := released(commas.Split(strings.ToUpper(relTo.FindStringSubmatch(part)[1]), -1), a)
			if !known {
				return verdict{deny: "malformed"}
			}
			if !ok {
				out.deny = "nation"
			}
		default:
			return verdict{deny: "malformed"}
		}
	}
	return out
}

// released: whether the asker's nation is among the codes, and all are known.
func released(codes []string, a Ask) (ok, known bool) {
	known = true
	for _, c := range codes {
		members, is := nations[c]
		if !is {
			known = false
		}
		if a.Nation != "" && slices.Contains(members, a.Nation) {
			ok = true
		}
	}
	return ok, known
}

func cleared(a Ask, class string) bool {
	classes := []string{"U", "C", "S", "TS"}
	have := slices.Index(classes, a.Class)
	if a.Class == "" {
		have = 0
	}
	return have >= slices.Index(classes, class)
}

// strs reads a list of texts; bad for anything else that is there.
func strs(m object, k string) (list []string, bad bool) {
	v, there := m[k]
	if !there {
		return nil, false
	}
	l, ok := v.([]any)
	if !ok || len(l) == 0 {
		return nil, true
	}
	for _, e := range l {
		s, ok := e.(string)
		if !ok {
			return nil, true
		}
		list = append(list, s)
	}
	return list, false
}

func onlyKeys(m object, known ...string) bool {
	for k := range m {
		if !slices.Contains(known, k) {
			return false
		}
	}
	return true
}

func subset(list []string, of string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(strings.Fields(of), s) })
}

// iep: FIRST IEP 2.0; what is left out counts as the strictest.
func iep(m object, a Ask) verdict {
	malformed := verdict{deny: "malformed"}
	if !onlyKeys(m, "extension_type", "iep_id", "iep_version", "name", "policy_name", "description", "start_date", "end_date", "encrypt_in_transit", "permitted_actions",
		"affected_party_notifications", "tlp", "provider_attribution", "unmodified_resale") {
		return malformed
	}
	if v, ok := m["iep_version"]; ok && v != 2.0 {
		return malformed
	}
	words := map[string]string{
		"tlp": "red amber green white clear amber+strict", "encrypt_in_transit": "must may", "affected_party_notifications": "may must-not",
		"provider_attribution": "may must must-not", "unmodified_resale": "may must-not",
		"permitted_actions": "none contact-for-instruction internally-visible-actions externally-visible-indirect-actions externally-visible-direct-actions",
	}
	for k, allowed := range words {
		if v, ok := m[k]; ok {
			if s, _ := v.(string); !slices.Contains(strings.Fields(allowed), s) {
				return malformed
			}
		}
	}
	from, okF := when(m, "start_date")
	to, okT := when(m, "end_date")
	if !okF || !okT || !from.IsZero() && !to.IsZero() && !from.Before(to) {
		return malformed
	}
	var out verdict
	switch m["tlp"] {
	case "white":
		out.level = "clear"
	case nil:
	default:
		out.level = m["tlp"].(string)
	}
	if !from.IsZero() && (a.Time.IsZero() || a.Time.Before(from)) || !to.IsZero() && (a.Time.IsZero() || !a.Time.Before(to)) {
		out.deny = "not in force"
	}
	if m["encrypt_in_transit"] != "may" && a.Purpose == "exchange" && !a.Encrypted {
		out.deny = "encryption"
	}
	enough := map[string]int{"reading": 0, "exchange": 0, "network-defence": 1, "screening": 2, "law-enforcement": 3}
	have := map[any]int{"internally-visible-actions": 1, "externally-visible-indirect-actions": 2, "externally-visible-direct-actions": 3}
	if have[m["permitted_actions"]] < enough[a.Purpose] {
		out.deny = "actions"
	}
	switch m["provider_attribution"] {
	case "must":
		out.duties = []string{"name the provider"}
	case "may":
	default:
		out.duties = []string{"hide the provider"}
	}
	return out
}

// when reads a time of STIX: UTC, with Z. A zero time is one that is not there.
func when(m object, k string) (time.Time, bool) {
	v, there := m[k]
	if !there {
		return time.Time{}, true
	}
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil && strings.HasSuffix(s, "Z")
}

// handling: Cordon's own marking.
func handling(m object, author string, a Ask) verdict {
	malformed := verdict{deny: "malformed"}
	if !onlyKeys(m, "extension_type", "releasable_to", "organisation_refs", "community_refs", "purposes", "not_before", "not_after") || len(m) < 2 {
		return malformed
	}
	to, bad1 := strs(m, "releasable_to")
	orgs, bad2 := strs(m, "organisation_refs")
	groups, bad3 := strs(m, "community_refs")
	purposes, bad4 := strs(m, "purposes")
	from, ok1 := when(m, "not_before")
	until, ok2 := when(m, "not_after")
	if bad1 || bad2 || bad3 || bad4 || !ok1 || !ok2 || !from.IsZero() && !until.IsZero() && !from.Before(until) {
		return malformed
	}
	for _, id := range slices.Concat(orgs, groups) {
		if !identity.MatchString(id) {
			return malformed
		}
	}
	if !subset(purposes, "reading network-defence screening law-enforcement exchange") {
		return malformed
	}
	ok, known := released(to, a)
	if !known {
		return malformed
	}
	isAuthor := author != "" && author == a.Org
	switch {
	case len(to) > 0 && !ok:
		return verdict{deny: "nation"}
	case len(orgs)+len(groups) > 0 && !isAuthor && !(a.Org != "" && slices.Contains(orgs, a.Org)) && !slices.ContainsFunc(a.Groups, func(g string) bool { return slices.Contains(groups, g) }):
		return verdict{deny: "distribution"}
	case len(purposes) > 0 && !slices.Contains(purposes, a.Purpose):
		return verdict{deny: "purpose"}
	case !from.IsZero() && !isAuthor && (a.Time.IsZero() || a.Time.Before(from)):
		return verdict{deny: "embargo"}
	case !until.IsZero() && (a.Time.IsZero() || !a.Time.Before(until)):
		return verdict{deny: "expired"}
	}
	return verdict{}
}

const (
	actions = "DSPLY IDSRC TENOT NETDEF LEGAL INTEL TEARLINE OPACTION REQUEST ANONYMOUSACCESS CISAUSES ALL"
	plain   = "PUBREL AIS PII-NECESSARY-TO-UNDERSTAND-THREAT NO-PII-PRESENT INFORMATION-DIRECTLY-RELATED-TO-CYBERSECURITY-THREAT"
)

// acs: the access control specification.
func acs(m object, a Ask) verdict {
	malformed, denied := verdict{deny: "malformed"}, verdict{deny: "acs"}
	if !onlyKeys(m, "extension_type", "identifier", "name", "create_date_time", "responsible_entity_custodian", "responsible_entity_originator", "policy_reference", "control_set",
		"access_privilege", "further_sharing", "authority_reference", "original_classification", "derivative_classification", "declassification", "resource_disposition", "public_release") {
		return malformed
	}
	for _, k := range []string{"identifier", "create_date_time", "responsible_entity_custodian", "policy_reference"} {
		if s, _ := m[k].(string); s == "" {
			return malformed
		}
	}
	ref := m["policy_reference"].(string)
	if _, ok := when(m, "create_date_time"); !ok || !policies.MatchString(ref) {
		return malformed
	}
	c, ok := m["control_set"].(object)
	if !ok || !onlyKeys(c, "classification", "formal_determination", "caveat", "sensitivity", "shareability", "entity", "permitted_nationalities", "permitted_organizations") {
		return malformed
	}
	level, _ := c["classification"].(string)
	if !slices.Contains([]string{"U", "C", "S", "TS"}, level) {
		return malformed
	}
	deny := !cleared(a, level)
	for k, allowed := range map[string]string{
		"formal_determination": plain + " NF FOUO", "caveat": "FISA POSSIBLEPII CISAPROPRIETARY", "sensitivity": "NTOC_DHS_ECYBER_SVC_SHARE.NSA.NSA PCII LES INT PII PR TEI",
	} {
		list, bad := strs(c, k)
		if bad || !subset(list, allowed) {
			return malformed
		}
		for _, s := range list {
			switch {
			case slices.Contains(strings.Fields(plain), s):
			case s == "NF":
				deny = deny || a.Nation != "USA"
			default:
				deny = deny || !slices.Contains(a.Accesses, s)
			}
		}
	}
	in, bad := inScope(c, a)
	if bad {
		return malformed
	}
	deny = deny || !in
	action := map[string]string{"reading": "DSPLY", "network-defence": "NETDEF", "screening": "OPACTION", "law-enforcement": "LEGAL"}[a.Purpose]
	permitted, forbidden := !strings.Contains(ref, "privdefault=deny"), false
	rules, bad := maps(m, "access_privilege")
	for _, r := range rules {
		scope, ok := r["privilege_scope"].(object)
		act, _ := r["privilege_action"].(string)
		effect, _ := r["rule_effect"].(string)
		if !ok || !slices.Contains(strings.Fields(actions), act) || !slices.Contains([]string{"permit", "deny"}, effect) ||
			!onlyKeys(r, "privilege_action", "privilege_scope", "rule_effect") || !onlyKeys(scope, "permitted_nationalities", "permitted_organizations", "shareability", "entity") {
			return malformed
		}
		in, bad := inScope(scope, a)
		if bad {
			return malformed
		}
		if act == action || act == "ALL" {
			permitted = permitted || effect == "permit" && in
			forbidden = forbidden || effect == "deny"
		}
	}
	shared, unshared := !strings.Contains(ref, "sharedefault=deny"), false
	shares, bad2 := maps(m, "further_sharing")
	for _, r := range shares {
		to, badTo := strs(r, "sharing_scope")
		effect, _ := r["rule_effect"].(string)
		if badTo || len(to) == 0 || !onlyKeys(r, "sharing_scope", "rule_effect") || !slices.Contains([]string{"permit", "deny"}, effect) {
			return malformed
		}
		for _, t := range to {
			if !org.MatchString(t) {
				return malformed
			}
		}
		unshared = unshared || effect == "deny"
		shared = shared || effect == "permit" && (slices.Contains(to, "ALL") || within(a.Orgs, to))
	}
	if bad || bad2 {
		return malformed
	}
	if a.Purpose == "exchange" {
		permitted, forbidden = shared, unshared
	}
	if deny || !permitted || forbidden {
		return denied
	}
	return verdict{}
}

func maps(m object, k string) (list []object, bad bool) {
	v, there := m[k]
	if !there {
		return nil, false
	}
	l, ok := v.([]any)
	for _, e := range l {
		r, isMap := e.(object)
		ok = ok && isMap
		list = append(list, r)
	}
	return list, !ok
}

// inScope: of each list that is there, one entry fits, or the list says ALL.
func inScope(m object, a Ask) (in, bad bool) {
	in = true
	for k, have := range map[string][]string{"shareability": a.Shares, "entity": a.Entities} {
		list, b := strs(m, k)
		allowed := map[string]string{"shareability": "NCC EM LE IC ALL", "entity": "MIL GOV CTR SVR SVC DEV NET ALL"}[k]
		if b || !subset(list, allowed) {
			return false, true
		}
		if len(list) > 0 && !slices.Contains(list, "ALL") && !slices.ContainsFunc(have, func(s string) bool { return slices.Contains(list, s) }) {
			in = false
		}
	}
	to, b := strs(m, "permitted_nationalities")
	if b {
		return false, true
	}
	for _, n := range to {
		if n != "ALL" && (len(n) != 3 || nations[n] == nil) {
			return false, true
		}
	}
	if ok, _ := released(to, a); len(to) > 0 && !slices.Contains(to, "ALL") && !ok {
		in = false
	}
	orgs, b := strs(m, "permitted_organizations")
	if b {
		return false, true
	}
	for _, o := range orgs {
		if !org.MatchString(o) {
			return false, true
		}
	}
	if len(orgs) > 0 && !slices.Contains(orgs, "ALL") && !within(a.Orgs, orgs) {
		in = false
	}
	return in, false
}

// within: one of the asker's organisations is one of those, or below one.
func within(mine, those []string) bool {
	for _, m := range mine {
		for _, t := range those {
			if m == t || strings.HasPrefix(m, t+".") {
				return true
			}
		}
	}
	return false
}

// Alone says what the asker gets of one object, whatever it refers to.
func (w World) Alone(o map[string]any, a Ask) Gift {
	refs, bad := strs(o, "object_marking_refs")
	if bad {
		return Gift{Why: "markings malformed"}
	}
	author, _ := o["created_by_ref"].(string)
	if why := w.may(refs, author, w.Default, a); why != "" {
		return Gift{Why: why}
	}
	hidden, why := w.hidden(o, author, a)
	if why != "" {
		return Gift{Why: why}
	}
	return Gift{Given: true, Hidden: hidden, Whole: len(hidden) == 0}
}

// hidden returns the texts that granular markings hide, or why the whole object
// is withheld.
func (w World) hidden(o object, author string, a Ask) (texts []string, why string) {
	list, _ := o["granular_markings"].([]any)
	var places []string
	for _, e := range list {
		m, _ := e.(object)
		ref, _ := m["marking_ref"].(string)
		selectors, bad := strs(m, "selectors")
		if ref == "" && m["lang"] != nil && !bad {
			continue
		}
		if bad || ref == "" {
			return nil, "granular markings malformed"
		}
		if w.may([]string{ref}, author, "clear", a) == "" {
			continue
		}
		for _, s := range selectors {
			if at(o, s) == nil {
				return nil, "a hidden place is nowhere"
			}
			places = append(places, s)
		}
	}
	for _, s := range places {
		switch {
		case slices.Contains([]string{"name", "object_refs", "source_ref", "target_ref", "sighting_of_ref", "relationship_type", "published", "is_family"}, s):
			return nil, "a required property is hidden"
		case strings.HasPrefix(s, "external_references.") && strings.Count(s, ".") == 2:
			// A reference says its source and something beside it, and these say two
			// things: without one the other goes too.
			s = s[:strings.LastIndex(s, ".")]
		}
		texts = append(texts, leaves(at(o, s))...)
	}
	return texts, ""
}

// at follows a selector; nil when it leads nowhere.
func at(v any, selector string) any {
	for _, step := range strings.Split(selector, ".") {
		switch c := v.(type) {
		case object:
			v = c[step]
		case []any:
			n, err := strconv.Atoi(strings.Trim(step, "[]"))
			if err != nil || n >= len(c) {
				return nil
			}
			v = c[n]
		default:
			return nil
		}
	}
	return v
}

func leaves(v any) (out []string) {
	switch c := v.(type) {
	case object:
		for _, e := range c {
			out = append(out, leaves(e)...)
		}
	case []any:
		for _, e := range c {
			out = append(out, leaves(e)...)
		}
	case string:
		out = []string{c}
	}
	return out
}

// Given says what becomes of each object when all are released together and the
// recipient has nothing else.
func (w World) Given(a Ask) []Gift {
	out := make([]Gift, len(w.Objects))
	for i, o := range w.Objects {
		out[i] = w.Alone(o, a)
	}
	here := func(id string) bool {
		return slices.ContainsFunc(w.Objects, func(o object) bool { return o["id"] == id && out[index(w.Objects, id)].Given })
	}
	for changed := true; changed; {
		changed = false
		for i, o := range w.Objects {
			if !out[i].Given {
				continue
			}
			whole := true
			for _, k := range []string{"source_ref", "target_ref", "sighting_of_ref"} {
				if id, ok := o[k].(string); ok && !here(id) {
					whole = false
				}
			}
			if list, ok := o["object_refs"].([]any); ok {
				left := 0
				for _, id := range list {
					if here(id.(string)) && !slices.Contains(out[i].Hidden, id.(string)) {
						left++
					}
				}
				whole = whole && left > 0
			}
			if !whole {
				out[i], changed = Gift{Why: "references"}, true
			}
		}
	}
	for i, o := range w.Objects {
		for _, id := range idsIn(o) {
			if out[i].Given && !here(id) {
				out[i].Lost, out[i].Whole = append(out[i].Lost, id), false
			}
		}
	}
	// Whoever refers to something that is not whole gets a new reference.
	for changed := true; changed; {
		changed = false
		for i, o := range w.Objects {
			for _, id := range idsIn(o) {
				n := index(w.Objects, id)
				if out[i].Given && out[i].Whole && n >= 0 && out[n].Given && !out[n].Whole {
					out[i].Whole, changed = false, true
				}
			}
		}
	}
	return out
}

func idsIn(o object) (ids []string) {
	for _, k := range []string{"source_ref", "target_ref", "sighting_of_ref", "created_by_ref"} {
		if id, ok := o[k].(string); ok {
			ids = append(ids, id)
		}
	}
	list, _ := o["object_refs"].([]any)
	for _, id := range list {
		ids = append(ids, id.(string))
	}
	return ids
}

func index(all []map[string]any, id string) int {
	return slices.IndexFunc(all, func(o object) bool { return o["id"] == id })
}
