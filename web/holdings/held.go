package holdings

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
)

// heldShown is how many held versions the page has, the newest first; more are
// said to exist.
const heldShown = 50

type heldPage struct {
	F   web.Frame
	All []heldView
	Cut int
	// Over is set when versions are shown about which nothing is to be decided.
	Over bool
}

// heldView is a held version with what a page says of it.
type heldView struct {
	held.Item
	Why  []screen.Text
	Say  screen.Text // where it stands
	Name string      // that the next form offers
	More int         // differences that are not shown
}

// List is the name of the list, which a hold names by its key.
func (h *heldView) List() string {
	if l, ok := lists.Find(h.Hold.List); ok {
		return l.Name
	}
	return h.Hold.List
}

// Alive reports whether something is to be decided about it.
func (h *heldView) Alive() bool { return h.State == held.Waiting || h.State == held.Proposed }

// Last reports whether the next word for it lets it in.
func (h *heldView) Last() bool { return h.State == held.Proposed }

// Field is the name of a field in the families of words.
func (h *heldView) Field(name string) string { return strings.ReplaceAll(name, " ", "-") }

func (s *pages) heldVersions(w http.ResponseWriter, v *web.Visit) error {
	p := &heldPage{F: s.Frame(v, "lists"), Over: v.URL.Query().Get("all") != ""}
	p.F.Title = v.Say.Plain("held.title")
	all, err := s.c.Held.Held(v.Context(), *v.Viewer, p.Over)
	if err != nil {
		return err
	}
	slices.Reverse(all)
	p.Cut = max(0, len(all)-heldShown)
	for _, i := range all[:len(all)-p.Cut] {
		x := heldView{Item: i, Say: standing(i), Name: s.By(v), More: i.Hold.Added + i.Hold.Changed + i.Hold.Removed - len(i.Hold.First)}
		for _, r := range i.Hold.Reasons {
			x.Why = append(x.Why, heldWhy(r, i.Hold))
		}
		if i.First != nil && lists.Person(i.First.By) == lists.Person(x.Name) {
			x.Name = "" // somebody else is needed
		}
		if err := s.mark(v, &p.F, i.Hold.First); err != nil {
			return err
		}
		p.All = append(p.All, x)
	}
	return s.Render(w, v, http.StatusOK, "held", p)
}

// mark marks the page as high as the entries that the journal has are marked.
func (s *pages) mark(v *web.Visit, f *web.Frame, all []lists.Change) error {
	for _, c := range all {
		e, err := s.c.Objects.Get(v.Context(), *v.Viewer, policy.Reading, c.Party)
		if err == nil {
			f.Mark(e.Label)
		} else if !web.Absent(err) {
			return err
		}
	}
	return nil
}

// standing says where a held version stands.
func standing(i held.Item) screen.Text {
	switch i.State {
	case held.Proposed:
		return screen.Text{Key: "held.say.proposed", Args: []any{i.First.By}}
	case held.Released:
		return screen.Text{Key: "held.say.released", Args: []any{i.First.By, i.Second.By}}
	case held.Rejected:
		return screen.Text{Key: "held.say.rejected", Args: []any{i.Against.By}}
	}
	return screen.Text{Key: "held.say.waiting"}
}

// heldWhy says a reason in the reader's language, as package lists says it in
// English.
func heldWhy(r lists.Reason, h *lists.Hold) screen.Text {
	switch r {
	case lists.Shrunk:
		return screen.Text{Key: "held.why.shrunk", Args: []any{h.EntriesBefore, h.Entries}}
	case lists.FileMissing:
		return screen.Text{Key: "held.why.file-missing"}
	case lists.Removed:
		if h.Renumbered > 0 {
			return screen.Text{Key: "held.why.renumbered", Args: []any{h.Removed, h.Limit, h.Renumbered}}
		}
		return screen.Text{Key: "held.why.removed", Args: []any{h.Removed, h.Limit}}
	case lists.Renamed:
		return screen.Text{Key: "held.why.renamed", Args: []any{h.Renamed, h.Limit}}
	case lists.Older:
		return screen.Text{Key: "held.why.older", Args: []any{h.DateBefore, h.Date}}
	case lists.SameDate:
		return screen.Text{Key: "held.why.same-date", Args: []any{h.Date}}
	case lists.OtherHash:
		return screen.Text{Key: "held.why.other-hash"}
	}
	return screen.Text{Key: "held.why.other", Args: []any{string(r)}}
}

// release takes a person's word that a held version is right. Whether a second
// person is somebody else is decided by package held.
func (s *pages) release(w http.ResponseWriter, v *web.Visit) error {
	id, by := v.PathValue("id"), v.Line("by")
	_, job, err := s.c.Held.Release(v.Context(), *v.Viewer, id, by, v.Text("why"))
	if err != nil {
		return err
	}
	s.Decided(v, by)
	http.Redirect(w, v.Request, cmp.Or(jobAddress(job), "/lists/held#h-"+url.PathEscape(id)), http.StatusSeeOther)
	return nil
}

// jobAddress is where the import of a released version is seen, "" for none.
func jobAddress(job string) string {
	if job == "" {
		return ""
	}
	return "/imports/" + url.PathEscape(job)
}

// reject ends a held version.
func (s *pages) reject(w http.ResponseWriter, v *web.Visit) error {
	id, by := v.PathValue("id"), v.Line("by")
	if _, err := s.c.Held.Reject(v.Context(), *v.Viewer, id, by, v.Text("why")); err != nil {
		return err
	}
	s.Decided(v, by)
	http.Redirect(w, v.Request, "/lists/held?all=1#h-"+url.PathEscape(id), http.StatusSeeOther)
	return nil
}

// waiting is how many held versions wait, none for a viewer who may not decide.
func (s *pages) waiting(v *web.Visit) (int, error) {
	all, err := s.c.Held.Held(v.Context(), *v.Viewer, false)
	if errs.Is(err, errs.Denied) {
		return 0, nil
	}
	return len(all), err
}
