// Package ch reads the consolidated list of Switzerland's State Secretariat for
// Economic Affairs (SECO): everybody whom the ordinances under the Embargo Act name,
// those that carry out measures of the Security Council included.
//
// Address: the whole list as XML of SESAM, SECO's search on sanctions
// (downloadXmlGesamtliste of sesam.search.admin.ch). The form's source are the
// elements and attributes that public readers of the file have written down, and
// their counts of September 2026: some 42 MB, 8,670 targets of which 1,550 are
// history. It awaits a first run on a live file.
//
// Traps: the file keeps its history: a target that is off the list stays in it, with
// a modification "de-listed" as its latest one, and each modification can hold
// copies of the state before and after (added, removed), in which the same elements
// stand again; the latest modification is the one with the latest date and not
// always the first; a name is parts in an order of their own, mostly the family name
// first, and spellings stand at the parts, in other scripts too, so whole names are
// put together from them; a target can have several identities; places are another
// part of the file and referred to by number; programmes too, by the number of a
// set of measures; what has no element of its own (IMO and tax numbers, websites)
// is prose.
//
// Refused: a list of changes in place of the whole one, elements and attributes that
// the form does not have, a number that stands twice, a target without a kind or a
// name, a reference to a programme or place that the file does not have, a type of
// name, part or modification outside the known ones.
package ch
