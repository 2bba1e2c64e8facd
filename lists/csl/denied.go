package csl

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// DeniedPersons reads the Denied Persons List of the Bureau of Industry and
// Security, which is also part of the Consolidated Screening List: dpl.txt of
// bis.gov, 12 columns parted by tabs, with a header.
//
// Traps: the list has no numbers and no word on whether a name is a person's; each
// address of a party is a row of its own, and some rows stand twice. So a name with
// the effective date of its order is one entry, and both make its key: a corrected
// name is another entry. An order without an expiration date is an old one, and one
// that is past stays in the file for a while. Nothing marks the file's end.
//
// Refused: another header or width, dates that are none, an order that is neither
// standard (Y) nor not (N).
type DeniedPersons struct{}

// List implements [listing.Reader].
func (DeniedPersons) List() listing.List {
	return listing.List{
		Key: "us-dpl", Name: "us-dpl", Authority: "US-BIS", Nation: "US",
		Title: "Denied Persons List", Formats: deniedName,
		Addresses: []string{"https://www.bis.doc.gov/dpl/dpl.txt"},
	}
}

const deniedName = "dpl.txt"

// deniedHeader are the columns.
var deniedHeader = []string{
	"Name", "Street_Address", "City", "State", "Country", "Postal_Code", "Effective_Date", "Expiration_Date",
	"Standard_Order", "Last_Update", "Action", "FR_Citation",
}

// Recognise implements [listing.Reader].
func (DeniedPersons) Recognise(_ string, head []byte) bool {
	return bytes.HasPrefix(head, []byte("\"Name\"\t\"Street_Address\"\t\"City\"")) || bytes.HasPrefix(head, []byte("Name\tStreet_Address\tCity"))
}

// Read implements [listing.Reader].
func (DeniedPersons) Read(ctx context.Context, v *listing.Version, files []listing.File) error {
	if len(files) != 1 {
		return (&listing.Drift{List: v.List.Name, File: files[1].Base(), Expected: "one file", Found: fmt.Sprintf("%d files", len(files))}).Refusal()
	}
	t := table.New(v.List.Name, deniedName, files[0], table.Form{Comma: '\t', Quotes: true})
	if err := t.Begin(); err != nil {
		return err
	}
	// Not by Rows: the published file has no line end after its last row.
	if _, err := t.Next(); err != nil {
		return err
	}
	if err := t.Header(deniedHeader); err != nil {
		return err
	}
	r := &denied{v: v, bare: t.Cells()[0].Bare, index: make(map[string]int), rows: make(map[string]bool)}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		ok, err := t.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := t.Width(len(deniedHeader)); err != nil {
			return err
		}
		if err := r.row(t); err != nil {
			return err
		}
	}
	if r.twice > 0 {
		v.Warn(record.Where{File: deniedName}, "%d rows stand twice in the file; they are taken once", r.twice)
	}
	v.AddFile(files[0], deniedName, t.Num()-1)
	v.DateBy(files[0])
	return nil
}

// countryForm is a code of two letters; the list has PRC too.
var countryForm = regexp.MustCompile(`^[A-Z]{2,3}$`)

// denied holds one reading.
type denied struct {
	v     *listing.Version
	index map[string]int // key to index in v.Entries
	rows  map[string]bool
	bare  bool // cells stand without quotes, as the header does
	twice int
}

// day reads a date such as 09/18/2015; "" for a blank cell where that may be.
func day(t *table.Table, col int, needed bool) (record.Date, error) {
	s := strings.TrimSpace(t.Text(col))
	if s == "" && !needed {
		return "", nil
	}
	d, err := time.Parse("01/02/2006", s)
	if err != nil {
		return "", t.Drift(col+1, "a date such as 09/18/2015", listing.Quote(s))
	}
	return record.Date(d.Format(time.DateOnly)), nil
}

// row takes one address of a party.
func (r *denied) row(t *table.Table) error {
	var cells [12]string
	for i, x := range t.Cells() {
		if x.Bare != r.bare {
			return t.Drift(i+1, "quotes as in the header", listing.Quote(x.Text))
		}
		cells[i] = line(x.Text)
	}
	whole := strings.Join(cells[:], "\t")
	if r.rows[whole] {
		r.twice++
		return nil
	}
	r.rows[whole] = true
	if cells[0] == "" {
		return t.Drift(1, "a name", "none")
	}
	from, err := day(t, 6, true)
	if err != nil {
		return err
	}
	until, err := day(t, 7, false)
	if err != nil {
		return err
	}
	if cells[8] != "Y" && cells[8] != "N" {
		return t.Drift(9, "Y or N", listing.Quote(cells[8]))
	}
	updated, ok := listing.ISODate(cells[9])
	if !ok {
		return t.Drift(10, "a date such as 2015-09-24", listing.Quote(cells[9]))
	}
	if cells[4] != "" && !countryForm.MatchString(cells[4]) {
		return t.Drift(5, "the code of a country", listing.Quote(cells[4]))
	}
	e := r.entry(t, cells[0], from)
	d, p := &e.Designation, &e.Party
	d.AmendedOn = max(d.AmendedOn, updated)
	d.Wheres = append(d.Wheres, t.Whole())
	a := record.Address{
		Text: listing.Join(", ", cells[1], cells[2], cells[3], cells[5], cells[4]), City: cells[2], Country: cells[4], Where: t.Across(2, 1, 5),
	}
	if a.Text != "" {
		p.Addresses = append(p.Addresses, a)
	}
	for _, f := range []record.Fact{
		{Label: "end-date", Text: string(until)},
		{Label: "standard-order", Text: cells[8]},
		{Label: "action", Text: cells[10]},
		{Label: "federal-register-notice", Text: cells[11]},
	} {
		if f.Text != "" && !slices.Contains(p.OtherFacts, f) {
			p.OtherFacts = append(p.OtherFacts, f)
		}
	}
	return nil
}

// entry returns the entry of a name and the date of its order.
func (r *denied) entry(t *table.Table, name string, from record.Date) *listing.Entry {
	key := string(from) + " " + name
	if i, ok := r.index[key]; ok {
		return &r.v.Entries[i]
	}
	e := r.v.List.Entry(key, record.UnknownKind)
	e.Party.Names = []record.Name{listing.NameOf(record.Name{Text: name, Kind: record.Primary, Where: t.Where(0)}, e.Party.Kind)}
	e.Designation.Programmes, e.Designation.Instruments = []string{"DPL"}, sources["DPL"].instruments
	e.Designation.ListedOn = from
	r.v.Entries = append(r.v.Entries, e)
	r.index[key] = len(r.v.Entries) - 1
	return &r.v.Entries[len(r.v.Entries)-1]
}
