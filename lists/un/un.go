package un

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "un", Name: "un-consolidated", Authority: "UNSC", Nation: "UN",
		Title:     "United Nations Security Council Consolidated List",
		Formats:   "consolidated.xml",
		Addresses: []string{"https://scsanctions.un.org/resources/xml/en/consolidated.xml"},
	}
}

// regime is one sanctions regime of the Council: its word in UN_LIST_TYPE, the
// prefix of its reference numbers, the resolution that made its committee or
// measures.
type regime struct {
	word, prefix, instrument string
}

// regimes are the regimes that the list has. The source is the page of each
// committee on main.un.org/securitycouncil.
var regimes = []regime{
	{"Al-Qaida", "QD", "UNSCR 1267 (1999)"},
	{"Taliban", "TA", "UNSCR 1988 (2011)"},
	{"DPRK", "KP", "UNSCR 1718 (2006)"},
	{"Iran", "IR", "UNSCR 1737 (2006)"},
	{"Iraq", "IQ", "UNSCR 1518 (2003)"},
	{"DRC", "CD", "UNSCR 1533 (2004)"},
	{"Sudan", "SD", "UNSCR 1591 (2005)"},
	{"Somalia", "SO", "UNSCR 751 (1992)"},
	{"Libya", "LY", "UNSCR 1970 (2011)"},
	{"CAR", "CF", "UNSCR 2127 (2013)"},
	{"Yemen", "YE", "UNSCR 2140 (2014)"},
	{"SouthSudan", "SS", "UNSCR 2206 (2015)"},
	{"GB", "GB", "UNSCR 2048 (2012)"},
	{"Haiti", "HT", "UNSCR 2653 (2022)"},
	{"Mali", "ML", "UNSCR 2374 (2017)"},
	{"Lebanon", "LB", "UNSCR 1636 (2005)"},
}

// reading holds one reading.
type reading struct {
	v      *listing.Version
	f      listing.File
	x      *element.File
	seen   map[string]string // reference number to element
	groups map[string]bool   // INDIVIDUALS and ENTITIES
}

const fileName = "consolidated.xml"

// Recognise implements [listing.Reader].
func (Reader) Recognise(_ string, head []byte) bool {
	return bytes.Contains(head, []byte("<CONSOLIDATED_LIST"))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the Security Council's list is one file; %d were given", len(files))
	}
	r := &reading{v: v, f: files[0], seen: make(map[string]string), groups: make(map[string]bool)}
	r.x = element.New(r.f, element.Form{
		List: v.List.Name, File: fileName, Root: root, Kinds: schema, Entries: []string{"INDIVIDUAL", "ENTITY"},
		Open: r.open, Each: r.entry,
	})
	if n := bytes.Count(r.f.Data, []byte("\ufffd")); n > 0 {
		i := bytes.Index(r.f.Data, []byte("\ufffd"))
		v.Warn(record.Where{SHA256: r.f.SHA256, File: fileName, Start: i, End: i + len("\ufffd")},
			"the file holds %d replacement characters: the authority's own conversion lost letters there", n)
	}
	if err := r.x.Read(ctx); err != nil {
		return err
	}
	if !r.groups["INDIVIDUALS"] || !r.groups["ENTITIES"] {
		return r.x.Drift(root, 0, "INDIVIDUALS and ENTITIES", "one of them is missing")
	}
	v.AddFile(r.f, fileName, len(v.Entries))
	v.DateBy(r.f)
	return nil
}

var referenceForm = regexp.MustCompile(`^([A-Z]{2})([ie])\.(\d{3,4})$`)

// entry turns one element into a listing.
func (r *reading) entry(n *element.Node, path string) error {
	ref := n.Value("REFERENCE_NUMBER")
	m := referenceForm.FindStringSubmatch(ref)
	person := n.Name == "INDIVIDUAL"
	if m == nil || (m[2] == "i") != person {
		return r.x.Drift(path+"/REFERENCE_NUMBER", n.Start, "a reference number such as KPi.001 for a person, KPe.001 for an entity", listing.Quote(ref))
	}
	if first, twice := r.seen[ref]; twice {
		return r.x.Drift(path+"/REFERENCE_NUMBER", n.Start, "each reference number once", ref+" again, first in "+first)
	}
	r.seen[ref] = path
	instrument, err := r.regime(n, path, m[1])
	if err != nil {
		return err
	}
	listed, err := r.date(n, path, "LISTED_ON")
	if err != nil {
		return err
	}
	if listed == "" {
		return r.x.Drift(path+"/LISTED_ON", n.Start, "a date", "none")
	}
	kind := record.Organisation
	if person {
		kind = record.Person
	}
	e := r.v.List.Entry(ref, kind)
	d := &e.Designation
	d.Programmes, d.ListedOn = []string{n.Value("UN_LIST_TYPE")}, listed
	d.Wheres = []record.Where{r.x.Where(n, path)}
	if instrument != "" {
		d.Instruments = []string{instrument}
	}
	if d.AmendedOn, err = r.amended(n, path); err != nil {
		return err
	}
	for _, step := range []func(*element.Node, string, *record.Party) error{
		r.names, r.aliases, r.births, r.documents, r.rest,
	} {
		if err := step(n, path, &e.Party); err != nil {
			return err
		}
	}
	r.v.Entries = append(r.v.Entries, e)
	return nil
}

// regime checks that the reference number's prefix and the regime agree. A
// regime that Cordon does not know yet is taken with a warning, because refusing
// the whole list would keep new listings of known regimes from the user; a known
// one under another's prefix is a renumbering and refused.
func (r *reading) regime(n *element.Node, path, prefix string) (string, error) {
	word := n.Value("UN_LIST_TYPE")
	for _, g := range regimes {
		if g.word == word && g.prefix == prefix {
			return g.instrument, nil
		}
		if g.word == word || g.prefix == prefix {
			return "", r.x.Drift(path+"/UN_LIST_TYPE", n.Start,
				fmt.Sprintf("%s with reference numbers %s…", g.word, g.prefix), fmt.Sprintf("%s with %s…", listing.Quote(word), prefix))
		}
	}
	if word == "" || !unicode.IsLetter([]rune(word)[0]) {
		return "", r.x.Drift(path+"/UN_LIST_TYPE", n.Start, "the name of a regime", listing.Quote(word))
	}
	r.v.Warn(r.x.Where(n, path), "the regime %s (%s) is not in Cordon's table; it is kept as a programme without an instrument", listing.Quote(word), prefix)
	return "", nil
}

var xsDateForm = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(?:T[0-9:.]+)?(?:Z|[+-]\d{2}:\d{2})?$`)

// xsDate reads a date of XML Schema, with or without a time and a zone: the list
// has dates such as 2015-04-07-04:00. The day is the one that is written.
func xsDate(s string) (record.Date, bool) {
	m := xsDateForm.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	return listing.ISODate(m[1])
}

// date reads an optional date element.
func (r *reading) date(n *element.Node, path, name string) (record.Date, error) {
	s := n.Value(name)
	if s == "" {
		return "", nil
	}
	d, ok := xsDate(s)
	if !ok {
		return "", r.x.Drift(path+"/"+name, n.Start, "a date such as 2016-03-02", listing.Quote(s))
	}
	return d, nil
}

// amended returns the last of the days on which the entry was updated.
func (r *reading) amended(n *element.Node, path string) (record.Date, error) {
	var last record.Date
	for _, s := range n.Values("LAST_DAY_UPDATED", "VALUE") {
		d, ok := xsDate(s)
		if !ok {
			return "", r.x.Drift(path+"/LAST_DAY_UPDATED", n.Start, "a date such as 2016-03-02", listing.Quote(s))
		}
		last = max(last, d)
	}
	return last, nil
}

// names takes the primary name and the one in the original script.
func (r *reading) names(n *element.Node, path string, p *record.Party) error {
	var parts []string
	from, to := 0, 0
	for _, k := range n.Kids {
		switch k.Name {
		case "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME":
			if k.Text == "" {
				continue
			}
			if from == 0 {
				from = k.Start
			}
			to = k.End
			parts = append(parts, k.Text)
		}
	}
	if n.Value("FIRST_NAME") == "" {
		return r.x.Drift(path+"/FIRST_NAME", n.Start, "a name", "none")
	}
	text := strings.Join(parts, " ")
	w := record.Where{SHA256: r.f.SHA256, File: fileName, Element: path + "/FIRST_NAME", Start: from, End: to}
	p.Names = append(p.Names, record.Name{Text: text, Kind: record.Primary, Script: listing.ScriptOf(text), Where: w})
	for _, k := range n.All("NAME_ORIGINAL_SCRIPT") {
		if k.Text != "" {
			p.Names = append(p.Names, record.Name{
				Text: k.Text, Kind: record.Original, Script: listing.ScriptOf(k.Text), Where: r.x.Where(k, path+"/NAME_ORIGINAL_SCRIPT"),
			})
		}
	}
	return nil
}

var (
	formerly = regexp.MustCompile(`(?i)\b(previously|formerly) listed as\b`)
	original = regexp.MustCompile(`(?i)(?:original script|in arabic(?: script)?|in cyrillic(?: script)?)\s*:\s*([^;,.()]+)`)
)

// aliases takes the aliases with their quality, and the spellings in the
// original script that their notes give.
func (r *reading) aliases(n *element.Node, path string, p *record.Party) error {
	i := 0
	for _, k := range n.Kids {
		if k.Name != "INDIVIDUAL_ALIAS" && k.Name != "ENTITY_ALIAS" {
			continue
		}
		i++
		here := fmt.Sprintf("%s/%s[%d]", path, k.Name, i)
		kind, quality, err := r.quality(k, here)
		if err != nil {
			return err
		}
		name, note := k.Value("ALIAS_NAME"), k.Value("NOTE")
		if formerly.MatchString(note) {
			kind = record.FKA
		}
		if name != "" {
			p.Names = append(p.Names, record.Name{Text: name, Kind: kind, Quality: quality, Script: listing.ScriptOf(name), Where: r.x.Where(k, here)})
		}
		for _, m := range original.FindAllStringSubmatch(note, -1) {
			if text := strings.TrimSpace(m[1]); text != "" && listing.ScriptOf(text) != "Latn" {
				p.Names = append(p.Names, record.Name{Text: text, Kind: record.Original, Quality: quality, Script: listing.ScriptOf(text), Where: r.x.Where(k, here)})
			}
		}
		r.aliasRest(k, here, name, note, p)
	}
	return nil
}

// aliasRest keeps what an alias says beside its name.
func (r *reading) aliasRest(k *element.Node, here, name, note string, p *record.Party) {
	if note != "" {
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-note", Text: listing.Join(": ", name, note)})
	}
	if s := k.Value("DATE_OF_BIRTH"); s != "" {
		b := record.Birth{Text: listing.Join(" ", s, "(as "+name+")"), Where: r.x.Where(k, here)}
		b.Date, _ = birthDate(s)
		p.Births = append(p.Births, b)
	}
	if city, country := k.Value("CITY_OF_BIRTH"), k.Value("COUNTRY_OF_BIRTH"); city+country != "" {
		p.Places = append(p.Places, record.Place{Text: listing.Join(", ", city, country) + " (as " + name + ")", City: city, Country: country})
	}
}

func (r *reading) quality(k *element.Node, here string) (record.NameKind, record.Quality, error) {
	switch q := k.Value("QUALITY"); q {
	case "Good":
		return record.AKA, record.Strong, nil
	case "Low":
		return record.AKA, record.Weak, nil
	case "a.k.a.":
		return record.AKA, "", nil
	case "f.k.a.":
		return record.FKA, "", nil
	case "":
		return record.AKA, "", nil
	default:
		return "", "", r.x.Drift(here+"/QUALITY", k.Start, "Good, Low, a.k.a. or f.k.a.", listing.Quote(q))
	}
}

// birthDate reads a date or a year.
func birthDate(s string) (record.Date, bool) {
	if d, ok := xsDate(s); ok {
		return d, true
	}
	return yearOf(s)
}

func yearOf(s string) (record.Date, bool) {
	if y, err := strconv.Atoi(s); err == nil && len(s) == 4 && y >= 1850 && y <= 2100 {
		return record.Date(s), true
	}
	return "", false
}

func (r *reading) births(n *element.Node, path string, p *record.Party) error {
	for i, k := range n.All("INDIVIDUAL_DATE_OF_BIRTH") {
		here := fmt.Sprintf("%s/%s[%d]", path, k.Name, i+1)
		typ, note := k.Value("TYPE_OF_DATE"), k.Value("NOTE")
		var b record.Birth
		switch typ {
		case "EXACT", "", "BETWEEN":
		case "APPROXIMATELY":
			b.Circa = true
		default:
			return r.x.Drift(here+"/TYPE_OF_DATE", k.Start, "EXACT, APPROXIMATELY or BETWEEN", listing.Quote(typ))
		}
		if strings.EqualFold(note, "approximately") {
			b.Circa = true
		}
		var words []string
		for _, f := range []struct {
			name string
			to   *record.Date
			read func(string) (record.Date, bool)
		}{
			{"DATE", &b.Date, birthDate}, {"YEAR", &b.Date, yearOf}, {"FROM_YEAR", &b.Date, yearOf}, {"TO_YEAR", &b.To, yearOf},
		} {
			s := k.Value(f.name)
			if s == "" {
				continue
			}
			d, ok := f.read(s)
			if !ok {
				return r.x.Drift(here+"/"+f.name, k.Start, "a date or year", listing.Quote(s))
			}
			if *f.to == "" {
				*f.to = d
			}
			words = append(words, s)
		}
		if len(words) == 0 && note == "" {
			continue
		}
		if d, ok := listing.EnglishDate(note); ok && b.Date == "" {
			b.Date = d
		}
		b.Text = listing.Join(" ", typ, strings.Join(words, " to "), note)
		b.Where = r.x.Where(k, here)
		p.Births = append(p.Births, b)
	}
	return nil
}

// documentKind returns the kind of a document from the words of the list, which
// come in several languages.
func documentKind(words string) string {
	w := strings.ToLower(words)
	switch {
	case strings.Contains(w, "passport") || strings.Contains(w, "passeport") || strings.Contains(w, "pasaporte"):
		return "passport"
	case strings.Contains(w, "national ident") || strings.Contains(w, "identity card") || strings.Contains(w, "identification") || strings.Contains(w, "id card"):
		return "national-id"
	case strings.Contains(w, "tax") || strings.Contains(w, "fiscal"):
		return "tax-id"
	case strings.Contains(w, "driv"):
		return "driving-licence"
	case strings.Contains(w, "travel"):
		return "travel-document"
	}
	return "other"
}

func (r *reading) documents(n *element.Node, path string, p *record.Party) error {
	for i, k := range n.All("INDIVIDUAL_DOCUMENT") {
		if len(k.Kids) == 0 {
			continue
		}
		here := fmt.Sprintf("%s/%s[%d]", path, k.Name, i+1)
		words := strings.Join(strings.Fields(listing.Join(" ", k.Value("TYPE_OF_DOCUMENT"), k.Value("TYPE_OF_DOCUMENT2"))), " ")
		d := record.Document{Kind: documentKind(words), Number: k.Value("NUMBER"), Country: k.Value("ISSUING_COUNTRY"), Where: r.x.Where(k, here)}
		if d.Country == "" {
			d.Country = k.Value("COUNTRY_OF_ISSUE")
		}
		d.Text = listing.Join("; ", words, d.Number, k.Value("ISSUING_COUNTRY"), prefixed("issued ", k.Value("DATE_OF_ISSUE")),
			prefixed("in ", listing.Join(", ", k.Value("CITY_OF_ISSUE"), k.Value("COUNTRY_OF_ISSUE"))), k.Value("NOTE"))
		if d.Text == "" {
			continue
		}
		p.Documents = append(p.Documents, d)
	}
	return nil
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// rest takes what has no rules of its own.
func (r *reading) rest(n *element.Node, path string, p *record.Party) error {
	p.Gender = n.Value("GENDER")
	p.Titles = append(n.Values("TITLE", "VALUE"), n.Values("DESIGNATION", "VALUE")...)
	p.Nations = n.Values("NATIONALITY", "VALUE")
	p.Remarks = n.Value("COMMENTS1")
	for _, k := range n.All("INDIVIDUAL_PLACE_OF_BIRTH") {
		pl := record.Place{
			Text: listing.Join(", ", k.Value("STREET"), k.Value("CITY"), k.Value("STATE_PROVINCE"), k.Value("COUNTRY")),
			City: k.Value("CITY"), Country: k.Value("COUNTRY"),
		}
		pl.Text = listing.Join(" ", pl.Text, bracketed(k.Value("NOTE")))
		if pl.Text != "" {
			p.Places = append(p.Places, pl)
		}
	}
	i := 0
	for _, k := range n.Kids {
		if k.Name != "INDIVIDUAL_ADDRESS" && k.Name != "ENTITY_ADDRESS" {
			continue
		}
		i++
		a := record.Address{
			Text: listing.Join(", ", k.Value("STREET"), k.Value("CITY"), k.Value("STATE_PROVINCE"), k.Value("ZIP_CODE"), k.Value("COUNTRY")),
			City: k.Value("CITY"), Country: k.Value("COUNTRY"), Where: r.x.Where(k, fmt.Sprintf("%s/%s[%d]", path, k.Name, i)),
		}
		a.Text = listing.Join(" ", a.Text, bracketed(k.Value("NOTE")))
		if a.Text != "" {
			p.Addresses = append(p.Addresses, a)
		}
	}
	for _, f := range []string{"DATAID", "VERSIONNUM", "SUBMITTED_BY", "SUBMITTED_ON", "NATIONALITY2", "DELISTED_ON"} {
		if s := n.Value(f); s != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: strings.ToLower(strings.ReplaceAll(f, "_", "-")), Text: s})
		}
	}
	return nil
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}
