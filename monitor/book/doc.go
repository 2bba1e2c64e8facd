// Package book keeps the customers of an organisation, encrypted, so that they
// can be screened again and again without being asked for again.
//
// What comes in: customers ([Customer]) under their owner's own references, and
// notes that others keep with them (package monitor: alerts). What goes out:
// the same, after the key has been read ([ReadKey], [OpenShelf]).
//
// A book is a folder with a log and segments. The log is a file of frames, each
// encrypted by itself with age (age-encryption.org/v1, X25519), numbered and with
// the hash of the frame before, so that a frame that is changed, exchanged or
// taken from the middle is noticed. A segment is one age file with some ten
// thousand customers; the frame that names it has its hash. A change is one
// frame: it is on disk, whole, before it is acknowledged, or it is not there.
// What a crash left torn at the end was never acknowledged; it is cut off, and
// said ([Book.Notes]).
//
// Nothing is written in plain text, in temporary files neither; errors and notes
// name files and frames, never what stands in them. In memory, all of a book that
// is open is plain. Who removes a customer, or a book, and compacts ([Book.Compact])
// has no bytes of them left in the node's folder; copies of the folder have them.
//
// The key is a file of the node's folder for its owner only, or encrypted with a
// passphrase. Without it a book is lost: there is no other way in. What cannot be
// noticed is a whole folder that was put back as it was earlier.
package book
