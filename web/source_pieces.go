package web

import (
	"strings"

	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/record"
)

// A piece is a text with what is marked in it, cut in three for the template.
type piece struct {
	Number                int // of the column, 1-based
	Before, Inside, After string
	Marked                bool
}

// Empty reports whether there is nothing to show.
func (p piece) Empty() bool { return !p.Marked && p.Before == "" }

// pieces returns the cells of a row with what is marked in them.
func pieces(r intake.SourceRow) []piece {
	out := make([]piece, len(r.Cells))
	for i, cell := range r.Cells {
		out[i] = piece{Number: i + 1, Before: cell}
		if r.Mark == nil || r.Mark.Column != i+1 {
			continue
		}
		out[i] = pieceOf(cell, r.Mark.Start, r.Mark.End)
		out[i].Number = i + 1
	}
	return out
}

// find narrows what is marked in a row from a whole cell, or from the whole row,
// to a text in it. How a list prints a value and what was read from it can
// differ; then what was marked stays marked.
func find(r *intake.SourceRow, text string) {
	if r.Mark == nil || r.Mark.Start != r.Mark.End || text == "" {
		return
	}
	for n, cell := range r.Cells {
		if r.Mark.Column != 0 && r.Mark.Column != n+1 {
			continue
		}
		if i := strings.Index(cell, text); i >= 0 {
			r.Mark = &intake.Mark{Column: n + 1, Start: i, End: i + len(text)}
			return
		}
	}
}

// longCell is how many characters of a cell stand in a table of neighbouring
// rows; the row's number opens it in full.
const longCell = 120

// excerpt shortens a cell for the table of neighbours, around what is marked.
func excerpt(p piece) piece {
	before, after := []rune(p.Before), []rune(p.After)
	if !p.Marked {
		if len(before) > longCell {
			p.Before = string(before[:longCell]) + " …"
		}
		return p
	}
	if len(before) > longCell/2 {
		p.Before = "… " + string(before[len(before)-longCell/2:])
	}
	if inside := []rune(p.Inside); len(inside) > longCell {
		p.Inside = string(inside[:longCell]) + " …"
	}
	if len(after) > longCell/2 {
		p.After = string(after[:longCell/2]) + " …"
	}
	return p
}

// rowAt is the address of a row of an input.
func rowAt(sha256 string, n int) string {
	return sourceURL(record.Where{SHA256: sha256, Row: n})
}

// windowPiece returns the text of a window with its span.
func windowPiece(w intake.Window) piece {
	if w.End <= w.Start {
		return piece{Before: w.Text}
	}
	return pieceOf(w.Text, w.Start, w.End)
}

// pieceOf cuts a text at a span; a span that is empty or does not fit marks the
// whole.
func pieceOf(s string, start, end int) piece {
	if start < 0 || end > len(s) || start >= end {
		start, end = 0, len(s)
	}
	return piece{Before: s[:start], Inside: s[start:end], After: s[end:], Marked: true}
}
