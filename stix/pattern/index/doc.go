// Package index holds many STIX patterns and finds those that match an observation
// without trying them all.
//
// What comes in: patterns with the ids of their indicators ([Index.Add],
// [Index.Remove]) and observations ([Index.Match]). What goes out: the ids of the
// patterns that match, exactly those that package observe finds when it tries every
// pattern, and the ids of those that cannot be evaluated.
//
// How: of each pattern a set of keys is taken, of which every observation that can match
// it, or leave it undecided, has one at least: a property that equals a constant, begins or
// ends with a text, has a few bytes in it, lies in a range of addresses; where there is
// nothing of the kind, that the property is there at all. Of operands that must all hold
// the set that fewest other patterns share is taken. A key is kept as 64 bits of a seeded
// hash, so that nobody can make keys that collide. What the keys of an observation lead
// to is evaluated: a key is never an answer.
//
// The property of last resort is the residual: patterns that are evaluated for each
// observation that has the property ([Stats.Residual] counts them).
//
// An Index may be used by many at once.
package index
