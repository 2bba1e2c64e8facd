// Package record holds Cordon's own object types and their form on the wire.
//
// What comes in: plain structs that list readers, the extractor and the desks
// fill (a [Party], a [Designation], a [Claim] …). What goes out: STIX 2.1
// objects, and back. Each type has a method Object and a function …Of; what the
// one writes the other reads without loss.
//
// Parties are STIX identities with the property extension [PartyExtension].
// Every other own type is an object type cordon-<name> that an extension
// definition with extension_type new-sdo declares (STIX 2.1 section 7.3);
// [Extensions] gives the definitions and [Schema] the JSON Schema of each, the
// same files as docs/extensions. The place that says a thing, a [Where], goes
// into the property extension [ProvenanceExtension] and, for readers that do not
// know Cordon, into external_references with the SHA-256 of the file.
//
// Guarantees: the same struct gives the same bytes on every node; nothing that
// the struct holds is left out; dates keep the precision of their source; money
// and other figures are decimal text, never floats; ids of public inputs are
// UUIDv5 over what the list itself calls the entry.
//
// Refused: a property of another JSON type than the schema's, a place that does
// not exist, and, by the Validate methods, states outside the closed lists,
// dates that are no dates and figures that are no decimals. The package does no
// I/O and keeps no state.
package record
