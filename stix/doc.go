// Package stix reads, checks, canonicalises and versions STIX 2.1 objects.
//
// What comes in: JSON bytes of one object ([Parse]) or a stream of them
// ([NewReader]: a bundle, an array, one object or JSON lines). What goes out: an
// [Object], which keeps every property that it came with, known or not, numbers
// as written. [Object.Canonical] gives the RFC 8785 bytes that are hashed and
// signed; [Check] names each rule of the specification that an object breaks,
// with the section; [SCOID] and [NameID] make ids that two nodes agree on;
// [Upgrade] turns STIX 2.0 into 2.1 and says what it changed.
//
// Guarantees: Parse and then [Object.AppendJSON] give an equal JSON value;
// canonical bytes depend on the value alone; memory of the reader is bounded by
// the largest object and [ReaderOptions].MaxObject; no function does I/O of its
// own or keeps state between calls.
//
// Refused at the door: duplicate names, invalid UTF-8, lone surrogates, nesting
// deeper than [MaxDepth], trailing data. These are not matters of taste: under
// hashes and signatures each of them lets one document have two meanings.
//
// The authority is "STIX Version 2.1, OASIS Standard, 10 June 2021"; sections
// are its sections. Where the two OASIS tools disagree about it,
// docs/stix-rulings.md says which reading Cordon follows and why.
package stix

// Specification is the document whose sections the findings name.
const Specification = "STIX Version 2.1, OASIS Standard, 10 June 2021"
