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

// standardKinds are the elements of sdn.xml and consolidated.xml after OFAC's
// schema sdnList.xsd; an element that is not here holds text alone.
var standardKinds = map[string]element.Kind{
	"sdnList":           {Kids: []string{"publshInformation", "sdnEntry"}},
	"publshInformation": {Kids: []string{"Publish_Date", "Record_Count"}},
	"sdnEntry": {Kids: []string{
		"uid", "firstName", "lastName", "title", "sdnType", "remarks", "programList", "idList", "akaList", "addressList",
		"nationalityList", "citizenshipList", "dateOfBirthList", "placeOfBirthList", "vesselInfo",
	}},
	"programList":      {Kids: []string{"program"}},
	"idList":           {Kids: []string{"id"}},
	"id":               {Kids: []string{"uid", "idType", "idNumber", "idCountry", "issueDate", "expirationDate"}},
	"akaList":          {Kids: []string{"aka"}},
	"aka":              {Kids: []string{"uid", "type", "category", "lastName", "firstName"}},
	"addressList":      {Kids: []string{"address"}},
	"address":          {Kids: []string{"uid", "address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country", "region"}},
	"nationalityList":  {Kids: []string{"nationality"}},
	"nationality":      {Kids: []string{"uid", "country", "mainEntry"}},
	"citizenshipList":  {Kids: []string{"citizenship"}},
	"citizenship":      {Kids: []string{"uid", "country", "mainEntry"}},
	"dateOfBirthList":  {Kids: []string{"dateOfBirthItem"}},
	"dateOfBirthItem":  {Kids: []string{"uid", "dateOfBirth", "mainEntry"}},
	"placeOfBirthList": {Kids: []string{"placeOfBirthItem"}},
	"placeOfBirthItem": {Kids: []string{"uid", "placeOfBirth", "mainEntry"}},
	"vesselInfo":       {Kids: []string{"callSign", "vesselType", "vesselFlag", "vesselOwner", "tonnage", "grossRegisteredTonnage"}},
}

// standardReading reads sdn.xml or consolidated.xml.
type standardReading struct {
	*reading
	x       *element.File
	stated  int            // Record_Count, -1 for none
	dated   bool           // publshInformation was there
	aliases map[int]string // number of an alias to its element
}

// standard reads the list from one XML file.
func (r *reading) standard(ctx context.Context, f listing.File) error {
	s := &standardReading{reading: r, stated: -1, aliases: make(map[int]string)}
	s.x = element.New(f, element.Form{
		List: r.v.List.Name, File: r.p.standard, Root: "sdnList", Kinds: standardKinds,
		Entries: []string{"publshInformation", "sdnEntry"},
		Each: func(n *element.Node, path string) error {
			if err := texts(s.x, n, path); err != nil {
				return err
			}
			if n.Name == "sdnEntry" {
				return s.entry(n, path)
			}
			return s.published(n, path)
		},
	})
	if err := s.x.Read(ctx); err != nil {
		return err
	}
	if !s.dated {
		return s.x.Drift("sdnList/publshInformation", 0, "when the list was published", "nothing")
	}
	if n := len(r.v.Entries); s.stated >= 0 && s.stated != n {
		return s.x.Drift("sdnList/publshInformation/Record_Count", 0, fmt.Sprintf("%d entries, as the file says", s.stated), fmt.Sprintf("%d", n))
	}
	r.add(f, r.p.standard, len(r.v.Entries))
	return nil
}

// add notes the XML file with its address; the list's addresses for sync are those
// of the tables.
func (r *reading) add(f listing.File, name string, rows int) {
	r.v.AddFile(f, name, rows)
	r.v.Files[len(r.v.Files)-1].URL = exports + strings.ToUpper(name)
	r.v.DateBy(f)
}

// texts refuses texts and attributes with characters that official text does not
// hold.
func texts(x *element.File, n *element.Node, path string) error {
	if bad := listing.BadText(n.Text); bad != "" {
		return x.Drift(path, n.Start, "UTF-8 text", bad)
	}
	for _, a := range n.Attrs {
		if bad := listing.BadLine(a.Value); bad != "" {
			return x.Drift(path+"@"+a.Name.Local, n.Start, "UTF-8 text", bad)
		}
	}
	for _, k := range n.Kids {
		if err := texts(x, k, path+"/"+k.Name); err != nil {
			return err
		}
	}
	return nil
}

// published reads when the file was made and how many entries it has.
func (s *standardReading) published(n *element.Node, path string) error {
	if s.dated || len(s.v.Entries) > 0 {
		return s.x.Drift(path, n.Start, "publshInformation once, before the entries", "another")
	}
	s.dated = true
	text := n.Value("Publish_Date")
	t, err := time.Parse("01/02/2006", text)
	if err != nil {
		return s.x.Drift(path+"/Publish_Date", n.Start, "a date such as 05/03/2024", listing.Quote(text))
	}
	s.v.Date, s.v.DateFrom = record.Date(t.Format(time.DateOnly)), listing.DateFromFile
	if c := n.Value("Record_Count"); c != "" {
		if s.stated, err = strconv.Atoi(c); err != nil {
			return s.x.Drift(path+"/Record_Count", n.Start, "a number", listing.Quote(c))
		}
	}
	return nil
}

// number reads a uid.
func number(x *element.File, n *element.Node, path, text string) (int, error) {
	i, err := strconv.Atoi(text)
	if err != nil || i <= 0 || i > 1<<31-1 || strconv.Itoa(i) != text {
		return 0, x.Drift(path, n.Start, "a number", listing.Quote(text))
	}
	return i, nil
}

// once refuses a second element of a kind that an entry has once: which of the
// two would be read nobody knows.
func once(x *element.File, n *element.Node, path string) error {
	seen := make(map[string]bool, len(n.Kids))
	for _, k := range n.Kids {
		if seen[k.Name] {
			return x.Drift(path+"/"+k.Name, k.Start, k.Name+" once", "a second one")
		}
		seen[k.Name] = true
	}
	return nil
}

// entry reads one sdnEntry.
func (s *standardReading) entry(n *element.Node, path string) error {
	if err := once(s.x, n, path); err != nil {
		return err
	}
	num, err := number(s.x, n, path+"/uid", n.Value("uid"))
	if err != nil {
		return err
	}
	if at, twice := s.index[num]; twice {
		return s.x.Drift(path+"/uid", n.Start, "each entry number once", fmt.Sprintf("%d again, first in %s", num, s.v.Entries[at].Designation.Wheres[0].Element))
	}
	kind, ok := map[string]record.PartyKind{
		"Individual": record.Person, "Entity": record.Organisation, "Vessel": record.Vessel, "Aircraft": record.Aircraft,
	}[n.Value("sdnType")]
	if !ok {
		return s.x.Drift(path+"/sdnType", n.Start, "Individual, Entity, Vessel or Aircraft", listing.Quote(n.Value("sdnType")))
	}
	e := s.v.List.Entry(strconv.Itoa(num), kind)
	tags := n.Values("programList", "program")
	if len(tags) == 0 {
		return s.x.Drift(path+"/programList", n.Start, "a programme", "none")
	}
	if bad := badTag(tags); bad != "" {
		return s.x.Drift(path+"/programList/program", n.Start, "a programme tag", bad)
	}
	s.programmes(&e.Designation, tags)
	e.Designation.Wheres = []record.Where{s.x.Where(n, path)}
	for _, step := range []func(*element.Node, string, *listing.Entry) error{s.names, s.identity, s.numbers, s.addresses, s.vessel} {
		if err := step(n, path, &e); err != nil {
			return err
		}
	}
	s.v.Entries = append(s.v.Entries, e)
	s.index[num] = len(s.v.Entries) - 1
	return nil
}

// nameOf makes one name as the tables print it, "FAMILY, Given", and says where.
func (s *standardReading) nameOf(n *element.Node, path string, kind record.PartyKind, name record.Name) (record.Name, error) {
	last, first := n.Value("lastName"), n.Value("firstName")
	name.Text = listing.Join(", ", last, first)
	if name.Text == "" {
		return name, s.x.Drift(path+"/lastName", n.Start, "a name", "none")
	}
	if bad := listing.BadLine(name.Text); bad != "" {
		return name, s.x.Drift(path+"/lastName", n.Start, "a name on one line", bad)
	}
	name.Where = s.x.Where(n, path)
	return listing.NameOf(name, kind), nil
}

// names takes the name and the aliases, strong before weak as in the tables.
func (s *standardReading) names(n *element.Node, path string, e *listing.Entry) error {
	p := &e.Party
	primary, err := s.nameOf(n, path, p.Kind, record.Name{Kind: record.Primary})
	if err != nil {
		return err
	}
	primary.Where = s.across(path, n.Kid("firstName"), n.Kid("lastName"))
	p.Names = []record.Name{primary}
	var weak []record.Name
	for i, k := range n.Under("akaList", "aka") {
		here := fmt.Sprintf("%s/akaList/aka[%d]", path, i+1)
		if err := once(s.x, k, here); err != nil {
			return err
		}
		num, err := number(s.x, k, here+"/uid", k.Value("uid"))
		if err != nil {
			return err
		}
		if first, twice := s.aliases[num]; twice {
			return s.x.Drift(here+"/uid", k.Start, "each alias number once", fmt.Sprintf("%d again, first in %s", num, first))
		}
		s.aliases[num] = here
		kind, ok := aliasKinds[k.Value("type")]
		if !ok {
			return s.x.Drift(here+"/type", k.Start, "a.k.a., f.k.a. or n.k.a.", listing.Quote(k.Value("type")))
		}
		quality := record.Quality(k.Value("category"))
		if quality != record.Strong && quality != record.Weak {
			return s.x.Drift(here+"/category", k.Start, "strong or weak", listing.Quote(k.Value("category")))
		}
		name, err := s.nameOf(k, here, p.Kind, record.Name{Kind: kind, Quality: quality, Entry: strconv.Itoa(num)})
		if err != nil {
			return err
		}
		if quality == record.Weak {
			weak = append(weak, name)
		} else {
			p.Names = append(p.Names, name)
		}
	}
	p.Names = append(p.Names, weak...)
	return nil
}

var aliasKinds = map[string]record.NameKind{"a.k.a.": record.AKA, "f.k.a.": record.FKA, "n.k.a.": record.NKA}

// across is the place of the elements of the primary name, wherever they stand in
// the entry.
func (s *standardReading) across(path string, kids ...*element.Node) record.Where {
	kids = slices.DeleteFunc(kids, func(k *element.Node) bool { return k == nil || k.Text == "" })
	w := s.x.Where(kids[0], path+"/"+kids[0].Name)
	for _, k := range kids {
		w.Start, w.End = min(w.Start, k.Start), max(w.End, k.End)
	}
	return w
}

// identity takes the title, the remarks, and what is known of a birth and of
// nationality.
func (s *standardReading) identity(n *element.Node, path string, e *listing.Entry) error {
	p := &e.Party
	if t := n.Value("title"); t != "" {
		if p.Kind != record.Person {
			return s.x.Drift(path+"/title", n.Start, "a title for an individual only", listing.Quote(t))
		}
		p.Titles = []string{t}
	}
	if k := n.Kid("remarks"); k != nil && k.Text != "" {
		p.Remarks = k.Text
		text := k.Text
		if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") && !strings.ContainsAny(inner[:len(inner)-1], "()") {
			text = inner[:len(inner)-1]
		}
		// Entities make the text longer in the file, so a piece has its remark's place.
		for _, pc := range split(text, s.x.Where(k, path+"/remarks"), false) {
			s.take(e, pc)
		}
	}
	for _, f := range []struct{ list, item, value, typ string }{
		{"dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "Birthdate"},
		{"placeOfBirthList", "placeOfBirthItem", "placeOfBirth", "Place of Birth"},
		{"nationalityList", "nationality", "country", "Nationality"},
		{"citizenshipList", "citizenship", "country", "Citizenship"},
	} {
		for i, k := range n.Under(f.list, f.item) {
			here := fmt.Sprintf("%s/%s/%s[%d]", path, f.list, f.item, i+1)
			if k.Value(f.value) == "" {
				return s.x.Drift(here+"/"+f.value, k.Start, "a value", "none")
			}
			Feature{Type: f.typ, Value: k.Value(f.value), Where: s.x.Where(k, here)}.Take(s.v, e)
		}
	}
	return nil
}

// numbers takes idList: documents, and the features that the advanced form keeps
// apart (gender, websites, crypto addresses).
func (s *standardReading) numbers(n *element.Node, path string, e *listing.Entry) error {
	for i, k := range n.Under("idList", "id") {
		here := fmt.Sprintf("%s/idList/id[%d]", path, i+1)
		if err := once(s.x, k, here); err != nil {
			return err
		}
		if k.Value("idType") == "" {
			return s.x.Drift(here+"/idType", k.Start, "a type", "none")
		}
		Feature{
			Type: k.Value("idType"), Value: k.Value("idNumber"), Country: k.Value("idCountry"),
			Issued: k.Value("issueDate"), Expires: k.Value("expirationDate"), Where: s.x.Where(k, here),
		}.Take(s.v, e)
	}
	return nil
}

// addresses takes the addresses, worded as in the tables.
func (s *standardReading) addresses(n *element.Node, path string, e *listing.Entry) error {
	for i, k := range n.Under("addressList", "address") {
		here := fmt.Sprintf("%s/addressList/address[%d]", path, i+1)
		if err := once(s.x, k, here); err != nil {
			return err
		}
		num, err := number(s.x, k, here+"/uid", k.Value("uid"))
		if err != nil {
			return err
		}
		a := postal{
			lines: []string{k.Value("address1"), k.Value("address2"), k.Value("address3")}, city: k.Value("city"),
			state: k.Value("stateOrProvince"), code: k.Value("postalCode"), region: k.Value("region"), country: k.Value("country"),
		}.address()
		if a.Text != "" {
			a.Entry, a.Where = strconv.Itoa(num), s.x.Where(k, here)
			e.Party.Addresses = append(e.Party.Addresses, a)
		}
	}
	return nil
}

// postal is an address in its parts.
type postal struct {
	lines                              []string
	city, state, code, region, country string
}

// address words an address as the tables do: street, city with state and postal
// code, country; a region, which they do not have, stands before the country.
func (a postal) address() record.Address {
	city := listing.Join(" ", listing.Join(", ", a.city, a.state), a.code)
	text := listing.Join(", ", listing.Join(", ", a.lines...), city, a.region, a.country)
	return record.Address{Text: text, City: city, Country: a.country}
}

func (s *standardReading) vessel(n *element.Node, path string, e *listing.Entry) error {
	k := n.Kid("vesselInfo")
	if k == nil || len(k.Kids) == 0 {
		return nil
	}
	here := path + "/vesselInfo"
	if e.Party.Kind != record.Vessel {
		return s.x.Drift(here, k.Start, "vesselInfo for a vessel only", "one of "+string(e.Party.Kind))
	}
	if err := once(s.x, k, here); err != nil {
		return err
	}
	for _, f := range []string{"tonnage", "grossRegisteredTonnage"} {
		if t := k.Value(f); t != "" && !tonnage.MatchString(t) {
			return s.x.Drift(here+"/"+f, k.Start, "a tonnage", listing.Quote(t))
		}
	}
	takeVessel(&e.Party, vessel{
		callSign: k.Value("callSign"), typ: k.Value("vesselType"), tonnage: k.Value("tonnage"),
		grt: k.Value("grossRegisteredTonnage"), flag: k.Value("vesselFlag"), owner: k.Value("vesselOwner"),
	}, s.x.Where(k, here))
	return nil
}
