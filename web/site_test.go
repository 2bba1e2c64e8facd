package web

import (
	"bytes"
	"fmt"
	"html/template"
	"log/slog"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/web/say"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func catalogues(t testing.TB) map[string]*say.Catalogue {
	t.Helper()
	all, err := loadMessages(quiet())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestLanguagesHaveTheSameKeysAndPlaces(t *testing.T) {
	all := catalogues(t)
	places := regexp.MustCompile(`\{(\d+)[^}]*\}`)
	of := func(s string) []string {
		var out []string
		for _, m := range places.FindAllStringSubmatch(s, -1) {
			out = append(out, m[1])
		}
		sort.Strings(out)
		return slices.Compact(out)
	}
	en := all["en"]
	for _, lang := range say.Languages[1:] {
		c := all[lang]
		if !slices.Equal(c.Keys(), en.Keys()) {
			for _, k := range en.Keys() {
				if _, _, ok := c.Forms(k); !ok {
					t.Errorf("%s has no %s", lang, k)
				}
			}
			for _, k := range c.Keys() {
				if _, _, ok := en.Forms(k); !ok {
					t.Errorf("%s has %s, which English has not", lang, k)
				}
			}
		}
		for _, k := range en.Keys() {
			_, english, _ := en.Forms(k)
			one, other, _ := c.Forms(k)
			if want, got := of(english), of(other); !slices.Equal(want, got) && !strings.HasPrefix(k, "date.") {
				t.Errorf("%s: %s has the places %v, English has %v", k, lang, got, want)
			}
			if one != "" {
				t.Errorf("%s: %s has a form for one, which the language does not use", k, lang)
			}
		}
	}
	for _, k := range en.Keys() {
		one, other, _ := en.Forms(k)
		if one != "" && !slices.Equal(of(one), of(other)) && !slices.Contains(of(other), "1") {
			t.Errorf("%s: the forms for one and for others have different places", k)
		}
		for _, s := range []string{one, other} {
			if strings.Contains(s, "!") {
				t.Errorf("%s: no exclamation", k)
			}
		}
	}
}

func TestSentences(t *testing.T) {
	all := catalogues(t)
	for _, c := range []struct {
		lang string
		text screen.Text
		want string
	}{
		{"en", screen.Text{Key: "settle.dob", Args: []any{"1965-04-25"}}, "The date of birth: listed as 25 April 1965."},
		{"en", screen.Text{Key: "settle.dob", Args: []any{"1965-04"}}, "The date of birth: listed as April 1965."},
		{"en", screen.Text{Key: "settle.dob", Args: []any{record.Date("1965")}}, "The date of birth: listed as 1965."},
		{"en", screen.Text{Key: "settle.dob", Args: []any{"about 1965"}}, "The date of birth: listed as <bdi>about 1965</bdi>."},
		{"ja", screen.Text{Key: "settle.dob", Args: []any{"1965-04-25"}}, "生年月日（リストの記載：1965年4月25日）"},
		{"ko", screen.Text{Key: "settle.dob", Args: []any{"1965-04-25"}}, "생년월일(명단 기재: 1965년 4월 25일)"},
		{"en", screen.Text{Key: "settle.wallet", Args: []any{1}}, "A wallet: 1 is listed."},
		{"en", screen.Text{Key: "settle.wallet", Args: []any{float64(1204)}}, "A wallet: 1,204 are listed."},
		{"en", screen.Text{Key: "reading.name", Args: []any{"Hang"}}, "a name in Hangul"},
		{"ja", screen.Text{Key: "reading.name", Args: []any{"Hang"}}, "ハングルの氏名・名称"},
		{"ko", screen.Text{Key: "reason.name.folded", Args: []any{"김"}}, "<bdi>김</bdi>은 대소문자, 악센트, 전각·반각, 문장부호의 차이를 제외하면 같은 이름입니다."},
		{"ko", screen.Text{Key: "reason.name.folded", Args: []any{"보기"}}, "<bdi>보기</bdi>는 대소문자, 악센트, 전각·반각, 문장부호의 차이를 제외하면 같은 이름입니다."},
		{"ko", screen.Text{Key: "reason.identifier.same", Args: []any{"wallet", "x"}}, `출처에 이 지갑이 기재되어 있습니다: <bdi lang="und-Latn">x</bdi>`},
		{"en", screen.Text{Key: "answer.none", Args: []any{1}}, "Not found in the 1 list that was checked, nor in the reports on this node. This does not mean that there is nothing elsewhere."},
		{"en", screen.Text{Key: "no.such.key"}, `<span class="missing">no.such.key</span>`},
		{"en", screen.Text{Key: "settle.dob"}, "The date of birth: listed as {0}."},
		{"en", screen.Text{Key: "answer.hit.wallet", Args: []any{"<b>\u202e"}}, `A source gives this wallet to <bdi>&lt;b&gt;<span class="ctl">U+202E</span></bdi>.`},
	} {
		if got := string(all[c.lang].Text(c.text)); got != c.want {
			t.Errorf("%s %s %v:\n got %s\nwant %s", c.lang, c.text.Key, c.text.Args, got, c.want)
		}
	}
}

func TestAMissingMessageIsLogged(t *testing.T) {
	var b bytes.Buffer
	all, err := loadMessages(slog.New(slog.NewTextHandler(&b, nil)))
	if err != nil {
		t.Fatal(err)
	}
	all["ko"].HTML("no.such.key")
	if !strings.Contains(b.String(), "no.such.key") {
		t.Error("the log says nothing of it")
	}
}

func TestASpeakerSaysAnswersAsPlainText(t *testing.T) {
	for _, c := range []struct{ lang, key, want string }{
		{"en", "cli.listing", "United States, OFAC, OFAC SDN list, entry 43377, listed not given in the source, under DPRK4, in force"},
		{"ko", "cli.listing", "미국 해외자산통제국(OFAC), OFAC SDN 명단, 번호 43377, 등재일 출처에 기재 없음, 근거 DPRK4, 적용 중"},
		{"fr", "no.such.key", "no.such.key"},
	} {
		s, err := NewSpeaker(c.lang)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Say(screen.Text{Key: c.key, Args: []any{"OFAC", "ofac-sdn", "43377", "", "DPRK4", "in-force"}}); got != c.want {
			t.Errorf("%s: %s, want %s", c.lang, got, c.want)
		}
		if s.State(screen.None) == "clear" {
			t.Errorf("%s has no word for the state", c.lang)
		}
	}
}

func TestNamesSayTheirLanguage(t *testing.T) {
	all := catalogues(t)
	for _, c := range []struct{ page, name, script, want string }{
		{"en", "Kim", "", "<bdi>Kim</bdi>"},
		{"en", "김", "", `<bdi lang="ko">김</bdi>`},
		{"ko", "김", "", "<bdi>김</bdi>"},
		{"ko", "Kim", "", `<bdi lang="und-Latn">Kim</bdi>`},
		{"en", "キム", "", `<bdi lang="ja">キム</bdi>`},
		{"ja", "金キム", "", "<bdi>金キム</bdi>"},
		{"en", "金", "", `<bdi lang="und-Hani">金</bdi>`},
		{"en", "金", "Jpan", `<bdi lang="ja">金</bdi>`},
		{"en", "Ким", "", `<bdi lang="und-Cyrl">Ким</bdi>`},
		{"ko", "123", "", "<bdi>123</bdi>"},
	} {
		if got := all[c.page].NameIn(c.name, c.script); got != template.HTML(c.want) {
			t.Errorf("%s on a page in %s: %s, want %s", c.name, c.page, got, c.want)
		}
	}
}

func TestRedirectsStayHere(t *testing.T) {
	for to, want := range map[string]string{
		"/ask?q=x": "/ask?q=x", "": "/", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/",
		"javascript:alert(1)": "/", "/a\r\nb": "/", "relative": "/", "/%2fevil.example": "/",
	} {
		if got := LocalPath(to); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}

func TestTriesAreBounded(t *testing.T) {
	tr := newTries()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for i := range tryBurst {
		if !tr.allow("192.0.2.1:1", now) {
			t.Fatalf("try %d was refused", i+1)
		}
	}
	if tr.allow("192.0.2.1:2", now) {
		t.Error("one try too many was allowed from another port of the address")
	}
	if !tr.allow("192.0.2.2:1", now) {
		t.Error("another address was refused")
	}
	if !tr.allow("192.0.2.1:3", now.Add(tryEvery)) {
		t.Error("a later try was refused")
	}
	for i := range 2 * tryClient {
		tr.allow(fmt.Sprintf("[2001:db8::%x]:1", i), now)
	}
	if len(tr.by) > tryClient {
		t.Errorf("%d addresses are remembered", len(tr.by))
	}
}

func TestSessionsEndAndAreSweptOut(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s := &sessionStore{now: func() time.Time { return now }, open: map[string]stored{}}
	for _, token := range []string{"a", "b"} {
		if err := s.Commit(token, []byte(token), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete("b"); err != nil {
		t.Fatal(err)
	}
	_, a, _ := s.Find("a")
	_, b, _ := s.Find("b")
	if !a || b {
		t.Errorf("open: a %t, b %t; want the first only", a, b)
	}
	now = now.Add(time.Hour)
	if _, ok, _ := s.Find("a"); ok {
		t.Error("a session is found after its end")
	}
	if err := s.Commit("c", nil, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if len(s.open) != 1 {
		t.Errorf("%d sessions are kept, want 1", len(s.open))
	}
}

// TestTokensHaveContrast computes the contrast of every text colour on every
// ground that it stands on, on light and on dark (WCAG 2.2, relative luminance).
func TestTokensHaveContrast(t *testing.T) {
	b, err := staticFiles.ReadFile("static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark := map[string]string{}, map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+):(?:light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)|(#[0-9a-f]{6}))`).FindAllStringSubmatch(string(b), -1) {
		light[m[1]], dark[m[1]] = m[2]+m[4], m[3]+m[4]
	}
	type pair struct {
		text, ground string
		least        float64
	}
	var pairs []pair
	for _, ground := range []string{"paper", "sheet"} {
		for _, text := range []string{"ink", "ink-2", "accent", "hit", "likely", "open", "clear"} {
			pairs = append(pairs, pair{text, ground, 7})
		}
		pairs = append(pairs, pair{"edge", ground, 3}) // edges of controls: WCAG 1.4.11
	}
	pairs = append(pairs, pair{"accent-ink", "accent", 7}, pair{"ink", "mark", 7}, pair{"ink", "likely-bg", 7}, pair{"ink", "open-bg", 7}, pair{"accent", "open-bg", 7},
		pair{"ink-2", "likely-bg", 7}, pair{"ink", "open-bg", 7})
	for _, tlp := range []string{"tlp-clear", "tlp-green", "tlp-amber", "tlp-red"} {
		pairs = append(pairs, pair{tlp, "tlp-ground", 4.5})
	}
	for name, tokens := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			if got := contrast(t, tokens[p.text], tokens[p.ground]); got < p.least {
				t.Errorf("%s on %s has a contrast of %.2f on %s, want %.1f", p.text, p.ground, got, name, p.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of an sRGB colour (WCAG 2.2).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) != 7 {
		t.Fatalf("%q is not a colour", hex)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
