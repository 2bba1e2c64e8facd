package web

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"time"

	"github.com/jba/templatecheck"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/web/say"
	"github.com/cordon-project/cordon/web/view"
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

// used returns every key that templates and code say, and the families from
// which they take words.
func used(t *testing.T) (keys, families map[string]bool) {
	t.Helper()
	keys, families = map[string]bool{}, map[string]bool{}
	for _, set := range []string{"templates/*.tmpl"} {
		files, _ := filepath.Glob(set)
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			trees, err := parse.Parse(f, string(b), "", "", map[string]any{}, funcs(&say.Catalogue{}, nil), builtins)
			if err != nil {
				t.Fatal(err)
			}
			for _, tree := range trees {
				walk(tree.Root, func(n *parse.CommandNode) { said(n, keys, families) })
			}
		}
	}
	files, _ := filepath.Glob("*.go")
	for _, room := range []string{"say/*.go", "view/*.go"} {
		more, _ := filepath.Glob(room)
		files = append(files, more...)
	}
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			literals(t, f, func(s string) { keys[s] = true; families[s] = true })
		}
	}
	return keys, families
}

var builtins = map[string]any{"and": 0, "or": 0, "not": 0, "eq": 0, "ne": 0, "gt": 0, "lt": 0, "len": 0, "print": 0, "printf": 0, "index": 0}

func said(n *parse.CommandNode, keys, families map[string]bool) {
	id, ok := n.Args[0].(*parse.IdentifierNode)
	if !ok || len(n.Args) < 2 {
		return
	}
	s, ok := n.Args[1].(*parse.StringNode)
	if !ok {
		return
	}
	switch id.Ident {
	case "t", "ts":
		keys[s.Text] = true
	case "word":
		families[s.Text] = true
	}
}

func walk(n parse.Node, f func(*parse.CommandNode)) {
	if n == nil || reflect.ValueOf(n).IsNil() {
		return
	}
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			for _, c := range p.Cmds {
				f(c)
				for _, a := range c.Args {
					if inner, ok := a.(*parse.PipeNode); ok {
						walk(inner, f)
					}
				}
			}
		}
	}
	branch := func(b parse.BranchNode) { pipe(b.Pipe); walk(b.List, f); walk(b.ElseList, f) }
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, f)
		}
	case *parse.ActionNode:
		pipe(n.Pipe)
	case *parse.PipeNode:
		pipe(n)
	case *parse.TemplateNode:
		pipe(n.Pipe)
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	}
}

func literals(t *testing.T, file string, f func(string)) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				f(s)
			}
		}
		return true
	})
}

// fromScreen are the families whose keys package screen says.
var fromScreen = []string{"answer.hit.", "answer.likely.", "answer.open", "answer.none", "reading.", "reason.", "settle.", "notchecked.", "rule."}

func TestEveryMessageIsSaidAndEverySayingHasAMessage(t *testing.T) {
	keys, families := used(t)
	en := catalogues(t)["en"]
	for k := range keys {
		family := slices.ContainsFunc(en.Keys(), func(other string) bool { return strings.HasPrefix(other, k+".") })
		if _, _, ok := en.Forms(k); !ok && !family && strings.Contains(k, ".") && regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)+$`).MatchString(k) &&
			!regexp.MustCompile(`\.(css|js|svg|tmpl)$`).MatchString(k) {
			t.Errorf("%s is said and is in no catalogue", k)
		}
	}
	for _, k := range en.Keys() { // words inside messages: {0:@script}
		_, other, _ := en.Forms(k)
		for _, m := range regexp.MustCompile(`@([a-z.]+)`).FindAllStringSubmatch(other, -1) {
			families[m[1]] = true
		}
	}
	files, _ := filepath.Glob("../screen/*.go")
	cli, _ := filepath.Glob("../cmd/cordon/*.go")
	parts, _ := filepath.Glob("../cmd/cordon/*/*.go")
	cli = append(cli, parts...)
	for _, f := range append(files, cli...) {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		literals(t, f, func(s string) {
			keys[s] = true
			if slices.ContainsFunc(append([]string{"cli."}, fromScreen...), func(p string) bool { return strings.HasPrefix(s, p) && !strings.HasSuffix(s, ".") }) {
				if _, _, ok := en.Forms(s); !ok {
					t.Errorf("%s says %s, which is in no catalogue", f, s)
				}
			}
		})
	}
	for _, k := range en.Keys() {
		family := k[:max(strings.LastIndex(k, "."), 0)]
		composed := slices.ContainsFunc(fromScreen, func(p string) bool { return strings.HasPrefix(k, p) })
		if !keys[k] && !families[family] && !composed {
			t.Errorf("nothing says %s", k)
		}
	}
}

func TestClosedVocabulariesHaveTheirWords(t *testing.T) {
	en := catalogues(t)["en"]
	vocabularies := map[string][]string{
		"state":        {string(screen.Hit), string(screen.Likely), string(screen.Open), string(screen.None)},
		"weight":       {"for", "against", "unknown"},
		"kind":         {string(screen.Name), string(screen.Wallet), string(screen.Domain), string(screen.URL), string(screen.Email), string(screen.IP), string(screen.Hash), string(screen.Document), string(screen.ObjectID)},
		"party":        {string(record.Person), string(record.Organisation), string(record.Group), string(record.Vessel), string(record.Aircraft), string(record.UnknownKind)},
		"name.kind":    {string(record.Primary), string(record.AKA), string(record.FKA), string(record.NKA), string(record.Original)},
		"name.quality": {string(record.Strong), string(record.Weak)},
		"status":       {record.InForce, record.Removed},
		"job.state":    {string(intake.Waiting), string(intake.Running), string(intake.Done), string(intake.Failed), string(intake.Cancelled)},
		"job.stage":    {"fetching", "reading", "checking", "writing", "indexing", "joining"},
		"unit":         {"bytes", "files", "rows", "objects", "parties"},
		"theme":        themes,
		"found": {
			string(indicator.Domain), string(indicator.URL), string(indicator.Email), string(indicator.IPv4), string(indicator.IPv6), string(indicator.Hash), string(indicator.CVE),
			string(indicator.Attack), string(indicator.Wallet), string(indicator.TxID), string(indicator.ASN), string(indicator.Phone), string(indicator.Party),
		},
		"type": {
			record.DesignationType, record.ListVersionType, record.ClaimType, record.EstimateType, record.LossType, record.InstrumentType,
			record.MeetingType, record.CommitmentType, record.RedFlagType, record.SamePartyType,
		},
	}
	for family, words := range matrixWords() {
		vocabularies[family] = append(vocabularies[family], words...)
	}
	for _, k := range keys {
		vocabularies["key"] = append(vocabularies["key"], k.Does)
	}
	for _, f := range []string{"error.title", "error.what", "error.kept", "error.do"} {
		for _, k := range []errs.Kind{errs.Invalid, errs.NotFound, errs.Denied, errs.Conflict, errs.Unavailable, errs.Internal, "too-many", "too-large"} {
			vocabularies[f] = append(vocabularies[f], string(k))
		}
	}
	for _, a := range record.Authorities() {
		vocabularies["authority"] = append(vocabularies["authority"], a.Code)
		vocabularies["nation"] = append(vocabularies["nation"], a.Nation)
	}
	for _, l := range lists.All() {
		vocabularies["list"] = append(vocabularies["list"], l.Name)
	}
	for family, words := range vocabularies {
		for _, w := range words {
			if _, _, ok := en.Forms(family + "." + w); !ok {
				t.Errorf("there is no word for %s.%s", family, w)
			}
		}
	}
}

// matrixWords are the vocabularies of the matrix and of decisions on identity.
func matrixWords() map[string][]string {
	out := map[string][]string{
		"programme":    matrix.Classes(),
		"matrix.state": {string(matrix.Listed), string(matrix.Removed), string(matrix.Press), string(matrix.NotFound), string(matrix.NotLoaded)},
		"event":        {matrix.EventListed, matrix.EventAmended, matrix.EventChanged, matrix.EventRemoved, matrix.EventAgain, matrix.EventPress},
		"class.by":     {"programme", "instrument", "action", "kind", "wallet", "words", "name", "link"},
		"press":        {matrix.PressInclude, matrix.PressExclude, matrix.PressOnly},
		"matrix.sort":  {matrix.SortFirst, matrix.SortLag, matrix.SortName, matrix.SortMissing},
		"step":         {matrix.ByYear, matrix.ByMonth},
		"verdict":      {record.VerdictSame, record.VerdictDifferent, record.VerdictOpen},
		"same.weight":  {record.WeightDecides, record.WeightFor, record.WeightAgainst, record.WeightExcludes},
		"same.kind":    {"list-reference", "document", "gender", "name", "names", "birth", "contact", "role", "place", "regime", "listed", "several", "chain"},
	}
	out["matrix.state.is"], out["matrix.press"], out["alignment.press"] = out["matrix.state"], out["press"], out["press"]
	for form := range exportKinds {
		out["matrix.form"] = append(out["matrix.form"], form)
	}
	for _, preset := range view.Presets(matrix.Filter{}) {
		out["matrix.view"] = append(out["matrix.view"], preset.Name)
	}
	for _, code := range matrix.Codes() {
		out["nation"], out["nation.in"] = append(out["nation"], view.NationOf(code)), append(out["nation.in"], view.NationOf(code))
	}
	return out
}

func TestTemplatesFitTheirPages(t *testing.T) {
	all := catalogues(t)
	assets, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	sets, err := loadPages(all, assets)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range pageTypes {
		if err := templatecheck.CheckHTML(sets["en"][name], data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	files, _ := filepath.Glob("templates/*.tmpl")
	if len(files) != len(pageTypes)+2 {
		t.Errorf("%d templates for %d pages and 2 parts", len(files), len(pageTypes))
	}
}

func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	files, _ := filepath.Glob("templates/*.tmpl")
	action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tag := regexp.MustCompile(`(?s)<[^>]*>`)
	worded := regexp.MustCompile(`(?:aria-label|title|placeholder|alt)="([^"]*)"`)
	letters := regexp.MustCompile(`\p{L}+`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		s := action.ReplaceAllString(string(b), "")
		for _, m := range worded.FindAllStringSubmatch(s, -1) {
			if letters.MatchString(strings.TrimPrefix(m[1], "https://")) {
				t.Errorf("%s: an attribute says %q", f, m[1])
			}
		}
		for _, w := range letters.FindAllString(tag.ReplaceAllString(s, " "), -1) {
			if w != "Cordon" {
				t.Errorf("%s says %q", f, w)
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
		if got := localPath(to); got != want {
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

func TestLocationsOfRows(t *testing.T) {
	if got, want := sourceURL(record.Where{SHA256: "ab", Row: 3, Column: 2, Element: "a/b[1]", Part: "text"}), "/source/ab?column=2&element=a%2Fb%5B1%5D&part=text&row=3"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := sourceURL(record.Where{}); got != "" {
		t.Errorf("no place leads to %s", got)
	}
}

func TestFieldsLeadOn(t *testing.T) {
	o, err := stix.Parse([]byte(`{"type":"x-test","id":"x-test--00000000-0000-4000-8000-000000000000","n":1.50,"e":[],"ref":"identity--00000000-0000-4000-8000-000000000000","hashes":{"SHA-256":"` + strings.Repeat("ab", 32) + `"},"not":"` + strings.Repeat("ab", 32) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]field{}
	for _, f := range fieldsOf(o) {
		got[f.Key] = f
	}
	if u := got["ref"].URL; u != "/object/identity--00000000-0000-4000-8000-000000000000" {
		t.Errorf("an id leads to %q", u)
	}
	if u := got["hashes"].Kids[0].URL; u != "/source/"+strings.Repeat("ab", 32) {
		t.Errorf("a hash leads to %q", u)
	}
	if got["not"].URL != "" || got["id"].URL != "" {
		t.Error("what is no reference leads somewhere")
	}
	if got["n"].Text != "1.50" {
		t.Errorf("the number 1.50 is shown as %q", got["n"].Text)
	}
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
