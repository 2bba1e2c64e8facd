package webtest

import (
	"context"
	"testing"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/web/packets"
)

// Packet makes a packet as a node does.
func (d *Desk) Packet(ctx context.Context, v policy.Viewer, q packets.Query) (*brief.Packet, error) {
	g, err := d.engine().Group(ctx, v, q.Party)
	if err != nil {
		return nil, err
	}
	var names []brief.ListName
	for _, l := range lists.All() {
		names = append(names, brief.ListName{Authority: l.Authority, Nation: l.Nation, List: l.Name, Title: l.Title})
	}
	p, err := brief.New(brief.Config{Journal: d.Store, Archive: d.kept, Lists: names}).Packet(ctx, v, g, brief.Options{
		For: q.For, Lang: q.Lang, Date: Noon, Node: "Example-1", Recipient: policy.Viewer{Clearance: q.ClearedTo}, Software: "test",
	})
	return &p, err
}

// Marked adds a party with one listing under a marking, and returns its id.
func (d *Desk) Marked(t testing.TB, tlp string) string {
	t.Helper()
	level, err := policy.ParseTLP(tlp)
	if err != nil {
		t.Fatal(err)
	}
	meta := record.Meta{Created: "2023-05-23T00:00:00.000Z", CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(level)}}
	p := record.Party{ID: Ofac.Party("secret"), Kind: record.Person, Names: []record.Name{{Text: "EXAMPLE, Secret", Kind: record.Primary, Script: "Latn"}}}
	l := record.Designation{
		ID: record.DesignationID(Ofac.authority, Ofac.list, "secret"), Party: p.ID, Authority: Ofac.authority, Nation: Ofac.nation, List: Ofac.list, Entry: "secret",
		Programmes: []string{"DPRK"}, ListedOn: "2016-07-06", Status: record.InForce, Wheres: []record.Where{{SHA256: d.List, File: "example.csv", Row: 2}},
	}
	if r, err := d.Append(t.Context(), journal.Batch{By: "test", RefuseAll: true, Objects: []stix.Object{p.Object(meta), l.Object(meta)}}); err != nil {
		t.Fatalf("%v %+v", err, r.Refused)
	}
	return p.ID
}
