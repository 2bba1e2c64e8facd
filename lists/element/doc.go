// Package element reads XML lists strictly, one entry at a time, and says where
// each element stands.
//
// What comes in: the bytes of a file and its [Form]: the root, which elements and
// attributes may stand where, and which elements are entries. What goes out of
// [File.Read]: each entry as a [Node] with its texts, attributes, children and byte
// offsets; the elements around the entries are told when they open. Only one
// entry is in memory at a time.
//
// Guarantees: the bytes between a node's offsets are that element in the file; an
// element or attribute that the form does not have is never passed over, except
// below an element that the form says to skip; document types, entities beyond
// those of XML itself and processing instructions do not reach a parser's tables,
// so nothing expands.
//
// Refused, as a [listing.Drift] with row, column and path: what is no well-formed
// UTF-8 XML, another root, unknown elements or attributes, an attribute that stands
// twice, text where there are only elements, control characters, a file that ends
// early or goes on after its root, texts above [listing.MaxCell], entries beyond
// [listing.MaxEntries], more than [MaxNodes] elements below one entry or [MaxDepth]
// levels.
package element
