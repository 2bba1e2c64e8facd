// Package csl reads the Consolidated Screening List of the United States: the lists
// of the Departments of Commerce, State and the Treasury in one file, which the
// International Trade Administration puts together.
//
// Address: data.trade.gov/downloadable_consolidated_screening_list/v1,
// consolidated.csv and consolidated.json; the same records come from the service
// api.trade.gov/consolidated_screening_list. The form's source is the page on the
// list at developer.trade.gov and the header of the csv.
//
//   - csv: 29 columns with a header, UTF-8; cells with several values part them at
//     "; ", an identity number is "type, number, country, dates"
//   - JSON: an object with "results"; each result has the same fields, with lists
//     and objects in place of such cells
//
// Key: the code of the source list and its number, such as SDN-2674 for a list of
// the Treasury; otherwise the code and the record's id, such as EL-b6e959b5…. The
// id alone is not unique: a party on two of OFAC's lists has one number and two
// records. Of the records of Commerce and State the id is a hash of what the record
// says: most have kept theirs over years, but one whose text is changed can come
// back as removed and added.
//
// Traps: this is a copy of other authorities' lists, up to a day older, so what
// OFAC says is to be taken from OFAC: each record keeps its list as the fact
// "source-list" and, of OFAC's lists, the number there as "ofac-number". Only
// records of the Treasury say whether a party is a person. Names come as "FAMILY,
// Given" or "Given FAMILY", by list. A date beside an identity number is that of
// issue or of expiry, and the csv does not say which. A source that is new is taken
// with a warning. The known csv has its header twice, which is taken with a warning.
//
// Refused: another header, a cut file, a record twice, a Treasury record without
// its number, a page of an answer of the service in place of the whole list, JSON
// with unknown or doubled members.
package csl
