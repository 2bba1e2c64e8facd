// Package holdings has the pages of what a node holds and how it came in: imports,
// lists, versions of lists that wait for two persons, the journal with its
// quarantine, objects, and the archived inputs themselves.
//
// In come uploads, as they arrive and to no memory ([Desk.Import]), and addresses of
// objects and places; out go the progress of imports, and every object with its
// versions, canonical bytes and the row or text that says it. [Config] is a
// web.Room.
//
// Guarantees: an original leaves byte for byte and as a file to keep, never as a
// page; what was refused is shown with the rule that it broke; what is cut is said.
// Four eyes on a held version are those of package held: a page shows who has said
// what and decides nothing.
//
// Refused: uploads above the limit, and places that are none.
package holdings

import (
	"context"
	"embed"
	"io"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
)

//go:embed templates/*.tmpl
var templates embed.FS

// DefaultMaxUpload bounds one upload: 2 GiB, above the largest public list
// and the largest STIX bundle that is in use.
const DefaultMaxUpload = 2 << 30

// Config is what the pages stand on. Objects, Desk and Held are needed.
type Config struct {
	Objects   web.Objects
	Desk      Desk
	Held      Held
	MaxUpload int64 // bytes of one upload; 0 for DefaultMaxUpload
}

// Desk is what the pages need of the node. Every method decides for the viewer:
// what the viewer may not know is left out, or is errs.Withheld when it is what
// was asked for.
type Desk interface {
	// Source returns the place in an archived input with what is around it.
	// errs.NotFound if there is no such input or no such place in it.
	Source(ctx context.Context, v policy.Viewer, w record.Where) (intake.SourceView, error)
	// Original opens the archived bytes; the caller closes them.
	Original(ctx context.Context, v policy.Viewer, sha256 string) (Original, error)

	// Lists returns the list versions in force.
	Lists(ctx context.Context, v policy.Viewer) ([]record.ListVersion, error)

	// ImportKinds names the readers that an import can ask for, e.g. "ofac",
	// "un", "report", in the order to be shown.
	ImportKinds() []string
	// Import takes an upload in and returns the id of its job as soon as the
	// bytes are safe. It reads u.Files to the end before it returns.
	Import(ctx context.Context, v policy.Viewer, u intake.Upload) (jobID string, err error)
	Job(ctx context.Context, v policy.Viewer, id string) (intake.Job, error)
	// Jobs returns the latest jobs, newest first; errs.Denied for a viewer who
	// may not take things in.
	Jobs(ctx context.Context, v policy.Viewer) ([]intake.Job, error)
	// Cancel ends a job that waits or runs; what it has already committed stays.
	Cancel(ctx context.Context, v policy.Viewer, id string) error

	// Checkpoint returns the newest signed checkpoint as its note, and the
	// number of entries that it covers; "" when none has been signed yet.
	Checkpoint(ctx context.Context) (note string, size int64, err error)
	// Quarantine returns the latest refused objects, newest first, and how many
	// there are altogether.
	Quarantine(ctx context.Context, v policy.Viewer, limit int) (refused []intake.Refused, total int, err error)
}

// Held keeps versions of lists that wait for two persons. Every method refuses
// with errs.Denied a viewer who may not take things in.
type Held interface {
	// Held returns the versions that wait, in the order in which they came; with
	// all those too that were released or rejected.
	Held(ctx context.Context, v policy.Viewer, all bool) ([]held.Item, error)
	// Release takes a person's word that a version is right: the first person's is
	// noted, the second's lets it in, by a job whose id is returned. errs.Denied when
	// it is the same person, errs.Invalid without a name or a reason.
	Release(ctx context.Context, v policy.Viewer, id, by, why string) (item held.Item, job string, err error)
	// Reject ends a held version.
	Reject(ctx context.Context, v policy.Viewer, id, by, why string) (held.Item, error)
}

// Original is an archived input.
type Original struct {
	Name string
	Size int64
	Body io.ReadCloser
}

// pages are the handlers.
type pages struct {
	*web.Server
	c Config
}

// Pages returns the pages (web.Room).
func (c Config) Pages(site *web.Server) (web.Pages, error) {
	if c.Objects == nil || c.Desk == nil || c.Held == nil {
		return web.Pages{}, errs.New(errs.Invalid, "holdings: Objects, Desk and Held are all needed")
	}
	if c.MaxUpload == 0 {
		c.MaxUpload = DefaultMaxUpload
	}
	s := &pages{site, c}
	return web.Pages{
		Templates: templates,
		Types: map[string]any{
			"imports": &importsPage{}, "job": &jobPage{}, "lists": &listsPage{}, "held": &heldPage{}, "journal": &journalPage{}, "quarantine": &quarantinePage{},
			"object": &objectPage{}, "source": &sourcePage{},
		},
		Nav: []web.Link{{Name: "imports", Path: "/imports"}, {Name: "lists", Path: "/lists"}, {Name: "journal", Path: "/journal"}},
		Routes: map[string]web.Handler{
			"GET /imports": s.imports, "GET /imports/{id}": s.job, "POST /imports/{id}/cancel": s.cancelJob,
			"GET /lists/held": s.heldVersions, "POST /lists/held/{id}/release": s.release, "POST /lists/held/{id}/reject": s.reject,
			"GET /lists": s.lists, "GET /journal": s.journal, "GET /journal/quarantine": s.quarantine,
			"GET /object/{id}": s.object, "GET /source/{sha}": s.source, "GET /source/{sha}/original": s.original,
		},
		Uploads: map[string]web.Handler{"POST /imports": s.startImport},
	}, nil
}
