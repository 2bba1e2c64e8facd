package designations_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/lists/workbook"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/web/webtest"
)

func TestTheMatrixIsWholeInEveryLanguage(t *testing.T) {
	webtest.Whole(webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken), webtest.WorldPages())
}

func TestTheMatrixInABrowser(t *testing.T) {
	b := webtest.OpenBrowser(t, webtest.Serve(t, webtest.WorldDesk(t)).URL)
	b.Enter(webtest.GoodToken)
	b.InWindows("world", webtest.WorldPages())
}

func TestTheHeadOfTheMatrixStays(t *testing.T) {
	d := webtest.NewDesk(t)
	names := make([]string, 0, 60)
	for range 60 {
		names = append(names, "EXAMPLE, Somebody "+strings.Repeat("x", len(names)+1))
	}
	d.Many(t, names)
	b := webtest.OpenBrowser(t, webtest.Serve(t, d).URL)
	b.Enter(webtest.GoodToken)
	b.Size(1280, false)
	b.Open("/matrix")
	const stays = `(() => { const s = document.querySelector(".scroll.tall"); s.scrollTo(300, 2000);
		const box = s.getBoundingClientRect(), head = s.querySelector("thead th:nth-child(2)").getBoundingClientRect(), side = s.querySelector("tbody tr:last-child th").getBoundingClientRect();
		return s.scrollTop > 0 && Math.abs(head.top - box.top) < 3 && Math.abs(side.left - box.left) < 3; })()`
	if !webtest.Eval[bool](b, stays) {
		t.Error("the head or the first column went away with the rows")
	}
	b.Quiet()
}

func TestTheMatrixSaysItFirstAndLeavesNoCellBlank(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	p := r.Get("/matrix?us=on&jp=not&un=not")
	p.Says(".verdict .say", "3 of 7 parties under DPRK programmes are on the lists of the United States and not found in those of Japan and the United Nations.")
	if got, want := p.Parties(), []string{"EXAMPLE, Gamma", "EXAMPLE, Beta", "EXAMPLE, Alpha"}; !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
	p = r.Get("/matrix")
	p.Says(".verdict .say", "7 of 7 parties under DPRK programmes are shown.")
	got := p.Row("EXAMPLE, Beta")
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
	firm := p.Row("EXAMPLE TRADING CORPORATION")
	if !strings.Contains(firm[1], "seen, not later than 2024-05-03") || !strings.Contains(firm[2], "listed") || !strings.Contains(firm[0], "例示貿易会社") {
		t.Errorf("a party of a list without dates: %q", firm)
	}
	if got := p.Row("EXAMPLE, Epsilon")[3]; !strings.HasPrefix(got, "□ removed") {
		t.Errorf("a removed listing: %q", got)
	}
	if got := p.Row("EXAMPLE, Delta")[2]; !strings.HasPrefix(got, "△ press") || !strings.Contains(got, "2024-12-26") {
		t.Errorf("what the press reports: %q", got)
	}
	gamma := p.Row("EXAMPLE, Gamma")
	if !strings.Contains(gamma[0], "1 open question of identity") || !strings.Contains(strings.Join(gamma, " "), "open whether it is EXAMPLE, Gamma") {
		t.Errorf("an open question is not on the row: %q", gamma)
	}
	for _, cell := range p.Texts("table.matrix td") {
		if cell == "" || strings.Contains(cell, "not listed") {
			t.Errorf("a cell says %q", cell)
		}
	}
	href := webtest.Attr(p.All("td.c-listed a.mono")[0], "href")
	if !r.Get(href).Has("tr.asked") {
		t.Errorf("%s does not lead to a marked row", href)
	}
}

func TestThePressDecidesOnlyWhereNoListDoes(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	r.Get("/matrix").Says(".verdict .sub:last-of-type", "What the press alone reports counts as listed, and is marked as press.")
	if got := r.Get("/matrix?press=exclude").Parties(); slices.Contains(got, "EXAMPLE, Delta") {
		t.Error("a party known from the press alone is shown without the press")
	}
	if got := r.Get("/matrix?press=only").Parties(); !slices.Equal(got, []string{"EXAMPLE, Delta"}) {
		t.Errorf("of the press only: %q", got)
	}
}

func TestNobodyIsOffAListThatIsNotHere(t *testing.T) {
	p := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken).Get("/matrix?us=on&eu=not&ch=not")
	p.Says(".verdict .say", "No list of the European Union and Switzerland is loaded on this node, so nothing can be said of who is not on it.")
	if p.Status != http.StatusOK || p.Has("table.matrix") || p.Has("a[download]") {
		t.Errorf("%d: rows are shown all the same", p.Status)
	}
}

func TestAViewHasOneAddress(t *testing.T) {
	srv := webtest.Serve(t, webtest.WorldDesk(t))
	r := webtest.Inside(t, srv.URL, webtest.GoodToken)
	p := r.Get("/matrix?us=on&jp=")
	action, form := p.FillForm("form.filter", map[string][]string{"programme": {"cyber"}, "sort": {"name"}})
	var at string
	r.Client.CheckRedirect = func(req *http.Request, _ []*http.Request) error { at = req.URL.RequestURI(); return nil }
	p = r.Get(action + "?" + form.Encode())
	if want := "/matrix?programme=cyber&sort=name&us=on"; at != want {
		t.Errorf("the form leads to %s, want %s", at, want)
	}
	if got := p.Parties(); !slices.Equal(got, []string{"EXAMPLE, Beta"}) {
		t.Errorf("rows %q", got)
	}
	if got := p.Texts(".verdict .tag"); !slices.Equal(got, []string{"programmes: cyber"}) {
		t.Errorf("conditions that the sentence does not say: %q", got)
	}
	if got := webtest.Attr(p.All("#f-us option[selected]")[0], "value"); got != "on" || !p.Has("#f-p-cyber[checked]") {
		t.Errorf("the form has forgotten what was asked")
	}
	for _, n := range p.All("a[download]") {
		if !strings.HasSuffix(webtest.Attr(n, "href"), "?programme=cyber&sort=name&us=on") {
			t.Errorf("a download of another view: %s", webtest.Attr(n, "href"))
		}
	}
	for _, bad := range []string{"us=perhaps", "over=soon&from=US&to=JP", "over=30", "from=US", "since=23.5.2023", "programme=x", "kind=x", "sort=x", "press=x", "first=FR"} {
		if p := r.Get("/matrix?" + bad); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s gives %d", bad, p.Status)
		}
	}
}

func TestRowsThatCannotBeDecidedAreCounted(t *testing.T) {
	p := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken).Get("/matrix?over=30&from=US&to=JP")
	if got := p.Texts(".verdict p"); !slices.Contains(got, "Of 1 further party the lag cannot be told from the dates; it is not shown.") {
		t.Errorf("it says %q", got)
	}
}

func TestManyRowsHavePages(t *testing.T) {
	d := webtest.NewDesk(t)
	entries := make([]string, 0, 120)
	for i := range 120 {
		entries = append(entries, fmt.Sprintf("EXAMPLE, Number %03d", i))
	}
	d.Many(t, entries)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Get("/matrix?sort=name")
	p.Says("#rows ~ .sub", "1 to 50 of 122")
	next := webtest.Attr(p.All("a[rel=next]")[0], "href")
	if got := p.Parties(); len(got) != 50 || p.Has("a[rel=prev]") {
		t.Errorf("%d rows on the first page", len(got))
	}
	p = r.Get(next)
	p.Says("#rows ~ .sub", "51 to 100 of 122")
	if got := r.Get(webtest.Attr(p.All("a[rel=next]")[0], "href")).Parties(); len(got) != 22 {
		t.Errorf("%d rows on the last page", len(got))
	}
	r.Get("/matrix?sort=name&page=99").Says("#rows ~ .sub", "101 to 122 of 122")
}

func TestTheSameViewIsTakenAlong(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
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
		p := r.Get("/matrix/export/" + form + "?us=on&jp=not&un=not")
		if got := p.Header.Get("Content-Type"); p.Status != http.StatusOK || got != want.kind {
			t.Errorf("%s: %d, type %q", form, p.Status, got)
		}
		if got := p.Header.Get("Content-Disposition"); got != "attachment; filename="+want.name {
			t.Errorf("%s: %q", form, got)
		}
		if got := rows[form](p.Body); got != want.rows {
			t.Errorf("%s has %d, want %d", form, got, want.rows)
		}
	}
	if got := r.Get("/matrix/export/exe").Status; got != http.StatusNotFound {
		t.Errorf("a form that is none gives %d", got)
	}
	if got := webtest.NewReader(t, r.Origin).Get("/matrix/export/csv").Status; got != http.StatusForbidden {
		t.Errorf("without a session: %d", got)
	}
}

func TestAPartyHasItsTimeInOrderWithDoors(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	p := r.Get("/matrix/party/" + webtest.Kofiu.Party(webtest.BetaKR))
	p.Says("h1", "EXAMPLE, Beta")
	p.Says(".verdict .say", "On the lists of the United States and the Republic of Korea. Not found in the lists of Japan and the United Nations. First listed by the United States.")
	if got, want := p.Texts("#line ~ .scroll tbody td:first-child"), []string{"2019-09-13", "2023-02-10"}; !slices.Equal(got, want) {
		t.Errorf("in order %q, want %q", got, want)
	}
	p.Says("#lags ~ ul li", "Republic of Korea: 1,246 days after United States")
	if got := p.Texts("table.authorities tbody tr"); len(got) != 8 || !strings.Contains(got[1], "not found in the list of 2026-08-28") || !strings.Contains(got[1], "MOF asset-freeze list") {
		t.Errorf("authorities %q", got)
	}
	if got := p.Texts(".decided .tag"); len(got) != 1 || got[0] != "held to be one party" {
		t.Errorf("decisions %q", got)
	}
	webtest.Contains(p, ".decided table tbody", "date of birth")
	if href := webtest.Attr(p.All("#line ~ .scroll a[data-row]")[0], "href"); !r.Get(href).Has("tr.asked") {
		t.Errorf("%s does not lead to the row", href)
	}
	if got := r.Get("/matrix/party/identity--00000000-0000-4000-8000-000000000000").Status; got != http.StatusNotFound {
		t.Errorf("a party that is none gives %d", got)
	}
	p = r.Get("/matrix/party/" + webtest.Ofac.Party(webtest.GammaUS))
	webtest.Contains(p, "#one ~ .decided", "open")
}

func TestEachReaderSeesTheirOwnScriptFirst(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	for lang, want := range map[string][2]string{
		"en": {"EXAMPLE, Beta", "EXAMPLE TRADING CORPORATION"}, "ja": {"EXAMPLE, Beta", "例示貿易会社"}, "ko": {"보기 베타", "EXAMPLE TRADING CORPORATION"},
	} {
		r.Lang = lang
		got := r.Get("/matrix").Parties()
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q has no %q", lang, got, w)
			}
		}
	}
}

func TestTheChartAndTheTableHaveTheSameFigures(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	const all = "/matrix/alignment?programme=cyber&programme=finance&programme=government&programme=shipping&programme=wmd"
	p := r.Get(all)
	p.Says(".verdict .say", "0 of 1 parties have been listed by all three so far, in 2026: 0 %.")
	webtest.Contains(p, ".verdict p", "From the first to the last of them lie 1,246 days (median, over 1 party")
	rows := p.Texts("#points ~ .scroll tbody tr")
	if len(rows) != 8 || rows[0] != "2019 1 0 0 0 none 0 1 0 0 0" || rows[7] != "2026 1 1 0 0 1,246 1 1 0 1 0" {
		t.Errorf("figures %q", rows)
	}
	chart := p.Texts("svg text")
	for _, row := range rows {
		f := strings.Fields(row)
		if !slices.Contains(chart, f[0]) || !slices.Contains(chart, f[3]+"/"+f[1]) {
			t.Errorf("the chart does not say %s and %s/%s", f[0], f[3], f[1])
		}
	}
	if got := p.Texts("#lags-lists ~ .scroll tbody tr"); !slices.Contains(got, "United States Republic of Korea 1 1 1,246 1,246 1,246 1,246 1,246") || !slices.Contains(got, "Republic of Korea United States 1 1 −1,246 −1,246 −1,246 −1,246 −1,246") {
		t.Errorf("lags %q", got)
	}
	r.Lang = "ko"
	p = r.Get(all + "&step=month")
	if title := p.Texts("svg > title"); len(title) != 1 || title[0] != "미국, 일본, 대한민국 중 한 나라, 두 나라, 세 나라가 등재한 대상자" {
		t.Errorf("the chart is called %q", title)
	}
	webtest.Contains(p, ".cut", "60")
	r.Lang = "en"
	if got := r.Get("/matrix/alignment?step=day").Status; got != http.StatusUnprocessableEntity {
		t.Errorf("a step that is none gives %d", got)
	}
	webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken).Get("/matrix/alignment?programme=shipping").Says(".verdict .say", "There is nothing to count: no listing of the three is dated here.")
}
