package inquiry_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/cordon-project/cordon/web/webtest"
)

func TestFromTheBoxToTheSourceRow(t *testing.T) {
	d := webtest.NewDesk(t)
	b := webtest.OpenBrowser(t, webtest.Serve(t, d).URL)
	b.Enter(webtest.GoodToken)
	b.Do(
		chromedp.KeyEvent("/"), chromedp.SendKeys(chromedp.CSS("#ask:focus"), "보기 알파\r"), webtest.See(".verdict"),
		webtest.Click(".verdict a"), webtest.See("#names"),
		webtest.Click("#who ~ .scroll a[href^='/source/']"), webtest.See("tr.asked"),
	)
	if got := b.Text("tr.asked th"); got != "2" {
		t.Errorf("the row asked for is %q, want 2", got)
	}
	if got := b.Text("aside dd"); got != d.List {
		t.Errorf("the hash is %q, want %q", got, d.List)
	}
	b.Do(chromedp.KeyEvent("?"), webtest.See("#keys"))
	b.Quiet()
}

func TestArrowsGoThroughRowsAndEnterOpens(t *testing.T) {
	d := webtest.NewDesk(t)
	b := webtest.OpenBrowser(t, webtest.Serve(t, d).URL)
	b.Enter(webtest.GoodToken)
	b.Open("/journal")
	first := webtest.Eval[string](b, `document.querySelector("[data-row]").getAttribute("href")`)
	b.Do(chromedp.KeyEvent(kb.ArrowDown))
	if got := webtest.Eval[string](b, `document.activeElement.getAttribute("href")`); got != first {
		t.Errorf("the first arrow goes to %q, want %q", got, first)
	}
	b.Do(chromedp.KeyEvent(kb.ArrowDown))
	second := webtest.Eval[string](b, `document.activeElement.getAttribute("href")`)
	if second == first {
		t.Error("the second arrow stays where it was")
	}
	b.Do(chromedp.KeyEvent(kb.Enter), webtest.See("#fields"))
	if got := webtest.Eval[string](b, `location.pathname + location.search`); got != second {
		t.Errorf("Enter opened %q, want %q", got, second)
	}
	b.Quiet()
}
