// Package opencti makes STIX that OpenCTI understands, and takes STIX that OpenCTI
// makes.
//
// In and out go single STIX 2.1 objects. [Import] takes OpenCTI's own marking
// definition for TLP:AMBER+STRICT for the one that TLP 2.0 has; everything else, the
// properties x_opencti_* and the extensions of OpenCTI among it, stays as it came, and
// so does the id. [Export] writes the TLP markings under the ids that OpenCTI has and
// names the entity's type in OpenCTI's extension. [StandardID] is the id that OpenCTI
// derives from an object's content, so that one thing named by two sources is found.
//
// Guarantees: no id is changed, so what OpenCTI derived deterministically comes back
// under it; nothing but the markings and the extension's type is changed; Import after
// Export gives the object's markings back. The functions keep no state and leave their
// argument as it was.
//
// It does not judge what OpenCTI's properties mean (scores, detection flags); they are
// kept for who does. Sources: the OpenCTI data model and its client pycti.
package opencti

import (
	"crypto/sha1" //nolint:gosec // UUIDv5 is defined over SHA-1
	"encoding/hex"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
)

// The extension definitions of OpenCTI: of its entities, of observables, and of what
// it adds to ATT&CK.
const (
	Extension      = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
	ExtensionSCO   = "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82"
	ExtensionMITRE = "extension-definition--322b8f77-262a-4cb8-a915-1e441e00329b"
)

// amberStrict is the marking definition that OpenCTI had before TLP 2.0 had its own.
const amberStrict = "marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"

// markings leads from TLP 2.0 to the ids of OpenCTI, which are those of TLP 1.0 where
// the level was one there.
func markings() map[string]string {
	return map[string]string{
		policy.MarkingID(policy.Clear):       "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
		policy.MarkingID(policy.Green):       "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
		policy.MarkingID(policy.Amber):       "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
		policy.MarkingID(policy.AmberStrict): amberStrict,
		policy.MarkingID(policy.Red):         "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
	}
}

// Is reports whether an object carries what only OpenCTI writes.
func Is(o stix.Object) bool {
	for k := range o {
		if strings.HasPrefix(k, "x_opencti_") {
			return true
		}
	}
	if o.Ext(Extension) != nil || o.Ext(ExtensionSCO) != nil || o.Ext(ExtensionMITRE) != nil {
		return true
	}
	return slices.Contains(o.Strs("object_marking_refs"), amberStrict)
}

// Import returns an object with OpenCTI's marking for TLP:AMBER+STRICT under the id of
// TLP 2.0, and whether anything was changed.
func Import(o stix.Object) (stix.Object, bool) {
	return remark(o, func(id string) string {
		if id == amberStrict {
			return policy.MarkingID(policy.AmberStrict)
		}
		return id
	})
}

// remark returns a copy of an object with other markings.
func remark(o stix.Object, to func(string) string) (stix.Object, bool) {
	changed := false
	refs := func(v any) any {
		all := stix.StringList(v)
		out := make([]any, 0, len(all))
		for _, id := range all {
			n := to(id)
			changed = changed || n != id
			if !slices.Contains(out, any(n)) {
				out = append(out, n)
			}
		}
		return out
	}
	c := o.Clone()
	if o["object_marking_refs"] != nil {
		c["object_marking_refs"] = refs(o["object_marking_refs"])
	}
	parts, _ := c["granular_markings"].([]any)
	for _, p := range parts {
		m, _ := p.(map[string]any)
		if id, ok := m["marking_ref"].(string); ok {
			n := to(id)
			changed = changed || n != id
			m["marking_ref"] = n
		}
	}
	if !changed {
		return o, false
	}
	return c, true
}

// Export returns an object as OpenCTI takes it.
func Export(o stix.Object) stix.Object {
	table := markings()
	out, _ := remark(o, func(id string) string {
		if n, ok := table[id]; ok {
			return n
		}
		return id
	})
	typ := EntityType(o)
	key := Extension
	if observables()[o.Type()] != "" {
		key = ExtensionSCO
	}
	if typ == "" || out.Ext(Extension) != nil || out.Ext(ExtensionSCO) != nil {
		return out
	}
	out = out.Clone()
	e, _ := out["extensions"].(map[string]any)
	if e == nil {
		e = map[string]any{}
		out["extensions"] = e
	}
	e[key] = map[string]any{"extension_type": "property-extension", "type": typ}
	return out
}

func observables() map[string]string {
	return map[string]string{
		"artifact": "Artifact", "autonomous-system": "Autonomous-System", "directory": "Directory", "domain-name": "Domain-Name", "email-addr": "Email-Addr", "email-message": "Email-Message",
		"file": "StixFile", "ipv4-addr": "IPv4-Addr", "ipv6-addr": "IPv6-Addr", "mac-addr": "Mac-Addr", "mutex": "Mutex", "network-traffic": "Network-Traffic", "process": "Process",
		"software": "Software", "url": "Url", "user-account": "User-Account", "windows-registry-key": "Windows-Registry-Key", "x509-certificate": "X509-Certificate",
	}
}

// EntityType is the name of an object's type in OpenCTI, "" for one that it does not
// have.
func EntityType(o stix.Object) string {
	switch t := o.Type(); t {
	case "identity":
		switch o.Str("identity_class") {
		case "individual":
			return "Individual"
		case "class":
			return "Sector"
		case "system":
			return "System"
		}
		return "Organization"
	case "location":
		return locationType(o)
	case "threat-actor":
		if o.Str("resource_level") == "individual" {
			return "Threat-Actor-Individual"
		}
		return "Threat-Actor-Group"
	case "attack-pattern", "campaign", "course-of-action", "grouping", "incident", "indicator", "infrastructure", "intrusion-set", "malware", "malware-analysis", "note", "observed-data", "opinion", "report", "tool", "vulnerability", "marking-definition":
		parts := strings.Split(t, "-")
		for i, p := range parts {
			if p != "of" {
				parts[i] = strings.ToUpper(p[:1]) + p[1:]
			}
		}
		return strings.Join(parts, "-")
	}
	return observables()[o.Type()]
}

func locationType(o stix.Object) string {
	switch {
	case o.Str("x_opencti_location_type") != "":
		return o.Str("x_opencti_location_type")
	case o["latitude"] != nil || o["longitude"] != nil:
		return "Position"
	case o.Str("city") != "":
		return "City"
	case o.Str("country") != "":
		return "Country"
	}
	return "Region"
}

// StandardID returns the id that OpenCTI derives from an object's content: UUIDv5 in
// the namespace of section 2.9 over the canonical JSON of what makes the entity what
// it is. The second result is false for types of which OpenCTI derives none, and for
// an object that lacks what it takes.
func StandardID(o stix.Object) (string, bool) {
	parts := contributing(o)
	for _, v := range parts {
		if s, ok := v.(string); v == nil || ok && s == "" {
			return "", false
		}
	}
	if len(parts) == 0 {
		id, ok, err := stix.SCOID(o)
		return id, ok && err == nil
	}
	text, err := stix.CanonicalValue(parts)
	if err != nil {
		return "", false
	}
	return o.Type() + "--" + version5(text), true
}

// version5 is the UUIDv5 of a text in the namespace of section 2.9.
func version5(text []byte) string {
	space, err := hex.DecodeString(strings.ReplaceAll(stix.SCONamespace, "-", ""))
	if err != nil {
		return "" // a constant
	}
	b := sha1.Sum(append(space, text...)) //nolint:gosec // see above
	b[6], b[8] = b[6]&0x0f|0x50, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// contributing returns what the id of an entity is made of.
func contributing(o stix.Object) map[string]any {
	name := strings.TrimSpace(strings.ToLower(o.Str("name")))
	switch o.Type() {
	case "attack-pattern":
		if id := strings.TrimSpace(strings.ToLower(mitreID(o))); id != "" {
			return map[string]any{"x_mitre_id": id}
		}
		return map[string]any{"name": name}
	case "campaign", "infrastructure", "intrusion-set", "malware", "tool", "vulnerability":
		return map[string]any{"name": name}
	case "identity":
		return map[string]any{"name": name, "identity_class": strings.ToLower(o.Str("identity_class"))}
	case "threat-actor":
		return map[string]any{"name": name, "opencti_type": EntityType(o)}
	case "indicator":
		return map[string]any{"pattern": strings.TrimSpace(o.Str("pattern"))}
	case "report":
		return map[string]any{"name": name, "published": o.Str("published")}
	case "grouping":
		return map[string]any{"name": name, "context": strings.TrimSpace(strings.ToLower(o.Str("context"))), "created": o.Str("created")}
	case "note":
		return map[string]any{"content": strings.TrimSpace(o.Str("content")), "created": o.Str("created")}
	case "location":
		return place(o, name)
	case "relationship":
		out := map[string]any{"relationship_type": o.Str("relationship_type"), "source_ref": o.Str("source_ref"), "target_ref": o.Str("target_ref")}
		if s := o.Str("start_time"); s != "" {
			out["start_time"] = s
			if s := o.Str("stop_time"); s != "" {
				out["stop_time"] = s
			}
		}
		return out
	}
	return nil
}

func place(o stix.Object, name string) map[string]any {
	t := locationType(o)
	if t != "Position" {
		return map[string]any{"name": name, "x_opencti_location_type": t}
	}
	out := map[string]any{}
	for _, k := range []string{"latitude", "longitude"} {
		if o[k] != nil {
			out[k] = o[k]
		}
	}
	return out
}

// mitreID is an object's number in ATT&CK.
func mitreID(o stix.Object) string {
	if id := o.Str("x_mitre_id"); id != "" {
		return id
	}
	refs, _ := o["external_references"].([]any)
	for _, r := range refs {
		m, _ := r.(map[string]any)
		if s, _ := m["source_name"].(string); strings.HasPrefix(s, "mitre-") {
			id, _ := m["external_id"].(string)
			return id
		}
	}
	return ""
}
