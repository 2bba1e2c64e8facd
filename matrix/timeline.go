package matrix

import (
	"cmp"
	"context"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// The kinds of event on a time line.
const (
	EventListed  = "listed"
	EventAmended = "amended" // on the list's own date
	EventChanged = "changed" // the entry differs from that of the version before
	EventRemoved = "removed"
	EventAgain   = "listed-again"
	EventPress   = "press"
)

// Event is one thing that happened to a party.
type Event struct {
	When        When         `json:"when"`
	What        string       `json:"what"`
	Code        string       `json:"code"` // of the column; the nation where there is none
	Authority   string       `json:"authority"`
	List        string       `json:"list"`
	Entry       string       `json:"entry"`
	Name        string       `json:"name"`
	Programmes  []string     `json:"programmes,omitempty"`
	Instruments []string     `json:"instruments,omitempty"`
	Designation string       `json:"designation"`
	Where       record.Where `json:"where,omitzero"`
	URL         string       `json:"url,omitempty"`
}

// Timeline is one party with everything that happened to it, in order.
type Timeline struct {
	Row     Row      `json:"party"`
	Events  []Event  `json:"events"`
	Columns []Column `json:"columns"`
	Stands  Stands   `json:"stands"`
}

// Party returns the time line of the group that holds a party. errs.NotFound if
// there is none, or none that the viewer may see.
func (d *Desk) Party(ctx context.Context, v policy.Viewer, id string) (_ Timeline, err error) {
	defer errs.Wrap(&err, "matrix.Party")
	w, err := d.view(ctx, v, false)
	if err != nil {
		return Timeline{}, err
	}
	at, ok := w.party[id]
	if !ok { // it may be a party of another regime
		if w, err = d.view(ctx, v, true); err != nil {
			return Timeline{}, err
		}
		at, ok = w.party[id]
	}
	if !ok {
		return Timeline{}, errs.New(errs.NotFound, "not found")
	}
	f := Filter{Party: w.rows[at].ID, All: true}
	rows, _, _, err := w.find(&f)
	if err != nil {
		return Timeline{}, err
	}
	if len(rows) == 0 {
		return Timeline{}, errs.New(errs.NotFound, "not found")
	}
	t := Timeline{Row: rows[0], Columns: slices.Clone(w.columns), Stands: d.stands(w, PressInclude), Events: []Event{}}
	for i := range rows[0].Cells {
		for _, l := range slices.Concat(rows[0].Cells[i].Listings, rows[0].Cells[i].Press) {
			t.Events = append(t.Events, w.events(rows[0].Cells[i].Code, l)...)
		}
	}
	for _, l := range rows[0].Others {
		t.Events = append(t.Events, w.events(l.Nation, l)...)
	}
	slices.SortStableFunc(t.Events, func(a, b Event) int {
		x, y := a.When.span(), b.When.span()
		return cmp.Or(cmp.Compare(x.hi, y.hi), cmp.Compare(x.lo, y.lo), cmp.Compare(a.Designation, b.Designation))
	})
	return t, nil
}

// events are those of one designation.
func (w *view) events(code string, l Listing) []Event {
	base := Event{
		When: l.When, What: EventListed, Code: code, Authority: l.Authority, List: l.List, Entry: l.Entry, Name: l.Name,
		Programmes: l.Programmes, Instruments: l.Instruments, Designation: l.Designation, Where: l.Where, URL: l.URL,
	}
	if l.When.Kind == OfPress || l.List == pressList {
		base.What = EventPress
		return []Event{base}
	}
	out := []Event{base}
	event := func(what string, when When) {
		e := base
		e.What, e.When = what, when
		out = append(out, e)
	}
	amended := record.Date("")
	states := w.history.states[l.Designation]
	for i, s := range states {
		if s.amended != "" && s.amended != amended && s.amended != s.listed {
			amended = s.amended
			event(EventAmended, When{Date: s.amended, Kind: OfList})
		}
		if i == 0 {
			continue
		}
		when := w.history.dated(listKey{l.Authority, l.List}, s.modified)
		switch before := states[i-1]; {
		case s.removed && !before.removed:
			event(EventRemoved, when)
		case !s.removed && before.removed:
			event(EventAgain, when)
		case s.amended == before.amended:
			event(EventChanged, when)
		}
	}
	return out
}

// dated is the date of the version that carries a time: what changed in it
// changed after the version before.
func (h *history) dated(k listKey, modified string) When {
	after := record.Date("")
	for _, v := range h.lists[k] {
		if v.modified < modified {
			after = v.date
			continue
		}
		switch {
		case v.date == "":
			return When{Kind: Unknown}
		case after == "" || after >= v.date:
			return When{Date: v.date, Kind: NotLater}
		}
		return When{Date: v.date, Kind: Between, After: after}
	}
	return When{Kind: Unknown}
}
