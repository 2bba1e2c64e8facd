package intake_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
)

var owner = policy.Viewer{Name: "owner", Clearance: policy.Red}

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// desk is intake over a real journal, archive and screening.
type desk struct {
	*intake.Desk
	store     *sqlite.Store
	projector *sqlite.Projector
	screen    *screen.Screener
	archive   *archive.Archive
}

func newDesk(t testing.TB, dir string, more func(*intake.Config)) *desk {
	t.Helper()
	store, err := sqlite.Open(t.Context(), dir, sqlite.Options{Clock: noon})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := archive.Open(filepath.Join(dir, "archive"), archive.Options{Clock: noon, Default: "1:amber"})
	if err != nil {
		t.Fatal(err)
	}
	projection := screen.NewProjection()
	projector, err := sqlite.NewProjector(t.Context(), store, []journal.Projection{projection})
	if err != nil {
		t.Fatal(err)
	}
	s := screen.New(screen.Config{Journal: store, Shelf: projector.Shelf("screen"), Projection: projection, Software: "test", Clock: noon})
	if err := projector.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := intake.Config{Journal: store, Archive: kept, Settled: projector.Wait, Screen: s, Default: policy.Amber, Clock: noon, State: filepath.Join(dir, "sync.json")}
	if more != nil {
		more(&c)
	}
	d := &desk{Desk: intake.New(c), store: store, projector: projector, screen: s, archive: kept}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- projector.Run(ctx) }()
	t.Cleanup(func() {
		d.Close()
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := errors.Join(projector.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

type file struct {
	name string
	body io.Reader
}

func text(name, body string) file { return file{name, bytes.NewReader([]byte(body))} }

// take imports files and waits for the end of the job.
func (d *desk) take(t testing.TB, up intake.Upload, files ...file) intake.Job {
	t.Helper()
	up.By = "test"
	up.Files = func(yield func(intake.UploadFile, error) bool) {
		for _, f := range files {
			if !yield(intake.UploadFile{Name: f.name, Body: f.body}, nil) {
				return
			}
		}
	}
	id, err := d.Import(t.Context(), owner, up)
	if err != nil {
		t.Fatal(err)
	}
	j, err := d.Wait(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func done(t testing.TB, j intake.Job) *intake.Result {
	t.Helper()
	if j.State != intake.Done {
		t.Fatalf("the job is %s: %v", j.State, j.Err)
	}
	return j.Result
}

const bundle = `{"type":"bundle","id":"bundle--4f1b0d52-5a4b-4e5b-9d54-0a2f4f8b8c11","objects":[
{"type":"identity","spec_version":"2.1","id":"identity--9b2f4f34-5a3c-4d3f-8a41-0c9a5b0a1d01","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"EXAMPLE, Alpha","identity_class":"individual"},
{"type":"identity","spec_version":"2.1","id":"identity--9b2f4f34-5a3c-4d3f-8a41-0c9a5b0a1d02","created":"not a time","modified":"2024-01-01T00:00:00.000Z","name":"EXAMPLE, Beta"}]}`

func TestSTIXGoodObjectsAreKeptAndBadOnesReported(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	r := done(t, d.take(t, intake.Upload{}, text("feed.json", bundle)))
	if r.Added != 1 || r.Refused != 1 || len(r.Refusals) != 1 {
		t.Fatalf("%+v", r)
	}
	if x := r.Refusals[0]; x.Where.Element != "/objects/1" || x.Section == "" || x.Where.File != "feed.json" {
		t.Errorf("the refusal does not say where and why: %+v", x)
	}
	again := done(t, d.take(t, intake.Upload{Kind: intake.KindSTIX}, text("feed.json", bundle)))
	if again.Added != 0 || again.Same != 1 {
		t.Errorf("the same file again: %+v", again)
	}
	a, err := d.screen.Ask(t.Context(), owner, screen.Query{Text: "Alpha Example"})
	if err != nil || len(a.Candidates) != 1 {
		t.Errorf("%v, %v", a.Candidates, err)
	}
}

func TestTruncatedSTIXKeepsWhatCameBefore(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	j := d.take(t, intake.Upload{Kind: intake.KindSTIX}, text("feed.json", bundle[:450]))
	if j.State != intake.Failed || !errs.Is(j.Err, errs.Invalid) {
		t.Fatalf("%s, %v", j.State, j.Err)
	}
	if j.Result.Added != 1 {
		t.Errorf("%+v", j.Result)
	}
}

func TestReportFindsIndicatorsAndKnownParties(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	done(t, d.take(t, intake.Upload{}, text("feed.json", bundle)))
	const report = "On 3 May the host bad[.]example[.]net was used by EXAMPLE, Alpha.\nNothing else is known.\n"
	r := done(t, d.take(t, intake.Upload{}, text("report.txt", report)))
	if len(r.Reports) != 1 {
		t.Fatalf("%d reports were made, want one", len(r.Reports))
	}
	kinds := map[string]string{}
	for _, f := range r.Reports[0].Found {
		kinds[f.Type] = f.Title
	}
	if kinds["domain"] != "bad.example.net" || kinds["party"] != "EXAMPLE, Alpha" {
		t.Errorf("found %v", r.Reports[0].Found)
	}
	dossier, err := d.screen.Dossier(t.Context(), owner, "identity--9b2f4f34-5a3c-4d3f-8a41-0c9a5b0a1d01")
	if err != nil || len(dossier.Mentions) != 1 {
		t.Fatalf("%+v, %v", dossier.Mentions, err)
	}
	s, err := d.Source(t.Context(), owner, dossier.Mentions[0].Where)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Window.Text[s.Window.Start:s.Window.End]; got != "EXAMPLE, Alpha" {
		t.Errorf("the place of the mention reads %q", got)
	}
	again := done(t, d.take(t, intake.Upload{Kind: intake.KindReport}, text("report.txt", report)))
	if again.Added != 0 {
		t.Errorf("reading the same report again adds %d objects", again.Added)
	}
}

// TestTheDrawnTextIsKeptBesideTheReport: the places of a claim count bytes of
// the text that was drawn when it was made.
func TestTheDrawnTextIsKeptBesideTheReport(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	r := done(t, d.take(t, intake.Upload{Kind: intake.KindReport}, text("page.html", "<!doctype html><p>The host <b>bad[.]example[.]net</b> was used.</p>")))
	e, err := d.store.Get(t.Context(), owner, policy.Reading, r.Reports[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	o, err := e.Object()
	if err != nil {
		t.Fatal(err)
	}
	refs, _ := o["external_references"].([]any)
	var hashes []string
	for _, x := range refs {
		ref, _ := x.(map[string]any)
		h, _ := ref["hashes"].(map[string]any)
		sum, _ := h["SHA-256"].(string)
		hashes = append(hashes, sum)
	}
	if len(hashes) != 2 {
		t.Fatalf("references %v", refs)
	}
	page, err := d.archive.Stat(t.Context(), owner, policy.Reading, hashes[0])
	if err != nil {
		t.Fatal(err)
	}
	f, drawn, err := d.archive.Open(t.Context(), owner, policy.Reading, hashes[1])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	if want := "The host bad[.]example[.]net was used.\n\n"; string(body) != want {
		t.Errorf("kept %q, want %q", body, want)
	}
	want := archive.Input{Name: "page.html.txt", MediaType: "text/plain; charset=utf-8", From: page.SHA256, By: "test", Label: page.Inputs[0].Label, At: noon()}
	if len(drawn.Inputs) != 1 || drawn.Inputs[0] != want {
		t.Errorf("kept as %+v, want %+v", drawn.Inputs, want)
	}

	const plain = "The host bad[.]example[.]net was used.\n"
	done(t, d.take(t, intake.Upload{Kind: intake.KindReport}, text("plain.txt", plain)))
	sum := sha256.Sum256([]byte(plain))
	s, err := d.archive.Stat(t.Context(), owner, policy.Reading, hex.EncodeToString(sum[:]))
	if err != nil || len(s.Inputs) != 1 {
		t.Errorf("a plain text came in once and is kept as %+v, %v", s.Inputs, err)
	}
}

func TestWhatIsRefusedAtTheDoor(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	for name, up := range map[string]intake.Upload{
		"nothing":          {},
		"an unknown kind":  {Kind: "nosuch"},
		"plain http":       {URLs: []string{"http://lists.example.org/a"}},
		"a file address":   {URLs: []string{"file:///etc/passwd"}},
		"a password in it": {URLs: []string{"https://user:pass@lists.example.org/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := d.Import(t.Context(), owner, up); !errs.Is(err, errs.Invalid) {
				t.Errorf("%v", err)
			}
		})
	}
	j := d.take(t, intake.Upload{}, text("sdn.csv", "1,2,3\n"), text("feed.json", bundle))
	if !errs.Is(j.Err, errs.Invalid) {
		t.Errorf("files of two kinds at once: %v", j.Err)
	}
	j = d.take(t, intake.Upload{Kind: "ofac"}, text("sdn.csv", "this is no list\n"))
	if !errs.Is(j.Err, errs.Invalid) || j.Result.Version != nil {
		t.Errorf("a file that is no list: %v", j.Err)
	}
	if head, err := d.store.Head(t.Context()); err != nil || head != 0 {
		t.Errorf("refused inputs left %d entries, %v", head, err)
	}
}

// BenchmarkImportSTIX is the whole way in of the DPRK feed of 135,872 objects:
// archive, reading, validation, policy, deduplication, leaf hashes, durable
// commit and the projections of screening.
func BenchmarkImportSTIX(b *testing.B) {
	feed, err := os.ReadFile(shareddata.Path(b, "cti/ioc/dprk-ioc-stix21-load.jsonl.gz"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		d := newDesk(b, b.TempDir(), nil)
		b.StartTimer()
		start := time.Now()
		first := done(b, d.take(b, intake.Upload{Kind: intake.KindSTIX}, file{"feed.jsonl.gz", bytes.NewReader(feed)}))
		took := time.Since(start)
		b.ReportMetric(float64(first.Added)/took.Seconds(), "objects/s")
		start = time.Now()
		again := done(b, d.take(b, intake.Upload{Kind: intake.KindSTIX}, file{"feed.jsonl.gz", bytes.NewReader(feed)}))
		b.ReportMetric(time.Since(start).Seconds()/took.Seconds(), "again/first")
		if again.Added != 0 || first.Added == 0 {
			b.Fatalf("first %d, again %d", first.Added, again.Added)
		}
	}
}

// BenchmarkImportList is the whole way in of the largest list, with its aliases
// and addresses.
func BenchmarkImportList(b *testing.B) {
	var names []string
	for _, n := range []string{"ofac_sdn_2024-05-03/sdn.csv", "ofac_2025-12_alt_add/alt.csv", "ofac_2025-12_alt_add/add.csv"} {
		names = append(names, shareddata.Path(b, "lists/"+n))
	}
	for b.Loop() {
		b.StopTimer()
		d := newDesk(b, b.TempDir(), nil)
		var files []file
		for _, n := range names {
			data, err := os.ReadFile(n)
			if err != nil {
				b.Fatal(err)
			}
			files = append(files, file{n, bytes.NewReader(data)})
		}
		b.StartTimer()
		if r := done(b, d.take(b, intake.Upload{Kind: "ofac"}, files...)); r.Added == 0 {
			b.Fatalf("%+v", r)
		}
	}
}

// BenchmarkAsk asks a node that holds OFAC's list with aliases: a name, a wallet,
// and a name that nobody bears.
func BenchmarkAsk(b *testing.B) {
	var files []file
	for _, n := range []string{"ofac_sdn_2024-05-03/sdn.csv", "ofac_2025-12_alt_add/alt.csv"} {
		path := shareddata.Path(b, "lists/"+n)
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		files = append(files, file{path, bytes.NewReader(data)})
	}
	d := newDesk(b, b.TempDir(), nil)
	done(b, d.take(b, intake.Upload{Kind: "ofac"}, files...))
	for name, q := range map[string]string{
		"name": "Kim Sang Man", "wallet": "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", "nobody": "Nobody Of This Name",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.screen.Ask(b.Context(), owner, screen.Query{Text: q}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
