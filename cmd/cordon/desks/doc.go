// Package desks is the commands of the desks: the matrix of designations and its
// gaps (cordon gaps, cordon matrix), listing packets (cordon packet), books of
// customers and their alerts (cordon book, cordon alert), the exchange with other
// programs (cordon taxii), and what measures them
// (cordon eval matrix, cordon eval monitor, cordon eval taxii).
//
// In comes a command with its flags, as the command line was read; out goes text or
// JSON by package run. Each asks the node through its API, but for books, which are
// the node's own and are opened with its folder.
package desks
