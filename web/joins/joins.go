// Package joins has the pages on which people decide which entries of several lists
// are one party, and reads such decisions for the pages of other rooms.
//
// In come pairs that wait and groups, of package identity, and what a person
// decided, by a form; out go both sides beside each other with what speaks for and
// against. [Config] is a web.Room; [Config.Reader] is what other rooms show of
// decisions: on an answer, a party, a line of the matrix.
//
// Guarantees: that entries are one party is always said as a decision, with its
// reasons on both sides; a decision on a party that the viewer may not see is left
// out. Nothing is erased: a later decision goes before an earlier one.
//
// Refused: a decision without a verdict, a name or a reason.
package joins

import (
	"context"
	"embed"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Config is what the pages stand on; all of it is needed.
type Config struct {
	Objects    web.Objects
	Parties    Parties
	Identities Identities
}

// Parties says all that is said of a party.
type Parties interface {
	// Party returns all that is said of one party; errs.NotFound, errs.Withheld.
	Party(ctx context.Context, v policy.Viewer, id string) (screen.Dossier, error)
}

// Identities says which entries of several lists are one party, and takes what
// people decide. What a viewer may not see is in no answer.
type Identities interface {
	// Group returns the entries that are a party, with the decisions that join them
	// and those that are open. errs.NotFound if there is no such party.
	Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error)
	// Questions returns the first pairs that wait for a person, those about the DPRK
	// first, and how many there are.
	Questions(ctx context.Context, v policy.Viewer, limit int) (qs []identity.Question, total int, err error)
	// Decisions returns every decision in force on any of the parties, by id.
	Decisions(ctx context.Context, v policy.Viewer, parties []string) ([]record.SameParty, error)
	// MayDecide reports whether the viewer may decide.
	MayDecide(v policy.Viewer) bool
	// State notes that two parties are one, or that they are not. errs.Denied for a
	// viewer who may not; errs.Invalid without a name or a reason.
	State(ctx context.Context, v policy.Viewer, a, b string, same bool, by, why string) (record.SameParty, error)
	// Split takes parties out of their group; its errors are those of State, and
	// errs.Invalid when they are not some of one group.
	Split(ctx context.Context, v policy.Viewer, parties []string, by, why string) ([]record.SameParty, error)
}

// Reader reads decisions on identity for pages.
type Reader struct {
	site *web.Server
	c    Config
}

// Reader returns what reads decisions for the pages of a site; errs.Invalid when
// something that it stands on is missing.
func (c Config) Reader(site *web.Server) (*Reader, error) {
	if c.Objects == nil || c.Parties == nil || c.Identities == nil {
		return nil, errs.New(errs.Invalid, "joins: Objects, Parties and Identities are all needed")
	}
	return &Reader{site, c}, nil
}

// pages are the handlers.
type pages struct {
	*web.Server
	c    Config
	read *Reader
}

// Pages returns the pages (web.Room).
func (c Config) Pages(site *web.Server) (web.Pages, error) {
	reader, err := c.Reader(site)
	if err != nil {
		return web.Pages{}, err
	}
	s := &pages{site, c, reader}
	return web.Pages{
		Templates: templates,
		Types:     map[string]any{"questions": &questionsPage{}, "group": &groupPage{}},
		Nav:       []web.Link{{Name: "identity", Path: "/identity"}},
		Routes: map[string]web.Handler{
			"GET /identity": s.questions, "GET /identity/{id}": s.group, "POST /identity/decide": s.decide, "POST /identity/split": s.split,
		},
	}, nil
}
