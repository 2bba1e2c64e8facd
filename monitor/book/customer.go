package book

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/record"
)

// Limits of one customer.
const (
	MaxReference   = 256  // bytes
	MaxNames       = 32   // names, and
	MaxIdentifiers = 200  // documents and wallets together
	MaxText        = 2048 // bytes of any one of them
)

// Customer is one customer as the owner of a book knows them.
type Customer struct {
	Reference string           `json:"reference"`       // the owner's own id; nothing is looked up by it
	Names     []string         `json:"names,omitempty"` // in any script; the first is how they are called
	Kind      record.PartyKind `json:"kind,omitempty"`  // person, organisation …; "" for not known
	Birth     record.Date      `json:"birth,omitempty"`
	Place     string           `json:"place,omitempty"`     // of birth
	Country   string           `json:"country,omitempty"`   // nationality
	Documents []string         `json:"documents,omitempty"` // passports, tax and registration numbers, IMO, SWIFT …
	Wallets   []string         `json:"wallets,omitempty"`
}

// stored is a customer as a segment has it: a million of them are in memory.
type stored struct {
	Reference string           `json:"r"`
	Names     []string         `json:"n,omitempty"`
	Kind      record.PartyKind `json:"k,omitempty"`
	Birth     record.Date      `json:"b,omitempty"`
	Place     string           `json:"p,omitempty"`
	Country   string           `json:"c,omitempty"`
	Documents []string         `json:"d,omitempty"`
	Wallets   []string         `json:"w,omitempty"`
}

func (c Customer) line() ([]byte, error) {
	b, err := json.Marshal(stored(c))
	return append(b, '\n'), err
}

func customerOf(line []byte) (Customer, error) {
	var s stored
	if err := json.Unmarshal(line, &s); err != nil {
		return Customer{}, damaged("a customer cannot be read")
	}
	return Customer(s), nil
}

// Check says what of a customer cannot be kept, without repeating what it says.
// It trims texts and drops empty and repeated ones. Errors: errs.Invalid.
func (c *Customer) Check() error {
	c.Reference, c.Place, c.Country = strings.TrimSpace(c.Reference), strings.TrimSpace(c.Place), strings.TrimSpace(c.Country)
	c.Names, c.Documents, c.Wallets = tidy(c.Names), tidy(c.Documents), tidy(c.Wallets)
	switch {
	case c.Reference == "":
		return errs.New(errs.Invalid, "the customer has no reference").WithHint("Give your own id of the customer: alerts name it.")
	case len(c.Reference) > MaxReference || unfit(c.Reference):
		return errs.New(errs.Invalid, "the reference is longer than %d bytes, no UTF-8 or holds control characters", MaxReference)
	case len(c.Names) > MaxNames:
		return errs.New(errs.Invalid, "the customer has more than %d names", MaxNames)
	case len(c.Documents)+len(c.Wallets) > MaxIdentifiers:
		return errs.New(errs.Invalid, "the customer has more than %d documents and wallets", MaxIdentifiers)
	case len(c.Names)+len(c.Documents)+len(c.Wallets) == 0:
		return errs.New(errs.Invalid, "the customer has no name, document or wallet").WithHint("There is nothing to screen by.")
	}
	switch c.Kind {
	case "", record.Person, record.Organisation, record.Group, record.Vessel, record.Aircraft, record.UnknownKind:
	default:
		return errs.New(errs.Invalid, "the kind of the customer is not known").WithHint("Use person, organisation, group, vessel or aircraft.")
	}
	for _, t := range slices.Concat(c.Names, c.Documents, c.Wallets, []string{c.Place, c.Country, string(c.Birth)}) {
		if len(t) > MaxText || unfit(t) {
			return errs.New(errs.Invalid, "a text of the customer is longer than %d bytes, no UTF-8 or holds control characters", MaxText)
		}
	}
	return nil
}

func tidy(all []string) []string {
	var out []string
	for _, s := range all {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func unfit(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}
