package workbook

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/cordon-project/cordon/errs"
)

// Limits of the form (ECMA-376 and Microsoft, "Excel specifications and limits").
const (
	maxSheetName = 31
	maxRows      = 1_048_576
	maxColumns   = 16_384
	maxCellText  = 32_767 // in UTF-16 units
)

// cutMark ends a text that a cell cannot hold.
const cutMark = " … (cut)"

// Sheet is one sheet of a workbook that is written. Its first row is its head.
type Sheet struct {
	Name string
	Rows [][]string
}

// Write writes a workbook of texts. Every cell is a text, also one that looks
// like a number, a date or a formula, so that nothing is calculated and no
// identifier changes; the head of each sheet stays in view. A text that is too
// long for a cell ends with " … (cut)". The same sheets give the same bytes.
// Errors: errs.Invalid for a sheet that the form does not allow.
func Write(w io.Writer, sheets ...Sheet) (err error) {
	defer errs.Wrap(&err, "workbook.Write(%d sheets)", len(sheets))
	if len(sheets) == 0 {
		return errs.New(errs.Invalid, "a workbook has at least one sheet")
	}
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		if err := s.check(); err != nil {
			return err
		}
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = s.write(f)
		}
		if err != nil {
			return errs.New(errs.Invalid, "the sheet %.80q cannot be written", s.Name).Because(err)
		}
	}
	_, err = f.WriteTo(w)
	return err
}

func (s Sheet) check() error {
	switch {
	case s.Name == "", utf8.RuneCountInString(s.Name) > maxSheetName, strings.ContainsAny(s.Name, `:\/?*[]'`):
		return errs.New(errs.Invalid, "%.80q is no name of a sheet", s.Name).WithHint("It has 1 to 31 characters, none of them : \\ / ? * [ ] or '.")
	case len(s.Rows) > maxRows:
		return errs.New(errs.Invalid, "the sheet %q would have %d rows; a sheet has at most %d", s.Name, len(s.Rows), maxRows)
	}
	for _, r := range s.Rows {
		if len(r) > maxColumns {
			return errs.New(errs.Invalid, "the sheet %q would have %d columns; a sheet has at most %d", s.Name, len(r), maxColumns)
		}
	}
	return nil
}

func (s Sheet) write(f *excelize.File) error {
	out, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range s.Rows {
		cells := make([]any, len(row))
		for j, text := range row {
			cells[j] = fit(text)
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// fit cuts a text to what a cell holds, and replaces what is not UTF-8.
func fit(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxCellText {
		return text
	}
	units, end := 0, len(text)
	for i, r := range text {
		n := 1
		if r > 0xFFFF {
			n = 2
		}
		if units+n > maxCellText-utf8.RuneCountInString(cutMark) {
			end = min(end, i)
		}
		if units += n; units > maxCellText {
			return text[:end] + cutMark
		}
	}
	return text
}
