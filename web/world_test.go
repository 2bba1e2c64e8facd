package web_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
)

// joins is the desk as the pages ask it which parties are one. An analyst, who may
// see TLP:AMBER, may decide.
type joins struct{ d *desk }

func (d *desk) identities() *identity.Engine { return identity.New(d.Store, nil) }

func (d *desk) matrix() *matrix.Desk {
	return matrix.New(matrix.Config{Groups: d.identities().Groups, Journal: d.Store, Clock: func() time.Time { return noon }})
}

func (j joins) Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error) {
	return j.d.identities().Group(ctx, v, party)
}

func (j joins) Questions(ctx context.Context, v policy.Viewer, limit int) ([]identity.Question, int, error) {
	return j.d.identities().Questions(ctx, v, limit)
}

func (j joins) Decisions(ctx context.Context, v policy.Viewer, parties []string) ([]record.SameParty, error) {
	return j.d.identities().Decisions(ctx, v, parties)
}

func (j joins) MayDecide(v policy.Viewer) bool { return v.Clearance >= policy.Amber }

func (j joins) person(v policy.Viewer, by string) (identity.Person, error) {
	if !j.MayDecide(v) {
		return identity.Person{}, errs.New(errs.Denied, "deciding is for the node's own people")
	}
	org := record.Source(stix.NameID("identity", "cordon-node", "Example-1"), "Example-1", record.Meta{Created: "2026-01-01T00:00:00.000Z", Markings: []string{policy.MarkingID(policy.Clear)}})
	return identity.Person{Name: by, Org: org, At: noon}, nil
}

func (j joins) State(ctx context.Context, v policy.Viewer, a, b string, same bool, by, why string) (record.SameParty, error) {
	p, err := j.person(v, by)
	if err != nil {
		return record.SameParty{}, err
	}
	if same {
		return j.d.identities().Confirm(ctx, v, a, b, p, why)
	}
	return j.d.identities().Reject(ctx, v, a, b, p, why)
}

func (j joins) Split(ctx context.Context, v policy.Viewer, parties []string, by, why string) ([]record.SameParty, error) {
	p, err := j.person(v, by)
	if err != nil {
		return nil, err
	}
	return j.d.identities().Split(ctx, v, parties, p, why)
}

// tied are the decisions on identity that name a party, as the screening room has
// them among what refers to it.
func (d *desk) tied(ctx context.Context, v policy.Viewer, party string) (out []screen.Tie, err error) {
	ds, err := d.identities().Decisions(ctx, v, []string{party})
	for _, x := range ds {
		out = append(out, screen.Tie{Ref: screen.Ref{ID: x.ID, Type: record.SamePartyType, Title: x.ID}, By: "party_refs"})
	}
	return out, err
}

// record101 is an entry of the desk of which nobody has decided anything.
var record101 = ofac.party("101")

// The entries of the world.
const (
	betaUS  = "201"
	betaKR  = "202"
	firmJP  = "203"
	gammaUS = "204"
	gammaUN = "205"
	deltaJP = "delta"
	epsKR   = "206"
)

// source is a list of the world.
type source struct{ authority, list, nation string }

var (
	ofac  = source{"OFAC", "ofac-sdn", "US"}
	kofiu = source{"KR-KOFIU", "kr-kofiu-restricted", "KR"}
	mof   = source{"JP-MOF", "jp-mof-freeze", "JP"}
	unsc  = source{"UNSC", "un-consolidated", "UN"}
	press = source{"JP-MOFA", "press", "JP"}
)

func (s source) party(entry string) string { return record.PartyID(s.authority, s.list, entry) }

// world adds parties that several lists have: one that two lists date, one that a
// list without dates has, one that is removed, one that the press alone reports,
// and a pair that nobody has decided on.
func (d *desk) world(t testing.TB) {
	t.Helper()
	var batch journal.Batch
	meta := record.Meta{Created: "2023-05-23T00:00:00.000Z", CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(policy.Clear)}}
	add := func(s source, entry string, kind record.PartyKind, listed record.Date, change func(*record.Party, *record.Designation), names ...record.Name) {
		for i := range names {
			names[i].Where = record.Where{SHA256: d.list, File: "example.csv", Row: 2, Column: 2}
		}
		p := record.Party{ID: s.party(entry), Kind: kind, Names: names}
		l := record.Designation{
			ID: record.DesignationID(s.authority, s.list, entry), Party: p.ID, Authority: s.authority, Nation: s.nation, List: s.list, Entry: entry,
			Programmes: []string{"DPRK"}, ListedOn: listed, Status: record.InForce, Wheres: []record.Where{{SHA256: d.list, File: "example.csv", Row: 2}},
		}
		if change != nil {
			change(&p, &l)
		}
		d.parties[p.ID] = p
		d.listings = append(d.listings, l)
		batch.Objects = append(batch.Objects, p.Object(meta), l.Object(meta))
	}
	latin := func(text string) record.Name { return record.Name{Text: text, Kind: record.Primary, Script: "Latn"} }
	hangul := func(text string) record.Name { return record.Name{Text: text, Kind: record.Original, Script: "Hang"} }
	kana := func(text string) record.Name { return record.Name{Text: text, Kind: record.Original, Script: "Jpan"} }
	born := func(p *record.Party) { p.Births = []record.Birth{{Date: "1980-03-02", Text: "2 Mar 1980"}} }

	add(ofac, betaUS, record.Person, "2019-09-13", func(p *record.Party, l *record.Designation) {
		born(p)
		l.Programmes, l.Instruments = []string{"CYBER2", "DPRK3"}, []string{"EO 13722"}
	}, latin("EXAMPLE, Beta"), hangul("보기 베타"), latin("EXAMPLE, Betty"))
	add(kofiu, betaKR, record.Person, "2023-02-10", func(p *record.Party, _ *record.Designation) { born(p) }, latin("EXAMPLE, Beta"), hangul("보기 베타"))
	add(mof, firmJP, record.Organisation, "", nil, latin("EXAMPLE TRADING CORPORATION"), kana("例示貿易会社"))
	add(ofac, gammaUS, record.Person, "2016-07-06", nil, latin("EXAMPLE, Gamma"))
	add(unsc, gammaUN, record.Person, "2016-11-30", nil, latin("EXAMPLE, Gamma"), hangul("보기 감마"))
	add(kofiu, epsKR, record.Person, "2015-01", func(_ *record.Party, l *record.Designation) { l.Status = record.Removed }, latin("EXAMPLE, Epsilon"))
	add(press, deltaJP, record.Person, "2024-12-26", func(_ *record.Party, l *record.Designation) {
		l.Press, l.Wheres, l.URL = true, nil, "https://example.org/news"
	}, latin("EXAMPLE, Delta"))
	un := record.ListVersion{
		ID: record.ListVersionID("UNSC", "un-consolidated", d.list), List: "un-consolidated", Authority: "UNSC", Nation: "UN", Date: "2026-02-27", DateFrom: "file",
		Files: []record.ListFile{{Name: "example.csv", SHA256: d.list, Bytes: int64(len(listFile)), Rows: 5}}, Entries: 1, Added: 1,
	}
	batch.By, batch.RefuseAll, batch.Objects = "test", true, append(batch.Objects, un.Object(meta))
	if r, err := d.Append(t.Context(), batch); err != nil {
		t.Fatalf("%v %+v", err, r.Refused)
	}
	if _, err := d.identities().Decide(t.Context(), identity.Options{By: "test"}); err != nil {
		t.Fatal(err)
	}
}

// many adds entries of OFAC's with these names.
func (d *desk) many(t testing.TB, names []string) {
	t.Helper()
	batch := journal.Batch{By: "test", RefuseAll: true}
	meta := record.Meta{Created: "2023-05-23T00:00:00.000Z", CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(policy.Clear)}}
	for i, name := range names {
		entry := strconv.Itoa(1000 + i)
		p := record.Party{ID: ofac.party(entry), Kind: record.Person, Names: []record.Name{{Text: name, Kind: record.Primary, Script: "Latn"}}}
		l := record.Designation{
			ID: record.DesignationID(ofac.authority, ofac.list, entry), Party: p.ID, Authority: ofac.authority, Nation: ofac.nation, List: ofac.list, Entry: entry,
			Programmes: []string{"DPRK"}, ListedOn: "2016-07-06", Status: record.InForce, Wheres: []record.Where{{SHA256: d.list, File: "example.csv", Row: 2}},
		}
		batch.Objects = append(batch.Objects, p.Object(meta), l.Object(meta))
	}
	if r, err := d.Append(t.Context(), batch); err != nil {
		t.Fatalf("%v %+v", err, r.Refused)
	}
}
