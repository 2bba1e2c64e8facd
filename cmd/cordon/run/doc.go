// Package run is one run of the program as its commands see it: flags that all of
// them have, streams, the node that they talk to, what they write.
//
// In come the arguments as the command line was read; out goes an [App] by which a
// command reaches the node ([App.With]), answers as JSON or as text ([App.Out]) and
// shows how far it is ([App.Progress]).
//
// Guarantees: text that others wrote never steers a terminal or writes a line of an
// answer; a file is written whole or not at all ([ToFile]); what went wrong is said
// with its cause and with what to do, and the exit code follows its kind.
package run
