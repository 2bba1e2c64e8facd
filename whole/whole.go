// Package whole writes small files so that each is there whole or as it was,
// whatever ends the program or the machine.
//
// In come a path and its bytes ([Write]); out comes a file for its owner only, on
// the disk under its name when the call returns. It is written under another name
// in the same folder, flushed, renamed into place, and the folder is flushed too
// ([Sync]), so that a file that was taken away does not come back.
//
// Errors are those of the system: what the file is for, and what to do, only its
// owner can say. It keeps writers of one path apart by nothing but the names of
// their temporary files: the last one wins, whole.
package whole

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// Write puts data in the place of the file.
func Write(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}

// Sync makes the names in a folder durable.
func Sync(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be opened there
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
