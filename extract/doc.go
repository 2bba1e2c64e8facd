// Package extract turns a report into text and says what stands where in it.
//
// What comes in: the bytes of one document and its name ([Read]). Plain text,
// HTML, PDF, DOCX and e-mail are told apart by their content; the name only
// decides between text and HTML where the content leaves it open. What goes
// out: a [Document] with the text that a person would see, its title, date and
// language if it states them, its attachments as parts that are documents
// themselves, and a span for every indicator and every known party that the text
// names; and the same as STIX objects ([Document.Objects]).
//
// This package is the door. Behind it, each with its own manual: page draws the
// text of plain text, HTML and DOCX, pdf that of a PDF, charset tells what
// encoding bytes are in, indicator finds what can be looked up, gazetteer the
// names. E-mail is read here, since its parts are documents in a document.
//
// Guarantees: Text is valid UTF-8 without control or bidirectional override
// characters; a span's Raw is exactly Text[Start.Byte:End.Byte]. Time is linear
// in the input and memory bounded by [Options]; what a limit cut, what could not
// be read and what was left out is in Notes, never silent. A reading that has a
// second explanation carries a Doubt in words.
//
// Refused, with errs.Invalid: types that are none of the five, files over the
// limits, archives that unpack to more than they should, XML with a document
// type declaration, encrypted documents. A document is never executed and never
// fetches anything.
package extract
