package brief

import (
	"cmp"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// gatherMembers reads the parties of the group and their designations.
func (m *maker) gatherMembers(g identity.Group) error {
	for _, in := range g.Members {
		o, ok, err := m.release.give(m.ctx, in.Party.ID)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		x := member{lang: o.Str("lang")}
		if x.party, err = record.PartyOf(o); err != nil {
			return err
		}
		for _, d := range in.Designations {
			o, ok, err := m.release.give(m.ctx, d.ID)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			d, err := record.DesignationOf(o)
			if err != nil {
				return err
			}
			if d.Party == x.party.ID {
				x.designations = append(x.designations, d)
			}
		}
		m.members = append(m.members, x)
	}
	if len(m.members) == 0 {
		return errs.New(errs.Denied, "%s may be given none of the entries of this party", m.p.For.Authority).
			WithHint("Their markings are above what the recipient is cleared to; see --cleared-to.")
	}
	slices.SortStableFunc(m.members, func(a, b member) int {
		x, y := a.main(), b.main()
		return cmp.Or(cmp.Compare(late(x), late(y)), cmp.Compare(x.Authority, y.Authority), cmp.Compare(x.List, y.List),
			cmp.Compare(x.Entry, y.Entry), cmp.Compare(a.party.ID, b.party.ID))
	})
	m.p.Name, m.p.Kind = m.members[0].party.PrimaryName(), record.UnknownKind
	for _, x := range m.members {
		if k := x.party.Kind; m.p.Kind == record.UnknownKind && k != "" {
			m.p.Kind = k
		}
	}
	return nil
}

// late sorts lists' own entries by their date and what is less sure behind them.
func late(d record.Designation) string {
	switch {
	case d.ID == "":
		return "3"
	case d.Press:
		return "2" + string(d.ListedOn)
	case d.ListedOn == "":
		return "1"
	}
	return "0" + string(d.ListedOn)
}

// main is the designation that a member is known by: a list's own before one that
// the press reports.
func (x *member) main() record.Designation {
	var out record.Designation
	for _, d := range x.designations {
		if out.ID == "" || out.Press && !d.Press {
			out = d
		}
	}
	return out
}

func (m *maker) memberOf(id string) *member {
	for i := range m.members {
		if m.members[i].party.ID == id {
			return &m.members[i]
		}
	}
	return nil
}

// gatherDecisions reads the decisions that hold the group together, and those that
// nobody has made. One that names a party which is left out is left out too: its
// reasons quote both.
func (m *maker) gatherDecisions(g identity.Group) error {
	for _, s := range g.Links {
		d, ok, err := m.decision(s.ID)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if m.memberOf(d.Parties[0]) == nil || m.memberOf(d.Parties[1]) == nil {
			m.release.take(s.ID, ruleParty)
			continue
		}
		m.links = append(m.links, d)
	}
	for _, s := range g.Open {
		if err := m.gatherOpen(s.ID); err != nil {
			return err
		}
	}
	return m.gatherOutside()
}

// gatherOutside reads the designations of parties that open questions name.
func (m *maker) gatherOutside() error {
	m.outside = map[string][]record.Designation{}
	for _, s := range m.open {
		for _, party := range s.Parties {
			if m.memberOf(party) == nil {
				m.outside[party] = nil
			}
		}
	}
	if len(m.outside) == 0 {
		return nil
	}
	return m.scan([]string{record.DesignationType}, func(o stix.Object) error {
		party := o.Str("party_ref")
		if _, wanted := m.outside[party]; !wanted {
			return nil
		}
		o, ok, err := m.release.give(m.ctx, o.ID())
		if err != nil || !ok {
			return err
		}
		d, err := record.DesignationOf(o)
		m.outside[party] = append(m.outside[party], d)
		return err
	})
}

func (m *maker) decision(id string) (record.SameParty, bool, error) {
	o, ok, err := m.release.give(m.ctx, id)
	if err != nil || !ok {
		return record.SameParty{}, false, err
	}
	s, err := record.SamePartyOf(o)
	return s, true, err
}

func (m *maker) gatherOpen(id string) error {
	s, ok, err := m.decision(id)
	if err != nil || !ok {
		return err
	}
	inside := 0
	for _, party := range s.Parties {
		if m.memberOf(party) != nil {
			inside++
			continue
		}
		_, ok, err := m.release.give(m.ctx, party)
		if err != nil {
			return err
		}
		if !ok {
			m.release.take(id, ruleParty)
			return nil
		}
	}
	if inside == 0 { // its own party is left out
		m.release.take(id, ruleParty)
		return nil
	}
	m.open = append(m.open, s)
	return nil
}

// scan runs over the newest versions of types, as the viewer sees them.
func (m *maker) scan(types []string, each func(stix.Object) error) error {
	q := journal.Query{Types: types, Latest: true, Purpose: policy.Reading}
	for e, err := range m.d.c.Journal.Scan(m.ctx, m.viewer, q) {
		if err != nil {
			return err
		}
		if e.Canonical == nil || e.Erased {
			continue
		}
		o, err := e.Object()
		if err != nil {
			return err
		}
		if o.Revoked() {
			continue
		}
		if err := each(o); err != nil {
			return err
		}
	}
	return nil
}

// reported is a STIX report that names a member.
type reported struct {
	id, name, published string
	wheres              []record.Where
	url                 string
}

// gatherMentions reads what reports, claims and attributions say of the members.
func (m *maker) gatherMentions() error {
	ours := func(ids ...string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return m.memberOf(id) != nil })
	}
	return m.scan([]string{record.ClaimType, record.LossType, "report"}, func(o stix.Object) error {
		switch o.Type() {
		case record.ClaimType:
			if !ours(o.Str("subject_ref"), o.Str("value_ref")) {
				return nil
			}
			return m.gatherClaim(o)
		case record.LossType:
			if !ours(o.Strs("actor_refs")...) {
				return nil
			}
			return m.gatherLoss(o.ID())
		}
		if !ours(o.Strs("object_refs")...) {
			return nil
		}
		return m.gatherReport(o.ID())
	})
}

func (m *maker) gatherClaim(o stix.Object) error {
	if o.Str("status") == record.ClaimRejected {
		m.release.leave(ruleRejected)
		return nil
	}
	o, ok, err := m.release.give(m.ctx, o.ID())
	if err != nil || !ok {
		return err
	}
	c, err := record.ClaimOf(o)
	if err != nil {
		return err
	}
	if _, _, err := m.release.give(m.ctx, c.Source); err != nil {
		return err
	}
	m.claims = append(m.claims, c)
	return nil
}

func (m *maker) gatherLoss(id string) error {
	o, ok, err := m.release.give(m.ctx, id)
	if err != nil || !ok {
		return err
	}
	l, err := record.LossOf(o)
	if err != nil {
		return err
	}
	if _, _, err := m.release.give(m.ctx, l.Incident); err != nil {
		return err
	}
	m.losses = append(m.losses, l)
	return nil
}

func (m *maker) gatherReport(id string) error {
	o, ok, err := m.release.give(m.ctx, id)
	if err != nil || !ok {
		return err
	}
	r := reported{id: id, name: o.Str("name"), published: o.Str("published"), wheres: record.Wheres(o)}
	meta, err := record.MetaOf(o)
	if err != nil {
		return err
	}
	for _, x := range meta.Refs {
		r.url = cmp.Or(r.url, x.URL)
	}
	m.reports = append(m.reports, r)
	return nil
}

// versions are the list versions that may go out.
type versions struct {
	files  map[string]versionFile // by sha256; of several the newest
	newest []record.ListVersion   // one for each list, by authority and list
}

type versionFile struct {
	record.ListVersion
	file record.ListFile
}

// gatherVersions reads the newest version of every list and those whose files
// something in the packet stands on.
func (m *maker) gatherVersions() error {
	cited := map[string]bool{}
	for _, o := range m.release.given {
		for _, w := range record.Wheres(o) {
			cited[w.SHA256] = true
		}
	}
	type listKey struct{ authority, list string }
	newest := map[listKey]record.ListVersion{}
	var wanted []record.ListVersion
	err := m.scan([]string{record.ListVersionType}, func(o stix.Object) error {
		l, err := record.ListVersionOf(o)
		if err != nil {
			return err
		}
		k := listKey{l.Authority, l.List}
		if l.Modified > newest[k].Modified {
			newest[k] = l
		}
		if slices.ContainsFunc(l.Files, func(f record.ListFile) bool { return cited[f.SHA256] }) {
			wanted = append(wanted, l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.versions.files = map[string]versionFile{}
	for _, l := range newest {
		wanted = append(wanted, l)
	}
	slices.SortFunc(wanted, func(a, b record.ListVersion) int {
		return cmp.Or(cmp.Compare(a.Authority, b.Authority), cmp.Compare(a.List, b.List), cmp.Compare(a.Modified, b.Modified), cmp.Compare(a.ID, b.ID))
	})
	for _, l := range slices.CompactFunc(wanted, func(a, b record.ListVersion) bool { return a.ID == b.ID }) {
		_, ok, err := m.release.give(m.ctx, l.ID)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		for _, f := range l.Files {
			m.versions.files[f.SHA256] = versionFile{l, f}
		}
		if newest[listKey{l.Authority, l.List}].ID == l.ID {
			m.versions.newest = append(m.versions.newest, l)
		}
	}
	return nil
}
