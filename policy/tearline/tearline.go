// Package tearline makes of what a recipient may have of some objects objects of
// their own: with new ids, made by the releaser, with a lineage that the releaser
// can prove and nobody can guess.
//
// In come objects, the question who asks for what, and what becomes of objects
// that are not among them ([Others]); out comes for each a [Torn]: given whole,
// torn, or withheld, with one sentence. [Releaser.Release] does a set,
// [Releaser.Tear] one object; [Verify] checks a lineage.
//
// References do not leak. One to an object that the recipient does not get is
// dropped where STIX can be without it; the object is withheld where it cannot: a
// relationship without an end, a report of which nothing is left, an observable
// whose id was made from it, and any top-level reference of a type that is not
// STIX's own. One to an object that is torn gets its new id, so its referrer is
// torn too. Texts are left as they were written; those that name such an id are
// flagged, for a person to read before the release. A translation of an object of
// which parts are hidden is withheld: it could say them.
//
// Guarantees: the id of a torn object, and the commitment in it, are made with a
// salt that is made with the releaser's secret, so a recipient who guesses the
// original cannot check the guess. Equal input gives equal output: whoever gets
// the same parts gets the same object. Its times are the day of the original's.
package tearline

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/policy/granular"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/spec"
	"github.com/cordon-project/cordon/translog"
)

// Extension is the property extension of a torn object (docs/policy.md): who
// released it, and the commitment to the original.
const Extension = "extension-definition--e83e6d10-5716-5cd2-8cf3-cf09b0c431fc"

// Rules of a [Torn] besides those of package policy.
const (
	RuleReference   = "reference-withheld"   // withheld: it cannot be without a reference that would leak
	RuleTranslation = "translation-withheld" // withheld: it translates an object of which parts are hidden
	RuleNotTorn     = "not-torn"             // withheld: marking and extension definitions are whole or not given
)

// Releaser is who gives objects away.
type Releaser struct {
	ID     string   // its identity
	Secret [32]byte // random, kept for as long as lineages are to be proved
}

// Fate is what becomes of an object that another refers to.
type Fate struct {
	Given bool
	ID    string // the id under which the recipient has it, "" for its own
}

// Others says what becomes of objects that are not among those released. An
// object that is not known is not given.
type Others func(id string) Fate

// Torn is what the recipient gets of one object.
type Torn struct {
	policy.Decision
	Original string      // id of the object that was asked for
	Version  string      // and its version
	Object   stix.Object // nil when withheld; the original itself when whole
	Whole    bool
	Removed  []string // selectors of what was taken out of the original, references too; sorted
	Flagged  []string // selectors in Object of texts that name an id that the recipient does not have
	Opening  *Opening // nil unless torn
}

// Opening proves the lineage of a torn object to whoever has the original. It is
// the releaser's own and never goes with the object.
type Opening struct {
	Original string   `json:"original"`
	Version  string   `json:"version"`
	Removed  []string `json:"removed"`
	Salt     string   `json:"salt"` // 32 bytes in hexadecimal
}

// Tear makes what the recipient of q gets of its object.
func (r Releaser) Tear(q policy.Question, others Others) Torn {
	return r.Release(q, []stix.Object{q.Object}, others)[0]
}

// Release makes what the recipient gets of each of the objects, in their order.
// q.Object is not looked at. References among the objects are resolved.
func (r Releaser) Release(q policy.Question, objects []stix.Object, others Others) []Torn {
	s := &set{r: r, others: others, items: make([]item, len(objects)), at: map[string][]int{}}
	for i, o := range objects {
		q.Object = o
		s.items[i] = item{o: o, answer: policy.Decide(q), refs: stix.Refs(o)}
		s.at[o.ID()] = append(s.at[o.ID()], i)
	}
	s.withhold()
	s.spread()
	out := make([]Torn, len(objects))
	for i := range s.items {
		out[i] = s.finish(&s.items[i])
	}
	return out
}

// item is one object of a set.
type item struct {
	o       stix.Object
	answer  policy.Answer
	refs    []stix.Ref
	cut     stix.Object // what is left, nil before it is known
	removed []string
	torn    bool
	salt    [32]byte
	id      string // of what is given
}

// set is a release under way.
type set struct {
	r      Releaser
	others Others
	items  []item
	at     map[string][]int
}

// given reports whether the recipient gets the object with the id, in whatever
// version.
func (s *set) given(id string) bool {
	among, ok := s.at[id]
	if !ok {
		return s.others != nil && s.others(id).Given
	}
	return slices.ContainsFunc(among, func(i int) bool { return s.items[i].answer.Allow })
}

// withhold cuts references until no more objects fall: each that falls may make
// those that refer to it fall.
func (s *set) withhold() {
	for again := true; again; {
		again = false
		for i := range s.items {
			it := &s.items[i]
			if !it.answer.Allow {
				continue
			}
			cut, removed, why := s.cut(it)
			if why != nil {
				it.answer = policy.Answer{Decision: *why, Label: it.answer.Label}
				again = true
				continue
			}
			it.cut, it.removed = cut, removed
		}
	}
}

// cut takes out of an object what is hidden and what would leak.
func (s *set) cut(it *item) (stix.Object, []string, *policy.Decision) {
	gone := slices.Clone(it.answer.Removed)
	leaks := false
	for _, ref := range it.refs {
		// The numbers by which objects inside old observed data refer to each other
		// lead nowhere else, and what is no id is a text.
		if isMarking(ref) || !stix.ValidID(ref.ID) || s.given(ref.ID) {
			continue
		}
		place := selector(ref.Path)
		if under(place, it.answer.Removed) {
			continue
		}
		if top := !strings.Contains(place, ".") || strings.HasSuffix(ref.Property, "_refs") && strings.Count(place, ".") == 1; top && spec.Lookup(it.o.Type()) == nil && ref.Property != "created_by_ref" {
			return nil, nil, withheld(RuleReference, ref.Property, "The object refers to another that is not given, and nobody can tell whether it can be without.")
		}
		gone, leaks = append(gone, place), true
	}
	out, removed, err := policy.Cut(it.o, gone)
	switch lost := policy.LostBy(err); {
	case err == nil:
		return out, removed, nil
	case leaks && lost != "":
		return nil, nil, withheld(RuleReference, lost, "The object refers to another that is not given, and without %s it would not be whole.", lost)
	}
	return nil, nil, withheld(policy.RuleRequiredWithheld, policy.LostBy(err), "Parts of the object are hidden, and the rest would not be whole.")
}

func withheld(rule, arg, format string, args ...any) *policy.Decision {
	return &policy.Decision{Rule: rule, Args: []string{arg}, Reason: fmt.Sprintf(format, args...)}
}

// spread finds what is torn: what lost a part, and what refers to something torn.
func (s *set) spread() {
	for again := true; again; {
		again = false
		for i := range s.items {
			it := &s.items[i]
			if !it.answer.Allow || it.torn || len(it.removed) == 0 && !s.refersToTorn(it) {
				continue
			}
			it.torn, again = true, true
			switch it.o.Type() {
			case "marking-definition", "extension-definition":
				it.answer = policy.Answer{Decision: *withheld(RuleNotTorn, it.o.Type(), "Parts of a definition are hidden, and a definition is given whole or not at all.")}
			case "language-content":
				if s.refersToTorn(it) {
					it.answer = policy.Answer{Decision: *withheld(RuleTranslation, it.o.Str("object_ref"), "The object translates another of which parts are hidden.")}
				}
			}
			if !it.answer.Allow {
				// What refers to it must be looked at again.
				s.withhold()
			}
		}
	}
	for i := range s.items {
		it := &s.items[i]
		if it.id = it.o.ID(); it.torn && it.answer.Allow {
			it.salt = s.r.salt(it.o, it.removed)
			it.id = newID(it.o, it.removed, it.salt)
		}
	}
}

func (s *set) refersToTorn(it *item) bool {
	return slices.ContainsFunc(it.refs, func(ref stix.Ref) bool {
		return !isMarking(ref) && s.idOf(ref.ID) != ref.ID && !under(selector(ref.Path), it.removed)
	})
}

// idOf is the id under which the recipient has an object that it is given; before
// ids are made it is "" for one that is torn.
func (s *set) idOf(id string) string {
	among, ok := s.at[id]
	if !ok {
		if s.others != nil {
			if f := s.others(id); f.Given && f.ID != "" {
				return f.ID
			}
		}
		return id
	}
	// Of several versions the newest that is given is what a reference means.
	best := -1
	for _, i := range among {
		if s.items[i].answer.Allow && (best < 0 || stix.Compare(s.items[i].o, s.items[best].o) > 0) {
			best = i
		}
	}
	switch {
	case best < 0 || !s.items[best].torn:
		return id
	default:
		return s.items[best].id
	}
}

// finish makes the torn object.
func (s *set) finish(it *item) Torn {
	t := Torn{Decision: it.answer.Decision, Original: it.o.ID(), Version: it.o.Version()}
	if !it.answer.Allow {
		return t
	}
	t.Removed, t.Object, t.Whole = it.removed, it.o, !it.torn
	if it.torn {
		t.Object, t.Opening = s.object(it), &Opening{t.Original, t.Version, it.removed, hex.EncodeToString(it.salt[:])}
	}
	t.Flagged = s.mentions(map[string]any(t.Object), "", nil)
	slices.Sort(t.Flagged)
	return t
}

// object gives what is left its new id, its maker and its lineage.
func (s *set) object(it *item) stix.Object {
	renamed, _ := s.rename(map[string]any(it.cut)).(map[string]any)
	o := stix.Object(renamed)
	o["id"] = it.id
	canonical, _ := it.o.Canonical()
	commitment := translog.Commitment(it.salt, canonical)
	exts, _ := o["extensions"].(map[string]any)
	exts = maps.Clone(exts)
	if exts == nil {
		exts = map[string]any{}
	}
	exts[Extension] = map[string]any{
		"extension_type": "property-extension", "released_by_ref": s.r.ID, "commitment": "sha256:" + hex.EncodeToString(commitment[:]),
	}
	o["extensions"] = exts
	if _, versioned := it.o["created"]; versioned {
		day := day(it.o.Version())
		o["created"], o["created_by_ref"] = day, s.r.ID
		if _, ok := it.o["modified"]; ok {
			o["modified"] = day
		}
	}
	delete(o, "object_modified")
	return o
}

// rename returns the value with the ids of torn objects in its references; it
// copies what it changes.
func (s *set) rename(v any) any {
	switch c := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(c))
		for k, e := range c {
			switch {
			case k == "object_marking_refs" || k == "marking_ref":
				out[k] = e
			case strings.HasSuffix(k, "_ref"):
				out[k] = e
				if id, ok := e.(string); ok {
					out[k] = s.idOf(id)
				}
			case strings.HasSuffix(k, "_refs"):
				out[k] = s.renameList(e)
			default:
				out[k] = s.rename(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(c))
		for i, e := range c {
			out[i] = s.rename(e)
		}
		return out
	}
	return v
}

func (s *set) renameList(v any) any {
	ids := stix.StringList(v)
	out := make([]any, 0, len(ids))
	for _, id := range ids {
		out = append(out, s.idOf(id))
	}
	return out
}

// mentions finds texts, outside references, that name an id which the recipient
// does not have under that name.
func (s *set) mentions(v any, at string, out []string) []string {
	switch c := v.(type) {
	case map[string]any:
		for k, e := range c {
			if strings.HasSuffix(k, "_ref") || strings.HasSuffix(k, "_refs") || k == "id" || k == "granular_markings" || k == Extension {
				continue
			}
			out = s.mentions(e, join(at, k), out)
		}
	case []any:
		for i, e := range c {
			out = s.mentions(e, join(at, "["+strconv.Itoa(i)+"]"), out)
		}
	case string:
		if s.names(c) {
			return append(out, at)
		}
	}
	return out
}

// names reports whether a text names such an id.
func (s *set) names(text string) bool {
	for rest := text; ; {
		i := strings.Index(rest, "--")
		if i < 0 {
			return false
		}
		start := i
		for start > 0 && (rest[start-1] >= 'a' && rest[start-1] <= 'z' || rest[start-1] >= '0' && rest[start-1] <= '9' || rest[start-1] == '-') {
			start--
		}
		if end := i + 38; end <= len(rest) {
			id := rest[start:end]
			if stix.ValidID(id) && !strings.HasPrefix(id, "extension-definition--") && !strings.HasPrefix(id, "marking-definition--") && (!s.given(id) || s.idOf(id) != id) {
				return true
			}
		}
		rest = rest[i+2:]
	}
}

func join(at, step string) string {
	if at == "" {
		return step
	}
	return at + "." + step
}

// isMarking reports whether a reference is to a marking: whoever gets an object
// gets what its markings are called.
func isMarking(ref stix.Ref) bool {
	return ref.Property == "marking_ref" || ref.Property == "object_marking_refs"
}

// selector writes a JSON pointer as a selector.
func selector(pointer string) string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range steps {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
		if i > 0 && s != "" && strings.Trim(s, "0123456789") == "" {
			s = "[" + s + "]"
		}
		steps[i] = s
	}
	return strings.Join(steps, ".")
}

// under reports whether a place lies in one of the places.
func under(place string, in []string) bool {
	return slices.ContainsFunc(in, func(s string) bool { return place == s || strings.HasPrefix(place, s+".") })
}

// salt is made of the secret and of what is torn.
func (r Releaser) salt(o stix.Object, removed []string) (out [32]byte) {
	h := hmac.New(sha256.New, r.Secret[:])
	for _, s := range slices.Concat([]string{"cordon tearline 1", r.ID, o.ID(), o.Version()}, removed) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	copy(out[:], h.Sum(nil))
	return out
}

// newID is the id of a torn object: a UUIDv5 over the original's id, its version,
// what was removed and the salt; for an observable, whose UUIDv5 says how it was
// made (section 2.9), the same as a UUIDv4.
func newID(o stix.Object, removed []string, salt [32]byte) string {
	parts := slices.Concat([]string{"tearline", hex.EncodeToString(salt[:]), o.ID(), o.Version()}, removed)
	if _, versioned := o["created"]; versioned {
		return stix.NameID(o.Type(), parts...)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return stix.IDFromBits(o.Type(), [16]byte(sum[:16]))
}

// day is the day of a time, "" text for one that cannot be read: then it is the
// first of all.
func day(version string) string {
	t, err := stix.ParseTime(version)
	if err != nil {
		t = time.Unix(0, 0)
	}
	return stix.FormatTime(t.UTC().Truncate(24 * time.Hour))
}

// Open makes the opening of a tearline again, out of the secret, the original and
// what was removed of it.
func (r Releaser) Open(original stix.Object, removed []string) Opening {
	salt := r.salt(original, removed)
	return Opening{original.ID(), original.Version(), removed, hex.EncodeToString(salt[:])}
}

// Verify checks that a torn object comes of the original: that its id and its
// commitment are those which the opening gives, and that nothing of what was
// removed is in it. It fails with errs.Conflict when they are not, and with
// errs.Invalid for an object that has no lineage.
func Verify(torn, original stix.Object, open Opening) error {
	ext := torn.Ext(Extension)
	stated, _ := ext["commitment"].(string)
	if stated == "" {
		return errs.New(errs.Invalid, "%s states no lineage", torn.ID())
	}
	raw, err := hex.DecodeString(open.Salt)
	if err != nil || len(raw) != 32 {
		return errs.New(errs.Invalid, "the salt of the opening is not 32 bytes in hexadecimal")
	}
	salt := [32]byte(raw)
	canonical, err := original.Canonical()
	if err != nil {
		return err
	}
	sum := translog.Commitment(salt, canonical)
	if original.ID() != open.Original || original.Version() != open.Version || stated != "sha256:"+hex.EncodeToString(sum[:]) {
		return errs.New(errs.Conflict, "%s does not come of this version of %s", torn.ID(), open.Original)
	}
	if torn.ID() != newID(original, open.Removed, salt) {
		return errs.New(errs.Conflict, "the id of %s is not that of a tearline without %s", torn.ID(), strings.Join(open.Removed, ", "))
	}
	for _, place := range open.Removed {
		// A list is counted anew, so only a whole property can be looked for.
		if path, ok := granular.Split(place); ok && len(path) == 1 && path[0] != "created_by_ref" {
			if _, there := granular.Find(map[string]any(torn), path); there {
				return errs.New(errs.Conflict, "%s still holds %s", torn.ID(), place)
			}
		}
	}
	return nil
}
