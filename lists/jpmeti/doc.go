// Package jpmeti reads two lists of Japan's Ministry of Economy, Trade and
// Industry, which keeps the country's export control.
//
// Foreign End User List (外国ユーザーリスト, [EndUsers]): organisations of which it is
// feared that they develop weapons of mass destruction, and since October 2025
// conventional ones. It is no ban: an export to them needs a licence unless it is
// plain that it serves no such end. The page
// www.meti.go.jp/policy/anpo/law00.html names the current workbook
// (20250929_4.xlsx), with the columns number, country, organisation, aliases, kind
// of weapon, and since 2025 conventional weapons; headers and countries stand in
// Japanese and, on a second line, in English. The form is from public readers of
// the workbook and awaits a first run on a live file. Traps: the numbers run
// through the list and move when an organisation comes in between, so an entry is
// known by country and name; aliases stand on lines that begin with "・".
//
// Parties under an export ban (特定団体, [Banned]): parties of Russia, Belarus and
// third countries, named by notices (告示) of the Ministry of Foreign Affairs under
// the Export Trade Control Order and published as PDF on METI's page on Russia.
// What is read is the text drawn from them, one file for each notice; files given
// together are one version, and an entry is notice and number (R4-82-13: the 82nd
// notice of the fourth year of Reiwa, number 13). Traps of the text: a page's end
// glues the next number to the last word ("Armenia.4 …"), the Japanese name to
// the Latin one, the last alias to the address; numbers stand in full width up to
// nine; lines break inside names; a declared number of aliases is now and then not
// the one that follows, which is a warning. The date of designation in the header
// is that of the notice: an entry that was added later has no date of its own, so
// entries have none.
//
// Refused: another header, a notice twice, a number that is missing, an entry
// without a name in Japanese or Latin, or without an address; of the workbook
// another sheet, header, kind of weapon or gap in the numbers.
package jpmeti
