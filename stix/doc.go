// Package stix reads, writes, names and versions STIX 2.1 objects.
//
// What comes in: JSON bytes of one object ([Parse]); streams of them are for
// stix/stream. What goes out: an [Object], which keeps every property that it
// came with, known or not, numbers as written. [Object.Canonical] gives the RFC
// 8785 bytes that are hashed and signed; [SCOID] and [NameID] make ids that two
// nodes agree on; [Compare] and [NewVersion] order and make versions; [Refs] and
// [Resolve] find what an object refers to and what a selector selects.
//
// This package knows the form that all objects share, and no single type but for
// what its id is made of. What the specification defines is in stix/spec, what
// an object breaks of it says stix/check, and stix/v20 upgrades older content.
//
// Guarantees: Parse and then [Object.AppendJSON] give an equal JSON value;
// canonical bytes depend on the value alone; no function does I/O of its own or
// keeps state between calls.
//
// Refused at the door: duplicate names, invalid UTF-8, lone surrogates, nesting
// deeper than [MaxDepth], trailing data. These are not matters of taste: under
// hashes and signatures each of them lets one document have two meanings.
//
// The authority is "STIX Version 2.1, OASIS Standard, 10 June 2021"; sections
// are its sections.
package stix
