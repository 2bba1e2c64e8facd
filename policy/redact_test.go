package policy_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/granular"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

func parse(t testing.TB, s string) stix.Object {
	t.Helper()
	var o stix.Object
	if err := json.Unmarshal([]byte(strings.NewReplacer(
		"CLEAR", policy.MarkingID(policy.Clear), "GREEN", policy.MarkingID(policy.Green),
		"AMBER", policy.MarkingID(policy.Amber), "RED", policy.MarkingID(policy.Red), "STATEMENT", statement, "UNKNOWN", unknown, "ORGA", orgA,
	).Replace(s)), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestRedaction(t *testing.T) {
	green := policy.Viewer{Clearance: policy.Green}
	for name, c := range map[string]struct {
		in      string
		v       policy.Viewer
		out     string // empty: withheld
		removed []string
	}{
		"a property": {
			in:      `{"type":"tool","name":"n","description":"d","granular_markings":[{"marking_ref":"RED","selectors":["description"]}]}`,
			v:       green,
			out:     `{"type":"tool","name":"n"}`,
			removed: []string{"description"},
		},
		"nothing for who may": {
			in:  `{"type":"tool","name":"n","description":"d","granular_markings":[{"marking_ref":"GREEN","selectors":["description"]}]}`,
			v:   green,
			out: `{"type":"tool","name":"n","description":"d","granular_markings":[{"marking_ref":"GREEN","selectors":["description"]}]}`,
		},
		"the author's own": {
			in:  `{"type":"tool","name":"n","description":"d","created_by_ref":"ORGA","granular_markings":[{"marking_ref":"AMBER","selectors":["description"]}]}`,
			v:   policy.Viewer{Org: orgA},
			out: `{"type":"tool","name":"n","description":"d","created_by_ref":"ORGA","granular_markings":[{"marking_ref":"AMBER","selectors":["description"]}]}`,
		},
		"statement hides nothing": {
			in:  `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"STATEMENT","selectors":["name"]}]}`,
			out: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"STATEMENT","selectors":["name"]}]}`,
		},
		"language hides nothing": {
			in:  `{"type":"tool","name":"n","granular_markings":[{"lang":"ko","selectors":["name"]}]}`,
			out: `{"type":"tool","name":"n","granular_markings":[{"lang":"ko","selectors":["name"]}]}`,
		},
		"the most restrictive of two": {
			in: `{"type":"tool","name":"n","description":"d","granular_markings":[{"marking_ref":"GREEN","selectors":["description"]},
				{"marking_ref":"RED","selectors":["description"]}]}`,
			v:       green,
			out:     `{"type":"tool","name":"n"}`,
			removed: []string{"description"},
		},
		"an unknown marking hides": {
			in:      `{"type":"tool","name":"n","aliases":["a"],"granular_markings":[{"marking_ref":"UNKNOWN","selectors":["aliases"]}]}`,
			v:       policy.Viewer{Clearance: policy.Red},
			out:     `{"type":"tool","name":"n"}`,
			removed: []string{"aliases"},
		},
		"list elements, and the others move up": {
			in: `{"type":"tool","name":"n","aliases":["a","b","c","d"],"granular_markings":[{"marking_ref":"RED","selectors":["aliases.[0]","aliases.[2]"]},
				{"marking_ref":"GREEN","selectors":["aliases.[3]","aliases.[2]"]},{"lang":"ko","selectors":["aliases.[1]","name"]},{"lang":"ja","selectors":["aliases.[0]"]}]}`,
			v: green,
			out: `{"type":"tool","name":"n","aliases":["b","d"],"granular_markings":[
				{"marking_ref":"GREEN","selectors":["aliases.[1]"]},{"lang":"ko","selectors":["aliases.[0]","name"]}]}`,
			removed: []string{"aliases.[0]", "aliases.[2]"},
		},
		"the last element takes the list": {
			in:      `{"type":"tool","name":"n","aliases":["a"],"granular_markings":[{"marking_ref":"RED","selectors":["aliases.[0]"]}]}`,
			out:     `{"type":"tool","name":"n"}`,
			removed: []string{"aliases"},
		},
		"inside a reference": {
			in: `{"type":"tool","name":"n","external_references":[{"source_name":"s","description":"d","url":"u","hashes":{"SHA-256":"h"}},{"source_name":"t"}],
				"granular_markings":[{"marking_ref":"RED","selectors":["external_references.[0].url","external_references.[0].hashes.SHA-256"]}]}`,
			out:     `{"type":"tool","name":"n","external_references":[{"source_name":"s","description":"d"},{"source_name":"t"}]}`,
			removed: []string{"external_references.[0].hashes", "external_references.[0].url"},
		},
		"a required part takes its element": {
			in: `{"type":"tool","name":"n","external_references":[{"source_name":"s","url":"u"},{"source_name":"t","url":"w"}],
				"granular_markings":[{"marking_ref":"RED","selectors":["external_references.[0].source_name"]},{"marking_ref":"GREEN","selectors":["external_references.[1].url"]}]}`,
			v: green,
			out: `{"type":"tool","name":"n","external_references":[{"source_name":"t","url":"w"}],
				"granular_markings":[{"marking_ref":"GREEN","selectors":["external_references.[0].url"]}]}`,
			removed: []string{"external_references.[0]"},
		},
		"an extension without its type": {
			in: `{"type":"tool","name":"n","extensions":{"extension-definition--77777777-7777-4777-8777-777777777777":{"extension_type":"property-extension","a":1}},
				"granular_markings":[{"marking_ref":"RED","selectors":["extensions.extension-definition--77777777-7777-4777-8777-777777777777.extension_type"]}]}`,
			out:     `{"type":"tool","name":"n"}`,
			removed: []string{"extensions"},
		},
		"half of the coordinates takes the other half": {
			in:      `{"type":"location","country":"KP","latitude":1,"longitude":2,"precision":3,"granular_markings":[{"marking_ref":"RED","selectors":["latitude"]},{"lang":"ko","selectors":["precision","country"]}]}`,
			out:     `{"type":"location","country":"KP","granular_markings":[{"lang":"ko","selectors":["country"]}]}`,
			removed: []string{"latitude", "longitude", "precision"},
		},
		"a reference that says nothing": {
			in: `{"type":"tool","name":"n","external_references":[{"source_name":"s","url":"u"},{"source_name":"capec","external_id":"CAPEC-1","url":"u"},{"source_name":"t","url":"w"}],
				"granular_markings":[{"marking_ref":"RED","selectors":["external_references.[0].url","external_references.[1].external_id"]}]}`,
			out:     `{"type":"tool","name":"n","external_references":[{"source_name":"t","url":"w"}]}`,
			removed: []string{"external_references.[0]", "external_references.[1]"},
		},
		"a place with only its country": {
			in:      `{"type":"location","country":"KP","latitude":1,"longitude":2,"granular_markings":[{"marking_ref":"RED","selectors":["latitude","longitude"]}]}`,
			out:     `{"type":"location","country":"KP"}`,
			removed: []string{"latitude", "longitude"},
		},
		"a required property":       {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"RED","selectors":["name"]}]}`},
		"all elements of required":  {in: `{"type":"report","name":"n","object_refs":["a","b"],"granular_markings":[{"marking_ref":"RED","selectors":["object_refs.[0]","object_refs.[1]"]}]}`},
		"a place with nothing left": {in: `{"type":"location","country":"KP","granular_markings":[{"marking_ref":"RED","selectors":["country"]}]}`},
		"the id":                    {in: `{"type":"tool","id":"i","name":"n","granular_markings":[{"marking_ref":"RED","selectors":["id"]}]}`},
		"revocation":                {in: `{"type":"tool","revoked":true,"name":"n","granular_markings":[{"marking_ref":"RED","selectors":["revoked"]}]}`},
		"the object's own marking":  {in: `{"type":"tool","name":"n","object_marking_refs":["RED","GREEN"],"granular_markings":[{"marking_ref":"RED","selectors":["object_marking_refs.[0]"]}]}`},
		"the granular markings":     {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"RED","selectors":["granular_markings.[0]"]},{"lang":"ko","selectors":["name"]}]}`},
		"the type's own extension": {in: `{"type":"x-y","extensions":{"extension-definition--77777777-7777-4777-8777-777777777777":{"extension_type":"new-sdo"}},
			"granular_markings":[{"marking_ref":"RED","selectors":["extensions"]}]}`},
		"a property in a computed id": {in: `{"type":"file","id":"file--77777777-7777-5777-8777-777777777777","name":"n","hashes":{"MD5":"h"},
			"granular_markings":[{"marking_ref":"RED","selectors":["hashes.MD5"]}]}`},
		"a property in a random id": {
			in: `{"type":"file","id":"file--77777777-7777-4777-8777-777777777777","name":"n","hashes":{"MD5":"h"},
			"granular_markings":[{"marking_ref":"RED","selectors":["hashes.MD5"]}]}`,
			out:     `{"type":"file","id":"file--77777777-7777-4777-8777-777777777777","name":"n"}`,
			removed: []string{"hashes"},
		},
		"a hiding marking that points at nothing": {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"RED","selectors":["descripton"]}]}`},
		"an open marking that points at nothing": {
			in:  `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"CLEAR","selectors":["descripton"]}]}`,
			out: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"CLEAR","selectors":["descripton"]}]}`,
		},
		"markings that are no list":   {in: `{"type":"tool","name":"n","granular_markings":{}}`},
		"markings that are null":      {in: `{"type":"tool","name":"n","granular_markings":null}`},
		"an entry without a marking":  {in: `{"type":"tool","name":"n","granular_markings":[{"selectors":["name"]}]}`},
		"an entry without selectors":  {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"RED"}]}`},
		"an entry that is text":       {in: `{"type":"tool","name":"n","granular_markings":["RED"]}`},
		"a marking that is a number":  {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":1,"selectors":["name"]}]}`},
		"a marking that is no id":     {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"red","selectors":["name"]}]}`},
		"a selector that is a number": {in: `{"type":"tool","name":"n","granular_markings":[{"marking_ref":"CLEAR","selectors":["name",1]}]}`},
		"a selector with a sign":      {in: `{"type":"tool","name":"n","aliases":["a"],"granular_markings":[{"marking_ref":"CLEAR","selectors":["aliases.[+0]"]}]}`},
		"a selector that is padded": {
			in:      `{"type":"tool","name":"n","aliases":["a","b"],"granular_markings":[{"marking_ref":"RED","selectors":["aliases.[00]"]}]}`,
			out:     `{"type":"tool","name":"n","aliases":["b"]}`,
			removed: []string{"aliases.[0]"},
		},
	} {
		in := parse(t, c.in)
		before, _ := json.Marshal(in)
		out, removed, err := policy.Redact(c.v, in, policy.Reading, noon, definitions)
		if c.out == "" {
			if !errs.Is(err, errs.Withheld) || out != nil {
				t.Errorf("%s: %v, %v, want it withheld", name, out, err)
			}
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(parse(t, c.out), out) + cmp.Diff(c.removed, removed); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if after, _ := json.Marshal(in); string(before) != string(after) {
			t.Errorf("%s: the object was changed: %s, before %s", name, after, before)
		}
	}
}

func TestGranularSensitive(t *testing.T) {
	for s, want := range map[string]bool{
		`{}`: false,
		`{"granular_markings":[{"lang":"ko","selectors":["name"]}]}`:        false,
		`{"granular_markings":[{"marking_ref":"RED","selectors":["a"]}]}`:   true,
		`{"granular_markings":[{"marking_ref":"CLEAR","selectors":["a"]}]}`: true,
		`{"granular_markings":null}`:                                        true,
		`{"granular_markings":[7]}`:                                         true,
		`{"granular_markings":[{"selectors":["a"]}]}`:                       true,
		`{"granular_markings":[]}`:                                          false,
	} {
		if got := policy.GranularSensitive(parse(t, s)); got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
}

// selectors lists every place inside a value.
func selectors(v any, at string) []string {
	var out []string
	step := func(s string, v any) {
		if at != "" {
			s = at + "." + s
		}
		out = append(append(out, s), selectors(v, s)...)
	}
	switch c := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(c)) {
			step(k, c[k])
		}
	case []any:
		for i, e := range c {
			step(fmt.Sprintf("[%d]", i), e)
		}
	}
	return out
}

const specimen = `{"type":"malware","spec_version":"2.1","id":"malware--77777777-7777-4777-8777-777777777777","created_by_ref":"ORGA","name":"n0",
	"is_family":false,"aliases":["a0","a1","a2"],"description":"d0","kill_chain_phases":[{"kill_chain_name":"k0","phase_name":"p0"},
	{"kill_chain_name":"k1","phase_name":"p1"}],"external_references":[{"source_name":"s0","url":"u0","hashes":{"MD5":"h0","SHA-1":"h1"}},
	{"source_name":"s1","description":"d1"}],"extensions":{"extension-definition--77777777-7777-4777-8777-777777777777":
	{"extension_type":"property-extension","rows":[{"x":"x0"},{"x":"x1","y":["y0","y1"]}]}}}`

// leaves counts the texts in a value: the specimen holds each once.
func leaves(v any, into map[string]int) map[string]int {
	switch c := v.(type) {
	case string:
		into[c]++
	case stix.Object:
		for k, e := range c {
			if k != "granular_markings" {
				leaves(e, into)
			}
		}
	case map[string]any:
		for _, e := range c {
			leaves(e, into)
		}
	case []any:
		for _, e := range c {
			leaves(e, into)
		}
	}
	return into
}

func genMarked(t *rapid.T, tb testing.TB) stix.Object {
	o := parse(tb, specimen)
	places := selectors(map[string]any(o), "")
	var gs []any
	for range rapid.IntRange(0, 5).Draw(t, "granular") {
		g := map[string]any{}
		if rapid.IntRange(0, 4).Draw(t, "language") == 0 {
			g["lang"] = "ko"
		} else {
			g["marking_ref"] = genRef.Draw(t, "ref")
		}
		var ss []any
		for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(places), 1, 3, rapid.ID).Draw(t, "selectors") {
			ss = append(ss, s)
		}
		g["selectors"] = ss
		gs = append(gs, g)
	}
	if len(gs) > 0 {
		o["granular_markings"] = gs
	}
	return o
}

func TestRedactionIsMonotoneAndHidesWhatIsMarked(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := genMarked(rt, t)
		v, p := genViewer(rt), rapid.SampledFrom(purposes).Draw(rt, "purpose")
		less, removed, errLess := policy.Redact(v, o, p, noon, definitions)
		more, _, errMore := policy.Redact(raise(rt, v), o, p, noon, definitions)
		if errLess == nil && errMore != nil {
			rt.Fatalf("who may see more is shown nothing: %v", errMore)
		}
		if errLess != nil {
			if !errs.Is(errLess, errs.Withheld) {
				rt.Fatal(errLess)
			}
			return
		}
		seen, wider, all := leaves(less, map[string]int{}), leaves(more, map[string]int{}), leaves(o, map[string]int{})
		for s := range seen {
			if seen[s] > wider[s] {
				rt.Fatalf("%q is hidden from who may see more", s)
			}
		}
		if lost := len(all) != len(seen); lost != (len(removed) > 0) {
			rt.Fatalf("removed %v, of %d parts %d are left", removed, len(all), len(seen))
		}
		hidden := map[string]int{}
		for _, s := range removed {
			leaves(at(o, s), hidden)
		}
		for s, n := range hidden {
			if s != "ko" && seen[s] > all[s]-n {
				rt.Fatalf("%q was removed and is still there", s)
			}
		}
		checkGranular(rt, v, p, o, less)
	})
}

// checkGranular checks that no marking hides anything of what was shown, that
// the selectors left all name something, and that each names what it named.
func checkGranular(t *rapid.T, v policy.Viewer, p policy.Purpose, o, out stix.Object) {
	// Who made it may itself be hidden; then its colleagues are so no longer.
	out = maps.Clone(out)
	out["created_by_ref"] = o["created_by_ref"]
	again, removed, err := policy.Redact(v, out, p, noon, definitions)
	if err != nil || len(removed) > 0 {
		t.Fatalf("what is shown is not fit to be shown: %v, %v", removed, err)
	}
	if d := cmp.Diff(out, again); d != "" {
		t.Fatal(d)
	}
	named := map[string]bool{}
	for _, g := range list(o) {
		for _, s := range stix.StringList(g["selectors"]) {
			named[fmt.Sprint(g["marking_ref"], g["lang"], slices.Sorted(maps.Keys(leaves(at(o, s), map[string]int{}))))] = true
		}
	}
	for _, g := range list(out) {
		for _, s := range stix.StringList(g["selectors"]) {
			if err := granular.CheckSelector(out, s); err != nil {
				t.Fatal(err)
			}
			if key := fmt.Sprint(g["marking_ref"], g["lang"], slices.Sorted(maps.Keys(leaves(at(out, s), map[string]int{})))); isText(at(out, s)) && !named[key] {
				t.Fatalf("%s names another part than before", s)
			}
		}
	}
}

func isText(v any) bool { _, ok := v.(string); return ok }

func list(o stix.Object) []map[string]any {
	var out []map[string]any
	l, _ := o["granular_markings"].([]any)
	for _, e := range l {
		out = append(out, e.(map[string]any))
	}
	return out
}

// at returns the value that a selector names, by steps of its own.
func at(o stix.Object, selector string) any {
	var v any = map[string]any(o)
	for step := range strings.SplitSeq(selector, ".") {
		switch c := v.(type) {
		case map[string]any:
			v = c[step]
		case []any:
			var n int
			if _, err := fmt.Sscanf(step, "[%d]", &n); err != nil || n >= len(c) {
				return nil
			}
			v = c[n]
		}
	}
	return v
}

// validObjects are the valid objects of the published validator cases that have
// no granular markings.
func validObjects(t *testing.T) []stix.Object {
	f, err := os.Open(shareddata.Path(t, "cti/stix/validator-cases-2.1.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []stix.Object
	types := map[string]bool{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var row struct{ Object json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		o, err := stix.Parse(row.Object)
		if err != nil || o.Type() == "bundle" || o["granular_markings"] != nil || !check.Valid(check.Object(o, check.Lenient)) {
			continue
		}
		out = append(out, o)
		types[o.Type()] = true
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(types) < 30 {
		t.Fatalf("only %d types of objects were read", len(types))
	}
	return out
}

// TestWhatIsShownIsStillValid hides each single place of every such object: what
// is shown breaks no rule that the whole object kept.
func TestWhatIsShownIsStillValid(t *testing.T) {
	shown, withheld := 0, 0
	for _, o := range validObjects(t) {
		for _, place := range selectors(map[string]any(o), "") {
			o := maps.Clone(o)
			o["granular_markings"] = []any{map[string]any{"marking_ref": policy.MarkingID(policy.Red), "selectors": []any{place}}}
			out, _, err := policy.Redact(policy.Public, o, policy.Reading, noon, nil)
			if err != nil {
				withheld++
				continue
			}
			shown++
			for _, b := range check.Broken(check.Object(out, check.Lenient)) {
				t.Errorf("%s without %s: %s at %s: %s", o.Type(), place, b.Rule, b.Path, b.Message)
			}
		}
	}
	t.Logf("%d places hidden and the rest shown, %d withheld", shown, withheld)
	if shown < 500 || withheld < 500 {
		t.Errorf("too little was tried: %d shown, %d withheld", shown, withheld)
	}
}

// TestRedactionOfRealObjectsIsMonotone draws two levels for several places at
// once: who may see more is shown every place that the other is, and both are
// shown valid objects.
func TestRedactionOfRealObjectsIsMonotone(t *testing.T) {
	objects := validObjects(t)
	rapid.Check(t, func(t *rapid.T) {
		o := maps.Clone(rapid.SampledFrom(objects).Draw(t, "object"))
		places := rapid.SampledFrom(selectors(map[string]any(o), ""))
		var gs []any
		for _, l := range []policy.TLP{policy.Green, policy.Red} {
			var ss []any
			for _, s := range rapid.SliceOfNDistinct(places, 1, 3, rapid.ID).Draw(t, l.String()) {
				ss = append(ss, s)
			}
			gs = append(gs, map[string]any{"marking_ref": policy.MarkingID(l), "selectors": ss})
		}
		o["granular_markings"] = gs
		less, lessGone, err := policy.Redact(policy.Public, o, policy.Reading, noon, nil)
		more, moreGone, errMore := policy.Redact(policy.Viewer{Clearance: policy.Green}, o, policy.Reading, noon, nil)
		if err != nil {
			return
		}
		if errMore != nil {
			t.Fatalf("who may see more is shown nothing: %v", errMore)
		}
		for _, gone := range moreGone {
			if !slices.ContainsFunc(lessGone, func(g string) bool { return g == gone || strings.HasPrefix(gone, g+".") }) {
				t.Fatalf("%s is hidden from who may see more: %v, %v", gone, moreGone, lessGone)
			}
		}
		for _, out := range []stix.Object{less, more} {
			for _, b := range check.Broken(check.Object(out, check.Lenient)) {
				t.Fatalf("%s without %v: %s at %s: %s", o.Type(), lessGone, b.Rule, b.Path, b.Message)
			}
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add([]byte(specimen))
	f.Add([]byte(`{"type":"tool","name":"n","aliases":["a","b"],"granular_markings":[{"marking_ref":"` + policy.MarkingID(policy.Red) + `","selectors":["aliases.[0]"]}]}`))
	f.Add([]byte(`{"type":"file","id":"file--77777777-7777-5777-8777-777777777777","granular_markings":[{"marking_ref":7}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var o stix.Object
		if json.Unmarshal(data, &o) != nil {
			return
		}
		out, removed, err := policy.Redact(policy.Public, o, policy.Reading, noon, definitions)
		if err != nil {
			if !errs.Is(err, errs.Withheld) {
				t.Errorf("refused with the kind %s: %v", errs.KindOf(err), err)
			}
			return
		}
		if maker, ok := o["created_by_ref"]; ok {
			out = maps.Clone(out)
			out["created_by_ref"] = maker
		}
		if _, more, err := policy.Redact(policy.Public, out, policy.Reading, noon, definitions); err != nil || len(more) > 0 {
			t.Errorf("after %v were removed, what is shown still hides %v, %v", removed, more, err)
		}
		if _, err := policy.LabelOf(o, policy.Amber, definitions); err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("label refused with the kind %s: %v", errs.KindOf(err), err)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	o := parse(b, specimen)
	o["granular_markings"] = []any{map[string]any{"marking_ref": policy.MarkingID(policy.Red), "selectors": []any{"description", "external_references.[0]"}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := policy.Redact(policy.Public, o, policy.Reading, noon, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGranularSensitive(b *testing.B) {
	o := parse(b, specimen)
	b.ReportAllocs()
	for b.Loop() {
		policy.GranularSensitive(o)
	}
}
