package matrix

import (
	"cmp"
	"context"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// What a filter does with what the press reports.
const (
	PressInclude = "include" // shown as press, and counts as reported
	PressExclude = "exclude" // as if there were none
	PressOnly    = "only"    // rows with a cell that the press alone fills
)

// The orders of rows. Each ends with the name and the id.
const (
	SortFirst   = "first"   // the earliest first date first
	SortLag     = "lag"     // the longest lag first
	SortName    = "name"    // by the shown name
	SortMissing = "missing" // the most missing partners first, US, JP and KR before others
)

// Filter says which rows are wanted. Its zero value is every party under a DPRK
// programme.
type Filter struct {
	On  []string `json:"on,omitempty"`  // codes of columns on whose lists the party stands now
	Not []string `json:"not,omitempty"` // codes of columns in whose lists it is not found, or removed
	// Gap wants what one of US, JP and KR lists and the lists of another of them
	// do not have.
	Gap        bool             `json:"gap,omitempty"`
	Programmes []string         `json:"programmes,omitempty"`  // classes, any of them
	FirstMover string           `json:"first_mover,omitempty"` // code: that authority alone came first, for certain
	LagOver    *int             `json:"lag_over,omitempty"`    // days, from Between's first to its second, more than this
	Between    [2]string        `json:"between,omitzero"`
	Kind       record.PartyKind `json:"kind,omitempty"`
	Since      record.Date      `json:"since,omitempty"` // of the first date of any authority
	Until      record.Date      `json:"until,omitempty"`
	Press      string           `json:"press,omitempty"` // "" is PressInclude
	Sort       string           `json:"sort,omitempty"`  // "" is SortFirst
	Limit      int              `json:"limit,omitempty"` // 0 for none
	All        bool             `json:"all,omitempty"`   // parties of every programme
	Party      string           `json:"party,omitempty"` // the group that holds this party
}

// Validate checks codes, classes, dates and choices.
func (f *Filter) Validate() error {
	codes := slices.Concat(f.On, f.Not)
	if f.FirstMover != "" {
		codes = append(codes, f.FirstMover)
	}
	if f.LagOver != nil || f.Between != [2]string{} {
		codes = append(codes, f.Between[:]...)
	}
	for _, c := range codes {
		if column(c) < 0 {
			return errs.New(errs.Invalid, "%q is no column of the matrix", c).WithHint("The columns are US, JP, KR, UN, EU, UK, AU and CH.")
		}
	}
	if f.LagOver != nil && column(f.Between[0]) == column(f.Between[1]) {
		return errs.New(errs.Invalid, "a lag is between two authorities").WithHint("For instance: --lag-over 30 --between UN,JP")
	}
	for _, p := range f.Programmes {
		if !slices.Contains(Classes(), p) {
			return errs.New(errs.Invalid, "%q is no class of programmes", p).WithHint("The classes are cyber, it-workers, crypto, wmd, finance, shipping and government.")
		}
	}
	for _, c := range []struct {
		what, got string
		of        []string
	}{
		{"way to take the press", f.Press, []string{"", PressInclude, PressExclude, PressOnly}},
		{"order of rows", f.Sort, []string{"", SortFirst, SortLag, SortName, SortMissing}},
		{"kind of party", string(f.Kind), []string{"", string(record.Person), string(record.Organisation), string(record.Group), string(record.Vessel), string(record.Aircraft), string(record.UnknownKind)}},
	} {
		if !slices.Contains(c.of, c.got) {
			return errs.New(errs.Invalid, "%q is no %s", c.got, c.what).WithHint("There are %v.", c.of[1:])
		}
	}
	for _, d := range []record.Date{f.Since, f.Until} {
		if err := d.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// Matrix returns the table of what a filter finds. Errors: errs.Invalid for a
// filter that is none, errs.NotFound for a question about who is not on a list of
// an authority of which none is loaded.
func (d *Desk) Matrix(ctx context.Context, v policy.Viewer, f Filter) (_ Table, err error) {
	defer errs.Wrap(&err, "matrix.Matrix")
	if err := f.Validate(); err != nil {
		return Table{}, err
	}
	w, err := d.view(ctx, v, f.All || f.Party != "")
	if err != nil {
		return Table{}, err
	}
	rows, unsure, parties, err := w.find(&f)
	if err != nil {
		return Table{}, err
	}
	t := Table{Columns: slices.Clone(w.columns), Rows: rows, Total: len(rows), Parties: parties, Unsure: unsure, Stands: d.stands(w, f.press())}
	if f.Limit > 0 && len(rows) > f.Limit {
		t.Rows = rows[:f.Limit]
	}
	level := 0
	for i := range t.Rows {
		level = max(level, t.Rows[i].level)
	}
	t.Marking = policy.TLP(level).String()
	return t, nil
}

func (f *Filter) press() string {
	if f.Press == "" {
		return PressInclude
	}
	return f.Press
}

// find returns the rows that a filter finds, in order, each a copy; what the
// filter could not decide on, by condition; and how many rows it looked at.
func (w *view) find(f *Filter) (rows []Row, unsure map[string]int, parties int, err error) {
	if err := w.loaded(f.Not); err != nil {
		return nil, nil, 0, err
	}
	rows = []Row{}
	for i := range w.rows {
		if !f.All && !w.rows[i].dprk && f.Party == "" {
			continue
		}
		if f.Party != "" && w.rows[i].ID != f.Party && !slices.Contains(w.rows[i].Parties, f.Party) {
			continue
		}
		r := w.rows[i]
		r.Cells = slices.Clone(r.Cells)
		if !r.view(f.press(), w.columns) {
			continue // known to the press alone, which is not wanted
		}
		parties++
		keep, why := f.match(&r, w.columns)
		if why != "" {
			if unsure == nil {
				unsure = map[string]int{}
			}
			unsure[why]++
		}
		if keep {
			rows = append(rows, r)
		}
	}
	f.sort(rows)
	return rows, unsure, parties, nil
}

// view makes the row what it is with or without the press. It is false when
// nothing of it is left, or when nothing of the press is in it and only that is
// wanted.
func (r *Row) view(press string, columns []Column) bool {
	left := len(r.Others) > 0
	by := false
	for i := range r.Cells {
		c := &r.Cells[i]
		if press == PressExclude {
			c.Press = nil
			if c.Status == Press {
				c.Status, c.First = NotLoaded, When{Kind: Unknown}
				if columns[i].Loaded {
					c.Status = NotFound
				}
			}
		}
		by = by || c.Status == Press
		left = left || c.Status == Listed || c.Status == Removed || c.Status == Press
		if c.Status == NotFound || c.Status == Removed {
			r.Missing = append(slices.Clip(r.Missing), c.Code)
		}
	}
	r.first(press)
	return left && (press != PressOnly || by)
}

// at returns the span of a cell: by the lists alone, or with the press where the
// lists have no day.
func (r *Row) at(i int, press string) span {
	switch r.Cells[i].Status {
	case Listed, Removed:
		if press == PressExclude {
			return r.spans[i]
		}
		return r.press[i]
	case Press:
		return r.press[i]
	}
	return unbounded
}

// first decides who came first, and the lags from there.
func (r *Row) first(press string) {
	r.First, r.Lags, r.Certain = nil, nil, false
	soonest := always
	for i := range r.Cells {
		if r.Cells[i].stands() {
			soonest = min(soonest, r.at(i, press).hi)
		}
	}
	exact := true
	for i := range r.Cells {
		if s := r.at(i, press); r.Cells[i].stands() && s.lo <= soonest {
			r.First = append(r.First, r.Cells[i].Code)
			exact = exact && s.exact()
		}
	}
	r.Certain = len(r.First) == 1 || len(r.First) > 1 && exact
	if !r.Certain {
		return
	}
	from := column(r.First[0])
	for i := range r.Cells {
		if i == from || !r.Cells[i].stands() {
			continue
		}
		if l, ok := r.lag(from, i, press); ok {
			r.Lags = append(r.Lags, l)
		}
	}
}

// stands reports whether the authority listed the party at any time, by a list or
// by the press.
func (c *Cell) stands() bool { return c.Status == Listed || c.Status == Removed || c.Status == Press }

// lag is the lag between two columns; false when a date is missing or open.
func (r *Row) lag(from, to int, press string) (Lag, bool) {
	if !r.Cells[from].stands() || !r.Cells[to].stands() {
		return Lag{}, false
	}
	lo, hi, ok := lagOf(r.at(from, press), r.at(to, press))
	by := press != PressExclude && (r.at(from, press) != r.spans[from] || r.at(to, press) != r.spans[to])
	return Lag{From: columns[from].code, To: columns[to].code, Min: lo, Max: hi, Exact: lo == hi, Press: by}, ok
}

// match decides on one row. why names the condition that could not be decided.
func (f *Filter) match(r *Row, columns []Column) (keep bool, why string) {
	for _, code := range f.On {
		if s := r.Cell(code).Status; s != Listed && s != Press {
			return false, ""
		}
	}
	for _, code := range f.Not {
		if s := r.Cell(code).Status; s != NotFound && s != Removed {
			return false, ""
		}
	}
	if f.Gap && !r.gap(columns) || f.Kind != "" && r.Kind != f.Kind {
		return false, ""
	}
	if len(f.Programmes) > 0 && !slices.ContainsFunc(f.Programmes, r.Has) {
		return false, ""
	}
	if f.FirstMover != "" {
		code := columns[column(f.FirstMover)].Code
		if !slices.Contains(r.First, code) {
			return false, ""
		}
		if len(r.First) > 1 {
			return false, map[bool]string{false: "first mover", true: ""}[r.Certain]
		}
	}
	if f.LagOver != nil {
		if keep, why := f.lag(r); !keep {
			return false, why
		}
	}
	return f.dated(r)
}

// gap reports whether one of the three governments lists the party and another
// one's lists do not have it.
func (r *Row) gap(columns []Column) bool {
	listed, missing := false, false
	for i := range columns[:3] {
		s := r.Cells[i].Status
		listed = listed || s == Listed || s == Press
		missing = missing || s == NotFound || s == Removed
	}
	return listed && missing
}

func (f *Filter) lag(r *Row) (keep bool, why string) {
	from, to := column(f.Between[0]), column(f.Between[1])
	if !r.Cells[from].stands() || !r.Cells[to].stands() {
		return false, ""
	}
	l, ok := r.lag(from, to, f.press())
	switch {
	case !ok, l.Min <= *f.LagOver && l.Max > *f.LagOver:
		return false, "lag"
	}
	return l.Min > *f.LagOver, ""
}

// dated decides on the first date of all: it lies in the time that is asked for,
// outside of it, or nobody can say.
func (f *Filter) dated(r *Row) (keep bool, why string) {
	if f.Since == "" && f.Until == "" {
		return true, ""
	}
	s := r.start(f.press())
	lo, hi := never, always
	if f.Since != "" {
		lo = spanOf(f.Since).lo
	}
	if f.Until != "" {
		hi = spanOf(f.Until).hi
	}
	switch {
	case s.lo >= lo && s.hi <= hi && s != unbounded:
		return true, ""
	case s.hi < lo || s.lo > hi:
		return false, ""
	}
	return false, "date"
}

// start is the stretch in which the first listing of all lies.
func (r *Row) start(press string) span {
	out := span{always, always}
	for i := range r.Cells {
		if r.Cells[i].stands() {
			s := r.at(i, press)
			out.lo, out.hi = min(out.lo, s.lo), min(out.hi, s.hi)
		}
	}
	if out.lo == always {
		return unbounded
	}
	return out
}

// sort puts rows in order, the same for the same rows.
func (f *Filter) sort(rows []Row) {
	press := f.press()
	slices.SortFunc(rows, func(a, b Row) int {
		by := 0
		switch f.Sort {
		case SortLag:
			by = -cmp.Compare(f.longest(&a), f.longest(&b))
		case SortMissing:
			by = -cmp.Compare(a.missed(), b.missed())
		case SortName:
		default:
			x, y := a.start(press), b.start(press)
			by = cmp.Or(cmp.Compare(x.hi, y.hi), cmp.Compare(x.lo, y.lo))
		}
		return cmp.Or(by, cmp.Compare(a.Primary, b.Primary), cmp.Compare(a.ID, b.ID))
	})
}

// longest is the longest lag of a row, or the one between two columns.
func (f *Filter) longest(r *Row) int {
	if f.Between != [2]string{} {
		if l, ok := r.lag(column(f.Between[0]), column(f.Between[1]), f.press()); ok {
			return l.Min
		}
		return never
	}
	out := never
	for _, l := range r.Lags {
		out = max(out, l.Min)
	}
	return out
}

// missed counts missing partners; the three governments weigh more than all
// others together.
func (r *Row) missed() int {
	n := 0
	for _, code := range r.Missing {
		if column(code) < 3 {
			n += len(columns)
		}
		n++
	}
	return n
}
