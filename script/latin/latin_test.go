package latin_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/latin"
)

func write(name string) string {
	return strings.Join(latin.Append(nil, script.Fold(name).Parts), " ")
}

func TestNamesOfEveryScriptAreWrittenAsPeopleExpect(t *testing.T) {
	for in, want := range map[string]string{
		"Barack Obama": "barack obama", "José Ñuñez": "jose nunez", "Əliyev": "aliyev", "Bureau 39": "bureau 39",
		// Cyrillic
		"Сергей Лавров": "sergey lavrov", "Владимир Путин": "vladimir putin", "Ротенберг Аркадий": "rotenberg arkadiy",
		"Михаил Горбачёв": "mikhail gorbachev", "Щукин Юрий": "shchukin yuriy", "Соловьёв": "solovyev", "Цой": "tsoy",
		"Володимир Зеленський": "volodymyr zelenskyy", "Сергій Кислиця": "serhiy kyslytsya", "Қасым-Жомарт Тоқаев": "kasym zhomart tokaev",
		"Ухнаагийн Хүрэлсүх": "ukhnaagiin khurelsukh", "Александар Вучић": "aleksandar vucic", "Бойко Борисов": "boiko borisov",
		"България": "balgariya", "Ким Чен Ын": "kim chen yn",
		// Greek
		"Κυριάκος Μητσοτάκης": "kyriakos mitsotakis", "Ευάγγελος Μπακόπουλος": "evangelos bakopoulos", "Ντόρα": "dora", "Παύλος": "pavlos",
		// Arabic
		"محمد بن سلمان": "mhmd bn slman", "عبد الفتاح السيسي": "abd al ftah al sisi", "باراك أوباما": "barak obama",
		"علي خامنه\u200cای": "ali khamnhay", "عبدالله": "abdallah", "یوسف": "yusf", "نواز شریف": "nwaz shrif", "حسين": "hsin", "إلهام": "alham",
		// Hebrew
		"ברק אובמה": "brk obma", "בנימין נתניהו": "bnimin ntnihu",
		// Armenian, Georgian
		"Բարակ Օբամա": "barak obama", "Սերժ Սարգսյան": "serzh sargsyan", "ბარაკ ობამა": "barak obama", "მიხეილ სააკაშვილი": "mikheil saakashvili",
		// Indic, Thai, Khmer, Ethiopic
		"नरेन्द्र मोदी": "narendra modi", "বাংলা": "bangla", "शेख़ हसीना": "shekh hasina", "ਮਨਮੋਹਨ": "manamohan",
		"ทักษิณ ชินวัตร": "thaksin chinwatr", "เปรม": "prem", "ប៉ុល ពត": "pul pot", "ហ៊ុន សែន": "hun sen", "អង្គរ": "angkor", "አሕመድ": "ahmed", "አቢይ": "abiy",
		// East Asian
		"バラク": "baraku", "しょうた": "shouta", "ハッチ": "hatchi", "オバマ": "obama", "シェーン": "shen", "ﾃｨﾑ": "timu", "いっぽん": "ippon", "ウィリアム": "wiriamu", "みすゞ": "misuzu", "こゝろ": "kokoro",
		"김정은": "gimjeongeun", "习近平": "xijinping", "毛泽东": "maozedong",
		// Digits of other scripts
		"मोदी २०": "modi 20", "٣٩": "39",
	} {
		if got := write(in); got != want {
			t.Errorf("Append(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestShortIIsReadWhereFoldingKeptIt(t *testing.T) {
	if got := latin.Append(nil, []string{"сергей", "байден"}); !slices.Equal(got, []string{"sergey", "bayden"}) {
		t.Errorf("Append = %q", got)
	}
}

func TestLookalikesAreRewrittenAndHonestWordsAreNot(t *testing.T) {
	for _, c := range []struct {
		in, want string
		found    bool
	}{
		{"kіm", "kim", true},
		{"Kіm Jong", "Kim Jong", true},
		{"рutin", "putin", true},
		{"lаzаrus", "lazarus", true},
		{"οbama", "obama", true},
		{"l4zarus", "lazarus", true},
		{"l4zaru5", "lazarus", true},
		{"m00nst0ne", "moonstone", true},
		{"pyongy@ng", "pyongyang", true},
		{"pe7er", "peter", true},
		{"ким", "ким", false},
		{"Lazarus", "Lazarus", false},
		{"Bureau39", "Bureau39", false},
		{"F14", "F14", false},
		{"2go", "2go", false},
		{"3m", "3m", false},
		{"h1n1", "h1n1", false},
		{"boeing747max", "boeing747max", false},
		{"lazaru5", "lazaru5", false},
		{"kimжong", "kimжong", false}, // ж looks like no Latin letter
		{"", "", false},
	} {
		got, found := latin.Lookalike(c.in)
		if got != c.want || found != c.found {
			t.Errorf("Lookalike(%q) = %q, %t, want %q, %t", c.in, got, found, c.want, c.found)
		}
	}
	if got := write("Kіm J0ngil"); got != "kim jongil" {
		t.Errorf("Append does not see through disguise: %q", got)
	}
}

func TestLongPartsAreCut(t *testing.T) {
	for _, r := range []string{"a", "ж", "김", "ア", "မ", "क", "ا", "ก", "ក", "አ", "習"} {
		got := latin.Append(nil, []string{strings.Repeat(r, 100_000)})
		if len(got) != 1 || len(got[0]) > latin.MaxRunes {
			t.Errorf("%s: %d tokens", r, len(got))
		}
	}
}

// holds states what is true of every output.
func holds(t interface{ Fatalf(string, ...any) }, parts []string) {
	got := latin.Append(nil, parts)
	for _, tok := range got {
		if tok == "" || strings.ContainsFunc(tok, func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') }) {
			t.Fatalf("Append(%q) holds %q", parts, tok)
		}
	}
	if again := latin.Append(nil, parts); !slices.Equal(got, again) {
		t.Fatalf("Append(%q) = %q, then %q", parts, got, again)
	}
	if twice := latin.Append(nil, got); !slices.Equal(got, twice) {
		t.Fatalf("Append(%q) = %q, of itself %q", parts, got, twice)
	}
	for _, p := range parts {
		once, _ := latin.Lookalike(p)
		if twice, again := latin.Lookalike(once); twice != once || again {
			t.Fatalf("Lookalike(%q) = %q, of itself %q", p, once, twice)
		}
	}
}

func TestOutputIsPlainStableAndItsOwnForm(t *testing.T) {
	t.Run("folded", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { holds(t, script.Fold(rapid.String().Draw(t, "name")).Parts) })
	})
	t.Run("raw", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { holds(t, rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "parts")) })
	})
	letter := rapid.RuneFrom([]rune("abko0345$@79оаіжсηνабвщьъиеїјالسیوةनमद्ाক্ಕೂกเอ์ែកពហเ김정習平アッャーウァ"))
	t.Run("mixed", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { holds(t, []string{rapid.StringOf(letter).Draw(t, "part")}) })
	})
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{
		"Сергей Лавров", "Κυριάκος", "عبد الفتاح السيسي", "ברק אובמה", "नरेन्द्र मोदी", "ทักษิณ", "ប៉ុល ពត", "አሕመድ", "シェーン", "김정은",
		"习近平", "kіm j0ng", "\xff\x00", "a82b5", "l4zaru5", "ー", "ッ", "្", "์",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		holds(t, []string{s})
		holds(t, script.Fold(s).Parts)
	})
}

func TestPlainLatinIsPassedOnWithoutAllocation(t *testing.T) {
	parts, dst := []string{"kim", "sang", "man", "39"}, make([]string, 0, 8)
	if n := testing.AllocsPerRun(100, func() { dst = latin.Append(dst[:0], parts) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, in := range map[string]string{
		"Latin": "Kim Sang Man", "Cyrillic": "Владимир Владимирович Путин", "Arabic": "عبد الفتاح السيسي", "Katakana": "バラク オバマ",
		"Hangul": "김정은", "Han": "习近平", "Greek": "Κυριάκος Μητσοτάκης", "Khmer": "ហ៊ុន សែន",
	} {
		b.Run(name, func(b *testing.B) {
			parts, dst := script.Fold(in).Parts, make([]string, 0, 8)
			b.ReportAllocs()
			for b.Loop() {
				dst = latin.Append(dst[:0], parts)
			}
		})
	}
}
