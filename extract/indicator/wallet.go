package indicator

import "github.com/cordon-project/cordon/coin"

// wallets finds addresses of cryptocurrencies by package coin, in the clean
// text, so that one that is split by zero-width characters is found too.
func (s *scanner) wallets() {
	for _, f := range coin.Find(string(s.c.b)) {
		a := f.Address
		doubt := ""
		if !a.Checksummed {
			doubt = "the form of this address carries no checksum, so a mistyped or random text can look the same"
		}
		s.emit(Wallet, a.Canonical, f.Start, f.End, Detail{
			Chain: string(a.Chain), Form: string(a.Form), Checksummed: a.Checksummed, Display: a.Display,
		}, doubt)
		s.claim(Wallet, f.Start, f.End)
	}
}
