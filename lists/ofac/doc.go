// Package ofac reads the Specially Designated Nationals and Blocked Persons List
// of the United States Treasury's Office of Foreign Assets Control.
//
// Address: the Sanctions List Service, SDN.CSV, ALT.CSV, ADD.CSV and
// SDN_COMMENTS.CSV. The form's source is OFAC's "New data specification"
// (dat_spec.txt, first released 6 December 2004, updated 25 September 2023):
// comma-separated ASCII text without header, null written as -0-.
//
//   - sdn.csv, 12 columns: entry number, name, type, programme, title, call
//     sign, vessel type, tonnage, gross registered tonnage, flag, owner, remarks
//   - alt.csv, 5: entry number, alias number, type (aka, fka, nka), name, remarks
//   - add.csv, 6: entry number, address number, street, city with state and
//     postal code, country, remarks
//   - sdn_comments.csv, 2: entry number, the remarks beyond 1,000 characters
//
// Traps: -0- stands unquoted and with a blank behind it; an entity's type is
// -0-; several programmes stand in one cell as "A] [B"; each file ends with
// Ctrl-Z; remarks are cut at 1,000 characters in the middle of a word and go on
// in sdn_comments.csv; weak aliases are not in alt.csv but quoted in the
// remarks (OFAC's FAQ 122 and 124); crypto addresses are in the remarks only;
// there is no listing date; the numbers are made "for linking purposes only",
// yet have been stable. The files change together: companions of another date
// name entries that sdn.csv does not have, which are reported as orphans.
//
// Instruments follow from the programme tags (OFAC's page "Program Tag
// Definitions for OFAC Sanctions Lists"). Refused: a file in the place of another
// or of the consolidated non-SDN list, and rows whose cells cannot stand in their
// columns.
package ofac
