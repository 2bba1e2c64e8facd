// Package au reads the Consolidated List of the Australian Sanctions Office in the
// Department of Foreign Affairs and Trade: everybody who is subject to targeted
// financial sanctions, travel bans, arms embargoes or maritime restrictions under
// Australian law, United Nations measures included.
//
// Address: regulation8_consolidated.xlsx on www.dfat.gov.au, which the department's
// page on the list names; the site refuses many programmes, so a person may have to
// fetch it. The form's source is the published workbook's header as public readers
// of the list have written it down: 12 columns up to 2025, 19 since the revision of
// November 2025 (strength of an alias, IMO number, instrument, four measures). The
// reader takes the workbook and its sheet saved as csv. It awaits a first run on a
// live file.
//
// Traps: one row is one name, and the names of one party share a number with
// letters behind it (101, 101a, 101b), mostly but not always on rows that follow
// one another; the department has given one number to two parties by mistake;
// what is said of the party is repeated in each row, now and then in other words;
// dates of birth are free text ("a) 1 Jan. 1960 b) 1961", "Approximately 1957") or
// a day number; the listing information is prose, and only its first plain date is
// taken; the control date is that of the entry's last instrument and no listing
// date, so it is a fact, and in the csv (2/2/26) it is kept as words; line breaks
// show as "_x000D_".
//
// Refused: an unknown, missing or moved column, a reference in another form or
// twice, two primary names for one number, none, rows of one number that differ in
// type, a type or type of name outside the known ones.
package au
