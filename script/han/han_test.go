package han_test

import (
	"runtime"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/script/han"
)

func TestSurnamesHaveTheirKoreanReadings(t *testing.T) {
	for r, want := range map[rune]string{
		'金': "금김", '李': "리이", '柳': "류유", '梁': "량양", '盧': "로노", '羅': "라나", '陸': "륙육", '六': "륙육",
		'林': "림임", '劉': "류유", '呂': "려여", '女': "녀여", '張': "장", '张': "장", '朴': "박", '崔': "최", '姜': "강",
		'龙': "룡", '沢': "택", '寥': "료", '正': "정", '恩': "은",
	} {
		for _, syllable := range want {
			if !slices.Contains(han.Hangul(r), syllable) {
				t.Errorf("Hangul(%c) = %q, without %c", r, string(han.Hangul(r)), syllable)
			}
		}
	}
}

func TestReadingsAreBareSpellings(t *testing.T) {
	got := map[string][]string{
		"pinyin 張":   han.Pinyin('張'),
		"pinyin 张":   han.Pinyin('张'),
		"pinyin 呂":   han.Pinyin('呂'),
		"pinyin 万":   han.Pinyin('万'),
		"jyutping 强": han.Jyutping('强'),
		"jyutping 吳": han.Jyutping('吳'),
		"on 龍":       han.On('龍'),
		"kun 龍":      han.Kun('龍'),
		"on 张":       han.On('张'),
		"unknown":    han.Pinyin('a'),
	}
	want := map[string][]string{
		"pinyin 張":   {"zhang"},
		"pinyin 张":   {"zhang"},
		"pinyin 呂":   {"lv"},
		"pinyin 万":   {"wan", "mo"},
		"jyutping 强": {"koeng"},
		"jyutping 吳": {"ng"},
		"on 龍":       {"ryuu", "rou"},
		"kun 龍":      {"tatsu"},
		"on 张":       {"chou"},
		"unknown":    nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVariantsHaveOneCanonicalCharacter(t *testing.T) {
	for _, group := range []string{
		"張张", "強强", "国國", "竜龍龙", "沢澤泽", "辺邊边邉", "斎齋斋", "浜濱滨", "広廣广", "恵惠", "桜櫻樱", "栄榮荣", "塩鹽盐",
		"関關关", "徳德", "黒黑", "黄黃", "済濟济", "与與", "万萬", "鉄鐵铁", "真眞", "呉吳吴", "敎教", "鍾钟", "葉叶", "豐丰豊",
		"馬马", "劉刘", "陳陈", "趙赵", "斉齊齐", "台臺", "高髙", "島嶋", "裴裵", "慶庆", "尭堯尧", "龜龟亀",
	} {
		want, size := utf8.DecodeRuneInString(group)
		want = han.Canonical(want)
		for _, r := range group[size:] {
			if got := han.Canonical(r); got != want {
				t.Errorf("in %s, Canonical(%c) = %c, want %c", group, r, got, want)
			}
		}
	}
}

func TestDifferentCharactersStayApart(t *testing.T) {
	for _, group := range []string{
		"曺曹", "后後", "余餘", "范範", "云雲", "里裏", "松鬆", "秋鞦", "于於", "郁鬱", "征徵", "姜薑", "乾干幹", "鍾鐘", "沈瀋", "斉斎", "志誌",
		"芸藝", "弁辯瓣", "岳嶽", "復複覆", "谷穀", "朱硃", "朴樸", "李金", "愿願", "未末", "俊後", "注註", "制製", "准準", "坂阪",
	} {
		seen := map[rune]rune{}
		for _, r := range group {
			if other, ok := seen[han.Canonical(r)]; ok {
				t.Errorf("%c and %c are one", other, r)
			}
			seen[han.Canonical(r)] = r
		}
	}
}

func TestCanonicalIsTheSmallestAndIdempotent(t *testing.T) {
	for r := rune(0); r < 0x33500; r++ {
		c := han.Canonical(r)
		if c > r || han.Canonical(c) != c {
			t.Fatalf("Canonical(%U) = %U, of which Canonical is %U", r, c, han.Canonical(c))
		}
	}
}

func TestCharactersOutsideTheTableHaveNothing(t *testing.T) {
	for _, r := range []rune{-1, 0, 'a', 'é', '가', 'あ', 0x10FFFF, 0x7FFFFFFF} {
		if han.Hangul(r) != nil || han.Pinyin(r) != nil || han.Jyutping(r) != nil || han.On(r) != nil || han.Kun(r) != nil {
			t.Errorf("%U has readings", r)
		}
		if got := han.Canonical(r); got != r {
			t.Errorf("Canonical(%U) = %U", r, got)
		}
	}
}

func TestAnswersAreMadeWithoutAllocation(t *testing.T) {
	han.Pinyin('張')
	if n := testing.AllocsPerRun(100, func() {
		han.Hangul('張')
		han.Pinyin('張')
		han.Kun('張')
		han.Canonical('張')
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A caller that appends to an answer must not write into the next one.
func TestAnswersCannotGrowIntoTheTable(t *testing.T) {
	if s := han.Pinyin('張'); cap(s) != len(s) {
		t.Errorf("len %d, cap %d", len(s), cap(s))
	}
	if s := han.Hangul('金'); cap(s) != len(s) {
		t.Errorf("len %d, cap %d", len(s), cap(s))
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	const name = "張志強"
	for b.Loop() {
		for _, r := range name {
			if len(han.Pinyin(r)) == 0 || han.Hangul(r) == nil {
				b.Fatal("no reading")
			}
		}
	}
}

// BenchmarkFirstQuestion tells what the first question costs, once for each
// process: the time it took and the memory it left. Run it alone.
func BenchmarkFirstQuestion(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	han.Canonical('張')
	took := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	for b.Loop() {
		han.Canonical('張')
	}
	b.ReportMetric(float64(took.Microseconds()), "µs/first")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB/first")
}
