// Package measure counts what the desks promise over folders of real data, each in
// a node of its own that is thrown away: the figures of the designation matrix
// ([Matrix]), what comes of public threat intelligence ([CTI]), and of STIX patterns
// the judged cases and what an index over a million of them costs ([Patterns]); of
// generated questions, whether policy and its oracle agree ([Policy]),
// and of objects that are made up, pages and ingest of TAXII ([TAXII]).
//
// In comes a folder as the data's page describes it; out come figures that the
// command prints as text or JSON, with every case that went otherwise. Nothing here
// answers a question of a user, and nothing is kept.
package measure
