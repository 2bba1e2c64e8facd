package webtest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

func keepHeld(t testing.TB, dir string) *held.Store {
	t.Helper()
	s, err := held.Open(filepath.Join(dir, held.FileName), func() time.Time { return Noon })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// HoldTwo holds a version that would lose most of its entries, and one of another
// hash than its authority states. It returns the id of the first.
func (d *Desk) HoldTwo(t testing.TB) string {
	t.Helper()
	before := d.lists[0]
	in := []held.Input{{Name: "example.csv", SHA256: d.List, URL: "https://lists.example.org/example.csv"}}
	shrunk, err := d.held.Hold(t.Context(), "Analyst", &lists.Hold{
		List: "ofac", Reasons: []lists.Reason{lists.Shrunk, lists.Removed}, Version: record.ListVersionID("OFAC", "ofac-sdn", "a"), Date: "2024-05-04",
		Files: before.Files, Before: before.ID, DateBefore: before.Date, Entries: 600, EntriesBefore: 1204, Added: 1, Changed: 1, Removed: 605, Renumbered: 600, Limit: 60,
		First: []lists.Change{
			{Kind: lists.Gone, Entry: "103", Party: Ofac.Party("103"), Name: "EXAMPLE TRADING CORPORATION"},
			{Kind: lists.Changed, Entry: "101", Name: "EXAMPLE, Alpha", Fields: []lists.FieldChange{{Field: "listed on", Before: []string{"2023-05-23"}, After: []string{"2023-05-24"}}}},
			{Kind: lists.Added, Entry: "104", Name: Evil},
		},
	}, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.held.Hold(t.Context(), "Analyst", &lists.Hold{
		List: "kr-kofiu", Reasons: []lists.Reason{lists.OtherHash}, Version: record.ListVersionID("KR-KOFIU", "kr-kofiu-restricted", "b"), Date: "2026-02-01",
		Stated: []string{d.Report}, Entries: 1, EntriesBefore: 1, Before: d.lists[1].ID, DateBefore: d.lists[1].Date, Limit: 10,
	}, in); err != nil {
		t.Fatal(err)
	}
	return shrunk.ID
}

// mayHeld says who may decide on held versions.
func mayHeld(v policy.Viewer) error {
	if v.Clearance < policy.Red {
		return errs.New(errs.Denied, "taking things in is for the node's own people")
	}
	return nil
}

// Held returns the held versions.
func (d *Desk) Held(_ context.Context, v policy.Viewer, all bool) ([]held.Item, error) {
	return d.held.List(all), mayHeld(v)
}

// Release notes the first word for a version; the second begins an import.
func (d *Desk) Release(ctx context.Context, v policy.Viewer, id, by, why string) (held.Item, string, error) {
	if err := mayHeld(v); err != nil {
		return held.Item{}, "", err
	}
	i, err := d.held.Get(id)
	if err != nil {
		return i, "", err
	}
	if i.State == held.Waiting {
		i, err = d.held.Propose(ctx, id, by, why)
		return i, "", err
	}
	if i, err = d.held.Release(ctx, id, by, why); err != nil {
		return i, "", err
	}
	job, err := d.Import(ctx, v, intake.Upload{Kind: "ofac", Files: func(func(intake.UploadFile, error) bool) {}})
	return i, job, err
}

// Reject ends a held version.
func (d *Desk) Reject(ctx context.Context, v policy.Viewer, id, by, why string) (held.Item, error) {
	if err := mayHeld(v); err != nil {
		return held.Item{}, err
	}
	return d.held.Reject(ctx, id, by, why)
}
