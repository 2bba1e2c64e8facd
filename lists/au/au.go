package au

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

const (
	bookName = "regulation8_consolidated.xlsx"
	csvName  = "regulation8_consolidated.csv"
)

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "au", Name: "au-dfat", Authority: "AU-DFAT", Nation: "AU",
		Title:     "Consolidated List (Australian Sanctions Office)",
		Formats:   "regulation8_consolidated.xlsx, or its sheet as csv",
		Addresses: []string{"https://www.dfat.gov.au/sites/default/files/" + bookName},
	}
}

// The columns that the list can have, in its order.
const (
	colReference   = "Reference"
	colName        = "Name of Individual or Entity"
	colType        = "Type"
	colNameType    = "Name Type"
	colStrength    = "Alias Strength"
	colBirth       = "Date of Birth"
	colPlace       = "Place of Birth"
	colCitizen     = "Citizenship"
	colAddress     = "Address"
	colAdditional  = "Additional Information"
	colListing     = "Listing Information"
	colIMO         = "IMO Number"
	colCommittees  = "Committees"
	colControl     = "Control Date"
	colInstrument  = "Instrument of Designation"
	colFinancial   = "Targeted Financial Sanction"
	colTravel      = "Travel Ban"
	colArms        = "Arms Embargo"
	colRestriction = "Maritime Restriction"
)

var columns = []string{
	colReference, colName, colType, colNameType, colStrength, colBirth, colPlace, colCitizen, colAddress, colAdditional,
	colListing, colIMO, colCommittees, colControl, colInstrument, colFinancial, colTravel, colArms, colRestriction,
}

// later are the columns that came with later revisions.
var later = []string{colStrength, colIMO, colInstrument, colFinancial, colTravel, colArms, colRestriction}

// reading holds one reading.
type reading struct {
	v     *listing.Version
	at    map[string]int // where each column stands, from 0
	width int
	seen  map[string]int // reference to row
	items map[string]*item
	order []*item
	last  *item
	csv   bool
}

// item is what the rows of one number say.
type item struct {
	number, kind string
	rows         []record.Where
	names        []record.Name
	values       map[string][]value
	primary      int // row of the primary name
}

type value struct {
	text  string
	where record.Where
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(name string, head []byte) bool {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return strings.HasPrefix(strings.ToLower(name), "regulation8_consolidated")
	}
	return bytes.HasPrefix(head, []byte(colReference+","+colName+","+colType+","))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the Consolidated List is one file; %d were given", len(files))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := files[0]
	r := &reading{v: v, seen: make(map[string]int), items: make(map[string]*item)}
	name, read := bookName, r.book
	if !bytes.HasPrefix(f.Data, []byte("PK\x03\x04")) {
		name, read, r.csv = csvName, r.text, true
	}
	rows, err := read(f)
	if err != nil {
		return err
	}
	for _, it := range r.order {
		if it.primary == 0 {
			return table.OfSheet(v.List.Name, name, f, "").DriftAt(it.rows[0].Row, r.at[colNameType]+1, "a primary name for number "+it.number, "none")
		}
		e, err := r.entry(it)
		if err != nil {
			return err
		}
		v.Entries = append(v.Entries, e)
	}
	v.AddFile(f, name, rows)
	v.DateBy(f)
	return nil
}

// header takes the columns that there are: in the published order, none unknown,
// none missing but those of later revisions.
func (r *reading) header(t *table.Table) error {
	r.at = make(map[string]int, len(columns))
	next := 0
	for i, c := range t.Cells() {
		got := strings.Join(strings.Fields(strings.TrimPrefix(c.Text, "\ufeff")), " ")
		if got == "" && i > 0 {
			break
		}
		for next < len(columns) && !strings.EqualFold(columns[next], got) && slices.Contains(later, columns[next]) {
			next++
		}
		if next == len(columns) {
			return t.Drift(i+1, "no further column", listing.Quote(got))
		}
		if !strings.EqualFold(columns[next], got) {
			return t.Drift(i+1, "the column "+listing.Quote(columns[next]), listing.Quote(got))
		}
		r.at[columns[next]] = i
		next++
		r.width = i + 1
	}
	for _, c := range columns[next:] {
		if !slices.Contains(later, c) {
			return t.Drift(r.width+1, "the column "+listing.Quote(c), "no such column")
		}
	}
	return nil
}

var (
	reference = regexp.MustCompile(`^([1-9][0-9]{0,6})([a-z]{0,3})$`)
	kinds     = map[string]record.PartyKind{
		"individual": record.Person, "entity": record.Organisation, "vessel": record.Vessel, "aircraft": record.Aircraft,
	}
	nameKinds = map[string]record.NameKind{
		"primary name": record.Primary, "alias": record.AKA, "aka": record.AKA, "original script": record.Original,
		"formerly known as": record.FKA, "previously listed as": record.FKA,
	}
	qualities = map[string]record.Quality{"": "", "strong": record.Strong, "weak": record.Weak}
)

// row reads one row.
func (r *reading) row(t *table.Table) error {
	text := func(column string) string {
		i, ok := r.at[column]
		if !ok {
			return ""
		}
		return clean(t.Text(i))
	}
	drift := func(column, expected string) error {
		return t.Drift(r.at[column]+1, expected, listing.Quote(text(column)))
	}
	ref := strings.ToLower(text(colReference))
	m := reference.FindStringSubmatch(ref)
	if m == nil {
		return drift(colReference, "a reference such as 1234 or 1234a")
	}
	if at, twice := r.seen[ref]; twice {
		return t.Drift(r.at[colReference]+1, "each reference once", fmt.Sprintf("%s again, first in row %d", ref, at))
	}
	r.seen[ref] = t.Num()
	kind := strings.ToLower(text(colType))
	if _, ok := kinds[kind]; !ok {
		return drift(colType, "Individual, Entity, Vessel or Aircraft")
	}
	n, err := r.name(t, text, drift)
	if err != nil {
		return err
	}
	n.Entry = ref
	it, err := r.item(t, m[1], kind)
	if err != nil {
		return err
	}
	if n.Kind == record.Primary {
		if it.primary > 0 {
			return t.Drift(r.at[colNameType]+1, "one primary name for number "+m[1], fmt.Sprintf("another one, the first in row %d", it.primary))
		}
		it.primary = t.Num()
		it.names = slices.Insert(it.names, 0, n)
	} else {
		it.names = append(it.names, n)
	}
	it.rows = append(it.rows, t.Whole())
	for _, column := range columns[5:] {
		if i, ok := r.at[column]; ok {
			it.add(column, text(column), t.Where(i))
		}
	}
	return nil
}

// item returns the item of a number, which is mostly that of the row before.
func (r *reading) item(t *table.Table, number, kind string) (*item, error) {
	it, there := r.items[number]
	switch {
	case !there:
		it = &item{number: number, kind: kind, values: make(map[string][]value)}
		r.items[number] = it
		r.order = append(r.order, it)
	case it.kind != kind:
		return nil, t.Drift(r.at[colType]+1, fmt.Sprintf("%s, as another row of number %s says", it.kind, number), listing.Quote(kind))
	case it != r.last:
		r.v.Warn(t.Whole(), "a row of number %s stands away from the others; check that it is the same party", number)
	}
	r.last = it
	return it, nil
}

// name reads the name of a row.
func (r *reading) name(t *table.Table, text func(string) string, drift func(string, string) error) (record.Name, error) {
	kind, ok := nameKinds[strings.ToLower(text(colNameType))]
	if !ok {
		return record.Name{}, drift(colNameType, "Primary Name, Alias, Original Script or Formerly known as")
	}
	quality, ok := qualities[strings.ToLower(text(colStrength))]
	if !ok {
		return record.Name{}, drift(colStrength, "Strong, Weak or nothing")
	}
	s := text(colName)
	if s == "" {
		return record.Name{}, drift(colName, "a name")
	}
	return record.Name{Text: s, Kind: kind, Quality: quality, Script: listing.ScriptOf(s), Where: t.Where(r.at[colName])}, nil
}

// add adds a value that no row of the item has said yet.
func (it *item) add(column, text string, w record.Where) {
	if text == "" || slices.ContainsFunc(it.values[column], func(v value) bool { return v.text == text }) {
		return
	}
	it.values[column] = append(it.values[column], value{text, w})
}

// clean takes the marks of line breaks that the workbook's programme leaves.
func clean(s string) string {
	s = strings.NewReplacer("_x000D_\n", "\n", "_x000D_", "\n", "\r\n", "\n", "\u00a0", " ").Replace(s)
	return strings.TrimSpace(s)
}

// entry makes the listing of an item.
func (r *reading) entry(it *item) (listing.Entry, error) {
	e := r.v.List.Entry(it.number, kinds[it.kind])
	p, d := &e.Party, &e.Designation
	p.Names, d.Wheres = it.names, it.rows
	for _, v := range it.values[colCommittees] {
		d.Programmes = append(d.Programmes, v.text)
	}
	if len(d.Programmes) == 0 {
		d.Programmes = []string{"Consolidated List"}
		r.v.Warn(it.rows[0], "number %s names no committee or regime", it.number)
	}
	for _, v := range it.values[colInstrument] {
		d.Instruments = append(d.Instruments, v.text)
	}
	var basis, remarks []string
	for _, v := range it.values[colListing] {
		basis = append(basis, v.text)
		if d.ListedOn == "" {
			d.ListedOn = firstDate(v.text)
		}
	}
	for _, v := range it.values[colAdditional] {
		remarks = append(remarks, v.text)
		wallets(p, v)
	}
	seen := map[string]bool{}
	for _, ref := range councilNumber.FindAllString(strings.Join(append(slices.Clone(basis), remarks...), "\n"), -1) {
		if !seen[ref] {
			seen[ref] = true
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "un-reference", Text: ref})
		}
	}
	d.Basis, p.Remarks = strings.Join(basis, "\n"), strings.Join(remarks, "\n")
	r.party(it, p)
	return e, nil
}

// party takes what has a field of its own, and the rest as facts.
func (r *reading) party(it *item, p *record.Party) {
	for _, v := range it.values[colBirth] {
		p.Births = append(p.Births, r.births(it, v)...)
	}
	for _, v := range it.values[colPlace] {
		for _, s := range lettered(v.text) {
			p.Places = append(p.Places, record.Place{Text: s})
		}
	}
	for _, v := range it.values[colCitizen] {
		p.Nations = append(p.Nations, v.text)
	}
	for _, v := range it.values[colAddress] {
		for _, s := range lettered(v.text) {
			p.Addresses = append(p.Addresses, record.Address{Text: s, Where: v.where})
		}
	}
	for _, v := range it.values[colIMO] {
		p.Documents = append(p.Documents, record.Document{Kind: "imo", Number: strings.TrimSpace(strings.TrimPrefix(v.text, "IMO")), Text: v.text, Where: v.where})
	}
	for _, v := range it.values[colControl] {
		p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "control-date", Text: v.text})
	}
	for _, column := range []string{colFinancial, colTravel, colArms, colRestriction} {
		for _, v := range it.values[column] {
			switch strings.ToLower(v.text) {
			case "false", "no", "0", "n":
			default:
				text := column
				if !slices.Contains([]string{"true", "yes", "1", "y"}, strings.ToLower(v.text)) {
					text += ": " + v.text
				}
				p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "sanction", Text: text})
			}
		}
	}
}

// letters are what parts several values of a cell: "a) … b) …".
var letters = regexp.MustCompile(`(?:^|[\s,;])\(?(?:[a-z]|i{1,3}|iv|v)\)\s*`)

// lettered parts a cell at its letters, semicolons and line breaks.
func lettered(s string) []string {
	var out []string
	for _, piece := range listing.Pieces(letters.ReplaceAllString(s, "\n")) {
		if t := strings.Trim(piece.Text, " ,;"); t != "" {
			out = append(out, t)
		}
	}
	return out
}

var (
	circa = regexp.MustCompile(`(?i)^(?:approximately|approx\.?|circa|c\.|about)\s*`)
	years = regexp.MustCompile(`^(?i)(?:between\s+)?((?:18|19|20)\d\d)\s*(?:-|–|to|and)\s*((?:18|19|20)\d\d)$`)
	parts = regexp.MustCompile(`(?i)\s*(?:,\s*and\b,?|\band\b|\bor\b|,)\s*`)
)

// births reads a cell of dates of birth. What is no date is kept as words.
func (r *reading) births(it *item, v value) []record.Birth {
	var out []record.Birth
	for _, s := range lettered(v.text) {
		if b, ok := birth(s); ok {
			b.Text, b.Where = s, v.where
			out = append(out, b)
			continue
		}
		whole := true
		var several []record.Birth
		for _, one := range parts.Split(s, -1) {
			if one == "" {
				continue
			}
			b, ok := birth(one)
			whole = whole && ok
			b.Text, b.Where = one, v.where
			several = append(several, b)
		}
		if !whole || len(several) == 0 {
			r.v.Warn(v.where, "number %s: the date of birth %s is kept as words", it.number, listing.Quote(s))
			several = []record.Birth{{Text: s, Where: v.where}}
		}
		out = append(out, several...)
	}
	return out
}

// birth reads one date of birth: "5 May 1957", "May 1957", "1957", "05/05/1957",
// "5-May-1957", a span of years, and "Approximately" before any of them.
func birth(s string) (b record.Birth, ok bool) {
	cut := circa.ReplaceAllString(strings.TrimSpace(s), "")
	b.Circa = cut != strings.TrimSpace(s)
	if m := years.FindStringSubmatch(cut); m != nil {
		b.Date, b.To = record.Date(m[1]), record.Date(m[2])
		return b, b.Date <= b.To
	}
	if b.Date, ok = listing.EnglishDate(strings.ReplaceAll(cut, "-", " ")); ok {
		return b, true
	}
	if b.Date, ok = listing.ISODate(cut); ok {
		return b, true
	}
	if t, err := time.Parse("2/1/2006", cut); err == nil && t.Year() >= 1850 {
		b.Date = record.Date(t.Format(time.DateOnly))
		return b, true
	}
	return b, false
}

var plainDate = regexp.MustCompile(`\b(\d{1,2}\s+[A-Z][a-z]{2,8}\.?\s+\d{4}|\d{4}-\d{2}-\d{2})\b`)

// councilNumber is a reference number of the Security Council, such as KPi.001.
var councilNumber = regexp.MustCompile(`\b[A-Z]{2}[ie]\.\d{3,4}\b`)

// firstDate returns the first plain date of the listing information, "" for none:
// "Listed on 5 May 2012 (UN reference …)".
func firstDate(s string) record.Date {
	for _, m := range plainDate.FindAllString(s, -1) {
		if d, ok := listing.EnglishDate(strings.Join(strings.Fields(m), " ")); ok && len(d) == len(time.DateOnly) {
			return d
		}
		if d, ok := listing.ISODate(m); ok {
			return d
		}
	}
	return ""
}

// wallets finds addresses of currencies in running text; the list has no field
// for them.
func wallets(p *record.Party, v value) {
	for _, f := range coin.Find(v.text) {
		w := record.Wallet{
			Address: v.text[f.Start:f.End], Canonical: f.Address.Canonical, Chain: string(f.Address.Chain), Where: v.where,
		}
		if !slices.ContainsFunc(p.Wallets, func(h record.Wallet) bool { return h.Chain == w.Chain && h.Canonical == w.Canonical }) {
			p.Wallets = append(p.Wallets, w)
		}
	}
}
