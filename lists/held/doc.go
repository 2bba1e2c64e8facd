// Package held keeps versions of official lists that wait for two persons.
//
// In comes a version that an import did not take, with its difference from the
// version in force ([Store.Hold]): it lost too much, is numbered or named anew, is
// older, or does not have the hash that the authority states. One person proposes
// that it is right ([Store.Propose]), another releases it ([Store.Release]), and
// only then is it imported; or somebody rejects it ([Store.Reject]).
//
// Guarantees: nothing is released on one person's word, however a name is written;
// a release is of the very files and the very version in force that were compared;
// what was rejected stays rejected when it arrives again. What was acknowledged is
// on disk. The version in force is never touched from here.
//
// The file is JSON lines, readable by its owner only, and only ever added to. Each
// event carries the sha256 of the line before it, so a change inside the file is
// noticed when it is opened, and nothing is released then. A last line that a crash
// left torn was never acknowledged: it is cut off.
//
// Refused: a decision without a person or a reason, a release by who proposed it,
// and decisions about what is over.
package held
