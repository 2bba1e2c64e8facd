package match_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/script"
)

// open is the label of what everybody may see, shut of what few may.
const (
	open = policy.Label("1:clear")
	shut = policy.Label("1:red")
)

func index(names ...string) *match.Index {
	x := match.New(match.DefaultParams)
	for i, n := range names {
		x.Put(fmt.Sprintf("identity--%d", i), []match.Name{{Text: n, Label: open}})
	}
	return x
}

func TestSearchSaysHowANameWasMet(t *testing.T) {
	x := index("KIM, Sang Man", "KIM, Sang Chol", "RI, Yong Chol", "Korea Paekho Trading Corporation", "Lazarus Group",
		"PAK, Jin Hyok", "Reconnaissance General Bureau", "Sergey Viktorovich LAVROV", "AL-ASSAD, Bashar", "Zhang Zhiqiang", "Sato Kenichi")
	for _, c := range []struct {
		query string
		text  string
		how   match.How
	}{
		{"KIM, Sang Man", "KIM, Sang Man", match.Exact},
		{"kim sang-man", "KIM, Sang Man", match.Folded},
		{"Sang Man Kim", "KIM, Sang Man", match.Order},
		{"Kim Sangman", "KIM, Sang Man", match.Order},
		{"Man Kim Sang", "KIM, Sang Man", match.Order},
		{"김상만", "KIM, Sang Man", match.Reading},
		{"金相万", "KIM, Sang Man", match.Reading},
		{"キム・サンマン", "KIM, Sang Man", match.Reading},
		{"Ким Сан Ман", "KIM, Sang Man", match.Reading},
		{"Gim Sang-man", "KIM, Sang Man", match.Reading},
		{"Jin Xiangwan", "KIM, Sang Man", match.Reading},
		{"Lee Young-chul", "RI, Yong Chol", match.Reading},
		{"Yi Yongchŏl", "RI, Yong Chol", match.Reading},
		{"Park Jin-hyuk", "PAK, Jin Hyok", match.Reading},
		{"Joson Paekho Muyok Hoesa", "Korea Paekho Trading Corporation", match.Order},
		{"조선백호무역회사", "Korea Paekho Trading Corporation", match.Similar},
		{"Lazarus", "Lazarus Group", match.Partial},
		{"Сергей Лавров", "Sergey Viktorovich LAVROV", match.Partial},
		{"Basharr al Assad", "AL-ASSAD, Bashar", match.Order},
		{"بشار الأسد", "AL-ASSAD, Bashar", match.Similar},
		{"张志强", "Zhang Zhiqiang", match.Reading},
		{"Chang Chih-ch'iang", "Zhang Zhiqiang", match.Reading},
		{"佐藤健一", "Sato Kenichi", match.Reading},
		{"サトウ ケンイチ", "Sato Kenichi", match.Reading},
	} {
		t.Run(c.query, func(t *testing.T) {
			hits := x.Search(c.query, nil)
			if len(hits) == 0 {
				t.Fatal("no hit")
			}
			if got := hits[0]; got.Text != c.text || got.How != c.how {
				t.Errorf("best hit = %q, %s, %.3f; want %q, %s", got.Text, got.How, got.Score, c.text, c.how)
			}
		})
	}
	for _, q := range []string{"", "—", "Smith", "Kim Trading", "Sang Bureau", "김상철 사장님 귀하"} {
		if hits := x.Search(q, nil); len(hits) > 0 && hits[0].Score >= 0.5 {
			t.Errorf("Search(%q) = %v, want none", q, hits)
		}
	}
}

func TestKoreanNamesThatDifferInASyllableStayBelowTheThreshold(t *testing.T) {
	balanced, _ := match.DefaultParams.Profile(match.Balanced)
	for _, c := range [][2]string{
		{"Kim Chol-man", "Kim Chol-nam"},
		{"김철만", "김철민"},
		{"キム・サンマン", "キム・サンナム"},
		{"Ri Song-ho", "Ri Song-il"},
		{"Choe Yong-ho", "Choe Yong-gon"},
		{"Pak Kyong-il", "Cha Kyong-il"},
		{"金英日", "Kim Song-il"},
		{"Kim Chol", "Kim Chol-ho"},
	} {
		if r := match.Compare(match.DefaultParams, c[0], c[1]); r.Score >= balanced.Threshold {
			t.Errorf("%s and %s score %.3f, %s", c[0], c[1], r.Score, r.How)
		}
	}
}

func TestExplainNamesTheReadingAndItsRules(t *testing.T) {
	x := match.Explain(match.DefaultParams, "이용철", "RI Yong Chol")
	if x.How != match.Reading || x.Common != "이용철" && x.Common != "리용철" || !slices.Contains(x.Rules, "initial-sound-law") || !slices.Contains(x.Rules, "dprk") {
		t.Errorf("Explain = %+v", x)
	}
	x = match.Explain(match.DefaultParams, "Mark Albert Taylor", "TAYLOR, Marc")
	if len(x.Pairs) != 2 || len(x.Unmet) != 1 || x.Unmet[0] != "albert" {
		t.Errorf("Explain = %+v", x)
	}
}

func TestAmbiguousNamesSayWhatTheyLeaveOpen(t *testing.T) {
	a, ok := match.Ambiguous("Ri Yong Chol", 8)
	if !ok || !slices.Contains(a.Names, "리영철") || !slices.Contains(a.Names, "리용철") {
		t.Errorf("Ambiguous = %+v, %v", a, ok)
	}
	if _, ok := match.Ambiguous("Angela Merkel", 8); ok {
		t.Error("a name that is not Korean is said to be ambiguous in Hangul")
	}
}

func TestPutReplacesTheNamesOfAnObject(t *testing.T) {
	x := match.New(match.DefaultParams)
	x.Put("identity--a", []match.Name{{Text: "PAK, Jin Hyok", Label: open}, {Text: "Jin Hyok PARK", Number: 1, Label: open}})
	x.Put("identity--a", []match.Name{{Text: "KIM, Sang Man", Label: open}})
	if x.Len() != 1 {
		t.Errorf("Len = %d, want 1", x.Len())
	}
	if hits := x.Search("Pak Jin Hyok", nil); len(hits) > 0 {
		t.Errorf("the old name is still found: %v", hits)
	}
	if hits := x.Search("Kim Sang Man", nil); len(hits) != 1 {
		t.Errorf("the new name is found %d times", len(hits))
	}
	x.Put("identity--a", nil)
	if x.Len() != 0 || len(x.Search("Kim Sang Man", nil)) > 0 {
		t.Error("an object without names has names")
	}
}

func TestNamesThatTheViewerMayNotSeeAreSkipped(t *testing.T) {
	x := match.New(match.DefaultParams)
	x.Put("identity--a", []match.Name{{Text: "KIM, Sang Man", Label: open}})
	x.Put("identity--b", []match.Name{{Text: "KIM, Sang Man", Label: shut}})
	hits := x.Search("김상만", func(l policy.Label) bool { return l == open })
	if len(hits) != 1 || hits[0].Object != "identity--a" {
		t.Errorf("hits = %v", hits)
	}
}

func TestContainingFindsEveryNameWithAllParts(t *testing.T) {
	x := index("KIM, Sang Man", "KIM, Sang Chol", "RI, Sang", "Kim Sang Man Trading")
	var got []string
	for _, h := range x.Containing("kim sang", nil) {
		got = append(got, h.Text)
	}
	if diff := cmp.Diff([]string{"KIM, Sang Man", "KIM, Sang Chol", "Kim Sang Man Trading"}, got); diff != "" {
		t.Error(diff)
	}
}

// syllables and tokens make names that are near one another often.
var (
	syllables = []string{"Kim", "Ri", "Pak", "Yong", "Young", "Chol", "Chul", "Sang", "Man", "Nam", "Il", "Song", "Seong", "Su"}
	tokens    = []string{
		"Mohammed", "Muhammad", "Mohamed", "Ali", "Hasan", "Hassan", "Abdul", "Rahman", "Trading", "Company", "Ltd", "Bank", "Sergey",
		"Sergei", "Lavrov", "V", "Maria", "Marie", "de", "la", "bin", "Korea", "General", "Smith", "Smyth", "Schmidt", "Anna", "Ana",
	}
	scripts = []string{"김상만", "리영철", "박 진혁", "金相万", "张志强", "キム・サンマン", "Ким Сан Ман", "محمد علي", "佐藤健一"}
)

func nameGen() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(syllables), 2, 4).Draw(t, "syllables"), " ")
		}),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 1, 9).Draw(t, "tokens"), " ")
		}),
		rapid.SampledFrom(scripts),
		rapid.Custom(func(t *rapid.T) string { // a slip
			s := []rune(strings.Join(rapid.SliceOfN(rapid.SampledFrom(tokens), 2, 3).Draw(t, "tokens"), " "))
			i := rapid.IntRange(0, len(s)-1).Draw(t, "at")
			return string(append(append([]rune{}, s[:i]...), s[i+1:]...))
		}),
	)
}

// TestPrunedSearchReturnsWhatTheExhaustiveScanReturns holds the search, with its
// keys, its essential tokens and its segments, against comparing the query with
// every name.
func TestPrunedSearchReturnsWhatTheExhaustiveScanReturns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(nameGen(), 1, 40).Draw(t, "names")
		query := nameGen().Draw(t, "query")
		x := match.New(match.DefaultParams)
		if rapid.Bool().Draw(t, "one by one") {
			for i, n := range names {
				x.Put(fmt.Sprint(i), []match.Name{{Text: n, Label: open}})
			}
		} else {
			all := map[string][]match.Name{}
			for i, n := range names {
				all[fmt.Sprint(i)] = []match.Name{{Text: n, Label: open}}
			}
			x.Update(all)
		}
		got := map[string]match.Result{}
		for _, h := range x.Search(query, nil) {
			got[h.Object] = h.Result
		}
		want := map[string]match.Result{}
		for i, n := range names {
			if r := match.CompareExhaustively(match.DefaultParams, query, n); r.How != "" {
				want[fmt.Sprint(i)] = r
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("query %q, names %q:\n%s", query, names, diff)
		}
	})
}

func TestASegmentedIndexAnswersLikeOneBuiltAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]string {
			return [2]string{fmt.Sprint(rapid.IntRange(0, 15).Draw(t, "object")), nameGen().Draw(t, "name")}
		}), 1, 60).Draw(t, "steps")
		x, last := match.New(match.DefaultParams), map[string][]match.Name{}
		for _, s := range steps {
			last[s[0]] = []match.Name{{Text: s[1], Label: open}}
			x.Put(s[0], last[s[0]])
		}
		once := match.New(match.DefaultParams)
		once.Update(last)
		query := nameGen().Draw(t, "query")
		if diff := cmp.Diff(once.Search(query, nil), x.Search(query, nil)); diff != "" {
			t.Fatal(diff)
		}
		if x.Len() != once.Len() {
			t.Fatalf("Len = %d, want %d", x.Len(), once.Len())
		}
	})
}

func TestReadersGoOnWhileNamesChange(t *testing.T) {
	x := index("KIM, Sang Man")
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if len(x.Search("Kim Sang-man", nil)) == 0 {
					t.Error("a name that never changed was not found")
					return
				}
			}
		})
	}
	for i := range 300 {
		x.Put(fmt.Sprintf("identity--%d", 100+i%20), []match.Name{{Text: fmt.Sprintf("Ri Number %d", i), Label: open}})
	}
	close(done)
	wg.Wait()
}

func TestOddNamesHaveAnAnswer(t *testing.T) {
	x := index("KIM, Sang Man", "NULL", "Bureau 39")
	for _, q := range []string{
		"", " ", strings.Repeat("a", 10_000), strings.Repeat("Kim ", 2_500), strings.Repeat("김", 10_000), strings.Repeat("金", 10_000), "Kіm Sаng Mаn", // Cyrillic і, а
		"Kim\u202eSang\u2066 Man", "K̶͓i̷̢m̸ Sang Man", "😀 Kim", "Kim", "null", "12345", "'; DROP TABLE names; --", "Dr. Mr. Mrs.", "\xff\xfe", "一", "ン", "ー",
	} {
		for _, h := range x.Search(q, nil) {
			if h.Score < 0 || h.Score > 1 {
				t.Errorf("Search(%.20q) scores %v", q, h.Score)
			}
		}
		x.Containing(q, nil)
		match.Explain(match.DefaultParams, q, "KIM, Sang Man")
	}
	if hits := x.Search("Kіm Sаng Mаn", nil); len(hits) == 0 || hits[0].Text != "KIM, Sang Man" {
		t.Errorf("a name with letters that look Latin is not found: %v", hits)
	}
}

func TestNamesOfAnyNumberOfWordsAreCompared(t *testing.T) {
	for n := range 64 {
		for _, end := range []string{"", "J.C.", "jc", "金相万", "Trading Co., Ltd.", "bin Laden"} {
			name := strings.TrimSpace(strings.Repeat("Ri ", n) + end)
			if name == "" {
				continue
			}
			if r := match.Compare(match.DefaultParams, name, name); r.How != match.Exact {
				t.Errorf("%q is not itself: %+v", name, r)
			}
			match.Explain(match.DefaultParams, name, "RI, Yong Chol")
			match.Explain(match.DefaultParams, "RI, Yong Chol", name)
		}
	}
}

func FuzzCompare(f *testing.F) {
	for _, s := range [][2]string{
		{"KIM, Sang Man", "김상만"},
		{"金相万", "Jin Xiangwan"},
		{"キム・ウォノン", "Kim Won Hong"},
		{"ООО Ромашка", "Romashka Ltd"},
		{"A. B. Smith", "Anna Berta Smith"},
		{"\xff", "\u202e"},
		{"oooooooooooooooooooooooooooooo", "nnnngnngnngnnng"},
		{"ｷﾑ", "ﷺ"},
		{"Al-Qa'ida/Islamic Army", "Al Qaeda"},
		{strings.Repeat("ri ", 19) + "jc", "Ri"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		r := match.Compare(match.DefaultParams, a, b)
		if r.Score < 0 || r.Score > 1 || r.Raw < 0 || r.Raw > 1.0001 {
			t.Fatalf("Compare(%q, %q) = %+v", a, b, r)
		}
		if again := match.Compare(match.DefaultParams, a, b); again != r {
			t.Fatalf("Compare(%q, %q) is %+v and then %+v", a, b, r, again)
		}
		if parts := script.Fold(a).Parts; len(parts) > 0 {
			if own := match.Compare(match.DefaultParams, a, a); own.How != match.Exact {
				t.Fatalf("%q is not itself: %+v", a, own)
			}
		}
	})
}
