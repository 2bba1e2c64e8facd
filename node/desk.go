package node

import (
	"context"
	"errors"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/clearance"
	"github.com/cordon-project/cordon/translog"
	"github.com/cordon-project/cordon/web/holdings"
	"github.com/cordon-project/cordon/web/inquiry"
	"github.com/cordon-project/cordon/web/joins"
	"github.com/cordon-project/cordon/web/packets"
	"github.com/cordon-project/cordon/web/review"
)

// desk is the node as the pages see it.
type desk struct{ n *Node }

var (
	_ inquiry.Desk      = desk{}
	_ joins.Parties     = desk{}
	_ review.Clearances = desk{}
	_ packets.Packets   = desk{}
	_ holdings.Desk     = desk{}
)

func (d desk) Party(ctx context.Context, v policy.Viewer, id string) (screen.Dossier, error) {
	return d.n.screen.Dossier(ctx, v, id)
}

func (d desk) Source(ctx context.Context, v policy.Viewer, w record.Where) (intake.SourceView, error) {
	return d.n.intake.Source(ctx, v, w)
}

func (d desk) Original(ctx context.Context, v policy.Viewer, sha256 string) (holdings.Original, error) {
	f, s, err := d.n.archive.Open(ctx, v, policy.Reading, sha256)
	if err != nil {
		return holdings.Original{}, err
	}
	if err := d.n.auditInput(ctx, v, sha256); err != nil {
		return holdings.Original{}, errors.Join(err, f.Close())
	}
	o := holdings.Original{Name: sha256, Size: s.Size, Body: f}
	if len(s.Inputs) > 0 {
		o.Name = s.Inputs[0].Name
	}
	return o, nil
}

func (d desk) Wheres(ctx context.Context, v policy.Viewer, id string) ([]record.Where, error) {
	e, err := d.n.store.Get(ctx, v, policy.Reading, id)
	if err != nil {
		return nil, err
	}
	o, err := e.Object()
	if err != nil {
		return nil, err
	}
	return record.Wheres(o), nil
}

func (d desk) Lists(ctx context.Context, v policy.Viewer) ([]record.ListVersion, error) {
	return d.n.screen.Lists(ctx, v)
}

func (d desk) ImportKinds() []string { return intake.Kinds() }

// mayIntake says who may take things in: who may see everything that the node
// may hold, since the results name what was found.
func mayIntake(v policy.Viewer) error {
	if v.Clearance < policy.Red {
		return errs.New(errs.Denied, "taking things in is for the node's own people")
	}
	return nil
}

func (d desk) Import(ctx context.Context, v policy.Viewer, u intake.Upload) (string, error) {
	if err := mayIntake(v); err != nil {
		return "", err
	}
	u.By = v.Name
	return d.n.intake.Import(ctx, v, u)
}

func (d desk) Job(_ context.Context, v policy.Viewer, id string) (intake.Job, error) {
	if err := mayIntake(v); err != nil {
		return intake.Job{}, err
	}
	return d.n.intake.Job(id)
}

func (d desk) Jobs(_ context.Context, v policy.Viewer) ([]intake.Job, error) {
	if err := mayIntake(v); err != nil {
		return nil, err
	}
	return d.n.intake.Jobs(), nil
}

func (d desk) Cancel(_ context.Context, v policy.Viewer, id string) error {
	if err := mayIntake(v); err != nil {
		return err
	}
	return d.n.intake.Cancel(id)
}

func (d desk) Clearances(ctx context.Context, v policy.Viewer, f clearance.Filter) ([]clearance.Clearance, error) {
	return d.n.List(ctx, v, f)
}

func (d desk) Propose(ctx context.Context, v policy.Viewer, p clearance.Proposal) (clearance.Clearance, error) {
	return d.n.Propose(ctx, v, p)
}

func (d desk) Confirm(ctx context.Context, v policy.Viewer, id, by string) (clearance.Clearance, error) {
	return d.n.Confirm(ctx, v, id, by)
}

func (d desk) Withdraw(ctx context.Context, v policy.Viewer, id, by, reason string) (clearance.Clearance, error) {
	return d.n.Withdraw(ctx, v, id, by, reason)
}

func (d desk) Packet(ctx context.Context, v policy.Viewer, q packets.Query) (*brief.Packet, error) {
	return d.n.packet(ctx, v, api.PacketQuery{Party: q.Party, For: q.For, Lang: q.Lang, ClearedTo: q.ClearedTo.String()})
}

func (d desk) Checkpoint(ctx context.Context) (string, int64, error) {
	note, err := d.n.store.Checkpoint(ctx)
	if errs.Is(err, errs.NotFound) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	c, err := translog.ReadCheckpoint(note)
	return string(note), c.Size, err
}

func (d desk) Quarantine(ctx context.Context, v policy.Viewer, limit int) ([]intake.Refused, int, error) {
	all, total, err := d.n.Quarantine(ctx, v, limit)
	if err != nil {
		return nil, 0, err
	}
	out := make([]intake.Refused, 0, len(all))
	for _, q := range all {
		out = append(out, intake.Refused{Refusal: q.Refusal, Where: record.Where{SHA256: q.Source}, At: q.At, By: q.By})
	}
	return out, int(total), nil
}
