package stream_test

import (
	"bytes"
	"testing"

	"github.com/cordon-project/cordon/stix/stixtest"
	"github.com/cordon-project/cordon/stix/stream"
)

func BenchmarkReader(b *testing.B) {
	data := bytes.Join(stixtest.Indicators(b), []byte("\n"))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for range b.N {
		n += len(readAll(b, stream.NewReader(bytes.NewReader(data), stream.ReaderOptions{})))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/object")
}
