package chinese_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/chinese"
)

func kana(name string) []chinese.Sequence {
	out, _ := chinese.AppendKana(nil, script.Fold(name).Parts)
	return out
}

func TestNamesOfTheJapanesePress(t *testing.T) {
	for name, want := range map[string]string{
		"マ・シャオホン": "ma xiao hong", "ホン・ジンホァー": "hong jin hua", "ルオ・チュワンシュー": "luo chuan xu", "ウー・フイフイ": "wu hui hui",
		"シー・ジンピン": "xi jin ping", "シー・チンピン": "xi jin ping", "リー・クーチアン": "li ke qiang", "リー・クォーチアン": "li ke qiang",
		"チャン・チーチアン": "zhang zhi qiang", "ジャン・ジーチアン": "zhang zhi qiang", "ワン・イー": "wang yi",
		"マオ・ツォートン": "mao ze dong", "マオ・ゾードン": "mao ze dong", "トン・シアオピン": "deng xiao ping", "ダン・シャオピン": "deng xiao ping",
		"チョウ・エンライ": "zhou en lai", "ジョウ・エンライ": "zhou en lai", "フー・チンタオ": "hu jin tao", "フー・ジンタオ": "hu jin tao",
		"チアン・ツォーミン": "jiang ze min", "ジアン・ゾーミン": "jiang ze min", "ウェン・チアパオ": "wen jia bao", "ウェン・ジアバオ": "wen jia bao",
		"チュー・ロンチー": "zhu rong ji", "ツァイ・インウェン": "cai ying wen", "マー・インチウ": "ma ying jiu", "マー・インジウ": "ma ying jiu",
		"チャン・イーモウ": "zhang yi mou", "コン・リー": "gong li", "チャン・ツィイー": "zhang zi yi", "チェン・カイコー": "chen kai ge",
		"レン・ジョンフェイ": "ren zheng fei", "モン・ワンジョウ": "meng wan zhou", "リウ・シアオボー": "liu xiao bo", "リュウ・シャオポー": "liu xiao bo",
		"アイ・ウェイウェイ": "ai wei wei", "チェン・ショイピエン": "chen shui bian", "ヤオ・ミン": "yao ming", "ポン・リーユアン": "peng li yuan",
		"ヤン・ジエチー": "yang jie chi", "ワン・フーニン": "wang hu ning", "ジャオ・ルージー": "zhao le ji", "ハン・ジョン": "han zheng",
		"ボー・シーライ": "bo xi lai", "ジョウ・ヨンカン": "zhou yong kang", "グオ・ボーシオン": "guo bo xiong", "シュー・ツァイホウ": "xu cai hou",
		"ジア・チンリン": "jia qing lin", "ウー・バングオ": "wu bang guo", "ラン・ラン": "lang lang", "リン・ピャオ": "lin biao", "ホワ・クオフォン": "hua guo feng",
		"リュイ・シウリエン": "lv xiu lian", "リュー・シウリエン": "lv xiu lian", "ニエ・アル": "nie er", "スン・ウェン": "sun wen", "オウヤン・シウ": "ou yang xiu",
		"ﾜﾝ･ｲｰ": "wang yi", "マシャオホン": "ma xiao hong",
	} {
		got := kana(name)
		if weightOf(got, chinese.Mandarin, want) == 0 {
			var all []string
			for _, s := range got {
				all = append(all, spelled(s))
			}
			t.Errorf("%s is not read as %s but %s", name, want, strings.Join(all, ", "))
		}
	}
}

func TestNamesOfHongKongInKana(t *testing.T) {
	for name, other := range map[string]string{
		"チェン・フンマン": "Cheng Hung Man", "チャウ・シンチー": "周星馳", "レオン・カーフェイ": "梁家輝", "チャウ・ユンファ": "周潤發",
		"レオン・チウワイ": "梁朝偉", "ライ・チーイン": "黎智英", "ウォン・ジーフォン": "黃之鋒", "トン・キンワー": "董建華",
		"リョン・チャンイン": "梁振英", "レイ・カーシン": "李嘉誠", "チョン・クォックウィン": "張國榮", "チャウ・ティン": "周庭",
	} {
		if !share(kana(name), read(other)) {
			t.Errorf("%s and %s share no reading", name, other)
		}
	}
}

// Their readings are among more than fit. Where a name is missed, it is said.
func TestCantoneseNamesLostInKanaAreSaidToBeCut(t *testing.T) {
	for _, name := range []string{"ツァン・ヤムクン", "ラウ・タクワー", "ラム・チェン・ユッゴー"} {
		if _, cut := chinese.AppendKana(nil, script.Fold(name).Parts); !cut {
			t.Errorf("%s is not cut", name)
		}
	}
}

func TestNamesInKanaMeetTheirCharacters(t *testing.T) {
	for _, pair := range [][2]string{
		{"シー・チンピン", "习近平"},
		{"リー・クーチアン", "李克强"},
		{"リー・クーチアン", "Li Keqiang"},
		{"チャン・チーチアン", "張志強"},
		{"チャン・チーチアン", "Chang Chih-ch'iang"},
		{"トン・シアオピン", "Teng Hsiao-p'ing"},
	} {
		if !share(kana(pair[0]), read(pair[1])) {
			t.Errorf("%s and %s share no reading", pair[0], pair[1])
		}
	}
}

// クーチアン and クーチャン are two spellings of 克強, so they share a reading.
func TestNearNamesInKana(t *testing.T) {
	if !share(kana("リー・クーチアン"), kana("リー・クーチャン")) {
		t.Error("リー・クーチアン and リー・クーチャン share no reading")
	}
	for _, pair := range [][2]string{
		{"リー・クーチアン", "リー・クーチョン"},
		{"シー・ジンピン", "シー・ジンポン"},
		{"シー・ジンピン", "シャ・ジンピン"},
		{"マ・シャオホン", "マ・シャオミン"},
		{"ウー・フイフイ", "ウー・フアフア"},
		{"ワン・イー", "ワン・ユー"},
		{"ワン・イー", "ワン・ヤン"},
		{"フー・チンタオ", "フー・チュンタオ"},
		{"チョウ・エンライ", "チャオ・エンライ"},
		{"トン・シアオピン", "トゥ・シアオピン"},
	} {
		if share(kana(pair[0]), kana(pair[1])) {
			t.Errorf("%s and %s share a reading", pair[0], pair[1])
		}
	}
}

func TestNamesInKanaThatAreNotChinese(t *testing.T) {
	for _, name := range []string{
		"", "ウラジーミル・プーチン", "キャロル・キング", "ピョートル・ウォン", "ワン", "まお・つぉーとん", "ワン・Yi", "王・イー", "ー・ー", "ャ・ワン",
	} {
		if got := kana(name); len(got) != 0 {
			t.Errorf("%s reads as %s, weight %v", name, spelled(got[0]), got[0].Weight)
		}
	}
}

func TestWeightsOfKana(t *testing.T) {
	for _, c := range []struct {
		name, want  string
		least, most float32
	}{
		{"リウ・ビン", "liu bin", 0.7, 0.8},
		{"シー・ジンピン", "xi jin ping", 0.6, 0.8},
		{"ルイ・ルイ", "rui rui", 0.6, 0.65},            // no common surname
		{"ジャン・チーチアン", "zhang zhi qiang", 0.3, 0.5}, // voiced and voiceless
		{"ジョー・バイデン", "zhe bai den", 0.5, 0.65},     // reads by accident
	} {
		got := kana(c.name)
		if w := weightOf(got, chinese.Mandarin, c.want); w < c.least || w > c.most {
			t.Errorf("%s as %s weighs %v, want %v to %v", c.name, c.want, w, c.least, c.most)
		}
		for _, s := range got {
			if s.Weight > 0.8 || !slices.Equal(s.Rules.Names(), []string{"katakana"}) {
				t.Errorf("%s: %v by %v", c.name, s.Weight, s.Rules.Names())
			}
		}
	}
}

func TestKanaTooLong(t *testing.T) {
	seven := strings.Split(strings.Repeat("ワン ", 7), " ")[:7]
	if got, cut := chinese.AppendKana(nil, seven); len(got) != 0 || !cut {
		t.Errorf("seven syllables: %d readings, cut %t", len(got), cut)
	}
	if got, cut := chinese.AppendKana(nil, []string{strings.Repeat("ワン", 7)}); len(got) != 0 || !cut {
		t.Errorf("seven syllables in one part: %d readings, cut %t", len(got), cut)
	}
	if got, _ := chinese.AppendKana(nil, seven[:6]); len(got) == 0 {
		t.Error("six syllables have no reading")
	}
	if got, cut := chinese.AppendKana(nil, strings.Fields(strings.Repeat("ワン ", 50))); len(got) != 0 || cut {
		t.Errorf("fifty parts: %d readings, cut %t", len(got), cut)
	}
}

func TestKanaAllocatesNothing(t *testing.T) {
	dst := make([]chinese.Sequence, 0, chinese.MaxSequences)
	for _, name := range []string{"チャン・チーチアン", "ウラジーミル・プーチン"} {
		parts := script.Fold(name).Parts
		if n := testing.AllocsPerRun(10, func() { chinese.AppendKana(dst, parts) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func FuzzKana(f *testing.F) {
	for _, seed := range []string{
		"マ シャオホン", "チャン チーチアン", "ウラジーミル プーチン", "チェン フンマン", "ン ン", "ー ッ", "ャャ", "ゥゥ", "\xff ワン", "wang ワン",
		strings.Repeat("チャン ", 6), strings.Repeat("チアン", 6), strings.Repeat("シュアン", 2500), strings.Repeat("ア ", 5000), strings.Repeat("ー", 5000) + "ワンイ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		parts := strings.Fields(name)
		start := time.Now()
		got, cut := chinese.AppendKana(nil, parts)
		if took := time.Since(start); took > time.Second {
			t.Fatalf("took %v", took)
		}
		sound(t, got, cut && len(got) > 0)
		again, _ := chinese.AppendKana(nil, parts)
		if !slices.Equal(got, again) {
			t.Fatal("two answers to one name")
		}
	})
}

func BenchmarkAppendKana(b *testing.B) {
	for _, name := range []string{"チャン・チーチアン", "ワン・イー", "ウラジーミル・プーチン", "マリア・ルイサ"} {
		b.Run(name, func(b *testing.B) {
			parts := script.Fold(name).Parts
			dst := make([]chinese.Sequence, 0, chinese.MaxSequences)
			chinese.AppendKana(dst, parts)
			b.ReportAllocs()
			for b.Loop() {
				chinese.AppendKana(dst, parts)
			}
		})
	}
}
