package record

import (
	"maps"
	"slices"

	"github.com/cordon-project/cordon/stix"
)

// published is the time of the objects that this package itself publishes. It
// moves when one of them changes, and then all nodes see the new version.
const published = "2026-01-01T00:00:00.000Z"

// tlpClear is the id of TLP:CLEAR (FIRST TLP 2.0, OASIS marking extension).
const tlpClear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"

// ProjectID is the identity that publishes Cordon's extensions and the
// identities of the authorities: stix.NameID("identity", "cordon-project").
const ProjectID = "identity--122b5e0c-3fd2-5682-af5f-f84a75d08c54"

// sourceRole marks, in the roles of an identity, that it is here as a source.
const sourceRole = "source"

// AuthorityInfo says who an authority is.
type AuthorityInfo struct {
	Code   string // the short name that designations carry
	Name   string
	Nation string // ISO 3166-1 alpha-2, "UN", "EU", or "" for none
}

var authorities = map[string]AuthorityInfo{
	"OFAC":     {"OFAC", "Office of Foreign Assets Control, U.S. Department of the Treasury", "US"},
	"US-STATE": {"US-STATE", "U.S. Department of State", "US"},
	"US-DOJ":   {"US-DOJ", "U.S. Department of Justice", "US"},
	"FBI":      {"FBI", "Federal Bureau of Investigation", "US"},
	"US-ITA":   {"US-ITA", "International Trade Administration, U.S. Department of Commerce", "US"},
	"US-BIS":   {"US-BIS", "Bureau of Industry and Security, U.S. Department of Commerce", "US"},
	"UNSC":     {"UNSC", "United Nations Security Council", "UN"},
	"JP-MOF":   {"JP-MOF", "Ministry of Finance, Japan", "JP"},
	"JP-MOFA":  {"JP-MOFA", "Ministry of Foreign Affairs, Japan", "JP"},
	"JP-METI":  {"JP-METI", "Ministry of Economy, Trade and Industry, Japan", "JP"},
	"JP-NPA":   {"JP-NPA", "National Police Agency, Japan", "JP"},
	"KR-KOFIU": {"KR-KOFIU", "Korea Financial Intelligence Unit, Financial Services Commission", "KR"},
	"KR-MOFA":  {"KR-MOFA", "Ministry of Foreign Affairs, Republic of Korea", "KR"},
	"KR-MOEF":  {"KR-MOEF", "Ministry of Economy and Finance, Republic of Korea", "KR"},
	"KR-NPA":   {"KR-NPA", "National Police Agency, Republic of Korea", "KR"},
	"JP-GOV":   {"JP-GOV", "Government of Japan", "JP"},
	"KR-GOV":   {"KR-GOV", "Government of the Republic of Korea", "KR"},
	"AU-GOV":   {"AU-GOV", "Government of Australia", "AU"},
	"EU":       {"EU", "Council of the European Union", "EU"},
	"UK-OFSI":  {"UK-OFSI", "Office of Financial Sanctions Implementation, HM Treasury", "GB"},
	"UK-FCDO":  {"UK-FCDO", "Foreign, Commonwealth and Development Office", "GB"},
	"AU-DFAT":  {"AU-DFAT", "Department of Foreign Affairs and Trade, Australia", "AU"},
	"CH-SECO":  {"CH-SECO", "State Secretariat for Economic Affairs, Switzerland", "CH"},
	"CA-GAC":   {"CA-GAC", "Global Affairs Canada", "CA"},
}

// Authorities lists the authorities that Cordon knows, by code.
func Authorities() []AuthorityInfo {
	out := make([]AuthorityInfo, 0, len(authorities))
	for _, code := range slices.Sorted(maps.Keys(authorities)) {
		out = append(out, authorities[code])
	}
	return out
}

// LookupAuthority says who the authority of that code is.
func LookupAuthority(code string) (AuthorityInfo, bool) {
	a, ok := authorities[code]
	return a, ok
}

// AuthorityID is the identity id of an authority.
func AuthorityID(code string) string { return stix.NameID("identity", "authority", code) }

// Authority returns the identity of an authority, the same on every node. A
// code that Cordon does not know gives an identity named by the code itself.
func Authority(code string) stix.Object {
	a, ok := authorities[code]
	if !ok {
		a = AuthorityInfo{Code: code, Name: code}
	}
	o := Source(AuthorityID(code), a.Name, Meta{Created: published, CreatedBy: ProjectID, Markings: []string{tlpClear}})
	o["external_references"] = []any{map[string]any{"source_name": "cordon-authority", "external_id": a.Code}}
	return o
}

// Project returns the identity of the Cordon project, which publishes the
// extension definitions.
func Project() stix.Object {
	return Source(ProjectID, "Cordon project", Meta{Created: published, Markings: []string{tlpClear}})
}

// Source returns the identity of an organisation that is known only as the
// source of objects, with the given id. [IsSource] tells it from a party.
func Source(id, name string, m Meta) stix.Object {
	o := m.object("identity", id, "", "", nil)
	o["name"] = name
	o["identity_class"] = "organization"
	o["roles"] = []string{sourceRole}
	return o
}

// IsSource reports whether an identity is in the journal as the source of
// objects (an authority, a publisher, a node) and not as somebody to screen for.
func IsSource(o stix.Object) bool {
	return o.Type() == "identity" && o.Ext(PartyExtension) == nil && slices.Contains(o.Strs("roles"), sourceRole)
}
