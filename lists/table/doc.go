// Package table reads delimited texts strictly and says where each cell stands.
//
// What comes in: the bytes of a file and its [Form] (what parts the cells,
// whether they may be quoted, how the text ends). What goes out of a [Table]: one
// record after another, each cell with its text and its place as a
// [record.Where]: sha256 of the file, row, column and byte offsets, also of a
// piece of a cell. encoding/csv keeps no offsets of what stands behind a doubled
// quote and mends what it should not.
//
// Guarantees: the bytes between a place's offsets are what the cell says, unless
// quotes inside it were doubled, in which case a piece has the place of its cell;
// a record is never longer or shorter than the form allows without a refusal.
//
// Refused, as a [listing.Drift] with row and column: a quote that is not closed
// or stands in the middle, a line break where the form has none, text that is no
// UTF-8 or holds control characters, another header or width, a text that ends
// before its mark of the end, cells above [listing.MaxCell], rows beyond
// [listing.MaxEntries].
package table
