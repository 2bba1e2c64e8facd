// Package stream reads and writes STIX objects that come in numbers.
//
// What comes in ([NewReader]): a bundle with its properties in any order, a JSON
// array of objects, one object, or objects after one another (JSON lines). What
// goes out: one [Item] after the other, with the object, its bytes as they were
// and its place; the properties of the bundle around them come at its end. The
// other way, [BundleWriter] and [WriteBundle] make a bundle object by object.
//
// Guarantees: memory is bounded by the largest object and
// [ReaderOptions].MaxObject, whatever the size of the stream; an object that
// cannot be read is an Item with an error in its place and the stream goes on,
// so nothing is dropped in silence; what is written reads back equal.
//
// Refused: input that is cut off or whose framing is broken, with the place,
// because what follows cannot be told apart; UTF-16; what [stix.Parse] refuses.
// It does not judge objects by the rules of STIX; stix/check does.
package stream
