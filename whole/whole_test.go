package whole_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/cordon-project/cordon/whole"
)

func TestAFileIsReplacedForItsOwnerOnlyAndNothingIsLeftBeside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	for _, text := range []string{"first and longer", "", "second"} {
		if err := whole.Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	st, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	alone(t, path)
}

// alone fails when the folder holds anything but the file.
func alone(t *testing.T, path string) {
	t.Helper()
	all, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Name() != filepath.Base(path) {
		t.Errorf("the folder holds %v", all)
	}
}

func TestWhatCannotBePutInPlaceLeavesWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "taken")
	if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := whole.Write(path, []byte("x")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	alone(t, path)
	if err := whole.Write(filepath.Join(path, "none", "file"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestOfSeveralWritersOneIsThereWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	var group sync.WaitGroup
	for i := range byte(8) {
		group.Go(func() {
			if err := whole.Write(path, bytes.Repeat([]byte{'a' + i}, 100_000)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	b, err := os.ReadFile(path)
	if err != nil || len(b) != 100_000 || len(bytes.Trim(b, string(b[:1]))) != 0 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	alone(t, path)
}
