// Package inquiry has the pages of a question: the box, the answer, the party that
// it leads to, and the card of a name.
//
// In come a text and what else is known of whom it is about, in the address; out
// goes first a sentence that a person can act on, then who lists it, why, and what
// was not checked. [Config] is a web.Room.
//
// Guarantees: an answer is that of package screen, for the viewer of the session,
// and nothing is added to it but what the node holds beside it (the row that says
// a name, ties, decisions on identity). The last questions are kept in the session
// and nowhere else.
//
// Refused: a date of birth that cannot be read for sure.
package inquiry

import (
	"context"
	"embed"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/joins"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Config is what the pages stand on; all of it is needed.
type Config struct {
	Screen Screener
	Desk   Desk
	Joins  joins.Config
}

// Screener answers questions. It is *screen.Screener in a node.
type Screener interface {
	Ask(ctx context.Context, v policy.Viewer, q screen.Query) (screen.Answer, error)
}

// Desk is what else the pages need of the node. Every method decides for the
// viewer: what the viewer may not know is left out, or is errs.Withheld when it
// is what was asked for.
type Desk interface {
	// Source returns the place in an archived input with what is around it.
	// errs.NotFound if there is no such input or no such place in it.
	Source(ctx context.Context, v policy.Viewer, w record.Where) (intake.SourceView, error)
	// Lists returns the list versions in force.
	Lists(ctx context.Context, v policy.Viewer) ([]record.ListVersion, error)
	// ImportKinds names the readers that an import can ask for, e.g. "ofac",
	// "un", "report", in the order to be shown.
	ImportKinds() []string
	// Jobs returns the latest imports, newest first; errs.Denied for a viewer who
	// may not take things in.
	Jobs(ctx context.Context, v policy.Viewer) ([]intake.Job, error)
	// Clearances returns the clearances in the order in which they were proposed, as
	// they stand now; errs.Denied for a viewer who may not decide on them.
	Clearances(ctx context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error)
}

// pages are the handlers.
type pages struct {
	*web.Server
	c     Config
	joins *joins.Reader
}

// Pages returns the pages (web.Room).
func (c Config) Pages(site *web.Server) (web.Pages, error) {
	if c.Screen == nil || c.Desk == nil {
		return web.Pages{}, errs.New(errs.Invalid, "inquiry: Screen and Desk are both needed")
	}
	reader, err := c.Joins.Reader(site)
	if err != nil {
		return web.Pages{}, err
	}
	s := &pages{site, c, reader}
	return web.Pages{
		Templates: templates,
		Types:     map[string]any{"ask": &askPage{}, "answer": &answerPage{}, "name": &namePage{}, "party": &partyPage{}},
		Nav:       []web.Link{{Name: "ask", Path: "/"}},
		Routes:    map[string]web.Handler{"GET /{$}": s.ask, "GET /ask": s.answer, "GET /name": s.name, "GET /party/{id}": s.party},
	}, nil
}
