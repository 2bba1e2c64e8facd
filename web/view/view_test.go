package view_test

import (
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
)

func catalogues(t testing.TB) map[string]*say.Catalogue {
	t.Helper()
	all, err := say.Load(os.DirFS("../messages"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestAnAddressIsTheFilter holds that every filter comes back from its address.
func TestAnAddressIsTheFilter(t *testing.T) {
	some := func(of ...string) *rapid.Generator[string] { return rapid.SampledFrom(append(of, "")) }
	rapid.Check(t, func(t *rapid.T) {
		f := matrix.Filter{
			FirstMover: some(matrix.Codes()...).Draw(t, "first"), Kind: record.PartyKind(some("person", "vessel").Draw(t, "kind")),
			Since: record.Date(some("2016", "2016-03", "2016-03-02").Draw(t, "since")), Until: record.Date(some("2026").Draw(t, "until")),
			Press: some(matrix.PressExclude, matrix.PressOnly).Draw(t, "press"), Sort: some(matrix.SortLag, matrix.SortName, matrix.SortMissing).Draw(t, "sort"),
			All: rapid.Bool().Draw(t, "all"), Gap: rapid.Bool().Draw(t, "gap"),
		}
		for _, code := range matrix.Codes() {
			switch rapid.IntRange(0, 2).Draw(t, code) {
			case 1:
				f.On = append(f.On, code)
			case 2:
				f.Not = append(f.Not, code)
			}
		}
		for _, class := range matrix.Classes() {
			if rapid.Bool().Draw(t, class) {
				f.Programmes = append(f.Programmes, class)
			}
		}
		if rapid.Bool().Draw(t, "between") {
			f.Between = [2]string{"UN", "JP"}
			if rapid.Bool().Draw(t, "lag") {
				n := rapid.IntRange(-400, 4000).Draw(t, "over")
				f.LagOver = &n
			}
		}
		u, err := url.Parse(view.Address("/matrix", f, ""))
		if err != nil {
			t.Fatal(err)
		}
		if view.Untidy(u.Query()) {
			t.Fatalf("%s has empty fields", u)
		}
		got, err := view.Asked(u.Query())
		if err != nil {
			t.Fatalf("%s: %v", u, err)
		}
		if diff := cmp.Diff(f, got); diff != "" {
			t.Fatalf("%s:\n%s", u, diff)
		}
	})
}

func TestReasonsAreSaidInTheReadersLanguage(t *testing.T) {
	all := catalogues(t)
	for _, c := range []struct {
		lang   string
		reason record.SameReason
		first  string
		second string
	}{
		{"en", record.SameReason{Kind: "name", First: "EXAMPLE, A", Second: "Example A (folded, 0.99)"}, "<bdi>EXAMPLE, A</bdi>", "<bdi>Example A</bdi> (same letters, 0.99)"},
		{"ja", record.SameReason{Kind: "names", First: "3 names", Second: "the same"}, "双方の名称3件が一致", ""},
		{"en", record.SameReason{Kind: "names", First: "1 names", Second: "the same"}, "1 name of both is the same", ""},
		{"ko", record.SameReason{Kind: "regime", First: "dprk", Second: "dprk"}, "DPRK", ""},
		{"ko", record.SameReason{Kind: "several", First: "other entries of one of the lists are as near"}, "한쪽 명단에 같은 정도로 가까운 다른 항목이 있습니다.", ""},
		{"en", record.SameReason{Kind: "chain", First: "would join <b>", Second: "with Y, which contradict each other"}, "It would bring together <bdi>&lt;b&gt;</bdi> and <bdi>Y</bdi>, which contradict each other.", ""},
		{"en", record.SameReason{Kind: "birth", First: "1980", Second: "2 Mar 1980"}, "<bdi>1980</bdi>", "<bdi>2 Mar 1980</bdi>"},
		{"en", record.SameReason{Kind: "role", First: "bank", Second: "bank"}, "<bdi>bank</bdi>", ""},
		{"en", record.SameReason{Kind: "of tomorrow", First: "\u202ex", Second: ""}, `<bdi><span class="ctl">U+202E</span>x</bdi>`, "<bdi></bdi>"},
	} {
		got := view.ReasonOf(all[c.lang], c.reason)
		if string(got.First) != c.first || string(got.Second) != c.second {
			t.Errorf("%s in %s: %q %q", c.reason.Kind, c.lang, got.First, got.Second)
		}
	}
}

func TestDatesSayWhatTheyAre(t *testing.T) {
	en := catalogues(t)["en"]
	for _, c := range []struct {
		when matrix.When
		want string
	}{
		{matrix.When{Date: "2016-07", Kind: matrix.OfList}, `<time class="nowrap">2016-07</time>`},
		{matrix.When{Date: "2024-05-03", Kind: matrix.NotLater}, `seen, not later than <time class="nowrap">2024-05-03</time>`},
		{matrix.When{Date: "2024-05-03", Kind: matrix.Between, After: "2024-04-01"}, `first seen <time class="nowrap">2024-05-03</time>, not in <time class="nowrap">2024-04-01</time>`},
		{matrix.When{Kind: matrix.Unknown}, `<span class="none">date not known</span>`},
	} {
		if got := string(view.When(en, c.when)); got != c.want {
			t.Errorf("%v shows as %s", c.when, got)
		}
	}
}

func TestTheReadersScriptComesFirst(t *testing.T) {
	all := catalogues(t)
	names := []matrix.Name{{Text: "EXAMPLE, One", Script: "Latn"}, {Text: "EXAMPLE, Uno", Script: "Latn"}, {Text: "エグザンプル", Script: "Kana"}, {Text: "보기", Script: "Hang"}, {Text: "例示"}, {Text: "Пример"}}
	for lang, want := range map[string]string{
		"en": "EXAMPLE, Uno|보기|エグザンプル|例示|Пример", "ja": "エグザンプル|例示|EXAMPLE, Uno|보기|Пример", "ko": "보기|EXAMPLE, Uno|例示|エグザンプル|Пример",
	} {
		shown, more := view.ReadersFirst(all[lang], names, "EXAMPLE, Uno")
		var got []string
		for _, n := range shown {
			got = append(got, n.Text)
		}
		if strings.Join(got, "|") != want || more != 1 {
			t.Errorf("%s: %q and %d more", lang, got, more)
		}
	}
}

func TestFiguresOfDaysAndMonths(t *testing.T) {
	for n, want := range map[any]string{1246: "1,246", -3: "−3", 0.0: "0", 12.0: "12", 12.5: "12.5", -1246.25: "−1,246.3", 0.04: "0"} {
		if got := view.Days(n); got != want {
			t.Errorf("%v days are %q, want %q", n, got, want)
		}
	}
	months := func(names ...string) matrix.Alignment {
		a := matrix.Alignment{Step: matrix.ByMonth}
		for _, n := range names {
			a.Points = append(a.Points, matrix.Point{Period: n})
		}
		return a
	}
	for _, c := range []struct {
		of    matrix.Alignment
		drawn int
		want  string
	}{
		{months("2022-11", "2022-12", "2023-01", "2023-02"), 4, "2022-11 12 2023-01 02"},
		{months("2022-11", "2022-12", "2023-01", "2023-02"), 3, "2022-11 12 2023-01 02"},
		{months("2022-11"), 1, "2022-11"},
		{months(), 0, ""},
	} {
		var got []string
		for _, p := range view.ShortPeriods(c.of, c.drawn).Points {
			got = append(got, p.Period)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%d drawn: %q, want %q", c.drawn, got, c.want)
		}
	}
}

func TestWhatIsHeldToBeOneIsNotAmongTheUnconfirmed(t *testing.T) {
	of := func(id string) screen.Namesake { return screen.Namesake{Party: record.Party{ID: id}} }
	all := []screen.Namesake{of("a"), of("b")}
	var none *view.Also
	if got := none.Without(all); len(got) != 2 {
		t.Errorf("without a decision %d of 2 are left", len(got))
	}
	a := &view.Also{Others: []view.AlsoEntry{{Entry: view.Entry{Party: record.Party{ID: "a"}}}}}
	if got := a.Without(all); len(got) != 1 || got[0].Party.ID != "b" || !slices.EqualFunc(all, []screen.Namesake{of("a"), of("b")}, func(x, y screen.Namesake) bool { return x.Party.ID == y.Party.ID }) {
		t.Errorf("left %v of %v", got, all)
	}
}

func TestLocationsOfRows(t *testing.T) {
	if got, want := view.SourceURL(record.Where{SHA256: "ab", Row: 3, Column: 2, Element: "a/b[1]", Part: "text"}), "/source/ab?column=2&element=a%2Fb%5B1%5D&part=text&row=3"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := view.SourceURL(record.Where{}); got != "" {
		t.Errorf("no place leads to %s", got)
	}
}
