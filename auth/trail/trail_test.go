package trail_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cordon-project/cordon/auth/trail"
	"github.com/cordon-project/cordon/errs"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at() time.Time { return noon }

// childFolder is set for a child process of the kill test.
const childFolder = "CORDON_TRAIL_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		fmt.Fprintln(os.Stderr, addForEver(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func addForEver(dir string) error {
	ctx := context.Background()
	t, err := trail.Open(ctx, dir, time.Now)
	if err != nil {
		return err
	}
	h, err := t.Verify(ctx)
	if err != nil {
		return err
	}
	for n := h.Seq + 1; ; n++ {
		if err := t.Add(ctx, trail.Record{What: trail.Read, Who: "person-a", Object: "indicator--" + strconv.FormatInt(n, 10), Allowed: true}); err != nil {
			return err
		}
		if n%5 == 0 {
			if err := t.Flush(ctx); err != nil {
				return err
			}
			fmt.Println(n)
		}
	}
}

func open(t testing.TB, dir string) *trail.Trail {
	t.Helper()
	x, err := trail.Open(t.Context(), dir, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func add(t testing.TB, x *trail.Trail, rs ...trail.Record) {
	t.Helper()
	if err := x.Add(t.Context(), rs...); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsComeBackNewestFirstByWhatIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	add(t, x,
		trail.Record{What: trail.SignIn, Who: "person-a", Name: "EXAMPLE One", Via: "passkey", Allowed: true},
		trail.Record{What: trail.Read, Who: "person-a", Object: "indicator--1", Allowed: true, At: noon.Add(time.Hour)},
		trail.Record{What: trail.Read, Who: "person-b", Object: "indicator--1", Allowed: true, At: noon.Add(2 * time.Hour)},
		trail.Record{What: trail.Refused, Who: "person-b", Rule: "role"},
	)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, dir)
	for what, c := range map[string]struct {
		filter trail.Filter
		want   string
	}{
		"all":       {trail.Filter{}, "4 3 2 1"},
		"a person":  {trail.Filter{Who: "person-a"}, "2 1"},
		"a kind":    {trail.Filter{What: trail.Refused}, "4"},
		"an object": {trail.Filter{Object: "indicator--1"}, "3 2"},
		"a time":    {trail.Filter{Since: noon.Add(90 * time.Minute)}, "3"},
		"a page":    {trail.Filter{Before: 4, Limit: 2}, "3 2"},
		"nothing":   {trail.Filter{Who: "person-c"}, ""},
	} {
		rs, err := x.List(t.Context(), c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rs {
			got = append(got, strconv.FormatInt(r.Seq, 10))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", what, got, c.want)
		}
	}
	if h, err := x.Verify(t.Context()); err != nil || h.Seq != 4 || len(h.Hash) != 64 {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestARowThatIsChangedShows(t *testing.T) {
	for what, statement := range map[string]string{
		"a record":       `UPDATE trail SET record = CAST(replace(CAST(record AS TEXT), 'person-2', 'person-9') AS BLOB) WHERE seq = 2`,
		"a column":       `UPDATE trail SET who = 'person-9' WHERE seq = 2`,
		"one taken out":  `DELETE FROM trail WHERE seq = 2`,
		"the first gone": `DELETE FROM trail WHERE seq = 1`,
		"one put in":     `INSERT INTO trail SELECT 9, at, what, who, object, record, hash FROM trail WHERE seq = 2`,
	} {
		t.Run(what, func(t *testing.T) {
			dir := t.TempDir()
			x := open(t, dir)
			for i := range 3 {
				add(t, x, trail.Record{What: trail.Read, Who: fmt.Sprint("person-", i+1), Object: "indicator--1", Allowed: true})
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", filepath.Join(dir, trail.File))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(statement, "INSERT") {
				if _, err := db.Exec(statement); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("the database lets it happen: %v", err)
				}
			}
			for _, s := range []string{"DROP TRIGGER trail_stays", "DROP TRIGGER trail_holds", statement} {
				if _, err := db.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := open(t, dir).Verify(t.Context()); !errs.Is(err, errs.Internal) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestManyAddAtOnceAndNothingIsLost(t *testing.T) {
	x := open(t, t.TempDir())
	var all sync.WaitGroup
	const each = 4000
	for i := range 5 {
		all.Go(func() {
			for range each {
				if err := x.Add(context.Background(), trail.Record{What: trail.Read, Who: fmt.Sprint("person-", i), Object: "indicator--1"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	h, err := x.Verify(t.Context())
	if err != nil || h.Seq != 5*each {
		t.Errorf("%d records, %v", h.Seq, err)
	}
}

func TestLongTextsAreCutAtACharacter(t *testing.T) {
	x := open(t, t.TempDir())
	add(t, x, trail.Record{What: trail.Read, Name: strings.Repeat("가", 5000), Detail: "a\xffb"})
	rs, err := x.List(t.Context(), trail.Filter{})
	if err != nil || len(rs) != 1 {
		t.Fatal(len(rs), err)
	}
	if n := rs[0].Name; len(n) > trail.MaxText || !utf8.ValidString(n) || strings.Trim(n, "가") != "" || rs[0].Detail != "a\ufffdb" {
		t.Errorf("%d bytes: %q, %q", len(n), n, rs[0].Detail)
	}
}

func TestAClosedTrailAndAnEndedRequestSaySo(t *testing.T) {
	x := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Add(ctx, trail.Record{What: trail.Read}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if err := x.Add(t.Context(), trail.Record{What: trail.Read}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

// TestKilled kills a writing process again and again: what was flushed is there, and
// the chain holds.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	for k := range 12 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var flushed int64
		lines := bufio.NewScanner(out)
		for i := 0; i <= 3*k && lines.Scan(); i++ {
			if flushed, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		x, err := trail.Open(t.Context(), dir, at)
		if err != nil {
			t.Fatal(err)
		}
		h, err := x.Verify(t.Context())
		if err != nil || h.Seq < flushed || flushed == 0 {
			t.Fatalf("kill %d: %d of %d records are there, %v", k, h.Seq, flushed, err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	x := open(b, b.TempDir())
	for b.Loop() {
		add(b, x, trail.Record{What: trail.Read, Who: "person-a", Object: "indicator--1", Purpose: "reading", Allowed: true})
	}
	if err := x.Flush(b.Context()); err != nil {
		b.Fatal(err)
	}
}
