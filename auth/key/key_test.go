package key_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/cordon-project/cordon/auth/key"
	"github.com/cordon-project/cordon/errs"
)

func drawn(t testing.TB) key.Key {
	t.Helper()
	k, err := key.New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeyComesBackWholeAndIsNoOther(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		k := drawn(t)
		back, ok := key.Parse(k.Reveal())
		if !ok || back != k || len(k.Reveal()) != key.Length {
			t.Fatalf("%s does not come back", k)
		}
		if seen[k.Sum()] || !key.Matches(k.Sum(), back.Sum()) || key.Matches(k.Sum(), key.Nothing) {
			t.Fatalf("the sum of %s is not its own", k)
		}
		seen[k.Sum()] = true
	}
}

func TestAKeyIsNeverPrintedBySlip(t *testing.T) {
	k := drawn(t)
	_, secret, _ := strings.Cut(k.Reveal()[len(key.Prefix):], "_")
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(format, k); strings.Contains(got, secret) || !strings.Contains(got, k.ID) {
			t.Errorf("%s prints %s", format, got)
		}
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	good := drawn(t).Reveal()
	for what, s := range map[string]string{
		"empty": "", "prefix alone": key.Prefix, "one letter less": good[1:], "one letter more": good + "a",
		"capitals": strings.ToUpper(good), "another prefix": "gordon_" + good[len(key.Prefix):], "a digit outside": good[:len(good)-1] + "1",
		"a line end": good[:len(good)-1] + "\n", "two bars": strings.Replace(good, good[20:21], "_", 1), "a megabyte": key.Prefix + strings.Repeat("a", 1<<20),
	} {
		if _, ok := key.Parse(s); ok {
			t.Errorf("%s is taken for a key", what)
		}
	}
}

func TestWithoutRandomnessThereIsNoKey(t *testing.T) {
	for _, r := range []*bytes.Reader{bytes.NewReader(nil), bytes.NewReader(make([]byte, 8))} {
		if _, err := key.New(r); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%v", err)
		}
	}
	if _, err := key.New(iotest.ErrReader(errors.New("none"))); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("")
	f.Add(key.Prefix + strings.Repeat("a", 10) + "_" + strings.Repeat("b", 52))
	f.Add(key.Prefix + strings.Repeat("_", 63))
	f.Fuzz(func(t *testing.T, s string) {
		if k, ok := key.Parse(s); ok && k.Reveal() != s {
			t.Errorf("%q comes back as %q", s, k.Reveal())
		}
	})
}
