package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// outlet is the API over a journal alone, for viewers of several clearances: the token
// names the clearance.
type outlet struct {
	store   *sqlite.Store
	address string
}

func newOutlet(t *testing.T) outlet {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }
	store, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{DefaultTLP: policy.Amber, Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	var b warning.Builder
	if err := b.Read(strings.NewReader(`{"name":"EXAMPLE","type":"hostname","list":["good.example"]}`), "x"); err != nil {
		t.Fatal(err)
	}
	index := b.Build()
	stopping := make(chan struct{})
	server := httptest.NewServer(api.New(api.Config{
		Journal: store, Changed: store.Changed, EventKey: []byte("test"), Clock: now, Stopping: stopping,
		Warnings: func(context.Context) (*warning.Index, time.Time, error) { return index, now(), nil },
		Who: func(r *http.Request) (auth.Principal, error) {
			token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			level, err := policy.ParseTLP(token)
			return auth.Principal{Kind: auth.Program, Name: token, Roles: []auth.Role{auth.Reader}, Clearance: level}, err
		},
	}))
	t.Cleanup(func() {
		close(stopping)
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return outlet{store, server.URL}
}

func (o outlet) put(t *testing.T, n int, domain string, level policy.TLP) {
	t.Helper()
	r, err := o.store.Append(context.Background(), journal.Batch{By: "test", Objects: []stix.Object{{
		"type": "indicator", "spec_version": "2.1", "id": fmt.Sprintf("indicator--00000000-0000-4000-8000-%012d", n), "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
		"pattern_type": "stix", "pattern": "[domain-name:value = '" + domain + "']", "valid_from": "2026-01-01T00:00:00Z", "object_marking_refs": []any{policy.MarkingID(level)},
	}}})
	if err != nil || len(r.Refused) > 0 {
		t.Fatal(r.Refused, err)
	}
}

func (o outlet) get(t *testing.T, token, path string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, o.address+api.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAFeedHasWhatItsReaderMayHave(t *testing.T) {
	o := newOutlet(t)
	o.put(t, 1, "open.test", policy.Clear)
	o.put(t, 2, "amber.test", policy.Amber)
	o.put(t, 3, "www.good.example", policy.Clear)
	if got := body(t, o.get(t, "clear", "/feeds/domains")); got != "open.test\n" {
		t.Errorf("clear: %q", got)
	}
	if got := body(t, o.get(t, "amber", "/feeds/domains")); got != "open.test\namber.test\n" {
		t.Errorf("amber: %q", got)
	}
	if got := body(t, o.get(t, "clear", "/feeds/domains/left-out")); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"List":"EXAMPLE"`) && !strings.Contains(got, `"list":"EXAMPLE"`) {
		t.Errorf("left out: %q", got)
	}
	if r := o.get(t, "clear", "/feeds/nonsense"); r.StatusCode != 404 {
		t.Errorf("no such form: %d", r.StatusCode)
	}
	if r := o.get(t, "amber", "/feeds/domains?as=identity--00000000-0000-4000-8000-000000000001&cleared_to=amber"); r.StatusCode != 403 && r.StatusCode != 404 {
		t.Errorf("somebody writes a feed as another: %d", r.StatusCode)
	}
	if got := body(t, o.get(t, "red", "/feeds/domains?as=identity--00000000-0000-4000-8000-000000000001")); got != "open.test\n" {
		t.Errorf("for a recipient: %q", got)
	}
	if r := o.get(t, "red", "/feeds/domains?for=nonsense"); r.StatusCode != 422 {
		t.Errorf("no such purpose: %d", r.StatusCode)
	}
	for _, f := range api.FeedForms() {
		if r := o.get(t, "clear", "/feeds/"+f); r.StatusCode != 200 || r.Header.Get("ETag") == "" {
			t.Errorf("%s: %d", f, r.StatusCode)
		}
	}
	var bundle struct{ Objects []json.RawMessage }
	if err := json.Unmarshal([]byte(body(t, o.get(t, "clear", "/feeds/opencti"))), &bundle); err != nil || len(bundle.Objects) != 2 {
		t.Errorf("opencti: %d objects, %v", len(bundle.Objects), err)
	}
}

func TestAFeedThatDidNotChangeIsNotSentAgain(t *testing.T) {
	o := newOutlet(t)
	o.put(t, 1, "open.test", policy.Clear)
	tag := o.get(t, "clear", "/feeds/rpz").Header.Get("ETag")
	if r := o.get(t, "clear", "/feeds/rpz", "If-None-Match", `"x", W/`+tag); r.StatusCode != 304 || body(t, r) != "" {
		t.Errorf("unchanged: %d", r.StatusCode)
	}
	o.put(t, 2, "secret.test", policy.Red)
	if r := o.get(t, "clear", "/feeds/rpz", "If-None-Match", tag); r.StatusCode != 304 {
		t.Errorf("what the reader may not see changed the feed: %d", r.StatusCode)
	}
	o.put(t, 3, "other.test", policy.Clear)
	if r := o.get(t, "clear", "/feeds/rpz", "If-None-Match", tag); r.StatusCode != 200 {
		t.Errorf("changed: %d", r.StatusCode)
	}
}

// message is one event of a stream.
type message struct{ id, event, data string }

// messages reads messages until it has n with data; the id of the one without data that
// opens a stream is opening.
func messages(t *testing.T, r *http.Response, n int) (opening string, out []message) {
	t.Helper()
	lines := bufio.NewScanner(r.Body)
	var m message
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "data":
			m.data = value
		case "":
			if m.data != "" {
				out = append(out, m)
			} else if opening == "" {
				opening = m.id
			}
			if m = (message{}); len(out) == n {
				return opening, out
			}
		}
	}
	t.Fatalf("the stream ended after %d of %d: %v", len(out), n, lines.Err())
	return "", nil
}

func names(all []message) (out []string) {
	for _, m := range all {
		out = append(out, m.data[strings.Index(m.data, "8000-")+5+9:strings.Index(m.data, "8000-")+5+12])
	}
	return out
}

// TestEventsResumeWithoutLossOrRepeat and show what the subscriber may see alone.
func TestEventsResumeWithoutLossOrRepeat(t *testing.T) {
	o := newOutlet(t)
	for n := 1; n <= 9; n++ {
		level := policy.Clear
		if n%3 == 0 {
			level = policy.Red
		}
		o.put(t, n, fmt.Sprintf("n%d.test", n), level)
	}
	_, first := messages(t, o.get(t, "clear", "/events?from=start"), 3)
	_, rest := messages(t, o.get(t, "clear", "/events", "Last-Event-ID", first[2].id), 3)
	if got := names(slices.Concat(first, rest)); !slices.Equal(got, []string{"001", "002", "004", "005", "007", "008"}) {
		t.Errorf("%q", got)
	}
	_, all := messages(t, o.get(t, "red", "/events?from=start"), 9)
	if len(all) != 9 || all[0].event != "indicator" {
		t.Errorf("%v", all)
	}
	// What comes while the stream stands.
	r := o.get(t, "clear", "/events")
	o.put(t, 10, "n10.test", policy.Red)
	o.put(t, 11, "n11.test", policy.Clear)
	if _, live := messages(t, r, 1); names(live)[0] != "011" {
		t.Errorf("%v", live)
	}
}

// TestIdsOfEventsTellNothing: not the number, nor that something hidden came in
// between, and nobody else can use them.
func TestIdsOfEventsTellNothing(t *testing.T) {
	o := newOutlet(t)
	o.put(t, 1, "a.test", policy.Clear)
	o.put(t, 2, "b.test", policy.Clear)
	before, _ := messages(t, o.get(t, "clear", "/events?from=start"), 2)
	_, two := messages(t, o.get(t, "clear", "/events?from=start"), 2)
	if strings.Contains(two[0].data, "seq") || len(two[0].id) != 22 || two[0].id[:8] == two[1].id[:8] {
		t.Errorf("%+v", two)
	}
	// The id that opens a stream at the newest change does not move with hidden ones.
	opens := func() string {
		r := o.get(t, "clear", "/events")
		lines := bufio.NewScanner(r.Body)
		lines.Scan()
		return lines.Text()
	}
	x := opens()
	o.put(t, 3, "secret.test", policy.Red)
	if y := opens(); x != y || x != "id: "+two[1].id || before == "" {
		t.Errorf("%s became %s", x, y)
	}
	for name, id := range map[string]string{"another's": two[0].id, "a number": "2", "noise": "AAAAAAAAAAAAAAAAAAAAAA"} {
		if r := o.get(t, "green", "/events", "Last-Event-ID", id); r.StatusCode != 422 {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
}

func TestTheClientWritesFeedsAndAsksForActors(t *testing.T) {
	o := newOutlet(t)
	o.put(t, 1, "open.test", policy.Clear)
	o.put(t, 2, "good.example", policy.Clear)
	c := &client.Client{Address: o.address, Token: "red", HTTP: http.DefaultClient}
	var b bytes.Buffer
	r, err := c.Feed(t.Context(), "hosts", api.FeedQuery{}, &b)
	if err != nil || r.Published != 1 || r.LeftOut[feed.RuleWarning] != 1 || !strings.Contains(b.String(), "0.0.0.0 open.test\n") {
		t.Errorf("%+v %q %v", r, b.String(), err)
	}
	var left []feed.Left
	err = c.FeedLeftOut(t.Context(), "hosts", api.FeedQuery{}, func(l feed.Left) error { left = append(left, l); return nil })
	if err != nil || len(left) != 1 || left[0].Value != "good.example" || left[0].Spared.List != "EXAMPLE" {
		t.Errorf("%+v %v", left, err)
	}
	if _, err := c.Actors(t.Context(), "nobody"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
