package taxii

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// rowForm is the form of the projection's rows: 1 = November 2026.
const rowForm = 1

// Projection is what the server knows of every entry without its content, as rows
// of a shelf: under the sequence number, in eight bytes, the texts of a [record].
// It does not depend on which collections there are.
type Projection struct {
	mu      sync.Mutex
	pending []record // applied since the index last followed
	lost    bool     // there were too many; the index reads the shelf again
	applied func(ctx context.Context, from, to int64) error
}

var _ journal.Follower = (*Projection)(nil)

// NewProjection returns the projection.
func NewProjection() *Projection { return &Projection{} }

// Name implements [journal.Projection].
func (*Projection) Name() string { return "taxii" }

// Version implements [journal.Projection].
func (*Projection) Version() int { return rowForm }

// maxPending bounds what is remembered between two steps: more comes only while
// the shelf is built anew, after which the index reads it whole.
const maxPending = 40_000

// Apply implements [journal.Projection].
func (p *Projection) Apply(_ context.Context, e journal.Entry, w journal.ShelfWriter) (err error) {
	defer errs.Wrap(&err, "taxii.Apply(%d, %s)", e.Seq, e.ID)
	o, err := e.Object()
	if err != nil {
		return err
	}
	r := recordOf(o)
	r.seq, r.added, r.version = e.Seq, e.At.UnixMicro(), e.Version
	if r.label = e.Own; r.label == "" {
		r.label = e.Label
	}
	p.mu.Lock()
	if n := len(p.pending); n > 0 && p.pending[n-1].seq >= r.seq {
		p.pending, p.lost = nil, true
	}
	if len(p.pending) >= maxPending {
		p.pending, p.lost = nil, true
	}
	p.pending = append(p.pending, r)
	p.mu.Unlock()
	return w.Put(binary.BigEndian.AppendUint64(nil, uint64(r.seq)), e.Label, r.encode())
}

// Applied implements [journal.Follower].
func (p *Projection) Applied(ctx context.Context, from, to int64) error {
	p.mu.Lock()
	f := p.applied
	p.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(ctx, from, to)
}

// take returns what was applied after from and forgets it; false when it is not
// known whole.
func (p *Projection) take(from, to int64) ([]record, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all, lost := p.pending, p.lost
	p.pending, p.lost = nil, false
	var out []record
	for _, r := range all {
		if r.seq > from && r.seq <= to {
			out = append(out, r)
		}
	}
	return out, !lost
}

func (p *Projection) follow(f func(ctx context.Context, from, to int64) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.applied = f
}

// record is one entry as the index knows it.
type record struct {
	seq     int64
	added   int64 // microseconds since 1970
	id      string
	version string // as the object writes it, "" for observables
	label   policy.Label
	creator string
	ends    [2]string // of a relationship: what it is of no use without
	attrs   []string  // labels, and markings by their ids
}

// recordOf reads what an object says of itself. A relationship (section 5.1 of
// STIX 2.1) and a sighting (5.2) are nothing without what they are about.
func recordOf(o stix.Object) record {
	r := record{id: o.ID(), creator: o.Str("created_by_ref"), attrs: append(o.Strs("labels"), o.Strs("object_marking_refs")...)}
	switch o.Type() {
	case "relationship":
		r.ends = [2]string{o.Str("source_ref"), o.Str("target_ref")}
	case "sighting":
		r.ends[0] = o.Str("sighting_of_ref")
	}
	return r
}

// encode writes what is not in the key: the time, then each text with its length.
func (r record) encode() []byte {
	b := binary.AppendVarint(nil, r.added)
	for _, s := range append([]string{r.id, r.version, string(r.label), r.creator, r.ends[0], r.ends[1]}, r.attrs...) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

func decode(row journal.Row) (r record, err error) {
	bad := errs.New(errs.Unavailable, "a row of the TAXII projection is damaged").WithHint("cordon rebuild makes it anew.")
	if len(row.Key) != 8 {
		return r, bad
	}
	r.seq = int64(binary.BigEndian.Uint64(row.Key))
	b := row.Value
	added, n := binary.Varint(b)
	if n <= 0 {
		return r, bad
	}
	r.added, b = added, b[n:]
	var texts []string
	for len(b) > 0 {
		l, n := binary.Uvarint(b)
		if n <= 0 || l > uint64(len(b)-n) {
			return r, bad
		}
		texts = append(texts, string(b[n:n+int(l)]))
		b = b[n+int(l):]
	}
	if len(texts) < 6 {
		return r, bad
	}
	r.id, r.version, r.label, r.creator, r.ends, r.attrs = texts[0], texts[1], policy.Label(texts[2]), texts[3], [2]string{texts[4], texts[5]}, texts[6:]
	return r, nil
}

// stamp writes a time as TAXII does: UTC, six digits (section 2).
func stamp(micro int64) string {
	return time.UnixMicro(micro).UTC().Format("2006-01-02T15:04:05.000000Z")
}
