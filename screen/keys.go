package screen

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/record"
)

// The shelf of this room. Every key is a letter and fields, each field ended by
// a zero byte except the last; no field holds a zero byte.
//
//	n object number     one name of an object              value: nameRow
//	s kind form object  an exact identifier of an object   value: selectorRow
//	d party object      a designation of a party           value: none
//	r object other      another object that refers to it   value: tieRow
//	l list object       a version of a list                value: the object's version
//	w hash place object an object made from a place        value: placeRow
//	x object            what the rows of an object are     value: ownedRow
//
// Objects without versions are statements beside each other, of which none hides
// another (docs/journal.md, Versions): their rows have the label as a last field
// more, so that each is found by whom its own label allows, and nothing takes
// them away but a rebuild.
//
// ShelfVersion is the version of this form; another version is built anew.
//
//	1: 2026-11 first
//	2: 2026-11 each variant of an observable and each version of a list has rows of its own
const ShelfVersion = 2

const (
	rowName     = 'n'
	rowSelector = 's'
	rowListing  = 'd'
	rowTie      = 'r'
	rowList     = 'l'
	rowPlace    = 'w'
	rowOwned    = 'x'
)

func key(kind byte, fields ...string) []byte {
	k := []byte{kind}
	for i, f := range fields {
		if i > 0 {
			k = append(k, 0)
		}
		k = append(k, f...)
	}
	return k
}

// below is the prefix of all keys with these leading fields.
func below(kind byte, fields ...string) []byte { return append(key(kind, fields...), 0) }

func fields(k []byte) []string {
	var out []string
	for _, f := range bytes.Split(k[1:], []byte{0}) {
		out = append(out, string(f))
	}
	return out
}

// nameRow is the value of a name.
type nameRow struct {
	Text    string          `json:"t"`
	Role    record.NameKind `json:"r,omitempty"`
	Quality record.Quality  `json:"q,omitempty"`
}

// selectorRow is the value of an identifier: how the source prints it and what
// it is to the object.
type selectorRow struct {
	Text string `json:"t,omitempty"` // "" when it is the form itself
	Role string `json:"r,omitempty"` // "", or "host" for the host of a URL, "website", …
}

// tieRow is the value of a tie: by which property the other object refers.
type tieRow struct {
	By    string `json:"b"`
	Type  string `json:"t"`
	Other string `json:"o,omitempty"` // for a relationship: its other end
}

// placeRow is the extent of a place in an archived input.
type placeRow struct {
	Start int    `json:"s,omitempty"`
	End   int    `json:"e,omitempty"`
	Part  string `json:"p,omitempty"`
}

// ownedRow lists the rows of one object, so that its next version can take them
// away, and the version that they stand for.
type ownedRow struct {
	Version string   `json:"v"`
	Keys    [][]byte `json:"k,omitempty"`
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers only: cannot fail
	}
	return b
}

func decode[T any](b []byte) (row T, err error) {
	if err := json.Unmarshal(b, &row); err != nil {
		return row, errs.New(errs.Internal, "a row of the screening index cannot be read").Because(err).
			WithHint("Run cordon rebuild.")
	}
	return row, nil
}

// nameOf reads a row of a name.
func nameOf(row journal.Row) (match.Name, error) {
	f := fields(row.Key)
	v, err := decode[nameRow](row.Value)
	if err != nil {
		return match.Name{}, err
	}
	n, err := strconv.Atoi(f[1])
	return match.Name{Object: f[0], Number: n, Text: v.Text, Label: row.Label, Role: string(v.Role), Quality: string(v.Quality)}, err
}
