// Package spec knows what the STIX 2.1 specification defines.
//
// What comes in: a name, such as "indicator" or "malware-type-ov". What goes out:
// the [Type] with its properties, constraints and section ([Lookup],
// [LookupExtension], [Custom], [Types]), the [Vocabulary] with its values
// ([LookupVocabulary]), whether a relationship is one that the specification
// defines ([Relates]), the four markings of TLP 1.0 ([TLPMarking]), and whether
// IANA registers a character set or a language ([IsCharset], [IsLanguage]).
//
// Guarantees: the tables are those of the specification, whole and in its order,
// each entry with the section that states it; they are read once and nothing
// that a caller gets can change them. Tests hold them against the lists that the
// OASIS tools use.
//
// It says what there is and judges no object; stix/check does. A name that the
// specification does not define gives nil, "" or false; [Vocabulary.Has] and
// [Type.Extends] answer false on nil.
package spec

// Document is the document whose tables and sections these are.
const Document = "STIX Version 2.1, OASIS Standard, 10 June 2021"
