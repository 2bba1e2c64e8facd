// Package workbook reads the cells of .xlsx workbooks as texts.
//
// What comes in: the bytes of a workbook. What goes out of a [Book]: the names of
// its sheets and, for each, its rows in order, as the numbers and texts that the
// file holds; and from [Rows] a whole sheet for people to look at. Rows and
// columns are the sheet's: an empty row between two others is a row.
//
// Guarantees: a damaged workbook is an error, also where the library that reads
// it would panic; nothing is calculated, no link is followed, no macro is run.
//
// Refused: what is no workbook of the Office Open XML form, one that unpacks to
// more than 128 MB, and in [Rows] more than [MaxCells] cells. It is the only
// package that knows the library.
package workbook

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/cordon-project/cordon/errs"
)

// Limits, against zip bombs and against sheets that no person looks through.
const (
	maxUnzipped = 128 << 20
	maxSheetXML = 32 << 20 // what is larger is unpacked to a temporary file
	// MaxCells is the number of cells of a sheet that [Rows] returns.
	MaxCells = 2_000_000
)

// Book is an open workbook. Close it.
type Book struct {
	file   *excelize.File
	sheets []string
}

// Open opens a workbook. The error says in the library's words what is wrong.
func Open(data []byte) (b *Book, err error) {
	defer damaged(&err)
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxSheetXML,
		// A date in the default form is shown as 2009-07-24 and not as 07-24-09.
		ShortDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, err
	}
	return &Book{file: f, sheets: f.GetSheetList()}, nil
}

// damaged makes an error of a panic: the library indexes into what a damaged
// workbook promises.
func damaged(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the workbook is damaged: %v", p)
	}
}

// Close ends the use of the book and removes its temporary files.
func (b *Book) Close() error {
	if err := b.file.Close(); err != nil {
		return errs.New(errs.Internal, "the workbook could not be closed").Because(err)
	}
	return nil
}

// Sheets returns the names of the sheets, in the book's order.
func (b *Book) Sheets() []string { return b.sheets }

// Rows runs over the rows of a sheet, without the empty cells at a row's end.
// Numbers and dates are as the file holds them: a date is a day number, which
// [Day] reads. An error ends it.
func (b *Book) Rows(sheet string) iter.Seq2[[]string, error] {
	return b.rows(sheet, excelize.Options{RawCellValue: true})
}

func (b *Book) rows(sheet string, o excelize.Options) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		rows, err := b.open(sheet)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		for {
			cells, more, err := next(rows, o)
			if err == nil && !more {
				return
			}
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

func (b *Book) open(sheet string) (rows *excelize.Rows, err error) {
	defer damaged(&err)
	return b.file.Rows(sheet)
}

func next(rows *excelize.Rows, o excelize.Options) (cells []string, more bool, err error) {
	defer damaged(&err)
	if !rows.Next() {
		return nil, false, rows.Error()
	}
	cells, err = rows.Columns(o)
	return cells, true, err
}

// Rows returns the rows of a sheet, "" for the first, for people to look at:
// texts and numbers as the file holds them, and what its own format shows as
// something other than a number, dates above all, as the format shows it. Errors:
// errs.Invalid for what is no workbook or too large to be shown, errs.NotFound
// for a sheet that it does not have.
func Rows(data []byte, sheet string) (out [][]string, err error) {
	defer errs.Wrap(&err, "workbook.Rows(%.80q)", sheet)
	b, err := Open(data)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the file is no workbook that can be read").Because(err).WithHint("Open it in a spreadsheet programme.")
	}
	defer b.Close()
	if sheet == "" && len(b.sheets) > 0 {
		sheet = b.sheets[0]
	}
	if !slices.Contains(b.sheets, sheet) {
		return nil, errs.New(errs.NotFound, "the workbook has no sheet called %.80q", sheet)
	}
	shown, stop := iter.Pull2(b.rows(sheet, excelize.Options{}))
	defer stop()
	cells := 0
	for row, err := range b.Rows(sheet) {
		if err != nil {
			return nil, errs.New(errs.Invalid, "the sheet %.80q cannot be read", sheet).Because(err).WithHint("Fetch the file again: it may be damaged.")
		}
		// A row without cells counts too: a sheet may say that it has a million.
		if cells += len(row) + 1; cells > MaxCells {
			return nil, errs.New(errs.Invalid, "the sheet %.80q has more than %d cells, too many to be shown", sheet, MaxCells).
				WithHint("Open the file in a spreadsheet programme.")
		}
		formatted, err, _ := shown()
		if err != nil {
			formatted = nil // a format that cannot be read shows nothing
		}
		for i := range row {
			if i < len(formatted) && isNumber(row[i]) && formatted[i] != "" && !isNumber(formatted[i]) {
				row[i] = formatted[i]
			}
		}
		out = append(out, row)
	}
	return out, nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// Day turns a day number as workbooks keep dates, from 1927 to 2119, into a date
// of the form 2006/1/2 and leaves every other text as it is.
func Day(s string) string {
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
