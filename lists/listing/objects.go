package listing

import (
	"iter"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Objects yields the version as STIX objects, as a node that has no earlier
// version holds them: the authority, then each entry's party and designation in
// the list's order, then the list version, which puts the version in force. The
// objects depend on the files' bytes and the version's date alone.
func (v *Version) Objects() iter.Seq[stix.Object] {
	return func(yield func(stix.Object) bool) {
		if !yield(record.Authority(v.List.Authority)) {
			return
		}
		stamp := v.Stamp()
		for i := range v.Entries {
			e := &v.Entries[i]
			created := e.Created()
			modified := max(stamp, created)
			if !yield(v.PartyObject(e, created, modified)) || !yield(v.DesignationObject(e, created, modified)) {
				return
			}
		}
		yield(v.Object(stamp, stamp, Changes{Added: len(v.Entries)}))
	}
}

// Created is the time at which an entry's objects say that they were made: the
// listing date, [Undated] when the list does not say.
func (e *Entry) Created() string {
	if d := e.Designation.ListedOn; len(d) == len("2006-01-02") {
		return string(d) + "T00:00:00.000Z"
	}
	return Undated
}

// meta is what all objects of the list have in common.
func (v *Version) meta(entry, created, modified string) record.Meta {
	m := record.Meta{
		Created: created, Modified: modified, CreatedBy: record.AuthorityID(v.List.Authority),
		Markings: []string{policy.MarkingID(policy.Clear)},
	}
	if entry != "" {
		m.Refs = []record.ExternalRef{{SourceName: v.List.Name, ExternalID: entry}}
	}
	return m
}

// PartyObject returns an entry's party with the times given, RFC 3339 in UTC.
func (v *Version) PartyObject(e *Entry, created, modified string) stix.Object {
	p := e.Party
	p.Wheres = e.Designation.Wheres
	return p.Object(v.meta(e.Designation.Entry, created, modified))
}

// DesignationObject returns an entry's designation with the times given.
func (v *Version) DesignationObject(e *Entry, created, modified string) stix.Object {
	return e.Designation.Object(v.meta(e.Designation.Entry, created, modified))
}

// ID is the id of the version's object: the same files are the same version.
func (v *Version) ID() string {
	hashes := make([]string, len(v.Files))
	for i, f := range v.Files {
		hashes[i] = f.SHA256
	}
	return record.ListVersionID(v.List.Authority, v.List.Name, hashes...)
}

// Changes counts what a version changed against the one before it.
type Changes struct{ Added, Changed, Removed int }

// Object returns the version's own object, which puts it in force.
func (v *Version) Object(created, modified string, c Changes) stix.Object {
	l := record.ListVersion{
		ID: v.ID(), List: v.List.Name, Authority: v.List.Authority, Nation: v.List.Nation,
		Date: v.Date, DateFrom: v.DateFrom, Files: v.Files, Entries: len(v.Entries),
		Added: c.Added, Changed: c.Changed, Removed: c.Removed,
	}
	return l.Object(v.meta("", created, modified))
}
