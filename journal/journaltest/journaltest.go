// Package journaltest is the one conformance suite for journals: [Run] is called
// by the tests of every backend and proves, through its public doors alone, what
// package journal promises.
//
// It also holds what tests and benchmarks of several rooms use: small objects
// made from numbers ([Indicator], [Domain], [Relationship]), a clock that counts
// ([Clock]), randomness that repeats ([Rand]) and a projection that behaves like
// a real one ([Index]).
//
// Nothing here is of use outside tests.
package journaltest

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/stix"
)

// Start is the first time of [Clock].
var Start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// Clock returns a clock that goes on by a second with each look.
func Clock() func() time.Time {
	var mu sync.Mutex
	n := 0
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		n++
		return Start.Add(time.Duration(n) * time.Second)
	}
}

// Rand returns randomness that is the same for the same seed.
func Rand(seed uint64) io.Reader {
	var key [32]byte
	binary.BigEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

// Author is the identity that made the objects of this package.
func Author() stix.Object {
	return stix.Object{
		"type": "identity", "spec_version": "2.1", "id": stix.NameID("identity", "journaltest"),
		"created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
		"name": "EXAMPLE, Author", "identity_class": "organization",
	}
}

// modified is the time of a version, version 0 being the first.
func modified(version int) string {
	return stix.FormatTime(time.Date(2026, 1, 1, 0, 0, version, 0, time.UTC))
}

// Indicator returns indicator n in a version, marked with the given marking
// definitions.
func Indicator(n, version int, markings ...string) stix.Object {
	return mark(stix.Object{
		"type": "indicator", "spec_version": "2.1", "id": stix.NameID("indicator", "journaltest", strconv.Itoa(n)),
		"created": modified(0), "modified": modified(version),
		"created_by_ref": Author().ID(),
		"name":           fmt.Sprintf("indicator %d in version %d", n, version),
		"pattern":        fmt.Sprintf("[domain-name:value = 'host-%d.example.org']", n),
		"pattern_type":   "stix", "valid_from": "2026-01-01T00:00:00Z",
		"indicator_types": []any{"malicious-activity"},
	}, markings)
}

// Domain returns domain name n, whose id follows from its value.
func Domain(n int, markings ...string) stix.Object {
	o := stix.Object{"type": "domain-name", "spec_version": "2.1", "value": fmt.Sprintf("host-%d.example.org", n)}
	id, _, err := stix.SCOID(o)
	if err != nil {
		panic(err) // a domain name always has an id
	}
	o["id"] = id
	return mark(o, markings)
}

// Relationship returns relationship n between two ids.
func Relationship(n int, from, to string, markings ...string) stix.Object {
	return mark(stix.Object{
		"type": "relationship", "spec_version": "2.1", "id": stix.NameID("relationship", "journaltest", strconv.Itoa(n)),
		"created": modified(0), "modified": modified(0),
		"relationship_type": "related-to", "source_ref": from, "target_ref": to,
	}, markings)
}

// Load returns objects from up to to of an endless load of mixed kinds: an
// indicator, its domain name, and the relationship between the two, by turns.
func Load(from, to int) []stix.Object {
	out := make([]stix.Object, 0, to-from)
	for i := from; i < to; i++ {
		n := i / 3
		switch i % 3 {
		case 0:
			out = append(out, Indicator(n, 0))
		case 1:
			out = append(out, Domain(n))
		default:
			out = append(out, Relationship(n, Indicator(n, 0).ID(), Domain(n).ID()))
		}
	}
	return out
}

func mark(o stix.Object, markings []string) stix.Object {
	if len(markings) > 0 {
		refs := make([]any, len(markings))
		for i, m := range markings {
			refs[i] = m
		}
		o["object_marking_refs"] = refs
	}
	return o
}

// Index is a projection as desks write them: the newest version of each object,
// found by its name or value and by what it points at. Its rows are
//
//	o <id>           → version key, then the other keys that the object has, by lines
//	v <value> 0 <id> → the id, for its name, value and pattern
//	r <ref> 0 <id>   → the property that points there
type Index struct {
	Form int // what Version says; 0 means 1
}

// Name implements journal.Projection.
func (Index) Name() string { return "index" }

// Version implements journal.Projection.
func (x Index) Version() int { return max(1, x.Form) }

// Apply implements journal.Projection.
func (Index) Apply(_ context.Context, e journal.Entry, w journal.ShelfWriter) error {
	o, err := e.Object()
	if err != nil {
		return err
	}
	self := []byte("o" + e.ID)
	version := journal.VersionKey(e.Version)
	old, there, err := w.Value(self)
	if err != nil {
		return err
	}
	if there {
		lines := strings.Split(string(old), "\n")
		if lines[0] > version {
			return nil // it came late
		}
		for _, key := range lines[1:] {
			if err := w.Delete([]byte(key)); err != nil {
				return err
			}
		}
	}
	keys := rowsOf(o)
	record := []string{version}
	for _, k := range keys {
		record = append(record, k.key)
		if err := w.Put([]byte(k.key), e.Label, []byte(k.value)); err != nil {
			return err
		}
	}
	return w.Put(self, e.Label, []byte(strings.Join(record, "\n")))
}

type indexRow struct{ key, value string }

func rowsOf(o stix.Object) (rows []indexRow) {
	for _, p := range [...]string{"name", "value", "pattern"} {
		if v := o.Str(p); v != "" && !strings.ContainsAny(v, "\n\x00") {
			rows = append(rows, indexRow{"v" + strings.ToLower(v) + "\x00" + o.ID(), o.ID()})
		}
	}
	for _, p := range [...]string{"source_ref", "target_ref", "created_by_ref"} {
		if ref := o.Str(p); ref != "" {
			rows = append(rows, indexRow{"r" + ref + "\x00" + o.ID() + "\x00" + p, p})
		}
	}
	return rows
}
