// Package history tells which version of an official list was in force when, and
// gives any of them back byte for byte.
//
// In comes a journal, in which every version of a list is kept: each import ends
// with a list-version object, and what a version designates, amends or removes are
// versions of objects. Out come the versions of a list with both times, when it was
// so by the list's own date and when this node learned it ([Of]); the journal as it
// stood with the lists of a day ([At]); and the files of a version from the archive,
// rehashed ([Rebuild]).
//
// What is in force at a moment is, for each list, the last version imported whose
// date is not later; a version that states no date counts from when the node
// learned it. Of what is no list's, an object counts from its own time, and one
// without a time, such as an address that was seen, from when the node learned it.
// A list that has no version of the day is said to have none: it is missing from
// the answer, and the answer says so.
//
// Guarantees: what was erased, or marked higher since, is not seen in the past
// either; a file that does not have its hash any more is refused and never given
// out.
package history
