package identity

import (
	"context"
	"maps"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Names is the index in which names that are near a name are found; the one of
// package screen is one.
type Names interface {
	Search(query string, permit match.Permit) []match.Hit
}

// Engine answers for one journal.
type Engine struct {
	journal journal.Journal
	names   func() Names
	params  Params
}

// New returns an engine on a journal. names gives the index over the journal's
// names; with nil the engine makes one each time that it decides.
func New(j journal.Journal, names func() Names) *Engine {
	return &Engine{journal: j, names: names, params: DefaultParams}
}

// world is what the journal holds of parties when a run begins.
type world struct {
	parties map[string]*party
	byEntry map[reference]string // list and entry to the party
	numbers map[string][]string  // a number's form to parties
	rules   map[string]ruled     // the rules' decisions, by id
}

func newWorld() *world {
	return &world{
		parties: map[string]*party{}, byEntry: map[reference]string{}, numbers: map[string][]string{}, rules: map[string]ruled{},
	}
}

// ruled is a decision of the rules that is in the journal.
type ruled struct {
	record.SameParty
	revoked bool
}

// load reads the parties, designations and decisions that a viewer may see.
func (e *Engine) load(ctx context.Context, v policy.Viewer) (*world, error) {
	ds, err := e.designations(ctx, v)
	if err != nil {
		return nil, err
	}
	w := newWorld()
	err = e.scan(ctx, v, "identity", func(en journal.Entry, o stix.Object) error {
		if o.Ext(record.PartyExtension) == nil || o.Revoked() {
			return nil
		}
		p, err := record.PartyOf(o)
		if err != nil || len(p.Names) == 0 {
			return err
		}
		x := partyOf(p, ds[p.ID], o.Str("created_by_ref"))
		x.label, x.marks = en.Label, o.Strs("object_marking_refs")
		w.add(x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = e.scan(ctx, v, record.SamePartyType, func(_ journal.Entry, o stix.Object) error {
		s, err := record.SamePartyOf(o)
		if err != nil {
			return err
		}
		if s.Rules != "" {
			w.rules[s.ID] = ruled{s, o.Revoked()}
		}
		return nil
	})
	return w, err
}

func (w *world) add(x *party) {
	w.parties[x.id] = x
	if x.official {
		w.byEntry[reference{list: x.list, entry: x.entry}] = x.id
	}
	for _, n := range x.numbers {
		w.numbers[n.form] = append(w.numbers[n.form], x.id)
	}
}

// designations returns the newest versions of all designations, by party.
func (e *Engine) designations(ctx context.Context, v policy.Viewer) (map[string][]record.Designation, error) {
	out := map[string][]record.Designation{}
	err := e.scan(ctx, v, record.DesignationType, func(_ journal.Entry, o stix.Object) error {
		if o.Revoked() {
			return nil
		}
		d, err := record.DesignationOf(o)
		out[d.Party] = append(out[d.Party], d)
		return err
	})
	for _, ds := range out {
		sortDesignations(ds)
	}
	return out, err
}

// scan runs over the newest versions of one type.
func (e *Engine) scan(ctx context.Context, v policy.Viewer, typ string, each func(journal.Entry, stix.Object) error) error {
	q := journal.Query{Types: []string{typ}, Latest: true, Purpose: policy.Reading}
	for en, err := range e.journal.Scan(ctx, v, q) {
		if err != nil {
			return err
		}
		if en.Erased || len(en.Canonical) == 0 {
			continue
		}
		o, err := stix.Parse(en.Canonical)
		if err != nil {
			return err
		}
		if err := each(en, o); err != nil {
			return errs.New(errs.Internal, "the journal holds %s, which cannot be read", en.ID).Because(err)
		}
	}
	return nil
}

// index returns the index of names: the node's, or one of these parties.
func (e *Engine) index(w *world) Names {
	if e.names != nil {
		return e.names()
	}
	x := match.New(e.params.Match)
	all := make(map[string][]match.Name, len(w.parties))
	for id, p := range w.parties {
		for i, n := range p.names {
			all[id] = append(all[id], match.Name{Object: id, Number: i, Text: n.text, Label: p.label})
		}
	}
	x.Update(all)
	return x
}

// ids returns the parties' ids in order.
func (w *world) ids() []string { return slices.Sorted(maps.Keys(w.parties)) }
