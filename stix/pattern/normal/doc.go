// Package normal brings STIX patterns into a normal form and tells which are
// equivalent.
//
// What comes in: the tree of a pattern (package pattern). What goes out: its normal
// form ([Of]), which reads as a pattern, and whether two patterns have one form
// ([Equivalent]). These are the rules under which the tools of STIX call patterns
// equivalent:
//
// Inside of square brackets AND and OR are those of logic: order, repetition, nesting
// and absorption do not matter, and AND is distributed over OR. What asks one object
// to be of two types is dropped.
//
// Between square brackets each operand of AND and FOLLOWEDBY takes an observation of
// its own: repetition matters, OR alone is free of it; AND and FOLLOWEDBY are
// distributed over OR, and an alternative that contains another is absorbed. Qualifiers
// are kept in their order and nothing is moved across them or absorbed by what they
// qualify.
//
// Constants are compared by what they say: numbers as numbers, binary data as bytes,
// timestamps as moments, sets as sets, addresses and ranges of ipv4-addr and ipv6-addr
// by what they cover, and names of Windows registry keys and values without case.
//
// It is sound and not complete: patterns of one form match the same observations
// (docs/pattern-rulings.md names the two exceptions, addresses and registry names, where
// the text of a constant is more than what it means), while patterns of two forms may
// yet do so. Forms that would have more than [MaxTerms] terms are refused.
package normal
