package translog_test

import (
	"testing"

	"github.com/cordon-project/cordon/translog"
)

// BenchmarkAppend measures what the journal does for each object: commitment,
// leaf hash and the hashes of the tree.
func BenchmarkAppend(b *testing.B) {
	a, err := translog.NewAppender(0, nil)
	if err != nil {
		b.Fatal(err)
	}
	object := make([]byte, 600)
	var salt [32]byte
	b.ReportAllocs()
	for b.Loop() {
		salt[0]++
		a.Append(translog.LeafHash(translog.Commitment(salt, object)))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "leaves/s")
}

func BenchmarkRoot(b *testing.B) {
	_, a := grow(b, numbered(1<<16-1)...)
	b.ReportAllocs()
	for b.Loop() {
		a.Root()
	}
}
