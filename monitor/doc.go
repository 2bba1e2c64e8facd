// Package monitor keeps watch over an organisation's customers: it screens those
// whom a change of the lists can concern, and keeps what comes of it as alerts
// until people have decided on them.
//
// What comes in: customers, into books (package monitor/book: encrypted, never in
// the journal), and changes of the journal ([Desk.Follow]). What goes out: alerts
// with their evidence, owner, deadline and history ([Desk.Alerts]), and messages
// that say how many there are and never whom they are about ([Message]).
//
// Guarantees. After [Desk.Follow] a book has exactly the alerts that screening
// every customer anew would give ([Desk.Rescreen]): whom to ask for is found by
// an index that holds everybody who can reach the lowest threshold
// ([match.Roster]), by identifiers, and by the alerts that there are; whether
// they do is decided by package screen, by the same questions. How far a book was
// screened is written with the alerts in one step, so that nothing is missed when
// the node stops in between. An alert is about one customer and one listed party.
// What somebody has cleared stays cleared until the entry of the party changes,
// what is known of the customer changes, or its day has come. No step of a state
// is without who, when and why.
//
// Refused: decisions without a person or a reason, steps that a state does not
// have, and everybody but the node's own people. Errors and logs name books by
// their ids and customers not at all.
package monitor
