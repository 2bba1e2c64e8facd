package sqlite_test

import (
	"testing"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
)

func TestConformance(t *testing.T) {
	journaltest.Run(t, journaltest.Backend{
		Open: func(tb testing.TB, place string) journaltest.Store { return open(tb, place) },
		Projector: func(tb testing.TB, s journaltest.Store, ps ...journal.Projection) journaltest.Projector {
			tb.Helper()
			p, err := sqlite.NewProjector(tb.Context(), s.(*sqlite.Store), ps)
			if err != nil {
				tb.Fatal(err)
			}
			return p
		},
	})
}
