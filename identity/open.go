package identity

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Question is a pair that waits for a person.
type Question struct {
	record.SameParty
	// Names and Lists are the first name of each party and where it is listed.
	Names [2]string `json:"names"`
	Lists [2]string `json:"lists"`
}

// Questions returns the pairs that the rules left open and nobody has decided,
// those about the DPRK first and then by confidence and id; at most limit, with how
// many there are.
func (e *Engine) Questions(ctx context.Context, v policy.Viewer, limit int) (_ []Question, total int, err error) {
	defer errs.Wrap(&err, "identity.Questions")
	j, err := e.joined(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	var open []record.SameParty
	for party, list := range j.of {
		for _, s := range list {
			if s.Verdict == record.VerdictOpen && s.Parties[0] == party && j.root(s.Parties[0]) != j.root(s.Parties[1]) {
				open = append(open, s)
			}
		}
	}
	slices.SortFunc(open, func(a, b record.SameParty) int {
		return cmp.Or(cmp.Compare(aboutDPRK(b), aboutDPRK(a)), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.ID, b.ID))
	})
	total = len(open)
	if limit > 0 {
		open = open[:min(limit, total)]
	}
	ds, err := e.designations(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Question, 0, len(open))
	for _, s := range open {
		q := Question{SameParty: s}
		for i, id := range s.Parties {
			p, err := e.party(ctx, v, id)
			if err != nil {
				return nil, 0, err
			}
			q.Names[i] = p.PrimaryName()
			for _, d := range ds[id] {
				q.Lists[i] = cmp.Or(q.Lists[i], d.List+" "+d.Entry)
			}
		}
		out = append(out, q)
	}
	return out, total, nil
}

func aboutDPRK(s record.SameParty) int {
	for _, r := range s.Reasons {
		if r.Kind == "regime" && slices.Contains(strings.Fields(r.First), "dprk") {
			return 1
		}
	}
	return 0
}

// Decisions returns the decisions in force on any of some parties, people's among
// them, by id.
func (e *Engine) Decisions(ctx context.Context, v policy.Viewer, parties []string) (out []record.SameParty, err error) {
	defer errs.Wrap(&err, "identity.Decisions(%d parties)", len(parties))
	err = e.scan(ctx, v, record.SamePartyType, func(_ journal.Entry, o stix.Object) error {
		if o.Revoked() || !slices.ContainsFunc(o.Strs("party_refs"), func(id string) bool { return slices.Contains(parties, id) }) {
			return nil
		}
		s, err := record.SamePartyOf(o)
		out = append(out, s)
		return err
	})
	slices.SortFunc(out, func(a, b record.SameParty) int { return cmp.Compare(a.ID, b.ID) })
	return out, err
}
