package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
)

// take imports one file and waits until it is over.
func take(t *testing.T, c *client.Client, name, body string) api.Job {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := c.Import(t.Context(), intake.Upload{}, []string{file}, func(int64) {})
	if err == nil {
		j, err = c.Follow(t.Context(), j.ID, func(api.Job) {})
	}
	if err != nil {
		t.Fatal(err)
	}
	return j
}

const (
	open  = "identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0002"
	shut  = "identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0003" // under a marking that nobody here holds
	other = "identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0004" // never was
)

func identity(id, name, more string) string {
	return `{"type":"identity","spec_version":"2.1","id":"` + id + `","created":"2024-01-01T00:00:00.000Z",` +
		`"modified":"2024-01-01T00:00:00.000Z","name":"` + name + `","identity_class":"individual"` + more + `}` + "\n"
}

// What is withheld is answered as what was never there: status, headers and body,
// byte for byte.
func TestWithheldIsAnsweredAsUnknown(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	c := &client.Client{Address: address, Token: token, HTTP: http.DefaultClient}
	j := take(t, c, "feed.jsonl", identity(open, "EXAMPLE, Alpha", "")+
		identity(shut, "EXAMPLE, Beta", `,"object_marking_refs":["marking-definition--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0009"]`))
	if j.Result == nil || j.Result.Added != 2 {
		t.Fatalf("%+v", j)
	}
	for _, path := range []string{"/objects/", "/parties/"} {
		if status, _, body := get(t, address, token, path+open); status != 200 {
			t.Errorf("%s of what may be seen: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/objects/%", "/objects/%/versions", "/parties/%"} {
		status, header, body := get(t, address, token, strings.Replace(path, "%", shut, 1))
		wantStatus, wantHeader, want := get(t, address, token, strings.Replace(path, "%", other, 1))
		header.Del("Date")
		wantHeader.Del("Date")
		if status != 404 || status != wantStatus || !bytes.Equal(body, want) {
			t.Errorf("%s: withheld %d %s, unknown %d %s", path, status, body, wantStatus, want)
		}
		for k := range wantHeader {
			if header.Get(k) != wantHeader.Get(k) {
				t.Errorf("%s: %s is %q, of what is unknown %q", path, k, header.Get(k), wantHeader.Get(k))
			}
		}
	}
	a, err := c.Ask(t.Context(), []string{"EXAMPLE, Beta", shut}, "", 0)
	if err != nil || a[0].State == screen.Likely || a[1].State != screen.None || a[1].Cut != 0 {
		t.Errorf("asked for: %+v, %v", a, err)
	}
	for _, cand := range a[0].Candidates {
		if cand.Object == shut {
			t.Error("it is among the candidates")
		}
	}
}

func TestEveryErrorIsAProblemOfAKind(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	for _, c := range []struct {
		method, path, contentType, body string
		status                          int
		kind                            errs.Kind
	}{
		{"GET", "/nothing", "", "", 404, errs.NotFound},
		{"GET", "/screen", "", "", 422, errs.Invalid},
		{"GET", "/screen?q=x&kind=walet", "", "", 422, errs.Invalid},
		{"GET", "/log?limit=1001", "", "", 422, errs.Invalid},
		{"POST", "/screen", "application/json", `{"queries":[]}`, 422, errs.Invalid},
		{"POST", "/screen", "application/json", `{"queries":["x"],"kind":"walet"}`, 422, errs.Invalid},
		{"POST", "/screen", "application/json", `{"queries":["x"],"limit":1001}`, 422, errs.Invalid},
		{"POST", "/screen", "application/json", `{"queries":["x"`, 400, errs.Invalid},
		{"POST", "/screen", "text/plain", `x`, 415, errs.Invalid},
		{"POST", "/sync", "application/json", `{"lists":["` + strings.Repeat("x", 2<<20) + `"]}`, 413, errs.Invalid},
		{"POST", "/sync", "application/json", `{"lists":["nosuch"]}`, 404, errs.NotFound},
		{"POST", "/imports", "application/json", `{}`, 422, errs.Invalid},
		{"DELETE", "/imports/import-9", "", "", 404, errs.NotFound},
		{"POST", "/link", "", "", 200, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, address+api.Base+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "bearer "+token) // schemes have no case (RFC 9110 section 11.1)
		if c.contentType != "" {
			req.Header.Set("Content-Type", c.contentType)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var p api.Problem
		err = json.NewDecoder(resp.Body).Decode(&p)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.status || p.Kind != c.kind {
			t.Errorf("%s %s: %d, %+v, %v; want %d, %s", c.method, c.path, resp.StatusCode, p, err, c.status, c.kind)
		}
		if ct := resp.Header.Get("Content-Type"); c.status != 200 && ct != "application/problem+json" {
			t.Errorf("%s %s: media type %s", c.method, c.path, ct)
		}
	}
}

// A site whose name was made to resolve to this machine is told nothing, not even
// by what needs no token.
func TestForeignHostsAreRefused(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	for host, want := range map[string]int{"": 200, "localhost:1": 200, "rebound.example.org": http.StatusMisdirectedRequest} {
		for _, path := range []string{"/health", "/log/checkpoint", "/version"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+api.Base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			req.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("%s as %q: %d, want %d", path, host, resp.StatusCode, want)
			}
		}
	}
}

func TestFormsAreRefused(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	send := func(write func(*multipart.Writer)) (int, string) {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		write(form)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+api.Base+"/imports", &b)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", form.FormDataContentType())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	for name, write := range map[string]func(*multipart.Writer){
		"a field that is too long": func(f *multipart.Writer) { _ = f.WriteField("url", "https://example.org/"+strings.Repeat("a", 5000)) },
		"too many fields": func(f *multipart.Writer) {
			for range 1001 {
				_ = f.WriteField("url", "https://example.org/")
			}
		},
		"an unknown field": func(f *multipart.Writer) { _ = f.WriteField("colour", "red") },
		"no marking":       func(f *multipart.Writer) { _ = f.WriteField("marking", "secret") },
		"a field after the files": func(f *multipart.Writer) {
			w, _ := f.CreateFormFile("file", "a.txt")
			_, _ = io.WriteString(w, "text")
			_ = f.WriteField("kind", "report")
		},
		"a form that breaks off": func(f *multipart.Writer) { _, _ = f.CreateFormFile("file", "a.txt") },
		"nothing":                func(f *multipart.Writer) { _ = f.Close() },
	} {
		if status, body := send(write); status != 422 || !strings.Contains(body, `"kind":"invalid"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

// A client that goes away in the middle of a long task, or before its answer,
// leaves a node that works.
func TestAClientThatGoesAwayHoldsUpNothing(t *testing.T) {
	address, token := serve(t, config(t), node.Options{})
	for _, path := range []string{"/rebuild", "/verify"} {
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+api.Base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		resp.Body.Close()
	}
	c := &client.Client{Address: address, Token: token, HTTP: http.DefaultClient}
	if j := take(t, c, "feed.json", identity(open, "EXAMPLE, Alpha", "")); j.State != intake.Done {
		t.Errorf("%+v", j)
	}
	if s, err := c.Rebuild(t.Context(), nil); err != nil || !s.Rebuilt[0].Same {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestInProcessRequestsEndWithTheirContext(t *testing.T) {
	n, err := node.Open(t.Context(), config(t), node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := client.InProcess(n.API(), "no token of this node")
	if _, err := c.Version(t.Context()); !errs.Is(err, errs.Denied) {
		t.Errorf("with a wrong token: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Verify(ctx, nil); err == nil {
		t.Error("a request that was cancelled has an answer")
	}
	// What cannot be read here is the reason, not the form that broke off there.
	dir := t.TempDir()
	unreadable := filepath.Join(dir, "secret.json")
	if err := os.WriteFile(unreadable, []byte("{}"), 0o000); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(unreadable); err == nil {
		t.Skip("this user reads every file")
	}
	if _, err := c.Import(t.Context(), intake.Upload{}, []string{unreadable}, func(int64) {}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}
