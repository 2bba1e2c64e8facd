package taxii_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
)

// counting counts how often the journal is asked for content.
type counting struct {
	journal.Journal
	scans atomic.Int64
}

func (c *counting) Scan(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error] {
	c.scans.Add(1)
	return c.Journal.Scan(ctx, v, q)
}

// plain is an answer without what is drawn for each.
func plain(a answer) string {
	body := regexp.MustCompile(`"next":"[A-Za-z0-9_-]{50}"`).ReplaceAll(a.body, []byte(`"next":""`))
	return fmt.Sprintf("%d %s %s %s %s", a.status, a.header.Get("Content-Type"), a.header.Get("X-TAXII-Date-Added-First"), a.header.Get("X-TAXII-Date-Added-Last"), body)
}

// TestWhatIsHiddenCannotBeToldFromWhatIsNotThere asks for the same by every way, of
// a server that holds something hidden and of one that does not.
func TestWhatIsHiddenCannotBeToldFromWhatIsNotThere(t *testing.T) {
	hidden, open := indicator(1, 0, policy.Red), indicator(2, 0, policy.Clear)
	about := journaltest.Relationship(1, hidden.ID(), open.ID(), policy.MarkingID(policy.Clear))
	sites := map[string]*site{}
	counts := map[string]*counting{}
	for _, kind := range []string{"with", "without"} {
		count := &counting{}
		s := serve(t, t.TempDir(), func(c *taxii.Config) { c.Journal = count })
		count.Journal = s.journal
		s.clock.set(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))
		s.add(journaltest.Author())
		if kind == "with" {
			s.add(hidden, about)
		}
		s.clock.set(time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC))
		s.add(open)
		sites[kind], counts[kind] = s, count
	}
	objects := allPath + "objects/"
	for name, path := range map[string]string{
		"list":             objects,
		"count":            objects + "?limit=1",
		"by id":            objects + hidden.ID() + "/",
		"its versions":     objects + hidden.ID() + "/versions/",
		"one version":      objects + hidden.ID() + "/?match[version]=" + hidden.Version(),
		"by filter of id":  objects + "?match[id]=" + hidden.ID(),
		"with another id":  objects + "?match[id]=" + hidden.ID() + "," + open.ID(),
		"by type":          objects + "?match[type]=relationship",
		"by version":       objects + "?match[version]=all",
		"by time":          objects + "?added_after=2026-11-01T00:00:00Z",
		"manifest":         allPath + "manifest/?match[version]=all",
		"by reference":     objects + about.ID() + "/",
		"hidden root":      taxii.Base + "hidden/",
		"its collections":  taxii.Base + "hidden/collections/",
		"its collection":   taxii.Base + "hidden/collections/" + secretID + "/objects/",
		"discovery":        taxii.Base,
		"no such root":     taxii.Base + "nothing/",
		"status of others": taxii.Base + "root/status/" + secretID + "/",
	} {
		a, b := sites["with"].get("partner", path), sites["without"].get("partner", path)
		if d := cmp.Diff(strings.ReplaceAll(plain(b), sites["without"].http.URL, ""), strings.ReplaceAll(plain(a), sites["with"].http.URL, "")); d != "" {
			t.Errorf("%s tells (-without +with):\n%s", name, d)
		}
	}
	// By timing: the same work is done, and none of it reads what is hidden.
	if a, b := counts["with"].scans.Load(), counts["without"].scans.Load(); a != b {
		t.Errorf("the journal is asked %d times with the hidden object and %d times without", a, b)
	}
	// And who may see it does.
	if e := sites["with"].get("insider", objects).envelope(t); len(e.Objects) != 4 {
		t.Errorf("the insider gets %v", e.ids(t))
	}
}

// Adding under an id that is hidden is answered as if nothing were there.
func TestAddingTellsNothingOfWhatIsHidden(t *testing.T) {
	for name, send := range map[string]stix.Object{
		"another content under one version": func() stix.Object {
			o := indicator(1, 0, policy.Red)
			o["name"] = "another"
			return o
		}(),
		"the author's id taken over": func() stix.Object {
			o := indicator(1, 3, policy.Red)
			o["created_by_ref"] = orgB
			return o
		}(),
		"the same": indicator(1, 0, policy.Red),
	} {
		t.Run(name, func(t *testing.T) {
			var texts []string
			who := "partner"
			if send.Str("created_by_ref") == orgB {
				who = "other"
			}
			for _, hidden := range []bool{true, false} {
				s := serve(t, t.TempDir(), nil)
				if hidden {
					o := indicator(1, 0, policy.Red)
					s.add(o)
				}
				s.clock.set(time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC))
				if hidden { // the index is asked when objects come in
					s.get("insider", allPath+"objects/")
				}
				a := s.post(who, inboxPath+"objects/", send)
				var st map[string]any
				if err := json.Unmarshal(a.body, &st); err != nil {
					t.Fatalf("%v: %s", err, a.body)
				}
				delete(st, "id")
				texts = append(texts, fmt.Sprint(a.status, st))
				held, _, err := s.store.Held(t.Context(), 10)
				if err != nil {
					t.Fatal(err)
				}
				kept, err := s.journal.CountRefused(t.Context(), people()["insider"].Viewer, policy.Reading)
				if err != nil {
					t.Fatal(err)
				}
				if want := hidden && name != "the same"; (len(held)+int(kept) == 1) != want {
					t.Errorf("hidden %v: %d wait for a person, %d in the quarantine", hidden, len(held), kept)
				}
			}
			if texts[0] != texts[1] {
				t.Errorf("with the hidden object: %s\nwithout: %s", texts[0], texts[1])
			}
		})
	}
}

func TestWhatIsRefusedAtTheDoor(t *testing.T) {
	s := serve(t, t.TempDir(), func(c *taxii.Config) { c.Limits.Body, c.Limits.Objects = 20_000, 10 })
	one, err := json.Marshal(map[string]any{"objects": []any{indicator(1, 0, policy.Clear)}})
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	if _, err := z.Write(append([]byte(`{"objects":[`), bytes.Repeat([]byte(" "), 10<<20)...)); err != nil {
		t.Fatal(err)
	}
	z.Close()
	deep := []byte(`{"objects":[{"type":"indicator","x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}]}`)
	var many []any
	for i := range 11 {
		many = append(many, map[string]any{"i": i})
	}
	lot, err := json.Marshal(map[string]any{"objects": many})
	if err != nil {
		t.Fatal(err)
	}
	objects := allPath + "objects/"
	for name, c := range map[string]struct {
		who, method, path string
		body              []byte
		header            []string
		want              int
	}{
		"nobody":                         {"", "GET", objects, nil, nil, 401},
		"a wrong key":                    {"", "GET", objects, nil, []string{"Authorization: Basic cGFydG5lcjpub3RoaW5n"}, 401},
		"another media type":             {"partner", "GET", objects, nil, []string{"Accept: application/json"}, 406},
		"another version":                {"partner", "GET", objects, nil, []string{"Accept: application/taxii+json;version=2.0"}, 406},
		"a type with weight nought":      {"partner", "GET", objects, nil, []string{"Accept: application/taxii+json;version=2.1;q=0"}, 406},
		"any media type":                 {"partner", "GET", objects, nil, []string{"Accept: text/html, */*;q=0.1"}, 200},
		"no version":                     {"partner", "GET", objects, nil, []string{"Accept: application/taxii+json"}, 200},
		"no Accept":                      {"partner", "GET", objects, nil, []string{"Accept: "}, 200},
		"another type of body":           {"partner", "POST", objects, one, []string{"Content-Type: application/json"}, 415},
		"a body of another version":      {"partner", "POST", objects, one, []string{"Content-Type: application/taxii+json;version=2.0"}, 415},
		"an encoding":                    {"partner", "POST", objects, one, []string{"Content-Encoding: br"}, 415},
		"what is no gzip":                {"partner", "POST", objects, one, []string{"Content-Encoding: gzip"}, 400},
		"gzip that grows":                {"partner", "POST", objects, bomb.Bytes(), []string{"Content-Encoding: gzip"}, 413},
		"too large":                      {"partner", "POST", objects, bytes.Repeat([]byte(" "), 20_001), nil, 413},
		"too many objects":               {"partner", "POST", objects, lot, nil, 413},
		"too deep":                       {"partner", "POST", objects, deep, nil, 422},
		"no JSON":                        {"partner", "POST", objects, []byte(`{"objects":[`), nil, 422},
		"a name twice":                   {"partner", "POST", objects, []byte(`{"objects":[{"type":"a","type":"b"}]}`), nil, 422},
		"no objects":                     {"partner", "POST", objects, []byte(`{"objects":[]}`), nil, 422},
		"objects that are none":          {"partner", "POST", objects, []byte(`{"objects":[1]}`), nil, 422},
		"a bundle":                       {"partner", "POST", objects, []byte(`[]`), nil, 422},
		"an unknown parameter":           {"partner", "GET", objects + "?match[name]=x", nil, nil, 400},
		"a parameter twice":              {"partner", "GET", objects + "?limit=1&limit=2", nil, nil, 400},
		"a limit of nought":              {"partner", "GET", objects + "?limit=0", nil, nil, 400},
		"a limit that is none":           {"partner", "GET", objects + "?limit=x", nil, nil, 400},
		"a limit beyond all":             {"partner", "GET", objects + "?limit=99999999", nil, nil, 200},
		"a time that is none":            {"partner", "GET", objects + "?added_after=yesterday", nil, nil, 400},
		"an id that is none":             {"partner", "GET", objects + "?match[id]=x", nil, nil, 400},
		"too many ids":                   {"partner", "GET", objects + "?match[type]=" + strings.Repeat("a,", 100) + "a", nil, nil, 400},
		"a long query":                   {"partner", "GET", objects + "?next=" + strings.Repeat("a", 9000), nil, nil, 400},
		"a position made up":             {"partner", "GET", objects + "?next=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", nil, nil, 400},
		"match on one object":            {"partner", "GET", objects + indicator(1, 0, policy.Clear).ID() + "/?match[type]=x", nil, nil, 400},
		"another method":                 {"partner", "PUT", objects, nil, nil, 405},
		"a method on a hidden root":      {"partner", "PUT", taxii.Base + "hidden/", nil, nil, 404},
		"no such endpoint":               {"partner", "GET", allPath + "channels/", nil, nil, 404},
		"a path that climbs":             {"partner", "GET", taxii.Base + "root/../hidden/", nil, nil, 404},
		"by alias":                       {"partner", "GET", taxii.Base + "root/collections/all/objects/", nil, nil, 200},
		"writing where one only reads":   {"public", "POST", objects, one, nil, 403},
		"reading where one only writes":  {"partner", "GET", inboxPath + "objects/", nil, nil, 403},
		"deleting where one may not":     {"public", "DELETE", objects + indicator(1, 0, policy.Clear).ID() + "/", nil, nil, 404},
		"deleting where one only writes": {"partner", "DELETE", inboxPath + "objects/" + indicator(1, 0, policy.Clear).ID() + "/", nil, nil, 404},
	} {
		a := s.ask(c.who, c.method, c.path, c.body, c.header...)
		if a.status != c.want {
			t.Errorf("%s: %d, want %d: %s", name, a.status, c.want, a.body)
		}
		if a.header.Get("Content-Type") != taxii.MediaType {
			t.Errorf("%s: %s", name, a.header.Get("Content-Type"))
		}
	}
	if h, _ := s.journal.Head(t.Context()); h != 0 {
		t.Errorf("%d entries came in", h)
	}
}

// Objects are judged one by one, and each failure says why.
func TestWhatBecomesOfEachObject(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	s.add(indicator(1, 0, policy.Amber))
	s.get("insider", allPath+"objects/")
	other := indicator(3, 0, policy.Amber)
	other["created_by_ref"] = orgB
	changed := indicator(1, 0, policy.Amber)
	changed["name"] = "another content"
	broken := indicator(4, 0, policy.Amber)
	delete(broken, "pattern")
	old := indicator(5, 0, policy.Amber)
	old["spec_version"] = "2.0"
	a := s.post("partner", allPath+"objects/", indicator(2, 0, policy.Amber), indicator(1, 0, policy.Amber), other, changed, broken, old, stix.Object{"type": "x"})
	var st struct {
		Status                   string
		Total                    int `json:"total_count"`
		Success                  int `json:"success_count"`
		Failure                  int `json:"failure_count"`
		Failures                 []struct{ ID, Message string }
		Successes                []struct{ ID string }
		Pending                  int    `json:"pending_count"`
		ID                       string `json:"id"`
		RequestTimestamp, Unused string
	}
	if err := json.Unmarshal(a.body, &st); err != nil || a.status != http.StatusAccepted {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if st.Status != "complete" || st.Total != 7 || st.Success != 2 || st.Failure != 5 || len(st.Failures) != 5 || len(st.Successes) != 2 || st.Pending != 0 {
		t.Errorf("%s", a.body)
	}
	for i, want := range []string{"another author", "conflicting-content", "required-property", "not of STIX 2.1", "id and type"} {
		found := false
		for _, f := range st.Failures {
			found = found || strings.Contains(f.Message, want)
		}
		if !found {
			t.Errorf("no failure says %q (%d): %+v", want, i, st.Failures)
		}
	}
}

// Deleting takes versions out of one collection; the journal has them still.
func TestDeletingIsOfOneCollection(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir, nil)
	o := indicator(1, 0, policy.Clear)
	o["labels"] = []any{"rare"}
	s.add(o, indicator(2, 0, policy.Clear))
	path := allPath + "objects/" + o.ID() + "/"
	if a := s.ask("other", http.MethodDelete, path, nil); a.status != http.StatusForbidden {
		t.Errorf("who may not delete is answered %d", a.status)
	}
	if a := s.ask("partner", http.MethodDelete, path, nil); a.status != http.StatusOK {
		t.Fatalf("its author is answered %d: %s", a.status, a.body)
	}
	for range 2 { // and after a restart
		if a := s.get("public", path); a.status != http.StatusNotFound {
			t.Errorf("it is still there: %d", a.status)
		}
		if e := s.get("public", allPath+"objects/").envelope(t); len(e.Objects) != 1 {
			t.Errorf("%v", e.ids(t))
		}
		if e := s.get("public", taxii.Base+"root/collections/"+sparseID+"/objects/").envelope(t); len(e.Objects) != 1 {
			t.Errorf("it is gone from another collection: %v", e.ids(t))
		}
		s.stop()
		s = serve(t, dir, nil)
	}
	a := s.post("partner", allPath+"objects/", o)
	if !strings.Contains(string(a.body), "was deleted") {
		t.Errorf("the same version again: %s", a.body)
	}
	later := indicator(1, 1, policy.Clear)
	if a := s.post("partner", allPath+"objects/", later); a.status != http.StatusAccepted || strings.Contains(string(a.body), "failures") {
		t.Errorf("a new version: %s", a.body)
	}
	if a := s.get("public", path); a.status != http.StatusOK {
		t.Errorf("a new version is not there: %d", a.status)
	}
}

// A view has what its query says and nothing else.
func TestACollectionIsAView(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	rare := func(n int, level policy.TLP) stix.Object {
		o := indicator(n, 0, level)
		o["labels"] = []any{"rare", "other"}
		return o
	}
	s.add(rare(1, policy.Clear), rare(2, policy.Green), rare(3, policy.Amber), indicator(4, 0, policy.Clear), journaltest.Domain(5))
	e := s.get("insider", taxii.Base+"root/collections/"+sparseID+"/objects/").envelope(t)
	if len(e.Objects) != 2 {
		t.Errorf("%v", e.ids(t))
	}
	if e := s.get("public", taxii.Base+"root/collections/"+sparseID+"/objects/").envelope(t); len(e.Objects) != 1 {
		t.Errorf("the public gets %v", e.ids(t))
	}
}

// A client that floods is told to wait, and the others are not.
func TestAFloodIsOneClientsOwn(t *testing.T) {
	s := serve(t, t.TempDir(), func(c *taxii.Config) { c.Limits.Requests, c.Limits.Burst = 1, 5 })
	s.clock.set(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)) // it stands
	for i := range 8 {
		a := s.get("partner", allPath)
		if want := i < 5; (a.status == http.StatusOK) != want {
			t.Errorf("request %d is answered %d", i, a.status)
		}
		if a.status != http.StatusOK && (a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "") {
			t.Errorf("request %d: %d, Retry-After %q", i, a.status, a.header.Get("Retry-After"))
		}
	}
	if a := s.get("public", allPath); a.status != http.StatusOK {
		t.Errorf("another client is answered %d", a.status)
	}
}

// Bodies that are on their way take their place before they are read: when there is
// none left the answer is 429 at once, and who sends slowly loses his in time.
func TestSlowBodiesHoldNobodyUp(t *testing.T) {
	s := serve(t, t.TempDir(), func(c *taxii.Config) {
		c.Limits.Body, c.Limits.InFlight, c.Limits.BodyTime = 1000, 1000, 3*time.Second
	})
	address := strings.TrimPrefix(s.http.URL, "http://")
	slow, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	fmt.Fprintf(slow, "POST %sobjects/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cGFydG5lcjpzZWNyZXQ=\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n{", allPath, taxii.MediaType)
	busy := false
	for range 200 { // until the slow one has his place
		if busy {
			break
		}
		a := s.post("partner", allPath+"objects/", indicator(1, 0, policy.Clear))
		busy = a.status == http.StatusTooManyRequests
		if busy && a.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	b, err := io.ReadAll(slow) // until the server hangs up
	if err != nil || !bytes.HasPrefix(b, []byte("HTTP/1.1 400 ")) {
		t.Errorf("the slow one hears %q, %v", b, err)
	}
	if a := s.post("partner", allPath+"objects/", indicator(2, 0, policy.Clear)); a.status != http.StatusAccepted {
		t.Errorf("after him: %d %s", a.status, a.body)
	}
}

// Answers are compressed for who takes that, and say the same.
func TestCompression(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	for i := range 20 {
		s.add(indicator(i, 0, policy.Clear))
	}
	whole := s.ask("public", http.MethodGet, allPath+"objects/", nil, "Accept-Encoding: identity")
	packed := s.ask("public", http.MethodGet, allPath+"objects/", nil, "Accept-Encoding: br;q=1, gzip;q=0.5")
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(whole.body) {
		t.Fatalf("%v, %d of %d bytes", packed.header, len(packed.body), len(whole.body))
	}
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, whole.body) {
		t.Error("it says something else", err)
	}
	var in bytes.Buffer
	w := gzip.NewWriter(&in)
	if err := json.NewEncoder(w).Encode(map[string]any{"objects": []any{indicator(50, 0, policy.Clear)}}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if a := s.ask("partner", http.MethodPost, allPath+"objects/", in.Bytes(), "Content-Encoding: gzip"); a.status != http.StatusAccepted {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// FuzzServer: whatever is asked, the server answers with a TAXII resource and never
// with a defect.
func FuzzServer(f *testing.F) {
	s := serve(f, f.TempDir(), nil)
	s.add(indicator(1, 0, policy.Clear), indicator(2, 0, policy.Red))
	for _, seed := range []struct{ method, path, body string }{
		{"GET", "/taxii2/root/collections/all/objects/?limit=1&match[version]=first,last", ""},
		{"GET", "/taxii2/root/collections/all/manifest/?added_after=2026-01-01T00:00:00Z&match[spec_version]=2.0", ""},
		{"POST", "/taxii2/root/collections/all/objects/", `{"objects":[{"type":"domain-name","spec_version":"2.1","id":"domain-name--11111111-1111-4111-8111-111111111111","value":"a.example"}]}`},
		{"DELETE", "/taxii2/root/collections/all/objects/indicator--11111111-1111-4111-8111-111111111111/", ""},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r, err := http.NewRequest(method, "http://x"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		r.SetBasicAuth("partner", "secret")
		r.Header.Set("Content-Type", taxii.MediaType)
		w := &recorder{header: http.Header{}}
		s.taxii.ServeHTTP(w, r)
		if w.status >= 500 || w.status == 0 {
			t.Fatalf("%d %s", w.status, w.body.String())
		}
		if w.body.Len() > 0 && method != http.MethodHead && !json.Valid(w.body.Bytes()) {
			t.Fatalf("no JSON: %s", w.body.String())
		}
		if bytes.Contains(w.body.Bytes(), []byte("indicator 2 in version")) {
			t.Fatalf("the hidden object is in %s", w.body.String())
		}
	})
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// An object with granular markings is given without what they hide; one of which
// nothing valid would be left is not there, and no page is short of it.
func TestGranularMarkings(t *testing.T) {
	s := serve(t, t.TempDir(), nil)
	cut := func(n int, selector string) stix.Object {
		o := indicator(n, 0, policy.Clear)
		o["description"] = "for insiders"
		o["granular_markings"] = []any{map[string]any{"marking_ref": policy.MarkingID(policy.Red), "selectors": []any{selector}}}
		return o
	}
	s.add(cut(1, "description"), cut(2, "pattern"), cut(3, "pattern"), indicator(4, 0, policy.Clear), indicator(5, 0, policy.Clear))
	e := s.get("partner", allPath+"objects/?limit=2").envelope(t)
	if len(e.Objects) != 2 || !e.More || strings.Contains(string(e.Objects[0]), "insiders") {
		t.Fatalf("%s, more %v", e.Objects, e.More)
	}
	rest := s.get("partner", allPath+"objects/?limit=2&next="+e.Next).envelope(t)
	if len(rest.Objects) != 1 || rest.More {
		t.Errorf("%s, more %v", rest.Objects, rest.More)
	}
	if e := s.get("insider", allPath+"objects/").envelope(t); len(e.Objects) != 5 || !strings.Contains(string(e.Objects[0]), "insiders") {
		t.Errorf("the insider gets %s", e.Objects)
	}
}
