package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
	"github.com/cordon-project/cordon/starter"
)

// cordon runs the program and returns its exit code and what it wrote.
func cordon(ctx context.Context, in io.Reader, args ...string) (code int, out, problems string) {
	var o, e bytes.Buffer
	code = Main(ctx, args, run.Streams{In: in, Out: &o, Err: &e})
	return code, o.String(), e.String()
}

// customers are some hundred names: those of the starter pack as they are, in
// another order and cut, and names of nobody.
func customers(t *testing.T) (names []string) {
	t.Helper()
	for o, err := range starter.Objects() {
		if err != nil {
			t.Fatal(err)
		}
		if name := o.Str("name"); name != "" && (o.Type() == "identity" || o.Type() == "intrusion-set") {
			words := strings.Fields(name)
			slices.Reverse(words)
			names = append(names, name, strings.Join(words, " "), words[0], fmt.Sprintf("Nobody Atall %d", len(names)))
		}
	}
	if len(names) < 300 {
		t.Fatalf("%d names only", len(names))
	}
	return names[:300]
}

// filler makes the input longer than what is read of it to tell its columns.
var filler = strings.Repeat("x", 2500)

func asLines(names []string) string {
	var b strings.Builder
	b.WriteString("name,notes\n")
	for _, n := range names {
		fmt.Fprintf(&b, "%q,%s\n", n, filler)
	}
	return b.String()
}

// served is the folder of a node that runs.
func served(t *testing.T) string {
	t.Helper()
	c := nodetest.Config(t)
	nodetest.Serve(t, c, node.Options{})
	t.Setenv("LANG", "C")
	return c.Home
}

func TestABatchAnswersAsTheSingleCommandDoes(t *testing.T) {
	home, names := served(t), customers(t)
	_, out, problems := cordon(t.Context(), strings.NewReader(asLines(names)), "screen", "--home", home, "--batch", "-", "--all", "--format", "ndjson", "--profile", "recall", "--quiet")
	dec := json.NewDecoder(strings.NewReader(out))
	states := map[screen.State]int{}
	for _, name := range names {
		var row batch.Result
		if err := dec.Decode(&row); err != nil {
			t.Fatalf("%v %s", err, problems)
		}
		_, out, problems := cordon(t.Context(), nil, "screen", "--home", home, "--json", "--kind", "name", "--alerts-only", "--profile", "recall", "--", name)
		var alone screen.Answer
		if err := json.Unmarshal([]byte(out), &alone); err != nil {
			t.Fatalf("%v %s", err, problems)
		}
		if d := cmp.Diff(alone, row.Answer, cmpopts.IgnoreFields(screen.Stands{}, "At")); d != "" {
			t.Fatalf("%s: %s", name, d)
		}
		states[alone.State]++
	}
	if states[screen.Likely] < 50 || states[screen.None] < 50 {
		t.Errorf("the names give the states %v", states)
	}
}

// breaksOff gives the beginning of an input and then ends the program's context.
type breaksOff struct {
	rest io.Reader
	end  func()
}

func (b *breaksOff) Read(p []byte) (int, error) {
	n, err := b.rest.Read(p)
	if errors.Is(err, io.EOF) {
		b.end()
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

func TestAnInterruptedBatchGoesOnToTheSameBytes(t *testing.T) {
	home, dir := served(t), t.TempDir()
	input := asLines(customers(t))
	file := func(name string) string { return filepath.Join(dir, name) }
	read := func(name string) string {
		b, err := os.ReadFile(file(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	args := func(out string) []string {
		return []string{"screen", "--home", home, "--batch", "-", "--out", file(out), "--quiet"}
	}
	if code, _, problems := cordon(t.Context(), strings.NewReader(input), args("whole.csv")...); code != 11 {
		t.Fatalf("exit %d: %s", code, problems)
	}
	ctx, stop := context.WithCancel(t.Context())
	half := input[:strings.LastIndexByte(input[:len(input)/2], '\n')+1]
	code, _, problems := cordon(ctx, &breaksOff{strings.NewReader(half), stop}, args("parts.csv")...)
	if want := errs.ExitCode(errs.New(errs.Unavailable, "")); code != want || read("parts.csv"+batch.StateSuffix) == "" {
		t.Fatalf("exit %d: %s", code, problems)
	}
	if code, _, problems := cordon(t.Context(), strings.NewReader(input), args("parts.csv")...); code != 11 {
		t.Fatalf("exit %d: %s", code, problems)
	}
	if d := cmp.Diff(read("whole.csv"), read("parts.csv")); d != "" {
		t.Error(d)
	}
	// The names of customers are in the output and nowhere else.
	if strings.Contains(problems, "Nobody") {
		t.Errorf("a name was said: %s", problems)
	}
}
