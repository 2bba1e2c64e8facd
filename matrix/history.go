package matrix

import (
	"cmp"
	"context"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// history is what the journal has of versions: of the lists, and of each
// designation. Times are those of the authorities' versions and not of this
// node's reading, so that every node comes to the same dates.
type history struct {
	lists  map[listKey][]version
	states map[string][]state    // by designation, oldest first
	levels map[string]policy.TLP // of parties, designations and decisions
	rules  map[string]bool       // of decisions on identity
	codes  map[string][]string   // columns in whose lists a party ever stood, by party
}

type listKey struct{ authority, list string }

// version is one version of one list.
type version struct {
	id       string
	nation   string
	modified string // the time that its objects carry
	date     record.Date
	entries  int
}

// state is one version of one designation.
type state struct {
	modified string
	removed  bool
	amended  record.Date
	listed   record.Date
}

// readHistory reads what the viewer may see.
func readHistory(ctx context.Context, j journal.Journal, v policy.Viewer) (_ *history, err error) {
	defer errs.Wrap(&err, "matrix.history")
	h := &history{
		lists: map[listKey][]version{}, states: map[string][]state{}, levels: map[string]policy.TLP{}, rules: map[string]bool{}, codes: map[string][]string{},
	}
	types := []string{record.DesignationType, record.ListVersionType, record.SamePartyType, "identity"}
	for e, err := range j.Scan(ctx, v, journal.Query{Types: types, Purpose: policy.Reading}) {
		if err != nil {
			return nil, err
		}
		if e.Erased {
			continue
		}
		h.levels[e.ID] = policy.Level(e.Label) // of the newest version: entries come in order
		if e.Type == "identity" {
			continue
		}
		o, err := e.Object()
		if err != nil {
			return nil, err
		}
		if err := h.add(e, o); err != nil {
			return nil, err
		}
	}
	h.order()
	return h, nil
}

func (h *history) add(e journal.Entry, o stix.Object) error {
	switch e.Type {
	case record.ListVersionType:
		l, err := record.ListVersionOf(o)
		if err != nil {
			return err
		}
		k := listKey{l.Authority, l.List}
		h.lists[k] = append(h.lists[k], version{l.ID, l.Nation, l.Modified, l.Date, l.Entries})
	case record.DesignationType:
		s := state{
			modified: o.Version(), removed: o.Str("status") == record.Removed || o.Revoked(),
			listed: record.Date(o.Str("listed_on")), amended: record.Date(o.Str("amended_on")),
		}
		h.states[e.ID] = append(h.states[e.ID], s)
		party, at := o.Str("party_ref"), column(o.Str("nation"))
		if press, _ := o["press"].(bool); !press && at >= 0 && !slices.Contains(h.codes[party], columns[at].code) {
			h.codes[party] = append(h.codes[party], columns[at].code)
		}
	case record.SamePartyType:
		if r := o.Str("rules"); r != "" {
			h.rules[r] = true
		}
	}
	return nil
}

// order sorts versions by the time that their objects carry: an import stamps
// each one later than the one in force, whatever date the list itself bears.
func (h *history) order() {
	for k := range h.lists {
		slices.SortStableFunc(h.lists[k], func(a, b version) int { return cmp.Compare(a.modified, b.modified) })
	}
	for id := range h.states {
		slices.SortStableFunc(h.states[id], func(a, b state) int { return cmp.Compare(a.modified, b.modified) })
	}
}

// columns returns the columns with the lists that are loaded.
func (h *history) columns() []Column {
	out := make([]Column, len(columns))
	for i, c := range columns {
		out[i] = Column{Code: c.code, Nation: c.nation}
	}
	for k, vs := range h.lists {
		last := vs[len(vs)-1]
		i := column(last.nation)
		if i < 0 {
			continue
		}
		l := LoadedList{List: k.list, Authority: k.authority, Date: last.date, Entries: last.entries, Version: last.id, Versions: len(vs)}
		for _, v := range vs {
			if v.date != "" && (l.First == "" || v.date < l.First) {
				l.First = v.date
			}
		}
		out[i].Loaded = true
		out[i].Lists = append(out[i].Lists, l)
	}
	for i := range out {
		slices.SortFunc(out[i].Lists, func(a, b LoadedList) int {
			return cmp.Or(cmp.Compare(a.Authority, b.Authority), cmp.Compare(a.List, b.List))
		})
	}
	return out
}

// in reports whether a designation was in a version of its list.
func in(states []state, v version) bool {
	there := false
	for _, s := range states {
		if s.modified > v.modified {
			break
		}
		there = !s.removed
	}
	return there
}

// when dates a designation: by the list's own date, otherwise by the versions
// that are here.
func (h *history) when(d *record.Designation) When {
	switch {
	case d.ListedOn != "" && d.Press:
		return When{Date: d.ListedOn, Kind: OfPress}
	case d.ListedOn != "":
		return When{Date: d.ListedOn, Kind: OfList}
	case d.Press:
		return When{Kind: Unknown}
	}
	states := h.states[d.ID]
	first := record.Date("")
	versions := h.lists[listKey{d.Authority, d.List}]
	for _, v := range versions {
		if v.date != "" && in(states, v) && (first == "" || v.date < first) {
			first = v.date
		}
	}
	if first == "" {
		return When{Kind: Unknown}
	}
	after := record.Date("")
	for _, v := range versions {
		if v.date != "" && v.date < first && v.date > after {
			after = v.date
		}
	}
	if after == "" {
		return When{Date: first, Kind: NotLater}
	}
	return When{Date: first, Kind: Between, After: after}
}

// gone dates the end of a designation: the first version without it after the
// last one with it. nil when it is in force.
func (h *history) gone(d *record.Designation) *When {
	if d.Status != record.Removed {
		return nil
	}
	states := h.states[d.ID]
	var last, without record.Date
	for _, v := range h.lists[listKey{d.Authority, d.List}] {
		switch there := in(states, v); {
		case v.date == "":
		case there:
			last, without = v.date, ""
		case without == "":
			without = v.date
		}
	}
	switch {
	case without == "":
		return &When{Kind: Unknown}
	case last == "" || last >= without:
		return &When{Date: without, Kind: NotLater}
	}
	return &When{Date: without, Kind: Between, After: last}
}
