// Package desks is the commands of the desks: the matrix of designations and its
// gaps (cordon gaps, cordon matrix), listing packets (cordon packet), books of
// customers and their alerts (cordon book, cordon alert), who may have what (cordon
// policy), the exchange with other programs (cordon taxii), and what measures them
// (cordon eval matrix, monitor, policy, taxii); and one STIX pattern checked, explained
// or tried (cordon pattern, cordon eval patterns).
//
// In comes a command with its flags, as the command line was read; out goes text or
// JSON by package run. Each asks the node through its API, but for books, which are
// the node's own and are opened with its folder, and cordon policy, which reads a
// file.
package desks
