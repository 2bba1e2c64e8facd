package screen

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Projection is what screening knows of the journal: names, identifiers,
// designations, ties and versions of lists, as rows of a shelf. It keeps the
// newest version of each object unless that is revoked, and every variant of an
// object without versions.
type Projection struct {
	mu      sync.Mutex
	changed map[string]bool // objects whose names changed since the index last followed
	applied func(ctx context.Context, from, to int64) error
}

// NewProjection returns the projection.
func NewProjection() *Projection { return &Projection{changed: map[string]bool{}} }

// Name implements [journal.Projection].
func (*Projection) Name() string { return "screen" }

// Version implements [journal.Projection].
func (*Projection) Version() int { return ShelfVersion }

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

// follow sets who is told of every step.
func (p *Projection) follow(f func(ctx context.Context, from, to int64) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.applied = f
}

// Apply implements [journal.Projection].
func (p *Projection) Apply(_ context.Context, e journal.Entry, w journal.ShelfWriter) (err error) {
	defer errs.Wrap(&err, "screen.Apply(%d, %s)", e.Seq, e.ID)
	o, err := e.Object()
	if err != nil {
		return err
	}
	rows := rowSet{}
	if !o.Revoked() {
		rows = rowsOf(o)
	}
	if e.Version == "" {
		return rows.put(w, e.Label, string(e.Label))
	}
	own := key(rowOwned, e.ID)
	old, had, err := owned(w, own)
	if err != nil {
		return err
	}
	if had && journal.VersionKey(old.Version) > journal.VersionKey(e.Version) {
		return nil // an older version that came after a newer one
	}
	for _, k := range old.Keys {
		if _, kept := rows[string(k)]; !kept {
			if err := w.Delete(k); err != nil {
				return err
			}
		}
	}
	p.note(e.ID, old.Keys, rows)
	if err := rows.put(w, e.Label, ""); err != nil {
		return err
	}
	// Also without rows: an older version may still come, and must stay out.
	return w.Put(own, e.Label, encode(ownedRow{Version: e.Version, Keys: rows.keys()}))
}

func owned(w journal.ShelfWriter, k []byte) (row ownedRow, ok bool, err error) {
	v, ok, err := w.Value(k)
	if err != nil || !ok {
		return row, false, err
	}
	return row, true, json.Unmarshal(v, &row)
}

// note remembers that an object's names may have changed.
func (p *Projection) note(id string, old [][]byte, rows rowSet) {
	changed := slices.ContainsFunc(old, func(k []byte) bool { return k[0] == rowName })
	for k := range rows {
		changed = changed || k[0] == rowName
	}
	if changed {
		p.mu.Lock()
		p.changed[id] = true
		p.mu.Unlock()
	}
}

// again puts objects back that take gave and nobody could follow.
func (p *Projection) again(ids []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		p.changed[id] = true
	}
}

// take returns the objects whose names changed since the last call.
func (p *Projection) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]string, 0, len(p.changed))
	for id := range p.changed {
		out = append(out, id)
	}
	slices.Sort(out)
	p.changed = map[string]bool{}
	return out
}

// rowSet is the rows of one object, value by key.
type rowSet map[string][]byte

// keys returns the keys in order.
func (r rowSet) keys() [][]byte {
	keys := make([][]byte, 0, len(r))
	for k := range r {
		keys = append(keys, []byte(k))
	}
	slices.SortFunc(keys, bytes.Compare)
	return keys
}

// put writes the rows, in order; variant is a last field more, "" for none.
func (r rowSet) put(w journal.ShelfWriter, label policy.Label, variant string) error {
	for _, k := range r.keys() {
		value := r[string(k)]
		if variant != "" {
			k = append(append(k, 0), variant...)
		}
		if err := w.Put(k, label, value); err != nil {
			return err
		}
	}
	return nil
}

// name writes a name. Its number is how many rows there are, which grows with
// every name: counting the names alone would take the square of their number.
func (r rowSet) name(object string, text string, role record.NameKind, q record.Quality) {
	if text = clean(text); text != "" {
		r[string(key(rowName, object, strconv.Itoa(len(r))))] = encode(nameRow{text, role, q})
	}
}

func (r rowSet) selector(object string, kind Kind, form, text, role string) {
	if form = clean(form); form == "" {
		return
	}
	if text == form {
		text = ""
	}
	k := string(key(rowSelector, string(kind), form, object))
	if _, own := r[k]; own && role == "host" {
		return // an object that names a host for itself names it in an address too
	}
	r[k] = encode(selectorRow{text, role})
}

func (r rowSet) tie(to, from, by, typ, other string) {
	if to != from {
		r[string(key(rowTie, to, from))] = encode(tieRow{by, typ, other})
	}
}

// clean keeps the separator of keys out of fields.
func clean(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\x00", "")) }

// rowsOf returns the rows of one object.
func rowsOf(o stix.Object) rowSet {
	r, id := rowSet{}, o.ID()
	switch o.Type() {
	case "identity":
		if !record.IsSource(o) { // who says a thing is not whom it is said of
			partyRows(r, o)
		}
	case "threat-actor", "intrusion-set", "campaign", "malware", "tool", "infrastructure", "incident":
		r.name(id, o.Str("name"), record.Primary, "")
		for _, a := range o.Strs("aliases") {
			r.name(id, a, record.AKA, "")
		}
	case "vulnerability":
		r.selector(id, Hash, strings.ToUpper(o.Str("name")), o.Str("name"), "cve")
	case "indicator":
		patternRows(r, o)
	case record.ListVersionType:
		// One that cannot be read must not stop every answer.
		if l, err := record.ListVersionOf(o); err == nil && clean(l.List) != "" {
			r[string(key(rowList, clean(l.List), id))] = []byte(o.Version())
		}
	case record.DesignationType:
		if d, err := record.DesignationOf(o); err == nil && d.Party != "" {
			r[string(key(rowListing, d.Party, id))] = nil
		}
	default:
		observableRows(r, o)
	}
	tieRows(r, o)
	placeRows(r, o)
	return r
}

// maxPlaces bounds how many places of one object are indexed.
const maxPlaces = 1000

// placeRows writes from where in archived inputs the object was made.
func placeRows(r rowSet, o stix.Object) {
	wheres := record.Wheres(o)
	for _, w := range wheres[:min(len(wheres), maxPlaces)] {
		if w.SHA256 != "" {
			r[string(key(rowPlace, w.SHA256, placeOf(w), o.ID()))] = encode(placeRow{w.Start, w.End, w.Part})
		}
	}
}

// placeOf is a place as a field of a key: its row, or where it begins.
func placeOf(w record.Where) string {
	if w.Row > 0 {
		return fmt.Sprintf("r%09d", w.Row)
	}
	return fmt.Sprintf("b%012d", w.Start)
}

func partyRows(r rowSet, o stix.Object) {
	id := o.ID()
	party, err := record.PartyOf(o)
	if err != nil {
		r.name(id, o.Str("name"), record.Primary, "")
		return
	}
	for _, n := range party.Names {
		r.name(id, n.Text, n.Kind, n.Quality)
	}
	for _, w := range party.Wallets {
		r.wallet(id, w)
	}
	for _, e := range party.Emails {
		r.selector(id, Email, foldEmail(e), e, "")
	}
	for _, s := range party.Websites {
		if host := hostOf(s); host != "" {
			r.selector(id, Domain, host, s, "website")
		}
	}
	for _, d := range party.Documents {
		r.selector(id, Document, foldDocument(d.Number), d.Number, d.Kind)
	}
}

func (r rowSet) wallet(object string, w record.Wallet) {
	r.selector(object, Wallet, walletForm(w.Address), w.Address, w.Asset)
}

// tieRows writes, for every object that o refers to, that o refers to it.
func tieRows(r rowSet, o stix.Object) {
	id, typ := o.ID(), o.Type()
	if typ == "relationship" {
		source, target, by := o.Str("source_ref"), o.Str("target_ref"), o.Str("relationship_type")
		r.tie(source, id, by, typ, target)
		r.tie(target, id, by, typ, source)
		return
	}
	for _, ref := range stix.Refs(o) {
		if ref.Property == "created_by_ref" || ref.Property == "object_marking_refs" {
			continue
		}
		r.tie(ref.ID, id, ref.Property, typ, "")
	}
}
