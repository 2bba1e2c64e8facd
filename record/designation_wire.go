package record

import (
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// The states of a designation.
const (
	InForce = "in-force"
	Removed = "removed"
)

// Object writes the designation as a cordon-designation.
func (d Designation) Object(m Meta) stix.Object {
	o, p := m.own(DesignationType, d.ID, d.Created, d.Modified, d.Wheres)
	p.str("party_ref", d.Party)
	p.str("authority", d.Authority)
	if _, ok := authorities[d.Authority]; ok {
		p["authority_ref"] = AuthorityID(d.Authority)
	}
	p.str("nation", d.Nation)
	p.str("list", d.List)
	p.str("entry", d.Entry)
	p.strs("programmes", d.Programmes)
	p.strs("instruments", d.Instruments)
	p.str("basis", d.Basis)
	p.str("listed_on", string(d.ListedOn))
	p.str("amended_on", string(d.AmendedOn))
	p.str("status", d.Status)
	p.flag("press", d.Press)
	p.str("remarks", d.Remarks)
	p.str("source_url", d.URL)
	return o
}

// DesignationOf reads a cordon-designation.
func DesignationOf(o stix.Object) (Designation, error) {
	r, wheres := open(o, DesignationType)
	if r.err != nil {
		return Designation{}, r.err
	}
	d := Designation{
		ID:          r.str(o, "id"),
		Party:       r.str(o, "party_ref"),
		Authority:   r.str(o, "authority"),
		Nation:      r.str(o, "nation"),
		List:        r.str(o, "list"),
		Entry:       r.str(o, "entry"),
		Programmes:  r.strs(o, "programmes"),
		Instruments: r.strs(o, "instruments"),
		Basis:       r.str(o, "basis"),
		ListedOn:    Date(r.str(o, "listed_on")),
		AmendedOn:   Date(r.str(o, "amended_on")),
		Status:      r.str(o, "status"),
		Press:       r.flag(o, "press"),
		Remarks:     r.str(o, "remarks"),
		Wheres:      wheres,
		URL:         r.str(o, "source_url"),
		Created:     r.str(o, "created"),
		Modified:    r.str(o, "modified"),
	}
	return d, r.err
}

// Validate checks the ids, the state and the dates.
func (d Designation) Validate() error {
	return first(need("designation id", d.ID), need("party of the designation", d.Party),
		need("authority of the designation", d.Authority), need("list of the designation", d.List),
		need("entry of the designation", d.Entry),
		oneOf("status of the designation", d.Status, InForce, Removed),
		d.ListedOn.Validate(), d.AmendedOn.Validate())
}

// Object writes the list version as a cordon-list-version.
func (l ListVersion) Object(m Meta) stix.Object {
	m.Refs = slices.Clone(m.Refs)
	for _, f := range l.Files {
		if !m.names(f.SHA256) {
			m.Refs = append(m.Refs, ExternalRef{SourceName: f.Name, URL: f.URL, SHA256: f.SHA256, Description: l.List})
		}
	}
	o, p := m.own(ListVersionType, l.ID, l.Created, l.Modified, nil)
	p.str("list", l.List)
	p.str("authority", l.Authority)
	if _, ok := authorities[l.Authority]; ok {
		p["authority_ref"] = AuthorityID(l.Authority)
	}
	p.str("nation", l.Nation)
	p.str("list_date", string(l.Date))
	p.str("date_from", l.DateFrom)
	p.list("files", listOf(l.Files, func(f *ListFile) props {
		v := make(props, 5)
		v["name"] = f.Name
		v.str("sha256", f.SHA256)
		v["bytes"] = f.Bytes
		v["rows"] = f.Rows
		v.str("url", f.URL)
		return v
	}))
	p["entries"], p["added"], p["changed"], p["removed"] = l.Entries, l.Added, l.Changed, l.Removed
	return o
}

// ListVersionOf reads a cordon-list-version.
func ListVersionOf(o stix.Object) (ListVersion, error) {
	r, _ := open(o, ListVersionType)
	if r.err != nil {
		return ListVersion{}, r.err
	}
	l := ListVersion{
		ID:        r.str(o, "id"),
		List:      r.str(o, "list"),
		Authority: r.str(o, "authority"),
		Nation:    r.str(o, "nation"),
		Date:      Date(r.str(o, "list_date")),
		DateFrom:  r.str(o, "date_from"),
		Files: structs(r, o, "files", func(m map[string]any) ListFile {
			return ListFile{
				Name: r.str(m, "name"), SHA256: r.str(m, "sha256"), Bytes: r.num64(m, "bytes"),
				Rows: r.num(m, "rows"), URL: r.str(m, "url"),
			}
		}),
		Entries:  r.num(o, "entries"),
		Added:    r.num(o, "added"),
		Changed:  r.num(o, "changed"),
		Removed:  r.num(o, "removed"),
		Created:  r.str(o, "created"),
		Modified: r.str(o, "modified"),
	}
	return l, r.err
}

// Validate checks the ids, the files, the counts and the date.
func (l ListVersion) Validate() error {
	if err := first(need("list version id", l.ID), need("list", l.List), need("authority", l.Authority),
		oneOf("where the date came from", l.DateFrom, "file", "header", "name", "option", "none"),
		l.Date.Validate()); err != nil {
		return err
	}
	if len(l.Files) == 0 {
		return errs.New(errs.Invalid, "a version of the list %s names no file", l.List)
	}
	for _, f := range l.Files {
		if err := first(need("file name", f.Name), need("sha256 of "+f.Name, f.SHA256), address("url of "+f.Name, f.URL)); err != nil {
			return err
		}
	}
	if l.Entries < 0 || l.Added < 0 || l.Changed < 0 || l.Removed < 0 {
		return errs.New(errs.Invalid, "a version of the list %s has a negative count", l.List)
	}
	return nil
}
