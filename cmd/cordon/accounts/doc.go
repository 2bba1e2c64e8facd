// Package accounts is the commands about who may use a node: organisations, people and
// programs with their roles, keys and certificates (cordon auth), and what was recorded
// of them (cordon audit).
//
// In comes a command with its flags, as the command line was read; out goes text or JSON
// by package run. Each asks the node through its API, with the token of its folder, so it
// works while the node runs. A key is printed once, when it is made; no other command
// prints a secret.
package accounts
