// Package lists is the door of the official lists: files of an authority in,
// parties and designations out.
//
// What comes in: the bytes of the files that an authority publishes, with their
// names ([Read]). Each list has a package of its own, which is the page on its
// authority, address, form and traps: OFAC's lists (lists/ofac), the United
// States' screening and denied persons lists (lists/csl), the Security Council's
// (lists/un), the European Union's by the Commission (lists/eu) and by the Official
// Journal (lists/eujournal), those of the United Kingdom (lists/uk), Australia
// (lists/au) and Switzerland (lists/ch), of Japan's Ministries of Finance
// (lists/jpmof) and of Economy (lists/jpmeti), and of Korea's KoFIU
// (lists/krkofiu) and gazette (lists/krgazette). What goes out: a [Version], with one [Entry] for each listing,
// every name, date, document, address and wallet with the place where it stands
// ([record.Where]: sha256 of the file, row, column, byte offsets), what was taken
// for orphaned or doubtful, and the counts. [Import] compares it with the version
// in force and appends what changed. Another list is another package and a line
// in readers.
//
// Guarantees: reading is pure and all or nothing; the whole of every remark is
// kept, and what has no field of its own becomes a fact, never nothing;
// objects are deterministic, so two nodes that import the same files in the
// same order hold the same bytes; a version comes into force with its last
// batch, by its list-version object, or not at all.
//
// Refused: every departure from the published form, as a [*Drift] with file,
// row, column, what was expected and what was found (width, header, encoding,
// number, category, cut or doubled rows, a file in the place of another), and a
// version without a date after a first one. Held, as a [*Hold] with its difference
// from the version in force, until two persons release it: a version that lost too
// much or is named anew, an older one, another content of the same date, files
// without the hash that the authority states. The version in force stays untouched
// then. docs/lists.md has the columns of each list. [Diff] tells two versions
// apart; package lists/history has those of a day.
package lists
