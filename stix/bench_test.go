package stix_test

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/cordon-project/cordon/stix"
)

// benchLines returns real objects: every 16th of the indicator load file.
func benchLines(b *testing.B) [][]byte {
	b.Helper()
	var out [][]byte
	n := 0
	eachRow(b, "cti/ioc/dprk-ioc-stix21-load.jsonl.gz", func(line []byte) {
		if n++; n%16 == 0 {
			out = append(out, bytes.Clone(line))
		}
	})
	return out
}

func benchObjects(b *testing.B) (objects []stix.Object, size int64) {
	b.Helper()
	lines := benchLines(b)
	for _, l := range lines {
		o, err := stix.Parse(l)
		if err != nil {
			b.Fatal(err)
		}
		objects = append(objects, o)
		size += int64(len(l))
	}
	return objects, size / int64(len(lines))
}

func BenchmarkParse(b *testing.B) {
	lines := benchLines(b)
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

func BenchmarkCheck(b *testing.B) {
	objects, size := benchObjects(b)
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if !stix.Valid(stix.Check(objects[i%len(objects)], stix.Lenient)) {
			b.Fatal("an object is not valid")
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

// BenchmarkIntake is the way of one object into a journal: parse, check,
// canonical form, hash.
func BenchmarkIntake(b *testing.B) {
	lines := benchLines(b)
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
		if !stix.Valid(stix.Check(o, stix.Lenient)) {
			b.Fatal("an object is not valid")
		}
		if buf, err = stix.AppendCanonical(buf[:0], o); err != nil {
			b.Fatal(err)
		}
		sum = sha256.Sum256(buf)
	}
	_ = sum
}

func BenchmarkReader(b *testing.B) {
	data := bytes.Join(benchLines(b), []byte("\n"))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for range b.N {
		n += len(readAll(b, stix.NewReader(bytes.NewReader(data), stix.ReaderOptions{})))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/object")
}
