package record

import "github.com/cordon-project/cordon/stix"

// Ids of Cordon's extension definitions: [stix.NameID] over
// ("extension-definition", "cordon-<name>"). They never change; a new meaning is
// a new version of the definition under the same id.
const (
	PartyExtension       = "extension-definition--9fb86bf7-ddac-5965-b837-193bc920f4b7"
	ProvenanceExtension  = "extension-definition--2d963611-952c-5169-b8e6-4e1524dad25b"
	IncidentExtension    = "extension-definition--6ff1ddee-2049-58fb-9c7a-f0ad3c534c33"
	DesignationExtension = "extension-definition--6c9ee35c-06f2-5de9-af8d-3675570ed392"
	ListVersionExtension = "extension-definition--fa6066da-9287-571a-979b-ba2f48ab257e"
	ClaimExtension       = "extension-definition--04994f3c-06d4-5cb4-83c2-b27dd1413ae0"
	EstimateExtension    = "extension-definition--056ebe36-bbed-5587-867f-ca454f9809b5"
	LossExtension        = "extension-definition--d25851a4-85e0-51be-b4e6-0e9bd3827915"
	InstrumentExtension  = "extension-definition--0a46eb83-d5db-52e8-b88c-636eaa977b84"
	MeetingExtension     = "extension-definition--1d5a6bf2-f999-5df8-8b48-0cb9b0ef51d3"
	CommitmentExtension  = "extension-definition--96fbb6e7-f840-5deb-9b53-75d5719576f0"
	RedFlagExtension     = "extension-definition--53f3750f-254c-5f1f-9308-ef8d90efab21"
	SamePartyExtension   = "extension-definition--72e93935-e2e8-5b96-9af5-3cca01537948"
)

// The names of Cordon's own object types.
const (
	DesignationType = "cordon-designation"
	ListVersionType = "cordon-list-version"
	ClaimType       = "cordon-claim"
	EstimateType    = "cordon-estimate"
	LossType        = "cordon-loss"
	InstrumentType  = "cordon-instrument"
	MeetingType     = "cordon-meeting"
	CommitmentType  = "cordon-commitment"
	RedFlagType     = "cordon-red-flag"
	SamePartyType   = "cordon-same-party"
)

// ownTypes leads from an own type to the extension that declares it.
var ownTypes = map[string]string{
	DesignationType: DesignationExtension,
	ListVersionType: ListVersionExtension,
	ClaimType:       ClaimExtension,
	EstimateType:    EstimateExtension,
	LossType:        LossExtension,
	InstrumentType:  InstrumentExtension,
	MeetingType:     MeetingExtension,
	CommitmentType:  CommitmentExtension,
	RedFlagType:     RedFlagExtension,
	SamePartyType:   SamePartyExtension,
}

// PartyID is the id of the party that an authority's list calls entry.
func PartyID(authority, list, entry string) string {
	return stix.NameID("identity", authority, list, entry)
}

// DesignationID is the id of that entry's designation.
func DesignationID(authority, list, entry string) string {
	return stix.NameID(DesignationType, authority, list, entry)
}

// ListVersionID is the id of the version of a list that these files make, by
// their SHA-256 in the reader's order. The same files are the same version.
func ListVersionID(authority, list string, sha256 ...string) string {
	return stix.NameID(ListVersionType, append([]string{authority, list}, sha256...)...)
}

// ClaimID is the id of a claim that the parts name: the SHA-256 of the document,
// the span, the predicate.
func ClaimID(parts ...string) string { return stix.NameID(ClaimType, parts...) }

// EstimateID is the id of an estimate: estimator, metric, period, source, date.
func EstimateID(parts ...string) string { return stix.NameID(EstimateType, parts...) }

// LossID is the id of one stated figure of a theft.
func LossID(parts ...string) string { return stix.NameID(LossType, parts...) }

// IncidentID is the id of an event.
func IncidentID(parts ...string) string { return stix.NameID("incident", parts...) }

// InstrumentID is the id of a legal instrument: jurisdiction, title.
func InstrumentID(parts ...string) string { return stix.NameID(InstrumentType, parts...) }

// MeetingID is the id of a meeting: forum, number, date.
func MeetingID(parts ...string) string { return stix.NameID(MeetingType, parts...) }

// CommitmentID is the id of a commitment.
func CommitmentID(parts ...string) string { return stix.NameID(CommitmentType, parts...) }

// RedFlagID is the id of a red flag.
func RedFlagID(parts ...string) string { return stix.NameID(RedFlagType, parts...) }
