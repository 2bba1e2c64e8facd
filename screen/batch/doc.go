// Package batch asks many questions at once, one a row, as a stream.
//
// What comes in: customers, suppliers or wallets as CSV in any of the usual
// character sets, or as NDJSON ([NewReader]); which column is what is guessed
// from the header ([Guess]) or given ([ParseMapping]). What goes out: one
// [Result] a row, in the order of the rows, to a [Handler]: a CSV of what a
// person has to look at ([NewCSV]), NDJSON of whole answers ([NewNDJSON]), or
// only the counts ([Summary]).
//
// Questions are asked by several goroutines ([Asker]), or by a node elsewhere as
// one stream ([Stream]).
//
// Guarantees: [Run] gives each row the answer that the same question gets alone;
// memory does not grow with the number of rows; a row that cannot be read is a
// result with its line and what is wrong, and the rows around it are asked. A
// quoted cell spans at most [MaxSpan] lines and a row has at most [MaxRow] bytes:
// when a quote is not closed within that, the line that opens it is the malformed
// row and reading goes on at the next line, so that one stray quote costs one
// line. Dates that can be read in two ways keep their year only and say so.
//
// A run that writes through a [Resume] can be killed at any time and goes on
// where it was: its output is then, byte for byte, that of a run that was never
// stopped, as far as its answers are the same (the time in an answer is in
// NDJSON, and is not in CSV). It does not go on with another input, mapping,
// output form or set of rules.
//
// Cells of the CSV output that a spreadsheet would take for a formula begin with
// an apostrophe; the NDJSON output is not changed. Nothing here writes a log, and
// errors and notes name lines, columns and what is wrong, never what a cell says.
//
// Refused as a whole, as errs.Invalid: an input without a column of names or
// identifiers, a mapping to columns that there are not, a character set that is
// not known.
package batch
