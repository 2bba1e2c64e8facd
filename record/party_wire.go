package record

import (
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// identityClass gives the identity_class (section 10.7) of each kind of party.
// The vocabulary has no word for a ship or an aircraft; the kind itself is in
// the extension.
func identityClass(k PartyKind) string {
	switch k {
	case Person:
		return "individual"
	case Organisation:
		return "organization"
	case Group:
		return "group"
	case Vessel, Aircraft:
		return "system"
	}
	return "unknown"
}

func kindOfClass(class string) PartyKind {
	switch class {
	case "individual":
		return Person
	case "organization":
		return Organisation
	case "group", "class":
		return Group
	}
	return UnknownKind
}

// Object writes the party as a STIX identity with the extension
// [PartyExtension]. The list's free text becomes the description. The
// provenance holds p.Wheres and then every other place that a part of the party
// names. It never fails; Validate says whether the party is fit to be written.
func (p Party) Object(m Meta) stix.Object {
	places := &placeSet{list: slices.Clone(p.Wheres)}
	x := p.extension(places)
	o := m.object("identity", p.ID, p.Created, p.Modified, places.list)
	o["name"] = p.PrimaryName()
	o["identity_class"] = identityClass(p.Kind)
	props(o).str("description", p.Remarks)
	extend(o, PartyExtension, x)
	SetWheres(o, places.list)
	return o
}

func (p *Party) extension(places *placeSet) props {
	x := make(props, 12)
	x["extension_type"] = "property-extension"
	x["kind"] = string(p.Kind)
	x.list("names", listOf(p.Names, func(n *Name) props { return n.value(places) }))
	x.list("births", listOf(p.Births, func(b *Birth) props { return b.value(places) }))
	x.list("birth_places", listOf(p.Places, (*Place).value))
	x.strs("nations", p.Nations)
	x.str("gender", p.Gender)
	x.strs("titles", p.Titles)
	x.list("documents", listOf(p.Documents, func(d *Document) props { return d.value(places) }))
	x.list("addresses", listOf(p.Addresses, func(a *Address) props { return a.value(places) }))
	x.list("wallets", listOf(p.Wallets, func(w *Wallet) props { return w.value(places) }))
	x.strs("websites", p.Websites)
	x.strs("emails", p.Emails)
	x.strs("phones", p.Phones)
	x.list("links", listOf(p.Links, (*Link).value))
	x.list("facts", listOf(p.OtherFacts, (*Fact).value))
	return x
}

func (n *Name) value(places *placeSet) props {
	v := make(props, 4)
	v["text"] = n.Text
	v.str("kind", string(n.Kind))
	v.str("quality", string(n.Quality))
	v.str("script", n.Script)
	v.str("given", n.Given)
	v.str("family", n.Family)
	v.str("entry", n.Entry)
	places.place(v, n.Where)
	return v
}

func (b *Birth) value(places *placeSet) props {
	v := make(props, 4)
	v.str("date", string(b.Date))
	v.str("until", string(b.To))
	v.flag("circa", b.Circa)
	v.str("text", b.Text)
	places.place(v, b.Where)
	return v
}

func (p *Place) value() props {
	v := make(props, 3)
	v.str("text", p.Text)
	v.str("city", p.City)
	v.str("country", p.Country)
	return v
}

func (d *Document) value(places *placeSet) props {
	v := make(props, 4)
	v.str("kind", d.Kind)
	v.str("number", d.Number)
	v.str("country", d.Country)
	v.str("text", d.Text)
	places.place(v, d.Where)
	return v
}

func (a *Address) value(places *placeSet) props {
	v := make(props, 4)
	v.str("text", a.Text)
	v.str("city", a.City)
	v.str("country", a.Country)
	v.str("entry", a.Entry)
	places.place(v, a.Where)
	return v
}

func (w *Wallet) value(places *placeSet) props {
	v := make(props, 5)
	v.str("asset", w.Asset)
	v.str("address", w.Address)
	v.str("canonical", w.Canonical)
	v.str("chain", w.Chain)
	v.str("note", w.Note)
	places.place(v, w.Where)
	return v
}

func (l *Link) value() props {
	v := make(props, 3)
	v.str("kind", l.Kind)
	v.str("name", l.Name)
	v.str("text", l.Text)
	return v
}

func (f *Fact) value() props {
	v := make(props, 2)
	v.str("label", f.Label)
	v.str("text", f.Text)
	return v
}

// IsParty reports whether [PartyOf] reads the object as somebody: an identity
// that is not merely a source ([IsSource]), a threat actor, an intrusion set, or
// anything with the party extension.
func IsParty(o stix.Object) bool {
	if o.Ext(PartyExtension) != nil {
		return true
	}
	switch o.Type() {
	case "threat-actor", "intrusion-set":
		return true
	case "identity":
		return !IsSource(o)
	}
	return false
}

// PartyOf reads a party from an object. Without the extension it takes what
// STIX itself says of an identity, a threat actor or an intrusion set: name,
// aliases, identity class, roles, description; sectors, contact information and
// the like become OtherFacts under their property's name. Wheres of the result
// are all places of the provenance. Other object types are refused as
// errs.Invalid.
func PartyOf(o stix.Object) (Party, error) {
	r := &reader{what: "party " + o.ID()}
	places := wheresOf(r, o)
	var p Party
	if x := o.Ext(PartyExtension); x != nil {
		p = extendedParty(r, x, places)
	} else if t := o.Type(); t == "identity" || t == "threat-actor" || t == "intrusion-set" {
		p = plainParty(r, o)
	} else {
		return Party{}, errs.New(errs.Invalid, "an object of type %q is not a party", o.Type()).
			WithHint("parties are identities, threat actors and intrusion sets")
	}
	p.ID = o.ID()
	p.Remarks = r.str(o, "description")
	p.Created, p.Modified = r.str(o, "created"), r.str(o, "modified")
	p.Wheres = places
	return p, r.err
}

func extendedParty(r *reader, x map[string]any, places []Where) Party {
	return Party{
		Kind: PartyKind(r.str(x, "kind")),
		Names: structs(r, x, "names", func(m map[string]any) Name {
			return Name{
				Text: r.str(m, "text"), Kind: NameKind(r.str(m, "kind")), Quality: Quality(r.str(m, "quality")),
				Script: r.str(m, "script"), Given: r.str(m, "given"), Family: r.str(m, "family"),
				Entry: r.str(m, "entry"), Where: r.place(m, places),
			}
		}),
		Births: structs(r, x, "births", func(m map[string]any) Birth {
			return Birth{
				Date: Date(r.str(m, "date")), To: Date(r.str(m, "until")), Circa: r.flag(m, "circa"),
				Text: r.str(m, "text"), Where: r.place(m, places),
			}
		}),
		Places: structs(r, x, "birth_places", func(m map[string]any) Place {
			return Place{Text: r.str(m, "text"), City: r.str(m, "city"), Country: r.str(m, "country")}
		}),
		Nations: r.strs(x, "nations"),
		Gender:  r.str(x, "gender"),
		Titles:  r.strs(x, "titles"),
		Documents: structs(r, x, "documents", func(m map[string]any) Document {
			return Document{
				Kind: r.str(m, "kind"), Number: r.str(m, "number"), Country: r.str(m, "country"),
				Text: r.str(m, "text"), Where: r.place(m, places),
			}
		}),
		Addresses: structs(r, x, "addresses", func(m map[string]any) Address {
			return Address{
				Text: r.str(m, "text"), City: r.str(m, "city"), Country: r.str(m, "country"),
				Entry: r.str(m, "entry"), Where: r.place(m, places),
			}
		}),
		Wallets: structs(r, x, "wallets", func(m map[string]any) Wallet {
			return Wallet{
				Asset: r.str(m, "asset"), Address: r.str(m, "address"), Canonical: r.str(m, "canonical"),
				Chain: r.str(m, "chain"), Note: r.str(m, "note"), Where: r.place(m, places),
			}
		}),
		Websites: r.strs(x, "websites"),
		Emails:   r.strs(x, "emails"),
		Phones:   r.strs(x, "phones"),
		Links: structs(r, x, "links", func(m map[string]any) Link {
			return Link{Kind: r.str(m, "kind"), Name: r.str(m, "name"), Text: r.str(m, "text")}
		}),
		OtherFacts: structs(r, x, "facts", func(m map[string]any) Fact {
			return Fact{Label: r.str(m, "label"), Text: r.str(m, "text")}
		}),
	}
}

// plainParty reads an identity, threat actor or intrusion set of others
// (sections 4.5, 4.8 and 4.17).
func plainParty(r *reader, o stix.Object) Party {
	p := Party{Kind: Group}
	name := r.str(o, "name")
	if name != "" {
		p.Names = append(p.Names, Name{Text: name, Kind: Primary})
	}
	if o.Type() == "identity" {
		p.Kind = kindOfClass(r.str(o, "identity_class"))
	}
	for _, a := range r.strs(o, "aliases") {
		if a != "" && a != name {
			p.Names = append(p.Names, Name{Text: a, Kind: AKA})
		}
	}
	p.Titles = r.strs(o, "roles")
	for _, key := range []string{"contact_information", "resource_level", "primary_motivation"} {
		if s := r.str(o, key); s != "" {
			p.OtherFacts = append(p.OtherFacts, Fact{Label: key, Text: s})
		}
	}
	for _, key := range []string{"sectors", "threat_actor_types", "goals"} {
		for _, s := range r.strs(o, key) {
			p.OtherFacts = append(p.OtherFacts, Fact{Label: key, Text: s})
		}
	}
	return p
}

// Validate checks what the wire form needs: an id, a kind of the closed list, at
// least one name with text, and dates of birth that are dates.
func (p Party) Validate() error {
	if err := first(need("party id", p.ID),
		oneOf("kind of party", p.Kind, Person, Organisation, Group, Vessel, Aircraft, UnknownKind)); err != nil {
		return err
	}
	if len(p.Names) == 0 {
		return errs.New(errs.Invalid, "party %s has no name", p.ID)
	}
	for _, n := range p.Names {
		if err := first(need("name of party "+p.ID, n.Text),
			oneOf("kind of name", n.Kind, Primary, AKA, FKA, NKA, Original),
			oneOf("quality of name", n.Quality, "", Strong, Weak)); err != nil {
			return err
		}
	}
	for _, b := range p.Births {
		if err := first(b.Date.Validate(), b.To.Validate()); err != nil {
			return err
		}
	}
	return nil
}
