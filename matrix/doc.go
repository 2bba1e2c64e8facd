// Package matrix says who designated whom, when, and who has not.
//
// What comes in: the groups of package identity (one party with its entries on
// every list) and from the journal the versions of the lists and of the
// designations. What goes out: a [Table] of parties by authorities in a fixed
// order, with for each cell its state, its first date, its instruments and the
// place of the row; the time line of one party ([Desk.Party]); lags between
// authorities ([Desk.Lags]); alignment over time ([Desk.Alignment]) with a chart
// ([Chart]); and the table as CSV, workbook and STIX.
//
// A cell is one of five. Listed and removed are what a list says. Press is what
// the press alone reports; beside a list's word it is shown and changes nothing.
// Not found means: not in the versions of the lists that the column names, never
// "not listed". Not loaded means that no list of that authority is here, so that
// nobody looked.
//
// Dates are calendar dates of the authority ([When]): a listing on the evening of
// 30 November in Washington is of 30 November. They are compared as dates and go
// through no time zone. A list without dates of listing (OFAC's csv) gives a date
// only by its versions: between the last version without the entry and the first
// with it, or not later than the first that was loaded. Lags are exact where both
// dates are of one day each; other dates give an interval, and an open one none.
//
// Guarantees: what the viewer may not see is in no row, count or date; the same
// journal gives the same table. Refused with an error: a question about who is
// not on a list when no list of that authority is loaded. The desk formats
// nothing; words and looks are the faces'.
package matrix
