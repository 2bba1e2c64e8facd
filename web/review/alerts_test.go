package review_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/monitor"
	"github.com/cordon-project/cordon/web/webtest"
)

// watched serves a desk with a book of customers to its owner.
func watched(t *testing.T) (*webtest.Desk, *webtest.Reader) {
	t.Helper()
	d := webtest.NewDesk(t)
	d.Customers(t)
	return d, webtest.Inside(t, webtest.Serve(t, d).URL, "all")
}

// alertOf returns an alert about a customer.
func alertOf(t *testing.T, d *webtest.Desk, reference string) monitor.Alert {
	t.Helper()
	all, _, err := d.Watch.Alerts(t.Context(), webtest.Owner, monitor.Filter{Reference: reference})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s has %d alerts (%v)", reference, len(all), err)
	}
	return all[0]
}

func TestTheMostUrgentAlertStandsFirst(t *testing.T) {
	d, r := watched(t)
	p := r.Get("/alerts")
	rows := p.Texts("#list ~ .scroll tbody tr")
	if len(rows) < 2 || !strings.Contains(rows[0], "▲ critical") || !strings.Contains(rows[0], "C-1002") {
		t.Fatalf("the first of %d is %q", len(rows), rows)
	}
	states := p.Texts("nav.acts .btn")
	if states[0] != "open "+itoa(len(rows)) || !slices.Contains(states, "cleared 0") {
		t.Errorf("by state %q, want %d open", states, len(rows))
	}
	if p.Has(".tag.late") {
		t.Error("one is overdue on the first day")
	}
	d.Now = d.Now.Add(48 * time.Hour) // a critical alert has a day
	p = r.Get("/alerts")
	webtest.Contains(p, "main .warn", "1 alert is past its deadline.")
	p = r.Get(webtest.Attr(p.All("main .warn a")[0], "href"))
	if rows := p.Texts("#list ~ .scroll tbody tr"); len(rows) != 1 || !strings.Contains(rows[0], "overdue") {
		t.Errorf("past their deadline: %q", rows)
	}
	action, form := p.FillForm("form[action='/alerts']", map[string][]string{"owner": {"Nobody"}})
	r.Get(action+"?"+form.Encode()).Says("#list ~ .none", "No alert is like this.")
	if got := r.Get("/alerts?state=x").Status; got != http.StatusUnprocessableEntity {
		t.Errorf("a state that there is not gives %d", got)
	}
}

func itoa(n int) string { return string(rune('0' + n)) }

func TestAnAlertShowsItsEvidence(t *testing.T) {
	d, r := watched(t)
	a := alertOf(t, d, "C-1001")
	p := r.Get("/alerts/" + a.ID)
	p.Says("#state", "Nobody has looked at this yet.")
	if n := len(p.All("#why ~ ol.path li")); n != len(a.Evidence.Candidate.Reasons) || n == 0 {
		t.Errorf("%d reasons are shown of %d", n, len(a.Evidence.Candidate.Reasons))
	}
	webtest.Contains(p, "#who ~ .scroll tbody", "2023-05")
	webtest.Contains(p, "#history ~ .scroll tbody", "this node raised new")
	if got := len(p.All("aside ul.plain li")); got != len(a.Evidence.Lists) {
		t.Errorf("%d lists of %d", got, len(a.Evidence.Lists))
	}
	if got := r.Get("/alerts/alert-0").Status; got != http.StatusNotFound {
		t.Errorf("an alert that there is not gives %d", got)
	}
}

func TestAPersonTakesAnAlertThroughItsStates(t *testing.T) {
	d, r := watched(t)
	path := "/alerts/" + alertOf(t, d, "C-1001").ID
	do := func(step string, fields map[string][]string) *webtest.Answered {
		t.Helper()
		action, form := r.Get(path).FillForm("form:has(input[value='"+step+"'])", fields)
		return r.Post(action, form)
	}
	p := do("take", map[string][]string{"by": {"A. Analyst"}})
	p.Says("#state", "Somebody is looking at this.")
	if got := webtest.Attr(p.All("input[name=by]")[0], "value"); got != "A. Analyst" {
		t.Errorf("the next form has the name %q", got)
	}
	do("assign", map[string][]string{"owner": {"B. Officer"}})
	p = do("due", map[string][]string{"due": {"2026-12-31"}})
	webtest.Contains(p, ".verdict .facts", "2026-12-31OwnerB. Officer")
	webtest.Contains(p, "#history ~ .scroll tbody", "To B. Officer.")
	webtest.Contains(p, "#history ~ .scroll tbody", "Until 31 December 2026.")
	do("note", map[string][]string{"why": {"Asked for\r\na passport."}})
	if p := do("clear", map[string][]string{"why": {" "}}); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("cleared without a reason: %d", p.Status)
	}
	p = do("clear", map[string][]string{"why": {"Passport seen."}, "until": {"2027-06-30"}})
	p.Says("#state", "Decided: the customer is not the listed party.")
	webtest.Contains(p, ".verdict", "Decided by A. Analyst: Passport seen.")
	if p.Has("input[value=take]") || !p.Has("input[value=reopen]") {
		t.Error("what can be done is not that of a cleared alert")
	}
	if got := r.Post(path, url.Values{"do": {"take"}, "by": {"C"}}).Status; got != http.StatusConflict {
		t.Errorf("taking it now gives %d", got)
	}
	do("reopen", map[string][]string{"why": {"Another passport."}})
	p = do("confirm", map[string][]string{"why": {"Same passport."}})
	p.Says("#state", "Decided: the customer is the listed party.")
	if got := p.Texts("#history ~ .scroll tbody tr"); len(got) != 8 {
		t.Errorf("%d steps: %q", len(got), got)
	}
	a := alertOf(t, d, "C-1001")
	if a.State != monitor.Confirmed || a.Owner != "B. Officer" || a.History[4].Why != "Asked for\na passport." {
		t.Errorf("%s of %q, noted %q", a.State, a.Owner, a.History[4].Why)
	}
}

func TestACustomerStandsInNoAddressTitleOrLog(t *testing.T) {
	d := webtest.NewDesk(t)
	d.Customers(t)
	var log bytes.Buffer
	d.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r := webtest.Inside(t, webtest.Serve(t, d).URL, "all")
	p := r.Get("/alerts/" + alertOf(t, d, "C-1001").ID)
	p = r.Get(webtest.Attr(p.All("h1 ~ p a[href$='/customer']")[0], "href"))
	p.Says("h1", "EXAMPLE, Alpha")
	webtest.Contains(p, "#known ~ dl", "1965-04-25")
	action, form := r.Get("/books").FillForm("form[action^='/books/']", map[string][]string{"reference": {"C-1003"}})
	p = r.Post(action, form)
	p.Says("h1", "EXAMPLE, Customer Three")
	p.Says("title", "Customer · Cordon")
	webtest.Contains(p, "#alerts ~ .none", "No alert is about this customer.")
	for _, path := range []string{"/alerts", "/books", "/alerts/" + alertOf(t, d, "C-1002").ID} {
		for _, n := range r.Get(path).All("[href], [action], title") {
			if s := webtest.Attr(n, "href") + webtest.Attr(n, "action") + webtest.Text(n); n.Data == "title" && strings.Contains(s, "C-100") || strings.Contains(webtest.Attr(n, "href")+webtest.Attr(n, "action"), "C-100") {
				t.Errorf("%s: %s names a customer: %s", path, n.Data, s)
			}
		}
	}
	if books := webtest.TextOf(r.Get("/books")); strings.Contains(books, "C-100") || strings.Contains(books, "EXAMPLE, Customer") {
		t.Error("the list of books names customers")
	}
	form.Set("reference", "C-9999")
	if got := r.Post(action, form).Status; got != http.StatusNotFound {
		t.Errorf("a customer that there is not gives %d", got)
	}
	if strings.Contains(log.String(), "C-") || strings.Contains(log.String(), "EXAMPLE") || log.Len() == 0 {
		t.Errorf("the log says %s", log.String())
	}
}

func TestAlertsAndBooksAreForTheNodesOwnPeople(t *testing.T) {
	d := webtest.NewDesk(t)
	d.Customers(t)
	a := alertOf(t, d, "C-1001")
	book := a.Book
	srv := webtest.Serve(t, d)
	for _, token := range []string{webtest.GoodToken, "clear"} {
		r := webtest.Inside(t, srv.URL, token)
		for _, path := range []string{"/alerts", "/alerts/" + a.ID, "/alerts/" + a.ID + "/customer", "/books"} {
			p := r.Get(path)
			if p.Status != http.StatusForbidden || strings.Contains(p.Body, "C-100") {
				t.Errorf("%s of %s gives %d", path, token, p.Status)
			}
		}
		for path, form := range map[string]url.Values{
			"/alerts/" + a.ID: {"do": {"confirm"}, "by": {"x"}, "why": {"x"}}, "/books/" + book + "/customer": {"reference": {"C-1001"}},
		} {
			if got := r.Post(path, form).Status; got != http.StatusForbidden {
				t.Errorf("%s of %s gives %d", path, token, got)
			}
		}
	}
	if got := alertOf(t, d, "C-1001").State; got != monitor.New {
		t.Errorf("the alert is %s", got)
	}
}

func TestWithoutABookThePagesSayWhatToDo(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, "all")
	for _, path := range []string{"/alerts", "/books"} {
		webtest.Contains(r.Get(path), "main", "There is no customer book on this node.")
	}
}

func pages(t *testing.T, d *webtest.Desk) map[string]string {
	t.Helper()
	a, b := alertOf(t, d, "C-1001"), alertOf(t, d, "C-1002")
	if _, err := d.Watch.Do(t.Context(), webtest.Owner, a.ID, monitor.Step{Do: "clear", By: "A. Analyst", Why: "Passport seen: another date of birth.", Until: webtest.Noon.AddDate(0, 3, 0)}); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"alerts": "/alerts", "all": "/alerts?state=all&book=" + a.Book, "cleared": "/alerts/" + a.ID, "alert": "/alerts/" + b.ID,
		"customer": "/alerts/" + b.ID + "/customer", "books": "/books", "clearances": "/clearances",
	}
}

func TestAlertsAreWholeInEveryLanguage(t *testing.T) {
	d, r := watched(t)
	webtest.Whole(r, pages(t, d))
}

func TestAlertsInABrowser(t *testing.T) {
	d := webtest.NewDesk(t)
	d.Customers(t)
	d.TwoClearances(t)
	all := pages(t, d)
	d.Now = d.Now.Add(48 * time.Hour)
	b := webtest.OpenBrowser(t, webtest.Serve(t, d).URL)
	b.Enter("all")
	b.InWindows("review", all)
}
