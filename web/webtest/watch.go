package webtest

import (
	"context"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// Owner is who may see everything: the token "all" enters as this viewer.
var Owner = policy.Viewer{Name: "Owner", Clearance: policy.Red}

// watch is a desk of customer books over the journal of a desk, as a node has it.
func watch(t testing.TB, d *Desk, dir string) *monitor.Desk {
	t.Helper()
	projection := screen.NewProjection()
	projector, err := sqlite.NewProjector(t.Context(), d.Store, []journal.Projection{projection})
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return d.Now }
	screener := screen.New(screen.Config{Journal: d.Store, Shelf: projector.Shelf(projection.Name()), Projection: projection, Software: "test", Clock: clock})
	m := monitor.NewDesk(monitor.Config{
		Dir: filepath.Join(dir, "books"), Journal: d.Store, Screen: screener, Viewer: Owner, Clock: clock,
		Settled: func(ctx context.Context, _ int64) error { return projector.CatchUp(ctx) },
	})
	t.Cleanup(func() {
		_ = m.Close()
		_ = projector.Close()
	})
	return m
}

// Customers makes a book of customers, of whom the first bears the name of listed
// parties and the second a listed wallet.
func (d *Desk) Customers(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	if _, err := d.Watch.Create(ctx, Owner, "Retail", "Compliance Desk", ""); err != nil {
		t.Fatal(err)
	}
	rows := []screen.Query{
		{Reference: "C-1001", Text: "EXAMPLE, Alpha", Kind: screen.Name, Birth: "1965-04-25", Country: "Example"},
		{Reference: "C-1002", Text: "EXAMPLE, Customer Two", Kind: screen.Name, Identifiers: []string{"0x000000000000000000000000000000000000dEaD"}},
		{Reference: "C-1003", Text: "EXAMPLE, Customer Three", Kind: screen.Name},
	}
	var seq iter.Seq2[batch.Row, error] = func(yield func(batch.Row, error) bool) {
		for i, q := range rows {
			if !yield(batch.Row{Line: i + 2, Reference: q.Reference, Query: q}, nil) {
				return
			}
		}
	}
	if _, err := d.Watch.Import(ctx, Owner, "Retail", seq, nil); err != nil {
		t.Fatal(err)
	}
}
