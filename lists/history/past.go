package history

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Standing says which version of a list was in force at the moment of a [Day].
type Standing struct {
	List      string
	Authority string
	Version   *Version // nil when no version of the day is in this node
}

// Day is the journal with the lists of a moment.
type Day struct {
	*journal.Past
	Lists []Standing // by name
	rules []rule
	at    time.Time
	gone  map[string]bool // designations that had been removed by then, and their parties
}

// rule says which objects are one list's, by how their canonical bytes name it,
// and up to which entry they count.
type rule struct {
	named, sourced, by []byte
	upTo               int64 // 0: none of them
}

// At returns the journal as it stands with entry head, with the lists of a moment
// and of all else what counts by then.
func At(ctx context.Context, j journal.Journal, head int64, at time.Time) (*Day, error) {
	all, err := Of(ctx, j, "")
	if err != nil {
		return nil, err
	}
	byList := map[[2]string][]Version{}
	for _, v := range all {
		if v.Seq <= head {
			byList[[2]string{v.List, v.Authority}] = append(byList[[2]string{v.List, v.Authority}], v)
		}
	}
	d := &Day{at: at}
	for key, versions := range byList {
		s := Standing{List: key[0], Authority: key[1]}
		r := rule{
			named:   []byte(`"list":"` + key[0] + `"`),
			sourced: []byte(`"source_name":"` + key[0] + `"`),
			by:      []byte(`"created_by_ref":"` + record.AuthorityID(key[1]) + `"`),
		}
		if v, ok := InForce(versions, at); ok {
			s.Version, r.upTo = &v, v.Seq
		}
		d.Lists, d.rules = append(d.Lists, s), append(d.rules, r)
	}
	slices.SortFunc(d.Lists, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.List, b.List), cmp.Compare(a.Authority, b.Authority))
	})
	d.Past = journal.NewPast(j, head, d.counts)
	return d, d.removed(ctx, j)
}

// removed finds what the lists of the day do not have any more: it stands in the
// journal and in no list.
func (d *Day) removed(ctx context.Context, j journal.Journal) error {
	type newest struct{ key, party string }
	at := map[string]newest{}
	q := journal.Query{Types: []string{record.DesignationType}, Purpose: policy.Reading}
	for e, err := range j.Scan(ctx, policy.Public, q) {
		if err != nil {
			return err
		}
		n := newest{key: journal.VersionKey(e.Version)}
		if e.Erased || !d.Kept(e) || n.key < at[e.ID].key {
			continue
		}
		if bytes.Contains(e.Canonical, delisted) {
			o, err := e.Object()
			if err != nil {
				return err
			}
			n.party = o.Str("party_ref")
		}
		at[e.ID] = n
	}
	d.gone = map[string]bool{}
	for id, n := range at {
		if n.party != "" {
			d.gone[id], d.gone[n.party] = true, true
		}
	}
	return nil
}

// delisted marks designations that a list does not have any more.
var delisted = []byte(`"status":"` + record.Removed + `"`)

// press marks designations that an announcement tells of: they are no list's.
var press = []byte(`"press":true`)

// counts reports whether an entry is of the day.
func (d *Day) counts(e journal.Entry) bool {
	switch e.Type {
	case record.DesignationType, record.ListVersionType, "identity":
		for i := range d.rules {
			if d.rules[i].of(e) {
				return e.Seq <= d.rules[i].upTo && !d.gone[e.ID]
			}
		}
	}
	if e.Version == "" {
		return !e.At.After(d.at)
	}
	t, err := time.Parse(time.RFC3339Nano, e.Version)
	return err == nil && !t.After(d.at)
}

// of reports whether an entry is of the rule's list.
func (r *rule) of(e journal.Entry) bool {
	if e.Type == "identity" {
		return bytes.Contains(e.Canonical, r.sourced) && bytes.Contains(e.Canonical, r.by)
	}
	return bytes.Contains(e.Canonical, r.named) && !bytes.Contains(e.Canonical, press)
}
