// Package node puts one organisation's node together: its folder and lock, the
// journal with its archive and projections, screening, intake, the pages and the
// API, and what runs in the background.
//
// [Open] takes a [Config] and gives a [Node] that works without a network;
// [Node.Serve] answers HTTP until its context ends. A node's folder holds
//
//	cordon.toml      settings, if any
//	lock             held by the process that has the folder open
//	token            the bearer token of the API, for the folder's owner only
//	running.json     where the running node answers
//	sync.json        what was seen of each list's address
//	accounts.jsonl   people, programs and organisations; sessions.db their sessions
//	audit.db         who read what is restricted, who signed in, who was refused
//	releases.jsonl   what may go to partners, by whom
//	clearances.jsonl who has decided that a question is not a listed party
//	taxii-clients.json who may use the TAXII server, with the hashes of their keys
//	taxii.db         statuses and deletions of the TAXII server
//	journal.db, projections.db, checkpoint.key, archive/
//
// Guarantees: one process at a time has a folder open, another gets
// errs.Conflict at once; closing ends every job and connection; what is
// acknowledged survives a kill at any moment.
//
// [Connect] gives a client of the node of a folder: over HTTP when one runs
// there, otherwise of the folder itself, opened for as long as the client lives.
package node
