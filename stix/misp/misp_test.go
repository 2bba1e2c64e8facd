package misp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/misp"
)

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(t testing.TB, data []byte, o misp.Options) misp.Reading {
	t.Helper()
	r, err := misp.ReadEvent(data, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var options = misp.Options{SHA256: strings.Repeat("ab", 32), Name: "event.json", Default: policy.Amber}

func TestTheExtensionHasTheIdOfItsName(t *testing.T) {
	if want := stix.NameID("extension-definition", "cordon-misp"); misp.ExtensionID != want {
		t.Fatalf("is %s, want %s", misp.ExtensionID, want)
	}
	if f := check.Broken(check.Object(misp.Extension(), check.Lenient)); len(f) > 0 {
		t.Error(f)
	}
}

func TestEveryObjectOfAnEventIsValidAndNamesItsPlace(t *testing.T) {
	r := read(t, sample(t), options)
	if r.Events != 1 || len(r.Objects) < 30 {
		t.Fatalf("%d events, %d objects", r.Events, len(r.Objects))
	}
	seen := map[string]bool{}
	for _, o := range r.Objects {
		if f := check.Broken(check.Object(o, check.Lenient)); len(f) > 0 {
			t.Errorf("%s: %v", o.ID(), f)
		}
		for _, ref := range stix.Refs(o) {
			if !seen[ref.ID] && ref.Property != "object_marking_refs" && ref.ID != record.ProjectID {
				t.Errorf("%s refers to %s before it came", o.ID(), ref.ID)
			}
		}
		seen[o.ID()] = true
		places := record.Wheres(o)
		if o["created"] != nil && !r.Common[o.ID()] && (len(places) != 1 || places[0].SHA256 != options.SHA256 || !strings.HasPrefix(places[0].Element, "/Event")) {
			t.Errorf("%s has places %v", o.ID(), places)
		}
	}
}

// TestEveryTypeIsMappedOrKeptAndNamed: nothing of an event gets lost, and what has
// no form is said.
func TestEveryTypeIsMappedOrKeptAndNamed(t *testing.T) {
	r := read(t, sample(t), options)
	notes := strings.Join(r.Notes, "\n")
	for _, want := range []string{"1 proposals", "of type x-unheard-of", "of type comment", "related events were left out"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes do not say %q:\n%s", want, notes)
		}
	}
	if r.Kept["x-unheard-of"] != 1 {
		t.Errorf("kept %v", r.Kept)
	}
	types := map[string]int{}
	for _, o := range r.Objects {
		types[o.Type()]++
	}
	for _, want := range []string{"report", "indicator", "observed-data", "domain-name", "ipv4-addr", "ipv6-addr", "url", "file", "email-addr", "network-traffic", "mutex", "windows-registry-key", "autonomous-system", "sighting", "opinion", "note", "threat-actor", "malware", "intrusion-set", "relationship", "identity", "artifact"} {
		if types[want] == 0 {
			t.Errorf("there is no %s: %v", want, types)
		}
	}
}

// meaning is what an attribute says, as far as the round trip promises it.
func meaning(t testing.TB, event []byte) map[string]string {
	t.Helper()
	v, err := stix.ParseValue(event)
	if err != nil {
		t.Fatal(err)
	}
	e := v.(map[string]any)["Event"].(map[string]any)
	out := map[string]string{}
	for _, k := range []string{"uuid", "info", "date", "timestamp", "publish_timestamp", "distribution", "sharing_group_id", "threat_level_id", "analysis", "Tag", "Orgc", "Galaxy", "published"} {
		out["event "+k] = text(e[k])
	}
	attributes := func(in any, prefix string) {
		all, _ := in.([]any)
		for _, a := range all {
			m := maps.Clone(a.(map[string]any))
			delete(m, "ShadowAttribute")
			if m["comment"] == "" {
				delete(m, "comment")
			}
			out[prefix+text(m["uuid"])] = text(m)
		}
	}
	attributes(e["Attribute"], "attribute ")
	objects, _ := e["Object"].([]any)
	for _, o := range objects {
		m := maps.Clone(o.(map[string]any))
		attributes(m["Attribute"], "in "+text(m["uuid"])+" ")
		delete(m, "Attribute")
		out["object "+text(m["uuid"])] = text(m)
	}
	reports, _ := e["EventReport"].([]any)
	for _, o := range reports {
		out["report "+text(o.(map[string]any)["uuid"])] = text(o)
	}
	return out
}

func text(v any) string {
	b, err := stix.CanonicalValue(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func TestAnEventComesBackAsItWas(t *testing.T) {
	data := sample(t)
	r := read(t, data, options)
	// As the journal gives it: through JSON, in another order.
	var objects []stix.Object
	for _, o := range slices.Backward(r.Objects) {
		b, err := o.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		back, err := stix.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, back)
	}
	events, notes, err := misp.WriteEvents(objects)
	if err != nil || len(events) != 1 {
		t.Fatal(events, notes, err)
	}
	want, got := meaning(t, data), meaning(t, events[0].JSON)
	for _, k := range slices.Sorted(maps.Keys(want)) {
		a, b := want[k], strings.ReplaceAll(got[k], `"comment":"",`, "")
		if strings.ReplaceAll(a, `"comment":"",`, "") != b {
			t.Errorf("%s\n was %s\n  is %s", k, a, b)
		}
	}
	if len(want) != len(got) {
		t.Errorf("%d parts became %d", len(want), len(got))
	}
	again := read(t, events[0].JSON, options)
	if len(again.Objects) != len(r.Objects) {
		t.Errorf("%d objects became %d", len(r.Objects), len(again.Objects))
	}
}

// TestALaterVersionOfAnIndicatorIsWhatGoesOut: the extension is a memory, not the truth.
func TestALaterVersionOfAnIndicatorIsWhatGoesOut(t *testing.T) {
	r := read(t, sample(t), options)
	for i, o := range r.Objects {
		if o.Str("pattern") == "[domain-name:value = 'c2.example']" {
			o = o.Clone()
			o["pattern"] = "[domain-name:value = 'other.example']"
			o["revoked"] = true
			r.Objects[i] = o
		}
	}
	events, _, err := misp.WriteEvents(r.Objects)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(events[0].JSON); !strings.Contains(s, `"value":"other.example"`) || strings.Contains(s, `"value":"c2.example"`) {
		t.Error("the event says what the indicator said before")
	}
}

func TestLevelsAreJoinedAndNeverGuessedLower(t *testing.T) {
	for _, c := range []struct {
		name, event, attribute string
		want                   policy.TLP
	}{
		{"nothing said: the default", `"distribution":"5"`, `"distribution":"5"`, policy.Amber},
		{"a tag", `"Tag":[{"name":"tlp:clear"}]`, `"distribution":"5"`, policy.Clear},
		{"white of TLP 1", `"Tag":[{"name":"TLP:WHITE"}]`, ``, policy.Clear},
		{"two tags", `"Tag":[{"name":"tlp:clear"},{"name":"tlp:red"}]`, ``, policy.Red},
		{"a tag that is none", `"Tag":[{"name":"tlp:ex:chr"}]`, ``, policy.Red},
		{"the attribute is stricter", `"Tag":[{"name":"tlp:green"}]`, `"Tag":[{"name":"tlp:amber+strict"}]`, policy.AmberStrict},
		{"the attribute is laxer", `"Tag":[{"name":"tlp:amber"}]`, `"Tag":[{"name":"tlp:clear"}]`, policy.Amber},
		{"your organisation only", `"distribution":"0","Tag":[{"name":"tlp:green"}]`, ``, policy.AmberStrict},
		{"this community", `"distribution":1`, ``, policy.Amber},
		{"all communities is not everybody", `"distribution":"3"`, ``, policy.Amber},
		{"all communities, with a tag", `"distribution":"3","Tag":[{"name":"tlp:clear"}]`, `"distribution":"3"`, policy.Clear},
		{"a sharing group", `"distribution":"4","Tag":[{"name":"tlp:green"}]`, ``, policy.AmberStrict},
		{"a sharing group of the attribute", `"Tag":[{"name":"tlp:clear"}]`, `"distribution":"4"`, policy.AmberStrict},
	} {
		attribute := c.attribute
		if attribute != "" {
			attribute = "," + attribute
		}
		data := fmt.Sprintf(`{"Event":{"uuid":"11111111-1111-4111-8111-111111111111","info":"x","date":"2026-01-01","timestamp":"1767225600",%s,
			"Attribute":[{"uuid":"22222222-2222-4222-8222-222222222222","type":"domain","value":"a.example","to_ids":true,"timestamp":"1767225600"%s}]}}`, c.event, attribute)
		for _, o := range read(t, []byte(data), options).Objects {
			if o.Type() == "indicator" || o.Type() == "domain-name" {
				if got := o.Strs("object_marking_refs"); len(got) != 1 || got[0] != policy.MarkingID(c.want) {
					t.Errorf("%s: the %s is marked %v, want %s", c.name, o.Type(), got, c.want)
				}
			}
		}
	}
}

func TestWhatIsNoEventIsRefused(t *testing.T) {
	for _, bad := range []string{``, `[]`, `{}`, `{"Event":{}}`, `{"Event":{"info":"x"}}`, `{"Event":{"info":"x","uuid":"no"}}`, `{"Event":{"info":"x","info":"y"}}`, `"x"`, `[1]`, strings.Repeat("[", 100)} {
		if _, err := misp.ReadEvent([]byte(bad), options); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

const galaxyOfTwo = `{"type":"threat-actor","source":"EXAMPLE","version":7,"values":[
	{"value":"EXAMPLE Group","uuid":"33333333-3333-4333-8333-333333333333","meta":{"country":"KP","synonyms":["One","One","Two"],"refs":["https://a.example/"]},"related":[{"dest-uuid":"44444444-4444-4444-8444-444444444444","type":"similar","tags":["x"]},{"dest-uuid":"55555555-5555-4555-8555-555555555555","type":"similar"}]},
	{"value":"EXAMPLE Group","uuid":"44444444-4444-4444-8444-444444444444","meta":{"country":"KR"}},
	{"value":"EXAMPLE Group","meta":{"country":"CN"}},
	{"value":"EXAMPLE Group","meta":{"country":"RU"}}]}`

func TestClustersOfOneNameStayApart(t *testing.T) {
	r, err := misp.ReadGalaxy([]byte(galaxyOfTwo), options)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, o := range r.Objects {
		if o.Type() == "threat-actor" {
			ids[o.ID()] = true
			if f := check.Broken(check.Object(o, check.Lenient)); len(f) > 0 {
				t.Errorf("%v", f)
			}
			if o.Str("modified") != "2011-01-01T00:00:07.000Z" {
				t.Errorf("modified %s", o.Str("modified"))
			}
		}
		if o.Type() == "relationship" && o.Str("relationship_type") != "related-to" {
			t.Errorf("similar became %s", o.Str("relationship_type"))
		}
	}
	if len(ids) != 4 || !ids["threat-actor--33333333-3333-4333-8333-333333333333"] {
		t.Errorf("%v", ids)
	}
	if n := strings.Join(r.Notes, "\n"); !strings.Contains(n, "1 names stand for more than one cluster") || !strings.Contains(n, "1 relations lead to clusters of other galaxies") {
		t.Error(n)
	}
}

// TestWhatMISPSaysOfATTACKDoesNotReplaceIt: the galaxies mitre-* carry ATT&CK's uuids.
func TestWhatMISPSaysOfATTACKDoesNotReplaceIt(t *testing.T) {
	const u = "c93fccb1-e8e8-42cf-ae33-2ad1d183913a"
	seen := map[string]bool{"intrusion-set--" + u: true}
	for _, g := range []string{"mitre-intrusion-set", "mitre-enterprise-attack-intrusion-set"} {
		id := misp.ClusterID("intrusion-set", g, u, "")
		if seen[id] {
			t.Errorf("%s of %s is taken", id, g)
		}
		seen[id] = true
	}
	if got := misp.ClusterID("threat-actor", "threat-actor", strings.ToUpper(u), ""); got != "threat-actor--"+u {
		t.Error(got)
	}
}

func TestTheGalaxyOfThreatActorsIsReadWhole(t *testing.T) {
	data, err := os.ReadFile(shareddata.Path(t, "cti/misp/galaxy-threat-actor.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Values []struct{ UUID string } }
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	r, err := misp.ReadGalaxy(data, options)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, o := range r.Objects {
		have[o.ID()] = true
		if f := check.Broken(check.Object(o, check.Lenient)); len(f) > 0 {
			t.Errorf("%s: %v", o.ID(), f)
		}
	}
	for _, v := range want.Values {
		if !have[misp.ClusterID("threat-actor", "threat-actor", v.UUID, "")] {
			t.Errorf("the cluster %s is missing", v.UUID)
		}
	}
	t.Logf("%d clusters, %d objects, notes %q", len(want.Values), len(r.Objects), r.Notes)
}

func TestAFeedNamesEveryEvent(t *testing.T) {
	r := read(t, sample(t), options)
	events, _, err := misp.WriteEvents(r.Objects)
	if err != nil {
		t.Fatal(err)
	}
	files, err := misp.WriteFeed(events)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]byte{}
	for _, f := range files {
		names[f.Name] = f.Data
	}
	m, err := misp.ReadManifest(names["manifest.json"])
	if err != nil || !m[events[0].UUID] || names[events[0].UUID+".json"] == nil {
		t.Fatal(m, err)
	}
	// md5("c2.example")
	if !bytes.Contains(names["hashes.csv"], []byte("9b8c7fe4cd25cf2ce7f9bf0a3ae3c2d0"+","+events[0].UUID)) && !bytes.Contains(names["hashes.csv"], []byte(","+events[0].UUID)) {
		t.Error(string(names["hashes.csv"]))
	}
	for name, data := range names {
		want := map[string]misp.Kind{"manifest.json": misp.Manifest, "hashes.csv": misp.Hashes}[name]
		if want == misp.None {
			want = misp.OfEvent
		}
		if got := misp.Sniff(name, data[:min(len(data), 4096)]); got != want {
			t.Errorf("%s is taken for %q", name, got)
		}
	}
}

func TestObjectsOfOthersBecomeAnEvent(t *testing.T) {
	const when = "2026-02-03T04:05:06.000Z"
	o := func(typ, u string, more map[string]any) stix.Object {
		x := stix.Object{"type": typ, "spec_version": "2.1", "id": typ + "--" + u, "created": when, "modified": when}
		maps.Copy(x, more)
		return x
	}
	ind := func(u, language, pattern string) stix.Object {
		return o("indicator", u, map[string]any{"pattern_type": language, "pattern": pattern, "valid_from": when})
	}
	a, b, c := "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-000000000002", "10000000-0000-4000-8000-000000000003"
	report := o("report", "10000000-0000-4000-8000-000000000009", map[string]any{
		"name": "EXAMPLE", "published": when, "object_marking_refs": []any{policy.MarkingID(policy.Green)},
		"object_refs": []any{"indicator--" + a, "indicator--" + b, "indicator--" + c, "malware--" + a},
	})
	events, notes, err := misp.WriteEvents([]stix.Object{
		report, ind(a, "stix", "[domain-name:value = 'it''s']"), ind(b, "stix", "[domain-name:value = 'a.example' AND file:name = 'x']"), ind(c, "yara", "rule x {condition: true}"), o("malware", a, nil),
	})
	if err != nil || len(events) != 1 {
		t.Fatal(err)
	}
	s := string(events[0].JSON)
	for _, want := range []string{`"name":"tlp:green"`, `"date":"2026-02-03"`, `"type":"yara"`, `"type":"stix2-pattern"`, `"timestamp":"1770091506"`} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s in %s", want, s)
		}
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "1 objects of type malware") {
		t.Error(notes)
	}
}

// TestHostileValuesStayValues: whatever a value is, its pattern compares that value.
func TestHostileValuesStayValues(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		typ := rapid.SampledFrom([]string{"domain", "url", "filename", "mutex", "regkey", "email-src", "regkey|value", "user-agent", "filename|md5"}).Draw(rt, "type")
		value := rapid.String().Draw(rt, "value")
		b, err := json.Marshal(map[string]any{"Event": map[string]any{
			"uuid": "11111111-1111-4111-8111-111111111111", "info": "x", "timestamp": "1767225600",
			"Attribute": []any{map[string]any{"uuid": "22222222-2222-4222-8222-222222222222", "type": typ, "value": value, "to_ids": "1"}},
		}})
		if err != nil {
			rt.Fatal(err)
		}
		r, err := misp.ReadEvent(b, options)
		if err != nil {
			rt.Fatal(err)
		}
		for _, o := range r.Objects {
			if f := check.Broken(check.Object(o, check.Lenient)); len(f) > 0 {
				rt.Fatalf("%s: %v", o.ID(), f)
			}
		}
		events, _, err := misp.WriteEvents(r.Objects)
		if err != nil {
			rt.Fatal(err)
		}
		got := meaning(t, events[0].JSON)[`attribute "22222222-2222-4222-8222-222222222222"`]
		if want := `"value":` + text(value) + "}"; !strings.HasSuffix(got, want) {
			rt.Fatalf("%s is no longer %s", got, want)
		}
	})
}

func FuzzReadEvent(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte(`{"response":[{"Event":{"info":"x","uuid":"11111111-1111-4111-8111-111111111111","Attribute":{"uuid":"22222222-2222-4222-8222-222222222222","type":"ip-dst|port","value":"1.2.3.4|0080","to_ids":1}}}]}`))
	f.Add([]byte(`{"info":"x","uuid":"11111111-1111-4111-8111-111111111111","Object":[{"uuid":"33333333-3333-4333-8333-333333333333","name":"file","Attribute":[{"type":"md5","uuid":"22222222-2222-4222-8222-222222222222","value":"00000000000000000000000000000000"}],"ObjectReference":[{"referenced_uuid":"22222222-2222-4222-8222-222222222222","uuid":"44444444-4444-4444-8444-444444444444"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := misp.ReadEvent(data, options)
		if err != nil {
			return
		}
		for _, o := range r.Objects {
			if f := check.Broken(check.Object(o, check.Lenient)); len(f) > 0 {
				t.Fatalf("%s: %v", o.ID(), f)
			}
		}
		events, _, err := misp.WriteEvents(r.Objects)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if _, err := misp.ReadEvent(e.JSON, options); err != nil {
				t.Fatalf("what was written cannot be read: %v\n%s", err, e.JSON)
			}
		}
	})
}

func FuzzReadGalaxy(f *testing.F) {
	f.Add([]byte(galaxyOfTwo))
	f.Add([]byte(`[{"galaxy_type":"country","value":{"value":"EXAMPLE","meta":{"ISO":"kp"}}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := misp.ReadGalaxy(data, options)
		if err != nil {
			return
		}
		for _, o := range r.Objects {
			if f := check.Broken(check.Object(o, check.Lenient)); len(f) > 0 {
				t.Fatalf("%s: %v", o.ID(), f)
			}
		}
	})
}
