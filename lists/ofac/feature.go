package ofac

import (
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Feature is one of the numbers, addresses and characteristics by which OFAC
// tells parties apart, as a type and a value: so they stand in its XML files and
// in the Consolidated Screening List, where the tables have a piece of a remark.
type Feature struct {
	Type    string // OFAC's name of it: Passport, Gender, Digital Currency Address - XBT …
	Value   string
	Country string // who issued it, "" for none
	Issued  string // dates as they are printed, "" for none
	Expires string
	Where   record.Where
}

// typeNames leads from the names of features in XML to the words of the tables'
// remarks, where they differ.
var typeNames = map[string]string{
	"Birthdate":                "DOB",
	"Place of Birth":           "POB",
	"Nationality Country":      "nationality",
	"Nationality":              "nationality",
	"Citizenship Country":      "citizen",
	"Citizenship":              "citizen",
	"Call Sign":                "Vessel Call Sign",
	"VESSEL TYPE":              "Vessel Type",
	"Tonnage":                  "Vessel Tonnage",
	"Gross Registered Tonnage": "Vessel Gross Registered Tonnage",
}

// text is the feature as the tables' remarks word it.
func (f Feature) text() string {
	typ := strings.TrimSpace(f.Type)
	if t, other := typeNames[typ]; other {
		typ = t
	}
	s := listing.Join(" ", typ, strings.TrimSpace(f.Value))
	if f.Country != "" {
		s += " (" + f.Country + ")"
	}
	if f.Issued != "" {
		s += " issued " + f.Issued
	}
	if f.Expires != "" {
		s += " expires " + f.Expires
	}
	return s
}

// Take puts the feature where the reading of a table's remark puts the same: into
// a field of the party or, for a type that Cordon does not know, into a document
// when it has an issuer or dates and a fact labelled "remark" otherwise. What is
// no date or no wallet is kept with a warning or a note.
func (f Feature) Take(v *listing.Version, e *listing.Entry) {
	text := f.text()
	if text == "" {
		return
	}
	if l, _ := labelOf(text); l == nil && f.Country+f.Issued+f.Expires != "" {
		e.Party.Documents = append(e.Party.Documents, record.Document{
			Kind: "other", Number: strings.TrimSpace(f.Value), Country: f.Country, Text: text, Where: f.Where,
		})
		return
	}
	r := &reading{v: v}
	r.take(e, piece{text: text, where: f.Where})
}
