package notify_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor/notify"
)

var key = bytes.Repeat([]byte{7}, 32)

var secret = "whsec_" + base64.StdEncoding.EncodeToString(key)

// receiver takes webhooks and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(n int, w http.ResponseWriter)
	got    []http.Header
	bodies []string
}

func receive(t *testing.T, answer func(n int, w http.ResponseWriter)) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Method != http.MethodPost {
			t.Error(req.Method, err)
		}
		r.mu.Lock()
		r.got, r.bodies = append(r.got, req.Header), append(r.bodies, string(body))
		n := len(r.got)
		r.mu.Unlock()
		r.answer(n, w)
	}))
	t.Cleanup(r.Close)
	return r
}

type bench struct {
	*notify.Queue
	t   *testing.T
	c   notify.Config
	now time.Time
}

func newBench(t *testing.T, c notify.Config) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	c.Clock, c.Chance, c.Agent = func() time.Time { return b.now }, func() float64 { return 0.5 }, "Cordon/test"
	if c.Path == "" {
		c.Path = filepath.Join(t.TempDir(), "outbox")
	}
	b.c = c
	b.open()
	return b
}

func (b *bench) open() {
	b.t.Helper()
	q, err := notify.Open(b.c)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Queue = q
}

func (b *bench) add(id string) {
	b.t.Helper()
	m := notify.Message{ID: id, Body: json.RawMessage(`{"n":1}`), Detailed: json.RawMessage(`{"n":1,"reference":"C-1"}`), Subject: "1 new alert", Text: "1 new alert\n"}
	if err := b.Add(b.t.Context(), m); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) round() time.Time {
	b.t.Helper()
	next, err := b.Round(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return next
}

func TestAWebhookIsSignedAsTheSpecificationSays(t *testing.T) {
	r := receive(t, func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) })
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{{Name: "plain", URL: r.URL, Secret: secret}}})
	b.add("msg_1")
	b.round()
	h := r.got[0]
	sec, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil || time.Unix(sec, 0).UTC() != b.now {
		t.Error(h, err)
	}
	if h.Get("webhook-id") != "msg_1" || h.Get("webhook-signature") != notify.Sign(key, "msg_1", b.now, []byte(r.bodies[0])) || r.bodies[0] != `{"n":1}` {
		t.Errorf("%v %s", h, r.bodies[0])
	}
	// A vector of the specification's reference implementations.
	vector, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := notify.Sign(vector, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestWhatWasDeliveredIsNeverSentAgain(t *testing.T) {
	r := receive(t, func(n int, w http.ResponseWriter) {
		if n == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{{Name: "a", URL: r.URL, Secret: secret, References: true}}})
	b.add("msg_1")
	next := b.round()
	if next != b.now.Add(5*time.Second) {
		t.Errorf("next attempt at %s", next)
	}
	b.round() // its time has not come
	b.open()  // a restart
	b.add("msg_1")
	b.now = next
	b.round()
	b.add("msg_1")
	b.open()
	b.add("msg_1")
	b.now = b.now.Add(time.Hour)
	b.round()
	if len(r.got) != 2 || r.got[0].Get("webhook-id") != r.got[1].Get("webhook-id") || !strings.Contains(r.bodies[0], "C-1") {
		t.Errorf("%d attempts: %v", len(r.got), r.bodies)
	}
	if d := b.Deliveries(); len(d) != 1 || d[0].State != notify.Delivered || d[0].Attempts != 2 {
		t.Errorf("%+v", d)
	}
}

func TestWhatDoesNotArriveIsGivenUpAndShown(t *testing.T) {
	up := false
	r := receive(t, func(_ int, w http.ResponseWriter) {
		if !up {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{{Name: "a", URL: r.URL, Secret: secret}}})
	b.add("msg_1")
	start := b.now
	for next := b.round(); !next.IsZero(); next = b.round() {
		b.now = next
	}
	d := b.Deliveries()
	if len(d) != 1 || d[0].State != notify.Dead || d[0].Attempts != notify.MaxAttempts || d[0].Why != "it answered 502" || len(r.got) != notify.MaxAttempts {
		t.Errorf("%+v", d)
	}
	if took := b.now.Sub(start); took < 24*time.Hour || took > 7*24*time.Hour {
		t.Errorf("given up after %s", took)
	}
	up = true
	if n, err := b.Again(t.Context(), ""); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	b.round()
	if d := b.Deliveries(); d[0].State != notify.Delivered {
		t.Errorf("%+v", d)
	}
}

func TestAnswersThatEndOrDelay(t *testing.T) {
	r := receive(t, func(n int, w http.ResponseWriter) {
		switch n {
		case 1:
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
			w.WriteHeader(http.StatusFound)
		default:
			w.WriteHeader(http.StatusGone)
		}
	})
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{{Name: "a", URL: r.URL, Secret: secret}}})
	b.add("msg_1")
	next := b.round()
	if next != b.now.Add(600*time.Second) {
		t.Errorf("the target's wish was not heard: %s", next)
	}
	b.now = next
	b.now = b.round()
	if d := b.Deliveries(); d[0].Why != "it answered 302" {
		t.Errorf("a redirect was followed: %+v", d)
	}
	b.round()
	if d := b.Deliveries(); d[0].State != notify.Dead || d[0].Attempts != 3 {
		t.Errorf("%+v", d)
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for name, w := range map[string]notify.Webhook{
		"http":              {Name: "a", URL: "http://example.org/", Secret: secret},
		"localhost, a name": {Name: "a", URL: "http://localhost/", Secret: secret},
		"ftp":               {Name: "a", URL: "ftp://example.org/", Secret: secret, Private: true},
		"a password":        {Name: "a", URL: "https://a:b@example.org/", Secret: secret},
		"no address":        {Name: "a", URL: "example.org", Secret: secret},
		"no secret":         {Name: "a", URL: "https://example.org/"},
		"a short secret":    {Name: "a", URL: "https://example.org/", Secret: "whsec_YWJj"},
		"no name":           {URL: "https://example.org/", Secret: secret},
	} {
		if _, err := notify.Open(notify.Config{Path: filepath.Join(t.TempDir(), "q"), Webhooks: []notify.Webhook{w}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A name that leads into one's own network is refused when it is dialled.
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{
		{Name: "name", URL: "https://localhost:1/", Secret: secret},
		{Name: "private", URL: "https://10.0.0.1/", Secret: secret},
		{Name: "mapped", URL: "https://[::ffff:192.168.0.1]/", Secret: secret},
		{Name: "metadata", URL: "https://169.254.169.254/", Secret: secret},
	}})
	b.add("msg_1")
	b.round()
	for _, d := range b.Deliveries() {
		if !strings.Contains(d.Why, "one's own network") {
			t.Errorf("%+v", d)
		}
	}
}

func TestTheFileIsSealed(t *testing.T) {
	flip := func(b []byte) ([]byte, error) {
		out := bytes.Clone(b)
		for i := range out {
			out[i] ^= 0x55
		}
		return out, nil
	}
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{{Name: "a", URL: "https://127.0.0.1:1/", Secret: secret}}, Seal: flip, Unseal: flip})
	b.add("msg_1")
	data, err := os.ReadFile(b.c.Path)
	if err != nil || bytes.Contains(data, []byte("C-1")) || bytes.Contains(data, []byte("msg_1")) {
		t.Errorf("%s, %v", data, err)
	}
	b.open()
	if d := b.Deliveries(); len(d) != 1 || d[0].State != notify.Waiting {
		t.Errorf("%+v", d)
	}
}

func TestWaitsGrowAndStayWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, chance := rapid.IntRange(1, 100).Draw(t, "attempts"), rapid.Float64Range(0, 1).Draw(t, "chance")
		d := notify.Wait(n, chance)
		if d < 2*time.Second || d > 36*time.Hour {
			t.Fatalf("Wait(%d, %v) = %s", n, chance, d)
		}
		if notify.Wait(n+1, chance) < d {
			t.Fatalf("a later wait is shorter: %d, %v", n, chance)
		}
	})
}

// post is a server that takes mail over TLS.
type post struct {
	l     net.Listener
	roots *x509.CertPool
	mu    sync.Mutex
	got   []string
	data  string // the answer to the message, "250 ok" at first
}

func postOffice(t *testing.T, implicit bool) *post {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	p := &post{roots: x509.NewCertPool(), data: "250 ok"}
	p.roots.AddCert(cert)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}
	if p.l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := p.l.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer c.Close()
				conn := c
				if implicit {
					conn = tls.Server(c, config)
				}
				p.serve(conn, config, implicit)
			})
		}
	})
	t.Cleanup(func() { p.l.Close(); group.Wait() })
	return p
}

// serve speaks as much SMTP (RFC 5321) as a client needs.
func (p *post) serve(c net.Conn, config *tls.Config, secure bool) {
	r := bufio.NewReader(c)
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			if secure {
				say("250 test")
			} else {
				say("250-test\r\n250 STARTTLS")
			}
		case verb == "STARTTLS":
			say("220 go on")
			c = tls.Server(c, config)
			r, secure = bufio.NewReader(c), true
		case !secure:
			say("530 TLS first")
		case verb == "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			p.mu.Lock()
			p.got = append(p.got, b.String())
			answer := p.data
			p.mu.Unlock()
			say(answer)
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (p *post) mail(startTLS bool) notify.Mail {
	return notify.Mail{
		Name: "desk", Host: "127.0.0.1", Port: p.l.Addr().(*net.TCPAddr).Port, From: "cordon@example.org", To: []string{"desk@example.org"}, StartTLS: startTLS, Roots: p.roots,
	}
}

func TestMailGoesOverTLS(t *testing.T) {
	for _, implicit := range []bool{true, false} {
		p := postOffice(t, implicit)
		p.data = "451 later"
		b := newBench(t, notify.Config{Mails: []notify.Mail{p.mail(!implicit)}})
		b.add("msg_1")
		next := b.round()
		if d := b.Deliveries(); d[0].State != notify.Waiting || d[0].Why != "it put the mail off with 451" {
			t.Fatalf("implicit %t: %+v", implicit, d)
		}
		p.mu.Lock()
		p.data = "250 ok"
		p.mu.Unlock()
		b.now = next
		b.round()
		if d := b.Deliveries(); d[0].State != notify.Delivered {
			t.Fatalf("implicit %t: %+v", implicit, d)
		}
		id := "Message-ID: <msg_1@example.org>"
		if len(p.got) != 2 || !strings.Contains(p.got[0], id) || !strings.Contains(p.got[1], id) || !strings.Contains(p.got[1], "1 new alert") {
			t.Errorf("%q", p.got)
		}
	}
}

func TestMailIsNotSentWithoutTLSOrToAStranger(t *testing.T) {
	p := postOffice(t, false)
	stranger := p.mail(true)
	stranger.Roots = x509.NewCertPool()
	b := newBench(t, notify.Config{Mails: []notify.Mail{stranger}})
	b.add("msg_1")
	b.round()
	if d := b.Deliveries(); d[0].State != notify.Waiting || len(p.got) != 0 {
		t.Errorf("%+v, %q", d, p.got)
	}
	plain := p.mail(false) // the server does not speak TLS from the first byte
	b = newBench(t, notify.Config{Mails: []notify.Mail{plain}})
	b.add("msg_1")
	b.round()
	if d := b.Deliveries(); d[0].State != notify.Waiting || len(p.got) != 0 {
		t.Errorf("%+v, %q", d, p.got)
	}
	p.data = "550 no such user"
	b = newBench(t, notify.Config{Mails: []notify.Mail{p.mail(true)}})
	b.add("msg_1")
	b.round()
	if d := b.Deliveries(); d[0].State != notify.Dead || d[0].Why != "it refused the mail with 550" {
		t.Errorf("%+v", d)
	}
}

func TestRunSendsWhatIsAddedAndEndsWithItsContext(t *testing.T) {
	arrived := make(chan struct{}, 4)
	r := receive(t, func(int, http.ResponseWriter) { arrived <- struct{}{} })
	b := newBench(t, notify.Config{Webhooks: []notify.Webhook{{Name: "a", URL: r.URL, Secret: secret}}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	b.add("msg_1")
	<-arrived
	b.add("msg_2")
	<-arrived
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
