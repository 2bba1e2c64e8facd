package sqlite_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/sqlite"
)

// tmpfs mounts a file system in memory, or skips the test where that is not
// allowed.
func tmpfs(t *testing.T, options string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestFullDisk is TestFull on a file system that really has no room.
func TestFullDisk(t *testing.T) {
	dir := tmpfs(t, "size=6m")
	ballast := filepath.Join(dir, "ballast")
	write(t, ballast, make([]byte, 2<<20))
	s, p := openBoth(t, dir)
	acknowledged := fill(t, s)
	if n, err := loadStands(t.Context(), s); err != nil || n != acknowledged {
		t.Errorf("%d are there of %d acknowledged, %v", n, acknowledged, err)
	}
	if err := p.CatchUp(t.Context()); err != nil {
		wantTrouble(t, err, errs.Unavailable, "")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	goesOn(t, s, acknowledged)
}

// TestReadOnlyFolder is a folder that nobody may write in, root neither.
func TestReadOnlyFolder(t *testing.T) {
	dir := tmpfs(t, "")
	s := open(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("it cannot be made read-only here: %v", err)
	}
	for _, d := range []string{dir, filepath.Join(dir, "new")} {
		s, err := sqlite.Open(t.Context(), d, options())
		if err == nil {
			s.Close()
		}
		wantTrouble(t, err, errs.Unavailable, "cannot be opened or written")
	}
}
