// Package web is Cordon's site for people, in English, Japanese and Korean.
//
// In come HTTP requests of a browser; out goes HTML that reads, prints and works
// without JavaScript. [New] takes a [Config]: where objects are read, how a one-time
// token becomes a viewer, and the rooms with the pages of the desks ([Room]), which
// are packages of their own and show themselves through the site ([Server.Frame],
// [Server.Render]). The site holds nothing but sessions, in memory; a restart ends
// them.
//
// Guarantees: every read is made for the viewer of the session, and without a
// session there is no read at all, only the page that says how to get in. What
// a viewer may not know looks exactly like what is not there. All that comes
// from outside is escaped; names are isolated, so that a right-to-left override
// in one cannot reach the words around it, and control characters are shown as
// their code points. No page asks any other origin for anything; scripts and
// styles come from files of this package alone, under a policy without
// exceptions. An answer that was cut says so; what was not found is said in
// words, with the date of the list, and never left blank.
//
// Refused: a Host that is neither loopback nor configured (DNS rebinding), unsafe
// methods from another origin, bodies above the limits, tokens tried too often.
//
// Words live in messages/*.toml, one catalogue for each language with the same
// keys, never in code or templates, and are said by web/say; web/view makes rows,
// cells and sentences of what the rooms answer; looks live in static/tokens.css. The few
// rules of both are in docs/ui.md.
package web
