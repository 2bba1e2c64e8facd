package csl

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/ofac"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

const csvName = "consolidated.csv"

// header are the columns of the csv. The members of a JSON result have the same
// names, but for the first, which is "id".
var header = []string{
	"_id", "source", "entity_number", "type", "programs", "name", "title", "addresses", "federal_register_notice",
	"start_date", "end_date", "standard_order", "license_requirement", "license_policy", "call_sign", "vessel_type",
	"gross_tonnage", "gross_registered_tonnage", "vessel_flag", "vessel_owner", "remarks", "source_list_url", "alt_names",
	"citizenships", "dates_of_birth", "nationalities", "places_of_birth", "source_information_url", "ids",
}

// severals are the fields with several texts.
var severals = []string{"programs", "alt_names", "citizenships", "dates_of_birth", "nationalities", "places_of_birth"}

// csv reads the table.
func (r *reading) csv(ctx context.Context) error {
	t := table.New(r.v.List.Name, csvName, r.f, table.Form{Comma: ',', Quotes: true, Newlines: true})
	rows := 0
	if _, err := t.Body(header, func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.Num() == 2 && repeated(t) {
			r.v.Warn(t.Whole(), "the header stands twice")
			return nil
		}
		rows++
		return r.entry(r.row(t))
	}); err != nil {
		return err
	}
	r.v.AddFile(r.f, csvName, rows)
	r.v.DateBy(r.f)
	return nil
}

func repeated(t *table.Table) bool {
	for i, name := range header {
		if t.Text(i) != name {
			return false
		}
	}
	return true
}

// row takes the cells of the current record.
func (r *reading) row(t *table.Table) row {
	x := row{one: make(map[string]text), many: make(map[string][]text), whole: t.Whole()}
	x.drift = func(field, expected, found string) error {
		return t.Drift(max(slices.Index(header, field), 0)+1, expected, found)
	}
	country := !strings.Contains(t.Text(1), "(DPL)")
	for i, name := range header {
		cell := t.Text(i)
		switch {
		case slices.Contains(severals, name):
			for _, p := range pieces(cell) {
				x.many[name] = append(x.many[name], text{line(p.Text), t.Within(i, p.From, p.To)})
			}
		case name == "addresses":
			for _, p := range pieces(cell) {
				x.addresses = append(x.addresses, addressOf(line(p.Text), country, t.Within(i, p.From, p.To)))
			}
		case name == "ids":
			for _, p := range pieces(cell) {
				f, date := featureOf(line(p.Text))
				f.Where = t.Within(i, p.From, p.To)
				x.ids = append(x.ids, f)
				if date != "" {
					x.facts = append(x.facts, record.Fact{Label: "document-date", Text: f.Type + " " + f.Value + ": " + date})
				}
			}
		case i == 0:
			x.one["id"] = text{cell, t.Where(i)}
		case name == "remarks":
			x.one[name] = text{strings.TrimSpace(cell), t.Where(i)}
		default:
			x.one[name] = text{line(cell), t.Where(i)}
		}
	}
	return x
}

// line puts a text on one line: cells hold line breaks and doubled blanks.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// pieces parts a cell with several values at semicolons before a blank; a line
// break inside a value parts nothing.
func pieces(s string) []listing.Piece {
	var out []listing.Piece
	from := 0
	add := func(to int) {
		p := s[from:to]
		lead := len(p) - len(strings.TrimLeft(p, " \t\r\n"))
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, listing.Piece{Text: p, From: from + lead, To: from + lead + len(p)})
		}
	}
	for i := range len(s) {
		if s[i] == ';' && (i+1 == len(s) || s[i+1] == ' ') {
			add(i)
			from = i + 1
		}
	}
	add(len(s))
	return out
}

var alpha2 = regexp.MustCompile(`^[A-Z]{2}$`)

// addressOf reads an address whose last part is the country's code. On the list of
// denied persons it can be the code of a state of the Union, so there it is taken
// for no country.
func addressOf(s string, country bool, at record.Where) record.Address {
	a := record.Address{Text: s, Where: at}
	if last := s[strings.LastIndex(s, ", ")+1:]; country && alpha2.MatchString(strings.TrimSpace(last)) {
		a.Country = strings.TrimSpace(last)
	}
	return a
}

// featureOf reads "type, number, country, date of issue, date of expiry". One date
// alone can be either and is given back by itself.
func featureOf(s string) (f ofac.Feature, date string) {
	typ, rest, ok := strings.Cut(s, ", ")
	f.Type = typ
	if !ok {
		return f, ""
	}
	parts := strings.Split(rest, ", ")
	var dates []string
	for len(parts) > 1 && len(dates) < 2 {
		last := parts[len(parts)-1]
		if _, ok := dateOf(last); !ok {
			break
		}
		dates = append([]string{last}, dates...)
		parts = parts[:len(parts)-1]
	}
	if n := len(parts); n > 1 && alpha2.MatchString(parts[n-1]) {
		f.Country = parts[n-1]
		parts = parts[:n-1]
	}
	f.Value = strings.Join(parts, ", ")
	switch len(dates) {
	case 2:
		f.Issued, f.Expires = dates[0], dates[1]
	case 1:
		date = dates[0]
	}
	return f, date
}
