package matrix

import (
	"strings"

	"github.com/cordon-project/cordon/record"
)

// columns are the authorities of the matrix in their order: the nation that
// designations carry, and the code that is shown.
var columns = []struct{ nation, code string }{
	{"US", "US"}, {"JP", "JP"}, {"KR", "KR"}, {"UN", "UN"}, {"EU", "EU"}, {"GB", "UK"}, {"AU", "AU"}, {"CH", "CH"},
}

// Codes returns the codes of the columns in their order.
func Codes() []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.code
	}
	return out
}

// column returns the place of a code or a nation, in either case of letters; -1
// for none.
func column(code string) int {
	for i, c := range columns {
		if strings.EqualFold(code, c.code) || strings.EqualFold(code, c.nation) {
			return i
		}
	}
	return -1
}

// Status is the state of a cell.
type Status string

// The states of a cell.
const (
	Listed    Status = "listed"     // on a list now
	Removed   Status = "removed"    // was on a list and is not
	Press     Status = "press"      // reported by the press, on no list that is loaded
	NotFound  Status = "not-found"  // not found in the lists loaded
	NotLoaded Status = "not-loaded" // no list of this authority is loaded: not looked at
)

// Table is the matrix as it was asked for.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	// Total is how many rows the filter found; Rows may have been cut to a limit.
	Total int `json:"total"`
	// Parties is how many rows there were before the filter.
	Parties int `json:"parties"`
	// Unsure counts rows that the filter could not decide on, for want of a date,
	// by the condition.
	Unsure map[string]int `json:"unsure,omitempty"`
	Stands Stands         `json:"stands"`
	// Marking is the highest TLP level of anything in the rows.
	Marking string `json:"marking"`
}

// Stands says what an answer stands on.
type Stands struct {
	Seq   int64    `json:"seq"`   // of the journal
	At    string   `json:"at"`    // when it was asked, RFC 3339 in UTC
	Rules []string `json:"rules"` // of the matrix and of the decisions on identity
	Press string   `json:"press"` // exclude, include, only
}

// Column is one authority's column.
type Column struct {
	Code   string       `json:"code"`
	Nation string       `json:"nation"` // as designations carry it
	Loaded bool         `json:"loaded"`
	Lists  []LoadedList `json:"lists,omitempty"`
}

// LoadedList is one list with the version in force.
type LoadedList struct {
	List      string      `json:"list"`
	Authority string      `json:"authority"`
	Date      record.Date `json:"date,omitempty"` // the list's own date
	Entries   int         `json:"entries"`
	Version   string      `json:"version"`  // id of the list version
	Versions  int         `json:"versions"` // how many versions were read
	First     record.Date `json:"first,omitempty"`
}

// Row is one party across the authorities.
type Row struct {
	ID         string           `json:"id"` // of the group
	Primary    string           `json:"name"`
	Names      []Name           `json:"names"`
	Kind       record.PartyKind `json:"kind"`
	Programmes []Class          `json:"programmes"`
	Cells      []Cell           `json:"cells"` // one for each column, in order
	// First are the codes of the authorities that came first: one, or several on
	// one day. When it is not certain they are all that can have been.
	First   []string `json:"first,omitempty"`
	Certain bool     `json:"first_certain"`
	// Lags lead from the first mover to each other authority whose date is known
	// well enough; absent when the first mover is not certain.
	Lags    []Lag    `json:"lags,omitempty"`
	Missing []string `json:"missing,omitempty"` // codes of the columns whose lists were looked through in vain
	// Others are listings by authorities that have no column.
	Others  []Listing `json:"others,omitempty"`
	Doubts  []Doubt   `json:"doubts,omitempty"` // every open question of identity
	Parties []string  `json:"parties"`          // ids of the members
	Same    []string  `json:"same,omitempty"`   // ids of the decisions that hold them together
	Marking string    `json:"marking"`          // the highest TLP level of what is in the row
	dprk    bool
	spans   []span // of the lists' own dates, by column
	press   []span // of those with the press's where the list has none
	level   int
}

// Name is one spelling of a party.
type Name struct {
	Text   string          `json:"text"`
	Script string          `json:"script,omitempty"`
	Kind   record.NameKind `json:"kind,omitempty"`
}

// Cell is what one authority's lists say of one party.
type Cell struct {
	Code   string `json:"code"`
	Status Status `json:"status"`
	// First is the first date of the listings, or of the press where there is
	// no listing.
	First    When      `json:"first"`
	Listings []Listing `json:"listings,omitempty"`
	Press    []Listing `json:"press,omitempty"` // beside the lists or in their stead
	Doubts   []Doubt   `json:"doubts,omitempty"`
}

// Listing is one designation with its place.
type Listing struct {
	Designation string       `json:"designation"`
	Party       string       `json:"party"`
	Name        string       `json:"name"` // the member's first name
	Authority   string       `json:"authority"`
	Nation      string       `json:"nation"`
	List        string       `json:"list"`
	Entry       string       `json:"entry"`
	Programmes  []string     `json:"programmes,omitempty"`
	Instruments []string     `json:"instruments,omitempty"`
	Status      string       `json:"status"`
	When        When         `json:"when"`
	Removed     *When        `json:"removed,omitempty"`
	Where       record.Where `json:"where,omitzero"`
	URL         string       `json:"url,omitempty"`
}

// Doubt is a question of identity that is open: if the other party were this
// one, its authorities would have listed this one too.
type Doubt struct {
	Decision   string   `json:"decision"`
	Party      string   `json:"party"` // the other party
	Name       string   `json:"name,omitempty"`
	Codes      []string `json:"codes,omitempty"` // columns in which the other one stands
	Confidence int      `json:"confidence"`
}

// Cell returns the cell of a code, nil for no such column.
func (r *Row) Cell(code string) *Cell {
	i := column(code)
	if i < 0 || i >= len(r.Cells) {
		return nil
	}
	return &r.Cells[i]
}

// Has reports whether a class of programme is among those of the row.
func (r *Row) Has(class string) bool {
	for _, c := range r.Programmes {
		if c.Class == class {
			return true
		}
	}
	return false
}
