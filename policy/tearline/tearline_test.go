package tearline_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/tearline"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

const (
	us    = "identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
	maker = "identity--bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
	green = `"object_marking_refs":["GREEN"]`
	red   = `"object_marking_refs":["RED"]`
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func id(typ string, n string) string { return typ + "--" + n + "0000000-0000-4000-8000-000000000000" }

func obj(t testing.TB, typ, n, rest string) stix.Object {
	t.Helper()
	text := `{"type":"` + typ + `","spec_version":"2.1","id":"` + id(typ, n) + `","created":"2026-01-02T03:04:05.678Z","modified":"2026-02-03T04:05:06.789Z",` + rest + `}`
	o, err := stix.Parse([]byte(strings.NewReplacer("GREEN", policy.MarkingID(policy.Green), "RED", policy.MarkingID(policy.Red)).Replace(text)))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func releaser(secret byte) tearline.Releaser {
	r := tearline.Releaser{ID: us}
	r.Secret[0] = secret
	return r
}

var question = policy.Question{
	Recipient: policy.Viewer{Name: "partner", Clearance: policy.Green}, Purpose: policy.Exchange, At: noon, Default: policy.Amber,
}

func only(given ...string) tearline.Others {
	return func(id string) tearline.Fate { return tearline.Fate{Given: slices.Contains(given, id)} }
}

const hideDescription = `"description":"d","granular_markings":[{"marking_ref":"RED","selectors":["description"]}],` + green

func TestATornObjectIsAnotherWithAProvableLineage(t *testing.T) {
	o := obj(t, "tool", "1", `"name":"n","created_by_ref":"`+maker+`",`+hideDescription)
	q := question
	q.Object = o
	got := releaser(1).Tear(q, only(maker))
	x := got.Object
	if !got.Allow || got.Whole || !slices.Equal(got.Removed, []string{"description"}) || got.Opening == nil {
		t.Fatalf("%+v", got)
	}
	if x.ID() == o.ID() || stix.UUIDVersion(x.ID()) != 5 || x.Type() != "tool" || x.Str("name") != "n" || x["description"] != nil || x["granular_markings"] != nil ||
		x.Str("created_by_ref") != us || x.Str("created") != "2026-02-03T00:00:00.000Z" || x.Version() != x.Str("created") {
		t.Errorf("%v", x)
	}
	for _, f := range check.Object(x, check.Lenient) {
		if f.Must {
			t.Errorf("it is not valid: %s", f.Message)
		}
	}
	canonical, err := x.Canonical()
	if err != nil || bytes.Contains(canonical, []byte("10000000")) || bytes.Contains(canonical, []byte(got.Opening.Salt)) {
		t.Errorf("it tells where it comes from: %s, %v", canonical, err)
	}
	if err := tearline.Verify(x, o, *got.Opening); err != nil {
		t.Error(err)
	}
	if open := releaser(1).Open(o, got.Removed); tearline.Verify(x, o, open) != nil {
		t.Error("the opening cannot be made again")
	}
	again := releaser(1).Tear(q, only(maker))
	if c, _ := again.Object.Canonical(); !bytes.Equal(c, canonical) {
		t.Errorf("the same parts are another object: %s", c)
	}
	if other := releaser(2).Tear(q, only(maker)); other.Object.ID() == x.ID() || other.Object.Ext(tearline.Extension)["commitment"] == x.Ext(tearline.Extension)["commitment"] {
		t.Error("id or commitment do not hang on the secret")
	}
	changed := o.Clone()
	changed["description"] = "another"
	if err := tearline.Verify(x, changed, *got.Opening); !errs.Is(err, errs.Conflict) {
		t.Errorf("another original: %v", err)
	}
	guess := *got.Opening
	guess.Salt = strings.Repeat("00", 32)
	if err := tearline.Verify(x, o, guess); !errs.Is(err, errs.Conflict) {
		t.Errorf("a guess without the salt: %v", err)
	}
	more := *got.Opening
	more.Removed = []string{"name"}
	if err := tearline.Verify(x, o, more); !errs.Is(err, errs.Conflict) {
		t.Errorf("another removal: %v", err)
	}
	if err := tearline.Verify(o, o, *got.Opening); !errs.Is(err, errs.Invalid) {
		t.Errorf("no lineage: %v", err)
	}
}

func TestReferencesDoNotLeak(t *testing.T) {
	malware, tool, actor, hidden, torn := id("malware", "1"), id("tool", "2"), id("threat-actor", "3"), id("malware", "9"), id("tool", "7")
	parts := func() []stix.Object {
		return []stix.Object{
			obj(t, "malware", "1", `"name":"m","is_family":false,`+green),
			obj(t, "malware", "9", `"name":"hidden","is_family":false,`+red),
			obj(t, "tool", "7", `"name":"torn",`+hideDescription),
		}
	}
	for name, c := range map[string]struct {
		typ, rest string
		want      string // rule of withholding, "whole" or "torn"
		has, not  string // in the object given
		removed   string
		flagged   string
	}{
		"to what is given":             {"relationship", `"relationship_type":"uses","source_ref":"` + malware + `","target_ref":"` + tool + `",` + green, "whole", tool, hidden, "", ""},
		"an end is withheld":           {"relationship", `"relationship_type":"uses","source_ref":"` + malware + `","target_ref":"` + hidden + `",` + green, tearline.RuleReference, "", "", "", ""},
		"an end is not known":          {"relationship", `"relationship_type":"uses","source_ref":"` + malware + `","target_ref":"` + actor + `",` + green, tearline.RuleReference, "", "", "", ""},
		"an end is torn":               {"relationship", `"relationship_type":"uses","source_ref":"` + malware + `","target_ref":"` + torn + `",` + green, "torn", malware, torn, "", ""},
		"a report, filtered":           {"report", `"name":"r","published":"2026-01-01T00:00:00Z","object_refs":["` + hidden + `","` + malware + `"],` + green, "torn", malware, hidden, "object_refs.[0]", ""},
		"a report, nothing left":       {"report", `"name":"r","published":"2026-01-01T00:00:00Z","object_refs":["` + hidden + `"],` + green, tearline.RuleReference, "", "", "", ""},
		"a sighting of it":             {"sighting", `"sighting_of_ref":"` + hidden + `",` + green, tearline.RuleReference, "", "", "", ""},
		"a sighting, where":            {"sighting", `"sighting_of_ref":"` + malware + `","where_sighted_refs":["` + actor + `"],` + green, "torn", malware, actor, "where_sighted_refs", ""},
		"a maker that is not given":    {"tool", `"name":"n","created_by_ref":"` + us + `x",` + green, "whole", "", "", "", ""},
		"a maker withheld":             {"tool", `"name":"n","created_by_ref":"identity--cccccccc-cccc-4ccc-8ccc-cccccccccccc",` + green, "torn", us, "cccccccc", "created_by_ref", ""},
		"in an extension":              {"tool", `"name":"n","extensions":{"extension-definition--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa":{"extension_type":"property-extension","x":{"of_ref":"` + hidden + `","k":1}}},` + green, "torn", `"k":1`, hidden, "extensions.extension-definition--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa.x.of_ref", ""},
		"of a type that is not STIX's": {"x-thing", `"about_ref":"` + hidden + `",` + green, tearline.RuleReference, "", "", "", ""},
		"in a text":                    {"tool", `"name":"n","description":"see ` + hidden + `.",` + green, "whole", hidden, "", "", "description"},
		"in a source":                  {"tool", `"name":"n","external_references":[{"source_name":"s","external_id":"` + torn + `"},{"source_name":"s","external_id":"` + malware + `"}],` + green, "whole", torn, "", "", "external_references.[0].external_id"},
		"a translation of it":          {"language-content", `"object_ref":"` + torn + `","contents":{"ko":{"description":"d"}},` + green, tearline.RuleTranslation, "", "", "", ""},
		"a translation of another":     {"language-content", `"object_ref":"` + malware + `","contents":{"ko":{"name":"m"}},` + green, "whole", malware, "", "", ""},
		"a note on it and another":     {"note", `"content":"c","object_refs":["` + torn + `","` + hidden + `"],` + green, "torn", "", hidden, "object_refs.[1]", ""},
	} {
		all := append(parts(), obj(t, c.typ, "f", c.rest))
		got := releaser(1).Release(question, all, only(tool, us, "identity--dddddddd-dddd-4ddd-8ddd-dddddddddddd"))
		x := got[3]
		text := ""
		if x.Object != nil {
			b, err := x.Object.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		kind := x.Rule
		if x.Allow {
			kind = map[bool]string{true: "whole", false: "torn"}[x.Whole]
		}
		if kind != c.want || !strings.Contains(text, c.has) || c.not != "" && strings.Contains(text, c.not) || strings.Join(x.Removed, " ") != c.removed || strings.Join(x.Flagged, " ") != c.flagged {
			t.Errorf("%s: %s, removed %v, flagged %v, %s", name, kind, x.Removed, x.Flagged, text)
		}
		if !strings.HasSuffix(x.Reason, ".") || strings.Contains(x.Reason, "%!") {
			t.Errorf("%s: %q", name, x.Reason)
		}
		if x.Opening != nil {
			if err := tearline.Verify(x.Object, all[3], *x.Opening); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestWhatFallsTakesWithItWhatCannotBeWithoutIt follows a chain.
func TestWhatFallsTakesWithItWhatCannotBeWithoutIt(t *testing.T) {
	rel := id("relationship", "2")
	all := []stix.Object{
		obj(t, "note", "4", `"content":"c","object_refs":["`+id("sighting", "3")+`"],`+green),
		obj(t, "sighting", "3", `"sighting_of_ref":"`+rel+`",`+green),
		obj(t, "relationship", "2", `"relationship_type":"uses","source_ref":"`+id("malware", "1")+`","target_ref":"`+id("malware", "1")+`",`+green),
		obj(t, "malware", "1", `"name":"m","is_family":false,`+red),
	}
	for i, got := range releaser(1).Release(question, all, nil) {
		if got.Allow || got.Object != nil || got.Opening != nil {
			t.Errorf("object %d is given: %+v", i, got)
		}
	}
}

func TestAnObservableKeepsItsPromiseAboutItsID(t *testing.T) {
	file, err := stix.Parse([]byte(strings.NewReplacer("RED", policy.MarkingID(policy.Red), "GREEN", policy.MarkingID(policy.Green)).Replace(
		`{"type":"file","spec_version":"2.1","id":"file--77777777-7777-5777-8777-777777777777","name":"x","size":3,"object_marking_refs":["GREEN"],"granular_markings":[{"marking_ref":"RED","selectors":["size"]}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	q := question
	q.Object = file
	got := releaser(1).Tear(q, nil)
	if !got.Allow || stix.UUIDVersion(got.Object.ID()) != 4 || got.Object["created"] != nil || got.Object["created_by_ref"] != nil || got.Object["size"] != nil {
		t.Errorf("%+v", got)
	}
	if err := tearline.Verify(got.Object, file, *got.Opening); err != nil {
		t.Error(err)
	}
}
