package matrix

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/workbook"
)

// head are the names of the columns of CSV and workbook, stable for programs:
// what is said of the party, four for each authority, and what it stands on.
func head() []string {
	out := []string{"party", "name", "other_names", "kind", "programmes", "first_mover", "first_mover_certain", "missing", "open_identity_questions", "marking"}
	for _, c := range Codes() {
		code := strings.ToLower(c)
		out = append(out, code+"_status", code+"_date", code+"_date_is", code+"_instruments", code+"_entries", code+"_press")
	}
	return append(out, "other_authorities", "stands_on")
}

// StandsOn says in one line on what a table stands: the journal, the rules, and
// for each authority its lists with their versions.
func (t *Table) StandsOn() string {
	var parts []string
	for _, c := range t.Columns {
		if !c.Loaded {
			parts = append(parts, c.Code+": no list loaded")
			continue
		}
		var lists []string
		for _, l := range c.Lists {
			date := string(l.Date)
			if date == "" {
				date = "undated"
			}
			lists = append(lists, fmt.Sprintf("%s %s (%d entries)", l.List, date, l.Entries))
		}
		parts = append(parts, c.Code+": "+strings.Join(lists, ", "))
	}
	cut := ""
	if len(t.Rows) < t.Total {
		cut = fmt.Sprintf("; %d of %d rows", len(t.Rows), t.Total)
	}
	return fmt.Sprintf("%s; press %s; journal %d; rules %s; asked %s; marking %s%s; empty cells: not found in the lists loaded",
		strings.Join(parts, "; "), t.Stands.Press, t.Stands.Seq, strings.Join(t.Stands.Rules, ", "), t.Stands.At, t.Marking, cut)
}

// cells are those of one row.
func (r *Row) cells(stands string) []string {
	var others []string
	for _, n := range r.Names {
		if n.Text != r.Primary {
			others = append(others, n.Text)
		}
	}
	var doubts []string
	for _, d := range r.Doubts {
		doubts = append(doubts, strings.TrimSpace(d.Name+" "+d.Party))
	}
	var classes []string
	for _, c := range r.Programmes {
		classes = append(classes, c.Class)
	}
	out := []string{
		r.ID, r.Primary, strings.Join(others, "; "), string(r.Kind), strings.Join(classes, "; "), strings.Join(r.First, "; "),
		strconv.FormatBool(r.Certain), strings.Join(r.Missing, "; "), strings.Join(doubts, "; "), r.Marking,
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		shown := c.Listings
		if c.Status == Press {
			shown = c.Press
		}
		instruments, entries := gather(shown)
		_, press := gather(c.Press)
		out = append(out, string(c.Status), string(c.First.Date), c.First.words(), instruments, entries, press)
	}
	_, elsewhere := gather(r.Others)
	return append(out, elsewhere, stands)
}

// words says what the date of a cell is.
func (w When) words() string {
	switch w.Kind {
	case Between:
		return fmt.Sprintf("first version with it; not in that of %s", w.After)
	case NotLater:
		return "not later than: first version loaded"
	case Unknown:
		return ""
	}
	return string(w.Kind)
}

// gather joins what several listings name, each once: instruments, or programmes
// where there are none, and the entries with their dates.
func gather(ls []Listing) (instruments, entries string) {
	var in, en []string
	seen := map[string]bool{}
	for _, l := range ls {
		for _, x := range append(l.Instruments[:len(l.Instruments):len(l.Instruments)], l.Programmes...) {
			if !seen[x] {
				seen[x] = true
				in = append(in, x)
			}
		}
		e := l.List + " " + l.Entry
		if l.When.Kind == OfPress {
			e = "press: " + l.Authority + " " + string(l.When.Date)
		} else if l.List == pressList {
			e = "press: " + l.Authority
		}
		en = append(en, strings.TrimSpace(e))
	}
	return strings.Join(in, "; "), strings.Join(en, "; ")
}

// records are the rows of a table as texts, without a head. An empty table has
// one row that says on what it stands.
func (t *Table) records() [][]string {
	stands := t.StandsOn()
	out := make([][]string, 0, len(t.Rows)+1)
	for i := range t.Rows {
		out = append(out, t.Rows[i].cells(stands))
	}
	if len(out) == 0 {
		row := make([]string, len(head()))
		row[len(row)-1] = stands
		out = append(out, row)
	}
	return out
}

// WriteCSV writes a table as CSV (RFC 4180, UTF-8 with a byte order mark, so that
// spreadsheets know it), one row for each party. The last cell of each row says on
// what the table stands. A cell that a spreadsheet would take for a formula begins
// with an apostrophe instead.
func WriteCSV(w io.Writer, t Table) (err error) {
	defer errs.Wrap(&err, "matrix.WriteCSV")
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(head()); err != nil {
		return err
	}
	for _, row := range t.records() {
		for i := range row {
			row[i] = harmless(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless takes the power from a cell that a spreadsheet would calculate (OWASP,
// "CSV Injection"), the full-width forms of the signs included, also behind
// blanks.
func harmless(cell string) string {
	if cell == "" {
		return ""
	}
	if cell[0] == '\t' || cell[0] == '\r' || cell[0] == '\n' {
		return "'" + cell
	}
	bare := strings.TrimLeft(cell, " \u00a0\u3000\t\r\n")
	if first, _ := utf8.DecodeRuneInString(bare); bare != "" && strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// WriteXLSX writes a table as a workbook with two sheets: the matrix, and what it
// stands on. All cells are texts.
func WriteXLSX(w io.Writer, t Table) (err error) {
	defer errs.Wrap(&err, "matrix.WriteXLSX")
	rows := append([][]string{head()}, t.records()...)
	stands := [][]string{{"authority", "list", "version", "entries", "versions read", "earliest version", "id of the version"}}
	for _, c := range t.Columns {
		if !c.Loaded {
			stands = append(stands, []string{c.Code, "no list loaded: not looked at"})
		}
		for _, l := range c.Lists {
			stands = append(stands, []string{c.Code, l.List, string(l.Date), strconv.Itoa(l.Entries), strconv.Itoa(l.Versions), string(l.First), l.Version})
		}
	}
	stands = append(stands, []string{}, []string{"all of it", t.StandsOn()})
	return workbook.Write(w, workbook.Sheet{Name: "matrix", Rows: rows}, workbook.Sheet{Name: "stands on", Rows: stands})
}
