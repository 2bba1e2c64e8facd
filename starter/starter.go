// Package starter is the pack of public facts that a new node begins with.
//
// What comes in: the tables of data/, one fact a row, each with the public
// source that says it and the source's date. What goes out: STIX objects, all
// marked TLP:CLEAR and created by the identity [ID]: parties that sanctions
// name, in Latin letters and in Hangul where the source prints it; their
// designations as the press reports them; thefts and what was said to be lost;
// estimates by estimator; legal instruments; meetings and commitments of the
// three governments; red flags of IT-worker fraud.
//
// Designations here are press views ([record.Designation.Press]): the official
// lists, once imported, say more and say it themselves. A date that no source
// gives is absent. What a table holds in prose is Cordon's own wording; facts
// carry over with their source. Rows that could not be confirmed are not here.
//
// Guarantees: the same pack gives the same bytes on every node. Ids are
// [stix.NameID] over the row's key. Created is the earliest date of the row's
// sources, modified the latest, both at the first moment of the day, month or
// year; a row whose sources have no date takes [Published]. A row that a later
// pack changes carries its date of change in the column revised, and that is
// then its modified. The likelihood ratios of red flags are expert guesses and
// say so; a prohibited flag has none and must never be scored.
package starter

import (
	"iter"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Version is the version of the pack: the year, the month, and a number.
const Version = "2026.11.3"

// Published is the pack's own date: the time of objects whose sources have none.
const Published = "2026-11-01T00:00:00.000Z"

// space is the first part of every id that the pack makes.
const space = "cordon-starter"

// list is the list that press views stand under.
const list = "press"

// ID returns the id of the identity that creates the pack's objects.
func ID() string { return stix.NameID("identity", space) }

// Objects gives every object of the pack, in one order: those that publish
// (project, pack, authorities, extension definitions), then table by table. An
// error means that the program was built with a broken table; it is of kind
// errs.Internal and names file and line.
func Objects() iter.Seq2[stix.Object, error] {
	return func(yield func(stix.Object, error) bool) {
		p, err := open()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, o := range p.publishers() {
			if !yield(o, nil) {
				return
			}
		}
		for _, t := range tables {
			for r, err := range rows(t.file) {
				var o stix.Object
				if err == nil {
					o, err = t.build(p, r)
				}
				if err != nil {
					err = errs.New(errs.Internal, "the starter pack is broken at %s", r.where()).Because(err)
				}
				if !yield(o, err) || err != nil {
					return
				}
			}
		}
	}
}

// Count returns the number of objects of the pack.
func Count() int {
	n := 0
	for _, err := range Objects() {
		if err != nil {
			return n
		}
		n++
	}
	return n
}

// tables are the pack's files, in the order in which they are read.
var tables = []struct {
	file  string
	build func(*pack, row) (stix.Object, error)
}{
	{"parties.tsv", (*pack).party},
	{"designations.tsv", (*pack).designation},
	{"groups.tsv", (*pack).group},
	{"incidents.tsv", (*pack).incident},
	{"losses.tsv", (*pack).loss},
	{"estimates.tsv", (*pack).estimate},
	{"instruments.tsv", (*pack).instrument},
	{"meetings.tsv", (*pack).meeting},
	{"commitments.tsv", (*pack).commitment},
	{"redflags.tsv", (*pack).redFlag},
}

// pack is what rows of one table need to know of other tables.
type pack struct {
	listings    map[string][]source // sources of each party's designations
	authorities []string            // in the order of first use
	advisories  map[string]record.Advisory
	keys        map[string]string // key of a party, group, incident or meeting to its id
}

// open reads what the tables need of each other.
func open() (*pack, error) {
	p := &pack{listings: map[string][]source{}, advisories: map[string]record.Advisory{}, keys: map[string]string{}}
	seen := map[string]bool{}
	steps := []struct {
		file string
		read func(row) error
	}{
		{"parties.tsv", func(r row) error { return p.key(r, partyID(r.get("key"))) }},
		{"groups.tsv", func(r row) error { return p.key(r, stix.NameID("intrusion-set", space, r.get("key"))) }},
		{"incidents.tsv", func(r row) error { return p.key(r, record.IncidentID(space, r.get("key"))) }},
		{"meetings.tsv", func(r row) error { return p.key(r, record.MeetingID(space, r.get("key"))) }},
		{"designations.tsv", func(r row) error {
			if a := r.get("authority"); !seen[a] {
				seen[a] = true
				p.authorities = append(p.authorities, a)
			}
			s, err := sources(r.get("sources"))
			p.listings[r.get("party")] = union(p.listings[r.get("party")], s)
			return err
		}},
		{"advisories.tsv", func(r row) error {
			date, err := record.ParsePeriod(r.get("date"))
			p.advisories[r.get("key")] = record.Advisory{Key: r.get("key"), Title: r.get("title"), Date: date}
			return err
		}},
	}
	for _, s := range steps {
		for r, err := range rows(s.file) {
			if err == nil {
				err = s.read(r)
			}
			if err != nil {
				return nil, errs.New(errs.Internal, "the starter pack is broken at %s", r.where()).Because(err)
			}
		}
	}
	return p, nil
}

// key notes the id of a row that others point at. Keys are unique over all
// tables that have them.
func (p *pack) key(r row, id string) error {
	k := r.get("key")
	if k == "" || p.keys[k] != "" {
		return errs.New(errs.Internal, "the key %q is missing or there twice", k)
	}
	p.keys[k] = id
	return nil
}

// ref returns the id behind a key; "" for no key.
func (p *pack) ref(key string) (string, error) {
	if key == "" {
		return "", nil
	}
	id, ok := p.keys[key]
	if !ok {
		return "", errs.New(errs.Internal, "no row has the key %q", key)
	}
	return id, nil
}

// publishers returns the identities behind the pack and the definitions of the
// object types in it.
func (p *pack) publishers() []stix.Object {
	m := record.Meta{Created: Published, CreatedBy: record.ProjectID, Markings: clear()}
	self := record.Source(ID(), "Cordon starter pack", m)
	self["description"] = "Public facts with their sources, version " + Version
	out := []stix.Object{record.Project(), self}
	for _, a := range p.authorities {
		out = append(out, record.Authority(a))
	}
	return append(out, record.Extensions()...)
}

func clear() []string { return []string{policy.MarkingID(policy.Clear)} }

func partyID(key string) string { return record.PartyID(space, list, key) }
