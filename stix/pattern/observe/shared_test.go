package observe_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/observe"
)

// sharedCase is a row of the matcher's cases.
type sharedCase struct {
	Pattern, Version, Observations, Result string
	Bindings                               []*string
	Passed                                 bool `json:"upstream_test_passed"`
}

func sharedCases(t testing.TB) []sharedCase {
	t.Helper()
	data, err := os.ReadFile(shareddata.Path(t, "cti/pattern/matcher-cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []sharedCase
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		var c sharedCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// sharedObservations are the observations of the cases: lists of observed-data objects
// (2.0) or of bundles (2.1).
func sharedObservations(t testing.TB) map[string][]observe.Observation {
	t.Helper()
	data, err := os.ReadFile(shareddata.Path(t, "cti/pattern/matcher-cases-observations.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sets map[string][]json.RawMessage
	if err := json.Unmarshal(data, &sets); err != nil {
		t.Fatal(err)
	}
	out := map[string][]observe.Observation{}
	for name, set := range sets {
		var objects []stix.Object
		for _, raw := range set {
			o, err := stix.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if o["type"] != "bundle" {
				objects = append(objects, o)
				continue
			}
			for _, inner := range o["objects"].([]any) {
				objects = append(objects, inner.(map[string]any))
			}
		}
		if out[name], err = observe.Read(objects); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// answer is what the tools call the outcome.
func answer(c sharedCase, observations []observe.Observation) (string, observe.Result) {
	p, err := observe.Compile(c.Pattern, pattern.Version(c.Version))
	if err != nil {
		return "error", observe.Result{}
	}
	switch got, err := p.Match(observations, observe.Limits{}); {
	case err != nil:
		return "error", got
	case got.Matched:
		return "match", got
	}
	return "no-match", observe.Result{}
}

func TestMatcherVerdicts(t *testing.T) {
	observations := sharedObservations(t)
	right, flagged := 0, 0
	for _, c := range sharedCases(t) {
		if !c.Passed {
			flagged++ // decided in docs/pattern-rulings.md
			continue
		}
		got, result := answer(c, observations[c.Observations])
		if got != c.Result {
			t.Errorf("%s (%s, %s): %s, want %s", c.Pattern, c.Version, c.Observations, got, c.Result)
			continue
		}
		right++
		if c.Version == "2.0" && len(c.Bindings) > 0 && c.Bindings[0] != nil {
			var want, ids []string
			for _, b := range c.Bindings {
				want = append(want, *b)
			}
			for _, o := range result.Observations {
				ids = append(ids, observations[c.Observations][o].ID)
			}
			slices.Sort(want)
			slices.Sort(ids)
			if !slices.Equal(ids, want) {
				t.Errorf("%s: bound to %q, want %q", c.Pattern, ids, want)
			}
		}
	}
	if right != 812 || flagged != 18 {
		t.Errorf("%d right and %d flagged, want 812 and 18", right, flagged)
	}
}
