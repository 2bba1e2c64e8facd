// Package lists reads the authorities' official lists and turns them into
// parties and designations, one reader per authority.
//
// What comes in: the bytes of the files that an authority publishes, with
// their names ([Read]): OFAC's SDN list (csv), the Security Council's
// consolidated list (XML), the asset-freeze list of Japan's Ministry of
// Finance (csv, xlsx, or retyped rows) and the restricted persons of Korea's
// KoFIU (retyped notice rows). What goes out: a [Version], with one [Entry]
// for each listing, every name, date, document, address and wallet with the
// place where it stands ([record.Where]: sha256 of the file, row, column, byte
// offsets), what was taken for orphaned or doubtful, and the counts. [Import]
// compares it with the version in force and appends what changed.
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
// untouched then. docs/lists.md has the columns and traps of each list.
package lists
