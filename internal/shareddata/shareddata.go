// Package shareddata finds the real data that tests and benchmarks read and
// that the repository may not hold.
//
// The data lies in a folder named shared beside the checkout, or where
// CORDON_SHARED says. A test that needs it skips, with the reason, where it is
// absent; with CORDON_REQUIRE_SHARED=1, as the continuous integration sets it,
// the same absence is a failure.
package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a file or folder under shared/data. name uses
// forward slashes.
func Path(t testing.TB, name string) string {
	t.Helper()
	return find(t, filepath.Join("data", filepath.FromSlash(name)))
}

// Seeds returns the folder of the first reports.
func Seeds(t testing.TB) string {
	t.Helper()
	return find(t, "seeds")
}

func find(t testing.TB, rel string) string {
	t.Helper()
	root := os.Getenv("CORDON_SHARED")
	if root == "" {
		root = beside(t)
	}
	p := filepath.Join(root, rel)
	if _, err := os.Stat(p); err != nil {
		if os.Getenv("CORDON_REQUIRE_SHARED") != "" {
			t.Fatalf("CORDON_REQUIRE_SHARED is set and %s is not there", filepath.Join("shared", rel))
		}
		t.Skipf("%s is not beside this checkout", filepath.Join("shared", rel))
	}
	return p
}

// beside walks up from the test's folder to the module root and returns the
// shared folder next to it.
func beside(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared")
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
