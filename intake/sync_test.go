package intake_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/shareddata"
)

// authority is a server that publishes one file and honours conditional requests.
type authority struct {
	*httptest.Server
	body    atomic.Pointer[[]byte]
	version atomic.Int64
	asked   atomic.Int64 // requests
	sent    atomic.Int64 // answers with a body
	fail    atomic.Int64 // status to answer with instead, 0 for none
}

func newAuthority(t *testing.T, body []byte) *authority {
	a := &authority{}
	a.publish(body)
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.asked.Add(1)
		if s := a.fail.Load(); s != 0 {
			w.WriteHeader(int(s))
			return
		}
		etag := fmt.Sprintf(`"v%d"`, a.version.Load())
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		a.sent.Add(1)
		_, _ = w.Write(*a.body.Load())
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *authority) publish(body []byte) {
	a.body.Store(&body)
	a.version.Add(1)
}

func (d *desk) sync(t *testing.T, key string) intake.Job {
	t.Helper()
	ids, err := d.Sync(t.Context(), owner, []string{key})
	if err != nil {
		t.Fatal(err)
	}
	j, err := d.Wait(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestSyncKeepsTheLastGoodVersion(t *testing.T) {
	real, err := os.ReadFile(shareddata.Path(t, "lists/un_2026-02-27/UN_consolidated.xml"))
	if err != nil {
		t.Fatal(err)
	}
	un := newAuthority(t, real)
	d := newDesk(t, t.TempDir(), func(c *intake.Config) {
		c.Fetch.Private = true
		c.Addresses = map[string][]string{"un": {un.URL + "/consolidated.xml"}}
	})
	first := done(t, d.sync(t, "un"))
	if first.Added != 1003 || first.Version == nil || first.Version.Date != "2026-02-27" {
		t.Fatalf("first: %+v", first)
	}
	if again := done(t, d.sync(t, "un")); again.Added+again.Changed != 0 || un.sent.Load() != 1 {
		t.Errorf("nothing changed: %+v, %d bodies sent", again, un.sent.Load())
	}
	for name, body := range map[string][]byte{
		"cut":        real[:len(real)/2],
		"empty":      {},
		"a web page": []byte("<html><body>Service unavailable</body></html>"),
	} {
		un.publish(body)
		if j := d.sync(t, "un"); j.State != intake.Failed || !errs.Is(j.Err, errs.Invalid) {
			t.Errorf("%s: the job is %s, %v", name, j.State, j.Err)
		}
	}
	un.fail.Store(http.StatusInternalServerError)
	if j := d.sync(t, "un"); !errs.Is(j.Err, errs.Unavailable) {
		t.Errorf("an authority that fails: %v", j.Err)
	}
	un.fail.Store(0)
	lists, err := d.screen.Lists(t.Context(), owner)
	if err != nil || len(lists) != 1 || lists[0].Date != "2026-02-27" {
		t.Errorf("in force: %+v, %v", lists, err)
	}
	// A later version comes in by itself.
	later := bytes.Replace(real, []byte("2026-02-27T00:00:09"), []byte("2026-03-01T00:00:09"), 1)
	un.publish(later)
	if r := done(t, d.sync(t, "un")); r.Version.Date != "2026-03-01" || r.Same != 1003 {
		t.Errorf("a later version: %+v", r)
	}
}

func TestFetchRefuses(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, io.LimitReader(endless{}, 4096)) })
	mux.HandleFunc("/exact", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("a"), 1024)) })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte("short"))
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	server := httptest.NewServer(mux)
	defer server.Close()
	f := intake.Fetcher{Private: true, MaxBytes: 1024, Timeout: 2 * time.Second}
	for path, want := range map[string]errs.Kind{
		"/large": errs.Invalid, "/cut": errs.Unavailable, "/loop": errs.Unavailable, "/elsewhere": errs.Invalid,
		"/missing": errs.NotFound, "/slow": errs.Unavailable, "/exact": "",
	} {
		got, err := f.Get(t.Context(), server.URL+path, intake.Seen{})
		if err == nil {
			_, err = io.Copy(io.Discard, got.Body)
			got.Body.Close()
		}
		if errs.KindOf(err) != want {
			t.Errorf("%s: %v, want kind %q", path, err, want)
		}
	}
	if _, err := (intake.Fetcher{}).Get(t.Context(), strings.Replace(server.URL, "http:", "https:", 1), intake.Seen{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an address of this machine: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
