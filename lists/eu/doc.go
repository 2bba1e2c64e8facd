// Package eu reads the consolidated list of persons, groups and entities subject to
// European Union financial sanctions, which the European Commission keeps (FSF, the
// Financial Sanctions Files): the asset freezes of all regimes of the Council in
// one file.
//
// Address: xmlFullSanctionsList_1_1 of webgate.ec.europa.eu/fsd/fsf, which the page
// of the data set on data.europa.eu names. The form is XML by the Commission's
// schema 1.1 (namespace http://eu.europa.ec/fpi/fsd/export); its source here are the
// classes that public programmes have generated from schema_1_1.xsd, with every
// element and attribute. It awaits a first run on a live file.
//
// What is in force is the law in the Official Journal, which lists/eujournal reads
// by act; this list has the Commission's own numbers (EU.27.28), one for each party,
// and leaves out measures other than the freezing of assets.
//
// Traps: nearly everything stands in attributes, empty ones included; no name is
// marked as the primary one, so the first strong name in Latin letters is taken;
// what is unknown is the country UNKNOWN with the code 00; the quality of a name
// taken over from the Security Council can stand in its remark ("low quality a.k.a.")
// while strong is true; a date of birth in another calendar is kept as words; the
// act of an entry is the last one that changed it, so without a designationDate the
// earliest act that the entry cites anywhere stands for the listing date, and the
// listing can be older; an entry can be without an act; numbers of identity are now
// and then remarks of an address; generationDate changes with every download.
//
// Refused: elements and attributes that the schema does not have, a number that
// stands twice, an entry without a number, a name or a subject type, dates in another
// form, values outside the closed columns (subject type, strong, circa).
package eu
