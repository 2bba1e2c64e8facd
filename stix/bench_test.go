package stix_test

import (
	"testing"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stixtest"
)

func benchObjects(b *testing.B) (objects []stix.Object, size int64) {
	b.Helper()
	lines := stixtest.Indicators(b)
	for _, l := range lines {
		objects = append(objects, stixtest.Parse(b, string(l)))
		size += int64(len(l))
	}
	return objects, size / int64(len(lines))
}

func BenchmarkParse(b *testing.B) {
	lines := stixtest.Indicators(b)
	_, size := benchObjects(b)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if _, err := stix.Parse(lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	objects, size := benchObjects(b)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	var buf []byte
	for i := range b.N {
		var err error
		if buf, err = stix.AppendCanonical(buf[:0], objects[i%len(objects)]); err != nil {
			b.Fatal(err)
		}
	}
}
