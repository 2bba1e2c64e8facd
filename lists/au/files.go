package au

import (
	"fmt"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/lists/workbook"
)

// text reads the list as delimited text.
func (r *reading) text(f listing.File) (int, error) {
	t := table.New(r.v.List.Name, csvName, f, table.Form{Comma: ',', Quotes: true, Newlines: true})
	return t.Rows(func() (int, error) { err := r.header(t); return r.width, err }, func() error { return r.row(t) })
}

// book reads the first sheet of the workbook that has the header. Other sheets
// must be empty or hold no table of the list.
func (r *reading) book(f listing.File) (n int, err error) {
	whole := table.OfSheet(r.v.List.Name, bookName, f, "")
	book, err := workbook.Open(f.Data)
	if err != nil {
		return 0, whole.DriftAt(0, 0, "an xlsx workbook of moderate size", err.Error())
	}
	defer func() {
		if cerr := book.Close(); cerr != nil && err == nil {
			err = cerr
		}
	}()
	for _, sheet := range book.Sheets() {
		rows, err := r.sheet(table.OfSheet(r.v.List.Name, bookName, f, sheet), book, sheet)
		if err != nil {
			return 0, err
		}
		n += rows
	}
	if r.width == 0 {
		return 0, whole.DriftAt(1, 1, "a sheet with the column "+listing.Quote(columns[0]), "sheets "+listing.Quote(strings.Join(book.Sheets(), ", ")))
	}
	return n, nil
}

// sheet reads one sheet; none when its first row is no header at all.
func (r *reading) sheet(t *table.Table, book *workbook.Book, sheet string) (n int, err error) {
	num, headed := 0, false
	for cells, err := range book.Rows(sheet) {
		num++
		switch {
		case err != nil:
			return 0, t.DriftAt(num, 0, "a readable row of the sheet "+listing.Quote(sheet), err.Error())
		case num > listing.MaxEntries:
			return 0, t.DriftAt(num, 0, fmt.Sprintf("at most %d rows", listing.MaxEntries), "more")
		case strings.TrimSpace(strings.Join(cells, "")) == "":
			continue
		case !headed && !strings.EqualFold(strings.TrimSpace(cells[0]), colReference):
			return 0, nil
		case headed:
			r.days(cells)
		}
		width := r.width
		if !headed {
			width = max(len(columns), len(cells))
		}
		if err := t.Put(num, width, cells); err != nil {
			return 0, err
		}
		if !headed {
			headed = true
			if err := r.header(t); err != nil {
				return 0, err
			}
			continue
		}
		if err := r.row(t); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// days writes the day numbers of a row as dates.
func (r *reading) days(cells []string) {
	for _, column := range []string{colBirth, colListing, colControl} {
		i, ok := r.at[column]
		if !ok || i >= len(cells) {
			continue
		}
		if d, ok := listing.NumericDate(workbook.Day(cells[i])); ok && len(d) == len("2006-01-02") {
			cells[i] = string(d)
		}
	}
}
