// Package ofac reads the two lists of the United States Treasury's Office of
// Foreign Assets Control: the Specially Designated Nationals and Blocked Persons
// List ([Reader]) and the consolidated non-SDN lists ([Consolidated]), each in
// three forms, which the files' content tells apart.
//
// Address: the Sanctions List Service. Tables: SDN.CSV, ALT.CSV, ADD.CSV and
// SDN_COMMENTS.CSV, and CONS_PRIM.CSV and its like; source of the form: OFAC's "New
// data specification" (dat_spec.txt, updated 25 September 2023). One XML file:
// SDN.XML, CONSOLIDATED.XML, after sdnList.xsd. Advanced form: SDN_ADVANCED.XML,
// CONS_ADVANCED.XML, after sdn_advanced.xsd.
//
//   - sdn.csv, 12 columns: entry number, name, type, programme, title, call
//     sign, vessel type, tonnage, gross registered tonnage, flag, owner, remarks
//   - alt.csv, 5: entry number, alias number, type (aka, fka, nka), name, remarks
//   - add.csv, 6: entry number, address number, street, city with state and
//     postal code, country, remarks
//   - sdn_comments.csv, 2: entry number, the remarks beyond 1,000 characters
//   - sdn.xml: sdnEntry with uid, names, idList, akaList and so on
//   - sdn_advanced.xml: tables of values, Locations, IDRegDocuments,
//     DistinctParties, ProfileRelationships, SanctionsEntries, linked by numbers
//
// The three forms are one list: uid, and FixedRef with its Profile ID, are the entry
// number, so ids are the same; persons are "FAMILY, Given" in all. The advanced form
// alone has the listing date, names in their own scripts and the legal basis; it has
// no alias numbers and no remarks. After a change of form most parties differ once.
//
// Traps of the tables: -0- stands unquoted and with a blank behind it; an entity's
// type is -0-; several programmes stand in one cell as "A] [B"; each file ends with
// Ctrl-Z; remarks are cut at 1,000 characters in the middle of a word and go on
// in sdn_comments.csv; weak aliases are not in alt.csv but quoted in the
// remarks (OFAC's FAQ 122 and 124); crypto addresses are in the remarks only;
// there is no listing date; the numbers are made "for linking purposes only",
// yet have been stable. The files change together: companions of another date
// name entries that sdn.csv does not have, which are reported as orphans. Of XML:
// gender, websites and crypto addresses stand among the documents of sdn.xml; the
// advanced form writes a year as its first and last day, some scripts by code and
// some by word, and the country of a nationality as a part of unknown type of a
// location. Both lists have the same form and share numbers (a bank can be on both).
//
// Instruments follow from the programme tags (OFAC's page "Program Tag
// Definitions for OFAC Sanctions Lists"). Refused: a file in the place of another
// or of the other list (by name, by the list that an entry names, or when most
// entries stand under programmes of the other), rows whose cells cannot stand in
// their columns, XML elements that the schemas do not have, numbers that refer to
// nothing, delta files.
package ofac
