package spec

import (
	"strings"

	"github.com/cordon-project/cordon/stix"
)

// tlpMarkings are the only TLP markings that section 7.2.1.4 permits.
var tlpMarkings = map[string]string{
	"white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
	"green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
	"amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
	"red":   "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}

// TLPMarking returns the marking definition of STIX 2.1 section 7.2.1.4 (TLP
// 1.0) for "white", "green", "amber" or "red"; nil for others. The result is the
// caller's.
func TLPMarking(level string) stix.Object {
	id := tlpMarkings[level]
	if id == "" {
		return nil
	}
	return stix.Object{
		"type": "marking-definition", "spec_version": "2.1", "id": id, "created": "2017-01-20T00:00:00.000Z",
		"definition_type": "tlp", "name": "TLP:" + strings.ToUpper(level), "definition": map[string]any{"tlp": level},
	}
}
