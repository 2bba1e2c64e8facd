// Package journal is the append-only store of everything that a node knows, and
// the rules by which something gets in and out of it.
//
// In come batches of STIX objects ([Batch]). Each object is checked, labelled,
// brought into canonical form and committed to ([Pipeline]); a backend
// (journal/sqlite) then numbers and stores it. Out come entries ([Entry]) for a
// viewer and a purpose, and projections ([Projection]): views that follow the
// journal by sequence number and can be thrown away and built again.
//
// Guarantees: a [Receipt] is given when everything that it speaks of is durable.
// One version of one object has one content for ever; the same bytes again are
// nothing new. What a viewer may not see is not in any answer, decided inside
// the query. Every entry has a leaf in a Merkle tree (package translog) whose
// signed checkpoints tell nothing of the content. Rebuilding a projection gives
// the same bytes as following the journal did.
//
// Refused, into the quarantine and with the rule and its section: objects that
// break a MUST of STIX 2.1, markings that cannot be read, bundles (they are
// containers), objects too large, a second content for a version that is here,
// and content that was erased. docs/journal.md says how each is decided.
//
// The inputs themselves, byte for byte, are in journal/archive.
package journal

import (
	"context"
	"iter"
	"time"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// Entry is one accepted version of one object, or the erasure of one.
//
// An erasure is an entry of its own: Erased is true, Erases is the number of the
// entry whose content is gone, ID, Type, Version and Label are that entry's. The
// entry that was erased stays in its place with Erased true and no content.
type Entry struct {
	Seq       int64 // position in the journal, from 1
	ID        string
	Type      string
	Version   string // stix.Object.Version: modified, created, or "" for observables
	Label     policy.Label
	Leaf      [32]byte  // leaf hash in the log: RFC 6962 hash of the salted commitment
	At        time.Time // when this node accepted it: whole microseconds, one for each append and later than that of the append before
	Canonical []byte    // RFC 8785 bytes; nil for an erased version; redacted for the viewer if granular markings say so
	Redacted  []string  // selectors removed for this viewer
	Erased    bool
	Erases    int64 // for an erasure: the sequence number of the erased entry; otherwise 0

	// Own is, in the form for projections, the label of the object as a whole,
	// where Label is one that covers every part of it. Otherwise it is "".
	Own policy.Label

	parsed *parsed // see Share
}

// Batch is what one caller wants to append in one atomic step.
type Batch struct {
	Objects []stix.Object
	By      string // who appends, for the audit: a person, a command, a partner
	Source  string // sha256 of the archived input, "" for none
	// RefuseAll makes one refused object refuse the whole batch: lists fail
	// closed. Otherwise the good are kept and the bad go to the quarantine.
	RefuseAll bool
}

// Receipt says what became of a batch. It is given only when all of it is
// durable.
type Receipt struct {
	First, Last int64 // sequence numbers assigned, 0 when nothing was new
	Added       int
	Same        int // already here, byte for byte
	Refused     []Refusal
}

// Refusal is one object that was not accepted.
type Refusal struct {
	Index   int    // position in the batch
	ID      string // as far as it could be read
	Rule    string // the rule that it broke, e.g. "identifier-prefix", "conflicting-content"
	Section string // of STIX 2.1 or of Cordon's docs
	Path    string // inside the object
	Message string
}

// Query selects versions for [Journal.Scan].
type Query struct {
	After   int64    // sequence numbers above this
	Types   []string // empty for all
	Seqs    []int64  // only these sequence numbers, in any order; nil for all
	Latest  bool     // only the newest version of each id
	Limit   int      // 0 for no limit
	Newest  bool     // newest first
	Purpose policy.Purpose
}

// Journal is the append-only store of objects. SQLite is the default;
// PostgreSQL is to come. Every read takes a viewer, and what the viewer may not
// see is not in the answer: Get of such an object returns errs.Withheld.
type Journal interface {
	// Append validates, resolves markings, canonicalises, deduplicates, assigns
	// sequence numbers and commits durably, all or nothing for what is accepted.
	Append(ctx context.Context, b Batch) (Receipt, error)
	// Get returns the newest version of an object: errs.NotFound if there is
	// none, errs.Withheld if the viewer may not know of it. Who may not see the
	// newest version does not see older ones in its stead.
	Get(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (Entry, error)
	// Versions returns every version that the viewer may see, oldest first; its
	// errors are those of Get.
	Versions(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) ([]Entry, error)
	// Scan runs over versions, and without Latest over erasures, by sequence
	// number up to the head at its beginning. An error is the last thing it gives.
	Scan(ctx context.Context, v policy.Viewer, q Query) iter.Seq2[Entry, error]
	// Head returns the last sequence number, 0 for an empty journal.
	Head(ctx context.Context) (int64, error)
	// Close ends the journal; nothing acknowledged is lost by not calling it.
	Close() error
}

// Projection is a view that follows the journal by sequence number and can be
// thrown away and built again with the same result. It keeps what it knows on a
// [Shelf] of its own name, as sorted keys with values.
type Projection interface {
	Name() string
	Version() int // of its rows' form: another version is built anew
	// Apply writes what the entry adds to or removes from the projection.
	// Entries come in the order of the journal, each once for each build, and
	// not filtered for any viewer: rows carry the entry's label, which for an
	// object with granular markings is one that covers every part of it.
	//
	// Entries without content are not applied. When something was erased, or a
	// label changed because a marking definition came late, the projection is
	// built anew from what is there then; so Apply must depend on the entries and
	// its own shelf alone.
	Apply(ctx context.Context, e Entry, w ShelfWriter) error
}

// ShelfWriter is what a projection may do to its own shelf.
type ShelfWriter interface {
	// Put keeps value under key for viewers who may see label.
	Put(key []byte, label policy.Label, value []byte) error
	Delete(key []byte) error
	// Value returns what is under key now, including what this run has put.
	Value(key []byte) (value []byte, ok bool, err error)
	// Keys runs over the keys below a prefix as they are now, in order.
	Keys(prefix []byte) iter.Seq2[[]byte, error]
}

// Row is one row of a shelf.
type Row struct {
	Key   []byte
	Label policy.Label
	Value []byte
}

// Shelf is how a desk reads its projection. What the viewer may not see is not
// in the answer, by the query itself.
type Shelf interface {
	Get(ctx context.Context, v policy.Viewer, p policy.Purpose, key []byte) (Row, bool, error)
	// Scan runs over the rows whose key begins with prefix, in order of key.
	Scan(ctx context.Context, v policy.Viewer, p policy.Purpose, prefix []byte) iter.Seq2[Row, error]
	// All runs over the rows below prefix with their labels and for no viewer:
	// it is for the index that a desk keeps in memory, which asks the label of
	// each row on every search. Nothing that it returns may reach a face as it is.
	All(ctx context.Context, prefix []byte) iter.Seq2[Row, error]
	// Applied is the sequence number that the projection has reached.
	Applied(ctx context.Context) (int64, error)
}
