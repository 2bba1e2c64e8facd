package normal_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/pattern/normal"
)

func TestEquivalenceVerdicts(t *testing.T) {
	file, err := os.Open(shareddata.Path(t, "cti/pattern/equivalence-cases.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	right := 0
	for s := bufio.NewScanner(file); s.Scan(); {
		var c struct {
			A, B, Version string
			Equivalent    bool
		}
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		a, errA := pattern.ParseGrammar(c.A, pattern.Version(c.Version))
		b, errB := pattern.ParseGrammar(c.B, pattern.Version(c.Version))
		if errA != nil || errB != nil {
			t.Error(errA, errB)
			continue
		}
		got, err := normal.Equivalent(a, b)
		if err != nil || got != c.Equivalent {
			t.Errorf("%s | %s: %v, %v, want %v", c.A, c.B, got, err, c.Equivalent)
			continue
		}
		right++
	}
	if right != 172 {
		t.Errorf("%d right, want 172", right)
	}
}

func form(t testing.TB, s string) string {
	t.Helper()
	n, err := pattern.ParseGrammar(s, pattern.V21)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	f, err := normal.Of(n)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return f.String()
}

func TestForms(t *testing.T) {
	for in, want := range map[string]string{
		"[b:c = 2 AND a:b = 1]":                                                                    "",
		"[a:b = 1] AND [b:c = 2 AND a:b = 1]":                                                      "",
		"[a:b = 1] OR [b:c = 2 AND a:b = 1]":                                                       "[a:b = 1]",
		"([a:b = 1] AND [b:c = 2 AND a:b = 1]) OR [a:b = 3]":                                       "[a:b = 3]",
		"[a:b == 1.50 AND a:b <> -0.0]":                                                            "[a:b != 0 AND a:b = 1.5]",
		"[a:b IN ('y', 'x', 'y')]":                                                                 "[a:b IN ('x', 'y')]",
		"[a:b NOT IN (t'2026-01-01T00:00:00.10Z', t'2026-01-01T00:00:00.000Z')]":                   "[a:b NOT IN (t'2026-01-01T00:00:00.1Z', t'2026-01-01T00:00:00Z')]",
		"[a:b = h'FF' OR NOT EXISTS a:'c d'[*].e]":                                                 "[NOT EXISTS a:'c d'[*].e OR a:b = h'ff']",
		`[a:b = '\'\\']`:                                                                           `[a:b = '\'\\']`,
		"[ipv4-addr:value ISSUBSET '198.51.100.77/24' OR ipv4-addr:value = '010.0.0.1']":           "[ipv4-addr:value = '010.0.0.1' OR ipv4-addr:value ISSUBSET '198.51.100.0/24']",
		"[ipv4-addr:value LIKE '198.51.100.77/24' AND ipv4-addr:value MATCHES '198.51.100.77/24']": "[ipv4-addr:value LIKE '198.51.100.77/24' AND ipv4-addr:value MATCHES '198.51.100.77/24']",
		"[ipv6-addr:value = '2001:DB8:0::1/64']":                                                   "[ipv6-addr:value = '2001:db8::/64']",
		"[ipv6-addr:value = 'fe80::1%eth0' OR ipv4-addr:value = '::1']":                            "[ipv4-addr:value = '::1' OR ipv6-addr:value = 'fe80::1%eth0']",
		`[windows-registry-key:key MATCHES '\\S' AND windows-registry-key:key LIKE 'HKEY%']`:       `[windows-registry-key:key LIKE 'hkey%' AND windows-registry-key:key MATCHES '\\S']`,
		"([a:b = 2] OR [a:b = 1]) WITHIN 2.0 SECONDS REPEATS 3 TIMES":                              "(([a:b = 1] OR [a:b = 2]) WITHIN 2 SECONDS) REPEATS 3 TIMES",
		"[c:d = 1] FOLLOWEDBY ([b:c = 2] AND ([a:b = 1] OR [a:b = 2]))":                            "([c:d = 1] FOLLOWEDBY [a:b = 1] AND [b:c = 2]) OR ([c:d = 1] FOLLOWEDBY [a:b = 2] AND [b:c = 2])",
		"([a:b = 1] FOLLOWEDBY [a:b = 2]) AND [a:b = 3]":                                           "([a:b = 1] FOLLOWEDBY [a:b = 2]) AND [a:b = 3]",
	} {
		got := form(t, in)
		if got != want {
			t.Errorf("%s:\n  got  %s\n  want %s", in, got, want)
		}
	}
}

func TestHostileFormsAreRefused(t *testing.T) {
	inner := "(a:b = 1 OR a:c = 1) AND (a:b = 2 OR a:c = 2)"
	for i := 3; i < 40; i++ {
		inner += strings.ReplaceAll(" AND (a:b = # OR a:c = #)", "#", strings.Repeat("1", i))
	}
	outer := "([a:b = 1] OR [a:b = 2])"
	for i := 3; i < 40; i++ {
		outer += strings.ReplaceAll(" FOLLOWEDBY ([a:b = #] OR [a:c = #])", "#", strings.Repeat("1", i))
	}
	for _, s := range []string{"[" + inner + "]", outer} {
		n, err := pattern.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := normal.Of(n); !errs.Is(err, errs.Invalid) {
			t.Errorf("%.60s…: %v", s, err)
		}
	}
}
