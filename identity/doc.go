// Package identity decides which parties of several lists are one, and says why.
//
// What comes in: the parties and designations of the journal, as each list states
// them ([record.Party]: one per entry), and what people decided about pairs. What
// goes out: decisions on pairs ([record.SameParty], objects of the journal that a
// person can confirm, reject or split) and from them [Group] values: one party
// with its entries on every list.
//
// A pair is decided by what settles it first: references that one list makes to
// the other, then numbers that are given to one party only (passports, IMO,
// wallets, registrations), then the names' readings together with the birth date,
// role, place or programme. Nothing merges on a name alone, and what contradicts
// (another birth year, sex, passport of one country, a person beside a ship) keeps
// two parties apart whatever their names. Where the rules find something and
// cannot decide, the verdict is open and waits for a person.
//
// Guarantees: a person's decision goes before the rules'; a group never holds two
// parties that somebody decided to be different; the same parties under the same
// rules give the same decisions, byte for byte, on every node; what the viewer may
// not see is in no group and joins none.
package identity
