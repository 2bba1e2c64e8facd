package csl

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	const at = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/"
	return listing.List{
		Key: "us-csl", Name: "us-csl", Authority: "US-ITA", Nation: "US",
		Title:     "Consolidated Screening List",
		Formats:   "consolidated.csv or consolidated.json, one of the two",
		Addresses: []string{at + "consolidated.csv"},
	}
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("_id,source,entity_number,")) ||
		bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"results"`)) && bytes.Contains(head, []byte(`"source_list_url"`))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return (&listing.Drift{
			List: v.List.Name, File: files[1].Base(), Expected: "one file", Found: fmt.Sprintf("%d files", len(files)),
		}).Refusal()
	}
	f := files[0]
	if n := bytes.Count(f.Data, lostApostrophe); n > 0 {
		v.Warn(record.Where{SHA256: f.SHA256, File: f.Base()}, "%d apostrophes were lost in the authority's own conversion (U+0092); they are read as apostrophes", n)
		f.Data = bytes.ReplaceAll(f.Data, lostApostrophe, apostrophe)
	}
	r := &reading{v: v, f: f, seen: make(map[string]string), sources: make(map[string]bool)}
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(r.f.Data, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("{")) {
		return r.json(ctx)
	}
	return r.csv(ctx)
}

// The list has names such as Xi'an in which an apostrophe of Windows-1252 was
// taken for one of Latin-1. The letter in its place has as many bytes, so that
// places stay true.
var lostApostrophe, apostrophe = []byte("\u0092"), []byte("\u02bc")

// reading holds one reading.
type reading struct {
	v       *listing.Version
	f       listing.File
	seen    map[string]string // key to its place
	sources map[string]bool   // unknown ones that were warned of
}

// text is a value with its place.
type text struct {
	s     string
	where record.Where
}

// row is one record of either form.
type row struct {
	one       map[string]text   // fields with one value
	many      map[string][]text // fields with several
	addresses []record.Address
	ids       []ofac.Feature
	facts     []record.Fact
	whole     record.Where
	drift     func(field, expected, found string) error
}

func (x row) get(field string) string { return x.one[field].s }

// source is one of the lists that are put together.
type source struct {
	agency      string
	instruments []string // of lists whose records have no programme that says so
}

const (
	treasury = "Treasury Department"
	commerce = "Bureau of Industry and Security"
	state    = "State Department"
)

// sources are the lists by the code that stands in their name. Instruments:
// supplements 4, 6 and 7 to part 744 and section 764.3 of Title 15, section 127.7
// of Title 22, Code of Federal Regulations. Those of the Treasury follow from the
// programmes.
var sources = map[string]source{
	"SDN": {agency: treasury}, "SSI": {agency: treasury}, "PLC": {agency: treasury}, "FSE": {agency: treasury},
	"CAP": {agency: treasury}, "CMIC": {agency: treasury}, "NS-MBS": {agency: treasury}, "ISA": {agency: treasury},
	"EL":  {commerce, []string{"15 CFR 744 Supp. 4"}},
	"UVL": {commerce, []string{"15 CFR 744 Supp. 6"}},
	"MEU": {commerce, []string{"15 CFR 744 Supp. 7"}},
	"DPL": {commerce, []string{"15 CFR 764.3"}},
	"DTC": {state, []string{"22 CFR 127.7"}},
	"ISN": {agency: state},
}

var sourceForm = regexp.MustCompile(`^\S.* \(([A-Z][A-Z-]*[A-Z])(?: List)?\)(?: List)? - (\S.*)$`)

// entry turns a record into a listing.
func (r *reading) entry(x row) error {
	m := sourceForm.FindStringSubmatch(x.get("source"))
	if m == nil {
		return x.drift("source", "a source such as Entity List (EL) - Bureau of Industry and Security", listing.Quote(x.get("source")))
	}
	code, agency := m[1], m[2]
	src, known := sources[code]
	if known && src.agency != agency {
		return x.drift("source", code+" of "+src.agency, listing.Quote(agency))
	}
	if !known && !r.sources[code] {
		r.sources[code] = true
		r.v.Warn(x.whole, "the source list %s is not in Cordon's table; its records are kept under its code", listing.Quote(x.get("source")))
	}
	key, err := r.key(x, code, agency)
	if err != nil {
		return err
	}
	kind, ok := map[string]record.PartyKind{
		"": record.UnknownKind, "Individual": record.Person, "Entity": record.Organisation, "Vessel": record.Vessel, "Aircraft": record.Aircraft,
	}[x.get("type")]
	if !ok {
		return x.drift("type", "Individual, Entity, Vessel, Aircraft or nothing", listing.Quote(x.get("type")))
	}
	e := r.v.List.Entry(key, kind)
	if err := r.designation(&e.Designation, x, code, src); err != nil {
		return err
	}
	e.Party.OtherFacts = append(e.Party.OtherFacts, record.Fact{Label: "source-list", Text: x.get("source")})
	if n := x.get("entity_number"); n != "" && agency == treasury {
		e.Party.OtherFacts = append(e.Party.OtherFacts, record.Fact{Label: "ofac-number", Text: n})
	}
	if err := names(&e, x); err != nil {
		return err
	}
	r.facts(&e, x)
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

var (
	idForm     = regexp.MustCompile(`^[0-9A-Za-z_-]{1,80}$`)
	numberForm = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)
)

// key makes the entry's key and refuses a record that stands twice.
func (r *reading) key(x row, code, agency string) (string, error) {
	id, n := x.get("id"), x.get("entity_number")
	if !idForm.MatchString(id) {
		return "", x.drift("id", "an id", listing.Quote(id))
	}
	if n != "" && !numberForm.MatchString(n) || n == "" && agency == treasury {
		return "", x.drift("entity_number", "the number of a list of the Treasury", listing.Quote(n))
	}
	key := code + "-" + id
	if agency == treasury {
		key = code + "-" + n
	}
	if first, twice := r.seen[key]; twice {
		return "", x.drift("id", "each record once", key+" again, first in "+first)
	}
	r.seen[key] = x.whole.String()
	return key, nil
}

// designation takes what is said of the listing.
func (r *reading) designation(d *record.Designation, x row, code string, src source) error {
	for _, p := range x.many["programs"] {
		d.Programmes = append(d.Programmes, p.s)
	}
	d.Instruments = append(ofac.Instruments(d.Programmes), src.instruments...)
	if len(d.Programmes) == 0 {
		d.Programmes = []string{code}
	}
	if s := x.get("start_date"); s != "" {
		day, ok := listing.ISODate(s)
		if !ok {
			return x.drift("start_date", "a date such as 2019-05-16", listing.Quote(s))
		}
		d.ListedOn = day
	}
	if s := x.get("end_date"); s != "" {
		if _, ok := listing.ISODate(s); !ok {
			return x.drift("end_date", "a date such as 2019-05-16", listing.Quote(s))
		}
	}
	if s := x.get("standard_order"); !slices.Contains([]string{"", "Y", "N"}, strings.ToUpper(s)) {
		return x.drift("standard_order", "Y, N or nothing", listing.Quote(s))
	}
	d.Wheres = []record.Where{x.whole}
	return nil
}

// names takes the names. The list says nothing of the quality of its aliases.
func names(e *listing.Entry, x row) error {
	p := &e.Party
	all := append([]text{x.one["name"]}, x.many["alt_names"]...)
	for i, n := range all {
		kind := record.AKA
		field := "alt_names"
		if i == 0 {
			kind, field = record.Primary, "name"
		}
		if n.s == "" {
			return x.drift(field, "a name", "none")
		}
		if bad := listing.BadLine(n.s); bad != "" {
			return x.drift(field, "a name on one line", bad)
		}
		p.Names = append(p.Names, listing.NameOf(record.Name{Text: n.s, Kind: kind, Where: n.where}, p.Kind))
	}
	return nil
}

// facts takes everything else.
func (r *reading) facts(e *listing.Entry, x row) {
	p := &e.Party
	if t := x.get("title"); t != "" {
		p.Titles = []string{t}
	}
	p.Remarks, p.Addresses = x.get("remarks"), x.addresses
	for _, b := range x.many["dates_of_birth"] {
		p.Births = append(p.Births, r.birth(e, b))
	}
	for _, b := range x.many["places_of_birth"] {
		p.Places = append(p.Places, placeOf(b.s))
	}
	for _, field := range []string{"nationalities", "citizenships"} {
		for _, n := range x.many[field] {
			p.Nations = append(p.Nations, n.s)
		}
	}
	for _, f := range x.ids {
		f.Take(r.v, e)
	}
	if s := x.one["call_sign"]; s.s != "" {
		p.Documents = append(p.Documents, record.Document{Kind: "call-sign", Number: s.s, Text: s.s, Where: s.where})
	}
	if s := x.get("vessel_owner"); s != "" {
		p.Links = append(p.Links, record.Link{Kind: "owner", Name: s, Text: s})
	}
	for _, f := range []struct{ field, label string }{
		{"vessel_type", "vessel-type"},
		{"gross_tonnage", "tonnage"},
		{"gross_registered_tonnage", "gross-registered-tonnage"},
		{"vessel_flag", "flag"},
		{"federal_register_notice", "federal-register-notice"},
		{"end_date", "end-date"},
		{"standard_order", "standard-order"},
		{"license_requirement", "license-requirement"},
		{"license_policy", "license-policy"},
		{"country", "country"},
		{"source_list_url", "source-list-url"},
		{"source_information_url", "source-information-url"},
	} {
		if s := x.get(f.field); s != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: f.label, Text: s})
		}
	}
	p.OtherFacts = append(p.OtherFacts, x.facts...)
}

// birth reads a date of birth; one in no known form is kept as words.
func (r *reading) birth(e *listing.Entry, t text) record.Birth {
	b := record.Birth{Text: t.s, Where: t.where}
	words, circa := strings.CutPrefix(t.s, "circa ")
	from, to, ranged := strings.Cut(words, " to ")
	first, ok := dateOf(from)
	last, too := dateOf(to)
	if !ok || ranged && !too {
		r.v.Warn(t.where, "entry %s: the date of birth %s is kept as words", e.Designation.Entry, listing.Quote(t.s))
		return b
	}
	b.Date, b.To, b.Circa = first, last, circa
	return b
}

func dateOf(s string) (record.Date, bool) {
	if d, ok := listing.ISODate(s); ok {
		return d, true
	}
	return listing.EnglishDate(s)
}

// placeOf reads a place of birth, whose country stands behind the last comma.
func placeOf(s string) record.Place {
	i := strings.LastIndex(s, ", ")
	if i < 0 {
		return record.Place{Text: s}
	}
	return record.Place{Text: s, City: s[:i], Country: s[i+2:]}
}
