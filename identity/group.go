package identity

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Group is one party as a node knows it: the entries of all lists that are it. A
// party that nothing was joined to is a group of one.
type Group struct {
	// ID is the least id of its members. It stays while that member does.
	ID      string   `json:"id"`
	Members []Member `json:"members"` // by id
	// Links are the decisions that hold the group together, by id.
	Links []record.SameParty `json:"links,omitempty"`
	// Open are undecided pairs with a member in them, by id.
	Open []record.SameParty `json:"open,omitempty"`
}

// Member is one entry of one list in a group.
type Member struct {
	Party record.Party `json:"party"`
	// Designations are those of the party, removed ones and those reported by the
	// press only among them, by date and id.
	Designations []record.Designation `json:"designations,omitempty"`
}

// Kind is what sort of party the group is: that of the first member that says.
func (g *Group) Kind() record.PartyKind {
	for i := range g.Members {
		if k := g.Members[i].Party.Kind; k != record.UnknownKind && k != "" {
			return k
		}
	}
	return record.UnknownKind
}

// Designations returns the designations of all members, by date and id.
func (g *Group) Designations() []record.Designation {
	var out []record.Designation
	for i := range g.Members {
		out = append(out, g.Members[i].Designations...)
	}
	sortDesignations(out)
	return out
}

func sortDesignations(ds []record.Designation) {
	slices.SortFunc(ds, func(a, b record.Designation) int {
		return cmp.Or(cmp.Compare(a.ListedOn, b.ListedOn), cmp.Compare(a.ID, b.ID))
	})
}

// Groups runs over the groups that a viewer may see and that have a designation
// that is wanted, by id; nil wants every one. An error is the last thing it gives.
func (e *Engine) Groups(ctx context.Context, v policy.Viewer, want func(*record.Designation) bool) iter.Seq2[Group, error] {
	return func(yield func(Group, error) bool) {
		err := e.groups(ctx, v, want, func(g Group) bool { return yield(g, nil) })
		if err != nil {
			yield(Group{}, err)
		}
	}
}

func (e *Engine) groups(ctx context.Context, v policy.Viewer, want func(*record.Designation) bool, yield func(Group) bool) (err error) {
	defer errs.Wrap(&err, "identity.Groups")
	ds, err := e.designations(ctx, v)
	if err != nil {
		return err
	}
	joined, err := e.joined(ctx, v)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for party, list := range ds {
		if want == nil || slices.ContainsFunc(list, func(d record.Designation) bool { return want(&d) }) {
			wanted[joined.root(party)] = true
		}
	}
	members := joined.members()
	for _, root := range slices.Sorted(maps.Keys(wanted)) {
		ids := members[root]
		if ids == nil {
			ids = []string{root}
		}
		g, err := e.assemble(ctx, v, ids, ds, joined)
		if err != nil {
			return err
		}
		if len(g.Members) > 0 && !yield(g) {
			return nil
		}
	}
	return nil
}

// Group returns the group of a party by the party's id, or of a group by its own:
// errs.NotFound if there is no such party, errs.Withheld if the viewer may not see
// it.
func (e *Engine) Group(ctx context.Context, v policy.Viewer, party string) (g Group, err error) {
	defer errs.Wrap(&err, "identity.Group(%s)", party)
	if _, err := e.party(ctx, v, party); err != nil {
		return Group{}, err
	}
	ds, err := e.designations(ctx, v)
	if err != nil {
		return Group{}, err
	}
	joined, err := e.joined(ctx, v)
	if err != nil {
		return Group{}, err
	}
	ids := joined.members()[joined.root(party)]
	if ids == nil {
		ids = []string{party}
	}
	return e.assemble(ctx, v, ids, ds, joined)
}

func (e *Engine) party(ctx context.Context, v policy.Viewer, id string) (record.Party, error) {
	en, err := e.journal.Get(ctx, v, policy.Reading, id)
	if err != nil {
		return record.Party{}, err
	}
	p, _, err := readParty(en)
	return p, err
}

// readParty reads what an entry says of a party, which may not be one.
func readParty(en journal.Entry) (record.Party, stix.Object, error) {
	o, err := en.Object()
	if err != nil {
		return record.Party{}, nil, err
	}
	if o.Type() != "identity" || o.Ext(record.PartyExtension) == nil {
		return record.Party{}, nil, errs.New(errs.NotFound, "%s is no party", en.ID).WithHint("Give the id of a party, as cordon screen shows it.")
	}
	p, err := record.PartyOf(o)
	return p, o, err
}

// assemble reads the members of a group.
func (e *Engine) assemble(ctx context.Context, v policy.Viewer, ids []string, ds map[string][]record.Designation, j *joined) (Group, error) {
	g := Group{}
	in := map[string]bool{}
	for _, id := range ids {
		p, err := e.party(ctx, v, id)
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
			continue
		}
		if err != nil {
			return Group{}, err
		}
		in[id] = true
		g.Members = append(g.Members, Member{Party: p, Designations: ds[id]})
	}
	if len(g.Members) == 0 {
		return g, nil
	}
	slices.SortFunc(g.Members, func(a, b Member) int { return cmp.Compare(a.Party.ID, b.Party.ID) })
	g.ID = g.Members[0].Party.ID
	seen := map[string]bool{}
	for _, m := range g.Members {
		for _, s := range j.of[m.Party.ID] {
			if seen[s.ID] {
				continue
			}
			seen[s.ID] = true
			switch {
			case in[s.Parties[0]] && in[s.Parties[1]] && s.Verdict == record.VerdictSame:
				g.Links = append(g.Links, s)
			case s.Verdict == record.VerdictOpen && !(in[s.Parties[0]] && in[s.Parties[1]]):
				g.Open = append(g.Open, s)
			}
		}
	}
	byID := func(a, b record.SameParty) int { return cmp.Compare(a.ID, b.ID) }
	slices.SortFunc(g.Links, byID)
	slices.SortFunc(g.Open, byID)
	return g, nil
}

// joined is which parties are one, from the decisions in force.
type joined struct {
	parent map[string]string
	of     map[string][]record.SameParty // decisions in force, by party
}

func (j *joined) root(id string) string {
	for {
		p, ok := j.parent[id]
		if !ok || p == id {
			return id
		}
		id = p
	}
}

func (j *joined) members() map[string][]string {
	out := map[string][]string{}
	for id := range j.parent {
		r := j.root(id)
		out[r] = append(out[r], id)
	}
	for _, ids := range out {
		slices.Sort(ids)
	}
	return out
}

// joined reads the decisions that a viewer may see and joins what is the same.
// Of several decisions on one pair a person's goes before the rules', and the
// later person's before the earlier one's. Links are taken people's first, then
// from the surest on; one that would join two parties that were decided to be
// different joins nothing.
func (e *Engine) joined(ctx context.Context, v policy.Viewer) (*joined, error) {
	inForce := map[pairKey]record.SameParty{}
	err := e.scan(ctx, v, record.SamePartyType, func(_ journal.Entry, o stix.Object) error {
		if o.Revoked() {
			return nil
		}
		s, err := record.SamePartyOf(o)
		if err != nil {
			return err
		}
		if old, had := inForce[s.Parties]; !had || goesBefore(s, old) {
			inForce[s.Parties] = s
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	j := &joined{parent: map[string]string{}, of: map[string][]record.SameParty{}}
	var links []record.SameParty
	apart := map[string][]string{}
	for _, s := range inForce {
		for i, p := range s.Parties {
			j.of[p] = append(j.of[p], s)
			if s.Verdict == record.VerdictDifferent {
				apart[p] = append(apart[p], s.Parties[1-i])
			}
		}
		if s.Verdict == record.VerdictSame {
			links = append(links, s)
		}
	}
	slices.SortFunc(links, func(a, b record.SameParty) int {
		return cmp.Or(cmp.Compare(byPerson(b), byPerson(a)), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.ID, b.ID))
	})
	j.join(links, apart)
	return j, nil
}

func byPerson(s record.SameParty) int {
	if s.By != "" {
		return 1
	}
	return 0
}

// goesBefore reports whether a decision goes before another on the same pair.
func goesBefore(s, old record.SameParty) bool {
	return cmp.Or(cmp.Compare(byPerson(s), byPerson(old)), cmp.Compare(s.Modified, old.Modified), cmp.Compare(s.ID, old.ID)) > 0
}

func (j *joined) join(links []record.SameParty, apart map[string][]string) {
	groups := map[string][]string{}
	of := func(id string) []string {
		if g := groups[id]; g != nil {
			return g
		}
		return []string{id}
	}
	for _, s := range links {
		a, b := j.root(s.Parties[0]), j.root(s.Parties[1])
		if a == b {
			continue
		}
		if split(of(a), of(b), apart) {
			continue
		}
		if b < a {
			a, b = b, a
		}
		j.parent[a], j.parent[b] = a, a
		groups[a] = append(of(a), of(b)...)
		for _, id := range groups[a] {
			j.parent[id] = a
		}
	}
}

// split reports whether two sets hold parties that were decided to be different.
func split(a, b []string, apart map[string][]string) bool {
	for _, x := range a {
		for _, y := range apart[x] {
			if slices.Contains(b, y) {
				return true
			}
		}
	}
	return false
}
