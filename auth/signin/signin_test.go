package signin_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/flow"
	"github.com/cordon-project/cordon/auth/lockout"
	"github.com/cordon-project/cordon/auth/oidc"
	"github.com/cordon-project/cordon/auth/passkey"
	"github.com/cordon-project/cordon/auth/signin"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
)

const link = "the one-time link of the test"

// desk is a node's sign-in as a browser meets it.
type desk struct {
	t     testing.TB
	host  string
	store *auth.Store
	trail *trail.Trail
	log   *logged
	mu    sync.Mutex
	at    time.Time
	used  bool
}

type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (d *desk) now() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.at }
func (d *desk) pass(x time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(x)
}

// newDesk serves sign-ins at http://localhost. With rules it has a real identity provider.
func newDesk(t testing.TB, rules ...oidc.Rule) *desk {
	t.Helper()
	d := &desk{t: t, at: time.Now(), log: &logged{}}
	server := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	d.host = "http://localhost:" + port
	dir := t.TempDir()
	log := slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if d.trail, err = trail.Open(context.Background(), dir, d.now); err != nil {
		t.Fatal(err)
	}
	if d.store, err = auth.Open(context.Background(), dir, auth.Options{Clock: d.now, Random: rand.Reader, Log: log, Trail: d.trail, Owner: func(s string) bool { return s == "owner" }}); err != nil {
		t.Fatal(err)
	}
	sealer, err := flow.New(rand.Reader, d.now)
	if err != nil {
		t.Fatal(err)
	}
	party, err := passkey.New(passkey.Config{Name: "EXAMPLE node", Origins: []string{d.host}})
	if err != nil {
		t.Fatal(err)
	}
	c := signin.Config{
		Store: d.store, Sealer: sealer, Party: party, Rules: rules, Home: d.host + "/", Log: log,
		Redeem: func(token string) bool {
			d.mu.Lock()
			defer d.mu.Unlock()
			good := token == link && !d.used
			d.used = d.used || good
			return good
		},
	}
	if rules != nil {
		c.Provider = d.provider()
	}
	mux := http.NewServeMux()
	mux.Handle(signin.Base, signin.New(c))
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a page") })
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(func() { server.Close(); _ = d.store.Close(); _ = d.trail.Close() })
	return d
}

func (d *desk) provider() *oidc.Provider {
	d.t.Helper()
	op := httptest.NewUnstartedServer(nil)
	issuer := "http://" + op.Listener.Addr().String() + "/"
	storage.RegisterClients(storage.WebClient("cordon-signin", "a secret of the test", d.host+signin.Callback))
	op.Config.Handler = exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	op.Start()
	d.t.Cleanup(op.Close)
	p, err := oidc.New(oidc.Config{
		Issuer: issuer, ClientID: "cordon-signin", ClientSecret: "a secret of the test", Redirect: d.host + signin.Callback, Clock: d.now, Random: rand.Reader,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// browser is a person's browser.
type browser struct {
	d      *desk
	client *http.Client
}

func (d *desk) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return &browser{d, &http.Client{Jar: jar}}
}

// post sends JSON as a page of the node does.
func (b *browser) post(path, body string, headers ...string) (int, string) {
	b.d.t.Helper()
	r, err := http.NewRequest(http.MethodPost, b.d.host+signin.Base+path, strings.NewReader(body))
	if err != nil {
		b.d.t.Fatal(err)
	}
	r.Header.Set("Origin", b.d.host)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return b.do(r)
}

func (b *browser) get(path string) (int, string) {
	b.d.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.d.host+path, nil)
	if err != nil {
		b.d.t.Fatal(err)
	}
	return b.do(r)
}

func (b *browser) do(r *http.Request) (int, string) {
	b.d.t.Helper()
	resp, err := b.client.Do(r)
	if err != nil {
		b.d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.d.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func (b *browser) want(status int, path, body string, headers ...string) string {
	b.d.t.Helper()
	got, said := b.post(path, body, headers...)
	if got != status {
		b.d.t.Errorf("%s answers %d, want %d: %s", path, got, status, said)
	}
	return said
}

func (b *browser) me() signin.Me {
	b.d.t.Helper()
	_, said := b.get(signin.Base + "me")
	var m signin.Me
	if err := json.Unmarshal([]byte(said), &m); err != nil {
		b.d.t.Fatal(err)
	}
	return m
}

// device is a software authenticator with one passkey.
type device struct {
	rp  virtualwebauthn.RelyingParty
	at  virtualwebauthn.Authenticator
	key virtualwebauthn.Credential
}

func (d *desk) device() *device {
	return &device{virtualwebauthn.RelyingParty{Name: "EXAMPLE node", ID: "localhost", Origin: d.host}, virtualwebauthn.NewAuthenticator(), virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)}
}

func (x *device) register(b *browser, begin string) (int, string) {
	b.d.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(b.want(200, "passkey/register/begin", begin))
	if err != nil {
		b.d.t.Fatal(err)
	}
	x.at.Options.UserHandle = []byte(o.UserID)
	return b.post("passkey/register/finish", virtualwebauthn.CreateAttestationResponse(x.rp, x.at, x.key, *o))
}

func (x *device) answer(b *browser) string {
	b.d.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(b.want(200, "passkey/login/begin", ""))
	if err != nil {
		b.d.t.Fatal(err)
	}
	x.key.Counter++
	return virtualwebauthn.CreateAssertionResponse(x.rp, x.at, x.key, *o)
}

// admin makes the first administrator, and returns their device.
func (d *desk) admin() *device {
	d.t.Helper()
	b, x := d.browser(), d.device()
	b.want(200, "enter", `{"token":"`+link+`"}`)
	if status, said := x.register(b, `{"person":"EXAMPLE, Admin","name":"laptop"}`); status != 200 {
		d.t.Fatalf("%d %s", status, said)
	}
	return x
}

func TestTheFirstAdministratorComesByTheLinkAndThenByPasskey(t *testing.T) {
	d := newDesk(t)
	b, x := d.browser(), d.device()
	if status, _ := b.get(signin.Base + "me"); status != http.StatusForbidden {
		t.Errorf("a stranger is answered %d", status)
	}
	b.want(403, "enter", `{"token":"another"}`)
	b.want(200, "enter", `{"token":"`+link+`"}`)
	d.browser().want(403, "enter", `{"token":"`+link+`"}`)
	if m := b.me(); m.Kind != auth.Owner {
		t.Errorf("%+v", m)
	}
	if status, said := x.register(b, `{"person":"EXAMPLE, Admin","name":"laptop"}`); status != 200 {
		t.Fatalf("%d %s", status, said)
	}
	b.want(200, "leave", "")
	if status, _ := b.get(signin.Base + "me"); status != http.StatusForbidden {
		t.Errorf("after leaving: %d", status)
	}
	b.want(200, "passkey/login/finish", x.answer(b))
	m := b.me()
	if m.Name != "EXAMPLE, Admin" || len(m.Roles) != 1 || m.Roles[0] != auth.Admin || m.Clearance != "TLP:CLEAR" || len(m.Passkeys) != 1 {
		t.Errorf("%+v", m)
	}

	// A second one, for a second device; the first is revoked and is worth nothing then.
	second := d.device()
	if status, said := second.register(b, `{"name":"key ring"}`); status != 200 {
		t.Fatalf("%d %s", status, said)
	}
	b.want(200, "passkey/revoke", `{"id":"`+m.Passkeys[0].ID+`","reason":"lost"}`)
	if status, _ := b.get(signin.Base + "me"); status != http.StatusForbidden {
		t.Errorf("a session of before: %d", status)
	}
	b.want(403, "passkey/login/finish", x.answer(b))
	b.want(200, "passkey/login/finish", second.answer(b))
	if rs, err := d.trail.List(t.Context(), trail.Filter{What: trail.SignIn}); err != nil || len(rs) != 3 {
		t.Errorf("%d sign-ins are recorded, %v", len(rs), err)
	}
	b.want(200, "sessions/end", "")
	if status, _ := b.get(signin.Base + "me"); status != http.StatusForbidden {
		t.Errorf("after ending all: %d", status)
	}
}

func TestAnAnswerCountsOnceInTheBrowserThatBegan(t *testing.T) {
	d := newDesk(t)
	x := d.admin()
	b := d.browser()
	answer := x.answer(b)
	d.browser().want(403, "passkey/login/finish", answer) // stolen, without the cookie
	other := d.browser()
	_ = x.answer(other)
	other.want(403, "passkey/login/finish", answer) // with the cookie of another ceremony

	u, err := url.Parse(d.host)
	if err != nil {
		t.Fatal(err)
	}
	step := b.client.Jar.Cookies(u)
	b.want(200, "passkey/login/finish", answer)
	replay := d.browser()
	replay.client.Jar.SetCookies(u, step)
	replay.want(403, "passkey/login/finish", answer) // stolen, with the cookie, afterwards
	late := d.browser()
	answer = x.answer(late)
	d.pass(11 * time.Minute)
	late.want(403, "passkey/login/finish", answer)
}

func TestAnotherSitesPageSignsNobodyIn(t *testing.T) {
	d := newDesk(t)
	x := d.admin()
	b := d.browser()
	for _, path := range []string{"enter", "leave", "passkey/login/begin", "passkey/login/finish", "passkey/register/begin", "passkey/register/finish", "passkey/revoke", "sessions/end"} {
		b.want(403, path, "", "Origin", "https://evil.example.org")
		b.want(403, path, "", "Sec-Fetch-Site", "cross-site")
	}
	b.want(200, "passkey/login/finish", x.answer(b))
}

func TestOversizedAndMalformedRequestsAreRefused(t *testing.T) {
	d := newDesk(t)
	x := d.admin()
	b := d.browser()
	_ = x.answer(b)
	b.want(422, "passkey/login/finish", strings.Repeat(" ", passkey.MaxAnswer+10))
	b.want(403, "passkey/login/finish", "{}")
	b.want(422, "enter", strings.Repeat(" ", 5000))
	b.want(422, "enter", "[")
	b.want(200, "passkey/login/finish", x.answer(b))
	b.want(422, "passkey/revoke", "{")
	b.want(403, "passkey/register/begin", `{"person":"EXAMPLE, Other"}`)
}

func TestFailuresAreSlowedDownForTheirAddressOnly(t *testing.T) {
	d := newDesk(t)
	x := d.admin()
	bad := *x
	bad.key.Key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2).Key
	attacker, own := d.browser(), d.browser()
	status := 0
	for range lockout.FreePair + 2 {
		answer := bad.answer(attacker)
		status, _ = attacker.post("passkey/login/finish", answer, "X-Forwarded-For", "203.0.113.7")
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the attacker is answered %d", status)
	}
	x.key.Counter = bad.key.Counter
	own.want(200, "passkey/login/finish", x.answer(own), "X-Forwarded-For", "198.51.100.9")
	if rs, err := d.trail.List(t.Context(), trail.Filter{What: trail.Refused}); err != nil || len(rs) != lockout.FreePair+1 || rs[0].Address != "203.0.113.7" {
		t.Errorf("%d refusals are recorded, %v", len(rs), err)
	}
}

var refresh = regexp.MustCompile(`content="0; url=([^"]*)"`)

// throughProvider signs in at the provider and returns what the node shows at the end.
func (b *browser) throughProvider(to string) (int, string) {
	b.d.t.Helper()
	resp, err := b.client.Get(b.d.host + signin.Base + "oidc/start?to=" + url.QueryEscape(to))
	if err != nil {
		b.d.t.Fatal(err)
	}
	resp.Body.Close()
	page := resp.Request.URL
	resp, err = b.client.PostForm(page.String(), url.Values{"username": {"test-user2"}, "password": {"verysecure"}, "id": {page.Query().Get("authRequestID")}})
	if err != nil {
		b.d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.d.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestAPersonComesByTheIdentityProvider(t *testing.T) {
	d := newDesk(t, oidc.Rule{Claim: "sub", Value: "id2", Roles: []string{"reader", "analyst"}, Clearance: "green"})
	b := d.browser()
	status, said := b.throughProvider("/matrix?x=1")
	if m := refresh.FindStringSubmatch(said); status != 200 || m == nil || m[1] != "/matrix?x=1" {
		t.Fatalf("%d %s", status, said)
	}
	m := b.me()
	if m.Kind != auth.Person || m.Clearance != "TLP:GREEN" || len(m.Roles) != 2 {
		t.Errorf("%+v", m)
	}
	if said := b.want(200, "leave", ""); !strings.Contains(said, "post_logout_redirect_uri") {
		t.Errorf("%s", said)
	}
	for _, evil := range []string{"https://evil.example.org/", "//evil.example.org", "/\\evil.example.org", "javascript:alert(1)", `/"><script>`} {
		_, said := d.browser().throughProvider(evil)
		if m := refresh.FindStringSubmatch(said); m == nil || strings.Contains(m[1], "evil.example.org") || strings.ContainsAny(m[1], `<>"`) || strings.HasPrefix(m[1], "javascript") {
			t.Errorf("%s leads to %q", evil, said)
		}
	}
}

func TestSomebodyWhomNoRuleAdmitsIsDenied(t *testing.T) {
	d := newDesk(t, oidc.Rule{Claim: "groups", Value: "cordon-analysts", Roles: []string{"analyst"}})
	status, said := d.browser().throughProvider("/")
	if status != http.StatusForbidden {
		t.Errorf("%d %s", status, said)
	}
	if all, err := d.store.Accounts(t.Context(), auth.Person); err != nil || len(all) != 0 {
		t.Errorf("%d accounts were made, %v", len(all), err)
	}
}

func TestAnAnswerOfTheProviderIsForTheBrowserThatLeft(t *testing.T) {
	d := newDesk(t, oidc.Rule{Claim: "sub", Value: "id2", Roles: []string{"reader"}})
	// The attacker signs in and keeps the answer back, for somebody else's browser.
	attacker := d.browser()
	kept := ""
	attacker.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, signin.Callback) {
			kept = r.URL.RequestURI()
			return http.ErrUseLastResponse
		}
		return nil
	}
	attacker.throughProvider("/")
	if kept == "" {
		t.Fatal("there is no answer")
	}
	victim := d.browser()
	if status, _ := victim.get(kept); status != http.StatusForbidden {
		t.Errorf("without having left: %d", status)
	}
	resp, err := victim.client.Get(d.host + signin.Base + "oidc/start")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if status, _ := victim.get(kept); status != http.StatusForbidden {
		t.Errorf("having left for another: %d", status)
	}
	if status, _ := attacker.get(kept); status != 200 {
		t.Errorf("its own browser: %d", status)
	}
	if status, _ := attacker.get(kept); status != http.StatusForbidden {
		t.Errorf("its own browser again: %d", status)
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	d := newDesk(t, oidc.Rule{Claim: "sub", Value: "id2", Roles: []string{"reader"}})
	x := d.admin()
	b := d.browser()
	b.want(200, "passkey/login/finish", x.answer(b))
	b.want(403, "enter", `{"token":"verysecretguess"}`)
	oidcBrowser := d.browser()
	oidcBrowser.throughProvider("/")
	u, err := url.Parse(d.host)
	if err != nil {
		t.Fatal(err)
	}
	log := d.log.String()
	rs, err := d.trail.List(t.Context(), trail.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := json.Marshal(rs)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{link, "verysecretguess", "verysecure", "a secret of the test", "code=", "eyJ"}
	for _, b := range []*browser{b, oidcBrowser} {
		for _, c := range b.client.Jar.Cookies(u) {
			secrets = append(secrets, c.Value)
		}
	}
	if log == "" || len(rs) < 4 || len(secrets) < 8 {
		t.Fatalf("there is nothing to look through: %d records, %d secrets", len(rs), len(secrets))
	}
	for _, s := range secrets {
		if strings.Contains(log, s) || strings.Contains(string(all), s) {
			t.Errorf("%q is in the log or the trail", s)
		}
	}
}

func TestWithoutAnythingConfiguredTheWaysSaySo(t *testing.T) {
	store, err := auth.Open(t.Context(), t.TempDir(), auth.Options{Clock: time.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	failed := 0
	h := signin.New(signin.Config{Store: store, Failed: func(w http.ResponseWriter, _ *http.Request, err error) {
		failed++
		w.WriteHeader(errs.HTTPStatus(errs.KindOf(err)))
	}})
	for path, want := range map[string]int{"GET ways": 200, "GET oidc/start": 404, "GET oidc/callback?code=x": 404, "POST passkey/login/begin": 409, "POST enter": 403, "GET me": 403, "GET nothing": 404} {
		method, path, _ := strings.Cut(path, " ")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(method, "http://127.0.0.1"+signin.Base+path, strings.NewReader("{}")))
		if rec.Code != want {
			t.Errorf("%s %s answers %d, want %d", method, path, rec.Code, want)
		}
	}
	if failed != 2 {
		t.Errorf("%d navigations failed on a page", failed)
	}
}
