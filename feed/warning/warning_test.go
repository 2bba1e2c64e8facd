package warning_test

import (
	"compress/gzip"
	"encoding/json"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/internal/shareddata"
)

const lists = `
{"name":"EXAMPLE exact","slug":"exact","type":"string","version":3,"list":["Exact.example","b\u00fccher.example","01BA4719C80B6FE911B091A7C05124B64EEECE964E09C058EF8F9805DACA546B","https://cdn.example/lib.js"],"matching_attributes":["domain"]}
{"name":"EXAMPLE hosts","slug":"hosts","type":"hostname","version":"2","list":[".host.example","deep.under.example","arpa"],"matching_attributes":["hostname","url"]}
{"name":"EXAMPLE nets","slug":"nets","type":"cidr","version":1,"list":["192.0.2.0/25","198.51.100.7","2001:db8::/48"],"matching_attributes":["ip-dst"]}
{"name":"EXAMPLE parts","slug":"parts","type":"substring","version":1,"list":["goodpart","ok."],"matching_attributes":["domain"]}
{"name":"EXAMPLE mail","slug":"mail","type":"substring","version":1,"list":["e"],"matching_attributes":["email-src"]}
{"name":"EXAMPLE regexes","slug":"regexes","type":"regex","version":1,"list":["/^safe[0-9]+\\./i"],"matching_attributes":["domain"]}
`

func index(t testing.TB) *warning.Index {
	t.Helper()
	var b warning.Builder
	if err := b.Read(strings.NewReader(lists), "x"); err != nil {
		t.Fatal(err)
	}
	return b.Build()
}

// TestEverySpellingOfASparedValueIsSpared: what is the same for a resolver or a
// browser is the same here, or is no value at all.
func TestEverySpellingOfASparedValueIsSpared(t *testing.T) {
	x := index(t)
	for _, c := range []struct{ kind, value, slug string }{
		{"domain", "exact.example", "exact"},
		{"domain", "EXACT.Example.", "exact"},
		{"domain", "exact[.]example", "exact"},
		{"domain", "exact。example", "exact"},
		{"domain", "ｅxact.example", "exact"},
		{"domain", "ex\u200bact.example", "exact"},
		{"domain", "xn--bcher-kva.example", "exact"},
		{"domain", "BÜCHER.example", "exact"},
		{"domain", "bu\u0308cher.example", "exact"},
		{"domain", "sub.exact.example", ""},
		{"domain", "notexact.example", ""},
		{"domain", "host.example", "hosts"},
		{"domain", "a.b.HOST.example", "hosts"},
		{"domain", "ghost.example", ""},
		{"domain", "1.in-addr.arpa", "hosts"},
		{"domain", "xgoodpartx.example", "parts"},
		{"domain", "book.example", "parts"},
		{"domain", "safe12.example", "regexes"},
		{"domain", "unsafe12.example", ""},
		{"ip", "192.0.2.127", "nets"},
		{"ip", "192.0.2.128", ""},
		{"ip", "::ffff:192.0.2.1", "nets"},
		{"ip", "64:ff9b::c000:201", "nets"},
		{"ip", "2002:c000:0201::1", "nets"},
		{"ip", "::192.0.2.1", "nets"},
		{"ip", "198[.]51[.]100[.]7", "nets"},
		{"ip", "198.51.100.0/24", "nets"},
		{"ip", "192.0.2.64/26", "nets"},
		{"ip", "192.0.2.128/25", ""},
		{"ip", "2001:0DB8:0:0::1", "nets"},
		{"ip", "2001:db8:1::", ""},
		{"url", "hxxp://exact[.]example/evil", "exact"},
		{"url", "https://user:pw@EXACT.example.:443/", "exact"},
		{"url", "http://x.host.example:8080/a", "hosts"},
		{"url", "http://exact.example@other.example/", ""},
		{"url", "http://0xC0.0.0x2.1/", "nets"},
		{"url", "http://3221225985/", "nets"},
		{"url", "http://0300.0.513/", "nets"},
		{"url", "http://[::ffff:192.0.2.1]/", "nets"},
		{"url", "https://CDN.example/lib.js", "exact"},
		{"url", "https://cdn.example/other.js", ""},
		{"url", "http://ex%61ct.example/", "exact"},
		{"hash", "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b", "exact"},
		{"hash", "11ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b", ""},
	} {
		h, spared, refused := ask(x, c.kind, c.value)
		switch {
		case refused && c.slug == "":
			t.Errorf("%s %q is refused", c.kind, c.value)
		case !refused && (spared != (c.slug != "") || h.Slug != c.slug):
			t.Errorf("%s %q: %v by %+v, want %q", c.kind, c.value, spared, h, c.slug)
		}
	}
}

func ask(x *warning.Index, kind, value string) (h warning.Hit, spared, refused bool) {
	switch kind {
	case "domain":
		d, err := warning.ParseDomain(value)
		if err != nil {
			return h, false, true
		}
		h, spared = x.Domain(d)
	case "ip":
		p, err := warning.ParseIP(value)
		if err != nil {
			return h, false, true
		}
		h, spared = x.IP(p)
	case "url":
		u, err := warning.ParseURL(value)
		if err != nil {
			return h, false, true
		}
		h, spared = x.URL(u)
	case "hash":
		_, s, err := warning.ParseHash(value)
		if err != nil {
			return h, false, true
		}
		h, spared = x.Hash(s)
	}
	return h, spared, false
}

func TestWhatIsReadTwoWaysIsNoValue(t *testing.T) {
	for _, bad := range []string{"", ".", "example", "1.2.3.4", "a..example", "-a.example", "a.example\n0.0.0.0 b.example", "a.example;", "xn--a.example", "xn--exact-.example", "a b.example", strings.Repeat("a", 64) + ".example", strings.Repeat("a.", 130) + "example", "a.0x1"} {
		if d, err := warning.ParseDomain(bad); err == nil {
			t.Errorf("%q is the domain %s", bad, d)
		}
	}
	for _, bad := range []string{"", "010.0.0.1", "1.2.3", "fe80::1%eth0", "1.2.3.4 ; x", "1.2.3.4/33"} {
		if p, err := warning.ParseIP(bad); err == nil {
			t.Errorf("%q is the address %s", bad, p)
		}
	}
	for _, bad := range []string{"", "/gate.php", "a.example/x", "http://", "http://evil.example\\@exact.example/", "http://a.example/\r\nHost: b", "http://a b.example/", "mailto:a@b.example", "http://a.example:99999/", "http://1.2.3.4.5/"} {
		if u, err := warning.ParseURL(bad); err == nil {
			t.Errorf("%q is the URL %s", bad, u.Text)
		}
	}
}

func TestBelowNamesWhatABlockWouldCutOff(t *testing.T) {
	x := index(t)
	for d, want := range map[string]string{"under.example": "deep.under.example", "example": "b", "deep.under.example": "", "nder.example": "", "other.example": ""} {
		h, ok := x.Below(d)
		if ok != (want != "") || want != "" && want != "b" && h.Entry != want {
			t.Errorf("%s: %v %+v", d, ok, h)
		}
	}
}

func TestAListThatCannotBeReadWholeIsAnError(t *testing.T) {
	for _, bad := range []string{
		``, `{}`, `{"name":"x","type":"string"}`, `{"name":"x","type":"future","list":["a"]}`, `{"name":"x","type":"string","list":["a"`,
		`{"name":"x","type":"regex","list":["/(?=a)b/"]}`, `{"name":"x","type":"string","list":["a"]} junk`, `[{"name":"x","type":"string","list":["a"]}`,
	} {
		var b warning.Builder
		if err := b.Read(strings.NewReader(bad), "x"); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

// TestTheIndexIsTheLists: against a second, plain reading of what the types mean.
func TestTheIndexIsTheLists(t *testing.T) {
	label := rapid.StringMatching(`[a-c]{1,2}`)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.Custom(func(rt *rapid.T) string {
			return strings.Join(rapid.SliceOfN(label, 2, 4).Draw(rt, "labels"), ".")
		})
		exact, hosts := rapid.SliceOfN(name, 1, 8).Draw(rt, "exact"), rapid.SliceOfN(name, 1, 8).Draw(rt, "hosts")
		var b warning.Builder
		for typ, l := range map[string][]string{"string": exact, "hostname": hosts} {
			text, err := json.Marshal(map[string]any{"name": typ, "type": typ, "list": l})
			if err != nil {
				rt.Fatal(err)
			}
			if err := b.Read(strings.NewReader(string(text)), typ); err != nil {
				rt.Fatal(err)
			}
		}
		x := b.Build()
		d := name.Draw(rt, "domain")
		want, below := false, false
		for _, e := range exact {
			want = want || e == d
			below = below || strings.HasSuffix(e, "."+d)
		}
		for _, e := range hosts {
			want = want || e == d || strings.HasSuffix(d, "."+e)
			below = below || strings.HasSuffix(e, "."+d)
		}
		if _, got := x.Domain(d); got != want {
			rt.Fatalf("%s: %v, want %v", d, got, want)
		}
		if _, got := x.Below(d); got != below {
			rt.Fatalf("below %s: %v, want %v", d, got, below)
		}
	})
}

func TestNetworksOverlapAsNetipSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		prefix := rapid.Custom(func(rt *rapid.T) netip.Prefix {
			a := netip.AddrFrom4([4]byte{10, 0, byte(rapid.IntRange(0, 3).Draw(rt, "c")), byte(rapid.IntRange(0, 255).Draw(rt, "d"))})
			p, err := a.Prefix(rapid.IntRange(20, 32).Draw(rt, "bits"))
			if err != nil {
				rt.Fatal(err)
			}
			return p
		})
		all := rapid.SliceOfN(prefix, 1, 6).Draw(rt, "list")
		var entries []string
		for _, p := range all {
			entries = append(entries, p.String())
		}
		text, err := json.Marshal(map[string]any{"name": "x", "type": "cidr", "list": entries})
		if err != nil {
			rt.Fatal(err)
		}
		var b warning.Builder
		if err := b.Read(strings.NewReader(string(text)), "x"); err != nil {
			rt.Fatal(err)
		}
		p, want := prefix.Draw(rt, "asked"), false
		for _, q := range all {
			want = want || q.Overlaps(p)
		}
		if _, got := b.Build().IP(p); got != want {
			rt.Fatalf("%s in %v: %v, want %v", p, all, got, want)
		}
	})
}

func TestTheRealListsAreReadWhole(t *testing.T) {
	f, err := os.Open(shareddata.Path(t, "cti/misp/warninglists.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var b warning.Builder
	if err := b.Read(z, "x"); err != nil {
		t.Fatal(err)
	}
	x := b.Build()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if x.Entries() != 528_972 || len(x.Lists()) != 136 {
		t.Errorf("%d entries in %d lists", x.Entries(), len(x.Lists()))
	}
	for _, d := range []string{"www.google.com", "google.com", "github.com"} {
		if _, ok := x.Domain(d); !ok {
			t.Errorf("%s is not spared", d)
		}
	}
	if _, ok := x.IP(netip.MustParsePrefix("8.8.8.8/32")); !ok {
		t.Error("8.8.8.8 is not spared")
	}
	t.Logf("%d entries take %d MB", x.Entries(), (after.HeapAlloc-before.HeapAlloc)>>20)
	runtime.KeepAlive(x)
}

// FuzzCanonical: the canonical form of a canonical form is itself, and has only
// characters that no format takes for its own.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"a[.]example", "hxxp://user@ａ.example:80/%20?q='\"", "::ffff:1.2.3.4", "0x7f.1", "xn--bcher-kva.example", "http://[2001:db8::1]:8080/", "198.51.100.0/24"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := warning.ParseDomain(s); err == nil {
			again, err := warning.ParseDomain(d)
			if err != nil || again != d || strings.Trim(d, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
				t.Fatalf("%q: %q, %q, %v", s, d, again, err)
			}
		}
		if p, err := warning.ParseIP(s); err == nil {
			if again, err := warning.ParseIP(p.String()); err != nil || again != p {
				t.Fatalf("%q: %s, %s, %v", s, p, again, err)
			}
		}
		if u, err := warning.ParseURL(s); err == nil {
			again, err := warning.ParseURL(u.Text)
			if err != nil || again != u {
				t.Fatalf("%q: %+v, %+v, %v", s, u, again, err)
			}
			if strings.ContainsAny(u.Text, " \t\r\n\"<>\\^`{|}'") {
				t.Fatalf("%q became %q", s, u.Text)
			}
		}
	})
}
