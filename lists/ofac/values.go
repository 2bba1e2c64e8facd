package ofac

import (
	"regexp"
	"strings"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

var yearRange = regexp.MustCompile(`^(\d{4})-(\d{4})$`)

// birthOf reads a date of birth of OFAC's remarks: a date, "circa" a date, a
// range "A to B". Text and Where are the caller's.
func birthOf(s string) (record.Birth, bool) {
	var b record.Birth
	s, b.Circa = strings.CutPrefix(s, "circa ")
	from, to, ranged := strings.Cut(s, " to ")
	if m := yearRange.FindStringSubmatch(s); m != nil {
		from, to, ranged = m[1], m[2], true
	}
	var ok bool
	if b.Date, ok = listing.EnglishDate(from); !ok {
		return record.Birth{}, false
	}
	if ranged {
		if b.To, ok = listing.EnglishDate(to); !ok {
			return record.Birth{}, false
		}
	}
	return b, true
}

// walletOf reads an address that a list files under an asset code. What is
// misfiled or no address at all is kept with a note, never dropped.
func walletOf(asset, address string, at record.Where) record.Wallet {
	w := record.Wallet{Asset: asset, Address: address, Where: at}
	f, err := coin.ParseAs(coin.Asset(asset), address)
	readings := f.Addresses
	if err != nil && len(readings) == 0 {
		// A code that is not known yet must not lose an address that is.
		readings, _ = coin.Parse(address)
	}
	if len(readings) > 0 {
		w.Canonical = readings[0].Canonical
		w.Chain = string(f.Chain)
		if w.Chain == "" {
			w.Chain = string(readings[0].Chain)
		}
	}
	if err != nil || f.Misfiled || len(readings) == 0 {
		w.Note = f.Why
	}
	return w
}

// walletValid reports whether an address fits its asset code by its own form.
func walletValid(asset, address string) bool {
	f, err := coin.ParseAs(coin.Asset(asset), address)
	return err == nil && !f.Misfiled && len(f.Addresses) > 0
}
