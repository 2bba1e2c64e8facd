// Package krkofiu reads the list of restricted persons (금융거래등제한대상자) of the
// Republic of Korea's Financial Services Commission, kept by its Financial
// Intelligence Unit, KoFIU: the autonomous DPRK part.
//
// Address: KoFIU's page "금융거래등 제한대상자 지정" and the Commission's notices.
// The law is the Act on Prohibition against the Financing of Terrorism and
// Proliferation of Weapons of Mass Destruction, article 4. The notices are
// documents (hwp, pdf) without a table for machines, so the form read here is
// rows retyped from them, parted by "|": number, type (person, org), name in
// Hangul, names in Latin parted by ";", note. The note's form is this project's
// own: "DOB 1956-01-03", "aka NAME", what the retyper says of a gap, or words
// of the notice (an employer), parted by ";".
//
// Traps: about half of the rows have no Latin name; a name of a foreign company
// stands in Han characters in the Hangul column; a Latin name that was cut before
// it was retyped ends in "..." and is kept as a fact, because it would match
// everybody of that family name; the retyped rows bear no listing date.
//
// Refused: another header, a number that stands twice, a type other than person
// and org, names in the script of the other column, a date of birth in another
// form.
package krkofiu
