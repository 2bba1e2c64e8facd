package desks

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/notify"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
)

// Alert is cordon alert: what screening the books has found.
type Alert struct {
	List       alertListCmd       `cmd:"" help:"Show alerts, the most urgent first."`
	Show       alertShowCmd       `cmd:"" help:"Show an alert with its evidence and history."`
	Take       alertTakeCmd       `cmd:"" help:"Take an alert to look at it."`
	Clear      alertClearCmd      `cmd:"" help:"Decide that the customer is not the listed party."`
	Confirm    alertConfirmCmd    `cmd:"" help:"Decide that the customer is the listed party."`
	Reopen     alertReopenCmd     `cmd:"" help:"Take a decision back."`
	Assign     alertAssignCmd     `cmd:"" help:"Give an alert to whom it belongs."`
	Due        alertDueCmd        `cmd:"" help:"Set the day by which it has to be decided on."`
	Note       alertNoteCmd       `cmd:"" help:"Add a note to its history."`
	Export     alertExportCmd     `cmd:"" help:"Write alerts as CSV or NDJSON."`
	Deliveries alertDeliveriesCmd `cmd:"" help:"Show what was sent about alerts, what waits and what was given up."`
}

// alertFilter are the flags by which alerts are chosen.
type alertFilter struct {
	Book      string   `help:"Of this book only." placeholder:"NAME"`
	State     []string `help:"In this state only: new, in-review, cleared, confirmed, lapsed; several with commas." placeholder:"STATE"`
	Owner     string   `help:"Of this owner only." placeholder:"NAME"`
	Reference string   `help:"About this customer only." placeholder:"ID"`
	Party     string   `help:"About this listed party only." placeholder:"ID"`
	Overdue   bool     `help:"Past their deadline only."`
}

func (f alertFilter) filter() monitor.Filter {
	out := monitor.Filter{Book: f.Book, Owner: f.Owner, Reference: f.Reference, Party: f.Party, Overdue: f.Overdue}
	for _, s := range f.State {
		out.States = append(out.States, monitor.State(s))
	}
	return out
}

type alertListCmd struct {
	alertFilter
	Limit int `help:"At most so many, 0 for all." default:"100"`
}

func (c *alertListCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		f := c.filter()
		f.Limit = max(c.Limit, 0)
		page, err := to.Alerts(a.Ctx, f)
		if err != nil {
			return err
		}
		if more := page.Total - len(page.Alerts); more > 0 { // also where a program reads
			fmt.Fprintf(a.Streams.Err, "%d more alerts are not shown: --limit 0 shows all\n", more)
		}
		return a.Out(page.Alerts, func(w io.Writer) {
			if page.Total == 0 {
				fmt.Fprintln(w, "No alert is here.")
			}
			for _, x := range page.Alerts {
				alertLine(w, x)
			}
		})
	})
}

func alertLine(w io.Writer, x monitor.Alert) {
	fmt.Fprintf(w, "%s  %-9s %-8s due %s  %s  [%s]  score %s\n", x.ID, x.State, x.Severity, x.Due.Format(time.DateOnly), run.Plain(x.Reference), run.Plain(x.Title), run.TwoDigits(x.Evidence.Candidate.Score))
}

type alertShowCmd struct {
	ID string `arg:"" help:"Id of the alert."`
}

func (c *alertShowCmd) Run(a *run.App) error {
	say, err := a.Say()
	if err != nil {
		return err
	}
	return a.With(func(to *node.Connection) error {
		x, err := to.Alert(a.Ctx, c.ID)
		if err != nil {
			return err
		}
		return a.Out(x, func(w io.Writer) { alertText(w, x, func(t screen.Text) string { return run.Plain(say.Say(t)) }) })
	})
}

func alertText(w io.Writer, x monitor.Alert, t func(screen.Text) string) {
	fmt.Fprintf(w, "%s\n  customer  %s\n  state     %s", x.ID, run.Plain(x.Reference), x.State)
	if x.Reviewer != "" {
		fmt.Fprintf(w, " by %s", run.Plain(x.Reviewer))
	}
	fmt.Fprintf(w, "\n  severity  %s\n  owner     %s\n  opened    %s\n  due       %s\n", x.Severity, run.Plain(x.Owner), x.Opened.Format(time.DateTime), x.Due.Format(time.DateTime))
	if x.Reason != "" {
		fmt.Fprintf(w, "  because   %s (%s)\n", run.Plain(x.Reason), run.Plain(x.DecidedBy))
	}
	if !x.Until.IsZero() {
		fmt.Fprintf(w, "  until     %s\n", x.Until.Format(time.DateOnly))
	}
	run.CandidateText(w, x.Evidence.Candidate, t)
	for _, l := range x.Evidence.Lists {
		fmt.Fprintf(w, "  list      %s of %s\n", run.Plain(l.List), run.FirstOf(string(l.Date), "–"))
	}
	s := x.Evidence.Stands
	fmt.Fprintf(w, "  %s\n", t(screen.Text{Key: "cli.stands", Args: []any{s.Seq, s.Rules, s.Software}}))
	for _, e := range x.History {
		fmt.Fprintf(w, "  %s  %-9s %-9s %s", e.At.Format(time.DateTime), e.What, e.State, run.Plain(e.By))
		if e.Why != "" {
			fmt.Fprintf(w, ": %s", run.Plain(e.Why))
		}
		fmt.Fprintln(w)
	}
}

// step does something to an alert and shows it.
func step(a *run.App, id string, s monitor.Step) error {
	return a.With(func(to *node.Connection) error {
		x, err := to.StepAlert(a.Ctx, id, s)
		if err != nil {
			return err
		}
		return a.Out(x, func(w io.Writer) { alertLine(w, x) })
	})
}

// alertBy is an alert and who does something to it.
type alertBy struct {
	ID string `arg:"" help:"Id of the alert."`
	By string `required:"" help:"Who does it." placeholder:"NAME"`
}

type alertTakeCmd struct{ alertBy }

func (c *alertTakeCmd) Run(a *run.App) error {
	return step(a, c.ID, monitor.Step{Do: "take", By: c.By})
}

type alertClearCmd struct {
	alertBy
	Reason string `required:"" help:"By what it is known." placeholder:"TEXT"`
	Until  string `help:"The day on which it is to be looked at again; otherwise when the entry or the customer changes." placeholder:"DATE"`
}

func (c *alertClearCmd) Run(a *run.App) error {
	until, err := dayOf(c.Until)
	if err != nil {
		return err
	}
	return step(a, c.ID, monitor.Step{Do: "clear", By: c.By, Why: c.Reason, Until: until})
}

// dayOf reads a day, which ends at midnight UTC; "" is none.
func dayOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, errs.New(errs.Invalid, "%q is no day", s).WithHint("Write it as 2026-12-31.")
	}
	return day.AddDate(0, 0, 1), nil
}

type alertConfirmCmd struct {
	alertBy
	Reason string `required:"" help:"By what it is known." placeholder:"TEXT"`
}

func (c *alertConfirmCmd) Run(a *run.App) error {
	return step(a, c.ID, monitor.Step{Do: "confirm", By: c.By, Why: c.Reason})
}

type alertReopenCmd struct {
	alertBy
	Reason string `required:"" help:"Why." placeholder:"TEXT"`
}

func (c *alertReopenCmd) Run(a *run.App) error {
	return step(a, c.ID, monitor.Step{Do: "reopen", By: c.By, Why: c.Reason})
}

type alertAssignCmd struct {
	alertBy
	To string `required:"" help:"Whose it is from now on." placeholder:"NAME"`
}

func (c *alertAssignCmd) Run(a *run.App) error {
	return step(a, c.ID, monitor.Step{Do: "assign", By: c.By, Owner: c.To})
}

type alertDueCmd struct {
	ID  string `arg:"" help:"Id of the alert."`
	Day string `arg:"" help:"The last day, 2026-12-31."`
	By  string `required:"" help:"Who does it." placeholder:"NAME"`
}

func (c *alertDueCmd) Run(a *run.App) error {
	day, err := dayOf(c.Day)
	if err != nil {
		return err
	}
	return step(a, c.ID, monitor.Step{Do: "due", By: c.By, Due: day.Add(-time.Second)})
}

type alertNoteCmd struct {
	alertBy
	Text string `required:"" help:"What to note." placeholder:"TEXT"`
}

func (c *alertNoteCmd) Run(a *run.App) error {
	return step(a, c.ID, monitor.Step{Do: "note", By: c.By, Why: c.Text})
}

type alertExportCmd struct {
	alertFilter
	Format string `help:"csv or ndjson." enum:"csv,ndjson" default:"csv"`
}

func (c *alertExportCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		page, err := to.Alerts(a.Ctx, c.filter())
		if err != nil {
			return err
		}
		all := page.Alerts
		if c.Format == "ndjson" || a.JSON {
			e := json.NewEncoder(a.Streams.Out)
			e.SetEscapeHTML(false)
			for _, x := range all {
				if err := e.Encode(x); err != nil {
					return err
				}
			}
			return nil
		}
		return exportCSV(a.Streams.Out, all)
	})
}

func exportCSV(to io.Writer, all []monitor.Alert) error {
	w := csv.NewWriter(to)
	row := func(cells ...string) error {
		for i := range cells {
			cells[i] = cell(cells[i])
		}
		return w.Write(cells)
	}
	if err := row("id", "book", "reference", "state", "severity", "owner", "reviewer", "opened", "due", "decided_by", "reason", "party", "title",
		"matched", "how", "score", "probability_low", "probability", "probability_high", "listings", "journal_sequence", "rules", "history"); err != nil {
		return err
	}
	num := func(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }
	for _, x := range all {
		c := x.Evidence.Candidate
		var listings, history []string
		for _, l := range c.Listings {
			listings = append(listings, l.List+" "+l.Entry+" "+l.Status)
		}
		for _, e := range x.History {
			history = append(history, strings.TrimSpace(e.At.Format(time.RFC3339)+" "+e.What+" "+string(e.State)+" "+e.By+" "+e.Why))
		}
		if err := row(x.ID, x.Book, x.Reference, string(x.State), string(x.Severity), x.Owner, x.Reviewer, x.Opened.Format(time.RFC3339), x.Due.Format(time.RFC3339),
			x.DecidedBy, x.Reason, x.Party, x.Title, c.Matched.Text, c.Matched.How, num(c.Score), num(c.Probability.Low), num(c.Probability.Mid), num(c.Probability.High),
			strings.Join(listings, "; "), strconv.FormatInt(x.Evidence.Stands.Seq, 10), x.Evidence.Stands.Rules, strings.Join(history, "; ")); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

type alertDeliveriesCmd struct {
	State string `help:"In this state only: waiting, delivered, dead." enum:"waiting,delivered,dead," default:""`
	Retry bool   `help:"Send what was given up again."`
}

func (c *alertDeliveriesCmd) Run(a *run.App) error {
	return a.With(func(to *node.Connection) error {
		sent, err := to.Deliveries(a.Ctx, c.Retry)
		if err != nil {
			return err
		}
		all := slices.DeleteFunc(sent, func(x notify.Delivery) bool { return c.State != "" && string(x.State) != c.State })
		return a.Out(all, func(w io.Writer) {
			if len(all) == 0 {
				fmt.Fprintln(w, "Nothing was to be sent.")
			}
			for _, x := range all {
				fmt.Fprintf(w, "%s  %-12s %-9s %d attempts", x.ID, run.Plain(x.Target), x.State, x.Attempts)
				if x.Why != "" {
					fmt.Fprintf(w, "; %s", run.Plain(x.Why))
				}
				if !x.Next.IsZero() {
					fmt.Fprintf(w, "; next %s", x.Next.Format(time.DateTime))
				}
				fmt.Fprintln(w)
			}
		})
	})
}
