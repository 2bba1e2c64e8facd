package coin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/btcsuite/btcd/btcutil/base58"
	"github.com/btcsuite/btcd/btcutil/bech32"
	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
)

// vector is one published address. Empty canonical and key mean the text itself.
type vector struct {
	text      string
	chain     coin.Chain
	form      coin.Form
	canonical string
	key       string
	source    string
}

// vectors are valid main-network addresses with a checksum, unless the form has
// none, from the specifications and the documents of the projects.
var vectors = []vector{
	{"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", coin.Bitcoin, coin.P2PKH, "", "", "Bitcoin wiki, Invoice address"},
	{"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", coin.Bitcoin, coin.P2PKH, "", "", "block 0"},
	{"1111111111111111111114oLvT2", coin.Bitcoin, coin.P2PKH, "", "", "hash of zeros"},
	{"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", coin.Bitcoin, coin.P2SH, "", "", "Bitcoin wiki, Invoice address"},
	{"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", coin.Bitcoin, coin.P2WPKH, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "BIP-173"},
	{"bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3", coin.Bitcoin, coin.P2WSH, "", "", "BIP-173, Examples"},
	{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", coin.Bitcoin, coin.P2TR, "", "", "BIP-350"},
	{"bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", coin.Bitcoin, coin.Witness, "", "", "BIP-350"},
	{"BC1SW50QGDZ25J", coin.Bitcoin, coin.Witness, "bc1sw50qgdz25j", "bc1sw50qgdz25j", "BIP-350"},
	{"bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", coin.Bitcoin, coin.Witness, "", "", "BIP-350"},
	{"bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", coin.BitcoinCash, coin.CashAddr, "", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "cashaddr specification"},
	{"bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy", coin.BitcoinCash, coin.CashAddr, "", "1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR", "cashaddr specification"},
	{"bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", coin.BitcoinCash, coin.CashAddr, "", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "cashaddr specification"},
	{"bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37", coin.BitcoinCash, coin.CashAddr, "", "31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw", "cashaddr specification"},
	{"qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2", coin.BitcoinCash, coin.CashAddr, "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2", "1PQPheJQSauxRPTxzNMUco1XmoCyPoEJCp", "cashaddr specification"},
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", coin.EVM, coin.EVMAccount, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "EIP-55"},
	{"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", coin.EVM, coin.EVMAccount, "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", "EIP-55"},
	{"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", coin.EVM, coin.EVMAccount, "0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb", "0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb", "EIP-55"},
	{"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb", coin.EVM, coin.EVMAccount, "0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb", "0xd1220a0cf47c7b9be7a2e6ba89f429762e7b9adb", "EIP-55"},
	{"TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", coin.Tron, coin.TronAccount, "", "", "TRON developer documents, Account"},
	{"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", coin.Tron, coin.TronAccount, "", "", "Tether's contract on TRON"},
	{"r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", coin.Ripple, coin.XRPClassic, "", "", "ripple-address-codec"},
	{"rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", coin.Ripple, coin.XRPClassic, "", "", "xrpl.org, genesis account"},
	{"rrrrrrrrrrrrrrrrrrrrrhoLvTp", coin.Ripple, coin.XRPClassic, "", "", "xrpl.org, ACCOUNT_ZERO"},
	{"X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", coin.Ripple, coin.XRPX, "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "ripple-address-codec"},
	{"X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu", coin.Ripple, coin.XRPX, "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "ripple-address-codec, tag 1"},
	{"XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi", coin.Ripple, coin.XRPX, "rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf", "rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf", "ripple-address-codec, tag 2^32-1"},
	{"4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge", coin.Monero, coin.MoneroStandard, "", "", "docs.getmonero.org"},
	{"8BTd81B7syWcfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv25pnJx6", coin.Monero, coin.MoneroSubaddress, "", "", "docs.getmonero.org"},
	{
		"4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK", coin.Monero, coin.MoneroIntegrated,
		"4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge",
		"4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge", "docs.getmonero.org",
	},
	{"t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW", coin.Zcash, coin.ZcashTransparent, "", "", "ZIP-320"},
	{"t3JZcvsuaXE6ygokL4XUiZSTrQBUoPYFnXJ", coin.Zcash, coin.ZcashTransparent, "", "", "zcash, chainparams.cpp, founders' reward"},
	{"tex10wur2u9clts5dcpu2vc6qg93uzyj7cca2xm732", coin.Zcash, coin.ZcashTEX, "t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW", "t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW", "ZIP-320"},
	{"zcU1Cd6zYyZCd2VJF8yKgmzjxdiiU1rgTTjEwoN1CGUWCziPkUTXUjXmX7TMqdMNsTfuiGN1jQoVN4kGxUR4sAPN4XZ7pxb", coin.Zcash, coin.ZcashSprout, "", "", "zcash, zcash_address"},
	{"zs1z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9slya", coin.Zcash, coin.ZcashSapling, "", "", "zcash_address"},
	{"u1l8xunezsvhq8fgzfl7404m450nwnd76zshscn6nfys7vyz2ywyh4cc5daaq0c7q2su5lqfh23sp7fkf3kt27ve5948mzpfdvckzaect2jtte308mkwlycj2u0eac077wu70vqcetkxf", coin.Zcash, coin.ZcashUnified, "", "", "ZIP-316 test vectors"},
	{"ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gf", coin.Litecoin, coin.MWEB, "", "", "Litecoin Core, stealth address of its key chain test"},
	{"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", coin.Solana, coin.SolanaAccount, "", "", "Circle, USDC mint on Solana"},
	{"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", coin.Solana, coin.SolanaAccount, "", "", "Solana Token program"},
	{"11111111111111111111111111111111", coin.Solana, coin.SolanaAccount, "", "", "Solana System program"},
}

// pick returns the texts of the vectors of some forms.
func pick(forms ...coin.Form) []string {
	var out []string
	for _, v := range vectors {
		if slices.Contains(forms, v.form) {
			out = append(out, v.text)
		}
	}
	return out
}

func TestPublishedAddressesAreRead(t *testing.T) {
	for _, v := range vectors {
		as, err := coin.Parse(v.text)
		if err != nil {
			t.Errorf("%s (%s): %v", v.text, v.source, err)
			continue
		}
		a := as[0]
		want := v
		if want.canonical == "" {
			want.canonical = v.text
		}
		if want.key == "" {
			want.key = v.text
		}
		got := vector{a.Input, a.Chain, a.Form, a.Canonical, a.Key, v.source}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(vector{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", v.text, d)
		}
		if checked := a.Form != coin.SolanaAccount; a.Checksummed != checked {
			t.Errorf("%s: Checksummed is %v", v.text, a.Checksummed)
		}
		if a.Testnet {
			t.Errorf("%s: read as a test network's", v.text)
		}
	}
}

// refused are texts that specifications give as invalid, or that break one rule,
// with what the error must say.
var refused = []struct{ text, says, source string }{
	{"tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut", "no form that is known", "BIP-350, unknown part"},
	{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "must be bech32m", "BIP-350"},
	{"tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", "must be bech32m", "BIP-350"},
	{"BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "must be bech32m", "BIP-350"},
	{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "must be bech32,", "BIP-350"},
	{"tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", "must be bech32,", "BIP-350"},
	{"bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "not in the alphabet", "BIP-350"},
	{"BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "above 16", "BIP-350"},
	{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", "wrong length", "BIP-350"},
	{"BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "wrong length", "BIP-350"},
	{"tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "mixes upper and lower", "BIP-350"},
	{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "end on a byte", "BIP-350"},
	{"tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "end on a byte", "BIP-350"},
	{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum is wrong", "BIP-173"},
	{"BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2", "above 16", "BIP-173"},
	{"bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90", "must be bech32m", "BIP-173 under BIP-350"},
	{"bc1gmk9yu", "too short", "BIP-350"},
	{"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "\"Bitcoin P2PKH\", but its checksum is wrong", "one character changed"},
	{"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz", "\"Bitcoin P2SH\", but its checksum is wrong", "one character changed"},
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "EIP-55", "one case changed"},
	{"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", "40 hexadecimal digits", "cut"},
	{"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg", "no hexadecimal digit", ""},
	{"bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6q", "checksum is wrong", "one character changed"},
	{"bitcoincash:Qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "mixes upper and lower", ""},
	{"bchtest:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "checksum is wrong", "other prefix: the checksum covers it"},
	{"TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMV", "\"TRON\", but its checksum is wrong", "one character changed"},
	{"r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk58", "\"XRP Ledger classic\", but its checksum is wrong", "one character changed"},
	{"4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rgf", "\"Monero\", but its checksum is wrong", "one character changed"},
	{"t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgX", "\"Zcash transparent\", but its checksum is wrong", "one character changed"},
	{"zs1z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9slyq", "\"Zcash Sapling\", but its checksum is wrong", "one character changed"},
	{"5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320", "64 hexadecimal digits", "OFAC SDN, filed under XMR"},
	{"0xa4b2fd68593b6f34e51cb9еdb66e71c1b4ab449e", "U+0435", "a Cyrillic letter among Latin ones"},
	{"", "too short", ""},
	{"5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ", "no form that is known", "a private key in WIF"},
	{strings.Repeat("1", 5000), "too long", ""},
}

func TestInvalidTextsAreRefusedWithAReason(t *testing.T) {
	for _, r := range refused {
		as, err := coin.Parse(r.text)
		if err == nil {
			t.Errorf("%s (%s): read as %v", r.text, r.source, as[0])
			continue
		}
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), r.says) {
			t.Errorf("%s (%s): %v, want %q in it", r.text, r.source, err, r.says)
		}
		if _, hint := errs.Message(err); hint == "" {
			t.Errorf("%s: no hint", r.text)
		}
		if coin.Valid(r.text) {
			t.Errorf("%s: Valid", r.text)
		}
		if k, ok := coin.Key(r.text); ok || k != "" {
			t.Errorf("%s: Key %q", r.text, k)
		}
	}
}

// spellings are groups of texts that are one address.
var spellings = [][]string{
	{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0X5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", "eip155:1:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "ethereum:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed@1?value=1", " 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n"},
	{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?amount=0.1"},
	{"1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a?amount=1"},
	{"r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu"},
	{"t1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW", "tex10wur2u9clts5dcpu2vc6qg93uzyj7cca2xm732", "TEX10WUR2U9CLTS5DCPU2VC6QG93UZYJ7CCA2XM732"},
	{"TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", "415a523b449890854c8fc460ab602df9f31fe4293f", "415A523B449890854C8FC460AB602DF9F31FE4293F"},
	{"3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"},
}

func TestAllSpellingsOfOneAddressHaveOneKey(t *testing.T) {
	for _, group := range spellings {
		want, ok := coin.Key(group[0])
		if !ok {
			t.Errorf("%s has no key", group[0])
		}
		for _, s := range group[1:] {
			if got, _ := coin.Key(s); got != want {
				t.Errorf("Key(%q) = %q, that of %q is %q", s, got, group[0], want)
			}
		}
	}
}

func TestOneTextHasAReadingForEachChainThatSharesItsVersion(t *testing.T) {
	type reading struct{ chain, canonical string }
	for text, want := range map[string][]reading{
		"1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu": {
			{"bitcoin", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"},
			{"bitcoin-cash", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"},
			{"bitcoin-sv", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"},
		},
		"3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC": {
			{"bitcoin", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"},
			{"bitcoin-cash", "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"},
			{"bitcoin-sv", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"},
			{"litecoin", "MJiPwX84iBe4WnFDwsYGgtnz1XonPhUqhf"},
		},
		"litecoin:3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC": {
			{"litecoin", "MJiPwX84iBe4WnFDwsYGgtnz1XonPhUqhf"},
			{"bitcoin", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"},
			{"bitcoin-cash", "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"},
			{"bitcoin-sv", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"},
		},
		"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed": {{"evm", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"}},
	} {
		as, err := coin.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []reading
		for _, a := range as {
			got = append(got, reading{string(a.Chain), a.Canonical})
			if a.Key != as[0].Key {
				t.Errorf("%s: readings have keys %s and %s", text, a.Key, as[0].Key)
			}
			if !slices.Contains(a.Chains, a.Chain) {
				t.Errorf("%s: %s is not among %v", text, a.Chain, a.Chains)
			}
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(reading{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	}
}

func TestWhatAFormCarriesBesidesTheAccountIsKept(t *testing.T) {
	for _, c := range []struct{ text, display, tag string }{
		{"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", ""},
		{"X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", ""},
		{"X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu", "X7AcgcsBL6XDcUb289X4mJ8djcdyKaGZMhc9YTE92ehJ2Fu", "1"},
		{"XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi", "XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi", "4294967295"},
		{"qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", ""},
		{
			"4Byr22j9M2878Mtyb3fEPcBNwBZf5EXqn1Yi6VzR46618SFBrYysab2Cs1474CVDbsh94AJq7vuV3Z2DRq4zLcY3LHzo1Nbv3d8J6VhvCV",
			"4Byr22j9M2878Mtyb3fEPcBNwBZf5EXqn1Yi6VzR46618SFBrYysab2Cs1474CVDbsh94AJq7vuV3Z2DRq4zLcY3LHzo1Nbv3d8J6VhvCV", "5876b8b72996ff97",
		},
	} {
		as, err := coin.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if as[0].Display != c.display || as[0].Tag != c.tag {
			t.Errorf("%s: display %s, tag %q; want %s, %q", c.text, as[0].Display, as[0].Tag, c.display, c.tag)
		}
	}
}

// The receivers are those of zcash-test-vectors, unified_address.
func TestUnifiedAddressesNameTheirReceivers(t *testing.T) {
	for _, c := range []struct {
		text      string
		receivers []string
	}{
		{
			"u149eavna6le6hj9ct0ggat9zu86utes626d2360epdnxezqp0r2xrg8p8rvswqe76pqe5wc7hwfa0rz9y5dkwpsyma365z5y2syguhzud7jhcegxzgklqmwucz56kkw2v54gcqx6wrkf",
			[]string{"P2PKH 3ca74c80ef1d1853423ae2891cd5d0ecbcfde137", "SAPLING 69a25a38699708e5f6e76e54e6a7a2ab84dcf288df0d1f2563670168d6c44ace0ef11155c60d5c225e9dec"},
		},
		{
			"u1k9kavjcgta8y9t9lv3grvry5fqs6avhe9panu4jlg5j5mkkn4wj844mau24n4hx79yst6glun3wa095upapkqhgyrq9kfd7jr7q9dgpafhwvgl8ujxrlprl5zahl69cprsets6h2t98",
			[]string{"P2SH e6cabf813929132d772d04b03ae85223d03b9be8", "SAPLING 435b0bbc95b5b7d52531a3944f2b85603ee22aaf850963bc156eb561edf2cbe7cf0e770e393ae5d7049026"},
		},
		{"u1p5rt2l48lpmyyeypnffal288jgf2tz50fzn23jdp68vcujvwn0uz5u0evcp35jfmfvrl26az7suqqfm0skn9mmz9un86gqkq9va32v4s", nil},
	} {
		as, err := coin.Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var got []string
		for _, r := range as[0].Receivers {
			got = append(got, receiver(t, r))
		}
		if d := cmp.Diff(c.receivers, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.text, d)
		}
	}
}

// receiver takes an encoded receiver apart with the oracle's codecs.
func receiver(t *testing.T, text string) string {
	t.Helper()
	if _, err := coin.Parse(text); err != nil {
		t.Errorf("receiver %s: %v", text, err)
	}
	if strings.HasPrefix(text, "zs1") {
		_, groups, err := bech32.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		b, err := bech32.ConvertBits(groups, 5, 8, false)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("SAPLING %x", b)
	}
	b := base58.Decode(text)
	kind := "P2PKH"
	if text[1] == '3' {
		kind = "P2SH"
	}
	return fmt.Sprintf("%s %x", kind, b[2:22])
}

func TestTestNetworksAreMarked(t *testing.T) {
	for _, s := range []string{
		"mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
		"tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t",
		"A2GmyHHJ9jtUhPiwoAbR2tXU9LJu2U6fJjcsv3rxgkVRWU6tEYcn6C1NBc7wqCv5V7NW3zeYuzKf6RGGgZTFTpVC4QxAiAX",
		"T7oKJ3q7s94kDH6tpkBowhetT1JKfcfdSCmAXbS75iATyLD",
	} {
		as, err := coin.Parse(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		for _, a := range as {
			if !a.Testnet {
				t.Errorf("%s: not marked on %s", s, a.Chain)
			}
		}
	}
}

func TestOddCapitalsLeadToTheAddress(t *testing.T) {
	for text, want := range map[string]string{
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD":             "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
		"bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4":             "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
		"bitcoincash:Qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a": "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
	} {
		if a, ok := coin.Recased(text); !ok || a.Key != want {
			t.Errorf("Recased(%s) = %s, %v", text, a.Key, ok)
		}
	}
	for _, s := range []string{"1BVBMSEYSTWETQTFN5AU4M4GFG7XJANVN2", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"} {
		if a, ok := coin.Recased(s); ok {
			t.Errorf("Recased(%s) = %v", s, a)
		}
	}
}

func TestAssetsHaveNames(t *testing.T) {
	if n := len(coin.Assets()); n != 18 {
		t.Errorf("%d assets, OFAC uses 18", n)
	}
	for _, a := range coin.Assets() {
		if a.Name() == "" {
			t.Errorf("%s has no name", a)
		}
	}
	if coin.Asset("DOGE").Name() != "" {
		t.Error("an unknown code has a name")
	}
}
