package policy

import (
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// The fixed ids of the TLP marking definitions. TLP 2.0: OASIS common object
// repository, extension definition 60a3c5c5; TLP 1.0: STIX 2.1 section 7.2.1.4.
const (
	idClear       = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
	idGreen       = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
	idAmber       = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
	idAmberStrict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
	idRed         = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"

	idWhite1 = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
	idGreen1 = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
	idAmber1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"
	idRed1   = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"

	extTLP2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
)

// tlpNames are the levels' names without the prefix "TLP:", in their order.
var tlpNames = [...]string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}

// tlpCodes are the levels in labels and in the property tlp_2_0.
var tlpCodes = [...]string{"clear", "green", "amber", "amber+strict", "red"}

func (t TLP) valid() bool { return t >= Clear && t <= Red }

// String returns the level as FIRST writes it: "TLP:CLEAR", "TLP:AMBER+STRICT".
func (t TLP) String() string {
	if !t.valid() {
		return "TLP(" + strconv.Itoa(int(t)) + ")"
	}
	return "TLP:" + tlpNames[t]
}

// ParseTLP reads a level in any letter case, with or without "TLP:". WHITE of
// TLP 1.0 is Clear.
func ParseTLP(s string) (TLP, error) {
	name := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "TLP:")
	if name == "WHITE" {
		return Clear, nil
	}
	for t, n := range tlpNames {
		if n == name {
			return TLP(t), nil
		}
	}
	return Red, errs.New(errs.Invalid, "%q is not a TLP level", s).
		WithHint("use clear, green, amber, amber+strict or red")
}

// MarkingID returns the id of the TLP 2.0 marking definition of the level, ""
// for a level that there is not.
func MarkingID(t TLP) string {
	switch t {
	case Clear:
		return idClear
	case Green:
		return idGreen
	case Amber:
		return idAmber
	case AmberStrict:
		return idAmberStrict
	case Red:
		return idRed
	}
	return ""
}

// levelOf returns the level that a built-in marking definition states.
func levelOf(id string) (TLP, bool) {
	switch id {
	case idClear, idWhite1:
		return Clear, true
	case idGreen, idGreen1:
		return Green, true
	case idAmber, idAmber1:
		return Amber, true
	case idAmberStrict:
		return AmberStrict, true
	case idRed, idRed1:
		return Red, true
	}
	return Red, false
}

// Builtin returns the nine TLP marking definitions, of TLP 2.0 and then of TLP
// 1.0, as new objects with the ids and times that the specifications fix.
func Builtin() []stix.Object {
	out := make([]stix.Object, 0, 9)
	for t := Clear; t <= Red; t++ {
		out = append(out, stix.Object{
			"type": "marking-definition", "spec_version": "2.1", "id": MarkingID(t),
			"created": "2022-10-01T00:00:00.000Z", "name": t.String(),
			"extensions": map[string]any{
				extTLP2: map[string]any{"extension_type": "property-extension", "tlp_2_0": tlpCodes[t]},
			},
		})
	}
	for _, d := range [...]struct{ id, tlp string }{
		{idWhite1, "white"},
		{idGreen1, "green"},
		{idAmber1, "amber"},
		{idRed1, "red"},
	} {
		out = append(out, stix.Object{
			"type": "marking-definition", "spec_version": "2.1", "id": d.id,
			"created": "2017-01-20T00:00:00.000Z", "name": "TLP:" + strings.ToUpper(d.tlp),
			"definition_type": "tlp", "definition": map[string]any{"tlp": d.tlp},
		})
	}
	return out
}
