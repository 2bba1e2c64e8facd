package journal

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/translog"
)

// DefaultMaxObject is the size of the largest object, in bytes of its canonical
// form, unless [Pipeline].MaxObject says otherwise. The largest object of MITRE
// ATT&CK has about 40 kB; documents belong into the archive.
const DefaultMaxObject = 16 << 20

// Rules of the journal itself, beside those of package stix, as [Refusal].Rule.
const (
	RuleNotJSON     = "not-json"            // the object has no canonical form
	RuleBundle      = "bundle-in-journal"   // a bundle is a container, not an object
	RuleSize        = "object-size"         // larger than the limit
	RuleMarkings    = "markings-unreadable" // object_marking_refs cannot be read
	RuleConflicting = "conflicting-content" // another content is here under this id and version
	RuleErased      = "erased"              // this version was erased and does not come back
)

// Sections of docs/journal.md that the journal's own rules cite.
const (
	sectionRefused  = "docs/journal.md, What is refused"
	sectionVersions = "STIX 2.1 section 3.6; docs/journal.md, Versions"
)

// Pipeline is what happens to objects before a backend stores them. It is the
// same for every backend. It does no I/O and keeps no state, so one value serves
// many goroutines.
type Pipeline struct {
	// DefaultTLP is the level of objects that state none.
	DefaultTLP policy.TLP
	// Definitions finds the marking definitions that the journal holds; nil for
	// none. Those of the batch itself are found without it.
	Definitions policy.Definitions
	// MaxObject is the largest canonical form accepted, in bytes; 0 means
	// [DefaultMaxObject].
	MaxObject int
	// Workers is how many goroutines work at a time; 0 means GOMAXPROCS.
	Workers int
}

// Draft is one object of a batch on its way into the journal.
type Draft struct {
	Index   int // position in the batch
	Object  stix.Object
	ID      string
	Type    string
	Version string // as the object writes it
	// Key orders the versions of one id and tells them apart; see [VersionKey].
	Key       string
	Canonical []byte

	// What [Pipeline.Admit] adds.
	Label      policy.Label
	Granular   bool // granular markings may hide parts: policy.Redact on the way out
	Salt       [32]byte
	Commitment [32]byte
	Leaf       [32]byte

	Refusal *Refusal // not nil: not accepted, and why
}

// Refuse marks the draft as not accepted.
func (d *Draft) Refuse(rule, section, path, format string, args ...any) {
	d.Refusal = &Refusal{
		Index: d.Index, ID: d.ID, Rule: rule, Section: section, Path: path,
		Message: fmt.Sprintf(format, args...),
	}
}

// RefuseConflict marks the draft as a second content for a version that is here.
func (d *Draft) RefuseConflict() {
	if d.Key == "" {
		d.Refuse(RuleConflicting, "STIX 2.1 sections 2.9 and 3.6; docs/journal.md, Versions", "",
			"another content is here under %s, which has no versions, and the id does not follow from the content", d.ID)
		return
	}
	d.Refuse(RuleConflicting, sectionVersions, "modified",
		"another content is here under %s in the version of %s; the first one is kept", d.ID, d.Version)
}

// RefuseErased marks the draft as content that was erased here.
func (d *Draft) RefuseErased() {
	d.Refuse(RuleErased, "docs/journal.md, Erasure", "", "%s was erased here and does not come back by import", d.ID)
}

// Canonicalise is the first half of the pipeline: it reads each object's id, type
// and version and makes its canonical bytes (RFC 8785), which is all that is
// needed to see whether the journal has it already. The drafts come in the order
// of the objects. Its only error is that of ctx.
func (p Pipeline) Canonicalise(ctx context.Context, objects []stix.Object) ([]Draft, error) {
	drafts := make([]Draft, len(objects))
	limit := p.MaxObject
	if limit == 0 {
		limit = DefaultMaxObject
	}
	err := p.each(ctx, len(objects), func(from, to int) {
		// One buffer for many objects: the canonical bytes of a chunk are cut
		// out of it, at full capacity so that nobody appends into the next.
		buf := make([]byte, 0, 512*(to-from))
		for i := from; i < to; i++ {
			d := &drafts[i]
			o := objects[i]
			*d = Draft{Index: i, Object: o, ID: o.ID(), Type: o.Type(), Version: o.Version()}
			d.Key = VersionKey(d.Version)
			if d.Type == "bundle" {
				d.Refuse(RuleBundle, "STIX 2.1 section 8", "type", "a bundle is a container and not an object: append what is in it")
				continue
			}
			start := len(buf)
			out, err := stix.AppendCanonical(buf, o)
			if err != nil {
				d.Refuse(RuleNotJSON, "RFC 8785", "", "%s", plain(err))
				continue
			}
			buf = out
			d.Canonical = buf[start:len(buf):len(buf)]
			if len(d.Canonical) > limit {
				d.Refuse(RuleSize, sectionRefused, "", "the object has %d bytes and at most %d are kept", len(d.Canonical), limit)
			}
		}
	})
	return drafts, err
}

// Admit is the second half, for the drafts that the journal does not have: the
// MUST rules of STIX 2.1 (lenient reading), the label, salt, commitment and leaf
// hash. Salts are read from random in the order of the drafts (nil means
// crypto/rand). Drafts that are refused already are left alone. It fails when
// random does, or ctx.
func (p Pipeline) Admit(ctx context.Context, drafts []*Draft, random io.Reader) error {
	if random == nil {
		random = rand.Reader
	}
	salts := make([]byte, 32*len(drafts))
	if _, err := io.ReadFull(random, salts); err != nil {
		return errs.New(errs.Unavailable, "no randomness for the salts of the log").Because(err)
	}
	err := p.each(ctx, len(drafts), func(from, to int) {
		for _, d := range drafts[from:to] {
			if d.Refusal == nil {
				judge(d)
			}
		}
	})
	if err != nil {
		return err
	}
	defs := p.definitions(drafts)
	return p.each(ctx, len(drafts), func(from, to int) {
		for i, d := range drafts[from:to] {
			if d.Refusal != nil {
				continue
			}
			label, err := policy.LabelOf(d.Object, p.DefaultTLP, defs)
			if err != nil {
				d.Refuse(RuleMarkings, "STIX 2.1 section 7.2.2", "object_marking_refs", "%s", plain(err))
				continue
			}
			d.Label = label
			d.Granular = policy.GranularSensitive(d.Object)
			copy(d.Salt[:], salts[32*(from+i):])
			d.Commitment = translog.Commitment(d.Salt, d.Canonical)
			d.Leaf = translog.LeafHash(d.Commitment)
		}
	})
}

// judge refuses the draft for the first MUST that it breaks.
func judge(d *Draft) {
	for _, f := range check.Object(d.Object, check.Lenient) {
		if f.Must {
			d.Refuse(f.Rule, "STIX 2.1 section "+strings.TrimPrefix(f.Section, "section "), f.Path, "%s", f.Message)
			return
		}
	}
}

// definitions finds marking definitions in the batch first, then in the journal.
// A batch may bring the definition after the object that uses it.
func (p Pipeline) definitions(drafts []*Draft) policy.Definitions {
	own := map[string]stix.Object{}
	for _, d := range drafts {
		if d.Refusal == nil && d.Type == "marking-definition" {
			own[d.ID] = d.Object
		}
	}
	if len(own) == 0 {
		return p.Definitions
	}
	return func(id string) (stix.Object, bool) {
		// What the journal holds decides: a second content for a definition that
		// is here will be refused and must not lower anything meanwhile.
		if p.Definitions != nil {
			if o, ok := p.Definitions(id); ok {
				return o, true
			}
		}
		o, ok := own[id]
		return o, ok
	}
}

// QuarantineLabel is the label under which a refused object is kept: that of all
// the markings in it that can be read, granular ones too, and TLP:RED where the
// object as a whole states no level. It never fails.
func (p Pipeline) QuarantineLabel(o stix.Object) policy.Label {
	var refs []string
	for _, ref := range stix.StringList(o["object_marking_refs"]) {
		if stix.ValidID(ref) && stix.IDType(ref) == "marking-definition" {
			refs = append(refs, ref)
		}
	}
	label := p.markedAs(o, refs, policy.Red)
	refs = nil
	for _, g := range granular(o) {
		if ref, ok := g["marking_ref"].(string); ok && stix.ValidID(ref) && stix.IDType(ref) == "marking-definition" {
			refs = append(refs, ref)
		}
	}
	return policy.Join(label, p.markedAs(o, refs, policy.Clear))
}

// ProjectionLabel is the label under which a projection may keep what it takes
// out of an object whose own label is own: whoever passes it may see every part
// of the object. It differs from own only for objects with granular markings, and
// is policy.Nobody when those cannot be read.
func (p Pipeline) ProjectionLabel(own policy.Label, o stix.Object) policy.Label {
	if !policy.GranularSensitive(o) {
		return own
	}
	list := granular(o)
	if len(list) == 0 {
		return policy.Nobody
	}
	var refs []string
	for _, g := range list {
		ref, ok := g["marking_ref"].(string)
		if !ok && (g["lang"] == nil || g["marking_ref"] != nil) {
			return policy.Nobody
		}
		if ok {
			refs = append(refs, ref)
		}
	}
	return policy.Join(own, p.markedAs(o, refs, policy.Clear))
}

// markedAs is the label of something of o's author with the markings; def is its
// level when they state none.
func (p Pipeline) markedAs(o stix.Object, refs []string, def policy.TLP) policy.Label {
	marked := stix.Object{"created_by_ref": o["created_by_ref"]}
	if len(refs) > 0 {
		marked["object_marking_refs"] = refs
	}
	label, err := policy.LabelOf(marked, def, p.Definitions)
	if err != nil {
		return policy.Nobody
	}
	return label
}

// granular returns the entries of granular_markings; nil when one is malformed.
func granular(o stix.Object) []map[string]any {
	switch l := o["granular_markings"].(type) {
	case []map[string]any:
		return l
	case []any:
		out := make([]map[string]any, 0, len(l))
		for _, v := range l {
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			out = append(out, m)
		}
		return out
	}
	return nil
}

// VersionKey returns the text by which versions of one id are ordered and told
// apart (STIX 2.1 section 3.6): a timestamp without its "Z" and without trailing
// zeros of its fraction, so that text order is the order of time at any
// precision and one instant has one key. It is "" for observables.
func VersionKey(version string) string {
	k := strings.TrimSuffix(version, "Z")
	if strings.Contains(k, ".") {
		k = strings.TrimRight(strings.TrimRight(k, "0"), ".")
	}
	return k
}

// Variant reports whether an observable may stand beside another content under
// the same id: its id is the one that follows from its ID contributing properties
// (STIX 2.1 section 2.9), so both speak of the same thing.
func Variant(o stix.Object) bool {
	if o.Version() != "" {
		return false
	}
	id, ok, err := stix.SCOID(o)
	return err == nil && ok && id == strings.ToLower(o.ID())
}

// each runs f over [0, n) in chunks on the pipeline's workers. It ends early,
// with ctx's error, when ctx does.
func (p Pipeline) each(ctx context.Context, n int, f func(from, to int)) error {
	const chunk = 128
	workers := p.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, (n+chunk-1)/chunk)
	if workers <= 1 {
		for from := 0; from < n && ctx.Err() == nil; from += chunk {
			f(from, min(from+chunk, n))
		}
		return ctx.Err()
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(chunk)) - chunk
				if from >= n {
					return
				}
				f(from, min(from+chunk, n))
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// plain is an error's sentence for people.
func plain(err error) string {
	message, _ := errs.Message(err)
	return message
}

// SortRefusals puts refusals into the order of the batch.
func SortRefusals(rs []Refusal) {
	slices.SortFunc(rs, func(a, b Refusal) int { return a.Index - b.Index })
}
