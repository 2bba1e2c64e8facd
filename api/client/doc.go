// Package client speaks to a node by its HTTP API (package api), over the network
// or to the handler of a node in the same process, which is what the commands do
// when no node runs on their folder.
//
// A [Client] has one method for what an operation of the API does; a method returns
// the node's answer in the types of package api and of the rooms behind it. Errors
// are those of the node: their kind, sentence and hint come over in problem
// details. errs.Unavailable says that the node does not answer or broke off.
// Streams (a batch, an import) are sent and read at the same time.
//
// It repeats nothing by itself and keeps nothing between calls.
package client
