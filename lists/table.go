package lists

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/record"
)

// cell is one cell of a delimited text with the byte offsets of its content
// (inside the quotes, if any).
type cell struct {
	text       string
	start, end int
	bare       bool // it stood without quotes
	direct     bool // text is the bytes start..end, so offsets inside it hold
}

// row is one record of a delimited text. Its number counts records from 1;
// start and end are the byte offsets without the line end.
type row struct {
	num        int
	start, end int
	cells      []cell
}

// table scans a delimited text record by record, strictly: what RFC 4180 does
// not allow is a drift. It keeps byte offsets, which encoding/csv does not.
type table struct {
	list    string
	name    string // the file's canonical name
	sha     string
	data    []byte
	pos     int
	num     int
	comma   byte
	quotes  bool // cells may be quoted
	ctrlZ   bool // the text must end with one Ctrl-Z (0x1A), as OFAC's files do
	newline bool // quoted cells may hold line breaks
	row     row
}

func (t *table) drift(r, c int, expected, found string) error {
	return drifted(&Drift{List: t.list, File: t.name, Row: r, Column: c, Expected: expected, Found: found})
}

// where is the place of a cell.
func (t *table) where(r *row, c int) record.Where {
	return record.Where{
		SHA256: t.sha, File: t.name, Row: r.num, Column: c + 1,
		Start: r.cells[c].start, End: r.cells[c].end,
	}
}

// whole is the place of a row.
func (t *table) whole(r *row) record.Where {
	return record.Where{SHA256: t.sha, File: t.name, Row: r.num, Start: r.start, End: r.end}
}

// within is the place of a piece of a cell, the cell's when offsets inside it
// are not those of the file.
func (t *table) within(r *row, c, from, to int) record.Where {
	w := t.where(r, c)
	if r.cells[c].direct {
		w.End = w.Start + to
		w.Start += from
	}
	return w
}

// begin checks what concerns the text as a whole.
func (t *table) begin() error {
	if what, bad := looksBinary(t.data); bad {
		return t.drift(0, 0, "delimited text", what)
	}
	if t.ctrlZ {
		if t.data[len(t.data)-1] != 0x1A {
			return t.drift(bytes.Count(t.data, []byte{'\n'})+1, 0, "Ctrl-Z (0x1A) after the last row", "the end of the file: it was cut or changed")
		}
		t.data = t.data[:len(t.data)-1]
	}
	return nil
}

// next reads the next record into t.row. It returns false at the end.
func (t *table) next() (bool, error) {
	if t.pos >= len(t.data) {
		return false, nil
	}
	t.num++
	if t.num > MaxEntries {
		return false, t.drift(t.num, 0, fmt.Sprintf("at most %d rows", MaxEntries), "more")
	}
	r := &t.row
	r.num, r.start, r.cells = t.num, t.pos, r.cells[:0]
	for {
		done, err := t.cell(r)
		if err != nil {
			return false, err
		}
		if done {
			return true, nil
		}
	}
}

// cell reads one cell and says whether it was the last of its row.
func (t *table) cell(r *row) (last bool, err error) {
	col := len(r.cells) + 1
	if t.quotes && t.pos < len(t.data) && t.data[t.pos] == '"' {
		err = t.quoted(r, col)
	} else {
		err = t.bare(r, col)
	}
	if err != nil {
		return false, err
	}
	if err := t.checkText(r, col); err != nil {
		return false, err
	}
	return t.after(r, col)
}

func (t *table) quoted(r *row, col int) error {
	start := t.pos + 1
	i, doubled := start, false
	for {
		j := bytes.IndexByte(t.data[i:], '"')
		if j < 0 {
			return t.drift(r.num, col, "a closing quote", "the end of the file: the row is cut")
		}
		i += j
		if i+1 < len(t.data) && t.data[i+1] == '"' {
			doubled = true
			i += 2
			continue
		}
		break
	}
	if i-start > MaxCell {
		return t.drift(r.num, col, fmt.Sprintf("a cell of at most %d bytes", MaxCell), fmt.Sprintf("%d bytes", i-start))
	}
	text := string(t.data[start:i])
	if !t.newline && strings.ContainsAny(text, "\r\n") {
		return t.drift(r.num, col, "a cell on one line", "a line break inside quotes: a quote is missing or the row is cut")
	}
	if doubled {
		text = strings.ReplaceAll(text, `""`, `"`)
	}
	r.cells = append(r.cells, cell{text: text, start: start, end: i, direct: !doubled})
	t.pos = i + 1
	return nil
}

func (t *table) bare(r *row, col int) error {
	start := t.pos
	i := start
	for i < len(t.data) && t.data[i] != t.comma && t.data[i] != '\n' && t.data[i] != '\r' {
		if t.quotes && t.data[i] == '"' {
			return t.drift(r.num, col, "a quote only at the start of a cell", quote(string(t.data[start:i+1])))
		}
		i++
		if i-start > MaxCell {
			return t.drift(r.num, col, fmt.Sprintf("a cell of at most %d bytes", MaxCell), "more")
		}
	}
	r.cells = append(r.cells, cell{text: string(t.data[start:i]), start: start, end: i, bare: true, direct: true})
	t.pos = i
	return nil
}

// after reads the separator or line end behind a cell.
func (t *table) after(r *row, col int) (last bool, err error) {
	r.end = t.pos
	rest := t.data[t.pos:]
	switch {
	case len(rest) == 0:
		if t.ctrlZ {
			return false, t.drift(r.num, col, "a line end", "the end of the file: the row is cut")
		}
		return true, nil
	case rest[0] == t.comma:
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
	return false, t.drift(r.num, col, "a separator or a line end after the cell", quote(string(rest[:n])))
}

// checkText refuses what no list's text holds: broken encodings, control
// characters, and the replacement character that a broken conversion leaves.
func (t *table) checkText(r *row, col int) error {
	c := &r.cells[len(r.cells)-1]
	if bad, found := badText(c.text, t.newline); bad {
		return t.drift(r.num, col, "ASCII or UTF-8 text", found)
	}
	return nil
}

// badText finds a byte or character that official text does not hold. Text that
// may hold line breaks is free text, in which a replacement character can be the
// authority's own loss: its reader warns of it.
func badText(s string, newline bool) (bool, string) {
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if (b < 0x20 && b != '\t' && (!newline || (b != '\n' && b != '\r'))) || b == 0x7F {
				return true, fmt.Sprintf("control character 0x%02X at byte %d of the cell", b, i)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return true, fmt.Sprintf("byte 0x%02X at byte %d of the cell, which is no UTF-8", b, i)
		case r == unicode.ReplacementChar && !newline:
			return true, fmt.Sprintf("a replacement character at byte %d of the cell: the text was converted wrongly", i)
		case unicode.Is(unicode.Cc, r):
			return true, fmt.Sprintf("control character U+%04X at byte %d of the cell", r, i)
		}
		i += n
	}
	return false, ""
}

// header checks the first record against the published column names, exactly.
func (t *table) header(want []string) error {
	ok, err := t.next()
	if err != nil {
		return err
	}
	if !ok {
		return t.drift(1, 0, "a header", "an empty file")
	}
	for i, w := range want {
		if i >= len(t.row.cells) {
			return t.drift(1, i+1, "the column "+quote(w), "no such column")
		}
		got := t.row.cells[i].text
		if i == 0 {
			got = strings.TrimPrefix(got, "\ufeff")
		}
		if got != w {
			return t.drift(1, i+1, "the column "+quote(w), quote(got))
		}
	}
	if len(t.row.cells) > len(want) {
		return t.drift(1, len(want)+1, fmt.Sprintf("%d columns", len(want)), quote(t.row.cells[len(want)].text))
	}
	return nil
}

// width checks the number of cells of the current row.
func (t *table) width(n int) error {
	got := len(t.row.cells)
	if got == n {
		return nil
	}
	col := min(got, n) + 1
	return t.drift(t.row.num, col, fmt.Sprintf("%d columns", n), fmt.Sprintf("%d columns", got))
}

// body reads a table with a header and returns the number of rows below it.
func (t *table) body(header []string, read func() error) (int, error) {
	if err := t.begin(); err != nil {
		return 0, err
	}
	if err := t.header(header); err != nil {
		return 0, err
	}
	for {
		ok, err := t.next()
		if err != nil {
			return 0, err
		}
		if !ok {
			if len(t.data) > 0 && t.data[len(t.data)-1] != '\n' {
				return 0, t.drift(t.num, 0, "a line end after the last row", "the end of the file: it is cut")
			}
			return t.num - 1, nil
		}
		if err := t.width(len(header)); err != nil {
			return 0, err
		}
		if err := read(); err != nil {
			return 0, err
		}
	}
}
