package misp

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Kind is what a file of MISP is.
type Kind string

// The kinds of files.
const (
	None     Kind = ""
	OfEvent  Kind = "event"
	OfGalaxy Kind = "galaxy"
	Manifest Kind = "manifest"
	Hashes   Kind = "hashes"
)

// Sniff says by a file's name and first bytes what it is. A bundle of STIX is None.
func Sniff(name string, head []byte) Kind {
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	head = bytes.TrimSpace(head)
	has := func(s string) bool { return bytes.Contains(head, []byte(s)) }
	switch {
	case name == "hashes.csv" && len(head) > 33 && head[32] == ',':
		return Hashes
	case len(head) == 0 || head[0] != '{' && head[0] != '[':
		return None
	case has(`"spec_version"`) || has(`"type": "bundle"`) || has(`"type":"bundle"`):
		return None
	case name == "manifest.json" && has(`"info"`):
		return Manifest
	case begins(head, `{"Event":{`, `[{"Event":{`, `{"response":[`), has(`"Attribute"`) && has(`"info"`), has(`"Orgc"`) && has(`"info"`):
		return OfEvent
	case has(`"galaxy_type"`), has(`"GalaxyCluster"`), has(`"authors"`) && has(`"category"`), has(`"values"`) && has(`"uuid"`) && has(`"source"`):
		return OfGalaxy
	}
	return None
}

// begins reports whether JSON begins with one of the texts, white space aside.
func begins(head []byte, texts ...string) bool {
	compact := strings.Join(strings.Fields(string(head[:min(len(head), 200)])), "")
	return slices.ContainsFunc(texts, func(t string) bool { return strings.HasPrefix(compact, t) })
}

// ReadManifest returns the uuids that the manifest of a feed names, in no order.
func ReadManifest(data []byte) (map[string]bool, error) {
	v, err := stix.ParseValue(data)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errs.New(errs.Invalid, "the manifest is no JSON object")
	}
	out := map[string]bool{}
	for k := range m {
		out[strings.ToLower(k)] = true
	}
	return out, nil
}
