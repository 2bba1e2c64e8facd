// Package key is the form of API keys: what a program shows to be let in.
//
// [New] draws a key of 256 random bits. It is shown once; what is kept of it is its
// id, by which people recognise it, and its [Sum]. [Parse] takes a key apart and
// [Matches] compares it in constant time. The form is
//
//	cordon_<id: 10 letters>_<secret: 52 letters>
//
// in the lower-case alphabet of base 32 (RFC 4648 section 6), so that a scanner for
// lost secrets finds it by its beginning and no character needs an escape.
//
// Guarantees: a text that is not exactly of this form, of whatever length, is
// refused before anything is computed of it. A key that was drawn cannot be guessed,
// so a plain SHA-256 is kept and no slow hash is needed: those are for what people
// can remember (OWASP Password Storage; NIST SP 800-63B section 5.1.1.2).
package key

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"io"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

// Prefix begins every key.
const Prefix = "cordon_"

// Lengths in letters, and of a whole key.
const (
	idLength     = 10
	secretLength = 52
	Length       = len(Prefix) + idLength + 1 + secretLength
)

// Bytes that are drawn: 256 bits of secret, and 50 bits that tell keys apart.
const (
	secretBytes = 32
	idBytes     = 7
)

const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

// Key is a key as its program holds it.
type Key struct {
	ID     string // tells the key apart and is no secret
	secret string
}

// New draws a key from a source of randomness.
func New(random io.Reader) (Key, error) {
	b := make([]byte, idBytes+secretBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return Key{}, errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
	}
	enc := base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
	return Key{ID: enc.EncodeToString(b[:idBytes])[:idLength], secret: enc.EncodeToString(b[idBytes:])}, nil
}

// Parse takes a key apart: false for what is none.
func Parse(s string) (Key, bool) {
	if len(s) != Length || !strings.HasPrefix(s, Prefix) {
		return Key{}, false
	}
	id, secret, ok := strings.Cut(s[len(Prefix):], "_")
	if !ok || len(id) != idLength || len(secret) != secretLength || strings.Trim(id+secret, alphabet) != "" {
		return Key{}, false
	}
	return Key{ID: id, secret: secret}, true
}

// Reveal returns the key as its program sends it: to be shown once and never kept.
func (k Key) Reveal() string { return Prefix + k.ID + "_" + k.secret }

// String names the key by its id, so that no log shows its secret.
func (k Key) String() string { return Prefix + k.ID + "_…" }

// GoString is String, for %#v.
func (k Key) GoString() string { return k.String() }

// Sum is what is kept of a key: the SHA-256 of the whole, in hex.
func (k Key) Sum() string {
	h := sha256.Sum256([]byte(k.Reveal()))
	return hex.EncodeToString(h[:])
}

// Nothing is what a key is compared with that nobody knows, so that it costs the
// same: no key has this sum.
var Nothing = strings.Repeat("0", 2*sha256.Size)

// Matches compares two sums in constant time.
func Matches(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
