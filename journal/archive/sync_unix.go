//go:build !windows

package archive

import (
	"errors"
	"os"
)

// syncFolder makes the names in a folder durable. A file is synced again, which
// costs nothing.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fileError(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fileError(err)
	}
	return nil
}
