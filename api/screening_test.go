package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// clients are the two ways to a node: over HTTP, and within one process.
func clients(t *testing.T) (nodetest.Node, map[string]*client.Client) {
	t.Helper()
	n := nodetest.Serve(t, config(t), node.Options{})
	return n, map[string]*client.Client{
		"http": {Address: n.Address, Token: n.Token, HTTP: http.DefaultClient}, "in process": client.InProcess(n.API(), n.Token),
	}
}

// questions are some hundred questions about the starter pack: its names, parts
// of them, and names of nobody, with what else may be known.
func questions(t *testing.T, c *client.Client) (out []screen.Query) {
	t.Helper()
	page, err := c.Log(t.Context(), client.LogQuery{Limit: api.MaxPage, Types: []string{"identity", "intrusion-set", "malware"}, Objects: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range page.Entries {
		var o struct {
			Name string `json:"name"`
		}
		if err := json.Unmarshal(e.Object, &o); err != nil || o.Name == "" {
			continue
		}
		words := strings.Fields(o.Name)
		q := screen.Query{Text: o.Name, Kind: screen.Name, AlertsOnly: i%2 == 0, Limit: i % 3}
		part := screen.Query{Text: strings.ToLower(words[len(words)-1] + " " + words[0]), Profile: "recall", Birth: "1980-05", Country: "DPRK", Place: "Pyongyang"}
		nobody := screen.Query{Text: fmt.Sprintf("Nobody Atall %c", 'A'+i%26), Kind: screen.Name, AlertsOnly: true, Identifiers: []string{"PS 472"}}
		out = append(out, q, part, nobody)
	}
	if len(out) < 200 {
		t.Fatalf("%d questions only", len(out))
	}
	return out[:min(len(out), 600)]
}

// kept is a handler that keeps results.
type kept struct{ all []batch.Result }

func (k *kept) Result(r batch.Result) error { k.all = append(k.all, r); return nil }
func (k *kept) Flush() error                { return nil }

func TestABatchAnswersAsSingleQuestionsDo(t *testing.T) {
	_, all := clients(t)
	asked := questions(t, all["http"])
	alone := make([]screen.Answer, 0, len(asked))
	for _, q := range asked {
		a, err := all["http"].AskAll(t.Context(), []screen.Query{q})
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, a[0])
	}
	for name, c := range all {
		for _, whole := range []bool{true, false} {
			var got kept
			sum, err := batch.Run(t.Context(), batch.Options{Stream: c.Batch(whole)}, func(yield func(batch.Row, error) bool) {
				for i, q := range asked {
					if !yield(batch.Row{Line: i + 1, Query: q}, nil) {
						return
					}
				}
			}, &got)
			if err != nil || sum.Asked != int64(len(asked)) || len(got.all) != len(asked) {
				t.Fatalf("%s: %v, %v", name, sum, err)
			}
			for i, r := range got.all {
				want := alone[i]
				if !whole && want.State == screen.None { // only what it stands on
					want = screen.Answer{State: screen.None, Stands: want.Stands}
				}
				if d := cmp.Diff(want, r.Answer, cmpopts.IgnoreFields(screen.Stands{}, "At")); d != "" {
					t.Fatalf("%s, question %d: %s", name, i, d)
				}
			}
		}
	}
}

// stream posts a body to the batch and returns the answer to it.
func stream(t *testing.T, ctx context.Context, c *client.Client, query, contentType string, body io.Reader) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Address+api.Base+"/screen/batch"+query, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Content-Type", contentType)
	resp, err := c.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestEachResultComesBeforeTheNextRowIsSent(t *testing.T) {
	_, all := clients(t)
	for name, c := range all {
		pr, pw := io.Pipe()
		first := make(chan struct{})
		go func() {
			_, _ = io.WriteString(pw, `{"name":"Lazarus Group","reference":"C-1"}`+"\n")
			<-first
			_, _ = io.WriteString(pw, `{"name":"Nobody Atall"}`+"\n"+`{"name":"Lazarus Group"`+"\n"+`{"text":"x","birth":"1966-12-05","ofac_min":3}`+"\n")
			pw.Close()
		}()
		resp := stream(t, t.Context(), c, "", "application/x-ndjson", pr)
		lines := bufio.NewReader(resp.Body)
		read := func() (l api.BatchLine) {
			b, err := lines.ReadBytes('\n')
			if err == nil {
				err = json.Unmarshal(b, &l)
			}
			if err != nil {
				t.Fatalf("%s: %s: %v", name, b, err)
			}
			return l
		}
		if l := read(); l.Line != 1 || l.Reference != "C-1" || l.Answer.State != screen.Likely || l.Query.Kind != screen.Name || !l.Query.AlertsOnly {
			t.Errorf("%s: %+v", name, l)
		}
		close(first)
		if l := read(); l.Line != 3 || !strings.Contains(l.Err, "no JSON") {
			t.Errorf("%s: a line that is no JSON: %+v", name, l)
		}
		if l := read(); l.Line != 4 || !strings.Contains(l.Err, "50 to 100") {
			t.Errorf("%s: a question that is refused: %+v", name, l)
		}
		if l := read(); l.Summary == nil || l.Summary.Rows != 4 || l.Summary.Asked != 2 || l.Summary.Malformed != 1 || l.Summary.Refused != 1 {
			t.Errorf("%s: the last line: %+v", name, l)
		}
		if _, err := lines.ReadByte(); err != io.EOF {
			t.Errorf("%s: something stands behind the summary: %v", name, err)
		}
	}
}

func TestABatchOfCSVIsReadByItsMapping(t *testing.T) {
	_, all := clients(t)
	const rows = "who;since\n\"Lazarus Group\";05/12/1966\nNobody Atall;\n"
	resp := stream(t, t.Context(), all["http"], "?all=true&map=name%3Dwho,birth%3Dsince&dates=dmy&profile=precision", "text/csv; charset=utf-8", strings.NewReader(rows))
	dec := json.NewDecoder(resp.Body)
	var got []api.BatchLine
	for {
		var l api.BatchLine
		if err := dec.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, l)
	}
	if len(got) != 3 || got[0].Query.Birth != "1966-12-05" || got[0].Answer.Stands.Profile.Name != "precision" || got[1].Answer.State != screen.None || got[2].Summary == nil {
		t.Errorf("%+v", got)
	}
}

func TestABatchThatCannotBeReadIsRefusedBeforeItsFirstRow(t *testing.T) {
	_, all := clients(t)
	for _, c := range []struct{ query, contentType, body string }{
		{"", "text/plain", "x"},
		{"?colour=red", "text/csv", "name\nx\n"},
		{"?profile=wide", "text/csv", "name\nx\n"},
		{"?kind=walet", "text/csv", "name\nx\n"},
		{"?all=perhaps", "text/csv", "name\nx\n"},
		{"?map=name", "text/csv", "name\nx\n"},
		{"?map=name%3Dnosuch", "text/csv", "name\nx\n"},
		{"?ofac_min=20", "text/csv", "name\nx\n"},
		{"?dates=ymd", "text/csv", "name\nx\n"},
		{"", "text/csv", ""},
		{"", "text/csv; charset=klingon", "name\nx\n"},
	} {
		resp := stream(t, t.Context(), all["http"], c.query, c.contentType, strings.NewReader(c.body))
		var p api.Problem
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || resp.StatusCode != 422 || p.Kind != errs.Invalid || p.Detail == "" {
			t.Errorf("%s %s: %d %+v, %v", c.query, c.contentType, resp.StatusCode, p, err)
		}
	}
}

// A client that goes away in the middle of its rows leaves a node that works and
// ends: the node's own end, when the test is over, waits for nothing.
func TestABatchEndsWithItsClient(t *testing.T) {
	_, all := clients(t)
	for name, c := range all {
		ctx, cancel := context.WithCancel(t.Context())
		asked, rows := 0, func(yield func(batch.Row, error) bool) {
			for i := 0; yield(batch.Row{Line: i, Query: screen.Query{Text: "Lazarus Group", Kind: screen.Name}}, nil); i++ {
			}
		}
		_, err := batch.Run(ctx, batch.Options{Stream: c.Batch(false), Progress: func(int64, int64) {
			if asked++; asked == 10 {
				cancel()
			}
		}}, rows, batch.Count{})
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.Version(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABatchOfANodeThatDoesNotAnswerIsNotAvailable(t *testing.T) {
	c := &client.Client{Address: "http://127.0.0.1:1", Token: "x", HTTP: http.DefaultClient}
	rows := func(yield func(batch.Row, error) bool) {
		yield(batch.Row{Line: 1, Query: screen.Query{Text: "x"}}, nil)
	}
	if _, err := batch.Run(t.Context(), batch.Options{Stream: c.Batch(false)}, rows, batch.Count{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestWholeQuestionsAreAskedInOneRequest(t *testing.T) {
	n, all := clients(t)
	body := `{"queries":["Lazarus Group"],"questions":[{"text":"Lazarus Group","birth":"1966"},{"text":"lazarus","kind":"name","profile":"recall","alerts_only":true}]}`
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, n.Address+api.Base+"/screen", strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+n.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got api.Answers
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || len(got.Answers) != 3 || got.Answers[2].Stands.Profile.Name != "recall" {
		t.Errorf("%+v, %v", got, err)
	}
	for name, q := range map[string]screen.Query{
		"a date that is none": {Text: "x", Birth: "yesterday"}, "a score below OFAC's": {Text: "x", OFACMin: 49}, "a profile that is none": {Text: "x", Profile: "wide"},
	} {
		if _, err := all["http"].AskAll(t.Context(), []screen.Query{q}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	status, _, b := get(t, n.Address, n.Token, "/screen?q=Lazarus+Group&birth=1966-12&place=Pyongyang&country=DPRK&identifiers=a&identifiers=b&alerts_only=true&profile=precision")
	var a screen.Answer
	if err := json.Unmarshal(b, &a); err != nil || status != 200 || a.Stands.Profile.Name != "precision" {
		t.Errorf("%d %s", status, b)
	}
}

// party is the id of a party of the starter pack.
func party(t *testing.T, c *client.Client, name string) string {
	t.Helper()
	a, err := c.AskAll(t.Context(), []screen.Query{{Text: name, Kind: screen.Name, AlertsOnly: true}})
	if err != nil || len(a[0].Candidates) == 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	return a[0].Candidates[0].Object
}

func TestAClearanceHoldsOnTwoPeoplesWord(t *testing.T) {
	n, all := clients(t)
	c := all["http"]
	const asked = "Lazarus Group"
	id, until := party(t, c, asked), time.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly)
	p := api.Proposal{Name: asked, Party: id, Reason: "another firm, seen in its register", By: "Lee", Until: until}
	for name, bad := range map[string]func(api.Proposal) api.Proposal{
		"no reason":     func(p api.Proposal) api.Proposal { p.Reason = ""; return p },
		"no author":     func(p api.Proposal) api.Proposal { p.By = " "; return p },
		"no day":        func(p api.Proposal) api.Proposal { p.Until = "soon"; return p },
		"too far":       func(p api.Proposal) api.Proposal { p.Until = "2999-01-01"; return p },
		"nothing named": func(p api.Proposal) api.Proposal { p.Name = ""; return p },
	} {
		if _, err := c.Propose(t.Context(), bad(p)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unknown, old := p, p
	unknown.Party, old.Version = other, "2001-01-01T00:00:00.000Z"
	if _, err := c.Propose(t.Context(), unknown); !errs.Is(err, errs.NotFound) {
		t.Errorf("a party that is not here: %v", err)
	}
	if _, err := c.Propose(t.Context(), old); !errs.Is(err, errs.Conflict) {
		t.Errorf("a version that is not the newest: %v", err)
	}

	x, err := c.Propose(t.Context(), p)
	if err != nil || x.State != "proposed" {
		t.Fatalf("%+v, %v", x, err)
	}
	state := func(q screen.Query) (screen.Answer, *screen.Clearance) {
		t.Helper()
		a, err := c.AskAll(t.Context(), []screen.Query{q})
		if err != nil {
			t.Fatal(err)
		}
		for _, cand := range a[0].Candidates {
			if cand.Object == id {
				return a[0], cand.Cleared
			}
		}
		t.Fatal("the candidate is gone")
		return a[0], nil
	}
	q := screen.Query{Text: asked, Kind: screen.Name, AlertsOnly: true}
	if a, cleared := state(q); a.State != screen.Likely || cleared != nil {
		t.Errorf("with a proposal only: %s, %+v", a.State, cleared)
	}
	if _, err := c.Confirm(t.Context(), x.ID, "LEE "); !errs.Is(err, errs.Denied) {
		t.Errorf("its author confirms it: %v", err)
	}
	if _, err := c.Confirm(t.Context(), x.ID, "Park"); err != nil {
		t.Fatal(err)
	}
	a, cleared := state(screen.Query{Text: "LAZARUS  group", Kind: screen.Name, AlertsOnly: true})
	if a.State != screen.None || cleared == nil || cleared.ConfirmedBy != "Park" || a.Say.Key != "answer.none.cleared" || a.More[0].Key != "answer.more.cleared" {
		t.Errorf("in force: %s, %+v, %+v", a.State, a.Say, cleared)
	}
	if a, _ := state(screen.Query{Text: asked, Kind: screen.Name}); a.State != screen.Open {
		t.Errorf("in force, with what is near: %s", a.State)
	}
	if a, cleared := state(screen.Query{Text: id}); a.State != screen.Hit || cleared != nil {
		t.Errorf("an identifier is cleared by name: %s", a.State)
	}
	for _, want := range []struct {
		state string
		n     int
	}{{"", 1}, {"in-force", 1}, {"proposed", 0}} {
		if got, err := c.Clearances(t.Context(), want.state); err != nil || len(got) != want.n {
			t.Errorf("%q: %+v, %v", want.state, got, err)
		}
	}
	if _, err := c.Withdraw(t.Context(), x.ID, "Lee", "the register was another's"); err != nil {
		t.Fatal(err)
	}
	if a, cleared := state(q); a.State != screen.Likely || cleared != nil {
		t.Errorf("withdrawn: %s", a.State)
	}
	if _, err := c.Confirm(t.Context(), "no-such", "Park"); !errs.Is(err, errs.NotFound) {
		t.Errorf("an id that there is not: %v", err)
	}
	if status, _, _ := get(t, n.Address, "", "/clearances"); status != 401 {
		t.Errorf("without a token: %d", status)
	}
}

// A clearance by the asker's own id holds for it alone, alone and in a batch.
func TestAClearanceByReferenceHoldsForItAlone(t *testing.T) {
	_, all := clients(t)
	c := all["in process"]
	x, err := c.Propose(t.Context(), api.Proposal{
		Name: "Lazarus Group", Reference: "C-7", Party: party(t, c, "Lazarus Group"), Reason: "seen", By: "Lee", Until: time.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly),
	})
	if err == nil {
		_, err = c.Confirm(t.Context(), x.ID, "Park")
	}
	if err != nil {
		t.Fatal(err)
	}
	resp := stream(t, t.Context(), c, "?all=1", "text/csv", strings.NewReader("id,name\nC-7,Lazarus Group\nC-8,Lazarus Group\n"))
	dec := json.NewDecoder(resp.Body)
	for _, want := range []screen.State{screen.None, screen.Likely} {
		var l api.BatchLine
		if err := dec.Decode(&l); err != nil || l.Answer.State != want {
			t.Errorf("%s: %s, want %s, %v", l.Reference, l.Answer.State, want, err)
		}
	}
	_, _ = io.Copy(io.Discard, resp.Body)
}
