package inquiry_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/webtest"
)

func TestWhatElseIsKnownIsAskedAndKeptInTheAddress(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Get("/")
	for _, field := range []string{"dob", "place", "country", "id", "reference", "profile"} {
		if !p.Has("details [form='askform'][name='" + field + "']") {
			t.Errorf("the first page does not ask for %s", field)
		}
	}
	p.Says("#about-profile option[selected]", "balanced: from 0.55 on, "+rate(t)+" % of clean names")
	const with = "&dob=5+Dec+1966&place=Pyongyang&country=DPRK&id=PS+472%2C+PS+473&reference=C-7&profile=precision"
	p = r.Get(webtest.Asked + with)
	want := screen.Query{
		Text: "보기 알파", Profile: "precision", Birth: "1966-12-05", Place: "Pyongyang", Country: "DPRK", Identifiers: []string{"PS 472", "PS 473"}, Reference: "C-7",
	}
	if diff := cmp.Diff(want, d.Asked); diff != "" {
		t.Error(diff)
	}
	if got := p.Texts("aside section:last-of-type .sub"); len(got) != 1 || !strings.Contains(got[0], "profile precision: alerts from 0.65 on, ") {
		t.Errorf("stands on %q", got)
	}
	if got := webtest.Attr(p.All("#about-dob")[0], "value"); got != "5 Dec 1966" {
		t.Errorf("the form has forgotten the date: %q", got)
	}
	if got := p.Texts("h1 ~ .sub .tag"); !slices.Contains(got, "1966-12-05") || !slices.Contains(got, "PS 473") {
		t.Errorf("what was given is not said: %q", got)
	}
	for _, link := range []string{"#rest ~ .scroll a", "a.tag[href*='kind=']"} {
		u, err := url.Parse(webtest.Attr(p.All(link)[0], "href"))
		if err != nil || u.Query().Get("dob") != "5 Dec 1966" || u.Query().Get("reference") != "C-7" {
			t.Errorf("%s forgets what was given: %s", link, u)
		}
	}
	recent := r.Get("/").All("#recent ~ ul a")
	if u, err := url.Parse(webtest.Attr(recent[0], "href")); err != nil || u.Query().Get("profile") != "precision" {
		t.Errorf("the last question forgets what was given: %s", u)
	}
	if p := r.Get(webtest.Asked + "&dob=05/12/1966"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a date that can be read in two ways: %d", p.Status)
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

func TestAnswerSaysItFirstAndShowsEveryList(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Get("/ask?q=" + url.QueryEscape("보기 알파"))
	p.Says("h1", "보기 알파")
	p.Says(".say", "Probably a party on 2 lists (entries found: 2). A second identifier would settle it.")
	p.Says(".verdict .state", "▲ Likely")
	p.Says("figcaption .figure", "0.62 (0.41–0.79)")
	p.Says(".scale svg title, .scale figcaption span", "another party")
	if got := webtest.Attr(p.All(".scale svg")[0], "aria-label"); got != "Probability 0.62, between 0.41 and 0.79" {
		t.Errorf("the scale is called %q", got)
	}
	want := []string{
		"United States, OFAC 2023-05-23 DPRK4 EXAMPLE, Alpha 101",
		"Republic of Korea, KoFIU 2023-05 no programme named EXAMPLE, Alpha 102",
		"Japan, Ministry of Finance not found in the list of 28 August 2026 (MOF asset-freeze list)",
	}
	if got := p.Texts("#who ~ .scroll tbody tr"); !slices.Equal(got, want) {
		t.Errorf("who lists it:\n got %q\nwant %q", got, want)
	}
	if got := len(p.All("ol.path li")); got != 3 {
		t.Errorf("%d reasons, want 3", got)
	}
	p.Says(".cut", "3 further candidates are not shown.")
	p.Says("aside blockquote mark", "보기 알파")
	p.Says("aside .sub a bdi", "example.csv")
	if h := webtest.Attr(p.All("h1 bdi")[0], "lang"); h != "ko" {
		t.Errorf("the name is said to be in %q", h)
	}
	// Two clicks from any figure to the row.
	if href := webtest.Attr(p.All("#who ~ .scroll tbody td a.mono")[0], "href"); !r.Get(href).Has("tr.asked") {
		t.Errorf("%s does not lead to the row", href)
	}
	p = r.Get("/ask?pick=2&q=" + url.QueryEscape("보기 알파"))
	p.Says("figcaption .figure", "0.52 (0.31–0.69)")
}

func TestPartsOfANameAreNotListedAsTheName(t *testing.T) {
	p := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken).Get("/ask?q=parts")
	want := []string{
		"United States, OFAC 2023-05-23 DPRK4 EXAMPLE, Alpha 101",
		"Republic of Korea, KoFIU not found in the list of 14 January 2026 (KoFIU restricted persons); 1 entry with parts of the name is below",
		"Japan, Ministry of Finance not found in the list of 28 August 2026 (MOF asset-freeze list)",
	}
	if got := p.Texts("#who ~ .scroll tbody tr"); !slices.Equal(got, want) {
		t.Errorf("who lists it:\n got %q\nwant %q", got, want)
	}
	if got := len(p.All("#rest ~ .scroll tbody tr")); got != 2 {
		t.Errorf("%d other candidates, want 2", got)
	}
}

func TestNotFoundIsSaidWithTheListsThatWereChecked(t *testing.T) {
	p := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken).Get("/ask?q=nobody")
	p.Says(".verdict .state", "– Not found")
	if got := len(p.All("td.none[colspan='4']")); got != 3 {
		t.Errorf("%d lists are said not to have it, want 3", got)
	}
	for _, w := range []string{"is clean", "safe", "cleared"} {
		if strings.Contains(webtest.Text(p.All("main")[0]), w) {
			t.Errorf("the page says %q", w)
		}
	}
}

func TestAWalletHitGivesNoProbability(t *testing.T) {
	p := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken).Get("/ask?q=0x000000000000000000000000000000000000dEaD")
	p.Says(".verdict .state", "■ Hit")
	if p.Has(".scale") {
		t.Error("a scale is shown where no probability was given")
	}
}

func TestQuestionsAreRememberedInTheSession(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	for i := range 10 {
		r.Get(fmt.Sprintf("/ask?q=0x%d", i))
	}
	r.Get("/ask?q=0x3")
	got := r.Get("/").Texts("#recent ~ ul a")
	if want := []string{"0x3", "0x9", "0x8", "0x7", "0x6", "0x5", "0x4", "0x2"}; !slices.Equal(got, want) {
		t.Errorf("remembered %q, want %q", got, want)
	}
}

func TestPartySetsNamesakesBesideAndSaysTheyAreNotOne(t *testing.T) {
	d := webtest.NewDesk(t)
	p := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken).Get("/party/" + record.PartyID("OFAC", "ofac-sdn", "101"))
	p.Says("h1", "EXAMPLE, Alpha")
	if got := p.Texts("#sides ~ .warn"); len(got) != 1 || !strings.HasPrefix(got[0], "Not confirmed as one.") {
		t.Errorf("the warning says %q", got)
	}
	if got := len(p.All("table.sides thead th")); got != 3 {
		t.Errorf("%d columns side by side, want 3", got)
	}
	if got, want := p.Texts("#names ~ .scroll tbody td:first-child"), []string{"EXAMPLE, Alpha", "보기 알파", "例示 アルファ"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	var langs []string
	for _, n := range p.All("#names ~ .scroll tbody td:first-child bdi") {
		langs = append(langs, webtest.Attr(n, "lang"))
	}
	if want := []string{"", "ko", "ja"}; !slices.Equal(langs, want) {
		t.Errorf("languages of the names %q, want %q", langs, want)
	}
	if got := len(p.All("#wallets ~ .scroll tbody tr")); got != 2 {
		t.Errorf("%d wallets, want 2", got)
	}
	p.Says("#mentions ~ .scroll tbody .tlp", "TLP:GREEN")
}
