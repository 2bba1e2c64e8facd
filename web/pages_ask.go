package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

type askPage struct {
	F         frame
	Recent    []question
	Lists     []record.ListVersion
	Jobs      []intake.Job
	Kinds     []string
	MayImport bool // the viewer may take things in
}

// How much the first page shows of what happened lately.
const (
	jobsOnAsk    = 3
	whoOnAnswer  = 12 // rows of "who lists", more are said to exist
	cellsInQuote = 12 // cells of a source row shown beside an answer
)

func (s *Server) ask(w http.ResponseWriter, v *visit) error {
	p := &askPage{F: s.frame(v, "ask"), Recent: s.recent(v.Context()), Kinds: s.c.Desk.ImportKinds()}
	p.F.Title = v.say.plain("ask.title")
	var err error
	if p.Lists, err = s.c.Desk.Lists(v.Context(), *v.viewer); err != nil {
		return err
	}
	jobs, err := s.c.Desk.Jobs(v.Context(), *v.viewer)
	if err != nil && !errs.Is(err, errs.Denied) {
		return err
	}
	p.MayImport = err == nil
	p.Jobs = jobs[:min(len(jobs), jobsOnAsk)]
	return s.render(w, v, http.StatusOK, "ask", p)
}

type answerPage struct {
	F       frame
	A       screen.Answer
	Who     []whoRow
	WhoMore int              // listings that are further down only
	Absent  []screen.Checked // lists in which nothing was found
	Lead    *candidateView   // the candidate shown in full
	Rest    []candidateView
	Source  *intake.SourceView // where the lead's name stands, nil if it cannot be shown
	Quote   *intake.SourceRow
	Ties    *screen.Dossier // what the lead is tied to, nil if it is no party
}

// whoRow is one listing of one candidate.
type whoRow struct {
	screen.Listing
	Candidate string
	Title     string
}

// candidateView is a candidate with its number in the answer, from 1.
type candidateView struct {
	screen.Candidate
	N       int
	Label   policy.Label
	IsParty bool
}

// Given reports whether the answer gives a probability for the candidate: that it
// is this party. Of an indicator or a claim there is no such question.
func (c candidateView) Given() bool { return c.IsParty && c.Probability.High > 0 }

func (s *Server) answer(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	text := strings.TrimSpace(q.Get("q"))
	if text == "" {
		http.Redirect(w, v.Request, "/", http.StatusSeeOther)
		return nil
	}
	a, err := s.c.Screen.Ask(v.Context(), *v.viewer, screen.Query{Text: text, Kind: screen.Kind(q.Get("kind"))})
	if err != nil {
		return err
	}
	s.remember(v.Context(), question{Text: text, Kind: q.Get("kind"), State: string(a.State), At: s.c.Clock().UTC().Truncate(time.Second)})
	pick, _ := strconv.Atoi(q.Get("pick"))
	p, err := s.answerPage(v, a, pick)
	if err != nil {
		return err
	}
	p.F.Box = text
	return s.render(w, v, http.StatusOK, "answer", p)
}

func (s *Server) answerPage(v *visit, a screen.Answer, pick int) (*answerPage, error) {
	p := &answerPage{F: s.frame(v, "ask"), A: a}
	p.F.Title = a.Query
	if pick < 1 || pick > len(a.Candidates) {
		pick = 1
	}
	for i, c := range a.Candidates {
		e, err := s.c.Objects.Get(v.Context(), *v.viewer, policy.Reading, c.Object)
		if err != nil {
			return nil, err
		}
		p.F.mark(e.Label)
		view := candidateView{Candidate: c, N: i + 1, Label: e.Label, IsParty: c.PartyKind != ""}
		if view.N == pick {
			p.Lead = &view
		} else {
			p.Rest = append(p.Rest, view)
		}
	}
	p.who()
	if p.Lead != nil {
		return p, s.beside(v.Context(), *v.viewer, p)
	}
	return p, nil
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
		if c.Object != p.Lead.Object && partial(c) != partial(p.Lead.Candidate) {
			continue
		}
		for _, l := range c.Listings {
			listed[l.List] = true
			if len(p.Who) == whoOnAnswer {
				p.WhoMore++
				continue
			}
			p.Who = append(p.Who, whoRow{l, c.Object, c.Title})
		}
	}
	p.Absent = absentFrom(p.A.Checked, listed)
}

// partial reports whether a candidate was met in parts of a name only.
func partial(c screen.Candidate) bool { return c.Matched.How == "tokens" }

func absentFrom(checked []screen.Checked, listed map[string]bool) []screen.Checked {
	var out []screen.Checked
	for _, c := range checked {
		if !listed[c.List] {
			out = append(out, c)
		}
	}
	return out
}

// beside reads what stands beside the answer: the source row and the ties of
// the candidate shown in full.
func (s *Server) beside(ctx context.Context, viewer policy.Viewer, p *answerPage) error {
	if w := p.Lead.Matched.Where; w.SHA256 != "" {
		src, err := s.c.Desk.Source(ctx, viewer, w)
		switch {
		case err == nil:
			p.Source = &src
			p.F.mark(src.Label)
			if i := slices.IndexFunc(src.Rows, func(r intake.SourceRow) bool { return r.Number == w.Row }); i >= 0 {
				p.Quote = &src.Rows[i]
				find(p.Quote, p.Lead.Matched.Text)
			}
		case !absent(err):
			return err
		}
	}
	if p.Lead.IsParty {
		ties, err := s.c.Desk.Party(ctx, viewer, p.Lead.Object)
		if err != nil && !absent(err) {
			return err
		}
		if err == nil {
			p.Ties = &ties
		}
	}
	return nil
}

// absent reports whether a thing cannot be shown to this viewer, which beside an
// answer is no reason to fail.
func absent(err error) bool { return errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) }
