package policy

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// A label's text:
//
//	1:<level>[;by=<identity id>[@<level>]](;need=<kind>/<marking id>)*
//	2:<the same>(;any=<atom>(|<atom>)*)*(;do=<duty>)*
//
// by names the organisation that made the object and the level that it needs
// instead (clear, if not written); it is there only when that is lower than the
// label's level, and never on red. The needs are markings that are not evaluated,
// sorted by id, each once. Each any is a condition of which one atom is enough:
// sorted, no atom implied by another of its condition, no condition by another of
// the label. Duties are sorted, each once. A text that is not exactly so is
// malformed and denies; a label that needs no form 2 is written in form 1.
//
// On-disk forms: 1 = November 2026. 2 = also conditions on recipient, purpose
// and time, and duties.
const (
	labelForm  = "1:"
	labelForm2 = "2:"
)

// malformed is the kind of a need that nobody meets: a marking that cannot be
// read.
const malformed = "malformed"

// Nobody is the label that no viewer passes. [Join] returns it when one of its
// labels is malformed.
const Nobody Label = labelForm + "nobody"

const (
	byMark   = ";by="
	needMark = ";need="
	anyMark  = ";any="
	doMark   = ";do="
)

// plainLabels are the labels of objects with a level and nothing else, so that
// the common case needs no memory.
var plainLabels = [...]Label{
	labelForm + "clear", labelForm + "green", labelForm + "amber", labelForm + "amber+strict", labelForm + "red",
}

// need is one marking outside TLP.
type need struct {
	id   string
	kind string // acs, iep, cui, tlp-copy, unknown, or another short name
}

// parts is a label taken apart.
type parts struct {
	level   TLP
	by      string // "" when nobody needs less
	byLevel TLP
	needs   []need
	clauses []clause
	duties  []string
}

// LabelOf returns the label of an object as a whole, out of its
// object_marking_refs; granular markings are [Redact]'s. def is the level of
// objects that state none. Several TLP markings count as the most restrictive.
// defs may be nil: then nothing but TLP is known.
//
// A marking definition or extension definition that carries no marking itself
// has its own rule. It is what other objects are read with, so TLP and statement
// definitions and extension definitions are TLP:CLEAR; a marking definition of
// another kind has the default level and asks what it asks of others, or needs
// itself to be held, because its very name may tell.
//
// It fails with errs.Invalid when object_marking_refs is not a list of ids of
// marking definitions, or def is not a level: there is no label to fall back on
// that would be right.
func LabelOf(o stix.Object, def TLP, defs Definitions) (Label, error) {
	if !def.valid() {
		return Nobody, errs.New(errs.Invalid, "the default marking %d is not a TLP level", int(def))
	}
	p, marked, err := marks(o, def, defs)
	if err != nil {
		return Nobody, err
	}
	switch o.Type() {
	case "extension-definition":
		if !marked {
			return plainLabels[Clear], nil
		}
	case "marking-definition":
		if _, builtin := levelOf(o.ID()); builtin || (!marked && isStatement(o)) {
			return plainLabels[Clear], nil
		}
		if !isStatement(o) && isID("marking-definition", o.ID()) {
			l, _ := p.mark(o.ID(), func(string) (stix.Object, bool) { return o, true }, o.Str("created_by_ref"))
			p.level = max(p.level, l)
		}
	}
	return p.label(o.Str("created_by_ref")), nil
}

// marks reads object_marking_refs into a level and needs.
func marks(o stix.Object, def TLP, defs Definitions) (p parts, marked bool, err error) {
	stated := false
	creator := o.Str("created_by_ref")
	var seen map[string]bool
	see := func(v any) error {
		id, ok := v.(string)
		if !ok || !isID("marking-definition", id) {
			return errs.New(errs.Invalid, "object_marking_refs of %s names %q, which is not the id of a marking definition", o.ID(), v)
		}
		marked = true
		if t, ok := levelOf(id); ok {
			p.level, stated = max(p.level, t), true
			return nil
		}
		if seen[id] {
			return nil // a marking counts once, however often an object carries it
		}
		if seen == nil {
			seen = map[string]bool{}
		}
		seen[id] = true
		if l, ok := p.mark(id, defs, creator); ok {
			p.level, stated = max(p.level, l), true
		}
		return nil
	}
	switch refs := o["object_marking_refs"].(type) {
	case nil:
		if _, there := o["object_marking_refs"]; there {
			err = errs.New(errs.Invalid, "object_marking_refs of %s is null", o.ID())
		}
	case []any:
		for i := 0; i < len(refs) && err == nil; i++ {
			err = see(refs[i])
		}
	case []string:
		for i := 0; i < len(refs) && err == nil; i++ {
			err = see(refs[i])
		}
	default:
		err = errs.New(errs.Invalid, "object_marking_refs of %s is not a list", o.ID())
	}
	if !stated {
		p.level = max(p.level, def)
	}
	return p, marked, err
}

// mark adds a marking outside TLP, and returns the level that it states, if it
// does. One that is not evaluated is to be held.
func (p *parts) mark(id string, defs Definitions, creator string) (TLP, bool) {
	t, known := termsOf(id, defs)
	switch {
	case !known:
		p.needs = addNeed(p.needs, need{id, "unknown"})
		return Clear, false
	case !t.Read:
		d, _ := defs(id)
		p.needs = addNeed(p.needs, need{id, kindOf(d)})
		return Clear, false
	}
	p.take(id, t, creator)
	if l, ok := levelOfCode(t.States); ok && t.Bad == "" {
		return l, true
	}
	return Clear, false
}

// isStatement reports whether a marking definition is a statement and nothing
// more: an extension may add a restriction. That it names the nations of others is
// no secret of its own.
func isStatement(d stix.Object) bool {
	def, _ := d["definition"].(map[string]any)
	_, text := def["statement"].(string)
	_, extended := d["extensions"]
	return text && !extended && d.Str("definition_type") == "statement"
}

// kindOf names the kind of a marking definition in a short plain word.
func kindOf(d stix.Object) string {
	exts, _ := d["extensions"].(map[string]any)
	for _, k := range [...]struct{ ext, name string }{
		// OASIS common object repository: ISA access control specification,
		// FIRST information exchange policy, controlled unclassified information.
		{"extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce", "acs"},
		{"extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a", "iep"},
		{"extension-definition--dff17fb3-edcb-4f99-ad1b-4b751c95738a", "cui"},
		// TLP under another id than the fixed ones, which STIX 2.1 section
		// 7.2.1.4 forbids: it may not lower anything.
		{extTLP2, "tlp-copy"},
	} {
		if _, ok := exts[k.ext]; ok {
			return k.name
		}
	}
	switch t := d.Str("definition_type"); {
	case len(exts) > 0:
		return "extension"
	case t == "tlp":
		return "tlp-copy"
	case isKind(t):
		return t
	}
	return "unknown"
}

// isKind keeps kinds to short plain words: they stand in labels and sentences.
func isKind(s string) bool {
	if len(s) == 0 || len(s) > 40 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// isID reports whether s is prefix, two hyphens and a UUID.
func isID(prefix, s string) bool {
	rest, ok := strings.CutPrefix(s, prefix)
	if !ok || len(rest) != 38 || rest[:2] != "--" {
		return false
	}
	for i := range 36 {
		c := rest[2+i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

func addNeed(ns []need, n need) []need {
	i, found := slices.BinarySearchFunc(ns, n.id, func(a need, id string) int { return strings.Compare(a.id, id) })
	if found {
		// Two objects may have been labelled before and after the definition
		// came; the join must not depend on their order.
		// One that cannot be read is met by nobody, so it stays.
		if ns[i].kind != malformed && (n.kind == malformed || n.kind > ns[i].kind) {
			ns[i].kind = n.kind
		}
		return ns
	}
	return slices.Insert(ns, i, n)
}

// label returns p for an object made by creator.
func (p parts) label(creator string) Label {
	if p.level > Clear && p.level < Red && isID("identity", creator) {
		p.by, p.byLevel = creator, Clear
	}
	p.settle()
	return p.text()
}

// text returns the canonical text of p.
func (p parts) text() Label {
	if p.by == "" && len(p.needs) == 0 && len(p.clauses) == 0 && len(p.duties) == 0 {
		return plainLabels[p.level]
	}
	var b strings.Builder
	b.Grow(len(labelForm) + 12 + len(byMark) + len(p.by) + 13 + 100*len(p.needs))
	if len(p.clauses) > 0 || len(p.duties) > 0 {
		b.WriteString(labelForm2)
	} else {
		b.WriteString(labelForm)
	}
	b.WriteString(tlpCodes[p.level])
	if p.by != "" {
		b.WriteString(byMark)
		b.WriteString(p.by)
		if p.byLevel > Clear {
			b.WriteByte('@')
			b.WriteString(tlpCodes[p.byLevel])
		}
	}
	for _, n := range p.needs {
		b.WriteString(needMark)
		b.WriteString(n.kind)
		b.WriteByte('/')
		b.WriteString(n.id)
	}
	for _, c := range p.clauses {
		b.WriteString(anyMark)
		b.WriteString(c.text())
	}
	for _, d := range p.duties {
		b.WriteString(doMark)
		b.WriteString(d)
	}
	return Label(b.String())
}

// parse takes a label apart; it is false for anything but a canonical text.
func (l Label) parse() (parts, bool) {
	rest, second := strings.CutPrefix(string(l), labelForm2)
	if !second {
		var ok bool
		if rest, ok = strings.CutPrefix(string(l), labelForm); !ok {
			return parts{}, false
		}
	}
	head, rest, more := strings.Cut(rest, ";")
	var p parts
	var ok bool
	if p.level, ok = levelOfCode(head); !ok {
		return parts{}, false
	}
	for more {
		var one string
		one, rest, more = strings.Cut(rest, ";")
		if !p.field(one) {
			return parts{}, false
		}
	}
	// What is written in another order, twice, or longer than needed is not the
	// text that [parts.text] writes.
	check := p
	check.settle()
	if check.text() != l {
		return parts{}, false
	}
	return p, true
}

// field reads one field of a label.
func (p *parts) field(one string) bool {
	key, value, _ := strings.Cut(one, "=")
	switch key {
	case "by":
		id, lower, lowered := strings.Cut(value, "@")
		if lowered {
			var ok bool
			if p.byLevel, ok = levelOfCode(lower); !ok || p.byLevel == Clear {
				return false
			}
		}
		p.by = id
		return isID("identity", id) && p.byLevel < p.level && p.level < Red && len(p.needs)+len(p.clauses)+len(p.duties) == 0
	case "need":
		kind, id, cut := strings.Cut(value, "/")
		if n := len(p.needs); !cut || !isKind(kind) || !isID("marking-definition", id) || n > 0 && p.needs[n-1].id >= id {
			return false
		}
		p.needs = append(p.needs, need{id, kind})
		return len(p.clauses)+len(p.duties) == 0
	case "any":
		c, ok := parseClause(value)
		p.clauses = append(p.clauses, c)
		return ok && len(p.duties) == 0
	case "do":
		p.duties = append(p.duties, value)
		return isKind(value)
	}
	return false
}

func levelOfCode(code string) (TLP, bool) {
	for t, c := range tlpCodes {
		if c == code {
			return TLP(t), true
		}
	}
	return Red, false
}

// Level returns the TLP level of a label; Red for [Nobody] and for one that is
// malformed.
func Level(l Label) TLP {
	if p, ok := l.parse(); ok {
		return p.level
	}
	return Red
}

// Join returns the label of what is made from two labelled things: whoever may
// see it may see each of them, and the other way about. It is commutative,
// associative and idempotent; [Nobody] absorbs.
func Join(a, b Label) Label {
	p, ok := a.parse()
	q, ok2 := b.parse()
	if !ok || !ok2 {
		return Nobody
	}
	if a == b {
		return a
	}
	// Each organisation needs the higher of what the two labels ask of it. At
	// most one can need less than the label's level: it would have to need less
	// in every label of that level, and each names one.
	out := parts{level: max(p.level, q.level)}
	for _, by := range [...]string{p.by, q.by} {
		if by == "" {
			continue
		}
		if t := max(p.levelFor(by), q.levelFor(by)); t < out.level {
			out.by, out.byLevel = by, t
		}
	}
	for _, n := range p.needs {
		out.needs = addNeed(out.needs, n)
	}
	for _, n := range q.needs {
		out.needs = addNeed(out.needs, n)
	}
	out.clauses = slices.Concat(p.clauses, q.clauses)
	out.duties = slices.Concat(p.duties, q.duties)
	out.settle()
	return out.text()
}

// levelFor returns the level that a viewer of the organisation needs.
func (p parts) levelFor(org string) TLP {
	if p.by != "" && p.by == org {
		return p.byLevel
	}
	return p.level
}
