package v20_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/stixtest"
	"github.com/cordon-project/cordon/stix/v20"
)

const times20 = `"created":"2018-01-02T03:04:05.000Z","modified":"2018-01-02T03:04:05.000Z"`

// upgradeCases: an object of STIX 2.0, what it becomes, and words of the notes.
var upgradeCases = map[string]struct {
	in    string
	out   []string
	notes []string
}{
	"indicator": {
		`{"type":"indicator","id":"indicator--11111111-1111-4111-8111-111111111111",` + times20 + `,"labels":["malicious-activity","own word"],"pattern":"[file:name = 'a'] START '2018-01-01T00:00:00Z' STOP '2018-01-02T00:00:00Z'","valid_from":"2018-01-01T00:00:00Z"}`,
		[]string{`{"type":"indicator","spec_version":"2.1","id":"indicator--11111111-1111-4111-8111-111111111111",` + times20 + `,"indicator_types":["malicious-activity"],"labels":["own word"],"pattern":"[file:name = 'a'] START t'2018-01-01T00:00:00Z' STOP t'2018-01-02T00:00:00Z'","pattern_type":"stix","valid_from":"2018-01-01T00:00:00Z"}`},
		[]string{"spec_version 2.1", "moved to indicator_types", "pattern_type stix", "written as timestamps"},
	},
	"malware": {
		`{"type":"malware","id":"malware--11111111-1111-4111-8111-111111111111","created":"2018-01-02T03:04:05Z","modified":"2018-01-02T03:04:05.1Z","labels":["trojan"],"name":"EXAMPLE","external_references":[{"source_name":"s","external_id":"1","hashes":{"ssdeep":"3:a:b"}}]}`,
		[]string{`{"type":"malware","spec_version":"2.1","id":"malware--11111111-1111-4111-8111-111111111111","created":"2018-01-02T03:04:05.000Z","modified":"2018-01-02T03:04:05.100Z","malware_types":["trojan"],"is_family":true,"name":"EXAMPLE","external_references":[{"source_name":"s","external_id":"1","hashes":{"SSDEEP":"3:a:b"}}]}`},
		[]string{"milliseconds", "is_family true", "may be wrong", "SSDEEP"},
	},
	"identity": {
		`{"type":"identity","id":"identity--11111111-1111-4111-8111-111111111111",` + times20 + `,"name":"EXAMPLE","identity_class":"individual","labels":["Operator"],"x_own":1}`,
		[]string{`{"type":"identity","spec_version":"2.1","id":"identity--11111111-1111-4111-8111-111111111111",` + times20 + `,"name":"EXAMPLE","identity_class":"individual","roles":["Operator"],"x_own":1}`},
		[]string{"renamed to roles"},
	},
	"TLP": {
		`{"type":"marking-definition","id":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9","created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","definition":{"tlp":"white"}}`,
		[]string{`{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9","created":"2017-01-20T00:00:00.000Z","name":"TLP:WHITE","definition_type":"tlp","definition":{"tlp":"white"}}`},
		[]string{"TLP:WHITE"},
	},
	"observed-data": {
		`{"type":"observed-data","id":"observed-data--11111111-1111-4111-8111-111111111111",` + times20 + `,"first_observed":"2018-01-01T00:00:00Z","last_observed":"2018-01-01T00:00:00Z","number_observed":1,
		"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],
		"granular_markings":[{"marking_ref":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82","selectors":["objects.2.created","number_observed"]}],
		"objects":{"0":{"type":"network-traffic","src_ref":"1","protocols":["tcp"]},"1":{"type":"ipv4-addr","value":"198.51.100.3"},"2":{"type":"file","name":"f","created":"2018-01-01T00:00:00Z","hashes":{"ssdeep":"3:a:b"}},"10":{"type":"process","pid":1,"binary_ref":"2","extensions":{"x-own":{"abc":1}}}}}`,
		[]string{
			`{"type":"observed-data","spec_version":"2.1","id":"observed-data--11111111-1111-4111-8111-111111111111",` + times20 + `,"first_observed":"2018-01-01T00:00:00Z","last_observed":"2018-01-01T00:00:00Z","number_observed":1,
			"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],
			"granular_markings":[{"marking_ref":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82","selectors":["number_observed"]}],
			"object_refs":["network-traffic--$0","ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","file--$2","process--$3"]}`,
			`{"type":"network-traffic","spec_version":"2.1","id":"network-traffic--$0","src_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","protocols":["tcp"],"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}`,
			`{"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3","object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}`,
			`{"type":"file","spec_version":"2.1","id":"file--$2","name":"f","ctime":"2018-01-01T00:00:00Z","hashes":{"SSDEEP":"3:a:b"},"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"],"granular_markings":[{"marking_ref":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82","selectors":["ctime"]}]}`,
			`{"type":"process","spec_version":"2.1","id":"process--$3","pid":1,"image_ref":"file--$2","extensions":{"x-own-ext":{"abc":1}},"object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}`,
		},
		[]string{"4 observables", "renamed to ctime", "renamed to image_ref", "markings of observables moved", "-ext"},
	},
}

func TestUpgrade(t *testing.T) {
	for name, c := range upgradeCases {
		t.Run(name, func(t *testing.T) {
			in := stixtest.Parse(t, c.in)
			before := in.Clone()
			got, changes := v20.Upgrade(in)
			if d := cmp.Diff(before, in); d != "" {
				t.Errorf("the old object changed: %s", d)
			}
			if len(got) != len(c.out) {
				t.Fatalf("%d objects: %v", len(got), got)
			}
			for i, text := range c.out {
				want := stixtest.Parse(t, fillIDs(text, got))
				if d := cmp.Diff(want, normal(t, got[i])); d != "" {
					t.Error(d)
				}
				if broken := check.Broken(check.Object(got[i], check.Lenient)); len(broken) > 0 {
					t.Errorf("the upgraded object is not valid: %+v", broken)
				}
			}
			for _, words := range c.notes {
				if !slices.ContainsFunc(changes, func(ch v20.Change) bool { return strings.Contains(ch.Note, words) && ch.ID == in.ID() }) {
					t.Errorf("no note says %q: %+v", words, changes)
				}
			}
			again, notes := v20.Upgrade(in)
			if d := cmp.Diff(got, again) + cmp.Diff(changes, notes); d != "" {
				t.Errorf("not deterministic: %s", d)
			}
		})
	}
}

// fillIDs puts the identifiers of the observables into the expected text: $n is
// the n-th.
func fillIDs(text string, got []stix.Object) string {
	for i, o := range got[1:] {
		_, u, _ := strings.Cut(o.ID(), "--")
		text = strings.ReplaceAll(text, "--$"+string(rune('0'+i)), "--"+u)
	}
	return text
}

// normal writes and reads an object, so that Go types do not matter.
func normal(t *testing.T, o stix.Object) stix.Object {
	t.Helper()
	b, err := o.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	return stixtest.Parse(t, string(b))
}

func TestUpgradeLeavesOthersAlone(t *testing.T) {
	for _, o := range []stix.Object{stixtest.Valid("identity"), stixtest.Valid("file"), stixtest.With("file", "spec_version", nil), stixtest.Valid("bundle"), {"type": "x-example"}, {}} {
		got, changes := v20.Upgrade(o)
		if len(changes) != 0 || len(got) != 1 || !cmp.Equal(got[0], o) {
			t.Errorf("%v became %v", o, got)
		}
	}
}

func TestUpgradeSurvivesCircles(t *testing.T) {
	o := stixtest.Parse(t, `{"type":"observed-data","id":"observed-data--11111111-1111-4111-8111-111111111111",`+times20+`,"first_observed":"2018-01-01T00:00:00Z","last_observed":"2018-01-01T00:00:00Z","number_observed":1,
		"objects":{"0":{"type":"file","name":"a","extensions":{"archive-ext":{"contains_refs":["1"]}}},"1":{"type":"file","name":"b","extensions":{"archive-ext":{"contains_refs":["0","9"]}}}}}`)
	got, _ := v20.Upgrade(o)
	if len(got) != 3 {
		t.Fatalf("%v", got)
	}
	for _, r := range stix.Refs(got[1]) {
		if r.ID != got[2].ID() {
			t.Errorf("%+v does not lead to the other file", r)
		}
	}
	if back := stix.Refs(got[2]); back[0].ID != got[1].ID() || back[1].ID != "9" {
		t.Errorf("%+v", back)
	}
}

// TestUpgradeMergesObservablesOfABundle: two observed-data hold one address
// under two markings; the one object that comes of it carries both.
func TestUpgradeMergesObservablesOfABundle(t *testing.T) {
	one := `{"type":"observed-data","id":"observed-data--$1111111-1111-4111-8111-111111111111",` + times20 + `,"first_observed":"2018-01-01T00:00:00Z","last_observed":"2018-01-01T00:00:00Z","number_observed":1,
		"object_marking_refs":["marking-definition--$1111111-1111-4111-8111-111111111111"],"objects":{"0":{"type":"ipv4-addr","value":"198.51.100.3"}}}`
	in := stixtest.Parse(t, `{"type":"bundle","spec_version":"2.0","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[`+strings.ReplaceAll(one, "$", "a")+","+strings.ReplaceAll(one, "$", "b")+`]}`)
	got, changes := v20.Upgrade(in)
	objects, _ := got[0]["objects"].([]any)
	if len(got) != 1 || len(objects) != 3 || len(changes) == 0 || got[0]["spec_version"] != nil {
		t.Fatalf("%v", got)
	}
	if refs := stix.Object(objects[1].(map[string]any)).Strs("object_marking_refs"); len(refs) != 2 {
		t.Errorf("the address carries %v", refs)
	}
	if broken := check.Broken(check.Object(got[0], check.Strict)); len(broken) > 0 {
		t.Errorf("%+v", broken)
	}
}

// TestVendorBundlesUpgrade runs the real bundles of a vendor. What is wrong with
// them in 2.0 stays wrong; nothing else may be.
func TestVendorBundlesUpgrade(t *testing.T) {
	before, after, objects := 0, 0, 0
	for _, row := range stixtest.Rows(t, "cti/ioc/unit42/stix2-reports.jsonl.gz") {
		bundle := stixtest.Member(t, row, "bundle")
		got, changes := v20.Upgrade(bundle)
		if len(changes) == 0 {
			t.Errorf("%s: nothing changed", row.Str("file"))
		}
		old := check.Valid(check.Object(bundle, check.Lenient))
		broken := check.Broken(check.Object(got[0], check.Lenient))
		if old {
			before++
		}
		if len(broken) == 0 {
			after++
		}
		if old != (len(broken) == 0) {
			t.Errorf("%s: valid before %v; after %+v", row.Str("file"), old, broken)
		}
		list, _ := got[0]["objects"].([]any)
		objects += len(list)
		for _, f := range broken {
			if f.Rule != "timestamp-order" && f.Rule != "property-type" {
				t.Errorf("%s: %+v", row.Str("file"), f)
			}
		}
	}
	t.Logf("%d objects; of 81 bundles %d valid as 2.0, %d valid as 2.1", objects, before, after)
}

// TestValid20ObjectsUpgrade runs the STIX 2.0 objects that the OASIS tool calls
// valid. The rules that some of them break hold in 2.0 too, where the tool does
// not look, or are new in 2.1 and need a person.
func TestValid20ObjectsUpgrade(t *testing.T) {
	known := map[string]int{
		"reference-type":    11, // created_by_ref names a "source"
		"identifier-prefix": 1,
		"empty-list":        1, // of a bundle
		"tlp-instance":      1,
		"reserved-name":     1, // action, reserved since 2.1
		"property-type":     1, // a socket option that is no integer
	}
	total, right := 0, 0
	got := map[string]int{}
	for _, row := range stixtest.Rows(t, "cti/stix/validator-cases-2.0.jsonl") {
		o := stixtest.Member(t, row, "object")
		if row["must_valid"] != true || o.Type() == "" {
			continue
		}
		total++
		var broken []check.Finding
		upgraded, _ := v20.Upgrade(o)
		for _, u := range upgraded {
			broken = append(broken, check.Broken(check.Object(u, check.Lenient))...)
		}
		if len(broken) == 0 {
			right++
		}
		for _, f := range broken {
			got[f.Rule]++
			if known[f.Rule] == 0 {
				t.Errorf("case %s: %+v", row.Str("case"), f)
			}
		}
	}
	if d := cmp.Diff(known, got); d != "" {
		t.Error(d)
	}
	t.Logf("%d of %d valid after the upgrade", right, total)
}
