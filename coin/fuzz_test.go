package coin_test

import (
	"testing"

	"github.com/cordon-project/cordon/coin"
)

// FuzzParse holds for every text: no panic, Valid, Key and Parse agree, a
// canonical text is its own canonical text, and all readings have one key.
func FuzzParse(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.text)
	}
	for _, r := range refused {
		f.Add(r.text)
	}
	for _, group := range spellings {
		for _, s := range group {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		as, err := coin.Parse(s)
		_, hasKey := coin.Key(s)
		if valid := coin.Valid(s); valid != (err == nil) || hasKey != valid || valid != (len(as) > 0) {
			t.Fatalf("%q: Valid %v, Key %v, Parse %v", s, valid, hasKey, err)
		}
		for _, a := range as {
			if a.Key != as[0].Key || a.Input != s {
				t.Fatalf("%q: %+v", s, a)
			}
			holds(t, a)
		}
		for _, asset := range coin.Assets() {
			filing, err := coin.ParseAs(asset, s)
			if filing.Why == "" || filing.Text != s || (err != nil && len(as) > 0) || len(filing.Addresses) != len(as) {
				t.Fatalf("%q as %s: %+v, %v", s, asset, filing, err)
			}
		}
		if a, ok := coin.Recased(s); ok {
			holds(t, coin.Address{Input: a.Canonical, Canonical: a.Canonical, Display: a.Display, Key: a.Key, Chain: a.Chain})
		}
	})
}

// FuzzFind holds for every text: what is found lies in it, in order, apart, and
// reads by itself as what was found.
func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"to " + btc + ", then " + eth + "로 " + cash, "Solana " + solana + " " + program,
		"%20" + btc + `\n` + segwit, "\xff" + eip55 + "а", "bitcoincash:" + btc, tron + tron,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, found := range coin.Find(text) {
			if found.Start < at || found.End <= found.Start || found.End > len(text) {
				t.Fatalf("%q: %d to %d after %d", text, found.Start, found.End, at)
			}
			at = found.End
			as, err := coin.Parse(text[found.Start:found.End])
			if err != nil || as[0].Canonical != found.Address.Canonical {
				t.Fatalf("%q: %v", text[found.Start:found.End], err)
			}
			holds(t, found.Address)
		}
	})
}
