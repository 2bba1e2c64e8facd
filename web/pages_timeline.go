package web

import (
	"net/http"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/view"
)

type timelinePage struct {
	F     frame
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

func (s *Server) matrixParty(w http.ResponseWriter, v *visit) error {
	t, err := s.c.Matrix.Party(v.Context(), *v.viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	p := &timelinePage{F: s.frame(v, "matrix"), T: t, Heads: view.Heads(t.Columns), Many: len(t.Row.Parties) > 1}
	p.F.raiseTo(t.Row.Marking)
	p.Row = view.RowOf(v.say, &p.T.Row, p.Heads)
	p.F.Title = t.Row.Primary
	p.Say, p.Entries = view.History(v.say, &t.Row), view.Entries(&t.Row)
	if p.Many || len(t.Row.Doubts) > 0 {
		g, err := s.c.Identities.Group(v.Context(), *v.viewer, t.Row.ID)
		if err != nil {
			return err
		}
		if p.Links, p.Open, err = s.linksOf(v, &p.F, &g); err != nil {
			return err
		}
	}
	return s.render(w, v, http.StatusOK, "timeline", p)
}

// linksOf are the decisions that hold a group together, and those that are open.
func (s *Server) linksOf(v *visit, f *frame, g *identity.Group) (links, open []view.Decision, err error) {
	if links, err = s.decisionViews(v, f, g.Links); err != nil {
		return nil, nil, err
	}
	open, err = s.decisionViews(v, f, g.Open)
	return links, open, err
}
