package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
)

// childFolder is set for a child process of the kill test: the folder that it
// imports into until it is killed.
const childFolder = "CORDON_KILL_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := importForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// importForEver goes on with the load where the folder stands. It writes the
// number of objects of the load that are acknowledged, one line for each receipt,
// with projections following, now and then a refused object and an erasure.
func importForEver(dir string) error {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		return err
	}
	p, err := sqlite.NewProjector(ctx, s, []journal.Projection{journaltest.Index{}})
	if err != nil {
		return err
	}
	go func() { _ = p.Run(ctx) }()
	at, err := loadStands(ctx, s)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		n := 1 + rand.IntN(400)
		objects := journaltest.Load(max(0, at-50), at+n) // some of it is there
		bad := journaltest.Indicator(1_000_000+at, 0)
		delete(bad, "pattern")
		if _, err := s.Append(ctx, journal.Batch{Objects: append(objects, bad), By: "child"}); err != nil {
			return err
		}
		at += n
		if _, err := fmt.Println(at); err != nil {
			return err
		}
		if i%7 == 6 {
			if _, err := s.Erase(ctx, journaltest.Domain(rand.IntN(at/3)).ID(), "", "kill test", "child"); err != nil {
				return err
			}
		}
	}
}

// loadStands returns how many objects of the load the journal holds. The load has
// no gaps: that is part of what is proved.
func loadStands(ctx context.Context, s *sqlite.Store) (n int, err error) {
	for e, err := range s.Scan(ctx, cleared, journal.Query{}) {
		if err != nil {
			return 0, err
		}
		if e.Erases != 0 {
			continue
		}
		if want := journaltest.Load(n, n+1)[0].ID(); e.ID != want {
			return 0, fmt.Errorf("entry %d is %s; object %d of the load is %s: lost or twice", e.Seq, e.ID, n, want)
		}
		n++
	}
	return n, nil
}

// TestKilled kills an importing process at a random moment, again and again. Each
// time nothing that it acknowledged is lost, nothing is there twice, the journal
// verifies, and projections that go on from where they were are those of a
// rebuild.
func TestKilled(t *testing.T) {
	if testing.Short() {
		killed(t, 10, 5)
		return
	}
	killed(t, 200, 10)
}

func killed(t *testing.T, kills, each int) {
	var dir string
	acknowledged := 0
	for k := range kills {
		if k%each == 0 {
			dir, acknowledged = t.TempDir(), 0
		}
		acknowledged = max(acknowledged, killOnce(t, dir))
		s, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
		if err != nil {
			t.Fatalf("kill %d: %v", k, err)
		}
		here, err := loadStands(t.Context(), s)
		if err != nil {
			t.Fatalf("kill %d: %v", k, err)
		}
		if here < acknowledged {
			t.Fatalf("kill %d: %d objects were acknowledged and %d are there", k, acknowledged, here)
		}
		r, err := s.Verify(t.Context(), nil)
		if err != nil || !r.OK() {
			t.Fatalf("kill %d: %v %v", k, err, r.Problems)
		}
		if k%each == each-1 {
			projectionsWhole(t, s)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killOnce starts a child on the folder, kills it after a random number of
// receipts and a random moment more, and returns what it acknowledged last.
func killOnce(t *testing.T, dir string) (acknowledged int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(exe, "-test.run=^$")
	child.Env = append(os.Environ(), childFolder+"="+dir)
	var stderr strings.Builder
	child.Stderr = &stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { _ = child.Process.Kill() }
	receipts := rand.IntN(6)
	if receipts == 0 { // while it opens the folder, perhaps for the first time
		defer time.AfterFunc(time.Duration(rand.IntN(30))*time.Millisecond, kill).Stop()
	}
	lines := bufio.NewReader(out)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // a line without its end was not acknowledged in full
		}
		if err != nil {
			break
		}
		if _, err := fmt.Sscan(line, &acknowledged); err != nil {
			t.Fatalf("the child says %q", line)
		}
		if n == receipts {
			defer time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, kill).Stop()
		}
	}
	var exit *exec.ExitError
	if err := child.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the child ended by itself: %v %s", err, stderr.String())
	}
	return acknowledged
}

// projectionsWhole checks that projections that were interrupted go on to what a
// rebuild gives.
func projectionsWhole(t *testing.T, s *sqlite.Store) {
	t.Helper()
	p, err := sqlite.NewProjector(t.Context(), s, []journal.Projection{journaltest.Index{}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var digests [2][32]byte
	for i, build := range []func() error{
		func() error { return p.CatchUp(t.Context()) },
		func() error { return p.Rebuild(t.Context(), nil) },
	} {
		if err := build(); err != nil {
			t.Fatal(err)
		}
		if digests[i], _, err = p.Digest(t.Context(), "index"); err != nil {
			t.Fatal(err)
		}
	}
	if digests[0] != digests[1] {
		t.Error("projections that were interrupted are not those of a rebuild")
	}
}
