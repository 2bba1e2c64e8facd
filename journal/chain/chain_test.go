package chain_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/chain"
)

type event struct {
	Prev string `json:"prev"`
	Say  string `json:"say"`
}

var form = chain.Form{Name: "the file of words", Version: "cordon-words/1", MaxLine: 4096, Lost: "Put the file back from a copy."}

func open(path string) (*chain.File, []string, error) {
	var said []string
	f, err := chain.Open(path, form, func(line []byte) error {
		var e event
		if err := chain.Decode(line, &e); err != nil {
			return err
		}
		said = append(said, e.Say)
		return nil
	})
	return f, said, err
}

// written makes a file of some words and returns its path.
func written(t *testing.T, words ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "words.jsonl")
	f, _, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if err := f.Append(event{f.Head(), w}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(b), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEventsComeBackInOrder(t *testing.T) {
	f, said, err := open(written(t, "one", "two", "three"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := strings.Join(said, " "); got != "one two three" {
		t.Errorf("%q came back", got)
	}
}

func TestChangedFilesAreRefusedWithTheirLine(t *testing.T) {
	for what, c := range map[string]struct {
		change func([]byte) []byte
		line   string
	}{
		"a changed word": {func(b []byte) []byte { return bytes.Replace(b, []byte("one"), []byte("won"), 1) }, "line 2"},
		"a line taken out": {func(b []byte) []byte {
			l := bytes.SplitAfter(b, []byte("\n"))
			return bytes.Join([][]byte{l[0], l[2], l[3]}, nil)
		}, "line 1"},
		"no JSON":            {func(b []byte) []byte { return append(b, "word\n"...) }, "line 5"},
		"a line too long":    {func(b []byte) []byte { return append(b, bytes.Repeat([]byte("x"), 5000)...) }, "line 5"},
		"another first line": {func(b []byte) []byte { return bytes.Replace(b, []byte("cordon-words"), []byte("cordon-other"), 1) }, "line 1"},
	} {
		t.Run(what, func(t *testing.T) {
			path := written(t, "one", "two", "three")
			edit(t, path, c.change)
			_, _, err := open(path)
			if !errs.Is(err, errs.Internal) || !strings.Contains(err.Error(), c.line) {
				t.Errorf("%v, want the damage of %s", err, c.line)
			}
		})
	}
}

func TestAnEventWithMoreThanItKnowsIsRefused(t *testing.T) {
	var e event
	for _, line := range []string{`{"prev":"","say":"a","more":1}`, `{"prev":"","say":"a"} {}`, `[]`} {
		if chain.Decode([]byte(line), &e) == nil {
			t.Errorf("%s is taken for an event", line)
		}
	}
}

func TestAnUnfinishedLineIsCutOffAndSaid(t *testing.T) {
	path := written(t, "one")
	edit(t, path, func(b []byte) []byte { return append(b, `{"prev":"`...) })
	f, said, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if len(said) != 1 || len(f.Notes()) != 1 {
		t.Errorf("%v came back, with the notes %q", said, f.Notes())
	}
	if err := f.Append(event{f.Head(), "two"}); err != nil {
		t.Error(err)
	}
}

func TestOtherVersionsAndOtherWritersAreConflicts(t *testing.T) {
	path := written(t)
	edit(t, path, func(b []byte) []byte { return bytes.Replace(b, []byte("words/1"), []byte("words/9"), 1) })
	if _, _, err := open(path); !errs.Is(err, errs.Conflict) {
		t.Errorf("another version: %v", err)
	}
	path = written(t, "one")
	f, _, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, path, func(b []byte) []byte { return append(b, "{}\n"...) })
	if err := f.Append(event{f.Head(), "two"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("another writer: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Append(event{f.Head(), "two"}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("closed: %v", err)
	}
}

func TestTooLongAnEventIsRefusedAndNothingIsWritten(t *testing.T) {
	path := written(t, "one")
	f, _, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	before := f.Head()
	if err := f.Append(event{before, strings.Repeat("x", 5000)}); !errs.Is(err, errs.Invalid) || f.Head() != before {
		t.Errorf("%v, and the head is %s", err, f.Head())
	}
}

func TestTheFileIsItsOwnersOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes of files say nothing on Windows")
	}
	path := written(t, "one")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f, _, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 || len(f.Notes()) != 1 {
		t.Errorf("%v %v %q", i.Mode(), err, f.Notes())
	}
}
