package record

import (
	"embed"
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

//go:embed schemas/*.json
var schemas embed.FS

// SchemaBase is the public address under which the schema files stand.
const SchemaBase = "https://github.com/cordon-project/cordon/raw/main/docs/extensions/"

// definition is one of Cordon's extension definitions.
type definition struct {
	name, id, kind, version, about string
}

// definitions in the order of their names. A change to a schema is a new
// version here and a new [published].
func definitions() []definition {
	const property, object = "property-extension", "new-sdo"
	return []definition{
		{ClaimType, ClaimExtension, object, "1.0.0", "What one source says, with the span that says it."},
		{CommitmentType, CommitmentExtension, object, "1.0.0", "A promise made in a forum."},
		{DesignationType, DesignationExtension, object, "1.0.0", "One authority's listing of one party under one instrument on one date."},
		{EstimateType, EstimateExtension, object, "1.0.0", "A figure with who estimated it, of what, over which time."},
		{"cordon-incident", IncidentExtension, property, "1.0.0", "When and to whom an event happened."},
		{InstrumentType, InstrumentExtension, object, "1.0.0", "A legal basis: a law, a resolution, an executive order."},
		{ListVersionType, ListVersionExtension, object, "1.0.0", "One version of one official list as a node read it."},
		{LossType, LossExtension, object, "1.0.0", "One stated figure of what an incident took, with its attribution."},
		{MeetingType, MeetingExtension, object, "1.0.0", "One sitting, statement or publication of a forum."},
		{"cordon-party", PartyExtension, property, "1.0.0", "What one source says about one person, organisation, group, vessel or aircraft."},
		{"cordon-provenance", ProvenanceExtension, property, "1.0.0", "The places in archived inputs that say what an object says."},
		{RedFlagType, RedFlagExtension, object, "1.0.0", "An indicator of IT-worker fraud that an advisory names."},
		{SamePartyType, SamePartyExtension, object, "1.0.0", "A decision whether two parties of two sources are one, with its reasons."},
	}
}

// Extensions returns all of Cordon's extension definitions (STIX 2.1 section
// 7.3), ordered by name. They are created by [Project] and the same on every
// node.
func Extensions() []stix.Object {
	var out []stix.Object
	for _, d := range definitions() {
		o := Meta{CreatedBy: ProjectID, Markings: []string{tlpClear}}.
			object("extension-definition", d.id, published, published, nil)
		o["name"] = d.name
		o["description"] = d.about
		o["schema"] = SchemaBase + d.name + ".json"
		o["version"] = d.version
		o["extension_types"] = []string{d.kind}
		out = append(out, o)
	}
	return out
}

// Schemas lists the names of the JSON Schemas: those of the extension
// definitions.
func Schemas() []string {
	var out []string
	for _, d := range definitions() {
		out = append(out, d.name)
	}
	return out
}

// Schema returns the JSON Schema (draft 2020-12) of an own object type, or of a
// property extension's value, by its name with or without ".json". An unknown
// name is errs.NotFound.
func Schema(name string) ([]byte, error) {
	name = strings.TrimSuffix(name, ".json")
	if !slices.Contains(Schemas(), name) {
		return nil, errs.New(errs.NotFound, "there is no schema named %q", name).
			WithHint("the schemas are %s", strings.Join(Schemas(), ", "))
	}
	b, err := schemas.ReadFile("schemas/" + name + ".json")
	if err != nil {
		return nil, errs.New(errs.Internal, "the schema %s is not in the program", name).Because(err)
	}
	return b, nil
}
