package inquiry

import (
	"net/http"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

type partyPage struct {
	F      web.Frame
	V      screen.Dossier
	Wheres []record.Where
	// Sides are the entries set side by side: this one and its namesakes.
	Sides []side
	Also  *view.Also // what decisions on identity say, nil for nothing
}

// side is one column of the comparison.
type side struct {
	Party    record.Party
	Label    policy.Label
	Listings []record.Designation
	This     bool
}

// sidesShown is how many entries stand side by side; more do not fit a page and
// are listed below.
const sidesShown = 4

func (s *pages) party(w http.ResponseWriter, v *web.Visit) error {
	id := v.PathValue("id")
	dossier, err := s.c.Joins.Parties.Party(v.Context(), *v.Viewer, id)
	if err != nil {
		return err
	}
	p := &partyPage{F: s.Frame(v, "ask"), V: dossier}
	p.F.Title = dossier.Party.PrimaryName()
	p.F.Mark(dossier.Entry.Label)
	if o, err := dossier.Entry.Object(); err == nil {
		p.Wheres = view.Places(record.Wheres(o))
	}
	if p.Also, err = s.joins.Also(v, &p.F, &dossier); err != nil {
		return err
	}
	dossier.Namesakes = p.Also.Without(dossier.Namesakes)
	p.V = dossier
	if len(dossier.Namesakes) > 0 {
		p.Sides = append(p.Sides, side{dossier.Party, dossier.Entry.Label, dossier.Listings, true})
	}
	for i, n := range dossier.Namesakes {
		p.F.Mark(n.Label)
		if i < sidesShown-1 {
			p.Sides = append(p.Sides, side{n.Party, n.Label, n.Listings, false})
		}
	}
	for _, m := range dossier.Mentions {
		p.F.Mark(m.Label)
	}
	for _, tie := range dossier.Ties {
		p.F.Mark(tie.Label)
	}
	return s.Render(w, v, http.StatusOK, "party", p)
}

// Others are the namesakes that did not fit side by side.
func (p *partyPage) Others() []screen.Namesake {
	return p.V.Namesakes[min(len(p.V.Namesakes), sidesShown-1):]
}
