package ch

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

const (
	fileName = "swiss-sanctions-list.xml"
	address  = "https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml?lang=en&action=downloadXmlGesamtlisteAction"
	root     = "swiss-sanctions-list"
)

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "ch-seco", Name: "ch-seco", Authority: "CH-SECO", Nation: "CH",
		Title:     "Consolidated list of sanctions (SECO, Switzerland)",
		Formats:   "the whole list of SESAM as XML",
		Addresses: []string{address},
	}
}

// forms are the elements of the file; every element can have a number, a language
// and a quality.
var forms = func() map[string]element.Kind {
	kind := func(attrs, kids string) element.Kind {
		return element.Kind{Kids: strings.Fields(kids), Attrs: append(strings.Fields(attrs), "ssid", "lang", "quality")}
	}
	text, party := kind("", ""), "identity justification relation other-information generic-attribute"
	return map[string]element.Kind{
		root:                {Kids: []string{"sanctions-program", "target", "place"}, Attrs: []string{"list-type", "date"}},
		"sanctions-program": kind("version-date predecessor-version-date", "program-key program-name sanctions-set origin generic-attribute"),
		"program-key":       text, "program-name": text, "sanctions-set": text,
		"target": kind("sanctions-set-id foreign-identifier",
			"sanctions-set-id foreign-identifier individual entity object generic-attribute modification"),
		"individual": kind("sex", party), "entity": kind("", party), "object": kind("object-type", party),
		"identity":                kind("main", "name address day-month-year place-of-birth nationality identification-document generic-attribute"),
		"name":                    kind("name-type", "name-part generic-attribute"),
		"name-part":               kind("order name-part-type", "value spelling-variant generic-attribute"),
		"spelling-variant":        kind("script spelling-variant-type", ""),
		"value":                   text,
		"day-month-year":          kind("day month year calendar", "remark"),
		"place-of-birth":          kind("place-id", "remark remarks"),
		"address":                 kind("place-id main", "c-o address-details p-o-box zip-code remark remarks"),
		"nationality":             kind("", "country remark"),
		"country":                 kind("iso-code", ""),
		"identification-document": kind("document-type", "number issuer date-of-issue place-of-issue expiry-date remark"),
		"issuer":                  kind("code", ""),
		"place-of-issue":          kind("place-id", ""),
		"justification":           text, "other-information": text,
		"relation":          kind("target-id relation-type", "remark"),
		"generic-attribute": kind("name", ""),
		"modification":      kind("modification-type enactment-date publication-date effective-date", "remark added removed"),
		"added":             {Skip: true}, "removed": {Skip: true},
		"place":            kind("", "location location-variant area area-variant country"),
		"location-variant": kind("variant-type", ""), "area-variant": kind("variant-type", ""),
		"location": text, "area": text,
	}
}()

// programme is one ordinance's programme.
type programme struct {
	key, name, origin string
	where             string
}

// singles are the elements that stand once in theirs: a second one would be passed
// over.
var singles = map[string][]string{
	"sanctions-program":       {"origin"},
	"name-part":               {"value"},
	"day-month-year":          {"remark"},
	"address":                 {"c-o", "address-details", "p-o-box", "zip-code"},
	"identification-document": {"number", "issuer", "date-of-issue", "place-of-issue", "expiry-date"},
	"relation":                {"remark"},
	"place":                   {"location", "area", "country"},
}

// referrer is what refers to a place.
type referrer int

const (
	birthPlace referrer = iota
	postal
	issued
)

// waits is a place that an entry refers to and that stands elsewhere in the file.
type waits struct {
	entry int      // number of the entry
	of    referrer // which of its parts
	at    int      // number of the part
	place string   // number of the place
	path  string
	off   int
}

// reading holds one reading.
type reading struct {
	v        *listing.Version
	x        *element.File
	sets     map[string]programme // by number of a set of measures
	titles   map[string]string    // what a set is, by number
	places   map[string]record.Place
	targets  map[string]string // number to element
	names    map[string]string // the primary name of a target, by number
	waiting  []waits
	measures []measures
	gone     int
}

// measures are the numbers of the sets that an entry stands under.
type measures struct {
	sets []string
	path string
	off  int
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.Contains(head, []byte("<"+root))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "SECO's list is one file; %d were given", len(files))
	}
	f := files[0]
	r := &reading{
		v: v, sets: make(map[string]programme), titles: make(map[string]string), places: make(map[string]record.Place),
		targets: make(map[string]string), names: make(map[string]string),
	}
	r.x = element.New(f, element.Form{
		List: v.List.Name, File: fileName, Root: root, Kinds: forms,
		Entries: []string{"sanctions-program", "target", "place"}, Open: r.open, Each: r.each,
	})
	if err := r.x.Read(ctx); err != nil {
		return err
	}
	if err := r.resolve(); err != nil {
		return err
	}
	whole := record.Where{SHA256: f.SHA256, File: fileName}
	if n := bytes.Count(f.Data, []byte("\ufffd")); n > 0 {
		v.Warn(whole, "the file holds %d replacement characters: the authority's own conversion lost letters there", n)
	}
	if r.gone > 0 {
		v.Warn(whole, "%d targets are off the list and stand in the file as history; they were not taken", r.gone)
	}
	v.AddFile(f, fileName, len(r.targets))
	v.Files[len(v.Files)-1].URL = address
	return nil
}

// open takes the date of the list from its root and refuses what is not the whole
// list: a list of changes looks the same otherwise.
func (r *reading) open(n *element.Node, path string) error {
	if s := n.Attr("list-type"); s != "whole-list" && s != "consolidated-list" {
		return r.x.Drift(path+"@list-type", n.Start, "whole-list", listing.Quote(s))
	}
	s := n.Attr("date")
	day, _, _ := strings.Cut(s, "T")
	d, ok := listing.ISODate(day)
	if !ok {
		return r.x.Drift(path+"@date", n.Start, "a date such as 2026-01-05", listing.Quote(s))
	}
	r.v.Date, r.v.DateFrom = d, listing.DateFromFile
	return nil
}

func (r *reading) each(n *element.Node, path string) error {
	if err := r.once(n, path); err != nil {
		return err
	}
	switch n.Name {
	case "sanctions-program":
		return r.programme(n, path)
	case "place":
		return r.place(n, path)
	}
	return r.target(n, path)
}

// once refuses what stands twice where it can stand once.
func (r *reading) once(n *element.Node, path string) error {
	for _, name := range singles[n.Name] {
		if all := n.All(name); len(all) > 1 {
			return r.x.Drift(path+"/"+name, all[1].Start, "the element once", "twice")
		}
	}
	for _, k := range n.Kids {
		if err := r.once(k, path+"/"+k.Name); err != nil {
			return err
		}
	}
	return nil
}

// english returns the text of a name's element in English, the first where there is
// none.
func english(n *element.Node, name string) string {
	for _, k := range n.All(name) {
		if k.Attr("lang") == "eng" && k.Text != "" {
			return k.Text
		}
	}
	return n.Value(name)
}

// programme takes a programme with its sets of measures.
func (r *reading) programme(n *element.Node, path string) error {
	p := programme{key: english(n, "program-key"), name: english(n, "program-name"), origin: n.Value("origin"), where: path}
	if p.key == "" {
		p.key = p.name
	}
	if p.key == "" {
		return r.x.Drift(path+"/program-key", n.Start, "the name of a programme", "none")
	}
	for _, k := range n.All("sanctions-set") {
		id := k.Attr("ssid")
		if have, there := r.sets[id]; id == "" || there && have.where != path {
			return r.x.Drift(path+"/sanctions-set", k.Start, "a number of its own", listing.Quote(id))
		}
		r.sets[id] = p
		if r.titles[id] == "" || k.Attr("lang") == "eng" {
			r.titles[id] = k.Text
		}
	}
	return nil
}

// place takes a place that others refer to.
func (r *reading) place(n *element.Node, path string) error {
	id := n.Attr("ssid")
	if _, twice := r.places[id]; id == "" || twice {
		return r.x.Drift(path+"@ssid", n.Start, "a number of its own", listing.Quote(id))
	}
	p := record.Place{City: n.Value("location"), Country: n.Value("country")}
	p.Text = listing.Join(", ", p.City, n.Value("area"), p.Country)
	if v := append(n.Values("location-variant"), n.Values("area-variant")...); len(v) > 0 {
		p.Text = strings.TrimSpace(p.Text + " (" + strings.Join(v, "; ") + ")")
	}
	r.places[id] = p
	return nil
}

var number = regexp.MustCompile(`^\d{1,12}$`)

// target turns one element into a listing, unless it is history.
func (r *reading) target(n *element.Node, path string) error {
	id := n.Attr("ssid")
	if !number.MatchString(id) {
		return r.x.Drift(path+"@ssid", n.Start, "a number", listing.Quote(id))
	}
	if first, twice := r.targets[id]; twice {
		return r.x.Drift(path+"@ssid", n.Start, "each number once", id+" again, first in "+first)
	}
	r.targets[id] = path
	h, err := r.history(n, path)
	if err != nil {
		return err
	}
	if h.off {
		r.gone++
		return nil
	}
	body, kind, err := r.body(n, path)
	if err != nil {
		return err
	}
	e := r.v.List.Entry(id, kind)
	d, p := &e.Designation, &e.Party
	d.ListedOn, d.AmendedOn, d.Wheres = h.listed, h.amended, []record.Where{r.x.Where(n, path)}
	m := measures{sets: n.Values("sanctions-set-id"), path: path, off: n.Start}
	if s := n.Attr("sanctions-set-id"); s != "" {
		m.sets = append(m.sets, s)
	}
	r.measures = append(r.measures, m)
	r.foreign(n, p)
	if err := r.party(body, path+"/"+body.Name, p, d); err != nil {
		return err
	}
	r.names[id] = p.PrimaryName()
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// body returns the element that says who the target is.
func (r *reading) body(n *element.Node, path string) (*element.Node, record.PartyKind, error) {
	var found []*element.Node
	for _, k := range n.Kids {
		if k.Name == "individual" || k.Name == "entity" || k.Name == "object" {
			found = append(found, k)
		}
	}
	if len(found) != 1 {
		return nil, "", r.x.Drift(path, n.Start, "one of individual, entity and object", fmt.Sprint(len(found)))
	}
	switch b := found[0]; b.Name {
	case "individual":
		return b, record.Person, nil
	case "entity":
		return b, record.Organisation, nil
	default:
		switch s := b.Attr("object-type"); s {
		case "vessel":
			return b, record.Vessel, nil
		case "aircraft", "airplane":
			return b, record.Aircraft, nil
		default:
			r.v.Warn(r.x.Where(b, path+"/object"), "the object type %s is not known to Cordon; the target is taken as it is", listing.Quote(s))
			return b, record.UnknownKind, nil
		}
	}
}

// history is what the modifications of a target come to.
type history struct {
	off             bool // it is off the list
	listed, amended record.Date
}

// change is one modification.
type change struct {
	kind string
	on   record.Date
}

// history reads the modifications. The latest one up to the date of the list says
// whether the target is in force; of several on one day the first in the file, which
// puts the newest first.
func (r *reading) history(n *element.Node, path string) (history, error) {
	var all []change
	for i, k := range n.All("modification") {
		c, err := r.change(k, fmt.Sprintf("%s/modification[%d]", path, i+1))
		if err != nil {
			return history{}, err
		}
		if c.on <= r.v.Date {
			all = append(all, c)
		}
	}
	slices.Reverse(all)
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(a.on, b.on) })
	var h history
	for _, c := range all {
		h.amended = c.on
		switch {
		case c.kind == "de-listed":
			h.off, h.listed = true, ""
			continue
		case c.kind == "listed" && h.listed == "":
			h.listed = c.on
		case c.kind == "remove":
			r.v.Warn(r.x.Where(n, path), "target %s has a modification \"remove\"; it is taken as in force", n.Attr("ssid"))
		}
		h.off = false
	}
	if h.amended == h.listed {
		h.amended = ""
	}
	return h, nil
}

// change reads one modification. Its day is the one from which it has effect, else
// the one on which it was enacted or published.
func (r *reading) change(k *element.Node, here string) (change, error) {
	c := change{kind: k.Attr("modification-type")}
	switch c.kind {
	case "listed", "amended", "de-listed", "remove":
	default:
		return c, r.x.Drift(here+"@modification-type", k.Start, "listed, amended, de-listed or remove", listing.Quote(c.kind))
	}
	for _, name := range []string{"effective-date", "enactment-date", "publication-date"} {
		s := k.Attr(name)
		if s == "" {
			continue
		}
		d, ok := listing.ISODate(s)
		if !ok {
			return c, r.x.Drift(here+"@"+name, k.Start, "a date such as 2016-05-18", listing.Quote(s))
		}
		if c.on == "" {
			c.on = d
		}
	}
	return c, nil
}

// resolve puts in what entries refer to and what stands elsewhere in the file.
func (r *reading) resolve() error {
	for _, w := range r.waiting {
		place, ok := r.places[w.place]
		if !ok {
			return r.x.Drift(w.path+"@place-id", w.off, "the number of a place of the file", listing.Quote(w.place))
		}
		p := &r.v.Entries[w.entry].Party
		switch w.of {
		case birthPlace:
			b := &p.Places[w.at]
			b.City, b.Country, b.Text = place.City, place.Country, listing.Join("; ", place.Text, b.Text)
		case postal:
			a := &p.Addresses[w.at]
			a.City, a.Country, a.Text = place.City, place.Country, listing.Join(", ", a.Text, place.Text)
		case issued:
			p.Documents[w.at].Text = listing.Join("; ", p.Documents[w.at].Text, "issued in "+place.Text)
		}
	}
	for i := range r.v.Entries {
		e := &r.v.Entries[i]
		if err := r.programmes(e, r.measures[i]); err != nil {
			return err
		}
		for j := range e.Party.Links {
			l := &e.Party.Links[j]
			l.Name = r.names[l.Name]
		}
		p := &e.Party
		p.Places = slices.DeleteFunc(p.Places, func(x record.Place) bool { return x.Text == "" })
		p.Addresses = slices.DeleteFunc(p.Addresses, func(x record.Address) bool { return x.Text == "" })
	}
	return nil
}

// programmes names the programmes and ordinances of an entry.
func (r *reading) programmes(e *listing.Entry, m measures) error {
	if len(m.sets) == 0 {
		return r.x.Drift(m.path+"/sanctions-set-id", m.off, "the number of a set of measures", "none")
	}
	d := &e.Designation
	for _, id := range m.sets {
		p, ok := r.sets[id]
		if !ok {
			return r.x.Drift(m.path+"/sanctions-set-id", m.off, "the number of a set of measures of the file", listing.Quote(id))
		}
		d.Programmes = appendNew(d.Programmes, p.key)
		d.Instruments = appendNew(d.Instruments, p.name)
		fact(&e.Party, "sanctions-set", r.titles[id])
		fact(&e.Party, "programme-origin", p.origin)
	}
	return nil
}
