package coin_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/coin"
)

// validate benchmarks the check of one text after another, without allocation.
func validate(b *testing.B, texts ...string) {
	b.Helper()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if !coin.Valid(texts[n%len(texts)]) {
			b.Fatal(texts[n%len(texts)])
		}
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "addresses/s")
}

func BenchmarkBase58Check(b *testing.B) { validate(b, pick(coin.P2PKH, coin.P2SH)...) }
func BenchmarkBech32(b *testing.B)      { validate(b, pick(coin.P2WPKH, coin.P2WSH, coin.P2TR)...) }
func BenchmarkCashAddr(b *testing.B)    { validate(b, pick(coin.CashAddr)...) }
func BenchmarkTron(b *testing.B)        { validate(b, pick(coin.TronAccount)...) }
func BenchmarkXRP(b *testing.B)         { validate(b, pick(coin.XRPClassic)...) }
func BenchmarkEIP55(b *testing.B)       { validate(b, pick(coin.EVMAccount)...) }
func BenchmarkMonero(b *testing.B)      { validate(b, pick(coin.MoneroStandard)...) }
func BenchmarkSolana(b *testing.B)      { validate(b, pick(coin.SolanaAccount)...) }
func BenchmarkUnified(b *testing.B)     { validate(b, pick(coin.ZcashUnified)...) }

// BenchmarkRefused is what a scan pays for a text of the right length and a wrong
// checksum.
func BenchmarkRefused(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if coin.Valid("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3") {
			b.Fatal("valid")
		}
	}
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := coin.Key("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"); !ok {
			b.Fatal("no key")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := coin.Parse("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFindHostile walks texts of nothing but candidates. The rate must not
// fall with the size.
func BenchmarkFindHostile(b *testing.B) {
	for name, unit := range map[string]string{
		"off-checksum": "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 ",
		"solana":       "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v ",
		"one-run":      "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
		"prefixes":     "bitcoincash:",
	} {
		for _, size := range []int{1 << 14, 1 << 18} {
			b.Run(name+"/"+strconv.Itoa(size>>10)+"kB", func(b *testing.B) {
				text := strings.Repeat(unit, size/len(unit))
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					if n := len(coin.Find(text)); n != 0 {
						b.Fatal(n)
					}
				}
			})
		}
	}
}

// BenchmarkFind walks a text of about 64 kB, one address in each kilobyte.
func BenchmarkFind(b *testing.B) {
	filler := strings.Repeat("The funds moved through several services before they were cashed out. ", 14)
	text := strings.Repeat(filler+"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed. ", 64)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if n := len(coin.Find(text)); n != 128 {
			b.Fatal(n)
		}
	}
}
