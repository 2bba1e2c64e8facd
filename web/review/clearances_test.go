package review_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/web/webtest"
)

func TestTwoPeopleClearACandidateOnThePages(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	r.Get("/clearances").Says("main .none", "None is here.")

	const proposal = "form[action='/clearances']"
	action, form := r.Get(webtest.Asked).Fill(proposal, map[string]string{"reason": "passport seen:\r\nborn 1991", "by": "Lee", "until": "2026-12-20", "reference": ""})
	p := r.Post(action, form)
	if got := p.Texts("h2"); p.Status != http.StatusOK || len(got) != 1 || !strings.HasSuffix(got[0], "≠ EXAMPLE, Alpha proposed") {
		t.Fatalf("%d %q", p.Status, got)
	}
	if p := r.Get(webtest.Asked); p.Has("#cleared") || !p.Has(".warn a[href^='/clearances#c-']") {
		t.Error("a proposal only: the answer is to say that one waits, and nothing is cleared")
	}

	action, form = r.Get("/clearances").Fill("form[action$='/confirm']", map[string]string{"by": "lee"})
	p = r.Post(action, form)
	if p.Status != http.StatusForbidden {
		t.Errorf("the author confirms: %d", p.Status)
	}
	p.Says(".detail", "the author of a proposal cannot confirm it")
	form.Set("by", "Park")
	if p := r.Post(action, form); p.Has("form[action$='/confirm']") || p.Texts("dl.facts dd")[2][:4] != "Park" {
		t.Errorf("confirmed: %q", p.Texts("dl.facts dd"))
	}
	r.Get("/clearances?state=in-force").Says("h2 .tag", "in force")
	r.Get("/clearances?state=proposed").Says("main .none", "None is here.")

	p = r.Get(webtest.Asked + "&pick=2")
	p.Says("#cleared ~ ul li", "EXAMPLE, Alpha exact TLP:CLEAR passport seen: born 1991 Cleared by Lee and Park until 20 December 2026")
	for _, row := range p.Texts("#rest ~ .scroll tbody tr, #who ~ .scroll tbody tr") {
		if strings.Contains(row, "OFAC 2023") {
			t.Errorf("the cleared candidate stands among the others: %s", row)
		}
	}
	if p := r.Get(webtest.Asked); !p.Has("#why ~ .warn a[href^='/clearances#c-']") || p.Has(proposal) {
		t.Error("in full, the cleared candidate is to say who cleared it, and is not proposed again")
	}

	action, form = r.Get("/clearances").Fill("form[action$='/withdraw']", map[string]string{"by": "Kim", "reason": "forged"})
	if p := r.Post(action, form); !slices.Contains(p.Texts("h2 .tag"), "withdrawn") || p.Has("main form") {
		t.Errorf("withdrawn: %q", p.Texts("h2"))
	}
	if r.Get(webtest.Asked).Has("#cleared") {
		t.Error("what was withdrawn still clears")
	}
}

func TestWhatAProposalLacksIsSaid(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	action, form := r.Get(webtest.Asked).Fill("form[action='/clearances']", map[string]string{"reason": "x", "by": "Lee", "until": "soon"})
	if p := r.Post(action, form); p.Status != http.StatusUnprocessableEntity || !strings.Contains(webtest.Text(p.All("main")[0]), "2026-12-31") {
		t.Errorf("%d %s", p.Status, webtest.Text(p.All("main")[0]))
	}
	form.Set("until", "2026-12-31")
	form.Set("reason", " ")
	if p := r.Post(action, form); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.Status)
	}
}

func TestClearancesAreForTheNodesOwnPeople(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, "clear")
	if p := r.Get("/clearances"); p.Status != http.StatusForbidden {
		t.Errorf("%d", p.Status)
	}
	if r.Get("/ask?q=evil").Has("form[action='/clearances']") {
		t.Error("the form is shown to somebody who may not use it")
	}
}

func TestAProposalFromAnotherSiteIsRefused(t *testing.T) {
	srv := webtest.Serve(t, webtest.NewDesk(t))
	r := webtest.Inside(t, srv.URL, webtest.GoodToken)
	for _, path := range []string{"/clearances", "/clearances/x/confirm", "/clearances/x/withdraw"} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+path, strings.NewReader("by=Lee"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		p := r.Do(req)
		p.Says(".detail", "the request came from another site")
	}
}
