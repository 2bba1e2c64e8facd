package misp

import (
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
	"github.com/cordon-project/cordon/stix/pattern"
)

// attributeTyped are members that the extension states by themselves, for who reads
// the object without MISP's names. "misp" holds all others as they came.
var attributeTyped = []string{"type", "category", "value", "comment", "data", "ShadowAttribute"}

// attribute makes what one attribute says; in is the MISP object around it.
func (r *reader) attribute(f, in fields, at string) error {
	if r.out.Attributes++; r.out.Attributes > MaxAttributes {
		return errs.New(errs.Invalid, "the input has more than %d attributes", MaxAttributes).WithHint("Export it in parts.")
	}
	r.proposals(f)
	x, err := r.extension(f, in)
	if err != nil {
		return err
	}
	typ, value := f.str("type"), f.str("value")
	form, known := r.forms[typ]
	if value == "" || !known || f.uuid() == "" {
		return r.keep(f, x)
	}
	base, stated := r.event.level, r.event.stated
	if in != nil {
		base, stated = r.level(base, stated, in)
	}
	level, _ := r.level(base, stated, f)
	observables, ok := r.observables(form, value, level)
	if !ok {
		return r.keep(f, x)
	}
	r.artifact(f, x, level)
	w := attributeWriter{r: r, f: f, x: x, at: at, level: level, form: form, observables: observables}
	if f.flag("to_ids") || form.language != "" {
		return w.indicator()
	}
	if len(observables) == 0 {
		return r.keep(f, x)
	}
	return w.observedData()
}

// extension is what Cordon's extension says of an attribute.
func (r *reader) extension(f, in fields) (map[string]any, error) {
	rest, err := f.without(attributeTyped...)
	if err != nil {
		return nil, err
	}
	x := map[string]any{
		"kind": "attribute", "event": r.event.uuid, "attribute_type": f.str("type"), "category": f.str("category"), "value": f.str("value"), "comment": f.str("comment"), "misp": rest,
	}
	if in != nil {
		x["object"] = in.uuid()
	}
	return x, nil
}

// keep keeps an attribute that has no form in STIX in its event's report.
func (r *reader) keep(f fields, x map[string]any) error {
	if d := f.str("data"); d != "" {
		x["data"] = d
	}
	b, err := stix.CanonicalValue(x)
	if err != nil {
		return err
	}
	r.event.kept = append(r.event.kept, string(b))
	r.out.Kept[f.str("type")]++
	return nil
}

// observables makes the observables of a value: none where one would break a rule of
// STIX, and false for a value that does not have the form of its type.
func (r *reader) observables(form form, value string, level policy.TLP) ([]stix.Object, bool) {
	if form.objects == nil {
		return nil, true
	}
	all := form.objects(value)
	for _, o := range all {
		o["spec_version"] = "2.1"
		id, ok, err := stix.SCOID(o)
		if err != nil || !ok {
			return nil, false
		}
		o["id"] = id
		o["object_marking_refs"] = []any{policy.MarkingID(level)}
		if len(check.Broken(check.Object(o, check.Lenient))) > 0 {
			return nil, form.compare != nil // it can be looked for, whatever it is
		}
	}
	return all, len(all) > 0
}

// artifact keeps the bytes of an attachment. A sample of malware is a zip under the
// password "infected", which is how MISP keeps it.
func (r *reader) artifact(f fields, x map[string]any, level policy.TLP) {
	d := strings.Join(strings.Fields(f.str("data")), "")
	if d == "" {
		return
	}
	if len(d) > MaxData {
		r.note("the attachment of attribute %s has %d MB and was left out", f.uuid(), len(d)>>20)
		return
	}
	o := stix.Object{"type": "artifact", "spec_version": "2.1", "payload_bin": d, "object_marking_refs": []any{policy.MarkingID(level)}}
	if f.str("type") == "malware-sample" {
		o["encryption_algorithm"], o["decryption_key"] = "mime-type-indicated", "infected"
		o["mime_type"] = "application/zip"
	}
	id, ok, err := stix.SCOID(o)
	if err != nil || !ok {
		return
	}
	o["id"] = id
	x["artifact"] = id
	r.common(o)
	r.event.refs = append(r.event.refs, id)
}

// attributeWriter makes the objects of one attribute.
type attributeWriter struct {
	r           *reader
	f           fields
	x           map[string]any
	at          string
	level       policy.TLP
	form        form
	observables []stix.Object
}

func (w *attributeWriter) refs() []string {
	var out []string
	for _, o := range w.observables {
		w.r.common(o)
		out = append(out, o.ID())
	}
	w.r.event.refs = append(w.r.event.refs, out...)
	return out
}

func (w *attributeWriter) indicator() error {
	language, text := "stix", w.form.pattern(w.observables, w.f.str("value"))
	if w.form.language != "" {
		language = w.form.language
	}
	if language == "stix" && pattern.Check(text) != nil {
		return w.r.keep(w.f, w.x)
	}
	o := stix.Object{"type": "indicator", "id": idOf("indicator", w.f.uuid()), "name": clip(w.f.str("value"), 200), "pattern": text, "pattern_type": language}
	w.r.meta(o, w.level, w.f.time("timestamp"), w.at)
	from := w.f.moment("first_seen")
	if from == "" {
		from = o.Str("created")
	}
	o["valid_from"] = from
	if w.f.flag("to_ids") {
		o["indicator_types"] = []any{"malicious-activity"}
	}
	if c := w.f.str("comment"); c != "" {
		o["description"] = c
	}
	if w.f.flag("deleted") {
		o["revoked"] = true
	}
	setLabels(o, w.f)
	extend(o, w.x)
	w.add(o)
	for _, id := range w.refs() {
		w.relate(o.ID(), "based-on", id)
	}
	w.sightings(o)
	return nil
}

func (w *attributeWriter) observedData() error {
	o := stix.Object{"type": "observed-data", "id": idOf("observed-data", w.f.uuid()), "number_observed": 1, "object_refs": anyOf(w.refs())}
	w.r.meta(o, w.level, w.f.time("timestamp"), w.at)
	w.r.observed(o, w.f)
	if w.f.flag("deleted") {
		o["revoked"] = true
	}
	setLabels(o, w.f)
	extend(o, w.x)
	w.add(o)
	w.sightings(o)
	return nil
}

// add adds the attribute's own object and what it is said to belong to.
func (w *attributeWriter) add(o stix.Object) {
	w.r.add(o)
	w.r.event.refs = append(w.r.event.refs, o.ID())
	w.r.places[w.f.uuid()] = o.ID()
	galaxies, _ := w.f.list("Galaxy")
	for _, g := range galaxies {
		for _, id := range w.r.galaxy(g, w.level) {
			w.r.event.refs = append(w.r.event.refs, id)
			kind := "related-to"
			if o.Type() == "indicator" && indicated(stix.IDType(id)) {
				kind = "indicates"
			}
			w.relate(o.ID(), kind, id)
		}
	}
}

// indicated are the types that an indicator can indicate (section 4.7).
func indicated(typ string) bool {
	switch typ {
	case "attack-pattern", "intrusion-set", "malware", "threat-actor", "tool":
		return true
	}
	return false
}

func (w *attributeWriter) relate(source, kind, target string) {
	o := stix.Object{
		"type": "relationship", "id": stix.NameID("relationship", "misp", w.r.event.uuid, source, kind, target), "relationship_type": kind, "source_ref": source, "target_ref": target,
	}
	w.r.meta(o, w.level, w.f.time("timestamp"), w.at)
	w.r.add(o)
	w.r.event.refs = append(w.r.event.refs, o.ID())
}

// Sighting types of MISP: 0 seen, 1 a false positive, 2 expired.
func (w *attributeWriter) sightings(of stix.Object) {
	all, _ := w.f.list("Sighting")
	for _, s := range all {
		u, at := s.uuid(), s.time("date_sighting")
		if u == "" || at == "" {
			continue // it stays in the extension
		}
		switch s.str("type") {
		case "", "0":
			o := stix.Object{"type": "sighting", "id": idOf("sighting", u), "sighting_of_ref": of.ID(), "first_seen": at, "last_seen": at, "count": 1}
			w.r.meta(o, w.level, at, w.at)
			w.r.add(o)
			w.r.event.refs = append(w.r.event.refs, o.ID())
		case "1":
			o := stix.Object{"type": "opinion", "id": idOf("opinion", u), "opinion": "strongly-disagree", "explanation": "sighted as a false positive", "object_refs": []any{of.ID()}}
			w.r.meta(o, w.level, at, w.at)
			w.r.add(o)
			w.r.event.refs = append(w.r.event.refs, o.ID())
		case "2":
			if of.Type() == "indicator" && at > of.Str("valid_from") {
				of["valid_until"] = at
			}
		}
	}
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
