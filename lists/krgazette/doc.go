// Package krgazette reads the Republic of Korea's autonomous designations of the
// DPRK as the official gazette (관보) publishes them: persons and organisations with
// whom payments need a licence under the Foreign Exchange Transactions Act
// (외국환거래법).
//
// The law's authority is the Ministry of Economy and Finance (기획재정부, code
// KR-MOEF): the notices (고시) amend its "guidelines on licences for payments and
// receipts to carry out obligations for international peace and security"
// (국제평화 및 안전유지 등의 의무이행을 위한 지급 및 영수허가지침). The Ministry of Foreign
// Affairs chooses and announces the designations, and KoFIU restricts the same
// parties under another act (package krkofiu); that is why the authority here is
// not KR-MOFA. Address: the gazette, gwanbo.go.kr, and the ministry's page of
// notices.
//
// The notices are documents (hwp, pdf) without a table for machines. Two forms are
// read: the table's text as it is drawn from one notice, and rows retyped from one
// or more notices, as csv or parted by "|". **Both are forms from public
// descriptions of the notices (number, name in Hangul with the Latin name in
// brackets, date of birth, passport number, affiliation and position, date of
// designation); no notice was at hand, and they await a first live run.**
//
// Traps: a notice names only the parties that it adds, so a version needs all
// notices: give the files together, or the rows of all in one file; importing the
// newest alone would be refused as a list that shrank. Numbers begin anew in each
// notice, for persons and for organisations, so an entry is notice, kind and
// number (2024-28-p-3). A delisting is a notice too: the party's row is taken out of
// the retyped rows, whose numbers may have gaps for that. Names of one spelling are common: the date of birth and the
// passport number tell persons apart.
//
// Refused: another header or label, a notice without number, numbers of a notice
// that do not run from one, numbers of rows that do not grow, a name without Hangul, a date in another form, an entry twice.
package krgazette
