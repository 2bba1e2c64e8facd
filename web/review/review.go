// Package review has the pages on which people decide about hits: clearances, which
// say that a question is not a party; alerts, which say that a customer may be one;
// and the customer books that alerts come from.
//
// In come decisions by forms, each with a name and a reason; out go what waits and
// what was decided, with who, when and why, and the evidence of an alert as an answer
// shows it. [Config] is a web.Room.
//
// Guarantees: what may be seen and done is decided by the desks for the viewer of
// the session, never by a page; a clearance needs two persons. A customer's data
// stands in no address, no title and no log: a customer is reached through an alert,
// or by a reference in the body of a form.
package review

import (
	"context"
	"embed"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/book"
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
	Alerts     Alerts
}

// Alerts watches over customer books; *monitor.Desk does. Every method refuses
// with errs.Denied all but the node's own people.
type Alerts interface {
	// Books returns all books by their names.
	Books(ctx context.Context, v policy.Viewer) ([]monitor.Info, error)
	// Book returns one by its name or id.
	Book(ctx context.Context, v policy.Viewer, name string) (monitor.Info, error)
	// Customer returns a customer of a book and their alerts.
	Customer(ctx context.Context, v policy.Viewer, book, reference string) (book.Customer, []monitor.Alert, error)
	// Alerts returns alerts, the most urgent first, and how many there are in all.
	Alerts(ctx context.Context, v policy.Viewer, f monitor.Filter) (all []monitor.Alert, total int, err error)
	Alert(ctx context.Context, v policy.Viewer, id string) (monitor.Alert, error)
	// Do does what a person decides to an alert; errs.Conflict for a step that its
	// state does not have.
	Do(ctx context.Context, v policy.Viewer, id string, s monitor.Step) (monitor.Alert, error)
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
	if c.Objects == nil || c.Clearances == nil || c.Alerts == nil {
		return web.Pages{}, errs.New(errs.Invalid, "review: Objects, Clearances and Alerts are all needed")
	}
	s := &pages{site, c}
	return web.Pages{
		Templates: templates,
		Types: map[string]any{
			"clearances": &clearancesPage{}, "alerts": &alertsPage{}, "alert": &alertPage{}, "books": &booksPage{}, "customer": &customerPage{},
		},
		Nav: []web.Link{{Name: "alerts", Path: "/alerts"}, {Name: "clearances", Path: "/clearances"}},
		Routes: map[string]web.Handler{
			"GET /clearances": s.clearances, "POST /clearances": s.proposeClearance,
			"POST /clearances/{id}/confirm": s.confirmClearance, "POST /clearances/{id}/withdraw": s.withdrawClearance,
			"GET /alerts": s.alerts, "GET /alerts/{id}": s.alert, "POST /alerts/{id}": s.step, "GET /alerts/{id}/customer": s.customerOf,
			"GET /books": s.books, "POST /books/{id}/customer": s.findCustomer,
		},
	}, nil
}
