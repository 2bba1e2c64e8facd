package jpmeti_test

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/lists/jpmeti"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

const (
	russia = "250105_list_russia_tokutei.pdf.txt"
	third  = "list_daisangoku_tokutei.pdf.txt"
	euul   = "20260105_4.csv"
)

func fixture(t testing.TB, only ...string) []listing.File {
	t.Helper()
	if len(only) == 1 && only[0] == euul {
		return liststest.Fixture(t, "testdata/jp-meti.txtar")
	}
	return liststest.Fixture(t, "testdata/jp-meti-export.txtar", only...)
}

// realFiles are the three notices of September 2025.
func realFiles(t testing.TB) []listing.File {
	t.Helper()
	const dir = "jp_meti_ru_2025-09-12/"
	return liststest.Real(t, dir+"250912_list_russia_tokutei.pdf.txt", dir+"250912_list_daisangoku_tokutei.pdf.txt", dir+"list_belarus_tokutei.pdf.txt")
}

// TestFixturesReadAsGolden holds everything that the readers take from the
// artificial files.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, jpmeti.Banned{}, fixture(t, russia, third)), "jp-meti-tokutei")
	liststest.Golden(t, liststest.Read(t, jpmeti.EndUsers{}, fixture(t, euul)), "jp-meti-euul")
}

// TestPlacesPointAtTheBytes holds that a name stands at its place but for line
// breaks, and an entry at its own.
func TestPlacesPointAtTheBytes(t *testing.T) {
	t.Run("artificial", func(t *testing.T) { places(t, jpmeti.Banned{}, fixture(t, russia, third)) })
	t.Run("end users", func(t *testing.T) { places(t, jpmeti.EndUsers{}, fixture(t, euul)) })
	t.Run("real", func(t *testing.T) { places(t, jpmeti.Banned{}, realFiles(t)) })
}

func places(t *testing.T, r listing.Reader, files []listing.File) {
	t.Helper()
	bySum := map[string][]byte{}
	for _, f := range files {
		bySum[liststest.Sum(f.Data)] = f.Data
	}
	plain := func(s string) string { return strings.Join(strings.Fields(s), "") }
	for _, e := range liststest.Read(t, r, files).Entries {
		for _, n := range e.Party.Names {
			got := string(bySum[n.Where.SHA256][n.Where.Start:n.Where.End])
			if !strings.Contains(plain(got), plain(n.Text)) {
				t.Fatalf("%s: %q is not in %q", e.Designation.Entry, n.Text, got)
			}
		}
		w := e.Designation.Wheres[0]
		row := norm.NFKC.String(string(bySum[w.SHA256][w.Start:w.End]))
		if _, no, ok := strings.Cut(e.Designation.Entry, "-"); ok && w.Element == "" && strings.HasPrefix(w.File, "tokutei") {
			if _, no, _ = strings.Cut(no, "-"); !strings.HasPrefix(row, no+" ") && !strings.HasPrefix(row, no+"\u3000") {
				t.Fatalf("the row of %s is %q", e.Designation.Entry, row)
			}
		}
	}
}

// TestEveryNumberOfTheRealNoticesIsRead counts the entries a second time: each has
// one address, and its label is the only word that stands nowhere else.
func TestEveryNumberOfTheRealNoticesIsRead(t *testing.T) {
	files := realFiles(t)
	v := liststest.Read(t, jpmeti.Banned{}, files)
	want := map[string]int{}
	for _, f := range files {
		want[liststest.Sum(f.Data)] = len(regexp.MustCompile(`所 ?在 ?地 ?[：:]`).FindAll(f.Data, -1))
	}
	for _, f := range v.Files {
		liststest.Equal(t, f.Name, f.Rows, want[f.SHA256])
	}
	if got := liststest.Rows(v); !slices.Equal(got, []int{27, 561, 56}) {
		t.Errorf("%v entries", got)
	}
	liststest.Equal(t, "date", v.Date, "2025-09-12")
	liststest.Equal(t, "announced aliases that do not follow", len(v.Warnings), 0)
	liststest.Equal(t, "entries without a second name", liststest.Count(v, func(e listing.Entry) bool { return len(e.Party.Names) < 2 }), 0)
	for _, e := range v.Entries {
		for _, n := range e.Party.Names {
			if strings.Contains(n.Text, "別称") || strings.Contains(n.Text, "a.k.a") || strings.Contains(n.Text, "alias") || strings.Contains(n.Text, "所在地") || strings.ContainsAny(n.Text, "\n;；") {
				t.Errorf("%s: %q is no name", e.Designation.Entry, n.Text)
			}
		}
	}
}

func TestNoticesInAnyOrderAreOneVersion(t *testing.T) {
	a := fixture(t, russia, third)
	b := []listing.File{a[1], a[0]}
	x, y := liststest.Read(t, jpmeti.Banned{}, a), liststest.Read(t, jpmeti.Banned{}, b)
	if d := cmp.Diff(x, y); d != "" {
		t.Errorf("-in order +turned round:\n%s", d)
	}
}

func TestDamagedNoticesAreRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"no notice", "（令和四年外務省告示第八十二号）", ""},
		{"another title", "輸出等に係る禁止措置", "輸入等に係る措置"},
		{"no date of designation", "指定日", "日付"},
		{"no date of the update", "最終更新日", "日付"},
		{"no such date", "2026 年01 月05 日", "2026 年13 月05 日"},
		{"a number is missing", "\n4 例宇宙", "\n例宇宙"},
		{"a number twice", "\n5 株式", "\n4 株式"},
		{"numbers moved", "\n7 MPI", "\n8 MPI"},
		{"the first number is missing", "１ 株式", "株式"},
		{"no address", "所在地：4 Example Street,\n", "\n"},
		{"an address without words", "所在地：7 Example Street, Russia", "所在地："},
		{"no Latin name", "Example Shipyard JSC\n", ""},
		{"invalid UTF-8", "Shipyard", "Ship\xffyard"},
		{"a control character", "Shipyard", "Ship\x00yard"},
	} {
		t.Run(c.name, func(t *testing.T) {
			liststest.Refused(t, jpmeti.Banned{}, liststest.Replaced(t, fixture(t, russia), c.from, c.to))
		})
	}
	twice := append(fixture(t, russia), fixture(t, russia)...)
	liststest.Refused(t, jpmeti.Banned{}, twice)
	liststest.Refused(t, jpmeti.Banned{}, fixture(t, euul))
}

// TestCutNoticesAreRefused cuts the text: what is left is refused or has fewer
// entries, which the import's check of the counts sees. Only a cut within the last
// address is seen by nobody.
func TestCutNoticesAreRefused(t *testing.T) {
	f := fixture(t, russia)[0]
	const last = "所在地：7"
	for n := range bytes.LastIndex(f.Data, []byte(last)) + len(last) {
		v, err := listing.Read(t.Context(), jpmeti.Banned{}, []listing.File{{Name: "f", Data: f.Data[:n]}})
		if err == nil && len(v.Entries) == 7 {
			t.Fatalf("cut at %d: all entries are read", n)
		}
	}
	liststest.Refused(t, jpmeti.Banned{}, []listing.File{{Name: "f", Data: f.Data[:bytes.Index(f.Data, []byte("所在地：4"))]}})
}

// rows returns the rows of the artificial csv.
func rows(t testing.TB) [][]string {
	t.Helper()
	out, err := csv.NewReader(bytes.NewReader(fixture(t, euul)[0].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func book(t testing.TB, rows [][]string) []listing.File {
	t.Helper()
	return []listing.File{{Name: "20260105_4.xlsx", Data: liststest.Workbook(t, liststest.Sheet{Name: "ユーザーリスト", Rows: rows})}}
}

func TestTheWorkbookSaysWhatTheCSVSays(t *testing.T) {
	a := liststest.Read(t, jpmeti.EndUsers{}, fixture(t, euul))
	b := liststest.Read(t, jpmeti.EndUsers{}, book(t, rows(t)))
	if d := cmp.Diff(a.Entries, b.Entries, cmpopts.IgnoreTypes(record.Where{}, []record.Where{})); d != "" {
		t.Errorf("csv and xlsx differ (-csv +xlsx):\n%s", d)
	}
	liststest.Equal(t, "date", b.Date, "2026-01-05")
}

// TestTheFormBefore2025 reads the list without its last column.
func TestTheFormBefore2025(t *testing.T) {
	old := rows(t)
	for i := range old {
		old[i] = old[i][:5]
	}
	v := liststest.Read(t, jpmeti.EndUsers{}, book(t, old))
	liststest.Equal(t, "entries", len(v.Entries), 3)
	liststest.Equal(t, "programmes", len(v.Entries[1].Designation.Programmes), 4)
}

// TestAnEntryKeepsItsIdentityWhenNumbersMove holds that an organisation that comes
// in between makes no other parties of those behind it.
func TestAnEntryKeepsItsIdentityWhenNumbersMove(t *testing.T) {
	before := liststest.Read(t, jpmeti.EndUsers{}, book(t, rows(t)))
	more := rows(t)
	more = slices.Insert(more, 2, []string{"2", more[1][1], "New Example", "", "核\nN", ""})
	more[3][0], more[4][0] = "3", "4"
	after := liststest.Read(t, jpmeti.EndUsers{}, book(t, more))
	liststest.Equal(t, "party", after.Entries[3].Party.ID, before.Entries[2].Party.ID)
}

func TestDamagedWorkbooksAreRefused(t *testing.T) {
	for _, c := range []struct {
		name        string
		row, column int
		change      func([][]string) [][]string
	}{
		{"a header renamed", 1, 3, func(r [][]string) [][]string { r[0][2] = "Name"; return r }},
		{"a column missing", 1, 4, func(r [][]string) [][]string {
			for i := range r {
				r[i] = slices.Delete(r[i], 3, 4)
			}
			return r
		}},
		{"columns moved", 2, 2, func(r [][]string) [][]string {
			for i := range r[1:] {
				r[i+1][1], r[i+1][2] = r[i+1][2], r[i+1][1]
			}
			return r
		}},
		{"a number twice", 3, 1, func(r [][]string) [][]string { r[2][0] = "1"; return r }},
		{"a number missing", 3, 1, func(r [][]string) [][]string { return slices.Delete(r, 2, 3) }},
		{"an organisation twice", 4, 3, func(r [][]string) [][]string { r[3][2] = r[2][2]; return r }},
		{"another kind of weapon", 2, 5, func(r [][]string) [][]string { r[1][4] = "核\nX"; return r }},
		{"no kind of weapon", 2, 5, func(r [][]string) [][]string { r[1][4] = ""; return r }},
		{"another mark", 3, 6, func(r [][]string) [][]string { r[2][5] = "yes"; return r }},
		{"no name", 2, 3, func(r [][]string) [][]string { r[1][2] = ""; return r }},
		{"a column too many", 2, 7, func(r [][]string) [][]string { r[1] = append(r[1], "x"); return r }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, jpmeti.EndUsers{}, book(t, c.change(rows(t))))
			if d.Row != c.row || d.Column != c.column {
				t.Errorf("want row %d, column %d: %v", c.row, c.column, d)
			}
		})
	}
	liststest.Refused(t, jpmeti.EndUsers{}, fixture(t, russia))
	liststest.Refused(t, jpmeti.EndUsers{}, []listing.File{{Name: "a.xlsx", Data: []byte("PK\x03\x04 and nothing more")}})
}

func TestCutFilesAreRefused(t *testing.T) {
	between := func(data []byte, at int) bool {
		return liststest.BetweenRows(data, at) && at > bytes.Index(data, []byte("Weapons")) && bytes.Count(data[:at], []byte{'"'})%2 == 0
	}
	liststest.Cuts(t, jpmeti.EndUsers{}, fixture(t, euul), ".csv", between)
}

func TestItsFilesAreRecognised(t *testing.T) {
	for name, r := range map[string]listing.Reader{russia: jpmeti.Banned{}, third: jpmeti.Banned{}, euul: jpmeti.EndUsers{}} {
		f := fixture(t, name)[0]
		if !r.Recognise(name, f.Data[:min(len(f.Data), 4096)]) {
			t.Errorf("%s is not recognised", name)
		}
	}
}

func TestAnyByteChanged(t *testing.T) {
	t.Run("notices", func(t *testing.T) { liststest.AnyByte(t, jpmeti.Banned{}, fixture(t, russia, third)) })
	t.Run("end users", func(t *testing.T) { liststest.AnyByte(t, jpmeti.EndUsers{}, fixture(t, euul)) })
}

func FuzzMETI(f *testing.F) {
	for _, x := range append(fixture(f), fixture(f, euul)...) {
		f.Add(x.Data)
	}
	f.Add(book(f, rows(f))[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, jpmeti.Banned{}, []listing.File{{Name: "file", Data: data}})
		liststest.Sound(t, jpmeti.EndUsers{}, []listing.File{{Name: "file", Data: data}})
	})
}
