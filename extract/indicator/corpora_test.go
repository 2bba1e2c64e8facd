package indicator_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/extract/extracttest"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/internal/shareddata"
)

// goldText is a corpus of tokens put together as text, with the byte ranges of
// its annotated indicators.
type goldText struct {
	text string
	gold [][2]int
}

// readCyNER puts the tokens of the corpus together again. Its tokeniser set the
// colon of a URL and the brackets of a defanged dot apart and often ended the
// sentence at the dot, so "evil [ ." and "] com" are joined to what they were.
func readCyNER(t testing.TB) goldText {
	t.Helper()
	var b strings.Builder
	var g goldText
	open, glue := false, true
	for _, name := range []string{"train.txt", "valid.txt", "test.txt"} {
		data, err := os.ReadFile(shareddata.Path(t, "documents/cyner/"+name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			tok, label, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
			if !ok {
				if !strings.HasSuffix(b.String(), "[.") {
					b.WriteString("\n")
					open, glue = false, true
				}
				continue
			}
			indicator := strings.Contains(label, "-Indicator")
			joins := tok == ":" || strings.HasPrefix(tok, "//") || indicator && (tok == "[" || tok == "]" || tok == ".")
			if !glue && !joins {
				b.WriteString(" ")
			}
			start := b.Len()
			b.WriteString(tok)
			if indicator && (open && (glue || joins) || open && label[0] == 'I') {
				g.gold[len(g.gold)-1][1] = b.Len()
			} else if indicator {
				g.gold = append(g.gold, [2]int{start, b.Len()})
			}
			open = indicator
			glue = indicator && (tok == "[" || tok == "]" || tok == "." || tok == ":" || tok == "//")
		}
	}
	g.text = b.String()
	return g
}

// TestCyNERIndicators measures against the indicators of CyNER. It annotates
// also files, packages and commands, which are not kinds of this package, so
// recall is asked for the forms that are, told by their own plain expressions.
func TestCyNERIndicators(t *testing.T) {
	g := readCyNER(t)
	spans := indicator.Find(g.text, indicator.Options{})
	overlap := func(a, b int) bool {
		for _, r := range g.gold {
			if a < r[1] && r[0] < b {
				return true
			}
		}
		return false
	}
	right, all := map[indicator.Kind]int{}, map[indicator.Kind]int{}
	var wrong []string
	for _, s := range spans {
		if s.Detail.Within != "" || s.Kind == indicator.Phone || s.Kind == indicator.CVE || s.Kind == indicator.Attack || s.Kind == indicator.Wallet {
			continue
		}
		all[s.Kind]++
		if overlap(s.Start.Byte, s.End.Byte) {
			right[s.Kind]++
		} else {
			wrong = append(wrong, string(s.Kind)+" "+s.Raw)
		}
	}
	forms := map[indicator.Kind]*regexp.Regexp{
		indicator.Hash:  regexp.MustCompile(`^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`),
		indicator.IPv4:  regexp.MustCompile(`^\d{1,3}(?:\[?\.\]?\d{1,3}){3}$`),
		indicator.URL:   regexp.MustCompile(`^(?i:https?|hxxps?)://[^/]*\.[^/]`),
		indicator.Email: regexp.MustCompile(`^\S+@\S+\.\S+$`),
	}
	hit, asked := map[indicator.Kind]int{}, map[indicator.Kind]int{}
	var missed []string
	for _, r := range g.gold {
		text := g.text[r[0]:r[1]]
		for k, form := range forms {
			if !form.MatchString(text) {
				continue
			}
			asked[k]++
			ok := false
			for _, s := range spans {
				ok = ok || s.Kind == k && s.Start.Byte < r[1] && r[0] < s.End.Byte
			}
			if ok {
				hit[k]++
			} else {
				missed = append(missed, string(k)+" "+text)
			}
		}
	}
	t.Logf("annotated %v of found %v; found %v of annotated %v", right, all, hit, asked)
	t.Logf("found and not annotated: %q", wrong)
	t.Logf("annotated and not found: %q", missed)
	if p := share(right, all); p < 0.97 {
		t.Errorf("precision %.4f is under 0.97", p)
	}
	if r := share(hit, asked); r < 0.99 {
		t.Errorf("recall %.4f is under 0.99", r)
	}
}

func share(part, whole map[indicator.Kind]int) float64 {
	a, b := 0, 0
	for k, n := range whole {
		a, b = a+part[k], b+n
	}
	return float64(a) / float64(b)
}

// TestCorporaAreRead reads every annotated corpus without a panic.
func TestCorporaAreRead(t *testing.T) {
	for _, name := range []string{"documents/annoctr/train.bio", "documents/annoctr/dev.bio", "documents/cyner/train.txt"} {
		data, err := os.ReadFile(shareddata.Path(t, name))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for line := range strings.Lines(string(data)) {
			tok, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
			b.WriteString(tok + " ")
		}
		spans := indicator.Find(b.String(), indicator.Options{})
		extracttest.CheckSpans(t, b.String(), spans)
		if len(spans) == 0 {
			t.Errorf("%s: no indicators", name)
		}
	}
	files, _ := filepath.Glob(shareddata.Path(t, "documents/tram_dprk") + "/*")
	for _, f := range append(files, shareddata.Path(t, "documents/re3d/re3d.jsonl")) {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var row struct{ Text string }
			if json.Unmarshal([]byte(line), &row) != nil {
				row.Text = line
			}
			extracttest.CheckSpans(t, row.Text, indicator.Find(row.Text, indicator.Options{}))
		}
	}
}
