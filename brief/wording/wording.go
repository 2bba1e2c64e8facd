// Package wording holds the fixed texts of packets in English, Japanese and Korean.
//
// [Of] gives the [Words] of a language: sentences with places {0}, {1} …, which
// [Fill] fills, and families of words for closed vocabularies, which [Word] looks
// up. Every field is there in every language; a test holds that, and that the
// places are the same. British spelling in English; the polite form of a government
// desk in Japanese (です・ます) and Korean (합니다).
//
// It knows nothing of packets and escapes nothing.
package wording

import "strings"

// Words are the fixed texts of one language. Places are {0}, {1} …; a date goes
// through [Words.Day] before it stands in a sentence. A family has one text for
// each value of a closed vocabulary; a value without one is shown as it stands,
// because lists bring their own.
type Words struct {
	Kicker, Title                              string // above the title; running head: {0} authority
	Page                                       string // {page}, {pages}
	ForDesk, From, Date, Marking, Packet, Kind string

	Lead map[string]string // by gap: {0} authorities, {1} recipient, {2} lists with dates
	// Nobody is the lead's {0} when no authority lists the party now.
	Nobody                          string
	What, WhatIs, WhatIsNot         string // a heading and two lists, one sentence a line
	Party, Names, Readings          string
	NamesHead                       [3]string // spelling, what it is, source
	ReadingsSub                     string
	ReadingsHead                    [4]string // form, of, how, weight
	Details                         string
	Facts                           map[string]string
	FactHead                        [2]string // value, source
	Circa                           string    // {0}
	Absent                          string    // {0} kinds
	WalletsHead                     [4]string
	WalletCheck                     map[string]string
	NotSaid                         string // in a cell where the source says nothing
	Listings, ListingsSub, NoOne    string
	ListingsHead                    [5]string
	Looked, LookedSub               string
	LookedHead                      [4]string
	Result                          map[string]string
	RecipientMark                   string
	NotLoaded                       string // {0} lists
	Statements, StatementsSub, None string
	StatementKind                   map[string]string

	Identity, IdentitySub  string
	Doubt                  map[string]string // {0} number, {1} of which
	EntriesHead            [2]string
	Decision               map[string]string // by verdict: {0}, {1} entries
	ByRules, ByPerson      string            // {0} set of rules or nothing, {1} date
	Confidence             string            // {0} word, {1} number
	ConfidenceWord         [4]string         // none, low, medium, high
	Why                    string            // {0}
	ReasonsHead            [4]string         // what, weight, first, second
	Reason, Weight         map[string]string
	Open, OpenSub, NoOpen  string
	Contradicts            string
	ContradictsSub, Agrees string

	Mentions, MentionsSub, NoMentions string
	Claims, Losses, Reports           string
	LossHead                          [5]string
	Attributed                        string // {0} by whom, {1} date
	Level, Status                     map[string]string

	Exhibits, ExhibitsSub string
	ExhibitHead           [3]string // number, what, places
	ExhibitList           string    // {0} list, {1} version, {2} authority
	Bytes                 string    // {0}
	NotArchived           string

	Limits            string
	LimitLines        []string
	LeftOut           string            // {0} number, {1} rule
	LeftRule          map[string]string // by rule
	NothingLeftOut    string
	CutLine           string // {0} number, {1} what
	CutWhat           map[string]string
	MadeBy            string // {0} software, {1} packet id
	Script, NameKind  map[string]string
	Quality, PartyOf  map[string]string
	Language, System  map[string]string
	ReadingWeight     map[string]string
	DesignationStatus map[string]string
	Press             string
	Entry, Row        string // {0}
	Column, Element   string // {0}
	Span              string // {0}, {1}
	Version           string // {0} date
	Undated           string
	DocumentKind      map[string]string
	Authority         map[string]string // by short name
	Months            []string          // English only
	DayForm           [3]string
	Comma             string
}

// tables are the languages of packets.
var tables = map[string]*Words{"en": &english, "ja": &japanese, "ko": &korean}

// Of returns the words of a language: en, ja or ko.
func Of(lang string) (*Words, bool) {
	w, ok := tables[lang]
	return w, ok
}

// Fill puts arguments into the places of a text.
func Fill(text string, args ...string) string {
	var pairs []string
	for i, a := range args {
		pairs = append(pairs, "{"+string(rune('0'+i))+"}", a)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Word is the word for a value of a family, or the value.
func Word(family map[string]string, value string) string {
	if w, ok := family[value]; ok {
		return w
	}
	return value
}

// Day writes a date as sentences of the language do, in the precision that it has.
func (w *Words) Day(d string) string {
	parts := strings.Split(d, "-")
	if len(parts) > 3 || len(parts) == 0 || d == "" {
		return d
	}
	for i, p := range parts[1:] {
		parts[i+1] = strings.TrimLeft(p, "0")
	}
	if len(parts) > 1 && w.Months != nil {
		for i, name := range w.Months {
			if parts[1] == string(digits(i+1)) {
				parts[1] = name
				break
			}
		}
	}
	return Fill(w.DayForm[len(parts)-1], parts...)
}

func digits(n int) string {
	if n >= 10 {
		return "1" + string(rune('0'+n-10))
	}
	return string(rune('0' + n))
}
