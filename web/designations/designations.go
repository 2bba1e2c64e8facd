// Package designations has the pages of the designation matrix: who designated
// whom, when, and who has not; a party's time line; the figures of alignment.
//
// In comes a filter, in the address and nothing else; out go sentences, rows and
// cells of package matrix, and the same rows as CSV, workbook, STIX and JSON.
// [Config] is a web.Room.
//
// Guarantees: a view has one address; no cell is blank, and an empty one means "not
// found in the lists loaded" with their dates; what the press reports stands beside
// a list's word and never in its place; what is cut is said. A file that could not
// be written whole breaks off, so that nobody takes it for one that was.
package designations

import (
	"context"
	"embed"
	"io"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/joins"
)

//go:embed templates/*.tmpl
var templates embed.FS

// Config is what the pages stand on; all of it is needed.
type Config struct {
	Matrix Matrix
	Joins  joins.Config
}

// Matrix answers who designated whom, when, and who has not; *matrix.Desk is one.
type Matrix interface {
	Matrix(ctx context.Context, v policy.Viewer, f matrix.Filter) (matrix.Table, error)
	Party(ctx context.Context, v policy.Viewer, id string) (matrix.Timeline, error)
	Lags(ctx context.Context, v policy.Viewer, f matrix.Filter) (matrix.Lags, error)
	Alignment(ctx context.Context, v policy.Viewer, q matrix.AlignmentQuery) (matrix.Alignment, error)
	WriteSTIX(ctx context.Context, w io.Writer, v policy.Viewer, t matrix.Table) error
}

// pages are the handlers.
type pages struct {
	*web.Server
	c     Config
	joins *joins.Reader
}

// Pages returns the pages (web.Room).
func (c Config) Pages(site *web.Server) (web.Pages, error) {
	if c.Matrix == nil {
		return web.Pages{}, errs.New(errs.Invalid, "designations: Matrix is needed")
	}
	reader, err := c.Joins.Reader(site)
	if err != nil {
		return web.Pages{}, err
	}
	s := &pages{site, c, reader}
	return web.Pages{
		Templates: templates,
		Types:     map[string]any{"matrix": &matrixPage{}, "timeline": &timelinePage{}, "alignment": &alignmentPage{}},
		Nav:       []web.Link{{Name: "matrix", Path: "/matrix"}},
		Routes: map[string]web.Handler{
			"GET /matrix": s.matrix, "GET /matrix/export/{form}": s.matrixExport, "GET /matrix/party/{id}": s.matrixParty, "GET /matrix/alignment": s.alignment,
		},
	}, nil
}
