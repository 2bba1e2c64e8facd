package coin_test

import (
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"
	"github.com/btcsuite/btcd/btcutil/bech32"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/coin"
)

var hash20 = rapid.SliceOfN(rapid.Byte(), 20, 20)

// versions are the base58check versions of one byte that are known.
var versions = []byte{0, 5, 16, 19, 22, 23, 30, 33, 38, 48, 50, 58, 63, 65, 76, 111, 113, 140, 196}

func TestBase58CheckAgreesWithAnotherImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.Byte().Draw(t, "version")
		hash := hash20.Draw(t, "hash")
		text := base58.CheckEncode(hash, version)
		known := strings.IndexByte(string(versions), version) >= 0
		if coin.Valid(text) != known {
			t.Fatalf("%s of version %d: valid %v", text, version, !known)
		}
		if !known {
			return
		}
		as, err := coin.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range as {
			if back, _, err := base58.CheckDecode(a.Key); err != nil || string(back) != string(hash) {
				t.Fatalf("key %s of %s: %x, %v", a.Key, text, back, err)
			}
			holds(t, a)
		}
	})
}

func TestSegWitAgreesWithAnotherImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"bc", "tb", "bcrt", "ltc", "tltc", "rltc", "btg", "tbtg", "dgb", "vg"}).Draw(t, "part")
		version := rapid.ByteRange(0, 18).Draw(t, "version")
		program := rapid.SliceOfN(rapid.Byte(), 1, 42).Draw(t, "program")
		m := rapid.Bool().Draw(t, "bech32m")
		groups, err := bech32.ConvertBits(program, 8, 5, true)
		if err != nil {
			t.Fatal(err)
		}
		encode := bech32.Encode
		if m {
			encode = bech32.EncodeM
		}
		text, err := encode(part, append([]byte{version}, groups...))
		if err != nil {
			t.Fatal(err)
		}
		n := len(program)
		want := version <= 16 && n >= 2 && n <= 40 && m == (version > 0) && (version > 0 || n == 20 || n == 32)
		// The shortest texts that are read have 14 characters, as the shortest
		// valid one.
		if got := coin.Valid(text); got != want {
			t.Fatalf("%s: valid %v, want %v", text, got, want)
		}
		if want {
			as, _ := coin.Parse(strings.ToUpper(text))
			if len(as) != 1 || as[0].Canonical != text {
				t.Fatalf("%s: %+v", text, as)
			}
			holds(t, as[0])
		}
	})
}

// holds checks what is true of every reading.
func holds(t interface{ Fatalf(string, ...any) }, a coin.Address) {
	again, err := coin.Parse(a.Canonical)
	if err != nil {
		t.Fatalf("canonical %q of %q: %v", a.Canonical, a.Input, err)
	}
	same := false
	for _, b := range again {
		same = same || b.Chain == a.Chain && b.Canonical == a.Canonical && b.Key == a.Key
	}
	if !same {
		t.Fatalf("canonical %q of %q on %s reads as %+v", a.Canonical, a.Input, a.Chain, again)
	}
	if k, ok := coin.Key(a.Key); !ok || k != a.Key {
		t.Fatalf("Key(%q) = %q, %v", a.Key, k, ok)
	}
	for _, s := range []string{a.Input, a.Canonical, a.Display, a.Key} {
		if k, ok := coin.Key(s); !ok || k != a.Key {
			t.Fatalf("Key(%q) = %q, %v; want %q", s, k, ok, a.Key)
		}
	}
	for _, s := range []string{a.Canonical, a.Display, a.Key} {
		if !coin.Looks(s) {
			t.Fatalf("%q of %q does not look like an address", s, a.Input)
		}
	}
	for _, r := range a.Receivers {
		if !coin.Valid(r) {
			t.Fatalf("receiver %q of %q", r, a.Input)
		}
	}
}

func TestEveryPublishedReadingHolds(t *testing.T) {
	for _, v := range vectors {
		as, err := coin.Parse(v.text)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range as {
			holds(t, a)
		}
	}
}

// TestEVMCapitalsFollowEIP55 holds that of all capitalisations of 40 digits the
// display form, the two in one case and no other are read.
func TestEVMCapitalsFollowEIP55(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const digits = "0123456789abcdef"
		var lower strings.Builder
		for range 40 {
			lower.WriteByte(digits[rapid.IntRange(0, 15).Draw(t, "digit")])
		}
		as, err := coin.Parse("0x" + lower.String())
		if err != nil {
			t.Fatal(err)
		}
		display := []byte(as[0].Display)
		if !coin.Valid(string(display)) || !coin.Valid("0x"+strings.ToUpper(lower.String())) {
			t.Fatalf("%s is refused", display)
		}
		i := 2 + rapid.IntRange(0, 39).Draw(t, "place")
		if display[i] < 'A' {
			return
		}
		display[i] ^= 0x20
		flipped := string(display[2:])
		oneCase := flipped == strings.ToLower(flipped) || flipped == strings.ToUpper(flipped)
		if coin.Valid(string(display)) != oneCase {
			t.Fatalf("%s: valid %v", display, !oneCase)
		}
	})
}

// TestAddressesAreFoundInAnyCompany puts addresses between other texts.
func TestAddressesAreFoundInAnyCompany(t *testing.T) {
	texts := []string{btc, segwit, eth, eip55, cash, tron}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		var want []int
		for range rapid.IntRange(0, 8).Draw(t, "addresses") {
			b.WriteString(rapid.StringMatching(`[a-z ,.가-힣一-鿿ぁ-ん]{0,20}`).Draw(t, "filler"))
			b.WriteString(rapid.SampledFrom([]string{" ", "(", "、", "\n", "가", "="}).Draw(t, "edge"))
			want = append(want, b.Len())
			b.WriteString(rapid.SampledFrom(texts).Draw(t, "address"))
			b.WriteString(rapid.SampledFrom([]string{" ", ")", "。", "\t", "로", "…"}).Draw(t, "edge"))
		}
		got := coin.Find(b.String())
		if len(got) != len(want) {
			t.Fatalf("%q: %d found, %d put in", b.String(), len(got), len(want))
		}
		for i, f := range got {
			if f.Start != want[i] {
				t.Fatalf("%q: found at %d, put at %d", b.String(), f.Start, want[i])
			}
		}
	})
}

// TestRandomBase58IsNotTakenForAWallet holds that identifiers in base58 of every
// length up to 110 are not found in text without a word for Solana.
func TestRandomBase58IsNotTakenForAWallet(t *testing.T) {
	const digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for range rapid.IntRange(1, 110).Draw(t, "length") {
			b.WriteByte(digits[rapid.IntRange(0, 57).Draw(t, "digit")])
		}
		if got := coin.Find("the file " + b.String() + " was seen"); len(got) != 0 {
			t.Fatalf("%+v", got)
		}
	})
}

func TestValidAllocatesNothing(t *testing.T) {
	for _, s := range []string{btc, segwit, strings.ToUpper(segwit), eth, cash, tron, "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", btc[:33] + "3"} {
		if n := testing.AllocsPerRun(100, func() { coin.Valid(s) }); n != 0 {
			t.Errorf("%s: %v allocations", s, n)
		}
	}
}
