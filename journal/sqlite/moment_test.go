package sqlite_test

import (
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/marking"
	"github.com/cordon-project/cordon/stix"
)

// TestWhatIsBoundedInTimeIsSeenInItsTime: an embargo ends and a use expires while
// the store runs, for entries and for projections, without anything being written.
func TestWhatIsBoundedInTimeIsSeenInItsTime(t *testing.T) {
	start := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	now := start
	o := options()
	o.Clock = func() time.Time { return now }
	dir := t.TempDir()
	s, err := sqlite.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := sqlite.NewProjector(t.Context(), s, []journal.Projection{journaltest.Index{}})
	if err != nil {
		t.Fatal(err)
	}
	defer closeBoth(t, s, p)
	const rule, bound = "marking-definition--77777777-7777-4777-8777-777777777777", "tool--99999999-9999-4999-8999-999999999999"
	_, err = s.Append(t.Context(), journal.Batch{By: "test", Objects: []stix.Object{
		journaltest.Author(),
		{
			"type": "marking-definition", "spec_version": "2.1", "id": rule, "created": "2026-01-01T00:00:00.000Z", "created_by_ref": journaltest.Author().ID(),
			"extensions": map[string]any{marking.Handling: map[string]any{
				"extension_type": "property-extension", "not_before": "2026-11-25T13:00:00Z", "not_after": "2026-11-25T14:00:00Z",
			}},
		},
		{
			"type": "tool", "spec_version": "2.1", "id": bound, "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "bounded",
			"object_marking_refs": []any{rule, policy.MarkingID(policy.Green)},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	turns := map[string]bool{}
	for _, c := range []struct {
		at   time.Duration
		seen bool
	}{{0, false}, {time.Hour - 1, false}, {time.Hour, true}, {2*time.Hour - 1, true}, {2 * time.Hour, false}, {90 * time.Minute, true}, {0, false}} {
		now = start.Add(c.at)
		turns[s.Turn()] = true
		_, err := s.Get(t.Context(), cleared, reading, bound)
		if (err == nil) != c.seen || err != nil && !errs.Is(err, errs.Withheld) {
			t.Errorf("after %v: %v, want it seen: %v", c.at, err, c.seen)
		}
		rows := 0
		for r, err := range p.Shelf(journaltest.Index{}.Name()).Scan(t.Context(), cleared, reading, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if policy.Instants(r.Label) != nil {
				rows++
			}
		}
		if (rows > 0) != c.seen {
			t.Errorf("after %v: %d rows of the projection, want it seen: %v", c.at, rows, c.seen)
		}
	}
	if len(turns) != 3 {
		t.Errorf("the turns are %v", turns)
	}
}
