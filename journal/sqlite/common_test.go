package sqlite_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
)

// cleared sees everything that has a TLP level and nothing else.
var cleared = policy.Viewer{Name: "cleared", Clearance: policy.Red}

const reading = policy.Reading

func options() sqlite.Options {
	return sqlite.Options{Clock: journaltest.Clock(), Rand: journaltest.Rand(1), Origin: "example.org/journal"}
}

func open(tb testing.TB, dir string) *sqlite.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), dir, options())
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func openBoth(tb testing.TB, dir string) (*sqlite.Store, *sqlite.Projector) {
	tb.Helper()
	s := open(tb, dir)
	p, err := sqlite.NewProjector(tb.Context(), s, []journal.Projection{journaltest.Index{}})
	if err != nil {
		tb.Fatal(err)
	}
	return s, p
}

func closeBoth(tb testing.TB, s *sqlite.Store, p *sqlite.Projector) {
	tb.Helper()
	if err := p.Close(); err != nil {
		tb.Error(err)
	}
	if err := s.Close(); err != nil {
		tb.Error(err)
	}
}

// fileHash is SHA-256 of a file, or why it could not be read.
func fileHash(tb testing.TB, file string) string {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
