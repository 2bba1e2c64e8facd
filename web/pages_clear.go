package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
)

// clearancesShown is how many clearances the page has, the newest first; more
// are said to exist.
const clearancesShown = 100

// clearanceStates are the states by which the page can be narrowed.
var clearanceStates = []string{string(clearance.Proposed), string(clearance.InForce), string(clearance.Expired), string(clearance.Lapsed), string(clearance.Withdrawn)}

type clearancesPage struct {
	F      frame
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

func (s *Server) clearances(w http.ResponseWriter, v *visit) error {
	p := &clearancesPage{F: s.frame(v, "clearances"), States: clearanceStates}
	var f clearance.Filter
	if p.State = v.URL.Query().Get("state"); p.State != "" {
		f.States = []clearance.State{clearance.State(p.State)}
	}
	all, err := s.c.Desk.Clearances(v.Context(), *v.viewer, f)
	if err != nil {
		return err
	}
	p.F.Title = v.say.Plain("clearances.title")
	slices.Reverse(all)
	p.Cut = max(0, len(all)-clearancesShown)
	for _, c := range all[:len(all)-p.Cut] {
		view := clearanceView{Clearance: c}
		e, err := s.c.Objects.Get(v.Context(), *v.viewer, policy.Reading, c.Party)
		if err != nil && !absent(err) {
			return err
		}
		if err == nil {
			o, err := e.Object()
			if err != nil {
				return err
			}
			view.Title = screen.Title(o)
			p.F.mark(e.Label)
		}
		p.All = append(p.All, view)
	}
	return s.render(w, v, http.StatusOK, "clearances", p)
}

func (s *Server) proposeClearance(w http.ResponseWriter, v *visit) error {
	until, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(v.PostFormValue("until")), time.UTC)
	if err != nil {
		return errs.New(errs.Invalid, "the end is no day").WithHint("Write it as 2026-12-31, at most %d days from now.", clearance.MaxDays)
	}
	c, err := s.c.Desk.Propose(v.Context(), *v.viewer, clearance.Proposal{
		Name: v.PostFormValue("name"), Reference: v.PostFormValue("reference"), Party: v.PostFormValue("party"), Version: v.PostFormValue("version"),
		Reason: lines(v.PostFormValue("reason")), Author: v.PostFormValue("by"), Until: until,
	})
	return s.decided(w, v, c, err)
}

func (s *Server) confirmClearance(w http.ResponseWriter, v *visit) error {
	c, err := s.c.Desk.Confirm(v.Context(), *v.viewer, v.PathValue("id"), v.PostFormValue("by"))
	return s.decided(w, v, c, err)
}

func (s *Server) withdrawClearance(w http.ResponseWriter, v *visit) error {
	c, err := s.c.Desk.Withdraw(v.Context(), *v.viewer, v.PathValue("id"), v.PostFormValue("by"), lines(v.PostFormValue("reason")))
	return s.decided(w, v, c, err)
}

// lines has the line ends of a form's text as everywhere else.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// decided goes to the clearance among all.
func (s *Server) decided(w http.ResponseWriter, v *visit, c clearance.Clearance, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/clearances#c-"+url.PathEscape(c.ID), http.StatusSeeOther)
	return nil
}
