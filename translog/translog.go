// Package translog is the Merkle log over the journal: what a node once
// published about its journal it cannot take back or change unseen.
//
// In come commitments to objects, in the order of the journal; out come the
// hashes to store with them, the root of the tree, signed checkpoints, tiles
// that anybody can mirror, and proofs. The package keeps nothing and does no
// I/O: hashes are read through a [HashStore], so that a leaf is stored in the
// same transaction as its object and the two cannot disagree.
//
// A leaf is a salted commitment ([Commitment]). The published tree therefore
// tells nothing of an object, not even to somebody who can guess it; whoever is
// given the object and its salt can check that it is in the tree.
//
// The tree is that of RFC 6962 section 2.1 with SHA-256, the stored order of
// hashes that of golang.org/x/mod/sumdb/tlog, checkpoints are C2SP
// tlog-checkpoint in a C2SP signed-note with Ed25519, tiles and entry bundles
// C2SP tlog-tiles with height 8.
//
// Guarantees: an [Appender] gives the same hashes as appending one leaf at a
// time with every hash read from the store; a proof or a checkpoint that does
// not hold is refused with an [errs.Invalid] error; hostile paths, notes,
// bundles and proofs never panic.
//
// It refuses to remember: whether two checkpoints of one log are consistent is
// asked with [CheckConsistency] by whoever kept the earlier one.
package translog

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/cordon-project/cordon/errs"
)

// Hash is a SHA-256 hash: a leaf, an inner node or a root.
type Hash = [32]byte

// HashStore reads stored hashes. The answer has one hash for each index, in the
// order asked, or an error. Indexes count all stored hashes of the tree, leaves
// and inner nodes, in the order in which [Appender.Append] and
// [HashesForAppend] give them out; [StoredIndex] and [StoredCount] compute
// them.
type HashStore interface {
	ReadHashes(indexes []int64) ([][32]byte, error)
}

// commitmentDomain separates Cordon's commitments from every other use of
// SHA-256. v1: domain, NUL, salt, canonical bytes.
const commitmentDomain = "cordon translog commitment v1\x00"

// Commitment returns SHA-256 over a fixed domain, the salt and the canonical
// bytes of an object. The salt must be random and kept with the object, hidden
// like it: it is what makes the commitment tell nothing. The domain and the
// salt have fixed lengths, so no two inputs run together.
func Commitment(salt [32]byte, canonical []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(commitmentDomain))
	h.Write(salt[:])
	h.Write(canonical)
	var out [32]byte
	h.Sum(out[:0])
	return out
}

// LeafHash returns the hash of the leaf whose data is the commitment: SHA-256
// over a zero byte and the commitment (RFC 6962 section 2.1).
func LeafHash(commitment [32]byte) [32]byte {
	return tlog.RecordHash(commitment[:])
}

// StoredCount returns how many hashes are stored for a tree of size leaves.
func StoredCount(size int64) int64 { return tlog.StoredHashCount(size) }

// StoredIndex returns where the hash of the complete subtree number n at the
// given level is stored; level 0 holds the leaves.
func StoredIndex(level int, n int64) int64 { return tlog.StoredHashIndex(level, n) }

// HashesForAppend returns the hashes to store when leaf becomes the n'th leaf
// (counted from 0), to be stored at StoredIndex(0, n) and the places after it.
// It reads up to log2(n) hashes; for more than one leaf use an [Appender].
func HashesForAppend(n int64, leaf [32]byte, r HashStore) ([][32]byte, error) {
	if n < 0 {
		return nil, errs.New(errs.Invalid, "a log cannot have a leaf number %d", n)
	}
	hs, err := tlog.StoredHashesForRecordHash(n, leaf, reader{r})
	if err != nil {
		return nil, readFailed(err)
	}
	return plain(hs), nil
}

// Root returns the root of the tree of the given size; that of the empty tree
// is SHA-256 of nothing. It reads once, at most 1+log2(size) hashes.
func Root(size int64, r HashStore) ([32]byte, error) {
	if size < 0 {
		return Hash{}, errs.New(errs.Invalid, "a log cannot have %d leaves", size)
	}
	h, err := tlog.TreeHash(size, reader{r})
	if err != nil {
		return Hash{}, readFailed(err)
	}
	return h, nil
}

// Appender appends leaves and keeps the right edge of the tree in memory (at
// most 63 hashes), so that it reads nothing after [NewAppender]. It is for one
// writer at a time. Before a transaction that may fail, keep a [Appender.Clone].
type Appender struct {
	size int64
	edge []tlog.Hash // roots of the complete subtrees, largest (leftmost) first
}

// NewAppender returns an appender for the log that has size leaves in r. r may
// be nil for an empty log.
func NewAppender(size int64, r HashStore) (*Appender, error) {
	if size < 0 {
		return nil, errs.New(errs.Invalid, "a log cannot have %d leaves", size)
	}
	a := &Appender{size: size}
	indexes := edgeIndexes(size)
	if len(indexes) == 0 {
		return a, nil
	}
	hs, err := reader{r}.ReadHashes(indexes)
	if err != nil {
		return nil, readFailed(err)
	}
	a.edge = hs
	return a, nil
}

// edgeIndexes lists where the roots of the complete subtrees of a tree are
// stored, leftmost first: one for each bit of size.
func edgeIndexes(size int64) []int64 {
	var out []int64
	var before int64 // leaves left of the subtree
	for level := 62; level >= 0; level-- {
		if width := int64(1) << level; size&width != 0 {
			out = append(out, tlog.StoredHashIndex(level, before>>level))
			before += width
		}
	}
	return out
}

// Append adds a leaf hash. It returns the stored index of the first of the
// hashes and the hashes themselves, which belong at index, index+1 and so on.
// The leaf's own number in the log is [Appender.Size] before the call.
func (a *Appender) Append(leaf [32]byte) (index int64, hashes [][32]byte) {
	index = tlog.StoredHashIndex(0, a.size)
	h := tlog.Hash(leaf)
	hashes = append(make([][32]byte, 0, 2), h)
	for n := a.size; n&1 == 1; n >>= 1 {
		last := len(a.edge) - 1
		h = tlog.NodeHash(a.edge[last], h)
		a.edge = a.edge[:last]
		hashes = append(hashes, h)
	}
	a.edge = append(a.edge, h)
	a.size++
	return index, hashes
}

// Size returns the number of leaves.
func (a *Appender) Size() int64 { return a.size }

// Root returns the root of the tree as it is now.
func (a *Appender) Root() [32]byte {
	if len(a.edge) == 0 {
		return sha256.Sum256(nil)
	}
	h := a.edge[len(a.edge)-1]
	for i := len(a.edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(a.edge[i], h)
	}
	return h
}

// Clone returns a copy that goes its own way from here.
func (a *Appender) Clone() *Appender {
	return &Appender{size: a.size, edge: append([]tlog.Hash(nil), a.edge...)}
}

// reader makes a HashStore a tlog.HashReader and holds it to its contract.
type reader struct{ r HashStore }

func (r reader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	if r.r == nil {
		return nil, errs.New(errs.Internal, "no store was given to read %d hashes of the log from", len(indexes))
	}
	hs, err := r.r.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	if len(hs) != len(indexes) {
		return nil, errs.New(errs.Internal, "the store of the log was asked for %d hashes and gave %d", len(indexes), len(hs))
	}
	out := make([]tlog.Hash, len(hs))
	for i, h := range hs {
		out[i] = h
	}
	return out, nil
}

func plain(hs []tlog.Hash) [][32]byte {
	out := make([][32]byte, len(hs))
	for i, h := range hs {
		out[i] = h
	}
	return out
}

// readFailed gives a failure of the store a sentence; an error that already
// says its kind keeps it.
func readFailed(err error) error {
	if errs.KindOf(err) != errs.Internal {
		return err
	}
	return errs.New(errs.Internal, "hashes of the log could not be read").Because(err)
}
