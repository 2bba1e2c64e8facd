package auth

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/auth/key"
	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// maxToken is the longest text that is looked at as a token.
const maxToken = 256

// denied is the answer to everybody who is not let in.
func denied() error {
	return errs.New(errs.Denied, "the request carries no proof of who it is from that this node knows").
		WithHint("Sign in, or send Authorization: Bearer with a key that is in force.")
}

// Who says who makes a request: by its bearer key, its client certificate, its session.
// Errors: errs.Denied, in the same words whatever was wrong; errs.Unavailable when the
// store cannot be read.
//
// A session counts for a request that changes something only when it comes from a page
// of this node (Sec-Fetch-Site or Origin).
func (s *Store) Who(r *http.Request) (Principal, error) {
	var found []Principal
	for _, proof := range []func(*http.Request) (Principal, bool, error){s.byBearer, s.byCertificate, s.byCookie} {
		p, shown, err := proof(r)
		if err != nil {
			return Principal{}, err
		}
		if shown {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return Principal{}, denied()
	}
	for _, p := range found[1:] {
		if p.ID != found[0].ID {
			return Principal{}, s.refuse(r, found[0].ID, "two-accounts")
		}
	}
	p := found[0]
	if len(p.Roles) == 0 {
		return Principal{}, s.refuse(r, p.ID, "no-role")
	}
	p.Address = s.Address(r)
	return p, nil
}

// refuse records that a request was not let in, and returns the answer to it. Who
// fails again and again is recorded no more often than the guard lets through.
func (s *Store) refuse(r *http.Request, account, rule string) error {
	address := s.Address(r)
	if _, wait := s.guard.Begin(address, account); wait > 0 {
		return denied()
	}
	s.o.Log.Info("not let in", "account", account, "rule", rule, "address", address)
	if err := s.tell(r.Context(), trail.Record{What: trail.Refused, Who: account, Address: address, Rule: rule}); err != nil {
		return err
	}
	return denied()
}

func (s *Store) byBearer(r *http.Request) (Principal, bool, error) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return Principal{}, false, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	token = strings.TrimSpace(token)
	if len(headers) > 1 || !strings.EqualFold(scheme, "Bearer") || len(token) > maxToken {
		return Principal{}, false, s.refuse(r, "", "bearer")
	}
	if s.o.Owner != nil && s.o.Owner(token) {
		return TheOwner(ByToken), true, nil
	}
	p, id, ok := s.keyed(token)
	if !ok {
		return Principal{}, false, s.refuse(r, id, "key")
	}
	return p, true, s.touch(r.Context(), id)
}

// sumOf is what is kept of a key.
func (s *Store) sumOf(k key.Key) string {
	h := s.sum([]byte(k.Reveal()))
	return hex.EncodeToString(h[:])
}

// keyed looks a key up. It does the same work, one sum and one comparison, for every
// text that has the form of a key: one of nobody, one that has ended, a wrong one.
func (s *Store) keyed(token string) (p Principal, id string, ok bool) {
	k, form := key.Parse(token)
	if !form {
		return p, "", false
	}
	sum := s.sumOf(k)
	s.mu.RLock()
	defer s.mu.RUnlock()
	kept := Key{sum: key.Nothing}
	account := s.all.keys[k.ID]
	if a := s.all.accounts[account]; a != nil {
		if i := slices.IndexFunc(a.Keys, func(x Key) bool { return x.ID == k.ID }); i >= 0 {
			kept = a.Keys[i]
		}
	}
	same := key.Matches(sum, kept.sum)
	now := s.o.Clock()
	if !same || !kept.Ended.IsZero() || !now.Before(kept.Ends) {
		return p, k.ID, false
	}
	p, err := s.principal(account, Opening{}, ByKey)
	if err != nil {
		return p, k.ID, false
	}
	// What the program has lost since, its keys have lost too.
	p.Roles = slices.DeleteFunc(slices.Clone(kept.Roles), func(r Role) bool { return !slices.Contains(p.Roles, r) })
	p.Purposes, p.Collections, p.Proof = slices.Clone(kept.Purposes), slices.Clone(kept.Collections), k.ID
	return p, k.ID, true
}

// byCertificate finds the program of a client certificate that the TLS listener has
// verified. A certificate that is bound to nobody proves nothing.
func (s *Store) byCertificate(r *http.Request) (Principal, bool, error) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 || len(r.TLS.PeerCertificates) == 0 {
		return Principal{}, false, nil
	}
	leaf := r.TLS.PeerCertificates[0]
	if s.o.Retired != nil {
		if err := s.o.Retired(leaf.Raw); err != nil {
			return Principal{}, false, s.refuse(r, "", "certificate-revoked")
		}
	}
	s.mu.RLock()
	var p Principal
	err, shown := error(nil), false
	for _, n := range NamesOf(leaf) {
		if account, ok := s.all.certs[n]; ok {
			p, err = s.principal(account, Opening{}, ByCertificate)
			p.Proof, shown = n, true
			break
		}
	}
	s.mu.RUnlock()
	if err != nil {
		return p, false, s.refuse(r, p.ID, "account")
	}
	return p, shown, nil
}

// NamesOf are the names by which a certificate can be bound, the most exact first: its
// fingerprint, its SPIFFE ids, its subject.
func NamesOf(c *x509.Certificate) []string {
	sum := sha256.Sum256(c.Raw)
	names := []string{"sha256:" + hex.EncodeToString(sum[:])}
	for _, u := range c.URIs {
		if u.Scheme == "spiffe" && len(c.URIs) == 1 { // an SVID has exactly one URI (SPIFFE X509-SVID section 2)
			names = append(names, u.String())
		}
	}
	if subject := c.Subject.String(); subject != "" {
		names = append(names, "subject:"+subject)
	}
	return names
}

func (s *Store) byCookie(r *http.Request) (Principal, bool, error) {
	cookies := r.CookiesNamed(s.cookieName())
	if len(cookies) == 0 {
		return Principal{}, false, nil
	}
	// Two of one name: somebody has planted one from a neighbouring host.
	if len(cookies) > 1 || len(cookies[0].Value) > maxToken {
		return Principal{}, false, s.refuse(r, "", "cookie")
	}
	if http.NewCrossOriginProtection().Check(r) != nil {
		return Principal{}, false, s.refuse(r, "", "cross-site")
	}
	x, err := s.session(r.Context(), cookies[0].Value)
	if errs.Is(err, errs.Denied) {
		return Principal{}, false, nil // it has ended: as if there were none
	}
	if err != nil {
		return Principal{}, false, err
	}
	if x.Account == OwnerID {
		return TheOwner(BySession), true, nil
	}
	s.mu.RLock()
	p, err := s.principal(x.Account, x.Opening, BySession)
	s.mu.RUnlock()
	if err != nil {
		return p, false, s.refuse(r, x.Account, "account")
	}
	p.Proof = x.ID
	return p, true, nil
}

// principal is an account as it is now, with what its session grants. The caller holds
// the lock. errs.Denied for one that is not active.
func (s *Store) principal(account string, o Opening, via Via) (Principal, error) {
	a := s.all.accounts[account]
	if a == nil || a.State != Active {
		return Principal{ID: account}, denied()
	}
	p := Principal{Kind: a.Kind, ID: a.ID, Name: a.Name, Roles: slices.Clone(a.Roles), Clearance: max(level(a.Clearance), level(o.Clearance)), Holds: slices.Clone(a.Holds), Via: via}
	for _, r := range o.Roles {
		if !slices.Contains(p.Roles, r) {
			p.Roles = append(p.Roles, r)
		}
	}
	if a.Org == "" {
		return p, nil
	}
	org := s.all.orgs[a.Org]
	if org == nil || org.State != Active {
		return Principal{ID: account}, denied()
	}
	p.Org, p.Clearance = org.Identity, min(p.Clearance, level(org.Clearance))
	return p, nil
}

// Address is the network address that a request comes from: the peer's, or what a
// proxy that is believed says of it (the last address in X-Forwarded-For that is no
// such proxy).
func (s *Store) Address(r *http.Request) string {
	peer := addressOf(r.RemoteAddr)
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	if len(forwarded) > 32 {
		forwarded = forwarded[len(forwarded)-32:]
	}
	for _, f := range slices.Backward(forwarded) {
		if !s.proxy(peer) {
			break
		}
		a := addressOf(strings.TrimSpace(f))
		if !a.IsValid() {
			break
		}
		peer = a
	}
	if !peer.IsValid() {
		return "unknown"
	}
	return peer.String()
}

func (s *Store) proxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.o.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

func addressOf(text string) netip.Addr {
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// Restricted reports whether reads of a label are recorded: above the level.
func Restricted(l policy.Label, above policy.TLP) bool {
	return l == policy.Nobody || policy.Level(l) > above || !plain(l)
}

// plain reports whether a label is a level and nothing else.
func plain(l policy.Label) bool { return !strings.Contains(string(l), ";need=") }
