// Package uk reads the UK Sanctions List of the Foreign, Commonwealth and
// Development Office: since 28 January 2026 the only British list, with the asset
// freezes that OFSI's Consolidated List had before.
//
// Address: UK-Sanctions-List.xml, .csv and .ods of sanctionslist.fcdo.gov.uk/docs.
// The form's sources are the FCDO's format guide on gov.uk, its guidance "change
// to the list's format" of February 2022, and the element paths and the csv header
// of February 2026 as public readers of the list have written them down. One of
// the three forms is a version: all say the same and give the same entries. It
// awaits a first run on a live file.
//
// Traps: the csv and the ods have one row for each name with whatever else the
// designation has, so rows of one Unique ID are one entry and repeated values are
// one value; a line "Report Date: 13-Feb-2026" stands above their header; Name 6 is
// the family name or the whole name of an entity and stands before Name 1; dates
// of birth hold "dd" and "mm" where day or month are unknown; the type of a name
// comes in several cases; alias strength is given for UN listings only; a
// "primary name variation" is another spelling and no primary name; the ods
// repeats empty cells and rows by number, up to a million. The elements
// SanctionsImposedIndicators say again what SanctionsImposed says and are checked,
// not kept. A spreadsheet's date cell is read by its value and not by its format.
//
// Refused: another header, elements that the form does not have, a Unique ID in
// another form or, in the XML, twice, rows of one ID that differ in type, a type
// other than individual, entity and ship, dates in another form, an entry without
// a name or regime, a spreadsheet that unpacks to more than [MaxContent] bytes.
package uk
