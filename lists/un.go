package lists

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// unList is the United Nations Security Council Consolidated List.
//
// Address: consolidated.xml of scsanctions.un.org. The form's source is the
// Secretariat's schema sc-sanctions.xsd and its page on the list's formats:
// CONSOLIDATED_LIST with the attribute dateGenerated, below it INDIVIDUALS of
// INDIVIDUAL and ENTITIES of ENTITY.
//
// Traps: the order of a person's names is that of the source, in up to four
// elements, and no element says which is the family name; empty elements stand
// where nothing is known; an alias can have only a NOTE ("original script: …",
// "previously listed as"), and a date or place of birth of its own; the first
// of January often stands for a year alone; LAST_DAY_UPDATED repeats, with empty
// values; the reference number is the key and its prefix agrees with
// UN_LIST_TYPE; the alias qualities are Good and Low for persons, a.k.a. and
// f.k.a. for entities; dateGenerated changes with every download, so a version is
// known by its hash; the same content is found by comparison.
func unList() List {
	return List{
		Key: "un", Name: "un-consolidated", Authority: "UNSC", Nation: "UN",
		Title:     "United Nations Security Council Consolidated List",
		Formats:   "consolidated.xml",
		Addresses: []string{"https://scsanctions.un.org/resources/xml/en/consolidated.xml"},
	}
}

// unRegime is one sanctions regime of the Council: its word in UN_LIST_TYPE, the
// prefix of its reference numbers, the resolution that made its committee or
// measures.
type unRegime struct {
	word, prefix, instrument string
}

// unRegimes are the regimes that the list has. The source is the page of each
// committee on main.un.org/securitycouncil.
var unRegimes = []unRegime{
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

// unNode is one element below an entry, with its byte range.
type unNode struct {
	name       string
	text       string
	start, end int
	kids       []*unNode
}

// kid returns the text of the first child of a name, without blanks around it.
func (n *unNode) kid(name string) string {
	for _, k := range n.kids {
		if k.name == name {
			return k.text
		}
	}
	return ""
}

// all runs over the children of a name.
func (n *unNode) all(name string) []*unNode {
	var out []*unNode
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// values returns the texts of VALUE elements below the children of a name.
func (n *unNode) values(name string) []string {
	var out []string
	for _, k := range n.all(name) {
		for _, v := range k.all("VALUE") {
			if v.text != "" {
				out = append(out, v.text)
			}
		}
	}
	return out
}

// unSchema says which elements may stand where. The value lists the children;
// an element that is not a key has text only.
var unSchema = map[string][]string{
	"CONSOLIDATED_LIST": {"INDIVIDUALS", "ENTITIES"},
	"INDIVIDUALS":       {"INDIVIDUAL"},
	"ENTITIES":          {"ENTITY"},
	"INDIVIDUAL": {
		"DATAID", "VERSIONNUM", "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME", "UN_LIST_TYPE",
		"REFERENCE_NUMBER", "LISTED_ON", "GENDER", "SUBMITTED_BY", "NAME_ORIGINAL_SCRIPT", "COMMENTS1",
		"NATIONALITY2", "TITLE", "DESIGNATION", "NATIONALITY", "LIST_TYPE", "LAST_DAY_UPDATED", "INDIVIDUAL_ALIAS",
		"INDIVIDUAL_ADDRESS", "INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_PLACE_OF_BIRTH", "INDIVIDUAL_DOCUMENT",
		"SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
	},
	"ENTITY": {
		"DATAID", "VERSIONNUM", "FIRST_NAME", "UN_LIST_TYPE", "REFERENCE_NUMBER", "LISTED_ON", "SUBMITTED_ON",
		"NAME_ORIGINAL_SCRIPT", "COMMENTS1", "LIST_TYPE", "LAST_DAY_UPDATED", "ENTITY_ALIAS", "ENTITY_ADDRESS",
		"SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
	},
	"TITLE": {"VALUE"}, "DESIGNATION": {"VALUE"}, "NATIONALITY": {"VALUE"}, "LIST_TYPE": {"VALUE"}, "LAST_DAY_UPDATED": {"VALUE"},
	"INDIVIDUAL_ALIAS": {"QUALITY", "ALIAS_NAME", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "NOTE"},
	"ENTITY_ALIAS":     {"QUALITY", "ALIAS_NAME", "NOTE"},
	"INDIVIDUAL_ADDRESS": {
		"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE",
	},
	"ENTITY_ADDRESS":            {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE"},
	"INDIVIDUAL_DATE_OF_BIRTH":  {"TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"},
	"INDIVIDUAL_PLACE_OF_BIRTH": {"STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE"},
	"INDIVIDUAL_DOCUMENT": {
		"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "DATE_OF_ISSUE", "CITY_OF_ISSUE",
		"COUNTRY_OF_ISSUE", "NOTE",
	},
}

var unAllowed = func() map[string]map[string]bool {
	out := make(map[string]map[string]bool, len(unSchema))
	for parent, kids := range unSchema {
		m := make(map[string]bool, len(kids))
		for _, k := range kids {
			m[k] = true
		}
		out[parent] = m
	}
	return out
}()

// unReader streams through the file, one entry in memory at a time.
type unReader struct {
	v    *Version
	f    File
	dec  *xml.Decoder
	base int               // bytes before the decoder's first
	seen map[string]string // reference number to element
	n    map[string]int    // entries by element
}

const unFile = "consolidated.xml"

func readUN(ctx context.Context, v *Version, files []File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the Security Council's list is one file; %d were given", len(files))
	}
	r := &unReader{v: v, f: files[0], seen: make(map[string]string), n: make(map[string]int)}
	if what, bad := looksBinary(r.f.Data); bad {
		return r.drift("", 0, "XML", what)
	}
	data := r.f.Data
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		data, r.base = data[3:], 3
	}
	if bad, found := badText(string(data), true); bad {
		return r.drift("", 0, "UTF-8 text", found)
	}
	if i := bytes.Index(data, []byte("\ufffd")); i >= 0 {
		v.warn(record.Where{SHA256: r.f.SHA256, File: unFile, Start: r.base + i, End: r.base + i + 3},
			"the file holds %d replacement characters: the authority's own conversion lost letters there", bytes.Count(data, []byte("\ufffd")))
	}
	r.dec = xml.NewDecoder(bytes.NewReader(data))
	r.dec.Strict = true
	if err := r.document(ctx); err != nil {
		return err
	}
	v.addFile(r.f, unFile, len(v.Entries))
	v.dateFrom(r.f)
	return nil
}

// drift is a departure at an element; off is the byte where it was seen.
func (r *unReader) drift(element string, off int, expected, found string) error {
	row := 0
	if off > 0 {
		row = bytes.Count(r.f.Data[:min(off, len(r.f.Data))], []byte{'\n'}) + 1
	}
	col := 0
	if row > 0 {
		col = off - (bytes.LastIndexByte(r.f.Data[:min(off, len(r.f.Data))], '\n') + 1) + 1
	}
	return drifted(&Drift{List: r.v.List.Name, File: unFile, Row: row, Column: col, Element: element, Expected: expected, Found: found})
}

func (r *unReader) offset() int { return r.base + int(r.dec.InputOffset()) }

// token returns the next start, end or text token; it refuses document types
// and entities, which the list does not have and which can blow up a parser.
func (r *unReader) token(path string) (xml.Token, int, error) {
	for {
		at := r.offset()
		tok, err := r.dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, at, io.EOF
		}
		if err != nil {
			return nil, at, r.drift(path, r.offset(), "well-formed XML", err.Error())
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, at, r.drift(path, at, "no document type", quote("<!"+string(t)))
		case xml.ProcInst:
			if t.Target != "xml" || path != "" {
				return nil, at, r.drift(path, at, "no processing instruction", quote(t.Target))
			}
			if enc := procAttr(string(t.Inst), "encoding"); enc != "" && !strings.EqualFold(enc, "utf-8") {
				return nil, at, r.drift(path, at, "encoding UTF-8", quote(enc))
			}
		case xml.Comment:
		default:
			return tok, at, nil
		}
	}
}

var procAttrs = regexp.MustCompile(`(\w+)\s*=\s*["']([^"']*)["']`)

func procAttr(inst, name string) string {
	for _, m := range procAttrs.FindAllStringSubmatch(inst, -1) {
		if m[1] == name {
			return m[2]
		}
	}
	return ""
}

// document reads the root and its two groups.
func (r *unReader) document(ctx context.Context) error {
	root := "CONSOLIDATED_LIST"
	if err := r.root(root); err != nil {
		return err
	}
	groups := map[string]bool{}
	for {
		tok, at, err := r.token(root)
		if err != nil {
			return r.ended(err, root, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := r.blank(root, at, t); err != nil {
				return err
			}
		case xml.StartElement:
			name := t.Name.Local
			if !unAllowed[root][name] || groups[name] {
				return r.drift(root+"/"+name, at, "INDIVIDUALS and ENTITIES, once each", name)
			}
			groups[name] = true
			if err := r.group(ctx, root+"/"+name, unSchema[name][0]); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local != root {
				return r.drift(root, at, "</"+root+">", "</"+t.Name.Local+">")
			}
			if !groups["INDIVIDUALS"] || !groups["ENTITIES"] {
				return r.drift(root, at, "INDIVIDUALS and ENTITIES", "one of them is missing")
			}
			return r.nothingMore()
		}
	}
}

// root reads the start of the document and its date.
func (r *unReader) root(root string) error {
	for {
		tok, at, err := r.token("")
		if err != nil {
			return r.ended(err, root, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := r.blank("", at, t); err != nil {
				return err
			}
		case xml.EndElement:
			return r.drift("", at, "<"+root+">", "</"+t.Name.Local+">")
		case xml.StartElement:
			if t.Name.Local != root || t.Name.Space != "" {
				return r.drift(t.Name.Local, at, "<"+root+">", "<"+t.Name.Local+">")
			}
			for _, a := range t.Attr {
				if a.Name.Local == "dateGenerated" {
					return r.generated(a.Value, at)
				}
			}
			return r.drift(root, at, "the attribute dateGenerated", "none")
		}
	}
}

func (r *unReader) generated(s string, at int) error {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		t, err := time.Parse(form, s)
		if err != nil {
			continue
		}
		r.v.Date, r.v.DateFrom = record.Date(s[:10]), DateFromFile
		if form != time.DateOnly {
			r.v.Time = t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return nil
	}
	return r.drift("CONSOLIDATED_LIST@dateGenerated", at, "a date with time", quote(s))
}

// ended makes the error for an early end of the file.
func (r *unReader) ended(err error, path string, at int) error {
	if errors.Is(err, io.EOF) {
		return r.drift(path, at, "the end of the element", "the end of the file: it is cut")
	}
	return err
}

func (r *unReader) blank(path string, at int, t xml.CharData) error {
	if len(bytes.TrimSpace(t)) > 0 {
		return r.drift(path, at, "elements only", quote(string(bytes.TrimSpace(t))))
	}
	return nil
}

func (r *unReader) nothingMore() error {
	for {
		tok, at, err := r.token("CONSOLIDATED_LIST")
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t, text := tok.(xml.CharData)
		if !text || len(bytes.TrimSpace(t)) > 0 {
			return r.drift("", at, "nothing after the list", "more")
		}
	}
}

// group reads INDIVIDUALS or ENTITIES.
func (r *unReader) group(ctx context.Context, path, element string) error {
	end := path[strings.LastIndexByte(path, '/')+1:]
	for {
		tok, at, err := r.token(path)
		if err != nil {
			return r.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if err := r.blank(path, at, t); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local != end {
				return r.drift(path, at, "</"+end+">", "</"+t.Name.Local+">")
			}
			return nil
		case xml.StartElement:
			if err := ctx.Err(); err != nil {
				return err
			}
			if t.Name.Local != element {
				return r.drift(path+"/"+t.Name.Local, at, "<"+element+">", "<"+t.Name.Local+">")
			}
			r.n[element]++
			here := fmt.Sprintf("%s/%s[%d]", path, element, r.n[element])
			if len(r.v.Entries) >= MaxEntries {
				return r.drift(here, at, fmt.Sprintf("at most %d entries", MaxEntries), "more")
			}
			node, err := r.element(t, at, here, 0)
			if err != nil {
				return err
			}
			if err := r.entry(node, here); err != nil {
				return err
			}
		}
	}
}

// element reads one element with everything below it.
func (r *unReader) element(start xml.StartElement, at int, path string, depth int) (*unNode, error) {
	n := &unNode{name: start.Name.Local, start: at}
	if len(start.Attr) > 0 {
		return nil, r.drift(path, at, "no attributes", quote(start.Attr[0].Name.Local))
	}
	allowed := unAllowed[n.name]
	var text []byte
	for {
		tok, at, err := r.token(path)
		if err != nil {
			return nil, r.ended(err, path, at)
		}
		switch t := tok.(type) {
		case xml.CharData:
			if allowed != nil {
				if err := r.blank(path, at, t); err != nil {
					return nil, err
				}
				continue
			}
			if text = append(text, t...); len(text) > MaxCell {
				return nil, r.drift(path, at, fmt.Sprintf("a text of at most %d bytes", MaxCell), "more")
			}
		case xml.StartElement:
			name := t.Name.Local
			if !allowed[name] || t.Name.Space != "" || depth > 3 {
				return nil, r.drift(path+"/"+name, at, "an element of the published schema", "<"+name+">")
			}
			kid, err := r.element(t, at, path+"/"+name, depth+1)
			if err != nil {
				return nil, err
			}
			if n.kids = append(n.kids, kid); len(n.kids) > 10_000 {
				return nil, r.drift(path, at, "at most 10000 elements below an entry", "more")
			}
		case xml.EndElement:
			if t.Name.Local != n.name {
				return nil, r.drift(path, at, "</"+n.name+">", "</"+t.Name.Local+">")
			}
			n.text, n.end = strings.TrimSpace(string(text)), r.offset()
			return n, nil
		}
	}
}

func (r *unReader) where(n *unNode, path string) record.Where {
	return record.Where{SHA256: r.f.SHA256, File: unFile, Element: path, Start: n.start, End: n.end}
}

var unReference = regexp.MustCompile(`^([A-Z]{2})([ie])\.(\d{3,4})$`)

// entry turns one element into a listing.
func (r *unReader) entry(n *unNode, path string) error {
	ref := n.kid("REFERENCE_NUMBER")
	m := unReference.FindStringSubmatch(ref)
	person := n.name == "INDIVIDUAL"
	if m == nil || (m[2] == "i") != person {
		return r.drift(path+"/REFERENCE_NUMBER", n.start, "a reference number such as KPi.001 for a person, KPe.001 for an entity", quote(ref))
	}
	if first, twice := r.seen[ref]; twice {
		return r.drift(path+"/REFERENCE_NUMBER", n.start, "each reference number once", ref+" again, first in "+first)
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
		return r.drift(path+"/LISTED_ON", n.start, "a date", "none")
	}
	l := r.v.List
	d := record.Designation{
		ID: record.DesignationID(l.Authority, l.Name, ref), Party: record.PartyID(l.Authority, l.Name, ref),
		Authority: l.Authority, Nation: l.Nation, List: l.Name, Entry: ref,
		Programmes: []string{n.kid("UN_LIST_TYPE")}, Status: record.InForce, ListedOn: listed,
		Wheres: []record.Where{r.where(n, path)},
	}
	if instrument != "" {
		d.Instruments = []string{instrument}
	}
	if d.AmendedOn, err = r.amended(n, path); err != nil {
		return err
	}
	p := record.Party{ID: d.Party, Kind: record.Organisation}
	if person {
		p.Kind = record.Person
	}
	for _, step := range []func(*unNode, string, *record.Party) error{
		r.names, r.aliases, r.births, r.documents, r.rest,
	} {
		if err := step(n, path, &p); err != nil {
			return err
		}
	}
	r.v.Entries = append(r.v.Entries, Entry{Party: p, Designation: d})
	return nil
}

// regime checks that the reference number's prefix and the regime agree. A
// regime that Cordon does not know yet is taken with a warning, because refusing
// the whole list would keep new listings of known regimes from the user; a known
// one under another's prefix is a renumbering and refused.
func (r *unReader) regime(n *unNode, path, prefix string) (string, error) {
	word := n.kid("UN_LIST_TYPE")
	for _, g := range unRegimes {
		if g.word == word && g.prefix == prefix {
			return g.instrument, nil
		}
		if g.word == word || g.prefix == prefix {
			return "", r.drift(path+"/UN_LIST_TYPE", n.start,
				fmt.Sprintf("%s with reference numbers %s…", g.word, g.prefix), fmt.Sprintf("%s with %s…", quote(word), prefix))
		}
	}
	if word == "" || !unicode.IsLetter([]rune(word)[0]) {
		return "", r.drift(path+"/UN_LIST_TYPE", n.start, "the name of a regime", quote(word))
	}
	r.v.warn(r.where(n, path), "the regime %s (%s) is not in Cordon's table; it is kept as a programme without an instrument", quote(word), prefix)
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
	return isoDate(m[1])
}

// date reads an optional date element.
func (r *unReader) date(n *unNode, path, name string) (record.Date, error) {
	s := n.kid(name)
	if s == "" {
		return "", nil
	}
	d, ok := xsDate(s)
	if !ok {
		return "", r.drift(path+"/"+name, n.start, "a date such as 2016-03-02", quote(s))
	}
	return d, nil
}

// amended returns the last of the days on which the entry was updated.
func (r *unReader) amended(n *unNode, path string) (record.Date, error) {
	var last record.Date
	for _, s := range n.values("LAST_DAY_UPDATED") {
		d, ok := xsDate(s)
		if !ok {
			return "", r.drift(path+"/LAST_DAY_UPDATED", n.start, "a date such as 2016-03-02", quote(s))
		}
		last = max(last, d)
	}
	return last, nil
}

// names takes the primary name and the one in the original script.
func (r *unReader) names(n *unNode, path string, p *record.Party) error {
	var parts []string
	from, to := 0, 0
	for _, k := range n.kids {
		switch k.name {
		case "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME":
			if k.text == "" {
				continue
			}
			if from == 0 {
				from = k.start
			}
			to = k.end
			parts = append(parts, k.text)
		}
	}
	if n.kid("FIRST_NAME") == "" {
		return r.drift(path+"/FIRST_NAME", n.start, "a name", "none")
	}
	text := strings.Join(parts, " ")
	w := record.Where{SHA256: r.f.SHA256, File: unFile, Element: path + "/FIRST_NAME", Start: from, End: to}
	p.Names = append(p.Names, record.Name{Text: text, Kind: record.Primary, Script: scriptOf(text), Where: w})
	for _, k := range n.all("NAME_ORIGINAL_SCRIPT") {
		if k.text != "" {
			p.Names = append(p.Names, record.Name{
				Text: k.text, Kind: record.Original, Script: scriptOf(k.text), Where: r.where(k, path+"/NAME_ORIGINAL_SCRIPT"),
			})
		}
	}
	return nil
}

var (
	unFormerly = regexp.MustCompile(`(?i)\b(previously|formerly) listed as\b`)
	unOriginal = regexp.MustCompile(`(?i)(?:original script|in arabic(?: script)?|in cyrillic(?: script)?)\s*:\s*([^;,.()]+)`)
)

// aliases takes the aliases with their quality, and the spellings in the
// original script that their notes give.
func (r *unReader) aliases(n *unNode, path string, p *record.Party) error {
	i := 0
	for _, k := range n.kids {
		if k.name != "INDIVIDUAL_ALIAS" && k.name != "ENTITY_ALIAS" {
			continue
		}
		i++
		here := fmt.Sprintf("%s/%s[%d]", path, k.name, i)
		kind, quality, err := r.quality(k, here)
		if err != nil {
			return err
		}
		name, note := k.kid("ALIAS_NAME"), k.kid("NOTE")
		if unFormerly.MatchString(note) {
			kind = record.FKA
		}
		if name != "" {
			p.Names = append(p.Names, record.Name{Text: name, Kind: kind, Quality: quality, Script: scriptOf(name), Where: r.where(k, here)})
		}
		for _, m := range unOriginal.FindAllStringSubmatch(note, -1) {
			if text := strings.TrimSpace(m[1]); text != "" && scriptOf(text) != "Latn" {
				p.Names = append(p.Names, record.Name{Text: text, Kind: record.Original, Quality: quality, Script: scriptOf(text), Where: r.where(k, here)})
			}
		}
		r.aliasRest(k, here, name, note, p)
	}
	return nil
}

// aliasRest keeps what an alias says beside its name.
func (r *unReader) aliasRest(k *unNode, here, name, note string, p *record.Party) {
	if note != "" {
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "alias-note", Text: joinText(": ", name, note)})
	}
	if s := k.kid("DATE_OF_BIRTH"); s != "" {
		b := record.Birth{Text: joinText(" ", s, "(as "+name+")"), Where: r.where(k, here)}
		b.Date, _ = unBirthDate(s)
		p.Births = append(p.Births, b)
	}
	if city, country := k.kid("CITY_OF_BIRTH"), k.kid("COUNTRY_OF_BIRTH"); city+country != "" {
		p.Places = append(p.Places, record.Place{Text: joinText(", ", city, country) + " (as " + name + ")", City: city, Country: country})
	}
}

func (r *unReader) quality(k *unNode, here string) (record.NameKind, record.Quality, error) {
	switch q := k.kid("QUALITY"); q {
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
		return "", "", r.drift(here+"/QUALITY", k.start, "Good, Low, a.k.a. or f.k.a.", quote(q))
	}
}

// unBirthDate reads a date or a year.
func unBirthDate(s string) (record.Date, bool) {
	if d, ok := xsDate(s); ok {
		return d, true
	}
	return unYear(s)
}

func unYear(s string) (record.Date, bool) {
	if y, err := strconv.Atoi(s); err == nil && len(s) == 4 && y >= 1850 && y <= 2100 {
		return record.Date(s), true
	}
	return "", false
}

func (r *unReader) births(n *unNode, path string, p *record.Party) error {
	for i, k := range n.all("INDIVIDUAL_DATE_OF_BIRTH") {
		here := fmt.Sprintf("%s/%s[%d]", path, k.name, i+1)
		typ, note := k.kid("TYPE_OF_DATE"), k.kid("NOTE")
		var b record.Birth
		switch typ {
		case "EXACT", "", "BETWEEN":
		case "APPROXIMATELY":
			b.Circa = true
		default:
			return r.drift(here+"/TYPE_OF_DATE", k.start, "EXACT, APPROXIMATELY or BETWEEN", quote(typ))
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
			{"DATE", &b.Date, unBirthDate}, {"YEAR", &b.Date, unYear}, {"FROM_YEAR", &b.Date, unYear}, {"TO_YEAR", &b.To, unYear},
		} {
			s := k.kid(f.name)
			if s == "" {
				continue
			}
			d, ok := f.read(s)
			if !ok {
				return r.drift(here+"/"+f.name, k.start, "a date or year", quote(s))
			}
			if *f.to == "" {
				*f.to = d
			}
			words = append(words, s)
		}
		if len(words) == 0 && note == "" {
			continue
		}
		if d, ok := englishDate(note); ok && b.Date == "" {
			b.Date = d
		}
		b.Text = joinText(" ", typ, strings.Join(words, " to "), note)
		b.Where = r.where(k, here)
		p.Births = append(p.Births, b)
	}
	return nil
}

// unDocument returns the kind of a document from the words of the list, which
// come in several languages.
func unDocument(words string) string {
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

func (r *unReader) documents(n *unNode, path string, p *record.Party) error {
	for i, k := range n.all("INDIVIDUAL_DOCUMENT") {
		if len(k.kids) == 0 {
			continue
		}
		here := fmt.Sprintf("%s/%s[%d]", path, k.name, i+1)
		words := strings.Join(strings.Fields(joinText(" ", k.kid("TYPE_OF_DOCUMENT"), k.kid("TYPE_OF_DOCUMENT2"))), " ")
		d := record.Document{Kind: unDocument(words), Number: k.kid("NUMBER"), Country: k.kid("ISSUING_COUNTRY"), Where: r.where(k, here)}
		if d.Country == "" {
			d.Country = k.kid("COUNTRY_OF_ISSUE")
		}
		d.Text = joinText("; ", words, d.Number, k.kid("ISSUING_COUNTRY"), prefixed("issued ", k.kid("DATE_OF_ISSUE")),
			prefixed("in ", joinText(", ", k.kid("CITY_OF_ISSUE"), k.kid("COUNTRY_OF_ISSUE"))), k.kid("NOTE"))
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
func (r *unReader) rest(n *unNode, path string, p *record.Party) error {
	p.Gender = n.kid("GENDER")
	p.Titles = append(n.values("TITLE"), n.values("DESIGNATION")...)
	p.Nations = n.values("NATIONALITY")
	p.Remarks = n.kid("COMMENTS1")
	for _, k := range n.all("INDIVIDUAL_PLACE_OF_BIRTH") {
		pl := record.Place{
			Text: joinText(", ", k.kid("STREET"), k.kid("CITY"), k.kid("STATE_PROVINCE"), k.kid("COUNTRY")),
			City: k.kid("CITY"), Country: k.kid("COUNTRY"),
		}
		pl.Text = joinText(" ", pl.Text, bracketed(k.kid("NOTE")))
		if pl.Text != "" {
			p.Places = append(p.Places, pl)
		}
	}
	i := 0
	for _, k := range n.kids {
		if k.name != "INDIVIDUAL_ADDRESS" && k.name != "ENTITY_ADDRESS" {
			continue
		}
		i++
		a := record.Address{
			Text: joinText(", ", k.kid("STREET"), k.kid("CITY"), k.kid("STATE_PROVINCE"), k.kid("ZIP_CODE"), k.kid("COUNTRY")),
			City: k.kid("CITY"), Country: k.kid("COUNTRY"), Where: r.where(k, fmt.Sprintf("%s/%s[%d]", path, k.name, i)),
		}
		a.Text = joinText(" ", a.Text, bracketed(k.kid("NOTE")))
		if a.Text != "" {
			p.Addresses = append(p.Addresses, a)
		}
	}
	for _, f := range []string{"DATAID", "VERSIONNUM", "SUBMITTED_BY", "SUBMITTED_ON", "NATIONALITY2", "DELISTED_ON"} {
		if s := n.kid(f); s != "" {
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
