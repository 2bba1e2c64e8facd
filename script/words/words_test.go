package words_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/words"
	"pgregory.net/rapid"
)

// show writes tokens as text: a name as it is, a known word as its gloss with
// the first letter of its class.
func show(ts []words.Token) string {
	var out []string
	for _, t := range ts {
		switch {
		case t.Class == words.Number:
			out = append(out, t.Text)
		case t.Concept == 0:
			out = append(out, t.Text)
		default:
			out = append(out, "<"+words.Gloss(t.Concept)+">")
		}
	}
	return strings.Join(out, " ")
}

func latin(name string) []words.Token { return words.AppendLatin(nil, script.Fold(name).Parts) }

func cjk(name string) (out []words.Token) {
	for _, p := range script.Fold(name).Parts {
		out = words.AppendCJK(out, p)
	}
	return out
}

func TestLatinNamesAreRead(t *testing.T) {
	for name, want := range map[string]string{
		"Korea Paekho Trading Corporation":                  "<korea> paekho <trading> <company>",
		"Joson Paekho Muyok Hoesa":                          "<korea> paekho <trading> <company>",
		"LIMITED LIABILITY COMPANY ROMASHKA":                "<limited company> romashka",
		"OOO Romashka":                                      "<limited company> romashka",
		"О.О.О. Ромашка":                                    "о о о ромашка",
		"ООО Ромашка":                                       "<limited company> ромашка",
		"O.O.O. Romashka":                                   "<limited company> romashka",
		"Romashka L.L.C.":                                   "romashka <limited company>",
		"Reconnaissance General Bureau":                     "<reconnaissance> <general bureau>",
		"Chongch'al Ch'ongguk":                              "<reconnaissance> <general bureau>",
		"Office No. 39":                                     "<office> 39",
		"Office #39":                                        "<office> 39",
		"Division Thirty Nine":                              "<division> 39",
		"Forty 4 Trading":                                   "44 <trading>",
		"Forty-Four Trading":                                "44 <trading>",
		"First Credit Bank":                                 "1 <credit> <bank>",
		"Cheil Credit Bank":                                 "1 <credit> <bank>",
		"110th Research Center":                             "110 <research> <center>",
		"Second Academy of Natural Sciences":                "2 <academy> <of> <natural science>",
		"Che 2 Chayon Kwahakwon":                            "2 chayon <academy>",
		"Ocean Maritime Management Company, Ltd":            "<ocean> <maritime> <management> <limited company>",
		"Chong Chon Gang Shipping Co. Ltd.":                 "chong chon gang <shipping> <limited company>",
		"Korea Hyoksin Export and Import Corp":              "<korea> hyoksin <import and export> <company>",
		"Int'l Trading":                                     "<international> <trading>",
		"Int. l Trading":                                    "<international> <trading>",
		"Central Bank of the DPRK":                          "<central> <bank> <of> <the> <dprk>",
		"Bank of the Democratic People's Republic of Korea": "<bank> <of> <the> <dprk>",
		"Democratic People s Republic of Korea":             "<dprk>",
		"Sociedad Anónima Foo":                              "<joint stock company> foo",
		"Foo S.A. de C.V.":                                  "foo <joint stock company>",
		"Foo Sp. z o.o.":                                    "foo <limited company>",
		"Foo S.a.r.l.":                                      "foo <limited company>",
		"Foo G.m.b.H.":                                      "foo <limited company>",
		"Otkrytoe Aktsionernoe Obshchestvo Zavod":           "<joint stock company> <factory>",
		"Obshchestvo s ogranichennoy otvetstvennostyu Torgovaya Kompaniya Vega": "<limited company> <trading> <company> vega",
		"Общество с ограниченной ответственностью Вега":                         "<limited company> вега",
		"ANO Vega":                         "<autonomous non-commercial organization> vega",
		"A B C Trading":                    "abc <trading>",
		"U.S. Steel":                       "<usa> <steel>",
		"Trading House A.B.C.":             "<trading house> abc",
		"A. G. Smith":                      "a g smith",
		"Kim Sa Ok":                        "kim sa ok",
		"Kim Ok Sa":                        "kim ok sa",
		"Pae Won Uk":                       "pae won uk",
		"Ag Ghali Iyad":                    "ag ghali iyad",
		"Nestlé S.A.":                      "nestle <joint stock company>",
		"AO Vega":                          "<joint stock company> vega",
		"Vega UK Ltd":                      "vega <uk> <limited company>",
		"Ryonha Machinery J/V Corporation": "ryonha <machinery> <joint venture> <company>",
		"Kim Sang Man":                     "kim sang man",
		"Kim Chong Il":                     "kim chong il",
		"General Kim Yong Chol":            "<general officer> kim yong chol",
		"Lt. Gen. Ri":                      "<general officer> ri",
		"General Trading Company":          "<general> <trading> <company>",
		"Hajji Mullah Abdul bin Laden":     "<haji> <mullah> abdul <son> laden",
		"M/V Lady Ri":                      "<vessel> <mrs> ri",
		"MV Chong Chon Gang":               "<vessel> chong chon gang",
		"MS Trading Ltd":                   "ms <trading> <limited company>",
		"XI Jinping":                       "xi jinping",
		"Louis XIV Trading":                "louis 14 <trading>",
		"Number One Trading":               "1 <trading>",
		"No Mu Hyon":                       "no mu hyon",
		"co l t d":                         "<limited company>",
		"007":                              "7",
		"99999999999999999999 Trading":     "99999999999999999999 <trading>",
		"Sharikat Noor":                    "<company> noor",
		"Foo Sanayi ve Ticaret Ltd. Şti.":  "foo <industry> <and> <trading> <limited company>",
		"Foo Import-Export":                "foo <import and export>",
		"Taesong Ŭnhaeng":                  "taesong <bank>",
		"":                                 "",
	} {
		if got := show(latin(name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestWordsWrittenTogetherAreCut(t *testing.T) {
	for name, want := range map[string]string{
		"조선백호무역회사":      "<korea> 백호 <trading> <company>",
		"류경프로그램개발회사":    "류경 <software> <development> <company>",
		"백호무역":          "백호 <trading>",
		"주식회사백호":        "<joint stock company> 백호",
		"(주)백호무역":       "주 백호 <trading>",
		"제일신용은행":        "1 <credit> <bank>",
		"국가항공우주기술총국":    "<state> <aerospace> <technology> <general bureau>",
		"조선금정경제정보기술교류사": "<korea> 금정 <economy> <information> <technology> <exchange society>",
		"정찰총국":          "<reconnaissance> <general bureau>",
		"제2경제위원회":       "2 <economy> <committee>",
		"조선은행":          "<korea> <bank>",
		"금릉총회사":         "금릉 <general corporation>",
		"東方貿易会社":        "<east> <trading> <company>",
		"朝鮮白虎貿易会社":      "<korea> 白虎 <trading> <company>",
		"株式会社白虎":        "<joint stock company> 白虎",
		"華信船務有限公司":      "華信 <shipping> <limited company>",
		"長安海連技術有限公司":    "長安海連 <technology> <limited company>",
		"丹东鸿祥实业发展有限公司":  "<dandong> 鸿祥 <industry> <development> <limited company>",
		"第二自然科学院":       "2 <natural science> <place of work>",
		"朝鮮労働党39号室":     "<workers' party> 39 <office>",
		"原子力工業省":        "<atomic energy> <industry> <ministry>",
		"国家宇宙開発局":       "<state> <space> <development> <bureau>",
		"リーダーインターナショナル": "リーダー <international>",
		"ムヨクバンク":        "<trading> <bank>",
		"オフィス39":        "<office> 39",
		"ファースト・オイルJVカンパニー・リミテッド":      "1 <oil> <joint venture> <company> <limited company>",
		"コリア・ヒョークシン・トレーディング・コーポレーション": "<korea> ヒョークシン <trading> <company>",
		"ジェネラル・ビューロー・オブ・アトミック・エナジー":   "<general> <bureau> <of> <atomic> <energy>",

		// People stay whole.
		"김무역": "김무역", "조선영": "조선영", "조은행": "조은행", "김상만": "김상만", "李建设": "李建设", "王国际": "王国际",
		"김국제": "김국제", "ファスト4リリース": "ファスト4リリース", "한국영": "한국영", "남궁회사원": "남궁회사원", "山田太郎": "山田太郎",
		"김상만동지": "김상만 <comrade>", "김상만씨": "김상만 <mr>", "山田さん": "山田 <mr>", "王先生": "王 <mr>",
	} {
		if got := show(cjk(name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestOneMeaningIsOneConcept(t *testing.T) {
	for _, spellings := range [][]string{
		{"trading", "muyok", "muyeok", "торговая", "torgovaya", "ticaret"},
		{"ltd", "llc", "gmbh", "sarl", "srl", "bv", "ooo", "ооо"},
		{"plc", "jsc", "ag", "sa", "oao", "pao", "ao", "пао"},
		{"inc", "corp", "corporation", "company", "hoesa", "hoisa"},
		{"bank", "unhaeng", "eunhaeng", "банк"},
		{"korea", "joson", "joseon", "choson", "корейская", "koreyskaya", "koreiskaya"},
	} {
		first, _ := words.Latin(spellings[0])
		for _, s := range spellings {
			if w, ok := words.Latin(script.Fold(s).Key()); !ok || w != first {
				t.Errorf("%s is %v, want %v as %s", s, w, first, spellings[0])
			}
		}
	}
	for word, want := range map[string]string{"무역": "trading", "貿易": "trading", "贸易": "trading", "トレーディング": "trading", "유한회사": "ltd", "有限公司": "ltd", "株式会社": "jsc"} {
		w, _ := words.CJK(word)
		if l, _ := words.Latin(want); w != l {
			t.Errorf("%s is %v, want %v", word, w, l)
		}
	}
	families := map[uint16]string{}
	for _, s := range []string{"ltd", "jsc", "inc", "ano", "fze", "coop", "lp"} {
		w, _ := words.Latin(s)
		if other, ok := families[w.Concept]; ok || w.Class != words.Legal {
			t.Errorf("%s is no family of its own: %s, %v", s, other, w)
		}
		families[w.Concept] = s
	}
}

func TestNickNames(t *testing.T) {
	for nick, want := range map[string]string{"bob": "robert", "bill": "william", "bibi": "benjamin", "ben": "benjamin", "sasha": "aleksandr", "pepe": "jose", "kim": ""} {
		if got, ok := words.Nick(nick); got != want || ok != (want != "") {
			t.Errorf("%s is %q, want %q", nick, got, want)
		}
	}
}

func TestKnownWordsAreFoundAlone(t *testing.T) {
	for token, want := range map[string]words.Class{
		"ltd": words.Legal, "trading": words.Common, "korea": words.Place, "dr": words.Title, "bin": words.Particle,
		"39": words.Number, "39th": words.Number, "vii": words.Number, "x": words.Initial, "paekho": words.Name, "": words.Name,
	} {
		if w, ok := words.Latin(token); w.Class != want || ok != (want != words.Name) {
			t.Errorf("%q is %v, want %v", token, w, want)
		}
	}
}

// part draws a part that is likely to meet the tables.
func part() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom(strings.Fields("co ltd l t d c s a g m b h no no che 2 39 forty four first ii people s republic of korea democratic joint stock company open public limited liability general bureau int trading mv sp z o import and export kim sa ok ao ooo the de cv i y f r w n e")),
		rapid.StringMatching(`[a-z]{1,5}`),
		rapid.StringMatching(`[0-9]{1,3}(st|th)?`),
	)
}

func TestEveryPartIsCoveredOnceAndReadingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(part(), 0, 14).Draw(t, "parts")
		ts := words.AppendLatin(nil, parts)
		at := 0
		texts := make([]string, 0, len(ts))
		for _, k := range ts {
			if k.From != at || k.To <= k.From {
				t.Fatalf("%v: a token covers %d to %d after %d", parts, k.From, k.To, at)
			}
			at = k.To
			texts = append(texts, k.Text)
		}
		if at != len(parts) {
			t.Fatalf("%v: %d parts are covered", parts, at)
		}
		again := words.AppendLatin(nil, texts)
		if show(again) != show(ts) || len(again) != len(ts) {
			t.Fatalf("%v: %s, read again %s", parts, show(ts), show(again))
		}
		for i := range again {
			if again[i].Text != ts[i].Text || again[i].Word != ts[i].Word {
				t.Fatalf("%v: %v, read again %v", parts, ts[i], again[i])
			}
		}
		if !slices.Equal(ts, words.AppendLatin(nil, parts)) {
			t.Fatalf("%v: read differently", parts)
		}
	})
}

func TestAppendingKeepsWhatIsThere(t *testing.T) {
	first := words.Token{Text: "kept"}
	ts := words.AppendLatin([]words.Token{first}, []string{"co", "ltd"})
	ts = words.AppendCJK(ts, "조선은행")
	if len(ts) != 4 || ts[0] != first || ts[1].Text != "ltd" {
		t.Errorf("%v", ts)
	}
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{
		"조선백호무역회사", "朝鮮労働党39号室", "コリアトレーディングカンパニー", "第", "제2", "㈜백호무역", "abc有限公司", "co l t d", "no no no 5", "\xff\xfe조선\xff은행", "1st", "д e ж", "の", "김님",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ts := words.AppendCJK(nil, s)
		at := 0
		for _, k := range ts {
			if k.From != at || k.To <= k.From || k.To > len(s) {
				t.Fatalf("%q: %v", s, ts)
			}
			at = k.To
		}
		if at != len(s) {
			t.Fatalf("%q: %d bytes are covered", s, at)
		}
		parts := strings.Split(s, " ")
		at = 0
		for _, k := range words.AppendLatin(nil, parts) {
			if k.From != at || k.To <= k.From {
				t.Fatalf("%q: a token covers %d to %d", s, k.From, k.To)
			}
			at = k.To
		}
		if at != len(parts) {
			t.Fatalf("%q: %d parts are covered", s, at)
		}
	})
}

// long are inputs that tempt a reader to go over them again and again.
func long(n int) map[string][]string {
	repeat := func(s ...string) (out []string) {
		for len(out) < n {
			out = append(out, s...)
		}
		return out
	}
	return map[string][]string{
		"letters": repeat("a"), "signs": append(repeat("no"), "x"), "signs of a number": append(repeat("no"), "5"),
		"companies": append(repeat("co"), "ltd"), "spelled": append(repeat("co"), "l", "t", "d"), "phrases": repeat("people", "s", "republic", "of"), "forms": repeat("l", "l", "c"),
	}
}

// BenchmarkLongInputs shows that ten times the input takes ten times the time.
func BenchmarkLongInputs(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		for name, parts := range long(n) {
			b.Run(name+"/"+map[int]string{1000: "1k", 10000: "10k"}[n], func(b *testing.B) {
				for b.Loop() {
					words.AppendLatin(nil, parts)
				}
			})
		}
		for name, s := range map[string]string{"hangul": "조선", "one": "무", "kana": "トレーデ", "digits": "9", "latin": "a"} {
			s = strings.Repeat(s, n/len([]rune(s)))
			b.Run(name+"/"+map[int]string{1000: "1k", 10000: "10k"}[n], func(b *testing.B) {
				for b.Loop() {
					words.AppendCJK(nil, s)
				}
			})
		}
	}
}

// TestLongInputsAreReadOnce reads inputs that would take hours if the work grew
// with the square of their length.
func TestLongInputsAreReadOnce(t *testing.T) {
	for name, parts := range long(100_000) {
		if ts := words.AppendLatin(nil, parts); ts[len(ts)-1].To != len(parts) {
			t.Errorf("%s: not all is covered", name)
		}
	}
	for _, s := range []string{"조선무역", "무", "トレーデ", "9", "a"} {
		s = strings.Repeat(s, 100_000)
		if ts := words.AppendCJK(nil, s); ts[len(ts)-1].To != len(s) {
			t.Errorf("%.12s…: not all is covered", s)
		}
	}
}

func TestReadingANameAllocatesNothing(t *testing.T) {
	parts := []string{"korea", "paekho", "trading", "corporation"}
	forms := []string{"romashka", "l", "l", "c", "no", "thirty", "9"}
	dst := make([]words.Token, 0, 16)
	if n := testing.AllocsPerRun(100, func() {
		dst = words.AppendLatin(dst[:0], parts)
		dst = words.AppendLatin(dst[:0], forms)
		dst = words.AppendCJK(dst[:0], "조선백호무역회사")
		words.Latin("muyok")
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppendLatin(b *testing.B) {
	parts := []string{"korea", "paekho", "trading", "corporation"}
	dst := make([]words.Token, 0, 16)
	b.ReportAllocs()
	for b.Loop() {
		dst = words.AppendLatin(dst[:0], parts)
	}
}

func BenchmarkAppendCJK(b *testing.B) {
	dst := make([]words.Token, 0, 16)
	b.ReportAllocs()
	for b.Loop() {
		dst = words.AppendCJK(dst[:0], "조선백호무역회사")
	}
}

func BenchmarkLatin(b *testing.B) {
	for b.Loop() {
		words.Latin("muyok")
	}
}
