// Package taxii is a TAXII 2.1 server (OASIS Standard, 10 June 2021) over the
// journal of a node.
//
// In come HTTP requests of clients, whom [Config].Who tells apart; out come
// collections, which are views: a query over all objects ([View]), and for each
// client the policy of the journal on top of it. Objects that clients add go
// through the one door of the journal. [New] gives an http.Handler that is to be
// mounted under [Base].
//
// Guarantees:
//
//   - A page neither loses nor repeats a version, whoever writes meanwhile: the
//     position is the sequence number of the journal, and only whole appends are
//     shown. Two appends have two times of adding, so added_after is exact as well.
//   - What a client may not see is not in any answer, and no status, count, gap,
//     position or amount of work tells that it is there. The decision is taken in
//     the query of the index and again in that of the journal.
//   - 202 is answered when objects and status are on the disk.
//   - Memory is bounded: bodies are admitted by their bytes, pages end at a size,
//     and who comes beyond that is answered 429 with Retry-After at once.
//
// Refused: media types and versions other than TAXII 2.1, envelopes that cannot be
// read, unknown and repeated parameters, positions of another client or query,
// objects by another author than the client unless it may relay.
//
// docs/taxii.md is for operators and authors of clients, docs/taxii-rulings.md says
// how the specification was read.
package taxii
