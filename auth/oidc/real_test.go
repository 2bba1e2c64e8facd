package oidc_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/cordon-project/cordon/auth/oidc"
	"github.com/cordon-project/cordon/errs"
)

const callback = "http://127.0.0.1:9/auth/oidc/callback" // nothing listens there: the test follows no further

// realProvider runs an OpenID provider on this machine and returns it with this node
// as its client.
func realProvider(t *testing.T) *oidc.Provider {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	issuer := "http://" + server.Listener.Addr().String() + "/"
	storage.RegisterClients(storage.WebClient("cordon-test", "a secret of the test", callback))
	server.Config.Handler = exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	server.Start()
	t.Cleanup(server.Close)
	p, err := oidc.New(oidc.Config{
		Issuer: issuer, ClientID: "cordon-test", ClientSecret: "a secret of the test", Redirect: callback, Clock: time.Now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// signIn is what a person does in a browser: it returns the provider's answer.
func signIn(t *testing.T, to string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var answer *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			answer = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	get := func(resp *http.Response, err error) *http.Response {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return resp
	}
	page := get(browser.Get(to))
	form := url.Values{"username": {"test-user2"}, "password": {"verysecure"}, "id": {page.Request.URL.Query().Get("authRequestID")}}
	get(browser.PostForm(page.Request.URL.String(), form))
	if answer == nil {
		t.Fatalf("the provider did not send the browser back; it is at %s", page.Request.URL)
	}
	return answer.Query()
}

func start(t *testing.T, p *oidc.Provider) (string, oidc.Flow) {
	t.Helper()
	to, f, err := p.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return to, f
}

func TestAPersonSignsInAtARealProvider(t *testing.T) {
	p := realProvider(t)
	to, f := start(t, p)
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("code_challenge") == f.Verifier || q.Get("nonce") != f.Nonce || q.Get("response_type") != "code" {
		t.Errorf("the request is %v", q)
	}
	answer := signIn(t, to)
	id, err := p.Finish(t.Context(), f, answer)
	if err != nil {
		t.Fatal(err)
	}
	if id.Subject != "id2" || id.Issuer == "" || id.Claims["sub"] != "id2" {
		t.Errorf("it is %+v", id)
	}
	if out := p.Logout(t.Context(), "http://127.0.0.1:9/"); !strings.Contains(out, "client_id=cordon-test") || !strings.Contains(out, "post_logout_redirect_uri=") {
		t.Errorf("one signs out at %q", out)
	}

	t.Run("a code counts once", func(t *testing.T) {
		if _, err := p.Finish(t.Context(), f, answer); !errs.Is(err, errs.Denied) {
			t.Errorf("%v", err)
		}
	})
	t.Run("a code counts for the browser that began", func(t *testing.T) {
		to, mine := start(t, p)
		_, other := start(t, p)
		answer := signIn(t, to)
		if _, err := p.Finish(t.Context(), other, answer); !errs.Is(err, errs.Denied) {
			t.Errorf("with the flow of another browser: %v", err)
		}
		mixed := other
		mixed.State = mine.State
		if _, err := p.Finish(t.Context(), mixed, answer); !errs.Is(err, errs.Denied) {
			t.Errorf("with another verifier: %v", err)
		}
	})
}

func TestAProviderThatIsDownIsSaidAndNotAskedAgainAtOnce(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; w.WriteHeader(500) }))
	defer server.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p, err := oidc.New(oidc.Config{Issuer: server.URL, ClientID: "c", Redirect: callback, Clock: func() time.Time { return now }, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, _, err := p.Start(context.Background()); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%v", err)
		}
	}
	if asked != 1 {
		t.Errorf("it was asked %d times", asked)
	}
	now = now.Add(time.Minute)
	_, _, _ = p.Start(context.Background())
	if asked != 2 {
		t.Errorf("it was asked %d times after a minute", asked)
	}
}
