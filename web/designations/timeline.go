package designations

import (
	"net/http"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

type timelinePage struct {
	F     web.Frame
	T     matrix.Timeline
	Row   view.Row
	Say   []screen.Text
	Heads []view.Head
	Links []view.Decision // what holds the entries together
	Open  []view.Decision
	Many  bool // the party has several entries
	// Entries are a listing of each entry that the party has.
	Entries []matrix.Listing
}

func (s *pages) matrixParty(w http.ResponseWriter, v *web.Visit) error {
	t, err := s.c.Matrix.Party(v.Context(), *v.Viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	p := &timelinePage{F: s.Frame(v, "matrix"), T: t, Heads: view.Heads(t.Columns), Many: len(t.Row.Parties) > 1}
	p.F.RaiseTo(t.Row.Marking)
	p.Row = view.RowOf(v.Say, &p.T.Row, p.Heads)
	p.F.Title = t.Row.Primary
	p.Say, p.Entries = view.History(v.Say, &t.Row), view.Entries(&t.Row)
	if p.Many || len(t.Row.Doubts) > 0 {
		g, err := s.c.Joins.Identities.Group(v.Context(), *v.Viewer, t.Row.ID)
		if err != nil {
			return err
		}
		if p.Links, p.Open, err = s.joins.Links(v, &p.F, &g); err != nil {
			return err
		}
	}
	return s.Render(w, v, http.StatusOK, "timeline", p)
}
