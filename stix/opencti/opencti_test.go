package opencti_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/opencti"
)

const when = "2026-01-01T00:00:00.000Z"

// TestStandardIDsAreThoseOfOpenCTI: the indicator's is one of OpenCTI's own tests; the
// others follow from the same rule, computed apart from this code.
func TestStandardIDsAreThoseOfOpenCTI(t *testing.T) {
	for _, c := range []struct {
		o    stix.Object
		want string
	}{
		{stix.Object{"type": "indicator", "pattern": " [ipv4-addr:value = '198.168.8.1'] "}, "indicator--7be2cb5d-ec2b-5bdd-89eb-5802b71faabd"},
		{stix.Object{"type": "intrusion-set", "name": " EXAMPLE Group "}, "intrusion-set--dbaa325f-b7b3-5535-89cc-74702ec93dff"},
		{stix.Object{"type": "threat-actor", "name": "EXAMPLE"}, "threat-actor--9c43c7ed-13ad-5c1d-8128-1db7c754a890"},
		{stix.Object{"type": "identity", "name": "EXAMPLE", "identity_class": "organization"}, "identity--82c1c5a7-f71e-571f-ba4a-2aca534333e8"},
		{stix.Object{"type": "attack-pattern", "name": "x", "external_references": []any{map[string]any{"source_name": "mitre-attack", "external_id": "T1566"}}}, "attack-pattern--d041e624-3991-5138-9544-d3ba2ce68ff7"},
		{stix.Object{"type": "location", "name": "EXAMPLE", "country": "KP"}, "location--a1946576-cb77-5aaf-acce-f926c6162044"},
		{stix.Object{"type": "relationship", "relationship_type": "uses", "source_ref": "a", "target_ref": "b"}, "relationship--1137a7b8-2f87-5b33-9805-fac9a12c1f4c"},
		{stix.Object{"type": "domain-name", "value": "a.example"}, "domain-name--064f846b-2bd3-5015-8d6f-d260dbda99c1"},
		{stix.Object{"type": "malware"}, ""},
		{stix.Object{"type": "x-other", "name": "x"}, ""},
	} {
		got, ok := opencti.StandardID(c.o)
		if got != c.want && (ok || c.want != "") {
			t.Errorf("%v: %s, want %s", c.o, got, c.want)
		}
	}
}

func malware() stix.Object {
	return stix.Object{
		"type": "malware", "spec_version": "2.1", "id": "malware--11111111-1111-5111-8111-111111111111", "created": when, "modified": when, "name": "EXAMPLE", "is_family": true,
		"x_opencti_score": 80, "extensions": map[string]any{opencti.Extension: map[string]any{"extension_type": "property-extension", "id": "x", "type": "Malware"}},
		"object_marking_refs": []any{"marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"},
		"granular_markings":   []any{map[string]any{"marking_ref": "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37", "selectors": []any{"name"}}},
	}
}

func TestImportKeepsEverythingButTheMarking(t *testing.T) {
	in := malware()
	out, changed := opencti.Import(in)
	if !changed || !opencti.Is(in) {
		t.Fatal("not taken for OpenCTI's")
	}
	if in.Strs("object_marking_refs")[0] != "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37" {
		t.Error("the argument was changed")
	}
	want := malware()
	strict := policy.MarkingID(policy.AmberStrict)
	want["object_marking_refs"] = []any{strict}
	want["granular_markings"].([]any)[0].(map[string]any)["marking_ref"] = strict
	a, err := want.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := out.Canonical(); err != nil || string(a) != string(b) {
		t.Errorf("%s", b)
	}
	label, err := policy.LabelOf(out, policy.Red, nil)
	if err != nil || policy.Level(label) != policy.AmberStrict {
		t.Errorf("%s %v", label, err)
	}
}

func TestExportAndImportGiveTheMarkingsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		level := policy.TLP(rapid.IntRange(int(policy.Clear), int(policy.Red)).Draw(rt, "level"))
		typ := rapid.SampledFrom([]string{"malware", "intrusion-set", "tool", "campaign"}).Draw(rt, "type")
		o := stix.Object{"type": typ, "spec_version": "2.1", "id": typ + "--11111111-1111-4111-8111-111111111111", "created": when, "modified": when, "name": "EXAMPLE", "is_family": false, "object_marking_refs": []any{policy.MarkingID(level)}}
		if typ != "malware" {
			delete(o, "is_family")
		}
		out := opencti.Export(o)
		if out.ID() != o.ID() || out.Ext(opencti.Extension)["type"] != opencti.EntityType(o) {
			rt.Fatalf("%v", out)
		}
		if f := check.Broken(check.Object(out, check.Lenient)); len(f) > 0 {
			rt.Fatal(f)
		}
		back, _ := opencti.Import(out)
		label, err := policy.LabelOf(back, policy.Red, nil)
		if err != nil || policy.Level(label) != level {
			rt.Fatalf("%s became %s, %v", level, label, err)
		}
	})
}

func TestEntityTypes(t *testing.T) {
	var got []string
	for _, o := range []stix.Object{
		{"type": "course-of-action"}, {"type": "file"}, {"type": "identity", "identity_class": "class"}, {"type": "location", "city": "x"}, {"type": "location", "latitude": 1}, {"type": "x-other"},
	} {
		got = append(got, opencti.EntityType(o))
	}
	if want := []string{"Course-of-Action", "StixFile", "Sector", "City", "Position", ""}; !slices.Equal(got, want) {
		t.Error(got)
	}
}
