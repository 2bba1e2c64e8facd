package korean_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/chinese"
	"github.com/cordon-project/cordon/script/korean"
)

// sequences reads a name as it is written anywhere.
func sequences(name string) []korean.Sequence {
	parts := script.Fold(name).Parts
	out, _ := korean.Append(nil, parts)
	zh, _ := chinese.AppendLatin(nil, parts)
	for i := range zh {
		out = korean.AppendChinese(out, &zh[i])
	}
	return out
}

// best compares two names by their best sequences.
func best(a, b string) korean.Compared {
	var out korean.Compared
	for _, x := range sequences(a) {
		for _, y := range sequences(b) {
			if c := korean.Compare(&x, &y); c.Score > out.Score {
				out = c
			}
		}
	}
	return out
}

// least is the score from which on two names are one in these tests: that of the
// widest profile of package match.
const least = 0.17

func TestSpellingsOfOneNameMeet(t *testing.T) {
	for _, c := range []struct{ name, a, b, rule string }{
		{"DPRK, hyphen", "김상만", "Kim Sang-man", "dprk"},
		{"Revised", "김상만", "Gim Sangman", "revised"},
		{"McCune-Reischauer with marks", "최영철", "Ch'oe Yŏng-ch'ŏl", "mccune-reischauer"},
		{"marks lost", "최영철", "Choe Yong Chol", "mccune-reischauer"},
		{"South Korean custom", "정영철", "Jung Young-chul", "custom"},
		{"Park", "박정희", "Park Chung Hee", "custom"},
		{"Lee and Ri", "Lee Dong-hyuk", "Ri Tong Hyok", "custom"},
		{"Yi and Ri", "Yi Dong-hyuk", "Ri Tong Hyok", "initial-sound-law"},
		{"ㄴ before ㄹ", "강순룡", "Kang Sul-lyong", "liaison"},
		{"Noh and Ro", "Noh Doo-chul", "Ro Tu-chol", "initial-sound-law"},
		{"initial-sound law in Hangul", "이용무", "리용무", "initial-sound-law"},
		{"French", "장철희", "DJANG Tcheul-hy", "french"},
		{"family name last", "상만 김", "Kim Sang Man", "dprk"},
		{"Western order", "Sang-man Kim", "Kim Sangman", ""},
		{"one word", "KIMSANGMAN", "Kim Sang Man", ""},
		{"katakana", "キム・サンマン", "Kim Sang Man", "kana"},
		{"linked katakana", "キム・ウォノン", "김원홍", "kana"},
		{"assimilated katakana", "オ・グンニョル", "오극렬", "kana"},
		{"assimilated Latin", "강극렬", "Kang Kŭng-nyŏl", "liaison"},
		{"Cyrillic", "Чхве Рён Хэ", "최룡해", "kontsevich"},
		{"Han", "金相万", "김상만", "hanja"},
		{"variant characters", "崔龍海", "崔竜海", "hanja"},
		{"Chinese reading", "Jin Xiangwan", "김상만", "chinese-reading"},
		{"two syllables", "김철", "Kim Chol", "dprk"},
		{"compound family name", "황보승희", "Hwangbo Seung-hee", "revised"},
		{"glide behind j", "정호준", "CHYUNG Hojoon", "custom"},
		{"wh", "김태환", "Kim Tae-whan", "custom"},
		{"June", "유기준", "Yoo Ki June", "custom"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := best(c.a, c.b)
			if got.Score < least {
				t.Fatalf("%s and %s score %.3f", c.a, c.b, got.Score)
			}
			if c.rule != "" && !slices.Contains(got.Rules.Names(), c.rule) {
				t.Errorf("the rules are %v, want %s among them", got.Rules.Names(), c.rule)
			}
		})
	}
}

func TestOtherNamesDoNotMeet(t *testing.T) {
	for _, c := range [][2]string{
		{"김철만", "Kim Chol-nam"},
		{"김철만", "한철만"},
		{"Kim Yong-il", "Kim Yong-chun"},
		{"キム・スギル", "Kim Chol"},
		{"Ким Ён Иль", "김성일"},
		{"金英日", "Kim Song-il"},
		{"Chang Yong-su", "Kang Yong-su"},
		{"Kim Chol", "Kim Chol-ho"},
		{"Ri Jong Won", "リ・マンゴン"},
	} {
		if got := best(c[0], c[1]); got.Score >= least {
			t.Errorf("%s and %s score %.3f as %s", c[0], c[1], got.Score, got.Name())
		}
	}
}

func TestWhatASpellingLeavesOpenIsSaid(t *testing.T) {
	for name, want := range map[string][]string{"Ri Yong Chol": {"리영철", "리용철"}, "Kim Jong Song": {"김정성", "김종성"}} {
		all := sequences(name)
		if len(all) == 0 {
			t.Fatalf("%s is not read", name)
		}
		names, total := all[0].Ambiguous(20)
		for _, w := range want {
			if !slices.Contains(names, w) {
				t.Errorf("%s: %v (%d), want %s among them", name, names, total, w)
			}
		}
	}
	if names, total := sequences("김상만")[0].Ambiguous(5); total != 1 || names[0] != "김상만" {
		t.Errorf("Hangul is said to leave %d names open: %v", total, names)
	}
}

func TestPeopleAreExpectedByHowCommonTheirNamesAre(t *testing.T) {
	common, rare := korean.Expect("김영철"), korean.Expect("궉뷁쉙")
	if common < 1000 || rare >= common/1000 {
		t.Errorf("Expect: 김영철 %.0f, a made name %.4f", common, rare)
	}
}

// latinNames are spelled at random from the tables of the systems.
func latinNames() *rapid.Generator[string] {
	onsets := []string{"", "g", "k", "n", "d", "t", "r", "l", "m", "b", "p", "s", "j", "ch", "kh", "h"}
	vowels := []string{"a", "ae", "eo", "o", "u", "eu", "i", "yo", "yeo", "yu", "oo", "young", "wo", "ui"}
	codas := []string{"", "n", "ng", "k", "l", "m", "p"}
	syllable := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom(onsets).Draw(t, "onset") + rapid.SampledFrom(vowels).Draw(t, "vowel") + rapid.SampledFrom(codas).Draw(t, "coda")
	})
	return rapid.Custom(func(t *rapid.T) string {
		family := rapid.SampledFrom([]string{"Kim", "Gim", "Ri", "Lee", "Pak", "Park", "Choe", "Chong", "Jung", "No", "Ryu"}).Draw(t, "family")
		given := rapid.SliceOfN(syllable, 1, 2).Draw(t, "given")
		return family + " " + strings.Join(given, rapid.SampledFrom([]string{"", " ", "-"}).Draw(t, "between"))
	})
}

func TestSequencesThatCompareShareAKey(t *testing.T) {
	other := rapid.OneOf(latinNames(), rapid.SampledFrom([]string{"김상만", "리영철", "정성국", "金相万", "鄭成國", "キム・サンマン", "チョン・ソングク", "Ким Ён Иль", "Jin Xiangwan"}))
	rapid.Check(t, func(t *rapid.T) {
		a, b := sequences(latinNames().Draw(t, "a")), sequences(other.Draw(t, "b"))
		for i := range a {
			for j := range b {
				c := korean.Compare(&a[i], &b[j])
				if c.Score == 0 {
					continue
				}
				ka, cutA := korean.AppendKeys(nil, &a[i])
				kb, cutB := korean.AppendKeys(nil, &b[j])
				if cutA || cutB {
					continue
				}
				if !slices.ContainsFunc(ka, func(k uint64) bool { return slices.Contains(kb, k) }) {
					t.Fatalf("sequences that meet as %s share no key", c.Name())
				}
			}
		}
	})
}

func TestComparingIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := sequences(latinNames().Draw(t, "a")), sequences(latinNames().Draw(t, "b"))
		for i := range a {
			for j := range b {
				x, y := korean.Compare(&a[i], &b[j]), korean.Compare(&b[j], &a[i])
				if d := x.Score - y.Score; d > 1e-9 || d < -1e-9 {
					t.Fatalf("%v one way and %v the other", x.Score, y.Score)
				}
			}
		}
	})
}

// TestMcCuneReischauerOfPublishedListsIsRead reads the romanisations that
// libraries publish and compares them with the Hangul beside them.
func TestMcCuneReischauerOfPublishedListsIsRead(t *testing.T) {
	for _, file := range []struct {
		name  string
		comma rune
		least float64
	}{{"names/loc_korean_names_mr.csv", ',', 0.95}, {"names/kr_mcr_romanization/names.txt", '\t', 0.95}} {
		f, err := os.Open(shareddata.Path(t, file.name))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(f)
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = file.comma, -1, true
		rows, err := r.ReadAll()
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		n, met := 0, 0
		for _, row := range rows {
			if len(row) < 2 || len(sequences(row[0])) == 0 || utf8.RuneCountInString(row[0]) > 4 {
				continue // a header, or no person's name
			}
			n++
			if best(row[0], row[1]).Score >= least {
				met++
			} else {
				t.Logf("%s | %s", row[0], row[1])
			}
		}
		t.Logf("%s: %d of %d, %.4f", file.name, met, n, float64(met)/float64(n))
		if float64(met) < file.least*float64(n) {
			t.Errorf("%s: %d of %d are read", file.name, met, n)
		}
	}
}

func FuzzAppend(f *testing.F) {
	for _, s := range []string{"Kim Sang Man", "김상만", "金相万", "キム・ウォノン", "Чхве Рён Хэ", "kkkkkkkkkkkkkkkkkkkkkkkkk", "ngngngngngng", "aeaeaeaeaeaeaeaeaeaeae", "\xff", "ンンンンン", "Jin Tiesan"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts := script.Fold(s).Parts
		all, _ := korean.Append(nil, parts)
		if len(all) > korean.MaxSequences {
			t.Fatalf("%d sequences", len(all))
		}
		for i := range all {
			if keys, _ := korean.AppendKeys(nil, &all[i]); len(keys) == 0 || len(keys) > korean.MaxKeys {
				t.Fatalf("%q: %d keys", s, len(keys))
			}
			if c := korean.Compare(&all[i], &all[i]); c.Score <= 0 || c.Score > 1.0001 {
				t.Fatalf("%q compared with itself scores %v", s, c.Score)
			}
		}
		for _, p := range parts {
			korean.AppendWord(nil, p)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, name := range []string{"Kim Sang Man", "Choe Ryonghae", "Mohammed Abdulrahman", "김상만", "キム・サンマン"} {
		parts := script.Fold(name).Parts
		var buffer [2 * korean.MaxSequences * 4]korean.Sequence
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				korean.Append(buffer[:0], parts)
			}
		})
	}
}
