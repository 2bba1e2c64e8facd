package intake_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
)

var partner = policy.Viewer{Name: "partner", Clearance: policy.Green}

// party returns an identity with markings; none leaves it to the node's default.
func party(n, name string, levels ...policy.TLP) stix.Object {
	o := stix.Object{
		"type": "identity", "spec_version": "2.1", "id": "identity--9b2f4f34-5a3c-4d3f-8a41-0c9a5b0a1d" + n,
		"created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z", "name": name, "identity_class": "individual",
	}
	var refs []any
	for _, l := range levels {
		refs = append(refs, policy.MarkingID(l))
	}
	if refs != nil {
		o["object_marking_refs"] = refs
	}
	return o
}

func (d *desk) add(t *testing.T, objects ...stix.Object) {
	t.Helper()
	r, err := d.store.Append(t.Context(), journal.Batch{Objects: objects, By: "test"})
	if err != nil || len(r.Refused) > 0 {
		t.Fatal(r.Refused, err)
	}
	if err := d.projector.Wait(t.Context(), r.Last); err != nil {
		t.Fatal(err)
	}
}

// A report tells nobody of a party whom the reader of the report may not see:
// neither the claim nor the report itself refers to it there.
func TestAReportDoesNotTellOfPartiesAboveItsMarking(t *testing.T) {
	red := party("11", "EXAMPLE, Rubra", policy.Red)
	unmarked := party("12", "EXAMPLE, Ambra") // TLP:AMBER, the node's default
	part := party("13", "EXAMPLE, Partita", policy.Clear)
	part["granular_markings"] = []any{map[string]any{"marking_ref": policy.MarkingID(policy.Red), "selectors": []any{"identity_class"}}}
	open := party("14", "EXAMPLE, Aperta", policy.Clear)
	d := newDesk(t, t.TempDir(), nil)
	d.add(t, red, unmarked, part, open)
	level := policy.Clear
	const body = "EXAMPLE, Rubra met EXAMPLE, Ambra, EXAMPLE, Partita and EXAMPLE, Aperta in 2024.\n"
	take := func() *intake.Result {
		return done(t, d.take(t, intake.Upload{Kind: intake.KindReport, Marking: &level}, text("report.txt", body)))
	}
	report := take().Reports[0].ID

	mentions := func(v policy.Viewer, id string) int {
		dossier, err := d.screen.Dossier(t.Context(), v, id)
		if err != nil {
			t.Fatal(err)
		}
		return len(dossier.Mentions)
	}
	for _, p := range []stix.Object{red, unmarked, part, open} {
		if n := mentions(owner, p.ID()); n != 1 {
			t.Errorf("the owner finds %d mentions of %s", n, p.Str("name"))
		}
	}
	if n := mentions(partner, open.ID()); n != 1 {
		t.Errorf("a partner finds %d mentions of who is open to all", n)
	}
	for e, err := range d.store.Scan(t.Context(), partner, journal.Query{Purpose: policy.Reading}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []stix.Object{red, unmarked, part} {
			if e.ID != p.ID() && strings.Contains(string(e.Canonical), p.ID()) {
				t.Errorf("a partner reads of %s in %s", p.Str("name"), e.Canonical)
			}
		}
	}
	if e, err := d.store.Get(t.Context(), partner, policy.Reading, report); err != nil || !strings.Contains(string(e.Canonical), open.ID()) {
		t.Errorf("the report as a partner reads it: %s, %v", e.Canonical, err)
	}
	if r := take(); r.Added != 0 {
		t.Errorf("reading it again adds %d objects", r.Added)
	}
}

// What is public of itself is not hidden by the next report that names it.
func TestAVulnerabilityKeepsItsLowestMarking(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	for i, c := range []struct {
		level policy.TLP
		seen  bool
	}{{policy.Red, false}, {policy.Clear, true}, {policy.Red, true}} {
		body := strings.Repeat("Again: ", i+1) + "CVE-2024-12345 was used.\n"
		done(t, d.take(t, intake.Upload{Kind: intake.KindReport, Marking: &c.level}, text("report.txt", body)))
		a, err := d.screen.Ask(t.Context(), policy.Public, screen.Query{Text: "CVE-2024-12345"})
		if err != nil {
			t.Fatal(err)
		}
		if seen := len(a.Candidates) > 0; seen != c.seen {
			t.Errorf("after report %d everybody sees it: %v", i+1, seen)
		}
	}
}

// Only what was read as an official list is public in the archive; that somebody
// called it one is not enough.
func TestOnlyAListThatWasReadIsPublic(t *testing.T) {
	const list = "kf_no|type|hangul|latin|note\n1|org|예제무역회사|EXAMPLE TRADING CORPORATION, LTD; YEJE MUYOK|\n"
	const other = "kf_no|our own notes on a case\n"
	d := newDesk(t, t.TempDir(), nil)
	public := func(body string) bool {
		sum := sha256.Sum256([]byte(body))
		_, err := d.archive.Stat(t.Context(), policy.Public, policy.Reading, hex.EncodeToString(sum[:]))
		return err == nil
	}
	if j := d.take(t, intake.Upload{Kind: "kr-kofiu"}, text("notes.psv", other)); !errs.Is(j.Err, errs.Invalid) {
		t.Errorf("notes as a list: %v", j.Err)
	}
	if public(other) {
		t.Error("notes that were called a list are public")
	}
	done(t, d.take(t, intake.Upload{Date: record.Date("2026-01-14")}, text("kofiu.psv", list)))
	if !public(list) {
		t.Error("a list that was found by its content is not public")
	}
}
