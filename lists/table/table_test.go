package table_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/table"
)

var (
	psv  = table.Form{Comma: '|'}
	csv  = table.Form{Comma: ',', Quotes: true}
	free = table.Form{Comma: ',', Quotes: true, Newlines: true}
	dos  = table.Form{Comma: ',', Quotes: true, CtrlZ: true}
)

// scan reads all records of a text.
func scan(text string, form table.Form, each func(*table.Table)) ([][]string, error) {
	t := table.New("list", "file", listing.File{SHA256: "ab", Data: []byte(text)}, form)
	if err := t.Begin(); err != nil {
		return nil, err
	}
	var out [][]string
	for {
		ok, err := t.Next()
		if err != nil || !ok {
			return out, err
		}
		var row []string
		for _, c := range t.Cells() {
			row = append(row, c.Text)
		}
		out = append(out, row)
		if each != nil {
			each(t)
		}
	}
}

func TestTablesAreReadAsWritten(t *testing.T) {
	for _, c := range []struct {
		name, text string
		form       table.Form
		want       [][]string
	}{
		{"bare cells", "a|b\n|\n", psv, [][]string{{"a", "b"}, {"", ""}}},
		{"quotes mean nothing", "\"a|b\"\n", psv, [][]string{{`"a`, `b"`}}},
		{"quoted cells", "\"a,b\",c\r\n", csv, [][]string{{"a,b", "c"}}},
		{"doubled quotes", "\"a\"\"b\"\n", csv, [][]string{{`a"b`}}},
		{"a line break inside quotes", "\"a\nb\",c\n", free, [][]string{{"a\nb", "c"}}},
		{"the mark of the end", "1,2\r\n\x1a", dos, [][]string{{"1", "2"}}},
		{"no line end at the end", "a|b", psv, [][]string{{"a", "b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := scan(c.text, c.form, nil)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestWhatTheFormDoesNotAllowIsADrift(t *testing.T) {
	for _, c := range []struct {
		name, text string
		form       table.Form
		row, col   int
	}{
		{"a quote that does not close", "a,b\n\"c,d\n", csv, 2, 1},
		{"a quote in the middle", "a,b\"c\n", csv, 1, 2},
		{"text behind a quote", "\"a\"b,c\n", csv, 1, 1},
		{"a line break inside quotes", "\"a\nb\",c\n", csv, 1, 1},
		{"a bare carriage return", "a|b\rc|d\n", psv, 1, 2},
		{"no mark of the end", "1,2\r\n", dos, 2, 0},
		{"a row cut before the mark of the end", "1,2\x1a", dos, 1, 2},
		{"two marks of the end", "1,2\r\n\x1a\x1a", dos, 2, 1},
		{"no UTF-8", "a|b\n\xff|d\n", psv, 2, 1},
		{"a zip archive", "PK\x03\x04|", psv, 0, 0},
		{"a cell too long", "a|" + strings.Repeat("x", listing.MaxCell+1) + "\n", psv, 1, 2},
		{"a quoted cell too long", "\"" + strings.Repeat("x", listing.MaxCell+1) + "\"\n", csv, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scan(c.text, c.form, nil)
			var d *listing.Drift
			if !errors.As(err, &d) {
				t.Fatalf("%v is no drift", err)
			}
			if d.List != "list" || d.File != "file" || d.Row != c.row || d.Column != c.col {
				t.Errorf("want row %d, column %d: %v", c.row, c.col, d)
			}
		})
	}
}

func TestPlacesOfPieces(t *testing.T) {
	const text = "ab,\"cd ef\",\"g\"\"h\"\n"
	rows, err := scan(text, csv, func(x *table.Table) {
		for what, c := range map[string]struct {
			start, end int
			want       string
		}{
			"a cell":           {x.Where(1).Start, x.Where(1).End, "cd ef"},
			"a piece of one":   {x.Within(1, 3, 5).Start, x.Within(1, 3, 5).End, "ef"},
			"a cell that is":   {x.Within(2, 0, 1).Start, x.Within(2, 0, 1).End, `g""h`}, // its offsets are not the file's
			"several cells":    {x.Across(1, 0, 2).Start, x.Across(1, 0, 2).End, `ab,"cd ef","g""h`},
			"the whole record": {x.Whole().Start, x.Whole().End, strings.TrimSuffix(text, "\n")},
		} {
			if got := text[c.start:c.end]; got != c.want {
				t.Errorf("%s is %q, want %q", what, got, c.want)
			}
		}
		if w := x.Where(1); w.SHA256 != "ab" || w.File != "file" || w.Row != 1 || w.Column != 2 || w.Element != "" {
			t.Errorf("%+v", w)
		}
	})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
}

func TestRecordsOfASheet(t *testing.T) {
	x := table.OfSheet("list", "book.xlsx", listing.File{SHA256: "ab"}, "first")
	if err := x.Put(7, 3, []string{"a", "b\nc"}); err != nil {
		t.Fatal(err)
	}
	if w := x.Where(1); w.Row != 7 || w.Column != 2 || w.Element != "first" || w.Start != 0 || w.End != 0 {
		t.Errorf("%+v", w)
	}
	if len(x.Cells()) != 3 || x.Text(2) != "" {
		t.Errorf("%+v", x.Cells())
	}
	for _, bad := range [][]string{{"a", "b", "c", "d"}, {"\x00"}, {strings.Repeat("x", listing.MaxCell+1)}} {
		var d *listing.Drift
		if err := x.Put(8, 3, bad); !errors.As(err, &d) || d.Row != 8 {
			t.Errorf("%.20q gave %v", bad, err)
		}
	}
}

// FuzzTable holds that cells and records stand where their places say.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"a|b\nc|d\n", "\"a\"\"b\",c\r\n\x1a", "\"x\ny\",\n,", "\xef\xbb\xbfa,b\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, form := range []table.Form{psv, csv, free, dos} {
			last := 0
			if len(data) == 0 {
				return
			}
			if _, err := scan(string(data), form, func(x *table.Table) {
				w := x.Whole()
				if w.Start < last || w.End < w.Start {
					t.Fatalf("record %d stands at %d-%d behind %d", x.Num(), w.Start, w.End, last)
				}
				last = w.End
				for i, c := range x.Cells() {
					at := x.Where(i)
					raw := string(data[at.Start:at.End])
					if c.Direct && raw != c.Text || !c.Direct && strings.ReplaceAll(raw, `""`, `"`) != c.Text {
						t.Fatalf("cell %d of record %d is %q and stands at %q", i, x.Num(), c.Text, raw)
					}
				}
			}); err != nil {
				var d *listing.Drift
				if !errors.As(err, &d) {
					t.Fatal(fmt.Errorf("no drift: %w", err))
				}
			}
		}
	})
}
