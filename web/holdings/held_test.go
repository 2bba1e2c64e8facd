package holdings_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/web/webtest"
)

func TestAHeldVersionIsShownWithItsDifference(t *testing.T) {
	d := webtest.NewDesk(t)
	id := d.HoldTwo(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, "all")
	p := r.Get("/lists")
	webtest.Contains(p, "main .warn", "2 versions of lists wait for two persons.")
	p = r.Get(webtest.Attr(p.All("main .warn a")[0], "href"))
	if got := p.Texts("section.held h2"); len(got) != 2 || !strings.Contains(got[0], "KoFIU") || !strings.Contains(got[0], "2026-02-01") {
		t.Fatalf("held: %q", got)
	}
	at := "#h-" + id
	webtest.Contains(p, at+" .verdict", "The list would shrink from 1,204 to 600 entries")
	webtest.Contains(p, at+" .verdict", "600 of them come back under another number")
	webtest.Contains(p, at+" .facts", "Brought byAnalyst")
	webtest.Contains(p, at+" .facts", "1 added, 1 changed, 605 removed")
	webtest.Contains(p, at+" tbody", "listed on before: 2023-05-23 after: 2023-05-24")
	webtest.Contains(p, at+" .cut", "604 further differences are not shown")
	if got := p.Texts(at + " tbody bdi .ctl"); !slices.Equal(got, []string{"U+202E", "U+202C"}) {
		t.Errorf("the controls are shown as %q", got)
	}
	webtest.Contains(p, "section.held .facts", "SHA-256 that the authority states")
}

func TestTwoDifferentPersonsLetAVersionIn(t *testing.T) {
	d := webtest.NewDesk(t)
	id := d.HoldTwo(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, "all")
	form := "form[action='/lists/held/" + id + "/release']"
	say := func(by, why string) *webtest.Answered {
		t.Helper()
		action, fields := r.Get("/lists/held").FillForm(form, map[string][]string{"by": {by}, "why": {why}})
		return r.Post(action, fields)
	}
	if p := say("A. Analyst", " "); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.Status)
	}
	p := say("A. Analyst", "The notice names 605.")
	webtest.Contains(p, "#h-"+id+" .verdict", "A. Analyst has said that this version is right. Another person is needed.")
	if got := webtest.Attr(p.All(form + " input[name=by]")[0], "value"); got != "" {
		t.Errorf("the form offers %q, who was the first", got)
	}
	p = say("a. ANALYST", "I am another.")
	if p.Status != http.StatusForbidden {
		t.Errorf("the same person twice: %d", p.Status)
	}
	p = say("B. Officer", "Counted on the authority's page.")
	p.Says(".tag", "running")
	p = r.Get("/lists/held?all=1")
	webtest.Contains(p, "#h-"+id+" .verdict", "A. Analyst and B. Officer have let this version in.")
	webtest.Contains(p, "#h-"+id+" .facts", "Counted on the authority's page.")
	if p.Has(form) {
		t.Error("what is over can still be decided")
	}
}

func TestOnePersonRejectsAVersion(t *testing.T) {
	d := webtest.NewDesk(t)
	id := d.HoldTwo(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, "all")
	action, form := r.Get("/lists/held").FillForm("form[action='/lists/held/"+id+"/reject']", map[string][]string{"by": {"B. Officer"}, "why": {"The page still names all."}})
	p := r.Post(action, form)
	webtest.Contains(p, "#h-"+id+" .verdict", "B. Officer has rejected this version.")
	if got := r.Get("/lists/held").Texts("section.held h2"); len(got) != 1 {
		t.Errorf("still to be decided: %q", got)
	}
	if got := r.Post(action, form).Status; got != http.StatusConflict {
		t.Errorf("once more gives %d", got)
	}
}

func TestHeldVersionsAreForTheNodesOwnPeople(t *testing.T) {
	d := webtest.NewDesk(t)
	id := d.HoldTwo(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	if r.Get("/lists").Has("main .warn") {
		t.Error("the lists say that a version waits")
	}
	if got := r.Get("/lists/held").Status; got != http.StatusForbidden {
		t.Errorf("the page gives %d", got)
	}
	for _, what := range []string{"release", "reject"} {
		if got := r.Post("/lists/held/"+id+"/"+what, url.Values{"by": {"x"}, "why": {"x"}}).Status; got != http.StatusForbidden {
			t.Errorf("%s gives %d", what, got)
		}
	}
}

func heldPages() map[string]string {
	return map[string]string{"lists": "/lists", "held": "/lists/held", "held-all": "/lists/held?all=1"}
}

func TestHeldVersionsAreWholeInEveryLanguage(t *testing.T) {
	d := webtest.NewDesk(t)
	d.HoldTwo(t)
	webtest.Whole(webtest.Inside(t, webtest.Serve(t, d).URL, "all"), heldPages())
}

func TestHeldVersionsInABrowser(t *testing.T) {
	d := webtest.NewDesk(t)
	d.HoldTwo(t)
	b := webtest.OpenBrowser(t, webtest.Serve(t, d).URL)
	b.Enter("all")
	b.InWindows("holdings", heldPages())
}
