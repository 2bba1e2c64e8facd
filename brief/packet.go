package brief

import (
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
)

// Form is the form of the packet's JSON: 1 = November 2026.
const Form = 1

// Packet is a listing packet. Empty fields mean that the lists loaded say nothing
// of the kind, never that there is nothing.
type Packet struct {
	Form     int         `json:"form"`
	ID       string      `json:"id"`   // of the STIX report: report--UUIDv5 over what it holds
	Lang     string      `json:"lang"` // en, ja, ko
	Date     record.Date `json:"date"`
	By       string      `json:"by"` // the node that made it
	Software string      `json:"software,omitempty"`
	For      Recipient   `json:"for"`
	Marking  Marking     `json:"marking"`
	// Gap is how the party stands with the recipient: not-found, listed, removed,
	// press, not-loaded.
	Gap  string           `json:"gap"`
	Name string           `json:"name"` // the first entry's primary name
	Kind record.PartyKind `json:"kind"`

	Names    []ScriptNames `json:"names"`
	Readings []Reading     `json:"readings"`
	Facts    []FactGroup   `json:"facts"`
	Absent   []string      `json:"absent"` // kinds of facts that no entry states
	Wallets  []Wallet      `json:"wallets"`

	Listings   []Listing   `json:"listings"`
	Looked     []Looked    `json:"looked"`
	NotLoaded  []ListName  `json:"not_loaded"` // lists that Cordon reads and this node does not have
	Statements []Statement `json:"statements"`

	Entries        []Entry         `json:"entries"`
	Decisions      []Decision      `json:"decisions"`
	Open           []Decision      `json:"open"` // undecided pairs with a party that is not in the packet's group
	Doubts         []Doubt         `json:"doubts"`
	Contradictions []Contradiction `json:"contradictions"`

	Claims  []Claim   `json:"claims"`
	Losses  []Loss    `json:"losses"`
	Reports []Mention `json:"reports"`

	Exhibits []Exhibit `json:"exhibits"`
	LeftOut  []LeftOut `json:"left_out"`
	Cut      []Cut     `json:"cut"`

	objects []stix.Object
	marks   []string
}

// Recipient is the desk that a packet is for.
type Recipient struct {
	Nation    string `json:"nation"`
	Authority string `json:"authority"`
	Name      string `json:"name"`
}

// Marking is the strictest marking of anything in the packet.
type Marking struct {
	TLP    string   `json:"tlp"`
	Others []string `json:"others,omitempty"` // names or statements of other markings
}

// Source is who says a thing, and where in the exhibits it stands.
type Source struct {
	Exhibit   string       `json:"exhibit,omitempty"` // E-1; "" when nothing is archived
	Authority string       `json:"authority,omitempty"`
	List      string       `json:"list,omitempty"`
	Version   record.Date  `json:"version,omitempty"` // the list's own date
	Entry     string       `json:"entry,omitempty"`
	Press     bool         `json:"press,omitempty"`
	Where     record.Where `json:"where,omitzero"`
	URL       string       `json:"url,omitempty"`
}

// ScriptNames are the names in one script.
type ScriptNames struct {
	Script string `json:"script"` // ISO 15924
	Names  []Name `json:"names"`
}

// Name is one spelling with all who print it.
type Name struct {
	Text string `json:"text"`
	Says []Said `json:"says"`
}

// Said is what one source calls a name.
type Said struct {
	Kind    record.NameKind `json:"kind"`
	Quality record.Quality  `json:"quality,omitempty"`
	Source  Source          `json:"source"`
}

// Reading is a form of a name that rules give and no list prints.
type Reading struct {
	Of       string `json:"of"`
	Text     string `json:"text"`
	Language string `json:"language"` // in which the name was read: korean, mandarin …
	System   string `json:"system"`   // by which it is written: hangul, katakana, dprk …
	Weight   string `json:"weight"`   // likely, possible
}

// FactGroup is all that is stated of one kind: births, places, nations, gender,
// titles, documents, addresses, websites, emails, phones, links.
type FactGroup struct {
	Kind  string `json:"kind"`
	Facts []Fact `json:"facts"`
}

// Fact is one value with all who state it.
type Fact struct {
	Text    string   `json:"text"`             // as the source words it
	Detail  string   `json:"detail,omitempty"` // kind of document or tie, country
	Circa   bool     `json:"circa,omitempty"`
	Sources []Source `json:"sources"`
}

// Wallet is a cryptocurrency address as listed, and what package coin finds.
type Wallet struct {
	Asset     string   `json:"asset,omitempty"`
	Address   string   `json:"address"`
	Canonical string   `json:"canonical,omitempty"`
	Chain     string   `json:"chain,omitempty"`
	Check     string   `json:"check"` // checksum, form, misfiled, no-address
	Why       string   `json:"why,omitempty"`
	Sources   []Source `json:"sources"`
}

// Listing is one authority's listing.
type Listing struct {
	Nation      string      `json:"nation,omitempty"`
	Status      string      `json:"status"`
	ListedOn    record.Date `json:"listed_on,omitempty"`
	AmendedOn   record.Date `json:"amended_on,omitempty"`
	Programmes  []string    `json:"programmes,omitempty"`
	Instruments []string    `json:"instruments,omitempty"`
	Source      Source      `json:"source"`
}

// Looked is one list that was looked through for the party.
type Looked struct {
	Authority string      `json:"authority"`
	Nation    string      `json:"nation,omitempty"`
	List      string      `json:"list"`
	Version   record.Date `json:"version,omitempty"`
	Entries   int         `json:"entries"`
	Result    string      `json:"result"` // listed, removed, not-found
	Recipient bool        `json:"recipient,omitempty"`
}

// ListName is a list that Cordon reads.
type ListName struct {
	Authority string `json:"authority"`
	Nation    string `json:"nation,omitempty"`
	List      string `json:"list"`
	Title     string `json:"title,omitempty"`
}

// Statement is a partner's own words on why. Of what the press alone reports
// (press-basis) they are the report's, and a press-note is of whoever recorded it.
type Statement struct {
	Kind   string `json:"kind"` // basis, remarks, entry-remarks, press-basis, press-note
	Text   string `json:"text"`
	Lang   string `json:"lang,omitempty"` // BCP 47, "" when not known
	Source Source `json:"source"`
}

// Entry is one list's entry as a party of the group.
type Entry struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Source Source `json:"source"`
}

// Decision is a decision on two entries.
type Decision struct {
	ID         string      `json:"id"`
	Verdict    string      `json:"verdict"`
	First      Entry       `json:"first"`
	Second     Entry       `json:"second"`
	Rules      string      `json:"rules,omitempty"`
	Person     bool        `json:"person,omitempty"` // a person decided
	Why        string      `json:"why,omitempty"`
	Confidence int         `json:"confidence,omitempty"` // STIX section 3.2
	Decided    record.Date `json:"decided,omitempty"`
	Reasons    []Reason    `json:"reasons"`
}

// Reason is one thing that speaks for or against.
type Reason struct {
	Kind   string `json:"kind"`
	Weight string `json:"weight"`
	First  string `json:"first,omitempty"`
	Second string `json:"second,omitempty"`
}

// Doubt is something that a reader has to know before relying on the packet: own
// (entries of the recipient's own list that may be the party), differs (facts that
// contradict), removed (entries that their authority has taken off), rules
// (so many links no person has confirmed), against (a link with reasons against
// it), open (undecided pairs), apart (entries that no decision in the packet joins
// to the rest), press (an entry that the press alone reports), alone (one entry).
type Doubt struct {
	Kind  string   `json:"kind"`
	Count int      `json:"count,omitempty"`
	Of    []string `json:"of,omitempty"` // entries in words
}

// Contradiction is a thing that entries state differently: births, gender, kind.
type Contradiction struct {
	Kind  string `json:"kind"`
	Sides []Fact `json:"sides"`
}

// Claim is what a report or another source claims of a member.
type Claim struct {
	ID        string      `json:"id"`
	Party     string      `json:"party"` // of the group
	Speaker   string      `json:"speaker,omitempty"`
	Report    string      `json:"report,omitempty"` // name of the report or source
	Predicate string      `json:"predicate"`
	Value     string      `json:"value,omitempty"`
	Quote     string      `json:"quote,omitempty"`
	Lang      string      `json:"lang,omitempty"`
	Level     string      `json:"level,omitempty"`
	Status    string      `json:"status,omitempty"`
	StatedOn  record.Date `json:"stated_on,omitempty"`
	Source    Source      `json:"source"`
}

// Loss is a theft that somebody attributes to a member.
type Loss struct {
	ID           string      `json:"id"`
	Incident     string      `json:"incident,omitempty"`
	Victim       string      `json:"victim,omitempty"`
	Occurred     string      `json:"occurred,omitempty"`
	Value        string      `json:"value,omitempty"`
	Currency     string      `json:"currency,omitempty"`
	Bound        string      `json:"bound,omitempty"`
	Actor        string      `json:"actor,omitempty"`
	AttributedBy []string    `json:"attributed_by,omitempty"`
	AttributedOn record.Date `json:"attributed_on,omitempty"`
	Grade        string      `json:"grade,omitempty"`
	Source       Source      `json:"source"`
}

// Mention is a report that names a member.
type Mention struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Published record.Date `json:"published,omitempty"`
	Source    Source      `json:"source"`
}

// Exhibit is one input that something in the packet stands on.
type Exhibit struct {
	Number    string      `json:"number"` // E-1 …
	File      string      `json:"file,omitempty"`
	SHA256    string      `json:"sha256,omitempty"` // "" for what is not archived
	Bytes     int64       `json:"bytes,omitempty"`
	Authority string      `json:"authority,omitempty"`
	List      string      `json:"list,omitempty"`
	Version   record.Date `json:"version,omitempty"`
	VersionID string      `json:"version_id,omitempty"`
	URL       string      `json:"url,omitempty"`
	Archived  bool        `json:"archived"`
	// Places are what is cited, in order, without file and hash.
	Places []record.Where `json:"places,omitempty"`
}

// LeftOut counts what is not in the packet, by the rule that keeps it out.
type LeftOut struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"`
}

// Cut says what is shorter here than in its source: the section and how many
// characters or rows are missing.
type Cut struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}
