package archive_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

var (
	clearLabel = label(policy.Clear)
	redLabel   = label(policy.Red)
	cleared    = policy.Viewer{Name: "cleared", Clearance: policy.Red}
	at         = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
)

const reading = policy.Reading

func label(t policy.TLP) policy.Label {
	l, err := policy.LabelOf(stix.Object{}, t, nil)
	if err != nil {
		panic(err) // the levels are constants
	}
	return l
}

func open(tb testing.TB, o archive.Options) (*archive.Archive, string) {
	tb.Helper()
	dir := tb.TempDir()
	o.Clock = func() time.Time { return at }
	a, err := archive.Open(dir, o)
	if err != nil {
		tb.Fatal(err)
	}
	return a, dir
}

func put(tb testing.TB, a *archive.Archive, data string, in archive.Input) archive.Stored {
	tb.Helper()
	s, err := a.Put(tb.Context(), strings.NewReader(data), in)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func problems(tb testing.TB, a *archive.Archive) (n int64, out []string) {
	tb.Helper()
	n, err := a.Verify(tb.Context(), nil, func(sha, text string) { out = append(out, sha+": "+text) })
	if err != nil {
		tb.Fatal(err)
	}
	return n, out
}

func TestPutKeepsEveryByte(t *testing.T) {
	a, _ := open(t, archive.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 1, 5000).Draw(rt, "data")
		s, err := a.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(data)), archive.Input{Name: "x", Label: clearLabel})
		if err != nil || s.Size != int64(len(data)) {
			rt.Fatal(s, err)
		}
		f, _, err := a.Open(t.Context(), policy.Public, reading, s.SHA256)
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		got, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(got, data) {
			rt.Fatal("other bytes come out", err)
		}
	})
	if _, list := problems(t, a); len(list) > 0 {
		t.Error(list)
	}
}

func TestOccasions(t *testing.T) {
	a, dir := open(t, archive.Options{Default: redLabel})
	first := put(t, a, "list", archive.Input{Name: "sdn.csv", MediaType: "text/csv", From: "https://example.org/sdn.csv", By: "sync", Label: clearLabel})
	if !first.New || len(first.Inputs) != 1 || !first.Inputs[0].At.Equal(at) {
		t.Errorf("%+v", first)
	}
	names := listing(t, dir)
	again := put(t, a, "list", first.Inputs[0])
	again.Inputs[0].At = first.Inputs[0].At
	if again.New || len(again.Inputs) != 1 {
		t.Errorf("the same occasion again: %+v", again)
	}
	if d := cmp.Diff(names, listing(t, dir)); d != "" {
		t.Errorf("the same occasion again wrote something:\n%s", d)
	}
	other := put(t, a, "list", archive.Input{Name: "upload", By: "person"})
	if other.New || len(other.Inputs) != 2 || other.Inputs[1].Label != redLabel {
		t.Errorf("another occasion: %+v", other)
	}
	for v, want := range map[*policy.Viewer]int{&policy.Public: 1, &cleared: 2} {
		got, err := a.Stat(t.Context(), *v, reading, first.SHA256)
		if err != nil || len(got.Inputs) != want || got.Size != 4 {
			t.Errorf("%s: %+v, %v; want %d occasions", v.Name, got, err, want)
		}
	}
	if reopened, err := archive.Open(dir, archive.Options{}); err != nil || !reopened.Has(first.SHA256) {
		t.Errorf("after opening again: %v", err)
	}
}

// listing is every file with its time and size.
func listing(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		out[path] = info.ModTime().String()
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestWithheldAndNotFound(t *testing.T) {
	a, _ := open(t, archive.Options{})
	red := put(t, a, "red", archive.Input{Name: "r", Label: redLabel})
	silent := put(t, a, "silent", archive.Input{Name: "s"}) // no default: nobody
	for _, c := range []struct {
		v    policy.Viewer
		sha  string
		want errs.Kind
	}{
		{policy.Public, red.SHA256, errs.Withheld},
		{cleared, red.SHA256, ""},
		{cleared, silent.SHA256, errs.Withheld},
		{cleared, strings.Repeat("0", 64), errs.NotFound},
		{cleared, "../../etc/passwd", errs.NotFound},
		{cleared, "", errs.NotFound},
		{cleared, strings.ToUpper(red.SHA256), errs.NotFound},
	} {
		_, _, err := a.Open(t.Context(), c.v, reading, c.sha)
		if errs.KindOf(err) != c.want {
			t.Errorf("%s opens %.12q: %v, want %q", c.v.Name, c.sha, err, c.want)
		}
	}
}

func TestRefusesAndLeavesNothing(t *testing.T) {
	a, dir := open(t, archive.Options{MaxSize: 1000})
	broken := errors.New("the line broke")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		want func(error) bool
	}{
		"too large": {t.Context(), io.LimitReader(zeros{}, 1001), func(err error) bool { return errs.Is(err, errs.Invalid) }},
		"endless":   {t.Context(), zeros{}, func(err error) bool { return errs.Is(err, errs.Invalid) }},
		"empty":     {t.Context(), strings.NewReader(""), func(err error) bool { return errs.Is(err, errs.Invalid) }},
		"broken":    {t.Context(), io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(broken)), func(err error) bool { return errors.Is(err, broken) }},
		"cancelled": {gone, strings.NewReader("ab"), func(err error) bool { return errors.Is(err, context.Canceled) }},
	} {
		if _, err := a.Put(c.ctx, c.r, archive.Input{Name: name}); !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Put(t.Context(), io.LimitReader(zeros{}, 1000), archive.Input{Name: "just fits"}); err != nil {
		t.Error(err)
	}
	if got := listing(t, dir); len(got) != 2 {
		t.Errorf("files left: %v", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestOpenRemovesWhatACrashLeft(t *testing.T) {
	a, dir := open(t, archive.Options{Default: clearLabel})
	put(t, a, "kept", archive.Input{Name: "k"})
	left := filepath.Join(dir, "incoming", "in-1234")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "input"), []byte("half an inp"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(dir, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n, list := problems(t, a); n != 1 || len(list) != 0 || len(listing(t, dir)) != 2 {
		t.Errorf("%d inputs, %v, files %v", n, list, listing(t, dir))
	}
}

func TestVerifyFinds(t *testing.T) {
	for name, spoil := range map[string]func(folder string) error{
		"changed bytes":   func(f string) error { return os.WriteFile(filepath.Join(f, "input"), []byte("other"), 0o600) },
		"missing bytes":   func(f string) error { return os.Remove(filepath.Join(f, "input")) },
		"missing word":    func(f string) error { return os.Remove(filepath.Join(f, "occasions.json")) },
		"unreadable word": func(f string) error { return os.WriteFile(filepath.Join(f, "occasions.json"), []byte("{"), 0o600) },
		"no occasion": func(f string) error {
			return os.WriteFile(filepath.Join(f, "occasions.json"), []byte(`{"form":1}`), 0o600)
		},
		"newer form": func(f string) error {
			return os.WriteFile(filepath.Join(f, "occasions.json"), []byte(`{"form":2}`), 0o600)
		},
		"another name": func(f string) error { return os.Rename(f, f[:len(f)-1]+"x") },
	} {
		t.Run(name, func(t *testing.T) {
			a, dir := open(t, archive.Options{Default: clearLabel})
			put(t, a, "bytes of another", archive.Input{Name: "a"})
			s := put(t, a, "bytes", archive.Input{Name: "b"})
			if err := spoil(filepath.Join(dir, s.SHA256[:2], s.SHA256[2:])); err != nil {
				t.Fatal(err)
			}
			n, list := problems(t, a)
			if n != 2 || len(list) != 1 || !strings.HasPrefix(list[0], s.SHA256[:60]) {
				t.Errorf("%d inputs, problems %v", n, list)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	a, _ := open(t, archive.Options{Default: clearLabel})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 10 {
				in := archive.Input{Name: string(rune('a' + g)), By: "test"}
				if _, err := a.Put(t.Context(), strings.NewReader(strings.Repeat("x", i+1)), in); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	n, list := problems(t, a)
	if n != 10 || len(list) != 0 {
		t.Errorf("%d inputs, %v", n, list)
	}
}

func BenchmarkPut(b *testing.B) {
	a, _ := open(b, archive.Options{Default: clearLabel})
	data := bytes.Repeat([]byte("a line of a list\n"), 60_000) // about 1 MB
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		data[0]++
		data[1] += data[0] % 2
		if _, err := a.Put(b.Context(), bytes.NewReader(data), archive.Input{Name: "list"}); err != nil {
			b.Fatal(err)
		}
	}
}
