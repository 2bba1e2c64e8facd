package intake

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Limits of one download.
const (
	// DefaultMaxBytes is the largest answer that is read: the largest official
	// list (OFAC's advanced XML) is about 120 MB.
	DefaultMaxBytes = 512 << 20
	// DefaultFetchTimeout bounds one download from dial to last byte.
	DefaultFetchTimeout = 10 * time.Minute
	maxRedirects        = 5
)

// Fetcher downloads over HTTPS. Plain HTTP and addresses that are not public
// (loopback, private, link-local) are refused unless Private is set: a page
// that makes a node fetch an address must not reach what only the node can.
type Fetcher struct {
	MaxBytes  int64         // 0: DefaultMaxBytes
	Timeout   time.Duration // 0: DefaultFetchTimeout
	Private   bool          // allow plain HTTP and non-public addresses: a mirror in one's own network
	UserAgent string
	Transport http.RoundTripper // nil: one with the rules above
}

// Seen is what an earlier download of an address left: it makes the next one
// conditional (RFC 9110 section 13.1).
type Seen struct {
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	SHA256       string    `json:"sha256"`
	At           time.Time `json:"at"`
}

// asked reports whether a download is conditional on s.
func (s Seen) asked() bool { return s.ETag != "" || s.LastModified != "" }

// Fetched is the answer of one download. Body is nil when the address says
// that nothing has changed since Seen.
type Fetched struct {
	Body         io.ReadCloser
	Name         string // base name by Content-Disposition or address
	Final        string // address after redirects
	ETag         string
	LastModified string
	Size         int64 // -1 if not said
}

// Get downloads address. Errors: errs.Invalid for an address that may not be
// fetched, errs.NotFound for 404 and 410, errs.Unavailable for the rest.
func (f Fetcher) Get(ctx context.Context, address string, seen Seen) (_ *Fetched, err error) {
	defer errs.Wrap(&err, "fetch %s", address)
	u, err := f.check(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, orDefault(f.Timeout, DefaultFetchTimeout))
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		cancel()
		return nil, errs.New(errs.Invalid, "%q is not an address", address)
	}
	req.Header.Set("User-Agent", f.UserAgent)
	if seen.ETag != "" {
		req.Header.Set("If-None-Match", seen.ETag)
	}
	if seen.LastModified != "" {
		req.Header.Set("If-Modified-Since", seen.LastModified)
	}
	resp, err := f.client().Do(req)
	if err != nil {
		cancel()
		return nil, unreachable(u, err)
	}
	out, err := f.accept(resp, u, seen, cancel)
	if err != nil {
		resp.Body.Close()
		cancel()
	}
	return out, err
}

func (f Fetcher) accept(resp *http.Response, u *url.URL, seen Seen, cancel context.CancelFunc) (*Fetched, error) {
	out := &Fetched{
		Final: resp.Request.URL.String(), ETag: resp.Header.Get("ETag"),
		LastModified: resp.Header.Get("Last-Modified"), Size: resp.ContentLength, Name: nameOf(resp),
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && seen.asked():
		resp.Body.Close()
		cancel()
		return out, nil
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return nil, errs.New(errs.NotFound, "%s has nothing at this address (%s)", u.Host, resp.Status).
			WithHint("The authority may have moved the file: look on its site and set the address in the configuration.")
	case resp.StatusCode != http.StatusOK:
		return nil, errs.New(errs.Unavailable, "%s answered %s", u.Host, resp.Status).WithHint("Try again later; the last good version stays in force.")
	case resp.ContentLength > f.max():
		return nil, tooLarge(u, f.max())
	}
	out.Body = &bounded{r: resp.Body, left: f.max() + 1, u: u, max: f.max(), want: resp.ContentLength, cancel: cancel}
	return out, nil
}

func (f Fetcher) max() int64 {
	if f.MaxBytes > 0 {
		return f.MaxBytes
	}
	return DefaultMaxBytes
}

func (f Fetcher) check(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errs.New(errs.Invalid, "%q is not a web address", address).WithHint("Give it whole, with https://.")
	}
	if u.User != nil {
		return nil, errs.New(errs.Invalid, "the address of %s holds a user name or password", u.Host).WithHint("Leave it out.")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !f.Private) {
		return nil, errs.New(errs.Invalid, "%s is not fetched over %s", u.Host, u.Scheme).
			WithHint("Use https://, or allow private mirrors (fetch.private = true in cordon.toml).")
	}
	return u, nil
}

func (f Fetcher) client() *http.Client {
	c := &http.Client{Transport: f.Transport, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) >= maxRedirects {
			return errs.New(errs.Unavailable, "more than %d redirects", maxRedirects)
		}
		_, err := f.check(req.URL.String())
		return err
	}}
	if c.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		d := &net.Dialer{Timeout: 30 * time.Second, Control: f.control}
		t.DialContext, t.DisableKeepAlives, t.ResponseHeaderTimeout = d.DialContext, true, time.Minute
		c.Transport = t
	}
	return c
}

// control sees the address that a name resolved to, after resolution, so that a
// name cannot point into the node's own network.
func (f Fetcher) control(_, address string, _ syscall.RawConn) error {
	if f.Private {
		return nil
	}
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !public(ap.Addr().Unmap()) {
		return errs.New(errs.Invalid, "%s is not a public address", address).
			WithHint("To use a mirror in your own network set fetch.private = true in cordon.toml.")
	}
	return nil
}

func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !sharedSpace.Contains(a)
}

// sharedSpace is the address space of carriers' own networks (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

func unreachable(u *url.URL, err error) error {
	var ours *errs.Error
	if errors.As(err, &ours) {
		return ours
	}
	return errs.New(errs.Unavailable, "%s cannot be reached", u.Host).Because(err).
		WithHint("Check the network; the last good version stays in force.")
}

func tooLarge(u *url.URL, limit int64) error {
	return errs.New(errs.Invalid, "%s sends more than %d MB", u.Host, limit>>20).WithHint("Raise fetch.max_bytes if this is right.")
}

func nameOf(resp *http.Response) string {
	name := path.Base(resp.Request.URL.Path)
	if cd := resp.Header.Get("Content-Disposition"); cd != "" {
		if _, after, ok := strings.Cut(cd, "filename="); ok {
			name = path.Base(strings.Trim(strings.SplitN(after, ";", 2)[0], `" `))
		}
	}
	if name == "." || name == "/" || name == "" {
		return resp.Request.URL.Host
	}
	return name
}

// bounded reads a body up to a limit and says when it ends before its length.
type bounded struct {
	r      io.ReadCloser
	u      *url.URL
	left   int64 // one more than may be read: the byte over the limit tells
	max    int64
	read   int64
	want   int64
	cancel context.CancelFunc
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	b.read += int64(n)
	if b.read > b.max {
		return 0, tooLarge(b.u, b.max)
	}
	if err != nil && err != io.EOF || err == io.EOF && b.want >= 0 && b.read < b.want {
		return n, errs.New(errs.Unavailable, "%s broke off after %d bytes", b.u.Host, b.read).Because(err).
			WithHint("Try again; nothing of it was taken in.")
	}
	return n, err
}

func (b *bounded) Close() error {
	defer b.cancel()
	return b.r.Close()
}

func orDefault(d, def time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return def
}

// IsAddress reports whether an argument is a web address and not a file.
func IsAddress(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// resolve returns a link as found on a page as a whole address.
func resolve(page, link string) ([]string, error) {
	base, err := url.Parse(page)
	if err != nil {
		return nil, err
	}
	u, err := base.Parse(link)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the page %s links to %q, which is no address", page, link)
	}
	return []string{u.String()}, nil
}
