// Package listing says what an official list, a version of it and one listing
// are: what every reader of package lists takes and gives.
//
// What comes in: the bytes of the files that an authority publishes ([File]) and
// the reader of that authority's form ([Reader]). What goes out of [Read]: a
// [Version], with one [Entry] for each listing, every name, date, document,
// address and wallet with the place where it stands ([record.Where]), the
// [Orphan] rows, the [Warning] texts and the [Counts]; and the version as STIX
// objects.
//
// It also holds what the lists have in common in their texts: calendar dates in
// the forms that authorities write ([ISODate], [EnglishDate], [NumericDate]), the
// script of a name ([ScriptOf]), cells that hold several values ([Pieces]), and
// the characters that official text does not hold ([BadText]).
//
// Guarantees: a reading is all or nothing; the objects of a version depend on
// the files' bytes and the version's date alone, so that two nodes make the same.
//
// Refused: files above [MaxFile] or more than [MaxFiles], a stated hash that is
// not that of the bytes, a version without entries, and, by the readers, every
// departure from the published form: a [*Drift].
package listing
