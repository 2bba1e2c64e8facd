package mtls_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cordon-project/cordon/auth/mtls"
	"github.com/cordon-project/cordon/errs"
)

// authority issues certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newAuthority(name string) authority {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return authority{must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)))), key}
}

func (a authority) issue(serial int64, usage x509.ExtKeyUsage, until time.Time) tls.Certificate {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "collector"}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der := must(x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (a authority) revoke(t testing.TB, file string, next time.Time, serials ...int64) {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: next}
	for _, s := range serials {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(s), RevocationTime: time.Now()})
	}
	write(t, file, "X509 CRL", must(x509.CreateRevocationList(rand.Reader, l, a.cert, a.key)))
}

func write(t testing.TB, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// files writes a configuration of an authority.
func files(t testing.TB, a authority) mtls.Config {
	t.Helper()
	dir := t.TempDir()
	c := mtls.Config{Certificate: filepath.Join(dir, "node.pem"), Key: filepath.Join(dir, "node.key"), Clients: filepath.Join(dir, "clients.pem"), Revoked: filepath.Join(dir, "revoked.pem")}
	own := a.issue(2, x509.ExtKeyUsageServerAuth, time.Now().Add(time.Hour))
	write(t, c.Certificate, "CERTIFICATE", own.Certificate[0])
	write(t, c.Key, "PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(own.PrivateKey)))
	write(t, c.Clients, "CERTIFICATE", a.cert.Raw)
	a.revoke(t, c.Revoked, time.Now().Add(time.Hour))
	return c
}

// serve answers with the common name of the client, or nobody.
func serve(t testing.TB, c mtls.Config) (string, *mtls.Revocations) {
	t.Helper()
	conf, r, err := c.Server(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.VerifiedChains) == 0 {
			_, _ = io.WriteString(w, "nobody")
			return
		}
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	s.TLS = conf
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, r
}

func ask(t testing.TB, url string, a authority, with ...tls.Certificate) (string, error) {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: with}, DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func TestCertificatesOfTheAuthorityCountUntilTheyAreRevoked(t *testing.T) {
	a, other := newAuthority("EXAMPLE authority"), newAuthority("another authority")
	c := files(t, a)
	url, r := serve(t, c)
	soon := time.Now().Add(time.Hour)
	good := a.issue(10, x509.ExtKeyUsageClientAuth, soon)
	if got, err := ask(t, url, a); err != nil || got != "nobody" {
		t.Errorf("without a certificate: %q, %v", got, err)
	}
	if got, err := ask(t, url, a, good); err != nil || got != "collector" {
		t.Errorf("with one: %q, %v", got, err)
	}
	for what, cert := range map[string]tls.Certificate{
		"another authority's": other.issue(10, x509.ExtKeyUsageClientAuth, soon),
		"a server's":          a.issue(11, x509.ExtKeyUsageServerAuth, soon),
		"one that has ended":  a.issue(12, x509.ExtKeyUsageClientAuth, time.Now().Add(-time.Hour)),
	} {
		// A client may leave out what it knows the server not to take.
		if got, err := ask(t, url, a, cert); err == nil && got != "nobody" {
			t.Errorf("%s lets in %q", what, got)
		}
	}
	a.revoke(t, c.Revoked, soon, 10, 11)
	if got, err := ask(t, url, a, good); err == nil {
		t.Errorf("after it was revoked it lets in %q", got)
	}
	if err := r.Check(good.Certificate[0]); !errs.Is(err, errs.Denied) {
		t.Errorf("a connection that is open: %v", err)
	}
}

func TestWithoutAListThatHoldsNoCertificateCounts(t *testing.T) {
	a, other := newAuthority("EXAMPLE authority"), newAuthority("another authority")
	good := a.issue(10, x509.ExtKeyUsageClientAuth, time.Now().Add(time.Hour))
	for what, spoil := range map[string]func(file string){
		"past its time":     func(file string) { a.revoke(t, file, time.Now().Add(-time.Minute), 1) },
		"another authority": func(file string) { other.revoke(t, file, time.Now().Add(time.Hour), 1) },
		"garbage":           func(file string) { _ = os.WriteFile(file, []byte("garbage"), 0o600) },
		"gone":              func(file string) { _ = os.Remove(file) },
		"another block":     func(file string) { write(t, file, "X509 CRL", []byte("garbage")) },
	} {
		c := files(t, a)
		url, r := serve(t, c)
		if err := r.Check(good.Certificate[0]); err != nil {
			t.Fatal(err)
		}
		spoil(c.Revoked)
		if err := r.Check(good.Certificate[0]); err == nil {
			t.Errorf("%s: it counts", what)
		}
		if got, err := ask(t, url, a, good); err == nil {
			t.Errorf("%s: it lets in %q", what, got)
		}
		a.revoke(t, c.Revoked, time.Now().Add(2*time.Hour), 77, 78, 79)
		if err := r.Check(good.Certificate[0]); err != nil {
			t.Errorf("%s: after it was put right: %v", what, err)
		}
	}
}

func TestFilesThatCannotBeUsedAreSaid(t *testing.T) {
	a := newAuthority("EXAMPLE authority")
	for what, spoil := range map[string]func(c *mtls.Config){
		"nothing":             func(c *mtls.Config) { *c = mtls.Config{} },
		"no key":              func(c *mtls.Config) { c.Key = c.Certificate },
		"no authority":        func(c *mtls.Config) { c.Clients = c.Certificate },
		"an empty authority":  func(c *mtls.Config) { _ = os.WriteFile(c.Clients, nil, 0o600) },
		"authority not there": func(c *mtls.Config) { c.Clients += "x" },
		"list not there":      func(c *mtls.Config) { c.Revoked += "x" },
	} {
		c := files(t, a)
		spoil(&c)
		if _, _, err := c.Server(time.Now); errs.KindOf(err) != errs.Invalid && errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
}
