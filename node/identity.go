package node

import (
	"context"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/whole"
)

// joinedFile says up to which sequence number the rules have decided which parties
// are one. Without it, or under other rules, all is decided anew.
const joinedFile = "joined.json"

type joinedState struct {
	Seq   int64  `json:"seq"`
	Rules string `json:"rules"`
}

// join decides on what came in since the last time.
func (n *Node) join(ctx context.Context, progress func(done, total int)) (identity.Report, error) {
	var at joinedState
	path := filepath.Join(n.c.Home, joinedFile)
	if b, err := os.ReadFile(path); err == nil {
		if json.Unmarshal(b, &at) != nil || at.Rules != identity.DefaultParams.Rules {
			at = joinedState{}
		}
	}
	r, seq, err := n.identity.Follow(ctx, at.Seq, identity.Options{By: "rules " + identity.DefaultParams.Rules, Progress: progress})
	if err != nil {
		return r, err
	}
	b, err := json.Marshal(joinedState{Seq: seq, Rules: identity.DefaultParams.Rules})
	if err != nil {
		return r, err
	}
	if err := whole.Write(path, b); err != nil {
		return r, errs.New(errs.Unavailable, "%s cannot be written", joinedFile).Because(err).WithHint("See that the node's folder is yours and has room.")
	}
	return r, nil
}

// identities is the node as the API and the pages ask it which parties are one.
type identities struct{ n *Node }

func (x identities) Groups(ctx context.Context, v policy.Viewer) iter.Seq2[identity.Group, error] {
	return x.n.identity.Groups(ctx, v, nil)
}

func (x identities) Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error) {
	return x.n.identity.Group(ctx, v, party)
}

func (x identities) Weigh(ctx context.Context, v policy.Viewer, a, b string) (identity.Weighed, error) {
	return x.n.identity.Weigh(ctx, v, a, b)
}

func (x identities) Questions(ctx context.Context, v policy.Viewer, limit int) ([]identity.Question, int, error) {
	return x.n.identity.Questions(ctx, v, limit)
}

func (x identities) Decide(ctx context.Context, v policy.Viewer) (identity.Report, error) {
	if err := mayDecide(v); err != nil {
		return identity.Report{}, err
	}
	return x.n.identity.Decide(ctx, identity.Options{By: "rules " + identity.DefaultParams.Rules})
}

// State notes a person's decision on a pair.
func (x identities) State(ctx context.Context, v policy.Viewer, a, b string, same bool, by, why string) (record.SameParty, error) {
	if err := mayDecide(v); err != nil {
		return record.SameParty{}, err
	}
	if same {
		return x.n.identity.Confirm(ctx, v, a, b, x.person(by), why)
	}
	return x.n.identity.Reject(ctx, v, a, b, x.person(by), why)
}

// Split takes parties out of their group.
func (x identities) Split(ctx context.Context, v policy.Viewer, parties []string, by, why string) ([]record.SameParty, error) {
	if err := mayDecide(v); err != nil {
		return nil, err
	}
	slices.Sort(parties)
	return x.n.identity.Split(ctx, v, slices.Compact(parties), x.person(by), why)
}

func (x identities) person(by string) identity.Person {
	return identity.Person{Name: by, Org: x.n.organisation(), At: x.n.o.Clock()}
}

// organisation is the identity of whoever runs the node, as the source of what its
// people state.
func (n *Node) organisation() stix.Object {
	name := n.c.Name
	if name == "" {
		name = "Cordon node"
	}
	return record.Source(stix.NameID("identity", "cordon-node", name), name, record.Meta{Created: organisationMade, Markings: []string{policy.MarkingID(policy.Clear)}})
}

// organisationMade is the time of the organisation's identity: the same name is the
// same object for ever.
const organisationMade = "2026-01-01T00:00:00.000Z"

// mayDecide says who may decide which parties are one: the node's own people.
func mayDecide(v policy.Viewer) error {
	if v.Clearance < policy.Red {
		return errs.New(errs.Denied, "deciding which parties are one is for the node's own people")
	}
	return nil
}
