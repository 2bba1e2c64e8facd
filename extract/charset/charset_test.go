package charset_test

import (
	"io"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/cordon-project/cordon/extract/charset"
)

func encode(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUndeclaredTextIsReadByItsOwnSet(t *testing.T) {
	for _, c := range []struct {
		set, text string
		enc       encoding.Encoding
	}{
		{"euc-kr", "라자루스 그룹은 가상자산 거래소를 공격하였다. 지갑 주소는 example[.]com 에서 확인되었다.", korean.EUCKR},
		{"shift_jis", "ラザルスは暗号資産の取引所を攻撃した。詳細は次のとおりである。", japanese.ShiftJIS},
		{"euc-jp", "ラザルスは暗号資産の取引所を攻撃した。詳細は次のとおりである。", japanese.EUCJP},
		{"iso-2022-jp", "ラザルスは暗号資産の取引所を攻撃した。", japanese.ISO2022JP},
		{"gb18030", "朝鲜黑客攻击了加密货币交易所，盗取了大量的资产。", simplifiedchinese.GB18030},
		{"big5", "朝鮮駭客攻擊了加密貨幣交易所，盜取了大量的資產。", traditionalchinese.Big5},
		{"windows-1251", "Хакеры атаковали биржу и похитили средства пользователей.", charmap.Windows1251},
		{"windows-1252", "Les pirates ont attaqué la plate-forme d’échange à Genève – déjà l’été dernier.", charmap.Windows1252},
	} {
		text, used, note := charset.Decode(encode(t, c.enc, c.text), "")
		if text != c.text || used != c.set {
			t.Errorf("%s read as %s: %q", c.set, used, text)
		}
		if guessed := c.set != "iso-2022-jp"; guessed != (note != "") {
			t.Errorf("%s: note %q", c.set, note)
		}
	}
	units := utf16.Encode([]rune("Plain words, 192.0.2.1"))
	var le []byte
	for _, u := range units {
		le = append(le, byte(u), byte(u>>8))
	}
	for name, data := range map[string][]byte{"with mark": append([]byte{0xFF, 0xFE}, le...), "without": le} {
		if text, used, _ := charset.Decode(data, ""); text != "Plain words, 192.0.2.1" || used != "utf-16le" || !charset.IsUTF16(data) {
			t.Errorf("UTF-16 %s: %q %s", name, text, used)
		}
	}
}

func TestADeclaredSetIsUsedUnlessAMarkSpeaksAgainstIt(t *testing.T) {
	hangul := encode(t, korean.EUCKR, "라자루스")
	for _, c := range []struct {
		name, declared, data string
		text, used           string
		note                 bool
	}{
		{"declared", " \"KS_C_5601-1987\" ", string(hangul), "라자루스", "euc-kr", false},
		{"declared as ASCII", "us-ascii", "caf\xe9", "café", "windows-1252", false},
		{"a mark counts more", "euc-kr", "\xEF\xBB\xBF라자루스", "라자루스", "utf-8", false},
		{"unknown", "x-nosuch", "plain", "plain", "utf-8", true},
		{"one that hides text", "iso-2022-cn", "plain", "plain", "utf-8", true},
		{"damaged UTF-8", "", "라자루스 그룹\xff", "라자루스 그룹\xff", "utf-8", false},
	} {
		text, used, note := charset.Decode([]byte(c.data), c.declared)
		if text != c.text || used != c.used || c.note != (note != "") {
			t.Errorf("%s: %q by %s, note %q", c.name, text, used, note)
		}
	}
}

func TestReaderDecodesAStreamAndRefusesUnknownNames(t *testing.T) {
	r, err := charset.Reader("shift_jis", strings.NewReader(string(encode(t, japanese.ShiftJIS, "暗号資産"))))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := io.ReadAll(r); err != nil || string(out) != "暗号資産" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := charset.Reader("x-nosuch", strings.NewReader("")); err == nil {
		t.Error("an unknown set is read")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("plain"), "")
	f.Add(encode(f, korean.EUCKR, "라자루스"), "euc-kr")
	f.Add(encode(f, japanese.ISO2022JP, "暗号資産"), "")
	f.Add([]byte("\xff\xfea\x00b"), "utf-16")
	f.Add([]byte("a\x00b\x00c\x00d\x00"), "\x00\u202e")
	f.Fuzz(func(t *testing.T, data []byte, declared string) {
		text, used, note := charset.Decode(data, declared)
		if used == "" || used != "utf-8" && !utf8.ValidString(text) || !utf8.ValidString(note) {
			t.Fatalf("by %q: %q, note %q", used, text, note)
		}
	})
}
