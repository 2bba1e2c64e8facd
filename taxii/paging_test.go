package taxii_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
)

// indicator is indicator n in a version by organisation A, marked with a level.
func indicator(n, version int, level policy.TLP) stix.Object {
	o := journaltest.Indicator(n, version, policy.MarkingID(level))
	o["created_by_ref"] = orgA
	return o
}

// model is what a server should do, over a list.
type model struct {
	entries []modelled
}

type modelled struct {
	n, version int
	level      policy.TLP
	append     int // which append it came with
}

func (e modelled) name() string {
	o := indicator(e.n, e.version, e.level)
	return o.ID() + " " + o.Str("modified")
}

// last is the newest version of an object.
func (m *model) last(n int) (out modelled) {
	out.version = -1
	for _, e := range m.entries {
		if e.n == n && e.version > out.version {
			out = e
		}
	}
	return out
}

func (m *model) visible(e modelled, upTo policy.TLP) bool {
	return e.level <= upTo && m.last(e.n).level <= upTo
}

// reader pages through a collection for ever: by next while there is more, and by
// added_after from where it ended.
type reader struct {
	who     string
	cleared policy.TLP
	limit   int
	all     bool // every version, not the newest

	at    int // entries of the model that it is past
	next  string
	after string // date of the last object
	seen  []string
}

func (r *reader) path() string {
	q := url.Values{"limit": {strconv.Itoa(r.limit)}}
	if r.all {
		q.Set("match[version]", "all")
	}
	if r.after != "" && r.next == "" {
		q.Set("added_after", r.after)
	}
	if r.next != "" {
		// The query of the page before, and where it ended.
		return r.next
	}
	return allPath + "objects/?" + q.Encode()
}

// want is the page that the model gives, and where the reader is then.
func (r *reader) want(m *model) (names []string, more bool, at int) {
	at = r.at
	for i := r.at; i < len(m.entries); i++ {
		e := m.entries[i]
		if !m.visible(e, r.cleared) || !r.all && m.last(e.n).version != e.version {
			continue
		}
		if len(names) == r.limit {
			return names, true, at
		}
		names = append(names, e.name())
		at = i + 1
	}
	// From here it goes on by the time of the last object that it got, which is that
	// of the whole append.
	for at > 0 && at < len(m.entries) && m.entries[at].append == m.entries[at-1].append {
		at++
	}
	return names, false, at
}

// TestPagesOverInterleavings runs every small interleaving that rapid draws of
// appends, erased and late versions among them, with three readers, and compares
// each page with a model. Whatever happened, no reader gets a version twice, and
// each has in the end all that it could always see.
func TestPagesOverInterleavings(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		s, done := still(outer)
		defer done()
		m := &model{}
		always := map[int]bool{} // entries of the model that everybody could see from the first moment on
		readers := []*reader{
			{who: "partner", cleared: policy.Amber, limit: rapid.IntRange(1, 4).Draw(t, "limit of the partner"), all: true},
			{who: "other", cleared: policy.Green, limit: rapid.IntRange(1, 4).Draw(t, "limit of the other")},
			{who: "insider", cleared: policy.Red, limit: rapid.IntRange(1, 4).Draw(t, "limit of the insider"), all: rapid.Bool().Draw(t, "insider asks for all")},
		}
		appends := 0
		step := func(r *reader) bool {
			names, more, at := r.want(m)
			asked := r.path()
			e, h := s.page(r.who, asked)
			if d := cmp.Diff(names, e.ids(s.tb)); d != "" {
				t.Fatalf("%s at %d (-model +server):\n%s", r.who, r.at, d)
			}
			if e.More != more || (e.Next != "") != more {
				t.Fatalf("%s at %d: more is %v with next %q, the model says %v", r.who, r.at, e.More, e.Next, more)
			}
			for _, n := range names {
				if slices.Contains(r.seen, n) {
					t.Fatalf("%s gets %s twice", r.who, n)
				}
			}
			r.seen, r.at = append(r.seen, names...), at
			if len(names) > 0 {
				r.after = h.Get("X-TAXII-Date-Added-Last")
			}
			if more {
				base, _, _ := strings.Cut(asked, "&next=")
				r.next = base + "&next=" + e.Next
				return true
			}
			r.next = ""
			return len(names) > 0
		}
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				var batch []stix.Object
				appends++
				for range rapid.IntRange(1, 5).Draw(t, "objects") {
					e := modelled{
						n: rapid.IntRange(0, 5).Draw(t, "n"), version: rapid.IntRange(0, 6).Draw(t, "version"),
						level: rapid.SampledFrom([]policy.TLP{policy.Clear, policy.Green, policy.Amber, policy.Red}).Draw(t, "level"), append: appends,
					}
					if slices.ContainsFunc(m.entries, func(o modelled) bool { return o.n == e.n && o.version == e.version }) {
						continue // one version has one content
					}
					m.entries = append(m.entries, e)
					batch = append(batch, indicator(e.n, e.version, e.level))
				}
				if len(batch) > 0 {
					s.add(batch...)
				}
				for i, e := range m.entries {
					if e.append == appends {
						always[i] = true
					}
					if m.last(e.n).level > policy.Clear || e.level > policy.Clear {
						always[i] = false
					}
				}
			},
			"page": func(t *rapid.T) { step(readers[rapid.IntRange(0, len(readers)-1).Draw(t, "reader")]) },
		})
		for _, r := range readers {
			for step(r) {
			}
			for i, e := range m.entries {
				if always[i] && r.all && !slices.Contains(r.seen, e.name()) {
					t.Fatalf("%s never got %s", r.who, e.name())
				}
				if l := m.last(e.n); m.visible(l, r.cleared) && !slices.Contains(r.seen, l.name()) && !r.reads(m, l) {
					t.Fatalf("%s does not have the newest version %s", r.who, l.name())
				}
			}
		}
	})
}

// reads reports whether a version could not be had when the reader passed it: one
// that was hidden then, by its governing version, and is not now.
func (r *reader) reads(m *model, e modelled) bool {
	for _, o := range m.entries {
		if o.n == e.n && o.level > r.cleared {
			return true
		}
	}
	return false
}

// stillSite is a site without a network whose projection follows when it is asked.
type stillSite struct {
	*site
	handler http.Handler
}

func still(t *testing.T) (*stillSite, func()) {
	dir, err := os.MkdirTemp("", "taxii-*")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(lasting{t}, dir, func(c *taxii.Config) { c.Limits.Requests = 1e9 })
	return &stillSite{site: s, handler: s.taxii}, func() { s.stop(); os.RemoveAll(dir) }
}

func (s *stillSite) page(who, path string) (envelope, http.Header) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.SetBasicAuth(who, "secret")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}.envelope(s.tb), w.Header()
}

// TestWritersBesideReaders has four writers add over HTTP while a reader pages
// through, and again with added_after when it has reached the end, until all are
// there: each version once, none missing.
func TestWritersBesideReaders(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	const writers, each, size = 4, 25, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				objects := make([]stix.Object, size)
				for k := range objects {
					objects[k] = indicator((w*each+i)*size+k, 0, policy.TLP(k%4)) // up to amber+strict
				}
				b, _ := json.Marshal(map[string]any{"objects": objects})
				a, err := s.send("partner", http.MethodPost, allPath+"objects/", strings.NewReader(string(b)))
				if err != nil || a.status != http.StatusAccepted {
					t.Errorf("%d %s %v", a.status, a.body, err)
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() { wg.Wait(); close(finished) }()
	seen := map[string]int{}
	after, next := "", ""
	for {
		over := false
		select {
		case <-finished:
			over = true
		default:
		}
		q := url.Values{"limit": {"7"}}
		if after != "" {
			q.Set("added_after", after)
		}
		path := allPath + "objects/?" + q.Encode()
		if next != "" {
			path += "&next=" + next
		}
		a := s.get("other", path) // cleared to green: half of what is added
		e := a.envelope(t)
		for _, id := range e.ids(t) {
			seen[id]++
		}
		next = e.Next
		if !e.More {
			if last := a.header.Get("X-TAXII-Date-Added-Last"); last != "" {
				after = last
			} else if over {
				break
			}
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", id, n)
		}
	}
	if want := writers * each * size / 2; len(seen) != want {
		t.Errorf("%d objects came, want %d", len(seen), want)
	}
}

// A position is good after a restart, on a journal that has gone on meanwhile.
func TestPositionsAndStatusesSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir, nil)
	for i := range 5 {
		s.add(indicator(i, 0, policy.Clear))
	}
	first := s.get("public", allPath+"objects/?limit=2").envelope(t)
	var st struct{ ID string }
	a := s.post("partner", allPath+"objects/", indicator(100, 0, policy.Amber))
	if err := json.Unmarshal(a.body, &st); err != nil || a.status != http.StatusAccepted {
		t.Fatal(a.status, err)
	}
	s.stop()
	s = serve(t, dir, nil)
	s.add(indicator(5, 0, policy.Clear))
	rest := s.get("public", allPath+"objects/?limit=100&next="+first.Next).envelope(t)
	if len(rest.Objects) != 4 || rest.More {
		t.Errorf("%v after %v", rest.ids(t), first.ids(t))
	}
	b := s.get("partner", taxii.Base+"root/status/"+st.ID+"/")
	if b.status != http.StatusOK || string(b.body) != string(a.body) {
		t.Errorf("the status is %d %s, was %s", b.status, b.body, a.body)
	}
	if b := s.get("insider", taxii.Base+"root/status/"+st.ID+"/"); b.status != http.StatusNotFound {
		t.Errorf("another client reads the status: %d", b.status)
	}
}

// What one append brought is one time; pages inside it go on by next, and nothing
// is told of what lies between.
func TestOneAppendIsOneTime(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	var open, mixed []stix.Object
	for i := range 10 {
		open = append(open, indicator(i, 0, policy.Clear))
		mixed = append(mixed, indicator(100+i, 0, policy.TLP(4*(i%2)))) // every other one is red
	}
	s.add(open...)
	s.add(mixed...)
	path, n := allPath+"manifest/?limit=4", 0
	dates := map[string]int{}
	for next := ""; ; {
		e := s.get("public", path+next).envelope(t)
		for _, raw := range e.Objects {
			var row struct {
				DateAdded string `json:"date_added"`
			}
			if err := json.Unmarshal(raw, &row); err != nil {
				t.Fatal(err)
			}
			dates[row.DateAdded]++
			n++
		}
		if !e.More {
			break
		}
		if len(e.Objects) != 4 {
			t.Errorf("a page of %d objects with more to come", len(e.Objects))
		}
		next = "&next=" + e.Next
	}
	if n != 15 || len(dates) != 2 {
		t.Errorf("%d objects of %v", n, dates)
	}
}

// lasting is a test for sites that end before it does.
type lasting struct{ testing.TB }

// Cleanup does nothing: the site is stopped by who made it.
func (lasting) Cleanup(func()) {}
