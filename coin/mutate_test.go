package coin_test

import (
	"testing"

	"github.com/cordon-project/cordon/coin"
)

const alnum = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// TestChangedCharactersAreNoticed puts every letter and digit at every place of
// every published address that has a checksum. Bech32 and cashaddr catch every
// such change by construction; the 32 bits of the others let one in four
// thousand million pass. EIP-55 has one bit per letter, about 15, so a few in a
// hundred thousand pass: the test holds it to one in a thousand.
func TestChangedCharactersAreNoticed(t *testing.T) {
	tried, passed := map[coin.Form]int{}, map[coin.Form]int{}
	for _, v := range vectors {
		if v.form == coin.SolanaAccount {
			continue
		}
		b := []byte(v.text)
		for i := range b {
			was := b[i]
			for j := range len(alnum) {
				if b[i] = alnum[j]; b[i] == was {
					continue
				}
				s := string(b)
				if sameAddress(s, v.text) {
					continue // 0X for 0x
				}
				tried[v.form]++
				if coin.Valid(s) {
					passed[v.form]++
				}
			}
			b[i] = was
		}
	}
	all := 0
	for form, n := range tried {
		all += n
		limit := 0
		if form == coin.EVMAccount {
			limit = n / 1000
		}
		if passed[form] > limit {
			t.Errorf("%s: %d of %d changed addresses pass", form, passed[form], n)
		}
		t.Logf("%-18s %6d changes, %d pass", form, n, passed[form])
	}
	if len(tried) < 17 {
		t.Errorf("only %d forms tried", len(tried))
	}
	t.Logf("%-18s %6d changes", "all", all)
}

func sameAddress(a, b string) bool {
	k, ok := coin.Key(a)
	l, _ := coin.Key(b)
	return ok && k == l
}

// TestSwappedNeighboursAreNoticed covers the commonest slip of the hand.
func TestSwappedNeighboursAreNoticed(t *testing.T) {
	for _, v := range vectors {
		if v.form == coin.SolanaAccount {
			continue
		}
		b := []byte(v.text)
		for i := 1; i < len(b); i++ {
			if b[i] == b[i-1] {
				continue
			}
			b[i], b[i-1] = b[i-1], b[i]
			if coin.Valid(string(b)) {
				t.Errorf("%s passes for %s", b, v.text)
			}
			b[i], b[i-1] = b[i-1], b[i]
		}
	}
}
