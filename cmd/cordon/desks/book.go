package desks

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/node"
)

// Book is cordon book: customers, kept encrypted.
type Book struct {
	Create   bookCreateCmd   `cmd:"" help:"Make an empty customer book; the first makes the key that opens all of them."`
	Import   bookImportCmd   `cmd:"" help:"Take customers from a file (CSV or NDJSON) into a book, encrypted, and screen them."`
	List     bookListCmd     `cmd:"" help:"Show the books: customers, alerts, up to where they are screened."`
	Show     bookShowCmd     `cmd:"" help:"Show a book, or one customer of it with their alerts."`
	Remove   bookRemoveCmd   `cmd:"" help:"Remove customers, or a whole book, with their alerts, from the disk too."`
	Rescreen bookRescreenCmd `cmd:"" help:"Screen the customers whom changes of the lists can concern, or everybody."`
	Key      bookKeyCmd      `cmd:"" help:"Show the public key of the books and where the key is kept."`
}

type bookCreateCmd struct {
	Name    string `arg:"" help:"Name of the book."`
	Owner   string `required:"" help:"Who answers for its alerts." placeholder:"NAME"`
	Profile string `help:"By which its customers are screened: ${profiles}." placeholder:"PROFILE"`
}

func (bookCreateCmd) Help() string {
	return "The key is a file of the node's folder for its owner only, or encrypted with the passphrase in CORDON_BOOK_PASSPHRASE " +
		"(CORDON_BOOK_PASSPHRASE_FILE names a file that holds it). Without the key the books are lost: keep a copy elsewhere."
}

func (c *bookCreateCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		before, err := to.Books(a.Ctx)
		if err != nil {
			return err
		}
		i, err := to.CreateBook(a.Ctx, api.BookOf{Name: c.Name, Owner: c.Owner, Profile: c.Profile})
		if err != nil {
			return err
		}
		return a.Out(i, func(w io.Writer) {
			fmt.Fprintf(w, "%s  %s\n", i.ID, run.Plain(i.Name))
			if len(before) == 0 {
				fmt.Fprintf(w, "The key of the books is %s. Without it they are lost: keep a copy elsewhere.\n", bookKey(a))
			}
		})
	})
}

func bookKey(a *run.App) string { return filepath.Join(a.Home, "books", book.KeyFile) }

type bookImportCmd struct {
	Name  string `arg:"" help:"Name of the book."`
	File  string `arg:"" help:"CSV or NDJSON; - reads standard input."`
	Map   string `help:"Which column is what: reference=id,name=full_name,birth=dob, also given, family, place, country, identifier, document, wallet. Otherwise it is guessed from the header." placeholder:"FIELD=COLUMN,…"`
	Dates string `help:"How dates such as 05/12/1966 are read: dmy or mdy. Otherwise their year alone is taken." enum:"dmy,mdy," default:""`
}

func (c *bookImportCmd) Run(a *run.App) error {
	in, _, err := a.Input(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	return a.With(func(to *node.Connection) error {
		p := a.Progress()
		t, err := to.TakeCustomers(a.Ctx, c.Name, in, c.Map, c.Dates, func(s api.Step) {
			if s.Reading != nil {
				a.Tell(*s.Reading)
			}
			p.At(s.Stage, s.Done, s.Total, "customers")
		})
		p.End()
		if err != nil {
			return err
		}
		return a.Out(t, func(w io.Writer) {
			fmt.Fprintf(w, "%d rows, %d customers added or replaced, %d rows refused\n", t.Rows, t.Customers, t.Refused)
			for _, x := range t.Why {
				fmt.Fprintf(w, "  line %d: %s\n", x.Line, run.Plain(x.Why))
			}
			if t.Cut > 0 {
				fmt.Fprintf(w, "  … and %d more\n", t.Cut)
			}
			runText(w, t.Screened)
		})
	})
}

func runText(w io.Writer, r monitor.Run) {
	fmt.Fprintf(w, "%d customers screened up to journal sequence %d: %d alerts raised, %d opened again, %d updated, %d gone (%s)\n",
		r.Asked, r.To, r.Raised, r.Reopened, r.Updated, r.Gone, r.Elapsed.Round(time.Millisecond))
}

type bookListCmd struct{}

func (c *bookListCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		all, err := to.Books(a.Ctx)
		if err != nil {
			return err
		}
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "No customer book is here.")
			}
			for _, i := range all {
				infoText(w, i)
			}
		})
	})
}

func infoText(w io.Writer, i monitor.Info) {
	fmt.Fprintf(w, "%s  [%s]\n  %d customers of %s, profile %s\n", run.Plain(i.Name), i.ID, i.Customers, run.Plain(i.Owner), i.Profile)
	switch {
	case i.Pending:
		fmt.Fprintln(w, "  customers came who are not screened yet: cordon book rescreen")
	case i.Screened.Seq == 0:
		fmt.Fprintln(w, "  never screened")
	default:
		fmt.Fprintf(w, "  screened up to journal sequence %d, %s, rules %s\n", i.Screened.Seq, i.Screened.At.Format(time.DateTime), i.Screened.Rules)
	}
	fmt.Fprint(w, "  alerts:")
	for _, s := range monitor.States {
		fmt.Fprintf(w, " %s %d", s, i.Alerts[s])
	}
	fmt.Fprintf(w, "; overdue %d\n", i.Overdue)
}

type bookShowCmd struct {
	Name      string `arg:"" help:"Name or id of the book."`
	Reference string `help:"Show this customer." placeholder:"ID"`
}

func (c *bookShowCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		if c.Reference == "" {
			i, err := to.Book(a.Ctx, c.Name)
			if err != nil {
				return err
			}
			return a.Out(i, func(w io.Writer) { infoText(w, i) })
		}
		one, err := to.Customer(a.Ctx, c.Name, c.Reference)
		if err != nil {
			return err
		}
		return a.Out(one, func(w io.Writer) {
			customerText(w, one.Customer)
			for _, x := range one.Alerts {
				alertLine(w, x)
			}
		})
	})
}

func customerText(w io.Writer, c book.Customer) {
	fmt.Fprintf(w, "%s\n", run.Plain(c.Reference))
	line := func(label string, all ...string) {
		for _, s := range all {
			if s != "" {
				fmt.Fprintf(w, "  %-9s %s\n", label, run.Plain(s))
			}
		}
	}
	line("name", c.Names...)
	line("kind", string(c.Kind))
	line("born", string(c.Birth))
	line("at", c.Place)
	line("country", c.Country)
	line("document", c.Documents...)
	line("wallet", c.Wallets...)
}

type bookRemoveCmd struct {
	Name      string   `arg:"" help:"Name or id of the book."`
	Reference []string `help:"Remove this customer; can be given again." placeholder:"ID" sep:"none"`
	All       bool     `help:"Remove the whole book."`
}

func (c *bookRemoveCmd) Run(a *run.App) error {
	if c.All == (len(c.Reference) > 0) {
		return errs.New(errs.Invalid, "it is not said what to remove").WithHint("Give --reference for customers, or --all for the whole book.")
	}
	return a.With(func(to *node.Connection) error {
		if c.All {
			if err := to.DeleteBook(a.Ctx, c.Name); err != nil {
				return err
			}
			return a.Out(map[string]any{"removed": "book"}, func(w io.Writer) { fmt.Fprintln(w, "The book is removed with all that was in it.") })
		}
		n, err := to.RemoveCustomers(a.Ctx, c.Name, c.Reference)
		if err != nil {
			return err
		}
		return a.Out(n, func(w io.Writer) { fmt.Fprintf(w, "%d customers are removed with their alerts.\n", n.Removed) })
	})
}

type bookRescreenCmd struct {
	Name string `arg:"" help:"Name or id of the book."`
	All  bool   `help:"Screen everybody, whatever changed."`
}

func (c *bookRescreenCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		p := a.Progress()
		r, err := to.Rescreen(a.Ctx, c.Name, c.All, func(s api.Step) { p.At(s.Stage, s.Done, s.Total, "customers") })
		p.End()
		if err != nil {
			return err
		}
		return a.Out(r, func(w io.Writer) { runText(w, r) })
	})
}

type bookKeyCmd struct{}

func (c *bookKeyCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		k, err := to.BooksKey(a.Ctx)
		if err != nil {
			return err
		}
		path := bookKey(a)
		if _, err := os.Stat(path); err != nil {
			return errs.New(errs.NotFound, "the file of the key is gone").WithHint("Put it back from its copy before the books are closed.")
		}
		return a.Out(map[string]any{"public": k.Public, "sealed": k.Sealed, "file": path}, func(w io.Writer) {
			fmt.Fprintf(w, "%s\n%s\n", k.Public, path)
			if !k.Sealed {
				fmt.Fprintln(w, "It is not encrypted with a passphrase: whoever can read the file can read the books.")
			}
			fmt.Fprintln(w, "Without it the books are lost: keep a copy elsewhere.")
		})
	})
}
