package stix_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/stix"
)

// rows reads a JSON lines file of the shared data, gzipped or not.
func rows(t testing.TB, name string) []stix.Object {
	t.Helper()
	var out []stix.Object
	eachRow(t, name, func(line []byte) {
		o, err := stix.Parse(line)
		if err != nil {
			t.Fatalf("%s line %d: %v", name, len(out)+1, err)
		}
		out = append(out, o)
	})
	return out
}

func eachRow(t testing.TB, name string, f func(line []byte)) {
	t.Helper()
	r := open(t, name)
	s := bufio.NewScanner(r)
	s.Buffer(nil, 64<<20)
	for s.Scan() {
		f(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open(shareddata.Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// object returns the STIX object under a key of a row.
func object(t testing.TB, row stix.Object, key string) stix.Object {
	t.Helper()
	m, ok := row[key].(map[string]any)
	if !ok {
		t.Fatalf("row without %q", key)
	}
	return m
}

// parse reads one object or fails the test.
func parse(t testing.TB, s string) stix.Object {
	t.Helper()
	o, err := stix.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func dataPath(t testing.TB, name string) string { return shareddata.Path(t, name) }
