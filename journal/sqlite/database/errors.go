package database

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/cordon-project/cordon/errs"
)

// Explain gives an error of the driver or the file system its kind, a sentence
// for people and a hint. Errors that have a kind already stay as they are.
func Explain(file string, err error) error {
	var known *errs.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if errs.KindOf(err) == errs.Unavailable { // a context that ended
		return err
	}
	var e *sqlite.Error
	if errors.As(err, &e) {
		return explainCode(file, e)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return diskFull(file, err)
	case errors.As(err, new(*fs.PathError)):
		return notWritable(file, err)
	}
	return err
}

func explainCode(file string, e *sqlite.Error) error {
	switch e.Code() & 0xff { // the primary code; the rest says where
	case lib.SQLITE_FULL:
		return diskFull(file, e)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return errs.New(errs.Conflict, "another program holds %s; nothing was changed", file).
			WithHint("stop the other node on this folder, or give this one a folder of its own").Because(e)
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		return notWritable(file, e)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return errs.New(errs.Unavailable, "%s is damaged; nothing was written to it", file).
			WithHint("keep a copy of it, then restore the folder from a backup; the archive holds every input and can be imported again").Because(e)
	case lib.SQLITE_INTERRUPT:
		return errs.New(errs.Unavailable, "it was stopped before its end; nothing was changed").
			WithHint("do it again").Because(context.Canceled)
	case lib.SQLITE_IOERR:
		return errs.New(errs.Unavailable, "%s could not be read or written; what was acknowledged is kept", file).
			WithHint("check the disk and its cable or mount, then start again").Because(e)
	}
	return e
}

func diskFull(file string, err error) error {
	return errs.New(errs.Unavailable, "the disk is full, or %s has reached its limit; this was not stored and all that was stored before is kept", file).
		WithHint("make room and do it again: what is there already will be passed over").Because(err)
}

func notWritable(file string, err error) error {
	return errs.New(errs.Unavailable, "%s cannot be opened or written", file).
		WithHint("give this user the right to write in the node's folder, or choose another with CORDON_HOME or --home").Because(err)
}

// HeldByAnother reports whether err says that another process has the file.
func HeldByAnother(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	code := e.Code() & 0xff
	return code == lib.SQLITE_BUSY || code == lib.SQLITE_LOCKED
}

// Damage returns what SQLite says of a damaged file, "" for another error.
func Damage(err error) string {
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
			return e.Error()
		}
	}
	return ""
}

// ErrClosed is what everything says after Close.
var ErrClosed = errs.New(errs.Unavailable, "the journal is closed")
