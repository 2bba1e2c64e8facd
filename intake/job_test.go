package intake_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/record"
)

// Neither a client that stops sending nor an authority that stops answering
// keeps others from taking something in.
func TestWhoeverStopsSendingHoldsUpNobody(t *testing.T) {
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, bundle[:10])
		w.(http.Flusher).Flush()
		<-release
		_, _ = io.WriteString(w, bundle[10:])
	}))
	defer slow.Close()
	free := sync.OnceFunc(func() { close(release) })
	defer free()
	d := newDesk(t, t.TempDir(), func(c *intake.Config) { c.Fetch.Private = true })
	download, err := d.Import(t.Context(), owner, intake.Upload{Kind: intake.KindSTIX, URLs: []string{slow.URL + "/feed.json"}})
	if err != nil {
		t.Fatal(err)
	}
	sending, sender := io.Pipe()
	stuck := make(chan error, 1)
	go func() {
		_, err := d.Import(t.Context(), owner, intake.Upload{Files: func(yield func(intake.UploadFile, error) bool) {
			yield(intake.UploadFile{Name: "stuck.json", Body: sending}, nil)
		}})
		stuck <- err
	}()
	if _, err := io.WriteString(sender, "{"); err != nil {
		t.Fatal(err)
	}

	if r := done(t, d.take(t, intake.Upload{Kind: intake.KindReport}, text("report.txt", "The host bad.example.net was used.\n"))); r.Added == 0 {
		t.Errorf("%+v", r)
	}

	sender.CloseWithError(io.ErrUnexpectedEOF)
	if err := <-stuck; !errs.Is(err, errs.Invalid) {
		t.Errorf("an upload that broke off: %v", err)
	}
	free()
	j, err := d.Wait(t.Context(), download)
	if err != nil || j.State != intake.Done || j.Result.Added != 1 {
		t.Errorf("the download: %+v, %v", j, err)
	}
}

func TestACancelledDownloadEnds(t *testing.T) {
	asked := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	}))
	defer slow.Close()
	d := newDesk(t, t.TempDir(), func(c *intake.Config) { c.Fetch.Private = true })
	id, err := d.Import(t.Context(), owner, intake.Upload{URLs: []string{slow.URL}})
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := d.Cancel(id); err != nil {
		t.Fatal(err)
	}
	if j, err := d.Wait(t.Context(), id); err != nil || j.State != intake.Cancelled {
		t.Errorf("%s, %v", j.State, err)
	}
	if err := d.Cancel(id); !errs.Is(err, errs.Conflict) {
		t.Errorf("cancelled again: %v", err)
	}
}

// Nothing changed since when? An answer that nobody asked for is no answer.
func TestNotModifiedWithoutAConditionIsRefused(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }))
	defer s.Close()
	if _, err := (intake.Fetcher{Private: true}).Get(t.Context(), s.URL, intake.Seen{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestNamesOfInputsAreNoPaths(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	long := strings.Repeat("a", 400) + ".json"
	for name, want := range map[string]string{
		"../../../etc/cron.d/feed.json": "feed.json", `C:\Users\desk\feed.json`: "feed.json", "..": "..", "": ".",
		long: long[len(long)-255:], "a\xff.json": "a_.json",
	} {
		j := d.take(t, intake.Upload{Kind: intake.KindSTIX}, text(name, bundle))
		r := done(t, j)
		if j.Inputs[0].Name != want || r.Refusals[0].Where.File != want {
			t.Errorf("%q is kept as %q, refused in %q", name, j.Inputs[0].Name, r.Refusals[0].Where.File)
		}
	}
}

func TestAPlaceBeyondTheInputIsNotFound(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	sum := d.kept(t, "report.txt", []byte("The host bad.example.net was used.\n"))
	for _, w := range []record.Where{
		{Start: 0, End: 1 << 50}, {Start: -5, End: 3}, {Start: 9, End: 3}, {Start: 0, End: 1 << 50, Part: "text"},
	} {
		w.SHA256 = sum
		if _, err := d.Source(t.Context(), owner, w); !errs.Is(err, errs.NotFound) {
			t.Errorf("%+v: %v", w, err)
		}
	}
}
