package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/stixtest"
)

// TestAgreedVerdicts runs the objects on which the two OASIS tools agree. The
// mode is Lenient: the agreed verdicts are those of the specification, which
// permits custom content.
func TestAgreedVerdicts(t *testing.T) {
	right, total := 0, 0
	for _, row := range stixtest.Rows(t, "cti/stix/validator-cases-2.1.jsonl") {
		want := row.Str("consensus")
		if want == "disputed" {
			continue
		}
		total++
		findings := check.Object(stixtest.Member(t, row, "object"), check.Lenient)
		got := "invalid"
		if check.Valid(findings) {
			got = "valid"
		}
		if got == want {
			right++
			continue
		}
		t.Errorf("case %s: %s, the tools agree on %s; findings %+v", row.Str("case"), got, want, check.Broken(findings))
	}
	t.Logf("%d of %d agreed verdicts", right, total)
}

type ruling struct{ verdict, rule, section, right string }

var (
	rulingRow   = regexp.MustCompile(`^\| ([0-9a-f]{16}) \| (valid|invalid) \| ([a-z0-9.-]+) \| ([0-9.]+) \|$`)
	rulingRight = regexp.MustCompile(`^Right: (stix2-validator|python-stix2) \((\d+) rows\)\.$`)
)

// rulings reads the tables of docs/stix-rulings.md.
func rulings(t *testing.T) map[string]ruling {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "stix-rulings.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ruling{}
	right := ""
	for line := range strings.Lines(string(doc)) {
		line = strings.TrimSpace(line)
		if m := rulingRight.FindStringSubmatch(line); m != nil {
			right = m[1]
		}
		m := rulingRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if _, twice := out[m[1]]; twice {
			t.Errorf("case %s is ruled twice", m[1])
		}
		out[m[1]] = ruling{m[2], m[3], m[4], right}
	}
	return out
}

// TestRulings holds Check to the ruling on every row that the tools dispute, and
// the rulings to the rows.
func TestRulings(t *testing.T) {
	all := rulings(t)
	known := map[string]bool{}
	for _, r := range check.Rules() {
		known[r.Name] = true
	}
	total := 0
	for _, row := range stixtest.Rows(t, "cti/stix/validator-cases-2.1.jsonl") {
		if row.Str("consensus") != "disputed" {
			continue
		}
		total++
		id := row.Str("case")
		want, ruled := all[id]
		if !ruled {
			t.Errorf("case %s is disputed and has no ruling", id)
			continue
		}
		delete(all, id)
		if !known[want.rule] {
			t.Errorf("case %s: the ruling names the unknown rule %s", id, want.rule)
		}
		accepts := map[string]any{"stix2-validator": row["must_valid"], "python-stix2": row["python_stix2_accepts"]}
		if accepts[want.right] != (want.verdict == "valid") {
			t.Errorf("case %s: ruled %s, and %s does not say so", id, want.verdict, want.right)
		}
		broken := check.Broken(check.Object(stixtest.Member(t, row, "object"), check.Lenient))
		breaks := slices.ContainsFunc(broken, func(f check.Finding) bool { return f.Rule == want.rule && f.Section == want.section })
		switch {
		case want.verdict == "invalid" && !breaks:
			t.Errorf("case %s: ruled invalid by %s (%s), findings %+v", id, want.rule, want.section, broken)
		case want.verdict == "valid" && len(broken) > 0:
			t.Errorf("case %s: ruled valid, findings %+v", id, broken)
		}
	}
	for id := range all {
		t.Errorf("the ruling on %s has no disputed row", id)
	}
	t.Logf("%d disputed rows ruled and held", total)
}

// TestRulingsPageStandsAlone checks the page where the shared data is absent.
func TestRulingsPageStandsAlone(t *testing.T) {
	if n := len(rulings(t)); n != 115 {
		t.Errorf("the page has %d rulings, want 115", n)
	}
}
