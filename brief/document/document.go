package document

import (
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Limits of a document. A packet of the largest party on a real list has some 400
// rows and 200 kB.
const (
	MaxBlocks = 20_000
	MaxRows   = 50_000 // of all tables
	MaxText   = 64 << 20
)

// Document is a text to be set.
type Document struct {
	Title   string
	Lang    string    // BCP 47: en, ja, ko
	Author  string    // of the file: the node
	Date    time.Time // of the file, UTC; nothing else says when it was made
	Letter  bool      // US Letter paper; otherwise A4
	Running Running
	Blocks  []Block
}

// Running is what stands in head and foot of every page.
type Running struct {
	TLP      string   // "TLP:AMBER": shown in FIRST's colour on black
	Markings []string // others, in words
	Head     string   // on the right of the head
	Foot     string   // on the right of the foot, before the page
	// Page holds {page} and {pages} in the document's language.
	Page string
}

// Block is a [Heading], [Paragraph], [Table] or [Quote].
type Block interface{ block() }

// Heading is a heading of level 1 to 3; level 1 is the title.
type Heading struct {
	Level int
	Text  string
	ID    string // what links lead to, "" for none: letters, digits and hyphens
}

// Style is how a paragraph is set.
type Style string

// The styles of paragraphs.
const (
	Body   Style = ""
	Lead   Style = "lead"   // the answer, first
	Small  Style = "small"  // what explains
	Bullet Style = "bullet" // one of a list
	Notice Style = "notice" // a doubt that must not be overlooked
	Kicker Style = "kicker" // above the title
)

// Paragraph is a paragraph of runs.
type Paragraph struct {
	Style Style
	Runs  []Run
}

// Run is a piece of text in one language and one manner.
type Run struct {
	Text  string
	Lang  string // BCP 47, "" for the document's
	Bold  bool
	Quiet bool   // second in rank
	Mono  bool   // an identifier: may break anywhere
	Name  bool   // isolated: a name or value from outside
	Link  string // ID of a heading or row of the document
}

// Cell is what stands in one cell: paragraphs of runs.
type Cell [][]Run

// Row is one row of a table.
type Row struct {
	ID    string // as of a heading
	Cells []Cell
}

// Table is a table with a head that is repeated on every page.
type Table struct {
	Caption string // for readers that cannot see it
	Head    []string
	Widths  []int // per cent of the line, one for each column
	Rows    []Row
	// Terms is set when the first cell of each row names the row and there is no head.
	Terms bool
}

// Quote is somebody's own words.
type Quote struct {
	Lang  string // BCP 47, "" when not known
	Text  string // lines as in the source
	Below []Run  // who says it, where
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (Table) block()     {}
func (Quote) block()     {}

// Check says what of the document cannot be set.
func (d *Document) Check() error {
	if d.Title == "" || d.Running.TLP == "" || d.Date.IsZero() || d.Lang == "" {
		return errs.New(errs.Invalid, "a document needs a title, a language, a marking and a date")
	}
	if len(d.Blocks) > MaxBlocks {
		return errs.New(errs.Invalid, "the document has %d blocks; at most %d can be set", len(d.Blocks), MaxBlocks)
	}
	rows, text := 0, 0
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			text += len(b.Text)
		case Paragraph:
			text += size(b.Runs)
		case Quote:
			text += len(b.Text) + size(b.Below)
		case Table:
			rows += len(b.Rows)
			n, err := b.check()
			if err != nil {
				return err
			}
			text += n
		}
	}
	if rows > MaxRows || text > MaxText {
		return errs.New(errs.Invalid, "the document has %d rows and %d bytes of text; at most %d and %d can be set", rows, text, MaxRows, MaxText)
	}
	return nil
}

func (t Table) check() (bytes int, err error) {
	sum := 0
	for _, w := range t.Widths {
		sum += w
	}
	if len(t.Widths) == 0 || sum != 100 || !t.Terms && len(t.Head) != len(t.Widths) {
		return 0, errs.New(errs.Internal, "the table %q has widths %v for %d columns", t.Caption, t.Widths, len(t.Head))
	}
	for _, r := range t.Rows {
		if len(r.Cells) != len(t.Widths) {
			return 0, errs.New(errs.Internal, "a row of the table %q has %d cells, not %d", t.Caption, len(r.Cells), len(t.Widths))
		}
		for _, c := range r.Cells {
			for _, runs := range c {
				bytes += size(runs)
			}
		}
	}
	return bytes, nil
}

func size(runs []Run) (n int) {
	for _, r := range runs {
		n += len(r.Text)
	}
	return n
}
