package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web"
)

// A reader is one person with a browser without JavaScript.
type reader struct {
	t      testing.TB
	origin string
	http   *http.Client
	lang   string
}

func newReader(t testing.TB, origin string) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &reader{t: t, origin: origin, lang: "en", http: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

// inside is a reader with a session.
func inside(t testing.TB, origin, token string) *reader {
	t.Helper()
	r := newReader(t, origin)
	if p := r.post("/enter", url.Values{"token": {token}}); p.status != http.StatusOK {
		t.Fatalf("entering gave %d", p.status)
	}
	return r
}

type answered struct {
	t      testing.TB
	status int
	header http.Header
	body   string
	doc    *html.Node
}

func (r *reader) do(req *http.Request) *answered {
	r.t.Helper()
	req.Header.Set("Accept-Language", r.lang)
	resp, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	return &answered{r.t, resp.StatusCode, resp.Header, string(b), doc}
}

func (r *reader) get(path string) *answered {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodGet, r.origin+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.do(req)
}

func (r *reader) post(path string, form url.Values) *answered {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.do(req)
}

// all returns the elements that a CSS selector finds.
func (a *answered) all(selector string) []*html.Node {
	a.t.Helper()
	s, err := cascadia.ParseGroup(selector)
	if err != nil {
		a.t.Fatalf("%s: %v", selector, err)
	}
	return cascadia.QueryAll(a.doc, s)
}

// texts returns what the found elements say, with single spaces.
func (a *answered) texts(selector string) []string {
	a.t.Helper()
	var out []string
	for _, n := range a.all(selector) {
		out = append(out, text(n))
	}
	return out
}

func text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Data == "td" || n.Data == "th" || n.Data == "br" || n.Data == "p" {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// says fails the test unless the first element found says exactly this.
func (a *answered) says(selector, want string) {
	a.t.Helper()
	got := a.texts(selector)
	if len(got) == 0 || got[0] != want {
		a.t.Errorf("%s says %q, want %q", selector, got, want)
	}
}

func (a *answered) has(selector string) bool { return len(a.all(selector)) > 0 }

func TestWithoutASessionNothingIsShown(t *testing.T) {
	d := newDesk(t)
	srv := serve(t, d)
	for name, path := range everyPage(d) {
		if name == "help" || name == "enter" {
			continue
		}
		p := newReader(t, srv.URL).get(path)
		if p.status != http.StatusForbidden {
			t.Errorf("%s answers %d without a session", path, p.status)
		}
		if !strings.Contains(p.body, "cordon link") {
			t.Errorf("%s does not say how to get in", path)
		}
		for _, secret := range []string{"EXAMPLE", "ofac", "Analyst", d.list} {
			if strings.Contains(strings.TrimPrefix(p.body, path), secret) && !strings.Contains(path, secret) {
				t.Errorf("%s shows %q without a session", path, secret)
			}
		}
	}
}

func TestALinkIsUsedUpByThePersonNotByLookingAtIt(t *testing.T) {
	srv := serve(t, newDesk(t))
	r := newReader(t, srv.URL)
	if p := r.get("/enter?token=" + goodToken); !p.has("form[action='/enter'] input[value=good]") {
		t.Error("the page of the link has no button")
	}
	if p := r.get("/"); p.status != http.StatusForbidden {
		t.Error("looking at the link opened a session")
	}
	p := r.post("/enter", url.Values{"token": {"bad"}})
	if p.status != http.StatusForbidden || !p.has("[role=alert]") {
		t.Errorf("a bad token gives %d", p.status)
	}
	p = r.post("/enter", url.Values{"token": {goodToken}})
	p.says("h1", "Who is this, and who says so?")
	u, _ := url.Parse(srv.URL)
	for _, c := range r.http.Jar.Cookies(u) {
		if strings.Contains(c.Value, "Analyst") {
			t.Error("a cookie holds personal data")
		}
	}
	if p := r.post("/leave", nil); p.status != http.StatusForbidden {
		t.Errorf("after leaving, the box answers %d", p.status)
	}
}

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	srv := serve(t, newDesk(t))
	r := newReader(t, srv.URL)
	r.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	set := r.post("/enter", url.Values{"token": {goodToken}}).header.Get("Set-Cookie")
	for _, want := range []string{"cordon_session=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie %q lacks %s", set, want)
		}
	}
}

func TestTooManyTokensAreSlowedDown(t *testing.T) {
	srv := serve(t, newDesk(t))
	r := newReader(t, srv.URL)
	last := 0
	for range 12 {
		last = r.post("/enter", url.Values{"token": {"guess"}}).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the twelfth guess gives %d", last)
	}
}

func TestAnswerSaysItFirstAndShowsEveryList(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.get("/ask?q=" + url.QueryEscape("보기 알파"))
	p.says("h1", "보기 알파")
	p.says(".say", "Probably a party on 2 lists (entries found: 2). A second identifier would settle it.")
	p.says(".verdict .state", "▲ Likely")
	p.says("figcaption .figure", "0.62 (0.41–0.79)")
	p.says(".scale svg title, .scale figcaption span", "another party")
	if got := attr(p.all(".scale svg")[0], "aria-label"); got != "Probability 0.62, between 0.41 and 0.79" {
		t.Errorf("the scale is called %q", got)
	}
	want := []string{
		"United States, OFAC 2023-05-23 DPRK4 EXAMPLE, Alpha 101",
		"Republic of Korea, KoFIU 2023-05 no programme named EXAMPLE, Alpha 102",
		"Japan, Ministry of Finance not found in the list of 28 August 2026 (MOF asset-freeze list)",
	}
	if got := p.texts("#who ~ .scroll tbody tr"); !slices.Equal(got, want) {
		t.Errorf("who lists it:\n got %q\nwant %q", got, want)
	}
	if got := len(p.all("ol.path li")); got != 3 {
		t.Errorf("%d reasons, want 3", got)
	}
	p.says(".cut", "3 further candidates are not shown.")
	p.says("aside blockquote mark", "보기 알파")
	p.says("aside .sub a bdi", "example.csv")
	if h := attr(p.all("h1 bdi")[0], "lang"); h != "ko" {
		t.Errorf("the name is said to be in %q", h)
	}
	// Two clicks from any figure to the row.
	if href := attr(p.all("#who ~ .scroll tbody td a.mono")[0], "href"); !r.get(href).has("tr.asked") {
		t.Errorf("%s does not lead to the row", href)
	}
	p = r.get("/ask?pick=2&q=" + url.QueryEscape("보기 알파"))
	p.says("figcaption .figure", "0.52 (0.31–0.69)")
}

func TestPartsOfANameAreNotListedAsTheName(t *testing.T) {
	p := inside(t, serve(t, newDesk(t)).URL, goodToken).get("/ask?q=parts")
	want := []string{
		"United States, OFAC 2023-05-23 DPRK4 EXAMPLE, Alpha 101",
		"Republic of Korea, KoFIU not found in the list of 14 January 2026 (KoFIU restricted persons); 1 entry with parts of the name is below",
		"Japan, Ministry of Finance not found in the list of 28 August 2026 (MOF asset-freeze list)",
	}
	if got := p.texts("#who ~ .scroll tbody tr"); !slices.Equal(got, want) {
		t.Errorf("who lists it:\n got %q\nwant %q", got, want)
	}
	if got := len(p.all("#rest ~ .scroll tbody tr")); got != 2 {
		t.Errorf("%d other candidates, want 2", got)
	}
}

func TestLongCellsAreShortenedOnlyAmongTheNeighbours(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("x", 500)
	d.list = d.keep(t, "long.csv", "a,b\n1,before "+long+"\n2,"+long+" EXAMPLE "+long+"\n")
	p := inside(t, serve(t, d).URL, goodToken).get("/source/" + d.list + "?row=3&column=2&find=EXAMPLE")
	p.says("dl.cells mark", "EXAMPLE")
	if got := text(p.all("dl.cells dd")[1]); got != long+" EXAMPLE "+long {
		t.Error("the row itself is shortened")
	}
	p.says("tr.asked mark", "EXAMPLE")
	if got := text(p.all("tr.asked td")[1]); len(got) > 200 {
		t.Errorf("the neighbour's cell has %d characters", len(got))
	}
}

func TestNotFoundIsSaidWithTheListsThatWereChecked(t *testing.T) {
	p := inside(t, serve(t, newDesk(t)).URL, goodToken).get("/ask?q=nobody")
	p.says(".verdict .state", "– Not found")
	if got := len(p.all("td.none[colspan='4']")); got != 3 {
		t.Errorf("%d lists are said not to have it, want 3", got)
	}
	for _, w := range []string{"is clean", "safe", "cleared"} {
		if strings.Contains(text(p.all("main")[0]), w) {
			t.Errorf("the page says %q", w)
		}
	}
}

func TestAWalletHitGivesNoProbability(t *testing.T) {
	p := inside(t, serve(t, newDesk(t)).URL, goodToken).get("/ask?q=0x000000000000000000000000000000000000dEaD")
	p.says(".verdict .state", "■ Hit")
	if p.has(".scale") {
		t.Error("a scale is shown where no probability was given")
	}
}

func TestQuestionsAreRememberedInTheSession(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	for i := range 10 {
		r.get(fmt.Sprintf("/ask?q=0x%d", i))
	}
	r.get("/ask?q=0x3")
	got := r.get("/").texts("#recent ~ ul a")
	if want := []string{"0x3", "0x9", "0x8", "0x7", "0x6", "0x5", "0x4", "0x2"}; !slices.Equal(got, want) {
		t.Errorf("remembered %q, want %q", got, want)
	}
}

func TestPartySetsNamesakesBesideAndSaysTheyAreNotOne(t *testing.T) {
	d := newDesk(t)
	p := inside(t, serve(t, d).URL, goodToken).get("/party/" + record.PartyID("OFAC", "ofac-sdn", "101"))
	p.says("h1", "EXAMPLE, Alpha")
	if got := p.texts("#sides ~ .warn"); len(got) != 1 || !strings.HasPrefix(got[0], "Not confirmed as one.") {
		t.Errorf("the warning says %q", got)
	}
	if got := len(p.all("table.sides thead th")); got != 3 {
		t.Errorf("%d columns side by side, want 3", got)
	}
	if got, want := p.texts("#names ~ .scroll tbody td:first-child"), []string{"EXAMPLE, Alpha", "보기 알파", "例示 アルファ"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
	var langs []string
	for _, n := range p.all("#names ~ .scroll tbody td:first-child bdi") {
		langs = append(langs, attr(n, "lang"))
	}
	if want := []string{"", "ko", "ja"}; !slices.Equal(langs, want) {
		t.Errorf("languages of the names %q, want %q", langs, want)
	}
	if got := len(p.all("#wallets ~ .scroll tbody tr")); got != 2 {
		t.Errorf("%d wallets, want 2", got)
	}
	p.says("#mentions ~ .scroll tbody .tlp", "TLP:GREEN")
}

func TestAPageIsMarkedAsHighAsAnythingOnIt(t *testing.T) {
	d := newDesk(t)
	srv := serve(t, d)
	path := "/party/" + record.PartyID("OFAC", "ofac-sdn", "101")
	p := inside(t, srv.URL, goodToken).get(path)
	if got := p.texts(".marking .tlp"); !slices.Equal(got, []string{"TLP:GREEN", "TLP:GREEN"}) {
		t.Errorf("marked %q in head and foot, want TLP:GREEN twice", got)
	}
	p = inside(t, srv.URL, "clear").get(path)
	if got := p.texts(".marking .tlp"); !slices.Equal(got, []string{"TLP:CLEAR", "TLP:CLEAR"}) {
		t.Errorf("for one who may not see the report: marked %q, want TLP:CLEAR twice", got)
	}
}

func TestWithheldLooksLikeNotFound(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, "clear")
	withheld, missing := r.get("/object/"+d.reportID), r.get("/object/report--11111111-1111-4111-8111-111111111111")
	if withheld.status != http.StatusNotFound || missing.status != http.StatusNotFound {
		t.Fatalf("withheld %d, missing %d", withheld.status, missing.status)
	}
	strip := func(a *answered) string {
		return regexp.MustCompile(`report--[0-9a-f-]+`).ReplaceAllString(a.body, "")
	}
	if strip(withheld) != strip(missing) {
		t.Error("the two pages differ")
	}
}

func TestObjectShowsItsFieldsVersionsAndCanonicalBytes(t *testing.T) {
	d := newDesk(t)
	id := record.PartyID("OFAC", "ofac-sdn", "101")
	e, err := d.Get(t.Context(), policy.Viewer{}, policy.Reading, id)
	if err != nil {
		t.Fatal(err)
	}
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.get("/object/" + id)
	if got := p.all("#json ~ pre")[0].FirstChild.Data; got != string(e.Canonical) {
		t.Errorf("the canonical form is shown as\n%s\nwant\n%s", got, e.Canonical)
	}
	p.says("aside strong", "Journal entry 1")
	if !p.has("dl.tree a[href^='/object/marking-definition--']") {
		t.Error("the marking is no door")
	}
	if got := r.get("/object/" + id + "?version=99").status; got != http.StatusNotFound {
		t.Errorf("a version that is not there gives %d", got)
	}
}

func TestSourceMarksTheCellAndSaysWhereItIsFrom(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.get("/source/" + d.list + "?row=3&column=2")
	p.says("dl.cells mark", "EXAMPLE, Alpha")
	p.says("tr.asked th", "3")
	p.says("aside dd", d.list)
	if got := p.texts("nav.acts a"); !slices.Equal(got, []string{"Row before", "Row after"}) {
		t.Errorf("the neighbours are %q", got)
	}
	at := strings.Index(reportText, "EXAMPLE, Alpha")
	p = r.get(fmt.Sprintf("/source/%s?start=%d&end=%d", d.report, at, at+14))
	p.says("pre mark", "EXAMPLE, Alpha")
	for _, bad := range []string{"/source/xyz", "/source/" + d.list + "?row=x", "/source/" + d.list + "?row=-1", "/source/" + d.list + "?row=99", "/source/" + strings.Repeat("0", 64)} {
		if got := r.get(bad).status; got != http.StatusNotFound {
			t.Errorf("%s gives %d", bad, got)
		}
	}
}

func TestTheOriginalComesAsAFileByteForByte(t *testing.T) {
	d := newDesk(t)
	p := inside(t, serve(t, d).URL, goodToken).get("/source/" + d.list + "/original")
	if p.body != listFile {
		t.Error("the bytes differ")
	}
	if got := p.header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("sent as %s", got)
	}
	if got := p.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("sent as %q", got)
	}
	if got := p.header.Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") {
		t.Errorf("sent under %q", got)
	}
}

func upload(t testing.TB, fields [][2]string, files ...[2]string) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

func (r *reader) upload(fields [][2]string, files ...[2]string) *answered {
	r.t.Helper()
	kind, body := upload(r.t, fields, files...)
	req, err := http.NewRequest(http.MethodPost, r.origin+"/imports", body)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	return r.do(req)
}

func TestAnImportTakesFilesInOrderAndShowsItsProgress(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.upload([][2]string{{"kind", "ofac"}, {"url", ""}}, [2]string{`C:\lists\sdn.csv`, "one"}, [2]string{"../../alt.csv", "two"})
	if want := []string{"ofac", "", "sdn.csv=one", "alt.csv=two"}; !slices.Equal(d.took, want) {
		t.Errorf("the node was given %q, want %q", d.took, want)
	}
	p.says("h1", "sdn.csv")
	p.says("[role=status] .figure", "writing · 4,000 of 14,965 rows")
	if !p.has("noscript") || !strings.Contains(p.body, `http-equiv="refresh"`) {
		t.Error("without JavaScript the page stands still")
	}
	d.finish(t, "1")
	p = r.get("/imports/1")
	if strings.Contains(p.body, `http-equiv="refresh"`) {
		t.Error("a page of a job that is over still reloads")
	}
	if got, want := p.texts(".counts dd"), []string{"1,204", "17", "3", "13,744", "3"}; !slices.Equal(got, want) {
		t.Errorf("counts %q, want %q", got, want)
	}
	p.says("#refusals ~ .scroll tbody tr", "row 3, column 2 identity--x id identifier-prefix 2.9 the id is not that of an identity")
	p.says("#refusals ~ .cut", "2 more are in the quarantine. Quarantine")
}

func TestAnImportCarriesWhatThePersonStates(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	fields := [][2]string{{"kind", "report"}, {"date", "2026-08-28"}, {"marking", "TLP:AMBER+STRICT"}, {"shrink", "1"}, {"person", " A. Analyst "}}
	r.upload(fields, [2]string{"a.txt", "a"})
	u := d.upload
	if u.Date != "2026-08-28" || u.Marking == nil || *u.Marking != policy.AmberStrict || !u.Shrink || u.Person != "A. Analyst" || u.Supersede {
		t.Errorf("the node was given %+v", u)
	}
	for _, bad := range [][2]string{{"date", "28 August"}, {"marking", "secret"}} {
		if got := r.upload([][2]string{bad}, [2]string{"a.txt", "a"}).status; got != http.StatusUnprocessableEntity {
			t.Errorf("%q gives %d", bad, got)
		}
	}
}

func TestAnImportOfAnAddressNeedsNoFile(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	r.upload([][2]string{{"kind", ""}, {"url", " https://lists.example.org/sdn.csv "}}, [2]string{"", ""})
	if want := []string{"", "https://lists.example.org/sdn.csv"}; !slices.Equal(d.took, want) {
		t.Errorf("the node was given %q, want %q", d.took, want)
	}
	if got := r.upload([][2]string{{"kind", ""}, {"url", ""}}).status; got != http.StatusUnprocessableEntity {
		t.Errorf("nothing at all gives %d", got)
	}
}

func TestAnUploadThatIsTooLargeIsRefusedAndSaid(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	p := r.upload(nil, [2]string{"big.csv", strings.Repeat("x", 2<<20)})
	if p.status != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", p.status)
	}
	p.says("h1", "Too large")
}

func TestAJobCanBeCancelled(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	r.upload(nil, [2]string{"a.csv", "a"})
	p := r.post("/imports/1/cancel", nil)
	if got := p.texts(".warn"); len(got) != 1 || !strings.HasPrefix(got[0], "The import was cancelled.") {
		t.Errorf("the page says %q", got)
	}
}

func TestAFailedImportSaysWhatHappenedWhatWasKeptAndWhatToDo(t *testing.T) {
	d := newDesk(t)
	d.threeJobs(t)
	p := inside(t, serve(t, d).URL, goodToken).get("/imports/3")
	got := text(p.all("[role=alert]")[0])
	for _, want := range []string{"The import failed.", "The version in force is untouched", "row 3 column 2", "fetch the file again"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q: %s", want, got)
		}
	}
}

func TestJournalPagesBackToTheFirstEntry(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.get("/journal")
	if got := p.texts("tbody td:first-child"); len(got) != 12 || got[0] != "12" || got[11] != "1" {
		t.Errorf("entries %q", got)
	}
	if note := text(p.all("#checkpoint ~ pre")[0]); !strings.Contains(note, "— ") {
		t.Errorf("the checkpoint has no signature: %s", note)
	}
	p = r.get("/journal?upto=5")
	if got := p.texts("tbody td:first-child"); len(got) != 5 || got[0] != "5" {
		t.Errorf("up to 5: %q", got)
	}
	p.says("nav.acts a", "Newer")
}

func TestTheQuarantineShowsWhatTheViewerMaySee(t *testing.T) {
	d := newDesk(t)
	srv := serve(t, d)
	p := inside(t, srv.URL, goodToken).get("/journal/quarantine")
	p.says("main .none", "Nothing has been refused that you may see.")
	p = inside(t, srv.URL, "all").get("/journal/quarantine")
	if got := p.texts("tbody td:nth-child(2)"); len(got) != 1 || !strings.Contains(got[0], "report--not-an-id") {
		t.Errorf("refused %q", got)
	}
	inside(t, srv.URL, "all").get("/journal").says("#quarantine ~ p a", "1 object was refused.")
}

func TestListsSayDateHashAndEntries(t *testing.T) {
	d := newDesk(t)
	p := inside(t, serve(t, d).URL, goodToken).get("/lists")
	got := p.texts("tbody tr")
	if len(got) != 3 || !strings.Contains(got[0], "2024-05-03") || !strings.Contains(got[0], d.list) {
		t.Errorf("lists %q", got)
	}
}

func TestHostileTextNeverBecomesMarkup(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	for _, path := range []string{
		"/ask?q=evil", "/ask?q=" + url.QueryEscape(evil), "/party/" + record.PartyID("OFAC", "ofac-sdn", "104"),
		"/object/" + record.PartyID("OFAC", "ofac-sdn", "104"), "/source/" + d.list + "?row=5&column=2", "/",
	} {
		p := r.get(path)
		for _, n := range p.all("script") {
			if n.FirstChild != nil || !strings.HasPrefix(attr(n, "src"), "/static/") {
				t.Errorf("%s: a script came from outside", path)
			}
		}
		if strings.ContainsAny(text(p.all("main")[0]), "\u202e\u202c\x07") {
			t.Errorf("%s: a control character reaches the page", path)
		}
	}
	p := r.get("/ask?q=evil")
	if got := p.texts("h2 ~ p a bdi .ctl, .verdict p a bdi .ctl"); !slices.Equal(got, []string{"U+202E", "U+202C"}) {
		t.Errorf("the controls are shown as %q", got)
	}
	p = r.get("/ask?q=" + url.QueryEscape(`"><script>alert(1)</script>`))
	if got := attr(p.all("#q")[0], "value"); got != `"><script>alert(1)</script>` {
		t.Errorf("the box has %q", got)
	}
}

func TestEveryPageInEveryLanguageIsWholeAndNamed(t *testing.T) {
	d := newDesk(t)
	d.threeJobs(t)
	d.twoClearances(t)
	r := inside(t, serve(t, d).URL, goodToken)
	heads := map[string]map[string]bool{}
	for _, lang := range []string{"en", "ja", "ko"} {
		r.lang = lang
		for name, path := range everyPage(d) {
			p := r.get(path)
			where := name + " in " + lang
			if got := attr(p.all("html")[0], "lang"); got != lang {
				t.Errorf("%s: the page says it is in %q", where, got)
			}
			if p.has(".missing") {
				t.Errorf("%s: no words for %q", where, p.texts(".missing"))
			}
			if m := regexp.MustCompile(`\{\d`).FindString(text(p.all("body")[0])); m != "" {
				t.Errorf("%s: an argument is missing: %s", where, m)
			}
			structure(t, where, p)
			if name == "help" {
				if heads[name] == nil {
					heads[name] = map[string]bool{}
				}
				heads[name][text(p.all("h1")[0])] = true
			}
		}
	}
	if len(heads["help"]) != 3 {
		t.Errorf("the help has the heads %v", heads["help"])
	}
}

// structure checks what a person with a screen reader or a keyboard needs.
func structure(t testing.TB, where string, p *answered) {
	t.Helper()
	for _, landmark := range []string{"header", "main#main", "footer", "a.skip[href='#main']", "head title"} {
		if got := len(p.all(landmark)); got != 1 {
			t.Errorf("%s: %d of %s, want 1", where, got, landmark)
		}
	}
	last := 0
	for _, h := range p.all("h1, h2, h3, h4") {
		level := int(h.Data[1] - '0')
		if level > last+1 {
			t.Errorf("%s: %s %q follows h%d", where, h.Data, text(h), last)
		}
		last = level
		if text(h) == "" {
			t.Errorf("%s: an empty heading", where)
		}
	}
	if got := len(p.all("h1")); got != 1 {
		t.Errorf("%s: %d headings of the first level", where, got)
	}
	ids := map[string]bool{}
	for _, n := range p.all("[id]") {
		if id := attr(n, "id"); ids[id] {
			t.Errorf("%s: the id %s is there twice", where, id)
		} else {
			ids[id] = true
		}
	}
	for _, n := range p.all("[aria-labelledby], [aria-describedby], label[for]") {
		for _, key := range []string{"aria-labelledby", "aria-describedby", "for"} {
			for _, id := range strings.Fields(attr(n, key)) {
				if !ids[id] {
					t.Errorf("%s: %s names %s, which is not there", where, key, id)
				}
			}
		}
	}
	for _, n := range p.all("input:not([type=hidden]), select") {
		if attr(n, "aria-label") == "" && len(p.all("label[for="+attr(n, "id")+"]")) != 1 {
			t.Errorf("%s: the field %s has no label", where, attr(n, "name"))
		}
	}
	for _, n := range p.all("table") {
		if n.Parent == nil || (!slices.Contains(strings.Fields(attr(n.Parent, "class")), "scroll") && n.Parent.Data != "section") {
			t.Errorf("%s: a table does not scroll inside itself", where)
		}
	}
	for _, n := range p.all("th") {
		if attr(n, "scope") == "" {
			t.Errorf("%s: the head %q has no scope", where, text(n))
		}
	}
	for _, n := range p.all("[style], [onclick], [onload], style, iframe, object, embed") {
		t.Errorf("%s: %s goes round the content security policy", where, n.Data)
	}
	for _, n := range p.all("[src], link[href], form[action]") {
		for _, key := range []string{"src", "href", "action"} {
			if u := attr(n, key); u != "" && (!strings.HasPrefix(u, "/") || strings.HasPrefix(u, "//")) {
				t.Errorf("%s: %s leads to %s", where, n.Data, u)
			}
		}
	}
}

func TestLanguageIsOneClickAwayAndRemembered(t *testing.T) {
	r := newReader(t, serve(t, newDesk(t)).URL)
	for accept, want := range map[string]string{"ko-KR,ko;q=0.9,en;q=0.5": "ko", "fr": "en", "": "en", "ja": "ja", "fr,ja;q=0.4": "ja", "zz;;q=x": "en"} {
		r.lang = accept
		if got := attr(r.get("/help").all("html")[0], "lang"); got != want {
			t.Errorf("a browser that asks for %q gets %q, want %q", accept, got, want)
		}
	}
	r.lang = "en"
	p := r.post("/preferences", url.Values{"language": {"ko"}, "to": {"/help"}})
	p.says("h1", "도움말")
	if got := attr(r.get("/enter").all("html")[0], "lang"); got != "ko" {
		t.Errorf("the next page is in %q", got)
	}
	p = r.post("/preferences", url.Values{"language": {"xx"}, "theme": {"dark"}, "to": {"/help"}})
	if got := attr(p.all("html")[0], "data-theme"); got != "dark" {
		t.Errorf("the ground is %q", got)
	}
	p.says("h1", "도움말")
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	d := newDesk(t)
	r := inside(t, serve(t, d).URL, goodToken)
	paths := []string{"/no-such-page"}
	for _, p := range everyPage(d) {
		paths = append(paths, p)
	}
	for _, n := range r.get("/").all("link[rel=stylesheet]") {
		paths = append(paths, attr(n, "href"))
	}
	for _, path := range paths {
		h := r.get(path).header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("%s: the policy has a hole: %s", path, csp)
		}
		for key, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := h.Get(key); got != want {
				t.Errorf("%s: %s is %q, want %q", path, key, got, want)
			}
		}
		if cache := h.Get("Cache-Control"); !strings.HasPrefix(path, "/static/") && cache != "no-store" {
			t.Errorf("%s: cached as %q", path, cache)
		}
	}
}

func TestForeignHostsAndSitesAreRefused(t *testing.T) {
	srv := serve(t, newDesk(t))
	ask := func(host string) int {
		req, err := http.NewRequest(http.MethodGet, srv.URL+"/help", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		return newReader(t, srv.URL).do(req).status
	}
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "localhost": 200, "LOCALHOST:1": 200, "[::1]:80": 200, "127.8.8.8": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "192.0.2.1": 421, "localhost.evil.example:80": 421,
	} {
		if got := ask(host); got != want {
			t.Errorf("Host %s gives %d, want %d", host, got, want)
		}
	}
	r := inside(t, srv.URL, goodToken)
	for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+"/leave", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(h[0], h[1])
		if got := r.do(req).status; got != http.StatusForbidden {
			t.Errorf("%s: %s gives %d", h[0], h[1], got)
		}
	}
	if got := r.get("/").status; got != http.StatusOK {
		t.Errorf("another site ended the session: %d", got)
	}
}

func TestAConfiguredOriginIsServedAndItsCookiesAreSecure(t *testing.T) {
	d := newDesk(t)
	s, err := web.New(web.Config{
		Screen: d, Objects: d, Desk: d, Matrix: d.matrix(), Identities: joins{d}, Origins: []string{"https://cordon.example.org"}, Log: slog.New(slog.DiscardHandler),
		Enter: func(context.Context, string) (policy.Viewer, error) { return policy.Viewer{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	w := new(recorder)
	req, _ := http.NewRequest(http.MethodPost, "https://cordon.example.org/enter", nil)
	s.ServeHTTP(w, req)
	if w.status != http.StatusSeeOther || !strings.Contains(w.Header().Get("Set-Cookie"), "Secure") {
		t.Errorf("status %d, cookie %q", w.status, w.Header().Get("Set-Cookie"))
	}
}

// recorder keeps what a handler writes.
type recorder struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header {
	if r.head == nil {
		r.head = http.Header{}
	}
	return r.head
}
func (r *recorder) WriteHeader(s int)           { r.status = s }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func TestANodeWithoutItsPartsIsRefused(t *testing.T) {
	if _, err := web.New(web.Config{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("got %v", err)
	}
	d := newDesk(t)
	_, err := web.New(web.Config{Screen: d, Objects: d, Desk: d, Matrix: d.matrix(), Identities: joins{d}, Origins: []string{"cordon.example.org"}, Enter: func(context.Context, string) (policy.Viewer, error) {
		return policy.Viewer{}, nil
	}})
	if !errs.Is(err, errs.Invalid) {
		t.Errorf("an origin without a scheme: %v", err)
	}
}

func TestErrorsSayWhatHappenedWhatWasKeptAndWhatToDo(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	p := r.get("/ask?q=%21")
	if p.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", p.status)
	}
	if got := p.texts("dt"); !slices.Equal(got, []string{"What happened", "What was kept", "What to do"}) {
		t.Errorf("it says %q", got)
	}
	if n := p.all("[lang=en].detail"); len(n) != 2 {
		t.Errorf("%d details of the room itself, want 2", len(n))
	}
}

func TestTheSiteAsksNothingOfOthers(t *testing.T) {
	for _, f := range []string{"static/cordon.css", "static/tokens.css", "static/cordon.js"} {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"http://", "https://", "@import", "url(", "eval(", "innerHTML", "new Function", "insertAdjacentHTML", "document.write"} {
			if bytes.Contains(b, []byte(bad)) {
				t.Errorf("%s has %s", f, bad)
			}
		}
	}
}
