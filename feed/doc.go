// Package feed writes blocklists: what the indicators of the journal name, in the
// forms that resolvers, filters and sensors read.
//
// In come a journal, who the list is for ([policy.Viewer], decided inside the query)
// and the warning lists in force (feed/warning). [Write] streams one form: a response
// policy zone, a hosts file, CSV, plain domains, addresses, hashes or URLs, Suricata
// or Sigma rules, or the YARA rules that indicators carry, unchanged. What was left
// out goes to a function of the caller, each value with the rule that kept it back
// and, where a warning list did, the list and its entry.
//
// Published is what one comparison names: [domain-name:value = 'x'], alternatives
// (OR) of such, and a hash beside other conditions, since it names one file whatever
// else is asked. A pattern that asks for several things at once is no blocklist entry
// and is left out. So is what is revoked, over (valid_until), not yet valid, benign,
// not to be routed, a public suffix or a network too wide; and without warning lists
// nothing is written.
//
// Guarantees: nothing on a warning list leaves, in any spelling and in any form; a
// domain below which an entry stands is published only where a form can name it
// without what is below it. Every value is in the canonical form of feed/warning, so
// nothing of an indicator can end a rule, a line, a cell or a zone. The same journal,
// viewer, lists and moment give the same bytes. Memory is bounded by a fixed size for
// each distinct value.
//
// It refuses zones and forms that there are not. YARA rules are the words of others:
// they are not changed, and those that do not end, include files or repeat a name are
// left out.
package feed
