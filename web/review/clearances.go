package review

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/web"
)

// clearancesShown is how many clearances the page has, the newest first; more
// are said to exist.
const clearancesShown = 100

// clearanceStates are the states by which the page can be narrowed.
var clearanceStates = []string{string(clearance.Proposed), string(clearance.InForce), string(clearance.Expired), string(clearance.Lapsed), string(clearance.Withdrawn)}

type clearancesPage struct {
	F      web.Frame
	State  string // "" for all
	States []string
	All    []clearanceView
	Cut    int
}

// clearanceView is a clearance with the name of its party.
type clearanceView struct {
	clearance.Clearance
	Title string // "" when the party cannot be seen
}

// Alive reports whether anything can still be done about it.
func (c clearanceView) Alive() bool {
	return c.State == clearance.Proposed || c.State == clearance.InForce || c.State == clearance.Lapsed
}

func (s *pages) clearances(w http.ResponseWriter, v *web.Visit) error {
	p := &clearancesPage{F: s.Frame(v, "clearances"), States: clearanceStates}
	var f clearance.Filter
	if p.State = v.URL.Query().Get("state"); p.State != "" {
		f.States = []clearance.State{clearance.State(p.State)}
	}
	all, err := s.c.Clearances.Clearances(v.Context(), *v.Viewer, f)
	if err != nil {
		return err
	}
	p.F.Title = v.Say.Plain("clearances.title")
	slices.Reverse(all)
	p.Cut = max(0, len(all)-clearancesShown)
	for _, c := range all[:len(all)-p.Cut] {
		view := clearanceView{Clearance: c}
		e, err := s.c.Objects.Get(v.Context(), *v.Viewer, policy.Reading, c.Party)
		if err != nil && !web.Absent(err) {
			return err
		}
		if err == nil {
			o, err := e.Object()
			if err != nil {
				return err
			}
			view.Title = screen.Title(o)
			p.F.Mark(e.Label)
		}
		p.All = append(p.All, view)
	}
	return s.Render(w, v, http.StatusOK, "clearances", p)
}

func (s *pages) proposeClearance(w http.ResponseWriter, v *web.Visit) error {
	until, err := time.ParseInLocation(time.DateOnly, v.Line("until"), time.UTC)
	if err != nil {
		return errs.New(errs.Invalid, "the end is no day").WithHint("Write it as 2026-12-31, at most %d days from now.", clearance.MaxDays)
	}
	c, err := s.c.Clearances.Propose(v.Context(), *v.Viewer, clearance.Proposal{
		Name: v.PostFormValue("name"), Reference: v.PostFormValue("reference"), Party: v.PostFormValue("party"), Version: v.PostFormValue("version"),
		Reason: v.Text("reason"), Author: v.PostFormValue("by"), Until: until,
	})
	return s.decided(w, v, c, err)
}

func (s *pages) confirmClearance(w http.ResponseWriter, v *web.Visit) error {
	c, err := s.c.Clearances.Confirm(v.Context(), *v.Viewer, v.PathValue("id"), v.PostFormValue("by"))
	return s.decided(w, v, c, err)
}

func (s *pages) withdrawClearance(w http.ResponseWriter, v *web.Visit) error {
	c, err := s.c.Clearances.Withdraw(v.Context(), *v.Viewer, v.PathValue("id"), v.PostFormValue("by"), v.Text("reason"))
	return s.decided(w, v, c, err)
}

// decided goes to the clearance among all.
func (s *pages) decided(w http.ResponseWriter, v *web.Visit, c clearance.Clearance, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/clearances#c-"+url.PathEscape(c.ID), http.StatusSeeOther)
	return nil
}
