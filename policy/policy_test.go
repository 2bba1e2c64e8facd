package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

const (
	orgA      = "identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
	orgB      = "identity--bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
	statement = "marking-definition--11111111-1111-4111-8111-111111111111"
	custom    = "marking-definition--22222222-2222-4222-8222-222222222222"
	cui       = "marking-definition--33333333-3333-4333-8333-333333333333"
	unknown   = "marking-definition--44444444-4444-4444-8444-444444444444"
	copyTLP   = "marking-definition--55555555-5555-4555-8555-555555555555"
	extended  = "marking-definition--66666666-6666-4666-8666-666666666666"
)

// noon is when the tests decide.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

var levels = []policy.TLP{policy.Clear, policy.Green, policy.Amber, policy.AmberStrict, policy.Red}

var purposes = []policy.Purpose{policy.Reading, policy.NetworkDefence, policy.Screening, policy.LawEnforcement, policy.Exchange}

func definition(id, kind string, definition map[string]any) stix.Object {
	return stix.Object{"type": "marking-definition", "spec_version": "2.1", "id": id, "definition_type": kind, "definition": definition}
}

// definitions are the marking definitions that the tests' node knows.
func definitions(id string) (stix.Object, bool) {
	switch id {
	case statement:
		return definition(id, "statement", map[string]any{"statement": "Made for a test."}), true
	case custom:
		return definition(id, "house-rule", map[string]any{"rule": "seven"}), true
	case copyTLP:
		return definition(id, "tlp", map[string]any{"tlp": "white"}), true
	case cui:
		return stix.Object{"type": "marking-definition", "id": id, "extensions": map[string]any{
			"extension-definition--dff17fb3-edcb-4f99-ad1b-4b751c95738a": map[string]any{"extension_type": "property-extension", "control": "CUI"},
		}}, true
	case extended:
		m := definition(id, "statement", map[string]any{"statement": "Made for a test."})
		m["extensions"] = map[string]any{"extension-definition--77777777-7777-4777-8777-777777777777": map[string]any{}}
		return m, true
	}
	return nil, false
}

func object(creator string, refs ...any) stix.Object {
	o := stix.Object{"type": "malware", "id": "malware--99999999-9999-4999-8999-999999999999", "name": "x", "is_family": false}
	if creator != "" {
		o["created_by_ref"] = creator
	}
	if len(refs) > 0 {
		o["object_marking_refs"] = refs
	}
	return o
}

func TestLevelsHaveTheirNamesAndIDs(t *testing.T) {
	for _, l := range levels {
		for _, s := range []string{l.String(), strings.ToLower(l.String()), " " + strings.TrimPrefix(l.String(), "TLP:") + "\n"} {
			if got, err := policy.ParseTLP(s); err != nil || got != l {
				t.Errorf("ParseTLP(%q) = %v, %v, want %v", s, got, err, l)
			}
		}
	}
	if got, err := policy.ParseTLP("TLP:WHITE"); err != nil || got != policy.Clear {
		t.Errorf("ParseTLP(TLP:WHITE) = %v, %v", got, err)
	}
	for _, s := range []string{"", "tlp:", "TLP:TLP:RED", "amber strict", "blue"} {
		if got, err := policy.ParseTLP(s); !errs.Is(err, errs.Invalid) {
			t.Errorf("ParseTLP(%q) = %v, %v, want it refused", s, got, err)
		}
	}
	for _, l := range []policy.TLP{-1, 5, 127} {
		if l.String() == "" || policy.MarkingID(l) != "" {
			t.Errorf("%d: %q %q", int(l), l, policy.MarkingID(l))
		}
	}
}

func TestBuiltinsAreThePublishedDefinitions(t *testing.T) {
	data, err := os.ReadFile(shareddata.Path(t, "cti/markings/tlp-marking-definitions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var bundle struct {
		Objects []stix.Object `json:"objects"`
	}
	if err := json.Unmarshal(data, &bundle); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(bundle.Objects, policy.Builtin()); d != "" {
		t.Error(d)
	}
	want := map[string]policy.TLP{
		"TLP:CLEAR": policy.Clear, "TLP:WHITE": policy.Clear, "TLP:GREEN": policy.Green, "TLP:AMBER": policy.Amber,
		"TLP:AMBER+STRICT": policy.AmberStrict, "TLP:RED": policy.Red,
	}
	for _, m := range bundle.Objects {
		l, err := policy.LabelOf(object("", m.ID()), policy.Red, nil)
		if err != nil || policy.Level(l) != want[m.Str("name")] {
			t.Errorf("%s %s is read as %v, %v", m.Str("name"), m.ID(), policy.Level(l), err)
		}
		if l, err := policy.LabelOf(m, policy.Red, nil); err != nil || policy.Level(l) != policy.Clear {
			t.Errorf("the definition of %s itself is %v, %v, want clear", m.Str("name"), l, err)
		}
	}
}

func TestBuiltinsAreOnesOwn(t *testing.T) {
	policy.Builtin()[0]["name"] = "changed"
	if got := policy.Builtin()[0].Str("name"); got != "TLP:CLEAR" {
		t.Errorf("a caller changed the built-in definitions: %q", got)
	}
	for i, m := range policy.Builtin()[:5] {
		if m.ID() != policy.MarkingID(policy.TLP(i)) {
			t.Errorf("%v has the id %s", policy.TLP(i), m.ID())
		}
	}
}

// TestLabels holds the text of labels, which is part of the on-disk form.
func TestLabels(t *testing.T) {
	clear2, green2, red1 := policy.MarkingID(policy.Clear), policy.MarkingID(policy.Green), "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
	strict := policy.MarkingID(policy.AmberStrict)
	for name, c := range map[string]struct {
		o    stix.Object
		want policy.Label
	}{
		"no marking: the default":               {object(""), "1:amber"},
		"no marking, made by somebody":          {object(orgA), "1:amber;by=" + orgA},
		"clear is for everybody, made by whom":  {object(orgA, clear2), "1:clear"},
		"red is for nobody's colleagues":        {object(orgA, red1), "1:red"},
		"several levels: the most restrictive":  {object("", green2, strict, clear2), "1:amber+strict"},
		"TLP 1.0 and 2.0 together":              {object("", clear2, red1), "1:red"},
		"statement only: the default":           {object("", statement), "1:amber"},
		"statement beside a level":              {object("", statement, clear2), "1:clear"},
		"kind that is not evaluated":            {object("", custom, clear2), "1:clear;need=house-rule/" + policy.Label(custom)},
		"kind that is named":                    {object("", cui), "1:amber;need=cui/" + policy.Label(cui)},
		"definition that is not known":          {object("", clear2, unknown), "1:clear;need=unknown/" + policy.Label(unknown)},
		"TLP white under an id of its own":      {object("", copyTLP), "1:amber;need=tlp-copy/" + policy.Label(copyTLP)},
		"statement that an extension restricts": {object("", clear2, extended), "1:clear;need=extension/" + policy.Label(extended)},
		"several, sorted, once": {
			object(orgB, unknown, custom, unknown, green2),
			"1:green;by=" + orgB + ";need=house-rule/" + policy.Label(custom) + ";need=unknown/" + policy.Label(unknown),
		},
		"list built in code":              {stix.Object{"object_marking_refs": []string{green2}}, "1:green"},
		"creator that is no identity":     {object("malware--99999999-9999-4999-8999-999999999999"), "1:amber"},
		"creator with a label's own text": {object("identity--x;need=a/b"), "1:amber"},
		"statement definition":            {definition(statement, "statement", map[string]any{"statement": "s"}), "1:clear"},
		"other definition":                {definition(custom, "house-rule", nil), "1:amber;need=house-rule/" + policy.Label(custom)},
		"hostile kind":                    {definition(custom, "a;b/ C", nil), "1:amber;need=unknown/" + policy.Label(custom)},
		"extension definition":            {stix.Object{"type": "extension-definition"}, "1:clear"},
		"extension definition, marked":    {stix.Object{"type": "extension-definition", "object_marking_refs": []any{green2}}, "1:green"},
		"statement definition, marked": {
			stix.Object{
				"type": "marking-definition", "id": statement, "definition_type": "statement",
				"definition": map[string]any{"statement": "s"}, "object_marking_refs": []any{red1},
			}, "1:red",
		},
	} {
		got, err := policy.LabelOf(c.o, policy.Amber, definitions)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
		if got := policy.Join(got, got); got != c.want {
			t.Errorf("%s: the label is not read back: %q", name, got)
		}
	}
}

func TestMarkingsThatCannotBeReadAreRefused(t *testing.T) {
	green := policy.MarkingID(policy.Green)
	for name, refs := range map[string]any{
		"null": nil, "text": green, "number in the list": []any{green, 7}, "other type": []any{orgA},
		"no id": []any{"marking-definition--x"}, "empty id": []string{""}, "map": map[string]any{},
		"id with more": []any{green + ";by=" + orgA},
	} {
		l, err := policy.LabelOf(stix.Object{"object_marking_refs": refs}, policy.Clear, definitions)
		if !errs.Is(err, errs.Invalid) || policy.May(everything(), l, policy.Reading, noon).Allow {
			t.Errorf("%s: %q, %v, want it refused", name, l, err)
		}
	}
	for _, def := range []policy.TLP{-1, 5} {
		if l, err := policy.LabelOf(object(""), def, nil); !errs.Is(err, errs.Invalid) {
			t.Errorf("default %d: %q, %v, want it refused", int(def), l, err)
		}
	}
}

func TestADefinitionCountsOnlyUnderItsOwnID(t *testing.T) {
	liar := func(string) (stix.Object, bool) {
		return definition(statement, "statement", map[string]any{"statement": "s"}), true
	}
	l, err := policy.LabelOf(object("", custom, policy.MarkingID(policy.Clear)), policy.Clear, liar)
	if err != nil || policy.May(policy.Public, l, policy.Reading, noon).Allow {
		t.Errorf("a definition of another id opened the object: %q, %v", l, err)
	}
}

func everything() policy.Viewer {
	return policy.Viewer{Clearance: policy.Red, Org: orgA, Holds: map[string]bool{custom: true, cui: true, unknown: true, copyTLP: true, extended: true}}
}

func TestDecisions(t *testing.T) {
	cleared := func(l policy.TLP) policy.Viewer { return policy.Viewer{Clearance: l} }
	inA := policy.Viewer{Org: orgA}
	for name, c := range map[string]struct {
		v     policy.Viewer
		l     policy.Label
		p     policy.Purpose
		allow bool
		rule  string
	}{
		"public, clear":                        {policy.Public, "1:clear", policy.Reading, true, policy.RuleCleared},
		"public, green":                        {policy.Public, "1:green", policy.Reading, false, policy.RuleClearance},
		"cleared":                              {cleared(policy.Amber), "1:amber", policy.Screening, true, policy.RuleCleared},
		"strict is above amber":                {cleared(policy.Amber), "1:amber+strict", policy.Reading, false, policy.RuleClearance},
		"own":                                  {inA, "1:amber+strict;by=" + orgA, policy.Reading, true, policy.RuleOwn},
		"own, cleared anyway":                  {policy.Viewer{Org: orgA, Clearance: policy.Amber}, "1:amber;by=" + orgA, policy.Reading, true, policy.RuleCleared},
		"another's":                            {inA, "1:amber;by=" + orgB, policy.Reading, false, policy.RuleClearance},
		"own, but joined with green":           {inA, "1:amber;by=" + orgA + "@green", policy.Reading, false, policy.RuleClearance},
		"no organisation is nobody's":          {policy.Public, "1:amber", policy.Reading, false, policy.RuleClearance},
		"not held":                             {everything(), "1:clear;need=acs/" + policy.Label(statement), policy.Reading, false, policy.RuleMarkingNotHeld},
		"held":                                 {everything(), "1:red;need=acs/" + policy.Label(cui), policy.LawEnforcement, true, policy.RuleCleared},
		"held does not clear":                  {policy.Viewer{Holds: map[string]bool{cui: true}}, "1:green;need=acs/" + policy.Label(cui), policy.Reading, false, policy.RuleClearance},
		"own, not held":                        {inA, "1:amber;by=" + orgA + ";need=acs/" + policy.Label(cui), policy.Reading, false, policy.RuleMarkingNotHeld},
		"exchange of amber":                    {cleared(policy.Amber), "1:amber", policy.Exchange, true, policy.RuleCleared},
		"exchange above amber":                 {cleared(policy.Red), "1:amber+strict", policy.Exchange, false, policy.RuleNotForExchange},
		"exchange above amber, with its maker": {inA, "1:amber+strict;by=" + orgA, policy.Exchange, true, policy.RuleOwn},
		"no purpose":                           {everything(), "1:clear", "", false, policy.RulePurposeUnknown},
		"other purpose":                        {everything(), "1:clear", "Reading", false, policy.RulePurposeUnknown},
		"nobody":                               {everything(), policy.Nobody, policy.Reading, false, policy.RuleNobody},
		"no label":                             {everything(), "", policy.Reading, false, policy.RuleLabelMalformed},
	} {
		d := policy.May(c.v, c.l, c.p, noon)
		if d.Allow != c.allow || d.Rule != c.rule {
			t.Errorf("%s: %+v, want %v by %s", name, d, c.allow, c.rule)
		}
		checkSentence(t, d)
	}
}

// checkSentence holds a reason to one sentence.
func checkSentence(t interface{ Errorf(string, ...any) }, d policy.Decision) {
	if !strings.HasSuffix(d.Reason, ".") || strings.Contains(d.Reason, ". ") || strings.Contains(d.Reason, "TLP(") || d.Rule == "" {
		t.Errorf("%+v is not explained in one sentence", d)
	}
}

func TestMalformedLabelsDeny(t *testing.T) {
	for _, l := range []policy.Label{
		"", "1", "1:", "2:clear", "clear", "1:CLEAR", "1:white", "1:clear;", "1:clear;;", " 1:clear", "1:clear\n",
		"1:clear;by=" + orgA, "1:red;by=" + orgA, "1:amber;by=x", "1:amber;by=" + orgA + "@clear", "1:amber;by=" + orgA + "@amber",
		"1:amber;by=" + orgA + "@", "1:amber;by=" + orgA + ";", "1:amber;by=" + orgA + ";by=" + orgB,
		"1:clear;need=acs/x", "1:clear;need=/" + custom, "1:clear;need=" + custom, "1:clear;need=A/" + custom,
		"1:clear;need=a/" + custom + ";need=a/" + custom, "1:clear;need=a/" + custom + ";need=a/" + statement,
		"1:amber;need=a/" + custom + ";by=" + orgA, "1:clear;other=1", "1:nobody;by=" + orgA,
	} {
		if d := policy.May(everything(), l, policy.Reading, noon); d.Allow {
			t.Errorf("%q is allowed: %+v", l, d)
		}
		if policy.Level(l) != policy.Red || policy.Join(l, "1:clear") != policy.Nobody {
			t.Errorf("%q counts as %v, joins to %q", l, policy.Level(l), policy.Join(l, "1:clear"))
		}
	}
}

var genRef = rapid.SampledFrom([]any{
	policy.MarkingID(policy.Clear), policy.MarkingID(policy.Green), policy.MarkingID(policy.Amber), policy.MarkingID(policy.AmberStrict),
	policy.MarkingID(policy.Red), "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", statement, custom, cui, unknown, copyTLP, extended,
})

func genPlainLabel(t *rapid.T, name string) policy.Label {
	o := object(rapid.SampledFrom([]string{"", orgA, orgB}).Draw(t, name+" creator"), rapid.SliceOfN(genRef, 0, 3).Draw(t, name+" refs")...)
	l, err := policy.LabelOf(o, rapid.SampledFrom(levels).Draw(t, name+" default"), definitions)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestMayIsTotalAndDeniesWhatItDoesNotKnow(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`1:(clear|green|amber|red)?(;(by|need)=[a-z/@;=-]{0,60})*`))
	rapid.Check(t, func(t *rapid.T) {
		l, p := policy.Label(text.Draw(t, "label")), policy.Purpose(rapid.String().Draw(t, "purpose"))
		v := genViewer(t)
		v.Clearance = policy.TLP(rapid.Int8().Draw(t, "any clearance"))
		d := policy.May(v, l, p, noon)
		if d.Allow && (!p.Known() || policy.Join(l, l) != l) {
			t.Fatalf("%q for %q is allowed: %+v", l, p, d)
		}
		checkSentence(t, d)
	})
}

func TestTheZeroViewerSeesOnlyClear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, p := genPlainLabel(t, "l"), rapid.SampledFrom(purposes).Draw(t, "purpose")
		if got, want := policy.May(policy.Viewer{}, l, p, noon).Allow, l == "1:clear"; got != want {
			t.Fatalf("%q: allowed %v, want %v", l, got, want)
		}
	})
}

func TestAnUnknownMarkingDeniesAllWhoDoNotHoldIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := "marking-definition--" + rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}`).Draw(t, "id")
		refs := append(rapid.SliceOfN(genRef, 0, 3).Draw(t, "refs"), id)
		l, err := policy.LabelOf(object(orgA, refs...), rapid.SampledFrom(levels).Draw(t, "default"), nil)
		if err != nil {
			t.Fatal(err)
		}
		v := genViewer(t)
		if policy.May(v, l, rapid.SampledFrom(purposes).Draw(t, "purpose"), noon).Allow {
			t.Fatalf("%+v may have %q", v, l)
		}
		up := everything()
		for _, r := range refs {
			up.Holds[r.(string)] = true
		}
		if d := policy.May(up, l, policy.Reading, noon); !d.Allow {
			t.Fatalf("who holds everything may not have %q: %s", l, d.Reason)
		}
	})
}

func FuzzMay(f *testing.F) {
	for _, l := range []string{
		"1:clear", "1:amber;by=" + orgA, "1:amber+strict;by=" + orgA + "@green;need=acs/" + cui, "1:nobody", "1:red;need=a/" + custom + ";need=b/" + cui,
	} {
		f.Add(l)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := policy.Label(s)
		d := policy.May(everything(), l, policy.Reading, noon)
		if j := policy.Join(l, l); d.Allow && j != l || j != l && j != policy.Nobody {
			t.Errorf("%q joins with itself to %q and is decided %+v", l, j, d)
		}
		checkSentence(t, d)
	})
}

func BenchmarkLabelOf(b *testing.B) {
	for _, c := range []struct {
		name string
		o    stix.Object
	}{
		{"none", object("")},
		{"creator", object(orgA)},
		{"tlp", object(orgA, policy.MarkingID(policy.Clear))},
		{"tlp+statement", object(orgA, policy.MarkingID(policy.Amber), statement)},
		{"unknown", object(orgA, unknown)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			known := definition(statement, "statement", map[string]any{"statement": "s"})
			defs := func(id string) (stix.Object, bool) { return known, id == statement }
			for b.Loop() {
				if _, err := policy.LabelOf(c.o, policy.Green, defs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMay(b *testing.B) {
	v := policy.Viewer{Clearance: policy.Green, Org: orgB}
	b.ReportAllocs()
	for b.Loop() {
		policy.May(v, "1:amber;by="+orgA, policy.Reading, noon)
	}
}

func ExampleMay() {
	o := stix.Object{"type": "tool", "object_marking_refs": []any{policy.MarkingID(policy.Amber)}}
	label, err := policy.LabelOf(o, policy.Green, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(policy.May(policy.Public, label, policy.Reading, noon).Reason)
	// Output: The object is TLP:AMBER and the viewer is cleared to TLP:CLEAR.
}
