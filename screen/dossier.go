package screen

import (
	"cmp"
	"context"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Ref names an object for people.
type Ref struct {
	ID    string `json:"id,omitempty"`
	Type  string `json:"type,omitempty"`  // STIX type
	Title string `json:"title,omitempty"` // its name or value, the id if it has none
}

// Tie is an object that refers to another, or is referred to by a relationship.
type Tie struct {
	Ref
	By    string       `json:"by,omitempty"` // the property or the relationship's type
	Label policy.Label `json:"label,omitempty"`
}

// Namesake is another entry that has a name in common.
type Namesake struct {
	Party    record.Party         `json:"party,omitempty"`
	Label    policy.Label         `json:"label,omitempty"`
	Listings []record.Designation `json:"listings,omitempty"`
	Shared   []string             `json:"shared,omitempty"` // the names in common, as the other entry prints them
}

// Mention is a report, or a claim of one, that names an object.
type Mention struct {
	Report Ref          `json:"report,omitempty"`
	Label  policy.Label `json:"label,omitempty"`
	Text   string       `json:"text,omitempty"` // as the report prints it
	At     record.Date  `json:"at,omitempty"`   // when the report was published, "" if unknown
	Where  record.Where `json:"where,omitzero"`
}

// Dossier is all that is said of one party.
type Dossier struct {
	Entry    journal.Entry        `json:"entry,omitempty"` // newest version of the identity object
	Party    record.Party         `json:"party,omitempty"`
	Listings []record.Designation `json:"listings,omitempty"`
	// Namesakes are other entries that have a name in common with this one. It
	// is not confirmed that any of them is the same party.
	Namesakes    []Namesake `json:"namesakes,omitempty"`
	NamesakesCut int        `json:"namesakes_cut,omitempty"` // how many more there are
	Mentions     []Mention  `json:"mentions,omitempty"`
	MentionsCut  int        `json:"mentions_cut,omitempty"`
	Ties         []Tie      `json:"ties,omitempty"` // objects that refer to it otherwise
	TiesCut      int        `json:"ties_cut,omitempty"`
}

// MaxDossier bounds each listing in a dossier; what is beyond is counted.
const MaxDossier = 100

// Dossier returns all that is said of one party. Errors: errs.NotFound,
// errs.Withheld, errs.Invalid for an object that is no identity.
func (s *Screener) Dossier(ctx context.Context, v policy.Viewer, id string) (_ Dossier, err error) {
	defer errs.Wrap(&err, "screen.Dossier(%s)", id)
	var d Dossier
	if d.Entry, err = s.journal.Get(ctx, v, policy.Screening, id); err != nil {
		return d, err
	}
	o, err := d.Entry.Object()
	if err != nil {
		return d, err
	}
	if d.Party, err = record.PartyOf(o); err != nil {
		return d, err
	}
	if d.Listings, err = s.Designations(ctx, v, id); err != nil {
		return d, err
	}
	if err := s.namesakes(ctx, v, &d); err != nil {
		return d, err
	}
	return d, s.ties(ctx, v, &d)
}

// Designations returns the designations of a party, oldest first.
func (s *Screener) Designations(ctx context.Context, v policy.Viewer, party string) ([]record.Designation, error) {
	var out []record.Designation
	for row, err := range s.shelf.Scan(ctx, v, policy.Screening, below(rowListing, party)) {
		if err != nil {
			return nil, err
		}
		o, err := s.object(ctx, v, fields(row.Key)[1])
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d, err := record.DesignationOf(o)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b record.Designation) int {
		return cmp.Or(cmp.Compare(a.ListedOn, b.ListedOn), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// sharedName is the score from which on two entries have a name in common.
const sharedName = 0.9

func (s *Screener) namesakes(ctx context.Context, v policy.Viewer, d *Dossier) error {
	shared := map[string][]string{}
	var order []string
	for _, n := range d.Party.Names {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, h := range s.search(v, n.Text) {
			other := h.Object != d.Party.ID && stix.IDType(h.Object) == "identity"
			if !other || h.Score < sharedName {
				continue
			}
			if shared[h.Object] == nil {
				order = append(order, h.Object)
			}
			if !slices.Contains(shared[h.Object], h.Text) {
				shared[h.Object] = append(shared[h.Object], h.Text)
			}
		}
	}
	for _, id := range order {
		if len(d.Namesakes) == MaxDossier {
			d.NamesakesCut++
			continue
		}
		n := Namesake{Shared: shared[id]}
		e, err := s.journal.Get(ctx, v, policy.Screening, id)
		if gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		o, err := e.Object()
		if err != nil {
			return err
		}
		if n.Party, err = record.PartyOf(o); err != nil {
			continue // an identity that is no party: a class of persons, a system
		}
		n.Label = e.Label
		if n.Listings, err = s.Designations(ctx, v, id); err != nil {
			return err
		}
		d.Namesakes = append(d.Namesakes, n)
	}
	return nil
}

// search is the index's search for one viewer.
func (s *Screener) search(v policy.Viewer, name string) []match.Hit {
	return s.names.Load().Search(name, s.screening(v))
}

// screening says which labels a viewer may have for screening now.
func (s *Screener) screening(v policy.Viewer) match.Permit {
	permitted, now := map[policy.Label]bool{}, s.decides()
	return func(l policy.Label) bool {
		ok, known := permitted[l]
		if !known {
			ok = policy.May(v, l, policy.Screening, now).Allow
			permitted[l] = ok
		}
		return ok
	}
}

// ties fills in what refers to the party: reports and claims as mentions, the
// rest as ties. Designations have their own place.
func (s *Screener) ties(ctx context.Context, v policy.Viewer, d *Dossier) error {
	all, err := s.referrers(ctx, v, d.Party.ID)
	if err != nil {
		return err
	}
	said := map[string]bool{} // reports whose claims say where they name the party
	for _, kind := range []string{record.ClaimType, "report", "note"} {
		for _, r := range all {
			if r.Type == kind && !said[r.id] {
				if err := s.mention(ctx, v, d, r.id, said); err != nil {
					return err
				}
			}
		}
	}
	for _, r := range all {
		switch r.Type {
		case record.DesignationType, record.ClaimType, "report", "note":
			continue
		}
		if err := s.tie(ctx, v, d, r); err != nil {
			return err
		}
	}
	slices.SortStableFunc(d.Ties, func(a, b Tie) int { return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID)) })
	return nil
}

// referrer is an object that refers to another, as the shelf has it.
type referrer struct {
	tieRow
	id    string
	label policy.Label
}

// referrers returns what refers to an object, by id. Nothing of it is read from
// the journal yet: what much refers to has more of it than any page shows.
func (s *Screener) referrers(ctx context.Context, v policy.Viewer, id string) (out []referrer, err error) {
	for row, err := range s.shelf.Scan(ctx, v, policy.Screening, below(rowTie, id)) {
		if err != nil {
			return nil, err
		}
		t, err := decode[tieRow](row.Value)
		if err != nil {
			return nil, err
		}
		r := referrer{t, fields(row.Key)[1], row.Label}
		if len(out) == 0 || out[len(out)-1].id != r.id {
			out = append(out, r)
		}
	}
	return out, nil
}

// tie adds a referrer, or the other end of it when it is a relationship.
func (s *Screener) tie(ctx context.Context, v policy.Viewer, d *Dossier, r referrer) error {
	if len(d.Ties) == MaxDossier {
		d.TiesCut++
		return nil
	}
	ref, err := s.titleOf(ctx, v, cmp.Or(r.Other, r.id))
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	d.Ties = append(d.Ties, Tie{Ref: ref, By: r.By, Label: r.label})
	return nil
}

// mention adds the mention that a claim, report or note makes.
func (s *Screener) mention(ctx context.Context, v policy.Viewer, d *Dossier, id string, said map[string]bool) error {
	if len(d.Mentions) == MaxDossier {
		d.MentionsCut++
		return nil
	}
	e, err := s.journal.Get(ctx, v, policy.Screening, id)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	o, err := e.Object()
	if err != nil {
		return err
	}
	m := Mention{Report: refOf(o), Label: e.Label, At: record.Date(prefix(o.Str("published"), 10))}
	if c, err := record.ClaimOf(o); err == nil {
		m.Text, m.At = cmp.Or(c.Quote, c.Subject), c.StatedOn
		said[c.Source] = true
		report, err := s.titleOf(ctx, v, c.Source)
		switch {
		case err == nil:
			m.Report = report
		case !gone(err):
			return err
		}
	}
	if wheres := record.Wheres(o); len(wheres) > 0 {
		m.Where = wheres[0]
	}
	d.Mentions = append(d.Mentions, m)
	return nil
}

func prefix(s string, n int) string { return s[:min(len(s), n)] }

// Gazetteer returns a finder of the names that the viewer may see, for reading
// documents. Weak aliases are left out: in running text they are mostly words.
func (s *Screener) Gazetteer(ctx context.Context, v policy.Viewer) (_ gazetteer.Finder, err error) {
	defer errs.Wrap(&err, "screen.Gazetteer")
	var names []gazetteer.Entry
	for row, err := range s.shelf.Scan(ctx, v, policy.Screening, []byte{rowName}) {
		if err != nil {
			return nil, err
		}
		n, err := decode[nameRow](row.Value)
		if err != nil {
			return nil, err
		}
		if n.Quality == record.Weak {
			continue
		}
		id := fields(row.Key)[0]
		names = append(names, gazetteer.Entry{ID: id, Name: n.Text, Distinct: distinct(id)})
	}
	return gazetteer.New(names).Find, nil
}

// distinct reports whether an object's name is its own even where it is one
// word: the names that analysts give to groups are made to be.
func distinct(id string) bool {
	switch stix.IDType(id) {
	case "intrusion-set", "threat-actor", "campaign":
		return true
	}
	return false
}

// titleOf returns the words by which people call an object.
func (s *Screener) titleOf(ctx context.Context, v policy.Viewer, id string) (Ref, error) {
	o, err := s.object(ctx, v, id)
	if err != nil {
		return Ref{}, err
	}
	return refOf(o), nil
}

func refOf(o stix.Object) Ref { return Ref{ID: o.ID(), Type: o.Type(), Title: Title(o)} }

// Taken returns what was made of a place in an archived input: of its row, or of
// what overlaps its bytes. It returns MaxDossier objects at most and how many
// more there are.
func (s *Screener) Taken(ctx context.Context, v policy.Viewer, w record.Where) (out []Ref, cut int, err error) {
	defer errs.Wrap(&err, "screen.Taken(%s)", w.SHA256)
	made := map[string]bool{}
	prefix := below(rowPlace, w.SHA256)
	if w.Row > 0 {
		prefix = below(rowPlace, w.SHA256, placeOf(w))
	}
	for row, err := range s.shelf.Scan(ctx, v, policy.Reading, prefix) {
		if err != nil {
			return nil, 0, err
		}
		at, err := decode[placeRow](row.Value)
		if err != nil {
			return nil, 0, err
		}
		if w.Row == 0 && (at.Part != w.Part || at.End <= w.Start || at.Start >= w.End) {
			continue
		}
		object := fields(row.Key)[2]
		if made[object] {
			continue
		}
		made[object] = true
		if len(out) == MaxDossier {
			cut++
			continue
		}
		ref, err := s.titleOf(ctx, v, object)
		if gone(err) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		out = append(out, ref)
	}
	return out, cut, nil
}
