package granular_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy/granular"
	"github.com/cordon-project/cordon/stix"
)

func parse(t testing.TB, s string) stix.Object {
	t.Helper()
	o, err := stix.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestMarkingsAtRefusesWhatItCannotRead(t *testing.T) {
	o := parse(t, `{"id":"x","name":"n","granular_markings":[{"selectors":["name"]}]}`)
	if _, _, err := granular.MarkingsAt(o, "name", granular.Exact); !errs.Is(err, errs.Invalid) {
		t.Errorf("malformed granular markings: %v", err)
	}
	if _, _, err := granular.MarkingsAt(o, "nam", granular.Exact); !errs.Is(err, errs.Invalid) {
		t.Errorf("a selector of nothing: %v", err)
	}
	if refs, langs, err := granular.MarkingsAt(o, "", granular.Exact); err != nil || len(refs)+len(langs) > 0 {
		t.Errorf("the object as a whole: %v %v %v", refs, langs, err)
	}
}

// vector is one observation of the OASIS reference library's marking functions.
type vector struct {
	Fn     string         `json:"fn"`
	Args   []any          `json:"args"`
	Kwargs map[string]any `json:"kwargs"`
	Result any            `json:"result"`
	Error  *string        `json:"error_class"`
}

// TestVectorsOfTheReferenceLibrary runs all published vectors. The library gives
// edited objects a new time of change and sorts markings as its set does, so
// objects are compared without that time and markings as sets.
func TestVectorsOfTheReferenceLibrary(t *testing.T) {
	f, err := os.Open(shareddata.Path(t, "cti/markings/granular-marking-vectors.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	held, total := 0, 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		total++
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if problem := v.run(); problem != "" {
			t.Errorf("row %d, %s: %s", total, v.Fn, problem)
			continue
		}
		held++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d vectors hold", held, total)
	if held != 421 || total != 421 {
		t.Errorf("%d of %d vectors hold, want 421", held, total)
	}
}

// arg is an argument by position or by name; false when it is not given.
func (v vector) arg(i int, name string) (any, bool) {
	if i < len(v.Args) {
		return v.Args[i], true
	}
	a, ok := v.Kwargs[name]
	return a, ok
}

// places reads the argument for selectors: a text, a list, or null for the object.
func (v vector) places(i int) []string {
	switch a, _ := v.arg(i, "selectors"); s := a.(type) {
	case string:
		return []string{s}
	case []any:
		return append([]string{}, stix.StringList(s)...)
	}
	return nil
}

// marks reads the argument for markings: ids, or definitions; what is neither is
// an empty marking.
func (v vector) marks(i int) []string {
	a, _ := v.arg(i, "marking")
	list, ok := a.([]any)
	if !ok && a != nil {
		list = []any{a}
	}
	var out []string
	for _, e := range list {
		m, _ := e.(map[string]any)
		s, ok := e.(string)
		if !ok {
			s, _ = m["id"].(string)
		}
		out = append(out, s)
	}
	return out
}

func (v vector) reach(i int) (r granular.Reach) {
	if a, _ := v.arg(i, "inherited"); a == true {
		r |= granular.Inherited
	}
	if a, _ := v.arg(i+1, "descendants"); a == true {
		r |= granular.Descendants
	}
	return r
}

func (v vector) run() string {
	var got any
	var err error
	o, _ := v.Args[0].(map[string]any)
	if ref, ok := o["object_marking_refs"].(string); ok {
		// Some rows abbreviate a list of one to its element.
		o["object_marking_refs"] = []any{ref}
	}
	before, _ := json.Marshal(o)
	switch v.Fn {
	case "utils._validate_selector":
		got = granular.CheckSelector(o, v.Args[1].(string)) == nil
		v.Result = v.Result == true // null is one of the library's words for no
	case "markings.get_markings":
		got, err = v.get(o)
	case "markings.is_marked":
		got, err = granular.Marked(o, v.places(2), v.reach(3), v.marks(1)...)
	case "granular.is_marked":
		// The function for parts, asked about no part.
		got, err = granular.Marked(o, []string{}, granular.Exact)
	case "markings.add_markings":
		got, err = granular.Add(o, v.marks(1), v.places(2))
	case "markings.remove_markings":
		got, err = granular.Remove(o, v.marks(1), v.places(2))
	case "markings.set_markings":
		got, err = granular.Set(o, v.marks(1), v.places(2))
	case "markings.clear_markings":
		got, err = granular.Clear(o, v.places(1))
	default:
		return "the function is not known"
	}
	if after, _ := json.Marshal(o); string(after) != string(before) {
		return "what came in was changed"
	}
	return v.compare(got, err)
}

// get leaves out what the row says: markings or languages.
func (v vector) get(o stix.Object) (any, error) {
	places := v.places(1)
	all, err := granular.Markings(o, places, v.reach(2))
	for _, p := range places {
		refs, langs, _ := granular.MarkingsAt(o, p, v.reach(2))
		all = slices.DeleteFunc(all, func(m string) bool {
			return v.Kwargs["marking_ref"] == false && slices.Contains(refs, m) || v.Kwargs["lang"] == false && slices.Contains(langs, m)
		})
	}
	return all, err
}

func (v vector) compare(got any, err error) string {
	if v.Error != nil {
		kind := map[string]errs.Kind{"MarkingNotFoundError": errs.NotFound}[*v.Error]
		if kind == "" {
			kind = errs.Invalid
		}
		if !errs.Is(err, kind) {
			return fmt.Sprintf("%v, %v, want it refused (%s)", got, err, *v.Error)
		}
		return ""
	}
	if err != nil {
		return err.Error()
	}
	if g, w := plain(got), plain(v.Result); !reflect.DeepEqual(g, w) {
		return fmt.Sprintf("%v, want %v", g, w)
	}
	return ""
}

// plain brings an answer into a form in which order does not count.
func plain(v any) any {
	switch x := v.(type) {
	case stix.Object:
		return plain(map[string]any(x))
	case map[string]any:
		x = maps.Clone(x)
		delete(x, "modified")
		var pairs []string
		list, _ := x["granular_markings"].([]any)
		for _, e := range list {
			m, _ := e.(map[string]any)
			for _, s := range stix.StringList(m["selectors"]) {
				pairs = append(pairs, fmt.Sprint(m["marking_ref"], m["lang"], " on ", s))
			}
		}
		slices.Sort(pairs)
		x["granular_markings"] = pairs
		x["object_marking_refs"] = plain(x["object_marking_refs"])
		return x
	case []string:
		out := slices.Clone(x)
		slices.Sort(out)
		return append([]string{}, out...)
	case []any:
		return plain(stix.StringList(x))
	case nil:
		return []string{}
	}
	return v
}

// TestEditsAnswerToEachOther: what is added is there, what is removed or cleared
// is not, and nothing else moves.
func TestEditsAnswerToEachOther(t *testing.T) {
	places := []string{"name", "aliases", "aliases.[0]", "aliases.[1]", "x_deep", "x_deep.k.[0].v"}
	marks := []string{"marking-definition--11111111-1111-4111-8111-111111111111", "marking-definition--22222222-2222-4222-8222-222222222222", "en"}
	rapid.Check(t, func(t *rapid.T) {
		o := stix.Object{
			"type": "tool", "id": "tool--99999999-9999-4999-8999-999999999999", "name": "n", "aliases": []any{"a", "b"},
			"x_deep": map[string]any{"k": []any{map[string]any{"v": "1"}}},
		}
		want := map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			m := rapid.SliceOfNDistinct(rapid.SampledFrom(marks), 1, 2, rapid.ID[string]).Draw(t, "markings")
			at := rapid.SliceOfNDistinct(rapid.SampledFrom(places), 1, 3, rapid.ID[string]).Draw(t, "places")
			var next stix.Object
			var err error
			kind := rapid.SampledFrom([]string{"add", "set", "remove", "clear"}).Draw(t, "edit")
			switch kind {
			case "add":
				next, err = granular.Add(o, m, at)
			case "set":
				next, err = granular.Set(o, m, at)
			case "remove":
				next, err = granular.Remove(o, m, at)
			case "clear":
				next, err = granular.Clear(o, at)
			}
			if err != nil {
				if !errs.Is(err, errs.NotFound) || kind == "add" || kind == "set" {
					t.Fatal(err)
				}
				continue
			}
			o = next
			for _, p := range at {
				for _, x := range marks {
					switch {
					case kind == "clear", kind == "set" && !slices.Contains(m, x), kind == "remove" && slices.Contains(m, x):
						delete(want, p+x)
					case kind != "remove" && slices.Contains(m, x):
						want[p+x] = true
					}
				}
			}
			for _, p := range places {
				for _, x := range marks {
					if got, err := granular.Marked(o, []string{p}, granular.Exact, x); err != nil || got != want[p+x] {
						t.Fatalf("%s on %s: %v, %v, want %v", x, p, got, err, want[p+x])
					}
				}
			}
		}
	})
}

func FuzzEdit(f *testing.F) {
	f.Add([]byte(`{"type":"tool","name":"n","aliases":["a","b"],"granular_markings":[{"marking_ref":"marking-definition--11111111-1111-4111-8111-111111111111","selectors":["aliases.[0]"]}]}`), "name")
	f.Add([]byte(`{"a":{"b":[1,{"c":2}]},"granular_markings":[{"lang":"en","selectors":["a.b.[1].c"]}]}`), "a.b.[01]")
	f.Fuzz(func(t *testing.T, data []byte, selector string) {
		var o stix.Object
		if json.Unmarshal(data, &o) != nil || o == nil {
			return
		}
		const m = "marking-definition--99999999-9999-4999-8999-999999999999"
		added, err := granular.Add(o, []string{m}, []string{selector})
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("refused with the kind %s: %v", errs.KindOf(err), err)
			}
			return
		}
		if ok, err := granular.Marked(added, []string{selector}, granular.Exact, m); err != nil || !ok {
			t.Errorf("what was added to %q is not there: %v", selector, err)
		}
		if _, err := granular.Clear(added, []string{selector}); err != nil {
			t.Errorf("what was added to %q cannot be cleared: %v", selector, err)
		}
	})
}
