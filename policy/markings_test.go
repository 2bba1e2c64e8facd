package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/marking"
	"github.com/cordon-project/cordon/stix"
)

const (
	group = "identity--cccccccc-cccc-4ccc-8ccc-cccccccccccc"
	ruled = "marking-definition--77777777-7777-4777-8777-777777777777"
)

// defined is a definition with one extension, under the id ruled.
func defined(ext string, props map[string]any) policy.Definitions {
	props["extension_type"] = "property-extension"
	return known(stix.Object{"type": "marking-definition", "spec_version": "2.1", "id": ruled, "extensions": map[string]any{ext: props}})
}

func known(d stix.Object) policy.Definitions {
	return func(id string) (stix.Object, bool) { return d, id == d.ID() }
}

func said(text string) policy.Definitions {
	return known(statementOf(ruled, text))
}

func statementOf(id, text string) stix.Object {
	return definition(id, "statement", map[string]any{"statement": text})
}

func handling(props map[string]any) policy.Definitions { return defined(marking.Handling, props) }

func texts(s ...any) []any { return s }

// TestMarkingsAsLabels holds what each marking becomes: the text is on disk.
func TestMarkingsAsLabels(t *testing.T) {
	acs := func(more map[string]any) policy.Definitions {
		m := map[string]any{
			"identifier": "isa:x", "create_date_time": "2026-01-01T00:00:00Z", "responsible_entity_custodian": "USA.DHS",
			"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit", "control_set": map[string]any{"classification": "U"},
		}
		for k, v := range more {
			m[k] = v
		}
		return defined(marking.ACS, m)
	}
	control := func(k string, v ...any) policy.Definitions {
		return acs(map[string]any{"control_set": map[string]any{"classification": "U", k: v}})
	}
	const bad = "1:green;need=malformed/" + ruled
	for name, c := range map[string]struct {
		defs policy.Definitions
		want policy.Label
	}{
		"releasability":                    {said("REL TO USA, JPN, KOR"), "2:green;any=nation:JPN|nation:KOR|nation:USA"},
		"releasability in a banner":        {said("TLP:AMBER//REL TO USA, JPN, KOR"), "2:amber;any=nation:JPN|nation:KOR|nation:USA"},
		"a banner does not lower":          {said("TLP:CLEAR//REL TO USA"), "2:green;any=nation:USA"},
		"classified":                       {said("SECRET//REL TO USA, FVEY."), "2:green;any=class:S;any=nation:AUS|nation:CAN|nation:GBR|nation:NZL|nation:USA"},
		"not for foreigners":               {said("UNCLASSIFIED//NOFORN"), "2:green;any=nation:USA"},
		"classified, nothing else":         {said("Top Secret"), "2:green;any=class:TS"},
		"lower case is read too":           {said("rel to usa, kor"), "2:green;any=nation:KOR|nation:USA"},
		"unknown nation":                   {said("REL TO USA, JAP"), bad},
		"no list":                          {said("May be released under REL TO rules."), bad},
		"another control":                  {said("SECRET//ORCON"), bad},
		"hyphen":                           {said("REL-TO USA"), bad},
		"hidden in a text":                 {said("Copyright Example\nREL TO USA"), bad},
		"a statement":                      {said("Copyright 2026, Example. See https://example.org//x"), "1:green"},
		"a word that is not it":            {said("This is RELEVANT TO USA."), "1:green"},
		"ACS, nothing":                     {acs(nil), "1:green"},
		"ACS nations":                      {control("permitted_nationalities", "USA", "JPN"), "2:green;any=nation:JPN|nation:USA"},
		"ACS all nations":                  {control("permitted_nationalities", "ALL"), "1:green"},
		"ACS unknown nation":               {control("permitted_nationalities", "usa"), bad},
		"ACS organisations":                {control("permitted_organizations", "USA.USG", "CIKR"), "2:green;any=affiliation:CIKR|affiliation:USA.USG"},
		"ACS organisation in another":      {control("permitted_organizations", "USA.DOJ.FBI", "USA.DOJ"), "2:green;any=affiliation:USA.DOJ"},
		"ACS sensitivities, each":          {control("sensitivity", "LES", "PII"), "2:green;any=access:LES;any=access:PII"},
		"ACS NF":                           {control("formal_determination", "NF"), "2:green;any=nation:USA"},
		"ACS determination without effect": {control("formal_determination", "PUBREL", "AIS"), "1:green"},
		"ACS unknown determination":        {control("formal_determination", "LOOSE"), bad},
		"ACS empty list":                   {control("entity"), bad},
		"ACS unknown control":              {control("colour", "red"), bad},
		"ACS without classification":       {acs(map[string]any{"control_set": map[string]any{}}), bad},
		"ACS of another version":           {acs(map[string]any{"policy_reference": "urn:isa:policy:acs:ns:v4.0?privdefault=permit&sharedefault=permit"}), bad},
		"ACS without a policy":             {acs(map[string]any{"policy_reference": " "}), bad},
		"ACS, sharing denied":              {acs(map[string]any{"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=deny"}), "2:green;any=for:law-enforcement|for:network-defence|for:reading|for:screening"},
		"ACS, two policies, one denies":    {acs(map[string]any{"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=deny"}), "2:green;any=for:law-enforcement|for:network-defence|for:reading|for:screening"},
		"ACS, sharing with some": {
			acs(map[string]any{
				"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=deny",
				"further_sharing":  texts(map[string]any{"rule_effect": "permit", "sharing_scope": texts("FOREIGNGOV")}),
			}), "2:green;any=affiliation:FOREIGNGOV|for:law-enforcement|for:network-defence|for:reading|for:screening",
		},
		"ACS, a privilege for some": {
			acs(map[string]any{
				"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=deny&sharedefault=permit",
				"access_privilege": texts(
					map[string]any{"privilege_action": "ALL", "rule_effect": "permit", "privilege_scope": map[string]any{"entity": texts("GOV"), "permitted_nationalities": texts("USA")}},
					map[string]any{"privilege_action": "LEGAL", "rule_effect": "permit", "privilege_scope": map[string]any{"entity": texts("ALL")}},
					map[string]any{"privilege_action": "OPACTION", "rule_effect": "deny", "privilege_scope": map[string]any{"entity": texts("SVC")}},
				),
			}), "2:green;any=entity:GOV|for:exchange|for:law-enforcement|for:network-defence|for:screening;any=entity:GOV|for:exchange|for:law-enforcement|for:reading|for:screening;" +
				"any=for:exchange|for:law-enforcement|for:network-defence|for:reading;any=for:exchange|for:law-enforcement|for:network-defence|for:screening|nation:USA;" +
				"any=for:exchange|for:law-enforcement|for:reading|for:screening|nation:USA",
		},
		"IEP, the strictest of what is left out": {defined(marking.IEP, map[string]any{}), "2:green;any=encrypted:yes|for:law-enforcement|for:network-defence|for:reading|for:screening;any=for:exchange|for:reading;do=encrypt-in-transit;do=hide-provider;do=no-notice;do=no-resale"},
		"IEP, all permitted": {
			defined(marking.IEP, map[string]any{
				"tlp": "white", "encrypt_in_transit": "may", "permitted_actions": "externally-visible-direct-actions", "iep_version": 2.0,
				"affected_party_notifications": "may", "provider_attribution": "may", "unmodified_resale": "may",
			}), "1:clear",
		},
		"IEP with a time of another zone": {
			defined(marking.IEP, map[string]any{
				"tlp": "red", "encrypt_in_transit": "may", "permitted_actions": "externally-visible-indirect-actions", "start_date": "2026-01-01T09:00:00+09:00",
				"affected_party_notifications": "may", "provider_attribution": "must", "unmodified_resale": "may", "end_date": "2027-01-01T00:00:00Z",
			}), bad,
		},
		"IEP with instants": {
			defined(marking.IEP, map[string]any{
				"tlp": "red", "encrypt_in_transit": "may", "permitted_actions": "externally-visible-indirect-actions", "start_date": "2026-01-01T00:00:00Z",
				"affected_party_notifications": "may", "provider_attribution": "must", "unmodified_resale": "may", "end_date": "2027-01-01T00:00:00.5Z",
			}), "2:red;any=for:exchange|for:network-defence|for:reading|for:screening;any=from:2026-01-01T00:00:00Z;any=until:2027-01-01T00:00:00.5Z;do=act-indirectly;do=attribute-provider",
		},
		"IEP of another version":          {defined(marking.IEP, map[string]any{"iep_version": 1.0}), bad},
		"IEP with a word of its own":      {defined(marking.IEP, map[string]any{"permitted_actions": "all"}), bad},
		"IEP with more":                   {defined(marking.IEP, map[string]any{"secret_rule": "x"}), bad},
		"lists and groups":                {handling(map[string]any{"organisation_refs": texts(orgB), "community_refs": texts(group)}), "2:green;any=group:" + group + "|org:" + orgA + "|org:" + orgB},
		"embargo":                         {handling(map[string]any{"not_before": "2026-12-01T00:00:00Z"}), "2:green;any=from:2026-12-01T00:00:00Z|org:" + orgA},
		"expiry":                          {handling(map[string]any{"not_after": "2026-12-01T00:00:00Z"}), "2:green;any=until:2026-12-01T00:00:00Z"},
		"ends before it begins":           {handling(map[string]any{"not_before": "2026-12-01T00:00:00Z", "not_after": "2026-12-01T00:00:00Z"}), bad},
		"purposes":                        {handling(map[string]any{"purposes": texts("screening", "network-defence")}), "2:green;any=for:network-defence|for:screening"},
		"nations":                         {handling(map[string]any{"releasable_to": texts("USA", "XKX")}), "2:green;any=nation:USA|nation:XKS"},
		"restricts nothing":               {handling(map[string]any{}), bad},
		"a purpose of its own":            {handling(map[string]any{"purposes": texts("marketing")}), bad},
		"an organisation of another type": {handling(map[string]any{"organisation_refs": texts("tool--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")}), bad},
	} {
		maker := orgA
		if !strings.Contains(string(c.want), "org:"+orgA) {
			maker = ""
		}
		got, err := policy.LabelOf(object(maker, ruled), policy.Green, c.defs)
		want := c.want
		if maker != "" {
			want = policy.Label(strings.Replace(string(want), ";any=", ";by="+orgA+";any=", 1))
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v\n want %q", name, got, err, want)
		}
		if again := policy.Join(got, got); again != got {
			t.Errorf("%s is not read back: %q", name, again)
		}
	}
}

func TestDecisionsOnConditions(t *testing.T) {
	jpn := policy.Viewer{Clearance: policy.Amber, Nation: "JPN", Org: orgB, Groups: []string{group}}
	with := func(change func(*policy.Viewer)) policy.Viewer {
		v := jpn
		change(&v)
		return v
	}
	may := func(l policy.Label, v policy.Viewer, p policy.Purpose, at time.Time) policy.Decision {
		return policy.May(v, l, p, at)
	}
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		d    policy.Decision
		want string // "" allowed
	}{
		"a nation named":                {may("2:green;any=nation:JPN|nation:USA", jpn, policy.Reading, noon), ""},
		"another nation":                {may("2:green;any=nation:KOR|nation:USA", jpn, policy.Reading, noon), policy.RuleReleasability},
		"no nation":                     {may("2:clear;any=nation:KOR", policy.Public, policy.Reading, noon), policy.RuleReleasability},
		"the author is of a nation too": {may("2:green;by="+orgB+";any=nation:KOR", jpn, policy.Reading, noon), policy.RuleReleasability},
		"a group":                       {may("2:green;any=group:"+group+"|org:"+orgA, jpn, policy.Reading, noon), ""},
		"neither":                       {may("2:green;any=group:"+orgA+"|org:"+orgA, jpn, policy.Reading, noon), policy.RuleDistribution},
		"the purpose":                   {may("2:green;any=for:screening", jpn, policy.Screening, noon), ""},
		"another purpose":               {may("2:green;any=for:screening", jpn, policy.Exchange, noon), policy.RulePurpose},
		"under embargo":                 {may("2:green;any=from:2026-11-25T12:00:01Z", jpn, policy.Reading, noon), policy.RuleEmbargo},
		"embargo ends":                  {may("2:green;any=from:2026-11-25T12:00:00Z", jpn, policy.Reading, noon), ""},
		"embargo, for the author":       {may("2:green;by="+orgB+";any=from:2027-01-01T00:00:00Z|org:"+orgB, jpn, policy.Reading, noon), ""},
		"before expiry":                 {may("2:green;any=until:2026-11-25T12:00:01Z", jpn, policy.Reading, noon), ""},
		"at expiry":                     {may("2:green;any=until:2026-11-25T12:00:00Z", jpn, policy.Reading, noon), policy.RuleExpired},
		"no time, embargo":              {may("2:green;any=from:2020-01-01T00:00:00Z", jpn, policy.Reading, time.Time{}), policy.RuleEmbargo},
		"no time, expiry":               {may("2:green;any=until:2030-01-01T00:00:00Z", jpn, policy.Reading, time.Time{}), policy.RuleExpired},
		"another zone":                  {may("2:green;any=from:2026-11-25T12:00:00Z", jpn, policy.Reading, noon.In(time.FixedZone("JST", 9*3600))), ""},
		"classified":                    {may("2:green;any=class:S", jpn, policy.Reading, noon), policy.RuleClassification},
		"cleared above":                 {may("2:green;any=class:S", with(func(v *policy.Viewer) { v.ACS.Classification = "TS" }), policy.Reading, noon), ""},
		"a classification of its own":   {may("2:green;any=class:C", with(func(v *policy.Viewer) { v.ACS.Classification = "COSMIC" }), policy.Reading, noon), policy.RuleClassification},
		"below an organisation":         {may("2:green;any=affiliation:USA.DOJ", with(func(v *policy.Viewer) { v.ACS.Organizations = []string{"USA.DOJ.FBI"} }), policy.Reading, noon), ""},
		"beside an organisation":        {may("2:green;any=affiliation:USA.DOJ", with(func(v *policy.Viewer) { v.ACS.Organizations = []string{"USA.DOJX", "USA"} }), policy.Reading, noon), policy.RuleAttribute},
		"not encrypted":                 {may("2:green;any=encrypted:yes|for:reading", jpn, policy.Exchange, noon), policy.RuleEncryption},
		"encrypted":                     {may("2:green;any=encrypted:yes|for:reading", with(func(v *policy.Viewer) { v.Encrypted = true }), policy.Exchange, noon), ""},
		"a privilege":                   {may("2:green;any=entity:GOV|for:reading", jpn, policy.Screening, noon), policy.RulePrivilege},
		"duties contradict":             {may("2:green;do=attribute-provider;do=hide-provider", jpn, policy.Exchange, noon), policy.RuleDuties},
		"they do not when reading":      {may("2:green;do=attribute-provider;do=hide-provider", jpn, policy.Reading, noon.Add(day)), ""},
		"malformed, even held":          {may("1:clear;need=malformed/"+ruled, with(func(v *policy.Viewer) { v.Holds = map[string]bool{ruled: true} }), policy.Reading, noon), policy.RuleMarkingMalformed},
	} {
		if c.d.Allow != (c.want == "") || !c.d.Allow && c.d.Rule != c.want {
			t.Errorf("%s: %+v, want %q", name, c.d, c.want)
		}
		checkSentence(t, c.d)
	}
}

// TestPublishedMarkings decides on the published examples of ACS and IEP, for
// somebody who has what they ask for and for everybody who lacks one thing.
func TestPublishedMarkings(t *testing.T) {
	data, err := os.ReadFile(shareddata.Path(t, "cti/markings/acs-iep-cui-markings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		ACS []stix.Object `json:"acs_examples"`
		IEP stix.Object   `json:"iep_example"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	agent := policy.Viewer{
		Clearance: policy.Amber, Nation: "USA", ACS: policy.Attributes{
			Classification: "TS", Organizations: []string{"USA.USG"}, Entities: []string{"GOV"}, Accesses: []string{"FOUO", "LES"},
		},
	}
	type want struct {
		agent, public string // rule for reading
		screening     bool
	}
	wants := []want{
		{policy.RulePurpose, policy.RuleClassification, false}, // privileges are denied by default, and nothing permits one
		{policy.RuleCleared, policy.RuleAttribute, false},      // INTEL, DSPLY, REQUEST are permitted to all
		{policy.RulePurpose, policy.RuleClassification, false},
		{policy.RuleCleared, policy.RuleCleared, true}, // public release
		{policy.RuleCleared, policy.RuleAttribute, true},
		{policy.RuleCleared, policy.RuleAttribute, true},
		{policy.RuleCleared, policy.RuleClearance, true}, // IEP: amber
	}
	all := append(slices.Clone(file.ACS), file.IEP)
	if len(all) != len(wants) {
		t.Fatalf("%d examples", len(all))
	}
	for i, m := range all {
		l, err := policy.LabelOf(object("", m.ID()), policy.Clear, known(m))
		if err != nil {
			t.Fatal(err)
		}
		a, p, s := policy.May(agent, l, policy.Reading, noon), policy.May(policy.Public, l, policy.Reading, noon), policy.May(agent, l, policy.Screening, noon)
		if a.Rule != wants[i].agent || p.Rule != wants[i].public || s.Allow != wants[i].screening {
			t.Errorf("example %d %s, %q:\n agent %+v\n public %+v\n screening %+v", i, m.Str("name"), l, a, p, s)
		}
	}
}

func genViewer(t *rapid.T) policy.Viewer {
	some := func(name string, from ...string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 2, rapid.ID[string]).Draw(t, name)
	}
	return policy.Viewer{
		Name: "v", Org: rapid.SampledFrom([]string{"", orgA, orgB}).Draw(t, "org"), Clearance: rapid.SampledFrom(levels).Draw(t, "clearance"),
		Holds:  rapid.MapOf(rapid.SampledFrom([]string{custom, cui, unknown, copyTLP, extended}), rapid.Bool()).Draw(t, "holds"),
		Nation: rapid.SampledFrom([]string{"", "USA", "JPN", "KOR"}).Draw(t, "nation"), Groups: some("groups", group, orgB), Encrypted: rapid.Bool().Draw(t, "encrypted"),
		ACS: policy.Attributes{
			Classification: rapid.SampledFrom([]string{"", "U", "C", "S", "TS"}).Draw(t, "class"),
			Organizations:  some("organizations", "USA.DOJ", "USA.DOJ.FBI", "USA.USG", "CIKR"), Entities: some("entities", "GOV", "MIL"),
			Shareability: some("shareability", "LE", "IC"), Accesses: some("accesses", "LES", "PII"),
		},
	}
}

// raise returns a viewer who has what v has, and more.
func raise(t *rapid.T, v policy.Viewer) policy.Viewer {
	w := genViewer(t)
	up := v
	up.Clearance = max(v.Clearance, w.Clearance)
	up.Holds = map[string]bool{}
	for _, from := range []map[string]bool{v.Holds, w.Holds} {
		for id, held := range from {
			up.Holds[id] = up.Holds[id] || held
		}
	}
	if up.Nation == "" {
		up.Nation = w.Nation
	}
	if up.Org == "" {
		up.Org = w.Org
	}
	up.Groups = slices.Concat(v.Groups, w.Groups)
	up.Encrypted = v.Encrypted || w.Encrypted
	ranks := []string{"", "U", "C", "S", "TS"}
	up.ACS.Classification = ranks[max(slices.Index(ranks, v.ACS.Classification), slices.Index(ranks, w.ACS.Classification))]
	up.ACS.Organizations = slices.Concat(v.ACS.Organizations, w.ACS.Organizations)
	up.ACS.Entities = slices.Concat(v.ACS.Entities, w.ACS.Entities)
	up.ACS.Shareability = slices.Concat(v.ACS.Shareability, w.ACS.Shareability)
	up.ACS.Accesses = slices.Concat(v.ACS.Accesses, w.ACS.Accesses)
	return up
}

// genLabel draws a label with conditions: of a plain object joined with ones whose
// text is written from parts.
func genLabel(t *rapid.T, name string) policy.Label {
	l := genPlainLabel(t, name)
	atom := rapid.SampledFrom([]string{
		"nation:USA", "nation:JPN", "org:" + orgA, "group:" + group, "affiliation:USA.DOJ", "affiliation:USA.DOJ.FBI", "affiliation:CIKR", "entity:GOV", "shares:LE",
		"access:LES", "class:C", "class:S", "class:TS", "for:reading", "for:screening", "for:exchange", "from:2026-11-25T11:00:00Z", "from:2026-11-25T13:00:00Z",
		"until:2026-11-25T11:00:00Z", "until:2026-11-25T13:00:00Z", "encrypted:yes",
	})
	for range rapid.IntRange(0, 3).Draw(t, name+" conditions") {
		atoms := rapid.SliceOfNDistinct(atom, 1, 3, rapid.ID[string]).Draw(t, name+" atoms")
		slices.Sort(atoms)
		// A text that could be shorter is no label: then it is left out.
		if m := policy.Label("2:clear;any=" + strings.Join(atoms, "|")); policy.Join(m, m) == m {
			l = policy.Join(l, m)
		}
	}
	if rapid.Bool().Draw(t, name+" duty") {
		l = policy.Join(l, policy.Label("2:clear;do="+rapid.SampledFrom([]string{"no-notice", "hide-provider", "attribute-provider"}).Draw(t, name+" which")))
	}
	return l
}

func TestWhoHasMoreIsAllowedAtLeastAsMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, p := genViewer(t), rapid.SampledFrom(purposes).Draw(t, "purpose")
		up := raise(t, v)
		l := policy.Join(genLabel(t, "a"), genLabel(t, "b"))
		d, e := policy.May(v, l, p, noon), policy.May(up, l, p, noon)
		if d.Allow && !e.Allow {
			t.Fatalf("%q: %+v may, %+v may not: %s", l, v, up, e.Reason)
		}
		checkSentence(t, d)
		checkSentence(t, e)
	})
}

func TestJoinIsASemilatticeAndExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := genLabel(t, "a"), genLabel(t, "b"), genLabel(t, "c")
		bc := policy.Join(b, c)
		if x, y := policy.Join(a, bc), policy.Join(bc, a); x != y {
			t.Fatalf("not commutative: %q, %q", x, y)
		}
		if x, y := policy.Join(policy.Join(a, b), c), policy.Join(a, bc); x != y {
			t.Fatalf("not associative: %q, %q", x, y)
		}
		if x := policy.Join(bc, bc); x != bc {
			t.Fatalf("not idempotent: %q, %q", bc, x)
		}
		if x := policy.Join(a, policy.Join(a, b)); x != policy.Join(a, b) {
			t.Fatalf("a is not below its join: %q, %q", x, policy.Join(a, b))
		}
		if x := policy.Join(a, policy.Nobody); x != policy.Nobody {
			t.Fatalf("Nobody does not absorb: %q", x)
		}
		v, p := genViewer(t), rapid.SampledFrom(purposes).Draw(t, "purpose")
		both := policy.May(v, a, p, noon).Allow && policy.May(v, bc, p, noon).Allow
		d := policy.May(v, policy.Join(a, bc), p, noon)
		// Two duties that contradict each other are the one thing that only both
		// have.
		if d.Allow != both && (d.Allow || d.Rule != policy.RuleDuties) {
			t.Fatalf("%+v: %q and %q both allowed: %v, joined %q: %v", v, a, bc, both, policy.Join(a, bc), d)
		}
	})
}

// TestNothingChangesBetweenInstants: a decision that is remembered until the next
// instant is right until then.
func TestNothingChangesBetweenInstants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, v, p := genLabel(t, "l"), genViewer(t), rapid.SampledFrom(purposes).Draw(t, "purpose")
		at := noon.Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "at")) * time.Second)
		later := at.Add(time.Duration(rapid.IntRange(0, 14400).Draw(t, "later")) * time.Second)
		between := slices.ContainsFunc(policy.Instants(l), func(i time.Time) bool { return i.After(at) && !i.After(later) })
		if !between && policy.May(v, l, p, at).Allow != policy.May(v, l, p, later).Allow {
			t.Fatalf("%q is decided otherwise at %v than at %v", l, at, later)
		}
	})
}

// TestNoFieldOfAViewerOpensEverything: whatever a viewer is given, there is
// something that it may not have; and whatever one field is set to, what asks for
// another stays closed.
func TestNoFieldOfAViewerOpensEverything(t *testing.T) {
	most := policy.Viewer{
		Name: "administrator", Org: orgA, Clearance: 127, Nation: "USA", Groups: []string{"*", "ALL", group}, Encrypted: true,
		Holds: map[string]bool{"*": true, "": true, "ALL": true},
		ACS: policy.Attributes{
			Classification: "TS", Organizations: []string{"*", "ALL", "USA", ""}, Entities: []string{"*", "ALL", ""}, Shareability: []string{"ALL"}, Accesses: []string{"ALL"},
		},
	}
	closed := map[string]policy.Label{
		"Org": "2:clear;any=org:" + orgB, "Clearance": "1:red", "Holds": "1:clear;need=unknown/" + unknown, "Nation": "2:clear;any=nation:JPN",
		"Groups": "2:clear;any=group:" + orgB, "Encrypted": "2:clear;any=encrypted:yes", "ACS.Classification": "2:clear;any=class:TS",
		"ACS.Organizations": "2:clear;any=affiliation:JPN.NPA", "ACS.Entities": "2:clear;any=entity:SVR", "ACS.Shareability": "2:clear;any=shares:NCC",
		"ACS.Accesses": "2:clear;any=access:LES", "time": "2:clear;any=from:2027-01-01T00:00:00Z", "purpose": "2:clear;any=for:exchange", "malformed": "1:clear;need=malformed/" + custom,
		"nobody": policy.Nobody,
	}
	fields := map[string]func(*policy.Viewer){}
	for _, path := range fieldsOf(reflect.TypeFor[policy.Viewer](), "") {
		if path == "Name" {
			continue
		}
		if _, ok := closed[path]; !ok {
			t.Errorf("the field %s is new: say what it does not open", path)
		}
		fields[path] = func(v *policy.Viewer) {
			fieldAt(reflect.ValueOf(v).Elem(), path).Set(fieldAt(reflect.ValueOf(most), path))
		}
	}
	for path, set := range fields {
		var v policy.Viewer
		set(&v)
		for what, l := range closed {
			if what != path && policy.May(v, l, policy.Reading, noon).Allow {
				t.Errorf("the field %s opens %q", path, l)
			}
		}
	}
	for _, what := range []string{"Org", "Holds", "Nation", "Groups", "ACS.Organizations", "ACS.Entities", "ACS.Shareability", "ACS.Accesses", "time", "purpose", "malformed", "nobody"} {
		if d := policy.May(most, closed[what], policy.Reading, noon); d.Allow {
			t.Errorf("the administrator gets %q: %s", closed[what], d.Reason)
		}
	}
}

func fieldsOf(t reflect.Type, prefix string) (out []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Kind() == reflect.Struct {
			out = append(out, fieldsOf(f.Type, prefix+f.Name+".")...)
		} else {
			out = append(out, prefix+f.Name)
		}
	}
	return out
}

func fieldAt(v reflect.Value, path string) reflect.Value {
	for _, name := range strings.Split(path, ".") {
		v = v.FieldByName(name)
	}
	return v
}

// TestTheKeyOfAViewerHoldsAllThatDecides: each field but the name is in it.
func TestTheKeyOfAViewerHoldsAllThatDecides(t *testing.T) {
	for _, path := range fieldsOf(reflect.TypeFor[policy.Viewer](), "") {
		var v policy.Viewer
		switch f := fieldAt(reflect.ValueOf(&v).Elem(), path); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int8:
			f.SetInt(2)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{"x"}))
		case reflect.Map:
			f.Set(reflect.ValueOf(map[string]bool{"x": true}))
		default:
			t.Fatalf("%s is of a kind that is not known", path)
		}
		if same := v.Key() == (policy.Viewer{}).Key(); same != (path == "Name") {
			t.Errorf("the key is the same whatever %s is: %v", path, same)
		}
	}
	a := policy.Viewer{Groups: []string{"x", "y"}, Holds: map[string]bool{"m": false}}
	if b := (policy.Viewer{Name: "n", Groups: []string{"y", "x", "y"}}); a.Key() != b.Key() {
		t.Errorf("%s, %s", a.Key(), b.Key())
	}
}

func TestDecideIsWholeOrInPartOrNot(t *testing.T) {
	green := policy.Viewer{Name: "desk", Org: orgB, Clearance: policy.Green}
	o := parse(t, `{"type":"tool","id":"tool--99999999-9999-4999-8999-999999999999","modified":"2026-01-01T00:00:00.000Z","name":"n","description":"d",
		"object_marking_refs":["GREEN"],"granular_markings":[{"marking_ref":"RED","selectors":["description"]}]}`)
	q := policy.Question{Recipient: green, Object: o, Purpose: policy.Reading, At: noon, Default: policy.Amber}
	a := policy.Decide(q)
	if !a.Allow || !slices.Equal(a.Removed, []string{"description"}) || a.Object["description"] != nil || a.Object.Str("name") != "n" {
		t.Errorf("in part: %+v", a)
	}
	r := q.Record(a)
	if r.Object != o.ID() || r.Version != o.Version() || r.Recipient != "desk" || r.Org != orgB || r.Rule != policy.RuleCleared || r.Sentence == "" || !r.At.Equal(noon) {
		t.Errorf("%+v", r)
	}
	q.Recipient = policy.Public
	if a = policy.Decide(q); a.Allow || a.Object != nil || a.Rule != policy.RuleClearance {
		t.Errorf("not: %+v", a)
	}
	q.Recipient = green
	o["granular_markings"].([]any)[0].(map[string]any)["selectors"] = []any{"name"}
	if a = policy.Decide(q); a.Allow || a.Object != nil || a.Rule != policy.RuleRequiredWithheld || !slices.Equal(a.Args, []string{"name"}) {
		t.Errorf("a required part: %+v", a)
	}
	o["granular_markings"] = []any{7}
	if a = policy.Decide(q); a.Allow || a.Object != nil || a.Rule != policy.RuleGranularUnclear {
		t.Errorf("malformed: %+v", a)
	}
	o["object_marking_refs"] = "x"
	if a = policy.Decide(q); a.Allow || a.Object != nil || a.Rule != policy.RuleMarkingMalformed || a.Label != policy.Nobody {
		t.Errorf("markings malformed: %+v", a)
	}
	checkSentence(t, a.Decision)
}

func ExampleDecide() {
	o := stix.Object{"type": "tool", "id": "tool--99999999-9999-4999-8999-999999999999", "object_marking_refs": []any{ruled}}
	a := policy.Decide(policy.Question{
		Recipient: policy.Viewer{Nation: "KOR", Clearance: policy.Amber}, Object: o, Purpose: policy.Exchange, At: noon, Default: policy.Green, Defs: said("REL TO USA, JPN"),
	})
	fmt.Println(a.Rule)
	fmt.Println(a.Reason)
	// Output:
	// releasability
	// The object may go to JPN, USA only, and the viewer does not answer to one of these nations.
}

// TestHostileMarkingsCostLittle: the longest lists and the most rules that a
// marking may hold, and an object that carries one marking very often.
func TestHostileMarkingsCostLittle(t *testing.T) {
	var orgs []any
	for i := range marking.MaxList {
		orgs = append(orgs, "A."+strings.Repeat("B.", i%7)+"C"+strings.Repeat("D", i%50))
	}
	scope := map[string]any{"permitted_organizations": orgs, "entity": texts("GOV", "MIL"), "shareability": texts("LE"), "permitted_nationalities": texts("USA", "JPN")}
	rule := map[string]any{"privilege_action": "ALL", "rule_effect": "permit", "privilege_scope": scope}
	defs := defined(marking.ACS, map[string]any{
		"identifier": "x", "create_date_time": "2026-01-01T00:00:00Z", "responsible_entity_custodian": "X",
		"policy_reference": "urn:isa:policy:acs:ns:v3.0?privdefault=deny&sharedefault=deny", "control_set": map[string]any{"classification": "U"},
		"access_privilege": texts(rule, rule, rule),
	})
	var refs []any
	for range 10_000 {
		refs = append(refs, ruled)
	}
	start := time.Now()
	l, err := policy.LabelOf(object("", refs...), policy.Green, defs)
	if err != nil {
		t.Fatal(err)
	}
	if d := policy.May(everything(), l, policy.Reading, noon); d.Allow {
		t.Errorf("%+v", d)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
