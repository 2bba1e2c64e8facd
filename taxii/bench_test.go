package taxii_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
)

// BenchmarkAdd adds 500 objects in a request, durable, with the index following.
func BenchmarkAdd(b *testing.B) {
	s := serve(b, b.TempDir(), nil)
	const size = 500
	n := 0
	for b.Loop() {
		b.StopTimer()
		objects := make([]stix.Object, size)
		for i := range objects {
			objects[i] = indicator(n, 0, policy.TLP(n%5))
			n++
		}
		body, err := json.Marshal(map[string]any{"objects": objects})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if a := s.ask("partner", http.MethodPost, allPath+"objects/", body); a.status != http.StatusAccepted {
			b.Fatalf("%d %s", a.status, a.body)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*size), "µs/object")
}

// BenchmarkPage asks for pages of 100 over HTTP, one after the other.
func BenchmarkPage(b *testing.B) {
	s := serve(b, b.TempDir(), func(c *taxii.Config) { c.Limits.Requests = 1e9 })
	for n := range 20 {
		var objects []stix.Object
		for i := range 1000 {
			objects = append(objects, indicator(1000*n+i, 0, policy.TLP(i%5)))
		}
		s.add(objects...)
	}
	s.get("partner", allPath+"objects/?limit=1").envelope(b)
	next := ""
	b.ReportAllocs()
	for b.Loop() {
		a := s.ask("partner", http.MethodGet, allPath+"objects/?limit=100"+next, nil, "Accept-Encoding: identity")
		if next = ""; strings.HasPrefix(string(a.body), `{"more":true`) {
			var e struct{ Next string }
			if err := json.Unmarshal(a.body, &e); err != nil {
				b.Fatal(err)
			}
			next = "&next=" + e.Next
		}
	}
}
