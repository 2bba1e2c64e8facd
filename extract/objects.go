package extract

import (
	"slices"
	"strconv"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Objects returns the document as STIX objects, in an order in which each comes
// after what it refers to:
//
//   - a file observable for the document itself;
//   - an observable with its deterministic id (section 2.9) for each domain,
//     URL, e-mail, address, file hash and AS number, and a vulnerability for
//     each CVE. Wallets, transaction ids, telephones and ATT&CK ids have no
//     observable in STIX: their claims carry them, and the report's external
//     references name the ATT&CK ids;
//   - a report that refers to all of them and to the known parties, with the
//     hashes of the archived bytes and of the text;
//   - for each distinct value one cordon-claim "mentions-…" whose places are all
//     its spans, so that every indicator leads to where it stands;
//   - the same for every attachment that was read.
//
// m gives creator, markings and time. Without m.Created the document's own date
// is the time; a document that states none needs m.Created. The objects depend
// on the document and m alone.
func (d *Document) Objects(m record.Meta) (_ []stix.Object, err error) {
	defer errs.Wrap(&err, "extract.Objects(%s)", d.Name)
	created := m.Created
	if t, ok := d.Date.Time(); created == "" && ok {
		created = stix.FormatTime(t)
	}
	if created == "" {
		return nil, errs.New(errs.Invalid, "%s states no date, so the time of its archiving is needed", d.Name).
			WithHint("Give the time at which the document came in.")
	}
	m.Created = created
	w := &objectWriter{d: d, m: m, report: d.ReportID(), seen: map[string]bool{}}
	return w.all()
}

// ReportID returns the id of the report that [Document.Objects] makes: it
// depends on the archived bytes alone.
func (d *Document) ReportID() string { return stix.NameID("report", "document", d.SHA256) }

// Where returns the place of a span for a record: byte offsets in the text that
// was drawn from the archived bytes.
func (d *Document) Where(s indicator.Span) record.Where {
	return record.Where{SHA256: d.SHA256, File: d.Name, Start: s.Start.Byte, End: s.End.Byte, Part: "text"}
}

type objectWriter struct {
	d      *Document
	m      record.Meta
	report string
	out    []stix.Object
	refs   []string // object_refs of the report
	claims []stix.Object
	seen   map[string]bool
	attack []string
}

func (w *objectWriter) all() ([]stix.Object, error) {
	if err := w.addObservable(w.document()); err != nil {
		return nil, err
	}
	groups, order := w.group()
	for _, k := range order {
		if err := w.value(groups[k]); err != nil {
			return nil, err
		}
	}
	var parts []stix.Object
	for _, p := range w.d.Parts {
		if p.Document == nil {
			continue
		}
		objects, err := p.Document.Objects(w.m)
		if err != nil {
			return nil, err
		}
		parts = append(parts, objects...)
		w.ref(p.Document.ReportID())
	}
	out := slices.Concat(parts, w.out, []stix.Object{w.reportObject()}, w.claims)
	return distinct(out), nil
}

// distinct keeps the first of objects with one id: an attachment and its
// message often name the same domain.
func distinct(all []stix.Object) []stix.Object {
	seen := make(map[string]bool, len(all))
	return slices.DeleteFunc(all, func(o stix.Object) bool {
		dup := seen[o.ID()]
		seen[o.ID()] = true
		return dup
	})
}

type valueKey struct {
	kind         indicator.Kind
	value, party string
}

// group collects the spans of each distinct value, in order of first place.
func (w *objectWriter) group() (map[valueKey][]indicator.Span, []valueKey) {
	groups := map[valueKey][]indicator.Span{}
	var order []valueKey
	for _, s := range w.d.Spans {
		k := valueKey{s.Kind, s.Value, s.Detail.Party}
		if s.Kind == indicator.Party {
			k.value = ""
		}
		if s.Kind == indicator.Phone && s.Detail.Within != "" {
			continue // the whole number is there
		}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], s)
	}
	return groups, order
}

func (w *objectWriter) ref(id string) {
	if !w.seen[id] {
		w.seen[id] = true
		w.refs = append(w.refs, id)
	}
}

// addObservable gives o its deterministic id and keeps it.
func (w *objectWriter) addObservable(o stix.Object) error {
	o["spec_version"] = "2.1"
	if len(w.m.Markings) > 0 {
		o["object_marking_refs"] = w.m.Markings
	}
	id, ok, err := stix.SCOID(o)
	if err != nil {
		return err
	}
	if !ok {
		return errs.New(errs.Internal, "no deterministic id for a %s", o.Type())
	}
	o["id"] = id
	if !w.seen[id] {
		w.out = append(w.out, o)
	}
	w.ref(id)
	return nil
}

func (w *objectWriter) document() stix.Object {
	return stix.Object{
		"type": "file", "hashes": map[string]any{"SHA-256": w.d.SHA256}, "size": w.d.Size, "mime_type": w.d.MediaType,
	}
}

// observable returns the STIX object for a span's value, nil where STIX has
// none.
func observable(s indicator.Span) stix.Object {
	switch s.Kind {
	case indicator.Domain:
		return stix.Object{"type": "domain-name", "value": s.Value}
	case indicator.URL:
		return stix.Object{"type": "url", "value": s.Value}
	case indicator.Email:
		return stix.Object{"type": "email-addr", "value": s.Value}
	case indicator.IPv4:
		return stix.Object{"type": "ipv4-addr", "value": s.Value}
	case indicator.IPv6:
		return stix.Object{"type": "ipv6-addr", "value": s.Value}
	case indicator.Hash:
		return stix.Object{"type": "file", "hashes": map[string]any{s.Detail.Algorithm: s.Value}}
	case indicator.ASN:
		n, err := strconv.ParseInt(s.Value[2:], 10, 64)
		if err != nil {
			return nil
		}
		return stix.Object{"type": "autonomous-system", "number": n}
	}
	return nil
}

// value adds the object and the claim of one distinct value.
func (w *objectWriter) value(spans []indicator.Span) error {
	s := spans[0]
	ref := ""
	switch o := observable(s); {
	case o != nil:
		if err := w.addObservable(o); err != nil {
			return err
		}
		ref = o.ID()
	case s.Kind == indicator.CVE:
		ref = w.vulnerability(s)
	case s.Kind == indicator.Party:
		ref = s.Detail.Party
		w.ref(ref)
	case s.Kind == indicator.Attack:
		w.attack = append(w.attack, s.Value)
	}
	w.claim(spans, ref)
	return nil
}

// vulnerability adds the vulnerability of a CVE. It depends on the CVE alone,
// its times too, so that all documents and nodes make the same one.
func (w *objectWriter) vulnerability(s indicator.Span) string {
	id := stix.NameID("vulnerability", "cve", s.Value)
	if !w.seen[id] {
		at := strconv.Itoa(s.Detail.Year) + "-01-01T00:00:00.000Z"
		o := stix.Object{
			"type": "vulnerability", "spec_version": "2.1", "id": id, "created": at, "modified": at, "name": s.Value,
			"external_references": []any{map[string]any{"source_name": "cve", "external_id": s.Value}},
		}
		if len(w.m.Markings) > 0 {
			o["object_marking_refs"] = w.m.Markings
		}
		w.out = append(w.out, o)
	}
	w.ref(id)
	return id
}

// claim says where the document mentions a value.
func (w *objectWriter) claim(spans []indicator.Span, ref string) {
	s := spans[0]
	c := record.Claim{
		ID:         record.ClaimID("mentions", w.d.SHA256, w.d.TextSHA256, string(s.Kind), s.Value, s.Detail.Party),
		Source:     w.report,
		Subject:    s.Value,
		SubjectRef: ref,
		Predicate:  "mentions-" + string(s.Kind),
		Value:      about(s),
		Level:      record.Asserted,
		Quote:      s.Raw,
		StatedOn:   w.d.Date,
		Status:     record.ClaimExtracted,
	}
	m := w.m
	m.Refs = nil
	for _, p := range spans {
		c.Wheres = append(c.Wheres, w.d.Where(p))
	}
	if s.Doubt != "" {
		c.Level = record.Possible
		m.Refs = []record.ExternalRef{{SourceName: "cordon-extract", Description: "Doubt: " + s.Doubt + "."}}
	}
	w.claims = append(w.claims, c.Object(m))
}

// about says in one word what sort of value it is, for kinds that have sorts.
func about(s indicator.Span) string {
	switch s.Kind {
	case indicator.Wallet, indicator.TxID:
		return s.Detail.Chain
	case indicator.Hash:
		return s.Detail.Algorithm
	case indicator.Attack:
		return s.Detail.Attack
	}
	return ""
}

func (w *objectWriter) reportObject() stix.Object {
	name := w.d.Title
	if name == "" {
		name = w.d.Name
	}
	modified := w.m.Modified
	if modified == "" {
		modified = w.m.Created
	}
	published := w.m.Created
	if t, ok := w.d.Date.Time(); ok {
		published = stix.FormatTime(t)
	}
	o := stix.Object{
		"type": "report", "spec_version": "2.1", "id": w.report, "created": w.m.Created, "modified": modified,
		"name": name, "published": published, "object_refs": w.refs, "external_references": w.references(),
	}
	if w.m.CreatedBy != "" {
		o["created_by_ref"] = w.m.CreatedBy
	}
	if len(w.m.Markings) > 0 {
		o["object_marking_refs"] = w.m.Markings
	}
	if lang := w.m.Lang; lang != "" {
		o["lang"] = lang
	} else if w.d.Lang != "" {
		o["lang"] = w.d.Lang
	}
	record.SetWheres(o, []record.Where{{SHA256: w.d.SHA256, File: w.d.Name}})
	return o
}

// references names the archived bytes, the text, what the caller adds, and the
// ATT&CK ids.
func (w *objectWriter) references() []any {
	source := w.d.Name
	if source == "" || source == "." {
		source = "archive"
	}
	refs := []any{
		map[string]any{"source_name": source, "description": "the document, byte for byte", "hashes": map[string]any{"SHA-256": w.d.SHA256}},
		map[string]any{"source_name": source, "description": "the text that was drawn from it", "hashes": map[string]any{"SHA-256": w.d.TextSHA256}},
	}
	for _, r := range w.m.Refs {
		ref := map[string]any{"source_name": r.SourceName}
		for k, v := range map[string]string{"url": r.URL, "external_id": r.ExternalID, "description": r.Description} {
			if v != "" {
				ref[k] = v
			}
		}
		if r.SHA256 != "" {
			ref["hashes"] = map[string]any{"SHA-256": r.SHA256}
		}
		refs = append(refs, ref)
	}
	for _, id := range w.attack {
		refs = append(refs, map[string]any{"source_name": "mitre-attack", "external_id": id})
	}
	return refs
}
