package marking_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/marking"
	"github.com/cordon-project/cordon/stix"
)

func parse(t testing.TB, text string) stix.Object {
	t.Helper()
	o, err := stix.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestWhatIsReadAndWhatIsNot(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		read    bool
		bad     string
		clauses int
		duties  string
	}{
		"statement":                   {`{"definition_type":"statement","definition":{"statement":"Copyright"}}`, true, "", 0, ""},
		"releasability":               {`{"definition_type":"statement","definition":{"statement":"REL TO USA, JPN, KOR"}}`, true, "", 1, ""},
		"statement that is no text":   {`{"definition_type":"statement","definition":{"statement":7}}`, false, "", 0, ""},
		"TLP":                         {`{"definition_type":"tlp","definition":{"tlp":"red"}}`, false, "", 0, ""},
		"nothing":                     {`{}`, false, "", 0, ""},
		"extensions that are no map":  {`{"extensions":[]}`, false, "", 0, ""},
		"unknown extension":           {`{"extensions":{"extension-definition--99999999-9999-4999-8999-999999999999":{}}}`, false, "", 0, ""},
		"known and unknown extension": {`{"extensions":{"` + marking.IEP + `":{},"x":{}}}`, false, "", 0, ""},
		"IEP":                         {`{"extensions":{"` + marking.IEP + `":{}}}`, true, "", 2, "encrypt-in-transit hide-provider no-notice no-resale"},
		"handling and statement":      {`{"definition_type":"statement","definition":{"statement":"REL TO USA"},"extensions":{"` + marking.Handling + `":{"purposes":["reading"]}}}`, true, "", 2, ""},
		"handling that is text":       {`{"extensions":{"` + marking.Handling + `":"x"}}`, false, "", 0, ""},
		"embargo that is no time":     {`{"extensions":{"` + marking.Handling + `":{"not_before":"tomorrow"}}}`, true, "no time", 0, ""},
		"an unknown property":         {`{"extensions":{"` + marking.Handling + `":{"purposes":["reading"],"colour":"red"}}}`, true, "colour", 1, ""},
		"a long banner":               {`{"definition_type":"statement","definition":{"statement":"REL TO USA` + strings.Repeat(", USA", 2000) + `"}}`, true, "too long", 0, ""},
	} {
		o := parse(t, c.text)
		got := marking.Of(o)
		if got.Read != c.read || (got.Bad == "") != (c.bad == "") || !strings.Contains(got.Bad, c.bad) || c.bad == "" && len(got.Clauses) != c.clauses || strings.Join(got.Duties, " ") != c.duties {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestPublishedExamplesAreRead reads the published ACS and IEP markings, which are
// all well formed; two of them share an id and differ, which is their upstream's.
func TestPublishedExamplesAreRead(t *testing.T) {
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
	for _, d := range append(slices.Clone(file.ACS), file.IEP) {
		if got := marking.Of(d); !got.Read || got.Bad != "" {
			t.Errorf("%s: %+v", d.ID(), got)
		}
	}
	if len(file.ACS) != 6 {
		t.Errorf("%d ACS examples", len(file.ACS))
	}
}

// FuzzOf: whatever a definition holds, the label of what carries it can be read
// back, and one that is malformed gives nobody anything.
func FuzzOf(f *testing.F) {
	f.Add([]byte(`{"definition_type":"statement","definition":{"statement":"SECRET//REL TO USA, FVEY"}}`))
	f.Add([]byte(`{"extensions":{"` + marking.IEP + `":{"tlp":"amber","start_date":"2026-01-01T00:00:00Z","permitted_actions":"none"}}}`))
	f.Add([]byte(`{"extensions":{"` + marking.Handling + `":{"releasable_to":["USA"],"organisation_refs":["identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"],"not_after":"2026-01-01T00:00:00.5Z"}}}`))
	f.Add([]byte(`{"extensions":{"` + marking.ACS + `":{"identifier":"x","create_date_time":"2026-01-01T00:00:00Z","responsible_entity_custodian":"USA.DHS","policy_reference":"urn:isa:policy:acs:ns:v3.0?privdefault=deny&sharedefault=deny","control_set":{"classification":"S","permitted_organizations":["USA.DOJ","USA.DOJ.FBI"]},"access_privilege":[{"privilege_action":"DSPLY","rule_effect":"permit","privilege_scope":{"entity":["GOV"],"permitted_nationalities":["USA"]}}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := stix.Parse(data)
		if err != nil {
			return
		}
		const id = "marking-definition--11111111-1111-4111-8111-111111111111"
		d["id"], d["type"] = id, "marking-definition"
		o := stix.Object{"type": "tool", "id": "tool--1", "object_marking_refs": []any{id, policy.MarkingID(policy.Clear)}, "created_by_ref": "identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}
		l, err := policy.LabelOf(o, policy.Clear, func(string) (stix.Object, bool) { return d, true })
		if err != nil || policy.Join(l, l) != l {
			t.Errorf("%q, %v: the label is not read back", l, err)
		}
		all := policy.Viewer{Org: "identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", Clearance: policy.Red, Nation: "USA", Holds: map[string]bool{id: true}, Encrypted: true}
		if m := marking.Of(d); m.Bad != "" && policy.May(all, l, policy.Reading, time.Unix(1e9, 0)).Allow {
			t.Errorf("%q is malformed (%s) and given", l, m.Bad)
		}
	})
}
