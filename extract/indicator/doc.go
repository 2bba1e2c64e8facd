// Package indicator finds what a text says that can be looked up: domains, URLs,
// e-mail and IP addresses, hashes, CVE and ATT&CK ids, wallets, transaction ids,
// AS numbers and telephones.
//
// What comes in: text of any length and language ([Find], [Scan]), defanged or
// not, and what finds the names of known parties, if there is one. What goes
// out: a [Span] for each, with its kind, its canonical value (refanged, lower
// case where the protocol ignores case), the exact writing, and where it stands
// in bytes, code points and UTF-16 units.
//
// Guarantees: Raw is exactly text[Start.Byte:End.Byte], and the other offsets
// cut the same piece in programs that count so. Time is linear in the text,
// memory about a megabyte beyond the spans; what a limit cut is in [Cut], never
// silent. A reading that has a second explanation carries a Doubt in words.
// Nothing is resolved, fetched or scored.
//
// Refused, that is left alone: dotted names that are file names, programs or
// pieces of a path, numbers that are versions, hexadecimal runs that are no
// hash. Each rule stands at the function that has it, docs/extract.md has all.
package indicator
