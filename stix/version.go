package stix

import (
	"maps"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Compare orders two versions of one object by time (section 3.6): negative if a
// is older, positive if it is newer, 0 if both name one moment. Times are
// compared as times to any precision, so 12:00:00.5Z and 12:00:00.500Z are the
// same version. What has no readable version time (cyber observables, damaged
// input) counts as older than everything that has one.
func Compare(a, b Object) int {
	va, vb := a.Version(), b.Version()
	if c, ok := CompareTimes(va, vb); ok {
		return c
	}
	_, okA := parseTimestamp(va)
	_, okB := parseTimestamp(vb)
	switch {
	case okA:
		return 1
	case okB:
		return -1
	}
	return 0
}

// NewVersion returns a copy of o with the changes applied (a nil value removes
// the property) and "modified" set to now, or to one millisecond after the last
// version where the clock is behind it. It refuses what section 3.6 forbids:
// versions of types that have none, of a revoked object, and changes of id,
// type, created and created_by_ref. Whether the content is sound is
// for stix/check to say.
func NewVersion(o Object, changes map[string]any, now time.Time) (Object, error) {
	last, ok := parseTimestamp(o.Str("modified"))
	if !ok {
		return nil, errs.New(errs.Invalid, "%s has no \"modified\" time, so it has no versions", o.ID()).
			WithHint("make a new object instead")
	}
	if o.Revoked() {
		return nil, errs.New(errs.Conflict, "%s is revoked; no later version of it may be made", o.ID()).
			WithHint("make a new object instead")
	}
	next := maps.Clone(o)
	for name, v := range changes {
		switch name {
		case "id", "type", "created", "created_by_ref", "modified":
			return nil, errs.New(errs.Invalid, "%q may not change between versions", name)
		}
		if v == nil {
			delete(next, name)
		} else {
			next[name] = v
		}
	}
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(last) {
		now = last.Truncate(time.Millisecond).Add(time.Millisecond)
	}
	next["modified"] = FormatTime(now)
	return next, nil
}

// Clone returns a deep copy of o: lists and nested maps are copied too.
func (o Object) Clone() Object {
	if o == nil {
		return nil
	}
	return Object(cloneValue(map[string]any(o)).(map[string]any))
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[k] = cloneValue(e)
		}
		return m
	case []any:
		l := make([]any, len(v))
		for i, e := range v {
			l[i] = cloneValue(e)
		}
		return l
	case []string:
		return append([]string(nil), v...)
	}
	return v
}
