package listing

import (
	"fmt"

	"github.com/cordon-project/cordon/errs"
)

// Drift says where a file departs from the form that its authority publishes.
// It is the cause of the errs.Invalid error that [Read] returns: use errors.As.
type Drift struct {
	List     string
	File     string
	Row      int    // 1-based; 0 when it concerns the file as a whole
	Column   int    // 1-based; 0 when it concerns the row as a whole
	Element  string // XML path, "" for tables
	Expected string
	Found    string
}

func (d *Drift) Error() string {
	at := d.File
	if d.Row > 0 {
		at += fmt.Sprintf(" row %d", d.Row)
	}
	if d.Column > 0 {
		at += fmt.Sprintf(" column %d", d.Column)
	}
	if d.Element != "" {
		at += " " + d.Element
	}
	return fmt.Sprintf("%s: expected %s, found %s", at, d.Expected, d.Found)
}

// Refusal returns the error for people that a drift is the cause of.
func (d *Drift) Refusal() error {
	e := errs.New(errs.Invalid, "the form of %s has changed or the file is damaged; nothing was imported and the version in force stays", d.List)
	return e.WithHint("fetch the file again from the authority; if it is the same, the authority changed its form and Cordon needs a new reader").Because(d)
}

// Quote shows a found value in a message, cut at 80 characters.
func Quote(s string) string {
	r := []rune(s)
	if len(r) > 80 {
		return fmt.Sprintf("%q…", string(r[:80]))
	}
	return fmt.Sprintf("%q", s)
}
