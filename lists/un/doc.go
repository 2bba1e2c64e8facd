// Package un reads the United Nations Security Council Consolidated List.
//
// Address: consolidated.xml of scsanctions.un.org. The form's source is the
// Secretariat's schema sc-sanctions.xsd and its page on the list's formats:
// CONSOLIDATED_LIST with the attribute dateGenerated, below it INDIVIDUALS of
// INDIVIDUAL and ENTITIES of ENTITY. One entry is in memory at a time.
//
// Traps: the order of a person's names is that of the source, in up to four
// elements, and no element says which is the family name; empty elements stand
// where nothing is known; an alias can have only a NOTE ("original script: …",
// "previously listed as"), and a date or place of birth of its own; the first
// of January often stands for a year alone; LAST_DAY_UPDATED repeats, with empty
// values; the reference number is the key and its prefix agrees with
// UN_LIST_TYPE; the alias qualities are Good and Low for persons, a.k.a. and
// f.k.a. for entities; dateGenerated changes with every download, so a version is
// known by its hash; the same content is found by comparison.
//
// The instrument is the resolution that made the regime, from the page of each
// committee on main.un.org/securitycouncil. Refused: elements and attributes that
// the schema does not have, document types and entities, and a reference number
// under another regime's prefix.
package un
