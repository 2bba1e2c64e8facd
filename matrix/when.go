package matrix

import (
	"math"
	"time"

	"github.com/cordon-project/cordon/record"
)

// WhenKind says what a date is.
type WhenKind string

// The kinds of date.
const (
	// OfList is the date that the list itself states.
	OfList WhenKind = "list"
	// Between is the date of the first version with the entry, when an earlier
	// version without it is here: the listing lies after [When.After].
	Between WhenKind = "between"
	// NotLater is the date of the first version that is here, when the entry was
	// in it already.
	NotLater WhenKind = "not-later-than"
	// OfPress is the date that the press reports.
	OfPress WhenKind = "press"
	// Unknown is no date at all.
	Unknown WhenKind = "unknown"
)

// When is a date with what it is. Dates are calendar dates of the authority, in
// the precision of the source.
type When struct {
	Date  record.Date `json:"date,omitempty"`
	Kind  WhenKind    `json:"kind"`
	After record.Date `json:"after,omitempty"` // the last version without the entry, for Between
}

// Open ends of a [span], in days.
const (
	never  = math.MinInt32
	always = math.MaxInt32
)

// span is the stretch of days that a date leaves open, both ends included, as
// days since 1970-01-01.
type span struct{ lo, hi int }

var unbounded = span{never, always}

func (s span) exact() bool { return s.lo == s.hi }
func (s span) closed() bool {
	return s.lo != never && s.hi != always
}

// days numbers the first day of a date. Dates are taken as they are written;
// the zone is that of the arithmetic and of nothing else.
func days(d record.Date) (int, bool) {
	t, ok := d.Time()
	return int(t.Unix() / 86400), ok
}

// spanOf returns the days that a date of any precision names.
func spanOf(d record.Date) span {
	t, ok := d.Time()
	if !ok {
		return unbounded
	}
	end := t
	switch len(d) {
	case len("2006"):
		end = t.AddDate(1, 0, -1)
	case len("2006-01"):
		end = t.AddDate(0, 1, -1)
	}
	return span{int(t.Unix() / 86400), int(end.Unix() / 86400)}
}

// span returns the days on which what w dates can have been.
func (w When) span() span {
	switch w.Kind {
	case OfList, OfPress:
		return spanOf(w.Date)
	case Between:
		s := spanOf(w.Date)
		after, ok := days(w.After)
		if !ok || s.hi == always {
			return span{never, s.hi}
		}
		return span{after + 1, s.hi}
	case NotLater:
		return span{never, spanOf(w.Date).hi}
	}
	return unbounded
}

// Lag is how many days one authority came after another.
type Lag struct {
	From string `json:"from"` // code of the column
	To   string `json:"to"`
	// Min and Max are equal where both dates are of one day each.
	Min   int  `json:"min"`
	Max   int  `json:"max"`
	Exact bool `json:"exact"`
	Press bool `json:"press,omitempty"` // one of the dates is the press's
}

// lagOf returns the days from one span to another; false when an end is open.
func lagOf(from, to span) (lo, hi int, ok bool) {
	if !from.closed() || !to.closed() {
		return 0, 0, false
	}
	return to.lo - from.hi, to.hi - from.lo, true
}

// dayOf is the date of a day number.
func dayOf(n int) record.Date {
	return record.Date(time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly))
}
