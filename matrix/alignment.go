package matrix

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Steps of an alignment.
const (
	ByYear  = "year"
	ByMonth = "month"
)

// maxPeriods bounds an answer: 200 years of months.
const maxPeriods = 2400

// AlignmentQuery says over what alignment is counted. Its zero value is DPRK
// parties of the classes cyber and it-workers, by year, with the press.
type AlignmentQuery struct {
	Programmes []string    `json:"programmes,omitempty"` // classes; empty for cyber and it-workers
	Step       string      `json:"step,omitempty"`       // "" is ByYear
	From       record.Date `json:"from,omitempty"`       // the first period; "" for that of the first date
	To         record.Date `json:"to,omitempty"`         // the last one; "" for today's
	Press      string      `json:"press,omitempty"`      // "" is PressInclude: dates of the press where lists have no day
	All        bool        `json:"all,omitempty"`        // parties of every regime
}

// Point is one period: what had been listed by its end. A removed listing stays
// counted, as something that was done.
type Point struct {
	Period string `json:"period"` // 2023 or 2023-12
	Any    int    `json:"any"`    // parties that one of US, JP and KR had listed
	Two    int    `json:"two"`    // that exactly two of them had
	Three  int    `json:"three"`  // that all three had
	// Share is Three of Any, between 0 and 1; null where Any is 0.
	Share *float64 `json:"share"`
	// Median is the median of the days from the first to the last of the three,
	// over the parties that two or three had listed and that are dated to the day;
	// null where there is none.
	Median *float64 `json:"median_lag"`
	Dated  int      `json:"dated"` // the parties behind Median
	By     [3]int   `json:"by"`    // parties that US, JP, KR had listed
	// Unsure counts parties with a listing that may or may not have been made by
	// then, because its date is open; they are in the figures once they are sure.
	Unsure int `json:"unsure"`
}

// Alignment is the share of designations that the three governments share, over
// time.
type Alignment struct {
	Programmes []string `json:"programmes"`
	Step       string   `json:"step"`
	Parties    int      `json:"parties"` // parties that one of the three has listed at any time
	Undated    int      `json:"undated"` // of these, with a listing that nothing dates
	// Open counts those with an open question of identity: two of them can be one
	// party that is counted twice.
	Open    int      `json:"open"`
	Points  []Point  `json:"points"`
	Columns []Column `json:"columns"`
	Stands  Stands   `json:"stands"`
}

// Alignment counts, by period, what US, JP and KR had listed. Errors: errs.Invalid
// for a question that is none.
func (d *Desk) Alignment(ctx context.Context, v policy.Viewer, q AlignmentQuery) (_ Alignment, err error) {
	defer errs.Wrap(&err, "matrix.Alignment")
	if len(q.Programmes) == 0 {
		q.Programmes = []string{Cyber, ITWorkers}
	}
	if q.Step == "" {
		q.Step = ByYear
	}
	if q.Step != ByYear && q.Step != ByMonth {
		return Alignment{}, errs.New(errs.Invalid, "%q is no step", q.Step).WithHint("There are year and month.")
	}
	f := Filter{Programmes: q.Programmes, Press: q.Press, All: q.All, Since: q.From, Until: q.To}
	if err := f.Validate(); err != nil {
		return Alignment{}, err
	}
	f.Since, f.Until = "", "" // they bound the periods and not the parties
	w, err := d.view(ctx, v, q.All)
	if err != nil {
		return Alignment{}, err
	}
	rows, _, _, err := w.find(&f)
	if err != nil {
		return Alignment{}, err
	}
	out := Alignment{Programmes: q.Programmes, Step: q.Step, Points: []Point{}, Columns: slices.Clone(w.columns[:3]), Stands: d.stands(w, f.press())}
	parties, open := three(rows, f.press())
	out.Open = open
	out.Parties = len(parties)
	for _, p := range parties {
		if slices.ContainsFunc(p, func(s *span) bool { return s != nil && s.hi == always }) {
			out.Undated++
		}
	}
	ends, err := periods(q, parties, d.c.Clock())
	if err != nil {
		return Alignment{}, err
	}
	for _, e := range ends {
		out.Points = append(out.Points, count(e, parties))
	}
	return out, nil
}

// three returns for each party the dates of US, JP and KR, nil for one that has
// not listed it, and how many of them have an open question of identity.
func three(rows []Row, press string) (out [][]*span, open int) {
	for i := range rows {
		dates, any := make([]*span, 3), false
		for j := range dates {
			if rows[i].Cells[j].stands() {
				s := rows[i].at(j, press)
				dates[j], any = &s, true
			}
		}
		if any {
			out = append(out, dates)
			if len(rows[i].Doubts) > 0 {
				open++
			}
		}
	}
	return out, open
}

// period is a period with its last day.
type period struct {
	name string
	last int
}

// periods runs from the first date of any party to the day of the clock.
func periods(q AlignmentQuery, parties [][]*span, now time.Time) ([]period, error) {
	first, last := always, spanOf(record.Date(now.UTC().Format(time.DateOnly))).lo
	for _, p := range parties {
		for _, s := range p {
			if s != nil {
				first = min(first, s.hi)
			}
		}
	}
	if q.From != "" {
		first = spanOf(q.From).lo
	}
	if q.To != "" {
		last = spanOf(q.To).lo
	}
	if first == always || first > last {
		return nil, nil
	}
	form, years, months := "2006", 1, 0
	if q.Step == ByMonth {
		form, years, months = "2006-01", 0, 1
	}
	t, _ := dayOf(first).Time()
	t, _ = record.Date(t.Format(form)).Time() // the first day of its period
	var out []period
	for int(t.Unix()/86400) <= last {
		if len(out) == maxPeriods {
			return nil, errs.New(errs.Invalid, "more than %d periods", maxPeriods).WithHint("Ask for years, or for a shorter time.")
		}
		next := t.AddDate(years, months, 0)
		out = append(out, period{t.Format(form), int(next.Unix()/86400) - 1})
		t = next
	}
	return out, nil
}

// count counts what had been listed by the end of a period.
func count(e period, parties [][]*span) Point {
	p := Point{Period: e.name}
	var lags []int
	for _, dates := range parties {
		known, open, exact := 0, false, true
		lo, hi := always, never
		for j, s := range dates {
			switch {
			case s == nil:
			case s.hi <= e.last:
				p.By[j]++
				known++
				exact = exact && s.exact()
				lo, hi = min(lo, s.lo), max(hi, s.hi)
			case s.lo <= e.last:
				open = true
			}
		}
		if open {
			p.Unsure++
		}
		switch known {
		case 0:
			continue
		case 2:
			p.Two++
		case 3:
			p.Three++
		}
		p.Any++
		if known > 1 && exact {
			lags = append(lags, hi-lo)
		}
	}
	if p.Any > 0 {
		share := float64(p.Three) / float64(p.Any)
		p.Share = &share
	}
	if p.Dated = len(lags); p.Dated > 0 {
		slices.Sort(lags)
		m := quantile(lags, 0.5)
		p.Median = &m
	}
	return p
}

// String writes a point as one line, for tests and logs.
func (p Point) String() string {
	median, share := "-", "-"
	if p.Median != nil {
		median = fmt.Sprintf("%g", *p.Median)
	}
	if p.Share != nil {
		share = fmt.Sprintf("%.3f", *p.Share)
	}
	return fmt.Sprintf("%s any %d two %d three %d share %s median %s of %d unsure %d", p.Period, p.Any, p.Two, p.Three, share, median, p.Dated, p.Unsure)
}
