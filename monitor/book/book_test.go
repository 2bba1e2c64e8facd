package book_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/monitor/book"
)

func clock() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

func key(t testing.TB, dir string) *book.Key {
	t.Helper()
	k, err := book.ReadKey(dir, "")
	if errs.Is(err, errs.NotFound) {
		k, err = book.NewKey(dir, "", 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func shelf(t testing.TB, dir string) *book.Shelf {
	t.Helper()
	s, err := book.OpenShelf(dir, key(t, dir), clock)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func made(n int, from int) iter.Seq2[book.Customer, error] {
	return func(yield func(book.Customer, error) bool) {
		for i := range n {
			c := book.Customer{Reference: fmt.Sprintf("C-%06d", from+i), Names: []string{fmt.Sprintf("EXAMPLE, Person %d", from+i)}, Birth: "1970"}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func put(t testing.TB, b *book.Book, all iter.Seq2[book.Customer, error]) []book.Slot {
	t.Helper()
	slots, err := b.Put(context.Background(), all, nil)
	if err != nil {
		t.Fatal(err)
	}
	return slots
}

func content(b *book.Book) map[string]book.Customer {
	out := map[string]book.Customer{}
	for _, c := range b.All() {
		out[c.Reference] = c
	}
	return out
}

func TestABookIsWhatItWasWhenItIsOpenedAgain(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	b, err := s.Create("Retail", "Desk One", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := put(t, b, made(120_000, 0)); len(got) != 120_000 {
		t.Fatalf("%d slots", len(got))
	}
	if got := put(t, b, func(yield func(book.Customer, error) bool) {
		yield(book.Customer{Reference: "C-000007", Names: []string{"EXAMPLE, Other"}, Wallets: []string{"w"}}, nil)
	}); len(got) != 1 {
		t.Fatalf("%d slots of one customer", len(got))
	}
	change := book.Change{
		Remove: []string{"C-000001", "nobody"}, Notes: map[string]json.RawMessage{"a": json.RawMessage(`{"x":1}`), "b": json.RawMessage(`2`)},
		Position: &book.Position{Seq: 42, Rules: "r", At: clock()},
	}
	if err := b.Apply(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(t.Context(), book.Change{Notes: map[string]json.RawMessage{"b": nil}}); err != nil {
		t.Fatal(err)
	}
	want, notes := content(b), b.Notes()
	check := func(when string) {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = shelf(t, dir)
		if b, err = s.Book("Retail"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, content(b)); diff != "" {
			t.Fatalf("%s: %s", when, diff)
		}
		if diff := cmp.Diff(notes, b.Notes()); diff != "" || b.Len() != 119_999 || b.Position().Seq != 42 || b.Head().Owner != "Desk One" {
			t.Errorf("%s: %s %d customers, %+v", when, diff, b.Len(), b.Position())
		}
	}
	check("opened again")
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("compacted and opened again")
	if c, ok := b.Find("C-000007"); !ok {
		t.Error("a customer who was replaced is gone")
	} else if got, err := b.Customer(c); err != nil || got.Names[0] != "EXAMPLE, Other" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, ok := b.Find("C-000001"); ok {
		t.Error("a customer who was removed is there")
	}
}

// everything returns all bytes below a folder.
func everything(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if st, err := d.Info(); err == nil && runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", d.Name(), st.Mode().Perm())
		}
		b, err := os.ReadFile(path)
		all = append(append(all, path...), b...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestNothingPlainIsOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	b, err := s.Create("HIDDENBOOK", "HIDDENOWNER", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{3, book.SegmentCustomers + 10} {
		put(t, b, func(yield func(book.Customer, error) bool) {
			for i := range n {
				if !yield(book.Customer{Reference: fmt.Sprint("HIDDENREF", n, i), Names: []string{"HIDDENNAME"}, Place: "HIDDENPLACE"}, nil) {
					return
				}
			}
			if n > 3 { // what has been written by now is in a file that no frame names
				if bytes.Contains(everything(t, dir), []byte("HIDDEN")) {
					t.Error("plain text while customers come in")
				}
			}
		})
	}
	if err := b.Apply(t.Context(), book.Change{Notes: map[string]json.RawMessage{"HIDDENID": json.RawMessage(`"HIDDENNOTE"`)}}); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(everything(t, dir), []byte("HIDDEN")) {
		t.Error("plain text on disk")
	}
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(everything(t, dir), []byte("HIDDEN")) {
		t.Error("plain text on disk after a compaction")
	}
	id := b.Head().ID
	if err := s.Delete(b); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(everything(t, dir), []byte(id)) {
		t.Error("something of a book that was deleted is left")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestACompactionTakesTheBytesOfARemovedCustomerAway(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	defer s.Close()
	b, err := s.Create("Retail", "Desk", "")
	if err != nil {
		t.Fatal(err)
	}
	put(t, b, made(1000, 0))
	if err := b.Apply(t.Context(), book.Change{Remove: []string{"C-000500"}}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if filepath.Base(f) == "log" {
			continue
		}
		if _, err := os.Stat(f); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there", filepath.Base(f))
		}
	}
	now, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(now) != 2 {
		t.Errorf("%d files, %v", len(now), err)
	}
}

// TestACutLogIsABookAsItWas cuts the log at every kind of place: what is left
// is a book with all changes up to there, and never half of one.
func TestACutLogIsABookAsItWas(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	b, err := s.Create("Retail", "Desk", "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, b.Head().ID, "log")
	type state struct {
		size int64
		all  map[string]book.Customer
	}
	var states []state
	note := func() {
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state{st.Size(), content(b)})
	}
	note()
	for i := range 6 {
		put(t, b, made(3, i*2))
		note()
		if err := b.Apply(t.Context(), book.Change{Remove: []string{fmt.Sprintf("C-%06d", i)}}); err != nil {
			t.Fatal(err)
		}
		note()
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		cut := rapid.Int64Range(states[0].size, int64(len(whole))).Draw(t, "cut")
		want := states[0]
		for _, s := range states {
			if s.size <= cut {
				want = s
			}
		}
		data := bytes.Clone(whole[:cut])
		if rapid.Bool().Draw(t, "zeros") && cut > want.size+4 {
			clear(data[want.size:])
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := book.ReadKey(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		s, err := book.OpenShelf(dir, k, clock)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		defer s.Close()
		b := s.Books()[0]
		if diff := cmp.Diff(want.all, content(b)); diff != "" {
			t.Fatalf("cut at %d: %s", cut, diff)
		}
		if mended := len(b.Mended()) > 0; mended != (cut != want.size) {
			t.Fatalf("cut at %d: mended %v", cut, b.Mended())
		}
	})
}

func TestABookThatWasChangedIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	b, err := s.Create("Retail", "Desk", "")
	if err != nil {
		t.Fatal(err)
	}
	put(t, b, made(600, 0))
	for i := range 3 {
		put(t, b, made(1, 1000+i))
	}
	id := b.Head().ID
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused := func(what string, want errs.Kind, path string, change func([]byte) []byte) {
		t.Helper()
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, change(bytes.Clone(was)), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := book.OpenShelf(dir, key(t, dir), clock)
		if err == nil {
			s.Close()
		}
		if !errs.Is(err, want) {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "EXAMPLE") {
			t.Errorf("%s: the error names a customer", what)
		}
		if err := os.WriteFile(path, was, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log := filepath.Join(dir, id, "log")
	segments, err := filepath.Glob(filepath.Join(dir, id, "customers-*.age"))
	if err != nil || len(segments) != 1 {
		t.Fatal(segments, err)
	}
	refused("a byte of a segment", errs.Internal, segments[0], func(b []byte) []byte { b[len(b)-9] ^= 1; return b })
	refused("a segment that is cut", errs.Internal, segments[0], func(b []byte) []byte { return b[:len(b)-100] })
	refused("a byte of the first frame", errs.Internal, log, func(b []byte) []byte { b[300] ^= 1; return b })
	refused("another form", errs.Conflict, log, func(b []byte) []byte { b[12] = '9'; return b })
	refused("no log", errs.Internal, log, func(b []byte) []byte { b[0] = 'x'; return b })
	refused("a frame twice", errs.Conflict, log, func(b []byte) []byte {
		n := len("cordon-book/1\n")
		first := 4 + int(b[n])<<24 + int(b[n+1])<<16 + int(b[n+2])<<8 + int(b[n+3])
		return append(append(bytes.Clone(b[:n+first]), b[n:n+first]...), b[n+first:]...)
	})
	if err := os.Rename(filepath.Join(dir, book.KeyFile), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	if _, err := book.NewKey(dir, "", 0); !errs.Is(err, errs.Conflict) || !book.Any(dir) {
		t.Errorf("a new key beside books that it does not open: %v", err)
	}
	if err := os.Rename(filepath.Join(dir, "away"), filepath.Join(dir, book.KeyFile)); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	key(t, other)
	if _, err := book.OpenShelf(dir, key(t, other), clock); !errs.Is(err, errs.Denied) {
		t.Errorf("another key: %v", err)
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	if _, err := book.ReadKey(dir, ""); !errs.Is(err, errs.NotFound) {
		t.Errorf("no key: %v", err)
	}
	k, err := book.NewKey(dir, "open sesame", 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.NewKey(dir, "", 10); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second key: %v", err)
	}
	for pass, want := range map[string]errs.Kind{"": errs.Denied, "wrong": errs.Denied, "open sesame": ""} {
		got, err := book.ReadKey(dir, pass)
		if errs.KindOf(err) != want {
			t.Errorf("passphrase %q: %v", pass, err)
		}
		if err == nil && (got.Public() != k.Public() || !got.Sealed) {
			t.Errorf("another key was read")
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	dir = t.TempDir()
	key(t, dir)
	if err := os.Chmod(filepath.Join(dir, book.KeyFile), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := book.ReadKey(dir, ""); !errs.Is(err, errs.Denied) {
		t.Errorf("a key that others can read: %v", err)
	}
}

func TestCustomersThatCannotBeKept(t *testing.T) {
	many := make([]string, book.MaxNames+1)
	for i := range many {
		many[i] = fmt.Sprint("name ", i)
	}
	for name, c := range map[string]book.Customer{
		"no reference":        {Names: []string{"x"}},
		"nothing to screen":   {Reference: "1", Names: []string{" "}},
		"too many names":      {Reference: "1", Names: many},
		"a control character": {Reference: "1", Names: []string{"a\nb"}},
		"too long":            {Reference: "1", Names: []string{strings.Repeat("a", book.MaxText+1)}},
		"no UTF-8":            {Reference: "1\xff", Names: []string{"a"}},
		"no such kind":        {Reference: "1", Names: []string{"a"}, Kind: "robot"},
	} {
		if err := c.Check(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := book.Customer{Reference: " 1 ", Names: []string{" a", "a", ""}}
	if err := c.Check(); err != nil || c.Reference != "1" || len(c.Names) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAnImportThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := shelf(t, dir)
	defer s.Close()
	b, err := s.Create("Retail", "Desk", "")
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the input broke off")
	_, err = b.Put(t.Context(), func(yield func(book.Customer, error) bool) {
		for c := range made(book.SegmentCustomers+5, 0) {
			if !yield(c, nil) {
				return
			}
		}
		yield(book.Customer{}, broken)
	}, nil)
	if !errors.Is(err, broken) || b.Len() != 0 {
		t.Errorf("%v, %d customers", err, b.Len())
	}
	if all, err := filepath.Glob(filepath.Join(dir, b.Head().ID, "*")); err != nil || len(all) != 1 {
		t.Errorf("files %v, %v", all, err)
	}
}

// FuzzLog opens logs of which any bytes are others: there is an error or a book,
// and no panic.
func FuzzLog(f *testing.F) {
	dir := f.TempDir()
	s := shelf(f, dir)
	b, err := s.Create("Retail", "Desk", "")
	if err != nil {
		f.Fatal(err)
	}
	put(f, b, made(2, 0))
	path := filepath.Join(dir, b.Head().ID, "log")
	if err := s.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:40])
	f.Add([]byte("cordon-book/1\n\xff\xff\xff\xff"))
	f.Add([]byte("cordon-book/1\n\x00\x00\x00\x00\x00"))
	k := key(f, dir)
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := book.OpenShelf(dir, k, clock)
		if err == nil {
			s.Close()
		} else if errs.KindOf(err) == "" {
			t.Error("an error without a kind")
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil { // an empty book is taken away
			t.Fatal(err)
		}
	})
}
