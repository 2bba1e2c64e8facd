package lists

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
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
			created := created(e)
			modified := max(stamp, created)
			if !yield(v.party(e, created, modified)) || !yield(v.designation(e, created, modified)) {
				return
			}
		}
		yield(v.versionObject(stamp, stamp, len(v.Entries), 0, 0))
	}
}

// created is the time at which an entry's objects say that they were made: the
// listing date, [Undated] when the list does not say.
func created(e *Entry) string {
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

func (v *Version) party(e *Entry, created, modified string) stix.Object {
	p := e.Party
	p.Wheres = e.Designation.Wheres
	return p.Object(v.meta(e.Designation.Entry, created, modified))
}

func (v *Version) designation(e *Entry, created, modified string) stix.Object {
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

func (v *Version) versionObject(created, modified string, added, changed, removed int) stix.Object {
	l := record.ListVersion{
		ID: v.ID(), List: v.List.Name, Authority: v.List.Authority, Nation: v.List.Nation,
		Date: v.Date, DateFrom: v.DateFrom, Files: v.Files, Entries: len(v.Entries),
		Added: added, Changed: changed, Removed: removed,
	}
	return l.Object(v.meta("", created, modified))
}

// print is the hash of what an object says, without when and where it was read.
type print [sha256.Size]byte

// digest writes lengths and texts, so that no two contents write alike.
type digest struct {
	h   hash.Hash
	buf [8]byte
}

func (d *digest) n(n int) {
	binary.BigEndian.PutUint64(d.buf[:], uint64(n))
	d.h.Write(d.buf[:])
}

func (d *digest) s(texts ...string) {
	for _, s := range texts {
		d.n(len(s))
		d.h.Write([]byte(s))
	}
}

func (d *digest) list(texts []string) {
	d.n(len(texts))
	d.s(texts...)
}

func (d *digest) sum() print {
	var p print
	d.h.Sum(p[:0])
	return p
}

// partyPrint hashes a party's content.
func partyPrint(p *record.Party) print {
	d := &digest{h: sha256.New()}
	d.s(p.ID, string(p.Kind), p.Gender, p.Remarks)
	d.n(len(p.Names))
	for _, n := range p.Names {
		d.s(n.Text, string(n.Kind), string(n.Quality), n.Script, n.Given, n.Family, n.Entry)
	}
	d.n(len(p.Births))
	for _, b := range p.Births {
		d.s(string(b.Date), string(b.To), b.Text)
		if b.Circa {
			d.n(1)
		}
	}
	d.n(len(p.Places))
	for _, x := range p.Places {
		d.s(x.Text, x.City, x.Country)
	}
	d.n(len(p.Documents))
	for _, x := range p.Documents {
		d.s(x.Kind, x.Number, x.Country, x.Text)
	}
	d.n(len(p.Addresses))
	for _, x := range p.Addresses {
		d.s(x.Text, x.City, x.Country, x.Entry)
	}
	d.n(len(p.Wallets))
	for _, x := range p.Wallets {
		d.s(x.Asset, x.Address, x.Canonical, x.Chain, x.Note)
	}
	for _, l := range [][]string{p.Nations, p.Titles, p.Websites, p.Emails, p.Phones} {
		d.list(l)
	}
	d.n(len(p.Links))
	for _, x := range p.Links {
		d.s(x.Kind, x.Name, x.Text)
	}
	d.n(len(p.OtherFacts))
	for _, x := range p.OtherFacts {
		d.s(x.Label, x.Text)
	}
	return d.sum()
}

// designationPrint hashes a designation's content.
func designationPrint(x *record.Designation) print {
	d := &digest{h: sha256.New()}
	d.s(x.ID, x.Party, x.Authority, x.Nation, x.List, x.Entry, x.Basis, string(x.ListedOn), string(x.AmendedOn),
		x.Status, x.Remarks, x.URL)
	d.list(x.Programmes)
	d.list(x.Instruments)
	if x.Press {
		d.n(1)
	}
	return d.sum()
}
