package policy

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy/granular"
	"github.com/cordon-project/cordon/stix"
)

// Redact returns the object without the parts that its granular markings keep
// from the viewer, and the selectors of what was removed, sorted, as they were
// in the object that came in. The object itself is not changed; what is returned
// shares its unchanged parts. An object of which nothing is hidden is returned
// as it is, with nothing removed.
//
// Ask [May] about the object as a whole first: granular markings only take
// away, and a marking lower than the object's opens nothing. Where markings
// overlap, one that hides is enough.
//
// A removed part takes more with it where the rest would not be valid: a list
// element without its required property, a list or dictionary without elements.
// Selectors of granular markings that stay are rewritten to the shorter lists;
// those that pointed at what was removed go, language markings too. What is
// required is known of the types of STIX 2.1; of other types only the common
// properties and the extension that defines the type are.
//
// It fails with errs.Withheld, and the whole object must be withheld, when a
// required property would fall; when an observable would lose a property from
// which its id was computed, for the id would confirm a guess (section 2.9);
// and when granular markings are malformed or a hiding one points at nothing,
// for then nobody can tell what its author wanted hidden.
func Redact(v Viewer, o stix.Object, p Purpose, at time.Time, defs Definitions) (out stix.Object, removed []string, err error) {
	if !GranularSensitive(o) {
		return o, nil, nil
	}
	gs, ok := granular.Of(o)
	if !ok {
		return nil, nil, unclear(o, "its granular markings are malformed")
	}
	root, err := hidden(v, o, p, at, defs, gs)
	if err != nil {
		return nil, nil, err
	}
	if root == nil {
		return o, nil, nil
	}
	return cutTree(o, root)
}

// Cut returns the object without the places of the selectors, by the same rules as
// [Redact]: what is left is valid, and list positions in granular markings are
// counted anew. A selector that names nothing hides nothing. It fails with
// errs.Withheld when nothing valid would be left.
func Cut(o stix.Object, selectors []string) (out stix.Object, removed []string, err error) {
	var root *node
	for _, s := range selectors {
		path, ok := granular.Split(s)
		if !ok {
			continue
		}
		if _, ok := granular.Find(map[string]any(o), path); !ok {
			continue
		}
		if root == nil {
			root = &node{}
		}
		root.add(path)
	}
	if root == nil {
		return o, nil, nil
	}
	return cutTree(o, root)
}

// lostError says which property would fall.
type lostError string

func (e lostError) Error() string { return "without " + string(e) + " the object would not be whole" }

// LostBy returns the property that an object would lose and cannot be without, out
// of an error of [Redact] or [Cut]; "" for another error.
func LostBy(err error) string {
	var lost lostError
	if errors.As(err, &lost) {
		return string(lost)
	}
	return ""
}

func cutTree(o stix.Object, root *node) (stix.Object, []string, error) {
	r := redaction{typ: o.Type()}
	cut := r.object(o, root)
	if lost := r.broken(o, cut); lost != "" {
		return nil, nil, errs.New(errs.Withheld, "%s is withheld: without %s it would not be whole (%s)", o.ID(), lost, RuleRequiredWithheld).
			Because(lostError(lost))
	}
	rewriteGranular(cut, root)
	return cut, root.selectors("", nil), nil
}

func unclear(o stix.Object, why string) error {
	return errs.New(errs.Withheld, "%s is withheld: %s, so it cannot be told what to hide (%s)", o.ID(), why, RuleGranularUnclear)
}

// GranularSensitive reports whether the object has granular markings that could
// keep a part of it from somebody: any with a marking_ref, and any whose form is
// not understood. Only such objects need [Redact].
func GranularSensitive(o stix.Object) bool {
	v, there := o["granular_markings"]
	if !there {
		return false
	}
	list, ok := v.([]any)
	if !ok {
		return true
	}
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			return true
		}
		if _, marked := m["marking_ref"]; marked || m["lang"] == nil {
			return true
		}
	}
	return false
}

// node is one step of the tree of what is removed.
type node struct {
	gone bool
	kids map[string]*node
}

// drop marks the place below n as removed.
func (n *node) drop(step string) {
	if n.kids == nil {
		n.kids = map[string]*node{}
	}
	n.kids[step] = &node{gone: true}
}

// hidden returns the tree of the parts that the viewer may not see, nil when
// there are none.
func hidden(v Viewer, o stix.Object, p Purpose, at time.Time, defs Definitions, gs []granular.Marking) (*node, error) {
	var root *node
	open := map[string]bool{} // by marking, each asked once
	for _, g := range gs {
		if g.Ref == "" {
			continue
		}
		shown, asked := open[g.Ref]
		if !asked {
			l, err := granularLabel(g.Ref, o.Str("created_by_ref"), defs)
			if err != nil {
				return nil, unclear(o, "a granular marking names no marking definition")
			}
			shown = May(v, l, p, at).Allow
			open[g.Ref] = shown
		}
		if shown {
			continue
		}
		for _, path := range g.Paths {
			if _, ok := granular.Find(map[string]any(o), path); !ok {
				return nil, unclear(o, "a granular marking points at nothing in it")
			}
			if root == nil {
				root = &node{}
			}
			root.add(path)
		}
	}
	return root, nil
}

// granularLabel is the label of a part with one marking. A marking that states
// no level, such as a statement, leaves the part to the object's own marking.
func granularLabel(ref, creator string, defs Definitions) (Label, error) {
	if !isID("marking-definition", ref) {
		return Nobody, errs.New(errs.Invalid, "%q is not the id of a marking definition", ref)
	}
	var p parts
	if t, ok := levelOf(ref); ok {
		p.level = t
	} else {
		l, _ := p.mark(ref, defs, creator)
		p.level = max(p.level, l)
	}
	return p.label(creator), nil
}

func (n *node) add(path []string) {
	for _, step := range path {
		kid := n.kids[step]
		if kid == nil {
			if n.kids == nil {
				n.kids = map[string]*node{}
			}
			kid = &node{}
			n.kids[step] = kid
		}
		n = kid
	}
	n.gone = true
}

// selectors lists the topmost removed places below n.
func (n *node) selectors(at string, out []string) []string {
	for _, step := range slices.Sorted(maps.Keys(n.kids)) {
		kid := n.kids[step]
		place := step
		if at != "" {
			place = at + "." + step
		}
		if kid.gone {
			out = append(out, place)
		} else {
			out = kid.selectors(place, out)
		}
	}
	if at == "" {
		slices.Sort(out)
	}
	return out
}

// redaction cuts one object.
type redaction struct{ typ string }

// object cuts the top level, where a property falls but the object stays.
func (r redaction) object(o stix.Object, root *node) stix.Object {
	cut := make(stix.Object, len(o))
	for k, v := range o {
		if kid := root.kids[k]; kid != nil {
			nv, ok := r.value(v, kid, []string{k})
			if !ok {
				continue
			}
			v = nv
		}
		cut[k] = v
	}
	required[r.typ].settle(o, cut, root)
	return cut
}

// value cuts a value at a path; it is false, and the node is marked, when
// nothing of the value stays.
func (r redaction) value(v any, n *node, path []string) (any, bool) {
	if n.gone {
		return nil, false
	}
	var ok bool
	switch c := v.(type) {
	case map[string]any:
		v, ok = r.dictionary(c, n, path)
	case []any:
		v, ok = r.list(c, n, path)
	case []string:
		l := make([]any, len(c))
		for i, s := range c {
			l[i] = s
		}
		v, ok = r.list(l, n, path)
	}
	n.gone = !ok
	return v, ok
}

func (r redaction) dictionary(m map[string]any, n *node, path []string) (any, bool) {
	cut := make(map[string]any, len(m))
	for k, v := range m {
		if kid := n.kids[k]; kid != nil {
			nv, ok := r.value(v, kid, append(slices.Clone(path), k))
			if !ok {
				continue
			}
			v = nv
		}
		cut[k] = v
	}
	rule := inside(path, m)
	rule.settle(m, cut, n)
	if rule.broken(m, cut) != "" {
		return nil, false
	}
	return cut, len(cut) > 0
}

func (r redaction) list(l []any, n *node, path []string) (any, bool) {
	cut := make([]any, 0, len(l))
	for i, v := range l {
		step := "[" + strconv.Itoa(i) + "]"
		if kid := n.kids[step]; kid != nil {
			nv, ok := r.value(v, kid, append(slices.Clone(path), step))
			if !ok {
				continue
			}
			v = nv
		}
		cut = append(cut, v)
	}
	return cut, len(cut) > 0
}

// broken names the property whose loss leaves no object to show, "" for none.
func (r redaction) broken(o, cut stix.Object) string {
	rule := required[r.typ]
	rule.all = append(slices.Clone(structural), rule.all...)
	if k := rule.broken(o, cut); k != "" {
		return k
	}
	if k := r.markingsTouched(o, cut); k != "" {
		return k
	}
	if k := changedID(o, cut, rule.id); k != "" {
		return k
	}
	return r.newType(o, cut)
}

// markingsTouched guards the properties that say who may see what: cut at all,
// what is left would claim another marking than its author gave.
func (redaction) markingsTouched(o, cut stix.Object) string {
	for _, k := range [...]string{"object_marking_refs", "granular_markings"} {
		if size(o[k]) != size(cut[k]) {
			return k
		}
	}
	return ""
}

// size counts what is inside a value; cutting anything makes it smaller.
func size(v any) int {
	n := 1
	switch c := v.(type) {
	case map[string]any:
		for _, e := range c {
			n += size(e)
		}
	case []any:
		for _, e := range c {
			n += size(e)
		}
	case []string:
		n += len(c)
	case nil:
		return 0
	}
	return n
}

// changedID names a property that went into the computed id of an observable
// and was cut. Ids of other UUID versions tell nothing.
func changedID(o, cut stix.Object, contributing []string) string {
	id := o.ID()
	if i := strings.LastIndex(id, "--"); i < 0 || len(id) != i+38 || id[i+16] != '5' {
		return ""
	}
	for _, k := range contributing {
		if size(o[k]) != size(cut[k]) {
			return k
		}
	}
	return ""
}

// newType keeps the extension that defines the type of the object
// (section 7.3): without it nobody could read the object.
func (redaction) newType(o, cut stix.Object) string {
	exts, _ := o["extensions"].(map[string]any)
	left, _ := cut["extensions"].(map[string]any)
	for name, v := range exts {
		m, _ := v.(map[string]any)
		t, _ := m["extension_type"].(string)
		if _, has := left[name]; !has && strings.HasPrefix(t, "new-") {
			return "extensions." + name
		}
	}
	return ""
}

// rewriteGranular drops the selectors of what was removed from the granular
// markings of cut, and counts list positions anew.
func rewriteGranular(cut stix.Object, root *node) {
	list, _ := cut["granular_markings"].([]any)
	kept := make([]any, 0, len(list))
	for _, e := range list {
		m, _ := e.(map[string]any)
		var selectors []any
		for _, s := range stix.StringList(m["selectors"]) {
			if moved, ok := root.moved(s); ok {
				selectors = append(selectors, moved)
			}
		}
		if len(selectors) == 0 {
			continue
		}
		c := maps.Clone(m)
		c["selectors"] = selectors
		kept = append(kept, c)
	}
	if len(kept) == 0 {
		delete(cut, "granular_markings")
		return
	}
	cut["granular_markings"] = kept
}

// moved returns where the place of a selector is after the removal.
func (n *node) moved(selector string) (string, bool) {
	path, _ := granular.Split(selector)
	for i, step := range path {
		if n == nil {
			break
		}
		kid := n.kids[step]
		if kid != nil && kid.gone {
			return "", false
		}
		if at, ok := granular.Index(step); ok {
			before := 0
			for s, k := range n.kids {
				if j, ok := granular.Index(s); ok && j < at && k.gone {
					before++
				}
			}
			path[i] = "[" + strconv.Itoa(at-before) + "]"
		}
		n = kid
	}
	return strings.Join(path, "."), true
}
