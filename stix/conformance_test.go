package stix_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/stix"
)

// TestAgreedVerdicts runs the objects on which the two OASIS tools agree. The
// mode is Lenient: the agreed verdicts are those of the specification, which
// permits custom content.
func TestAgreedVerdicts(t *testing.T) {
	right, total := 0, 0
	for _, row := range rows(t, "cti/stix/validator-cases-2.1.jsonl") {
		want := row.Str("consensus")
		if want == "disputed" {
			continue
		}
		total++
		findings := stix.Check(object(t, row, "object"), stix.Lenient)
		got := "invalid"
		if stix.Valid(findings) {
			got = "valid"
		}
		if got == want {
			right++
			continue
		}
		t.Errorf("case %s: %s, the tools agree on %s; findings %+v", row.Str("case"), got, want, stix.Broken(findings))
	}
	t.Logf("%d of %d agreed verdicts", right, total)
}

type ruling struct{ verdict, rule, section, right string }

var (
	rulingRow   = regexp.MustCompile(`^\| ([0-9a-f]{16}) \| (valid|invalid) \| ([a-z0-9.-]+) \| ([0-9.]+) \|$`)
	rulingRight = regexp.MustCompile(`^Right: (stix2-validator|python-stix2) \((\d+) rows\)\.$`)
)

// rulings reads the tables of docs/stix-rulings.md.
func rulings(t *testing.T) map[string]ruling {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "docs", "stix-rulings.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ruling{}
	right := ""
	for line := range strings.Lines(string(doc)) {
		line = strings.TrimSpace(line)
		if m := rulingRight.FindStringSubmatch(line); m != nil {
			right = m[1]
		}
		m := rulingRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if _, twice := out[m[1]]; twice {
			t.Errorf("case %s is ruled twice", m[1])
		}
		out[m[1]] = ruling{m[2], m[3], m[4], right}
	}
	return out
}

// TestRulings holds Check to the ruling on every row that the tools dispute, and
// the rulings to the rows.
func TestRulings(t *testing.T) {
	all := rulings(t)
	known := map[string]bool{}
	for _, r := range stix.Rules() {
		known[r.Name] = true
	}
	total := 0
	for _, row := range rows(t, "cti/stix/validator-cases-2.1.jsonl") {
		if row.Str("consensus") != "disputed" {
			continue
		}
		total++
		id := row.Str("case")
		want, ruled := all[id]
		if !ruled {
			t.Errorf("case %s is disputed and has no ruling", id)
			continue
		}
		delete(all, id)
		if !known[want.rule] {
			t.Errorf("case %s: the ruling names the unknown rule %s", id, want.rule)
		}
		accepts := map[string]any{"stix2-validator": row["must_valid"], "python-stix2": row["python_stix2_accepts"]}
		if accepts[want.right] != (want.verdict == "valid") {
			t.Errorf("case %s: ruled %s, and %s does not say so", id, want.verdict, want.right)
		}
		broken := stix.Broken(stix.Check(object(t, row, "object"), stix.Lenient))
		breaks := slices.ContainsFunc(broken, func(f stix.Finding) bool { return f.Rule == want.rule && f.Section == want.section })
		switch {
		case want.verdict == "invalid" && !breaks:
			t.Errorf("case %s: ruled invalid by %s (%s), findings %+v", id, want.rule, want.section, broken)
		case want.verdict == "valid" && len(broken) > 0:
			t.Errorf("case %s: ruled valid, findings %+v", id, broken)
		}
	}
	for id := range all {
		t.Errorf("the ruling on %s has no disputed row", id)
	}
	t.Logf("%d disputed rows ruled and held", total)
}

// TestRulingsPageStandsAlone checks the page where the shared data is absent.
func TestRulingsPageStandsAlone(t *testing.T) {
	if n := len(rulings(t)); n != 115 {
		t.Errorf("the page has %d rulings, want 115", n)
	}
}

// TestTablesAgreeWithOASIS compares the property tables, vocabularies and
// relationships with those that the OASIS tools use.
func TestTablesAgreeWithOASIS(t *testing.T) {
	var oasis stix.Object

	data, err := os.ReadFile(dataPath(t, "cti/stix/vocab-and-relationships-2.1.json"))
	if err != nil {
		t.Fatal(err)
	}
	if oasis, err = stix.Parse(data); err != nil {
		t.Fatal(err)
	}
	// What the lists of the tools leave out or have beside the specification.
	differ := map[string][]string{
		"marking-definition":   {"lang"},                                              // not applicable (section 7.2.1.1)
		"malware-analysis":     {"installed_software_ref", "installed_software_refs"}, // the section has the plural
		"course-of-action":     {"action"},                                            // reserved (section 3.8)
		"extension-definition": {"extensions", "confidence", "lang"},
	}
	for _, key := range []string{"PROPERTIES", "OBSERVABLE_PROPERTIES"} {
		types, _ := oasis[key].(map[string]any)
		for name, list := range types {
			info := typeInfo(t, name)
			for _, p := range stix.StringList(list) {
				known := slices.ContainsFunc(info.Properties, func(q stix.PropertyInfo) bool { return q.Name == p })
				if !known && !slices.Contains(differ[name], p) {
					t.Errorf("%s: the tools know the property %s", name, p)
				}
			}
			for _, q := range info.Properties {
				if !slices.Contains(stix.StringList(list), q.Name) && !slices.Contains(differ[name], q.Name) {
					t.Errorf("%s: the tools do not know the property %s", name, q.Name)
				}
			}
		}
	}
}

// TestVocabulariesAgreeWithOASIS compares the values of the open vocabularies.
func TestVocabulariesAgreeWithOASIS(t *testing.T) {
	data, err := os.ReadFile(dataPath(t, "cti/stix/vocab-and-relationships-2.1.json"))
	if err != nil {
		t.Fatal(err)
	}
	oasis, err := stix.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string][2]string{ // their list → a property of ours that uses it
		"ACCOUNT_TYPE_OV": {"user-account", "account_type"}, "ATTACK_MOTIVATION_OV": {"intrusion-set", "primary_motivation"},
		"ATTACK_RESOURCE_LEVEL_OV": {"intrusion-set", "resource_level"}, "GROUPING_CONTEXT_OV": {"grouping", "context"},
		"IDENTITY_CLASS_OV": {"identity", "identity_class"}, "IMPLEMENTATION_LANGUAGES_OV": {"malware", "implementation_languages"},
		"INDICATOR_PATTERN_OV": {"indicator", "pattern_type"}, "INDICATOR_TYPE_OV": {"indicator", "indicator_types"},
		"INDUSTRY_SECTOR_OV": {"identity", "sectors"}, "INFRASTRUCTURE_TYPE_OV": {"infrastructure", "infrastructure_types"},
		"MALWARE_CAPABILITIES_OV": {"malware", "capabilities"}, "MALWARE_RESULT_OV": {"malware-analysis", "result"},
		"MALWARE_TYPE_OV": {"malware", "malware_types"}, "PROCESSOR_ARCHITECTURE_OV": {"malware", "architecture_execution_envs"},
		"REGION_OV": {"location", "region"}, "REPORT_TYPE_OV": {"report", "report_types"},
		"THREAT_ACTOR_ROLE_OV": {"threat-actor", "roles"}, "THREAT_ACTOR_SOPHISTICATION_OV": {"threat-actor", "sophistication"},
		"THREAT_ACTOR_TYPE_OV": {"threat-actor", "threat_actor_types"}, "TOOL_TYPE_OV": {"tool", "tool_types"},
	}
	for name, use := range uses {
		want := slices.Sorted(slices.Values(oasis.Strs(name)))
		info := typeInfo(t, use[0])
		i := slices.IndexFunc(info.Properties, func(p stix.PropertyInfo) bool { return p.Name == use[1] })
		got := slices.Sorted(slices.Values(info.Properties[i].Values))
		if !slices.Equal(got, want) {
			t.Errorf("%s: we have %s, the tools %s", name, strings.Join(got, " "), strings.Join(want, " "))
		}
	}
}

func typeInfo(t *testing.T, name string) stix.TypeInfo {
	t.Helper()
	for _, info := range stix.Types() {
		if info.Name == name {
			return info
		}
	}
	t.Fatalf("no type %s", name)
	return stix.TypeInfo{}
}

func TestTypesCoverTheSpecification(t *testing.T) {
	count := map[stix.Class]int{}
	for _, info := range stix.Types() {
		count[info.Class]++
		if info.Section == "" || len(info.Properties) == 0 {
			t.Errorf("%s has no section or no properties", info.Name)
		}
		if stix.ClassOf(info.Name) != info.Class {
			t.Errorf("ClassOf(%s) = %s", info.Name, stix.ClassOf(info.Name))
		}
	}
	want := map[stix.Class]int{stix.SDO: 19, stix.SRO: 2, stix.SCO: 18, stix.SMO: 3, stix.Bundle: 1}
	for class, n := range want {
		if count[class] != n {
			t.Errorf("%d types of class %s, the specification has %d", count[class], class, n)
		}
	}
	if stix.ClassOf("x-example") != "" {
		t.Error("a custom type has a class")
	}
}
