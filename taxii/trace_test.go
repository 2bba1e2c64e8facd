package taxii_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii"
)

// traceRow is one request of the trace and what the other server answered.
type traceRow struct {
	Seq     int    `json:"seq"`
	Test    string `json:"test"`
	Request struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Headers map[string]string `json:"headers"`
		Body    json.RawMessage   `json:"body"`
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
		Body    json.RawMessage   `json:"body"`
	} `json:"response"`
}

// ruling says in what a row is the habit of the server that answered it, and what
// is right instead. docs/taxii-rulings.md says why, under the same letter.
type ruling struct {
	letter string
	status int                      // 0: as in the trace
	body   func(b any) any          // changes what is expected; nil: as in the trace
	send   func(body []byte) []byte // changes what is sent
	to     string                   // the collection that it is sent to
	dates  bool                     // the two headers differ as well
}

// nothing is an answer in which there is nothing.
func nothing(any) any { return map[string]any{} }

// poisonIvy puts the version of STIX 2.1 in the place of that of 2.0, of which the
// collection has none.
func poisonIvy(b any) any {
	m := b.(map[string]any)
	list := m["objects"].([]any)
	for i, o := range list {
		row := o.(map[string]any)
		if row["modified"] == "2018-02-23T18:30:00.000Z" {
			row["modified"], row["spec_version"] = "2017-01-27T13:49:53.997Z", "2.1"
		}
		if row["version"] == "2018-02-23T18:30:00.000Z" {
			row["version"], row["media_type"] = "2017-01-27T13:49:53.997Z", taxii.STIXType
		}
		list[i] = row
	}
	return m
}

// rulings are by the number of the row in the trace.
var rulings = map[int]ruling{
	2: {letter: "seed", status: http.StatusNotFound},
	3: {letter: "hidden", body: func(b any) any {
		m := b.(map[string]any)
		list := m["collections"].([]any)
		m["collections"] = slices.DeleteFunc(list, func(c any) bool {
			row := c.(map[string]any)
			row["media_types"] = []any{taxii.STIXType}
			return row["can_read"] == false && row["can_write"] == false
		})
		return m
	}},
	25: {letter: "2.0", body: nothing, dates: true},
	26: {letter: "2.0", body: poisonIvy},
	38: {letter: "2.0", body: nothing, dates: true},
	40: {letter: "2.0", body: poisonIvy},
	52: {letter: "2.0", body: nothing, dates: true},
	54: {letter: "2.0", body: poisonIvy},
	61: {letter: "2.0", body: nothing, dates: true},
	63: {letter: "2.0", body: func(b any) any {
		b.(map[string]any)["versions"] = []any{"2017-01-27T13:49:53.997Z"}
		return b
	}},
	66: {letter: "order", body: sorted},
	68: {letter: "order", body: sorted},
	70: {letter: "order", body: sorted},
	72: {letter: "order", body: sorted},
	80: {letter: "invalid", send: withPayload},
	81: {letter: "invalid", body: artifact},
	82: {letter: "invalid", body: artifact},
	83: {letter: "invalid", body: artifact},
	84: {letter: "invalid", body: artifact},
	94: {letter: "hidden", status: http.StatusNotFound},
	97: {letter: "hidden", status: http.StatusNotFound},
	75: {letter: "2.0", body: func(b any) any {
		m := b.(map[string]any)
		all := m["successes"].([]any)
		m["successes"], m["failures"], m["success_count"], m["failure_count"] = all[:1], all[1:], 1.0, 1.0
		return m
	}},
	108: {letter: "view", to: "91a7b528-80eb-42ed-a74d-c6fbd5a26116"},
	109: {letter: "invalid", to: "91a7b528-80eb-42ed-a74d-c6fbd5a26116", body: func(b any) any {
		m := b.(map[string]any)
		all := m["successes"].([]any)
		for _, s := range all {
			delete(s.(map[string]any), "message")
		}
		m["successes"], m["failures"], m["success_count"], m["failure_count"] = all[:1], all[1:], 1.0, 1.0
		return m
	}},
	111: {letter: "invalid", body: func(b any) any {
		m := b.(map[string]any)
		m["failures"], m["failure_count"], m["success_count"] = m["successes"], m["success_count"], m["failure_count"]
		delete(m, "successes")
		return m
	}},
	113: {letter: "2.0", body: nothing, dates: true},
}

func sorted(b any) any {
	list := b.(map[string]any)["versions"].([]any)
	slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	return b
}

// The artifact of the trace has neither payload_bin nor url, of which STIX 2.1
// section 6.1 asks for one.
func withPayload(body []byte) []byte {
	return []byte(strings.Replace(string(body), `"mime_type"`, `"payload_bin": "AAAA", "mime_type"`, 1))
}

func artifact(b any) any {
	for _, o := range b.(map[string]any)["objects"].([]any) {
		o.(map[string]any)["payload_bin"] = "AAAA"
	}
	return b
}

// seed is the data that the other server was started with.
type seed struct {
	Discovery struct{ Title, Description, Contact string } `json:"/discovery"`
	API1      seedRoot                                     `json:"api1"`
	API2      seedRoot                                     `json:"api2"`
	Trust     seedRoot                                     `json:"trustgroup1"`
}

type seedRoot struct {
	Information struct {
		Title, Description string
		MaxContent         int64 `json:"max_content_length"`
	}
	Collections []struct {
		ID, Title, Description string
		CanRead                bool          `json:"can_read"`
		CanWrite               bool          `json:"can_write"`
		Objects                []stix.Object `json:"objects"`
		Manifest               []struct {
			DateAdded string `json:"date_added"`
			ID        string `json:"id"`
			Version   string `json:"version"`
			MediaType string `json:"media_type"`
		} `json:"manifest"`
	}
}

// replayed starts a server with the data of the trace. Collections are views here,
// so the one for adding objects is told from the other by types.
func replayed(t *testing.T, data seed) *site {
	s := serve(t, t.TempDir(), func(c *taxii.Config) {
		c.Title, c.Description, c.Contact, c.Address = data.Discovery.Title, data.Discovery.Description, data.Discovery.Contact, "http://localhost:5000"
		c.Default = policy.Clear
		c.Limits.Body = data.Trust.Information.MaxContent
		c.Roots, c.Collections = nil, nil
		for name, r := range map[string]seedRoot{"api1": data.API1, "api2": data.API2, "trustgroup1": data.Trust} {
			c.Roots = append(c.Roots, taxii.Root{Name: name, Title: r.Information.Title, Description: r.Information.Description})
		}
		slices.SortFunc(c.Roots, func(a, b taxii.Root) int { return strings.Compare(a.Name, b.Name) })
		for _, from := range data.Trust.Collections {
			to := taxii.Collection{ID: from.ID, Root: "trustgroup1", Title: from.Title, Description: from.Description}
			if from.CanRead {
				to.Read = []string{"*"}
			}
			if from.CanWrite {
				to.Write, to.Delete = []string{"*"}, []string{"*"}
			}
			to.View.Types = []string{"course-of-action", "artifact"}
			if len(from.Objects) > 0 {
				to.View.Types = []string{"relationship", "indicator", "malware", "marking-definition"}
			}
			c.Collections = append(c.Collections, to)
		}
		admin := people()["insider"]
		c.Who = func(r *http.Request) (taxii.Client, error) {
			if name, pass, ok := r.BasicAuth(); !ok || name != "admin" || pass != "Password0" {
				return taxii.Client{}, http.ErrNoCookie
			}
			return admin, nil
		}
	})
	for _, c := range data.Trust.Collections {
		for _, m := range c.Manifest {
			i := slices.IndexFunc(c.Objects, func(o stix.Object) bool {
				return o.ID() == m.ID && o.Version() == m.Version && o.Str("spec_version") == "2.1"
			})
			if i < 0 {
				continue // of STIX 2.0
			}
			at, err := time.Parse(time.RFC3339Nano, m.DateAdded)
			if err != nil {
				t.Fatal(err)
			}
			s.clock.set(at)
			s.add(c.Objects[i])
		}
	}
	return s
}

// TestTheTraceOfAnotherServer replays what another server's tests asked and was
// answered, one server for each test, and compares the rows whole but for texts
// meant for people and ids that are drawn.
func TestTheTraceOfAnotherServer(t *testing.T) {
	file, err := os.Open(shareddata.Path(t, "cti/taxii/medallion-http-trace.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var data seed
	b, err := os.ReadFile(shareddata.Path(t, "cti/taxii/medallion-seed-default_data.json"))
	if err == nil {
		err = json.Unmarshal(b, &data)
	}
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	rows := map[string][]traceRow{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r traceRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if rows[r.Test] == nil {
			names = append(names, r.Test)
		}
		rows[r.Test] = append(rows[r.Test], r)
	}
	if len(names) != 74 || lines.Err() != nil {
		t.Fatalf("%d tests, %v", len(names), lines.Err())
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, drawn := replayed(t, data), map[string]string{}
			for _, row := range rows[name] {
				s.replay(t, row, drawn)
			}
		})
	}
	t.Run("documented", func(t *testing.T) { documented(t, names, rows) })
}

// replay sends one row and compares. drawn has what each server has drawn for
// itself, theirs to ours.
func (s *site) replay(t *testing.T, row traceRow, drawn map[string]string) {
	t.Helper()
	rule := rulings[row.Seq]
	var want any
	if err := json.Unmarshal(row.Response.Body, &want); err != nil {
		t.Fatal(err)
	}
	if m, ok := want.(map[string]any); ok {
		if at, ok := m["request_timestamp"].(string); ok {
			when, err := time.Parse(time.RFC3339Nano, at)
			if err != nil {
				t.Fatal(err)
			}
			s.clock.set(when)
		}
	}
	path, query, asks := strings.Cut(row.Request.Path, "?")
	if !strings.HasPrefix(path, taxii.Base) {
		path = taxii.Base + strings.TrimPrefix(path, "/")
	}
	if rule.to != "" {
		path = taxii.Base + "trustgroup1/collections/" + rule.to + "/objects/"
	}
	for theirs, ours := range drawn {
		path = strings.ReplaceAll(path, theirs, ours)
		query = strings.ReplaceAll(query, theirs, ours)
	}
	if asks {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		path += "?" + q.Encode()
	}
	body := []byte(row.Request.Body)
	if string(body) == "null" {
		body = nil
	}
	if rule.send != nil {
		body = rule.send(body)
	}
	headers := []string{"Accept: ", "Content-Type: "}
	for n, v := range row.Request.Headers {
		headers = append(headers, n+": "+v)
	}
	got := s.ask("", row.Request.Method, path, body, headers...)
	compare(t, fmt.Sprintf("row %d: %s %s", row.Seq, row.Request.Method, row.Request.Path), row, rule, got, want, drawn)
}

func compare(t *testing.T, what string, row traceRow, rule ruling, got answer, want any, drawn map[string]string) {
	t.Helper()
	status := row.Response.Status
	if rule.status != 0 {
		status = rule.status
	}
	if got.status != status {
		t.Errorf("%s is answered %d, want %d: %s", what, got.status, status, got.body)
		return
	}
	if ct := got.header.Get("Content-Type"); ct != taxii.MediaType {
		t.Errorf("%s is answered with %s", what, ct)
	}
	if status == http.StatusUnauthorized && !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") {
		t.Errorf("%s: no challenge", what)
	}
	if !rule.dates {
		for _, h := range []string{"X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"} {
			if got.header.Get(h) != row.Response.Headers[h] && status == http.StatusOK {
				t.Errorf("%s: %s is %s, want %s", what, h, got.header.Get(h), row.Response.Headers[h])
			}
		}
	}
	if status >= 400 { // the texts of errors are for people
		var p map[string]string
		if err := json.Unmarshal(got.body, &p); err != nil || p["http_status"] != fmt.Sprint(status) || p["title"] == "" {
			t.Errorf("%s: %s", what, got.body)
		}
		return
	}
	if want == nil {
		if len(got.body) > 0 {
			t.Errorf("%s: %s", what, got.body)
		}
		return
	}
	var have any
	if err := json.Unmarshal(got.body, &have); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got.body)
	}
	if rule.body != nil {
		want = rule.body(want)
		if rule.letter == "order" {
			have = rule.body(have)
		}
	}
	settle(want.(map[string]any), have.(map[string]any), drawn)
	if d := cmp.Diff(want, have); d != "" {
		t.Errorf("%s (-trace +ours):\n%s", what, d)
	}
}

// settle puts in place what each server draws or says for itself.
func settle(want, have map[string]any, drawn map[string]string) {
	for _, k := range []string{"next", "id"} {
		theirs, ok := want[k].(string)
		ours, ok2 := have[k].(string)
		if ok && ok2 && (k == "next" || want["request_timestamp"] != nil) {
			drawn[theirs] = ours
			want[k] = ours
		}
	}
	if root, ok := want["api_roots"].([]any); ok { // mounted below discovery here
		for i, r := range root {
			root[i] = strings.Replace(r.(string), ":5000/", ":5000"+taxii.Base, 1)
		}
		want["default"] = root[0] // which one is the server's to say
	}
	if f, ok := have["failures"].([]any); ok { // why, is for people
		for _, d := range f {
			delete(d.(map[string]any), "message")
		}
	}
}

// documented holds docs/taxii-rulings.md to the table above: every test of the
// trace has its line, and says which rulings its rows need.
func documented(t *testing.T, names []string, rows map[string][]traceRow) {
	b, err := os.ReadFile("../docs/taxii-rulings.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		var letters []string
		for _, r := range rows[name] {
			if l := rulings[r.Seq].letter; l != "" && !slices.Contains(letters, l) {
				letters = append(letters, l)
			}
		}
		outcome := "passes"
		if len(letters) > 0 {
			outcome = "ruled: " + strings.Join(letters, ", ")
		}
		line := fmt.Sprintf("| `%s` | %s |", strings.ReplaceAll(strings.ReplaceAll(name, "[memory", "["), "[]", ""), outcome)
		if !strings.Contains(string(b), line) {
			t.Errorf("docs/taxii-rulings.md does not say %s", line)
		}
	}
	for n, r := range rulings {
		if !strings.Contains(string(b), "**"+r.letter+"**") {
			t.Errorf("row %d: the ruling %s is not explained", n, r.letter)
		}
	}
}
