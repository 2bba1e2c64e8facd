// Package api is the HTTP interface for programs, under /api/v1, with its
// OpenAPI 3.1 document at /api/v1/openapi.json. Package api/client speaks it.
//
// Every request carries a bearer token, which [Config].Viewer turns into the
// policy.Viewer that all reads are made for; without one it is answered 401.
// Errors are problem details (RFC 9457) with the kind, a sentence and what to do
// as members; what a viewer may not see is answered exactly as what is not there.
// A batch of questions is a stream of rows in and of results out, at the same
// time. Long tasks (verify, rebuild, customers into a book) answer with lines of JSON: progress first, the
// result last.
//
// It refuses bodies above its limits and media types other than those in the
// document. Its paths and members only grow within v1.
package api
