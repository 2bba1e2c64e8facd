package translog

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/cordon-project/cordon/errs"
)

// ProveInclusion returns the audit path (RFC 6962 section 2.1.1) that shows
// that leaf number index, from 0, is in the tree of the given size.
func ProveInclusion(size, index int64, r HashStore) ([][32]byte, error) {
	if index < 0 || index >= size {
		return nil, errs.New(errs.Invalid, "a log of %d leaves has no leaf number %d", size, index)
	}
	p, err := tlog.ProveRecord(size, index, reader{r})
	if err != nil {
		return nil, readFailed(err)
	}
	return plain(p), nil
}

// CheckInclusion checks that proof shows the leaf hash to be leaf number index
// of the tree of the given size and root. Its error is of kind errs.Invalid.
func CheckInclusion(proof [][32]byte, size int64, root [32]byte, index int64, leaf [32]byte) error {
	if index < 0 || index >= size {
		return errs.New(errs.Invalid, "a log of %d leaves has no leaf number %d", size, index)
	}
	if err := tlog.CheckRecord(hashes(proof), size, root, index, leaf); err != nil {
		return errs.New(errs.Invalid, "the proof does not show that leaf %d is in the log of %d leaves", index, size).Because(err)
	}
	return nil
}

// ProveConsistency returns the proof (RFC 6962 section 2.1.2) that the tree of
// newSize leaves begins with the tree of oldSize leaves. That any tree begins
// with the empty tree needs no proof: it is then empty.
func ProveConsistency(newSize, oldSize int64, r HashStore) ([][32]byte, error) {
	if oldSize < 0 || oldSize > newSize {
		return nil, errs.New(errs.Invalid, "a log of %d leaves cannot begin with one of %d", newSize, oldSize)
	}
	if oldSize == 0 {
		return [][32]byte{}, nil
	}
	p, err := tlog.ProveTree(newSize, oldSize, reader{r})
	if err != nil {
		return nil, readFailed(err)
	}
	return plain(p), nil
}

// CheckConsistency checks that proof shows the tree of newSize and newRoot to
// begin with the tree of oldSize and oldRoot: that nothing published was taken
// back. Its error is of kind errs.Invalid.
func CheckConsistency(proof [][32]byte, newSize int64, newRoot [32]byte, oldSize int64, oldRoot [32]byte) error {
	failed := errs.New(errs.Invalid, "the proof does not show that the log of %d leaves begins with that of %d", newSize, oldSize).
		WithHint("keep both checkpoints: together they show that the log was changed")
	switch {
	case oldSize < 0 || oldSize > newSize:
		return errs.New(errs.Invalid, "a log of %d leaves cannot begin with one of %d", newSize, oldSize)
	case oldSize == 0:
		empty := sha256.Sum256(nil)
		if len(proof) != 0 || oldRoot != empty || (newSize == 0 && newRoot != empty) {
			return failed
		}
		return nil
	}
	if err := tlog.CheckTree(hashes(proof), newSize, newRoot, oldSize, oldRoot); err != nil {
		return failed.Because(err)
	}
	return nil
}

func hashes(p [][32]byte) []tlog.Hash {
	out := make([]tlog.Hash, len(p))
	for i, h := range p {
		out[i] = h
	}
	return out
}
