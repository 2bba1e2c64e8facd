package lists

import (
	"slices"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/record"
)

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

// findWallets finds addresses in running text, as in the ministry's column of
// other information. There is no asset code there.
func findWallets(s string, where func(from, to int) record.Where) []record.Wallet {
	var out []record.Wallet
	for _, f := range coin.Find(s) {
		out = append(out, record.Wallet{
			Address: s[f.Start:f.End], Canonical: f.Address.Canonical, Chain: string(f.Address.Chain),
			Where: where(f.Start, f.End),
		})
	}
	return out
}

// appendWallets adds those that are not there yet.
func appendWallets(have, more []record.Wallet) []record.Wallet {
	for _, w := range more {
		if !slices.ContainsFunc(have, func(h record.Wallet) bool { return h.Chain == w.Chain && h.Canonical == w.Canonical }) {
			have = append(have, w)
		}
	}
	return have
}
