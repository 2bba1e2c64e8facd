package node_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/api/client"
	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/release"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/policy"
)

// at is the node under the name that passkeys need.
func at(n nodetest.Node) string {
	return strings.Replace(n.Address, "127.0.0.1", "localhost", 1)
}

func post(t *testing.T, c *http.Client, base, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", base)
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestTheLinkMakesTheFirstAdministratorWhoSignsInWithAPasskey(t *testing.T) {
	log := &lockedWriter{}
	c := nodetest.Config(t)
	n := nodetest.Serve(t, c, node.Options{Empty: true, Log: slog.New(slog.NewTextHandler(log, nil))})
	link, err := n.Link()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser, base := &http.Client{Jar: jar}, at(n)
	if status, said := post(t, browser, base, "/auth/enter", `{"token":"`+u.Query().Get("token")+`"}`); status != 200 {
		t.Fatalf("%d %s", status, said)
	}
	rp := virtualwebauthn.RelyingParty{Name: "Cordon", ID: "localhost", Origin: base}
	key, device := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2), virtualwebauthn.NewAuthenticator()
	_, said := post(t, browser, base, "/auth/passkey/register/begin", `{"person":"EXAMPLE, Admin"}`)
	made, err := virtualwebauthn.ParseAttestationOptions(said)
	if err != nil {
		t.Fatal(err)
	}
	device.Options.UserHandle = []byte(made.UserID)
	if status, said := post(t, browser, base, "/auth/passkey/register/finish", virtualwebauthn.CreateAttestationResponse(rp, device, key, *made)); status != 200 {
		t.Fatalf("%d %s", status, said)
	}
	if status, _ := post(t, browser, base, "/auth/leave", ""); status != 200 {
		t.Fatal(status)
	}
	_, said = post(t, browser, base, "/auth/passkey/login/begin", "")
	asked, err := virtualwebauthn.ParseAssertionOptions(said)
	if err != nil {
		t.Fatal(err)
	}
	key.Counter++
	if status, said := post(t, browser, base, "/auth/passkey/login/finish", virtualwebauthn.CreateAssertionResponse(rp, device, key, *asked)); status != 200 {
		t.Fatalf("%d %s", status, said)
	}
	// The session is good for the API as well, from a page of the node.
	if status, said := post(t, browser, base, "/api/v1/auth/orgs", `{"name":"EXAMPLE Desk"}`); status != 200 {
		t.Errorf("%d %s", status, said)
	}
	r, err := http.NewRequest(http.MethodPost, base+"/api/v1/auth/orgs", strings.NewReader(`{"name":"EXAMPLE Other"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://evil.example.org")
	resp, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("another site's page is answered %d", resp.StatusCode)
	}
	if rs, err := n.Trail().List(t.Context(), trail.Filter{What: trail.SignIn}); err != nil || len(rs) != 2 {
		t.Errorf("%d sign-ins, %v", len(rs), err)
	}
	for _, secret := range []string{u.Query().Get("token"), jar.Cookies(r.URL)[0].Value, n.Token} {
		if strings.Contains(log.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
}

// lockedWriter takes the lines of several goroutines.
type lockedWriter struct {
	mu sync.Mutex
	w  bytes.Buffer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (l *lockedWriter) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.String()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func writePEM(t *testing.T, file, kind string, der []byte) string {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAProgramComesWithItsCertificate(t *testing.T) {
	c := nodetest.Config(t)
	dir := t.TempDir()
	caKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "EXAMPLE authority"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	ca = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey))))
	issue := func(serial int64, name string) (der []byte, key *ecdsa.PrivateKey) {
		key = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		x := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		}
		return must(x509.CreateCertificate(rand.Reader, x, ca, &key.PublicKey, caKey)), key
	}
	own, ownKey := issue(2, "node")
	der, key := issue(3, "collector")
	c.Auth.TLS.Listen = "127.0.0.1:0"
	c.Auth.TLS.Certificate = writePEM(t, filepath.Join(dir, "node.pem"), "CERTIFICATE", own)
	c.Auth.TLS.Key = writePEM(t, filepath.Join(dir, "node.key"), "PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ownKey)))
	c.Auth.TLS.Clients = writePEM(t, filepath.Join(dir, "clients.pem"), "CERTIFICATE", ca.Raw)
	n := nodetest.Serve(t, c, node.Options{Empty: true})

	pool := x509.NewCertPool()
	pool.AddCert(ca)
	caller := &client.Client{Address: "https://" + n.SecureAddress(), HTTP: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: pool, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	}}}}
	t.Cleanup(caller.HTTP.CloseIdleConnections)
	if _, err := caller.Whoami(t.Context()); !errs.Is(err, errs.Denied) {
		t.Errorf("bound to nobody: %v", err)
	}
	o := &client.Client{Address: n.Address, Token: n.Token, HTTP: http.DefaultClient}
	if _, err := o.AddAccount(t.Context(), auth.Program, auth.NewAccount{Name: "collector", Roles: []auth.Role{auth.Reader}}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.BindCertificate(t.Context(), "collector", auth.NamesOf(must(x509.ParseCertificate(der)))[0], ""); err != nil {
		t.Fatal(err)
	}
	if w, err := caller.Whoami(t.Context()); err != nil || w.Name != "collector" || w.Via != auth.ByCertificate {
		t.Errorf("%+v, %v", w, err)
	}
	if _, err := o.RevokeCertificate(t.Context(), "subject:CN=collector", ""); !errs.Is(err, errs.NotFound) {
		t.Errorf("another name of it: %v", err)
	}
	if _, err := o.RevokeCertificate(t.Context(), auth.NamesOf(must(x509.ParseCertificate(der)))[0], "lost"); err != nil {
		t.Fatal(err)
	}
	if _, err := caller.Whoami(t.Context()); !errs.Is(err, errs.Denied) {
		t.Errorf("after it was revoked: %v", err)
	}
}

func TestReleasesKnowWhoIsAReleaser(t *testing.T) {
	n, err := node.Open(t.Context(), nodetest.Config(t), node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	ctx, owner := t.Context(), auth.TheOwner(auth.ByToken)
	a := must(n.Accounts().Add(ctx, owner, auth.NewAccount{Kind: auth.Person, Name: "EXAMPLE, Releaser", Roles: []auth.Role{auth.Releaser}}))
	by := release.Person{ID: a.ID, Name: a.Name, Human: true, Releaser: true}
	r, err := n.Releases().Ask(ctx, by, release.Question{
		Objects: []release.Object{{ID: "indicator--1", SHA256: strings.Repeat("ab", 32)}}, Partner: "identity--partner", Marking: policy.Amber, Reason: "asked for",
	})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = n.Releases().Approve(ctx, by, r.ID, r.Digest); err != nil || r.State != release.Approved {
		t.Fatalf("%s, %v", r.State, err)
	}
	if _, err := n.Accounts().Revoke(ctx, owner, a.ID, "moved", auth.Releaser); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Releases().Take(ctx, by, r.ID); !errs.Is(err, errs.Denied) {
		t.Errorf("its releaser is none any more: %v", err)
	}
}

func TestReadsOnPagesAreRecordedToo(t *testing.T) {
	c := nodetest.Config(t)
	n := nodetest.Serve(t, c, node.Options{Empty: true})
	o := &client.Client{Address: n.Address, Token: n.Token, HTTP: http.DefaultClient}
	const id = "identity--7f1d1a35-95ba-4e9a-9d4f-4c5c8d8e0001"
	file := filepath.Join(t.TempDir(), "one.json")
	if err := os.WriteFile(file, []byte(`{"type":"identity","spec_version":"2.1","id":"`+id+`","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"EXAMPLE, Beta","identity_class":"individual"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := o.Import(t.Context(), intake.Upload{}, []string{file}, func(int64) {})
	if err == nil {
		_, err = o.Follow(t.Context(), j.ID, func(api.Job) {})
	}
	if err != nil {
		t.Fatal(err)
	}
	link, err := n.Link()
	if err != nil {
		t.Fatal(err)
	}
	u := must(url.Parse(link))
	browser := &http.Client{Jar: must(cookiejar.New(nil))}
	resp, err := browser.PostForm(n.Address+"/enter", url.Values{"token": {u.Query().Get("token")}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	resp, err = browser.Get(n.Address + "/object/" + id)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	rs, err := n.Trail().List(t.Context(), trail.Filter{What: trail.Read, Object: id})
	if resp.StatusCode != 200 || err != nil || len(rs) == 0 || rs[0].Who != auth.OwnerID || rs[0].Via != string(auth.ByLink) {
		b, _ := json.Marshal(rs)
		t.Errorf("%d, %s, %v", resp.StatusCode, b, err)
	}
}

func TestSettingsOfAuthThatCannotBeUsedAreSaid(t *testing.T) {
	for what, text := range map[string]string{
		"a level":            "[auth]\naudit_above = \"pink\"",
		"a life too long":    "[auth]\nlife = \"2000h\"",
		"idle beyond life":   "[auth]\nidle = \"3h\"\nlife = \"2h\"",
		"a proxy":            "[auth]\nproxies = [\"proxy\"]",
		"a rule":             "[[auth.oidc.rules]]\nclaim = \"groups\"",
		"a role":             "[[auth.oidc.rules]]\nclaim = \"groups\"\nvalue = \"x\"\nroles = [\"root\"]",
		"a listener":         "[auth.tls]\nlisten = \"8742\"",
		"no certificate":     "[auth.tls]\nlisten = \"127.0.0.1:8742\"",
		"an unknown setting": "[auth]\npassword = \"x\"",
	} {
		home := t.TempDir()
		if err := os.WriteFile(filepath.Join(home, "cordon.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := node.ReadConfig(home); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	home := t.TempDir()
	good := "origins = [\"https://cordon.example.org\"]\n[auth]\nidle = \"1h\"\nlife = \"8h\"\nproxies = [\"10.0.0.0/8\"]\n[auth.oidc]\nissuer = \"https://idp.example.org\"\nclient_id = \"cordon\"\n" +
		"[[auth.oidc.rules]]\nclaim = \"groups\"\nvalue = \"cordon-analysts\"\nroles = [\"analyst\"]\nclearance = \"amber\"\n"
	if err := os.WriteFile(filepath.Join(home, "cordon.toml"), []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := node.ReadConfig(home)
	if err != nil || c.Auth.Idle != time.Hour || len(c.Auth.OIDC.Rules) != 1 {
		t.Fatalf("%+v, %v", c.Auth, err)
	}
	n, err := node.Open(context.Background(), c, node.Options{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if _, err := n.SignIn(); err != nil {
		t.Error(err)
	}
}
