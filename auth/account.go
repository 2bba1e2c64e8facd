package auth

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// Limits.
const (
	MaxName     = 200     // bytes of a name
	MaxReason   = 2 << 10 // bytes of a reason
	MaxKeys     = 20      // live keys, passkeys, certificates or sign-ins of one account
	MaxKeyDays  = 400     // from making a key to its end
	MaxScope    = 200     // collections of a key, or markings of an account
	maxPasskey  = 24 << 10
	maxSubject  = 1 << 10
	maxAccounts = 100_000
	maxOrgs     = 10_000
)

// State is where an account or an organisation stands.
type State string

// The states.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Organisation is one whose people and programs have accounts.
type Organisation struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Identity string `json:"identity,omitempty"` // id of its STIX identity: what it made it sees
	// Clearance is the highest level that any of its accounts can have.
	Clearance string  `json:"clearance"`
	State     State   `json:"state"`
	History   []Event `json:"history,omitempty"` // oldest first
}

// Account is a person or a program.
type Account struct {
	ID        string   `json:"id"`
	Kind      Kind     `json:"kind"`
	Name      string   `json:"name"`
	Org       string   `json:"org,omitempty"` // id of the organisation
	Roles     []Role   `json:"roles"`
	Clearance string   `json:"clearance"` // TLP level: clear, green, amber, amber+strict, red
	Holds     []string `json:"holds,omitempty"`
	State     State    `json:"state"`

	Logins       []Login       `json:"logins,omitempty"`
	Passkeys     []Passkey     `json:"passkeys,omitempty"`
	Keys         []Key         `json:"keys,omitempty"`
	Certificates []Certificate `json:"certificates,omitempty"`
	History      []Event       `json:"history,omitempty"` // oldest first
}

// Login is how an OIDC provider names a person.
type Login struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// Passkey is one of a person's. Data is its public key and what else its room keeps.
type Passkey struct {
	ID    string          `json:"id"` // credential id, base64url
	Name  string          `json:"name"`
	Added time.Time       `json:"added"`
	Ended time.Time       `json:"ended,omitzero"`
	Data  json.RawMessage `json:"-"`
}

// Key is what is kept of an API key.
type Key struct {
	ID          string           `json:"id"`
	Name        string           `json:"name,omitempty"`
	Roles       []Role           `json:"roles"` // those of its program that it uses
	Purposes    []policy.Purpose `json:"purposes,omitempty"`
	Collections []string         `json:"collections,omitempty"`
	Added       time.Time        `json:"added"`
	Ends        time.Time        `json:"ends"`
	Ended       time.Time        `json:"ended,omitzero"` // when it was revoked
	LastUsed    time.Time        `json:"last_used,omitzero"`

	sum string
}

// Certificate binds client certificates to a program: sha256: with the fingerprint of
// one in hex, spiffe:// with an id (SPIFFE-ID), or subject: with a whole name (RFC 2253).
type Certificate struct {
	Names string    `json:"names"`
	Added time.Time `json:"added"`
	Ended time.Time `json:"ended,omitzero"`
}

// clean checks a text for people: one line, no controls, not empty.
func clean(what, s string, limit int) (string, error) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return "", errs.New(errs.Invalid, "%s is missing", what)
	case len(s) > limit:
		return "", errs.New(errs.Invalid, "%s is longer than %d bytes", what, limit)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return "", errs.New(errs.Invalid, "%s holds characters that cannot be seen", what)
	}
	return s, nil
}

func cleanRoles(rs []Role) ([]Role, error) {
	out := []Role{}
	for _, r := range rs {
		p, err := ParseRole(string(r))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out, nil
}

func cleanHolds(ids []string) error {
	if len(ids) > MaxScope {
		return errs.New(errs.Invalid, "more than %d markings", MaxScope)
	}
	for _, id := range ids {
		if !strings.HasPrefix(id, "marking-definition--") || !stix.ValidID(id) {
			return errs.New(errs.Invalid, "%q is not the id of a marking definition", id)
		}
	}
	return nil
}

// certificateNames checks what binds a certificate.
func certificateNames(s string) (string, error) {
	s, err := clean("the name of the certificate", s, maxSubject)
	if err != nil {
		return "", err
	}
	bad := errs.New(errs.Invalid, "%q names no certificate", s).
		WithHint("Write sha256: and the 64 digits of its fingerprint, its SPIFFE id (spiffe://…), or subject: and its whole subject.")
	switch {
	case strings.HasPrefix(s, "sha256:"):
		s = strings.ToLower(strings.ReplaceAll(s, ":", ""))
		if len(s) != len("sha256")+64 || strings.Trim(s[len("sha256"):], "0123456789abcdef") != "" {
			return "", bad
		}
		return "sha256:" + s[len("sha256"):], nil
	case strings.HasPrefix(s, "spiffe://"):
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Path == "" || u.Path == "/" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return "", bad
		}
		return s, nil
	case strings.HasPrefix(s, "subject:") && strings.Contains(s, "="):
		return s, nil
	}
	return "", bad
}

func (a Account) passkeys() (n int) {
	for _, k := range a.Passkeys {
		if k.Ended.IsZero() {
			n++
		}
	}
	return n
}

// copied returns the account so that the caller may change it.
func (a *Account) copied() Account {
	c := *a
	c.Roles, c.Holds, c.Logins, c.Passkeys = slices.Clone(a.Roles), slices.Clone(a.Holds), slices.Clone(a.Logins), slices.Clone(a.Passkeys)
	c.Keys, c.Certificates, c.History = slices.Clone(a.Keys), slices.Clone(a.Certificates), slices.Clone(a.History)
	return c
}
