package intake_test

import (
	"bytes"
	"slices"
	"strconv"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

// kept puts an input into the archive and returns its hash.
func (d *desk) kept(t *testing.T, name string, body []byte) string {
	t.Helper()
	s, err := d.archive.Put(t.Context(), bytes.NewReader(body), archive.Input{Name: name, By: "test", Label: "1:amber"})
	if err != nil {
		t.Fatal(err)
	}
	return s.SHA256
}

// TestRowsOfAWorkbookAreShownLikeThoseOfATable asks for a place on the second
// sheet, as the places of a list that was read from a workbook are.
func TestRowsOfAWorkbookAreShownLikeThoseOfATable(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	rows := [][]string{{"number", "name"}}
	for i := 2; i <= 20; i++ {
		rows = append(rows, []string{strconv.Itoa(i), "row " + strconv.Itoa(i)})
	}
	sum := d.kept(t, "List.XLSX", liststest.Workbook(t,
		liststest.Sheet{Name: "preface", Rows: [][]string{{"preface"}}}, liststest.Sheet{Name: "list", Rows: rows}))
	show := func(w record.Where) (intake.SourceView, error) {
		w.SHA256 = sum
		return d.Source(t.Context(), owner, w)
	}
	for _, c := range []struct {
		row         int
		first, last int
		header      []string
	}{
		{10, 5, 15, rows[0]},
		{3, 2, 8, rows[0]},
		{19, 14, 20, rows[0]},
		{1, 1, 6, nil},
	} {
		s, err := show(record.Where{Row: c.row, Column: 2, Element: "list"})
		if err != nil {
			t.Fatal(err)
		}
		if s.Total != 20 || s.Window != nil || !slices.Equal(s.Header, c.header) || len(s.Rows) != c.last-c.first+1 {
			t.Fatalf("row %d: %+v", c.row, s)
		}
		for i, r := range s.Rows {
			if r.Number != c.first+i || !slices.Equal(r.Cells, rows[r.Number-1]) || (r.Mark != nil) != (r.Number == c.row) {
				t.Errorf("row %d: %+v", c.row, r)
			}
			if r.Mark != nil && r.Mark.Column != 2 {
				t.Errorf("row %d is marked at %+v", c.row, *r.Mark)
			}
		}
	}
	for what, w := range map[string]record.Where{
		"a row behind the last":      {Row: 21, Element: "list"},
		"a row of the shorter sheet": {Row: 2},
		"a sheet that is not there":  {Row: 1, Element: "other"},
	} {
		if _, err := show(w); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s gave %v", what, err)
		}
	}
	broken := d.kept(t, "broken.xlsx", []byte("PK\x03\x04 and nothing more"))
	if _, err := d.Source(t.Context(), owner, record.Where{SHA256: broken, Row: 1}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a damaged workbook gave %v", err)
	}
}

// TestAListsFileIsKnownForWhatItIs imports without saying what it is.
func TestAListsFileIsKnownForWhatItIs(t *testing.T) {
	for name, want := range map[string]string{
		"sdn.csv": "ofac", "SDN_COMMENTS.CSV": "ofac", "alt_2024-05-03.csv": "ofac", "sdn.txt": intake.KindReport, "altogether.csv": intake.KindReport,
	} {
		if got := intake.Sniff(name, bytes.NewReader([]byte("1,2"))); got != want {
			t.Errorf("%s is taken for %s, want %s", name, got, want)
		}
	}
	for head, want := range map[string]string{
		"\ufeff<?xml version=\"1.0\"?><CONSOLIDATED_LIST>": "un", "no|first_notice|name_ja": "jp-mof", "\ufeff区分,番号,告示日付": "jp-mof",
		"kf_no|type": "kr-kofiu", `[{"type":"identity"}]`: intake.KindSTIX, `{"kind":1}`: intake.KindReport, "": intake.KindReport,
	} {
		if got := intake.Sniff("download", bytes.NewReader([]byte(head))); got != want {
			t.Errorf("%q is taken for %s, want %s", head, got, want)
		}
	}
}

// The same bytes may come in twice, once before it was known what they are: they
// are as open as the more open of the two.
func TestASourceIsAsOpenAsItsMostOpenOccasion(t *testing.T) {
	d := newDesk(t, t.TempDir(), nil)
	body := []byte("a,b\n1,2\n")
	sum := d.kept(t, "list.csv", body)
	if _, err := d.archive.Put(t.Context(), bytes.NewReader(body), archive.Input{Name: "list.csv", By: "again", Label: "1:clear"}); err != nil {
		t.Fatal(err)
	}
	s, err := d.Source(t.Context(), owner, record.Where{SHA256: sum, Row: 2})
	if err != nil || s.Label != "1:clear" {
		t.Errorf("label %s, %v", s.Label, err)
	}
}
