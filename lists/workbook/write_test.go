package workbook_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists/workbook"
)

func TestWhatIsWrittenReadsBackAsTexts(t *testing.T) {
	sheets := []workbook.Sheet{
		{Name: "matrix", Rows: [][]string{
			{"name", "date"},
			{"=HYPERLINK(\"http://example.org\")", "2023-11-30"},
			{"김 <b> & 例", "007"},
			{"+1", "-1"},
			{"@SUM(A1)", "1e5"},
			{"\tx", " lead and trail "},
		}},
		{Name: "기준 一覧", Rows: [][]string{{"list"}, {"ofac-sdn"}}},
	}
	var b bytes.Buffer
	if err := workbook.Write(&b, sheets...); err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		got, err := workbook.Rows(b.Bytes(), s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s.Rows, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.Name, d)
		}
	}
}

// Nothing in the file is a formula or a number: the library that reads is asked
// for what each cell is.
func TestNoCellIsCalculated(t *testing.T) {
	var b bytes.Buffer
	row := []string{"=1+1", "42", "2023-11-30", "TRUE", "0x098B", "\u00a0=1"}
	if err := workbook.Write(&b, workbook.Sheet{Name: "s", Rows: [][]string{row}}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range row {
		cell, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			t.Fatal(err)
		}
		kind, err := f.GetCellType("s", cell)
		formula, _ := f.GetCellFormula("s", cell)
		if err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString || formula != "" {
			t.Errorf("%s is of type %v with formula %q, %v", cell, kind, formula, err)
		}
	}
}

func TestWriteSaysWhatIsCutAndRefusesWhatTheFormDoesNotAllow(t *testing.T) {
	var b bytes.Buffer
	long := strings.Repeat("가", 40_000)
	if err := workbook.Write(&b, workbook.Sheet{Name: "s", Rows: [][]string{{long, "\xff"}}}); err != nil {
		t.Fatal(err)
	}
	got, err := workbook.Rows(b.Bytes(), "s")
	if err != nil {
		t.Fatal(err)
	}
	if cell := got[0][0]; !strings.HasSuffix(cell, "가 … (cut)") || len([]rune(cell)) != 32_767 {
		t.Errorf("the long cell has %d characters", len([]rune(cell)))
	}
	if got[0][1] != "\uFFFD" {
		t.Errorf("what is not UTF-8 came out as %q", got[0][1])
	}
	for name, sheets := range map[string][]workbook.Sheet{
		"no sheet":         nil,
		"no name":          {{Name: ""}},
		"a long name":      {{Name: strings.Repeat("n", 32)}},
		"a name with [":    {{Name: "a[b"}},
		"too many columns": {{Name: "s", Rows: [][]string{make([]string, 16_385)}}},
	} {
		if err := workbook.Write(&b, sheets...); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSameSheetsGiveTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := workbook.Sheet{Name: "s", Rows: rapid.SliceOfN(rapid.SliceOfN(rapid.StringN(0, 8, -1), 0, 4), 0, 4).Draw(t, "rows")}
		var a, b bytes.Buffer
		if err := workbook.Write(&a, s); err != nil {
			t.Fatal(err)
		}
		if err := workbook.Write(&b, s); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Fatal("two writings differ")
		}
	})
}
