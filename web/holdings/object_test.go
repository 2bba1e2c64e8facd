package holdings_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/web/webtest"
)

func TestLongCellsAreShortenedOnlyAmongTheNeighbours(t *testing.T) {
	d := webtest.NewDesk(t)
	long := strings.Repeat("x", 500)
	d.List = d.Keep(t, "long.csv", "a,b\n1,before "+long+"\n2,"+long+" EXAMPLE "+long+"\n")
	p := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken).Get("/source/" + d.List + "?row=3&column=2&find=EXAMPLE")
	p.Says("dl.cells mark", "EXAMPLE")
	if got := webtest.Text(p.All("dl.cells dd")[1]); got != long+" EXAMPLE "+long {
		t.Error("the row itself is shortened")
	}
	p.Says("tr.asked mark", "EXAMPLE")
	if got := webtest.Text(p.All("tr.asked td")[1]); len(got) > 200 {
		t.Errorf("the neighbour's cell has %d characters", len(got))
	}
}

func TestObjectShowsItsFieldsVersionsAndCanonicalBytes(t *testing.T) {
	d := webtest.NewDesk(t)
	id := record.PartyID("OFAC", "ofac-sdn", "101")
	e, err := d.Get(t.Context(), policy.Viewer{}, policy.Reading, id)
	if err != nil {
		t.Fatal(err)
	}
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Get("/object/" + id)
	if got := p.All("#json ~ pre")[0].FirstChild.Data; got != string(e.Canonical) {
		t.Errorf("the canonical form is shown as\n%s\nwant\n%s", got, e.Canonical)
	}
	p.Says("aside strong", "Journal entry 1")
	if !p.Has("dl.tree a[href^='/object/marking-definition--']") {
		t.Error("the marking is no door")
	}
	if got := r.Get("/object/" + id + "?version=99").Status; got != http.StatusNotFound {
		t.Errorf("a version that is not there gives %d", got)
	}
}

func TestSourceMarksTheCellAndSaysWhereItIsFrom(t *testing.T) {
	d := webtest.NewDesk(t)
	r := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken)
	p := r.Get("/source/" + d.List + "?row=3&column=2")
	p.Says("dl.cells mark", "EXAMPLE, Alpha")
	p.Says("tr.asked th", "3")
	p.Says("aside dd", d.List)
	if got := p.Texts("nav.acts a"); !slices.Equal(got, []string{"Row before", "Row after"}) {
		t.Errorf("the neighbours are %q", got)
	}
	at := strings.Index(webtest.ReportText, "EXAMPLE, Alpha")
	p = r.Get(fmt.Sprintf("/source/%s?start=%d&end=%d", d.Report, at, at+14))
	p.Says("pre mark", "EXAMPLE, Alpha")
	for _, bad := range []string{"/source/xyz", "/source/" + d.List + "?row=x", "/source/" + d.List + "?row=-1", "/source/" + d.List + "?row=99", "/source/" + strings.Repeat("0", 64)} {
		if got := r.Get(bad).Status; got != http.StatusNotFound {
			t.Errorf("%s gives %d", bad, got)
		}
	}
}

func TestTheOriginalComesAsAFileByteForByte(t *testing.T) {
	d := webtest.NewDesk(t)
	p := webtest.Inside(t, webtest.Serve(t, d).URL, webtest.GoodToken).Get("/source/" + d.List + "/original")
	if p.Body != webtest.ListFile {
		t.Error("the bytes differ")
	}
	if got := p.Header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("sent as %s", got)
	}
	if got := p.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("sent as %q", got)
	}
	if got := p.Header.Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") {
		t.Errorf("sent under %q", got)
	}
}
