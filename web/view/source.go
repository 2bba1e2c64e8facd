package view

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// A Piece is a text with what is marked in it, cut in three for the template.
type Piece struct {
	Number                int // of the column, 1-based
	Before, Inside, After string
	Marked                bool
}

// Empty reports whether there is nothing to show.
func (p Piece) Empty() bool { return !p.Marked && p.Before == "" }

// Pieces returns the cells of a row with what is marked in them.
func Pieces(r intake.SourceRow) []Piece {
	out := make([]Piece, len(r.Cells))
	for i, cell := range r.Cells {
		out[i] = Piece{Number: i + 1, Before: cell}
		if r.Mark == nil || r.Mark.Column != i+1 {
			continue
		}
		out[i] = pieceOf(cell, r.Mark.Start, r.Mark.End)
		out[i].Number = i + 1
	}
	return out
}

// Find narrows what is marked in a row from a whole cell, or from the whole row,
// to a text in it. How a list prints a value and what was read from it can
// differ; then what was marked stays marked.
func Find(r *intake.SourceRow, text string) {
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

// Excerpt shortens a cell for the table of neighbours, around what is marked.
func Excerpt(p Piece) Piece {
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

// WindowPiece returns the text of a window with its span.
func WindowPiece(w intake.Window) Piece {
	if w.End <= w.Start {
		return Piece{Before: w.Text}
	}
	return pieceOf(w.Text, w.Start, w.End)
}

// pieceOf cuts a text at a span; a span that is empty or does not fit marks the
// whole.
func pieceOf(s string, start, end int) Piece {
	if start < 0 || end > len(s) || start >= end {
		start, end = 0, len(s)
	}
	return Piece{Before: s[:start], Inside: s[start:end], After: s[end:], Marked: true}
}

// placesShown bounds the places beside an object: a version of a list names
// thousands, and they are all in its table.
const placesShown = 20

// Places returns the rows, elements and texts that an object was made from,
// each once: its parts name their columns themselves.
func Places(ws []record.Where) []record.Where {
	var out []record.Where
	for _, w := range ws {
		if w.Row > 0 {
			w.Column, w.Start, w.End = 0, 0, 0
		}
		if !slices.Contains(out, w) && len(out) < placesShown {
			out = append(out, w)
		}
	}
	return out
}

// JobName names a job by what was given to it.
func JobName(j intake.Job) string {
	if len(j.Inputs) == 0 {
		return j.ID
	}
	return j.Inputs[0].Name
}

// Unshown is how many refusals of an import the page does not show.
func Unshown(r intake.Result) int { return max(0, r.Refused-len(r.Refusals)) }

// Who is one listing of a candidate.
type Who struct {
	screen.Listing
	Candidate string // id of the party
}
