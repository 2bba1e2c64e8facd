// Package oidc lets people sign in at their organisation's identity provider: OpenID
// Connect Core 1.0 with the authorization code flow, PKCE (RFC 7636, S256), state and
// nonce, and the provider's configuration by discovery.
//
// [Provider.Start] gives the address to send a browser to and what is to be remembered
// until it comes back ([Flow], sealed by the caller into the browser that began);
// [Provider.Finish] takes the answer and gives an [Identity]. [Rules] turn its claims
// into roles; without a rule that fits there are none. [Provider.Logout] gives the
// address that ends the sign-in at the provider.
//
// Guarantees: a code counts with the state, the nonce, the verifier and the issuer of
// its own beginning only (RFC 9207 where the provider sends iss). A token is taken
// from the provider's token endpoint only, signed with an asymmetric key that the
// provider publishes (never "none", never HMAC), for this client, in its time give or
// take [Config].Skew. Keys are fetched again when one is not known, so a provider can
// change them. Answers of the provider are bounded, never followed to another address
// by redirect, and come over https, unless it runs on this machine.
//
// go-oidc and oauth2 are imported here and nowhere else. No token, code or secret is
// kept or is in an error.
package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/cordon-project/cordon/errs"
)

// Limits.
const (
	maxAnswer  = 1 << 20  // bytes of an answer of the provider
	maxToken   = 64 << 10 // bytes of a token
	maxCode    = 4 << 10  // bytes of a code
	maxSubject = 255      // bytes of a subject (OpenID Connect Core section 2)
	timeout    = 15 * time.Second
	// DefaultSkew is how far the clocks of provider and node may differ.
	DefaultSkew = time.Minute
	maxSkew     = 5 * time.Minute
	// maxAge is how long ago a token may have been issued: it comes with the code.
	maxAge = 10 * time.Minute
	// again is how long a provider that did not answer is not asked anew.
	again = 5 * time.Second
)

// Config is one provider and this node as its client.
type Config struct {
	Issuer       string   // as the provider names itself, exactly
	ClientID     string   // of this node at the provider
	ClientSecret string   // "" for a public client, which PKCE protects
	Redirect     string   // this node's address for answers
	Scopes       []string // besides openid; nil for profile and email
	Skew         time.Duration
	Clock        func() time.Time
	Random       io.Reader
	Transport    http.RoundTripper // nil for the default: set it to trust an own CA
}

// Check says what in the configuration cannot be used.
func (c Config) Check() error {
	if err := address(c.Issuer); err != nil {
		return errs.New(errs.Invalid, "the issuer %q cannot be used", c.Issuer).Because(err).WithHint("Give the https address by which the provider names itself.")
	}
	if err := address(c.Redirect); err != nil {
		return errs.New(errs.Invalid, "the address for answers %q cannot be used", c.Redirect).Because(err).WithHint("Name the node's https address in origins.")
	}
	if c.ClientID == "" {
		return errs.New(errs.Invalid, "the provider's name for this node (client_id) is missing")
	}
	if c.Skew < 0 || c.Skew > maxSkew {
		return errs.New(errs.Invalid, "clocks may differ by %s at most", maxSkew)
	}
	return nil
}

// address refuses what is no https address, unless it is on this machine.
func address(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return err
	case u.Host == "" || u.User != nil || u.Fragment != "":
		return errors.New("it is no address")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return errors.New("it is not https")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Provider is an identity provider. Make it with New.
type Provider struct {
	c      Config
	client *http.Client

	mu     sync.Mutex
	found  *found
	failed time.Time
}

// found is what discovery has said.
type found struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	logout   string
	iss      bool // the provider says who it is in its answers
}

// New returns the provider of a configuration. It is asked for its own when it is first
// needed: a provider that is down does not keep the node from starting.
func New(c Config) (*Provider, error) {
	if c.Skew == 0 {
		c.Skew = DefaultSkew
	}
	if c.Scopes == nil {
		c.Scopes = []string{"profile", "email"}
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &Provider{c: c, client: &http.Client{
		Transport: bounded{c.Transport}, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// bounded refuses addresses that are not https and answers that are too long.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := address(r.URL.String()); err != nil {
		return nil, err
	}
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &limited{resp.Body, maxAnswer}
	return resp, nil
}

type limited struct {
	io.ReadCloser
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errors.New("the answer is too long")
	}
	n, err := l.ReadCloser.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// discover asks the provider for its configuration, once.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	now := p.c.Clock()
	if !p.failed.IsZero() && now.Sub(p.failed) < again {
		return nil, unreachable(nil)
	}
	f, err := p.ask(ctx)
	if err != nil {
		p.failed = now
		return nil, err
	}
	p.found = f
	return f, nil
}

func (p *Provider) ask(ctx context.Context) (*found, error) {
	// Who begins and goes away does not end it for all others; the client has its own time.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), p.client)
	provider, err := oidc.NewProvider(ctx, p.c.Issuer)
	if err != nil {
		return nil, unreachable(err)
	}
	var more struct {
		Logout     string   `json:"end_session_endpoint"`
		ISS        bool     `json:"authorization_response_iss_parameter_supported"`
		JWKS       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, unreachable(err)
	}
	e := provider.Endpoint()
	for _, a := range []string{e.AuthURL, e.TokenURL, more.JWKS} {
		if err := address(a); err != nil {
			return nil, unreachable(err)
		}
	}
	if address(more.Logout) != nil {
		more.Logout = ""
	}
	algorithms := slices.DeleteFunc(slices.Clone(more.Algorithms), func(a string) bool { return !slices.Contains(asymmetric(), a) })
	if len(algorithms) == 0 {
		algorithms = []string{oidc.RS256} // what every provider has (OpenID Connect Core section 15.1)
	}
	v := provider.Verifier(&oidc.Config{
		ClientID: p.c.ClientID, SupportedSigningAlgs: algorithms,
		Now: func() time.Time { return p.c.Clock().Add(-p.c.Skew) },
	})
	return &found{provider, v, more.Logout, more.ISS}, nil
}

func asymmetric() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

func unreachable(err error) error {
	return errs.New(errs.Unavailable, "the identity provider does not answer as one").Because(err).
		WithHint("Sign in with a passkey, or see that the provider and [auth.oidc] are right.")
}

// Flow is what a browser has to bring back. It is a secret of that browser.
type Flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Start begins a sign-in. Errors: errs.Unavailable when the provider does not answer.
func (p *Provider) Start(ctx context.Context) (to string, f Flow, err error) {
	defer errs.Wrap(&err, "oidc.Start")
	d, err := p.discover(ctx)
	if err != nil {
		return "", Flow{}, err
	}
	for _, s := range []*string{&f.State, &f.Nonce, &f.Verifier} {
		b := make([]byte, 32)
		if _, err := io.ReadFull(p.c.Random, b); err != nil {
			return "", Flow{}, errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
		}
		*s = base64.RawURLEncoding.EncodeToString(b)
	}
	to = p.oauth(d).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier))
	return to, f, nil
}

func (p *Provider) oauth(d *found) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.c.ClientID, ClientSecret: p.c.ClientSecret, RedirectURL: p.c.Redirect, Endpoint: d.provider.Endpoint(),
		Scopes: append([]string{oidc.ScopeOpenID}, p.c.Scopes...),
	}
}

// Identity is a person as the provider knows them.
type Identity struct {
	Issuer   string
	Subject  string // tells the person apart within the issuer, for ever
	Name     string // for people
	Email    string
	Verified bool // the provider has seen that the mail address is theirs
	Claims   map[string]any
}

// Finish takes the provider's answer. Everything that is wrong with it is errs.Denied;
// errs.Unavailable when the provider does not answer.
func (p *Provider) Finish(ctx context.Context, f Flow, answer url.Values) (_ Identity, err error) {
	defer errs.Wrap(&err, "oidc.Finish")
	d, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	code, err := p.code(d, f, answer)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(d).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	var retrieve *oauth2.RetrieveError
	switch {
	case errors.As(err, &retrieve): // its text may repeat what was sent
		return Identity{}, refused("the provider does not take the code: %.40q", retrieve.ErrorCode)
	case err != nil:
		return Identity{}, unreachable(errors.New("the exchange of the code failed"))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok || len(raw) > maxToken {
		return Identity{}, refused("the provider sent no token of identity, or one that is too long")
	}
	return p.verify(ctx, d, f, raw, token.AccessToken)
}

// code checks an answer before anybody is asked.
func (p *Provider) code(d *found, f Flow, answer url.Values) (string, error) {
	for _, k := range []string{"state", "code", "iss", "error"} {
		if len(answer[k]) > 1 {
			return "", refused("the answer has %s twice", k)
		}
	}
	if f.State == "" || subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(f.State)) != 1 {
		return "", refused("the answer is not to a sign-in of this browser")
	}
	if iss := answer.Get("iss"); iss != p.c.Issuer && (iss != "" || d.iss) {
		return "", refused("the answer is another provider's")
	}
	if answer.Has("error") {
		return "", refused("the provider did not let the person in: %.40q", answer.Get("error"))
	}
	code := answer.Get("code")
	if code == "" || len(code) > maxCode {
		return "", refused("the answer has no code, or one that is too long")
	}
	return code, nil
}

func (p *Provider) verify(ctx context.Context, d *found, f Flow, raw, access string) (Identity, error) {
	t, err := d.verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, refused("the token of identity does not hold").Because(err)
	}
	var c struct {
		AZP           string `json:"azp"`
		Name          string `json:"name"`
		Preferred     string `json:"preferred_username"`
		Email         string `json:"email"`
		EmailVerified any    `json:"email_verified"`
	}
	claims := map[string]any{}
	if err := errors.Join(t.Claims(&c), t.Claims(&claims)); err != nil {
		return Identity{}, refused("the claims cannot be read").Because(err)
	}
	now := p.c.Clock()
	switch {
	case f.Nonce == "" || subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(f.Nonce)) != 1:
		return Identity{}, refused("the token of identity is of another sign-in")
	case len(t.Audience) > 1 && c.AZP != p.c.ClientID, c.AZP != "" && c.AZP != p.c.ClientID:
		return Identity{}, refused("the token of identity is for another client")
	case t.IssuedAt.After(now.Add(p.c.Skew)), now.Sub(t.IssuedAt) > maxAge+p.c.Skew:
		return Identity{}, refused("the token of identity was not issued just now")
	case t.Subject == "" || len(t.Subject) > maxSubject:
		return Identity{}, refused("the token of identity names nobody")
	case t.AccessTokenHash != "" && t.VerifyAccessToken(access) != nil:
		return Identity{}, refused("the two tokens do not belong together")
	}
	id := Identity{Issuer: p.c.Issuer, Subject: t.Subject, Name: c.Name, Email: c.Email, Claims: claims}
	id.Verified = c.EmailVerified == true || c.EmailVerified == "true"
	for _, s := range []string{c.Preferred, c.Email, t.Subject} {
		if strings.TrimSpace(id.Name) == "" {
			id.Name = s
		}
	}
	return id, nil
}

func refused(format string, args ...any) *errs.Error {
	return errs.New(errs.Denied, "the sign-in at the identity provider failed").Because(errs.New(errs.Denied, format, args...)).WithHint("Begin it again.")
}

// Logout returns the address at which the provider ends its own session and then comes
// back to an address of this node (OpenID Connect RP-Initiated Logout 1.0); "" when it
// has none.
func (p *Provider) Logout(ctx context.Context, back string) string {
	d, err := p.discover(ctx)
	if err != nil || d.logout == "" {
		return ""
	}
	u, err := url.Parse(d.logout)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.c.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}
