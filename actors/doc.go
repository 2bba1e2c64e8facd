// Package actors shows what each source says of a threat actor, side by side, and
// where sources disagree.
//
// In come a journal and a name ([Find]): the name itself, a synonym or the number that
// a source gives (G0032). Out comes a [View]: one [Statement] for each object of each
// source that bears the name, with its synonyms, the countries and sponsors that it
// states, what its text says of countries, its versions' time and the place in the
// archived input; and the [Disagreement]s: another country, another sponsor, and
// synonyms that stand for two clusters.
//
// Guarantees: nothing is merged, by name or otherwise; a statement is one source's
// object as that source last wrote it, also where another source wrote a later version
// under the same id. What a text says is told as a reading with the sentence and never
// counts as stated. Only what the viewer may see takes part, decided inside the query.
//
// It does not say who is right, and it follows no relation from name to name.
package actors
