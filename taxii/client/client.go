package client

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// MediaType is what is asked for and sent (section 1.6.8).
const MediaType = "application/taxii+json;version=2.1"

// Limits bound what a server can do to the client. A zero is the default.
type Limits struct {
	Bytes     int64         // of one answer, unpacked
	Pages     int           // of one pull
	Empty     int           // pages without an object after one another
	Attempts  int           // of one request
	Request   time.Duration // from the first byte sent to the last received
	Wait      time.Duration // the longest that a server is waited for when it asks
	FirstWait time.Duration // between the first two attempts, doubled each time
	PageSize  int           // objects that are asked for
}

// DefaultLimits suit feeds of millions of objects over the Internet.
var DefaultLimits = Limits{
	Bytes: 64 << 20, Pages: 1_000_000, Empty: 10, Attempts: 6, Request: 2 * time.Minute, Wait: 5 * time.Minute, FirstWait: time.Second, PageSize: 1000,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	return Limits{
		cmp.Or(l.Bytes, d.Bytes), cmp.Or(l.Pages, d.Pages), cmp.Or(l.Empty, d.Empty), cmp.Or(l.Attempts, d.Attempts),
		cmp.Or(l.Request, d.Request), cmp.Or(l.Wait, d.Wait), cmp.Or(l.FirstWait, d.FirstWait), cmp.Or(l.PageSize, d.PageSize),
	}
}

// Config is how a client works. The zero value asks without credentials.
type Config struct {
	User, Password string // Basic
	Token          string // Bearer, instead
	// TLS has the certificate of the client (mTLS) and the authorities that are
	// trusted; nil for the system's.
	TLS *tls.Config
	// Proxy is asked for the proxy of a request; nil for http.ProxyFromEnvironment.
	Proxy func(*http.Request) (*url.URL, error)
	// Private allows http:// and credentials on it, for a network of one's own.
	Private bool
	Limits  Limits
	Agent   string

	Chance func() float64                             // in [0,1): how much of a wait is waited; nil: all of it
	Sleep  func(context.Context, time.Duration) error // nil: by the clock of the system
	Clock  func() time.Time                           // nil: time.Now
}

// Client asks servers. It is safe for several goroutines.
type Client struct {
	c    Config
	l    Limits
	http *http.Client
}

// New returns a client.
func New(c Config) *Client {
	if c.Proxy == nil {
		c.Proxy = http.ProxyFromEnvironment
	}
	if c.Chance == nil {
		c.Chance = func() float64 { return 1 }
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	l := c.Limits.withDefaults()
	transport := &http.Transport{
		Proxy: c.Proxy, TLSClientConfig: c.TLS, TLSHandshakeTimeout: 20 * time.Second, ResponseHeaderTimeout: l.Request,
		DialContext: (&net.Dialer{Timeout: 20 * time.Second}).DialContext, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true, ForceAttemptHTTP2: true,
	}
	return &Client{c: c, l: l, http: &http.Client{Transport: transport, CheckRedirect: sameHost}}
}

// Close ends connections that wait.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sameHost refuses redirects to another host or to one that is not encrypted.
func sameHost(r *http.Request, via []*http.Request) error {
	if first := via[0].URL; len(via) > 3 || r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return errs.New(errs.Denied, "the server sends elsewhere, to %s", r.URL.Host).WithHint("Give that address if it is right.")
	}
	return nil
}

// Discovery is section 4.1.1.
type Discovery struct {
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Contact     string   `json:"contact"`
	Default     string   `json:"default"`
	Roots       []string `json:"api_roots"` // addresses, made whole
}

// Root is section 4.2.1.
type Root struct {
	Title      string   `json:"title"`
	Versions   []string `json:"versions"`
	MaxContent int64    `json:"max_content_length"`
}

// Collection is section 5.2.1.
type Collection struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Alias       string   `json:"alias"`
	CanRead     bool     `json:"can_read"`
	CanWrite    bool     `json:"can_write"`
	MediaTypes  []string `json:"media_types"`
}

// Status is section 4.3.1.
type Status struct {
	ID       string   `json:"id"`
	Status   string   `json:"status"`
	Total    int      `json:"total_count"`
	Success  int      `json:"success_count"`
	Failure  int      `json:"failure_count"`
	Pending  int      `json:"pending_count"`
	Failures []Detail `json:"failures"`
}

// Detail is one object of a status.
type Detail struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Message string `json:"message"`
}

// Discover asks a server for its API roots.
func (c *Client) Discover(ctx context.Context, address string) (d Discovery, err error) {
	defer errs.Wrap(&err, "client.Discover(%.200s)", address)
	if _, err = c.get(ctx, address, &d); err != nil {
		return d, err
	}
	base, err := url.Parse(address)
	if err != nil {
		return d, err
	}
	for i, r := range d.Roots {
		u, err := base.Parse(r)
		if err != nil {
			return d, errs.New(errs.Invalid, "the server names an API root that is no address")
		}
		d.Roots[i] = u.String()
	}
	return d, nil
}

// Root asks for an API root.
func (c *Client) Root(ctx context.Context, root string) (r Root, err error) {
	defer errs.Wrap(&err, "client.Root(%.200s)", root)
	_, err = c.get(ctx, slashed(root), &r)
	return r, err
}

// Collections asks an API root for its collections.
func (c *Client) Collections(ctx context.Context, root string) (_ []Collection, err error) {
	defer errs.Wrap(&err, "client.Collections(%.200s)", root)
	var out struct {
		Collections []Collection `json:"collections"`
	}
	_, err = c.get(ctx, slashed(root)+"collections/", &out)
	return out.Collections, err
}

// Status asks an API root for the status of a request.
func (c *Client) Status(ctx context.Context, root, id string) (s Status, err error) {
	defer errs.Wrap(&err, "client.Status")
	_, err = c.get(ctx, slashed(root)+"status/"+url.PathEscape(id)+"/", &s)
	return s, err
}

// Add sends objects to a collection, given by its address. Asking again after a
// failure is safe: what is there is there once.
func (c *Client) Add(ctx context.Context, collection string, objects []stix.Object) (s Status, err error) {
	defer errs.Wrap(&err, "client.Add(%d objects)", len(objects))
	body, err := json.Marshal(map[string]any{"objects": objects})
	if err != nil {
		return s, err
	}
	_, err = c.ask(ctx, http.MethodPost, slashed(collection)+"objects/", body, &s)
	return s, err
}

func slashed(address string) string { return strings.TrimSuffix(address, "/") + "/" }

func (c *Client) get(ctx context.Context, address string, into any) (http.Header, error) {
	return c.ask(ctx, http.MethodGet, address, nil, into)
}

// answered is what became of one attempt.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request until it is answered, the attempts are over or trying again
// makes no sense.
func (c *Client) ask(ctx context.Context, method, address string, body []byte, into any) (http.Header, error) {
	if err := c.check(address); err != nil {
		return nil, err
	}
	wait := c.l.FirstWait
	for attempt := 1; ; attempt++ {
		a, err := c.once(ctx, method, address, body)
		var again time.Duration
		switch {
		case err == nil && a.status/100 == 2:
			return a.header, parse(a, into)
		case err == nil && !retried(a.status):
			return nil, refused(a)
		case err != nil && (ctx.Err() != nil || !errs.Is(err, errs.Unavailable)):
			return nil, err
		case err == nil:
			again = c.asked(a.header.Get("Retry-After"))
			err = refused(a)
		}
		if attempt == c.l.Attempts || again > c.l.Wait {
			return nil, err
		}
		if again == 0 {
			// Full jitter: many clients of one server that fell over do not come back
			// at once.
			again = time.Duration(c.c.Chance() * float64(wait))
			wait = min(2*wait, c.l.Wait)
		}
		if err := c.c.Sleep(ctx, again); err != nil {
			return nil, err
		}
	}
}

func (c *Client) check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return errs.New(errs.Invalid, "%.200q is not the address of a TAXII server", address).WithHint("For instance https://taxii.example.org/taxii2/; credentials are given apart.")
	}
	if u.Scheme != "https" && !c.c.Private {
		return errs.New(errs.Denied, "%s is not encrypted", u.Host).WithHint("Use https://, or allow private networks.")
	}
	return nil
}

// retried are the statuses after which the same request may go well.
func retried(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// asked reads Retry-After (RFC 9110 section 10.2.3): seconds or a date.
func (c *Client) asked(header string) time.Duration {
	if n, err := strconv.Atoi(header); err == nil && n >= 0 {
		if n > 1<<30 {
			n = 1 << 30
		}
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(header); err == nil {
		return max(0, t.Sub(c.c.Clock()))
	}
	return 0
}

// refused makes an error of an answer.
func refused(a answered) error {
	var p struct{ Title, Description string }
	_ = json.Unmarshal(a.body, &p) // what is no error message has no words
	said := strings.TrimSpace(plain(p.Title) + " " + plain(p.Description))
	kind, hint := errs.Unavailable, "Try again later."
	switch a.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		kind, hint = errs.Denied, "Check the credentials and what they are good for."
	case http.StatusNotFound:
		kind, hint = errs.NotFound, "Check the address; it may be that this client may not know of it."
	case http.StatusBadRequest, http.StatusNotAcceptable, http.StatusUnsupportedMediaType, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		kind, hint = errs.Invalid, ""
	}
	return &answer{status: a.status, err: errs.New(kind, "the server answers %d %s: %s", a.status, http.StatusText(a.status), said).WithHint("%s", hint)}
}

// answer is the error of an answer with its status.
type answer struct {
	err    *errs.Error
	status int
}

func (a *answer) Error() string { return a.err.Error() }
func (a *answer) Unwrap() error { return a.err }

// plain makes a text of a server fit for a line of a terminal.
func plain(s string) string {
	if len(s) > 300 {
		s = s[:300]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// once sends a request once and reads the answer within its bounds.
func (c *Client) once(ctx context.Context, method, address string, body []byte) (a answered, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.l.Request)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	r.Header.Set("Accept", MediaType)
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("User-Agent", cmp.Or(c.c.Agent, "Cordon"))
	if body != nil {
		r.Header.Set("Content-Type", MediaType)
	}
	switch {
	case c.c.Token != "":
		r.Header.Set("Authorization", "Bearer "+c.c.Token)
	case c.c.User != "":
		r.SetBasicAuth(c.c.User, c.c.Password)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		if errs.Is(err, errs.Denied) {
			return a, err
		}
		return a, errs.New(errs.Unavailable, "the server %s cannot be reached", r.URL.Host).Because(err).WithHint("Check the address, the network and the proxy.")
	}
	defer resp.Body.Close()
	a = answered{status: resp.StatusCode, header: resp.Header}
	if a.body, err = c.read(resp); err != nil {
		return a, err
	}
	if t, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); resp.StatusCode/100 == 2 && (err != nil || t != "application/taxii+json") {
		return a, errs.New(errs.Invalid, "what answers is not a TAXII 2.1 server: it sends %s", plain(resp.Header.Get("Content-Type"))).WithHint("Check the address.")
	}
	return a, nil
}

// read reads a body, unpacked, within its bound.
func (c *Client) read(resp *http.Response) ([]byte, error) {
	var in io.Reader = resp.Body
	switch e := resp.Header.Get("Content-Encoding"); e {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(io.LimitReader(resp.Body, c.l.Bytes))
		if err != nil {
			return nil, errs.New(errs.Unavailable, "the answer of the server cannot be unpacked").Because(err)
		}
		in = z
	default:
		return nil, errs.New(errs.Invalid, "the server packs with %s, which it was not asked for", plain(e))
	}
	b, err := io.ReadAll(io.LimitReader(in, c.l.Bytes+1))
	if err != nil {
		return nil, errs.New(errs.Unavailable, "the answer of the server broke off").Because(err).WithHint("Try again later.")
	}
	if int64(len(b)) > c.l.Bytes {
		return nil, errs.New(errs.Invalid, "the answer of the server has more than %d bytes", c.l.Bytes).WithHint("Ask for smaller pages.")
	}
	return b, nil
}

func parse(a answered, into any) error {
	if err := json.Unmarshal(a.body, into); err != nil {
		var typed *json.UnmarshalTypeError
		what := "no JSON"
		if errors.As(err, &typed) {
			what = "a resource of another form"
		}
		return errs.New(errs.Invalid, "the server sends %s", what).Because(err)
	}
	return nil
}
