// Package auth answers who is asking: which person or program, of which organisation,
// in which roles, cleared to what.
//
// A [Store] in the node's folder holds organisations and accounts of people and
// programs with their passkeys, API keys and certificates (accounts.jsonl, a chain of
// events that are never changed, each with who did it and why) and what changes all
// the time (sessions.db: sessions, last uses, sign counters). [Store.Who] is the one
// door for requests: a bearer key, a client certificate or a session in, a [Principal]
// out, whose [Principal.Viewer] is what every read takes. How people prove who they
// are is in auth/oidc and auth/passkey, the handlers that do so in auth/signin; what
// was read is in auth/trail; who may release to a partner in auth/release.
//
// Guarantees: who has no role may do nothing, and a role gives no clearance: both are
// granted by name, and nobody grants to themselves. What an account may is looked up
// at each request, so that what is withdrawn is withdrawn at once; a change of roles
// ends the account's sessions. Secrets are kept as hashes, shown once, compared in
// constant time, and cost the same work whether an account exists or not. What is
// acknowledged survives a kill at any moment.
//
// Refused: several proofs in one request that are not of one account, changes that
// come from another site's page, names and texts above their limits. Every refusal to
// let somebody in is errs.Denied with the same words.
package auth
