package misp

import (
	"crypto/md5" //nolint:gosec // hashes.csv of a MISP feed is defined over MD5
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/pattern"
)

// Event is one event as MISP writes it.
type Event struct {
	UUID string
	JSON []byte // {"Event": …}
	// Values are the values of the attributes, for hashes.csv of a feed.
	Values []string
	Brief  map[string]any // its entry in the manifest of a feed
}

// WriteEvents makes events of objects: those that came from MISP as they came, and
// of everything else one event for each report or grouping, with the indicators and
// observables that it names. notes say what has no place in MISP. Errors:
// errs.Invalid for a damaged extension.
func WriteEvents(objects []stix.Object) (events []Event, notes []string, err error) {
	defer errs.Wrap(&err, "misp.WriteEvents(%d objects)", len(objects))
	w := &writer{byID: map[string]stix.Object{}, events: map[string]*building{}, left: map[string]int{}}
	for _, o := range objects {
		w.byID[o.ID()] = o
	}
	var order []string
	for _, o := range objects {
		if t := o.Type(); t != "report" && t != "grouping" {
			continue
		}
		if o.Ext(ExtensionID)["kind"] == "event" {
			err = w.own(o)
		} else {
			err = w.foreign(o)
		}
		if err != nil {
			return nil, nil, err
		}
		order = append(order, eventOf(o))
	}
	for _, o := range objects {
		if err := w.part(o); err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(order)
	for _, u := range slices.Compact(order) {
		e, err := w.events[u].finish(u)
		if err != nil {
			return nil, nil, err
		}
		events = append(events, e)
	}
	for _, t := range slices.Sorted(maps.Keys(w.left)) {
		notes = append(notes, fmt.Sprintf("%d objects of type %s have no form in a MISP event and were left out", w.left[t], t))
	}
	return events, notes, nil
}

// eventOf is the uuid of the event that a report or a grouping is.
func eventOf(o stix.Object) string {
	if x := o.Ext(ExtensionID); x["kind"] == "event" {
		if f, err := restored(x, "misp"); err == nil && f.uuid() != "" {
			return f.uuid()
		}
	}
	return uuidPart(o.ID())
}

func uuidPart(id string) string {
	_, u, _ := strings.Cut(id, "--")
	return u
}

// writer makes events; building is one on its way.
type writer struct {
	byID   map[string]stix.Object
	events map[string]*building
	left   map[string]int
}

type building struct {
	event      map[string]any
	attributes []map[string]any
	objects    map[string]map[string]any // by uuid
	inner      map[string][]map[string]any
	reports    []map[string]any
	values     []string
	taken      map[string]bool // uuids of attributes
}

func newBuilding(event map[string]any) *building {
	return &building{event: event, objects: map[string]map[string]any{}, inner: map[string][]map[string]any{}, taken: map[string]bool{}}
}

// own takes an event that came from MISP.
func (w *writer) own(o stix.Object) error {
	x := o.Ext(ExtensionID)
	event, err := restored(x, "misp")
	if err != nil {
		return err
	}
	if event.str("info") != o.Str("name") {
		event["info"] = o.Str("name") // a later version says it otherwise
	}
	b := newBuilding(event)
	w.events[eventOf(o)] = b
	for _, text := range stix.StringList(x["attributes"]) {
		v, err := stix.ParseValue([]byte(text))
		if err != nil {
			return err
		}
		m, _ := v.(map[string]any)
		if err := w.extended(m, b, nil); err != nil {
			return err
		}
	}
	return nil
}

// part puts an object that came from MISP back into its event.
func (w *writer) part(o stix.Object) error {
	x := o.Ext(ExtensionID)
	event, _ := x["event"].(string)
	b := w.events[event]
	if b == nil {
		return nil
	}
	return w.extended(x, b, o)
}

// extended reads an extension back; o is nil for one that was kept in a report.
func (w *writer) extended(x map[string]any, b *building, o stix.Object) error {
	f, err := restored(x, "misp")
	if err != nil {
		return err
	}
	switch x["kind"] {
	case "attribute":
		return w.attribute(f, x, b, o)
	case "object":
		if refs, _ := x["references"].(string); refs != "" {
			v, err := stix.ParseValue([]byte(refs))
			if err != nil {
				return err
			}
			f["ObjectReference"] = v
		}
		b.objects[f.uuid()] = f
	case "event-report":
		f["name"], f["content"] = o.Str("abstract"), o.Str("content")
		b.reports = append(b.reports, f)
	}
	return nil
}

func (w *writer) attribute(f fields, x map[string]any, b *building, o stix.Object) error {
	e := fields(x)
	f["type"], f["category"], f["value"], f["comment"] = e.str("attribute_type"), e.str("category"), e.str("value"), e.str("comment")
	if d := e.str("data"); d != "" {
		f["data"] = d
	} else if a := w.byID[e.str("artifact")]; a != nil {
		f["data"] = a.Str("payload_bin")
	}
	if o.Type() == "indicator" {
		current(f, o)
	}
	if o.Revoked() {
		f["deleted"] = true
	}
	b.take(f, e.str("object"))
	return nil
}

// current makes an attribute say what its indicator says now: somebody may have
// written a later version that does not follow the extension.
func current(f fields, o stix.Object) {
	table := forms()
	form, known := table[f.str("type")]
	if !known {
		return
	}
	var objects []stix.Object
	if form.objects != nil {
		if objects = form.objects(f.str("value")); objects == nil {
			return
		}
	}
	if form.pattern(objects, f.str("value")) == o.Str("pattern") {
		return
	}
	f["type"], f["value"], f["category"] = patternAttribute(o)
}

func (b *building) take(f fields, object string) {
	if u := f.uuid(); u != "" {
		if b.taken[u] {
			return
		}
		b.taken[u] = true
	}
	b.values = append(b.values, f.str("value"))
	if object != "" {
		b.inner[object] = append(b.inner[object], f)
		return
	}
	b.attributes = append(b.attributes, f)
}

// foreign makes an event of a report that did not come from MISP.
func (w *writer) foreign(o stix.Object) error {
	level, err := policy.LabelOf(o, policy.Red, nil)
	if err != nil {
		return err
	}
	b := newBuilding(map[string]any{
		"uuid": uuidPart(o.ID()), "info": o.Str("name"), "date": firstOf(o.Str("published"), o.Str("created"))[:10], "timestamp": seconds(o.Str("modified")),
		"published": o.Type() == "report", "analysis": "2", "threat_level_id": "4", "distribution": distOrganisation, "Tag": []any{map[string]any{"name": strings.ToLower(policy.Level(level).String())}},
	})
	if p := o.Str("published"); p != "" {
		b.event["publish_timestamp"] = seconds(p)
	}
	if c := w.byID[o.Str("created_by_ref")]; c != nil {
		b.event["Orgc"] = map[string]any{"name": c.Str("name"), "uuid": uuidPart(c.ID())}
	}
	w.events[uuidPart(o.ID())] = b
	for _, id := range o.Strs("object_refs") {
		part := w.byID[id]
		switch {
		case part == nil:
		case part.Type() == "indicator":
			b.take(w.indicator(part), "")
		case isSCO(part.Type()):
			if f := observable(part); f != nil {
				b.take(f, "")
			} else {
				w.left[part.Type()]++
			}
		default:
			w.left[part.Type()]++
		}
	}
	return nil
}

func firstOf(all ...string) string {
	for _, s := range all {
		if len(s) >= len("2006-01-02") {
			return s
		}
	}
	return undated
}

// seconds writes a STIX time as MISP does.
func seconds(s string) string {
	t, err := stix.ParseTime(s)
	if err != nil {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

func (w *writer) indicator(o stix.Object) fields {
	f := fields{"uuid": uuidPart(o.ID()), "to_ids": true, "timestamp": seconds(o.Str("modified")), "comment": o.Str("description"), "distribution": "5"}
	f["type"], f["value"], f["category"] = patternAttribute(o)
	if o.Revoked() {
		f["deleted"] = true
	}
	return f
}

const network, payload = "Network activity", "Payload delivery"

// byPath leads from the object path of a comparison to an attribute's type.
var byPath = map[string][2]string{
	"domain-name:value": {"domain", network}, "ipv4-addr:value": {"ip-dst", network}, "ipv6-addr:value": {"ip-dst", network}, "url:value": {"url", network},
	"email-addr:value": {"email", payload}, "file:name": {"filename", payload}, "mutex:name": {"mutex", "Artifacts dropped"},
	"file:hashes.MD5": {"md5", payload}, "file:hashes.'MD5'": {"md5", payload}, "file:hashes.'SHA-1'": {"sha1", payload}, "file:hashes.'SHA-256'": {"sha256", payload}, "file:hashes.'SHA-512'": {"sha512", payload},
	"windows-registry-key:key": {"regkey", "Persistence mechanism"},
}

// patternAttribute is what an indicator's pattern is as an attribute: a value where it
// compares one, otherwise the pattern itself.
func patternAttribute(o stix.Object) (typ, value, category string) {
	text := o.Str("pattern")
	switch t := o.Str("pattern_type"); t {
	case "yara", "sigma", "snort":
		return t, text, "Payload installation"
	case "suricata":
		return "snort", text, network
	case "stix":
	default:
		return "other", text, "Other"
	}
	all, err := pattern.Comparisons(text)
	if err == nil && len(all) == 1 && all[0].Operator == "=" && !all[0].Negated && len(all[0].Values) == 1 {
		if t, ok := byPath[all[0].ObjectPath()]; ok {
			return t[0], all[0].Values[0].Text, t[1]
		}
	}
	return "stix2-pattern", text, "Payload installation"
}

// observable is an observable as an attribute, nil for what has no such form.
func observable(o stix.Object) fields {
	f := fields{"uuid": uuidPart(o.ID()), "to_ids": false, "distribution": "5", "comment": ""}
	set := func(typ, value, category string) fields {
		f["type"], f["value"], f["category"] = typ, value, category
		return f
	}
	if t, ok := byPath[o.Type()+":value"]; ok && o.Str("value") != "" {
		return set(t[0], o.Str("value"), t[1])
	}
	if o.Type() == "file" {
		h := fields(asMap(o["hashes"]))
		for _, a := range []string{"SHA-256", "SHA-1", "MD5", "SHA-512"} {
			if v := h.str(a); v != "" {
				return set(strings.ToLower(strings.ReplaceAll(a, "-", "")), v, payload)
			}
		}
		if n := o.Str("name"); n != "" {
			return set("filename", n, payload)
		}
	}
	return nil
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func (b *building) finish(uuid string) (Event, error) {
	var objects []any
	for _, u := range slices.Sorted(maps.Keys(b.objects)) {
		b.objects[u]["Attribute"] = sorted(b.inner[u])
		delete(b.inner, u)
		objects = append(objects, b.objects[u])
	}
	for _, u := range slices.Sorted(maps.Keys(b.inner)) { // of objects that are not here
		b.attributes = append(b.attributes, b.inner[u]...)
	}
	b.event["Attribute"] = sorted(b.attributes)
	if len(objects) > 0 {
		b.event["Object"] = objects
	}
	if len(b.reports) > 0 {
		b.event["EventReport"] = sorted(b.reports)
	}
	text, err := stix.CanonicalValue(map[string]any{"Event": b.event})
	if err != nil {
		return Event{}, err
	}
	brief := map[string]any{}
	for _, k := range []string{"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"} {
		if v, ok := b.event[k]; ok {
			brief[k] = v
		}
	}
	return Event{UUID: uuid, JSON: text, Values: b.values, Brief: brief}, nil
}

func sorted(all []map[string]any) []any {
	slices.SortStableFunc(all, func(a, b map[string]any) int {
		return strings.Compare(fields(a).str("uuid"), fields(b).str("uuid"))
	})
	out := make([]any, len(all))
	for i, m := range all {
		out[i] = m
	}
	return out
}

// File is one file of a feed.
type File struct {
	Name string
	Data []byte
}

// WriteFeed makes the files of a feed of events: one for each, manifest.json, and
// hashes.csv with the MD5 of each value and the event that has it.
func WriteFeed(events []Event) ([]File, error) {
	manifest := map[string]any{}
	var out []File
	var lines []string
	for _, e := range events {
		manifest[e.UUID] = e.Brief
		out = append(out, File{e.UUID + ".json", e.JSON})
		for _, v := range e.Values {
			for _, part := range parts(v) {
				sum := md5.Sum([]byte(part)) //nolint:gosec // as the feed format defines it
				lines = append(lines, hex.EncodeToString(sum[:])+","+e.UUID)
			}
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	text, err := json.Marshal(manifest)
	if err != nil {
		return nil, errs.New(errs.Internal, "the manifest cannot be written").Because(err)
	}
	out = append(out, File{"manifest.json", text}, File{"hashes.csv", []byte(strings.Join(append(lines, ""), "\n"))})
	return out, nil
}

// parts are the values whose hashes a feed gives: of a composite each half.
func parts(v string) []string {
	if l, r, ok := strings.Cut(v, "|"); ok {
		return []string{l, r}
	}
	return []string{v}
}
