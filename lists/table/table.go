package table

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// Form says how a table is written. The zero value with a Comma is one row on a
// line and no quotes.
type Form struct {
	Comma    byte // what parts cells
	Quotes   bool // cells may be quoted, as in RFC 4180
	CtrlZ    bool // the text must end with one Ctrl-Z (0x1A), as OFAC's files do
	Newlines bool // quoted cells may hold line breaks
}

// Cell is one cell of a table.
type Cell struct {
	Text   string
	Bare   bool // it stood without quotes
	Direct bool // Text is the cell's bytes, so that offsets inside it are those of the file

	start, end int // byte offsets of the content, inside the quotes if any
}

// Table scans a delimited text record by record, strictly: what RFC 4180 does
// not allow is a drift. It keeps byte offsets, which encoding/csv does not.
type Table struct {
	list  string
	name  string // the file's canonical name
	sha   string
	sheet string // of a workbook
	form  Form
	data  []byte
	pos   int
	num   int
	start int // byte offsets of the current record without the line end
	end   int
	cells []Cell
}

// New returns a table of a list. name is what the authority calls the file.
func New(list, name string, f listing.File, form Form) *Table {
	return &Table{list: list, name: name, sha: f.SHA256, data: f.Data, form: form}
}

// OfSheet returns a table whose records are given to [Table.Put], from a sheet of
// a workbook. Its places have rows and columns and, as their element, the sheet's
// name, and no byte offsets.
func OfSheet(list, name string, f listing.File, sheet string) *Table {
	return &Table{list: list, name: name, sha: f.SHA256, sheet: sheet}
}

// Num returns the number of the current record, from 1: after the last one, how
// many there are.
func (t *Table) Num() int { return t.num }

// Cells returns the cells of the current record, until the next one is read.
func (t *Table) Cells() []Cell { return t.cells }

// Text returns the text of a cell of the current record, from 0.
func (t *Table) Text(col int) string { return t.cells[col].Text }

// Drift returns the refusal of a cell of the current record. col counts from 1; 0
// stands for the record as a whole.
func (t *Table) Drift(col int, expected, found string) error {
	return t.DriftAt(t.num, col, expected, found)
}

// DriftAt returns the refusal of a cell of any record; row 0 stands for the file
// as a whole.
func (t *Table) DriftAt(row, col int, expected, found string) error {
	return (&listing.Drift{List: t.list, File: t.name, Row: row, Column: col, Expected: expected, Found: found}).Refusal()
}

// Where is the place of a cell of the current record, from 0.
func (t *Table) Where(col int) record.Where { return t.Across(col, col, col) }

// Across is the place of several cells of the current record, from first to last,
// under the column that counts.
func (t *Table) Across(col, first, last int) record.Where {
	return record.Where{
		SHA256: t.sha, File: t.name, Row: t.num, Column: col + 1, Element: t.sheet,
		Start: t.cells[first].start, End: t.cells[last].end,
	}
}

// Whole is the place of the current record.
func (t *Table) Whole() record.Where {
	return record.Where{SHA256: t.sha, File: t.name, Row: t.num, Element: t.sheet, Start: t.start, End: t.end}
}

// Within is the place of a piece of a cell, the cell's when offsets inside it
// are not those of the file.
func (t *Table) Within(col, from, to int) record.Where {
	w := t.Where(col)
	if t.cells[col].Direct {
		w.End = w.Start + to
		w.Start += from
	}
	return w
}

// Begin checks what concerns the text as a whole.
func (t *Table) Begin() error {
	if what := listing.Binary(t.data); what != "" {
		return t.DriftAt(0, 0, "delimited text", what)
	}
	if t.form.CtrlZ {
		if t.data[len(t.data)-1] != 0x1A {
			return t.DriftAt(bytes.Count(t.data, []byte{'\n'})+1, 0, "Ctrl-Z (0x1A) after the last row", "the end of the file: it was cut or changed")
		}
		t.data = t.data[:len(t.data)-1]
	}
	return nil
}

// Next reads the next record. It returns false at the end.
func (t *Table) Next() (bool, error) {
	if t.pos >= len(t.data) {
		return false, nil
	}
	t.num++
	if t.num > listing.MaxEntries {
		return false, t.Drift(0, fmt.Sprintf("at most %d rows", listing.MaxEntries), "more")
	}
	t.start, t.cells = t.pos, t.cells[:0]
	for {
		done, err := t.cell()
		if err != nil {
			return false, err
		}
		if done {
			return true, nil
		}
	}
}

// cell reads one cell and says whether it was the last of its row.
func (t *Table) cell() (last bool, err error) {
	col := len(t.cells) + 1
	if t.form.Quotes && t.pos < len(t.data) && t.data[t.pos] == '"' {
		err = t.quoted(col)
	} else {
		err = t.bare(col)
	}
	if err != nil {
		return false, err
	}
	if err := t.checkText(col); err != nil {
		return false, err
	}
	return t.after(col)
}

func (t *Table) quoted(col int) error {
	start := t.pos + 1
	i, doubled := start, false
	for {
		j := bytes.IndexByte(t.data[i:], '"')
		if j < 0 {
			return t.Drift(col, "a closing quote", "the end of the file: the row is cut")
		}
		i += j
		if i+1 < len(t.data) && t.data[i+1] == '"' {
			doubled = true
			i += 2
			continue
		}
		break
	}
	if i-start > listing.MaxCell {
		return t.Drift(col, fmt.Sprintf("a cell of at most %d bytes", listing.MaxCell), fmt.Sprintf("%d bytes", i-start))
	}
	text := string(t.data[start:i])
	if !t.form.Newlines && strings.ContainsAny(text, "\r\n") {
		return t.Drift(col, "a cell on one line", "a line break inside quotes: a quote is missing or the row is cut")
	}
	if doubled {
		text = strings.ReplaceAll(text, `""`, `"`)
	}
	t.cells = append(t.cells, Cell{Text: text, start: start, end: i, Direct: !doubled})
	t.pos = i + 1
	return nil
}

func (t *Table) bare(col int) error {
	start := t.pos
	i := start
	for i < len(t.data) && t.data[i] != t.form.Comma && t.data[i] != '\n' && t.data[i] != '\r' {
		if t.form.Quotes && t.data[i] == '"' {
			return t.Drift(col, "a quote only at the start of a cell", listing.Quote(string(t.data[start:i+1])))
		}
		i++
		if i-start > listing.MaxCell {
			return t.Drift(col, fmt.Sprintf("a cell of at most %d bytes", listing.MaxCell), "more")
		}
	}
	t.cells = append(t.cells, Cell{Text: string(t.data[start:i]), start: start, end: i, Bare: true, Direct: true})
	t.pos = i
	return nil
}

// after reads the separator or line end behind a cell.
func (t *Table) after(col int) (last bool, err error) {
	t.end = t.pos
	rest := t.data[t.pos:]
	switch {
	case len(rest) == 0:
		if t.form.CtrlZ {
			return false, t.Drift(col, "a line end", "the end of the file: the row is cut")
		}
		return true, nil
	case rest[0] == t.form.Comma:
		t.pos++
		return false, nil
	case rest[0] == '\n':
		t.pos++
		return true, nil
	case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
		t.pos += 2
		return true, nil
	}
	n := min(len(rest), 20)
	return false, t.Drift(col, "a separator or a line end after the cell", listing.Quote(string(rest[:n])))
}

// checkText refuses what no list's text holds: broken encodings, control
// characters, and the replacement character that a broken conversion leaves.
func (t *Table) checkText(col int) error {
	unfit := listing.BadLine
	if t.form.Newlines {
		unfit = listing.BadText
	}
	if found := unfit(t.cells[len(t.cells)-1].Text); found != "" {
		return t.Drift(col, "ASCII or UTF-8 text", found)
	}
	return nil
}

// Header checks the current record against the published column names, exactly.
func (t *Table) Header(want []string) error {
	for i, w := range want {
		if i >= len(t.cells) {
			return t.DriftAt(1, i+1, "the column "+listing.Quote(w), "no such column")
		}
		got := t.cells[i].Text
		if i == 0 {
			got = strings.TrimPrefix(got, "\ufeff")
		}
		if got != w {
			return t.DriftAt(1, i+1, "the column "+listing.Quote(w), listing.Quote(got))
		}
	}
	if len(t.cells) > len(want) {
		return t.DriftAt(1, len(want)+1, fmt.Sprintf("%d columns", len(want)), listing.Quote(t.cells[len(want)].Text))
	}
	return nil
}

// Width checks the number of cells of the current record.
func (t *Table) Width(n int) error {
	got := len(t.cells)
	if got == n {
		return nil
	}
	col := min(got, n) + 1
	return t.Drift(col, fmt.Sprintf("%d columns", n), fmt.Sprintf("%d columns", got))
}

// Body reads a table with a header, calls read for each record below it and
// returns how many there are.
func (t *Table) Body(header []string, read func() error) (int, error) {
	return t.Rows(func() (int, error) { return len(header), t.Header(header) }, read)
}

// Rows reads a table whose header its reader judges: header is called with the first
// record as the current one and says how wide the records are, read for each below
// it. It returns how many there are. The text ends with a line end.
func (t *Table) Rows(header func() (width int, err error), read func() error) (int, error) {
	if err := t.Begin(); err != nil {
		return 0, err
	}
	ok, err := t.Next()
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, t.DriftAt(1, 0, "a header", "an empty file")
	}
	width, err := header()
	if err != nil {
		return 0, err
	}
	for {
		ok, err := t.Next()
		if err != nil {
			return 0, err
		}
		if !ok {
			if len(t.data) > 0 && t.data[len(t.data)-1] != '\n' {
				return 0, t.Drift(0, "a line end after the last row", "the end of the file: it is cut")
			}
			return t.num - 1, nil
		}
		if err := t.Width(width); err != nil {
			return 0, err
		}
		if err := read(); err != nil {
			return 0, err
		}
	}
}

// Number returns the number of a cell, from 0, that stands without quotes.
func (t *Table) Number(col int) (int, error) {
	x := t.cells[col]
	n, err := strconv.Atoi(x.Text)
	if err != nil || !x.Bare || n <= 0 || n > 1<<31-1 || x.Text[0] == '0' || x.Text[0] == '+' {
		return 0, t.Drift(col+1, "a number without quotes", listing.Quote(x.Text))
	}
	return n, nil
}

// Put makes texts the record with the number given. Missing cells at the end are
// empty; what is too much or no official text is a drift.
func (t *Table) Put(num, width int, texts []string) error {
	t.num, t.start, t.end = num, 0, 0
	if len(texts) > width {
		return t.Drift(width+1, fmt.Sprintf("%d columns", width), fmt.Sprintf("%d columns", len(texts)))
	}
	t.cells = make([]Cell, width)
	for i, s := range texts {
		if len(s) > listing.MaxCell {
			return t.Drift(i+1, fmt.Sprintf("a cell of at most %d bytes", listing.MaxCell), "more")
		}
		if found := listing.BadText(s); found != "" {
			return t.Drift(i+1, "UTF-8 text", found)
		}
		t.cells[i].Text = s
	}
	return nil
}
