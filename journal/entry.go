package journal

import (
	"bytes"
	"slices"
	"sync"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// parsed is the object of an entry, read at most once for all copies of it.
type parsed struct {
	once   sync.Once
	object stix.Object
	err    error
}

// Object returns the entry's object as its canonical bytes read. It is errs.NotFound
// for an entry without content (erased, or an erasure). After [Share] all copies
// of the entry return one and the same map: it is read only.
func (e Entry) Object() (stix.Object, error) {
	if e.Canonical == nil {
		return nil, errs.New(errs.NotFound, "entry %d has no content: it was erased", e.Seq)
	}
	if e.parsed == nil {
		return stix.Parse(e.Canonical)
	}
	e.parsed.once.Do(func() { e.parsed.object, e.parsed.err = stix.Parse(e.Canonical) })
	return e.parsed.object, e.parsed.err
}

// Share returns e such that its object is read at most once, however many
// projections ask for it.
func Share(e Entry) Entry {
	e.parsed = new(parsed)
	return e
}

// Equal reports whether two entries say the same.
func (e Entry) Equal(o Entry) bool {
	return e.Seq == o.Seq && e.ID == o.ID && e.Type == o.Type && e.Version == o.Version &&
		e.Label == o.Label && e.Leaf == o.Leaf && e.At.Equal(o.At) && bytes.Equal(e.Canonical, o.Canonical) &&
		slices.Equal(e.Redacted, o.Redacted) && e.Erased == o.Erased && e.Erases == o.Erases
}
