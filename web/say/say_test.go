package say

import (
	"log/slog"
	"testing"
	"testing/fstest"
)

func TestAListOfASortHasTheWordOfItsSort(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("\"list.eu-oj\" = \"Official Journal\"\n\"state.not\" = \"not\"\n")}
	all, err := Load(fstest.MapFS{"en.toml": file, "ja.toml": file, "ko.toml": file}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ family, value, want string }{
		{"list", "eu-oj", "Official Journal"},
		{"list", "eu-oj-32017R1509", "Official Journal 32017R1509"},
		{"list", "press", "press"},
		{"list", "-", "-"},
		{"state", "not-loaded", "not-loaded"},
	} {
		if got := all["en"].Word(c.family, c.value); got != c.want {
			t.Errorf("%s of %s is %q, want %q", c.value, c.family, got, c.want)
		}
	}
}

func TestParticlesFollowTheLastSound(t *testing.T) {
	for _, c := range []struct{ word, pair, want string }{
		{"명단", "은/는", "은"},
		{"보고서", "은/는", "는"},
		{"서울", "으로/로", "로"},
		{"부산", "으로/로", "으로"},
		{"보기", "으로/로", "로"},
		{"2023", "을/를", "을"},
		{"2022", "을/를", "를"},
		{"EXAMPLE, Kim", "이/가", "이"},
		{"EXAMPLE, Alpha", "이/가", "가"},
		{"USDT", "으로/로", "으로(로)"},
		{"例示", "을/를", "을(를)"},
		{"", "을/를", "를"},
	} {
		if got := particle(c.word, c.pair); got != c.want {
			t.Errorf("%s + %s gives %s, want %s", c.word, c.pair, got, c.want)
		}
	}
}

func TestHiddenCharactersAreShown(t *testing.T) {
	for in, want := range map[string]string{
		"plain":           "plain",
		"a\u202eb":        `a<span class="ctl">U+202E</span>b`,
		"a\x00b":          `a<span class="ctl">U+0000</span>b`,
		"a\u200bb":        `a<span class="ctl">U+200B</span>b`,
		"a\xffb":          `a<span class="ctl">0xFF</span>b`,
		"a\u2003b":        `a<span class="ctl">U+2003</span>b`,
		"\U000e0041":      `<span class="ctl">U+E0041</span>`,
		"\u3164":          `<span class="ctl">U+3164</span>`,
		"a\tb\nc":         "a\tb\nc",
		"<a href=x>&\"'":  "&lt;a href=x&gt;&amp;&#34;&#39;",
		"全角\u3000空白":      "全角\u3000空白",
		"葛\U000e0100":     "葛\U000e0100",
		"\u2066x\u2069":   `<span class="ctl">U+2066</span>x<span class="ctl">U+2069</span>`,
		"line\u2028break": `line<span class="ctl">U+2028</span>break`,
	} {
		if got := string(Visible(in)); got != want {
			t.Errorf("%q shows as %s, want %s", in, got, want)
		}
	}
}
