package matrix

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/stream"
)

// WriteSTIX writes a table as a STIX 2.1 bundle: the parties of its rows, their
// designations (those of the press say so themselves), the decisions by which
// parties are one, the list versions that it stands on, whatever these are read
// with (authorities, markings, extension definitions), and a report that names
// them all and says on what the table stands. Objects are those of the journal
// with their markings, redacted for the viewer; the report has the highest of
// them. What the viewer may not see is not in it.
func (d *Desk) WriteSTIX(ctx context.Context, w io.Writer, v policy.Viewer, t Table) (err error) {
	defer errs.Wrap(&err, "matrix.WriteSTIX")
	b := bundler{ctx: ctx, d: d, v: v, have: map[string]stix.Object{}}
	if err := b.gather(&t); err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(b.have))
	report := b.report(&t, ids)
	if err := b.frame(report); err != nil {
		return err
	}
	out, err := stream.NewBundleWriter(w, stix.Object{"id": stix.NameID("bundle", report.ID())})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(b.have)) {
		if err := out.Write(b.have[id]); err != nil {
			return err
		}
	}
	if err := out.Write(report); err != nil {
		return err
	}
	return out.Close()
}

type bundler struct {
	ctx  context.Context
	d    *Desk
	v    policy.Viewer
	have map[string]stix.Object
}

// gather takes what the table's rows are made of.
func (b *bundler) gather(t *Table) error {
	for i := range t.Rows {
		r := &t.Rows[i]
		ids := slices.Concat(r.Parties, r.Same)
		for j := range r.Cells {
			for _, l := range slices.Concat(r.Cells[j].Listings, r.Cells[j].Press) {
				ids = append(ids, l.Designation)
			}
		}
		for _, l := range r.Others {
			ids = append(ids, l.Designation)
		}
		for _, id := range ids {
			if err := b.take(id); err != nil {
				return err
			}
		}
	}
	for _, c := range t.Columns {
		for _, l := range c.Lists {
			if err := b.take(l.Version); err != nil {
				return err
			}
		}
	}
	return nil
}

// take fetches an object from the journal. What is not there, or not for the
// viewer, is left out.
func (b *bundler) take(id string) error {
	if _, ok := b.have[id]; ok || id == "" {
		return nil
	}
	e, err := b.d.c.Journal.Get(b.ctx, b.v, policy.Reading, id)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Withheld) {
		return nil
	}
	if err != nil {
		return err
	}
	o, err := e.Object()
	if errs.Is(err, errs.NotFound) {
		return nil // erased
	}
	if err != nil {
		return err
	}
	b.have[id] = o
	return nil
}

// frame adds what the objects are read with: who made them, their markings, their
// extensions, and again what those are read with.
func (b *bundler) frame(report stix.Object) error {
	b.have[report.ID()] = report
	defer delete(b.have, report.ID())
	builtin := map[string]stix.Object{}
	for _, o := range slices.Concat(policy.Builtin(), record.Extensions(), []stix.Object{record.Project()}) {
		builtin[o.ID()] = o
	}
	for _, a := range record.Authorities() {
		builtin[record.AuthorityID(a.Code)] = record.Authority(a.Code)
	}
	done := map[string]bool{}
	for {
		var want []string
		for id, o := range b.have {
			if done[id] {
				continue
			}
			done[id] = true
			want = append(want, o.Str("created_by_ref"), o.Str("authority_ref"))
			want = append(want, markings(o)...)
			if ext, ok := o["extensions"].(map[string]any); ok {
				want = append(want, slices.Collect(maps.Keys(ext))...)
			}
		}
		if len(want) == 0 {
			return nil
		}
		for _, id := range want {
			if o, ok := builtin[id]; ok {
				b.have[id] = o
				continue
			}
			if err := b.take(id); err != nil {
				return err
			}
		}
	}
}

// markings are those of an object and of its parts.
func markings(o stix.Object) []string {
	out := o.Strs("object_marking_refs")
	parts, _ := o["granular_markings"].([]any)
	for _, p := range parts {
		if m, ok := p.(map[string]any); ok {
			if ref, ok := m["marking_ref"].(string); ok {
				out = append(out, ref)
			}
		}
	}
	return out
}

// report is the object that says what the bundle is and on what it stands.
func (b *bundler) report(t *Table, ids []string) stix.Object {
	level := policy.Clear
	marks := map[string]bool{}
	tlp := map[string]policy.TLP{}
	for l := policy.Clear; l <= policy.Red; l++ {
		tlp[policy.MarkingID(l)] = l
	}
	for i := range t.Rows {
		level = max(level, policy.TLP(t.Rows[i].level))
	}
	for _, id := range ids {
		for _, m := range markings(b.have[id]) {
			if l, ok := tlp[m]; ok {
				level = max(level, l)
			} else {
				marks[m] = true
			}
		}
	}
	published := stix.FormatTime(b.d.c.Clock())
	refs := ids
	if len(refs) == 0 {
		refs = []string{record.ProjectID}
		b.have[record.ProjectID] = record.Project()
	}
	o := record.Meta{
		Created: published, Markings: append([]string{policy.MarkingID(level)}, slices.Sorted(maps.Keys(marks))...),
	}.Object("report", stix.NameID("report", "cordon-matrix", published, t.StandsOn(), strings.Join(ids, " ")))
	o["name"] = "Designation matrix"
	o["description"] = t.StandsOn()
	o["published"] = published
	o["object_refs"] = refs
	return o
}
