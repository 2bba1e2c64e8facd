// Package document sets a text with headings, tables and quotations as DOCX,
// HTML and PDF.
//
// In comes a [Document]: paragraphs, tables and quotations made of runs, each run
// with its language, and a [Running] line with the markings. Out come bytes:
// [Document.DOCX] (Office Open XML, ISO/IEC 29500 transitional), [Document.HTML]
// (one file that asks for nothing else) and [Document.PDF] (the HTML printed by a
// Chromium of the machine's own).
//
// Guarantees: markings stand in head and foot of every page; the same document
// gives the same DOCX and HTML byte for byte, and the same PDF from one Chromium;
// nothing in a text acts: XML and HTML are escaped, and control characters,
// bidirectional controls (Unicode UAX #9), invisible characters and bytes that are
// not UTF-8 are shown as small boxes with their code point. A run of another
// language than the document's names its language and an East Asian font.
//
// Refused: a document without title, marking or date, and more than [MaxBlocks]
// blocks, [MaxRows] rows or [MaxText] bytes of text (errs.Invalid); a PDF where no
// Chromium is found or it does not print in time (errs.Unavailable).
package document
