// Package check says which rules of STIX 2.1 an object breaks.
//
// What comes in: one [stix.Object], or a bundle with all its objects, and a
// [Mode]. What goes out: a [Finding] for each rule that it breaks, with the
// stable name of the rule, the section that states it, the place in the object
// and a sentence for people. [Rules] lists all rules. [Valid] and [Broken] tell
// what the specification forbids (MUST) from what it advises against (SHOULD).
//
// Guarantees: every finding is of a rule in the list; findings are ordered, the
// same for the same object; the object is left as it was; no function does I/O
// or keeps state between calls. What Strict permits, Lenient permits.
//
// It looks at the object alone: what a reference leads to, who may say what, and
// the rules of extensions are for others. It repairs nothing. An object of STIX
// 2.0 is judged as 2.0 content inside a bundle and refused on its own; stix/v20
// upgrades it.
//
// Where the two OASIS tools disagree about the specification,
// docs/stix-rulings.md says which reading Cordon follows and why.
package check
