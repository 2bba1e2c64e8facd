package monitor

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// Taken says what became of a file of customers.
type Taken struct {
	Rows      int       `json:"rows"`
	Customers int       `json:"customers"` // that were added or replaced
	Refused   int       `json:"refused"`   // rows of which nothing was kept
	Why       []Refusal `json:"why,omitempty"`
	Cut       int       `json:"cut,omitempty"` // refusals beyond MaxRefusals
	Screened  Run       `json:"screened"`
}

// Refusal is a row that was not kept. It does not repeat what the row says.
type Refusal struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
}

// MaxRefusals is how many refusals are told.
const MaxRefusals = 100

// Import takes customers into a book, rows as package screen/batch reads them, and
// screens them. Rows of one reference that follow one another are one customer
// with several names; a reference that comes again later is refused. Customers of
// a reference that the book has are replaced. A row that cannot be kept is refused
// and told; all others are kept, in one step. progress, if not nil, is told what is
// done, and of how much.
func (d *Desk) Import(ctx context.Context, v policy.Viewer, name string, rows iter.Seq2[batch.Row, error], progress func(stage string, done, total int64)) (t Taken, err error) {
	defer errs.Wrap(&err, "monitor.Import")
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	w, err := d.enterBook(ctx, v, name)
	if err != nil {
		return t, err
	}
	g, err := w.Gather(ctx, gathered(rows, &t), func(n int) { progress("encrypting customers", int64(n), 0) })
	if err != nil {
		return t, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.unseen()
	// Should the node stop before they are screened, everybody is.
	slots, err := g.Commit(map[string]json.RawMessage{noteNotSeen: json.RawMessage("true")})
	if err != nil {
		return t, err
	}
	t.Customers = len(slots)
	if w.index != nil && len(slots) > 0 {
		w.index.add(w.Book, slots)
	}
	// A book that was screened only needs the new ones; one that was not, all.
	if at := w.Position(); !before && at.Seq > 0 && at.Rules == d.c.Screen.Params().Rules {
		t.Screened, err = d.these(ctx, w, slots, false, told(progress))
	} else {
		t.Screened, err = d.everybody(ctx, w, told(progress))
	}
	if err != nil {
		return t, err
	}
	return t, d.tellAll(ctx, w)
}

func told(progress func(string, int64, int64)) journal.Progress {
	return func(done, total int64) { progress("screening customers", done, total) }
}

// gathered makes customers of rows.
func gathered(rows iter.Seq2[batch.Row, error], t *Taken) iter.Seq2[book.Customer, error] {
	refuse := func(line int, why string) {
		if t.Refused++; len(t.Why) == MaxRefusals {
			t.Cut++
		} else {
			t.Why = append(t.Why, Refusal{line, why})
		}
	}
	return func(yield func(book.Customer, error) bool) {
		seen := map[string]bool{}
		var last book.Customer
		var line, lines int
		give := func() bool {
			if lines == 0 {
				return true
			}
			n := lines
			lines = 0
			if err := last.Check(); err != nil {
				m, hint := errs.Message(err)
				for range n {
					refuse(line, strings.TrimSpace(m+". "+hint))
				}
				return true
			}
			return yield(last, nil)
		}
		for row, err := range rows {
			if err != nil {
				yield(book.Customer{}, err)
				return
			}
			t.Rows++
			c, why := customerOf(row)
			switch {
			case why != "":
				refuse(row.Line, why)
				continue
			case lines > 0 && c.Reference == last.Reference:
				last.Names, last.Documents, last.Wallets = append(last.Names, c.Names...), append(last.Documents, c.Documents...), append(last.Wallets, c.Wallets...)
				lines++
				continue
			case seen[c.Reference]:
				refuse(row.Line, "another customer of the file has the reference; rows of one customer follow one another")
				continue
			}
			if !give() {
				return
			}
			seen[c.Reference] = true
			last, line, lines = c, row.Line, 1
		}
		give()
	}
}

// customerOf makes a customer of a row; why says why it cannot be one.
func customerOf(row batch.Row) (c book.Customer, why string) {
	if row.Err != "" {
		return c, row.Err
	}
	q := row.Query
	c = book.Customer{Reference: strings.TrimSpace(row.Reference), Birth: q.Birth, Place: q.Place, Country: q.Country}
	if c.Reference == "" {
		return c, "the row has no reference; name the column of your own ids with --map reference=COLUMN"
	}
	ids := slices.Clone(q.Identifiers)
	switch q.Kind {
	case screen.Name:
		c.Names = []string{q.Text}
	case screen.Wallet, screen.Document, screen.Auto:
		ids = append([]string{q.Text}, ids...)
	default:
		return c, "the row is about a domain, an address or an object; books hold customers with names, documents and wallets"
	}
	for _, id := range ids {
		if _, ok := coin.Key(strings.TrimSpace(id)); ok {
			c.Wallets = append(c.Wallets, id)
		} else {
			c.Documents = append(c.Documents, id)
		}
	}
	return c, ""
}
