package taxii_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
	"github.com/cordon-project/cordon/taxii/store"
)

// Collections of the tests.
const (
	allID     = "11111111-1111-4111-8111-111111111111"
	inboxID   = "22222222-2222-4222-8222-222222222222"
	secretID  = "33333333-3333-4333-8333-333333333333"
	sparseID  = "44444444-4444-4444-8444-444444444444"
	allPath   = taxii.Base + "root/collections/" + allID + "/"
	inboxPath = taxii.Base + "root/collections/" + inboxID + "/"
)

// site is a server as a node has it: a journal in a folder, its projection
// following in the background, and HTTP on 127.0.0.1.
type site struct {
	tb        testing.TB
	dir       string
	clock     *clock
	journal   *sqlite.Store
	projector *sqlite.Projector
	store     *store.Store
	taxii     *taxii.Server
	http      *httptest.Server
	stop      func()
}

// clock goes on by a millisecond with each look until it is set, when it stands.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	stands bool
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stands {
		c.now = c.now.Add(time.Millisecond)
	}
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.stands = t, true
}

// The people of the tests, by the name and password of Basic.
const (
	orgA = "identity--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
	orgB = "identity--bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
)

func people() map[string]taxii.Client {
	return map[string]taxii.Client{
		"insider": {Name: "insider", Viewer: policy.Viewer{Name: "insider", Clearance: policy.Red}, Purpose: policy.Reading, Relay: true, Groups: []string{"own"}},
		"partner": {Name: "partner", Viewer: policy.Viewer{Name: "partner", Org: orgA, Clearance: policy.Amber}},
		"other":   {Name: "other", Viewer: policy.Viewer{Name: "other", Org: orgB, Clearance: policy.Green}},
		"public":  {Name: "public", Viewer: policy.Viewer{Name: "public"}},
	}
}

// basic tells clients by the user name of Basic; the password is "secret".
func basic(clients map[string]taxii.Client) func(*http.Request) (taxii.Client, error) {
	return func(r *http.Request) (taxii.Client, error) {
		name, pass, ok := r.BasicAuth()
		c, known := clients[name]
		if !ok || !known || pass != "secret" {
			return taxii.Client{}, errors.New("nobody")
		}
		return c, nil
	}
}

func defaults() taxii.Config {
	every := []string{"*"}
	return taxii.Config{
		Title: "Test", Roots: []taxii.Root{{Name: "root", Title: "Root"}, {Name: "hidden", Title: "Hidden"}},
		Collections: []taxii.Collection{
			{ID: allID, Alias: "all", Root: "root", Title: "All", Read: every, Write: []string{"insider", "partner"}, Delete: []string{"insider", "partner"}},
			{ID: inboxID, Root: "root", Title: "Inbox", Write: every, Read: []string{"own"}, View: taxii.View{Types: []string{"indicator", "domain-name"}}},
			{ID: sparseID, Root: "root", Title: "Sparse", Read: every, View: taxii.View{Labels: []string{"rare"}, Types: []string{"indicator"}, Markings: []string{"clear", "green"}}},
			{ID: secretID, Root: "hidden", Title: "Secret", Read: []string{"own"}},
		},
		Limits: taxii.Limits{Requests: 1e6, Burst: 1e6},
		Who:    basic(people()),
	}
}

// serve opens a site in a folder. It ends with the test.
func serve(tb testing.TB, dir string, change func(*taxii.Config)) *site {
	tb.Helper()
	s := &site{tb: tb, dir: dir, clock: &clock{now: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)}}
	ctx, cancel := context.WithCancel(context.Background())
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	c := defaults()
	c.Clock, c.Rand, c.Default = s.clock.Now, rand.Reader, policy.Amber
	if change != nil {
		change(&c)
	}
	var err error
	s.journal, err = sqlite.Open(ctx, dir, sqlite.Options{Clock: s.clock.Now, DefaultTLP: c.Default, DefaultClear: c.Default == policy.Clear})
	must(err)
	s.store, err = store.Open(ctx, dir, store.Options{Clock: s.clock.Now, Rand: rand.Reader})
	must(err)
	p := taxii.NewProjection()
	s.projector, err = sqlite.NewProjector(ctx, s.journal, []journal.Projection{p})
	must(err)
	if c.Journal == nil {
		c.Journal = s.journal
	}
	c.Projection, c.Shelf, c.Settled, c.Store = p, s.projector.Shelf(p.Name()), s.projector.Wait, s.store
	s.taxii, err = taxii.New(ctx, c)
	must(err)
	must(s.projector.CatchUp(ctx))
	ended := make(chan error, 1)
	go func() { ended <- s.projector.Run(ctx) }()
	s.http = httptest.NewServer(s.taxii)
	s.stop = sync.OnceFunc(func() {
		s.http.Close()
		cancel()
		if err := errors.Join(<-ended, s.projector.Close(), s.store.Close(), s.journal.Close()); err != nil {
			tb.Error(err)
		}
	})
	tb.Cleanup(func() { s.stop() })
	return s
}

// add appends objects beside the server.
func (s *site) add(objects ...stix.Object) journal.Receipt {
	s.tb.Helper()
	r, err := s.journal.Append(context.Background(), journal.Batch{Objects: objects, By: "test"})
	if err != nil {
		s.tb.Fatal(err)
	}
	if len(r.Refused) > 0 {
		s.tb.Fatalf("refused: %+v", r.Refused)
	}
	return r
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// envelope is every resource that the tests look into.
type envelope struct {
	More     bool              `json:"more"`
	Next     string            `json:"next"`
	Objects  []json.RawMessage `json:"objects"`
	Versions []string          `json:"versions"`
}

func (a answer) envelope(tb testing.TB) (e envelope) {
	tb.Helper()
	if a.status != http.StatusOK {
		tb.Fatalf("%d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &e); err != nil {
		tb.Fatalf("%v: %s", err, a.body)
	}
	return e
}

// ids are id and version of the objects or rows of a manifest.
func (e envelope) ids(tb testing.TB) (out []string) {
	tb.Helper()
	for _, raw := range e.Objects {
		var o struct{ ID, Modified, Version string }
		if err := json.Unmarshal(raw, &o); err != nil {
			tb.Fatal(err)
		}
		out = append(out, o.ID+" "+o.Modified+o.Version)
	}
	return out
}

// ask sends a request as somebody, "" for nobody.
func (s *site) ask(who, method, path string, body []byte, header ...string) answer {
	s.tb.Helper()
	a, err := s.send(who, method, path, bytes.NewReader(body), header...)
	if err != nil {
		s.tb.Fatal(err)
	}
	return a
}

func (s *site) send(who, method, path string, body io.Reader, header ...string) (answer, error) {
	r, err := http.NewRequest(method, s.http.URL+path, body)
	if err != nil {
		return answer{}, err
	}
	if who != "" {
		r.SetBasicAuth(who, "secret")
	}
	r.Header.Set("Accept", taxii.MediaType)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", taxii.MediaType)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		if value == "" {
			r.Header.Del(name)
			continue
		}
		r.Header.Set(name, value)
	}
	resp, err := s.http.Client().Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, b}, err
}

func (s *site) get(who, path string) answer {
	s.tb.Helper()
	return s.ask(who, http.MethodGet, path, nil)
}

// post sends objects.
func (s *site) post(who, path string, objects ...stix.Object) answer {
	s.tb.Helper()
	b, err := json.Marshal(map[string]any{"objects": objects})
	if err != nil {
		s.tb.Fatal(err)
	}
	return s.ask(who, http.MethodPost, path, b)
}
