package coin_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cordon-project/cordon/coin"
)

const (
	btc     = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
	segwit  = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
	eth     = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
	eip55   = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	cash    = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
	tron    = "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW"
	solana  = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
	program = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
)

func TestFindInText(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"none", "no address in here", nil},
		{"empty", "", nil},
		{"alone", btc, []string{btc}},
		{"punctuation", "(" + btc + "), \"" + segwit + "\"; <" + eip55 + ">. [" + tron + "]", []string{btc, segwit, eip55, tron}},
		{"end of a sentence", "It went to " + btc + ". Then to " + eth + "!", []string{btc, eth}},
		{"URL", "https://example.org/address/" + eth + "?a=" + btc + "#x", []string{eth, btc}},
		{"escaped space in a URL", "https://example.org/?q=to%20" + btc, []string{btc}},
		{"escaped line break", `"to\n` + btc + `"`, []string{btc}},
		{"Korean with particles", "지갑 " + btc + "에서 " + eth + "로 보냈다", []string{btc, eth}},
		{"Korean without spaces", "지갑" + eth + "로", []string{eth}},
		{"Japanese without spaces", "アドレスは" + btc + "です。次は" + eth + "。", []string{btc, eth}},
		{"Chinese without spaces", "地址" + segwit + "转账到" + tron + "，", []string{segwit, tron}},
		{"cashaddr with prefix", "to " + cash + " now", []string{cash}},
		{"cashaddr without prefix", "to " + cash[12:] + " now", []string{cash[12:]}},
		{"cashaddr prefix of another word", "x" + cash, []string{cash[12:]}},
		{"payment link", "bitcoin:" + btc + "?amount=1", []string{btc}},
		{"upper-case bech32", "TO " + strings.ToUpper(segwit), []string{strings.ToUpper(segwit)}},
		{"table", "BTC|" + btc + "|\nETH\t" + eth + "\r\n", []string{btc, eth}},
		{"letters on both sides", "x" + btc + "x", nil},
		{"digit after", btc + "1", nil},
		{"wrong checksum", btc[:33] + "3", nil},
		{"wrong EIP-55", eip55[:41] + "D", nil},
		{"transaction hash", "0x" + strings.Repeat("5a", 32), nil},
		{"SHA-1", strings.Repeat("5a", 20), nil},
		{"TRON in hexadecimal", "415a523b449890854c8fc460ab602df9f31fe4293f", nil},
		{"Cyrillic letter inside", "0x5aaeb6053f3e94c9b9а09f33669435e7ef1beaed", nil},
		{"Cyrillic letter after", eth + "а", nil},
		{"Solana without evidence", "id " + solana, nil},
		{"Solana, word before", "the Solana wallet " + solana, []string{solana}},
		{"Solana, ticker before", "sent SOL to " + solana, []string{solana}},
		{"sol is a common word", "el sol " + solana, nil},
		{"Solana, word after", solana + " (on Solana)", []string{solana}},
		{"Solana, Korean", "솔라나 지갑 " + solana + "으로", []string{solana}},
		{"Solana, Japanese", "ソラナの" + solana, []string{solana}},
		{"Solana, word too far", "Solana " + strings.Repeat(".", 600) + solana, nil},
		{"Solana, list carries on", "Solana: " + solana + strings.Repeat(" ", 400) + program + strings.Repeat(" ", 400) + solana, []string{solana, program, solana}},
		{"Solana, a longer word is no sign", solana + " SOLID", nil},
		{"Solana, one case only", "Solana " + strings.Repeat("a", 43), nil},
		{"invalid UTF-8", "\xff" + btc + "\xfe" + eth + "\x80", []string{btc, eth}},
	} {
		var got []string
		for _, f := range coin.Find(c.text) {
			got = append(got, c.text[f.Start:f.End])
			if f.Address.Input != c.text[f.Start:f.End] || len(f.Readings) == 0 || f.Readings[0].Key != f.Address.Key {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestFoundTextsWithoutAChecksumSaySo(t *testing.T) {
	for _, f := range coin.Find("Solana " + solana + " and " + eth + " and " + eip55 + " and " + btc) {
		want := f.Address.Form == coin.P2PKH || f.Address.Input == eip55
		if f.Address.Checksummed != want {
			t.Errorf("%s: Checksummed is %v", f.Address.Input, f.Address.Checksummed)
		}
	}
}

func TestEveryPublishedAddressWithAChecksumIsFound(t *testing.T) {
	for _, v := range vectors {
		if v.form == coin.SolanaAccount || v.form == coin.Witness && len(v.text) < 25 {
			continue
		}
		text := "주소(" + v.text + ")로"
		got := coin.Find(text)
		if len(got) != 1 || text[got[0].Start:got[0].End] != v.text {
			t.Errorf("%s: found %+v", v.text, got)
		}
	}
}
