package history

import (
	"context"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Version is one version of a list with both times.
type Version struct {
	record.ListVersion
	// Stamp is the list's own time: of day where it is stated, otherwise midnight
	// UTC of its date.
	Stamp time.Time `json:"stamp"`
	// Seq and Learned are the journal's entry that put it in force, and when this
	// node accepted that.
	Seq     int64     `json:"seq"`
	Learned time.Time `json:"learned"`
}

// From is the moment from which the version counts: its own time, or when it was
// learned if it states none.
func (v *Version) From() time.Time {
	if v.Date == "" {
		return v.Learned
	}
	return v.Stamp
}

// Of returns every version of a list that was ever in force here, in the order in
// which they came into force; an empty list name means all lists.
func Of(ctx context.Context, j journal.Journal, list string) (_ []Version, err error) {
	defer errs.Wrap(&err, "history.Of(%s)", list)
	var out []Version
	q := journal.Query{Types: []string{record.ListVersionType}, Purpose: policy.Reading}
	for e, err := range j.Scan(ctx, policy.Public, q) {
		if err != nil {
			return nil, err
		}
		if e.Erased {
			continue
		}
		o, err := e.Object()
		if err != nil {
			return nil, err
		}
		l, err := record.ListVersionOf(o)
		if err != nil || list != "" && l.List != list {
			continue // one that cannot be read was never in force: see screen
		}
		v := Version{ListVersion: l, Seq: e.Seq, Learned: e.At}
		if v.Stamp, err = time.Parse(time.RFC3339Nano, l.Modified); err != nil {
			return nil, errs.New(errs.Internal, "the version %s bears the time %q", l.ID, l.Modified).Because(err)
		}
		out = append(out, v)
	}
	return out, nil
}

// InForce returns the version that is in force at a moment: the last that came
// into force among those that count by then; false for none.
func InForce(all []Version, at time.Time) (Version, bool) {
	for i := len(all) - 1; i >= 0; i-- {
		if !all[i].From().After(at) {
			return all[i], true
		}
	}
	return Version{}, false
}

// ParseMoment reads a day, which means its end (UTC), or a moment as RFC 3339.
// Days before 1900 and anything else are errs.Invalid.
func ParseMoment(s string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil && t.Year() >= 1900 {
		return t.AddDate(0, 0, 1).Add(-time.Millisecond), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil && t.Year() >= 1900 {
		return t.UTC(), nil
	}
	return time.Time{}, errs.New(errs.Invalid, "%q is no day", s).WithHint("write it as 2023-06-01, or with a time as 2023-06-01T14:00:00Z")
}

// Find returns the version of a list that is in force at a moment. The list is
// named by its key or its short name. Errors: errs.NotFound for an unknown list or
// when no version of the day is in this node.
func Find(ctx context.Context, j journal.Journal, list string, at time.Time) (v Version, err error) {
	defer errs.Wrap(&err, "history.Find(%s)", list)
	all, err := known(ctx, j, list)
	if err != nil {
		return v, err
	}
	v, ok := InForce(all, at)
	if !ok {
		return v, errs.New(errs.NotFound, "no version of %s of that day is in this node", list).
			WithHint("the first is of %s", all[0].From().Format(time.DateOnly))
	}
	return v, nil
}

// known returns the versions of a list that there is: not none.
func known(ctx context.Context, j journal.Journal, list string) ([]Version, error) {
	l, ok := lists.Find(list)
	if !ok {
		return nil, errs.New(errs.NotFound, "there is no list called %q", list).WithHint("cordon import --help names the lists")
	}
	all, err := Of(ctx, j, l.Name)
	if err == nil && len(all) == 0 {
		return nil, errs.New(errs.NotFound, "no version of %s is in this node", list).WithHint("import one: cordon import %s FILE", l.Key)
	}
	return all, err
}

// Known returns every version of a list that is named by its key or short name:
// errs.NotFound for an unknown list or one without a version.
func Known(ctx context.Context, j journal.Journal, list string) (_ []Version, err error) {
	defer errs.Wrap(&err, "history.Known(%s)", list)
	return known(ctx, j, list)
}
