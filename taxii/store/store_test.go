package store_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/taxii/store"
)

func open(t *testing.T, dir string, o store.Options) *store.Store {
	t.Helper()
	o.Rand = rand.Reader
	s, err := store.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsKeptIsThereAgain(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	key := s.Key()
	at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	if err := s.PutStatus(t.Context(), store.Status{ID: "a", Client: "one", Root: "r", At: at, Body: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a version is taken out once, however often it is asked
		if err := s.Unlist(t.Context(), "c", []int64{3, 5}, "one"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Hold(t.Context(), store.Held{Client: "one", Collection: "c", ID: "x", Why: "because", Body: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, store.Options{})
	defer s.Close()
	if s.Key() != key || key == [32]byte{} {
		t.Error("the key is another one")
	}
	if st, err := s.Status(t.Context(), "one", "r", "a"); err != nil || !st.At.Equal(at) || string(st.Body) != "{}" {
		t.Errorf("%+v, %v", st, err)
	}
	for _, who := range [][2]string{{"two", "r"}, {"one", "other"}} {
		if _, err := s.Status(t.Context(), who[0], who[1], "a"); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v reads it: %v", who, err)
		}
	}
	if u, err := s.Unlisted(t.Context()); err != nil || fmt.Sprint(u) != "map[c:[3 5]]" {
		t.Errorf("%v, %v", u, err)
	}
	if h, n, err := s.Held(t.Context(), 10); err != nil || n != 1 || len(h) != 1 || h[0].Why != "because" {
		t.Errorf("%+v, %v", h, err)
	}
	if err := s.Hold(t.Context(), store.Held{Client: "one", Why: "again", Body: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	newest, n, err := s.Held(t.Context(), 1)
	if err != nil || n != 2 || len(newest) != 1 || newest[0].Why != "again" {
		t.Fatalf("%+v of %d, %v", newest, n, err)
	}
	if err := s.Drop(t.Context(), newest[0].N); err != nil {
		t.Error(err)
	}
	if err := s.Drop(t.Context(), newest[0].N); !errs.Is(err, errs.NotFound) {
		t.Errorf("dropped twice: %v", err)
	}
	if left, n, err := s.Held(t.Context(), 10); err != nil || n != 1 || left[0].Why != "because" {
		t.Errorf("%+v of %d, %v", left, n, err)
	}
	if err := s.Hold(t.Context(), store.Held{Body: make([]byte, store.MaxHeldBytes+1)}); !errs.Is(err, errs.Unavailable) {
		t.Errorf("too large an object: %v", err)
	}
}

func TestOldStatusesGo(t *testing.T) {
	now := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	s := open(t, t.TempDir(), store.Options{Clock: func() time.Time { return now }, Statuses: 100, Keep: time.Hour})
	defer s.Close()
	for i := range 512 {
		if err := s.PutStatus(t.Context(), store.Status{ID: fmt.Sprint(i), Client: "one", Root: "r", At: now, Body: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Statuses(t.Context(), 1000)
	if err != nil || len(all) != 100 || all[0].ID != "511" {
		t.Errorf("%d statuses are kept, %v", len(all), err)
	}
}
