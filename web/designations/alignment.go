package designations

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
)

type alignmentPage struct {
	F      web.Frame
	A      matrix.Alignment
	Lags   matrix.Lags
	Q      matrix.AlignmentQuery
	Say    screen.Text
	Median *screen.Text
	Chart  template.HTML // made by package matrix, which escapes what it is given
	Drawn  int           // periods in the chart
	// What can be chosen.
	Classes, Steps, Presses []string
}

// Picked reports whether a class of programmes is counted.
func (p *alignmentPage) Picked(class string) bool { return slices.Contains(p.A.Programmes, class) }

// chartPeriods is how many periods the chart of package matrix draws.
const chartPeriods = 60

func (s *pages) alignment(w http.ResponseWriter, v *web.Visit) error {
	address := v.URL.Query()
	q := matrix.AlignmentQuery{
		Programmes: view.Filled(address["programme"]), Step: view.Unless(address.Get("step"), matrix.ByYear), Press: view.Unless(address.Get("press"), matrix.PressInclude), All: address.Get("all") != "",
		From: record.Date(strings.TrimSpace(address.Get("from"))), To: record.Date(strings.TrimSpace(address.Get("to"))),
	}
	if view.Untidy(address) {
		http.Redirect(w, v.Request, view.AlignmentAddress(q), http.StatusSeeOther)
		return nil
	}
	p := &alignmentPage{
		F: s.Frame(v, "matrix"), Q: q, Classes: matrix.Classes(), Steps: []string{matrix.ByYear, matrix.ByMonth},
		Presses: []string{matrix.PressInclude, matrix.PressExclude},
	}
	p.F.Title = v.Say.Plain("alignment.title")
	var err error
	if p.A, err = s.c.Matrix.Alignment(v.Context(), *v.Viewer, q); err != nil {
		return err
	}
	f := matrix.Filter{Programmes: p.A.Programmes, Press: q.Press, All: q.All}
	if p.Lags, err = s.c.Matrix.Lags(v.Context(), *v.Viewer, f); err != nil {
		return err
	}
	t, err := s.c.Matrix.Matrix(v.Context(), *v.Viewer, f)
	if err != nil {
		return err
	}
	p.F.RaiseTo(t.Marking) // figures are marked as what they count
	p.say(v.Say, s.Now().UTC().Format(time.DateOnly))
	return s.Render(w, v, http.StatusOK, "alignment", p)
}

// say makes the sentence and the chart with its words. A period in which today
// lies has not come to its end.
func (p *alignmentPage) say(c *say.Catalogue, today string) {
	p.Say = screen.Text{Key: "alignment.say.none"}
	if n := len(p.A.Points); n > 0 {
		last := p.A.Points[n-1]
		period := []string{c.Date(record.Date(last.Period))}
		key := "alignment.say"
		if strings.HasPrefix(today, last.Period) {
			key = "alignment.say.now"
		}
		p.Say = screen.Text{Key: key, Args: []any{last.Three, last.Any, view.Share(last.Share), period}}
		if last.Median != nil {
			p.Median = &screen.Text{Key: "alignment.median", Args: []any{last.Dated, []string{view.Days(*last.Median)}}}
		}
	}
	p.Drawn = min(len(p.A.Points), chartPeriods)
	p.Chart = template.HTML(matrix.Chart(view.ShortPeriods(p.A, p.Drawn), matrix.ChartText{
		Lang: c.Lang(), Title: c.Plain("alignment.chart.title"), Description: c.Plain("alignment.chart.desc", p.Drawn) + " " + c.Plain(p.Say.Key, p.Say.Args...),
		One: c.Plain("alignment.one"), Two: c.Plain("alignment.two"), Three: c.Plain("alignment.three"),
		Share: c.Plain("alignment.share"), Empty: c.Plain("alignment.say.none"),
	}))
}

// Days is a number of days; "" for none.
func (p *alignmentPage) Days(n *float64) string {
	if n == nil {
		return ""
	}
	return view.Days(*n)
}

// Percent is a share in whole per cent; "" for none.
func (p *alignmentPage) Percent(share *float64) string { return view.Share(share) }
