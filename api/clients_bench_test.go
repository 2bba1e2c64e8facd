package api_test

import (
	"encoding/csv"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
)

// BenchmarkEightClients has eight clients ask a node over loopback, one question
// a request: names of people on no list and, every tenth, a listed name.
func BenchmarkEightClients(b *testing.B) {
	clean := cleanNames(b, shareddata.Path(b, "names/negatives_us_dev.csv"))
	mixed := slices.Clone(clean)
	listed := listedNames(b, shareddata.Path(b, "lists/ofac_sdn_2024-05-03/sdn.csv"))
	for i := 0; i < len(mixed); i += 10 {
		mixed[i] = listed[i%len(listed)]
	}
	conf := nodetest.Config(b)
	filled(b, conf, []string{shareddata.Path(b, "lists/ofac_sdn_2024-05-03/sdn.csv"), shareddata.Path(b, "lists/ofac_2025-12_alt_add/alt.csv")})
	n := nodetest.Serve(b, conf, node.Options{Log: slog.New(slog.DiscardHandler)})
	b.Run("clean", func(b *testing.B) { eightClients(b, n, clean) })
	b.Run("tenth-listed", func(b *testing.B) { eightClients(b, n, mixed) })
}

func eightClients(b *testing.B, n nodetest.Node, names []string) {
	const clients = 8
	var mu sync.Mutex
	var all []time.Duration
	b.ResetTimer()
	var wg sync.WaitGroup
	for k := range clients {
		wg.Go(func() {
			c := &client.Client{Address: n.Address, Token: n.Token, HTTP: &http.Client{Transport: &http.Transport{}}}
			var own []time.Duration
			for i := range b.N {
				start := time.Now()
				if _, err := c.Ask(b.Context(), []string{names[(k*997+i)%len(names)]}, screen.Name, 0); err != nil {
					b.Error(err)
					return
				}
				own = append(own, time.Since(start))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, own...)
		})
	}
	wg.Wait()
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "requests/s")
}

func listedNames(b *testing.B, path string) (out []string) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range rows {
		if len(row) > 1 {
			out = append(out, row[1])
		}
	}
	return out
}
