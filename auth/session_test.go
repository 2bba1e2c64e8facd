package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

func TestASessionEndsWhenIdleAndAtAllEvents(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Person, "EXAMPLE, Person One", "green", auth.Reader)
	r := w.signedIn(t, a.ID, auth.Opening{By: "passkey"})
	for used := time.Duration(0); used < auth.DefaultLife-time.Hour; used += time.Hour {
		w.at = w.at.Add(time.Hour)
		if _, err := w.Who(r); err != nil {
			t.Fatalf("after %s of use: %v", used, err)
		}
	}
	w.reopen(t)
	if _, err := w.Who(r); err != nil {
		t.Errorf("after a start: %v", err)
	}
	w.at = noon.Add(auth.DefaultLife)
	_, err := w.Who(r)
	denied(t, "at its end", err)

	r = w.signedIn(t, a.ID, auth.Opening{By: "passkey"})
	w.at = w.at.Add(auth.DefaultIdle)
	_, err = w.Who(r)
	denied(t, "unused", err)
}

func TestTheCookieIsForThisSiteAndNoProgramOfAPage(t *testing.T) {
	for secure, name := range map[auth.Cookies]string{auth.Anyhow: "cordon_auth", auth.HTTPSOnly: "__Host-cordon_auth"} {
		w := newWorld(t, func(o *auth.Options) { o.Secure = secure })
		c := w.signedIn(t, w.add(t, auth.Person, "EXAMPLE, Person One", "green", auth.Reader).ID, auth.Opening{}).Cookies()[0]
		if c.Name != name || len(c.Value) < 43 {
			t.Errorf("the cookie is %s with %d letters", c.Name, len(c.Value))
		}
		rec := httptest.NewRecorder()
		if _, err := w.SignIn(rec, httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil), auth.OwnerID, auth.Opening{}); err != nil {
			t.Fatal(err)
		}
		set := rec.Result().Cookies()[0]
		if !set.HttpOnly || set.SameSite != http.SameSiteStrictMode || set.Path != "/" || set.Domain != "" || set.Secure != (secure == auth.HTTPSOnly) || set.MaxAge != 0 {
			t.Errorf("it is set as %s", rec.Header().Get("Set-Cookie"))
		}
	}
}

func TestAPlantedSessionIsWorthNothing(t *testing.T) {
	w := newWorld(t)
	attacker := w.add(t, auth.Person, "EXAMPLE, Attacker", "clear", auth.Reader)
	victim := w.add(t, auth.Person, "EXAMPLE, Victim", "amber", auth.Reader)
	planted := w.signedIn(t, attacker.ID, auth.Opening{})

	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/auth/x", nil)
	r.AddCookie(planted.Cookies()[0])
	r.AddCookie(&http.Cookie{Name: planted.Cookies()[0].Name, Value: "chosen by somebody"})
	rec := httptest.NewRecorder()
	if _, err := w.SignIn(rec, r, victim.ID, auth.Opening{}); err != nil {
		t.Fatal(err)
	}
	if got := rec.Result().Cookies()[0].Value; got == planted.Cookies()[0].Value || got == "chosen by somebody" {
		t.Error("the session keeps a token that was there before")
	}
	_, err := w.Who(planted)
	denied(t, "the planted session after the sign-in", err)

	two := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
	two.AddCookie(rec.Result().Cookies()[0])
	two.AddCookie(&http.Cookie{Name: planted.Cookies()[0].Name, Value: "tossed from a neighbour"})
	_, err = w.Who(two)
	denied(t, "two cookies", err)
}

func TestWhatChangesRightsEndsSessions(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Person, "EXAMPLE, Person One", "green", auth.Reader)
	ctx := t.Context()
	if _, err := w.AddPasskey(ctx, owner, a.ID, "AAAA", "first", []byte(`{"k":1}`)); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func() error{
		"a role granted":    func() error { return second(w.Grant(ctx, owner, a.ID, "", auth.Analyst)) },
		"a role revoked":    func() error { return second(w.Revoke(ctx, owner, a.ID, "", auth.Analyst)) },
		"a clearance set":   func() error { return second(w.Clear(ctx, owner, a.ID, "amber", nil, "")) },
		"all ended":         func() error { return w.EndSessions(ctx, owner, a.ID) },
		"a passkey revoked": func() error { return second(w.RevokePasskey(ctx, owner, "AAAA", "lost")) },
	} {
		one, two := w.signedIn(t, a.ID, auth.Opening{}), w.signedIn(t, a.ID, auth.Opening{})
		if open, err := w.Sessions(ctx, a.ID); err != nil || len(open) != 2 {
			t.Fatalf("%d sessions, %v", len(open), err)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		for _, r := range []*http.Request{one, two} {
			_, err := w.Who(r)
			denied(t, "after "+what, err)
		}
	}
	r := w.signedIn(t, a.ID, auth.Opening{})
	rec := httptest.NewRecorder()
	if err := w.SignOut(rec, r); err != nil || rec.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out: %v, %s", err, rec.Header().Get("Set-Cookie"))
	}
	_, err := w.Who(r)
	denied(t, "after signing out", err)
	if _, err := w.Disable(ctx, owner, a.ID, "left"); err != nil {
		t.Fatal(err)
	}
	_, err = w.SignIn(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "http://127.0.0.1/", nil), a.ID, auth.Opening{Roles: []auth.Role{auth.Reader}})
	denied(t, "disabled", err)
}

func TestAProvidersGrantHoldsForTheSession(t *testing.T) {
	w := newWorld(t)
	l := auth.Login{Issuer: "https://idp.example.org", Subject: "s-1"}
	_, err := w.Join(t.Context(), l, "EXAMPLE, Person One", "", auth.NotAdmitted)
	denied(t, "somebody whom no rule admits", err)
	a, err := w.Join(t.Context(), l, "EXAMPLE, Person One", "", auth.Admitted)
	if err != nil || len(a.Roles) != 0 || a.Clearance != "clear" {
		t.Fatalf("%+v, %v", a, err)
	}
	p, err := w.Who(w.signedIn(t, a.ID, auth.Opening{By: "oidc", Roles: []auth.Role{auth.Analyst}, Clearance: "amber"}))
	if err != nil || !p.Has(auth.Analyst) || p.Viewer().Clearance != policy.Amber {
		t.Errorf("%+v, %v", p, err)
	}
	w.reopen(t)
	again, err := w.Join(t.Context(), l, "another name", "", auth.NotAdmitted)
	if err != nil || again.ID != a.ID || len(again.Roles) != 0 {
		t.Errorf("%+v, %v", again, err)
	}
	namesake, err := w.Join(t.Context(), auth.Login{Issuer: l.Issuer, Subject: "s-2"}, "EXAMPLE, Person One", "", auth.Admitted)
	if err != nil || namesake.ID == a.ID || namesake.Name == a.Name {
		t.Errorf("a namesake: %+v, %v", namesake, err)
	}
}

func TestAnotherSitesPageDoesNothingWithASession(t *testing.T) {
	w := newWorld(t)
	signed := w.signedIn(t, w.add(t, auth.Person, "EXAMPLE, Person One", "green", auth.Reader).ID, auth.Opening{})
	for what, c := range map[string]struct {
		method, site, origin string
		ok                   bool
	}{
		"a page of this node posts":      {http.MethodPost, "same-origin", "", true},
		"a page of this node, by name":   {http.MethodPost, "", "http://127.0.0.1", true},
		"a person follows a link":        {http.MethodGet, "cross-site", "", true},
		"another site's page posts":      {http.MethodPost, "cross-site", "", false},
		"a neighbour's page posts":       {http.MethodPost, "same-site", "", false},
		"another site's page, by name":   {http.MethodPost, "", "https://evil.example.org", false},
		"another site's page deletes":    {http.MethodDelete, "cross-site", "", false},
		"another port of this machine's": {http.MethodPost, "", "http://127.0.0.1:81", false},
	} {
		r := httptest.NewRequest(c.method, "http://127.0.0.1/x", nil)
		r.AddCookie(signed.Cookies()[0])
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if _, err := w.Who(r); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAnAccountHasSoManySessions(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Person, "EXAMPLE, Person One", "green", auth.Reader)
	first := w.signedIn(t, a.ID, auth.Opening{})
	for range 25 {
		w.at = w.at.Add(time.Second)
		w.signedIn(t, a.ID, auth.Opening{})
	}
	if open, err := w.Sessions(t.Context(), a.ID); err != nil || len(open) != 20 {
		t.Errorf("%d sessions are open, %v", len(open), err)
	}
	_, err := w.Who(first)
	denied(t, "the oldest", err)
}

func TestAPasskeysCounterRisesAlsoForTwoAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Person, "EXAMPLE, Person One", "green", auth.Reader)
	for _, id := range []string{"AAAA", "BBBB"} {
		if _, err := w.AddPasskey(t.Context(), owner, a.ID, id, "key "+id, []byte(`{"k":1}`)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.AddPasskey(t.Context(), owner, a.ID, "AAAA", "again", []byte(`{}`)); !errs.Is(err, errs.Conflict) {
		t.Errorf("one passkey twice: %v", err)
	}
	var passed atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if w.UsePasskey(t.Context(), "AAAA", 7, []byte(`{"k":2}`)) == nil {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 1 {
		t.Errorf("%d of 20 with one counter passed", passed.Load())
	}
	for range 2 { // an authenticator without a counter
		if err := w.UsePasskey(t.Context(), "BBBB", 0, []byte(`{"k":3}`)); err != nil {
			t.Error(err)
		}
	}
	w.reopen(t)
	if err := w.UsePasskey(t.Context(), "AAAA", 7, nil); !errs.Is(err, errs.Denied) {
		t.Errorf("after a start: %v", err)
	}
	if who, data, err := w.Passkey(t.Context(), "AAAA"); err != nil || who != a.ID || string(data) != `{"k":2}` {
		t.Errorf("%s %s %v", who, data, err)
	}
	if _, err := w.RevokePasskey(t.Context(), owner, "AAAA", "lost"); err != nil {
		t.Fatal(err)
	}
	_, _, err := w.Passkey(t.Context(), "AAAA")
	denied(t, "revoked", err)
	_, _, err = w.Passkey(t.Context(), "CCCC")
	denied(t, "unknown", err)
	if _, _, err := w.Passkey(t.Context(), "BBBB"); err != nil {
		t.Errorf("the other one: %v", err)
	}
}

// presented is a request over TLS with a client certificate that was verified.
func presented(c *x509.Certificate) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "https://127.0.0.1/", nil)
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{c}, VerifiedChains: [][]*x509.Certificate{{c}}}
	return r
}

func certificate(t testing.TB, spiffe ...string) *x509.Certificate {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "collector", Organization: []string{"EXAMPLE Desk"}}}
	for _, s := range spiffe {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		tmpl.URIs = append(tmpl.URIs, u)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACertificateIsItsPrograms(t *testing.T) {
	w := newWorld(t)
	a := w.add(t, auth.Program, "collector", "green", auth.Reader)
	b := w.add(t, auth.Program, "another", "green", auth.Reader)
	c := certificate(t, "spiffe://example.org/collector")
	_, err := w.Who(presented(c))
	denied(t, "bound to nobody", err)
	for _, names := range auth.NamesOf(c) {
		if _, err := w.BindCertificate(t.Context(), owner, a.ID, names, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.BindCertificate(t.Context(), owner, b.ID, names, ""); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s is bound twice: %v", names, err)
		}
		if p, err := w.Who(presented(c)); err != nil || p.ID != a.ID || p.Via != auth.ByCertificate {
			t.Errorf("%s: %+v, %v", names, p, err)
		}
		unverified := presented(c)
		unverified.TLS.VerifiedChains = nil
		_, err = w.Who(unverified)
		denied(t, "not verified", err)
		if _, err := w.RevokeCertificate(t.Context(), owner, names, "replaced"); err != nil {
			t.Fatal(err)
		}
		_, err = w.Who(presented(c))
		denied(t, names+" after it was revoked", err)
	}
	if len(auth.NamesOf(certificate(t, "spiffe://example.org/a", "spiffe://example.org/b"))) != 2 {
		t.Error("a certificate with two SPIFFE ids has one")
	}
	if _, err := w.BindCertificate(t.Context(), owner, a.ID, "subject:"+c.Subject.String(), ""); err != nil {
		t.Fatal(err)
	}
	k, _ := w.key(t, auth.NewKey{Program: "another"})
	both := presented(c)
	both.Header.Set("Authorization", "Bearer "+k.Reveal())
	_, err = w.Who(both)
	denied(t, "a certificate and another's key", err)
	for _, bad := range []string{"", "sha256:12", "spiffe://", "spiffe://example.org", "spiffe://u@example.org/x", "subject:", "collector", "sha256:" + strings.Repeat("g", 64)} {
		if _, err := w.BindCertificate(t.Context(), owner, a.ID, bad, ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestACertificateThatItsIssuerRevokedDoesNotCount(t *testing.T) {
	c := certificate(t)
	w := newWorld(t, func(o *auth.Options) {
		o.Retired = func(raw []byte) error { return errors.New("revoked") }
	})
	a := w.add(t, auth.Program, "collector", "green", auth.Reader)
	if _, err := w.BindCertificate(t.Context(), owner, a.ID, auth.NamesOf(c)[0], ""); err != nil {
		t.Fatal(err)
	}
	_, err := w.Who(presented(c))
	denied(t, "revoked by its issuer", err)
}

func TestTheAddressIsThePeersUnlessAProxyIsBelieved(t *testing.T) {
	own := newWorld(t)
	proxied := newWorld(t, func(o *auth.Options) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} })
	for what, c := range map[string]struct {
		w               *world
		peer, forwarded string
		want            string
	}{
		"alone":                     {own, "192.0.2.1:5", "", "192.0.2.1"},
		"a stranger says another":   {own, "192.0.2.1:5", "198.51.100.7", "192.0.2.1"},
		"this machine's proxy":      {own, "127.0.0.1:5", "198.51.100.7", "198.51.100.7"},
		"a client forges one":       {own, "127.0.0.1:5", "203.0.113.9, 198.51.100.7", "198.51.100.7"},
		"a named proxy":             {proxied, "10.1.1.1:5", "198.51.100.7, 10.2.2.2", "198.51.100.7"},
		"this machine is none then": {proxied, "127.0.0.1:5", "198.51.100.7", "127.0.0.1"},
		"garbage":                   {own, "127.0.0.1:5", "garbage", "127.0.0.1"},
		"no address":                {own, "@", "", "unknown"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := c.w.Address(r); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

// TestAFloodOfWrongKeysKeepsNobodyOut: a good proof cannot be guessed, so it is never
// locked out, and a flood neither fills the trail.
func TestAFloodOfWrongKeysKeepsNobodyOut(t *testing.T) {
	w := newWorld(t)
	w.add(t, auth.Program, "collector", "clear", auth.Reader)
	k, _ := w.key(t, auth.NewKey{Program: "collector"})
	wrong := k.Reveal()[:len(k.Reveal())-2] + "77"
	for range 1000 {
		_, err := w.Who(bearing(wrong))
		if !errs.Is(err, errs.Denied) {
			t.Fatal(err)
		}
	}
	if _, err := w.Who(bearing(k.Reveal())); err != nil {
		t.Errorf("its program is locked out: %v", err)
	}
	rs, err := w.trail.List(t.Context(), trail.Filter{What: trail.Refused})
	if err != nil || len(rs) == 0 || len(rs) > 60 {
		t.Errorf("%d refusals are recorded, %v", len(rs), err)
	}
}

func TestReadsOfWhatIsRestrictedAreTold(t *testing.T) {
	for label, want := range map[policy.Label]bool{
		"1:clear": false, "1:green": false, "1:amber": true, "1:red": true, policy.Nobody: true, "nonsense": true,
		"1:clear;need=acs/marking-definition--5e1b6e8c-0a0e-4f43-9d5c-6c3f6d1f0a01": true,
	} {
		if got := auth.Restricted(label, policy.Green); got != want {
			t.Errorf("%s: %v", label, got)
		}
	}
}
