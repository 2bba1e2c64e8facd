package inquiry_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/web"
	"github.com/cordon-project/cordon/web/webtest"
)

// namesToShow are one name for each kind of card.
var namesToShow = map[string]string{
	"hangul": "김상만", "open": "Kim Yong Chol", "given": "Yong Chol", "hanja": "金相萬", "japanese": "佐藤健一", "organisation": "Korea Paekho Trading Corporation",
	"evil": "K\u0456m \u202eSang\u202c <b>Man</b>", "zalgo": "z\u0337\u0327\u0322\u031b\u0338a\u0338l\u0337go", "number": "1234", "empty": "", "long": strings.Repeat("김상만", 200),
	"arabic": "محمد", "twice": "Kim Sang Man (김상만)",
}

func namePath(text string) string { return "/name?q=" + url.QueryEscape(text) }

func TestTheCardSaysWhatIsOpenBeforeHowItIsWritten(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	p := r.Get(namePath("Kim Yong Chol"))
	p.Says("h1", "Kim Yong Chol")
	p.Says(".verdict .say", "This spelling is 김영철 or 김용철; it does not tell which.")
	webtest.Contains(p, ".verdict .open li", "yong: 영 or 용")
	webtest.Contains(p, ".verdict p", "About 7,000 people in Korea may bear 김영철.")
	webtest.Contains(p, "#readings ~ .scroll td", "McCune–Reischauer · DPRK 1992")
	webtest.Contains(p, "#forms ~ .scroll thead th", "김용철")
	rows := p.Texts("table.spellings tbody tr")
	if len(rows) != len(korean.Systems()) {
		t.Errorf("%d rows of systems, want %d", len(rows), len(korean.Systems()))
	}
	webtest.Contains(p, "table.spellings tbody th", "Cyrillic (Kontsevich)")
	webtest.Contains(p, "table.spellings td", "Kim Yŏng-ch'ŏl")
	if got := p.All(`.verdict a[href="/ask?q=Kim%20Yong%20Chol&kind=name"]`); len(got) != 1 {
		t.Errorf("%d links to the question", len(got))
	}
}

func TestAnAnswerAboutANameLeadsToItsCard(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	p := r.Get("/ask?q=" + url.QueryEscape("보기 알파"))
	links := p.All(`a[href^="/name?q="]`)
	if len(links) != 1 {
		t.Fatalf("%d links to the card", len(links))
	}
	r.Get(webtest.Attr(links[0], "href")).Says("h1", "보기 알파")
	if r.Get("/ask?q=0x000000000000000000000000000000000000dEaD").Has(`a[href^="/name"]`) {
		t.Error("a wallet has a card of a name")
	}
}

func TestTheCardIsWholeInEveryLanguage(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	says := map[string]bool{}
	for _, lang := range []string{"en", "ja", "ko"} {
		r.Lang = lang
		for name, text := range namesToShow {
			p := r.Get(namePath(text))
			where := name + " in " + lang
			if p.Status != http.StatusOK {
				t.Errorf("%s: status %d", where, p.Status)
			}
			if p.Has(".missing") {
				t.Errorf("%s: no words for %q", where, p.Texts(".missing"))
			}
			if m := regexp.MustCompile(`\{\d|card\.`).FindString(webtest.TextOf(p)); m != "" {
				t.Errorf("%s: %s stands in the page", where, m)
			}
			webtest.Structure(t, where, p)
			if name == "open" {
				says[p.Texts(".verdict .say")[0]] = true
			}
		}
	}
	if len(says) != 3 {
		t.Errorf("the three languages say %v", says)
	}
}

func TestTheCardNamesHostileTextAndIsNotMovedByIt(t *testing.T) {
	r := webtest.Inside(t, webtest.Serve(t, webtest.NewDesk(t)).URL, webtest.GoodToken)
	p := r.Get(namePath(namesToShow["evil"]))
	if p.Has("main b") || strings.ContainsAny(webtest.TextOf(p), "\u202e\u202c") {
		t.Error("text from outside acts on the page")
	}
	webtest.Contains(p, "aside li", "Letters or digits that only look like Latin letters were read as Kim")
	webtest.Contains(p, "aside li", "U+202E, which turns the direction of text, stands in it once.")
	p.Says("h1 .ctl", "U+202E")
}

func TestTheCardNeedsASession(t *testing.T) {
	if p := webtest.NewReader(t, webtest.Serve(t, webtest.NewDesk(t)).URL).Get(namePath("김상만")); p.Status != http.StatusForbidden {
		t.Errorf("status %d", p.Status)
	}
}

func TestEverythingOnACardHasItsWords(t *testing.T) {
	words := map[string][]string{
		"card.weight": {string(card.Likely), string(card.Possible), string(card.Rare)},
		"card.rule": {
			"pinyin", "wade-giles", "jyutping", "hong-kong", "unihan-mandarin", "unihan-cantonese",
			"hepburn", "kunrei", "long-vowel", "kana", "kagome", "on-kun",
		},
		"card.system": {"pinyin", "jyutping", "hepburn", "kana"},
		"card.say":    {"reading", "reading-first", "ambiguous", "ambiguous-two", "ambiguous-cut", "organisation", "none", "nothing"},
		"card.taken":  {"empty", "signs", "number", "titles", "organisation", "mixed", "mixedword", "other", "unread", "part", "several", "one"},
		"card.note":   {"bytes", "cut", "marks", "more"},
		"card.hidden": {"direction", "invisible", "control"},
		"card.class":  {"name", "legal", "common", "place", "title", "particle", "number", "initial"},
	}
	for _, l := range card.Languages() {
		words["card.language"] = append(words["card.language"], string(l))
	}
	for _, s := range korean.Systems() {
		words["card.system"] = append(words["card.system"], s.String())
	}
	words["card.rule"] = append(words["card.rule"], (^korean.Rules(0)).Names()...)
	for _, lang := range []string{"en", "ja", "ko"} {
		s, err := web.NewSpeaker(lang)
		if err != nil {
			t.Fatal(err)
		}
		for family, values := range words {
			for _, v := range values {
				if s.Word(family, v) == v && !strings.HasPrefix(v, "kagome") && lang != "en" {
					t.Errorf("%s has no word for %s.%s", lang, family, v)
				}
			}
		}
	}
}

func TestTheCardInABrowser(t *testing.T) {
	srv := webtest.Serve(t, webtest.NewDesk(t))
	b := webtest.OpenBrowser(t, srv.URL)
	b.Enter(webtest.GoodToken)
	for _, lang := range []string{"en", "ja", "ko"} {
		b.Language(lang)
		for _, width := range []int{1280, 320} {
			for _, dark := range []bool{false, true} {
				if *webtest.Shots == "" && dark != (width == 320) {
					continue
				}
				b.Size(width, dark)
				for name, text := range namesToShow {
					b.Open(namePath(text))
					where := "name-" + name + "-" + lang + map[int]string{1280: "-1280", 320: "-320"}[width] + map[bool]string{true: "-dark", false: "-light"}[dark]
					b.Accessible(where)
					b.Picture(where)
				}
			}
		}
	}
	b.Quiet()
}
