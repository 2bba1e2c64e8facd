package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/cordon-project/cordon/policy"
)

// Page selects a part of a numbered list.
type Page struct {
	// After is the number after which the part begins; with Newest the number
	// below which it begins, 0 for the end of the list.
	After  int64
	Limit  int  // at most so many; 0 means 100
	Newest bool // newest first
}

// Quarantined is one refused object as it is kept.
type Quarantined struct {
	N       int64 // number in the quarantine, from 1
	At      time.Time
	By      string
	Source  string // sha256 of the archived input, "" for none
	Label   policy.Label
	Refusal // Index is the position in the batch that it came in
	// Raw is the object in canonical form, or as near to it as it could be
	// written; nil for content that was erased. Size is how many bytes it had:
	// of an object over the size limit only the beginning is kept.
	Raw  []byte
	Size int64
}

// Problem is one thing that is wrong with a journal.
type Problem struct {
	Seq  int64  // sequence number, 0 when it is not of one entry
	Part string // entries, versions, tree, checkpoint, quarantine, labels, file, archive
	Text string // one sentence
}

func (p Problem) String() string {
	if p.Seq == 0 {
		return p.Part + ": " + p.Text
	}
	return fmt.Sprintf("%s: entry %d: %s", p.Part, p.Seq, p.Text)
}

// Report is what a verification found.
type Report struct {
	Entries     int64    // recomputed, erased and erasures among them
	Erased      int64    // without content, by an erasure that is in the journal
	Quarantined int64    // refused objects looked at
	Checkpoints int64    // signed checkpoints checked
	Inputs      int64    // archived inputs rehashed
	Root        [32]byte // of the tree, recomputed from the entries
	Problems    []Problem
	Cut         int // problems beyond MaxProblems, counted only
}

// MaxProblems is how many problems a report lists.
const MaxProblems = 1000

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// Add adds a problem, or counts it when the report is full.
func (r *Report) Add(seq int64, part, format string, args ...any) {
	if len(r.Problems) >= MaxProblems {
		r.Cut++
		return
	}
	r.Problems = append(r.Problems, Problem{Seq: seq, Part: part, Text: fmt.Sprintf(format, args...)})
}

// Progress is told how far a long task is; total may be 0 when it is not known.
// It is called from one goroutine, often; nil is allowed where it is taken.
type Progress func(done, total int64)

// Follower is a [Projection] that keeps something in memory beside its shelf.
type Follower interface {
	Projection
	// Applied is called after the rows of entries (from, to] are durable. When
	// the projection was built anew it is called with from 0, and everything
	// held in memory has to be read again from the shelf.
	Applied(ctx context.Context, from, to int64) error
}
