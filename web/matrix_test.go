package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/workbook"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// worldDesk is a desk with the world of parties on several lists.
func worldDesk(t testing.TB) *desk {
	t.Helper()
	d := newDesk(t)
	d.world(t)
	return d
}

// row returns the texts of the cells of a party's row, its head first.
func (a *answered) row(name string) []string {
	a.t.Helper()
	for _, tr := range a.all("table.matrix tbody tr") {
		if strings.HasPrefix(text(tr), name) {
			var out []string
			for c := tr.FirstChild; c != nil; c = c.NextSibling {
				if c.Data == "th" || c.Data == "td" {
					out = append(out, text(c))
				}
			}
			return out
		}
	}
	a.t.Fatalf("there is no row of %s among %q", name, a.texts("table.matrix tbody th"))
	return nil
}

// parties are the names at the heads of the rows.
func (a *answered) parties() []string { return a.texts("table.matrix tbody th a[data-row]") }

func TestTheMatrixSaysItFirstAndLeavesNoCellBlank(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	p := r.get("/matrix?us=on&jp=not&un=not")
	p.says(".verdict .say", "3 of 7 parties under DPRK programmes are on the lists of the United States and not found in those of Japan and the United Nations.")
	if got, want := p.parties(), []string{"EXAMPLE, Gamma", "EXAMPLE, Beta", "EXAMPLE, Alpha"}; !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
	p = r.get("/matrix")
	p.says(".verdict .say", "7 of 7 parties under DPRK programmes are shown.")
	got := p.row("EXAMPLE, Beta")
	want := []string{
		"EXAMPLE, Beta 보기 베타 1 further name person cyber",
		"■ listed first2019-09-13 EO 13722 201", "– not found in the list of 2026-08-28", "■ listed2023-02-10 DPRK 202", "– not found in the list of 2026-02-27",
		"○ no list loaded", "○ no list loaded", "○ no list loaded", "○ no list loaded",
	}
	for i := range want {
		if strings.ReplaceAll(got[i], " ", "") != strings.ReplaceAll(want[i], " ", "") {
			t.Errorf("cell %d says %q, want %q", i, got[i], want[i])
		}
	}
	firm := p.row("EXAMPLE TRADING CORPORATION")
	if !strings.Contains(firm[1], "seen, not later than 2024-05-03") || !strings.Contains(firm[2], "listed") || !strings.Contains(firm[0], "例示貿易会社") {
		t.Errorf("a party of a list without dates: %q", firm)
	}
	if got := p.row("EXAMPLE, Epsilon")[3]; !strings.HasPrefix(got, "□ removed") {
		t.Errorf("a removed listing: %q", got)
	}
	if got := p.row("EXAMPLE, Delta")[2]; !strings.HasPrefix(got, "△ press") || !strings.Contains(got, "2024-12-26") {
		t.Errorf("what the press reports: %q", got)
	}
	gamma := p.row("EXAMPLE, Gamma")
	if !strings.Contains(gamma[0], "1 open question of identity") || !strings.Contains(strings.Join(gamma, " "), "open whether it is EXAMPLE, Gamma") {
		t.Errorf("an open question is not on the row: %q", gamma)
	}
	for _, cell := range p.texts("table.matrix td") {
		if cell == "" || strings.Contains(cell, "not listed") {
			t.Errorf("a cell says %q", cell)
		}
	}
	href := attr(p.all("td.c-listed a.mono")[0], "href")
	if !r.get(href).has("tr.asked") {
		t.Errorf("%s does not lead to a marked row", href)
	}
}

func TestThePressDecidesOnlyWhereNoListDoes(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	r.get("/matrix").says(".verdict .sub:last-of-type", "What the press alone reports counts as listed, and is marked as press.")
	if got := r.get("/matrix?press=exclude").parties(); slices.Contains(got, "EXAMPLE, Delta") {
		t.Error("a party known from the press alone is shown without the press")
	}
	if got := r.get("/matrix?press=only").parties(); !slices.Equal(got, []string{"EXAMPLE, Delta"}) {
		t.Errorf("of the press only: %q", got)
	}
}

func TestNobodyIsOffAListThatIsNotHere(t *testing.T) {
	p := inside(t, serve(t, worldDesk(t)).URL, goodToken).get("/matrix?us=on&eu=not&ch=not")
	p.says(".verdict .say", "No list of the European Union and Switzerland is loaded on this node, so nothing can be said of who is not on it.")
	if p.status != http.StatusOK || p.has("table.matrix") || p.has("a[download]") {
		t.Errorf("%d: rows are shown all the same", p.status)
	}
}

func TestAViewHasOneAddress(t *testing.T) {
	srv := serve(t, worldDesk(t))
	r := inside(t, srv.URL, goodToken)
	p := r.get("/matrix?us=on&jp=")
	action, form := p.fillForm("form.filter", map[string][]string{"programme": {"cyber"}, "sort": {"name"}})
	var at string
	r.http.CheckRedirect = func(req *http.Request, _ []*http.Request) error { at = req.URL.RequestURI(); return nil }
	p = r.get(action + "?" + form.Encode())
	if want := "/matrix?programme=cyber&sort=name&us=on"; at != want {
		t.Errorf("the form leads to %s, want %s", at, want)
	}
	if got := p.parties(); !slices.Equal(got, []string{"EXAMPLE, Beta"}) {
		t.Errorf("rows %q", got)
	}
	if got := p.texts(".verdict .tag"); !slices.Equal(got, []string{"programmes: cyber"}) {
		t.Errorf("conditions that the sentence does not say: %q", got)
	}
	if got := attr(p.all("#f-us option[selected]")[0], "value"); got != "on" || !p.has("#f-p-cyber[checked]") {
		t.Errorf("the form has forgotten what was asked")
	}
	for _, n := range p.all("a[download]") {
		if !strings.HasSuffix(attr(n, "href"), "?programme=cyber&sort=name&us=on") {
			t.Errorf("a download of another view: %s", attr(n, "href"))
		}
	}
	for _, bad := range []string{"us=perhaps", "over=soon&from=US&to=JP", "over=30", "from=US", "since=23.5.2023", "programme=x", "kind=x", "sort=x", "press=x", "first=FR"} {
		if p := r.get("/matrix?" + bad); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s gives %d", bad, p.status)
		}
	}
}

// fillForm returns what a form would send, also of choices and boxes.
func (a *answered) fillForm(form string, set map[string][]string) (action string, v url.Values) {
	a.t.Helper()
	v = url.Values{}
	for _, n := range a.all(form + " input:not([type=checkbox]):not([type=radio])") {
		v.Add(attr(n, "name"), attr(n, "value"))
	}
	for _, n := range a.all(form + " select") {
		chosen := ""
		for _, o := range a.all("#" + attr(n, "id") + " option[selected]") {
			chosen = attr(o, "value")
		}
		v.Add(attr(n, "name"), chosen)
	}
	for name, values := range set {
		if !a.has(form + " [name=" + name + "]") {
			a.t.Fatalf("%s has no field %s", form, name)
		}
		v[name] = values
	}
	return attr(a.all(form)[0], "action"), v
}

func TestRowsThatCannotBeDecidedAreCounted(t *testing.T) {
	p := inside(t, serve(t, worldDesk(t)).URL, goodToken).get("/matrix?over=30&from=US&to=JP")
	if got := p.texts(".verdict p"); !slices.Contains(got, "Of 1 further party the lag cannot be told from the dates; it is not shown.") {
		t.Errorf("it says %q", got)
	}
}

func TestManyRowsHavePages(t *testing.T) {
	d := newDesk(t)
	entries := make([]string, 0, 120)
	for i := range 120 {
		entries = append(entries, fmt.Sprintf("EXAMPLE, Number %03d", i))
	}
	d.many(t, entries)
	r := inside(t, serve(t, d).URL, goodToken)
	p := r.get("/matrix?sort=name")
	p.says("#rows ~ .sub", "1 to 50 of 122")
	next := attr(p.all("a[rel=next]")[0], "href")
	if got := p.parties(); len(got) != 50 || p.has("a[rel=prev]") {
		t.Errorf("%d rows on the first page", len(got))
	}
	p = r.get(next)
	p.says("#rows ~ .sub", "51 to 100 of 122")
	if got := r.get(attr(p.all("a[rel=next]")[0], "href")).parties(); len(got) != 22 {
		t.Errorf("%d rows on the last page", len(got))
	}
	r.get("/matrix?sort=name&page=99").says("#rows ~ .sub", "101 to 122 of 122")
}

func TestTheSameViewIsTakenAlong(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	rows := map[string]func(body string) int{
		"csv": func(body string) int {
			all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
			if err != nil {
				t.Error(err)
			}
			return len(all) - 1
		},
		"xlsx": func(body string) int {
			all, err := workbook.Rows([]byte(body), "matrix")
			if err != nil {
				t.Error(err)
			}
			return len(all) - 1
		},
		"stix": func(body string) (n int) {
			var bundle struct{ Objects []json.RawMessage }
			if err := json.Unmarshal([]byte(body), &bundle); err != nil {
				t.Error(err)
			}
			for _, raw := range bundle.Objects {
				o, err := stix.Parse(raw)
				if err != nil {
					t.Error(err)
				} else if record.IsParty(o) {
					n++
				}
			}
			return n
		},
		"json": func(body string) int {
			var v struct{ Rows []json.RawMessage }
			if err := json.Unmarshal([]byte(body), &v); err != nil {
				t.Error(err)
			}
			return len(v.Rows)
		},
	}
	for form, want := range map[string]struct {
		kind, name string
		rows       int
	}{
		"csv":  {"text/csv; charset=utf-8", "cordon-matrix-2026-11-20.csv", 3},
		"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "cordon-matrix-2026-11-20.xlsx", 3},
		"stix": {"application/stix+json;version=2.1", "cordon-matrix-2026-11-20.stix.json", 4},
		"json": {"application/json", "cordon-matrix-2026-11-20.json", 3},
	} {
		p := r.get("/matrix/export/" + form + "?us=on&jp=not&un=not")
		if got := p.header.Get("Content-Type"); p.status != http.StatusOK || got != want.kind {
			t.Errorf("%s: %d, type %q", form, p.status, got)
		}
		if got := p.header.Get("Content-Disposition"); got != "attachment; filename="+want.name {
			t.Errorf("%s: %q", form, got)
		}
		if got := rows[form](p.body); got != want.rows {
			t.Errorf("%s has %d, want %d", form, got, want.rows)
		}
	}
	if got := r.get("/matrix/export/exe").status; got != http.StatusNotFound {
		t.Errorf("a form that is none gives %d", got)
	}
	if got := newReader(t, r.origin).get("/matrix/export/csv").status; got != http.StatusForbidden {
		t.Errorf("without a session: %d", got)
	}
}

func TestAPartyHasItsTimeInOrderWithDoors(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	p := r.get("/matrix/party/" + kofiu.party(betaKR))
	p.says("h1", "EXAMPLE, Beta")
	p.says(".verdict .say", "On the lists of the United States and the Republic of Korea. Not found in the lists of Japan and the United Nations. First listed by the United States.")
	if got, want := p.texts("#line ~ .scroll tbody td:first-child"), []string{"2019-09-13", "2023-02-10"}; !slices.Equal(got, want) {
		t.Errorf("in order %q, want %q", got, want)
	}
	p.says("#lags ~ ul li", "Republic of Korea: 1,246 days after United States")
	if got := p.texts("table.authorities tbody tr"); len(got) != 8 || !strings.Contains(got[1], "not found in the list of 2026-08-28") || !strings.Contains(got[1], "MOF asset-freeze list") {
		t.Errorf("authorities %q", got)
	}
	if got := p.texts(".decided .tag"); len(got) != 1 || got[0] != "held to be one party" {
		t.Errorf("decisions %q", got)
	}
	contains(p, ".decided table tbody", "date of birth")
	if href := attr(p.all("#line ~ .scroll a[data-row]")[0], "href"); !r.get(href).has("tr.asked") {
		t.Errorf("%s does not lead to the row", href)
	}
	if got := r.get("/matrix/party/identity--00000000-0000-4000-8000-000000000000").status; got != http.StatusNotFound {
		t.Errorf("a party that is none gives %d", got)
	}
	p = r.get("/matrix/party/" + ofac.party(gammaUS))
	contains(p, "#one ~ .decided", "open")
}

func TestEachReaderSeesTheirOwnScriptFirst(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	for lang, want := range map[string][2]string{
		"en": {"EXAMPLE, Beta", "EXAMPLE TRADING CORPORATION"}, "ja": {"EXAMPLE, Beta", "例示貿易会社"}, "ko": {"보기 베타", "EXAMPLE TRADING CORPORATION"},
	} {
		r.lang = lang
		got := r.get("/matrix").parties()
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q has no %q", lang, got, w)
			}
		}
	}
}

func TestTheChartAndTheTableHaveTheSameFigures(t *testing.T) {
	r := inside(t, serve(t, worldDesk(t)).URL, goodToken)
	const all = "/matrix/alignment?programme=cyber&programme=finance&programme=government&programme=shipping&programme=wmd"
	p := r.get(all)
	p.says(".verdict .say", "0 of 1 parties have been listed by all three so far, in 2026: 0 %.")
	contains(p, ".verdict p", "From the first to the last of them lie 1,246 days (median, over 1 party")
	rows := p.texts("#points ~ .scroll tbody tr")
	if len(rows) != 8 || rows[0] != "2019 1 0 0 0 none 0 1 0 0 0" || rows[7] != "2026 1 1 0 0 1,246 1 1 0 1 0" {
		t.Errorf("figures %q", rows)
	}
	chart := p.texts("svg text")
	for _, row := range rows {
		f := strings.Fields(row)
		if !slices.Contains(chart, f[0]) || !slices.Contains(chart, f[3]+"/"+f[1]) {
			t.Errorf("the chart does not say %s and %s/%s", f[0], f[3], f[1])
		}
	}
	if got := p.texts("#lags-lists ~ .scroll tbody tr"); !slices.Contains(got, "United States Republic of Korea 1 1 1,246 1,246 1,246 1,246 1,246") || !slices.Contains(got, "Republic of Korea United States 1 1 −1,246 −1,246 −1,246 −1,246 −1,246") {
		t.Errorf("lags %q", got)
	}
	r.lang = "ko"
	p = r.get(all + "&step=month")
	if title := p.texts("svg > title"); len(title) != 1 || title[0] != "미국, 일본, 대한민국 중 한 나라, 두 나라, 세 나라가 등재한 대상자" {
		t.Errorf("the chart is called %q", title)
	}
	contains(p, ".cut", "60")
	r.lang = "en"
	if got := r.get("/matrix/alignment?step=day").status; got != http.StatusUnprocessableEntity {
		t.Errorf("a step that is none gives %d", got)
	}
	inside(t, serve(t, newDesk(t)).URL, goodToken).get("/matrix/alignment?programme=shipping").says(".verdict .say", "There is nothing to count: no listing of the three is dated here.")
}
