// Package observe matches one STIX pattern against observations.
//
// What comes in: the text of a pattern ([Compile]) and observations, which [Read]
// makes of observed-data objects in both forms, with the dictionary of STIX 2.0 and
// with the references of 2.1. What goes out ([Pattern.Match]): whether the pattern
// matches and which observations make it match ("STIX Version 2.1", OASIS Standard,
// 10 June 2021, section 9). An observed-data object with number_observed n counts as
// n observations over the same interval.
//
// An answer is never a guess. Where a comparison cannot be decided (a value that is no
// timestamp compared with a timestamp, a regular expression that RE2 cannot express)
// and the answer hangs on it, the error is a [*NotEvaluable]; where it does not, the
// answer is given. Comparisons have three values, and AND, OR and NOT are Kleene's.
//
// Hostile patterns are bounded: every step of the work is counted, and [ErrBudget] says
// that [Limits.Steps] ran out before there was an answer. Distinct observations for each
// part of a pattern are found by flow through a network, not by trying all
// combinations; only the moments that FOLLOWEDBY and WITHIN turn on are tried.
//
// Readings of the specification that are disputed are decided in
// docs/pattern-rulings.md. Nothing here knows which object types and properties exist.
package observe
