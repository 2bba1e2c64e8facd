// Package brief makes what goes out: here, the listing packet.
//
// A packet is for a desk that has not listed a party which another authority
// lists. In comes an identity.Group (the entries of all lists that are one party),
// the desk that it is for and what that desk may have; out comes a [Packet]:
// identifiers in all scripts, who lists the party and who does not, each partner's
// statement of case in its own words, why the entries are held to be one party and
// what speaks against it, and the exhibits, each with its number, file and SHA-256.
// Faces show it as JSON, STIX ([Packet.Bundle]) and, through brief/document, as
// DOCX, HTML and PDF ([Packet.Document]) in English, Japanese and Korean.
//
// Guarantees: the packet says what others said and finds nothing itself; every
// statement names its exhibit and the place in it; each object is read once for
// who asks and once for the recipient, by the journal's own query, and what either
// may not have is in no field, count of a section, reason or marking, only in the
// number of what was left out and the rule. The packet carries the strictest
// marking of anything in it. The same journal, group, date and options give the
// same packet and the same bytes.
//
// Refused: a desk that no authority stands for, a group without a party that the
// recipient may have, and a packet without a date (errs.Invalid, errs.Denied).
package brief
