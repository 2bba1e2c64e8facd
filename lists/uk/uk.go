package uk

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Reader reads the list.
type Reader struct{}

// List implements [listing.Reader].
func (Reader) List() listing.List {
	return listing.List{
		Key: "uk", Name: "uk-sanctions", Authority: "UK-FCDO", Nation: "GB",
		Title:     "The UK Sanctions List",
		Formats:   "UK-Sanctions-List.xml, .csv or .ods",
		Addresses: []string{"https://sanctionslist.fcdo.gov.uk/docs/" + xmlName},
	}
}

// What the authority calls its files.
const (
	xmlName = "UK-Sanctions-List.xml"
	csvName = "UK-Sanctions-List.csv"
	odsName = "UK-Sanctions-List.ods"
)

// act is the law under which all designations are made; the regime's regulations
// are the instrument itself.
const act = "Sanctions and Anti-Money Laundering Act 2018 (United Kingdom)"

// reading holds one reading.
type reading struct {
	v     *listing.Version
	items []*item
	byID  map[string]*item
}

// Recognise implements [listing.Reader].
func (Reader) Recognise(name string, head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.Contains(head, []byte("<Designations")):
		return true
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return strings.EqualFold(name, odsName)
	}
	return bytes.Contains(head, []byte(columns[0]+","+columns[1]+","+columns[2]+","))
}

// Read implements [listing.Reader].
func (Reader) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return errs.New(errs.Invalid, "the UK Sanctions List is one file; %d were given", len(files)).
			WithHint("give the xml, the csv or the ods: they say the same")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	f := files[0]
	r := &reading{v: v, byID: make(map[string]*item)}
	name, rows, err := r.file(ctx, f)
	if err != nil {
		return err
	}
	for _, it := range r.items {
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

// file reads the file in the form that its first bytes show.
func (r *reading) file(ctx context.Context, f listing.File) (name string, rows int, err error) {
	head := bytes.TrimSpace(bytes.TrimPrefix(f.Data[:min(len(f.Data), 1024)], []byte("\xef\xbb\xbf")))
	switch {
	case bytes.HasPrefix(f.Data, []byte("PK\x03\x04")):
		rows, err = r.spreadsheet(ctx, f)
		return odsName, rows, err
	case bytes.HasPrefix(head, []byte("<")):
		rows, err = r.xml(ctx, f)
		return xmlName, rows, err
	}
	rows, err = r.csv(ctx, f)
	return csvName, rows, err
}

// cell is one value of a designation with its place; note is what stands beside
// it (of a passport, a town of birth, a name in another script).
type cell struct {
	text, note string
	where      record.Where
}

// name is one name in its six parts.
type name struct {
	parts          [6]string // Name 1 to Name 6
	kind, strength string
	where          record.Where
}

// address is one address: six lines, postal code and country.
type address struct {
	lines   [6]string
	code    string
	country string
	where   record.Where
}

// item is what the files say of one Unique ID, before it becomes an entry. The
// csv and the ods give it in rows, which are merged.
type item struct {
	id, kind            string
	updated, designated record.Date
	wheres              []record.Where
	names               []name
	addresses           []address
	values              map[string][]cell // by column
	drift               func(column, expected, found string) error
}

var idForm = regexp.MustCompile(`^[A-Z]{2,5}[0-9]{3,6}$`)

// take adds what a row or an element says to its item.
func (r *reading) take(it *item) {
	have, there := r.byID[it.id]
	if !there {
		r.byID[it.id] = it
		r.items = append(r.items, it)
		return
	}
	have.wheres = append(have.wheres, it.wheres...)
	have.updated = max(have.updated, it.updated)
	if have.designated == "" || it.designated != "" && it.designated < have.designated {
		have.designated = it.designated
	}
	have.names = append(have.names, it.names...)
	have.addresses = append(have.addresses, it.addresses...)
	for col, more := range it.values {
		have.values[col] = append(have.values[col], more...)
	}
}

// add adds a value that is not empty.
func (it *item) add(column string, c cell) {
	if c.text == "" && c.note == "" {
		return
	}
	if it.values == nil {
		it.values = make(map[string][]cell)
	}
	it.values[column] = append(it.values[column], c)
}

// each runs over the different values of a column.
func (it *item) each(column string, do func(cell)) {
	type said struct{ text, note string }
	seen := map[said]bool{}
	for _, c := range it.values[column] {
		if k := (said{c.text, c.note}); !seen[k] {
			seen[k] = true
			do(c)
		}
	}
}

// kinds are the list's types of parties.
var kinds = map[string]record.PartyKind{
	"individual": record.Person, "entity": record.Organisation, "ship": record.Vessel,
}

// entry makes the listing of an item.
func (r *reading) entry(it *item) (listing.Entry, error) {
	e := r.v.List.Entry(it.id, kinds[it.kind])
	p, d := &e.Party, &e.Designation
	d.Wheres, d.ListedOn = it.wheres, it.designated
	if it.updated > it.designated {
		d.AmendedOn = it.updated
	}
	it.each(colRegime, func(c cell) { d.Programmes = append(d.Programmes, c.text) })
	if len(d.Programmes) == 0 {
		return e, it.drift(colRegime, "the name of a regime", "none")
	}
	d.Instruments = append(slices.Clone(d.Programmes), act)
	if err := r.names(it, p); err != nil {
		return e, err
	}
	it.each(colScript, func(c cell) {
		p.Names = append(p.Names, record.Name{Text: c.text, Kind: record.Original, Script: listing.ScriptOf(c.text), Where: c.where})
		if c.note != "" {
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "script", Text: c.text + ": " + c.note})
		}
	})
	r.births(it, p)
	r.texts(it, p, d)
	addresses(it, p)
	facts(it, p)
	return e, nil
}

// names takes the names once each, the primary one first.
func (r *reading) names(it *item, p *record.Party) error {
	type said struct{ text, kind string }
	seen := map[said]bool{}
	for _, n := range it.names {
		text := listing.Join(" ", n.parts[:]...)
		if text == "" || seen[said{text, n.kind}] {
			continue
		}
		seen[said{text, n.kind}] = true
		x := record.Name{Text: text, Kind: record.AKA, Quality: qualities[n.strength], Script: listing.ScriptOf(text), Where: n.where}
		if given := listing.Join(" ", n.parts[:5]...); p.Kind == record.Person && given != "" && n.parts[5] != "" {
			x.Given, x.Family = given, n.parts[5]
		}
		if strings.ContainsRune(text, unicode.ReplacementChar) {
			r.v.Warn(n.where, "entry %s: a letter was lost in the authority's own conversion: %s", it.id, listing.Quote(text))
		}
		switch {
		case n.kind == "primary name" && (len(p.Names) == 0 || p.Names[0].Kind != record.Primary):
			x.Kind = record.Primary
			p.Names = slices.Insert(p.Names, 0, x)
			continue
		case n.kind == "primary name variation":
			p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "primary-name-variation", Text: text})
		}
		p.Names = append(p.Names, x)
	}
	if len(p.Names) == 0 {
		return it.drift(colName6, "a name", "none")
	}
	if p.Names[0].Kind != record.Primary {
		r.v.Warn(p.Names[0].Where, "entry %s has no primary name; its first name stands in", it.id)
		p.Names[0].Kind = record.Primary
	}
	return nil
}

// qualities are the list's words for the strength of an alias, in small letters
// and without full stops.
var qualities = map[string]record.Quality{
	"": "", "good quality aka": record.Strong, "good quality": record.Strong, "good": record.Strong, "strong": record.Strong,
	"low quality aka": record.Weak, "low quality": record.Weak, "low": record.Weak, "weak": record.Weak,
}

var nameKinds = []string{"primary name", "primary name variation", "alias"}

// named checks a name's type and strength, which are closed columns.
func (it *item) named(n name) (name, error) {
	said, strength := n.kind, n.strength
	n.kind = strings.ToLower(strings.Join(strings.Fields(said), " "))
	if !slices.Contains(nameKinds, n.kind) {
		return n, it.drift(colNameType, "Primary Name, Primary Name Variation or Alias", listing.Quote(said))
	}
	n.strength = strings.ToLower(strings.ReplaceAll(strings.Join(strings.Fields(strength), " "), ".", ""))
	if _, ok := qualities[n.strength]; !ok {
		return n, it.drift(colStrength, "good or low quality a.k.a.", listing.Quote(strength))
	}
	return n, nil
}

// head checks what every row and every element must say.
func (it *item) head(id, kind, updated, designated string) error {
	if !idForm.MatchString(id) {
		return it.drift(colID, "a number such as DPR0001", listing.Quote(id))
	}
	it.id, it.kind = id, strings.ToLower(kind)
	if _, ok := kinds[it.kind]; !ok {
		return it.drift(colKind, "Individual, Entity or Ship", listing.Quote(kind))
	}
	for _, f := range []struct {
		column, text string
		to           *record.Date
	}{{colUpdated, updated, &it.updated}, {colDesignated, designated, &it.designated}} {
		if f.text == "" {
			continue
		}
		d, ok := day(f.text)
		if !ok {
			return it.drift(f.column, "a date such as 05/01/2026", listing.Quote(f.text))
		}
		*f.to = d
	}
	return nil
}

// day reads 05/01/2026.
func day(s string) (record.Date, bool) {
	t, err := time.Parse("02/01/2006", s)
	if err != nil {
		return "", false
	}
	return record.Date(t.Format(time.DateOnly)), true
}

// generated reads the date of a version, which the forms write in different ways.
func (r *reading) generated(s string) bool {
	s = strings.TrimSpace(s)
	for _, form := range []string{
		"02/01/2006", "02/01/2006 15:04:05", "02/01/2006 15:04", "2-Jan-2006", "2 January 2006",
		time.DateOnly, "2006-01-02T15:04:05", "2006-01-02T15:04:05.999999999", time.RFC3339Nano,
	} {
		if t, err := time.Parse(form, s); err == nil {
			r.v.Date, r.v.DateFrom = record.Date(t.Format(time.DateOnly)), listing.DateFromFile
			return true
		}
	}
	return false
}

var bornForm = regexp.MustCompile(`^(?i)(\d\d|dd)/(\d\d|mm)/(\d{4})$`)

// born reads a date of birth with placeholders for what is unknown.
func born(s string) (record.Date, bool) {
	m := bornForm.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	text, form := m[3], "2006"
	if m[2][0] <= '9' {
		text, form = text+"-"+m[2], "2006-01"
		if m[1][0] <= '9' {
			text, form = text+"-"+m[1], time.DateOnly
		}
	}
	if _, err := time.Parse(form, text); err != nil || text < "1850" || text > "2100" {
		return "", false
	}
	return record.Date(text), true
}

// births takes dates and places of birth.
func (r *reading) births(it *item, p *record.Party) {
	it.each(colBorn, func(c cell) {
		d, ok := born(c.text)
		if !ok {
			r.v.Warn(c.where, "entry %s: the date of birth %s is kept as words", it.id, listing.Quote(c.text))
		}
		p.Births = append(p.Births, record.Birth{Date: d, Text: c.text, Where: c.where})
	})
	it.each(colTown, func(c cell) {
		p.Places = append(p.Places, record.Place{Text: listing.Join(", ", c.text, c.note), City: c.text, Country: c.note})
	})
}

// texts takes what has a field of its own.
func (r *reading) texts(it *item, p *record.Party, d *record.Designation) {
	all := func(column string, to *[]string) {
		it.each(column, func(c cell) { *to = append(*to, c.text) })
	}
	all(colTitle, &p.Titles)
	all(colPosition, &p.Titles)
	all(colNation, &p.Nations)
	all(colPhone, &p.Phones)
	all(colWebsite, &p.Websites)
	all(colEmail, &p.Emails)
	var genders, remarks, reasons []string
	all(colGender, &genders)
	all(colOther, &remarks)
	all(colReasons, &reasons)
	p.Gender, p.Remarks, d.Basis = strings.Join(genders, "; "), strings.Join(remarks, "\n"), strings.Join(reasons, "\n")
	for _, x := range []struct{ column, kind string }{
		{colPassport, "passport"}, {colNational, "national-id"}, {colRegistration, "registration"}, {colIMO, "imo"}, {colHull, "serial"},
	} {
		it.each(x.column, func(c cell) {
			p.Documents = append(p.Documents, record.Document{Kind: x.kind, Number: c.text, Text: listing.Join("; ", c.text, c.note), Where: c.where})
		})
	}
	for _, x := range []struct{ column, kind string }{
		{colParent, "parent"}, {colSubsidiary, "subordinate"}, {colOwner, "owner"}, {colOwners, "previous-owner"},
	} {
		it.each(x.column, func(c cell) { p.Links = append(p.Links, record.Link{Kind: x.kind, Name: c.text, Text: c.text}) })
	}
	for _, column := range []string{colOther, colReasons} {
		it.each(column, func(c cell) { wallets(p, c) })
	}
}

// wallets finds addresses of currencies in running text; the list has no field
// for them.
func wallets(p *record.Party, c cell) {
	for _, f := range coin.Find(c.text) {
		w := record.Wallet{
			Address: c.text[f.Start:f.End], Canonical: f.Address.Canonical, Chain: string(f.Address.Chain), Where: c.where,
		}
		if !slices.ContainsFunc(p.Wallets, func(h record.Wallet) bool { return h.Chain == w.Chain && h.Canonical == w.Canonical }) {
			p.Wallets = append(p.Wallets, w)
		}
	}
}

func addresses(it *item, p *record.Party) {
	seen := map[string]bool{}
	for _, a := range it.addresses {
		text := listing.Join(", ", append(a.lines[:], a.code, a.country)...)
		if text == "" || seen[text] {
			continue
		}
		seen[text] = true
		p.Addresses = append(p.Addresses, record.Address{Text: text, Country: a.country, Where: a.where})
	}
}

// facts takes what has a label and no field. Sanctions stand in one text, parted
// by "|".
func facts(it *item, p *record.Party) {
	for _, x := range []struct{ column, label string }{
		{colUN, "un-reference"},
		{colOFSI, "ofsi-group"},
		{colSource, "designation-source"},
		{colEntity, "type-of-entity"},
		{colFlag, "flag"},
		{colFlags, "previous-flag"},
		{colShip, "type-of-ship"},
		{colTonnage, "tonnage"},
		{colLength, "length"},
		{colBuilt, "year-built"},
	} {
		it.each(x.column, func(c cell) { p.OtherFacts = append(p.OtherFacts, record.Fact{Label: x.label, Text: c.text}) })
	}
	it.each(colSanctions, func(c cell) {
		for s := range strings.SplitSeq(c.text, "|") {
			if s = strings.TrimSpace(s); s != "" {
				p.OtherFacts = append(p.OtherFacts, record.Fact{Label: "sanction", Text: s})
			}
		}
	})
}

// unlike is the refusal of two rows that say different things of one entry.
func unlike(it, have *item) error {
	return it.drift(colKind, fmt.Sprintf("%s, as the row before says of %s", have.kind, it.id), it.kind)
}
