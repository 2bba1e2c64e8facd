package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/cordon-project/cordon/errs"
)

// attemptTime bounds one attempt.
const attemptTime = 20 * time.Second

// failure is why an attempt did not arrive.
type failure struct {
	why   string        // a sentence without anything that the target said
	final bool          // no further attempt will
	after time.Duration // how long the target wants to be left alone
}

// Webhook is a target that takes messages as HTTP POST.
type Webhook struct {
	Name       string `toml:"name"`
	URL        string `toml:"url"`
	Secret     string `toml:"secret"`     // whsec_ and base64 of 24 to 64 bytes, as the Standard Webhooks specification writes it
	Private    bool   `toml:"private"`    // it may be in one's own network, and speak http there
	References bool   `toml:"references"` // bodies hold the customers' references
}

// Check says what in the configuration cannot be used.
func (w Webhook) Check() error {
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" {
		return errs.New(errs.Invalid, "webhook %q: its url is not an address", w.Name).WithHint("Give it whole, with https://.")
	}
	if u.User != nil {
		return errs.New(errs.Invalid, "webhook %q: its url holds a user name or password", w.Name).WithHint("Leave it out: messages are signed.")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !w.Private && !loopback(u.Hostname())) {
		return errs.New(errs.Invalid, "webhook %q: messages are not sent over %s", w.Name, u.Scheme).WithHint("Use https://, http:// to this machine, or set private = true for one's own network.")
	}
	if _, err := w.key(); err != nil {
		return err
	}
	return nil
}

// loopback reports whether a host is this machine by its literal address.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func (w Webhook) key() ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(w.Secret, "whsec_"))
	if err != nil || len(key) < 24 || len(key) > 64 || !strings.HasPrefix(w.Secret, "whsec_") {
		return nil, errs.New(errs.Invalid, "webhook %q: its secret is not whsec_ and base64 of 24 to 64 bytes", w.Name).
			WithHint("Make one: echo whsec_$(openssl rand -base64 32)")
	}
	return key, nil
}

// Sign returns the signature of a message: see the Standard Webhooks
// specification, version 1.
func Sign(key []byte, id string, at time.Time, body []byte) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%d.", id, at.Unix())
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// client sends to one address and follows nobody elsewhere.
func (w Webhook) client() *http.Client {
	own := false
	if u, err := url.Parse(w.URL); err == nil {
		own = loopback(u.Hostname())
	}
	d := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		switch {
		case err == nil && (w.Private || public(ap.Addr().Unmap()) || own && ap.Addr().Unmap().IsLoopback()):
			return nil
		}
		return errPrivate
	}}
	return &http.Client{
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: d.DialContext, DisableKeepAlives: true, ResponseHeaderTimeout: attemptTime, TLSHandshakeTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		},
	}
}

var errPrivate = errors.New("the address is not public")

func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !sharedSpace.Contains(a)
}

// sharedSpace is the address space of carriers' own networks (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// send makes one attempt; nil when the target has taken the message.
func (w Webhook) send(ctx context.Context, m Message, now time.Time, agent string) *failure {
	key, err := w.key()
	if err != nil {
		return &failure{why: "its secret cannot be used"}
	}
	body := m.Body
	if w.References {
		body = m.Detailed
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return &failure{why: "its url is not an address"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", agent)
	req.Header.Set("webhook-id", m.ID)
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", Sign(key, m.ID, now, body))
	resp, err := w.client().Do(req)
	switch {
	case errors.Is(err, errPrivate):
		return &failure{why: "its address is in one's own network, which private = true would allow"}
	case err != nil:
		return &failure{why: "it cannot be reached"}
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
		return nil
	case resp.StatusCode == http.StatusGone:
		return &failure{why: "it answered 410: it wants no more messages", final: true}
	}
	f := &failure{why: fmt.Sprintf("it answered %d", resp.StatusCode)}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		f.after = min(time.Duration(s)*time.Second, longestWait)
	}
	return f
}

// Mail is a target that takes messages as mail.
type Mail struct {
	Name     string   `toml:"name"`
	Host     string   `toml:"host"`
	Port     int      `toml:"port"` // 0: 465, or 587 with STARTTLS
	From     string   `toml:"from"`
	To       []string `toml:"to"`
	Username string   `toml:"username"` // "" for none
	Password string   `toml:"password"`
	StartTLS bool     `toml:"starttls"` // TLS by STARTTLS (RFC 3207), without which nothing is sent; otherwise from the first byte (RFC 8314)

	Roots *x509.CertPool `toml:"-"` // who may certify the host; nil for the system's
}

// Check says what in the configuration cannot be used.
func (m Mail) Check() error {
	if m.Host == "" || m.Port < 0 || m.Port > 65535 {
		return errs.New(errs.Invalid, "mail %q: its host or port is missing", m.Name)
	}
	if len(m.To) == 0 {
		return errs.New(errs.Invalid, "mail %q: nobody is to get it", m.Name)
	}
	msg := mail.NewMsg()
	if msg.From(m.From) != nil || msg.To(m.To...) != nil {
		return errs.New(errs.Invalid, "mail %q: an address of it is none", m.Name).WithHint("Write addresses as desk@example.org.")
	}
	return nil
}

// send makes one attempt.
func (m Mail) send(ctx context.Context, x Message, now time.Time) *failure {
	msg := mail.NewMsg()
	if msg.From(m.From) != nil || msg.To(m.To...) != nil {
		return &failure{why: "an address of it is none", final: true}
	}
	_, domain, _ := strings.Cut(m.From, "@")
	msg.SetMessageIDWithValue(x.ID + "@" + strings.TrimSuffix(domain, ">"))
	msg.SetDateWithValue(now)
	msg.Subject(x.Subject)
	msg.SetBodyString(mail.TypeTextPlain, x.Text)
	tlsConfig := &tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}
	options := []mail.Option{mail.WithTimeout(attemptTime), mail.WithTLSConfig(tlsConfig)}
	if m.StartTLS {
		options = append(options, mail.WithTLSPortPolicy(mail.TLSMandatory))
	} else {
		options = append(options, mail.WithSSLPort(false))
	}
	if m.Port > 0 {
		options = append(options, mail.WithPort(m.Port))
	}
	if m.Username != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.Username), mail.WithPassword(m.Password))
	}
	c, err := mail.NewClient(m.Host, options...)
	if err != nil {
		return &failure{why: "its host cannot be used"}
	}
	err = c.DialAndSendWithContext(ctx, msg)
	var refused *mail.SendError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && refused.ErrorCode() >= 500:
		return &failure{why: fmt.Sprintf("it refused the mail with %d", refused.ErrorCode()), final: true}
	case errors.As(err, &refused) && refused.ErrorCode() >= 400:
		return &failure{why: fmt.Sprintf("it put the mail off with %d", refused.ErrorCode())}
	}
	return &failure{why: "it cannot be reached over TLS, or did not let the node in"}
}
