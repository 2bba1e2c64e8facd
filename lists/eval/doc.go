// Package eval proves the history of a list on successive versions of it: what
// any screen would have said on any day.
//
// In comes a folder with a first file and differences ([Open]); a fresh node is
// made in a folder of its own, every version goes through the archive, the reader
// and the import as in any node ([Run]), and out come figures ([Figures]): how long
// one version and all of them take, what they changed, whether every one is given
// back byte for byte, and whether questions as of each date are answered as by a
// fresh node that was loaded with that version alone, by the content of everything
// in force and by the answers themselves.
//
// Nothing of what it reads is kept; the folder of the node is the caller's. A
// version whose bytes do not have the hash of the index ends it with an error, and
// so does one that the node refuses or holds.
package eval
