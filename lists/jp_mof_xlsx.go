package lists

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/cordon-project/cordon/errs"
)

// Limits of a workbook when unpacked, against zip bombs.
const (
	maxUnzipped = 128 << 20
	maxSheetXML = 32 << 20
)

// mofDateColumns hold dates, which a workbook may keep as day numbers.
var mofDateColumns = []int{mofNotice, mofBirth, mofListed}

// workbook reads the ministry's xlsx: the first sheet whose first row is the
// header. Rows are the sheet's rows; there are no byte offsets in a workbook.
func (r *mofReader) workbook(f File) (n int, err error) {
	t := &table{list: r.v.List.Name, name: "shisantouketsu.xlsx", sha: f.SHA256}
	defer func() {
		// The library indexes into what a damaged workbook promises.
		if p := recover(); p != nil {
			n, err = 0, t.drift(t.num, 0, "an undamaged workbook", fmt.Sprint(p))
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(f.Data), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxSheetXML, RawCellValue: true,
	})
	if err != nil {
		return 0, t.drift(0, 0, "an xlsx workbook of moderate size", err.Error())
	}
	defer func() {
		if cerr := book.Close(); cerr != nil && err == nil {
			err = errs.New(errs.Internal, "the workbook could not be closed").Because(cerr)
		}
	}()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.Rows(sheet)
		if err != nil {
			return 0, t.drift(0, 0, "a readable sheet "+sheet, err.Error())
		}
		n, found, err := r.sheet(t, rows)
		if cerr := rows.Close(); cerr != nil && err == nil {
			err = cerr
		}
		if err != nil || found {
			return n, err
		}
	}
	return 0, t.drift(1, 1, "a sheet with the column "+quote(mofColumns[0])+" and the 31 after it",
		"sheets "+quote(strings.Join(book.GetSheetList(), ", ")))
}

// sheet reads one sheet; found is false when its first row is no header at all.
func (r *mofReader) sheet(t *table, rows *excelize.Rows) (n int, found bool, err error) {
	t.num = 0
	for rows.Next() {
		cols, err := rows.Columns()
		if err != nil {
			return 0, true, t.drift(t.num+1, 0, "a readable row", err.Error())
		}
		if t.num++; t.num > MaxEntries {
			return 0, true, t.drift(t.num, 0, fmt.Sprintf("at most %d rows", MaxEntries), "more")
		}
		if t.num == 1 {
			if len(cols) == 0 || strings.TrimSpace(cols[0]) != mofColumns[0] {
				return 0, false, nil
			}
			for i, want := range mofColumns {
				if i >= len(cols) || strings.TrimSpace(cols[i]) != want {
					got := "no such column"
					if i < len(cols) {
						got = quote(cols[i])
					}
					return 0, true, t.drift(1, i+1, "the column "+quote(want), got)
				}
			}
			continue
		}
		if strings.TrimSpace(strings.Join(cols, "")) == "" {
			continue
		}
		if err := t.fill(cols); err != nil {
			return 0, true, err
		}
		if err := r.ministry(t); err != nil {
			return 0, true, err
		}
		n++
	}
	return n, t.num > 0, rows.Error()
}

// fill puts a sheet's row into the table's row. Cells have no offsets.
func (t *table) fill(cols []string) error {
	if len(cols) > len(mofColumns) {
		return t.drift(t.num, len(mofColumns)+1, fmt.Sprintf("%d columns", len(mofColumns)), fmt.Sprintf("%d columns", len(cols)))
	}
	t.row = row{num: t.num, cells: make([]cell, len(mofColumns))}
	for i, s := range cols {
		if len(s) > MaxCell {
			return t.drift(t.num, i+1, fmt.Sprintf("a cell of at most %d bytes", MaxCell), "more")
		}
		if bad, found := badText(s, true); bad {
			return t.drift(t.num, i+1, "UTF-8 text", found)
		}
		t.row.cells[i].text = s
	}
	for _, i := range mofDateColumns {
		t.row.cells[i].text = dayNumber(t.row.cells[i].text)
	}
	return nil
}

// dayNumber turns a workbook's day number into a date and leaves all else.
func dayNumber(s string) string {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 10_000 || n > 80_000 {
		return s
	}
	d, err := excelize.ExcelDateToTime(n, false)
	if err != nil {
		return s
	}
	return d.Format("2006/1/2")
}
