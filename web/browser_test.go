package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web/webtest"
)

func TestEveryPageInABrowser(t *testing.T) {
	d := webtest.NewDesk(t)
	srv := webtest.Serve(t, d)
	d.ThreeJobs(t)
	d.TwoClearances(t)
	b := webtest.OpenBrowser(t, srv.URL)
	b.Enter(webtest.GoodToken)
	b.InWindows("site", webtest.EveryPage(d))
}

func TestPrintingPutsTheMarkingOnEverySheet(t *testing.T) {
	d := webtest.NewDesk(t)
	b := webtest.OpenBrowser(t, webtest.Serve(t, d).URL)
	b.Enter(webtest.GoodToken)
	b.Open("/party/" + record.PartyID("OFAC", "ofac-sdn", "101"))
	pdf := webtest.Get(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if *webtest.Shots != "" {
		if err := os.WriteFile(filepath.Join(*webtest.Shots, "party.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(string(pdf), "%PDF") {
		t.Fatal("printing gave no PDF")
	}
	marking := webtest.Eval[string](b, `document.documentElement.dataset.marking`)
	if marking != "tlp-green" {
		t.Errorf("the page is marked %q, want tlp-green: it shows a report of that level", marking)
	}
}
