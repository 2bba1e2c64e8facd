// Package jpmof reads the list of those whose assets Japan's Ministry of Finance
// has frozen under the Foreign Exchange and Foreign Trade Act
// (資産凍結等対象者一覧).
//
// Address: the ministry's page "経済制裁措置及び対象者リスト"; the file's name
// carries its date and changes with every version (shisantouketsuYYYYMMDD.csv,
// .xlsx), so the page names the file. Two forms are read:
//
//   - the ministry's own csv or xlsx, 32 columns with a header, UTF-8 with a byte
//     order mark; one row for each listing
//   - rows of the DPRK categories retyped from the ministry's notices, parted by
//     "|", persons (7 columns, with dates of birth) and organisations (6), several
//     aliases or dates of birth in one cell parted by ";"
//
// Traps: the category (区分) is a bare number, and when the ministry puts in a new
// category it moves the later ones up, so the reference numbers of the Security
// Council are checked against the DPRK categories; the separator is the full-width
// "；" as well as ";", and inside brackets it parts dates, not names; brackets
// behind an alias hold its own dates and places; cells hold line breaks; dates are
// written in at least six ways, as ranges and as "about"; aliases that are "not
// enough to identify" have columns of their own and are weak; spellings in the
// original script stand in the text of the notice only, behind "original script:".
//
// The categories are those of the ministry's list of them on the same page.
// Refused: another header, a number under another category, a kind or reference
// number that its category cannot have.
package jpmof
