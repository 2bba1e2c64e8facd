package oidc_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/cordon-project/cordon/auth/oidc"
	"github.com/cordon-project/cordon/errs"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// forger is a provider that answers what a test wants: one under attack, or one whose
// answers somebody else makes.
type forger struct {
	*httptest.Server
	t       *testing.T
	keys    []jose.JSONWebKey // that it publishes
	token   func(nonce string) string
	issuer  string // that it claims in discovery; "" for its own
	nonce   string
	fetched int // how often its keys were
	algs    []string
	extra   map[string]any
}

func newForger(t *testing.T) *forger {
	f := &forger{t: t, algs: []string{"RS256", "ES256", "HS256", "none"}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		d := map[string]any{
			"issuer": f.URL, "authorization_endpoint": f.URL + "/authorize", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
			"id_token_signing_alg_values_supported": f.algs,
		}
		if f.issuer != "" {
			d["issuer"] = f.issuer
		}
		maps.Copy(d, f.extra)
		answer(w, d)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		f.fetched++
		answer(w, jose.JSONWebKeySet{Keys: f.keys})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": f.token(f.nonce)})
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (f *forger) client() *oidc.Provider {
	f.t.Helper()
	p, err := oidc.New(oidc.Config{Issuer: f.URL, ClientID: "cordon", Redirect: callback, Clock: func() time.Time { return noon }, Random: rand.Reader})
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// finish signs in and answers with what the forger makes.
func (f *forger) finish(p *oidc.Provider, change func(oidc.Flow, url.Values)) (oidc.Identity, error) {
	f.t.Helper()
	_, flow, err := p.Start(f.t.Context())
	if err != nil {
		return oidc.Identity{}, err
	}
	f.nonce = flow.Nonce
	q := url.Values{"state": {flow.State}, "code": {"code"}}
	if change != nil {
		change(flow, q)
	}
	return p.Finish(f.t.Context(), flow, q)
}

// sound are the claims of a token that holds.
func (f *forger) sound(nonce string) map[string]any {
	return map[string]any{
		"iss": f.URL, "aud": "cordon", "sub": "s-1", "nonce": nonce, "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(),
		"groups": []string{"cordon-analysts"},
	}
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims any) string {
	t.Helper()
	b, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", kid).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.Sign(b)
	if err != nil {
		t.Fatal(err)
	}
	out, err := j.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTokensThatDoNotHoldAreRefused(t *testing.T) {
	k, other := rsaKey(t), rsaKey(t)
	change := func(name string, v any) func(f *forger, n string) string {
		return func(f *forger, n string) string {
			c := f.sound(n)
			if v == nil {
				delete(c, name)
			} else {
				c[name] = v
			}
			return sign(t, jose.RS256, k, "k1", c)
		}
	}
	encode := func(v string) string { return base64.RawURLEncoding.EncodeToString([]byte(v)) }
	public, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		token func(f *forger, nonce string) string
		ok    bool
	}{
		"sound": {change("extra", "x"), true},
		"two audiences, ours asked": {func(f *forger, n string) string {
			c := f.sound(n)
			c["aud"], c["azp"] = []string{"cordon", "x"}, "cordon"
			return sign(t, jose.RS256, k, "k1", c)
		}, true},
		"expired within the skew":  {change("exp", noon.Add(-30*time.Second).Unix()), true},
		"issued within the skew":   {change("iat", noon.Add(30*time.Second).Unix()), true},
		"expired":                  {change("exp", noon.Add(-2*time.Minute).Unix()), false},
		"no expiry":                {change("exp", nil), false},
		"issued in time to come":   {change("iat", noon.Add(2*time.Minute).Unix()), false},
		"issued long ago":          {change("iat", noon.Add(-time.Hour).Unix()), false},
		"not yet":                  {change("nbf", noon.Add(time.Hour).Unix()), false},
		"another issuer":           {change("iss", "https://idp.example.org"), false},
		"another audience":         {change("aud", "another"), false},
		"two audiences":            {change("aud", []string{"cordon", "another"}), false},
		"another client's":         {change("azp", "another"), false},
		"another nonce":            {change("nonce", "n"), false},
		"no nonce":                 {change("nonce", nil), false},
		"nobody":                   {change("sub", ""), false},
		"a subject too long":       {change("sub", strings.Repeat("s", 256)), false},
		"another access token":     {change("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), false},
		"an unknown key":           {func(f *forger, n string) string { return sign(t, jose.RS256, other, "k2", f.sound(n)) }, false},
		"another key under our id": {func(f *forger, n string) string { return sign(t, jose.RS256, other, "k1", f.sound(n)) }, false},
		"alg none": {func(f *forger, n string) string {
			b, _ := json.Marshal(f.sound(n))
			return encode(`{"alg":"none"}`) + "." + encode(string(b)) + "."
		}, false},
		"key confusion: the public key as an HMAC secret": {func(f *forger, n string) string { return sign(t, jose.HS256, public, "k1", f.sound(n)) }, false},
		"a signature changed": {func(f *forger, n string) string {
			s := sign(t, jose.RS256, k, "k1", f.sound(n))
			cut := strings.LastIndex(s, ".") + 1
			return s[:cut] + strings.Map(func(r rune) rune {
				if r == 'A' {
					return 'B'
				}
				return 'A'
			}, s[cut:])
		}, false},
		"oversized": {change("pad", strings.Repeat("x", 80<<10)), false},
		"no token":  {func(*forger, string) string { return "" }, false},
		"garbage":   {func(*forger, string) string { return "a.b.c" }, false},
	} {
		t.Run(what, func(t *testing.T) {
			f := newForger(t)
			f.keys = []jose.JSONWebKey{{Key: &k.PublicKey, KeyID: "k1", Use: "sig", Algorithm: "RS256"}}
			f.token = func(n string) string { return c.token(f, n) }
			id, err := f.finish(f.client(), nil)
			if c.ok && (err != nil || id.Subject != "s-1") {
				t.Errorf("%+v, %v", id, err)
			}
			if !c.ok && !errs.Is(err, errs.Denied) {
				t.Errorf("%+v, %v", id, err)
			}
		})
	}
}

func TestAnswersThatDoNotBelongHereAreRefused(t *testing.T) {
	k := rsaKey(t)
	f := newForger(t)
	f.keys = []jose.JSONWebKey{{Key: &k.PublicKey, KeyID: "k1"}}
	f.token = func(n string) string { return sign(t, jose.RS256, k, "k1", f.sound(n)) }
	p := f.client()
	for what, change := range map[string]func(oidc.Flow, url.Values){
		"no state":         func(_ oidc.Flow, q url.Values) { q.Del("state") },
		"another state":    func(_ oidc.Flow, q url.Values) { q.Set("state", "s") },
		"two states":       func(_ oidc.Flow, q url.Values) { q.Add("state", "s") },
		"no code":          func(_ oidc.Flow, q url.Values) { q.Del("code") },
		"two codes":        func(_ oidc.Flow, q url.Values) { q.Add("code", "c") },
		"a code too long":  func(_ oidc.Flow, q url.Values) { q.Set("code", strings.Repeat("c", 5000)) },
		"another provider": func(_ oidc.Flow, q url.Values) { q.Set("iss", "https://idp.example.org") },
		"an error":         func(_ oidc.Flow, q url.Values) { q.Set("error", "access_denied") },
	} {
		if _, err := f.finish(p, change); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := p.Finish(t.Context(), oidc.Flow{}, url.Values{"state": {""}, "code": {"c"}}); !errs.Is(err, errs.Denied) {
		t.Errorf("an empty flow: %v", err)
	}
	f.extra = map[string]any{"authorization_response_iss_parameter_supported": true}
	p = f.client()
	if _, err := f.finish(p, nil); !errs.Is(err, errs.Denied) {
		t.Errorf("the provider says who it is and the answer does not: %v", err)
	}
	if _, err := f.finish(p, func(_ oidc.Flow, q url.Values) { q.Set("iss", f.URL) }); err != nil {
		t.Errorf("the answer says who it is from: %v", err)
	}
}

func TestAProviderChangesItsKeys(t *testing.T) {
	first, second := rsaKey(t), must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	f := newForger(t)
	f.keys = []jose.JSONWebKey{{Key: &first.PublicKey, KeyID: "k1"}}
	f.token = func(n string) string { return sign(t, jose.RS256, first, "k1", f.sound(n)) }
	p := f.client()
	for range 3 {
		if _, err := f.finish(p, nil); err != nil {
			t.Fatal(err)
		}
	}
	if f.fetched != 1 {
		t.Errorf("the keys were fetched %d times", f.fetched)
	}
	f.keys = []jose.JSONWebKey{{Key: &second.PublicKey, KeyID: "k2"}}
	f.token = func(n string) string { return sign(t, jose.ES256, second, "k2", f.sound(n)) }
	if _, err := f.finish(p, nil); err != nil {
		t.Errorf("the new key: %v", err)
	}
	f.token = func(n string) string { return sign(t, jose.RS256, first, "k1", f.sound(n)) }
	if _, err := f.finish(p, nil); !errs.Is(err, errs.Denied) {
		t.Errorf("the old key is taken on: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAProviderThatIsNoneIsRefused(t *testing.T) {
	for what, spoil := range map[string]func(*forger){
		"another issuer in its configuration": func(f *forger) { f.issuer = "https://idp.example.org" },
		"a token address without TLS":         func(f *forger) { f.extra = map[string]any{"token_endpoint": "http://192.0.2.1/token"} },
		"keys at an address without TLS":      func(f *forger) { f.extra = map[string]any{"jwks_uri": "http://192.0.2.1/keys"} },
		"a configuration without end":         func(f *forger) { f.extra = map[string]any{"pad": strings.Repeat("x", 2<<20)} },
	} {
		f := newForger(t)
		spoil(f)
		if _, err := f.finish(f.client(), nil); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, c := range []oidc.Config{
		{Issuer: "http://idp.example.org", ClientID: "c", Redirect: callback},
		{Issuer: "https://idp.example.org", ClientID: "", Redirect: callback},
		{Issuer: "https://idp.example.org", ClientID: "c", Redirect: "http://cordon.example.org/x"},
		{Issuer: "https://user@idp.example.org", ClientID: "c", Redirect: callback},
		{Issuer: "https://idp.example.org", ClientID: "c", Redirect: callback, Skew: time.Hour},
	} {
		if _, err := oidc.New(c); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestNoErrorTellsTheCodeOrTheToken(t *testing.T) {
	k := rsaKey(t)
	f := newForger(t)
	f.keys = []jose.JSONWebKey{{Key: &k.PublicKey, KeyID: "k1"}}
	f.token = func(string) string { return sign(t, jose.RS256, k, "k1", f.sound("another")) }
	_, err := f.finish(f.client(), func(_ oidc.Flow, q url.Values) { q.Set("code", "verysecretcode") })
	if said := fmt.Sprintf("%+v", err); err == nil || strings.Contains(said, "verysecretcode") || strings.Contains(said, "eyJ") {
		t.Errorf("%s", said)
	}
}

func TestRulesGiveRolesByClaimsAndNothingWithoutOne(t *testing.T) {
	rules := []oidc.Rule{
		{Claim: "groups", Value: "cordon-analysts", Roles: []string{"analyst", "reader"}, Clearance: "green", Org: "EXAMPLE Desk"},
		{Claim: "groups", Value: "cordon-releasers", Roles: []string{"releaser", "reader"}, Clearance: "amber", Org: "another"},
		{Claim: "realm_access.roles", Value: "auditor", Roles: []string{"auditor"}},
		{Claim: "https://example.org/unit", Value: "desk", Roles: []string{"screener"}},
	}
	for what, c := range map[string]struct {
		claims, want string
	}{
		"nothing":                {`{}`, "[]  "},
		"another value":          {`{"groups":["cordon-analysts2","CORDON-ANALYSTS"]}`, "[]  "},
		"one group":              {`{"groups":["x","cordon-analysts"]}`, "[analyst reader] green EXAMPLE Desk"},
		"one group as text":      {`{"groups":"cordon-analysts"}`, "[analyst reader] green EXAMPLE Desk"},
		"groups as one text":     {`{"groups":"x cordon-analysts"}`, "[]  "},
		"two groups":             {`{"groups":["cordon-releasers","cordon-analysts"]}`, "[analyst reader releaser] amber EXAMPLE Desk"},
		"a claim in a claim":     {`{"realm_access":{"roles":["auditor"]}}`, "[auditor]  "},
		"a claim in no object":   {`{"realm_access":["auditor"]}`, "[]  "},
		"a claim that is a URL":  {`{"https://example.org/unit":"desk"}`, "[screener]  "},
		"numbers, null, objects": {`{"groups":[1,null,{"cordon-analysts":true}],"realm_access":null}`, "[]  "},
	} {
		var claims map[string]any
		if err := json.Unmarshal([]byte(c.claims), &claims); err != nil {
			t.Fatal(err)
		}
		g := oidc.Grants(rules, claims)
		if got := fmt.Sprint(g.Roles, " ", g.Clearance, " ", g.Org); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
	for _, r := range []oidc.Rule{{}, {Claim: "groups"}, {Claim: "groups", Value: "x"}, {Claim: "email", Value: "a@example.org", Roles: []string{"admin"}}, {Claim: "groups", Value: "x", Roles: []string{"reader"}, Clearance: "pink"}} {
		if err := r.Check(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
