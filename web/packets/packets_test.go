package packets_test

import (
	"archive/zip"
	"encoding/json"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/brief"
	"github.com/cordon-project/cordon/web/webtest"
)

// pages are the pages of packets over the world.
func pages() map[string]string {
	return map[string]string{
		"choose": "/packet?party=" + webtest.Ofac.Party(webtest.BetaUS), "jp": "/packet?for=JP&party=" + webtest.Ofac.Party(webtest.BetaUS),
		"kr": "/packet?for=KR&cleared=amber&lang=en&party=" + webtest.Ofac.Party(webtest.GammaUS), "un": "/packet?for=UN&lang=ja&party=" + webtest.Kofiu.Party(webtest.BetaKR),
	}
}

func TestTheGapLeadsToThePacket(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	gap := ""
	for _, a := range r.Get("/matrix?us=on&jp=not").All("table.matrix td.c-not-found a.gap") {
		if href := webtest.Attr(a, "href"); strings.Contains(href, "for=JP") && gap == "" {
			gap = href
		}
	}
	p := r.Get(gap)
	if p.Status != http.StatusOK || !strings.Contains(webtest.Text(p.All(".verdict .say")[0]), "Not found in") {
		t.Fatalf("%s: status %d, it says %q", gap, p.Status, p.Texts(".verdict .say"))
	}
	if got := p.Texts("#for option[selected]"); !slices.Equal(got, []string{"Japan, Ministry of Finance"}) {
		t.Errorf("the desk is %q", got)
	}
	aside := r.Get("/matrix/party/" + webtest.Ofac.Party(webtest.BetaUS)).All("aside a[href^='/packet?for=JP']")
	if len(aside) != 1 {
		t.Errorf("%d doors beside the time line lead to Japan's packet, want 1", len(aside))
	}
}

func TestThePreviewSaysWhatIsInThePacketAndWhatIsNot(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	p := r.Get(pages()["jp"])
	webtest.Contains(p, ".verdict .statusline", "TLP:CLEAR")
	webtest.Contains(p, "#take ~ p", "For Japan, Ministry of Finance, in Japanese, as of 20 November 2026.")
	webtest.Contains(p, "#doubts ~ .warn", "confirmed by no person")
	webtest.Contains(p, "#left ~ ul", "Nothing was left out for its marking.")
	if got := p.Texts("#exhibits ~ .scroll tbody td.mono"); len(got) == 0 || len(got[0]) != 64 {
		t.Errorf("hashes of exhibits: %q", got)
	}
	if door := webtest.Attr(p.All("#exhibits ~ .scroll tbody a")[0], "href"); !strings.HasPrefix(door, "/source/") || r.Get(door).Status != http.StatusOK {
		t.Errorf("the exhibit leads to %s", door)
	}
	if text := p.All(".paper[lang=ja]"); len(text) != 1 || !strings.Contains(webtest.Text(text[0]), "財務省") {
		t.Error("the text is not that of the desk's language")
	}
}

func TestBeforeADeskIsChosenNothingIsMade(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	p := r.Get(pages()["choose"])
	if p.Has(".verdict") || len(p.Texts("#for option")) < 20 {
		t.Errorf("a verdict, or desks %q", p.Texts("#for option"))
	}
	action, form := p.FillForm("form[action='/packet']", map[string][]string{"for": {"KR-KOFIU"}})
	p = r.Get(action + "?" + form.Encode())
	webtest.Contains(p, ".verdict .say", "lists this party already")
	for path, want := range map[string]int{
		"/packet": 422, "/packet?party=x": 200, "/packet?for=XX&party=" + webtest.Ofac.Party(webtest.BetaUS): 422,
		"/packet?for=JP&party=" + webtest.Ofac.Party("999"): 404, "/packet?for=JP&lang=fr&party=" + webtest.Ofac.Party(webtest.BetaUS): 422,
		"/packet?for=JP&cleared=red&party=" + webtest.Ofac.Party(webtest.BetaUS): 422, "/packet/exe?for=JP&party=" + webtest.Ofac.Party(webtest.BetaUS): 404,
	} {
		if got := r.Get(path).Status; got != want {
			t.Errorf("%s gives %d, want %d", path, got, want)
		}
	}
}

func TestThePacketIsTakenAlong(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken)
	files := map[string]*webtest.Answered{}
	for _, a := range r.Get(pages()["jp"]).All("#take ~ .acts a") {
		href := webtest.Attr(a, "href")
		form := strings.TrimPrefix(strings.SplitN(href, "?", 2)[0], "/packet/")
		files[form] = r.Get(href)
		h := files[form].Header
		if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename=cordon-packet-JP-MOF-2026-11-20.") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s comes as %q under %q", form, h.Get("Content-Disposition"), h.Get("Content-Security-Policy"))
		}
	}
	var p brief.Packet
	if err := json.Unmarshal([]byte(files["json"].Body), &p); err != nil || p.For.Authority != "JP-MOF" || p.Lang != "ja" {
		t.Errorf("the packet is for %s in %q (%v)", p.For.Authority, p.Lang, err)
	}
	if !strings.Contains(files["stix"].Body, `"type":"bundle"`) || !strings.Contains(files["html"].Body, `<html lang="ja">`) {
		t.Error("the bundle or the page is none")
	}
	if _, err := zip.NewReader(strings.NewReader(files["docx"].Body), int64(len(files["docx"].Body))); err != nil {
		t.Errorf("the document of Word: %v", err)
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no Chromium for a PDF")
	}
	if !strings.HasPrefix(files["pdf"].Body, "%PDF") {
		t.Error("the PDF is none")
	}
}

func TestAPacketOfWhatMayNotGoOutSaysSo(t *testing.T) {
	d := webtest.WorldDesk(t)
	id := d.Marked(t, "amber")
	srv := webtest.Serve(t, d)
	r := webtest.Inside(t, srv.URL, webtest.GoodToken)
	p := r.Get("/packet?for=JP&party=" + id)
	p.Says(".verdict .say", "This desk may be given none of the entries of the party.")
	if p.Has("#take") || strings.Contains(webtest.TextOf(p), "EXAMPLE, Secret") {
		t.Error("something of it is given all the same")
	}
	p = r.Get("/packet?for=JP&cleared=amber&party=" + id)
	webtest.Contains(p, ".verdict .statusline", "TLP:AMBER")
	if got := p.Texts(".marking .tlp"); len(got) != 2 || got[0] != "TLP:AMBER" {
		t.Errorf("the page is marked %q", got)
	}
	if got := webtest.Inside(t, srv.URL, "clear").Get("/packet?for=JP&cleared=amber&party=" + id).Status; got != http.StatusNotFound {
		t.Errorf("who may not see the party gets %d", got)
	}
}

func TestPacketsAreWholeInEveryLanguage(t *testing.T) {
	webtest.Whole(webtest.Inside(t, webtest.Serve(t, webtest.WorldDesk(t)).URL, webtest.GoodToken), pages())
}

func TestPacketsInABrowser(t *testing.T) {
	b := webtest.OpenBrowser(t, webtest.Serve(t, webtest.WorldDesk(t)).URL)
	b.Enter(webtest.GoodToken)
	b.InWindows("packet", pages())
}
