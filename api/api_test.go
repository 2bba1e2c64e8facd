package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
)

func config(t *testing.T) node.Config { return nodetest.Config(t) }

func serve(t *testing.T, c node.Config, o node.Options) (address, token string) {
	n := nodetest.Serve(t, c, o)
	return n.Address, n.Token
}

func get(t *testing.T, address, token, path string) (int, http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+api.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, b
}

func TestTheAPIAsksWhoIsAsking(t *testing.T) {
	address, token := serve(t, config(t), node.Options{})
	for path, want := range map[string]int{
		"/version": 401, "/screen?q=x": 401, "/log": 401, "/quarantine": 401,
		"/openapi.json": 200, "/schemas/": 200, "/health": 200, "/log/checkpoint": 200,
	} {
		if got, _, _ := get(t, address, "", path); got != want {
			t.Errorf("%s without a token: %d, want %d", path, got, want)
		}
	}
	if got, _, body := get(t, address, strings.Repeat("0", 64), "/version"); got != 401 {
		t.Errorf("a wrong token: %d %s", got, body)
	}
	if got, _, body := get(t, address, token, "/version"); got != 200 {
		t.Errorf("the right token: %d %s", got, body)
	}
}

func TestErrorsAreProblemDetails(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	status, header, body := get(t, address, token, "/objects/identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0002")
	var p api.Problem
	if err := json.Unmarshal(body, &p); err != nil || status != 404 || p.Status != 404 || p.Kind != errs.NotFound || p.Detail == "" {
		t.Errorf("%d %s, %v", status, body, err)
	}
	if ct := header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("media type %s", ct)
	}
	if status, _, body := get(t, address, token, "/screen?q="); status != 422 {
		t.Errorf("an empty question: %d %s", status, body)
	}
	if status, _, body := get(t, address, token, "/log?limit=100000"); status != 422 {
		t.Errorf("a page too large: %d %s", status, body)
	}
}

func TestOpenAPIDescribesEveryPath(t *testing.T) {
	address, _ := serve(t, config(t), node.Options{Empty: true})
	_, _, body := get(t, address, "", "/openapi.json")
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	for _, p := range []string{"/screen", "/objects/{id}", "/parties/{id}", "/lists", "/log", "/imports", "/imports/{id}", "/sync", "/verify", "/rebuild", "/doctor"} {
		if doc.Paths[api.Base+p] == nil {
			t.Errorf("%s is not in the document", p)
		}
	}
}

func TestTheLogIsServedInTiles(t *testing.T) {
	address, _ := serve(t, config(t), node.Options{})
	status, _, note := get(t, address, "", "/log/checkpoint")
	if status != 200 || bytes.Count(note, []byte("\n")) < 4 {
		t.Fatalf("%d %q", status, note)
	}
	// 472 objects of the starter pack: one full tile of hashes, one partial.
	if status, _, tile := get(t, address, "", "/log/tile/0/000"); status != 200 || len(tile) != 256*32 {
		t.Errorf("the first tile: %d, %d bytes", status, len(tile))
	}
	if status, _, _ := get(t, address, "", "/log/tile/0/999"); status != 404 {
		t.Errorf("a tile that is not there: %d", status)
	}
	if status, _, _ := get(t, address, "", "/log/tile/../../token"); status == 200 {
		t.Error("a path out of the log is served")
	}
}

// The whole way over HTTP: import, follow, ask, verify, rebuild.
func TestImportOverHTTP(t *testing.T) {
	address, token := serve(t, config(t), node.Options{Empty: true})
	caller := &client.Client{Address: address, Token: token, HTTP: http.DefaultClient}
	feed := filepath.Join(t.TempDir(), "feed.json")
	const object = `{"type":"identity","spec_version":"2.1","id":"identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0002",` +
		`"created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"EXAMPLE, Alpha","identity_class":"individual"}`
	if err := os.WriteFile(feed, []byte(object), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := caller.Import(t.Context(), intake.Upload{}, []string{feed}, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	if j, err = caller.Follow(t.Context(), j.ID, func(api.Job) {}); err != nil || j.State != intake.Done || j.Result.Added != 1 {
		t.Fatalf("%+v, %v", j, err)
	}
	a, err := caller.Ask(t.Context(), []string{"alpha example"}, "", 0)
	if err != nil || a[0].State != screen.Open || a[0].Candidates[0].Title != "EXAMPLE, Alpha" {
		t.Errorf("%+v, %v", a, err)
	}
	p, err := caller.Party(t.Context(), "identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0002")
	if err != nil || p.Party.PrimaryName() != "EXAMPLE, Alpha" {
		t.Errorf("%+v, %v", p, err)
	}
	v, err := caller.Verify(t.Context(), nil)
	if err != nil || !v.Verified.OK() {
		t.Errorf("%+v, %v", v, err)
	}
	r, err := caller.Rebuild(t.Context(), nil)
	if err != nil || !r.Rebuilt[0].Same {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := caller.Import(t.Context(), intake.Upload{Kind: "nosuch"}, []string{feed}, func(int64) {}); !errs.Is(err, errs.Invalid) {
		t.Errorf("an unknown kind: %v", err)
	}
}
