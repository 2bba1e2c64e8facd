package node

import (
	"context"
	"sync"

	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/designations"
	"github.com/cordon-project/cordon/web/holdings"
	"github.com/cordon-project/cordon/web/inquiry"
	"github.com/cordon-project/cordon/web/joins"
	"github.com/cordon-project/cordon/web/packets"
	"github.com/cordon-project/cordon/web/review"
)

// newMatrix puts the desk of the designation matrix together.
func (n *Node) newMatrix() *matrix.Desk {
	return matrix.New(matrix.Config{Groups: n.identity.Groups, Journal: n.read(), Clock: n.o.Clock, Turn: n.store.Turn})
}

// newSite puts the pages for people together.
func (n *Node) newSite() (*web.Server, error) {
	together := joins.Config{Objects: n.shown(), Parties: desk{n}, Identities: newJoining(n)}
	return web.New(web.Config{
		Objects: n.shown(), Enter: n.Enter, Origins: n.c.Origins, Node: n.c.Name, Version: n.o.Version.Software, Log: n.o.Log, Clock: n.o.Clock,
		Rooms: []web.Room{
			inquiry.Config{Screen: n.screen, Desk: desk{n}, Joins: together},
			designations.Config{Matrix: n.matrix, Joins: together},
			packets.Config{Packets: desk{n}},
			together,
			review.Config{Objects: n.shown(), Clearances: desk{n}, Alerts: n.Monitor()},
			holdings.Config{Objects: n.shown(), Desk: desk{n}, Held: histories{n}},
		},
	})
}

// groupsKept is how many groups the pages keep; more begin anew.
const groupsKept = 512

// joining is the node as the pages ask it which parties are one. A group is put
// together from all decisions, which takes a moment, so those that were asked for
// are kept until the journal goes on.
type joining struct {
	identities
	mu     sync.Mutex
	seq    int64
	groups map[string]identity.Group // by viewer and party
}

var _ joins.Identities = (*joining)(nil)

func newJoining(n *Node) *joining {
	return &joining{identities: identities{n}, groups: map[string]identity.Group{}}
}

func (j *joining) MayDecide(v policy.Viewer) bool { return mayDecide(v) == nil }

func (j *joining) Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error) {
	seq, err := j.n.store.Head(ctx)
	if err != nil {
		return identity.Group{}, err
	}
	key := j.n.store.Turn() + " " + v.Key() + " " + party
	j.mu.Lock()
	g, had := j.groups[key]
	had = had && j.seq == seq
	j.mu.Unlock()
	if had {
		return g, nil
	}
	if g, err = j.identities.Group(ctx, v, party); err != nil {
		return identity.Group{}, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.seq != seq || len(j.groups) >= groupsKept {
		j.seq = seq
		clear(j.groups)
	}
	j.groups[key] = g
	return g, nil
}

// Decisions returns the decisions in force on any of the parties.
func (j *joining) Decisions(ctx context.Context, v policy.Viewer, parties []string) ([]record.SameParty, error) {
	return j.n.identity.Decisions(ctx, v, parties)
}
