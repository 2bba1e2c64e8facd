package parity_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/match/parity"
)

const (
	bar       = 0.96 // share of the observed scores to be reproduced
	tolerance = 5
	unseen    = -1 // OFAC did not show the name
	slider    = 80 // at which unseen names were looked for
)

type row struct {
	query, listed string
	score         int
}

func observed(t testing.TB) []row {
	t.Helper()
	f, err := os.Open(shareddata.Path(t, "names/ofac_search_parity.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, r := range records[1:] {
		n, err := strconv.Atoi(r[2])
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row{r[0], r[1], n})
	}
	return rows
}

func TestScoresAreThoseObserved(t *testing.T) {
	rows := observed(t)
	lowest := map[string]int{}
	for _, r := range rows {
		if n, ok := lowest[r.query]; r.score != unseen && (!ok || r.score < n) {
			lowest[r.query] = r.score
		}
	}
	met, same := 0, 0
	for _, r := range rows {
		got := parity.Score(r.query, r.listed)
		ok, exact := got-r.score <= tolerance && r.score-got <= tolerance, got == r.score
		if r.score == unseen {
			ok = got < max(slider, lowest[r.query])
			exact = ok
		}
		if exact {
			same++
		}
		if ok {
			met++
			continue
		}
		t.Logf("off: %q, %q: observed %d, score %d: %+v", r.query, r.listed, r.score, got, parity.Explain(r.query, r.listed))
	}
	share := float64(met) / float64(len(rows))
	t.Logf("%d of %d within %d points (%.1f %%), %d the very same", met, len(rows), tolerance, 100*share, same)
	if share < bar {
		t.Errorf("%.1f %% of the observed scores are reproduced, want %.0f %%", 100*share, 100*bar)
	}
}

func TestRulesByExample(t *testing.T) {
	for _, c := range []struct {
		rule, query, listed string
		want                int
		by                  parity.Technique
	}{
		{"order and what is beyond the query cost nothing", "VLADIMIR PUTIN", "PUTIN, Vladimir Vladimirovich", 100, parity.Parts},
		{"first letters of the whole earn five tenths", "VLADIMIR PUTIN", "VLADIMIR BILIY", 90, parity.Whole},
		{"another first letter is no meeting", "OSAMA BIN LADEN", "USAMA BIN LADEN NETWORK", 84, parity.Whole},
		{"a part that meets none counts zero", "GEORGE BUSH", "HASWANI, George", 50, parity.Parts},
		{"short parts do not count", "KIM JONG UN", "KIM, Jong Man", 100, parity.Parts},
		{"short parts count where all are short", "Z", "ALBARRAQ Z", 100, parity.Parts},
		{"half alike and one sound is a meeting", "ASSAD BASHAR", "AL-ASSAD, Bushra", 92, parity.Parts},
		{"half alike without one sound is none", "PUTINPUTIN", "PUTIN, Vladimir", 84, parity.Whole},
		{"no part half alike is not found", "ALQAEDA", "AL QAEDA", 0, parity.None},
		{"hyphens part names", "BASHIR UD DIN", "MAHMOOD, Sultan Bashir-Ud-Din", 100, parity.Parts},
		{"hyphens count in the whole", "BASHIR-UD-DIN", "Bashir", 91, parity.Whole},
		{"other scripts are not read", "Владимир Путин", "PUTIN, Vladimir", 0, parity.None},
		{"nothing is like nothing", "", "", 0, parity.None},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := parity.Explain(c.query, c.listed); got.Score != c.want || got.By != c.by {
				t.Errorf("%q, %q: %d by %s, want %d by %s", c.query, c.listed, got.Score, got.By, c.want, c.by)
			}
		})
	}
}

func TestExplainSaysWhichPartsMet(t *testing.T) {
	got := parity.Explain("Abd al-ASAD Bashir XYZ", "AL-ASSAD, Bashar")
	want := parity.Explanation{
		Score: 79, By: parity.Whole, Whole: 79, Parts: 47,
		Query: "abdal-asadbashirxyz", Listed: "al-assadbashar",
		Meetings: []parity.Meeting{
			{Query: "abd", How: parity.Apart},
			{Query: "asad", Listed: "assad", How: parity.Alike, Similarity: 0.947},
			{Query: "bashir", Listed: "bashar", How: parity.Alike, Similarity: 0.933},
			{Query: "xyz", How: parity.Apart},
		},
		Short: []string{"al"},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.001)); diff != "" {
		t.Errorf("explanation (-want +got):\n%s", diff)
	}
}

func TestLongNamesAreCutAndItIsSaid(t *testing.T) {
	long := strings.Repeat("a", parity.MaxRunes) + "b"
	if got := parity.Explain(long, strings.Repeat("a", parity.MaxRunes)); !got.Cut || got.Score != 100 {
		t.Errorf("score %d, cut %v", got.Score, got.Cut)
	}
	// One letter of this kind folds to two.
	if got := parity.Explain(strings.Repeat("æ", parity.MaxRunes), "ae"); !got.Cut {
		t.Error("a name that folding lengthens is not cut")
	}
	if got := parity.Explain(strings.Repeat("a", parity.MaxRunes), "a"); got.Cut {
		t.Error("a name of just the length is cut")
	}
}

func TestANameIsItselfHoweverWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zÀ-ÖØ-öø-ÿ0-9]{1,10}([ ,.'-]{1,2}[A-Za-zÀ-ÖØ-öø-ÿ]{1,10}){0,4}`).Draw(t, "name")
		if got := parity.Score(name, name); got != 100 {
			t.Fatalf("Score(%q, itself) = %d", name, got)
		}
	})
}

func TestCaseAndPunctuationDoNotMatter(t *testing.T) {
	part := rapid.StringMatching(`[a-z]{1,9}`)
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.SliceOfN(part, 1, 4).Draw(t, "query")
		listed := rapid.SliceOfN(part, 1, 5).Draw(t, "listed")
		between := rapid.SampledFrom([]string{", ", ". ", "; ", " / ", " (", "\t", "\" "}).Draw(t, "between")
		want := parity.Explain(strings.Join(query, " "), strings.Join(listed, " "))
		got := parity.Explain(strings.ToUpper(strings.Join(query, between)), strings.ToUpper(strings.Join(listed, between))+".")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-plain +punctuated):\n%s", diff)
		}
	})
}

func TestOrderOfPartsNeverChangesTheComposite(t *testing.T) {
	part := rapid.StringMatching(`[a-c]{1,6}`)
	rapid.Check(t, func(t *rapid.T) {
		query := rapid.SliceOfN(part, 1, 4).Draw(t, "query")
		listed := rapid.SliceOfN(part, 1, 4).Draw(t, "listed")
		shuffled := rapid.Permutation(listed).Draw(t, "shuffled")
		a := parity.Explain(strings.Join(query, " "), strings.Join(listed, " "))
		b := parity.Explain(strings.Join(query, " "), strings.Join(shuffled, " "))
		if a.Parts != b.Parts || (a.By == parity.None) != (b.By == parity.None) {
			t.Fatalf("%d by %s, then %d by %s", a.Parts, a.By, b.Parts, b.By)
		}
	})
}

func FuzzScore(f *testing.F) {
	for _, s := range [][2]string{
		{"VLADIMIR PUTIN", "PUTIN, Vladimir"},
		{"AL-QAEDA", "AL QA'IDA"},
		{"Z", "SP Z O O"},
		{"김정은", "KIM Jong Un"},
		{"\xff\xfe-", "--"},
		{"ﷺ", "㏂"},
		{"a\u0301-\u0301", "İı"},
		{"", "-"},
		{"h h h", "hw"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, query, listed string) {
		e := parity.Explain(query, listed)
		if e.Score < 0 || e.Score > 100 || e.Score != max(e.Whole, e.Parts) {
			t.Fatalf("score %d of %d and %d", e.Score, e.Whole, e.Parts)
		}
		if (e.By == parity.None) != (len(e.Meetings) == 0) {
			t.Fatalf("%s with %d meetings", e.By, len(e.Meetings))
		}
		if n := len([]rune(e.Query)); n > parity.MaxRunes {
			t.Fatalf("%d characters read", n)
		}
		if again := parity.Explain(query, listed); !cmp.Equal(e, again) {
			t.Fatalf("then %v", again)
		}
		if self := parity.Explain(query, query); self.Query != "" && self.Score != 100 {
			t.Fatalf("Score(%q, itself) = %d", query, self.Score)
		}
	})
}

func BenchmarkScore(b *testing.B) {
	for _, c := range []struct{ name, query, listed string }{
		{"met", "VLADIMIR PUTIN", "PUTIN, Vladimir Vladimirovich"},
		{"not-found", "GEORGE BUSH", "PUTIN, Vladimir Vladimirovich"},
		{"longest-word", strings.Repeat("ab", parity.MaxRunes/2), strings.Repeat("ba", parity.MaxRunes/2) + "ab"},
		{"most-parts", strings.Repeat("abc ", parity.MaxRunes/4), strings.Repeat("acd ", parity.MaxRunes/4)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parity.Score(c.query, c.listed)
			}
		})
	}
}
