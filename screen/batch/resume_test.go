package batch_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
)

// job is one run into a folder.
type job struct {
	input string
	read  batch.ReadOptions
	out   batch.Output
	ask   batch.Asker
	seen  func(n int64) // is told of each result
}

func newJob(dir, input string) job {
	return job{input: input, ask: answers, out: batch.Output{Path: filepath.Join(dir, "alerts.csv"), Size: int64(len(input)), Options: "csv all", Rules: "test-1"}}
}

// watched tells of each result that was given to its handler.
type watched struct {
	batch.Handler
	n    int64
	seen func(int64)
}

func (w *watched) Result(r batch.Result) error {
	err := w.Handler.Result(r)
	w.n++
	if w.seen != nil {
		w.seen(w.n)
	}
	return err
}

func (j job) run(ctx context.Context) (batch.Summary, error) {
	in, err := batch.NewReader(strings.NewReader(j.input), j.read)
	if err != nil {
		return batch.Summary{}, err
	}
	r, err := batch.Begin(j.out, in)
	if err != nil {
		return batch.Summary{}, err
	}
	defer func() { _ = r.Close() }()
	h := &watched{Handler: batch.NewCSV(r, batch.CSVOptions{Select: batch.All}), seen: j.seen}
	return batch.Run(ctx, batch.Options{Ask: j.ask, Workers: 3, Resume: r}, in.Rows(), h)
}

func content(t interface{ Fatal(...any) }, path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// randomInput has sound rows, rows over several lines and malformed ones.
func randomInput(t *rapid.T) string {
	row := rapid.SampledFrom([]string{"1,Kim Sang Man\n", "2,Lee\n", "3,\"a\nb\nc\"\n", "4,\"open\n", "5,x,y\n", "6,Bad\n", "\n", "7,K\xffm\n", "8,\"김\r\n\"\r\n"})
	return "reference,name\n" + strings.Join(rapid.SliceOfN(row, 1, 60).Draw(t, "rows"), "")
}

// TestAStoppedRunGoesOnToTheSameBytes stops runs by their context, and as a kill
// does by taking the files as they are, any number of times.
func TestAStoppedRunGoesOnToTheSameBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		input := randomInput(rt)
		whole := newJob(t.TempDir(), input)
		want, err := whole.run(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		j := newJob(t.TempDir(), input)
		j.out.Every = rapid.Int64Range(1, 20).Draw(rt, "every")
		for range rapid.IntRange(1, 4).Draw(rt, "stops") {
			at := rapid.Int64Range(1, 30).Draw(rt, "at")
			if j = stop(rt, t, j, at, rapid.Bool().Draw(rt, "kill")); j.out.Path == "" {
				return // it had come to its end
			}
		}
		got, err := j.run(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(content(rt, whole.out.Path), content(rt, j.out.Path)); d != "" {
			rt.Fatal(d)
		}
		if d := cmp.Diff(want, got, cmpopts.IgnoreFields(batch.Summary{}, "Elapsed", "Before")); d != "" {
			rt.Fatal(d)
		}
		if _, err := os.Stat(j.out.Path + batch.StateSuffix); !os.IsNotExist(err) {
			rt.Fatal("a finished run has a state")
		}
	})
}

// stop runs a job up to a result and returns the one to go on with, a zero job
// when it ended before that.
func stop(rt *rapid.T, t *testing.T, j job, at int64, kill bool) job {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	next := j
	next.out.Path = filepath.Join(t.TempDir(), "alerts.csv")
	stopped := false
	j.seen = func(n int64) {
		if n != at {
			return
		}
		stopped = true
		for _, suffix := range []string{"", batch.StateSuffix} {
			if err := os.WriteFile(next.out.Path+suffix, []byte(content(rt, j.out.Path+suffix)), 0o600); err != nil {
				rt.Fatal(err)
			}
		}
		cancel()
	}
	_, err := j.run(ctx)
	switch {
	case !stopped && err == nil:
		return job{}
	case err != nil && !errs.Is(err, errs.Unavailable):
		rt.Fatal(err)
	case kill:
		return next
	case err == nil:
		return job{} // the last row was the one
	}
	j.seen = nil
	return j
}

// stoppedJob is a job that was stopped after some rows.
func stoppedJob(t *testing.T) job {
	t.Helper()
	j := newJob(t.TempDir(), "reference,name,other\n"+strings.Repeat("1,Kim,x\n", 100))
	ctx, cancel := context.WithCancel(t.Context())
	j.seen = func(n int64) {
		if n == 50 {
			cancel()
		}
	}
	sum, err := j.run(ctx)
	if !errs.Is(err, errs.Unavailable) || sum.Rows != 50 {
		t.Fatalf("%d rows, %v", sum.Rows, err)
	}
	j.seen = nil
	return j
}

func TestARunDoesNotGoOnWithSomethingElse(t *testing.T) {
	edit := func(path, from, to string) error {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.Replace(string(data), from, to, 1)), 0o600)
	}
	for _, c := range []struct {
		name   string
		change func(*job) error
		says   string
	}{
		{"another input of the same size", func(j *job) error { j.input = strings.Replace(j.input, "Kim", "Lee", 1); return nil }, "the input is not the same in its first"},
		{"a longer input", func(j *job) error { j.input += "x"; j.out.Size++; return nil }, "the input had 821 bytes and has 822"},
		{"a shorter input of unknown size", func(j *job) error {
			j.input = j.input[:100]
			return edit(j.out.Path+batch.StateSuffix, `"size": 821`, `"size": 821`)
		}, "the input is not the same"},
		{"another mapping", func(j *job) error { j.read.Mapping = batch.Mapping{"other": batch.Name}; return nil }, "the mapping was"},
		{"another form", func(j *job) error { j.read.Question.Profile = "recall"; return nil }, "the form of the input was"},
		{"other options", func(j *job) error { j.out.Options = "csv"; return nil }, `the options was "csv all" and is "csv"`},
		{"other rules", func(j *job) error { j.out.Rules = "test-2"; return nil }, `the rules was "test-1" and is "test-2"`},
		{"a changed output", func(j *job) error { return edit(j.out.Path, "Kim", "Lee") }, "was changed since"},
		{"a shorter output", func(j *job) error { return os.Truncate(j.out.Path, 100) }, "was changed since"},
		{"an output that is gone", func(j *job) error { return os.Remove(j.out.Path) }, "is gone"},
		{"a state of another version", func(j *job) error { return edit(j.out.Path+batch.StateSuffix, "cordon-batch/1", "cordon-batch/2") }, "is not a state of version"},
		{"a damaged state", func(j *job) error { return edit(j.out.Path+batch.StateSuffix, "{", "") }, "is not a state of version"},
		{"no state", func(j *job) error { return os.Remove(j.out.Path + batch.StateSuffix) }, "is there already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := stoppedJob(t)
			if err := c.change(&j); err != nil {
				t.Fatal(err)
			}
			_, err := j.run(t.Context())
			if !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), c.says) {
				t.Fatal(err)
			}
			if _, hint := errs.Message(err); !strings.Contains(hint, "--restart") {
				t.Errorf("the hint is %q", hint)
			}
			j.out.Restart = true
			if sum, err := j.run(t.Context()); err != nil || sum.Before != 0 {
				t.Errorf("begun anew: %+v, %v", sum, err)
			}
		})
	}
}

func TestRulesThatChangeBetweenTwoPartsEndTheRun(t *testing.T) {
	j := stoppedJob(t)
	j.ask = func(ctx context.Context, q screen.Query) (screen.Answer, error) {
		a, err := answers(ctx, q)
		a.Stands.Rules = "test-2"
		return a, err
	}
	if _, err := j.run(t.Context()); !errs.Is(err, errs.Conflict) {
		t.Error(err)
	}
}

func TestTheFilesAreTheirOwnersAndTheStateSaysNothingOfCustomers(t *testing.T) {
	j := stoppedJob(t)
	for _, suffix := range []string{"", batch.StateSuffix} {
		i, err := os.Stat(j.out.Path + suffix)
		if err != nil || runtime.GOOS != "windows" && i.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", suffix, i.Mode(), err)
		}
	}
	if s := content(t, j.out.Path+batch.StateSuffix); strings.Contains(s, "Kim") {
		t.Error(s)
	}
}

func TestTheStateIsWrittenAsTimePasses(t *testing.T) {
	j := newJob(t.TempDir(), "name\n"+strings.Repeat("Kim\n", 50))
	at := time.Unix(0, 0)
	j.out.Clock = func() time.Time { at = at.Add(time.Second); return at }
	j.out.Interval = 10 * time.Second
	states := map[string]bool{}
	j.seen = func(int64) { states[content(t, j.out.Path+batch.StateSuffix)] = true }
	if _, err := j.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(states) < 4 {
		t.Errorf("%d states in 50 rows", len(states))
	}
}

func TestARunWithoutRowsHasAHead(t *testing.T) {
	j := newJob(t.TempDir(), "name\n")
	if sum, err := j.run(t.Context()); err != nil || sum.Rows != 0 || content(t, j.out.Path) != strings.Join(batch.Columns, ",")+"\n" {
		t.Errorf("%s, %v", fmt.Sprint(sum), err)
	}
}
