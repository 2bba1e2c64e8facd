package held_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
)

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func open(t *testing.T, path string) *held.Store {
	t.Helper()
	s, err := held.Open(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func version() *lists.Hold {
	return &lists.Hold{List: "kr-kofiu", Reasons: []lists.Reason{lists.Removed}, Version: "v2", Before: "v1", Date: "2026-02-01", Removed: 99, Limit: 10, First: []lists.Change{}}
}

func hold(t *testing.T, s *held.Store) held.Item {
	t.Helper()
	i, err := s.Hold(t.Context(), "owner", version(), []held.Input{{Name: "rows.psv", SHA256: strings.Repeat("a", 64)}})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestTwoPersonsRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), held.FileName)
	s := open(t, path)
	i := hold(t, s)
	if again := hold(t, s); again.ID != i.ID || len(s.List(true)) != 1 {
		t.Errorf("the same version is held twice: %v", s.List(true))
	}
	if _, err := s.Release(t.Context(), i.ID, "B", "seen"); !errs.Is(err, errs.Conflict) {
		t.Errorf("one person alone released it: %v", err)
	}
	if i, err := s.Propose(t.Context(), i.ID, "A. Analyst", "the notice names 99"); err != nil || i.State != held.Proposed {
		t.Fatalf("%+v, %v", i, err)
	}
	for _, again := range []string{"A. Analyst", "a. analyst ", "A.\u200b Analyst", "Ａ. Analyst"} {
		if _, err := s.Release(t.Context(), i.ID, again, "seen"); !errs.Is(err, errs.Denied) {
			t.Errorf("%q released what they proposed: %v", again, err)
		}
	}
	if _, err := s.Propose(t.Context(), i.ID, "C", "seen"); !errs.Is(err, errs.Conflict) {
		t.Errorf("it was proposed twice: %v", err)
	}
	i, err := s.Release(t.Context(), i.ID, "B. Officer", "counted on the page")
	if err != nil || i.State != held.Released {
		t.Fatalf("%+v, %v", i, err)
	}
	if r := i.Release(); r.Proposed != "A. Analyst" || r.Released != "B. Officer" || r.Before != "v1" || r.Check() != nil {
		t.Errorf("the release is %+v", r)
	}
	if _, err := s.Reject(t.Context(), i.ID, "C", "late"); !errs.Is(err, errs.Conflict) {
		t.Errorf("what was released was rejected: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	back, err := open(t, path).Get(i.ID)
	if err != nil || back.State != held.Released || back.Second.By != "B. Officer" {
		t.Errorf("after a start: %+v, %v", back, err)
	}
}

func TestAFailedReleaseWaitsForTwoAgain(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), held.FileName))
	i := hold(t, s)
	for _, do := range []func() (held.Item, error){
		func() (held.Item, error) { return s.Propose(t.Context(), i.ID, "A", "x") },
		func() (held.Item, error) { return s.Release(t.Context(), i.ID, "B", "x") },
		func() (held.Item, error) { return s.Failed(t.Context(), i.ID, "owner", "the disk is full") },
	} {
		if _, err := do(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Get(i.ID)
	if err != nil || got.State != held.Waiting || got.First != nil || got.Failure != "the disk is full" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatWasRejectedStaysRejected(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), held.FileName))
	i := hold(t, s)
	if _, err := s.Reject(t.Context(), i.ID, "A", "the authority's page names all"); err != nil {
		t.Fatal(err)
	}
	if again := hold(t, s); again.State != held.Rejected || len(s.List(false)) != 0 {
		t.Errorf("it waits again: %+v", again)
	}
	if _, err := s.Propose(t.Context(), i.ID, "B", "x"); !errs.Is(err, errs.Conflict) {
		t.Errorf("it was proposed: %v", err)
	}
}

func TestDecisionsNeedAPersonAndAReason(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), held.FileName))
	i := hold(t, s)
	for _, c := range [][2]string{{"", "why"}, {" \u200b", "why"}, {"A", " "}, {"A\nB", "why"}, {"A", "a\x1b[2J"}, {strings.Repeat("a", 2000), "why"}, {"A", strings.Repeat("a", 5000)}} {
		if _, err := s.Propose(t.Context(), i.ID, c[0], c[1]); !errs.Is(err, errs.Invalid) {
			t.Errorf("%.20q, %.20q: %v", c[0], c[1], err)
		}
	}
	if _, err := s.Propose(t.Context(), "no-such", "A", "why"); !errs.Is(err, errs.NotFound) {
		t.Errorf("an id that there is not: %v", err)
	}
}

func TestAFileThatWasChangedReleasesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), held.FileName)
	s := open(t, path)
	i := hold(t, s)
	if _, err := s.Propose(t.Context(), i.ID, "A. Analyst", "seen"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reject(t.Context(), i.ID, "B", "no"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", st.Mode(), err)
	}
	write := func(b []byte) error {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := held.Open(path, noon)
		if err == nil {
			err = s.Close()
		}
		return err
	}
	if err := write(bytes.Replace(whole, []byte("Analyst"), []byte("Officer"), 1)); !errs.Is(err, errs.Internal) {
		t.Errorf("another person's name gave %v", err)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	if err := write(bytes.Join([][]byte{lines[0], lines[2]}, nil)); !errs.Is(err, errs.Internal) {
		t.Errorf("a line taken out gave %v", err)
	}
	if err := write(whole[:len(whole)-5]); err != nil {
		t.Errorf("a torn last line gave %v", err)
	}
	if err := write([]byte("{\"version\":\"cordon-held/9\"}\n")); !errs.Is(err, errs.Conflict) {
		t.Errorf("a newer form gave %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("{\"version\":\"cordon-held/1\"}\n"))
	f.Add([]byte("{\"version\":\"cordon-held/1\"}\n{\"prev\":\"\",\"id\":\"x\",\"kind\":\"hold\"}\n"))
	f.Add([]byte("\n\n{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), held.FileName)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := held.Open(path, noon)
		if err != nil {
			return
		}
		for _, i := range s.List(true) {
			if i.State == held.Released && i.Release().Check() != nil {
				t.Errorf("released without two persons: %+v", i)
			}
		}
		_ = s.Close()
	})
}
