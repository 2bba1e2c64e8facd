package holdings_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/web/webtest"
)

func TestARunningImportShowsItsEndWithoutReload(t *testing.T) {
	d := webtest.NewDesk(t)
	srv := webtest.Serve(t, d)
	d.ThreeJobs(t)
	b := webtest.OpenBrowser(t, srv.URL)
	b.Enter(webtest.GoodToken)
	b.Open("/imports/1")
	b.Do(chromedp.Evaluate[chromedp.Void](`window.stayed = true`), webtest.See("progress"))
	d.Finish(t, "1")
	b.Do(webtest.See("#result"))
	if !webtest.Eval[bool](b, `window.stayed === true`) {
		t.Error("the page was loaded anew")
	}
	b.Quiet()
}

func TestAnImportTakesFilesInOrderAndShowsItsProgress(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Upload([][2]string{{"kind", "ofac"}, {"url", ""}}, [2]string{`C:\lists\sdn.csv`, "one"}, [2]string{"../../alt.csv", "two"})
	if want := []string{"ofac", "", "sdn.csv=one", "alt.csv=two"}; !slices.Equal(d.Took, want) {
		t.Errorf("the node was given %q, want %q", d.Took, want)
	}
	p.Says("h1", "sdn.csv")
	p.Says("[role=status] .figure", "writing · 4,000 of 14,965 rows")
	if !p.Has("noscript") || !strings.Contains(p.Body, `http-equiv="refresh"`) {
		t.Error("without JavaScript the page stands still")
	}
	d.Finish(t, "1")
	p = r.Get("/imports/1")
	if strings.Contains(p.Body, `http-equiv="refresh"`) {
		t.Error("a page of a job that is over still reloads")
	}
	if got, want := p.Texts(".counts dd"), []string{"1,204", "17", "3", "13,744", "3"}; !slices.Equal(got, want) {
		t.Errorf("counts %q, want %q", got, want)
	}
	p.Says("#refusals ~ .scroll tbody tr", "row 3, column 2 identity--x id identifier-prefix 2.9 the id is not that of an identity")
	p.Says("#refusals ~ .cut", "2 more are in the quarantine. Quarantine")
}

func TestAnImportCarriesWhatThePersonStates(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	fields := [][2]string{{"kind", "report"}, {"date", "2026-08-28"}, {"marking", "TLP:AMBER+STRICT"}, {"shrink", "1"}, {"person", " A. Analyst "}}
	r.Upload(fields, [2]string{"a.txt", "a"})
	u := d.Upload
	if u.Date != "2026-08-28" || u.Marking == nil || *u.Marking != policy.AmberStrict || !u.Shrink || u.Person != "A. Analyst" || u.Supersede {
		t.Errorf("the node was given %+v", u)
	}
	for _, bad := range [][2]string{{"date", "28 August"}, {"marking", "secret"}} {
		if got := r.Upload([][2]string{bad}, [2]string{"a.txt", "a"}).Status; got != http.StatusUnprocessableEntity {
			t.Errorf("%q gives %d", bad, got)
		}
	}
}

func TestAnImportOfAnAddressNeedsNoFile(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	r.Upload([][2]string{{"kind", ""}, {"url", " https://lists.example.org/sdn.csv "}}, [2]string{"", ""})
	if want := []string{"", "https://lists.example.org/sdn.csv"}; !slices.Equal(d.Took, want) {
		t.Errorf("the node was given %q, want %q", d.Took, want)
	}
	if got := r.Upload([][2]string{{"kind", ""}, {"url", ""}}).Status; got != http.StatusUnprocessableEntity {
		t.Errorf("nothing at all gives %d", got)
	}
}

func TestAnUploadThatIsTooLargeIsRefusedAndSaid(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	p := r.Upload(nil, [2]string{"big.csv", strings.Repeat("x", 2<<20)})
	if p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", p.Status)
	}
	p.Says("h1", "Too large")
}

func TestAJobCanBeCancelled(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	r.Upload(nil, [2]string{"a.csv", "a"})
	p := r.Post("/imports/1/cancel", nil)
	if got := p.Texts(".warn"); len(got) != 1 || !strings.HasPrefix(got[0], "The import was cancelled.") {
		t.Errorf("the page says %q", got)
	}
}

func TestAFailedImportSaysWhatHappenedWhatWasKeptAndWhatToDo(t *testing.T) {
	d := webtest.NewDesk(t)
	d.ThreeJobs(t)
	p := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken).Get("/imports/3")
	got := webtest.Text(p.All("[role=alert]")[0])
	for _, want := range []string{"The import failed.", "The version in force is untouched", "row 3 column 2", "fetch the file again"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q: %s", want, got)
		}
	}
}
