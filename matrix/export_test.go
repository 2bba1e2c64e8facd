package matrix_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/workbook"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/stream"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func readCSV(t *testing.T, data []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSV(t *testing.T) {
	w := filtered(t)
	var b bytes.Buffer
	if err := matrix.WriteCSV(&b, w.table(matrix.Filter{})); err != nil {
		t.Fatal(err)
	}
	golden(t, "table.csv", b.Bytes())
}

// Every form says which lists, in which versions, and that of some there is none.
func TestEveryExportSaysOnWhatItStands(t *testing.T) {
	w := filtered(t)
	for name, f := range map[string]matrix.Filter{"rows": {}, "no rows": {On: []string{"UK"}}, "cut": {Limit: 1}} {
		table := w.table(f)
		var c, x, s bytes.Buffer
		if err := errors.Join(matrix.WriteCSV(&c, table), matrix.WriteXLSX(&x, table), w.desk().WriteSTIX(t.Context(), &s, owner, table)); err != nil {
			t.Fatal(err)
		}
		sheet, err := workbook.Rows(x.Bytes(), "stands on")
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"ofac-sdn 2024-01-01 (5 entries)", "UK: no list loaded", "press include", "TLP:CLEAR", "not found in the lists loaded"}
		if name == "cut" {
			want = append(want, "1 of 5 rows")
		}
		for _, words := range want {
			for form, text := range map[string]string{"csv": c.String(), "xlsx": fmt.Sprint(sheet), "stix": s.String()} {
				if !strings.Contains(text, words) {
					t.Errorf("%s, %s: does not say %q", name, form, words)
				}
			}
		}
	}
}

// A name on a list can be anything, and a spreadsheet must not calculate it.
func TestNoCellOfAnExportIsAFormula(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		blank := rapid.SampledFrom([]string{"", " ", "\u00a0", "\u3000"}).Draw(rt, "blank")
		sign := rapid.SampledFrom([]string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t="}).Draw(rt, "sign")
		table := matrix.Table{Rows: []matrix.Row{{ID: "identity--x", Primary: blank + sign + "1+1", Names: []matrix.Name{{Text: sign + "2"}}, Cells: make([]matrix.Cell, len(matrix.Codes()))}}}
		var b bytes.Buffer
		if err := matrix.WriteCSV(&b, table); err != nil {
			rt.Fatal(err)
		}
		for _, cell := range readCSV(t, b.Bytes())[1] {
			if bare := strings.TrimLeft(cell, " \u00a0\u3000\t"); bare != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(bare)[0]) {
				rt.Fatalf("the cell %q would be calculated", cell)
			}
		}
	})
}

func TestWorkbookHasTheCellsOfTheCSV(t *testing.T) {
	w := filtered(t)
	table := w.table(matrix.Filter{})
	var c, x bytes.Buffer
	if err := errors.Join(matrix.WriteCSV(&c, table), matrix.WriteXLSX(&x, table)); err != nil {
		t.Fatal(err)
	}
	got, err := workbook.Rows(x.Bytes(), "matrix")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(readCSV(t, c.Bytes()), got); d != "" {
		t.Errorf("(-csv +xlsx):\n%s", d)
	}
}

// bundle reads a bundle back, each object judged.
func bundle(t *testing.T, data []byte) map[string]stix.Object {
	t.Helper()
	out := map[string]stix.Object{}
	r := stream.NewReader(bytes.NewReader(data), stream.ReaderOptions{})
	for {
		item, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || item.Err != nil {
			t.Fatal(err, item.Err)
		}
		if _, twice := out[item.Object.ID()]; twice {
			t.Errorf("%s stands in the bundle twice", item.Object.ID())
		}
		out[item.Object.ID()] = item.Object
		for _, f := range check.Broken(check.Object(item.Object, check.Strict)) {
			t.Errorf("%s %s: %s", item.Object.ID(), f.Path, f.Message)
		}
	}
	return out
}

// The bundle is valid, whole (every reference leads into it), has each object
// with its own markings, and nothing that the viewer may not see.
func TestSTIX(t *testing.T) {
	w := newWorld(t)
	w.version(ofac, "2024-01-01", entry{number: "1", name: "EXAMPLE, One", listed: "2023-01-01"})
	w.version(mof, "2024-01-01", entry{number: "1", name: "EXAMPLE One", level: policy.Amber})
	w.press("one", "Example One", "KR-GOV", "KR", "2023-02-10")
	w.same(id(ofac, "1"), id(mof, "1"))
	w.same(id(ofac, "1"), pressID("one"))
	d := w.desk()
	for viewer, want := range map[string]struct {
		viewer policy.Viewer
		level  policy.TLP
		types  map[string]int
	}{
		"owner":  {owner, policy.Amber, map[string]int{"identity": 7, record.DesignationType: 3, record.SamePartyType: 2, record.ListVersionType: 2, "report": 1}},
		"public": {policy.Public, policy.Clear, map[string]int{"identity": 6, record.DesignationType: 2, record.SamePartyType: 1, record.ListVersionType: 2, "report": 1}},
	} {
		table, err := d.Matrix(t.Context(), want.viewer, matrix.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := d.WriteSTIX(t.Context(), &b, want.viewer, table); err != nil {
			t.Fatal(err)
		}
		objects, types := bundle(t, b.Bytes()), map[string]int{}
		for _, o := range objects {
			types[o.Type()]++
			for _, ref := range stix.Refs(o) {
				if _, there := objects[ref.ID]; !there {
					t.Errorf("%s: %s refers to %s, which is not in the bundle", viewer, o.ID(), ref.ID)
				}
			}
			if o.Type() == "report" && o.Strs("object_marking_refs")[0] != policy.MarkingID(want.level) {
				t.Errorf("%s: the report is marked %v", viewer, o.Strs("object_marking_refs"))
			}
		}
		delete(types, "marking-definition")
		delete(types, "extension-definition")
		if d := cmp.Diff(want.types, types); d != "" {
			t.Errorf("%s (-want +got):\n%s", viewer, d)
		}
		secret := objects[id(mof, "1")]
		if (secret != nil) != (viewer == "owner") || secret != nil && secret.Strs("object_marking_refs")[0] != policy.MarkingID(policy.Amber) {
			t.Errorf("%s: the marked party came out as %v", viewer, secret)
		}
	}
}

// aligned is a world of three governments over some years.
func aligned(t *testing.T) *world {
	w := newWorld(t)
	cyber := []string{"CYBER2", "DPRK3"}
	w.version(
		ofac, "2024-06-01",
		entry{number: "1", name: "One", listed: "2021-05-01", programmes: cyber},
		entry{number: "2", name: "Two", listed: "2022-05-01", programmes: cyber},
		entry{number: "3", name: "Three, undated", programmes: cyber},
		entry{number: "4", name: "Ship", kind: record.Vessel, listed: "2021-01-01"},
	)
	w.version(mof, "2024-06-01", entry{number: "1", name: "One ", listed: "2022-05-01"}, entry{number: "2", name: "Two ", listed: "2022-05-11"})
	w.version(kofi, "2024-06-01", entry{number: "1", name: "One  ", listed: "2023-05-01"})
	w.same(id(ofac, "1"), id(mof, "1"))
	w.same(id(ofac, "1"), id(kofi, "1"))
	w.same(id(ofac, "2"), id(mof, "2"))
	return w
}

func TestAlignment(t *testing.T) {
	w := aligned(t)
	got, err := w.desk().Alignment(t.Context(), owner, matrix.AlignmentQuery{To: "2024"})
	if err != nil {
		t.Fatal(err)
	}
	var points []string
	for _, p := range got.Points {
		points = append(points, p.String())
	}
	want := []string{
		"2021 any 1 two 0 three 0 share 0.000 median - of 0 unsure 1",
		"2022 any 2 two 2 three 0 share 0.000 median 187.5 of 2 unsure 1",
		"2023 any 2 two 1 three 1 share 0.500 median 370 of 2 unsure 1",
		"2024 any 3 two 1 three 1 share 0.333 median 370 of 2 unsure 0",
	}
	if d := cmp.Diff(want, points); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got.Parties != 3 || got.Undated != 0 {
		t.Errorf("%d parties, %d undated", got.Parties, got.Undated)
	}
	months, err := w.desk().Alignment(t.Context(), owner, matrix.AlignmentQuery{Step: matrix.ByMonth, From: "2022-04", To: "2022-06"})
	if err != nil || len(months.Points) != 3 || months.Points[0].Two != 0 || months.Points[1].Two != 2 {
		t.Errorf("months %v, %v", months.Points, err)
	}
	for name, q := range map[string]matrix.AlignmentQuery{
		"step": {Step: "week"}, "class": {Programmes: []string{"x"}}, "date": {From: "x"}, "too many": {Step: matrix.ByMonth, From: "1000"},
	} {
		if _, err := w.desk().Alignment(t.Context(), owner, q); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var words = matrix.ChartText{
	Lang: "en", Title: "Alignment", Description: "Three governments", One: "one", Two: "two", Three: "all three", Share: "share of all three", Empty: "nothing",
}

func TestChart(t *testing.T) {
	a, err := aligned(t).desk().Alignment(t.Context(), owner, matrix.AlignmentQuery{To: "2024"})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "alignment.svg", matrix.Chart(a, words))
}

// Whatever the words and figures, the chart is well-formed XML with a title and
// a description, has nothing active in it and nothing inline that a page's policy
// forbids.
func TestAChartIsHarmless(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		a := matrix.Alignment{}
		for i := range rapid.IntRange(0, 80).Draw(t, "periods") {
			p := matrix.Point{Period: fmt.Sprint(1990 + i), Any: rapid.IntRange(0, 1000).Draw(t, "any")}
			p.Three = rapid.IntRange(0, p.Any).Draw(t, "three")
			p.Two = rapid.IntRange(0, p.Any-p.Three).Draw(t, "two")
			a.Points = append(a.Points, p)
		}
		svg := matrix.Chart(a, matrix.ChartText{Lang: text, Title: text, Description: "<script>" + text, One: text, Two: text, Three: text, Share: text, Empty: text})
		seen := map[string]int{}
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, svg)
			}
			if e, ok := tok.(xml.StartElement); ok {
				seen[e.Name.Local]++
				for _, attr := range e.Attr {
					if strings.HasPrefix(attr.Name.Local, "on") || attr.Name.Local == "style" || attr.Name.Local == "href" {
						t.Fatalf("the attribute %s", attr.Name.Local)
					}
				}
			}
		}
		if seen["title"] != 1 || seen["desc"] != 1 || seen["script"]+seen["style"]+seen["foreignObject"] > 0 {
			t.Fatalf("elements %v", seen)
		}
	})
}

func TestProgrammesHaveTheirReasons(t *testing.T) {
	for name, c := range map[string]struct {
		entry entry
		want  []string // class and by
	}{
		"cyber tag":            {entry{programmes: []string{"DPRK3", "CYBER2"}}, []string{"cyber programme"}},
		"EO 13722 alone":       {entry{programmes: []string{"DPRK3"}, instruments: []string{"EO 13722"}}, nil},
		"proliferation":        {entry{programmes: []string{"NPWMD"}, instruments: []string{"EO 13382"}, remarks: "Secondary sanctions risk: North Korea Sanctions Regulations, section 510.201."}, []string{"wmd programme"}},
		"the Security Council": {entry{instruments: []string{"UNSCR 1718 (2006)"}}, []string{"wmd instrument"}},
		"an announcement":      {entry{number: "27307"}, []string{"cyber action"}},
		"words of the entry":   {entry{titles: []string{"IT worker of an office"}}, []string{"it-workers words"}},
		"words in Korean":      {entry{remarks: "사이버 부대"}, []string{"cyber words"}},
		"a wallet":             {entry{wallet: "0x0000000000000000000000000000000000000001"}, []string{"crypto wallet"}},
		"a ship":               {entry{kind: record.Vessel}, []string{"shipping kind"}},
		"a bank":               {entry{kind: record.Organisation, name: "EXAMPLE CREDIT BANK"}, []string{"finance name"}},
		"a person called so":   {entry{name: "BANK, Example"}, nil},
		"the government":       {entry{programmes: []string{"DPRK2"}}, []string{"government programme"}},
		"several":              {entry{kind: record.Organisation, name: "EXAMPLE MISSILE SHIPPING"}, []string{"wmd name", "shipping name"}},
		"a word within a word": {entry{titles: []string{"shackles", "embankment", "disarms"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if c.entry.number == "" {
				c.entry.number = "1"
			}
			if c.entry.name == "" {
				c.entry.name = "EXAMPLE, One"
			}
			w.version(ofac, "2024-01-01", c.entry)
			table := w.table(matrix.Filter{})
			if len(table.Rows) != 1 {
				t.Fatalf("%d rows", len(table.Rows))
			}
			var got []string
			for _, p := range table.Rows[0].Programmes {
				got = append(got, p.Class+" "+p.By)
				if p.Text == "" || p.Rule == "" || p.Source != id(ofac, c.entry.number) && !strings.HasPrefix(p.Source, record.DesignationType) {
					t.Errorf("a reason without text, rule or source: %+v", p)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
