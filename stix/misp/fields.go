package misp

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// ExtensionID is Cordon's extension of what MISP says beyond STIX. The property
// "misp" of it holds members of the MISP object as JSON text, since MISP's names and
// nulls are not those of STIX.
const ExtensionID = "extension-definition--86044e17-cfbc-5282-a095-46361ee60179"

// defined is when the extension and the objects of sources without times were
// published, as far as their own times say.
const defined = "2026-11-25T00:00:00.000Z"

// undated is the time of what MISP gives none: organisations and galaxies.
const undated = "2011-01-01T00:00:00.000Z"

// Extension returns the extension's definition, the same on every node.
func Extension() stix.Object {
	o := record.Meta{Created: defined, CreatedBy: record.ProjectID, Markings: []string{clearID}}.Object("extension-definition", ExtensionID)
	o["name"] = "cordon-misp"
	o["description"] = "What a MISP event, object, attribute or cluster says beyond STIX."
	o["schema"] = "Property extension. kind: event, object, attribute, event-report or cluster. misp: the members of the MISP object that STIX has no place for, as JSON text. " +
		"event, object: uuid of the event and object that it belongs to. attribute_type, category, value, comment: of an attribute. artifact: id of its attachment. " +
		"attributes: of an event, the extensions of attributes and objects without a form in STIX, as JSON texts. references: of an object, its ObjectReference as JSON text. galaxy: of a cluster, its type."
	o["version"] = "1.0.0"
	o["extension_types"] = []string{"property-extension"}
	return o
}

// fields is one JSON object of MISP. Instances write numbers and flags as numbers,
// as booleans or as strings; the readers here take all three.
type fields map[string]any

func (f fields) str(k string) string {
	switch v := f[k].(type) {
	case string:
		return strings.ToValidUTF8(v, "\ufffd")
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (f fields) flag(k string) bool {
	switch strings.ToLower(f.str(k)) {
	case "true", "1":
		return true
	}
	return false
}

func (f fields) sub(k string) fields {
	m, _ := f[k].(map[string]any)
	return m
}

// list returns the objects under k; what is no object there is counted.
func (f fields) list(k string) (out []fields, odd int) {
	switch v := f[k].(type) {
	case []any:
		for _, x := range v {
			if m, ok := x.(map[string]any); ok {
				out = append(out, m)
			} else {
				odd++
			}
		}
	case map[string]any: // one alone, as some exporters write it
		out = append(out, v)
	case nil:
	default:
		odd++
	}
	return out, odd
}

// strs returns the strings under k, where one alone counts as a list.
func (f fields) strs(k string) []string {
	switch v := f[k].(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok && s != "" {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// time returns a MISP timestamp (seconds since 1970) as STIX writes it, "" for none.
func (f fields) time(k string) string {
	n, err := strconv.ParseInt(f.str(k), 10, 64)
	if err != nil || n <= 0 || n > 253402300799 { // the year 9999
		return ""
	}
	return stix.FormatTime(time.Unix(n, 0).UTC())
}

// moment returns a MISP datetime (ISO 8601 with an offset) as STIX writes it.
func (f fields) moment(k string) string {
	s := f.str(k)
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999-0700", "2006-01-02T15:04:05.999999", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil && t.Year() > 0 && t.Year() < 10000 {
			return stix.FormatTime(t.UTC())
		}
	}
	return ""
}

// uuid returns the object's uuid in lower case, "" for what is none.
func (f fields) uuid() string { return uuidOf(f.str("uuid")) }

func uuidOf(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) != 36 {
		return ""
	}
	for i, c := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !strings.ContainsRune("0123456789abcdef", c) {
			return ""
		}
	}
	return s
}

// idOf is the id of what has a uuid in MISP: that uuid, where STIX takes it. Section
// 2.9 knows the versions 1 to 5 of RFC 4122; a newer one (7) names its object through
// a UUIDv5.
func idOf(typ, uuid string) string {
	if id := typ + "--" + uuid; stix.ValidID(id) {
		return id
	}
	return stix.NameID(typ, "misp", uuid)
}

// without returns the members of f but for those named, as JSON text; "" for none.
func (f fields) without(names ...string) (string, error) {
	out := map[string]any{}
	for k, v := range f {
		if !slices.Contains(names, k) {
			out[k] = v
		}
	}
	if len(out) == 0 {
		return "", nil
	}
	b, err := stix.CanonicalValue(out)
	return string(b), err
}

// extend puts Cordon's extension into an object.
func extend(o stix.Object, members map[string]any) {
	e, _ := o["extensions"].(map[string]any)
	if e == nil {
		e = map[string]any{}
		o["extensions"] = e
	}
	x := map[string]any{"extension_type": "property-extension"}
	for k, v := range members {
		if s, isText := v.(string); !isText || s != "" {
			x[k] = v
		}
	}
	e[ExtensionID] = x
}

// restored reads the JSON text of an extension back.
func restored(x map[string]any, k string) (fields, error) {
	text, _ := x[k].(string)
	if text == "" {
		return fields{}, nil
	}
	v, err := stix.ParseValue([]byte(text))
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errs.New(errs.Invalid, "the extension's %s is no JSON object", k)
	}
	return m, nil
}
