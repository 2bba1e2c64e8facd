package jpmof

import (
	"slices"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/record"
)

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
