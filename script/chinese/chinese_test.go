package chinese_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/han"
)

func latin(name string) []chinese.Sequence {
	out, _ := chinese.AppendLatin(nil, strings.Fields(name))
	return out
}

func hanzi(name string) []chinese.Sequence {
	out, _ := chinese.AppendHan(nil, []rune(name))
	return out
}

// read reads a name in either script, folded as the project folds names.
func read(name string) []chinese.Sequence {
	if unicode.Is(unicode.Han, []rune(name)[0]) {
		return hanzi(name)
	}
	name = strings.NewReplacer("'", "", "’", "", "ʻ", "", "-", " ").Replace(strings.ToLower(name))
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(name))
	return latin(name)
}

func spelled(s chinese.Sequence) string {
	var out []string
	for _, u := range s.Units[:s.N] {
		out = append(out, chinese.Spell(s.Space, u))
	}
	return strings.Join(out, " ")
}

func weightOf(list []chinese.Sequence, space chinese.Space, want string) float32 {
	for _, s := range list {
		if s.Space == space && spelled(s) == want {
			return s.Weight
		}
	}
	return 0
}

// share reports whether two names have a reading in common.
func share(a, b []chinese.Sequence) bool {
	return slices.ContainsFunc(a, func(x chinese.Sequence) bool {
		return slices.ContainsFunc(b, func(y chinese.Sequence) bool {
			return x.Space == y.Space && x.N == y.N && x.Units == y.Units
		})
	})
}

func TestSpellingsOfOneNameShareAReading(t *testing.T) {
	for _, names := range [][]string{
		{"张志强", "張志強", "Zhang Zhiqiang", "Chang Chih-ch'iang", "Cheung Chi Keung", "Chang Chih-chiang", "ZHANG ZHI QIANG"},
		{"金相万", "金相萬", "Jin Xiangwan", "Chin Hsiang-wan"},
		{"毛泽东", "毛澤東", "Mao Zedong", "Mao Tse-tung"},
		{"周恩来", "周恩來", "Zhou Enlai", "Chou En-lai"},
		{"邓小平", "鄧小平", "Deng Xiaoping", "Teng Hsiao-p'ing"},
		{"蔡英文", "Cai Yingwen", "Ts'ai Ying-wen", "Tsai Ing-wen"},
		{"李登輝", "李登辉", "Li Denghui", "Li Teng-hui", "Lee Teng-hui"},
		{"吕后生", "呂后生", "Lü Housheng", "LYU HOUSHENG", "Lv Housheng", "Lu Housheng"},
		{"许志永", "Xu Zhiyong", "Hsu Chih-yung", "Hui Chi Wing"},
		{"梁振英", "Liang Zhenying", "Leung Chun-ying", "Liang Chen-ying"},
		{"林鄭月娥", "林郑月娥", "Lam Cheng Yuet Ngor"},
		{"陳大文", "Chan Tai Man", "Chen Dawen"},
		{"吳文達", "Ng Man Tat", "Wu Wenda", "Wu Wen-ta"},
		{"曾蔭權", "Tsang Yam-kuen", "Zeng Yinquan", "Tseng Yin-ch'üan"},
		{"黃國明", "Wong Kwok Ming", "Huang Guoming", "Huang Kuo-ming"},
		{"區諾軒", "区诺轩", "Au Nok Hin", "Ou Nuoxuan"},
		{"單仲偕", "Sin Chung Kai", "Shan Zhongxie"},
		{"解振华", "Xie Zhenhua", "Hsieh Chen-hua"},
		{"任正非", "Ren Zhengfei", "Jen Cheng-fei"},
		{"查良鏞", "Zha Liangyong", "Cha Liang-yung"},
		{"尉迟敬德", "Yuchi Jingde", "Yü-ch'ih Ching-te"},
		{"司徒華", "Szeto Wah", "Situ Hua", "Ssu-t'u Hua"},
		{"薛峰", "薛峯", "Xue Feng", "Hsueh Feng", "Sit Fung"},
	} {
		for _, name := range names[1:] {
			if !share(read(names[0]), read(name)) {
				t.Errorf("%s and %s share no reading", names[0], name)
			}
		}
	}
}

func TestDifferentNamesShareNoReading(t *testing.T) {
	for _, pair := range [][2]string{
		{"张志勇", "Zhang Zhiqiang"},
		{"王建华", "Wang Jianguo"},
		{"Chang Chih-ming", "Zhang Zhiqiang"},
		{"Cheung Chi Keung", "Wong Chi Keung"},
		{"李小平", "邓小平"},
		{"佐藤健二", "Sato Kenichi"},
		{"Xi'an", "Xiang An"},
	} {
		if share(read(pair[0]), read(pair[1])) {
			t.Errorf("%s and %s share a reading", pair[0], pair[1])
		}
	}
}

func TestNamesThatAreNotChineseHaveNoReading(t *testing.T) {
	for _, name := range []string{
		"", "mohammed ali", "vladimir putin", "kim jong un smith", "wang", "müller", "wang 5", "WANG LI", "x y", "ng", "b", "wang jianguozzz",
		"zhang zhi qiang zhang zhi qiang zhang", strings.Repeat("zhang", 7), "john li", "abu bakr",
	} {
		if got := latin(name); len(got) != 0 {
			t.Errorf("%q reads as %s", name, spelled(got[0]))
		}
	}
	for _, name := range []string{"", "张", "张a", "김상만", "さとう", "张志强张志强张"} {
		if got := hanzi(name); len(got) != 0 {
			t.Errorf("%q reads as %s", name, spelled(got[0]))
		}
	}
	if got, cut := chinese.AppendLatin(nil, []string{"wang", ""}); len(got) != 0 || cut {
		t.Error("an empty part is read")
	}
}

func TestWeightsPreferOneSystem(t *testing.T) {
	for _, c := range []struct{ name, better, worse string }{
		{"chang jian", "chang jian", "zhang jian"},              // Pinyin explains all; mixing is worse
		{"chang tan", "chang tan", "zhang dan"},                 // both systems explain all
		{"chang chih ming", "zhang zhi ming", "chang zhi ming"}, // chih is Wade–Giles only
		{"wang chien kuo", "wang jian guo", "wang chi en kuo"},
		{"zhang zhiqiang", "zhang zhi qiang", "zhang zhi qi ang"},
		{"lu xun", "lu xun", "lv xun"},
	} {
		list := latin(c.name)
		better, worse := weightOf(list, chinese.Mandarin, c.better), weightOf(list, chinese.Mandarin, c.worse)
		if better != 1 || worse <= 0 || worse >= better {
			t.Errorf("%s: %s weighs %v, %s weighs %v", c.name, c.better, better, c.worse, worse)
		}
		if got := spelled(list[0]); got != c.better {
			t.Errorf("%s: first is %s, want %s", c.name, got, c.better)
		}
	}
	if got := weightOf(latin("chang tan"), chinese.Mandarin, "zhang dan"); got != 0.6 {
		t.Errorf("Wade–Giles beside Pinyin weighs %v, want 0.6", got)
	}
}

func TestSurnamesAreReadAsSurnames(t *testing.T) {
	for name, want := range map[string]string{
		"单雄信": "shan xiong xin", "曾国藩": "zeng guo fan", "任正非": "ren zheng fei", "解晓东": "xie xiao dong", "仇英": "qiu ying",
		"查良镛": "zha liang yong", "区寄": "ou ji", "朴志英": "piao zhi ying", "尉迟恭": "yu chi gong", "万俟卨": "mo qi xie",
		"万里": "wan li", "沈从文": "shen cong wen", "王乐": "wang le", "乐毅": "yue yi", "宁泽涛": "ning ze tao", "长孙无忌": "zhang sun wu ji",
	} {
		list := hanzi(name)
		if len(list) == 0 || spelled(list[0]) != want || list[0].Weight != 1 {
			t.Errorf("%s: %v, want %s first", name, list, want)
		}
	}
	if weightOf(hanzi("单雄信"), chinese.Mandarin, "dan xiong xin") == 0 {
		t.Error("单 as a surname is no longer read dan as well")
	}
}

func TestRulesAreNamed(t *testing.T) {
	for name, want := range map[string][]string{
		"zhang zhiqiang":   {"pinyin"},
		"chang chih ming":  {"wade-giles"},
		"chang jian":       {"pinyin"},
		"hsu jian":         {"pinyin", "wade-giles"},
		"cheung chi keung": {"hong-kong"},
		"zoeng zi koeng":   {"jyutping"},
		"张志强":              {"unihan-mandarin"},
	} {
		list := read(name)
		if len(list) == 0 {
			t.Errorf("%s has no reading", name)
			continue
		}
		if diff := cmp.Diff(want, list[0].Rules.Names()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := hanzi("张志强")[1].Rules.Names(); !slices.Equal(got, []string{"unihan-cantonese"}) {
		t.Errorf("the Cantonese reading is by %v", got)
	}
}

func TestEveryReadingOfUnihanIsASyllable(t *testing.T) {
	interjections := map[string]bool{"hm": true, "m": true, "ju": true}
	for r := rune(0x3400); r < 0x32000; r++ {
		for _, s := range han.Pinyin(r) {
			if _, ok := chinese.Find(chinese.Mandarin, s); !ok && !interjections[s] {
				t.Errorf("%c: %s is not in the table", r, s)
			}
		}
		for _, s := range han.Jyutping(r) {
			if _, ok := chinese.Find(chinese.Cantonese, s); !ok && !interjections[s] {
				t.Errorf("%c: %s is not in the table", r, s)
			}
		}
	}
}

func syllables(space chinese.Space) (out []string) {
	for u := chinese.Unit(0); chinese.Spell(space, u) != ""; u++ {
		out = append(out, chinese.Spell(space, u))
	}
	return out
}

func TestTablesAreOfTheKnownSize(t *testing.T) {
	for space, want := range map[chinese.Space][2]int{chinese.Mandarin: {400, 420}, chinese.Cantonese: {600, 640}} {
		list := syllables(space)
		if len(list) < want[0] || len(list) > want[1] {
			t.Errorf("space %d has %d syllables, want %v", space, len(list), want)
		}
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("space %d is not a sorted set", space)
		}
		for i, s := range list {
			if u, ok := chinese.Find(space, s); !ok || int(u) != i {
				t.Errorf("Find(%s) = %d, %t, want %d", s, u, ok, i)
			}
		}
	}
	if chinese.Spell(7, 0) != "" {
		t.Error("there is a third space")
	}
}

// Pinyin as its standard writes it, whole or in words, is always read; only the
// limit may hide a reading that needs lost apostrophes.
func TestSyllablesSpelledInPinyinAreRead(t *testing.T) {
	table := syllables(chinese.Mandarin)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.SampledFrom(table), 2, 6).Draw(t, "syllables")
		breaks := rapid.SliceOfN(rapid.Bool(), len(want), len(want)).Draw(t, "spaces")
		var b strings.Builder
		for i, s := range want {
			if i > 0 && breaks[i] {
				b.WriteByte(' ')
			}
			b.WriteString(s)
		}
		got, cut := chinese.AppendLatin(nil, strings.Fields(b.String()))
		if weightOf(got, chinese.Mandarin, strings.Join(want, " ")) == 0 && !cut {
			t.Fatalf("%q is not read as %v", b.String(), want)
		}
	})
}

func TestAppendKeepsWhatWasThere(t *testing.T) {
	first := latin("zhang zhiqiang")
	both, _ := chinese.AppendHan(slices.Clone(first), []rune("王建国"))
	if !slices.Equal(both[:len(first)], first) || len(both) <= len(first) {
		t.Errorf("%v is not kept in %v", first, both)
	}
}

func TestManyReadingsAreCutAndSaidSo(t *testing.T) {
	got, cut := chinese.AppendLatin(nil, strings.Fields("chun chun chun chun"))
	if len(got) != chinese.MaxSequences || !cut {
		t.Errorf("%d readings, cut %t", len(got), cut)
	}
	if _, cut := chinese.AppendLatin(nil, strings.Fields("zhang zhiqiang")); cut {
		t.Error("two readings are cut")
	}
}

func TestRealPairsAgree(t *testing.T) {
	f, err := os.Open(shareddata.Path(t, "names/cjk_pairs.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	positives, negatives := 0, 0
	for _, row := range rows {
		left, right, label := row[0], row[1], row[2]
		switch row[3] {
		case "zh_romanization":
			positives++
		case "neg_ja_zh":
			negatives++
		default:
			continue
		}
		if got := share(read(left), read(right)); got != (label == "1") {
			t.Errorf("%s and %s share a reading: %t, label %s", left, right, got, label)
		}
	}
	if positives == 0 || negatives == 0 {
		t.Errorf("%d positives, %d negatives", positives, negatives)
	}
}

// sound fails when readings break a guarantee of the package.
func sound(t *testing.T, got []chinese.Sequence, cut bool) {
	t.Helper()
	if len(got) > chinese.MaxSequences || cut && len(got) == 0 {
		t.Fatalf("%d readings, cut %t", len(got), cut)
	}
	for i, s := range got {
		if s.N < 2 || s.N > 6 || s.Weight <= 0 || s.Weight > 1 || s.Rules == 0 {
			t.Fatalf("%+v", s)
		}
		if i > 0 && s.Weight > got[i-1].Weight {
			t.Fatalf("reading %d weighs %v after %v", i, s.Weight, got[i-1].Weight)
		}
		for _, u := range s.Units[:s.N] {
			if chinese.Spell(s.Space, u) == "" {
				t.Fatalf("unit %d is none of space %d", u, s.Space)
			}
		}
	}
}

func FuzzLatin(f *testing.F) {
	for _, seed := range []string{
		"zhang zhi qiang", "chang chih chiang", "cheung chi keung", "mohammed ali", "xianxianxian", "chun chun chun chun chun chun", "ng", "m ng m",
		"aaaaaa aaaaaa", "lvelvelve", "\xff wang", "张 wang", strings.Repeat("chun", 2500), strings.Repeat("a ", 5000), strings.Repeat("tai", 6),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		parts := strings.Fields(name)
		start := time.Now()
		got, cut := chinese.AppendLatin(nil, parts)
		if took := time.Since(start); took > time.Second {
			t.Fatalf("took %v", took)
		}
		sound(t, got, cut)
		again, _ := chinese.AppendLatin(nil, parts)
		if !slices.Equal(got, again) {
			t.Fatal("two answers to one name")
		}
	})
}

func FuzzHan(f *testing.F) {
	for _, seed := range []string{"张志强", "張志強", "乐行朝单曾重", "尉迟恭", "万俟", "김", "\xff张", "佐藤健二", strings.Repeat("行", 10000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, cut := chinese.AppendHan(nil, []rune(name))
		sound(t, got, cut)
		again, _ := chinese.AppendHan(nil, []rune(name))
		if !slices.Equal(got, again) {
			t.Fatal("two answers to one name")
		}
	})
}

func BenchmarkAppendLatin(b *testing.B) {
	for _, name := range []string{
		"mohammed ali", "vladimir putin", "maria hernandez garcia", "ali hasan", "zhang zhiqiang", "chang chih chiang", "cheung chi keung",
		"chan tai man", "wang chien kuo", "chun chun chun chun chun chun",
	} {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			parts := strings.Fields(name)
			dst := make([]chinese.Sequence, 0, chinese.MaxSequences)
			chinese.AppendLatin(dst, parts)
			b.ReportAllocs()
			for b.Loop() {
				chinese.AppendLatin(dst, parts)
			}
		})
	}
}

func BenchmarkAppendHan(b *testing.B) {
	for _, name := range []string{"张志强", "乐行朝单"} {
		b.Run(name, func(b *testing.B) {
			chars := []rune(name)
			dst := make([]chinese.Sequence, 0, chinese.MaxSequences)
			chinese.AppendHan(dst, chars)
			b.ReportAllocs()
			for b.Loop() {
				chinese.AppendHan(dst, chars)
			}
		})
	}
}
