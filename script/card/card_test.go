package card_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/script/korean"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden are texts whose whole card is kept, by the name of their file.
var golden = map[string]string{
	"hangul": "김상만", "latin": "Kim Yong Chol", "given": "Yong Chol", "hanja": "金相萬", "kana": "キム・サンマン", "cyrillic": "Ким Сан Ман",
	"pinyin": "Jin Xiangwan", "japanese": "佐藤健一", "moved": "Sang Man Kim", "joined": "KIMSANGMAN", "south": "Lee Young-hee", "compound": "남궁철",
	"organisation": "Korea Paekho Trading Corporation", "organisation-hangul": "조선백호무역회사", "twice": "Kim Sang Man (김상만)",
	"lookalike": "K\u0456m Sang Man", "direction": "김\u202e상만\u202c", "zalgo": "z\u0337\u0327\u0322\u031b\u0338a\u0338l\u0337go", "null": "null",
	"sql": "'; DROP TABLE names;--", "number": "1234", "titles": "Mr Dr", "emoji": "🙂🙂", "syllable": "Kim", "arabic": "محمد", "empty": "",
	"title": "Mr Kim Chol",
}

func TestCardsAreAsKept(t *testing.T) {
	for name, text := range golden {
		got, err := json.MarshalIndent(card.Of(text), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		file := filepath.Join("testdata", "golden", name+".json")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s: the card of %q has changed; look at it and run with -update:\n%s", name, text, got)
		}
	}
}

func TestASpellingSaysForWhichNamesItStands(t *testing.T) {
	for text, want := range map[string]string{
		"Yong Chol":     "ambiguous-two [영철 용철] yong:영용",
		"Kim Yong Chol": "ambiguous-two [김영철 김용철] yong:영용",
		"김영철":           "reading [김영철 korean]",
		"Kim Sang Man":  "reading [김상만 korean]",
		"Sang Man Kim":  "reading [김상만 korean]",
		"KIM, Sang-Man": "reading [김상만 korean]",
		"キム・サンマン":       "reading-first [김상만 korean]",
		"Ким Сан Ман":   "reading-first [김상만 korean]",
		"Lee Young-hee": "reading-first [이영희 korean]",
		"Ri Pyong Chol": "reading [리병철 korean]",
		"佐藤健一":          "reading-first [satou kenichi japanese]",
		"JON IL CHUN":   "reading-first [전일준 korean]",
		"John Smith":    "none []",
		"":              "nothing []",
	} {
		c := card.Of(text)
		got := fmt.Sprint(c.Say.Key, " ", c.Say.Args)
		if c.Ambiguous != nil {
			for _, o := range c.Ambiguous.Syllables {
				got += " " + o.Written + ":" + strings.Join(o.Hangul, "")
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestBadInputIsSaidToBeWhatItIs(t *testing.T) {
	for text, want := range map[string]string{
		"": "empty", " \n\t": "empty", "🙂": "signs", "'\"--": "signs", "1234": "number", "+82 2 123": "number", "Dr": "titles", "Mr. Dr.": "titles",
		"null": "other", "'; DROP TABLE x;--": "other", "<script>alert(1)</script>": "other", "김x": "mixedword", "Kim": "part", strings.Repeat("김상만", 20): "unread", "상": "part",
		"\u202e\u202c": "signs", "\xff\xfe": "signs", "조선백호무역회사": "organisation", "Kim Sang Man 김상만": "mixed", strings.Repeat("\u0301", 200): "signs",
	} {
		if got := card.Of(text).Taken.Key; got != want {
			t.Errorf("%q is taken for %s, want %s", text, got, want)
		}
	}
}

func TestLettersThatPretendAndCharactersThatHideAreNamed(t *testing.T) {
	c := card.Of("K\u0456m\u200b Sang\u202e Man\u202e")
	if c.Lookalike != "Kim Sang Man" {
		t.Errorf("read as %q", c.Lookalike)
	}
	if want := []card.Hidden{{Code: "U+200B", Kind: "invisible", Count: 1}, {Code: "U+202E", Kind: "direction", Count: 2}}; !slices.Equal(c.Hidden, want) {
		t.Errorf("hidden are %v, want %v", c.Hidden, want)
	}
	if got := c.Readings[0].Text; got != "김상만" {
		t.Errorf("read as %s", got)
	}
}

func TestExpectedBearersAreRoundedAndOfWholeNamesOnly(t *testing.T) {
	c := card.Of("김철수")
	if len(c.Expected) != 1 || c.Expected[0] != (card.Expected{Name: "김철수", About: 7000}) {
		t.Errorf("expected are %v", c.Expected)
	}
	if c := card.Of("Yong Chol"); len(c.Expected) != 0 {
		t.Errorf("a given name alone is borne by %v", c.Expected)
	}
}

func TestEveryFormOfTheBestReadingsIsGiven(t *testing.T) {
	c := card.Of("Kim Yong Chol")
	for _, f := range c.Forms {
		if len(f.List) != len(korean.Systems()) {
			t.Errorf("%s has %d forms", f.Name, len(f.List))
		}
		for _, form := range f.List {
			if form.Text == "" {
				t.Errorf("%s by %s has no form", f.Name, form.System)
			}
		}
	}
	if len(c.Forms) == 0 || len(c.Forms) > card.MaxForms {
		t.Errorf("%d names have forms", len(c.Forms))
	}
}

func TestHugeInputIsCutAndSaidSo(t *testing.T) {
	card.Of("佐藤") // the dictionary is loaded once
	for _, text := range []string{
		strings.Repeat("a", 10000), strings.Repeat("김", 10000), strings.Repeat("金", 10000), strings.Repeat("kim ", 10000), strings.Repeat("ア", 10000),
		strings.Repeat("ngo", 4000), strings.Repeat("金 a ア ", 3000), strings.Repeat("k\u0456", 5000), strings.Repeat("조선무역회사", 2000), strings.Repeat("\u202e", 10000),
	} {
		start := time.Now()
		c := card.Of(text)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%.20q… took %s", text, took)
		}
		if !c.Cut || !slices.ContainsFunc(c.Notes, func(n card.Text) bool { return n.Key == "cut" }) {
			t.Errorf("%.20q…: it is not said that it was cut", text)
		}
		if utf8.RuneCountInString(c.Text) > card.MaxRunes {
			t.Errorf("%.20q…: %d characters are kept", text, utf8.RuneCountInString(c.Text))
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, text := range golden {
		f.Add(text)
	}
	for _, text := range []string{"\xff\xfeKim", "Kim\x00Sang", strings.Repeat("ngo", 100), "金 a ア ー", "ーーー", "ァ・ァ", "l l c", "㈱金", "ﷺ", "ᄀ", "\u1112\u1161", "K1m S4ng", "김 \u0301", "١٢٣"} {
		f.Add(text)
	}
	weights := []card.Weight{card.Likely, card.Possible, card.Rare}
	f.Fuzz(func(t *testing.T, text string) {
		c := card.Of(text)
		if c.Taken.Key == "" || c.Say.Key == "" {
			t.Errorf("%q: nothing is said", text)
		}
		if utf8.RuneCountInString(c.Text) > card.MaxRunes {
			t.Errorf("%q: not cut", text)
		}
		for _, r := range c.Readings {
			if r.Text == "" || !slices.Contains(weights, r.Weight) || !slices.Contains(card.Languages(), r.Language) {
				t.Errorf("%q: a reading is %+v", text, r)
			}
		}
		for _, forms := range c.Forms {
			for _, form := range forms.List {
				if form.Text == "" || form.System == "" {
					t.Errorf("%q: %s has an empty form %+v", text, forms.Name, form)
				}
			}
		}
		if a := c.Ambiguous; a != nil && (len(a.Names) > card.MaxNames || a.Count < len(a.Names) || a.Count < 2 || len(a.Syllables) == 0) {
			t.Errorf("%q: ambiguous is %+v", text, a)
		}
		again, _ := json.Marshal(card.Of(text))
		if first, err := json.Marshal(c); err != nil || string(first) != string(again) {
			t.Errorf("%q: two cards differ", text)
		}
	})
}

func BenchmarkOf(b *testing.B) {
	card.Of("佐藤健一")
	for _, text := range []string{"김상만", "Kim Yong Chol", "金相萬", "John Smith"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				card.Of(text)
			}
		})
	}
}
