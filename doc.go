// Package cordon is the root of the module and holds no code: its test holds
// the architecture.
//
// Cordon finds, follows and helps to cut off the revenue that the DPRK draws
// from stolen cryptocurrency and from information technology workers under false
// identities. Each organisation runs its own node, one program
// (cmd/cordon) with its own store.
//
// The rooms stand on floors, and a package imports nothing of a higher floor.
// Floors 0 and 1 (errs; stix, record, policy, translog, script, coin) do no
// input or output and can be imported by other programs. Floor 2 holds the
// engines (journal, lists, extract, match, screen and others), floor 3 the desks,
// floor 4 the faces: cmd/cordon, web, api and node. docs/design.md says how the
// house is built and why; arch_test.go states its rules as tables and checks
// them against the source files.
package cordon
