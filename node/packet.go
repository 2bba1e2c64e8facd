package node

import (
	"context"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
)

// packet makes a listing packet from what the viewer may see and the desk may be
// given.
func (n *Node) packet(ctx context.Context, v policy.Viewer, q api.PacketQuery) (*brief.Packet, error) {
	level := policy.Clear
	if q.ClearedTo != "" {
		var err error
		if level, err = policy.ParseTLP(q.ClearedTo); err != nil {
			return nil, err
		}
	}
	day := n.o.Clock().UTC().Truncate(24 * time.Hour)
	if q.Date != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, q.Date); err != nil {
			return nil, errs.New(errs.Invalid, "%q is no day", q.Date).WithHint("Write it as 2026-04-01.")
		}
	}
	if _, err := brief.DeskOf(q.For); err != nil {
		return nil, err
	}
	g, err := n.identity.Group(ctx, v, q.Party)
	if err != nil {
		return nil, err
	}
	var names []brief.ListName
	for _, l := range lists.All() {
		names = append(names, brief.ListName{Authority: l.Authority, Nation: l.Nation, List: l.Name, Title: l.Title})
	}
	desk := brief.New(brief.Config{Journal: n.store, Archive: n.archive, Lists: names, Clock: n.o.Clock})
	p, err := desk.Packet(ctx, v, g, brief.Options{
		For: q.For, Lang: q.Lang, Date: day, Node: n.c.Name, Recipient: policy.Viewer{Clearance: level}, Software: n.o.Version.Software,
	})
	return &p, err
}
