package sqlite_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// model is what a journal should say, kept in the simplest way.
type model struct {
	entries []modelEntry
	defined map[string]bool // markings whose definition has come
}

type modelEntry struct {
	object stix.Object
	erased bool // content gone
	erases bool // an erasure
	// defined is what was defined when the content went: a label that waited for a
	// definition then waits for ever, as there is nothing left to read it from.
	defined map[string]bool
}

// may decides as the journal should, from the object itself.
func (m *model) may(t *rapid.T, v policy.Viewer, e modelEntry) bool {
	defined := m.defined
	if e.defined != nil {
		defined = e.defined
	}
	defs := func(id string) (stix.Object, bool) {
		if defined[id] {
			return statement(id), true
		}
		return nil, false
	}
	label, err := policy.LabelOf(e.object, policy.Amber, defs)
	if err != nil {
		t.Fatal(err)
	}
	return policy.May(v, label, reading, time.Now()).Allow
}

// newest returns the index of the newest version of an id, -1 for none.
func (m *model) newest(id string, among func(modelEntry) bool) int {
	best := -1
	for i, e := range m.entries {
		if e.erases || e.object.ID() != id || !among(e) {
			continue
		}
		if best < 0 || journal.VersionKey(e.object.Version()) >= journal.VersionKey(m.entries[best].object.Version()) {
			best = i
		}
	}
	return best
}

func (m *model) add(o stix.Object) (added bool) {
	for _, e := range m.entries {
		if e.object.ID() != o.ID() || e.erases {
			continue
		}
		observable := o.Version() == ""
		same := fmt.Sprint(e.object) == fmt.Sprint(o)
		if observable && (e.erased || same) || !observable && e.object.Version() == o.Version() {
			return false
		}
	}
	m.entries = append(m.entries, modelEntry{object: o})
	if o.Type() == "marking-definition" {
		m.defined[o.ID()] = true
	}
	return true
}

func (m *model) erase(id, version string) {
	for i, e := range m.entries {
		if !e.erases && !e.erased && e.object.ID() == id && (version == "" || e.object.Version() == version) {
			m.entries[i].erased, m.entries[i].defined = true, maps.Clone(m.defined)
			m.entries = append(m.entries, modelEntry{object: e.object, erases: true, defined: m.entries[i].defined})
		}
	}
}

func statement(id string) stix.Object {
	return stix.Object{
		"type": "marking-definition", "spec_version": "2.1", "id": id, "created": "2026-01-01T00:00:00.000Z",
		"definition_type": "statement", "definition": map[string]any{"statement": "Copyright EXAMPLE"},
	}
}

func statementID(n int) string {
	return stix.NameID("marking-definition", "property", fmt.Sprint(n))
}

// drawObject draws one of a few objects, so that versions, contents and markings
// meet.
func drawObject(t *rapid.T) stix.Object {
	var marks []string
	if l := rapid.SampledFrom([]int{-1, 0, 2, 4}).Draw(t, "level"); l >= 0 {
		marks = append(marks, policy.MarkingID(policy.TLP(l)))
	}
	if rapid.IntRange(0, 3).Draw(t, "stated") == 0 {
		marks = append(marks, statementID(rapid.IntRange(0, 2).Draw(t, "statement")))
	}
	n := rapid.IntRange(0, 3).Draw(t, "n")
	switch rapid.SampledFrom([]string{"indicator", "indicator", "domain", "definition"}).Draw(t, "type") {
	case "domain":
		return journaltest.Domain(n, marks...)
	case "definition":
		return statement(statementID(rapid.IntRange(0, 2).Draw(t, "definition")))
	}
	return journaltest.Indicator(n, rapid.IntRange(0, 3).Draw(t, "version"), marks...)
}

var viewers = []policy.Viewer{
	policy.Public,
	{Name: "green", Clearance: policy.Green},
	{Name: "partner", Clearance: policy.Amber},
	{Name: "author", Clearance: policy.Green, Org: journaltest.Author().ID()},
	{Name: "cleared", Clearance: policy.Red},
	{Name: "holder", Clearance: policy.Red, Holds: map[string]bool{statementID(0): true}},
}

// TestJournalAgainstAModel appends, follows, erases and opens again in any order
// and compares what every viewer sees with a model; in the end the projections
// are those of a rebuild and the journal verifies.
func TestJournalAgainstAModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s, p := openBoth(t, dir)
		defer func() { closeBoth(t, s, p) }()
		m := &model{defined: map[string]bool{}}
		check := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(rt *rapid.T) {
				objects := rapid.SliceOfN(rapid.Custom(drawObject), 1, 6).Draw(rt, "objects")
				r, err := s.Append(rt.Context(), journal.Batch{Objects: objects, By: "model"})
				check(err)
				added := 0
				for _, o := range objects {
					if m.add(o) {
						added++
					}
				}
				if r.Added != added || r.Added+r.Same+len(r.Refused) != len(objects) {
					rt.Fatalf("receipt %+v, and the model adds %d", r, added)
				}
			},
			"erase": func(rt *rapid.T) {
				o := drawObject(rt)
				if o.Type() == "marking-definition" {
					rt.Skip("definitions stay")
				}
				version := ""
				if rapid.Bool().Draw(rt, "one") {
					version = o.Version()
				}
				_, err := s.Erase(rt.Context(), o.ID(), version, "model", "model")
				if !errs.Is(err, errs.NotFound) {
					check(err)
				}
				m.erase(o.ID(), version)
			},
			"follow": func(rt *rapid.T) { check(p.CatchUp(rt.Context())) },
			"open again": func(rt *rapid.T) {
				closeBoth(t, s, p)
				s, p = openBoth(t, dir)
			},
			"": func(rt *rapid.T) { compare(rt, s, m) },
		})
		check(p.CatchUp(rt.Context()))
		before, _, err := p.Digest(rt.Context(), "index")
		check(err)
		check(p.Rebuild(rt.Context(), nil))
		after, _, err := p.Digest(rt.Context(), "index")
		check(err)
		if before != after {
			rt.Fatal("projections that followed are not those of a rebuild")
		}
		r, err := s.Verify(rt.Context(), nil)
		check(err)
		if !r.OK() {
			rt.Fatal(r.Problems)
		}
	})
}

// compare asks the journal as every viewer and compares with the model.
func compare(t *rapid.T, s *sqlite.Store, m *model) {
	ids := map[string]bool{}
	for _, e := range m.entries {
		ids[e.object.ID()] = true
	}
	for _, v := range viewers {
		may := func(e modelEntry) bool {
			if !m.may(t, v, e) {
				return false
			}
			if e.object.Version() == "" {
				return true
			}
			return m.may(t, v, m.entries[m.newest(e.object.ID(), func(modelEntry) bool { return true })])
		}
		var latest []int64
		for id := range ids {
			e, err := s.Get(t.Context(), v, reading, id)
			i := m.newest(id, may)
			if i < 0 {
				if !errs.Is(err, errs.Withheld) {
					t.Fatalf("%s gets %s: %v, want withheld", v.Name, id, err)
				}
				continue
			}
			if err != nil || e.Seq != int64(i+1) || e.Erased != m.entries[i].erased {
				t.Fatalf("%s gets %s: %+v, %v, want entry %d", v.Name, id, e, err, i+1)
			}
			latest = append(latest, int64(i+1))
		}
		slices.Sort(latest)
		var all []int64
		for i, e := range m.entries {
			// An erasure is shown to whoever might see what it erased.
			if may(e) {
				all = append(all, int64(i+1))
			}
		}
		for _, q := range []struct {
			q    journal.Query
			want []int64
		}{{journal.Query{Latest: true}, latest}, {journal.Query{}, all}} {
			var got []int64
			for e, err := range s.Scan(t.Context(), v, q.q) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, e.Seq)
			}
			if !slices.Equal(got, q.want) {
				t.Fatalf("%s scans %+v: %v, want %v", v.Name, q.q, got, q.want)
			}
		}
	}
}
