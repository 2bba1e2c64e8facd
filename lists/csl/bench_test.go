package csl_test

import (
	"testing"

	"github.com/cordon-project/cordon/lists/csl"
	"github.com/cordon-project/cordon/lists/liststest"
)

func BenchmarkReadCSL(b *testing.B) {
	files := whole(b)
	b.SetBytes(int64(len(files[0].Data)))
	b.ReportAllocs()
	for b.Loop() {
		liststest.Read(b, csl.Reader{}, files)
	}
}
