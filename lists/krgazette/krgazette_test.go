package krgazette_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cordon-project/cordon/lists/krgazette"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/lists/liststest"
	"github.com/cordon-project/cordon/record"
)

func fixture(t testing.TB, only ...string) []listing.File {
	t.Helper()
	return liststest.Fixture(t, "testdata/kr-gazette.txtar", only...)
}

const (
	notice = "notice-2026-1.txt"
	psv    = "rows.psv"
)

// TestFixturesReadAsGolden holds everything that the reader takes from the
// artificial files, which are one version.
func TestFixturesReadAsGolden(t *testing.T) {
	liststest.Golden(t, liststest.Read(t, krgazette.Reader{}, fixture(t)), "kr-gazette")
}

func TestPlacesPointAtTheBytes(t *testing.T) {
	files := fixture(t)
	bySum := map[string]string{}
	for _, f := range files {
		bySum[liststest.Sum(f.Data)] = string(f.Data)
	}
	for _, e := range liststest.Read(t, krgazette.Reader{}, files).Entries {
		for _, n := range e.Party.Names {
			if got := bySum[n.Where.SHA256][n.Where.Start:n.Where.End]; !strings.Contains(got, n.Text) {
				t.Errorf("%s: %q is not in %q", e.Designation.Entry, n.Text, got)
			}
		}
		w := e.Designation.Wheres[0]
		if row := bySum[w.SHA256][w.Start:w.End]; !strings.Contains(row, e.Party.Names[0].Text) || !strings.Contains(row, "202") {
			t.Errorf("the row of %s is %q", e.Designation.Entry, row)
		}
	}
}

// TestFilesInAnyOrderAreOneVersion holds that the order in which a user names the
// files changes nothing.
func TestFilesInAnyOrderAreOneVersion(t *testing.T) {
	a := fixture(t)
	x := liststest.Read(t, krgazette.Reader{}, a)
	y := liststest.Read(t, krgazette.Reader{}, []listing.File{a[1], a[0]})
	if d := cmp.Diff(x, y); d != "" {
		t.Errorf("-in order +turned round:\n%s", d)
	}
}

// TestANoticeAndItsRetypedRowsAreOneThing holds that the form of a file changes
// no entry.
func TestANoticeAndItsRetypedRowsAreOneThing(t *testing.T) {
	rows := "고시,구분,번호,성명,영문,생년월일,여권번호,소속/직책,지정일\n" +
		"기획재정부고시 제2026-1호,개인,1,예일남,\"YE, Il Nam; YE, Il-Nam\",1956. 1. 3.,123456789; 987654321 (만료),예제은행 대표,2026. 1. 5.\n" +
		"2026-1,개인,2,예이남,,1960,미상,,2026-01-05\n" +
		"2026-1,단체,1,예제무역회사,EXAMPLE TRADING CORPORATION,,,예제총국 산하,2026.1.5.\n"
	a := liststest.Read(t, krgazette.Reader{}, fixture(t, notice))
	b := liststest.Read(t, krgazette.Reader{}, []listing.File{{Name: "rows.csv", Data: []byte(rows)}})
	if d := cmp.Diff(a.Entries, b.Entries, cmpopts.IgnoreTypes(record.Where{}, []record.Where{})); d != "" {
		t.Errorf("notice and rows differ (-notice +rows):\n%s", d)
	}
}

// TestADelistedRowLeavesAGap holds that taking out a row of a notice is no damage.
func TestADelistedRowLeavesAGap(t *testing.T) {
	files := liststest.Replaced(t, fixture(t, psv), "2025-9|개인|1|예삼남|YE, Sam Nam|1957.5.5.||예제회사 대표|2025-09-01\n", "")
	liststest.Equal(t, "entries", len(liststest.Read(t, krgazette.Reader{}, files).Entries), 3)
}

func TestDamagedTablesAreRefused(t *testing.T) {
	t.Run("rows", liststest.Table{
		Reader: krgazette.Reader{}, Files: fixture(t, psv), File: ".psv", Sep: '|', Header: true,
		Swaps: [][2]int{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {3, 4}, {7, 8}},
	}.Refusals)
}

func TestDamagedNoticesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		row            int
	}{
		{"no number of the notice", "제2026-1호", "", 1},
		{"another guideline", "지급 및 영수허가지침", "지침", 1},
		{"another label", "여권번호: 1", "여권: 1", 8},
		{"a label twice", "여권번호: 1", "생년월일: 1", 8},
		{"a line without label", "소속/직책: 예제은행 대표", "예제은행 대표", 9},
		{"a number missing", "\n2 예이남", "\n3 예이남", 11},
		{"a number twice", "\n2 예이남", "\n1 예이남", 11},
		{"no heading", "개인 (2명)", "", 7},
		{"no date of designation", "지정일: 2026년 1월 5일", "", 11},
		{"no such date", "지정일: 2026년 1월 5일", "지정일: 2026년 2월 30일", 11},
		{"a date of birth in words", "1956. 1. 3.", "January 1956", 6},
		{"a date of birth of an organisation", "소속/직책: 예제총국 산하", "생년월일: 1956", 17},
		{"a passport in words", "123456789;", "있음;", 6},
		{"the names the wrong way round", "예일남 (YE, Il Nam; YE, Il-Nam)", "YE, Il Nam (예일남)", 6},
		{"invalid UTF-8", "예제은행", "예\xff제은행", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := liststest.Refused(t, krgazette.Reader{}, liststest.Replaced(t, fixture(t, notice), c.from, c.to))
			if d.Row != c.row {
				t.Errorf("want row %d: %v", c.row, d)
			}
		})
	}
	liststest.Refused(t, krgazette.Reader{}, append(fixture(t, notice), fixture(t, notice)...))
	for name, data := range map[string]string{
		"a page": "<html><body>Access denied</body></html>\n", "a PDF": "%PDF-1.7", "a document": "\xd0\xcf\x11\xe0",
		"rows of KoFIU": "kf_no|type|hangul|latin|note\n", "a header alone": "고시|구분|번호|성명|영문|생년월일|여권번호|소속/직책|지정일\n",
	} {
		t.Run(name, func(t *testing.T) {
			liststest.Refused(t, krgazette.Reader{}, []listing.File{{Name: "file", Data: []byte(data)}})
		})
	}
}

func TestCutFilesAreRefused(t *testing.T) {
	liststest.Cuts(t, krgazette.Reader{}, fixture(t, psv), ".psv", func(data []byte, at int) bool {
		return liststest.BetweenRows(data, at) && bytes.Count(data[:at], []byte{'\n'}) > 1
	})
	// A notice has no mark of its end: between two rows a cut looks like a shorter
	// one, within a row it is refused.
	f := fixture(t, notice)[0]
	for n := range bytes.LastIndex(f.Data, []byte("지정일: ")) + len("지정일: 2026. 1. ") {
		v, err := listing.Read(t.Context(), krgazette.Reader{}, []listing.File{{Name: "f", Data: f.Data[:n]}})
		if err == nil && len(v.Entries) == 3 {
			t.Fatalf("cut at %d: all entries are read", n)
		}
	}
}

func TestItsFilesAreRecognised(t *testing.T) {
	for _, f := range fixture(t) {
		if !(krgazette.Reader{}).Recognise(f.Base(), f.Data[:min(len(f.Data), 4096)]) {
			t.Errorf("%s is not recognised", f.Base())
		}
	}
	if (krgazette.Reader{}).Recognise("a.psv", []byte("kf_no|type|hangul|latin|note\n")) {
		t.Error("KoFIU's rows are taken for the gazette's")
	}
}

func TestAnyByteChanged(t *testing.T) { liststest.AnyByte(t, krgazette.Reader{}, fixture(t)) }

func FuzzGazette(f *testing.F) {
	for _, x := range fixture(f) {
		f.Add(x.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		liststest.Sound(t, krgazette.Reader{}, []listing.File{{Name: "file", Data: data}})
	})
}
