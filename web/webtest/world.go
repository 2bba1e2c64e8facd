package webtest

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

// WorldPages are the pages of the world.
func WorldPages() map[string]string {
	return map[string]string{
		"matrix": "/matrix", "matrix-filtered": "/matrix?us=on&jp=not&programme=cyber&since=2010", "matrix-refused": "/matrix?eu=not",
		"history": "/matrix/party/" + Kofiu.Party(BetaKR), "history-open": "/matrix/party/" + Ofac.Party(GammaUS), "history-press": "/matrix/party/" + press.Party(deltaJP),
		"alignment": "/matrix/alignment?programme=cyber&programme=wmd", "months": "/matrix/alignment?programme=cyber&step=month",
		"questions": "/identity", "group": "/identity/" + Kofiu.Party(BetaKR), "group-open": "/identity/" + Ofac.Party(GammaUS),
		"also": "/party/" + Ofac.Party(BetaUS), "also-open": "/party/" + Unsc.Party(GammaUN),
	}
}

// WorldDesk is a desk with the world of parties on several lists.
func WorldDesk(t testing.TB) *Desk {
	t.Helper()
	d := NewDesk(t)
	d.world(t)
	return d
}

// identities is the desk as the pages ask it which parties are one. An analyst, who may
// see TLP:AMBER, may decide.
type identities struct{ d *Desk }

func (d *Desk) engine() *identity.Engine { return identity.New(d.Store, nil) }

func (d *Desk) matrix() *matrix.Desk {
	return matrix.New(matrix.Config{Groups: d.engine().Groups, Journal: d.Store, Clock: func() time.Time { return Noon }})
}

func (j identities) Group(ctx context.Context, v policy.Viewer, party string) (identity.Group, error) {
	return j.d.engine().Group(ctx, v, party)
}

func (j identities) Questions(ctx context.Context, v policy.Viewer, limit int) ([]identity.Question, int, error) {
	return j.d.engine().Questions(ctx, v, limit)
}

func (j identities) Decisions(ctx context.Context, v policy.Viewer, parties []string) ([]record.SameParty, error) {
	return j.d.engine().Decisions(ctx, v, parties)
}

func (j identities) MayDecide(v policy.Viewer) bool { return v.Clearance >= policy.Amber }

func (j identities) person(v policy.Viewer, by string) (identity.Person, error) {
	if !j.MayDecide(v) {
		return identity.Person{}, errs.New(errs.Denied, "deciding is for the node's own people")
	}
	org := record.Source(stix.NameID("identity", "cordon-node", "Example-1"), "Example-1", record.Meta{Created: "2026-01-01T00:00:00.000Z", Markings: []string{policy.MarkingID(policy.Clear)}})
	return identity.Person{Name: by, Org: org, At: Noon}, nil
}

func (j identities) State(ctx context.Context, v policy.Viewer, a, b string, same bool, by, why string) (record.SameParty, error) {
	p, err := j.person(v, by)
	if err != nil {
		return record.SameParty{}, err
	}
	if same {
		return j.d.engine().Confirm(ctx, v, a, b, p, why)
	}
	return j.d.engine().Reject(ctx, v, a, b, p, why)
}

func (j identities) Split(ctx context.Context, v policy.Viewer, parties []string, by, why string) ([]record.SameParty, error) {
	p, err := j.person(v, by)
	if err != nil {
		return nil, err
	}
	return j.d.engine().Split(ctx, v, parties, p, why)
}

// tied are the decisions on identity that name a party, as the screening room has
// them among what refers to it.
func (d *Desk) tied(ctx context.Context, v policy.Viewer, party string) (out []screen.Tie, err error) {
	ds, err := d.engine().Decisions(ctx, v, []string{party})
	for _, x := range ds {
		out = append(out, screen.Tie{Ref: screen.Ref{ID: x.ID, Type: record.SamePartyType, Title: x.ID}, By: "party_refs"})
	}
	return out, err
}

// Record101 is an entry of the desk of which nobody has decided anything.
var Record101 = Ofac.Party("101")

// The entries of the world.
const (
	BetaUS  = "201"
	BetaKR  = "202"
	firmJP  = "203"
	GammaUS = "204"
	GammaUN = "205"
	deltaJP = "delta"
	epsKR   = "206"
)

// source is a list of the world.
type source struct{ authority, list, nation string }

var (
	Ofac  = source{"OFAC", "ofac-sdn", "US"}
	Kofiu = source{"KR-KOFIU", "kr-kofiu-restricted", "KR"}
	mof   = source{"JP-MOF", "jp-mof-freeze", "JP"}
	Unsc  = source{"UNSC", "un-consolidated", "UN"}
	press = source{"JP-MOFA", "press", "JP"}
)

// Party is the id of the party of an entry.
func (s source) Party(entry string) string { return record.PartyID(s.authority, s.list, entry) }

// world adds parties that several lists have: one that two lists date, one that a
// list without dates has, one that is removed, one that the press alone reports,
// and a pair that nobody has decided on.
func (d *Desk) world(t testing.TB) {
	t.Helper()
	var batch journal.Batch
	meta := record.Meta{Created: "2023-05-23T00:00:00.000Z", CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(policy.Clear)}}
	add := func(s source, entry string, kind record.PartyKind, listed record.Date, change func(*record.Party, *record.Designation), names ...record.Name) {
		for i := range names {
			names[i].Where = record.Where{SHA256: d.List, File: "example.csv", Row: 2, Column: 2}
		}
		p := record.Party{ID: s.Party(entry), Kind: kind, Names: names}
		l := record.Designation{
			ID: record.DesignationID(s.authority, s.list, entry), Party: p.ID, Authority: s.authority, Nation: s.nation, List: s.list, Entry: entry,
			Programmes: []string{"DPRK"}, ListedOn: listed, Status: record.InForce, Wheres: []record.Where{{SHA256: d.List, File: "example.csv", Row: 2}},
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

	add(Ofac, BetaUS, record.Person, "2019-09-13", func(p *record.Party, l *record.Designation) {
		born(p)
		l.Programmes, l.Instruments = []string{"CYBER2", "DPRK3"}, []string{"EO 13722"}
	}, latin("EXAMPLE, Beta"), hangul("보기 베타"), latin("EXAMPLE, Betty"))
	add(Kofiu, BetaKR, record.Person, "2023-02-10", func(p *record.Party, _ *record.Designation) { born(p) }, latin("EXAMPLE, Beta"), hangul("보기 베타"))
	add(mof, firmJP, record.Organisation, "", nil, latin("EXAMPLE TRADING CORPORATION"), kana("例示貿易会社"))
	add(Ofac, GammaUS, record.Person, "2016-07-06", nil, latin("EXAMPLE, Gamma"))
	add(Unsc, GammaUN, record.Person, "2016-11-30", nil, latin("EXAMPLE, Gamma"), hangul("보기 감마"))
	add(Kofiu, epsKR, record.Person, "2015-01", func(_ *record.Party, l *record.Designation) { l.Status = record.Removed }, latin("EXAMPLE, Epsilon"))
	add(press, deltaJP, record.Person, "2024-12-26", func(_ *record.Party, l *record.Designation) {
		l.Press, l.Wheres, l.URL = true, nil, "https://example.org/news"
	}, latin("EXAMPLE, Delta"))
	un := record.ListVersion{
		ID: record.ListVersionID("UNSC", "un-consolidated", d.List), List: "un-consolidated", Authority: "UNSC", Nation: "UN", Date: "2026-02-27", DateFrom: "file",
		Files: []record.ListFile{{Name: "example.csv", SHA256: d.List, Bytes: int64(len(ListFile)), Rows: 5}}, Entries: 1, Added: 1,
	}
	batch.By, batch.RefuseAll, batch.Objects = "test", true, append(batch.Objects, un.Object(meta))
	if r, err := d.Append(t.Context(), batch); err != nil {
		t.Fatalf("%v %+v", err, r.Refused)
	}
	if _, err := d.engine().Decide(t.Context(), identity.Options{By: "test"}); err != nil {
		t.Fatal(err)
	}
}

// Many adds entries of OFAC's with these names.
func (d *Desk) Many(t testing.TB, names []string) {
	t.Helper()
	batch := journal.Batch{By: "test", RefuseAll: true}
	meta := record.Meta{Created: "2023-05-23T00:00:00.000Z", CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(policy.Clear)}}
	for i, name := range names {
		entry := strconv.Itoa(1000 + i)
		p := record.Party{ID: Ofac.Party(entry), Kind: record.Person, Names: []record.Name{{Text: name, Kind: record.Primary, Script: "Latn"}}}
		l := record.Designation{
			ID: record.DesignationID(Ofac.authority, Ofac.list, entry), Party: p.ID, Authority: Ofac.authority, Nation: Ofac.nation, List: Ofac.list, Entry: entry,
			Programmes: []string{"DPRK"}, ListedOn: "2016-07-06", Status: record.InForce, Wheres: []record.Where{{SHA256: d.List, File: "example.csv", Row: 2}},
		}
		batch.Objects = append(batch.Objects, p.Object(meta), l.Object(meta))
	}
	if r, err := d.Append(t.Context(), batch); err != nil {
		t.Fatalf("%v %+v", err, r.Refused)
	}
}
