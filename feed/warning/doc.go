// Package warning says whether a value must not be published on a blocklist, by the
// warning lists of MISP: known good or shared infrastructure, whose blocking harms
// everybody.
//
// In come warning lists in the form of MISP (misp-warninglists: name, type, list,
// matching_attributes), one after another, in an array, or as lines ([Builder.Read]).
// Out comes an [Index]; asked for a domain, an address, a URL or a hash it names the
// list and the entry that spares it ([Hit]). [ParseDomain], [ParseIP], [ParseURL] and
// [ParseHash] give the one canonical form in which both sides are compared and in
// which alone a value may be published, so that no other spelling of a spared value
// gets past: letter case, trailing dots, defanging, full-width and other look-alike
// dots, IDNA in either form, numbers for addresses, IPv4 inside IPv6, user names and
// ports in URLs.
//
// What the types of lists mean: string spares the value itself, and a URL whose host
// it is; hostname spares it and everything below it; cidr spares an address inside and
// a network that overlaps; substring and regex spare what contains or matches, for
// the kinds of values that the list is made for. Where MISP leaves room, the reading
// that spares more is taken: a value missed on a blocklist is one, a spared one that
// goes out cuts off people who have done nothing.
//
// Guarantees: an index answers the same for the same lists and is safe for many
// goroutines; a list that cannot be read whole is an error, since what it would have
// spared would go out. It refuses regular expressions that Go cannot run, for the
// kinds that are published.
package warning
