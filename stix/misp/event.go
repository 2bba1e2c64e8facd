package misp

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Limits of one event.
const (
	// MaxAttributes is how many attributes an event may have, those of its objects
	// among them.
	MaxAttributes = 500_000
	// MaxData is the largest attachment, in base64, that becomes an artifact.
	MaxData = 8 << 20
)

// Options say where an input came from and how it is marked.
type Options struct {
	SHA256 string // of the archived bytes
	Name   string // of the file
	// Default is the level of what neither a tag of TLP nor a distribution marks.
	Default policy.TLP
}

// Reading is what was made of one input.
type Reading struct {
	Objects []stix.Object
	// Common are ids of objects that many inputs name alike (organisations,
	// clusters, observables): who holds one already has nothing to learn of it here.
	Common     map[string]bool
	Notes      []string       // for people: what was left out or taken otherwise
	Events     int            // events read
	Attributes int            // attributes read
	Kept       map[string]int // attributes without a form in STIX, by type: they are in the report's extension
}

// reader makes the objects of one input.
type reader struct {
	o      Options
	forms  map[string]form
	out    Reading
	seen   map[string]bool
	notes  map[string]bool
	groups int

	event  event
	places map[string]string // uuid in MISP to the id in STIX
}

// event is what the parts of an event share.
type event struct {
	uuid, creator, created, modified, at string // at is its JSON pointer
	level                                policy.TLP
	stated                               bool
	refs                                 []string
	kept                                 []any
}

func newReader(o Options) *reader {
	r := &reader{o: o, forms: forms(), seen: map[string]bool{}, notes: map[string]bool{}, places: map[string]string{}}
	r.out.Common, r.out.Kept = map[string]bool{}, map[string]int{}
	r.add(Extension())
	r.out.Common[ExtensionID] = true
	return r
}

// maxNotes bounds the sentences of one reading.
const maxNotes = 200

func (r *reader) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if !r.notes[s] && len(r.out.Notes) < maxNotes {
		r.notes[s] = true
		r.out.Notes = append(r.out.Notes, s)
	}
}

// add appends an object once.
func (r *reader) add(o stix.Object) {
	if !r.seen[o.ID()] {
		r.seen[o.ID()] = true
		r.out.Objects = append(r.out.Objects, o)
	}
}

// common appends what other inputs may name too.
func (r *reader) common(o stix.Object) {
	r.out.Common[o.ID()] = true
	r.add(o)
}

// ReadEvent reads the JSON of one event, {"Event": …} or the event itself, or of
// several in an array or under "response", as an instance's search answers. Errors:
// errs.Invalid with the place.
func ReadEvent(data []byte, o Options) (_ Reading, err error) {
	defer errs.Wrap(&err, "misp.ReadEvent(%s)", o.Name)
	v, err := stix.ParseValue(data)
	if err != nil {
		return Reading{}, err
	}
	r := newReader(o)
	if err := r.events(v, ""); err != nil {
		return Reading{}, err
	}
	if r.out.Events == 0 {
		return Reading{}, errs.New(errs.Invalid, "the file holds no MISP event").WithHint("An event is an object with the member Event, or with info and uuid.")
	}
	r.conclude()
	return r.out, nil
}

// events reads what may hold events, at a JSON pointer.
func (r *reader) events(v any, at string) error {
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			if err := r.events(x, at+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		f := fields(v)
		switch {
		case f["Event"] != nil:
			return r.readEvent(f.sub("Event"), at+"/Event")
		case f["response"] != nil:
			return r.events(f["response"], at+"/response")
		}
		return r.readEvent(f, at)
	}
	return errs.New(errs.Invalid, "there is no event at %q", at)
}

func (r *reader) conclude() {
	for _, t := range slices.Sorted(maps.Keys(r.out.Kept)) {
		r.note("%d attributes of type %s have no form in STIX, or a value that is none of the type; they are kept in the extension of their event's report", r.out.Kept[t], t)
	}
	if r.groups > 0 {
		r.note("%d parts are for a sharing group, whose members this node does not know: they are TLP:AMBER+STRICT here", r.groups)
	}
}

// Members of an event that do not go into its extension, because they are parts of
// their own, or computed by an instance, or left out.
var eventParts = []string{"Attribute", "Object", "EventReport", "ShadowAttribute", "RelatedEvent", "Feed", "warnings"}

func (r *reader) readEvent(f fields, at string) error {
	if f == nil || f.str("info") == "" || f.uuid() == "" {
		return errs.New(errs.Invalid, "the event at %q has no info or no uuid", at)
	}
	r.event = event{uuid: f.uuid(), at: at}
	r.places = map[string]string{}
	r.event.modified = f.time("timestamp")
	if r.event.modified == "" {
		r.event.modified = f.time("publish_timestamp")
	}
	r.event.created = fields{"d": f.str("date")}.moment("d")
	if r.event.modified == "" {
		r.event.modified = max(r.event.created, undated)
	}
	if r.event.created == "" || r.event.created > r.event.modified {
		r.event.created = r.event.modified
	}
	r.event.level, r.event.stated = r.level(r.o.Default, false, f)
	r.organisation(f)
	if err := r.parts(f); err != nil {
		return err
	}
	r.out.Events++
	return r.container(f)
}

// organisation adds the creator of the event.
func (r *reader) organisation(f fields) {
	org := f.sub("Orgc")
	if org.str("name") == "" {
		org = f.sub("Org")
	}
	name := org.str("name")
	if name == "" {
		name = "MISP, organisation not named"
	}
	id := stix.NameID("identity", "misp-organisation", name)
	if u := org.uuid(); u != "" {
		id = idOf("identity", u)
	}
	r.event.creator = id
	o := stix.Object{"type": "identity", "spec_version": "2.1", "id": id, "created": undated, "modified": undated, "name": name, "identity_class": "organization"}
	r.common(o)
}

// parts reads what stands in the event.
func (r *reader) parts(f fields) error {
	galaxies, _ := f.list("Galaxy")
	for _, g := range galaxies {
		r.event.refs = append(r.event.refs, r.galaxy(g, r.event.level)...)
	}
	attributes, odd := f.list("Attribute")
	objects, oddObjects := f.list("Object")
	if odd += oddObjects; odd > 0 {
		r.note("%d entries of event %s are no JSON objects and were left out", odd, r.event.uuid)
	}
	for i, a := range attributes {
		if err := r.attribute(a, nil, fmt.Sprintf("%s/Attribute/%d", r.event.at, i)); err != nil {
			return err
		}
	}
	for i, x := range objects {
		if err := r.object(x, fmt.Sprintf("%s/Object/%d", r.event.at, i)); err != nil {
			return err
		}
	}
	for _, x := range objects {
		r.references(x)
	}
	reports, _ := f.list("EventReport")
	for i, x := range reports {
		if err := r.eventReport(x, fmt.Sprintf("%s/EventReport/%d", r.event.at, i)); err != nil {
			return err
		}
	}
	r.proposals(f)
	if related, _ := f.list("RelatedEvent"); len(related) > 0 {
		r.note("event %s: %d related events were left out; an instance computes them", r.event.uuid, len(related))
	}
	return nil
}

func (r *reader) proposals(f fields) {
	if p, _ := f.list("ShadowAttribute"); len(p) > 0 {
		r.note("event %s: %d proposals (ShadowAttribute) were left out; whoever owns the event has not accepted them", r.event.uuid, len(p))
	}
}

// meta is what the objects of the event have in common.
func (r *reader) meta(o stix.Object, level policy.TLP, modified, at string) {
	if modified == "" {
		modified = r.event.modified
	}
	created := min(r.event.created, modified)
	o["spec_version"], o["created"], o["modified"], o["created_by_ref"] = "2.1", created, max(created, modified), r.event.creator
	o["object_marking_refs"] = []any{policy.MarkingID(level)}
	if r.o.SHA256 != "" {
		record.SetWheres(o, []record.Where{{SHA256: r.o.SHA256, File: r.o.Name, Element: at}})
	}
}

// labels are the tags that no marking says.
func labels(f fields) []any {
	tags, _ := f.list("Tag")
	var out []any
	for _, t := range tags {
		name := t.str("name")
		if _, _, isTLP := tlpOf(name); name != "" && !isTLP && !slices.Contains(out, any(name)) {
			out = append(out, name)
		}
	}
	return out
}

func setLabels(o stix.Object, f fields) {
	if l := labels(f); len(l) > 0 {
		o["labels"] = l
	}
}

// container adds the report, or the grouping of an event that is not published.
func (r *reader) container(f fields) error {
	typ := "grouping"
	if f.flag("published") || f.time("publish_timestamp") != "" {
		typ = "report"
	}
	o := stix.Object{"type": typ, "id": idOf(typ, r.event.uuid), "name": f.str("info")}
	r.meta(o, r.event.level, r.event.modified, r.event.at)
	if typ == "report" {
		o["published"] = r.event.modified
		if p := f.time("publish_timestamp"); p != "" {
			o["published"] = p
		}
		o["report_types"] = []any{"threat-report"}
	} else {
		o["context"] = "suspicious-activity"
	}
	setLabels(o, f)
	rest, err := f.without(eventParts...)
	if err != nil {
		return err
	}
	x := map[string]any{"kind": "event", "misp": rest}
	if len(r.event.kept) > 0 {
		x["attributes"] = r.event.kept
	}
	extend(o, x)
	refs := r.event.refs
	if len(refs) == 0 {
		refs = []string{r.event.creator}
	}
	slices.Sort(refs)
	o["object_refs"] = anyOf(slices.Compact(refs))
	r.add(o)
	return nil
}

func anyOf(all []string) []any {
	out := make([]any, len(all))
	for i, s := range all {
		out[i] = s
	}
	return out
}

// eventReport is a note with the report's text.
func (r *reader) eventReport(f fields, at string) error {
	if f.str("content") == "" {
		r.note("event %s: an event report without content was left out", r.event.uuid)
		return nil
	}
	id := stix.NameID("note", "misp", r.event.uuid, at)
	if u := f.uuid(); u != "" {
		id = idOf("note", u)
	}
	level, _ := r.level(r.event.level, r.event.stated, f)
	o := stix.Object{"type": "note", "id": id, "content": f.str("content"), "object_refs": []any{r.event.creator}}
	if n := f.str("name"); n != "" {
		o["abstract"] = n
	}
	r.meta(o, level, f.time("timestamp"), at)
	if f.flag("deleted") {
		o["revoked"] = true
	}
	rest, err := f.without("content", "name")
	if err != nil {
		return err
	}
	extend(o, map[string]any{"kind": "event-report", "event": r.event.uuid, "misp": rest})
	r.add(o)
	r.event.refs = append(r.event.refs, id)
	return nil
}

// object reads a MISP object: its attributes, and observed data that holds them
// together.
func (r *reader) object(f fields, at string) error {
	attributes, _ := f.list("Attribute")
	before := len(r.event.refs)
	level, _ := r.level(r.event.level, r.event.stated, f)
	for i, a := range attributes {
		if err := r.attribute(a, f, fmt.Sprintf("%s/Attribute/%d", at, i)); err != nil {
			return err
		}
	}
	var inner []string
	for _, id := range r.event.refs[before:] {
		if t := stix.IDType(id); !slices.Contains([]string{"indicator", "relationship", "sighting", "opinion"}, t) && isSCO(t) {
			inner = append(inner, id)
		}
	}
	rest, err := f.without("Attribute", "ObjectReference")
	if err != nil {
		return err
	}
	refs, _ := f.list("ObjectReference")
	raw, err := rawList(refs)
	if err != nil {
		return err
	}
	u := f.uuid()
	x := map[string]any{"kind": "object", "event": r.event.uuid, "misp": rest, "references": raw}
	if len(inner) == 0 || u == "" {
		kept, err := stix.CanonicalValue(map[string]any(x))
		if err != nil {
			return err
		}
		r.event.kept = append(r.event.kept, string(kept))
		r.note("an object %s of event %s has no observable; it is kept in the report's extension", f.str("name"), r.event.uuid)
		return nil
	}
	o := stix.Object{"type": "observed-data", "id": idOf("observed-data", u), "number_observed": 1}
	r.meta(o, level, f.time("timestamp"), at)
	r.observed(o, f)
	slices.Sort(inner)
	o["object_refs"] = anyOf(slices.Compact(inner))
	setLabels(o, f)
	extend(o, x)
	if f.flag("deleted") {
		o["revoked"] = true
	}
	r.add(o)
	r.event.refs = append(r.event.refs, o.ID())
	r.places[u] = o.ID()
	return nil
}

func rawList(all []fields) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	out := make([]any, len(all))
	for i, f := range all {
		out[i] = map[string]any(f)
	}
	b, err := stix.CanonicalValue(out)
	return string(b), err
}

// observed gives observed data its times.
func (r *reader) observed(o stix.Object, f fields) {
	first, last := f.moment("first_seen"), f.moment("last_seen")
	if first == "" {
		first = o.Str("modified")
	}
	o["first_observed"], o["last_observed"] = first, max(first, last)
}

// references makes relationships of an object's references, once all that they may
// name has been read.
func (r *reader) references(f fields) {
	refs, _ := f.list("ObjectReference")
	for _, x := range refs {
		source, target := r.places[f.uuid()], r.places[uuidOf(x.str("referenced_uuid"))]
		if source == "" || target == "" || x.uuid() == "" {
			continue // the reference itself is in the object's extension
		}
		o := stix.Object{"type": "relationship", "id": idOf("relationship", x.uuid()), "relationship_type": relationType(x.str("relationship_type")), "source_ref": source, "target_ref": target}
		if c := x.str("comment"); c != "" {
			o["description"] = c
		}
		r.meta(o, r.event.level, x.time("timestamp"), r.event.at)
		r.add(o)
		r.event.refs = append(r.event.refs, o.ID())
	}
}

// relationType writes a relationship of MISP in the letters that STIX permits.
func relationType(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return '-'
	}, s)
	if s = strings.Trim(s, "-"); s == "" {
		return "related-to"
	}
	return s
}

func isSCO(typ string) bool {
	switch typ {
	case "artifact", "autonomous-system", "domain-name", "email-addr", "email-message", "file", "ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "url", "user-account", "windows-registry-key", "x509-certificate":
		return true
	}
	return false
}
