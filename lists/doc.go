// Package lists is the door of the official lists: files of an authority in,
// parties and designations out.
//
// What comes in: the bytes of the files that an authority publishes, with their
// names ([Read]). Each list has a package of its own, which is the page on its
// authority, address, form and traps: OFAC's SDN list (lists/ofac), the Security
// Council's consolidated list (lists/un), the asset-freeze list of Japan's
// Ministry of Finance (lists/jpmof), the restricted persons of Korea's KoFIU
// (lists/krkofiu). What goes out: a [Version], with one [Entry] for each listing,
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
// number, category, cut or doubled rows, a file in the place of another), a
// version older than the one in force or undated after a first one, and a list
// that lost entries beyond [ImportOptions]. The version in force stays
// untouched then. docs/lists.md has the columns of each list.
package lists
