package uk

import (
	"bytes"
	"context"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/record"
)

// The columns of the csv and the ods that the reader names.
const (
	colUpdated      = "Last Updated"
	colID           = "Unique ID"
	colOFSI         = "OFSI Group ID"
	colUN           = "UN Reference Number"
	colName6        = "Name 6"
	colNameType     = "Name type"
	colStrength     = "Alias strength"
	colTitle        = "Title"
	colScript       = "Name non-latin script"
	colRegime       = "Regime Name"
	colKind         = "Designation Type"
	colSource       = "Designation source"
	colSanctions    = "Sanctions Imposed"
	colOther        = "Other Information"
	colReasons      = "UK Statement of Reasons"
	colPhone        = "Phone number"
	colWebsite      = "Website"
	colEmail        = "Email address"
	colDesignated   = "Date Designated"
	colBorn         = "D.O.B"
	colNation       = "Nationality(/ies)"
	colNational     = "National Identifier number"
	colPassport     = "Passport number"
	colPosition     = "Position"
	colGender       = "Gender"
	colTown         = "Town of birth"
	colEntity       = "Type of entity"
	colSubsidiary   = "Subsidiaries"
	colParent       = "Parent company"
	colRegistration = "Business registration number (s)"
	colIMO          = "IMO number"
	colOwner        = "Current owner/operator (s)"
	colOwners       = "Previous owner/operator (s)"
	colFlag         = "Current believed flag of ship"
	colFlags        = "Previous flags"
	colShip         = "Type of ship"
	colTonnage      = "Tonnage of ship"
	colLength       = "Length of ship"
	colBuilt        = "Year Built"
	colHull         = "Hull identification number (HIN)"
)

// columns is the header of the csv and the ods, exactly.
var columns = []string{
	colUpdated, colID, colOFSI, colUN,
	colName6, "Name 1", "Name 2", "Name 3", "Name 4", "Name 5", colNameType, colStrength, colTitle,
	colScript, "Non-latin script type", "Non-latin script language",
	colRegime, colKind, colSource, colSanctions, colOther, colReasons,
	"Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Address Line 6",
	"Address Postal Code", "Address Country",
	colPhone, colWebsite, colEmail, colDesignated, colBorn, colNation,
	colNational, "National Identifier additional information", colPassport, "Passport additional information",
	colPosition, colGender, colTown, "Country of birth",
	colEntity, colSubsidiary, colParent, colRegistration,
	colIMO, colOwner, colOwners, colFlag, colFlags, colShip, colTonnage, colLength, colBuilt, colHull,
}

// Where the groups of columns begin, from 0.
const (
	firstName    = 4
	firstAddress = 22
)

// beside says which column is what stands beside another.
var beside = map[string]string{
	colNational: "National Identifier additional information",
	colPassport: "Passport additional information",
	colTown:     "Country of birth",
}

var at = func() map[string]int {
	out := make(map[string]int, len(columns))
	for i, c := range columns {
		out[c] = i
	}
	return out
}()

// single are the columns that are values of their own.
var single = []string{
	colOFSI, colUN, colTitle, colRegime, colSource, colSanctions, colOther, colReasons, colPhone, colWebsite, colEmail,
	colBorn, colNation, colNational, colPassport, colPosition, colGender, colTown, colEntity, colSubsidiary, colParent,
	colRegistration, colIMO, colOwner, colOwners, colFlag, colFlags, colShip, colTonnage, colLength, colBuilt, colHull,
}

const report = "Report Date:"

// csv reads the list as delimited text.
func (r *reading) csv(ctx context.Context, f listing.File) (int, error) {
	t := table.New(r.v.List.Name, csvName, f, table.Form{Comma: ',', Quotes: true, Newlines: true})
	if err := t.Begin(); err != nil {
		return 0, err
	}
	ok, err := t.Next()
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, t.DriftAt(1, 1, report+" 05-Jan-2026", "an empty file")
	}
	if err := r.report(t); err != nil {
		return 0, err
	}
	if ok, err = t.Next(); err != nil {
		return 0, err
	}
	if !ok {
		return 0, t.DriftAt(2, 1, "the column "+listing.Quote(columns[0]), "the end of the file: it is cut")
	}
	if err := header(t); err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		switch ok, err := t.Next(); {
		case err != nil:
			return 0, err
		case !ok && !bytes.HasSuffix(f.Data, []byte("\n")):
			return 0, t.Drift(0, "a line end after the last row", "the end of the file: it is cut")
		case !ok:
			return n, nil
		}
		if err := t.Width(len(columns)); err != nil {
			return 0, err
		}
		if err := r.row(t); err != nil {
			return 0, err
		}
	}
}

// report reads the line above the header, "Report Date: 05-Jan-2026".
func (r *reading) report(t *table.Table) error {
	text := strings.TrimPrefix(t.Text(0), "\ufeff")
	date, ok := strings.CutPrefix(text, report)
	if !ok || !r.generated(date) {
		return t.Drift(1, report+" 05-Jan-2026", listing.Quote(text))
	}
	for i, c := range t.Cells()[1:] {
		if c.Text != "" {
			return t.Drift(i+2, "nothing beside the report date", listing.Quote(c.Text))
		}
	}
	return nil
}

// header checks the current record against the published column names.
func header(t *table.Table) error {
	for i, want := range columns {
		got := "no such column"
		if i < len(t.Cells()) {
			if strings.TrimSpace(t.Text(i)) == want {
				continue
			}
			got = listing.Quote(t.Text(i))
		}
		return t.Drift(i+1, "the column "+listing.Quote(want), got)
	}
	if len(t.Cells()) > len(columns) {
		return t.Drift(len(columns)+1, "no further column", listing.Quote(t.Text(len(columns))))
	}
	return nil
}

// row reads one row of the csv or the ods.
func (r *reading) row(t *table.Table) error {
	text := func(column string) string { return strings.TrimSpace(t.Text(at[column])) }
	it := &item{wheres: []record.Where{t.Whole()}}
	num := t.Num()
	it.drift = func(column, expected, found string) error { return t.DriftAt(num, at[column]+1, expected, found) }
	if err := it.head(text(colID), text(colKind), text(colUpdated), text(colDesignated)); err != nil {
		return err
	}
	if have, there := r.byID[it.id]; there && have.kind != it.kind {
		return unlike(it, have)
	}
	if err := it.nameOf(t, text); err != nil {
		return err
	}
	for _, column := range single {
		c := cell{text: text(column), where: t.Where(at[column])}
		if other, ok := beside[column]; ok {
			c.note = text(other)
		}
		it.add(column, c)
	}
	if s := text(colScript); s != "" {
		it.add(colScript, cell{
			text: s, note: listing.Join(", ", text("Non-latin script type"), text("Non-latin script language")), where: t.Where(at[colScript]),
		})
	}
	a := address{code: text("Address Postal Code"), country: text("Address Country"), where: t.Across(firstAddress, firstAddress, firstAddress+7)}
	for i := range a.lines {
		a.lines[i] = strings.TrimSpace(t.Text(firstAddress + i))
	}
	it.addresses = append(it.addresses, a)
	r.take(it)
	return nil
}

// nameOf takes the name of a row.
func (it *item) nameOf(t *table.Table, text func(string) string) error {
	n := name{kind: text(colNameType), strength: text(colStrength), where: t.Across(firstName, firstName, firstName+5)}
	for i := range 5 {
		n.parts[i] = strings.TrimSpace(t.Text(firstName + 1 + i))
	}
	n.parts[5] = text(colName6)
	if n.parts == [6]string{} {
		return it.drift(colName6, "a name", "none")
	}
	n, err := it.named(n)
	if err != nil {
		return err
	}
	it.names = append(it.names, n)
	return nil
}
