package inquiry

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

type askPage struct {
	F         web.Frame
	Recent    []question
	Lists     []record.ListVersion
	Jobs      []intake.Job
	Kinds     []string
	MayImport bool // the viewer may take things in
	About     aboutForm
}

// aboutForm is the part of the form that says what else is known of whom a
// question is about, with what was given.
type aboutForm struct {
	Form                                         string // id of the form that it belongs to
	DOB, Place, Country, IDs, Reference, Profile string
	Profiles                                     []match.Profile
}

// about reads the part from an address.
func about(form string, q url.Values) aboutForm {
	a := aboutForm{
		Form: form, DOB: q.Get("dob"), Place: q.Get("place"), Country: q.Get("country"), IDs: strings.Join(identifiers(q), ", "),
		Reference: q.Get("reference"), Profile: q.Get("profile"), Profiles: match.DefaultParams.Profiles,
	}
	if a.Profile == "" {
		a.Profile = match.Balanced
	}
	return a
}

// identifiers are the document numbers and wallets of an address.
func identifiers(q url.Values) (out []string) {
	for _, all := range q["id"] {
		for s := range strings.FieldsFuncSeq(all, func(r rune) bool { return strings.ContainsRune(",;\n、，", r) }) {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// asked is the question of an address.
func asked(q url.Values) (screen.Query, error) {
	out := screen.Query{
		Text: strings.TrimSpace(q.Get("q")), Kind: screen.Kind(q.Get("kind")), Profile: q.Get("profile"), Place: strings.TrimSpace(q.Get("place")),
		Country: strings.TrimSpace(q.Get("country")), Identifiers: identifiers(q), Reference: strings.TrimSpace(q.Get("reference")),
	}
	if dob := strings.TrimSpace(q.Get("dob")); dob != "" {
		d, note := batch.ParseBirth(dob, batch.AnyOrder)
		if d == "" || note != "" {
			return out, errs.New(errs.Invalid, "the date of birth cannot be read for sure").WithHint("Write it as 1966-12-05, 1966-12 or 1966.")
		}
		out.Birth = d
	}
	return out, nil
}

// more is what an address says besides the text, its kind and which candidate is
// shown.
func more(q url.Values) string {
	out := url.Values{}
	for _, key := range []string{"dob", "place", "country", "id", "reference", "profile"} {
		for _, v := range q[key] {
			if v = strings.TrimSpace(v); v != "" && (key != "profile" || v != match.Balanced) {
				out.Add(key, v)
			}
		}
	}
	return out.Encode()
}

// How much the first page shows of what happened lately.
const (
	jobsOnAsk    = 3
	whoOnAnswer  = 12 // rows of "who lists", more are said to exist
	cellsInQuote = 12 // cells of a source row shown beside an answer
)

func (s *pages) ask(w http.ResponseWriter, v *web.Visit) error {
	p := &askPage{F: s.Frame(v, "ask"), Recent: s.recent(v), Kinds: s.c.Desk.ImportKinds()}
	p.F.Title, p.About = v.Say.Plain("ask.title"), about("askform", nil)
	var err error
	if p.Lists, err = s.c.Desk.Lists(v.Context(), *v.Viewer); err != nil {
		return err
	}
	jobs, err := s.c.Desk.Jobs(v.Context(), *v.Viewer)
	if err != nil && !errs.Is(err, errs.Denied) {
		return err
	}
	p.MayImport = err == nil
	p.Jobs = jobs[:min(len(jobs), jobsOnAsk)]
	return s.Render(w, v, http.StatusOK, "ask", p)
}

type answerPage struct {
	F       web.Frame
	A       screen.Answer
	Who     []view.Who
	WhoMore int              // listings that are further down only
	Absent  []screen.Checked // lists in which nothing was found
	Lead    *candidateView   // the candidate shown in full
	Rest    []candidateView
	Cleared []candidateView // those that people have decided are others
	Kind    string          // what the text was asked for as, "" for anything
	About   aboutForm
	With    []string // what else was given, to be read and printed
	More    string   // the same as in the address

	MayClear bool                  // the viewer may propose that the lead is another
	Proposed []clearance.Clearance // of the lead and this question, not yet confirmed
	Source   *intake.SourceView    // where the lead's name stands, nil if it cannot be shown
	Quote    *intake.SourceRow
	Ties     *screen.Dossier // what the lead is tied to, nil if it is no party
	Also     *view.Also      // what decisions on identity say of the lead, nil for nothing
}

// candidateView is a candidate with its number in the answer, from 1.
type candidateView struct {
	screen.Candidate
	N       int
	Label   policy.Label
	IsParty bool
	Version string // of its object
}

// Again is the address of the same question as another kind, or with another
// candidate in full.
func (p *answerPage) Again(kind string, pick int) string {
	u := question{Text: p.A.Query, Kind: kind, More: p.More}.Address()
	if pick > 0 {
		u += "&pick=" + strconv.Itoa(pick)
	}
	return u
}

// Given reports whether the answer gives a probability for the candidate: that it
// is this party. Of an indicator or a claim there is no such question.
func (c candidateView) Given() bool { return c.IsParty && c.Probability.High > 0 }

func (s *pages) answer(w http.ResponseWriter, v *web.Visit) error {
	q := v.URL.Query()
	text := strings.TrimSpace(q.Get("q"))
	if text == "" {
		http.Redirect(w, v.Request, "/", http.StatusSeeOther)
		return nil
	}
	query, err := asked(q)
	if err != nil {
		return err
	}
	a, err := s.c.Screen.Ask(v.Context(), *v.Viewer, query)
	if err != nil {
		return err
	}
	s.remember(v, question{Text: text, Kind: q.Get("kind"), More: more(q), State: string(a.State), At: s.Now().UTC().Truncate(time.Second)})
	pick, _ := strconv.Atoi(q.Get("pick"))
	p, err := s.answerPage(v, a, pick)
	if err != nil {
		return err
	}
	p.about(q, query)
	if err := s.mayClear(v, p); err != nil {
		return err
	}
	p.F.Box = text
	return s.Render(w, v, http.StatusOK, "answer", p)
}

func (s *pages) answerPage(v *web.Visit, a screen.Answer, pick int) (*answerPage, error) {
	p := &answerPage{F: s.Frame(v, "ask"), A: a}
	p.F.Title = a.Query
	if pick < 1 || pick > len(a.Candidates) {
		pick = 1
	}
	for i, c := range a.Candidates {
		e, err := s.c.Joins.Objects.Get(v.Context(), *v.Viewer, policy.Reading, c.Object)
		if err != nil {
			return nil, err
		}
		p.F.Mark(e.Label)
		view := candidateView{Candidate: c, N: i + 1, Label: e.Label, IsParty: c.PartyKind != "", Version: e.Version}
		switch {
		case view.N == pick:
			p.Lead = &view
		case c.Cleared == nil:
			p.Rest = append(p.Rest, view)
		}
		if c.Cleared != nil {
			p.Cleared = append(p.Cleared, view)
		}
	}
	p.who()
	if p.Lead != nil {
		if err := s.beside(v.Context(), *v.Viewer, p); err != nil {
			return nil, err
		}
	}
	if p.Ties != nil {
		var err error
		if p.Also, err = s.joins.Also(v, &p.F, p.Ties); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// about notes what else was given.
func (p *answerPage) about(address url.Values, q screen.Query) {
	p.Kind, p.About, p.More = string(q.Kind), about("again", address), more(address)
	for _, given := range append([]string{string(q.Birth), q.Place, q.Country, q.Reference}, q.Identifiers...) {
		if given != "" {
			p.With = append(p.With, given)
		}
	}
}

// mayClear finds out whether the viewer may say that the lead is another, and who
// has said so already.
func (s *pages) mayClear(v *web.Visit, p *answerPage) error {
	if p.Lead == nil || !p.Lead.IsParty || p.Lead.Matched.Kind != screen.Name || p.A.Reading.Kind != screen.Name {
		return nil
	}
	all, err := s.c.Desk.Clearances(v.Context(), *v.Viewer, clearance.Filter{
		States: []clearance.State{clearance.Proposed}, Party: p.Lead.Object, Key: clearance.Key(p.A.Reading.Canonical),
	})
	if errs.Is(err, errs.Denied) {
		return nil
	}
	p.MayClear, p.Proposed = err == nil, all
	return err
}

// who gathers who lists it: the listings of the lead and of the candidates that
// were met as well as it was, and then the lists that have none of these. A
// candidate that merely has parts of the name in common is another name, and
// its listings would say of this name what is not so.
func (p *answerPage) who() {
	if p.Lead == nil {
		p.Absent = absentFrom(p.A.Checked, nil)
		return
	}
	listed := map[string]bool{}
	for _, c := range p.A.Candidates {
		if c.Object != p.Lead.Object && (partial(c) != partial(p.Lead.Candidate) || (c.Cleared != nil) != (p.Lead.Cleared != nil)) {
			continue
		}
		for _, l := range c.Listings {
			listed[l.List] = true
			if len(p.Who) == whoOnAnswer {
				p.WhoMore++
				continue
			}
			p.Who = append(p.Who, view.Who{Listing: l, Candidate: c.Object})
		}
	}
	p.Absent = absentFrom(p.A.Checked, listed)
}

// partial reports whether a candidate is only near what was asked for.
func partial(c screen.Candidate) bool { return !c.Alert }

func absentFrom(checked []screen.Checked, listed map[string]bool) []screen.Checked {
	var out []screen.Checked
	for _, c := range checked {
		if !listed[c.List] && c.Found == 0 {
			out = append(out, c)
		}
	}
	return out
}

// beside reads what stands beside the answer: the source row and the ties of
// the candidate shown in full.
func (s *pages) beside(ctx context.Context, viewer policy.Viewer, p *answerPage) error {
	if w := p.Lead.Matched.Where; w.SHA256 != "" {
		src, err := s.c.Desk.Source(ctx, viewer, w)
		switch {
		case err == nil:
			p.Source = &src
			p.F.Mark(src.Label)
			if i := slices.IndexFunc(src.Rows, func(r intake.SourceRow) bool { return r.Number == w.Row }); i >= 0 {
				p.Quote = &src.Rows[i]
				view.Find(p.Quote, p.Lead.Matched.Text)
			}
		case !web.Absent(err):
			return err
		}
	}
	if p.Lead.IsParty {
		ties, err := s.c.Joins.Parties.Party(ctx, viewer, p.Lead.Object)
		if err != nil && !web.Absent(err) {
			return err
		}
		if err == nil {
			p.Ties = &ties
		}
	}
	return nil
}
