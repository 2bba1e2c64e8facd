// Package eujournal reads the annexes of the European Union's restrictive measures
// as rows drawn from the Official Journal: one file for each regulation or decision,
// consolidated.
//
// Authority: the Council of the European Union. Address: the acts themselves on
// EUR-Lex by their CELEX number (32017R1509 is Regulation (EU) 2017/1509, on the
// DPRK). The Commission's consolidated financial sanctions list has the same parties
// with numbers of its own and is another list, read by lists/eu; the Journal is the
// law and has measures which that list leaves out, such as ships that may not enter
// ports. The form is csv with a header of 45 columns, comma-parted, cells in quotes
// where needed; it is a research form of the Journal's tables, not the Union's own.
//
// Each act is a list of its own with versions of its own, called eu-oj and the CELEX
// number: eu-oj-32017R1509. An entry is called by its annex and the number in it,
// XIII.A/6; where an annex has no numbers, by its IMO number or its name. Numbers in
// the Journal are given anew when an annex is replaced, so an entry can move; a
// version that renumbers is held by package lists as one that removes and adds.
//
// Known traps: dates are d.m.yyyy, "9 November 2020" and "12 Feb. 2015", and not
// all are dates; a cell of births holds several, with "or" and commas; names stand
// with commas and brackets of their own and are never parted at these, only at the
// semicolons that part aliases; the Journal's own errors ("Chang Myong- Chin",
// "DPRK.") are kept as they are printed; a cell can hold what belongs in another;
// an IMO number can be "Does not exist". One party stands under each of its acts
// and annexes.
//
// Refused: the files of amendments (another header: they say what changed and not
// what is in force), an act without rows, rows of two acts in one file, a number
// that stands twice in an annex, columns that have moved.
package eujournal
