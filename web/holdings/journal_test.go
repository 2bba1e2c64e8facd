package holdings_test

import (
	"strings"
	"testing"

	"github.com/cordon-project/cordon/web/webtest"
)

func TestJournalPagesBackToTheFirstEntry(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Get("/journal")
	if got := p.Texts("tbody td:first-child"); len(got) != 12 || got[0] != "12" || got[11] != "1" {
		t.Errorf("entries %q", got)
	}
	if note := webtest.Text(p.All("#checkpoint ~ pre")[0]); !strings.Contains(note, "— ") {
		t.Errorf("the checkpoint has no signature: %s", note)
	}
	p = r.Get("/journal?upto=5")
	if got := p.Texts("tbody td:first-child"); len(got) != 5 || got[0] != "5" {
		t.Errorf("up to 5: %q", got)
	}
	p.Says("nav.acts a", "Newer")
}

func TestTheQuarantineShowsWhatTheViewerMaySee(t *testing.T) {
	d := webtest.NewDesk(t)
	srv := webtest.Serve(t, d)
	p := webtest.Inside(t, srv.URL, webtest.GoodToken).Get("/journal/quarantine")
	p.Says("main .none", "Nothing has been refused that you may see.")
	p = webtest.Inside(t, srv.URL, "all").Get("/journal/quarantine")
	if got := p.Texts("tbody td:nth-child(2)"); len(got) != 1 || !strings.Contains(got[0], "report--not-an-id") {
		t.Errorf("refused %q", got)
	}
	webtest.Inside(t, srv.URL, "all").Get("/journal").Says("#quarantine ~ p a", "1 object was refused.")
}

func TestListsSayDateHashAndEntries(t *testing.T) {
	d := webtest.NewDesk(t)
	p := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken).Get("/lists")
	got := p.Texts("tbody tr")
	if len(got) != 3 || !strings.Contains(got[0], "2024-05-03") || !strings.Contains(got[0], d.List) {
		t.Errorf("lists %q", got)
	}
}
