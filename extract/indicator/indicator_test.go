package indicator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/extracttest"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/internal/shareddata"
)

// found writes spans as "kind value" and, where it differs, "← raw".
func found(text string) []string {
	var out []string
	for _, s := range indicator.Find(text, indicator.Options{}) {
		line := string(s.Kind) + " " + s.Value
		if s.Raw != s.Value {
			line += " ← " + s.Raw
		}
		if s.Defanged {
			line += " (defanged)"
		}
		out = append(out, line)
	}
	return out
}

func TestIndicators(t *testing.T) {
	sha := strings.Repeat("0123456789abcdef", 4)
	for _, c := range []struct {
		text string
		want []string
	}{
		// Domains, and what only looks like one.
		{"see example.com.", []string{"domain example.com"}},
		{"EXAMPLE.COM and Example[.]Org", []string{"domain example.com ← EXAMPLE.COM", "domain example.org ← Example[.]Org (defanged)"}},
		{"setup.exe readme.md node.js run.sh main.rs pkg.zip libc.so kernel32.dll", nil},
		{"readme[.]md http://readme.md www.readme.md", []string{
			"domain readme.md ← readme[.]md (defanged)", "url http://readme.md", "domain readme.md", "domain www.readme.md",
		}},
		{"the end.In 2020 the U.S. and e.g. p.m. St.Petersburg", nil},
		{"com.example.app android.permission.INTERNET java.io ASP.NET os.name obj.open(x)", nil},
		{"Trojan.AndroidOS.Agent.ao Backdoor.Linux.Small.in", nil},
		{"C:\\dir\\evil.com /var/www/site.org $foo.com a***d.com", nil},
		{"co.uk com.au is a registry; x.co.uk is not", []string{"domain x.co.uk"}},
		{"example.invalidtld http://example.invalidtld/", []string{"url http://example.invalidtld/", "domain example.invalidtld"}},
		{"expyuzz4wqqyqhjn.onion", []string{"domain expyuzz4wqqyqhjn.onion"}},
		{"münchen.de 例え.jp xn--mnchen-3ya.de", []string{
			"domain xn--mnchen-3ya.de ← münchen.de", "domain xn--r8jz45g.jp ← 例え.jp", "domain xn--mnchen-3ya.de",
		}},
		{"공격자는evil.com을 썼고 hxxp://evil.com에서 받았다", []string{
			"domain evil.com", "url http://evil.com ← hxxp://evil.com (defanged)", "domain evil.com",
		}},
		{"攻撃者はevil.comを使う。https://evil.com/経路。次", []string{"domain evil.com", "url https://evil.com/経路", "domain evil.com"}},
		// Defanging.
		{"a(.)example(.)com b{.}example{.}com c[dot]example[DOT]com d\\.example\\.com", []string{
			"domain a.example.com ← a(.)example(.)com (defanged)", "domain b.example.com ← b{.}example{.}com (defanged)",
			"domain c.example.com ← c[dot]example[DOT]com (defanged)", "domain d.example.com ← d\\.example\\.com (defanged)",
		}},
		{"x example [.] com y", []string{"domain example.com ← example [.] com (defanged)"}},
		{"ex\u200bample.com exa\u00admple.com example\uff0ecom ｅｘａｍｐｌｅ．ｃｏｍ", []string{
			"domain example.com ← ex\u200bample.com (defanged)", "domain example.com ← exa\u00admple.com (defanged)",
			"domain example.com ← example\uff0ecom (defanged)", "domain example.com ← ｅｘａｍｐｌｅ．ｃｏｍ (defanged)",
		}},
		{"hXXps[:]//a[.]example[.]com[/]p?q=1#f, hxxp[://]b.example.com", []string{
			"url https://a.example.com/p?q=1#f ← hXXps[:]//a[.]example[.]com[/]p?q=1#f (defanged)", "domain a.example.com ← a[.]example[.]com (defanged)",
			"url http://b.example.com ← hxxp[://]b.example.com (defanged)", "domain b.example.com",
		}},
		{"see the file (.doc) or [.config] here", nil},
		// URLs.
		{"(https://example.com/a_(b)?x=1).", []string{"url https://example.com/a_(b)?x=1", "domain example.com"}},
		{"https://user:pw@example.com:8443/x", []string{"url https://user:pw@example.com:8443/x", "domain example.com"}},
		{"http://[2001:db8::1]:8080/x http://2001:db8::1", []string{
			"url http://[2001:db8::1]:8080/x", "ipv6 2001:db8::1", "url http://[2001:db8::1] ← http://2001:db8::1", "ipv6 2001:db8::1",
		}},
		{"example.com/path/x.php", []string{"url http://example.com/path/x.php ← example.com/path/x.php", "domain example.com"}},
		{"http://localhost/ https:// http://test hxxp://", nil},
		// E-mail.
		{"Mail A.User+x@Example.com, b[at]example[.]org; c @ example [.] net", []string{
			"email a.user+x@example.com ← A.User+x@Example.com", "email b@example.org ← b[at]example[.]org (defanged)",
			"domain example.net ← example [.] net (defanged)",
		}},
		{"c [@] example.net x@192.0.2.1 @handle @example.com", []string{"email c@example.net ← c [@] example.net (defanged)", "email x@192.0.2.1"}},
		// Addresses.
		{"192.0.2.1 192[.]0[.]2[.]2 1.1.1[.]1 192.0.2.0/24 192.0.2.3:8080", []string{
			"ipv4 192.0.2.1", "ipv4 192.0.2.2 ← 192[.]0[.]2[.]2 (defanged)", "ipv4 1.1.1.1 ← 1.1.1[.]1 (defanged)", "ipv4 192.0.2.0/24", "ipv4 192.0.2.3",
		}},
		{"version 1.2.3.4, 1.2.3.4.5, 256.1.1.1, 01.2.3.4, v1.2.3.4, 0.3.0.1, 123.102.1215", nil},
		{"2001:db8::1, fe80::1/64 [2001:db8:0:0:0:0:2:1] ::1", []string{
			"ipv6 2001:db8::1", "ipv6 fe80::1/64", "ipv6 2001:db8::2:1 ← 2001:db8:0:0:0:0:2:1",
		}},
		{"12:34:56 aa:bb:cc:dd:ee:ff std::string ab::cd 00:11:22:33:44:55:66:77", nil},
		// Hashes and transactions.
		{sha + " " + sha[:40] + " " + sha[:32] + " " + sha + sha, []string{"hash " + sha, "hash " + sha[:40], "hash " + sha[:32], "hash " + sha + sha}},
		{sha[:34] + " " + sha + "0 " + strings.Repeat("1", 32) + " " + strings.Repeat("a", 40), nil},
		{"0x" + sha + " and tx " + sha, []string{"txid 0x" + sha, "hash " + sha}},
		{"transaction " + sha, []string{"txid " + sha}},
		{"MD5:" + strings.ToUpper(sha[:32]), []string{"hash " + sha[:32] + " ← " + strings.ToUpper(sha[:32])}},
		// CVE, ATT&CK, AS numbers.
		{"cve-2021-44228, CVE‑2024–12345 CVE-1998-1234 CVE-2021-123", []string{
			"cve CVE-2021-44228 ← cve-2021-44228", "cve CVE-2024-12345 ← CVE‑2024–12345 (defanged)",
		}},
		{"T1059.001, TA0001 G0032 S0154를 M1040 C0022", []string{
			"attack T1059.001", "attack TA0001", "attack G0032", "attack S0154", "attack M1040", "attack C0022",
		}},
		{"T1000 T10590 XT1059 G7777 S0154-A t1059", nil},
		{"https://attack.mitre.org/techniques/T1059/001/", []string{
			"url https://attack.mitre.org/techniques/T1059/001/", "domain attack.mitre.org", "attack T1059.001 ← T1059/001",
		}},
		{"AS64500 ASN 131279 ASN: 4 AS400", []string{"asn AS64500", "asn AS131279 ← ASN 131279", "asn AS4 ← ASN: 4"}},
		// Telephones.
		{"+82 10-1234-5678 010-1234-5678 03-1234-5678", []string{
			"phone +821012345678 ← +82 10-1234-5678", "phone 01012345678 ← 010-1234-5678", "phone 0312345678 ← 03-1234-5678",
		}},
		{"pages 200-3000 of 2021-05-06 and 555-0100", nil},
		{"tel. 555-0100", []string{"phone 5550100 ← 555-0100"}},
		// Wallets.
		{"to 0x098B716B8Aaf21512996dC57EB0615e2383E2f96 now", []string{"wallet 0x098b716b8aaf21512996dc57eb0615e2383e2f96 ← 0x098B716B8Aaf21512996dC57EB0615e2383E2f96"}},
		{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", []string{
			"wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "wallet bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
		}},
	} {
		if got := found(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestIocextractStringsKeepTheirOffsets(t *testing.T) {
	for _, line := range sharedLines(t, "documents/iocextract/test_strings.jsonl") {
		var row struct{ String string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		extracttest.CheckSpans(t, row.String, indicator.Find(row.String, indicator.Options{}))
	}
}

// pieces are what texts of the property tests are made of: indicators in many
// writings among Chinese, Japanese, Korean and emoji.
var pieces = []string{
	"evil.example.com", "evil[.]example[.]com", "hxxps://a.example.net/p?q=漢字", "user[at]example(.)org", "192[.]0[.]2[.]1", "2001:db8::1",
	"44d88612fea8a8f36de82e1278abb02f", "CVE-2024-0001", "T1059.001", "AS64500", "+82 10-1234-5678", "공격자", "暗号資産", "カタカナ", "😀", "👨‍👩‍👧",
	" ", "\n", "。", "、", "을", "は", "é", "\u200b", "[", "]", "(", ")", ".", ":", "/", "@", "\\", "[.]", "ｅｘ", "．", "x", "1", "\xff", "𐍈",
	"0x098B716B8Aaf21512996dC57EB0615e2383E2f96", "http://", "mailto:", "김철수", "Example Alpha Trading",
}

func TestOffsetsRoundTripInAnyText(t *testing.T) {
	g := gazetteer.New([]gazetteer.Entry{{ID: "p1", Name: "김철수"}, {ID: "p2", Name: "Example Alpha Trading"}})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60).Draw(t, "pieces"), "")
		text = strings.ToValidUTF8(text, "\uFFFD")
		spans, _, err := indicator.Scan(t.Context(), text, indicator.Options{Known: g.Find})
		if err != nil {
			t.Fatal(err)
		}
		extracttest.CheckSpans(t, text, spans)
	})
}

// A defanged indicator has the value of the plain one.
func TestDefangingDoesNotChangeTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.StringMatching(`[a-z][a-z0-9]{1,10}`)
		host := label.Draw(t, "a") + "." + label.Draw(t, "b") + "." + rapid.SampledFrom([]string{"com", "net", "kr", "jp"}).Draw(t, "tld")
		dot := rapid.SampledFrom([]string{"[.]", "(.)", "{.}", "[dot]", "\\.", " [.] ", "．"}).Draw(t, "dot")
		var want, got []string
		for _, s := range indicator.Find("at https://"+host+"/x now", indicator.Options{}) {
			want = append(want, s.Value)
		}
		for _, s := range indicator.Find("at hxxps://"+strings.ReplaceAll(host, ".", dot)+"/x now", indicator.Options{}) {
			got = append(got, s.Value)
			if s.Doubt != "" {
				t.Fatalf("%+v", s)
			}
		}
		if !slices.Equal(got, want) || len(want) != 2 {
			t.Fatalf("%q with %q: %q, want %q", host, dot, got, want)
		}
	})
}

func TestHostileTextStaysBounded(t *testing.T) {
	const n = 4 << 20
	for name, unit := range map[string]string{
		"letters": "a", "dots": ".", "labels": "a.", "at": "@", "mails": "a@", "colons": ":", "hex": "ab:", "slashes": "http://",
		"open": "[", "openspace": "[ ", "dot": "[.", "zero": "\u200b", "digits": "1", "numbers": "1.", "phones": "+1-", "backslash": "\\", "han": "漢", "wide": "．",
		"urls": "http://a.com/", "brackets": "http://a.com/((((", "comma": "http://a,", "cve": "CVE-", "base58": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN",
	} {
		text := strings.Repeat(unit, n/len(unit))
		spans, cut, err := indicator.Scan(t.Context(), text, indicator.Options{MaxSpans: 1000})
		if err != nil || len(spans) > 1000 {
			t.Errorf("%s: %d spans, %v", name, len(spans), err)
		}
		if !strings.ContainsAny(unit, " ") && cut.Runs == 0 {
			t.Errorf("%s: nothing is said of a run of %d bytes without a space", name, n)
		}
	}
}

func TestRunsThatAreCutGiveNoPieces(t *testing.T) {
	text := strings.Repeat("0123456789abcdef", 3*64<<10/16+2)
	if got := indicator.Find(text, indicator.Options{}); len(got) != 0 {
		t.Errorf("%d spans out of one long run", len(got))
	}
}

func TestChunksDoNotChangeTheAnswer(t *testing.T) {
	line := "The host evil[.]example[.]com (192.0.2.1) was seen; CVE-2024-0001 was used. "
	text := strings.Repeat(line, 4000) // some 300 kB without a line end
	spans := indicator.Find(text, indicator.Options{})
	extracttest.CheckSpans(t, text, spans)
	if len(spans) != 3*4000 {
		t.Errorf("%d spans, want %d", len(spans), 3*4000)
	}
}

func TestMentionsAreSpans(t *testing.T) {
	g := gazetteer.New([]gazetteer.Entry{{ID: "p0", Name: "Example Alpha Bravo"}})
	const text = "😀 Example Alpha Bravo used evil[.]example[.]com"
	spans := indicator.Find(text, indicator.Options{Known: g.Find})
	extracttest.CheckSpans(t, text, spans)
	if len(spans) != 2 || spans[0].Kind != indicator.Party || spans[0].Detail.Party != "p0" || spans[0].Start.UTF16 != 3 || spans[0].Start.Rune != 2 {
		t.Errorf("%+v", spans)
	}
}

// A finder of the caller's that counts in another way must not break the text.
func TestMentionsOutsideTheTextAreLeftOut(t *testing.T) {
	const text = "at evil[.]example[.]com"
	known := func(string) []gazetteer.Mention {
		return []gazetteer.Mention{{Start: -1, End: 2, ID: "a"}, {Start: 3, End: 99, ID: "b"}, {Start: 5, End: 5, ID: "c"}}
	}
	if spans := indicator.Find(text, indicator.Options{Known: known}); len(spans) != 1 || spans[0].Kind != indicator.Domain {
		t.Errorf("%+v", spans)
	}
}

func TestWhatALimitCutsIsSaid(t *testing.T) {
	line := strings.Repeat("192.0.2.1 ", 10) + "\n"
	for _, c := range []struct {
		text string
		max  int
		want indicator.Cut
	}{
		{line, 10, indicator.Cut{}},
		{line, -1, indicator.Cut{}},
		{line, 9, indicator.Cut{Spans: 9, Byte: len(line)}},
		{strings.Repeat(line, 2000), 5, indicator.Cut{Spans: 5, Byte: indicator.MaxRun / len(line) * len(line)}},
	} {
		spans, cut, err := indicator.Scan(t.Context(), c.text, indicator.Options{MaxSpans: c.max})
		if err != nil || cut != c.want || c.max > 0 && len(spans) != c.max {
			t.Errorf("at most %d in %d bytes: %d spans, %+v, want %+v, %v", c.max, len(c.text), len(spans), cut, c.want, err)
		}
	}
}

func TestScanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	if _, _, err := indicator.Scan(ctx, "text", indicator.Options{}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

// sentence holds one indicator of each common kind.
const sentence = "The loader at hxxps://cdn.example[.]com/a.bin talks to 192.0.2[.]7 and drops 44d88612fea8a8f36de82e1278abb02f (CVE-2024-0001)."

func FuzzIndicators(f *testing.F) {
	for _, p := range pieces {
		f.Add(p + " and " + p)
	}
	f.Add(sentence)
	f.Add("http://192,168,0,1 http://example,com/ http://[example.com http://example[.]com/[.].com")
	f.Fuzz(func(t *testing.T, text string) {
		spans := indicator.Find(text, indicator.Options{})
		extracttest.CheckSpans(t, text, spans)
	})
}

func BenchmarkIndicators(b *testing.B) {
	prose := strings.Repeat("The group moved funds through an exchange and paid contractors in several countries. ", 10) + sentence + "\n"
	line := strings.Repeat(strings.ReplaceAll(prose, "\n", " "), 64<<20/len(prose))
	korean := strings.Repeat("북한 정찰총국 산하 조직이 가상자산 거래소를 공격하여 자금을 탈취한 것으로 확인되었다. ", 10) + "example[.]com\n"
	for _, c := range []struct{ name, text string }{
		{"prose", strings.Repeat(prose, 1000)},
		{"korean", strings.Repeat(korean, 1000)},
		{"line64MB", line},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = len(indicator.Find(c.text, indicator.Options{MaxSpans: -1}))
			}
			b.ReportMetric(float64(n), "spans")
		})
	}
	b.Run("annoctr", func(b *testing.B) {
		data, err := os.ReadFile(shareddata.Path(b, "documents/annoctr/train.bio"))
		if err != nil {
			b.Fatal(err)
		}
		var t strings.Builder
		for l := range strings.Lines(string(data)) {
			tok, _, _ := strings.Cut(l, "\t")
			fmt.Fprint(&t, strings.TrimSpace(tok), " ")
		}
		b.SetBytes(int64(t.Len()))
		b.ReportAllocs()
		for b.Loop() {
			indicator.Find(t.String(), indicator.Options{})
		}
	})
}
