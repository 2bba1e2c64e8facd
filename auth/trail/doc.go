// Package trail keeps who read what of what is restricted, who signed in and who was
// refused: an append-only table in a file of its own (audit.db) in the node's folder.
//
// In come records ([Trail.Add]), which wait in memory for no longer than the write
// before theirs takes and are then written together; [Trail.Flush] waits until they
// are on the disk. Out come pages of them ([Trail.List]) for auditors, and whether
// anything was changed ([Trail.Verify]).
//
// Guarantees: each row carries a hash over the one before, and the database itself
// refuses to change or delete one. Nothing is dropped: when more records wait than
// [MaxWaiting] whoever adds one waits too, and when the disk fails Add says so from
// then on, so that a face can stop showing what it cannot record. A kill loses at most
// what was added since the last write had begun.
//
// It keeps no secret: a record has no field for one, and texts are cut at [MaxText].
package trail
