package jpmof

import (
	"fmt"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
	"github.com/cordon-project/cordon/lists/workbook"
)

// dateColumns hold dates, which a workbook may keep as day numbers.
var dateColumns = []int{colNotice, colBirth, colListed}

// workbook reads the ministry's xlsx: the first sheet whose first row is the
// header. Rows are the sheet's rows; there are no byte offsets in a workbook.
func (r *reading) workbook(f listing.File) (n int, err error) {
	const name = "shisantouketsu.xlsx"
	whole := table.OfSheet(r.v.List.Name, name, f, "")
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
		n, found, err := r.sheet(table.OfSheet(r.v.List.Name, name, f, sheet), book, sheet)
		if err != nil || found {
			return n, err
		}
	}
	return 0, whole.DriftAt(1, 1, "a sheet with the column "+listing.Quote(columns[0])+" and the 31 after it",
		"sheets "+listing.Quote(strings.Join(book.Sheets(), ", ")))
}

// sheet reads one sheet; found is false when its first row is no header at all.
func (r *reading) sheet(t *table.Table, book *workbook.Book, sheet string) (n int, found bool, err error) {
	num := 0
	for cells, err := range book.Rows(sheet) {
		num++
		switch {
		case err != nil:
			return 0, true, t.DriftAt(num, 0, "a readable row of the sheet "+listing.Quote(sheet), err.Error())
		case num > listing.MaxEntries:
			return 0, true, t.DriftAt(num, 0, fmt.Sprintf("at most %d rows", listing.MaxEntries), "more")
		case num == 1 && (len(cells) == 0 || strings.TrimSpace(cells[0]) != columns[0]):
			return 0, false, nil
		case num == 1:
			if err := header(t, cells); err != nil {
				return 0, true, err
			}
			continue
		case strings.TrimSpace(strings.Join(cells, "")) == "":
			continue
		}
		for _, col := range dateColumns {
			if col < len(cells) {
				cells[col] = workbook.Day(cells[col])
			}
		}
		if err := t.Put(num, len(columns), cells); err != nil {
			return 0, true, err
		}
		if err := r.ministry(t); err != nil {
			return 0, true, err
		}
		n++
	}
	return n, num > 0, nil
}

// header checks a sheet's first row. A workbook may have blanks around the names
// and columns behind the last one that hold nothing in any row.
func header(t *table.Table, cells []string) error {
	for i, want := range columns {
		if i >= len(cells) || strings.TrimSpace(cells[i]) != want {
			got := "no such column"
			if i < len(cells) {
				got = listing.Quote(cells[i])
			}
			return t.DriftAt(1, i+1, "the column "+listing.Quote(want), got)
		}
	}
	return nil
}
