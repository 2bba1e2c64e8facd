package screen

import (
	"time"

	"github.com/cordon-project/cordon/script"
)

// clear marks a candidate that a clearance in force covers. Only what was met by
// a name can be cleared: an identifier of the party's own is more than those who
// cleared the name have looked at.
func (a *asking) clear(c *Candidate, version string) {
	if a.s.cleared == nil || c.Matched.Kind != Name || a.answer.Reading.Kind != Name {
		return
	}
	if a.key == "" {
		a.key = script.Fold(a.answer.Reading.Canonical).Key()
	}
	if x, ok := a.s.cleared(a.key, a.q.Reference, c.Object, version, a.moment()); ok {
		c.Cleared = &x
	}
}

// moment is the time of which the answer is: of a day that was asked of its end.
func (a *asking) moment() time.Time {
	at := a.answer.Stands.At
	if then := a.s.then; then != nil && then.Until.Before(at) {
		return then.Until
	}
	return at
}

// sayCleared says how many candidates were cleared and until when the first of
// these clearances holds, and returns how many.
func (a *asking) sayCleared(all []Candidate) (n int) {
	var until time.Time
	for _, c := range all {
		if c.Cleared == nil {
			continue
		}
		if n++; n == 1 || c.Cleared.Until.Before(until) {
			until = c.Cleared.Until
		}
	}
	if n > 0 {
		a.answer.More = append(a.answer.More, Text{Key: "answer.more.cleared", Args: []any{n, until.UTC().Format(time.DateOnly)}})
	}
	return n
}
