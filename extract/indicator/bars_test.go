package indicator_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/internal/shareddata"
)

func sharedLines(t testing.TB, name string) []string {
	t.Helper()
	f, err := os.Open(shareddata.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() != "" {
			lines = append(lines, s.Text())
		}
	}
	return lines
}

// TestIocextractCorpus holds the bar of 48 of 48 valid and none of 11 invalid:
// as in the corpus's own test, what counts is the exact writing of each span
// found in input.txt.
func TestIocextractCorpus(t *testing.T) {
	input, err := os.ReadFile(shareddata.Path(t, "documents/iocextract/input.txt"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, s := range indicator.Find(string(input), indicator.Options{}) {
		found[s.Raw] = true
	}
	valid := sharedLines(t, "documents/iocextract/valid.txt")
	got := 0
	for _, v := range valid {
		if found[v] {
			got++
		} else {
			t.Errorf("valid not found: %s", v)
		}
	}
	wrong := 0
	for _, v := range sharedLines(t, "documents/iocextract/invalid.txt") {
		if found[v] {
			wrong++
			t.Errorf("invalid found: %s", v)
		}
	}
	t.Logf("valid %d of %d, invalid %d", got, len(valid), wrong)
	if len(valid) != 48 {
		t.Errorf("valid.txt has %d lines, not 48", len(valid))
	}
}

// TestEachValidLineAlone asks the same of each line by itself.
func TestEachValidLineAlone(t *testing.T) {
	for _, v := range sharedLines(t, "documents/iocextract/valid.txt") {
		spans := indicator.Find(v, indicator.Options{})
		if len(spans) == 0 || strings.TrimSpace(spans[0].Raw) != v {
			t.Errorf("%s: %+v", v, spans)
		}
	}
}
