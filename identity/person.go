package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Person is who decides on a pair: somebody of an organisation that the journal
// knows as a source.
type Person struct {
	Name string      // who decides
	Org  stix.Object // the identity of the person's organisation, by record.Source
	At   time.Time
}

// Confirm states that two parties are one.
func (e *Engine) Confirm(ctx context.Context, v policy.Viewer, a, b string, p Person, why string) (record.SameParty, error) {
	return e.state(ctx, v, a, b, record.VerdictSame, p, why)
}

// Reject states that two parties are not one, whatever the rules find.
func (e *Engine) Reject(ctx context.Context, v policy.Viewer, a, b string, p Person, why string) (record.SameParty, error) {
	return e.state(ctx, v, a, b, record.VerdictDifferent, p, why)
}

// Split takes parties out of their group: each of them is stated to be different
// from every member that stays, and they stay together. Errors: errs.Invalid when
// they are of several groups or all of one.
func (e *Engine) Split(ctx context.Context, v policy.Viewer, parties []string, p Person, why string) (out []record.SameParty, err error) {
	defer errs.Wrap(&err, "identity.Split(%d parties)", len(parties))
	if len(parties) == 0 {
		return nil, errs.New(errs.Invalid, "no party was named").WithHint("Name the parties that do not belong to the group.")
	}
	g, err := e.Group(ctx, v, parties[0])
	if err != nil {
		return nil, err
	}
	leaves := map[string]bool{}
	for _, id := range parties {
		if !slices.ContainsFunc(g.Members, func(m Member) bool { return m.Party.ID == id }) {
			return nil, errs.New(errs.Invalid, "%s is not in the group of %s", id, parties[0]).WithHint("cordon identity show %s names its members.", parties[0])
		}
		leaves[id] = true
	}
	if len(leaves) == len(g.Members) {
		return nil, errs.New(errs.Invalid, "these are all members of the group").WithHint("Name those that do not belong to the others.")
	}
	for _, m := range g.Members {
		if leaves[m.Party.ID] {
			continue
		}
		for _, id := range parties {
			s, err := e.state(ctx, v, id, m.Party.ID, record.VerdictDifferent, p, why)
			if err != nil {
				return out, err
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// state appends a person's decision on a pair.
func (e *Engine) state(ctx context.Context, v policy.Viewer, a, b, verdict string, p Person, why string) (s record.SameParty, err error) {
	defer errs.Wrap(&err, "identity: decide on %s and %s", a, b)
	if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
		return s, errs.New(errs.Invalid, "nobody is named who decides").WithHint("Say who decides with --by.")
	}
	if why = strings.TrimSpace(why); why == "" {
		return s, errs.New(errs.Invalid, "no reason is given").WithHint("Say in a sentence what settles it.")
	}
	if a == b {
		return s, errs.New(errs.Invalid, "a party is the same as itself")
	}
	x, y, err := e.pair(ctx, v, a, b)
	if err != nil {
		return s, err
	}
	ev := e.params.weigh(x, y)
	org := p.Org.ID()
	k := keyOf(a, b)
	s = record.SameParty{
		ID: record.SamePartyID(a, b, org), Parties: k, Verdict: verdict, By: p.Name, Why: why, Reasons: ev.reasons, Confidence: 95,
	}
	s.Created = p.At.UTC().Format("2006-01-02T15:04:05.000Z")
	s.Modified = s.Created
	if old, err := e.journal.Get(ctx, v, policy.Reading, s.ID); err == nil {
		o, err := old.Object()
		if err != nil {
			return s, err
		}
		s.Created = o.Str("created")
		if before := o.Str("modified"); s.Modified <= before {
			s.Modified = after(before)
		}
	}
	o := s.Object(record.Meta{CreatedBy: org, Markings: marksOf(x, y)})
	rc, err := e.journal.Append(ctx, journal.Batch{Objects: []stix.Object{p.Org, o}, By: p.Name, RefuseAll: true})
	if err != nil {
		return s, err
	}
	if len(rc.Refused) > 0 {
		return s, errs.New(errs.Internal, "the journal refused the decision: %s", rc.Refused[0].Message)
	}
	return s, nil
}

// Weighed is what the rules find of a pair without deciding for the journal.
type Weighed struct {
	Verdict string              `json:"verdict"` // same, open, or "" for a pair that is none
	Reasons []record.SameReason `json:"reasons"`
}

// Weigh says what the rules find of two parties by themselves: what other entries
// are as near is looked at by [Engine.Decide] only.
func (e *Engine) Weigh(ctx context.Context, v policy.Viewer, a, b string) (_ Weighed, err error) {
	defer errs.Wrap(&err, "identity.Weigh(%s, %s)", a, b)
	x, y, err := e.pair(ctx, v, a, b)
	if err != nil {
		return Weighed{}, err
	}
	ev := e.params.weigh(x, y)
	w := Weighed{Reasons: ev.reasons}
	if x.kind.Agrees(y.kind) {
		w.Verdict = e.params.decide(ev)
	}
	return w, nil
}

// pair reads two parties with their designations, in order of their ids.
func (e *Engine) pair(ctx context.Context, v policy.Viewer, a, b string) (*party, *party, error) {
	ds, err := e.designations(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	var out [2]*party
	for i, id := range keyOf(a, b) {
		en, err := e.journal.Get(ctx, v, policy.Reading, id)
		if err != nil {
			return nil, nil, err
		}
		p, o, err := readParty(en)
		if err != nil {
			return nil, nil, err
		}
		out[i] = partyOf(p, ds[id], o.Str("created_by_ref"))
		out[i].label, out[i].marks = en.Label, o.Strs("object_marking_refs")
	}
	return out[0], out[1], nil
}
