package review

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/monitor/book"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/view"
)

// alertsShown is how many alerts the page has, the most urgent first; more are
// said to exist.
const alertsShown = 100

// Choices of states that are more than one.
const (
	openAlerts = "open" // what somebody has to decide; shown unless something else is asked for
	allAlerts  = "all"
)

type alertsPage struct {
	F       web.Frame
	State   string
	States  []stateCount
	Books   []monitor.Info
	Book    string // id of the one that is asked for, "" for all
	Owner   string
	Late    bool // only those past their deadline
	All     []alertView
	Total   int
	Cut     int
	Overdue int // of the books that are asked for
}

// stateCount is a choice of states with how many alerts the books have in it.
type stateCount struct {
	Name    string
	Count   int
	Address string
	Current bool
}

// alertView is an alert with what a page says of it.
type alertView struct {
	monitor.Alert
	BookName string
	Late     bool // past its deadline
}

// alertsAddress is the address of a choice of alerts. A customer's reference is
// never in it.
func alertsAddress(state, book, owner string, overdue bool) string {
	q := url.Values{}
	for key, value := range map[string]string{"state": view.Unless(state, openAlerts), "book": book, "owner": owner} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if overdue {
		q.Set("overdue", "1")
	}
	if len(q) == 0 {
		return "/alerts"
	}
	return "/alerts?" + q.Encode()
}

// private is the marking of what shows customers: for this organisation and nobody
// else (FIRST, TLP 2.0).
const private = policy.AmberStrict

// frame begins a page that shows customers.
func (s *pages) frame(v *web.Visit) web.Frame {
	f := s.Frame(v, "alerts")
	f.RaiseTo(private.String())
	return f
}

func (s *pages) alerts(w http.ResponseWriter, v *web.Visit) error {
	q := v.URL.Query()
	p := &alertsPage{F: s.frame(v), State: q.Get("state"), Book: q.Get("book"), Owner: strings.TrimSpace(q.Get("owner")), Late: q.Get("overdue") != ""}
	if view.Untidy(q) { // what a form sends for fields that were left empty
		http.Redirect(w, v.Request, alertsAddress(p.State, p.Book, p.Owner, p.Late), http.StatusSeeOther)
		return nil
	}
	p.F.Title = v.Say.Plain("alerts.title")
	if p.State == "" {
		p.State = openAlerts
	}
	var err error
	if p.Books, err = s.c.Alerts.Books(v.Context(), *v.Viewer); err != nil {
		return err
	}
	p.count()
	all, total, err := s.c.Alerts.Alerts(v.Context(), *v.Viewer, monitor.Filter{Book: p.Book, States: statesOf(p.State), Owner: p.Owner, Overdue: p.Late, Limit: alertsShown})
	if err != nil {
		return err
	}
	p.Total, p.Cut = total, total-len(all)
	if p.All, err = s.alertViews(v, &p.F, all, p.Books); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "alerts", p)
}

// statesOf are the states that a choice stands for, none for all.
func statesOf(choice string) []monitor.State {
	switch choice {
	case openAlerts:
		return slices.DeleteFunc(slices.Clone(monitor.States), func(s monitor.State) bool { return !s.Open() })
	case allAlerts:
		return nil
	}
	return []monitor.State{monitor.State(choice)}
}

// count counts the alerts of the books that are asked for.
func (p *alertsPage) count() {
	counts := map[string]int{}
	for _, b := range p.Books {
		if p.Book != "" && p.Book != b.ID && p.Book != b.Name {
			continue
		}
		p.Overdue += b.Overdue
		for state, n := range b.Alerts {
			counts[string(state)] += n
			counts[allAlerts] += n
			if state.Open() {
				counts[openAlerts] += n
			}
		}
	}
	choices := []string{openAlerts}
	for _, state := range monitor.States {
		choices = append(choices, string(state))
	}
	for _, c := range append(choices, allAlerts) {
		p.States = append(p.States, stateCount{c, counts[c], alertsAddress(c, p.Book, p.Owner, p.Late), c == p.State})
	}
}

// alertViews adds the names of books, and marks the page as high as the parties
// are marked.
func (s *pages) alertViews(v *web.Visit, f *web.Frame, all []monitor.Alert, books []monitor.Info) (out []alertView, err error) {
	now := s.Now()
	for _, a := range all {
		x := alertView{Alert: a, Late: a.Overdue(now)}
		for _, b := range books {
			if b.ID == a.Book {
				x.BookName = b.Name
			}
		}
		e, err := s.c.Objects.Get(v.Context(), *v.Viewer, policy.Reading, a.Party)
		if err == nil {
			f.Mark(e.Label)
		} else if !web.Absent(err) {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

type alertPage struct {
	F    web.Frame
	A    alertView
	C    screen.Candidate
	By   string
	Does []string // what can be done to it, in the order to be shown
	// History is the newest first; Why is in the words of the node where nobody
	// decided.
	History []monitor.Event
}

// does is what can be done to an alert in a state, as package monitor has it; what
// the state has changed to in the meantime is its to refuse.
func does(s monitor.State) []string {
	if s.Open() {
		return []string{"take", "clear", "confirm", "assign", "due", "note"}
	}
	return []string{"reopen", "assign", "note"}
}

func (s *pages) alert(w http.ResponseWriter, v *web.Visit) error {
	a, err := s.c.Alerts.Alert(v.Context(), *v.Viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	books, err := s.c.Alerts.Books(v.Context(), *v.Viewer)
	if err != nil {
		return err
	}
	p := &alertPage{F: s.frame(v), C: a.Evidence.Candidate, By: s.By(v), Does: does(a.State)}
	p.F.Title = v.Say.Plain("alert.title", a.Title)
	views, err := s.alertViews(v, &p.F, []monitor.Alert{a}, books)
	if err != nil {
		return err
	}
	p.A, p.History = views[0], slices.Clone(a.History)
	slices.Reverse(p.History)
	return s.Render(w, v, http.StatusOK, "alert", p)
}

// Given reports whether the evidence gives a probability that it is this party.
func (p *alertPage) Given() bool { return p.C.PartyKind != "" && p.C.Probability.High > 0 }

// Who are the listings of the entry.
func (p *alertPage) Who() (out []view.Who) {
	for _, l := range p.C.Listings {
		out = append(out, view.Who{Listing: l, Candidate: p.C.Object})
	}
	return out
}

// Met says by what of the customer the entry was met: the number of a name, 0 for
// an identifier.
func (p *alertPage) Met() int { return p.A.Evidence.Name }

// whys are the reasons that package monitor gives by itself.
var whys = map[string]string{
	"how many listed parties bear the name changed":                             "alert.own.others",
	"the listed entry changed":                                                  "alert.own.entry",
	"what is known of the customer changed":                                     "alert.own.customer",
	"they meet again":                                                           "alert.own.again",
	"the day until which it was cleared has come":                               "alert.own.day",
	"the clearance is not in force any more":                                    "alert.own.clearance",
	"the rules of screening changed":                                            "alert.own.rules",
	"no list has the entry in force, or it does not meet the customer any more": "alert.own.gone",
}

// Says is the reason of a step in the reader's language, nil for what a person
// wrote and for what has no word.
func (p *alertPage) Says(e monitor.Event) *screen.Text {
	if key := whys[e.Why]; key != "" && p.ByNode(e) {
		return &screen.Text{Key: key}
	}
	if owner, ok := strings.CutPrefix(e.Why, "to "); ok && e.What == monitor.Assigned {
		return &screen.Text{Key: "alert.assigned.to", Args: []any{owner}}
	}
	if day, ok := strings.CutPrefix(e.Why, "until "); ok && e.What == monitor.Dated {
		return &screen.Text{Key: "alert.dated.until", Args: []any{day}}
	}
	return nil
}

// ByNode reports whether nobody did it but the node.
func (p *alertPage) ByNode(e monitor.Event) bool { return e.By == monitor.ByCordon }

// step does what a person decides to an alert.
func (s *pages) step(w http.ResponseWriter, v *web.Visit) error {
	step := monitor.Step{Do: v.PostFormValue("do"), By: v.Line("by"), Why: v.Text("why"), Owner: v.Line("owner")}
	var err error
	if step.Until, err = endOf(v.Line("until")); err != nil {
		return err
	}
	if step.Due, err = endOf(v.Line("due")); err != nil {
		return err
	}
	if !step.Due.IsZero() {
		step.Due = step.Due.Add(-time.Second) // the day itself is in time
	}
	a, err := s.c.Alerts.Do(v.Context(), *v.Viewer, v.PathValue("id"), step)
	if err != nil {
		return err
	}
	s.Decided(v, step.By)
	http.Redirect(w, v.Request, "/alerts/"+url.PathEscape(a.ID)+"#state", http.StatusSeeOther)
	return nil
}

// endOf is the end of a day, zero for none.
func endOf(day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, day, time.UTC)
	if err != nil {
		return t, errs.New(errs.Invalid, "the day cannot be read").WithHint("Write it as 2026-12-31.")
	}
	return t.AddDate(0, 0, 1), nil
}

type booksPage struct {
	F     web.Frame
	Books []monitor.Info
}

// Counts are the alerts of a book by their states, in order.
func (p *booksPage) Counts(b monitor.Info) (out []stateCount) {
	for _, state := range monitor.States {
		if n := b.Alerts[state]; n > 0 {
			out = append(out, stateCount{string(state), n, alertsAddress(string(state), b.ID, "", false), false})
		}
	}
	return out
}

func (s *pages) books(w http.ResponseWriter, v *web.Visit) error {
	p := &booksPage{F: s.frame(v)}
	p.F.Title = v.Say.Plain("books.title")
	var err error
	if p.Books, err = s.c.Alerts.Books(v.Context(), *v.Viewer); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "books", p)
}

type customerPage struct {
	F      web.Frame
	C      book.Customer
	Book   monitor.Info
	Alerts []alertView
}

// customerOf shows the customer whom an alert is about: the alert's id is in the
// address, the customer's reference is not.
func (s *pages) customerOf(w http.ResponseWriter, v *web.Visit) error {
	a, err := s.c.Alerts.Alert(v.Context(), *v.Viewer, v.PathValue("id"))
	if err != nil {
		return err
	}
	return s.customer(w, v, a.Book, a.Reference)
}

// findCustomer shows a customer whose reference came in the body of a form.
func (s *pages) findCustomer(w http.ResponseWriter, v *web.Visit) error {
	reference := v.Line("reference")
	if reference == "" {
		return errs.New(errs.Invalid, "the reference is missing").WithHint("Write it as it stands in the file that the book was made from.")
	}
	return s.customer(w, v, v.PathValue("id"), reference)
}

// customer writes the page itself, without a redirect. Its title, which browsers
// keep in their history, names nobody.
func (s *pages) customer(w http.ResponseWriter, v *web.Visit, id, reference string) error {
	c, alerts, err := s.c.Alerts.Customer(v.Context(), *v.Viewer, id, reference)
	if err != nil {
		return err
	}
	b, err := s.c.Alerts.Book(v.Context(), *v.Viewer, id)
	if err != nil {
		return err
	}
	p := &customerPage{F: s.frame(v), C: c, Book: b}
	p.F.Title = v.Say.Plain("customer.title")
	if p.Alerts, err = s.alertViews(v, &p.F, alerts, []monitor.Info{b}); err != nil {
		return err
	}
	return s.Render(w, v, http.StatusOK, "customer", p)
}
