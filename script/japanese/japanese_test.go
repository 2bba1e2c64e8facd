package japanese_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/japanese"
)

// read returns the readings of a name in any writing.
func read(name string) []japanese.Reading {
	parts := script.Fold(name).Parts
	out := japanese.AppendLatin(nil, parts)
	out = japanese.AppendKana(out, parts)
	out, _ = japanese.AppendKanji(out, name)
	return out
}

func share(a, b []japanese.Reading) bool {
	return slices.ContainsFunc(a, func(x japanese.Reading) bool {
		return slices.ContainsFunc(b, func(y japanese.Reading) bool { return x.Key == y.Key })
	})
}

func TestWritingsOfOneNameShareAReading(t *testing.T) {
	for _, names := range [][]string{
		{"佐藤健一", "佐藤 健一", "Satou Kenichi", "Kenichi Sato", "SATO, Ken-ichi", "Satō Ken'ichi", "Satoh Kenichi", "さとうけんいち", "サトウ ケンイチ", "ｻﾄｳ ｹﾝｲﾁ", "ケンイチ・サトー"},
		{"大野翔太", "Ohno Shouta", "Oono Syota", "Ono Shota", "オオノ ショウタ", "Ôno Shôta"},
		{"鈴木修司", "Suzuki Syuzi", "Shuuji Suzuki", "スズキ シュウジ", "Suzuki Shuji"},
		{"佐々木希", "Sasaki Nozomi", "ささきのぞみ"},
		{"小沢一郎", "Ozawa Ichiro", "Itiro Ozawa"},
		{"小沢一郎", "Kozawa Ichirou"}, // the other reading of the characters
		{"龍ヶ崎", "Ryugasaki"},
		{"安倍晋三", "Abe Shinzo", "あべしんぞう"}, // the given name is in no dictionary
		{"山田さくら", "Yamada Sakura"},
		{"Homma Jumpei", "Honma Junpei", "ほんまじゅんぺい"},
		{"Hatchi", "Hacchi", "Hatti", "ハッチ"},
		{"Ohyama Ryohei", "Ooyama Ryouhei", "おおやまりょうへい"},
		{"Ohhashi", "Ohashi", "オオハシ"},
		{"Misuzu", "みすゞ", "Misudu"},
		{"Shinnosuke", "Shin'nosuke", "しんのすけ"},
		{"Yuko", "Yuuko", "Yûko", "ゆうこ"},
	} {
		for _, a := range names {
			for _, b := range names {
				if !share(read(a), read(b)) {
					t.Errorf("%q and %q share no reading", a, b)
				}
			}
		}
	}
}

func TestNearNamesStayApart(t *testing.T) {
	for _, c := range [][2]string{
		{"Sato Kenji", "Sato Kenichi"},
		{"佐藤健二", "Sato Kenichi"},
		{"Sato Kenichi", "Kato Kenichi"},
		{"Ono", "Ano"},
		{"おばさん", "おじさん"},
		{"Keiko", "Keko"},
		{"Keita", "Ketta"},
		{"Kana", "Kanna"},
		{"大野翔", "Ono Shota"},
		{"Yuki", "Yukiko"},
	} {
		if share(read(c[0]), read(c[1])) {
			t.Errorf("%q and %q share a reading", c[0], c[1])
		}
	}
}

func TestWhatIsNotJapaneseHasNoReading(t *testing.T) {
	for _, name := range []string{
		"", "Smith John", "Kim Jong Un", "Li Na", "Zhang", "Wang", "Sato 39", "Xi", "mmm", "sh", "n y z", "a b c d e",
		"김정은", "佐藤 Kenichi", "Ким", "a i u e o ka", strings.Repeat("ka", 1000), strings.Repeat("か", 1000),
	} {
		if got := read(name); len(got) != 0 {
			t.Errorf("%.20q has %d readings", name, len(got))
		}
	}
}

func TestRotationsAreReadings(t *testing.T) {
	three := japanese.AppendLatin(nil, []string{"sato", "ken", "ichi"})
	if len(three) != 3 {
		t.Errorf("%d readings of three parts", len(three))
	}
	if got := japanese.AppendKana(nil, []string{"サトウ", "ケンイチ"}); len(got) != 2 {
		t.Errorf("%d readings of two parts", len(got))
	}
	if got := japanese.AppendKana(nil, []string{"さとうけんいち"}); len(got) != 1 {
		t.Errorf("%d readings of one part", len(got))
	}
}

func TestRulesSayHowAReadingWasFound(t *testing.T) {
	for name, want := range map[string]string{
		"Shota": "hepburn", "Syota": "kunrei", "Syouta": "kunrei long-vowel", "Ohno": "hepburn long-vowel", "Sato": "hepburn",
		"サトー": "long-vowel kana", "かな": "kana", "佐藤健一": "long-vowel kagome",
	} {
		got := read(name)
		if len(got) == 0 {
			t.Errorf("%s has no reading", name)
			continue
		}
		if rules := strings.Join(got[0].Rules.Names(), " "); rules != want {
			t.Errorf("%s: %s, want %s", name, rules, want)
		}
	}
}

func TestKanjiReadingsAreRankedAndBounded(t *testing.T) {
	got, cut := japanese.AppendKanji(nil, "小沢一郎")
	if len(got) == 0 || got[0].Weight != 1 {
		t.Fatalf("first reading of %d: %v", len(got), got)
	}
	if !slices.IsSortedFunc(got, func(a, b japanese.Reading) int { return int(100 * (b.Weight - a.Weight)) }) {
		t.Errorf("not by weight: %v", got)
	}
	if len(got) != japanese.MaxReadings || !cut {
		t.Errorf("%d readings, cut %t", len(got), cut)
	}
	if _, cut := japanese.AppendKanji(nil, strings.Repeat("生", 10_000)); !cut {
		t.Error("10,000 characters are not said to be cut")
	}
	if got, cut := japanese.AppendOnKun(nil, "佐藤健一"); len(got) == 0 || len(got) > japanese.MaxReadings || got[0].Weight >= 0.5 {
		t.Errorf("on and kun: %v, %t", got, cut)
	}
	prior := []japanese.Reading{{Key: 1}}
	if got, _ := japanese.AppendOnKun(prior, "佐"); len(got) < 2 || got[0].Key != 1 {
		t.Errorf("dst is not kept: %v", got)
	}
}

func TestExplainWritesReadingsForPeople(t *testing.T) {
	for name, want := range map[string][2]string{
		"佐藤健一": {"satou kenichi", "サトウ ケンイチ"}, "Satou Ken'ichi": {"satou kenichi", "サトウ ケニチ"}, "Syuzi Hattori": {"shuji hattori", "シュジ ハットリ"},
		"さとう けんいち": {"satou kenichi", "サトウ ケンイチ"}, "Ohno Jumpei": {"oono junpei", "オオノ ジュンペイ"}, "大野翔太": {"oono shouta", "オオノ ショウタ"},
	} {
		got := japanese.Explain(name)
		if len(got) == 0 {
			t.Errorf("%s is not explained", name)
			continue
		}
		if got[0].Romaji != want[0] || got[0].Kana != want[1] {
			t.Errorf("%s: %s %s, want %v", name, got[0].Romaji, got[0].Kana, want)
		}
	}
	for _, e := range japanese.Explain("小沢一郎") {
		if e.Romaji == "" || e.Kana == "" || e.Rule == 0 {
			t.Errorf("empty: %+v", e)
		}
	}
	if japanese.Explain("Smith") != nil {
		t.Error("Smith is explained")
	}
}

// kana with their Hepburn and Kunrei spelling (ANSI Z39.11; ISO 3602).
var spelled = strings.Fields(`
	あ a a い i i う u u え e e お o o か ka ka き ki ki く ku ku け ke ke こ ko ko さ sa sa し shi si す su su せ se se そ so so
	た ta ta ち chi ti つ tsu tu て te te と to to な na na に ni ni ぬ nu nu ね ne ne の no no は ha ha ひ hi hi ふ fu hu へ he he ほ ho ho
	ま ma ma み mi mi む mu mu め me me も mo mo や ya ya ゆ yu yu よ yo yo ら ra ra り ri ri る ru ru れ re re ろ ro ro わ wa wa を wo o
	が ga ga ぎ gi gi ぐ gu gu げ ge ge ご go go ざ za za じ ji zi ず zu zu ぜ ze ze ぞ zo zo だ da da ぢ ji zi づ zu zu で de de ど do do
	ば ba ba び bi bi ぶ bu bu べ be be ぼ bo bo ぱ pa pa ぴ pi pi ぷ pu pu ぺ pe pe ぽ po po ん n n
	きゃ kya kya きゅ kyu kyu きょ kyo kyo しゃ sha sya しゅ shu syu しょ sho syo ちゃ cha tya ちゅ chu tyu ちょ cho tyo
	にゃ nya nya にゅ nyu nyu にょ nyo nyo ひゃ hya hya ひゅ hyu hyu ひょ hyo hyo みゃ mya mya みゅ myu myu みょ myo myo
	りゃ rya rya りゅ ryu ryu りょ ryo ryo ぎゃ gya gya ぎゅ gyu gyu ぎょ gyo gyo じゃ ja zya じゅ ju zyu じょ jo zyo
	びゃ bya bya びゅ byu byu びょ byo byo ぴゃ pya pya ぴゅ pyu pyu ぴょ pyo pyo`)

func TestKanaAndItsSpellingsHaveOneKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var kana, hepburn, kunrei string
		for n := rapid.IntRange(1, 10).Draw(t, "morae"); n > 0; n-- {
			i := 3 * rapid.IntRange(0, len(spelled)/3-1).Draw(t, "mora")
			k, h, q := spelled[i], spelled[i+1], spelled[i+2]
			if double := rapid.IntRange(0, 9).Draw(t, "double") == 0; double && strings.Contains("kstcpj", h[:1]) {
				k, q = "っ"+k, q[:1]+q
				if h[0] == 'c' {
					h = "t" + h
				} else {
					h = h[:1] + h
				}
			}
			if rapid.Bool().Draw(t, "katakana") {
				k = strings.Map(func(r rune) rune { return r + 'ァ' - 'ぁ' }, k)
			}
			kana, hepburn, kunrei = kana+k, hepburn+h, kunrei+q
		}
		a, b, c := japanese.AppendKana(nil, []string{kana}), japanese.AppendLatin(nil, []string{hepburn}), japanese.AppendLatin(nil, []string{kunrei})
		if len(a) != 1 || len(b) != 1 || len(c) != 1 {
			t.Fatalf("%s %s %s: %d, %d, %d readings", kana, hepburn, kunrei, len(a), len(b), len(c))
		}
		if a[0].Key != b[0].Key || b[0].Key != c[0].Key {
			t.Fatalf("%s %s %s differ", kana, hepburn, kunrei)
		}
	})
}

func TestPairsOfTheNameTable(t *testing.T) {
	f, err := os.Open(shareddata.Path(t, "names/cjk_pairs.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, row := range rows {
		kind := row[3]
		if kind != "ja_reading" && kind != "neg_ja_zh" {
			continue
		}
		seen++
		if got, want := share(read(row[0]), read(row[1])), row[2] == "1"; got != want {
			t.Errorf("%s: %q and %q: %t, want %t", kind, row[0], row[1], got, want)
		}
	}
	if seen == 0 {
		t.Error("the table has no pairs of these kinds")
	}
}

func FuzzReadings(f *testing.F) {
	for _, s := range []string{
		"佐藤健一", "Satou Ken'ichi", "さとうけんいち", "ｻﾄｳ", "々", "佐々木", "ゝ", "ッ", "ー", "龍ヶ崎", "ッ佐ー", "ohhohyo", "nnnn", "tch", "\xff佐", "㍿",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts := script.Fold(s).Parts
		if n := len(japanese.AppendLatin(nil, parts)) + len(japanese.AppendKana(nil, parts)); n > japanese.MaxTokens {
			t.Errorf("%d readings", n)
		}
		japanese.AppendLatin(nil, []string{s})
		japanese.AppendKana(nil, []string{s})
		full, cut := japanese.AppendKanji(nil, s)
		again, _ := japanese.AppendKanji(nil, s)
		cheap, _ := japanese.AppendOnKun(nil, s)
		if len(full) > japanese.MaxReadings || len(cheap) > japanese.MaxReadings || !slices.Equal(full, again) {
			t.Errorf("%q: %d, %d readings, cut %t", s, len(full), len(cheap), cut)
		}
		if len(full) > 0 && strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxLatin1 }) < 0 {
			t.Errorf("%q has readings of Han", s)
		}
		japanese.Explain(s)
	})
}

func TestWrittenReadingsAllocateNothing(t *testing.T) {
	dst := make([]japanese.Reading, 0, 8)
	for _, parts := range [][]string{{"sato", "kenichi"}, {"サトウ", "ケンイチ"}, {"smith", "john"}} {
		if n := testing.AllocsPerRun(100, func() {
			dst = japanese.AppendLatin(dst[:0], parts)
			dst = japanese.AppendKana(dst, parts)
		}); n != 0 {
			t.Errorf("%q: %v allocations", parts, n)
		}
	}
}

func BenchmarkReadings(b *testing.B) {
	dst := make([]japanese.Reading, 0, 64)
	for name, f := range map[string]func(){
		"Latin":   func() { dst = japanese.AppendLatin(dst[:0], []string{"satou", "kenichi"}) },
		"Foreign": func() { dst = japanese.AppendLatin(dst[:0], []string{"kim", "jong", "un"}) },
		"Kana":    func() { dst = japanese.AppendKana(dst[:0], []string{"サトウ", "ケンイチ"}) },
		"Kanji":   func() { dst, _ = japanese.AppendKanji(dst[:0], "佐藤健一") },
		"OnKun":   func() { dst, _ = japanese.AppendOnKun(dst[:0], "佐藤健一") },
	} {
		b.Run(name, func(b *testing.B) {
			f()
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}
