package screen

import (
	"context"
	"iter"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Find returns the names that a name may mean, best first, by the index alone:
// nothing of the parties is read.
func (s *Screener) Find(v policy.Viewer, name string) []match.Hit { return s.search(v, name) }

// Bearers yields every name that the viewer may see, with the object that bears
// it.
func (s *Screener) Bearers(v policy.Viewer) iter.Seq[match.Name] {
	return s.names.Load().All(s.screening(v))
}

// Params returns the parameters of the screener.
func (s *Screener) Params() Params { return s.params }

// EntriesOf returns under which entries of official lists an object stands, each
// as list and entry number, as the lists themselves count: for the Security
// Council both its reference and its data id.
func (s *Screener) EntriesOf(ctx context.Context, v policy.Viewer, object string) (_ []Entry, err error) {
	defer errs.Wrap(&err, "screen.EntriesOf(%s)", object)
	all, err := s.Designations(ctx, v, object)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var out []Entry
	facts, err := s.facts(ctx, v, object)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		out = append(out, Entry{d.List, d.Entry})
		if id := facts["dataid"]; id != "" {
			out = append(out, Entry{d.List, id})
		}
	}
	return out, nil
}

// Entry is one entry of a list.
type Entry struct{ List, Number string }

// facts returns what a party's source says of it under its own labels.
func (s *Screener) facts(ctx context.Context, v policy.Viewer, id string) (map[string]string, error) {
	o, err := s.object(ctx, v, id)
	if gone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := record.PartyOf(o)
	if err != nil {
		return nil, nil // no party, so no facts
	}
	out := map[string]string{}
	for _, f := range p.OtherFacts {
		out[f.Label] = f.Text
	}
	return out, nil
}
