package joins_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/cordon-project/cordon/web/webtest"
)

const decideForm = "form[action='/identity/decide']"

func TestAPersonDecidesOnAPair(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	p := r.Get("/identity")
	if got := len(p.All("section.pair")); got != 1 {
		t.Fatalf("%d pairs wait, want 1", got)
	}
	webtest.Contains(p, "table.sides tbody", "OFAC · 2016-07-06 · 204")
	webtest.Contains(p, "table.reasons tbody", "nearest names EXAMPLE, Gamma EXAMPLE, Gamma (exact, 0.99)")
	webtest.Contains(p, "section.pair .sub", "Neither source gives: Date of birth, Place of birth, Titles and roles, Documents")
	action, form := p.FillForm(decideForm, map[string][]string{"verdict": {"same"}, "by": {"Lee"}, "why": {" "}})
	if p := r.Post(action, form); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.Status)
	}
	form.Set("why", "Both give\r\nthe same mother.")
	form.Del("verdict")
	if p := r.Post(action, form); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without an answer: %d", p.Status)
	}
	form.Set("verdict", "same")
	p = r.Post(action, form)
	webtest.Contains(p, "#noted", "EXAMPLE, Gamma = EXAMPLE, Gamma: held to be one party. Decided by Lee on 20 November 2026: Both give the same mother.")
	if p.Has("section.pair") || webtest.Attr(p.All("#noted input[name=by]")[0], "value") != "Lee" {
		t.Error("the pair is to wait no more, and the name to be remembered")
	}
	if got := r.Get("/matrix").Row("EXAMPLE, Gamma"); !strings.Contains(got[1], "listed") || !strings.Contains(got[4], "listed") {
		t.Errorf("the matrix does not know of it: %q", got)
	}
	p = r.Get("/identity/" + webtest.Ofac.Party(webtest.GammaUS))
	p.Says(".verdict .say", "2 entries are held to be one party, by decision.")

	// A later decision goes before an earlier one.
	action, form = p.FillForm("#links ~ details "+decideForm, map[string][]string{"verdict": {"different"}, "by": {"Park"}, "why": {"Photographs differ."}})
	p = r.Post(action, form)
	p.Says(".verdict .say", "This entry stands alone: no other is held to be the same party.")
	webtest.Contains(p, "#apart ~ .decided", "Decided by Park on 20 November 2026")
	webtest.Contains(p, "#apart ~ .decided", "Photographs differ.")
}

func TestASplitTakesEntriesOut(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	path := "/identity/" + webtest.Kofiu.Party(webtest.BetaKR)
	p := r.Get(path)
	p.Says(".verdict .say", "2 entries are held to be one party, by decision.")
	action, form := p.FillForm("form[action='/identity/split']", map[string][]string{"party": {webtest.Kofiu.Party(webtest.BetaKR)}, "by": {"Lee"}, "why": {"Another person: seen."}})
	p = r.Post(action, form)
	p.Says("#noted", "1 entry was taken out of its group.")
	p.Says(".verdict .say", "This entry stands alone: no other is held to be the same party.")
	if got := r.Get("/matrix?us=on&kr=on").Parties(); len(got) != 0 {
		t.Errorf("the matrix still holds them to be one: %q", got)
	}
	form["party"] = []string{webtest.Ofac.Party(webtest.BetaUS), webtest.Kofiu.Party(webtest.BetaKR)}
	if p := r.Post(action, form); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("entries of two groups: %d", p.Status)
	}
}

func TestDecidingIsForTheNodesOwnPeople(t *testing.T) {
	srv := webtest.Serve(t, webtest.WorldDesk(t))
	r := webtest.Inside(t, srv.URL, "clear")
	p := r.Get("/identity")
	if p.Has(decideForm) || !p.Has("section.pair") {
		t.Error("the pair is to be read and the form not to be shown")
	}
	form := url.Values{"a": {webtest.Ofac.Party(webtest.GammaUS)}, "b": {webtest.Unsc.Party(webtest.GammaUN)}, "verdict": {"same"}, "by": {"x"}, "why": {"x"}}
	if p := r.Post("/identity/decide", form); p.Status != http.StatusForbidden {
		t.Errorf("deciding all the same: %d", p.Status)
	}
	if p := r.Get("/identity/" + webtest.Kofiu.Party(webtest.BetaKR)); p.Has("form[action='/identity/split']") {
		t.Error("the form to split is shown")
	}
	owner := webtest.Inside(t, srv.URL, webtest.GoodToken)
	for _, path := range []string{"/identity/decide", "/identity/split"} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		owner.Do(req).Says(".detail", "the request came from another site")
	}
	if p := owner.Get("/identity"); !p.Has("section.pair") {
		t.Error("a request of another site decided")
	}
}

func TestOtherListsAreSaidAsADecision(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	p := r.Get("/party/" + webtest.Ofac.Party(webtest.BetaUS))
	webtest.Contains(p, "#also ~ .sub", "By decision, not by what the lists say")
	if got, want := p.Texts("#also ~ .scroll tbody tr"), "Republic of Korea, KoFIU · 2023-02-10 · 202 EXAMPLE, Beta 보기 베타 TLP:CLEAR"; len(got) != 1 || !strings.HasPrefix(got[0], want) {
		t.Errorf("also on %q, want %q", got, want)
	}
	webtest.Contains(p, "#also ~ .scroll tbody", "date of birth")
	if p.Has("#sides") {
		t.Error("an entry that is held to be the same party stands among those that are not confirmed as one")
	}
	p = r.Get("/party/" + webtest.Unsc.Party(webtest.GammaUN))
	webtest.Contains(p, "#also ~ .warn", "1 further entry may be the same party; nobody has decided.")
	if p.Has("#also ~ .scroll") || !p.Has("#sides") {
		t.Error("what is open is shown as decided")
	}
	if r.Get("/party/" + webtest.Record101).Has("#also") {
		t.Error("a party of which nothing was decided is said to be on other lists")
	}
}

func TestTheKeysAnswerAPairAndAskForTheReason(t *testing.T) {
	b := webtest.OpenBrowser(t, webtest.Serve(t, webtest.WorldDesk(t)).URL)
	b.Enter(webtest.GoodToken)
	b.Open("/identity")
	b.Do(webtest.See("html.scripted section.pair"))
	b.Press("r")
	if got := webtest.Eval[[]string](b, `[document.querySelector("[name=verdict]:checked").value, document.activeElement.name]`); !slices.Equal(got, []string{"different", "why"}) {
		t.Errorf("r gives %q", got)
	}
	b.Press("a") // now a letter of the reason
	b.Do(chromedp.KeyEvent(kb.Escape))
	b.Press("a")
	if got := webtest.Eval[[]string](b, `[document.querySelector("[name=verdict]:checked").value, document.querySelector("[name=why]").value]`); !slices.Equal(got, []string{"same", "a"}) {
		t.Errorf("a gives %q", got)
	}
	b.Do(chromedp.SendKeys(chromedp.CSS("form[data-decide] [name=by]"), "Lee\r"), webtest.See("#noted"))
	if got := webtest.Eval[bool](b, `document.querySelector("section.pair") === null`); !got {
		t.Error("the pair still waits")
	}
	b.Quiet()
}
