// Package intake is the door for what comes in: official lists, STIX, reports.
//
// A [Desk] takes files or an address, finds out what they are unless told,
// keeps their bytes in the archive first, lets a reader make objects of them,
// appends those to the journal, waits until the projections have followed, and
// says what changed. Each import is a [Job] with progress, which can be watched
// and cancelled; downloads go on beside each other, and then jobs write one after
// another, since the journal has one writer.
//
// Guarantees: the bytes are safe before anything is read from them; a list
// that cannot be read whole changes nothing; giving the same files again writes
// nothing; nothing that is made of a report is easier to see than what it names;
// a job that is cut off has committed whole batches only and goes on
// where it was when it is given again; everything refused is in the result and
// in the journal's quarantine.
//
// [Desk.Sync] fetches the official lists from their authorities with
// conditional requests and keeps the last good version when anything is wrong.
// [Desk.Source] shows the place in an archived input that an object names.
//
// It refuses empty inputs, inputs above the limits of its [Config], and
// addresses that [Fetcher] may not fetch.
package intake
