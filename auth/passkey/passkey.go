// Package passkey lets people sign in with passkeys: Web Authentication Level 3, with
// discoverable credentials and user verification required.
//
// Registration: [Party.BeginRegistration] gives the options for the browser and what to
// remember until its answer ([State], sealed by the caller into that browser);
// [Party.Register] turns the answer into a [Credential] to keep. Signing in:
// [Party.BeginLogin] and [Party.Login], without anybody's name: the authenticator says
// whose passkey it is, so nothing can be learned about who has an account here.
//
// Guarantees: an answer counts for its own challenge, this node's origins and this
// relying party only, and with the person verified (PIN, finger, face). A counter of
// signatures that does not rise is refused: the passkey may have been copied. Answers
// above [MaxAnswer] are refused unread.
//
// Attestation is not asked for: which make of authenticator somebody has is no ground
// for a decision here. go-webauthn is imported here and nowhere else.
package passkey

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/cordon-project/cordon/errs"
)

// MaxAnswer is the longest answer of a browser, in bytes.
const MaxAnswer = 64 << 10

// Config is this node as a relying party.
type Config struct {
	Name    string   // for people
	Origins []string // https, or http on localhost; the host of the first is the party's id
}

// Party is a relying party. Make it with New.
type Party struct{ w *webauthn.WebAuthn }

// New returns the relying party of a configuration: errs.Invalid when its origins
// cannot be one. Passkeys need a name: an IP address is none.
func New(c Config) (*Party, error) {
	if len(c.Origins) == 0 {
		return nil, errs.New(errs.Invalid, "passkeys need the address of the node")
	}
	u, err := url.Parse(c.Origins[0])
	if err != nil || u.Hostname() == "" {
		return nil, errs.New(errs.Invalid, "%q is no origin", c.Origins[0])
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: c.Name, RPOrigins: c.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err == nil {
		err = protocol.ValidateRPID(u.Hostname())
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "passkeys cannot be used at %s", c.Origins[0]).Because(err).WithHint("Name the node's https address in origins.")
	}
	return &Party{w}, nil
}

// State is what is remembered between the two halves of a ceremony.
type State struct {
	Session webauthn.SessionData `json:"session"`
}

// Credential is a passkey as it is kept.
type Credential struct {
	ID      string          // base64url
	Data    json.RawMessage // public key, counter, flags
	Counter uint32
}

// person is somebody as the library sees them.
type person struct {
	id   string
	name string
	keys []webauthn.Credential
}

func (p person) WebAuthnID() []byte                         { return []byte(p.id) }
func (p person) WebAuthnName() string                       { return p.name }
func (p person) WebAuthnDisplayName() string                { return p.name }
func (p person) WebAuthnCredentials() []webauthn.Credential { return p.keys }

// BeginRegistration begins to register a passkey of a person: id is that of the
// account, have are the ids of those that they have already, which are not registered
// again. The options are PublicKeyCredentialCreationOptions as JSON.
func (p *Party) BeginRegistration(id, name string, have []string) (options json.RawMessage, st State, err error) {
	defer errs.Wrap(&err, "passkey.BeginRegistration")
	var exclude []protocol.CredentialDescriptor
	for _, k := range have {
		b, err := base64.RawURLEncoding.DecodeString(k)
		if err != nil {
			return nil, st, err
		}
		exclude = append(exclude, protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: b})
	}
	o, session, err := p.w.BeginRegistration(person{id: id, name: name}, webauthn.WithExclusions(exclude))
	if err != nil {
		return nil, st, err
	}
	options, err = json.Marshal(o)
	return options, State{*session}, err
}

// Register takes the browser's answer. errs.Denied for one that does not hold.
func (p *Party) Register(id, name string, st State, answer io.Reader) (_ Credential, err error) {
	defer errs.Wrap(&err, "passkey.Register")
	b, err := read(answer)
	if err != nil {
		return Credential{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(b)
	if err != nil {
		return Credential{}, refused(err)
	}
	if st.Session.UserVerification != protocol.VerificationRequired {
		return Credential{}, refused(errors.New("the ceremony did not require verification"))
	}
	c, err := p.w.CreateCredential(person{id: id, name: name}, st.Session, parsed)
	if err != nil {
		return Credential{}, refused(err)
	}
	return kept(c)
}

// kept is a credential as it is kept: without its attestation, which is not used.
func kept(c *webauthn.Credential) (Credential, error) {
	k := *c
	k.Attestation = webauthn.CredentialAttestation{}
	data, err := json.Marshal(k)
	return Credential{ID: base64.RawURLEncoding.EncodeToString(c.ID), Data: data, Counter: c.Authenticator.SignCount}, err
}

// BeginLogin begins a sign-in of whoever it is. The options are
// PublicKeyCredentialRequestOptions as JSON.
func (p *Party) BeginLogin() (options json.RawMessage, st State, err error) {
	defer errs.Wrap(&err, "passkey.BeginLogin")
	o, session, err := p.w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, st, err
	}
	options, err = json.Marshal(o)
	return options, State{*session}, err
}

// Find returns whose a passkey is and what is kept of it: errs.Denied for one that is
// not in force.
type Find func(credential string) (person string, data json.RawMessage, err error)

// Answer is a browser's answer to a sign-in, read but not verified.
type Answer struct {
	Credential string // id of the passkey that it claims to be of
	parsed     *protocol.ParsedCredentialAssertionData
}

// ReadAnswer reads a browser's answer: errs.Denied for what is none.
func ReadAnswer(in io.Reader) (Answer, error) {
	b, err := read(in)
	if err != nil {
		return Answer{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(b)
	if err != nil {
		return Answer{}, refused(err)
	}
	return Answer{base64.RawURLEncoding.EncodeToString(parsed.RawID), parsed}, nil
}

// Login verifies an answer and returns whose passkey it is and the passkey as it is to
// be kept from now on. errs.Denied for all that does not hold.
func (p *Party) Login(st State, a Answer, find Find) (who string, _ Credential, err error) {
	defer errs.Wrap(&err, "passkey.Login")
	if st.Session.UserVerification != protocol.VerificationRequired || a.parsed == nil {
		return "", Credential{}, refused(errors.New("the ceremony did not require verification"))
	}
	var failed error // of the store, which the library would hide
	_, c, err := p.w.ValidatePasskeyLogin(func(raw, handle []byte) (webauthn.User, error) {
		var data json.RawMessage
		if who, data, failed = find(base64.RawURLEncoding.EncodeToString(raw)); failed != nil {
			return nil, failed
		}
		var k webauthn.Credential
		if failed = json.Unmarshal(data, &k); failed != nil {
			return nil, failed
		}
		if !bytes.Equal(handle, []byte(who)) || !bytes.Equal(k.ID, raw) {
			return nil, errors.New("the passkey is not of the person whom it names")
		}
		return person{id: who, keys: []webauthn.Credential{k}}, nil
	}, st.Session, a.parsed)
	switch {
	case failed != nil && !errs.Is(failed, errs.Denied):
		return "", Credential{}, failed
	case err != nil:
		return "", Credential{}, refused(err)
	case c.Authenticator.CloneWarning:
		return "", Credential{}, refused(errors.New("the counter of signatures did not rise: the passkey may have been copied"))
	}
	k, err := kept(c)
	return who, k, err
}

func read(in io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, MaxAnswer+1))
	if err != nil {
		return nil, errs.New(errs.Invalid, "the answer could not be read").Because(err)
	}
	if len(b) > MaxAnswer {
		return nil, errs.New(errs.Invalid, "the answer is longer than %d bytes", MaxAnswer)
	}
	return b, nil
}

func refused(err error) error {
	return errs.New(errs.Denied, "the passkey was not accepted").Because(err).WithHint("Begin again; an administrator can see why in the audit trail.")
}
