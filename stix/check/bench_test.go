package check_test

import (
	"crypto/sha256"
	"testing"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
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

func BenchmarkObject(b *testing.B) {
	objects, size := benchObjects(b)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if !check.Valid(check.Object(objects[i%len(objects)], check.Lenient)) {
			b.Fatal("an object is not valid")
		}
	}
}

// BenchmarkIntake is the way of one object into a journal: parse, check,
// canonical form, hash.
func BenchmarkIntake(b *testing.B) {
	lines := stixtest.Indicators(b)
	_, size := benchObjects(b)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	var buf []byte
	var sum [32]byte
	for i := range b.N {
		o, err := stix.Parse(lines[i%len(lines)])
		if err != nil {
			b.Fatal(err)
		}
		if !check.Valid(check.Object(o, check.Lenient)) {
			b.Fatal("an object is not valid")
		}
		if buf, err = stix.AppendCanonical(buf[:0], o); err != nil {
			b.Fatal(err)
		}
		sum = sha256.Sum256(buf)
	}
	_ = sum
}
