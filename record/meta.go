package record

import (
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Meta is what an object says of itself rather than of the world: the common
// properties of STIX 2.1 section 3.2.
type Meta struct {
	Created   string // RFC 3339 with milliseconds; the source's own time for public inputs
	Modified  string // "" means Created
	CreatedBy string // identity id of the source
	Markings  []string
	Refs      []ExternalRef
	Lang      string // BCP 47 language of the texts, "" when unknown
	Revoked   bool
}

// ExternalRef is a STIX external reference (section 2.5).
type ExternalRef struct {
	SourceName  string
	URL         string
	ExternalID  string
	Description string
	SHA256      string // hex, of the bytes behind the reference
}

// MetaOf reads the common properties of any object.
func MetaOf(o stix.Object) (Meta, error) {
	r := reader{what: o.Type()}
	m := Meta{
		Created:   r.str(o, "created"),
		Modified:  r.str(o, "modified"),
		CreatedBy: r.str(o, "created_by_ref"),
		Markings:  r.strs(o, "object_marking_refs"),
		Lang:      r.str(o, "lang"),
		Revoked:   r.flag(o, "revoked"),
	}
	m.Refs = structs(&r, o, "external_references", func(e map[string]any) ExternalRef {
		return ExternalRef{
			SourceName:  r.str(e, "source_name"),
			URL:         r.str(e, "url"),
			ExternalID:  r.str(e, "external_id"),
			Description: r.str(e, "description"),
			SHA256:      r.str(r.object(e, "hashes"), "SHA-256"),
		}
	})
	return m, r.err
}

// Object starts an object of any type with the common properties that m gives.
// It serves for STIX objects that have no struct here (reports, indicators,
// intrusion sets); add places with [SetWheres].
func (m Meta) Object(typ, id string) stix.Object { return m.object(typ, id, "", "", nil) }

// object starts an object of the type: common properties, and the references
// of m followed by one for each archived file among the places that m does not
// name already.
func (m Meta) object(typ, id, created, modified string, places []Where) stix.Object {
	o := make(stix.Object, 16)
	p := props(o)
	o["type"], o["spec_version"], o["id"] = typ, "2.1", id
	if m.Created != "" {
		created = m.Created
	}
	if m.Modified != "" {
		modified = m.Modified
	}
	if modified == "" {
		modified = created
	}
	p.str("created", created)
	p.str("modified", modified)
	p.str("created_by_ref", m.CreatedBy)
	p.strs("object_marking_refs", m.Markings)
	p.str("lang", m.Lang)
	p.flag("revoked", m.Revoked)
	p.list("external_references", m.references(places))
	return o
}

func (m Meta) references(places []Where) []any {
	if len(m.Refs) == 0 && len(places) == 0 {
		return nil
	}
	refs := make([]any, 0, len(m.Refs)+2)
	for i := range m.Refs {
		refs = append(refs, m.Refs[i].value())
	}
	for i, w := range places {
		if w.SHA256 == "" || m.names(w.SHA256) ||
			slices.ContainsFunc(places[:i], func(v Where) bool { return v.SHA256 == w.SHA256 }) {
			continue
		}
		ref := ExternalRef{SourceName: w.File, SHA256: w.SHA256, Description: describe(places, w.SHA256)}
		if ref.SourceName == "" {
			ref.SourceName = "archive"
		}
		refs = append(refs, ref.value())
	}
	return refs
}

// names reports whether a reference of m already gives the file of that hash.
func (m Meta) names(sha256 string) bool {
	return slices.ContainsFunc(m.Refs, func(r ExternalRef) bool { return r.SHA256 == sha256 })
}

func (r ExternalRef) value() map[string]any {
	p := make(props, 5)
	p["source_name"] = r.SourceName
	p.str("url", r.URL)
	p.str("external_id", r.ExternalID)
	p.str("description", r.Description)
	if r.SHA256 != "" {
		p["hashes"] = map[string]any{"SHA-256": r.SHA256}
	}
	return p
}

// extend adds one extension to an object.
func extend(o stix.Object, id string, x props) {
	e, ok := o["extensions"].(map[string]any)
	if !ok {
		e = make(map[string]any, 2)
		o["extensions"] = e
	}
	e[id] = map[string]any(x)
}

// own starts an object of one of Cordon's own types and declares its extension.
func (m Meta) own(typ, id, created, modified string, wheres []Where) (stix.Object, props) {
	o := m.object(typ, id, created, modified, wheres)
	extend(o, ownTypes[typ], props{"extension_type": "new-sdo"})
	SetWheres(o, wheres)
	return o, props(o)
}

// open starts the reading of an own type.
func open(o stix.Object, typ string) (*reader, []Where) {
	r := &reader{what: typ + " " + o.ID()}
	if o.Type() != typ {
		r.err = errs.New(errs.Invalid, "%q is not an object of type %s", o.Type(), typ)
		return r, nil
	}
	return r, wheresOf(r, o)
}
