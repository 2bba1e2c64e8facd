package joins

import (
	"slices"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

// Decisions reads both sides of decisions. One of a party that the viewer may
// not see is left out.
func (r *Reader) Decisions(v *web.Visit, f *web.Frame, ds []record.SameParty) (out []view.Decision, err error) {
	by := r.site.By(v)
	for _, d := range ds {
		x := view.Decision{SameParty: d}
		seen := true
		for i, id := range d.Parties {
			x.Sides[i], err = r.Entry(v, id)
			if web.Absent(err) {
				seen = false
				break
			}
			if err != nil {
				return nil, err
			}
		}
		if !seen {
			continue
		}
		f.Mark(x.Sides[0].Label)
		f.Mark(x.Sides[1].Label)
		for _, why := range d.Reasons {
			x.Reasons = append(x.Reasons, view.ReasonOf(v.Say, why))
		}
		x.Form = view.DecideForm{N: x.Pair(), A: d.Parties[0], B: d.Parties[1], By: by, To: v.URL.Path}
		out = append(out, x)
	}
	return out, nil
}

// Entry reads one party.
func (r *Reader) Entry(v *web.Visit, id string) (view.Entry, error) {
	d, err := r.c.Parties.Party(v.Context(), *v.Viewer, id)
	if err != nil {
		return view.Entry{}, err
	}
	out := view.Entry{Party: d.Party, Label: d.Entry.Label, Listings: d.Listings}
	names := make([]matrix.Name, 0, len(d.Party.Names))
	for _, n := range d.Party.Names {
		names = append(names, matrix.Name{Text: n.Text, Script: n.Script, Kind: n.Kind})
	}
	out.Shown, out.More = view.ReadersFirst(v.Say, names, d.Party.PrimaryName())
	return out, nil
}

// Also returns what other lists have of a party, nil for nothing. Of most parties
// nobody has decided anything: then nothing is read.
func (r *Reader) Also(v *web.Visit, f *web.Frame, d *screen.Dossier) (*view.Also, error) {
	tied := func(t screen.Tie) bool { return t.Type == record.SamePartyType }
	if d.TiesCut == 0 && !slices.ContainsFunc(d.Ties, tied) {
		return nil, nil
	}
	g, err := r.c.Identities.Group(v.Context(), *v.Viewer, d.Party.ID)
	if err != nil {
		return nil, err
	}
	out := &view.Also{Party: d.Party.ID, Open: len(g.Open)}
	for _, m := range g.Members {
		if m.Party.ID == d.Party.ID {
			continue
		}
		e, err := r.Entry(v, m.Party.ID)
		if err != nil {
			return nil, err
		}
		f.Mark(e.Label)
		x := view.AlsoEntry{Entry: e}
		x.Join(&g, d.Party.ID)
		out.Others = append(out.Others, x)
	}
	if len(out.Others) == 0 && out.Open == 0 {
		return nil, nil
	}
	return out, nil
}

// Links are the decisions that hold a group together, and those that are open.
func (r *Reader) Links(v *web.Visit, f *web.Frame, g *identity.Group) (links, open []view.Decision, err error) {
	if links, err = r.Decisions(v, f, g.Links); err != nil {
		return nil, nil, err
	}
	open, err = r.Decisions(v, f, g.Open)
	return links, open, err
}
