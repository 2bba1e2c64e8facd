package web

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
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/view"
)

// questionsOnPage is how many pairs wait on one page.
const questionsOnPage = 10

// keyBy is the name under which somebody decided last in this session.
const keyBy = "by"

type questionsPage struct {
	F     frame
	All   []view.Decision
	Total int
	From  int
	To    int
	Prev  int // number of the page before, 0 for none
	Next  int
	Noted *view.Decision
	May   bool
}

func (s *Server) questions(w http.ResponseWriter, v *visit) error {
	p := &questionsPage{F: s.frame(v, "identity"), May: s.c.Identities.MayDecide(*v.viewer)}
	p.F.Title = v.say.Plain("identity.title")
	page, _ := strconv.Atoi(v.URL.Query().Get("page"))
	page = max(page, 1)
	qs, total, err := s.c.Identities.Questions(v.Context(), *v.viewer, min(page, maxPage)*questionsOnPage)
	if err != nil {
		return err
	}
	from := min((page-1)*questionsOnPage, len(qs))
	p.Total = total
	var open []record.SameParty
	for _, q := range qs[from:] {
		open = append(open, q.SameParty)
	}
	if p.All, err = s.decisionViews(v, &p.F, open); err != nil {
		return err
	}
	for i := range p.All {
		p.All[i].Form.Keys = true
	}
	p.window(from, page)
	if p.Noted, err = s.noted(v, &p.F); err != nil {
		return err
	}
	return s.render(w, v, http.StatusOK, "questions", p)
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
func (s *Server) noted(v *visit, f *frame) (*view.Decision, error) {
	id := v.URL.Query().Get("noted")
	if id == "" {
		return nil, nil
	}
	e, err := s.c.Objects.Get(v.Context(), *v.viewer, policy.Reading, id)
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
	views, err := s.decisionViews(v, f, []record.SameParty{d})
	if err != nil || len(views) == 0 {
		return nil, err
	}
	views[0].Form.N = "again"
	return &views[0], nil
}

// decisionViews reads both sides of decisions. One of a party that the viewer may
// not see is left out.
func (s *Server) decisionViews(v *visit, f *frame, ds []record.SameParty) (out []view.Decision, err error) {
	by := s.sessions.GetString(v.Context(), keyBy)
	for _, d := range ds {
		x := view.Decision{SameParty: d}
		seen := true
		for i, id := range d.Parties {
			x.Sides[i], err = s.entry(v, id)
			if absent(err) {
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
		f.mark(x.Sides[0].Label)
		f.mark(x.Sides[1].Label)
		for _, r := range d.Reasons {
			x.Reasons = append(x.Reasons, view.ReasonOf(v.say, r))
		}
		x.Form = view.DecideForm{N: x.Pair(), A: d.Parties[0], B: d.Parties[1], By: by, To: v.URL.Path}
		out = append(out, x)
	}
	return out, nil
}

// entry reads one party.
func (s *Server) entry(v *visit, id string) (view.Entry, error) {
	d, err := s.c.Desk.Party(v.Context(), *v.viewer, id)
	if err != nil {
		return view.Entry{}, err
	}
	out := view.Entry{Party: d.Party, Label: d.Entry.Label, Listings: d.Listings}
	names := make([]matrix.Name, 0, len(d.Party.Names))
	for _, n := range d.Party.Names {
		names = append(names, matrix.Name{Text: n.Text, Script: n.Script, Kind: n.Kind})
	}
	out.Shown, out.More = view.ReadersFirst(v.say, names, d.Party.PrimaryName())
	return out, nil
}

type groupPage struct {
	F       frame
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

func (s *Server) group(w http.ResponseWriter, v *visit) error {
	g, err := s.c.Identities.Group(v.Context(), *v.viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	if len(g.Members) == 0 {
		return errs.New(errs.NotFound, "not found")
	}
	p := &groupPage{
		F: s.frame(v, "identity"), G: g, May: s.c.Identities.MayDecide(*v.viewer), By: s.sessions.GetString(v.Context(), keyBy), Path: v.URL.Path,
	}
	var names []matrix.Name
	var ids []string
	for _, m := range g.Members {
		e, err := s.entry(v, m.Party.ID)
		if err != nil {
			return err
		}
		p.F.mark(e.Label)
		p.Members = append(p.Members, e)
		names, ids = append(names, e.Shown...), append(ids, m.Party.ID)
	}
	p.Shown, _ = view.ReadersFirst(v.say, names, g.Members[0].Party.PrimaryName())
	p.F.Title = v.say.Plain("group.title", p.Shown[0].Text)
	if p.Links, p.Open, err = s.linksOf(v, &p.F, &g); err != nil {
		return err
	}
	if p.Apart, err = s.apart(v, &p.F, ids); err != nil {
		return err
	}
	if p.Noted, err = s.noted(v, &p.F); err != nil {
		return err
	}
	p.Left, _ = strconv.Atoi(v.URL.Query().Get("left"))
	return s.render(w, v, http.StatusOK, "group", p)
}

// apart are the decisions that keep others out of a group, the latest on each
// pair.
func (s *Server) apart(v *visit, f *frame, members []string) ([]view.Decision, error) {
	all, err := s.c.Identities.Decisions(v.Context(), *v.viewer, members)
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
	return s.decisionViews(v, f, out)
}

// decide notes what a person decided on a pair.
func (s *Server) decide(w http.ResponseWriter, v *visit) error {
	verdict, by := v.PostFormValue("verdict"), strings.TrimSpace(v.PostFormValue("by"))
	if verdict != record.VerdictSame && verdict != record.VerdictDifferent {
		return errs.New(errs.Invalid, "it is not said whether the two entries are one").WithHint("Choose one of the two; nothing was noted.")
	}
	d, err := s.c.Identities.State(v.Context(), *v.viewer, v.PostFormValue("a"), v.PostFormValue("b"), verdict == record.VerdictSame, by, lines(v.PostFormValue("why")))
	if err != nil {
		return err
	}
	s.sessions.Put(v.Context(), keyBy, by)
	q := url.Values{"noted": {d.ID}}
	http.Redirect(w, v.Request, (&url.URL{Path: localPath(v.PostFormValue("to")), RawQuery: q.Encode(), Fragment: "noted"}).String(), http.StatusSeeOther)
	return nil
}

// split takes entries out of a group.
func (s *Server) split(w http.ResponseWriter, v *visit) error {
	by := strings.TrimSpace(v.PostFormValue("by"))
	parties := view.Filled(v.PostForm["party"])
	if _, err := s.c.Identities.Split(v.Context(), *v.viewer, parties, by, lines(v.PostFormValue("why"))); err != nil {
		return err
	}
	s.sessions.Put(v.Context(), keyBy, by)
	q := url.Values{"left": {strconv.Itoa(len(parties))}}
	http.Redirect(w, v.Request, (&url.URL{Path: localPath(v.PostFormValue("to")), RawQuery: q.Encode(), Fragment: "noted"}).String(), http.StatusSeeOther)
	return nil
}

// also returns what other lists have of a party, nil for nothing. Of most parties
// nobody has decided anything: then nothing is read.
func (s *Server) also(v *visit, f *frame, d *screen.Dossier) (*view.Also, error) {
	tied := func(t screen.Tie) bool { return t.Type == record.SamePartyType }
	if d.TiesCut == 0 && !slices.ContainsFunc(d.Ties, tied) {
		return nil, nil
	}
	g, err := s.c.Identities.Group(v.Context(), *v.viewer, d.Party.ID)
	if err != nil {
		return nil, err
	}
	out := &view.Also{Party: d.Party.ID, Open: len(g.Open)}
	for _, m := range g.Members {
		if m.Party.ID == d.Party.ID {
			continue
		}
		e, err := s.entry(v, m.Party.ID)
		if err != nil {
			return nil, err
		}
		f.mark(e.Label)
		x := view.AlsoEntry{Entry: e}
		x.Join(&g, d.Party.ID)
		out.Others = append(out.Others, x)
	}
	if len(out.Others) == 0 && out.Open == 0 {
		return nil, nil
	}
	return out, nil
}
