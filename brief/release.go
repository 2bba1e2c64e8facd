package brief

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// Rules that keep something out of a packet besides those of package policy.
const (
	ruleParty    = "party-left-out" // it names a party that is left out
	ruleParts    = "parts"          // a part of an object that is in the packet
	ruleRejected = "rejected"       // a claim that people of the node rejected
	ruleViewer   = "viewer"         // who asks may not see a part that the recipient might
)

// release gives objects as both the viewer and the recipient may have them, and
// keeps count of what it does not give.
type release struct {
	j         Objects
	viewer    policy.Viewer
	recipient policy.Viewer
	at        time.Time

	given map[string]stix.Object
	asked map[string]bool
	level policy.TLP
	marks map[string]bool // markings besides TLP of what was given
	out   map[string]int
}

func newRelease(j Objects, viewer, recipient policy.Viewer, at time.Time) *release {
	return &release{
		j: j, viewer: viewer, recipient: recipient, at: at, given: map[string]stix.Object{}, asked: map[string]bool{},
		marks: map[string]bool{}, out: map[string]int{},
	}
}

// give returns an object for the packet; false when it is not to be in it. What
// the viewer may not know of is not counted either.
func (r *release) give(ctx context.Context, id string) (stix.Object, bool, error) {
	if o, ok := r.given[id]; ok {
		return o, true, nil
	}
	if id == "" || r.asked[id] {
		return nil, false, nil
	}
	r.asked[id] = true
	seen, err := r.j.Get(ctx, r.viewer, policy.Reading, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) || err == nil && seen.Canonical == nil {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	e, err := r.j.Get(ctx, r.recipient, policy.Exchange, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
		rule := policy.RuleRequiredWithheld // what may be given as a whole lacks a part that it cannot be without
		if d := policy.May(r.recipient, seen.Label, policy.Exchange, r.at); !d.Allow {
			rule = d.Rule
		}
		r.leave(rule)
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	for _, part := range seen.Redacted {
		if !slices.Contains(e.Redacted, part) {
			r.leave(ruleViewer)
			return nil, false, nil
		}
	}
	o, err := e.Object()
	if err != nil {
		return nil, false, err
	}
	if o.Revoked() {
		return nil, false, nil
	}
	if n := len(e.Redacted); n > 0 {
		r.out[ruleParts] += n
	}
	r.given[id] = o
	r.level = max(r.level, policy.Level(e.Label))
	r.note(o)
	return o, true, nil
}

// note remembers the markings of what was given, those of its parts too.
func (r *release) note(o stix.Object) {
	refs := slices.Clone(o.Strs("object_marking_refs"))
	parts, _ := o["granular_markings"].([]any)
	for _, p := range parts {
		if m, ok := p.(map[string]any); ok {
			if id, ok := m["marking_ref"].(string); ok {
				refs = append(refs, id)
			}
		}
	}
	for _, id := range refs {
		if t, ok := levels[id]; ok {
			r.level = max(r.level, t)
			continue
		}
		r.marks[id] = true
	}
}

// levels are the TLP markings by id, of TLP 1.0 too.
var levels = func() map[string]policy.TLP {
	out := map[string]policy.TLP{}
	for _, o := range policy.Builtin() {
		l, err := policy.LabelOf(stix.Object{"type": "note", "id": "note", "object_marking_refs": []string{o.ID()}}, policy.Red, nil)
		if err == nil {
			out[o.ID()] = policy.Level(l)
		}
	}
	return out
}()

func (r *release) leave(rule string) { r.out[rule]++ }

// take takes an object out again that was given and cannot be used.
func (r *release) take(id, rule string) {
	if _, ok := r.given[id]; ok {
		delete(r.given, id)
		r.leave(rule)
	}
}

func (r *release) leftOut() []LeftOut {
	out := []LeftOut{}
	for _, rule := range slices.Sorted(maps.Keys(r.out)) {
		out = append(out, LeftOut{rule, r.out[rule]})
	}
	return out
}
