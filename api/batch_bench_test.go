package api_test

import (
	"context"
	"encoding/csv"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// BenchmarkCleanNames screens names of people on no list against OFAC's: by the
// engine alone, and as the command does, over HTTP and on the folder.
func BenchmarkCleanNames(b *testing.B) {
	sdn := shareddata.Path(b, "lists/ofac_sdn_2024-05-03/sdn.csv")
	names := cleanNames(b, shareddata.Path(b, "names/negatives_us_dev.csv"))
	conf := nodetest.Config(b)
	filled(b, conf, []string{
		sdn, shareddata.Path(b, "lists/ofac_2025-12_alt_add/alt.csv"), shareddata.Path(b, "lists/ofac_2025-12_alt_add/add.csv"),
	})
	b.Run("index", func(b *testing.B) { onEngine(b, conf.Home, names, index) })
	b.Run("engine", func(b *testing.B) { onEngine(b, conf.Home, names, answers) })
	n := nodetest.Serve(b, conf, node.Options{Log: slog.New(slog.DiscardHandler)})
	c := &client.Client{Address: n.Address, Token: n.Token, HTTP: http.DefaultClient}
	for name, stream := range map[string]batch.Stream{"http": c.Batch(false), "folder": client.InProcess(n.API(), n.Token).Batch(false)} {
		b.Run(name, func(b *testing.B) { run(b, batch.Options{Stream: stream}, names) })
	}
}

func run(b *testing.B, o batch.Options, names []string) {
	for b.Loop() {
		sum, err := batch.Run(b.Context(), o, rowsOf(names), batch.Count{})
		if err != nil || sum.Asked != int64(len(names)) {
			b.Fatalf("%v, %v", sum, err)
		}
	}
	b.ReportMetric(float64(b.N*len(names))/b.Elapsed().Seconds(), "rows/s")
}

// filled makes a node's folder with a list in it.
func filled(b *testing.B, conf node.Config, files []string) {
	b.Helper()
	c, err := node.Connect(b.Context(), conf, node.Options{})
	if err != nil {
		b.Fatal(err)
	}
	j, err := c.Import(b.Context(), intake.Upload{Kind: "ofac"}, files, func(int64) {})
	if err == nil {
		j, err = c.Follow(b.Context(), j.ID, func(api.Job) {})
	}
	if err != nil || j.State != intake.Done {
		b.Fatalf("%+v, %v", j, err)
	}
	if err := c.Close(); err != nil {
		b.Fatal(err)
	}
}

// index asks the index of names alone, answers the whole screener.
func index(s *screen.Screener, v policy.Viewer) batch.Asker {
	return func(_ context.Context, q screen.Query) (screen.Answer, error) {
		s.Find(v, q.Text)
		return screen.Answer{}, nil
	}
}

func answers(s *screen.Screener, v policy.Viewer) batch.Asker { return s.Session(v).Ask }

// onEngine asks a screener on the stores of a folder, without a node around it.
func onEngine(b *testing.B, home string, names []string, asker func(*screen.Screener, policy.Viewer) batch.Asker) {
	store, err := sqlite.Open(b.Context(), home, sqlite.Options{DefaultTLP: policy.Amber, Clock: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	projection := screen.NewProjection()
	projector, err := sqlite.NewProjector(b.Context(), store, []journal.Projection{projection})
	if err != nil {
		b.Fatal(err)
	}
	defer projector.Close()
	s := screen.New(screen.Config{Journal: store, Shelf: projector.Shelf(projection.Name()), Projection: projection, Clock: time.Now})
	if err := projector.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	run(b, batch.Options{Ask: asker(s, policy.Viewer{Name: "owner", Clearance: policy.Red})}, names)
}

// rowsOf asks names as the command does.
func rowsOf(names []string) iter.Seq2[batch.Row, error] {
	return func(yield func(batch.Row, error) bool) {
		for i, name := range names {
			if !yield(batch.Row{Line: i + 2, Query: screen.Query{Text: name, Kind: screen.Name, AlertsOnly: true}}, nil) {
				return
			}
		}
	}
}

func cleanNames(b *testing.B, path string) (out []string) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out[1:]
		}
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, row[0])
	}
}
