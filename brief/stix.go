package brief

import (
	"cmp"
	"io"
	"maps"
	"slices"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/stream"
)

// bundle completes the objects of the packet with what they are read with (authors,
// marking and extension definitions), makes the report that names them all, and
// settles the packet's marking.
func (m *maker) bundle() error {
	if err := m.around(); err != nil {
		return err
	}
	all := map[string]stix.Object{}
	maps.Copy(all, m.release.given)
	for _, o := range append(record.Extensions(), record.Project()) {
		if o.Type() == "identity" || declared(m.release.given, o.ID()) {
			all[o.ID()] = o
		}
	}
	for _, o := range policy.Builtin() {
		all[o.ID()] = o
	}
	node := m.node()
	report := m.report(all, node.ID())
	all[node.ID()], all[report.ID()] = node, report
	for id := range all {
		if _, builtin := levels[id]; builtin && !m.marked(all, id) {
			delete(all, id)
		}
	}
	m.p.objects = slices.SortedFunc(maps.Values(all), func(a, b stix.Object) int {
		return cmp.Or(rankOf(a)-rankOf(b), cmp.Compare(a.ID(), b.ID()))
	})
	m.p.ID = report.ID()
	return nil
}

// around gives authors and marking definitions of what is given, and theirs.
func (m *maker) around() error {
	m.p.Marking.TLP = m.release.level.String()
	for done := -1; done != len(m.release.given); {
		done = len(m.release.given)
		for _, id := range m.givenIDs() {
			o := m.release.given[id]
			for _, ref := range append(o.Strs("object_marking_refs"), o.Str("created_by_ref")) {
				if _, builtin := levels[ref]; builtin {
					continue
				}
				if _, _, err := m.release.give(m.ctx, ref); err != nil {
					return err
				}
			}
		}
	}
	m.p.Marking.TLP = m.release.level.String()
	m.p.marks = slices.Sorted(maps.Keys(m.release.marks))
	for _, id := range m.p.marks {
		m.p.Marking.Others = append(m.p.Marking.Others, m.markingName(id))
	}
	return nil
}

// markingName is what a marking says, or its id where its definition is not here.
func (m *maker) markingName(id string) string {
	o := m.release.given[id]
	def, _ := o["definition"].(map[string]any)
	statement, _ := def["statement"].(string)
	return m.value(cmp.Or(o.Str("name"), statement, id))
}

// declared reports whether an object uses an extension.
func declared(all map[string]stix.Object, id string) bool {
	for _, o := range all {
		if o.Ext(id) != nil {
			return true
		}
	}
	return false
}

// marked reports whether an object carries a marking.
func (m *maker) marked(all map[string]stix.Object, id string) bool {
	for _, o := range all {
		if slices.Contains(o.Strs("object_marking_refs"), id) {
			return true
		}
		parts, _ := o["granular_markings"].([]any)
		for _, p := range parts {
			if g, ok := p.(map[string]any); ok && g["marking_ref"] == id {
				return true
			}
		}
	}
	return false
}

// node is the identity of the node that makes the packet.
func (m *maker) node() stix.Object {
	name := cmp.Or(m.p.By, "Cordon")
	return record.Source(stix.NameID("identity", "node", name), name, record.Meta{
		Created: stix.FormatTime(m.o.Date), CreatedBy: record.ProjectID, Markings: []string{policy.MarkingID(policy.Clear)},
	})
}

// report names every object of the packet under its strictest marking. Its id
// follows from them, the recipient and the date.
func (m *maker) report(all map[string]stix.Object, by string) stix.Object {
	parts := []string{"cordon-packet", m.p.For.Authority, stix.FormatTime(m.o.Date)}
	var refs []string
	for _, id := range m.givenIDs() {
		o := m.release.given[id]
		parts = append(parts, id, o.Version())
		switch o.Type() {
		case "marking-definition", "extension-definition":
		default:
			refs = append(refs, id)
		}
	}
	markings := append([]string{policy.MarkingID(m.release.level)}, m.p.marks...)
	o := record.Meta{Created: stix.FormatTime(m.o.Date), CreatedBy: by, Markings: markings}.Object("report", stix.NameID("report", parts...))
	o["name"] = "Listing packet for " + m.p.For.Authority + ": " + m.p.Name
	o["description"] = "What other authorities say of a party that " + m.p.For.Name + " has not listed. No finding of the node's own."
	o["report_types"] = []string{"identity"}
	o["published"] = stix.FormatTime(m.o.Date)
	o["object_refs"] = refs
	o["lang"] = "en"
	return o
}

// rankOf puts first what the rest is read with, and the report last.
func rankOf(o stix.Object) int {
	switch o.Type() {
	case "marking-definition":
		return 0
	case "extension-definition":
		return 1
	case "identity":
		return 2
	case "report":
		return 4
	}
	return 3
}

// Bundle writes the packet as a STIX 2.1 bundle: every object with the markings
// that it has in the journal, less the parts that the recipient may not have, and a
// report that names them. It fails with errs.Internal rather than give out what
// breaks a rule of STIX 2.1.
func (p *Packet) Bundle(w io.Writer) (err error) {
	defer errs.Wrap(&err, "brief.Bundle(%s)", p.ID)
	for _, o := range p.objects {
		if broken := check.Broken(check.Object(o, check.Lenient)); len(broken) > 0 {
			return errs.New(errs.Internal, "%s breaks STIX 2.1 section %s: %s", o.ID(), broken[0].Section, broken[0].Message)
		}
	}
	return stream.WriteBundle(w, stix.Object{"id": stix.NameID("bundle", p.ID)}, slices.Values(p.objects))
}
