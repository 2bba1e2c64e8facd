package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/taxii/client"
)

// waits is a Sleep that does not, and remembers.
type waits []time.Duration

func (w *waits) sleep(ctx context.Context, d time.Duration) error {
	*w = append(*w, d)
	return ctx.Err()
}

func server(t *testing.T, f http.HandlerFunc) string {
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

func taxii(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", client.MediaType)
	_, _ = io.WriteString(w, body)
}

func small(w *waits) client.Config {
	return client.Config{
		Private: true, Sleep: w.sleep, Chance: func() float64 { return 0.5 },
		Limits: client.Limits{Bytes: 4096, Pages: 20, Empty: 3, Attempts: 4, Request: 2 * time.Second, Wait: 90 * time.Second},
	}
}

func nothing(context.Context, client.Page) error { return nil }

// Whatever a server sends, the pull ends, says why, and keeps what came.
func TestHostileServers(t *testing.T) {
	object := `{"type":"domain-name","id":"domain-name--11111111-1111-4111-8111-111111111111","value":"a.example"}`
	var n atomic.Int64
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   errs.Kind
		says   string
		pages  int
	}{
		"a page too large": {func(w http.ResponseWriter, _ *http.Request) { taxii(w, strings.Repeat(" ", 5000)) }, errs.Invalid, "more than 4096 bytes", 0},
		"a page too large when unpacked": {func(w http.ResponseWriter, _ *http.Request) {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(make([]byte, 1<<20))
			_ = z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			taxii(w, b.String())
		}, errs.Invalid, "more than 4096 bytes", 0},
		"a packing not asked for": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			taxii(w, "x")
		}, errs.Invalid, "br", 0},
		"nested without end": {func(w http.ResponseWriter, _ *http.Request) { taxii(w, strings.Repeat(`{"objects":[`, 300)) }, errs.Invalid, "no JSON", 0},
		"pages without end": {func(w http.ResponseWriter, _ *http.Request) {
			taxii(w, fmt.Sprintf(`{"more":true,"next":"%d","objects":[%s]}`, n.Add(1), object))
		}, errs.Invalid, "more than 20 pages", 20},
		"the same position again": {func(w http.ResponseWriter, _ *http.Request) {
			taxii(w, `{"more":true,"next":"1","objects":[`+object+`]}`)
		}, errs.Invalid, "circles", 2},
		"empty pages without end": {func(w http.ResponseWriter, _ *http.Request) {
			taxii(w, fmt.Sprintf(`{"more":true,"next":"e%d"}`, n.Add(1)))
		}, errs.Invalid, "circles", 3},
		"more and no position": {func(w http.ResponseWriter, _ *http.Request) { taxii(w, `{"more":true}`) }, errs.Invalid, "does not say where", 0},
		"a position without end": {func(w http.ResponseWriter, _ *http.Request) {
			taxii(w, `{"more":true,"next":"`+strings.Repeat("a", 4000)+`"}`)
		}, errs.Invalid, "circles", 2},
		"a time that is none": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-TAXII-Date-Added-Last", "tomorrow")
			taxii(w, `{"more":false,"objects":[`+object+`]}`)
		}, errs.Invalid, "time", 0},
		"a web page":   {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, errs.Invalid, "not a TAXII", 0},
		"another form": {func(w http.ResponseWriter, _ *http.Request) { taxii(w, `{"more":1,"objects":{}}`) }, errs.Invalid, "another form", 0},
		"sent elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		}, errs.Denied, "elsewhere", 0},
		"no access":       {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusForbidden) }, errs.Denied, "403", 0},
		"no collection":   {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusNotFound) }, errs.NotFound, "404", 0},
		"always a defect": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusInternalServerError) }, errs.Unavailable, "500", 0},
		"a terminal's escape in its words": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"title":"\u001b[2Jgone\u202e"}`)
		}, errs.Invalid, "gone", 0},
		"a body that breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			taxii(w, `{"more":`)
		}, errs.Unavailable, "broke off", 0},
	} {
		t.Run(name, func(t *testing.T) {
			var w waits
			cl := client.New(small(&w))
			defer cl.Close()
			r, err := cl.Pull(t.Context(), server(t, c.answer), client.Position{}, client.Filter{}, nothing)
			if !errs.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || r.Pages != c.pages || r.Whole {
				t.Errorf("%+v, %v", r, err)
			}
			if err != nil && strings.ContainsAny(err.Error(), "\x1b\u202e") {
				t.Errorf("%q", err)
			}
		})
	}
}

// A server that sends a byte now and then is left in time.
func TestASlowServerIsLeft(t *testing.T) {
	release := make(chan struct{})
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", client.MediaType)
		for {
			if _, err := io.WriteString(w, " "); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			select {
			case <-release:
				return
			case <-r.Context().Done():
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
	defer close(release)
	var w waits
	c := small(&w)
	c.Limits.Request, c.Limits.Attempts = 200*time.Millisecond, 1
	cl := client.New(c)
	defer cl.Close()
	if _, err := cl.Pull(t.Context(), address, client.Position{}, client.Filter{}, nothing); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

// A busy server is waited for as long as it says, others with growing waits.
func TestWaiting(t *testing.T) {
	clock := func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		status int
		after  string
		want   []time.Duration
		ok     bool
	}{
		"seconds":         {429, "7", []time.Duration{7 * time.Second, 7 * time.Second}, true},
		"a date":          {503, "Sun, 01 Nov 2026 00:01:00 GMT", []time.Duration{time.Minute, time.Minute}, true},
		"too long":        {429, "3600", nil, false},
		"much too long":   {429, "99999999999999", nil, false},
		"nothing":         {503, "", []time.Duration{500 * time.Millisecond, time.Second}, true},
		"no number":       {503, "soon", []time.Duration{500 * time.Millisecond, time.Second}, true},
		"another failure": {502, "", []time.Duration{500 * time.Millisecond, time.Second}, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			address := server(t, func(w http.ResponseWriter, _ *http.Request) {
				if n++; n < 3 {
					if c.after != "" {
						w.Header().Set("Retry-After", c.after)
					}
					w.WriteHeader(c.status)
					return
				}
				taxii(w, `{}`)
			})
			var w waits
			conf := small(&w)
			conf.Clock = clock
			cl := client.New(conf)
			defer cl.Close()
			_, err := cl.Pull(t.Context(), address, client.Position{}, client.Filter{}, nothing)
			if (err == nil) != c.ok || !slices.Equal([]time.Duration(w), c.want) {
				t.Errorf("waits %v, %v", w, err)
			}
		})
	}
}

// What was taken before a failure stays taken, and the report leads to the rest.
func TestPartialFailure(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	page := func(next string, n int) string {
		more := `"more":false`
		if next != "" {
			more = `"more":true,"next":"` + next + `"`
		}
		return fmt.Sprintf(`{%s,"objects":[{"type":"domain-name","id":"x%d"},{"type":1,"type":2}]}`, more, n)
	}
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-TAXII-Date-Added-Last", "2026-11-01T00:00:00.000001Z")
		switch r.FormValue("next") {
		case "":
			taxii(w, page("two", 1))
		case "two":
			if broken.Load() {
				w.WriteHeader(500)
				return
			}
			taxii(w, page("", 2))
		default:
			w.WriteHeader(400)
		}
	})
	var w waits
	cl := client.New(small(&w))
	defer cl.Close()
	var ids []string
	take := func(_ context.Context, p client.Page) error {
		for _, o := range p.Objects {
			ids = append(ids, o.ID())
		}
		return nil
	}
	r, err := cl.Pull(t.Context(), address, client.Position{}, client.Filter{}, take)
	if err == nil || r.Pages != 1 || r.Objects != 1 || len(r.Refused) != 1 || r.Refused[0].Index != 1 || r.Position.Next != "two" {
		t.Fatalf("%+v, %v", r, err)
	}
	broken.Store(false)
	r, err = cl.Pull(t.Context(), address, r.Position, client.Filter{}, take)
	if err != nil || !r.Whole || r.Position != (client.Position{AddedAfter: "2026-11-01T00:00:00.000001Z"}) || !slices.Equal(ids, []string{"x1", "x2"}) {
		t.Errorf("%v, %+v, %v", ids, r, err)
	}
	// A position that the server has forgotten is no end: it begins at the last time.
	r, err = cl.Pull(t.Context(), address, client.Position{Next: "forgotten"}, client.Filter{}, take)
	if err != nil || !r.Whole {
		t.Errorf("%+v, %v", r, err)
	}
	stop := errors.New("no room")
	if r, err := cl.Pull(t.Context(), address, client.Position{}, client.Filter{}, func(context.Context, client.Page) error { return stop }); !errors.Is(err, stop) || r.Pages != 0 || r.Position != (client.Position{}) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhichAddressesAreAsked(t *testing.T) {
	cl := client.New(client.Config{})
	for address, kind := range map[string]errs.Kind{
		"http://taxii.example.org/": errs.Denied, "ftp://taxii.example.org/": errs.Invalid, "https://user:pass@taxii.example.org/": errs.Invalid, "x": errs.Invalid,
	} {
		if _, err := cl.Discover(t.Context(), address); !errs.Is(err, kind) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A certificate of the client opens a server that asks for one; a proxy is asked.
func TestCertificatesAndProxies(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) == 0 {
			w.WriteHeader(401)
			return
		}
		taxii(w, `{"title":"t","api_roots":["root/"]}`)
	}))
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	none := client.New(client.Config{TLS: &tls.Config{RootCAs: pool}})
	defer none.Close()
	if _, err := none.Discover(t.Context(), s.URL+"/taxii2/"); !errs.Is(err, errs.Denied) {
		t.Errorf("without a certificate: %v", err)
	}
	with := client.New(client.Config{TLS: &tls.Config{RootCAs: pool, Certificates: s.TLS.Certificates}})
	defer with.Close()
	d, err := with.Discover(t.Context(), s.URL+"/taxii2/")
	if err != nil || !slices.Equal(d.Roots, []string{s.URL + "/taxii2/root/"}) {
		t.Errorf("with one: %+v, %v", d, err)
	}
	asked := ""
	proxy := server(t, func(w http.ResponseWriter, r *http.Request) { asked = r.URL.String(); taxii(w, `{"title":"t"}`) })
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	through := client.New(client.Config{Private: true, Proxy: http.ProxyURL(u)})
	defer through.Close()
	if d, err := through.Discover(t.Context(), "http://taxii.example.invalid/taxii2/"); err != nil || d.Title != "t" || asked != "http://taxii.example.invalid/taxii2/" {
		t.Errorf("through a proxy: %+v, %v, %s", d, err, asked)
	}
}

// FuzzPull: whatever the server answers, the pull ends without a panic.
func FuzzPull(f *testing.F) {
	f.Add(`{"more":true,"next":"a","objects":[{"type":"x"}]}`, "2026-11-01T00:00:00.000000Z")
	f.Add(`{"more":false}`, "")
	f.Add(`[]`, "x")
	var body, last string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-TAXII-Date-Added-Last", strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return -1
			}
			return r
		}, last))
		taxii(w, body)
	}))
	f.Cleanup(s.Close)
	var w waits
	cl := client.New(small(&w))
	f.Fuzz(func(t *testing.T, b, l string) {
		body, last = b, l
		r, err := cl.Pull(context.Background(), s.URL, client.Position{}, client.Filter{}, nothing)
		if err == nil && !r.Whole {
			t.Errorf("%+v ends without an error", r)
		}
	})
}
