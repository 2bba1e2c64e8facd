package joins

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

// questionsOnPage is how many pairs wait on one page.
const questionsOnPage = 10

type questionsPage struct {
	F     web.Frame
	All   []view.Decision
	Total int
	From  int
	To    int
	Prev  int // number of the page before, 0 for none
	Next  int
	Noted *view.Decision
	May   bool
}

func (s *pages) questions(w http.ResponseWriter, v *web.Visit) error {
	p := &questionsPage{F: s.Frame(v, "identity"), May: s.c.Identities.MayDecide(*v.Viewer)}
	p.F.Title = v.Say.Plain("identity.title")
	page, _ := strconv.Atoi(v.URL.Query().Get("page"))
	page = max(page, 1)
	qs, total, err := s.c.Identities.Questions(v.Context(), *v.Viewer, min(page, maxPage)*questionsOnPage)
	if err != nil {
		return err
	}
	from := min((page-1)*questionsOnPage, len(qs))
	p.Total = total
	var open []record.SameParty
	for _, q := range qs[from:] {
		open = append(open, q.SameParty)
	}
	if p.All, err = s.read.Decisions(v, &p.F, open); err != nil {
		return err
	}
	for i := range p.All {
		p.All[i].Form.Keys = true
	}
	p.window(from, page)
	if p.Noted, err = s.noted(v, &p.F); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "questions", p)
}

// maxPage bounds what an address can make the node read.
const maxPage = 1000

func (p *questionsPage) window(from, page int) {
	if len(p.All) > 0 {
		p.From, p.To = from+1, from+len(p.All)
	}
	if page > 1 {
		p.Prev = page - 1
	}
	if p.To > 0 && p.To < p.Total {
		p.Next = page + 1
	}
}

// noted is the decision that was just taken, with the way to take another.
func (s *pages) noted(v *web.Visit, f *web.Frame) (*view.Decision, error) {
	id := v.URL.Query().Get("noted")
	if id == "" {
		return nil, nil
	}
	e, err := s.c.Objects.Get(v.Context(), *v.Viewer, policy.Reading, id)
	if err != nil {
		return nil, err
	}
	o, err := e.Object()
	if err != nil {
		return nil, err
	}
	if o.Type() != record.SamePartyType {
		return nil, errs.New(errs.NotFound, "not found")
	}
	d, err := record.SamePartyOf(o)
	if err != nil {
		return nil, err
	}
	views, err := s.read.Decisions(v, f, []record.SameParty{d})
	if err != nil || len(views) == 0 {
		return nil, err
	}
	views[0].Form.N = "again"
	return &views[0], nil
}

type groupPage struct {
	F       web.Frame
	G       identity.Group
	Shown   []matrix.Name
	Members []view.Entry
	Links   []view.Decision
	Open    []view.Decision
	Apart   []view.Decision // decided to be others
	Noted   *view.Decision
	Left    int // how many parties were just taken out
	May     bool
	By      string
	Path    string
}

func (s *pages) group(w http.ResponseWriter, v *web.Visit) error {
	g, err := s.c.Identities.Group(v.Context(), *v.Viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	if len(g.Members) == 0 {
		return errs.New(errs.NotFound, "not found")
	}
	p := &groupPage{
		F: s.Frame(v, "identity"), G: g, May: s.c.Identities.MayDecide(*v.Viewer), By: s.By(v), Path: v.URL.Path,
	}
	var names []matrix.Name
	var ids []string
	for _, m := range g.Members {
		e, err := s.read.Entry(v, m.Party.ID)
		if err != nil {
			return err
		}
		p.F.Mark(e.Label)
		p.Members = append(p.Members, e)
		names, ids = append(names, e.Shown...), append(ids, m.Party.ID)
	}
	p.Shown, _ = view.ReadersFirst(v.Say, names, g.Members[0].Party.PrimaryName())
	p.F.Title = v.Say.Plain("group.title", p.Shown[0].Text)
	if p.Links, p.Open, err = s.read.Links(v, &p.F, &g); err != nil {
		return err
	}
	if p.Apart, err = s.apart(v, &p.F, ids); err != nil {
		return err
	}
	if p.Noted, err = s.noted(v, &p.F); err != nil {
		return err
	}
	p.Left, _ = strconv.Atoi(v.URL.Query().Get("left"))
	return s.Render(w, v, http.StatusOK, "group", p)
}

// apart are the decisions that keep others out of a group, the latest on each
// pair.
func (s *pages) apart(v *web.Visit, f *web.Frame, members []string) ([]view.Decision, error) {
	all, err := s.c.Identities.Decisions(v.Context(), *v.Viewer, members)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b record.SameParty) int { return strings.Compare(a.Modified, b.Modified) })
	last := map[[2]string]record.SameParty{}
	for _, d := range all {
		if d.By != "" {
			last[d.Parties] = d
		}
	}
	var out []record.SameParty
	for _, d := range all {
		if last[d.Parties].ID == d.ID && d.Verdict == record.VerdictDifferent {
			out = append(out, d)
		}
	}
	return s.read.Decisions(v, f, out)
}

// decide notes what a person decided on a pair.
func (s *pages) decide(w http.ResponseWriter, v *web.Visit) error {
	verdict, by := v.PostFormValue("verdict"), v.Line("by")
	if verdict != record.VerdictSame && verdict != record.VerdictDifferent {
		return errs.New(errs.Invalid, "it is not said whether the two entries are one").WithHint("Choose one of the two; nothing was noted.")
	}
	d, err := s.c.Identities.State(v.Context(), *v.Viewer, v.PostFormValue("a"), v.PostFormValue("b"), verdict == record.VerdictSame, by, v.Text("why"))
	if err != nil {
		return err
	}
	s.Decided(v, by)
	q := url.Values{"noted": {d.ID}}
	http.Redirect(w, v.Request, (&url.URL{Path: web.LocalPath(v.PostFormValue("to")), RawQuery: q.Encode(), Fragment: "noted"}).String(), http.StatusSeeOther)
	return nil
}

// split takes entries out of a group.
func (s *pages) split(w http.ResponseWriter, v *web.Visit) error {
	by := v.Line("by")
	parties := view.Filled(v.PostForm["party"])
	if _, err := s.c.Identities.Split(v.Context(), *v.Viewer, parties, by, v.Text("why")); err != nil {
		return err
	}
	s.Decided(v, by)
	q := url.Values{"left": {strconv.Itoa(len(parties))}}
	http.Redirect(w, v.Request, (&url.URL{Path: web.LocalPath(v.PostFormValue("to")), RawQuery: q.Encode(), Fragment: "noted"}).String(), http.StatusSeeOther)
	return nil
}
