package screen

import (
	"time"

	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/record"
)

// Kind says what an input was taken for.
type Kind string

// The kinds of question.
const (
	Auto     Kind = ""
	Name     Kind = "name"
	Wallet   Kind = "wallet"
	Domain   Kind = "domain"
	URL      Kind = "url"
	Email    Kind = "email"
	IP       Kind = "ip"
	Hash     Kind = "hash"
	Document Kind = "document"
	ObjectID Kind = "id"
)

func (k Kind) known() bool {
	switch k {
	case Auto, Name, Wallet, Domain, URL, Email, IP, Hash, Document, ObjectID:
		return true
	}
	return false
}

// Query is one question: a name or identifier, and what else is known of whom
// it is about. What is known besides is evidence for or against each candidate
// and never looked up by itself, except for identifiers.
type Query struct {
	Text        string      `json:"text,omitempty"`
	Kind        Kind        `json:"kind"`                  // Auto: Cordon decides and offers the other readings
	Limit       int         `json:"limit,omitempty"`       // candidates at most; 0 means DefaultLimit
	Profile     string      `json:"profile,omitempty"`     // recall, balanced, precision; "" means balanced
	Birth       record.Date `json:"birth,omitempty"`       // date of birth in the precision known
	Place       string      `json:"place,omitempty"`       // place of birth
	Country     string      `json:"country,omitempty"`     // nationality, compared with what lists print only
	Identifiers []string    `json:"identifiers,omitempty"` // document numbers, IMO, SWIFT, wallets: one that is met decides first
	// AlertsOnly leaves out what is below the profile's threshold: names that are
	// near, and parts of names.
	AlertsOnly bool `json:"alerts_only,omitempty"`
	// OFACMin asks as OFAC's own search does: for names that OFAC lists whose
	// score there (package match/parity) is at least this, 50 to 100.
	OFACMin int `json:"ofac_min,omitempty"`
	// Reference is the asker's own id of whom it is about. Nothing is looked up by
	// it; a clearance may hold for it alone.
	Reference string `json:"reference,omitempty"`
	// AsOf asks of a day, 2023-06-01, or a moment, 2023-06-01T14:00:00Z: what would
	// have been found with the lists that were in force then. "" asks of now.
	AsOf string `json:"as_of,omitempty"`
}

// DefaultLimit is how many candidates an answer holds unless asked otherwise;
// what is cut is said in the answer.
const DefaultLimit = 25

// Reading is one way in which an input can be read.
type Reading struct {
	Kind      Kind   `json:"kind"`
	Canonical string `json:"canonical,omitempty"` // the form that was looked up
	Note      Text   `json:"note,omitzero"`       // why it is read so, e.g. "checksum verified, bitcoin p2pkh"
}

// State is what an answer amounts to. None of them says that somebody is clean.
type State string

// The four states.
const (
	Hit    State = "hit"    // an identifier that is one party's own was found: wallet, document, domain, or e-mail
	Likely State = "likely" // a name that a list has in force; a second identifier would settle it
	Open   State = "open"   // something near; a person has to look
	None   State = "clear"  // not found in what was checked; never "clean"
)

// Text is a sentence of an answer as a message key with its arguments, so that
// every face says it in the reader's language.
type Text struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

// Interval is a probability with its doubt: 0 ≤ Low ≤ Mid ≤ High ≤ 1.
type Interval struct {
	Low  float64 `json:"low"`
	Mid  float64 `json:"mid"`
	High float64 `json:"high"`
}

// Answer is what Cordon says to one question.
type Answer struct {
	Query      string      `json:"query"`
	Reading    Reading     `json:"reading"`
	Others     []Reading   `json:"others,omitempty"` // the other readings, each can be asked for
	State      State       `json:"state"`
	Say        Text        `json:"say"` // the first line: a sentence that a person can act on
	More       []Text      `json:"more,omitempty"`
	Candidates []Candidate `json:"candidates"`    // best first
	Cut        int         `json:"cut,omitempty"` // candidates beyond the limit, counted and not shown
	Checked    []Checked   `json:"checked"`       // what was looked through, and what was found there
	NotChecked []Text      `json:"not_checked,omitempty"`
	Stands     Stands      `json:"stands"`
}

// Candidate is one object that may be what was asked for.
type Candidate struct {
	Object      string           `json:"object,omitempty"` // id of the party, or of the indicator, report or other object
	Type        string           `json:"type,omitempty"`   // its STIX type
	PartyKind   record.PartyKind `json:"party_kind,omitempty"`
	Title       string           `json:"title,omitempty"` // its primary name or value
	Matched     Match            `json:"matched"`
	Probability Interval         `json:"probability"` // that this party is meant
	// Score is the probability that the name asked for and the name that was met
	// may be one person's, with what else is known of both: what alerts are ranked
	// and decided by. 1 for an identifier.
	Score float64 `json:"score"`
	// Alert is set when the score reaches the threshold of the profile.
	Alert bool `json:"alert,omitempty"`
	// OFAC is the score that OFAC's own search would show, 0 unless asked for.
	OFAC     int       `json:"ofac,omitempty"`
	Listings []Listing `json:"listings,omitempty"`
	Reasons  []Reason  `json:"reasons,omitempty"`
	Settle   []Text    `json:"settle,omitempty"` // what would settle it
	// Cleared is set when people have decided that this is not who was asked for:
	// it stays where it was found and is no alert while that holds.
	Cleared *Clearance `json:"cleared,omitempty"`
}

// Clearance says who has decided that a question is not a candidate, why, and
// until when. See package screen/clearance.
type Clearance struct {
	ID          string    `json:"id"`
	Reason      string    `json:"reason"`
	Author      string    `json:"author"`
	ConfirmedBy string    `json:"confirmed_by"`
	Until       time.Time `json:"until"` // it holds before this moment
}

// Match is the name or selector of the candidate that was met.
type Match struct {
	Kind    Kind            `json:"kind"`
	Text    string          `json:"text,omitempty"` // as the source prints it
	Role    record.NameKind `json:"role,omitempty"`
	Quality record.Quality  `json:"quality,omitempty"`
	How     string          `json:"how,omitempty"` // exact, folded, order, reading, similar, partial, contains, identifier
	Where   record.Where    `json:"where,omitzero"`
}

// Reason is one step of why, for or against.
type Reason struct {
	Text   Text   `json:"text,omitzero"`
	Weight string `json:"weight,omitempty"` // "for", "against", "unknown"
	Tag    string `json:"tag,omitempty"`    // exact, folded, order, reading, similar, partial, contains, weak-alias, identifier, birth, source …
}

// Listing is one designation of a candidate, as the list says it.
type Listing struct {
	Designation string       `json:"designation,omitempty"` // object id
	Authority   string       `json:"authority,omitempty"`
	Nation      string       `json:"nation,omitempty"`
	List        string       `json:"list,omitempty"`
	Entry       string       `json:"entry,omitempty"`
	ListedOn    record.Date  `json:"listed_on,omitempty"`
	Programmes  []string     `json:"programmes,omitempty"`
	NameThere   string       `json:"name_there,omitempty"`
	Status      string       `json:"status,omitempty"` // record.InForce or record.Removed
	Press       bool         `json:"press,omitempty"`  // known from an announcement, not read from the list
	Where       record.Where `json:"where,omitzero"`
}

// Checked is one list that was looked through.
type Checked struct {
	List      string      `json:"list,omitempty"`
	Authority string      `json:"authority,omitempty"`
	Nation    string      `json:"nation,omitempty"`
	Date      record.Date `json:"date,omitempty"` // of the version in force here; "" if the list does not say
	Entries   int         `json:"entries,omitempty"`
	Found     int         `json:"found,omitempty"` // candidates that it lists, met by their identifier or their full name
	Near      int         `json:"near,omitempty"`  // others that it lists, of those shown at most, such as those with parts of the name
}

// Stands says what an answer stands on, so that it can be given again.
type Stands struct {
	Seq      int64         `json:"seq"` // journal sequence that the index had reached
	Rules    string        `json:"rules,omitempty"`
	Profile  match.Profile `json:"profile,omitzero"` // the threshold that was asked for, and its rate of alerts on clean names
	Software string        `json:"software,omitempty"`
	At       time.Time     `json:"at,omitzero"`
	// AsOf is the day or moment that was asked of, and Lists which version of each
	// list was in force then.
	AsOf  string     `json:"as_of,omitempty"`
	Lists []ListThen `json:"lists,omitempty"`
}

// ListThen is a list at the moment that was asked of.
type ListThen struct {
	List    string      `json:"list"`
	Missing bool        `json:"missing,omitempty"` // no version of that moment is in this node
	Version string      `json:"version,omitempty"` // id of the list version
	Date    record.Date `json:"date,omitempty"`
	SHA256  []string    `json:"sha256,omitempty"` // of its files
}
