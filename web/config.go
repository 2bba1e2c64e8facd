package web

import (
	"context"
	"io/fs"
	"iter"
	"log/slog"
	"time"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
)

// Limits that hold unless the configuration says otherwise.
const (
	// DefaultSessionIdle ends a session that nobody used.
	DefaultSessionIdle = 2 * time.Hour
	// DefaultSessionLife ends a session at all events.
	DefaultSessionLife = 12 * time.Hour
)

// Config is what the site stands on. Objects and Enter are needed; the zero value
// of everything else works.
type Config struct {
	Objects Objects
	// Rooms are the pages of the desks, in the order of their links in the head of
	// every page.
	Rooms []Room
	// Enter turns a one-time token into the viewer of a new session. It refuses
	// with errs.Denied a token that is unknown, used or too old.
	Enter func(ctx context.Context, token string) (policy.Viewer, error)
	// Origins are the origins, besides loopback, under which the node is
	// reached, e.g. "https://cordon.example.org". When the first is https,
	// cookies are sent over https only.
	Origins []string
	// Node is the node's name for people, shown at the foot.
	Node string
	// Version is the version of the software, shown at the foot.
	Version     string
	Log         *slog.Logger     // nil for slog.Default()
	Clock       func() time.Time // nil for time.Now
	SessionIdle time.Duration    // 0 for DefaultSessionIdle
	SessionLife time.Duration    // 0 for DefaultSessionLife
}

// Objects is how pages read the journal; every journal.Journal is one.
type Objects interface {
	Get(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (journal.Entry, error)
	Versions(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) ([]journal.Entry, error)
	Scan(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error]
	Head(ctx context.Context) (int64, error)
}

// A Room is a package with the pages of a desk.
type Room interface {
	// Pages returns the pages, which show themselves through the site. It is
	// called once; errs.Invalid when something that they stand on is missing.
	Pages(site *Server) (Pages, error)
}

// Pages are what a room mounts into the site. Names of pages, addresses and parts
// of templates are the site's: no two rooms have the same.
type Pages struct {
	// Templates has templates/NAME.tmpl for every page.
	Templates fs.FS
	// Types says which struct each page's template is executed with.
	Types map[string]any
	// Nav are the links in the head of every page.
	Nav []Link
	// Routes are the handlers by method and address, as http.ServeMux has them.
	// None is reached without a session.
	Routes map[string]Handler
	// Uploads are handlers that bound the body of their request themselves.
	Uploads map[string]Handler
}

// A Link leads to a desk. Its word is the message nav.NAME; a frame of the same
// name stands on the pages of the desk.
type Link struct{ Name, Path string }
