// Package past answers questions as they would have been answered: with the lists
// of a day, or as the journal stood when a run was recorded.
//
// In comes a day, or a [Run]; out comes a [screen.Screener], the same code as of
// now over a read view of the journal ([history.At]) with a shelf and an index of
// its own in memory. A few of them are remembered ([Views]); one is built anew when
// something of its day came in or was erased since.
//
// A run is one question with all that its answer stood on: viewer, sequence,
// moment, rules, software, time of day and the sha256 of the answer's bytes. Runs
// are kept when they are asked for, each in a file that its owner alone may read
// ([Runs]): they hold what was asked, which is nobody's else. [Views.Replay] answers
// again and says whether the bytes are the same, and what has changed when they are
// not: other rules, other software, something erased.
//
// Refused: days that are none or have not come, and runs of which the record was
// changed: a run's id is the hash of it.
package past
