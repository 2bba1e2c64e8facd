package observe_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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
		var loose []stix.Object
		for _, raw := range set {
			o, err := stix.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if o["type"] != "bundle" {
				loose = append(loose, o)
				continue
			}
			var inside []stix.Object // a bundle stands by itself: two may hold different objects of one id
			for _, m := range o["objects"].([]any) {
				inside = append(inside, m.(map[string]any))
			}
			seen, err := observe.Read(inside)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = append(out[name], seen...)
		}
		seen, err := observe.Read(loose)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = append(out[name], seen...)
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

var rulingRow = regexp.MustCompile(`^\| ([0-9a-f]{16}) \| [^|]+ \| (match|no-match|error) \| [0-9.]+ \|$`)

// rulings reads the table of docs/pattern-rulings.md.
func rulings(t *testing.T) map[string]string {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "pattern-rulings.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(doc)) {
		if m := rulingRow.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			out[m[1]] = m[2]
		}
	}
	if len(out) != 18 {
		t.Errorf("the page has %d rulings, want 18", len(out))
	}
	return out
}

func TestTheRulingsPageStandsAlone(t *testing.T) { rulings(t) }

// TestRulings holds the matcher to the ruling on every flagged case. A case is named by
// the hash of its version, its observations and its pattern.
func TestRulings(t *testing.T) {
	all := rulings(t)
	observations := sharedObservations(t)
	for _, c := range sharedCases(t) {
		if c.Passed {
			continue
		}
		sum := sha256.Sum256([]byte(c.Version + "\n" + c.Observations + "\n" + c.Pattern))
		name := hex.EncodeToString(sum[:8])
		if got, _ := answer(c, observations[c.Observations]); got != all[name] {
			t.Errorf("%s %s: %s, ruled %q", name, c.Pattern, got, all[name])
		}
		delete(all, name)
	}
	for name := range all {
		t.Errorf("the ruling on %s has no case", name)
	}
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
