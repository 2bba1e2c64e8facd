package node

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"iter"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/cordon-project/cordon/auth"
	"github.com/cordon-project/cordon/auth/flow"
	"github.com/cordon-project/cordon/auth/mtls"
	"github.com/cordon-project/cordon/auth/oidc"
	"github.com/cordon-project/cordon/auth/passkey"
	"github.com/cordon-project/cordon/auth/release"
	"github.com/cordon-project/cordon/auth/signin"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
)

// AuthConfig is how people and programs prove who they are; see docs/auth.md.
type AuthConfig struct {
	// Idle and Life end sessions: "2h", "12h".
	Idle time.Duration `toml:"idle"`
	Life time.Duration `toml:"life"`
	// AuditAbove is the level above which reads are recorded; "" for green.
	AuditAbove string `toml:"audit_above"`
	// TwoAbove is the level above which a release needs two releasers; "" for amber.
	TwoAbove string `toml:"two_above"`
	// Proxies are the networks whose X-Forwarded-For is believed; none for this machine.
	Proxies []string   `toml:"proxies"`
	OIDC    OIDCConfig `toml:"oidc"`
	TLS     TLSConfig  `toml:"tls"`
}

// OIDCConfig is the identity provider of the node's people.
type OIDCConfig struct {
	Issuer   string `toml:"issuer"`
	ClientID string `toml:"client_id"`
	// SecretFile holds the client's secret, unless CORDON_OIDC_SECRET gives it.
	SecretFile string        `toml:"client_secret_file"`
	Scopes     []string      `toml:"scopes"`
	Skew       time.Duration `toml:"skew"`
	CA         string        `toml:"ca"` // file of the authorities that the provider's certificate is from
	Rules      []oidc.Rule   `toml:"rules"`
}

// TLSConfig is the listener for programs with client certificates.
type TLSConfig struct {
	Listen string `toml:"listen"` // host and port; "" for none
	mtls.Config
}

// Check says what in the configuration cannot be used.
func (c AuthConfig) Check() error {
	for name, l := range map[string]string{"audit_above": c.AuditAbove, "two_above": c.TwoAbove} {
		if _, err := policy.ParseTLP(cmp.Or(l, "clear")); err != nil {
			return errs.New(errs.Invalid, "auth.%s: %q is no level", name, l).WithHint("Use clear, green, amber, amber+strict or red.")
		}
	}
	if c.Idle < 0 || c.Life < 0 || c.Life > 7*24*time.Hour || c.Life > 0 && c.Idle > c.Life {
		return errs.New(errs.Invalid, "auth.idle and auth.life: a session ends within seven days, and sooner when nobody uses it")
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	for i, r := range c.OIDC.Rules {
		if err := r.Check(); err != nil {
			return errs.New(errs.Invalid, "auth.oidc.rules: rule %d cannot be used", i+1).Because(err)
		}
		for _, role := range r.Roles {
			if _, err := auth.ParseRole(role); err != nil {
				return err
			}
		}
	}
	if c.TLS.Listen == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(c.TLS.Listen); err != nil {
		return errs.New(errs.Invalid, "auth.tls.listen: %q is not host and port", c.TLS.Listen)
	}
	return c.TLS.Config.Check()
}

func (c AuthConfig) proxies() (out []netip.Prefix, err error) {
	for _, s := range c.Proxies {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, errs.New(errs.Invalid, "auth.proxies: %q is no network", s).WithHint("For instance 10.0.0.0/8, or 192.0.2.1/32 for one address.")
		}
		out = append(out, p)
	}
	return out, nil
}

// entrance is who is let into a node, and what is recorded of them.
type entrance struct {
	store    *auth.Store
	trail    *trail.Trail
	releases *release.Desk
	above    policy.TLP  // reads above this are recorded
	tls      *tls.Config // of the listener for programs, nil for none
	retired  func([]byte) error
}

// openAuth opens the stores of who there is.
func (n *Node) openAuth(ctx context.Context) (err error) {
	c := n.c.Auth
	e := &n.entrance
	if e.above, err = policy.ParseTLP(cmp.Or(c.AuditAbove, "green")); err != nil {
		return err
	}
	two, err := policy.ParseTLP(cmp.Or(c.TwoAbove, "amber"))
	if err != nil {
		return err
	}
	if c.TLS.Listen != "" {
		var r *mtls.Revocations
		if e.tls, r, err = c.TLS.Server(n.o.Clock); err != nil {
			return err
		}
		if r != nil {
			e.retired = r.Check
		}
	}
	if e.trail, err = trail.Open(ctx, n.c.Home, n.o.Clock); err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	e.store, err = auth.Open(ctx, n.c.Home, auth.Options{
		Clock: n.o.Clock, Random: rand.Reader, Log: n.o.Log, Trail: e.trail, Idle: c.Idle, Life: c.Life, Secure: n.cookies(), Proxies: proxies, Retired: e.retired,
		Owner: func(token string) bool { return subtle.ConstantTimeCompare([]byte(token), []byte(n.token)) == 1 },
	})
	if err != nil {
		return err
	}
	for _, note := range e.store.Notes() {
		n.o.Log.Warn(note)
	}
	e.releases, err = release.Open(release.Config{Path: n.c.Home, Clock: n.o.Clock, Random: rand.Reader, Above: two, Who: n.releaser})
	return err
}

func (e *entrance) close() (all []error) {
	if e.releases != nil {
		all = append(all, e.releases.Close())
	}
	if e.store != nil {
		all = append(all, e.store.Close())
	}
	if e.trail != nil {
		all = append(all, e.trail.Close())
	}
	return all
}

// cookies says over what cookies are sent: https when the node is reached so.
func (n *Node) cookies() auth.Cookies {
	if len(n.c.Origins) > 0 && strings.HasPrefix(n.c.Origins[0], "https://") {
		return auth.HTTPSOnly
	}
	return auth.Anyhow
}

// Who says who makes a request: see [auth.Store.Who].
func (n *Node) Who(r *http.Request) (auth.Principal, error) { return n.entrance.store.Who(r) }

// Accounts is who there is.
func (n *Node) Accounts() *auth.Store { return n.entrance.store }

// Trail is what was recorded of reads and sign-ins.
func (n *Node) Trail() *trail.Trail { return n.entrance.trail }

// Releases decides whether something may go to a partner.
func (n *Node) Releases() *release.Desk { return n.entrance.releases }

// SecureAddress is host and port of the listener for programs with client certificates,
// "" when there is none.
func (n *Node) SecureAddress() string { return n.secure }

// releaser is an account as releases know it.
func (n *Node) releaser(id string) (release.Person, error) {
	a, err := n.entrance.store.Account(id)
	if err != nil {
		return release.Person{}, err
	}
	p := release.Person{ID: a.ID, Name: a.Name, Human: a.Kind == auth.Person}
	for _, r := range a.Roles {
		p.Releaser = p.Releaser || r == auth.Releaser && a.State == auth.Active
	}
	return p, nil
}

// SignIn returns the handlers by which people sign in, for the address that the node
// answers at.
func (n *Node) SignIn() (http.Handler, error) {
	sealer, err := flow.New(rand.Reader, n.o.Clock)
	if err != nil {
		return nil, err
	}
	origins := n.c.Origins
	if len(origins) == 0 {
		_, port, err := net.SplitHostPort(strings.TrimPrefix(n.base, "http://"))
		if err != nil {
			return nil, errs.New(errs.Conflict, "the node has no address yet")
		}
		origins = []string{"http://localhost:" + port} // a passkey needs a name
	}
	c := signin.Config{
		Store: n.entrance.store, Sealer: sealer, Rules: n.c.Auth.OIDC.Rules, Redeem: n.links.redeem, Home: strings.TrimSuffix(origins[0], "/") + "/", Cookies: n.cookies(), Log: n.o.Log,
	}
	if c.Party, err = passkey.New(passkey.Config{Name: n.c.Name, Origins: origins}); err != nil {
		n.o.Log.Warn("passkeys cannot be used", "origin", origins[0], "error", err)
	}
	if n.c.Auth.OIDC.Issuer != "" {
		if c.Provider, err = n.provider(origins[0]); err != nil {
			return nil, err
		}
	}
	return signin.New(c), nil
}

// provider is the identity provider of the configuration.
func (n *Node) provider(origin string) (*oidc.Provider, error) {
	o := n.c.Auth.OIDC
	secret := os.Getenv("CORDON_OIDC_SECRET")
	if secret == "" && o.SecretFile != "" {
		b, err := os.ReadFile(o.SecretFile)
		if err != nil {
			return nil, errs.New(errs.Denied, "the file with the secret of the identity provider cannot be read").Because(err).WithHint("Check its path and permissions.")
		}
		secret = strings.TrimSpace(string(b))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if o.CA != "" {
		b, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, errs.New(errs.Unavailable, "%s cannot be read", o.CA).Because(err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(b) {
			return nil, errs.New(errs.Invalid, "%s holds no certificate", o.CA)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return oidc.New(oidc.Config{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: secret, Redirect: strings.TrimSuffix(origin, "/") + signin.Callback,
		Scopes: o.Scopes, Skew: o.Skew, Clock: n.o.Clock, Random: rand.Reader, Transport: transport,
	})
}

// Audit records that somebody was shown what is restricted. It returns before it is on
// the disk; errs.Unavailable says that it cannot be recorded, and so must not be shown.
func (n *Node) Audit(ctx context.Context, who auth.Principal, e journal.Entry, purpose policy.Purpose) error {
	if !auth.Restricted(e.Label, n.entrance.above) || !auth.First(ctx, e.ID+" "+e.Version) {
		return nil
	}
	return n.entrance.trail.Add(ctx, trail.Record{
		What: trail.Read, Who: who.ID, Name: who.Name, Via: string(who.Via), Address: who.Address, Object: e.ID, Version: e.Version,
		Marking: policy.Level(e.Label).String(), Purpose: string(purpose), Allowed: true,
	})
}

// auditInput records that somebody was given an archived input as a whole: it may hold
// what no label says.
func (n *Node) auditInput(ctx context.Context, v policy.Viewer, sha256 string) error {
	who, ok := auth.From(ctx)
	if !ok {
		who = auth.Principal{ID: v.Name, Name: v.Name, Via: auth.ByLink}
	}
	return n.entrance.trail.Add(ctx, trail.Record{
		What: trail.Read, Who: who.ID, Name: who.Name, Via: string(who.Via), Address: who.Address, Object: "input--" + sha256, Purpose: string(policy.Reading), Allowed: true,
	})
}

// audited is the journal as it is read for others: what is restricted is recorded as it
// is handed out. Reads of the node's own work, for nobody, are not.
type audited struct {
	journal.Journal
	n *Node
	// who made a request that does not say so itself, by its viewer.
	who func(policy.Viewer) (auth.Principal, bool)
}

var _ journal.Journal = audited{}

// read is the journal for what answers requests.
func (n *Node) read() audited {
	return audited{n.store, n, func(policy.Viewer) (auth.Principal, bool) { return auth.Principal{}, false }}
}

// shown is the journal for pages: sessions that were opened with the one-time link are
// the owner's.
func (n *Node) shown() audited {
	return audited{n.store, n, func(v policy.Viewer) (auth.Principal, bool) {
		return auth.TheOwner(auth.ByLink), v.Name == n.owner.Name
	}}
}

func (a audited) note(ctx context.Context, v policy.Viewer, p policy.Purpose, e journal.Entry) error {
	who, ok := auth.From(ctx)
	if !ok {
		if who, ok = a.who(v); !ok {
			return nil
		}
	}
	return a.n.Audit(ctx, who, e, p)
}

// Get is [journal.Journal.Get], recorded.
func (a audited) Get(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (journal.Entry, error) {
	e, err := a.Journal.Get(ctx, v, p, id)
	if err != nil {
		return e, err
	}
	return e, a.note(ctx, v, p, e)
}

// Versions is [journal.Journal.Versions], recorded.
func (a audited) Versions(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) ([]journal.Entry, error) {
	es, err := a.Journal.Versions(ctx, v, p, id)
	if err != nil {
		return nil, err
	}
	for _, e := range es {
		if err := a.note(ctx, v, p, e); err != nil {
			return nil, err
		}
	}
	return es, nil
}

// Scan is [journal.Journal.Scan], recorded entry by entry as they are taken.
func (a audited) Scan(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		for e, err := range a.Journal.Scan(ctx, v, q) {
			if err == nil {
				err = a.note(ctx, v, q.Purpose, e)
			}
			if err != nil {
				yield(journal.Entry{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
