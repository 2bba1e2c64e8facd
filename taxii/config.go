package taxii

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii/store"
)

// Base is the path under which the server is mounted: that of discovery (section
// 4.1).
const Base = "/taxii2/"

// MediaType is the media type of everything that is sent and taken (section
// 1.6.8), STIXType that of the objects in it.
const (
	MediaType = "application/taxii+json;version=2.1"
	STIXType  = "application/stix+json;version=2.1"
)

// Config is what a server stands on. All but Base, Contact, Description and Log
// are needed.
type Config struct {
	Journal    journal.Journal
	Projection *Projection
	Shelf      journal.Shelf // of the projection
	// Settled returns when the projection has applied a sequence number.
	Settled func(ctx context.Context, seq int64) error
	Store   *store.Store
	// Who says who asks. An error is answered 401, whatever it is.
	Who func(*http.Request) (Client, error)
	// Challenge is the WWW-Authenticate header of a 401; "" for Basic.
	Challenge string
	// Default is the level of objects that state none, as the journal has it.
	Default policy.TLP

	Title, Description, Contact string
	// Address is scheme, host and port as clients reach the server; "" takes them
	// from each request.
	Address     string
	Roots       []Root
	Collections []Collection
	Limits      Limits

	Clock func() time.Time
	Rand  io.Reader
	Log   *slog.Logger
}

// Client is who asks.
type Client struct {
	Name    string // unique: quotas, statuses and positions are by it
	Viewer  policy.Viewer
	Purpose policy.Purpose // "" for policy.Exchange
	Groups  []string       // names by which collections may be opened, beside its own
	// Relay lets the client add and delete objects that others made. Without it,
	// objects that name an author name Viewer.Org.
	Relay bool
}

// Root is an API root (section 4.2).
type Root struct {
	Name        string `toml:"name"` // one segment of the path
	Title       string `toml:"title"`
	Description string `toml:"description"`
}

// Collection is one collection (section 5.2.1). Read, Write and Delete name clients
// or groups; "*" is every client that is known. Who is in none of them does not
// know that it is there.
type Collection struct {
	ID          string   `toml:"id"` // a UUID
	Alias       string   `toml:"alias"`
	Root        string   `toml:"root"`
	Title       string   `toml:"title"`
	Description string   `toml:"description"`
	View        View     `toml:"view"`
	Read        []string `toml:"read"`
	Write       []string `toml:"write"`
	Delete      []string `toml:"delete"`
}

// View selects what is in a collection. Each list that is not empty must have what
// an object is; an object is in the view when all of them say so.
type View struct {
	Types    []string `toml:"types"`
	Creators []string `toml:"creators"` // ids of identities: created_by_ref
	Labels   []string `toml:"labels"`   // one of the object's labels
	Markings []string `toml:"markings"` // TLP levels (clear, green, …) or ids of marking definitions that it names
}

// Limits bound what clients can ask of the server. A zero is the default.
type Limits struct {
	Page       int           `toml:"page"`        // objects in a page when the client does not say
	MaxPage    int           `toml:"max_page"`    // objects in a page at most
	PageBytes  int           `toml:"page_bytes"`  // bytes of objects after which a page ends
	Body       int64         `toml:"body"`        // bytes of a request, also unpacked: max_content_length
	Objects    int           `toml:"objects"`     // objects in a request
	InFlight   int64         `toml:"in_flight"`   // bytes of bodies that are held at a time, of all clients
	PerClient  int           `toml:"per_client"`  // requests of one client at a time
	Writers    int           `toml:"writers"`     // envelopes that are read and appended at a time
	Queue      int           `toml:"queue"`       // envelopes that wait for a writer, or come in, of all clients
	Requests   float64       `toml:"requests"`    // of one client in a second, lasting
	Burst      int           `toml:"burst"`       // of one client at once
	BodyTime   time.Duration `toml:"body_time"`   // for a body to come in, and for an answer to go out
	SettleTime time.Duration `toml:"settle_time"` // to wait for the index to follow the journal
}

// DefaultLimits are safe for a node on a small machine.
var DefaultLimits = Limits{
	Page: 250, MaxPage: 2000, PageBytes: 8 << 20, Body: 10 << 20, Objects: 10_000, InFlight: 32 << 20, PerClient: 16, Writers: 2, Queue: 32,
	Requests: 50, Burst: 200, BodyTime: 30 * time.Second, SettleTime: 5 * time.Second,
}

// Limits of parameters (section 3.4), which bound the work of one request.
const (
	maxMatch = 100  // values of one match parameter
	maxQuery = 8192 // bytes of a query
)

func or[T int | int64 | float64 | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	l.Page, l.MaxPage, l.PageBytes = or(l.Page, d.Page), or(l.MaxPage, d.MaxPage), or(l.PageBytes, d.PageBytes)
	l.Body, l.Objects, l.InFlight = or(l.Body, d.Body), or(l.Objects, d.Objects), or(l.InFlight, d.InFlight)
	l.PerClient, l.Writers, l.Queue = or(l.PerClient, d.PerClient), or(l.Writers, d.Writers), or(l.Queue, d.Queue)
	l.Requests, l.Burst = or(l.Requests, d.Requests), or(l.Burst, d.Burst)
	l.BodyTime, l.SettleTime = or(l.BodyTime, d.BodyTime), or(l.SettleTime, d.SettleTime)
	l.Page = min(l.Page, l.MaxPage)
	return l
}

var (
	segment = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)
	uuid    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// CheckViews says what in roots, collections and limits cannot be used.
func CheckViews(roots []Root, collections []Collection, l Limits) error {
	names := map[string]bool{}
	for _, r := range roots {
		if !segment.MatchString(r.Name) || names[r.Name] {
			return errs.New(errs.Invalid, "taxii: %q cannot be the name of an API root", r.Name).WithHint("Use letters, digits, dots and hyphens, and each name once.")
		}
		names[r.Name] = true
		if r.Title == "" {
			return errs.New(errs.Invalid, "taxii: the API root %s has no title", r.Name).WithHint("Section 4.2.1 of TAXII 2.1 asks for one.")
		}
	}
	seen := map[string]bool{}
	for _, c := range collections {
		if err := c.check(names); err != nil {
			return err
		}
		for _, n := range []string{c.ID, c.Alias} {
			if n != "" && seen[c.Root+"/"+n] {
				return errs.New(errs.Invalid, "taxii: two collections are called %s", n)
			}
			seen[c.Root+"/"+n] = true
		}
	}
	return l.check()
}

func (c Collection) check(roots map[string]bool) error {
	bad := func(format string, args ...any) *errs.Error {
		return errs.New(errs.Invalid, "taxii: collection "+c.ID+": "+format, args...)
	}
	switch {
	case !uuid.MatchString(c.ID):
		return bad("the id is no UUID").WithHint("Make one in lower case, for instance with uuidgen.")
	case c.Alias != "" && (!segment.MatchString(c.Alias) || uuid.MatchString(c.Alias)):
		return bad("%q cannot be an alias", c.Alias).WithHint("Use letters, digits, dots and hyphens.")
	case !roots[c.Root]:
		return bad("there is no API root %q", c.Root)
	case c.Title == "":
		return bad("it has no title").WithHint("Section 5.2.1 of TAXII 2.1 asks for one.")
	}
	for _, t := range c.View.Types {
		if !stix.ValidTypeName(t) {
			return bad("%q is no type", t)
		}
	}
	for _, id := range c.View.Creators {
		if !stix.ValidID(id) || stix.IDType(id) != "identity" {
			return bad("%q is no id of an identity", id)
		}
	}
	for _, m := range c.View.Markings {
		if _, err := policy.ParseTLP(m); err != nil && (!stix.ValidID(m) || stix.IDType(m) != "marking-definition") {
			return bad("%q is no marking", m).WithHint("Use clear, green, amber, amber+strict, red or the id of a marking definition.")
		}
	}
	return nil
}

func (l Limits) check() error {
	l = l.withDefaults()
	for name, v := range map[string]int64{
		"page": int64(l.Page), "max_page": int64(l.MaxPage), "page_bytes": int64(l.PageBytes), "body": l.Body, "objects": int64(l.Objects),
		"in_flight": l.InFlight, "per_client": int64(l.PerClient), "writers": int64(l.Writers), "queue": int64(l.Queue), "burst": int64(l.Burst),
		"body_time": int64(l.BodyTime), "settle_time": int64(l.SettleTime),
	} {
		if v <= 0 {
			return errs.New(errs.Invalid, "taxii: the limit %s is not above zero", name)
		}
	}
	if l.Requests <= 0 || l.InFlight < l.Body {
		return errs.New(errs.Invalid, "taxii: a limit of requests is not above zero, or in_flight is below body").WithHint("One body at least has to fit in what is held at a time.")
	}
	return nil
}

func (c Config) check() error {
	if c.Address != "" {
		if u, err := url.Parse(c.Address); err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return errs.New(errs.Invalid, "taxii: %q is not an address", c.Address).WithHint("For instance https://cordon.example.org.")
		}
	}
	return CheckViews(c.Roots, c.Collections, c.Limits)
}

// may reports whether one of a collection's lists names the client.
func (c Client) may(list []string) bool {
	return slices.ContainsFunc(list, func(n string) bool { return n == "*" || n == c.Name || slices.Contains(c.Groups, n) })
}

func (c Client) purpose() policy.Purpose {
	if c.Purpose == "" {
		return policy.Exchange
	}
	return c.Purpose
}
