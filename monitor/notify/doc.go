// Package notify sends messages out, by webhook and by mail, until they have
// arrived.
//
// What comes in: messages with an id ([Queue.Add]). What goes out: an HTTP POST
// signed in the Standard Webhooks style (headers webhook-id, webhook-timestamp
// and webhook-signature: v1 and HMAC-SHA256 over id, timestamp and body), or a
// mail over TLS, to every target of the configuration.
//
// Guarantees: a message that was added is on disk before that is acknowledged,
// and is sent again after growing waits with chance in them ([Wait]) until a
// target takes it or [MaxAttempts] are over. Every attempt bears the same id, so
// that who receives can tell; an id that a target has taken is never sent to it
// again, however often it is added. What is given up is kept and shown
// ([Queue.Deliveries]) and can be sent again by hand. Clocks and chance are passed
// in.
//
// Only https is used, and http to this machine by a literal loopback address;
// redirects are not followed, and addresses of one's own network are refused
// after their names are resolved unless a target allows them: who can set an
// address must not reach what only the node can. Proxies of the environment are
// not used. Mail goes over TLS or not at all. What a target answers is not kept,
// but for its status. Messages hold no names of customers; their references only
// for targets that are configured so.
package notify
