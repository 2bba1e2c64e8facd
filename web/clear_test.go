package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/screen"
)

const asked = "/ask?q=%EB%B3%B4%EA%B8%B0+%EC%95%8C%ED%8C%8C" // 보기 알파

// fill returns what a form on a page would send, with some fields filled in.
func (a *answered) fill(form string, fields map[string]string) (action string, v url.Values) {
	a.t.Helper()
	forms := a.all(form)
	if len(forms) == 0 {
		a.t.Fatalf("there is no form %s", form)
	}
	v = url.Values{}
	for _, n := range a.all(form + " input, " + form + " textarea") {
		v.Set(attr(n, "name"), attr(n, "value"))
	}
	for name, value := range fields {
		if !v.Has(name) {
			a.t.Fatalf("%s has no field %s", form, name)
		}
		v.Set(name, value)
	}
	return attr(forms[0], "action"), v
}

func TestTwoPeopleClearACandidateOnThePages(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	r.get("/clearances").says("main .none", "None is here.")

	const proposal = "form[action='/clearances']"
	action, form := r.get(asked).fill(proposal, map[string]string{"reason": "passport seen:\r\nborn 1991", "by": "Lee", "until": "2026-12-20", "reference": ""})
	p := r.post(action, form)
	if got := p.texts("h2"); p.status != http.StatusOK || len(got) != 1 || !strings.HasSuffix(got[0], "≠ EXAMPLE, Alpha proposed") {
		t.Fatalf("%d %q", p.status, got)
	}
	if p := r.get(asked); p.has("#cleared") || !p.has(".warn a[href^='/clearances#c-']") {
		t.Error("a proposal only: the answer is to say that one waits, and nothing is cleared")
	}

	action, form = r.get("/clearances").fill("form[action$='/confirm']", map[string]string{"by": "lee"})
	p = r.post(action, form)
	if p.status != http.StatusForbidden {
		t.Errorf("the author confirms: %d", p.status)
	}
	p.says(".detail", "the author of a proposal cannot confirm it")
	form.Set("by", "Park")
	if p := r.post(action, form); p.has("form[action$='/confirm']") || p.texts("dl.facts dd")[2][:4] != "Park" {
		t.Errorf("confirmed: %q", p.texts("dl.facts dd"))
	}
	r.get("/clearances?state=in-force").says("h2 .tag", "in force")
	r.get("/clearances?state=proposed").says("main .none", "None is here.")

	p = r.get(asked + "&pick=2")
	p.says("#cleared ~ ul li", "EXAMPLE, Alpha exact TLP:CLEAR passport seen: born 1991 Cleared by Lee and Park until 20 December 2026")
	for _, row := range p.texts("#rest ~ .scroll tbody tr, #who ~ .scroll tbody tr") {
		if strings.Contains(row, "OFAC 2023") {
			t.Errorf("the cleared candidate stands among the others: %s", row)
		}
	}
	if p := r.get(asked); !p.has("#why ~ .warn a[href^='/clearances#c-']") || p.has(proposal) {
		t.Error("in full, the cleared candidate is to say who cleared it, and is not proposed again")
	}

	action, form = r.get("/clearances").fill("form[action$='/withdraw']", map[string]string{"by": "Kim", "reason": "forged"})
	if p := r.post(action, form); !slices.Contains(p.texts("h2 .tag"), "withdrawn") || p.has("main form") {
		t.Errorf("withdrawn: %q", p.texts("h2"))
	}
	if r.get(asked).has("#cleared") {
		t.Error("what was withdrawn still clears")
	}
}

func TestWhatAProposalLacksIsSaid(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	action, form := r.get(asked).fill("form[action='/clearances']", map[string]string{"reason": "x", "by": "Lee", "until": "soon"})
	if p := r.post(action, form); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.all("main")[0]), "2026-12-31") {
		t.Errorf("%d %s", p.status, text(p.all("main")[0]))
	}
	form.Set("until", "2026-12-31")
	form.Set("reason", " ")
	if p := r.post(action, form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.status)
	}
}

func TestClearancesAreForTheNodesOwnPeople(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, "clear")
	if p := r.get("/clearances"); p.status != http.StatusForbidden {
		t.Errorf("%d", p.status)
	}
	if r.get("/ask?q=evil").has("form[action='/clearances']") {
		t.Error("the form is shown to somebody who may not use it")
	}
}

func TestAProposalFromAnotherSiteIsRefused(t *testing.T) {
	srv := serve(t, newDesk(t))
	r := inside(t, srv.URL, goodToken)
	for _, path := range []string{"/clearances", "/clearances/x/confirm", "/clearances/x/withdraw"} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+path, strings.NewReader("by=Lee"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		p := r.do(req)
		p.says(".detail", "the request came from another site")
	}
}

func TestWhatElseIsKnownIsAskedAndKeptInTheAddress(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.get("/")
	for _, field := range []string{"dob", "place", "country", "id", "reference", "profile"} {
		if !p.has("details [form='askform'][name='" + field + "']") {
			t.Errorf("the first page does not ask for %s", field)
		}
	}
	p.says("#about-profile option[selected]", "balanced: from 0.55 on, "+rate(t)+" % of clean names")
	const with = "&dob=5+Dec+1966&place=Pyongyang&country=DPRK&id=PS+472%2C+PS+473&reference=C-7&profile=precision"
	p = r.get(asked + with)
	want := screen.Query{
		Text: "보기 알파", Profile: "precision", Birth: "1966-12-05", Place: "Pyongyang", Country: "DPRK", Identifiers: []string{"PS 472", "PS 473"}, Reference: "C-7",
	}
	if diff := cmp.Diff(want, d.asked); diff != "" {
		t.Error(diff)
	}
	if got := p.texts("aside section:last-of-type .sub"); len(got) != 1 || !strings.Contains(got[0], "profile precision: alerts from 0.65 on, ") {
		t.Errorf("stands on %q", got)
	}
	if got := attr(p.all("#about-dob")[0], "value"); got != "5 Dec 1966" {
		t.Errorf("the form has forgotten the date: %q", got)
	}
	if got := p.texts("h1 ~ .sub .tag"); !slices.Contains(got, "1966-12-05") || !slices.Contains(got, "PS 473") {
		t.Errorf("what was given is not said: %q", got)
	}
	for _, link := range []string{"#rest ~ .scroll a", "a.tag[href*='kind=']"} {
		u, err := url.Parse(attr(p.all(link)[0], "href"))
		if err != nil || u.Query().Get("dob") != "5 Dec 1966" || u.Query().Get("reference") != "C-7" {
			t.Errorf("%s forgets what was given: %s", link, u)
		}
	}
	recent := r.get("/").all("#recent ~ ul a")
	if u, err := url.Parse(attr(recent[0], "href")); err != nil || u.Query().Get("profile") != "precision" {
		t.Errorf("the last question forgets what was given: %s", u)
	}
	if p := r.get(asked + "&dob=05/12/1966"); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a date that can be read in two ways: %d", p.status)
	}
}

// rate is the share of clean names of the balanced profile, in per cent.
func rate(t *testing.T) string {
	t.Helper()
	p, ok := match.DefaultParams.Profile(match.Balanced)
	if !ok {
		t.Fatal("there is no balanced profile")
	}
	return strconv.FormatFloat(p.CleanRate*100, 'f', 2, 64)
}
