package passkey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"

	"github.com/cordon-project/cordon/auth/passkey"
	"github.com/cordon-project/cordon/errs"
)

const (
	origin = "https://cordon.example.org"
	who    = "person-aaaaaaaaaaaaaaaa"
)

var relying = virtualwebauthn.RelyingParty{Name: "EXAMPLE node", ID: "cordon.example.org", Origin: origin}

func party(t testing.TB) *passkey.Party {
	t.Helper()
	p, err := passkey.New(passkey.Config{Name: "EXAMPLE node", Origins: []string{origin}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// device is a software authenticator with one passkey.
type device struct {
	at  virtualwebauthn.Authenticator
	key virtualwebauthn.Credential
	rp  virtualwebauthn.RelyingParty
}

func newDevice(kind virtualwebauthn.KeyType) *device {
	return &device{
		virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(who)}),
		virtualwebauthn.NewCredential(kind), relying,
	}
}

func (d *device) register(t testing.TB, p *passkey.Party, have ...string) (passkey.Credential, error) {
	t.Helper()
	options, st, err := p.BeginRegistration(who, "EXAMPLE, Person One", have)
	if err != nil {
		t.Fatal(err)
	}
	o, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return p.Register(who, "EXAMPLE, Person One", through(t, st), strings.NewReader(virtualwebauthn.CreateAttestationResponse(d.rp, d.at, d.key, *o)))
}

// through takes a state through JSON, as it goes through a browser.
func through(t testing.TB, st passkey.State) (out passkey.State) {
	t.Helper()
	b, err := json.Marshal(st)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *device) answer(t testing.TB, options json.RawMessage) string {
	t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		t.Fatal(err)
	}
	return virtualwebauthn.CreateAssertionResponse(d.rp, d.at, d.key, *o)
}

func login(t testing.TB, p *passkey.Party, st passkey.State, answer string, find passkey.Find) (string, passkey.Credential, error) {
	t.Helper()
	a, err := passkey.ReadAnswer(strings.NewReader(answer))
	if err != nil {
		return "", passkey.Credential{}, err
	}
	return p.Login(through(t, st), a, find)
}

func keeps(c passkey.Credential) passkey.Find {
	return func(id string) (string, json.RawMessage, error) {
		if id != c.ID {
			return "", nil, errs.New(errs.Denied, "unknown")
		}
		return who, c.Data, nil
	}
}

func (d *device) login(t testing.TB, p *passkey.Party, c passkey.Credential) (string, passkey.Credential, error) {
	t.Helper()
	options, st, err := p.BeginLogin()
	if err != nil {
		t.Fatal(err)
	}
	return login(t, p, st, d.answer(t, options), keeps(c))
}

func TestAPersonRegistersAndSignsInAgainAndAgain(t *testing.T) {
	for name, kind := range map[string]virtualwebauthn.KeyType{"EC": virtualwebauthn.KeyTypeEC2, "RSA": virtualwebauthn.KeyTypeRSA} {
		t.Run(name, func(t *testing.T) {
			p, d := party(t), newDevice(kind)
			c, err := d.register(t, p)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				d.key.Counter++
				got, next, err := d.login(t, p, c)
				if err != nil || got != who || next.Counter != d.key.Counter {
					t.Fatalf("%s, %+v, %v", got, next, err)
				}
				c = next
			}
		})
	}
}

func TestOptionsAskForADiscoverableKeyAndForVerification(t *testing.T) {
	options, _, err := party(t).BeginRegistration(who, "EXAMPLE, Person One", []string{"AAAA"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"residentKey":"required"`, `"userVerification":"required"`, `"excludeCredentials":[{"type":"public-key","id":"AAAA"`} {
		if !strings.Contains(string(options), want) {
			t.Errorf("%s is not in %s", want, options)
		}
	}
	options, _, err = party(t).BeginLogin()
	if err != nil || !strings.Contains(string(options), `"userVerification":"required"`) || strings.Contains(string(options), "allowCredentials") {
		t.Errorf("%s, %v", options, err)
	}
}

func TestWhatDoesNotHoldIsRefused(t *testing.T) {
	p := party(t)
	good := newDevice(virtualwebauthn.KeyTypeEC2)
	c, err := good.register(t, p)
	if err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(d *device){
		"another site's page":        func(d *device) { d.rp.Origin = "https://cordon.example.net" },
		"another relying party":      func(d *device) { d.rp.ID = "example.org" },
		"the person is not verified": func(d *device) { d.at.Options.UserNotVerified = true },
		"nobody was there":           func(d *device) { d.at.Options.UserNotPresent = true },
		"it names another person":    func(d *device) { d.at.Options.UserHandle = []byte("person-b") },
		"it names nobody":            func(d *device) { d.at.Options.UserHandle = nil },
		"another key":                func(d *device) { d.key.Key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2).Key },
		"an unknown passkey":         func(d *device) { d.key.ID = []byte("unknown credential") },
	} {
		d := *good
		d.key.Counter = 5
		spoil(&d)
		if _, _, err := d.login(t, p, c); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, spoil := range map[string]func(d *device){
		"another site's page":        func(d *device) { d.rp.Origin = "http://cordon.example.org" },
		"another relying party":      func(d *device) { d.rp.ID = "example.net" },
		"the person is not verified": func(d *device) { d.at.Options.UserNotVerified = true },
	} {
		d := newDevice(virtualwebauthn.KeyTypeEC2)
		spoil(d)
		if _, err := d.register(t, p); !errs.Is(err, errs.Denied) {
			t.Errorf("registered from %s: %v", what, err)
		}
	}
}

func TestACounterThatDoesNotRiseIsACopy(t *testing.T) {
	p, d := party(t), newDevice(virtualwebauthn.KeyTypeEC2)
	d.key.Counter = 10
	c, err := d.register(t, p)
	if err != nil {
		t.Fatal(err)
	}
	for counter, ok := range map[uint32]bool{0: false, 9: false, 10: false, 11: true} {
		d.key.Counter = counter
		if _, _, err := d.login(t, p, c); (err == nil) != ok || err != nil && !errs.Is(err, errs.Denied) {
			t.Errorf("a counter of %d: %v", counter, err)
		}
	}
}

func TestAnAnswerIsToItsOwnChallenge(t *testing.T) {
	p, d := party(t), newDevice(virtualwebauthn.KeyTypeEC2)
	c, err := d.register(t, p)
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := p.BeginLogin()
	if err != nil {
		t.Fatal(err)
	}
	_, second, err := p.BeginLogin()
	if err != nil {
		t.Fatal(err)
	}
	d.key.Counter++
	if _, _, err := login(t, p, second, d.answer(t, first), keeps(c)); !errs.Is(err, errs.Denied) {
		t.Errorf("%v", err)
	}
	if _, _, err := login(t, p, passkey.State{}, d.answer(t, first), keeps(c)); !errs.Is(err, errs.Denied) {
		t.Errorf("without a ceremony: %v", err)
	}
}

func TestATroubleOfTheStoreIsNoRefusal(t *testing.T) {
	p, d := party(t), newDevice(virtualwebauthn.KeyTypeEC2)
	options, st, err := p.BeginLogin()
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = login(t, p, st, d.answer(t, options), func(string) (string, json.RawMessage, error) {
		return "", nil, errs.New(errs.Unavailable, "the disk is gone").Because(errors.New("EIO"))
	})
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestAnswersThatAreNoneAreRefused(t *testing.T) {
	p := party(t)
	for what, answer := range map[string]string{"nothing": "", "no JSON": "{", "a list": "[]", "empty": "{}", "nulls": `{"id":null,"rawId":null,"type":"public-key","response":null}`} {
		if _, err := passkey.ReadAnswer(strings.NewReader(answer)); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", what, err)
		}
		_, st, err := p.BeginRegistration(who, "x", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Register(who, "x", st, strings.NewReader(answer)); !errs.Is(err, errs.Denied) {
			t.Errorf("%s registers: %v", what, err)
		}
	}
	if _, err := passkey.ReadAnswer(strings.NewReader(strings.Repeat(" ", passkey.MaxAnswer+1))); !errs.Is(err, errs.Invalid) {
		t.Errorf("too long: %v", err)
	}
}

func TestAPartyNeedsAName(t *testing.T) {
	for _, origins := range [][]string{nil, {""}, {"https://192.0.2.1"}, {"::"}} {
		if _, err := passkey.New(passkey.Config{Name: "x", Origins: origins}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", origins, err)
		}
	}
	if _, err := passkey.New(passkey.Config{Name: "x", Origins: []string{"http://localhost:8741"}}); err != nil {
		t.Errorf("this machine: %v", err)
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"type":"public-key","id":"AAAA","rawId":"AAAA","response":{"authenticatorData":"","clientDataJSON":"e30","signature":"AA","userHandle":""}}`)
	p := party(f)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := passkey.ReadAnswer(strings.NewReader(s))
		if err != nil {
			return
		}
		_, st, err := p.BeginLogin()
		if err != nil {
			t.Fatal(err)
		}
		if who, _, err := p.Login(st, a, func(string) (string, json.RawMessage, error) { return "person-a", json.RawMessage(`{}`), nil }); err == nil {
			t.Errorf("%s was let in", who)
		}
	})
}
