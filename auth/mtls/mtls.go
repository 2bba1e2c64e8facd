// Package mtls is the TLS listener for programs that show a client certificate.
//
// In come the node's own certificate and key, the pool of authorities whose client
// certificates count, and their list of revoked ones (CRL, RFC 5280 section 5); out
// comes the configuration of a listener ([Config.Server]) that verifies what clients
// show, and a check for connections that are open already ([Revocations.Check]).
//
// Guarantees: TLS 1.3; a client without a certificate is let through, to prove itself
// otherwise, one with a certificate that does not verify is not. The list of revoked
// ones is read again when its file changes; when it cannot be read, is not signed by
// one of the authorities or is past its time, no certificate counts. Which program a
// certificate is of is not said here but by package auth.
package mtls

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// maxFile is the largest file of certificates or of revoked ones, in bytes.
const maxFile = 32 << 20

// Config names the files, in PEM. Revoked may be "" for none.
type Config struct {
	Certificate string `toml:"certificate"` // of the node, with its intermediates
	Key         string `toml:"key"`
	Clients     string `toml:"clients"` // authorities of client certificates
	Revoked     string `toml:"revoked"` // their lists of revoked certificates
}

// Check says what is missing.
func (c Config) Check() error {
	if c.Certificate == "" || c.Key == "" || c.Clients == "" {
		return errs.New(errs.Invalid, "certificate, key and clients are all needed").WithHint("[auth.tls] names the node's certificate and key, and the authorities of client certificates.")
	}
	return nil
}

// Server returns the configuration of a listener, and the check for revoked
// certificates, nil when none is configured.
func (c Config) Server(clock func() time.Time) (_ *tls.Config, _ *Revocations, err error) {
	defer errs.Wrap(&err, "mtls.Server")
	if err := c.Check(); err != nil {
		return nil, nil, err
	}
	own, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
	if err != nil {
		return nil, nil, errs.New(errs.Invalid, "the node's certificate or key cannot be used").Because(err)
	}
	authorities, err := certificates(c.Clients)
	if err != nil {
		return nil, nil, err
	}
	pool := x509.NewCertPool()
	for _, a := range authorities {
		pool.AddCert(a)
	}
	t := &tls.Config{
		Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS13, Time: clock,
		ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool,
	}
	if c.Revoked == "" {
		return t, nil, nil
	}
	r := &Revocations{file: c.Revoked, authorities: authorities, now: clock}
	if err := r.load(); err != nil {
		return nil, nil, err
	}
	t.VerifyConnection = func(s tls.ConnectionState) error {
		for _, chain := range s.VerifiedChains {
			for _, cert := range chain[:len(chain)-1] { // the last one is an authority of the pool
				if err := r.Check(cert.Raw); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return t, r, nil
}

func read(file string) ([]byte, error) {
	st, err := os.Stat(file)
	if err == nil && st.Size() > maxFile {
		return nil, errs.New(errs.Invalid, "%s is larger than %d bytes", file, maxFile)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%s cannot be read", file).Because(err)
	}
	return b, nil
}

func certificates(file string) ([]*x509.Certificate, error) {
	b, err := read(file)
	if err != nil {
		return nil, err
	}
	var out []*x509.Certificate
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !c.IsCA {
			return nil, errs.New(errs.Invalid, "%s holds what is no certificate of an authority", file).Because(err)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Invalid, "%s holds no certificate", file)
	}
	return out, nil
}

// Revocations knows which certificates were revoked by who issued them.
type Revocations struct {
	file        string
	authorities []*x509.Certificate
	now         func() time.Time

	mu    sync.Mutex
	mtime time.Time
	size  int64
	lists []list
	fault error
}

type list struct {
	issuer  []byte // raw subject of the authority
	until   time.Time
	serials map[string]bool
}

// Check says why a certificate does not count any more: errs.Denied when it was
// revoked, errs.Unavailable when that cannot be known.
func (r *Revocations) Check(raw []byte) error {
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		return errs.New(errs.Denied, "the certificate cannot be read")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if st, err := os.Stat(r.file); err != nil || !st.ModTime().Equal(r.mtime) || st.Size() != r.size {
		r.fault = r.load()
	}
	if r.fault != nil {
		return r.fault
	}
	known := false
	for _, l := range r.lists {
		if !bytes.Equal(l.issuer, c.RawIssuer) {
			continue
		}
		known = true
		if !l.until.IsZero() && r.now().After(l.until) {
			return errs.New(errs.Unavailable, "the list of revoked certificates is past its time").WithHint("Put the newest one of the authority into %s.", r.file)
		}
		if l.serials[string(c.SerialNumber.Bytes())] {
			return errs.New(errs.Denied, "the certificate was revoked")
		}
	}
	if !known {
		return errs.New(errs.Unavailable, "there is no list of revoked certificates of its authority").WithHint("Put it into %s.", r.file)
	}
	return nil
}

// load reads the lists. Each must be signed by an authority of the pool.
func (r *Revocations) load() error {
	st, err := os.Stat(r.file)
	if err != nil {
		return errs.New(errs.Unavailable, "the list of revoked certificates %s cannot be read", r.file).Because(err)
	}
	b, err := read(r.file)
	if err != nil {
		return err
	}
	var lists []list
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		l, err := r.parse(block.Bytes)
		if err != nil {
			return err
		}
		lists = append(lists, l)
	}
	if len(lists) == 0 {
		return errs.New(errs.Invalid, "%s holds no list of revoked certificates", r.file).WithHint("It is in PEM: -----BEGIN X509 CRL-----.")
	}
	r.mtime, r.size, r.lists = st.ModTime(), st.Size(), lists
	return nil
}

func (r *Revocations) parse(der []byte) (list, error) {
	crl, err := x509.ParseRevocationList(der)
	if err != nil {
		return list{}, errs.New(errs.Invalid, "%s holds what is no list of revoked certificates", r.file).Because(err)
	}
	for _, a := range r.authorities {
		if bytes.Equal(a.RawSubject, crl.RawIssuer) && crl.CheckSignatureFrom(a) == nil {
			l := list{a.RawSubject, crl.NextUpdate, map[string]bool{}}
			for _, e := range crl.RevokedCertificateEntries {
				l.serials[string(e.SerialNumber.Bytes())] = true
			}
			return l, nil
		}
	}
	return list{}, errs.New(errs.Invalid, "a list in %s is not signed by an authority that is believed", r.file)
}
