package korean_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/script"
	"github.com/cordon-project/cordon/script/korean"
)

func TestNamesAreSpelledAsEachSystemPrintsThem(t *testing.T) {
	for _, c := range []struct {
		name   string
		family int
		want   map[korean.System]string
	}{
		{"김상만", 1, map[korean.System]string{
			korean.RevisedNames: "Gim Sangman", korean.RevisedCustomary: "Kim Sangman", korean.McCuneMarked: "Kim Sang-man", korean.McCunePlain: "KIM Sang Man",
			korean.DPRKMarked: "Kim Sang Man", korean.DPRKPlain: "Kim Sang Man", korean.SouthCustom: "Kim Sang-man", korean.FrenchUsage: "Kim Sang-man",
			korean.Kontsevich: "Ким Сан Ман", korean.Katakana: "キム・サンマン", korean.SouthHangul: "김상만", korean.NorthHangul: "김상만",
		}},
		{"정영철", 1, map[korean.System]string{
			korean.RevisedNames: "Jeong Yeongcheol", korean.RevisedCustomary: "Jung Yeongcheol", korean.McCuneMarked: "Chŏng Yŏng-ch'ŏl", korean.McCunePlain: "CHONG Yong Chol",
			korean.DPRKMarked: "Jŏng Yŏng Chŏl", korean.DPRKPlain: "Jong Yong Chol", korean.SouthCustom: "Jung Young-chul", korean.FrenchUsage: "Djeung Yeng-tcheul",
			korean.Kontsevich: "Чон Ён Чхоль", korean.Katakana: "チョン・ヨンチョル",
		}},
		{"최룡해", 1, map[korean.System]string{
			korean.RevisedNames: "Choe Ryonghae", korean.McCuneMarked: "Ch'oe Ryong-hae", korean.McCunePlain: "CHOE Ryong Hae", korean.DPRKPlain: "Choe Ryong Hae",
			korean.Kontsevich: "Чхве Рён Хэ", korean.Katakana: "チェ・リョンヘ", korean.SouthHangul: "최용해",
		}},
		{"최춘영", 1, map[korean.System]string{korean.McCunePlain: "CHOE Chun Yong", korean.McCuneMarked: "Ch'oe Ch'un-yŏng"}},
		{"박영식", 1, map[korean.System]string{korean.Kontsevich: "Пак Ён Сик", korean.Katakana: "パク・ヨンシク", korean.RevisedCustomary: "Park Yeongsik"}},
		{"김정은", 1, map[korean.System]string{korean.Katakana: "キム・ジョンウン", korean.RevisedNames: "Gim Jeong-eun", korean.McCuneMarked: "Kim Chŏng-ŭn"}},
		{"백남준", 1, map[korean.System]string{korean.McCuneMarked: "Paek Nam-jun", korean.RevisedNames: "Baek Namjun", korean.Katakana: "ペク・ナムジュン"}},
		{"이극렬", 1, map[korean.System]string{korean.McCuneMarked: "Yi Kŭng-nyŏl", korean.NorthHangul: "리극렬", korean.RevisedNames: "I Geukryeol", korean.Kontsevich: "Ли Кык Рёль"}},
		{"홍길동", 1, map[korean.System]string{korean.McCuneMarked: "Hong Kil-tong", korean.RevisedNames: "Hong Gildong", korean.Katakana: "ホン・ギルトン"}},
		{"오극렬", 1, map[korean.System]string{korean.McCunePlain: "O Kuk Ryol", korean.DPRKMarked: "O Kŭk Ryŏl"}},
		{"한복남", 1, map[korean.System]string{korean.RevisedNames: "Han Boknam"}}, // the notice's own examples
		{"홍빛나", 1, map[korean.System]string{korean.RevisedNames: "Hong Bitna"}},
		{"로영희", 1, map[korean.System]string{korean.SouthHangul: "노영희", korean.SouthCustom: "Roh Young-hee", korean.FrenchUsage: "Ro Yeng-hy"}},
		{"남궁철", 2, map[korean.System]string{korean.RevisedNames: "Namgung Cheol", korean.McCuneMarked: "Namgung Ch'ŏl", korean.Katakana: "ナムグン・チョル"}},
		{"영철", 0, map[korean.System]string{korean.SouthCustom: "Young-chul", korean.McCunePlain: "Yong Chol"}},
		{"Kim", 1, map[korean.System]string{korean.RevisedNames: ""}},
		{"", 1, map[korean.System]string{korean.Katakana: ""}},
	} {
		for system, want := range c.want {
			if got := korean.Spell(c.name, c.family, system); got != want {
				t.Errorf("%s by %s: %q, want %q", c.name, system, got, want)
			}
		}
	}
}

func TestSystemsHaveDifferentKeys(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range korean.Systems() {
		if k := s.String(); k == "" || seen[k] {
			t.Errorf("system %d has the key %q", s, k)
		} else {
			seen[k] = true
		}
	}
}

// Family names and the syllables of given names that are met most often.
const (
	familyNames = "김리이박최정강조윤장림임한오서신권황안송전홍류유고문량양손배백허남심로노하곽성차주우구민진지엄채원천방공현함변렴염추도소석선설마길연위표명기반라왕금"
	givenNames  = "영현성진경수희정상석용재원호민우기동준태훈지규선병종윤주인연승광환대철근세창명은덕문일국형찬순한식중유숙욱하남이미시해신운홍아효화봉혜천만복범무소두익구백혁균보룡제손옥길학완도사림리렬춘금란향"
)

// liquid reports whether ㄹ follows ㄴ in a given name. McCune–Reischauer writes
// both as l (김현룡 is Kim Hyŏl-lyong), which the reader takes for ㄹㄹ only.
func liquid(name string) bool {
	r := []rune(name)
	return (r[1]-0xAC00)%28 == 4 && (r[2]-0xAC00)/588 == 5
}

// back is the greatest score with which a spelling is read as the name itself.
func back(name, spelled string) float64 {
	own, _ := korean.Append(nil, []string{name})
	read, _ := korean.Append(nil, script.Fold(spelled).Parts)
	best := 0.0
	for i := range own {
		for j := range read {
			if c := korean.Compare(&own[i], &read[j]); c.Score > best {
				best = c.Score
			}
		}
	}
	return best
}

func TestEverySpellingIsReadBack(t *testing.T) {
	families, given := []rune(familyNames), []rune(givenNames)
	rapid.Check(t, func(t *rapid.T) {
		name := string([]rune{rapid.SampledFrom(families).Draw(t, "family"), rapid.SampledFrom(given).Draw(t, "first"), rapid.SampledFrom(given).Draw(t, "second")})
		for _, s := range korean.Systems() {
			if s == korean.McCuneMarked && liquid(name) {
				continue
			}
			if spelled := korean.Spell(name, 1, s); back(name, spelled) == 0 {
				t.Errorf("%s by %s is %s, which is not read as %s", name, s, spelled, name)
			}
		}
	})
}

func TestMcCuneReischauerAgreesWithTheLibraries(t *testing.T) {
	plain := strings.NewReplacer("-", "", " ", "", "’", "'", "‘", "'", "ʼ", "'", "ǒ", "ŏ", "ǔ", "ŭ")
	bare := func(s string) string {
		return strings.ReplaceAll(plain.Replace(strings.ToLower(norm.NFC.String(s))), "n'g", "ng")
	}
	// The second list is from an encyclopaedia's pages: many of its rows keep to no
	// system (I Sejin, Chŏng Mongku).
	for name, least := range map[string]float64{"loc_korean_names_mr.csv": 0.98, "kr_mcr_romanization/names.txt": 0.75} {
		f, err := os.Open(shareddata.Path(t, "names/"+name))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(f)
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		if strings.HasSuffix(name, ".txt") {
			r.Comma = '\t'
		}
		rows, err := r.ReadAll()
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		same, all := 0, 0
		var wrong []string
		for _, row := range rows {
			hangul := strings.TrimSpace(row[0])
			if len(row) < 2 || len([]rune(hangul)) != 3 || korean.Spell(hangul, 1, korean.McCuneMarked) == "" {
				continue
			}
			all++
			if got := korean.Spell(hangul, 1, korean.McCuneMarked); bare(got) == bare(row[1]) {
				same++
			} else if len(wrong) < 40 {
				wrong = append(wrong, hangul+" "+got+" | "+row[1])
			}
		}
		rate := float64(same) / float64(max(all, 1))
		t.Logf("%s: %d of %d agree (%.3f)", name, same, all, rate)
		if rate < least {
			t.Errorf("%s: %.3f agree, want %.2f:\n%s", name, rate, least, strings.Join(wrong, "\n"))
		}
	}
}
