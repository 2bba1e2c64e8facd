package coin_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"
	"github.com/btcsuite/btcd/btcutil/bech32"
	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/internal/shareddata"
)

// TestOFACAddressesAreClassified reads every digital currency address that was on
// OFAC's SDN list in September 2024, under the code that OFAC gave it.
func TestOFACAddressesAreClassified(t *testing.T) {
	dir := shareddata.Path(t, "chain/ofac_addresses_2024-09")
	entries := 0
	misfiled := map[string]coin.Chain{}
	chains := map[string]int{}
	for _, asset := range coin.Assets() {
		b, err := os.ReadFile(filepath.Join(dir, "sanctioned_addresses_"+string(asset)+".txt"))
		if asset == coin.SOL {
			continue // OFAC had none at the time
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Fields(string(b)) {
			entries++
			f, err := coin.ParseAs(asset, text)
			if err != nil {
				t.Errorf("%s %s: %v", asset, text, err)
				continue
			}
			if f.Why == "" {
				t.Errorf("%s %s: not explained", asset, text)
			}
			if f.Misfiled {
				misfiled[string(asset)+" "+text] = f.Chain
				continue
			}
			chains[string(asset)+" on "+string(f.Chain)]++
		}
	}
	if entries != 654 {
		t.Errorf("%d entries, want 654", entries)
	}
	// Facts of OFAC's SDN list: the first is in the entry of 2023-10-03 for WANG
	// Mingming (45404), the second in that of 2020-09-16 for KARASAVIDI (29585).
	want := map[string]coin.Chain{
		"XBT TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq":                               coin.Tron,
		"XMR 5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320": "",
	}
	if d := cmp.Diff(want, misfiled); d != "" {
		t.Errorf("misfiled (-want +got):\n%s", d)
	}
	counts := map[string]int{
		"ARB on arbitrum": 1, "BCH on bitcoin-cash": 7, "BSC on bnb-smart-chain": 1, "BSV on bitcoin-sv": 1,
		"BTG on bitcoin-gold": 1, "DASH on dash": 3, "ETC on ethereum-classic": 1, "ETH on ethereum": 152,
		"LTC on litecoin": 10, "TRX on tron": 6, "USDC on evm": 2, "USDT on bitcoin": 7, "USDT on evm": 8,
		"USDT on tron": 11, "XBT on bitcoin": 434, "XMR on monero": 2, "XRP on ripple": 1, "XVG on verge": 1,
		"ZEC on zcash": 3,
	}
	if d := cmp.Diff(counts, chains); d != "" {
		t.Errorf("filings by asset and chain (-want +got):\n%s", d)
	}
	t.Logf("%d of 654 entries classified, %d of them misfiled: %v", entries, len(misfiled), misfiled)
}

func TestBybitAddressesAreRead(t *testing.T) {
	file, err := os.Open(shareddata.Path(t, "chain/bybit_addresses.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, row := range rows[1:] {
		as, err := coin.Parse(row[2])
		if err != nil {
			t.Errorf("%v: %v", row, err)
			continue
		}
		got[row[1]+" on "+string(as[0].Chain)]++
	}
	if d := cmp.Diff(map[string]int{"BTC on bitcoin": 148, "ETH on evm": 75}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestBitcoinTagsAgreeWithAnotherImplementation compares the verdict on each
// Bitcoin address of a public collection of half a million tags, the mistyped
// ones included, with btcutil's codecs.
func TestBitcoinTagsAgreeWithAnotherImplementation(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shareddata.Path(t, "chain/tagpacks"), "packs", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	valid, refused := 0, 0
	for _, name := range files {
		eachTag(t, name, func(text string) {
			if !strings.ContainsAny(text[:1], "13b") {
				return
			}
			got, want := isBitcoin(text), oracle(text)
			if got != want {
				t.Errorf("%s in %s: valid %v, btcutil says %v", text, filepath.Base(name), got, want)
			}
			if got {
				valid++
			} else {
				refused++
			}
		})
	}
	if valid < 400_000 {
		t.Errorf("only %d valid Bitcoin addresses seen", valid)
	}
	t.Logf("%d valid, %d refused, all as btcutil says", valid, refused)
}

// TestThreatIntelligenceHoldsNoFalseWallets walks 65 MB of objects and warning
// lists full of hashes, keys, domains and identifiers, and no wallet.
func TestThreatIntelligenceHoldsNoFalseWallets(t *testing.T) {
	for _, name := range []string{"cti/ioc/dprk-ioc-stix21-load.jsonl.gz", "cti/misp/warninglists.jsonl.gz"} {
		file, err := os.Open(shareddata.Path(t, name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		z, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range coin.Find(string(b)) {
			t.Errorf("%s: %s taken for an address of %s", name, f.Address.Input, f.Address.Chain)
		}
		t.Logf("%s: %d bytes", name, len(b))
	}
}

// eachTag calls f with each address of a tag pack.
func eachTag(t *testing.T, name string, f func(string)) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		_, rest, ok := strings.Cut(lines.Text(), "address:")
		if rest = strings.Trim(rest, ` '"`); ok && rest != "" {
			f(rest)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func isBitcoin(text string) bool {
	as, err := coin.Parse(text)
	return err == nil && slices.Contains(as[0].Chains, coin.Bitcoin)
}

// oracle says whether btcutil takes a text for an address of Bitcoin's main
// network: base58check of version 0 or 5, or a SegWit program of a valid size.
func oracle(text string) bool {
	if b, version, err := base58.CheckDecode(text); err == nil {
		return len(b) == 20 && (version == 0 || version == 5)
	}
	part, data, kind, err := bech32.DecodeGeneric(text)
	if err != nil || part != "bc" || len(data) == 0 {
		return false
	}
	program, err := bech32.ConvertBits(data[1:], 5, 8, false)
	switch {
	case err != nil || len(program) < 2 || len(program) > 40 || data[0] > 16:
		return false
	case data[0] == 0:
		return kind == bech32.Version0 && (len(program) == 20 || len(program) == 32)
	}
	return kind == bech32.VersionM
}
