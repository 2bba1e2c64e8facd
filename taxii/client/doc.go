// Package client reads from and writes to TAXII 2.1 servers of others (OASIS
// Standard, 10 June 2021).
//
// In come an address and a [Position]; out come the objects of a collection, page
// by page, in the server's order ([Client.Pull]), with a [Report] that says what
// came, what could not be read and where to go on. [Client.Discover],
// [Client.Collections], [Client.Add] and [Client.Status] are the rest.
//
// Guarantees: the position moves only past pages that the caller has taken, so
// whatever breaks, the next pull goes on there and loses nothing. A server that is
// busy (429, 503) is waited for as long as it asks, other failures with growing
// waits of random length; after a number of attempts the error says what has come
// so far.
//
// A server may be hostile. Answers are bounded in bytes, also unpacked, in depth
// and in time; pages in number; a position that comes again, and empty pages
// without end, end the pull; an object that cannot be read is reported in its place
// and the rest is taken. Credentials go to the host that they are for and no other:
// redirects elsewhere are refused.
package client
