package actors_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/actors"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/misp"
)

const galaxy = `{"type":"threat-actor","source":"EXAMPLE Galaxy","values":[
 {"value":"EXAMPLE Heron","uuid":"33333333-3333-4333-8333-333333333333","description":"Uses holidays of North Korea as bait.","meta":{"country":"KR","cfr-suspected-state-sponsor":"Korea (Republic of)","synonyms":["EX-1","Grey Bird"],"attribution-confidence":"50"}},
 {"value":"EXAMPLE Stork","uuid":"44444444-4444-4444-8444-444444444444","meta":{"country":"KP","synonyms":["Grey Bird","Bird"]}}]}`

func actor(u, by, name, description, modified string, more map[string]any) stix.Object {
	o := stix.Object{
		"type": "intrusion-set", "spec_version": "2.1", "id": "intrusion-set--" + u, "created": "2020-01-01T00:00:00.000Z", "modified": modified, "created_by_ref": by,
		"name": name, "description": description, "object_marking_refs": []any{policy.MarkingID(policy.Clear)},
	}
	for k, v := range more {
		o[k] = v
	}
	return o
}

func identity(u, name string) stix.Object {
	return stix.Object{
		"type": "identity", "spec_version": "2.1", "id": "identity--" + u, "created": "2020-01-01T00:00:00.000Z", "modified": "2020-01-01T00:00:00.000Z", "name": name,
		"identity_class": "organization", "object_marking_refs": []any{policy.MarkingID(policy.Clear)},
	}
}

const (
	one = "10000000-0000-4000-8000-000000000001"
	two = "10000000-0000-4000-8000-000000000002"
	set = "20000000-0000-4000-8000-000000000001"
)

func open(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{DefaultTLP: policy.Amber, Clock: func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	r, err := misp.ReadGalaxy([]byte(galaxy), misp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]any{"external_references": []any{map[string]any{"source_name": "mitre-attack", "external_id": "G9999"}}, "aliases": []any{"EXAMPLE Heron", "Ex 1"}}
	objects := append(r.Objects, identity(one, "EXAMPLE Matrix"), identity(two, "EXAMPLE Feed"),
		actor(set, "identity--"+one, "EXAMPLE Heron", "[EXAMPLE Heron](https://a.example/G9999) is suspected to have South Korean origins. It has targeted organizations in North Korea.(Citation: X)", "2025-01-01T00:00:00.000Z", number),
		actor(set, "identity--"+two, "EXAMPLE Heron", "A North Korean state-sponsored group.", "2026-01-01T00:00:00.000Z", nil),
		actor("20000000-0000-4000-8000-000000000002", "identity--"+one, "EXAMPLE Heron", "Hidden.", "2026-01-01T00:00:00.000Z", map[string]any{"object_marking_refs": []any{policy.MarkingID(policy.Red)}}))
	receipt, err := s.Append(t.Context(), journal.Batch{Objects: objects, By: "test"})
	if err != nil || len(receipt.Refused) > 0 {
		t.Fatal(receipt.Refused, err)
	}
	return s
}

func find(t *testing.T, s *sqlite.Store, name string) actors.View {
	t.Helper()
	v, err := actors.Find(t.Context(), s.Scan, policy.Viewer{Clearance: policy.Amber}, policy.Reading, name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestEachSourceStandsBesideTheOthers: also where one wrote over another under one id.
func TestEachSourceStandsBesideTheOthers(t *testing.T) {
	s := open(t)
	for _, name := range []string{"EXAMPLE Heron", "example-heron", "ＥＸＡＭＰＬＥ　Ｈｅｒｏｎ"} {
		v := find(t, s, name)
		var got []string
		for _, x := range v.Statements {
			got = append(got, x.Source+" "+strings.Join(x.Countries, ","))
		}
		want := []string{"EXAMPLE Feed ", "EXAMPLE Galaxy KR", "EXAMPLE Matrix "}
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %q", name, got)
		}
		if v.Statements[0].Superseded || !v.Statements[2].Superseded {
			t.Error("the earlier source's version does not say that it was written over")
		}
	}
	if v := find(t, s, "g9999"); len(v.Statements) != 1 || v.Statements[0].Matched != "G9999" {
		t.Errorf("by number: %+v", v.Statements)
	}
}

func TestTextsAreReadAndNotCountedAsStated(t *testing.T) {
	v := find(t, open(t), "EXAMPLE Heron")
	matrix := v.Statements[2]
	var got []string
	for _, r := range matrix.Readings {
		got = append(got, r.Country+" "+r.As)
	}
	if !slices.Equal(got, []string{"KR origin", "KP mention"}) {
		t.Errorf("%q", got)
	}
	if len(matrix.Countries) > 0 {
		t.Error("a reading became a statement")
	}
}

func TestDisagreementsNameTheirSides(t *testing.T) {
	v := find(t, open(t), "EXAMPLE Heron")
	country := v.Disagreements[0]
	if country.About != "country" || len(country.Sides) != 2 || country.Sides[0].Value != "KP" || len(country.Sides[1].Sources) != 2 {
		t.Errorf("%+v", v.Disagreements)
	}
	i := slices.IndexFunc(v.Disagreements, func(d actors.Disagreement) bool { return d.About == "synonym" })
	if i < 0 || !strings.Contains(v.Disagreements[i].Text, "Grey Bird") || len(v.Disagreements[i].Sides) != 2 {
		t.Errorf("%+v", v.Disagreements)
	}
}

func TestASynonymOfTwoClustersFindsBothAndMergesNeither(t *testing.T) {
	v := find(t, open(t), "grey bird")
	if len(v.Statements) != 2 || v.Statements[0].Object == v.Statements[1].Object {
		t.Errorf("%+v", v.Statements)
	}
}

func TestNamesThatNobodyBears(t *testing.T) {
	s := open(t)
	if _, err := actors.Find(t.Context(), s.Scan, policy.Public, policy.Reading, "nobody"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if _, err := actors.Find(t.Context(), s.Scan, policy.Public, policy.Reading, " -- "); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
}
