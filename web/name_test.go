package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/script/card"
	"github.com/cordon-project/cordon/script/korean"
	"github.com/cordon-project/cordon/web"
)

// namesToShow are one name for each kind of card.
var namesToShow = map[string]string{
	"hangul": "김상만", "open": "Kim Yong Chol", "given": "Yong Chol", "hanja": "金相萬", "japanese": "佐藤健一", "organisation": "Korea Paekho Trading Corporation",
	"evil": "K\u0456m \u202eSang\u202c <b>Man</b>", "zalgo": "z\u0337\u0327\u0322\u031b\u0338a\u0338l\u0337go", "number": "1234", "empty": "", "long": strings.Repeat("김상만", 200),
	"arabic": "محمد", "twice": "Kim Sang Man (김상만)",
}

func namePath(text string) string { return "/name?q=" + url.QueryEscape(text) }

func TestTheCardSaysWhatIsOpenBeforeHowItIsWritten(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	p := r.get(namePath("Kim Yong Chol"))
	p.says("h1", "Kim Yong Chol")
	p.says(".verdict .say", "This spelling is 김영철 or 김용철; it does not tell which.")
	contains(p, ".verdict .open li", "yong: 영 or 용")
	contains(p, ".verdict p", "About 7,000 people in Korea may bear 김영철.")
	contains(p, "#readings ~ .scroll td", "McCune–Reischauer · DPRK 1992")
	contains(p, "#forms ~ .scroll thead th", "김용철")
	rows := p.texts("table.spellings tbody tr")
	if len(rows) != len(korean.Systems()) {
		t.Errorf("%d rows of systems, want %d", len(rows), len(korean.Systems()))
	}
	contains(p, "table.spellings tbody th", "Cyrillic (Kontsevich)")
	contains(p, "table.spellings td", "Kim Yŏng-ch'ŏl")
	if got := p.all(`.verdict a[href="/ask?q=Kim%20Yong%20Chol&kind=name"]`); len(got) != 1 {
		t.Errorf("%d links to the question", len(got))
	}
}

func TestAnAnswerAboutANameLeadsToItsCard(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	p := r.get("/ask?q=" + url.QueryEscape("보기 알파"))
	links := p.all(`a[href^="/name?q="]`)
	if len(links) != 1 {
		t.Fatalf("%d links to the card", len(links))
	}
	r.get(attr(links[0], "href")).says("h1", "보기 알파")
	if r.get("/ask?q=0x000000000000000000000000000000000000dEaD").has(`a[href^="/name"]`) {
		t.Error("a wallet has a card of a name")
	}
}

func TestTheCardIsWholeInEveryLanguage(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	says := map[string]bool{}
	for _, lang := range []string{"en", "ja", "ko"} {
		r.lang = lang
		for name, text := range namesToShow {
			p := r.get(namePath(text))
			where := name + " in " + lang
			if p.status != http.StatusOK {
				t.Errorf("%s: status %d", where, p.status)
			}
			if p.has(".missing") {
				t.Errorf("%s: no words for %q", where, p.texts(".missing"))
			}
			if m := regexp.MustCompile(`\{\d|card\.`).FindString(textOf(p)); m != "" {
				t.Errorf("%s: %s stands in the page", where, m)
			}
			structure(t, where, p)
			if name == "open" {
				says[p.texts(".verdict .say")[0]] = true
			}
		}
	}
	if len(says) != 3 {
		t.Errorf("the three languages say %v", says)
	}
}

// contains reports an error unless one of the found elements says it.
func contains(p *answered, selector, want string) {
	p.t.Helper()
	if got := p.texts(selector); !strings.Contains(strings.Join(got, "\n"), want) {
		p.t.Errorf("%s says %q, not %q", selector, got, want)
	}
}

func textOf(p *answered) string { return text(p.all("main")[0]) }

func TestTheCardNamesHostileTextAndIsNotMovedByIt(t *testing.T) {
	r := inside(t, serve(t, newDesk(t)).URL, goodToken)
	p := r.get(namePath(namesToShow["evil"]))
	if p.has("main b") || strings.ContainsAny(textOf(p), "\u202e\u202c") {
		t.Error("text from outside acts on the page")
	}
	contains(p, "aside li", "Letters or digits that only look like Latin letters were read as Kim")
	contains(p, "aside li", "U+202E, which turns the direction of text, stands in it once.")
	p.says("h1 .ctl", "U+202E")
}

func TestTheCardNeedsASession(t *testing.T) {
	if p := newReader(t, serve(t, newDesk(t)).URL).get(namePath("김상만")); p.status != http.StatusForbidden {
		t.Errorf("status %d", p.status)
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
	srv := serve(t, newDesk(t))
	b := openBrowser(t, srv.URL)
	b.enter(goodToken)
	for _, lang := range []string{"en", "ja", "ko"} {
		b.language(lang)
		for _, width := range []int{1280, 320} {
			for _, dark := range []bool{false, true} {
				if *shots == "" && dark != (width == 320) {
					continue
				}
				b.size(width, dark)
				for name, text := range namesToShow {
					b.open(namePath(text))
					where := "name-" + name + "-" + lang + map[int]string{1280: "-1280", 320: "-320"}[width] + map[bool]string{true: "-dark", false: "-light"}[dark]
					b.accessible(where)
					b.picture(where)
				}
			}
		}
	}
	b.quiet()
}
