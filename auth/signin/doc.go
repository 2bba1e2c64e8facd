// Package signin is the HTTP handlers by which people sign in: with a passkey, at their
// organisation's identity provider, or for the first time with the node's one-time link.
// Pages call them; what they show is theirs.
//
// [New] gives a handler for everything under [Base]:
//
//	GET  ways                     which ways there are here
//	GET  me                       who one is, in which roles
//	GET  oidc/start?to=PATH       leads to the identity provider
//	GET  oidc/callback            comes back from it, and leads to PATH
//	POST passkey/login/begin      options for navigator.credentials.get
//	POST passkey/login/finish     its answer; opens the session
//	POST passkey/register/begin   {"name", "person"}: options for …create
//	POST passkey/register/finish  its answer
//	POST passkey/revoke           {"id"}
//	POST enter                    {"token"}: the one-time link, as the node's owner
//	GET  sessions, POST sessions/end
//	POST leave                    ends the session; says where to sign out further
//
// Bodies and answers are JSON; errors are problem details (RFC 9457). A person registers
// passkeys for themselves. The owner, who came by the one-time link, registers them for
// the person whom they name; one who is new becomes the first administrator.
//
// Guarantees: every POST comes from a page of this node (Sec-Fetch-Site or Origin), every
// ceremony is finished by the browser that began it, once; the session's token is new at
// every sign-in. Failures are answered alike and slowed down by address and by address
// and account. No token, code, challenge or cookie is logged.
package signin
