package matrix

import (
	"context"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// LagStat says how many days one authority came after another, over the parties
// that both listed and that each dates to the day. A negative figure means that
// it came before.
type LagStat struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	N      int     `json:"n"`
	Min    int     `json:"min"`
	Q1     float64 `json:"q1"`
	Median float64 `json:"median"`
	Q3     float64 `json:"q3"`
	Max    int     `json:"max"`
	// Both is how many parties both authorities listed, dated or not.
	Both int `json:"both"`
}

// Lags are the statistics of every ordered pair of authorities that have listed a
// party in common.
type Lags struct {
	Lists []LagStat `json:"lists"` // by the lists' own dates alone
	// Press are those with the press's dates where the lists have no day; empty
	// when the press is excluded.
	Press   []LagStat `json:"with_press"`
	Columns []Column  `json:"columns"`
	Stands  Stands    `json:"stands"`
}

// Lags returns the statistics over what a filter finds. Its errors are those of
// [Desk.Matrix].
func (d *Desk) Lags(ctx context.Context, v policy.Viewer, f Filter) (_ Lags, err error) {
	defer errs.Wrap(&err, "matrix.Lags")
	if err := f.Validate(); err != nil {
		return Lags{}, err
	}
	w, err := d.view(ctx, v, f.All)
	if err != nil {
		return Lags{}, err
	}
	rows, _, _, err := w.find(&f)
	if err != nil {
		return Lags{}, err
	}
	out := Lags{Lists: statistics(rows, false), Press: []LagStat{}, Columns: slices.Clone(w.columns), Stands: d.stands(w, f.press())}
	if f.press() != PressExclude {
		out.Press = statistics(rows, true)
	}
	return out, nil
}

func statistics(rows []Row, press bool) []LagStat {
	out := []LagStat{}
	for from := range columns {
		for to := range columns {
			if from == to {
				continue
			}
			s, lags := LagStat{From: columns[from].code, To: columns[to].code}, []int(nil)
			for i := range rows {
				a, b, both := rows[i].pair(from, to, press)
				if !both {
					continue
				}
				s.Both++
				if a.exact() && b.exact() {
					lags = append(lags, b.lo-a.lo)
				}
			}
			if s.Both > 0 {
				s.fill(lags)
				out = append(out, s)
			}
		}
	}
	return out
}

// pair returns the dates of two columns, if both authorities listed the party.
func (r *Row) pair(from, to int, press bool) (a, b span, both bool) {
	listed := func(i int) bool {
		s := r.Cells[i].Status
		return s == Listed || s == Removed || press && s == Press
	}
	if !listed(from) || !listed(to) {
		return span{}, span{}, false
	}
	if press {
		return r.press[from], r.press[to], true
	}
	return r.spans[from], r.spans[to], true
}

func (s *LagStat) fill(lags []int) {
	s.N = len(lags)
	if s.N == 0 {
		return
	}
	slices.Sort(lags)
	s.Min, s.Max = lags[0], lags[len(lags)-1]
	s.Q1, s.Median, s.Q3 = quantile(lags, 0.25), quantile(lags, 0.5), quantile(lags, 0.75)
}

// quantile interpolates between the two nearest of sorted values (type 7 of
// Hyndman and Fan, 1996).
func quantile(sorted []int, q float64) float64 {
	at := q * float64(len(sorted)-1)
	lo := int(at)
	if lo+1 >= len(sorted) {
		return float64(sorted[lo])
	}
	return float64(sorted[lo]) + (at-float64(lo))*float64(sorted[lo+1]-sorted[lo])
}
