package liststest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/lists/listing"
)

// Table is one table of one list, as artificial or real files.
type Table struct {
	Reader listing.Reader
	Files  []listing.File // to read together
	File   string         // the end of the name of the file that is changed
	Sep    byte           // ',' with quotes or '|' without
	Header bool
	Row    int      // the row that is damaged, from 0; 0 for the middle one
	Swaps  [][2]int // pairs of columns, from 0, that can be told apart by what stands in them
}

// Refusals holds that the table's reader refuses moved columns, damaged rows and
// another header, and names the row and column where it is seen.
func (c Table) Refusals(t *testing.T) {
	t.Run("moved columns", c.movedColumns)
	t.Run("damaged rows", c.damagedRows)
	if c.Header {
		t.Run("changed headers", c.changedHeaders)
	}
}

// rowsOf parts a table into rows without line ends, and what follows the last.
func rowsOf(b []byte) (rows []string, eol, tail string) {
	s := string(b)
	if strings.HasSuffix(s, "\x1a") {
		s, tail = s[:len(s)-1], "\x1a"
	}
	eol = "\n"
	if strings.Contains(s, "\r\n") {
		eol = "\r\n"
	}
	return strings.Split(strings.TrimSuffix(s, eol), eol), eol, tail
}

func joinRows(rows []string, eol, tail string) []byte {
	return []byte(strings.Join(rows, eol) + eol + tail)
}

// cells parts one row of a table as the tests know it: quotes in csv, none in
// psv. It keeps quotes and blanks.
func cells(row string, sep byte) []string {
	if sep == '|' {
		return strings.Split(row, "|")
	}
	var out []string
	from, quoted := 0, false
	for i := range len(row) {
		switch {
		case row[i] == '"':
			quoted = !quoted
		case row[i] == ',' && !quoted:
			out = append(out, row[from:i])
			from = i + 1
		}
	}
	return append(out, row[from:])
}

// edited returns the files with the rows of one of them changed.
func (c Table) edited(change func(rows []string) []string) []listing.File {
	return Edit(c.Files, c.File, func(b []byte) []byte {
		rows, eol, tail := rowsOf(b)
		return joinRows(change(rows), eol, tail)
	})
}

func (c Table) movedColumns(t *testing.T) {
	for _, s := range c.Swaps {
		moved := c.edited(func(rows []string) []string {
			for i, r := range rows {
				x := cells(r, c.Sep)
				x[s[0]], x[s[1]] = x[s[1]], x[s[0]]
				rows[i] = c.join(x)
			}
			return rows
		})
		d := Refused(t, c.Reader, moved)
		if d.Row == 0 || d.Column == 0 {
			t.Errorf("columns %d and %d swapped: no row or column in %v", s[0]+1, s[1]+1, d)
		}
	}
}

func (c Table) join(cells []string) string { return strings.Join(cells, string(c.Sep)) }

// spoilt puts a byte into the fourth cell, inside its quotes.
func (c Table) spoilt(row, with string) string {
	x := cells(row, c.Sep)
	inner := strings.TrimSuffix(x[3], `"`)
	x[3] = inner + with + x[3][len(inner):]
	return c.join(x)
}

func (c Table) damagedRows(t *testing.T) {
	for _, damage := range []struct {
		name   string
		change func(row string) string // nil: the row stands twice
	}{
		{"a cell is missing", func(row string) string { return c.join(slices.Delete(cells(row, c.Sep), 2, 3)) }},
		{"the last cell is missing", func(row string) string {
			x := cells(row, c.Sep)
			return c.join(x[:len(x)-1])
		}},
		{"a cell too many", func(row string) string { return row + string(c.Sep) + "x" }},
		{"cut in the middle", func(row string) string {
			x := cells(row, c.Sep)
			return c.join(x[:len(x)/2])
		}},
		{"invalid UTF-8", func(row string) string { return c.spoilt(row, "\xff") }},
		{"a control character", func(row string) string { return c.spoilt(row, "\x00") }},
		{"the row twice", nil},
		{"a blank row", func(string) string { return "" }},
		{"an HTML page in place of the row", func(string) string { return "<!DOCTYPE html><title>Access denied</title>" }},
	} {
		var at int
		bad := c.edited(func(rows []string) []string {
			if at = c.Row; at == 0 {
				at = len(rows) / 2
			}
			if damage.change == nil {
				at++
				return slices.Insert(rows, at, rows[at-1])
			}
			rows[at] = damage.change(rows[at])
			return rows
		})
		d := Refused(t, c.Reader, bad)
		if d.Column == 0 {
			t.Errorf("%s: no column in %v", damage.name, d)
		}
		if d.Row != at+1 {
			t.Errorf("%s in row %d is reported in row %d", damage.name, at+1, d.Row)
		}
	}
}

func (c Table) changedHeaders(t *testing.T) {
	for name, change := range map[string]func([]string) []string{
		"renamed":    func(x []string) []string { x[2] += "s"; return x },
		"with blank": func(x []string) []string { x[3] += " "; return x },
		"one less":   func(x []string) []string { return x[:len(x)-1] },
		"one more":   func(x []string) []string { return append(x, "extra") },
		"no header":  nil,
	} {
		bad := c.edited(func(rows []string) []string {
			if change == nil {
				return rows[1:]
			}
			rows[0] = c.join(change(strings.Split(rows[0], string(c.Sep))))
			return rows
		})
		d := Refused(t, c.Reader, bad)
		if d.Row != 1 || d.Column == 0 {
			t.Errorf("%s: %v", name, d)
		}
	}
}

// Cuts cuts one file at every byte that is not harmless and holds
// that the reader refuses what is left.
func Cuts(t *testing.T, r listing.Reader, files []listing.File, file string, harmless func(data []byte, at int) bool) {
	t.Helper()
	i := slices.IndexFunc(files, func(f listing.File) bool { return strings.HasSuffix(f.Name, file) })
	data := files[i].Data
	for n := range len(data) {
		if harmless != nil && harmless(data, n) {
			continue
		}
		cut := slices.Clone(files)
		cut[i].Data, cut[i].SHA256 = data[:n], ""
		Refused(t, r, cut)
	}
}

// BetweenRows reports whether a cut lies between two rows. A table whose form has
// no mark of its end (retyped rows, the csv of Japan's ministry) cannot tell it:
// the import's check of the counts stands in.
func BetweenRows(data []byte, at int) bool { return at > 0 && data[at-1] == '\n' }

// AnyByte changes bytes at random and holds that whatever comes out is [Sound].
func AnyByte(t *testing.T, r listing.Reader, whole []listing.File) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		files := slices.Clone(whole)
		i := rapid.IntRange(0, len(files)-1).Draw(t, "file")
		b := bytes.Clone(files[i].Data)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				b[at] = rapid.Byte().Draw(t, "byte")
			case 1:
				b = slices.Delete(b, at, min(len(b)-1, at+rapid.IntRange(1, 30).Draw(t, "length"))+1)
			default:
				b = slices.Insert(b, at, rapid.Byte().Draw(t, "byte"))
			}
			if len(b) == 0 {
				b = []byte{'x'}
			}
		}
		files[i].Data = b
		Sound(t, r, files)
	})
}
