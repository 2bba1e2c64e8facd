package record

import "strings"

// PartyKind says what sort of party a list entry is.
type PartyKind string

// The kinds of party.
const (
	Person       PartyKind = "person"
	Organisation PartyKind = "organisation"
	Group        PartyKind = "group" // a hacking group, a set of people without legal form
	Vessel       PartyKind = "vessel"
	Aircraft     PartyKind = "aircraft"
	UnknownKind  PartyKind = "unknown"
)

// Agrees reports whether one party can be of both kinds, as two lists see it: a
// list that has no word for groups calls one an organisation, and what is not said
// agrees with everything.
func (k PartyKind) Agrees(other PartyKind) bool {
	sort := func(k PartyKind) PartyKind {
		switch k {
		case Group:
			return Organisation
		case UnknownKind:
			return ""
		}
		return k
	}
	a, b := sort(k), sort(other)
	return a == b || a == "" || b == ""
}

// Party is what one source says about one person, organisation, vessel or
// aircraft. On the wire it is a STIX identity with the extension
// [PartyExtension]. Two lists that name one person give two parties; deciding
// that they are one is another object, not this one.
type Party struct {
	ID         string     `json:"id,omitempty"` // identity--UUIDv5 over (authority, list, entry)
	Kind       PartyKind  `json:"kind"`
	Names      []Name     `json:"names,omitempty"` // the first is the primary name
	Births     []Birth    `json:"births,omitempty"`
	Places     []Place    `json:"places,omitempty"`    // places of birth
	Nations    []string   `json:"nations,omitempty"`   // nationality or citizenship as the list words it
	Gender     string     `json:"gender,omitempty"`    // as the list words it
	Titles     []string   `json:"titles,omitempty"`    // roles and titles as the list words them
	Documents  []Document `json:"documents,omitempty"` // passports, tax numbers, registrations, IMO, SWIFT …
	Addresses  []Address  `json:"addresses,omitempty"`
	Wallets    []Wallet   `json:"wallets,omitempty"`
	Websites   []string   `json:"websites,omitempty"`
	Emails     []string   `json:"emails,omitempty"`
	Phones     []string   `json:"phones,omitempty"`
	Links      []Link     `json:"links,omitempty"`       // "Linked To: X", parents, employers as the list words them
	Remarks    string     `json:"remarks,omitempty"`     // the list's own free text, whole
	OtherFacts []Fact     `json:"other_facts,omitempty"` // anything the reader recognised that has no field above
	Wheres     []Where    `json:"wheres,omitempty"`      // places of the party as a whole; the parts carry their own
	Created    string     `json:"created,omitempty"`     // RFC 3339 with milliseconds, the list's own time; Meta's go first
	Modified   string     `json:"modified,omitempty"`
}

// NameKind says what a name is to its party.
type NameKind string

// The kinds of name.
const (
	Primary  NameKind = "primary"
	AKA      NameKind = "aka"
	FKA      NameKind = "fka" // formerly known as
	NKA      NameKind = "nka" // now known as
	Original NameKind = "original-script"
)

// Quality is what the list says of an alias. Empty means that it says nothing.
type Quality string

// Alias qualities, in OFAC's words (strong, weak) and the UN's (Good, Low).
const (
	Strong Quality = "strong"
	Weak   Quality = "weak"
)

// Name is one spelling of a party's name, exactly as the source prints it.
type Name struct {
	Text    string   `json:"text,omitempty"`
	Kind    NameKind `json:"kind"`
	Quality Quality  `json:"quality,omitempty"`
	Script  string   `json:"script,omitempty"` // ISO 15924: Latn, Hang, Hani, Jpan, Kana, Cyrl, Arab …
	Given   string   `json:"given,omitempty"`  // parts, when the source separates them
	Family  string   `json:"family,omitempty"`
	Entry   string   `json:"entry,omitempty"` // the source's own number for this alias, if any
	Where   Where    `json:"where,omitzero"`
}

// Date is a date in the precision the source gives: "2023", "2023-12",
// "2023-12-05", or "" when unknown. It sorts as text within one precision.
type Date string

// Birth is a date of birth as the source gives it.
type Birth struct {
	Date  Date   `json:"date,omitempty"`
	To    Date   `json:"to,omitempty"` // end of a range, "" for none
	Circa bool   `json:"circa,omitempty"`
	Text  string `json:"text,omitempty"` // the source's own words
	Where Where  `json:"where,omitzero"`
}

// Document is a number that identifies a party.
type Document struct {
	Kind    string `json:"kind"` // passport, national-id, tax-id, registration, imo, swift-bic, mmsi, call-sign, serial, other
	Number  string `json:"number,omitempty"`
	Country string `json:"country,omitempty"`
	Text    string `json:"text,omitempty"` // the source's own words
	Where   Where  `json:"where,omitzero"`
}

// Place is a place as the source words it.
type Place struct {
	Text    string `json:"text,omitempty"`
	City    string `json:"city,omitempty"`
	Country string `json:"country,omitempty"`
}

// Address is a postal address as the source words it.
type Address struct {
	Text    string `json:"text,omitempty"`
	City    string `json:"city,omitempty"`
	Country string `json:"country,omitempty"`
	Entry   string `json:"entry,omitempty"` // the source's own number for this address, if any
	Where   Where  `json:"where,omitzero"`
}

// Wallet is a cryptocurrency address that the source gives to the party.
type Wallet struct {
	Asset     string `json:"asset,omitempty"`     // the list's asset code, e.g. XBT, ETH, USDT
	Address   string `json:"address,omitempty"`   // as printed
	Canonical string `json:"canonical,omitempty"` // the canonical form by package coin, "" if it is not valid
	Chain     string `json:"chain,omitempty"`     // the chain by package coin, "" if unknown
	Note      string `json:"note,omitempty"`      // why it is misfiled or invalid, in words
	Where     Where  `json:"where,omitzero"`
}

// Link is a tie to another party in the source's words.
type Link struct {
	Kind string `json:"kind"` // linked-to, parent, subordinate, employer …
	Name string `json:"name,omitempty"`
	Text string `json:"text,omitempty"`
}

// Fact is a labelled piece of the source's text.
type Fact struct {
	Label string `json:"label,omitempty"`
	Text  string `json:"text,omitempty"`
}

// Where is the place in an archived input that says a thing.
type Where struct {
	SHA256  string `json:"sha256,omitempty"`  // of the archived bytes, hex
	File    string `json:"file,omitempty"`    // base name of the input, for people
	Row     int    `json:"row,omitempty"`     // 1-based row or line, 0 when the input has none
	Column  int    `json:"column,omitempty"`  // 1-based column, 0 when not given
	Element string `json:"element,omitempty"` // XML path, JSON pointer or the sheet of a workbook, "" when not given
	Start   int    `json:"start,omitempty"`   // byte offsets in the archived bytes or the text drawn from them;
	End     int    `json:"end,omitempty"`     // both 0 when not given
	Part    string `json:"part,omitempty"`    // "" for the bytes themselves, "text" for the text drawn from them
}

// PrimaryName returns the first name's text.
func (p Party) PrimaryName() string {
	if len(p.Names) == 0 {
		return ""
	}
	return p.Names[0].Text
}

// Year returns the year of a date, 0 if unknown.
func (d Date) Year() int {
	y := 0
	head, _, _ := strings.Cut(string(d), "-")
	if len(head) != 4 {
		return 0
	}
	for _, r := range head {
		if r < '0' || r > '9' {
			return 0
		}
		y = y*10 + int(r-'0')
	}
	return y
}
