package feed_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed"
	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

var update = flag.Bool("update", false, "write the golden files anew")

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{DefaultTLP: policy.Amber, Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func appendTo(t testing.TB, s journal.Journal, all ...stix.Object) {
	t.Helper()
	r, err := s.Append(context.Background(), journal.Batch{Objects: all, By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Refused) > 0 {
		t.Fatalf("%+v", r.Refused)
	}
}

// indicator makes the n-th indicator; more replaces members, nil takes one away.
func indicator(n int, language, pattern string, more map[string]any) stix.Object {
	o := stix.Object{
		"type": "indicator", "spec_version": "2.1", "id": fmt.Sprintf("indicator--00000000-0000-4000-8000-%012d", n), "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
		"name": fmt.Sprintf("EXAMPLE %d", n), "pattern_type": language, "pattern": pattern, "valid_from": "2026-01-01T00:00:00Z", "object_marking_refs": []any{policy.MarkingID(policy.Clear)},
	}
	for k, v := range more {
		if v == nil {
			delete(o, k)
			continue
		}
		o[k] = v
	}
	return o
}

func lists(t testing.TB, all ...map[string]any) *warning.Index {
	t.Helper()
	var b warning.Builder
	for _, l := range all {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Read(bytes.NewReader(text), "x"); err != nil {
			t.Fatal(err)
		}
	}
	return b.Build()
}

func list(typ string, entries ...string) map[string]any {
	return map[string]any{"name": "EXAMPLE " + typ, "slug": typ, "type": typ, "list": entries}
}

func good(t testing.TB) *warning.Index {
	return lists(t, list("string", "exact.example", "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"), list("hostname", "good.example", "below.parent.example"), list("cidr", "8.8.8.0/24", "2600:db8::/32"))
}

func write(t testing.TB, scan feed.Source, f feed.Form, o feed.Options) (string, feed.Report, []feed.Left) {
	t.Helper()
	var b bytes.Buffer
	var left []feed.Left
	o.Now = now
	o.Left = func(l feed.Left) error { left = append(left, l); return nil }
	r, err := feed.Write(context.Background(), &b, scan, f, o)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), r, left
}

func sample() []stix.Object {
	red := map[string]any{"object_marking_refs": []any{policy.MarkingID(policy.Red)}}
	return []stix.Object{
		indicator(1, "stix", "[domain-name:value = 'C2.evil-one.test.']", nil),
		indicator(2, "stix", "[domain-name:value = 'www.good.example']", nil),
		indicator(3, "stix", "[domain-name:value = 'parent.example']", nil),
		indicator(4, "stix", "[ipv4-addr:value = '8.8.8.8']", nil),
		indicator(5, "stix", "[ipv4-addr:value IN ('9.9.9.9', '9.9.9.0/24')]", nil),
		indicator(6, "stix", "[ipv6-addr:value = '2a00:1450::1']", nil),
		indicator(7, "stix", "[url:value = 'http://evil-one.test/a?b=\"1\";']", nil),
		indicator(8, "stix", "[url:value = 'https://evil-one.test:8443/x']", nil),
		indicator(9, "stix", "[file:hashes.'SHA-256' = '11BA4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b' AND file:name = 'x']", nil),
		indicator(10, "stix", "[file:hashes.'SHA-256' = '01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b']", nil),
		indicator(11, "stix", "[domain-name:value = 'secret.test']", red),
		indicator(12, "stix", "[domain-name:value = 'revoked.test']", map[string]any{"revoked": true}),
		indicator(13, "stix", "[domain-name:value = 'over.test']", map[string]any{"valid_until": "2026-02-01T00:00:00Z"}),
		indicator(14, "stix", "[domain-name:value = 'future.test']", map[string]any{"valid_from": "2026-04-01T00:00:00Z"}),
		indicator(15, "stix", "[domain-name:value = 'benign.test']", map[string]any{"indicator_types": []any{"benign"}}),
		indicator(16, "stix", "[domain-name:value = 'a.test' AND domain-name:value = 'b.test']", nil),
		indicator(17, "stix", "[domain-name:value = 'or-one.test'] OR [domain-name:value = 'or-two.test' OR ipv4-addr:value = '10.1.2.3']", nil),
		indicator(18, "yara", "rule one { strings: $a = \"}\" /* { */ condition: $a }", nil),
		indicator(19, "yara", "rule two { condition: true } /*", nil),
		indicator(20, "yara", "include \"/etc/passwd\"\nrule three { condition: true }", nil),
		indicator(21, "yara", "private rule one : tag { condition: true }", nil),
		indicator(22, "snort", "alert ip any any -> any any (sid:1;)", nil),
		indicator(23, "stix", "[domain-name:value = 'co.uk']", nil),
		indicator(24, "stix", "[domain-name:value = 'c2.EVIL-one.test']", nil),
		indicator(25, "stix", "[domain-name:value != 'x.test']", nil),
		indicator(26, "stix", "[ipv4-addr:value = '9.0.0.0/8']", nil),
		indicator(27, "stix", "[domain-name:value = 'until.test']", map[string]any{"valid_until": "2026-04-01T00:00:00Z", "name": "=cmd|' /C calc'!A0"}),
	}
}

func TestEveryFormAsItIs(t *testing.T) {
	s := open(t)
	appendTo(t, s, sample()...)
	for _, f := range feed.Forms() {
		got, r, _ := write(t, s.Scan, f, feed.Options{Warnings: good(t), Viewer: policy.Public, Zone: "block.test", Since: now.Add(-time.Hour)})
		golden(t, string(f), got)
		if r.LeftOut[feed.RuleWarning] != 3 {
			t.Errorf("%s: the warning lists spared %d: %v", f, r.LeftOut[feed.RuleWarning], r.LeftOut)
		}
		again, _, _ := write(t, s.Scan, f, feed.Options{Warnings: good(t), Viewer: policy.Public, Zone: "block.test", Since: now.Add(-time.Hour)})
		if again != got {
			t.Errorf("%s is not the same twice", f)
		}
		if strings.Contains(got, "secret.test") {
			t.Errorf("%s tells the public what is TLP:RED", f)
		}
	}
	got, _, _ := write(t, s.Scan, feed.Domains, feed.Options{Warnings: good(t), Viewer: policy.Viewer{Clearance: policy.Red}, Purpose: policy.Reading})
	if !strings.Contains(got, "secret.test") {
		t.Error("who is cleared does not get it")
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}

func TestWhatIsLeftOutSaysWhy(t *testing.T) {
	s := open(t)
	appendTo(t, s, sample()...)
	_, r, left := write(t, s.Scan, feed.Domains, feed.Options{Warnings: good(t), Viewer: policy.Public})
	want := map[string]int{
		feed.RuleWarning: 3, feed.RuleRevoked: 1, feed.RuleExpired: 1, feed.RuleNotYet: 1, feed.RuleBenign: 1, feed.RulePattern: 2,
		feed.RuleLanguage: 1, feed.RuleSuffix: 1, feed.RuleRoute: 1, feed.RuleWide: 1, feed.RuleBelow: 1,
	}
	for k := range r.LeftOut {
		if r.LeftOut[k] != want[k] {
			t.Errorf("%s: %d, want %d", k, r.LeftOut[k], want[k])
		}
		delete(want, k)
	}
	if len(want) > 0 {
		t.Errorf("nothing was left out by %v", want)
	}
	for _, l := range left {
		if l.Object == "" || l.Why == "" || (l.Rule == feed.RuleWarning) != (l.Spared.List != "") && l.Rule != feed.RuleBelow {
			t.Errorf("%+v", l)
		}
	}
	if r.Repeated != 1 {
		t.Errorf("%d repeated", r.Repeated)
	}
}

func TestWithoutWarningListsNothingIsWritten(t *testing.T) {
	var b bytes.Buffer
	_, err := feed.Write(t.Context(), &b, open(t).Scan, feed.Domains, feed.Options{})
	if !errs.Is(err, errs.Unavailable) || b.Len() > 0 {
		t.Errorf("%v, %q", err, b.String())
	}
	if _, err := feed.Write(t.Context(), &b, open(t).Scan, "nonsense", feed.Options{}); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if _, err := feed.Write(t.Context(), &b, open(t).Scan, feed.RPZ, feed.Options{Warnings: good(t), Zone: "a b\n"}); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
}

// TestASerialGrowsWithWhatTheRecipientGets and with nothing else.
func TestASerialGrowsWithWhatTheRecipientGets(t *testing.T) {
	at := now.Add(-10 * time.Hour)
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{DefaultTLP: policy.Amber, Clock: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	serial := func() uint32 {
		_, r, _ := write(t, s.Scan, feed.RPZ, feed.Options{Warnings: good(t), Viewer: policy.Public})
		return r.Serial
	}
	appendTo(t, s, indicator(1, "stix", "[domain-name:value = 'one.test']", nil))
	first := serial()
	at = at.Add(time.Hour)
	appendTo(t, s, indicator(2, "stix", "[domain-name:value = 'two.test']", map[string]any{"object_marking_refs": []any{policy.MarkingID(policy.Red)}}))
	if got := serial(); got != first {
		t.Errorf("what the recipient may not see moves the serial from %d to %d", first, got)
	}
	at = at.Add(time.Hour)
	appendTo(t, s, indicator(1, "stix", "[domain-name:value = 'one.test']", map[string]any{"revoked": true, "modified": "2026-02-01T00:00:00.000Z"}))
	if got := serial(); got <= first {
		t.Errorf("a revocation leaves the serial at %d", got)
	}
}

// TestTheSidOfAValueIsTheSameInEveryList.
func TestTheSidOfAValueIsTheSameInEveryList(t *testing.T) {
	sids := func(objects ...stix.Object) map[string]string {
		s := open(t)
		appendTo(t, s, objects...)
		text, _, _ := write(t, s.Scan, feed.Suricata, feed.Options{Warnings: good(t), Viewer: policy.Public})
		out := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)content:"\.([^"]+)".*sid:(\d+);`).FindAllStringSubmatch(text, -1) {
			out[m[1]] = m[2]
		}
		return out
	}
	a, b := indicator(1, "stix", "[domain-name:value = 'one.test']", nil), indicator(2, "stix", "[domain-name:value = 'two.test']", nil)
	x, y := sids(a, b), sids(b)
	if x["two.test"] == "" || x["two.test"] != y["two.test"] || x["one.test"] == x["two.test"] {
		t.Error(x, y)
	}
}

// outlet reads what a form publishes as its reader would, each value with whether what
// is below it goes with it. It knows nothing of how the forms are written.
func outlet(t testing.TB, f feed.Form, text string) (values []string, below map[string]bool) {
	t.Helper()
	below = map[string]bool{}
	add := func(v string) { values = append(values, v) }
	switch f {
	case feed.RPZ:
		for _, line := range strings.Split(strings.TrimSpace(text), "\n")[4:] {
			owner, rest, _ := strings.Cut(line, " ")
			if rest != "CNAME ." {
				t.Fatalf("rpz: %q", line)
			}
			if trigger, ok := strings.CutSuffix(owner, ".rpz-ip"); ok {
				p := strings.Split(trigger, ".")
				slices.Reverse(p[1:])
				sep := "."
				if len(p) != 5 || strings.Contains(trigger, "zz") {
					sep = ":"
				}
				add(strings.Replace(":"+strings.Join(p[1:], sep)+":", ":zz:", "::", 1) + "/" + p[0])
				values[len(values)-1] = tidy(values[len(values)-1])
				continue
			}
			if d, ok := strings.CutPrefix(owner, "*."); ok {
				below[d] = true
				continue
			}
			add(owner)
		}
	case feed.Hosts:
		for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
			fields := strings.Fields(line)
			if len(fields) != 2 || fields[0] != "0.0.0.0" {
				t.Fatalf("hosts: %q", line)
			}
			add(fields[1])
		}
	case feed.CSV:
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			for _, c := range r {
				if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
					t.Fatalf("csv: the cell %q is a formula", c)
				}
			}
			add(r[1])
			below[r[1]] = r[2] != "itself"
		}
	case feed.Suricata:
		rule := regexp.MustCompile(`^alert (dns|ip|http) any any -> (?:any|\[([0-9a-f.:/]+)\]) any \(msg:"CORDON [a-z]+"; (?:([a-z.]+); (dotprefix; )?content:"([^";]*)"; [^()]*)?classtype:trojan-activity; metadata:object [a-z0-9-]+; sid:\d+; rev:1;\)$`)
		for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
			m := rule.FindStringSubmatch(line)
			if m == nil {
				t.Fatalf("suricata: %q", line)
			}
			v := hexed.ReplaceAllStringFunc(m[5], func(s string) string { b, _ := strconv.ParseUint(s[1:3], 16, 8); return string(byte(b)) })
			if m[4] != "" {
				v = strings.TrimPrefix(v, ".")
				below[v] = true
			}
			add(v + m[2])
		}
	case feed.Sigma:
		for _, m := range regexp.MustCompile(`(?m)^    (?:- )?(query|query\|endswith|dst_ip|dst_ip\|cidr|c-uri|Hashes\|contains): (".*")$`).FindAllStringSubmatch(text, -1) {
			var v string
			if err := json.Unmarshal([]byte(m[2]), &v); err != nil {
				t.Fatal(err)
			}
			v = strings.NewReplacer(`\\`, `\`, `\*`, `*`, `\?`, `?`).Replace(v)
			if m[1] == "query|endswith" {
				below[strings.TrimPrefix(v, ".")] = true
				continue
			}
			if _, hash, ok := strings.Cut(v, "="); ok && strings.HasPrefix(m[1], "Hashes") {
				v = hash
			}
			add(v)
		}
		if n := strings.Count(text, "\n---\n") + 1; text != "" && n != strings.Count(text, "level: high\n") {
			t.Fatalf("sigma: %d documents and %d rules", n, strings.Count(text, "level: high\n"))
		}
	case feed.Yara:
	default:
		for line := range strings.Lines(text) {
			add(strings.TrimSuffix(line, "\n"))
			below[values[len(values)-1]] = f == feed.Domains
		}
	}
	return values, below
}

var hexed = regexp.MustCompile(`\|[0-9A-F]{2}\|`)

func tidy(s string) string {
	addr, bits, _ := strings.Cut(s, "/")
	addr = strings.Trim(addr, ":")
	if !strings.Contains(addr, "::") && strings.Contains(s, "::") {
		if strings.HasPrefix(s, "::") {
			addr = "::" + addr
		} else {
			addr += "::"
		}
	}
	return addr + "/" + bits
}

// allowed is a second, plain reading of the lists of the test below: does a published
// value touch what they hold?
func allowed(v string, below bool) string {
	host := v
	if u, err := url.Parse(v); err == nil && u.Host != "" {
		host = u.Hostname()
	}
	if p, err := netip.ParsePrefix(host); err == nil && p.Overlaps(netip.MustParsePrefix("8.8.8.0/24")) {
		return "8.8.8.0/24"
	}
	if a, err := netip.ParseAddr(host); err == nil && netip.MustParsePrefix("8.8.8.0/24").Contains(a.Unmap()) {
		return "8.8.8.0/24"
	}
	host = strings.ToLower(strings.TrimRight(host, "."))
	switch {
	case host == "exact.example", host == "xn--bcher-kva.example", host == "bücher.example":
		return host
	case host == "good.example", strings.HasSuffix(host, ".good.example"):
		return "good.example"
	case strings.Contains(host, "fragment"):
		return "fragment"
	case below && (host == "example" || host == "parent.example"):
		return "below.parent.example"
	case strings.EqualFold(v, "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"):
		return "hash"
	}
	return ""
}

// spelling writes a value as somebody does who wants it published.
func spelling(rt *rapid.T, v string) string {
	for range rapid.IntRange(0, 3).Draw(rt, "spellings") {
		switch rapid.IntRange(0, 11).Draw(rt, "how") {
		case 0:
			v = strings.ToUpper(v)
		case 1:
			v += "."
		case 2:
			v = strings.ReplaceAll(v, ".", "[.]")
		case 3:
			v = strings.ReplaceAll(v, ".", "。")
		case 4:
			v = strings.Replace(v, "e", "ｅ", 1)
		case 5:
			v = " " + v + "\n"
		case 6:
			v = strings.Replace(v, "x", "x\u200b", 1)
		case 7:
			v = "sub." + v
		case 8:
			v = strings.ReplaceAll(v, ".", "(dot)")
		case 9:
			v = strings.Replace(v, "e", "%65", 1)
		case 10:
			v = "*." + v
		case 11:
			v = strings.Replace(v, "x", "x\u00ad", 1)
		}
	}
	return v
}

// TestNothingOnAWarningListLeaves is the property of this room, over every form and
// hostile spellings.
func TestNothingOnAWarningListLeaves(t *testing.T) {
	x := lists(t, list("string", "exact.example", "bücher.example", "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"),
		list("hostname", ".good.example", "below.parent.example"), list("cidr", "8.8.8.0/24"), list("substring", "fragment"))
	hostsOf := []string{"exact.example", "bücher.example", "xn--bcher-kva.example", "good.example", "a.good.example", "parent.example", "example", "xfragmentx.test", "8.8.8.8", "0x08.8.8.8", "134744072", "010.8.8.8", "8.8.2056", "[::ffff:8.8.8.8]", "[64:ff9b::808:808]", "bad.test", "exact.example.bad.test", "notgood.example"}
	ips := []string{"8.8.8.8", "::ffff:8.8.8.8", "8.8.8.0/24", "8.8.0.0/16", "8.8.8.64/26", "::8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "9.9.9.9", "[8.8.8.8]", "8[.]8[.]8[.]8"}
	s := open(t)
	n, last := 0, int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		var batch []stix.Object
		for range rapid.IntRange(1, 6).Draw(rt, "indicators") {
			typ, v := "", ""
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				typ, v = "domain-name:value", spelling(rt, rapid.SampledFrom(hostsOf).Draw(rt, "host"))
			case 1:
				typ, v = rapid.SampledFrom([]string{"ipv4-addr:value", "ipv6-addr:value"}).Draw(rt, "family"), spelling(rt, rapid.SampledFrom(ips).Draw(rt, "ip"))
			case 2:
				scheme := rapid.SampledFrom([]string{"http", "https", "hxxp", "HTTP", "ftp"}).Draw(rt, "scheme")
				user := rapid.SampledFrom([]string{"", "u@", "u:p@", "bad.test@"}).Draw(rt, "user")
				tail := rapid.SampledFrom([]string{"", "/", ":80/x", "/?q=%0a';\"", "\\@bad.test/", "/\r\nHost: bad.test", "#x", "/x\ty"}).Draw(rt, "tail")
				typ, v = "url:value", scheme+"://"+user+spelling(rt, rapid.SampledFrom(hostsOf).Draw(rt, "host"))+tail
			case 3:
				typ, v = "file:hashes.'SHA-256'", "01BA4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"
			}
			n++
			batch = append(batch, indicator(n, "stix", "["+typ+" = '"+strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v)+"']", map[string]any{"name": rapid.SampledFrom([]string{"x", "=1+1", "\t@x", "a\"\r\n=b", "--\n...", "＝x"}).Draw(rt, "name")}))
		}
		if _, err := s.Append(t.Context(), journal.Batch{Objects: batch, By: "test"}); err != nil {
			rt.Fatal(err)
		}
		only := func(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error] {
			q.After = last
			return s.Scan(ctx, v, q)
		}
		head, err := s.Head(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		for _, f := range feed.Forms() {
			text, _, _ := write(t, only, f, feed.Options{Warnings: x, Viewer: policy.Public})
			values, below := outlet(t, f, text)
			for _, v := range values {
				if hit := allowed(v, below[v]); hit != "" {
					rt.Fatalf("%s publishes %q, which touches %s", f, v, hit)
				}
			}
		}
		last = head
	})
}

// FuzzEveryForm: whatever an indicator holds, each form can be read as its readers do,
// and holds nothing that a list spares.
func FuzzEveryForm(f *testing.F) {
	f.Add("[domain-name:value = 'a.test']", "stix", "name")
	f.Add("[url:value = 'http://a.test/\\'\";) alert']", "stix", "=1")
	f.Add("rule a { condition: /x/ }", "yara", "x")
	f.Add("[ipv6-addr:value IN ('2001:db8::1','::ffff:8.8.8.8')] OR [file:hashes.MD5 = '0123456789abcdef0123456789abcdef']", "stix", "\r\n")
	x := good(f)
	f.Fuzz(func(t *testing.T, pattern, language, name string) {
		o := indicator(1, language, pattern, map[string]any{"name": name})
		b, err := o.Canonical()
		if err != nil {
			return
		}
		j := one(journal.Entry{Seq: 1, ID: o.ID(), Type: "indicator", At: now, Canonical: b})
		for _, form := range feed.Forms() {
			text, _, _ := write(t, j, form, feed.Options{Warnings: x, Viewer: policy.Public})
			values, below := outlet(t, form, text)
			for _, v := range values {
				if hit := allowed(v, below[v]); hit == "exact.example" || hit == "good.example" || hit == "8.8.8.0/24" {
					t.Fatalf("%s publishes %q", form, v)
				}
			}
		}
	})
}

// one is the source of one entry, for what a journal would refuse.
func one(e journal.Entry) feed.Source {
	return func(context.Context, policy.Viewer, journal.Query) iter.Seq2[journal.Entry, error] {
		return func(yield func(journal.Entry, error) bool) { yield(e, nil) }
	}
}

func TestRulesOfYARAThatDoNotEndWhereTheyEnd(t *testing.T) {
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"rule a { condition: true }", true},
		{"import \"pe\"\nimport \"hash\"\nglobal private rule a : t1 t2\n{\n strings: $a = { E2 [4-6] ?? } $b = /a\\/}/ nocase\n condition: $a // }\n}\nrule b { condition: a }", true},
		{"rule a { condition: true", false},
		{"rule a { condition: true } }", false},
		{"rule a { strings: $a = \"x } condition: true }", false},
		{"rule a { strings: $a = /x } condition: true }", false},
		{"/* rule a { condition: true }", false},
		{"rule a { condition: true } extern", false},
		{"include \"x\" rule a { condition: true }", false},
		{"", false},
		{"// nothing", false},
		{"rule a { condition: true }\x00", false},
	} {
		o := indicator(1, "yara", c.text, nil)
		b, err := o.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		text, r, _ := write(t, one(journal.Entry{Seq: 1, ID: o.ID(), Type: "indicator", Canonical: b}), feed.Yara, feed.Options{Warnings: good(t), Viewer: policy.Public})
		if (r.Published == 1) != c.ok || c.ok && text != c.text+"\n" {
			t.Errorf("%q: published %d, %q", c.text, r.Published, text)
		}
	}
}
