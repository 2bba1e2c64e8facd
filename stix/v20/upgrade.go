package v20

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
	"github.com/cordon-project/cordon/stix/spec"
)

// Change is one thing that [Upgrade] changed, for people and for the record.
type Change struct {
	ID   string // of the object that changed
	Path string // JSON pointer to what changed, in the old object
	Note string // what was done and why
}

// Is reports whether an object is STIX 2.0: a bundle that says so, or any
// object other than a cyber observable without spec_version, for which section
// 3.2 of STIX 2.1 makes 2.0 the implicit version.
func Is(o stix.Object) bool {
	v, present := o["spec_version"]
	if present {
		return v == "2.0"
	}
	typ := o.Type()
	if typ == "" || typ == "bundle" || spec.ClassOf(typ) == spec.SCO {
		return false
	}
	return spec.ClassOf(typ) != "" || has(o, "created")
}

// Upgrade turns an object of STIX 2.0 into STIX 2.1 and says what it changed and
// why. The result has more than one object where 2.1 made cyber observables
// objects of their own (observed-data); a bundle gives one bundle. Nothing is
// thrown away: what 2.1 has no place for stays as a custom property. Upgrade is
// deterministic and leaves o as it was. An object that is not 2.0 comes back as
// it is, without changes.
func Upgrade(o stix.Object) ([]stix.Object, []Change) {
	u := upgrader{}
	switch {
	case o.Type() == "bundle":
		return u.bundle(o)
	case !Is(o):
		return []stix.Object{o}, nil
	}
	return u.object(o.Clone()), u.changes
}

type upgrader struct {
	changes []Change
	id      string
}

func (u *upgrader) note(path, format string, args ...any) {
	u.changes = append(u.changes, Change{ID: u.id, Path: path, Note: fmt.Sprintf(format, args...)})
}

func (u *upgrader) bundle(o stix.Object) ([]stix.Object, []Change) {
	list, _ := o["objects"].([]any)
	out := make([]any, 0, len(list))
	at := map[string]int{} // observables by id: many observed-data hold the same
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok || !Is(m) {
			out = append(out, v)
			continue
		}
		for _, n := range u.object(stix.Object(m).Clone()) {
			i, seen := at[n.ID()]
			if seen && spec.ClassOf(n.Type()) == spec.SCO {
				mergeMarkings(out[i].(map[string]any), n)
				continue
			}
			at[n.ID()] = len(out)
			out = append(out, map[string]any(n))
		}
	}
	next := make(stix.Object, len(o))
	for k, v := range o {
		next[k] = v
	}
	if next["spec_version"] == "2.0" {
		delete(next, "spec_version")
		u.id = o.ID()
		u.note("/spec_version", "removed: a 2.1 bundle has no spec_version, its objects have")
	}
	if len(u.changes) == 0 {
		return []stix.Object{o}, nil
	}
	next["objects"] = out
	return []stix.Object{next}, u.changes
}

// mergeMarkings adds the markings of an equal observable: what two sources
// restrict stays restricted by both.
func mergeMarkings(into, from map[string]any) {
	for _, id := range stix.StringList(from["object_marking_refs"]) {
		have := stix.StringList(into["object_marking_refs"])
		if !slices.Contains(have, id) {
			into["object_marking_refs"] = anyList(append(slices.Clone(have), id))
		}
	}
	if g, ok := from["granular_markings"].([]any); ok {
		have, _ := into["granular_markings"].([]any)
		into["granular_markings"] = append(slices.Clone(have), g...)
	}
}

func anyList(l []string) []any {
	out := make([]any, len(l))
	for i, s := range l {
		out[i] = s
	}
	return out
}

// object upgrades one object in place.
func (u *upgrader) object(o stix.Object) []stix.Object {
	u.id = o.ID()
	o["spec_version"] = "2.1"
	u.note("", "spec_version 2.1 added: in 2.1 each object names its version")
	for _, name := range []string{"created", "modified"} {
		u.milliseconds(o, name)
	}
	u.referenceHashes(o)
	switch o.Type() {
	case "indicator":
		u.labels(o, "indicator_types", "indicator-type-ov")
		u.indicator(o)
	case "malware":
		u.labels(o, "malware_types", "malware-type-ov")
		u.malware(o)
	case "report":
		u.labels(o, "report_types", "report-type-ov")
	case "threat-actor":
		u.labels(o, "threat_actor_types", "threat-actor-type-ov")
	case "tool":
		u.labels(o, "tool_types", "tool-type-ov")
	case "identity":
		u.rename(o, "", "labels", "roles", "2.0 kept the roles of an identity in labels")
	case "marking-definition":
		u.tlp(o)
	case "observed-data":
		return u.observedData(o)
	}
	return []stix.Object{o}
}

// milliseconds gives created and modified the precision that both versions ask
// for.
func (u *upgrader) milliseconds(o stix.Object, name string) {
	s := o.Str(name)
	if t, err := stix.ParseTime(s); err == nil && !stix.HasMilliseconds(s) {
		o[name] = stix.FormatTime(t)
		u.note("/"+name, "written with milliseconds; the time is the same")
	}
}

// labels moves what a vocabulary of 2.1 knows from labels to its own property.
// What it does not know stays a label, which 2.1 leaves to the producer.
func (u *upgrader) labels(o stix.Object, property, vocabularyName string) {
	var types, rest []string
	for _, l := range o.Strs("labels") {
		if spec.LookupVocabulary(vocabularyName).Has(l) {
			types = append(types, l)
		} else {
			rest = append(rest, l)
		}
	}
	if len(types) == 0 || has(o, property) {
		return
	}
	o[property] = anyList(types)
	delete(o, "labels")
	if len(rest) > 0 {
		o["labels"] = anyList(rest)
	}
	u.note("/labels", "%s moved to %s, which 2.1 has for them", strings.Join(types, ", "), property)
}

func has(o map[string]any, name string) bool {
	_, ok := o[name]
	return ok
}

// rename moves a property whose name changed. It leaves alone what is already
// there under the new name.
func (u *upgrader) rename(o map[string]any, path, from, to, why string) {
	v, present := o[from]
	if !present || has(o, to) {
		return
	}
	o[to] = v
	delete(o, from)
	u.note(path+"/"+from, "renamed to %s: %s", to, why)
}

var quotedMoment = regexp.MustCompile(`\b(START|STOP)(\s+)'`)

func (u *upgrader) indicator(o stix.Object) {
	if !has(o, "pattern_type") {
		o["pattern_type"] = "stix"
		u.note("/pattern", "pattern_type stix added: 2.0 knows no other language")
	}
	s := o.Str("pattern")
	if o["pattern_type"] != "stix" || pattern.Check(s) == nil {
		return
	}
	if _, err := pattern.ParseVersion(s, pattern.V20); err != nil {
		return
	}
	if next := quotedMoment.ReplaceAllString(s, "${1}${2}t'"); pattern.Check(next) == nil {
		o["pattern"] = next
		u.note("/pattern", "times of START and STOP written as timestamps, as 2.1 has them")
	}
}

func (u *upgrader) malware(o stix.Object) {
	if has(o, "is_family") {
		return
	}
	o["is_family"] = true
	u.note("", "is_family true added: 2.1 requires it and 2.0 does not say; a named malware of 2.0 is taken for a family, which may be wrong for a single sample")
}

func (u *upgrader) tlp(o stix.Object) {
	definition, _ := o["definition"].(map[string]any)
	level, _ := definition["tlp"].(string)
	if want := spec.TLPMarking(level); o["definition_type"] == "tlp" && want != nil && want["id"] == o["id"] && !has(o, "name") {
		o["name"] = want["name"]
		u.note("", "name %s added, as 2.1 defines this marking", want["name"])
	}
}

// referenceHashes renames hash algorithms whose names changed.
func (u *upgrader) referenceHashes(o stix.Object) {
	refs, _ := o["external_references"].([]any)
	for i, v := range refs {
		if m, ok := v.(map[string]any); ok {
			u.hashNames(m["hashes"], "/external_references/"+strconv.Itoa(i)+"/hashes")
		}
	}
}

func (u *upgrader) hashNames(v any, path string) {
	m, ok := v.(map[string]any)
	if !ok {
		return
	}
	u.rename(m, path, "ssdeep", "SSDEEP", "2.1 writes the name in capitals")
}

// renames20 are the properties of observables that 2.1 renamed.
var renames20 = map[string][][2]string{
	"directory":            {{"created", "ctime"}, {"modified", "mtime"}, {"accessed", "atime"}},
	"file":                 {{"created", "ctime"}, {"modified", "mtime"}, {"accessed", "atime"}},
	"process":              {{"created", "created_time"}, {"binary_ref", "image_ref"}},
	"user-account":         {{"password_last_changed", "credential_last_changed"}},
	"windows-registry-key": {{"modified", "modified_time"}},
}

// observedData takes the observables out of the container (section 4.14): each
// becomes an object with its deterministic id and, so that no restriction is
// lost, with the markings of the observed-data.
func (u *upgrader) observedData(o stix.Object) []stix.Object {
	container, _ := o["objects"].(map[string]any)
	if len(container) == 0 || has(o, "object_refs") {
		return []stix.Object{o}
	}
	keys := make([]string, 0, len(container))
	for k, v := range container {
		if m, ok := v.(map[string]any); !ok || stix.Object(m).Type() == "" {
			return []stix.Object{o} // not a container; stix/check says so
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareKeys)
	moved := u.containerSelectors(o)
	x := extraction{upgrader: u, owner: o.ID(), container: container, ids: map[string]string{}, busy: map[string]bool{}}
	for _, k := range keys {
		x.identify(k)
	}
	delete(o, "objects")
	u.note("/objects", "%d observables made objects of their own, referred to by object_refs: the container is deprecated", len(keys))
	out := []stix.Object{o}
	refs := make([]string, 0, len(keys))
	for _, k := range keys {
		sco := stix.Object(container[k].(map[string]any))
		inherit(sco, o)
		x.granular(o, k, sco)
		if slices.Contains(refs, sco.ID()) {
			i := slices.IndexFunc(out, func(p stix.Object) bool { return p.ID() == sco.ID() })
			mergeMarkings(out[i], sco)
			continue
		}
		refs = append(refs, sco.ID())
		out = append(out, sco)
	}
	o["object_refs"] = anyList(refs)
	u.dropSelectors(o, moved)
	return out
}

// containerSelectors returns the selectors of granular markings that lead to
// something inside the container. Those that lead nowhere stay for
// stix/check to find.
func (u *upgrader) containerSelectors(o stix.Object) map[string]bool {
	out := map[string]bool{}
	marks, _ := o["granular_markings"].([]any)
	for _, v := range marks {
		m, _ := v.(map[string]any)
		for _, s := range stix.StringList(m["selectors"]) {
			if _, found := stix.Resolve(o, s); found && (s == "objects" || strings.HasPrefix(s, "objects.")) {
				out[s] = true
			}
		}
	}
	return out
}

func inherit(sco, from stix.Object) {
	if refs := from.Strs("object_marking_refs"); len(refs) > 0 {
		sco["object_marking_refs"] = anyList(refs)
	}
}

func compareKeys(a, b string) int {
	x, errA := strconv.Atoi(a)
	y, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

// extraction gives the observables of one container their ids.
type extraction struct {
	*upgrader
	owner     string
	container map[string]any
	ids       map[string]string
	busy      map[string]bool
}

// identify upgrades the observable under key and returns its id. References
// come first, because some are part of the id; a circle is broken by an id that
// does not depend on the content.
func (x *extraction) identify(key string) string {
	if id := x.ids[key]; id != "" {
		return id
	}
	m, ok := x.container[key].(map[string]any)
	if !ok {
		return ""
	}
	o := stix.Object(m)
	path := stix.Pointer("objects", key)
	if x.busy[key] {
		x.ids[key] = x.plainID(o.Type(), key)
		return x.ids[key]
	}
	x.busy[key] = true
	x.observable(o, path)
	x.references(m)
	id, derived, err := stix.SCOID(o)
	if err != nil || !derived {
		id = x.plainID(o.Type(), key)
	}
	if x.ids[key] == "" {
		x.ids[key] = id
	}
	o["id"] = x.ids[key]
	o["spec_version"] = "2.1"
	return x.ids[key]
}

// plainID returns a UUIDv4 for what has no deterministic id (section 2.9). Its
// bits come from a hash of the owner and the key, so that an upgrade of the same
// input gives the same id.
func (x *extraction) plainID(typ, key string) string {
	sum := sha256.Sum256([]byte(x.owner + "\x00" + key))
	return stix.IDFromBits(typ, [16]byte(sum[:16]))
}

// observable applies what changed between the versions inside observables.
func (x *extraction) observable(o stix.Object, path string) {
	for _, r := range renames20[o.Type()] {
		x.rename(o, path, r[0], r[1], "2.1 gave it this name")
	}
	x.hashNames(o["hashes"], path+"/hashes")
	exts, _ := o["extensions"].(map[string]any)
	x.extensionNames(exts, path+"/extensions")
	if ntfs, ok := exts["ntfs-ext"].(map[string]any); ok {
		streams, _ := ntfs["alternate_data_streams"].([]any)
		for i, s := range streams {
			if m, ok := s.(map[string]any); ok {
				x.hashNames(m["hashes"], path+"/extensions/ntfs-ext/alternate_data_streams/"+strconv.Itoa(i)+"/hashes")
			}
		}
	}
	if o.Type() == "user-account" {
		if s := o.Str("account_type"); s == "windows local" || s == "windows domain" {
			o["account_type"] = strings.ReplaceAll(s, " ", "-")
			x.note(path+"/account_type", "written with a hyphen, as 2.1 has it")
		}
	}
}

// extensionNames gives custom extensions the ending that 2.1 requires of their
// names (section 11.3.1).
func (x *extraction) extensionNames(exts map[string]any, path string) {
	for _, name := range slices.Sorted(maps.Keys(exts)) {
		if !strings.HasSuffix(name, "-ext") && !strings.HasPrefix(name, spec.ExtensionPrefix) && stix.ValidTypeName(name) {
			x.rename(exts, path, name, name+"-ext", "2.1 requires the ending -ext")
		}
	}
}

// references replaces keys of the container by identifiers, at any depth.
func (x *extraction) references(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) { // the order decides where a circle is broken
			e := v[name]
			switch {
			case strings.HasSuffix(name, "_ref"):
				v[name] = x.resolve(e)
			case strings.HasSuffix(name, "_refs"):
				if l, ok := e.([]any); ok {
					for i := range l {
						l[i] = x.resolve(l[i])
					}
				}
			default:
				x.references(e)
			}
		}
	case []any:
		for _, e := range v {
			x.references(e)
		}
	}
}

func (x *extraction) resolve(v any) any {
	key, ok := v.(string)
	if !ok {
		return v
	}
	if id := x.identify(key); id != "" {
		return id
	}
	return v
}

// granular carries granular markings that select into the container over to the
// observable that they mark.
func (x *extraction) granular(o stix.Object, key string, sco stix.Object) {
	marks, _ := o["granular_markings"].([]any)
	for _, v := range marks {
		m, ok := v.(map[string]any)
		if !ok {
			continue
		}
		var selectors []string
		for _, s := range stix.StringList(m["selectors"]) {
			switch inner, inside := strings.CutPrefix(s, "objects."+key+"."); {
			case inside:
				selectors = append(selectors, renamedSelector(sco.Type(), inner))
			case s == "objects" || s == "objects."+key:
				if ref, isRef := m["marking_ref"].(string); isRef {
					mergeMarkings(sco, map[string]any{"object_marking_refs": []any{ref}})
				}
			}
		}
		if len(selectors) > 0 {
			g := map[string]any{"selectors": anyList(selectors)}
			for k, e := range m {
				if k != "selectors" {
					g[k] = e
				}
			}
			have, _ := sco["granular_markings"].([]any)
			sco["granular_markings"] = append(have, g)
		}
	}
}

// renamedSelector follows a property to the name that 2.1 gave it.
func renamedSelector(typ, selector string) string {
	first, rest, more := strings.Cut(selector, ".")
	for _, r := range renames20[typ] {
		if r[0] == first {
			first = r[1]
			break
		}
	}
	if more {
		return first + "." + rest
	}
	return first
}

// dropSelectors takes out the selectors that led into the container; the
// observables carry them now.
func (u *upgrader) dropSelectors(o stix.Object, moved map[string]bool) {
	marks, _ := o["granular_markings"].([]any)
	kept := make([]any, 0, len(marks))
	for _, v := range marks {
		m, ok := v.(map[string]any)
		if !ok {
			kept = append(kept, v)
			continue
		}
		before := stix.StringList(m["selectors"])
		selectors := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return moved[s] })
		if len(selectors) < len(before) {
			u.note("/granular_markings", "markings of observables moved to the observables")
			m["selectors"] = anyList(selectors)
		}
		if len(selectors) > 0 {
			kept = append(kept, m)
		}
	}
	if len(kept) > 0 {
		o["granular_markings"] = kept
	} else {
		delete(o, "granular_markings")
	}
}
