package ofac

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// term is one value of the tables at the head of the advanced form.
type term struct {
	text  string
	attrs *element.Node
}

// located is a Location of the advanced form.
type located struct {
	record.Address
	other []string // values that are not primary: the same in another script
}

// paper is an IDRegDocument: a feature of the party that has the identity.
type paper struct {
	Feature
	identity string
	facts    []record.Fact
}

// profile is a DistinctParty before its SanctionsEntry says of which list it is.
type profile struct {
	entry listing.Entry
	lists int // entries of the list that is being read
	other int // entries of other lists
	bases []string
}

// tie is a ProfileRelationship.
type tie struct {
	from, to, kind string
	former         bool
}

// advanced reads the advanced form. Everything in it refers to something before
// it by number, so the tables, locations and documents are kept until the end.
type advanced struct {
	*reading
	x         *element.File
	values    map[string]map[string]term // by element, by ID
	locations map[string]located
	papers    map[string][]paper // by identity
	profiles  []profile
	byID      map[string]int // Profile ID to index in profiles
	ids       map[string]bool
	ties      []tie
}

// advanced reads the list from one file of the advanced form.
func (r *reading) advanced(ctx context.Context, f listing.File) error {
	a := &advanced{
		reading: r, values: make(map[string]map[string]term), locations: make(map[string]located),
		papers: make(map[string][]paper), byID: make(map[string]int), ids: make(map[string]bool),
	}
	steps := map[string]func(*element.Node, string) error{
		"DateOfIssue": a.issued, "Location": a.location, "IDRegDocument": a.document, "DistinctParty": a.party,
		"ProfileRelationship": a.relationship, "SanctionsEntry": a.sanction, "SanctionsEntryLink": nil,
	}
	form := element.Form{List: r.v.List.Name, File: r.p.advanced, Root: "Sanctions", Kinds: advancedKinds, Entries: slices.Clone(valueSets)}
	for name := range steps {
		form.Entries = append(form.Entries, name)
	}
	form.Each = func(n *element.Node, path string) error {
		if err := texts(a.x, n, path); err != nil {
			return err
		}
		step, ok := steps[n.Name]
		switch {
		case !ok:
			return a.keep(n, path)
		case step == nil:
			return nil
		}
		return step(n, path)
	}
	a.x = element.New(f, form)
	if err := a.x.Read(ctx); err != nil {
		return err
	}
	if r.v.Date == "" {
		return a.x.Drift("Sanctions/DateOfIssue", 0, "when the list was issued", "nothing")
	}
	a.link()
	a.finish()
	r.add(f, r.p.advanced, len(a.profiles))
	return nil
}

// id reads a number that names an element, and refuses it when it stands twice.
func (a *advanced) id(n *element.Node, path string) (string, error) {
	id := n.Attr("ID")
	if _, err := strconv.ParseUint(id, 10, 63); err != nil {
		return "", a.x.Drift(path+"@ID", n.Start, "a number", listing.Quote(id))
	}
	if a.ids[n.Name+" "+id] {
		return "", a.x.Drift(path+"@ID", n.Start, "each number once", id+" again")
	}
	a.ids[n.Name+" "+id] = true
	return id, nil
}

// keep keeps a value of the tables.
func (a *advanced) keep(n *element.Node, path string) error {
	id, err := a.id(n, path)
	if err != nil {
		return err
	}
	if a.values[n.Name] == nil {
		a.values[n.Name] = make(map[string]term)
	}
	a.values[n.Name][id] = term{text: n.Text, attrs: n}
	return nil
}

// of returns the value that an attribute of an element refers to.
func (a *advanced) of(n *element.Node, path, attr, set string) (term, error) {
	x, ok := a.values[set][n.Attr(attr)]
	if !ok {
		return term{}, a.x.Drift(path+"@"+attr, n.Start, "a number of "+set+"Values", listing.Quote(n.Attr(attr)))
	}
	return x, nil
}

// text is the text of what an optional attribute refers to, "" without it.
func (a *advanced) text(n *element.Node, path, attr, set string) (string, error) {
	if n.Attr(attr) == "" {
		return "", nil
	}
	x, err := a.of(n, path, attr, set)
	return x.text, err
}

func (a *advanced) issued(n *element.Node, path string) error {
	t, err := a.day(n, path)
	if err != nil {
		return err
	}
	if a.v.Date != "" {
		return a.x.Drift(path, n.Start, "one date of issue", "a second one")
	}
	a.v.Date, a.v.DateFrom = record.Date(t.Format(time.DateOnly)), listing.DateFromFile
	return nil
}

// location reads an address or the name of a country.
func (a *advanced) location(n *element.Node, path string) error {
	id, err := a.id(n, path)
	if err != nil {
		return err
	}
	var out located
	var p postal
	p.lines = make([]string, 3)
	if k := n.Kid("LocationCountry"); k != nil {
		if p.country, err = a.text(k, path+"/LocationCountry", "CountryID", "Country"); err != nil {
			return err
		}
	} else if k := n.Kid("LocationAreaCode"); k != nil {
		area, err := a.of(k, path+"/LocationAreaCode", "AreaCodeID", "AreaCode")
		if err != nil {
			return err
		}
		p.country = area.attrs.Attr("Description")
	}
	for i, k := range n.All("LocationPart") {
		here := fmt.Sprintf("%s/LocationPart[%d]", path, i+1)
		typ, err := a.of(k, here, "LocPartTypeID", "LocPartType")
		if err != nil {
			return err
		}
		text := ""
		for _, v := range k.All("LocationPartValue") {
			switch {
			case v.Value("Value") == "":
			case v.Attr("Primary") == "false" || text != "":
				out.other = append(out.other, listing.Join(" ", v.Value("Value"), bracketed(v.Value("Comment"))))
			default:
				text = v.Value("Value")
			}
		}
		if !p.set(typ.text, text) {
			return a.x.Drift(here+"@LocPartTypeID", k.Start, "a part of an address", listing.Quote(typ.text))
		}
	}
	if p.country == "undetermined" {
		p.country = ""
	}
	out.Address = p.address()
	out.Entry, out.Where = id, a.x.Where(n, path)
	a.locations[id] = out
	return nil
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// set puts a part of a location in its place. The part of unknown type is the
// name of a country, for nationalities.
func (p *postal) set(typ, text string) bool {
	to := map[string]*string{
		"ADDRESS1": &p.lines[0], "ADDRESS2": &p.lines[1], "ADDRESS3": &p.lines[2], "CITY": &p.city,
		"STATE/PROVINCE": &p.state, "POSTAL CODE": &p.code, "REGION": &p.region,
	}[strings.ToUpper(typ)]
	if strings.EqualFold(typ, "Unknown") {
		if to = &p.country; text == "" {
			return true
		}
	}
	if to != nil {
		*to = text
	}
	return to != nil
}

// document reads a document, whose party comes later.
func (a *advanced) document(n *element.Node, path string) error {
	if _, err := a.id(n, path); err != nil {
		return err
	}
	typ, err := a.of(n, path, "IDRegDocTypeID", "IDRegDocType")
	if err != nil {
		return err
	}
	d := paper{identity: n.Attr("IdentityID")}
	d.Type, d.Value, d.Where = typ.text, n.Value("IDRegistrationNo"), a.x.Where(n, path)
	if d.Country, err = a.text(n, path, "IssuedBy-CountryID", "Country"); err != nil {
		return err
	}
	if d.Country == "undetermined" {
		d.Country = ""
	}
	for i, k := range n.All("DocumentDate") {
		here := fmt.Sprintf("%s/DocumentDate[%d]", path, i+1)
		when, err := a.of(k, here, "IDRegDocDateTypeID", "IDRegDocDateType")
		if err != nil {
			return err
		}
		text, err := a.period(k.Kid("DatePeriod"), here)
		if err != nil {
			return err
		}
		switch kind := strings.ToLower(when.text); {
		case strings.HasPrefix(kind, "issue") && d.Issued == "":
			d.Issued = text
		case strings.HasPrefix(kind, "expir") && d.Expires == "":
			d.Expires = text
		default:
			d.facts = append(d.facts, record.Fact{Label: "document-date", Text: listing.Join(" ", d.Type, d.Value+":", when.text, text)})
		}
	}
	validity, err := a.text(n, path, "ValidityID", "Validity")
	if err != nil {
		return err
	}
	for _, f := range []record.Fact{
		{Label: "document-validity", Text: validity},
		{Label: "issuing-authority", Text: n.Value("IssuingAuthority")},
		{Label: "document-comment", Text: n.Value("Comment")},
	} {
		if f.Text != "" && !strings.EqualFold(f.Text, "Unknown") && !strings.EqualFold(f.Text, "Valid") {
			f.Text = listing.Join(" ", d.Type, d.Value+":", f.Text)
			d.facts = append(d.facts, f)
		}
	}
	a.papers[d.identity] = append(a.papers[d.identity], d)
	return nil
}

// relationship keeps a tie of two parties.
func (a *advanced) relationship(n *element.Node, path string) error {
	typ, err := a.of(n, path, "RelationTypeID", "RelationType")
	if err != nil {
		return err
	}
	t := tie{from: n.Attr("From-ProfileID"), to: n.Attr("To-ProfileID"), kind: typ.text, former: n.Attr("Former") == "true"}
	for _, end := range []string{"From-ProfileID", "To-ProfileID"} {
		if _, ok := a.byID[n.Attr(end)]; !ok {
			return a.x.Drift(path+"@"+end, n.Start, "the number of a Profile", listing.Quote(n.Attr(end)))
		}
	}
	a.ties = append(a.ties, t)
	return nil
}

// link gives the parties their ties, under the name of the other party.
func (a *advanced) link() {
	for _, t := range a.ties {
		from, to := &a.profiles[a.byID[t.from]], &a.profiles[a.byID[t.to]]
		name := to.entry.Party.PrimaryName()
		text := t.kind + ": " + name
		if t.former {
			text += " (former)"
		}
		from.entry.Party.Links = append(from.entry.Party.Links, record.Link{Kind: "linked-to", Name: name, Text: text})
	}
}

// sanction reads a SanctionsEntry: the list, the date of the listing and the
// programmes of a profile.
func (a *advanced) sanction(n *element.Node, path string) error {
	if _, err := a.id(n, path); err != nil {
		return err
	}
	i, ok := a.byID[n.Attr("ProfileID")]
	if !ok {
		return a.x.Drift(path+"@ProfileID", n.Start, "the number of a Profile", listing.Quote(n.Attr("ProfileID")))
	}
	list, err := a.of(n, path, "ListID", "List")
	if err != nil {
		return err
	}
	pr := &a.profiles[i]
	if strings.EqualFold(list.text, "SDN List") != a.p.sdn {
		pr.other++
		return nil
	}
	pr.lists++
	d := &pr.entry.Designation
	d.Wheres = append(d.Wheres, a.x.Where(n, path))
	if !a.p.sdn {
		pr.fact("source-list", list.text)
	}
	for _, f := range []string{"Comment", "LimitationsToListing"} {
		pr.fact("entry-comment", n.Value(f))
	}
	for _, k := range n.All("SupportingInfo") {
		pr.fact("supporting-info", listing.Join(" ", k.Value("Text"), k.Value("DirectURL")))
	}
	for j, k := range n.All("EntryEvent") {
		if err := a.event(pr, k, fmt.Sprintf("%s/EntryEvent[%d]", path, j+1)); err != nil {
			return err
		}
	}
	return a.measures(pr, n, path)
}

// fact adds a fact that has a text and is not there yet.
func (p *profile) fact(label, text string) {
	f := record.Fact{Label: label, Text: text}
	if text != "" && !slices.Contains(p.entry.Party.OtherFacts, f) {
		p.entry.Party.OtherFacts = append(p.entry.Party.OtherFacts, f)
	}
}

// event takes the date on which a party was listed.
func (a *advanced) event(pr *profile, k *element.Node, here string) error {
	typ, err := a.of(k, here, "EntryEventTypeID", "EntryEventType")
	if err != nil {
		return err
	}
	date := k.Kid("Date")
	if date == nil {
		return a.x.Drift(here+"/Date", k.Start, "a date", "none")
	}
	t, err := a.day(date, here+"/Date")
	if err != nil {
		return err
	}
	basis, err := a.text(k, here, "LegalBasisID", "LegalBasis")
	if err != nil {
		return err
	}
	if basis != "" && basis != "Unknown" && !slices.Contains(pr.bases, basis) {
		pr.bases = append(pr.bases, basis)
	}
	day, d := record.Date(t.Format(time.DateOnly)), &pr.entry.Designation
	if strings.EqualFold(typ.text, "Created") {
		if d.ListedOn == "" || day < d.ListedOn {
			d.ListedOn = day
		}
	} else {
		d.AmendedOn = max(d.AmendedOn, day)
		pr.fact("entry-event", typ.text+" "+string(day))
	}
	pr.fact("entry-event", k.Value("Comment"))
	return nil
}

// measures takes the programmes, which are the comments of the measures of type
// Program; other measures (Block and the like) are facts.
func (a *advanced) measures(pr *profile, n *element.Node, path string) error {
	d := &pr.entry.Designation
	for j, k := range n.All("SanctionsMeasure") {
		here := fmt.Sprintf("%s/SanctionsMeasure[%d]", path, j+1)
		typ, err := a.of(k, here, "SanctionsTypeID", "SanctionsType")
		if err != nil {
			return err
		}
		when, err := a.period(k.Kid("DatePeriod"), here)
		if err != nil {
			return err
		}
		tag := k.Value("Comment")
		if !strings.EqualFold(typ.text, "Program") {
			pr.fact("measure", listing.Join(" ", listing.Join(": ", typ.text, tag), when))
			continue
		}
		if bad := badTag([]string{tag}); bad != "" {
			return a.x.Drift(here+"/Comment", k.Start, "a programme tag", bad)
		}
		if !slices.Contains(d.Programmes, tag) {
			d.Programmes = append(d.Programmes, tag)
		}
	}
	if len(d.Programmes) == 0 {
		return a.x.Drift(path+"/SanctionsMeasure", n.Start, "a measure of the type Program", "none")
	}
	return nil
}

// finish makes entries of the profiles that are on the list. A profile that is on
// another list only, or on none, is reported as an orphan: listing it here would
// say of the party what OFAC does not.
func (a *advanced) finish() {
	none := 0
	for i := range a.profiles {
		p := &a.profiles[i]
		if p.lists == 0 {
			none++
			a.v.Orphans = append(a.v.Orphans, listing.Orphan{
				Entry: p.entry.Designation.Entry, Text: p.entry.Party.PrimaryName(), Where: p.entry.Designation.Wheres[0],
			})
			continue
		}
		d := &p.entry.Designation
		a.programmes(d, d.Programmes)
		d.Basis = strings.Join(p.bases, "; ")
		a.v.Entries = append(a.v.Entries, p.entry)
	}
	if none > 0 {
		a.v.Warn(record.Where{File: a.reading.p.advanced}, "%d parties have no SanctionsEntry of this list; they are not imported", none)
	}
	orphans := 0
	for _, ps := range a.papers {
		orphans += len(ps)
	}
	if orphans > 0 {
		a.v.Warn(record.Where{File: a.reading.p.advanced}, "%d documents name an identity that no party has; they are not imported", orphans)
	}
}
