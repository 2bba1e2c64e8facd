package script_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/script"
)

func TestFoldMakesSpellingsOfOneScriptOne(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"order mark and case", "KIM, Sang Man", "kim sang man"},
		{"hyphen", "Kim Sang-man", "kim sang man"},
		{"full width", "ＫＩＭ　Ｓａｎｇ", "kim sang"},
		{"McCune-Reischauer breve", "Kim Yŏng-ch’ŏl", "kim yong chol"},
		{"plain apostrophe", "Ch'oe", "choe"},
		{"modifier apostrophe", "Chʻoe", "choe"},
		{"katakana keeps dakuten", "キム・ジョンウン", "キム ジョンウン"},
		{"half-width katakana", "ｷﾑ･ｼﾞｮﾝｳﾝ", "キム ジョンウン"},
		{"Hangul", "김상만", "김상만"},
		{"decomposed Hangul", "김", "김"},
		{"Cyrillic", "Ким Сан Ман", "ким сан ман"},
		{"Cyrillic short i", "Алексей", "алексеи"},
		{"stroked letters", "Łukasz Ørsted Đặng", "lukasz orsted dang"},
		{"sharp s", "Groß", "gross"},
		{"dotless i", "Işık", "isik"},
		{"invisible characters", "Ki\u200bm\u202e Sang\u2066", "kim sang"},
		{"digits", "Bureau 39, Dept. 53", "bureau 39 dept 53"},
		{"nothing to read", "—…!", ""},
		{"empty", "", ""},
		{"Arabic without vowels", "مُحَمَّد", "محمد"},
		{"zalgo", "K̶͓i̷̢m̸", "kim"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := script.Fold(c.in).Key(); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestOfNamesTheScript(t *testing.T) {
	for in, want := range map[string]string{
		"Kim Sang Man": script.Latin, "김상만": script.Hangul, "金相万": script.Han, "キム・サンマン": script.Katakana,
		"ラザルス集団": script.Japanese, "Ким": script.Cyrillic, "Kim 김": script.Mixed, "123": script.Common, "": script.Common,
		"ひらがな": script.Hiragana, "Σοφία": script.Greek, "محمد": script.Arabic, "コリアー": script.Katakana,
		"Kіm": script.Mixed, // Cyrillic і in a Latin word
	} {
		if got := script.Of(in); got != want {
			t.Errorf("Of(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestFoldCutsLongTextAndSaysSo(t *testing.T) {
	f := script.Fold(strings.Repeat("가", script.MaxRunes+1))
	if !f.Cut || utf8.RuneCountInString(f.Joined()) != script.MaxRunes {
		t.Errorf("cut = %v with %d runes", f.Cut, utf8.RuneCountInString(f.Joined()))
	}
	if script.Fold(strings.Repeat("가", script.MaxRunes)).Cut {
		t.Error("a text of the longest length is said to be cut")
	}
}

func TestFoldIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "name")
		once := script.Fold(s)
		twice := script.Fold(once.Key())
		if diff := cmp.Diff(once.Parts, twice.Parts); diff != "" && len(once.Parts)+len(twice.Parts) > 0 {
			t.Fatalf("fold of a fold differs for %q: %s", s, diff)
		}
	})
}

// Neighbours decide what becomes of a mark: a letter, one that is dropped, one
// of another script, and bytes that are no text.
func TestFoldOfAnyNeighboursIsIdempotent(t *testing.T) {
	mark := rapid.RuneFrom(nil, unicode.Mn, unicode.Mc, unicode.Cf)
	letter := rapid.RuneFrom([]rune("oøßıʼʻـ'’가ᄀ각ᆨか゛ﾞ"), unicode.L, unicode.Nd)
	sign := rapid.OneOf(
		rapid.Map(mark, func(r rune) string { return string(r) }),
		rapid.Map(letter, func(r rune) string { return string(r) }),
		rapid.SampledFrom([]string{"\xf2", "\xed\xa0\x80", "\u0301", "\u0345", " ", "o", "Ĉ"}),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(sign, 1, 12).Draw(t, "signs"), "")
		once := script.Fold(s).Key()
		if twice := script.Fold(once).Key(); twice != once {
			t.Fatalf("%q: %q, then %q", s, once, twice)
		}
	})
}

func TestFoldOfEveryCharacterIsIdempotent(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		once := script.Fold(string(r)).Key()
		if twice := script.Fold(once).Key(); twice != once {
			t.Errorf("%U: %q, then %q", r, once, twice)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"KIM, Sang Man", "김상만", "キム・サンマン", "\xff\xfe", "a\u0301\u0327", "ﷺ", "ẞß", "İı", "\xf2Ĉ", "oʼ\u0301", "Mao\u02bce\u0301r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form := script.Fold(s)
		for _, p := range form.Parts {
			if p == "" {
				t.Fatalf("empty part in %q", form.Parts)
			}
			for _, r := range p {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
					t.Fatalf("%q survives in %q", r, p)
				}
			}
		}
		if again := script.Fold(form.Key()); !form.Cut && again.Key() != form.Key() && !again.Cut {
			t.Fatalf("Fold is not idempotent: %q, then %q", form.Key(), again.Key())
		}
	})
}

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		script.Fold("CHOE, Yŏng-ch’ŏl")
	}
}
