// Package clearance keeps who has decided that a question is not a listed party,
// why, and until when.
//
// What comes in: a person proposes that a name, or a customer's reference, is
// not a party ([Store.Propose]), with a reason and an end; a second person
// confirms it ([Store.Confirm]); anybody withdraws it ([Store.Withdraw]). What
// goes out: whether a clearance applies to a question and a party at a time
// ([Store.Applies]), and all of them with their history ([Store.List]).
//
// Guarantees: nothing is in force on one person's word; a clearance ends at its
// end, at most [MaxDays] days after it was proposed, and lapses when the party's
// object has another version than the one that was looked at. It takes no
// candidate out of an answer: it says of one that it was cleared, by whom, why
// and until when, so that a face shows it apart. What was acknowledged is on
// disk.
//
// The file is JSON lines, readable by its owner only, and is only ever added to.
// Each event carries the sha256 of the line before it, so that a change inside
// the file is noticed when it is opened; what is cut off at its end, or written
// anew as a whole, shows only against a [Store.Head] noted elsewhere. A last line
// that a crash left torn was never acknowledged: it is cut off, and said. One
// process has the file open at a time; a second one's event is noticed before
// anything is added to it.
//
// Refused: a proposal without a reason, an author or an end; a confirmation by
// its author, however the name is written; events about what is over.
package clearance
