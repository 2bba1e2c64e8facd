package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const decideForm = "form[action='/identity/decide']"

func TestAPersonDecidesOnAPair(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	p := r.get("/identity")
	if got := len(p.all("section.pair")); got != 1 {
		t.Fatalf("%d pairs wait, want 1", got)
	}
	contains(p, "table.sides tbody", "OFAC · 2016-07-06 · 204")
	contains(p, "table.reasons tbody", "nearest names EXAMPLE, Gamma EXAMPLE, Gamma (exact, 0.99)")
	contains(p, "section.pair .sub", "Neither source gives: Date of birth, Place of birth, Titles and roles, Documents")
	action, form := p.fillForm(decideForm, map[string][]string{"verdict": {"same"}, "by": {"Lee"}, "why": {" "}})
	if p := r.post(action, form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.status)
	}
	form.Set("why", "Both give\r\nthe same mother.")
	form.Del("verdict")
	if p := r.post(action, form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("without an answer: %d", p.status)
	}
	form.Set("verdict", "same")
	p = r.post(action, form)
	contains(p, "#noted", "EXAMPLE, Gamma = EXAMPLE, Gamma: held to be one party. Decided by Lee on 20 November 2026: Both give the same mother.")
	if p.has("section.pair") || attr(p.all("#noted input[name=by]")[0], "value") != "Lee" {
		t.Error("the pair is to wait no more, and the name to be remembered")
	}
	if got := r.get("/matrix").row("EXAMPLE, Gamma"); !strings.Contains(got[1], "listed") || !strings.Contains(got[4], "listed") {
		t.Errorf("the matrix does not know of it: %q", got)
	}
	p = r.get("/identity/" + ofac.party(gammaUS))
	p.says(".verdict .say", "2 entries are held to be one party, by decision.")

	// A later decision goes before an earlier one.
	action, form = p.fillForm("#links ~ details "+decideForm, map[string][]string{"verdict": {"different"}, "by": {"Park"}, "why": {"Photographs differ."}})
	p = r.post(action, form)
	p.says(".verdict .say", "This entry stands alone: no other is held to be the same party.")
	contains(p, "#apart ~ .decided", "Decided by Park on 20 November 2026")
	contains(p, "#apart ~ .decided", "Photographs differ.")
}

func TestASplitTakesEntriesOut(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	path := "/identity/" + kofiu.party(betaKR)
	p := r.get(path)
	p.says(".verdict .say", "2 entries are held to be one party, by decision.")
	action, form := p.fillForm("form[action='/identity/split']", map[string][]string{"party": {kofiu.party(betaKR)}, "by": {"Lee"}, "why": {"Another person: seen."}})
	p = r.post(action, form)
	p.says("#noted", "1 entry was taken out of its group.")
	p.says(".verdict .say", "This entry stands alone: no other is held to be the same party.")
	if got := r.get("/matrix?us=on&kr=on").parties(); len(got) != 0 {
		t.Errorf("the matrix still holds them to be one: %q", got)
	}
	form["party"] = []string{ofac.party(betaUS), kofiu.party(betaKR)}
	if p := r.post(action, form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("entries of two groups: %d", p.status)
	}
}

func TestDecidingIsForTheNodesOwnPeople(t *testing.T) {
	srv := serve(t, worldDesk(t))
	r := inside(t, srv.URL, "clear")
	p := r.get("/identity")
	if p.has(decideForm) || !p.has("section.pair") {
		t.Error("the pair is to be read and the form not to be shown")
	}
	form := url.Values{"a": {ofac.party(gammaUS)}, "b": {unsc.party(gammaUN)}, "verdict": {"same"}, "by": {"x"}, "why": {"x"}}
	if p := r.post("/identity/decide", form); p.status != http.StatusForbidden {
		t.Errorf("deciding all the same: %d", p.status)
	}
	if p := r.get("/identity/" + kofiu.party(betaKR)); p.has("form[action='/identity/split']") {
		t.Error("the form to split is shown")
	}
	owner := inside(t, srv.URL, goodToken)
	for _, path := range []string{"/identity/decide", "/identity/split"} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		owner.do(req).says(".detail", "the request came from another site")
	}
	if p := owner.get("/identity"); !p.has("section.pair") {
		t.Error("a request of another site decided")
	}
}

func TestOtherListsAreSaidAsADecision(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	p := r.get("/party/" + ofac.party(betaUS))
	contains(p, "#also ~ .sub", "By decision, not by what the lists say")
	if got, want := p.texts("#also ~ .scroll tbody tr"), "Republic of Korea, KoFIU · 2023-02-10 · 202 EXAMPLE, Beta 보기 베타 TLP:CLEAR"; len(got) != 1 || !strings.HasPrefix(got[0], want) {
		t.Errorf("also on %q, want %q", got, want)
	}
	contains(p, "#also ~ .scroll tbody", "date of birth")
	if p.has("#sides") {
		t.Error("an entry that is held to be the same party stands among those that are not confirmed as one")
	}
	p = r.get("/party/" + unsc.party(gammaUN))
	contains(p, "#also ~ .warn", "1 further entry may be the same party; nobody has decided.")
	if p.has("#also ~ .scroll") || !p.has("#sides") {
		t.Error("what is open is shown as decided")
	}
	if r.get("/party/" + record101).has("#also") {
		t.Error("a party of which nothing was decided is said to be on other lists")
	}
}

func TestTheKeysAnswerAPairAndAskForTheReason(t *testing.T) {
	b := openBrowser(t, serve(t, worldDesk(t)).URL)
	b.enter(goodToken)
	b.open("/identity")
	b.do(see("html.scripted section.pair"))
	b.press("r")
	if got := eval[[]string](b, `[document.querySelector("[name=verdict]:checked").value, document.activeElement.name]`); !slices.Equal(got, []string{"different", "why"}) {
		t.Errorf("r gives %q", got)
	}
	b.press("a") // now a letter of the reason
	b.do(chromedp.KeyEvent(kb.Escape))
	b.press("a")
	if got := eval[[]string](b, `[document.querySelector("[name=verdict]:checked").value, document.querySelector("[name=why]").value]`); !slices.Equal(got, []string{"same", "a"}) {
		t.Errorf("a gives %q", got)
	}
	b.do(chromedp.SendKeys(chromedp.CSS("form[data-decide] [name=by]"), "Lee\r"), see("#noted"))
	if got := eval[bool](b, `document.querySelector("section.pair") === null`); !got {
		t.Error("the pair still waits")
	}
	b.quiet()
}

// press presses a key as a keyboard does: what the page keeps for itself is not
// typed.
func (b *browser) press(key string) {
	b.t.Helper()
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key})
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key})
}

// worldPages are the pages of the world.
func worldPages() map[string]string {
	return map[string]string{
		"matrix": "/matrix", "matrix-filtered": "/matrix?us=on&jp=not&programme=cyber&since=2010", "matrix-refused": "/matrix?eu=not",
		"history": "/matrix/party/" + kofiu.party(betaKR), "history-open": "/matrix/party/" + ofac.party(gammaUS), "history-press": "/matrix/party/" + press.party(deltaJP),
		"alignment": "/matrix/alignment?programme=cyber&programme=wmd", "months": "/matrix/alignment?programme=cyber&step=month",
		"questions": "/identity", "group": "/identity/" + kofiu.party(betaKR), "group-open": "/identity/" + ofac.party(gammaUS),
		"also": "/party/" + ofac.party(betaUS), "also-open": "/party/" + unsc.party(gammaUN),
	}
}

func TestTheMatrixIsWholeInEveryLanguage(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	for _, lang := range []string{"en", "ja", "ko"} {
		r.lang = lang
		for name, path := range worldPages() {
			p := r.get(path)
			if p.status != http.StatusOK || p.has(".missing") || strings.Contains(textOf(p), "{") {
				t.Errorf("%s in %s: status %d, without words %q", name, lang, p.status, p.texts(".missing"))
			}
			structure(t, name+" in "+lang, p)
		}
	}
}

func TestTheMatrixInABrowser(t *testing.T) {
	b := openBrowser(t, serve(t, worldDesk(t)).URL)
	b.enter(goodToken)
	for _, lang := range []string{"en", "ja", "ko"} {
		b.language(lang)
		for _, width := range []int{1280, 320} {
			for _, dark := range []bool{false, true} {
				if *shots == "" && dark != (width == 320) {
					continue
				}
				b.size(width, dark)
				for name, path := range worldPages() {
					b.open(path)
					where := "world-" + name + "-" + lang + map[int]string{1280: "-1280", 320: "-320"}[width] + map[bool]string{true: "-dark", false: "-light"}[dark]
					b.accessible(where)
					b.picture(where)
				}
			}
		}
	}
	b.quiet()
}

func TestTheHeadOfTheMatrixStays(t *testing.T) {
	d := newDesk(t)
	names := make([]string, 0, 60)
	for range 60 {
		names = append(names, "EXAMPLE, Somebody "+strings.Repeat("x", len(names)+1))
	}
	d.many(t, names)
	b := openBrowser(t, serve(t, d).URL)
	b.enter(goodToken)
	b.size(1280, false)
	b.open("/matrix")
	const stays = `(() => { const s = document.querySelector(".scroll.tall"); s.scrollTo(300, 2000);
		const box = s.getBoundingClientRect(), head = s.querySelector("thead th:nth-child(2)").getBoundingClientRect(), side = s.querySelector("tbody tr:last-child th").getBoundingClientRect();
		return s.scrollTop > 0 && Math.abs(head.top - box.top) < 3 && Math.abs(side.left - box.left) < 3; })()`
	if !eval[bool](b, stays) {
		t.Error("the head or the first column went away with the rows")
	}
	b.quiet()
}
