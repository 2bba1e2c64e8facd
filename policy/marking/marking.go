// Package marking reads what a marking definition outside TLP asks of a recipient:
// statements with releasability (REL TO USA, JPN, KOR), the access control
// specification of US agencies (ACS 3.0), FIRST's information exchange policy (IEP
// 2.0) and Cordon's own handling marking.
//
// In comes a marking definition; out come [Terms]: conditions that must all hold,
// each a [Clause] of which one part is enough, a TLP level where the marking states
// one, and duties that the recipient takes over. Nothing here decides; package
// policy does, and joins the terms of several markings.
//
// Guarantees: a marking of a known kind in which anything is missing, misspelt or
// not known is [Terms.Bad] and denies; there is no reading that ignores a part of
// it. A kind that is not known is not [Terms.Read].
package marking

import (
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/stix"
)

// The extension definitions that are read. ACS and IEP: OASIS common object
// repository. Handling: Cordon's own (docs/policy.md).
const (
	ACS      = "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce"
	IEP      = "extension-definition--762e2e97-ee51-43e5-a9ea-165fbb862c4a"
	Handling = "extension-definition--1113cb58-33ac-5d3e-a97d-100489f3fe3e"
)

// Terms are what one marking asks for.
type Terms struct {
	Read    bool     // the kind is known; false: everything else is empty
	Bad     string   // why the marking is malformed, "" when it is not
	States  string   // the TLP level that the marking states, as in tlp_2_0; "" for none
	Raises  string   // the least TLP level, which other markings may raise but this does not lower
	Clauses []Clause // all must hold
	Duties  []string // sorted
}

// Clause is a condition of which one atom is enough. An atom is a kind, a colon
// and a value; the kinds are constants of this package.
type Clause struct {
	Atoms []string
	// Author says that the organisation that made the object needs not meet it:
	// who lists those that get a thing has it already.
	Author bool
}

// The kinds of atoms.
const (
	Nation      = "nation"      // the recipient's nation, a trigraph
	Org         = "org"         // the recipient's organisation, an identity id
	Group       = "group"       // a sharing group of the recipient, an identity id
	Affiliation = "affiliation" // an ACS organisation that the recipient is in, or below
	Entity      = "entity"      // an ACS entity type
	Shares      = "shares"      // an ACS shareability community
	Access      = "access"      // an ACS formal determination, caveat or sensitivity
	Class       = "class"       // the US classification: C, S or TS
	For         = "for"         // the purpose
	From        = "from"        // not before this instant
	Until       = "until"       // not at this instant or after it
	Encrypted   = "encrypted"   // the way to the recipient is encrypted; its value is "yes"
)

// The duties that come with what is given.
const (
	AttributeProvider = "attribute-provider" // name the provider when passing it on
	HideProvider      = "hide-provider"      // do not name the provider
	ContactFirst      = "contact-first"      // ask the provider before acting on it
	ActInside         = "act-inside"         // do nothing that others could see
	ActIndirectly     = "act-indirectly"     // block, but do not touch what is others'
	NoNotice          = "no-notice"          // do not tell those who are affected
	NoResale          = "no-resale"          // do not sell it on unmodified
	EncryptInTransit  = "encrypt-in-transit" // encrypt it when passing it on
)

// The purposes, as package policy names them.
const (
	reading        = "reading"
	networkDefence = "network-defence"
	screening      = "screening"
	lawEnforcement = "law-enforcement"
	exchange       = "exchange"
)

var purposes = []string{reading, networkDefence, screening, lawEnforcement, exchange}

// Limits on what a marking may hold; one with more is malformed.
const (
	MaxText    = 4096 // bytes of a statement that is a banner
	MaxList    = 300  // entries of one list
	MaxClauses = 320  // what three rules of ACS for each privilege come to, multiplied out, and more
	MaxAtoms   = 8192 // of all clauses
)

// Of reads a marking definition.
func Of(d stix.Object) Terms {
	var t Terms
	exts, isMap := d["extensions"].(map[string]any)
	_, extended := d["extensions"]
	if extended && !isMap {
		return Terms{}
	}
	for _, id := range sortedKeys(exts) {
		m, ok := exts[id].(map[string]any)
		if !ok {
			return Terms{}
		}
		switch id {
		case ACS:
			readACS(m, &t)
		case IEP:
			readIEP(m, &t)
		case Handling:
			readHandling(m, &t)
		default:
			return Terms{}
		}
		t.Read = true
	}
	def, defined := d["definition"]
	switch kind := d.Str("definition_type"); {
	case kind == "statement":
		m, _ := def.(map[string]any)
		text, ok := m["statement"].(string)
		if !ok {
			return Terms{Read: t.Read, Bad: bad(t.Read, "its statement is no text")}
		}
		t.Read = true
		readStatement(text, &t)
	case kind != "" || defined:
		return Terms{}
	}
	n := 0
	for _, c := range t.Clauses {
		n += len(c.Atoms)
	}
	if len(t.Clauses) > MaxClauses || n > MaxAtoms {
		t.fail("it asks for too much")
	}
	slices.Sort(t.Duties)
	t.Duties = slices.Compact(t.Duties)
	return t
}

// bad is a reason only for what is read at all.
func bad(read bool, why string) string {
	if !read {
		return ""
	}
	return why
}

// need adds a clause.
func (t *Terms) need(c Clause) {
	slices.Sort(c.Atoms)
	c.Atoms = slices.Compact(c.Atoms)
	t.Clauses = append(t.Clauses, c)
}

// fail notes the first thing that is wrong.
func (t *Terms) fail(why string) {
	if t.Bad == "" {
		t.Bad = why
	}
}

// only limits to the purposes, unless others hold.
func (t *Terms) only(allowed []string, or ...string) {
	t.need(Clause{Atoms: append(atoms(For, allowed), or...)})
}

// but are all purposes but one.
func but(p string) []string {
	return slices.DeleteFunc(slices.Clone(purposes), func(s string) bool { return s == p })
}

func atoms(kind string, values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = kind + ":" + v
	}
	return out
}

// keys fails on a property that is not known: it may restrict.
func (t *Terms) keys(m map[string]any, known string) {
	for _, k := range sortedKeys(m) {
		if !strings.Contains(known, " "+k+" ") {
			t.fail("its property " + stix.Quote(clip(k)) + " is not known")
		}
	}
}

// words reads a list of texts of which each is in allowed; nil allowed is for the
// caller to check. It is empty when the property is not there.
func (t *Terms) words(m map[string]any, k, allowed string) []string {
	v, there := m[k]
	if !there {
		return nil
	}
	list, ok := v.([]any)
	if !ok || len(list) == 0 || len(list) > MaxList {
		t.fail("its " + k + " is no list of texts")
		return nil
	}
	out := make([]string, 0, len(list))
	for _, e := range list {
		s, ok := e.(string)
		if !ok || s == "" || strings.ContainsRune(s, ' ') || allowed != "" && !strings.Contains(allowed, " "+s+" ") {
			t.fail("its " + k + " holds what is not known")
			return nil
		}
		out = append(out, s)
	}
	return out
}

// word reads one text of a list of allowed ones; "" when it is not there.
func (t *Terms) word(m map[string]any, k, allowed string) string {
	v, there := m[k]
	if !there {
		return ""
	}
	s, ok := v.(string)
	if !ok || s == "" || strings.ContainsRune(s, ' ') || !strings.Contains(allowed, " "+s+" ") {
		t.fail("its " + k + " is not known")
		return ""
	}
	return s
}

// instant reads a time; "" when it is not there.
func (t *Terms) instant(m map[string]any, k string) string {
	v, there := m[k]
	if !there {
		return ""
	}
	s, _ := v.(string)
	at, err := stix.ParseTime(s)
	if err != nil {
		t.fail("its " + k + " is no time")
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// window adds the clauses of a beginning and an end.
func (t *Terms) window(from, until string, author bool) {
	if from != "" {
		t.need(Clause{Atoms: []string{From + ":" + from}, Author: author})
	}
	if until != "" {
		t.need(Clause{Atoms: []string{Until + ":" + until}})
	}
	if from != "" && until != "" && !before(from, until) {
		t.fail("it ends before it begins")
	}
}

func before(a, b string) bool {
	x, _ := time.Parse(time.RFC3339Nano, a)
	y, _ := time.Parse(time.RFC3339Nano, b)
	return x.Before(y)
}

func sortedKeys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}
