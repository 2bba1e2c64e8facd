// Package v20 turns STIX 2.0 into STIX 2.1.
//
// What comes in: an object or a bundle of STIX 2.0; [Is] tells whether it is one.
// What goes out ([Upgrade]): the objects of STIX 2.1 that say the same, and a
// [Change] for each thing that was done, with its place and why. Observed-data
// gives more than one object, because 2.1 made cyber observables objects of
// their own.
//
// Guarantees: nothing is thrown away, and what 2.1 has no place for stays as a
// custom property; no marking is lost, observables keep those of the
// observed-data that held them; the same input gives the same output, ids
// included; the input is left as it was.
//
// What it has to guess it says in the change (whether a malware is a family, for
// one). It repairs nothing that was wrong in 2.0 already, and it does not judge
// its output; stix/check does. An object that is not 2.0 comes back as it is.
package v20
