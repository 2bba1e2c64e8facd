// Package review has the pages on which people decide about hits: clearances, which
// say that a question is not a party.
//
// In come decisions by forms, each with a name and a reason; out go what waits and
// what was decided, with who, when and why. [Config] is a web.Room.
//
// Guarantees: what may be seen and done is decided by the desks for the viewer of
// the session, never by a page; a clearance needs two persons.
package review

import (
	"context"
	"embed"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/web"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Config is what the pages stand on; all of it is needed.
type Config struct {
	Objects    web.Objects
	Clearances Clearances
}

// Clearances keeps what people have decided about candidates of answers.
type Clearances interface {
	// Clearances returns the clearances in the order in which they were proposed, as
	// they stand now; errs.Denied for a viewer who may not decide on them.
	Clearances(ctx context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error)
	// Propose notes that a question is not a party. An empty version is that of the
	// party's object as it is now; errs.Conflict when the object has another.
	Propose(ctx context.Context, v policy.Viewer, p clearance.Proposal) (clearance.Clearance, error)
	// Confirm puts a proposal in force; errs.Denied when by is its author.
	Confirm(ctx context.Context, v policy.Viewer, id, by string) (clearance.Clearance, error)
	// Withdraw ends a proposal or a clearance.
	Withdraw(ctx context.Context, v policy.Viewer, id, by, reason string) (clearance.Clearance, error)
}

// pages are the handlers.
type pages struct {
	*web.Server
	c Config
}

// Pages returns the pages (web.Room).
func (c Config) Pages(site *web.Server) (web.Pages, error) {
	if c.Objects == nil || c.Clearances == nil {
		return web.Pages{}, errs.New(errs.Invalid, "review: Objects and Clearances are both needed")
	}
	s := &pages{site, c}
	return web.Pages{
		Templates: templates,
		Types:     map[string]any{"clearances": &clearancesPage{}},
		Nav:       []web.Link{{Name: "clearances", Path: "/clearances"}},
		Routes: map[string]web.Handler{
			"GET /clearances": s.clearances, "POST /clearances": s.proposeClearance,
			"POST /clearances/{id}/confirm": s.confirmClearance, "POST /clearances/{id}/withdraw": s.withdrawClearance,
		},
	}, nil
}
