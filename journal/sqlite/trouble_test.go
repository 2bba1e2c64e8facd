package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/journal/journaltest"
	"github.com/cordon-project/cordon/journal/sqlite"
	"github.com/cordon-project/cordon/policy"
)

// filled makes a journal of n objects with a projection in a new folder.
func filled(t *testing.T, n int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, p := openBoth(t, dir)
	if _, err := s.Append(t.Context(), journal.Batch{Objects: journaltest.Load(0, n), By: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	closeBoth(t, s, p)
	return dir
}

// raw runs SQL behind the store's back.
func raw(t *testing.T, file, text string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatal(err)
	}
}

// wantTrouble checks that err is one clear error: its kind, a sentence and a hint.
func wantTrouble(t *testing.T, err error, kind errs.Kind, says string) {
	t.Helper()
	message, hint := errs.Message(err)
	if errs.KindOf(err) != kind || !strings.Contains(message, says) || hint == "" {
		t.Errorf("kind %q, message %q, hint %q of %v; want %q that says %q", errs.KindOf(err), message, hint, err, kind, says)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		kind  errs.Kind
		says  string
	}{
		"a newer form": {func(t *testing.T, dir string) {
			raw(t, filepath.Join(dir, "journal.db"), "INSERT INTO migrations VALUES (2, 'future', 0)")
		}, errs.Conflict, "newer Cordon"},
		"another text of a form": {func(t *testing.T, dir string) {
			raw(t, filepath.Join(dir, "journal.db"), "UPDATE migrations SET hash = 'other'")
		}, errs.Conflict, "another text"},
		"a database of another program": {func(t *testing.T, dir string) {
			remove(t, dir, "journal.db")
			raw(t, filepath.Join(dir, "journal.db"), "CREATE TABLE guests (name TEXT)")
		}, errs.Conflict, "another program"},
		"no database at all": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "journal.db"), bytes.Repeat([]byte("not a database "), 1000))
		}, errs.Unavailable, "damaged"},
		"a key that is gone": {func(t *testing.T, dir string) {
			remove(t, dir, "checkpoint.key")
		}, errs.Unavailable, "checkpoint.key"},
		"the key of another journal": {func(t *testing.T, dir string) {
			other, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			elsewhere := t.TempDir()
			s, err := sqlite.Open(t.Context(), elsewhere, sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			key, err := os.ReadFile(filepath.Join(elsewhere, "checkpoint.key"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "checkpoint.key"), key)
		}, errs.Unavailable, "not the key"},
		"a folder that is a file": {func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			write(t, dir, []byte("file"))
		}, errs.Unavailable, "cannot be opened"},
		"a tree that is cut": {func(t *testing.T, dir string) {
			raw(t, filepath.Join(dir, "journal.db"), "DELETE FROM hashes WHERE chunk = (SELECT max(chunk) FROM hashes)")
		}, errs.Unavailable, "fewer hashes"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filled(t, 300)
			c.spoil(t, dir)
			before := fileHash(t, filepath.Join(dir, "journal.db"))
			s, err := sqlite.Open(t.Context(), dir, options())
			if err == nil {
				s.Close()
			}
			wantTrouble(t, err, c.kind, c.says)
			if fileHash(t, filepath.Join(dir, "journal.db")) != before {
				t.Error("the file was changed")
			}
		})
	}
}

func remove(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, n := range names {
		if err := os.Remove(filepath.Join(dir, n)); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHeldByAnotherProcess(t *testing.T) {
	dir := filled(t, 10)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "journal.db")+"?_pragma=locking_mode(EXCLUSIVE)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("UPDATE meta SET value = value"); err != nil {
		t.Fatal(err)
	}
	o := options()
	o.LockWait = 50 * time.Millisecond
	s, err := sqlite.Open(t.Context(), dir, o)
	if err == nil {
		s.Close()
	}
	wantTrouble(t, err, errs.Conflict, "another program holds")
}

// TestFull fills a store up to its limit. Nothing that was acknowledged is lost,
// reading goes on, and with more room it takes up work again.
func TestFull(t *testing.T) {
	dir := t.TempDir()
	o := options()
	o.MaxBytes = 1 << 20
	s, err := sqlite.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := fill(t, s)
	if n, err := loadStands(t.Context(), s); err != nil || n != acknowledged {
		t.Errorf("%d are there of %d acknowledged, %v", n, acknowledged, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	goesOn(t, open(t, dir), acknowledged)
}

// fill appends until the journal says that it is full.
func fill(t *testing.T, s *sqlite.Store) (acknowledged int) {
	t.Helper()
	for {
		_, err := s.Append(t.Context(), journal.Batch{Objects: journaltest.Load(acknowledged, acknowledged+200), By: "test"})
		if err != nil {
			wantTrouble(t, err, errs.Unavailable, "full")
			return acknowledged
		}
		if acknowledged += 200; acknowledged > 1_000_000 {
			t.Fatal("it is never full")
		}
	}
}

func goesOn(t *testing.T, s *sqlite.Store, acknowledged int) {
	t.Helper()
	defer s.Close()
	r, err := s.Append(t.Context(), journal.Batch{Objects: journaltest.Load(0, acknowledged+200), By: "test"})
	if err != nil || r.Added != 200 || r.Same != acknowledged {
		t.Errorf("with room again: %+v, %v", r, err)
	}
	if n, err := loadStands(t.Context(), s); err != nil || n != acknowledged+200 {
		t.Errorf("%d are there, %v", n, err)
	}
	report, err := s.Verify(t.Context(), nil)
	if err != nil || !report.OK() {
		t.Error(err, report.Problems)
	}
}

func TestProjectionsFileIsThrownAwayWhenItCannotBeUsed(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, file string){
		"damaged":         func(t *testing.T, file string) { write(t, file, bytes.Repeat([]byte("no database"), 999)) },
		"of another form": func(t *testing.T, file string) { raw(t, file, "UPDATE migrations SET hash = 'other'") },
		"missing":         func(t *testing.T, file string) { remove(t, filepath.Dir(file), filepath.Base(file)) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filled(t, 90)
			spoil(t, filepath.Join(dir, "projections.db"))
			s, p := openBoth(t, dir)
			defer closeBoth(t, s, p)
			if err := p.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, rows, err := p.Digest(t.Context(), "index"); err != nil || rows == 0 {
				t.Errorf("%d rows, %v", rows, err)
			}
		})
	}
}

// TestVerifyFinds changes the journal behind its back, one thing at a time.
func TestVerifyFinds(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		part string
		seq  int64
	}{
		"a changed body":           {"UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'host', 'post') AS BLOB) WHERE seq = 200", "entries", 200},
		"a changed salt":           {"UPDATE entries SET salt = zeroblob(32) WHERE seq = 7", "entries", 7},
		"a changed commitment":     {"UPDATE entries SET commitment = zeroblob(32) WHERE seq = 7", "tree", 7},
		"a row of another id":      {"UPDATE entries SET id = 'indicator--0' WHERE seq = 4", "entries", 4},
		"a row of another type":    {"UPDATE entries SET type = 'malware' WHERE seq = 4", "entries", 4},
		"an entry that is missing": {"DELETE FROM entries WHERE seq = 100", "entries", 100},
		"the last one missing":     {"DELETE FROM entries WHERE seq = 300", "checkpoint", 300},
		"content that is dropped":  {"UPDATE entries SET body = NULL, salt = NULL, flags = 2 WHERE seq = 9", "entries", 9},
		"a label nobody knows":     {"UPDATE entries SET label = 99 WHERE seq = 9", "labels", 9},
		"a stored hash":            {"UPDATE hashes SET data = CAST(zeroblob(32) || substr(data, 33) AS BLOB) WHERE chunk = 0", "tree", 1},
		"a checkpoint":             {"UPDATE appends SET checkpoint = CAST(replace(CAST(checkpoint AS TEXT), '300', '299') AS BLOB)", "checkpoint", 300},
		"a version that is gone":   {"DELETE FROM versions WHERE seq = 5", "versions", 0},
		"a version of another":     {"UPDATE versions SET seq = 6 WHERE seq = 5", "versions", 6},
		"another newest":           {"UPDATE entries SET until = 12 WHERE seq = 10", "versions", 10},
		"another governing label":  {"UPDATE entries SET gov = 0 WHERE seq = 10", "versions", 10},
		"granular markings hidden": {"UPDATE entries SET flags = 1 WHERE seq = 10", "entries", 10},
		"the quarantine":           {"UPDATE quarantine SET raw = CAST('{}  ' || substr(raw, 5) AS BLOB)", "quarantine", 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			bad := journaltest.Indicator(5000, 0)
			delete(bad, "pattern")
			if _, err := s.Append(t.Context(), journal.Batch{Objects: append(journaltest.Load(0, 300), bad), By: "test"}); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if r, err := s.Verify(t.Context(), nil); err != nil || !r.OK() {
				t.Fatal("before:", err, r.Problems)
			}
			raw(t, filepath.Join(dir, "journal.db"), c.text)
			r, err := s.Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range r.Problems {
				if p.Part == c.part && p.Seq == c.seq {
					return
				}
			}
			t.Errorf("want a problem of %s at %d, got %v", c.part, c.seq, r.Problems)
		})
	}
}

func TestVerifyReadsADamagedFile(t *testing.T) {
	dir := filled(t, 3000)
	file := filepath.Join(dir, "journal.db")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 2; i < len(data)/2+40000; i++ {
		data[i] = 0xa5
	}
	write(t, file, data)
	s := open(t, dir)
	defer s.Close()
	r, err := s.Verify(t.Context(), nil)
	if err != nil || r.OK() {
		t.Errorf("a damaged file verifies: %v, %v", r.Problems, err)
	}
}

func TestVerifyReadsTheArchive(t *testing.T) {
	dir := t.TempDir()
	a, err := archive.Open(filepath.Join(dir, "archive"), archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := a.Put(t.Context(), strings.NewReader("a list\n"), archive.Input{Name: "list.csv"})
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	o.Archive = a
	s, err := sqlite.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	gone := strings.Repeat("0", 64)
	for i, source := range []string{kept.SHA256, gone} {
		if _, err := s.Append(t.Context(), journal.Batch{Objects: journaltest.Load(i, i+1), Source: source, By: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Verify(t.Context(), nil)
	if err != nil || r.Inputs != 1 || len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Text, gone) {
		t.Errorf("%+v, %v; want one input and one that is missing", r, err)
	}
}

func TestFolderOfAnyName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b", "50%20 ?mode=memory&x#y", "노드 ノード")
	s, p := openBoth(t, dir)
	if _, err := s.Append(t.Context(), journal.Batch{Objects: journaltest.Load(0, 3), By: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	closeBoth(t, s, p)
	for _, f := range []string{"journal.db", "projections.db", "checkpoint.key"} {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Error(err)
		}
	}
}

func TestStoppedReading(t *testing.T) {
	s := open(t, filled(t, 3000))
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range s.Scan(ctx, cleared, journal.Query{}) {
		if n++; n == 10 {
			cancel()
		}
		if err != nil {
			if !errors.Is(err, context.Canceled) || !errs.Is(err, errs.Unavailable) {
				t.Errorf("got %v", err)
			}
			return
		}
	}
	t.Errorf("a scan went on to its end, %d entries, after its context had ended", n)
}

// TestSameAgainWritesNothing compares the files byte for byte.
func TestSameAgainWritesNothing(t *testing.T) {
	dir := t.TempDir()
	bad := journaltest.Indicator(5000, 0)
	delete(bad, "pattern")
	objects := append(journaltest.Load(0, 500), bad)
	state := func() (out string) {
		for _, f := range []string{"journal.db", "journal.db-wal", "projections.db", "projections.db-wal"} {
			out += fileHash(t, filepath.Join(dir, f))
		}
		return out
	}
	s, p := openBoth(t, dir)
	defer closeBoth(t, s, p)
	var states []string
	for range 3 {
		if _, err := s.Append(t.Context(), journal.Batch{Objects: objects, By: "test"}); err != nil {
			t.Fatal(err)
		}
		if err := p.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		states = append(states, state())
	}
	if states[0] != states[1] || states[1] != states[2] {
		t.Error("importing the same again changed a file")
	}
}

// TestErasedBytesAreNowhere looks for erased content in every file of the folder.
func TestErasedBytesAreNowhere(t *testing.T) {
	dir := t.TempDir()
	s, p := openBoth(t, dir)
	defer closeBoth(t, s, p)
	secret := journaltest.Indicator(1, 0)
	secret["name"] = "uncommon words of an indicator"
	if _, err := s.Append(t.Context(), journal.Batch{Objects: append(journaltest.Load(600, 1200), secret), By: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !found(t, dir, "uncommon words") {
		t.Fatal("the content is not where it is looked for")
	}
	if _, err := s.Erase(t.Context(), secret.ID(), "", "court order", "clerk"); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found(t, dir, "uncommon words") {
		t.Error("the erased content is still in a file")
	}
	for e, err := range s.Scan(t.Context(), cleared, journal.Query{Newest: true, Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		record, err := s.Erasure(t.Context(), cleared, policy.Reading, e.Seq)
		if err != nil || record.Reason != "court order" || record.By != "clerk" || record.Seq != e.Erases {
			t.Errorf("%+v, %v", record, err)
		}
	}
}

func found(t *testing.T, dir, words string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(data), []byte(words)) {
			return true
		}
	}
	return false
}

func TestAppendsAreOnRecord(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	for i := range 3 {
		if _, err := s.Append(t.Context(), journal.Batch{Objects: journaltest.Load(i*10, i*10+10), By: "importer", Source: strings.Repeat("a", 64)}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Appends(t.Context(), journal.Page{Limit: 2, Newest: true})
	if err != nil || len(list) != 2 || list[0].First != 21 || list[0].Last != 30 || list[0].By != "importer" || list[1].Last != 20 {
		t.Errorf("%+v, %v", list, err)
	}
	list, err = s.Appends(t.Context(), journal.Page{After: list[1].N})
	if err != nil || len(list) != 1 || list[0].Last != 30 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestKeyIsReadableByItsOwnerOnly(t *testing.T) {
	dir := filled(t, 1)
	info, err := os.Stat(filepath.Join(dir, "checkpoint.key"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestDurableSettings(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	got, err := sqlite.Settings(context.Background(), s, "journal_mode", "synchronous")
	if err != nil || got != "wal 2" {
		t.Errorf("journal_mode and synchronous are %q, %v; want wal and 2, FULL", got, err)
	}
}
