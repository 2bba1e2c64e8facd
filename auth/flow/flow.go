// Package flow carries what a sign-in has to remember between two requests in the
// browser that makes it: sealed, so that the browser can neither read nor change it,
// and the node keeps nothing for sign-ins that are begun and never ended.
//
// [Sealer.Seal] makes a token of a value for one kind of step and a time; and
// [Sealer.Open] gives the value back, once: [Sealer.Spend] is called when the step
// succeeded, and the token is refused from then on.
//
// Guarantees: a token is good for its kind only, until its end, in the process that
// made it (AES-256-GCM under a key of that process). Whoever floods the node with
// beginnings takes no memory; what is remembered of a spent token goes at its end.
// Refused, all with the same error (errs.Denied): a token that is changed, of another
// kind, too old, spent, or longer than [MaxToken].
package flow

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// MaxToken is the longest token, in bytes: what fits into a cookie (RFC 6265
// section 6.1 asks for 4,096 with name and attributes).
const MaxToken = 3 << 10

// Sealer seals the steps of sign-ins. Make it with New.
type Sealer struct {
	aead   cipher.AEAD
	random io.Reader
	now    func() time.Time

	mu    sync.Mutex
	spent map[string]time.Time // id of a token, its end
}

type sealed struct {
	ID    string          `json:"id"`
	Ends  time.Time       `json:"ends"`
	Value json.RawMessage `json:"value"`
}

// New draws a key and returns its sealer.
func New(random io.Reader, clock func() time.Time) (*Sealer, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead: aead, random: random, now: clock, spent: map[string]time.Time{}}, nil
}

// Seal makes a token of a value, good for so long. A value that makes it longer than
// MaxToken is errs.Invalid.
func (s *Sealer) Seal(kind string, life time.Duration, value any) (string, error) {
	v, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize())
	id := make([]byte, 16)
	for _, b := range [][]byte{nonce, id} {
		if _, err := io.ReadFull(s.random, b); err != nil {
			return "", errs.New(errs.Unavailable, "no randomness is to be had").Because(err)
		}
	}
	plain, err := json.Marshal(sealed{base64.RawURLEncoding.EncodeToString(id), s.now().Add(life), v})
	if err != nil {
		return "", err
	}
	token := base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, []byte(kind)))
	if len(token) > MaxToken {
		return "", errs.New(errs.Invalid, "the step of the sign-in is longer than %d bytes", MaxToken)
	}
	return token, nil
}

// Open reads a token of a kind into value.
func (s *Sealer) Open(kind, token string, value any) error {
	p, err := s.open(kind, token)
	if err != nil {
		return err
	}
	s.mu.Lock()
	_, spent := s.spent[p.ID]
	s.mu.Unlock()
	if spent {
		return refused()
	}
	return json.Unmarshal(p.Value, value)
}

// Spend uses a token up. It is refused when it was spent before: of two requests with
// one token, one goes on.
func (s *Sealer) Spend(kind, token string) error {
	p, err := s.open(kind, token)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, spent := s.spent[p.ID]; spent {
		return refused()
	}
	now := s.now()
	for id, ends := range s.spent {
		if !now.Before(ends) {
			delete(s.spent, id)
		}
	}
	s.spent[p.ID] = p.Ends
	return nil
}

func (s *Sealer) open(kind, token string) (p sealed, err error) {
	if len(token) > MaxToken || strings.ContainsAny(token, "\r\n") { // which the decoder passes over
		return p, refused()
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < s.aead.NonceSize() {
		return p, refused()
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, b[:n], b[n:], []byte(kind))
	if err != nil {
		return p, refused()
	}
	if err := json.Unmarshal(plain, &p); err != nil {
		return p, err
	}
	if !s.now().Before(p.Ends) {
		return p, refused()
	}
	return p, nil
}

func refused() error {
	return errs.New(errs.Denied, "this sign-in was not begun here, is too old or has ended already").WithHint("Begin it again.")
}
